/* <disk><driver>: how the host reads and writes a disk, and over how many queues (semantics §5). */
#include "pass.h"

enum { CACHE_ABSENT, CACHE_NONE, CACHE_WRITEBACK, CACHE_WRITETHROUGH, CACHE_DIRECTSYNC, CACHE_UNSAFE, CACHE_DEFAULT };
enum { IO_ABSENT, IO_NATIVE, IO_THREADS, IO_URING };
enum { MOST_QUEUES = 1024 }; /* of a virtio device in QEMU (7.2 and 10.0: VIRTIO_QUEUE_MAX); more, and it aborts */

static const char *const caches[] = {"", "none", "writeback", "writethrough", "directsync", "unsafe", "default"};
static const char *const ios[] = {"", "native", "threads", "io_uring"};
static const char *const discards[] = {"", "unmap", "ignore"};
static const char *const zeroes[] = {"", "off", "on", "unmap"};

struct settings {
    struct dx_strs disks; /* none, or one that says "all": all */
    int cache, io, discard, detect_zeroes;
    struct dx_int queues;
};

struct unset {
    struct dx_strs disks; /* none: all */
};

/* The attributes of <driver> that the pass writes, in libvirt's order. */
enum { CACHE, IO, DISCARD, DETECT_ZEROES, QUEUES, N_ATTRS };
static const char *const attrs[] = {"cache", "io", "discard", "detect_zeroes", "queues"};
_Static_assert(sizeof attrs / sizeof attrs[0] == N_ATTRS, "a name for each");

/* What is asked for: the values by attribute, ptr == NULL where none is. */
struct wish {
    struct dx_str values[N_ATTRS];
    char number[24]; /* holds that of queues */
};

static void read_wish(struct wish *wish, const struct settings *opts)
{
    const char *const words[] = {caches[opts->cache], ios[opts->io], discards[opts->discard],
                                 zeroes[opts->detect_zeroes]};

    *wish = (struct wish){0};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        wish->values[i] = *words[i] ? dx_str_of(words[i]) : DX_NONE;
    }
    if (opts->queues.given) {
        snprintf(wish->number, sizeof wish->number, "%lld", (long long)opts->queues.value);
        wish->values[QUEUES] = dx_str_of(wish->number);
    }
}

/* DSK-Q03: past the page cache of the host, as native I/O has to be. */
static bool is_direct(struct dx_str cache)
{
    return dx_str_is(cache, "none") || dx_str_is(cache, "directsync");
}

static int check_disk(struct dx_run *run, const void *values, void *user)
{
    const struct settings *opts = values;
    struct wish wish;

    (void)user;
    if (!opts->cache && !opts->io && !opts->discard && !opts->detect_zeroes && !opts->queues.given) {
        return dx_run_usage(run, 1, "write cache=, io=, discard=, detect_zeroes= or queues= beside it",
                            "disk: nothing is asked of the disks");
    }
    read_wish(&wish, opts);
    if (opts->io == IO_NATIVE && opts->cache && !is_direct(wish.values[CACHE])) {
        return dx_run_usage(run, 1, "write cache=none beside it, or io=threads",
                            "disk: io=native needs cache=none or cache=directsync");
    }
    return DX_OK;
}

/* ---- which disks ---- */

static bool says_all(const struct dx_strs *words)
{
    for (size_t i = 0; i < words->n; i++) {
        if (dx_str_is(words->items[i], "all")) {
            return true;
        }
    }
    return words->n == 0;
}

static bool is_named(const struct dx_strs *words, const struct dx_disk *disk)
{
    for (size_t i = 0; disk->dev.ptr && i < words->n; i++) {
        if (dx_str_equal(words->items[i], disk->dev)) {
            return true;
        }
    }
    return false;
}

/* Cdroms and floppies are mostly empty, and read only: they are meant when they are named. A disk without a target is
 * none yet (DSK-G11). */
static bool is_meant(const struct dx_strs *words, const struct dx_disk *disk)
{
    bool hard = disk->device == DX_DEVICE_DISK || disk->device == DX_DEVICE_LUN;

    return (hard && disk->dev.ptr && says_all(words)) || is_named(words, disk);
}

/* The first word that is no target of a disk; ptr == NULL when all are. */
static struct dx_str unknown_word(const struct dx_node *root, const struct dx_strs *words)
{
    for (size_t i = 0; i < words->n; i++) {
        const struct dx_strs word = {&words->items[i], 1};
        struct dx_each each;
        bool found = dx_str_is(words->items[i], "all");

        for (struct dx_node *node = dx_each_first(&each, root, "devices", "disk"); node && !found;
             node = dx_each_next(&each, node)) {
            struct dx_disk disk;

            dx_disk_read(&disk, node);
            found = is_named(&word, &disk);
        }
        if (!found) {
            return words->items[i];
        }
    }
    return DX_NONE;
}

static int refuse_unknown(struct dx_run *run, struct dx_str word)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem), names = DX_BUF(&run->ctx->mem);
    const struct dx_node *devices = dx_node_child(run->doc->root, "devices");

    if (dx_disk_names(&names, run->doc->root) > 0) {
        dx_buf_format(&hint, "its disks are %.*s", DX_F(dx_buf_view(&names)));
    } else {
        dx_buf_puts(&hint, "it has no disks");
    }
    dx_buf_byte(&hint, '\0');
    return hint.failed || names.failed ? dx_ctx_no_memory(run->ctx)
                                       : dx_run_error(run, devices ? devices : run->doc->root, hint.ptr,
                                                      "no disk has the target '%.*s'", DX_F(word));
}

/* ---- what a disk can have ---- */

/* Why a setting is not for a disk. */
struct misfit {
    const char *why; /* NULL: it is for it */
    bool refused;    /* by libvirt; else it would be taken and do nothing */
};

static struct misfit misfit_of(const struct dx_disk *disk, int attr)
{
    if (attr == QUEUES && disk->bus != DX_BUS_VIRTIO) { /* DSK-G12 */
        return (struct misfit){"it is for disks on bus virtio", true};
    }
    if (attr != QUEUES && dx_str_is(disk->type, "vhostuser")) { /* DSK-G17 */
        return (struct misfit){"a vhostuser disk is read and written by a process of its own", true};
    }
    if (attr == IO && dx_str_is(disk->type, "network")) { /* libvirt 9.0 gives QEMU no aio for one */
        return (struct misfit){"a network disk has no such choice", false};
    }
    if ((attr == DISCARD || attr == DETECT_ZEROES) && disk->device == DX_DEVICE_LUN) { /* §5.2: SG_IO passes it by */
        return (struct misfit){"the guest's commands go to the lun itself", false};
    }
    return (struct misfit){NULL, false};
}

/* Compared by meaning: no cache is the default one, no queues are QEMU's own number. */
static bool is_so(const struct dx_node *driver, int attr, struct dx_str asked)
{
    struct dx_str there = driver ? dx_node_attr(driver, attrs[attr]) : DX_NONE;
    uint64_t is, wanted;

    if (attr == QUEUES) {
        return there.ptr && dx_parse_uint(there, UINT32_MAX, &is) && dx_parse_uint(asked, UINT32_MAX, &wanted) &&
               is == wanted;
    }
    return there.ptr ? dx_str_equal(there, asked) : attr == CACHE && dx_str_is(asked, "default");
}

/* Drops from the wish what is so already, and what the disk cannot have: with a note, or where it is named an error. */
static int fit_wish(struct dx_run *run, struct wish *wish, const struct dx_disk *disk, bool named)
{
    int rc = DX_OK;

    for (int i = 0; i < N_ATTRS && rc >= 0; i++) {
        struct misfit misfit = misfit_of(disk, i);

        if (wish->values[i].ptr && is_so(disk->driver, i, wish->values[i])) {
            wish->values[i] = DX_NONE;
        }
        if (!wish->values[i].ptr || !misfit.why) {
            continue;
        }
        if (named && misfit.refused) {
            rc = dx_run_error(run, disk->node, "leave it out for this disk", "disk %.*s cannot have %s: %s",
                              DX_F(disk->dev), attrs[i], misfit.why);
        } else if (named) {
            rc = dx_run_refuse(run, disk->node, NULL, "leave it out for this disk; --force writes it all the same",
                               "%s does nothing for disk %.*s: %s", attrs[i], DX_F(disk->dev), misfit.why);
        } else {
            rc = dx_run_note(run, disk->node, NULL, "disk %.*s goes without %s: %s", DX_F(disk->dev), attrs[i],
                             misfit.why);
            wish->values[i] = DX_NONE;
        }
    }
    return rc;
}

/* ---- cache and io have to fit each other (DSK-Q03) ---- */

struct pair {
    struct dx_str cache, io; /* as they stand */
};

static int refuse_pair(struct dx_run *run, const struct dx_disk *disk, struct dx_str cache, bool io_asked)
{
    const char *at = io_asked ? "cache" : "io";

    return dx_run_report_as(run, DX_RULE_DSK_Q03, DX_SEVERITY_ERROR, disk->driver ? disk->driver : disk->node,
                            disk->driver && dx_node_attr(disk->driver, at).ptr ? at : NULL,
                            io_asked ? "add cache=none; --force does" : "add io=threads; --force drops io='native'",
                            DX_ARGS(disk->dev, cache.ptr ? cache : DX_S("not stated")));
}

/* The half that was not asked for follows the one that was, with --force only. */
static int adapt_pair(struct dx_run *run, struct dx_node *driver, const struct pair *there, bool io_asked)
{
    int rc = DX_OK;

    if (!io_asked) {
        return dx_run_drop_attr(run, driver, "io", "it needs cache none or directsync");
    }
    if (!there->cache.ptr) {
        rc = dx_run_note(run, driver, NULL, "io='native' needs cache='none': added");
    }
    return rc < 0 ? rc : dx_run_put_attr(run, driver, "cache", DX_S("none"));
}

/* True when what is asked makes a pair that QEMU does not take. */
static bool is_unfit(const struct dx_run *run, const struct wish *wish, const struct pair *there)
{
    struct dx_str cache = wish->values[CACHE].ptr ? wish->values[CACHE] : there->cache;
    struct dx_str io = wish->values[IO].ptr ? wish->values[IO] : there->io;

    return dx_target_is_qemu(&run->target) && (wish->values[CACHE].ptr || wish->values[IO].ptr) &&
           dx_str_is(io, "native") && !is_direct(cache);
}

/* ---- queues that are shared out among iothreads (IOT-Q06) ---- */

static const struct dx_node *shared_queue(const struct dx_node *driver)
{
    const struct dx_node *map = driver ? dx_node_child(driver, "iothreads") : NULL;
    const struct dx_node *queue = NULL;

    for (const struct dx_node *thread = map ? dx_node_child(map, "iothread") : NULL; thread && !queue;
         thread = dx_node_next_named(thread, "iothread")) {
        queue = dx_node_child(thread, "queue");
    }
    return queue;
}

static int refuse_shared(struct dx_run *run, const struct dx_disk *disk)
{
    const struct dx_node *queue = shared_queue(disk->driver);

    return queue
               ? dx_run_refuse(run, queue, NULL, "share out as many as are asked for, then --force changes the number",
                               "each queue of disk %.*s has its iothread, another number would not fit",
                               DX_F(disk->dev))
               : DX_OK;
}

/* ---- the pass ---- */

static int change(struct dx_run *run, const struct wish *wish, const struct dx_disk *disk)
{
    struct dx_node *driver = disk->driver;
    const struct pair there = {driver ? dx_node_attr(driver, "cache") : DX_NONE,
                               driver ? dx_node_attr(driver, "io") : DX_NONE};
    bool unfit = is_unfit(run, wish, &there), io_asked = wish->values[IO].ptr != NULL;
    int rc = DX_OK;

    if (wish->values[QUEUES].ptr) {
        rc = refuse_shared(run, disk);
    }
    if (rc >= 0 && unfit && !run->force) {
        rc = refuse_pair(run, disk, wish->values[CACHE].ptr ? wish->values[CACHE] : there.cache, io_asked);
    }
    if (rc >= 0 && !driver) {
        rc = dx_run_insert(&driver, run, disk->node, "driver");
    }
    if (rc >= 0 && unfit && run->force) {
        rc = adapt_pair(run, driver, &there, io_asked);
    }
    for (size_t i = 0; i < N_ATTRS && rc >= 0; i++) {
        if (wish->values[i].ptr) {
            rc = dx_edit_set_attr(driver, attrs[i], wish->values[i]);
        }
    }
    return rc < 0 ? rc : DX_OK;
}

static bool is_empty(const struct wish *wish)
{
    for (size_t i = 0; i < N_ATTRS; i++) {
        if (wish->values[i].ptr) {
            return false;
        }
    }
    return true;
}

static int lacks_disk(struct dx_run *run)
{
    return dx_run_lacks(run, "the domain has no disk that could have what is asked for");
}

static int run_disk(struct dx_run *run, const void *values, void *user)
{
    const struct settings *opts = values;
    struct dx_str unknown = unknown_word(run->doc->root, &opts->disks);
    struct dx_each each;
    size_t meant = 0;
    int rc = unknown.ptr ? refuse_unknown(run, unknown) : DX_OK;

    (void)user;
    for (struct dx_node *node = dx_each_first(&each, run->doc->root, "devices", "disk"); node && rc >= 0;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;
        struct wish wish;

        dx_disk_read(&disk, node);
        if (!is_meant(&opts->disks, &disk)) {
            continue;
        }
        meant++;
        read_wish(&wish, opts);
        rc = fit_wish(run, &wish, &disk, is_named(&opts->disks, &disk));
        if (rc >= 0 && !is_empty(&wish)) {
            rc = change(run, &wish, &disk);
        }
    }
    return rc < 0 || meant ? rc : lacks_disk(run);
}

static int applies_to(struct dx_run *run, const void *values, void *user)
{
    const struct settings *opts = values;
    struct dx_str unknown = unknown_word(run->doc->root, &opts->disks);
    struct wish wish;
    struct dx_each each;

    (void)user;
    read_wish(&wish, opts);
    for (struct dx_node *node = dx_each_first(&each, run->doc->root, "devices", "disk"); node && !unknown.ptr;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;

        dx_disk_read(&disk, node);
        for (int i = 0; is_meant(&opts->disks, &disk) && i < N_ATTRS; i++) {
            if (wish.values[i].ptr && !misfit_of(&disk, i).why) {
                return DX_OK;
            }
        }
    }
    return unknown.ptr ? dx_run_lacks(run, "no disk has the target '%.*s'", DX_F(unknown)) : lacks_disk(run);
}

/* ---- removal ---- */

/* Takes the attributes away, but for queues that iothreads share; *had when any was there. */
static int unset_driver(struct dx_run *run, struct dx_node *driver, bool *had)
{
    int rc = DX_OK;

    for (size_t i = 0; i < N_ATTRS && rc >= 0; i++) {
        const struct dx_node *queue = i == QUEUES ? shared_queue(driver) : NULL;

        if (!dx_node_attr(driver, attrs[i]).ptr) {
            continue;
        }
        if (queue) {
            rc = dx_run_note(run, queue, NULL, "queues stays: each of them has its iothread");
        } else {
            *had = true;
            rc = dx_edit_remove_attr(driver, attrs[i]);
        }
    }
    return rc;
}

static int unset_disk(struct dx_run *run, const struct dx_node *disk)
{
    static const char *const no_containers[] = {NULL};
    struct dx_node *next;
    int rc = DX_OK;

    for (struct dx_node *driver = dx_node_child(disk, "driver"); driver && rc >= 0; driver = next) {
        bool had = false;

        next = dx_node_next_named(driver, "driver");
        rc = unset_driver(run, driver, &had);
        /* libvirt reads the first driver only: the one behind it stays without effect. */
        if (rc >= 0 && had && !next && dx_run_emptied(driver)) {
            rc = dx_run_prune(run, driver, no_containers);
        }
    }
    return rc < 0 ? rc : DX_OK;
}

static int remove_disk(struct dx_run *run, const void *values, void *user)
{
    const struct unset *opts = values;
    struct dx_each each;
    int rc = DX_OK;

    (void)user;
    for (struct dx_node *node = dx_each_first(&each, run->doc->root, "devices", "disk"); node && rc >= 0;
         node = dx_each_next(&each, node)) {
        struct dx_disk disk;

        dx_disk_read(&disk, node);
        if (says_all(&opts->disks) || is_named(&opts->disks, &disk)) {
            rc = unset_disk(run, node);
        }
    }
    return rc;
}

static const struct dx_opt options[] = {
    {.name = "disks",
     .value = "TARGET,…|all",
     .help = "the disks by target name; all (the default): all but cdroms and floppies",
     .type = DX_OPT_STRINGS,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct settings, disks)},
    {.name = "cache",
     .value = "MODE",
     .choices = "none|writeback|writethrough|directsync|unsafe|default",
     .help = "none and directsync pass by the host's page cache; unsafe loses data when the host fails",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct settings, cache)},
    {.name = "io",
     .value = "native|threads|io_uring",
     .choices = "native|threads|io_uring",
     .help = "native needs cache none or directsync, io_uring libvirt 6.3",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct settings, io)},
    {.name = "discard",
     .value = "unmap|ignore",
     .choices = "unmap|ignore",
     .help = "whether what the guest trims is given back to the storage",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct settings, discard)},
    {.name = "detect_zeroes",
     .value = "off|on|unmap",
     .choices = "off|on|unmap",
     .help = "whether zeroes are looked for in what is written; unmap: and trimmed, where discard is unmap",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct settings, detect_zeroes)},
    {.name = "queues",
     .value = "N",
     .help = "queues of a virtio disk (libvirt 3.9); more than vCPUs are of no use",
     .type = DX_OPT_INT,
     .min = 1,
     .max = MOST_QUEUES,
     .off = offsetof(struct settings, queues)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "disks",
     .value = "TARGET,…|all",
     .help = "the disks by target name; all (the default): cdroms and floppies too",
     .type = DX_OPT_STRINGS,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct unset, disks)},
    {.name = NULL},
};

const struct dx_pass dx_pass_disk = {
    .size = sizeof(struct dx_pass),
    .name = "disk",
    .group = "storage",
    .summary = "set cache, I/O mode, discard and queues of disks",
    .doc = "Writes what is asked for into the <driver> of the disks that are named, or of\n"
           "all; what is not asked for stays. Where all are meant, a disk goes without\n"
           "what it cannot have, with a note; where it is named, that is refused.\n"
           "io=native and a cache that is not none or directsync exclude each other: asked\n"
           "for alone beside the other, either is refused, and --force adapts the other.\n"
           "--remove takes all five attributes away, whoever wrote them.",
    .example = "disk:vda,cache=none,io=native,discard=unmap,queues=4",
    .since = "libvirt 1.0.6",
    .element = "devices/disk/driver",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct settings),
    .remove_opt_size = sizeof(struct unset),
    .flags = DX_PASS_INVERSE,
    .check = check_disk,
    .run = run_disk,
    .remove = remove_disk,
    .applies = applies_to,
    .risk =
        "the next cold start uses it; cache none and directsync need storage that takes O_DIRECT, and the guest sees "
        "discard and queues",
};
