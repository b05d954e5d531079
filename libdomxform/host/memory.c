/* The memory that a domain takes, piece by piece, as libvirt counts it (semantics §6.2, §6.3). */
#include "plan.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)

/* QEMU takes 128 cells and 256 devices; a document that has more than this has no use for all of them. */
enum { MOST_PIECES = 1024 };

/* libvirt refuses sizes that are no int64_t; rounded up they still fit. */
#define MOST_BYTES ((uint64_t)INT64_MAX)

struct reader {
    struct dx_plan *plan;
    struct dx_demand *demand;
    const struct dx_node *hugepages; /* the first; NULL: ordinary pages */
    const struct dx_node *master;    /* the <page> for what no other names */
    const struct dx_node **pages;    /* by cell */
    const struct dx_node **memnodes; /* by cell */
    const struct dx_node *memory;    /* <numatune><memory> */
    size_t cells;
    bool automatic; /* numad chooses the nodes at the start */
};

/* ---- sizes ---- */

/* libvirt has a guest's memory end at a whole MiB, on ppc64 at a block of 256. */
static uint64_t rounded(const struct dx_demand *demand, uint64_t bytes)
{
    uint64_t step = demand->target.arch == DX_ARCH_PPC64 ? 256 * MIB : MIB;

    return (bytes + step - 1) / step * step;
}

/* A size in bytes, whole KiB as libvirt has them; 0 for what libvirt would not take. */
static uint64_t size_of(struct dx_str text, struct dx_str unit)
{
    uint64_t bytes;

    return dx_scaled_parse(text, unit, KIB, &bytes) && bytes <= MOST_BYTES ? (bytes + KIB - 1) / KIB * KIB : 0;
}

static uint64_t size_of_text(const struct dx_node *node)
{
    return node ? size_of(dx_node_text(node), dx_node_attr(node, "unit")) : 0;
}

/* A <size>, or the like, below a child; NULL when there is none. */
static const struct dx_node *below(const struct dx_node *node, const char *child, const char *name)
{
    const struct dx_node *inner = dx_node_child(node, child);

    return inner ? dx_node_child(inner, name) : NULL;
}

uint64_t dx_memory_pages(const struct dx_memory *memory, uint64_t page)
{
    return page ? memory->bytes / page + (memory->bytes % page != 0) : 0;
}

/* ---- which pages ---- */

/* A <page> of some cells. One that names a cell again is refused by libvirt (HP-G02), and left out here. */
static void take_page(struct reader *it, struct dx_cpuset *taken, const struct dx_node *page)
{
    struct dx_str nodeset = dx_node_attr(page, "nodeset");
    struct dx_cpuset cells;

    /* Without cells of the guest, the only nodeset that libvirt takes is 0, for all of it (HP-G03). */
    if (!nodeset.ptr || it->cells == 0) {
        it->master = it->master ? it->master : page;
        return;
    }
    if (!dx_cpuset_parse(&cells, nodeset) || dx_cpuset_overlap(taken, &cells)) {
        return;
    }
    dx_cpuset_unite(taken, &cells);
    for (int i = dx_cpuset_next(&cells, 0); i >= 0 && (size_t)i < it->cells;
         i = dx_cpuset_next(&cells, (unsigned)i + 1)) {
        it->pages[i] = page;
    }
}

static void read_pages(struct reader *it, const struct dx_node *domain)
{
    struct dx_cpuset taken = {{0}};
    struct dx_each each;

    it->hugepages = dx_each_first(&each, domain, "memoryBacking", "hugepages");
    for (const struct dx_node *huge = it->hugepages; huge; huge = dx_each_next(&each, huge)) {
        for (const struct dx_node *page = dx_node_child(huge, "page"); page; page = dx_node_next_named(page, "page")) {
            take_page(it, &taken, page);
        }
    }
}

/* True when there is a <page>: then <hugepages> alone asks for nothing. */
static bool has_pages(const struct reader *it)
{
    for (size_t i = 0; i < it->cells; i++) {
        if (it->pages[i]) {
            return true;
        }
    }
    return it->master != NULL;
}

/* That of a device, its cell's, that for all, the host's default, or none. What has said it is *says, else NULL. */
static void choose_pages(struct reader *it, struct dx_memory *piece, const struct dx_node **says,
                         const struct dx_node *own)
{
    const struct dx_node *page = piece->cell >= 0 && (size_t)piece->cell < it->cells ? it->pages[piece->cell] : NULL;

    *says = NULL;
    if (!dx_target_is_qemu(&it->demand->target)) {
        return;
    }
    page = page ? page : it->master;
    if (own) {
        piece->page = size_of_text(own);
        *says = own;
    } else if (page) {
        piece->page = size_of(dx_node_attr(page, "size"), dx_node_attr(page, "unit"));
        *says = page;
    } else if (it->hugepages && !has_pages(it)) {
        piece->backing = DX_BACKING_HUGE_DEFAULT;
        *says = it->hugepages;
        return;
    }
    piece->backing = piece->page ? DX_BACKING_HUGE : DX_BACKING_ORDINARY;
    *says = piece->page ? *says : NULL;
}

/* A page of the ordinary size is no huge one. Where the machine does not say what is ordinary, the guest's kind does.
 */
static bool is_ordinary(const struct dx_plan *plan, const struct dx_demand *demand, uint64_t page)
{
    return plan->machine.base_page ? page == plan->machine.base_page
                                   : dx_page_kind(demand->target.arch, page) == DX_PAGE_ORDINARY;
}

void dx_demand_settle_memory(struct dx_plan *plan)
{
    for (size_t i = 0; i < plan->n_demands; i++) {
        struct dx_demand *demand = plan->demands[i];

        for (size_t k = 0; k < demand->n_memories; k++) {
            struct dx_memory *memory = &demand->memories[k];

            if (memory->backing == DX_BACKING_HUGE && is_ordinary(plan, demand, memory->page)) {
                memory->backing = DX_BACKING_ORDINARY;
            }
        }
    }
}

/* ---- which nodes ---- */

static void read_numatune(struct reader *it, const struct dx_node *domain)
{
    const struct dx_node *numatune = dx_node_child(domain, "numatune"), *vcpu = dx_node_child(domain, "vcpu");
    struct dx_str placement;
    uint64_t cell;

    it->memory = numatune ? dx_node_child(numatune, "memory") : NULL;
    placement = it->memory ? dx_node_attr(it->memory, "placement") : DX_NONE;
    /* Where the vCPUs are placed by numad, memory that names no nodes is too. */
    it->automatic = dx_str_is(placement, "auto") ||
                    (vcpu && dx_str_is(dx_node_attr(vcpu, "placement"), "auto") &&
                     !(it->memory && dx_node_attr(it->memory, "nodeset").ptr) && !dx_str_is(placement, "static"));
    for (const struct dx_node *node = numatune ? dx_node_child(numatune, "memnode") : NULL; node;
         node = dx_node_next_named(node, "memnode")) {
        if (dx_parse_uint(dx_node_attr(node, "cellid"), UINT32_MAX, &cell) && cell < it->cells && !it->memnodes[cell]) {
            it->memnodes[cell] = node;
        }
    }
}

static const struct {
    const char *name;
    enum dx_spread spread;
} modes[] = {
    {"strict", DX_SPREAD_STRICT},
    {"preferred", DX_SPREAD_PREFERRED},
    {"interleave", DX_SPREAD_INTERLEAVE},
    {"restrictive", DX_SPREAD_RESTRICTIVE},
};

/* The cell's memnode, else that for all memory; a device may name nodes of its own. */
static void choose_nodes(struct reader *it, struct dx_memory *piece, const struct dx_node *own)
{
    const struct dx_node *memnode =
        piece->cell >= 0 && (size_t)piece->cell < it->cells ? it->memnodes[piece->cell] : NULL;
    const struct dx_node *mode = memnode ? memnode : it->memory, *says = own ? own : mode;
    struct dx_str word = mode ? dx_node_attr(mode, "mode") : DX_NONE;
    struct dx_str nodes = own ? dx_node_text(own) : mode ? dx_node_attr(mode, "nodeset") : DX_NONE;

    if (!says || (says == it->memory && it->automatic) || !dx_cpuset_parse(&piece->nodes, nodes)) {
        return;
    }
    for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
        if (dx_str_is(word, modes[i].name) || (!word.ptr && modes[i].spread == DX_SPREAD_STRICT)) {
            piece->spread = modes[i].spread;
            piece->binding = dx_asker_of(it->plan, it->demand, says, own ? NULL : "nodeset", "%s on node %.*s",
                                         modes[i].name, DX_F(nodes));
        }
    }
}

/* ---- pieces ---- */

/* "4 GiB of cell 0 in pages of 1 GiB" */
static void tell_piece(struct dx_buf *buf, const struct dx_memory *piece)
{
    dx_page_spell(buf, piece->bytes);
    if (piece->device) {
        dx_buf_puts(buf, " of a memory device");
    }
    if (piece->cell >= 0) {
        dx_buf_format(buf, " of cell %d", piece->cell);
    }
    if (piece->backing == DX_BACKING_HUGE) {
        dx_buf_puts(buf, " in pages of ");
        dx_page_spell(buf, piece->page);
    } else if (piece->backing == DX_BACKING_HUGE_DEFAULT) {
        dx_buf_puts(buf, " in huge pages");
    } else {
        dx_buf_puts(buf, " in ordinary pages");
    }
}

/* What was read of a piece, and where it says its size. */
static void add_piece(struct reader *it, struct dx_memory *piece, const struct dx_node *size, const char *attr,
                      const struct dx_node *source)
{
    const struct dx_node *says;
    dx_cleanup(dx_buf_free) struct dx_buf words = DX_BUF(&it->plan->ctx->mem);
    struct dx_memory *memories;
    struct dx_demand *demand = it->demand;

    if (piece->bytes == 0 || demand->n_memories == MOST_PIECES) {
        return;
    }
    piece->bytes = rounded(demand, piece->bytes);
    choose_pages(it, piece, &says, source ? dx_node_child(source, "pagesize") : NULL);
    choose_nodes(it, piece, source ? dx_node_child(source, "nodemask") : NULL);
    tell_piece(&words, piece);
    it->plan->arena.failed = it->plan->arena.failed || words.failed;
    piece->asker =
        dx_asker_of(it->plan, demand, says ? says : size, says ? NULL : attr, "%.*s", DX_F(dx_buf_view(&words)));
    memories =
        dx_arena_more(&it->plan->arena, demand->memories, demand->n_memories, &demand->room_memories, sizeof *memories);
    if (memories) {
        demand->memories = memories;
        memories[demand->n_memories++] = *piece;
    }
}

static void add_cells(struct reader *it, const struct dx_node *numa)
{
    int at = 0;

    for (const struct dx_node *cell = dx_node_child(numa, "cell"); cell && at < MOST_PIECES;
         cell = dx_node_next_named(cell, "cell"), at++) {
        struct dx_memory piece = {.cell = at,
                                  .bytes = size_of(dx_node_attr(cell, "memory"), dx_node_attr(cell, "unit"))};
        uint64_t id;

        if (dx_parse_uint(dx_node_attr(cell, "id"), DX_CPUS, &id)) {
            piece.cell = (int)id;
        }
        add_piece(it, &piece, cell, "memory", NULL);
    }
}

/* Those that live in the memory of the host: the others are backed by a file of their own, or by the processor. What
 * may be asked of a virtio-mem device is counted, not what it holds at first: it grows while the guest runs. */
static bool takes_memory(const struct dx_node *device)
{
    return dx_str_is(dx_node_attr(device, "model"), "dimm") || dx_str_is(dx_node_attr(device, "model"), "virtio-mem");
}

static void add_devices(struct reader *it, const struct dx_node *domain)
{
    struct dx_each each;

    for (const struct dx_node *device = dx_each_first(&each, domain, "devices", "memory"); device;
         device = dx_each_next(&each, device)) {
        const struct dx_node *size = below(device, "target", "size"), *node = below(device, "target", "node");
        struct dx_memory piece = {.cell = -1, .device = true, .bytes = size_of_text(size)};
        uint64_t cell;

        if (node && dx_parse_uint(dx_node_text(node), DX_CPUS, &cell)) {
            piece.cell = (int)cell;
        }
        if (takes_memory(device)) {
            add_piece(it, &piece, size, NULL, dx_node_child(device, "source"));
        }
    }
}

/* Without cells it is one piece: <memory>, which counts the devices of every model, without them. */
static void add_whole(struct reader *it, const struct dx_node *domain)
{
    const struct dx_node *memory = dx_node_child(domain, "memory");
    struct dx_memory piece = {.cell = -1, .bytes = size_of_text(memory)};
    struct dx_each each;

    for (const struct dx_node *device = dx_each_first(&each, domain, "devices", "memory"); device;
         device = dx_each_next(&each, device)) {
        uint64_t bytes = size_of_text(below(device, "target", "size"));

        piece.bytes = piece.bytes > bytes ? piece.bytes - bytes : 0;
    }
    add_piece(it, &piece, memory, NULL, NULL);
}

void dx_demand_read_memory(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *numa = dx_domain_numa(domain);
    struct reader it = {.plan = plan, .demand = demand, .cells = dx_domain_cells(domain)};

    it.cells = it.cells < DX_CPUS ? it.cells : DX_CPUS;
    it.pages = dx_arena_zero(&plan->arena, it.cells + 1, sizeof(const struct dx_node *));
    it.memnodes = dx_arena_zero(&plan->arena, it.cells + 1, sizeof(const struct dx_node *));
    if (!it.pages || !it.memnodes) {
        return;
    }
    read_pages(&it, domain);
    read_numatune(&it, domain);
    if (it.cells > 0) {
        add_cells(&it, numa);
    } else {
        add_whole(&it, domain);
    }
    add_devices(&it, domain);
}
