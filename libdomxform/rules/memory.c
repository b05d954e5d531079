/* HP: huge pages and memory backing. */
#include "facts.h"

static void raise_value(struct dx_facts *facts, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                        struct dx_str value)
{
    dx_facts_raise(facts,
                   &(struct dx_finding){.rule = rule, .node = node, .attr = attr, .value = value, .args = {value}});
}

static void check_size(struct dx_facts *facts, const struct dx_node *page, struct dx_str size, struct dx_str unit)
{
    uint64_t bytes;

    if (!dx_scaled_parse(DX_S("1"), unit, 1024, &bytes)) {
        raise_value(facts, DX_RULE_HP_P01B, page, "unit", unit);
    } else if (!size.ptr || !dx_scaled_parse(size, unit, 1024, &bytes) || bytes == 0) {
        raise_value(facts, DX_RULE_HP_P01, page, size.ptr ? "size" : NULL, size);
    }
}

struct pages {
    size_t cells;
    bool master;           /* a page without a nodeset was seen */
    struct dx_cpuset *all; /* nodes that pages name; NULL until one does */
};

static void check_nodes(struct dx_facts *facts, struct pages *pages, const struct dx_node *page,
                        const struct dx_cpuset *set, struct dx_str text)
{
    int node = dx_cpuset_next(set, (unsigned)pages->cells);

    if (node >= 0) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_HP_G03,
                                                   .node = page,
                                                   .attr = "nodeset",
                                                   .value = text,
                                                   .args = {dx_facts_word(facts, "%d", node),
                                                            dx_facts_word(facts, "%zu", pages->cells)}});
    }
    if (!pages->all) {
        pages->all = dx_arena_zero(facts->arena, 1, sizeof *pages->all);
    }
    if (!pages->all) {
        return;
    }
    if (dx_cpuset_overlap(pages->all, set)) {
        raise_value(facts, DX_RULE_HP_G02, page, "nodeset", text);
    }
    for (size_t i = 0; i < sizeof set->word / sizeof set->word[0]; i++) {
        pages->all->word[i] |= set->word[i];
    }
}

static void check_page(struct dx_facts *facts, struct pages *pages, const struct dx_node *page)
{
    static const char *const names[] = {"size", "unit", "nodeset", NULL};
    struct dx_str text[3];
    struct dx_cpuset set;

    dx_facts_attrs(text, page, names);
    check_size(facts, page, text[0], text[1]);
    if (text[2].ptr) {
        if (!dx_cpuset_parse(&set, text[2])) {
            raise_value(facts, DX_RULE_HP_P02, page, "nodeset", text[2]);
            return;
        }
        /* Without guest NUMA libvirt strips nodeset='0', and the page is for all. */
        if (pages->cells > 0 || !dx_cpuset_has(&set, 0) || dx_cpuset_next(&set, 1) >= 0) {
            check_nodes(facts, pages, page, &set, text[2]);
            return;
        }
    }
    if (pages->master) {
        raise_value(facts, DX_RULE_HP_G01, page, text[0].ptr ? "size" : NULL, text[0]);
    }
    pages->master = true;
}

/* Of each element libvirt reads the first attribute that there is. */
static void check_backing(struct dx_facts *facts)
{
    static const char *const types[] = {"file", "anonymous", "memfd", NULL};
    static const char *const modes[] = {"shared", "private", NULL};
    static const char *const times[] = {"immediate", "ondemand", NULL};
    static const struct {
        const char *element, *attr;
        const char *const *good;
        const char *bad; /* together with huge pages */
        enum dx_rule_id rule;
    } kinds[] = {
        {"source", "type", types, "anonymous", DX_RULE_HP_Q02},
        {"access", "mode", modes, NULL, DX_RULE_HP_Q02},
        {"allocation", "mode", times, "ondemand", DX_RULE_HP_Q01},
    };
    unsigned seen = 0;

    for (size_t i = 0; i < facts->lists[DX_FACT_BACKING].n; i++) {
        const struct dx_node *node = facts->lists[DX_FACT_BACKING].items[i];
        size_t k = 0;
        struct dx_str text;

        while (!dx_str_is(dx_node_name(node), kinds[k].element)) {
            k++;
        }
        text = dx_node_attr(node, kinds[k].attr);
        if (text.len == 0 || seen & 1u << k) {
            continue;
        }
        seen |= 1u << k;
        if (!dx_str_any(text, kinds[k].good)) {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_HP_P03,
                                                       .node = node,
                                                       .attr = kinds[k].attr,
                                                       .value = text,
                                                       .args = {dx_node_name(node), dx_str_of(kinds[k].attr), text}});
        } else if (kinds[k].bad && facts->lists[DX_FACT_HUGEPAGES].n && dx_str_is(text, kinds[k].bad)) {
            dx_facts_raise(
                facts, &(struct dx_finding){
                           .rule = kinds[k].rule, .node = node, .attr = kinds[k].attr, .value = text, .args = {text}});
        }
    }
}

void dx_check_memory(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_HUGEPAGES];
    const struct dx_node *guarantee = dx_facts_first(facts, DX_FACT_MIN_GUARANTEE);
    struct pages pages = {.cells = list->n ? dx_domain_cells(facts->domain) : 0};
    uint64_t number;

    for (size_t i = 0; i < list->n; i++) {
        for (const struct dx_node *page = dx_node_child(list->items[i], "page"); page;
             page = dx_node_next_named(page, "page")) {
            check_page(facts, &pages, page);
        }
    }
    check_backing(facts);
    if (guarantee && dx_facts_number(&number, dx_node_text(guarantee), UINT64_MAX) == 1 && number > 0) {
        dx_facts_raise(
            facts, &(struct dx_finding){.rule = DX_RULE_HP_Q04, .node = guarantee, .value = dx_node_text(guarantee)});
    }
}
