/* Diffs: applied to the input they give the output, by an applier of our own and by patch(1). */
#include "support.h"

#include <sys/wait.h>
#include <unistd.h>

static size_t line_length(struct t_bytes text, size_t at)
{
    const char *lf = at < text.len ? memchr(text.ptr + at, '\n', text.len - at) : NULL;

    return lf ? (size_t)(lf - text.ptr) - at + 1 : text.len - at;
}

/* A diff line's bytes: without the line end when the next line says that the file has none there. */
static size_t payload(struct t_bytes diff, size_t at, size_t len)
{
    return at + len < diff.len && diff.ptr[at + len] == '\\' ? len - 1 : len;
}

/* Applies a unified diff strictly: every context and removed line must stand where the hunk says. */
static struct t_bytes apply(struct t_bytes in, struct t_bytes diff)
{
    struct t_bytes out = {.ptr = malloc(in.len + diff.len + 1)};
    size_t at = 0, line = 1, d = 0;

    assert_non_null(out.ptr);
    d += line_length(diff, d);
    d += line_length(diff, d);
    while (d < diff.len) {
        size_t old_at, old_n = 1, new_at, new_n = 1, len = line_length(diff, d);

        assert_memory_equal(diff.ptr + d, "@@ -", 4);
        if (sscanf(diff.ptr + d, "@@ -%zu,%zu +%zu", &old_at, &old_n, &new_at) != 3) {
            old_n = 1;
            assert_int_equal(sscanf(diff.ptr + d, "@@ -%zu +%zu", &old_at, &new_at), 2);
        }
        if (sscanf(strchr(diff.ptr + d, '+'), "+%zu,%zu", &new_at, &new_n) != 2) {
            new_n = 1;
        }
        old_at += old_n == 0; /* "-0,0" stands behind line 0 */
        for (; line < old_at; line++) {
            size_t n = line_length(in, at);

            memcpy(out.ptr + out.len, in.ptr + at, n);
            out.len += n;
            at += n;
        }
        for (d += len; old_n > 0 || new_n > 0; d += len) {
            size_t n = payload(diff, d, len = line_length(diff, d)) - 1;
            char mark = diff.ptr[d];

            if (mark == '\\') {
                continue;
            }
            if (mark == ' ' || mark == '-') {
                assert_int_equal(line_length(in, at), n);
                assert_memory_equal(in.ptr + at, diff.ptr + d + 1, n);
                at += n;
                line++;
                old_n--;
            }
            if (mark == ' ' || mark == '+') {
                memcpy(out.ptr + out.len, diff.ptr + d + 1, n);
                out.len += n;
                new_n--;
            }
        }
        if (d < diff.len && diff.ptr[d] == '\\') {
            d += line_length(diff, d);
        }
    }
    memcpy(out.ptr + out.len, in.ptr + at, in.len - at);
    out.len += in.len - at;
    return out;
}

static struct t_bytes diff_of(struct dx_doc *doc)
{
    struct t_bytes copy;
    char *text;
    size_t len;

    assert_int_equal(dx_doc_diff(&text, &len, doc, "/x.xml", 0), DX_OK);
    copy = t_bytes_copy(text, len);
    dx_bytes_free(dx_doc_ctx(doc), text);
    return copy;
}

static struct t_bytes output_of(struct dx_doc *doc)
{
    struct t_bytes copy;
    char *text;
    size_t len;

    assert_int_equal(dx_doc_write(&text, &len, doc), DX_OK);
    copy = t_bytes_copy(text, len);
    dx_bytes_free(dx_doc_ctx(doc), text);
    return copy;
}

static void check_applies(struct dx_doc *doc, struct t_bytes in)
{
    struct t_bytes diff = diff_of(doc), want = output_of(doc);

    if (in.len == want.len && memcmp(in.ptr, want.ptr, in.len) == 0) {
        assert_int_equal(diff.len, 0);
    } else {
        struct t_bytes got = apply(in, diff);

        t_assert_bytes(got.ptr, got.len, want.ptr, want.len);
        t_bytes_free(&got);
    }
    t_bytes_free(&diff);
    t_bytes_free(&want);
}

static const char *const texts[] = {
    "<domain>\n  <name>a</name>\n  <devices>\n    <disk a='1'/>\n  </devices>\n</domain>\n",
    "<domain>\r\n\t<name>a</name>\r\n\t<devices>\r\n\t\t<disk a=\"1\"></disk>\r\n\t</devices>\r\n</domain>\r\n",
    "<domain><name>a</name><devices><disk a='1'/></devices></domain>",
    "<domain>\n<name>a</name>\n<devices><disk\n a='1'\n b='2'/>\n</devices></domain>",
    "<?xml version='1.0'?>\n<!-- x -->\n<domain\n/>",
    "<domain a='1'\n>\n\n\n\n\n\n\n\n\n\n<x/>\n\n\n\n\n\n\n\n\n<y/>\n\n\n\n</domain>\n<!-- tail -->",
};

TEST(random_edits)
{
    for (uint32_t seed = 0; seed < 6000; seed++) {
        const char *text = texts[seed % COUNT(texts)];
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, text);
        struct t_bytes in = t_bytes_copy(text, strlen(text));

        assert_true(t_edit_at_random(doc, seed) >= 0);
        check_applies(doc, in);
        t_bytes_free(&in);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

TEST(random_edits_of_the_corpus)
{
    struct t_names names;
    char *folder;

    if (!t_corpus()) {
        skip();
    }
    folder = t_path(t_corpus(), "domains");
    names = t_list(folder, ".xml");
    assert_true(names.n > 0);
    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(folder, names.items[i]);
        struct t_bytes in = t_read(path);
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse(ctx, in.ptr, in.len);

        assert_true(t_edit_at_random(doc, (uint32_t)i) >= 0);
        check_applies(doc, in);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
        t_bytes_free(&in);
        free(path);
    }
    t_names_free(&names);
    free(folder);
}

static int run(const char *directory)
{
    static const char *const args[] = {"patch", "-p1", "-s", "-t", "-f", "--binary", "-i", "x.diff", NULL};
    int status;
    pid_t child = fork();

    assert_true(child >= 0);
    if (child == 0) {
        char *copy[COUNT(args)] = {NULL};

        for (size_t i = 0; args[i]; i++) {
            copy[i] = strdup(args[i]);
        }
        if (chdir(directory) == 0) {
            execvp("patch", copy);
        }
        _exit(T_SKIPPED);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

TEST(patch_takes_them)
{
    char *scratch = t_scratch(), *file = t_path(scratch, "x.xml"), *diff_file = t_path(scratch, "x.diff");
    bool absent = false;

    for (uint32_t seed = 0; seed < 90 && !absent; seed++) {
        const char *text = texts[seed % COUNT(texts)];
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, text);
        struct t_bytes diff, want, got;

        assert_true(t_edit_at_random(doc, seed * 31) >= 0);
        diff = diff_of(doc);
        want = output_of(doc);
        if (diff.len) {
            int rc;

            assert_true(t_write(file, text, strlen(text)));
            assert_true(t_write(diff_file, diff.ptr, diff.len));
            rc = run(scratch);
            absent = rc == T_SKIPPED;
            if (!absent) {
                if (rc != 0) {
                    fail_msg("patch fails with %d on:\n%s\n%s", rc, text, diff.ptr);
                }
                got = t_read(file);
                t_assert_bytes(got.ptr, got.len, want.ptr, want.len);
                t_bytes_free(&got);
            }
        }
        t_bytes_free(&diff);
        t_bytes_free(&want);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
    free(file);
    free(diff_file);
    t_scratch_remove(scratch);
    if (absent) {
        print_message("patch(1) is not installed\n");
        skip();
    }
}

/* ---- what a person reads ---- */

static void check_diff(const char *in, void (*edit)(struct dx_doc *doc), const char *want)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in);
    struct t_bytes diff;

    edit(doc);
    diff = diff_of(doc);
    t_assert_bytes(diff.ptr, diff.len, want, strlen(want));
    t_bytes_free(&diff);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static void insert_behind_b(struct dx_doc *doc)
{
    struct dx_node *node;

    assert_int_equal(dx_edit_insert(&node, dx_node_parent(t_find(doc, "b")), t_find(doc, "b"), "n"), DX_OK);
}

static void insert_before_b(struct dx_doc *doc)
{
    struct dx_node *node;

    assert_int_equal(dx_edit_insert_before(&node, dx_node_parent(t_find(doc, "b")), t_find(doc, "b"), "n"), DX_OK);
}

static void set_b(struct dx_doc *doc)
{
    assert_int_equal(dx_edit_set_attr(t_find(doc, "b"), "x", STR("2")), DX_OK);
}

static void remove_b(struct dx_doc *doc)
{
    assert_int_equal(dx_edit_remove(t_find(doc, "b")), DX_OK);
}

static void nothing(struct dx_doc *doc)
{
    assert_int_equal(dx_edit_set_attr(t_find(doc, "b"), "x", STR("2")), DX_OK);
    assert_int_equal(dx_edit_remove_attr(t_find(doc, "b"), "x"), DX_OK);
}

#define HEAD "--- a/x.xml\n+++ b/x.xml\n"

TEST(an_insertion_shows_only_added_lines)
{
    check_diff("<domain>\n  <a/>\n  <b/>\n  <c/>\n</domain>\n", insert_behind_b,
               HEAD "@@ -1,5 +1,6 @@\n <domain>\n   <a/>\n   <b/>\n+  <n/>\n   <c/>\n </domain>\n");
    check_diff("<domain>\n  <a/>\n  <b/>\n  <c/>\n</domain>\n", insert_before_b,
               HEAD "@@ -1,5 +1,6 @@\n <domain>\n   <a/>\n+  <n/>\n   <b/>\n   <c/>\n </domain>\n");
    check_diff("<domain>\r\n\t<b/>\r\n</domain>\r\n", insert_behind_b,
               HEAD "@@ -1,3 +1,4 @@\n <domain>\r\n \t<b/>\r\n+\t<n/>\r\n </domain>\r\n");
    check_diff("<domain>\n  <b/>\n</domain>", insert_behind_b,
               HEAD "@@ -1,3 +1,4 @@\n <domain>\n   <b/>\n+  <n/>\n </domain>\n\\ No newline at end of file\n");
}

/* What git writes and patch reads. */
TEST(odd_names_are_quoted)
{
    static const char *const names[][2] = {
        {"a b.xml", "--- a/a b.xml\t\n+++ b/a b.xml\t\n@@"},
        {"a\nb.xml", "--- \"a/a\\012b.xml\"\n+++ \"b/a\\012b.xml\"\n@@"},
        {"a\"\\ b.xml", "--- \"a/a\\\"\\\\ b.xml\"\n+++ \"b/a\\\"\\\\ b.xml\"\n@@"},
        {"\xc3\xa9.xml", "--- a/\xc3\xa9.xml\n+++ b/\xc3\xa9.xml\n@@"},
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, "<domain>\n  <b/>\n</domain>\n");
        char *text;
        size_t len;

        set_b(doc);
        assert_int_equal(dx_doc_diff(&text, &len, doc, names[i][0], 0), DX_OK);
        assert_true(len > strlen(names[i][1]));
        assert_memory_equal(text, names[i][1], strlen(names[i][1]));
        dx_bytes_free(ctx, text);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

TEST(a_removal_shows_only_removed_lines)
{
    check_diff("<domain>\n  <a/>\n  <b/>\n  <c/>\n</domain>\n", remove_b,
               HEAD "@@ -1,5 +1,4 @@\n <domain>\n   <a/>\n-  <b/>\n   <c/>\n </domain>\n");
    check_diff("<domain>\n  <b>\n    <c/>\n  </b>\n</domain>\n", remove_b,
               HEAD "@@ -1,5 +1,2 @@\n <domain>\n-  <b>\n-    <c/>\n-  </b>\n </domain>\n");
}

TEST(a_change_shows_its_line)
{
    check_diff("<domain>\n\n\n\n\n  <b x='1'/>\n\n\n\n\n</domain>\n", set_b,
               HEAD "@@ -3,7 +3,7 @@\n \n \n \n-  <b x='1'/>\n+  <b x='2'/>\n \n \n \n");
    check_diff("<domain><b x='1'/></domain>", set_b,
               HEAD "@@ -1 +1 @@\n-<domain><b x='1'/></domain>\n\\ No newline at end of file\n"
                    "+<domain><b x='2'/></domain>\n\\ No newline at end of file\n");
    check_diff("<domain>\n  <b/>\n</domain>\n", nothing, "");
}

TEST(colour_changes_nothing_but_colour)
{
    for (uint32_t seed = 0; seed < 200; seed++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, texts[seed % COUNT(texts)]);
        struct t_bytes plain;
        char *text;
        size_t len, n = 0;

        assert_true(t_edit_at_random(doc, seed) >= 0);
        plain = diff_of(doc);
        assert_int_equal(dx_doc_diff(&text, &len, doc, "x.xml", DX_RENDER_COLOR), DX_OK);
        assert_true((plain.len == 0 && len == 0) || len > plain.len);
        for (size_t i = 0; i < len; i++) {
            if (text[i] == '\x1b') {
                while (text[i] != 'm') {
                    i++;
                }
            } else {
                text[n++] = text[i];
            }
        }
        t_assert_bytes(text, n, plain.ptr, plain.len);
        dx_bytes_free(ctx, text);
        t_bytes_free(&plain);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_edits),
        cmocka_unit_test(random_edits_of_the_corpus),
        cmocka_unit_test(patch_takes_them),
        cmocka_unit_test(an_insertion_shows_only_added_lines),
        cmocka_unit_test(odd_names_are_quoted),
        cmocka_unit_test(a_removal_shows_only_removed_lines),
        cmocka_unit_test(a_change_shows_its_line),
        cmocka_unit_test(colour_changes_nothing_but_colour),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
