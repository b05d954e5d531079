/* VER: what a libvirt older than it does not know (semantics §15); looked at only when a target is given. */
#include "facts.h"

#define V(major, minor) DX_LIBVIRT(major, minor)

enum fate { DROPPED, REFUSED };

struct gate {
    const char *path;  /* below the domain */
    const char *attr;  /* NULL: the element itself */
    const char *value; /* of the attribute; NULL: any */
    unsigned since;
    enum fate fate;     /* what older libvirt does with it */
    const char *parent; /* the parent's type, where only that one's child is meant */
};

/* Unknown words of an attribute and unknown features of KVM are refused, unknown elements and attributes dropped. */
static const struct gate gates[] = {
    {"iothreads", NULL, NULL, V(1, 2) + 8, DROPPED, NULL},
    {"devices/disk/driver", "iothread", NULL, V(1, 2) + 8, DROPPED, NULL},
    {"cputune/iothreadpin", NULL, NULL, V(1, 2) + 9, DROPPED, NULL},
    {"cputune/vcpusched", NULL, NULL, V(1, 2) + 13, DROPPED, NULL},
    {"cputune/iothreadsched", NULL, NULL, V(1, 2) + 13, DROPPED, NULL},
    {"iothreadids", NULL, NULL, V(1, 2) + 15, DROPPED, NULL},
    {"devices/controller/driver", "iothread", NULL, V(1, 3) + 5, DROPPED, NULL},
    {"devices/memballoon", "autodeflate", NULL, V(1, 3) + 1, DROPPED, NULL},
    {"cputune/iothread_period", NULL, NULL, V(2, 1), DROPPED, NULL},
    {"cputune/iothread_quota", NULL, NULL, V(2, 1), DROPPED, NULL},
    {"memoryBacking/source", NULL, NULL, V(3, 1), DROPPED, NULL},
    {"memoryBacking/access", NULL, NULL, V(3, 1), DROPPED, NULL},
    {"memoryBacking/allocation", NULL, NULL, V(3, 1), DROPPED, NULL},
    {"cpu", "check", NULL, V(3, 2), DROPPED, NULL},
    {"devices/disk/driver", "queues", NULL, V(3, 9), DROPPED, NULL},
    {"memoryBacking/discard", NULL, NULL, V(4, 4), DROPPED, NULL},
    {"devices/disk/source/reservations", NULL, NULL, V(4, 4), DROPPED, NULL},
    {"devices/tpm", "model", "tpm-crb", V(4, 4), REFUSED, NULL},
    {"devices/tpm/backend", "type", "emulator", V(4, 5), REFUSED, NULL},
    {"memoryBacking/source", "type", "memfd", V(4, 10), REFUSED, NULL},
    {"devices/memballoon", "model", "virtio-transitional", V(5, 2), REFUSED, NULL},
    {"devices/memballoon", "model", "virtio-non-transitional", V(5, 2), REFUSED, NULL},
    {"cputune/emulatorsched", NULL, NULL, V(5, 3), DROPPED, NULL},
    {"devices/tpm/backend/encryption", NULL, NULL, V(5, 6), DROPPED, NULL},
    {"features/kvm/hint-dedicated", NULL, NULL, V(5, 7), REFUSED, NULL},
    {"devices/tpm", "model", "tpm-spapr", V(6, 1), REFUSED, NULL},
    {"devices/disk/driver", "io", "io_uring", V(6, 3), REFUSED, NULL},
    {"devices/tpm", "model", "spapr-tpm-proxy", V(6, 5), REFUSED, NULL},
    {"cpu", "migratable", NULL, V(6, 5), DROPPED, NULL},
    {"devices/memballoon", "freePageReporting", NULL, V(6, 9), DROPPED, NULL},
    {"features/kvm/poll-control", NULL, NULL, V(6, 10), REFUSED, NULL},
    {"devices/tpm/backend", "persistent_state", NULL, V(7, 0), DROPPED, NULL},
    {"cpu", "mode", "maximum", V(7, 1), REFUSED, NULL},
    {"numatune/memory", "mode", "restrictive", V(7, 3), REFUSED, NULL},
    {"numatune/memnode", "mode", "restrictive", V(7, 3), REFUSED, NULL},
    {"features/kvm/pv-ipi", NULL, NULL, V(7, 10), REFUSED, NULL},
    {"devices/tpm/backend/active_pcr_banks", NULL, NULL, V(7, 10), DROPPED, NULL},
    {"features/kvm/dirty-ring", NULL, NULL, V(8, 0), REFUSED, NULL},
    {"memoryBacking/allocation", "threads", NULL, V(8, 2), DROPPED, NULL},
    {"iothreadids/iothread", "thread_pool_min", NULL, V(8, 5), DROPPED, NULL},
    {"iothreadids/iothread", "thread_pool_max", NULL, V(8, 5), DROPPED, NULL},
    {"defaultiothread", NULL, NULL, V(8, 5), DROPPED, NULL},
    {"devices/tpm/backend", "type", "external", V(9, 0), REFUSED, NULL},
    {"iothreadids/iothread/poll", NULL, NULL, V(9, 4), DROPPED, NULL},
    {"devices/disk/driver/iothreads", NULL, NULL, V(10, 0), DROPPED, NULL},
    {"devices/tpm/backend", "debug", NULL, V(10, 6), DROPPED, NULL},
    {"devices/tpm/backend/source", NULL, NULL, V(10, 10), DROPPED, "emulator"},
    {"devices/tpm/backend/profile", NULL, NULL, V(10, 10), DROPPED, NULL},
    {"devices/controller/driver/iothreads", NULL, NULL, V(11, 2), DROPPED, NULL},
    {"throttlegroups", NULL, NULL, V(11, 2), DROPPED, NULL},
    {"devices/disk/throttlefilters", NULL, NULL, V(11, 2), DROPPED, NULL},
    {"devices/disk/target", "bus", "nvme", V(11, 5), REFUSED, NULL},
    {"os/varstore", NULL, NULL, V(12, 1), DROPPED, NULL},
    {"iommufd", NULL, NULL, V(12, 2), DROPPED, NULL},
    {"cputune/energytune", NULL, NULL, V(12, 4), DROPPED, NULL},
};

/* True when the element stands at a path below the domain. */
static bool is_at(const struct dx_node *node, const struct dx_node *domain, const char *path)
{
    const char *end = path + strlen(path);

    for (; node != domain; node = node->parent) {
        const char *begin = end;

        while (begin > path && begin[-1] != '/') {
            begin--;
        }
        if (begin == end || node->name_len != (size_t)(end - begin) || memcmp(node->name, begin, node->name_len) != 0) {
            return false;
        }
        end = begin > path ? begin - 1 : begin;
    }
    return end == path;
}

static struct dx_str version(struct dx_facts *facts, unsigned libvirt)
{
    unsigned major = libvirt / 1000000, minor = libvirt / 1000 % 1000, micro = libvirt % 1000;

    return micro ? dx_facts_word(facts, "%u.%u.%u", major, minor, micro) : dx_facts_word(facts, "%u.%u", major, minor);
}

static void raise_gate(struct dx_facts *facts, const struct gate *gate, const struct dx_node *node)
{
    struct dx_str value = gate->attr ? dx_node_attr(node, gate->attr) : DX_NONE;
    struct dx_str what = gate->value  ? dx_facts_word(facts, "%s='%s'", gate->attr, gate->value)
                         : gate->attr ? dx_facts_word(facts, "attribute %s", gate->attr)
                                      : dx_facts_word(facts, "<%.*s>", DX_F(dx_node_name(node)));

    dx_facts_raise(facts, &(struct dx_finding){
                              .rule = gate->fate == REFUSED ? DX_RULE_VER_P01 : DX_RULE_VER_P02,
                              .node = node,
                              .attr = gate->attr,
                              .value = value,
                              .args = {what, version(facts, gate->since), version(facts, facts->scope->libvirt)}});
}

/* True when the element as a whole is too new: what is in it need not be told. */
static bool check_element(struct dx_facts *facts, const struct dx_node *node)
{
    for (size_t i = 0; i < sizeof gates / sizeof gates[0]; i++) {
        const struct gate *gate = &gates[i];
        struct dx_str value = gate->attr ? dx_node_attr(node, gate->attr) : DX_NONE;

        if (facts->scope->libvirt >= gate->since || (gate->attr && !value.ptr) ||
            (gate->value && !dx_str_is(value, gate->value)) ||
            (gate->parent && !dx_str_is(dx_node_attr(node->parent, "type"), gate->parent)) ||
            !is_at(node, facts->domain, gate->path)) {
            continue;
        }
        raise_gate(facts, gate, node);
        if (!gate->attr) {
            return true;
        }
    }
    return false;
}

void dx_check_versions(struct dx_facts *facts)
{
    const struct dx_node *node = facts->scope->libvirt ? facts->domain->first : NULL;

    while (node) {
        bool plain = dx_node_is_element(node) && !(node->flags & DX_NODE_FOREIGN);

        node = plain && !check_element(facts, node) ? dx_tree_next(node, facts->domain)
                                                    : dx_tree_skip(node, facts->domain);
    }
}
