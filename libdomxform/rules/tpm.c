/* TPM: model, backend and version. */
#include "facts.h"

struct tpm {
    struct dx_facts *facts;
    const struct dx_node *node, *backend;
    struct dx_str model, type, version;
    bool proxy;
};

static void raise_value(const struct tpm *tpm, const struct dx_node *node, const char *attr, struct dx_str value)
{
    dx_facts_raise(
        tpm->facts,
        &(struct dx_finding){
            .rule = DX_RULE_TPM_P01, .node = node, .attr = attr, .value = value, .args = {dx_str_of(attr), value}});
}

/* Banks and profiles are of version 2.0; the QEMU driver fills in 1.2 for a tpm-tis of x86, else 2.0. */
static void check_two(const struct tpm *tpm, const struct dx_node *node)
{
    bool tis = !tpm->model.ptr || dx_str_is(tpm->model, "tpm-tis");
    struct dx_str version = tpm->version;

    if (!version.ptr) {
        version = tpm->facts->qemu && (tpm->facts->target->arch != DX_ARCH_X86 || !tis) ? DX_S("2.0") : DX_S("1.2");
    }
    if (!dx_str_is(version, "2.0")) {
        dx_facts_raise(tpm->facts, &(struct dx_finding){.rule = DX_RULE_TPM_G01,
                                                        .node = node,
                                                        .value = version,
                                                        .args = {dx_node_name(node), version}});
    }
}

static void check_banks(const struct tpm *tpm)
{
    static const char *const known[] = {"sha1", "sha256", "sha384", "sha512", NULL};
    const struct dx_node *banks = dx_node_child(tpm->backend, "active_pcr_banks");
    size_t n = 0;

    for (const struct dx_node *bank = banks ? banks->first : NULL; bank; bank = bank->next) {
        if (dx_node_is_element(bank)) {
            n++;
            if (!dx_str_any(dx_node_name(bank), known)) {
                dx_facts_point(tpm->facts, DX_RULE_TPM_P03, bank, NULL, dx_node_name(bank), DX_NONE);
            }
        }
    }
    if (n > 0) {
        check_two(tpm, banks);
    }
}

static void check_emulator(const struct tpm *tpm)
{
    static const char *const versions[] = {"1.2", "2.0", NULL};
    static const char *const switches[] = {"yes", "no", NULL};
    struct dx_str persistent = dx_node_attr(tpm->backend, "persistent_state");
    const struct dx_node *encryption = dx_node_child(tpm->backend, "encryption");
    const struct dx_node *source = dx_node_child(tpm->backend, "source");
    const struct dx_node *profile = dx_node_child(tpm->backend, "profile");
    struct dx_str secret = dx_facts_attr(encryption, "secret");
    unsigned char uuid[DX_UUID_BYTES];

    if (tpm->version.ptr && !dx_str_any(tpm->version, versions)) {
        raise_value(tpm, tpm->backend, "version", tpm->version);
    }
    if (persistent.ptr && !dx_str_any(persistent, switches)) {
        raise_value(tpm, tpm->backend, "persistent_state", persistent);
    }
    if (secret.ptr && !dx_facts_uuid(uuid, secret)) {
        dx_facts_point(tpm->facts, DX_RULE_TPM_P04, encryption, "secret", secret, DX_NONE);
    }
    if (source && dx_node_attr(source, "path").len == 0) {
        dx_facts_point(tpm->facts, DX_RULE_TPM_P05, source, NULL, DX_NONE, DX_NONE);
    }
    check_banks(tpm);
    if (profile) {
        check_two(tpm, profile);
    }
    if (dx_str_is(tpm->version, "1.2") &&
        (tpm->facts->target->arch != DX_ARCH_X86 || (tpm->model.ptr && !dx_str_is(tpm->model, "tpm-tis")))) {
        dx_facts_raise(tpm->facts, &(struct dx_finding){.rule = DX_RULE_TPM_Q02,
                                                        .node = tpm->backend,
                                                        .attr = "version",
                                                        .value = tpm->version,
                                                        .args = {tpm->model.ptr ? tpm->model : DX_S("tpm-tis"),
                                                                 tpm->facts->target->arch_name}});
    }
}

static void check_external(const struct tpm *tpm)
{
    const struct dx_node *source = dx_node_child(tpm->backend, "source");
    struct dx_str type = dx_facts_attr(source, "type");
    struct dx_str mode = dx_facts_attr(source, "mode");
    struct dx_finding finding = {.rule = DX_RULE_TPM_P06, .node = source ? source : tpm->backend};

    if (!source) {
        finding.args[0] = DX_S("is missing");
    } else if (!type.ptr) {
        finding.args[0] = DX_S("has no type");
    } else if (!dx_str_is(type, "unix")) {
        finding.attr = "type";
        finding.value = type;
        finding.args[0] = DX_S("is not of type unix");
    } else if (mode.ptr && !dx_str_is(mode, "connect")) {
        finding.attr = "mode";
        finding.value = mode;
        finding.args[0] = DX_S("is not of mode connect");
    } else if (dx_node_attr(source, "path").len == 0) {
        finding.args[0] = DX_S("has no path");
    } else {
        return;
    }
    dx_facts_raise(tpm->facts, &finding);
}

static bool offers(const struct tpm *tpm)
{
    bool tis = !tpm->model.ptr || dx_str_is(tpm->model, "tpm-tis");

    switch (tpm->facts->target->arch) {
    case DX_ARCH_X86:
        return tis || dx_str_is(tpm->model, "tpm-crb");
    case DX_ARCH_PPC64:
        return !tpm->model.ptr || dx_str_is(tpm->model, "tpm-spapr") || tpm->proxy;
    case DX_ARCH_S390X:
        return false;
    case DX_ARCH_AARCH64:
    case DX_ARCH_ARM:
    case DX_ARCH_RISCV:
    case DX_ARCH_LOONGARCH:
        return tis;
    case DX_ARCH_OTHER:
        break;
    }
    return true;
}

static void check_backend(const struct tpm *tpm)
{
    static const char *const types[] = {"passthrough", "emulator", "external", NULL};

    if (!tpm->type.ptr) {
        dx_facts_raise(tpm->facts,
                       &(struct dx_finding){.rule = DX_RULE_TPM_P02C, .node = tpm->backend, .lacks = "type"});
    } else if (!dx_str_any(tpm->type, types)) {
        raise_value(tpm, tpm->backend, "type", tpm->type);
    } else if (dx_str_is(tpm->type, "emulator")) {
        check_emulator(tpm);
    } else if (dx_str_is(tpm->type, "external")) {
        check_external(tpm);
    }
    if (tpm->proxy && tpm->type.ptr && !dx_str_is(tpm->type, "passthrough")) {
        dx_facts_point(tpm->facts, DX_RULE_TPM_Q04, tpm->backend, "type", tpm->type, DX_NONE);
    }
}

static bool check_one(struct dx_facts *facts, const struct dx_node *node)
{
    static const char *const models[] = {"tpm-tis", "tpm-crb", "tpm-spapr", "spapr-tpm-proxy", NULL};
    struct tpm tpm = {.facts = facts, .node = node, .model = dx_node_attr(node, "model")};
    const struct dx_node *second;

    tpm.backend = dx_node_child(node, "backend");
    tpm.proxy = dx_str_is(tpm.model, "spapr-tpm-proxy");
    if (dx_str_is(tpm.model, "tpm-tis-device")) { /* what openEuler's own libvirt takes */
        dx_facts_point(facts, DX_RULE_TPM_P01B, node, "model", tpm.model, DX_NONE);
    } else if (tpm.model.ptr && !dx_str_any(tpm.model, models)) {
        raise_value(&tpm, node, "model", tpm.model);
    } else if (!offers(&tpm)) {
        dx_facts_point(facts, DX_RULE_TPM_Q05, node, "model", tpm.model.ptr ? tpm.model : DX_S("tpm-tis"),
                       facts->target->arch_name);
    }
    if (!tpm.backend) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_TPM_P02, .node = node, .lacks = "backend"});
        return tpm.proxy;
    }
    second = dx_node_next_named(tpm.backend, "backend");
    if (second) {
        dx_facts_point(facts, DX_RULE_TPM_P02B, second, NULL, DX_NONE, DX_NONE);
    }
    tpm.type = dx_node_attr(tpm.backend, "type");
    tpm.version = dx_node_attr(tpm.backend, "version");
    check_backend(&tpm);
    return tpm.proxy;
}

void dx_check_tpm(struct dx_facts *facts)
{
    size_t seen[2] = {0, 0};

    for (size_t i = 0; i < facts->lists[DX_FACT_TPM].n; i++) {
        const struct dx_node *node = facts->lists[DX_FACT_TPM].items[i];

        if (seen[check_one(facts, node)]++ > 0) {
            dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_TPM_Q01, .node = node});
        }
    }
}

/* What keeps a guest from its TPM, or from measuring its boot with it. */
void dx_check_measuring(struct dx_facts *facts)
{
    const struct dx_node *tpm = dx_facts_first(facts, DX_FACT_TPM);
    const struct dx_node *kernel = dx_facts_first(facts, DX_FACT_KERNEL);

    if (!tpm || !facts->qemu) {
        return;
    }
    if (dx_target_lacks_tpm(facts->target)) {
        dx_facts_raise(facts,
                       &(struct dx_finding){.rule = DX_RULE_TPM_A03, .node = tpm, .args = {facts->target->machine}});
        return;
    }
    if (facts->target->arch == DX_ARCH_X86 && !facts->target->arch_assumed &&
        !dx_domain_find(facts->domain, "features", "acpi")) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_TPM_A01, .node = tpm});
    }
    if (kernel) {
        dx_facts_raise(facts, &(struct dx_finding){.rule = DX_RULE_TPM_A02, .node = kernel});
    }
}
