/* The CPU: topology, the width of its addresses, features of another architecture (cpu_conf.c, qemu_validate.c). */
#include "facts.h"

enum { MOST_WITHOUT_EIM = 255 };

/* Names that only x86 has: enough to tell a document that came from there. */
static const char *const x86_features[] = {
    "vmx",  "svm",  "sse",     "sse2",      "ssse3",      "sse4.1", "sse4.2",   "avx",     "avx2",    "mmx",    "nx",
    "lm",   "cx16", "pdpe1gb", "invtsc",    "hypervisor", "apic",   "x2apic",   "ss",      "vme",     "pcid",   "smap",
    "smep", "hle",  "rtm",     "spec-ctrl", "ssbd",       "ibpb",   "md-clear", "topoext", "invpcid", "rdtscp", NULL};

static bool part_of(struct dx_facts *facts, const struct dx_node *topology, const char *name, bool needed,
                    uint64_t *product)
{
    struct dx_str text = dx_node_attr(topology, name);
    uint64_t value = 1;
    int rc = dx_facts_number(&value, text, UINT32_MAX);

    if (rc < 0 || (rc == 1 && value == 0) || (rc == 0 && needed)) {
        dx_facts_point(facts, rc == 0 ? DX_RULE_CPU_P01B : DX_RULE_CPU_P01, topology, name, dx_str_of(name), text);
        return false;
    }
    value = rc == 0 ? 1 : value;
    *product = *product > UINT64_MAX / value ? UINT64_MAX : *product * value;
    return true;
}

static void check_topology(struct dx_facts *facts, const struct dx_node *cpu)
{
    static const struct {
        const char *name;
        bool needed;
    } parts[] = {{"sockets", true}, {"dies", false}, {"clusters", false}, {"cores", true}, {"threads", true}};
    const struct dx_node *topology = dx_node_child(cpu, "topology");
    uint64_t product = 1;
    bool good = true;

    if (!topology) {
        return;
    }
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        good &= part_of(facts, topology, parts[i].name, parts[i].needed, &product);
    }
    if (good && facts->vcpus > 0 && product != facts->vcpus) {
        dx_facts_point(facts, DX_RULE_CPU_Q01, topology, NULL,
                       dx_facts_word(facts, "%llu", (unsigned long long)product),
                       dx_facts_word(facts, "%llu", (unsigned long long)facts->vcpus));
    }
}

static void check_width(struct dx_facts *facts, const struct dx_node *cpu)
{
    const struct dx_node *width = dx_node_child(cpu, "maxphysaddr");

    if (width && dx_str_is(dx_node_attr(width, "mode"), "emulate") && !dx_node_attr(width, "bits").ptr) {
        dx_facts_point(facts, DX_RULE_CPU_Q02, width, NULL, DX_NONE, DX_NONE);
    }
}

static void check_features(struct dx_facts *facts, const struct dx_node *cpu)
{
    enum dx_arch arch = facts->target->arch;

    if (arch != DX_ARCH_AARCH64 && arch != DX_ARCH_ARM) {
        return;
    }
    for (const struct dx_node *feature = dx_node_child(cpu, "feature"); feature;
         feature = dx_node_next_named(feature, "feature")) {
        struct dx_str name = dx_node_attr(feature, "name");

        if (dx_str_any(name, x86_features)) {
            dx_facts_point(facts, DX_RULE_CPU_Q03, feature, "name", name, facts->target->arch_name);
        }
    }
}

/* What depends on the mode; without a word it is custom. */
static void check_mode(struct dx_facts *facts, const struct dx_node *cpu)
{
    static const char *const modes[] = {"custom", "host-model", "host-passthrough", "maximum", NULL};
    const struct dx_node *model = dx_node_child(cpu, "model"), *cache = dx_node_child(cpu, "cache");
    const struct dx_node *vendor = dx_node_child(cpu, "vendor"), *feature = dx_node_child(cpu, "feature");
    struct dx_str stated = dx_node_attr(cpu, "mode"), mode = stated.ptr ? stated : DX_S("custom");
    bool named = model && dx_node_text(model).len > 0;
    bool of_host = dx_str_is(mode, "host-passthrough") || dx_str_is(mode, "maximum");

    if (!dx_str_any(mode, modes)) {
        dx_facts_point(facts, DX_RULE_CPU_P08, cpu, "mode", mode, DX_NONE);
        return;
    }
    if (feature && !named && dx_str_is(mode, "custom")) {
        dx_facts_point(facts, DX_RULE_CPU_P05, feature, NULL, DX_NONE, DX_NONE);
    }
    if (vendor && dx_node_text(vendor).len > 0 && !named) {
        dx_facts_point(facts, DX_RULE_CPU_P06, vendor, NULL, DX_NONE, DX_NONE);
    }
    if (dx_node_attr(cpu, "migratable").ptr && !of_host) {
        dx_facts_point(facts, DX_RULE_CPU_P07, cpu, "migratable", mode, DX_NONE);
    }
    if (cache && dx_str_is(dx_node_attr(cache, "mode"), "passthrough") && !of_host) {
        dx_facts_point(facts, DX_RULE_CPU_Q05, cache, "mode", mode, DX_NONE);
    }
    if (facts->target->type == DX_TYPE_QEMU && dx_str_is(mode, "host-passthrough")) {
        dx_facts_point(facts, DX_RULE_CPU_R01, cpu, "mode", DX_NONE, DX_NONE);
    }
}

static void check_twice(struct dx_facts *facts, const struct dx_node *cpu)
{
    struct dx_str *names;
    struct dx_twins twins;
    size_t n = 0;

    for (const struct dx_node *f = dx_node_child(cpu, "feature"); f; f = dx_node_next_named(f, "feature")) {
        n++;
    }
    names = n > 1 ? dx_arena_alloc(facts->arena, n * sizeof *names) : NULL;
    if (!names || !dx_twins_init(&twins, facts->arena, n)) {
        return;
    }
    n = 0;
    for (const struct dx_node *f = dx_node_child(cpu, "feature"); f; f = dx_node_next_named(f, "feature")) {
        names[n] = dx_node_attr(f, "name");
        if (dx_twins_put(&twins, names, n, dx_hash(1, names[n].ptr, names[n].len), dx_facts_same_str) != n) {
            dx_facts_point(facts, DX_RULE_CPU_P03, f, "name", names[n], DX_NONE);
        } else {
            n++;
        }
    }
}

static void check_count(struct dx_facts *facts)
{
    const struct dx_node *vcpu = dx_facts_first(facts, DX_FACT_VCPU);
    struct dx_str current = dx_facts_attr(vcpu, "current");
    uint64_t value;

    if (!vcpu || facts->vcpus == 0) {
        return;
    }
    if (dx_facts_number(&value, current, UINT32_MAX) == 1 && value > facts->vcpus) {
        dx_facts_point(facts, DX_RULE_CPU_P04, vcpu, "current", current,
                       dx_facts_word(facts, "%llu", (unsigned long long)facts->vcpus));
    }
    if (facts->vcpus > MOST_WITHOUT_EIM && facts->board == DX_BOARD_I440FX) {
        dx_facts_point(facts, DX_RULE_CPU_Q04, vcpu, NULL,
                       dx_facts_word(facts, "%llu", (unsigned long long)facts->vcpus), DX_NONE);
    }
}

void dx_check_cpu(struct dx_facts *facts)
{
    const struct dx_node *cpu = dx_facts_first(facts, DX_FACT_CPU);

    check_count(facts);
    if (cpu) {
        check_mode(facts, cpu);
        check_topology(facts, cpu);
        check_width(facts, cpu);
        check_features(facts, cpu);
        check_twice(facts, cpu);
    }
}
