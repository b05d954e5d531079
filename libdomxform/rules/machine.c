/* What only some machines have: features, timers, IDE, sleep (qemu_validate.c, domain_postparse.c). */
#include "facts.h"

enum home { X86, ARM_VIRT, X86_OR_ARM_VIRT, PSERIES };

/* Features of one architecture or machine, whatever their state but for gic. */
static const struct {
    const char *name;
    enum home home;
} features[] = {
    {"hpt", PSERIES},  {"htm", PSERIES}, {"nested-hv", PSERIES}, {"ccf-assist", PSERIES},     {"cfpc", PSERIES},
    {"sbbc", PSERIES}, {"ibs", PSERIES}, {"gic", ARM_VIRT},      {"hyperv", X86_OR_ARM_VIRT}, {"ioapic", X86},
};

/* Timers that have what the others have not. */
enum { TICKS = 1, FREQUENCY = 2, TRACK = 4 };
static const struct timer {
    const char *name;
    unsigned has;
    bool x86;
} timers[] = {
    {"rtc", TICKS | TRACK, false},    {"pit", TICKS, false},
    {"hpet", TICKS, false},           {"platform", TICKS | TRACK, false},
    {"tsc", TICKS | FREQUENCY, true}, {"kvmclock", 0, true},
    {"hypervclock", 0, true},         {"armvtimer", TICKS, false},
};

static bool is_home(const struct dx_facts *facts, enum home home)
{
    bool x86 = facts->target->arch == DX_ARCH_X86;

    switch (home) {
    case X86:
        return x86;
    case ARM_VIRT:
        return facts->board == DX_BOARD_ARM_VIRT;
    case X86_OR_ARM_VIRT:
        return x86 || facts->board == DX_BOARD_ARM_VIRT;
    case PSERIES:
        break;
    }
    return facts->board == DX_BOARD_PSERIES;
}

static void check_feature(struct dx_facts *facts, const struct dx_node *node)
{
    for (size_t i = 0; i < sizeof features / sizeof features[0]; i++) {
        if (dx_node_is(node, features[i].name) && !is_home(facts, features[i].home)) {
            dx_facts_point(facts, DX_RULE_MCH_Q01, node, NULL, dx_node_name(node), facts->target->machine);
        }
    }
}

static void check_features(struct dx_facts *facts)
{
    static const enum dx_fact kinds[] = {DX_FACT_FEATURE, DX_FACT_FEATURE_SWITCH, DX_FACT_HYPERV};

    for (size_t i = 0; facts->target->machine.ptr && i < sizeof kinds / sizeof kinds[0]; i++) {
        const struct dx_fact_list *list = &facts->lists[kinds[i]];

        for (size_t k = 0; k < list->n; k++) {
            check_feature(facts, list->items[k]);
        }
    }
}

/* ---- timers ---- */

static void check_general(struct dx_facts *facts, const struct dx_node *node, const struct timer *timer)
{
    static const struct {
        const char *attr;
        unsigned has;
    } attrs[] = {{"tickpolicy", TICKS}, {"frequency", FREQUENCY}, {"mode", FREQUENCY}, {"track", TRACK}};

    for (size_t i = 0; i < sizeof attrs / sizeof attrs[0]; i++) {
        if (dx_node_attr(node, attrs[i].attr).ptr && !(timer->has & attrs[i].has)) {
            dx_facts_point(facts, DX_RULE_MCH_G01, node, attrs[i].attr, dx_str_of(timer->name),
                           dx_str_of(attrs[i].attr));
        }
    }
}

/* Policies that QEMU has no way to follow. */
static void check_policy(struct dx_facts *facts, const struct dx_node *node)
{
    struct dx_str policy = dx_node_attr(node, "tickpolicy"), name = dx_node_attr(node, "name");
    bool merge = dx_str_is(policy, "merge"), rtc = dx_str_is(name, "rtc");

    if ((rtc && (merge || dx_str_is(policy, "discard"))) || (merge && dx_str_is(name, "pit"))) {
        dx_facts_point(facts, DX_RULE_MCH_Q02, node, "tickpolicy", policy, name);
    }
    if (rtc && dx_str_is(dx_node_attr(node, "track"), "boot")) {
        dx_facts_point(facts, DX_RULE_MCH_Q02B, node, "track", DX_NONE, DX_NONE);
    }
}

static void check_timer(struct dx_facts *facts, const struct dx_node *node)
{
    struct dx_str name = dx_node_attr(node, "name");

    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        if (!dx_str_is(name, timers[i].name)) {
            continue;
        }
        check_general(facts, node, &timers[i]);
        if (dx_str_is(name, "platform") || (timers[i].x86 && dx_str_is(dx_node_attr(node, "present"), "yes") &&
                                            facts->target->arch != DX_ARCH_X86 && !facts->target->arch_assumed)) {
            dx_facts_point(facts, DX_RULE_MCH_Q03, node, "name", name, facts->target->arch_name);
        }
    }
    check_policy(facts, node);
}

/* ---- IDE and sleep ---- */

static bool lacks_ide(const struct dx_facts *facts)
{
    return facts->board != DX_BOARD_OTHER && facts->board != DX_BOARD_I440FX;
}

/* A disk on bus ide brings its controller along. */
static void check_ide(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_CONTROLLER];
    bool none = lacks_ide(facts);
    uint64_t index;

    for (size_t i = 0; facts->board != DX_BOARD_OTHER && i < list->n; i++) {
        if (!dx_str_is(dx_node_attr(list->items[i], "type"), "ide")) {
            continue;
        }
        if (none) {
            dx_facts_point(facts, DX_RULE_MCH_Q04, list->items[i], "type", facts->target->machine, DX_NONE);
        } else if (dx_facts_number(&index, dx_node_attr(list->items[i], "index"), UINT32_MAX) == 1 && index > 0) {
            dx_facts_point(facts, DX_RULE_MCH_Q04B, list->items[i], "index", facts->target->machine, DX_NONE);
        }
    }
    for (size_t i = 0; none && i < facts->n_spots; i++) {
        if (facts->spots[i].bus == DX_BUS_IDE && facts->spots[i].target) {
            dx_facts_point(facts, DX_RULE_MCH_Q05, facts->spots[i].target, "bus", facts->spots[i].dev,
                           facts->target->machine);
        }
    }
}

static void check_sleep(struct dx_facts *facts)
{
    static const char *const kinds[] = {"suspend-to-mem", "suspend-to-disk"};
    const struct dx_node *pm = dx_facts_first(facts, DX_FACT_PM);

    for (size_t i = 0; pm && i < 2; i++) {
        const struct dx_node *kind = dx_node_child(pm, kinds[i]);

        if (kind && dx_node_attr(kind, "enabled").ptr && facts->target->arch != DX_ARCH_X86) {
            dx_facts_point(facts, DX_RULE_MCH_Q06, kind, NULL, dx_str_of(kinds[i]), facts->target->arch_name);
        }
    }
}

void dx_check_machine(struct dx_facts *facts)
{
    const struct dx_node *clock = dx_facts_first(facts, DX_FACT_CLOCK);

    for (const struct dx_node *timer = clock ? dx_node_child(clock, "timer") : NULL; timer;
         timer = dx_node_next_named(timer, "timer")) {
        check_timer(facts, timer);
    }
    if (facts->qemu) {
        check_features(facts);
        check_ide(facts);
        check_sleep(facts);
    }
}
