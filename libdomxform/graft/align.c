#include "align.h"

#include "../alike.h"

#include <stdlib.h>

/* How many children of one side times those of the other are compared each with each. */
enum { COMPARED_MOST = 4096, STEP = 60, SCORES = 2 * (COMPARED_MOST + 1), CHILDREN_ASKED = 32 };

/* How many twigs of a digest have no mate yet, on each side. */
struct slot {
    uint64_t digest;
    uint32_t free[2];
    uint32_t first; /* of those in the document that is changed */
    bool used;
};

/* Two children that could be mates: their places in the lists of children. */
struct pair {
    uint32_t a, b;
    uint32_t longest, before; /* of the ascending row that ends here */
};

/* A child in a list that is being sorted. */
struct key {
    uint64_t digest;
    uint32_t at;
};

struct aligner {
    struct dx_side *from, *to;
    struct dx_arena *arena;
    struct slot *slots;
    uint32_t mask;
    uint32_t *todo; /* twigs of `to` whose children are to be aligned with those of the mate */
    size_t n_todo, room_todo;
    uint32_t *a, *b; /* children that have no mate yet */
    uint32_t n_a, n_b;
    struct key *keys_a, *keys_b;
    struct pair *pairs;
    uint32_t *row;
    uint32_t *left_a, *left_b; /* of a gap */
    uint32_t *best, *like;     /* SCORES each */
    bool failed;
};

/* ---- what there is of each digest ---- */

/* The slot of a digest, or the empty one that would be its. */
static struct slot *slot_of(const struct aligner *al, uint64_t digest)
{
    uint32_t at = (uint32_t)(digest >> 7) & al->mask;

    while (al->slots[at].used && al->slots[at].digest != digest) {
        at = (at + 1) & al->mask;
    }
    return &al->slots[at];
}

static bool make_slots(struct aligner *al)
{
    uint32_t size = 16;

    if (al->from->n + (uint64_t)al->to->n > UINT32_C(1) << 28) {
        return false;
    }
    while (size < (al->from->n + al->to->n) * 2 && size < UINT32_C(1) << 30) {
        size *= 2;
    }
    al->mask = size - 1;
    al->slots = dx_arena_alloc(al->arena, size * sizeof *al->slots);
    if (!al->slots) {
        return false;
    }
    for (uint32_t i = 0; i < size; i++) {
        al->slots[i] = (struct slot){.first = DX_NO_MATE};
    }
    for (uint32_t i = al->from->n; i-- > 0;) {
        struct dx_twig *twig = &al->from->twigs[i];
        struct slot *slot = slot_of(al, twig->digest);

        slot->used = true;
        slot->digest = twig->digest;
        slot->free[0]++;
        twig->next_same = slot->first;
        slot->first = i;
    }
    for (uint32_t i = 0; i < al->to->n; i++) {
        struct slot *slot = slot_of(al, al->to->twigs[i].digest);

        slot->used = true;
        slot->digest = al->to->twigs[i].digest;
        slot->free[1]++;
    }
    return true;
}

/* Pairs two twigs; what is in them is looked at later. */
static void pair_up(struct aligner *al, uint32_t a, uint32_t b)
{
    al->from->twigs[a].mate = b;
    al->to->twigs[b].mate = a;
    slot_of(al, al->from->twigs[a].digest)->free[0]--;
    slot_of(al, al->to->twigs[b].digest)->free[1]--;
}

/* Pairs two twigs that are alike with all that is in them; false when they only have the same digest. */
static bool pair_alike(struct aligner *al, uint32_t a, uint32_t b)
{
    const struct dx_twig *twig = &al->from->twigs[a], *other = &al->to->twigs[b];
    struct dx_item x = {twig->node, twig->last}, y = {other->node, other->last};
    uint32_t n = twig->end - a;

    if (dx_item_is_text(twig->node) ? !dx_item_is_text(other->node) || !dx_str_equal(dx_item_text(&x), dx_item_text(&y))
                                    : !dx_node_alike(twig->node, other->node) || other->end - b != n) {
        return false;
    }
    for (uint32_t i = 0; i < n; i++) {
        pair_up(al, a + i, b + i);
        al->from->twigs[a + i].exact = al->to->twigs[b + i].exact = true;
    }
    return true;
}

static void put_off(struct aligner *al, uint32_t b)
{
    uint32_t *todo = dx_arena_more(al->arena, al->todo, al->n_todo, &al->room_todo, sizeof *todo);

    if (!todo) {
        al->failed = true;
        return;
    }
    al->todo = todo;
    al->todo[al->n_todo++] = b;
}

static void pair_in_part(struct aligner *al, uint32_t a, uint32_t b)
{
    pair_up(al, a, b);
    if (al->from->twigs[a].node->kind == DX_KIND_ELEMENT || al->from->twigs[a].node->kind == DX_KIND_DOCUMENT) {
        put_off(al, b);
    }
}

/* ---- children that are alike ---- */

static uint32_t list_children(const struct dx_side *side, uint32_t parent, uint32_t *list)
{
    uint32_t n = 0;

    for (uint32_t i = dx_side_first(side, parent); i < side->n; i = dx_side_next(side, i)) {
        list[n++] = i;
    }
    return n;
}

/* What begins and what ends alike needs no search. */
static void pair_ends(struct aligner *al)
{
    uint32_t head = 0, n_a = al->n_a, n_b = al->n_b;

    while (head < n_a && head < n_b && al->from->twigs[al->a[head]].digest == al->to->twigs[al->b[head]].digest &&
           pair_alike(al, al->a[head], al->b[head])) {
        head++;
    }
    while (n_a > head && n_b > head && al->from->twigs[al->a[n_a - 1]].digest == al->to->twigs[al->b[n_b - 1]].digest &&
           pair_alike(al, al->a[n_a - 1], al->b[n_b - 1])) {
        n_a--;
        n_b--;
    }
    al->a += head;
    al->b += head;
    al->n_a = n_a - head;
    al->n_b = n_b - head;
}

static int compare_keys(const void *x, const void *y)
{
    const struct key *a = x, *b = y;

    if (a->digest != b->digest) {
        return a->digest < b->digest ? -1 : 1;
    }
    return a->at < b->at ? -1 : a->at > b->at;
}

static int compare_pairs(const void *x, const void *y)
{
    const struct pair *a = x, *b = y;

    return a->b < b->b ? -1 : a->b > b->b;
}

static struct key *sort_keys(struct key *keys, const struct dx_side *side, const uint32_t *list, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        keys[i] = (struct key){side->twigs[list[i]].digest, i};
    }
    qsort(keys, n, sizeof *keys, compare_keys);
    return keys;
}

/* The k-th of a digest on one side with the k-th on the other, in the order of the result. */
static uint32_t find_pairs(struct aligner *al)
{
    const struct key *x = sort_keys(al->keys_a, al->from, al->a, al->n_a);
    const struct key *y = sort_keys(al->keys_b, al->to, al->b, al->n_b);
    uint32_t i = 0, k = 0, n = 0;

    while (i < al->n_a && k < al->n_b) {
        if (x[i].digest == y[k].digest) {
            al->pairs[n++] = (struct pair){.a = x[i++].at, .b = y[k++].at};
        } else if (x[i].digest < y[k].digest) {
            i++;
        } else {
            k++;
        }
    }
    qsort(al->pairs, n, sizeof *al->pairs, compare_pairs);
    return n;
}

/* Marks the longest row of pairs that ascends on both sides: `longest` stays set for those in it, else it is 0. */
static void find_row(struct aligner *al, uint32_t n)
{
    uint32_t most = 0, at;

    for (uint32_t i = 0; i < n; i++) {
        uint32_t low = 0, high = most;

        while (low < high) {
            uint32_t middle = (low + high) / 2;

            if (al->pairs[al->row[middle]].a < al->pairs[i].a) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        al->pairs[i].longest = low + 1;
        al->pairs[i].before = low ? al->row[low - 1] : DX_NO_MATE;
        al->row[low] = i;
        most = low + 1 > most ? low + 1 : most;
    }
    at = most ? al->row[most - 1] : DX_NO_MATE;
    for (uint32_t i = n; i-- > 0;) {
        if (i == at) {
            at = al->pairs[i].before;
        } else {
            al->pairs[i].longest = 0;
        }
    }
}

static void pair_middle(struct aligner *al)
{
    uint32_t n = find_pairs(al);

    find_row(al, n);
    for (uint32_t i = 0; i < n; i++) {
        uint32_t a = al->a[al->pairs[i].a], b = al->b[al->pairs[i].b];

        /* A text or a comment that stands elsewhere is as well written anew. */
        if ((al->pairs[i].longest || al->from->twigs[a].node->kind == DX_KIND_ELEMENT) && pair_alike(al, a, b)) {
            al->from->twigs[a].moved = al->to->twigs[b].moved = !al->pairs[i].longest;
        }
    }
}

/* ---- children that are like enough ---- */

/* True when it will rather be found elsewhere: there are as many of its like without a mate on the other side. */
static bool is_wanted_elsewhere(const struct aligner *al, const struct dx_side *side, uint32_t i, int which)
{
    const struct slot *slot = slot_of(al, side->twigs[i].digest);

    return slot->free[!which] > 0 && slot->free[!which] >= slot->free[which] && dx_twig_says_much(side, i);
}

static uint32_t common_children(const struct aligner *al, uint32_t a, uint32_t b)
{
    uint32_t n = 0, asked_a = 0;

    for (uint32_t i = dx_side_first(al->from, a); i < al->from->n && asked_a < CHILDREN_ASKED;
         i = dx_side_next(al->from, i), asked_a++) {
        uint32_t asked_b = 0;

        for (uint32_t k = dx_side_first(al->to, b); k < al->to->n && asked_b < CHILDREN_ASKED;
             k = dx_side_next(al->to, k), asked_b++) {
            if (al->from->twigs[i].digest == al->to->twigs[k].digest) {
                n++;
                break;
            }
        }
    }
    return n;
}

static uint32_t common_attrs(const struct dx_node *a, const struct dx_node *b)
{
    struct dx_str name, value;
    uint32_t n = 0;

    for (size_t i = 0; dx_node_attr_at(&name, &value, a, i) == DX_OK && i < CHILDREN_ASKED; i++) {
        struct dx_attr *attr = dx_tree_attr(b, name.ptr, name.len);

        n += attr && dx_str_equal(dx_attr_value(b, attr), value);
    }
    return n;
}

/* 0: one is no version of the other. */
static uint32_t likeness(const struct aligner *al, uint32_t a, uint32_t b)
{
    const struct dx_twig *x = &al->from->twigs[a], *y = &al->to->twigs[b];

    if (dx_item_is_text(x->node) || dx_item_is_text(y->node)) {
        return dx_item_is_text(x->node) && dx_item_is_text(y->node);
    }
    if (x->node->kind != y->node->kind) {
        return 0;
    }
    if (x->node->kind != DX_KIND_ELEMENT) {
        return dx_str_equal(dx_node_name(x->node), dx_node_name(y->node));
    }
    if (!dx_str_equal(dx_node_name(x->node), dx_node_name(y->node))) {
        return x->content == y->content ? 2 : 0; /* renamed */
    }
    return 2 + 2 * common_attrs(x->node, y->node) + 2 * common_children(al, a, b);
}

/* The best way to pair up two short lists in order. best[i][k] is what can be had of a[i..] and b[k..]. */
static void pair_best(struct aligner *al, const uint32_t *a, uint32_t n_a, const uint32_t *b, uint32_t n_b)
{
    uint32_t width = n_b + 1, i = 0, k = 0, *best = al->best, *like = al->like;

    memset(best, 0, (size_t)(n_a + 1) * width * sizeof *best);
    for (i = n_a; i-- > 0;) {
        for (k = n_b; k-- > 0;) {
            uint32_t skip_a = best[(i + 1) * width + k], skip_b = best[i * width + k + 1], most;

            like[i * width + k] = likeness(al, a[i], b[k]);
            most = skip_a > skip_b ? skip_a : skip_b;
            if (like[i * width + k] && best[(i + 1) * width + k + 1] + like[i * width + k] > most) {
                most = best[(i + 1) * width + k + 1] + like[i * width + k];
            }
            best[i * width + k] = most;
        }
    }
    for (i = k = 0; i < n_a && k < n_b;) {
        uint32_t here = best[i * width + k], likes = like[i * width + k];

        if (likes && here == best[(i + 1) * width + k + 1] + likes) {
            pair_in_part(al, a[i++], b[k++]);
        } else if (here == best[(i + 1) * width + k]) {
            i++;
        } else {
            k++;
        }
    }
}

/* Long lists are paired up by name in order, in steps that are short enough. */
static void pair_gap(struct aligner *al, const uint32_t *a, uint32_t n_a, const uint32_t *b, uint32_t n_b)
{
    uint32_t step = n_a > n_b ? n_a : n_b;

    if (n_a == 0 || n_b == 0) {
        return;
    }
    if ((uint64_t)n_a * n_b <= COMPARED_MOST) {
        pair_best(al, a, n_a, b, n_b);
        return;
    }
    step = step / STEP + 1;
    for (uint32_t i = 0; i < step; i++) {
        uint32_t a0 = (uint32_t)((uint64_t)n_a * i / step), a1 = (uint32_t)((uint64_t)n_a * (i + 1) / step);
        uint32_t b0 = (uint32_t)((uint64_t)n_b * i / step), b1 = (uint32_t)((uint64_t)n_b * (i + 1) / step);

        if (a1 > a0 && b1 > b0) {
            pair_best(al, a + a0, a1 - a0, b + b0, b1 - b0);
        }
    }
}

static bool stays(const struct dx_twig *twig)
{
    return twig->mate != DX_NO_MATE && !twig->moved;
}

/* Between each two that stay in place, what is left over on both sides. */
static void pair_gaps(struct aligner *al)
{
    uint32_t i = 0, k = 0;

    while (i < al->n_a || k < al->n_b) {
        uint32_t n_a = 0, n_b = 0;

        for (; i < al->n_a && !stays(&al->from->twigs[al->a[i]]); i++) {
            if (al->from->twigs[al->a[i]].mate == DX_NO_MATE && !is_wanted_elsewhere(al, al->from, al->a[i], 0)) {
                al->left_a[n_a++] = al->a[i];
            }
        }
        for (; k < al->n_b && !stays(&al->to->twigs[al->b[k]]); k++) {
            if (al->to->twigs[al->b[k]].mate == DX_NO_MATE && !is_wanted_elsewhere(al, al->to, al->b[k], 1)) {
                al->left_b[n_b++] = al->b[k];
            }
        }
        pair_gap(al, al->left_a, n_a, al->left_b, n_b);
        i++;
        k++;
    }
}

static void align_lists(struct aligner *al, uint32_t *a, uint32_t n_a, uint32_t *b, uint32_t n_b)
{
    al->a = a;
    al->b = b;
    al->n_a = n_a;
    al->n_b = n_b;
    pair_ends(al);
    if (al->n_a && al->n_b) {
        pair_middle(al);
        pair_gaps(al);
    }
}

static uint32_t find_root(const struct dx_side *side, const uint32_t *list)
{
    uint32_t at = 0;

    while (side->twigs[list[at]].node->kind != DX_KIND_ELEMENT) {
        at++;
    }
    return at;
}

static void align_children(struct aligner *al, uint32_t *a, uint32_t *b, uint32_t parent)
{
    uint32_t n_a = list_children(al->from, al->to->twigs[parent].mate, a), n_b = list_children(al->to, parent, b);
    uint32_t root_a, root_b;

    if (parent != 0) {
        align_lists(al, a, n_a, b, n_b);
        return;
    }
    /* The roots are each other's whatever stands beside them: nothing there stays in place across them. */
    root_a = find_root(al->from, a);
    root_b = find_root(al->to, b);
    align_lists(al, a, root_a, b, root_b);
    align_lists(al, a + root_a + 1, n_a - root_a - 1, b + root_b + 1, n_b - root_b - 1);
    if (al->from->twigs[a[root_a]].digest != al->to->twigs[b[root_b]].digest || !pair_alike(al, a[root_a], b[root_b])) {
        pair_in_part(al, a[root_a], b[root_b]);
    }
}

/* ---- what stands elsewhere ---- */

static bool is_free(const struct dx_side *side, uint32_t i)
{
    for (uint32_t k = i; k < side->twigs[i].end; k++) {
        if (side->twigs[k].mate != DX_NO_MATE) {
            return false;
        }
    }
    return true;
}

/* Takes the first that is free out of those of a digest; those that are not will never be. */
static uint32_t take_free(const struct aligner *al, struct slot *slot)
{
    while (slot->first != DX_NO_MATE) {
        uint32_t i = slot->first;

        slot->first = al->from->twigs[i].next_same;
        if (is_free(al->from, i)) {
            return i;
        }
    }
    return DX_NO_MATE;
}

static void pair_moved(struct aligner *al)
{
    for (uint32_t b = 0; b < al->to->n;) {
        struct dx_twig *twig = &al->to->twigs[b];
        struct slot *slot = slot_of(al, twig->digest);
        uint32_t a;

        if (twig->exact) {
            b = twig->end;
            continue;
        }
        a = twig->mate == DX_NO_MATE && slot->free[0] && dx_twig_says_much(al->to, b) ? take_free(al, slot)
                                                                                      : DX_NO_MATE;
        if (a != DX_NO_MATE && pair_alike(al, a, b)) {
            al->from->twigs[a].moved = twig->moved = true;
            b = twig->end;
        } else {
            b++;
        }
    }
}

/* Room for the lists of children, of which none is longer than a document. */
static bool make_lists(struct aligner *al)
{
    size_t n_a = al->from->n, n_b = al->to->n, least = n_a < n_b ? n_a : n_b;

    al->keys_a = dx_arena_alloc(al->arena, n_a * sizeof *al->keys_a);
    al->keys_b = dx_arena_alloc(al->arena, n_b * sizeof *al->keys_b);
    al->left_a = dx_arena_alloc(al->arena, n_a * sizeof *al->left_a);
    al->left_b = dx_arena_alloc(al->arena, n_b * sizeof *al->left_b);
    al->pairs = dx_arena_alloc(al->arena, least * sizeof *al->pairs);
    al->row = dx_arena_alloc(al->arena, least * sizeof *al->row);
    al->best = dx_arena_alloc(al->arena, SCORES * sizeof *al->best);
    al->like = dx_arena_alloc(al->arena, SCORES * sizeof *al->like);
    return al->keys_a && al->keys_b && al->left_a && al->left_b && al->pairs && al->row && al->best && al->like;
}

bool dx_align(struct dx_side *from, struct dx_side *to, struct dx_arena *arena)
{
    struct aligner al = {.from = from, .to = to, .arena = arena};
    uint32_t *a = dx_arena_alloc(arena, from->n * sizeof *a), *b = dx_arena_alloc(arena, to->n * sizeof *b);

    if (!a || !b || !make_lists(&al) || !make_slots(&al)) {
        return false;
    }
    pair_in_part(&al, 0, 0);
    for (size_t i = 0; i < al.n_todo && !al.failed; i++) {
        align_children(&al, a, b, al.todo[i]);
    }
    if (!al.failed) {
        pair_moved(&al);
    }
    return !al.failed;
}
