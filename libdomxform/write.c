#include "write.h"

#include "decode.h"
#include "style.h"

struct writer {
    struct dx_doc *doc;
    struct dx_buf spelled; /* what is being spelled, until it becomes a slice */
    size_t aside;          /* how many of the nodes that are being written were moved: slices ascend */
    bool failed;
};

static void add_slice(struct writer *w, struct dx_str s)
{
    struct dx_doc *doc = w->doc;
    struct dx_str *larger;

    if (s.len == 0) {
        return;
    }
    if (doc->n_slices && doc->slices[doc->n_slices - 1].ptr + doc->slices[doc->n_slices - 1].len == s.ptr) {
        doc->slices[doc->n_slices - 1].len += s.len;
        return;
    }
    larger = dx_mem_more(&doc->ctx->mem, doc->slices, doc->n_slices, &doc->room_slices, sizeof *larger);
    if (!larger) {
        w->failed = true;
        return;
    }
    doc->slices = larger;
    doc->slices[doc->n_slices++] = s;
}

static void flush(struct writer *w)
{
    struct dx_str copy;

    if (w->spelled.len == 0) {
        return;
    }
    copy = dx_arena_copy(&w->doc->out, dx_buf_view(&w->spelled));
    w->spelled.len = 0;
    if (copy.ptr) {
        add_slice(w, copy);
    } else {
        w->failed = true;
    }
}

static void keep(struct writer *w, size_t begin, size_t end)
{
    if (w->aside) {
        dx_buf_str(&w->spelled, dx_doc_bytes(w->doc, begin, end));
        return;
    }
    flush(w);
    add_slice(w, dx_doc_bytes(w->doc, begin, end));
}

/* The i-th byte from the end of what is written so far; NUL when there are not as many. */
static char written_before(const struct writer *w, size_t i)
{
    size_t slice = w->doc->n_slices;

    if (i < w->spelled.len) {
        return w->spelled.ptr[w->spelled.len - 1 - i];
    }
    for (i -= w->spelled.len; slice > 0 && i >= w->doc->slices[slice - 1].len; slice--) {
        i -= w->doc->slices[slice - 1].len;
    }
    return slice > 0 ? w->doc->slices[slice - 1].ptr[w->doc->slices[slice - 1].len - 1 - i] : '\0';
}

/* Bytes of a text, but for a '>' that would make "]]>" of what now stands before it: XML has that nowhere in a text. */
static void keep_text(struct writer *w, size_t begin, size_t end)
{
    const char *text = w->doc->source.bytes + begin;
    size_t brackets = end - begin > 1 && text[0] == ']' && text[1] == '>';

    if (end - begin > brackets && text[brackets] == '>' && written_before(w, 0) == ']' &&
        (brackets || written_before(w, 1) == ']')) {
        keep(w, begin, begin + brackets);
        dx_buf_puts(&w->spelled, "&gt;");
        begin += brackets + 1;
    }
    keep(w, begin, end);
}

/* One character: escaped, as it is, or, where the encoding lacks it, as a character reference. */
static void spell(struct dx_buf *buf, uint32_t c, enum dx_encoding encoding, const char *escape)
{
    char utf8[4];

    if (escape) {
        dx_buf_puts(buf, escape);
    } else if (c < 0x80) {
        dx_buf_byte(buf, (char)c);
    } else if (encoding == DX_ENCODING_UTF8) {
        dx_buf_bytes(buf, utf8, dx_utf8_put(utf8, c));
    } else if (encoding == DX_ENCODING_LATIN1 && c < 0x100) {
        dx_buf_byte(buf, (char)(unsigned char)c);
    } else {
        dx_buf_format(buf, "&#x%X;", (unsigned)c);
    }
}

/* Bytes that stand for themselves in any value, text and encoding. */
static size_t plain_run(struct dx_str s, size_t from)
{
    size_t at = from;

    while (at < s.len && (unsigned char)s.ptr[at] >= ' ' && (unsigned char)s.ptr[at] < 0x80 &&
           !strchr("&<>'\"", s.ptr[at])) {
        at++;
    }
    return at - from;
}

/* Where characters stand that are to be written: in an attribute's value (quoted so) or in a text (quote 0). */
struct where {
    char quote;
    const char *eol;
};

static const char *escape_of(uint32_t c, const struct where *where)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;";
    case '\n':
        return where->quote ? "&#10;" : where->eol;
    case '\t':
        return where->quote ? "&#9;" : NULL;
    case '\'':
        return where->quote == '\'' ? "&apos;" : NULL;
    case '"':
        return where->quote == '"' ? "&quot;" : NULL;
    default:
        return NULL;
    }
}

static void spell_all(struct dx_buf *buf, struct dx_str s, const struct where *where, enum dx_encoding encoding)
{
    for (size_t i = 0; i < s.len;) {
        uint32_t c;
        size_t plain = plain_run(s, i);

        dx_buf_bytes(buf, s.ptr + i, plain);
        i += plain;
        if (i < s.len) {
            i += dx_utf8_get(&c, s.ptr + i, s.len - i);
            spell(buf, c, encoding, escape_of(c, where));
        }
    }
}

void dx_write_attr_value(struct dx_buf *buf, struct dx_str value, char quote, enum dx_encoding encoding)
{
    spell_all(buf, value, &(struct where){.quote = quote}, encoding);
}

void dx_write_text(struct dx_buf *buf, struct dx_str text, struct dx_str eol, enum dx_encoding encoding)
{
    spell_all(buf, text, &(struct where){.eol = eol.ptr}, encoding);
}

/* Names have no references: those that edit.c let in are of characters that the encoding has. */
static void spell_name(struct writer *w, const char *name, size_t len)
{
    spell_all(&w->spelled, (struct dx_str){name, len}, &(struct where){.eol = ""}, w->doc->source.encoding);
}

static void spell_attr(struct writer *w, struct dx_str gap, const struct dx_attr *attr)
{
    dx_buf_str(&w->spelled, gap);
    spell_name(w, attr->name, attr->name_len);
    dx_buf_byte(&w->spelled, '=');
    dx_buf_byte(&w->spelled, attr->quote);
    dx_write_attr_value(&w->spelled, (struct dx_str){attr->value, attr->value_len}, attr->quote,
                        w->doc->source.encoding);
    dx_buf_byte(&w->spelled, attr->quote);
}

static size_t name_end(const struct dx_doc *doc, size_t at)
{
    while (dx_scan_in_name(doc->source.bytes[at])) {
        at++;
    }
    return at;
}

static size_t before_space(const struct dx_doc *doc, size_t at)
{
    while (dx_is_space(doc->source.bytes[at - 1])) {
        at--;
    }
    return at;
}

/* The start tag of a source element up to, without, its ">" or "/>" and the white space before that. */
static size_t patch_tag(struct writer *w, const struct dx_node *node)
{
    struct dx_doc *doc = w->doc;
    size_t at = node->begin, last = name_end(doc, node->begin + 1);

    if (node->flags & DX_NODE_CHANGED) {
        keep(w, at, at + 1);
        spell_name(w, node->name, node->name_len);
        at = last;
    }
    for (uint32_t i = 0; i < node->n_attrs; i++) {
        const struct dx_attr *attr = &node->attrs[i];

        if (attr->src_name == DX_NOWHERE) {
            continue;
        }
        last = attr->src_value + dx_attr_raw(doc, attr).len + 1;
        if (attr->flags & DX_ATTR_REMOVED) {
            keep(w, at, before_space(doc, attr->src_name));
            at = last;
        } else if (attr->flags & DX_ATTR_CHANGED) {
            keep(w, at, attr->src_value);
            dx_write_attr_value(&w->spelled, (struct dx_str){attr->value, attr->value_len},
                                doc->source.bytes[attr->src_value - 1], doc->source.encoding);
            at = last - 1;
        }
    }
    keep(w, at, last);
    for (uint32_t i = 0; i < node->n_attrs; i++) {
        if (node->attrs[i].src_name == DX_NOWHERE) {
            spell_attr(w, dx_style_attr_gap(doc, node), &node->attrs[i]);
        }
    }
    return last;
}

static const char *const closings[] = {[DX_EMPTY_SLASH] = "/>", [DX_EMPTY_SPACE_SLASH] = " />", [DX_EMPTY_PAIR] = ">"};

/* An element that stands with two tags and is to have one. */
static bool is_hollowed(const struct dx_node *node)
{
    return (node->flags & DX_NODE_HOLLOWED) && !node->first && node->empty != DX_EMPTY_PAIR;
}

/* How far a start tag is kept up to its `close`: a space there is a habit, a line end is how the tag is laid out. */
static size_t tail_of(const struct writer *w, const struct dx_node *node, size_t rest, size_t close)
{
    size_t space = before_space(w->doc, close);

    if (memchr(w->doc->source.bytes + space, '\n', close - space)) {
        return close;
    }
    return rest == node->begin ? space : rest;
}

static void start_source(struct writer *w, const struct dx_node *node)
{
    bool opens = (node->flags & DX_NODE_EMPTY_TAG) && node->first;
    size_t rest = node->begin, tail;
    bool spaced;

    if (node->flags & DX_NODE_TAG) {
        rest = patch_tag(w, node);
    }
    if (opens) {
        keep(w, rest, tail_of(w, node, rest, (size_t)node->inner - 2));
        dx_buf_byte(&w->spelled, '>');
    } else if (is_hollowed(node)) {
        tail = tail_of(w, node, rest, (size_t)node->inner - 1);
        keep(w, rest, tail);
        spaced = dx_is_space(w->doc->source.bytes[tail - 1]);
        dx_buf_puts(&w->spelled,
                    closings[spaced && node->empty == DX_EMPTY_SPACE_SLASH ? DX_EMPTY_SLASH : node->empty]);
    } else {
        keep(w, rest, node->inner);
    }
}

static void end_new(struct writer *w, const struct dx_node *node)
{
    if (node->first || node->empty == DX_EMPTY_PAIR) {
        dx_buf_puts(&w->spelled, "</");
        spell_name(w, node->name, node->name_len);
        dx_buf_byte(&w->spelled, '>');
    }
}

static void end_source(struct writer *w, const struct dx_node *node)
{
    if (node->flags & DX_NODE_EMPTY_TAG) {
        if (node->first) {
            end_new(w, node);
        }
    } else if (is_hollowed(node)) {
        return;
    } else if (node->flags & DX_NODE_CHANGED) {
        keep(w, node->close, (size_t)node->close + 2);
        spell_name(w, node->name, node->name_len);
        keep(w, name_end(w->doc, node->close + 2), node->end);
    } else {
        keep(w, node->close, node->end);
    }
}

static void start_new(struct writer *w, const struct dx_node *node)
{
    dx_buf_byte(&w->spelled, '<');
    spell_name(w, node->name, node->name_len);
    for (uint32_t i = 0; i < node->n_attrs; i++) {
        spell_attr(w, DX_S(" "), &node->attrs[i]);
    }
    dx_buf_puts(&w->spelled, node->first ? ">" : closings[node->empty]);
}

/* What has no references: the comments and PIs that edit.c let in are of characters that the encoding has. */
static void spell_lines(struct writer *w, struct dx_str text)
{
    enum dx_encoding encoding = w->doc->source.encoding;
    const char *eol = dx_source_eol(&w->doc->source).ptr;

    for (size_t i = 0; i < text.len;) {
        uint32_t c;

        i += dx_utf8_get(&c, text.ptr + i, text.len - i);
        spell(&w->spelled, c, encoding, c == '\n' ? eol : NULL);
    }
}

static void spell_aside(struct writer *w, const struct dx_node *node)
{
    struct dx_str value = {node->value, node->value_len};

    if (node->kind == DX_KIND_COMMENT) {
        dx_buf_puts(&w->spelled, "<!--");
        spell_lines(w, value);
        dx_buf_puts(&w->spelled, "-->");
    } else {
        dx_buf_puts(&w->spelled, "<?");
        spell_name(w, node->name, node->name_len);
        dx_buf_puts(&w->spelled, value.len ? " " : "");
        spell_lines(w, value);
        dx_buf_puts(&w->spelled, "?>");
    }
}

/* The character that a text of the source begins with, as it is spelled there: how many bytes, and what they mean. */
static size_t first_character(struct dx_str *means, struct dx_doc *doc, struct dx_str raw)
{
    const char *semicolon = *raw.ptr == '&' ? memchr(raw.ptr, ';', raw.len) : NULL;
    size_t len = semicolon ? (size_t)(semicolon - raw.ptr) + 1 : 1;
    bool utf8 = doc->source.encoding == DX_ENCODING_UTF8;

    if (*raw.ptr == '\r') {
        *means = DX_S("\n");
        return raw.len > 1 && raw.ptr[1] == '\n' ? 2 : 1;
    }
    while (utf8 && !semicolon && len < raw.len && ((unsigned char)raw.ptr[len] & 0xc0) == 0x80) {
        len++;
    }
    *means = (struct dx_str){raw.ptr, len};
    if (semicolon || (!utf8 && (unsigned char)*raw.ptr >= 0x80)) {
        *means = dx_decode(&doc->out, *means, doc->source.encoding, false, true);
    }
    return len;
}

/* How far a text's source spells what its new value begins with; *at is how much of the value that is. */
static size_t same_head(size_t *at, struct dx_doc *doc, struct dx_str raw, struct dx_str value, size_t most)
{
    size_t kept = 0;

    *at = 0;
    while (kept < raw.len && *at < most) {
        struct dx_str means;
        size_t len = first_character(&means, doc, (struct dx_str){raw.ptr + kept, raw.len - kept});

        if (!means.ptr || means.len > most - *at || memcmp(value.ptr + *at, means.ptr, means.len) != 0) {
            break;
        }
        *at += means.len;
        kept += len;
    }
    return kept;
}

/* How much of two values' ends is the same, in whole characters. */
static size_t same_tail(struct dx_str a, struct dx_str b)
{
    size_t n = 0;

    while (n < a.len && n < b.len && a.ptr[a.len - 1 - n] == b.ptr[b.len - 1 - n]) {
        n++;
    }
    while (n > 0 && ((unsigned char)a.ptr[a.len - n] & 0xc0) == 0x80) {
        n--;
    }
    return n;
}

/* A text of the source that has a new value: what it begins and ends with as before keeps its spelling. */
static void patch_text(struct writer *w, const struct dx_node *node)
{
    struct dx_doc *doc = w->doc;
    struct dx_str raw = dx_doc_bytes(doc, node->begin, node->end), value = {node->value, node->value_len};
    struct dx_str was = dx_decode(&doc->out, raw, doc->source.encoding, false, true);
    size_t head, tail, begin, unused;

    if (!was.ptr) {
        w->failed = true;
        return;
    }
    begin = same_head(&head, doc, raw, value, value.len);
    tail =
        same_tail((struct dx_str){was.ptr + head, was.len - head}, (struct dx_str){value.ptr + head, value.len - head});
    keep_text(w, node->begin, node->begin + begin);
    dx_write_text(&w->spelled, (struct dx_str){value.ptr + head, value.len - head - tail}, dx_source_eol(&doc->source),
                  doc->source.encoding);
    keep_text(w, node->begin + same_head(&unused, doc, raw, was, was.len - tail), node->end);
}

/* False for what is new, and for a CDATA section that became a text. */
static bool was_text(const struct dx_doc *doc, const struct dx_node *node)
{
    return !(node->flags & DX_NODE_NEW) && doc->source.bytes[node->begin] != '<';
}

static void leaf(struct writer *w, const struct dx_node *node)
{
    if ((node->flags & (DX_NODE_NEW | DX_NODE_CHANGED)) &&
        (node->kind == DX_KIND_COMMENT || node->kind == DX_KIND_PI)) {
        spell_aside(w, node);
    } else if (node->flags & DX_NODE_INDENT) {
        dx_buf_str(&w->spelled, dx_node_raw(node));
    } else if (node->kind == DX_KIND_TEXT && (node->flags & DX_NODE_CHANGED) && was_text(w->doc, node)) {
        patch_text(w, node);
    } else if (node->flags & (DX_NODE_NEW | DX_NODE_CHANGED)) {
        dx_write_text(&w->spelled, (struct dx_str){node->value, node->value_len}, dx_source_eol(&w->doc->source),
                      w->doc->source.encoding);
    } else {
        keep(w, node->begin, node->end);
    }
}

/* True when the walk goes on below the node. */
static bool enter(struct writer *w, const struct dx_node *node)
{
    if (node->kind == DX_KIND_DOCUMENT && (node->flags & DX_NODE_TOUCHED)) {
        return true;
    }
    w->aside += node->moved;
    if (!(node->flags & DX_NODE_TOUCHED) || node->kind != DX_KIND_ELEMENT) {
        if (node->flags & DX_NODE_TOUCHED) {
            leaf(w, node);
        } else if (node->kind == DX_KIND_TEXT) {
            keep_text(w, node->begin, node->end);
        } else {
            keep(w, node->begin, node->end);
        }
        w->aside -= node->moved;
        return false;
    }
    if (node->flags & DX_NODE_NEW) {
        start_new(w, node);
    } else {
        start_source(w, node);
    }
    return true;
}

static void leave(struct writer *w, const struct dx_node *node)
{
    if (node->kind == DX_KIND_ELEMENT) {
        if (node->flags & DX_NODE_NEW) {
            end_new(w, node);
        } else {
            end_source(w, node);
        }
        w->aside -= node->moved;
    }
}

int dx_write(struct dx_doc *doc)
{
    struct writer w = {.doc = doc, .spelled = DX_BUF(&doc->ctx->mem)};
    const struct dx_node *node = &doc->top;

    if (doc->written == doc->edits + 1) {
        return DX_OK; /* nothing was edited since */
    }
    doc->written = 0;
    doc->n_slices = 0;
    if (doc->arena.failed) {
        return dx_ctx_no_memory(doc->ctx); /* a getter said nothing where there was something */
    }
    dx_arena_seed(&doc->out, dx_arena_release(&doc->out, SIZE_MAX));
    keep(&w, 0, doc->source.begin);
    while (node) {
        bool below = enter(&w, node);

        if (below && node->first) {
            node = node->first;
            continue;
        }
        if (below) {
            leave(&w, node);
        }
        while (node && !node->next) {
            node = node->parent;
            if (node) {
                leave(&w, node);
            }
        }
        node = node ? node->next : NULL;
    }
    flush(&w);
    w.failed = w.failed || w.spelled.failed;
    dx_buf_free(&w.spelled);
    if (w.failed) {
        return dx_ctx_no_memory(doc->ctx);
    }
    doc->written = doc->edits + 1;
    return DX_OK;
}

size_t dx_write_len(const struct dx_doc *doc)
{
    size_t len = 0;

    for (size_t i = 0; i < doc->n_slices; i++) {
        len += doc->slices[i].len;
    }
    return len;
}

bool dx_write_is_identity(const struct dx_doc *doc)
{
    size_t at = 0;

    for (size_t i = 0; i < doc->n_slices; i++) {
        struct dx_str s = doc->slices[i];

        if (s.len > doc->source.len - at) {
            return false;
        }
        if (s.ptr != doc->source.bytes + at && memcmp(s.ptr, doc->source.bytes + at, s.len) != 0) {
            return false;
        }
        at += s.len;
    }
    return at == doc->source.len;
}

int dx_doc_changed(const struct dx_doc *doc)
{
    struct dx_doc *mutable_doc = (struct dx_doc *)(uintptr_t)doc;

    return (doc->top.flags & DX_NODE_TOUCHED) && (dx_write(mutable_doc) < 0 || !dx_write_is_identity(doc));
}

int dx_doc_slices(const struct dx_str **out, size_t *n, struct dx_doc *doc)
{
    int rc = dx_write(doc);

    *out = doc->slices;
    *n = rc == DX_OK ? doc->n_slices : 0;
    return rc;
}

int dx_doc_write(char **out, size_t *len, struct dx_doc *doc)
{
    int rc = dx_write(doc);
    size_t at = 0;

    *out = NULL;
    if (rc < 0) {
        return rc;
    }
    *len = dx_write_len(doc);
    *out = dx_mem_realloc(&doc->ctx->mem, NULL, *len + 1, 1);
    if (!*out) {
        return dx_ctx_no_memory(doc->ctx);
    }
    for (size_t i = 0; i < doc->n_slices; i++) {
        memcpy(*out + at, doc->slices[i].ptr, doc->slices[i].len);
        at += doc->slices[i].len;
    }
    (*out)[at] = '\0';
    return DX_OK;
}
