/* Messages: as text with a caret that stands right, as JSON, cut, capped and without control bytes. */
#include "support.h"

#include "tree.h"

static const struct dx_diag full = {
    .size = sizeof(struct dx_diag),
    .file = "vm.xml",
    .line = 3,
    .column = 5,
    .end_line = 3,
    .end_column = 9,
    .offset = 20,
    .end_offset = 24,
    .rule = "IOT-Q02",
    .level = DX_LEVEL_DEFINE,
    .severity = DX_SEVERITY_WARNING,
    .message = "it is so",
    .expected = "\"a\" or 'b'",
    .hint = "do this",
    .path = "domain/devices",
    .pass = "iothreads",
    .source_line = "    <disk/>",
    .caret = 4,
};

static void check(const struct dx_diag *diag, enum dx_format format, unsigned flags, const char *want)
{
    struct dx_ctx *ctx = t_ctx();
    char *text;
    size_t len;

    assert_int_equal(dx_diag_render(&text, &len, ctx, diag, format, flags), DX_OK);
    t_assert_bytes(text, len, want, strlen(want));
    dx_bytes_free(ctx, text);
    dx_ctx_free(ctx);
}

TEST(as_text)
{
    struct dx_diag diag = full;

    check(&diag, DX_FORMAT_TEXT, 0,
          "vm.xml:3:5: warning[IOT-Q02]: it is so\n    <disk/>\n    ^\nexpected: \"a\" or 'b'\nhint: do this\n");
    diag.rule = NULL;
    diag.expected = NULL;
    diag.hint = NULL;
    diag.severity = DX_SEVERITY_ERROR;
    check(&diag, DX_FORMAT_TEXT, 0, "vm.xml:3:5: error: it is so\n    <disk/>\n    ^\n");
    diag.source_line = NULL;
    diag.line = 0;
    diag.severity = DX_SEVERITY_NOTE;
    check(&diag, DX_FORMAT_TEXT, 0, "vm.xml: note: it is so\n");
    diag.file = NULL;
    check(&diag, DX_FORMAT_TEXT, 0, "domxform: note: it is so\n");
}

TEST(as_json)
{
    struct dx_diag diag = full;

    check(&diag, DX_FORMAT_JSON, 0,
          "{\"file\":\"vm.xml\",\"line\":3,\"column\":5,\"endLine\":3,\"endColumn\":9,\"rule\":\"IOT-Q02\","
          "\"level\":\"define\",\"severity\":\"warning\",\"message\":\"it is so\",\"expected\":\"\\\"a\\\" or 'b'\","
          "\"hint\":\"do this\",\"path\":\"domain/devices\",\"pass\":\"iothreads\"}\n");
    diag = (struct dx_diag){.size = sizeof diag,
                            .level = DX_LEVEL_USAGE,
                            .severity = DX_SEVERITY_ERROR,
                            .message = "\\ \x01\t\x7f \xff \xc3\xa9 \xc3"};
    check(&diag, DX_FORMAT_JSON, DX_RENDER_COLOR,
          "{\"file\":null,\"line\":null,\"column\":null,\"endLine\":null,\"endColumn\":null,\"rule\":null,"
          "\"level\":\"usage\",\"severity\":\"error\",\"message\":\"\\\\ \\u0001\\u0009\\u007f \\ufffd \xc3\xa9 "
          "\\ufffd\",\"expected\":null,\"hint\":null,\"path\":null,\"pass\":null}\n");
}

TEST(an_unknown_format_is_a_usage_error)
{
    struct dx_ctx *ctx = t_ctx();
    char *text = (char *)ctx;
    size_t len;

    assert_int_equal(dx_diag_render(&text, &len, ctx, &full, (enum dx_format)99, 0), DX_EUSAGE);
    assert_null(text);
    dx_ctx_free(ctx);
}

/* The caret's line alone, for a source line and a caret in bytes. */
static void check_caret(const char *line, size_t caret, const char *shown, const char *below)
{
    struct dx_diag diag = {.size = sizeof diag,
                           .file = "f",
                           .severity = DX_SEVERITY_ERROR,
                           .level = DX_LEVEL_INPUT,
                           .message = "m",
                           .source_line = line,
                           .caret = caret};
    char want[512];

    snprintf(want, sizeof want, "f: error: m\n%s%s%s%s", shown, *line ? "\n" : "", below, *line ? "\n" : "");
    check(&diag, DX_FORMAT_TEXT, 0, want);
}

TEST(the_caret_stands_below_its_character)
{
    check_caret("abc", 0, "abc", "^");
    check_caret("abc", 3, "abc", "   ^");
    check_caret("\t\tx", 2, "\t\tx", "\t\t^");
    check_caret("a\tx", 2, "a\tx", " \t^");
    check_caret("\xc3\xa9x", 2, "\xc3\xa9x", " ^");
    check_caret("\xe4\xb8\xad\xe6\x96\x87x", 6, "\xe4\xb8\xad\xe6\x96\x87x", "    ^");
    check_caret("\xf0\x9f\x98\x80x", 4, "\xf0\x9f\x98\x80x", "  ^");
    check_caret("e\xcc\x81x", 3, "e\xcc\x81x", " ^");
    check_caret("a\x1b[x", 2, "a\\x1b[x", "     ^");
    check_caret("\xffx", 1, "\\xffx", "    ^");
    check_caret("\xc2\x9bx", 2, "\\xc2\\x9bx", "        ^");
    check_caret("", 0, "", "");
}

TEST(control_bytes_are_escaped)
{
    struct dx_diag diag = {.size = sizeof diag,
                           .file = "a\nb\x1b.xml",
                           .level = DX_LEVEL_INPUT,
                           .severity = DX_SEVERITY_ERROR,
                           .message = "x\x1b[31m\r\n\x7f\xc2\x85\xff\xed\xa0\x80",
                           .hint = "\x07"};

    check(&diag, DX_FORMAT_TEXT, 0,
          "a\\x0ab\\x1b.xml: error: x\\x1b[31m\\x0d\\x0a\\x7f\\xc2\\x85\\xff\\xed\\xa0\\x80\nhint: \\x07\n");
}

TEST(colour)
{
    struct dx_diag diag = full;
    struct dx_ctx *ctx = t_ctx();
    char *text, *plain;
    size_t len, plain_len, n = 0;

    assert_int_equal(dx_diag_render(&plain, &plain_len, ctx, &diag, DX_FORMAT_TEXT, 0), DX_OK);
    assert_int_equal(dx_diag_render(&text, &len, ctx, &diag, DX_FORMAT_TEXT, DX_RENDER_COLOR), DX_OK);
    assert_true(len > plain_len);
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\x1b') {
            while (text[i] != 'm') {
                i++;
            }
        } else {
            text[n++] = text[i];
        }
    }
    t_assert_bytes(text, n, plain, plain_len);
    dx_bytes_free(ctx, text);
    dx_bytes_free(ctx, plain);
    dx_ctx_free(ctx);
}

/* A document of one line is shown in part, and the caret still stands below the place. */
TEST(long_lines_are_cut)
{
    static const size_t places[] = {0, 10, 119, 120, 121, 500, 3000, 5990};

    for (size_t i = 0; i < COUNT(places) * 2; i++) {
        const char *character = i % 2 ? "\xe4\xb8\xad" : "x";
        struct t_bytes text = {0};
        struct dx_ctx *ctx = t_ctx();
        const struct dx_diag *diag;
        struct dx_doc *doc;
        size_t at = places[i / 2];

        t_bytes_format(&text, "<domain>");
        for (size_t k = 0; k < 6000; k++) {
            t_bytes_format(&text, "%s", k == at ? "&" : character);
        }
        t_bytes_format(&text, "</domain>");
        assert_int_equal(dx_doc_parse(&doc, ctx, "f", text.ptr, text.len, 0), DX_EINPUT);
        diag = dx_ctx_diag(ctx, 0);
        assert_int_equal(diag->column, 9 + at);
        assert_true(strlen(diag->source_line) <= 160);
        assert_true(strlen(diag->source_line) > 80);
        assert_int_equal(diag->source_line[diag->caret], '&');
        assert_true(((unsigned char)diag->source_line[0] & 0xc0) != 0x80);
        dx_ctx_free(ctx);
        t_bytes_free(&text);
    }
}

TEST(notes_are_capped_and_errors_are_not)
{
    struct dx_ctx *ctx = t_ctx();

    for (int i = 0; i < 1500; i++) {
        assert_int_equal(dx_ctx_report(ctx, DX_LEVEL_ADVICE, DX_SEVERITY_NOTE, "f", NULL, "note %d", i), DX_OK);
    }
    assert_int_equal(dx_ctx_diag_count(ctx), 1001);
    assert_string_equal(dx_ctx_diag(ctx, 999)->message, "note 999");
    assert_non_null(strstr(dx_ctx_diag(ctx, 1000)->message, "1000"));
    assert_int_equal(dx_ctx_report(ctx, DX_LEVEL_INPUT, DX_SEVERITY_ERROR, "f", "h", "late"), DX_OK);
    assert_int_equal(dx_ctx_report(ctx, DX_LEVEL_INPUT, DX_SEVERITY_WARNING, "f", "h", "no"), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 1002);
    assert_string_equal(dx_ctx_diag(ctx, 1001)->message, "late");
    assert_string_equal(dx_ctx_diag(ctx, 1001)->hint, "h");
    assert_null(dx_ctx_diag(ctx, 1002));
    dx_ctx_clear_diags(ctx);
    assert_int_equal(dx_ctx_diag_count(ctx), 0);
    assert_null(dx_ctx_diag(ctx, 0));
    assert_int_equal(dx_ctx_report(ctx, DX_LEVEL_IO, DX_SEVERITY_WARNING, NULL, NULL, "%s", "again"), DX_OK);
    assert_string_equal(dx_ctx_diag(ctx, 0)->message, "again");
    assert_null(dx_ctx_diag(ctx, 0)->file);
    dx_ctx_free(ctx);
}

TEST(reports_are_copies)
{
    struct dx_ctx *ctx = t_ctx();
    char file[] = "one", hint[] = "two";
    char large[3000];

    memset(large, 'x', sizeof large - 1);
    large[sizeof large - 1] = '\0';
    assert_int_equal(dx_ctx_report(ctx, DX_LEVEL_IO, DX_SEVERITY_ERROR, file, hint, "%s", large), DX_OK);
    file[0] = hint[0] = large[0] = '?';
    assert_string_equal(dx_ctx_diag(ctx, 0)->file, "one");
    assert_string_equal(dx_ctx_diag(ctx, 0)->hint, "two");
    assert_int_equal(strlen(dx_ctx_diag(ctx, 0)->message), sizeof large - 1);
    assert_int_equal(dx_ctx_diag(ctx, 0)->message[0], 'x');
    dx_ctx_free(ctx);
}

TEST(paths_for_people)
{
    static const struct {
        const char *name, *path;
    } cases[] = {
        {"domain", "domain"},
        {"vcpu", "domain/vcpu"},
        {"c", "domain/devices/disk[2] (target vdb)/c"},
        {"only", "domain/devices/only"},
        {"mac", "domain/devices/interface (mac 52:54:00:00:00:01)/mac"},
    };
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc =
        t_parse_text(ctx, "<domain><vcpu>1</vcpu><devices><disk><target dev='vda'/></disk><only/><disk><target "
                          "dev='vdb'/><c/></disk><interface><mac address='52:54:00:00:00:01'/></interface>"
                          "</devices></domain>");

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dx_buf buf = DX_BUF(&dx_mem_default);

        dx_node_path(&buf, t_find(doc, cases[i].name));
        t_assert_bytes(dx_buf_view(&buf).ptr, buf.len, cases[i].path, strlen(cases[i].path));
        dx_buf_free(&buf);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* In whatever order the nodes of a document are asked for. */
TEST(paths_counted_on)
{
    static const char *const names[] = {"a", "b", "c", "b", "a", "d", "c", "domain", "d"};
    struct dx_counted counted = {0};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain><x><p><a/></p><q/><p><b/></p></x><p/><x><p/><q/><p><c/></p></x>"
                                           "<x><q/><p><d/></p></x></domain>");

    for (size_t i = 0; i < COUNT(names); i++) {
        struct dx_buf want = DX_BUF(&dx_mem_default), got = DX_BUF(&dx_mem_default);

        dx_node_path(&want, t_find(doc, names[i]));
        dx_node_path_counted(&got, t_find(doc, names[i]), &counted);
        t_assert_bytes(dx_buf_view(&got).ptr, got.len, want.ptr, want.len);
        dx_buf_free(&want);
        dx_buf_free(&got);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(did_you_mean)
{
    static const char *const words[] = {"hugepages", "iothreads", "iothreadpin", "rdm", "tpm", "seclabel", NULL};

    assert_string_equal(dx_nearest("hugepage", words), "hugepages");
    assert_string_equal(dx_nearest("hugepgaes", words), "hugepages");
    assert_string_equal(dx_nearest("iothread", words), "iothreads");
    assert_string_equal(dx_nearest("selabel", words), "seclabel");
    assert_string_equal(dx_nearest("tmp", words), "tpm");
    assert_string_equal(dx_nearest("huge", words), "hugepages");
    assert_string_equal(dx_nearest("iothreadp", words), "iothreads");
    assert_null(dx_nearest("hu", words));
    assert_null(dx_nearest("xyzzy", words));
    assert_null(dx_nearest("", words));
    assert_null(dx_nearest("a-very-long-word-that-nobody-would-ever-take-for-one-of-these-names-at-all", words));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_text),
        cmocka_unit_test(as_json),
        cmocka_unit_test(an_unknown_format_is_a_usage_error),
        cmocka_unit_test(the_caret_stands_below_its_character),
        cmocka_unit_test(control_bytes_are_escaped),
        cmocka_unit_test(colour),
        cmocka_unit_test(long_lines_are_cut),
        cmocka_unit_test(notes_are_capped_and_errors_are_not),
        cmocka_unit_test(reports_are_copies),
        cmocka_unit_test(paths_for_people),
        cmocka_unit_test(paths_counted_on),
        cmocka_unit_test(did_you_mean),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
