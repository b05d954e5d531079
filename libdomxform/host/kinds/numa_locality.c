/* vCPUs run on the NUMA nodes that hold their memory. */
#include "../party.h"

#define NODE_FOLDER "/sys/devices/system/node"

/* QEMU takes 128 cells. */
enum { NAMED = 4, MOST_ASKERS = 16, MOST_CELLS = 128, NO_NODE = -1 };

/* The vCPUs of a cell of the guest, and the nodes of the host that their pins lie on. */
struct cell {
    struct dx_cpuset vcpus;
    struct dx_cpuset nodes;
    bool loose; /* some may run anywhere */
    bool told;  /* that some run apart from their memory */
};

/* A cell's memory counts for the node of its vCPUs. All of a guest without cells is one, the first. */
static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *numa = dx_domain_numa(domain);
    uint64_t at = 0, id;

    for (const struct dx_node *cell = numa ? dx_node_child(numa, "cell") : NULL; cell;
         cell = dx_node_next_named(cell, "cell"), at++) {
        struct dx_str cpus = dx_node_attr(cell, "cpus");

        id = dx_parse_uint(dx_node_attr(cell, "id"), DX_CPUS - 1, &id) ? id : at;
        if (cpus.ptr) {
            dx_demand_claim(plan, demand, &dx_need_kind_numa_locality,
                            dx_asker_of(plan, demand, cell, "cpus", "has vcpus %.*s", DX_F(cpus)), id, cpus);
        }
    }
}

/* ---- one domain ---- */

enum verdict { NOTHING, LOCAL, UNBOUND, LOOSE, REMOTE };

/* The machine's nodes. */
struct layout {
    struct dx_cpuset nodes;
    int16_t node_of[DX_CPUS]; /* of a CPU */
};

struct view {
    struct dx_plan *plan;
    const struct dx_demand *demand;
    const struct layout *layout;
    struct cell all;
    struct cell *cells; /* of the guest */
    size_t n_cells;
    struct dx_cpuset bound; /* nodes that its memory is bound to */
    struct dx_few found;
    const struct dx_asker *askers[MOST_ASKERS];
    size_t n_askers;
};

static void ask(struct view *view, const struct dx_asker *asker)
{
    for (size_t i = 0; i < view->n_askers; i++) {
        if (view->askers[i]->offset == asker->offset) {
            return;
        }
    }
    if (view->n_askers < MOST_ASKERS) {
        view->askers[view->n_askers++] = asker;
    }
}

static void nodes_of(struct dx_cpuset *nodes, const struct view *view, const struct dx_cpuset *cpus)
{
    memset(nodes, 0, sizeof *nodes);
    for (int cpu = dx_cpuset_next(cpus, 0); cpu >= 0; cpu = dx_cpuset_next(cpus, (unsigned)cpu + 1)) {
        if (view->layout->node_of[cpu] != NO_NODE) {
            dx_cpuset_add(nodes, (unsigned)view->layout->node_of[cpu]);
        }
    }
}

/* "node 0", "nodes 0-1" */
static const char *tell_nodes(struct view *view, const struct dx_cpuset *nodes)
{
    return dx_plan_text(view->plan, "%s%s", dx_cpuset_count(nodes) == 1 ? "node " : "nodes ",
                        dx_cpus_list(view->plan, nodes));
}

static bool read_cells(struct view *view)
{
    const struct dx_demand *demand = view->demand;

    for (size_t i = 0; i < demand->n_memories; i++) {
        size_t n = demand->memories[i].cell < 0 ? 0 : (size_t)demand->memories[i].cell + 1;

        view->n_cells = n > view->n_cells && n <= MOST_CELLS ? n : view->n_cells;
    }
    view->cells = dx_arena_zero(&view->plan->arena, view->n_cells + 1, sizeof *view->cells);
    if (!view->cells) {
        return false;
    }
    for (size_t i = 0; i < demand->n_claims; i++) {
        const struct dx_claim *claim = &demand->claims[i];

        if (claim->kind == &dx_need_kind_numa_locality && claim->number < view->n_cells) {
            dx_cpuset_parse(&view->cells[claim->number].vcpus, dx_str_of(claim->text));
        }
    }
    return true;
}

/* True where some of a party's vCPUs are of a cell. */
static bool has_of(const struct cell *cell, const struct dx_party *party)
{
    int id = party->first->role == DX_ROLE_VCPU ? dx_cpuset_next(&cell->vcpus, (unsigned)party->first->id) : -1;

    return id >= 0 && (uint64_t)id < party->first->id + party->n;
}

/* Where the vCPUs of each cell run. */
static void read_pins(struct view *view)
{
    struct dx_cpuset pinned = {{0}};
    struct dx_party party;

    for (size_t at = 0; dx_party_next(&party, view->demand, &at);) {
        struct dx_cpuset nodes;

        if (party.first->role != DX_ROLE_VCPU) {
            continue;
        }
        nodes_of(&nodes, view, &party.first->cpus);
        dx_cpuset_unite(&view->all.nodes, &nodes);
        for (uint64_t id = party.first->id; id < party.first->id + party.n; id++) {
            dx_cpuset_add(&pinned, (unsigned)id);
        }
        for (size_t i = 0; i < view->n_cells; i++) {
            if (has_of(&view->cells[i], &party)) {
                dx_cpuset_unite(&view->cells[i].nodes, &nodes);
            }
        }
    }
    for (size_t i = 0; i < view->n_cells; i++) {
        struct dx_cpuset rest = view->cells[i].vcpus;

        dx_cpuset_drop(&rest, &pinned);
        view->cells[i].loose = dx_cpuset_next(&rest, 0) >= 0;
    }
    view->all.loose = dx_demand_unpinned(view->demand, DX_ROLE_VCPU) > 0;
}

static struct cell *cell_of(struct view *view, const struct dx_memory *memory)
{
    return memory->cell >= 0 && (size_t)memory->cell < view->n_cells ? &view->cells[memory->cell] : &view->all;
}

/* True for what is of one but not of the other. */
static bool reaches_beyond(const struct dx_cpuset *a, const struct dx_cpuset *b)
{
    struct dx_cpuset rest = *a;

    dx_cpuset_drop(&rest, b);
    return dx_cpuset_next(&rest, 0) >= 0;
}

/* vCPUs whose pins lead to the same nodes, away from their memory. */
static void tell_apart(struct view *view, const struct dx_memory *memory, const struct dx_cpuset *vcpus,
                       const struct dx_cpuset *nodes)
{
    bool one = dx_cpuset_count(vcpus) == 1;

    if (dx_cpuset_next(vcpus, 0) < 0 || !dx_few_next(&view->found)) {
        return;
    }
    dx_buf_format(&view->found.text, "%s %s of %s run%s on %s, ", one ? "vcpu" : "vcpus",
                  dx_cpus_list(view->plan, vcpus), dx_demand_name(view->demand), one ? "s" : "",
                  tell_nodes(view, nodes));
    if (memory->cell >= 0) {
        dx_buf_format(&view->found.text, "the memory of cell %d", memory->cell);
    } else {
        dx_buf_puts(&view->found.text, one ? "its memory" : "their memory");
    }
    dx_buf_format(&view->found.text, " is on %s", tell_nodes(view, &memory->nodes));
}

/* The pins of a cell's vCPUs that lead away from their memory, by the nodes that they lead to. */
static void tell_remote(struct view *view, const struct dx_memory *memory, const struct cell *cell)
{
    struct dx_cpuset vcpus = {{0}}, nodes = {{0}};
    struct dx_party party;

    for (size_t at = 0; dx_party_next(&party, view->demand, &at);) {
        struct dx_cpuset there;

        if (party.first->role != DX_ROLE_VCPU || (cell != &view->all && !has_of(cell, &party))) {
            continue;
        }
        nodes_of(&there, view, &party.first->cpus);
        if (!reaches_beyond(&there, &memory->nodes)) {
            continue;
        }
        ask(view, &party.first->asker);
        if (!dx_cpuset_equal(&there, &nodes)) {
            tell_apart(view, memory, &vcpus, &nodes);
            memset(&vcpus, 0, sizeof vcpus);
            nodes = there;
        }
        for (uint64_t id = party.first->id; id < party.first->id + party.n; id++) {
            if (cell == &view->all || dx_cpuset_has(&cell->vcpus, (unsigned)id)) {
                dx_cpuset_add(&vcpus, (unsigned)id);
            }
        }
    }
    tell_apart(view, memory, &vcpus, &nodes);
}

static enum verdict look_at_memory(struct view *view, const struct dx_memory *memory)
{
    struct cell *cell = cell_of(view, memory);
    struct dx_cpuset lacking = memory->nodes;

    if (memory->spread == DX_SPREAD_ANY) {
        return dx_cpuset_count(&cell->nodes) == 1 && !cell->loose ? UNBOUND : NOTHING;
    }
    dx_cpuset_unite(&view->bound, &memory->nodes);
    dx_cpuset_drop(&lacking, &view->layout->nodes);
    if (dx_cpuset_next(&lacking, 0) >= 0) {
        ask(view, &memory->binding);
        if (dx_few_next(&view->found)) {
            dx_buf_format(&view->found.text, "the host has no %s, which its memory is bound to",
                          tell_nodes(view, &lacking));
        }
        return REMOTE;
    }
    if (reaches_beyond(&cell->nodes, &memory->nodes)) {
        ask(view, &memory->binding);
        if (!cell->told) {
            tell_remote(view, memory, cell);
            cell->told = true;
        }
        return REMOTE;
    }
    return cell->loose ? LOOSE : dx_cpuset_next(&cell->nodes, 0) >= 0 ? LOCAL : NOTHING;
}

static enum verdict look(struct view *view)
{
    enum verdict worst = NOTHING;

    if (!read_cells(view)) {
        return NOTHING;
    }
    read_pins(view);
    for (size_t i = 0; i < view->demand->n_memories; i++) {
        enum verdict verdict = look_at_memory(view, &view->demand->memories[i]);

        worst = verdict > worst ? verdict : worst;
    }
    return worst;
}

/* ---- all of them ---- */

/* What domains of one verdict have in common: one requirement, however many they are. */
struct group {
    enum verdict verdict;
    const char *id, *one, *many; /* titles */
    enum dx_plan_state state;
    const char *found;
};

static const struct group groups[] = {
    {LOCAL, NULL, "the memory of %s is on the nodes that its vCPUs run on",
     "the memory of %s is on the nodes that their vCPUs run on", DX_PLAN_OK, "pins and numatune name the same nodes"},
    {UNBOUND, "host/unbound", "the memory of %s is on the node that its vCPUs are pinned to",
     "the memory of %s is on the nodes that their vCPUs are pinned to", DX_PLAN_UNKNOWN,
     "no numatune binds it: the kernel may take it from any node, and huge pages it takes before a vCPU runs"},
    {LOOSE, "host/unpinned", "the vCPUs of %s run on the nodes that its memory is bound to",
     "the vCPUs of %s run on the nodes that their memory is bound to", DX_PLAN_UNKNOWN,
     "some of them are pinned nowhere, and may run on any node"},
};

enum { N_GROUPS = sizeof groups / sizeof groups[0] };

struct outcome {
    struct dx_plan *plan;
    const struct layout *layout;
    struct dx_few names[N_GROUPS];
    struct dx_few advice;   /* for the unbound: what to bind to */
    enum verdict *verdicts; /* of each domain */
};

/* A domain whose iothreads are apart from its memory, which they copy to and from. */
static void note_iothreads(struct view *view, struct dx_need *need)
{
    struct dx_few few = DX_FEW(view->plan, NAMED);
    const char *text;
    struct dx_party party;

    for (size_t at = 0; dx_party_next(&party, view->demand, &at);) {
        struct dx_cpuset nodes;

        nodes_of(&nodes, view, &party.first->cpus);
        if (party.first->role == DX_ROLE_IOTHREAD && reaches_beyond(&nodes, &view->bound) && dx_few_next(&few)) {
            dx_party_tell(&few.text, &party);
        }
    }
    text = dx_few_end(view->plan, &few);
    if (text) {
        dx_need_say(view->plan, &need->face.note, "%s may run apart from that memory too", text);
    }
}

static void add_remote(struct view *view)
{
    struct dx_plan *plan = view->plan;
    const char *name = dx_demand_name(view->demand), *found = dx_few_end(plan, &view->found);
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_numa_locality, name,
                                       "the memory of %s is on the nodes that its vCPUs run on", name);

    if (!need) {
        return;
    }
    for (size_t i = 0; i < view->n_askers; i++) {
        dx_need_asked(plan, need, view->askers[i]);
    }
    dx_need_found(plan, need, DX_PLAN_MISSING, "%s", found ? found : "pins and numatune name other nodes");
    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                            .why = "have pins and memory name the same nodes",
                            .value = dx_cpuset_next(&view->all.nodes, 0) < 0
                                         ? "domxform --pass=numatune:NODES, with nodes that the host has"
                                         : dx_plan_text(plan,
                                                        "domxform --pass=numatune:%s, or --pass=vcpupin:spread=CPUS "
                                                        "with CPUs of the memory's node",
                                                        dx_cpus_list(plan, &view->all.nodes))});
    dx_need_say(plan, &need->face.verify, "numactl --hardware");
    note_iothreads(view, need);
}

static void add_to_group(struct outcome *outcome, struct view *view, enum verdict verdict)
{
    const char *name = dx_demand_name(view->demand);

    for (size_t i = 0; i < N_GROUPS; i++) {
        if (groups[i].verdict == verdict && dx_few_next(&outcome->names[i])) {
            dx_buf_puts(&outcome->names[i].text, name);
        }
    }
    if (verdict == UNBOUND && dx_few_next(&outcome->advice)) {
        dx_buf_format(&outcome->advice.text, "--pass=numatune:%s for %s", dx_cpus_list(view->plan, &view->all.nodes),
                      name);
    }
}

static void look_at(struct outcome *outcome, size_t i)
{
    struct dx_plan *plan = outcome->plan;
    struct view view = {
        .plan = plan, .demand = plan->demands[i], .layout = outcome->layout, .found = DX_FEW_PHRASES(plan, NAMED)};
    enum verdict verdict = look(&view);

    if (verdict == REMOTE) {
        add_remote(&view);
    } else if (plan->machine.n_nodes > 1) {
        outcome->verdicts[i] = verdict;
        add_to_group(outcome, &view, verdict);
    }
    dx_buf_free(&view.found.text);
}

/* What the memory is bound by, else what a vCPU is pinned by. */
static const struct dx_asker *asker_of(const struct dx_demand *demand)
{
    for (size_t i = 0; i < demand->n_memories; i++) {
        if (demand->memories[i].spread != DX_SPREAD_ANY) {
            return &demand->memories[i].binding;
        }
    }
    return demand->n_threads > 0 ? &demand->threads[0].asker : &demand->asker;
}

static void add_group(struct outcome *outcome, size_t which)
{
    struct dx_plan *plan = outcome->plan;
    const struct group *group = &groups[which];
    size_t n = outcome->names[which].n;
    const char *names = dx_few_end(plan, &outcome->names[which]);
    struct dx_need *need = names ? dx_need_add(plan, &dx_need_kind_numa_locality, group->id, "%s", "") : NULL;

    if (!need) {
        return;
    }
    dx_need_say(plan, &need->face.title, n == 1 ? group->one : group->many, names);
    for (size_t i = 0; i < plan->n_demands; i++) {
        if (outcome->verdicts[i] == group->verdict) {
            dx_need_asked(plan, need, asker_of(plan->demands[i]));
        }
    }
    dx_need_found(plan, need, group->state, "%s", group->found);
    dx_need_say(plan, &need->face.verify, "numastat -c qemu");
    if (group->verdict == UNBOUND) {
        const char *advice = dx_few_end(plan, &outcome->advice);

        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "bind the memory to the node of the vCPUs",
                                           .value = dx_plan_text(plan, "domxform with %s", advice ? advice : "")});
    } else if (group->verdict == LOOSE) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .why = "hold the vCPUs to the node of their memory",
                                           .value = "domxform --pass=vcpupin:CPUS with the CPUs of that node"});
    }
}

/* ---- the machine ---- */

static bool any_bound(const struct dx_plan *plan)
{
    for (size_t i = 0; i < plan->n_demands; i++) {
        for (size_t k = 0; k < plan->demands[i]->n_memories; k++) {
            if (plan->demands[i]->memories[k].spread != DX_SPREAD_ANY) {
                return true;
            }
        }
    }
    return false;
}

/* A kernel without NUMA has no such folder, and a single node. */
static void tell_unknown(struct dx_plan *plan)
{
    struct stat st;
    struct dx_reading reading = dx_root_stat(&st, &plan->root, &plan->arena, NODE_FOLDER);
    struct dx_need *need;

    if (reading.state == DX_READ_ABSENT || !any_bound(plan)) {
        return;
    }
    need = dx_need_add(plan, &dx_need_kind_numa_locality, NULL, "memory is on the nodes that its vCPUs run on");
    for (size_t i = 0; need && i < plan->n_demands; i++) {
        const struct dx_asker *asker = asker_of(plan->demands[i]);

        if (asker != &plan->demands[i]->asker) {
            dx_need_asked(plan, need, asker);
        }
    }
    if (reading.state == DX_READ_NO_HOST || reading.state == DX_READ_OK) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN,
                      "the NUMA nodes of the host are not known: virsh capabilities of it, given with --capabilities, "
                      "say them");
    } else {
        dx_need_unread(plan, need, &reading);
    }
}

static struct layout *layout_of(struct dx_plan *plan)
{
    const struct dx_machine *machine = &plan->machine;
    struct layout *layout = dx_arena_zero(&plan->arena, 1, sizeof *layout);

    if (!layout) {
        return NULL;
    }
    for (size_t i = 0; i < DX_CPUS; i++) {
        layout->node_of[i] = NO_NODE;
    }
    for (size_t i = 0; i < machine->n_nodes; i++) {
        const struct dx_cpuset *cpus = &machine->nodes[i].cpus;

        dx_cpuset_add(&layout->nodes, machine->nodes[i].id);
        for (int cpu = dx_cpuset_next(cpus, 0); cpu >= 0; cpu = dx_cpuset_next(cpus, (unsigned)cpu + 1)) {
            layout->node_of[cpu] = (int16_t)machine->nodes[i].id;
        }
    }
    return layout;
}

static void derive(struct dx_plan *plan)
{
    struct outcome outcome = {.plan = plan, .advice = DX_FEW_PHRASES(plan, NAMED)};

    if (plan->machine.n_nodes == 0) {
        tell_unknown(plan);
        return;
    }
    outcome.layout = layout_of(plan);
    outcome.verdicts = dx_arena_zero(&plan->arena, plan->n_demands + 1, sizeof *outcome.verdicts);
    if (!outcome.layout || !outcome.verdicts) {
        return;
    }
    for (size_t i = 0; i < N_GROUPS; i++) {
        outcome.names[i] = DX_FEW(plan, NAMED);
    }
    for (size_t i = 0; i < plan->n_demands; i++) {
        look_at(&outcome, i);
    }
    for (size_t i = 0; i < N_GROUPS; i++) {
        add_group(&outcome, i);
        dx_buf_free(&outcome.names[i].text);
    }
    dx_buf_free(&outcome.advice.text);
}

const struct dx_need_kind dx_need_kind_numa_locality = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "numa-locality",
             .scope = DX_SCOPE_HOST,
             .summary = "vCPUs run on the NUMA nodes that hold their memory",
             .why = "memory of another node is slower to reach"},
    .collect = collect,
    .derive = derive,
};
