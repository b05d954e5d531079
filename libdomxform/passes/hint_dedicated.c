/* <features><kvm><hint-dedicated>: the guide's Guest-Idle-Haltpoll on x86 (semantics §7). */
#include "pass.h"

struct hint {
    int state;
};

enum { STATE_ABSENT, STATE_ON, STATE_OFF };

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
    struct dx_node *hint = dx_kvm_feature(run->doc->root, "hint-dedicated");
    int rc;

    (void)user;
    if (hint && dx_str_is(dx_node_attr(hint, "state"), state)) {
        return opts->state == STATE_OFF || run->target.arch != DX_ARCH_X86 ? DX_OK : dx_run_hint_warn(run, hint);
    }
    rc = run->target.arch == DX_ARCH_X86 || opts->state == STATE_OFF ? DX_OK : refuse_arch(run, hint);
    if (rc < 0) {
        return rc;
    }
    if (!hint && run->target.arch != DX_ARCH_X86 && opts->state == STATE_OFF) {
        return DX_OK; /* there is no such hint that could be off */
    }
    rc = dx_run_kvm_put(&hint, run, "hint-dedicated", state);
    return rc < 0 || opts->state == STATE_OFF ? rc : dx_run_hint_warn(run, hint);
}

static int applies_hint(struct dx_run *run, const void *values, void *user)
{
    const struct hint *opts = values;

    (void)user;
    if (opts->state == STATE_OFF) {
        return DX_OK;
    }
    if (run->target.arch != DX_ARCH_X86) {
        return dx_run_lacks(run, "the hint is for x86, and the domain is %.*s", DX_F(run->target.arch_name));
    }
    return run->target.type == DX_TYPE_KVM
               ? DX_OK
               : dx_run_lacks(run, "the hint is KVM's, and the domain is of type %.*s", DX_F(run->target.type_name));
}

static int remove_hint(struct dx_run *run, const void *values, void *user)
{
    (void)values;
    (void)user;
    return dx_run_kvm_drop(run, "hint-dedicated");
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
    .applies = applies_hint,
    .risk = "the guest sees it after a cold start, and polls when it is idle: vCPUs that share a host CPU slow each "
            "other down",
};
