/* Room on virtio-scsi controllers, and host paths that are no SCSI device. */
#include "domain.h"

enum { MOST_UNITS = 16384 /* DSK-R01 */ };

struct room {
    struct dx_controller *controllers;
    size_t n_controllers;
    /* Where everything on bus scsi hangs, `except` left out. */
    struct dx_drive *drives;
    size_t n_drives;
};

static bool read_room(struct room *room, struct dx_arena *arena, const struct dx_node *domain,
                      const struct dx_node *except)
{
    struct dx_each each;
    size_t most = 0;

    for (struct dx_node *n = dx_each_first(&each, domain, "devices", "disk"); n; n = dx_each_next(&each, n)) {
        most++;
    }
    for (struct dx_node *n = dx_each_first(&each, domain, "devices", "hostdev"); n; n = dx_each_next(&each, n)) {
        most++;
    }
    *room = (struct room){.drives = dx_arena_alloc(arena, (most + 1) * sizeof *room->drives)};
    if (!room->drives || !dx_controllers(&room->controllers, &room->n_controllers, arena, domain, "scsi")) {
        return false;
    }
    for (struct dx_node *n = dx_each_first(&each, domain, "devices", "disk"); n; n = dx_each_next(&each, n)) {
        struct dx_disk disk;

        if (n != except) {
            dx_disk_read(&disk, n);
            if (disk.bus == DX_BUS_SCSI && disk.has_drive) {
                room->drives[room->n_drives++] = disk.drive;
            }
        }
    }
    for (struct dx_node *n = dx_each_first(&each, domain, "devices", "hostdev"); n; n = dx_each_next(&each, n)) {
        struct dx_drive drive;

        if (dx_scsi_hostdev(&drive, n) == DX_HANGS_STATED) {
            room->drives[room->n_drives++] = drive;
        }
    }
    return true;
}

/* The lowest unit of target 0 that is free there; MOST_UNITS when none is. */
static unsigned free_unit(const struct room *room, unsigned controller)
{
    struct dx_cpuset used = {{0}}; /* a set of as many numbers as there are units */
    unsigned unit = 0;

    for (size_t i = 0; i < room->n_drives; i++) {
        const struct dx_drive *drive = &room->drives[i];

        if (drive->controller == controller && drive->bus == 0 && drive->target == 0 && drive->unit < MOST_UNITS) {
            dx_cpuset_add(&used, drive->unit);
        }
    }
    while (unit < MOST_UNITS && dx_cpuset_has(&used, unit)) {
        unit++;
    }
    return unit;
}

/* The lowest index that neither a controller nor a reference to one has: libvirt makes what is referred to. */
static unsigned free_index(const struct room *room)
{
    struct dx_cpuset used = {{0}};
    unsigned index = 0;

    for (size_t i = 0; i < room->n_controllers; i++) {
        if (room->controllers[i].index < DX_CPUS) {
            dx_cpuset_add(&used, room->controllers[i].index);
        }
    }
    for (size_t i = 0; i < room->n_drives; i++) {
        if (room->drives[i].controller < DX_CPUS) {
            dx_cpuset_add(&used, room->drives[i].controller);
        }
    }
    while (dx_cpuset_has(&used, index)) {
        index++;
    }
    return index;
}

int dx_scsi_place(struct dx_controller **controller, struct dx_drive *drive, struct dx_arena *arena,
                  const struct dx_node *domain, const struct dx_node *except, int64_t wanted)
{
    struct room room;

    *controller = NULL;
    *drive = (struct dx_drive){0};
    if (!read_room(&room, arena, domain, except)) {
        return DX_ENOMEM;
    }
    for (size_t i = 0; i < room.n_controllers; i++) {
        struct dx_controller *candidate = &room.controllers[i];

        if (wanted >= 0 && candidate->index == wanted && !candidate->virtio_scsi) {
            *controller = candidate;
            return DX_UNCHANGED;
        }
        if (candidate->virtio_scsi && (wanted < 0 || candidate->index == wanted)) {
            unsigned unit = free_unit(&room, candidate->index);

            if (unit < MOST_UNITS) {
                *controller = candidate;
                drive->controller = candidate->index;
                drive->unit = unit;
                return DX_OK;
            }
        }
    }
    drive->controller = wanted >= 0 ? (unsigned)wanted : free_index(&room);
    drive->unit = free_unit(&room, drive->controller);
    return DX_OK;
}

static bool ends_in_partition(struct dx_str path)
{
    size_t digits = path.len;

    while (digits > 0 && path.ptr[digits - 1] >= '0' && path.ptr[digits - 1] <= '9') {
        digits--;
    }
    return digits < path.len && digits >= 5 && memcmp(path.ptr + digits - 5, "-part", 5) == 0;
}

static bool is_sd_partition(struct dx_str path)
{
    size_t at = strlen("/dev/sd");

    if (!dx_str_starts(path, "/dev/sd")) {
        return false;
    }
    while (at < path.len && path.ptr[at] >= 'a' && path.ptr[at] <= 'z') {
        at++;
    }
    return at < path.len && at > strlen("/dev/sd") && path.ptr[at] >= '0' && path.ptr[at] <= '9';
}

/* By where the device is plugged in, such as pci-0000:01:00.0-nvme-1. */
static bool is_nvme_by_path(struct dx_str path)
{
    static const char inside[] = "-nvme-";

    return dx_str_starts(path, "/dev/disk/by-path/") && memmem(path.ptr, path.len, inside, strlen(inside));
}

const char *dx_path_not_scsi(struct dx_str path)
{
    static const struct {
        const char *prefix, *what;
    } kinds[] = {
        {"/dev/vd", "a virtio disk"},
        {"/dev/xvd", "a Xen disk"},
        {"/dev/disk/by-id/virtio-", "a virtio disk"},
        {"/dev/nvme", "an NVMe device"},
        {"/dev/disk/by-id/nvme-", "an NVMe device"},
        {"/dev/loop", "a loop device"},
        {"/dev/md", "a software RAID"},
        {"/dev/nbd", "a network block device"},
        {"/dev/rbd", "an rbd device"},
        {"/dev/mmcblk", "a memory card"},
        {"/dev/disk/by-id/dm-uuid-mpath-", NULL},
        {"/dev/disk/by-id/dm-name-mpath", NULL},
        {"/dev/disk/by-id/dm-", "a device-mapper volume"},
        {"/dev/disk/by-label/", "a file system, often on a partition"},
        {"/dev/disk/by-uuid/", "a file system, often on a partition"},
        {"/dev/disk/by-partuuid/", "a partition"},
        {"/dev/disk/by-partlabel/", "a partition"},
        {"/dev/disk/by-path/virtio-", "a virtio disk"},
        {"/dev/disk/", NULL},
        {"/dev/mapper/mpath", NULL},
        {"/dev/mapper/", "a device-mapper volume"},
        {"/dev/dm-", NULL},
        {"/dev/bsg/", NULL},
        {"/dev/block/", NULL},
    };

    if (ends_in_partition(path) || is_sd_partition(path)) {
        return "a partition";
    }
    if (is_nvme_by_path(path)) {
        return "an NVMe device";
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (dx_str_starts(path, kinds[i].prefix)) {
            return kinds[i].what;
        }
    }
    /* /dev/VG/LV */
    return dx_str_starts(path, "/dev/") && memchr(path.ptr + 5, '/', path.len - 5) ? "a logical volume" : NULL;
}
