/* What runs on which CPU of the host: gathered once, when it is asked for. */
#include "cpus.h"

/* Of what runs on one CPU: a picture has no room for more, and past the second bound nobody wants to know how many. */
enum { TOLD_MOST = 32, COUNTED_MOST = 1000 };

/* Threads that share role and set. */
struct group {
    struct dx_map_threads face;
    const struct dx_cpuset *cpus;
    size_t first, last; /* of demand->threads, linked by `next` */
};

struct gathering {
    struct dx_plan *plan;
    struct dx_map *map;
    struct dx_map_domain *domains;
    struct group *groups;
    size_t n_groups, room_groups;
    size_t *next; /* of a thread of the demand at hand: the one behind it in its group */
    /* By CPU. */
    struct dx_map_cpu *cells;
    int *node;            /* the index of its node; -1: none is known */
    struct dx_cpuset all; /* that are there, or pinned to */
    unsigned n;
    struct dx_cpuset full; /* nothing more is counted there */
};

_Static_assert(DX_MAP_EMULATOR - DX_MAP_VCPU == DX_ROLE_EMULATOR && DX_MAP_IOTHREAD - DX_MAP_VCPU == DX_ROLE_IOTHREAD,
               "roles have one order inside and outside");

static enum dx_map_role role_of(enum dx_role role)
{
    return DX_MAP_VCPU + (enum dx_map_role)role;
}

/* ---- domains and their threads ---- */

/* "A" to "Z", "AA" to "ZZ", …, as columns of a table are called. */
static const char *sign_of(struct dx_plan *plan, size_t i)
{
    char sign[16];
    size_t at = sizeof sign;

    sign[--at] = '\0';
    for (i++; i > 0; i = (i - 1) / 26) {
        sign[--at] = (char)('A' + (i - 1) % 26);
    }
    return dx_plan_keep(plan, dx_str_of(sign + at));
}

static struct group *add_group(struct gathering *g, size_t domain, enum dx_role role)
{
    struct group *groups = dx_arena_more(&g->plan->arena, g->groups, g->n_groups, &g->room_groups, sizeof *groups);

    if (!groups) {
        return NULL;
    }
    g->groups = groups;
    groups[g->n_groups] = (struct group){
        .face = {.size = sizeof groups->face, .domain = &g->domains[domain], .role = role_of(role)},
    };
    return &groups[g->n_groups++];
}

/* The group's place in the table of those of this domain, by hash; 0 is a place that is free, else its number + 1. */
static size_t *find_group(struct gathering *g, size_t *table, size_t mask, const struct dx_thread *thread)
{
    size_t at = (size_t)dx_hash((uint64_t)thread->role, thread->cpus.word, sizeof thread->cpus.word) & mask;

    while (table[at] && (g->groups[table[at] - 1].face.role != role_of(thread->role) ||
                         !dx_cpuset_equal(g->groups[table[at] - 1].cpus, &thread->cpus))) {
        at = (at + 1) & mask;
    }
    return &table[at];
}

static void group_threads(struct gathering *g, size_t domain)
{
    const struct dx_demand *demand = g->plan->demands[domain];
    size_t room = 16;
    size_t *table;

    while (room < demand->n_threads * 2) {
        room *= 2;
    }
    table = dx_arena_zero(&g->plan->arena, room, sizeof *table);
    g->next = dx_arena_zero(&g->plan->arena, demand->n_threads + 1, sizeof *g->next);
    for (size_t i = 0; table && g->next && i < demand->n_threads; i++) {
        size_t *place = find_group(g, table, room - 1, &demand->threads[i]);
        struct group *group = *place ? &g->groups[*place - 1] : add_group(g, domain, demand->threads[i].role);

        if (!group) {
            return;
        }
        if (*place) {
            g->next[group->last] = i;
        } else {
            *place = g->n_groups;
            group->cpus = &demand->threads[i].cpus;
            group->first = i;
        }
        group->last = i;
        group->face.count++;
    }
}

/* Numbers past what a set holds are told by what stands behind them. */
static const char *spell_ids(struct gathering *g, const struct dx_cpuset *ids, bool more)
{
    const char *list = dx_cpus_list(g->plan, ids);

    return more ? dx_plan_text(g->plan, "%s%s…", list, *list ? "," : "") : list;
}

static bool add_id(struct dx_cpuset *ids, uint64_t id)
{
    if (id >= DX_CPUS) {
        return false;
    }
    dx_cpuset_add(ids, (unsigned)id);
    return true;
}

/* The threads of a role of the domain at hand. */
struct part {
    struct dx_cpuset ids, cpus;
    size_t count;
    bool more; /* with numbers that a set does not hold */
};

static void spell_group(struct gathering *g, struct group *group, const struct dx_demand *demand, struct part *part)
{
    struct dx_cpuset ids = {{0}};
    bool more = false;

    for (size_t k = group->first, n = 0; n < group->face.count; n++, k = g->next[k]) {
        more = !add_id(&ids, demand->threads[k].id) || more;
    }
    group->face.ids = group->face.role == DX_MAP_EMULATOR ? NULL : spell_ids(g, &ids, more);
    group->face.cpus = dx_cpus_list(g->plan, group->cpus);
    group->face.alone = group->face.count == 1 && dx_cpuset_count(group->cpus) == 1;
    dx_cpuset_unite(&part->ids, &ids);
    dx_cpuset_unite(&part->cpus, group->cpus);
    part->count += group->face.count;
    part->more = part->more || more;
    dx_cpuset_unite(&g->all, group->cpus);
}

/* `all` are the threads that there are of the role, `held` those that pins hold. */
static void spell_part(struct gathering *g, struct dx_map_part *face, enum dx_role role, struct part *all,
                       const struct part *held)
{
    if (held->count) {
        face->ids = role == DX_ROLE_EMULATOR ? NULL : spell_ids(g, &held->ids, held->more);
        face->cpus = dx_cpus_list(g->plan, &held->cpus);
    }
    if (all->count > held->count) {
        dx_cpuset_drop(&all->ids, &held->ids);
        face->floating = role == DX_ROLE_EMULATOR ? "" : spell_ids(g, &all->ids, all->more);
    }
}

/* All threads of a role that the domain has. */
static void count_part(struct part *part, const struct dx_demand *demand, enum dx_role role)
{
    const struct dx_iothreads *iothreads = demand->iothreads;

    *part = (struct part){.count = 1};
    if (role == DX_ROLE_VCPU) {
        part->count = (size_t)demand->vcpus;
        part->more = demand->vcpus > DX_CPUS;
        if (demand->vcpus) {
            dx_cpuset_add_range(&part->ids, 0, part->more ? DX_CPUS - 1 : (unsigned)demand->vcpus - 1);
        }
    } else if (role == DX_ROLE_IOTHREAD) {
        part->count = iothreads && iothreads->valid ? iothreads->n : 0;
        for (size_t i = 0; i < part->count; i++) {
            part->more = !add_id(&part->ids, iothreads->ids[i]) || part->more;
        }
    }
}

static void spell_parts(struct gathering *g, size_t domain, size_t from)
{
    const struct dx_demand *demand = g->plan->demands[domain];
    struct part held[DX_ROLE_IOTHREAD + 1], all;

    memset(held, 0, sizeof held);
    for (size_t i = from; i < g->n_groups && !g->plan->arena.failed; i++) {
        spell_group(g, &g->groups[i], demand, &held[g->groups[i].face.role - DX_MAP_VCPU]);
    }
    for (enum dx_role role = DX_ROLE_VCPU; role <= DX_ROLE_IOTHREAD; role++) {
        count_part(&all, demand, role);
        spell_part(g, &g->domains[domain].parts[role], role, &all, &held[role]);
    }
}

static void add_domains(struct gathering *g)
{
    struct dx_plan *plan = g->plan;

    g->domains = dx_arena_zero(&plan->arena, plan->n_demands + 1, sizeof *g->domains);
    for (size_t i = 0; g->domains && i < plan->n_demands && !plan->arena.failed; i++) {
        size_t from = g->n_groups;

        g->domains[i] = (struct dx_map_domain){
            .size = sizeof *g->domains,
            .sign = sign_of(plan, i),
            .name = dx_demand_name(plan->demands[i]),
            .file = plan->demands[i]->file,
        };
        group_threads(g, i);
        spell_parts(g, i, from);
    }
    g->map->domains = g->domains;
    g->map->n_domains = plan->n_demands;
}

/* ---- CPUs ---- */

/* The array of what is public, and in it each group's face. */
static void show_groups(struct gathering *g)
{
    struct dx_map_threads *threads = dx_arena_zero(&g->plan->arena, g->n_groups + 1, sizeof *threads);

    for (size_t i = 0; threads && i < g->n_groups; i++) {
        threads[i] = g->groups[i].face;
    }
    g->map->threads = threads;
    g->map->n_threads = g->n_groups;
}

/* Calls for each CPU of each group that is not full, those that have it alone first. */
static void each_promise(struct gathering *g, void (*visit)(struct gathering *g, size_t group, unsigned cpu))
{
    g->full = (struct dx_cpuset){{0}};
    for (int alone = 1; alone >= 0; alone--) {
        for (size_t i = 0; i < g->n_groups; i++) {
            struct dx_cpuset cpus;

            if (g->groups[i].face.alone != alone) {
                continue;
            }
            cpus = *g->groups[i].cpus;
            dx_cpuset_drop(&cpus, &g->full);
            for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
                visit(g, i, (unsigned)cpu);
            }
        }
    }
}

static void count_promise(struct gathering *g, size_t group, unsigned cpu)
{
    (void)group;
    if (++g->cells[cpu].n_more == COUNTED_MOST) {
        dx_cpuset_add(&g->full, cpu);
    }
}

/* The list was made as long as it has to be. */
static void tell_promise(struct gathering *g, size_t group, unsigned cpu)
{
    struct dx_map_cpu *cell = &g->cells[cpu];
    const struct dx_map_threads **threads = (const struct dx_map_threads **)(uintptr_t)cell->threads;

    threads[cell->n_threads++] = &g->map->threads[group];
    if (--cell->n_more == 0 || cell->n_threads == TOLD_MOST) {
        dx_cpuset_add(&g->full, cpu);
    }
}

static void find_nodes(struct gathering *g)
{
    const struct dx_machine *machine = &g->plan->machine;

    for (unsigned cpu = 0; cpu < g->n; cpu++) {
        g->node[cpu] = -1;
    }
    for (size_t i = machine->n_nodes; i-- > 0;) {
        struct dx_cpuset cpus = machine->nodes[i].cpus;

        dx_cpuset_keep(&cpus, &g->all);
        for (int cpu = dx_cpuset_next(&cpus, 0); cpu >= 0; cpu = dx_cpuset_next(&cpus, (unsigned)cpu + 1)) {
            g->node[cpu] = (int)i;
        }
    }
}

static void fill_cells(struct gathering *g)
{
    const struct dx_machine *machine = &g->plan->machine;
    struct dx_cpuset kworkers;

    dx_cpus_for_workers(&kworkers, g->plan);
    g->map->kworkers = dx_cpus_list(g->plan, &kworkers);
    each_promise(g, count_promise);
    for (unsigned cpu = 0; cpu < g->n && !g->plan->arena.failed; cpu++) {
        struct dx_map_cpu *cell = &g->cells[cpu];
        size_t told = cell->n_more < TOLD_MOST ? cell->n_more : TOLD_MOST;

        cell->size = sizeof *cell;
        cell->first = cell->last = cpu;
        cell->node = g->node[cpu] < 0 ? -1 : (int)machine->nodes[g->node[cpu]].id;
        cell->state = dx_cpuset_has(&machine->online, cpu)    ? DX_CPU_ONLINE
                      : dx_cpuset_has(&machine->present, cpu) ? DX_CPU_OFFLINE
                                                              : DX_CPU_ABSENT;
        cell->kworkers = cell->state == DX_CPU_ONLINE && dx_cpuset_has(&kworkers, cpu);
        cell->threads = told ? dx_arena_zero(&g->plan->arena, told, sizeof *cell->threads) : NULL;
    }
    if (!g->plan->arena.failed) {
        each_promise(g, tell_promise);
    }
}

static void mark_collisions(struct gathering *g)
{
    struct dx_contest *contests;
    size_t n;

    dx_cpus_contests(&contests, &n, g->plan);
    for (size_t i = 0; i < n && !g->plan->arena.failed; i++) {
        g->cells[contests[i].cpu].collision = dx_contest_tell(g->plan, &contests[i]);
    }
}

static bool goes_on(const struct dx_map_cpu *before, const struct dx_map_cpu *cell)
{
    return before->state != DX_CPU_ONLINE && before->state == cell->state && before->last + 1 == cell->first &&
           before->node == cell->node && before->n_more == cell->n_more && before->n_threads == cell->n_threads &&
           !before->collision && !cell->collision &&
           (cell->n_threads == 0 ||
            memcmp(before->threads, cell->threads, cell->n_threads * sizeof *cell->threads) == 0);
}

static void add_cpu(struct gathering *g, struct dx_map_cpu *cpus, unsigned cpu)
{
    struct dx_map_cpu *before = g->map->n_cpus ? &cpus[g->map->n_cpus - 1] : NULL;

    if (before && goes_on(before, &g->cells[cpu])) {
        before->last = cpu;
    } else {
        cpus[g->map->n_cpus++] = g->cells[cpu];
    }
}

static void add_cpus(struct gathering *g)
{
    const struct dx_machine *machine = &g->plan->machine;
    struct dx_map_cpu *cpus = dx_arena_zero(&g->plan->arena, dx_cpuset_count(&g->all) + 1, sizeof *cpus);

    for (size_t i = 0; cpus && i < machine->n_nodes; i++) {
        const struct dx_cpuset *own = &machine->nodes[i].cpus;

        for (int cpu = dx_cpuset_next(own, 0); cpu >= 0; cpu = dx_cpuset_next(own, (unsigned)cpu + 1)) {
            if (dx_cpuset_has(&g->all, (unsigned)cpu) && g->node[cpu] == (int)i) {
                add_cpu(g, cpus, (unsigned)cpu);
            }
        }
    }
    for (int cpu = cpus ? dx_cpuset_next(&g->all, 0) : -1; cpu >= 0; cpu = dx_cpuset_next(&g->all, (unsigned)cpu + 1)) {
        if (g->node[cpu] < 0) {
            add_cpu(g, cpus, (unsigned)cpu);
        }
    }
    g->map->cpus = cpus;
}

/* ---- all of it ---- */

static bool make_cells(struct gathering *g)
{
    g->n = dx_cpuset_end(&g->all);
    g->cells = dx_arena_zero(&g->plan->arena, g->n, sizeof *g->cells);
    g->node = dx_arena_zero(&g->plan->arena, g->n, sizeof *g->node);
    return g->cells && g->node;
}

static int gather(struct dx_plan *plan)
{
    struct gathering g = {.plan = plan, .all = plan->machine.present};

    g.map = dx_arena_zero(&plan->arena, 1, sizeof *g.map);
    if (g.map) {
        g.map->size = sizeof *g.map;
        g.map->from = plan->machine.cpus_from;
        g.map->online = dx_cpus_list(plan, &plan->machine.online);
        add_domains(&g);
        show_groups(&g);
    }
    if (!plan->arena.failed && make_cells(&g)) {
        find_nodes(&g);
        fill_cells(&g);
        mark_collisions(&g);
        add_cpus(&g);
    }
    if (plan->arena.failed) {
        return dx_ctx_no_memory(plan->ctx);
    }
    plan->map = g.map;
    return DX_OK;
}

int dx_plan_map_data(const struct dx_map **out, struct dx_plan *plan)
{
    int rc = DX_OK;

    *out = NULL;
    if (!plan->made) {
        rc = dx_ctx_report(plan->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, "call dx_plan_make() first",
                           "the plan is not made yet");
        return rc < 0 ? rc : DX_EUSAGE;
    }
    if (!plan->machine.has_cpus) {
        rc = dx_ctx_report(plan->ctx, DX_LEVEL_INPUT, DX_SEVERITY_ERROR, NULL,
                           "say which there are, such as --host-cpus=0-63, or give the host's capabilities",
                           "the CPUs of the host are not known: %s", plan->machine.cpus_why);
        return rc < 0 ? rc : DX_EREFUSED;
    }
    rc = plan->map ? DX_OK : gather(plan);
    *out = plan->map;
    return rc;
}
