/* One walk over the domain gathers the facts; then the checks run over them. */
#include "facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct word {
    const char *name;
    unsigned char len, fact;
};

#define WORD(name, fact)                                                                                               \
    {                                                                                                                  \
        name, sizeof(name) - 1, fact                                                                                   \
    }

static const struct word domain_words[] = {
    WORD("vcpu", DX_FACT_VCPU),
    WORD("iothreads", DX_FACT_IOTHREADS),
    WORD("iothreadids", DX_FACT_IOTHREADIDS),
    WORD("defaultiothread", DX_FACT_DEFAULTIOTHREAD),
    WORD("cpu", DX_FACT_CPU),
    WORD("seclabel", DX_FACT_SECLABEL),
    WORD("bootloader", DX_FACT_BOOTLOADER),
};

static const struct word os_words[] = {
    WORD("type", DX_FACT_OS_TYPE),       WORD("kernel", DX_FACT_KERNEL),    WORD("cmdline", DX_FACT_CMDLINE),
    WORD("bootmenu", DX_FACT_OS_SWITCH), WORD("loader", DX_FACT_OS_SWITCH),
};

static const struct word cputune_words[] = {
    WORD("vcpupin", DX_FACT_VCPUPIN),           WORD("emulatorpin", DX_FACT_EMULATORPIN),
    WORD("iothreadpin", DX_FACT_IOTHREADPIN),   WORD("emulatorsched", DX_FACT_EMULATORSCHED),
    WORD("vcpusched", DX_FACT_VCPUSCHED),       WORD("iothreadsched", DX_FACT_IOTHREADSCHED),
    WORD("period", DX_FACT_BANDWIDTH),          WORD("quota", DX_FACT_BANDWIDTH),
    WORD("global_period", DX_FACT_BANDWIDTH),   WORD("global_quota", DX_FACT_BANDWIDTH),
    WORD("emulator_period", DX_FACT_BANDWIDTH), WORD("emulator_quota", DX_FACT_BANDWIDTH),
    WORD("iothread_period", DX_FACT_BANDWIDTH), WORD("iothread_quota", DX_FACT_BANDWIDTH),
};

static const struct word backing_words[] = {
    WORD("hugepages", DX_FACT_HUGEPAGES), WORD("source", DX_FACT_BACKING), WORD("access", DX_FACT_BACKING),
    WORD("allocation", DX_FACT_BACKING),  WORD("locked", DX_FACT_LOCKED),
};

static const struct word memtune_words[] = {
    WORD("min_guarantee", DX_FACT_MIN_GUARANTEE),
    WORD("hard_limit", DX_FACT_HARD_LIMIT),
};

static const struct word features_words[] = {
    WORD("kvm", DX_FACT_KVM),
    WORD("pvspinlock", DX_FACT_PVSPINLOCK),
    WORD("hyperv", DX_FACT_HYPERV),
    WORD("apic", DX_FACT_FEATURE_SWITCH),
    WORD("hap", DX_FACT_FEATURE_SWITCH),
    WORD("pmu", DX_FACT_FEATURE_SWITCH),
    WORD("vmport", DX_FACT_FEATURE_SWITCH),
    WORD("smm", DX_FACT_FEATURE_SWITCH),
    WORD("vmcoreinfo", DX_FACT_FEATURE_SWITCH),
    WORD("htm", DX_FACT_FEATURE_SWITCH),
    WORD("nested-hv", DX_FACT_FEATURE_SWITCH),
    WORD("ccf-assist", DX_FACT_FEATURE_SWITCH),
};

static const struct word devices_words[] = {
    WORD("disk", DX_FACT_DISK),
    WORD("controller", DX_FACT_CONTROLLER),
    WORD("hostdev", DX_FACT_HOSTDEV),
    WORD("tpm", DX_FACT_TPM),
    WORD("serial", DX_FACT_CHARDEV),
    WORD("parallel", DX_FACT_CHARDEV),
    WORD("console", DX_FACT_CHARDEV),
    WORD("channel", DX_FACT_CHARDEV),
    WORD("redirdev", DX_FACT_CHARDEV),
    WORD("smartcard", DX_FACT_CHARDEV),
    WORD("interface", DX_FACT_DEVICE_SWITCH),
    WORD("memballoon", DX_FACT_DEVICE_SWITCH),
};

#define WORDS(array) array, sizeof(array) / sizeof(array)[0]

static const struct container {
    const char *name;
    size_t len;
    const struct word *words;
    size_t n;
} containers[] = {
    {"devices", 7, WORDS(devices_words)}, {"cputune", 7, WORDS(cputune_words)},
    {"os", 2, WORDS(os_words)},           {"features", 8, WORDS(features_words)},
    {"memtune", 7, WORDS(memtune_words)}, {"memoryBacking", 13, WORDS(backing_words)},
};

static bool is_element(const struct dx_node *node)
{
    return node->kind == DX_KIND_ELEMENT && !(node->flags & DX_NODE_FOREIGN);
}

static bool is_called(const struct dx_node *node, const char *name, size_t len)
{
    return node->name_len == len && memcmp(node->name, name, len) == 0;
}

static void keep(struct dx_facts *facts, enum dx_fact fact, const struct dx_node *node)
{
    struct dx_fact_list *list = &facts->lists[fact];

    if (list->n == list->room) {
        size_t room = list->room ? list->room * 2 : 4;
        const struct dx_node **items = dx_arena_alloc(facts->arena, room * sizeof *items);

        if (!items) {
            return;
        }
        if (list->n) {
            memcpy(items, list->items, list->n * sizeof *items);
        }
        list->items = items;
        list->room = room;
    }
    list->items[list->n++] = node;
}

static bool keep_if(struct dx_facts *facts, const struct dx_node *node, const struct word *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (is_called(node, words[i].name, words[i].len)) {
            keep(facts, (enum dx_fact)words[i].fact, node);
            return true;
        }
    }
    return false;
}

/* Containers may stand more than once: libvirt merges them (DOC-P05). */
static void gather(struct dx_facts *facts)
{
    for (const struct dx_node *node = facts->domain->first; node; node = node->next) {
        if (!is_element(node) || keep_if(facts, node, WORDS(domain_words))) {
            continue;
        }
        for (size_t i = 0; i < sizeof containers / sizeof containers[0]; i++) {
            if (!is_called(node, containers[i].name, containers[i].len)) {
                continue;
            }
            for (const struct dx_node *child = node->first; child; child = child->next) {
                if (is_element(child)) {
                    keep_if(facts, child, containers[i].words, containers[i].n);
                }
            }
            break;
        }
    }
}

static bool is_in_scope(const struct dx_facts *facts, const struct dx_rule_row *row)
{
    return row->rule.level <= facts->scope->level && (facts->qemu || row->driver != DX_DRIVER_Q) &&
           dx_rule_in_range(&row->rule, facts->scope->libvirt);
}

void dx_facts_raise(struct dx_facts *facts, const struct dx_finding *finding)
{
    struct dx_finding judged = *finding;

    if (!is_in_scope(facts, dx_rule_row(finding->rule))) {
        return;
    }
    judged.severity = dx_rule_severity(finding->rule, facts->scope->libvirt);
    if (judged.severity == DX_SEVERITY_ERROR || !facts->scope->errors_only) {
        dx_findings_add(facts->out, &judged);
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

bool dx_facts_has_iothread(const struct dx_facts *facts, uint64_t id)
{
    return id != 0 && (id <= facts->filled || (facts->n_listed && bsearch(&id, facts->listed, facts->n_listed,
                                                                          sizeof *facts->listed, compare) != NULL));
}

struct dx_str dx_facts_word(struct dx_facts *facts, const char *format, ...)
{
    char text[128];
    va_list args;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return dx_arena_copy(facts->arena, dx_str_of(text));
}

struct dx_str dx_facts_keep(struct dx_facts *facts, const struct dx_buf *buf)
{
    facts->arena->failed = facts->arena->failed || buf->failed;
    return buf->failed ? DX_NONE : dx_arena_copy(facts->arena, dx_buf_view(buf));
}

void dx_facts_attrs(struct dx_str *values, const struct dx_node *node, const char *const *names)
{
    for (size_t k = 0; names[k]; k++) {
        values[k] = DX_NONE;
    }
    for (uint32_t i = 0; node && i < node->n_attrs; i++) {
        struct dx_attr *attr = &node->attrs[i];

        for (size_t k = 0; !(attr->flags & DX_ATTR_REMOVED) && names[k]; k++) {
            if (attr->name[0] == names[k][0] && dx_str_is(dx_attr_name(attr), names[k])) {
                values[k] = dx_attr_value(node, attr);
                break;
            }
        }
    }
}

int dx_facts_number(uint64_t *value, struct dx_str text, uint64_t max)
{
    *value = 0;
    if (!text.ptr) {
        return 0;
    }
    return dx_parse_uint(text, max, value) ? 1 : -1;
}

uint64_t dx_facts_hash(uint64_t seed, const void *bytes, size_t len)
{
    const unsigned char *p = bytes;

    for (size_t i = 0; i < len; i++) {
        seed = (seed ^ p[i]) * UINT64_C(0x100000001b3);
    }
    return seed ^ seed >> 29;
}

bool dx_twins_init(struct dx_twins *twins, struct dx_arena *arena, size_t n)
{
    size_t room = 8;

    while (room < n * 2) {
        room *= 2;
    }
    twins->mask = room - 1;
    twins->slots = dx_arena_zero(arena, room, sizeof *twins->slots);
    return twins->slots != NULL;
}

/* The slot of an equal one, or the free one where it would go. */
static size_t slot_of(const struct dx_twins *twins, const void *items, size_t i, uint64_t hash,
                      bool (*same)(const void *items, size_t a, size_t b))
{
    size_t slot = (size_t)hash & twins->mask;
    uint32_t tag = (uint32_t)(hash >> 32);

    while (twins->slots[slot].index &&
           (twins->slots[slot].tag != tag || !same(items, twins->slots[slot].index - 1, i))) {
        slot = (slot + 1) & twins->mask;
    }
    return slot;
}

size_t dx_twins_find(const struct dx_twins *twins, const void *items, size_t i, uint64_t hash,
                     bool (*same)(const void *items, size_t a, size_t b))
{
    size_t slot = slot_of(twins, items, i, hash, same);

    return twins->slots[slot].index ? twins->slots[slot].index - 1 : i;
}

size_t dx_twins_put(struct dx_twins *twins, const void *items, size_t i, uint64_t hash,
                    bool (*same)(const void *items, size_t a, size_t b))
{
    size_t slot = slot_of(twins, items, i, hash, same);

    if (twins->slots[slot].index == 0) {
        twins->slots[slot] = (struct dx_twin){(uint32_t)i + 1, (uint32_t)(hash >> 32)};
    }
    return twins->slots[slot].index - 1;
}

/* The most that the domain's <vcpu> lets be: its text, 1 when absent, 0 when libvirt could not read it. */
static void count_vcpus(struct dx_facts *facts)
{
    const struct dx_node *vcpu = dx_facts_first(facts, DX_FACT_VCPU);

    facts->vcpus = 1;
    if (vcpu && !dx_parse_uint(dx_node_text(vcpu), UINT32_MAX, &facts->vcpus)) {
        facts->vcpus = 0;
    }
}

/* What libvirt says nothing of when a domain is defined. */
static void check_quietly(struct dx_facts *facts)
{
    dx_check_places(facts);
    dx_check_boot(facts);
    if (facts->scope->level <= DX_LEVEL_DEFINE) {
        return;
    }
    dx_check_commandline(facts);
    dx_check_pins(facts);
    dx_check_mappings(facts);
    dx_check_shared_iothreads(facts);
    dx_check_pages(facts);
    dx_check_hint(facts);
    dx_check_measuring(facts);
    dx_check_confinement(facts);
}

int dx_rules_run(struct dx_findings *out, const struct dx_doc *doc, const struct dx_rule_scope *scope)
{
    struct dx_facts facts = {
        .out = out,
        .arena = &out->arena,
        .domain = doc->root,
        .scope = scope,
        .target = scope->target,
        .qemu = dx_target_is_qemu(scope->target),
    };

    dx_findings_init(out, &doc->ctx->mem);
    gather(&facts);
    count_vcpus(&facts);
    dx_check_document(&facts);
    dx_check_versions(&facts);
    dx_check_switches(&facts);
    dx_check_iothreads(&facts); /* first: the others ask which ids there are */
    dx_check_cputune(&facts);
    dx_check_disks(&facts);
    dx_check_addresses(&facts);
    dx_check_controllers(&facts);
    dx_check_memory(&facts);
    dx_check_kvm(&facts);
    dx_check_tpm(&facts);
    dx_check_seclabel(&facts);
    if (!scope->errors_only) {
        check_quietly(&facts);
    }
    return out->arena.failed || doc->arena.failed ? dx_ctx_no_memory(doc->ctx) : DX_OK;
}
