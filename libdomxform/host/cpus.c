#include "cpus.h"

void dx_cpus_for_workers(struct dx_cpuset *cpus, const struct dx_plan *plan)
{
    *cpus = plan->machine.possible;
    dx_cpuset_drop(cpus, &plan->machine.isolated);
    for (size_t i = 0; i < plan->n_demands; i++) {
        struct dx_party party;

        for (size_t at = 0; dx_party_next(&party, plan->demands[i], &at);) {
            if (party.first->role != DX_ROLE_EMULATOR && !dx_thread_is_anywhere(party.first, &plan->machine)) {
                dx_cpuset_drop(cpus, &party.first->cpus);
            }
        }
    }
}

/* ---- what is promised twice ---- */

struct contests {
    struct dx_plan *plan;
    struct dx_contest *cpus; /* by CPU; `other` without a demand: nobody is in the way */
    struct dx_cpuset owned;
    struct dx_cpuset open; /* of these, where nobody was found in the way yet */
    struct dx_cpuset seen; /* by iothreads of the domain at hand */
};

static void own(struct contests *c, const struct dx_party *party)
{
    if (dx_party_owns(party)) {
        dx_cpuset_unite(&c->owned, &party->first->cpus);
    }
}

/* The first who is promised a CPU is told of. */
static void promise(struct contests *c, const struct dx_party *party)
{
    struct dx_cpuset cpus = party->first->cpus;

    if (!dx_party_owns(party)) {
        return;
    }
    dx_cpuset_drop(&cpus, &c->open);
    dx_cpuset_unite(&c->open, &cpus);
    for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
        c->cpus[cpu] = (struct dx_contest){.owner = *party, .cpu = (unsigned)cpu};
    }
}

static void object(struct contests *c, const struct dx_party *party)
{
    struct dx_cpuset cpus = party->first->cpus;

    if (!dx_party_owns(party) && dx_thread_is_anywhere(party->first, &c->plan->machine)) {
        return;
    }
    /* Of the same domain, all its iothreads are in the way of a promise, or none is: the first on a CPU tells. */
    if (party->first->role == DX_ROLE_IOTHREAD) {
        dx_cpuset_drop(&cpus, &c->seen);
        dx_cpuset_unite(&c->seen, &cpus);
    }
    dx_cpuset_keep(&cpus, &c->open);
    for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
        struct dx_contest *contest = &c->cpus[cpu];
        bool itself = contest->owner.first == party->first;

        if (itself ? party->n > 1 : dx_parties_clash(&contest->owner, party)) {
            contest->other = *party;
            dx_cpuset_remove(&c->open, (unsigned)cpu);
        }
    }
}

static void each_party(struct contests *c, void (*visit)(struct contests *c, const struct dx_party *party))
{
    for (size_t i = 0; i < c->plan->n_demands; i++) {
        struct dx_party party;

        c->seen = (struct dx_cpuset){{0}};
        for (size_t at = 0; dx_party_next(&party, c->plan->demands[i], &at);) {
            visit(c, &party);
        }
    }
}

void dx_cpus_contests(struct dx_contest **contests, size_t *n, struct dx_plan *plan)
{
    struct contests c = {.plan = plan};

    *n = 0;
    each_party(&c, own);
    *contests = c.cpus = dx_arena_zero(&plan->arena, dx_cpuset_end(&c.owned), sizeof *c.cpus);
    if (!c.cpus) {
        return;
    }
    each_party(&c, promise);
    each_party(&c, object);
    dx_cpuset_drop(&c.owned, &c.open);
    for (int cpu = dx_cpuset_next(&c.owned, 0); cpu >= 0; cpu = dx_cpuset_next(&c.owned, (unsigned)cpu + 1)) {
        c.cpus[(*n)++] = c.cpus[cpu];
    }
}

const char *dx_contest_tell(struct dx_plan *plan, const struct dx_contest *contest)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&plan->ctx->mem);

    if (contest->owner.first == contest->other.first) {
        dx_party_tell(&text, &contest->owner);
        dx_buf_puts(&text, " share it");
    } else {
        dx_buf_puts(&text, "promised to ");
        dx_party_tell(&text, &contest->owner);
        dx_buf_puts(&text, "; also there: ");
        dx_party_tell(&text, &contest->other);
    }
    return dx_buf_keep(&text, &plan->arena);
}
