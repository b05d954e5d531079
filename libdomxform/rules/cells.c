/* The guest's NUMA cells: ids, cpus, distances, caches, links (numa_conf.c). */
#include "facts.h"

enum { LOCAL = 10, UNREACHABLE = 255, MOST_LEVEL = 3 };

struct cells {
    struct dx_facts *facts;
    size_t n;
    const struct dx_node **by_id; /* those with an id in range */
    struct dx_cpuset *cpus;       /* of all cells seen so far; NULL: none */
};

/* The cell's id: stated, or how many stand before it. -1 when it is out of range. */
static int64_t id_of(const struct cells *cells, const struct dx_node *cell, size_t at)
{
    uint64_t id;
    int rc = dx_facts_number(&id, dx_node_attr(cell, "id"), UINT32_MAX);

    if (rc == 0) {
        return (int64_t)at;
    }
    return rc < 0 || id >= cells->n ? -1 : (int64_t)id;
}

static void check_id(struct cells *cells, const struct dx_node *cell, size_t at)
{
    struct dx_str text = dx_node_attr(cell, "id");
    int64_t id = id_of(cells, cell, at);

    if (id < 0) {
        dx_facts_point(cells->facts, DX_RULE_NUM_P01, cell, "id", text, dx_facts_word(cells->facts, "%zu", cells->n));
    } else if (cells->by_id[id]) {
        dx_facts_point(cells->facts, DX_RULE_NUM_P02, cell, "id", dx_facts_word(cells->facts, "%u", (unsigned)id),
                       DX_NONE);
    } else {
        cells->by_id[id] = cell;
    }
}

static void check_cpus(struct cells *cells, const struct dx_node *cell)
{
    struct dx_facts *facts = cells->facts;
    struct dx_str text = dx_node_attr(cell, "cpus");
    struct dx_cpuset set;
    int past;

    if (!text.ptr) {
        return;
    }
    if (!dx_cpuset_parse(&set, text)) {
        /* A set that excludes all that it names is none to us, but to libvirt here: a cell without cpus. */
        if (!memchr(text.ptr, '^', text.len)) {
            dx_facts_point(facts, DX_RULE_NUM_P03, cell, "cpus", text, DX_NONE);
        }
        return;
    }
    past = facts->vcpus > 0 && facts->vcpus < DX_CPUS ? dx_cpuset_next(&set, (unsigned)facts->vcpus) : -1;
    if (past >= 0) {
        dx_facts_point(facts, DX_RULE_NUM_P05, cell, "cpus", dx_facts_word(facts, "%d", past),
                       dx_facts_word(facts, "%u", (unsigned)facts->vcpus));
    }
    cells->cpus = cells->cpus ? cells->cpus : dx_arena_zero(facts->arena, 1, sizeof *cells->cpus);
    if (!cells->cpus) {
        return;
    }
    if (dx_cpuset_overlap(cells->cpus, &set)) {
        dx_facts_point(facts, DX_RULE_NUM_P04, cell, "cpus", text, DX_NONE);
    }
    dx_cpuset_unite(cells->cpus, &set);
}

static void check_values(struct cells *cells, const struct dx_node *cell)
{
    static const char *const access[] = {"shared", "private", NULL};
    static const char *const yes_no[] = {"yes", "no", NULL};
    struct dx_str text = dx_node_attr(cell, "memAccess");

    if (text.ptr && !dx_str_any(text, access)) {
        dx_facts_point(cells->facts, DX_RULE_NUM_P06, cell, "memAccess", DX_S("memAccess"), text);
    }
    text = dx_node_attr(cell, "discard");
    if (text.ptr && !dx_str_any(text, yes_no)) {
        dx_facts_point(cells->facts, DX_RULE_NUM_P06, cell, "discard", DX_S("discard"), text);
    }
    if (!dx_node_attr(cell, "memory").ptr) {
        dx_facts_raise(cells->facts, &(struct dx_finding){.rule = DX_RULE_NUM_P07, .node = cell, .lacks = "memory"});
    }
}

static void check_sibling(struct cells *cells, const struct dx_node *sibling, int64_t cell)
{
    struct dx_facts *facts = cells->facts;
    struct dx_str id_text = dx_node_attr(sibling, "id"), text = dx_node_attr(sibling, "value");
    uint64_t id, value;

    if (dx_facts_number(&id, id_text, UINT32_MAX) != 1) {
        return;
    }
    if (id >= cells->n) {
        dx_facts_point(facts, DX_RULE_NUM_P08, sibling, "id", id_text, dx_facts_word(facts, "%zu", cells->n));
    } else if (cell >= 0 && dx_facts_number(&value, text, UINT32_MAX) == 1 &&
               (value < LOCAL || value > UNREACHABLE || (id == (uint64_t)cell) != (value == LOCAL))) {
        dx_facts_point(facts, DX_RULE_NUM_P09, sibling, "value", text, id_text);
    }
}

static void check_distances(struct cells *cells, const struct dx_node *cell, size_t at)
{
    const struct dx_node *distances = dx_node_child(cell, "distances");
    int64_t id = id_of(cells, cell, at);
    const struct dx_node *sibling = distances ? dx_node_child(distances, "sibling") : NULL;

    if (distances && !sibling) {
        dx_facts_point(cells->facts, DX_RULE_NUM_P10, distances, NULL, DX_NONE, DX_NONE);
    }
    for (; sibling; sibling = dx_node_next_named(sibling, "sibling")) {
        check_sibling(cells, sibling, id);
    }
}

static void check_caches(struct cells *cells, const struct dx_node *cell)
{
    unsigned seen = 0;

    for (const struct dx_node *cache = dx_node_child(cell, "cache"); cache;
         cache = dx_node_next_named(cache, "cache")) {
        struct dx_str text = dx_node_attr(cache, "level");
        uint64_t level;

        if (dx_facts_number(&level, text, UINT32_MAX) != 1 || level == 0 || level > MOST_LEVEL) {
            dx_facts_point(cells->facts, DX_RULE_NUM_G01, cache, "level", text, DX_NONE);
        } else if (seen >> level & 1) {
            dx_facts_point(cells->facts, DX_RULE_NUM_G01B, cache, "level", text, DX_NONE);
        } else {
            seen |= 1u << level;
        }
    }
}

static void check_links(struct cells *cells, const struct dx_node *numa)
{
    static const char *const ends[] = {"initiator", "target"};
    const struct dx_node *links = dx_node_child(numa, "interconnects");

    for (const struct dx_node *link = links ? links->first : NULL; link; link = link->next) {
        for (size_t i = 0; link->kind == DX_KIND_ELEMENT && i < 2; i++) {
            struct dx_str text = dx_node_attr(link, ends[i]);
            uint64_t id;

            if (dx_facts_number(&id, text, UINT32_MAX) != 1) {
                continue;
            }
            if (id >= cells->n) {
                dx_facts_point(cells->facts, DX_RULE_NUM_G02, link, ends[i], text,
                               dx_facts_word(cells->facts, "%zu", cells->n));
            } else if (i == 0 && cells->by_id[id] && !dx_node_attr(cells->by_id[id], "cpus").ptr) {
                dx_facts_point(cells->facts, DX_RULE_NUM_G03, link, ends[i], text, DX_NONE);
            }
        }
    }
}

void dx_check_cells(struct dx_facts *facts)
{
    const struct dx_node *numa = dx_domain_numa(facts->domain);
    struct cells cells = {.facts = facts, .n = facts->cells};
    size_t at = 0;

    if (!numa) {
        return;
    }
    if (cells.n == 0) {
        dx_facts_point(facts, DX_RULE_NUM_P11, numa, NULL, DX_NONE, DX_NONE);
        return;
    }
    cells.by_id = dx_arena_zero(facts->arena, cells.n, sizeof *cells.by_id);
    if (!cells.by_id) {
        return;
    }
    for (const struct dx_node *cell = dx_node_child(numa, "cell"); cell; cell = dx_node_next_named(cell, "cell")) {
        check_id(&cells, cell, at);
        check_cpus(&cells, cell);
        check_values(&cells, cell);
        check_distances(&cells, cell, at++);
        check_caches(&cells, cell);
    }
    check_links(&cells, numa);
}
