#include "query/merged.h"

static const struct {
    const char *parent, *name;
} merged[] = {
    {"domain", "devices"},       {"domain", "features"}, {"domain", "cputune"},
    {"domain", "memoryBacking"}, {"features", "kvm"},    {"memoryBacking", "hugepages"},
};

bool dx_merged(const struct dx_node *element)
{
    for (size_t i = 0; i < sizeof merged / sizeof merged[0]; i++) {
        if (dx_node_is(element, merged[i].name) && dx_node_is(element->parent, merged[i].parent)) {
            return true;
        }
    }
    return false;
}

static bool holds_before(const struct dx_node *container, struct dx_str item)
{
    int own = dx_domain_rank(container, item);

    for (const struct dx_node *child = container->first; child; child = child->next) {
        int rank = dx_node_is_element(child) ? dx_domain_rank(container, dx_node_name(child)) : -1;

        if (rank >= 0 && rank <= own) {
            return true;
        }
    }
    return false;
}

struct dx_node *dx_merged_choose(struct dx_node *const *containers, size_t n, struct dx_str child)
{
    struct dx_node *chosen = containers[0];

    for (size_t i = 1; i < n; i++) {
        if (holds_before(containers[i], child)) {
            chosen = containers[i];
        }
    }
    return chosen;
}
