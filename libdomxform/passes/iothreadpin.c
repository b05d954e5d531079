/* <cputune><iothreadpin>: which host CPUs the iothreads run on (semantics §4). */
#include "pin.h"

struct unpin {
    struct dx_cpuset *ids;
};

static const struct dx_pin_kind kind = {
    .element = "iothreadpin", .attr = "iothread", .id = "iothread id", .key = "ID", .first = 1};

static int check_pins(struct dx_run *run, const void *values, void *user)
{
    (void)user;
    return dx_pins_check(run, &kind, values);
}

/* How many iothreads there are once the pass iothreads has made that id: it takes the lowest that are free. */
static unsigned long long enough(const struct dx_iothreads *iothreads, struct dx_str id)
{
    uint64_t number = 0;
    size_t above = 0;

    dx_parse_uint(id, UINT32_MAX, &number);
    for (size_t i = 0; i < iothreads->n; i++) {
        above += iothreads->ids[i] > number;
    }
    return number + above;
}

static int refuse_unknown(struct dx_run *run, const struct dx_iothreads *iothreads, struct dx_str id)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);
    const struct dx_node *at = iothreads->list      ? iothreads->list
                               : iothreads->element ? iothreads->element
                                                    : run->doc->root;

    if (iothreads->n == 0) {
        dx_buf_puts(&hint, "the domain has no iothreads: put --pass=iothreads before this one");
    } else {
        dx_buf_puts(&hint, "its iothreads are");
        for (size_t i = 0; i < iothreads->n && i < 16; i++) {
            dx_buf_format(&hint, " %llu", (unsigned long long)iothreads->ids[i]);
        }
        dx_buf_puts(&hint, iothreads->n > 16 ? " …" : "");
        dx_buf_format(&hint, "; put --pass=iothreads:%llu before this one for more", enough(iothreads, id));
    }
    dx_buf_byte(&hint, '\0');
    return hint.failed ? dx_ctx_no_memory(run->ctx)
                       : dx_run_report_as(run, DX_RULE_PIN_P03, DX_SEVERITY_ERROR, at, NULL, hint.ptr, DX_ARGS(id));
}

static int pin_by_id(struct dx_run *run, const struct dx_pairs *pairs, const struct dx_iothreads *iothreads)
{
    struct dx_pin *pins = dx_pins_new(run, pairs->n);

    for (size_t i = 0; pins && i < pairs->n; i++) {
        pins[i].cpus = pairs->items[i].cpus;
        if (!dx_pin_id(&pins[i].id, &kind, pairs->items[i].key) || !dx_iothreads_has(iothreads, pins[i].id)) {
            int rc = refuse_unknown(run, iothreads, pairs->items[i].key);

            if (rc < 0) {
                return rc;
            }
        }
    }
    return pins ? dx_pins_write(run, &kind, pins, pairs->n) : DX_ENOMEM;
}

/* All to one set, or one CPU of it each, from its first again behind its last. */
static int pin_every(struct dx_run *run, const struct dx_cpuset *all, const struct dx_cpuset *spread,
                     const struct dx_iothreads *iothreads)
{
    struct dx_pin *pins = dx_pins_new(run, iothreads->n);
    int cpu = -1;

    for (size_t i = 0; pins && i < iothreads->n; i++) {
        pins[i] = (struct dx_pin){.id = iothreads->ids[i], .cpus = all};
        if (spread) {
            cpu = dx_cpuset_next(spread, (unsigned)(cpu + 1));
            cpu = cpu < 0 ? dx_cpuset_next(spread, 0) : cpu;
            pins[i].cpu = (unsigned)cpu;
        }
    }
    return pins ? dx_pins_write(run, &kind, pins, iothreads->n) : DX_ENOMEM;
}

static int run_pins(struct dx_run *run, const void *values, void *user)
{
    const struct dx_pin_opts *opts = values;
    struct dx_iothreads iothreads;
    size_t edits = run->doc->edits;
    int rc;

    (void)user;
    if (!dx_iothreads_read(&iothreads, &run->doc->arena, run->doc->root)) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (!iothreads.valid) {
        return dx_run_error(run, iothreads.list ? iothreads.list : iothreads.element,
                            "mend them first: ids are unique and above 0, and 1024 are enough",
                            "the iothreads of this domain are not ones that libvirt takes");
    }
    if (opts->by_id.n) {
        rc = pin_by_id(run, &opts->by_id, &iothreads);
    } else if (iothreads.n == 0) {
        rc = refuse_unknown(run, &iothreads, DX_S("1"));
    } else {
        rc = pin_every(run, opts->all, opts->spread, &iothreads);
    }
    return rc < 0 || run->doc->edits == edits ? rc : dx_pins_warn_iothreads(run);
}

static int applies_pins(struct dx_run *run, const void *values, void *user)
{
    struct dx_iothreads iothreads;

    (void)values;
    (void)user;
    if (!dx_iothreads_read(&iothreads, &run->doc->arena, run->doc->root)) {
        return dx_ctx_no_memory(run->ctx);
    }
    return iothreads.valid && iothreads.n == 0 ? dx_run_lacks(run, "the domain has no iothreads") : DX_OK;
}

static int remove_pins(struct dx_run *run, const void *values, void *user)
{
    const struct unpin *opts = values;

    (void)user;
    return dx_pins_remove(run, &kind, opts->ids);
}

static const struct dx_opt options[] = {
    {.name = "cpus",
     .value = "CPUSET",
     .help = "host CPUs for every iothread, such as 1-3,5,7-12 or 0-7,^4",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct dx_pin_opts, all)},
    {.name = "spread",
     .value = "CPUSET",
     .help = "one of these host CPUs for each iothread in turn",
     .type = DX_OPT_CPUSET,
     .off = offsetof(struct dx_pin_opts, spread)},
    {.name = "ID",
     .value = "CPUSET",
     .help = "host CPUs for the iothread of that id",
     .type = DX_OPT_CPUSET,
     .keys = DX_KEY_NUMBER,
     .off = offsetof(struct dx_pin_opts, by_id)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "ids",
     .value = "ID,…",
     .help = "the iothreads to unpin, such as 1,3-4; without it, all",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct unpin, ids)},
    {.name = NULL},
};

const struct dx_pass dx_pass_iothreadpin = {
    .size = sizeof(struct dx_pass),
    .name = "iothreadpin",
    .group = "iothreads",
    .summary = "pin iothreads to host CPUs",
    .doc = "Writes <cputune><iothreadpin> for every iothread, for those named by id, or one\n"
           "CPU each in turn. A pin that means the same keeps its spelling, another is\n"
           "changed in place. An id that the domain does not have is refused: let the pass\n"
           "iothreads make it first. Choose CPUs that no vCPU is pinned to.",
    .example = "iothreadpin:1-3,5,7-12",
    .since = "libvirt 1.2.9",
    .element = "cputune/iothreadpin",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct dx_pin_opts),
    .remove_opt_size = sizeof(struct unpin),
    .flags = DX_PASS_INVERSE,
    .check = check_pins,
    .run = run_pins,
    .remove = remove_pins,
    .applies = applies_pins,
    .risk = "from the next start the host must have these CPUs, and so must a host that the guest migrates to",
};
