/* DSK: what a raw device mapping meets at the start, and advice on it. */
#include "facts.h"

/* QEMU's bounds on a virtio-scsi controller; nobody checks them before. */
static void check_bounds(struct dx_facts *facts, const struct dx_disk *disk)
{
    static const struct {
        const char *name;
        unsigned most;
    } parts[] = {{"target", 255}, {"unit", 16383}};
    const unsigned values[] = {disk->drive.target, disk->drive.unit};

    for (size_t i = 0; disk->address && disk->has_drive && disk->bus == DX_BUS_SCSI && i < 2; i++) {
        if (values[i] > parts[i].most) {
            struct dx_str value = dx_facts_word(facts, "%u", values[i]);

            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DSK_R01,
                                                       .node = disk->address,
                                                       .attr = parts[i].name,
                                                       .value = value,
                                                       .args = {dx_str_of(parts[i].name), disk->dev, value,
                                                                dx_facts_word(facts, "%u", parts[i].most)}});
        }
    }
}

/* /dev/sda and the like: the kernel numbers them anew at each start. */
static bool is_unstable(struct dx_str path)
{
    size_t i = 7;

    if (!dx_str_starts(path, "/dev/sd")) {
        return false;
    }
    while (i < path.len && path.ptr[i] >= 'a' && path.ptr[i] <= 'z') {
        i++;
    }
    return i > 7 && i == path.len;
}

static void check_lun(struct dx_facts *facts, const struct dx_disk *disk)
{
    static const char *const unfit[] = {"blockio", "geometry"};
    const char *what = disk->path.ptr ? dx_path_not_scsi(disk->path) : NULL;
    const struct dx_node *iotune = dx_node_child(disk->node, "iotune");

    for (size_t i = 0; i < sizeof unfit / sizeof unfit[0]; i++) {
        const struct dx_node *child = dx_node_child(disk->node, unfit[i]);

        if (child) {
            dx_facts_point(facts, DX_RULE_DSK_R02, child, NULL, disk->dev, dx_str_of(unfit[i]));
        }
    }
    if (!dx_str_is(disk->type, "block")) {
        what = NULL; /* DSK-G03, or a name in another space */
    }
    if (what) {
        dx_facts_point(facts, DX_RULE_DSK_R03, disk->source, "dev", disk->path, dx_str_of(what));
    } else if (is_unstable(disk->path)) {
        dx_facts_point(facts, DX_RULE_DSK_A02, disk->source, "dev", disk->path, DX_NONE);
    }
    if (dx_str_is(dx_node_attr(disk->node, "rawio"), "yes")) {
        dx_facts_point(facts, DX_RULE_DSK_R05, disk->node, "rawio", disk->dev, DX_NONE);
    }
    if (iotune) {
        dx_facts_point(facts, DX_RULE_DSK_A01, iotune, NULL, disk->dev, DX_NONE);
    }
}

void dx_check_mappings(struct dx_facts *facts)
{
    for (size_t i = 0; facts->qemu && i < facts->lists[DX_FACT_DISK].n; i++) {
        struct dx_disk disk;

        dx_disk_read(&disk, (struct dx_node *)(uintptr_t)facts->lists[DX_FACT_DISK].items[i]);
        check_bounds(facts, &disk);
        if (disk.device == DX_DEVICE_LUN) {
            check_lun(facts, &disk);
        }
    }
}
