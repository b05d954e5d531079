/* Schemas from their files, and those that cannot be used. */
#include "verdicts.h"

#define GRAMMAR(inside) "<grammar " T_RNG ">\n" inside "\n</grammar>\n"
#define DOMAIN(inside) "<start><element name='domain'>" inside "</element></start>"
#define INCLUDE(file, inside) "<include href='" file "'>" inside "</include>"
#define A_IS(name) "<define name='a'><element name='" name "'><empty/></element></define>"

/* What a schema holds that is refused, at the ~. */
struct refusal {
    const char *what, *schema;
};

static void check_refused(struct dx_ctx *ctx, const struct refusal *row)
{
    struct t_bytes text = t_bytes_copy(row->schema, strlen(row->schema));
    char *mark = strchr(text.ptr, '~');
    struct dx_schema *schema = NULL;
    size_t line = 1, column = 1;
    const struct dx_diag *diag;
    int rc;

    assert_non_null(mark);
    for (const char *p = text.ptr; p < mark; p++) {
        column = *p == '\n' ? 1 : column + 1;
        line += *p == '\n';
    }
    memmove(mark, mark + 1, strlen(mark));
    dx_ctx_clear_diags(ctx);
    rc = dx_schema_parse(&schema, ctx, "bad.rng", text.ptr, text.len - 1);
    diag = dx_ctx_diag(ctx, 0);
    if (rc != DX_ELIMIT || !diag || diag->line != line || diag->column != column) {
        struct t_bytes said = t_diags(ctx);

        fail_msg("%s: refused at %zu:%zu wanted, got %d\n%s", row->what, line, column, rc, said.ptr);
    }
    assert_null(schema);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_string_equal(diag->file, "bad.rng");
    assert_int_equal(diag->severity, DX_SEVERITY_ERROR);
    t_bytes_free(&text);
}

TEST(what_is_not_supported_is_refused)
{
    static const struct refusal rows[] = {
        {"no schema", "~<domain/>"},
        {"another language", "~<schema xmlns='http://www.w3.org/2001/XMLSchema'/>"},
        {"no grammar", "~<element name='domain' " T_RNG "><empty/></element>"},
        {"not well-formed", "<grammar " T_RNG ">\n<start>~</grammar>"},
        {"externalRef", GRAMMAR(DOMAIN("~<externalRef href='a.rng'/>"))},
        {"parentRef", GRAMMAR(DOMAIN("~<parentRef name='a'/>"))},
        {"a grammar in a grammar", GRAMMAR(DOMAIN("~<grammar>" DOMAIN("<empty/>") "</grammar>"))},
        {"unknown element", GRAMMAR(DOMAIN("\n ~<any/>"))},
        {"unknown element of the grammar", GRAMMAR("~<element name='a'><empty/></element>" DOMAIN("<empty/>"))},
        {"unknown attribute", GRAMMAR(DOMAIN("~<element nam='a'><empty/></element>"))},
        {"unknown datatype", GRAMMAR(DOMAIN("<data ~type='duration'/>"))},
        {"unknown type of a value", GRAMMAR(DOMAIN("<value ~type='hexBinary'>00</value>"))},
        {"no type", GRAMMAR(DOMAIN("~<data/>"))},
        {"unknown library", GRAMMAR(DOMAIN("~<data type='x' datatypeLibrary='urn:x'/>"))},
        {"unknown param", GRAMMAR(DOMAIN("<data type='int'>~<param name='totalDigits'>3</param></data>"))},
        {"a bound of a text", GRAMMAR(DOMAIN("<data type='string'>~<param name='minInclusive'>3</param></data>"))},
        {"a bound that is no number", GRAMMAR(DOMAIN("<data type='int'>~<param name='minInclusive'>x</param></data>"))},
        {"a length that is none", GRAMMAR(DOMAIN("<data type='string'>~<param name='length'>-1</param></data>"))},
        {"a pattern that is none", GRAMMAR(DOMAIN("<data type='string'>~<param name='pattern'>[a</param></data>"))},
        {"a param of an own type",
         GRAMMAR(DOMAIN("<data type='token' datatypeLibrary=''>~<param name='length'>1</param></data>"))},
        {"no start", "~" GRAMMAR("<define name='a'><empty/></define>")},
        {"an empty start", GRAMMAR("~<start/>")},
        {"two patterns in a start", GRAMMAR("~<start><empty/><empty/></start>")},
        {"an empty element", GRAMMAR(DOMAIN("~<element name='a'/>"))},
        {"an element without name", GRAMMAR(DOMAIN("<element>~<empty/></element>"))},
        {"an empty optional", GRAMMAR(DOMAIN("~<optional/>"))},
        {"an attribute of two", GRAMMAR(DOMAIN("~<attribute name='a'><text/><text/></attribute>"))},
        {"an empty name", GRAMMAR(DOMAIN("~<element name=''><empty/></element>"))},
        {"a prefix that is none", GRAMMAR(DOMAIN("~<element name='q:a'><empty/></element>"))},
        {"a name among patterns", GRAMMAR(DOMAIN("<choice>~<name>a</name><empty/></choice>"))},
        {"a pattern among names",
         GRAMMAR(DOMAIN("<element><choice><name>a</name>~<text/></choice><empty/></element>"))},
        {"text", GRAMMAR(DOMAIN("<optional>~words<empty/></optional>"))},
        {"a reference to nothing", GRAMMAR(DOMAIN("<ref ~name='a'/>"))},
        {"a reference to nothing that is not used",
         GRAMMAR(DOMAIN("<empty/>") "<define name='a'><ref ~name='b'/></define>")},
        {"a reference without name", GRAMMAR(DOMAIN("~<ref/>"))},
        {"a loop",
         GRAMMAR(DOMAIN("<ref name='a'/>") "<define name='a'><optional><ref ~name='a'/></optional></define>")},
        {"a loop of three",
         GRAMMAR(DOMAIN("<ref name='a'/>") "<define name='a'><ref name='b'/></define>\n"
                                           "<define name='b'><group><ref name='c'/></group></define>\n"
                                           "<define name='c'><attribute name='x'/><ref ~name='a'/></define>")},
        {"a start that is a definition of itself",
         GRAMMAR("<start><ref name='a'/></start><define name='a'><choice>"
                 "<element name='domain'><empty/></element><ref ~name='a'/></choice></define>")},
        {"defined twice", GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a") "\n~" A_IS("b"))},
        {"started twice", GRAMMAR(DOMAIN("<empty/>") "\n~" DOMAIN("<empty/>"))},
        {"combined in two ways",
         GRAMMAR(DOMAIN("<ref name='a'/>") "<define name='a' combine='choice'><empty/></define>"
                                           "<define name='a' ~combine='interleave'><empty/></define>")},
        {"combined in no way",
         GRAMMAR(DOMAIN("<ref name='a'/>") "<define name='a' ~combine='group'><empty/></define>")},
        {"an include without href", GRAMMAR("~<include/>")},
        {"an include by URL", GRAMMAR("<include ~href='http://example.org/a.rng'/>")},
        {"a doctype", "~<!DOCTYPE grammar><grammar " T_RNG "/>"},
    };
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < COUNT(rows); i++) {
        check_refused(ctx, &rows[i]);
    }
    /* The context is as good as before. */
    dx_schema_free(t_schema(ctx, "<empty/>", NULL));
    dx_ctx_free(ctx);
}

/* ---- files ---- */

enum { MOST_FILES = 5, MOST_NAMES = 8 };

struct file {
    const char *name, *text;
};

static void write_files(const char *folder, const struct file *files)
{
    for (size_t i = 0; i < MOST_FILES && files[i].name; i++) {
        char *path = t_path(folder, files[i].name);

        assert_true(t_write(path, files[i].text, strlen(files[i].text)));
        free(path);
    }
}

static int load(struct dx_schema **out, struct dx_ctx *ctx, const char *folder, const char *name)
{
    char *path = t_path(folder, name);
    int rc = dx_schema_load(out, ctx, path);

    free(path);
    return rc;
}

static const struct {
    const char *what;
    struct file files[MOST_FILES]; /* the first is the schema */
    const char *valid[MOST_NAMES], *invalid[MOST_NAMES];
} included[] = {
    {"a file",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", "") DOMAIN("<ref name='a'/>"))}, {"a.rng", GRAMMAR(A_IS("a"))}},
     {"<a/>"},
     {"", "<b/>"}},
    {"the start too",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", ""))}, {"a.rng", GRAMMAR(DOMAIN("<text/>"))}},
     {"x"},
     {"<a/>"}},
    {"a definition replaced",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", A_IS("b")))}, {"a.rng", GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a"))}},
     {"<b/>"},
     {"<a/>"}},
    {"the start replaced",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", DOMAIN("<text/>")))}, {"a.rng", GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a"))}},
     {"x", ""},
     {"<a/>"}},
    {"all parts of it replaced",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", A_IS("c")))},
      {"a.rng",
       GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a") "<define name='a' "
                                                   "combine='choice'><element name='b'><empty/></element></define>")}},
     {"<c/>"},
     {"<a/>", "<b/>"}},
    {"replaced by a reference",
     {{"s.rng",
       GRAMMAR(INCLUDE("a.rng", "<define name='a'><ref name='z'/></define>") "<define name='z'><element "
                                                                             "name='z'><empty/></element></define>")},
      {"a.rng", GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a"))}},
     {"<z/>"},
     {"<a/>"}},
    {"replaced deep down",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", A_IS("c")))},
      {"a.rng", GRAMMAR(INCLUDE("b.rng", ""))},
      {"b.rng", GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a"))}},
     {"<c/>"},
     {"<a/>"}},
    {"replaced twice",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", A_IS("c")))},
      {"a.rng", GRAMMAR(INCLUDE("b.rng", A_IS("b")))},
      {"b.rng", GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a"))}},
     {"<c/>"},
     {"<a/>", "<b/>"}},
    {"replaced in a div",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", "<div>" A_IS("b") "</div>"))},
      {"a.rng", GRAMMAR("<div>" DOMAIN("<ref name='a'/>") A_IS("a") "</div>")}},
     {"<b/>"},
     {"<a/>"}},
    {"combined with what is included",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", "") "<define name='a' combine='choice'>"
                                             "<element name='b'><empty/></element></define>")},
      {"a.rng", GRAMMAR(DOMAIN("<ref name='a'/>") A_IS("a"))}},
     {"<a/>", "<b/>"},
     {""}},
    {"an include in an include beside it",
     {{"s.rng", GRAMMAR(INCLUDE("a.rng", "") INCLUDE("b.rng", ""))},
      {"a.rng", GRAMMAR(DOMAIN("<ref name='a'/>"))},
      {"b.rng", GRAMMAR(A_IS("a"))}},
     {"<a/>"},
     {""}},
    {"ns and library stay with the file",
     {{"s.rng", "<grammar ns='urn:x' xmlns='http://relaxng.org/ns/structure/1.0'>"
                "<include href='a.rng'/></grammar>"},
      {"a.rng", GRAMMAR(DOMAIN("<data type='int'/>"))}},
     {"1"},
     {"x"}},
};

TEST(includes)
{
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < COUNT(included); i++) {
        char *folder = t_scratch();
        struct dx_schema *schema;

        write_files(folder, included[i].files);
        if (load(&schema, ctx, folder, "s.rng") != DX_OK) {
            fail_msg("%s: %s", included[i].what, t_diags(ctx).ptr);
        }
        for (size_t k = 0; included[i].valid[k]; k++) {
            assert_int_equal(t_schema_errors(ctx, schema, included[i].valid[k]), 0);
        }
        for (size_t k = 0; included[i].invalid[k]; k++) {
            assert_int_not_equal(t_schema_errors(ctx, schema, included[i].invalid[k]), 0);
        }
        assert_non_null(strstr(dx_schema_name(schema), "s.rng"));
        assert_false(dx_schema_partial(schema));
        dx_schema_free(schema);
        t_scratch_remove(folder);
    }
    dx_ctx_free(ctx);
}

TEST(includes_that_are_refused)
{
    static const struct {
        const char *what;
        struct file files[MOST_FILES];
        const char *where; /* FILE:LINE:COLUMN */
        int rc;
    } rows[] = {
        {"a loop",
         {{"s.rng", GRAMMAR(INCLUDE("a.rng", ""))}, {"a.rng", GRAMMAR(INCLUDE("s.rng", ""))}},
         "a.rng:2:10",
         DX_ELIMIT},
        {"itself", {{"s.rng", GRAMMAR(INCLUDE("s.rng", ""))}}, "s.rng:2:10", DX_ELIMIT},
        {"no such file", {{"s.rng", GRAMMAR(INCLUDE("none.rng", ""))}}, "none.rng:0:0", DX_EIO},
        {"nothing to replace",
         {{"s.rng", GRAMMAR(INCLUDE("a.rng", "\n" A_IS("b")))}, {"a.rng", GRAMMAR(DOMAIN("<text/>"))}},
         "s.rng:3:1",
         DX_ELIMIT},
        {"no start to replace",
         {{"s.rng", GRAMMAR(INCLUDE("a.rng", "\n" DOMAIN("<text/>")))}, {"a.rng", GRAMMAR(A_IS("a"))}},
         "s.rng:3:1",
         DX_ELIMIT},
        {"what is wrong in it",
         {{"s.rng", GRAMMAR(INCLUDE("a.rng", ""))}, {"a.rng", GRAMMAR("<foo/>")}},
         "a.rng:2:1",
         DX_ELIMIT},
        {"no schema", {{"s.rng", GRAMMAR(INCLUDE("a.rng", ""))}, {"a.rng", "<a/>"}}, "a.rng:1:1", DX_ELIMIT},
        {"no XML", {{"s.rng", GRAMMAR(INCLUDE("a.rng", ""))}, {"a.rng", "\na"}}, "a.rng:2:1", DX_ELIMIT},
        {"defined in both",
         {{"s.rng", GRAMMAR(INCLUDE("a.rng", "") A_IS("b") DOMAIN("<ref name='a'/>"))}, {"a.rng", GRAMMAR(A_IS("a"))}},
         "s.rng:2:33",
         DX_ELIMIT},
    };
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < COUNT(rows); i++) {
        char *folder = t_scratch(), got[256] = "";
        struct dx_schema *schema = NULL;
        const struct dx_diag *diag;
        int rc;

        dx_ctx_clear_diags(ctx);
        write_files(folder, rows[i].files);
        rc = load(&schema, ctx, folder, "s.rng");
        diag = dx_ctx_diag(ctx, 0);
        if (diag && diag->file) {
            const char *slash = strrchr(diag->file, '/');

            snprintf(got, sizeof got, "%s:%zu:%zu", slash ? slash + 1 : diag->file, diag->line, diag->column);
        }
        if (rc != rows[i].rc || strcmp(got, rows[i].where) != 0) {
            fail_msg("%s: %d at %s\n%s", rows[i].what, rc, got, t_diags(ctx).ptr);
        }
        assert_null(schema);
        t_scratch_remove(folder);
    }
    dx_ctx_free(ctx);
}

/* A chain of includes is followed only so far. */
TEST(a_long_chain_of_includes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema = NULL;
    char *folder = t_scratch();

    for (int i = 0; i < 100; i++) {
        struct t_bytes text = {0};
        char name[16];
        char *path;

        snprintf(name, sizeof name, "%d.rng", i);
        path = t_path(folder, name);
        t_bytes_format(&text, "<grammar " T_RNG "><include href='%d.rng'/></grammar>", i + 1);
        assert_true(t_write(path, text.ptr, text.len));
        t_bytes_free(&text);
        free(path);
    }
    assert_int_equal(load(&schema, ctx, folder, "0.rng"), DX_ELIMIT);
    assert_int_equal(load(&schema, ctx, folder, "none.rng"), DX_EIO);
    t_scratch_remove(folder);
    dx_ctx_free(ctx);
}

TEST(schemas_outlive_contexts_and_contexts_schemas)
{
    struct dx_ctx *first = t_ctx(), *second = t_ctx();
    struct dx_schema *a = t_schema(first, "<element name='a'><empty/></element>", NULL);
    struct dx_schema *b = t_schema(first, "<element name='b'><empty/></element>", NULL);

    dx_ctx_free(first);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(t_schema_errors(second, a, "<a/>"), 0);
        assert_int_equal(t_schema_errors(second, b, "<a/>"), 1);
        assert_int_equal(t_schema_errors(second, b, "<b/>"), 0);
    }
    dx_schema_free(b);
    dx_schema_free(a);
    a = t_schema(second, "<element name='c'><empty/></element>", NULL);
    assert_int_equal(t_schema_errors(second, a, "<c/>"), 0);
    dx_schema_free(a);
    dx_schema_free(NULL);
    dx_ctx_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_not_supported_is_refused),
        cmocka_unit_test(includes),
        cmocka_unit_test(includes_that_are_refused),
        cmocka_unit_test(a_long_chain_of_includes),
        cmocka_unit_test(schemas_outlive_contexts_and_contexts_schemas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
