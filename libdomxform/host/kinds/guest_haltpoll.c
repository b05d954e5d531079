/* The guide's Guest-Idle-Haltpoll: the guest polls for work before it halts a vCPU (semantics §7, §10.6). */
#include "../guest.h"

#define CPUIDLE "/sys/devices/system/cpu/cpuidle/"
#define PARAMETERS "/sys/module/haltpoll/parameters/"
#define FORCE "cpuidle_haltpoll.force"
#define ENABLE "haltpoll.enable"

enum {
    FORCED = 1u << DX_GUEST_OWN,       /* FORCE is on in <cmdline> */
    ENABLED = 1u << (DX_GUEST_OWN + 1) /* and ENABLE */
};

/* What an architecture asks of the guest's kernel; where hint-dedicated is seen, x86 asks for nothing. */
static const struct way {
    enum dx_arch arch;
    unsigned marks;
    const char *words;
} ways[] = {
    {DX_ARCH_X86, FORCED, FORCE "=Y"},
    {DX_ARCH_AARCH64, FORCED | ENABLED, FORCE "=Y " ENABLE "=Y"},
};

/* The governor's parameters, with what Linux has them at. */
static const struct {
    const char *name, *preset, *meaning;
} parameters[] = {
    {"guest_halt_poll_ns", "200000", "the longest that a vCPU polls, in ns; 0 is not at all"},
    {"guest_halt_poll_shrink", "2", "what the time is divided by after work that came too late for it"},
    {"guest_halt_poll_grow", "2", "what the time is multiplied by after work that it just missed"},
    {"guest_halt_poll_grow_start", "50000", "the time that growing begins with, in ns"},
    {"guest_halt_poll_allow_shrink", "Y", "whether the time shrinks at all; N: a busy vCPU keeps the longest"},
};

static const struct way *way_of(enum dx_arch arch)
{
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (ways[i].arch == arch) {
            return &ways[i];
        }
    }
    return NULL;
}

static bool is_on(struct dx_str line, const char *key)
{
    struct dx_str word = dx_kernel_last(line, dx_str_of(key));

    return word.ptr && dx_kernel_on(word);
}

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    uint64_t marks = dx_guest_marks(domain, &demand->target);
    struct dx_str line, idle;
    const struct dx_node *cmdline = dx_guest_cmdline(&line, domain);

    if (!way_of(demand->target.arch)) {
        return;
    }
    marks |= (is_on(line, FORCE) ? FORCED : 0u) | (is_on(line, ENABLE) ? ENABLED : 0u);
    idle = dx_kernel_last(line, DX_S("idle"));
    if (demand->target.arch == DX_ARCH_X86 && (marks & DX_GUEST_HINT)) {
        dx_demand_claim(
            plan, demand, &dx_need_kind_guest_haltpoll,
            dx_asker_of(plan, demand, dx_kvm_feature(domain, "hint-dedicated"), "state", "has the guest poll"), marks,
            idle);
    }
    if (marks & FORCED) {
        dx_demand_claim(plan, demand, &dx_need_kind_guest_haltpoll,
                        dx_asker_of(plan, demand, cmdline, NULL, "has the guest poll: %s=Y", FORCE), marks, idle);
    }
}

/* True where the guest's driver comes by itself, as it does for a guest that sees the hint. */
static bool by_itself(enum dx_arch arch, uint64_t marks)
{
    return arch == DX_ARCH_X86 && (marks & DX_GUEST_HINT);
}

static void judge(struct dx_plan *plan, struct dx_need *need, const struct dx_demand *demand,
                  const struct dx_claim *claim)
{
    bool x86 = demand->target.arch == DX_ARCH_X86, hint = by_itself(demand->target.arch, claim->number);
    unsigned wanted = way_of(demand->target.arch)->marks;

    if (x86 && (claim->number & DX_GUEST_NO_KVM)) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "the domain is of type %.*s: haltpoll is for guests of KVM",
                      DX_F(demand->target.type_name));
    } else if (x86 && (claim->number & DX_GUEST_HIDDEN)) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "<hidden state='on'/> takes away what a guest sees of KVM");
    } else if ((claim->number & DX_GUEST_LOST) && !hint) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "<cmdline> stands without <kernel>, and goes nowhere");
    } else if (!(claim->number & DX_GUEST_DIRECT)) {
        dx_guest_unknown(plan, need);
    } else if (claim->text) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s among the arguments of its kernel keeps haltpoll out",
                      claim->text);
    } else if (!hint && (claim->number & wanted) != wanted) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s=Y is not among the arguments of its kernel", ENABLE);
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "%s",
                      hint ? "hint-dedicated is on, and no argument of its kernel speaks against it"
                           : "the arguments of its kernel ask for it");
    }
}

static void add_parameters(struct dx_plan *plan, struct dx_need *need)
{
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_WRITE,
                                           .flags = DX_REMEDY_CHOICE,
                                           .why = dx_plan_text(plan, "to tune it: %s (default %s)",
                                                               parameters[i].meaning, parameters[i].preset),
                                           .path = dx_plan_text(plan, PARAMETERS "%s", parameters[i].name),
                                           .value = parameters[i].preset});
    }
    dx_need_say(plan, &need->face.persistence,
                "a parameter stays as haltpoll.%s=%s among the arguments of the guest's kernel, for the governor "
                "haltpoll is no module",
                parameters[0].name, parameters[0].preset);
}

/* What is the same for each guest of an architecture. */
static void add_rest(struct dx_plan *plan, struct dx_need *need, enum dx_arch arch)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_FILE,
                                       .flags = DX_REMEDY_CHOICE | DX_REMEDY_PERSISTS,
                                       .why = "where the driver is a module (CONFIG_HALTPOLL_CPUIDLE=m), nothing else "
                                              "loads it",
                                       .path = "/etc/modules-load.d/domxform-haltpoll.conf",
                                       .mode = 0644,
                                       .value = "cpuidle_haltpoll\n"});
    add_parameters(plan, need);
    dx_need_say(plan, &need->face.verify, "cat %scurrent_driver %scurrent_governor", CPUIDLE, CPUIDLE);
    dx_need_say(plan, &need->face.note,
                "driver and governor are to be haltpoll; idle= among the arguments or the driver intel_idle keep it "
                "out. The guide edits "
                "grub.cfg, which the next grub2-mkconfig writes anew%s",
                arch == DX_ARCH_AARCH64
                    ? ". haltpoll.enable is openEuler's own: Linux itself has no haltpoll for AArch64, and other "
                      "kernels ignore both arguments"
                    : "");
}

static void add_guest(struct dx_plan *plan, const struct dx_demand *demand, const struct dx_claim *claim)
{
    enum dx_arch arch = demand->target.arch;
    struct dx_need *need = dx_guest_need(
        plan, &dx_need_kind_guest_haltpoll, demand,
        dx_plan_text(plan, "the guest of %s polls for work before it halts a vCPU", dx_demand_name(demand)));

    if (!need) {
        return;
    }
    if (arch == DX_ARCH_X86 && (claim->number & DX_GUEST_HIDDEN)) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "the guest sees neither the hint nor KVM beside it",
                                           .value = "take <hidden state='on'/> out of the domain"});
    }
    if (!by_itself(arch, claim->number)) {
        dx_guest_arguments(plan, need, demand, claim->number, way_of(arch)->words, "haltpoll");
    }
    add_rest(plan, need, arch);
    judge(plan, need, demand, claim);
}

/* No domain: what a guest of this machine would need, for KVM has the guest's architecture from the host. */
static void add_general(struct dx_plan *plan)
{
    const struct way *way = way_of(plan->machine.arch);
    struct dx_need *need =
        dx_guest_need(plan, &dx_need_kind_guest_haltpoll, NULL, "a guest polls for work before it halts a vCPU");

    if (!need) {
        return;
    }
    if (plan->machine.arch != DX_ARCH_AARCH64) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .flags = DX_REMEDY_CHOICE,
                                           .why =
                                               "x86, with a host CPU for each vCPU, where the driver comes by itself "
                                               "in a guest that sees hint-dedicated",
                                           .value = dx_guest_pass(plan, NULL, "haltpoll")});
    }
    for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
        if (!way || way == &ways[i]) {
            dx_need_remedy(plan, need,
                           &(struct dx_remedy){.kind = DX_REMEDY_KERNEL_ARGS,
                                               .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT | DX_REMEDY_CHOICE,
                                               .why = ways[i].arch == DX_ARCH_X86
                                                          ? "x86, without the hint: in the guest"
                                                          : "AArch64: in the guest",
                                               .value = ways[i].words});
        }
    }
    add_rest(plan, need, way ? way->arch : DX_ARCH_AARCH64);
    dx_guest_unknown(plan, need);
}

static void derive(struct dx_plan *plan)
{
    if (dx_plan_is_bare(plan)) {
        add_general(plan);
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_claim *claim = dx_claim_of(plan->demands[i], &dx_need_kind_guest_haltpoll);

        if (claim) {
            add_guest(plan, plan->demands[i], claim);
        }
    }
}

const struct dx_need_kind dx_need_kind_guest_haltpoll = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "guest-haltpoll",
             .scope = DX_SCOPE_GUEST,
             .summary = "the guest polls for work before it halts a vCPU",
             .guide = "Guest-Idle-Haltpoll",
             .why = "without, each halt of a vCPU is an exit to the host, and each wake-up an interrupt between vCPUs",
             .always = 1},
    .collect = collect,
    .derive = derive,
};
