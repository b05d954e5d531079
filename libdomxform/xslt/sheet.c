/* Compiling a stylesheet. */
#include "sheet.h"

#include "../doc.h"
#include "../judge.h"
#include "../report.h"
#include "../xslt.h"
#include "watch.h"

#include <libxml/parser.h>
#include <libxml/uri.h>

#include <limits.h>
#include <stdlib.h>

/* In milliseconds: a stylesheet as large as may be takes a fiftieth of it, and libxslt cannot be told to stop. */
enum { COMPILE_TIMEOUT = 5000 };

/* libxslt's loader is told nothing of who compiles. */
static _Thread_local const struct dx_sheet *compiling;

void dx_sheet_compiling(const struct dx_sheet *sheet)
{
    compiling = sheet;
}

xmlDocPtr dx_sheet_dom(const struct dx_part *part, const char *uri, xmlDictPtr dict)
{
    xmlParserCtxtPtr ctxt = xmlNewParserCtxt();
    xmlDocPtr dom;

    if (!ctxt) {
        return NULL;
    }
    if (dict) {
        /* libxslt compares names by their place in its dictionary. */
        xmlDictFree(ctxt->dict);
        ctxt->dict = dict;
        xmlDictReference(dict);
    }
    dom = xmlCtxtReadMemory(ctxt, part->bytes, (int)part->len, uri, NULL,
                            (dx_judge_options() & ~XML_PARSE_IGNORE_ENC) | XML_PARSE_NOCDATA);
    xmlFreeParserCtxt(ctxt);
    return dom;
}

xmlDocPtr dx_sheet_load_part(const xmlChar *uri, xmlDictPtr dict, int options, void *user, xsltLoadType type)
{
    char real[PATH_MAX];

    (void)options;
    (void)user;
    if (!compiling || type != XSLT_LOAD_STYLESHEET || !realpath((const char *)uri, real)) {
        return NULL;
    }
    for (size_t i = 0; i < compiling->n_parts; i++) {
        if (strcmp(compiling->parts[i].real, real) == 0) {
            return dx_sheet_dom(&compiling->parts[i], (const char *)uri, dict);
        }
    }
    return NULL;
}

int dx_sheet_refuse(const struct dx_sheet *sheet, struct dx_ctx *ctx, const char *hint, const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&ctx->mem);
    struct dx_report report = {
        .where = {.file = sheet->parts[0].path},
        .level = DX_LEVEL_INPUT,
        .severity = DX_SEVERITY_ERROR,
        .hint = hint,
        .pass = "xslt",
    };
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    report.message = dx_buf_view(&text);
    return text.failed || dx_diags_add(&ctx->diags, &report) < 0 ? dx_ctx_no_memory(ctx) : DX_ELIMIT;
}

/* ---- what was heard ---- */

/* The element of that name whose start tag ends in that line: what libxml2 counts. */
static const struct dx_node *find_element(struct dx_doc *doc, const struct dx_heard *heard)
{
    for (const struct dx_node *node = doc->root; node; node = dx_tree_next(node, doc->root)) {
        if (node->kind == DX_KIND_ELEMENT &&
            (!heard->element.len || dx_str_equal(dx_local_name(NULL, dx_node_name(node)), heard->element)) &&
            dx_source_where(&doc->source, node->begin, node->inner ? node->inner - 1 : node->end).end_line ==
                heard->line) {
            return node;
        }
    }
    return NULL;
}

static const struct dx_part *find_part(const struct dx_sheet *sheet, struct dx_str file)
{
    char real[PATH_MAX];

    for (size_t i = 0; i < sheet->n_parts; i++) {
        if (dx_str_is(file, sheet->parts[i].path)) {
            return &sheet->parts[i];
        }
    }
    if (!file.len || !realpath(file.ptr, real)) {
        return NULL;
    }
    for (size_t i = 0; i < sheet->n_parts; i++) {
        if (strcmp(sheet->parts[i].real, real) == 0) {
            return &sheet->parts[i];
        }
    }
    return NULL;
}

static int report_at(const struct dx_sheet *sheet, struct dx_ctx *ctx, const struct dx_heard *heard,
                     struct dx_report *report)
{
    const struct dx_part *part = find_part(sheet, heard->file);
    const struct dx_node *node = NULL;
    struct dx_doc *doc = NULL;
    int rc = DX_ENOMEM;

    report->where = (struct dx_where){.file = heard->file.len ? heard->file.ptr : sheet->parts[0].path,
                                      .line = heard->line,
                                      .column = heard->line ? 1 : 0};
    if (part && heard->line &&
        dx_doc_parse_any(&doc, ctx, part->path, part->bytes, part->len, DX_PARSE_BORROW) == DX_OK) {
        node = find_element(doc, heard);
        rc = node ? dx_node_report(doc, node, NULL, report) : DX_ENOMEM;
    }
    rc = node ? rc : dx_diags_add(&ctx->diags, report);
    dx_doc_free(doc);
    return rc < 0 ? dx_ctx_no_memory(ctx) : DX_OK;
}

int dx_sheet_refuse_at(const struct dx_sheet *sheet, struct dx_ctx *ctx, const struct dx_heard *at, const char *hint,
                       const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&ctx->mem);
    struct dx_report report = {.level = DX_LEVEL_INPUT, .severity = DX_SEVERITY_ERROR, .hint = hint, .pass = "xslt"};
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    report.message = dx_buf_view(&text);
    return text.failed || report_at(sheet, ctx, at, &report) < 0 ? dx_ctx_no_memory(ctx) : DX_ELIMIT;
}

static int tell(const struct dx_sheet *sheet, struct dx_ctx *ctx, const struct dx_heard *heard,
                enum dx_severity severity)
{
    struct dx_report report = {
        .level = DX_LEVEL_INPUT,
        .severity = heard->terminates ? DX_SEVERITY_ERROR
                    : heard->message  ? DX_SEVERITY_NOTE
                                      : severity,
        .message = heard->text,
        .hint = heard->hint,
        .pass = "xslt",
    };

    return report_at(sheet, ctx, heard, &report);
}

int dx_sheet_tell(const struct dx_sheet *sheet, struct dx_ctx *ctx, const struct dx_listener *listener,
                  enum dx_severity severity)
{
    int rc = listener->arena.failed || listener->line.failed ? dx_ctx_no_memory(ctx) : DX_OK;

    for (size_t i = 0; i < listener->n && rc == DX_OK; i++) {
        rc = tell(sheet, ctx, &listener->items[i], severity);
    }
    if (rc == DX_OK && listener->dropped) {
        rc = dx_ctx_report(ctx, DX_LEVEL_INPUT, DX_SEVERITY_NOTE, sheet->parts[0].path, NULL,
                           "%zu more messages of the stylesheet are not shown", listener->dropped);
    }
    return rc;
}

/* ---- compiling ---- */

static void wait_for_compiler(void *user)
{
    (void)user; /* libxslt's compiler cannot be told to stop: what waits is only told of when it does not end */
}

/* Where libxml2 could not read a part, or complained of a prefix in it, it is asked again for what and where. */
static int judge_parts(const struct dx_sheet *sheet, struct dx_ctx *ctx)
{
    int rc = DX_OK;

    for (size_t i = 0; i < sheet->n_parts && rc == DX_OK; i++) {
        const struct dx_part *part = &sheet->parts[i];
        struct dx_doc *doc;

        rc = dx_doc_parse_any(&doc, ctx, part->path, part->bytes, part->len, DX_PARSE_BORROW);
        dx_doc_free(doc);
    }
    return rc == DX_EINPUT ? DX_ELIMIT : rc;
}

static int compile(struct dx_sheet *sheet, struct dx_ctx *ctx)
{
    struct dx_watch watch = {
        .ctx = ctx, .timeout = COMPILE_TIMEOUT, .stop = wait_for_compiler, .what = sheet->parts[0].path};
    struct dx_listener listener;
    xmlDocPtr dom;
    bool begun;
    int rc;

    dx_listen_begin(&listener, ctx);
    dx_sheet_compiling(sheet);
    dom = dx_sheet_dom(&sheet->parts[0], sheet->parts[0].path, NULL);
    begun = dom && dx_watch_begin(&watch);
    if (begun) {
        sheet->style = sheet->lib->xsltParseStylesheetDoc(dom);
        dx_watch_end(&watch);
        dom = sheet->style ? NULL : dom;
    }
    xmlFreeDoc(dom);
    dx_sheet_compiling(NULL);
    dx_listen_end(&listener);
    rc = sheet->style && !listener.n ? DX_OK : judge_parts(sheet, ctx);
    rc = rc == DX_OK && !begun ? dx_ctx_no_memory(ctx) : rc; /* it is well-formed */
    rc = rc < 0 ? rc
                : dx_sheet_tell(sheet, ctx, &listener,
                                sheet->style && sheet->style->errors == 0 ? DX_SEVERITY_WARNING : DX_SEVERITY_ERROR);
    if (rc == DX_OK && (!sheet->style || sheet->style->errors > 0)) {
        rc = listener.n ? DX_ELIMIT
                        : dx_sheet_refuse(sheet, ctx, "try it with xsltproc, which says more",
                                          "the stylesheet does not compile");
    }
    dx_listen_free(&listener);
    return rc;
}

/* DX_ENOMEM where there is none. */
static int make(struct dx_sheet **out, struct dx_ctx *ctx)
{
    *out = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof **out);
    if (!*out) {
        return dx_ctx_no_memory(ctx);
    }
    **out = (struct dx_sheet){.mem = ctx->mem};
    dx_arena_init(&(*out)->arena, &(*out)->mem);
    return DX_OK;
}

/* Compiles what reading gave (with that result); frees the sheet where that cannot be. */
static int finish(struct dx_sheet **out, struct dx_ctx *ctx, int rc)
{
    struct dx_sheet *sheet = *out;

    if (rc == DX_OK) {
        sheet->lib = dx_libxslt();
        rc = sheet->lib ? compile(sheet, ctx)
                        : dx_sheet_refuse(sheet, ctx, "install libxslt (Debian: libxslt1.1, Fedora: libxslt)",
                                          "stylesheets need libxslt 1.1.34 or newer, and none can be loaded here");
    }
    if (rc < 0) {
        dx_sheet_free(sheet);
        *out = NULL;
    }
    return rc;
}

int dx_sheet_load(struct dx_sheet **out, struct dx_ctx *ctx, const char *path)
{
    int rc = make(out, ctx);

    return rc < 0 ? rc : finish(out, ctx, dx_sheet_read(*out, ctx, path));
}

int dx_sheet_parse(struct dx_sheet **out, struct dx_ctx *ctx, const char *name, struct dx_str bytes)
{
    int rc = make(out, ctx);

    return rc < 0 ? rc : finish(out, ctx, dx_sheet_take(*out, ctx, name, bytes));
}

void dx_sheet_free(struct dx_sheet *sheet)
{
    struct dx_mem mem;

    if (!sheet) {
        return;
    }
    if (sheet->style) {
        sheet->lib->xsltFreeStylesheet(sheet->style);
    }
    mem = sheet->mem;
    dx_arena_free(&sheet->arena);
    dx_mem_free(&mem, sheet);
}

bool dx_sheet_takes(const struct dx_sheet *sheet, struct dx_str name, const char **nearest)
{
    char word[64];

    *nearest = NULL;
    for (size_t i = 0; i < sheet->n_params; i++) {
        if (dx_str_is(name, sheet->params[i])) {
            return true;
        }
    }
    if (name.len < sizeof word) {
        memcpy(word, name.ptr, name.len);
        word[name.len] = '\0';
        *nearest = dx_nearest(word, sheet->params);
    }
    return false;
}
