/* Gives attributes and elements that an XPath expression names a value, and makes what a simple path lacks. */
#include "domain.h"
#include "pass.h"
#include "query.h"
#include "query/merged.h"
#include "query/namespace.h"

enum { MISSING_ERROR = 1, MISSING_IGNORE };

struct setting {
    struct dx_str edit;
    int missing;
};

struct nodes {
    struct dx_node **items;
    size_t n, room;
};

/* ---- the SPEC ---- */

/* The path ends at the first '=' outside of brackets and quotes; edit.len where there is none. */
static size_t path_end(struct dx_str edit)
{
    size_t depth = 0;
    char quote = '\0';

    for (size_t i = 0; i < edit.len; i++) {
        char c = edit.ptr[i];

        if (quote) {
            quote = c == quote ? '\0' : quote;
        } else if (c == '\'' || c == '"') {
            quote = c;
        } else if (c == '[' || c == '(') {
            depth++;
        } else if ((c == ']' || c == ')') && depth > 0) {
            depth--;
        } else if (c == '=' && depth == 0) {
            return i;
        }
    }
    return edit.len;
}

static int check_edit(const struct dx_phrase *phrase, struct dx_str edit, size_t end)
{
    if (end == 0) {
        return dx_phrase_refuse(phrase, 0, "write XPATH=VALUE, such as ./cpu/@mode=host-passthrough",
                                "no path stands before '='");
    }
    if (end == edit.len) {
        return dx_phrase_refuse(phrase, end, "write XPATH=VALUE, such as ./cpu/@mode=host-passthrough",
                                "no '=VALUE' stands behind the path");
    }
    if (end + 1 == edit.len) {
        dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&phrase->run->ctx->mem);

        dx_buf_format(&hint, "write a value; to take it away write --pass=delete:%.*s", (int)end, edit.ptr);
        dx_buf_byte(&hint, '\0');
        return hint.failed ? dx_ctx_no_memory(phrase->run->ctx)
                           : dx_phrase_refuse(phrase, edit.len, hint.ptr, "nothing stands behind '='");
    }
    return DX_OK;
}

static int check_path(const struct dx_phrase *phrase, const struct dx_path *path)
{
    const struct dx_path_step *last = path->n ? &path->steps[path->n - 1] : NULL;

    if (!path->simple) {
        return DX_OK;
    }
    if (path->n >= DX_DEEPEST) {
        return dx_phrase_refuse(phrase, 0, "no libvirt element lies nearly as deep", "a path of %zu steps", path->n);
    }
    if (!last || last->kind == DX_STEP_ROOT) {
        return dx_phrase_refuse(phrase, 0, "name an element in it or an attribute, such as ./title or ./@type",
                                "the domain holds elements and no value");
    }
    if (last->kind == DX_STEP_ATTR && dx_str_is(last->name, "xmlns")) {
        return dx_phrase_refuse(phrase, last->begin, "libvirt reads nothing in a namespace",
                                "a namespace declaration is no attribute for XPath");
    }
    return DX_OK;
}

static int prepare_set(void **state, struct dx_run *run, const void *values, void *user)
{
    const struct setting *opts = values;
    struct dx_phrase phrase = {run, dx_opt_name(run->spec).len + 1};
    size_t end = path_end(opts->edit);
    struct dx_query *query = NULL;
    int rc = end == 0 ? DX_OK : dx_query_new(&query, run, (struct dx_str){opts->edit.ptr, end}, phrase.at);

    (void)user;
    /* What is wrong with the path is said first: a quote that is not closed hides the '='. */
    rc = rc < 0 ? rc : check_edit(&phrase, opts->edit, end);
    rc = rc < 0 ? rc : check_path(&phrase, &query->path);
    if (rc < 0) {
        dx_query_free(query);
        return rc;
    }
    *state = query;
    return DX_OK;
}

static void release_query(void *state)
{
    dx_query_free(state);
}

/* ---- simple paths ---- */

static bool add_node(struct nodes *nodes, struct dx_arena *arena, struct dx_node *node)
{
    struct dx_node **items = dx_arena_more(arena, nodes->items, nodes->n, &nodes->room, sizeof(struct dx_node *));

    if (items) {
        nodes->items = items;
        nodes->items[nodes->n++] = node;
    }
    return items != NULL;
}

/* A step's name in the words of the document. */
struct wanted {
    struct dx_str prefix, local, namespace; /* namespace.ptr == NULL: the prefix means nothing */
    const char *name;                       /* with its prefix */
    const struct dx_prefix *known;          /* one of libvirt's prefixes */
};

static struct wanted want(const struct dx_doc *doc, const struct dx_path_step *step)
{
    struct wanted wanted = {.name = step->name.ptr};

    wanted.local = dx_local_name(&wanted.prefix, step->name);
    if (wanted.prefix.len) {
        wanted.known = dx_prefix_find(wanted.prefix);
        wanted.namespace = dx_query_namespace(doc, wanted.prefix);
    }
    return wanted;
}

static bool is_wanted(const struct dx_node *node, const struct wanted *wanted)
{
    if (!wanted->prefix.len) {
        return dx_node_is(node, wanted->name);
    }
    return dx_node_is_element(node) && wanted->namespace.ptr &&
           dx_str_equal(dx_local_name(NULL, dx_node_name(node)), wanted->local) &&
           dx_str_equal(dx_node_namespace(node), wanted->namespace);
}

/* The name under which it can be written at `at`, where what lacks a declaration gets one. */
static int name_at(const char **name, struct dx_run *run, const struct dx_node *at, const struct wanted *wanted)
{
    struct dx_str prefix = wanted->prefix;
    char *joined;
    int rc = DX_OK;

    *name = wanted->name;
    if (!prefix.len) {
        return DX_OK;
    }
    if (wanted->known) {
        rc = dx_namespace_declare(&prefix, run, at, wanted->known);
    } else if (!dx_node_lookup_namespace(at, prefix).ptr) {
        rc = dx_run_error(run, at, "insert:…,xml=… takes a fragment that declares its own prefix with xmlns",
                          "nothing declares the prefix '%.*s' here", DX_F(prefix));
    }
    if (rc < 0) {
        return rc;
    }
    joined = dx_arena_alloc(&run->doc->arena, prefix.len + wanted->local.len + 2);
    if (!joined) {
        return dx_ctx_no_memory(run->ctx);
    }
    snprintf(joined, prefix.len + wanted->local.len + 2, "%.*s:%.*s", DX_F(prefix), DX_F(wanted->local));
    *name = joined;
    return DX_OK;
}

static int make(struct nodes *out, struct dx_run *run, struct dx_node *parent, const struct wanted *wanted)
{
    struct dx_str around = dx_node_lookup_namespace(parent, DX_S(""));
    struct dx_node *node;
    const char *name;
    int rc = name_at(&name, run, parent, wanted);

    if (rc == DX_OK && !wanted->prefix.len && around.ptr) {
        rc = dx_run_error(run, parent, "insert:…,xml=… takes a fragment with its own xmlns",
                          "a new <%s> would be in the namespace '%.*s' here, which the path does not name",
                          wanted->name, DX_F(around));
    }
    rc = rc < 0 ? rc : dx_run_insert(&node, run, parent, name);
    rc = rc < 0 ? rc : dx_query_warn_unknown(run, node);
    return rc < 0 ? rc : add_node(out, &run->doc->arena, node) ? DX_OK : dx_ctx_no_memory(run->ctx);
}

/* From elements to their children of that name; where there is none, one is made. */
static int go_down(struct nodes *nodes, struct dx_run *run, const struct dx_path_step *step)
{
    struct wanted wanted = want(run->doc, step);
    struct nodes down = {0};
    bool merged = dx_merged(nodes->items[0]);
    int rc = DX_OK;

    for (size_t i = 0; i < nodes->n && rc == DX_OK; i++) {
        size_t before = down.n;

        for (struct dx_node *child = nodes->items[i]->first; child && rc == DX_OK; child = child->next) {
            if (is_wanted(child, &wanted) && !add_node(&down, &run->doc->arena, child)) {
                rc = dx_ctx_no_memory(run->ctx);
            }
        }
        if (rc == DX_OK && down.n == before && !merged) {
            rc = make(&down, run, nodes->items[i], &wanted);
        }
    }
    if (rc == DX_OK && down.n == 0) {
        rc = make(&down, run, dx_merged_choose(nodes->items, nodes->n, step->name), &wanted);
    }
    *nodes = down;
    return rc;
}

/* What the steps up to the last one with a condition find, and which step is next: libxml2 is asked once, or never. */
static int find_start(struct nodes *nodes, size_t *next, struct dx_run *run, const struct dx_query *query)
{
    const struct dx_path *path = &query->path;
    struct dx_hits hits;
    size_t end = 0;
    int rc;

    *next = path->steps[0].kind == DX_STEP_ROOT;
    for (size_t i = 0; i < path->n; i++) {
        if (dx_step_has_predicate(&path->steps[i])) {
            end = path->steps[i].end;
            *next = i + 1;
        }
    }
    if (!end) {
        return add_node(nodes, &run->doc->arena, run->doc->root) ? DX_OK : dx_ctx_no_memory(run->ctx);
    }
    rc = dx_query_ask(&hits, query, run, (struct dx_str){query->text.ptr, end});
    for (size_t i = 0; rc == DX_OK && i < hits.n; i++) {
        rc = add_node(nodes, &run->doc->arena, hits.items[i].node) ? DX_OK : dx_ctx_no_memory(run->ctx);
    }
    return rc;
}

/* ---- values ---- */

static int set_text(struct dx_run *run, struct dx_node *element, struct dx_str value)
{
    struct dx_str name = dx_node_name(element);

    for (const struct dx_node *child = element->first; child; child = child->next) {
        if (dx_node_is_element(child)) {
            return dx_run_error(run, element, "name an element in it, or an attribute of it with @NAME",
                                "<%.*s> holds elements and no value", DX_F(name));
        }
    }
    return dx_edit_set_text(element, value);
}

static int set_attr(struct dx_run *run, struct dx_node *element, const struct wanted *wanted, struct dx_str value)
{
    const char *name;
    int rc = name_at(&name, run, element, wanted);

    return rc < 0 ? rc : dx_edit_set_attr(element, name, value);
}

static int set_simple(struct dx_run *run, const struct dx_query *query, const struct setting *opts, struct dx_str value)
{
    const struct dx_path *path = &query->path;
    struct nodes nodes = {0};
    struct wanted wanted = {0};
    size_t i;
    int rc = find_start(&nodes, &i, run, query);

    if (rc == DX_OK && nodes.n == 0) {
        return opts->missing == MISSING_IGNORE ? DX_OK : dx_query_explain(query, run);
    }
    for (; rc == DX_OK && i < path->n && path->steps[i].kind == DX_STEP_ELEMENT; i++) {
        rc = go_down(&nodes, run, &path->steps[i]);
    }
    if (i < path->n && path->steps[i].kind == DX_STEP_ATTR) {
        wanted = want(run->doc, &path->steps[i]);
    }
    for (size_t k = 0; k < nodes.n && rc >= 0; k++) {
        rc = wanted.name ? set_attr(run, nodes.items[k], &wanted, value) : set_text(run, nodes.items[k], value);
    }
    return rc < 0 ? rc : DX_OK;
}

/* A text is set by way of its element; what has no value is refused. */
static int find_holder(struct dx_hit *hit, struct dx_run *run)
{
    switch (dx_node_kind(hit->node)) {
    case DX_KIND_TEXT:
    case DX_KIND_CDATA:
        hit->node = hit->node->parent;
        return DX_OK;
    case DX_KIND_ELEMENT:
        return DX_OK;
    case DX_KIND_DOCUMENT:
    case DX_KIND_COMMENT:
    case DX_KIND_PI:
    case DX_KIND_DECLARATION:
        break;
    }
    return dx_run_error(run, hit->node->parent ? hit->node : run->doc->root,
                        "name elements and attributes; delete: takes comments away, insert: brings them",
                        "the expression matches what can hold no value");
}

static int set_hits(struct dx_run *run, const struct dx_query *query, const struct setting *opts, struct dx_str value)
{
    struct dx_hits hits;
    int rc = dx_query_run(&hits, query, run);

    if (rc == DX_OK && hits.n == 0) {
        return opts->missing == MISSING_IGNORE ? DX_OK : dx_query_explain(query, run);
    }
    for (size_t i = 0; i < hits.n && rc == DX_OK; i++) {
        rc = find_holder(&hits.items[i], run);
    }
    for (size_t i = 0; i < hits.n && rc >= 0; i++) {
        const struct dx_hit *hit = &hits.items[i];

        rc = hit->attr ? dx_edit_set_attr(hit->node, hit->attr, value) : set_text(run, hit->node, value);
    }
    return rc < 0 ? rc : DX_OK;
}

static int run_set(struct dx_run *run, const void *values, void *user)
{
    const struct setting *opts = values;
    const struct dx_query *query = user;
    size_t skip = query->text.len + 1;
    struct dx_str value = {opts->edit.ptr + skip, opts->edit.len - skip};

    return query->path.simple ? set_simple(run, query, opts, value) : set_hits(run, query, opts, value);
}

/* What a simple path lacks is made, once what its conditions name is there. */
static int applies_set(struct dx_run *run, const void *values, void *user)
{
    const struct dx_query *query = user;
    struct nodes nodes = {0};
    struct dx_hits hits = {0};
    size_t next;
    int rc = query->path.simple ? find_start(&nodes, &next, run, query) : dx_query_run(&hits, query, run);

    (void)values;
    return rc == DX_OK && nodes.n == 0 && hits.n == 0 ? dx_run_lacks(run, "nothing matches %.*s", DX_F(query->text))
                                                      : rc;
}

static const struct dx_opt options[] = {
    {.name = "edit",
     .value = "XPATH=VALUE",
     .help = "what gets which value: the path, read from the domain on, ends at the first '=' outside of brackets and "
             "quotes",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct setting, edit)},
    {.name = "missing",
     .value = "error|ignore",
     .choices = "error|ignore",
     .help = "when nothing matches and nothing can be made: an error (the default), or no change",
     .type = DX_OPT_ENUM,
     .off = offsetof(struct setting, missing)},
    {.name = NULL},
};

const struct dx_pass dx_pass_set = {
    .size = sizeof(struct dx_pass),
    .name = "set",
    .group = "other",
    .summary = "give what an XPath expression names a value",
    .doc = "Every attribute that the expression matches gets the value; an element gets it\n"
           "as its text. What is missing of a simple path (names of children, at the end\n"
           "an attribute: ./cpu/@mode) is made, at libvirt's place for it, in every\n"
           "element that the steps before it find. A step with a condition is never made:\n"
           "./devices/disk[target/@dev='vda']/driver/@discard needs that disk. The\n"
           "prefixes qemu, lxc, xen and bhyve are known and declared when needed. Commas\n"
           "need no escape.",
    .example = "set:./cpu/@mode=host-passthrough",
    .since = "any libvirt",
    .element = "domain",
    .opts = options,
    .opt_size = sizeof(struct setting),
    .flags = DX_PASS_OPEN | DX_PASS_ANY_TYPE,
    .prepare = prepare_set,
    .release = release_query,
    .run = run_set,
    .applies = applies_set,
    .risk = "the guest sees the new value at its next cold start; without --validate only the rules for errors tell "
            "whether libvirt takes it",
};
