/* The guide's Guest-Idle-Haltpoll: the guest polls before it halts (semantics §7, §10.6). */
#include "pass.h"

static const struct dx_str switches[] = {
    {"cpuidle_haltpoll.force=Y", sizeof "cpuidle_haltpoll.force=Y" - 1},
    {"haltpoll.enable=Y", sizeof "haltpoll.enable=Y" - 1},
};

enum { N_SWITCHES = sizeof switches / sizeof switches[0] };

/* The switches that are not on yet; one may be on in another spelling. */
static struct dx_strs missing_switches(struct dx_str out[N_SWITCHES], const struct dx_run *run)
{
    size_t n = 0;

    for (size_t i = 0; i < N_SWITCHES; i++) {
        struct dx_str there = dx_run_kernel_find(run, dx_kernel_key(switches[i]));

        if (!there.ptr || !dx_kernel_on(there)) {
            out[n++] = switches[i];
        }
    }
    return (struct dx_strs){out, n};
}

static int put_switches(struct dx_run *run)
{
    struct dx_str missing[N_SWITCHES];
    struct dx_strs words = missing_switches(missing, run);
    int rc = dx_run_kernel_put(run, words);

    /* What openEuler calls haltpoll.enable, Linux itself does not know. */
    for (size_t i = 0; i < words.n && rc == DX_OK; i++) {
        if (dx_str_starts(words.items[i], "haltpoll.")) {
            rc = dx_run_kernel_downstream(run, dx_kernel_key(words.items[i]));
        }
    }
    return rc;
}

static int refuse_arch(struct dx_run *run)
{
    return dx_run_error(run, run->doc->root, "leave the pass out here",
                        "haltpoll is for x86 and AArch64 guests, the domain is %.*s", DX_F(run->target.arch_name));
}

static int run_haltpoll(struct dx_run *run, const void *values, void *user)
{
    struct dx_node *node;
    int rc;

    (void)values;
    (void)user;
    if (run->target.arch == DX_ARCH_AARCH64) {
        return put_switches(run);
    }
    if (run->target.arch != DX_ARCH_X86) {
        return refuse_arch(run);
    }
    /* The guest's driver has the host stop polling for it, which it can where poll-control is on (KVM-A04). */
    rc = dx_run_kvm_put(&node, run, "poll-control", "on");
    rc = rc < 0 ? rc : dx_run_kvm_put(&node, run, "hint-dedicated", "on");
    return rc < 0 ? rc : dx_run_hint_warn(run, node);
}

static int remove_haltpoll(struct dx_run *run, const void *values, void *user)
{
    struct dx_str keys[N_SWITCHES];
    int rc;

    (void)values;
    (void)user;
    if (run->target.arch == DX_ARCH_AARCH64) {
        for (size_t i = 0; i < N_SWITCHES; i++) {
            keys[i] = dx_kernel_key(switches[i]);
        }
        return dx_run_kernel_drop(run, (struct dx_strs){keys, N_SWITCHES}, (struct dx_strs){NULL, 0});
    }
    if (run->target.arch != DX_ARCH_X86) {
        return DX_OK; /* nothing here could be of this pass */
    }
    rc = dx_run_kvm_drop(run, "poll-control");
    return rc < 0 ? rc : dx_run_kvm_drop(run, "hint-dedicated");
}

static int applies(struct dx_run *run, const void *values, void *user)
{
    (void)values;
    (void)user;
    return dx_run_guide_applies(run);
}

const struct dx_pass dx_pass_haltpoll = {
    .size = sizeof(struct dx_pass),
    .name = "haltpoll",
    .group = "cpu",
    .summary = "let the guest poll for work before it halts a vCPU",
    .doc = "On x86 hint-dedicated and poll-control of <features><kvm>: a Linux guest that\n"
           "sees them loads its haltpoll driver, and the host does not poll as well. The\n"
           "hint is a promise, see hint-dedicated, and what speaks against it is warned of.\n"
           "On AArch64 cpuidle_haltpoll.force=Y and haltpoll.enable=Y among the kernel\n"
           "arguments, see kernel-args; the second is known to openEuler's kernel only.",
    .example = "haltpoll",
    .since = "libvirt 6.10.0",
    .element = "features/kvm/poll-control",
    .flags = DX_PASS_INVERSE,
    .run = run_haltpoll,
    .remove = remove_haltpoll,
    .applies = applies,
    .risk = "counts from the next start; an idle vCPU burns its host CPU for longer, and the x86 guest wants each of "
            "its vCPUs pinned to a host CPU of its own",
};
