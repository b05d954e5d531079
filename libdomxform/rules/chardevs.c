/* Character devices: their sources, and serial devices that belong to one board (qemu_validate.c). */
#include "facts.h"

enum { ISA_PORTS = 4 };

/* A serial device's model, the type of target that it needs, and the board that has it (OTHER: any). */
static const struct serial {
    const char *type, *model;
    enum dx_board board;
} serials[] = {
    {"isa-serial", "isa-serial", DX_BOARD_OTHER},        {"usb-serial", "usb-serial", DX_BOARD_OTHER},
    {"pci-serial", "pci-serial", DX_BOARD_OTHER},        {"isa-debug", "isa-debugcon", DX_BOARD_OTHER},
    {"spapr-vio-serial", "spapr-vty", DX_BOARD_PSERIES}, {"sclp-serial", "sclpconsole", DX_BOARD_S390_CCW},
    {"sclp-serial", "sclplmconsole", DX_BOARD_S390_CCW}, {"system-serial", "pl011", DX_BOARD_ARM_VIRT},
    {"system-serial", "16550a", DX_BOARD_RISCV_VIRT},
};

static bool is_for(const struct dx_facts *facts, const struct serial *serial)
{
    switch (serial->board) {
    case DX_BOARD_OTHER:
        return true;
    case DX_BOARD_S390_CCW:
        return facts->target->arch == DX_ARCH_S390X;
    case DX_BOARD_RISCV_VIRT: /* LoongArch has it since 10.x */
        return facts->board == DX_BOARD_RISCV_VIRT || facts->board == DX_BOARD_LOONGARCH_VIRT;
    case DX_BOARD_I440FX:
    case DX_BOARD_Q35:
    case DX_BOARD_ARM_VIRT:
    case DX_BOARD_LOONGARCH_VIRT:
    case DX_BOARD_PSERIES:
        break;
    }
    return facts->board == serial->board;
}

static void check_serial(struct dx_facts *facts, const struct dx_node *node)
{
    const struct dx_node *target = dx_node_child(node, "target");
    const struct dx_node *model = target ? dx_node_child(target, "model") : NULL;
    struct dx_str type = dx_facts_attr(target, "type");
    struct dx_str name = dx_facts_attr(model, "name");
    const struct serial *by_name = NULL, *by_type = NULL;

    for (size_t i = 0; i < sizeof serials / sizeof serials[0]; i++) {
        by_name = name.ptr && dx_str_is(name, serials[i].model) ? &serials[i] : by_name;
        by_type = type.ptr && dx_str_is(type, serials[i].type) ? &serials[i] : by_type;
    }
    if (by_name && type.ptr && !dx_str_is(type, by_name->type)) {
        dx_facts_point(facts, DX_RULE_CHR_Q01, model, "name", name, dx_str_of(by_name->type));
    } else if (facts->target->machine.ptr && by_name && !is_for(facts, by_name)) {
        dx_facts_point(facts, DX_RULE_CHR_Q02, model, "name", name, facts->target->machine);
    } else if (facts->target->machine.ptr && by_type && !by_name && by_type->board != DX_BOARD_ARM_VIRT &&
               by_type->board != DX_BOARD_RISCV_VIRT && !is_for(facts, by_type)) {
        dx_facts_point(facts, DX_RULE_CHR_Q02, target, "type", type, facts->target->machine);
    }
}

/* One who listens has nobody to connect to again. */
static void check_reconnect(struct dx_facts *facts, const struct dx_node *source)
{
    const struct dx_node *reconnect = dx_node_child(source, "reconnect");

    if (!reconnect || !dx_str_is(dx_node_attr(reconnect, "enabled"), "yes")) {
        return;
    }
    if (dx_str_is(dx_node_attr(source, "mode"), "bind")) {
        dx_facts_point(facts, DX_RULE_CHR_G01, reconnect, "enabled", DX_NONE, DX_NONE);
    } else if (!dx_node_attr(reconnect, "timeout").ptr) {
        dx_facts_point(facts, DX_RULE_CHR_P01, reconnect, NULL, DX_NONE, DX_NONE);
    }
}

/* A channel of virtio or Xen has a socket that libvirt names. */
static bool has_own_path(const struct dx_node *node)
{
    static const char *const types[] = {"virtio", "xen", NULL};
    const struct dx_node *target = dx_node_child(node, "target");

    return dx_node_is(node, "channel") && target && dx_str_any(dx_node_attr(target, "type"), types);
}

/* What a source of this type cannot do without (virDomainChrSourceDefValidate). */
static void check_source(struct dx_facts *facts, const struct dx_node *node)
{
    static const struct {
        const char *type, *attr;
    } needs[] = {{"dev", "path"}, {"file", "path"},   {"pipe", "path"},   {"unix", "path"},
                 {"tcp", "host"}, {"tcp", "service"}, {"udp", "service"}, {"spiceport", "channel"}};
    struct dx_str type = dx_node_attr(node, "type");
    bool udp = dx_str_is(type, "udp");

    for (const struct dx_node *source = dx_node_child(node, "source"); source;
         source = dx_node_next_named(source, "source")) {
        check_reconnect(facts, source);
    }
    for (size_t i = 0; type.ptr && i < sizeof needs / sizeof needs[0]; i++) {
        bool found = false;

        if (!dx_str_is(type, needs[i].type) || (dx_str_is(type, "unix") && has_own_path(node))) {
            continue;
        }
        for (const struct dx_node *source = dx_node_child(node, "source"); source;
             source = dx_node_next_named(source, "source")) {
            found |=
                dx_node_attr(source, needs[i].attr).ptr && !(udp && dx_str_is(dx_node_attr(source, "mode"), "bind"));
        }
        if (!found) {
            dx_facts_point(facts, DX_RULE_CHR_G02, node, NULL, dx_str_of(needs[i].attr), type);
        }
    }
}

/* The four serial ports of a PC: one device each. */
static void check_port(struct dx_facts *facts, const struct dx_node *node, unsigned *ports)
{
    const struct dx_node *target = dx_node_child(node, "target");
    uint64_t port;

    if (!target || !dx_str_is(dx_node_attr(target, "type"), "isa-serial") ||
        dx_facts_number(&port, dx_node_attr(target, "port"), INT32_MAX) != 1) {
        return;
    }
    if (port >= ISA_PORTS || *ports >> port & 1) {
        dx_facts_point(facts, port >= ISA_PORTS ? DX_RULE_CHR_G03B : DX_RULE_CHR_G03, target, "port",
                       dx_node_attr(target, "port"), DX_NONE);
        return;
    }
    *ports |= 1u << port;
}

/* Of a guest with machine type of its own the first console alone stands for a serial port. */
static void check_console(struct dx_facts *facts, const struct dx_node *node, size_t *consoles)
{
    const struct dx_node *target = dx_node_child(node, "target"), *type = dx_facts_first(facts, DX_FACT_OS_TYPE);

    if (++*consoles > 1 && target && dx_str_is(dx_node_attr(target, "type"), "serial") && type &&
        dx_str_is(dx_node_text(type), "hvm")) {
        dx_facts_point(facts, DX_RULE_CHR_P02, target, "type", DX_NONE, DX_NONE);
    }
}

static void check_parallel(struct dx_facts *facts, const struct dx_node *node)
{
    if (facts->target->arch == DX_ARCH_S390X || facts->board == DX_BOARD_PSERIES) {
        dx_facts_point(facts, DX_RULE_CHR_Q03, node, NULL, facts->target->machine, DX_NONE);
    }
}

static void check_channel(struct dx_facts *facts, const struct dx_node *node)
{
    static const char *const types[] = {"virtio", "xen", "guestfwd", "none", NULL};
    const struct dx_node *target = dx_node_child(node, "target");
    struct dx_str type = dx_facts_attr(target, "type");

    if (!target) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_CHR_P03, .node = node, .lacks = "target"});
    } else if (!type.ptr || !dx_str_any(type, types)) {
        dx_facts_point(facts, DX_RULE_CHR_P03B, target, "type", type.ptr ? type : DX_S("(none)"), DX_NONE);
    }
}

void dx_check_chardevs(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_CHARDEV];
    unsigned ports = 0;
    size_t consoles = 0;

    for (size_t i = 0; i < list->n; i++) {
        const struct dx_node *node = list->items[i];

        check_source(facts, node);
        if (dx_node_is(node, "serial")) {
            check_serial(facts, node);
            check_port(facts, node, &ports);
        } else if (dx_node_is(node, "console")) {
            check_console(facts, node, &consoles);
        } else if (dx_node_is(node, "parallel")) {
            check_parallel(facts, node);
        } else if (dx_node_is(node, "channel")) {
            check_channel(facts, node);
        }
    }
}
