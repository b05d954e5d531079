/*
 * Ten times the disks should take at most eleven times the time: each pass alone, on a generated domain, each time in a
 * process of its own, so that no size inherits memory that another has paid for.
 */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <libxml/parser.h>

static const char section[] = "100 000 disks against 10 000";

enum { SIZES = 2, FEW_ROUNDS = 5, MANY_ROUNDS = 12 };

static const unsigned disks[SIZES] = {10000, 100000};
static const int rounds[SIZES] = {MANY_ROUNDS, FEW_ROUNDS};

/* A step is a pass with what it needs before it; the first one has none, so parse and write alone are seen. */
static const struct step {
    const char *name;
    const char *specs[PASSES];
} steps[] = {
    {"no pass", {NULL}},
    {"iothreads", {"iothreads", NULL}},
    {"iothreads + iothreadpin", {"iothreads", "iothreadpin:0-1", NULL}},
    {"rdm", {"rdm:vdb", NULL}},
    {"hugepages", {"hugepages:1G", NULL}},
    {"hint-dedicated", {"hint-dedicated", NULL}},
    {"tpm", {"tpm", NULL}},
    {"seclabel", {"seclabel", NULL}},
    {"all seven", {"iothreads", "iothreadpin:0-1", "rdm:vdb", "hugepages:1G", "hint-dedicated", "tpm", "seclabel"}},
};

enum { STEPS = sizeof(steps) / sizeof(*steps), RUNS = STEPS + 1 };

/* Time of parse + passes + guard + write, 0 when a pass refuses. */
static uint64_t run_step(const struct document *document, const struct dx_pipeline *pipeline)
{
    uint64_t begin = cpu_ns();
    const struct dx_str *slices;
    struct dx_doc *doc = NULL;
    struct dx_ctx *ctx;
    size_t n;
    int rc = dx_ctx_new(&ctx, NULL);

    if (rc == DX_OK) {
        rc = dx_doc_parse(&doc, ctx, "big.xml", document->bytes, document->len, DX_PARSE_BORROW);
    }

    if (rc == DX_OK) {
        rc = dx_pipeline_run(pipeline, ctx, doc, NULL);
    }
    if (rc >= 0) {
        rc = dx_doc_slices(&slices, &n, doc);
    }
    dx_doc_free(doc);
    if (rc < 0) {
        for (size_t i = 0; i < dx_ctx_diag_count(ctx) && i < 3; i++) {
            fprintf(stderr, "bench: %s\n", dx_ctx_diag(ctx, i)->message);
        }
    }
    begin = cpu_ns() - begin;
    dx_ctx_free(ctx);
    return rc < 0 ? 0 : begin;
}

/* libxml2 for comparison: DOM parse alone. */
static uint64_t run_libxml2(const struct document *document)
{
    uint64_t begin = cpu_ns();
    xmlDocPtr doc = xmlReadMemory(document->bytes, (int)document->len, "big.xml", NULL, XML_PARSE_NONET);

    xmlFreeDoc(doc);
    return doc ? cpu_ns() - begin : 0;
}

/* The i-th run in a child; RUNS - 1 is libxml2's. */
static uint64_t in_child(const struct document *document, struct dx_pipeline *const *pipelines, size_t i)
{
    uint64_t took = 0;
    int ends[2], piped = pipe(ends);
    pid_t pid = fork();

    if (piped != 0 || pid < 0) {
        die("fork");
    }
    if (pid == 0) {
        took = i < STEPS ? run_step(document, pipelines[i]) : run_libxml2(document);
        _exit(write(ends[1], &took, sizeof(took)) != sizeof(took));
    }
    close(ends[1]);
    if (read(ends[0], &took, sizeof(took)) != sizeof(took)) {
        took = 0;
    }
    close(ends[0]);
    waitpid(pid, NULL, 0);
    return took;
}

static void report_step(size_t i, uint64_t few, uint64_t many)
{
    const char *step = i < STEPS ? steps[i].name : "libxml2: DOM parse alone";
    char name[80];

    if (!few || !many) {
        report_note(section, "%s refuses the domain: not measured", step);
    } else {
        snprintf(name, sizeof(name), "%s: %.1f ms, %.1f ms", step, (double)few / 1e6, (double)many / 1e6);
        report_row(&(struct row){section, name, (double)many / (double)few, "", i < STEPS ? 11 : 0, false});
    }
}

void bench_scale(struct dx_ctx *ctx)
{
    uint64_t best[SIZES][RUNS] = {{0}};
    struct dx_pipeline *pipelines[STEPS];

    for (size_t i = 0; i < STEPS; i++) {
        size_t n = 0;

        while (n < PASSES && steps[i].specs[n]) {
            n++;
        }
        pipelines[i] = make_pipeline(ctx, steps[i].specs, n);
    }
    for (size_t s = 0; s < SIZES; s++) {
        char *path = generate_domain(disks[s]);
        struct document document = read_document(path);

        remove(path);
        for (int round = 0; round < rounds[s]; round++) {
            for (size_t i = 0; i < RUNS; i++) {
                uint64_t took = in_child(&document, pipelines, i);

                if (!best[s][i] || (took && took < best[s][i])) {
                    best[s][i] = took;
                }
            }
        }
        free(path);
        free(document.path);
        free(document.bytes);
    }
    report_note(section,
                "parse + pass + guard + write, processor time, best of some rounds, each in a process of its own");
    for (size_t i = 0; i < RUNS; i++) {
        report_step(i, best[0][i], best[1][i]);
    }
    for (size_t i = 0; i < STEPS; i++) {
        dx_pipeline_free(pipelines[i]);
    }
}
