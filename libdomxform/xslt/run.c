/* Running a stylesheet on a document, and making its result the document's. */
#include "../doc.h"
#include "../graft.h"
#include "../judge.h"
#include "../process.h"
#include "../write.h"
#include "../xslt.h"
#include "sheet.h"
#include "watch.h"

#include <libxml/parser.h>

/*
 * Bounds of one run: they end what time alone would end too, where nobody measures time (reference: libxslt's own
 * limits of depth are 3 000 and 15 000). The operations are some seconds' worth.
 */
enum { TEMPLATES_DEEP = 1000, VARIABLES_MOST = 15000, OPS_MOST = 50000000, XPATH_OPS_MOST = 500000000 };

/* Memory: so much in any case, and so much for each byte of the document, whose tree and copies are libxml2's. */
enum { MEMORY_LEAST = 64 * 1024 * 1024, MEMORY_A_BYTE = 40 };

struct run {
    const struct dx_sheet *sheet;
    struct dx_ctx *ctx;
    const char *name; /* of the document */
    xsltTransformContextPtr transform;
    xmlDocPtr source, result;
    struct dx_listener listener;
    struct dx_budget budget;
    struct dx_watch watch;
    enum dx_watch_verdict verdict;
    const xmlNode *stopped_at; /* the instruction that ran then */
};

/* The two fields that libxslt and libxml2 look at often enough; they may be written from another thread. */
static void stop(void *user)
{
    struct run *run = user;

    if (!__atomic_load_n(&run->stopped_at, __ATOMIC_RELAXED)) {
        __atomic_store_n(&run->stopped_at, __atomic_load_n(&run->transform->inst, __ATOMIC_RELAXED), __ATOMIC_RELAXED);
    }
    __atomic_store_n(&run->transform->state, XSLT_STATE_STOPPED, __ATOMIC_RELAXED);
    __atomic_store_n(&run->transform->xpathCtxt->opLimit, 1, __ATOMIC_RELAXED);
}

static int read_source(struct run *run, struct dx_str bytes)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();

    if (parser) {
        run->source = xmlCtxtReadMemory(parser, bytes.ptr, (int)bytes.len, run->name, NULL,
                                        (dx_judge_options() & ~XML_PARSE_IGNORE_ENC) | XML_PARSE_NOCDATA);
        xmlFreeParserCtxt(parser);
    }
    return run->source ? DX_OK : dx_ctx_no_memory(run->ctx);
}

static int set_params(struct run *run, const struct dx_pairs *params)
{
    const char **list = dx_arena_zero(&run->listener.arena, params->n * 2 + 1, sizeof *list);

    for (size_t i = 0; list && i < params->n; i++) {
        list[2 * i] = dx_arena_copy(&run->listener.arena, params->items[i].key).ptr;
        list[2 * i + 1] = dx_arena_copy(&run->listener.arena, params->items[i].text).ptr;
    }
    if (!list || run->listener.arena.failed || run->sheet->lib->xsltQuoteUserParams(run->transform, list) != 0) {
        return dx_ctx_no_memory(run->ctx);
    }
    return DX_OK;
}

static int prepare(struct run *run, const struct dx_pairs *params)
{
    const struct dx_libxslt *lib = run->sheet->lib;
    xsltTransformContextPtr transform = lib->xsltNewTransformContext(run->sheet->style, run->source);

    if (!transform) {
        return dx_ctx_no_memory(run->ctx);
    }
    run->transform = run->listener.running = transform;
    transform->maxTemplateDepth = TEMPLATES_DEEP;
    transform->maxTemplateVars = VARIABLES_MOST;
    transform->opLimit = OPS_MOST;
    transform->xpathCtxt->opLimit = XPATH_OPS_MOST;
    lib->xsltSetTransformErrorFunc(transform, &run->listener, dx_listen_to);
    if (lib->xsltSetCtxtSecurityPrefs(lib->forbid, transform) != 0 ||
        lib->xsltRegisterExtFunction(transform, (const xmlChar *)"node-set", (const xmlChar *)"http://exslt.org/common",
                                     lib->xsltFunctionNodeSet) != 0) {
        return dx_ctx_no_memory(run->ctx);
    }
    return set_params(run, params);
}

static int transform(struct run *run, size_t bytes, size_t timeout)
{
    run->budget = (struct dx_budget){
        .soft = MEMORY_LEAST + bytes * MEMORY_A_BYTE,
        .hard = (MEMORY_LEAST + bytes * MEMORY_A_BYTE) * 2,
        .stop = stop,
        .user = run,
        .what = run->sheet->parts[0].path,
    };
    run->watch = (struct dx_watch){
        .ctx = run->ctx, .timeout = timeout, .stop = stop, .user = run, .what = run->sheet->parts[0].path};
    if (!dx_watch_begin(&run->watch)) {
        return dx_ctx_no_memory(run->ctx);
    }
    dx_budget_begin(&run->budget);
    run->result =
        run->sheet->lib->xsltApplyStylesheetUser(run->sheet->style, run->source, NULL, NULL, NULL, run->transform);
    dx_budget_end(&run->budget);
    run->verdict = dx_watch_end(&run->watch);
    return DX_OK;
}

/* ---- the verdict ---- */

static bool terminated(const struct dx_listener *listener)
{
    for (size_t i = 0; i < listener->n; i++) {
        if (listener->items[i].terminates) {
            return true;
        }
    }
    return false;
}

/* A run that was stopped from outside leaves errors behind that mean nothing. */
static void forget_errors(struct dx_listener *listener)
{
    size_t kept = 0;

    for (size_t i = 0; i < listener->n; i++) {
        if (listener->items[i].message) {
            listener->items[kept++] = listener->items[i];
        }
    }
    listener->n = kept;
    listener->dropped = 0;
}

/* Says why it was stopped, and at which instruction. */
static int tell_of_stop(struct run *run, size_t timeout)
{
    struct dx_heard at = dx_listener_at(&run->listener, run->stopped_at);
    size_t mib = run->budget.soft >> 20;

    if (run->budget.exhausted) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (run->budget.over) {
        return dx_sheet_refuse_at(run->sheet, run->ctx, &at,
                                  "look for a recursion or a variable that grows without end",
                                  "the stylesheet takes more than %zu MiB of memory: stopped", mib);
    }
    if (run->verdict == DX_WATCH_CANCELLED) {
        return dx_ctx_cancelled(run->ctx, run->name);
    }
    return dx_sheet_refuse_at(run->sheet, run->ctx, &at, "look for a recursion that does not end, or give it more time",
                              "the stylesheet ran for %zu.%zu s without an end: stopped", timeout / 1000,
                              timeout % 1000 / 100);
}

/* What of the messages is an error. */
static int judge(struct run *run, size_t timeout)
{
    bool stopped = run->budget.over || run->verdict != DX_WATCH_FINE;
    int rc;

    if (stopped) {
        forget_errors(&run->listener);
    }
    rc = dx_sheet_tell(run->sheet, run->ctx, &run->listener, DX_SEVERITY_ERROR);
    if (rc < 0) {
        return rc;
    }
    if (stopped) {
        return tell_of_stop(run, timeout);
    }
    if (run->listener.errors || terminated(&run->listener)) {
        return DX_ELIMIT;
    }
    if (run->transform->state == XSLT_STATE_STOPPED) {
        return dx_sheet_refuse(run->sheet, run->ctx, "give its <xsl:message terminate='yes'> a text",
                               "the stylesheet ended itself, and gave no reason");
    }
    if (!run->result || run->transform->state != XSLT_STATE_OK) {
        return dx_sheet_refuse(run->sheet, run->ctx, "try it with xsltproc, which says more",
                               "libxslt failed without saying why");
    }
    return DX_OK;
}

/* ---- the result ---- */

static bool is_blank(const xmlNode *text)
{
    const char *c = (const char *)text->content;

    while (c && *c && dx_is_space(*c)) {
        c++;
    }
    return !c || !*c;
}

/* Exactly one element, and no text beside it. */
static int check_result(struct run *run)
{
    const xmlNode *root = NULL;
    bool text = false;

    for (const xmlNode *node = run->result->children; node; node = node->next) {
        text = text || ((node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE) && !is_blank(node));
        if (node->type == XML_ELEMENT_NODE && root) {
            return dx_sheet_refuse(run->sheet, run->ctx, "its result must be one <domain> and nothing else",
                                   "the stylesheet's result has more than one element: <%s> and <%s>",
                                   (const char *)root->name, (const char *)node->name);
        }
        root = node->type == XML_ELEMENT_NODE ? node : root;
    }
    if (!root) {
        return dx_sheet_refuse(run->sheet, run->ctx, "let a template for '/' or 'domain' write the <domain>",
                               "the stylesheet's result is %s: it must be one <domain>",
                               text ? "text without an element" : "empty");
    }
    if (text) {
        return dx_sheet_refuse(run->sheet, run->ctx, "its result must be one <domain> and nothing else",
                               "the stylesheet's result has text beside its element");
    }
    if (strcmp((const char *)root->name, "domain") != 0 || root->ns) {
        return dx_sheet_refuse(run->sheet, run->ctx, "its result must be one <domain> in no namespace",
                               "the stylesheet's result is <%s>%s", (const char *)root->name,
                               root->ns ? " in a namespace" : "");
    }
    return DX_OK;
}

/* xsl:output says how to spell a result; here that is the document's affair. */
static void forget_output(xmlDocPtr result)
{
    xmlDtdPtr dtd = result->intSubset;

    if (dtd) {
        xmlUnlinkNode((xmlNodePtr)dtd);
        xmlFreeDtd(dtd);
        result->intSubset = NULL;
    }
    result->type = XML_DOCUMENT_NODE;
    xmlFree((xmlChar *)(uintptr_t)result->version);
    result->version = NULL;
}

static void free_trees(struct run *run)
{
    if (run->transform) {
        run->sheet->lib->xsltFreeTransformContext(run->transform);
    }
    xmlFreeDoc(run->result);
    xmlFreeDoc(run->source);
    run->transform = NULL;
    run->result = run->source = NULL;
}

/* The result as bytes, for xmlFree(); NULL when out of memory. */
static xmlChar *spell(struct run *run, size_t *len)
{
    xmlChar *bytes = NULL;
    int n = 0;

    forget_output(run->result);
    xmlDocDumpMemoryEnc(run->result, &bytes, &n, "UTF-8");
    free_trees(run); /* they would be the most of the memory */
    *len = (size_t)n;
    return bytes;
}

static int graft(struct run *run, struct dx_doc *doc)
{
    dx_cleanup(dx_buf_free) struct dx_buf name = DX_BUF(&run->ctx->mem);
    struct dx_doc *result = NULL;
    size_t len;
    xmlChar *bytes = spell(run, &len);
    int rc;

    dx_buf_format(&name, "<result of %s>", run->sheet->parts[0].path);
    dx_buf_byte(&name, '\0');
    if (!bytes || name.failed) {
        rc = dx_ctx_no_memory(run->ctx);
    } else {
        rc = dx_doc_parse_any(&result, run->ctx, name.ptr, (const char *)bytes, len, DX_PARSE_BORROW);
        rc = rc == DX_OK ? dx_graft(doc, result) : rc == DX_EINPUT ? DX_ELIMIT : rc;
    }
    dx_doc_free(result);
    xmlFree(bytes);
    return rc;
}

/* A stylesheet runs on many documents: what is said of it says on which. */
static int name_document(struct run *run, size_t diags, int rc)
{
    if (rc == DX_ENOMEM || !run->name) {
        return rc;
    }
    return dx_diags_mention(&run->ctx->diags, diags, run->name) < 0 ? dx_ctx_no_memory(run->ctx) : rc;
}

/* Up to a result that is known to be one. */
static int run_on(struct run *run, struct dx_str bytes, const struct dx_pairs *params, size_t timeout)
{
    int rc;

    dx_listen_begin(&run->listener, run->ctx);
    rc = read_source(run, bytes);
    rc = rc < 0 ? rc : prepare(run, params);
    rc = rc < 0 ? rc : transform(run, bytes.len, timeout);
    dx_listen_end(&run->listener);
    return rc < 0 ? rc : judge(run, timeout);
}

static int end(struct run *run, size_t diags, int rc)
{
    rc = name_document(run, diags, rc);
    free_trees(run);
    dx_listen_free(&run->listener);
    return rc;
}

int dx_sheet_run(const struct dx_sheet *sheet, struct dx_doc *doc, const struct dx_pairs *params, size_t timeout)
{
    struct run run = {.sheet = sheet, .ctx = doc->ctx, .name = doc->source.name.ptr};
    size_t diags = doc->ctx->diags.n;
    char *bytes;
    size_t len;
    int rc = dx_doc_write(&bytes, &len, doc);

    if (rc < 0) {
        return rc;
    }
    rc = run_on(&run, (struct dx_str){bytes, len}, params, timeout);
    dx_bytes_free(doc->ctx, bytes);
    rc = rc < 0 ? rc : check_result(&run);
    rc = rc < 0 ? rc : graft(&run, doc);
    return end(&run, diags, rc);
}

int dx_sheet_apply(char **out, size_t *len, const struct dx_sheet *sheet, struct dx_ctx *ctx, const char *name,
                   struct dx_str bytes, size_t timeout)
{
    struct run run = {.sheet = sheet, .ctx = ctx, .name = name};
    size_t diags = ctx->diags.n;
    int rc = run_on(&run, bytes, &(struct dx_pairs){.n = 0}, timeout);

    *out = NULL;
    *len = 0;
    if (rc == DX_OK) {
        dx_cleanup(dx_buf_free) struct dx_buf copy = DX_BUF(&ctx->mem);
        xmlChar *spelled = spell(&run, len);

        dx_buf_bytes(&copy, spelled ? (const char *)spelled : "", spelled ? *len : 0);
        xmlFree(spelled);
        *out = spelled ? dx_buf_steal(&copy, len) : NULL;
        rc = *out ? DX_OK : dx_ctx_no_memory(ctx);
    }
    return end(&run, diags, rc);
}
