/* Every document of the corpus in this process: ours against libxml2's own parse and dump of the same bytes. */
#include "bench.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/tree.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char section[] = "in process";

enum { ROUNDS = 15 };

enum variant { DOM_DUMP, DOM, SAX, OURS_PARSE, OURS_IDENTITY, OURS_SLICES, OURS_WRITE, VARIANTS };

static const char *const names[VARIANTS] = {
    "libxml2: DOM parse + dump",
    "libxml2: DOM parse alone",
    "libxml2: SAX parse alone, no handlers",
    "domxform: parse alone",
    "domxform: parse + write, no pass",
    "domxform: parse + seven passes + guard + write (slices)",
    "domxform: the same, written to one block of memory",
};

static const int dom_options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;

struct measured {
    uint64_t best[VARIANTS];
    int rc; /* of the seven passes */
};

/* A sum that the optimiser cannot know: what was made is looked at. */
static size_t sink;

static void run_dom(const struct document *document, bool dump)
{
    xmlDocPtr doc = xmlReadMemory(document->bytes, (int)document->len, document->path, NULL, dom_options);

    if (doc && dump) {
        xmlChar *out = NULL;
        int len = 0;

        xmlDocDumpMemory(doc, &out, &len);
        sink += (size_t)len;
        xmlFree(out);
    }
    xmlFreeDoc(doc);
}

static void run_sax(const struct document *document)
{
    xmlParserCtxtPtr parser = xmlCreateMemoryParserCtxt(document->bytes, (int)document->len);

    if (parser) {
        xmlCtxtUseOptions(parser, dom_options);
        memset(parser->sax, 0, sizeof(*parser->sax));
        parser->sax->initialized = XML_SAX2_MAGIC;
        xmlParseDocument(parser);
        sink += (size_t)parser->wellFormed;
        xmlFreeParserCtxt(parser);
    }
}

static void sum_slices(struct dx_doc *doc)
{
    const struct dx_str *slices;
    size_t n;

    if (dx_doc_slices(&slices, &n, doc) == DX_OK) {
        for (size_t i = 0; i < n; i++) {
            sink += slices[i].len;
        }
    }
}

static int run_ours(struct dx_ctx *ctx, const struct document *document, const struct dx_pipeline *pipeline,
                    enum variant variant)
{
    struct dx_doc *doc;
    int rc;

    dx_ctx_clear_diags(ctx);
    rc = dx_doc_parse(&doc, ctx, document->path, document->bytes, document->len, DX_PARSE_BORROW);
    if (rc == DX_OK && variant != OURS_PARSE) {
        if (variant != OURS_IDENTITY) {
            rc = dx_pipeline_run(pipeline, ctx, doc, NULL);
        }
        if (rc >= 0 && variant == OURS_WRITE) {
            char *out;
            size_t len;

            if (dx_doc_write(&out, &len, doc) == DX_OK) {
                sink += len;
                dx_bytes_free(ctx, out);
            }
        } else if (rc >= 0) {
            sum_slices(doc);
        }
    }
    dx_doc_free(doc);
    return rc;
}

static void run_variant(struct dx_ctx *ctx, const struct document *document, const struct dx_pipeline *pipeline,
                        enum variant variant, struct measured *measured)
{
    uint64_t begin = now_ns(), took;

    if (variant == DOM_DUMP || variant == DOM) {
        run_dom(document, variant == DOM_DUMP);
    } else if (variant == SAX) {
        run_sax(document);
    } else {
        int rc = run_ours(ctx, document, pipeline, variant);

        if (variant == OURS_SLICES) {
            measured->rc = rc;
        }
    }
    took = now_ns() - begin;
    if (!measured->best[variant] || took < measured->best[variant]) {
        measured->best[variant] = took;
    }
}

/* The first of the document's disks that a mapping can be made of: by its own device, else with one of ours. */
static char *fit_rdm(struct dx_ctx *ctx, const struct document *document)
{
    struct dx_doc *doc = NULL;
    char spec[512] = "rdm:/dev/disk/by-id/wwn-0x5000c50000000001";

    if (dx_doc_parse(&doc, ctx, document->path, document->bytes, document->len, 0) == DX_OK) {
        const struct dx_node *devices = dx_node_child(dx_doc_root(doc), "devices");
        const struct dx_node *disk = devices ? dx_node_child(devices, "disk") : NULL;

        for (; disk; disk = dx_node_next_named(disk, "disk")) {
            struct dx_str device = dx_node_attr(disk, "device");
            const struct dx_node *target = dx_node_child(disk, "target");
            struct dx_str dev = target ? dx_node_attr(target, "dev") : (struct dx_str){NULL, 0};

            if (dev.len && dev.len < 16 && (!device.ptr || (device.len == 4 && memcmp(device.ptr, "disk", 4) == 0))) {
                snprintf(spec, sizeof(spec), "rdm:%.*s,source=/dev/disk/by-id/wwn-0x5000c50000000001", (int)dev.len,
                         dev.ptr);
                break;
            }
        }
    }
    dx_doc_free(doc);
    dx_ctx_clear_diags(ctx);
    return strdup(spec);
}

static void report_variants(const struct measured *measured, size_t n, bool accepted_only)
{
    double sum[VARIANTS] = {0};
    char name[120];

    for (size_t i = 0; i < n; i++) {
        for (size_t v = 0; v < VARIANTS && (!accepted_only || measured[i].rc >= 0); v++) {
            sum[v] += (double)measured[i].best[v];
        }
    }
    if (sum[DOM_DUMP] <= 0) {
        return;
    }
    if (!accepted_only) {
        report_row(
            &(struct row){section, "libxml2: DOM parse + dump, all documents", sum[DOM_DUMP] / 1e6, "ms", 0, false});
        for (size_t v = 0; v < VARIANTS; v++) {
            report_row(
                &(struct row){section, names[v], sum[v] / sum[DOM_DUMP], "", v == OURS_SLICES ? 0.65 : 0, false});
        }
    } else {
        snprintf(name, sizeof(name), "%s, accepted only", "the seven passes (slices)");
        report_row(&(struct row){section, name, sum[OURS_SLICES] / sum[DOM_DUMP], "", 0.65, false});
    }
}

void bench_corpus(struct dx_ctx *ctx, const struct documents *documents)
{
    struct measured *measured = calloc(documents->n, sizeof(*measured));
    struct dx_pipeline **pipelines = calloc(documents->n, sizeof(*pipelines));
    size_t refused = 0, unread = 0, bytes = 0;

    if (!measured || !pipelines) {
        die("out of memory");
    }
    for (size_t i = 0; i < documents->n; i++) {
        const char *specs[PASSES];

        documents->items[i].rdm = fit_rdm(ctx, &documents->items[i]);
        seven_specs(specs, &documents->items[i]);
        pipelines[i] = make_pipeline(ctx, specs, PASSES);
        bytes += documents->items[i].len;
    }
    for (size_t round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < documents->n; i++) {
            for (size_t v = 0; v < VARIANTS; v++) {
                /* Who goes first has the colder cache: that changes from round to round. */
                enum variant variant = (enum variant)((v + round) % VARIANTS);

                run_variant(ctx, &documents->items[i], pipelines[i], variant, &measured[i]);
            }
        }
    }
    for (size_t i = 0; i < documents->n; i++) {
        refused += measured[i].rc == DX_EREFUSED;
        unread += measured[i].rc == DX_EINPUT;
        if (measured[i].rc < 0 && measured[i].rc != DX_EREFUSED && measured[i].rc != DX_EINPUT) {
            fprintf(stderr, "bench: %s: result %d\n", documents->items[i].path, measured[i].rc);
        }
        dx_pipeline_free(pipelines[i]);
    }
    report_note(section,
                "%zu documents, %.1f MB, best of %d interleaved rounds for each; %zu refused by a pass, %zu as input",
                documents->n, (double)bytes / 1e6, ROUNDS, refused, unread);
    report_variants(measured, documents->n, false);
    report_variants(measured, documents->n, true);
    free(pipelines);
    free(measured);
    dx_ctx_clear_diags(ctx);
}
