/*
 * The first line is a script, three bytes an edit: what, at which element, with which value. The rest is a document.
 * Whatever the edits: the output is read again as the tree that was edited, and no edit means no change.
 */
#include "fuzz.h"

static const char *const names[] = {"dev", "bus", "x", "iothread", "a-b.c", "\xc3\xa9", "1bad", "b ad", ""};
static const char *const values[] = {"",
                                     "1",
                                     "vda",
                                     "a\"b",
                                     "a'b",
                                     "'\"",
                                     "<&>",
                                     "]]>",
                                     "\t",
                                     "a\nb",
                                     "\r\n",
                                     "\xc3\xa9",
                                     " x ",
                                     "\xf0\x9f\x98\x80",
                                     "\x01",
                                     "\xff\xfe",
                                     "&amp;#10;",
                                     "--",
                                     "a very ordinary value"};

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static struct dx_str value_of(uint8_t byte)
{
    const char *s = values[byte % COUNT(values)];

    return (struct dx_str){s, strlen(s)};
}

/* The i-th node of that kind in document order, counted round; NULL when there is none. */
static struct dx_node *pick(const struct dx_doc *doc, size_t i, int elements)
{
    struct dx_node *root = dx_doc_root(doc), *node = root, *found[256];
    size_t n = 0;

    while (node && n < COUNT(found)) {
        if (!elements || dx_node_kind(node) == DX_KIND_ELEMENT) {
            found[n++] = node;
        }
        if (dx_node_first(node)) {
            node = dx_node_first(node);
            continue;
        }
        while (node != root && !dx_node_next(node)) {
            node = dx_node_parent(node);
        }
        node = node == root ? NULL : dx_node_next(node);
    }
    return n ? found[i % n] : NULL;
}

static int edit(struct dx_doc *doc, uint8_t what, uint8_t where, uint8_t with)
{
    struct dx_node *element = pick(doc, where, 1), *node, *out = NULL;
    const char *name = names[with % COUNT(names)];
    int rc = DX_OK;

    switch (what % 8) {
    case 0:
        return dx_edit_set_attr(element, name, value_of((uint8_t)(with / COUNT(names) + what)));
    case 1:
        return dx_edit_remove_attr(element, name);
    case 2:
        return dx_edit_set_text(element, value_of(with));
    case 3:
        return element == dx_doc_root(doc) ? DX_OK : dx_edit_rename(element, name);
    case 4:
        node = dx_node_first(element);
        for (uint8_t i = 0; node && i < with % 5; i++) {
            node = dx_node_next(node);
        }
        rc = dx_edit_insert(&out, element, node, names[with % 5]);
        break;
    case 5:
        node = dx_node_last(element);
        rc = dx_edit_insert_before(&out, element, with % 2 ? node : NULL, names[with % 5]);
        break;
    default:
        node = pick(doc, where, what % 8 == 6);
        return node == dx_doc_root(doc) ? DX_OK : dx_edit_remove(node);
    }
    PROMISE(rc != DX_OK || (out && dx_node_parent(out) == element), "an insert gives the new element");
    if (rc == DX_OK && with % 3 == 0) {
        rc = dx_edit_set_attr(out, "new", value_of(with));
    }
    return rc;
}

static void check_output(struct dx_ctx *ctx, struct dx_doc *doc, const char *in, size_t in_len)
{
    struct text edited = {0}, again = {0};
    struct dx_doc *reread = NULL;
    size_t len, diff_len;
    char *out, *diff;

    PROMISE(dx_doc_write(&out, &len, doc) == DX_OK, "an edited document can be written");
    if (!dx_doc_changed(doc)) {
        PROMISE(len == in_len && memcmp(in, out, len) == 0, "P1: no effective edit, no change");
    }
    PROMISE(dx_doc_diff(&diff, &diff_len, doc, "vm.xml", 0) == DX_OK, "an edited document has a diff");
    PROMISE((diff_len == 0) == (len == in_len && memcmp(in, out, len) == 0), "the diff is empty when nothing differs");
    dx_bytes_free(ctx, diff);
    if (dx_doc_parse(&reread, ctx, "out.xml", out, len, 0) != DX_OK) {
        fprintf(stderr, "%.*s\n", (int)len, out);
        PROMISE(0, "the output of edits is well-formed");
    }
    canon_doc(&edited, doc);
    canon_doc(&again, reread);
    if (edited.len != again.len || memcmp(edited.ptr, again.ptr, edited.len) != 0) {
        fprintf(stderr, "edited:%.*s\n\nread again:%.*s\n\n%.*s\n", (int)edited.len, edited.ptr, (int)again.len,
                again.ptr, (int)len, out);
        PROMISE(0, "P3: the output means what was edited");
    }
    dx_doc_free(reread);
    dx_bytes_free(ctx, out);
    text_free(&edited);
    text_free(&again);
}

/* A CR alone reads as a line end, and so do CR and LF together: where an edit brings the two side by side, they merge.
 */
static int has_lone_cr(const uint8_t *bytes, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (bytes[i] == '\r' && (i + 1 == len || bytes[i + 1] != '\n')) {
            return 1;
        }
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line = size ? memchr(data, '\n', size) : NULL;
    size_t script = line ? (size_t)(line - data) : 0;
    struct dx_doc *doc = NULL;
    struct dx_ctx *ctx;

    if (!line || script > 96 || size > 1 << 14 || has_lone_cr(line + 1, size - script - 1)) {
        return 0;
    }
    PROMISE(dx_ctx_new(&ctx, NULL) == DX_OK, "a context can be made");
    if (dx_doc_parse(&doc, ctx, "fuzz.xml", (const char *)line + 1, size - script - 1, 0) == DX_OK) {
        for (size_t i = 0; i + 2 < script; i += 3) {
            int rc = edit(doc, data[i], data[i + 1], data[i + 2]);

            PROMISE(rc == DX_OK || rc == DX_UNCHANGED || rc == DX_EREFUSED, "an edit is done, unchanged or refused");
        }
        check_output(ctx, doc, (const char *)line + 1, size - script - 1);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    return 0;
}
