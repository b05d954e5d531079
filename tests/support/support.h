/* What the tests share: files, the corpus, an allocator that fails, pipelines by their SPECs, and libxml2's opinion. */
#ifndef DX_TEST_SUPPORT_H
#define DX_TEST_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domxform.h"

#ifndef DX_SOURCE_DIR
#define DX_SOURCE_DIR "."
#endif

#define TEST(name) static void name(void **state __attribute__((unused)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define STR(text) ((struct dx_str){(text), strlen(text)})

enum { T_SKIPPED = 77 };

/* ---- files.c ---- */

/* Bytes of one's own, with a NUL behind them that is not counted; t_bytes_free() frees them. */
struct t_bytes {
    char *ptr;
    size_t len, room;
};

struct t_names {
    char **items;
    size_t n;
};

struct t_bytes t_bytes_copy(const char *bytes, size_t len);
/* Appends; begin with {0}. */
void t_bytes_add(struct t_bytes *bytes, const char *more, size_t len);
void t_bytes_format(struct t_bytes *bytes, const char *format, ...) DX_FORMAT(2, 3);
void t_bytes_free(struct t_bytes *bytes);

/* Whole file; ptr == NULL when it cannot be read. */
struct t_bytes t_read(const char *path);
bool t_write(const char *path, const char *bytes, size_t len);
bool t_exists(const char *path);

/* "a/b", to be freed. */
char *t_path(const char *a, const char *b);

/* Names in a directory, sorted, without "." and ".."; only those that end in `suffix` when that is not NULL. */
struct t_names t_list(const char *directory, const char *suffix);
void t_names_free(struct t_names *names);

/* The folder of real documents, $DX_CORPUS or ../shared/corpus beside the checkout; NULL when there is none, which is
 * said on stderr once. */
const char *t_corpus(void);

/* A new folder for scratch files, to be freed; t_scratch_remove() takes it and its files away. */
char *t_scratch(void);
void t_scratch_remove(char *directory);

/* ---- memory.c ---- */

/* An allocator that counts, and fails on demand. */
struct t_memory {
    size_t calls;   /* allocations asked for */
    size_t live;    /* blocks not yet freed */
    size_t fail_at; /* the n-th allocation fails; 0: none does */
    bool from_then_on;
    bool failed; /* at least one did */
};

struct dx_allocator t_allocator(struct t_memory *memory);

/* ---- doc.c ---- */

/* A domain with a disk and a TPM, as libvirt would print it. */
extern const char t_small_vm[];

struct dx_ctx *t_ctx(void);
/* Parses bytes that are right; the test fails with the diagnostics when they are not. */
struct dx_doc *t_parse(struct dx_ctx *ctx, const char *bytes, size_t len);
struct dx_doc *t_parse_text(struct dx_ctx *ctx, const char *text);
/* Parses a text, applies `edit` to the document, and checks what is written. */
void t_check_edit(const char *in, void (*edit)(struct dx_doc *doc), const char *out);
void t_assert_bytes(const char *got, size_t len, const char *want, size_t want_len);
/* The written document equals these bytes. */
void t_assert_written(struct dx_doc *doc, const char *want, size_t len);
/* The first element of that name anywhere, in document order; the test fails when there is none. */
struct dx_node *t_find(struct dx_doc *doc, const char *name);
/* The node that follows in document order below `top`; NULL at the end. */
struct dx_node *t_next(const struct dx_node *node, const struct dx_node *top);
/* All diagnostics as text, to be freed; of at least `severity`. */
struct t_bytes t_diags(struct dx_ctx *ctx);
/* The diagnostics of one severity. */
size_t t_count(const struct dx_ctx *ctx, enum dx_severity severity);

/* ---- dom.c: libxml2's opinion ---- */

struct _xmlDoc;

/* libxml2's own tree of these bytes; NULL when it refuses them (it says nothing on stderr). */
struct _xmlDoc *t_dom_parse(const char *bytes, size_t len);
/* A libxml2 document made of what the getters say of our tree. */
struct _xmlDoc *t_dom_of(const struct dx_doc *doc);
void t_dom_free(struct _xmlDoc *dom);
/* Canonical XML with comments; ptr == NULL where libxml2 refuses it (relative namespace names). */
struct t_bytes t_dom_c14n(struct _xmlDoc *dom);
/* Node by node: NULL when the same, else what differs (static). Adjacent text is one; CDATA is text. */
const char *t_dom_difference(struct _xmlDoc *a, struct _xmlDoc *b);
/* Takes away what text is white space alone; text beside CDATA is one text with it. */
void t_dom_drop_blank(struct _xmlDoc *dom);
/* The same, but attributes in any order. */
const char *t_dom_same(struct _xmlDoc *a, struct _xmlDoc *b);
/* P3: c14n(reparse(bytes)) == c14n(tree), node by node where c14n refuses. NULL, else what differs. */
const char *t_meaning_difference(const char *bytes, size_t len, const struct dx_doc *doc);

/* ---- sorted.c ---- */

/* Elements, attributes and texts of a document, siblings sorted; white space between them is nothing. */
struct t_bytes t_dom_sorted(struct _xmlDoc *dom);

/* ---- edits.c ---- */

/* One to six edits of any kind at any place. Gives the last result. */
int t_edit_at_random(struct dx_doc *doc, uint32_t seed);

/* ---- hull.c ---- */

/* P2: what of the input is not written as it stands lies in touched attributes, changed texts or whole removed
 * elements, and the kept slices ascend; with `all`, in removed comments and PIs too. NULL, else what is wrong
 * (static). */
const char *t_hull_violation(struct dx_doc *doc, const char *input, size_t len, bool all);

/* ---- run.c ---- */

struct t_step {
    char *spec;
    bool remove;
};

struct t_args {
    struct t_step steps[16];
    size_t n;
    bool force;
    char *allow[8];
    size_t n_allow;
    char *arch;
};

/* One option a line, as on the command line: --pass=SPEC, --remove=SPEC, --force, --allow=ID, --assume-arch=A. */
bool t_args_parse(struct t_args *args, const char *lines);
void t_args_free(struct t_args *args);

/* DX_OK, or the first failure of dx_pipeline_add() with *out NULL. */
int t_compile(struct dx_pipeline **out, struct dx_ctx *ctx, const struct t_args *args);
int t_run(struct dx_doc *doc, const struct dx_pipeline *pipeline, const struct t_args *args);

/* After t_run() with result `rc` on a document parsed from `in`: the first of P1 to P5 that is broken (static), or
 * NULL. */
const char *t_promise_broken(struct dx_doc *doc, int rc, const char *in, size_t len, const struct dx_pipeline *pipeline,
                             const struct t_args *args);

#endif
