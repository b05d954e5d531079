/* <numatune><memory>: the host nodes that the guest's memory comes from (semantics §4, §15). */
#include "pass.h"

struct numatune {
    struct dx_cpuset *nodes;
    int mode;
};

enum { MODE_STRICT = 1, MODE_RESTRICTIVE = 4 };

static const char *const modes[] = {NULL, "strict", "preferred", "interleave", "restrictive"};
static const char *const containers[] = {"numatune", NULL};

static int check_numatune(struct dx_run *run, const void *values, void *user)
{
    const struct numatune *opts = values;

    (void)user;
    return opts->nodes || opts->mode
               ? DX_OK
               : dx_run_usage(run, 1, "write numatune:NODES, numatune:NODES,mode=MODE or numatune:mode=MODE",
                              "numatune needs the host's nodes, a mode, or both");
}

/* numad places the memory: asked for, or where nothing else is said and the vCPUs are placed so. */
static bool is_automatic(const struct dx_node *root, const struct dx_node *memory)
{
    const struct dx_node *vcpu = dx_node_child(root, "vcpu");
    struct dx_str placement = memory ? dx_node_attr(memory, "placement") : DX_NONE;

    if (placement.ptr && !dx_str_is(placement, "default")) {
        return dx_str_is(placement, "auto");
    }
    return vcpu && dx_str_is(dx_node_attr(vcpu, "placement"), "auto") &&
           !(memory && dx_node_attr(memory, "nodeset").ptr);
}

/* libvirt takes the first <numatune> and its first <memory>; a second <numatune> it refuses (NUM-P19). */
static struct dx_node *find_memory(const struct dx_node *root)
{
    const struct dx_node *numatune = dx_node_child(root, "numatune");

    return numatune ? dx_node_child(numatune, "memory") : NULL;
}

static bool is_mode(const struct dx_node *memory, int mode)
{
    struct dx_str there = dx_node_attr(memory, "mode");

    return there.ptr ? dx_str_is(there, modes[mode]) : mode == MODE_STRICT;
}

static bool is_so(const struct numatune *opts, const struct dx_node *root, const struct dx_node *memory)
{
    struct dx_cpuset there;

    if (opts->mode && !is_mode(memory, opts->mode)) {
        return false;
    }
    return !opts->nodes || (!is_automatic(root, memory) && dx_cpuset_parse(&there, dx_node_attr(memory, "nodeset")) &&
                            dx_cpuset_equal(&there, opts->nodes));
}

/* Memory of the whole and that of the cells are restrictive together or not at all (NUM-P18). */
static int judge_mixture(struct dx_run *run, const struct numatune *opts)
{
    const struct dx_node *numatune = dx_node_child(run->doc->root, "numatune");
    const struct dx_node *memnode = numatune ? dx_node_child(numatune, "memnode") : NULL;

    for (; memnode && opts->mode; memnode = dx_node_next_named(memnode, "memnode")) {
        bool restrictive = dx_str_is(dx_node_attr(memnode, "mode"), "restrictive");

        if (restrictive != (opts->mode == MODE_RESTRICTIVE)) {
            return dx_run_report(run, restrictive ? DX_RULE_NUM_P18B : DX_RULE_NUM_P18, memnode, "mode", DX_NO_ARGS);
        }
    }
    return DX_OK;
}

static int refuse_nowhere(struct dx_run *run, const struct dx_node *memory)
{
    const struct dx_node *numatune = dx_node_child(run->doc->root, "numatune");

    return dx_run_report_as(run, DX_RULE_NUM_P14, DX_SEVERITY_ERROR,
                            memory     ? memory
                            : numatune ? numatune
                                       : run->doc->root,
                            NULL, "name the host's nodes too: numatune:NODES,mode=MODE", DX_NO_ARGS);
}

static int add_memory(struct dx_node **memory, struct dx_run *run)
{
    struct dx_node *numatune = dx_node_child(run->doc->root, "numatune");
    int rc = numatune ? DX_OK : dx_run_insert(&numatune, run, run->doc->root, "numatune");

    return rc < 0 ? rc : dx_run_insert(memory, run, numatune, "memory");
}

static int set_nodes(struct dx_run *run, struct dx_node *memory, const struct dx_cpuset *nodes)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
    struct dx_cpuset there;
    int rc = DX_OK;

    if (dx_str_is(dx_node_attr(memory, "placement"), "auto")) {
        rc = dx_run_drop_attr(run, memory, "placement", "numad chose the nodes, libvirt takes no others beside it");
    }
    if (rc < 0 || (dx_cpuset_parse(&there, dx_node_attr(memory, "nodeset")) && dx_cpuset_equal(&there, nodes))) {
        return rc;
    }
    dx_cpuset_format(&text, nodes);
    return text.failed ? dx_ctx_no_memory(run->ctx) : dx_edit_set_attr(memory, "nodeset", dx_buf_view(&text));
}

/* What is said for single cells goes before what is said for all. */
static int note_cells(struct dx_run *run, const struct dx_node *memory)
{
    const struct dx_node *memnode = dx_node_child(memory->parent, "memnode");

    return memnode ? dx_run_note(run, memnode, "change or drop <memnode> by hand if it is to follow",
                                 "the memory of cell %.*s still comes from where its memnode says",
                                 DX_F(dx_node_attr(memnode, "cellid")))
                   : DX_OK;
}

static int run_numatune(struct dx_run *run, const void *values, void *user)
{
    const struct numatune *opts = values;
    struct dx_node *root = run->doc->root, *memory = find_memory(root);
    int rc;

    (void)user;
    if (memory && is_so(opts, root, memory)) {
        return DX_OK;
    }
    if (!opts->nodes && !is_automatic(root, memory) && !(memory && dx_node_attr(memory, "nodeset").ptr)) {
        return refuse_nowhere(run, memory);
    }
    rc = judge_mixture(run, opts);
    if (rc >= 0 && !memory) {
        rc = add_memory(&memory, run);
        rc = rc < 0 ? rc : dx_edit_set(memory, "mode", modes[opts->mode ? opts->mode : MODE_STRICT]);
    } else if (rc >= 0 && opts->mode && !is_mode(memory, opts->mode)) {
        rc = dx_edit_set(memory, "mode", modes[opts->mode]);
    }
    if (rc >= 0 && opts->nodes) {
        rc = set_nodes(run, memory, opts->nodes);
    }
    return rc < 0 ? rc : note_cells(run, memory);
}

static int remove_numatune(struct dx_run *run, const void *values, void *user)
{
    struct dx_node *memory;

    (void)values;
    (void)user;
    while ((memory = dx_domain_find(run->doc->root, "numatune", "memory")) != NULL) {
        int rc = dx_run_prune(run, memory, containers);

        if (rc < 0) {
            return rc;
        }
    }
    return DX_OK;
}

static const struct dx_opt options[] = {
    {.name = "nodeset",
     .value = "SET",
     .help = "the host's NUMA nodes, such as 0 or 0-1,3; without it, those that are there",
     .type = DX_OPT_CPUSET,
     .flags = DX_OPT_POSITIONAL,
     .off = offsetof(struct numatune, nodes)},
    {.name = "mode",
     .value = "MODE",
     .choices = "strict|preferred|interleave|restrictive",
     .help = "strict (of a new one), preferred, interleave, or restrictive, which libvirt knows since 7.3",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct numatune, mode)},
    {.name = NULL},
};

const struct dx_pass dx_pass_numatune = {
    .size = sizeof(struct dx_pass),
    .name = "numatune",
    .group = "memory",
    .summary = "take the guest's memory from certain NUMA nodes of the host",
    .doc = "Writes <numatune><memory> with the host's nodes and how they bind. Another mode\n"
           "or set of nodes is changed in place; where nodes are named, placement='auto'\n"
           "goes, for numad would choose others. What <memnode> says of single guest cells\n"
           "stays and goes before this; restrictive is refused beside cells that are not.",
    .example = "numatune:0",
    .since = "libvirt 0.9.3",
    .element = "numatune/memory",
    .opts = options,
    .opt_size = sizeof(struct numatune),
    .flags = DX_PASS_INVERSE,
    .check = check_numatune,
    .run = run_numatune,
    .remove = remove_numatune,
    .risk = "strict nodes without enough free memory let the start fail, or the guest be killed when they run short",
};
