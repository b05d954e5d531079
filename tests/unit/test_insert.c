/* Insertions: the indentation, line ends, quotes and empty tags of the neighbourhood; and taking them back. */
#include "support.h"

#include "edit.h"

/*
 * One element <n/> goes into <p>: behind the child <c/> when `where` is "c", before it when it is "<c", before all
 * children when it is "first", behind all when it is "last".
 */
struct row {
    const char *where, *in, *out;
};

static struct dx_node *put(struct dx_doc *doc, struct dx_node *parent, const char *where, const char *name)
{
    struct dx_node *node = NULL;
    int rc;

    if (strcmp(where, "first") == 0) {
        rc = dx_edit_insert(&node, parent, NULL, name);
    } else if (strcmp(where, "last") == 0) {
        rc = dx_edit_insert_before(&node, parent, NULL, name);
    } else if (where[0] == '<') {
        rc = dx_edit_insert_before(&node, parent, t_find(doc, where + 1), name);
    } else if (strcmp(where, "!") == 0) { /* behind the last comment */
        struct dx_node *comment = dx_node_last(parent);

        while (dx_node_kind(comment) != DX_KIND_COMMENT) {
            comment = dx_node_prev(comment);
        }
        rc = dx_edit_insert(&node, parent, comment, name);
    } else {
        rc = dx_edit_insert(&node, parent, t_find(doc, where), name);
    }
    assert_int_equal(rc, DX_OK);
    assert_non_null(node);
    assert_ptr_equal(dx_node_parent(node), parent);
    return node;
}

static void check_means(struct dx_doc *doc, const char *out)
{
    const char *wrong = t_meaning_difference(out, strlen(out), doc);

    if (wrong) {
        fail_msg("the output does not mean what the tree says: %s\n%s", wrong, out);
    }
}

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, rows[i].in);
        struct dx_node *node = put(doc, t_find(doc, "p"), rows[i].where, "n");

        t_assert_written(doc, rows[i].out, strlen(rows[i].out));
        check_means(doc, rows[i].out);
        assert_int_equal(dx_doc_changed(doc), 1);
        assert_int_equal(dx_edit_remove(node), DX_OK);
        t_assert_written(doc, rows[i].in, strlen(rows[i].in));
        assert_int_equal(dx_doc_changed(doc), 0);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

#define D(inside) "<domain>\n" inside "</domain>\n"

TEST(beside_others)
{
    static const struct row rows[] = {
        {"c", D("  <p>\n    <c/>\n    <d/>\n  </p>\n"), D("  <p>\n    <c/>\n    <n/>\n    <d/>\n  </p>\n")},
        {"last", D("  <p>\n    <c/>\n  </p>\n"), D("  <p>\n    <c/>\n    <n/>\n  </p>\n")},
        {"first", D("  <p>\n    <c/>\n  </p>\n"), D("  <p>\n    <n/>\n    <c/>\n  </p>\n")},
        {"<c", D("  <p>\n    <c/>\n  </p>\n"), D("  <p>\n    <n/>\n    <c/>\n  </p>\n")},
        {"<d", D("  <p>\n    <c/>\n    <d/>\n  </p>\n"), D("  <p>\n    <c/>\n    <n/>\n    <d/>\n  </p>\n")},
        /* their indentation, not the parent's or the file's */
        {"c", D("  <p>\n     <c/>\n  </p>\n"), D("  <p>\n     <c/>\n     <n/>\n  </p>\n")},
        {"c", D("<p>\n<c/>\n</p>\n"), D("<p>\n<c/>\n<n/>\n</p>\n")},
        {"c", D("\t<p>\n\t\t<c/>\n\t</p>\n"), D("\t<p>\n\t\t<c/>\n\t\t<n/>\n\t</p>\n")},
        {"c", D("  <p>\n \t <c/>\n  </p>\n"), D("  <p>\n \t <c/>\n \t <n/>\n  </p>\n")},
        /* blank lines stay where they are */
        {"c", D("<p>\n  <c/>\n\n\n  <d/>\n</p>\n"), D("<p>\n  <c/>\n  <n/>\n\n\n  <d/>\n</p>\n")},
        {"<d", D("<p>\n  <c/>\n\n\n  <d/>\n</p>\n"), D("<p>\n  <c/>\n\n\n  <n/>\n  <d/>\n</p>\n")},
        {"first", D("<p>\n\n  <c/>\n</p>\n"), D("<p>\n\n  <n/>\n  <c/>\n</p>\n")},
        /* CRLF */
        {"c", "<domain>\r\n  <p>\r\n    <c/>\r\n  </p>\r\n</domain>",
         "<domain>\r\n  <p>\r\n    <c/>\r\n    <n/>\r\n  </p>\r\n</domain>"},
        {"first", "<domain>\r\n<p>\r\n\t<c/>\r\n</p>\r\n</domain>",
         "<domain>\r\n<p>\r\n\t<n/>\r\n\t<c/>\r\n</p>\r\n</domain>"},
        /* one line stays one line */
        {"c", "<domain><p><c/></p></domain>", "<domain><p><c/><n/></p></domain>"},
        {"first", "<domain><p><c/></p></domain>", "<domain><p><n/><c/></p></domain>"},
        {"<c", "<domain><p><c/></p></domain>", "<domain><p><n/><c/></p></domain>"},
        {"last", "<domain><p><c/></p></domain>\n", "<domain><p><c/><n/></p></domain>\n"},
        {"c", D("  <p><c/></p>\n"), D("  <p><c/><n/></p>\n")},
        /* comments: alone, and on the line of an element */
        {"!", D("<p>\n  <c/>\n  <!-- x -->\n</p>\n"), D("<p>\n  <c/>\n  <!-- x -->\n  <n/>\n</p>\n")},
        {"!", D("<p>\n  <c/> <!-- x -->\n  <d/>\n</p>\n"), D("<p>\n  <c/> <!-- x -->\n  <n/>\n  <d/>\n</p>\n")},
        {"!", D("<p>\n  <c/><!-- x --></p>\n"), D("<p>\n  <c/><!-- x -->\n  <n/></p>\n")},
        {"!", D("<p>\n  <!-- x -->\n</p>\n"), D("<p>\n  <!-- x -->\n  <n/>\n</p>\n")},
        {"<c", D("<p>\n  <!-- of c -->\n  <c/>\n</p>\n"), D("<p>\n  <!-- of c -->\n  <n/>\n  <c/>\n</p>\n")},
        {"last", D("<p>\n  <c/>\n  <!-- x -->\n</p>\n"), D("<p>\n  <c/>\n  <!-- x -->\n  <n/>\n</p>\n")},
        /* text */
        {"last", D("<p>t</p>\n"), D("<p>t<n/></p>\n")},
        {"first", D("<p>t</p>\n"), D("<p><n/>t</p>\n")},
    };

    check_rows(rows, COUNT(rows));
}

TEST(as_the_only_child)
{
    static const struct row rows[] = {
        {"first", D("  <p/>\n"), D("  <p>\n    <n/>\n  </p>\n")},
        {"last", D("  <p />\n"), D("  <p>\n    <n />\n  </p>\n")},
        {"first", D("  <p a='1'/>\n"), D("  <p a='1'>\n    <n/>\n  </p>\n")},
        {"first", D("  <p\n     a='1'\n  />\n"), D("  <p\n     a='1'\n  >\n    <n/>\n  </p>\n")},
        {"first", D("  <p></p>\n"), D("  <p>\n    <n></n>\n  </p>\n")},
        {"first", D("  <p>\n  </p>\n"), D("  <p>\n    <n/>\n  </p>\n")},
        {"last", D("  <p>\n\n  </p>\n"), D("  <p>\n    <n/>\n\n  </p>\n")},
        {"first", D("\t<p/>\n"), D("\t<p>\n\t\t<n/>\n\t</p>\n")},
        {"first", D("    <a>\n        <p/>\n    </a>\n"),
         D("    <a>\n        <p>\n            <n/>\n        </p>\n    </a>\n")},
        {"first", "<domain>\r\n  <p/>\r\n</domain>", "<domain>\r\n  <p>\r\n    <n/>\r\n  </p>\r\n</domain>"},
        {"first", "<domain><p/></domain>", "<domain><p><n/></p></domain>"},
        {"first", "<domain>\n  <a/><p/>\n</domain>", "<domain>\n  <a/><p><n/></p>\n</domain>"},
        {"first", D("  <p><!-- x --></p>\n"), D("  <p><n/><!-- x --></p>\n")},
    };

    check_rows(rows, COUNT(rows));
}

static void into_root(const char *in, const char *where, const char *out)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in);
    struct dx_node *node = put(doc, dx_doc_root(doc), where, "n");

    t_assert_written(doc, out, strlen(out));
    check_means(doc, out);
    assert_int_equal(dx_edit_remove(node), DX_OK);
    t_assert_written(doc, in, strlen(in));
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(into_the_root)
{
    into_root("<domain/>", "first", "<domain><n/></domain>");
    into_root("<domain/>\n", "first", "<domain><n/></domain>\n");
    into_root("<domain></domain>", "last", "<domain><n></n></domain>");
    into_root("<domain>\n</domain>\n", "first", "<domain>\n  <n/>\n</domain>\n");
    into_root("<domain>\r\n</domain>\r\n", "last", "<domain>\r\n  <n/>\r\n</domain>\r\n");
    into_root("<?xml version='1.0'?>\n<domain type='kvm'/>\n", "first",
              "<?xml version='1.0'?>\n<domain type='kvm'><n/></domain>\n");
    into_root("<!-- c -->\n<domain>\n\t<c/>\n</domain>", "c", "<!-- c -->\n<domain>\n\t<c/>\n\t<n/>\n</domain>");
}

TEST(empty_tags_as_the_neighbours_write_them)
{
    static const struct row rows[] = {
        {"c", D("<p>\n  <c></c>\n</p>\n"), D("<p>\n  <c></c>\n  <n></n>\n</p>\n")},
        {"<c", D("<p>\n  <c></c>\n</p>\n"), D("<p>\n  <n></n>\n  <c></c>\n</p>\n")},
        {"c", D("<p>\n  <c />\n</p>\n"), D("<p>\n  <c />\n  <n />\n</p>\n")},
        {"first", D("<p>\n  <c />\n</p>\n"), D("<p>\n  <n />\n  <c />\n</p>\n")},
        {"c", D("<p>\n  <c a='1'></c>\n</p>\n"), D("<p>\n  <c a='1'></c>\n  <n></n>\n</p>\n")},
        {"c", D("<p>\n  <c>1</c>\n  <d></d>\n</p>\n"), D("<p>\n  <c>1</c>\n  <n></n>\n  <d></d>\n</p>\n")},
        {"c", D("<a/><b/><a/>\n<p>\n  <c>1</c>\n</p>\n"), D("<a/><b/><a/>\n<p>\n  <c>1</c>\n  <n/>\n</p>\n")},
        {"c", D("<a></a>\n<p>\n  <c>1</c>\n</p>\n"), D("<a></a>\n<p>\n  <c>1</c>\n  <n></n>\n</p>\n")},
        {"first", D("<a />\n<p>\n</p>\n"), D("<a />\n<p>\n  <n />\n</p>\n")},
        {"c", D("<p><c></c></p>\n"), D("<p><c></c><n></n></p>\n")},
    };

    check_rows(rows, COUNT(rows));
}

static void check_quotes(const char *in, const char *where, const char *out)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in);
    struct dx_node *node = put(doc, t_find(doc, "p"), where, "n");

    assert_int_equal(dx_edit_set_attr(node, "a", STR("'\"")), DX_OK);
    t_assert_written(doc, out, strlen(out));
    check_means(doc, out);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(quotes_as_the_neighbours_write_them)
{
    check_quotes("<domain><p/></domain>", "first", "<domain><p><n a='&apos;\"'/></p></domain>");
    check_quotes("<domain x=\"1\"><p/></domain>", "first", "<domain x=\"1\"><p><n a=\"'&quot;\"/></p></domain>");
    check_quotes("<domain x='1'><p><c y=\"1\"/></p></domain>", "c",
                 "<domain x='1'><p><c y=\"1\"/><n a=\"'&quot;\"/></p></domain>");
    check_quotes("<domain x=\"1\"><p><c/><d y='1'/></p></domain>", "c",
                 "<domain x=\"1\"><p><c/><n a='&apos;\"'/><d y='1'/></p></domain>");
    check_quotes("<domain x='1'><p z=\"1\"><c/></p></domain>", "c",
                 "<domain x='1'><p z=\"1\"><c/><n a=\"'&quot;\"/></p></domain>");
}

TEST(a_subtree_is_indented_level_by_level)
{
    static const char in[] = "<domain>\n   <p/>\n</domain>";
    static const char out[] = "<domain>\n   <p>\n      <n a='1'>\n         <m>t</m>\n         <l/>\n      </n>\n"
                              "      <k/>\n   </p>\n</domain>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in);
    struct dx_node *p = t_find(doc, "p"), *n = put(doc, p, "first", "n"), *m = put(doc, n, "first", "m"), *k, *l;

    k = put(doc, p, "last", "k");
    l = put(doc, n, "last", "l");
    assert_int_equal(dx_edit_set_attr(n, "a", STR("1")), DX_OK);
    assert_int_equal(dx_edit_set_text(m, STR("t")), DX_OK);
    t_assert_written(doc, out, sizeof out - 1);
    check_means(doc, out);
    assert_int_equal(dx_edit_remove(m), DX_OK);
    assert_int_equal(dx_edit_remove(l), DX_OK);
    assert_int_equal(dx_edit_remove(n), DX_OK);
    assert_int_equal(dx_edit_remove(k), DX_OK);
    t_assert_written(doc, in, sizeof in - 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* Many insertions at many places, taken away in another order: nothing is left. */
TEST(insertions_taken_back_in_any_order)
{
    static const char *const texts[] = {
        "<domain>\n  <p>\n    <c/>\n\n    <d/> <!-- d -->\n  </p>\n  <q/>\n</domain>\n",
        "<domain>\r\n\t<p>\r\n\t\t<c></c>\r\n\t\t<d></d>\r\n\t</p>\r\n\t<q></q>\r\n</domain>",
        "<domain><p><c/><d/></p><q/></domain>",
        "<domain>\n<p><c/>text<d/>\n</p>\n<q>\n</q>\n</domain>",
    };
    static const char *const wheres[] = {"first", "last", "c", "<c", "d", "<d"};
    uint32_t seed = 7;

    for (size_t round = 0; round < 400; round++) {
        const char *text = texts[round % COUNT(texts)];
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, text);
        struct dx_node *made[12];
        size_t n = 0;
        char *out;
        size_t len;

        for (; n < COUNT(made); n++) {
            seed = seed * 1664525u + 1013904223u;
            made[n] = (seed >> 8) % 4 == 0 ? put(doc, t_find(doc, "q"), "last", "n")
                                           : put(doc, t_find(doc, "p"), wheres[(seed >> 16) % COUNT(wheres)], "n");
        }
        assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
        check_means(doc, out);
        dx_bytes_free(ctx, out);
        for (; n > 0; n--) {
            size_t i;

            seed = seed * 1664525u + 1013904223u;
            i = (seed >> 8) % n;
            assert_int_equal(dx_edit_remove(made[i]), DX_OK);
            made[i] = made[n - 1];
        }
        t_assert_written(doc, text, strlen(text));
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

static void check_removed(const char *in, const char *name, const char *out)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in);

    assert_int_equal(dx_edit_remove(t_find(doc, name)), DX_OK);
    t_assert_written(doc, out, strlen(out));
    check_means(doc, out);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(removal_of_what_stands_there)
{
    check_removed(D("  <a/>\n  <b>\n    <c/>\n  </b>\n  <d/>\n"), "b", D("  <a/>\n  <d/>\n"));
    check_removed(D("  <a/>\n"), "a", D(""));
    check_removed(D("  <a/>\n\n  <b/>\n"), "b", D("  <a/>\n\n"));
    check_removed(D("  <a/> <!-- a -->\n  <b/>\n"), "a", "<domain> <!-- a -->\n  <b/>\n</domain>\n");
    check_removed("<domain><a/><b/><c/></domain>", "b", "<domain><a/><c/></domain>");
    check_removed("<domain>\r\n\t<a/>\r\n\t<b/>\r\n</domain>", "b", "<domain>\r\n\t<a/>\r\n</domain>");
    check_removed("<domain>text\n  <b/>\n</domain>", "b", "<domain>text\n</domain>");
    check_removed("<domain><a>\n  <b/>\n</a></domain>", "b", "<domain><a>\n</a></domain>");
}

/* An element that opened up for its first child closes again when it is told so. */
TEST(hollowed_elements)
{
    static const char *const texts[][2] = {
        {D("  <p a='1'>\n    <n/>\n  </p>\n"), D("  <p a='1'/>\n")},
        {D("  <p a='1' >\n    <n />\n  </p>\n"), D("  <p a='1'/>\n")},
        {D("  <p\n   a='1'\n  ><n>t</n></p\n>\n"), D("  <p\n   a='1'\n  />\n")},
        {D("  <q />\n  <p><n><m/></n></p>\n"), D("  <q />\n  <p />\n")},
        {D("  <q></q>\n  <p>\n    <n><m/></n>\n  </p>\n"), D("  <q></q>\n  <p></p>\n")},
        {D("  <p><n/><!-- c --></p>\n"), D("  <p><!-- c --></p>\n")},
        {D("  <p>t<n/></p>\n"), D("  <p>t</p>\n")},
        {D("  <p><n/><![CDATA[]]></p>\n"), D("  <p><![CDATA[]]></p>\n")},
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, texts[i][0]);
        struct dx_node *p = t_find(doc, "p"), *node;
        const char *wrong;
        int rc;

        assert_int_equal(dx_edit_remove(t_find(doc, "n")), DX_OK);
        rc = dx_edit_hollow(p);
        assert_int_equal(rc, dx_node_first(p) ? DX_UNCHANGED : DX_OK);
        t_assert_written(doc, texts[i][1], strlen(texts[i][1]));
        check_means(doc, texts[i][1]);
        wrong = t_hull_violation(doc, texts[i][0], strlen(texts[i][0]), false);
        if (wrong) {
            fail_msg("%s: %s is missing", texts[i][0], wrong);
        }
        /* It opens for another, and closes again. */
        assert_int_equal(dx_edit_insert_before(&node, p, NULL, "m"), DX_OK);
        assert_int_equal(dx_edit_set_attr(p, "b", STR("2")), DX_OK);
        assert_int_equal(dx_edit_remove_attr(p, "b"), DX_OK);
        assert_int_equal(dx_edit_remove(node), DX_OK);
        t_assert_written(doc, texts[i][1], strlen(texts[i][1]));
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

/* An only child that was hollowed is not taken for the indentation that goes with a last child. */
TEST(a_hollowed_element_stays)
{
    static const char out[] = "<domain><p><q/></p></domain>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain><p><q><m/></q><n/></p></domain>");

    assert_int_equal(dx_edit_remove(t_find(doc, "m")), DX_OK);
    assert_int_equal(dx_edit_hollow(t_find(doc, "q")), DX_OK);
    assert_int_equal(dx_edit_remove(t_find(doc, "n")), DX_OK);
    t_assert_written(doc, out, sizeof out - 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(beside_others),
        cmocka_unit_test(as_the_only_child),
        cmocka_unit_test(into_the_root),
        cmocka_unit_test(empty_tags_as_the_neighbours_write_them),
        cmocka_unit_test(quotes_as_the_neighbours_write_them),
        cmocka_unit_test(a_subtree_is_indented_level_by_level),
        cmocka_unit_test(insertions_taken_back_in_any_order),
        cmocka_unit_test(hollowed_elements),
        cmocka_unit_test(a_hollowed_element_stays),
        cmocka_unit_test(removal_of_what_stands_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
