/* Our tree against libxml2's, on every document of the corpus and on what the corpus lacks. */
#include "support.h"

#include "tree.h"

#include <libxml/tree.h>

/* The line where the start tag ends is what libxml2 keeps of an element. */
static const char *lines_difference(struct dx_doc *doc, xmlDoc *dom)
{
    const xmlNode *theirs = xmlDocGetRootElement(dom);

    for (const struct dx_node *node = dx_doc_root(doc); node; node = t_next(node, dx_doc_root(doc))) {
        struct dx_where where;

        if (dx_node_kind(node) != DX_KIND_ELEMENT) {
            continue;
        }
        where = dx_source_where(&doc->source, node->inner - 1, node->inner);
        if (!theirs || (theirs->line < 65535 && where.line != theirs->line)) {
            return "the line of an element";
        }
        do {
            if (theirs->children) {
                theirs = theirs->children;
            } else {
                while (theirs && !theirs->next) {
                    theirs = theirs->parent;
                }
                theirs = theirs ? theirs->next : NULL;
            }
        } while (theirs && theirs->type != XML_ELEMENT_NODE);
    }
    return NULL;
}

static const char *compare(const char *bytes, size_t len)
{
    struct dx_ctx *ctx = t_ctx();
    xmlDoc *theirs = t_dom_parse(bytes, len);
    const char *wrong = NULL;
    struct dx_doc *doc;

    if (!theirs) {
        wrong = "libxml2 refuses it";
    } else if (dx_doc_parse(&doc, ctx, "test.xml", bytes, len, 0) != DX_OK) {
        wrong = "we refuse it";
    } else {
        xmlDoc *ours = t_dom_of(doc);

        wrong = t_dom_difference(ours, theirs);
        wrong = wrong ? wrong : lines_difference(doc, theirs);
        wrong = wrong ? wrong : t_meaning_difference(bytes, len, doc);
        t_dom_free(ours);
        dx_doc_free(doc);
    }
    t_dom_free(theirs);
    dx_ctx_free(ctx);
    return wrong;
}

TEST(same_as_libxml2_on_spellings)
{
    static const char *const texts[] = {
        "<domain/>",
        "<domain\n type \t=\r\n 'kvm' />",
        "<?xml version='1.0' encoding='UTF-8' standalone=\"yes\"?>\n<!-- a --><?pi x y "
        "?><?pi?>\n<domain></domain>\n<!--b-->",
        "<domain a='1&#10;2&#9;3&#13;4\t5\n6\r\n7\r8' b='&lt;&amp;&gt;&quot;&apos;&#x41;&#65;'/>",
        "<domain>a&#13;b\r\nc\rd\ne&#x1F600;<![CDATA[<&]]>]]&gt;</domain>",
        "<domain><![CDATA[]]><![CDATA[a]]><![CDATA[b\r\nc]]> x</domain>",
        "<domain><!----><!-- \r\n --><?a?><?b   c  ?></domain>",
        "<domain xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><q:commandline q:x='1' x='2'/></domain>",
        "<domain><metadata><app xmlns='urn:a' b='c'><d xmlns=''><e/></d><f xmlns:g='urn:b'><g:h g:i='j'/></f></app>"
        "</metadata></domain>",
        "<domain xmlns='' xml:lang='de'><a xml:space='preserve'> </a></domain>",
        "<domain xmlns:a='urn:1'><a:b xmlns:a='urn:2'><a:c/></a:b><a:d/></domain>",
        "<domain><\xc3\xa9l\xc3\xa9ment \xc3\xa0='\xe4\xb8\xad'>\xf0\x9f\x98\x80</\xc3\xa9l\xc3\xa9ment></domain>",
        "\xef\xbb\xbf<domain>\xef\xbb\xbf</domain>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><domain \xe9='\xfc'>\xe4<!--\xdf--><?p \xf6?><\xe8/></domain>",
        "<?xml version='1.0' encoding='us-ascii'?><domain>&#228;</domain>",
        "<domain a='>' b='\"' c=\"'\">></domain\n>",
        "<domain>\n\n\n<a\n\nb='1'\n/>\r\n<c\r\n/></domain>",
        "<domain a='  x  ' b=' y\tz '/>",
        "<domain xmlns:r='relative/name'><r:a/></domain>",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *wrong = compare(texts[i], strlen(texts[i]));

        if (wrong) {
            fail_msg("they differ in %s: %s", wrong, texts[i]);
        }
    }
}

static size_t compare_folder(const char *name, size_t *refused)
{
    char *folder = t_path(t_corpus(), name);
    struct t_names names = t_list(folder, ".xml");
    size_t n = 0;

    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(folder, names.items[i]);
        struct t_bytes bytes = t_read(path);
        const char *wrong = compare(bytes.ptr, bytes.len);

        if (wrong && strcmp(wrong, "we refuse it") == 0 && refused) {
            ++*refused;
        } else if (wrong) {
            fail_msg("%s: they differ in %s", path, wrong);
        } else {
            n++;
        }
        t_bytes_free(&bytes);
        free(path);
    }
    t_names_free(&names);
    free(folder);
    return n;
}

TEST(same_as_libxml2_on_the_corpus)
{
    size_t n;

    if (!t_corpus()) {
        skip();
    }
    n = compare_folder("domains", NULL) + compare_folder("mutants", NULL);
    print_message("%zu documents: the same tree as libxml2's\n", n);
    assert_true(n > 1000);
}

TEST(getters_answer_for_every_kind)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc =
        t_parse_text(ctx, "<?xml version='1.0'?><!--c--><domain>t<a x='1'/><![CDATA[d]]><?p q?></domain>");
    struct dx_node *top = dx_doc_top(doc), *root = dx_doc_root(doc), *node = dx_node_first(top);
    struct dx_str name, value;

    assert_int_equal(dx_node_kind(top), DX_KIND_DOCUMENT);
    assert_null(dx_node_parent(top));
    assert_int_equal(dx_node_kind(node), DX_KIND_DECLARATION);
    node = dx_node_next(node);
    assert_int_equal(dx_node_kind(node), DX_KIND_COMMENT);
    assert_int_equal(dx_node_name(node).len, 0);
    assert_int_equal(dx_node_attr_count(node), 0);
    assert_int_equal(dx_node_attr_at(&name, &value, node, 0), DX_UNCHANGED);
    assert_null(dx_node_attr(node, "x").ptr);
    assert_null(dx_node_namespace(node).ptr);
    assert_ptr_equal(dx_node_next(node), root);
    assert_ptr_equal(dx_node_parent(root), top);
    assert_ptr_equal(dx_node_last(top), root);
    assert_int_equal(dx_node_value(root).len, 0);
    t_assert_bytes(dx_node_text(root).ptr, dx_node_text(root).len, "td", 2);
    node = dx_node_last(root);
    assert_int_equal(dx_node_kind(node), DX_KIND_PI);
    t_assert_bytes(dx_node_name(node).ptr, dx_node_name(node).len, "p", 1);
    t_assert_bytes(dx_node_value(node).ptr, dx_node_value(node).len, "q", 1);
    assert_int_equal(dx_node_kind(dx_node_prev(node)), DX_KIND_CDATA);
    assert_int_equal(dx_node_attr_at(&name, &value, dx_node_child(root, "a"), 0), DX_OK);
    assert_int_equal(dx_node_attr_at(&name, &value, dx_node_child(root, "a"), 1), DX_UNCHANGED);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(libvirts_own_elements_are_in_no_namespace)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc =
        t_parse_text(ctx, "<domain><x xmlns='urn:x'><disk/><y xmlns=''><disk/></y></x>"
                          "<disk xmlns='urn:d' n='1'/><disk n='2'/><p:disk xmlns:p='u'/><disk n='3'/></domain>");
    struct dx_node *root = dx_doc_root(doc), *x = dx_node_first(root), *disk = dx_node_child(root, "disk");

    assert_false(dx_node_is(x, "x"));
    assert_null(dx_node_child(x, "disk"));
    assert_non_null(dx_node_child(dx_node_last(x), "disk"));
    assert_int_equal(dx_node_attr(disk, "n").ptr[0], '2');
    disk = dx_node_next_named(disk, "disk");
    assert_int_equal(dx_node_attr(disk, "n").ptr[0], '3');
    assert_null(dx_node_next_named(disk, "disk"));
    t_assert_bytes(dx_node_lookup_namespace(dx_node_first(x), STR("")).ptr, 5, "urn:x", 5);
    assert_null(dx_node_lookup_namespace(dx_node_last(x), STR("")).ptr);
    assert_null(dx_node_lookup_namespace(x, STR("p")).ptr);
    assert_non_null(dx_node_lookup_namespace(x, STR("xml")).ptr);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_as_libxml2_on_spellings),
        cmocka_unit_test(same_as_libxml2_on_the_corpus),
        cmocka_unit_test(getters_answer_for_every_kind),
        cmocka_unit_test(libvirts_own_elements_are_in_no_namespace),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
