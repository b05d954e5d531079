/* Validation by RELAX NG: ours against libxml2's engine in this process, and against jing as a program. */
#include "bench.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char section[] = "validation";

enum { LOADS = 11, ROUNDS = 5, PROCESSES = 5, SAMPLES = 5 };

static const char schema_path[] = "/usr/share/libvirt/schemas/domain.rng";

static uint64_t least(uint64_t best, uint64_t took)
{
    return best == 0 || took < best ? took : best;
}

static struct dx_schema *load_ours(struct dx_ctx *ctx)
{
    struct dx_schema *schema;

    if (dx_schema_load(&schema, ctx, schema_path) != DX_OK) {
        die(schema_path);
    }
    return schema;
}

static xmlRelaxNGPtr load_theirs(void)
{
    xmlRelaxNGParserCtxtPtr parser = xmlRelaxNGNewParserCtxt(schema_path);
    xmlRelaxNGPtr schema = parser ? xmlRelaxNGParse(parser) : NULL;

    if (!schema) {
        die(schema_path);
    }
    xmlRelaxNGFreeParserCtxt(parser);
    return schema;
}

static void loads(struct dx_ctx *ctx)
{
    uint64_t ours = 0, theirs = 0;

    for (size_t i = 0; i < LOADS; i++) {
        uint64_t begin = cpu_ns();
        struct dx_schema *schema = load_ours(ctx);
        xmlRelaxNGPtr other;

        ours = least(ours, cpu_ns() - begin);
        dx_schema_free(schema);
        begin = cpu_ns();
        other = load_theirs();
        theirs = least(theirs, cpu_ns() - begin);
        xmlRelaxNGFree(other);
    }
    report_row(&(struct row){section, "libxml2: load domain.rng", (double)theirs / 1e6, "ms", 0, false});
    report_row(&(struct row){section, "domxform: load domain.rng", (double)ours / 1e6, "ms", 0, false});
    report_row(&(struct row){section, "load, domxform : libxml2", (double)ours / (double)theirs, "", 1, false});
}

static uint64_t validate_ours(struct dx_ctx *ctx, const struct dx_schema *schema, const struct document *document)
{
    struct dx_validate_options opts = {.size = sizeof(opts), .schema = schema, .level = DX_LEVEL_SCHEMA};
    struct dx_doc *doc;
    uint64_t begin;
    size_t errors;

    dx_ctx_clear_diags(ctx);
    if (dx_doc_parse(&doc, ctx, document->path, document->bytes, document->len, DX_PARSE_BORROW) != DX_OK) {
        return 0;
    }
    begin = cpu_ns();
    if (dx_doc_validate(&errors, doc, &opts) != DX_OK) {
        die("dx_doc_validate");
    }
    begin = cpu_ns() - begin;
    dx_doc_free(doc);
    return begin;
}

static uint64_t validate_theirs(xmlRelaxNGValidCtxtPtr context, const struct document *document)
{
    xmlDocPtr doc = xmlReadMemory(document->bytes, (int)document->len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOERROR);
    uint64_t begin = cpu_ns();

    if (doc) {
        xmlRelaxNGValidateDoc(context, doc);
    }
    begin = cpu_ns() - begin;
    xmlFreeDoc(doc);
    return begin;
}

static void say_nothing(void *user, xmlErrorPtr error)
{
    (void)user;
    (void)error;
}

static void corpus(struct dx_ctx *ctx, const struct documents *documents)
{
    struct dx_schema *ours = load_ours(ctx);
    xmlRelaxNGPtr theirs = load_theirs();
    xmlRelaxNGValidCtxtPtr context = xmlRelaxNGNewValidCtxt(theirs);
    uint64_t first = validate_ours(ctx, ours, &documents->items[documents->n / 2]);
    uint64_t our_best = 0, their_best = 0;
    double n = (double)documents->n;

    xmlRelaxNGSetValidStructuredErrors(context, (xmlStructuredErrorFunc)say_nothing, NULL);
    for (size_t round = 0; round < ROUNDS; round++) {
        uint64_t our_sum = 0, their_sum = 0;

        for (size_t i = 0; i < documents->n; i++) {
            our_sum += validate_ours(ctx, ours, &documents->items[i]);
            their_sum += validate_theirs(context, &documents->items[i]);
        }
        our_best = least(our_best, our_sum);
        their_best = least(their_best, their_sum);
    }
    report_row(&(struct row){section, "libxml2: a document", (double)their_best / n / 1e6, "ms", 0, false});
    report_row(&(struct row){section, "domxform: a document", (double)our_best / n / 1e6, "ms", 0, false});
    report_row(
        &(struct row){section, "domxform: the first document of a context", (double)first / 1e6, "ms", 0, false});
    report_row(&(struct row){section, "a document, domxform : libxml2", (double)our_best / (double)their_best, "", 0.7,
                             false});
    xmlRelaxNGFreeValidCtxt(context);
    xmlRelaxNGFree(theirs);
    dx_schema_free(ours);
}

static void processes(const struct documents *documents)
{
    uint64_t ours = 0, theirs = 0;

    if (!have_program("jing")) {
        report_note(section, "jing is not here: not compared");
        return;
    }
    for (size_t i = 0; i < SAMPLES; i++) {
        char *path = documents->items[documents->n * (2 * i + 1) / (2 * SAMPLES)].path;
        char *our_argv[] = {(char[]){DX_BINARY}, (char[]){"validate"}, (char[]){"--level=schema"}, path, NULL};
        char *their_argv[] = {(char[]){"jing"}, (char *)(uintptr_t)schema_path, path, NULL};
        uint64_t our_best = 0, their_best = 0;
        int status;

        for (size_t round = 0; round < PROCESSES; round++) {
            our_best = least(our_best, time_process(our_argv, NULL, NULL, &status));
            their_best = least(their_best, time_process(their_argv, NULL, NULL, &status));
        }
        ours += our_best;
        theirs += their_best;
    }
    report_row(&(struct row){section, "jing SCHEMA FILE", (double)theirs / SAMPLES / 1e6, "ms", 0, false});
    report_row(&(struct row){section, "domxform validate FILE", (double)ours / SAMPLES / 1e6, "ms", 0, false});
    report_row(&(struct row){section, "jing : domxform, whole process", (double)theirs / (double)ours, "", 20, true});
}

void bench_schema(struct dx_ctx *ctx, const struct documents *documents)
{
    FILE *file = fopen(schema_path, "r");

    if (!file) {
        report_note(section, "libvirt's schemas are not installed: not measured");
        return;
    }
    fclose(file);
    loads(ctx);
    corpus(ctx, documents);
    processes(documents);
}
