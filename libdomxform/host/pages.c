#include "pages.h"

#include "claims.h"

static uint64_t sum(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t product(uint64_t a, uint64_t b)
{
    return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* ---- what domains ask for ---- */

bool dx_demand_is_memfd(const struct dx_demand *demand)
{
    return dx_claim_of(demand, &dx_need_kind_hugepage_pool) != NULL;
}

bool dx_pages_of(const struct dx_pages *pages, const struct dx_memory *memory, uint64_t *page)
{
    *page = memory->backing == DX_BACKING_HUGE_DEFAULT ? pages->preset : memory->page;
    return memory->backing != DX_BACKING_ORDINARY;
}

size_t dx_memory_nodes(const struct dx_memory *memory)
{
    return memory->spread == DX_SPREAD_ANY || memory->spread == DX_SPREAD_PREFERRED ||
                   dx_cpuset_next(&memory->nodes, DX_NODES) >= 0
               ? 0
               : dx_cpuset_count(&memory->nodes);
}

static struct dx_pages_size *find_size(const struct dx_pages *pages, uint64_t page)
{
    for (size_t i = 0; i < pages->n; i++) {
        if (pages->sizes[i]->page == page) {
            return pages->sizes[i];
        }
    }
    return NULL;
}

static struct dx_pages_size *size_of(struct dx_pages *pages, uint64_t page)
{
    struct dx_arena *arena = &pages->plan->arena;
    size_t at = pages->n;
    struct dx_pages_size **sizes, *size = find_size(pages, page);

    if (size) {
        return size;
    }
    sizes = dx_arena_more(arena, pages->sizes, pages->n, &pages->room, sizeof(struct dx_pages_size *));
    size = dx_arena_zero(arena, 1, sizeof *size);
    if (!sizes || !size) {
        return NULL;
    }
    for (; at > 0 && sizes[at - 1]->page > page; at--) {
        sizes[at] = sizes[at - 1];
    }
    sizes[at] = size;
    pages->sizes = sizes;
    pages->n++;
    size->page = page;
    size->possible = !page || dx_pool_is_possible(pages->plan, page);
    return size;
}

static void add_pages(struct dx_share *share, const struct dx_demand *demand, uint64_t count)
{
    share->asked = sum(share->asked, count);
    share->coming = sum(share->coming, demand->running ? 0 : count);
}

/* Several nodes share it evenly: how the kernel spreads it in the end, nobody can tell beforehand. */
static void add_memory(struct dx_pages *pages, const struct dx_demand *demand, const struct dx_memory *memory)
{
    uint64_t page, count;
    struct dx_pages_size *size = dx_pages_of(pages, memory, &page) ? size_of(pages, page) : NULL;
    size_t n = dx_memory_nodes(memory);

    if (!size) {
        return;
    }
    count = dx_memory_pages(memory, page);
    size->bytes = sum(size->bytes, memory->bytes);
    size->by_file = size->by_file || !dx_demand_is_memfd(demand);
    if (n > 0 && size->possible && page && !size->nodes) {
        size->nodes = dx_arena_zero(&pages->plan->arena, DX_NODES, sizeof *size->nodes);
    }
    if (n > 0 && size->nodes) {
        count = count / n + (count % n != 0);
        for (int i = dx_cpuset_next(&memory->nodes, 0); i >= 0; i = dx_cpuset_next(&memory->nodes, (unsigned)i + 1)) {
            add_pages(&size->nodes[i], demand, count);
        }
        count = product(count, n);
    } else {
        size->unbound = sum(size->unbound, count);
    }
    add_pages(&size->whole, demand, count);
}

/* ---- what the host has ---- */

/* In use stay what is in use, and what was promised; the pool never gets smaller. */
static void look(struct dx_pages *pages, const struct dx_pages_size *size, struct dx_share *share, int node)
{
    struct dx_pool *pool = &share->pool;
    uint64_t used, persistent;

    share->reading = dx_pool_read(pool, pages->plan, size->page, node);
    if (share->reading.state != DX_READ_OK) {
        *pool = (struct dx_pool){0};
    }
    if (node != DX_ANY_NODE) {
        pool->reserved = size->whole.pool.reserved;
    }
    pool->reserved = pool->reserved < pool->free ? pool->reserved : pool->free;
    used = pool->nr - pool->free + pool->reserved;
    persistent = pool->nr - (pool->surplus < pool->nr ? pool->surplus : pool->nr);
    share->target = sum(used, share->coming);
    share->target = share->target > persistent ? share->target : persistent;
}

uint64_t dx_share_spare(const struct dx_share *share)
{
    return share->pool.free - share->pool.reserved;
}

bool dx_pages_has_node(const struct dx_pages *pages, int node)
{
    const struct dx_machine *machine = &pages->plan->machine;

    for (size_t i = 0; i < machine->n_nodes; i++) {
        if (machine->nodes[i].id == (unsigned)node) {
            return true;
        }
    }
    return false;
}

uint64_t dx_pages_on(const struct dx_pages *pages, int node)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < pages->n; i++) {
        const struct dx_pages_size *size = pages->sizes[i];

        bytes = sum(bytes, size->nodes ? product(size->nodes[node].target, size->page) : 0);
    }
    return bytes;
}

static void look_at_all(struct dx_pages *pages)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < pages->n; i++) {
        struct dx_pages_size *size = pages->sizes[i];
        uint64_t bound = 0;

        if (!size->page || !size->possible) {
            continue;
        }
        look(pages, size, &size->whole, DX_ANY_NODE);
        for (int node = 0; size->nodes && node < DX_NODES; node++) {
            if (size->nodes[node].asked || dx_pages_has_node(pages, node)) {
                look(pages, size, &size->nodes[node], node);
                bound = sum(bound, size->nodes[node].target);
            }
        }
        size->whole.target = size->whole.target > bound ? size->whole.target : bound;
        bytes = sum(bytes, product(size->whole.target, size->page));
    }
    pages->memory = dx_pool_memory(pages->plan, DX_ANY_NODE);
    pages->too_large = pages->memory && bytes > pages->memory;
}

/* ---- arguments of the kernel ---- */

/* A node that the host has, or could have where its nodes are not known. */
static bool is_node(const struct dx_pages *pages, const struct dx_pages_size *size, int node)
{
    return pages->plan->machine.n_nodes ? dx_pages_has_node(pages, node) : size->nodes[node].asked > 0;
}

/* Counts for each node, for Linux 5.16 or later: what is bound to none is spread over all. */
static void tell_nodes(struct dx_buf *buf, const struct dx_pages *pages, const struct dx_pages_size *size)
{
    uint64_t left = size->whole.target, n = 0;
    const char *comma = "";

    for (int i = 0; i < DX_NODES; i++) {
        if (is_node(pages, size, i)) {
            left -= left < size->nodes[i].target ? left : size->nodes[i].target;
            n++;
        }
    }
    for (int i = 0; i < DX_NODES; i++) {
        uint64_t count = is_node(pages, size, i) ? sum(size->nodes[i].target, left / n + (left % n != 0)) : 0;

        if (count) {
            dx_buf_format(buf, "%s%d:%llu", comma, i, (unsigned long long)count);
            comma = ",";
        }
    }
}

static void begin_size(struct dx_buf *buf, const struct dx_pages *pages, uint64_t page)
{
    const char *word = dx_pool_word(pages->plan, page);

    dx_buf_format(buf, "%shugepagesz=%s hugepages=", buf->len ? " " : "", word ? word : "");
}

/* Pools that nobody asks for stay: these arguments stand in place of those that made them. */
static void tell_others(struct dx_buf *buf, const struct dx_pages *pages)
{
    for (size_t i = 0; pages->host.known && i < pages->host.n; i++) {
        uint64_t page = pages->host.bytes[i];
        struct dx_pool pool;

        if (!find_size(pages, page) && dx_pool_read(&pool, pages->plan, page, DX_ANY_NODE).state == DX_READ_OK &&
            pool.nr > pool.surplus) {
            begin_size(buf, pages, page);
            dx_buf_format(buf, "%llu", (unsigned long long)(pool.nr - pool.surplus));
        }
    }
}

const char *dx_pages_boot(const struct dx_pages *pages)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&pages->plan->ctx->mem);

    for (size_t i = 0; i < pages->n; i++) {
        const struct dx_pages_size *size = pages->sizes[i];

        if (size->page && size->possible) {
            begin_size(&buf, pages, size->page);
            if (size->nodes) {
                tell_nodes(&buf, pages, size);
            } else {
                dx_buf_format(&buf, "%llu", (unsigned long long)size->whole.target);
            }
        }
    }
    tell_others(&buf, pages);
    return dx_buf_keep(&buf, &pages->plan->arena);
}

void dx_pages_read(struct dx_pages *pages, struct dx_plan *plan)
{
    *pages = (struct dx_pages){.plan = plan, .host = dx_pool_sizes(plan), .preset = dx_pool_default(plan)};
    for (size_t i = 0; i < plan->n_demands; i++) {
        for (size_t k = 0; k < plan->demands[i]->n_memories; k++) {
            add_memory(pages, plan->demands[i], &plan->demands[i]->memories[k]);
        }
    }
    look_at_all(pages);
}
