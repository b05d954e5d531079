/* Edits of what stands there: only the bytes of what is changed change. */
#include "support.h"

enum what { SET, REMOVE, TEXT, RENAME };

/* One edit of element <x>. */
struct row {
    enum what what;
    const char *name, *value; /* of the attribute; the text or new name in `value` */
    const char *in, *out;
};

static const struct row *current;

static void apply(struct dx_doc *doc)
{
    struct dx_node *x = t_find(doc, "x");
    int want = strcmp(current->in, current->out) == 0 ? DX_UNCHANGED : DX_OK, rc = 0;

    switch (current->what) {
    case SET:
        rc = dx_edit_set_attr(x, current->name, STR(current->value));
        assert_int_equal(rc, want);
        t_assert_bytes(dx_node_attr(x, current->name).ptr, dx_node_attr(x, current->name).len, current->value,
                       strlen(current->value));
        rc = dx_edit_set_attr(x, current->name, STR(current->value));
        break;
    case REMOVE:
        rc = dx_edit_remove_attr(x, current->name);
        assert_int_equal(rc, want);
        assert_null(dx_node_attr(x, current->name).ptr);
        rc = dx_edit_remove_attr(x, current->name);
        break;
    case TEXT:
        rc = dx_edit_set_text(x, STR(current->value));
        assert_int_equal(rc, want);
        t_assert_bytes(dx_node_text(x).ptr, dx_node_text(x).len, current->value, strlen(current->value));
        rc = dx_edit_set_text(x, STR(current->value));
        break;
    case RENAME:
        rc = dx_edit_rename(x, current->value);
        assert_int_equal(rc, want);
        assert_int_equal(dx_node_name(x).len, strlen(current->value));
        rc = dx_edit_rename(x, current->value);
        break;
    }
    assert_int_equal(rc, DX_UNCHANGED); /* the second time */
}

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        current = &rows[i];
        t_check_edit(current->in, apply, current->out);
    }
}

#define D(inside) "<domain>" inside "</domain>"

TEST(set_attribute)
{
    static const struct row rows[] = {
        /* another value: only it changes */
        {SET, "a", "2", D("<x a='1'/>"), D("<x a='2'/>")},
        {SET, "a", "2", D("<x  a = \"1\"\tb='1' />"), D("<x  a = \"2\"\tb='1' />")},
        {SET, "a", "2", D("<x\r\n\ta\r\n=\r\n'1'\r\n></x >"), D("<x\r\n\ta\r\n=\r\n'2'\r\n></x >")},
        {SET, "b", "", D("<x a='1' b='22' c='3'/>"), D("<x a='1' b='' c='3'/>")},
        {SET, "a", "22", D("<x ba='1' a='' ab='1'/>"), D("<x ba='1' a='22' ab='1'/>")},
        /* what it says already */
        {SET, "a", "1", D("<x a='1'/>"), D("<x a='1'/>")},
        {SET, "a", "A&<", D("<x a='&#65;&amp;&#x3c;'/>"), D("<x a='&#65;&amp;&#x3c;'/>")},
        {SET, "a", "1 2  3", D("<x a='1\n2\r\n\t3'/>"), D("<x a='1\n2\r\n\t3'/>")},
        {SET, "a", "", D("<x a=''/>"), D("<x a=''/>")},
        /* escaping for the quotes that are there */
        {SET, "a", "'\"&<>", D("<x a='1'/>"), D("<x a='&apos;\"&amp;&lt;&gt;'/>")},
        {SET, "a", "'\"&<>", D("<x a=\"1\"/>"), D("<x a=\"'&quot;&amp;&lt;&gt;\"/>")},
        {SET, "a", "1\t2\n3\r4", D("<x a='1'/>"), D("<x a='1&#9;2&#10;3&#13;4'/>")},
        {SET, "a", "&amp;", D("<x a='1'/>"), D("<x a='&amp;amp;'/>")},
        {SET, "a", "\xc3\xa9\xf0\x9f\x98\x80", D("<x a='1'/>"), D("<x a='\xc3\xa9\xf0\x9f\x98\x80'/>")},
        /* a new one: the quotes and spacing of its neighbours */
        {SET, "b", "2", D("<x a='1'/>"), D("<x a='1' b='2'/>")},
        {SET, "b", "2", D("<x a=\"1\" />"), D("<x a=\"1\" b=\"2\" />")},
        {SET, "b", "2", D("<x a='1'  \n>t</x>"), D("<x a='1' b='2'  \n>t</x>")},
        {SET, "c", "3", D("<x a='1'\n   b=\"2\"\n/>"), D("<x a='1'\n   b=\"2\"\n   c=\"3\"\n/>")},
        {SET, "c", "3", D("<x\r\n\ta='1'\r\n\tb='2'/>"), D("<x\r\n\ta='1'\r\n\tb='2'\r\n\tc='3'/>")},
        {SET, "c", "3", D("<x a='1'  b='2'/>"), D("<x a='1'  b='2'  c='3'/>")},
        {SET, "a", "1", D("<x/>"), D("<x a='1'/>")},
        {SET, "a", "1", D("<x />"), D("<x a='1' />")},
        {SET, "a", "1", D("<x></x>"), D("<x a='1'></x>")},
        {SET, "a", "1", D("<x>\n</x\n>"), D("<x a='1'>\n</x\n>")},
        {SET, "a", "1", D("<y b=\"1\"/><x/>"), D("<y b=\"1\"/><x a=\"1\"/>")},
        {SET, "a", "1", D("<x/><y b=\"1\"/>"), D("<x a=\"1\"/><y b=\"1\"/>")},
        {SET, "a", "1", "<domain b=\"1\"><x/></domain>", "<domain b=\"1\"><x a=\"1\"/></domain>"},
        {SET, "a", "'\"", D("<y b=\"1\"/><x/>"), D("<y b=\"1\"/><x a=\"'&quot;\"/>")},
        {SET, "a", "1", D("<!-- a=\"1\" --><x/>"), D("<!-- a=\"1\" --><x a='1'/>")},
    };

    check_rows(rows, COUNT(rows));
}

TEST(remove_attribute)
{
    static const struct row rows[] = {
        {REMOVE, "a", NULL, D("<x a='1'/>"), D("<x/>")},
        {REMOVE, "a", NULL, D("<x a='1' />"), D("<x />")},
        {REMOVE, "a", NULL, D("<x a='1' b='2'/>"), D("<x b='2'/>")},
        {REMOVE, "b", NULL, D("<x a='1' b='2'/>"), D("<x a='1'/>")},
        {REMOVE, "b", NULL, D("<x a='1'\n  b = \"2\"\n  c='3'\n>t</x>"), D("<x a='1'\n  c='3'\n>t</x>")},
        {REMOVE, "c", NULL, D("<x a='1' b='c'/>"), D("<x a='1' b='c'/>")},
        {REMOVE, "a", NULL, D("<x ba='1'/>"), D("<x ba='1'/>")},
    };

    check_rows(rows, COUNT(rows));
}

TEST(set_text)
{
    static const struct row rows[] = {
        {TEXT, NULL, "2", D("<x a='1'>1</x >"), D("<x a='1'>2</x >")},
        {TEXT, NULL, "1", D("<x>1</x>"), D("<x>1</x>")},
        {TEXT, NULL, "A<", D("<x>&#65;<![CDATA[<]]></x>"), D("<x>&#65;<![CDATA[<]]></x>")},
        {TEXT, NULL, "1", D("<x/>"), D("<x>1</x>")},
        {TEXT, NULL, "1", D("<x />"), D("<x>1</x>")},
        {TEXT, NULL, "1", D("<x a='1' />"), D("<x a='1'>1</x>")},
        {TEXT, NULL, "1", D("<x></x>"), D("<x>1</x>")},
        {TEXT, NULL, "", D("<x>1</x>"), D("<x></x>")},
        {TEXT, NULL, "", D("<x/>"), D("<x/>")},
        {TEXT, NULL, "&<>'\"]]>", D("<x>1</x>"), D("<x>&amp;&lt;&gt;'\"]]&gt;</x>")},
        {TEXT, NULL, "a\nb\rc\td", D("<x>1</x>"), D("<x>a\nb&#13;c\td</x>")},
        {TEXT, NULL, "a\nb", "<domain>\r\n<x>1</x></domain>", "<domain>\r\n<x>a\r\nb</x></domain>"},
        {TEXT, NULL, "2", D("<x><![CDATA[1]]></x>"), D("<x>2</x>")},
        /* the first text that is not blank takes it, comments and PIs stay */
        {TEXT, NULL, "2", D("<x><!-- a -->1<!-- b -->1<?p?></x>"), D("<x><!-- a -->2<!-- b --><?p?></x>")},
        {TEXT, NULL, "2", D("<x>\n  1\n</x>"), D("<x>2</x>")},
        {TEXT, NULL, "2", D("<x>  </x>"), D("<x>2</x>")},
        {TEXT, NULL, "2", D("<x><!-- a --></x>"), D("<x><!-- a -->2</x>")},
        {TEXT, NULL, "\xc3\xa9", D("<x>1</x>"), D("<x>\xc3\xa9</x>")},
    };

    check_rows(rows, COUNT(rows));
}

TEST(rename_element)
{
    static const struct row rows[] = {
        {RENAME, NULL, "y", D("<x/>"), D("<y/>")},
        {RENAME, NULL, "yy", D("<x a='1'\n />"), D("<yy a='1'\n />")},
        {RENAME, NULL, "y", D("<x >t<x/></x\n>"), D("<y >t<x/></y\n>")},
        {RENAME, NULL, "x", D("<x></x>"), D("<x></x>")},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, rows[i].in);
        struct dx_node *x = t_find(doc, "x");
        bool same = strcmp(rows[i].in, rows[i].out) == 0;

        assert_int_equal(dx_edit_rename(x, rows[i].value), same ? DX_UNCHANGED : DX_OK);
        assert_int_equal(dx_edit_rename(x, rows[i].value), DX_UNCHANGED);
        t_assert_written(doc, rows[i].out, strlen(rows[i].out));
        assert_null(t_meaning_difference(rows[i].out, strlen(rows[i].out), doc));
        /* and back */
        assert_int_equal(dx_edit_rename(x, "x"), same ? DX_UNCHANGED : DX_OK);
        t_assert_written(doc, rows[i].in, strlen(rows[i].in));
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

static void several(struct dx_doc *doc)
{
    struct dx_node *x = t_find(doc, "x");

    assert_int_equal(dx_edit_set_attr(x, "b", STR("20")), DX_OK);
    assert_int_equal(dx_edit_remove_attr(x, "a"), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "d", STR("4")), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "e", STR("5")), DX_OK);
    assert_int_equal(dx_edit_remove_attr(x, "d"), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "f", STR("6")), DX_OK);
    assert_int_equal(dx_edit_set_text(x, STR("u")), DX_OK);
    assert_int_equal(dx_edit_rename(x, "y"), DX_OK);
}

TEST(several_edits_of_one_tag)
{
    t_check_edit(D("<x a='1'\tb='2' c=\"3\"  >t</x>"), several, D("<y\tb='20' c=\"3\" e=\"5\" f=\"6\"  >u</y>"));
    t_check_edit(D("<x a='1'\n b='2'>t</x>"), several, D("<y\n b='20'\n e='5'\n f='6'>u</y>"));
}

static void many(struct dx_doc *doc)
{
    struct dx_node *x = t_find(doc, "x");
    char name[16];

    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(dx_edit_set_attr(x, name, STR(name)), DX_OK);
    }
    for (int i = 0; i < 40; i++) {
        snprintf(name, sizeof name, "n%d", i);
        if (i != 7 && i != 39) {
            assert_int_equal(dx_edit_remove_attr(x, name), DX_OK);
        }
    }
    assert_int_equal(dx_node_attr_count(x), 3);
}

TEST(many_new_attributes)
{
    t_check_edit(D("<x a='1'/>"), many, D("<x a='1' n7='n7' n39='n39'/>"));
}

static void shorter_name(struct dx_doc *doc)
{
    struct dx_node *x = t_find(doc, "x");

    assert_int_equal(dx_edit_remove_attr(x, "ab"), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "a", STR("2")), DX_OK);
}

TEST(only_the_same_name_takes_the_place_of_a_removed_one)
{
    t_check_edit(D("<x ab='1' c='1'/>"), shorter_name, D("<x c='1' a='2'/>"));
}

static void there_and_back(struct dx_doc *doc)
{
    struct dx_node *x = t_find(doc, "x");

    assert_int_equal(dx_edit_remove_attr(x, "a"), DX_OK);
    assert_int_equal(dx_doc_changed(doc), 1);
    assert_int_equal(dx_edit_set_attr(x, "a", STR("<1 2")), DX_OK);
    assert_int_equal(dx_doc_changed(doc), 0);
    assert_int_equal(dx_edit_set_attr(x, "a", STR("3")), DX_OK);
    assert_int_equal(dx_edit_remove_attr(x, "a"), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "a", STR("4")), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "a", STR("<1 2")), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "new", STR("1")), DX_OK);
    assert_int_equal(dx_edit_remove_attr(x, "new"), DX_OK);
}

TEST(what_is_taken_back_leaves_no_trace)
{
    static const char *const texts[] = {
        D("<x a='&lt;1\n2' b='2'/>"),
        D("<x  b = '2'\r\n a\t=\t\"&#60;1 2\"\r\n></x>"),
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        t_check_edit(texts[i], there_and_back, texts[i]);
    }
}

static void check_refused(struct dx_doc *doc, int rc)
{
    struct dx_ctx *ctx = dx_doc_ctx(doc);

    assert_int_equal(rc, DX_EREFUSED);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 1);
    assert_true(dx_ctx_diag(ctx, 0)->line > 0);
    assert_non_null(dx_ctx_diag(ctx, 0)->hint);
    dx_ctx_clear_diags(ctx);
}

TEST(what_xml_cannot_say_is_refused)
{
    static const char *const values[] = {
        "\x01",         "a\x1b[0m",     "\x7f\x08",         "\xff",         "\xc3",
        "\xc3(",        "\xc0\x80",     "\xe0\x9f\xbf",     "\xed\xa0\x80", "\xed\xbf\xbf",
        "\xef\xbf\xbe", "\xef\xbf\xbf", "\xf4\x90\x80\x80", "\xf0\x80\x80", "\x80",
        "\xe4\xb8",     "a\xf8",
    };
    static const char *const names[] = {"",      "1a", "-a", "a b", "a=",       "a<",
                                        "a:b:c", ":a", "a:", "a:1", "\xc3\x97", "a\n"};
    static const char text[] = D("<x a='1'>t</x>");
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, text);
    struct dx_node *x = t_find(doc, "x"), *node;

    for (size_t i = 0; i < COUNT(values); i++) {
        check_refused(doc, dx_edit_set_attr(x, "a", STR(values[i])));
        check_refused(doc, dx_edit_set_attr(x, "b", STR(values[i])));
        check_refused(doc, dx_edit_set_text(x, STR(values[i])));
    }
    check_refused(doc, dx_edit_set_attr(x, "a", (struct dx_str){"a\0b", 3}));
    check_refused(doc, dx_edit_set_text(x, (struct dx_str){"\0", 1}));
    for (size_t i = 0; i < COUNT(names); i++) {
        check_refused(doc, dx_edit_set_attr(x, names[i], STR("1")));
        check_refused(doc, dx_edit_rename(x, names[i]));
        check_refused(doc, dx_edit_insert(&node, x, NULL, names[i]));
        assert_null(node);
        check_refused(doc, dx_edit_insert_before(&node, x, dx_node_first(x), names[i]));
        assert_null(node);
    }
    check_refused(doc, dx_edit_remove(dx_doc_root(doc)));
    check_refused(doc, dx_edit_remove(dx_doc_top(doc)));
    assert_int_equal(dx_doc_changed(doc), 0);
    t_assert_written(doc, text, sizeof text - 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* What is no element has no attributes, no text of its own and no children. */
TEST(edits_of_what_is_no_element_are_refused)
{
    static const char text[] = "<!-- c --><domain>t<!-- d --><![CDATA[e]]><?p?></domain>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, text);

    for (struct dx_node *node = dx_doc_top(doc), *made; node; node = t_next(node, dx_doc_top(doc))) {
        if (dx_node_kind(node) != DX_KIND_ELEMENT) {
            check_refused(doc, dx_edit_set_attr(node, "a", STR("1")));
            assert_int_equal(dx_edit_remove_attr(node, "a"), DX_UNCHANGED);
            check_refused(doc, dx_edit_set_text(node, STR("other")));
            check_refused(doc, dx_edit_rename(node, "b"));
            check_refused(doc, dx_edit_insert(&made, node, NULL, "b"));
            check_refused(doc, dx_edit_insert_before(&made, node, NULL, "b"));
        }
    }
    t_assert_written(doc, text, sizeof text - 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* What could not be read again is not written: more attributes than the reader takes, an undeclared prefix. */
TEST(what_would_not_be_read_again_is_refused)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain xmlns:q='urn:q'><x/></domain>");
    struct dx_node *x = t_find(doc, "x"), *node;
    char name[16];

    check_refused(doc, dx_edit_set_attr(x, "p:a", STR("1")));
    check_refused(doc, dx_edit_rename(x, "p:x"));
    check_refused(doc, dx_edit_insert(&node, x, NULL, "p:x"));
    check_refused(doc, dx_edit_insert_before(&node, dx_doc_root(doc), x, "p:x"));
    check_refused(doc, dx_edit_set_attr(x, "xmlns:e", STR("")));
    assert_int_equal(dx_edit_set_attr(x, "q:a", STR("1")), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "xml:lang", STR("de")), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "xmlns:p", STR("urn:p")), DX_OK);
    assert_int_equal(dx_edit_insert(&node, x, NULL, "p:y"), DX_OK);
    for (int i = 0; i < 1021; i++) {
        snprintf(name, sizeof name, "n%d", i);
        assert_int_equal(dx_edit_set_attr(x, name, STR("")), DX_OK);
    }
    check_refused(doc, dx_edit_set_attr(x, "last", STR("")));
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(a_default_namespace_comes_and_goes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, D("<x><y/><z xmlns=''><w/></z></x>"));
    struct dx_node *x = t_find(doc, "x");

    assert_int_equal(dx_edit_set_attr(x, "xmlns", STR("urn:x")), DX_OK);
    assert_false(dx_node_is(x, "x"));
    assert_null(dx_node_child(x, "y"));
    assert_int_equal(dx_node_namespace(dx_node_first(x)).len, 5);
    assert_non_null(dx_node_child(t_find(doc, "z"), "w"));
    assert_int_equal(dx_edit_remove_attr(x, "xmlns"), DX_OK);
    assert_true(dx_node_is(x, "x"));
    assert_non_null(dx_node_child(x, "y"));
    assert_null(dx_node_namespace(dx_node_first(x)).ptr);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(values_may_come_from_the_document_itself)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, D("<x a='&#49;23' b='4'>t&#50;</x>"));
    struct dx_node *x = t_find(doc, "x");
    static const char out[] = D("<x a='4' b='t2' c='123'>4</x>");

    assert_int_equal(dx_edit_set_attr(x, "c", dx_node_attr(x, "a")), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "a", dx_node_attr(x, "b")), DX_OK);
    assert_int_equal(dx_edit_set_attr(x, "b", dx_node_text(x)), DX_OK);
    assert_int_equal(dx_edit_set_text(x, dx_node_attr(x, "a")), DX_OK);
    t_assert_written(doc, out, sizeof out - 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_attribute),
        cmocka_unit_test(remove_attribute),
        cmocka_unit_test(set_text),
        cmocka_unit_test(rename_element),
        cmocka_unit_test(several_edits_of_one_tag),
        cmocka_unit_test(many_new_attributes),
        cmocka_unit_test(only_the_same_name_takes_the_place_of_a_removed_one),
        cmocka_unit_test(what_is_taken_back_leaves_no_trace),
        cmocka_unit_test(what_xml_cannot_say_is_refused),
        cmocka_unit_test(edits_of_what_is_no_element_are_refused),
        cmocka_unit_test(what_would_not_be_read_again_is_refused),
        cmocka_unit_test(a_default_namespace_comes_and_goes),
        cmocka_unit_test(values_may_come_from_the_document_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
