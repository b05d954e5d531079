/* PCI: the controllers, their indexes and options (qemu_validate.c, domain_validate.c, qemu_postparse.c). */
#include "facts.h"

/* The name of a model, and of the QEMU devices that it may be (9.0 to 11.3). */
static const struct {
    const char *model, *names[2];
} models[] = {
    [DX_PCI_ABSENT] = {"", {NULL, NULL}},
    [DX_PCI_ROOT] = {"pci-root", {"spapr-pci-host-bridge", NULL}},
    [DX_PCI_PCIE_ROOT] = {"pcie-root", {NULL, NULL}},
    [DX_PCI_BRIDGE] = {"pci-bridge", {"pci-bridge", NULL}},
    [DX_PCI_EXPANDER] = {"pci-expander-bus", {"pxb", NULL}},
    [DX_PCI_PCIE_EXPANDER] = {"pcie-expander-bus", {"pxb-pcie", NULL}},
    [DX_PCI_DMI] = {"dmi-to-pci-bridge", {"i82801b11-bridge", NULL}},
    [DX_PCI_PCIE_TO_PCI] = {"pcie-to-pci-bridge", {"pcie-pci-bridge", NULL}},
    [DX_PCI_ROOT_PORT] = {"pcie-root-port", {"ioh3420", "pcie-root-port"}},
    [DX_PCI_UPSTREAM] = {"pcie-switch-upstream-port", {"x3130-upstream", NULL}},
    [DX_PCI_DOWNSTREAM] = {"pcie-switch-downstream-port", {"xio3130-downstream", NULL}},
    [DX_PCI_UNKNOWN] = {"", {NULL, NULL}},
};

/* Attributes of <target>: their range, and the models that have them. */
static const struct option {
    const char *attr;
    uint64_t min, max;
    unsigned models;
} options[] = {
    {"chassisNr", 1, 255, DX_PCI_BIT(BRIDGE)},
    {"chassis", 0, 255, DX_PCI_BIT(ROOT_PORT) | DX_PCI_BIT(DOWNSTREAM)},
    {"port", 0, 255, DX_PCI_BIT(ROOT_PORT) | DX_PCI_BIT(DOWNSTREAM)},
    {"busNr", 1, 254, DX_PCI_BIT(EXPANDER) | DX_PCI_BIT(PCIE_EXPANDER)},
    {"index", 0, 30, DX_PCI_BIT(ROOT)},
};

struct controller {
    const struct dx_node *node, *target;
    struct dx_str name;
    uint64_t index;
    enum dx_pci model;
    bool has_index;
};

enum dx_pci dx_pci_model(struct dx_str name)
{
    for (unsigned i = DX_PCI_ROOT; i < DX_PCI_UNKNOWN; i++) {
        if (dx_str_is(name, models[i].model)) {
            return (enum dx_pci)i;
        }
    }
    return name.ptr ? DX_PCI_UNKNOWN : DX_PCI_ABSENT;
}

const char *dx_pci_name(enum dx_pci model)
{
    return models[model].model;
}

/* What stands at index 0 of this board; ABSENT where the board is not known. */
static enum dx_pci root_of(enum dx_board board)
{
    switch (board) {
    case DX_BOARD_I440FX:
    case DX_BOARD_PSERIES:
        return DX_PCI_ROOT;
    case DX_BOARD_Q35:
    case DX_BOARD_ARM_VIRT:
        return DX_PCI_PCIE_ROOT;
    case DX_BOARD_OTHER:
    case DX_BOARD_RISCV_VIRT:
    case DX_BOARD_LOONGARCH_VIRT:
    case DX_BOARD_S390_CCW:
        break;
    }
    return DX_PCI_ABSENT;
}

static void check_root(struct dx_facts *facts, const struct controller *c)
{
    enum dx_pci root = root_of(facts->board);

    if (c->model == DX_PCI_ROOT || c->model == DX_PCI_PCIE_ROOT) {
        const struct dx_node *address = dx_node_child(c->node, "address");

        if (address && dx_node_attr(address, "type").ptr) {
            dx_facts_point(facts, DX_RULE_PCI_G02, address, NULL, c->name, DX_NONE);
        }
    }
    if (c->index == 0 && root != DX_PCI_ABSENT && c->model != DX_PCI_UNKNOWN && c->model != root) {
        dx_facts_point(facts, DX_RULE_PCI_Q01, c->node, "model", dx_str_of(dx_pci_name(root)), facts->target->machine);
    } else if (c->index > 0 &&
               (c->model == DX_PCI_PCIE_ROOT || (c->model == DX_PCI_ROOT && facts->board != DX_BOARD_PSERIES))) {
        dx_facts_point(facts, DX_RULE_PCI_Q02, c->node, "index", dx_str_of(dx_pci_name(c->model)), DX_NONE);
    } else if (c->index == 0 && root == DX_PCI_ABSENT && c->model > DX_PCI_PCIE_ROOT && c->model < DX_PCI_UNKNOWN) {
        dx_facts_point(facts, DX_RULE_PCI_Q02B, c->node, "index", dx_str_of(dx_pci_name(c->model)), DX_NONE);
    }
    if (c->model == DX_PCI_ABSENT && c->index > 0) {
        dx_facts_point(facts, DX_RULE_PCI_Q03, c->node, NULL, c->name, DX_NONE);
    }
}

/* Expander buses are for one kind of machine each. */
static void check_expander(struct dx_facts *facts, const struct controller *c)
{
    bool wrong =
        facts->target->machine.ptr &&
        ((c->model == DX_PCI_EXPANDER && facts->board != DX_BOARD_I440FX) ||
         (c->model == DX_PCI_PCIE_EXPANDER && facts->board != DX_BOARD_Q35 && facts->board != DX_BOARD_ARM_VIRT));

    if (wrong) {
        dx_facts_point(facts, DX_RULE_PCI_Q04, c->node, "model", dx_str_of(dx_pci_name(c->model)),
                       facts->target->machine);
    }
}

static void check_node(struct dx_facts *facts, const struct controller *c)
{
    const struct dx_node *node = dx_node_child(c->target, "node");
    struct dx_str text = node ? dx_node_text(node) : DX_NONE;
    uint64_t cell;

    if (!node || !dx_parse_uint(text, INT32_MAX, &cell)) {
        return;
    }
    if (c->index == 0) {
        dx_facts_point(facts, DX_RULE_PCI_G05, node, NULL, text, DX_NONE);
        return;
    }
    if (c->model != DX_PCI_EXPANDER && c->model != DX_PCI_PCIE_EXPANDER && c->model != DX_PCI_ROOT &&
        c->model != DX_PCI_UNKNOWN) {
        dx_facts_point(facts, DX_RULE_PCI_Q06, node, NULL, DX_S("node"), dx_str_of(dx_pci_name(c->model)));
    }
    if (cell >= facts->cells) {
        dx_facts_point(facts, DX_RULE_PCI_Q05, node, NULL, text, dx_facts_word(facts, "%zu", facts->cells));
    }
}

static void check_option(struct dx_facts *facts, const struct controller *c, const struct option *option,
                         struct dx_str text)
{
    uint64_t value;
    bool number = dx_facts_any_base(&value, text, UINT32_MAX) == 1;

    if (!number || value < option->min || value > option->max) {
        dx_facts_point(facts, number ? DX_RULE_PCI_G03 : DX_RULE_PCI_P01, c->target, option->attr,
                       dx_str_of(option->attr), text);
    } else if (option->models == DX_PCI_BIT(ROOT) && (c->index == 0) != (value == 0)) {
        dx_facts_point(facts, DX_RULE_PCI_G04, c->target, option->attr, c->name, DX_NONE);
    }
    if (c->model != DX_PCI_UNKNOWN && c->model != DX_PCI_ABSENT &&
        (!(option->models >> c->model & 1) ||
         (c->model == DX_PCI_ROOT && facts->target->machine.ptr && facts->board != DX_BOARD_PSERIES))) {
        dx_facts_point(facts, DX_RULE_PCI_Q06, c->target, option->attr, dx_str_of(option->attr),
                       dx_str_of(dx_pci_name(c->model)));
    }
}

static void check_target(struct dx_facts *facts, const struct controller *c)
{
    struct dx_str text;

    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        text = dx_node_attr(c->target, options[i].attr);
        if (text.ptr) {
            check_option(facts, c, &options[i], text);
        }
    }
    text = dx_node_attr(c->target, "hotplug");
    if (text.ptr && c->model != DX_PCI_ABSENT && c->model != DX_PCI_UNKNOWN &&
        !((DX_PCI_BIT(ROOT) | DX_PCI_BIT(ROOT_PORT) | DX_PCI_BIT(DOWNSTREAM)) >> c->model & 1)) {
        dx_facts_point(facts, DX_RULE_PCI_Q06, c->target, "hotplug", DX_S("hotplug"), dx_str_of(dx_pci_name(c->model)));
    }
    check_node(facts, c);
}

static void check_name(struct dx_facts *facts, const struct controller *c)
{
    const struct dx_node *model = dx_node_child(c->node, "model");
    struct dx_str name = dx_facts_attr(model, "name");
    const char *const *good = models[c->model].names;

    if (!name.ptr || c->model == DX_PCI_ABSENT || c->model == DX_PCI_UNKNOWN) {
        return;
    }
    if (!(good[0] && dx_str_is(name, good[0])) && !(good[1] && dx_str_is(name, good[1]))) {
        dx_facts_point(facts, DX_RULE_PCI_Q07, model, "name", name, dx_str_of(dx_pci_name(c->model)));
    }
}

static void check_hole(struct dx_facts *facts, const struct controller *c)
{
    const struct dx_node *hole = dx_node_child(c->node, "pcihole64");
    bool root = (c->model == DX_PCI_ROOT && facts->board == DX_BOARD_I440FX) ||
                (c->model == DX_PCI_PCIE_ROOT && facts->board == DX_BOARD_Q35);

    if (hole && !root && facts->board != DX_BOARD_OTHER && c->model != DX_PCI_ABSENT && c->model != DX_PCI_UNKNOWN) {
        dx_facts_point(facts, DX_RULE_PCI_Q06, hole, NULL, DX_S("pcihole64"), dx_str_of(dx_pci_name(c->model)));
    }
}

/* A bridge has to be numbered above the bus that it hangs on. */
static void check_order(struct dx_facts *facts, const struct controller *c)
{
    const struct dx_node *address = c->model == DX_PCI_BRIDGE ? dx_node_child(c->node, "address") : NULL;
    uint64_t bus;

    if (address && dx_str_is(dx_node_attr(address, "type"), "pci") &&
        dx_facts_any_base(&bus, dx_node_attr(address, "bus"), DX_PCI_BUSES - 1) == 1 && bus >= c->index) {
        dx_facts_point(facts, DX_RULE_PCI_Q08, address, "bus", c->name, dx_facts_word(facts, "%u", (unsigned)bus));
    }
}

static void check_controller(struct dx_facts *facts, const struct controller *c)
{
    check_root(facts, c);
    check_expander(facts, c);
    check_name(facts, c);
    check_hole(facts, c);
    check_order(facts, c);
    if (c->target) {
        check_target(facts, c);
    }
}

static bool read_controller(struct controller *c, const struct dx_node *node)
{
    *c = (struct controller){.node = node};
    if (!dx_str_is(dx_node_attr(node, "type"), "pci")) {
        return false;
    }
    c->model = dx_pci_model(dx_node_attr(node, "model"));
    c->target = dx_node_child(node, "target");
    c->has_index = dx_facts_number(&c->index, dx_node_attr(node, "index"), UINT32_MAX) == 1;
    return true;
}

void dx_check_pci(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_CONTROLLER];
    struct controller c;
    unsigned next = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (read_controller(&c, list->items[i]) && c.has_index) {
            if (c.index < DX_PCI_BUSES) {
                facts->pci[c.index] = (uint8_t)(c.model ? c.model : DX_PCI_UNKNOWN);
            } else {
                dx_facts_point(facts, DX_RULE_PCI_G01, c.node, "index", dx_node_attr(c.node, "index"), DX_NONE);
            }
        }
    }
    for (size_t i = 0; i < list->n; i++) {
        if (!read_controller(&c, list->items[i])) {
            continue;
        }
        while (!c.has_index && next < DX_PCI_BUSES - 1 && facts->pci[next]) {
            next++;
        }
        if (!c.has_index) { /* it gets the lowest that is free */
            c.index = next;
            facts->pci[next] = (uint8_t)(c.model ? c.model : DX_PCI_UNKNOWN);
        }
        c.name = dx_facts_word(facts, "pci%u", (unsigned)c.index);
        check_controller(facts, &c);
    }
    if (facts->pci[0] == DX_PCI_ABSENT) {
        facts->pci[0] = (uint8_t)root_of(facts->board);
    }
}
