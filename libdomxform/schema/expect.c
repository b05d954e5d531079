#include "expect.h"

#include "../nearest.h"

#include <stdlib.h>

enum { MOST_WORDS = 8 };

/* What of a pattern is looked for. */
enum want { WANT_ELEMENTS, WANT_ATTRIBUTES, WANT_VALUES };

struct search {
    struct dx_expected *out;
    struct dx_validator *v;
    enum want want;
};

static void add_word(struct dx_expected *out, const char *word)
{
    for (size_t i = 0; i < out->n; i++) {
        if (strcmp(out->words[i], word) == 0) {
            return;
        }
    }
    if (out->n == out->room) {
        size_t room = out->room ? out->room * 2 : 32;
        const char **words = dx_arena_alloc(out->arena, room * sizeof(*words));

        if (!words) {
            return;
        }
        if (out->n) {
            memcpy(words, out->words, out->n * sizeof(*words));
        }
        out->words = words;
        out->room = room;
    }
    out->words[out->n++] = word;
}

static void add_type(struct dx_expected *out, const struct dx_type *type)
{
    if (out->n_types == out->room_types) {
        size_t room = out->room_types ? out->room_types * 2 : 4;
        const struct dx_type **types = dx_arena_alloc(out->arena, room * sizeof(*types));

        if (!types) {
            return;
        }
        if (out->n_types) {
            memcpy(types, out->types, out->n_types * sizeof(*types));
        }
        out->types = types;
        out->room_types = room;
    }
    out->types[out->n_types++] = type;
}

/* The names that a name class spells out; for the rest, any. */
static void add_names(const struct search *search, const struct dx_rng *rng)
{
    const struct dx_rng *top = dx_rng_names(rng);
    const struct dx_rng *at = top;

    if (rng->name) {
        add_word(search->out, search->v->schema->names.items[rng->name - 1].local.ptr);
        return;
    }
    while (at) {
        if (at->kind == DX_RNG_NAME) {
            add_word(search->out, search->v->schema->names.items[at->name - 1].local.ptr);
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
            add_word(search->out, pattern->rng->text.ptr);
        }
        break;
    case DX_P_DATA:
        if (search->want == WANT_VALUES) {
            add_type(search->out, pattern->rng->type);
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
