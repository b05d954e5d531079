/* Finding elements: libvirt merges containers that stand more than once (DOC-P05), so all of them are read. */
#include "domain.h"

static struct dx_node *first_from(struct dx_each *each, const struct dx_node *container)
{
    for (; container; container = dx_node_next_named(container, each->container_name)) {
        struct dx_node *node = dx_node_child(container, each->name);

        if (node) {
            return node;
        }
    }
    return NULL;
}

struct dx_node *dx_each_first(struct dx_each *each, const struct dx_node *domain, const char *container,
                              const char *name)
{
    *each = (struct dx_each){.container_name = container, .name = name};
    return first_from(each, dx_node_child(domain, container));
}

struct dx_node *dx_each_next(const struct dx_each *each, const struct dx_node *node)
{
    struct dx_each mutable_each = *each;
    struct dx_node *next = dx_node_next_named(node, each->name);

    return next ? next : first_from(&mutable_each, dx_node_next_named(node->parent, each->container_name));
}

struct dx_node *dx_domain_find(const struct dx_node *domain, const char *container, const char *name)
{
    struct dx_each each;

    return dx_each_first(&each, domain, container, name);
}

struct dx_node *dx_domain_numa(const struct dx_node *domain)
{
    const struct dx_node *cpu = dx_node_child(domain, "cpu");

    return cpu ? dx_node_child(cpu, "numa") : NULL;
}

size_t dx_domain_cells(const struct dx_node *domain)
{
    const struct dx_node *numa = dx_domain_numa(domain);
    size_t n = 0;

    for (const struct dx_node *cell = numa ? dx_node_child(numa, "cell") : NULL; cell;
         cell = dx_node_next_named(cell, "cell")) {
        n++;
    }
    return n;
}

uint64_t dx_domain_vcpus(const struct dx_node *domain)
{
    const struct dx_node *vcpu = dx_node_child(domain, "vcpu");
    uint64_t n = 1;

    return !vcpu || dx_parse_uint(dx_trim(dx_node_text(vcpu)), UINT32_MAX, &n) ? n : 0;
}

bool dx_state_on(const struct dx_node *node)
{
    return node && dx_str_is(dx_node_attr(node, "state"), "on");
}

const struct dx_node *dx_domain_live(const struct dx_node *domain)
{
    const struct dx_node *devices = dx_node_child(domain, "devices");

    if (dx_node_attr(domain, "id").ptr) {
        return domain;
    }
    for (; devices; devices = dx_node_next_named(devices, "devices")) {
        for (const struct dx_node *device = devices->first; device; device = device->next) {
            const struct dx_node *alias = dx_node_is_element(device) ? dx_node_child(device, "alias") : NULL;

            /* People's own begin with "ua-". */
            if (alias && !dx_str_starts(dx_node_attr(alias, "name"), "ua-")) {
                return alias;
            }
        }
    }
    return NULL;
}
