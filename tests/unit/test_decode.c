/* From spelling to meaning, and back: references, line ends, white space in attributes, encodings. */
#include "support.h"

#include "decode.h"
#include "write.h"

static void check(const char *raw, enum dx_encoding encoding, bool attribute, bool references, const char *want)
{
    struct dx_arena arena;
    struct dx_str got;

    dx_arena_init(&arena, &dx_mem_default);
    got = dx_decode(&arena, STR(raw), encoding, attribute, references);
    t_assert_bytes(got.ptr, got.len, want, strlen(want));
    assert_int_equal(got.ptr[got.len], '\0');
    dx_arena_free(&arena);
}

TEST(text)
{
    static const char *const cases[][2] = {
        {"", ""},
        {"a", "a"},
        {"&lt;&gt;&amp;&quot;&apos;", "<>&\"'"},
        {"&amp;lt;", "&lt;"},
        {"&#65;&#x41;&#x0041;", "AAA"},
        {"&#xe9;&#x4e2d;&#x1F600;", "\xc3\xa9\xe4\xb8\xad\xf0\x9f\x98\x80"},
        {"&#x10FFFF;", "\xf4\x8f\xbf\xbf"},
        {"a\r\nb\rc\nd", "a\nb\nc\nd"},
        {"\r\r\n\r", "\n\n\n"},
        {"&#13;&#10;", "\r\n"},
        {"a\tb", "a\tb"},
        {"&nbsp;&#;&#x;&#xg;&", "&nbsp;&#;&#x;&#xg;&"}, /* kept: libxml2 refuses them */
        {"&#0;&#x1F;&#xD800;&#xFFFE;&#x110000;", "&#0;&#x1F;&#xD800;&#xFFFE;&#x110000;"},
        {"&#99999999999;", "&#99999999999;"},
        {"&lt", "&lt"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        check(cases[i][0], DX_ENCODING_UTF8, false, true, cases[i][1]);
    }
    check("&lt;\r\n", DX_ENCODING_UTF8, false, false, "&lt;\n");
}

TEST(attribute_values)
{
    check("a\tb\nc\r\nd\re", DX_ENCODING_UTF8, true, true, "a b c d e");
    check("&#9;&#10;&#13;", DX_ENCODING_UTF8, true, true, "\t\n\r");
    check("  a  b  ", DX_ENCODING_UTF8, true, true, "  a  b  ");
}

TEST(latin1)
{
    check("\xe9\xff\x80&#xe9;&lt;", DX_ENCODING_LATIN1, false, true, "\xc3\xa9\xc3\xbf\xc2\x80\xc3\xa9<");
    check("\xe9\t", DX_ENCODING_LATIN1, true, true, "\xc3\xa9 ");
}

TEST(utf8_there_and_back)
{
    for (uint32_t c = 1; c < 0x110000; c++) {
        char bytes[4];
        size_t n = dx_utf8_put(bytes, c);
        uint32_t back;

        assert_int_equal(n, c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4);
        assert_int_equal(dx_utf8_get(&back, bytes, n), n);
        assert_int_equal(back, c);
        c += c > 0x3000 ? 12 : 0;
    }
}

/* What is spelled decodes to what was meant, in every encoding and for every quote. */
TEST(spelling_decodes_to_itself)
{
    static const char *const values[] = {
        "",
        "plain",
        "<&>\"'",
        "a\tb\nc\rd",
        "&amp;",
        "]]>",
        "\xc3\xa9\xc3\xbf\xc4\x80\xe4\xb8\xad\xf0\x9f\x98\x80",
        " x  y ",
        "\r\n",
    };
    static const enum dx_encoding encodings[] = {DX_ENCODING_UTF8, DX_ENCODING_ASCII, DX_ENCODING_LATIN1};

    for (size_t i = 0; i < COUNT(values) * COUNT(encodings) * 2; i++) {
        struct dx_str value = STR(values[i % COUNT(values)]);
        enum dx_encoding encoding = encodings[i / COUNT(values) % COUNT(encodings)];
        char quote = i >= COUNT(values) * COUNT(encodings) ? '"' : '\'';
        struct dx_buf buf = DX_BUF(&dx_mem_default);
        struct dx_arena arena;
        struct dx_str back;

        dx_arena_init(&arena, &dx_mem_default);
        dx_write_attr_value(&buf, value, quote, encoding);
        assert_null(memchr(dx_buf_view(&buf).ptr, quote, buf.len));
        assert_null(memchr(dx_buf_view(&buf).ptr, '<', buf.len));
        back = dx_decode(&arena, dx_buf_view(&buf), encoding, true, true);
        t_assert_bytes(back.ptr, back.len, value.ptr, value.len);
        buf.len = 0;
        dx_write_text(&buf, value, STR("\r\n"), encoding);
        assert_null(memchr(dx_buf_view(&buf).ptr, '>', buf.len));
        back = dx_decode(&arena, dx_buf_view(&buf), encoding, false, true);
        t_assert_bytes(back.ptr, back.len, value.ptr, value.len);
        for (size_t k = 0; k < buf.len; k++) {
            assert_true(encoding != DX_ENCODING_ASCII || (unsigned char)buf.ptr[k] < 0x80);
        }
        dx_buf_free(&buf);
        dx_arena_free(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text),
        cmocka_unit_test(attribute_values),
        cmocka_unit_test(latin1),
        cmocka_unit_test(utf8_there_and_back),
        cmocka_unit_test(spelling_decodes_to_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
