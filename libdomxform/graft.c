#include "graft.h"

#include "graft/align.h"

/* Where each item of the result stands in the document that is changed. */
struct grafter {
    struct dx_doc *doc;
    struct dx_side from, to;
    struct dx_node **placed; /* by the index of the result's twig */
    int rc;                  /* the first failure */
};

static bool went_well(struct grafter *g, int rc)
{
    g->rc = g->rc < 0 ? g->rc : rc < 0 ? rc : DX_OK;
    return g->rc == DX_OK;
}

/* A name of the result's with a NUL behind it, as the functions that edit want it. */
static const char *name_of(struct grafter *g, struct dx_str name)
{
    const char *copy = dx_arena_copy(&g->doc->arena, name).ptr;

    if (!copy) {
        went_well(g, dx_ctx_no_memory(g->doc->ctx));
    }
    return copy;
}

/* ---- one element ---- */

static struct dx_str declared_prefix(struct dx_str name)
{
    return name.len > 6 ? (struct dx_str){name.ptr + 6, name.len - 6} : DX_S("");
}

/* The namespaces in scope become those of the result; a declaration that only says again what holds may stay. */
static void declare(struct grafter *g, struct dx_node *node, const struct dx_node *like)
{
    struct dx_str name, value;

    for (size_t i = 0; g->rc == DX_OK && dx_node_attr_at(&name, &value, like, i) == DX_OK; i++) {
        if (dx_name_declares(name) && !dx_str_equal(dx_node_lookup_namespace(node, declared_prefix(name)), value)) {
            const char *copy = name_of(g, name);

            went_well(g, copy ? dx_edit_set_attr(node, copy, value) : DX_ENOMEM);
        }
    }
    for (size_t i = 0; g->rc == DX_OK && dx_node_attr_at(&name, &value, node, i) == DX_OK;) {
        bool stale = dx_name_declares(name) && !dx_tree_attr(like, name.ptr, name.len) &&
                     !dx_str_equal(dx_node_lookup_namespace(like, declared_prefix(name)), value);
        const char *copy = stale ? name_of(g, name) : NULL;

        if (stale) {
            went_well(g, copy ? dx_edit_remove_attr(node, copy) : DX_ENOMEM);
        } else {
            i++;
        }
    }
}

static void set_attrs(struct grafter *g, struct dx_node *node, const struct dx_node *like)
{
    struct dx_str name, value;

    for (size_t i = 0; g->rc == DX_OK && dx_node_attr_at(&name, &value, like, i) == DX_OK; i++) {
        struct dx_attr *attr = dx_tree_attr(node, name.ptr, name.len);

        if (!dx_name_declares(name) && !(attr && dx_str_equal(dx_attr_value(node, attr), value))) {
            const char *copy = name_of(g, name);

            went_well(g, copy ? dx_edit_set_attr(node, copy, value) : DX_ENOMEM);
        }
    }
    for (size_t i = 0; g->rc == DX_OK && dx_node_attr_at(&name, &value, node, i) == DX_OK;) {
        if (!dx_name_declares(name) && !dx_tree_attr(like, name.ptr, name.len)) {
            const char *copy = name_of(g, name);

            went_well(g, copy ? dx_edit_remove_attr(node, copy) : DX_ENOMEM);
        } else {
            i++;
        }
    }
}

static void adjust(struct grafter *g, struct dx_node *node, const struct dx_node *like)
{
    if (like->kind == DX_KIND_COMMENT || like->kind == DX_KIND_PI) {
        went_well(g, dx_edit_set_value(node, dx_node_value(like)));
        return;
    }
    if (like->kind != DX_KIND_ELEMENT) {
        return; /* texts are settled with what stands beside them */
    }
    declare(g, node, like);
    if (g->rc == DX_OK && !dx_str_equal(dx_node_name(node), dx_node_name(like))) {
        const char *name = name_of(g, dx_node_name(like));

        went_well(g, name ? dx_edit_rename(node, name) : DX_ENOMEM);
    }
    set_attrs(g, node, like);
}

/* ---- the children of one element ---- */

/* The node that a new first child stands before; not the XML declaration. */
static struct dx_node *first_inked(const struct dx_node *parent)
{
    struct dx_node *node = parent->first;

    while (node && (dx_node_is_blank(node) || node->kind == DX_KIND_DECLARATION)) {
        node = node->next;
    }
    return node;
}

static struct dx_node *put(struct grafter *g, struct dx_spot *spot, uint32_t i)
{
    const struct dx_twig *twig = &g->to.twigs[i];
    struct dx_item item = {twig->node, twig->last};
    struct dx_node *node = NULL;

    if (twig->mate != DX_NO_MATE) {
        node = g->from.twigs[twig->mate].node;
        went_well(g, dx_edit_return(node, spot));
    } else if (went_well(g, dx_edit_put(&node, spot, twig->node)) && twig->node != twig->last) {
        went_well(g, dx_edit_set_value(node, dx_item_text(&item)));
    }
    return node;
}

static void put_children(struct grafter *g, struct dx_node *parent, uint32_t of)
{
    struct dx_spot spot = {.parent = parent, .flat = dx_item_holds_text(g->to.twigs[of].node)};

    for (uint32_t i = dx_side_first(&g->to, of); g->rc == DX_OK && i < g->to.n; i = dx_side_next(&g->to, i)) {
        const struct dx_twig *twig = &g->to.twigs[i];

        if (twig->mate != DX_NO_MATE && !twig->moved) {
            g->placed[i] = g->from.twigs[twig->mate].node;
            spot.after = g->from.twigs[twig->mate].last;
            continue;
        }
        spot.before = spot.after ? NULL : first_inked(parent);
        g->placed[i] = spot.after = put(g, &spot, i);
    }
}

/* What has no mate goes; what moved went before. */
static void remove_children(struct grafter *g, uint32_t of)
{
    for (uint32_t i = dx_side_first(&g->from, of); g->rc == DX_OK && i < g->from.n; i = dx_side_next(&g->from, i)) {
        const struct dx_twig *twig = &g->from.twigs[i];
        struct dx_node *node = twig->mate == DX_NO_MATE ? twig->node : NULL, *next;

        for (; node && g->rc == DX_OK; node = next) {
            next = node == twig->last ? NULL : node->next;
            went_well(g, dx_edit_remove(node));
        }
    }
}

/* The texts from `first` on, up to `end`, become one that says `text`, or (NULL) white space alone. */
static void settle_text(struct grafter *g, struct dx_node *first, const struct dx_node *end, const struct dx_item *text)
{
    struct dx_node *taker = NULL, *next;
    struct dx_item item = {first, first};
    struct dx_str want;

    if (!first || first == end) {
        return;
    }
    while (item.last->next != end) {
        item.last = item.last->next;
    }
    want = text ? dx_item_text(text) : DX_S("");
    if (text && dx_str_equal(dx_item_text(&item), want)) {
        return;
    }
    for (struct dx_node *node = first; node && node != end && g->rc == DX_OK; node = next) {
        next = node->next;
        if (!text ? dx_item_is_blank(node) : !taker && (!dx_item_is_blank(node) || next == end)) {
            taker = text ? node : NULL;
            continue;
        }
        went_well(g, dx_edit_remove(node));
    }
    if (taker) {
        went_well(g, dx_edit_set_value(taker, want));
    }
}

/* White space that came or stayed beside a text became part of it: each text is made what it is in the result. */
static void settle_texts(struct grafter *g, struct dx_node *parent, uint32_t of)
{
    uint32_t i = dx_side_first(&g->to, of);
    struct dx_node *node = parent->first, *first;

    while (node && g->rc == DX_OK) {
        struct dx_item text = {NULL, NULL};

        first = node;
        while (node && dx_item_is_text(node)) {
            node = node->next;
        }
        if (i < g->to.n && dx_item_is_text(g->to.twigs[i].node)) {
            text = (struct dx_item){g->to.twigs[i].node, g->to.twigs[i].last};
            i = dx_side_next(&g->to, i);
        }
        settle_text(g, first, node, text.node ? &text : NULL);
        if (node) {
            node = node->next;
            i = i < g->to.n ? dx_side_next(&g->to, i) : i;
        }
    }
}

/* ---- all of them ---- */

static void take_out_moved(struct grafter *g)
{
    for (uint32_t i = 0; i < g->from.n && g->rc == DX_OK; i++) {
        if (g->from.twigs[i].moved) {
            went_well(g, dx_edit_remove(g->from.twigs[i].node));
        }
    }
}

/* In the result's order, so that whatever something goes into stands there already. */
static void apply(struct grafter *g)
{
    g->placed[0] = &g->doc->top;
    take_out_moved(g);
    for (uint32_t i = 0; i < g->to.n && g->rc == DX_OK;) {
        const struct dx_twig *twig = &g->to.twigs[i];
        const struct dx_twig *mate = twig->mate == DX_NO_MATE ? NULL : &g->from.twigs[twig->mate];

        if (twig->exact && !twig->spaced && !mate->spaced) {
            i = twig->end;
            continue;
        }
        if (mate && i > 0) {
            adjust(g, g->placed[i], twig->node);
        }
        if (twig->node->kind == DX_KIND_ELEMENT || i == 0) {
            put_children(g, g->placed[i], i);
            if (mate && g->rc == DX_OK) {
                remove_children(g, twig->mate);
            }
            if (i > 0 && g->rc == DX_OK) {
                settle_texts(g, g->placed[i], i);
            }
        }
        i++;
    }
}

int dx_graft(struct dx_doc *doc, const struct dx_doc *result)
{
    struct dx_arena arena;
    struct grafter g = {.doc = doc, .rc = DX_OK};
    size_t edits = doc->edits;

    dx_arena_init(&arena, &doc->ctx->mem);
    if (dx_side_list(&g.from, &doc->ctx->mem, doc) && dx_side_list(&g.to, &doc->ctx->mem, result) &&
        dx_align(&g.from, &g.to, &arena)) {
        g.placed = dx_arena_zero(&arena, g.to.n, sizeof *g.placed);
    }
    if (g.placed) {
        apply(&g);
    }
    if (!g.placed || (g.rc == DX_OK && result->arena.failed)) {
        g.rc = dx_ctx_no_memory(doc->ctx); /* what a getter says of the result then is nothing */
    }
    dx_arena_free(&arena);
    dx_mem_free(&doc->ctx->mem, g.from.twigs);
    dx_mem_free(&doc->ctx->mem, g.to.twigs);
    return g.rc < 0 ? g.rc : doc->edits == edits ? DX_UNCHANGED : DX_OK;
}
