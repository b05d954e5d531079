/* Firmware of guests: UEFI for those that ask for it, its files, and what measures (semantics §8 TPM-A02, §10.10). */
#include "../claims.h"
#include "../shell.h"

enum { AUTOMATIC, SECURE, LOADER, TEMPLATE, MEASURED }; /* a claim's number; its text is the arch, a path, a start */

/* ---- what domains ask for ---- */

static bool says_yes(const struct dx_node *features, const char *name)
{
    for (const struct dx_node *f = dx_node_child(features, "feature"); f; f = dx_node_next_named(f, "feature")) {
        if (dx_str_is(dx_node_attr(f, "name"), name) && dx_str_is(dx_node_attr(f, "enabled"), "yes")) {
            return true;
        }
    }
    return false;
}

static void claim_path(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *node, const char *attr,
                       struct dx_str path, uint64_t number, const char *what)
{
    if (path.len > 0 && *path.ptr == '/') {
        dx_demand_claim(plan, demand, &dx_need_kind_firmware, dx_asker_of(plan, demand, node, attr, "%s", what), number,
                        path);
    }
}

/* What starts a guest, and so whether anything is measured before its kernel. */
enum start { START_UEFI, START_SEABIOS, START_KERNEL, START_NONE, START_OTHER };

static enum start start_of(const struct dx_demand *demand, const struct dx_node *domain, bool uefi)
{
    return uefi                                     ? START_UEFI
           : dx_kernel_direct(domain)               ? START_KERNEL
           : demand->target.arch == DX_ARCH_X86     ? START_SEABIOS
           : demand->target.arch == DX_ARCH_AARCH64 ? START_NONE
                                                    : START_OTHER;
}

static void claim_measuring(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain, bool uefi)
{
    static const char *const starts[] = {"uefi", "seabios", "kernel", "none", "other"};
    const struct dx_node *tpm = dx_domain_find(domain, "devices", "tpm");

    if (tpm && !dx_target_lacks_tpm(&demand->target)) {
        dx_demand_claim(plan, demand, &dx_need_kind_firmware,
                        dx_asker_of(plan, demand, tpm, NULL, "has a TPM for what is measured"), MEASURED,
                        dx_str_of(starts[start_of(demand, domain, uefi)]));
    }
}

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    const struct dx_node *os = dx_node_child(domain, "os"), *loader, *nvram, *features;
    bool automatic, secure;
    struct dx_str path;

    if (!os || !dx_target_is_qemu(&demand->target)) {
        return;
    }
    loader = dx_node_child(os, "loader");
    nvram = dx_node_child(os, "nvram");
    features = dx_node_child(os, "firmware");
    path = loader ? dx_trim(dx_node_text(loader)) : DX_NONE;
    automatic = dx_str_is(dx_node_attr(os, "firmware"), "efi");
    secure =
        (loader && dx_str_is(dx_node_attr(loader, "secure"), "yes")) || (features && says_yes(features, "secure-boot"));
    if (automatic) {
        dx_demand_claim(
            plan, demand, &dx_need_kind_firmware,
            dx_asker_of(plan, demand, os, "firmware", "lets libvirt choose UEFI%s", secure ? " with secure boot" : ""),
            secure ? SECURE : AUTOMATIC, demand->target.arch_name);
    } else {
        claim_path(plan, demand, loader, NULL, path, LOADER, "is started by that file");
    }
    if (nvram) {
        claim_path(plan, demand, nvram, "template", dx_trim(dx_node_attr(nvram, "template")), TEMPLATE,
                   "has its variables made of that file");
    }
    claim_measuring(plan, demand, domain,
                    automatic || (loader && path.len && dx_str_is(dx_node_attr(loader, "type"), "pflash")));
}

static size_t ask(struct dx_plan *plan, struct dx_need *need, uint64_t number, const char *text)
{
    return dx_claims_ask(plan, need, &dx_need_kind_firmware, number, text);
}

/* ---- packages ---- */

static const struct {
    enum dx_arch arch;
    const char *rpm, *debian;
} packages[] = {
    {DX_ARCH_X86, "edk2-ovmf", "ovmf"},
    {DX_ARCH_AARCH64, "edk2-aarch64", "qemu-efi-aarch64"},
    {DX_ARCH_ARM, "edk2-arm", "qemu-efi-arm"},
    {DX_ARCH_RISCV, "edk2-riscv64", "qemu-efi-riscv64"},
    {DX_ARCH_LOONGARCH, "edk2-loongarch64", "qemu-efi-loongarch64"},
};

static void add_package(struct dx_plan *plan, struct dx_need *need, enum dx_arch arch)
{
    for (size_t i = 0; i < sizeof packages / sizeof packages[0]; i++) {
        if (packages[i].arch == arch) {
            dx_need_remedy(
                plan, need,
                &(struct dx_remedy){.kind = DX_REMEDY_PACKAGE,
                                    .flags = DX_REMEDY_PERSISTS,
                                    .why = "install UEFI for guests, with the descriptions that libvirt chooses by",
                                    .value = packages[i].rpm,
                                    .other = packages[i].debian});
        }
    }
    dx_need_say(plan, &need->face.persistence, "an installed package stays");
}

/* ---- descriptions of firmware: qemu's docs/interop/firmware.json ---- */

/* libvirt reads them in this order, and a file of one folder hides that of the same name in those behind it. */
static const char *const folders[] = {"/etc/qemu/firmware", "/usr/share/qemu/firmware"};
enum { FOLDERS = 2, DESCRIPTIONS = 256 };

/* What was seen of them. The look is for texts in quotes, and not at how they stand in one another. */
struct search {
    const char *arch;
    bool secure;
    size_t seen;
    const char *found;         /* the description that fits; NULL: none did */
    struct dx_reading trouble; /* of a folder or file that could not be read */
};

/* The next text in quotes, without them; what is escaped stays so. */
static bool next_quoted(struct dx_str *text, struct dx_str *rest)
{
    const char *begin = rest->len ? memchr(rest->ptr, '"', rest->len) : NULL, *end, *p;

    if (!begin) {
        return false;
    }
    end = rest->ptr + rest->len;
    for (p = begin + 1; p < end && *p != '"'; p++) {
        p += *p == '\\' && p + 1 < end;
    }
    *text = (struct dx_str){begin + 1, (size_t)(p - begin - 1)};
    p += p < end;
    *rest = (struct dx_str){p, (size_t)(end - p)};
    return true;
}

static bool fits(const struct search *search, struct dx_str rest)
{
    bool uefi = false, arch = false, secure = false;
    struct dx_str text;

    while (next_quoted(&text, &rest)) {
        uefi = uefi || dx_str_is(text, "uefi");
        arch = arch || dx_str_is(text, search->arch);
        secure = secure || dx_str_is(text, "secure-boot");
    }
    return uefi && arch && (secure || !search->secure);
}

static bool is_hidden(struct dx_plan *plan, struct dx_str name, size_t folder)
{
    for (size_t i = 0; i < folder; i++) {
        if (dx_plan_sees(plan, dx_plan_text(plan, "%s/%.*s", folders[i], DX_F(name)))) {
            return true;
        }
    }
    return false;
}

static void look_in(struct search *search, struct dx_plan *plan, size_t folder)
{
    struct dx_str *names;
    size_t n;
    struct dx_reading reading = dx_root_list(&names, &n, &plan->root, &plan->arena, folders[folder]);

    if (reading.state != DX_READ_OK && reading.state != DX_READ_ABSENT) {
        search->trouble = reading;
    }
    for (size_t i = 0; i < n && i < DESCRIPTIONS && !search->found; i++) {
        const char *path = dx_plan_text(plan, "%s/%.*s", folders[folder], DX_F(names[i]));
        bool json = names[i].len > 5 && memcmp(names[i].ptr + names[i].len - 5, ".json", 5) == 0;

        if (!path || !json || is_hidden(plan, names[i], folder)) {
            continue;
        }
        reading = dx_root_read(&plan->root, &plan->arena, path, DX_MOST_FACT);
        if (reading.state != DX_READ_OK) {
            search->trouble = reading;
            continue;
        }
        search->seen += reading.text.len > 0;
        search->found = fits(search, reading.text) ? path : NULL;
    }
}

static void judge_descriptions(struct dx_plan *plan, struct dx_need *need, const struct search *search)
{
    const char *with = search->secure ? " with secure boot" : "";

    if (search->found) {
        dx_need_found(plan, need, DX_PLAN_OK, "%s describes it", search->found);
    } else if (search->trouble.state == DX_READ_NO_HOST && plan->caps.efi != DX_ANSWER_NONE && !search->secure) {
        dx_need_found(plan, need, plan->caps.efi == DX_ANSWER_YES ? DX_PLAN_OK : DX_PLAN_MISSING, "%s offers %s",
                      plan->caps.domain_file, plan->caps.efi == DX_ANSWER_YES ? "efi" : "no efi");
    } else if (search->trouble.state != DX_READ_OK) {
        dx_need_unread(plan, need, &search->trouble);
    } else if (search->seen == 0) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "there is no description of a firmware in %s", folders[1]);
    } else {
        dx_need_found(plan, need, DX_PLAN_MISSING, "of %zu description%s of firmware none is of UEFI for %s%s",
                      search->seen, search->seen == 1 ? "" : "s", search->arch, with);
    }
}

/* QEMU, whose names the descriptions have, calls some architectures otherwise than libvirt. */
static const char *qemu_arch(const char *arch)
{
    return strcmp(arch, "i686") == 0 ? "i386" : strcmp(arch, "armv7l") == 0 ? "arm" : arch;
}

static void derive_automatic(struct dx_plan *plan, uint64_t number, const char *arch)
{
    struct search search = {.arch = qemu_arch(arch), .secure = number == SECURE};
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_firmware,
                                       dx_plan_text(plan, "efi/%s%s", arch, search.secure ? "/secure-boot" : ""),
                                       "UEFI for guests of %s%s", arch, search.secure ? ", with secure boot" : "");

    if (!need) {
        return;
    }
    for (size_t i = 0; i < FOLDERS && !search.found; i++) {
        look_in(&search, plan, i);
    }
    ask(plan, need, number, arch);
    add_package(plan, need, dx_arch_of(dx_str_of(arch)));
    dx_need_say(plan, &need->face.why, "libvirt finds no firmware for such a guest, and does not start it");
    dx_need_say(plan, &need->face.verify, "virsh domcapabilities --arch %s | grep -A 12 '<os '",
                dx_shell_word(plan, arch));
    if (search.secure && dx_arch_of(dx_str_of(arch)) == DX_ARCH_X86) {
        dx_need_say(plan, &need->face.note, "secure boot on x86 needs machine q35 and <smm state='on'/>");
    }
    judge_descriptions(plan, need, &search);
}

/* ---- files that a domain names ---- */

static void derive_file(struct dx_plan *plan, const struct dx_claim *claim, enum dx_arch arch)
{
    bool loader = claim->number == LOADER;
    struct dx_need *need =
        dx_need_add(plan, &dx_need_kind_firmware, dx_plan_text(plan, "file/%s", claim->text), "%s, %s", claim->text,
                    loader ? "the firmware of guests" : "which the variables of their UEFI are made of");
    struct dx_reading reading;
    struct stat st;

    if (!need) {
        return;
    }
    ask(plan, need, LOADER, claim->text);
    ask(plan, need, TEMPLATE, claim->text);
    add_package(plan, need, arch);
    dx_need_say(plan, &need->face.why, "a guest whose firmware is not there does not start");
    dx_need_say(plan, &need->face.verify, "ls -lL %s", dx_shell_word(plan, claim->text));
    dx_need_say(plan, &need->face.note,
                "each distribution has other names for these files: <os firmware='efi'> lets libvirt find them");
    reading = dx_root_stat(&st, &plan->root, &plan->arena, claim->text);
    if (reading.state == DX_READ_ABSENT) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "there is no %s", claim->text);
    } else if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &reading);
    } else if (!S_ISREG(st.st_mode) || st.st_size == 0) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s is %s", claim->text, S_ISREG(st.st_mode) ? "empty" : "no file");
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "%s is there", claim->text);
    }
}

/* ---- measured boot ---- */

static const struct start_row {
    const char *start, *title;
    enum dx_plan_state state;
    const char *found, *remedy;
} rows[] = {
    {"uefi", "the UEFI of guests measures what it starts", DX_PLAN_UNKNOWN,
     "whether it was built with TPM2_ENABLE its file does not tell",
     "take edk2 from a distribution that builds it with TPM2_ENABLE, or build it so"},
    {"seabios", "the BIOS of guests measures what it starts", DX_PLAN_OK, "SeaBIOS does, where the guest has a TPM",
     NULL},
    {"kernel", "guests start by a firmware that measures", DX_PLAN_MISSING,
     "their kernel is started directly, and nothing measures it",
     "let the guest start from its disk, with <os firmware='efi'>, and take <kernel> out"},
    {"none", "AArch64 guests start by a firmware that measures", DX_PLAN_MISSING,
     "AArch64 has none but UEFI, and they do not ask for it", "write <os firmware='efi'>"},
    {"other", "the firmware of guests measures what it starts", DX_PLAN_UNKNOWN,
     "it is neither UEFI nor SeaBIOS, and of others it is not known", NULL},
};

static void derive_measured(struct dx_plan *plan, const struct start_row *row)
{
    struct dx_need *need =
        dx_need_add(plan, &dx_need_kind_firmware, dx_plan_text(plan, "measured/%s", row->start), "%s", row->title);

    if (!need) {
        return;
    }
    ask(plan, need, MEASURED, row->start);
    dx_need_say(plan, &need->face.why,
                "a TPM attests what was measured into it, and without a measuring firmware that "
                "is nothing of the start");
    if (row->remedy) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .flags = DX_REMEDY_CHOICE,
                                           .why = "have the start measured",
                                           .value = row->remedy});
    }
    dx_need_say(plan, &need->face.verify, "in the guest: tpm2_pcrread sha256:0,1,2,3,4,5,6,7");
    dx_need_say(plan, &need->face.note,
                "where it measures, these registers differ from one another and none is all zeros; new TPMs have "
                "the sha256 bank alone, and not the guide's sha1 too");
    dx_need_found(plan, need, row->state, "%s", row->found);
}

static void derive(struct dx_plan *plan)
{
    struct dx_claims claims = {.plan = plan, .kind = &dx_need_kind_firmware};
    const struct dx_claim *claim;

    while ((claim = dx_claims_next(&claims)) != NULL) {
        if (!claim->text || claim->number == MEASURED || !dx_claims_is_first(plan, claim)) {
            continue;
        }
        if (claim->number == AUTOMATIC || claim->number == SECURE) {
            derive_automatic(plan, claim->number, claim->text);
        } else if (claim->number == LOADER || ask(plan, NULL, LOADER, claim->text) == 0) {
            derive_file(plan, claim, plan->demands[claims.demand]->target.arch);
        }
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (ask(plan, NULL, MEASURED, rows[i].start) > 0) {
            derive_measured(plan, &rows[i]);
        }
    }
}

const struct dx_need_kind dx_need_kind_firmware = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "firmware",
             .scope = DX_SCOPE_HOST,
             .summary = "the firmware that guests start by, and one that measures where they have a TPM",
             .guide = "Trusted boot",
             .why = "a guest does not start without its firmware"},
    .collect = collect,
    .derive = derive,
};
