/* What the parser asks of elements that no other area is about; each tried with virsh define (9.0). */
#include "facts.h"

static void check_name(struct dx_facts *facts)
{
    const struct dx_node *name = dx_node_child(facts->domain, "name");
    struct dx_str text = name ? dx_node_text(name) : DX_NONE;

    if (!text.len) {
        dx_facts_raise(
            facts, &(struct dx_finding){.rule = DX_RULE_GEN_P06, .node = name ? name : facts->domain, .lacks = "name"});
    } else if ((memchr(text.ptr, '/', text.len) || memchr(text.ptr, '\n', text.len))) {
        dx_facts_point(facts, DX_RULE_GEN_P01, name, NULL, text, DX_NONE);
    }
}

static void check_clock(struct dx_facts *facts)
{
    const struct dx_node *clock = dx_facts_first(facts, DX_FACT_CLOCK);

    if (clock && dx_str_is(dx_node_attr(clock, "offset"), "timezone") && !dx_node_attr(clock, "timezone").ptr) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_GEN_P02, .node = clock, .lacks = "timezone"});
    }
}

/* Features are added to a model, unless the mode brings one. */
static void check_features(struct dx_facts *facts)
{
    const struct dx_node *cpu = dx_facts_first(facts, DX_FACT_CPU);
    const struct dx_node *feature = cpu ? dx_node_child(cpu, "feature") : NULL;
    struct dx_str mode = cpu ? dx_node_attr(cpu, "mode") : DX_NONE;

    if (feature && !dx_node_child(cpu, "model") && (!mode.ptr || dx_str_is(mode, "custom"))) {
        dx_facts_point(facts, DX_RULE_GEN_P04, feature, NULL, DX_NONE, DX_NONE);
    }
}

static void check_spinlocks(struct dx_facts *facts)
{
    for (size_t i = 0; i < facts->lists[DX_FACT_HYPERV].n; i++) {
        const struct dx_node *locks = dx_node_child(facts->lists[DX_FACT_HYPERV].items[i], "spinlocks");
        uint64_t retries;

        if (locks && dx_str_is(dx_node_attr(locks, "state"), "on") &&
            dx_facts_number(&retries, dx_node_attr(locks, "retries"), UINT32_MAX) == 1 && retries < 4095) {
            dx_facts_point(facts, DX_RULE_GEN_P03, locks, "retries", dx_node_attr(locks, "retries"), DX_NONE);
        }
    }
}

/* The old attribute and the first element of the new form say the same, or nothing does. */
static void check_listen(struct dx_facts *facts)
{
    for (size_t i = 0; i < facts->lists[DX_FACT_GRAPHICS].n; i++) {
        const struct dx_node *graphics = facts->lists[DX_FACT_GRAPHICS].items[i];
        const struct dx_node *listen = dx_node_child(graphics, "listen");
        struct dx_str old = dx_node_attr(graphics, "listen"), address = dx_facts_attr(listen, "address");

        if (old.ptr && address.ptr && dx_str_is(dx_node_attr(listen, "type"), "address") &&
            !dx_str_equal(old, address)) {
            dx_facts_point(facts, DX_RULE_GEN_P05, graphics, "listen", old, address);
        }
    }
}

static void check_interfaces(struct dx_facts *facts)
{
    struct dx_each each;

    for (const struct dx_node *net = dx_each_first(&each, facts->domain, "devices", "interface"); net;
         net = dx_each_next(&each, net)) {
        const struct dx_node *mac = dx_node_child(net, "mac");
        struct dx_str address = dx_facts_attr(mac, "address");

        if (dx_str_is(dx_node_attr(net, "type"), "bridge") && !dx_node_child(net, "source")) {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_NET_P01, .node = net, .lacks = "source"});
        }
        /* The lowest bit of the first byte: many receivers. */
        if (address.len > 1 && strchr("13579bdfBDF", address.ptr[1])) {
            dx_facts_point(facts, DX_RULE_NET_P02, mac, "address", address, DX_NONE);
        }
    }
}

void dx_check_basics(struct dx_facts *facts)
{
    check_name(facts);
    check_clock(facts);
    check_features(facts);
    check_spinlocks(facts);
    check_listen(facts);
    check_interfaces(facts);
}
