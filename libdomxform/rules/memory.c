/* HP: huge pages and memory backing. */
#include "facts.h"

static void check_size(struct dx_facts *facts, const struct dx_node *page, struct dx_str size, struct dx_str unit)
{
    uint64_t bytes;

    if (!dx_scaled_parse(DX_S("1"), unit, 1024, &bytes)) {
        dx_facts_point(facts, DX_RULE_HP_P01B, page, "unit", unit, DX_NONE);
    } else if (!size.ptr || !dx_scaled_parse(size, unit, 1024, &bytes) || bytes == 0) {
        dx_facts_point(facts, DX_RULE_HP_P01, page, "size", size, DX_NONE);
    }
}

struct pages {
    bool master;           /* a page without a nodeset was seen */
    struct dx_cpuset *all; /* nodes that pages name; NULL until one does */
};

static void check_nodes(struct dx_facts *facts, struct pages *pages, const struct dx_node *page,
                        const struct dx_cpuset *set, struct dx_str text)
{
    int node = dx_cpuset_next(set, (unsigned)facts->cells);

    if (node >= 0) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_HP_G03,
                                                   .node = page,
                                                   .attr = "nodeset",
                                                   .value = text,
                                                   .args = {dx_facts_word(facts, "%d", node),
                                                            dx_facts_word(facts, "%zu", facts->cells)}});
    }
    if (!pages->all) {
        pages->all = dx_arena_zero(facts->arena, 1, sizeof *pages->all);
    }
    if (!pages->all) {
        return;
    }
    if (dx_cpuset_overlap(pages->all, set)) {
        dx_facts_point(facts, DX_RULE_HP_G02, page, "nodeset", text, DX_NONE);
    }
    dx_cpuset_unite(pages->all, set);
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
            dx_facts_point(facts, DX_RULE_HP_P02, page, "nodeset", text[2], DX_NONE);
            return;
        }
        /* Without guest NUMA libvirt strips nodeset='0', and the page is for all. */
        if (facts->cells > 0 || !dx_cpuset_has(&set, 0) || dx_cpuset_next(&set, 1) >= 0) {
            check_nodes(facts, pages, page, &set, text[2]);
            return;
        }
    }
    if (pages->master) {
        dx_facts_point(facts, DX_RULE_HP_G01, page, "size", text[0], DX_NONE);
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
    struct pages pages = {0};
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

/* ---- the start ---- */

/* One page size: what the architecture has, and the memory that it is for. */
struct size {
    const struct dx_node *page;
    uint64_t bytes;
    bool master; /* for the nodes that no other page names */
    struct dx_cpuset nodes;
};

static bool read_size(struct size *size, const struct dx_node *page, size_t cells)
{
    struct dx_str nodeset = dx_node_attr(page, "nodeset");

    *size = (struct size){.page = page, .master = !nodeset.ptr || cells == 0};
    return dx_scaled_parse(dx_node_attr(page, "size"), dx_node_attr(page, "unit"), 1024, &size->bytes) &&
           size->bytes > 0 && (!nodeset.ptr || dx_cpuset_parse(&size->nodes, nodeset));
}

static void check_fit(struct dx_facts *facts, const struct size *size, const struct dx_node *holder, struct dx_str text,
                      const char *attr)
{
    dx_cleanup(dx_buf_free) struct dx_buf memory = DX_BUF(facts->arena->mem), page = DX_BUF(facts->arena->mem);
    uint64_t bytes, n = dx_page_misfit(&bytes, holder, text, size->bytes);

    if (n == 0) {
        return;
    }
    dx_page_spell(&memory, bytes);
    dx_page_spell(&page, size->bytes);
    dx_facts_raise(facts, &(struct dx_finding){.rule = bytes < size->bytes ? DX_RULE_HP_R03 : DX_RULE_HP_R04,
                                               .node = holder,
                                               .attr = attr,
                                               .value = text,
                                               .args = {dx_facts_keep(facts, &memory), dx_facts_keep(facts, &page),
                                                        dx_facts_word(facts, "%llu", (unsigned long long)n)}});
}

static void check_arch(struct dx_facts *facts, const struct size *size)
{
    enum dx_page_kind kind = dx_page_kind(facts->target->arch, size->bytes);
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(facts->arena->mem);

    if (kind == DX_PAGE_HUGE || facts->target->arch_assumed) {
        return;
    }
    dx_page_spell(&text, size->bytes);
    dx_facts_raise(facts, &(struct dx_finding){.rule = kind == DX_PAGE_ORDINARY ? DX_RULE_HP_R02 : DX_RULE_HP_R01,
                                               .node = size->page,
                                               .attr = "size",
                                               .value = dx_node_attr(size->page, "size"),
                                               .args = {dx_facts_keep(facts, &text), facts->target->arch_name}});
}

/* The page size of a guest node: one that names it, else the one for all. */
static const struct size *size_of(const struct size *sizes, size_t n, unsigned cell)
{
    const struct size *master = NULL;

    for (size_t i = 0; i < n; i++) {
        if (!sizes[i].master && dx_cpuset_has(&sizes[i].nodes, cell)) {
            return &sizes[i];
        }
        master = sizes[i].master ? &sizes[i] : master;
    }
    return master;
}

static void check_sizes(struct dx_facts *facts, const struct size *sizes, size_t n)
{
    const struct dx_node *memory = dx_node_child(facts->domain, "memory");
    const struct dx_node *numa = dx_domain_numa(facts->domain);
    unsigned id = 0;

    for (size_t i = 0; i < n; i++) {
        check_arch(facts, &sizes[i]);
    }
    if (facts->cells == 0) {
        if (memory) {
            check_fit(facts, &sizes[n - 1], memory, dx_node_text(memory), NULL);
        }
        return;
    }
    for (const struct dx_node *cell = dx_node_child(numa, "cell"); cell && id < DX_CPUS;
         cell = dx_node_next_named(cell, "cell"), id++) {
        const struct size *size = size_of(sizes, n, id);

        if (size) {
            check_fit(facts, size, cell, dx_node_attr(cell, "memory"), "memory");
        }
    }
}

void dx_check_pages(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_HUGEPAGES];
    const struct dx_node *locked = dx_facts_first(facts, DX_FACT_LOCKED);
    size_t n = 0;
    enum { MOST = 64 }; /* a document with more of them has other troubles */
    struct size *sizes = list->n && facts->qemu ? dx_arena_alloc(facts->arena, MOST * sizeof *sizes) : NULL;

    for (size_t i = 0; sizes && i < list->n; i++) {
        for (const struct dx_node *page = dx_node_child(list->items[i], "page"); page && n < MOST;
             page = dx_node_next_named(page, "page")) {
            n += read_size(&sizes[n], page, facts->cells);
        }
    }
    if (n > 0) {
        check_sizes(facts, sizes, n);
    }
    if (locked && facts->qemu && !dx_facts_first(facts, DX_FACT_HARD_LIMIT)) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_HP_A01, .node = locked});
    }
}
