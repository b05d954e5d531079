/* TPMs of guests: swtpm and the folder of its certificates, the host's own TPM, or a socket (semantics §8, §10.10). */
#include "../account.h"
#include "../claims.h"
#include "../config.h"
#include "../shell.h"

#define LOCALCA_CONF "/etc/swtpm-localca.conf"
#define QEMU_CONF "/etc/libvirt/qemu.conf"

enum { EMULATED_2_0, EMULATED_1_2, PASSTHROUGH, EXTERNAL }; /* a claim's number; its text is the path */

/* What each tool is called, and where packages put it; libvirt and swtpm_setup find them by name. */
static const struct {
    const char *name, *paths[3];
} tools[] = {
    {"swtpm", {"/usr/bin/swtpm", "/usr/local/bin/swtpm", NULL}},
    {"swtpm_setup", {"/usr/bin/swtpm_setup", "/usr/local/bin/swtpm_setup", NULL}},
    {"swtpm_localca", {"/usr/bin/swtpm_localca", "/usr/share/swtpm/swtpm-localca", "/usr/local/bin/swtpm_localca"}},
};

/* ---- what domains ask for ---- */

/* Without a version tpm-tis on x86 is a TPM 1.2, all else is 2.0 (semantics §8.1). */
static bool is_old(const struct dx_demand *demand, const struct dx_node *tpm, const struct dx_node *backend)
{
    struct dx_str version = dx_node_attr(backend, "version"), model = dx_node_attr(tpm, "model");

    return version.ptr ? dx_str_is(version, "1.2")
                       : demand->target.arch == DX_ARCH_X86 && (!model.ptr || dx_str_is(model, "tpm-tis"));
}

static void claim(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *tpm)
{
    const struct dx_node *backend = dx_node_child(tpm, "backend"), *child;
    struct dx_str type = backend ? dx_node_attr(backend, "type") : DX_NONE, path;

    if (dx_str_is(type, "emulator")) {
        bool old = is_old(demand, tpm, backend);

        dx_demand_claim(plan, demand, &dx_need_kind_tpm,
                        dx_asker_of(plan, demand, tpm, NULL, "has an emulated TPM %s", old ? "1.2" : "2.0"),
                        old ? EMULATED_1_2 : EMULATED_2_0, DX_NONE);
    } else if (dx_str_is(type, "passthrough")) {
        child = dx_node_child(backend, "device");
        path = child ? dx_trim(dx_node_attr(child, "path")) : DX_NONE;
        dx_demand_claim(plan, demand, &dx_need_kind_tpm,
                        dx_asker_of(plan, demand, tpm, NULL, "is given the TPM of the host"), PASSTHROUGH,
                        path.len ? path : DX_S("/dev/tpm0"));
    } else if (dx_str_is(type, "external")) {
        child = dx_node_child(backend, "source");
        path = child ? dx_trim(dx_node_attr(child, "path")) : DX_NONE;
        if (path.len) {
            dx_demand_claim(plan, demand, &dx_need_kind_tpm,
                            dx_asker_of(plan, demand, child, "path", "has its TPM behind a socket"), EXTERNAL, path);
        }
    }
}

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    struct dx_each each;

    for (const struct dx_node *tpm = dx_each_first(&each, domain, "devices", "tpm");
         tpm && dx_target_is_qemu(&demand->target); tpm = dx_each_next(&each, tpm)) {
        claim(plan, demand, tpm);
    }
}

/* Adds the claims of such a number and (NULL: any) text as askers; how many. */
static size_t ask(struct dx_plan *plan, struct dx_need *need, uint64_t number, const char *text)
{
    return dx_claims_ask(plan, need, &dx_need_kind_tpm, number, text);
}

/* ---- swtpm is there ---- */

/* Where swtpm_setup is told to look for the program that makes certificates. */
static const char *localca_path(struct dx_plan *plan)
{
    struct dx_config config;
    struct dx_str path;

    dx_config_read(&config, &plan->root, &plan->arena, "/etc/swtpm_setup.conf", DX_DIALECT_SWTPM);
    path = dx_config_get(&config, "create_certs_tool");
    return dx_str_starts(path, "/") ? dx_plan_keep(plan, path) : NULL;
}

static struct dx_reading look_for(struct dx_plan *plan, size_t tool, const char *configured)
{
    struct dx_reading reading = {.state = DX_READ_ABSENT};
    struct stat st;

    if (configured) {
        reading = dx_root_stat(&st, &plan->root, &plan->arena, configured);
    }
    for (size_t i = 0; i < 3 && tools[tool].paths[i] && reading.state == DX_READ_ABSENT; i++) {
        reading = dx_root_stat(&st, &plan->root, &plan->arena, tools[tool].paths[i]);
    }
    return reading;
}

/* What libvirt says of it, where no host is read, or (with `there`) where all is installed. */
static void judge_by_libvirt(struct dx_plan *plan, struct dx_need *need, bool there)
{
    const struct dx_caps *caps = &plan->caps;
    bool no = caps->tpm == DX_ANSWER_NO || caps->tpm_emulator == DX_ANSWER_NO;

    if (no) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s%s offers no emulated TPM",
                      there ? "swtpm and its tools are there, and yet " : "", caps->domain_file);
    } else if (there) {
        dx_need_found(plan, need, DX_PLAN_OK, "swtpm, swtpm_setup and swtpm_localca are there");
    } else if (caps->tpm_emulator == DX_ANSWER_YES) {
        dx_need_found(plan, need, DX_PLAN_OK, "%s offers the emulator", caps->domain_file);
    } else {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "no host is read");
    }
}

static void check_tools(struct dx_plan *plan, struct dx_need *need)
{
    dx_cleanup(dx_buf_free) struct dx_buf lacking = DX_BUF(&plan->ctx->mem);

    for (size_t i = 0; i < sizeof tools / sizeof tools[0]; i++) {
        bool localca = i == sizeof tools / sizeof tools[0] - 1;
        struct dx_reading reading = look_for(plan, i, localca ? localca_path(plan) : NULL);

        if (reading.state == DX_READ_NO_HOST) {
            judge_by_libvirt(plan, need, false);
            return;
        }
        if (reading.state == DX_READ_ABSENT) {
            dx_buf_format(&lacking, "%s%s", lacking.len ? ", no " : "", tools[i].name);
        } else if (reading.state != DX_READ_OK) {
            dx_need_unread(plan, need, &reading);
            return;
        }
    }
    plan->arena.failed = plan->arena.failed || lacking.failed;
    if (lacking.len) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "there is no %.*s", DX_F(dx_buf_view(&lacking)));
    } else {
        judge_by_libvirt(plan, need, true);
    }
}

static void add_package(struct dx_plan *plan, struct dx_need *need)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_PACKAGE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "install the emulator, and what makes the certificates of a new TPM",
                                       .value = "libtpms swtpm swtpm-tools",
                                       .other = "swtpm swtpm-tools"});
}

static void derive_tools(struct dx_plan *plan, size_t n)
{
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_tpm, "swtpm", "swtpm and its tools, for %zu emulated TPM%s",
                                       n, n == 1 ? "" : "s");

    if (!need) {
        return;
    }
    ask(plan, need, EMULATED_2_0, NULL);
    ask(plan, need, EMULATED_1_2, NULL);
    add_package(plan, need);
    dx_need_say(plan, &need->face.persistence, "an installed package stays");
    dx_need_say(plan, &need->face.verify,
                "swtpm_setup --print-capabilities; virsh domcapabilities | grep -A 12 '<tpm'");
    dx_need_say(plan, &need->face.note,
                "swtpm-devel, which the guide installs too, is for building programs against swtpm, and not needed");
    check_tools(plan, need);
}

/* ---- TPM 1.2 ---- */

static void derive_old(struct dx_plan *plan)
{
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_tpm, "1.2", "libtpms with TPM 1.2");

    if (!need) {
        return;
    }
    ask(plan, need, EMULATED_1_2, NULL);
    dx_need_say(plan, &need->face.why,
                "some distributions build libtpms for TPM 2.0 alone, and a guest with a TPM 1.2 does not start there");
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .flags = DX_REMEDY_CHOICE,
                                       .why = "give guests TPM 2.0",
                                       .value = "write version='2.0' into <backend> of guests that keep nothing in "
                                                "their TPM yet: the state of one that does is lost"});
    dx_need_say(plan, &need->face.verify, "swtpm_setup --print-capabilities | grep -o tpm-1.2");
    dx_need_say(plan, &need->face.note,
                "on x86 tpm-tis without a version is a TPM 1.2, and the guide's version='2.0' has to be written");
    dx_need_found(plan, need, DX_PLAN_UNKNOWN, "no file says how libtpms was built; swtpm_setup does when it is run");
}

/* ---- the folder of the local certificate authority ---- */

struct vault {
    const char *folder;
    struct dx_config qemu;
    struct dx_account user; /* who makes the certificates */
    struct stat st;
    struct dx_reading reading;
    const char *leaky; /* a key that others can read; NULL: none was seen */
    unsigned leaky_mode;
};

/* tss is libvirt's own default; distributions that have swtpm run as a user of that name build libvirt so. */
static struct dx_account find_user(struct dx_plan *plan, const struct dx_config *qemu)
{
    struct dx_str said = dx_config_get(qemu, "swtpm_user");
    struct dx_account tss = dx_account_find(plan, said.len ? dx_plan_keep(plan, said) : "tss"), swtpm;

    if (said.len || tss.known) {
        return tss;
    }
    swtpm = dx_account_find(plan, "swtpm");
    return swtpm.known ? swtpm : tss;
}

/* A key that someone outside of user and group can read or write. */
static void find_leak(struct dx_plan *plan, struct vault *vault)
{
    struct dx_str *names;
    size_t n;

    dx_root_list(&names, &n, &plan->root, &plan->arena, vault->folder);
    for (size_t i = 0; i < n && !vault->leaky; i++) {
        bool key = names[i].len > 4 && strcmp(names[i].ptr + names[i].len - 4, ".pem") == 0 &&
                   strstr(names[i].ptr, "key") != NULL;
        const char *path = key ? dx_plan_text(plan, "%s/%s", vault->folder, names[i].ptr) : NULL;
        struct stat st;

        if (path && dx_root_stat(&st, &plan->root, &plan->arena, path).state == DX_READ_OK && (st.st_mode & 06)) {
            vault->leaky = path;
            vault->leaky_mode = st.st_mode & 07777;
        }
    }
}

static void open_vault(struct vault *vault, struct dx_plan *plan)
{
    struct dx_config config;
    struct dx_str folder;

    *vault = (struct vault){.folder = "/var/lib/swtpm-localca"};
    dx_config_read(&config, &plan->root, &plan->arena, LOCALCA_CONF, DX_DIALECT_SWTPM);
    folder = dx_config_get(&config, "statedir");
    while (folder.len > 1 && folder.ptr[folder.len - 1] == '/') {
        folder.len--;
    }
    if (folder.len > 1 && *folder.ptr == '/' && !memchr(folder.ptr, '\0', folder.len)) {
        const char *kept = dx_plan_keep(plan, folder);

        vault->folder = kept ? kept : vault->folder;
    }
    dx_config_read(&vault->qemu, &plan->root, &plan->arena, QEMU_CONF, DX_DIALECT_LIBVIRT);
    vault->user = find_user(plan, &vault->qemu);
    vault->reading = dx_root_stat(&vault->st, &plan->root, &plan->arena, vault->folder);
    if (vault->reading.state == DX_READ_OK && S_ISDIR(vault->st.st_mode) && (vault->st.st_mode & 01)) {
        find_leak(plan, vault);
    }
}

static bool can_write(struct dx_plan *plan, const struct vault *vault)
{
    unsigned mode = vault->st.st_mode & 0777;

    if (vault->user.uid == 0) {
        return true;
    }
    if (vault->st.st_uid == vault->user.uid) {
        return (mode & 0700) == 0700;
    }
    return dx_account_is_in(plan, &vault->user, vault->st.st_gid) && (mode & 070) == 070;
}

static void judge_owner(struct dx_plan *plan, struct dx_need *need, const struct vault *vault)
{
    unsigned mode = vault->st.st_mode & 07777;
    const char *owner = dx_account_spell(plan, vault->st.st_uid, vault->st.st_gid);

    if (!plan->root.real) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "its mode is %04o; whose it is, a copy of a host does not tell",
                      mode);
    } else if (dx_config_is_unknown(&vault->qemu)) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "it is of %s and has mode %04o, and cannot read %s: %s", owner, mode,
                      QEMU_CONF, vault->qemu.reading.why);
    } else if (!vault->user.known) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "it is of %s and has mode %04o, and /etc/passwd has no user %s",
                      owner, mode, vault->user.name);
    } else {
        dx_need_found(plan, need, can_write(plan, vault) ? DX_PLAN_OK : DX_PLAN_MISSING,
                      "it is of %s and has mode %04o", owner, mode);
    }
}

static void judge_vault(struct dx_plan *plan, struct dx_need *need, const struct vault *vault)
{
    unsigned mode = vault->st.st_mode & 07777;

    if (vault->reading.state == DX_READ_ABSENT) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "there is no %s", vault->folder);
    } else if (vault->reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &vault->reading);
    } else if (!S_ISDIR(vault->st.st_mode)) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s is no folder", vault->folder);
    } else if (mode & 02) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "its mode is %04o: every user of the host can put keys there", mode);
    } else if (vault->leaky) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s has mode %04o: every user of the host can take that key",
                      vault->leaky, vault->leaky_mode);
    } else {
        judge_owner(plan, need, vault);
    }
}

static void add_vault_remedies(struct dx_plan *plan, struct dx_need *need, const struct vault *vault)
{
    const char *folder = dx_shell_word(plan, vault->folder), *user = dx_shell_word(plan, vault->user.name);
    bool there = vault->reading.state == DX_READ_OK && S_ISDIR(vault->st.st_mode);
    bool exposed = vault->leaky || (there && (vault->st.st_mode & 02));

    if (!there) {
        dx_need_remedy(
            plan, need,
            &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                .why = "make the folder",
                                .value = dx_plan_text(plan, "install -d -o %s -g root -m 0750 %s", user, folder),
                                .other = dx_plan_text(plan, "test -d %s", folder)});
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_OWNER,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "give the folder and its keys to swtpm alone",
                                       .path = dx_plan_text(plan, "%s/", vault->folder),
                                       .owner = dx_plan_text(plan, "%s:root", vault->user.name),
                                       .mode = 0640});
    if (exposed) {
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                           .flags = DX_REMEDY_CHOICE,
                                           .why = "renew keys that may have been taken",
                                           .value = dx_plan_text(plan,
                                                                 "move the files of %s away: swtpm makes a new "
                                                                 "authority with the next new TPM; certificates of "
                                                                 "TPMs that are there already stay those of the old",
                                                                 vault->folder)});
    }
}

static void derive_vault(struct dx_plan *plan)
{
    struct vault vault;
    struct dx_need *need;

    open_vault(&vault, plan);
    need = dx_need_add(plan, &dx_need_kind_tpm, "localca", "%s can read and write %s, and nobody else",
                       vault.user.name ? vault.user.name : "swtpm", vault.folder);
    if (!need || !vault.user.name) {
        return;
    }
    ask(plan, need, EMULATED_2_0, NULL);
    ask(plan, need, EMULATED_1_2, NULL);
    dx_need_say(plan, &need->face.why,
                "swtpm_setup makes certificates there when a guest with a new TPM starts; where it cannot, the guest "
                "does not start ('Could not run swtpm_setup'), and the log below /var/log/swtpm/libvirt/qemu says why");
    add_vault_remedies(plan, need, &vault);
    dx_need_say(plan, &need->face.persistence, "owner and mode stay");
    dx_need_say(plan, &need->face.verify, "runuser -u %s -- test -r %s -a -w %s && ls -la %s",
                dx_shell_word(plan, vault.user.name), dx_shell_word(plan, vault.folder),
                dx_shell_word(plan, vault.folder), dx_shell_word(plan, vault.folder));
    dx_need_say(plan, &need->face.note,
                "the guide's chmod -R 777 lets every user of the host take the keys of the authority, and with them "
                "certify TPMs that are none");
    judge_vault(plan, need, &vault);
}

/* ---- the host's own TPM, and sockets ---- */

static void check_path(struct dx_plan *plan, struct dx_need *need, const char *path, bool device)
{
    struct stat st = {0};
    struct dx_reading reading = dx_root_stat(&st, &plan->root, &plan->arena, path);
    bool right = device ? S_ISCHR(st.st_mode) : S_ISSOCK(st.st_mode);

    if (reading.state == DX_READ_ABSENT) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "there is no %s", path);
    } else if (reading.state != DX_READ_OK) {
        dx_need_unread(plan, need, &reading);
    } else if (plan->root.real && !right) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s is no %s", path, device ? "character device" : "socket");
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "%s is there", path);
    }
}

static void derive_device(struct dx_plan *plan, const char *path)
{
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_tpm, dx_plan_text(plan, "passthrough/%s", path),
                                       "%s, the TPM of the host, for one guest alone", path);
    size_t n;

    if (!need) {
        return;
    }
    n = ask(plan, need, PASSTHROUGH, path);
    dx_need_say(plan, &need->face.why, "a guest that is given the TPM of the host does not start without it");
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "have the kernel make the device",
                                       .value = "turn the TPM on in the set-up of the host's firmware"});
    dx_need_say(plan, &need->face.verify, "ls -l %s /sys/class/tpm", dx_shell_word(plan, path));
    dx_need_say(plan, &need->face.note, "no service of the host may use the device while the guest runs");
    if (n > 1) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%zu TPMs of guests are that one device, which serves one at a time",
                      n);
    } else {
        check_path(plan, need, path, true);
    }
}

static void derive_socket(struct dx_plan *plan, const char *path)
{
    struct dx_need *need =
        dx_need_add(plan, &dx_need_kind_tpm, dx_plan_text(plan, "external/%s", path), "a TPM that listens on %s", path);

    if (!need) {
        return;
    }
    ask(plan, need, EXTERNAL, path);
    dx_need_say(plan, &need->face.why, "libvirt starts no emulator of its own there, and QEMU ends without one");
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "libvirt does not start it",
                                       .value = dx_plan_text(plan, "start the emulator that listens on %s", path)});
    dx_need_say(plan, &need->face.verify, "ss -xl src %s", dx_shell_word(plan, path));
    check_path(plan, need, path, false);
}

/* One requirement a path. */
static void derive_paths(struct dx_plan *plan)
{
    struct dx_claims claims = {.plan = plan, .kind = &dx_need_kind_tpm};
    const struct dx_claim *claim;

    while ((claim = dx_claims_next(&claims)) != NULL) {
        if (!claim->text || !dx_claims_is_first(plan, claim)) {
            continue;
        }
        if (claim->number == PASSTHROUGH) {
            derive_device(plan, claim->text);
        } else if (claim->number == EXTERNAL) {
            derive_socket(plan, claim->text);
        }
    }
}

static void derive(struct dx_plan *plan)
{
    size_t old = ask(plan, NULL, EMULATED_1_2, NULL), emulated = old + ask(plan, NULL, EMULATED_2_0, NULL);

    if (emulated > 0) {
        derive_tools(plan, emulated);
        derive_vault(plan);
    }
    if (old > 0) {
        derive_old(plan);
    }
    derive_paths(plan);
}

const struct dx_need_kind dx_need_kind_tpm = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "tpm",
             .scope = DX_SCOPE_HOST,
             .summary = "swtpm and a safe folder of its keys, or the TPM of the host, for the TPMs of guests",
             .guide = "Trusted boot",
             .why = "a guest with an emulated TPM does not start without swtpm"},
    .collect = collect,
    .derive = derive,
};
