/* XPath expressions: what they find is the very node of our tree, and what is wrong with them is told at its column. */
#include "support.h"

#include "query.h"
#include "query/fragment.h"

static const struct dx_pass own = {.size = sizeof own, .name = "own"};

static struct dx_query *compile(struct dx_ctx *ctx, const char *text)
{
    struct dx_run run = {.ctx = ctx, .pass = &own, .spec = text};
    struct dx_query *query;

    if (dx_query_new(&query, &run, STR(text), 0) != DX_OK) {
        struct t_bytes said = t_diags(ctx);

        fail_msg("%s is refused:\n%s", text, said.ptr);
    }
    return query;
}

/* What an expression finds, spelled "name", "name/@attr", "'text'", "<!--comment-->", "<?pi?>", joined by spaces. */
static struct t_bytes found(struct dx_doc *doc, const char *text)
{
    struct dx_run run = {.ctx = dx_doc_ctx(doc), .doc = doc, .pass = &own, .spec = text};
    struct dx_query *query = compile(run.ctx, text);
    struct t_bytes out = {0};
    struct dx_hits hits;

    t_bytes_format(&out, "%s", "");
    assert_int_equal(dx_query_run(&hits, query, &run), DX_OK);
    for (size_t i = 0; i < hits.n; i++) {
        const struct dx_hit *hit = &hits.items[i];
        struct dx_str name = dx_node_name(hit->node), value = dx_node_value(hit->node);

        t_bytes_format(&out, "%s", i ? " " : "");
        switch (dx_node_kind(hit->node)) {
        case DX_KIND_ELEMENT:
            t_bytes_format(&out, "%.*s%s%s", (int)name.len, name.ptr, hit->attr ? "/@" : "",
                           hit->attr ? hit->attr : "");
            assert_true(!hit->attr || dx_node_attr(hit->node, hit->attr).ptr);
            break;
        case DX_KIND_TEXT:
            t_bytes_format(&out, "'%.*s'", (int)value.len, value.ptr);
            break;
        case DX_KIND_CDATA:
            t_bytes_format(&out, "[%.*s]", (int)value.len, value.ptr);
            break;
        case DX_KIND_COMMENT:
            t_bytes_format(&out, "<!--%.*s-->", (int)value.len, value.ptr);
            break;
        case DX_KIND_PI:
            t_bytes_format(&out, "<?%.*s?>", (int)name.len, name.ptr);
            break;
        case DX_KIND_DOCUMENT:
            t_bytes_format(&out, "/");
            break;
        case DX_KIND_DECLARATION:
            fail_msg("an XML declaration is no node of XPath");
        }
    }
    dx_query_free(query);
    return out;
}

static void assert_found(struct dx_doc *doc, const char *text, const char *want)
{
    struct t_bytes got = found(doc, text);

    if (strcmp(got.ptr, want) != 0) {
        fail_msg("%s finds \"%s\", not \"%s\"", text, got.ptr, want);
    }
    t_bytes_free(&got);
}

#define QEMU "http://libvirt.org/schemas/domain/qemu/1.0"

static const char zoo[] = "<?xml version='1.0'?>\n"
                          "<!-- before -->\n"
                          "<?first a?>\n"
                          "<domain type='kvm' xmlns:q='" QEMU "' xmlns:x='http://example.org/x'>\n"
                          "  <name z='1' a='2' x:a='3'>w&amp;b</name>\r\n"
                          "  <!-- c -->\n"
                          "  <title>a<![CDATA[]]>b<![CDATA[c]]><![CDATA[d]]>e<i/>f</title>\n"
                          "  <blank>  </blank>\n"
                          "  <q:commandline><q:arg value='-s'/></q:commandline>\n"
                          "  <y:own xmlns:y='http://example.org/y' y:b='1'/>\n"
                          "  <app xmlns='http://example.org/app'><level/></app>\n"
                          "  <?pi in?>\n"
                          "</domain>\n"
                          "<!-- behind -->\n";

TEST(every_kind_of_node_is_found_where_it_stands)
{
    static const char *const cases[][2] = {
        {".", "domain"},
        {"/", "/"},
        {"*", "name title blank q:commandline y:own app"},
        {"//*[not(*)]", "name i blank q:arg y:own level"},
        {"name/@*", "name/@z name/@a name/@x:a"},
        {"name/@a", "name/@a"},
        {"name/@x:a", "name/@x:a"},
        {"name/text()", "'w&b'"},
        {"title/text()", "'a' 'b' [c] [d] 'e' 'f'"},
        {"title/text()[last()]", "'f'"},
        {"title/node()", "'a' 'b' [c] [d] 'e' i 'f'"},
        {"blank/text()", "'  '"},
        {"text()", ""},
        {"//comment()", "<!-- before --> <!-- c --> <!-- behind -->"},
        {"//processing-instruction()", "<?first?> <?pi?>"},
        {"processing-instruction('pi')", "<?pi?>"},
        {"/comment()[2]", "<!-- behind -->"},
        {"qemu:commandline/qemu:arg/@value", "q:arg/@value"},
        {"q:commandline", "q:commandline"},
        {"y:own/@y:b", "y:own/@y:b"},
        {"app", ""},
        {"//level", ""},
        {"*[local-name()='app']/*", "level"},
        {"none:such", ""},
        {"title | name | name/@a | title/i | name", "name name/@a title i"},
        {"(title | name)/@z", "name/@z"},
        {"*[position() > last() - 2]", "y:own app"},
        {"name[. = \"w&b\"]", "name"},
        {"ancestor::node()", "/"},
    };
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, zoo);

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_found(doc, cases[i][0], cases[i][1]);
    }
    t_assert_written(doc, zoo, strlen(zoo));
    assert_int_equal(dx_doc_changed(doc), 0);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* The tree is asked as it is now: texts in pieces, what is new, what is gone. */
TEST(an_edited_tree_is_found_as_it_is)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, zoo);
    struct dx_node *root = dx_doc_root(doc), *made;

    assert_int_equal(dx_edit_remove(dx_node_child(root, "blank")), DX_OK);
    assert_int_equal(dx_edit_insert(&made, root, NULL, "new"), DX_OK);
    assert_int_equal(dx_edit_set(made, "b", "<'\">"), DX_OK);
    assert_int_equal(dx_edit_set_text(made, STR("1\r2")), DX_OK);
    assert_int_equal(dx_edit_set_text(dx_node_child(root, "title"), STR("t")), DX_OK);
    assert_int_equal(dx_edit_remove(dx_node_child(dx_node_child(root, "title"), "i")), DX_OK);
    assert_found(doc, "*", "new name title q:commandline y:own app");
    assert_found(doc, "new/@b | title/text()", "new/@b 't'");
    assert_found(doc, "new/text()", "'1\r2'");
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(other_encodings_are_read)
{
    static const char latin[] = "<?xml version='1.0' encoding='ISO-8859-1'?><domain><n>\xe9</n><n>e</n></domain>";
    static const char bom[] = "\xef\xbb\xbf<domain><n>\xc3\xa9</n><n>e</n></domain>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, latin);

    assert_found(doc, "n[.='\xc3\xa9']/text()", "'\xc3\xa9'");
    dx_doc_free(doc);
    doc = t_parse_text(ctx, bom);
    assert_found(doc, "n[.='\xc3\xa9']/text()", "'\xc3\xa9'");
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* Lines past 65 535, where libxml2's own line numbers end; and each of many nodes is its own. */
TEST(seventy_thousand_lines)
{
    struct t_bytes text = {0};
    struct dx_ctx *ctx = t_ctx();
    struct dx_run run = {.ctx = ctx, .pass = &own, .spec = "disk/@n | disk/text()"};
    struct dx_query *query = compile(ctx, run.spec);
    struct dx_hits hits;
    size_t line, column;

    t_bytes_format(&text, "<domain>\n");
    for (int i = 0; i < 70000; i++) {
        t_bytes_format(&text, "<disk n='%d'>%d</disk>\n", i, i);
    }
    t_bytes_format(&text, "</domain>");
    run.doc = t_parse(ctx, text.ptr, text.len);
    assert_int_equal(dx_query_run(&hits, query, &run), DX_OK);
    assert_int_equal(hits.n, 140000);
    for (size_t i = 0; i < hits.n; i++) {
        char want[24];
        struct dx_str value =
            hits.items[i].attr ? dx_node_attr(hits.items[i].node, "n") : dx_node_value(hits.items[i].node);

        snprintf(want, sizeof want, "%zu", i / 2);
        assert_true(dx_str_is(value, want));
        assert_int_equal(hits.items[i].attr == NULL, i % 2);
    }
    dx_node_position(&line, &column, hits.items[hits.n - 2].node);
    assert_int_equal(line, 70001);
    dx_query_free(query);
    dx_doc_free(run.doc);
    dx_ctx_free(ctx);
    t_bytes_free(&text);
}

/* '~' stands before the place that is named. */
TEST(what_is_wrong_is_told_at_its_column)
{
    static const char *const cases[][2] = {
        {"~", "not complete"},
        {"a~[", "never closed"},
        {"~count(a)", "gives a number"},
        {"~a = b", "gives true or false"},
        {"~'a'", "gives a string"},
        {"a/~", "not complete"},
        {"a~]", "closes nothing"},
        {"a[b=~'c]", "never closed"},
        {"a[(b~]", "closes nothing"},
        {"a[~contain(b, 'c')]", "no function 'contain'"},
        {"a[~qemu:x()]", "no function 'qemu:x'"},
        {"a[~translate(b, 'c')]", "given 2 arguments"},
        {"a[~concat(b)]", "given 1 argument"},
        {"a[~last(b)]", "given 1 argument"},
        {"~qemuu:a", "unknown prefix 'qemuu'"},
        {"~namespace::a", "cannot be edited"},
        {"~parents::a", "no axis 'parents'"},
        {"a[~$b]", "variables"},
        {"a[b = ~#]", "means nothing"},
        {"~/devices", "root of the document"},
        {"~domain/devices", "begins in <domain>"},
    };
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[64];
        size_t at = strcspn(cases[i][0], "~");
        struct dx_run run = {.ctx = ctx, .pass = &own, .spec = text};
        struct dx_query *query;
        const struct dx_diag *diag;

        snprintf(text, sizeof text, "%.*s%s", (int)at, cases[i][0], cases[i][0] + at + 1);
        dx_ctx_clear_diags(ctx);
        assert_int_equal(dx_query_new(&query, &run, STR(text), 0), DX_EUSAGE);
        assert_null(query);
        diag = dx_ctx_diag(ctx, 0);
        if (!strstr(diag->message, cases[i][1])) {
            fail_msg("%s: %s", text, diag->message);
        }
        if (diag->column != at + (text[0] == '/' ? 2 : 1)) {
            fail_msg("%s: column %zu: %s", text, diag->column, diag->message);
        }
        assert_int_equal(dx_ctx_diag_count(ctx), 1);
        assert_non_null(diag->hint);
    }
    dx_ctx_free(ctx);
}

/* Escapes take two bytes of the SPEC and one of the value. */
TEST(columns_count_the_escapes_of_a_spec)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_pipeline *pipeline;

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    assert_int_equal(dx_pipeline_add(pipeline, ctx, "delete:a[b\\=contains(c\\,\xc3\xa9)]/$"), DX_EUSAGE);
    assert_int_equal(dx_ctx_diag(ctx, 0)->column, 29);
    assert_int_equal(dx_pipeline_add(pipeline, ctx, "delete:a[count(b]"), DX_EUSAGE);
    assert_int_equal(dx_pipeline_count(pipeline), 0);
    dx_pipeline_free(pipeline);
    dx_ctx_free(ctx);
}

/* Steps, conditions and what a condition asks for. */
TEST(simple_paths_are_known)
{
    static const struct {
        const char *text;
        bool simple;
        size_t steps;
        const char *key, *wanted; /* of the last step but one, or the last */
    } cases[] = {
        {".", true, 0, NULL, NULL},
        {"./a", true, 1, NULL, NULL},
        {"a/b/@c", true, 3, NULL, NULL},
        {"/domain/a/text()", true, 3, NULL, NULL},
        {"./a[b/@c='d']/@e", true, 2, "b/@c", "d"},
        {"./a[ @c = \"d e\" ]/@e", true, 2, "@c", "d e"},
        {"./a[.='x']/@e", true, 2, ".", "x"},
        {"./a[1]/@e", true, 2, NULL, NULL},
        {"./a[@b='c'][@d='e']/@e", true, 2, NULL, NULL},
        {"./a[@b='c' and @d='e']/@e", true, 2, NULL, NULL},
        {"./qemu:a/qemu:b/@c", true, 3, NULL, NULL},
        {"//a", false, 0, NULL, NULL},
        {"./a//b", false, 0, NULL, NULL},
        {"a/*", false, 0, NULL, NULL},
        {"a | b", false, 0, NULL, NULL},
        {"child::a", false, 0, NULL, NULL},
        {"../a", false, 0, NULL, NULL},
        {"a/@b/..", false, 0, NULL, NULL},
        {"(a)[1]", false, 0, NULL, NULL},
        {"/", false, 0, NULL, NULL},
    };
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dx_query *query = compile(ctx, cases[i].text);
        const struct dx_path *path = &query->path;
        const struct dx_path_step *step = path->n > 1 ? &path->steps[path->n - 2] : path->steps;

        if (path->simple != cases[i].simple || (path->simple && path->n != cases[i].steps)) {
            fail_msg("%s: %s of %zu steps", cases[i].text, path->simple ? "a path" : "no path", path->n);
        }
        if (path->simple && path->n > 0) {
            assert_int_equal(step->key.ptr != NULL, cases[i].key != NULL);
            assert_true(!cases[i].key || dx_str_is(step->key, cases[i].key));
            assert_true(!cases[i].key || dx_str_is(step->wanted, cases[i].wanted));
        }
        dx_query_free(query);
    }
    dx_ctx_free(ctx);
}

/* A condition that libxml2 can only find wrong while it asks is no silent "nothing". */
TEST(what_fails_while_it_is_asked_is_an_error)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_run run = {.ctx = ctx, .pass = &own, .spec = "*[count('a')]"};
    struct dx_query *query = compile(ctx, run.spec);
    struct dx_hits hits;

    run.doc = t_parse_text(ctx, zoo);
    assert_int_equal(dx_query_run(&hits, query, &run), DX_EREFUSED);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 1);
    dx_query_free(query);
    dx_doc_free(run.doc);
    dx_ctx_free(ctx);
}

/* ---- fragments ---- */

static int read_fragment(struct dx_ctx *ctx, const char *path, const char *bytes, size_t len)
{
    struct dx_run run = {.ctx = ctx, .pass = &own, .spec = bytes};
    struct dx_phrase phrase = {&run, 0};
    struct dx_fragment *fragment;
    int rc;

    dx_ctx_clear_diags(ctx);
    if (path) {
        assert_true(t_write(path, bytes, len));
    }
    rc = dx_fragment_new(&fragment, &phrase, path ? (struct dx_str){NULL, 0} : (struct dx_str){bytes, len}, path);
    assert_int_equal(fragment != NULL, rc == DX_OK);
    dx_fragment_free(fragment);
    return rc;
}

TEST(a_fragment_in_a_file_is_told_by_its_own_lines)
{
    static const struct {
        const char *text;
        int rc;
        size_t line, column;
    } cases[] = {
        {"<a/>", DX_OK, 0, 0},
        {"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- c --><a><qemu:b/></a>\n<?p?>\n", DX_OK, 0, 0},
        {"<?xml version='1.0' encoding='ISO-8859-1'?>\n<a>\xe9</a>", DX_OK, 0, 0},
        {"", DX_EINPUT, 1, 1},
        {"\n\n", DX_EINPUT, 1, 1},
        {"<a>\n <b>\n</a>\n", DX_EINPUT, 3, 1},
        {"<a/>\n <b", DX_EINPUT, 2, 2},
        {"<a/>\n<b>\n", DX_EINPUT, 2, 1},
        {"<a/>\n  text\n", DX_EINPUT, 1, 5},
        {"<?xml version='1.0'?>\n<a>\n <b c='1' c='2'/></a>", DX_EINPUT, 3, 11},
        {"<a>\n&x;</a>", DX_EINPUT, 2, 1},
        {"<a>\n\x01</a>", DX_EINPUT, 2, 1},
        {"<a>\n\xff</a>", DX_EINPUT, 2, 1},
        {"<a/><?xml version='1.0'?>", DX_EINPUT, 1, 5},
        {"<x:a/>", DX_EINPUT, 1, 2},
    };
    struct dx_ctx *ctx = t_ctx();
    char *folder = t_scratch(), *path = t_path(folder, "a.xml");

    for (size_t i = 0; i < COUNT(cases); i++) {
        int rc = read_fragment(ctx, path, cases[i].text, strlen(cases[i].text));
        const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

        if (rc != cases[i].rc || (rc < 0 && (diag->line != cases[i].line || diag->column != cases[i].column ||
                                             strcmp(diag->file, path) != 0))) {
            fail_msg("%s: %d at %zu:%zu: %s", cases[i].text, rc, diag ? diag->line : 0, diag ? diag->column : 0,
                     diag ? diag->message : "");
        }
    }
    dx_ctx_clear_diags(ctx);
    assert_int_equal(read_fragment(ctx, NULL, "<a>", 3), DX_EUSAGE);
    t_scratch_remove(folder);
    free(path);
    dx_ctx_free(ctx);
}

/* A pipeline outlives the context it was made with, and gives the same to each document. */
TEST(a_fragment_serves_documents_of_other_contexts)
{
    static const char spec[] = "insert:.,xml=<qemu:commandline><qemu:arg value='-s'/></qemu:commandline>";
    static const char *const texts[][2] = {
        {"<domain type='kvm'><name>x</name><os><type arch='x86_64'>hvm</type></os></domain>",
         "<domain type='kvm' xmlns:qemu='" QEMU "'><name>x</name><os><type arch='x86_64'>hvm</type></os>"
         "<qemu:commandline><qemu:arg value='-s'/></qemu:commandline></domain>"},
        {"<domain type='kvm' xmlns:q='" QEMU "'><name>x</name><os><type arch='x86_64'>hvm</type></os></domain>",
         "<domain type='kvm' xmlns:q='" QEMU "'><name>x</name><os><type arch='x86_64'>hvm</type></os>"
         "<q:commandline><q:arg value='-s'/></q:commandline></domain>"},
    };
    struct dx_ctx *maker = t_ctx(), *ctx;
    struct dx_pipeline *pipeline;

    assert_int_equal(dx_pipeline_new(&pipeline, maker), DX_OK);
    assert_int_equal(dx_pipeline_add(pipeline, maker, spec), DX_OK);
    dx_ctx_free(maker);
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct dx_doc *doc;

        ctx = t_ctx();
        doc = t_parse_text(ctx, texts[i][0]);
        assert_int_equal(dx_pipeline_run(pipeline, ctx, doc, NULL), DX_OK);
        t_assert_written(doc, texts[i][1], strlen(texts[i][1]));
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
    dx_pipeline_free(pipeline);
}

/* `required` makes an error of nothing, so that a second run is one: no golden case could hold it. */
TEST(a_required_deletion_that_matches)
{
    static const char text[] =
        "<domain type='kvm'><name>x</name><title/><os><type arch='x86_64'>hvm</type></os></domain>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, text);
    struct dx_pipeline *pipeline;

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    assert_int_equal(dx_pipeline_add(pipeline, ctx, "delete:./title,required=yes"), DX_OK);
    assert_int_equal(dx_pipeline_run(pipeline, ctx, doc, NULL), DX_OK);
    assert_int_equal(dx_pipeline_run(pipeline, ctx, doc, NULL), DX_EREFUSED);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_node_is_found_where_it_stands),
        cmocka_unit_test(an_edited_tree_is_found_as_it_is),
        cmocka_unit_test(other_encodings_are_read),
        cmocka_unit_test(seventy_thousand_lines),
        cmocka_unit_test(what_is_wrong_is_told_at_its_column),
        cmocka_unit_test(columns_count_the_escapes_of_a_spec),
        cmocka_unit_test(simple_paths_are_known),
        cmocka_unit_test(what_fails_while_it_is_asked_is_an_error),
        cmocka_unit_test(a_fragment_in_a_file_is_told_by_its_own_lines),
        cmocka_unit_test(a_fragment_serves_documents_of_other_contexts),
        cmocka_unit_test(a_required_deletion_that_matches),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
