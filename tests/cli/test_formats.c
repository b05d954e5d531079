/* What validate prints, byte for byte: report/in/ in each format is report/expected.FORMAT. DX_UPDATE_GOLDEN=1 writes
 * what it prints. */
#include "stage.h"
#include "support.h"

#include <unistd.h>

static const char *const formats[] = {"text", "json", "sarif", "junit", "github"};

static int enter_report(void **state)
{
    (void)state;
    return chdir(DX_SOURCE_DIR "/tests/cli/report");
}

/* The catalogue and the place of a rule in it change with every rule, and are looked at elsewhere. */
static struct t_bytes without_rules(const char *text)
{
    struct t_bytes out = {0};

    for (size_t n; *text; text += n) {
        const char *index = strstr(text, "\"ruleIndex\":");

        n = strcspn(text, "\n");
        n += text[n] == '\n';
        if (strncmp(text, "{\"id\":", 6) == 0) {
            continue;
        }
        if (index && index < text + n) {
            size_t head = (size_t)(index - text) + 12, digits = strspn(index + 12, "0123456789");

            t_bytes_format(&out, "%.*s0%.*s", (int)head, text, (int)(n - head - digits), text + head + digits);
        } else {
            t_bytes_add(&out, text, n);
        }
    }
    return out;
}

static void check_format(const char *format)
{
    char option[32], path[64];
    const char *update = getenv("DX_UPDATE_GOLDEN"), *ci = getenv("CI");
    struct result result;
    struct t_bytes got, want;

    snprintf(option, sizeof option, "--format=%s", format);
    snprintf(path, sizeof path, "expected.%s", format);
    result = RUN(NULL, "validate", "--schema=none", "--level=define", option, "in");
    assert_int_equal(result.code, CLI_INPUT);
    assert_has(result.err, "in/sub/net.xml: note: skipped: the root is <network>, not <domain>\n");
    got = without_rules(result.out);
    if (update && strcmp(update, "1") == 0 && !(ci && *ci)) {
        assert_true(t_write(path, got.ptr, got.len));
    }
    want = t_read(path);
    assert_non_null(want.ptr);
    t_assert_bytes(got.ptr, got.len, want.ptr, want.len);
    t_bytes_free(&got);
    t_bytes_free(&want);
}

static void every_format_is_as_expected(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(formats); i++) {
        check_format(formats[i]);
    }
}

/* However many threads there are, and whatever they finish first. */
static void jobs_change_nothing(void **state)
{
    static char alone[OUTPUT_MOST], alone_err[OUTPUT_MOST];
    static const char *const jobs[] = {"-j0", "-j2", "-j8"};

    (void)state;
    for (size_t i = 0; i < COUNT(formats); i++) {
        char option[32];

        snprintf(option, sizeof option, "--format=%s", formats[i]);
        snprintf(alone, sizeof alone, "%s", RUN(NULL, "validate", "--schema=none", "-v", option, "in").out);
        snprintf(alone_err, sizeof alone_err, "%s", RUN(NULL, "validate", "--schema=none", "-v", option, "in").err);
        for (size_t k = 0; k < COUNT(jobs); k++) {
            struct stage stage = {.processors = 4};
            struct result result =
                run_staged(&stage, NULL, ARGS("validate", "--schema=none", "-v", option, jobs[k], "in"));

            assert_int_equal(result.code, CLI_INPUT);
            assert_string_equal(result.out, alone);
            assert_string_equal(result.err, alone_err);
        }
    }
}

/* A name that XML cannot say, and one that would end a property or begin a command. */
static void odd_names_are_spelled(void **state)
{
    static const char *const names[] = {"a:b,c%d.xml", "x\n::error::y.xml", "\x01\xff<&\">\xc3\xa9.xml"};
    const char *args[] = {"domxform", "validate", "--schema=none", "--format=junit",
                          names[0],   names[1],   names[2],        NULL};
    struct result result;
    struct _xmlDoc *dom;

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        write_file(names[i], "<domain");
    }
    result = run_staged(NULL, NULL, args);
    assert_int_equal(result.code, CLI_INPUT);
    dom = t_dom_parse(result.out, result.out_len);
    assert_non_null(dom);
    t_dom_free(dom);
    assert_has(result.out, "name=\"\xef\xbf\xbd\xef\xbf\xbd&lt;&amp;&#34;&gt;\xc3\xa9.xml\"");
    assert_has(result.out, "name=\"x&#10;::error::y.xml\"");
    args[3] = "--format=github";
    result = run_staged(NULL, NULL, args);
    assert_has(result.out, "::error file=a%3Ab%2Cc%25d.xml,line=1,col=1,");
    assert_has(result.out, "::error file=x%0A%3A%3Aerror%3A%3Ay.xml,line=1,");
    assert_has(result.out, "::error file=\\x01\\xff<&\">\xc3\xa9.xml,line=1,");
    assert_has_not(result.out, "\n::error::");
    args[3] = "--format=sarif";
    result = run_staged(NULL, NULL, args);
    assert_has(result.out, "\"uri\":\"a%3Ab%2Cc%25d.xml\"");
    assert_has(result.out, "\"uri\":\"%01%FF%3C%26%22%3E%C3%A9.xml\"");
    args[3] = "--format=json";
    result = run_staged(NULL, NULL, args);
    assert_has(result.out, "\"file\":\"\\u0001\\ufffd<&\\\">\xc3\xa9.xml\"");
}

static void junit_is_xml(void **state)
{
    struct result result = RUN(NULL, "validate", "--schema=none", "--format=junit", "in");
    struct _xmlDoc *dom = t_dom_parse(result.out, result.out_len);

    (void)state;
    assert_non_null(dom);
    t_dom_free(dom);
}

/* A report that is not whole shows in the exit code, and all is freed. */
static void no_memory_is_told(void **state)
{
    struct stage count = {0};

    (void)state;
    for (size_t i = 0; i < COUNT(formats); i++) {
        char option[32];
        size_t len;

        snprintf(option, sizeof option, "--format=%s", formats[i]);
        count.allocs = 0;
        len = run_staged(&count, NULL, ARGS("validate", "--schema=none", option, "in")).out_len;
        for (size_t n = 1; n <= count.allocs; n += n < 200 ? 1 : 17) {
            struct stage stage = {.fail_alloc = n};
            struct result result;

            result = run_staged(&stage, NULL, ARGS("validate", "--schema=none", option, "in"));
            if (result.code != CLI_NO_MEMORY && (result.code != CLI_INPUT || result.out_len != len)) {
                fail_msg("%s: allocation %zu of %zu: code %d", option, n, (size_t)count.allocs, result.code);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_format_is_as_expected, enter_report),
        cmocka_unit_test_setup(jobs_change_nothing, enter_report),
        cmocka_unit_test_setup_teardown(odd_names_are_spelled, enter_scratch, leave_scratch),
        cmocka_unit_test_setup(junit_is_xml, enter_report),
        cmocka_unit_test_setup(no_memory_is_told, enter_report),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
