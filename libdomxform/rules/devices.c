/* Small devices: shared memory, IOMMU, panic, watchdog, file systems, vsock, input, balloon (qemu_validate.c). */
#include "facts.h"

static struct dx_str address_type(const struct dx_node *device)
{
    return dx_facts_attr(dx_node_child(device, "address"), "type");
}

/* ---- shared memory ---- */

static void check_shmem(struct dx_facts *facts, const struct dx_node *shmem)
{
    const struct dx_node *model = dx_node_child(shmem, "model"), *msi = dx_node_child(shmem, "msi");
    const struct dx_node *server = dx_node_child(shmem, "server");
    struct dx_str name = dx_node_attr(shmem, "name"), type = dx_facts_attr(model, "type");

    if (msi && !server) {
        dx_facts_point(facts, DX_RULE_DEV_P01, msi, NULL, DX_NONE, DX_NONE);
    }
    if (name.ptr && (memchr(name.ptr, '/', name.len) || dx_str_is(name, ".") || dx_str_is(name, ".."))) {
        dx_facts_point(facts, DX_RULE_DEV_G01, shmem, "name", name, DX_NONE);
    }
    if ((dx_str_is(type, "ivshmem-plain") && server) || (dx_str_is(type, "ivshmem-doorbell") && !server)) {
        dx_facts_point(facts, server ? DX_RULE_DEV_Q01 : DX_RULE_DEV_Q01B, model, "type", type, DX_NONE);
    }
}

/* ---- IOMMU ---- */

static bool ioapic_is_qemu(const struct dx_facts *facts)
{
    const struct dx_fact_list *list = &facts->lists[DX_FACT_FEATURE];

    for (size_t i = 0; i < list->n; i++) {
        if (dx_node_is(list->items[i], "ioapic") && dx_str_is(dx_node_attr(list->items[i], "driver"), "qemu")) {
            return true;
        }
    }
    return false;
}

static void check_iommu(struct dx_facts *facts, const struct dx_node *iommu)
{
    static const struct {
        const char *model;
        enum dx_board boards[2];
    } homes[] = {{"intel", {DX_BOARD_Q35, DX_BOARD_Q35}},
                 {"smmuv3", {DX_BOARD_ARM_VIRT, DX_BOARD_ARM_VIRT}},
                 {"virtio", {DX_BOARD_Q35, DX_BOARD_ARM_VIRT}}};
    const struct dx_node *driver = dx_node_child(iommu, "driver");
    struct dx_str model = dx_node_attr(iommu, "model"), address = address_type(iommu);

    for (size_t i = 0; facts->target->machine.ptr && i < 3; i++) {
        if (dx_str_is(model, homes[i].model) && facts->board != homes[i].boards[0] &&
            facts->board != homes[i].boards[1]) {
            dx_facts_point(facts, DX_RULE_DEV_Q02, iommu, "model", model, facts->target->machine);
        }
    }
    if (dx_str_is(model, "virtio") && !dx_facts_first(facts, DX_FACT_ACPI)) {
        dx_facts_point(facts, DX_RULE_DEV_Q03, iommu, "model", DX_NONE, DX_NONE);
    }
    if (dx_str_is(model, "virtio") && address.ptr && !dx_str_is(address, "pci")) {
        dx_facts_point(facts, DX_RULE_DEV_Q04, dx_node_child(iommu, "address"), "type", address, DX_NONE);
    }
    if (dx_str_is(dx_facts_attr(driver, "intremap"), "on") && !ioapic_is_qemu(facts)) {
        dx_facts_point(facts, DX_RULE_DEV_G02, driver, "intremap", DX_NONE, DX_NONE);
    }
    if (dx_str_is(dx_facts_attr(driver, "eim"), "on") && !dx_str_is(dx_facts_attr(driver, "intremap"), "on")) {
        dx_facts_point(facts, DX_RULE_DEV_G03, driver, "eim", DX_NONE, DX_NONE);
    }
}

/* ---- panic ---- */

static bool panic_is_for(const struct dx_facts *facts, struct dx_str model)
{
    if (dx_str_is(model, "pseries")) {
        return facts->board == DX_BOARD_PSERIES || !facts->target->machine.ptr;
    }
    if (dx_str_is(model, "s390")) {
        return facts->target->arch == DX_ARCH_S390X;
    }
    return !dx_str_is(model, "hyperv") || facts->target->arch == DX_ARCH_X86;
}

static void check_panic(struct dx_facts *facts, const struct dx_node *panic)
{
    struct dx_str stated = dx_node_attr(panic, "model"), model = stated, type = address_type(panic);
    bool none, isa;

    if (!stated.ptr) { /* qemuDomainDefaultPanicModel */
        model = facts->board == DX_BOARD_PSERIES       ? DX_S("pseries")
                : facts->target->arch == DX_ARCH_S390X ? DX_S("s390")
                                                       : DX_NONE;
    } else if (!panic_is_for(facts, stated)) {
        dx_facts_point(facts, DX_RULE_DEV_Q05, panic, "model", stated, facts->target->arch_name);
        return;
    }
    none = dx_str_is(model, "pseries") || dx_str_is(model, "s390") || dx_str_is(model, "hyperv");
    isa = dx_str_is(model, "isa");
    if (type.ptr && (none || (isa && !dx_str_is(type, "isa")))) {
        dx_facts_point(facts, DX_RULE_DEV_Q06, dx_node_child(panic, "address"), NULL, model, type);
    }
}

/* ---- watchdogs ---- */

static void check_watchdog(struct dx_facts *facts, const struct dx_node *watchdog)
{
    struct dx_str model = dx_node_attr(watchdog, "model"), type = address_type(watchdog);
    bool known = facts->target->machine.ptr != NULL, esb = dx_str_is(model, "i6300esb");

    if (known && ((dx_str_is(model, "itco") && facts->board != DX_BOARD_Q35) ||
                  (dx_str_is(model, "diag288") && facts->target->arch != DX_ARCH_S390X))) {
        dx_facts_point(facts, DX_RULE_DEV_Q07, watchdog, "model", model, facts->target->machine);
    } else if (type.ptr && ((esb && !dx_str_is(type, "pci")) || dx_str_is(model, "ib700") || dx_str_is(model, "itco") ||
                            dx_str_is(model, "diag288"))) {
        dx_facts_point(facts, DX_RULE_DEV_Q08, dx_node_child(watchdog, "address"), "type", model, type);
    }
}

/* ---- file systems ---- */

static void check_filesystem(struct dx_facts *facts, const struct dx_node *fs)
{
    const struct dx_node *driver = dx_node_child(fs, "driver"), *boot = dx_node_child(fs, "boot");
    bool virtiofs = dx_str_is(dx_facts_attr(driver, "type"), "virtiofs");
    struct dx_str type = address_type(fs);

    if (boot && !virtiofs) {
        dx_facts_point(facts, DX_RULE_DEV_G04, boot, NULL, DX_NONE, DX_NONE);
    } else if (boot && (dx_str_is(type, "ccw") || (!type.ptr && facts->board == DX_BOARD_S390_CCW))) {
        dx_facts_point(facts, DX_RULE_DEV_Q09, boot, NULL, DX_NONE, DX_NONE);
    }
    if (!dx_node_child(fs, "target")) {
        dx_facts_point(facts, DX_RULE_DEV_G05, fs, NULL, DX_NONE, DX_NONE);
    }
}

/* ---- input and vsock ---- */

static void check_input(struct dx_facts *facts, const struct dx_node *input)
{
    static const char *const ps2[] = {"mouse", "keyboard", NULL};
    struct dx_str type = dx_node_attr(input, "type"), bus = dx_node_attr(input, "bus");

    if (dx_str_is(bus, "ps2") && type.ptr && !dx_str_any(type, ps2)) {
        dx_facts_point(facts, DX_RULE_DEV_G06, input, "bus", type, bus);
    } else if (dx_str_is(type, "passthrough") && bus.ptr && !dx_str_is(bus, "virtio")) {
        dx_facts_point(facts, DX_RULE_DEV_G06, input, "bus", type, bus);
    }
}

static void check_vsock(struct dx_facts *facts, const struct dx_node *vsock)
{
    const struct dx_node *cid = dx_node_child(vsock, "cid");
    uint64_t value;

    if (dx_facts_number(&value, dx_facts_attr(cid, "address"), UINT32_MAX) == 1 && value > 0 && value <= 2) {
        dx_facts_point(facts, DX_RULE_DEV_G07, cid, "address", dx_node_attr(cid, "address"), DX_NONE);
    }
}

/* ---- the memory balloon (tried with virsh define, 9.0) ---- */

static void check_balloon(struct dx_facts *facts, const struct dx_node *balloon)
{
    static const char *const models[] = {"virtio", "xen", "none", "virtio-transitional", "virtio-non-transitional",
                                         NULL};
    const struct dx_node *stats = dx_node_child(balloon, "stats");
    struct dx_str model = dx_node_attr(balloon, "model"), period = dx_facts_attr(stats, "period");
    uint64_t value;

    if (period.len > 1 && period.ptr[0] == '-') { /* as good as 0 */
        period.ptr++;
        period.len--;
    }
    if (balloon != dx_facts_first(facts, DX_FACT_BALLOON)) {
        dx_facts_point(facts, DX_RULE_DEV_G08, balloon, NULL, DX_NONE, DX_NONE);
    }
    if (!model.ptr) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_DEV_P02, .node = balloon, .lacks = "model"});
    } else if (!dx_str_any(model, models)) {
        dx_facts_point(facts, DX_RULE_DEV_P02B, balloon, "model", model, DX_NONE);
    }
    if (dx_facts_any_base(&value, period, INT32_MAX) < 0) {
        dx_facts_point(facts, DX_RULE_DEV_P03, stats, "period", dx_node_attr(stats, "period"), DX_NONE);
    }
}

void dx_check_devices(struct dx_facts *facts)
{
    static const struct {
        enum dx_fact fact;
        void (*check)(struct dx_facts *facts, const struct dx_node *device);
    } checks[] = {
        {DX_FACT_SHMEM, check_shmem},           {DX_FACT_IOMMU, check_iommu},     {DX_FACT_PANIC, check_panic},
        {DX_FACT_WATCHDOG, check_watchdog},     {DX_FACT_INPUT, check_input},     {DX_FACT_VSOCK, check_vsock},
        {DX_FACT_FILESYSTEM, check_filesystem}, {DX_FACT_BALLOON, check_balloon},
    };

    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        const struct dx_fact_list *list = &facts->lists[checks[i].fact];

        for (size_t k = 0; k < list->n; k++) {
            checks[i].check(facts, list->items[k]);
        }
    }
}
