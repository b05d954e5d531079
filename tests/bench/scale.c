/* Ten times the disks should take at most eleven times the time: each pass alone, on a generated domain. */
#include "bench.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char section[] = "100 000 disks against 10 000";

enum { SIZES = 2, FEW_ROUNDS = 3, MANY_ROUNDS = 12 };

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

enum { STEPS = sizeof(steps) / sizeof(*steps) };

/* Time of parse + passes + guard + write, in a context that has used no memory yet; 0 when a pass refuses. */
static uint64_t run_step(const struct document *document, const struct dx_pipeline *pipeline)
{
    uint64_t begin = now_ns();
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
    begin = now_ns() - begin;
    dx_ctx_free(ctx);
    return rc < 0 ? 0 : begin;
}

void bench_scale(struct dx_ctx *ctx)
{
    uint64_t best[SIZES][STEPS] = {{0}};
    struct dx_pipeline *pipelines[STEPS];
    char name[80];

    /* Large blocks come from the system and go back to it: both sizes pay for their pages, none inherits them. */
    mallopt(M_MMAP_THRESHOLD, 64 << 10);
    mallopt(M_TRIM_THRESHOLD, 64 << 10);
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
            for (size_t i = 0; i < STEPS; i++) {
                uint64_t took = run_step(&document, pipelines[i]);

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
                "parse + pass + guard + write in this process, best of some rounds, memory fresh from the system");
    for (size_t i = 0; i < STEPS; i++) {
        if (!best[0][i] || !best[1][i]) {
            report_note(section, "%s refuses the domain: not measured", steps[i].name);
        } else {
            snprintf(name, sizeof(name), "%s: %.1f ms, %.1f ms", steps[i].name, (double)best[0][i] / 1e6,
                     (double)best[1][i] / 1e6);
            report_row(&(struct row){section, name, (double)best[1][i] / (double)best[0][i], "", 11, false});
        }
        dx_pipeline_free(pipelines[i]);
    }
}
