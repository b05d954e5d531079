/* The guide's halt polling: how long the host waits for work of a vCPU that halts (semantics §10.1). */
#include "../claims.h"
#include "../party.h"

#define HALT_POLL "/sys/module/kvm/parameters/halt_poll_ns"

enum { NAMED = 4 };

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

/* ---- guests that poll for themselves ---- */

/* The number of a claim: whether the host knows that the guest polls, or would with poll-control, or never can. */
enum { TELLS_HOST, COULD_TELL, CANNOT_TELL };

/* What says that a guest polls before it halts: the hint, which has Linux on x86 load its driver, or the driver's own
 * argument of a kernel that is booted directly (semantics §7, §10.6). NULL: nothing does. */
static const struct dx_node *polling(const struct dx_node *domain, const struct dx_demand *demand,
                                     const struct dx_hint *hint)
{
    const struct dx_node *cmdline = dx_kernel_direct(domain) ? dx_domain_find(domain, "os", "cmdline") : NULL;
    struct dx_str rest = cmdline ? dx_node_text(cmdline) : DX_NONE, word;
    bool forced = false;

    if (demand->target.arch == DX_ARCH_X86 && hint->on && !hint->hidden) {
        return hint->on;
    }
    while (dx_kernel_word(&word, &rest)) {
        if (dx_kernel_same_key(dx_kernel_key(word), DX_S("cpuidle_haltpoll.force"))) {
            forced = dx_kernel_on(word);
        }
    }
    return forced ? cmdline : NULL;
}

/* Its driver has the host stop polling for it where poll-control lets it, which x86 alone has (KVM-A04). */
static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *node;
    struct dx_hint hint;
    uint64_t number;

    if (demand->target.type != DX_TYPE_KVM) {
        return;
    }
    dx_hint_read(&hint, domain, &demand->target);
    node = polling(domain, demand, &hint);
    if (node) {
        number = demand->target.arch != DX_ARCH_X86 ? CANNOT_TELL : hint.both_poll ? COULD_TELL : TELLS_HOST;
        dx_demand_claim(
            plan, demand, &dx_need_kind_halt_poll,
            dx_asker_of(plan, demand, node, NULL,
                        number == TELLS_HOST ? "polls in the guest" : "polls in the guest, and does not tell the host"),
            number, DX_NONE);
    }
}

/* ---- what the domains make of it ---- */

struct tally {
    size_t guests;     /* of KVM */
    size_t themselves; /* of these poll for themselves, */
    size_t both;       /* and of these the host does not know */
    uint64_t vcpus;
    const char *names; /* of these, that could tell it; NULL: none */
};

static struct tally count(struct dx_plan *plan)
{
    struct dx_few names = DX_FEW(plan, NAMED);
    struct tally tally = {0};

    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_demand *demand = plan->demands[i];
        const struct dx_claim *claim = dx_claim_of(demand, &dx_need_kind_halt_poll);

        tally.guests += demand->target.type == DX_TYPE_KVM;
        tally.vcpus += demand->target.type == DX_TYPE_KVM ? demand->vcpus : 0;
        tally.themselves += claim != NULL;
        tally.both += claim && claim->number != TELLS_HOST;
        if (claim && claim->number == COULD_TELL && dx_few_next(&names)) {
            dx_buf_puts(&names.text, dx_demand_name(demand));
        }
    }
    tally.names = dx_few_end(plan, &names);
    return tally;
}

/* ---- what is to be done ---- */

/* What is built in has no file about how it was loaded; on AArch64 it always is. */
static bool is_built_in(struct dx_plan *plan)
{
    struct stat st;
    bool there = dx_root_stat(&st, &plan->root, &plan->arena, HALT_POLL).state == DX_READ_OK;

    return there ? dx_root_stat(&st, &plan->root, &plan->arena, "/sys/module/kvm/initstate").state == DX_READ_ABSENT
                 : plan->machine.arch == DX_ARCH_AARCH64;
}

static void add_remedies(struct dx_plan *plan, struct dx_need *need, uint64_t ns)
{
    const char *value = dx_plan_text(plan, "%llu", (unsigned long long)ns);

    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){.kind = DX_REMEDY_WRITE,
                            .why = ns ? "poll that long from the next halt on" : "do not poll from the next halt on",
                            .path = HALT_POLL,
                            .value = value});
    if (is_built_in(plan)) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_KERNEL_ARGS,
                                           .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
                                           .why = "do so after each boot",
                                           .value = dx_plan_text(plan, "kvm.halt_poll_ns=%s", value)});
        dx_need_say(plan, &need->face.persistence, "an argument of the kernel, which kvm is built into");
    } else {
        dx_need_file(plan, need, "do so whenever the module is loaded", "/etc/modprobe.d/domxform-kvm.conf",
                     dx_plan_text(plan, "options kvm halt_poll_ns=%s\n", value));
        dx_need_say(
            plan, &need->face.persistence,
            "the options of the module; where kvm is built in, kvm.halt_poll_ns=%s among the kernel's arguments",
            value);
    }
}

static void ask_for_poll_control(struct dx_plan *plan, struct dx_need *need, const struct tally *tally)
{
    if (tally->names) {
        dx_need_remedy(
            plan, need,
            &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                .why = "have guests that poll tell the host, which then does not poll for them",
                                .value = dx_plan_text(plan,
                                                      "domxform --pass=haltpoll gives %s poll-control, which takes "
                                                      "effect when they start again",
                                                      tally->names)});
    }
}

static void add_note(struct dx_plan *plan, struct dx_need *need, const struct tally *tally)
{
    const char *mixed = tally->themselves > 0 && tally->themselves < tally->guests
                            ? "; it is one value for all guests, and right for those that do not poll for themselves"
                            : "";

    if (plan->machine.has_cpus && tally->vcpus > dx_cpuset_count(&plan->machine.online)) {
        dx_need_say(plan, &need->face.note,
                    "polling takes time of the CPU from others, and here %llu vCPUs share %zu CPUs: 0 is better where "
                    "they are busy; on Linux 5.10 to 6.1 a guest that runs keeps the value it started with%s",
                    (unsigned long long)tally->vcpus, dx_cpuset_count(&plan->machine.online), mixed);
    } else {
        dx_need_say(plan, &need->face.note,
                    "the guide's default of 500000 is that of AArch64; polling costs CPU time, and a host with more "
                    "vCPUs than CPUs is better off with 0; on Linux 5.10 to 6.1 a guest that runs keeps the value it "
                    "started with%s",
                    mixed);
    }
}

/* ---- what there is ---- */

static void check(struct dx_plan *plan, struct dx_need *need, uint64_t wanted, bool off)
{
    uint64_t ns = 0;
    struct dx_reading reading = dx_root_number(&ns, &plan->root, &plan->arena, HALT_POLL);

    if (reading.state == DX_READ_ABSENT) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "kvm is not loaded: there is no " HALT_POLL);
    } else if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &reading);
    } else if (off ? ns != 0 : ns == 0) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "halt_poll_ns is %llu", (unsigned long long)ns);
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "halt_poll_ns is %llu%s", (unsigned long long)ns,
                      off || ns == wanted || !wanted ? "" : ", not the default, which is as good");
    }
}

/* All guests poll for themselves and have the host stop for them: its value is for nobody. */
static void need_nothing(struct dx_plan *plan, struct dx_need *need)
{
    uint64_t ns = 0;
    struct dx_reading reading = dx_root_number(&ns, &plan->root, &plan->arena, HALT_POLL);

    if (reading.state == DX_READ_OK) {
        dx_need_found(plan, need, DX_PLAN_OK, "halt_poll_ns is %llu, and they have it turned off for their vCPUs",
                      (unsigned long long)ns);
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "they have it turned off for their vCPUs, whatever halt_poll_ns says");
    }
    dx_need_say(plan, &need->face.note,
                "a guest without the driver cpuidle_haltpoll, such as Windows, does not poll whatever its domain "
                "says: keep the host's default for it");
}

/* The default of the architecture, for guests that leave polling to the host. */
static void need_default(struct dx_plan *plan, struct dx_need *need)
{
    uint64_t wanted = preset_of(plan->machine.arch);

    if (wanted) {
        dx_need_say(plan, &need->face.title, "the host polls %llu ns for a vCPU that halts",
                    (unsigned long long)wanted);
        add_remedies(plan, need, wanted);
    } else {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "the default depends on the architecture, which is not known here",
                                           .value = "write 200000 to " HALT_POLL " on x86, 500000 on AArch64, RISC-V "
                                                    "and LoongArch, 50000 on s390x, 10000 on POWER"});
    }
    check(plan, need, wanted, false);
}

static void derive(struct dx_plan *plan)
{
    struct dx_claims claims = {.plan = plan, .kind = &dx_need_kind_halt_poll};
    const struct dx_claim *claim;
    struct tally tally = count(plan);
    bool all = tally.guests > 0 && tally.themselves == tally.guests;
    struct dx_need *need;

    if (!tally.guests && !dx_plan_is_bare(plan)) {
        return;
    }
    need = dx_need_add(plan, &dx_need_kind_halt_poll, NULL,
                       !all         ? "the host polls for a vCPU that halts"
                       : tally.both ? "the host does not poll for a vCPU that halts, as all guests poll themselves"
                                    : "the host need not poll, as all guests poll themselves");
    if (!need) {
        return;
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_demand *demand = plan->demands[i];

        if (!all && demand->target.type == DX_TYPE_KVM && !dx_claim_of(demand, &dx_need_kind_halt_poll)) {
            dx_need_asked(plan, need, &demand->asker);
        }
    }
    while ((claim = dx_claims_next(&claims)) != NULL) {
        dx_need_asked(plan, need, &claim->asker);
    }
    dx_need_say(plan, &need->face.verify, "cat %s", HALT_POLL);
    if (all && !tally.both) {
        need_nothing(plan, need);
        return;
    }
    if (all) {
        add_remedies(plan, need, 0);
        check(plan, need, 0, true);
    } else {
        need_default(plan, need);
    }
    ask_for_poll_control(plan, need, &tally);
    add_note(plan, need, &tally);
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
