/* Disks and their addresses, stated or implied (semantics §5.1, §5.3). */
#include "domain.h"

#include <stdio.h>

static const char *const buses[] = {
    [DX_BUS_NONE] = "none",     [DX_BUS_IDE] = "ide", [DX_BUS_FDC] = "fdc",   [DX_BUS_SCSI] = "scsi",
    [DX_BUS_VIRTIO] = "virtio", [DX_BUS_XEN] = "xen", [DX_BUS_USB] = "usb",   [DX_BUS_UML] = "uml",
    [DX_BUS_SATA] = "sata",     [DX_BUS_SD] = "sd",   [DX_BUS_NVME] = "nvme", [DX_BUS_UNKNOWN] = "unknown",
};

static const char *const devices[] = {
    [DX_DEVICE_DISK] = "disk", [DX_DEVICE_CDROM] = "cdrom",     [DX_DEVICE_FLOPPY] = "floppy",
    [DX_DEVICE_LUN] = "lun",   [DX_DEVICE_UNKNOWN] = "unknown",
};

/* What libvirt infers from a target's name when no bus is stated. */
static const struct {
    const char *prefix;
    enum dx_bus bus;
} inferred[] = {
    {"xvd", DX_BUS_XEN}, {"ubd", DX_BUS_UML}, {"hd", DX_BUS_IDE}, {"sd", DX_BUS_SCSI}, {"vd", DX_BUS_VIRTIO},
};

/* How many disks a controller of a bus takes: libvirt's narrow mapping for scsi. */
static const struct {
    enum dx_bus bus;
    unsigned per_controller, per_bus;
} narrow[] = {
    {DX_BUS_SCSI, 7, 7},
    {DX_BUS_SATA, 6, 6},
    {DX_BUS_IDE, 4, 2},
    {DX_BUS_FDC, 2, 2},
};

const char *dx_bus_name(enum dx_bus bus)
{
    return buses[bus];
}

const char *dx_device_name(enum dx_device device)
{
    return devices[device];
}

int dx_target_index(struct dx_str dev)
{
    static const char *const prefixes[] = {"fd", "hd", "vd", "sd", "xvd", "ubd"};

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        size_t at = strlen(prefixes[i]);
        int index = 0;

        if (!dx_str_starts(dev, prefixes[i]) || dev.len == at) {
            continue;
        }
        for (; at < dev.len && dev.ptr[at] >= 'a' && dev.ptr[at] <= 'z'; at++) {
            if (index > 1 << 24) {
                return -1;
            }
            index = (index + (at > strlen(prefixes[i]))) * 26 + (dev.ptr[at] - 'a');
        }
        /* A partition number may follow; libvirt counts by the letters all the same. */
        while (at < dev.len && dev.ptr[at] >= '0' && dev.ptr[at] <= '9' && at > strlen(prefixes[i])) {
            at++;
        }
        if (at == dev.len) {
            return index;
        }
    }
    return -1;
}

void dx_target_name(char name[16], const char *prefix, unsigned index)
{
    char letters[9];
    size_t n = 0;

    do {
        letters[n++] = (char)('a' + index % 26);
        index = index / 26;
    } while (index-- > 0 && n < sizeof letters - 1);
    snprintf(name, 16, "%s", prefix);
    for (size_t at = strlen(name); at < 15 && n > 0; at++) {
        name[at] = letters[--n];
        name[at + 1] = '\0';
    }
}

static unsigned drive_part(const struct dx_node *address, const char *name, bool *good)
{
    struct dx_str text = dx_node_attr(address, name);
    uint64_t value = 0;

    if (text.ptr && !dx_parse_uint(text, UINT32_MAX, &value)) {
        *good = false;
    }
    return (unsigned)value;
}

bool dx_drive_parse(struct dx_drive *drive, const struct dx_node *address)
{
    bool good = address && dx_str_is(dx_node_attr(address, "type"), "drive");

    if (good) {
        drive->controller = drive_part(address, "controller", &good);
        drive->bus = drive_part(address, "bus", &good);
        drive->target = drive_part(address, "target", &good);
        drive->unit = drive_part(address, "unit", &good);
    }
    return good;
}

static enum dx_bus bus_of(struct dx_str name, struct dx_str dev, enum dx_device device)
{
    if (name.ptr) {
        for (enum dx_bus bus = DX_BUS_IDE; bus < DX_BUS_UNKNOWN; bus++) {
            if (dx_str_is(name, buses[bus])) {
                return bus;
            }
        }
        return DX_BUS_UNKNOWN;
    }
    if (device == DX_DEVICE_FLOPPY) {
        return DX_BUS_FDC;
    }
    for (size_t i = 0; dev.ptr && i < sizeof inferred / sizeof inferred[0]; i++) {
        if (dx_str_starts(dev, inferred[i].prefix)) {
            return inferred[i].bus;
        }
    }
    return DX_BUS_IDE;
}

bool dx_target_free(char name[16], const char *prefix, const struct dx_node *domain)
{
    struct dx_cpuset used = {{0}}; /* a set of as many numbers as there may be names */
    struct dx_each each;
    unsigned index = 0;

    for (struct dx_node *node = dx_each_first(&each, domain, "devices", "disk"); node;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;
        int taken;

        dx_disk_read(&disk, node);
        taken = disk.dev.ptr && dx_str_starts(disk.dev, prefix) ? dx_target_index(disk.dev) : -1;
        if (taken >= 0 && taken < DX_CPUS) {
            dx_cpuset_add(&used, (unsigned)taken);
        }
    }
    while (index < DX_CPUS && dx_cpuset_has(&used, index)) {
        index++;
    }
    dx_target_name(name, prefix, index);
    return index < DX_CPUS;
}

static enum dx_device device_of(struct dx_str name)
{
    for (enum dx_device device = DX_DEVICE_DISK; device < DX_DEVICE_UNKNOWN; device++) {
        if (dx_str_is(name, devices[device])) {
            return device;
        }
    }
    return name.ptr ? DX_DEVICE_UNKNOWN : DX_DEVICE_DISK;
}

static void imply_drive(struct dx_disk *disk)
{
    int index = dx_target_index(disk->dev);

    for (size_t i = 0; index >= 0 && i < sizeof narrow / sizeof narrow[0]; i++) {
        if (narrow[i].bus == disk->bus) {
            unsigned rest = (unsigned)index % narrow[i].per_controller;

            disk->has_drive = true;
            disk->drive.controller = (unsigned)index / narrow[i].per_controller;
            disk->drive.bus = rest / narrow[i].per_bus;
            disk->drive.unit = rest % narrow[i].per_bus;
        }
    }
}

void dx_disk_read(struct dx_disk *disk, struct dx_node *node)
{
    static const char *const paths[] = {"dev", "file", "name", "dir"};

    *disk = (struct dx_disk){
        .node = node,
        .driver = dx_node_child(node, "driver"),
        .source = dx_node_child(node, "source"),
        .target = dx_node_child(node, "target"),
        .address = dx_node_child(node, "address"),
        .type = dx_node_attr(node, "type"),
        .device = device_of(dx_node_attr(node, "device")),
    };
    if (!disk->type.ptr) {
        disk->type = DX_S("file");
    }
    if (disk->target) {
        disk->dev = dx_node_attr(disk->target, "dev");
    }
    disk->bus = bus_of(disk->target ? dx_node_attr(disk->target, "bus") : DX_NONE, disk->dev, disk->device);
    for (size_t i = 0; disk->source && !disk->path.ptr && i < sizeof paths / sizeof paths[0]; i++) {
        disk->path = dx_node_attr(disk->source, paths[i]);
    }
    if (disk->address) {
        disk->has_drive = dx_drive_parse(&disk->drive, disk->address);
    } else if (disk->dev.ptr) {
        imply_drive(disk);
    }
}

size_t dx_disk_names(struct dx_buf *buf, const struct dx_node *domain)
{
    struct dx_each each;
    size_t n = 0;

    for (struct dx_node *node = dx_each_first(&each, domain, "devices", "disk"); node && n < 16;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;

        dx_disk_read(&disk, node);
        if (disk.dev.ptr) {
            dx_buf_format(buf, "%s%.*s", n++ ? " " : "", DX_F(disk.dev));
        }
    }
    return n;
}
