#include "edit.h"

#include "decode.h"
#include "link.h"
#include "style.h"

static int no_memory(struct dx_doc *doc)
{
    return dx_ctx_no_memory(doc->ctx);
}

static int refuse(struct dx_doc *doc, const struct dx_node *node, const char *hint, const char *what,
                  struct dx_str name)
{
    size_t begin, end;

    dx_node_place(node, &begin, &end);
    dx_source_refuse(&doc->source, begin, end, hint, "%s '%.*s'", what, DX_F(name));
    return DX_EREFUSED;
}

/* XML has no other control characters, and no way to write them; broken UTF-8 cannot be written either. */
static bool can_be_said(struct dx_str s)
{
    return dx_utf8_first_invalid(s) == s.len;
}

/* The first character that the document's encoding lacks, which matters where XML has no references; else s.len. */
static size_t first_lacking(const struct dx_doc *doc, struct dx_str s)
{
    uint32_t most = doc->source.encoding == DX_ENCODING_ASCII ? 0x7f : 0xff, c;

    for (size_t i = 0, n; doc->source.encoding != DX_ENCODING_UTF8 && i < s.len; i += n) {
        n = dx_utf8_get(&c, s.ptr + i, s.len - i);
        if (c > most) {
            return i;
        }
    }
    return s.len;
}

static bool is_name(const char *name)
{
    struct dx_str s = dx_str_of(name);
    size_t colons = 0;
    bool first = true;

    for (size_t i = 0; i < s.len;) {
        size_t n = dx_utf8_sequence(s, i);
        uint32_t c;

        if (n == 0) {
            return false;
        }
        i += dx_utf8_get(&c, s.ptr + i, n);
        if (c == ':' ? first || i == s.len : !dx_utf8_is_name(c, first)) {
            return false;
        }
        first = c == ':';
        colons += first;
    }
    return s.len > 0 && s.len <= DX_LONGEST_NAME && colons <= 1;
}

static int check_name(struct dx_doc *doc, const struct dx_node *node, const char *what, const char *name)
{
    if (!is_name(name)) {
        return refuse(doc, node, "a name begins with a letter and holds letters, digits, '-', '.', '_'", what,
                      dx_str_of(name));
    }
    if (first_lacking(doc, dx_str_of(name)) < strlen(name)) {
        return refuse(doc, node, "convert the document to UTF-8 first", "the document's encoding lacks the name",
                      dx_str_of(name));
    }
    return DX_OK;
}

/* Only elements can be edited: the text between them is changed through them. */
static int check_element(struct dx_doc *doc, const struct dx_node *node)
{
    return node->kind == DX_KIND_ELEMENT
               ? DX_OK
               : refuse(doc, node, "edit the element that it stands in", "not an element:", dx_node_name(node));
}

/* A name whose prefix nothing declares could not be read again. */
static int check_prefix(struct dx_doc *doc, const struct dx_node *at, const char *name)
{
    const char *colon = strchr(name, ':');
    struct dx_str prefix = {name, colon ? (size_t)(colon - name) : 0};

    if (!colon || dx_str_is(prefix, "xmlns") || dx_node_lookup_namespace(at, prefix).ptr) {
        return DX_OK;
    }
    return refuse(doc, at, "declare it with an xmlns attribute first", "the prefix is not declared here:", prefix);
}

static int check_attr(struct dx_doc *doc, const struct dx_node *element, const char *name, struct dx_str value)
{
    int rc = check_element(doc, element);

    rc = rc < 0 ? rc : check_name(doc, element, "not the name of an attribute:", name);
    if (rc < 0) {
        return rc;
    }
    if (!can_be_said(value)) {
        return refuse(doc, element, "XML has no control characters but tab, LF and CR",
                      "a value that XML cannot hold for attribute", dx_str_of(name));
    }
    if (strncmp(name, "xmlns:", 6) == 0 && value.len == 0) {
        return refuse(doc, element, "give it the namespace's name", "an empty namespace for", dx_str_of(name));
    }
    if (element->n_attrs >= DX_MOST_ATTRS && dx_node_attr_count(element) >= DX_MOST_ATTRS &&
        !dx_tree_attr(element, name, strlen(name))) {
        return refuse(doc, element, "no libvirt element has nearly as many",
                      "too many attributes in one tag:", dx_str_of(name));
    }
    return check_prefix(doc, element, name);
}

/* After a default namespace came or went: which elements below are in one. */
static void renew_foreign(struct dx_node *element)
{
    for (struct dx_node *node = element; node; node = dx_tree_next(node, element)) {
        struct dx_attr *attr = dx_tree_attr(node, "xmlns", 5);

        if (node->kind == DX_KIND_ELEMENT) {
            bool foreign = attr ? attr->value_len > 0 : (node->parent->flags & DX_NODE_FOREIGN) != 0;

            node->flags = (uint8_t)(foreign ? node->flags | DX_NODE_FOREIGN : node->flags & ~(unsigned)DX_NODE_FOREIGN);
        }
    }
}

static struct dx_attr *new_attr(struct dx_doc *doc, struct dx_node *element, const char *name)
{
    char quote = dx_style_quote(doc, element);
    struct dx_str copy = dx_arena_copy(&doc->arena, dx_str_of(name));
    struct dx_attr *attr;

    if (!copy.ptr) {
        return NULL;
    }
    if (element->n_attrs == element->room) {
        uint16_t room = (uint16_t)(element->room + (element->flags & DX_NODE_NEW ? 4 : 2));
        struct dx_attr *attrs = dx_arena_alloc(&doc->arena, room * sizeof *attrs);

        if (!attrs) {
            return NULL;
        }
        if (element->n_attrs) {
            memcpy(attrs, element->attrs, element->n_attrs * sizeof *attrs);
        }
        element->attrs = attrs;
        element->room = room;
    }
    attr = &element->attrs[element->n_attrs];
    *attr = (struct dx_attr){
        .name = copy.ptr,
        .name_len = (uint16_t)copy.len,
        .src_name = DX_NOWHERE,
        .quote = quote,
    };
    return attr;
}

/* A removed attribute that comes back takes its old place again. */
static struct dx_attr *removed_attr(struct dx_node *element, const char *name)
{
    size_t len = strlen(name);

    for (uint32_t i = 0; i < element->n_attrs; i++) {
        struct dx_attr *attr = &element->attrs[i];

        if ((attr->flags & DX_ATTR_REMOVED) && attr->name_len == len && memcmp(attr->name, name, len) == 0) {
            return attr;
        }
    }
    return NULL;
}

/* Gives the attribute its value; when that is what the source says, it is clean again. */
static bool put_value(struct dx_doc *doc, struct dx_attr *attr, struct dx_str value)
{
    struct dx_str copy;

    if (attr->src_name != DX_NOWHERE) {
        struct dx_str was = dx_decode(&doc->arena, dx_attr_raw(doc, attr), doc->source.encoding, true, true);

        if (!was.ptr) {
            return false;
        }
        if (dx_str_equal(was, value)) {
            attr->value = was.ptr;
            attr->value_len = (uint32_t)was.len;
            attr->flags = DX_ATTR_DECODED;
            return true;
        }
    }
    copy = dx_arena_copy(&doc->arena, value);
    if (!copy.ptr) {
        return false;
    }
    attr->value = copy.ptr;
    attr->value_len = (uint32_t)copy.len;
    attr->flags = DX_ATTR_DECODED | (attr->src_name == DX_NOWHERE ? 0 : DX_ATTR_CHANGED);
    return true;
}

int dx_edit_set_attr(struct dx_node *element, const char *name, struct dx_str value)
{
    struct dx_doc *doc = dx_node_doc(element);
    struct dx_attr *attr = dx_tree_attr(element, name, strlen(name));
    int rc;

    if (attr && dx_str_equal(dx_attr_value(element, attr), value)) {
        return doc->arena.failed ? no_memory(doc) : DX_UNCHANGED;
    }
    rc = check_attr(doc, element, name, value);
    if (rc < 0) {
        return rc;
    }
    attr = attr ? attr : removed_attr(element, name);
    if (attr) {
        if (!put_value(doc, attr, value)) {
            return no_memory(doc);
        }
    } else {
        attr = new_attr(doc, element, name);
        if (!attr || !put_value(doc, attr, value)) {
            return no_memory(doc);
        }
        element->n_attrs++;
    }
    element->flags |= DX_NODE_TAG;
    dx_link_touch(element);
    if (strcmp(name, "xmlns") == 0) {
        renew_foreign(element);
    }
    return DX_OK;
}

int dx_edit_set(struct dx_node *element, const char *name, const char *value)
{
    return dx_edit_set_attr(element, name, dx_str_of(value));
}

int dx_edit_remove_attr(struct dx_node *element, const char *name)
{
    struct dx_attr *attr = dx_tree_attr(element, name, strlen(name));

    if (!attr) {
        return DX_UNCHANGED;
    }
    if (attr->src_name == DX_NOWHERE) {
        uint32_t i = (uint32_t)(attr - element->attrs);

        memmove(attr, attr + 1, (element->n_attrs - i - 1) * sizeof *attr);
        element->n_attrs--;
    } else {
        attr->flags |= DX_ATTR_REMOVED;
    }
    element->flags |= DX_NODE_TAG;
    dx_link_touch(element);
    if (strcmp(name, "xmlns") == 0) {
        renew_foreign(element);
    }
    return DX_OK;
}

static int new_element(struct dx_node **out, struct dx_node *parent, const char *name)
{
    struct dx_doc *doc = dx_node_doc(parent);
    struct dx_str copy;
    int rc = check_element(doc, parent);

    *out = NULL;
    rc = rc < 0 ? rc : check_name(doc, parent, "not the name of an element:", name);
    rc = rc < 0 ? rc : check_prefix(doc, parent, name);
    if (rc < 0) {
        return rc;
    }
    copy = dx_arena_copy(&doc->arena, dx_str_of(name));
    *out = dx_link_new(doc, DX_KIND_ELEMENT);
    if (!copy.ptr || !*out) {
        return no_memory(doc);
    }
    (*out)->name = copy.ptr;
    (*out)->name_len = (uint16_t)copy.len;
    (*out)->flags |= parent->flags & DX_NODE_FOREIGN;
    return DX_OK;
}

/* Asked once the element stands where it stands. */
static void dress(struct dx_doc *doc, struct dx_node *element)
{
    element->quote = dx_style_quote(doc, element);
    element->empty = (uint8_t)dx_style_empty(doc, element);
}

/* Text stands as it is; what is flat brings no indentation along. */
static int put_in(struct dx_doc *doc, const struct dx_spot *spot, struct dx_node *node)
{
    struct dx_node *parent = spot->parent, *after = spot->after;

    if (spot->flat || node->kind == DX_KIND_TEXT || node->kind == DX_KIND_CDATA) {
        after = after ? after : spot->before ? spot->before->prev : parent->last;
        dx_link_in(parent, after, node);
        dx_link_touch(parent);
        return DX_OK;
    }
    if (!after && !spot->before) {
        after = dx_link_last(parent);
    }
    return dx_link_insert(doc, parent, after, after ? NULL : spot->before, node);
}

static int insert_new(struct dx_node **out, struct dx_node *parent, struct dx_node *after, struct dx_node *before,
                      const char *name)
{
    struct dx_doc *doc = dx_node_doc(parent);
    int rc = new_element(out, parent, name);

    rc = rc < 0 ? rc : dx_link_insert(doc, parent, after, before, *out);
    if (rc == DX_OK) {
        dress(doc, *out);
    }
    return rc;
}

int dx_edit_insert(struct dx_node **out, struct dx_node *parent, struct dx_node *after, const char *name)
{
    struct dx_node *before = after ? NULL : parent->first;

    while (before && dx_node_is_blank(before)) {
        before = before->next;
    }
    return insert_new(out, parent, after, before, name);
}

int dx_edit_insert_before(struct dx_node **out, struct dx_node *parent, struct dx_node *before, const char *name)
{
    return insert_new(out, parent, before ? NULL : dx_link_last(parent), before, name);
}

int dx_edit_remove(struct dx_node *node)
{
    struct dx_doc *doc = dx_node_doc(node);
    struct dx_node *parent = node->parent;

    if (!parent || node == doc->root) {
        return refuse(doc, node, "remove what is in it instead", "cannot be removed:", dx_node_name(node));
    }
    if (node->kind != DX_KIND_TEXT) {
        dx_link_drop_indent(doc, node);
    }
    dx_link_out(node);
    /* The indentation of an end tag that a first child brought along goes with the last one. */
    if (parent->first && !parent->first->next && parent->first->kind == DX_KIND_TEXT &&
        (parent->first->flags & DX_NODE_INDENT)) {
        dx_link_out(parent->first);
    }
    dx_link_touch(parent);
    return DX_OK;
}

int dx_edit_return(struct dx_node *node, const struct dx_spot *spot)
{
    struct dx_doc *doc = dx_node_doc(spot->parent);
    int rc;

    node->moved = true;
    rc = put_in(doc, spot, node);
    renew_foreign(node);
    return rc;
}

int dx_edit_move(struct dx_node *node, const struct dx_spot *spot)
{
    int rc = dx_edit_remove(node);

    return rc < 0 ? rc : dx_edit_return(node, spot);
}

int dx_edit_hollow(struct dx_node *element)
{
    struct dx_doc *doc = dx_node_doc(element);

    for (const struct dx_node *child = element->first; child; child = child->next) {
        if (!dx_node_is_blank(child)) {
            return DX_UNCHANGED;
        }
    }
    if (element->kind != DX_KIND_ELEMENT || (element->flags & DX_NODE_EMPTY_TAG)) {
        return DX_UNCHANGED;
    }
    while (element->first) {
        dx_link_out(element->first);
    }
    if (!(element->flags & DX_NODE_NEW)) {
        element->flags |= DX_NODE_HOLLOWED;
        element->empty = (uint8_t)dx_style_empty(doc, element);
    }
    dx_link_touch(element);
    return DX_OK;
}

int dx_edit_rename(struct dx_node *element, const char *name)
{
    struct dx_doc *doc = dx_node_doc(element);
    struct dx_str copy;
    int rc = check_element(doc, element);

    if (rc < 0) {
        return rc;
    }
    if (dx_str_is(dx_node_name(element), name)) {
        return DX_UNCHANGED;
    }
    rc = check_name(doc, element, "not the name of an element:", name);
    rc = rc < 0 ? rc : check_prefix(doc, element, name);
    if (rc < 0) {
        return rc;
    }
    copy = dx_arena_copy(&doc->arena, dx_str_of(name));
    if (!copy.ptr) {
        return no_memory(doc);
    }
    element->name = copy.ptr;
    element->name_len = (uint16_t)copy.len;
    element->parent->names |= dx_name_bit(copy.ptr, copy.len);
    element->flags |= DX_NODE_CHANGED | DX_NODE_TAG;
    dx_link_touch(element);
    return DX_OK;
}

/* Gives a text node its value; the caller touches it once it stands in the tree. */
static int put_text(struct dx_doc *doc, struct dx_node *node, struct dx_str text)
{
    struct dx_str copy = dx_arena_copy(&doc->arena, text);

    if (!copy.ptr) {
        return no_memory(doc);
    }
    node->value = copy.ptr;
    node->value_len = (uint32_t)copy.len;
    node->kind = DX_KIND_TEXT;
    node->flags = (uint8_t)((node->flags | DX_NODE_CHANGED | DX_NODE_DECODED) & ~(unsigned)DX_NODE_INDENT);
    return DX_OK;
}

/* What neither a comment nor a PI can hold is its own end. */
static bool holds_end(enum dx_kind kind, struct dx_str value)
{
    const char *end = kind == DX_KIND_COMMENT ? "--" : "?>";

    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] == end[0] && (i + 1 < value.len ? value.ptr[i + 1] == end[1] : kind == DX_KIND_COMMENT)) {
            return true;
        }
    }
    return false;
}

static int put_leaf(struct dx_doc *doc, struct dx_node *node, struct dx_str value)
{
    enum dx_kind kind = (enum dx_kind)node->kind;
    int rc = put_text(doc, node, value);

    node->kind = (uint8_t)(kind == DX_KIND_CDATA ? DX_KIND_TEXT : kind);
    return rc;
}

static int check_leaf(struct dx_doc *doc, const struct dx_node *at, enum dx_kind kind, struct dx_str value)
{
    bool text = kind == DX_KIND_TEXT || kind == DX_KIND_CDATA;
    const char *what = text ? "a text" : kind == DX_KIND_COMMENT ? "a comment" : "a processing instruction";
    size_t begin, end;

    if (!can_be_said(value) || (!text && holds_end(kind, value))) {
        dx_node_place(at, &begin, &end);
        dx_source_refuse(&doc->source, begin, end, "leave out control characters, '--' in comments and '?>' in others",
                         "%s that XML cannot hold there", what);
        return DX_EREFUSED;
    }
    if (!text && first_lacking(doc, value) < value.len) {
        dx_node_place(at, &begin, &end);
        dx_source_refuse(&doc->source, begin, end, "convert the document to UTF-8 first",
                         "%s holds a character that the document's encoding lacks", what);
        return DX_EREFUSED;
    }
    return DX_OK;
}

int dx_edit_set_value(struct dx_node *leaf, struct dx_str value)
{
    struct dx_doc *doc = dx_node_doc(leaf);
    int rc;

    if (dx_str_equal(dx_node_value(leaf), value)) {
        return doc->arena.failed ? no_memory(doc) : DX_UNCHANGED;
    }
    rc = check_leaf(doc, leaf, (enum dx_kind)leaf->kind, value);
    rc = rc < 0 ? rc : put_leaf(doc, leaf, value);
    if (rc == DX_OK) {
        dx_link_touch(leaf);
    }
    return rc;
}

/* The declarations first: other names may need them. */
static int put_attrs(struct dx_node *element, const struct dx_node *like)
{
    struct dx_doc *doc = dx_node_doc(element);
    struct dx_str name, value;

    for (int declarations = 1; declarations >= 0; declarations--) {
        for (size_t i = 0; dx_node_attr_at(&name, &value, like, i) == DX_OK; i++) {
            struct dx_str copy = dx_arena_copy(&doc->arena, name);
            int rc;

            if (!copy.ptr) {
                return no_memory(doc);
            }
            if (dx_name_declares(name) != (declarations == 1)) {
                continue;
            }
            rc = dx_edit_set_attr(element, copy.ptr, value);
            if (rc < 0) {
                return rc;
            }
        }
    }
    return DX_OK;
}

/* Without a prefix it would be in whatever namespace is the default where it now stands. */
static int put_default(struct dx_node *element, const struct dx_node *like)
{
    struct dx_str name = dx_node_name(like), wanted = dx_node_namespace(like);

    if (memchr(name.ptr, ':', name.len) || dx_str_equal(dx_node_namespace(element), wanted)) {
        return DX_OK;
    }
    return dx_edit_set_attr(element, "xmlns", wanted.ptr ? wanted : DX_S(""));
}

static int put_element(struct dx_node **out, const struct dx_spot *spot, const struct dx_node *like)
{
    struct dx_doc *doc = dx_node_doc(spot->parent);
    struct dx_str name = dx_arena_copy(&doc->arena, dx_node_name(like));
    struct dx_node *node = name.ptr ? dx_link_new(doc, DX_KIND_ELEMENT) : NULL;
    int rc = DX_OK;

    if (!node) {
        return no_memory(doc);
    }
    rc = check_name(doc, spot->parent, "not the name of an element:", name.ptr);
    if (rc < 0) {
        return rc;
    }
    node->name = name.ptr;
    node->name_len = (uint16_t)name.len;
    node->flags |= spot->parent->flags & DX_NODE_FOREIGN;
    rc = put_in(doc, spot, node);
    if (rc < 0) {
        return rc;
    }
    dress(doc, node);
    *out = node;
    rc = put_attrs(node, like);
    rc = rc < 0 ? rc : put_default(node, like);
    return rc < 0 ? rc : check_prefix(doc, node, name.ptr);
}

int dx_edit_put(struct dx_node **out, const struct dx_spot *spot, const struct dx_node *like)
{
    struct dx_doc *doc = dx_node_doc(spot->parent);
    struct dx_str value, name;
    struct dx_node *node;
    int rc;

    *out = NULL;
    if (like->kind == DX_KIND_ELEMENT) {
        return put_element(out, spot, like);
    }
    value = dx_node_value(like);
    name = dx_arena_copy(&doc->arena, dx_node_name(like));
    rc = check_leaf(doc, spot->parent, (enum dx_kind)like->kind, value);
    if (rc == DX_OK && name.ptr && like->kind == DX_KIND_PI) {
        rc = check_name(doc, spot->parent, "not the name of a processing instruction:", name.ptr);
    }
    if (rc < 0) {
        return rc;
    }
    node = name.ptr ? dx_link_new(doc, (enum dx_kind)like->kind) : NULL;
    if (!node) {
        return no_memory(doc);
    }
    node->name = name.ptr;
    node->name_len = (uint16_t)name.len;
    rc = put_leaf(doc, node, value);
    rc = rc < 0 ? rc : put_in(doc, spot, node);
    *out = rc == DX_OK ? node : NULL;
    return rc;
}

static bool is_inked_text(const struct dx_node *node)
{
    return node->kind == DX_KIND_CDATA || (node->kind == DX_KIND_TEXT && !dx_node_is_blank(node));
}

int dx_edit_set_text(struct dx_node *element, struct dx_str text)
{
    struct dx_doc *doc = dx_node_doc(element);
    struct dx_node *taker = NULL, *next;
    bool has_elements = false;
    int rc = check_element(doc, element);

    if (rc < 0) {
        return rc;
    }
    if (dx_str_equal(dx_node_text(element), text)) {
        return doc->arena.failed ? no_memory(doc) : DX_UNCHANGED;
    }
    if (!can_be_said(text)) {
        return refuse(doc, element, "XML has no control characters but tab, LF and CR",
                      "a text that XML cannot hold for element", dx_node_name(element));
    }
    for (struct dx_node *n = element->first; n; n = n->next) {
        has_elements = has_elements || n->kind == DX_KIND_ELEMENT;
        if (!taker && is_inked_text(n)) {
            taker = n;
        }
    }
    if (!taker) {
        /* White space alone is the text of a leaf, and the indentation of what holds elements. */
        for (struct dx_node *n = element->first; n && !has_elements && !taker; n = n->next) {
            taker = n->kind == DX_KIND_TEXT ? n : NULL;
        }
        if (!taker) {
            taker = dx_link_new(doc, DX_KIND_TEXT);
            rc = taker ? put_text(doc, taker, text) : no_memory(doc);
            if (rc == DX_OK) {
                dx_link_in(element, element->last, taker);
                dx_link_touch(element);
            }
            return rc;
        }
    }
    rc = put_text(doc, taker, text);
    if (rc < 0) {
        return rc;
    }
    for (struct dx_node *n = element->first; n; n = next) {
        next = n->next;
        if (n != taker && (is_inked_text(n) || (!has_elements && n->kind == DX_KIND_TEXT))) {
            dx_link_out(n);
        }
    }
    dx_link_touch(taker);
    return DX_OK;
}
