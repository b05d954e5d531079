/* Memory that is plugged in: room for it, slots, places, sizes (domain_validate.c, qemu_domain.c). */
#include "facts.h"

#include <stdlib.h>

#define KIB UINT64_C(1024)

enum model { DIMM, NVDIMM, VIRTIO_PMEM, VIRTIO_MEM, SGX, OTHER };

struct device {
    const struct dx_node *node, *target;
    struct dx_str model_name;
    enum model model;
    uint64_t size; /* bytes */
};

/* A piece of guest-physical memory that a device asks for. */
struct range {
    const struct dx_node *at;
    uint64_t begin, end;
};

struct memory {
    struct dx_facts *facts;
    const struct dx_node *most; /* <maxMemory> */
    uint64_t slots, devices, total;
    size_t dimms;
    bool has_slots;
    struct range *ranges;
    size_t n_ranges;
    const struct dx_node **slot; /* which address has it, by number */
};

enum { MOST_SLOTS = 4096 };

static bool size_of(const struct dx_node *node, uint64_t *bytes)
{
    return node && dx_scaled_parse(dx_node_text(node), dx_node_attr(node, "unit"), KIB, bytes);
}

/* "2 MiB": as the document has it, its unit would be missing. */
static struct dx_str spell(struct dx_facts *facts, uint64_t bytes)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(facts->arena->mem);

    dx_page_spell(&text, bytes);
    return dx_facts_keep(facts, &text);
}

static struct device read_device(const struct dx_node *node)
{
    static const char *const models[] = {"dimm", "nvdimm", "virtio-pmem", "virtio-mem", "sgx-epc"};
    struct device device = {.node = node, .target = dx_node_child(node, "target"), .model = OTHER};
    const struct dx_node *size = device.target ? dx_node_child(device.target, "size") : NULL;

    device.model_name = dx_node_attr(node, "model");
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        if (dx_str_is(device.model_name, models[i])) {
            device.model = (enum model)i;
        }
    }
    if (!size_of(size, &device.size)) {
        device.size = 0;
    }
    return device;
}

/* ---- one device ---- */

static void check_cell(const struct memory *memory, const struct device *device)
{
    const struct dx_node *node = device->target ? dx_node_child(device->target, "node") : NULL;
    struct dx_str text = node ? dx_node_text(node) : DX_NONE;
    uint64_t cell;

    /* With no cells at all there is more to say, and MEM-Q01 does. */
    if (node && memory->facts->cells > 0 && dx_parse_uint(text, UINT32_MAX, &cell) && cell >= memory->facts->cells) {
        dx_facts_point(memory->facts, DX_RULE_MEM_G01, node, NULL, text,
                       dx_facts_word(memory->facts, "%zu", memory->facts->cells));
    }
}

static void check_path(const struct memory *memory, const struct device *device)
{
    const struct dx_node *source = dx_node_child(device->node, "source");

    if ((device->model == NVDIMM || device->model == VIRTIO_PMEM) && !(source && dx_node_child(source, "path"))) {
        dx_facts_point(memory->facts, DX_RULE_MEM_G02, device->node, "model", device->model_name, DX_NONE);
    }
    if ((device->model == NVDIMM || device->model == VIRTIO_PMEM) &&
        dx_str_is(dx_node_attr(device->node, "discard"), "yes")) {
        dx_facts_point(memory->facts, DX_RULE_MEM_G03, device->node, "discard", device->model_name, DX_NONE);
    }
    if (device->model == NVDIMM && memory->facts->target->arch == DX_ARCH_PPC64 && device->target &&
        !dx_node_child(device->target, "label")) {
        dx_facts_point(memory->facts, DX_RULE_MEM_G09, device->target, NULL, DX_NONE, DX_NONE);
    }
}

static void check_blocks(const struct memory *memory, const struct device *device)
{
    const struct dx_node *block = dx_node_child(device->target, "block");
    const struct dx_node *wanted = dx_node_child(device->target, "requested");
    uint64_t block_size = 0, size = 0;

    if (size_of(block, &block_size) && (block_size == 0 || block_size & (block_size - 1))) {
        dx_facts_point(memory->facts, DX_RULE_MEM_G04, block, NULL, spell(memory->facts, block_size), DX_NONE);
        block_size = 0;
    }
    if (size_of(wanted, &size) && device->size > 0 && size > device->size) {
        dx_facts_point(memory->facts, DX_RULE_MEM_G05, wanted, NULL, spell(memory->facts, size), DX_NONE);
    } else if (block_size > 0 && size % block_size != 0) {
        dx_facts_point(memory->facts, DX_RULE_MEM_G06, wanted, NULL, spell(memory->facts, size), DX_NONE);
    }
}

static void take_range(struct memory *memory, const struct device *device)
{
    const struct dx_node *address = dx_node_child(device->target, "address");
    uint64_t base;

    if (!address || dx_facts_any_base(&base, dx_node_attr(address, "base"), UINT64_MAX / 32) != 1 || base == 0 ||
        device->size > UINT64_MAX / 2) {
        return;
    }
    memory->ranges[memory->n_ranges++] = (struct range){address, base, base + device->size};
}

static void check_slot(struct memory *memory, const struct device *device)
{
    const struct dx_node *address = dx_node_child(device->node, "address");
    struct dx_str text = dx_facts_attr(address, "slot");
    uint64_t slot;

    if (!address || !dx_str_is(dx_node_attr(address, "type"), "dimm") ||
        dx_facts_any_base(&slot, text, UINT32_MAX) != 1) {
        return;
    }
    if (memory->has_slots && slot >= memory->slots) {
        dx_facts_point(memory->facts, DX_RULE_MEM_Q04, address, "slot", text,
                       dx_facts_word(memory->facts, "%u", (unsigned)memory->slots));
    } else if (slot < MOST_SLOTS && memory->slot[slot]) {
        dx_facts_point(memory->facts, DX_RULE_MEM_Q05, address, "slot", text, DX_NONE);
    } else if (slot < MOST_SLOTS) {
        memory->slot[slot] = address;
    }
}

static void check_device(struct memory *memory, const struct dx_node *node)
{
    struct device device = read_device(node);

    memory->devices += device.size < UINT64_MAX / 4 ? device.size : 0;
    check_cell(memory, &device);
    check_path(memory, &device);
    if (device.target && device.model == VIRTIO_MEM) {
        check_blocks(memory, &device);
    }
    if (device.target && (device.model == VIRTIO_MEM || device.model == VIRTIO_PMEM)) {
        take_range(memory, &device);
    }
    if (device.model == DIMM || device.model == NVDIMM) {
        check_slot(memory, &device);
        memory->dimms++;
        if (memory->has_slots && memory->dimms == memory->slots + 1) {
            dx_facts_point(memory->facts, DX_RULE_MEM_Q03, node, NULL,
                           dx_facts_word(memory->facts, "%u", (unsigned)memory->slots), DX_NONE);
        }
    }
    if (!memory->most && (device.model == DIMM || device.model == NVDIMM || device.model == VIRTIO_MEM)) {
        dx_facts_point(memory->facts, DX_RULE_MEM_Q02, node, NULL, device.model_name, DX_NONE);
    }
}

/* ---- all devices ---- */

static int compare(const void *a, const void *b)
{
    const struct range *x = a, *y = b;

    if (x->begin != y->begin) {
        return x->begin < y->begin ? -1 : 1;
    }
    return (x->at > y->at) - (x->at < y->at);
}

static void check_ranges(struct memory *memory)
{
    struct dx_facts *facts = memory->facts;

    if (memory->n_ranges > 1) {
        qsort(memory->ranges, memory->n_ranges, sizeof *memory->ranges, compare);
    }
    for (size_t i = 1; i < memory->n_ranges; i++) {
        struct range *below = &memory->ranges[i - 1], *range = &memory->ranges[i];

        if (range->begin < below->end) {
            dx_facts_point(facts, DX_RULE_MEM_G07, range->at, "base", dx_node_attr(range->at, "base"),
                           dx_node_attr(below->at, "base"));
            range->end = range->end > below->end ? range->end : below->end;
        }
    }
}

/* What the domain has at its start: the cells when there are any, else <memory>; 0 when not known. */
static uint64_t initial(const struct memory *memory)
{
    const struct dx_node *numa = dx_domain_numa(memory->facts->domain);
    const struct dx_node *stated = dx_facts_first(memory->facts, DX_FACT_MEMORY);
    uint64_t total = 0, size;

    if (!numa) {
        return size_of(stated, &total) ? total : 0;
    }
    for (const struct dx_node *cell = dx_node_child(numa, "cell"); cell; cell = dx_node_next_named(cell, "cell")) {
        if (!dx_scaled_parse(dx_node_attr(cell, "memory"), dx_node_attr(cell, "unit"), KIB, &size) ||
            size > UINT64_MAX / 4 - total) {
            return 0;
        }
        total += size;
    }
    return total;
}

static void check_most(struct memory *memory)
{
    struct dx_facts *facts = memory->facts;
    uint64_t most, start = initial(memory);

    if (size_of(memory->most, &most) && start > 0) {
        uint64_t plugged = memory->facts->cells > 0 ? memory->devices : 0;

        if (most == 0 && memory->has_slots && memory->slots > 0) {
            dx_facts_point(facts, DX_RULE_MEM_G10, memory->most, "slots", DX_NONE, DX_NONE);
        } else if (most > 0 && (most + KIB - 1) / KIB < (start + plugged + KIB - 1) / KIB) {
            dx_facts_point(facts, DX_RULE_MEM_G08, memory->most, NULL, spell(facts, most), DX_NONE);
        }
    }
    if (memory->facts->cells == 0 && facts->target->arch != DX_ARCH_PPC64) {
        dx_facts_point(facts, DX_RULE_MEM_Q01, memory->most, NULL, DX_NONE, DX_NONE);
    }
}

void dx_check_memory_devices(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_MEMORY_DEVICE];
    struct memory memory = {.facts = facts, .most = dx_facts_first(facts, DX_FACT_MAX_MEMORY)};

    if (list->n == 0 && !memory.most) {
        return;
    }
    memory.has_slots =
        memory.most && dx_facts_number(&memory.slots, dx_node_attr(memory.most, "slots"), UINT32_MAX) == 1;
    memory.ranges = dx_arena_alloc(facts->arena, (list->n + 1) * sizeof *memory.ranges);
    memory.slot = list->n ? dx_arena_zero(facts->arena, MOST_SLOTS, sizeof *memory.slot) : NULL;
    if (!memory.ranges || (list->n && !memory.slot)) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        check_device(&memory, list->items[i]);
    }
    check_ranges(&memory);
    if (memory.most) {
        check_most(&memory);
    }
}
