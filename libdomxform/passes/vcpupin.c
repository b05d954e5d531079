/* <cputune><vcpupin>: which host CPUs the vCPUs run on (semantics §4). */
#include "pin.h"

struct unpin {
    struct dx_cpuset *vcpus;
};

static const struct dx_pin_kind kind = {.element = "vcpupin", .attr = "vcpu", .id = "vcpu number", .key = "V"};

static int check_pins(struct dx_run *run, const void *values, void *user)
{
    (void)user;
    return dx_pins_check(run, &kind, values);
}

/* libvirt would drop such a pin without a word (PIN-P05). */
static int refuse_vcpu(struct dx_run *run, struct dx_str vcpu, uint64_t vcpus)
{
    dx_cleanup(dx_buf_free) struct dx_buf count = DX_BUF(&run->ctx->mem), hint = DX_BUF(&run->ctx->mem);
    const struct dx_node *at = dx_node_child(run->doc->root, "vcpu");

    dx_buf_format(&count, "%llu", (unsigned long long)vcpus);
    dx_buf_format(&hint, vcpus > 1 ? "its vcpus are 0 to %llu" : "its only vcpu is %llu",
                  (unsigned long long)vcpus - 1);
    dx_buf_puts(&hint, "; raise <vcpu> first for more");
    dx_buf_byte(&hint, '\0');
    return hint.failed || count.failed
               ? dx_ctx_no_memory(run->ctx)
               : dx_run_report_as(run, DX_RULE_PIN_P05C, DX_SEVERITY_ERROR, at ? at : run->doc->root, NULL, hint.ptr,
                                  DX_ARGS(vcpu, dx_buf_view(&count)));
}

static int pin_by_number(struct dx_run *run, const struct dx_pairs *pairs, uint64_t vcpus)
{
    struct dx_pin *pins = dx_pins_new(run, pairs->n);

    for (size_t i = 0; pins && i < pairs->n; i++) {
        pins[i].cpus = pairs->items[i].cpus;
        if (!dx_pin_id(&pins[i].id, &kind, pairs->items[i].key) || pins[i].id >= vcpus) {
            int rc = refuse_vcpu(run, pairs->items[i].key, vcpus);

            if (rc < 0) {
                return rc;
            }
        }
    }
    return pins ? dx_pins_write(run, &kind, pins, pairs->n) : DX_ENOMEM;
}

static int pin_all(struct dx_run *run, const struct dx_cpuset *all, uint64_t vcpus)
{
    struct dx_pin *pins = dx_pins_new(run, vcpus);

    for (uint64_t i = 0; pins && i < vcpus; i++) {
        pins[i] = (struct dx_pin){.id = i, .cpus = all};
    }
    return pins ? dx_pins_write(run, &kind, pins, vcpus) : DX_ENOMEM;
}

/* Each one of its own: a CPU that two share would be worse than no pin. */
static int pin_spread(struct dx_run *run, const struct dx_cpuset *spread, uint64_t vcpus)
{
    size_t there = dx_cpuset_count(spread);
    struct dx_pin *pins;
    int cpu = -1;

    if (there < vcpus) {
        const struct dx_node *at = dx_node_child(run->doc->root, "vcpu");

        return dx_run_error(run, at ? at : run->doc->root, "name more, or let them share: vcpupin:CPUSET",
                            "%zu host cpus are too few for %llu vcpus with one each", there, (unsigned long long)vcpus);
    }
    pins = dx_pins_new(run, vcpus);
    for (uint64_t i = 0; pins && i < vcpus; i++) {
        cpu = dx_cpuset_next(spread, (unsigned)(cpu + 1));
        pins[i] = (struct dx_pin){.id = i, .cpu = (unsigned)cpu};
    }
    return pins ? dx_pins_write(run, &kind, pins, vcpus) : DX_ENOMEM;
}

/* Two that share, one that is forgotten: of more weight where hint-dedicated promises the opposite. */
static int warn(struct dx_run *run)
{
    const struct dx_node *root = run->doc->root, *hint = dx_hint_promise(root, &run->target);
    char number[12];
    int forgotten = dx_pins_forgotten(root), rc = dx_pins_warn_iothreads(run);

    if (rc >= 0 && hint) {
        return dx_run_exclusive_warn(run, hint);
    }
    rc = rc < 0 ? rc : dx_pins_warn_emulator(run);
    if (rc >= 0 && forgotten >= 0) {
        snprintf(number, sizeof number, "%d", forgotten);
        rc = dx_run_report(run, DX_RULE_PIN_A02, dx_domain_find(root, "cputune", "vcpupin"), NULL,
                           DX_ARGS(dx_str_of(number)));
    }
    return rc;
}

static int run_pins(struct dx_run *run, const void *values, void *user)
{
    const struct dx_pin_opts *opts = values;
    uint64_t vcpus = dx_domain_vcpus(run->doc->root);
    size_t edits = run->doc->edits;
    int rc;

    (void)user;
    if (vcpus == 0 || vcpus > DX_CPUS) {
        return dx_run_error(run, dx_node_child(run->doc->root, "vcpu"), "write a number from 1 to 16384 there",
                            "how many vcpus this domain has cannot be told");
    }
    if (opts->by_id.n) {
        rc = pin_by_number(run, &opts->by_id, vcpus);
    } else {
        rc = opts->spread ? pin_spread(run, opts->spread, vcpus) : pin_all(run, opts->all, vcpus);
    }
    return rc < 0 || run->doc->edits == edits ? rc : warn(run);
}

static int remove_pins(struct dx_run *run, const void *values, void *user)
{
    const struct unpin *opts = values;

    (void)user;
    return dx_pins_remove(run, &kind, opts->vcpus);
}

static const struct dx_opt options[] = {
    {.name = "cpus",
     .value = "CPUSET",
     .help = "host CPUs for every vCPU, such as 4-7 or 0-15,^4",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct dx_pin_opts, all)},
    {.name = "spread",
     .value = "CPUSET",
     .help = "one of these host CPUs for each vCPU, in their order; there have to be enough",
     .type = DX_OPT_CPUSET,
     .off = offsetof(struct dx_pin_opts, spread)},
    {.name = "V",
     .value = "CPUSET",
     .help = "host CPUs for the vCPU of that number, from 0",
     .type = DX_OPT_CPUSET,
     .keys = DX_KEY_NUMBER,
     .off = offsetof(struct dx_pin_opts, by_id)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "vcpus",
     .value = "V,…",
     .help = "the vCPUs to unpin, such as 0,2-3; without it, all",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct unpin, vcpus)},
    {.name = NULL},
};

const struct dx_pass dx_pass_vcpupin = {
    .size = sizeof(struct dx_pass),
    .name = "vcpupin",
    .group = "cpu",
    .summary = "pin vCPUs to host CPUs",
    .doc = "Writes <cputune><vcpupin> for every vCPU the domain can have, for those named\n"
           "by number, or one host CPU each in order, which is what hint-dedicated promises.\n"
           "A pin that means the same keeps its spelling, another is changed in place. A\n"
           "vCPU that the domain does not have is refused: libvirt would drop its pin\n"
           "silently. spread= wants at least as many CPUs as there are vCPUs.",
    .example = "vcpupin:spread=4-11",
    .since = "libvirt 0.7.5",
    .element = "cputune/vcpupin",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct dx_pin_opts),
    .remove_opt_size = sizeof(struct unpin),
    .flags = DX_PASS_INVERSE,
    .check = check_pins,
    .run = run_pins,
    .remove = remove_pins,
    .risk = "the start fails where the host lacks one of these CPUs, and a busy host can no longer move the vCPUs away",
};
