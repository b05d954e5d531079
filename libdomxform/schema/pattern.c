#include "pattern.h"

#include <stdlib.h>

/*
 * What schemas of people need is a hundredth of this. Some schemas have no bound: a definition that holds another one
 * twice, which holds another one twice; an interleave whose parts begin alike.
 */
enum { HEAVIEST = 128 << 20, LONGEST_LIST = 1 << 22 };

/* ---- the table of patterns ---- */

static uint32_t hash_of(const struct dx_pattern *pattern)
{
    uint64_t hash = pattern->kind + ((uint64_t)pattern->slot << 8);

    hash = (hash ^ (uintptr_t)pattern->rng) * UINT64_C(0x9e3779b97f4a7c15);
    for (uint32_t i = 0; i < pattern->n; i++) {
        hash = (hash ^ pattern->kids[i]->id) * UINT64_C(0x9e3779b97f4a7c15);
    }
    return (uint32_t)(hash ^ hash >> 32);
}

static bool same(const struct dx_pattern *a, const struct dx_pattern *b)
{
    return a->hash == b->hash && a->kind == b->kind && a->slot == b->slot && a->n == b->n && a->rng == b->rng &&
           (a->n == 0 || memcmp(a->kids, b->kids, a->n * sizeof a->kids[0]) == 0);
}

static bool grow_table(struct dx_validator *v)
{
    uint32_t mask = v->patterns ? v->mask * 2 + 1 : 1023;
    struct dx_pattern **patterns = dx_mem_realloc(&v->mem, NULL, mask + 1, sizeof(struct dx_pattern *));

    if (!patterns) {
        v->arena.failed = true;
        return false;
    }
    memset(patterns, 0, (mask + 1) * sizeof(struct dx_pattern *));
    for (uint32_t i = 0; v->patterns && i <= v->mask; i++) {
        if (v->patterns[i]) {
            uint32_t slot = v->patterns[i]->hash & mask;

            while (patterns[slot]) {
                slot = (slot + 1) & mask;
            }
            patterns[slot] = v->patterns[i];
        }
    }
    dx_mem_free(&v->mem, v->patterns);
    v->patterns = patterns;
    v->mask = mask;
    return true;
}

static uint32_t name_bits(const struct dx_validator *v, const struct dx_rng *rng)
{
    struct dx_str local;

    if (!rng->name) {
        return UINT32_MAX;
    }
    local = v->schema->names.items[rng->name - 1].local;
    return dx_name_bit(local.ptr, local.len);
}

/* What can be said of a pattern by its kind and its kids. */
static void describe(const struct dx_validator *v, struct dx_pattern *pattern)
{
    unsigned any = 0, all = DX_PATTERN_NULLABLE;

    for (uint32_t i = 0; i < pattern->n; i++) {
        any |= pattern->kids[i]->flags;
        all &= pattern->kids[i]->flags;
        pattern->elements |= pattern->kids[i]->elements;
        pattern->attrs |= pattern->kids[i]->attrs;
    }
    switch (pattern->kind) {
    case DX_P_EMPTY:
        pattern->flags = DX_PATTERN_NULLABLE;
        break;
    case DX_P_TEXT:
        pattern->flags = DX_PATTERN_NULLABLE | DX_PATTERN_TEXT;
        break;
    case DX_P_ELEMENT:
        pattern->elements = name_bits(v, pattern->rng);
        break;
    case DX_P_ATTRIBUTE:
        pattern->flags = DX_PATTERN_ATTRS;
        pattern->attrs = name_bits(v, pattern->rng);
        break;
    case DX_P_VALUE:
    case DX_P_DATA:
    case DX_P_LIST:
        pattern->flags = DX_PATTERN_VALUES;
        break;
    case DX_P_CHOICE:
        pattern->flags = (uint8_t)any;
        break;
    case DX_P_GROUP:
    case DX_P_INTERLEAVE:
        pattern->flags = (uint8_t)((any & ~DX_PATTERN_NULLABLE) | all);
        break;
    case DX_P_ONE_OR_MORE:
        pattern->flags = (uint8_t)any;
        break;
    case DX_P_AFTER:
        pattern->flags = (uint8_t)(any & ~DX_PATTERN_NULLABLE);
        break;
    default:
        break;
    }
}

static const struct dx_pattern *give_up(struct dx_validator *v)
{
    v->too_heavy = true;
    v->arena.failed = true;
    return v->not_allowed;
}

/* The one pattern of this kind, rng, slot and kids. */
static const struct dx_pattern *intern(struct dx_validator *v, enum dx_pattern_kind kind, const struct dx_rng *rng,
                                       uint32_t slot, const struct dx_pattern *const *kids, size_t n)
{
    struct dx_pattern *pattern;
    struct dx_block *block = v->arena.blocks;
    char *before = v->arena.cur;
    uint32_t at;

    if (v->n_patterns * 2 >= v->mask && !grow_table(v)) {
        return v->not_allowed;
    }
    pattern = dx_arena_alloc(&v->arena, sizeof *pattern + n * sizeof pattern->kids[0]);
    if (!pattern) {
        return v->not_allowed;
    }
    *pattern = (struct dx_pattern){.kind = (uint8_t)kind, .slot = slot, .n = (uint32_t)n, .rng = rng};
    if (n) {
        memcpy(pattern->kids, kids, n * sizeof kids[0]);
    }
    v->weight += sizeof *pattern + n * sizeof pattern->kids[0];
    if (v->weight > HEAVIEST) {
        return give_up(v);
    }
    pattern->hash = hash_of(pattern);
    at = pattern->hash & v->mask;
    while (v->patterns[at] && !same(v->patterns[at], pattern)) {
        at = (at + 1) & v->mask;
    }
    if (v->patterns[at]) {
        if (v->arena.blocks == block) {
            v->arena.cur = before; /* it was there already */
            v->weight -= sizeof *pattern + n * sizeof pattern->kids[0];
        }
        return v->patterns[at];
    }
    pattern->id = v->n_patterns++;
    describe(v, pattern);
    v->patterns[at] = pattern;
    return pattern;
}

/* ---- putting patterns together ---- */

void dx_kids_add(struct dx_validator *v, const struct dx_pattern *pattern)
{
    struct dx_kids *stack = &v->stack;
    const struct dx_pattern **items;

    if (stack->n >= LONGEST_LIST) {
        (void)give_up(v);
    }
    if (!dx_validator_works(v)) {
        return;
    }
    items = dx_mem_more(&v->mem, stack->items, stack->n, &stack->room, sizeof(*items));
    if (!items) {
        v->arena.failed = true;
        return;
    }
    stack->items = items;
    stack->items[stack->n++] = pattern;
}

static int compare_ids(const void *a, const void *b)
{
    uint32_t x = (*(const struct dx_pattern *const *)a)->id, y = (*(const struct dx_pattern *const *)b)->id;

    return (x > y) - (x < y);
}

/* Most lists are sorted already, or nearly. */
static void sort(const struct dx_pattern **items, size_t n)
{
    size_t late = 0;

    for (size_t i = 1; i < n; i++) {
        late += items[i - 1]->id > items[i]->id;
    }
    if (late > 4) {
        qsort(items, n, sizeof(const struct dx_pattern *), compare_ids);
        return;
    }
    for (size_t i = 1; late && i < n; i++) {
        const struct dx_pattern *item = items[i];
        size_t k = i;

        for (; k > 0 && items[k - 1]->id > item->id; k--) {
            items[k] = items[k - 1];
        }
        items[k] = item;
    }
}

/* Kids of the same kind are taken in their stead. */
static void flatten(struct dx_validator *v, enum dx_pattern_kind kind, size_t mark)
{
    size_t n = v->stack.n;

    for (size_t i = mark; i < n; i++) {
        const struct dx_pattern *kid = v->stack.items[i];

        if (kid->kind == kind) {
            for (uint32_t k = 1; k < kid->n; k++) {
                dx_kids_add(v, kid->kids[k]);
            }
            v->stack.items[i] = kid->kids[0];
        }
    }
}

/* The same with their order kept. */
static void flatten_group(struct dx_validator *v, size_t mark)
{
    size_t from = v->stack.n;
    bool nested = false;

    for (size_t i = mark; i < from; i++) {
        nested = nested || v->stack.items[i]->kind == DX_P_GROUP;
    }
    if (!nested) {
        return;
    }
    for (size_t i = mark; i < from; i++) {
        const struct dx_pattern *kid = v->stack.items[i];

        for (uint32_t k = 0; kid->kind == DX_P_GROUP && k < kid->n; k++) {
            dx_kids_add(v, kid->kids[k]);
        }
        if (kid->kind != DX_P_GROUP) {
            dx_kids_add(v, kid);
        }
    }
    if (!v->arena.failed) {
        memmove(v->stack.items + mark, v->stack.items + from, (v->stack.n - from) * sizeof(v->stack.items[0]));
        v->stack.n -= from - mark;
    }
}

static const struct dx_pattern *make_choice(struct dx_validator *v, size_t mark)
{
    const struct dx_pattern **items;
    size_t kept = 0, n;
    bool nullable = false;

    flatten(v, DX_P_CHOICE, mark);
    items = v->stack.items + mark;
    n = v->stack.n - mark;
    sort(items, n);
    for (size_t i = 0; i < n; i++) {
        if (items[i] != v->not_allowed && (kept == 0 || items[i] != items[kept - 1])) {
            nullable = nullable || (items[i] != v->empty && dx_pattern_nullable(items[i]));
            items[kept++] = items[i];
        }
    }
    if (nullable) {
        for (size_t i = 0; i < kept; i++) {
            if (items[i] == v->empty) {
                memmove(items + i, items + i + 1, (kept - i - 1) * sizeof(items[0]));
                kept--;
                break;
            }
        }
    }
    return kept == 0 ? v->not_allowed : kept == 1 ? items[0] : intern(v, DX_P_CHOICE, NULL, 0, items, kept);
}

static const struct dx_pattern *make_sequence(struct dx_validator *v, enum dx_pattern_kind kind, size_t mark)
{
    const struct dx_pattern **items;
    size_t kept = 0, n;

    if (kind == DX_P_GROUP) {
        flatten_group(v, mark);
    } else {
        flatten(v, kind, mark);
    }
    items = v->stack.items + mark;
    n = v->stack.n - mark;
    for (size_t i = 0; i < n; i++) {
        if (items[i] == v->not_allowed) {
            return v->not_allowed;
        }
        if (items[i] != v->empty) {
            items[kept++] = items[i];
        }
    }
    if (kind == DX_P_INTERLEAVE) {
        sort(items, kept);
    }
    return kept == 0 ? v->empty : kept == 1 ? items[0] : intern(v, kind, NULL, 0, items, kept);
}

const struct dx_pattern *dx_pattern_make(struct dx_validator *v, enum dx_pattern_kind kind, size_t mark)
{
    const struct dx_pattern *result;

    if (v->arena.failed) {
        v->stack.n = mark < v->stack.n ? mark : v->stack.n;
        return v->not_allowed;
    }
    result = kind == DX_P_CHOICE ? make_choice(v, mark) : make_sequence(v, kind, mark);
    v->stack.n = mark;
    return result;
}

const struct dx_pattern *dx_pattern_pair(struct dx_validator *v, enum dx_pattern_kind kind, const struct dx_pattern *a,
                                         const struct dx_pattern *b)
{
    size_t mark = dx_kids_mark(v);

    dx_kids_add(v, a);
    dx_kids_add(v, b);
    return dx_pattern_make(v, kind, mark);
}

const struct dx_pattern *dx_pattern_after(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t slot)
{
    return pattern == v->not_allowed ? pattern : intern(v, DX_P_AFTER, NULL, slot, &pattern, 1);
}

const struct dx_pattern *dx_pattern_leaf(struct dx_validator *v, enum dx_pattern_kind kind)
{
    return intern(v, kind, NULL, 0, NULL, 0);
}

const struct dx_pattern *dx_pattern_one_or_more(struct dx_validator *v, const struct dx_pattern *pattern)
{
    bool simple =
        pattern == v->not_allowed || pattern == v->empty || pattern->kind == DX_P_ONE_OR_MORE || pattern == v->text;

    return simple ? pattern : intern(v, DX_P_ONE_OR_MORE, NULL, 0, &pattern, 1);
}

/* ---- from the grammar ---- */

static const struct dx_pattern *compile(struct dx_validator *v, const struct dx_rng *rng);

/* A run of patterns, one behind the other. */
static const struct dx_pattern *compile_run(struct dx_validator *v, enum dx_pattern_kind kind, const struct dx_rng *rng)
{
    size_t mark = dx_kids_mark(v);

    for (; rng; rng = rng->next) {
        dx_kids_add(v, compile(v, rng));
    }
    return dx_pattern_make(v, kind, mark);
}

static const struct dx_pattern *compile_define(struct dx_validator *v, uint32_t number)
{
    const struct dx_define *define = &v->schema->defines[number];
    enum dx_pattern_kind kind = define->combine == DX_RNG_CHOICE ? DX_P_CHOICE : DX_P_INTERLEAVE;
    size_t mark = dx_kids_mark(v);

    if (!v->defines[number]) {
        for (const struct dx_rng *one = define->first; one; one = one->twin) {
            dx_kids_add(v, compile_run(v, DX_P_GROUP, one->first));
        }
        v->defines[number] = dx_pattern_make(v, kind, mark);
    }
    return v->defines[number];
}

static const struct dx_pattern *compile_data(struct dx_validator *v, const struct dx_rng *rng)
{
    for (const struct dx_rng *child = rng->first; child; child = child->next) {
        if (child->kind == DX_RNG_EXCEPT) {
            const struct dx_pattern *except = compile_run(v, DX_P_CHOICE, child->first);

            return intern(v, DX_P_DATA, rng, 0, &except, 1);
        }
    }
    return intern(v, DX_P_DATA, rng, 0, NULL, 0);
}

static const struct dx_pattern *compile_new(struct dx_validator *v, const struct dx_rng *rng)
{
    const struct dx_pattern *kid;

    switch (rng->kind) {
    case DX_RNG_ELEMENT:
        return intern(v, DX_P_ELEMENT, rng, 0, NULL, 0);
    case DX_RNG_ATTRIBUTE:
        kid = dx_rng_content(rng) ? compile(v, dx_rng_content(rng)) : v->text;
        return kid == v->not_allowed ? kid : intern(v, DX_P_ATTRIBUTE, rng, 0, &kid, 1);
    case DX_RNG_GROUP:
        return compile_run(v, DX_P_GROUP, rng->first);
    case DX_RNG_INTERLEAVE:
        return compile_run(v, DX_P_INTERLEAVE, rng->first);
    case DX_RNG_CHOICE:
        return compile_run(v, DX_P_CHOICE, rng->first);
    case DX_RNG_OPTIONAL:
        return dx_pattern_pair(v, DX_P_CHOICE, compile_run(v, DX_P_GROUP, rng->first), v->empty);
    case DX_RNG_ONE_OR_MORE:
        return dx_pattern_one_or_more(v, compile_run(v, DX_P_GROUP, rng->first));
    case DX_RNG_ZERO_OR_MORE:
        return dx_pattern_pair(v, DX_P_CHOICE, dx_pattern_one_or_more(v, compile_run(v, DX_P_GROUP, rng->first)),
                               v->empty);
    case DX_RNG_MIXED:
        return dx_pattern_pair(v, DX_P_INTERLEAVE, compile_run(v, DX_P_GROUP, rng->first), v->text);
    case DX_RNG_LIST:
        kid = compile_run(v, DX_P_GROUP, rng->first);
        return intern(v, DX_P_LIST, NULL, 0, &kid, 1);
    case DX_RNG_REF:
        return compile_define(v, rng->define);
    case DX_RNG_EMPTY:
        return v->empty;
    case DX_RNG_TEXT:
        return v->text;
    case DX_RNG_VALUE:
        return intern(v, DX_P_VALUE, rng, 0, NULL, 0);
    case DX_RNG_DATA:
        return compile_data(v, rng);
    default:
        return v->not_allowed;
    }
}

static const struct dx_pattern *compile(struct dx_validator *v, const struct dx_rng *rng)
{
    if (!v->compiled[rng->index]) {
        v->compiled[rng->index] = compile_new(v, rng);
    }
    return v->compiled[rng->index];
}

const struct dx_pattern *dx_pattern_start(struct dx_validator *v)
{
    return compile_define(v, 0);
}

const struct dx_pattern *dx_pattern_content(struct dx_validator *v, const struct dx_rng *element)
{
    if (!v->contents[element->index]) {
        v->contents[element->index] = compile_run(v, DX_P_GROUP, dx_rng_content(element));
    }
    return v->contents[element->index];
}

/* ---- names ---- */

/* Classes lie in each other no deeper than elements may. */
static bool class_takes(const struct dx_rng *rng, uint32_t name, struct dx_qname qname)
{
    switch (rng->kind) {
    case DX_RNG_NAME:
        return rng->name == name;
    case DX_RNG_ANY_NAME:
        return !rng->first || !class_takes(rng->first, name, qname);
    case DX_RNG_NS_NAME:
        return dx_str_equal(rng->text, qname.ns) && (!rng->first || !class_takes(rng->first, name, qname));
    default: /* choice, except */
        for (const struct dx_rng *one = rng->first; one; one = one->next) {
            if (class_takes(one, name, qname)) {
                return true;
            }
        }
        return false;
    }
}

bool dx_rng_takes(const struct dx_rng *rng, uint32_t name, struct dx_qname qname)
{
    return rng->name ? rng->name == name : class_takes(dx_rng_names(rng), name, qname);
}
