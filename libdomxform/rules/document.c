/* DOC: the domain itself, elements that libvirt drops, and how it boots. */
#include "facts.h"

/* A type is needed, except beside a boot loader, whose guests are Xen's. */
static void check_os_type(struct dx_facts *facts)
{
    static const char *const known[] = {"hvm", "xen", "xenpvh", "linux", "exe", "uml", NULL};
    const struct dx_node *type = dx_facts_first(facts, DX_FACT_OS_TYPE), *os = dx_node_child(facts->domain, "os");
    struct dx_str text = type ? dx_node_text(type) : DX_NONE;

    if (text.len == 0 && !dx_facts_first(facts, DX_FACT_BOOTLOADER)) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DOC_P10,
                                                   .node = type ? type
                                                           : os ? os
                                                                : facts->domain,
                                                   .lacks = "type"});
    } else if (text.len > 0 && !dx_str_any(text, known)) {
        dx_facts_raise(facts,
                       &(struct dx_finding){.rule = DX_RULE_DOC_P10B, .node = type, .value = text, .args = {text}});
    }
}

void dx_check_document(struct dx_facts *facts)
{
    struct dx_str type = facts->target->type_name;

    if (facts->target->type == DX_TYPE_NONE) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DOC_P02, .node = facts->domain, .lacks = "type"});
    } else if (facts->target->type == DX_TYPE_UNKNOWN) {
        dx_facts_raise(
            facts, &(struct dx_finding){
                       .rule = DX_RULE_DOC_P02B, .node = facts->domain, .attr = "type", .value = type, .args = {type}});
    } else {
        check_os_type(facts);
    }
}

/* ---- what is dropped without a word ---- */

static bool is_plain(const struct dx_node *node)
{
    return dx_node_is_element(node) && !(node->flags & DX_NODE_FOREIGN) && !memchr(node->name, ':', node->name_len);
}

static void check_misplaced(struct dx_facts *facts, const struct dx_node *container)
{
    struct dx_str where = dx_node_name(container);
    /* An unknown feature is refused, anything else is dropped. */
    enum dx_rule_id rule = dx_str_is(where, "features") ? DX_RULE_DOC_P04B : DX_RULE_DOC_P04;

    for (const struct dx_node *child = container->first; child; child = child->next) {
        struct dx_str name = dx_node_name(child);
        const char *home = is_plain(child) && dx_domain_rank(container, name) < 0 ? dx_domain_home(name) : NULL;

        if (home && !dx_str_is(where, home)) {
            dx_facts_raise(facts,
                           &(struct dx_finding){
                               .rule = rule, .node = child, .value = name, .args = {name, where, dx_str_of(home)}});
        }
    }
}

/* What stands one level too high in a device. */
static void check_device(struct dx_facts *facts, const struct dx_node *device)
{
    static const struct {
        const char *device, *child, *home;
    } strays[] = {
        {"disk", "seclabel", "source"},         {"disk", "iothreads", "driver"},
        {"disk", "reservations", "source"},     {"controller", "iothreads", "driver"},
        {"tpm", "active_pcr_banks", "backend"}, {"tpm", "encryption", "backend"},
        {"tpm", "device", "backend"},
    };

    for (size_t i = 0; i < sizeof strays / sizeof strays[0]; i++) {
        const struct dx_node *child =
            dx_node_is(device, strays[i].device) ? dx_node_child(device, strays[i].child) : NULL;

        if (child) {
            dx_facts_raise(facts, &(struct dx_finding){
                                      .rule = DX_RULE_DOC_P04,
                                      .node = child,
                                      .value = dx_node_name(child),
                                      .args = {dx_node_name(child), dx_node_name(device), dx_str_of(strays[i].home)}});
        }
    }
}

static void check_first(struct dx_facts *facts, const struct dx_node *parent, const char *name)
{
    const struct dx_node *first = dx_node_child(parent, name);
    const struct dx_node *second = first ? dx_node_next_named(first, name) : NULL;

    if (second) {
        dx_facts_raise(
            facts, &(struct dx_finding){
                       .rule = DX_RULE_DOC_P05, .node = second, .value = dx_str_of(name), .args = {dx_str_of(name)}});
    }
}

/* Features of KVM: of two of one name the last counts. */
static void check_last(struct dx_facts *facts)
{
    for (size_t i = 0; i < facts->lists[DX_FACT_KVM].n; i++) {
        const struct dx_node *kvm = facts->lists[DX_FACT_KVM].items[i];

        for (const struct dx_node *child = kvm->first; child; child = child->next) {
            struct dx_str name = dx_node_name(child);

            if (is_plain(child) && dx_domain_rank(kvm, name) >= 0 &&
                dx_node_first_named(kvm->first, name.ptr, name.len) != child) {
                dx_facts_raise(facts, &(struct dx_finding){
                                          .rule = DX_RULE_DOC_P05B, .node = child, .value = name, .args = {name}});
                break;
            }
        }
    }
}

/* Elements of a driver, in a namespace that is not the one it reads (DOC-P09). */
static void check_namespace(struct dx_facts *facts, const struct dx_node *node)
{
    static const char base[] = "http://libvirt.org/schemas/domain/";
    static const char *const drivers[] = {"qemu", "lxc", "xen", "bhyve", NULL};
    struct dx_str name = dx_node_name(node), prefix, space, right;

    (void)dx_local_name(&prefix, name);
    if (!dx_str_any(prefix, drivers)) {
        return;
    }
    space = dx_node_namespace(node);
    right = dx_facts_word(facts, "%s%.*s/1.0", base, DX_F(prefix));
    if (!dx_str_equal(space, right)) {
        dx_facts_raise(facts, &(struct dx_finding){
                                  .rule = DX_RULE_DOC_P09, .node = node, .value = space, .args = {name, space, right}});
    }
}

static void check_live(struct dx_facts *facts)
{
    const struct dx_node *live = facts->scope->level >= DX_LEVEL_ADVICE ? dx_domain_live(facts->domain) : NULL;

    if (live) {
        dx_facts_raise(facts, &(struct dx_finding){
                                  .rule = DX_RULE_DOC_P08, .node = live, .attr = live == facts->domain ? "id" : NULL});
    }
}

void dx_check_places(struct dx_facts *facts)
{
    static const char *const containers[] = {"devices", "features",      "os",          "cputune",
                                             "memtune", "memoryBacking", "iothreadids", NULL};
    static const char *const once[] = {"name", "uuid",  "memory",    "currentMemory", "vcpu",       "iothreads",
                                       "cpu",  "clock", "on_reboot", "on_crash",      "on_poweroff"};
    static const char *const once_in_disk[] = {"driver", "source", "target"};
    struct dx_str where;

    check_misplaced(facts, facts->domain);
    for (const struct dx_node *node = facts->domain->first; node; node = node->next) {
        where = dx_node_name(node);
        if (is_plain(node) && dx_str_any(where, containers)) {
            check_misplaced(facts, node);
        } else if (dx_node_is_element(node)) {
            check_namespace(facts, node);
        }
    }
    for (size_t i = 0; i < sizeof once / sizeof once[0]; i++) {
        check_first(facts, facts->domain, once[i]);
    }
    for (size_t i = 0; i < facts->lists[DX_FACT_DISK].n; i++) {
        check_device(facts, facts->lists[DX_FACT_DISK].items[i]);
        for (size_t k = 0; k < sizeof once_in_disk / sizeof once_in_disk[0]; k++) {
            check_first(facts, facts->lists[DX_FACT_DISK].items[i], once_in_disk[k]);
        }
    }
    for (size_t i = 0; i < facts->lists[DX_FACT_CONTROLLER].n; i++) {
        check_device(facts, facts->lists[DX_FACT_CONTROLLER].items[i]);
        check_first(facts, facts->lists[DX_FACT_CONTROLLER].items[i], "driver");
    }
    for (size_t i = 0; i < facts->lists[DX_FACT_TPM].n; i++) {
        check_device(facts, facts->lists[DX_FACT_TPM].items[i]);
    }
    check_last(facts);
    check_live(facts);
}

/* ---- the guest's kernel arguments ---- */

void dx_check_boot(struct dx_facts *facts)
{
    static const char *const downstream[] = {"haltpoll.enable", "arm_pvspin", NULL};
    const struct dx_node *cmdline = dx_facts_first(facts, DX_FACT_CMDLINE);
    struct dx_str text = cmdline ? dx_node_text(cmdline) : DX_NONE;

    if (text.len > 0 && !dx_facts_first(facts, DX_FACT_KERNEL)) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DOC_Q01, .node = cmdline});
        return;
    }
    while (text.len > 0) {
        struct dx_str word = {text.ptr, 0};

        while (word.len < text.len && !dx_is_space(word.ptr[word.len]) && word.ptr[word.len] != '=') {
            word.len++;
        }
        if (dx_str_any(word, downstream)) {
            dx_facts_raise(
                facts, &(struct dx_finding){.rule = DX_RULE_DOC_A01, .node = cmdline, .value = word, .args = {word}});
        }
        while (word.len < text.len && !dx_is_space(word.ptr[word.len])) {
            word.len++;
        }
        while (word.len < text.len && dx_is_space(word.ptr[word.len])) {
            word.len++;
        }
        text.ptr += word.len;
        text.len -= word.len;
    }
}
