#include "copy.h"

#include "item.h"

/* True when what is put there would come right behind a text, which indentation would become part of. */
static bool stands_behind_text(const struct dx_node *parent, const struct dx_node *after, const struct dx_node *before)
{
    const struct dx_node *node = after ? after : before ? NULL : parent->last;

    while (node && dx_node_is_blank(node)) {
        node = node->prev;
    }
    return node && dx_item_is_text(node);
}

/* A place in what is copied, and in the copy. */
struct walk {
    const struct dx_node *from; /* the top */
    const struct dx_node *node;
    struct dx_node *copy, *into; /* of `node`, NULL when it was left out; and what its siblings go into */
    size_t level;
    bool mixed[DX_DEEPEST + 1]; /* per level: texts stand there, white space among them counts */
};

static bool go_on(struct walk *walk)
{
    if (walk->copy && walk->node->first) {
        walk->into = walk->copy;
        walk->mixed[++walk->level] = dx_item_holds_text(walk->node);
        walk->node = walk->node->first;
        return true;
    }
    while (walk->node != walk->from && !walk->node->next) {
        walk->node = walk->node->parent;
        walk->into = walk->into->parent;
        walk->level--;
    }
    walk->node = walk->node == walk->from ? NULL : walk->node->next;
    return walk->node != NULL;
}

static size_t depth_of(const struct dx_node *node)
{
    size_t depth = 0;

    for (; node->parent; node = node->parent) {
        depth++;
    }
    return depth;
}

int dx_copy(struct dx_node **out, struct dx_node *parent, struct dx_node *after, struct dx_node *before,
            const struct dx_node *from)
{
    struct walk walk = {.from = from, .node = from};
    struct dx_spot spot = {parent, after, before, stands_behind_text(parent, after, before)};
    struct dx_doc *doc = dx_node_doc(parent);
    size_t depth = depth_of(parent);
    int rc = dx_edit_put(out, &spot, from);

    walk.copy = *out;
    while (rc == DX_OK && go_on(&walk)) {
        bool mixed = walk.mixed[walk.level];

        walk.copy = NULL;
        if (dx_item_is_text(walk.node) && !mixed) {
            continue;
        }
        if (depth + walk.level >= DX_DEEPEST) {
            size_t begin, end;

            dx_node_place(parent, &begin, &end);
            dx_source_refuse(&doc->source, begin, end, "no libvirt element is nearly as deep",
                             "what is put in here nests deeper than %d elements", DX_DEEPEST);
            return DX_EREFUSED;
        }
        rc = dx_edit_put(&walk.copy, &(struct dx_spot){.parent = walk.into, .flat = mixed}, walk.node);
    }
    return rc < 0 ? rc : DX_OK;
}
