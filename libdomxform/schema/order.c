/*
 * libxml2 loses its way where elements of nested interleaves alternate (hardening notes, finding 1): it refuses valid
 * documents, and with it virsh define --validate does. What it says of the place is not much, so the order that
 * libvirt itself writes tells which element stands out.
 */
#include "order.h"

#include "../domain.h"
#include "../judge.h"
#include "../libxml.h"
#include "spell.h"

#include <libxml/parser.h>
#include <libxml/relaxng.h>

/* What libxml2 says of one document. */
struct answer {
    bool order; /* an interleave is what it did not understand */
    const xmlNode *node;
};

static void on_schema_error(void *user, dx_xml_error error)
{
    (void)user;
    (void)error;
}

static void on_error(void *user, dx_xml_error error)
{
    struct answer *answer = user;

    answer->order = answer->order || error->code == XML_RELAXNG_ERR_INTEREXTRA ||
                    error->code == XML_RELAXNG_ERR_INTERSEQ || error->code == XML_RELAXNG_ERR_INTERNODATA;
    if (!answer->node) {
        answer->node = error->node;
    }
}

static xmlDoc *read(const char *bytes, size_t len)
{
    int options = (dx_judge_options() & ~XML_PARSE_IGNORE_ENC) | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
    xmlParserCtxt *parser = len <= INT32_MAX ? xmlNewParserCtxt() : NULL;
    xmlDoc *dom = parser ? xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL, options) : NULL;

    xmlFreeParserCtxt(parser);
    return dom;
}

static void free_engine(void *engine)
{
    xmlRelaxNGFree(engine);
}

/* libxml2's own form of the schema, kept with what else the context learnt of it; NULL when it cannot read it. */
static xmlRelaxNG *engine_of(struct dx_validator *v)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&v->mem);
    xmlRelaxNGParserCtxt *parser;
    xmlDoc *dom;

    if (v->order) {
        return v->order;
    }
    dx_schema_spell(&text, v->schema);
    dom = text.failed ? NULL : read(text.ptr, text.len);
    parser = dom ? xmlRelaxNGNewDocParserCtxt(dom) : NULL; /* it takes a copy */
    if (parser) {
        xmlRelaxNGSetParserStructuredErrors(parser, on_schema_error, NULL);
        v->order = xmlRelaxNGParse(parser);
        v->order_free = free_engine;
        xmlRelaxNGFreeParserCtxt(parser);
    }
    xmlFreeDoc(dom);
    v->scratch.failed = v->scratch.failed || text.failed;
    return v->order;
}

/* ---- the place ---- */

/* How many elements begin before this one; SIZE_MAX when it stands nowhere in the document. */
static size_t number_of(const xmlNode *root, const xmlNode *wanted)
{
    const xmlNode *node = root;
    size_t n = 0;

    while (node && node != wanted) {
        n += node->type == XML_ELEMENT_NODE;
        if (node->type == XML_ELEMENT_NODE && node->children) {
            node = node->children;
            continue;
        }
        while (node != root && !node->next) {
            node = node->parent;
        }
        node = node == root ? NULL : node->next;
    }
    return node ? n : SIZE_MAX;
}

/* The element before which that many begin; the root when there are not so many. */
static const struct dx_node *element_of(const struct dx_doc *doc, size_t number)
{
    const struct dx_node *node = doc->root;

    while (node && (node->kind != DX_KIND_ELEMENT || number > 0)) {
        number -= node->kind == DX_KIND_ELEMENT;
        if (node->kind == DX_KIND_ELEMENT && node->first) {
            node = node->first;
            continue;
        }
        while (node != doc->root && !node->next) {
            node = node->parent;
        }
        node = node == doc->root ? NULL : node->next;
    }
    return node ? node : doc->root;
}

static int rank_of(const struct dx_node *parent, const struct dx_node *child)
{
    return child->kind == DX_KIND_ELEMENT ? dx_domain_rank(parent, dx_node_name(child)) : -1;
}

/* The first child that libvirt would write before an earlier one, which is *before. NULL when all are in order. */
static const struct dx_node *first_out_of_order(const struct dx_node *parent, const struct dx_node **before)
{
    const struct dx_node *child = parent->first, *earlier = parent->first;
    int highest = -1, rank = -1;

    for (; child; child = child->next) {
        rank = rank_of(parent, child);
        if (rank >= 0 && rank < highest) {
            break;
        }
        highest = rank > highest ? rank : highest;
    }
    while (child && rank_of(parent, earlier) <= rank) {
        earlier = earlier->next;
    }
    *before = child ? earlier : NULL;
    return child;
}

static int note(struct dx_findings *out, struct dx_doc *doc, const struct dx_node *stumbled)
{
    const struct dx_node *parent = stumbled == doc->root ? stumbled : stumbled->parent, *before = NULL;
    const struct dx_node *child = first_out_of_order(parent, &before);
    struct dx_finding finding = {.rule = DX_RULE_RNG_W01, .node = child ? child : stumbled};
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(out->arena.mem);

    finding.args[0] = dx_node_name(finding.node);
    if (child) {
        dx_buf_format(&hint, "move it before <%.*s>, where libvirt writes it", DX_F(dx_node_name(before)));
        finding.hint = hint.failed ? NULL : dx_arena_copy(&out->arena, dx_buf_view(&hint)).ptr;
    }
    dx_findings_add(out, &finding);
    return hint.failed || out->arena.failed ? dx_ctx_no_memory(doc->ctx) : DX_OK;
}

int dx_order_check(struct dx_findings *out, struct dx_doc *doc, struct dx_validator *v)
{
    xmlRelaxNG *engine = engine_of(v);
    struct answer answer = {0};
    xmlRelaxNGValidCtxt *valid;
    xmlDoc *dom;
    size_t len;
    char *bytes;
    int rc;

    if (v->scratch.failed) {
        return dx_ctx_no_memory(doc->ctx);
    }
    if (!engine) {
        return DX_OK;
    }
    rc = dx_doc_write(&bytes, &len, doc);
    if (rc < 0) {
        return rc;
    }
    dom = read(bytes, len);
    valid = dom ? xmlRelaxNGNewValidCtxt(engine) : NULL;
    if (valid) {
        xmlRelaxNGSetValidStructuredErrors(valid, on_error, &answer);
        if (xmlRelaxNGValidateDoc(valid, dom) > 0 && answer.order) {
            size_t number = answer.node ? number_of(xmlDocGetRootElement(dom), answer.node) : 0;

            rc = note(out, doc, element_of(doc, number));
        }
        xmlRelaxNGFreeValidCtxt(valid);
    }
    xmlFreeDoc(dom);
    dx_bytes_free(doc->ctx, bytes);
    return rc;
}
