/* Grafts: a document made to say what another one says, and what becomes of its bytes. */
#include "support.h"

#include "alike.h"
#include "graft.h"

struct row {
    const char *in, *result, *out;
};

static void check(const struct row *row)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, row->in), *result = t_parse_text(ctx, row->result);
    bool same = strcmp(row->in, row->out) == 0;
    struct dx_doc *again;
    const char *wrong;

    assert_int_equal(dx_graft(doc, result), same ? DX_UNCHANGED : DX_OK);
    t_assert_written(doc, row->out, strlen(row->out));
    wrong = t_meaning_difference(row->out, strlen(row->out), doc);
    if (wrong) {
        fail_msg("the output does not mean what the tree says: %s\n%s", wrong, row->out);
    }
    again = t_parse_text(ctx, row->out);
    assert_true(dx_node_alike(dx_doc_top(again), dx_doc_top(result)));
    assert_int_equal(dx_graft(again, result), DX_UNCHANGED);
    dx_doc_free(again);
    dx_doc_free(result);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static void check_all(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        check(&rows[i]);
    }
}

#define CHECK(...)                                                                                                     \
    check_all((const struct row[]){__VA_ARGS__}, sizeof((const struct row[]){__VA_ARGS__}) / sizeof(struct row))

TEST(what_is_said_otherwise_keeps_its_spelling)
{
    CHECK({"<domain  type='kvm' >\r\n  <a></a><b x = \"1\"/>\r\n</domain>\r\n",
           "<domain type='kvm'><a/><b x='1'/></domain>",
           "<domain  type='kvm' >\r\n  <a></a><b x = \"1\"/>\r\n</domain>\r\n"},
          {"<!-- c --><domain><d><![CDATA[a]]>&#98;<!--x--> </d></domain>",
           "<!-- c --><domain><d>ab<!--x--></d></domain>",
           "<!-- c --><domain><d><![CDATA[a]]>&#98;<!--x--> </d></domain>"},
          {"<domain xmlns:q='u'><q:a xmlns:q='u'/></domain>", "<domain xmlns:q='u'><q:a/></domain>",
           "<domain xmlns:q='u'><q:a xmlns:q='u'/></domain>"});
}

TEST(one_line_more_is_one_line_more)
{
    CHECK({"<domain>\n    <a/>\n    <c/>\n</domain>\n", "<domain><a/><b x='1'><y/></b><c/></domain>",
           "<domain>\n    <a/>\n    <b x='1'>\n        <y/>\n    </b>\n    <c/>\n</domain>\n"},
          {"<domain>\n  <a/>\n</domain>\n", "<domain><!-- why --><a/><?p d?></domain>",
           "<domain>\n  <!-- why -->\n  <a/>\n  <?p d?>\n</domain>\n"},
          {"<domain>\n  <a/>\n</domain>\n", "<!-- top --><domain><a/></domain><!-- end -->",
           "<!-- top -->\n<domain>\n  <a/>\n</domain>\n<!-- end -->\n"});
}

TEST(one_line_less_is_one_line_less)
{
    CHECK({"<domain>\n  <a/>\n  <!-- x -->\n  <b>\n    <c/>\n  </b>\n  <d/>\n</domain>\n", "<domain><a/><d/></domain>",
           "<domain>\n  <a/>\n  <d/>\n</domain>\n"},
          {"<!-- gone -->\n<domain>\n  <a/>\n</domain>\n", "<domain><a/></domain>", "\n<domain>\n  <a/>\n</domain>\n"},
          {"<domain>\n  <a>text<!--c-->more</a>\n</domain>", "<domain><a>textmore</a></domain>",
           "<domain>\n  <a>textmore</a>\n</domain>"});
}

TEST(attributes_are_changed_one_by_one)
{
    CHECK({"<domain>\n  <a  x = '1'  y=\"2\" z='&#51;'/>\n</domain>\n", "<domain><a x='9' z='3' w='4'/></domain>",
           "<domain>\n  <a  x = '9' z='&#51;' w='4'/>\n</domain>\n"});
}

TEST(a_renamed_element_keeps_what_is_in_it)
{
    CHECK({"<domain>\n  <a  x=\"1\">\n    <b />\n  </a>\n</domain>\n", "<domain><z x='1'><b/></z></domain>",
           "<domain>\n  <z  x=\"1\">\n    <b />\n  </z>\n</domain>\n"});
}

TEST(what_moved_keeps_its_bytes)
{
    CHECK({"<domain>\n  <a  x=\"1\"/>\n  <b/>\n  <c/>\n</domain>\n", "<domain><b/><c/><a x='1'/></domain>",
           "<domain>\n  <b/>\n  <c/>\n  <a  x=\"1\"/>\n</domain>\n"},
          {"<domain>\n  <a  x=\"1\"/>\n  <b/>\n</domain>\n", "<domain><b><a x='1'/></b></domain>",
           "<domain>\n  <b>\n    <a  x=\"1\"/>\n  </b>\n</domain>\n"},
          {"<domain>\n  <w>\n    <a  x=\"1\"/>\n  </w>\n</domain>\n", "<domain><a x='1'/></domain>",
           "<domain>\n  <a  x=\"1\"/>\n</domain>\n"},
          {"<domain>\n  <a  x=\"1\"/>\n</domain>\n", "<domain><w y='2'><a x='1'/></w><a x='1'/></domain>",
           "<domain>\n  <w y=\"2\">\n    <a x=\"1\"/>\n  </w>\n  <a  x=\"1\"/>\n</domain>\n"});
}

TEST(of_two_versions_the_nearer_one_is_changed)
{
    CHECK({"<domain>\n  <d>\n    <s  f='1'/>\n    <t  d='a'/>\n  </d>\n  <d>\n    <s  f='2'/>\n    <t  d='b'/>\n  "
           "</d>\n</domain>\n",
           "<domain><d><s f='2'/><t d='b'/><n/></d></domain>",
           "<domain>\n  <d>\n    <s  f='2'/>\n    <t  d='b'/>\n    <n/>\n  </d>\n</domain>\n"});
}

TEST(texts_are_what_they_are_in_the_result)
{
    CHECK({"<domain><a>one <b/> two</a></domain>", "<domain><a>one <b/>three<c/></a></domain>",
           "<domain><a>one <b/>three<c/></a></domain>"},
          {"<domain>\n  <a>\n    <b/>\n  </a>\n</domain>", "<domain><a>x<b/>y</a></domain>",
           "<domain>\n  <a>x<b/>y</a>\n</domain>"},
          {"<domain><a>x\n  <b/>\n</a></domain>", "<domain><a>x\n  </a></domain>", "<domain><a>x\n  </a></domain>"},
          {"<domain><a/></domain>", "<domain><a> x </a></domain>", "<domain><a> x </a></domain>"},
          {"<domain><a>x</a></domain>", "<domain><a/></domain>", "<domain><a></a></domain>"});
}

TEST(namespaces_in_scope_are_those_of_the_result)
{
    CHECK({"<domain>\n  <a/>\n</domain>", "<domain xmlns:q='u'><a/><q:b q:x='1'/></domain>",
           "<domain xmlns:q='u'>\n  <a/>\n  <q:b q:x='1'/>\n</domain>"},
          {"<domain xmlns:q='u'>\n  <q:b/>\n</domain>", "<domain><q:b xmlns:q='u'/></domain>",
           "<domain>\n  <q:b xmlns:q='u'/>\n</domain>"},
          {"<domain xmlns:q='u'>\n  <q:b/>\n</domain>", "<domain xmlns:q='v'><q:b/></domain>",
           "<domain xmlns:q='v'>\n  <q:b/>\n</domain>"},
          {"<domain>\n  <m>\n    <x xmlns='u'><y/></x>\n  </m>\n</domain>", "<domain><m><x><y/></x></m></domain>",
           "<domain>\n  <m>\n    <x><y/></x>\n  </m>\n</domain>"},
          {"<domain><q:b xmlns:q='u'/></domain>", "<domain><r:b xmlns:r='u'/></domain>",
           "<domain><r:b xmlns:r='u'/></domain>"});
}

TEST(nothing_in_common_is_written_as_the_document_is)
{
    CHECK({"<domain>\n\t<a x=\"1\" />\n</domain>\n", "<domain y='2'><p><q z='3'/></p><r>t</r></domain>",
           "<domain y=\"2\">\n\t<p>\n\t\t<q z=\"3\" />\n\t</p>\n\t<r>t</r>\n</domain>\n"});
}

/* The root of a document may turn up in the result of another document's. */
TEST(a_root_stays_a_root)
{
    CHECK({"<domain>\n  <a/>\n</domain>\n", "<domain><domain><a/></domain></domain>",
           "<domain>\n  <domain>\n    <a/>\n  </domain>\n</domain>\n"});
}

/* Whatever stood before it and now stands behind it. */
TEST(the_roots_are_each_others)
{
    CHECK({"<!-- x -->\n<domain>\n  <a  x='1'/>\n  <b/>\n</domain>\n", "<domain><a x='1'/></domain><!-- x -->",
           "\n<domain>\n  <a  x='1'/>\n</domain>\n<!-- x -->\n"},
          {"<domain>\n  <a  x='1'/>\n  <b/>\n</domain>\n<?p d?>\n", "<?p d?><domain><a x='1'/></domain>",
           "<?p d?>\n<domain>\n  <a  x='1'/>\n</domain>\n"});
}

/* Comments have no references: what the encoding has stands there as it is. */
TEST(comments_are_of_the_documents_encoding)
{
    CHECK(
        {"<?xml version='1.0' encoding='ISO-8859-1'?>\n<domain>\n  <a/>\n</domain>\n",
         "<domain><!-- \xc3\xa9 --><a/><?p \xc3\xbf?></domain>",
         "<?xml version='1.0' encoding='ISO-8859-1'?>\n<domain>\n  <!-- \xe9 -->\n  <a/>\n  <?p \xff?>\n</domain>\n"});
}

TEST(names_beyond_ascii)
{
    CHECK({"<?xml version='1.0' encoding='ISO-8859-1'?>\n<domain>\n  <\xe9/>\n</domain>\n",
           "<domain><\xc3\xa9><\xc3\xb6 \xc3\xa0='1'/></\xc3\xa9><?\xc3\xa4 d?></domain>",
           "<?xml version='1.0' encoding='ISO-8859-1'?>\n<domain>\n  <\xe9>\n    <\xf6 \xe0='1'/>\n  </\xe9>\n"
           "  <?\xe4 d?>\n</domain>\n"},
          {"<domain>\n  <\xc3\xa9 \xc3\xb6 = '1'/>\n</domain>\n",
           "<domain><\xc3\xa9 \xc3\xb6='2'><\xe4\xb8\xad/></\xc3\xa9><\xc3\xa9 \xc3\xb6='1'/></domain>",
           "<domain>\n  <\xc3\xa9 \xc3\xb6='2'>\n    <\xe4\xb8\xad/>\n  </\xc3\xa9>\n  <\xc3\xa9 \xc3\xb6 = "
           "'1'/>\n</domain>\n"});
}

/* What a document's encoding has no way to say is refused, and the message says why. */
TEST(what_an_encoding_cannot_say)
{
    static const struct {
        const char *result, *says;
    } rows[] = {{"<domain><!-- \xe4\xb8\xad --></domain>", "convert the document to UTF-8"},
                {"<domain><?p \xe4\xb8\xad?></domain>", "convert the document to UTF-8"},
                {"<domain><?\xe4\xb8\xad d?></domain>", "convert the document to UTF-8"},
                {"<domain \xe4\xb8\xad=''/>", "lacks the name '\xe4\xb8\xad'"},
                {"<domain><\xe4\xb8\xad/></domain>", "lacks the name '\xe4\xb8\xad'"}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, "<?xml version='1.0' encoding='ISO-8859-1'?><domain/>");
        struct dx_doc *result = t_parse_text(ctx, rows[i].result);
        struct t_bytes said;

        assert_int_equal(dx_graft(doc, result), DX_EREFUSED);
        said = t_diags(ctx);
        assert_non_null(strstr(said.ptr, rows[i].says));
        t_bytes_free(&said);
        dx_doc_free(result);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

/* 200 pairs of documents, each a random edit of another. */
TEST(any_two_documents)
{
    static const char text[] =
        "<!--t--><domain xmlns:q='u' type='kvm'>\n  <name>x</name>\n  <a x='1'>\n    <b/>t<b y='2'>\n"
        "    </b>\n  </a>\n  <q:c><d/><d/><!--c--></q:c>\n  <e>some <f/> text</e>\n</domain>\n";

    for (uint32_t seed = 1; seed <= 200; seed++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *a = t_parse_text(ctx, text), *b = t_parse_text(ctx, text), *doc, *result, *again;
        char *from, *to, *out;
        size_t n_from, n_to, n;

        t_edit_at_random(a, seed);
        t_edit_at_random(a, seed + 1000);
        t_edit_at_random(b, seed + 2000);
        t_edit_at_random(b, seed + 3000);
        assert_int_equal(dx_doc_write(&from, &n_from, a), DX_OK);
        assert_int_equal(dx_doc_write(&to, &n_to, b), DX_OK);
        doc = t_parse(ctx, from, n_from);
        result = t_parse(ctx, to, n_to);
        assert_true(dx_graft(doc, result) >= 0);
        assert_int_equal(dx_doc_write(&out, &n, doc), DX_OK);
        again = t_parse(ctx, out, n);
        if (!dx_node_alike(dx_doc_top(again), dx_doc_top(result)) || t_meaning_difference(out, n, doc)) {
            fail_msg("seed %u:\n%s\n--- to\n%s\n--- became\n%s", (unsigned)seed, from, to, out);
        }
        dx_bytes_free(ctx, from);
        dx_bytes_free(ctx, to);
        dx_bytes_free(ctx, out);
        dx_doc_free(a);
        dx_doc_free(b);
        dx_doc_free(doc);
        dx_doc_free(result);
        dx_doc_free(again);
        dx_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_said_otherwise_keeps_its_spelling),
        cmocka_unit_test(one_line_more_is_one_line_more),
        cmocka_unit_test(one_line_less_is_one_line_less),
        cmocka_unit_test(attributes_are_changed_one_by_one),
        cmocka_unit_test(a_renamed_element_keeps_what_is_in_it),
        cmocka_unit_test(what_moved_keeps_its_bytes),
        cmocka_unit_test(of_two_versions_the_nearer_one_is_changed),
        cmocka_unit_test(texts_are_what_they_are_in_the_result),
        cmocka_unit_test(namespaces_in_scope_are_those_of_the_result),
        cmocka_unit_test(nothing_in_common_is_written_as_the_document_is),
        cmocka_unit_test(a_root_stays_a_root),
        cmocka_unit_test(the_roots_are_each_others),
        cmocka_unit_test(comments_are_of_the_documents_encoding),
        cmocka_unit_test(names_beyond_ascii),
        cmocka_unit_test(what_an_encoding_cannot_say),
        cmocka_unit_test(any_two_documents),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
