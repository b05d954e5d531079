/*
 * Golden cases: <pass>/<case>/ holds in.xml, args (one option a line) and exactly one of
 *   out.xml    the result, byte for byte; P2, P3 and P4 hold for it too
 *   diag.txt   the errors as text: the run is refused
 *   unchanged  empty: the result is the input
 * and, where they matter, the warnings and notes in notes.txt. DX_UPDATE_GOLDEN=1 writes what the run gives. The folder
 * of the case is the working directory, for what args name beside it (sheet.xsl).
 */
#include "sheets.h"

#include <unistd.h>

static const char golden[] = DX_SOURCE_DIR "/tests/golden";

struct outcome {
    int rc;
    struct t_bytes out, errors, notes;
    const char *broken; /* a promise */
};

static bool updating(void)
{
    const char *update = getenv("DX_UPDATE_GOLDEN"), *ci = getenv("CI");

    if (!update || strcmp(update, "1") != 0) {
        return false;
    }
    if (ci && *ci) {
        fail_msg("DX_UPDATE_GOLDEN is refused where CI is set: what is expected is changed by people");
    }
    return true;
}

static void collect(struct outcome *outcome, struct dx_ctx *ctx)
{
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);
        struct t_bytes *to = diag->severity == DX_SEVERITY_ERROR ? &outcome->errors : &outcome->notes;
        char *text;
        size_t len;

        assert_int_equal(dx_diag_render(&text, &len, ctx, diag, DX_FORMAT_TEXT, 0), DX_OK);
        t_bytes_add(to, text, len);
        dx_bytes_free(ctx, text);
    }
}

static struct outcome run_case(const struct t_bytes *in, const struct t_args *args)
{
    struct outcome outcome = {0};
    struct dx_ctx *ctx = t_ctx();
    struct dx_pipeline *pipeline;
    struct dx_doc *doc = NULL;
    char *text;
    size_t len;

    outcome.rc = t_compile(&pipeline, ctx, args);
    if (outcome.rc == DX_OK) {
        outcome.rc = dx_doc_parse(&doc, ctx, "in.xml", in->ptr, in->len, 0);
    }
    if (doc) {
        outcome.rc = t_run(doc, pipeline, args);
        outcome.broken = t_promise_broken(doc, outcome.rc, in->ptr, in->len, pipeline, args);
        if (outcome.rc >= 0) {
            assert_int_equal(dx_doc_write(&text, &len, doc), DX_OK);
            t_bytes_add(&outcome.out, text, len);
            dx_bytes_free(ctx, text);
        }
    }
    collect(&outcome, ctx);
    dx_doc_free(doc);
    dx_pipeline_free(pipeline);
    dx_ctx_free(ctx);
    return outcome;
}

static bool same(const struct t_bytes *a, const struct t_bytes *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->ptr, b->ptr, a->len) == 0);
}

static void print_lines(char mark, const char *text, size_t from, size_t to)
{
    while (from < to) {
        const char *lf = memchr(text + from, '\n', to - from);
        size_t end = lf ? (size_t)(lf - text) : to;
        bool cr = end > from && text[end - 1] == '\r';

        print_error("%c%.*s%s%s\n", mark, (int)(end - from - cr), text + from, cr ? "\\r" : "",
                    lf ? "" : "\\ no line end");
        from = end + 1;
    }
}

/* What lies between the lines that both begin and end with. */
static void show_difference(const struct t_bytes *want, const struct t_bytes *got)
{
    size_t least = want->len < got->len ? want->len : got->len, head = 0, tail = 0, i;

    for (i = 0; i < least && want->ptr[i] == got->ptr[i]; i++) {
        head = want->ptr[i] == '\n' ? i + 1 : head;
    }
    for (i = 0; i < least - head && want->ptr[want->len - 1 - i] == got->ptr[got->len - 1 - i]; i++) {
        tail = want->ptr[want->len - 1 - i] == '\n' ? i : tail;
    }
    print_lines('-', want->ptr, head, want->len - tail);
    print_lines('+', got->ptr, head, got->len - tail);
}

/* A file of the case against what the run gave; absent and empty are different. */
static size_t compare(const char *folder, const char *name, const struct t_bytes *got)
{
    char *path = t_path(folder, name);
    struct t_bytes want = t_read(path);
    size_t wrong = 0;

    if (!want.ptr || !same(&want, got)) {
        print_error("%s: the run gives something else (- expected, + given)\n", path);
        show_difference(&want, got);
        wrong = 1;
    }
    t_bytes_free(&want);
    free(path);
    return wrong;
}

static void put(const char *folder, const char *name, const struct t_bytes *bytes)
{
    char *path = t_path(folder, name);

    if (!bytes) {
        unlink(path);
    } else {
        assert_true(t_write(path, bytes->ptr ? bytes->ptr : "", bytes->len));
    }
    free(path);
}

static bool has(const char *folder, const char *name)
{
    char *path = t_path(folder, name);
    bool there = t_exists(path);

    free(path);
    return there;
}

static void update(const char *folder, const struct outcome *outcome)
{
    static const struct t_bytes empty = {0};
    bool known = has(folder, "out.xml") || has(folder, "diag.txt") || has(folder, "unchanged");

    put(folder, "out.xml", outcome->rc == DX_OK ? &outcome->out : NULL);
    put(folder, "diag.txt", outcome->rc < 0 ? &outcome->errors : NULL);
    put(folder, "unchanged", outcome->rc == DX_UNCHANGED ? &empty : NULL);
    if (has(folder, "notes.txt") || !known) {
        put(folder, "notes.txt", outcome->notes.len ? &outcome->notes : NULL);
    }
}

static size_t check(const char *folder, const struct t_bytes *in, const struct outcome *outcome)
{
    bool out = has(folder, "out.xml"), diag = has(folder, "diag.txt"), unchanged = has(folder, "unchanged");
    size_t wrong = 0;

    if (out + diag + unchanged != 1) {
        print_error("%s: exactly one of out.xml, diag.txt and unchanged is needed\n", folder);
        return 1;
    }
    if ((outcome->rc < 0) != diag || (outcome->rc == DX_UNCHANGED) != unchanged) {
        print_error("%s: the run gives %d\n%s", folder, outcome->rc, outcome->errors.ptr ? outcome->errors.ptr : "");
        wrong++;
    }
    if (out && outcome->rc >= 0) {
        wrong += compare(folder, "out.xml", &outcome->out);
    }
    if (diag && outcome->rc < 0) {
        wrong += compare(folder, "diag.txt", &outcome->errors);
    }
    if (unchanged && outcome->rc >= 0 && !same(in, &outcome->out)) {
        print_error("%s: the bytes changed\n", folder);
        show_difference(in, &outcome->out);
        wrong++;
    }
    if (has(folder, "notes.txt")) {
        wrong += compare(folder, "notes.txt", &outcome->notes);
    }
    return wrong;
}

static size_t one_case(const char *folder)
{
    char *in_path = t_path(folder, "in.xml"), *args_path = t_path(folder, "args");
    struct t_bytes in = t_read(in_path), lines = t_read(args_path);
    struct outcome outcome;
    struct t_args args = {0};
    size_t wrong = 0;

    if (!in.ptr || !lines.ptr || !t_args_parse(&args, lines.ptr)) {
        print_error("%s: in.xml and args are needed\n", folder);
        wrong = 1;
    } else {
        assert_int_equal(chdir(folder), 0);
        outcome = run_case(&in, &args);
        assert_int_equal(chdir("/"), 0);
        if (updating()) {
            update(folder, &outcome);
        }
        wrong = check(folder, &in, &outcome);
        if (outcome.broken) {
            print_error("%s: %s\n", folder, outcome.broken);
            wrong++;
        }
        t_bytes_free(&outcome.out);
        t_bytes_free(&outcome.errors);
        t_bytes_free(&outcome.notes);
    }
    t_args_free(&args);
    t_bytes_free(&in);
    t_bytes_free(&lines);
    free(in_path);
    free(args_path);
    return wrong;
}

TEST(cases)
{
    struct t_names passes = t_list(golden, NULL);
    size_t wrong = 0, n = 0;

    for (size_t i = 0; i < passes.n; i++) {
        char *pass = t_path(golden, passes.items[i]);
        struct t_names names = t_list(pass, NULL);
        bool can_run = strcmp(passes.items[i], "xslt") != 0 || t_sheets_can_run();
        size_t of_pass = 0;

        for (size_t k = 0; k < names.n && can_run; k++) {
            char *folder = t_path(pass, names.items[k]);

            if (has(folder, "in.xml") || has(folder, "args")) {
                wrong += one_case(folder);
                of_pass++;
            }
            free(folder);
        }
        if (of_pass > 0) {
            print_message("%s: %zu cases\n", passes.items[i], of_pass);
            if (passes.items[i][0] != '_' && !dx_pass_find(passes.items[i])) {
                print_error("%s: not the name of a pass\n", pass);
                wrong++;
            }
        }
        n += of_pass;
        t_names_free(&names);
        free(pass);
    }
    t_names_free(&passes);
    assert_true(n > 0);
    assert_int_equal(wrong, 0);
}

/* 70 000 lines, each spelled in one of many ways; not worth the room in the tree. */
TEST(identity_of_70000_lines)
{
    static const char *const lines[] = {
        "  <disk type='file'/>\n",
        "\t<disk type = \"file\" ></disk >\r\n",
        "<!-- c -->\n",
        "\n",
        "text &amp; &#9; text\n",
        "  <a\n b='1'\n c='2'\n/>\n",
        "<![CDATA[ x ]]>\r\n",
        "<?p i?>\n",
        " \xc3\xa9\r",
        "\n",
    };
    struct t_bytes text = {0};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc;
    size_t line, column;

    t_bytes_format(&text, "<domain>\n");
    for (size_t i = 0; i < 70000; i++) {
        t_bytes_format(&text, "%s", lines[i % COUNT(lines)]);
    }
    t_bytes_format(&text, "<last/></domain>");
    doc = t_parse(ctx, text.ptr, text.len);
    t_assert_written(doc, text.ptr, text.len);
    assert_int_equal(dx_doc_changed(doc), 0);
    dx_node_position(&line, &column, t_find(doc, "last"));
    assert_int_equal(line, 2 + 7000 * 12);
    assert_int_equal(column, 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    t_bytes_free(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases),
        cmocka_unit_test(identity_of_70000_lines),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
