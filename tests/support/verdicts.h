/* Schemas in few words, and what they say of documents. */
#ifndef DX_TEST_VERDICTS_H
#define DX_TEST_VERDICTS_H

#include "support.h"

#define T_RNG                                                                                                          \
    "xmlns='http://relaxng.org/ns/structure/1.0' "                                                                     \
    "datatypeLibrary='http://www.w3.org/2001/XMLSchema-datatypes'"

enum { T_MOST_DOCUMENTS = 16 };

/*
 * A pattern is what <domain> holds, and a document what stands in it, unless they begin with <grammar or <domain: then
 * they are whole.
 */
struct t_verdicts {
    const char *what, *pattern;
    const char *defines; /* beside <start> */
    const char *valid[T_MOST_DOCUMENTS], *invalid[T_MOST_DOCUMENTS];
};

/*
 * Every document has the verdict that its row says. With DX_JING in the environment the command of that name is asked
 * too, a schema at a time, and must agree.
 */
void t_verdicts_check(const struct t_verdicts *rows, size_t n);

/* The whole text of a schema, or of a document. */
struct t_bytes t_schema_text(const char *pattern, const char *defines);
struct t_bytes t_domain_text(const char *inside);

/* A schema that is right; the test fails with the diagnostics when it is not. */
struct dx_schema *t_schema(struct dx_ctx *ctx, const char *pattern, const char *defines);

/* The errors that the schema finds in a document; they stand in the context. */
size_t t_schema_errors(struct dx_ctx *ctx, const struct dx_schema *schema, const char *inside);

#endif
