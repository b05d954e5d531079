/* domxform validate: which files it judges, what it answers, and how it ends. */
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NONE "--schema=none"

/* An error of level define, and a warning of the same. */
static const char twice[] = "<domain type='kvm'>\n"
                            "  <name>twice</name>\n"
                            "  <memory unit='GiB'>4</memory>\n"
                            "  <vcpu>2</vcpu>\n"
                            "  <iothreads>1</iothreads>\n"
                            "  <cputune>\n"
                            "    <vcpupin vcpu='5' cpuset='2'/>\n"
                            "    <iothreadpin iothread='7' cpuset='1-3'/>\n"
                            "  </cputune>\n"
                            "  <os>\n"
                            "    <type arch='x86_64' machine='q35'>hvm</type>\n"
                            "  </os>\n"
                            "</domain>\n";
static const char warned[] = "<domain type='kvm'>\n"
                             "  <name>warned</name>\n"
                             "  <memory unit='GiB'>4</memory>\n"
                             "  <vcpu>2</vcpu>\n"
                             "  <cputune>\n"
                             "    <vcpupin vcpu='5' cpuset='2'/>\n"
                             "  </cputune>\n"
                             "  <os>\n"
                             "    <type arch='x86_64' machine='q35'>hvm</type>\n"
                             "  </os>\n"
                             "</domain>\n";
static const char network[] = "<network><name>x</name></network>\n";

static void a_good_domain_exits_0(void **state)
{
    struct result result = RUN(domain, "validate", NONE);

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, "schema: none\n");
    assert_string_equal(result.err, "");
    result = RUN(domain, "validate", NONE, "-q", "-");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, "");
    result = RUN(domain, "validate", NONE, "-v");
    assert_string_equal(result.err, "<stdin>: note: no findings\n");
}

static void findings_exit_1(void **state)
{
    struct result result = RUN(twice, "validate", NONE);

    (void)state;
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "<stdin>:7:14: warning[PIN-P05]: ");
    assert_has(result.out, "<stdin>:8:18: error[PIN-P03]: ");
    assert_string_equal(result.err, "");
    result = RUN(twice, "validate", NONE, "-q");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "PIN-P03");
    assert_has_not(result.out, "PIN-P05");
    assert_has_not(result.out, "schema:");
    assert_has(RUN(twice, "validate", NONE, "--color=always").out, "\x1b[1;31merror[PIN-P03]:\x1b[0m");
}

static void warnings_count_when_strict(void **state)
{
    struct result result = RUN(warned, "validate", NONE);

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "warning[PIN-P05]");
    assert_int_equal(RUN(warned, "validate", NONE, "--strict").code, CLI_FINDINGS);
    assert_has(RUN(warned, "validate", NONE, "--strict", "-q").out, "PIN-P05");
    assert_string_equal(RUN(warned, "validate", NONE, "-q").out, "");
    assert_has(RUN(warned, "validate", NONE, "--format=junit").out, "failures=\"0\" errors=\"0\"");
    assert_has(RUN(warned, "validate", NONE, "--format=junit", "--strict").out, "failures=\"1\" errors=\"0\"");
}

static void levels_are_how_far_it_looks(void **state)
{
    (void)state;
    assert_string_equal(RUN(twice, "validate", NONE, "--level=schema").out, "schema: none\n");
    assert_int_equal(RUN(twice, "validate", NONE, "--level=define").code, CLI_FINDINGS);
    assert_int_equal(RUN(twice, "validate", NONE, "--level=advice").code, CLI_FINDINGS);
}

/* A malformed file is a finding of the report, whatever its format. */
static void malformed_input_exits_3(void **state)
{
    static const char *const formats[] = {"--format=text", "--format=json", "--format=sarif", "--format=junit",
                                          "--format=github"};

    (void)state;
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct result result = RUN("<domain", "validate", NONE, formats[i]);

        assert_int_equal(result.code, CLI_INPUT);
        assert_has(result.out, "is never closed");
        assert_string_equal(result.err, "");
    }
    assert_int_equal(RUN(network, "validate", NONE).code, CLI_INPUT);
    assert_int_equal(RUN(domain, "validate", NONE, "--max-size=64").code, CLI_INPUT);
    assert_has(RUN("<domain", "validate", NONE, "--format=json").out, "\"level\":\"input\",\"severity\":\"error\"");
}

static void the_highest_code_wins(void **state)
{
    struct result result;

    (void)state;
    write_file("a.xml", twice);
    write_file("b.xml", "<domain");
    write_file("c.xml", domain);
    result = RUN(NULL, "validate", NONE, "c.xml", "a.xml", "b.xml");
    assert_int_equal(result.code, CLI_INPUT);
    assert_has(result.out, "a.xml:8:18: error");
    assert_has(result.out, "b.xml:1:1: error");
    assert_has(result.out, "checked 3 files: 2 errors, 1 warning in 2 files\n");
    result = RUN(NULL, "validate", NONE, "gone.xml", "a.xml", "b.xml", "c.xml");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.out, "gone.xml: error: cannot open: no such file or directory\n");
    assert_has(result.out, "a.xml:8:18: error");
    result = RUN(domain, "validate", NONE, "c.xml", "-", "--format=sarif");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.err, "domxform: note: checked 2 files: no findings\n");
}

static void a_schema_of_the_user_is_read_first(void **state)
{
    static const struct {
        const char *option;
        int code;
        const char *says;
    } cases[] = {
        {"--schema=./gone.rng", CLI_IO, "gone.rng: error: cannot open: "},
        {"--schema=bad.rng", CLI_LIMIT, "bad.rng:1:1: error: "},
        {"--schema=odd.rng", CLI_LIMIT, "odd.rng:1:"},
        {"--schema=vm.xml", CLI_LIMIT, "vm.xml:1:"},
    };

    (void)state;
    write_file("bad.rng", "<grammar");
    write_file("odd.rng", "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><odd/></start></grammar>");
    write_file("vm.xml", domain);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct result result = RUN("<domain", "validate", cases[i].option);

        assert_int_equal(result.code, cases[i].code);
        assert_has(result.err, cases[i].says);
        assert_has_not(result.err, "<stdin>");
        assert_string_equal(result.out, "");
    }
}

static void what_the_schema_does_not_allow_is_found(void **state)
{
    struct result result;

    (void)state;
    write_file("name.rng", "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='domain'>"
                           "<attribute name='type'><value>kvm</value></attribute>"
                           "<element name='name'><text/></element></element></start></grammar>");
    result = RUN("<domain type='kvm'><name>x</name></domain>", "validate", "--schema=name.rng", "--level=schema");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, "schema: name.rng\n");
    result = RUN("<domain type='kvn'><name>x</name></domain>", "validate", "--schema=name.rng", "--level=schema");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "<stdin>:1:9: error[RNG-S03]: ");
    assert_has(result.out, "\nexpected: kvm\n");
    result = RUN("<domain type='kvn'><name>x</name></domain>", "validate", "--schema=name.rng", "--level=schema",
                 "--format=json");
    assert_has(result.out, "{\"version\":1,\"schema\":\"name.rng\",");
    assert_has(result.out, "\"rule\":\"RNG-S03\",\"level\":\"schema\",\"severity\":\"error\"");
    assert_has(result.out, "\"expected\":\"kvm\"");
    /* A rule that blames the same says it once, with what the schema expects. */
    result = RUN("<domain type='kvn'><name>x</name></domain>", "validate", "--schema=name.rng");
    assert_has(result.out, "<stdin>:1:9: error[DOC-P02]: ");
    assert_has(result.out, "\nexpected: kvm\nhint: did you mean 'kvm'?\n");
    assert_null(strstr(result.out, "RNG-S03"));
    /* Libvirt's own, or the one that is built in: the report says which. */
    result = RUN(domain, "validate");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "schema: ");
    assert_true(strstr(result.out, "domain.rng\n") || strstr(result.out, "schema: bundled (partial)\n"));
}

/* A context learns of the schema with each document; what it says of one does not depend on the others. */
static void what_is_expected_depends_on_no_other_file(void **state)
{
    static char alone[OUTPUT_MOST];
    struct result result;

    (void)state;
    write_file("any.rng",
               "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='domain'><zeroOrMore><choice>"
               "<element name='one'><optional><ref name='x'/></optional></element><element name='two'><interleave>"
               "<optional><ref name='y'/></optional><optional><ref name='x'/></optional></interleave></element>"
               "</choice></zeroOrMore></element></start><define name='y'><element name='yy'><empty/></element></define>"
               "<define name='x'><element name='xx'><empty/></element></define></grammar>");
    write_file("1.xml", "<domain><one><xx/></one></domain>");
    write_file("2.xml", "<domain><one/><two><xx/></two></domain>");
    write_file("3.xml", "<domain><two><zz/></two></domain>");
    result = RUN(NULL, "validate", "--schema=any.rng", "--level=schema", "--format=github", "-q", "3.xml");
    assert_has(result.out, "expected: yy, xx");
    snprintf(alone, sizeof alone, "%s", result.out);
    result =
        RUN(NULL, "validate", "--schema=any.rng", "--level=schema", "--format=github", "-q", "1.xml", "2.xml", "3.xml");
    assert_string_equal(result.out, alone);
}

static void requirements_are_findings(void **state)
{
    struct result result = RUN(domain, "validate", NONE, "--require=hugepages:1G");

    (void)state;
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "<stdin>:3:32: error[");
    assert_has(result.out, "hugepages:1G");
    assert_int_equal(RUN(domain_hugepages, "validate", NONE, "--require=hugepages:1G").code, CLI_OK);
    result = RUN(domain_hugepages, "validate", NONE, "--require=hugepages:1G", "--require=tpm", "--format=json");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "\"pass\":\"tpm\"");
    assert_has(result.out, "\"errors\":1,");
}

/* All *.xml below, in the order of their paths, each file once and no loop for ever. */
static void directories_are_walked(void **state)
{
    struct result result;

    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    assert_int_equal(mkdir("d/sub", 0700), 0);
    assert_int_equal(mkdir("d/sub.xml", 0700), 0);
    write_file("d/z.xml", twice);
    write_file("d/b.xml", twice);
    write_file("d/sub/m.xml", twice);
    write_file("d/sub.xml/n.xml", twice);
    write_file("d/net.xml", network);
    write_file("d/notes.txt", "<domain");
    assert_int_equal(symlink("z.xml", "d/c.xml"), 0);
    assert_int_equal(symlink("../../d", "d/sub/loop"), 0);
    assert_int_equal(symlink("sub", "d/again"), 0);
    result = RUN(NULL, "validate", NONE, "--format=github", "-q", "d");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "file=d/again/m.xml");
    assert_has(strstr(result.out, "file=d/again/m.xml"), "file=d/b.xml");
    assert_has(strstr(result.out, "file=d/b.xml"), "file=d/c.xml");
    assert_has(strstr(result.out, "file=d/c.xml"), "file=d/sub.xml/n.xml");
    assert_has_not(result.out, "z.xml");
    assert_has_not(result.out, "file=d/sub/");
    assert_string_equal(result.err, "");
    result = RUN(NULL, "validate", NONE, "d/", "d", "d/sub", "d/z.xml");
    assert_has(result.out, "checked 4 files: 4 errors, 4 warnings in 4 files; 1 skipped\n");
    assert_has(result.out, "\nd/b.xml:8:18: error");
    assert_string_equal(result.err, "d/net.xml: note: skipped: the root is <network>, not <domain>\n");
    /* What the user names is refused. */
    assert_int_equal(RUN(NULL, "validate", NONE, "d", "d/net.xml").code, CLI_INPUT);
    assert_int_equal(RUN(NULL, "validate", NONE, "d/net.xml", "d").code, CLI_INPUT);
}

static void an_empty_directory_is_told(void **state)
{
    struct result result;

    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    result = RUN(NULL, "validate", NONE, "d");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.err, "d: warning: no *.xml in it or below it\n");
    assert_string_equal(result.out, "schema: none\n");
    result = RUN(NULL, "validate", NONE, "--format=json", "d");
    assert_has(result.out, "\"findings\":[\n],\"summary\":{\"files\":0,");
}

static void faults_are_told(void **state)
{
    static const struct {
        const char *call;
        int nth;
        const char *says;
    } faults[] = {
        {"opendir", 1, "d: error: cannot read the directory: "},
        {"readdir", 2, "d: error: cannot read the directory: "},
        {"open", 1, "d/a.xml: error: cannot open: "},
        {"read", 1, "d/a.xml: error: cannot read: "},
        {"fstat", 2, "d/b.xml: error: cannot read: "},
    };

    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    write_file("d/a.xml", domain);
    write_file("d/b.xml", domain);
    for (size_t i = 0; i < sizeof faults / sizeof faults[0]; i++) {
        struct stage stage = {.fault = {.call = faults[i].call, .nth = faults[i].nth, .error = EIO}};
        struct result result = run_staged(&stage, NULL, ARGS("validate", NONE, "d"));

        assert_true(stage.fault.hit);
        assert_int_equal(result.code, CLI_IO);
        assert_has(result.out, faults[i].says);
    }
    for (int nth = 1; nth <= 4; nth++) {
        struct stage stage = {.fault = {.call = "writev", .nth = nth, .error = ENOSPC}};
        struct result result = run_staged(&stage, NULL, ARGS("validate", NONE, "--format=sarif", "-q", "d"));

        assert_int_equal(result.code, stage.fault.hit ? CLI_IO : CLI_OK);
        assert_true(!stage.fault.hit || strstr(result.err, "<stdout>: error: cannot write"));
    }
}

/* Nobody reads what is still to come. */
static void a_lost_reader_ends_it(void **state)
{
    static const char *const jobs[] = {"-j1", "-j4"};

    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    for (int i = 0; i < 200; i++) {
        char path[32];

        snprintf(path, sizeof path, "d/%03d.xml", i);
        write_file(path, twice);
    }
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        struct stage stage = {.fault = {.call = "writev", .nth = 3, .error = EPIPE}};
        struct result result = run_staged(&stage, NULL, ARGS("validate", NONE, jobs[i], "d"));

        assert_int_equal(result.code, CLI_IO);
        assert_has(result.out, "d/001.xml");
        assert_has_not(result.out, "d/003.xml");
        assert_string_equal(result.err, "");
    }
}

static void many_files_stay_in_order(void **state)
{
    static char alone[OUTPUT_MOST];

    (void)state;
    assert_int_equal(mkdir("d", 0700), 0);
    for (int i = 0; i < 300; i++) {
        char path[32];

        snprintf(path, sizeof path, "d/%03d.xml", i);
        write_file(path, i % 7 == 0 ? "<domain" : i % 3 == 0 ? twice : i % 5 == 0 ? network : domain);
    }
    snprintf(alone, sizeof alone, "%s", RUN(NULL, "validate", NONE, "d").out);
    assert_string_equal(RUN(NULL, "validate", NONE, "-j", "8", "d").out, alone);
    assert_has(alone, "checked 266 files: ");
}

/* The bar is for somebody who waits before a terminal, and is gone before anything else is written. */
static void progress_is_shown_to_who_waits(void **state)
{
    static const char line[] = "\r[##########          ] 1/2  ", clear[] = "\r\x1b[K";
    struct stage slow = {.terminal = true, .step = 700};
    struct stage fast = {.terminal = true, .step = 1};
    struct stage silent = {.terminal = true, .step = 700};
    struct stage unseen = {.step = 700};
    struct result result;

    (void)state;
    write_file("a.xml", domain);
    write_file("b.xml", domain);
    write_file("c.xml", twice);
    result = run_staged(&slow, NULL, ARGS("validate", NONE, "a.xml", "b.xml", "c.xml"));
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.err, "\r[#############       ] 2/3  1/s  0:00 left\x1b[K\r\x1b[K");
    assert_has_not(result.out, "] 2/3");
    result = run_staged(&fast, NULL, ARGS("validate", NONE, "a.xml", "b.xml"));
    assert_string_equal(result.err, "");
    result = run_staged(&silent, NULL, ARGS("validate", NONE, "-q", "a.xml", "b.xml"));
    assert_string_equal(result.err, "");
    result = run_staged(&unseen, NULL, ARGS("validate", NONE, "a.xml", "b.xml"));
    assert_string_equal(result.err, "");
    slow.clock = 0;
    slow.step = 1200;
    result = run_staged(&slow, NULL, ARGS("validate", NONE, "a.xml", "b.xml"));
    assert_has(result.err, line);
    assert_true(result.err_len >= sizeof clear - 1);
    assert_string_equal(result.err + result.err_len - (sizeof clear - 1), clear);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_domain_exits_0),
        cmocka_unit_test(findings_exit_1),
        cmocka_unit_test(warnings_count_when_strict),
        cmocka_unit_test(levels_are_how_far_it_looks),
        cmocka_unit_test(malformed_input_exits_3),
        cmocka_unit_test_setup_teardown(the_highest_code_wins, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(a_schema_of_the_user_is_read_first, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(what_the_schema_does_not_allow_is_found, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(what_is_expected_depends_on_no_other_file, enter_scratch, leave_scratch),
        cmocka_unit_test(requirements_are_findings),
        cmocka_unit_test_setup_teardown(directories_are_walked, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(an_empty_directory_is_told, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(faults_are_told, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(a_lost_reader_ends_it, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(many_files_stay_in_order, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(progress_is_shown_to_who_waits, enter_scratch, leave_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
