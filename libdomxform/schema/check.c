/* The walk over a document: one derivative for each start tag, attribute, text and end tag. */
#include "check.h"

#include "order.h"

static struct dx_str or_empty(struct dx_str s)
{
    return s.ptr ? s : DX_S("");
}

uint32_t dx_checker_element(struct dx_checker *c, const struct dx_node *node)
{
    struct dx_qname name = {or_empty(dx_node_namespace(node)), dx_local_name(NULL, dx_node_name(node))};

    return dx_validator_name(c->v, name);
}

uint32_t dx_checker_attribute(struct dx_checker *c, const struct dx_node *node, const struct dx_attr *attr)
{
    struct dx_str prefix;
    struct dx_qname name = {.local = dx_local_name(&prefix, dx_attr_name(attr))};

    name.ns = prefix.len ? or_empty(dx_node_lookup_namespace(node, prefix)) : DX_S("");
    return dx_validator_name(c->v, name);
}

bool dx_attr_is_aside(const struct dx_attr *attr)
{
    struct dx_str name = dx_attr_name(attr);

    return (attr->flags & DX_ATTR_REMOVED) ||
           (attr->name[0] == 'x' && dx_str_starts(name, "xmlns") && (name.len == 5 || name.ptr[5] == ':'));
}

const struct dx_pattern *dx_checker_over(struct dx_checker *c, const struct dx_pattern *pattern, uint32_t name,
                                         struct dx_str value, bool lenient)
{
    struct dx_validator *v = c->v;
    const struct dx_ways *ways = dx_derive_attribute(v, pattern, name);
    size_t mark = dx_kids_mark(v);

    if (!ways) {
        return v->not_allowed;
    }
    if (ways->n == 1) {
        return lenient || dx_derive_allows(v, ways->items[0].inner, value) ? ways->items[0].rest : v->not_allowed;
    }
    for (uint32_t i = 0; i < ways->n; i++) {
        if (lenient || dx_derive_allows(v, ways->items[i].inner, value)) {
            dx_kids_add(v, ways->items[i].rest);
        }
    }
    return dx_pattern_make(v, DX_P_CHOICE, mark);
}

/* Behind all attributes of a start tag; not allowed when one of them is wrong or missing. */
static const struct dx_pattern *over_attributes(struct dx_checker *c, const struct dx_frame *frame)
{
    const struct dx_node *node = frame->node;
    const struct dx_pattern *state = frame->full;

    for (uint32_t i = 0; i < node->n_attrs && state != c->v->not_allowed; i++) {
        struct dx_attr *attr = &node->attrs[i];

        if (!dx_attr_is_aside(attr)) {
            uint32_t name = dx_checker_attribute(c, node, attr);

            state = dx_checker_over(c, state, name, dx_attr_value(node, attr), false);
        }
    }
    return dx_derive_close(c->v, state, false);
}

/* Gives back what an explanation took along the way. */
static void forget(struct dx_checker *c)
{
    c->out->arena.failed = c->out->arena.failed || c->scratch.failed;
    dx_arena_free(&c->scratch);
    dx_arena_init(&c->scratch, &c->v->mem);
}

static bool has_elements(const struct dx_node *node)
{
    const struct dx_node *child = node->names ? node->first : NULL;

    while (child && child->kind != DX_KIND_ELEMENT) {
        child = child->next;
    }
    return child != NULL;
}

/* Opens a frame for an element; false when it is passed over. */
static bool enter(struct dx_checker *c, const struct dx_node *node)
{
    struct dx_frame *parent = &c->frames[c->depth], *frame = &c->frames[c->depth + 1];
    uint32_t name = dx_checker_element(c, node);
    const struct dx_ways *ways = dx_derive_element(c->v, parent->state, name);
    bool aside = false;

    if (!ways || dx_validator_failed(c->v)) {
        return false;
    }
    if (ways->n == 0) {
        ways = dx_explain_element(c, parent, node, name, &aside);
        forget(c);
    }
    if (!ways) {
        return false;
    }
    *frame = (struct dx_frame){
        .node = node, .ways = ways, .full = ways->state, .elements = has_elements(node), .aside = aside};
    frame->begun = over_attributes(c, frame);
    if (frame->begun == c->v->not_allowed && !dx_validator_failed(c->v)) {
        frame->begun = dx_explain_attributes(c, frame);
        forget(c);
    }
    frame->state = frame->begun;
    c->depth++;
    return true;
}

static void see_text(struct dx_checker *c, struct dx_frame *frame, const struct dx_node *node, struct dx_str text)
{
    const struct dx_pattern *rest = dx_derive_text(c->v, frame->state, text, frame->elements);

    if (rest != c->v->not_allowed) {
        frame->state = rest;
    } else if (!dx_validator_failed(c->v) && !frame->said) {
        dx_explain_text(c, frame, node, text);
        forget(c);
        frame->lost = frame->said = true;
    }
}

/* Closes the innermost frame. */
static void leave(struct dx_checker *c)
{
    struct dx_frame *frame = &c->frames[c->depth--];
    const struct dx_pattern *rest;

    if (!frame->elements) {
        see_text(c, frame, NULL, dx_node_text(frame->node));
    }
    rest = dx_derive_end(c->v, frame->ways, frame->state, false);
    if (rest == c->v->not_allowed && !dx_validator_failed(c->v)) {
        if (!frame->lost) {
            dx_explain_missing(c, frame);
            forget(c);
        }
        rest = dx_derive_end(c->v, frame->ways, frame->state, true);
    }
    if (!frame->aside) {
        c->frames[c->depth].state = rest;
    }
}

static bool is_ink(const struct dx_node *node)
{
    return node->kind == DX_KIND_CDATA || (node->kind == DX_KIND_TEXT && !dx_node_is_blank(node));
}

static void walk(struct dx_checker *c)
{
    const struct dx_node *root = c->doc->root, *node = root;

    while (node && !dx_validator_failed(c->v) && !dx_ctx_is_cancelled(c->doc->ctx)) {
        if (node->kind == DX_KIND_ELEMENT) {
            if (enter(c, node)) {
                if (node->first) {
                    node = node->first;
                    continue;
                }
                leave(c);
            }
        } else if (is_ink(node) && c->frames[c->depth].elements) {
            see_text(c, &c->frames[c->depth], node, dx_node_value(node));
        }
        while (node && (node == root || !node->next)) {
            node = node == root ? NULL : node->parent;
            if (node) {
                leave(c);
            }
        }
        node = node ? node->next : NULL;
    }
}

/* Forgets a validator that failed, and says why it did. */
static int give_up(struct dx_doc *doc, const struct dx_validator *v)
{
    bool too_heavy = v->too_heavy;
    int rc;

    dx_validator_drop(doc->ctx);
    if (!too_heavy) {
        return dx_ctx_no_memory(doc->ctx);
    }
    rc = dx_ctx_report(doc->ctx, DX_LEVEL_SCHEMA, DX_SEVERITY_ERROR, doc->source.name.ptr,
                       "give a schema whose definitions and interleaves do not multiply each other",
                       "the schema takes too many ways through this document");
    return rc < 0 ? rc : DX_ELIMIT;
}

int dx_schema_check(struct dx_findings *out, struct dx_doc *doc, const struct dx_schema *schema)
{
    struct dx_frame frames[DX_DEEPEST + 2];
    struct dx_checker c = {.out = out, .doc = doc, .frames = frames, .v = dx_validator_of(doc->ctx, schema)};

    if (!c.v) {
        return dx_ctx_no_memory(doc->ctx);
    }
    dx_arena_init(&c.scratch, &c.v->mem);
    dx_validator_begin(c.v, doc->source.len);
    frames[0] = (struct dx_frame){.node = &doc->top, .elements = true};
    frames[0].full = frames[0].begun = frames[0].state = dx_pattern_start(c.v);
    walk(&c);
    if (dx_validator_failed(c.v)) {
        return give_up(doc, c.v);
    }
    if (dx_ctx_is_cancelled(doc->ctx)) {
        return dx_ctx_cancelled(doc->ctx, doc->source.name.ptr);
    }
    return out->arena.failed || doc->arena.failed ? dx_ctx_no_memory(doc->ctx) : DX_OK;
}

int dx_schema_check_order(struct dx_findings *out, struct dx_doc *doc, const struct dx_schema *schema)
{
    struct dx_validator *v = schema->partial ? NULL : dx_validator_of(doc->ctx, schema);
    int rc;

    if (!v) {
        return schema->partial ? DX_OK : dx_ctx_no_memory(doc->ctx);
    }
    rc = dx_order_check(out, doc, v);
    if (dx_validator_failed(v)) {
        dx_validator_drop(doc->ctx);
    }
    return rc;
}
