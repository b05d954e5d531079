/* What is refused, and where the message points: every malformed class that fits in a test. */
#include "support.h"

struct refusal {
    const char *text;
    size_t line, column;
    const char *says; /* part of the message */
};

#define QEMU "http://libvirt.org/schemas/domain/qemu/1.0"

static const struct refusal refusals[] = {
    /* no domain */
    {"", 1, 1, "the input is empty"},
    {"\xef\xbb\xbf", 1, 1, "the input is empty"},
    {" \n ", 2, 2, "no element"},
    {"<?xml version='1.0'?>\n", 2, 1, "no element"},
    {"<!-- nothing -->", 1, 17, "no element"},
    {"<domainsnapshot><domain/></domainsnapshot>", 1, 1, "<domainsnapshot>"},
    {"<domstatus><domain/></domstatus>", 1, 1, "<domstatus>"},
    {"\n  <network/>", 2, 3, "<network>"},
    {"<Domain/>", 1, 1, "<Domain>"},
    {"<domain xmlns='urn:x'/>", 1, 9, "urn:x"},
    {"<domain\n  type='kvm'\n  xmlns='urn:x'></domain>", 3, 3, "urn:x"},
    {"<d:domain xmlns:d='urn:x'/>", 1, 1, "<d:domain>"},
    {"just text", 1, 1, "text before"},
    {"# comment\n<domain/>", 1, 1, "text before"},
    {"{\"domain\": 1}", 1, 1, "text before"},
    /* more than one */
    {"<domain/>\n<domain/>", 2, 1, "second document"},
    {"<domain></domain>\n<?xml version='1.0'?><domain/>", 2, 1, "second document"},
    {"<domain/>\ntrailing", 2, 1, "text behind"},
    {"<domain/>&amp;", 1, 10, "text behind"},
    {"<domain/><![CDATA[x]]>", 1, 10, "text behind"},
    {"<domain/></domain>", 1, 10, "without a start tag"},
    /* tags */
    {"<domain>", 1, 1, "never closed"},
    {"<domain>\n  <a>\n</domain>", 3, 1, "</a> is expected, opened at 2:3"},
    {"<domain><a></b></domain>", 1, 12, "</a> is expected"},
    {"<domain><ab></a></domain>", 1, 13, "</ab> is expected"},
    {"<domain><a></ab></domain>", 1, 12, "</a> is expected"},
    {"<domain", 1, 1, "never closed"},
    {"<domain ", 1, 1, "never closed"},
    {"<domain type='kvm'", 1, 1, "never closed"},
    {"<domain type='kvm", 1, 9, "never closed"},
    {"<domain type=kvm/>", 1, 9, "no quotes"},
    {"<domain type/>", 1, 9, "no value"},
    {"<domain type='a\n<b/>'/>", 2, 1, "'<' in the value"},
    {"<domain a='1'b='2'/>", 1, 14, "white space"},
    {"<domain 1='2'/>", 1, 9, "attribute or '>'"},
    {"<domain ='2'/>", 1, 9, "attribute or '>'"},
    {"<domain / >", 1, 9, "attribute or '>'"},
    {"<domain>< a/></domain>", 1, 9, "without the name"},
    {"<domain><1/></domain>", 1, 9, "without the name"},
    {"<domain><></></domain>", 1, 9, "without the name"},
    {"<domain></domain", 1, 9, "malformed end tag"},
    {"<domain></domain x='1'>", 1, 9, "malformed end tag"},
    {"<domain>a < b</domain>", 1, 11, "without the name"},
    /* attributes */
    {"<domain type='a' type='b'/>", 1, 18, "'type' stands twice"},
    {"<domain>\n  <a x='1'\n     y='2'\n     x='3'/>\n</domain>", 4, 6, "'x' stands twice"},
    {"<domain dev='a' dev='dev' device='dev'/>", 1, 17, "'dev' stands twice"},
    {"<domain xmlns:a='urn:1' xmlns:b='urn:1' a:x='1' b:x='2'/>", 1, 49, "stands twice"},
    {"<domain xmlns:a='urn:1' xmlns:a='urn:2'/>", 1, 25, "twice"},
    /* references */
    {"<domain>&nbsp;</domain>", 1, 9, "'&nbsp;' is not defined"},
    {"<domain a='x&foo;'/>", 1, 13, "'&foo;' is not defined"},
    {"<domain>a & b</domain>", 1, 11, "begins no reference"},
    {"<domain>&amp</domain>", 1, 9, "without ';'"},
    {"<domain>&#0;</domain>", 1, 9, "no character of XML"},
    {"<domain>&#x1F;</domain>", 1, 9, "no character of XML"},
    {"<domain>&#xD800;</domain>", 1, 9, "no character of XML"},
    {"<domain>&#x110000;</domain>", 1, 9, "no character of XML"},
    {"<domain>&#xfffe;</domain>", 1, 9, "no character of XML"},
    {"<domain>&#x;</domain>", 1, 9, "character"},
    {"<domain>&#12a;</domain>", 1, 9, "malformed character reference"},
    {"<domain a='&#1;'/>", 1, 12, "no character of XML"},
    /* characters */
    {"<domain>\n a\x01</domain>", 2, 3, "0x01"},
    {"<domain a='\x1b[31m'/>", 1, 12, "0x1b"},
    {"<domain><!-- \x08 --></domain>", 1, 14, "0x08"},
    {"<domain>\xff</domain>", 1, 9, "0xff"},
    {"<domain>a\xc3</domain>", 1, 10, "0xc3"},
    {"<domain>\xc0\x80</domain>", 1, 9, "0xc0"},         /* overlong NUL */
    {"<domain>\xe0\x80\x80</domain>", 1, 9, "0xe0"},     /* overlong */
    {"<domain>\xed\xa0\x80</domain>", 1, 9, "0xed"},     /* a surrogate */
    {"<domain>\xf4\x90\x80\x80</domain>", 1, 9, "0xf4"}, /* past U+10FFFF */
    {"<domain>\xf8\x88\x80\x80\x80</domain>", 1, 9, "0xf8"},
    {"<domain>\x80</domain>", 1, 9, "0x80"},
    {"<domain>\xef\xbf\xbe</domain>", 1, 9, NULL}, /* U+FFFE */
    {"<domain a='\xe9'/>", 1, 12, "0xe9"},
    {"<domain>\n<!-- caf\xe9 -->\n</domain>", 2, 9, "0xe9"},
    {"<\xe9/>", 1, 1, NULL},
    /* comments, CDATA, processing instructions */
    {"<domain><!-- a -- b --></domain>", 1, 16, "'--' inside a comment"},
    {"<domain><!-- a ---></domain>", 1, 16, "'--' inside a comment"},
    {"<domain><!-- a </domain>", 1, 9, "never closed"},
    {"<domain><!- a -></domain>", 1, 9, "neither a comment"},
    {"<domain><![CDATA[ x ]] ></domain>", 1, 9, "never closed"},
    {"<domain><![cdata[x]]></domain>", 1, 9, "neither a comment"},
    {"<domain>a]]>b</domain>", 1, 10, "']]>' in text"},
    {"<domain><?></domain>", 1, 9, NULL},
    {"<domain><? p?></domain>", 1, 9, "without a name"},
    {"<domain><?p </domain>", 1, 9, "never closed"},
    {"<domain><?xml version='1.0'?></domain>", 1, 9, "not at the very start"},
    {"<domain><?XML x?></domain>", 1, 9, NULL},
    /* declarations */
    {"\n<?xml version='1.0'?><domain/>", 2, 1, "not at the very start"},
    {" <?xml version='1.0'?><domain/>", 1, 2, "not at the very start"},
    {"<?xml version='1.1'?><domain/>", 1, 16, "'1.1'"},
    {"<?xml version='2.0'?><domain/>", 1, 16, "'2.0'"},
    {"<?xml encoding='UTF-8'?><domain/>", 1, 1, "no version"},
    {"<?xml version='1.0' standalone='maybe'?><domain/>", 1, 21, "standalone"},
    {"<?xml version='1.0' encoding='UTF-8' foo='1'?><domain/>", 1, 1, "declaration"},
    {"<?xml version='1.0' <domain/>", 1, 1, "never closed"},
    {"<?xml version=1.0?><domain/>", 1, 15, NULL},
    /* encodings */
    {"<?xml version='1.0' encoding='UTF-16'?><domain/>", 1, 31, "'UTF-16'"},
    {"<?xml version='1.0' encoding='windows-1252'?><domain/>", 1, 31, "'windows-1252'"},
    {"<?xml version='1.0' encoding='ISO-8859-15'?><domain/>", 1, 31, "'ISO-8859-15'"},
    {"<?xml version='1.0' encoding='UTF-7'?><domain/>", 1, 31, "'UTF-7'"},
    {"<?xml version='1.0' encoding=''?><domain/>", 1, 31, NULL},
    {"\xef\xbb\xbf<?xml version='1.0' encoding='ISO-8859-1'?><domain/>", 1, 31, "byte order mark"},
    {"\xef\xbb\xbf<?xml version='1.0' encoding='us-ascii'?><domain/>", 1, 31, "byte order mark"},
    {"<?xml version='1.0' encoding='us-ascii'?>\n<domain>\xc3\xa9</domain>", 2, 9, "US-ASCII"},
    {"<?xml version='1.0' encoding='ISO-8859-1'?>\n<domain>\xe9\xe9 & </domain>", 2, 12, "begins no reference"},
    {"\xff\xfe<", 1, 1, "UTF-16"},
    {"\xfe\xff", 1, 1, "UTF-16"},
    {"\x1f\x8b\x08", 1, 1, "gzip"},
    /* DOCTYPE */
    {"<!DOCTYPE domain><domain/>", 1, 1, "DOCTYPE"},
    {"<?xml version='1.0'?>\n<!DOCTYPE domain [<!ENTITY a 'b'>]>\n<domain>&a;</domain>", 2, 1, "DOCTYPE"},
    {"<!-- x -->\n<!DOCTYPE domain SYSTEM 'file:///etc/passwd'><domain/>", 2, 1, "DOCTYPE"},
    {"<domain/><!DOCTYPE domain>", 1, 10, "DOCTYPE"},
    {"<!ENTITY a 'b'><domain/>", 1, 1, "neither a comment"},
    /* namespaces */
    {"<domain>\n  <qemu:commandline/>\n</domain>", 2, 4, "'qemu' is not declared"},
    {"<domain>\n  <qemu:arg value='qemu:x'/>\n</domain>", 2, 4, "'qemu' is not declared"},
    {"<domain>\n  <a\n  b='1'\n  lxc:c='2'/>\n</domain>", 4, 3, "'lxc' is not declared"},
    {"<domain><a xmlns:q='" QEMU "'/><q:b/></domain>", 1, 67, "'q' is not declared"},
    {"<domain xmlns:a=''/>", 1, 9, "empty namespace"},
    {"<domain>\n<a x='xmlns' xmlns:b='u'\n xmlns:a=''/></domain>", 3, 2, "empty namespace"},
    {"<domain><![CDATA[x]]>a]]>b</domain>", 1, 23, "']]>' in text"},
    {"<domain>&#65;&#2;&#66;</domain>", 1, 14, "no character of XML"},
    {"<domain>&#65;\x02</domain>", 1, 14, "0x02"},
    {"<?xml version='1.0' encoding='ISO-8859-1'?>\n<domain \xe9='1' a='x' a='y' aa='z'/>", 2, 21, "'a' stands twice"},
    {"<domain xmlns:a=' b '/>", 1, 9, "no URI"},
    {"<domain><a\n xmlns=' b '/></domain>", 2, 2, "no URI"},
    {"<domain xmlns:xmlns='urn:x'/>", 1, 9, NULL},
    {"<domain xmlns:xml='urn:x'/>", 1, 9, NULL},
    {"<domain><a:b:c/></domain>", 1, 13, NULL},
    {"<domain><:a/></domain>", 1, 10, NULL},
    {"<domain :a='1'/>", 1, 9, NULL},
};

static int judge(struct dx_ctx *ctx, const char *bytes, size_t len)
{
    struct dx_doc *doc = NULL;
    int rc = dx_doc_parse(&doc, ctx, "in.xml", bytes, len, 0);

    assert_true((rc == DX_OK) == (doc != NULL));
    dx_doc_free(doc);
    return rc;
}

/* Refused, with one error that has a position and a hint. */
static const struct dx_diag *check_refused(struct dx_ctx *ctx, const char *bytes, size_t len)
{
    int rc = judge(ctx, bytes, len);
    const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

    if (rc != DX_EINPUT) {
        fail_msg("result %d for: %.*s", rc, (int)(len > 200 ? 200 : len), bytes);
    }
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_int_equal(diag->severity, DX_SEVERITY_ERROR);
    assert_int_equal(diag->level, DX_LEVEL_INPUT);
    assert_string_equal(diag->file, "in.xml");
    assert_non_null(diag->hint);
    assert_true(diag->line > 0 && diag->column > 0);
    assert_true(diag->end_line > diag->line || (diag->end_line == diag->line && diag->end_column >= diag->column));
    return diag;
}

TEST(hints_fit_what_is_wrong)
{
    static const char *const hints[][2] = {
        {"<domain>\xe9</domain>", "save the file as UTF-8"},
        {"<domain>\x01</domain>", "XML has no control characters"},
        {"\xff\xfe<", "iconv"},
        {"\x1f\x8b\x08", "unpack it first"},
        {"error: no domain 'x'\n", "give domxform a libvirt domain"},
        {"<domain/>x", "only comments may stand"},
    };

    for (size_t i = 0; i < COUNT(hints); i++) {
        struct dx_ctx *ctx = t_ctx();
        const struct dx_diag *diag = check_refused(ctx, hints[i][0], strlen(hints[i][0]));

        if (!strstr(diag->hint, hints[i][1])) {
            fail_msg("%s: %s", diag->message, diag->hint);
        }
        dx_ctx_free(ctx);
    }
}

TEST(malformed_input_is_refused_where_it_is_wrong)
{
    size_t wrong = 0;

    for (size_t i = 0; i < COUNT(refusals); i++) {
        const struct refusal *r = &refusals[i];
        struct dx_ctx *ctx = t_ctx();
        const struct dx_diag *diag = check_refused(ctx, r->text, strlen(r->text));

        if (diag->line != r->line || diag->column != r->column || (r->says && !strstr(diag->message, r->says))) {
            struct t_bytes said = t_diags(ctx);

            print_error("at %zu:%zu '%s' is expected:\n%s", r->line, r->column, r->says ? r->says : "", said.ptr);
            t_bytes_free(&said);
            wrong++;
        }
        dx_ctx_free(ctx);
    }
    assert_int_equal(wrong, 0);
}

TEST(bytes_that_strings_cannot_hold)
{
    static const struct {
        const char *bytes;
        size_t len, line, column;
        const char *says;
    } cases[] = {
        {"<domain>\n\0</domain>", 19, 2, 1, "NUL"},
        {"<domain/>\0", 10, 1, 10, "NUL"},
        {"<domain/>\n\0<evil/>", 18, 2, 1, "NUL"},
        {"\0<domain/>", 10, 1, 1, "NUL"},
        {"<?xml version='1.0' encoding='ISO-8859-1'?><domain>\0</domain>", 61, 1, 52, "NUL"},
        {"\xff\xfe<\0d\0o\0", 8, 1, 1, "UTF-16"},
        {"<\0d\0o\0m\0a\0i\0n\0/\0>\0", 18, 1, 1, "UTF-16"},
        {"<\0d\0o\0m\0a\0i\0n\0/\0>", 17, 1, 1, "UTF-16"}, /* odd */
        {"\0<\0d\0o", 6, 1, 1, "UTF-16"},
        {"\xff\xfe\0\0<\0\0\0", 8, 1, 1, "UTF-32"},
        {"\0\0\xfe\xff\0\0\0<", 8, 1, 1, "UTF-32"},
        {"<\0\0\0d\0\0\0", 8, 1, 1, "UTF-32"},
        {"\0\0\0<\0\0\0d", 8, 1, 1, "UTF-32"},
        {"\x4c\x6f\xa7\x94\x93", 5, 1, 1, "EBCDIC"},
        {"\xfd"
         "7zXZ\0",
         6, 1, 1, "xz"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dx_ctx *ctx = t_ctx();
        const struct dx_diag *diag = check_refused(ctx, cases[i].bytes, cases[i].len);

        assert_int_equal(diag->line, cases[i].line);
        assert_int_equal(diag->column, cases[i].column);
        assert_non_null(strstr(diag->message, cases[i].says));
        dx_ctx_free(ctx);
    }
}

/* libxml2 must have refused all that the table holds but what we refuse on our own account. */
TEST(nothing_is_accepted_that_libxml2_refuses)
{
    static const char pieces[] = "<>/='\"&;#x!-[]? a\n\r\t:\x01\x80\xc3\xa9";
    uint32_t seed = 12345;
    size_t agreed = 0;

    for (size_t round = 0; round < 60000; round++) {
        static const char *const bases[] = {
            "<domain type='kvm'><a b='c'>t&amp;</a><!-- c --></domain>",
            ("<?xml version='1.0' encoding='UTF-8'?>\n<domain><![CDATA[x]]><p:q xmlns:p='u' p:r='&#65;'/><?a "
             "b?></domain>"),
            "<domain>\r\n  <devices/>\xc3\xa9\n<e f=\"1\" g='2'></e></domain>\n",
        };
        struct dx_ctx *ctx;
        char text[160];
        size_t len, edits;

        snprintf(text, sizeof(text), "%s", bases[round % COUNT(bases)]);
        len = strlen(text);
        seed = seed * 1664525u + 1013904223u;
        for (edits = 1 + (seed >> 28) % 3; edits > 0; edits--) {
            size_t at, what;

            seed = seed * 1664525u + 1013904223u;
            at = (seed >> 8) % len;
            what = (seed >> 4) % (sizeof pieces - 1);
            if (seed >> 31) {
                memmove(text + at, text + at + 1, len - at);
                len--;
            } else if ((seed >> 30) & 1) {
                text[at] = pieces[what];
            } else {
                memmove(text + at + 1, text + at, len - at + 1);
                text[at] = pieces[what];
                len++;
            }
        }
        ctx = t_ctx();
        if (judge(ctx, text, len) == DX_OK) {
            struct _xmlDoc *dom = t_dom_parse(text, len);

            if (!dom) {
                fail_msg("accepted, but libxml2 refuses it: %s", text);
            }
            t_dom_free(dom);
            agreed++;
        } else {
            const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

            assert_int_equal(dx_ctx_diag_count(ctx), 1);
            if (diag->level != DX_LEVEL_INPUT || diag->line == 0 || !diag->hint) {
                fail_msg("refused without a position or hint: %s: %s", diag->message, text);
            }
        }
        dx_ctx_free(ctx);
    }
    print_message("60000 damaged documents, %zu of them accepted\n", agreed);
    assert_true(agreed > 1000 && agreed < 59000);
}

TEST(what_is_well_formed_is_accepted)
{
    static const char *const texts[] = {
        "<domain/>",
        "<domain\t\n/>",
        "<domain></domain \n>",
        "<!-- a --><domain/><!-- b -->\n<?p?>\n",
        "<domain xmlns=''/>",
        "<domain><a xmlns='urn:x'/></domain>",
        "<domain xmlns:qemu='" QEMU "'><qemu:commandline/></domain>",
        "<domain xmlns:q='" QEMU "'><q:commandline><q:arg q:value='1' value='2'/></q:commandline></domain>",
        "<domain xml:id='a'><b xml:id='a'/></domain>",
        "<?xml version='1.0'?><domain/>",
        "<?xml version=\"1.0\" standalone='no'?><domain/>",
        "\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?><domain/>",
        "<?xml version='1.0' encoding='ISO-8859-1'?><domain>\x80\xff</domain>",
        "<domain>]] > &gt; > ' \"</domain>",
        "<domain><!-- - - --></domain>",
        "<domain a='\xef\xbf\xbd'/>",
        "<domain><?xml-stylesheet href='x'?></domain>",
        "<domain>\r</domain>",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct dx_ctx *ctx = t_ctx();

        if (judge(ctx, texts[i], strlen(texts[i])) != DX_OK) {
            struct t_bytes said = t_diags(ctx);

            fail_msg("refused: %s\n%s", texts[i], said.ptr);
        }
        assert_int_equal(dx_ctx_diag_count(ctx), 0);
        dx_ctx_free(ctx);
    }
}

static struct t_bytes repeat(const char *head, const char *each, size_t n, const char *back, const char *tail)
{
    struct t_bytes text = {0};

    t_bytes_format(&text, "%s", head);
    for (size_t i = 0; i < n; i++) {
        t_bytes_format(&text, "%s", each);
    }
    for (size_t i = 0; i < n; i++) {
        t_bytes_format(&text, "%s", back);
    }
    t_bytes_format(&text, "%s", tail);
    return text;
}

/* A tag with that many attributes. */
static struct t_bytes attributes(size_t n)
{
    struct t_bytes text = {0};

    t_bytes_format(&text, "<domain");
    for (size_t i = 0; i < n; i++) {
        t_bytes_format(&text, " a%06zu=''", i);
    }
    t_bytes_format(&text, "/>");
    return text;
}

static void check_limit(struct t_bytes good, struct t_bytes bad, size_t column)
{
    struct dx_ctx *ctx = t_ctx();

    assert_int_equal(judge(ctx, good.ptr, good.len), DX_OK);
    assert_int_equal(check_refused(ctx, bad.ptr, bad.len)->column, column);
    t_bytes_free(&good);
    t_bytes_free(&bad);
    dx_ctx_free(ctx);
}

TEST(limits_from_both_sides)
{
    check_limit(repeat("<domain>", "<a>", 255, "</a>", "</domain>"),
                repeat("<domain>", "<a>", 256, "</a>", "</domain>"), 9 + 255 * 3);
    check_limit(attributes(1024), attributes(1025), 8 + 1024 * 11 + 1);
    check_limit(repeat("<domain><", "a", 50000, "", "/></domain>"), repeat("<domain><", "a", 50001, "", "/></domain>"),
                10);
}

TEST(limits_of_the_context)
{
    struct dx_ctx_options opts = {.size = sizeof opts, .max_size = 20, .max_nodes = 3};
    struct dx_ctx *ctx;

    assert_int_equal(dx_ctx_new(&ctx, &opts), DX_OK);
    assert_int_equal(judge(ctx, "<domain><abcdef/></d", 20), DX_EINPUT);
    dx_ctx_clear_diags(ctx);
    assert_int_equal(judge(ctx, "<domain a='1234567'/>", 21), DX_EINPUT);
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "larger than 20 bytes"));
    dx_ctx_clear_diags(ctx);
    assert_int_equal(judge(ctx, "<domain a='' b=''/>", 19), DX_OK);
    dx_ctx_free(ctx);
}

/* One parser serves many documents: what one leaves behind must not colour the next. */
TEST(a_context_judges_again_after_a_refusal)
{
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < COUNT(refusals); i++) {
        dx_ctx_clear_diags(ctx);
        check_refused(ctx, refusals[i].text, strlen(refusals[i].text));
        dx_ctx_clear_diags(ctx);
        assert_int_equal(judge(ctx, "<domain><a>&amp;</a></domain>", 29), DX_OK);
        assert_int_equal(dx_ctx_diag_count(ctx), 0);
    }
    dx_ctx_free(ctx);
}

/* A walk over folders asks for domains and meets other documents too. */
TEST(another_document_can_be_skipped)
{
    static const char network[] = "<network>\n  <name>x</name>\n</network>\n";
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc;

    assert_int_equal(dx_doc_parse(&doc, ctx, "net.xml", network, strlen(network), DX_PARSE_SKIP), DX_UNCHANGED);
    assert_null(doc);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_int_equal(dx_ctx_diag(ctx, 0)->severity, DX_SEVERITY_NOTE);
    assert_string_equal(dx_ctx_diag(ctx, 0)->message, "the root is <network>, not <domain>");
    dx_ctx_clear_diags(ctx);
    assert_int_equal(dx_doc_parse(&doc, ctx, "net.xml", network, strlen(network), 0), DX_EINPUT);
    assert_int_equal(dx_doc_parse(&doc, ctx, "vm.xml", "<domain", 7, DX_PARSE_SKIP), DX_EINPUT);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hints_fit_what_is_wrong),
        cmocka_unit_test(malformed_input_is_refused_where_it_is_wrong),
        cmocka_unit_test(bytes_that_strings_cannot_hold),
        cmocka_unit_test(nothing_is_accepted_that_libxml2_refuses),
        cmocka_unit_test(what_is_well_formed_is_accepted),
        cmocka_unit_test(limits_from_both_sides),
        cmocka_unit_test(limits_of_the_context),
        cmocka_unit_test(a_context_judges_again_after_a_refusal),
        cmocka_unit_test(another_document_can_be_skipped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
