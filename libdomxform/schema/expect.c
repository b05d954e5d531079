#include "expect.h"

#include "../nearest.h"

#include <stdlib.h>

/* What is shown; what is chosen from, of schemas that have no end of words. */
enum { MOST_WORDS = 8, MOST_KNOWN = 4096 };

/* What of a pattern is looked for. */
enum want { WANT_ELEMENTS, WANT_ATTRIBUTES, WANT_VALUES };

struct search {
    struct dx_expected *out;
    struct dx_validator *v;
    enum want want;
};

/* One of the two lists, of pointers to whatever, moved as bytes; and where in the schema each stands. */
struct column {
    void *items;
    uint32_t *places;
    size_t n, room;
};

enum { ITEM = sizeof(const char *) };

_Static_assert(sizeof(const char *) == sizeof(const struct dx_type *), "one size for both lists");

static bool grow(struct column *column, struct dx_arena *arena)
{
    size_t room = column->room ? column->room * 2 : 32;
    void *items = dx_arena_alloc(arena, room * ITEM);
    uint32_t *places = dx_arena_alloc(arena, room * sizeof *places);

    if (!items || !places) {
        return false;
    }
    if (column->n) {
        memcpy(items, column->items, column->n * ITEM);
        memcpy(places, column->places, column->n * sizeof *places);
    }
    *column = (struct column){items, places, column->n, room};
    return true;
}

/* Makes room before the i-th, or takes the i-th out. */
static void shift(struct column *column, size_t i, bool out)
{
    char *item = (char *)column->items + i * ITEM;
    uint32_t *place = column->places + i;
    size_t behind = column->n - i - out;

    memmove(item + (out ? 0 : ITEM), item + (out ? ITEM : 0), behind * ITEM);
    memmove(place + !out, place + out, behind * sizeof *place);
    column->n = out ? column->n - 1 : column->n + 1;
}

/* `item` points to the pointer. */
static void insert(struct column *column, struct dx_arena *arena, const void *item, uint32_t place)
{
    size_t at = column->n;

    if (at == column->room && !grow(column, arena)) {
        return;
    }
    while (at > 0 && column->places[at - 1] > place) {
        at--;
    }
    shift(column, at, false);
    memcpy((char *)column->items + at * ITEM, item, ITEM);
    column->places[at] = place;
}

/* A word that stands at several places counts where it stands first. */
static void add_word(struct dx_expected *out, const char *word, uint32_t place)
{
    struct column column = {out->words, out->places, out->n, out->room};
    size_t i = 0;

    while (i < out->n && strcmp(out->words[i], word) != 0) {
        i++;
    }
    if (i < out->n ? out->places[i] <= place : i == MOST_KNOWN) {
        return;
    }
    if (i < out->n) {
        shift(&column, i, true);
    }
    insert(&column, out->arena, &word, place);
    out->words = column.items;
    out->places = column.places;
    out->n = column.n;
    out->room = column.room;
}

static void add_type(struct dx_expected *out, const struct dx_type *type, uint32_t place)
{
    struct column column = {out->types, out->type_places, out->n_types, out->room_types};

    insert(&column, out->arena, &type, place);
    out->types = column.items;
    out->type_places = column.places;
    out->n_types = column.n;
    out->room_types = column.room;
}

/* The names that a name class spells out; for the rest, any. */
static void add_names(const struct search *search, const struct dx_rng *rng)
{
    const struct dx_rng *top = dx_rng_names(rng);
    const struct dx_rng *at = top;

    if (rng->name) {
        add_word(search->out, search->v->schema->names.items[rng->name - 1].local.ptr, rng->index);
        return;
    }
    while (at) {
        if (at->kind == DX_RNG_NAME) {
            add_word(search->out, search->v->schema->names.items[at->name - 1].local.ptr, at->index);
        } else if (at->kind != DX_RNG_CHOICE) {
            search->out->any = true;
        }
        if (at->kind == DX_RNG_CHOICE) {
            at = at->first;
            continue;
        }
        while (at != top && !at->next) {
            at = at->parent;
        }
        at = at == top ? NULL : at->next;
    }
}

static void look(const struct search *search, const struct dx_pattern *pattern);

static void look_at_leaf(const struct search *search, const struct dx_pattern *pattern)
{
    switch (pattern->kind) {
    case DX_P_ELEMENT:
        if (search->want == WANT_ELEMENTS && dx_pattern_content(search->v, pattern->rng) != search->v->not_allowed) {
            add_names(search, pattern->rng);
        }
        break;
    case DX_P_ATTRIBUTE:
        if (search->want == WANT_ATTRIBUTES) {
            add_names(search, pattern->rng);
        }
        break;
    case DX_P_VALUE:
        if (search->want == WANT_VALUES) {
            add_word(search->out, pattern->rng->text.ptr, pattern->rng->index);
        }
        break;
    case DX_P_DATA:
        if (search->want == WANT_VALUES) {
            add_type(search->out, pattern->rng->type, pattern->rng->index);
        }
        break;
    case DX_P_TEXT:
        search->out->any = search->out->any || search->want == WANT_VALUES;
        break;
    default:
        break;
    }
}

static void look(const struct search *search, const struct dx_pattern *pattern)
{
    bool ordered = pattern->kind == DX_P_GROUP && search->want == WANT_ELEMENTS;

    /* Patterns are shared, and each is looked at once; one made on the way, of an element's content, is not. */
    if (pattern->id >= search->v->room_seen || search->v->seen[pattern->id] == search->v->search) {
        return;
    }
    search->v->seen[pattern->id] = search->v->search;
    look_at_leaf(search, pattern);
    for (uint32_t i = 0; pattern->kind != DX_P_ATTRIBUTE && pattern->kind != DX_P_DATA && i < pattern->n; i++) {
        look(search, pattern->kids[i]);
        if (ordered && !dx_pattern_nullable(pattern->kids[i])) {
            break;
        }
    }
}

static bool begin_search(struct dx_validator *v)
{
    if (v->room_seen < v->n_patterns) {
        uint32_t room = v->n_patterns * 2;
        uint32_t *seen = dx_mem_realloc(&v->mem, v->seen, room, sizeof *seen);

        if (!seen) {
            v->arena.failed = true;
            return false;
        }
        memset(seen + v->room_seen, 0, (room - v->room_seen) * sizeof *seen);
        v->seen = seen;
        v->room_seen = room;
    }
    v->search++;
    return true;
}

static void expect(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern, enum want want)
{
    if (begin_search(v)) {
        look(&(struct search){out, v, want}, pattern);
    }
}

void dx_expect_elements(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern)
{
    expect(out, v, pattern, WANT_ELEMENTS);
}

void dx_expect_attributes(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern)
{
    expect(out, v, pattern, WANT_ATTRIBUTES);
}

void dx_expect_values(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern)
{
    expect(out, v, pattern, WANT_VALUES);
}

/* ---- what is missing ---- */

/* True when the pattern holds without more of what is looked for. */
static bool is_complete(const struct dx_pattern *pattern, bool attributes)
{
    bool complete;

    if (!attributes) {
        return dx_pattern_nullable(pattern) || (pattern->kind == DX_P_AFTER && dx_pattern_nullable(pattern->kids[0]));
    }
    if (!(pattern->flags & DX_PATTERN_ATTRS)) {
        return true;
    }
    complete = pattern->kind != DX_P_ATTRIBUTE && pattern->kind != DX_P_CHOICE;
    for (uint32_t i = 0; pattern->kind != DX_P_ATTRIBUTE && i < pattern->n; i++) {
        bool kid = is_complete(pattern->kids[i], attributes);

        complete = pattern->kind == DX_P_CHOICE ? complete || kid : complete && kid;
    }
    return complete;
}

bool dx_expect_needed(struct dx_expected *out, struct dx_validator *v, const struct dx_pattern *pattern,
                      bool attributes)
{
    bool all = true;

    if (is_complete(pattern, attributes)) {
        return true;
    }
    switch (pattern->kind) {
    case DX_P_GROUP:
    case DX_P_INTERLEAVE:
        for (uint32_t i = 0; i < pattern->n; i++) {
            all = dx_expect_needed(out, v, pattern->kids[i], attributes) && all;
        }
        return all;
    case DX_P_ONE_OR_MORE:
    case DX_P_AFTER:
        return dx_expect_needed(out, v, pattern->kids[0], attributes);
    default: {
        size_t before = out->n;

        expect(out, v, pattern, attributes ? WANT_ATTRIBUTES : WANT_ELEMENTS);
        return out->n - before <= 1;
    }
    }
}

/* ---- the words in the end ---- */

const char *dx_expected_nearest(const struct dx_expected *expected, struct dx_str word)
{
    const char **list = dx_arena_zero(expected->arena, expected->n + 1, sizeof(*list));
    struct dx_str copy = dx_arena_copy(expected->arena, word);

    if (!list || !copy.ptr || word.len == 0) {
        return NULL;
    }
    if (expected->n) {
        memcpy(list, expected->words, expected->n * sizeof(*list));
    }
    return dx_nearest(copy.ptr, list);
}

struct ranked {
    const char *word;
    size_t distance, order;
};

static int compare(const void *a, const void *b)
{
    const struct ranked *x = a, *y = b;

    if (x->distance != y->distance) {
        return x->distance < y->distance ? -1 : 1;
    }
    return (x->order > y->order) - (x->order < y->order);
}

void dx_expected_list(struct dx_buf *buf, struct dx_expected *expected, struct dx_str word)
{
    struct ranked *ranked = dx_arena_zero(expected->arena, expected->n + 1, sizeof *ranked);
    struct dx_str copy = dx_arena_copy(expected->arena, word);
    size_t total = expected->n + expected->n_types, shown = 0;

    if (!ranked || !copy.ptr) {
        return;
    }
    for (size_t i = 0; i < expected->n; i++) {
        ranked[i] = (struct ranked){expected->words[i], dx_edit_distance(copy.ptr, expected->words[i]), i};
    }
    if (word.len) {
        qsort(ranked, expected->n, sizeof *ranked, compare);
    }
    for (size_t i = 0; i < expected->n && shown < MOST_WORDS; i++, shown++) {
        dx_buf_puts(buf, shown ? ", " : "");
        dx_buf_puts(buf, *ranked[i].word ? ranked[i].word : "''");
    }
    for (size_t i = 0; i < expected->n_types && shown < MOST_WORDS; i++, shown++) {
        dx_buf_puts(buf, shown ? ", " : "");
        dx_type_describe(buf, expected->types[i]);
    }
    if (total > shown) {
        dx_buf_format(buf, " and %zu more", total - shown);
    }
}
