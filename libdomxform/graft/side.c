#include "side.h"

static uint64_t mix(uint64_t a, uint64_t b)
{
    a = (a ^ b) * UINT64_C(0x9e3779b97f4a7c15);
    return a ^ (a >> 29);
}

static uint64_t hash_str(uint64_t seed, struct dx_str s)
{
    return dx_hash(mix(seed, s.len), s.len ? s.ptr : "", s.len);
}

static bool has_prefix(struct dx_str name)
{
    return memchr(name.ptr, ':', name.len) != NULL;
}

/* Attributes have no order: their hashes are added up. */
static uint64_t hash_attrs(struct dx_twig *twig)
{
    struct dx_str name, value;
    uint64_t sum = 0;

    for (size_t i = 0; dx_node_attr_at(&name, &value, twig->node, i) == DX_OK; i++) {
        const char *colon = memchr(name.ptr, ':', name.len);
        uint64_t hash;

        if (dx_name_declares(name)) {
            twig->spaced = true;
            continue;
        }
        hash = hash_str(hash_str(1, name), value);
        if (colon) {
            twig->spaced = true;
            hash = hash_str(
                hash, dx_node_lookup_namespace(twig->node, (struct dx_str){name.ptr, (size_t)(colon - name.ptr)}));
        }
        sum += mix(hash, 2);
    }
    return sum;
}

static void hash_own(struct dx_twig *twig)
{
    struct dx_item item = {twig->node, twig->last};
    struct dx_str name = dx_node_name(twig->node);
    uint64_t kind = dx_item_is_text(twig->node) ? DX_KIND_TEXT : twig->node->kind;

    if (twig->node->kind == DX_KIND_ELEMENT) {
        twig->content = hash_attrs(twig);
        twig->spaced = twig->spaced || has_prefix(name);
        twig->digest = hash_str(hash_str(kind, name), dx_node_namespace(twig->node));
    } else if (twig->node->kind != DX_KIND_DOCUMENT) {
        twig->content = hash_str(kind, dx_item_text(&item));
        twig->digest = hash_str(kind, name);
    }
}

static bool add(struct dx_side *side, const struct dx_mem *mem, size_t *room, struct dx_item item, uint32_t parent)
{
    struct dx_twig *twigs = dx_mem_more(mem, side->twigs, side->n, room, sizeof *twigs);

    if (!twigs || side->n == UINT32_MAX - 1) {
        return false;
    }
    side->twigs = twigs;
    side->twigs[side->n] = (struct dx_twig){
        .node = item.node, .last = item.last, .parent = parent, .mate = DX_NO_MATE, .next_same = DX_NO_MATE};
    hash_own(&side->twigs[side->n++]);
    return true;
}

/* From the last to the first, so that what is in a twig is known before the twig is. */
static void sum_up(struct dx_side *side)
{
    for (uint32_t i = side->n; i-- > 0;) {
        struct dx_twig *twig = &side->twigs[i], *parent = &side->twigs[twig->parent];

        twig->digest = mix(twig->digest, twig->content);
        if (i > 0) {
            parent->content = mix(parent->content, twig->digest + 3);
            parent->spaced = parent->spaced || twig->spaced;
        }
    }
}

bool dx_side_list(struct dx_side *side, const struct dx_mem *mem, const struct dx_doc *doc)
{
    struct dx_node *top = (struct dx_node *)(uintptr_t)&doc->top;
    struct dx_item item = {top, top};
    uint32_t at = 0;
    size_t room = 0;
    bool fine;

    *side = (struct dx_side){NULL, 0};
    fine = add(side, mem, &room, item, 0);
    item = dx_item_first(top);
    while (fine && item.node) {
        struct dx_item below;

        fine = add(side, mem, &room, item, at);
        below = dx_item_first(item.node);
        if (below.node) {
            at = side->n - 1;
            item = below;
            continue;
        }
        if (fine) {
            side->twigs[side->n - 1].end = side->n;
        }
        item = dx_item_next(&item);
        while (!item.node && at > 0) {
            struct dx_item outer = {side->twigs[at].node, side->twigs[at].node};

            side->twigs[at].end = side->n;
            at = side->twigs[at].parent;
            item = dx_item_next(&outer);
        }
    }
    if (fine) {
        side->twigs[0].end = side->n;
        sum_up(side);
    }
    return fine && !doc->arena.failed;
}

bool dx_twig_says_much(const struct dx_side *side, uint32_t i)
{
    const struct dx_twig *twig = &side->twigs[i];

    return twig->node->kind == DX_KIND_ELEMENT && (twig->end > i + 1 || dx_node_attr_count(twig->node) > 0);
}
