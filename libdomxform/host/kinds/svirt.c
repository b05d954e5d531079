/* sVirt: SELinux or AppArmor runs, libvirt uses it, and no guest is taken out of it (semantics §9, §10.9). */
#include "../claims.h"
#include "../config.h"
#include "../daemon.h"
#include "../shell.h"

#define SELINUX_CONF "/etc/selinux/config"
#define QEMU_CONF "/etc/libvirt/qemu.conf"
#define PROFILES "/sys/kernel/security/apparmor/profiles"

enum { BY_DEFAULT, LABELLED, UNCONFINED }; /* a claim's number; its text is the model of the label */

enum model { MODEL_UNKNOWN, MODEL_NONE, MODEL_SELINUX, MODEL_APPARMOR };
static const char *const models[] = {"", "none", "selinux", "apparmor"};

/* ---- what domains say ---- */

/* dac keeps files of other users from a guest; it is no sVirt, and libvirt always has it. */
static bool claim_label(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *label)
{
    struct dx_str type = dx_node_attr(label, "type"), model = dx_node_attr(label, "model");
    bool none = dx_str_is(type, "none") || dx_str_is(model, "none");

    if (dx_str_is(model, "dac") || (!none && !model.len)) {
        return false;
    }
    dx_demand_claim(plan, demand, &dx_need_kind_svirt,
                    none ? dx_asker_of(plan, demand, label, "type", "takes the guest out of sVirt")
                         : dx_asker_of(plan, demand, label, "model", "has a label of %.*s", DX_F(model)),
                    none ? UNCONFINED : LABELLED, model);
    return true;
}

static void collect(struct dx_plan *plan, struct dx_demand *demand, const struct dx_node *domain)
{
    bool said = false;

    if (!dx_target_is_qemu(&demand->target)) {
        return;
    }
    for (const struct dx_node *label = dx_node_child(domain, "seclabel"); label;
         label = dx_node_next_named(label, "seclabel")) {
        said = claim_label(plan, demand, label) || said;
    }
    if (!said) {
        dx_demand_claim(plan, demand, &dx_need_kind_svirt,
                        dx_asker_of(plan, demand, domain, NULL, "is to be confined by default"), BY_DEFAULT, DX_NONE);
    }
}

/* ---- what the host runs ---- */

struct guard {
    enum model runs;
    enum model meant; /* what the remedies are for */
    bool read;        /* of the host, and not of what libvirt said */
    bool enforces;    /* of SELinux */
    struct dx_reading reading;
    struct dx_config selinux, qemu;
    enum dx_daemons daemons;
};

static enum model model_of_caps(const struct dx_caps *caps)
{
    return caps->secmodel_selinux == DX_ANSWER_YES    ? MODEL_SELINUX
           : caps->secmodel_apparmor == DX_ANSWER_YES ? MODEL_APPARMOR
           : caps->host_file                          ? MODEL_NONE
                                                      : MODEL_UNKNOWN;
}

static enum model model_of_kernel(struct guard *guard, struct dx_plan *plan)
{
    uint64_t enforce;

    guard->reading = dx_root_number(&enforce, &plan->root, &plan->arena, "/sys/fs/selinux/enforce");
    guard->read = true;
    if (guard->reading.state == DX_READ_OK) {
        guard->enforces = enforce != 0;
        return MODEL_SELINUX;
    }
    if (guard->reading.state != DX_READ_ABSENT) {
        return MODEL_UNKNOWN;
    }
    guard->reading = dx_root_read(&plan->root, &plan->arena, "/sys/module/apparmor/parameters/enabled", DX_MOST_FACT);
    return guard->reading.state == DX_READ_OK ? dx_str_starts(guard->reading.text, "Y") ? MODEL_APPARMOR : MODEL_NONE
           : guard->reading.state == DX_READ_ABSENT ? MODEL_NONE
                                                    : MODEL_UNKNOWN;
}

/* Where none runs: the one that is installed, and SELinux, as the guide has it, where that does not tell. */
static enum model model_to_mend(struct dx_plan *plan)
{
    return dx_plan_sees(plan, SELINUX_CONF)                                                     ? MODEL_SELINUX
           : dx_plan_sees(plan, "/etc/apparmor.d") || dx_plan_sees(plan, "/etc/debian_version") ? MODEL_APPARMOR
                                                                                                : MODEL_SELINUX;
}

static void read_guard(struct guard *guard, struct dx_plan *plan)
{
    *guard = (struct guard){.daemons = dx_daemons_find(plan)};
    guard->runs = model_of_kernel(guard, plan);
    if (guard->reading.state == DX_READ_NO_HOST) {
        guard->read = false;
        guard->runs = model_of_caps(&plan->caps);
    }
    guard->meant = guard->runs > MODEL_NONE ? guard->runs : model_to_mend(plan);
    dx_config_read(&guard->selinux, &plan->root, &plan->arena, SELINUX_CONF, DX_DIALECT_SELINUX);
    dx_config_read(&guard->qemu, &plan->root, &plan->arena, QEMU_CONF, DX_DIALECT_LIBVIRT);
}

/* ---- arguments of the kernel against it ---- */

/* What switches a model off or out of force, and how grubby is told to drop it. */
static const struct {
    const char *key, *value; /* value NULL: any but the model's name, in a list where it lacks it */
    enum model model;
    bool softens; /* SELinux runs then, and only logs */
    const char *drop;
} switches[] = {
    {"selinux", "0", MODEL_SELINUX, false, "selinux=0"},
    {"security", NULL, MODEL_SELINUX, false, "security"},
    {"lsm", NULL, MODEL_SELINUX, false, "lsm"},
    {"enforcing", "0", MODEL_SELINUX, true, "enforcing=0"},
    {"apparmor", "0", MODEL_APPARMOR, false, "apparmor=0"},
    {"security", NULL, MODEL_APPARMOR, false, "security"},
    {"lsm", NULL, MODEL_APPARMOR, false, "lsm"},
};
enum { SWITCHES = sizeof switches / sizeof switches[0] };

/* The word that pulls a switch; ptr == NULL: none does. */
static struct dx_str pulled(const struct dx_plan *plan, size_t i, enum model model)
{
    struct dx_str word = dx_machine_argument(&plan->machine, switches[i].key), value = dx_kernel_value(word);
    bool off = switches[i].value ? dx_str_is(value, switches[i].value)
                                 : value.len > 0 && !dx_config_lists(value, models[switches[i].model]);

    return switches[i].model == model && word.ptr && off ? word : DX_NONE;
}

/* The first word that does, and (with `softens`) those too that only soften SELinux. */
static struct dx_str first_pulled(const struct dx_plan *plan, enum model model, bool softens)
{
    for (size_t i = 0; i < SWITCHES; i++) {
        struct dx_str word = pulled(plan, i, model);

        if (word.ptr && (softens || !switches[i].softens)) {
            return word;
        }
    }
    return DX_NONE;
}

static void drop_arguments(struct dx_plan *plan, struct dx_need *need, enum model model)
{
    for (size_t i = 0; i < SWITCHES; i++) {
        struct dx_str word = pulled(plan, i, model);

        if (word.ptr && model == MODEL_SELINUX) {
            dx_need_remedy(
                plan, need,
                &(struct dx_remedy){
                    .kind = DX_REMEDY_COMMAND,
                    .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
                    .why = dx_plan_text(plan, "take %.*s from the arguments of the kernel", DX_F(word)),
                    .value = dx_plan_text(plan, "grubby --update-kernel=ALL --remove-args=%s", switches[i].drop),
                    .other = dx_plan_text(plan, "! grubby --info=ALL | grep -q '[\" ]%s'", switches[i].drop)});
        } else if (word.ptr) {
            dx_need_remedy(plan, need,
                           &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                               .flags = DX_REMEDY_PERSISTS | DX_REMEDY_REBOOT,
                                               .why = "let AppArmor run",
                                               .value = dx_plan_text(plan,
                                                                     "take %.*s out of GRUB_CMDLINE_LINUX in "
                                                                     "/etc/default/grub, and run update-grub",
                                                                     DX_F(word))});
        }
    }
}

/* ---- SELinux ---- */

static void judge_off(struct dx_plan *plan, struct dx_need *need, const struct guard *guard)
{
    const char *name = guard->meant == MODEL_SELINUX ? "SELinux" : "AppArmor";
    struct dx_str word = first_pulled(plan, guard->meant, false), said = dx_config_get(&guard->selinux, "SELINUX");

    if (!guard->read) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s names neither selinux nor apparmor", plan->caps.host_file);
    } else if (word.ptr) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "%s is off: %.*s is among the arguments of the kernel", name,
                      DX_F(word));
    } else if (guard->meant == MODEL_SELINUX && said.ptr) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "SELinux is off, and %s says SELINUX=%.*s", SELINUX_CONF,
                      DX_F(said));
    } else {
        dx_need_found(plan, need, DX_PLAN_MISSING, "neither SELinux nor AppArmor is on");
    }
}

static void judge_selinux(struct dx_plan *plan, struct dx_need *need, const struct guard *guard)
{
    struct dx_str word = first_pulled(plan, MODEL_SELINUX, true), said = dx_config_get(&guard->selinux, "SELINUX");

    if (!guard->read) {
        dx_need_found(plan, need, DX_PLAN_UNKNOWN, "%s has the model selinux; whether it enforces is not told there",
                      plan->caps.host_file);
    } else if (!guard->enforces) {
        dx_need_found(plan, need, DX_PLAN_MISSING,
                      "SELinux is permissive: it logs what it would refuse, and lets it be");
    } else if (word.ptr) {
        dx_need_found(plan, need, DX_PLAN_MISSING,
                      "SELinux enforces now, and not after a reboot: %.*s is among the arguments of the kernel",
                      DX_F(word));
    } else if (said.ptr && !dx_str_same_word(said, "enforcing")) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "SELinux enforces now, and not after a reboot: %s says SELINUX=%.*s",
                      SELINUX_CONF, DX_F(said));
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "SELinux enforces");
    }
}

static void add_selinux_setting(struct dx_plan *plan, struct dx_need *need, const char *value, const char *why)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SETTING,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = why,
                                       .path = SELINUX_CONF,
                                       .key = "SELINUX",
                                       .separator = "=",
                                       .value = value});
}

/* Files that were written while it was off have no labels: the boot that gives them some must not stop at them. */
static void switch_selinux_on(struct dx_plan *plan, struct dx_need *need)
{
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_PACKAGE,
                                       .why = "install the policy, and what labels files by it",
                                       .value = "selinux-policy-targeted policycoreutils",
                                       .other = "selinux-basics selinux-policy-default"});
    add_selinux_setting(plan, need, "permissive", "let the boot that labels all files not stop at one without a label");
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                       .flags = DX_REMEDY_REBOOT,
                                       .why = "label all files",
                                       .value = "fixfiles -F onboot",
                                       .other = "test -e /.autorelabel"});
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .why = "come to enforcing in a second step",
                                       .value = "reboot, see what ausearch -m avc -ts boot lists, and plan again"});
}

static void add_selinux_remedies(struct dx_plan *plan, struct dx_need *need, const struct guard *guard)
{
    drop_arguments(plan, need, MODEL_SELINUX);
    if (guard->runs == MODEL_NONE && guard->read) {
        switch_selinux_on(plan, need);
        return;
    }
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                       .why = "enforce from now on, where SELinux runs",
                                       .value = "setenforce 1",
                                       .other = "test \"$(getenforce)\" != Permissive"});
    add_selinux_setting(plan, need, "enforcing", "enforce after the next boot too");
}

/* ---- AppArmor ---- */

/* The line of libvirt's daemon in the list of profiles, "libvirtd (enforce)"; ptr == NULL: it is not loaded. */
static struct dx_str find_profile(struct dx_str rest)
{
    static const char *const names[] = {"virtqemud",          "libvirtd",           "/usr/sbin/virtqemud",
                                        "/usr/bin/virtqemud", "/usr/sbin/libvirtd", NULL};
    struct dx_str line;

    while (dx_next_line(&line, &rest)) {
        struct dx_str words = line, name;

        if (dx_next_word(&name, &words) && dx_str_any(name, names)) {
            return line;
        }
    }
    return DX_NONE;
}

static void judge_apparmor(struct dx_plan *plan, struct dx_need *need, const struct guard *guard)
{
    struct dx_reading list = dx_root_read(&plan->root, &plan->arena, PROFILES, DX_MOST_CONFIG);
    struct dx_str profile = find_profile(list.text);

    if (!guard->read) {
        dx_need_found(plan, need, DX_PLAN_OK, "%s has the model apparmor", plan->caps.host_file);
    } else if (list.state != DX_READ_OK) {
        dx_need_unread(plan, need, &list);
    } else if (!profile.ptr) {
        dx_need_found(plan, need, DX_PLAN_MISSING,
                      "AppArmor is on, and no profile of libvirt's daemon is loaded: it confines no guest");
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "AppArmor is on, with the profile %.*s", DX_F(profile));
    }
}

static void add_apparmor_remedies(struct dx_plan *plan, struct dx_need *need, const struct guard *guard)
{
    const char *daemon = guard->daemons == DX_DAEMONS_MODULAR ? "virtqemud" : "libvirtd";

    drop_arguments(plan, need, MODEL_APPARMOR);
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_PACKAGE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "install what loads profiles, and those of libvirt",
                                       .value = "apparmor-parser apparmor-abstractions",
                                       .other = "apparmor libvirt-daemon-system"});
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_SERVICE,
                                       .flags = DX_REMEDY_PERSISTS,
                                       .why = "load the profiles at each boot",
                                       .key = "enabled",
                                       .value = "apparmor.service"});
    dx_need_remedy(
        plan, need,
        &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                            .why = "load libvirt's now",
                            .value = dx_plan_text(plan, "apparmor_parser -r /etc/apparmor.d/usr.sbin.%s", daemon),
                            .other = dx_plan_text(plan, "grep -q %s " PROFILES, daemon)});
    dx_daemons_restart(plan, need, guard->daemons, "virtqemud", DX_READS_ITS_FILE);
}

/* ---- the host ---- */

static void derive_host(struct dx_plan *plan, const struct guard *guard)
{
    bool selinux = guard->meant == MODEL_SELINUX;
    struct dx_need *need =
        dx_need_add(plan, &dx_need_kind_svirt, NULL, "%s",
                    selinux ? "SELinux enforces, now and after a reboot" : "AppArmor is on, with libvirt's profiles");

    if (!need) {
        return;
    }
    dx_claims_ask(plan, need, &dx_need_kind_svirt, BY_DEFAULT, NULL);
    dx_claims_ask(plan, need, &dx_need_kind_svirt, LABELLED, NULL);
    if (selinux) {
        add_selinux_remedies(plan, need, guard);
        dx_need_say(plan, &need->face.persistence, "SELINUX=enforcing in %s", SELINUX_CONF);
        dx_need_say(plan, &need->face.verify, "getenforce; ps -eZ | grep qemu");
        dx_need_say(
            plan, &need->face.note,
            "a guest shows as svirt_t (with type qemu svirt_tcg_t) and two categories of its own; "
            "selinux=1 in a grub.cfg, as the guide writes it, is lost when that is made anew, and is the default");
    } else {
        add_apparmor_remedies(plan, need, guard);
        dx_need_say(plan, &need->face.persistence, "apparmor.service, and the profiles in /etc/apparmor.d");
        dx_need_say(plan, &need->face.verify, "aa-status | grep libvirt; ps -eZ | grep qemu");
        dx_need_say(plan, &need->face.note, "a guest shows as libvirt-UUID, with the profile that libvirt made for it");
    }
    if (guard->runs == MODEL_UNKNOWN) {
        dx_need_unread(plan, need, &guard->reading);
    } else if (guard->runs == MODEL_NONE) {
        judge_off(plan, need, guard);
    } else if (selinux) {
        judge_selinux(plan, need, guard);
    } else {
        judge_apparmor(plan, need, guard);
    }
}

/* ---- libvirt's part ---- */

/* True when qemu.conf keeps libvirt from a model. */
static bool is_kept_from(const struct guard *guard, const char *model)
{
    struct dx_str rest = dx_config_get(&guard->qemu, "security_driver"), item;
    bool set = rest.ptr != NULL;

    while (dx_config_item(&item, &rest)) {
        if (dx_str_is(item, model)) {
            return false;
        }
    }
    return set;
}

static void judge_driver(struct dx_plan *plan, struct dx_need *need, const struct guard *guard)
{
    struct dx_str drivers = dx_config_get(&guard->qemu, "security_driver");

    if (guard->qemu.reading.state == DX_READ_NO_HOST && guard->runs > MODEL_NONE) {
        dx_need_found(plan, need, DX_PLAN_OK, "%s has the model %s", plan->caps.host_file, models[guard->runs]);
    } else if (dx_config_is_unknown(&guard->qemu)) {
        dx_need_unread(plan, need, &guard->qemu.reading);
    } else if (drivers.ptr && !is_kept_from(guard, models[MODEL_NONE])) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "security_driver is none");
    } else if (guard->runs > MODEL_NONE && is_kept_from(guard, models[guard->runs])) {
        dx_need_found(plan, need, DX_PLAN_MISSING, "security_driver has no %s, which is what the kernel runs",
                      models[guard->runs]);
    } else if (dx_str_is(dx_config_get(&guard->qemu, "security_default_confined"), "0")) {
        dx_need_found(plan, need, DX_PLAN_MISSING,
                      "security_default_confined is 0: only guests that ask for it are confined");
    } else if (drivers.ptr) {
        dx_need_found(plan, need, DX_PLAN_OK, "security_driver has what the kernel runs");
    } else {
        dx_need_found(plan, need, DX_PLAN_OK, "security_driver is not set, and libvirt takes what the kernel runs");
    }
}

/* Where nothing is set, or nothing is known, a driver by name would only keep the daemon from starting elsewhere. */
static void derive_driver(struct dx_plan *plan, const struct guard *guard)
{
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_svirt, "driver", "libvirt confines each guest by default");
    struct dx_remedy setting = {
        .kind = DX_REMEDY_SETTING, .flags = DX_REMEDY_PERSISTS, .path = QEMU_CONF, .separator = " = "};

    if (!need) {
        return;
    }
    dx_claims_ask(plan, need, &dx_need_kind_svirt, BY_DEFAULT, NULL);
    dx_claims_ask(plan, need, &dx_need_kind_svirt, LABELLED, NULL);
    if (dx_config_get(&guard->qemu, "security_driver").ptr) {
        setting.key = "security_driver";
        setting.value = dx_plan_text(plan, "\"%s\"", models[guard->meant]);
        setting.why = "name the driver that the kernel runs";
        dx_need_remedy(plan, need, &setting);
    }
    setting.key = "security_default_confined";
    setting.value = "1";
    setting.why = "confine guests that say nothing of it too";
    dx_need_remedy(plan, need, &setting);
    dx_daemons_restart(plan, need, guard->daemons, "virtqemud", DX_READS_ITS_FILE);
    dx_need_say(plan, &need->face.persistence, "the settings in %s", QEMU_CONF);
    dx_need_say(plan, &need->face.verify, "virsh capabilities | grep -A 1 '<secmodel>'");
    judge_driver(plan, need, guard);
}

/* ---- labels of domains ---- */

static void add_mends(struct dx_plan *plan, struct dx_need *need)
{
    struct dx_claims claims = {.plan = plan, .kind = &dx_need_kind_svirt};
    const struct dx_claim *claim;

    while ((claim = dx_claims_next(&claims)) != NULL) {
        bool named = claim->text && (strcmp(claim->text, models[MODEL_SELINUX]) == 0 ||
                                     strcmp(claim->text, models[MODEL_APPARMOR]) == 0);
        const char *file = dx_shell_word(plan, claim->asker.file), *pass = "--remove=seclabel";

        if (claim->number != UNCONFINED || !file) {
            continue;
        }
        if (named) {
            pass = dx_shell_word(plan, dx_plan_text(plan, "--pass=seclabel:dynamic,model=%s", claim->text));
        }
        dx_need_remedy(plan, need,
                       &(struct dx_remedy){.kind = DX_REMEDY_COMMAND,
                                           .flags = DX_REMEDY_CHOICE,
                                           .why = "confine it, from virsh define and a cold start on",
                                           .value = dx_plan_text(plan, "domxform -i --force %s -- %s", pass, file)});
    }
}

static void derive_unconfined(struct dx_plan *plan, const struct guard *guard)
{
    size_t n = dx_claims_ask(plan, NULL, &dx_need_kind_svirt, UNCONFINED, NULL);
    struct dx_need *need =
        n ? dx_need_add(plan, &dx_need_kind_svirt, "none", "no guest is taken out of sVirt by its seclabel") : NULL;

    if (!need) {
        return;
    }
    dx_claims_ask(plan, need, &dx_need_kind_svirt, UNCONFINED, NULL);
    add_mends(plan, need);
    dx_need_say(plan, &need->face.verify, "virsh dumpxml DOMAIN | grep '<seclabel'");
    dx_need_say(plan, &need->face.note,
                "the guide offers type='none' as another way to sVirt, and it is the opposite%s",
                dx_str_is(dx_config_get(&guard->qemu, "security_require_confined"), "1")
                    ? "; security_require_confined is 1 here, and libvirt refuses to start such a guest"
                    : "");
    dx_need_found(plan, need, DX_PLAN_MISSING, "%zu seclabel%s of type none", n, n == 1 ? " is" : "s are");
}

/* libvirt does not start a guest with a label of a model that it does not run (SEC-R01). */
static void derive_model(struct dx_plan *plan, const struct guard *guard, const char *model)
{
    struct dx_need *need = dx_need_add(plan, &dx_need_kind_svirt, dx_plan_text(plan, "model/%s", model),
                                       "the host runs %s, which guests have labels of", model);

    if (!need) {
        return;
    }
    dx_claims_ask(plan, need, &dx_need_kind_svirt, LABELLED, model);
    dx_need_say(plan, &need->face.why,
                "libvirt starts no guest with a label of a model that it does not run ("
                "'Security driver model is not available')");
    dx_need_remedy(plan, need,
                   &(struct dx_remedy){.kind = DX_REMEDY_MANUAL,
                                       .flags = DX_REMEDY_CHOICE,
                                       .why = "let libvirt make a label of the model that runs",
                                       .value = dx_plan_text(plan,
                                                             "take the seclabel away with domxform -i "
                                                             "--remove=seclabel:model=%s FILE",
                                                             model)});
    dx_need_say(plan, &need->face.verify, "virsh capabilities | grep -A 1 '<secmodel>'");
    if (guard->runs == MODEL_UNKNOWN) {
        dx_need_unread(plan, need, &guard->reading);
    } else if (guard->runs != MODEL_NONE && strcmp(model, models[guard->runs]) == 0) {
        bool kept = is_kept_from(guard, model);

        dx_need_found(plan, need, kept ? DX_PLAN_MISSING : DX_PLAN_OK, "it runs %s%s", model,
                      kept ? ", and security_driver in " QEMU_CONF " keeps libvirt from it" : "");
    } else {
        dx_need_found(plan, need, DX_PLAN_MISSING, "it runs %s",
                      guard->runs == MODEL_NONE ? "neither selinux nor apparmor" : models[guard->runs]);
    }
}

static void derive(struct dx_plan *plan)
{
    struct dx_claims claims = {.plan = plan, .kind = &dx_need_kind_svirt};
    const struct dx_claim *claim = dx_claims_next(&claims);
    struct guard guard;

    if (!claim && !dx_plan_is_bare(plan)) {
        return;
    }
    read_guard(&guard, plan);
    derive_host(plan, &guard);
    derive_driver(plan, &guard);
    derive_unconfined(plan, &guard);
    for (; claim; claim = dx_claims_next(&claims)) {
        if (claim->number == LABELLED && claim->text && dx_claims_is_first(plan, claim)) {
            derive_model(plan, &guard, claim->text);
        }
    }
}

const struct dx_need_kind dx_need_kind_svirt = {
    .face = {.size = sizeof(struct dx_host_kind),
             .name = "svirt",
             .scope = DX_SCOPE_HOST,
             .summary = "SELinux or AppArmor keeps guests apart, and libvirt uses it for each of them",
             .guide = "sVirt",
             .why = "without it a guest that breaks out of QEMU reaches the disks of all others",
             .always = 1},
    .collect = collect,
    .derive = derive,
};
