/* Pools of huge pages that hold the memory of all domains, per size and, where numatune binds, per node; and where
 * QEMU finds them (semantics §6, §10.3). */
#include "../daemon.h"
#include "../pages.h"

#define KIND (&dx_need_kind_hugepage_pool)
#define MEMFD "memfd"

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *source = dx_domain_find(domain, "memoryBacking", "source");

    if (source && dx_str_is(dx_node_attr(source, "type"), MEMFD)) {
        dx_demand_claim(plan, demand, KIND, dx_asker_of(plan, demand, source, "type", "takes its memory from a memfd"),
                        0, DX_S(MEMFD));
    }
}

static void add_boot(const struct dx_pages *pages, struct dx_need *need)
{
    bool nodes = false;

    for (size_t i = 0; i < pages->n; i++) {
        nodes = nodes || pages->sizes[i]->nodes;
    }
    dx_need_remedy(pages->plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_KERNEL_ARGS,
                                       .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT | DX_REMEDY_CHOICE,
                                       .why = nodes ? "the pools of all sizes, made while memory is in one piece; each "
                                                      "size stands before its counts, and those for nodes need Linux "
                                                      "5.16"
                                                    : "the pools of all sizes, made while memory is in one piece; each "
                                                      "size stands before its count",
                                       .value = dx_pages_boot(pages)});
}

/* ---- words ---- */

/* What a buffer holds, kept by the plan; "" when out of memory. */
static const char *kept(const struct dx_pages *pages, const struct dx_buf *buf)
{
    const char *text = dx_buf_keep(buf, &pages->plan->arena);

    return text ? text : "";
}

/* "2 MiB" */
static const char *spelled(const struct dx_pages *pages, uint64_t bytes)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&pages->plan->ctx->mem);

    dx_page_spell(&buf, bytes);
    return kept(pages, &buf);
}

/* "1G" */
static const char *word_of(const struct dx_pages *pages, uint64_t page)
{
    const char *word = dx_pool_word(pages->plan, page);

    return word ? word : "";
}

static const char *plural(uint64_t n)
{
    return n == 1 ? "" : "s";
}

/* ---- notes ---- */

static void add_clause(struct dx_buf *note, const char *format, ...) DX_FORMAT(2, 3);

static void add_clause(struct dx_buf *note, const char *format, ...)
{
    va_list args;

    dx_buf_puts(note, note->len ? "; " : "");
    va_start(args, format);
    dx_buf_vformat(note, format, args);
    va_end(args);
}

/* The node that the pins of all its vCPUs are on; NULL when it is not one, or not known. */
static const struct dx_numa_node *node_of_vcpus(const struct dx_plan *plan, const struct dx_demand *demand)
{
    const struct dx_numa_node *node = NULL;

    for (size_t i = 0; i < demand->n_threads; i++) {
        const struct dx_cpuset *cpus = &demand->threads[i].cpus;

        for (int cpu = demand->threads[i].role == DX_ROLE_VCPU ? dx_cpuset_next(cpus, 0) : -1; cpu >= 0;
             cpu = dx_cpuset_next(cpus, (unsigned)cpu + 1)) {
            const struct dx_numa_node *of = dx_machine_node_of(&plan->machine, (unsigned)cpu);

            if (!of || (node && of != node)) {
                return NULL;
            }
            node = of;
        }
    }
    return node;
}

static bool takes_unbound(const struct dx_pages *pages, const struct dx_demand *demand, uint64_t wanted)
{
    for (size_t i = 0; i < demand->n_memories; i++) {
        uint64_t page;

        if (dx_pages_of(pages, &demand->memories[i], &page) && page == wanted &&
            dx_memory_nodes(&demand->memories[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* The first domain whose vCPUs are on one node, while nothing keeps its pages there. */
static void advise_node(struct dx_buf *note, const struct dx_pages *pages, const struct dx_pages_size *size)
{
    const struct dx_plan *plan = pages->plan;

    for (size_t i = 0; plan->machine.n_nodes > 1 && i < plan->n_demands; i++) {
        const struct dx_demand *demand = plan->demands[i];
        const struct dx_numa_node *node = takes_unbound(pages, demand, size->page) ? node_of_vcpus(plan, demand) : NULL;

        if (node) {
            add_clause(note, "the vcpus of %s are pinned to node %u: numatune would have its pages there too",
                       dx_demand_name(demand), node->id);
            return;
        }
    }
    if (plan->machine.n_nodes > 1) {
        add_clause(note, "no numatune binds these pages: the kernel spreads the pool evenly over the nodes");
    }
}

/* A file is rounded up, a memfd is not (HP-R04); less than a page QEMU takes from neither (HP-R03). */
static void warn_of_misfits(struct dx_buf *note, const struct dx_pages *pages, const struct dx_pages_size *size)
{
    for (size_t i = 0; i < pages->plan->n_demands; i++) {
        const struct dx_demand *demand = pages->plan->demands[i];

        for (size_t k = 0; k < demand->n_memories; k++) {
            const struct dx_memory *memory = &demand->memories[k];
            uint64_t page;

            if (!dx_pages_of(pages, memory, &page) || page != size->page) {
                continue;
            }
            if (memory->bytes < page) {
                add_clause(note, "the memory of %s is less than one page, and QEMU does not start with that",
                           dx_demand_name(demand));
                return;
            }
            if (memory->bytes % page != 0 && dx_demand_is_memfd(demand)) {
                add_clause(note, "the memory of %s is not whole pages, and a memfd of that size cannot be made",
                           dx_demand_name(demand));
                return;
            }
        }
    }
}

static void add_note(const struct dx_pages *pages, struct dx_need *need, const struct dx_pages_size *size,
                     const struct dx_share *share, int node)
{
    dx_cleanup(dx_buf_free) struct dx_buf note = DX_BUF(&pages->plan->ctx->mem);

    if (node == DX_ANY_NODE) {
        advise_node(&note, pages, size);
    } else {
        add_clause(&note, "virsh allocpages --pagesize %llu --pagecount %llu --cellno %d makes it through libvirt",
                   (unsigned long long)(size->page / 1024), (unsigned long long)share->target, node);
    }
    warn_of_misfits(&note, pages, size);
    if (size->page >= UINT64_C(1) << 30) {
        add_clause(&note, "the guide restarts the host for pages of that size: without a restart they can be had too, "
                          "as long as there is free memory in pieces that large");
    }
    if (share->pool.overcommit && dx_share_spare(share) < share->coming) {
        add_clause(&note,
                   "nr_overcommit_hugepages lets the kernel look for %llu more when a guest starts, which may fail",
                   (unsigned long long)share->pool.overcommit);
    }
    if (share->reading.state != DX_READ_OK) {
        add_clause(&note, "what is in use there comes on top");
    }
    if (note.len || note.failed) {
        dx_need_say(pages->plan, &need->face.note, "%s", kept(pages, &note));
    }
}

/* ---- a requirement ---- */

static bool same_asker(const struct dx_asker *a, const struct dx_asker *b)
{
    return a->offset == b->offset && a->file == b->file && a->what && b->what && strcmp(a->what, b->what) == 0;
}

/* What several cells share is said once: such askers follow each other, or take turns. */
static void ask_once(struct dx_plan *plan, struct dx_need *need, const struct dx_asker *asker)
{
    size_t n = need->face.n_askers;

    for (size_t i = n > 2 ? n - 2 : 0; i < n; i++) {
        if (same_asker(&need->askers[i], asker)) {
            return;
        }
    }
    dx_need_asked(plan, need, asker);
}

static void add_askers(const struct dx_pages *pages, struct dx_need *need, uint64_t wanted, int node)
{
    for (size_t i = 0; i < pages->plan->n_demands; i++) {
        const struct dx_demand *demand = pages->plan->demands[i];

        for (size_t k = 0; k < demand->n_memories; k++) {
            const struct dx_memory *memory = &demand->memories[k];
            bool there =
                node == DX_ANY_NODE || (dx_memory_nodes(memory) > 0 && dx_cpuset_has(&memory->nodes, (unsigned)node));
            uint64_t page;

            if (!there || !dx_pages_of(pages, memory, &page) || page != wanted) {
                continue;
            }
            ask_once(pages->plan, need, &memory->asker);
            if (node != DX_ANY_NODE) {
                ask_once(pages->plan, need, &memory->binding);
            }
        }
    }
}

/* "nr_hugepages is 8, 3 of them are free" */
static void tell_pool(struct dx_buf *buf, const struct dx_share *share)
{
    const struct dx_pool *pool = &share->pool;

    dx_buf_format(buf, "nr_hugepages is %llu, %llu of them are free", (unsigned long long)pool->nr,
                  (unsigned long long)pool->free);
    if (pool->reserved) {
        dx_buf_format(buf, " and %llu of those promised already", (unsigned long long)pool->reserved);
    }
    if (share->coming < share->asked) {
        dx_buf_format(buf, ", %llu are asked for by domains that run and have them",
                      (unsigned long long)(share->asked - share->coming));
    }
    if (dx_share_spare(share) < share->coming) {
        dx_buf_format(buf, ": %llu more are needed", (unsigned long long)(share->coming - dx_share_spare(share)));
    }
}

static void check(const struct dx_pages *pages, struct dx_need *need, const struct dx_share *share)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&pages->plan->ctx->mem);

    if (share->reading.state != DX_READ_OK) {
        dx_need_unread(pages->plan, need, &share->reading);
        return;
    }
    tell_pool(&buf, share);
    dx_need_found(pages->plan, need, dx_share_spare(share) < share->coming ? DX_PLAN_MISSING : DX_PLAN_OK, "%s",
                  kept(pages, &buf));
}

/* A pool that takes all memory takes the host down with it. */
static bool refuse_too_large(const struct dx_pages *pages, struct dx_need *need, const struct dx_share *share, int node)
{
    uint64_t memory = node == DX_ANY_NODE ? 0 : dx_pool_memory(pages->plan, node);
    bool on_node = memory && dx_pages_on(pages, node) > memory;

    if (dx_share_spare(share) >= share->coming || !(on_node || pages->too_large) || !need->face.found) {
        return false;
    }
    dx_need_found(pages->plan, need, DX_PLAN_MISSING, "%s, and the %s has %s of memory in all", need->face.found,
                  on_node ? "node" : "host", spelled(pages, (on_node ? memory : pages->memory) >> 20 << 20));
    dx_need_remedy(pages->plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "pools of that size would leave the host no memory",
                                       .value = "give the domains less memory, or run some of them on another host"});
    return true;
}

static void add_remedies(const struct dx_pages *pages, struct dx_need *need, const struct dx_pages_size *size,
                         const struct dx_share *share, int node)
{
    struct dx_plan *plan = pages->plan;
    const char *folder = dx_pool_folder(plan, size->page, node), *word = word_of(pages, size->page);
    const char *value = dx_plan_text(plan, "%llu", (unsigned long long)share->target);
    const char *file = node == DX_ANY_NODE
                           ? dx_plan_text(plan, "/etc/tmpfiles.d/domxform-hugepages-%s.conf", word)
                           : dx_plan_text(plan, "/etc/tmpfiles.d/domxform-hugepages-%s-node%d.conf", word, node);

    if (!folder || !value || !file) {
        return;
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_WRITE,
                                       .why = "enlarge the pool; the kernel takes what it finds, and when that is "
                                              "less it says nothing",
                                       .path = dx_plan_text(plan, "%s/nr_hugepages", folder),
                                       .value = value,
                                       .readback = DX_READBACK_AT_LEAST});
    dx_need_file(plan, need, "and so at each boot", file,
                 dx_plan_text(plan, "w %s/nr_hugepages - - - - %s\n", folder, value));
    add_boot(pages, need);
    dx_need_say(
        plan, &need->face.persistence,
        "%s, which systemd-tmpfiles obeys at each boot; the arguments of the kernel are surer, in place of those "
        "about huge pages that it has now, and need no such file",
        file);
    dx_need_say(plan, &need->face.verify, "cat %s/nr_hugepages %s/free_hugepages", folder, folder);
}

/* A node that the host has not: nothing makes one. */
static bool refuse_node(const struct dx_pages *pages, struct dx_need *need, int node)
{
    dx_cleanup(dx_buf_free) struct dx_buf nodes = DX_BUF(&pages->plan->ctx->mem);
    struct dx_cpuset ids = {{0}};

    if (node == DX_ANY_NODE || pages->plan->machine.n_nodes == 0 || dx_pages_has_node(pages, node)) {
        return false;
    }
    for (size_t i = 0; i < pages->plan->machine.n_nodes; i++) {
        dx_cpuset_add(&ids, pages->plan->machine.nodes[i].id);
    }
    dx_cpuset_format(&nodes, &ids);
    dx_need_found(pages->plan, need, DX_PLAN_MISSING, "the host has no such node, its nodes are %s",
                  kept(pages, &nodes));
    dx_need_remedy(pages->plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "memory can be bound to nodes that there are",
                                       .value = "name a node of this host in numatune"});
    return true;
}

static void add_need(const struct dx_pages *pages, const struct dx_pages_size *size, const struct dx_share *share,
                     int node)
{
    struct dx_plan *plan = pages->plan;
    const char *page = spelled(pages, size->page);
    unsigned long long kib = (unsigned long long)(size->page / 1024), n = (unsigned long long)share->asked;
    const char *id =
        node == DX_ANY_NODE ? dx_plan_text(plan, "%lluk", kib) : dx_plan_text(plan, "%lluk/node%d", kib, node);
    struct dx_need *need;

    if (node != DX_ANY_NODE) {
        need = dx_need_add(plan, KIND, id, "%llu huge page%s of %s on NUMA node %d", n, plural(n), page, node);
    } else if (size->unbound < n) {
        need = dx_need_add(plan, KIND, id, "%llu huge page%s of %s in all, %llu of them on any node", n, plural(n),
                           page, (unsigned long long)size->unbound);
    } else {
        need = dx_need_add(plan, KIND, id, "%llu huge page%s of %s", n, plural(n), page);
    }
    if (!need) {
        return;
    }
    add_askers(pages, need, size->page, node);
    if (refuse_node(pages, need, node)) {
        return;
    }
    check(pages, need, share);
    if (!refuse_too_large(pages, need, share, node)) {
        add_remedies(pages, need, size, share, node);
        add_note(pages, need, size, share, node);
    }
}

/* ---- sizes that are not there ---- */

static void add_unknown(const struct dx_pages *pages, const struct dx_pages_size *size)
{
    struct dx_plan *plan = pages->plan;
    struct dx_need *need = dx_need_add(plan, KIND, "default", "huge pages of the host's default size for %s of memory",
                                       spelled(pages, size->bytes));

    if (!need) {
        return;
    }
    add_askers(pages, need, 0, DX_ANY_NODE);
    dx_need_found(plan, need, DX_PLAN_UNKNOWN,
                  "which size that is neither /proc/meminfo nor the arguments of the kernel tell");
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "then the pages can be counted",
                                       .value = "name the size in the domains, as <page size='2' unit='MiB'/>"});
}

static void add_absent(const struct dx_pages *pages, const struct dx_pages_size *size)
{
    struct dx_plan *plan = pages->plan;
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&plan->ctx->mem);
    const char *page = spelled(pages, size->page), *there;
    unsigned long long n = (unsigned long long)size->whole.asked;
    struct dx_need *need = dx_need_add(plan, KIND, dx_plan_text(plan, "%lluk", (unsigned long long)(size->page / 1024)),
                                       "%llu huge page%s of %s", n, plural(n), page);

    if (!need) {
        return;
    }
    add_askers(pages, need, size->page, DX_ANY_NODE);
    dx_page_sizes_tell(&buf, &pages->host);
    there = kept(pages, &buf);
    dx_need_found(plan, need, DX_PLAN_MISSING,
                  *there ? "there are none of %s, only of %s" : "there are none of %s%s on any host", page, there);
    if (size->possible) {
        add_boot(pages, need);
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){
                       .kind = DX_REMEDY_MANUAL,
                       .why = size->possible ? "where the processor has none of that size either"
                                             : "sizes are given by the processor and the size of the kernel's "
                                               "ordinary pages",
                       .value = *there
                                    ? dx_plan_text(plan, "give the domains huge pages of one of these sizes: %s", there)
                                    : "give the domains huge pages of a size that there is"});
}

/* ---- the mount ---- */

/* A unit for a size that systemd does not mount of its own accord; its folder's name needs no escapes. */
static void add_mount_unit(const struct dx_pages *pages, struct dx_need *need, uint64_t page)
{
    struct dx_plan *plan = pages->plan;
    const char *word = word_of(pages, page), *folder = dx_pool_folder(plan, page, DX_ANY_NODE);
    const char *unit = dx_plan_text(plan, "dev-hugepages%s.mount", word);

    if (!unit || !folder) {
        return;
    }
    dx_need_file(plan, need, "a unit that mounts them at each boot", dx_plan_text(plan, "/etc/systemd/system/%s", unit),
                 dx_plan_text(plan,
                              "[Unit]\n"
                              "Description=Huge pages of %s\n"
                              "ConditionPathExists=%s\n\n"
                              "[Mount]\n"
                              "What=hugetlbfs\n"
                              "Where=/dev/hugepages%s\n"
                              "Type=hugetlbfs\n"
                              "Options=pagesize=%s\n\n"
                              "[Install]\n"
                              "WantedBy=local-fs.target\n",
                              spelled(pages, page), folder, word, word));
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SERVICE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "have systemd do so",
                                       .key = "enabled",
                                       .value = unit});
    dx_need_say(plan, &need->face.persistence, "the unit %s; a line in /etc/fstab is as good", unit);
}

/* The kernel tells sizes below 1 MiB in KiB, all others in MiB. */
static void add_mount_remedies(const struct dx_pages *pages, struct dx_need *need, uint64_t page)
{
    struct dx_plan *plan = pages->plan;
    const char *word = word_of(pages, page);
    bool preset = page == pages->preset, small = page < UINT64_C(1) << 20;
    const char *command = preset
                              ? "mkdir -p /dev/hugepages && mount -t hugetlbfs hugetlbfs /dev/hugepages"
                              : dx_plan_text(plan,
                                             "mkdir -p /dev/hugepages%s && mount -t hugetlbfs -o pagesize=%s hugetlbfs "
                                             "/dev/hugepages%s",
                                             word, word, word);

    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                       .why = "mount them now",
                                       .value = command,
                                       .other = dx_plan_text(
                                           plan, "grep -Eq ' hugetlbfs ([^ ]*,)?pagesize=%llu%c[, ]' /proc/mounts",
                                           (unsigned long long)(small ? page >> 10 : page >> 20), small ? 'K' : 'M')});
    if (preset) {
        dx_need_say(plan, &need->face.persistence, "dev-hugepages.mount, which systemd brings along");
    } else {
        add_mount_unit(pages, need, page);
    }
    dx_daemons_restart(plan, need, dx_daemons_find(plan), "virtqemud", DX_LOOKS_FOR_MOUNTS);
}

static void add_mount_askers(const struct dx_pages *pages, struct dx_need *need, uint64_t wanted)
{
    for (size_t i = 0; i < pages->plan->n_demands; i++) {
        const struct dx_demand *demand = pages->plan->demands[i];
        uint64_t page;

        for (size_t k = 0; !dx_demand_is_memfd(demand) && k < demand->n_memories; k++) {
            if (dx_pages_of(pages, &demand->memories[k], &page) && page == wanted) {
                ask_once(pages->plan, need, &demand->memories[k].asker);
            }
        }
    }
}

/* Needed by all that do not take their pages from a memfd (HP-R01). */
static void add_mount(const struct dx_pages *pages, const struct dx_pages_size *size)
{
    struct dx_plan *plan = pages->plan;
    const char *where;
    struct dx_reading reading = dx_pool_mount(&where, plan, size->page);
    struct dx_need *need =
        dx_need_add(plan, KIND, dx_plan_text(plan, "%lluk/mount", (unsigned long long)(size->page / 1024)),
                    "huge pages of %s are mounted where libvirt finds them", spelled(pages, size->page));

    if (!need) {
        return;
    }
    dx_need_say(
        plan, &need->face.why,
        "without a hugetlbfs of their size a guest does not start ('unable to find any usable hugetlbfs mount'), "
        "unless it takes its memory from a memfd");
    add_mount_askers(pages, need, size->page);
    dx_need_say(plan, &need->face.verify, "grep hugetlbfs /proc/mounts");
    dx_need_say(plan, &need->face.note,
                "where hugetlbfs_mount is set in /etc/libvirt/qemu.conf, it has to name the mount too");
    if (where) {
        dx_need_found(plan, need, DX_PLAN_OK, "%s is such a mount", where);
        return;
    }
    if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &reading);
    } else {
        dx_need_found(plan, need, DX_PLAN_MISSING, "/proc/mounts has no hugetlbfs of that size");
    }
    add_mount_remedies(pages, need, size->page);
}

/* ---- all of it ---- */

static void add_size(const struct dx_pages *pages, const struct dx_pages_size *size)
{
    if (!size->page) {
        add_unknown(pages, size);
        return;
    }
    if (!size->possible || (pages->host.known && !dx_page_sizes_have(&pages->host, size->page))) {
        add_absent(pages, size);
        return;
    }
    for (int node = 0; size->nodes && node < DX_NODES; node++) {
        if (size->nodes[node].asked) {
            add_need(pages, size, &size->nodes[node], node);
        }
    }
    if (size->unbound) {
        add_need(pages, size, &size->whole, DX_ANY_NODE);
    }
    if (size->by_file) {
        add_mount(pages, size);
    }
}

static void derive(struct dx_plan *plan)
{
    struct dx_pages pages;

    dx_pages_read(&pages, plan);
    for (size_t i = 0; i < pages.n && !plan->arena.failed; i++) {
        add_size(&pages, pages.sizes[i]);
    }
}

const struct dx_need_kind dx_need_kind_hugepage_pool = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "hugepage-pool",
             .scope = DX_SCOPE_HOST,
             .summary = "a pool of huge pages that holds the memory of all domains",
             .guide = "HugePage memory",
             .why = "a guest whose pages are not in the pool does not start ('unable to map backing store')"},
    .collect = collect,
    .derive = derive,
};
