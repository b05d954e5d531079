/* PIN: pins, schedulers and bandwidth. */
#include "facts.h"

/* Raises a rule whose arguments begin with the element's name and the offending value. */
static void raise_about(struct dx_facts *facts, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                        struct dx_str value)
{
    dx_facts_raise(facts, &(struct dx_finding){.rule = rule,
                                               .node = node,
                                               .attr = attr,
                                               .value = value,
                                               .args = {dx_node_name(node), value.ptr ? value : DX_S("")}});
}

static void check_cpuset(struct dx_facts *facts, const struct dx_node *node, struct dx_str text)
{
    struct dx_cpuset set;

    if (!text.ptr) {
        dx_facts_raise(facts,
                       &(struct dx_finding){
                           .rule = DX_RULE_PIN_P02B, .node = node, .lacks = "cpuset", .args = {dx_node_name(node)}});
    } else if (!dx_cpuset_parse(&set, text)) {
        dx_facts_point(facts, DX_RULE_PIN_P02, node, "cpuset", text, DX_NONE);
    }
}

struct pin {
    uint64_t id;
};

static bool same_pin(const void *items, size_t a, size_t b)
{
    const struct pin *pins = items;

    return pins[a].id == pins[b].id;
}

struct pins {
    struct pin *items;
    size_t n;
    struct dx_twins twins;
};

/* Room for as many pins as the list has; false when it has none or memory runs out. */
static bool open_pins(struct pins *pins, struct dx_facts *facts, const struct dx_fact_list *list)
{
    *pins = (struct pins){.items = list->n ? dx_arena_alloc(facts->arena, list->n * sizeof *pins->items) : NULL};
    return pins->items && dx_twins_init(&pins->twins, facts->arena, list->n);
}

/* True when `id` was pinned before. */
static bool pinned_twice(struct pins *pins, uint64_t id)
{
    pins->items[pins->n].id = id;
    if (dx_twins_put(&pins->twins, pins->items, pins->n, dx_hash(1, &id, sizeof id), same_pin) != pins->n) {
        return true;
    }
    pins->n++;
    return false;
}

/* libvirt drops the pin of a vcpu that does not exist before it looks at anything else. */
static void check_vcpupins(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_VCPUPIN];
    struct pins pins;

    if (!open_pins(&pins, facts, list)) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        static const char *const names[] = {"vcpu", "cpuset", NULL};
        const struct dx_node *node = list->items[i];
        struct dx_str text[2];
        uint64_t vcpu;

        dx_facts_attrs(text, node, names);
        if (dx_facts_number(&vcpu, text[0], UINT32_MAX) != 1) {
            dx_facts_raise(
                facts, &(struct dx_finding){
                           .rule = DX_RULE_PIN_P05, .node = node, .attr = "vcpu", .value = text[0], .args = {text[0]}});
        } else if (facts->vcpus && vcpu >= facts->vcpus) {
            struct dx_str most = dx_facts_word(facts, "%llu", (unsigned long long)facts->vcpus);

            dx_facts_raise(
                facts,
                &(struct dx_finding){
                    .rule = DX_RULE_PIN_P05C, .node = node, .attr = "vcpu", .value = text[0], .args = {text[0], most}});
        } else {
            check_cpuset(facts, node, text[1]);
            if (pinned_twice(&pins, vcpu)) {
                dx_facts_point(facts, DX_RULE_PIN_P05B, node, "vcpu", text[0], DX_NONE);
            }
        }
    }
}

static void check_iothreadpins(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_IOTHREADPIN];
    struct pins pins;

    if (!open_pins(&pins, facts, list)) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        static const char *const names[] = {"iothread", "cpuset", NULL};
        const struct dx_node *node = list->items[i];
        struct dx_str text[2];
        uint64_t id;

        dx_facts_attrs(text, node, names);
        check_cpuset(facts, node, text[1]);
        if (!text[0].ptr) {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_PIN_P01, .node = node, .lacks = "iothread"});
        } else if (dx_facts_number(&id, text[0], UINT32_MAX) < 0 || id == 0) {
            dx_facts_point(facts, DX_RULE_PIN_P01B, node, "iothread", text[0], DX_NONE);
        } else {
            if (facts->iothreads_known && !dx_facts_has_iothread(facts, id)) {
                dx_facts_point(facts, DX_RULE_PIN_P03, node, "iothread", text[0], DX_NONE);
            }
            if (pinned_twice(&pins, id)) {
                dx_facts_point(facts, DX_RULE_PIN_P04, node, "iothread", text[0], DX_NONE);
            }
        }
    }
}

/* Scheduler and priority; true when libvirt goes on to the set. */
static bool check_policy(struct dx_facts *facts, const struct dx_node *node)
{
    static const char *const names[] = {"scheduler", "priority", NULL};
    static const char *const known[] = {"batch", "idle", "fifo", "rr", NULL};
    struct dx_str text[2];
    uint64_t priority;

    dx_facts_attrs(text, node, names);
    if (!text[0].ptr || !dx_str_any(text[0], known)) {
        raise_about(facts, DX_RULE_PIN_P07B, node, text[0].ptr ? "scheduler" : NULL, text[0]);
        return false;
    }
    if (dx_str_is(text[0], "fifo") || dx_str_is(text[0], "rr")) {
        struct dx_str digits = text[1];

        if (!text[1].ptr) {
            raise_about(facts, DX_RULE_PIN_P07, node, "scheduler", text[0]);
            return false;
        }
        if (digits.len > 1 && digits.ptr[0] == '-') { /* define takes it, whatever the kernel will say */
            digits.ptr++;
            digits.len--;
        }
        if (dx_facts_number(&priority, digits, INT32_MAX) < 0) {
            raise_about(facts, DX_RULE_PIN_P07C, node, "priority", text[1]);
            return false;
        }
    }
    return true;
}

struct sched {
    enum dx_fact fact;
    const char *attr, *what;
    enum dx_rule_id missing;
};

static bool sched_exists(const struct dx_facts *facts, const struct sched *sched, unsigned bit)
{
    if (sched->fact == DX_FACT_VCPUSCHED) {
        return facts->vcpus == 0 || bit < facts->vcpus;
    }
    return !facts->iothreads_known || dx_facts_has_iothread(facts, bit);
}

/* Each member of a set exists and has no scheduler yet. The first that does not fit ends it, as in libvirt. */
static void check_members(struct dx_facts *facts, const struct sched *sched, const struct dx_node *node,
                          const struct dx_cpuset *set, struct dx_cpuset *taken)
{
    struct dx_finding finding = {.node = node, .attr = sched->attr, .value = dx_node_attr(node, sched->attr)};
    int bit = dx_cpuset_next(set, 0);

    while (bit >= 0 && sched_exists(facts, sched, (unsigned)bit) && !dx_cpuset_has(taken, (unsigned)bit)) {
        dx_cpuset_add(taken, (unsigned)bit);
        bit = bit + 1 < DX_CPUS ? dx_cpuset_next(set, (unsigned)bit + 1) : -1;
    }
    if (bit < 0) {
        return;
    }
    if (dx_cpuset_has(taken, (unsigned)bit)) {
        finding.rule = DX_RULE_PIN_P08D;
        finding.args[0] = dx_str_of(sched->what);
        finding.args[1] = dx_facts_word(facts, "%d", bit);
    } else {
        finding.rule = sched->missing;
        finding.args[0] = dx_facts_word(facts, "%d", bit);
    }
    dx_facts_raise(facts, &finding);
}

static void check_scheds(struct dx_facts *facts, const struct sched *sched)
{
    const struct dx_fact_list *list = &facts->lists[sched->fact];
    struct dx_cpuset *taken = list->n ? dx_arena_zero(facts->arena, 1, sizeof *taken) : NULL;

    for (size_t i = 0; taken && i < list->n; i++) {
        const struct dx_node *node = list->items[i];
        struct dx_str text = dx_node_attr(node, sched->attr);
        struct dx_cpuset set;

        if (!check_policy(facts, node)) {
            continue;
        }
        if (text.ptr && dx_cpuset_parse(&set, text)) {
            check_members(facts, sched, node, &set, taken);
        } else {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_PIN_P08,
                                                       .node = node,
                                                       .attr = text.ptr ? sched->attr : NULL,
                                                       .value = text,
                                                       .args = {dx_node_name(node), dx_str_of(sched->attr), text}});
        }
    }
}

static void check_single(struct dx_facts *facts, enum dx_fact fact)
{
    for (size_t i = 1; i < facts->lists[fact].n; i++) {
        raise_about(facts, DX_RULE_PIN_P06, facts->lists[fact].items[i], NULL, DX_NONE);
    }
}

/* Of each name libvirt reads the first only. */
static void check_bandwidth(struct dx_facts *facts)
{
    static const char *const names[] = {"period",          "quota",          "global_period",   "global_quota",
                                        "emulator_period", "emulator_quota", "iothread_period", "iothread_quota"};
    unsigned seen = 0;

    for (size_t i = 0; i < facts->lists[DX_FACT_BANDWIDTH].n; i++) {
        const struct dx_node *node = facts->lists[DX_FACT_BANDWIDTH].items[i];
        struct dx_str text = dx_node_text(node), digits = text;
        bool quota, negative;
        unsigned which = 0;
        uint64_t value;

        while (!dx_str_is(dx_node_name(node), names[which])) {
            which++;
        }
        quota = which & 1;
        if (seen & 1u << which || text.len == 0) {
            continue;
        }
        seen |= 1u << which;
        negative = quota && digits.len > 1 && digits.ptr[0] == '-';
        if (negative) {
            digits.ptr++;
            digits.len--;
        }
        if (dx_facts_number(&value, digits, negative ? INT64_MAX : UINT64_MAX) < 0) {
            raise_about(facts, DX_RULE_PIN_G01C, node, NULL, text);
        } else if (value != 0 && !negative &&
                   (value < 1000 || value > (quota ? UINT64_C(17592186044415) : UINT64_C(1000000)))) {
            raise_about(facts, quota ? DX_RULE_PIN_G01B : DX_RULE_PIN_G01, node, NULL, text);
        }
    }
}

void dx_check_cputune(struct dx_facts *facts)
{
    static const struct sched vcpus = {DX_FACT_VCPUSCHED, "vcpus", "vcpu", DX_RULE_PIN_P08C};
    static const struct sched iothreads = {DX_FACT_IOTHREADSCHED, "iothreads", "iothread", DX_RULE_PIN_P08B};
    const struct dx_node *vcpu = dx_facts_first(facts, DX_FACT_VCPU);

    if (vcpu && !dx_str_is(dx_node_attr(vcpu, "placement"), "auto") && dx_node_attr(vcpu, "cpuset").ptr) {
        check_cpuset(facts, vcpu, dx_node_attr(vcpu, "cpuset"));
    }
    check_vcpupins(facts);
    check_iothreadpins(facts);
    check_single(facts, DX_FACT_EMULATORPIN);
    for (size_t i = 0; i < facts->lists[DX_FACT_EMULATORPIN].n; i++) {
        const struct dx_node *node = facts->lists[DX_FACT_EMULATORPIN].items[i];

        check_cpuset(facts, node, dx_node_attr(node, "cpuset"));
    }
    check_single(facts, DX_FACT_EMULATORSCHED);
    for (size_t i = 0; i < facts->lists[DX_FACT_EMULATORSCHED].n; i++) {
        check_policy(facts, facts->lists[DX_FACT_EMULATORSCHED].items[i]);
    }
    check_scheds(facts, &vcpus);
    check_scheds(facts, &iothreads);
    check_bandwidth(facts);
}

static void advise_emulator(struct dx_facts *facts, const struct dx_cpuset *vcpus)
{
    dx_cleanup(dx_buf_free) struct dx_buf shared = DX_BUF(facts->arena->mem);
    const struct dx_node *pin = dx_facts_first(facts, DX_FACT_EMULATORPIN);

    if (pin && dx_pin_shares(&shared, pin, vcpus)) {
        dx_facts_point(facts, DX_RULE_PIN_A03, pin, "cpuset", dx_facts_keep(facts, &shared), DX_NONE);
    }
}

/* Pins and schedulers that a start may trip over, and advice on them. */
void dx_check_pins(struct dx_facts *facts)
{
    static const enum dx_fact scheds[] = {DX_FACT_VCPUSCHED, DX_FACT_IOTHREADSCHED, DX_FACT_EMULATORSCHED};
    struct dx_cpuset vcpus;
    int forgotten;

    for (size_t i = 0; i < sizeof scheds / sizeof scheds[0]; i++) {
        for (size_t k = 0; k < facts->lists[scheds[i]].n; k++) {
            const struct dx_node *node = facts->lists[scheds[i]].items[k];
            struct dx_str scheduler = dx_node_attr(node, "scheduler");

            /* Without a priority it does not come to a start (PIN-P07). */
            if ((dx_str_is(scheduler, "fifo") || dx_str_is(scheduler, "rr")) && dx_node_attr(node, "priority").ptr) {
                raise_about(facts, DX_RULE_PIN_R02, node, "scheduler", scheduler);
            }
        }
    }
    if (facts->scope->level < DX_LEVEL_ADVICE || !dx_pins_of_vcpus(&vcpus, facts->domain)) {
        return;
    }
    for (size_t i = 0; i < facts->lists[DX_FACT_IOTHREADPIN].n; i++) {
        dx_cleanup(dx_buf_free) struct dx_buf shared = DX_BUF(facts->arena->mem);
        const struct dx_node *pin = facts->lists[DX_FACT_IOTHREADPIN].items[i];

        if (dx_pin_shares(&shared, pin, &vcpus)) {
            struct dx_str cpus = dx_facts_keep(facts, &shared);

            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_PIN_A01,
                                                       .node = pin,
                                                       .attr = "cpuset",
                                                       .value = cpus,
                                                       .args = {dx_node_attr(pin, "iothread"), cpus}});
        }
    }
    /* What hint-dedicated promises says as much as the rest (KVM-A01). */
    if (dx_hint_promise(facts->domain, facts->target)) {
        return;
    }
    advise_emulator(facts, &vcpus);
    forgotten = dx_pins_forgotten(facts->domain);
    if (forgotten >= 0) {
        struct dx_str number = dx_facts_word(facts, "%d", forgotten);

        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_PIN_A02,
                                                   .node = dx_facts_first(facts, DX_FACT_VCPUPIN),
                                                   .value = number,
                                                   .args = {number}});
    }
}
