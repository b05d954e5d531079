/* What is written: the file's encoding, slices that point into the input, nothing that was not touched. */
#include "support.h"

static void check_set(const char *in, const char *value, const char *out)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in);
    struct dx_node *x = t_find(doc, "x"), *node;
    const char *wrong;

    assert_int_equal(dx_edit_set_attr(x, "a", STR(value)), DX_OK);
    assert_int_equal(dx_edit_set_text(x, STR(value)), DX_OK);
    assert_int_equal(dx_edit_insert(&node, dx_doc_root(doc), x, "y"), DX_OK);
    assert_int_equal(dx_edit_set_attr(node, "b", STR(value)), DX_OK);
    t_assert_written(doc, out, strlen(out));
    wrong = t_meaning_difference(out, strlen(out), doc);
    if (wrong) {
        fail_msg("another meaning: %s\n%s", wrong, out);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(the_encoding_stays)
{
    check_set("<domain><x a=''/></domain>", "\xc3\xa9\xe4\xb8\xad",
              "<domain><x a='\xc3\xa9\xe4\xb8\xad'>\xc3\xa9\xe4\xb8\xad</x><y b='\xc3\xa9\xe4\xb8\xad'/></domain>");
    check_set("<?xml version='1.0' encoding='ISO-8859-1'?><domain><!--\xfc--><x a='\xe8'>\xe8</x></domain>",
              "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80",
              "<?xml version='1.0' encoding='ISO-8859-1'?><domain><!--\xfc--><x a='\xe9&#x4E2D;&#x1F600;'>"
              "\xe9&#x4E2D;&#x1F600;</x><y b='\xe9&#x4E2D;&#x1F600;'/></domain>");
    check_set("<?xml version='1.0' encoding='us-ascii'?><domain><x a=\"&#228;\"></x></domain>", "\xc3\xa9\xc4\x80",
              "<?xml version='1.0' encoding='us-ascii'?><domain><x a=\"&#xE9;&#x100;\">&#xE9;&#x100;</x>"
              "<y b=\"&#xE9;&#x100;\"/></domain>");
    check_set("\xef\xbb\xbf<domain>\r\n <x a=''></x>\r\n</domain>\r\n", "1\n2",
              "\xef\xbb\xbf<domain>\r\n <x a='1&#10;2'>1\r\n2</x>\r\n <y b='1&#10;2'/>\r\n</domain>\r\n");
}

/* A new value of a text keeps the spelling of what it begins and ends with as the old one did. */
TEST(a_text_keeps_what_did_not_change)
{
    static const struct {
        const char *in, *value, *out;
    } cases[] = {
        {"<domain><x>a=&quot;b c&quot; d</x></domain>", "a=\"b c\" d e",
         "<domain><x>a=&quot;b c&quot; d e</x></domain>"},
        {"<domain><x>a=&quot;b c&quot;</x></domain>", "z a=\"b c\"", "<domain><x>z a=&quot;b c&quot;</x></domain>"},
        {"<domain><x>&#x61;&#62; b &gt;&#x3e;</x></domain>", "a> bb >>",
         "<domain><x>&#x61;&#62; bb &gt;&#x3e;</x></domain>"},
        {"<domain><x>&gt;&#62;&gt;</x></domain>", ">>", "<domain><x>&gt;&#62;</x></domain>"},
        {"<domain><x>a&#13;\r\nb\rc</x></domain>", "a\r\nb\nc d", "<domain><x>a&#13;\r\nb\rc d</x></domain>"},
        {"<domain><x>\xc3\xa9&#233;</x></domain>", "\xc3\xa8&\xc3\xa9", "<domain><x>\xc3\xa8&amp;&#233;</x></domain>"},
        {"<domain><x><![CDATA[a b]]></x></domain>", "a b c", "<domain><x>a b c</x></domain>"},
        {"<domain><x>a></x></domain>", "a]]>", "<domain><x>a]]&gt;</x></domain>"},
        {"<domain><x>a]>b</x></domain>", "a]]>b", "<domain><x>a]]&gt;b</x></domain>"},
        {"<domain><x>a]b>c</x></domain>", "a]]>c", "<domain><x>a]]&gt;c</x></domain>"},
        {"<domain><x>]]&gt;a</x></domain>", "b]]>a", "<domain><x>b]]&gt;a</x></domain>"},
        {"<?xml version='1.0' encoding='ISO-8859-1'?><domain><x>\xe9 a &#228;</x></domain>", "\xc3\xa9 \xc3\xa4",
         "<?xml version='1.0' encoding='ISO-8859-1'?><domain><x>\xe9 &#228;</x></domain>"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, cases[i].in);
        const char *wrong;

        assert_int_equal(dx_edit_set_text(t_find(doc, "x"), STR(cases[i].value)), DX_OK);
        t_assert_written(doc, cases[i].out, strlen(cases[i].out));
        wrong = t_meaning_difference(cases[i].out, strlen(cases[i].out), doc);
        wrong = wrong ? wrong : t_hull_violation(doc, cases[i].in, strlen(cases[i].in), false);
        if (wrong) {
            fail_msg("%s: %s", cases[i].in, wrong);
        }
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

/* Texts that come to stand side by side make no "]]>", which XML has nowhere in a text. */
TEST(texts_that_meet_stay_well_formed)
{
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"<domain><x>a]]<y/>>b</x></domain>", "<domain><x>a]]&gt;b</x></domain>"},
        {"<domain><x>a]<y/>]>b</x></domain>", "<domain><x>a]]&gt;b</x></domain>"},
        {"<domain><x>]<y/>></x></domain>", "<domain><x>]></x></domain>"},
        {"<domain><x><![CDATA[a]]><y/>></x></domain>", "<domain><x><![CDATA[a]]>></x></domain>"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, cases[i].in);

        assert_int_equal(dx_edit_remove(t_find(doc, "y")), DX_OK);
        t_assert_written(doc, cases[i].out, strlen(cases[i].out));
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

/* Latin-1 names decode; a tag with one can be edited. */
TEST(names_in_latin1)
{
    static const char in[] = "<?xml version='1.0' encoding='ISO-8859-1'?><domain><x\xe9 \xe8='1'></x\xe9></domain>";
    static const char out[] =
        "<?xml version='1.0' encoding='ISO-8859-1'?><domain><x\xe9 \xe8='1' b='2'>t</x\xe9></domain>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse(ctx, in, sizeof in - 1);
    struct dx_node *x = dx_node_first(dx_doc_root(doc));

    t_assert_bytes(dx_node_name(x).ptr, dx_node_name(x).len, "x\xc3\xa9", 3);
    assert_int_equal(dx_node_attr(x, "\xc3\xa8").ptr[0], '1');
    assert_int_equal(dx_edit_set_attr(x, "b", STR("2")), DX_OK);
    assert_int_equal(dx_edit_set_text(x, STR("t")), DX_OK);
    t_assert_written(doc, out, sizeof out - 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(slices_point_into_the_input)
{
    static const char in[] = "<domain>\n  <a x='1' y='2'/>\n  <b/>\n</domain>\n";
    struct dx_ctx *ctx = t_ctx();
    const struct dx_str *slices;
    struct dx_doc *doc;
    size_t n, inside = 0, all = 0;

    assert_int_equal(dx_doc_parse(&doc, ctx, NULL, in, sizeof in - 1, DX_PARSE_BORROW), DX_OK);
    assert_int_equal(dx_doc_slices(&slices, &n, doc), DX_OK);
    assert_int_equal(n, 1);
    assert_ptr_equal(slices[0].ptr, in);
    assert_int_equal(slices[0].len, sizeof in - 1);
    assert_int_equal(dx_edit_set_attr(t_find(doc, "a"), "x", STR("33")), DX_OK);
    assert_int_equal(dx_doc_slices(&slices, &n, doc), DX_OK);
    for (size_t i = 0; i < n; i++) {
        bool ours = slices[i].ptr >= in && slices[i].ptr < in + sizeof in;

        inside += ours ? slices[i].len : 0;
        all += slices[i].len;
    }
    assert_int_equal(n, 3);
    assert_int_equal(inside, sizeof in - 1 - 1);
    assert_int_equal(all, sizeof in - 1 + 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(writing_again_gives_the_same)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain>\n  <x/>\n</domain>");
    struct dx_node *node;

    assert_int_equal(dx_edit_insert(&node, t_find(doc, "x"), NULL, "y"), DX_OK);
    for (int i = 0; i < 3; i++) {
        t_assert_written(doc, "<domain>\n  <x>\n    <y/>\n  </x>\n</domain>", 40);
    }
    assert_int_equal(dx_edit_remove(node), DX_OK);
    t_assert_written(doc, "<domain>\n  <x/>\n</domain>", 25);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* A deep document is written without recursion, and a wide one in one go. */
TEST(deep_and_wide)
{
    enum { DEEP = 255, WIDE = 20000 };
    struct t_bytes text = {0};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc;
    struct dx_node *node;
    char *out;
    size_t len;

    t_bytes_format(&text, "<domain>");
    for (int i = 0; i < 2 * DEEP; i++) {
        t_bytes_format(&text, "%s", i < DEEP ? "<a>" : "</a>");
    }
    for (int i = 0; i < WIDE; i++) {
        t_bytes_format(&text, "<b/>\n");
    }
    t_bytes_format(&text, "</domain>");
    doc = t_parse(ctx, text.ptr, text.len);
    t_assert_written(doc, text.ptr, text.len);
    for (node = t_find(doc, "a"); dx_node_first(node); node = dx_node_first(node)) {
    }
    assert_int_equal(dx_edit_set_text(node, STR("deep")), DX_OK);
    assert_int_equal(dx_edit_remove(dx_node_last(dx_doc_root(doc))), DX_OK);
    assert_int_equal(dx_edit_remove(dx_node_last(dx_doc_root(doc))), DX_OK);
    assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
    assert_int_equal(len, text.len + 4 - 6);
    assert_null(t_meaning_difference(out, len, doc));
    dx_bytes_free(ctx, out);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    t_bytes_free(&text);
}

TEST(random_edits_mean_what_the_tree_says)
{
    static const char *const texts[] = {
        "<domain>\n  <name>a</name>\n  <!-- c -->\n  <devices>\n    <disk a='1'/> <!-- d -->\n  "
        "</devices>\n</domain>\n",
        "<domain>\r\n\t<name>a</name>\r\n\t<devices x='1'\r\n\t "
        "y='2'>\r\n\t\t<disk></disk>\r\n\t</devices>\r\n</domain>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><domain a='\xe9'>t<x>\xfc</x><![CDATA[<]]>u<y/>&#228;</domain>",
        "<domain><m xmlns='urn:m'><n/><o xmlns=''/></m><p:q xmlns:p='urn:p' p:r='1'/></domain>",
    };

    for (uint32_t seed = 0; seed < 8000; seed++) {
        const char *text = texts[seed % COUNT(texts)];
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, text);
        const char *wrong;
        char *out;
        size_t len;

        assert_true(t_edit_at_random(doc, seed) >= 0);
        assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
        wrong = t_meaning_difference(out, len, doc);
        wrong = wrong ? wrong : t_hull_violation(doc, text, strlen(text), false);
        if (wrong) {
            fail_msg("seed %u: %s\n%s\n%s", seed, wrong, text, out);
        }
        assert_int_equal(dx_doc_changed(doc), len != strlen(text) || memcmp(out, text, len) != 0);
        dx_bytes_free(ctx, out);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

/* What the first leaves behind goes to the second only, although the third begins before that one ends. */
TEST(documents_of_one_context_stand_side_by_side)
{
    static const char text[] = "<domain><vcpu>1</vcpu></domain>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *docs[3];

    docs[0] = t_parse_text(ctx, text);
    assert_int_equal(dx_edit_set_text(t_find(docs[0], "vcpu"), STR("2")), DX_OK);
    assert_true(dx_doc_changed(docs[0]));
    dx_doc_free(docs[0]);
    docs[1] = t_parse_text(ctx, text);
    docs[2] = t_parse_text(ctx, text);
    for (size_t i = 1; i < COUNT(docs); i++) {
        assert_int_equal(dx_edit_set_text(t_find(docs[i], "vcpu"), STR("2")), DX_OK);
        t_assert_written(docs[i], "<domain><vcpu>2</vcpu></domain>", sizeof text - 1);
    }
    dx_doc_free(docs[1]);
    dx_doc_free(docs[2]);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_encoding_stays),
        cmocka_unit_test(a_text_keeps_what_did_not_change),
        cmocka_unit_test(texts_that_meet_stay_well_formed),
        cmocka_unit_test(names_in_latin1),
        cmocka_unit_test(slices_point_into_the_input),
        cmocka_unit_test(writing_again_gives_the_same),
        cmocka_unit_test(deep_and_wide),
        cmocka_unit_test(random_edits_mean_what_the_tree_says),
        cmocka_unit_test(documents_of_one_context_stand_side_by_side),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
