/* <features><kvm><hint-dedicated>: the guide's Guest-Idle-Haltpoll on x86 (semantics §7). */
#include "pass.h"

struct hint {
    int state;
};

enum { STATE_ABSENT, STATE_ON, STATE_OFF };

static const char *const containers[] = {"kvm", "features", NULL};

/* The last one counts when there are several (DOC-P05). */
static struct dx_node *effective_hint(struct dx_node *root)
{
    struct dx_each each;
    struct dx_node *found = NULL;

    for (struct dx_node *kvm = dx_each_first(&each, root, "features", "kvm"); kvm; kvm = dx_each_next(&each, kvm)) {
        for (struct dx_node *hint = dx_node_child(kvm, "hint-dedicated"); hint;
             hint = dx_node_next_named(hint, "hint-dedicated")) {
            found = hint;
        }
    }
    return found;
}

static struct dx_node *kvm_child(struct dx_node *root, const char *name)
{
    struct dx_each each;

    for (struct dx_node *kvm = dx_each_first(&each, root, "features", "kvm"); kvm; kvm = dx_each_next(&each, kvm)) {
        struct dx_node *child = dx_node_child(kvm, name);

        if (child) {
            return child;
        }
    }
    return NULL;
}

struct pins {
    struct dx_cpuset pinned; /* the vCPUs that a vcpupin names */
    struct dx_cpuset cpus;   /* the host CPUs they have */
    int shared, cpu;         /* a vCPU with a host CPU that one before it has too; -1 */
};

static void read_pins(struct pins *pins, struct dx_node *root, uint64_t vcpus)
{
    struct dx_each each;

    *pins = (struct pins){.shared = -1};
    for (const struct dx_node *pin = dx_each_first(&each, root, "cputune", "vcpupin"); pin;
         pin = dx_each_next(&each, pin)) {
        struct dx_cpuset cpus;
        uint64_t vcpu;

        if (!dx_parse_uint(dx_node_attr(pin, "vcpu"), DX_CPUS - 1, &vcpu) || vcpu >= vcpus ||
            !dx_cpuset_parse(&cpus, dx_node_attr(pin, "cpuset"))) {
            continue;
        }
        for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
            if (pins->shared < 0 && dx_cpuset_has(&pins->cpus, (unsigned)cpu)) {
                pins->shared = (int)vcpu;
                pins->cpu = cpu;
            }
            dx_cpuset_add(&pins->cpus, (unsigned)cpu);
        }
        dx_cpuset_add(&pins->pinned, (unsigned)vcpu);
    }
}

/* The first vCPU that no vcpupin names, or one that shares its CPU: the promise is a host CPU for each. */
static int warn_pins(struct dx_run *run, const struct dx_node *hint)
{
    struct dx_node *root = run->doc->root;
    const struct dx_node *vcpu = dx_node_child(root, "vcpu");
    dx_cleanup(dx_buf_free) struct dx_buf what = DX_BUF(&run->ctx->mem);
    struct pins pins;
    uint64_t vcpus = 1;
    unsigned first = 0;

    if (vcpu && !dx_parse_uint(dx_trim(dx_node_text(vcpu)), DX_CPUS - 1, &vcpus)) {
        return DX_OK;
    }
    read_pins(&pins, root, vcpus);
    while (first < vcpus && dx_cpuset_has(&pins.pinned, first)) {
        first++;
    }
    if (first < vcpus) {
        dx_buf_format(&what, "vcpu %u is not pinned", first);
    } else if (pins.shared >= 0) {
        dx_buf_format(&what, "vcpu %d shares host cpu %d with another vcpu", pins.shared, pins.cpu);
    } else {
        return DX_OK;
    }
    return dx_run_report(run, DX_RULE_KVM_A01, hint, NULL, DX_ARGS(dx_buf_view(&what)));
}

static int warn(struct dx_run *run, const struct dx_node *hint)
{
    struct dx_node *root = run->doc->root;
    const struct dx_node *hidden = kvm_child(root, "hidden");
    const struct dx_node *spinlock = dx_domain_find(root, "features", "pvspinlock");
    const struct dx_node *poll = kvm_child(root, "poll-control"), *cpu = dx_node_child(root, "cpu");
    int rc = DX_OK;

    if (run->target.type != DX_TYPE_KVM) {
        rc = dx_run_report(run, DX_RULE_KVM_R02, hint, NULL, DX_ARGS(run->target.type_name));
    }
    if (rc >= 0 && dx_state_on(hidden)) {
        rc = dx_run_report(run, DX_RULE_KVM_A02, hidden, NULL, DX_NO_ARGS);
    }
    if (rc >= 0 && spinlock && !dx_str_is(dx_node_attr(spinlock, "state"), "off")) {
        rc = dx_run_report(run, DX_RULE_KVM_A03, spinlock, NULL, DX_NO_ARGS);
    }
    if (rc >= 0 && !dx_state_on(poll) && !(cpu && dx_str_is(dx_node_attr(cpu, "mode"), "host-passthrough"))) {
        rc = dx_run_report(run, DX_RULE_KVM_A04, hint, NULL, DX_NO_ARGS);
    }
    return rc < 0 ? rc : warn_pins(run, hint);
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
    struct dx_node *hint = effective_hint(run->doc->root), *parent;
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
