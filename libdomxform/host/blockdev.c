#include "blockdev.h"

#include "plan.h"

#include <sys/sysmacros.h>

#define CLASS "/sys/class/block/"
#define BY_ID "/dev/disk/by-id"

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* ---- the kernel's files about one device ---- */

static struct dx_reading look(struct stat *st, struct dx_plan *plan, const char *name, const char *file)
{
    const char *path = dx_plan_text(plan, CLASS "%s/%s", name, file);

    return path ? dx_root_stat(st, &plan->root, &plan->arena, path)
                : (struct dx_reading){.state = DX_READ_ODD, .path = file, .why = "out of memory"};
}

static bool has(struct dx_plan *plan, const char *name, const char *file)
{
    struct stat st;

    return look(&st, plan, name, file).state == DX_READ_OK;
}

/* What a file says, without blanks; empty where it cannot be read. */
static struct dx_str say(struct dx_plan *plan, const char *name, const char *file)
{
    const char *path = dx_plan_text(plan, CLASS "%s/%s", name, file);
    struct dx_reading reading = {.state = DX_READ_ABSENT};

    if (path) {
        reading = dx_root_read(&plan->root, &plan->arena, path, DX_MOST_FACT);
    }
    return reading.state == DX_READ_OK ? dx_trim(reading.text) : DX_S("");
}

static size_t list(struct dx_str **names, struct dx_plan *plan, const char *name, const char *folder)
{
    const char *path = dx_plan_text(plan, CLASS "%s/%s", name, folder);
    size_t n = 0;

    *names = NULL;
    if (path) {
        dx_root_list(names, &n, &plan->root, &plan->arena, path);
    }
    return n;
}

/* A device that the SCSI layer of Linux drives, and that therefore answers SG_IO. SATA disks are among them. */
static bool is_scsi(struct dx_plan *plan, const char *name)
{
    struct stat st;
    struct dx_reading subsystem = look(&st, plan, name, "device/subsystem");
    uint64_t type;

    if (subsystem.state == DX_READ_OK && subsystem.text.ptr) {
        return strcmp(base_name(subsystem.text.ptr), "scsi") == 0;
    }
    return dx_parse_uint(say(plan, name, "device/type"), UINT8_MAX, &type) && has(plan, name, "device/vendor");
}

/* The types of SCSI that are disks: direct access, its reduced form, and zoned. */
static bool is_scsi_disk(struct dx_plan *plan, const char *name)
{
    uint64_t type;

    return dx_parse_uint(say(plan, name, "device/type"), UINT8_MAX, &type) && (type == 0 || type == 14 || type == 20);
}

/* ---- what a device is ---- */

/* By the kernel's name, what is no SCSI disk. */
static const struct {
    const char *prefix, *what;
} others[] = {
    {"nvme", "an NVMe device"}, {"vd", "a virtio disk"},       {"xvd", "a Xen disk"},
    {"md", "a software RAID"},  {"loop", "a loop device"},     {"nbd", "a network block device"},
    {"rbd", "an rbd device"},   {"mmcblk", "a memory card"},   {"sr", "a CD drive"},
    {"dasd", "a DASD"},         {"zram", "compressed memory"}, {"ram", "a RAM disk"},
};

static void is(struct dx_blockdev *dev, enum dx_blockdev_kind kind, const char *what)
{
    dev->kind = kind;
    dev->what = what;
}

/* A multipath device takes SCSI commands when all its paths do. */
static void read_mapper(struct dx_blockdev *dev, struct dx_plan *plan, struct dx_str uuid)
{
    struct dx_str *slaves;
    size_t n = list(&slaves, plan, dev->name, "slaves");
    bool scsi = n > 0;

    for (size_t i = 0; i < n; i++) {
        scsi = scsi && slaves[i].ptr && is_scsi(plan, slaves[i].ptr);
    }
    if (dx_str_starts(uuid, "mpath-")) {
        is(dev, scsi ? DX_BLOCKDEV_MULTIPATH : DX_BLOCKDEV_OTHER,
           scsi ? "a whole SCSI disk with several paths" : "a multipath device over what is no SCSI disk");
    } else if (dx_str_starts(uuid, "part")) {
        dev->whole = n == 1 ? slaves[0].ptr : NULL;
        is(dev, DX_BLOCKDEV_PARTITION, "a partition of a multipath device");
    } else {
        is(dev, DX_BLOCKDEV_OTHER,
           dx_str_starts(uuid, "LVM-")     ? "a logical volume"
           : dx_str_starts(uuid, "CRYPT-") ? "an encrypted volume"
                                           : "a device-mapper volume");
    }
}

/* In sysfs a partition stands in the folder of its disk. */
static void read_partition(struct dx_blockdev *dev, struct dx_plan *plan)
{
    struct stat st;
    struct dx_reading reading = look(&st, plan, dev->name, "..");
    const char *whole = reading.state == DX_READ_OK && reading.text.ptr ? base_name(reading.text.ptr) : "block";

    is(dev, DX_BLOCKDEV_PARTITION, "a partition");
    if (strcmp(whole, "block") != 0) {
        dev->whole = whole;
        dev->what = dx_plan_text(plan, "a partition of %s", whole);
    }
}

static void read_kind(struct dx_blockdev *dev, struct dx_plan *plan)
{
    if (has(plan, dev->name, "partition")) {
        read_partition(dev, plan);
        return;
    }
    if (has(plan, dev->name, "dm")) {
        read_mapper(dev, plan, say(plan, dev->name, "dm/uuid"));
        return;
    }
    is(dev, DX_BLOCKDEV_OTHER, "no SCSI device");
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (strncmp(dev->name, others[i].prefix, strlen(others[i].prefix)) == 0) {
            dev->what = others[i].what;
            return;
        }
    }
    if (is_scsi(plan, dev->name)) {
        bool disk = is_scsi_disk(plan, dev->name);

        is(dev, disk ? DX_BLOCKDEV_SCSI : DX_BLOCKDEV_OTHER,
           disk ? "a whole SCSI disk" : "a SCSI device that is no disk");
    } else if (strncmp(dev->name, "sd", 2) == 0 && !has(plan, dev->name, "device")) {
        is(dev, DX_BLOCKDEV_UNKNOWN, "a disk that the kernel does not tell of");
    }
}

static void add_member(struct dx_blockdev *dev, struct dx_plan *plan, const char *name)
{
    const char **members =
        dx_arena_more(&plan->arena, dev->members, dev->n_members, &dev->room_members, sizeof(const char *));

    if (members) {
        dev->members = members;
        members[dev->n_members++] = name;
    }
}

static void read_members(struct dx_blockdev *dev, struct dx_plan *plan)
{
    struct dx_str *names;
    size_t n = list(&names, plan, dev->name, "");

    add_member(dev, plan, dev->name);
    for (size_t i = 0; i < n; i++) {
        if (names[i].ptr && dx_str_starts(names[i], dev->name) && has(plan, names[i].ptr, "partition")) {
            add_member(dev, plan, names[i].ptr);
        }
    }
}

static void read_paths(struct dx_blockdev *dev, struct dx_plan *plan)
{
    struct dx_str *holders;
    size_t n = list(&holders, plan, dev->name, "holders");

    for (size_t i = 0; i < n; i++) {
        if (holders[i].ptr && dx_str_starts(say(plan, holders[i].ptr, "dm/uuid"), "mpath-")) {
            dev->paths = holders[i].ptr;
        }
    }
}

/* The kernel's name of a device: by its number, where nodes are what they say; else of its path, where sysfs has '!'
 * for the '/' of a name. */
static const char *name_of(struct dx_plan *plan, const struct stat *st, const char *node)
{
    struct stat unused;
    struct dx_reading reading;
    dx_cleanup(dx_buf_free) struct dx_buf name = DX_BUF(&plan->ctx->mem);
    const char *path;

    if (plan->root.real && S_ISBLK(st->st_mode)) {
        path = dx_plan_text(plan, "/sys/dev/block/%u:%u", major(st->st_rdev), minor(st->st_rdev));
        if (path) {
            reading = dx_root_stat(&unused, &plan->root, &plan->arena, path);
            if (reading.state == DX_READ_OK && reading.text.ptr) {
                return base_name(reading.text.ptr);
            }
        }
    }
    if (strncmp(node, "/dev/", 5) != 0) {
        return base_name(node);
    }
    for (const char *c = node + 5; *c; c++) {
        dx_buf_byte(&name, *c == '/' ? '!' : *c);
    }
    return dx_buf_keep(&name, &plan->arena);
}

void dx_blockdev_read(struct dx_blockdev *dev, struct dx_plan *plan, const struct stat *st, const char *node)
{
    *dev = (struct dx_blockdev){.what = "a device that the kernel does not tell of", .node = node};
    if (S_ISDIR(st->st_mode)) {
        is(dev, DX_BLOCKDEV_NONE, "a folder");
        return;
    }
    if (plan->root.real && !S_ISBLK(st->st_mode)) {
        is(dev, DX_BLOCKDEV_NONE,
           S_ISREG(st->st_mode)   ? "a regular file"
           : S_ISCHR(st->st_mode) ? "a character device"
                                  : "no block device");
        return;
    }
    dev->name = name_of(plan, st, node);
    if (!dev->name || !dev->name[0] || !has(plan, dev->name, "")) {
        dev->name = dev->name ? dev->name : "";
        return;
    }
    read_kind(dev, plan);
    read_members(dev, plan);
    read_paths(dev, plan);
    dev->read_only = dx_str_is(say(plan, dev->name, "ro"), "1");
}

/* ---- what is mounted, and what is a name for good ---- */

static const char *node_of(struct dx_plan *plan, struct dx_str path)
{
    struct stat st;
    const char *kept = path.len && path.ptr[0] == '/' ? dx_plan_keep(plan, path) : NULL;
    struct dx_reading reading = {.state = DX_READ_ABSENT};

    if (kept) {
        reading = dx_root_stat(&st, &plan->root, &plan->arena, kept);
    }
    return reading.state == DX_READ_OK && reading.text.ptr ? reading.text.ptr : kept;
}

static void add_use(struct dx_blockdevs *all, struct dx_plan *plan, struct dx_str device, struct dx_str number,
                    const char *what)
{
    struct dx_blockuse *uses = dx_arena_more(&plan->arena, all->uses, all->n_uses, &all->room_uses, sizeof *uses);

    if (uses) {
        all->uses = uses;
        uses[all->n_uses++] = (struct dx_blockuse){
            .node = dx_str_starts(device, "/dev/") ? node_of(plan, device) : NULL, .number = number, .what = what};
    }
}

/* "36 35 8:33 / /srv rw,noatime - ext4 /dev/sdc1 rw": what stands before " - " varies in number. */
static void read_mount(struct dx_blockdevs *all, struct dx_plan *plan, struct dx_str line)
{
    struct dx_str word, number = DX_NONE, where = DX_NONE, device = DX_NONE;
    size_t at = 0, dash = 0;

    while (dx_next_word(&word, &line)) {
        at++;
        number = at == 3 ? word : number;
        where = at == 5 ? word : where;
        dash = at > 5 && !dash && dx_str_is(word, "-") ? at : dash;
        device = dash && at == dash + 2 ? word : device;
    }
    if (dash && device.ptr) {
        add_use(all, plan, device, number, dx_plan_text(plan, "mounted on %.*s", DX_F(where)));
    }
}

static void read_old_mount(struct dx_blockdevs *all, struct dx_plan *plan, struct dx_str line)
{
    struct dx_str device, where;

    if (dx_next_word(&device, &line) && dx_next_word(&where, &line) && dx_str_starts(device, "/dev/")) {
        add_use(all, plan, device, DX_NONE, dx_plan_text(plan, "mounted on %.*s", DX_F(where)));
    }
}

static void read_uses(struct dx_blockdevs *all, struct dx_plan *plan)
{
    struct dx_str rest, line, word;
    bool old;

    all->mounts = dx_root_read(&plan->root, &plan->arena, "/proc/self/mountinfo", DX_MOST_CONFIG);
    old = all->mounts.state != DX_READ_OK;
    if (old) {
        all->mounts = dx_root_read(&plan->root, &plan->arena, "/proc/mounts", DX_MOST_CONFIG);
    }
    rest = all->mounts.text;
    while (dx_next_line(&line, &rest)) {
        if (old) {
            read_old_mount(all, plan, line);
        } else {
            read_mount(all, plan, line);
        }
    }
    all->swaps = dx_root_read(&plan->root, &plan->arena, "/proc/swaps", DX_MOST_CONFIG);
    rest = all->swaps.text;
    while (dx_next_line(&line, &rest)) {
        if (dx_next_word(&word, &line) && word.ptr[0] == '/') {
            add_use(all, plan, word, DX_NONE, "in use as swap");
        }
    }
}

void dx_blockdevs_read(struct dx_blockdevs *all, struct dx_plan *plan)
{
    struct dx_str *names;
    size_t n;

    *all = (struct dx_blockdevs){0};
    read_uses(all, plan);
    dx_root_list(&names, &n, &plan->root, &plan->arena, BY_ID);
    for (size_t i = 0; i < n; i++) {
        struct dx_blocklink *links =
            dx_arena_more(&plan->arena, all->links, all->n_links, &all->room_links, sizeof *links);
        const char *path = names[i].ptr ? dx_plan_text(plan, BY_ID "/%s", names[i].ptr) : NULL;

        if (!links || !path) {
            return;
        }
        all->links = links;
        links[all->n_links++] = (struct dx_blocklink){path, node_of(plan, dx_str_of(path))};
    }
}

/* The kinds of names, best first: what the device itself says that is unique in the world, then what its maker and
 * its serial number say. A multipath device's own comes before those of its paths. */
static const char *const link_kinds[] = {
    BY_ID "/dm-uuid-mpath-", BY_ID "/wwn-", BY_ID "/scsi-", BY_ID "/ata-", BY_ID "/",
};

const char *dx_blockdevs_lasting(const struct dx_blockdevs *all, const char *node)
{
    for (size_t k = 0; k < sizeof link_kinds / sizeof link_kinds[0]; k++) {
        for (size_t i = 0; i < all->n_links; i++) {
            const struct dx_blocklink *link = &all->links[i];

            if (link->node && strcmp(link->node, node) == 0 &&
                strncmp(link->path, link_kinds[k], strlen(link_kinds[k])) == 0) {
                return link->path;
            }
        }
    }
    return NULL;
}

bool dx_blockdev_fleeting(const char *path, const char *node)
{
    static const char *const kernels[] = {"sd", "dm-", "vd", "xvd", "nvme", "md", "loop", "sr"};

    if (node) {
        return strcmp(path, node) == 0 && strncmp(path, "/dev/", 5) == 0 && !strchr(path + 5, '/');
    }
    for (size_t i = 0; i < sizeof kernels / sizeof kernels[0]; i++) {
        if (strncmp(path, "/dev/", 5) == 0 && strncmp(path + 5, kernels[i], strlen(kernels[i])) == 0 &&
            !strchr(path + 5, '/')) {
            return true;
        }
    }
    return false;
}

/* ---- what the host does with it ---- */

enum { MOST_HOLDERS = 4 }; /* that are told; a volume group may have hundreds of volumes */

static void tell_holder(struct dx_buf *words, struct dx_plan *plan, const char *member, const char *holder)
{
    struct dx_str uuid = say(plan, holder, "dm/uuid"), name = say(plan, holder, "dm/name");

    dx_buf_format(words, "%s%s is ", words->len ? "; " : "", member);
    if (dx_str_starts(uuid, "LVM-")) {
        dx_buf_format(words, "part of the logical volume %.*s", DX_F(name));
    } else if (dx_str_starts(uuid, "mpath-")) {
        dx_buf_format(words, "one path of the multipath device %.*s", DX_F(name));
    } else if (dx_str_starts(uuid, "part")) {
        dx_buf_format(words, "partitioned: %.*s", DX_F(name));
    } else if (dx_str_starts(uuid, "CRYPT-")) {
        dx_buf_format(words, "opened as the encrypted volume %.*s", DX_F(name));
    } else {
        dx_buf_format(words, "part of %.*s", DX_F(name.len ? name : dx_str_of(holder)));
    }
}

static void tell_use(struct dx_buf *words, struct dx_plan *plan, const struct dx_blockdevs *all,
                     const struct dx_blockdev *dev, const char *member)
{
    const char *node = member == dev->name ? dev->node : dx_plan_text(plan, "/dev/%s", member);
    struct dx_str number = say(plan, member, "dev");
    size_t n = 0;

    for (size_t i = 0; node && i < all->n_uses; i++) {
        const struct dx_blockuse *use = &all->uses[i];

        if ((use->node && strcmp(use->node, node) == 0) ||
            (use->number.ptr && number.len && dx_str_equal(use->number, number))) {
            if (n++ == 0 && use->what) {
                dx_buf_format(words, "%s%s is %s", words->len ? "; " : "", member, use->what);
            }
        }
    }
    if (n > 1) {
        dx_buf_format(words, " and %zu more", n - 1);
    }
}

void dx_blockdev_uses(struct dx_buf *words, struct dx_plan *plan, const struct dx_blockdevs *all,
                      const struct dx_blockdev *dev)
{
    for (size_t i = 0; i < dev->n_members; i++) {
        struct dx_str *holders;
        size_t n = list(&holders, plan, dev->members[i], "holders");

        tell_use(words, plan, all, dev, dev->members[i]);
        for (size_t k = 0; k < n && k < MOST_HOLDERS; k++) {
            if (holders[k].ptr) {
                tell_holder(words, plan, dev->members[i], holders[k].ptr);
            }
        }
        if (n > MOST_HOLDERS) {
            dx_buf_format(words, ", and of %zu more", n - MOST_HOLDERS);
        }
    }
}
