/* <tpm>: the guide's vTPM for measured boot (semantics §8). */
#include "pass.h"

enum { MODEL_ABSENT, MODEL_AUTO, MODEL_TIS, MODEL_CRB, MODEL_SPAPR, MODEL_TIS_DEVICE };
enum { VERSION_ABSENT, VERSION_2, VERSION_1 };
enum { BACKEND_ABSENT, BACKEND_EMULATOR, BACKEND_PASSTHROUGH, BACKEND_EXTERNAL };
enum { DIALECT_ABSENT, DIALECT_LIBVIRT, DIALECT_OPENEULER };

static const char *const models[] = {"", "", "tpm-tis", "tpm-crb", "tpm-spapr", "tpm-tis-device"};
static const char *const versions[] = {"", "2.0", "1.2"};
static const char *const backends[] = {"", "emulator", "passthrough", "external"};

struct tpm {
    int model, version, backend, dialect;
    struct dx_str device, source;
};

static const char *const containers[] = {"devices", NULL};

/* Which models an architecture has; the first is the default (semantics §8.1). */
static const struct {
    enum dx_arch arch;
    int models[2];
} offers[] = {
    {DX_ARCH_X86, {MODEL_TIS, MODEL_CRB}}, {DX_ARCH_AARCH64, {MODEL_TIS}}, {DX_ARCH_ARM, {MODEL_TIS}},
    {DX_ARCH_PPC64, {MODEL_SPAPR}},        {DX_ARCH_RISCV, {MODEL_TIS}},   {DX_ARCH_LOONGARCH, {MODEL_TIS}},
};

static int check_tpm(struct dx_run *run, const void *values, void *user)
{
    const struct tpm *opts = values;
    int backend = opts->backend ? opts->backend : BACKEND_EMULATOR;

    (void)user;
    if (opts->device.ptr && backend != BACKEND_PASSTHROUGH) {
        return dx_run_usage(run, 1, "write backend=passthrough beside it",
                            "tpm: device is for the passthrough backend");
    }
    if (opts->source.ptr && backend != BACKEND_EXTERNAL) {
        return dx_run_usage(run, 1, "write backend=external beside it", "tpm: source is for the external backend");
    }
    if (backend == BACKEND_EXTERNAL && !opts->source.ptr) {
        return dx_run_usage(run, 1, "write source=/path/of/the/socket", "tpm: the external backend needs a source");
    }
    if (opts->version && backend != BACKEND_EMULATOR) {
        return dx_run_usage(run, 1, "leave version out: the device has its own",
                            "tpm: version is for the emulator backend, libvirt drops it elsewhere");
    }
    if (opts->model == MODEL_TIS_DEVICE && opts->version == VERSION_1) {
        return dx_run_usage(run, 1, "use version=2.0", "tpm: tpm-tis-device has no version 1.2");
    }
    return DX_OK;
}

static bool offered(enum dx_arch arch, int model)
{
    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        if (offers[i].arch == arch && (offers[i].models[0] == model || offers[i].models[1] == model)) {
            return true;
        }
    }
    return false;
}

static int default_model(const struct dx_run *run)
{
    for (size_t i = 0; i < sizeof offers / sizeof offers[0]; i++) {
        if (offers[i].arch == run->target.arch) {
            return offers[i].models[0];
        }
    }
    return MODEL_ABSENT;
}

/* What libvirt calls the asked model here: openEuler's name for the AArch64 device is upstream's tpm-tis. */
static int spelled_model(const struct dx_run *run, const struct tpm *opts, int model)
{
    bool arm = run->target.arch == DX_ARCH_AARCH64;

    if (opts->dialect == DIALECT_OPENEULER) {
        return arm && model == MODEL_TIS ? MODEL_TIS_DEVICE : model;
    }
    return model == MODEL_TIS_DEVICE ? MODEL_TIS : model;
}

static int choose_model(struct dx_run *run, const struct tpm *opts, int *model)
{
    int asked = opts->model == MODEL_ABSENT || opts->model == MODEL_AUTO ? default_model(run) : opts->model;
    int device = asked == MODEL_TIS_DEVICE && run->target.arch == DX_ARCH_AARCH64 ? MODEL_TIS : asked;

    if (asked == MODEL_ABSENT) {
        return dx_run_error(run, run->doc->root, "x86, arm, ppc64, riscv and loongarch domains can have one",
                            "there is no tpm for %.*s", DX_F(run->target.arch_name));
    }
    if (!offered(run->target.arch, device)) {
        return dx_run_report_as(run, DX_RULE_TPM_Q05, DX_SEVERITY_ERROR, run->doc->root, NULL,
                                "model=auto takes the one that the architecture has",
                                DX_ARGS(dx_str_of(models[asked]), run->target.arch_name));
    }
    if (opts->version == VERSION_1 && (device != MODEL_TIS || run->target.arch != DX_ARCH_X86)) {
        return dx_run_report_as(run, DX_RULE_TPM_Q02, DX_SEVERITY_ERROR, run->doc->root, NULL, NULL,
                                DX_ARGS(dx_str_of(models[asked]), run->target.arch_name));
    }
    *model = spelled_model(run, opts, asked);
    if (asked == MODEL_TIS_DEVICE && *model != asked) {
        return dx_run_note(run, run->doc->root, "dialect=openeuler writes openEuler's own name",
                           "tpm-tis-device is no model of upstream libvirt: tpm-tis is the same device");
    }
    return DX_OK;
}

static int fill_backend(struct dx_run *run, struct dx_node *backend, const struct tpm *opts, int type)
{
    struct dx_node *child = NULL;
    int rc = dx_edit_set(backend, "type", backends[type]);

    if (type == BACKEND_EMULATOR) {
        return rc < 0 ? rc : dx_edit_set(backend, "version", versions[opts->version ? opts->version : VERSION_2]);
    }
    if (type == BACKEND_PASSTHROUGH) {
        rc = rc < 0 ? rc : dx_run_insert(&child, run, backend, "device");
        return rc < 0 ? rc : dx_edit_set_attr(child, "path", opts->device.ptr ? opts->device : DX_S("/dev/tpm0"));
    }
    rc = rc < 0 ? rc : dx_run_insert(&child, run, backend, "source");
    rc = rc < 0 ? rc : dx_edit_set(child, "type", "unix");
    rc = rc < 0 ? rc : dx_edit_set(child, "mode", "connect");
    return rc < 0 ? rc : dx_edit_set_attr(child, "path", opts->source);
}

static int warn_place(struct dx_run *run, const struct dx_node *tpm)
{
    if (dx_target_lacks_tpm(&run->target)) {
        return dx_run_report(run, DX_RULE_TPM_A03, tpm, NULL, DX_ARGS(run->target.machine));
    }
    return run->target.arch == DX_ARCH_X86 && !run->target.arch_assumed &&
                   !dx_domain_find(run->doc->root, "features", "acpi")
               ? dx_run_report(run, DX_RULE_TPM_A01, tpm, NULL, DX_NO_ARGS)
               : DX_OK;
}

static int add_tpm(struct dx_run *run, const struct tpm *opts)
{
    struct dx_node *devices, *tpm, *backend;
    int model, rc = choose_model(run, opts, &model);

    rc = rc < 0 ? rc : dx_run_container(&devices, run, NULL, "devices", "tpm");
    rc = rc < 0 ? rc : dx_run_insert(&tpm, run, devices, "tpm");
    rc = rc < 0 ? rc : dx_edit_set(tpm, "model", models[model]);
    rc = rc < 0 ? rc : dx_run_insert(&backend, run, tpm, "backend");
    rc = rc < 0 ? rc : fill_backend(run, backend, opts, opts->backend ? opts->backend : BACKEND_EMULATOR);
    return rc < 0 ? rc : warn_place(run, tpm);
}

/* What the document's TPM is, with libvirt's defaults filled in. */
struct there {
    struct dx_node *tpm, *backend;
    struct dx_str model, type, version, path;
};

static void read_tpm(struct there *there, struct dx_run *run, struct dx_node *tpm)
{
    int model = default_model(run);

    *there = (struct there){
        .tpm = tpm,
        .backend = dx_node_child(tpm, "backend"),
        .model = dx_node_attr(tpm, "model"),
    };
    if (!there->model.ptr) {
        there->model = dx_str_of(models[model]);
    }
    if (!there->backend) {
        return;
    }
    there->type = dx_node_attr(there->backend, "type");
    there->version = dx_node_attr(there->backend, "version");
    if (!there->version.ptr) {
        there->version =
            run->target.arch == DX_ARCH_X86 && dx_str_is(there->model, "tpm-tis") ? DX_S("1.2") : DX_S("2.0");
    }
    if (dx_str_is(there->type, "passthrough")) {
        const struct dx_node *device = dx_node_child(there->backend, "device");

        there->path = device ? dx_node_attr(device, "path") : DX_S("/dev/tpm0");
    } else if (dx_str_is(there->type, "external")) {
        const struct dx_node *source = dx_node_child(there->backend, "source");

        there->path = source ? dx_node_attr(source, "path") : DX_NONE;
    }
}

static struct dx_node *find_tpm(struct dx_node *root)
{
    struct dx_each each;

    for (struct dx_node *tpm = dx_each_first(&each, root, "devices", "tpm"); tpm; tpm = dx_each_next(&each, tpm)) {
        if (!dx_str_is(dx_node_attr(tpm, "model"), "spapr-tpm-proxy")) {
            return tpm;
        }
    }
    return NULL;
}

/* tpm-tis and tpm-tis-device are one device under two names, so no state is lost between them. */
static bool same_device(struct dx_str model, int asked)
{
    bool tis = dx_str_is(model, "tpm-tis") || dx_str_is(model, "tpm-tis-device");

    return asked == MODEL_TIS || asked == MODEL_TIS_DEVICE ? tis : dx_str_is(model, models[asked]);
}

/* What was asked for and is not so. */
struct difference {
    const char *what; /* model, backend, version or path; NULL when nothing differs */
    const struct dx_node *node;
    const char *attr;
    struct dx_str is, asked;
};

static struct difference compare(const struct there *there, const struct tpm *opts)
{
    struct dx_str path = opts->device.ptr ? opts->device : opts->source;
    const struct dx_node *backend = there->backend ? there->backend : there->tpm;

    if (opts->model > MODEL_AUTO && !same_device(there->model, opts->model)) {
        return (struct difference){"model", there->tpm, "model", there->model, dx_str_of(models[opts->model])};
    }
    if (opts->backend && !dx_str_is(there->type, backends[opts->backend])) {
        return (struct difference){"backend", backend, "type", there->type.ptr ? there->type : DX_S("none"),
                                   dx_str_of(backends[opts->backend])};
    }
    if (opts->version && dx_str_is(there->type, "emulator") && !dx_str_is(there->version, versions[opts->version])) {
        return (struct difference){"version", backend, "version", there->version, dx_str_of(versions[opts->version])};
    }
    if (path.ptr && !dx_str_equal(path, there->path)) {
        const struct dx_node *holder = dx_node_child(backend, opts->device.ptr ? "device" : "source");

        return (struct difference){"path", holder ? holder : backend, "path", there->path, path};
    }
    return (struct difference){.what = NULL};
}

static int drop_children(struct dx_node *backend)
{
    int rc = DX_OK;

    for (struct dx_node *child = backend->first, *next; child && rc >= 0; child = next) {
        next = child->next;
        if (child->kind == DX_KIND_ELEMENT) {
            rc = dx_edit_remove(child);
        }
    }
    return rc;
}

/* The version to state once the model or the version changes: without one, tpm-tis on x86 would become 1.2. */
static const char *new_version(const struct there *there, const struct tpm *opts, int model)
{
    bool old = opts->version ? opts->version == VERSION_1
                             : dx_str_is(dx_node_attr(there->backend, "version"), "1.2") && model == MODEL_TIS;

    return versions[old ? VERSION_1 : VERSION_2];
}

/* With --force: the same place, the same element, what was asked for. */
static int replace(struct dx_run *run, const struct there *there, const struct tpm *opts)
{
    static const char *const emulator_attrs[] = {"version", "persistent_state", "debug", NULL};
    struct dx_node *backend = there->backend;
    int type = opts->backend, model, rc = choose_model(run, opts, &model);

    for (int i = BACKEND_EMULATOR; i <= BACKEND_EXTERNAL && !type; i++) {
        type = dx_str_is(there->type, backends[i]) ? i : 0;
    }
    type = type ? type : BACKEND_EMULATOR;
    if (rc >= 0 && opts->model > MODEL_AUTO) {
        rc = dx_edit_set(there->tpm, "model", models[model]);
    }
    if (rc >= 0 && !backend) {
        rc = dx_run_insert(&backend, run, there->tpm, "backend");
    }
    if (rc < 0 || (type == BACKEND_EMULATOR && dx_str_is(there->type, "emulator"))) {
        return rc < 0 ? rc : dx_edit_set(backend, "version", new_version(there, opts, model));
    }
    if (!opts->device.ptr && !opts->source.ptr && dx_str_is(there->type, backends[type])) {
        return DX_OK; /* the same TPM or socket of the host */
    }
    rc = drop_children(backend);
    for (size_t i = 0; rc >= 0 && emulator_attrs[i]; i++) {
        rc = dx_edit_remove_attr(backend, emulator_attrs[i]);
    }
    return rc < 0 ? rc : fill_backend(run, backend, opts, type);
}

static int meet_openeuler(struct dx_run *run, struct dx_node *tpm, const struct tpm *opts)
{
    bool named = dx_str_is(dx_node_attr(tpm, "model"), "tpm-tis-device");
    int model = opts->model > MODEL_AUTO ? spelled_model(run, opts, opts->model) : MODEL_ABSENT;

    if ((named && opts->model == MODEL_TIS && model == MODEL_TIS) || (!named && model == MODEL_TIS_DEVICE)) {
        int rc = choose_model(run, opts, &model);

        return rc < 0 ? rc : dx_edit_set(tpm, "model", models[model]);
    }
    return named && opts->dialect != DIALECT_OPENEULER ? dx_run_report(run, DX_RULE_TPM_P01B, tpm, "model", DX_NO_ARGS)
                                                       : DX_OK;
}

static int run_tpm(struct dx_run *run, const void *values, void *user)
{
    const struct tpm *opts = values;
    struct dx_node *tpm = find_tpm(run->doc->root);
    struct difference difference;
    struct there there;
    int rc;

    (void)user;
    if (!tpm) {
        return add_tpm(run, opts);
    }
    read_tpm(&there, run, tpm);
    difference = compare(&there, opts);
    if (!difference.what) {
        return meet_openeuler(run, tpm, opts);
    }
    rc = dx_run_refuse(run, difference.node, difference.attr, "save what it keeps, then --force changes it",
                       "the domain has a tpm of %s '%.*s', a change to '%.*s' loses its state", difference.what,
                       DX_F(difference.is), DX_F(difference.asked));
    return rc < 0 ? rc : replace(run, &there, opts);
}

static int remove_tpm(struct dx_run *run, const void *values, void *user)
{
    struct dx_node *tpm;

    (void)values;
    (void)user;
    while ((tpm = dx_domain_find(run->doc->root, "devices", "tpm")) != NULL) {
        int rc = dx_run_prune(run, tpm, containers);

        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}

static int applies_tpm(struct dx_run *run, const void *values, void *user)
{
    (void)values;
    (void)user;
    return dx_target_lacks_tpm(&run->target)
               ? dx_run_lacks(run, "machine %.*s has no place for a tpm", DX_F(run->target.machine))
               : DX_OK;
}

static const struct dx_opt options[] = {
    {.name = "model",
     .value = "MODEL",
     .choices = "auto|tpm-tis|tpm-crb|tpm-spapr|tpm-tis-device",
     .help = "auto (the default) takes what architecture and machine have",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct tpm, model)},
    {.name = "version",
     .value = "2.0|1.2",
     .choices = "2.0|1.2",
     .help = "of the emulated TPM; 2.0 is the default",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct tpm, version)},
    {.name = "backend",
     .value = "BACKEND",
     .choices = "emulator|passthrough|external",
     .help = "emulator (the default, swtpm), the host's own TPM, or a swtpm that runs already",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct tpm, backend)},
    {.name = "device",
     .value = "PATH",
     .help = "the host's TPM for backend=passthrough, /dev/tpm0 by default",
     .type = DX_OPT_STRING,
     .off = offsetof(struct tpm, device)},
    {.name = "source",
     .value = "PATH",
     .help = "the socket of the running swtpm for backend=external",
     .type = DX_OPT_STRING,
     .off = offsetof(struct tpm, source)},
    {.name = "dialect",
     .value = "DIALECT",
     .choices = "libvirt|openeuler",
     .help = "openeuler writes its own libvirt's tpm-tis-device on AArch64, where upstream has tpm-tis",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct tpm, dialect)},
    {.name = NULL},
};

const struct dx_pass dx_pass_tpm = {
    .size = sizeof(struct dx_pass),
    .name = "tpm",
    .group = "security",
    .summary = "give the guest a virtual TPM",
    .doc = "Writes <tpm> with a backend, by default an emulated TPM 2.0 of the model that\n"
           "the architecture has. A domain that has a TPM is left as it is; one of another\n"
           "model, backend or version than was asked for is refused without --force, since\n"
           "keys sealed in it would be lost. The host needs swtpm.",
    .example = "tpm",
    .since = "libvirt 4.5.0",
    .element = "devices/tpm",
    .opts = options,
    .opt_size = sizeof(struct tpm),
    .flags = DX_PASS_INVERSE,
    .check = check_tpm,
    .run = run_tpm,
    .remove = remove_tpm,
    .applies = applies_tpm,
    .risk = "the guest sees a new device after a cold start; the host needs swtpm, and the state of the TPM belongs "
            "into every backup",
};
