#include "derive.h"

#include "../tree.h"

enum operation { OVER_ELEMENT = 1, OVER_ATTRIBUTE, OVER_TEXT, OVER_CLOSE, ALLOWS };

/* A text that is longer is derived anew each time. */
enum { LONGEST_TEXT = 64 };

struct dx_memo {
    const struct dx_pattern *pattern;
    uint32_t operation, key; /* the name, or a hash of the text */
    struct dx_str text;
    const void *result;
};

/* ---- what was derived before ---- */

static uint32_t slot_of(const struct dx_validator *v, const struct dx_memo *memo)
{
    uint64_t hash = ((uint64_t)memo->pattern->id << 32 | memo->key) * UINT64_C(0x9e3779b97f4a7c15) + memo->operation;
    uint32_t slot = (uint32_t)(hash >> 32) & v->memo_mask;

    while (v->memo[slot].pattern &&
           (v->memo[slot].pattern != memo->pattern || v->memo[slot].operation != memo->operation ||
            v->memo[slot].key != memo->key || !dx_str_equal(v->memo[slot].text, memo->text))) {
        slot = (slot + 1) & v->memo_mask;
    }
    return slot;
}

static bool grow(struct dx_validator *v)
{
    struct dx_memo *old = v->memo;
    uint32_t old_mask = v->memo_mask, mask = old ? old_mask * 2 + 1 : 1023;
    struct dx_memo *memo = dx_mem_realloc(&v->mem, NULL, mask + 1, sizeof *memo);

    if (!memo) {
        v->arena.failed = true;
        return false;
    }
    memset(memo, 0, (mask + 1) * sizeof *memo);
    v->memo = memo;
    v->memo_mask = mask;
    for (uint32_t i = 0; old && i <= old_mask; i++) {
        if (old[i].pattern) {
            memo[slot_of(v, &old[i])] = old[i];
        }
    }
    dx_mem_free(&v->mem, old);
    return true;
}

static const void *recall(struct dx_validator *v, const struct dx_memo *memo)
{
    return v->memo ? v->memo[slot_of(v, memo)].result : NULL;
}

static void remember(struct dx_validator *v, struct dx_memo memo)
{
    if (v->arena.failed || (v->n_memo * 2 >= v->memo_mask && !grow(v))) {
        return;
    }
    if (memo.text.ptr) {
        memo.text = dx_arena_copy(&v->arena, memo.text);
        if (!memo.text.ptr) {
            return;
        }
    }
    v->memo[slot_of(v, &memo)] = memo;
    v->n_memo++;
}

static struct dx_memo memo_of(enum operation operation, const struct dx_pattern *pattern, struct dx_str text)
{
    return (struct dx_memo){pattern, operation, (uint32_t)dx_hash(0, text.ptr, text.len), text, NULL};
}

/* ---- over a name ---- */

struct step {
    bool attribute;
    uint32_t name, bit;
    struct dx_qname qname;
};

static void add_way(struct dx_validator *v, const struct dx_pattern *inner, const struct dx_pattern *rest)
{
    struct dx_way_list *ways = &v->ways;
    struct dx_way *items = dx_mem_more(&v->mem, ways->items, ways->n, &ways->room, sizeof *items);

    if (!items) {
        v->arena.failed = true;
        return;
    }
    ways->items = items;
    ways->items[ways->n++] = (struct dx_way){inner, rest};
}

/* What is left of a group or interleave of whose kids one has become `rest`. */
static const struct dx_pattern *with_kid(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t at,
                                         const struct dx_pattern *rest, bool drop_before)
{
    size_t mark = dx_kids_mark(v);

    for (uint32_t i = drop_before ? at : 0; i < pattern->n; i++) {
        dx_kids_add(v, i == at ? rest : pattern->kids[i]);
    }
    return dx_pattern_make(v, (enum dx_pattern_kind)pattern->kind, mark);
}

static void step_into(struct dx_validator *v, const struct dx_pattern *pattern, const struct step *step);

static void step_into_kids(struct dx_validator *v, const struct dx_pattern *pattern, const struct step *step)
{
    /* Attributes have no order; of elements in a group only what may be absent can be passed over. */
    bool ordered = pattern->kind == DX_P_GROUP && !step->attribute;

    for (uint32_t i = 0; i < pattern->n; i++) {
        size_t from = v->ways.n;

        step_into(v, pattern->kids[i], step);
        for (size_t k = from; k < v->ways.n; k++) {
            v->ways.items[k].rest = with_kid(v, pattern, i, v->ways.items[k].rest, ordered);
        }
        if (ordered && !dx_pattern_nullable(pattern->kids[i])) {
            break;
        }
    }
}

static void step_into(struct dx_validator *v, const struct dx_pattern *pattern, const struct step *step)
{
    size_t from = v->ways.n;

    if (!((step->attribute ? pattern->attrs : pattern->elements) & step->bit) || !dx_validator_works(v)) {
        return;
    }
    switch (pattern->kind) {
    case DX_P_ELEMENT:
        if (!step->attribute && dx_rng_takes(pattern->rng, step->name, step->qname)) {
            const struct dx_pattern *content = dx_pattern_content(v, pattern->rng);

            if (content != v->not_allowed) {
                add_way(v, content, v->empty);
            }
        }
        break;
    case DX_P_ATTRIBUTE:
        if (step->attribute && dx_rng_takes(pattern->rng, step->name, step->qname)) {
            add_way(v, pattern->kids[0], v->empty);
        }
        break;
    case DX_P_CHOICE:
        for (uint32_t i = 0; i < pattern->n; i++) {
            step_into(v, pattern->kids[i], step);
        }
        break;
    case DX_P_GROUP:
    case DX_P_INTERLEAVE:
        step_into_kids(v, pattern, step);
        break;
    case DX_P_ONE_OR_MORE: {
        const struct dx_pattern *again;

        step_into(v, pattern->kids[0], step);
        again = dx_pattern_pair(v, DX_P_CHOICE, pattern, v->empty);
        for (size_t k = from; k < v->ways.n; k++) {
            v->ways.items[k].rest = dx_pattern_pair(v, DX_P_GROUP, v->ways.items[k].rest, again);
        }
        break;
    }
    case DX_P_AFTER:
        step_into(v, pattern->kids[0], step);
        for (size_t k = from; k < v->ways.n; k++) {
            v->ways.items[k].rest = dx_pattern_after(v, v->ways.items[k].rest, pattern->slot);
        }
        break;
    default:
        break;
    }
}

/* Ways with the same inside are one, whose rest is a choice. */
static size_t join(struct dx_validator *v, struct dx_way *ways, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++) {
        size_t k = 0;

        while (k < kept && ways[k].inner != ways[i].inner) {
            k++;
        }
        if (k < kept) {
            ways[k].rest = dx_pattern_pair(v, DX_P_CHOICE, ways[k].rest, ways[i].rest);
        } else {
            ways[kept++] = ways[i];
        }
    }
    return kept;
}

static const struct dx_pattern *state_of(struct dx_validator *v, const struct dx_ways *ways)
{
    size_t mark = dx_kids_mark(v);

    if (ways->n == 1) {
        return ways->items[0].inner;
    }
    for (uint32_t i = 0; i < ways->n; i++) {
        dx_kids_add(v, dx_pattern_after(v, ways->items[i].inner, i));
    }
    return dx_pattern_make(v, DX_P_CHOICE, mark);
}

static const struct dx_ways *derive(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t name,
                                    bool attribute)
{
    struct dx_memo memo = {pattern, attribute ? OVER_ATTRIBUTE : OVER_ELEMENT, name, DX_NONE, NULL};
    const struct dx_ways *known = recall(v, &memo);
    struct step step = {.attribute = attribute, .name = name, .qname = dx_validator_qname(v, name)};
    size_t from = v->ways.n, n;
    struct dx_ways *ways;

    if (known) {
        return known;
    }
    step.bit = step.qname.local.len ? dx_name_bit(step.qname.local.ptr, step.qname.local.len) : UINT32_MAX;
    step_into(v, pattern, &step);
    n = v->arena.failed ? 0 : join(v, v->ways.items + from, v->ways.n - from);
    ways = dx_arena_alloc(&v->arena, sizeof *ways + n * sizeof ways->items[0]);
    if (ways) {
        ways->n = (uint32_t)n;
        if (n) {
            memcpy(ways->items, v->ways.items + from, n * sizeof ways->items[0]);
        }
        ways->state = attribute ? NULL : state_of(v, ways);
        memo.result = ways;
        remember(v, memo);
    }
    v->ways.n = from;
    return dx_validator_failed(v) ? NULL : ways;
}

const struct dx_ways *dx_derive_element(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t name)
{
    return derive(v, pattern, name, false);
}

const struct dx_ways *dx_derive_attribute(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t name)
{
    return derive(v, pattern, name, true);
}

/* ---- over text ---- */

static const struct dx_pattern *over_text(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str text);

/* The words of a text, one by one. */
static bool list_allows(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str text)
{
    while (text.len) {
        size_t n = 0;

        while (n < text.len && !dx_is_space(text.ptr[n])) {
            n++;
        }
        if (n) {
            pattern = over_text(v, pattern, (struct dx_str){text.ptr, n});
        } else {
            n = 1;
        }
        text.ptr += n;
        text.len -= n;
    }
    return dx_pattern_nullable(pattern);
}

static bool leaf_allows(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str text)
{
    const struct dx_rng *rng = pattern->rng;

    switch (pattern->kind) {
    case DX_P_VALUE:
        return dx_type_equal(rng->type, text, rng->text);
    case DX_P_DATA:
        return dx_type_allows(rng->type, text, &v->scratch) &&
               (pattern->n == 0 || !dx_derive_allows(v, pattern->kids[0], text));
    case DX_P_LIST:
        return list_allows(v, pattern->kids[0], text);
    default:
        return false;
    }
}

static const struct dx_pattern *over_text_of_kids(struct dx_validator *v, const struct dx_pattern *pattern,
                                                  struct dx_str text)
{
    size_t mark = dx_kids_mark(v);

    for (uint32_t i = 0; i < pattern->n; i++) {
        const struct dx_pattern *rest = over_text(v, pattern->kids[i], text);

        if (rest != v->not_allowed) {
            dx_kids_add(v, with_kid(v, pattern, i, rest, pattern->kind == DX_P_GROUP));
        }
        if (pattern->kind == DX_P_GROUP && !dx_pattern_nullable(pattern->kids[i])) {
            break;
        }
    }
    return dx_pattern_make(v, DX_P_CHOICE, mark);
}

static const struct dx_pattern *over_text(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str text)
{
    size_t mark = dx_kids_mark(v);

    if (!(pattern->flags & (DX_PATTERN_TEXT | DX_PATTERN_VALUES)) || !dx_validator_works(v)) {
        return v->not_allowed;
    }
    switch (pattern->kind) {
    case DX_P_TEXT:
        return pattern;
    case DX_P_VALUE:
    case DX_P_DATA:
    case DX_P_LIST:
        return leaf_allows(v, pattern, text) ? v->empty : v->not_allowed;
    case DX_P_CHOICE:
        for (uint32_t i = 0; i < pattern->n; i++) {
            dx_kids_add(v, over_text(v, pattern->kids[i], text));
        }
        return dx_pattern_make(v, DX_P_CHOICE, mark);
    case DX_P_GROUP:
    case DX_P_INTERLEAVE:
        return over_text_of_kids(v, pattern, text);
    case DX_P_ONE_OR_MORE:
        return dx_pattern_pair(v, DX_P_GROUP, over_text(v, pattern->kids[0], text),
                               dx_pattern_pair(v, DX_P_CHOICE, pattern, v->empty));
    case DX_P_AFTER:
        return dx_pattern_after(v, over_text(v, pattern->kids[0], text), pattern->slot);
    default:
        return v->not_allowed;
    }
}

bool dx_derive_allows(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str value)
{
    struct dx_memo memo;
    const struct dx_pattern *known;
    bool allowed;

    if (pattern == v->text) {
        return true;
    }
    memo = memo_of(ALLOWS, pattern, value);
    known = value.len <= LONGEST_TEXT ? recall(v, &memo) : NULL;
    if (known) {
        return known == v->empty;
    }
    allowed =
        dx_pattern_nullable(over_text(v, pattern, value)) || (dx_pattern_nullable(pattern) && dx_trim(value).len == 0);
    if (value.len <= LONGEST_TEXT) {
        memo.result = allowed ? v->empty : v->not_allowed;
        remember(v, memo);
    }
    return allowed;
}

const struct dx_pattern *dx_derive_text(struct dx_validator *v, const struct dx_pattern *pattern, struct dx_str text,
                                        bool beside)
{
    bool blank = dx_trim(text).len == 0;
    struct dx_memo memo;
    const struct dx_pattern *rest;

    if (blank && (beside || !(pattern->flags & DX_PATTERN_VALUES))) {
        return pattern;
    }
    memo = memo_of(OVER_TEXT, pattern, text);
    rest = text.len <= LONGEST_TEXT ? recall(v, &memo) : NULL;
    if (rest) {
        return rest;
    }
    rest = over_text(v, pattern, text);
    rest = blank ? dx_pattern_pair(v, DX_P_CHOICE, rest, pattern) : rest;
    if (text.len <= LONGEST_TEXT) {
        memo.result = rest;
        remember(v, memo);
    }
    return rest;
}

/* ---- at the end of a start tag, and of an element ---- */

static const struct dx_pattern *without_attributes(struct dx_validator *v, const struct dx_pattern *pattern,
                                                   bool lenient)
{
    size_t mark = dx_kids_mark(v);

    if (!(pattern->flags & DX_PATTERN_ATTRS) || !dx_validator_works(v)) {
        return pattern;
    }
    switch (pattern->kind) {
    case DX_P_ATTRIBUTE:
        return lenient ? v->empty : v->not_allowed;
    case DX_P_CHOICE:
    case DX_P_GROUP:
    case DX_P_INTERLEAVE:
        for (uint32_t i = 0; i < pattern->n; i++) {
            dx_kids_add(v, without_attributes(v, pattern->kids[i], lenient));
        }
        return dx_pattern_make(v, (enum dx_pattern_kind)pattern->kind, mark);
    case DX_P_ONE_OR_MORE:
        return dx_pattern_one_or_more(v, without_attributes(v, pattern->kids[0], lenient));
    case DX_P_AFTER:
        return dx_pattern_after(v, without_attributes(v, pattern->kids[0], lenient), pattern->slot);
    default:
        return pattern;
    }
}

const struct dx_pattern *dx_derive_close(struct dx_validator *v, const struct dx_pattern *pattern, bool lenient)
{
    struct dx_memo memo = {pattern, OVER_CLOSE, lenient, DX_NONE, NULL};
    const struct dx_pattern *rest;

    if (!(pattern->flags & DX_PATTERN_ATTRS)) {
        return pattern;
    }
    rest = recall(v, &memo);
    if (!rest) {
        rest = without_attributes(v, pattern, lenient);
        memo.result = rest;
        remember(v, memo);
    }
    return rest;
}

/* One of the ways that are still open. */
static void add_rest(struct dx_validator *v, const struct dx_ways *ways, const struct dx_pattern *state, bool lenient)
{
    if (state->kind == DX_P_AFTER && (lenient || dx_pattern_nullable(state->kids[0]))) {
        dx_kids_add(v, ways->items[state->slot].rest);
    }
}

const struct dx_pattern *dx_derive_end(struct dx_validator *v, const struct dx_ways *ways,
                                       const struct dx_pattern *state, bool lenient)
{
    size_t mark = dx_kids_mark(v);

    if (ways->n == 1) {
        return lenient || dx_pattern_nullable(state) ? ways->items[0].rest : v->not_allowed;
    }
    if (state->kind == DX_P_CHOICE) {
        for (uint32_t i = 0; i < state->n; i++) {
            add_rest(v, ways, state->kids[i], lenient);
        }
    } else {
        add_rest(v, ways, state, lenient);
    }
    return dx_pattern_make(v, DX_P_CHOICE, mark);
}
