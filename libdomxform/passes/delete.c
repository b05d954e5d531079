/* Takes away what an XPath expression names. */
#include "pass.h"
#include "query.h"

struct deletion {
    struct dx_str path;
    int required;
};

static int prepare_delete(void **state, struct dx_run *run, const void *values, void *user)
{
    const struct deletion *opts = values;
    struct dx_phrase phrase = {run, dx_opt_name(run->spec).len + 1};
    struct dx_query *query;
    int rc = dx_query_new(&query, run, opts->path, phrase.at);

    (void)user;
    if (rc == DX_OK && query->path.simple &&
        (query->path.n == 0 || (query->path.n == 1 && query->path.steps[0].kind == DX_STEP_ROOT))) {
        rc = dx_phrase_refuse(&phrase, 0, "name what is in it, such as ./devices/sound", "the domain itself stays");
        dx_query_free(query);
    }
    if (rc == DX_OK) {
        *state = query;
    }
    return rc;
}

static void release_query(void *state)
{
    dx_query_free(state);
}

static bool lies_in(const struct dx_node *node, const struct dx_node *top)
{
    while (node && node != top) {
        node = node->parent;
    }
    return node != NULL;
}

/* Leaves out what goes with an element anyway: it follows that one, for hits stand in document order. */
static int keep_outermost(struct dx_hits *hits, struct dx_run *run)
{
    const struct dx_node *top = NULL;
    size_t kept = 0;

    for (size_t i = 0; i < hits->n; i++) {
        struct dx_hit hit = hits->items[i];

        if (!hit.attr && (hit.node == run->doc->root || hit.node == &run->doc->top)) {
            return dx_run_error(run, run->doc->root, "name what is in it, such as ./devices/sound",
                                "the expression matches the domain itself, which stays");
        }
        if (top && lies_in(hit.node, top)) {
            continue;
        }
        if (!hit.attr && dx_node_is_element(hit.node)) {
            top = hit.node;
        }
        hits->items[kept++] = hit;
    }
    hits->n = kept;
    return DX_OK;
}

static int remove_hits(const struct dx_hits *hits)
{
    struct dx_node *parent = NULL;
    int rc = DX_OK;

    for (size_t i = 0; i < hits->n && rc >= 0; i++) {
        const struct dx_hit *hit = &hits->items[i];
        struct dx_node *holder = hit->attr || !dx_node_is_element(hit->node) ? NULL : hit->node->parent;

        /* An element that lost its last child is written as the empty tag that it is. */
        if (parent && parent != holder) {
            rc = dx_edit_hollow(parent);
        }
        parent = holder;
        rc = rc < 0 ? rc : hit->attr ? dx_edit_remove_attr(hit->node, hit->attr) : dx_edit_remove(hit->node);
    }
    rc = rc >= 0 && parent ? dx_edit_hollow(parent) : rc;
    return rc < 0 ? rc : DX_OK;
}

static int run_delete(struct dx_run *run, const void *values, void *user)
{
    const struct deletion *opts = values;
    const struct dx_query *query = user;
    struct dx_hits hits;
    int rc = dx_query_run(&hits, query, run);

    if (rc == DX_OK && hits.n == 0 && opts->required == DX_YES) {
        return dx_query_explain(query, run);
    }
    rc = rc < 0 ? rc : keep_outermost(&hits, run);
    return rc < 0 ? rc : remove_hits(&hits);
}

static int applies_delete(struct dx_run *run, const void *values, void *user)
{
    const struct dx_query *query = user;
    struct dx_hits hits;
    int rc = dx_query_run(&hits, query, run);

    (void)values;
    if (rc == DX_OK && hits.n == 0) {
        return dx_run_lacks(run, "nothing matches %.*s", DX_F(query->text));
    }
    return rc;
}

static const struct dx_opt options[] = {
    {.name = "xpath",
     .value = "XPATH",
     .help = "what goes: an XPath 1.0 expression, read from the domain on, such as ./devices/sound",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct deletion, path)},
    {.name = "required",
     .value = "yes|no",
     .help = "yes: it is an error when nothing matches; no (the default): then nothing changes",
     .type = DX_OPT_BOOL,
     .off = offsetof(struct deletion, required)},
    {.name = NULL},
};

const struct dx_pass dx_pass_delete = {
    .size = sizeof(struct dx_pass),
    .name = "delete",
    .group = "other",
    .summary = "take away what an XPath expression names",
    .doc = "Removes every element, attribute, comment, PI or text that the expression\n"
           "matches, elements with all that is in them and with their indentation. The\n"
           "prefixes qemu, lxc, xen and bhyve are known, whatever the document calls them.\n"
           "Commas need no escape. What it took away it cannot give back.",
    .example = "delete:./devices/sound",
    .since = "any libvirt",
    .element = "domain",
    .opts = options,
    .opt_size = sizeof(struct deletion),
    .flags = DX_PASS_OPEN | DX_PASS_ANY_TYPE,
    .prepare = prepare_delete,
    .release = release_query,
    .run = run_delete,
    .applies = applies_delete,
    .risk = "whatever the element did for the guest is gone at its next cold start",
};
