/* Controllers: their indexes (DSK-G16), iothreads and driver attributes (IOT). */
#include "facts.h"

enum { QUEUES, CMD_PER_LUN, MAX_SECTORS, IOEVENTFD, IOTHREAD, N_DRIVER };

static const char *const driver_names[] = {"queues", "cmd_per_lun", "max_sectors", "ioeventfd", "iothread", NULL};

/* The first libvirt that reads a controller's map; before, it is dropped (semantics §3.1). */
#define MAPS_SINCE DX_LIBVIRT(11, 2)

/* What is known of a controller's model. */
enum model {
    MODEL_VIRTIO_SCSI,
    MODEL_OTHER,
    MODEL_DEFAULT_OTHER, /* none is stated, and the default is none of virtio-scsi */
    MODEL_DEFAULT_MAYBE  /* that depends on the version of libvirt */
};

struct spot {
    struct dx_str type;
    uint64_t index;
};

struct controller {
    const struct dx_node *node, *driver;
    struct dx_str type, model, index;
    struct dx_str driver_text[N_DRIVER];
    enum model kind;
};

static bool same_spot(const void *items, size_t a, size_t b)
{
    const struct spot *spots = items;

    return spots[a].index == spots[b].index && dx_str_equal(spots[a].type, spots[b].type);
}

static struct dx_str name_of(struct dx_facts *facts, const struct controller *controller)
{
    return dx_facts_word(facts, "%.*s%.*s", DX_F(controller->type), DX_F(controller->index));
}

static enum model model_of(const struct dx_facts *facts, const struct controller *controller)
{
    static const char *const virtio[] = {"virtio-scsi", "virtio-transitional", "virtio-non-transitional", NULL};

    if (!dx_str_is(controller->type, "scsi")) {
        return MODEL_OTHER;
    }
    if (controller->model.ptr && !dx_str_is(controller->model, "auto")) {
        return dx_str_any(controller->model, virtio) ? MODEL_VIRTIO_SCSI : MODEL_OTHER;
    }
    switch (facts->target->arch) {
    case DX_ARCH_S390X:
    case DX_ARCH_LOONGARCH:
        return MODEL_VIRTIO_SCSI;
    case DX_ARCH_AARCH64:
    case DX_ARCH_ARM:
    case DX_ARCH_RISCV:
    case DX_ARCH_OTHER:
        return MODEL_DEFAULT_MAYBE;
    case DX_ARCH_X86:
    case DX_ARCH_PPC64:
        break;
    }
    return MODEL_DEFAULT_OTHER;
}

static void raise_model(struct dx_facts *facts, const struct controller *controller)
{
    struct dx_finding finding = {
        .rule = controller->kind == MODEL_OTHER           ? DX_RULE_IOT_G03
                : controller->kind == MODEL_DEFAULT_OTHER ? DX_RULE_IOT_G03B
                                                          : DX_RULE_IOT_G03C,
        .node = controller->driver,
        .attr = "iothread",
        .value = controller->driver_text[IOTHREAD],
        .args = {name_of(facts, controller), controller->model.ptr ? controller->model : DX_S("default")},
    };

    dx_facts_raise(facts, &finding);
}

static void check_iothread(struct dx_facts *facts, const struct controller *controller)
{
    struct dx_str text = controller->driver_text[IOTHREAD];
    const struct dx_node *map = dx_node_child(controller->driver, "iothreads");
    struct dx_finding finding = {.node = controller->driver, .attr = "iothread", .value = text};
    uint64_t id;

    if (!text.ptr) {
        return;
    }
    finding.args[0] = text;
    finding.args[1] = name_of(facts, controller);
    if (dx_facts_number(&id, text, UINT32_MAX) < 0) {
        finding.rule = DX_RULE_IOT_P04;
        dx_facts_raise(facts, &finding);
        return;
    }
    if (id == 0) {
        return;
    }
    if (controller->kind != MODEL_VIRTIO_SCSI) {
        raise_model(facts, controller);
    } else if (facts->iothreads_known && !dx_facts_has_iothread(facts, id)) {
        finding.rule = DX_RULE_IOT_Q03;
        dx_facts_raise(facts, &finding);
    }
    if (map && dx_node_child(map, "iothread")) {
        finding.rule = DX_RULE_IOT_G04B;
        finding.args[0] = finding.args[1];
        dx_facts_raise(facts, &finding);
    }
}

/* The controllers of bus scsi that have more than one disk. */
static bool find_shared(struct dx_cpuset *shared, const struct dx_facts *facts)
{
    struct dx_cpuset once = {{0}};
    bool any = false;

    memset(shared, 0, sizeof *shared);
    for (size_t i = 0; i < facts->n_spots; i++) {
        const struct dx_disk_spot *spot = &facts->spots[i];

        if (spot->bus != DX_BUS_SCSI || !spot->has_drive || spot->drive.controller >= DX_CPUS) {
            continue;
        }
        if (dx_cpuset_has(&once, spot->drive.controller)) {
            dx_cpuset_add(shared, spot->drive.controller);
            any = true;
        }
        dx_cpuset_add(&once, spot->drive.controller);
    }
    return any;
}

void dx_check_shared_iothreads(struct dx_facts *facts)
{
    struct dx_cpuset shared; /* a set of as many numbers as are looked at */

    if (!facts->qemu || facts->scope->level < DX_LEVEL_ADVICE || !find_shared(&shared, facts)) {
        return;
    }
    for (size_t i = 0; i < facts->lists[DX_FACT_CONTROLLER].n; i++) {
        const struct dx_node *node = facts->lists[DX_FACT_CONTROLLER].items[i], *driver = dx_node_child(node, "driver");
        uint64_t index, id;

        if (driver && dx_str_is(dx_node_attr(node, "type"), "scsi") &&
            dx_facts_number(&id, dx_node_attr(driver, "iothread"), UINT32_MAX) == 1 && id > 0 &&
            dx_facts_number(&index, dx_node_attr(node, "index"), DX_CPUS - 1) == 1 &&
            dx_cpuset_has(&shared, (unsigned)index)) {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_IOT_A01,
                                                       .node = driver,
                                                       .attr = "iothread",
                                                       .args = {dx_facts_word(facts, "scsi%u", (unsigned)index)}});
        }
    }
}

static void check_address(struct dx_facts *facts, const struct controller *controller)
{
    static const char *const good[] = {"pci", "ccw", NULL};
    const struct dx_node *address = dx_node_child(controller->node, "address");
    struct dx_str type = dx_facts_attr(address, "type");
    struct dx_str iothread = controller->driver_text[IOTHREAD];
    uint64_t id;

    if (controller->kind == MODEL_VIRTIO_SCSI && type.ptr && !dx_str_any(type, good) &&
        dx_facts_number(&id, iothread, UINT32_MAX) == 1 && id > 0) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_IOT_Q05,
                                                   .node = address,
                                                   .attr = "type",
                                                   .value = type,
                                                   .args = {name_of(facts, controller), type}});
    }
}

/* What only virtio-scsi has. An iothread is IOT-G03's business; queues='0' is as good as none. */
static void check_driver(struct dx_facts *facts, const struct controller *controller)
{
    for (size_t i = 0; controller->kind != MODEL_VIRTIO_SCSI && i < IOTHREAD; i++) {
        struct dx_str text = controller->driver_text[i];
        uint64_t number;

        if (!text.ptr || (i != IOEVENTFD && dx_facts_number(&number, text, UINT32_MAX) == 1 && number == 0)) {
            continue;
        }
        dx_facts_raise(
            facts, &(struct dx_finding){.rule = controller->kind == MODEL_OTHER ? DX_RULE_IOT_Q07 : DX_RULE_IOT_Q07B,
                                        .node = controller->driver,
                                        .attr = driver_names[i],
                                        .value = text,
                                        .args = {dx_str_of(driver_names[i]), name_of(facts, controller),
                                                 controller->model.ptr ? controller->model : DX_S("the default")}});
    }
}

void dx_check_controllers(struct dx_facts *facts)
{
    static const char *const names[] = {"type", "index", "model", NULL};
    static const char *const switches[] = {"ioeventfd", "iommu", "ats", "packed", "page_per_vq"};
    const struct dx_fact_list *list = &facts->lists[DX_FACT_CONTROLLER];
    struct spot *spots = list->n ? dx_arena_alloc(facts->arena, list->n * sizeof *spots) : NULL;
    struct dx_twins twins;
    size_t n = 0;

    if (!spots || !dx_twins_init(&twins, facts->arena, list->n)) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        struct controller controller = {.node = list->items[i]};
        struct dx_str text[3];
        struct spot *spot = &spots[n];

        dx_facts_attrs(text, controller.node, names);
        controller.type = text[0].ptr ? text[0] : DX_S("ide"); /* libvirt's default */
        controller.index = text[1];
        controller.model = text[2];
        controller.driver = dx_node_child(controller.node, "driver");
        spot->type = controller.type;
        /* USB controllers share an index with their companions, and libvirt does not look at theirs. */
        if (!dx_str_is(controller.type, "usb") && dx_facts_number(&spot->index, controller.index, UINT32_MAX) == 1) {
            uint64_t hash = dx_hash(spot->index + 1, spot->type.ptr, spot->type.len);

            if (dx_twins_put(&twins, spots, n, hash, same_spot) == n) {
                n++;
            } else {
                dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DSK_G16,
                                                           .node = controller.node,
                                                           .attr = "index",
                                                           .value = controller.index,
                                                           .args = {name_of(facts, &controller)}});
            }
        }
        if (controller.driver) {
            controller.kind = model_of(facts, &controller);
            dx_facts_attrs(controller.driver_text, controller.driver, driver_names);
            check_iothread(facts, &controller);
            check_address(facts, &controller);
            check_driver(facts, &controller);
            for (size_t k = 0; k < sizeof switches / sizeof switches[0]; k++) {
                dx_check_on_off(facts, controller.driver, switches[k],
                                dx_node_attr_named(controller.driver, switches[k], strlen(switches[k])));
            }
            if (controller.driver->first && dx_facts_may_be(facts, MAPS_SINCE)) {
                dx_check_iothread_map(facts, controller.driver, controller.driver_text[QUEUES],
                                      name_of(facts, &controller));
            }
        }
    }
}
