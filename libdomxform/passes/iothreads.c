/* <iothreads> and who uses them: threads of their own for disk I/O (semantics §3). */
#include "pass.h"

enum { COUNT_AUTO = 1, COUNT_PER_DISK };
enum { ASSIGN_ABSENT, ASSIGN_ROUND_ROBIN, ASSIGN_NONE, ASSIGN_POOL };

struct iothreads {
    struct dx_int count;
    int assign;
    struct dx_pairs by_hand;
};

/* A disk or controller that may have an iothread. */
struct device {
    struct dx_node *node;
    struct dx_str name; /* vda, or scsi0 in the arena */
    bool controller;
    bool eligible;
    unsigned index; /* of a controller */
    /* Why it cannot have one, when it is not eligible. */
    enum dx_rule_id rule;
    const struct dx_node *at;
    const char *attr;
    struct dx_str args[3];
    bool silent; /* nobody would expect one there */
};

struct plan {
    struct dx_run *run;
    const struct iothreads *opts;
    struct dx_iothreads ids;
    struct device *devices;
    size_t n_devices, n_eligible;
    unsigned *uses; /* of ids.ids[i] */
};

static const char *const no_containers[] = {NULL};

/* ---- which devices there are ---- */

static void bar(struct device *device, enum dx_rule_id rule, const struct dx_node *at, const char *attr,
                struct dx_str a, struct dx_str b)
{
    device->eligible = false;
    device->rule = rule;
    device->at = at;
    device->attr = attr;
    device->args[0] = a;
    device->args[1] = b;
}

static void judge_disk(struct device *device, const struct dx_disk *disk)
{
    struct dx_str name = device->name.ptr ? device->name : DX_S("without a target");
    struct dx_str bus = dx_str_of(dx_bus_name(disk->bus));

    device->eligible = true;
    device->silent = disk->device == DX_DEVICE_CDROM || disk->device == DX_DEVICE_FLOPPY;
    if (disk->bus != DX_BUS_VIRTIO) {
        bar(device, DX_RULE_IOT_Q01, disk->target ? disk->target : disk->node, "bus", name, bus);
    } else if (device->silent) {
        bar(device, DX_RULE_IOT_Q08, disk->node, "device", dx_str_of(dx_device_name(disk->device)), name);
        device->args[2] = bus;
    } else if (dx_str_is(disk->type, "vhostuser")) {
        bar(device, DX_RULE_IOT_Q04, disk->node, "type", name, DX_NONE);
    }
}

/* A scsi controller without a stated virtio-scsi model, or at an address that iothreads do not take. */
static void judge_controller(struct device *device, const struct dx_controller *controller)
{
    const struct dx_node *address = dx_node_child(controller->node, "address");
    struct dx_str type = address ? dx_node_attr(address, "type") : DX_NONE;

    if (!controller->model.ptr) {
        bar(device, DX_RULE_IOT_G03B, controller->node, NULL, device->name, DX_NONE);
    } else if (!controller->virtio_scsi) {
        bar(device, DX_RULE_IOT_G03, controller->node, "model", device->name, controller->model);
    } else if (type.ptr && !dx_str_is(type, "pci") && !dx_str_is(type, "ccw")) {
        bar(device, DX_RULE_IOT_Q05, address, "type", device->name, type);
    }
}

/* Marks the controllers that carry a scsi disk other than a cdrom, or a scsi hostdev; the others stay silent. */
static void hang_devices(struct dx_controller *controllers, size_t n, struct device *devices,
                         const struct dx_node *root)
{
    struct dx_cpuset carrying = {{0}};
    struct dx_each each;
    bool implied = false;

    for (struct dx_node *node = dx_each_first(&each, root, "devices", "disk"); n && node;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;

        dx_disk_read(&disk, node);
        if (disk.bus == DX_BUS_SCSI && disk.device != DX_DEVICE_CDROM && disk.has_drive &&
            disk.drive.controller < DX_CPUS) {
            dx_cpuset_add(&carrying, disk.drive.controller);
        }
    }
    for (struct dx_node *node = dx_each_first(&each, root, "devices", "hostdev"); n && node;
         node = dx_each_next(&each, node)) {
        struct dx_drive drive;
        enum dx_hanging hanging = dx_scsi_hostdev(&drive, node);

        if (hanging == DX_HANGS_STATED && drive.controller < DX_CPUS) {
            dx_cpuset_add(&carrying, drive.controller);
        }
        implied = implied || hanging == DX_HANGS_IMPLIED;
    }
    for (size_t i = 0; i < n; i++) {
        bool carries = dx_cpuset_has(&carrying, controllers[i].index);

        if (implied && !carries) {
            /* libvirt takes the first controller with room for one without an address. */
            carries = true;
        }
        implied = false;
        devices[i].eligible = carries;
        devices[i].silent = !carries;
        judge_controller(&devices[i], &controllers[i]);
    }
}

static int read_devices(struct plan *plan)
{
    struct dx_arena *arena = &plan->run->doc->arena;
    const struct dx_node *root = plan->run->doc->root;
    struct dx_controller *controllers;
    struct dx_each each;
    size_t n_disks = 0, n_controllers;

    for (struct dx_node *n = dx_each_first(&each, root, "devices", "disk"); n; n = dx_each_next(&each, n)) {
        n_disks++;
    }
    if (!dx_controllers(&controllers, &n_controllers, arena, root, "scsi")) {
        return dx_ctx_no_memory(plan->run->ctx);
    }
    plan->devices = dx_arena_zero(arena, n_disks + n_controllers + 1, sizeof *plan->devices);
    if (!plan->devices) {
        return dx_ctx_no_memory(plan->run->ctx);
    }
    for (struct dx_node *n = dx_each_first(&each, root, "devices", "disk"); n; n = dx_each_next(&each, n)) {
        struct device *device = &plan->devices[plan->n_devices++];
        struct dx_disk disk;

        dx_disk_read(&disk, n);
        *device = (struct device){.node = n, .name = disk.dev};
        judge_disk(device, &disk);
    }
    for (size_t i = 0; i < n_controllers; i++) {
        struct device *device = &plan->devices[plan->n_devices + i];
        char name[24];

        snprintf(name, sizeof name, "scsi%u", controllers[i].index);
        *device = (struct device){
            .node = controllers[i].node,
            .name = dx_arena_copy(arena, dx_str_of(name)),
            .controller = true,
            .index = controllers[i].index,
        };
    }
    hang_devices(controllers, n_controllers, plan->devices + plan->n_devices, root);
    plan->n_devices += n_controllers;
    for (size_t i = 0; i < plan->n_devices; i++) {
        plan->n_eligible += plan->devices[i].eligible;
    }
    return DX_OK;
}

/* ---- how many iothreads ---- */

static struct device *find_device(const struct plan *plan, struct dx_str name)
{
    for (size_t i = 0; i < plan->n_devices; i++) {
        if (plan->devices[i].name.ptr && dx_str_equal(plan->devices[i].name, name)) {
            return &plan->devices[i];
        }
    }
    return NULL;
}

static bool is_listed(const struct dx_iothreads *ids, uint64_t id)
{
    for (size_t i = 0; i < ids->listed; i++) {
        if (ids->ids[i] == id) {
            return true;
        }
    }
    return false;
}

static uint64_t wanted_count(const struct plan *plan)
{
    const struct dx_node *vcpu = dx_node_child(plan->run->doc->root, "vcpu");
    uint64_t wanted = (uint64_t)plan->opts->count.value, vcpus = 1;

    if (!plan->opts->count.given || plan->opts->count.choice) {
        wanted = plan->n_eligible;
        if (vcpu && (!dx_parse_uint(dx_trim(dx_node_text(vcpu)), UINT32_MAX, &vcpus) || vcpus == 0)) {
            vcpus = 1;
        }
        if (plan->opts->count.choice != COUNT_PER_DISK && wanted > 2 * vcpus) {
            wanted = 2 * vcpus;
        }
    }
    for (size_t i = 0; i < plan->opts->by_hand.n; i++) {
        uint64_t id = (uint64_t)plan->opts->by_hand.items[i].number;

        if (id > wanted && !is_listed(&plan->ids, id)) {
            wanted = id;
        }
    }
    return wanted;
}

static int list_id(struct plan *plan, uint64_t id)
{
    struct dx_node *list, *node;
    char number[24];
    int rc = dx_run_container(&list, plan->run, NULL, "iothreadids", "iothread");

    snprintf(number, sizeof number, "%llu", (unsigned long long)id);
    rc = rc < 0 ? rc : dx_run_insert(&node, plan->run, list, "iothread");
    rc = rc < 0 ? rc : dx_edit_set(node, "id", number);
    plan->ids.ids[plan->ids.n++] = id;
    return rc;
}

/* Beside a list, new ids are listed too: those named by hand, then the next free ones. */
static int grow_list(struct plan *plan, uint64_t wanted)
{
    const struct dx_pairs *by_hand = &plan->opts->by_hand;
    int rc = DX_OK;

    for (size_t i = 0; rc >= 0 && i < by_hand->n; i++) {
        uint64_t id = (uint64_t)by_hand->items[i].number;

        if (!dx_iothreads_has(&plan->ids, id) && plan->ids.n < DX_MOST_IOTHREADS) {
            rc = list_id(plan, id);
        }
    }
    for (uint64_t id = 1; rc >= 0 && plan->ids.n < wanted; id++) {
        if (!dx_iothreads_has(&plan->ids, id)) {
            rc = list_id(plan, id);
        }
    }
    return rc;
}

static int refuse_many(struct plan *plan, uint64_t wanted)
{
    char number[24], most[24];
    const struct dx_node *at = plan->ids.element ? plan->ids.element : plan->run->doc->root;

    snprintf(number, sizeof number, "%llu", (unsigned long long)wanted);
    snprintf(most, sizeof most, "%d", DX_MOST_IOTHREADS);
    return dx_run_report_as(plan->run, DX_RULE_IOT_Q09, DX_SEVERITY_ERROR, at, NULL,
                            "use auto or a number: several disks can share an iothread",
                            DX_ARGS(dx_str_of(number), dx_str_of(most)));
}

static int set_count(struct plan *plan)
{
    char number[24];
    int rc = DX_OK;

    if (plan->ids.list && !plan->ids.element) {
        return DX_OK; /* the list alone says how many */
    }
    snprintf(number, sizeof number, "%zu", plan->ids.n);
    if (!plan->ids.element) {
        rc = dx_run_insert(&plan->ids.element, plan->run, plan->run->doc->root, "iothreads");
    }
    return rc < 0 ? rc : dx_edit_set_text(plan->ids.element, dx_str_of(number));
}

static int grow(struct plan *plan)
{
    uint64_t wanted = wanted_count(plan);
    size_t before = plan->ids.n;
    int rc = DX_OK;

    if (wanted > DX_MOST_IOTHREADS) {
        return refuse_many(plan, wanted);
    }
    if (plan->ids.list) {
        rc = grow_list(plan, wanted);
    } else {
        while (plan->ids.n < wanted) {
            plan->ids.ids[plan->ids.n] = plan->ids.n + 1;
            plan->ids.n++;
        }
    }
    if (rc < 0 || plan->ids.n == before) {
        return rc;
    }
    dx_run_feed(plan->run, "iothreads");
    return set_count(plan);
}

/* ---- who uses which ---- */

static struct dx_node *driver_of(const struct device *device)
{
    return dx_node_child(device->node, "driver");
}

/* The map of an iothread for each queue; an empty one is none. */
static struct dx_node *map_of(const struct device *device)
{
    struct dx_node *driver = driver_of(device);
    struct dx_node *map = driver ? dx_node_child(driver, "iothreads") : NULL;

    return map && dx_node_child(map, "iothread") ? map : NULL;
}

static bool has_thread(const struct device *device)
{
    struct dx_node *driver = driver_of(device);
    struct dx_str id = driver ? dx_node_attr(driver, "iothread") : DX_NONE;

    return map_of(device) || (id.ptr && !(device->controller && dx_str_is(id, "0")));
}

static void count_use(struct plan *plan, struct dx_str text)
{
    uint64_t id;

    if (!text.ptr || !dx_parse_uint(text, UINT32_MAX, &id)) {
        return;
    }
    for (size_t i = 0; i < plan->ids.n; i++) {
        plan->uses[i] += plan->ids.ids[i] == id;
    }
}

static int count_uses(struct plan *plan)
{
    plan->uses = dx_arena_zero(&plan->run->doc->arena, plan->ids.n + 1, sizeof *plan->uses);
    if (!plan->uses) {
        return dx_ctx_no_memory(plan->run->ctx);
    }
    for (size_t i = 0; i < plan->n_devices; i++) {
        struct dx_node *driver = driver_of(&plan->devices[i]), *map = map_of(&plan->devices[i]);

        if (driver) {
            count_use(plan, dx_node_attr(driver, "iothread"));
        }
        for (struct dx_node *n = map ? dx_node_child(map, "iothread") : NULL; n;
             n = dx_node_next_named(n, "iothread")) {
            count_use(plan, dx_node_attr(n, "id"));
        }
    }
    return DX_OK;
}

static int make_driver(struct plan *plan, const struct device *device, struct dx_node **driver)
{
    *driver = driver_of(device);
    return *driver ? DX_OK : dx_run_insert(driver, plan->run, device->node, "driver");
}

static int assign(struct plan *plan, const struct device *device, uint64_t id)
{
    struct dx_node *driver;
    char number[24];
    int rc = make_driver(plan, device, &driver);

    snprintf(number, sizeof number, "%llu", (unsigned long long)id);
    return rc < 0 ? rc : dx_edit_set(driver, "iothread", number);
}

static int refuse_device(struct plan *plan, const struct device *device, struct dx_str name)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&plan->run->ctx->mem);

    if (device) {
        return dx_run_report_as(plan->run, device->rule, DX_SEVERITY_ERROR, device->at, device->attr, NULL,
                                device->args, 3);
    }
    dx_buf_puts(&hint,
                plan->n_devices ? "its disks and scsi controllers are" : "it has no disks and no scsi controllers");
    for (size_t i = 0; i < plan->n_devices && i < 16; i++) {
        if (plan->devices[i].name.ptr) {
            dx_buf_format(&hint, " %.*s", DX_F(plan->devices[i].name));
        }
    }
    dx_buf_byte(&hint, '\0');
    return hint.failed ? dx_ctx_no_memory(plan->run->ctx)
                       : dx_run_error(plan->run, plan->run->doc->root, hint.ptr,
                                      "there is no disk or scsi controller '%.*s'", DX_F(name));
}

static int assign_by_hand(struct plan *plan)
{
    for (size_t i = 0; i < plan->opts->by_hand.n; i++) {
        const struct dx_pair *pair = &plan->opts->by_hand.items[i];
        struct device *device = find_device(plan, pair->key);
        struct dx_node *driver, *map;
        int rc;

        /* A controller that nothing hangs on yet is no mistake when it is named. */
        rc = !device || (!device->eligible && device->at) ? refuse_device(plan, device, pair->key) : DX_OK;
        rc = rc < 0 ? rc : make_driver(plan, device, &driver);
        while (rc >= 0 && (map = dx_node_child(driver, "iothreads")) != NULL) {
            rc = dx_run_prune(plan->run, map, no_containers);
        }
        rc = rc < 0 ? rc : assign(plan, device, (uint64_t)pair->number);
        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}

static int note_skipped(struct plan *plan)
{
    int rc = DX_OK;

    for (size_t i = 0; rc >= 0 && i < plan->n_devices; i++) {
        const struct device *device = &plan->devices[i];

        /* A scsi disk shares its controller's iothread, which is said there. */
        if (device->at && !device->silent && !(device->rule == DX_RULE_IOT_Q01 && dx_str_is(device->args[1], "scsi"))) {
            rc = dx_run_report_as(plan->run, device->rule, DX_SEVERITY_NOTE, device->at, device->attr, NULL,
                                  device->args, 3);
        }
    }
    return rc;
}

/* The least used id, the first of several: a cursor that goes up one level when all have been met. */
static int assign_round_robin(struct plan *plan)
{
    size_t at = 0;
    unsigned level = UINT32_MAX;
    int rc = DX_OK;

    for (size_t i = 0; i < plan->ids.n; i++) {
        level = plan->uses[i] < level ? plan->uses[i] : level;
    }
    for (size_t i = 0; rc >= 0 && plan->ids.n && i < plan->n_devices; i++) {
        const struct device *device = &plan->devices[i];

        if (!device->eligible || has_thread(device)) {
            continue;
        }
        while (plan->uses[at] > level) {
            at++;
            if (at == plan->ids.n) {
                at = 0;
                level++;
            }
        }
        plan->uses[at]++;
        rc = assign(plan, device, plan->ids.ids[at]);
    }
    return rc;
}

static int add_map(struct plan *plan, const struct device *device)
{
    struct dx_node *driver, *map, *entry = NULL;
    int rc = make_driver(plan, device, &driver);

    map = rc < 0 ? NULL : dx_node_child(driver, "iothreads");
    if (rc >= 0 && !map) {
        rc = dx_run_insert(&map, plan->run, driver, "iothreads");
    }
    for (size_t i = 0; rc >= 0 && i < plan->ids.n; i++) {
        char number[24];

        snprintf(number, sizeof number, "%llu", (unsigned long long)plan->ids.ids[i]);
        rc = entry ? dx_edit_insert(&entry, map, entry, "iothread") : dx_run_insert(&entry, plan->run, map, "iothread");
        rc = rc < 0 ? rc : dx_edit_set(entry, "id", number);
    }
    return rc;
}

static int assign_pool(struct plan *plan)
{
    const struct device *disk = NULL, *controller = NULL;
    int rc = DX_OK;

    for (size_t i = 0; rc >= 0 && plan->ids.n && i < plan->n_devices; i++) {
        const struct device *device = &plan->devices[i];

        if (device->eligible && !has_thread(device)) {
            rc = add_map(plan, device);
            disk = !disk && !device->controller ? device : disk;
            controller = !controller && device->controller ? device : controller;
        }
    }
    if (rc >= 0 && disk) {
        rc = dx_run_warn(plan->run, disk->node, "use assign=round-robin for older versions",
                         "libvirt before 10.0 drops an iothread map of a disk silently");
    }
    if (rc >= 0 && controller) {
        rc = dx_run_warn(plan->run, controller->node, "use assign=round-robin for older versions",
                         "libvirt before 11.2 drops an iothread map of a controller silently");
    }
    return rc;
}

static int run_iothreads(struct dx_run *run, const void *values, void *user)
{
    struct plan plan = {.run = run, .opts = values};
    int rc;

    (void)user;
    if (!dx_iothreads_read(&plan.ids, &run->doc->arena, run->doc->root)) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (!plan.ids.valid) {
        return plan.ids.count > DX_MOST_IOTHREADS
                   ? refuse_many(&plan, plan.ids.count)
                   : dx_run_error(run, plan.ids.list ? plan.ids.list : plan.ids.element,
                                  "mend them first: ids are unique and above 0, and 1024 are enough",
                                  "the iothreads of this domain are not ones that libvirt takes");
    }
    rc = read_devices(&plan);
    rc = rc < 0 ? rc : grow(&plan);
    rc = rc < 0 ? rc : assign_by_hand(&plan);
    if (rc < 0 || plan.opts->assign == ASSIGN_NONE) {
        return rc;
    }
    rc = note_skipped(&plan);
    if (rc >= 0 && plan.n_eligible == 0) {
        rc = dx_run_note(run, run->doc->root, "virtio disks can, and virtio-scsi controllers with a disk on them",
                         "no device of this domain can use an iothread");
    }
    rc = rc < 0 ? rc : count_uses(&plan);
    if (rc < 0) {
        return rc;
    }
    return plan.opts->assign == ASSIGN_POOL ? assign_pool(&plan) : assign_round_robin(&plan);
}

static int applies_iothreads(struct dx_run *run, const void *values, void *user)
{
    struct plan plan = {.run = run, .opts = values};
    int rc = read_devices(&plan);

    (void)user;
    if (rc < 0 || plan.n_eligible > 0 || plan.opts->assign == ASSIGN_NONE || plan.opts->by_hand.n > 0) {
        return rc;
    }
    return dx_run_lacks(run, "no virtio disk, and no virtio-scsi controller with a disk on it");
}

/* ---- taking them away ---- */

static const char *const driver_containers[] = {"driver", NULL};
static const char *const pin_containers[] = {"cputune", NULL};

static int unassign(struct dx_run *run, struct dx_node *device)
{
    struct dx_node *next;
    int rc = DX_OK;

    for (struct dx_node *driver = dx_node_child(device, "driver"); driver && rc >= 0; driver = next) {
        struct dx_node *map = dx_node_child(driver, "iothreads");
        bool had = dx_node_attr(driver, "iothread").ptr != NULL;

        next = dx_node_next_named(driver, "driver");
        rc = dx_edit_remove_attr(driver, "iothread");
        if (rc >= 0 && map) {
            /* libvirt reads the first driver only: the one behind it stays without effect. */
            rc = dx_run_prune(run, map, next ? no_containers : driver_containers);
        } else if (rc >= 0 && had && !next && dx_run_emptied(driver)) {
            rc = dx_run_prune(run, driver, no_containers);
        }
    }
    return rc < 0 ? rc : DX_OK;
}

static int unassign_all(struct dx_run *run, const char *name)
{
    struct dx_each each;
    int rc = DX_OK;

    for (struct dx_node *n = dx_each_first(&each, run->doc->root, "devices", name); n && rc >= 0;
         n = dx_each_next(&each, n)) {
        rc = unassign(run, n);
    }
    return rc;
}

static int remove_all(struct dx_run *run, const char *container, const char *name, const char *const *containers)
{
    struct dx_node *node, *next;
    struct dx_each each;
    int rc = DX_OK;

    if (!container) {
        for (node = dx_node_child(run->doc->root, name); node && rc >= 0; node = next) {
            next = dx_node_next_named(node, name);
            rc = dx_run_prune(run, node, containers);
        }
        return rc;
    }
    for (node = dx_each_first(&each, run->doc->root, container, name); node && rc >= 0; node = next) {
        next = dx_each_next(&each, node);
        rc = dx_run_prune(run, node, containers);
    }
    return rc;
}

static int remove_iothreads(struct dx_run *run, const void *values, void *user)
{
    int rc = unassign_all(run, "disk");

    (void)values;
    (void)user;
    rc = rc < 0 ? rc : unassign_all(run, "controller");
    rc = rc < 0 ? rc : remove_all(run, "cputune", "iothreadpin", pin_containers);
    rc = rc < 0 ? rc : remove_all(run, "cputune", "iothreadsched", pin_containers);
    rc = rc < 0 ? rc : remove_all(run, NULL, "iothreads", no_containers);
    return rc < 0 ? rc : remove_all(run, NULL, "iothreadids", no_containers);
}

static const struct dx_opt options[] = {
    {.name = "count",
     .value = "N|auto|per-disk",
     .choices = "auto|per-disk",
     .help = "the least number wanted; auto (the default): one a device, at most two a vCPU; per-disk: one a device",
     .type = DX_OPT_INT,
     .flags = DX_OPT_POSITIONAL,
     .min = 1,
     .max = UINT32_MAX,
     .off = offsetof(struct iothreads, count)},
    {.name = "assign",
     .value = "HOW",
     .choices = "round-robin|none|pool",
     .help = "round-robin (the default): the least used one for each device without; pool: all of them for each",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct iothreads, assign)},
    {.name = "TARGET",
     .value = "ID",
     .help = "the iothread of a disk (vdb=2) or of a scsi controller (scsi0=3), in place of what it has",
     .type = DX_OPT_INT,
     .keys = DX_KEY_TARGET | DX_KEY_CONTROLLER,
     .min = 1,
     .max = UINT32_MAX,
     .off = offsetof(struct iothreads, by_hand)},
    {.name = NULL},
};

const struct dx_pass dx_pass_iothreads = {
    .size = sizeof(struct dx_pass),
    .name = "iothreads",
    .group = "iothreads",
    .summary = "give disks and virtio-scsi controllers iothreads",
    .doc = "Raises <iothreads> (never lowers it; an <iothreadids> list is continued) and\n"
           "writes iothread='ID' into the driver of every virtio disk, and of every\n"
           "virtio-scsi controller with a disk or hostdev on it, that has none. What is\n"
           "assigned already stays, unless it is named by hand. Devices that cannot have\n"
           "one are skipped with a note, or refused when named. More than 1024 are refused.\n"
           "--remove takes threads, ids, assignments, maps, pins and schedulers away.",
    .example = "iothreads:2",
    .since = "libvirt 1.2.8",
    .element = "iothreads",
    .opts = options,
    .opt_size = sizeof(struct iothreads),
    .flags = DX_PASS_INVERSE,
    .run = run_iothreads,
    .remove = remove_iothreads,
    .applies = applies_iothreads,
    .risk = "takes effect at the next start; each iothread takes time of the host's CPUs beside the vCPUs'",
};
