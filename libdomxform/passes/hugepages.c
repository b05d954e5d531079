/* <memoryBacking><hugepages>: the guide's static huge pages (semantics §6). */
#include "pass.h"

struct hugepages {
    struct dx_size size;
    struct dx_cpuset *nodeset;
};

enum { CHOICE_DEFAULT = 1 };

static const char *const containers[] = {"hugepages", "memoryBacking", NULL};

/* What the document has, read once. */
struct backing {
    struct dx_node *hugepages; /* the first; NULL when absent */
    size_t cells;              /* guest NUMA cells */
};

struct page {
    struct dx_node *node;
    uint64_t bytes; /* 0: libvirt would refuse it */
    bool master;    /* for all nodes that no other page names */
    struct dx_cpuset nodes;
};

static bool is_node_zero(const struct dx_cpuset *set)
{
    return dx_cpuset_has(set, 0) && dx_cpuset_count(set) == 1;
}

static void read_page(struct page *page, struct dx_node *node, size_t cells)
{
    struct dx_str nodeset = dx_node_attr(node, "nodeset");

    *page = (struct page){.node = node};
    if (!dx_scaled_parse(dx_node_attr(node, "size"), dx_node_attr(node, "unit"), 1024, &page->bytes)) {
        page->bytes = 0;
    }
    /* Without guest NUMA libvirt strips nodeset='0' (HP-G03). */
    page->master = !nodeset.ptr || (dx_cpuset_parse(&page->nodes, nodeset) && cells == 0 && is_node_zero(&page->nodes));
}

/* Pages in all <hugepages> of all <memoryBacking>, one after the other. */
static struct dx_node *next_page(struct dx_node *root, struct dx_node *page)
{
    struct dx_each each = {.container_name = "memoryBacking", .name = "hugepages"};
    struct dx_node *hugepages = page ? page->parent : dx_each_first(&each, root, "memoryBacking", "hugepages");

    page = page ? dx_node_next_named(page, "page") : hugepages ? dx_node_child(hugepages, "page") : NULL;
    while (!page && hugepages) {
        hugepages = dx_each_next(&each, hugepages);
        page = hugepages ? dx_node_child(hugepages, "page") : NULL;
    }
    return page;
}

/* ---- warnings: a size that the arch cannot have, memory that the pages do not fit ---- */

static int warn_arch(struct dx_run *run, const struct dx_node *node, uint64_t bytes, struct dx_str size)
{
    switch (dx_page_kind(run->target.arch, bytes)) {
    case DX_PAGE_ORDINARY:
        return dx_run_report(run, DX_RULE_HP_R02, node, NULL, DX_ARGS(size));
    case DX_PAGE_UNKNOWN:
        return dx_run_report(run, DX_RULE_HP_R01, node, NULL, DX_ARGS(size, run->target.arch_name));
    case DX_PAGE_HUGE:
        break;
    }
    return DX_OK;
}

static int warn_fit(struct dx_run *run, const struct dx_node *holder, struct dx_str text, uint64_t page,
                    struct dx_str size)
{
    dx_cleanup(dx_buf_free) struct dx_buf memory = DX_BUF(&run->ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf pages = DX_BUF(&run->ctx->mem);
    uint64_t bytes, n = dx_page_misfit(&bytes, holder, text, page);

    if (n == 0) {
        return DX_OK;
    }
    dx_buf_format(&pages, "%llu", (unsigned long long)n);
    return dx_run_report(run, bytes < page ? DX_RULE_HP_R03 : DX_RULE_HP_R04, holder, NULL,
                         DX_ARGS(dx_page_spell(&memory, bytes), size, dx_buf_view(&pages)));
}

static int warn(struct dx_run *run, const struct hugepages *opts, const struct backing *backing)
{
    dx_cleanup(dx_buf_free) struct dx_buf size = DX_BUF(&run->ctx->mem);
    const struct dx_node *root = run->doc->root, *memory = dx_node_child(root, "memory");
    uint64_t page = opts->size.bytes;
    unsigned id = 0;
    int rc;

    if (opts->size.choice == CHOICE_DEFAULT) {
        return DX_OK;
    }
    dx_page_spell(&size, page);
    rc = warn_arch(run, backing->hugepages ? backing->hugepages : root, page, dx_buf_view(&size));
    if (backing->cells == 0) {
        return rc < 0 || !memory ? rc : warn_fit(run, memory, dx_node_text(memory), page, dx_buf_view(&size));
    }
    for (const struct dx_node *cell = dx_node_child(dx_domain_numa(root), "cell"); rc >= 0 && cell;
         cell = dx_node_next_named(cell, "cell"), id++) {
        if (!opts->nodeset || dx_cpuset_has(opts->nodeset, id)) {
            rc = warn_fit(run, cell, dx_node_attr(cell, "memory"), page, dx_buf_view(&size));
        }
    }
    return rc;
}

/* ---- refusals: what libvirt would not take beside huge pages ---- */

static int refuse_conflicts(struct dx_run *run, const struct hugepages *opts, const struct backing *backing)
{
    struct dx_node *root = run->doc->root;
    const struct dx_node *source = dx_domain_find(root, "memoryBacking", "source");
    const struct dx_node *allocation = dx_domain_find(root, "memoryBacking", "allocation");

    if (opts->nodeset && !(backing->cells == 0 && is_node_zero(opts->nodeset))) {
        int beyond = dx_cpuset_next(opts->nodeset, (unsigned)(backing->cells < DX_CPUS ? backing->cells : DX_CPUS - 1));

        if (beyond >= 0 && (size_t)beyond >= backing->cells) {
            dx_cleanup(dx_buf_free) struct dx_buf node = DX_BUF(&run->ctx->mem), cells = DX_BUF(&run->ctx->mem);
            const struct dx_node *numa = dx_domain_numa(root);

            dx_buf_format(&node, "%d", beyond);
            dx_buf_format(&cells, "%zu", backing->cells);
            return dx_run_report(run, DX_RULE_HP_G03, numa ? numa : root, NULL,
                                 DX_ARGS(dx_buf_view(&node), dx_buf_view(&cells)));
        }
    }
    if (!dx_target_is_qemu(&run->target)) {
        return DX_OK;
    }
    if (source && dx_str_is(dx_node_attr(source, "type"), "anonymous")) {
        return dx_run_report(run, DX_RULE_HP_Q02, source, "type", DX_NO_ARGS);
    }
    if (allocation && dx_str_is(dx_node_attr(allocation, "mode"), "ondemand")) {
        return dx_run_report(run, DX_RULE_HP_Q01, allocation, "mode", DX_NO_ARGS);
    }
    return DX_OK;
}

/* ---- changes ---- */

static int set_size(struct dx_node *page, uint64_t bytes)
{
    char number[32];
    const char *unit;
    int rc;

    snprintf(number, sizeof number, "%llu", (unsigned long long)dx_size_unit(bytes, &unit));
    rc = dx_edit_set(page, "size", number);
    return rc < 0 ? rc : dx_edit_set(page, "unit", unit);
}

static int add_hugepages(struct dx_run *run, struct backing *backing)
{
    return dx_run_container(&backing->hugepages, run, "memoryBacking", "hugepages", "page");
}

static int set_nodeset(struct dx_run *run, struct dx_node *page, const struct dx_cpuset *nodes)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);

    dx_cpuset_format(&text, nodes);
    return text.failed ? dx_ctx_no_memory(run->ctx) : dx_edit_set_attr(page, "nodeset", dx_buf_view(&text));
}

static int add_page(struct dx_run *run, struct backing *backing, uint64_t bytes, const struct dx_cpuset *nodes)
{
    struct dx_node *page;
    int rc = add_hugepages(run, backing);

    rc = rc < 0 ? rc : dx_run_insert(&page, run, backing->hugepages, "page");
    rc = rc < 0 ? rc : set_size(page, bytes);
    return rc < 0 || !nodes ? rc : set_nodeset(run, page, nodes);
}

static void subtract(struct dx_cpuset *from, const struct dx_cpuset *set)
{
    for (size_t i = 0; i < DX_CPUS / 64; i++) {
        from->word[i] &= ~set->word[i];
    }
}

static int make_default(struct dx_run *run, struct backing *backing)
{
    struct dx_node *next;
    int rc = DX_OK;

    for (struct dx_node *node = next_page(run->doc->root, NULL); node && rc >= 0; node = next) {
        struct page page;

        read_page(&page, node, backing->cells);
        next = next_page(run->doc->root, node);
        if (!page.master) {
            rc = dx_run_refuse(run, node, "nodeset", "remove the page first, or use --force",
                               "a page size for some guest nodes stands here, and the default is for all");
        }
        if (rc >= 0) {
            rc = dx_edit_remove(node);
        }
    }
    return rc < 0 ? rc : add_hugepages(run, backing);
}

/* True when every guest node has pages of that size already. */
static bool covers_all(struct dx_run *run, const struct backing *backing, uint64_t bytes)
{
    struct dx_cpuset covered = {{0}};
    struct page page;

    for (struct dx_node *node = next_page(run->doc->root, NULL); node; node = next_page(run->doc->root, node)) {
        read_page(&page, node, backing->cells);
        if (page.bytes == bytes) {
            dx_cpuset_unite(&covered, &page.nodes);
        }
    }
    return backing->cells > 0 && dx_cpuset_count(&covered) == backing->cells;
}

static int make_master(struct dx_run *run, struct backing *backing, uint64_t bytes, const struct dx_cpuset *nodes)
{
    struct page page;

    for (struct dx_node *node = next_page(run->doc->root, NULL); node; node = next_page(run->doc->root, node)) {
        read_page(&page, node, backing->cells);
        if (page.master) {
            return page.bytes == bytes ? DX_OK : set_size(node, bytes);
        }
    }
    return covers_all(run, backing, bytes) ? DX_OK : add_page(run, backing, bytes, nodes);
}

/* Takes the asked nodes from a page of another size. */
static int cut_page(struct dx_run *run, struct page *page, const struct dx_cpuset *asked)
{
    int rc = dx_run_refuse(run, page->node, "nodeset", "name the same nodes as the page does, or use --force",
                           "a page of another size covers some of the asked nodes");

    if (rc < 0) {
        return rc;
    }
    subtract(&page->nodes, asked);
    return dx_cpuset_next(&page->nodes, 0) < 0 ? dx_edit_remove(page->node)
                                               : set_nodeset(run, page->node, &page->nodes);
}

static int make_nodes(struct dx_run *run, struct backing *backing, uint64_t bytes, const struct dx_cpuset *asked)
{
    struct dx_cpuset left = *asked;
    bool master = false, others = false;
    struct dx_node *next;
    struct page page;

    for (struct dx_node *node = next_page(run->doc->root, NULL); node; node = next_page(run->doc->root, node)) {
        read_page(&page, node, backing->cells);
        if (!page.master && dx_cpuset_equal(&page.nodes, asked)) {
            return page.bytes == bytes ? DX_OK : set_size(node, bytes);
        }
        if (page.bytes == bytes && page.master) {
            master = true;
        } else if (page.bytes == bytes) {
            subtract(&left, &page.nodes);
        } else {
            others = others || dx_cpuset_overlap(&page.nodes, asked);
        }
    }
    if (dx_cpuset_next(&left, 0) < 0 || (master && !others)) {
        return DX_OK;
    }
    for (struct dx_node *node = next_page(run->doc->root, NULL); node; node = next) {
        next = next_page(run->doc->root, node);
        read_page(&page, node, backing->cells);
        if (!page.master && page.bytes != bytes && dx_cpuset_overlap(&page.nodes, &left)) {
            int rc = cut_page(run, &page, &left);

            if (rc < 0) {
                return rc;
            }
        }
    }
    return add_page(run, backing, bytes, &left);
}

static int run_hugepages(struct dx_run *run, const void *values, void *user)
{
    const struct hugepages *opts = values;
    struct backing backing = {
        .hugepages = dx_domain_find(run->doc->root, "memoryBacking", "hugepages"),
        .cells = dx_domain_cells(run->doc->root),
    };
    size_t edits = run->doc->edits;
    int rc;

    (void)user;
    if (opts->size.choice == CHOICE_DEFAULT) {
        rc = make_default(run, &backing);
    } else if (opts->nodeset && !(backing.cells == 0 && is_node_zero(opts->nodeset))) {
        rc = make_nodes(run, &backing, opts->size.bytes, opts->nodeset);
    } else {
        rc = make_master(run, &backing, opts->size.bytes, opts->nodeset);
    }
    if (rc < 0 || run->doc->edits == edits) {
        return rc;
    }
    rc = refuse_conflicts(run, opts, &backing);
    return rc < 0 ? rc : warn(run, opts, &backing);
}

static int remove_hugepages(struct dx_run *run, const void *values, void *user)
{
    struct dx_node *node;

    (void)values;
    (void)user;
    while ((node = dx_domain_find(run->doc->root, "memoryBacking", "hugepages")) != NULL) {
        int rc = dx_run_prune(run, node, containers + 1);

        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}

static int check_hugepages(struct dx_run *run, const void *values, void *user)
{
    const struct hugepages *opts = values;

    (void)user;
    return opts->nodeset && opts->size.choice == CHOICE_DEFAULT
               ? dx_run_usage(run, 1, "name a size, such as 2M, for the nodes", "hugepages: default takes no nodeset")
               : DX_OK;
}

static const struct dx_opt options[] = {
    {.name = "size",
     .value = "SIZE",
     .choices = "default",
     .help = "the page size, such as 1G, 2M or 2048KiB; default: the host's default size",
     .type = DX_OPT_SIZE,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct hugepages, size)},
    {.name = "nodeset",
     .value = "SET",
     .help = "the guest NUMA nodes that get these pages, such as 0-1; without it, all",
     .type = DX_OPT_CPUSET,
     .off = offsetof(struct hugepages, nodeset)},
    {.name = NULL},
};

const struct dx_pass dx_pass_hugepages = {
    .size = sizeof(struct dx_pass),
    .name = "hugepages",
    .group = "memory",
    .summary = "back the guest's memory with huge pages",
    .doc = "Writes <memoryBacking><hugepages> with a <page> of the size, in its largest\n"
           "whole unit. A page of another size for the same nodes is changed in place; one\n"
           "that covers some of the asked nodes and others too is refused without --force.\n"
           "A size that the architecture cannot have, and memory that is no multiple of a\n"
           "page, are warnings: the host needs a pool of these pages before the start.",
    .example = "hugepages:1G",
    .since = "libvirt 1.2.5",
    .element = "memoryBacking/hugepages",
    .opts = options,
    .opt_size = sizeof(struct hugepages),
    .flags = DX_PASS_INVERSE,
    .check = check_hugepages,
    .run = run_hugepages,
    .remove = remove_hugepages,
    .risk = "from the next start the host must have enough free pages of the size, or the guest does not start; its "
            "memory is neither swapped nor merged",
};
