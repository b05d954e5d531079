/* <seclabel>: the guide's sVirt protection (semantics §9). */
#include "pass.h"

enum { TYPE_ABSENT, TYPE_DYNAMIC, TYPE_NONE, TYPE_STATIC };

static const char *const type_names[] = {
    [TYPE_ABSENT] = "", [TYPE_DYNAMIC] = "dynamic", [TYPE_NONE] = "none", [TYPE_STATIC] = "static"};

struct seclabel {
    int type;
    struct dx_str model;
    int relabel;
    struct dx_str label, baselabel;
};

struct unlabel {
    struct dx_str model;
};

static const char *const no_containers[] = {NULL};

static int check_seclabel(struct dx_run *run, const void *values, void *user)
{
    const struct seclabel *opts = values;
    int type = opts->type ? opts->type : TYPE_DYNAMIC;

    (void)user;
    if (type == TYPE_STATIC && !opts->label.ptr) {
        return dx_run_usage(run, 1, "write seclabel:static,label=user:role:type:range",
                            "seclabel: static needs a label");
    }
    if (type != TYPE_STATIC && opts->label.ptr) {
        return dx_run_usage(run, 1, "write seclabel:static,label=…, or leave the label out",
                            "seclabel: a label is for static only, libvirt would drop it");
    }
    if (type != TYPE_DYNAMIC && opts->baselabel.ptr) {
        return dx_run_usage(run, 1, "leave baselabel out", "seclabel: a baselabel is for dynamic only");
    }
    if (type == TYPE_NONE && opts->relabel == DX_YES) {
        return dx_run_usage(run, 1, "leave relabel out",
                            "seclabel: none never relabels, libvirt refuses relabel='yes'");
    }
    if (type == TYPE_DYNAMIC && opts->relabel == DX_NO) {
        return dx_run_usage(run, 1, "leave relabel out, or use static",
                            "seclabel: dynamic always relabels, libvirt refuses relabel='no'");
    }
    if (dx_str_is(opts->model, "none") || opts->model.len > 256) {
        return dx_run_usage(run, 1, "use selinux, apparmor or dac; seclabel:none switches confinement off",
                            "seclabel: '%.*s' is no security model", DX_F(opts->model));
    }
    return DX_OK;
}

/* The model 'none' makes type='none' of any type. */
static bool no_model(const struct dx_node *label)
{
    return dx_str_is(dx_node_attr(label, "model"), "none");
}

static int type_of(const struct dx_node *label)
{
    struct dx_str type = dx_node_attr(label, "type");

    if (no_model(label)) {
        return TYPE_NONE;
    }
    for (int i = TYPE_DYNAMIC; i <= TYPE_STATIC; i++) {
        if (dx_str_is(type, type_names[i])) {
            return i;
        }
    }
    return TYPE_ABSENT;
}

/* The label that the options speak of: of the named model, or, without one, the one that confines the process. */
static struct dx_node *find_label(struct dx_node *root, struct dx_str model)
{
    for (struct dx_node *node = dx_node_child(root, "seclabel"); node; node = dx_node_next_named(node, "seclabel")) {
        struct dx_str there = dx_node_attr(node, "model");

        if (model.ptr ? dx_str_equal(there, model) && there.ptr : !dx_str_is(there, "dac")) {
            return node;
        }
    }
    return NULL;
}

static struct dx_str child_text(const struct dx_node *label, const char *name)
{
    const struct dx_node *child = dx_node_child(label, name);

    return child ? dx_trim(dx_node_text(child)) : DX_NONE;
}

static bool relabels(const struct dx_node *label)
{
    struct dx_str relabel = dx_node_attr(label, "relabel");

    return relabel.ptr ? dx_str_is(relabel, "yes") : type_of(label) == TYPE_DYNAMIC;
}

static int set_child(struct dx_run *run, struct dx_node *label, const char *name, struct dx_str text)
{
    struct dx_node *child = dx_node_child(label, name);
    int rc = DX_OK;

    if (!text.ptr || (child && dx_str_equal(child_text(label, name), text))) {
        return DX_OK;
    }
    if (!child) {
        rc = dx_run_insert(&child, run, label, name);
    }
    return rc < 0 ? rc : dx_edit_set_text(child, text);
}

/* What the new type has no use for, and schema or parser refuse beside it. */
static int drop_misfits(struct dx_node *label, int type)
{
    static const struct {
        const char *name;
        int fits;
    } children[] = {{"label", TYPE_STATIC}, {"baselabel", TYPE_DYNAMIC}, {"imagelabel", TYPE_STATIC}};
    int rc = DX_OK;

    for (size_t i = 0; i < sizeof children / sizeof children[0]; i++) {
        struct dx_node *child = dx_node_child(label, children[i].name);

        if (child && children[i].fits != type) {
            rc = rc < 0 ? rc : dx_edit_remove(child);
        }
    }
    return rc;
}

static int fill(struct dx_run *run, struct dx_node *label, const struct seclabel *opts, int type)
{
    int rc = dx_edit_set(label, "type", type_names[type]);

    if (!dx_node_attr(label, "model").ptr || (type != TYPE_NONE && no_model(label))) {
        rc = rc < 0 ? rc : dx_edit_set_attr(label, "model", opts->model.ptr ? opts->model : DX_S("selinux"));
    }
    if (type == TYPE_NONE) {
        rc = rc < 0 ? rc : dx_edit_remove_attr(label, "relabel");
    } else if (type == TYPE_DYNAMIC || opts->relabel) {
        rc = rc < 0 ? rc : dx_edit_set(label, "relabel", opts->relabel == DX_NO ? "no" : "yes");
    }
    rc = rc < 0 ? rc : set_child(run, label, "label", opts->label);
    return rc < 0 ? rc : set_child(run, label, "baselabel", opts->baselabel);
}

/* The same type is there: only what was asked for is brought in line. */
static int adjust(struct dx_run *run, struct dx_node *label, const struct seclabel *opts)
{
    int rc = DX_OK;

    if (opts->relabel && relabels(label) != (opts->relabel == DX_YES) && type_of(label) != TYPE_NONE) {
        rc = dx_edit_set(label, "relabel", opts->relabel == DX_YES ? "yes" : "no");
    }
    rc = rc < 0 ? rc : set_child(run, label, "label", opts->label);
    return rc < 0 ? rc : set_child(run, label, "baselabel", opts->baselabel);
}

static int replace(struct dx_run *run, struct dx_node *label, const struct seclabel *opts, int type, int there)
{
    int rc =
        dx_run_refuse(run, label, "type", "--force replaces it; --remove=seclabel takes it away",
                      "a seclabel of type '%s' stands here, '%s' was asked for", type_names[there], type_names[type]);

    rc = rc < 0 ? rc : drop_misfits(label, type);
    if (rc >= 0 && type == TYPE_STATIC && !opts->relabel) {
        rc = dx_edit_remove_attr(label, "relabel");
    }
    return rc < 0 ? rc : fill(run, label, opts, type);
}

/* A label without a model takes the host's first: beside a second label libvirt refuses it (SEC-P06). */
static int refuse_nameless(struct dx_run *run, const struct seclabel *opts)
{
    for (struct dx_node *node = dx_node_child(run->doc->root, "seclabel"); node;
         node = dx_node_next_named(node, "seclabel")) {
        if (!dx_node_attr(node, "model").ptr) {
            return dx_run_report_as(
                run, DX_RULE_SEC_P06, DX_SEVERITY_ERROR, node, NULL,
                opts->model.ptr ? "name its model first: beside another one libvirt needs it" : NULL, DX_NO_ARGS);
        }
    }
    return DX_OK;
}

static int warn_none(struct dx_run *run, const struct dx_node *label, int type)
{
    struct dx_str model = dx_node_attr(label, "model");

    return type == TYPE_NONE ? dx_run_report(run, DX_RULE_SEC_E02, label, "type",
                                             DX_ARGS(model.ptr ? model : DX_S("the host's first model")))
                             : DX_OK;
}

static int run_seclabel(struct dx_run *run, const void *values, void *user)
{
    const struct seclabel *opts = values;
    struct dx_node *label = find_label(run->doc->root, opts->model);
    int type = opts->type ? opts->type : TYPE_DYNAMIC;
    int there = label ? type_of(label) : TYPE_ABSENT, rc;

    (void)user;
    if (!label) {
        rc = refuse_nameless(run, opts);
        rc = rc < 0 ? rc : dx_run_insert(&label, run, run->doc->root, "seclabel");
        rc = rc < 0 ? rc : fill(run, label, opts, type);
        if (rc >= 0 && !opts->model.ptr && type == TYPE_DYNAMIC) {
            rc = dx_run_report_as(run, DX_RULE_SEC_R01, DX_SEVERITY_NOTE, label, NULL,
                                  "on a host with AppArmor write model=apparmor", DX_ARGS(DX_S("selinux")));
        }
    } else if (there == type) {
        rc = adjust(run, label, opts);
    } else if (there == TYPE_ABSENT && !dx_node_attr(label, "type").ptr) {
        rc = fill(run, label, opts, type);
    } else if (there == TYPE_STATIC && !opts->type) {
        return dx_run_warn(run, label, "write seclabel:dynamic to ask for it, with --force to have it",
                           "the seclabel is static and stays so: the domain is confined by the label it names");
    } else {
        rc = replace(run, label, opts, type, there);
    }
    return rc < 0 ? rc : warn_none(run, label, type);
}

static int remove_seclabel(struct dx_run *run, const void *values, void *user)
{
    const struct unlabel *opts = values;
    struct dx_node *next;
    int rc = DX_OK;

    (void)user;
    for (struct dx_node *node = dx_node_child(run->doc->root, "seclabel"); node && rc >= 0; node = next) {
        next = dx_node_next_named(node, "seclabel");
        if (!opts->model.ptr || dx_str_equal(dx_node_attr(node, "model"), opts->model)) {
            rc = dx_run_prune(run, node, no_containers);
        }
    }
    return rc;
}

static const struct dx_opt options[] = {
    {.name = "type",
     .value = "TYPE",
     .choices = "dynamic|none|static",
     .help = "dynamic (the default): libvirt makes a label of its own for each start; static: the one given",
     .type = DX_OPT_ENUM,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct seclabel, type)},
    {.name = "model",
     .value = "MODEL",
     .help = "selinux (the default), apparmor, dac or another that the host has",
     .type = DX_OPT_STRING,
     .off = offsetof(struct seclabel, model)},
    {.name = "relabel",
     .value = "yes|no",
     .help = "whether libvirt labels the domain's files; always for dynamic, never for none",
     .type = DX_OPT_BOOL,
     .off = offsetof(struct seclabel, relabel)},
    {.name = "label",
     .value = "LABEL",
     .help = "the label of a static seclabel; commas are part of it",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_LIST,
     .off = offsetof(struct seclabel, label)},
    {.name = "baselabel",
     .value = "LABEL",
     .help = "what a dynamic label is built on; commas are part of it",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_LIST,
     .off = offsetof(struct seclabel, baselabel)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "model",
     .value = "MODEL",
     .help = "only the seclabel of that model; without it, all",
     .type = DX_OPT_STRING,
     .off = offsetof(struct unlabel, model)},
    {.name = NULL},
};

const struct dx_pass dx_pass_seclabel = {
    .size = sizeof(struct dx_pass),
    .name = "seclabel",
    .group = "security",
    .summary = "confine the domain with sVirt",
    .doc = "Writes <seclabel>, by default type='dynamic' model='selinux' relabel='yes'. A\n"
           "seclabel of another model stays, and a second one is added. One of the same\n"
           "model and another type is refused without --force. The type none switches the\n"
           "confinement off, which is the opposite of what sVirt is for: it warns.",
    .example = "seclabel",
    .since = "libvirt 0.10.0",
    .element = "seclabel",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct seclabel),
    .remove_opt_size = sizeof(struct unlabel),
    .flags = DX_PASS_INVERSE | DX_PASS_CONTAINER,
    .check = check_seclabel,
    .run = run_seclabel,
    .remove = remove_seclabel,
    .risk = "from the next start the host must run that security driver, and what lies outside of libvirt's usual "
            "places may be denied to the guest",
};
