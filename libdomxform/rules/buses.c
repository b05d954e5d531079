/* Places on buses other than PCI and USB: ccw, spapr-vio, virtio-serial, and the ids of zPCI (domain_addr.c). */
#include "facts.h"

#include <inttypes.h>

enum kind { CCW, VIO, SERIAL_PORT, ZPCI_UID, ZPCI_FID };

enum { MAX_PARTS = 3, DEFAULT_PORTS = 31, MOST_CONTROLLERS = 64 };

/* What makes a place one of its kind, and where it is told when it is taken. */
static const struct {
    const char *type; /* of the address; NULL: a child of it */
    const char *parts[MAX_PARTS + 1];
    const char *what;
} kinds[] = {
    [CCW] = {"ccw", {"cssid", "ssid", "devno", NULL}, "ccw address"},
    [VIO] = {"spapr-vio", {"reg", NULL}, "spapr-vio address"},
    [SERIAL_PORT] = {"virtio-serial", {"controller", "port", NULL}, "virtio-serial port"},
    [ZPCI_UID] = {NULL, {"uid", NULL}, "zpci uid"},
    [ZPCI_FID] = {NULL, {"fid", NULL}, "zpci fid"},
};

struct place {
    const struct dx_node *node, *device; /* the element that says it */
    uint64_t part[MAX_PARTS];
    enum kind kind;
};

struct places {
    struct dx_facts *facts;
    struct place *items;
    size_t n;
    struct dx_twins twins;
    uint16_t ports[MOST_CONTROLLERS]; /* of the virtio-serial controllers that say so */
};

static bool same_place(const void *items, size_t a, size_t b)
{
    const struct place *places = items;

    return places[a].kind == places[b].kind && memcmp(places[a].part, places[b].part, sizeof places[a].part) == 0;
}

/* False when a part is absent or no number. */
static bool read_place(struct place *place, const struct dx_node *node, const struct dx_node *device, enum kind kind)
{
    *place = (struct place){.node = node, .device = device, .kind = kind};
    for (size_t i = 0; kinds[kind].parts[i]; i++) {
        bool optional = kind == SERIAL_PORT && i == 0; /* controller 0 */
        int rc = dx_facts_any_base(&place->part[i], dx_node_attr(node, kinds[kind].parts[i]), UINT64_MAX / 32);

        if (rc < 0 || (rc == 0 && !optional)) {
            return false;
        }
    }
    return true;
}

static struct dx_str spell(struct dx_facts *facts, const struct place *place)
{
    const uint64_t *part = place->part;

    switch (place->kind) {
    case CCW:
        return dx_facts_word(facts, "%" PRIx64 ".%" PRIx64 ".%04" PRIx64, part[0], part[1], part[2]);
    case SERIAL_PORT:
        return dx_facts_word(facts, "%" PRIu64 ":%" PRIu64, part[0], part[1]);
    case VIO:
    case ZPCI_UID:
    case ZPCI_FID:
        break;
    }
    return dx_facts_word(facts, "0x%" PRIx64, part[0]);
}

/* Keeps a place; one that is taken is told. */
static void put(struct places *places)
{
    struct dx_facts *facts = places->facts;
    const struct place *place = &places->items[places->n];
    size_t other;

    if (!places->twins.slots && !dx_twins_init(&places->twins, facts->arena, facts->lists[DX_FACT_ADDRESS].n * 2)) {
        return;
    }
    other = dx_twins_put(&places->twins, places->items, places->n,
                         dx_hash((uint64_t)place->kind + 1, place->part, sizeof place->part), same_place);
    if (other == places->n) {
        places->n++;
        return;
    }
    dx_facts_raise(
        facts, &(struct dx_finding){.rule = DX_RULE_ADR_Q01,
                                    .node = place->node,
                                    .attr = kinds[place->kind].parts[1] ? NULL : kinds[place->kind].parts[0],
                                    .value = spell(facts, place),
                                    .args = {dx_facts_name(facts, place->device), dx_str_of(kinds[place->kind].what),
                                             spell(facts, place), dx_facts_name(facts, places->items[other].device)}});
}

static void take_ccw(struct places *places, const struct dx_node *address)
{
    struct dx_facts *facts = places->facts;
    struct dx_str name = dx_facts_name(facts, address->parent);
    size_t stated = 0;

    for (size_t i = 0; i < MAX_PARTS; i++) {
        stated += dx_node_attr(address, kinds[CCW].parts[i]).ptr != NULL;
    }
    if (stated > 0 && stated < MAX_PARTS) {
        dx_facts_point(facts, DX_RULE_ADR_P02, address, NULL, name, DX_NONE);
    }
    if (facts->board != DX_BOARD_S390_CCW && facts->target->machine.ptr) {
        dx_facts_point(facts, DX_RULE_ADR_Q02, address, "type", name, facts->target->machine);
    } else if (read_place(&places->items[places->n], address, address->parent, CCW)) {
        put(places);
    }
}

static void take_vio(struct places *places, const struct dx_node *address)
{
    struct place *place = &places->items[places->n];

    if (!read_place(place, address, address->parent, VIO)) {
        return;
    }
    if (place->part[0] > UINT32_MAX) {
        dx_facts_point(places->facts, DX_RULE_ADR_Q03, address, "reg", dx_node_attr(address, "reg"), DX_NONE);
    }
    put(places);
}

static void take_port(struct places *places, const struct dx_node *address)
{
    struct place *place = &places->items[places->n];
    unsigned ports = DEFAULT_PORTS;

    /* Port 0 is one that libvirt is to find. */
    if (!read_place(place, address, address->parent, SERIAL_PORT) || place->part[1] == 0) {
        return;
    }
    if (place->part[0] < MOST_CONTROLLERS && places->ports[place->part[0]]) {
        ports = places->ports[place->part[0]];
        if (place->part[1] >= ports) {
            dx_facts_point(places->facts, DX_RULE_ADR_Q04, address, "port", dx_node_attr(address, "port"),
                           dx_facts_word(places->facts, "%u", ports));
        }
    }
    put(places);
}

static void take_zpci(struct places *places, const struct dx_node *address)
{
    struct dx_facts *facts = places->facts;
    const struct dx_node *zpci = dx_node_child(address, "zpci");
    struct dx_str uid = dx_facts_attr(zpci, "uid");

    if (!zpci) {
        return;
    }
    if (facts->target->arch != DX_ARCH_S390X && !facts->target->arch_assumed) {
        if (uid.ptr || dx_node_attr(zpci, "fid").ptr) {
            dx_facts_point(facts, DX_RULE_ADR_Q05, zpci, NULL, facts->target->arch_name, DX_NONE);
        }
        return;
    }
    if (read_place(&places->items[places->n], zpci, address->parent, ZPCI_UID)) {
        uint64_t value = places->items[places->n].part[0];

        if (value == 0 || value > UINT16_MAX) {
            dx_facts_point(facts, DX_RULE_ADR_Q06, zpci, "uid", uid, DX_NONE);
        } else {
            put(places);
        }
    }
    if (read_place(&places->items[places->n], zpci, address->parent, ZPCI_FID)) {
        put(places);
    }
}

static void take_controllers(struct places *places)
{
    const struct dx_fact_list *list = &places->facts->lists[DX_FACT_CONTROLLER];

    for (size_t i = 0; i < list->n; i++) {
        uint64_t index, ports;

        if (dx_str_is(dx_node_attr(list->items[i], "type"), "virtio-serial") &&
            dx_facts_number(&index, dx_node_attr(list->items[i], "index"), MOST_CONTROLLERS - 1) == 1 &&
            dx_facts_number(&ports, dx_node_attr(list->items[i], "ports"), UINT16_MAX) == 1) {
            places->ports[index] = (uint16_t)ports;
        }
    }
}

void dx_check_buses(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_ADDRESS];
    struct places places = {.facts = facts};

    for (size_t i = 0; facts->qemu && i < list->n; i++) {
        const struct dx_node *address = list->items[i];
        struct dx_str type = dx_node_attr(address, "type");
        bool zpci = dx_str_is(type, "pci") && address->first;
        bool mine = zpci || dx_str_is(type, "ccw") || dx_str_is(type, "spapr-vio") || dx_str_is(type, "virtio-serial");

        /* The first console is the serial device that stands beside it. */
        if (!mine || (dx_node_is(address->parent, "console") && !dx_str_is(type, "virtio-serial"))) {
            continue;
        }
        if (!places.items) {
            take_controllers(&places);
            places.items = dx_arena_alloc(facts->arena, (list->n * 2 + 1) * sizeof *places.items);
        }
        if (!places.items) {
            return;
        }
        if (zpci) {
            take_zpci(&places, address);
        } else if (dx_str_is(type, "ccw")) {
            take_ccw(&places, address);
        } else if (dx_str_is(type, "spapr-vio")) {
            take_vio(&places, address);
        } else {
            take_port(&places, address);
        }
    }
}
