/* USB: controllers and their companions, hubs, ports (domain_conf.c, domain_addr.c, qemu_postparse.c). */
#include "facts.h"

enum { MAX_DEPTH = 4, HUB_PORTS = 8, MOST_XHCI_PORTS = 15, MOST_BUSES = 256 };

/* What is known of a bus. */
enum { NO_BUS, BUS_UNKNOWN, BUS_KNOWN };

struct bus {
    uint8_t state, ports;
};

struct usb {
    struct dx_facts *facts;
    struct bus buses[MOST_BUSES];
    const struct dx_node *none; /* the controller that switches USB off */
    bool others, master;        /* other controllers are there; one of them is no companion */
    bool numbered;              /* all of them state an index */
};

struct spot {
    const struct dx_node *address, *device;
    uint64_t bus;
    struct dx_str port; /* as it is spelled, without leading zeros libvirt takes no port */
    bool hub;
};

/* Ports of the models that state none; companions have theirs with ich9-ehci1. */
static const struct {
    const char *model;
    unsigned ports;
} models[] = {
    {"piix3-uhci", 2}, {"piix4-uhci", 2}, {"vt82c686b-uhci", 2}, {"ehci", 6},
    {"ich9-ehci1", 6}, {"pci-ohci", 3},   {"nec-xhci", 4},       {"qemu-xhci", 4},
};

static bool is_xhci(struct dx_str model)
{
    return dx_str_is(model, "nec-xhci") || dx_str_is(model, "qemu-xhci");
}

/* ---- controllers ---- */

static void check_ports(struct usb *usb, const struct dx_node *node, struct dx_str model, struct bus *bus)
{
    struct dx_str text = dx_node_attr(node, "ports");
    uint64_t ports;

    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        if (dx_str_is(model, models[i].model)) {
            *bus = (struct bus){BUS_KNOWN, (uint8_t)models[i].ports};
        }
    }
    if (!text.ptr || dx_facts_any_base(&ports, text, INT32_MAX) != 1) {
        return;
    }
    if (model.ptr && !is_xhci(model)) {
        dx_facts_point(usb->facts, DX_RULE_USB_Q02, node, "ports", model, DX_NONE);
    } else if (is_xhci(model) && ports > MOST_XHCI_PORTS) {
        dx_facts_point(usb->facts, DX_RULE_USB_Q01, node, "ports", model, text);
    } else if (model.ptr) { /* without one, libvirt's own choice may have no such number */
        *bus = (struct bus){BUS_KNOWN, (uint8_t)ports};
    }
}

static void take_controller(struct usb *usb, const struct dx_node *node)
{
    struct dx_str model = dx_node_attr(node, "model");
    struct bus bus = {BUS_UNKNOWN, 0};
    uint64_t index;
    bool numbered;

    if (dx_str_is(model, "none")) {
        if (usb->none || usb->others) {
            dx_facts_point(usb->facts, DX_RULE_USB_P01, node, "model", DX_NONE, DX_NONE);
        }
        usb->none = node;
        return;
    }
    if (usb->none) {
        dx_facts_point(usb->facts, DX_RULE_USB_P01B, node, NULL, DX_NONE, DX_NONE);
    }
    usb->others = true;
    usb->master |= !dx_node_child(node, "master");
    check_ports(usb, node, model, &bus);
    if (dx_str_is(model, "qusb1") || dx_str_is(model, "qusb2")) {
        dx_facts_point(usb->facts, DX_RULE_USB_Q03, node, "model", model, DX_NONE);
    }
    numbered = dx_facts_number(&index, dx_node_attr(node, "index"), UINT32_MAX) == 1;
    usb->numbered &= numbered;
    if (numbered && index < MOST_BUSES && usb->buses[index].state != BUS_KNOWN) {
        usb->buses[index] = bus;
    }
}

static void take_controllers(struct usb *usb)
{
    const struct dx_fact_list *list = &usb->facts->lists[DX_FACT_CONTROLLER];
    const struct dx_node *companion = NULL;

    usb->numbered = true;
    for (size_t i = 0; i < list->n; i++) {
        if (dx_str_is(dx_node_attr(list->items[i], "type"), "usb")) {
            take_controller(usb, list->items[i]);
            companion = list->items[i];
        }
    }
    if (usb->others && !usb->master) {
        dx_facts_point(usb->facts, DX_RULE_USB_P02, dx_node_child(companion, "master"), NULL, DX_NONE, DX_NONE);
    }
}

/* ---- devices ---- */

/* True for what libvirt counts as a USB device. */
static bool is_usb(const struct dx_node *device)
{
    static const struct {
        const char *element, *attr;
    } kinds[] = {{"hub", "type"}, {"hostdev", "type"}, {"redirdev", "bus"}, {"input", "bus"}, {"sound", "model"}};

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (dx_node_is(device, kinds[i].element)) {
            return dx_str_is(dx_node_attr(device, kinds[i].attr), "usb");
        }
    }
    if (dx_node_is(device, "disk")) {
        const struct dx_node *target = dx_node_child(device, "target");

        return target && dx_str_is(dx_node_attr(target, "bus"), "usb");
    }
    return dx_node_is(device, "controller") && dx_str_is(dx_node_attr(device, "type"), "ccid");
}

/* "1", "1.2" … "8.8.8.8"; gives how deep it is, 0 when it is no port. */
static size_t depth_of(struct dx_str port)
{
    size_t depth = 1, digits = 0;

    for (size_t i = 0; i < port.len; i++) {
        if (port.ptr[i] == '.' && digits > 0) {
            depth++;
            digits = 0;
        } else if (port.ptr[i] >= '0' && port.ptr[i] <= '9' && (digits > 0 || port.ptr[i] != '0')) {
            digits++;
        } else {
            return 0;
        }
    }
    return digits > 0 && depth <= MAX_DEPTH ? depth : 0;
}

static bool same_port(const void *items, size_t a, size_t b)
{
    const struct spot *spots = items;

    return spots[a].bus == spots[b].bus && dx_str_equal(spots[a].port, spots[b].port);
}

static uint64_t hash_of(const struct spot *spot)
{
    return dx_hash(spot->bus + 1, spot->port.ptr, spot->port.len);
}

/* The last of the numbers in a port's path. */
static unsigned last_of(struct dx_str port)
{
    unsigned number = 0;

    for (size_t i = 0; i < port.len; i++) {
        number = port.ptr[i] == '.' ? 0 : number * 10 % 100000 + (unsigned)(port.ptr[i] - '0');
    }
    return number;
}

static void check_range(struct usb *usb, const struct spot *spot)
{
    bool top = memchr(spot->port.ptr, '.', spot->port.len) == NULL;
    const struct bus *bus = &usb->buses[spot->bus];
    unsigned ports = top ? bus->ports : HUB_PORTS;

    if ((!top || bus->state == BUS_KNOWN) && last_of(spot->port) > ports) {
        dx_facts_raise(usb->facts, &(struct dx_finding){.rule = DX_RULE_USB_Q06,
                                                        .node = spot->address,
                                                        .attr = "port",
                                                        .value = spot->port,
                                                        .args = {spot->port, dx_facts_name(usb->facts, spot->device),
                                                                 top ? DX_S("bus") : DX_S("hub"),
                                                                 dx_facts_word(usb->facts, "%u", ports)}});
    }
}

/* Keeps a device that names its port; false when that can be said to be nothing. */
static bool take_spot(struct usb *usb, struct spot *spot, const struct dx_node *address)
{
    struct dx_facts *facts = usb->facts;
    struct dx_str bus = dx_node_attr(address, "bus");

    *spot = (struct spot){.address = address, .device = address->parent, .port = dx_node_attr(address, "port")};
    spot->hub = dx_node_is(spot->device, "hub");
    if (!dx_str_is(dx_node_attr(address, "type"), "usb") || !is_usb(spot->device) ||
        dx_facts_any_base(&spot->bus, bus, UINT32_MAX) < 0) {
        return false;
    }
    if (usb->numbered && !usb->none &&
        (spot->bus >= MOST_BUSES || (spot->bus > 0 && usb->buses[spot->bus].state == NO_BUS))) {
        dx_facts_point(facts, DX_RULE_USB_Q04, address, "bus", dx_facts_name(facts, spot->device), bus);
        return false;
    }
    return spot->bus < MOST_BUSES && depth_of(spot->port) > 0;
}

static void check_twin(struct usb *usb, struct dx_twins *twins, const struct spot *spots, size_t i)
{
    size_t other = dx_twins_put(twins, spots, i, hash_of(&spots[i]), same_port);

    if (other != i) {
        dx_facts_raise(usb->facts, &(struct dx_finding){.rule = DX_RULE_USB_Q05,
                                                        .node = spots[i].address,
                                                        .attr = "port",
                                                        .value = spots[i].port,
                                                        .args = {dx_facts_name(usb->facts, spots[i].device),
                                                                 spots[i].port, dx_node_attr(spots[i].address, "bus"),
                                                                 dx_facts_name(usb->facts, spots[other].device)}});
    }
}

/* Below a port there has to be a hub. `spots` has room for one more, which is asked for. */
static void check_above(struct usb *usb, const struct dx_twins *hubs, struct spot *spots, size_t n, size_t i)
{
    struct spot *above = &spots[n];
    size_t len = spots[i].port.len, found;

    while (len > 0 && spots[i].port.ptr[len - 1] != '.') {
        len--;
    }
    if (len == 0) {
        return;
    }
    *above = (struct spot){.bus = spots[i].bus, .port = {spots[i].port.ptr, len - 1}};
    found = dx_twins_find(hubs, spots, n, hash_of(above), same_port);
    if (found == n) {
        dx_facts_raise(usb->facts,
                       &(struct dx_finding){.rule = DX_RULE_USB_Q07,
                                            .node = spots[i].address,
                                            .attr = "port",
                                            .value = spots[i].port,
                                            .args = {dx_facts_name(usb->facts, spots[i].device), above->port}});
    }
}

static void check_spots(struct usb *usb)
{
    const struct dx_fact_list *list = &usb->facts->lists[DX_FACT_ADDRESS];
    struct spot *spots = NULL;
    struct dx_twins twins, hubs;
    size_t n = 0;

    for (size_t i = 0; i < list->n; i++) {
        if (!dx_str_is(dx_node_attr(list->items[i], "type"), "usb")) {
            continue;
        }
        spots = spots ? spots : dx_arena_alloc(usb->facts->arena, (list->n + 1) * sizeof *spots);
        if (!spots) {
            return;
        }
        n += take_spot(usb, &spots[n], list->items[i]);
    }
    if (n == 0 || !dx_twins_init(&twins, usb->facts->arena, n) || !dx_twins_init(&hubs, usb->facts->arena, n)) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        if (spots[i].hub) {
            dx_twins_put(&hubs, spots, i, hash_of(&spots[i]), same_port);
        }
    }
    for (size_t i = 0; i < n; i++) {
        check_twin(usb, &twins, spots, i);
        check_range(usb, &spots[i]);
        check_above(usb, &hubs, spots, n, i);
    }
}

/* Where USB is switched off there can be no device. */
static void check_off(struct usb *usb)
{
    static const enum dx_fact facts_of[] = {DX_FACT_HUB,     DX_FACT_INPUT, DX_FACT_HOSTDEV,
                                            DX_FACT_CHARDEV, DX_FACT_DISK,  DX_FACT_SOUND};
    static const enum dx_rule_id rules[] = {DX_RULE_USB_P03, DX_RULE_USB_P03, DX_RULE_USB_P03,
                                            DX_RULE_USB_G01, DX_RULE_USB_Q08, DX_RULE_USB_Q08};

    for (size_t k = 0; k < sizeof facts_of / sizeof facts_of[0]; k++) {
        const struct dx_fact_list *list = &usb->facts->lists[facts_of[k]];

        for (size_t i = 0; i < list->n; i++) {
            if (is_usb(list->items[i])) {
                dx_facts_point(usb->facts, rules[k], list->items[i], NULL, dx_facts_name(usb->facts, list->items[i]),
                               DX_NONE);
            }
        }
    }
}

void dx_check_usb(struct dx_facts *facts)
{
    struct usb usb;

    if (facts->lists[DX_FACT_CONTROLLER].n == 0 && facts->lists[DX_FACT_ADDRESS].n == 0) {
        return;
    }
    memset(&usb, 0, sizeof usb);
    usb.facts = facts;
    take_controllers(&usb);
    if (usb.none && !usb.others) {
        check_off(&usb);
    } else if (facts->qemu) {
        check_spots(&usb);
    }
}
