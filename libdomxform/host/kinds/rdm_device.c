/* The guide's raw device mapping: the device behind it is there, is a whole SCSI disk, is called by a name that stays,
 * and nothing on the host uses it (semantics §5.2, DSK-R03 to DSK-R05). */
#include "../blockdev.h"
#include "../claims.h"
#include "../shell.h"

#include <stdlib.h>

/* What a claim's number says of the disk. */
enum {
    PHYSICAL = 1, /* device='lun': the guest's SCSI commands go to the device */
    SHAREABLE = 2,
    READ_ONLY = 4,
    RAWIO = 8,
    RESERVATIONS = 16,
    VOLUME = 32, /* the text is POOL/VOLUME, and libvirt alone knows the device */
    HOSTDEV = 64 /* the text is HOST:BUS:TARGET:UNIT of a SCSI device that is passed through, disk or not */
};

/* ---- what domains map ---- */

static bool is_yes(const struct dx_node *node, const char *attr)
{
    return node && dx_str_is(dx_node_attr(node, attr), "yes");
}

/* A virtual mapping is what the pass rdm makes of it: a block device, raw, behind an emulated SCSI disk. Other block
 * devices are not the guide's subject. */
static bool is_mapping(const struct dx_disk *disk)
{
    struct dx_str format = disk->driver ? dx_node_attr(disk->driver, "type") : DX_NONE;

    if (disk->device == DX_DEVICE_LUN) {
        return dx_str_is(disk->type, "block") || dx_str_is(disk->type, "volume");
    }
    return disk->device == DX_DEVICE_DISK && dx_str_is(disk->type, "block") && disk->bus == DX_BUS_SCSI &&
           (!format.ptr || dx_str_is(format, "raw"));
}

static uint64_t flags_of(const struct dx_disk *disk)
{
    const struct dx_node *reservations = disk->source ? dx_node_child(disk->source, "reservations") : NULL;
    bool physical = disk->device == DX_DEVICE_LUN;

    return (physical ? (uint64_t)PHYSICAL : 0) | (dx_node_child(disk->node, "shareable") ? (uint64_t)SHAREABLE : 0) |
           (dx_node_child(disk->node, "readonly") ? (uint64_t)READ_ONLY : 0) |
           (is_yes(disk->node, "rawio") ? (uint64_t)RAWIO : 0) |
           (is_yes(reservations, "managed") ? (uint64_t)RESERVATIONS : 0);
}

/* The device of <adapter name='scsi_host2'/> and <address bus='0' target='3' unit='1'/>, as sysfs calls it; NULL for a
 * hostdev of another kind. */
static const char *scsi_name(struct dx_plan *plan, const struct dx_node *hostdev)
{
    static const char *const parts[] = {"bus", "target", "unit"};
    const struct dx_node *source = dx_node_child(hostdev, "source");
    const struct dx_node *adapter = source ? dx_node_child(source, "adapter") : NULL;
    const struct dx_node *address = source ? dx_node_child(source, "address") : NULL;
    struct dx_str name = adapter ? dx_node_attr(adapter, "name") : DX_NONE;
    uint64_t number[3] = {0}, host;

    if (!dx_str_is(dx_node_attr(hostdev, "type"), "scsi") || !address || !dx_str_starts(name, "scsi_host") ||
        !dx_parse_uint((struct dx_str){name.ptr + 9, name.len - 9}, UINT32_MAX, &host)) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct dx_str text = dx_node_attr(address, parts[i]);

        if (text.ptr && !dx_parse_uint(text, UINT64_MAX, &number[i])) {
            return NULL;
        }
    }
    return dx_plan_text(plan, "%llu:%llu:%llu:%llu", (unsigned long long)host, (unsigned long long)number[0],
                        (unsigned long long)number[1], (unsigned long long)number[2]);
}

static void collect_hostdevs(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    struct dx_each each;

    for (const struct dx_node *node = dx_each_first(&each, domain, "devices", "hostdev"); node;
         node = dx_each_next(&each, node)) {
        const char *name = scsi_name(plan, node);

        if (name) {
            dx_demand_claim(plan, demand, &dx_need_kind_rdm_device,
                            dx_asker_of(plan, demand, node, NULL, "is passed through"),
                            (uint64_t)HOSTDEV | (dx_node_child(node, "shareable") ? (uint64_t)SHAREABLE : 0) |
                                (dx_node_child(node, "readonly") ? (uint64_t)READ_ONLY : 0) |
                                (is_yes(node, "rawio") ? (uint64_t)RAWIO : 0),
                            dx_str_of(name));
        }
    }
}

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    struct dx_each each;

    if (!dx_target_is_qemu(&demand->target)) {
        return;
    }
    for (struct dx_node *node = dx_each_first(&each, domain, "devices", "disk"); node;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;
        const char *mode;

        dx_disk_read(&disk, node);
        if (!is_mapping(&disk) || !disk.source) {
            continue;
        }
        mode = disk.device == DX_DEVICE_LUN ? "physically" : "virtually";
        if (dx_str_is(disk.type, "volume")) {
            struct dx_str pool = dx_node_attr(disk.source, "pool"), volume = dx_node_attr(disk.source, "volume");

            dx_demand_claim(
                plan, demand, &dx_need_kind_rdm_device,
                dx_asker_of(plan, demand, disk.source, "volume", "is mapped %s as %.*s", mode, DX_F(disk.dev)),
                flags_of(&disk) | VOLUME, dx_str_of(dx_plan_text(plan, "%.*s/%.*s", DX_F(pool), DX_F(volume))));
        } else if (dx_node_attr(disk.source, "dev").len) {
            dx_demand_claim(plan, demand, &dx_need_kind_rdm_device,
                            dx_asker_of(plan, demand, disk.source, "dev", "is mapped %s as %.*s", mode, DX_F(disk.dev)),
                            flags_of(&disk), dx_node_attr(disk.source, "dev"));
        }
    }
    collect_hostdevs(plan, demand, domain);
}

/* ---- by device ---- */

/* A claim, and the device that its path leads to. */
struct mapping {
    const struct dx_claim *claim;
    size_t order;
    struct stat st;
    struct dx_reading reading;
    const char *key; /* the device's node; the path where that leads nowhere */
};

/* All mappings of one device. */
struct device {
    const struct mapping *mappings; /* in the order of the documents */
    size_t n;
    const char *path;  /* as the first of them has it */
    uint64_t any, all; /* flags */
    struct dx_blockdev dev;
    const char *lasting;
    struct dx_need *need;
    struct dx_buf problems, doubts;
};

static int by_device(const void *a, const void *b)
{
    const struct mapping *x = a, *y = b;
    int order = strverscmp(x->key, y->key);

    return order ? order : (x->order > y->order) - (x->order < y->order);
}

/* Where a claim leads to: a disk's path, or the block device that Linux made of a SCSI device, where it made one. */
static void follow(struct mapping *mapping, struct dx_plan *plan)
{
    const struct dx_claim *claim = mapping->claim;
    const char *path = claim->text[0] == '/' && !(claim->number & VOLUME) ? claim->text : NULL;
    struct dx_str *names;
    size_t n;

    mapping->key = claim->text;
    if (claim->number & HOSTDEV) {
        path = dx_plan_text(plan, "/sys/bus/scsi/devices/%s/block", claim->text);
        path = path && dx_root_list(&names, &n, &plan->root, &plan->arena, path).state == DX_READ_OK && n > 0
                   ? dx_plan_text(plan, "/dev/%s", names[0].ptr ? names[0].ptr : "")
                   : dx_plan_text(plan, "/sys/bus/scsi/devices/%s", claim->text);
    }
    if (path) {
        mapping->reading = dx_root_stat(&mapping->st, &plan->root, &plan->arena, path);
    }
    if (mapping->reading.state == DX_READ_OK && mapping->reading.text.ptr) {
        mapping->key = mapping->reading.text.ptr;
    }
}

static struct mapping *find_mappings(struct dx_plan *plan, size_t *n)
{
    struct dx_claims claims = {.plan = plan, .kind = &dx_need_kind_rdm_device};
    const struct dx_claim *claim;
    struct mapping *mappings = NULL;
    size_t room = 0;

    *n = 0;
    while ((claim = dx_claims_next(&claims)) != NULL) {
        struct mapping *more = claim->text ? dx_arena_more(&plan->arena, mappings, *n, &room, sizeof *mappings) : NULL;

        if (!more) {
            return NULL;
        }
        mappings = more;
        more += *n;
        *more = (struct mapping){.claim = claim, .order = (*n)++};
        follow(more, plan);
    }
    if (mappings) {
        qsort(mappings, *n, sizeof *mappings, by_device);
    }
    return mappings;
}

/* ---- what is wrong with it, each with its remedy ---- */

static void wrong(struct device *device, const char *what)
{
    dx_buf_format(&device->problems, "%s%s", device->problems.len ? "; " : "", what ? what : "");
}

static void doubt(struct device *device, const struct dx_reading *reading)
{
    dx_buf_puts(&device->doubts, device->doubts.len ? "; " : "");
    dx_reading_tell(&device->doubts, reading);
}

static void tell(struct dx_plan *plan, struct device *device, const char *why, const char *value)
{
    dx_need_remedy(plan, device->need, &(struct dx_remedy){.kind = DX_REMEDY_MANUAL, .why = why, .value = value});
}

/* A path as a value of a SPEC (CONTRACT §3). */
static void put_escaped(struct dx_buf *buf, const char *path)
{
    for (; *path; path++) {
        if (strchr(",=\\", *path)) {
            dx_buf_byte(buf, '\\');
        }
        dx_buf_byte(buf, *path);
    }
}

/* The command that maps another device, or maps it otherwise. */
static const char *command(struct dx_plan *plan, const struct dx_claim *claim, const char *source, bool physical)
{
    dx_cleanup(dx_buf_free) struct dx_buf spec = DX_BUF(&plan->ctx->mem);
    const char *file = claim->asker.file && claim->asker.file[0] != '<' ? claim->asker.file : "FILE";
    const char *word;

    dx_buf_puts(&spec, "rdm:");
    put_escaped(&spec, claim->text);
    if (source) {
        dx_buf_puts(&spec, ",source=");
        put_escaped(&spec, source);
    }
    if (!physical) {
        dx_buf_puts(&spec, ",mode=virtual");
    }
    word = dx_shell_word(plan, dx_buf_keep(&spec, &plan->arena));
    file = dx_plan_text(plan, "%s%s", file[0] == '-' ? "-- " : "", dx_shell_word(plan, file));
    return dx_plan_text(plan, "domxform -i --pass=%s %s", word, file);
}

static void check_whole(struct dx_plan *plan, struct device *device)
{
    const struct dx_blockdev *dev = &device->dev;

    if (!(device->any & PHYSICAL) || dev->kind == DX_BLOCKDEV_SCSI || dev->kind == DX_BLOCKDEV_MULTIPATH ||
        dev->kind == DX_BLOCKDEV_UNKNOWN) {
        return;
    }
    wrong(device, dx_plan_text(plan, "it is %s, which takes no SCSI commands", dev->what));
    for (size_t i = 0; i < device->n; i++) {
        if (device->mappings[i].claim->number & PHYSICAL) {
            tell(plan, device, "map it virtually, behind a disk that QEMU emulates",
                 command(plan, device->mappings[i].claim, NULL, false));
        }
    }
}

static void check_lasting(struct dx_plan *plan, struct device *device)
{
    bool told = false;

    for (size_t i = 0; i < device->n; i++) {
        const struct dx_claim *claim = device->mappings[i].claim;

        if (!device->lasting || !dx_blockdev_fleeting(claim->text, device->dev.node)) {
            continue;
        }
        if (!told) {
            wrong(device, dx_plan_text(plan, "after a boot %s may be another device, %s stays this one", claim->text,
                                       device->lasting));
        }
        told = true;
        tell(plan, device, "call it by the name that stays",
             command(plan, claim, device->lasting, (claim->number & PHYSICAL) != 0));
    }
}

static void check_unused(struct dx_plan *plan, const struct dx_blockdevs *all, struct device *device)
{
    dx_cleanup(dx_buf_free) struct dx_buf uses = DX_BUF(&plan->ctx->mem);
    const char *node = device->dev.paths ? dx_plan_text(plan, "/dev/%s", device->dev.paths) : NULL;
    const char *multipath = node ? dx_blockdevs_lasting(all, node) : NULL;

    dx_blockdev_uses(&uses, plan, all, &device->dev);
    if (uses.len || uses.failed) {
        wrong(device, dx_buf_keep(&uses, &plan->arena));
        if (device->dev.paths) {
            for (size_t i = 0; i < device->n; i++) {
                if (device->mappings[i].claim->number & HOSTDEV) {
                    continue;
                }
                tell(plan, device, "map the multipath device, not one of its paths",
                     command(plan, device->mappings[i].claim, multipath ? multipath : node,
                             (device->mappings[i].claim->number & PHYSICAL) != 0));
            }
        } else {
            tell(plan, device, "have the host let go of it, where the data on it is the guest's",
                 dx_plan_text(plan,
                              "see with lsblk %s what uses it; unmount it and take it out of /etc/fstab, switch swap "
                              "off, deactivate its volume group (and keep LVM off it by a filter in "
                              "/etc/lvm/lvm.conf), stop its RAID",
                              dx_shell_word(plan, device->dev.node)));
        }
    }
    if (all->mounts.state != DX_READ_OK) {
        doubt(device, &all->mounts);
    }
    if (all->swaps.state != DX_READ_OK && all->swaps.state != DX_READ_ABSENT) {
        doubt(device, &all->swaps);
    }
}

/* A device of two disks is shared, and each of them has to say that it is meant so. */
static void check_shared(struct dx_plan *plan, struct device *device)
{
    if (device->n < 2 || (device->all & (SHAREABLE | READ_ONLY))) {
        return;
    }
    wrong(device, dx_plan_text(plan, "%zu disks map it, and not all of them have <shareable/>", device->n));
    tell(plan, device, "keep guests from writing over each other",
         "map it for one guest alone; where they share it by a cluster file system, add <shareable/> to each of "
         "these disks");
}

static void check_read_only(struct dx_plan *plan, struct device *device)
{
    if (!device->dev.read_only || (device->all & READ_ONLY)) {
        return;
    }
    wrong(device, "the host can only read it");
    tell(plan, device, "let it be written to, or have the guest only read it",
         dx_plan_text(plan, "blockdev --setrw %s where the storage allows it, else add <readonly/> to the disk",
                      dx_shell_word(plan, device->dev.node)));
}

/* libvirt starts the helper where reservations are managed; distributions put it into different folders. */
static void check_reservations(struct dx_plan *plan, struct device *device)
{
    static const char *const places[] = {"/usr/bin/qemu-pr-helper", "/usr/libexec/qemu-pr-helper",
                                         "/usr/lib/qemu/qemu-pr-helper"};
    struct dx_reading reading = {.state = DX_READ_ABSENT};
    struct stat st;

    if (!(device->any & RESERVATIONS)) {
        return;
    }
    for (size_t i = 0; i < sizeof places / sizeof places[0] && reading.state != DX_READ_OK; i++) {
        reading = dx_root_stat(&st, &plan->root, &plan->arena, places[i]);
    }
    if (reading.state == DX_READ_ABSENT) {
        wrong(device, "there is no qemu-pr-helper, which <reservations managed='yes'> needs");
    }
    dx_need_remedy(plan, device->need,
                   &(struct dx_remedy){.kind = DX_REMEDY_PACKAGE,
                                       .why = "what sends the guest's persistent reservations to the device",
                                       .value = "qemu-pr-helper",
                                       .other = "qemu-system-common"});
}

/* ---- the requirement ---- */

static void say_notes(struct dx_plan *plan, struct device *device)
{
    struct dx_requirement *face = &device->need->face;
    bool hostdev = device->mappings[0].claim->number & HOSTDEV;

    if (hostdev) {
        dx_need_say(plan, &face->verify, "lsscsi %s", device->path);
        dx_need_say(plan, &face->note,
                    "Linux numbers SCSI hosts as it finds them: after a boot another device may be %s", device->path);
        return;
    }
    dx_need_say(plan, &face->persistence,
                "the names below /dev/disk/by-id, which udev gives a device by what it says of itself");
    dx_need_say(plan, &face->verify, "lsblk -o NAME,TYPE,TRAN,RO,WWN,MOUNTPOINT %s", dx_shell_word(plan, device->path));
    if (device->any & RAWIO) {
        dx_need_say(plan, &face->note,
                    "rawio='yes' gives QEMU the capability CAP_SYS_RAWIO for all its disks, and ordinary SCSI commands "
                    "do not need it (DSK-R05)");
    } else if ((device->any & PHYSICAL) && (device->any & SHAREABLE) && !(device->any & RESERVATIONS)) {
        dx_need_say(plan, &face->note,
                    "persistent reservations of a cluster reach the device only with <reservations managed='yes'/> in "
                    "the source, by qemu-pr-helper");
    } else if (!device->dev.node && dx_blockdev_fleeting(device->path, NULL)) {
        dx_need_say(plan, &face->note,
                    "after a boot %s may be another device: map one of the links in /dev/disk/by-id that lead to it",
                    device->path);
    }
}

static void judge(struct dx_plan *plan, const struct dx_blockdevs *all, struct device *device)
{
    const struct mapping *first = &device->mappings[0];

    if (device->path[0] != '/' && !(first->claim->number & HOSTDEV)) {
        wrong(device, "its path is not absolute");
    } else if (first->reading.state == DX_READ_ABSENT && (first->claim->number & HOSTDEV)) {
        wrong(device, dx_plan_text(plan, "there is no SCSI device %s", device->path));
    } else if (first->reading.state == DX_READ_ABSENT) {
        wrong(device, dx_plan_text(plan, "there is no %s", device->path));
    } else if (first->reading.state != DX_READ_OK) {
        doubt(device, &first->reading);
    } else if ((first->claim->number & HOSTDEV) && strncmp(first->key, "/dev/", 5) != 0) {
        device->dev = (struct dx_blockdev){.name = device->path, .what = "there, and no disk of the host"};
    } else {
        dx_blockdev_read(&device->dev, plan, &first->st, first->key);
        device->lasting = dx_blockdevs_lasting(all, first->key);
        if (device->dev.kind == DX_BLOCKDEV_NONE) {
            wrong(device, dx_plan_text(plan, "it is %s", device->dev.what));
        } else if (device->dev.kind == DX_BLOCKDEV_UNKNOWN) {
            dx_buf_format(&device->doubts, "there is no /sys/class/block/%s that tells what it is", device->dev.name);
        } else {
            check_whole(plan, device);
            check_unused(plan, all, device);
            check_read_only(plan, device);
        }
        check_lasting(plan, device);
    }
    if ((device->any & PHYSICAL) && plan->caps.sgio_lun == DX_ANSWER_NO) {
        wrong(device, dx_plan_text(plan, "%s knows no device='lun'", plan->caps.domain_file));
    }
    check_shared(plan, device);
    check_reservations(plan, device);
}

static void conclude(struct dx_plan *plan, struct device *device)
{
    if (device->problems.len) {
        dx_need_found(plan, device->need, DX_PLAN_MISSING, "%.*s", DX_F(dx_buf_view(&device->problems)));
    } else if (device->doubts.len) {
        dx_need_found(plan, device->need, DX_PLAN_UNKNOWN, "%.*s", DX_F(dx_buf_view(&device->doubts)));
    } else {
        dx_need_found(plan, device->need, DX_PLAN_OK, "%s is %s%s", device->dev.name, device->dev.what,
                      device->dev.node ? " that nothing on the host uses" : "");
    }
    plan->arena.failed = plan->arena.failed || device->problems.failed || device->doubts.failed;
}

static void tell_generally(struct dx_plan *plan, struct device *device)
{
    tell(plan, device, "have the device on the host, and for the guest alone",
         "give the host the whole device from the storage; leave it without a file system, LVM or RAID of the host");
}

static void free_words(struct device *device)
{
    dx_buf_free(&device->problems);
    dx_buf_free(&device->doubts);
}

static void add_device(struct dx_plan *plan, const struct dx_blockdevs *all, const struct mapping *mappings, size_t n)
{
    dx_cleanup(free_words) struct device device = {
        .mappings = mappings,
        .n = n,
        .path = mappings[0].claim->text,
        .all = UINT64_MAX,
        .problems = DX_BUF(&plan->ctx->mem),
        .doubts = DX_BUF(&plan->ctx->mem),
    };

    for (size_t i = 0; i < n; i++) {
        device.any |= mappings[i].claim->number;
        device.all &= mappings[i].claim->number;
    }
    if (mappings[0].claim->number & HOSTDEV) {
        device.need = dx_need_add(plan, &dx_need_kind_rdm_device, device.path,
                                  "SCSI device %s is one that the host does not use", device.path);
    } else {
        device.need = dx_need_add(plan, &dx_need_kind_rdm_device, device.path,
                                  "%s%s is the same %s at each boot, and unused by the host",
                                  device.any & VOLUME ? "volume " : "", device.path,
                                  device.any & PHYSICAL ? "whole SCSI disk" : "block device");
    }
    if (!device.need) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        dx_need_asked(plan, device.need, &mappings[i].claim->asker);
    }
    if (device.any & VOLUME) {
        const char *slash = strchr(device.path, '/');
        const char *pool = dx_plan_keep(plan, (struct dx_str){device.path, slash ? (size_t)(slash - device.path) : 0});

        tell_generally(plan, &device);
        dx_need_found(plan, device.need, DX_PLAN_UNKNOWN, "libvirt alone knows the device of a volume");
        dx_need_say(plan, &device.need->face.verify, "virsh vol-path --pool %s %s", dx_shell_word(plan, pool),
                    dx_shell_word(plan, slash ? slash + 1 : ""));
        return;
    }
    judge(plan, all, &device);
    if (mappings[0].reading.state != DX_READ_OK || device.need->face.n_remedies == 0) {
        tell_generally(plan, &device);
    }
    say_notes(plan, &device);
    conclude(plan, &device);
}

static void derive(struct dx_plan *plan)
{
    struct dx_blockdevs all;
    size_t n;
    const struct mapping *mappings = find_mappings(plan, &n);

    if (!mappings) {
        return;
    }
    dx_blockdevs_read(&all, plan);
    for (size_t from = 0, to; from < n && !plan->arena.failed; from = to) {
        for (to = from + 1; to < n && strcmp(mappings[to].key, mappings[from].key) == 0; to++) {
        }
        add_device(plan, &all, &mappings[from], to - from);
    }
}

const struct dx_need_kind dx_need_kind_rdm_device = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "rdm-device",
             .scope = DX_SCOPE_HOST,
             .summary = "the SCSI devices that are mapped raw are there, whole and unused",
             .guide = "Raw Device Mapping",
             .why = "a guest whose device is absent does not start; one that shares it with the host loses data"},
    .collect = collect,
    .derive = derive,
};
