/* Copies from another document, moves, new comments and PIs; and whether two nodes say the same. */
#include "support.h"

#include "alike.h"
#include "copy.h"

static void copy_into(const char *in, const char *fragment, const char *out)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, in), *other = t_parse_text(ctx, fragment);
    struct dx_node *parent = t_find(doc, "devices"), *from = t_find(other, "from"), *copy;
    const char *wrong;

    for (struct dx_node *child = dx_node_first(from); child; child = dx_node_next(child)) {
        if (dx_node_kind(child) != DX_KIND_TEXT) {
            assert_int_equal(dx_copy(&copy, parent, NULL, NULL, child), DX_OK);
            assert_true(dx_node_alike(copy, child));
        }
    }
    t_assert_written(doc, out, strlen(out));
    wrong = t_meaning_difference(out, strlen(out), doc);
    if (wrong) {
        fail_msg("the output does not mean what the tree says: %s\n%s", wrong, out);
    }
    dx_doc_free(other);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(copies_are_spelled_as_their_new_neighbours)
{
    copy_into("<domain>\n  <devices>\n    <a x=\"1\"/>\n  </devices>\n</domain>\n",
              "<domain><from><disk type='file'><source file='&lt;a'/><!-- c --><?pi d?></disk></from></domain>",
              "<domain>\n  <devices>\n    <a x=\"1\"/>\n    <disk type=\"file\">\n      <source file=\"&lt;a\"/>\n"
              "      <!-- c -->\n      <?pi d?>\n    </disk>\n  </devices>\n</domain>\n");
}

TEST(text_keeps_its_white_space)
{
    copy_into("<domain>\n  <devices/>\n</domain>\n",
              "<domain><from><p> a <b/> <i>x</i>\n</p><q>  <r/>  </q><s><![CDATA[<]]></s></from></domain>",
              "<domain>\n  <devices>\n    <p> a <b/> <i>x</i>\n</p>\n    <q>\n      <r/>\n    </q>\n    <s>&lt;</s>\n"
              "  </devices>\n</domain>\n");
}

TEST(declarations_come_along)
{
    copy_into("<domain>\n  <devices/>\n</domain>\n",
              "<domain><from><q:a q:x='1' xmlns:q='urn:q'><q:b/></q:a><c xmlns='urn:c'><d/></c></from></domain>",
              "<domain>\n  <devices>\n    <q:a xmlns:q='urn:q' q:x='1'>\n      <q:b/>\n    </q:a>\n"
              "    <c xmlns='urn:c'>\n      <d/>\n    </c>\n  </devices>\n</domain>\n");
}

TEST(a_prefix_that_nothing_declares_is_refused)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain><devices/></domain>");
    struct dx_doc *other = t_parse_text(ctx, "<domain xmlns:q='urn:q'><q:a/></domain>");
    struct dx_node *copy;

    assert_int_equal(dx_copy(&copy, t_find(doc, "devices"), NULL, NULL, t_find(other, "q:a")), DX_EREFUSED);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 1);
    dx_doc_free(other);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static void move_first_last(struct dx_doc *doc)
{
    struct dx_node *parent = t_find(doc, "devices");

    assert_int_equal(dx_edit_move(t_find(doc, "a"), &(struct dx_spot){.parent = parent}), DX_OK);
}

static void move_last_first(struct dx_doc *doc)
{
    struct dx_node *parent = t_find(doc, "devices");

    assert_int_equal(dx_edit_move(t_find(doc, "c"), &(struct dx_spot){.parent = parent, .before = t_find(doc, "a")}),
                     DX_OK);
}

static void wrap(struct dx_doc *doc)
{
    struct dx_node *parent = t_find(doc, "devices"), *wrapper;

    assert_int_equal(dx_edit_insert(&wrapper, parent, t_find(doc, "a"), "w"), DX_OK);
    assert_int_equal(dx_edit_move(t_find(doc, "c"), &(struct dx_spot){.parent = wrapper}), DX_OK);
    assert_int_equal(dx_edit_set(t_find(doc, "c"), "y", "2"), DX_OK);
}

TEST(what_is_moved_keeps_its_bytes)
{
    static const char in[] =
        "<domain>\n  <devices>\n    <a  x=\"1\" />\n    <b/>\n    <c>\n      <d  z='&#65;'/>\n    </c>\n"
        "  </devices>\n</domain>\n";

    t_check_edit(in, move_first_last,
                 "<domain>\n  <devices>\n    <b/>\n    <c>\n      <d  z='&#65;'/>\n    </c>\n    <a  x=\"1\" />\n"
                 "  </devices>\n</domain>\n");
    t_check_edit(in, move_last_first,
                 "<domain>\n  <devices>\n    <c>\n      <d  z='&#65;'/>\n    </c>\n    <a  x=\"1\" />\n    <b/>\n"
                 "  </devices>\n</domain>\n");
    t_check_edit(
        in, wrap,
        "<domain>\n  <devices>\n    <a  x=\"1\" />\n    <w>\n      <c y=\"2\">\n      <d  z='&#65;'/>\n    </c>\n"
        "    </w>\n    <b/>\n  </devices>\n</domain>\n");
}

static void edit_leaves(struct dx_doc *doc)
{
    for (struct dx_node *node = dx_doc_root(doc); node; node = t_next(node, dx_doc_top(doc))) {
        switch (dx_node_kind(node)) {
        case DX_KIND_COMMENT:
        case DX_KIND_PI:
        case DX_KIND_CDATA:
            assert_int_equal(dx_edit_set_value(node, STR("<new>\nline")), DX_OK);
            break;
        case DX_KIND_DOCUMENT:
        case DX_KIND_ELEMENT:
        case DX_KIND_TEXT:
        case DX_KIND_DECLARATION:
            break;
        }
    }
}

TEST(comments_and_instructions_take_another_content)
{
    t_check_edit("<domain>\r\n<!-- old --><?p old?><a><![CDATA[old]]></a></domain>\r\n", edit_leaves,
                 "<domain>\r\n<!--<new>\r\nline--><?p <new>\r\nline?><a>&lt;new&gt;\r\nline</a></domain>\r\n");
}

TEST(what_a_comment_cannot_hold_is_refused)
{
    static const char *const bad[] = {"a--b", "a-", "\x01"};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain><!--c--></domain>");

    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_int_equal(dx_edit_set_value(dx_node_first(dx_doc_root(doc)), STR(bad[i])), DX_EREFUSED);
    }
    assert_int_equal(dx_doc_changed(doc), 0);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

struct pair {
    const char *a, *b;
    bool alike;
};

TEST(alike_is_what_canonical_xml_calls_the_same)
{
    static const struct pair pairs[] = {
        {"<domain x='1' y='2'/>", "<domain y=\"2\" x=\"&#49;\"></domain>", true},
        {"<domain><a/></domain>", "<domain>\n  <a> </a>\n</domain>", true},
        {"<domain>a<!--c-->b</domain>", "<domain><![CDATA[a]]><!--c-->b</domain>", true},
        {"<domain>ab</domain>", "<domain>a<![CDATA[b]]></domain>", true},
        {"<domain>a</domain>", "<domain>a </domain>", false},
        {"<domain><!--c--></domain>", "<domain/>", false},
        {"<domain><a/><b/></domain>", "<domain><a><b/></a></domain>", false},
        {"<domain><a/><b/></domain>", "<domain><b/><a/></domain>", false},
        {"<domain x='1'/>", "<domain x='1' y='1'/>", false},
        {"<domain xmlns:p='u'><p:a/></domain>", "<domain><p:a xmlns:p='u'/></domain>", true},
        {"<domain xmlns:p='u'><p:a/></domain>", "<domain xmlns:p='v'><p:a/></domain>", false},
        {"<domain xmlns:p='u'><a p:x='1'/></domain>", "<domain xmlns:p='v'><a p:x='1'/></domain>", false},
        {"<domain><a xmlns='u'/></domain>", "<domain><a/></domain>", false},
        {"<domain><a><b/></a></domain>", "<domain><a><b/></a><c/></domain>", false},
        {"<domain><?p a?></domain>", "<domain><?q a?></domain>", false},
    };

    for (size_t i = 0; i < COUNT(pairs); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *a = t_parse_text(ctx, pairs[i].a), *b = t_parse_text(ctx, pairs[i].b);

        if (dx_node_alike(dx_doc_root(a), dx_doc_root(b)) != pairs[i].alike ||
            dx_node_alike(dx_doc_root(b), dx_doc_root(a)) != pairs[i].alike) {
            fail_msg("%s and %s", pairs[i].a, pairs[i].b);
        }
        dx_doc_free(a);
        dx_doc_free(b);
        dx_ctx_free(ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_are_spelled_as_their_new_neighbours),
        cmocka_unit_test(text_keeps_its_white_space),
        cmocka_unit_test(declarations_come_along),
        cmocka_unit_test(a_prefix_that_nothing_declares_is_refused),
        cmocka_unit_test(what_is_moved_keeps_its_bytes),
        cmocka_unit_test(comments_and_instructions_take_another_content),
        cmocka_unit_test(what_a_comment_cannot_hold_is_refused),
        cmocka_unit_test(alike_is_what_canonical_xml_calls_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
