/* <cpu>: what processor the guest sees: its mode, topology and features. */
#include "pass.h"

enum mode { MODE_UNASKED, MODE_PASSTHROUGH, MODE_HOST_MODEL, MODE_MAXIMUM, MODE_CUSTOM };

struct cpu {
    int mode, migratable, check;
    struct dx_str model, topology;
    struct dx_strs require, disable;
};

static const char *const modes[] = {NULL, "host-passthrough", "host-model", "maximum", "custom"};
static const char *const switches[] = {NULL, "on", "off"};
static const char *const checks[] = {NULL, "none", "partial", "full"};

/* As libvirt prints them. */
static const char *const parts[] = {"sockets", "cores", "threads"};
enum { PARTS = 3 };

/* ---- the options among each other ---- */

static bool parse_topology(uint64_t numbers[PARTS], struct dx_str text)
{
    for (size_t i = 0; i < PARTS; i++) {
        const char *end = i + 1 < PARTS ? memchr(text.ptr, 'x', text.len) : text.ptr + text.len;
        struct dx_str number = {text.ptr, end ? (size_t)(end - text.ptr) : 0};

        if (!end || !dx_parse_uint(number, DX_CPUS, &numbers[i]) || numbers[i] == 0) {
            return false;
        }
        text.ptr += number.len + (i + 1 < PARTS);
        text.len -= number.len + (i + 1 < PARTS);
    }
    return true;
}

static bool is_feature(struct dx_str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
              c == '.')) {
            return false;
        }
    }
    return name.len > 0;
}

static bool lists(const struct dx_strs *names, size_t n, struct dx_str name)
{
    for (size_t i = 0; i < n; i++) {
        if (dx_str_equal(names->items[i], name)) {
            return true;
        }
    }
    return false;
}

static int check_features(struct dx_run *run, const struct dx_strs *names, const struct dx_strs *others)
{
    for (size_t i = 0; i < names->n; i++) {
        struct dx_str name = names->items[i];

        if (!is_feature(name)) {
            return dx_run_usage(run, 1, "names are of letters, digits, '-', '_' and '.', such as vmx or spec-ctrl",
                                "'%.*s' is no name of a cpu feature", DX_F(name));
        }
        if (lists(names, i, name)) {
            return dx_run_usage(run, 1, "keep one of the two", "feature %.*s is named twice", DX_F(name));
        }
        if (others && lists(others, others->n, name)) {
            return dx_run_usage(run, 1, "keep one of the two", "feature %.*s is to be there and not to be there",
                                DX_F(name));
        }
    }
    return DX_OK;
}

static int check_cpu(struct dx_run *run, const void *values, void *user)
{
    const struct cpu *opts = values;
    uint64_t numbers[PARTS];
    int rc;

    (void)user;
    if (!opts->mode && !opts->model.ptr && !opts->topology.ptr && !opts->require.n && !opts->disable.n &&
        !opts->migratable && !opts->check) {
        return dx_run_usage(run, 1, "write cpu:MODE, topology=SxCxT, require=FEATURE,… or disable=FEATURE,…",
                            "cpu needs to be told something about it");
    }
    if (opts->mode == MODE_CUSTOM && !opts->model.ptr) {
        return dx_run_usage(run, 1, "write cpu:model=NAME, such as EPYC; virsh cpu-models ARCH lists them",
                            "mode custom needs the name of a model");
    }
    if (opts->model.ptr && opts->mode && opts->mode != MODE_CUSTOM) {
        return dx_run_usage(run, 1, "leave the model out, or use mode custom", "a model is for mode custom, not %s",
                            modes[opts->mode]);
    }
    if (opts->migratable && (opts->model.ptr || opts->mode == MODE_HOST_MODEL)) {
        return dx_run_usage(run, 1, "leave it out, or use one of them",
                            "migratable is for the modes host-passthrough and maximum");
    }
    if (opts->topology.ptr && !parse_topology(numbers, opts->topology)) {
        return dx_run_usage(run, 1, "write sockets, cores of each and threads of each, such as 1x4x2",
                            "'%.*s' is no topology", DX_F(opts->topology));
    }
    rc = check_features(run, &opts->require, &opts->disable);
    return rc < 0 ? rc : check_features(run, &opts->disable, NULL);
}

/* ---- refusals ---- */

static struct dx_str mode_of(const struct dx_node *cpu)
{
    struct dx_str mode = cpu ? dx_node_attr(cpu, "mode") : DX_NONE;

    return mode.ptr ? mode : DX_S("custom");
}

static int refuse_topology(struct dx_run *run, const struct cpu *opts, const struct dx_node *cpu)
{
    dx_cleanup(dx_buf_free) struct dx_buf has = DX_BUF(&run->ctx->mem), asked = DX_BUF(&run->ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);
    const struct dx_node *vcpu = dx_node_child(run->doc->root, "vcpu");
    uint64_t numbers[PARTS], vcpus = dx_domain_vcpus(run->doc->root), product;

    if (!opts->topology.ptr || !parse_topology(numbers, opts->topology)) {
        return DX_OK;
    }
    if (vcpus == 0) {
        return dx_run_error(run, vcpu, "write a number from 1 there", "how many vcpus this domain has cannot be told");
    }
    product = numbers[0] * numbers[1] * numbers[2];
    if (product == vcpus) {
        return DX_OK;
    }
    dx_buf_format(&has, "%llu", (unsigned long long)vcpus);
    dx_buf_format(&asked, "%llu", (unsigned long long)product);
    dx_buf_format(&hint, "ask for one of %llu, such as 1x%llux1, or set <vcpu> to %llu first",
                  (unsigned long long)vcpus, (unsigned long long)vcpus, (unsigned long long)product);
    dx_buf_byte(&hint, '\0');
    if (has.failed || asked.failed || hint.failed) {
        return dx_ctx_no_memory(run->ctx);
    }
    return dx_run_report_as(run, DX_RULE_CPU_Q01, DX_SEVERITY_ERROR,
                            vcpu  ? vcpu
                            : cpu ? cpu
                                  : run->doc->root,
                            NULL, hint.ptr, DX_ARGS(dx_buf_view(&asked), dx_buf_view(&has)));
}

/* What the mode that is there, when none is asked for, does not go with. */
static int refuse_mode(struct dx_run *run, const struct cpu *opts, const struct dx_node *cpu)
{
    const struct dx_node *at = cpu ? cpu : run->doc->root, *model = cpu ? dx_node_child(cpu, "model") : NULL;
    struct dx_str mode = mode_of(cpu);
    bool custom = dx_str_is(mode, "custom");

    if (opts->mode || opts->model.ptr) {
        return DX_OK;
    }
    if ((opts->require.n || opts->disable.n) && custom && !(model && dx_node_text(model).len > 0)) {
        return dx_run_report_as(run, DX_RULE_CPU_P05, DX_SEVERITY_ERROR, at, NULL,
                                "name a mode too, such as cpu:host-model,require=…, or a model", DX_NO_ARGS);
    }
    if (opts->migratable && (custom || dx_str_is(mode, "host-model"))) {
        return dx_run_report_as(run, DX_RULE_CPU_P07, DX_SEVERITY_ERROR, at, NULL,
                                "name a mode too: cpu:host-passthrough,migratable=…", DX_ARGS(mode));
    }
    return DX_OK;
}

/* ---- changes ---- */

/* What libvirt refuses beside the new mode, or drops without a word; features, topology and cells all may stay. */
static int drop_misfits(struct dx_run *run, struct dx_node *cpu, enum mode mode)
{
    const struct dx_node *model = dx_node_child(cpu, "model"), *cache = dx_node_child(cpu, "cache");
    int rc = DX_OK;

    if (mode != MODE_CUSTOM) {
        rc = dx_run_drop_attr(run, cpu, "match", "it compares with a model, which mode custom has");
        /* One without a name says under host-model whether another model will do. */
        if (rc >= 0 && model && (mode != MODE_HOST_MODEL || dx_trim(dx_node_text(model)).len > 0)) {
            rc = dx_run_drop_child(run, cpu, "model", "it is for mode custom");
        }
        rc = rc < 0 ? rc : dx_run_drop_child(run, cpu, "vendor", "it goes with a model, which mode custom has");
    }
    if (mode == MODE_CUSTOM || mode == MODE_HOST_MODEL) {
        rc = rc < 0 ? rc : dx_run_drop_attr(run, cpu, "migratable", "it is for host-passthrough and maximum");
        if (rc >= 0 && cache && dx_str_is(dx_node_attr(cache, "mode"), "passthrough")) {
            rc = dx_run_drop_child(run, cpu, "cache", "it is for host-passthrough and maximum");
        }
    }
    return rc;
}

static int set_mode(struct dx_run *run, struct dx_node *cpu, enum mode mode)
{
    int rc;

    if (dx_str_is(mode_of(cpu), modes[mode]) && (mode != MODE_CUSTOM || dx_node_child(cpu, "model"))) {
        return DX_OK;
    }
    rc = dx_edit_set(cpu, "mode", modes[mode]);
    rc = rc < 0 ? rc : drop_misfits(run, cpu, mode);
    return rc >= 0 && mode == MODE_PASSTHROUGH && run->target.type == DX_TYPE_QEMU
               ? dx_run_report(run, DX_RULE_CPU_R01, cpu, "mode", DX_NO_ARGS)
               : rc;
}

static int set_model(struct dx_run *run, struct dx_node *cpu, struct dx_str name)
{
    struct dx_node *model = dx_node_child(cpu, "model");
    int rc = DX_OK;

    if (!name.ptr || (model && dx_str_equal(dx_trim(dx_node_text(model)), name))) {
        return DX_OK;
    }
    if (!model) {
        rc = dx_run_insert(&model, run, cpu, "model");
    } else {
        /* It was that of the other model. */
        rc = dx_run_drop_child(run, cpu, "vendor", "it was that of the model before");
    }
    return rc < 0 ? rc : dx_edit_set_text(model, name);
}

static int set_topology(struct dx_run *run, struct dx_node *cpu, struct dx_str text)
{
    static const char *const between[] = {"dies", "clusters"};
    struct dx_node *topology = dx_node_child(cpu, "topology");
    uint64_t numbers[PARTS], there;
    int rc = DX_OK;

    if (!text.ptr || !parse_topology(numbers, text)) {
        return DX_OK;
    }
    if (!topology) {
        rc = dx_run_insert(&topology, run, cpu, "topology");
    }
    for (size_t i = 0; i < sizeof between / sizeof between[0] && rc >= 0; i++) {
        struct dx_str value = dx_node_attr(topology, between[i]);

        if (value.ptr && !(dx_parse_uint(value, UINT32_MAX, &there) && there == 1)) {
            rc = dx_run_drop_attr(run, topology, between[i], "the topology asked for has one in each socket");
        }
    }
    for (size_t i = 0; i < PARTS && rc >= 0; i++) {
        char number[24];

        if (!dx_parse_uint(dx_node_attr(topology, parts[i]), UINT32_MAX, &there) || there != numbers[i]) {
            snprintf(number, sizeof number, "%llu", (unsigned long long)numbers[i]);
            rc = dx_edit_set(topology, parts[i], number);
        }
    }
    return rc;
}

static struct dx_node *find_feature(const struct dx_node *cpu, struct dx_str name)
{
    struct dx_node *feature = dx_node_child(cpu, "feature");

    while (feature && !dx_str_equal(dx_node_attr(feature, "name"), name)) {
        feature = dx_node_next_named(feature, "feature");
    }
    return feature;
}

static int set_features(struct dx_run *run, struct dx_node *cpu, const struct dx_strs *names, const char *policy)
{
    int rc = DX_OK;

    for (size_t i = 0; i < names->n && rc >= 0; i++) {
        struct dx_node *feature = find_feature(cpu, names->items[i]);
        struct dx_str there = feature ? dx_node_attr(feature, "policy") : DX_NONE;

        /* Without a word it is required. */
        if (feature && dx_str_is(there.ptr ? there : DX_S("require"), policy)) {
            continue;
        }
        if (feature) {
            rc = dx_edit_set(feature, "policy", policy);
            continue;
        }
        rc = dx_run_insert(&feature, run, cpu, "feature");
        rc = rc < 0 ? rc : dx_edit_set(feature, "policy", policy);
        rc = rc < 0 ? rc : dx_edit_set_attr(feature, "name", names->items[i]);
    }
    return rc;
}

/* libvirt takes the first <cpu>. */
static int run_cpu(struct dx_run *run, const void *values, void *user)
{
    const struct cpu *opts = values;
    struct dx_node *cpu = dx_node_child(run->doc->root, "cpu");
    enum mode mode = opts->model.ptr ? MODE_CUSTOM : (enum mode)opts->mode;
    int rc = refuse_topology(run, opts, cpu);

    (void)user;
    rc = rc < 0 ? rc : refuse_mode(run, opts, cpu);
    if (rc >= 0 && !cpu) {
        rc = dx_run_insert(&cpu, run, run->doc->root, "cpu");
    }
    if (rc >= 0 && mode != MODE_UNASKED) {
        rc = set_mode(run, cpu, mode);
    }
    if (rc >= 0 && opts->check) {
        rc = dx_edit_set(cpu, "check", checks[opts->check]);
    }
    if (rc >= 0 && opts->migratable) {
        rc = dx_edit_set(cpu, "migratable", switches[opts->migratable]);
    }
    rc = rc < 0 ? rc : set_model(run, cpu, opts->model);
    rc = rc < 0 ? rc : set_topology(run, cpu, opts->topology);
    rc = rc < 0 ? rc : set_features(run, cpu, &opts->require, "require");
    rc = rc < 0 ? rc : set_features(run, cpu, &opts->disable, "disable");
    return rc < 0 ? rc : DX_OK;
}

/* ---- removal ---- */

struct removal {
    struct dx_strs features;
};

/* All but the guest's NUMA cells, which are no matter of the processor. */
static int strip(struct dx_run *run, struct dx_node *cpu, const struct dx_strs *features)
{
    static const char *const attrs[] = {"mode", "match", "check", "migratable", "deprecated_features"};
    static const char *const children[] = {"model", "vendor", "topology", "cache", "maxphysaddr", "feature", NULL};
    static const char *const no_containers[] = {NULL};
    struct dx_node *next;
    int rc = DX_OK;

    for (struct dx_node *child = cpu->first; child && rc >= 0; child = next) {
        next = child->next;
        while (next && !dx_node_is_element(next)) {
            next = next->next;
        }
        if (dx_node_is_element(child) && dx_str_any(dx_node_name(child), children) &&
            (!features->n ||
             (dx_node_is(child, "feature") && lists(features, features->n, dx_node_attr(child, "name"))))) {
            rc = dx_run_prune(run, child, no_containers);
        }
    }
    for (size_t i = 0; !features->n && i < sizeof attrs / sizeof attrs[0] && rc >= 0; i++) {
        rc = dx_edit_remove_attr(cpu, attrs[i]);
    }
    return rc < 0 || !dx_run_emptied(cpu) ? rc : dx_edit_remove(cpu);
}

static int remove_cpu(struct dx_run *run, const void *values, void *user)
{
    const struct removal *opts = values;
    struct dx_node *next;
    int rc = DX_OK;

    (void)user;
    for (struct dx_node *cpu = dx_node_child(run->doc->root, "cpu"); cpu && rc >= 0; cpu = next) {
        next = dx_node_next_named(cpu, "cpu");
        rc = strip(run, cpu, &opts->features);
    }
    return rc < 0 ? rc : DX_OK;
}

static const struct dx_opt options[] = {
    {.name = "mode",
     .value = "MODE",
     .choices = "host-passthrough|host-model|maximum|custom",
     .help = "host-passthrough, host-model, maximum (libvirt 7.1), or custom with model=",
     .type = DX_OPT_ENUM,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct cpu, mode)},
    {.name = "model",
     .value = "NAME",
     .help = "the model of mode custom, such as EPYC or Skylake-Server",
     .type = DX_OPT_STRING,
     .off = offsetof(struct cpu, model)},
    {.name = "topology",
     .value = "SxCxT",
     .help = "sockets, cores of each socket and threads of each core; they make up all vCPUs, such as 1x4x2 for 8",
     .type = DX_OPT_STRING,
     .off = offsetof(struct cpu, topology)},
    {.name = "require",
     .value = "FEATURE,…",
     .help = "features that the guest has to see, such as vmx,invtsc",
     .type = DX_OPT_STRINGS,
     .off = offsetof(struct cpu, require)},
    {.name = "disable",
     .value = "FEATURE,…",
     .help = "features that the guest is not to see, such as hle,rtm",
     .type = DX_OPT_STRINGS,
     .off = offsetof(struct cpu, disable)},
    {.name = "migratable",
     .value = "on|off",
     .choices = "on|off",
     .help = "off also shows features that no live migration survives, such as invtsc (libvirt 6.5)",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct cpu, migratable)},
    {.name = "check",
     .value = "CHECK",
     .choices = "none|partial|full",
     .help = "how much of the result libvirt compares with what was asked for (libvirt 3.2)",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct cpu, check)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "features",
     .value = "FEATURE,…",
     .help = "the features to say nothing of; without it, all but the NUMA cells",
     .type = DX_OPT_STRINGS,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct removal, features)},
    {.name = NULL},
};

const struct dx_pass dx_pass_cpu = {
    .size = sizeof(struct dx_pass),
    .name = "cpu",
    .group = "cpu",
    .summary = "choose the processor that the guest sees",
    .doc = "Writes mode, topology and features of <cpu>; what is not named stays as it is.\n"
           "A new mode takes away what libvirt would refuse or drop beside it (a model and\n"
           "its vendor, migratable, the cache of the host) and says so; features, topology\n"
           "and NUMA cells stay. model=NAME means mode custom. The topology has to make up\n"
           "all vCPUs the domain can have. A feature that stands there with another policy\n"
           "is changed in place.",
    .example = "cpu:host-passthrough",
    .since = "libvirt 0.9.11",
    .element = "cpu",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct cpu),
    .remove_opt_size = sizeof(struct removal),
    .flags = DX_PASS_INVERSE,
    .check = check_cpu,
    .run = run_cpu,
    .remove = remove_cpu,
    .risk = "the guest sees another processor after a cold restart, and host-passthrough migrates to equal hosts only",
};
