/* <features><kvm><hint-dedicated>: the guide's Guest-Idle-Haltpoll on x86 (semantics §7). */
#include "pass.h"

struct hint {
    int state;
};

enum { STATE_ABSENT, STATE_ON, STATE_OFF };

static const char *const containers[] = {"kvm", "features", NULL};

static int warn(struct dx_run *run, const struct dx_node *node)
{
    dx_cleanup(dx_buf_free) struct dx_buf what = DX_BUF(&run->ctx->mem);
    struct dx_hint hint;
    int rc = DX_OK;

    dx_hint_read(&hint, run->doc->root, &run->target);
    if (!hint.kvm) {
        rc = dx_run_report(run, DX_RULE_KVM_R02, node, NULL, DX_ARGS(run->target.type_name));
    }
    if (rc >= 0 && hint.hidden) {
        rc = dx_run_report(run, DX_RULE_KVM_A02, hint.hidden, NULL, DX_NO_ARGS);
    }
    if (rc >= 0 && hint.spinlock) {
        rc = dx_run_report(run, DX_RULE_KVM_A03, hint.spinlock, NULL, DX_NO_ARGS);
    }
    if (rc >= 0 && hint.both_poll) {
        rc = dx_run_report(run, DX_RULE_KVM_A04, node, NULL, DX_NO_ARGS);
    }
    if (rc >= 0 && dx_pins_not_exclusive(&what, run->doc->root)) {
        rc = dx_run_report(run, DX_RULE_KVM_A01, node, NULL, DX_ARGS(dx_buf_view(&what)));
    }
    return rc;
}

static int refuse_arch(struct dx_run *run, const struct dx_node *hint)
{
    return dx_run_report_as(run, DX_RULE_KVM_R01, DX_SEVERITY_ERROR, hint ? hint : run->doc->root, NULL,
                            "in the guest, use the kernel arguments cpuidle_haltpoll.force=Y haltpoll.enable=Y",
                            DX_ARGS(run->target.arch_name));
}

static int run_hint(struct dx_run *run, const void *values, void *user)
{
    const struct hint *opts = values;
    const char *state = opts->state == STATE_OFF ? "off" : "on";
    struct dx_node *hint = dx_kvm_feature(run->doc->root, "hint-dedicated"), *parent;
    int rc;

    (void)user;
    if (hint && dx_str_is(dx_node_attr(hint, "state"), state)) {
        return opts->state == STATE_OFF || run->target.arch != DX_ARCH_X86 ? DX_OK : warn(run, hint);
    }
    rc = run->target.arch == DX_ARCH_X86 || opts->state == STATE_OFF ? DX_OK : refuse_arch(run, hint);
    if (rc < 0) {
        return rc;
    }
    if (!hint) {
        if (run->target.arch != DX_ARCH_X86 && opts->state == STATE_OFF) {
            return DX_OK; /* there is no such hint that could be off */
        }
        rc = dx_run_container(&parent, run, "features", "kvm", "hint-dedicated");
        rc = rc < 0 ? rc : dx_run_insert(&hint, run, parent, "hint-dedicated");
        if (rc < 0) {
            return rc;
        }
    }
    rc = dx_edit_set(hint, "state", state);
    return rc < 0 || opts->state == STATE_OFF ? rc : warn(run, hint);
}

static int remove_hint(struct dx_run *run, const void *values, void *user)
{
    struct dx_each each;
    struct dx_node *kvm, *hint, *next_kvm, *next;
    int rc = DX_OK;

    (void)values;
    (void)user;
    for (kvm = dx_each_first(&each, run->doc->root, "features", "kvm"); kvm && rc >= 0; kvm = next_kvm) {
        next_kvm = dx_each_next(&each, kvm);
        for (hint = dx_node_child(kvm, "hint-dedicated"); hint && rc >= 0; hint = next) {
            next = dx_node_next_named(hint, "hint-dedicated");
            rc = dx_run_prune(run, hint, containers);
        }
    }
    return rc;
}

static const struct dx_opt options[] = {
    {.name = "state",
     .value = "on|off",
     .choices = "on|off",
     .help = "on (the default) or off",
     .type = DX_OPT_ENUM,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct hint, state)},
    {.name = NULL},
};

const struct dx_pass dx_pass_hint_dedicated = {
    .size = sizeof(struct dx_pass),
    .name = "hint-dedicated",
    .group = "cpu",
    .summary = "tell the guest that its vCPUs have host CPUs of their own",
    .doc = "Writes <features><kvm><hint-dedicated state='on'/>, which makes a Linux guest\n"
           "poll before it halts and use no paravirtual spinlocks. It is a promise: each\n"
           "vCPU should be pinned to a host CPU that nothing else uses; the pass warns where\n"
           "the document does not keep it. x86 only: elsewhere QEMU would not start, and the\n"
           "guest's kernel arguments do the same.",
    .example = "hint-dedicated",
    .since = "libvirt 5.7.0",
    .element = "features/kvm/hint-dedicated",
    .opts = options,
    .opt_size = sizeof(struct hint),
    .flags = DX_PASS_INVERSE,
    .run = run_hint,
    .remove = remove_hint,
};
