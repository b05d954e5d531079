/* The lexer: tokens that follow each other without a gap, and what it notes of their bytes. */
#include "support.h"

#include "scan.h"

static const char *const kind_names[] = {
    [DX_TOKEN_END_OF_INPUT] = "end", [DX_TOKEN_DECLARATION] = "decl", [DX_TOKEN_TEXT] = "text",
    [DX_TOKEN_CDATA] = "cdata",      [DX_TOKEN_COMMENT] = "comment",  [DX_TOKEN_PI] = "pi",
    [DX_TOKEN_START_TAG] = "start",  [DX_TOKEN_EMPTY_TAG] = "empty",  [DX_TOKEN_END_TAG] = "stop",
};

/* Spells the tokens of a text: kind, name or content, attributes. */
static void spell(const char *text, char *out, size_t room)
{
    static struct dx_scan scan;
    struct dx_ctx *ctx = t_ctx();
    struct dx_source source;
    struct dx_token token;
    size_t n = 0, at = 0;

    assert_int_equal(dx_source_open(&source, ctx, STR("x"), STR(text)), DX_OK);
    dx_scan_begin(&scan, &source);
    for (;;) {
        assert_int_equal(dx_scan_next(&scan, &token), DX_OK);
        if (token.kind == DX_TOKEN_END_OF_INPUT) {
            break;
        }
        assert_int_equal(token.begin, at == 0 ? source.begin : at);
        at = token.end;
        n += (size_t)snprintf(out + n, room - n, "%s(%.*s|%.*s", kind_names[token.kind], (int)token.name_len,
                              text + token.name, (int)(token.content_end - token.content), text + token.content);
        for (size_t i = 0; i < token.n_attrs; i++) {
            const struct dx_place_attr *attr = &scan.attrs[i];

            n += (size_t)snprintf(out + n, room - n, " %.*s=%.*s", (int)attr->name_len, text + attr->name,
                                  (int)attr->value_len, text + attr->value);
        }
        n += (size_t)snprintf(out + n, room - n, ")");
        assert_true(n < room);
    }
    assert_int_equal(at, source.len);
    dx_source_close(&source);
    dx_ctx_free(ctx);
}

TEST(tokens)
{
    static const struct {
        const char *text, *tokens;
    } cases[] = {
        {"<a/>", "empty(a|)"},
        {"<a></a >", "start(a|)stop(a|)"},
        {"<a b='c' d = \"e'f\"/>", "empty(a| b=c d=e'f)"},
        {"<a\n\tb\r\n=\n'>'\n>x</a\n>", "start(a| b=>)text(|x)stop(a|)"},
        {"<?xml version='1.0'?>\n<a/>", "decl(|)text(|\n)empty(a|)"},
        {"<?xmlish?><?p?><?p  q r ?>", "pi(xmlish|)pi(p|)pi(p|q r )"},
        {"<!----><!-- <a> --><!--a-->", "comment(|)comment(| <a> )comment(|a)"},
        {"<![CDATA[]]><![CDATA[<a>]]]]>", "cdata(|)cdata(|<a>]])"},
        {"a>b", "text(|a>b)"},
        {"<a:b-c._1 \xc3\xa9=''/>", "empty(a:b-c._1| \xc3\xa9=)"},
        {"\xef\xbb\xbf<a/>", "empty(a|)"},
        {NULL, NULL},
    };

    for (size_t i = 0; cases[i].tokens; i++) {
        char got[400] = "";

        spell(cases[i].text, got, sizeof got);
        assert_string_equal(got, cases[i].tokens);
    }
}

TEST(what_bytes_hold)
{
    static const struct {
        const char *text;
        unsigned has;
    } cases[] = {
        {"", 0},
        {"   ", 0},
        {"\t\n", DX_HAS_SPACE},
        {"\r", DX_HAS_CR},
        {"a", DX_HAS_INK},
        {"&", DX_HAS_INK | DX_HAS_REFERENCE},
        {"\xc3\xa9", DX_HAS_INK | DX_HAS_HIGH},
        {" \r\n&\xff", DX_HAS_INK | DX_HAS_CR | DX_HAS_SPACE | DX_HAS_REFERENCE | DX_HAS_HIGH},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_int_equal(dx_scan_classify(STR(cases[i].text)), cases[i].has);
    }
}

TEST(name_bytes)
{
    for (int c = 1; c < 256; c++) {
        bool want = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c >= 0x80 ||
                    strchr("_:-.", c) != NULL;

        assert_int_equal(dx_scan_in_name((char)c), want);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tokens),
        cmocka_unit_test(what_bytes_hold),
        cmocka_unit_test(name_bytes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
