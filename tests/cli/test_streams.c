/* stdin to stdout: what goes where, and with which exit code. */
#include "stage.h"

#include <errno.h>
#include <string.h>

static void identity_copies(void **state)
{
    static const char odd[] = "\xef\xbb\xbf<?xml version=\"1.0\"?>\r\n<domain type=\"kvm\"\r\n  >\r\n<!-- a -->"
                              "<name >x</name ></domain>\r\n<!-- b -->";
    struct result result = RUN(odd, "-");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, odd);
    assert_string_equal(result.err, "");
}

static void passes_change_and_nothing_else(void **state)
{
    struct result result = RUN(domain, "--pass=hugepages:1G");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, domain_hugepages);
    result = RUN(domain_hugepages, "--pass=hugepages:1G");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, domain_hugepages);
    result = RUN(domain_hugepages, "--remove=hugepages");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, domain);
}

static void diff_alone_prints_the_diff(void **state)
{
    struct result result = RUN(domain, "--diff", "--pass=hugepages:1G");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "--- a/<stdin>\n+++ b/<stdin>\n@@ ");
    assert_has(result.out, "\n+      <page size='1' unit='GiB'/>\n");
    result = RUN(domain_hugepages, "--diff", "--pass=hugepages:1G");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, "");
}

static void check_tells_by_exit_code(void **state)
{
    struct result result = RUN(domain, "--check", "--pass=hugepages:1G");

    (void)state;
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_string_equal(result.out, "");
    assert_has(result.err, "<stdin>: would change\n");
    result = RUN(domain, "--check", "-q", "--pass=hugepages:1G");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_string_equal(result.err, "");
    result = RUN(domain_hugepages, "--check", "--pass=hugepages:1G");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.err, "");
    result = RUN(domain_hugepages, "--check", "-v", "--pass=hugepages:1G");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.err, "<stdin>: unchanged\n");
    result = RUN(domain, "--check", "--diff", "--pass=hugepages:1G");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "+++ b/<stdin>");
    result = RUN(domain, "--check", "--message-format=json", "--pass=hugepages:1G");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.err, "\"severity\":\"note\",\"message\":\"would change\"");
    /* What one pass does and the next undoes is no change. */
    assert_int_equal(RUN(domain, "--check", "--pass=hugepages:1G", "--remove=hugepages").code, CLI_OK);
}

static void verbose_tells_what_happened(void **state)
{
    (void)state;
    assert_has(RUN(domain, "-v", "--pass=hugepages:1G").err, "<stdin>: changed\n");
    assert_has(RUN(domain, "-v").err, "<stdin>: unchanged\n");
}

/* Nothing of a refused input reaches stdout. */
static void bad_input_exits_3(void **state)
{
    static const char *const inputs[] = {
        "",
        "\n",
        "<domain",
        "<domain type='kvm'><name>x</domain>",
        "<domain/><domain/>",
        "<network/>",
        "<domainsnapshot/>",
        "<domain xmlns='urn:x'/>",
        "<!DOCTYPE domain><domain/>",
    };

    (void)state;
    for (size_t i = 0; i < sizeof inputs / sizeof inputs[0]; i++) {
        struct result result = RUN(inputs[i], "--pass=hugepages:1G");

        if (result.code != CLI_INPUT || result.out_len) {
            fail_msg("'%s': code %d, %zu bytes", inputs[i], result.code, result.out_len);
        }
        assert_has(result.err, "<stdin>:");
        assert_has(result.err, "error");
        assert_int_equal(RUN(inputs[i], "-q").code, CLI_INPUT);
    }
}

static void limits_exit_3(void **state)
{
    struct result result = RUN(domain, "--max-size=64");

    (void)state;
    assert_int_equal(result.code, CLI_INPUT);
    assert_string_equal(result.out, "");
    assert_has(result.err, "--max-size");
    assert_int_equal(RUN(domain, "--max-size=1K").code, CLI_OK);
    result = RUN(domain, "--max-nodes=3");
    assert_int_equal(result.code, CLI_INPUT);
    assert_string_equal(result.out, "");
}

static void a_pass_that_cannot_exits_5(void **state)
{
    struct result result = RUN(domain, "--pass=iothreadpin:7=1");

    (void)state;
    assert_int_equal(result.code, CLI_REFUSED);
    assert_string_equal(result.out, "");
    assert_has(result.err, "PIN-P03");
    assert_int_equal(RUN(domain, "-q", "--pass=iothreadpin:7=1").code, CLI_REFUSED);
}

static void quiet_leaves_errors(void **state)
{
    static const char s390[] = "<domain type='kvm'>\n<name>x</name>\n<memory>1</memory>\n"
                               "<os><type arch='x86_64' machine='q35'>hvm</type></os>\n</domain>\n";

    (void)state;
    /* 1 KiB of memory and pages of 1 GiB: a warning with the arithmetic. */
    assert_has(RUN(s390, "--pass=hugepages:1G").err, "warning");
    assert_string_equal(RUN(s390, "-q", "--pass=hugepages:1G").err, "");
}

static void colour_is_for_terminals(void **state)
{
    struct stage stage = {.terminal = true};

    (void)state;
    assert_has(run_staged(&stage, "<x", ARGS("-")).err, "\x1b[");
    assert_has(run_staged(&stage, domain, ARGS("--diff", "--pass=hugepages:1G")).out, "\x1b[");
    stage.no_color = true;
    assert_has_not(run_staged(&stage, "<x", ARGS("-")).err, "\x1b[");
    assert_has(run_staged(&stage, "<x", ARGS("--color=always")).err, "\x1b[");
    assert_has_not(RUN("<x", "-").err, "\x1b[");
    assert_has(RUN("<x", "--color=always").err, "\x1b[");
    assert_has_not(RUN("<x", "--color=always", "--message-format=json").err, "\x1b[");
}

static void a_terminal_is_told_what_is_awaited(void **state)
{
    struct stage stage = {.terminal = true};

    (void)state;
    assert_has(run_staged(&stage, domain, ARGS("--color=never")).err, "reading a domain from the terminal");
    assert_has_not(run_staged(&stage, domain, ARGS("-q")).err, "terminal");
}

static void a_lost_stdout_exits_4(void **state)
{
    struct stage stage = {.fault = {.call = "writev", .nth = 1, .error = ENOSPC}};
    struct result result = run_staged(&stage, domain, ARGS("-"));

    (void)state;
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "<stdout>: error: cannot write: no space left on device");
    stage = (struct stage){.bad_out = true};
    result = run_staged(&stage, domain, ARGS("passes"));
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "<stdout>: error");
    /* A reader that goes away is no error to tell about. */
    stage = (struct stage){.fault = {.call = "writev", .nth = 1, .error = EPIPE}};
    result = run_staged(&stage, domain, ARGS("-"));
    assert_int_equal(result.code, CLI_IO);
    assert_string_equal(result.err, "");
    stage = (struct stage){.fault = {.call = "close", .nth = 1, .error = EDQUOT}};
    result = run_staged(&stage, domain, ARGS("-"));
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "<stdout>: error: cannot write");
}

static void reads_and_writes_go_on(void **state)
{
    struct stage stage = {.short_writes = 7};
    struct result result = run_staged(&stage, domain, ARGS("--pass=hugepages:1G"));

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, domain_hugepages);
    stage = (struct stage){.fault = {.call = "writev", .nth = 1, .error = EINTR}};
    assert_string_equal(run_staged(&stage, domain, ARGS("-")).out, domain);
    stage = (struct stage){.fault = {.call = "writev", .nth = 1, .error = EAGAIN}};
    assert_string_equal(run_staged(&stage, domain, ARGS("-")).out, domain);
    stage = (struct stage){.fault = {.call = "read", .nth = 1, .error = EINTR}};
    assert_string_equal(run_staged(&stage, domain, ARGS("-")).out, domain);
    stage = (struct stage){.fault = {.call = "read", .nth = 1, .error = EIO}};
    result = run_staged(&stage, domain, ARGS("-"));
    assert_int_equal(result.code, CLI_IO);
    assert_string_equal(result.out, "");
    assert_has(result.err, "<stdin>: error: cannot read: input/output error");
}

/* Whichever allocation fails: 6 and nothing on stdout, or all of it. */
static void out_of_memory_exits_6(void **state)
{
    static const char *const lines[][5] = {
        {"domxform", "--pass=hugepages:1G", "--pass=tpm", "-v", NULL},
        {"domxform", "--diff", "--pass=hugepages:1G", NULL},
        {"domxform", "--chek", NULL},
        {"domxform", "passes", "--format=json", NULL},
        {"domxform", "completion", "bash", NULL},
        {"domxform", "help", "--man", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct stage stage = {0};
        int code = run_staged(&stage, domain, lines[i]).code;
        size_t n = stage.allocs;

        for (size_t k = 1; k <= n; k++) {
            struct result result;

            stage = (struct stage){.fail_alloc = k};
            result = run_staged(&stage, domain, lines[i]);
            if (result.code != code && (result.code != CLI_NO_MEMORY || result.out_len != 0)) {
                fail_msg("%s, allocation %zu: code %d, %zu bytes", lines[i][1], k, result.code, result.out_len);
            }
            assert_true(code == result.code || result.err_len > 0);
        }
    }
}

/* Whichever schema there is, it does not know this attribute; libvirt's own does not know openEuler's model. */
static void validate_holds_the_result_to_the_schema(void **state)
{
    static const char odd[] = "<domain type='kvm'>\n"
                              "  <name>odd</name>\n"
                              "  <memory unit='GiB'>4</memory>\n"
                              "  <memoryBacking odd='1'><nosharepages/></memoryBacking>\n"
                              "  <vcpu>2</vcpu>\n"
                              "  <os>\n"
                              "    <type arch='aarch64' machine='virt'>hvm</type>\n"
                              "  </os>\n"
                              "</domain>\n";
    static const char model[] = "--pass=tpm:model=tpm-tis-device,dialect=openeuler";
    struct result result = RUN(domain, "--validate", "--pass=hugepages:1G");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, domain_hugepages);
    assert_string_equal(result.err, "");
    assert_has(RUN(domain, "--validate", "-v").err, "note: schema: ");
    result = RUN(odd, "--validate");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, odd);
    assert_has(result.err, "<stdin>:4:18: warning[RNG-S02]: not valid before any change: ");
    assert_int_equal(RUN(odd, "--validate", "--pass=hugepages:1G").code, CLI_OK);
    assert_int_equal(RUN(odd, model).code, CLI_OK);
    if (strstr(RUN(domain, "--validate", "-v").err, "(partial)")) {
        print_message("skipped: libvirt's schema is not installed, and the bundled one knows openEuler's model too\n");
        return;
    }
    result = RUN(odd, "--validate", model);
    assert_int_equal(result.code, CLI_REFUSED);
    assert_string_equal(result.out, "");
    assert_has(result.err, "error[RNG-S03]: model='tpm-tis-device'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(identity_copies),
        cmocka_unit_test(passes_change_and_nothing_else),
        cmocka_unit_test(diff_alone_prints_the_diff),
        cmocka_unit_test(check_tells_by_exit_code),
        cmocka_unit_test(verbose_tells_what_happened),
        cmocka_unit_test(bad_input_exits_3),
        cmocka_unit_test(limits_exit_3),
        cmocka_unit_test(a_pass_that_cannot_exits_5),
        cmocka_unit_test(quiet_leaves_errors),
        cmocka_unit_test(colour_is_for_terminals),
        cmocka_unit_test(a_terminal_is_told_what_is_awaited),
        cmocka_unit_test(a_lost_stdout_exits_4),
        cmocka_unit_test(reads_and_writes_go_on),
        cmocka_unit_test(out_of_memory_exits_6),
        cmocka_unit_test(validate_holds_the_result_to_the_schema),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
