#include "support.h"

const char t_small_vm[] = "<domain type='kvm'>\n"
                          "  <name>vm</name>\n"
                          "  <memory unit='GiB'>4</memory>\n"
                          "  <vcpu>2</vcpu>\n"
                          "  <os>\n"
                          "    <type arch='x86_64' machine='q35'>hvm</type>\n"
                          "  </os>\n"
                          "  <devices>\n"
                          "    <disk type='file' device='disk'>\n"
                          "      <driver name='qemu' type='raw'/>\n"
                          "      <source file='/d.raw'/>\n"
                          "      <target dev='vda' bus='virtio'/>\n"
                          "    </disk>\n"
                          "    <tpm model='tpm-tis'>\n"
                          "      <backend type='emulator' version='2.0'/>\n"
                          "    </tpm>\n"
                          "  </devices>\n"
                          "</domain>\n";

struct dx_ctx *t_ctx(void)
{
    struct dx_ctx *ctx;

    assert_int_equal(dx_ctx_new(&ctx, NULL), DX_OK);
    return ctx;
}

struct dx_doc *t_parse(struct dx_ctx *ctx, const char *bytes, size_t len)
{
    struct dx_doc *doc;
    int rc = dx_doc_parse(&doc, ctx, "test.xml", bytes, len, 0);

    if (rc != DX_OK) {
        struct t_bytes said = t_diags(ctx);

        fail_msg("refused with %d:\n%s", rc, said.ptr);
    }
    return doc;
}

struct dx_doc *t_parse_text(struct dx_ctx *ctx, const char *text)
{
    return t_parse(ctx, text, strlen(text));
}

void t_assert_bytes(const char *got, size_t len, const char *want, size_t want_len)
{
    size_t at = 0;

    if (len == want_len && memcmp(got, want, len) == 0) {
        return;
    }
    while (at < len && at < want_len && got[at] == want[at]) {
        at++;
    }
    fail_msg("%zu bytes, %zu wanted; they part at byte %zu\n--- got\n%.*s\n--- wanted\n%.*s\n---", len, want_len, at,
             (int)(len > 20000 ? 20000 : len), got, (int)(want_len > 20000 ? 20000 : want_len), want);
}

void t_assert_written(struct dx_doc *doc, const char *want, size_t len)
{
    char *out;
    size_t n;

    assert_int_equal(dx_doc_write(&out, &n, doc), DX_OK);
    t_assert_bytes(out, n, want, len);
    assert_int_equal(out[n], '\0');
    dx_bytes_free(dx_doc_ctx(doc), out);
}

void t_check_edit(const char *in, void (*edit)(struct dx_doc *doc), const char *out)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in);
    const char *wrong;

    edit(doc);
    t_assert_written(doc, out, strlen(out));
    assert_int_equal(dx_doc_changed(doc), strcmp(in, out) != 0);
    wrong = t_meaning_difference(out, strlen(out), doc);
    if (wrong) {
        fail_msg("the output does not mean what the tree says: %s\n%s", wrong, out);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

struct dx_node *t_next(const struct dx_node *node, const struct dx_node *top)
{
    struct dx_node *below = dx_node_first(node);

    if (below) {
        return below;
    }
    while (node != top) {
        struct dx_node *next = dx_node_next(node);

        if (next) {
            return next;
        }
        node = dx_node_parent(node);
    }
    return NULL;
}

struct dx_node *t_find(struct dx_doc *doc, const char *name)
{
    for (struct dx_node *node = dx_doc_root(doc); node; node = t_next(node, dx_doc_root(doc))) {
        struct dx_str s = dx_node_name(node);

        if (dx_node_kind(node) == DX_KIND_ELEMENT && s.len == strlen(name) && memcmp(s.ptr, name, s.len) == 0) {
            return node;
        }
    }
    fail_msg("no element <%s> in the document", name);
    return NULL;
}

struct t_bytes t_diags(struct dx_ctx *ctx)
{
    struct t_bytes all = t_bytes_copy("", 0);

    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        char *text;
        size_t len;

        assert_int_equal(dx_diag_render(&text, &len, ctx, dx_ctx_diag(ctx, i), DX_FORMAT_TEXT, 0), DX_OK);
        t_bytes_add(&all, text, len);
        dx_bytes_free(ctx, text);
    }
    return all;
}

size_t t_count(const struct dx_ctx *ctx, enum dx_severity severity)
{
    size_t n = 0;

    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        n += dx_ctx_diag(ctx, i)->severity == severity;
    }
    return n;
}
