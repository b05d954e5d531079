/*
 * Patterns as the derivatives see them: small, immutable, and each of them there only once, so that equal ones are the
 * same pointer and what was derived from one can be looked up again.
 */
#ifndef DX_SCHEMA_PATTERN_H
#define DX_SCHEMA_PATTERN_H

#include "grammar.h"

enum dx_pattern_kind {
    DX_P_NOT_ALLOWED,
    DX_P_EMPTY,
    DX_P_TEXT,
    DX_P_ELEMENT,   /* rng */
    DX_P_ATTRIBUTE, /* rng; its value is kids[0] */
    DX_P_VALUE,     /* rng */
    DX_P_DATA,      /* rng; what it is not is kids[0], when there is one */
    DX_P_LIST,      /* kids[0] */
    DX_P_CHOICE,
    DX_P_GROUP,
    DX_P_INTERLEAVE,
    DX_P_ONE_OR_MORE, /* kids[0] */
    DX_P_AFTER        /* kids[0], then `slot` */
};

#define DX_PATTERN_NULLABLE 1u /* takes the empty sequence */
#define DX_PATTERN_ATTRS 2u    /* has attributes that are still open */
#define DX_PATTERN_VALUES 4u   /* has values, data or lists: text is looked at, not just taken */
#define DX_PATTERN_TEXT 8u

struct dx_pattern {
    uint8_t kind, flags;
    uint32_t slot, id, hash, n;
    uint32_t elements, attrs; /* dx_name_bit() of what may come; all bits where any name may */
    const struct dx_rng *rng;
    const struct dx_pattern *kids[];
};

/* A growing list, for putting patterns together. */
struct dx_kids {
    const struct dx_pattern **items;
    size_t n, room;
};

/* One way on: what comes first (an element's content, an attribute's value), and what is left then. */
struct dx_way {
    const struct dx_pattern *inner, *rest;
};

struct dx_way_list {
    struct dx_way *items;
    size_t n, room;
};

/* What one thread learns of a schema: its patterns and their derivatives. */
struct dx_validator {
    struct dx_schema *schema; /* held */
    struct dx_mem mem;
    struct dx_arena arena;
    struct dx_pattern **patterns; /* an open hash */
    uint32_t n_patterns, mask;
    size_t weight;                                  /* of all patterns, in bytes */
    bool too_heavy;                                 /* it has failed: schema and document together ask for too much */
    const struct dx_pattern **compiled, **contents; /* by index of struct dx_rng: it, and what is in it */
    const struct dx_pattern **defines;
    struct dx_kids stack;    /* of lists that are being put together */
    struct dx_way_list ways; /* the same */
    const struct dx_pattern *not_allowed, *empty, *text;
    struct dx_memo *memo; /* derivatives, an open hash; see derive.c */
    uint32_t n_memo, memo_mask;
    uint64_t work, most_work; /* of the document at hand, in patterns looked at; see dx_validator_works() */
    struct dx_buf scratch;
    uint32_t *seen; /* by id of a pattern: the last search that met it */
    uint32_t room_seen, search;
    void *order; /* another engine's form of the schema; see order.c */
    void (*order_free)(void *order);
};

/*
 * The validator that the context keeps for a schema; NULL when out of memory. It is good until the context is asked for
 * another.
 */
struct dx_validator *dx_validator_of(struct dx_ctx *ctx, const struct dx_schema *schema);

/* Makes the context forget it, when something in it ran out of memory. */
void dx_validator_drop(struct dx_ctx *ctx);

/* True when something ran out of memory, or over a limit: nothing that was derived can be trusted. */
static inline bool dx_validator_failed(const struct dx_validator *v)
{
    return v->arena.failed || v->scratch.failed;
}

/* Counts a pattern that is looked at. False when they are too many: a schema may make a puzzle of each document. */
static inline bool dx_validator_works(struct dx_validator *v)
{
    v->too_heavy = v->too_heavy || ++v->work > v->most_work;
    v->arena.failed = v->arena.failed || v->too_heavy;
    return !v->arena.failed;
}

/* Begins to count for a document of so many bytes. */
void dx_validator_begin(struct dx_validator *v, size_t bytes);

/* What the document must be, and what an element of the schema holds. */
const struct dx_pattern *dx_pattern_start(struct dx_validator *v);
const struct dx_pattern *dx_pattern_content(struct dx_validator *v, const struct dx_rng *element);

/* Of a list: marks where it begins on the stack, adds to it, and makes a pattern of what stands above the mark. */
static inline size_t dx_kids_mark(const struct dx_validator *v)
{
    return v->stack.n;
}
void dx_kids_add(struct dx_validator *v, const struct dx_pattern *pattern);
const struct dx_pattern *dx_pattern_make(struct dx_validator *v, enum dx_pattern_kind kind, size_t mark);

const struct dx_pattern *dx_pattern_pair(struct dx_validator *v, enum dx_pattern_kind kind, const struct dx_pattern *a,
                                         const struct dx_pattern *b);
const struct dx_pattern *dx_pattern_after(struct dx_validator *v, const struct dx_pattern *pattern, uint32_t slot);

const struct dx_pattern *dx_pattern_one_or_more(struct dx_validator *v, const struct dx_pattern *pattern);

/* The three that have no parts. */
const struct dx_pattern *dx_pattern_leaf(struct dx_validator *v, enum dx_pattern_kind kind);

static inline bool dx_pattern_nullable(const struct dx_pattern *pattern)
{
    return pattern->flags & DX_PATTERN_NULLABLE;
}

/*
 * The number of a name, for dx_rng_takes(), and what stands for it there. Names that the schema does not tell apart
 * have one number: those it does not spell, by their namespace where it has an nsName for that, else all of them.
 */
uint32_t dx_validator_name(const struct dx_validator *v, struct dx_qname name);
struct dx_qname dx_validator_qname(const struct dx_validator *v, uint32_t name);

#endif
