/* <cputune><emulatorpin>: which host CPUs QEMU's own threads run on (semantics §4). */
#include "pin.h"

struct emulator {
    struct dx_cpuset *cpus;
};

static const char *const containers[] = {"cputune", NULL};

static int warn(struct dx_run *run)
{
    const struct dx_node *hint = dx_hint_promise(run->doc->root, &run->target);

    return hint ? dx_run_exclusive_warn(run, hint) : dx_pins_warn_emulator(run);
}

/* libvirt takes one at most (PIN-P06): of more the first is as good as any. */
static int run_pin(struct dx_run *run, const void *values, void *user)
{
    const struct emulator *opts = values;
    struct dx_node *pin = dx_domain_find(run->doc->root, "cputune", "emulatorpin"), *cputune;
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
    struct dx_cpuset there;
    int rc = DX_OK;

    (void)user;
    if (pin && dx_cpuset_parse(&there, dx_node_attr(pin, "cpuset")) && dx_cpuset_equal(&there, opts->cpus)) {
        return DX_OK;
    }
    dx_cpuset_format(&text, opts->cpus);
    if (text.failed) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (!pin) {
        rc = dx_run_container(&cputune, run, NULL, "cputune", "emulatorpin");
        rc = rc < 0 ? rc : dx_run_insert(&pin, run, cputune, "emulatorpin");
    }
    rc = rc < 0 ? rc : dx_edit_set_attr(pin, "cpuset", dx_buf_view(&text));
    return rc < 0 ? rc : warn(run);
}

static int remove_pin(struct dx_run *run, const void *values, void *user)
{
    struct dx_node *pin;

    (void)values;
    (void)user;
    while ((pin = dx_domain_find(run->doc->root, "cputune", "emulatorpin")) != NULL) {
        int rc = dx_run_prune(run, pin, containers);

        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}

static const struct dx_opt options[] = {
    {.name = "cpus",
     .value = "CPUSET",
     .help = "host CPUs for QEMU's own threads, such as 0-1 or 0-3,^2",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct emulator, cpus)},
    {.name = NULL},
};

const struct dx_pass dx_pass_emulatorpin = {
    .size = sizeof(struct dx_pass),
    .name = "emulatorpin",
    .group = "cpu",
    .summary = "pin QEMU's own threads to host CPUs",
    .doc = "Writes <cputune><emulatorpin>: where all of QEMU runs that is neither vCPU nor\n"
           "iothread. A pin that means the same keeps its spelling, another is changed in\n"
           "place. Choose CPUs that no vCPU is pinned to; the pass warns where they overlap.",
    .example = "emulatorpin:0-1",
    .since = "libvirt 0.9.0",
    .element = "cputune/emulatorpin",
    .opts = options,
    .opt_size = sizeof(struct emulator),
    .flags = DX_PASS_INVERSE,
    .run = run_pin,
    .remove = remove_pin,
    .risk = "the start fails where the host lacks one of these CPUs, and too few of them slow down disks and network",
};
