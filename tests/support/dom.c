/* libxml2's opinion of bytes and of our tree. */
#include "support.h"

#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>

/* A word of ours as libxml2 wants it: terminated, unsigned. */
struct word {
    xmlChar small[120];
    xmlChar *text;
};

static const xmlChar *word(struct word *w, struct dx_str s)
{
    w->text = w->small;
    if (s.len >= sizeof w->small) {
        w->text = malloc(s.len + 1);
        assert_non_null(w->text);
    }
    if (s.len) {
        memcpy(w->text, s.ptr, s.len);
    }
    w->text[s.len] = '\0';
    return w->text;
}

static void unword(struct word *w)
{
    if (w->text != w->small) {
        free(w->text);
    }
}

#if LIBXML_VERSION >= 21200
typedef const xmlError *error_ptr;
#else
typedef xmlError *error_ptr;
#endif

static void say_nothing(void *user, error_ptr error)
{
    (void)user;
    (void)error;
}

xmlDoc *t_dom_parse(const char *bytes, size_t len)
{
    xmlParserCtxt *parser = xmlNewParserCtxt();
    xmlDoc *dom;
    bool good;

    assert_non_null(parser);
    xmlSetStructuredErrorFunc(NULL, say_nothing);
    dom = xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL, XML_PARSE_NONET | XML_PARSE_BIG_LINES);
    xmlSetStructuredErrorFunc(NULL, NULL);
    good = dom && parser->wellFormed && parser->nsWellFormed;
    xmlFreeParserCtxt(parser);
    if (!good) {
        xmlFreeDoc(dom);
        return NULL;
    }
    return dom;
}

void t_dom_free(xmlDoc *dom)
{
    xmlFreeDoc(dom);
}

/* Parts of a qualified name; the prefix is empty when there is none. */
static void split(struct dx_str name, struct dx_str *prefix, struct dx_str *local)
{
    const char *colon = memchr(name.ptr, ':', name.len);
    size_t n = colon ? (size_t)(colon - name.ptr) : 0;

    *prefix = (struct dx_str){name.ptr, n};
    *local = colon ? (struct dx_str){colon + 1, name.len - n - 1} : name;
}

static bool is_declaration(struct dx_str name, struct dx_str *prefix)
{
    if (name.len == 5 && memcmp(name.ptr, "xmlns", 5) == 0) {
        *prefix = (struct dx_str){"", 0};
        return true;
    }
    if (name.len > 6 && memcmp(name.ptr, "xmlns:", 6) == 0) {
        *prefix = (struct dx_str){name.ptr + 6, name.len - 6};
        return true;
    }
    return false;
}

static xmlNs *bound(xmlDoc *dom, xmlNode *node, struct dx_str prefix)
{
    struct word w;
    xmlNs *ns = xmlSearchNs(dom, node, prefix.len ? word(&w, prefix) : NULL);

    if (prefix.len) {
        unword(&w);
    }
    return ns && ns->href && ns->href[0] ? ns : NULL;
}

static void add_attrs(xmlDoc *dom, xmlNode *to, const struct dx_node *node)
{
    struct dx_str name, value, prefix, local;
    struct word a, b;

    for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
        if (is_declaration(name, &prefix)) {
            xmlNewNs(to, word(&b, value), prefix.len ? word(&a, prefix) : NULL);
            if (prefix.len) {
                unword(&a);
            }
            unword(&b);
        }
    }
    for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
        if (!is_declaration(name, &prefix)) {
            split(name, &prefix, &local);
            xmlNewNsProp(to, prefix.len ? bound(dom, to, prefix) : NULL, word(&a, local), word(&b, value));
            unword(&a);
            unword(&b);
        }
    }
}

static xmlNode *add_element(xmlDoc *dom, xmlNode *parent, const struct dx_node *node)
{
    struct dx_str prefix, local, uri = dx_node_namespace(node);
    struct word a;
    xmlNode *made;

    split(dx_node_name(node), &prefix, &local);
    made = xmlNewDocNode(dom, NULL, word(&a, local), NULL);
    unword(&a);
    assert_non_null(made);
    xmlAddChild(parent, made);
    add_attrs(dom, made, node);
    xmlSetNs(made, bound(dom, made, prefix));
    /* dx_node_namespace() and what the attributes say must agree. */
    if (made->ns ? !uri.ptr || strlen((const char *)made->ns->href) != uri.len ||
                       memcmp(made->ns->href, uri.ptr, uri.len) != 0
                 : uri.ptr != NULL) {
        fail_msg("dx_node_namespace() of <%.*s> is '%.*s'", (int)local.len, local.ptr, (int)uri.len,
                 uri.ptr ? uri.ptr : "");
    }
    return made;
}

static void add_leaf(xmlDoc *dom, xmlNode *parent, const struct dx_node *node)
{
    struct dx_str value = dx_node_value(node);
    struct word a, b;
    xmlNode *made = NULL;

    switch (dx_node_kind(node)) {
    case DX_KIND_TEXT:
    case DX_KIND_CDATA:
        /* White space beside the root is nothing to a DOM. */
        if (parent->type == XML_DOCUMENT_NODE || value.len == 0) {
            return;
        }
        made = xmlNewDocTextLen(dom, word(&a, value), (int)value.len);
        unword(&a);
        break;
    case DX_KIND_COMMENT:
        made = xmlNewDocComment(dom, word(&a, value));
        unword(&a);
        break;
    case DX_KIND_PI:
        made = xmlNewDocPI(dom, word(&a, dx_node_name(node)), value.len ? word(&b, value) : NULL);
        unword(&a);
        if (value.len) {
            unword(&b);
        }
        break;
    case DX_KIND_DECLARATION:
    case DX_KIND_DOCUMENT:
    case DX_KIND_ELEMENT:
        return;
    }
    assert_non_null(made);
    xmlAddChild(parent, made);
}

xmlDoc *t_dom_of(const struct dx_doc *doc)
{
    struct word version;
    xmlDoc *dom = xmlNewDoc(word(&version, STR("1.0")));
    const struct dx_node *top = dx_doc_top(doc), *node = dx_node_first(top);
    xmlNode *parent = (xmlNode *)dom;

    assert_non_null(dom);
    while (node) {
        if (dx_node_kind(node) == DX_KIND_ELEMENT) {
            xmlNode *made = add_element(dom, parent, node);

            if (dx_node_first(node)) {
                parent = made;
                node = dx_node_first(node);
                continue;
            }
        } else {
            add_leaf(dom, parent, node);
        }
        while (node != top && !dx_node_next(node)) {
            node = dx_node_parent(node);
            if (node != top) {
                parent = parent->parent;
            }
        }
        node = node == top ? NULL : dx_node_next(node);
    }
    return dom;
}

struct t_bytes t_dom_c14n(xmlDoc *dom)
{
    struct t_bytes bytes = {0};
    xmlChar *text = NULL;
    int len;

    xmlSetStructuredErrorFunc(NULL, say_nothing);
    len = xmlC14NDocDumpMemory(dom, NULL, XML_C14N_1_0, NULL, 1, &text);
    xmlSetStructuredErrorFunc(NULL, NULL);
    if (len >= 0 && text) {
        bytes = t_bytes_copy((const char *)text, (size_t)len);
    }
    xmlFree(text);
    return bytes;
}

static bool is_text(const xmlNode *node)
{
    return node && (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE);
}

/* Frees a run of texts that is white space alone; what follows the run. */
static xmlNode *drop_run(xmlNode *first)
{
    xmlNode *end = first;
    bool blank = true;

    for (; is_text(end); end = end->next) {
        const char *text = end->content ? (const char *)end->content : "";

        blank = blank && text[strspn(text, " \t\r\n")] == '\0';
    }
    while (blank && first != end) {
        xmlNode *next = first->next;

        xmlUnlinkNode(first);
        xmlFreeNode(first);
        first = next;
    }
    return end;
}

void t_dom_drop_blank(xmlDoc *dom)
{
    xmlNode *top = (xmlNode *)dom, *parent = top, *node = dom->children;

    while (node || parent != top) {
        if (!node) {
            node = parent->next;
            parent = parent->parent;
        } else if (is_text(node)) {
            node = drop_run(node);
        } else if (node->type == XML_ELEMENT_NODE) {
            parent = node;
            node = node->children;
        } else {
            node = node->next;
        }
    }
}

static bool same_word(const xmlChar *a, const xmlChar *b)
{
    return strcmp(a ? (const char *)a : "", b ? (const char *)b : "") == 0;
}

static bool same_ns(const xmlNs *a, const xmlNs *b)
{
    const xmlChar *x = a ? a->href : NULL, *y = b ? b->href : NULL;

    return same_word(x, y) && same_word(x && *x ? a->prefix : NULL, y && *y ? b->prefix : NULL);
}

static const char *attrs_difference(const xmlNode *a, const xmlNode *b)
{
    const xmlNs *m = a->nsDef, *n = b->nsDef;
    const xmlAttr *x = a->properties, *y = b->properties;

    for (; m && n; m = m->next, n = n->next) {
        if (!same_word(m->prefix, n->prefix) || !same_word(m->href, n->href)) {
            return "a namespace declaration";
        }
    }
    if (m || n) {
        return "the number of namespace declarations";
    }
    for (; x && y; x = x->next, y = y->next) {
        if (!same_word(x->name, y->name) || !same_ns(x->ns, y->ns)) {
            return "the name of an attribute";
        }
        if (!same_word(x->children ? x->children->content : NULL, y->children ? y->children->content : NULL)) {
            return "the value of an attribute";
        }
    }
    return x || y ? "the number of attributes" : NULL;
}

/* Compares what the runs of text at *a and *b say together, and goes past them. */
static bool same_text(const xmlNode **a, const xmlNode **b)
{
    const xmlChar *p = NULL, *q = NULL;

    for (;;) {
        while (!(p && *p) && is_text(*a)) {
            p = (*a)->content;
            *a = (*a)->next;
        }
        while (!(q && *q) && is_text(*b)) {
            q = (*b)->content;
            *b = (*b)->next;
        }
        if (!(p && *p) || !(q && *q)) {
            return !(p && *p) && !(q && *q);
        }
        if (*p++ != *q++) {
            return false;
        }
    }
}

static const char *node_difference(const xmlNode *a, const xmlNode *b)
{
    if (a->type != b->type) {
        return "the kind of a node";
    }
    if (!same_word(a->name, b->name)) {
        return "the name of a node";
    }
    if (a->type == XML_ELEMENT_NODE) {
        return same_ns(a->ns, b->ns) ? attrs_difference(a, b) : "the namespace of an element";
    }
    return same_word(a->content, b->content) ? NULL : "a comment or processing instruction";
}

const char *t_dom_difference(xmlDoc *x, xmlDoc *y)
{
    const xmlNode *a = x->children, *b = y->children;
    const xmlNode *up_a = (xmlNode *)x, *up_b = (xmlNode *)y;

    for (;;) {
        const char *wrong;

        if (is_text(a) || is_text(b)) {
            if (!same_text(&a, &b)) {
                return "a text";
            }
            continue;
        }
        if (!a && !b) {
            if (up_a == (xmlNode *)x) {
                return NULL;
            }
            a = up_a->next;
            b = up_b->next;
            up_a = up_a->parent;
            up_b = up_b->parent;
            continue;
        }
        if (!a || !b) {
            return "the number of children";
        }
        wrong = node_difference(a, b);
        if (wrong) {
            return wrong;
        }
        if (a->type == XML_ELEMENT_NODE) {
            up_a = a;
            up_b = b;
            a = a->children;
            b = b->children;
        } else {
            a = a->next;
            b = b->next;
        }
    }
}

const char *t_meaning_difference(const char *bytes, size_t len, const struct dx_doc *doc)
{
    xmlDoc *read = t_dom_parse(bytes, len), *tree = t_dom_of(doc);
    const char *wrong = NULL;

    if (!read) {
        wrong = "libxml2 refuses the output";
    } else {
        struct t_bytes a = t_dom_c14n(read), b = t_dom_c14n(tree);

        if (!a.ptr || !b.ptr) {
            wrong = !a.ptr && !b.ptr ? t_dom_difference(read, tree) : "canonical XML of one but not the other";
        } else if (a.len != b.len || memcmp(a.ptr, b.ptr, a.len) != 0) {
            wrong = t_dom_difference(read, tree);
            wrong = wrong ? wrong : "canonical XML";
        }
        t_bytes_free(&a);
        t_bytes_free(&b);
    }
    xmlFreeDoc(read);
    xmlFreeDoc(tree);
    return wrong;
}

/* The order of attributes is nothing: canonical XML says whether they differ. */
const char *t_dom_same(xmlDoc *a, xmlDoc *b)
{
    const char *wrong = t_dom_difference(a, b);

    if (wrong) {
        struct t_bytes x = t_dom_c14n(a), y = t_dom_c14n(b);

        if (x.ptr && y.ptr && x.len == y.len && memcmp(x.ptr, y.ptr, x.len) == 0) {
            wrong = NULL;
        }
        t_bytes_free(&x);
        t_bytes_free(&y);
    }
    return wrong;
}
