/* Requirements: passes that must have nothing to do on a document, and what they would do to it. */
#include "../validate.h"

#include "../ctx.h"

enum { LONGEST_TEXT = 72 };

/* The first place, in document order, where the edited tree is not the one that was read. */
struct change {
    enum { CHANGE_NONE, CHANGE_ADDED, CHANGE_REMOVED, CHANGE_ATTR, CHANGE_ATTR_GONE, CHANGE_TEXT } kind;
    const struct dx_node *node; /* of the edited tree where something is there now, else of the old one */
    struct dx_str attr;         /* its name */
};

/* ---- finding it ---- */

static const struct dx_node *element_from(const struct dx_node *node)
{
    while (node && !dx_node_is_element(node)) {
        node = node->next;
    }
    return node;
}

/* Attributes and text of one element, as it was and as it is. */
static bool compare(struct change *change, const struct dx_node *old, const struct dx_node *now)
{
    struct dx_str name, value;

    for (size_t i = 0; dx_node_attr_at(&name, &value, now, i) == DX_OK; i++) {
        struct dx_attr *before = dx_tree_attr(old, name.ptr, name.len);

        if (!before || !dx_str_equal(dx_attr_value(old, before), value)) {
            *change = (struct change){CHANGE_ATTR, now, name};
            return true;
        }
    }
    for (size_t i = 0; dx_node_attr_at(&name, &value, old, i) == DX_OK; i++) {
        if (!dx_tree_attr(now, name.ptr, name.len)) {
            *change = (struct change){CHANGE_ATTR_GONE, old, name};
            return true;
        }
    }
    if (!dx_str_equal(dx_trim(dx_node_text(old)), dx_trim(dx_node_text(now)))) {
        *change = (struct change){CHANGE_TEXT, now, DX_NONE};
        return true;
    }
    return false;
}

/* One element in both trees; of children either may be missing. */
struct pair {
    const struct dx_node *was, *is;
};

/* Both trees side by side: passes move nothing, so what is in both stands in one order. */
static struct change find_change(const struct dx_node *old, const struct dx_node *now)
{
    struct pair parent = {old, now}, child = {element_from(old->first), element_from(now->first)};
    struct change change = {.kind = CHANGE_NONE};

    if (compare(&change, old, now)) {
        return change;
    }
    for (;;) {
        while (!child.was && !child.is) {
            if (parent.is == now) {
                return change;
            }
            child = (struct pair){element_from(parent.was->next), element_from(parent.is->next)};
            parent = (struct pair){parent.was->parent, parent.is->parent};
        }
        if (child.is && (child.is->flags & DX_NODE_NEW)) {
            return (struct change){CHANGE_ADDED, child.is, DX_NONE};
        }
        if (!child.is || !child.was || child.is->begin != child.was->begin) {
            return (struct change){CHANGE_REMOVED, child.was, DX_NONE};
        }
        if (!(child.is->flags & DX_NODE_TOUCHED)) {
            child = (struct pair){element_from(child.was->next), element_from(child.is->next)};
            continue;
        }
        if (compare(&change, child.was, child.is)) {
            return change;
        }
        parent = child;
        child = (struct pair){element_from(child.was->first), element_from(child.is->first)};
    }
}

/* ---- telling it ---- */

/* One line of an element: its tag, that of its first child and so on; "…" where there is more. */
static void spell(struct dx_buf *buf, const struct dx_node *node)
{
    size_t begin = buf->len;
    bool more = false;

    while (node) {
        struct dx_str text = dx_trim(dx_node_text(node)), name, value;
        const struct dx_node *child = element_from(node->first);

        dx_buf_format(buf, "<%.*s", DX_F(dx_node_name(node)));
        for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
            dx_buf_format(buf, " %.*s='%.*s'", DX_F(name), DX_F(value));
        }
        if (!child && text.len) {
            dx_buf_format(buf, ">%.*s</%.*s>", DX_F(text), DX_F(dx_node_name(node)));
        } else {
            dx_buf_puts(buf, child ? ">" : "/>");
        }
        more = more || (child && element_from(child->next));
        node = child;
    }
    if (!buf->failed && buf->len - begin > LONGEST_TEXT) {
        buf->len = begin + LONGEST_TEXT;
        while (((unsigned char)buf->ptr[buf->len] & 0xc0) == 0x80) {
            buf->len--;
        }
        more = true;
    }
    dx_buf_puts(buf, more ? "…" : "");
}

static void tell(struct dx_buf *buf, const struct change *change)
{
    struct dx_str name = change->node ? dx_node_name(change->node) : DX_NONE;

    switch (change->kind) {
    case CHANGE_ADDED:
        dx_buf_puts(buf, "add ");
        spell(buf, change->node);
        break;
    case CHANGE_REMOVED:
        dx_buf_puts(buf, "remove ");
        spell(buf, change->node);
        break;
    case CHANGE_ATTR: {
        struct dx_attr *attr = dx_tree_attr(change->node, change->attr.ptr, change->attr.len);

        dx_buf_format(buf, "write %.*s='%.*s' in <%.*s>", DX_F(change->attr), DX_F(dx_attr_value(change->node, attr)),
                      DX_F(name));
        break;
    }
    case CHANGE_ATTR_GONE:
        dx_buf_format(buf, "drop %.*s from <%.*s>", DX_F(change->attr), DX_F(name));
        break;
    case CHANGE_TEXT:
        dx_buf_format(buf, "write <%.*s>%.*s</%.*s>", DX_F(name), DX_F(dx_trim(dx_node_text(change->node))),
                      DX_F(name));
        break;
    case CHANGE_NONE:
        dx_buf_puts(buf, "change the document");
        break;
    }
}

static void place(struct dx_demand *demand, const struct change *change)
{
    char name[64];

    dx_node_place(change->node, &demand->begin, &demand->end);
    if (change->attr.ptr && change->attr.len < sizeof name) {
        memcpy(name, change->attr.ptr, change->attr.len);
        name[change->attr.len] = '\0';
        dx_attr_place(change->node, name, &demand->begin, &demand->end); /* a new one has none of its own */
    }
}

static const char *keep_text(struct dx_arena *arena, struct dx_buf *buf)
{
    return buf->failed ? NULL : dx_arena_copy(arena, dx_buf_view(buf)).ptr;
}

/* The message of a rule whose arguments are the SPEC and `what`. */
static struct dx_str message_of(struct dx_arena *arena, enum dx_rule_id rule, const struct dx_step *step,
                                struct dx_str what)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(arena->mem), spec = DX_BUF(arena->mem);

    dx_buf_format(&spec, "%s%s", step->removing ? "--remove=" : "", step->spec);
    dx_rule_message(&buf, rule, (const struct dx_str[]){dx_buf_view(&spec), what}, 2);
    return dx_str_of(spec.failed ? NULL : keep_text(arena, &buf));
}

static void unmet(struct dx_demand *demand, struct dx_arena *arena, struct dx_doc *doc, struct dx_doc *edited,
                  const struct dx_step *step)
{
    dx_cleanup(dx_buf_free) struct dx_buf what = DX_BUF(arena->mem), path = DX_BUF(arena->mem),
                                          hint = DX_BUF(arena->mem);
    struct change change = find_change(doc->root, edited->root);

    tell(&what, &change);
    change.node = change.node ? change.node : doc->root;
    dx_node_path(&path, change.node);
    dx_buf_format(&hint, "domxform --%s='%s' makes it so", step->removing ? "remove" : "pass", step->spec);
    demand->rule = DX_RULE_REQ_A01;
    demand->message = message_of(arena, demand->rule, step, dx_buf_view(&what));
    demand->path = dx_str_of(keep_text(arena, &path));
    demand->hint = keep_text(arena, &hint);
    place(demand, &change);
}

/* The first error that the pass, or the guard behind it, reported. */
static void refused(struct dx_demand *demand, struct dx_arena *arena, const struct dx_doc *doc, size_t diags,
                    const struct dx_step *step)
{
    const struct dx_diags *all = &doc->ctx->diags;
    size_t i = diags;

    while (i < all->n && all->items[i]->severity != DX_SEVERITY_ERROR) {
        i++;
    }
    demand->rule = DX_RULE_REQ_A01B;
    demand->begin = doc->root->begin;
    demand->end = doc->root->inner;
    if (i < all->n) {
        const struct dx_diag *diag = all->items[i];

        demand->message = message_of(arena, demand->rule, step, dx_str_of(diag->message));
        if (diag->hint) {
            demand->hint = dx_arena_copy(arena, dx_str_of(diag->hint)).ptr;
        }
        if (diag->line) {
            demand->begin = diag->offset;
            demand->end = diag->end_offset;
        }
        if (diag->path) {
            demand->path = dx_arena_copy(arena, dx_str_of(diag->path));
        }
    } else {
        demand->message = message_of(arena, demand->rule, step, DX_S("the pass refuses"));
    }
}

/* ---- trying ---- */

/* DX_UNCHANGED: the document is as the pass would have it. What the trial reported is forgotten. */
static int try_step(struct dx_demand *demand, struct dx_arena *arena, struct dx_doc *doc, struct dx_step *step,
                    const struct dx_run_options *opts)
{
    struct dx_pipeline one = {.mem = doc->ctx->mem, .steps = step, .n = 1};
    size_t diags = doc->ctx->diags.n;
    struct dx_doc *trial;
    int rc = dx_doc_parse(&trial, doc->ctx, doc->source.name.ptr, doc->source.bytes, doc->source.len, DX_PARSE_BORROW);

    if (rc < 0) {
        return rc;
    }
    rc = dx_pipeline_run(&one, doc->ctx, trial, opts);
    if (rc == DX_OK) {
        unmet(demand, arena, doc, trial, step);
    } else if (rc == DX_EREFUSED) {
        refused(demand, arena, doc, diags, step);
        rc = DX_OK;
    }
    demand->pass = step->pass->name;
    dx_doc_free(trial);
    if (rc >= 0) {
        dx_diags_cut(&doc->ctx->diags, diags);
    }
    return rc;
}

int dx_demands_collect(struct dx_demands *out, struct dx_arena *arena, struct dx_doc *doc,
                       const struct dx_pipeline *require, const char *assume_arch)
{
    struct dx_run_options opts = {.size = sizeof opts, .assume_arch = assume_arch};
    int rc = DX_OK;

    *out = (struct dx_demands){.items = dx_arena_zero(arena, require->n, sizeof *out->items)};
    for (size_t i = 0; rc >= 0 && out->items && i < require->n; i++) {
        rc = try_step(&out->items[out->n], arena, doc, &require->steps[i], &opts);
        out->n += rc == DX_OK;
    }
    return rc < 0 ? rc : arena->failed ? dx_ctx_no_memory(doc->ctx) : DX_OK;
}
