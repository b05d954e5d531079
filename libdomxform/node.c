/* Reading the tree: the getters of the public header and their helpers. */
#include "decode.h"
#include "tree.h"

struct dx_node *dx_tree_skip(const struct dx_node *node, const struct dx_node *top)
{
    while (node != top) {
        if (node->next) {
            return node->next;
        }
        node = node->parent;
    }
    return NULL;
}

struct dx_node *dx_tree_next(const struct dx_node *node, const struct dx_node *top)
{
    return node->first ? node->first : dx_tree_skip(node, top);
}

enum dx_kind dx_node_kind(const struct dx_node *node)
{
    return (enum dx_kind)node->kind;
}

struct dx_node *dx_node_parent(const struct dx_node *node)
{
    return node->parent;
}

struct dx_node *dx_node_first(const struct dx_node *node)
{
    return node->first;
}

struct dx_node *dx_node_last(const struct dx_node *node)
{
    return node->last;
}

struct dx_node *dx_node_next(const struct dx_node *node)
{
    return node->next;
}

struct dx_node *dx_node_prev(const struct dx_node *node)
{
    return node->prev;
}

struct dx_str dx_node_name(const struct dx_node *node)
{
    return (struct dx_str){node->name ? node->name : "", node->name_len};
}

static bool is_named(const struct dx_node *node, const char *name, size_t len)
{
    return node->name_len == len && node->kind == DX_KIND_ELEMENT && node->name[0] == name[0] &&
           memcmp(node->name, name, len) == 0 && !(node->flags & DX_NODE_FOREIGN);
}

int dx_node_is(const struct dx_node *node, const char *name)
{
    return is_named(node, name, strlen(name));
}

struct dx_node *dx_node_first_named(struct dx_node *from, const char *name, size_t len)
{
    while (from && !is_named(from, name, len)) {
        from = from->next;
    }
    return from;
}

struct dx_node *(dx_node_child)(const struct dx_node *node, const char *name)
{
    return dx_node_child(node, name);
}

struct dx_node *(dx_node_next_named)(const struct dx_node *node, const char *name)
{
    return dx_node_next_named(node, name);
}

struct dx_attr *dx_tree_attr(const struct dx_node *node, const char *name, size_t len)
{
    if (node->kind == DX_KIND_ELEMENT) {
        for (uint32_t i = 0; i < node->n_attrs; i++) {
            struct dx_attr *attr = &node->attrs[i];

            if (attr->name_len == len && attr->name[0] == name[0] && memcmp(attr->name, name, len) == 0 &&
                !(attr->flags & DX_ATTR_REMOVED)) {
                return attr;
            }
        }
    }
    return NULL;
}

struct dx_str dx_attr_raw(const struct dx_doc *doc, const struct dx_attr *attr)
{
    const char *from = doc->source.bytes + attr->src_value;
    const char *to = memchr(from, from[-1], doc->source.len - attr->src_value);

    return (struct dx_str){from, (size_t)(to - from)};
}

struct dx_str dx_attr_value(const struct dx_node *node, struct dx_attr *attr)
{
    if (!(attr->flags & DX_ATTR_DECODED)) {
        struct dx_doc *doc = dx_node_doc(node);
        struct dx_str value =
            dx_decode(&doc->arena, (struct dx_str){attr->value, attr->value_len}, doc->source.encoding, true, true);

        if (!value.ptr) {
            return DX_S("");
        }
        attr->value = value.ptr;
        attr->value_len = (uint32_t)value.len;
        attr->flags |= DX_ATTR_DECODED;
    }
    return (struct dx_str){attr->value, attr->value_len};
}

struct dx_str dx_node_attr_named(const struct dx_node *node, const char *name, size_t len)
{
    struct dx_attr *attr = dx_tree_attr(node, name, len);

    return attr ? dx_attr_value(node, attr) : DX_NONE;
}

struct dx_str(dx_node_attr)(const struct dx_node *node, const char *name)
{
    return dx_node_attr(node, name);
}

size_t dx_node_attr_count(const struct dx_node *node)
{
    size_t n = 0;

    for (uint32_t i = 0; node->kind == DX_KIND_ELEMENT && i < node->n_attrs; i++) {
        n += !(node->attrs[i].flags & DX_ATTR_REMOVED);
    }
    return n;
}

int dx_node_attr_at(struct dx_str *name, struct dx_str *value, const struct dx_node *node, size_t i)
{
    for (uint32_t k = 0; node->kind == DX_KIND_ELEMENT && k < node->n_attrs; k++) {
        struct dx_attr *attr = &node->attrs[k];

        if (!(attr->flags & DX_ATTR_REMOVED) && i-- == 0) {
            *name = dx_attr_name(attr);
            *value = dx_attr_value(node, attr);
            return DX_OK;
        }
    }
    return DX_UNCHANGED;
}

struct dx_str dx_node_value(const struct dx_node *node)
{
    struct dx_node *mutable_node = (struct dx_node *)(uintptr_t)node;

    if (node->kind == DX_KIND_ELEMENT || node->kind == DX_KIND_DOCUMENT) {
        return DX_S("");
    }
    if (!(node->flags & DX_NODE_DECODED)) {
        struct dx_doc *doc = dx_node_doc(node);
        struct dx_str value = dx_decode(&doc->arena, (struct dx_str){node->value, node->value_len},
                                        doc->source.encoding, false, node->kind == DX_KIND_TEXT);

        if (!value.ptr) {
            return DX_S("");
        }
        if (node->flags & DX_NODE_INDENT) {
            return value; /* its own value is what will be written, line ends and all */
        }
        mutable_node->value = value.ptr;
        mutable_node->value_len = (uint32_t)value.len;
        mutable_node->flags |= DX_NODE_DECODED;
    }
    return (struct dx_str){node->value, node->value_len};
}

static bool is_text(const struct dx_node *node)
{
    return node->kind == DX_KIND_TEXT || node->kind == DX_KIND_CDATA;
}

struct dx_str dx_node_text(const struct dx_node *node)
{
    const struct dx_node *child, *only = NULL;
    size_t n = 0, len = 0;
    char *joined;

    for (child = node->first; child; child = child->next) {
        if (is_text(child)) {
            only = child;
            len += dx_node_value(child).len;
            n++;
        }
    }
    if (n == 0) {
        return DX_S("");
    }
    if (n == 1) {
        return dx_node_value(only);
    }
    joined = dx_arena_alloc(&dx_node_doc(node)->arena, len + 1);
    if (!joined) {
        return DX_S("");
    }
    len = 0;
    for (child = node->first; child; child = child->next) {
        if (is_text(child)) {
            struct dx_str value = dx_node_value(child);

            memcpy(joined + len, value.ptr, value.len);
            len += value.len;
        }
    }
    return (struct dx_str){joined, len};
}

struct dx_str dx_node_lookup_namespace(const struct dx_node *node, struct dx_str prefix)
{
    if (dx_str_is(prefix, "xml")) {
        return DX_S("http://www.w3.org/XML/1998/namespace");
    }
    for (; node && node->kind == DX_KIND_ELEMENT; node = node->parent) {
        for (uint32_t i = 0; i < node->n_attrs; i++) {
            struct dx_attr *attr = &node->attrs[i];
            struct dx_str name = dx_attr_name(attr);

            if ((attr->flags & DX_ATTR_REMOVED) || !dx_str_starts(name, "xmlns")) {
                continue;
            }
            if (prefix.len == 0 ? name.len == 5
                                : name.len == prefix.len + 6 && name.ptr[5] == ':' &&
                                      memcmp(name.ptr + 6, prefix.ptr, prefix.len) == 0) {
                struct dx_str value = dx_attr_value(node, attr);

                return value.len ? value : DX_NONE;
            }
        }
    }
    return DX_NONE;
}

struct dx_str dx_node_namespace(const struct dx_node *node)
{
    struct dx_str name = dx_node_name(node);
    const char *colon = name.len ? memchr(name.ptr, ':', name.len) : NULL;

    if (node->kind != DX_KIND_ELEMENT) {
        return DX_NONE;
    }
    if (!colon && !(node->flags & DX_NODE_FOREIGN)) {
        return DX_NONE;
    }
    return dx_node_lookup_namespace(node, (struct dx_str){name.ptr, colon ? (size_t)(colon - name.ptr) : 0});
}

bool dx_node_is_blank(const struct dx_node *node)
{
    if (node->kind != DX_KIND_TEXT) {
        return false;
    }
    if (node->flags & (DX_NODE_NEW | DX_NODE_CHANGED)) {
        return !(dx_scan_classify((struct dx_str){node->value, node->value_len}) & DX_HAS_INK);
    }
    return !(node->has & DX_HAS_INK);
}

struct dx_str dx_node_raw(const struct dx_node *node)
{
    if (node->flags & (DX_NODE_NEW | DX_NODE_CHANGED)) {
        return (struct dx_str){node->value, node->value_len};
    }
    return dx_doc_bytes(dx_node_doc(node), node->begin, node->end);
}

/* Where the next byte of the source that follows a new node stands. */
static size_t place_of_new(const struct dx_node *node)
{
    const struct dx_node *near = node;

    while (near->parent && (near->flags & DX_NODE_NEW)) {
        const struct dx_node *before = near->prev;

        while (before && (before->flags & DX_NODE_NEW)) {
            before = before->prev;
        }
        if (before) {
            return before->end;
        }
        near = near->parent;
        if (!(near->flags & DX_NODE_NEW)) {
            return near->flags & DX_NODE_EMPTY_TAG ? near->begin : near->inner;
        }
    }
    return near->begin;
}

void dx_node_place(const struct dx_node *node, size_t *begin, size_t *end)
{
    if (node->flags & DX_NODE_NEW) {
        *begin = *end = place_of_new(node);
    } else {
        *begin = node->begin;
        *end = node->kind == DX_KIND_ELEMENT ? node->inner : node->end;
    }
}

bool dx_attr_place(const struct dx_node *node, const char *name, size_t *begin, size_t *end)
{
    const struct dx_attr *attr = dx_tree_attr(node, name, strlen(name));

    if (!attr || attr->src_name == DX_NOWHERE) {
        return false;
    }
    *begin = attr->src_name;
    *end = attr->src_value + dx_attr_raw(dx_node_doc(node), attr).len + 1;
    return true;
}

void dx_node_span(size_t *begin, size_t *end, const struct dx_node *node)
{
    *begin = node->flags & DX_NODE_NEW ? 0 : node->begin;
    *end = node->flags & DX_NODE_NEW ? 0 : node->end;
}

void dx_node_position(size_t *line, size_t *column, const struct dx_node *node)
{
    struct dx_doc *doc = dx_node_doc(node);
    struct dx_where where;
    size_t begin, end;

    dx_node_place(node, &begin, &end);
    where = dx_source_where(&doc->source, begin, end);
    *line = where.line;
    *column = where.column;
}

struct key {
    const char *element, *child, *attr;
};

/* What a person calls the element by. */
static struct dx_str key_of(const struct dx_node *node, const char **what)
{
    static const struct key keys[] = {
        {"disk", "target", "dev"},         {"interface", "target", "dev"},
        {"interface", "mac", "address"},   {"controller", NULL, "index"},
        {"channel", "target", "name"},     {"filesystem", "target", "dir"},
        {"iothread", NULL, "id"},          {"cell", NULL, "id"},
        {"seclabel", NULL, "model"},       {"vcpupin", NULL, "vcpu"},
        {"iothreadpin", NULL, "iothread"},
    };

    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (dx_node_is(node, keys[i].element)) {
            const struct dx_node *holder = keys[i].child ? dx_node_child(node, keys[i].child) : node;
            struct dx_str value = holder ? dx_node_attr(holder, keys[i].attr) : DX_NONE;

            if (value.ptr) {
                *what = keys[i].child ? keys[i].child : keys[i].attr;
                return value;
            }
        }
    }
    return DX_NONE;
}

static bool is_namesake(const struct dx_node *node, const struct dx_node *other)
{
    return node->name_len == other->name_len && node->kind == DX_KIND_ELEMENT &&
           memcmp(node->name, other->name, node->name_len) == 0;
}

/* Which of its name it is among its siblings, from 1 on. */
static size_t count_to(const struct dx_node *node, size_t level, struct dx_counted *counted)
{
    bool keeps = level < sizeof counted->levels / sizeof counted->levels[0];
    size_t index = 1;

    for (const struct dx_node *n = node->prev; n; n = n->prev) {
        if (is_namesake(n, node)) {
            if (keeps && n == counted->levels[level].node) {
                index += counted->levels[level].index;
                break;
            }
            index++;
        }
    }
    if (keeps) {
        counted->levels[level].node = node;
        counted->levels[level].index = index;
    }
    return index;
}

void dx_node_path(struct dx_buf *buf, const struct dx_node *node)
{
    struct dx_counted counted = {0};

    dx_node_path_counted(buf, node, &counted);
}

void dx_node_path_counted(struct dx_buf *buf, const struct dx_node *node, struct dx_counted *counted)
{
    const struct dx_node *chain[DX_DEEPEST + 2];
    size_t depth = 0, height;

    while (node && node->kind != DX_KIND_ELEMENT) {
        node = node->parent;
    }
    for (; node && node->kind == DX_KIND_ELEMENT && depth < DX_DEEPEST + 2; node = node->parent) {
        chain[depth++] = node;
    }
    height = depth;
    while (depth-- > 0) {
        size_t index = count_to(chain[depth], height - 1 - depth, counted), same = 0;
        const char *what = NULL;
        struct dx_str key;

        node = chain[depth];
        for (const struct dx_node *n = node->next; n && index == 1 && !same; n = n->next) {
            same = is_namesake(n, node);
        }
        dx_buf_str(buf, dx_node_name(node));
        if (index > 1 || same) {
            dx_buf_format(buf, "[%zu]", index);
        }
        key = key_of(node, &what);
        if (key.ptr) {
            dx_buf_format(buf, " (%s %.*s)", what, DX_F(key));
        }
        if (depth > 0) {
            dx_buf_byte(buf, '/');
        }
    }
}
