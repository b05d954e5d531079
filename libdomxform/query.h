/* XPath expressions: compiled once, asked of many documents. Only query.c sees libxml2. */
#ifndef DX_QUERY_H
#define DX_QUERY_H

#include "query/path.h"

/* Immutable once made: threads share it. */
struct dx_query {
    struct dx_mem mem;
    struct dx_arena arena;
    struct dx_str text; /* terminated by NUL */
    struct dx_path path;
    struct dx_str *prefixes; /* that it uses, each once */
    size_t n_prefixes;
    struct dx_str *parts; /* what stands between '|' at its top; terminated by NUL */
    size_t n_parts;
};

/* What an expression finds: a node, or (`attr` is its qualified name) an attribute of it. */
struct dx_hit {
    struct dx_node *node;
    const char *attr;
};

/* In document order, each once; they live until the document goes. */
struct dx_hits {
    struct dx_hit *items;
    size_t n;
};

/*
 * Compiles the expression `text`, which begins at byte `at` of the run's SPEC. What is wrong with it is a usage error
 * with its column, and so is an expression that gives no nodes. On success *out is owned by the caller.
 * DX_OK, DX_EUSAGE, DX_ENOMEM.
 */
int dx_query_new(struct dx_query **out, struct dx_run *run, struct dx_str text, size_t at);
void dx_query_free(struct dx_query *query);

/*
 * Finds what the expression names in the run's document as it is now; the domain is the context node. A text of white
 * space is found only where it is all that its element holds: elsewhere it is indentation.
 * DX_OK (also when nothing is found), DX_ELIMIT or DX_EREFUSED after a report, DX_ENOMEM, DX_EINTERNAL.
 */
int dx_query_run(struct dx_hits *out, const struct dx_query *query, struct dx_run *run);

/* The same for another expression with the same prefixes, such as the first steps of its path. */
int dx_query_ask(struct dx_hits *out, const struct dx_query *query, struct dx_run *run, struct dx_str text);

/*
 * The namespace that a prefix means: libvirt's own for those it prints, else what the root of the document declares,
 * else what the first element does that declares it; ptr == NULL when none does.
 */
struct dx_str dx_query_namespace(const struct dx_doc *doc, struct dx_str prefix);

/* Says that the expression finds nothing, where it stops to, and what is there instead. Returns DX_EREFUSED, or another
 * DX_E code. */
int dx_query_explain(const struct dx_query *query, struct dx_run *run);

/* libvirt drops what it does not know without a word: warns of a new element that looks like a slip of the finger.
 * DX_OK or DX_ENOMEM. */
int dx_query_warn_unknown(struct dx_run *run, const struct dx_node *made);

#endif
