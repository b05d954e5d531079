/* Raw device mapping: a SCSI device of the host for the guest, whole or emulated (semantics §5). */
#include "pass.h"

enum { MODE_ABSENT, MODE_PHYSICAL, MODE_VIRTUAL };

struct rdm {
    struct dx_str disk; /* a target or a path */
    int mode;
    struct dx_str source, target;
    int rawio;
    struct dx_int controller;
};

struct unrdm {
    struct dx_strs disks;
};

static bool is_path(struct dx_str s)
{
    return s.len > 0 && s.ptr[0] == '/';
}

static bool is_folder(struct dx_str s)
{
    return is_path(s) && s.ptr[s.len - 1] == '/';
}

static int check_rdm(struct dx_run *run, const void *values, void *user)
{
    const struct rdm *opts = values;

    (void)user;
    if (opts->rawio == DX_YES && opts->mode == MODE_VIRTUAL) {
        return dx_run_usage(run, 1, "leave rawio out, or use mode=physical",
                            "rdm: rawio is for a physical mapping, libvirt refuses it on others");
    }
    if (opts->target.ptr && (!dx_str_starts(opts->target, "sd") || dx_target_index(opts->target) < 0 ||
                             (opts->target.ptr[opts->target.len - 1] <= '9'))) {
        return dx_run_usage(run, 1, "a name such as sda, sdb or sdaa", "rdm: target '%.*s' is no name for a scsi disk",
                            DX_F(opts->target));
    }
    if (opts->source.ptr && !is_path(opts->source)) {
        return dx_run_usage(run, 1, "write source=/dev/…", "rdm: source '%.*s' is no path", DX_F(opts->source));
    }
    if (is_folder(opts->disk) || is_folder(opts->source)) {
        return dx_run_usage(run, 1, "name a device in it; is a variable of the shell empty?",
                            "rdm: '%.*s' is a directory", DX_F(is_folder(opts->disk) ? opts->disk : opts->source));
    }
    return DX_OK;
}

/* ---- finding the disk ---- */

static bool names_disk(const struct dx_disk *disk, struct dx_str word)
{
    return dx_str_equal(is_path(word) ? disk->path : disk->dev, word) &&
           (is_path(word) ? disk->path.ptr : disk->dev.ptr);
}

/* The disk of that target or path; *twice when there are several. */
static bool find_disk(struct dx_disk *disk, struct dx_run *run, struct dx_str word, struct dx_node **twice)
{
    struct dx_each each;
    bool found = false;

    *twice = NULL;
    for (struct dx_node *node = dx_each_first(&each, run->doc->root, "devices", "disk"); node;
         node = dx_each_next(&each, node)) {
        struct dx_disk candidate;

        dx_disk_read(&candidate, node);
        if (names_disk(&candidate, word)) {
            if (found) {
                *twice = node;
                return true;
            }
            *disk = candidate;
            found = true;
        }
    }
    return found;
}

static int refuse_unknown(struct dx_run *run, struct dx_str word)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem), names = DX_BUF(&run->ctx->mem);
    struct dx_node *devices = dx_node_child(run->doc->root, "devices");

    if (dx_disk_names(&names, run->doc->root) > 0) {
        dx_buf_format(&hint, "its disks are %.*s; a /dev/… path adds a disk", DX_F(dx_buf_view(&names)));
    } else {
        dx_buf_puts(&hint, "it has no disks; a /dev/… path adds one");
    }
    dx_buf_byte(&hint, '\0');
    return hint.failed || names.failed ? dx_ctx_no_memory(run->ctx)
                                       : dx_run_error(run, devices ? devices : run->doc->root, hint.ptr,
                                                      "no disk has the target '%.*s'", DX_F(word));
}

/* ---- the place on a controller ---- */

struct seat {
    struct dx_controller *controller; /* NULL: to be made */
    struct dx_drive drive;
    bool keeps; /* the disk sits there already */
};

static int find_seat(struct seat *seat, struct dx_run *run, const struct rdm *opts, const struct dx_disk *disk)
{
    struct dx_arena *arena = &run->doc->arena;
    int64_t wanted = opts->controller.given ? opts->controller.value : -1;
    struct dx_controller *all;
    size_t n;
    int rc;

    *seat = (struct seat){0};
    if (disk && disk->bus == DX_BUS_SCSI && disk->has_drive && (wanted < 0 || disk->drive.controller == wanted)) {
        if (!dx_controllers(&all, &n, arena, run->doc->root, "scsi")) {
            return dx_ctx_no_memory(run->ctx);
        }
        for (size_t i = 0; i < n; i++) {
            if (all[i].virtio_scsi && all[i].index == disk->drive.controller) {
                *seat = (struct seat){.controller = &all[i], .drive = disk->drive, .keeps = true};
                return DX_OK;
            }
        }
    }
    rc = dx_scsi_place(&seat->controller, &seat->drive, arena, run->doc->root, disk ? disk->node : NULL, wanted);
    if (rc == DX_UNCHANGED) {
        struct dx_str model = seat->controller->model;

        return dx_run_error(run, seat->controller->node, "leave controller= out, or name another index",
                            "scsi controller %lld is not virtio-scsi but %.*s", (long long)wanted,
                            DX_F(model.ptr ? model : DX_S("of the default model")));
    }
    return rc < 0 ? dx_ctx_no_memory(run->ctx) : DX_OK;
}

static int make_controller(struct dx_run *run, struct seat *seat)
{
    struct dx_controller *made = dx_arena_zero(&run->doc->arena, 1, sizeof *made);
    struct dx_node *devices;
    char number[16];
    int rc;

    if (!made) {
        return dx_ctx_no_memory(run->ctx);
    }
    snprintf(number, sizeof number, "%u", seat->drive.controller);
    rc = dx_run_container(&devices, run, NULL, "devices", "controller");
    rc = rc < 0 ? rc : dx_run_insert(&made->node, run, devices, "controller");
    rc = rc < 0 ? rc : dx_edit_set(made->node, "type", "scsi");
    rc = rc < 0 ? rc : dx_edit_set(made->node, "index", number);
    rc = rc < 0 ? rc : dx_edit_set(made->node, "model", "virtio-scsi");
    seat->controller = made;
    return rc;
}

static int put_address(struct dx_run *run, struct dx_node *disk, const struct seat *seat)
{
    struct dx_node *address = dx_node_child(disk, "address");
    const struct {
        const char *name;
        unsigned value;
    } parts[] = {{"controller", seat->drive.controller},
                 {"bus", seat->drive.bus},
                 {"target", seat->drive.target},
                 {"unit", seat->drive.unit}};
    int rc = DX_OK;

    if (address && !(seat->keeps && dx_str_is(dx_node_attr(address, "type"), "drive"))) {
        rc = dx_run_drop_child(run, disk, "address", "the disk moves to a virtio-scsi controller");
        address = NULL;
    }
    if (!address) {
        rc = rc < 0 ? rc : dx_run_insert(&address, run, disk, "address");
        rc = rc < 0 ? rc : dx_edit_set(address, "type", "drive");
    }
    for (size_t i = 0; rc >= 0 && i < sizeof parts / sizeof parts[0]; i++) {
        char number[16];
        uint64_t there = 0;
        struct dx_str text = dx_node_attr(address, parts[i].name);

        /* In an address that stays, a part that is not stated is 0. */
        if ((text.ptr ? dx_parse_uint(text, UINT32_MAX, &there) : !(address->flags & DX_NODE_NEW)) &&
            there == parts[i].value) {
            continue;
        }
        snprintf(number, sizeof number, "%u", parts[i].value);
        rc = dx_edit_set(address, parts[i].name, number);
    }
    return rc;
}

/* The iothread of a virtio disk serves the controller that it moves to, unless that has one. */
static int carry_iothread(struct dx_run *run, struct dx_str id, const struct seat *seat)
{
    struct dx_node *controller = seat->controller->node, *driver = dx_node_child(controller, "driver");
    struct dx_iothreads iothreads;
    struct dx_str there = driver ? dx_node_attr(driver, "iothread") : DX_NONE;
    uint64_t number;
    int rc = DX_OK;

    if (!dx_iothreads_read(&iothreads, &run->doc->arena, run->doc->root)) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (!dx_parse_uint(id, UINT32_MAX, &number) || !dx_iothreads_has(&iothreads, number) ||
        (there.ptr && !dx_str_is(there, "0")) || (driver && dx_node_child(driver, "iothreads"))) {
        return DX_OK;
    }
    if (!driver) {
        rc = dx_run_insert(&driver, run, controller, "driver");
    }
    rc = rc < 0 ? rc : dx_edit_set_attr(driver, "iothread", id);
    return rc < 0 ? rc
                  : dx_run_note(run, controller, NULL, "iothread %.*s of the disk now serves scsi controller %u",
                                DX_F(id), seat->drive.controller);
}

/* A controller that has no iothread is one more for the pass that gives them. */
static void feed_iothreads(struct dx_run *run, const struct seat *seat)
{
    const struct dx_node *driver = dx_node_child(seat->controller->node, "driver");

    if (!driver || (!dx_node_attr(driver, "iothread").ptr && !dx_node_child(driver, "iothreads"))) {
        dx_run_feed(run, "iothreads");
    }
}

/* ---- parts of the disk ---- */

static int fit_driver(struct dx_run *run, struct dx_node *disk, bool lun, const struct seat *seat)
{
    static const char *const virtio_only[] = {"queues", "queue_size", "event_idx",   "ioeventfd",       "iommu",
                                              "ats",    "packed",     "page_per_vq", "discard_no_unref"};
    static const char *const wanted[][2] = {{"name", "qemu"}, {"type", "raw"}, {"cache", "none"}, {"io", "native"}};
    struct dx_node *driver = dx_node_child(disk, "driver");
    struct dx_node *map = driver ? dx_node_child(driver, "iothreads") : NULL;
    struct dx_str iothread = driver ? dx_node_attr(driver, "iothread") : DX_NONE;
    int rc = DX_OK;

    if (!driver) {
        rc = dx_run_insert(&driver, run, disk, "driver");
    }
    if (map && !iothread.ptr && dx_node_child(map, "iothread")) {
        iothread = dx_node_attr(dx_node_child(map, "iothread"), "id");
    }
    for (size_t i = 0; rc >= 0 && i < sizeof wanted / sizeof wanted[0]; i++) {
        rc = dx_run_put_attr(run, driver, wanted[i][0], dx_str_of(wanted[i][1]));
    }
    if (rc >= 0 && iothread.ptr) {
        rc = carry_iothread(run, iothread, seat);
        rc = rc < 0 ? rc : dx_run_drop_attr(run, driver, "iothread", "a scsi disk runs in its controller's");
    }
    for (size_t i = 0; rc >= 0 && i < sizeof virtio_only / sizeof virtio_only[0]; i++) {
        rc = dx_run_drop_attr(run, driver, virtio_only[i], "it is for virtio disks");
    }
    if (rc >= 0 && lun) {
        rc = dx_run_drop_attr(run, driver, "copy_on_read", "a lun has none");
    }
    rc = rc < 0 ? rc : dx_run_drop_child(run, driver, "iothreads", "a scsi disk runs in its controller's");
    return rc < 0 ? rc : dx_run_drop_child(run, driver, "metadata_cache", "it is for qcow2");
}

static int fit_source(struct dx_run *run, struct dx_node *disk, struct dx_str path, bool lun)
{
    static const char *const attrs[] = {"file",  "name",  "dir",           "protocol", "pool",        "volume",
                                        "mode",  "query", "startupPolicy", "tls",      "namespace",   "managed",
                                        "index", "path",  "type",          "cluster",  "tlsHostname", "fdgroup"};
    static const char *const children[] = {"host",      "auth",       "snapshot",  "config",  "initiator",
                                           "address",   "ssl",        "readahead", "cookies", "identity",
                                           "reconnect", "knownHosts", "timeout"};
    struct dx_node *source = dx_node_child(disk, "source");
    int rc = DX_OK;

    if (path.ptr) {
        if (!source) {
            rc = dx_run_insert(&source, run, disk, "source");
        }
        for (size_t i = 0; rc >= 0 && i < sizeof attrs / sizeof attrs[0]; i++) {
            rc = dx_run_drop_attr(run, source, attrs[i], "the disk has another source");
        }
        rc = rc < 0 ? rc : dx_run_put_attr(run, source, "dev", path);
        for (size_t i = 0; rc >= 0 && i < sizeof children / sizeof children[0]; i++) {
            rc = dx_run_drop_child(run, source, children[i], "the disk has another source");
        }
    }
    return rc < 0 || lun ? rc : dx_run_drop_child(run, source, "reservations", "they are for a physical mapping");
}

static int fit_target(struct dx_run *run, struct dx_node *disk, const struct rdm *opts, struct dx_str dev, bool lun)
{
    struct dx_node *target = dx_node_child(disk, "target");
    bool usb = target && dx_str_is(dx_node_attr(target, "bus"), "usb");
    int rc = DX_OK;

    if (!target) {
        rc = dx_run_insert(&target, run, disk, "target");
    }
    rc = rc < 0 ? rc : dx_run_put_attr(run, target, "dev", opts->target.ptr ? opts->target : dev);
    rc = rc < 0 ? rc : dx_run_put_attr(run, target, "bus", DX_S("scsi"));
    if (usb) {
        rc = rc < 0 ? rc : dx_run_drop_attr(run, target, "removable", "it is for usb disks");
    }
    if (lun) {
        rc = rc < 0 ? rc : dx_run_drop_attr(run, target, "removable", "a lun has its own");
        rc = rc < 0 ? rc : dx_run_drop_attr(run, target, "rotation_rate", "a lun has its own");
    }
    return rc;
}

static int fit_children(struct dx_run *run, struct dx_node *disk)
{
    static const char *const misfits[][2] = {
        {"serial", "a lun has its own"},
        {"wwn", "a lun has its own"},
        {"vendor", "a lun has its own"},
        {"product", "a lun has its own"},
        {"geometry", "a lun has its own"},
        {"blockio", "a lun has its own"},
        {"iotune", "the guest's SCSI commands would pass it by"},
    };
    int rc = dx_run_drop_attr(run, disk, "snapshot", "a lun cannot be snapshotted");

    for (size_t i = 0; rc >= 0 && i < sizeof misfits / sizeof misfits[0]; i++) {
        rc = dx_run_drop_child(run, disk, misfits[i][0], misfits[i][1]);
    }
    return rc;
}

static int fit_rawio(struct dx_run *run, struct dx_node *disk, const struct rdm *opts, bool lun, bool was_lun)
{
    int rc;

    if (!lun) {
        rc = dx_run_drop_attr(run, disk, "rawio", "it is for a physical mapping");
        return rc < 0 ? rc : dx_run_drop_attr(run, disk, "sgio", "it is for a physical mapping");
    }
    if (opts->rawio == DX_NO) {
        return dx_str_is(dx_node_attr(disk, "rawio"), "yes") ? dx_run_drop_attr(run, disk, "rawio", "") : DX_OK;
    }
    if (dx_str_is(dx_node_attr(disk, "rawio"), "yes") || (was_lun && !opts->rawio)) {
        return DX_OK;
    }
    rc = dx_run_put_attr(run, disk, "rawio", DX_S("yes"));
    return rc < 0 ? rc
                  : dx_run_report(run, DX_RULE_DSK_R05, disk, NULL,
                                  DX_ARGS(dx_node_attr(dx_node_child(disk, "target"), "dev")));
}

/* ---- what is refused ---- */

static int refuse_path(struct dx_run *run, const struct dx_node *at, struct dx_str path, bool lun)
{
    const char *what = lun && path.ptr ? dx_path_not_scsi(path) : NULL;

    if (!what) {
        return DX_OK;
    }
    return run->force ? dx_run_report_as(run, DX_RULE_DSK_R03, DX_SEVERITY_WARNING, at, NULL, NULL,
                                         DX_ARGS(path, dx_str_of(what)))
                      : dx_run_report_as(run, DX_RULE_DSK_R03, DX_SEVERITY_ERROR, at, NULL,
                                         "name a whole SCSI device, or use mode=virtual; --force maps it all the same",
                                         DX_ARGS(path, dx_str_of(what)));
}

/* What cannot be mapped without changing what the guest reads. */
static int refuse_disk(struct dx_run *run, const struct rdm *opts, const struct dx_disk *disk)
{
    static const char *const chains[] = {"backingStore", "mirror", "encryption", "transient"};
    struct dx_str format = disk->driver ? dx_node_attr(disk->driver, "type") : DX_NONE;

    if (disk->device != DX_DEVICE_DISK && disk->device != DX_DEVICE_LUN) {
        return dx_run_error(run, disk->node, "name a disk", "%.*s is no disk and cannot be mapped", DX_F(disk->dev));
    }
    if (!dx_str_is(disk->type, "block") && !opts->source.ptr) {
        return dx_run_error(run, disk->node, "name the device with source=/dev/…",
                            "disk %.*s is of type '%.*s', a raw device mapping needs a block device", DX_F(disk->dev),
                            DX_F(disk->type));
    }
    for (size_t i = 0; i < sizeof chains / sizeof chains[0]; i++) {
        const struct dx_node *child = dx_node_child(disk->node, chains[i]);

        /* <backingStore/> says that there is none. */
        if (child && (i > 0 || dx_node_attr_count(child) > 0 || dx_node_child(child, "source"))) {
            return dx_run_error(run, child, "take it away first, when the data allows it",
                                "disk %.*s has <%s>, a raw device mapping cannot", DX_F(disk->dev), chains[i]);
        }
    }
    if (disk->source && (dx_node_child(disk->source, "slices") || dx_node_child(disk->source, "encryption"))) {
        return dx_run_error(run, disk->source, "take them away first, when the data allows it",
                            "disk %.*s has slices or encryption, a raw device mapping cannot", DX_F(disk->dev));
    }
    if (format.ptr && !dx_str_is(format, "raw") && !opts->source.ptr) {
        return dx_run_refuse(run, disk->driver, "type", "convert it to raw first; --force maps it as it is",
                             "disk %.*s holds a %.*s image: mapped raw, the guest would see the container",
                             DX_F(disk->dev), DX_F(format));
    }
    return DX_OK;
}

static int refuse_taken(struct dx_run *run, const struct rdm *opts, const struct dx_node *self)
{
    struct dx_disk other;
    struct dx_node *twice;

    if (opts->target.ptr && find_disk(&other, run, opts->target, &twice) && other.node != self) {
        return dx_run_error(run, other.target, "name a target that is free", "target %.*s is taken by another disk",
                            DX_F(opts->target));
    }
    if (opts->source.ptr && find_disk(&other, run, opts->source, &twice) && (other.node != self || twice)) {
        return dx_run_error(run, twice ? twice : other.node, "name a device that no disk has",
                            "source %.*s is another disk's already", DX_F(opts->source));
    }
    return DX_OK;
}

/* ---- the pass ---- */

static bool driver_fits(const struct dx_disk *disk)
{
    struct dx_str name, type;

    if (!disk->driver || dx_node_attr(disk->driver, "iothread").ptr) {
        return false;
    }
    name = dx_node_attr(disk->driver, "name");
    type = dx_node_attr(disk->driver, "type");
    return (!name.ptr || dx_str_is(name, "qemu")) && (!type.ptr || dx_str_is(type, "raw")) &&
           dx_str_is(dx_node_attr(disk->driver, "cache"), "none") &&
           dx_str_is(dx_node_attr(disk->driver, "io"), "native");
}

/* True when nothing that was asked for is missing. */
static bool is_mapping(const struct rdm *opts, const struct dx_disk *disk, const struct seat *seat)
{
    bool lun = opts->mode != MODE_VIRTUAL;
    bool rawio = dx_str_is(dx_node_attr(disk->node, "rawio"), "yes");

    return dx_str_is(disk->type, "block") && disk->device == (lun ? DX_DEVICE_LUN : DX_DEVICE_DISK) &&
           disk->bus == DX_BUS_SCSI && seat->keeps && disk->address && driver_fits(disk) &&
           (!opts->source.ptr || dx_str_equal(opts->source, disk->path)) &&
           (!opts->target.ptr || dx_str_equal(opts->target, disk->dev)) &&
           (!opts->rawio || rawio == (opts->rawio == DX_YES));
}

static int build(struct dx_run *run, struct dx_node *node, const struct rdm *opts, struct seat *seat,
                 struct dx_str path, struct dx_str dev)
{
    bool lun = opts->mode != MODE_VIRTUAL;
    bool was_lun = dx_str_is(dx_node_attr(node, "device"), "lun");
    int rc = dx_run_put_attr(run, node, "type", DX_S("block"));

    if (lun || dx_node_attr(node, "device").ptr || (node->flags & DX_NODE_NEW)) {
        rc = rc < 0 ? rc : dx_run_put_attr(run, node, "device", lun ? DX_S("lun") : DX_S("disk"));
    }
    rc = rc < 0 ? rc : dx_run_drop_attr(run, node, "model", "it is for virtio disks");
    if (rc >= 0 && !seat->controller) {
        rc = make_controller(run, seat);
    }
    rc = rc < 0 ? rc : fit_driver(run, node, lun, seat);
    if (rc >= 0) {
        feed_iothreads(run, seat);
    }
    rc = rc < 0 ? rc : fit_source(run, node, path, lun);
    rc = rc < 0 ? rc : fit_target(run, node, opts, dev, lun);
    rc = rc < 0 ? rc : fit_rawio(run, node, opts, lun, was_lun);
    if (rc >= 0 && lun) {
        rc = fit_children(run, node);
    }
    return rc < 0 ? rc : put_address(run, node, seat);
}

static int convert(struct dx_run *run, const struct rdm *opts, const struct dx_disk *disk)
{
    bool lun = opts->mode != MODE_VIRTUAL, changes_bus = disk->bus != DX_BUS_SCSI, moves;
    struct seat seat;
    int rc = find_seat(&seat, run, opts, disk);

    if (rc < 0 || is_mapping(opts, disk, &seat)) {
        return rc;
    }
    moves = changes_bus || (disk->has_drive && !seat.keeps && !opts->controller.given);
    rc = refuse_disk(run, opts, disk);
    rc = rc < 0 ? rc
                : refuse_path(run, disk->source ? disk->source : disk->node,
                              opts->source.ptr ? opts->source : disk->path, lun);
    rc = rc < 0 ? rc : refuse_taken(run, opts, disk->node);
    rc = rc < 0 ? rc : build(run, disk->node, opts, &seat, opts->source, disk->dev);
    if (rc >= 0 && moves) {
        rc = dx_run_warn(run, disk->node, "check the guest's drivers, initramfs and mounts by device name",
                         "the guest sees disk %.*s on another %s from its next start on", DX_F(disk->dev),
                         changes_bus ? "bus" : "controller");
    }
    return rc;
}

static int add_disk(struct dx_run *run, const struct rdm *opts)
{
    struct dx_node *devices, *disk;
    struct dx_str path = opts->source.ptr ? opts->source : opts->disk;
    struct seat seat;
    char name[16];
    int rc = refuse_path(run, run->doc->root, path, opts->mode != MODE_VIRTUAL);

    rc = rc < 0 ? rc : refuse_taken(run, opts, NULL);
    rc = rc < 0 ? rc : find_seat(&seat, run, opts, NULL);
    if (rc < 0) {
        return rc;
    }
    if (!opts->target.ptr && !dx_target_free(name, "sd", run->doc->root)) {
        return dx_run_error(run, run->doc->root, "name one with target=", "no target name is free");
    }
    rc = dx_run_container(&devices, run, NULL, "devices", "disk");
    rc = rc < 0 ? rc : dx_run_insert(&disk, run, devices, "disk");
    return rc < 0 ? rc : build(run, disk, opts, &seat, path, opts->target.ptr ? opts->target : dx_str_of(name));
}

static int run_rdm(struct dx_run *run, const void *values, void *user)
{
    const struct rdm *opts = values;
    struct dx_disk disk;
    struct dx_node *twice;
    bool found = find_disk(&disk, run, opts->disk, &twice);

    (void)user;
    if (twice) {
        return dx_run_error(run, twice, "name the one that is meant by its target",
                            "two disks have the source or target '%.*s'", DX_F(opts->disk));
    }
    /* A second run meets the disk under its new name, or by its new source. */
    if (!found && opts->target.ptr) {
        found = find_disk(&disk, run, opts->target, &twice) && !is_path(opts->disk);
    }
    if (!found && is_path(opts->disk) && opts->source.ptr) {
        found = find_disk(&disk, run, opts->source, &twice);
    }
    if (!found) {
        return is_path(opts->disk) ? add_disk(run, opts) : refuse_unknown(run, opts->disk);
    }
    if (!names_disk(&disk, opts->disk)) {
        struct seat seat;
        int rc = find_seat(&seat, run, opts, &disk);

        if (rc < 0 || is_mapping(opts, &disk, &seat)) {
            return rc;
        }
        return is_path(opts->disk) ? convert(run, opts, &disk) : refuse_unknown(run, opts->disk);
    }
    return convert(run, opts, &disk);
}

/* A path that no disk has adds one. */
static int applies_rdm(struct dx_run *run, const void *values, void *user)
{
    const struct rdm *opts = values;
    struct dx_disk disk;
    struct dx_node *twice;

    (void)user;
    if (is_path(opts->disk) || find_disk(&disk, run, opts->disk, &twice) ||
        (opts->target.ptr && find_disk(&disk, run, opts->target, &twice))) {
        return DX_OK;
    }
    return dx_run_lacks(run, "no disk has the target '%.*s'", DX_F(opts->disk));
}

static bool is_named(const struct unrdm *opts, const struct dx_disk *disk)
{
    for (size_t i = 0; i < opts->disks.n; i++) {
        if (names_disk(disk, opts->disks.items[i])) {
            return true;
        }
    }
    return opts->disks.n == 0;
}

static int remove_rdm(struct dx_run *run, const void *values, void *user)
{
    const struct unrdm *opts = values;
    struct dx_each each;
    int rc = DX_OK;

    (void)user;
    for (struct dx_node *node = dx_each_first(&each, run->doc->root, "devices", "disk"); node && rc >= 0;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;

        dx_disk_read(&disk, node);
        if (disk.device != DX_DEVICE_LUN || !is_named(opts, &disk)) {
            continue;
        }
        rc = dx_edit_set(node, "device", "disk");
        rc = rc < 0 ? rc : dx_run_drop_attr(run, node, "rawio", "it is for a physical mapping");
        rc = rc < 0 ? rc : dx_run_drop_attr(run, node, "sgio", "it is for a physical mapping");
        rc = rc < 0 ? rc : dx_run_drop_child(run, disk.source, "reservations", "they are for a physical mapping");
    }
    return rc;
}

static const struct dx_opt options[] = {
    {.name = "disk",
     .value = "TARGET|/dev/PATH",
     .help = "the disk, by target name or by source; a path that no disk has adds one",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct rdm, disk)},
    {.name = "mode",
     .value = "physical|virtual",
     .choices = "physical|virtual",
     .help = "physical (the default): the guest talks to the device; virtual: to an emulated disk on it",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct rdm, mode)},
    {.name = "source",
     .value = "/dev/PATH",
     .help = "another host device for the disk; needed for one that is a file",
     .type = DX_OPT_STRING,
     .off = offsetof(struct rdm, source)},
    {.name = "target",
     .value = "sdX",
     .help = "another target name; without it the name is kept",
     .type = DX_OPT_STRING,
     .off = offsetof(struct rdm, target)},
    {.name = "rawio",
     .value = "yes|no",
     .help = "whether QEMU may send privileged SCSI commands; yes by default for a new physical mapping",
     .type = DX_OPT_BOOL,
     .off = offsetof(struct rdm, rawio)},
    {.name = "controller",
     .value = "N",
     .help = "the index of the virtio-scsi controller; made when it is not there",
     .type = DX_OPT_INT,
     .min = 0,
     .max = 255,
     .off = offsetof(struct rdm, controller)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "disks",
     .value = "TARGET|/dev/PATH,…",
     .help = "the disks to make virtual mappings; without it, every lun",
     .type = DX_OPT_STRINGS,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct unrdm, disks)},
    {.name = NULL},
};

const struct dx_pass dx_pass_rdm = {
    .size = sizeof(struct dx_pass),
    .name = "rdm",
    .group = "storage",
    .summary = "map a SCSI device of the host into the guest",
    .doc = "Makes a disk a raw device mapping on a virtio-scsi controller, with an address\n"
           "of its own, cache='none' and io='native': physical (device='lun') or virtual\n"
           "(device='disk'). What only virtio disks have, or a lun cannot have, goes, each\n"
           "with a note; an iothread moves to the controller. Partitions, logical volumes,\n"
           "NVMe, loop and virtio devices are refused for a physical mapping. --remove makes\n"
           "a virtual mapping of it; it does not restore what was there before.",
    .example = "rdm:/dev/disk/by-id/scsi-36001405",
    .since = "libvirt 1.0.5",
    .element = "devices/disk",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct rdm),
    .remove_opt_size = sizeof(struct unrdm),
    .check = check_rdm,
    .run = run_rdm,
    .remove = remove_rdm,
    .applies = applies_rdm,
    .risk = "the disk's address in the guest changes at the next start; nothing else on the host may write to the "
            "device, and libvirt takes no snapshots of it",
};
