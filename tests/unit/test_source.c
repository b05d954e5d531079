/* Positions: lines end at LF or CRLF, columns count characters, a tab is one, the BOM none. */
#include "support.h"

#include "source.h"

struct opened {
    struct dx_ctx *ctx;
    struct dx_source source;
};

static struct opened open_bytes(const char *bytes, size_t len)
{
    struct opened o = {.ctx = t_ctx()};

    assert_int_equal(dx_source_open(&o.source, o.ctx, STR("x.xml"), (struct dx_str){bytes, len}), DX_OK);
    return o;
}

static void close_all(struct opened *o)
{
    dx_source_close(&o->source);
    dx_ctx_free(o->ctx);
}

static void check_place(const char *text, size_t offset, size_t line, size_t column)
{
    struct opened o = open_bytes(text, strlen(text));
    struct dx_where where = dx_source_where(&o.source, offset, offset);

    if (where.line != line || where.column != column) {
        fail_msg("offset %zu of '%s' is %zu:%zu, not %zu:%zu", offset, text, where.line, where.column, line, column);
    }
    close_all(&o);
}

TEST(places)
{
    static const struct {
        const char *text;
        size_t offset, line, column;
    } cases[] = {
        {"", 0, 1, 1},
        {"a", 0, 1, 1},
        {"a", 1, 1, 2},
        {"a", 99, 1, 2},
        {"\n", 0, 1, 1},
        {"\n", 1, 2, 1},
        {"ab\ncd\n", 4, 2, 2},
        {"ab\ncd\n", 6, 3, 1},
        {"ab\r\ncd\r\n", 4, 2, 1},
        {"ab\r\ncd\r\n", 5, 2, 2},
        {"ab\r\ncd\r\n", 2, 1, 3},
        {"a\rb\nc", 2, 1, 3}, /* a lone CR is a character */
        {"a\rb\nc", 4, 2, 1},
        {"\r\r\n\rx", 4, 2, 2},
        {"\t\tx", 2, 1, 3},
        {"\xef\xbb\xbfx", 3, 1, 1}, /* the BOM counts nothing */
        {"\xef\xbb\xbfx", 0, 1, 1},
        {"\xef\xbb\xbfx\ny", 5, 2, 1},
        {"\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80x", 9, 1, 4},
        {"\n\xc3\xa9x", 3, 2, 2},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        check_place(cases[i].text, cases[i].offset, cases[i].line, cases[i].column);
    }
}

/* The column of a place does not depend on which places were asked for before. */
TEST(places_of_one_line_in_any_order)
{
    static const char text[] = "<domain>\n<a b='\xc3\xa9\xc3\xa9'/><c/>\xe4\xb8\xad\n<d/></domain>";
    static const size_t offsets[] = {20, 12, 20, 30, 9, 26, 12, 31, 20, 0, 11, 11};
    struct dx_ctx *ctx = t_ctx();
    struct dx_source source, fresh;

    assert_int_equal(dx_source_open(&source, ctx, STR("x"), STR(text)), DX_OK);
    for (size_t i = 0; i < COUNT(offsets); i++) {
        struct dx_where a = dx_source_where(&source, offsets[i], offsets[i] + 4), b;

        assert_int_equal(dx_source_open(&fresh, ctx, STR("x"), STR(text)), DX_OK);
        b = dx_source_where(&fresh, offsets[i], offsets[i] + 4);
        assert_int_equal(a.line, b.line);
        assert_int_equal(a.column, b.column);
        assert_int_equal(a.end_line, b.end_line);
        assert_int_equal(a.end_column, b.end_column);
        dx_source_close(&fresh);
    }
    dx_source_close(&source);
    dx_ctx_free(ctx);
}

/* Every character of a line that is long counts once, wherever the line begins. */
TEST(places_of_a_long_line)
{
    enum { HEAD = 1500, CHARACTERS = 3000, WIDTH = 2 };
    struct t_bytes text = {0};
    struct opened o;

    for (size_t i = 0; i < HEAD; i++) {
        t_bytes_add(&text, i + 1 < HEAD ? "x" : "\n", 1);
    }
    for (size_t i = 0; i < CHARACTERS; i++) {
        t_bytes_add(&text, "\xc3\xa9", WIDTH);
    }
    o = open_bytes(text.ptr, text.len);
    for (size_t i = 0; i <= CHARACTERS; i++) {
        struct dx_where where = dx_source_where(&o.source, HEAD + i * WIDTH, text.len);

        assert_int_equal(where.line, 2);
        assert_int_equal(where.column, i + 1);
        assert_int_equal(where.end_column, CHARACTERS + 1);
    }
    close_all(&o);
    t_bytes_free(&text);
}

TEST(places_in_latin1)
{
    static const char text[] = "<?xml version='1.0' encoding='ISO-8859-1'?>\n\xe9\xe9x";

    check_place(text, sizeof text - 2, 2, 3);
}

TEST(ranges_and_source_lines)
{
    static const char text[] = "one\r\ntwo three\r\nfour";
    struct opened o = open_bytes(text, sizeof text - 1);
    struct dx_where where = dx_source_where(&o.source, 9, 19);

    assert_int_equal(where.line, 2);
    assert_int_equal(where.column, 5);
    assert_int_equal(where.end_line, 3);
    assert_int_equal(where.end_column, 4);
    assert_int_equal(where.offset, 9);
    assert_int_equal(where.end_offset, 19);
    assert_int_equal(where.caret, 4);
    t_assert_bytes(where.source_line.ptr, where.source_line.len, "two three", 9);
    where = dx_source_where(&o.source, 17, 5); /* an end before its beginning is the beginning */
    assert_int_equal(where.end_line, 3);
    assert_int_equal(where.end_column, 2);
    close_all(&o);
}

TEST(line_70000)
{
    enum { LINES = 70000 };
    char *text = malloc((size_t)LINES * 2 + 1);
    struct opened o;
    struct dx_where where;

    assert_non_null(text);
    for (size_t i = 0; i < LINES; i++) {
        memcpy(text + i * 2, "x\n", 3);
    }
    o = open_bytes(text, (size_t)LINES * 2);
    where = dx_source_where(&o.source, (LINES - 1) * 2 + 1, 0);
    assert_int_equal(where.line, LINES);
    assert_int_equal(where.column, 2);
    where = dx_source_where(&o.source, 65536 * 2, 0);
    assert_int_equal(where.line, 65537);
    assert_int_equal(where.column, 1);
    close_all(&o);
    free(text);
}

TEST(first_line_end_is_the_habit)
{
    static const struct {
        const char *text, *eol;
    } cases[] = {{"", "\n"}, {"a", "\n"}, {"\n", "\n"}, {"a\nb\r\n", "\n"}, {"a\r\nb\n", "\r\n"}, {"a\rb", "\n"}};

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct opened o = open_bytes(cases[i].text, strlen(cases[i].text));
        struct dx_str eol = dx_source_eol(&o.source);

        t_assert_bytes(eol.ptr, eol.len, cases[i].eol, strlen(cases[i].eol));
        close_all(&o);
    }
}

TEST(declared_encodings)
{
    static const struct {
        const char *text;
        enum dx_encoding encoding;
        size_t begin, declaration;
    } cases[] = {
        {"<domain/>", DX_ENCODING_UTF8, 0, 0},
        {"<?xml version='1.0'?><domain/>", DX_ENCODING_UTF8, 0, 21},
        {"<?xml version=\"1.0\" encoding = \"utf-8\"?>", DX_ENCODING_UTF8, 0, 40},
        {"\xef\xbb\xbf<?xml version='1.0' encoding='Utf8'?>", DX_ENCODING_UTF8, 3, 40},
        {"<?xml version='1.0' encoding='us-ascii'?>", DX_ENCODING_ASCII, 0, 41},
        {"<?xml version='1.0' encoding='ASCII'?>", DX_ENCODING_ASCII, 0, 38},
        {"<?xml version='1.0' encoding='iso-8859-1' standalone='yes'?>", DX_ENCODING_LATIN1, 0, 60},
        {"<?xml version='1.0' encoding='latin1'?>", DX_ENCODING_LATIN1, 0, 39},
        {"<?xml-stylesheet encoding='EBCDIC'?><domain/>", DX_ENCODING_UTF8, 0, 0},
        {"<!-- encoding='EBCDIC' --><domain/>", DX_ENCODING_UTF8, 0, 0},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct opened o = open_bytes(cases[i].text, strlen(cases[i].text));

        assert_int_equal(o.source.encoding, cases[i].encoding);
        assert_int_equal(o.source.begin, cases[i].begin);
        assert_int_equal(o.source.declaration, cases[i].declaration);
        close_all(&o);
    }
}

/* Every element and attribute of a document knows its line and column, whatever the line ends. */
TEST(positions_of_nodes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc =
        t_parse_text(ctx, "\xef\xbb\xbf<domain>\r\n\t<a/> \xe4\xb8\xad<b\r\n\tc='1'/><!--x--></domain>");
    size_t line, column, begin, end;

    dx_node_position(&line, &column, dx_doc_root(doc));
    assert_int_equal(line, 1);
    assert_int_equal(column, 1);
    dx_node_position(&line, &column, t_find(doc, "a"));
    assert_int_equal(line, 2);
    assert_int_equal(column, 2);
    dx_node_position(&line, &column, t_find(doc, "b"));
    assert_int_equal(line, 2);
    assert_int_equal(column, 8);
    dx_node_position(&line, &column, dx_node_last(dx_doc_root(doc)));
    assert_int_equal(line, 3);
    assert_int_equal(column, 9);
    dx_node_span(&begin, &end, dx_doc_root(doc));
    assert_int_equal(begin, 3);
    dx_node_span(&begin, &end, t_find(doc, "a"));
    assert_int_equal(begin, 14);
    assert_int_equal(end, 18);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(inserted_nodes_stand_where_they_go_in)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain>\n  <a/>\n  <devices/>\n</domain>\n");
    struct dx_node *devices = t_find(doc, "devices"), *node;
    size_t line, column, begin, end;

    assert_int_equal(dx_edit_insert(&node, dx_doc_root(doc), t_find(doc, "a"), "b"), DX_OK);
    dx_node_position(&line, &column, node);
    assert_int_equal(line, 2);
    assert_int_equal(column, 7);
    dx_node_span(&begin, &end, node);
    assert_int_equal(begin, 0);
    assert_int_equal(end, 0);
    assert_int_equal(dx_edit_insert(&node, devices, NULL, "c"), DX_OK);
    assert_int_equal(dx_edit_insert(&node, node, NULL, "d"), DX_OK);
    dx_node_position(&line, &column, node);
    assert_int_equal(line, 3);
    assert_int_equal(column, 3);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_of_one_line_in_any_order),
        cmocka_unit_test(places),
        cmocka_unit_test(places_of_a_long_line),
        cmocka_unit_test(places_in_latin1),
        cmocka_unit_test(ranges_and_source_lines),
        cmocka_unit_test(line_70000),
        cmocka_unit_test(first_line_end_is_the_habit),
        cmocka_unit_test(declared_encodings),
        cmocka_unit_test(positions_of_nodes),
        cmocka_unit_test(inserted_nodes_stand_where_they_go_in),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
