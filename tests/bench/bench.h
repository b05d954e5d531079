/* The benchmark: ratios measured in one run, side by side. */
#ifndef DX_BENCH_H
#define DX_BENCH_H

#include <domxform.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- report.c: rows that are shown as a table or as JSON ---- */

struct row {
    const char *section;
    const char *name; /* copied */
    double value;
    const char *unit;  /* ms, MiB, "" for a ratio or count */
    double aim;        /* 0: none */
    bool aim_is_least; /* the value should be at least the aim, not at most */
};

void report_row(const struct row *row);
/* A remark under a section: what was skipped, and why. */
void report_note(const char *section, const char *format, ...) DX_FORMAT(2, 3);
void report_table(void);
void report_json(void);

/* ---- bench.c ---- */

void die(const char *what);
uint64_t now_ns(void);
/* What this process has used: says the same on a busy machine. */
uint64_t cpu_ns(void);

struct document {
    char *path;
    char *bytes;
    size_t len;
    char *rdm; /* the SPEC of pass rdm that fits it */
};

struct documents {
    struct document *items;
    size_t n;
};

/* All *.xml files of the corpus, by size; of the fixtures of our tests when there is no corpus. */
struct documents load_documents(bool *fixtures);
void free_documents(struct documents *documents);
struct document read_document(const char *path);

enum { PASSES = 7 };
/* The SPECs of all seven passes for a document. */
void seven_specs(const char *specs[PASSES], const struct document *document);
struct dx_pipeline *make_pipeline(struct dx_ctx *ctx, const char *const *specs, size_t n);

/* A domain of `disks` disks in a temporary file; the path is the caller's to free, the file to remove. */
char *generate_domain(unsigned disks);

/* ---- corpus.c, process.c, scale.c, schema.c: the sections ---- */

void bench_corpus(struct dx_ctx *ctx, const struct documents *documents);
void bench_processes(const struct documents *documents);
void bench_schema(struct dx_ctx *ctx, const struct documents *documents);
/* These two while this process is small still: its children begin with what it has. */
void bench_memory(void);
void bench_scale(struct dx_ctx *ctx);

bool have_program(const char *name);
/* Runs a program with stdout to /dev/null and stdin from `input` (NULL: /dev/null); its wall time in ns. */
uint64_t time_process(char *const *argv, const char *input, long *max_rss_kib, int *status);

#endif
