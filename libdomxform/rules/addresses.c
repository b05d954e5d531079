/* DSK-G09, DSK-G10: no two disks have one target or one drive address. */
#include "facts.h"

static bool same_dev(const void *items, size_t a, size_t b)
{
    const struct dx_disk_spot *spots = items;

    return dx_str_equal(spots[a].dev, spots[b].dev);
}

static bool same_drive(const void *items, size_t a, size_t b)
{
    const struct dx_disk_spot *spots = items;

    return spots[a].bus == spots[b].bus && memcmp(&spots[a].drive, &spots[b].drive, sizeof spots[a].drive) == 0;
}

static void raise_dev(struct dx_facts *facts, const struct dx_disk_spot *spot)
{
    dx_facts_raise(
        facts,
        &(struct dx_finding){
            .rule = DX_RULE_DSK_G09, .node = spot->target, .attr = "dev", .value = spot->dev, .args = {spot->dev}});
}

static void raise_drive(struct dx_facts *facts, const struct dx_disk_spot *spot, const struct dx_disk_spot *other)
{
    struct dx_str hostdev = DX_S("a scsi hostdev");
    struct dx_str address = dx_facts_word(facts, "%u:%u:%u:%u", spot->drive.controller, spot->drive.bus,
                                          spot->drive.target, spot->drive.unit);

    dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DSK_G10,
                                               .node = spot->address ? spot->address : spot->target,
                                               .attr = spot->address ? NULL : "dev",
                                               .value = address,
                                               .args = {spot->dev.ptr ? spot->dev : hostdev, address,
                                                        other->dev.ptr ? other->dev : hostdev}});
}

static void take_hostdevs(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_HOSTDEV];

    for (size_t i = 0; facts->spots && i < list->n; i++) {
        struct dx_disk_spot spot = {.node = list->items[i], .bus = DX_BUS_SCSI, .has_drive = true};

        if (dx_scsi_hostdev(&spot.drive, spot.node) == DX_HANGS_STATED) {
            spot.address = dx_node_child(spot.node, "address");
            facts->spots[facts->n_spots++] = spot;
        }
    }
}

void dx_check_addresses(struct dx_facts *facts)
{
    struct dx_twins devs, drives;

    take_hostdevs(facts);
    if (facts->n_spots < 2 || !dx_twins_init(&devs, facts->arena, facts->n_spots) ||
        !dx_twins_init(&drives, facts->arena, facts->n_spots)) {
        return;
    }
    for (size_t i = 0; i < facts->n_spots; i++) {
        const struct dx_disk_spot *spot = &facts->spots[i];
        size_t twin = i;

        if (spot->dev.ptr) {
            twin = dx_twins_put(&devs, facts->spots, i, dx_hash(1, spot->dev.ptr, spot->dev.len), same_dev);
            if (twin != i) {
                raise_dev(facts, spot);
            }
        }
        if (spot->has_drive) {
            size_t other = dx_twins_put(&drives, facts->spots, i, dx_hash(spot->bus, &spot->drive, sizeof spot->drive),
                                        same_drive);

            /* That two disks of one name have one implied address as well needs no saying. */
            if (other != i && !(other == twin && !spot->address)) {
                raise_drive(facts, spot, &facts->spots[other]);
            }
        }
    }
}
