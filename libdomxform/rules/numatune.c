/* Where the guest's memory comes from on the host (numa_conf.c). */
#include "facts.h"

struct numatune {
    struct dx_facts *facts;
    const struct dx_node *memory;
    bool automatic, restrictive;
};

static void check_nodeset(const struct numatune *it, const struct dx_node *node, struct dx_str text)
{
    struct dx_cpuset set;

    if (text.ptr && !dx_cpuset_parse(&set, text)) {
        dx_facts_point(it->facts, DX_RULE_NUM_P12, node, "nodeset", text, DX_NONE);
    }
}

static void check_mode(const struct numatune *it, const struct dx_node *node)
{
    static const char *const modes[] = {"strict", "preferred", "interleave", "restrictive", NULL};
    struct dx_str mode = dx_node_attr(node, "mode");

    if (mode.ptr && !dx_str_any(mode, modes)) {
        dx_facts_point(it->facts, DX_RULE_NUM_P13, node, "mode", DX_S("mode"), mode);
    }
}

static void check_memory(struct numatune *it)
{
    static const char *const places[] = {"static", "auto", "default", NULL};
    const struct dx_node *vcpu = dx_facts_first(it->facts, DX_FACT_VCPU);
    struct dx_str placement = dx_facts_attr(it->memory, "placement");
    struct dx_str nodeset = dx_facts_attr(it->memory, "nodeset");
    bool vcpu_auto = vcpu && dx_str_is(dx_node_attr(vcpu, "placement"), "auto");
    bool stated = it->memory && (dx_node_attr(it->memory, "mode").ptr || placement.ptr || nodeset.ptr);

    it->automatic = dx_str_is(placement, "auto") ||
                    (vcpu_auto && !nodeset.ptr && (!placement.ptr || dx_str_is(placement, "default")));
    if (!it->memory) {
        return;
    }
    check_mode(it, it->memory);
    it->restrictive = dx_str_is(dx_node_attr(it->memory, "mode"), "restrictive");
    if (placement.ptr && !dx_str_any(placement, places)) {
        dx_facts_point(it->facts, DX_RULE_NUM_P13, it->memory, "placement", DX_S("placement"), placement);
    } else if (stated && !nodeset.ptr && !it->automatic) {
        dx_facts_point(it->facts, DX_RULE_NUM_P14, it->memory, "placement", DX_NONE, DX_NONE);
    }
    check_nodeset(it, it->memory, nodeset);
}

/* That of the memory holds for the cells too, since 9.0 in one direction and later in both. */
static void check_restrictive(const struct numatune *it, const struct dx_node *memnode)
{
    bool restrictive = dx_str_is(dx_node_attr(memnode, "mode"), "restrictive");

    if (it->restrictive && !restrictive) {
        dx_facts_point(it->facts, DX_RULE_NUM_P18, memnode, "mode", DX_NONE, DX_NONE);
    } else if (it->memory && restrictive && !it->restrictive && dx_node_attr(it->memory, "mode").ptr) {
        dx_facts_point(it->facts, DX_RULE_NUM_P18B, memnode, "mode", DX_NONE, DX_NONE);
    }
}

static void check_memnode(const struct numatune *it, const struct dx_node *memnode, bool *seen)
{
    struct dx_str id = dx_node_attr(memnode, "cellid"), nodeset = dx_node_attr(memnode, "nodeset");
    uint64_t cell;

    if (dx_facts_number(&cell, id, UINT32_MAX) != 1 || cell >= it->facts->cells) {
        dx_facts_point(it->facts, DX_RULE_NUM_P16, memnode, "cellid", id,
                       dx_facts_word(it->facts, "%zu", it->facts->cells));
    } else if (seen[cell]) {
        dx_facts_point(it->facts, DX_RULE_NUM_P17, memnode, "cellid", id, DX_NONE);
    } else {
        seen[cell] = true;
    }
    check_mode(it, memnode);
    check_restrictive(it, memnode);
    if (!nodeset.ptr) {
        dx_facts_point(it->facts, DX_RULE_NUM_P12B, memnode, NULL, DX_NONE, DX_NONE);
    }
    check_nodeset(it, memnode, nodeset);
}

static void check_memnodes(struct numatune *it, const struct dx_node *first)
{
    bool *seen;

    if (it->automatic) {
        dx_facts_point(it->facts, DX_RULE_NUM_P15, first, NULL, DX_NONE, DX_NONE);
        return;
    }
    seen = dx_arena_zero(it->facts->arena, it->facts->cells + 1, sizeof *seen);
    if (it->facts->cells == 0) {
        dx_facts_point(it->facts, DX_RULE_NUM_P15B, first, NULL, DX_NONE, DX_NONE);
        return;
    }
    for (const struct dx_node *memnode = first; seen && memnode; memnode = dx_node_next_named(memnode, "memnode")) {
        check_memnode(it, memnode, seen);
    }
}

void dx_check_numatune(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_NUMATUNE];
    struct numatune it = {.facts = facts};
    const struct dx_node *memnode;

    if (list->n == 0) {
        return;
    }
    if (list->n > 1) {
        dx_facts_point(facts, DX_RULE_NUM_P19, list->items[1], NULL, DX_NONE, DX_NONE);
    }
    it.memory = dx_node_child(list->items[0], "memory");
    check_memory(&it);
    memnode = dx_node_child(list->items[0], "memnode");
    if (memnode) {
        check_memnodes(&it, memnode);
    }
}
