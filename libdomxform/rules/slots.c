/* PCI: what is plugged in where (domain_addr.c, qemu_domain_address.c). */
#include "facts.h"

enum { DOMAIN, BUS, SLOT, FUNCTION, N_PARTS };
static const char *const part_names[] = {"domain", "bus", "slot", "function", NULL};
static const uint64_t part_most[] = {0xffff, 0xff, 0x1f, 7};

#define ENDPOINT DX_PCI_BIT(ABSENT) /* any device that is no PCI controller */

struct spot {
    const struct dx_node *address, *device;
    unsigned part[N_PARTS];
    enum dx_pci model; /* of a PCI controller; else ABSENT */
};

/* What a bus takes from one who names its address; slots count from `first`. */
static const struct bus {
    unsigned takes;
    unsigned first, last;
} buses[] = {
    [DX_PCI_ABSENT] = {~0u, 0, 31},
    [DX_PCI_ROOT] = {ENDPOINT | DX_PCI_BIT(BRIDGE) | DX_PCI_BIT(EXPANDER), 1, 31},
    [DX_PCI_PCIE_ROOT] = {ENDPOINT | DX_PCI_BIT(BRIDGE) | DX_PCI_BIT(ROOT_PORT) | DX_PCI_BIT(DMI) |
                              DX_PCI_BIT(PCIE_EXPANDER),
                          1, 31},
    [DX_PCI_BRIDGE] = {ENDPOINT | DX_PCI_BIT(BRIDGE), 1, 31},
    [DX_PCI_EXPANDER] = {ENDPOINT | DX_PCI_BIT(BRIDGE), 0, 31},
    [DX_PCI_PCIE_EXPANDER] = {DX_PCI_BIT(ROOT_PORT) | DX_PCI_BIT(DMI), 0, 31},
    [DX_PCI_DMI] = {ENDPOINT | DX_PCI_BIT(BRIDGE), 0, 31},
    [DX_PCI_PCIE_TO_PCI] = {ENDPOINT | DX_PCI_BIT(BRIDGE), 1, 31},
    [DX_PCI_ROOT_PORT] = {ENDPOINT | DX_PCI_BIT(BRIDGE) | DX_PCI_BIT(UPSTREAM) | DX_PCI_BIT(PCIE_TO_PCI), 0, 0},
    [DX_PCI_UPSTREAM] = {DX_PCI_BIT(DOWNSTREAM), 0, 31},
    [DX_PCI_DOWNSTREAM] = {ENDPOINT | DX_PCI_BIT(BRIDGE) | DX_PCI_BIT(UPSTREAM) | DX_PCI_BIT(PCIE_TO_PCI), 0, 0},
    [DX_PCI_UNKNOWN] = {~0u, 0, 31},
};

/* Functions of bus 0 that the chipset itself has. */
static const struct {
    enum dx_board board;
    unsigned slot, function;
} chipset[] = {
    {DX_BOARD_I440FX, 0x01, 0},
    {DX_BOARD_I440FX, 0x01, 3},
    {DX_BOARD_Q35, 0x1f, 0},
    {DX_BOARD_Q35, 0x1f, 3},
};

/* Controllers of index 0 that are part of the chipset, and the one place where they can be. */
static const struct fixture {
    enum dx_board board;
    const char *type;
    unsigned slot, function;
} fixtures[] = {
    {DX_BOARD_I440FX, "ide", 0x01, 1},
    {DX_BOARD_I440FX, "usb", 0x01, 2},
    {DX_BOARD_Q35, "sata", 0x1f, 2},
};

static struct dx_str spell(struct dx_facts *facts, const struct spot *spot)
{
    return dx_facts_word(facts, "%02x:%02x.%x", spot->part[BUS], spot->part[SLOT], spot->part[FUNCTION]);
}

static bool same_spot(const void *items, size_t a, size_t b)
{
    const struct spot *spots = items;

    return memcmp(spots[a].part, spots[b].part, sizeof spots[a].part) == 0;
}

/* False when there is nothing to look at: all of domain, bus and slot being 0 is libvirt's "no address yet". */
static bool read_spot(struct dx_facts *facts, struct spot *spot, const struct dx_node *address)
{
    struct dx_str text[N_PARTS];
    bool good = true;

    *spot = (struct spot){.address = address, .device = address->parent};
    dx_facts_attrs(text, address, part_names);
    for (size_t i = 0; i < N_PARTS; i++) {
        uint64_t value;
        int rc = dx_facts_any_base(&value, text[i], UINT32_MAX);

        if (rc < 0 || value > part_most[i]) {
            dx_facts_point(facts, DX_RULE_ADR_P01, address, part_names[i], dx_str_of(part_names[i]), text[i]);
            good = false;
        }
        spot->part[i] = (unsigned)value;
    }
    if (dx_node_is(spot->device, "controller") && dx_str_is(dx_node_attr(spot->device, "type"), "pci")) {
        spot->model = dx_pci_model(dx_node_attr(spot->device, "model"));
    }
    return good && (spot->part[DOMAIN] || spot->part[BUS] || spot->part[SLOT]);
}

/* A root has no place of its own, which PCI-G02 says; a console stands for the serial device that it is. */
static bool is_looked_at(const struct spot *spot)
{
    return spot->model != DX_PCI_ROOT && spot->model != DX_PCI_PCIE_ROOT && spot->model != DX_PCI_UNKNOWN &&
           !dx_node_is(spot->device, "console");
}

static bool is_integrated_usb(const struct dx_node *controller)
{
    struct dx_str model = dx_node_attr(controller, "model");

    return !model.ptr || dx_str_is(model, "piix3-uhci");
}

/* The controllers of a chipset; gives true where libvirt asks nothing more of it. */
static bool check_fixture(struct dx_facts *facts, const struct spot *spot)
{
    struct dx_str type = dx_node_attr(spot->device, "type"), index = dx_node_attr(spot->device, "index");
    const struct fixture *it = NULL;
    bool usb = dx_str_is(type, "usb");

    if (!dx_node_is(spot->device, "controller") || (index.ptr && !dx_str_is(index, "0")) ||
        (usb && !is_integrated_usb(spot->device))) {
        return false;
    }
    for (size_t i = 0; i < sizeof fixtures / sizeof fixtures[0]; i++) {
        if (fixtures[i].board == facts->board && dx_str_is(type, fixtures[i].type)) {
            it = &fixtures[i];
        }
    }
    if (it && (spot->part[DOMAIN] || spot->part[BUS] || spot->part[SLOT] != it->slot ||
               spot->part[FUNCTION] != it->function)) {
        dx_facts_point(facts, DX_RULE_PCI_Q12, spot->address, NULL, dx_facts_name(facts, spot->device),
                       dx_facts_word(facts, "00:%02x.%x", it->slot, it->function));
        return true;
    }
    if (!it && (usb || dx_str_is(type, "ide")) && spot->part[DOMAIN] == 0 && spot->part[BUS] == 0 &&
        spot->part[SLOT] == 1 && spot->part[FUNCTION] == (usb ? 2 : 1)) {
        if (facts->pci[0] == DX_PCI_PCIE_ROOT) {
            dx_facts_point(facts, DX_RULE_PCI_Q13, spot->address, NULL, dx_facts_name(facts, spot->device), DX_NONE);
        }
        return true;
    }
    return false;
}

static void check_bus(struct dx_facts *facts, const struct spot *spot)
{
    unsigned bus = spot->part[BUS], slot = spot->part[SLOT];
    enum dx_pci model = (enum dx_pci)facts->pci[bus];
    const struct bus *kind = &buses[model];

    if (spot->part[DOMAIN] != 0) {
        dx_facts_point(facts, DX_RULE_PCI_Q14, spot->address, "domain", dx_facts_name(facts, spot->device), DX_NONE);
    } else if (!(kind->takes >> spot->model & 1)) {
        dx_facts_raise(facts,
                       &(struct dx_finding){.rule = DX_RULE_PCI_Q11,
                                            .node = spot->address,
                                            .attr = dx_node_attr(spot->address, "bus").ptr ? "bus" : NULL,
                                            .value = spell(facts, spot),
                                            .args = {dx_facts_name(facts, spot->device),
                                                     dx_str_of(spot->model ? dx_pci_name(spot->model) : "device"),
                                                     dx_str_of(dx_pci_name(model)), dx_facts_word(facts, "%u", bus)}});
    } else if (slot < kind->first || slot > kind->last) {
        dx_facts_raise(
            facts, &(struct dx_finding){.rule = DX_RULE_PCI_Q15,
                                        .node = spot->address,
                                        .attr = dx_node_attr(spot->address, "slot").ptr ? "slot" : NULL,
                                        .value = spell(facts, spot),
                                        .args = {dx_facts_word(facts, "%u", slot), dx_facts_name(facts, spot->device),
                                                 dx_str_of(dx_pci_name(model)), dx_facts_word(facts, "%u", bus)}});
    }
    for (size_t i = 0; i < sizeof chipset / sizeof chipset[0]; i++) {
        if (chipset[i].board == facts->board && bus == 0 && spot->part[DOMAIN] == 0 && slot == chipset[i].slot &&
            spot->part[FUNCTION] == chipset[i].function) {
            dx_facts_point(facts, DX_RULE_PCI_Q10B, spot->address, NULL, dx_facts_name(facts, spot->device),
                           spell(facts, spot));
        }
    }
}

void dx_check_slots(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_ADDRESS];
    struct spot *spots = list->n ? dx_arena_alloc(facts->arena, list->n * sizeof *spots) : NULL;
    struct dx_twins twins = {0};
    size_t n = 0;

    for (size_t i = 0; spots && i < list->n; i++) {
        struct spot *spot = &spots[n];
        size_t other;

        if (!dx_str_is(dx_node_attr(list->items[i], "type"), "pci") || !read_spot(facts, spot, list->items[i]) ||
            !facts->qemu || !is_looked_at(spot)) {
            continue;
        }
        if (!twins.slots && !dx_twins_init(&twins, facts->arena, list->n)) {
            return;
        }
        if (check_fixture(facts, spot)) {
            continue;
        }
        check_bus(facts, spot);
        other = dx_twins_put(&twins, spots, n, dx_hash(1, spot->part, sizeof spot->part), same_spot);
        if (other == n) {
            n++;
            continue;
        }
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_PCI_Q10,
                                                   .node = spot->address,
                                                   .value = spell(facts, spot),
                                                   .args = {dx_facts_name(facts, spot->device), spell(facts, spot),
                                                            dx_facts_name(facts, spots[other].device)}});
    }
}
