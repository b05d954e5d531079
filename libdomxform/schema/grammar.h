/* A RELAX NG grammar as its files say it. Once loaded it is immutable. */
#ifndef DX_SCHEMA_GRAMMAR_H
#define DX_SCHEMA_GRAMMAR_H

#include "../schema.h"
#include "names.h"
#include "type.h"

#include <stdatomic.h>

enum dx_rng_kind {
    /* the grammar */
    DX_RNG_GRAMMAR,
    DX_RNG_DIV,
    DX_RNG_INCLUDE,
    DX_RNG_START,
    DX_RNG_DEFINE,
    /* patterns */
    DX_RNG_ELEMENT,
    DX_RNG_ATTRIBUTE,
    DX_RNG_GROUP,
    DX_RNG_INTERLEAVE,
    DX_RNG_CHOICE, /* of patterns, and of name classes */
    DX_RNG_OPTIONAL,
    DX_RNG_ZERO_OR_MORE,
    DX_RNG_ONE_OR_MORE,
    DX_RNG_LIST,
    DX_RNG_MIXED,
    DX_RNG_REF,
    DX_RNG_EMPTY,
    DX_RNG_TEXT,
    DX_RNG_NOT_ALLOWED,
    DX_RNG_VALUE,
    DX_RNG_DATA,
    /* what is no pattern */
    DX_RNG_PARAM,
    DX_RNG_NAME,
    DX_RNG_ANY_NAME,
    DX_RNG_NS_NAME,
    DX_RNG_EXCEPT,
    DX_RNG_KINDS
};

struct dx_rng {
    struct dx_rng *next, *first, *last, *parent;
    uint32_t index; /* among all of the schema: for tables beside */
    uint8_t kind;
    uint32_t name;              /* of an element, attribute or NAME: its number; 0: a name class stands first */
    uint32_t define;            /* REF: which */
    struct dx_str text;         /* VALUE: it; NS_NAME: the namespace */
    struct dx_str word;         /* the name of a DEFINE or REF (empty: START), the href of an INCLUDE */
    struct dx_type *type;       /* VALUE, DATA */
    struct dx_rng *twin;        /* START, DEFINE: the next one of that name */
    const struct dx_node *node; /* where it stands, while the schema is loaded */
};

/* How definitions of one name add up: one of these, or DX_RNG_CHOICE, or DX_RNG_INTERLEAVE. */
#define DX_COMBINE_NOT 0

/* All definitions of one name. */
struct dx_define {
    struct dx_rng *first, *last;
    uint8_t combine;
    bool headed; /* one of them says no combine */
};

struct dx_schema {
    struct dx_mem mem;
    atomic_uint users;
    struct dx_arena arena;
    struct dx_names names, define_names;
    struct dx_define *defines; /* by their number less 1; start has the empty name and stands first */
    uint32_t room_defines;
    uint32_t n_rng;
    struct dx_type **types; /* all of them, to be closed */
    size_t n_types, room_types;
    const char *name;
    bool partial;
};

/* What the pattern or name class of an element or attribute, or of an EXCEPT, begins with; NULL for none. */
static inline const struct dx_rng *dx_rng_names(const struct dx_rng *rng)
{
    return rng->name ? NULL : rng->first;
}

/* The first pattern in an element or attribute; NULL for none. */
static inline const struct dx_rng *dx_rng_content(const struct dx_rng *rng)
{
    return rng->name || !rng->first ? rng->first : rng->first->next;
}

/* True when the name class takes a name. `rng` is an element or attribute. */
bool dx_rng_takes(const struct dx_rng *rng, uint32_t name, struct dx_qname qname);

/* What RELAX NG calls it. */
const char *dx_rng_word(enum dx_rng_kind kind);

/*
 * Reads a file's elements into `schema`; *out is its <grammar>. DX_OK, DX_ELIMIT after a report (what the schema says
 * is wrong, or not supported), DX_ENOMEM.
 */
int dx_rng_read(struct dx_rng **out, struct dx_schema *schema, struct dx_doc *doc);

/* Reports that a schema cannot be used, at a node of it. Returns DX_ELIMIT or DX_ENOMEM. */
int dx_rng_refuse(const struct dx_node *node, const char *attr, const char *hint, const char *format, ...)
    DX_FORMAT(4, 5);

/* Resolves references and looks for loops. As dx_rng_read(). */
int dx_schema_link(struct dx_schema *schema, struct dx_ctx *ctx);

struct dx_schema *dx_schema_hold(const struct dx_schema *schema);

#endif
