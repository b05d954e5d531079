/* The guide's halt polling: how long the host waits for work of a vCPU that halts (semantics §10.1). */
#include "../plan.h"

#define HALT_POLL "/sys/module/kvm/parameters/halt_poll_ns"

/* The default of Linux for each architecture, in nanoseconds. */
static const struct {
    enum dx_arch arch;
    uint64_t ns;
} presets[] = {
    {DX_ARCH_X86, 200000},  {DX_ARCH_AARCH64, 500000}, {DX_ARCH_S390X, 50000},
    {DX_ARCH_PPC64, 10000}, {DX_ARCH_RISCV, 500000},   {DX_ARCH_LOONGARCH, 500000},
};

/* 0 where the architecture is not known. */
static uint64_t preset_of(enum dx_arch arch)
{
    for (size_t i = 0; i < sizeof presets / sizeof presets[0]; i++) {
        if (presets[i].arch == arch) {
            return presets[i].ns;
        }
    }
    return 0;
}

/* A guest that polls itself: haltpoll, which has the host stop polling where poll-control lets it (KVM-A04). */
static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    struct dx_hint hint;

    dx_hint_read(&hint, domain, &demand->target);
    if (demand->target.type == DX_TYPE_KVM && hint.on && hint.both_poll) {
        dx_demand_claim(plan, demand, &dx_need_kind_halt_poll,
                        dx_asker_of(plan, demand, hint.on, NULL, "polls in the guest"), 0, DX_NONE);
    }
}

static bool any_kvm(const struct dx_plan *plan)
{
    for (size_t i = 0; i < plan->n_demands; i++) {
        if (plan->demands[i]->target.type == DX_TYPE_KVM) {
            return true;
        }
    }
    return dx_plan_is_bare(plan);
}

static void add_remedies(struct dx_plan *plan, struct dx_need *need, uint64_t ns)
{
    const char *value = dx_plan_text(plan, "%llu", (unsigned long long)ns);

    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){
            .kind = DX_REMEDY_WRITE, .why = "poll that long from the next halt on", .path = HALT_POLL, .value = value});
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_FILE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "and so whenever the module is loaded",
                                       .path = "/etc/modprobe.d/domxform-kvm.conf",
                                       .mode = 0644,
                                       .value = dx_plan_text(plan, "options kvm halt_poll_ns=%s\n", value)});
    dx_need_say(plan, &need->face.persistence,
                "the options of the module; where kvm is built in, kvm.halt_poll_ns=%s among the kernel's arguments",
                value);
}

static void check(struct dx_plan *plan, struct dx_need *need, uint64_t wanted, bool off)
{
    uint64_t ns = 0;
    struct dx_reading reading = dx_root_number(&ns, &plan->root, &plan->arena, HALT_POLL);

    if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &reading);
    } else if (off ? ns != 0 : ns == 0) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "halt_poll_ns is %llu", (unsigned long long)ns);
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "halt_poll_ns is %llu%s", (unsigned long long)ns,
                      off || ns == wanted ? "" : ", not the default, which is as good");
    }
}

static void derive(struct dx_plan *plan)
{
    const struct dx_need_kind *kind = &dx_need_kind_halt_poll;
    uint64_t wanted = preset_of(plan->machine.arch);
    struct dx_need *need;

    if (!any_kvm(plan)) {
        return;
    }
    /* TODO of the skeleton: the requirement that asks for 0 where guests poll. */
    need = dx_need_add(plan, kind, NULL, "the host polls %llu ns for a vCPU that halts", (unsigned long long)wanted);
    if (!need) {
        return;
    }
    add_remedies(plan, need, wanted);
    dx_need_say(plan, &need->face.verify, "cat %s", HALT_POLL);
    check(plan, need, wanted, false);
}

const struct dx_need_kind dx_need_kind_halt_poll = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "halt-poll",
             .scope = DX_SCOPE_HOST,
             .summary = "the host waits for work of a vCPU that halts before it gives the CPU away",
             .why =
                 "without polling each wake-up of a vCPU waits for the scheduler; with polling in host and guest one "
                 "of them burns CPU for nothing",
             .guide = "Halt polling",
             .always = 1},
    .collect = collect,
    .derive = derive,
};
