/* What advise prints: of one file all there is to tell, of several a table, and JSON for programs. */
#ifndef CLI_ADVICE_H
#define CLI_ADVICE_H

#include "cli.h"

/* What was found of one file; borrowed. */
struct advice {
    const char *name; /* what messages call it */
    const char *path; /* as a command line names it; NULL: stdin */
    const char *arch; /* what it was judged as where it names none; NULL: the default */
    const struct dx_advice *items;
    size_t n;
};

/* How often each state was met, by enum dx_advice_state. */
struct advice_tally {
    size_t of[DX_ADVICE_BLOCKED + 1];
};

/* True when an item says what an earlier one said: two recipes may share a line. */
bool advice_repeats(const struct advice *advice, size_t i);

void advice_count(struct advice_tally *tally, const struct advice *advice);

/* True when nothing is missing, and nothing blocked but what its recipe only tries. */
bool advice_is_followed(const struct advice *advice);

/* The command line that does all that is missing; empty where nothing is. */
void advice_command(struct text *text, const struct advice *advice);

/* ---- for a person ---- */

struct advice_style {
    bool color;
    bool quiet;   /* only what is missing or blocked */
    bool verbose; /* also of what is followed what it brings */
};

void advice_page(struct text *text, const struct advice *advice, const struct advice_style *style);

/* Several files: texts that end with NUL, one behind the other. */
struct advice_table {
    struct text specs;
    struct text names;
    struct text marks; /* a character for each line of a file */
    size_t n_lines, n_files;
    struct advice_tally *lines;
};

/* Adds a file. DX_OK or DX_ENOMEM. */
int advice_table_add(struct advice_table *table, const struct advice *advice);
void advice_table_put(struct text *text, const struct advice_table *table, const struct advice_style *style);
void advice_table_free(struct advice_table *table);

/* ---- for a program ---- */

void advice_json(struct text *text, const struct advice *advice);

/* "followed":1,"missing":2,… */
void advice_json_tally(struct text *text, const struct advice_tally *tally);

#endif
