/* libvirt's canonical order of children (semantics §2), and where a new one goes. */
#include "domain.h"

static const struct {
    const char *parent, *children;
} orders[] = {
    {"domain",
     "name uuid genid title description metadata maxMemory memory currentMemory blkiotune memtune "
     "memoryBacking vcpu vcpus iothreads iothreadids defaultiothread throttlegroups cputune numatune resource "
     "sysinfo bootloader bootloader_args os idmap features cpu clock on_poweroff on_reboot on_crash "
     "on_lockfailure pm perf devices seclabel keywrap launchSecurity"},
    {"os", "type firmware init initarg initenv initdir inituser initgroup loader nvram varstore kernel initrd cmdline "
           "shim dtb root acpi boot bootmenu bios smbios"},
    {"memtune", "hard_limit soft_limit min_guarantee swap_hard_limit"},
    {"memoryBacking", "hugepages nosharepages locked source access allocation discard"},
    {"hugepages", "page"},
    {"iothreadids", "iothread"},
    {"iothread", "poll"},
    {"cputune", "shares period quota global_period global_quota emulator_period emulator_quota iothread_period "
                "iothread_quota vcpupin emulatorpin iothreadpin emulatorsched vcpusched iothreadsched cachetune "
                "memorytune energytune"},
    {"features", "acpi apic pae hap viridian privnet hyperv kvm pvspinlock capabilities pmu vmport gic smm ioapic hpt "
                 "vmcoreinfo htm nested-hv msrs ccf-assist xen cfpc sbbc ibs tcg async-teardown ras ps2 aia"},
    {"kvm", "hidden hint-dedicated poll-control pv-ipi dirty-ring"},
    {"cpu", "model vendor topology cache maxphysaddr feature numa"},
    {"devices", "emulator disk controller lease filesystem interface smartcard serial parallel console channel input "
                "tpm graphics sound audio video hostdev redirdev redirfilter hub watchdog memballoon rng nvram panic "
                "shmem memory crypto iommu vsock pstore"},
    {"disk", "driver auth source backingStore backenddomain geometry blockio mirror target iotune throttlefilters "
             "readonly shareable transient serial wwn vendor product encryption boot alias address"},
    {"controller", "model target driver boot alias master rom acpi address pcihole64"},
    {"driver", "metadata_cache iothreads"},
    {"iothreads", "iothread"},
    {"tpm", "backend alias address"},
    {"backend", "device encryption active_pcr_banks source profile"},
    {"active_pcr_banks", "sha1 sha256 sha384 sha512"},
    {"seclabel", "label imagelabel baselabel"},
};

static const char *order_of(struct dx_str parent)
{
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++) {
        if (dx_str_is(parent, orders[i].parent)) {
            return orders[i].children;
        }
    }
    return NULL;
}

/* A walk over the children of one parent: they mostly stand in order, so each is looked for behind the last. */
struct ranks {
    const char *order, *at;
    int rank;
};

/* Looks for a word from a cursor up to `end`, counting ranks; leaves the cursor on it. */
static bool seek(struct ranks *ranks, struct dx_str word, const char *end)
{
    while (ranks->at != end && *ranks->at) {
        const char *at = ranks->at;

        if (*at == *word.ptr && strncmp(at, word.ptr, word.len) == 0 && (at[word.len] == ' ' || !at[word.len])) {
            return true;
        }
        while (*at && *at != ' ') {
            at++;
        }
        ranks->at = *at ? at + 1 : at;
        ranks->rank++;
    }
    return false;
}

static int rank_next(struct ranks *ranks, struct dx_str word)
{
    struct ranks was = *ranks;

    if (!ranks->order || word.len == 0) {
        return -1;
    }
    if (seek(ranks, word, NULL)) {
        return ranks->rank;
    }
    *ranks = (struct ranks){ranks->order, ranks->order, 0};
    if (seek(ranks, word, was.at)) {
        return ranks->rank;
    }
    *ranks = was;
    return -1;
}

static int rank_in(const char *order, struct dx_str child)
{
    struct ranks ranks = {order, order, 0};

    return rank_next(&ranks, child);
}

int dx_domain_rank(const struct dx_node *parent, struct dx_str child)
{
    return rank_in(order_of(dx_node_name(parent)), child);
}

/* A comment on the same line belongs to the element before it. */
static struct dx_node *with_comments(struct dx_node *node)
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

static struct dx_node *last_child(const struct dx_node *parent)
{
    struct dx_node *last = parent->last;

    while (last && dx_node_is_blank(last)) {
        last = last->prev;
    }
    return last;
}

struct dx_place dx_domain_place(const struct dx_node *parent, const char *name)
{
    const char *order = order_of(dx_node_name(parent));
    int own = rank_in(order, dx_str_of(name));
    struct ranks ranks = {order, order, 0};
    struct dx_place place = {NULL, NULL};

    for (struct dx_node *child = parent->first; own >= 0 && child; child = child->next) {
        struct dx_str word = dx_node_name(child);
        int rank;

        if (child->kind != DX_KIND_ELEMENT) {
            continue;
        }
        /* libvirt prints what is in a namespace (qemu:commandline) behind all the rest. */
        rank = memchr(word.ptr, ':', word.len) ? 1000 : rank_next(&ranks, word);
        if (rank >= 0 && rank <= own) {
            place.after = child;
        } else if (rank > own && !place.before) {
            place.before = child;
        }
    }
    if (place.after) {
        place.after = with_comments(place.after);
        place.before = NULL;
    } else if (!place.before) {
        place.after = last_child(parent);
    }
    return place;
}

struct dx_node *dx_domain_container(const struct dx_node *parent, const char *container, const char *item)
{
    struct dx_node *first = dx_node_child(parent, container), *chosen = first;
    const char *order = order_of(dx_str_of(container));
    int own = rank_in(order, dx_str_of(item));

    for (struct dx_node *node = first; node; node = dx_node_next_named(node, container)) {
        for (const struct dx_node *child = node->first; child; child = child->next) {
            int rank = child->kind == DX_KIND_ELEMENT ? rank_in(order, dx_node_name(child)) : -1;

            if (rank >= 0 && rank <= own) {
                chosen = node;
                break;
            }
        }
    }
    return chosen;
}
