/*
 * Any bytes: accepted ones come back as they were and mean what libxml2 says they mean; refused ones are refused with
 * a position; and a plain domain that libxml2 takes is taken.
 */
#include "fuzz.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <strings.h>

enum { MOST_DEPTH = 250, MOST_ATTRIBUTES = 1000 };

static struct dx_str of(const xmlChar *s)
{
    return s ? (struct dx_str){(const char *)s, strlen((const char *)s)} : (struct dx_str){"", 0};
}

/* prefix:local in `buffer`; a name too long for it cannot be, inputs are small. */
static struct dx_str qualified(char *buffer, size_t room, const char *prefix, const xmlChar *local)
{
    int n = snprintf(buffer, room, "%s%s%s", prefix ? prefix : "", prefix && local ? ":" : "",
                     local ? (const char *)local : "");

    PROMISE(n >= 0 && (size_t)n < room, "names fit");
    return (struct dx_str){buffer, (size_t)n};
}

static char name[1 << 17];

static void canon_xml_element(struct text *out, const xmlNode *node)
{
    const char *prefix = node->ns ? (const char *)node->ns->prefix : NULL;

    canon_item(out, '<', qualified(name, sizeof(name), prefix, node->name), of(node->ns ? node->ns->href : NULL));
    for (const xmlNs *ns = node->nsDef; ns; ns = ns->next) {
        canon_item(out, '#', qualified(name, sizeof(name), "xmlns", ns->prefix), of(ns->href));
    }
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        xmlChar *value = xmlNodeListGetString(node->doc, attr->children, 1);

        canon_item(out, '@',
                   qualified(name, sizeof(name), attr->ns ? (const char *)attr->ns->prefix : NULL, attr->name),
                   of(value));
        xmlFree(value);
    }
    canon_item(out, '>', of(NULL), of(NULL));
}

static void canon_xml_node(struct text *out, const xmlNode *node)
{
    switch ((int)node->type) {
    case XML_ELEMENT_NODE:
        canon_xml_element(out, node);
        break;
    case XML_TEXT_NODE:
    case XML_CDATA_SECTION_NODE:
        canon_text(out, of(node->content));
        break;
    case XML_COMMENT_NODE:
        canon_item(out, '!', of(NULL), of(node->content));
        canon_item(out, '>', of(NULL), of(NULL));
        break;
    case XML_PI_NODE:
        canon_item(out, '?', of(node->name), of(node->content));
        canon_item(out, '>', of(NULL), of(NULL));
        break;
    default:
        break;
    }
}

static void canon_xml(struct text *out, const xmlDoc *doc)
{
    const xmlNode *node = doc->children;

    while (node) {
        canon_xml_node(out, node);
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            continue;
        }
        for (;;) {
            if (node->type == XML_ELEMENT_NODE) {
                canon_item(out, '/', of(NULL), of(NULL));
            }
            if (node->next) {
                node = node->next;
                break;
            }
            node = node->parent;
            if (!node || node->type == XML_DOCUMENT_NODE) {
                return;
            }
        }
    }
}

static void count_errors(void *user, xmlErrorPtr error)
{
    xmlParserCtxtPtr parser = user;

    if (error->level >= XML_ERR_ERROR) {
        *(int *)parser->_private += 1;
    }
}

/* Broken encodings are told to no parser, but to everybody. */
static void ignore_error(void *user, xmlErrorPtr error)
{
    (void)user;
    (void)error;
}

/* libxml2's tree when it has nothing against the bytes, else NULL. */
static xmlDocPtr libxml2_parse(const uint8_t *data, size_t size)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    int errors = 0;
    xmlDocPtr doc;

    PROMISE(parser, "libxml2 has memory");
    parser->_private = &errors;
    parser->sax->serror = count_errors;
    /* NOENT: without it 2.9 leaves "&#38;" in a namespace name that says "&amp;". A DOCTYPE is never compared. */
    doc = xmlCtxtReadMemory(parser, (const char *)data, (int)size, NULL, NULL, XML_PARSE_NONET | XML_PARSE_NOENT);
    if (doc && (errors || !parser->nsWellFormed)) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    xmlFreeParserCtxt(parser);
    return doc;
}

static int within_limits(const xmlDoc *doc)
{
    int depth = 0;

    for (const xmlNode *node = doc->children; node;) {
        int attributes = 0;

        if (node->type == XML_ELEMENT_NODE) {
            for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
                attributes++;
            }
            for (const xmlNs *ns = node->nsDef; ns; ns = ns->next) {
                attributes++;
            }
        }
        if (attributes > MOST_ATTRIBUTES || depth > MOST_DEPTH) {
            return 0;
        }
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            depth++;
            continue;
        }
        while (node && !node->next) {
            node = node->type == XML_DOCUMENT_NODE ? NULL : node->parent;
            depth--;
        }
        node = node ? node->next : NULL;
    }
    return 1;
}

/* True for what the contract promises to take: a domain, one of three encodings, no DOCTYPE, within the limits. */
static int plain_domain(const xmlDoc *doc, const uint8_t *data, size_t size)
{
    const xmlNode *root = xmlDocGetRootElement(doc);
    const char *encoding = (const char *)doc->encoding;
    int bom = size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0;
    int ascii = 1;

    if (!root || root->ns || strcmp((const char *)root->name, "domain") != 0 || doc->intSubset ||
        memchr(data, 0, size) || (doc->version && strcmp((const char *)doc->version, "1.0") != 0)) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        ascii = ascii && data[i] < 0x80;
    }
    if (encoding && strcasecmp(encoding, "UTF-8") != 0 &&
        (bom || (strcasecmp(encoding, "ISO-8859-1") != 0 && (!ascii || strcasecmp(encoding, "US-ASCII") != 0)))) {
        return 0;
    }
    return within_limits(doc);
}

static void check_accepted(struct dx_doc *doc, struct dx_ctx *ctx, const xmlDoc *xml, const uint8_t *data, size_t size)
{
    struct text ours = {0}, theirs = {0};
    const struct dx_str *slices;
    size_t len, n, at = 0;
    char *out;

    PROMISE(xml, "what is accepted is well-formed to libxml2");
    PROMISE(dx_doc_write(&out, &len, doc) == DX_OK, "what is accepted can be written");
    PROMISE(len == size && memcmp(out, data, size) == 0, "P1: the output is the input");
    dx_bytes_free(ctx, out);
    PROMISE(dx_doc_slices(&slices, &n, doc) == DX_OK, "what is accepted can be written as slices");
    for (size_t i = 0; i < n; i++) {
        PROMISE(at + slices[i].len <= size && memcmp(slices[i].ptr, data + at, slices[i].len) == 0,
                "P1: the slices are the input");
        at += slices[i].len;
    }
    PROMISE(at == size, "P1: the slices are the whole input");
    PROMISE(dx_doc_diff(&out, &len, doc, "vm.xml", 0) == DX_OK && len == 0, "P1: the diff is empty");
    dx_bytes_free(ctx, out);

    canon_doc(&ours, doc);
    canon_xml(&theirs, xml);
    if (ours.len != theirs.len || memcmp(ours.ptr, theirs.ptr, ours.len) != 0) {
        fprintf(stderr, "ours:%.*s\n\nlibxml2's:%.*s\n", (int)ours.len, ours.ptr, (int)theirs.len, theirs.ptr);
        PROMISE(0, "our tree means what libxml2's does");
    }
    text_free(&ours);
    text_free(&theirs);
}

static void check_refused(int rc, struct dx_ctx *ctx)
{
    const struct dx_diag *diag = dx_ctx_diag(ctx, 0);
    size_t len;
    char *out;

    PROMISE(rc == DX_EINPUT, "bytes are refused as input, never as a bug of ours");
    PROMISE(diag && diag->message && diag->message[0] && diag->severity == DX_SEVERITY_ERROR, "a refusal says why");
    PROMISE(diag->line >= 1 && diag->column >= 1, "a refusal has a position");
    for (int format = DX_FORMAT_TEXT; format <= DX_FORMAT_JSON; format++) {
        PROMISE(dx_diag_render(&out, &len, ctx, diag, (enum dx_format)format, 0) == DX_OK, "it can be shown");
        for (size_t i = 0; i < len; i++) {
            PROMISE((unsigned char)out[i] >= 0x20 || out[i] == '\n' || out[i] == '\t',
                    "a message has no control characters");
        }
        dx_bytes_free(ctx, out);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dx_doc *doc = NULL;
    struct dx_ctx *ctx;
    xmlDocPtr xml;
    int rc;

    if (size > 1 << 16) {
        return 0;
    }
    xmlSetStructuredErrorFunc(NULL, ignore_error);
    PROMISE(dx_ctx_new(&ctx, NULL) == DX_OK, "a context can be made");
    xml = libxml2_parse(data, size);
    rc = dx_doc_parse(&doc, ctx, "fuzz.xml", (const char *)data, size, DX_PARSE_BORROW);
    if (rc == DX_OK) {
        check_accepted(doc, ctx, xml, data, size);
    } else {
        PROMISE(!doc, "a refusal gives no document");
        check_refused(rc, ctx);
        PROMISE(!xml || !plain_domain(xml, data, size), "a plain domain that libxml2 takes is taken");
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    xmlFreeDoc(xml);
    return 0;
}
