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
    WORD("uuid", DX_FACT_UUID),
    WORD("sysinfo", DX_FACT_SYSINFO),
    WORD("numatune", DX_FACT_NUMATUNE),
    WORD("memory", DX_FACT_MEMORY),
    WORD("maxMemory", DX_FACT_MAX_MEMORY),
    WORD("on_poweroff", DX_FACT_LIFECYCLE),
    WORD("on_reboot", DX_FACT_LIFECYCLE),
    WORD("on_crash", DX_FACT_LIFECYCLE),
    WORD("clock", DX_FACT_CLOCK),
    WORD("pm", DX_FACT_PM),
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
    WORD("acpi", DX_FACT_ACPI),
    WORD("ioapic", DX_FACT_FEATURE),
    WORD("hpt", DX_FACT_FEATURE),
    WORD("cfpc", DX_FACT_FEATURE),
    WORD("sbbc", DX_FACT_FEATURE),
    WORD("ibs", DX_FACT_FEATURE),
    WORD("gic", DX_FACT_FEATURE),
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
    WORD("memballoon", DX_FACT_BALLOON),
    WORD("filesystem", DX_FACT_FILESYSTEM),
    WORD("hub", DX_FACT_HUB),
    WORD("input", DX_FACT_INPUT),
    WORD("graphics", DX_FACT_GRAPHICS),
    WORD("video", DX_FACT_VIDEO),
    WORD("sound", DX_FACT_SOUND),
    WORD("audio", DX_FACT_AUDIO),
    WORD("watchdog", DX_FACT_WATCHDOG),
    WORD("panic", DX_FACT_PANIC),
    WORD("shmem", DX_FACT_SHMEM),
    WORD("iommu", DX_FACT_IOMMU),
    WORD("vsock", DX_FACT_VSOCK),
    WORD("memory", DX_FACT_MEMORY_DEVICE),
};

/* What any device may have. */
static const struct word device_words[] = {
    WORD("address", DX_FACT_ADDRESS),
    WORD("boot", DX_FACT_BOOT),
    WORD("alias", DX_FACT_ALIAS),
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
    const struct dx_node **items = dx_arena_more(facts->arena, list->items, list->n, &list->room, sizeof *items);

    if (items) {
        list->items = items;
        list->items[list->n++] = node;
    }
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

/* Of what any device may have libvirt reads the first. */
static void gather_device(struct dx_facts *facts, const struct dx_node *device)
{
    for (size_t i = 0; i < sizeof device_words / sizeof device_words[0]; i++) {
        const struct word *word = &device_words[i];
        const struct dx_node *child = dx_node_child_named(device, word->name, word->len);

        if (child && !(child->flags & DX_NODE_FOREIGN)) {
            keep(facts, (enum dx_fact)word->fact, child);
        }
    }
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
                    if (containers[i].words == devices_words) {
                        gather_device(facts, child);
                    }
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

void dx_facts_point(struct dx_facts *facts, enum dx_rule_id rule, const struct dx_node *node, const char *attr,
                    struct dx_str a, struct dx_str b)
{
    struct dx_str value = attr ? dx_node_attr(node, attr) : DX_NONE;
    struct dx_finding finding = {
        .rule = rule, .node = node, .attr = value.ptr ? attr : NULL, .value = value.ptr ? value : a, .args = {a, b}};

    dx_facts_raise(facts, &finding);
}

struct dx_str dx_facts_name(struct dx_facts *facts, const struct dx_node *device)
{
    static const struct {
        const char *element, *child, *attr;
    } keys[] = {{"disk", "target", "dev"}, {"interface", "mac", "address"}};

    if (dx_node_is(device, "controller")) {
        return dx_facts_word(facts, "%.*s%.*s", DX_F(dx_node_attr(device, "type")),
                             DX_F(dx_node_attr(device, "index")));
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (dx_node_is(device, keys[i].element)) {
            const struct dx_node *child = dx_node_child(device, keys[i].child);
            struct dx_str key = dx_facts_attr(child, keys[i].attr);

            if (key.ptr) {
                return key;
            }
        }
    }
    return dx_node_name(device);
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

int dx_facts_any_base(uint64_t *value, struct dx_str text, uint64_t max)
{
    uint64_t base = 10;
    size_t i = 0;

    *value = 0;
    if (!text.ptr) {
        return 0;
    }
    if (text.len > 1 && text.ptr[0] == '0') {
        bool hex = text.ptr[1] == 'x' || text.ptr[1] == 'X';

        base = hex ? 16 : 8;
        i = hex ? 2 : 1;
    }
    if (i == text.len) {
        return -1;
    }
    for (; i < text.len; i++) {
        uint64_t digit = dx_hex_digit(text.ptr[i]);

        if (digit >= base || *value > max / base) {
            return -1;
        }
        *value = *value * base + digit;
    }
    return *value <= max ? 1 : -1;
}

bool dx_facts_uuid(unsigned char uuid[DX_UUID_BYTES], struct dx_str text)
{
    size_t n = 0;

    text = dx_trim(text);
    for (size_t i = 0; i < text.len; i++) {
        unsigned high = dx_hex_digit(text.ptr[i]), low;

        if (n < DX_UUID_BYTES && (text.ptr[i] == '-' || text.ptr[i] == ' ')) {
            continue;
        }
        low = ++i < text.len ? dx_hex_digit(text.ptr[i]) : 16;
        if (n == DX_UUID_BYTES || high > 15 || low > 15) {
            return false;
        }
        uuid[n++] = (unsigned char)(high << 4 | low);
    }
    return n == DX_UUID_BYTES;
}

bool dx_facts_same_str(const void *items, size_t a, size_t b)
{
    const struct dx_str *strings = items;

    return dx_str_equal(strings[a], strings[b]);
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

/* What libvirt refuses beyond the areas of the passes. */
static void check_others(struct dx_facts *facts)
{
    dx_check_pci(facts);
    dx_check_slots(facts);
    dx_check_usb(facts);
    dx_check_buses(facts);
    dx_check_boot_order(facts);
    dx_check_aliases(facts);
    dx_check_cells(facts);
    dx_check_numatune(facts);
    dx_check_memory_devices(facts);
    dx_check_cpu(facts);
    dx_check_hostdevs(facts);
    dx_check_firmware(facts);
    dx_check_sysinfo(facts);
    dx_check_chardevs(facts);
    dx_check_display(facts);
    dx_check_devices(facts);
    dx_check_machine(facts);
    dx_check_basics(facts);
}

int dx_rules_run(struct dx_findings *out, const struct dx_doc *doc, const struct dx_rule_scope *scope)
{
    struct dx_facts facts = {
        .out = out,
        .arena = &out->arena,
        .domain = doc->root,
        .scope = scope,
        .target = scope->target,
        .board = dx_target_board(scope->target),
        .qemu = dx_target_is_qemu(scope->target),
    };

    dx_findings_init(out, &doc->ctx->mem);
    gather(&facts);
    count_vcpus(&facts);
    facts.cells = dx_domain_cells(facts.domain);
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
    check_others(&facts);
    if (!scope->errors_only) {
        check_quietly(&facts);
    }
    return out->arena.failed || doc->arena.failed ? dx_ctx_no_memory(doc->ctx) : DX_OK;
}
