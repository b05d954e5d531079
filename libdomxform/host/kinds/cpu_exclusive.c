/* No CPU is promised twice, and what hint-dedicated promises is kept (semantics §7, KVM-A01). */
#include "../ledger.h"

#define CGROUP "/sys/fs/cgroup/"

enum { NAMED = 4, MOST_ASKERS = 16 };

/* One domain's look at the ledger. */
struct view {
    const struct dx_ledger *ledger;
    const struct dx_demand *demand;
    struct dx_cpuset owned; /* by its vCPUs */
    struct dx_few found;    /* what is against it */
    const struct dx_thread *askers[MOST_ASKERS];
    size_t n_askers;
};

/* What all domains together come to. */
struct outcome {
    const struct dx_ledger *ledger;
    uint32_t *first; /* of the domain that is looked at: the party, from 1, that is on a CPU first */
    struct dx_cpuset kept;
    size_t domains; /* that have theirs to themselves */
    const struct dx_demand *one;
};

static void ask(struct view *view, const struct dx_thread *thread)
{
    for (size_t i = 0; i < view->n_askers; i++) {
        const struct dx_asker *there = &view->askers[i]->asker;

        if (there->offset == thread->asker.offset && there->file == thread->asker.file) {
            return;
        }
    }
    if (view->n_askers < MOST_ASKERS) {
        view->askers[view->n_askers++] = thread;
    }
}

/* ---- within a domain ---- */

static void tell_within(struct view *view, const struct dx_party *a, const struct dx_party *b,
                        const struct dx_cpuset *shared)
{
    ask(view, a->first);
    ask(view, b->first);
    if (dx_few_next(&view->found)) {
        dx_cpus_tell(&view->found.text, shared);
        dx_buf_puts(&view->found.text, ": ");
        dx_party_tell(&view->found.text, a);
        dx_buf_puts(&view->found.text, " and ");
        dx_party_tell(&view->found.text, b);
    }
}

/* A party whose own threads share what should be of one. */
static void look_inside(struct view *view, const struct dx_party *party)
{
    if (party->n > 1 && dx_party_owns(party)) {
        ask(view, party->first);
        if (dx_few_next(&view->found)) {
            dx_cpus_tell(&view->found.text, &party->first->cpus);
            dx_buf_puts(&view->found.text, ": ");
            dx_party_tell(&view->found.text, party);
        }
    }
}

/* The CPUs of a party that one before it has, told by the first such. */
static void look_before(struct view *view, struct outcome *outcome, const struct dx_party *parties, size_t at)
{
    struct dx_cpuset cpus = parties[at].first->cpus, shared = {{0}};
    const struct dx_party *before = NULL;

    dx_cpuset_keep(&cpus, &outcome->ledger->owned);
    for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
        const struct dx_party *first = outcome->first[cpu] ? &parties[outcome->first[cpu] - 1] : NULL;

        if (!first) {
            outcome->first[cpu] = (uint32_t)at + 1;
        } else if ((!before || before == first) && dx_parties_clash(first, &parties[at])) {
            before = first;
            dx_cpuset_add(&shared, (unsigned)cpu);
        }
    }
    if (before) {
        tell_within(view, before, &parties[at], &shared);
    }
}

static void look_within(struct view *view, struct outcome *outcome)
{
    struct dx_plan *plan = outcome->ledger->plan;
    struct dx_party *parties = dx_arena_zero(&plan->arena, view->demand->n_threads + 1, sizeof *parties);
    size_t n = 0;

    for (size_t at = 0; parties && dx_party_next(&parties[n], view->demand, &at); n++) {
        look_inside(view, &parties[n]);
        look_before(view, outcome, parties, n);
    }
    for (size_t i = 0; i < n; i++) {
        struct dx_cpuset cpus = parties[i].first->cpus;

        dx_cpuset_keep(&cpus, &outcome->ledger->owned);
        for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
            outcome->first[cpu] = 0;
        }
    }
}

/* ---- beyond it ---- */

/* Other domains on the CPUs of one that owns them. */
static void look_beyond(struct view *view, const struct dx_party *party)
{
    const struct dx_cpuset *cpus = &party->first->cpus;
    const struct dx_party *other = NULL;
    struct dx_cpuset shared = {{0}};
    size_t most = 0;

    for (int cpu = dx_cpuset_next(cpus, 0); cpu >= 0; cpu = dx_cpuset_next(cpus, (unsigned)cpu + 1)) {
        size_t others;
        const struct dx_party *there = dx_ledger_other(view->ledger, (unsigned)cpu, view->demand, &others);

        if (there) {
            other = other ? other : there;
            most = others > most ? others : most;
            dx_cpuset_add(&shared, (unsigned)cpu);
        }
    }
    if (!other) {
        return;
    }
    ask(view, party->first);
    ask(view, other->first);
    if (dx_few_next(&view->found)) {
        dx_cpus_tell(&view->found.text, &shared);
        dx_buf_puts(&view->found.text, ": ");
        dx_party_tell(&view->found.text, party);
        dx_buf_puts(&view->found.text, most > 1 ? ", " : " and ");
        dx_party_tell(&view->found.text, other);
        if (most > 1) {
            dx_buf_format(&view->found.text, " and %zu more %s", most - 1, most == 2 ? "domain" : "domains");
        }
    }
}

static void look_for_loose(struct view *view)
{
    uint64_t loose = view->demand->dedicated ? dx_demand_unpinned(view->demand, DX_ROLE_VCPU) : 0;

    if (loose > 0 && dx_few_next(&view->found)) {
        dx_buf_format(&view->found.text, "%llu of its %llu vcpus %s pinned nowhere", (unsigned long long)loose,
                      (unsigned long long)view->demand->vcpus, loose == 1 ? "is" : "are");
    }
}

/* ---- one domain ---- */

static void advise(struct dx_plan *plan, struct dx_need *need, const struct dx_ledger *ledger)
{
    struct dx_cpuset spare = plan->machine.online;

    dx_cpuset_drop(&spare, &ledger->used);
    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){
            .kind = DX_REMEDY_MANUAL,
            .why = "give each vCPU a CPU of its own",
            .value = dx_plan_text(plan,
                                  "domxform --pass=vcpupin:spread=CPUS, and --pass=emulatorpin and --pass=iothreadpin "
                                  "to CPUs apart; %s",
                                  !plan->machine.has_cpus ? "which CPUs are free is not known here"
                                  : dx_cpuset_next(&spare, 0) < 0
                                      ? "no CPU of the host is free of pins"
                                      : dx_plan_text(plan, "free of pins are %s", dx_cpus_text(plan, &spare)))});
}

/* Gives the text of what is against the domain; NULL for nothing. */
static const char *look(struct view *view, struct outcome *outcome)
{
    struct dx_party party;

    look_for_loose(view);
    look_within(view, outcome);
    for (size_t at = 0; dx_party_next(&party, view->demand, &at);) {
        if (dx_party_owns(&party)) {
            dx_cpuset_unite(&view->owned, &party.first->cpus);
            look_beyond(view, &party);
        }
    }
    return dx_few_end(outcome->ledger->plan, &view->found);
}

static void look_at(struct outcome *outcome, const struct dx_demand *demand)
{
    struct dx_plan *plan = outcome->ledger->plan;
    struct view view = {.ledger = outcome->ledger, .demand = demand, .found = DX_FEW_PHRASES(plan, NAMED)};
    const char *found = look(&view, outcome), *name = dx_demand_name(demand);
    bool any = dx_cpuset_next(&view.owned, 0) >= 0;
    struct dx_need *need;

    if (!found) {
        outcome->one = outcome->one || !any ? outcome->one : demand;
        outcome->domains += any;
        dx_cpuset_unite(&outcome->kept, &view.owned);
        return;
    }
    need =
        any ? dx_need_add(plan, &dx_need_kind_cpu_exclusive, name, "%s %s for one vCPU of %s alone",
                          dx_cpus_text(plan, &view.owned), dx_cpuset_count(&view.owned) == 1 ? "is" : "are each", name)
            : dx_need_add(plan, &dx_need_kind_cpu_exclusive, name, "each vCPU of %s has a CPU to itself", name);
    if (!need) {
        return;
    }
    for (size_t i = 0; i < view.n_askers; i++) {
        dx_need_asked(plan, need, &view.askers[i]->asker);
    }
    if (view.n_askers == 0) {
        dx_need_asked(plan, need, &demand->asker);
    }
    dx_need_found(plan, need, DX_PLAN_MISSING, "%s", found);
    advise(plan, need, outcome->ledger);
    if (demand->dedicated) {
        dx_need_say(plan, &need->face.why,
                    "hint-dedicated promises the guest that its vCPUs are never kept waiting: it spins where another "
                    "guest would let go");
    }
}

/* ---- the domains that have theirs to themselves ---- */

/* Domains on two threads of one core, which wait for each other. */
static void tell_siblings(struct dx_few *few, const struct dx_ledger *ledger, int *core_user)
{
    for (int cpu = dx_cpuset_next(&ledger->watched, 0); cpu >= 0;
         cpu = dx_cpuset_next(&ledger->watched, (unsigned)cpu + 1)) {
        const struct dx_slot *slot = ledger->slots[cpu], *before;
        int first = slot->core >= 0 && slot->n_shown > 0 ? core_user[slot->core] : -1;

        if (slot->core < 0 || slot->n_shown == 0) {
            continue;
        }
        if (first == 0) {
            core_user[slot->core] = cpu + 1;
            continue;
        }
        before = ledger->slots[first - 1];
        if (before->shown[0].demand != slot->shown[0].demand && dx_few_next(few)) {
            dx_buf_format(&few->text, "CPU %d of %s and CPU %d of %s", first - 1,
                          dx_demand_name(before->shown[0].demand), cpu, dx_demand_name(slot->shown[0].demand));
        }
    }
}

/* Domains with threads that no pin holds off the CPUs of others. */
static void tell_loose(struct dx_few *few, const struct dx_plan *plan)
{
    for (size_t i = 0; i < plan->n_demands; i++) {
        const struct dx_demand *demand = plan->demands[i];
        bool loose = dx_demand_unpinned(demand, DX_ROLE_VCPU) > 0;
        struct dx_party party;

        for (size_t at = 0; !loose && dx_party_next(&party, demand, &at);) {
            loose = !dx_party_owns(&party) && dx_thread_is_anywhere(party.first, &plan->machine);
        }
        if (loose && dx_few_next(few)) {
            dx_buf_puts(&few->text, dx_demand_name(demand));
        }
    }
}

static const char *note_of(struct dx_plan *plan, const struct dx_ledger *ledger)
{
    struct dx_few siblings = DX_FEW(plan, NAMED), loose = DX_FEW(plan, NAMED);
    int *core_user = dx_arena_zero(&plan->arena, DX_CPUS, sizeof *core_user);
    const char *cores, *floating;

    if (core_user) {
        tell_siblings(&siblings, ledger, core_user);
    }
    tell_loose(&loose, plan);
    cores = dx_few_end(plan, &siblings);
    floating = dx_few_end(plan, &loose);
    if (!cores && !floating) {
        return NULL;
    }
    return dx_plan_text(plan, "%s%s%s%s%s", cores ? "threads of one core, which take turns, are " : "",
                        cores ? cores : "", cores && floating ? "; " : "", floating ? floating : "",
                        floating ? ": of these some threads may run on any CPU, for no pin holds them" : "");
}

static void add_kept(struct dx_plan *plan, const struct outcome *outcome)
{
    const char *cpus = dx_cpus_text(plan, &outcome->kept);
    struct dx_need *need = outcome->domains == 1
                               ? dx_need_add(plan, &dx_need_kind_cpu_exclusive, NULL, "%s has %s to itself",
                                             dx_demand_name(outcome->one), cpus)
                               : dx_need_add(plan, &dx_need_kind_cpu_exclusive, NULL,
                                             "%zu domains have %s, each its own", outcome->domains, cpus);

    if (!need) {
        return;
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        struct dx_party party;

        for (size_t at = 0; dx_party_next(&party, plan->demands[i], &at);) {
            if (dx_party_owns(&party) && dx_cpuset_overlap(&party.first->cpus, &outcome->kept)) {
                dx_need_asked(plan, need, &party.first->asker);
                break;
            }
        }
    }
    dx_need_found(plan, need, DX_PLAN_OK, "no other pin names them");
    need->face.note = note_of(plan, outcome->ledger);
}

/* ---- CPUs of dedicated vCPUs, which the host's own processes are to keep off ---- */

static const struct {
    const char *name, *why;
} slices[] = {
    {"system.slice", "keep the services of the host off them, without a reboot"},
    {"user.slice", "keep what its users run off them too"},
};

/* True where systemd's slices for what is no guest have been given other CPUs. */
static bool slices_keep_off(struct dx_plan *plan, const struct dx_cpuset *cpus)
{
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        const char *path = dx_plan_text(plan, CGROUP "%s/cpuset.cpus.effective", slices[i].name);
        struct dx_reading reading = path ? dx_root_read(&plan->root, &plan->arena, path, DX_MOST_FACT)
                                         : (struct dx_reading){.state = DX_READ_ODD};
        struct dx_cpuset there;

        if (reading.state != DX_READ_OK || !dx_cpuset_parse(&there, dx_trim(reading.text)) ||
            dx_cpuset_overlap(&there, cpus)) {
            return false;
        }
    }
    return true;
}

static void check_isolation(struct dx_plan *plan, struct dx_need *need, const struct dx_cpuset *cpus)
{
    struct dx_cpuset rest = *cpus;

    dx_cpuset_drop(&rest, &plan->machine.isolated);
    if (plan->root.fd < 0) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "no host is read");
    } else if (dx_cpuset_next(&rest, 0) < 0) {
        dx_need_found(plan, need, DX_PLAN_OK, "isolated are %s", dx_cpus_text(plan, &plan->machine.isolated));
    } else if (slices_keep_off(plan, cpus)) {
        dx_need_found(plan, need, DX_PLAN_OK, "system.slice and user.slice have other CPUs");
    } else {
        dx_need_found(plan, need, DX_PLAN_MISSING, "nothing keeps other processes off %s", dx_cpus_text(plan, &rest));
    }
}

static void offer_slices(struct dx_plan *plan, struct dx_need *need, const struct dx_cpuset *cpus)
{
    struct dx_cpuset others = plan->machine.online;

    dx_cpuset_drop(&others, cpus);
    if (dx_cpuset_next(&others, 0) < 0) {
        return;
    }
    for (size_t i = 0; i < sizeof slices / sizeof slices[0]; i++) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                           .flags = DX_REMEDY_CHOICE | DX_REMEDY_PERSISTS,
                                           .why = slices[i].why,
                                           .value = dx_plan_text(plan, "systemctl set-property %s AllowedCPUs=%s",
                                                                 slices[i].name, dx_cpus_list(plan, &others))});
    }
}

/* An older kernel isolates nothing at all by a list with a word that it does not know (kernel/sched/isolation.c). */
static void add_isolation(struct dx_plan *plan, const struct dx_ledger *ledger)
{
    struct dx_cpuset cpus = ledger->dedicated;
    struct dx_need *need;

    if (plan->machine.has_cpus) {
        dx_cpuset_keep(&cpus, &plan->machine.present);
    }
    if (dx_cpuset_next(&cpus, 0) < 0) {
        return;
    }
    need = dx_need_add(plan, &dx_need_kind_cpu_exclusive, "host/isolation", "the host's own processes keep off %s",
                       dx_cpus_text(plan, &cpus));
    if (!need) {
        return;
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        if (plan->demands[i]->dedicated && plan->demands[i]->n_threads > 0) {
            dx_need_asked(plan, need, &plan->demands[i]->threads[0].asker);
        }
    }
    dx_need_say(plan, &need->face.why,
                "hint-dedicated promises the guest CPUs that nothing else runs on, and pins hold guests alone");
    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){.kind = DX_REMEDY_KERNEL_ARGS,
                            .flags = DX_REMEDY_CHOICE | DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
                            .why = "take them from the scheduler; what has no pin stays off them",
                            .value = dx_plan_text(plan, "isolcpus=domain,managed_irq,%s", dx_cpus_list(plan, &cpus))});
    offer_slices(plan, need, &cpus);
    dx_need_say(plan, &need->face.persistence,
                "either does: an argument of the kernel, or a property of slices, which systemd keeps");
    dx_need_say(plan, &need->face.verify, "cat /sys/devices/system/cpu/isolated " CGROUP "system.slice/cpuset.cpus");
    dx_need_say(
        plan, &need->face.note,
        "on isolated CPUs threads are not moved from one to another: pin each vCPU to one. managed_irq needs Linux "
        "5.6, AllowedCPUs systemd 244 and cgroups v2");
    check_isolation(plan, need, &cpus);
}

static void derive(struct dx_plan *plan)
{
    struct dx_ledger ledger;
    struct outcome outcome = {.ledger = &ledger};

    outcome.first = dx_arena_zero(&plan->arena, DX_CPUS, sizeof *outcome.first);
    if (!outcome.first || !dx_ledger_read(&ledger, plan)) {
        return;
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        look_at(&outcome, plan->demands[i]);
    }
    if (outcome.domains > 0) {
        add_kept(plan, &outcome);
    }
    add_isolation(plan, &ledger);
}

const struct dx_need_kind dx_need_kind_cpu_exclusive = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "cpu-exclusive",
             .scope = DX_SCOPE_HOST,
             .summary = "no CPU is promised twice",
             .why = "two threads on one CPU take turns, however well they are pinned"},
    .derive = derive,
};
