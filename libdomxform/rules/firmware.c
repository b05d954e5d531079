/* Firmware: loader, nvram and the features that choose them (virDomainDefOSValidate), and what needs ACPI. */
#include "facts.h"

struct firmware {
    struct dx_facts *facts;
    const struct dx_node *os, *loader, *nvram;
    struct dx_str kind, path; /* of automatic selection; of the loader */
};

static bool has_nvram(const struct firmware *it)
{
    return it->nvram && (dx_node_child(it->nvram, "source") || dx_trim(dx_node_text(it->nvram)).len > 0);
}

/* -1 absent, 0 no, 1 yes. */
static int feature(const struct dx_node *features, const char *name)
{
    int state = -1;

    for (const struct dx_node *f = dx_node_child(features, "feature"); f; f = dx_node_next_named(f, "feature")) {
        if (dx_str_is(dx_node_attr(f, "name"), name)) {
            state = dx_str_is(dx_node_attr(f, "enabled"), "yes");
        }
    }
    return state;
}

static void check_features(const struct firmware *it)
{
    const struct dx_node *features = dx_node_child(it->os, "firmware");

    if (!features || !dx_node_child(features, "feature")) {
        return;
    }
    if (!it->kind.ptr) {
        dx_facts_point(it->facts, DX_RULE_FW_G02, features, NULL, DX_NONE, DX_NONE);
    } else if (feature(features, "enrolled-keys") == 1 && feature(features, "secure-boot") == 0) {
        dx_facts_point(it->facts, DX_RULE_FW_G01, features, NULL, DX_NONE, DX_NONE);
    }
}

static void check_loader(const struct firmware *it)
{
    struct dx_str stateless = dx_facts_attr(it->loader, "stateless"), type = dx_facts_attr(it->loader, "type");

    if (!it->kind.ptr && it->loader && it->path.len == 0) {
        dx_facts_point(it->facts, DX_RULE_FW_G03, it->loader, NULL, DX_NONE, DX_NONE);
        return;
    }
    if (it->kind.ptr && !dx_str_is(it->kind, "efi") && has_nvram(it)) {
        dx_facts_point(it->facts, DX_RULE_FW_G04, it->nvram, NULL, it->kind, DX_NONE);
    }
    if (dx_str_is(stateless, "yes") && (has_nvram(it) || dx_facts_attr(it->nvram, "template").ptr)) {
        dx_facts_point(it->facts, DX_RULE_FW_G05, it->nvram, NULL, DX_NONE, DX_NONE);
    } else if (dx_str_is(stateless, "no") && it->kind.ptr && !dx_str_is(it->kind, "efi")) {
        dx_facts_point(it->facts, DX_RULE_FW_G06, it->loader, "stateless", it->kind, DX_NONE);
    } else if (dx_str_is(stateless, "no") && !it->kind.ptr && !dx_str_is(type, "pflash")) {
        dx_facts_point(it->facts, DX_RULE_FW_G06B, it->loader, "stateless", DX_NONE, DX_NONE);
    }
}

static void check_acpi(const struct firmware *it)
{
    const struct dx_node *acpi = dx_facts_first(it->facts, DX_FACT_ACPI);
    bool stateful = it->loader && dx_str_is(dx_facts_attr(it->loader, "type"), "pflash") && it->path.len > 0;
    bool uefi = dx_str_is(it->kind, "efi") || stateful;

    if (acpi && it->facts->target->arch == DX_ARCH_AARCH64 && !uefi) {
        dx_facts_point(it->facts, DX_RULE_FW_Q01, acpi, NULL, it->facts->target->arch_name, DX_NONE);
    } else if (!acpi && it->facts->target->arch == DX_ARCH_X86 && !it->facts->target->arch_assumed &&
               (dx_str_is(it->kind, "efi") || (stateful && dx_str_is(dx_facts_attr(it->loader, "readonly"), "yes")))) {
        dx_facts_point(it->facts, DX_RULE_FW_Q02, it->os, it->kind.ptr ? "firmware" : NULL, DX_NONE, DX_NONE);
    }
    if (acpi && it->facts->board == DX_BOARD_S390_CCW) {
        dx_facts_point(it->facts, DX_RULE_FW_Q03, acpi, NULL, it->facts->target->machine, DX_NONE);
    }
}

void dx_check_firmware(struct dx_facts *facts)
{
    static const char *const kinds[] = {"bios", "efi", NULL};
    struct firmware it = {.facts = facts, .os = dx_node_child(facts->domain, "os")};

    if (!it.os) {
        return;
    }
    it.kind = dx_node_attr(it.os, "firmware");
    if (it.kind.ptr && !dx_str_any(it.kind, kinds)) {
        dx_facts_point(facts, DX_RULE_FW_P01, it.os, "firmware", it.kind, DX_NONE);
    }
    it.loader = dx_node_child(it.os, "loader");
    it.nvram = dx_node_child(it.os, "nvram");
    it.path = it.loader ? dx_trim(dx_node_text(it.loader)) : DX_NONE;
    check_features(&it);
    check_loader(&it);
    check_acpi(&it);
}
