/* The order in which devices boot, the boot menu, and lifecycle actions (domain_postparse.c, domain_validate.c). */
#include "facts.h"

struct order {
    const struct dx_node *node;
    uint64_t number;
};

static bool same_number(const void *items, size_t a, size_t b)
{
    const struct order *orders = items;

    return orders[a].number == orders[b].number;
}

static const struct dx_node *os_child(const struct dx_facts *facts, const char *name)
{
    const struct dx_node *os = dx_node_child(facts->domain, "os");

    return os ? dx_node_child(os, name) : NULL;
}

static void check_orders(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_BOOT];
    struct order *orders = list->n ? dx_arena_alloc(facts->arena, list->n * sizeof *orders) : NULL;
    struct dx_twins twins;
    size_t n = 0;

    if (!orders || !dx_twins_init(&twins, facts->arena, list->n)) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        const struct dx_node *boot = list->items[i];
        struct dx_str text = dx_node_attr(boot, "order");
        size_t other;

        orders[n].node = boot;
        if (!text.ptr || dx_facts_number(&orders[n].number, text, UINT32_MAX) < 0 || orders[n].number == 0) {
            dx_facts_point(facts, text.ptr ? DX_RULE_BOT_P01 : DX_RULE_BOT_P01B, boot, "order", text, DX_NONE);
            continue;
        }
        other = dx_twins_put(&twins, orders, n, dx_hash(1, &orders[n].number, sizeof orders[n].number), same_number);
        if (other != n) {
            dx_facts_point(facts, DX_RULE_BOT_G01, boot, "order", text,
                           dx_facts_name(facts, orders[other].node->parent));
            continue;
        }
        n++;
    }
    if (n > 0 && os_child(facts, "boot")) {
        dx_facts_point(facts, DX_RULE_BOT_G02, orders[0].node, NULL, dx_facts_name(facts, orders[0].node->parent),
                       DX_NONE);
    }
}

static void check_devs(struct dx_facts *facts)
{
    static const char *const good[] = {"fd", "hd", "cdrom", "network", NULL};

    for (const struct dx_node *boot = os_child(facts, "boot"); boot; boot = dx_node_next_named(boot, "boot")) {
        struct dx_str dev = dx_node_attr(boot, "dev");

        if (!dx_str_any(dev, good)) {
            dx_facts_point(facts, DX_RULE_BOT_P02, boot, "dev", dev, DX_NONE);
        }
    }
}

static void check_menu(struct dx_facts *facts)
{
    const struct dx_node *menu = os_child(facts, "bootmenu"), *bios = os_child(facts, "bios");
    struct dx_str timeout = dx_facts_attr(menu, "timeout");
    struct dx_str reboot = dx_facts_attr(bios, "rebootTimeout");
    uint64_t value;

    if (dx_str_is(dx_facts_attr(menu, "enable"), "yes") && dx_facts_number(&value, timeout, UINT32_MAX) == 1 &&
        value > UINT16_MAX) {
        dx_facts_point(facts, DX_RULE_BOT_G03, menu, "timeout", DX_S("timeout"), timeout);
    }
    if (dx_facts_number(&value, reboot, INT32_MAX) == 1 && value > UINT16_MAX) {
        dx_facts_point(facts, DX_RULE_BOT_G03, bios, "rebootTimeout", DX_S("rebootTimeout"), reboot);
    }
}

/* What QEMU has no way to do (qemuValidateLifecycleAction). */
static void check_actions(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_LIFECYCLE];

    for (size_t i = 0; facts->qemu && i < list->n; i++) {
        struct dx_str action = dx_node_text(list->items[i]);
        bool crash = dx_node_is(list->items[i], "on_crash");

        if (dx_str_is(action, "rename-restart") || (dx_str_is(action, "preserve") && !crash)) {
            dx_facts_point(facts, DX_RULE_BOT_Q01, list->items[i], NULL, action, dx_node_name(list->items[i]));
        }
    }
}

void dx_check_boot_order(struct dx_facts *facts)
{
    check_orders(facts);
    check_devs(facts);
    check_menu(facts);
    check_actions(facts);
}

/* ---- aliases ---- */

/* Only those of users are kept, and they are all of one space (DOC-P08). */
void dx_check_aliases(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_ALIAS];
    struct dx_str *names = NULL;
    struct dx_twins twins;
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        struct dx_str name = dx_node_attr(list->items[i], "name");

        /* The first console is the serial device that stands beside it. */
        if (!dx_str_starts(name, "ua-") || dx_node_is(list->items[i]->parent, "console")) {
            continue;
        }
        if (!names) {
            names = dx_arena_alloc(facts->arena, list->n * sizeof *names);
            if (!names || !dx_twins_init(&twins, facts->arena, list->n)) {
                return;
            }
        }
        names[n] = name;
        if (dx_twins_put(&twins, names, n, dx_hash(1, name.ptr, name.len), dx_facts_same_str) == n) {
            n++;
        } else {
            dx_facts_point(facts, DX_RULE_ALI_G01, list->items[i], "name", name, DX_NONE);
        }
    }
}
