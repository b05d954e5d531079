/*
 * What validate prints, one file a format: report_text.c, report_json.c, report_sarif.c, report_junit.c,
 * report_github.c.
 *
 * They stand here and not in the library: a report is about a run (its files, the schema, the summary), of which the
 * library knows nothing; what they need of it, the diagnostics and the catalogue, is in the public header, so that
 * another program can write its own.
 */
#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "cli.h"

/* What was counted, of one file or of all. */
struct tally {
    size_t files, affected, skipped; /* affected: files with findings */
    size_t refused, failed;          /* files with findings that count; files that could not be judged */
    size_t errors, warnings, notes;
};

/* What a format is told of the run; nothing of it changes while files are judged. */
struct report {
    const char *schema; /* "bundled (partial)", a file, "none" */
    bool color;         /* of text */
    bool strict;        /* warnings count like errors */
    bool quiet;         /* text and github: only what counts */
};

/* The findings of one file: the diagnostics that cli->ctx holds. `cli` is that of the thread which judged it. */
struct report_file {
    const struct report *report;
    struct cli *cli;
    const char *name;
    bool failed; /* it could not be judged: unreadable, malformed */
};

struct report_format {
    /* What stands before the files, and behind them. */
    void (*begin)(struct text *text, const struct report *report, const struct tally *tally);
    void (*file)(struct text *text, const struct report_file *file);
    void (*end)(struct text *text, const struct report *report, const struct tally *tally, int code);
    const char *between; /* what parts the texts of two files that are not empty */
    bool held;           /* begin wants the final tally: files are held back until then */
    bool summary;        /* it is told on stderr: the format has no place that a person sees */
};

/* By FORMAT_*. */
const struct report_format *report_format(int format);

extern const struct report_format report_text, report_json, report_sarif, report_junit, report_github;

/* The i-th finding of a file that the report shows; NULL past the end. Those without a file are for stderr. */
const struct dx_diag *report_finding(const struct report_file *file, size_t *i);

/* Whether it makes the exit code 1. */
bool report_counts(const struct report *report, const struct dx_diag *diag);

/* One finding as the library spells it, without its last line end. */
void report_spell(struct text *text, struct cli *cli, const struct dx_diag *diag, enum dx_format format,
                  unsigned flags);

/* "3 errors, 2 warnings", or "no findings" */
void report_found(struct text *text, const struct tally *tally);

/* "checked 120 files: 3 errors, 2 warnings in 4 files" */
void report_summary(struct text *text, const struct tally *tally);

/* Whether a format for people tells it: when quiet, only what counts. */
bool report_tells(const struct report *report, const struct dx_diag *diag);

/* Behind the findings, for people and unless quiet: the schema, and the summary when it is of `least` files or more. */
void report_close(struct text *text, const struct report *report, const struct tally *tally, size_t least);

/* What stands for the rule of a finding that has none: its level. */
const char *report_rule(const struct dx_diag *diag);

#endif
