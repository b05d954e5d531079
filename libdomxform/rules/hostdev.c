/* Devices of the host: that none is given twice, and what goes with which kind (domain_conf.c, domain_validate.c). */
#include "facts.h"

enum kind { USB, PCI, SCSI, SCSI_HOST, MDEV, OTHER, N_KINDS };

static const char *const kind_names[] = {"usb", "pci", "scsi", "scsi_host", "mdev", NULL};

/* The types of address that a kind takes (virDomainHostdevDefValidate, …PostParse). */
static const char *const addresses[N_KINDS][3] = {
    [USB] = {"usb", NULL},
    [PCI] = {"pci", "unassigned", NULL},
    [SCSI] = {"drive", NULL},
    [SCSI_HOST] = {"pci", "ccw", NULL},
};

/* Which device of the host it is: equal for two that are one. */
struct identity {
    const struct dx_node *node, *at;
    enum kind kind;
    unsigned how; /* a USB device is named by place or by product */
    uint64_t part[4];
    struct dx_str word;
};

struct hostdevs {
    struct dx_facts *facts;
    struct identity *items;
    size_t n;
    struct dx_twins twins;
    const struct dx_node *ramfb, *ap;
};

static bool same_identity(const void *items, size_t a, size_t b)
{
    const struct identity *x = (const struct identity *)items + a, *y = (const struct identity *)items + b;

    return x->kind == y->kind && x->how == y->how && memcmp(x->part, y->part, sizeof x->part) == 0 &&
           dx_str_equal(x->word, y->word);
}

static enum kind kind_of(const struct dx_node *hostdev)
{
    struct dx_str type = dx_node_attr(hostdev, "type");

    for (unsigned i = 0; i < OTHER; i++) {
        if (dx_str_is(type, kind_names[i])) {
            return (enum kind)i;
        }
    }
    return OTHER;
}

static bool numbers_of(uint64_t *part, const struct dx_node *node, const char *const *names, size_t needed)
{
    for (size_t i = 0; node && names[i]; i++) {
        int rc = dx_facts_any_base(&part[i], dx_node_attr(node, names[i]), UINT32_MAX);

        if (rc < 0 || (rc == 0 && i < needed)) {
            return false;
        }
    }
    return node != NULL;
}

static bool identify_usb(struct identity *id, const struct dx_node *source)
{
    static const char *const place[] = {"bus", "device", NULL}, *const name[] = {"id", NULL};
    const struct dx_node *vendor = dx_node_child(source, "vendor"), *product = dx_node_child(source, "product");

    id->at = dx_node_child(source, "address");
    if (id->at) {
        return numbers_of(id->part, id->at, place, 2) && id->part[0] && id->part[1];
    }
    id->at = vendor;
    id->how = 1;
    return numbers_of(&id->part[0], vendor, name, 1) && numbers_of(&id->part[1], product, name, 1);
}

static bool identify_scsi(struct identity *id, const struct dx_node *source)
{
    static const char *const place[] = {"bus", "target", "unit", NULL};
    const struct dx_node *adapter = dx_node_child(source, "adapter");

    id->at = dx_node_child(source, "address");
    if (dx_node_attr(source, "protocol").ptr || !adapter) {
        return false; /* iscsi: of several hosts, which are compared by what they resolve to */
    }
    id->word = dx_node_attr(adapter, "name");
    return id->word.ptr && numbers_of(id->part, id->at, place, 3);
}

/* False when the document does not say which device it is. */
static bool identify(struct identity *id, const struct dx_node *node, enum kind kind)
{
    static const char *const place[] = {"domain", "bus", "slot", "function", NULL};
    const struct dx_node *source = dx_node_child(node, "source");

    *id = (struct identity){.node = node, .kind = kind};
    if (!source) {
        return false;
    }
    switch (kind) {
    case USB:
        return identify_usb(id, source);
    case PCI:
        id->at = dx_node_child(source, "address");
        return numbers_of(id->part, id->at, place, 0);
    case SCSI:
        return identify_scsi(id, source);
    case SCSI_HOST:
        id->at = source;
        id->word = dx_node_attr(source, "wwpn");
        return id->word.ptr != NULL;
    case MDEV:
        id->at = dx_node_child(source, "address");
        id->word = dx_facts_attr(id->at, "uuid");
        return id->word.ptr != NULL;
    case OTHER:
    case N_KINDS:
        break;
    }
    return false;
}

static void check_twin(struct hostdevs *all, const struct dx_node *node, enum kind kind)
{
    struct identity *id = &all->items[all->n];
    uint64_t hash;

    if (!identify(id, node, kind)) {
        return;
    }
    hash = dx_hash(id->kind + 1 + id->how * N_KINDS, id->part, sizeof id->part);
    if (dx_twins_put(&all->twins, all->items, all->n, dx_hash(hash, id->word.ptr, id->word.len), same_identity) ==
        all->n) {
        all->n++;
    } else {
        dx_facts_point(all->facts, DX_RULE_HST_G01, id->at, NULL, dx_str_of(kind_names[kind]), DX_NONE);
    }
}

/* ---- what goes with which kind ---- */

static void check_address(struct hostdevs *all, const struct dx_node *node, enum kind kind)
{
    const struct dx_node *address = dx_node_child(node, "address");
    struct dx_str type = dx_facts_attr(address, "type"), model = dx_node_attr(node, "model");
    bool good = !addresses[kind][0] || dx_str_any(type, addresses[kind]);

    if (kind == MDEV) {
        good = !((dx_str_is(model, "vfio-pci") && !dx_str_is(type, "pci")) ||
                 (dx_str_is(model, "vfio-ccw") && !dx_str_is(type, "ccw")));
    }
    if (type.ptr && !good) {
        dx_facts_point(all->facts, DX_RULE_HST_G02, address, "type", type,
                       kind == MDEV ? model : dx_str_of(kind_names[kind]));
    }
}

static void check_attrs(struct hostdevs *all, const struct dx_node *node, enum kind kind)
{
    static const char *const for_scsi[] = {"rawio", "sgio"};

    for (size_t i = 0; i < 2; i++) {
        if (kind != SCSI && dx_node_attr(node, for_scsi[i]).ptr) {
            dx_facts_point(all->facts, DX_RULE_HST_P01, node, for_scsi[i], dx_str_of(for_scsi[i]), DX_NONE);
        }
    }
    if (dx_str_is(dx_node_attr(node, "sgio"), "unfiltered") && kind == SCSI) {
        dx_facts_point(all->facts, DX_RULE_HST_G03, node, "sgio", DX_NONE, DX_NONE);
    }
    if (kind == MDEV && !dx_node_attr(node, "model").ptr) {
        dx_facts_point(all->facts, DX_RULE_HST_P02, node, NULL, DX_NONE, DX_NONE);
    }
}

static void check_mdev(struct hostdevs *all, const struct dx_node *node)
{
    struct dx_str model = dx_node_attr(node, "model");

    if (dx_str_is(dx_node_attr(node, "ramfb"), "on")) {
        if (all->ramfb) {
            dx_facts_point(all->facts, DX_RULE_HST_G04, node, "ramfb", DX_NONE, DX_NONE);
        }
        all->ramfb = node;
    }
    if (dx_str_is(model, "vfio-ap")) {
        if (all->ap) {
            dx_facts_point(all->facts, DX_RULE_HST_Q01, node, "model", DX_NONE, DX_NONE);
        }
        all->ap = node;
    }
    if (dx_str_is(model, "vfio-pci") && dx_str_is(dx_node_attr(node, "display"), "on") &&
        all->facts->lists[DX_FACT_GRAPHICS].n == 0) {
        dx_facts_point(all->facts, DX_RULE_HST_Q02, node, "display", DX_NONE, DX_NONE);
    }
}

/* Devices that cannot boot a guest of QEMU. */
static void check_boot(struct hostdevs *all, const struct dx_node *node, enum kind kind)
{
    static const char *const models[] = {"vfio-pci", "vfio-ap", NULL};
    const struct dx_node *boot = dx_node_child(node, "boot");
    struct dx_str model = kind == MDEV ? dx_node_attr(node, "model") : DX_NONE;

    if (boot && (kind == SCSI_HOST || dx_str_any(model, models))) {
        dx_facts_point(all->facts, DX_RULE_HST_Q03, boot, NULL, dx_str_of(kind_names[kind]), DX_NONE);
    }
}

static void check_hostdev(struct hostdevs *all, const struct dx_node *node)
{
    enum kind kind = kind_of(node);

    if (kind == OTHER || dx_str_is(dx_node_attr(node, "mode"), "capabilities")) {
        return;
    }
    check_twin(all, node, kind);
    check_address(all, node, kind);
    check_attrs(all, node, kind);
    check_boot(all, node, kind);
    if (kind == MDEV) {
        check_mdev(all, node);
    }
}

void dx_check_hostdevs(struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_HOSTDEV], *nets = &facts->lists[DX_FACT_DEVICE_SWITCH];
    struct hostdevs all = {.facts = facts};

    if (list->n == 0) {
        return;
    }
    all.items = dx_arena_alloc(facts->arena, (list->n + nets->n) * sizeof *all.items);
    if (!all.items || !dx_twins_init(&all.twins, facts->arena, list->n + nets->n)) {
        return;
    }
    for (size_t i = 0; i < list->n; i++) {
        check_hostdev(&all, list->items[i]);
    }
    /* An interface of type hostdev is a hostdev as well. */
    for (size_t i = 0; i < nets->n; i++) {
        if (dx_node_is(nets->items[i], "interface") && dx_str_is(dx_node_attr(nets->items[i], "type"), "hostdev")) {
            const struct dx_node *source = dx_node_child(nets->items[i], "source");
            const struct dx_node *address = source ? dx_node_child(source, "address") : NULL;

            if (address && dx_str_is(dx_node_attr(address, "type"), "pci")) {
                check_twin(&all, nets->items[i], PCI);
            }
        }
    }
}
