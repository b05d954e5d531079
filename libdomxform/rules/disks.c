/* DSK: disks, raw device mappings, and the iothreads of disks. */
#include "facts.h"

enum { RAWIO, SGIO, MODEL, N_ATTRS };
static const char *const attr_names[] = {"rawio", "sgio", "model", NULL};

enum {
    NAME,
    TYPE,
    CACHE,
    IO,
    IOTHREAD,
    QUEUES,
    QUEUE_SIZE,
    COPY_ON_READ,
    DISCARD,
    DETECT_ZEROES,
    EVENT_IDX, /* from here on: for virtio only, whatever the value */
    IOEVENTFD,
    IOMMU,
    ATS,
    PACKED,
    PAGE_PER_VQ,
    N_DRIVER
};
static const char *const driver_names[] = {"name",        "type",       "cache",        "io",      "iothread",
                                           "queues",      "queue_size", "copy_on_read", "discard", "detect_zeroes",
                                           "event_idx",   "ioeventfd",  "iommu",        "ats",     "packed",
                                           "page_per_vq", NULL};

enum { REMOVABLE, ROTATION_RATE, N_TARGET };
static const char *const target_names[] = {"removable", "rotation_rate", NULL};

/* Children that matter by being there. */
enum { WWN, VENDOR, PRODUCT, SERIAL, ENCRYPTION, TRANSIENT, SHAREABLE, READONLY, N_CHILDREN };
static const char *const child_names[] = {"wwn",       "vendor",    "product",  "serial", "encryption",
                                          "transient", "shareable", "readonly", NULL};

struct disk {
    struct dx_facts *facts;
    struct dx_disk d;
    struct dx_str name, bus, device;
    struct dx_str attr[N_ATTRS], driver[N_DRIVER], target[N_TARGET];
    const struct dx_node *child[N_CHILDREN];
};

/* ---- reading ---- */

static void read_disk(struct disk *disk, const struct dx_node *node)
{
    dx_disk_read(&disk->d, (struct dx_node *)(uintptr_t)node);
    if (dx_str_starts(disk->d.dev, "ioemu:")) { /* of old Xen; libvirt strips it */
        disk->d.dev.ptr += 6;
        disk->d.dev.len -= 6;
    }
    disk->name = disk->d.dev.ptr ? disk->d.dev : DX_S("(no target)");
    disk->bus = dx_str_of(dx_bus_name(disk->d.bus));
    disk->device = dx_str_of(dx_device_name(disk->d.device));
    dx_facts_attrs(disk->attr, node, attr_names);
    dx_facts_attrs(disk->driver, disk->d.driver, driver_names);
    dx_facts_attrs(disk->target, disk->d.target, target_names);
    memset(disk->child, 0, sizeof disk->child);
    for (const struct dx_node *child = node->first; child; child = child->next) {
        for (size_t i = 0; child->kind == DX_KIND_ELEMENT && i < N_CHILDREN; i++) {
            if (child->name[0] == child_names[i][0] && dx_node_is(child, child_names[i])) {
                disk->child[i] = disk->child[i] ? disk->child[i] : child;
            }
        }
    }
}

/* ---- raising ---- */

static void raise_at(const struct disk *disk, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                     struct dx_str value, struct dx_str second)
{
    dx_facts_raise(
        disk->facts,
        &(struct dx_finding){.rule = rule, .node = node, .attr = attr, .value = value, .args = {disk->name, second}});
}

/* For rules that say: {0} of disk {1} on bus {2}. */
static void raise_named(const struct disk *disk, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                        const char *what, struct dx_str value)
{
    dx_facts_raise(disk->facts, &(struct dx_finding){.rule = rule,
                                                     .node = node,
                                                     .attr = attr,
                                                     .value = value,
                                                     .args = {dx_str_of(what), disk->name, disk->bus}});
}

/* ---- target, source, address ---- */

static bool has_prefix(struct dx_str dev, const char *const *prefixes)
{
    for (; *prefixes; prefixes++) {
        if (dx_str_starts(dev, *prefixes)) {
            return true;
        }
    }
    return false;
}

static void check_target(const struct disk *disk)
{
    static const char *const disks[] = {"hd", "sd", "vd", "xvd", "ubd", NULL};
    static const char *const floppies[] = {"fd", NULL};
    struct dx_str dev = disk->d.dev;
    bool hard = disk->d.device == DX_DEVICE_DISK || disk->d.device == DX_DEVICE_LUN;
    int index = dx_target_index(dev);

    if (disk->d.bus == DX_BUS_NVME) {
        return; /* names of its own, from 11.5 */
    }
    if ((index < 0 && !disk->d.address) || (hard && !has_prefix(dev, disks)) ||
        (disk->d.device == DX_DEVICE_FLOPPY && !has_prefix(dev, floppies))) {
        raise_at(disk, DX_RULE_DSK_G11, disk->d.target, "dev", dev, DX_NONE);
    } else if (index < 0) {
        raise_at(disk, DX_RULE_DSK_G11D, disk->d.target, "dev", dev, DX_NONE);
    } else if (dev.ptr[dev.len - 1] >= '0' && dev.ptr[dev.len - 1] <= '9') {
        raise_at(disk, DX_RULE_DSK_G11B, disk->d.target, "dev", dev, DX_NONE);
    }
}

/* The attribute that names the source of a disk of this type; NULL where none does, or another way is as good. */
static const char *path_of(const struct disk *disk)
{
    static const struct {
        const char *type, *attr;
    } paths[] = {{"file", "file"}, {"block", "dev"}, {"dir", "dir"}};

    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (dx_str_is(disk->d.type, paths[i].type)) {
            return paths[i].attr;
        }
    }
    return NULL;
}

/* What libvirt calls an empty source: no path where one is needed. */
static void check_path(const struct disk *disk)
{
    const char *path = path_of(disk);

    if (!disk->d.source && (path || dx_str_is(disk->d.type, "network"))) {
        dx_facts_raise(disk->facts,
                       &(struct dx_finding){
                           .rule = DX_RULE_DSK_G15, .node = disk->d.node, .lacks = "source", .args = {disk->name}});
    } else if (disk->d.source && path && dx_node_attr(disk->d.source, path).len == 0) {
        dx_facts_raise(disk->facts, &(struct dx_finding){.rule = DX_RULE_DSK_G15B,
                                                         .node = disk->d.source,
                                                         .lacks = path,
                                                         .args = {disk->name, disk->d.type, dx_str_of(path)}});
    }
}

static void check_source(const struct disk *disk)
{
    if (disk->d.device == DX_DEVICE_DISK) {
        check_path(disk);
    }
    if (disk->d.source && disk->d.device != DX_DEVICE_LUN && disk->d.source->first) {
        const struct dx_node *reservations = dx_node_child(disk->d.source, "reservations");

        if (reservations) {
            raise_at(disk, DX_RULE_DSK_G07, reservations, NULL, disk->device, disk->device);
        }
    }
}

static bool needs_drive(enum dx_bus bus)
{
    return bus == DX_BUS_IDE || bus == DX_BUS_FDC || bus == DX_BUS_SCSI || bus == DX_BUS_SATA;
}

/* The parts of a drive address that have to be 0 on a bus. */
static void check_drive(const struct disk *disk)
{
    static const char *const parts[] = {"controller", "bus", "target"};
    const unsigned values[] = {disk->d.drive.controller, disk->d.drive.bus, disk->d.drive.target};
    const struct dx_node *node = disk->d.address ? disk->d.address : disk->d.target;
    unsigned zero;

    switch (disk->d.bus) {
    case DX_BUS_IDE:
        zero = 1 | 4;
        break;
    case DX_BUS_FDC:
        zero = 1 | 2 | 4;
        break;
    case DX_BUS_SCSI:
        zero = 2;
        break;
    case DX_BUS_SATA:
        zero = 2 | 4;
        break;
    case DX_BUS_NONE:
    case DX_BUS_VIRTIO:
    case DX_BUS_XEN:
    case DX_BUS_USB:
    case DX_BUS_UML:
    case DX_BUS_SD:
    case DX_BUS_NVME:
    case DX_BUS_UNKNOWN:
    default:
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        if (zero >> i & 1 && values[i] != 0) {
            struct dx_str value = dx_facts_word(disk->facts, "%u", values[i]);

            dx_facts_raise(disk->facts,
                           &(struct dx_finding){.rule = DX_RULE_DSK_Q06,
                                                .node = node,
                                                .attr = disk->d.address ? parts[i] : "dev",
                                                .value = value,
                                                .args = {dx_str_of(parts[i]), disk->name, value, disk->bus}});
        }
    }
}

static void check_address(const struct disk *disk)
{
    struct dx_str type = dx_facts_attr(disk->d.address, "type");

    if (type.ptr && needs_drive(disk->d.bus) && !dx_str_is(type, "drive")) {
        dx_facts_raise(disk->facts, &(struct dx_finding){.rule = DX_RULE_DSK_G08,
                                                         .node = disk->d.address,
                                                         .attr = "type",
                                                         .value = type,
                                                         .args = {disk->name, disk->bus, type}});
    } else if (type.ptr && disk->d.bus == DX_BUS_VIRTIO && dx_str_is(type, "drive")) {
        raise_at(disk, DX_RULE_DSK_G08B, disk->d.address, "type", type, DX_NONE);
    }
    if (disk->d.has_drive && disk->facts->qemu) {
        check_drive(disk);
    }
}

/* ---- values that the parser takes ---- */

static void check_choice(const struct disk *disk, const struct dx_node *node, const char *attr, struct dx_str value,
                         const char *const *good)
{
    if (value.ptr && !dx_str_any(value, good)) {
        dx_facts_raise(disk->facts, &(struct dx_finding){.rule = DX_RULE_DSK_P01,
                                                         .node = node,
                                                         .attr = attr,
                                                         .value = value,
                                                         .args = {dx_str_of(attr), value, disk->name}});
    }
}

static void check_choices(const struct disk *disk)
{
    static const char *const types[] = {"file", "block",     "dir",       "network", "volume",
                                        "nvme", "vhostuser", "vhostvdpa", NULL};
    static const char *const caches[] = {"default", "none", "writethrough", "writeback", "directsync", "unsafe", NULL};
    static const char *const ios[] = {"native", "threads", "io_uring", NULL};
    static const char *const discards[] = {"unmap", "ignore", NULL};
    static const char *const zeroes[] = {"off", "on", "unmap", NULL};
    static const char *const none[] = {NULL};
    static const char *const parts[] = {"controller", "bus", "target", "unit", NULL};
    const struct dx_node *driver = disk->d.driver, *address = disk->d.address;
    struct dx_str part[4];
    uint64_t number;

    check_choice(disk, disk->d.node, "type", disk->d.type, types);
    if (disk->d.device == DX_DEVICE_UNKNOWN) {
        check_choice(disk, disk->d.node, "device", dx_node_attr(disk->d.node, "device"), none);
    }
    if (disk->d.bus == DX_BUS_UNKNOWN) {
        check_choice(disk, disk->d.target, "bus", dx_node_attr(disk->d.target, "bus"), none);
    }
    check_choice(disk, driver, "cache", disk->driver[CACHE], caches);
    check_choice(disk, driver, "io", disk->driver[IO], ios);
    check_choice(disk, driver, "discard", disk->driver[DISCARD], discards);
    check_choice(disk, driver, "detect_zeroes", disk->driver[DETECT_ZEROES], zeroes);
    if (dx_facts_number(&number, disk->driver[QUEUES], UINT32_MAX) < 0) {
        check_choice(disk, driver, "queues", disk->driver[QUEUES], none);
    }
    if (address && !disk->d.has_drive && dx_str_is(dx_node_attr(address, "type"), "drive")) {
        dx_facts_attrs(part, address, parts);
        for (size_t i = 0; i < 4; i++) {
            if (dx_facts_number(&number, part[i], UINT32_MAX) < 0) {
                check_choice(disk, address, parts[i], part[i], none);
            }
        }
    }
}

/* ---- what goes with which bus and device ---- */

static void check_virtio_only(const struct disk *disk)
{
    static const char *const models[] = {"virtio", "virtio-transitional", "virtio-non-transitional", NULL};
    uint64_t queues;

    if (disk->d.bus == DX_BUS_VIRTIO || disk->d.bus == DX_BUS_UNKNOWN) {
        return;
    }
    if (disk->attr[MODEL].ptr && dx_str_any(disk->attr[MODEL], models)) {
        raise_named(disk, DX_RULE_DSK_G12, disk->d.node, "model", "model", disk->attr[MODEL]);
    }
    if (!disk->d.driver) {
        return;
    }
    for (size_t i = EVENT_IDX; i < N_DRIVER; i++) {
        if (disk->driver[i].ptr) {
            raise_named(disk, DX_RULE_DSK_G12, disk->d.driver, driver_names[i], driver_names[i], disk->driver[i]);
        }
    }
    if (dx_facts_number(&queues, disk->driver[QUEUES], UINT32_MAX) == 1 && queues > 0) {
        raise_named(disk, DX_RULE_DSK_G12, disk->d.driver, "queues", "queues", disk->driver[QUEUES]);
    }
    if (disk->driver[QUEUE_SIZE].ptr) {
        raise_named(disk, DX_RULE_DSK_G12B, disk->d.driver, "queue_size", "queue_size", disk->driver[QUEUE_SIZE]);
    }
}

static void check_device(const struct disk *disk)
{
    enum dx_device device = disk->d.device;
    enum dx_bus bus = disk->d.bus;
    struct dx_finding finding = {.node = disk->d.target, .attr = "bus", .value = disk->bus};

    if (disk->target[REMOVABLE].ptr && bus != DX_BUS_USB) {
        raise_at(disk, bus == DX_BUS_SCSI && device == DX_DEVICE_DISK ? DX_RULE_DSK_G13B : DX_RULE_DSK_G13,
                 disk->d.target, "removable", disk->target[REMOVABLE], disk->bus);
    }
    finding.args[0] = disk->device;
    finding.args[1] = disk->name;
    finding.args[2] = disk->bus;
    if (device == DX_DEVICE_CDROM && (bus == DX_BUS_VIRTIO || bus == DX_BUS_SD)) {
        finding.rule = DX_RULE_IOT_Q08;
        dx_facts_raise(disk->facts, &finding);
    } else if (bus != DX_BUS_UNKNOWN && device != DX_DEVICE_UNKNOWN &&
               (device == DX_DEVICE_FLOPPY) != (bus == DX_BUS_FDC)) {
        finding.rule = DX_RULE_IOT_Q08B;
        dx_facts_raise(disk->facts, &finding);
    }
}

static void check_word(const struct disk *disk, size_t which, size_t most)
{
    const struct dx_node *node = disk->child[which];
    struct dx_str text = node ? dx_node_text(node) : DX_NONE;

    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] < ' ' || text.ptr[i] > '~') {
            raise_named(disk, DX_RULE_DSK_G14B, node, NULL, child_names[which], text);
            return;
        }
    }
    if (text.len > most) {
        dx_facts_raise(disk->facts, &(struct dx_finding){.rule = DX_RULE_DSK_G14,
                                                         .node = node,
                                                         .value = text,
                                                         .args = {dx_str_of(child_names[which]), disk->name,
                                                                  dx_facts_word(disk->facts, "%zu", most)}});
    }
}

static void check_rawio(const struct disk *disk)
{
    struct dx_str rawio = disk->attr[RAWIO], sgio = disk->attr[SGIO];

    if (rawio.ptr && !dx_str_is(rawio, "yes") && !dx_str_is(rawio, "no")) {
        raise_at(disk, DX_RULE_DSK_G01B, disk->d.node, "rawio", rawio, rawio);
    } else if (rawio.ptr && disk->d.device != DX_DEVICE_LUN) {
        raise_at(disk, DX_RULE_DSK_G01, disk->d.node, "rawio", rawio, disk->device);
    }
    if (dx_str_is(sgio, "unfiltered")) {
        raise_at(disk, DX_RULE_DSK_G02B, disk->d.node, "sgio", sgio, DX_NONE);
    } else if (sgio.ptr && disk->d.device != DX_DEVICE_LUN) {
        raise_at(disk, DX_RULE_DSK_G02, disk->d.node, "sgio", sgio, disk->device);
    }
}

static void check_modes(const struct disk *disk)
{
    static const char *const caches[] = {"default", "writethrough", "writeback", "unsafe", NULL};
    const struct dx_str *driver = disk->driver;
    bool direct = dx_str_is(driver[CACHE], "none") || dx_str_is(driver[CACHE], "directsync");
    bool through = !driver[CACHE].ptr || dx_str_any(driver[CACHE], caches); /* of other words DSK-P01 tells */

    if (dx_str_is(driver[IO], "native") && through) {
        raise_at(disk, DX_RULE_DSK_Q03, disk->d.driver, "io", driver[CACHE],
                 driver[CACHE].ptr ? driver[CACHE] : DX_S("not stated"));
    }
    if (driver[NAME].ptr && !dx_str_is(driver[NAME], "qemu")) {
        raise_at(disk, DX_RULE_DSK_Q04, disk->d.driver, "name", driver[NAME], driver[NAME]);
    }
    if (disk->child[SHAREABLE] && !disk->child[READONLY] && driver[TYPE].ptr && !dx_str_is(driver[TYPE], "raw")) {
        raise_at(disk, DX_RULE_DSK_Q05, disk->child[SHAREABLE], NULL, driver[TYPE], driver[TYPE]);
    }
    if (dx_str_is(disk->d.type, "vhostvdpa") && !direct) {
        raise_at(disk, DX_RULE_DSK_Q05B, disk->d.driver ? disk->d.driver : disk->d.node,
                 driver[CACHE].ptr ? "cache" : NULL, driver[CACHE], DX_NONE);
    }
}

/* What libvirt would tell QEMU to do to an image is nothing to a process that has the image for itself. */
static void check_vhostuser(const struct disk *disk)
{
    static const unsigned char unfit[] = {CACHE, IO, DISCARD, DETECT_ZEROES, COPY_ON_READ, IOEVENTFD};
    static const char *const policies[] = {"error_policy", "rerror_policy"};
    struct dx_str snapshot = dx_node_attr(disk->d.node, "snapshot");

    for (size_t i = 0; i < sizeof unfit; i++) {
        if (disk->driver[unfit[i]].ptr && !(unfit[i] == CACHE && dx_str_is(disk->driver[CACHE], "default"))) {
            raise_named(disk, DX_RULE_DSK_G17, disk->d.driver, driver_names[unfit[i]], driver_names[unfit[i]],
                        disk->driver[unfit[i]]);
        }
    }
    for (size_t i = 0; disk->d.driver && i < 2; i++) {
        struct dx_str policy = dx_node_attr(disk->d.driver, policies[i]);

        if (policy.ptr) {
            raise_named(disk, DX_RULE_DSK_G17, disk->d.driver, policies[i], policies[i], policy);
        }
    }
    if (snapshot.ptr && !dx_str_is(snapshot, "no")) {
        raise_named(disk, DX_RULE_DSK_G17, disk->d.node, "snapshot", "snapshot", snapshot);
    }
    if (disk->d.bus != DX_BUS_VIRTIO && disk->d.bus != DX_BUS_UNKNOWN) {
        raise_named(disk, DX_RULE_DSK_G17B, disk->d.target, "bus", "bus", disk->bus);
    }
}

/* ---- luns ---- */

static void check_lun_source(const struct disk *disk)
{
    const struct dx_node *source = disk->d.source;
    struct dx_str type = disk->d.type, what = DX_NONE;

    if (dx_str_is(type, "network")) {
        struct dx_str protocol = dx_facts_attr(source, "protocol");

        what = dx_str_is(protocol, "iscsi") ? DX_NONE : protocol.ptr ? protocol : DX_S("a network without protocol");
    } else if (!dx_str_is(type, "block") && !dx_str_is(type, "volume")) {
        what = type;
    } else if (!source) {
        what = DX_S("missing");
    }
    if (what.ptr) {
        raise_at(disk, DX_RULE_DSK_G03, disk->d.node, dx_node_attr(disk->d.node, "type").ptr ? "type" : NULL, what,
                 what);
    }
    if (source && source->first) {
        const struct dx_node *slices = dx_node_child(source, "slices");
        const struct dx_node *encryption = dx_node_child(source, "encryption");

        if (slices && dx_node_child(slices, "slice")) {
            raise_at(disk, DX_RULE_DSK_G05, slices, NULL, DX_NONE, DX_NONE);
        }
        if (encryption && !dx_str_is(dx_node_attr(encryption, "format"), "default")) {
            raise_at(disk, DX_RULE_DSK_G06, encryption, NULL, dx_node_attr(encryption, "format"), DX_NONE);
        }
    }
}

static void check_lun(const struct disk *disk)
{
    static const unsigned char unfit[] = {WWN, VENDOR, PRODUCT, SERIAL, TRANSIENT};
    const struct dx_node *encryption = disk->child[ENCRYPTION];
    struct dx_str format = disk->driver[TYPE];

    check_lun_source(disk);
    if (format.ptr && !dx_str_is(format, "raw") && !dx_str_is(format, "none")) {
        raise_at(disk, DX_RULE_DSK_G04, disk->d.driver, "type", format, format);
    }
    if (encryption && !dx_str_is(dx_node_attr(encryption, "format"), "default")) {
        raise_at(disk, DX_RULE_DSK_G06, encryption, NULL, dx_node_attr(encryption, "format"), DX_NONE);
    }
    if (disk->d.bus == DX_BUS_VIRTIO) {
        raise_at(disk, DX_RULE_DSK_Q01B, disk->d.target, "bus", disk->bus, DX_NONE);
    } else if (disk->d.bus != DX_BUS_SCSI && disk->d.bus != DX_BUS_UNKNOWN) {
        raise_at(disk, DX_RULE_DSK_Q01, disk->d.target, "bus", disk->bus, disk->bus);
    }
    for (size_t i = 0; i < sizeof unfit; i++) {
        const struct dx_node *child = disk->child[unfit[i]];

        if (child && (unfit[i] != SERIAL || disk->d.bus == DX_BUS_SCSI)) {
            raise_named(disk, DX_RULE_DSK_Q02, child, NULL, child_names[unfit[i]], DX_NONE);
        }
    }
    if (dx_str_is(disk->driver[COPY_ON_READ], "on")) {
        raise_named(disk, DX_RULE_DSK_Q02, disk->d.driver, "copy_on_read", "copy_on_read", disk->driver[COPY_ON_READ]);
    }
    if (disk->target[ROTATION_RATE].ptr) {
        raise_named(disk, DX_RULE_DSK_Q02, disk->d.target, "rotation_rate", "rotation_rate",
                    disk->target[ROTATION_RATE]);
    }
}

/* ---- iothreads ---- */

/* Before libvirt 7.5 the address had to be pci or ccw, as a controller's has to this day. */
static void check_iothread_address(const struct disk *disk)
{
    static const char *const good[] = {"pci", "ccw", NULL};
    struct dx_str type = dx_facts_attr(disk->d.address, "type");

    if (type.ptr && disk->d.bus == DX_BUS_VIRTIO && !dx_str_is(type, "drive") && !dx_str_any(type, good)) {
        raise_at(disk, DX_RULE_IOT_Q05B, disk->d.address, "type", type, type);
    }
}

static void check_iothread(const struct disk *disk)
{
    const struct dx_node *driver = disk->d.driver;
    const struct dx_node *map = driver->first ? dx_node_child(driver, "iothreads") : NULL;
    struct dx_str text = disk->driver[IOTHREAD];
    const char *attr = text.ptr ? "iothread" : NULL;
    const struct dx_node *at = text.ptr ? driver : map;
    struct dx_finding finding = {.node = driver, .attr = attr, .value = text, .args = {text, disk->name}};
    uint64_t id;

    map = map && dx_node_child(map, "iothread") ? map : NULL;
    if (!text.ptr && !map) {
        return;
    }
    if (text.ptr && (dx_facts_number(&id, text, UINT32_MAX) < 0 || id == 0)) {
        finding.rule = DX_RULE_IOT_P04;
        dx_facts_raise(disk->facts, &finding);
    } else if (text.ptr && disk->facts->iothreads_known && !dx_facts_has_iothread(disk->facts, id)) {
        finding.rule = DX_RULE_IOT_Q02;
        dx_facts_raise(disk->facts, &finding);
    }
    if (dx_str_is(disk->d.type, "vhostuser")) {
        raise_at(disk, DX_RULE_IOT_Q04, at, attr, text, DX_NONE);
    } else if (disk->d.bus != DX_BUS_VIRTIO && disk->d.bus != DX_BUS_UNKNOWN) {
        raise_at(disk, DX_RULE_IOT_Q01, at, attr, text, disk->bus);
    }
    if (text.ptr) {
        check_iothread_address(disk);
    }
    if (text.ptr && map) {
        raise_at(disk, DX_RULE_IOT_G04, driver, attr, text, DX_NONE);
    }
    if (map) {
        dx_check_iothread_map(disk->facts, driver, disk->driver[QUEUES], disk->name);
    }
}

/* ---- one disk, all disks ---- */

static void keep_spot(const struct disk *disk)
{
    struct dx_facts *facts = disk->facts;
    bool narrow = facts->target->type != DX_TYPE_OTHER; /* vmware counts 16 to a controller */

    facts->spots[facts->n_spots++] = (struct dx_disk_spot){
        .node = disk->d.node,
        .target = disk->d.target,
        .address = disk->d.address,
        .dev = disk->d.dev,
        .drive = disk->d.drive,
        .bus = (uint8_t)disk->d.bus,
        .has_drive = disk->d.has_drive && (disk->d.address || narrow),
    };
}

static void check_disk(struct dx_facts *facts, const struct dx_node *node)
{
    static const unsigned char switches[] = {COPY_ON_READ, EVENT_IDX, IOEVENTFD, IOMMU, ATS, PACKED, PAGE_PER_VQ};
    struct disk disk = {.facts = facts};

    read_disk(&disk, node);
    facts->disk_labels = facts->disk_labels || (disk.d.source && dx_node_child(disk.d.source, "seclabel")) ||
                         dx_node_child(node, "backingStore");
    if (disk.d.dev.len == 0) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = disk.d.target ? DX_RULE_DSK_G11E : DX_RULE_DSK_G11C,
                                                   .node = disk.d.target ? disk.d.target : node,
                                                   .lacks = disk.d.target ? "dev" : "target"});
        return;
    }
    keep_spot(&disk);
    check_choices(&disk);
    check_target(&disk);
    check_source(&disk);
    check_address(&disk);
    check_device(&disk);
    check_virtio_only(&disk);
    check_rawio(&disk);
    if (disk.child[VENDOR]) {
        check_word(&disk, VENDOR, 8);
    }
    if (disk.child[PRODUCT]) {
        check_word(&disk, PRODUCT, disk.d.bus == DX_BUS_SATA || disk.d.bus == DX_BUS_IDE ? 40 : 16);
    }
    if (disk.d.device == DX_DEVICE_LUN) {
        check_lun(&disk);
    }
    if (dx_str_is(disk.d.type, "vhostuser")) {
        check_vhostuser(&disk);
    }
    dx_check_storage(facts, &disk.d);
    if (facts->qemu) {
        check_modes(&disk);
    }
    if (disk.d.driver) {
        for (size_t i = 0; i < sizeof switches; i++) {
            dx_check_on_off(facts, disk.d.driver, driver_names[switches[i]], disk.driver[switches[i]]);
        }
        check_iothread(&disk);
    }
}

void dx_check_disks(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_DISK];
    size_t most = list->n + facts->lists[DX_FACT_HOSTDEV].n;

    facts->spots = most ? dx_arena_alloc(facts->arena, most * sizeof *facts->spots) : NULL;
    for (size_t i = 0; facts->spots && i < list->n; i++) {
        check_disk(facts, list->items[i]);
    }
}
