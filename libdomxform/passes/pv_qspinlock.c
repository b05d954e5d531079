/* The guide's PV-qspinlock: a vCPU that waits for a lock gives its host CPU away (semantics §7, §10.5). */
#include "pass.h"

struct pv_qspinlock {
    int state;
};

enum { STATE_ABSENT, STATE_ON, STATE_OFF };

static const char *const containers[] = {"features", NULL};
static const struct dx_str arm_pvspin = {"arm_pvspin", sizeof "arm_pvspin" - 1};
static const struct dx_strs arm_words = {&arm_pvspin, 1};

static bool is_off(const struct dx_node *spinlock)
{
    return dx_str_is(dx_node_attr(spinlock, "state"), "off");
}

static int put_argument(struct dx_run *run, bool off)
{
    int rc = off ? dx_run_kernel_drop(run, arm_words, (struct dx_strs){NULL, 0}) : dx_run_kernel_put(run, arm_words);

    return rc == DX_OK && !off ? dx_run_kernel_downstream(run, arm_pvspin) : rc;
}

static int put_element(struct dx_run *run, bool off)
{
    struct dx_node *spinlock = dx_spinlock(run->doc->root), *features;
    bool there = spinlock && is_off(spinlock) == off;
    struct dx_hint hint;
    int rc = DX_OK;

    dx_hint_read(&hint, run->doc->root, &run->target);
    if (hint.on && !off) {
        rc = dx_run_report_as(
            run, DX_RULE_KVM_A03, there ? DX_SEVERITY_WARNING : DX_SEVERITY_ERROR, hint.on, NULL,
            "choose: pv-qspinlock for host CPUs that are shared, hint-dedicated for those that are not", DX_NO_ARGS);
    }
    if (rc < 0 || there) {
        return rc < 0 ? rc : DX_UNCHANGED;
    }
    if (!spinlock) {
        rc = dx_run_container(&features, run, NULL, "features", "pvspinlock");
        rc = rc < 0 ? rc : dx_run_insert(&spinlock, run, features, "pvspinlock");
    }
    return rc < 0 ? rc : dx_edit_set(spinlock, "state", off ? "off" : "on");
}

static int run_pv_qspinlock(struct dx_run *run, const void *values, void *user)
{
    const struct pv_qspinlock *opts = values;
    bool off = opts->state == STATE_OFF;
    int rc;

    (void)user;
    switch (run->target.arch) {
    case DX_ARCH_X86:
        return put_element(run, off);
    case DX_ARCH_AARCH64:
        return put_argument(run, off);
    case DX_ARCH_ARM:
    case DX_ARCH_PPC64:
    case DX_ARCH_S390X:
    case DX_ARCH_RISCV:
    case DX_ARCH_LOONGARCH:
    case DX_ARCH_OTHER:
        break;
    }
    if (off) {
        return DX_OK; /* there is none that could be on */
    }
    rc = dx_run_report_as(run, DX_RULE_KVM_Q02, DX_SEVERITY_ERROR, run->doc->root, NULL, "leave the pass out here",
                          DX_ARGS(run->target.arch_name));
    return rc < 0 ? rc : put_element(run, off);
}

static int remove_pv_qspinlock(struct dx_run *run, const void *values, void *user)
{
    struct dx_each each;
    struct dx_node *spinlock, *next;
    int rc = DX_OK;

    (void)values;
    (void)user;
    for (spinlock = dx_each_first(&each, run->doc->root, "features", "pvspinlock"); spinlock && rc >= 0;
         spinlock = next) {
        next = dx_each_next(&each, spinlock);
        rc = dx_run_prune(run, spinlock, containers);
    }
    return rc < 0 || run->target.arch != DX_ARCH_AARCH64 ? rc : put_argument(run, true);
}

static int applies(struct dx_run *run, const void *values, void *user)
{
    (void)values;
    (void)user;
    return dx_run_guide_applies(run);
}

static const struct dx_opt options[] = {
    {.name = "state",
     .value = "on|off",
     .choices = "on|off",
     .help = "on (the default) or off",
     .type = DX_OPT_ENUM,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct pv_qspinlock, state)},
    {.name = NULL},
};

const struct dx_pass dx_pass_pv_qspinlock = {
    .size = sizeof(struct dx_pass),
    .name = "pv-qspinlock",
    .group = "cpu",
    .summary = "let a vCPU that waits for a spinlock give its host CPU away",
    .doc = "For hosts with fewer CPUs than their guests have vCPUs. On x86 it writes\n"
           "<features><pvspinlock state='on'/>, which QEMU's default is for KVM already; on\n"
           "AArch64 arm_pvspin among the kernel arguments, see kernel-args, known to\n"
           "openEuler's kernel only, from 21.03 on, in the host and in the guest. With\n"
           "hint-dedicated a guest turns these locks off: beside it the pass refuses.",
    .example = "pv-qspinlock",
    .since = "libvirt 1.2.0",
    .element = "features/pvspinlock",
    .opts = options,
    .opt_size = sizeof(struct pv_qspinlock),
    .flags = DX_PASS_INVERSE,
    .run = run_pv_qspinlock,
    .remove = remove_pv_qspinlock,
    .applies = applies,
    .risk = "counts from the next start; of no use where each vCPU has a host CPU of its own",
};
