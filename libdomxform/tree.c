#include "tree.h"

#include "decode.h"

static const char a_domain[] = "give domxform a libvirt domain, as virsh dumpxml --inactive prints it";

/* What to do about a file that is no XML document of any kind. */
static const char *wanted(const struct dx_doc *doc)
{
    return doc->any_root ? "give a file in XML" : a_domain;
}

struct builder {
    struct dx_doc *doc;
    struct dx_node *open; /* the element that takes the next child */
    size_t depth, nodes;
};

static int no_memory(struct dx_doc *doc)
{
    return dx_ctx_no_memory(doc->ctx);
}

static struct dx_node *add_node(struct builder *b, enum dx_kind kind, const struct dx_token *token)
{
    struct dx_node *node = dx_arena_alloc(&b->doc->arena, sizeof *node);

    if (!node) {
        return NULL;
    }
    *node = (struct dx_node){
        .parent = b->open,
        .prev = b->open->last,
        .kind = (uint8_t)kind,
        .begin = token->begin,
        .end = token->end,
        .inner = token->content,
        .close = token->content_end,
        .has = token->has,
    };
    if (b->open->last) {
        b->open->last->next = node;
    } else {
        b->open->first = node;
    }
    b->open->last = node;
    return node;
}

/* A name as UTF-8: the source's own bytes unless they are ISO-8859-1. */
static const char *name_of(struct dx_doc *doc, uint32_t at, uint16_t *len, bool high)
{
    if (high && doc->source.encoding == DX_ENCODING_LATIN1) {
        struct dx_str name = dx_decode(&doc->arena, dx_doc_bytes(doc, at, at + *len), DX_ENCODING_LATIN1, false, false);

        *len = (uint16_t)name.len; /* one that does not fit is too long for libxml2 as well */
        return name.ptr;
    }
    return doc->source.bytes + at;
}

static bool needs_decoding(const struct dx_doc *doc, unsigned has, unsigned causes)
{
    return (has & causes) != 0 || ((has & DX_HAS_HIGH) && doc->source.encoding == DX_ENCODING_LATIN1);
}

static int add_attrs(struct builder *b, struct dx_node *node, const struct dx_place_attr *places, size_t n)
{
    struct dx_doc *doc = b->doc;
    struct dx_attr *attrs = dx_arena_alloc(&doc->arena, n * sizeof *attrs);

    if (!attrs) {
        return no_memory(doc);
    }
    node->attrs = attrs;
    node->n_attrs = (uint16_t)n;
    node->room = (uint16_t)n;
    for (size_t i = 0; i < n; i++) {
        const struct dx_place_attr *place = &places[i];
        struct dx_attr *attr = &attrs[i];

        *attr = (struct dx_attr){
            .name_len = place->name_len,
            .value = doc->source.bytes + place->value,
            .value_len = place->value_len,
            .src_name = place->name,
            .src_value = place->value,
        };
        attr->name = name_of(doc, place->name, &attr->name_len, place->name_high);
        if (!needs_decoding(doc, place->has, DX_HAS_REFERENCE | DX_HAS_SPACE | DX_HAS_CR)) {
            attr->flags = DX_ATTR_DECODED;
        }
        if (attr->name_len == 5 && memcmp(attr->name, "xmlns", 5) == 0) {
            node->flags =
                (uint8_t)(place->value_len ? node->flags | DX_NODE_FOREIGN : node->flags & ~(unsigned)DX_NODE_FOREIGN);
        }
    }
    return DX_OK;
}

/* The root's own name and namespace: a wrong one is a wrong file, and said before anything else. */
static int judge_root(struct dx_doc *doc, const struct dx_node *root)
{
    static const struct {
        const char *name, *hint;
    } wrappers[] = {
        {"domainsnapshot", "it holds a domain: give domxform the <domain> inside it"},
        {"domaincheckpoint", "it holds a domain: give domxform the <domain> inside it"},
        {"domstatus", "it is libvirt's private state of a running domain: use virsh dumpxml --inactive"},
        {"domainbackup", "it describes a backup, not a domain"},
        {"domainCapabilities", "it describes a host: give domxform a domain"},
        {"capabilities", "it describes a host: give domxform a domain"},
        {"network", "it describes a network: give domxform a domain"},
        {"pool", "it describes a storage pool: give domxform a domain"},
        {"volume", "it describes a storage volume: give domxform a domain"},
    };
    struct dx_source *source = &doc->source;
    struct dx_str name = {root->name, root->name_len};
    const char *hint = a_domain;

    for (size_t i = 0; i < sizeof wrappers / sizeof wrappers[0]; i++) {
        if (dx_str_is(name, wrappers[i].name)) {
            hint = wrappers[i].hint;
        }
    }
    if (!dx_str_is(name, "domain")) {
        return dx_source_refuse(source, root->begin, root->inner, hint, "the root is <%.*s>, not <domain>", DX_F(name));
    }
    if (root->flags & DX_NODE_FOREIGN) {
        struct dx_str ns = dx_node_attr(root, "xmlns");
        size_t begin, end;

        dx_attr_place(root, "xmlns", &begin, &end);
        return dx_source_refuse(source, begin, end, "remove the xmlns: libvirt reads nothing in a namespace",
                                "<domain> is in the namespace '%.*s'", DX_F(ns));
    }
    return DX_OK;
}

/* Another document than a domain was reckoned with: the refusal becomes a note. */
static int soften(struct dx_doc *doc)
{
    struct dx_diags *diags = &doc->ctx->diags;

    diags->items[diags->n - 1]->severity = DX_SEVERITY_NOTE;
    return DX_UNCHANGED;
}

static int add_element(struct builder *b, const struct dx_token *token, const struct dx_place_attr *places)
{
    struct dx_doc *doc = b->doc;
    struct dx_node *node;
    int rc = DX_OK;

    b->nodes += 1 + token->n_attrs;
    if (b->nodes > doc->ctx->max_nodes) {
        return dx_source_refuse(&doc->source, token->begin, token->end,
                                "raise the limit with --max-nodes if the document really is that large",
                                "more than %zu elements and attributes", doc->ctx->max_nodes);
    }
    if (b->depth == DX_DEEPEST) {
        return dx_source_refuse(&doc->source, token->begin, token->end, "no libvirt element lies nearly as deep",
                                "elements are nested deeper than %d", DX_DEEPEST);
    }
    if (b->depth == 0 && doc->root) {
        return dx_source_refuse(&doc->source, token->begin, token->end, "split the input: one document a file",
                                "a second document begins here, <%.*s>",
                                (int)(token->name_len > 100 ? 100 : token->name_len), doc->source.bytes + token->name);
    }
    node = add_node(b, DX_KIND_ELEMENT, token);
    if (!node) {
        return no_memory(doc);
    }
    node->name_len = token->name_len;
    node->name = name_of(doc, token->name, &node->name_len, token->name_high);
    node->inner = token->end;
    node->close = token->end;
    b->open->names |= dx_name_bit(node->name, node->name_len);
    node->flags = b->open->flags & DX_NODE_FOREIGN;
    if (token->n_attrs) {
        rc = add_attrs(b, node, places, token->n_attrs);
    }
    if (rc == DX_OK && !doc->root) {
        doc->root = node;
        rc = doc->any_root ? DX_OK : judge_root(doc, node);
        rc = rc == DX_EINPUT && doc->skip ? soften(doc) : rc;
    }
    if (token->kind == DX_TOKEN_EMPTY_TAG) {
        node->flags |= DX_NODE_EMPTY_TAG;
    } else {
        b->open = node;
        b->depth++;
    }
    return rc;
}

static bool same_start(struct dx_str bytes, struct dx_str name)
{
    return bytes.len > name.len && memcmp(bytes.ptr, name.ptr, name.len) == 0;
}

static int close_element(struct builder *b, const struct dx_token *token)
{
    struct dx_doc *doc = b->doc;
    struct dx_node *open = b->open;
    struct dx_str name = dx_doc_bytes(doc, token->name, (size_t)token->name + token->name_len);
    size_t begin = open->begin + 1;

    if (b->depth == 0) {
        return dx_source_refuse(&doc->source, token->begin, token->end, "remove it, or add the start tag that it ends",
                                "end tag </%.*s> without a start tag", DX_F(name));
    }
    if (!same_start(dx_doc_bytes(doc, begin, open->inner), name) ||
        dx_scan_in_name(doc->source.bytes[begin + name.len])) {
        struct dx_where where = dx_source_where(&doc->source, open->begin, open->inner);

        return dx_source_refuse(&doc->source, token->begin, token->end, "close the inner element first",
                                "end tag </%.*s> where </%.*s> is expected, opened at %zu:%zu", DX_F(name),
                                (int)open->name_len, open->name, where.line, where.column);
    }
    open->close = token->begin;
    open->end = token->end;
    b->open = open->parent;
    b->depth--;
    return DX_OK;
}

static int add_leaf(struct builder *b, const struct dx_token *token)
{
    static const enum dx_kind kinds[] = {
        [DX_TOKEN_DECLARATION] = DX_KIND_DECLARATION, [DX_TOKEN_TEXT] = DX_KIND_TEXT, [DX_TOKEN_CDATA] = DX_KIND_CDATA,
        [DX_TOKEN_COMMENT] = DX_KIND_COMMENT,         [DX_TOKEN_PI] = DX_KIND_PI,
    };
    struct dx_doc *doc = b->doc;
    struct dx_node *node;
    bool text = token->kind == DX_TOKEN_TEXT;

    if (b->depth == 0 && ((text && (token->has & DX_HAS_INK)) || token->kind == DX_TOKEN_CDATA)) {
        size_t at = token->begin;

        while (at + 1 < token->end && dx_is_space(doc->source.bytes[at])) {
            at++;
        }
        if (!doc->root) {
            return dx_source_refuse(&doc->source, at, token->end, wanted(doc), "text before the first element");
        }
        return dx_source_refuse(&doc->source, at, token->end, "only comments may stand beside the <domain> element",
                                "text behind the end of the document");
    }
    if (token->kind == DX_TOKEN_PI && b->depth == 0 && doc->root &&
        dx_str_is(dx_doc_bytes(doc, token->name, (size_t)token->name + token->name_len), "xml")) {
        return dx_source_refuse(&doc->source, token->begin, token->end, "split the input: one document a file",
                                "a second document begins here, with an XML declaration");
    }
    node = add_node(b, kinds[token->kind], token);
    if (!node) {
        return no_memory(doc);
    }
    if (token->kind == DX_TOKEN_PI) {
        node->name_len = token->name_len;
        node->name = name_of(doc, token->name, &node->name_len, token->name_high);
    }
    node->value = doc->source.bytes + node->inner;
    node->value_len = node->close - node->inner;
    if (!needs_decoding(doc, token->has, text ? DX_HAS_REFERENCE | DX_HAS_CR : DX_HAS_CR)) {
        node->flags |= DX_NODE_DECODED;
    }
    return DX_OK;
}

static int finish(struct builder *b)
{
    struct dx_doc *doc = b->doc;

    if (b->depth > 0) {
        return dx_source_refuse(&doc->source, b->open->begin, b->open->inner, "is the file cut short?",
                                "<%.*s> is never closed", (int)b->open->name_len, b->open->name);
    }
    if (!doc->root) {
        bool empty = doc->source.len == doc->source.begin;

        return dx_source_refuse(&doc->source, doc->source.len, doc->source.len, wanted(doc),
                                empty ? "the input is empty" : "the input has no element");
    }
    return DX_OK;
}

int dx_tree_build(struct dx_doc *doc)
{
    struct builder b = {.doc = doc, .open = &doc->top};
    struct dx_scan scan;
    struct dx_token token;
    int rc;

    doc->top.kind = DX_KIND_DOCUMENT;
    doc->top.begin = (uint32_t)doc->source.begin;
    doc->top.end = (uint32_t)doc->source.len;
    dx_scan_begin(&scan, &doc->source);
    do {
        rc = dx_scan_next(&scan, &token);
        if (rc < 0) {
            return rc;
        }
        switch (token.kind) {
        case DX_TOKEN_START_TAG:
        case DX_TOKEN_EMPTY_TAG:
            rc = add_element(&b, &token, scan.attrs);
            break;
        case DX_TOKEN_END_TAG:
            rc = close_element(&b, &token);
            break;
        case DX_TOKEN_END_OF_INPUT:
            return finish(&b);
        case DX_TOKEN_DECLARATION:
        case DX_TOKEN_TEXT:
        case DX_TOKEN_CDATA:
        case DX_TOKEN_COMMENT:
        case DX_TOKEN_PI:
            rc = add_leaf(&b, &token);
            break;
        }
    } while (rc == DX_OK);
    return rc;
}
