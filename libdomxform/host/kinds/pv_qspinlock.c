/* The guide's PV-qspinlock: a vCPU that waits for a spinlock gives its CPU away (semantics §7, §10.5). */
#include "../guest.h"

#define ARGUMENT "arm_pvspin"

enum {
    FORBIDDEN = 1u << DX_GUEST_OWN,    /* nopvspin in <cmdline> */
    ELEMENT = 1u << (DX_GUEST_OWN + 1) /* <pvspinlock> asks, else ARGUMENT */
};

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    uint64_t marks = dx_guest_marks(domain, &demand->target);
    const struct dx_node *spinlock = dx_spinlock(domain), *cmdline;
    struct dx_str line;

    cmdline = dx_guest_cmdline(&line, domain);
    if (dx_kernel_last(line, DX_S("nopvspin")).ptr) {
        marks |= FORBIDDEN;
    }
    if (spinlock && !dx_str_is(dx_node_attr(spinlock, "state"), "off")) {
        dx_demand_claim(plan, demand, &dx_need_kind_pv_qspinlock,
                        dx_asker_of(plan, demand, spinlock, "state", "turns paravirtual spinlocks on"), marks | ELEMENT,
                        DX_NONE);
    }
    if (demand->target.arch == DX_ARCH_AARCH64 && dx_kernel_last(line, DX_S(ARGUMENT)).ptr) {
        dx_demand_claim(plan, demand, &dx_need_kind_pv_qspinlock,
                        dx_asker_of(plan, demand, cmdline, NULL, "has the guest use them: %s", ARGUMENT), marks,
                        DX_NONE);
    }
}

/* ---- x86: QEMU offers KVM_FEATURE_PV_UNHALT, and Linux takes it unless told otherwise ---- */

static void judge_x86(struct dx_plan *plan, struct dx_need *need, const struct dx_demand *demand, uint64_t marks)
{
    if (marks & DX_GUEST_NO_KVM) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "the domain is of type %.*s: these locks are KVM's",
                      DX_F(demand->target.type_name));
    } else if (marks & DX_GUEST_HIDDEN) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "<hidden state='on'/> takes away what a guest sees of KVM");
    } else if (marks & DX_GUEST_HINT) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "hint-dedicated is on: the guest's Linux leaves these locks out");
    } else if (!(marks & DX_GUEST_DIRECT)) {
        dx_guest_unknown(plan, need);
    } else if (marks & FORBIDDEN) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "nopvspin is among the arguments of its kernel");
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "nothing among the arguments of its kernel turns them off");
    }
}

static void add_x86(struct dx_plan *plan, struct dx_need *need, const struct dx_demand *demand, uint64_t marks)
{
    if (marks & DX_GUEST_HINT) {
        dx_need_remedy(
            plan, need,
            &(struct dx_remedy){
                .kind = DX_REMEDY_MANUAL,
                .why = "these locks are for host CPUs that are shared, the hint for those "
                       "that are not",
                .value =
                    "choose: domxform -i --remove=hint-dedicated FILE, or domxform -i --remove=pv-qspinlock FILE"});
    }
    if (marks & DX_GUEST_HIDDEN) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "a guest that sees no KVM has none of its locks",
                                           .value = "take <hidden state='on'/> out of the domain"});
    }
    if (marks & DX_GUEST_DIRECT) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "if nopvspin is among the arguments of its kernel",
                                           .value = "domxform -i --remove=kernel-args:nopvspin FILE"});
    } else {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "if nopvspin is among the arguments of the guest's kernel",
                                           .value =
                                               "take it away there: grubby --update-kernel=ALL --remove-args=nopvspin, "
                                               "or without it in /etc/default/grub, then update-grub"});
    }
    dx_need_say(plan, &need->face.persistence, "nothing is to be kept: it is what Linux does by itself");
    dx_need_say(plan, &need->face.verify, "dmesg | grep -i 'PV spinlocks'");
    dx_need_say(plan, &need->face.note,
                "it says that PV spinlocks are enabled, or why not; a guest of one vCPU has none to wait for%s. Of use "
                "only where vCPUs are "
                "more than the CPUs they run on",
                demand && demand->vcpus == 1 ? ", and this is one" : "");
}

/* ---- AArch64: openEuler alone ---- */

static void judge_arm(struct dx_plan *plan, struct dx_need *need, uint64_t marks)
{
    if (marks & ELEMENT) {
        dx_need_found(plan, need, DX_PLAN_MISSING,
                      "libvirt refuses <pvspinlock> on AArch64, where an argument of the kernel asks for them");
    } else if (marks & DX_GUEST_DIRECT) {
        dx_need_found(plan, need, DX_PLAN_OK, "%s is among the arguments of its kernel", ARGUMENT);
    } else {
        dx_need_found(plan, need, DX_PLAN_MISSING, "<cmdline> stands without <kernel>, and goes nowhere");
    }
}

static void say_arm(struct dx_plan *plan, struct dx_need *need)
{
    dx_need_say(plan, &need->face.persistence, "the arguments of the guest's kernel");
    dx_need_say(plan, &need->face.verify, "dmesg | grep 'arm-pv: PV qspinlocks enabled'");
    dx_need_say(plan, &need->face.note,
                "%s is openEuler's own, from 21.03 on, in the host and in the guest, whose kernel has "
                "CONFIG_PARAVIRT_SPINLOCKS=y: any other ignores it. The guide edits grub.cfg, which the next "
                "grub2-mkconfig writes anew. Of use only where vCPUs are more than the CPUs they run on",
                ARGUMENT);
}

static void add_refused(struct dx_plan *plan, struct dx_need *need)
{
    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                            .why = "libvirt does not define the domain with it (KVM-Q02)",
                            .value = "delete <pvspinlock>: domxform -i --pass=delete:./features/pvspinlock FILE"});
}

static void add_arm(struct dx_plan *plan, struct dx_need *need, const struct dx_demand *demand, uint64_t marks)
{
    if (marks & ELEMENT) {
        add_refused(plan, need);
    }
    dx_guest_arguments(plan, need, demand, marks, ARGUMENT, "pv-qspinlock");
    say_arm(plan, need);
}

/* ---- all of them ---- */

static void add_guest(struct dx_plan *plan, const struct dx_demand *demand, uint64_t marks)
{
    enum dx_arch arch = demand->target.arch;
    struct dx_need *need = dx_guest_need(
        plan, &dx_need_kind_pv_qspinlock, demand,
        dx_plan_text(plan, "a vCPU of %s that waits for a spinlock gives its CPU away", dx_demand_name(demand)));

    if (!need) {
        return;
    }
    if (arch == DX_ARCH_AARCH64) {
        add_arm(plan, need, demand, marks);
        judge_arm(plan, need, marks);
    } else if (arch == DX_ARCH_X86) {
        add_x86(plan, need, demand, marks);
        judge_x86(plan, need, demand, marks);
    } else {
        add_refused(plan, need);
        dx_need_found(plan, need, DX_PLAN_MISSING, "libvirt refuses <pvspinlock> on %.*s",
                      DX_F(demand->target.arch_name));
    }
}

/* No domain: what a guest of this machine would need. */
static void add_general(struct dx_plan *plan)
{
    struct dx_need *need =
        dx_guest_need(plan, &dx_need_kind_pv_qspinlock, NULL, "a vCPU that waits for a spinlock gives its CPU away");

    if (!need) {
        return;
    }
    if (plan->machine.arch == DX_ARCH_X86) {
        add_x86(plan, need, NULL, 0);
    } else {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_KERNEL_ARGS,
                                           .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT | DX_REMEDY_CHOICE,
                                           .why = "AArch64, openEuler: in the guest; x86 does it by itself",
                                           .value = ARGUMENT});
        say_arm(plan, need);
    }
    dx_guest_unknown(plan, need);
}

static void derive(struct dx_plan *plan)
{
    if (dx_plan_is_bare(plan)) {
        add_general(plan);
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_claim *claim = dx_claim_of(plan->demands[i], &dx_need_kind_pv_qspinlock);

        if (claim) {
            add_guest(plan, plan->demands[i], claim->number);
        }
    }
}

const struct dx_need_kind dx_need_kind_pv_qspinlock = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "pv-qspinlock",
             .scope = DX_SCOPE_GUEST,
             .summary = "a vCPU that waits for a spinlock gives its CPU away",
             .guide = "PV-qspinlock",
             .why = "on a crowded host a vCPU spins for a lock whose owner does not run",
             .always = 1},
    .collect = collect,
    .derive = derive,
};
