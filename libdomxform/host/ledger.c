#include "ledger.h"

bool dx_party_owns(const struct dx_party *party)
{
    const struct dx_thread *first = party->first;

    return first->role == DX_ROLE_VCPU && (party->demand->dedicated || (dx_cpuset_count(&first->cpus) == 1 &&
                                                                        (first->own || party->demand->vcpus == 1)));
}

bool dx_parties_clash(const struct dx_party *first, const struct dx_party *second)
{
    bool alike =
        first->demand != second->demand || (first->first->role == DX_ROLE_VCPU && second->first->role == DX_ROLE_VCPU);

    return alike ? dx_party_owns(first) || dx_party_owns(second) : dx_party_owns(first) && first->demand->dedicated;
}

static void find_owned(struct dx_ledger *ledger)
{
    struct dx_plan *plan = ledger->plan;
    struct dx_party party;

    for (size_t i = 0; i < plan->n_demands; i++) {
        for (size_t at = 0; dx_party_next(&party, plan->demands[i], &at);) {
            if (dx_party_owns(&party)) {
                dx_cpuset_unite(&ledger->owned, &party.first->cpus);
            }
            if (dx_party_owns(&party) && party.demand->dedicated) {
                dx_cpuset_unite(&ledger->dedicated, &party.first->cpus);
            }
            if (!dx_thread_is_anywhere(party.first, &plan->machine)) {
                dx_cpuset_unite(&ledger->used, &party.first->cpus);
            }
        }
    }
}

static struct dx_slot *watch(struct dx_ledger *ledger, unsigned cpu)
{
    if (!ledger->slots[cpu]) {
        ledger->slots[cpu] = dx_arena_zero(&ledger->plan->arena, 1, sizeof *ledger->slots[cpu]);
        dx_cpuset_add(&ledger->watched, cpu);
        if (ledger->slots[cpu]) {
            ledger->slots[cpu]->core = -1;
        }
    }
    return ledger->slots[cpu];
}

/* The owned CPUs, and what shares a core with them. */
static bool find_watched(struct dx_ledger *ledger)
{
    for (int cpu = dx_cpuset_next(&ledger->owned, 0); cpu >= 0;
         cpu = dx_cpuset_next(&ledger->owned, (unsigned)cpu + 1)) {
        struct dx_slot *slot = watch(ledger, (unsigned)cpu);
        struct dx_cpuset core;
        int first;

        if (!slot) {
            return false;
        }
        if (slot->core >= 0 || !dx_cpuset_has(&ledger->plan->machine.present, (unsigned)cpu) ||
            !dx_machine_siblings(&core, ledger->plan, (unsigned)cpu) || !dx_cpuset_has(&core, (unsigned)cpu)) {
            continue;
        }
        first = dx_cpuset_next(&core, 0);
        for (int other = first; other >= 0; other = dx_cpuset_next(&core, (unsigned)other + 1)) {
            slot = watch(ledger, (unsigned)other);
            if (!slot) {
                return false;
            }
            slot->core = first;
        }
    }
    return true;
}

static void put(struct dx_slot *slot, const struct dx_party *party)
{
    if (slot->last == party->demand) {
        return;
    }
    slot->last = party->demand;
    slot->domains++;
    if (slot->n_shown < DX_SLOT_SHOWN) {
        slot->shown[slot->n_shown++] = *party;
    }
}

static void fill(struct dx_ledger *ledger)
{
    struct dx_plan *plan = ledger->plan;
    struct dx_party party;

    for (size_t i = 0; i < plan->n_demands; i++) {
        for (size_t at = 0; dx_party_next(&party, plan->demands[i], &at);) {
            struct dx_cpuset cpus = party.first->cpus;

            if (!dx_party_owns(&party) && dx_thread_is_anywhere(party.first, &plan->machine)) {
                continue;
            }
            dx_cpuset_keep(&cpus, &ledger->watched);
            for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
                put(ledger->slots[cpu], &party);
            }
        }
    }
}

bool dx_ledger_read(struct dx_ledger *ledger, struct dx_plan *plan)
{
    *ledger = (struct dx_ledger){.plan = plan};
    ledger->slots = dx_arena_zero(&plan->arena, DX_CPUS, sizeof(struct dx_slot *));
    if (!ledger->slots) {
        return false;
    }
    find_owned(ledger);
    if (!find_watched(ledger)) {
        return false;
    }
    fill(ledger);
    return true;
}

const struct dx_party *dx_ledger_other(const struct dx_ledger *ledger, unsigned cpu, const struct dx_demand *demand,
                                       size_t *others)
{
    const struct dx_slot *slot = ledger->slots[cpu];

    *others = slot && slot->domains > 0 ? slot->domains - 1 : 0;
    for (size_t i = 0; slot && i < slot->n_shown; i++) {
        if (slot->shown[i].demand != demand) {
            return &slot->shown[i];
        }
    }
    return NULL;
}
