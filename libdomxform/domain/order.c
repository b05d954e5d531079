/* libvirt's canonical order of children (semantics §2), and where a new one goes. */
#include "domain.h"

/* One word of an order; its length spares the many that do not fit a look at their letters. */
struct word {
    const char *name;
    size_t len;
};

/* clang-format off */
#define W(name) {name, sizeof(name) - 1}

static const struct word in_domain[] = {
    W("name"), W("uuid"), W("genid"), W("title"), W("description"), W("metadata"), W("maxMemory"), W("memory"),
    W("currentMemory"), W("blkiotune"), W("memtune"), W("memoryBacking"), W("vcpu"), W("vcpus"), W("iothreads"),
    W("iothreadids"), W("defaultiothread"), W("throttlegroups"), W("cputune"), W("numatune"), W("resource"),
    W("sysinfo"), W("bootloader"), W("bootloader_args"), W("os"), W("idmap"), W("features"), W("cpu"),
    W("clock"), W("on_poweroff"), W("on_reboot"), W("on_crash"), W("on_lockfailure"), W("pm"), W("perf"),
    W("devices"), W("seclabel"), W("keywrap"), W("launchSecurity"),
    {NULL, 0}};

static const struct word in_os[] = {
    W("type"), W("firmware"), W("init"), W("initarg"), W("initenv"), W("initdir"), W("inituser"),
    W("initgroup"), W("loader"), W("nvram"), W("varstore"), W("kernel"), W("initrd"), W("cmdline"), W("shim"),
    W("dtb"), W("root"), W("acpi"), W("boot"), W("bootmenu"), W("bios"), W("smbios"),
    {NULL, 0}};

static const struct word in_memtune[] = {
    W("hard_limit"), W("soft_limit"), W("min_guarantee"), W("swap_hard_limit"),
    {NULL, 0}};

static const struct word in_memoryBacking[] = {
    W("hugepages"), W("nosharepages"), W("locked"), W("source"), W("access"), W("allocation"), W("discard"),
    {NULL, 0}};

static const struct word in_hugepages[] = {
    W("page"),
    {NULL, 0}};

static const struct word in_iothreadids[] = {
    W("iothread"),
    {NULL, 0}};

static const struct word in_iothread[] = {
    W("poll"),
    {NULL, 0}};

static const struct word in_cputune[] = {
    W("shares"), W("period"), W("quota"), W("global_period"), W("global_quota"), W("emulator_period"),
    W("emulator_quota"), W("iothread_period"), W("iothread_quota"), W("vcpupin"), W("emulatorpin"),
    W("iothreadpin"), W("emulatorsched"), W("vcpusched"), W("iothreadsched"), W("cachetune"), W("memorytune"),
    W("energytune"),
    {NULL, 0}};

static const struct word in_numatune[] = {
    W("memory"), W("memnode"),
    {NULL, 0}};

static const struct word in_features[] = {
    W("acpi"), W("apic"), W("pae"), W("hap"), W("viridian"), W("privnet"), W("hyperv"), W("kvm"),
    W("pvspinlock"), W("capabilities"), W("pmu"), W("vmport"), W("gic"), W("smm"), W("ioapic"), W("hpt"),
    W("vmcoreinfo"), W("htm"), W("nested-hv"), W("msrs"), W("ccf-assist"), W("xen"), W("cfpc"), W("sbbc"),
    W("ibs"), W("tcg"), W("async-teardown"), W("ras"), W("ps2"), W("aia"),
    {NULL, 0}};

static const struct word in_kvm[] = {
    W("hidden"), W("hint-dedicated"), W("poll-control"), W("pv-ipi"), W("dirty-ring"),
    {NULL, 0}};

static const struct word in_cpu[] = {
    W("model"), W("vendor"), W("topology"), W("cache"), W("maxphysaddr"), W("feature"), W("numa"),
    {NULL, 0}};

static const struct word in_devices[] = {
    W("emulator"), W("disk"), W("controller"), W("lease"), W("filesystem"), W("interface"), W("smartcard"),
    W("serial"), W("parallel"), W("console"), W("channel"), W("input"), W("tpm"), W("graphics"), W("sound"),
    W("audio"), W("video"), W("hostdev"), W("redirdev"), W("redirfilter"), W("hub"), W("watchdog"),
    W("memballoon"), W("rng"), W("nvram"), W("panic"), W("shmem"), W("memory"), W("crypto"), W("iommu"),
    W("vsock"), W("pstore"),
    {NULL, 0}};

static const struct word in_disk[] = {
    W("driver"), W("auth"), W("source"), W("backingStore"), W("backenddomain"), W("geometry"), W("blockio"),
    W("mirror"), W("target"), W("iotune"), W("throttlefilters"), W("readonly"), W("shareable"), W("transient"),
    W("serial"), W("wwn"), W("vendor"), W("product"), W("encryption"), W("boot"), W("alias"), W("address"),
    {NULL, 0}};

static const struct word in_controller[] = {
    W("model"), W("target"), W("driver"), W("boot"), W("alias"), W("master"), W("rom"), W("acpi"), W("address"),
    W("pcihole64"),
    {NULL, 0}};

static const struct word in_driver[] = {
    W("metadata_cache"), W("iothreads"),
    {NULL, 0}};

static const struct word in_iothreads[] = {
    W("iothread"),
    {NULL, 0}};

static const struct word in_tpm[] = {
    W("backend"), W("alias"), W("address"),
    {NULL, 0}};

static const struct word in_backend[] = {
    W("device"), W("encryption"), W("active_pcr_banks"), W("source"), W("profile"),
    {NULL, 0}};

static const struct word in_active_pcr_banks[] = {
    W("sha1"), W("sha256"), W("sha384"), W("sha512"),
    {NULL, 0}};

static const struct word in_channel[] = {
    W("source"), W("log"), W("protocol"), W("target"), W("alias"), W("address"),
    {NULL, 0}};

static const struct word in_memballoon[] = {
    W("stats"), W("alias"), W("address"), W("driver"),
    {NULL, 0}};

static const struct word in_seclabel[] = {
    W("label"), W("imagelabel"), W("baselabel"),
    {NULL, 0}};


static const struct {
    struct word parent;
    const struct word *children;
} orders[] = {
    {W("domain"), in_domain},
    {W("os"), in_os},
    {W("memtune"), in_memtune},
    {W("memoryBacking"), in_memoryBacking},
    {W("hugepages"), in_hugepages},
    {W("iothreadids"), in_iothreadids},
    {W("iothread"), in_iothread},
    {W("cputune"), in_cputune},
    {W("numatune"), in_numatune},
    {W("features"), in_features},
    {W("kvm"), in_kvm},
    {W("cpu"), in_cpu},
    {W("devices"), in_devices},
    {W("disk"), in_disk},
    {W("controller"), in_controller},
    {W("driver"), in_driver},
    {W("iothreads"), in_iothreads},
    {W("tpm"), in_tpm},
    {W("backend"), in_backend},
    {W("active_pcr_banks"), in_active_pcr_banks},
    {W("channel"), in_channel},
    {W("memballoon"), in_memballoon},
    {W("seclabel"), in_seclabel},
};

#undef W
/* clang-format on */

static const struct word *order_of(struct dx_str parent)
{
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (orders[i].parent.len == parent.len && memcmp(orders[i].parent.name, parent.ptr, parent.len) == 0) {
            return orders[i].children;
        }
    }
    return NULL;
}

/* A walk over the children of one parent: they mostly stand in order, so each is looked for behind the last. */
struct ranks {
    const struct word *order;
    int at;
};

static int rank_next(struct ranks *ranks, struct dx_str word)
{
    int was = ranks->at;

    for (int i = was; ranks->order && ranks->order[i].name; i++) {
        if (ranks->order[i].len == word.len && memcmp(ranks->order[i].name, word.ptr, word.len) == 0) {
            ranks->at = i;
            return i;
        }
    }
    for (int i = 0; ranks->order && i < was; i++) {
        if (ranks->order[i].len == word.len && memcmp(ranks->order[i].name, word.ptr, word.len) == 0) {
            ranks->at = i;
            return i;
        }
    }
    return -1;
}

static int rank_in(const struct word *order, struct dx_str child)
{
    struct ranks ranks = {order, 0};

    return rank_next(&ranks, child);
}

int dx_domain_rank(const struct dx_node *parent, struct dx_str child)
{
    return rank_in(order_of(dx_node_name(parent)), child);
}

const char *dx_domain_nearest(const struct dx_node *parent, const char *child)
{
    const struct word *order = order_of(dx_node_name(parent));
    const char *names[64];
    size_t n = 0;

    if (!order || rank_in(order, dx_str_of(child)) >= 0) {
        return NULL;
    }
    for (; order[n].name && n < 63; n++) {
        names[n] = order[n].name;
    }
    names[n] = NULL;
    return dx_nearest(child, names);
}

const char *dx_domain_home(struct dx_str child)
{
    /* Where people mean a thing to be, the likeliest first; names such as "source" stand in too many devices. */
    static const char *const homes[] = {"domain",        "features",  "os",  "devices",     "cputune", "memtune",
                                        "memoryBacking", "hugepages", "kvm", "iothreadids", "cpu"};

    for (size_t i = 0; i < sizeof homes / sizeof homes[0]; i++) {
        if (rank_in(order_of(dx_str_of(homes[i])), child) >= 0) {
            return homes[i];
        }
    }
    return NULL;
}

struct dx_node *dx_domain_tail(struct dx_node *node)
{
    for (;;) {
        struct dx_node *next = node->next;

        if (next && dx_node_is_blank(next)) {
            struct dx_str raw = dx_node_raw(next);

            next = memchr(raw.ptr, '\n', raw.len) ? NULL : next->next;
        }
        if (!next || next->kind != DX_KIND_COMMENT) {
            return node;
        }
        node = next;
    }
}

struct dx_place dx_domain_place(const struct dx_node *parent, const char *name)
{
    const struct word *order = order_of(dx_node_name(parent));
    int own = rank_in(order, dx_str_of(name));
    struct ranks ranks = {order, 0};
    struct dx_place place = {NULL, NULL};

    for (struct dx_node *child = parent->first; own >= 0 && child; child = child->next) {
        struct dx_str word = dx_node_name(child);
        int rank;

        if (child->kind != DX_KIND_ELEMENT) {
            continue;
        }
        rank = rank_next(&ranks, word);
        if (rank >= 0 && rank <= own) {
            place.after = child;
            /* libvirt prints what is in a namespace (qemu:commandline) behind all the rest. */
        } else if (!place.before && (rank > own || memchr(word.ptr, ':', word.len))) {
            place.before = child;
        }
    }
    if (place.after) {
        place.after = dx_domain_tail(place.after);
        place.before = NULL;
    }
    return place;
}

static bool holds_before(const struct dx_node *container, const char *item)
{
    const struct word *order = order_of(dx_node_name(container));
    int own = rank_in(order, dx_str_of(item));

    for (const struct dx_node *child = container->first; child; child = child->next) {
        int rank = child->kind == DX_KIND_ELEMENT ? rank_in(order, dx_node_name(child)) : -1;

        if (rank >= 0 && rank <= own) {
            return true;
        }
    }
    return false;
}

struct dx_node *dx_domain_container(const struct dx_node *domain, const char *outer, const char *container,
                                    const char *item)
{
    const struct dx_node *parent = outer ? dx_node_child(domain, outer) : domain;
    struct dx_node *chosen = NULL;

    for (; parent; parent = outer ? dx_node_next_named(parent, outer) : NULL) {
        for (struct dx_node *node = dx_node_child(parent, container); node;
             node = dx_node_next_named(node, container)) {
            if (!chosen || holds_before(node, item)) {
                chosen = node;
            }
        }
    }
    return chosen;
}
