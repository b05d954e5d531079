/* DOC-P11: attributes that are on or off, or yes or no; each takes its own two words only (semantics §1.1). */
#include "facts.h"

static void check(struct dx_facts *facts, const struct dx_node *node, const char *name, struct dx_str value,
                  bool yes_no)
{
    bool good =
        yes_no ? dx_str_is(value, "yes") || dx_str_is(value, "no") : dx_str_is(value, "on") || dx_str_is(value, "off");

    if (value.ptr && !good) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = yes_no ? DX_RULE_DOC_P11B : DX_RULE_DOC_P11,
                                                   .node = node,
                                                   .attr = name,
                                                   .value = value,
                                                   .args = {dx_str_of(name), value, dx_node_name(node)}});
    }
}

void dx_check_on_off(struct dx_facts *facts, const struct dx_node *node, const char *name, struct dx_str value)
{
    check(facts, node, name, value, false);
}

static void check_yes_no(struct dx_facts *facts, const struct dx_node *node, const char *name)
{
    check(facts, node, name, dx_node_attr(node, name), true);
}

static void check_each(struct dx_facts *facts, const struct dx_node *node, const char *const *names)
{
    for (; *names; names++) {
        check(facts, node, *names, dx_node_attr(node, *names), false);
    }
}

static void check_feature(struct dx_facts *facts, const struct dx_node *feature)
{
    const char *name = dx_node_is(feature, "apic") ? "eoi" : "state";

    check(facts, feature, name, dx_node_attr(feature, name), false);
}

static void check_os(struct dx_facts *facts, const struct dx_node *node)
{
    if (dx_node_is(node, "bootmenu")) {
        check_yes_no(facts, node, "enable");
    } else {
        check_yes_no(facts, node, "readonly");
        check_yes_no(facts, node, "secure");
    }
}

static void check_device(struct dx_facts *facts, const struct dx_node *device)
{
    static const char *const of_driver[] = {"ioeventfd", "event_idx", "iommu", "ats", "packed", "page_per_vq", NULL};
    const struct dx_node *driver = dx_node_child(device, "driver");

    if (driver) {
        check_each(facts, driver, of_driver);
    }
}

static void check_balloon(struct dx_facts *facts, const struct dx_node *balloon)
{
    static const char *const names[] = {"autodeflate", "freePageReporting", NULL};

    check_each(facts, balloon, names);
}

void dx_check_switches(struct dx_facts *facts)
{
    static const struct {
        enum dx_fact fact;
        void (*check)(struct dx_facts *facts, const struct dx_node *node);
    } all[] = {
        {DX_FACT_FEATURE_SWITCH, check_feature},
        {DX_FACT_OS_SWITCH, check_os},
        {DX_FACT_DEVICE_SWITCH, check_device},
        {DX_FACT_BALLOON, check_balloon},
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        for (size_t k = 0; k < facts->lists[all[i].fact].n; k++) {
            all[i].check(facts, facts->lists[all[i].fact].items[k]);
        }
    }
    for (size_t i = 0; i < facts->lists[DX_FACT_HYPERV].n; i++) {
        for (const struct dx_node *child = facts->lists[DX_FACT_HYPERV].items[i]->first; child; child = child->next) {
            if (dx_node_is_element(child)) {
                check(facts, child, "state", dx_node_attr(child, "state"), false);
            }
        }
    }
}
