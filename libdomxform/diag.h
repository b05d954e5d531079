/* Diagnostics: what is told to people and machines, and one renderer per format. */
#ifndef DX_DIAG_H
#define DX_DIAG_H

#include "buf.h"

/* Where in a file: offsets in bytes from 0, lines and columns from 1 (0: unknown). */
struct dx_where {
    const char *file;
    size_t line, column, end_line, end_column;
    size_t offset, end_offset;
    struct dx_str source_line; /* whole; cut when copied */
    size_t caret;              /* bytes of it before the place */
};

/* What is said, with borrowed strings; dx_diags_add() copies them. */
struct dx_report {
    struct dx_where where;
    const char *rule;
    enum dx_level level;
    enum dx_severity severity;
    struct dx_str message;
    struct dx_str expected;
    const char *hint;
    struct dx_str path;
    const char *pass;
};

struct dx_diags {
    struct dx_arena arena;
    struct dx_diag **items;
    size_t n, room;
    bool no_memory; /* the static diagnostic stands at the end */
    bool full;      /* only errors are taken any more */
};

void dx_diags_init(struct dx_diags *diags, const struct dx_mem *mem);
void dx_diags_free(struct dx_diags *diags);

/* Keeps a copy. Notes and warnings past 1 000 are dropped with one note that says so. DX_OK or DX_ENOMEM. */
int dx_diags_add(struct dx_diags *diags, const struct dx_report *report);

/* Gives the i-th diagnostic, which has no file, a place in one: what its column counts in is no longer shown. DX_OK or
 * DX_ENOMEM. */
int dx_diags_place(struct dx_diags *diags, size_t i, const struct dx_where *where);

/* Ends the messages from `from` on that are about another file with the name of this one. DX_OK or DX_ENOMEM. */
int dx_diags_mention(struct dx_diags *diags, size_t from, const char *file);

/* Forgets all but the first `n`. */
void dx_diags_cut(struct dx_diags *diags, size_t n);

/* Forgets, of those from `from` on, the ones that say of the same place what an earlier one said. */
void dx_diags_drop_repeats(struct dx_diags *diags, size_t from);

const char *dx_severity_name(enum dx_severity severity);
const char *dx_level_name(enum dx_level level);

/* Appends bytes with control characters and broken UTF-8 shown as \xNN. */
void dx_buf_escaped(struct dx_buf *buf, struct dx_str s);
/* Appends a JSON string, quotes included; broken UTF-8 becomes U+FFFD. */
void dx_buf_json(struct dx_buf *buf, struct dx_str s);

#endif
