/* host plan, host check and host map: exit codes, what is read and what is not, and what is left when something fails.
 * What they print of real hosts is told by the cases of tests/host. */
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const root = "--root=host";

static void make_file(const char *path, const char *text)
{
    char name[256];

    snprintf(name, sizeof name, "%s", path);
    for (char *p = strchr(name, '/'); p; p = strchr(p + 1, '/')) {
        *p = '\0';
        mkdir(name, 0777);
        *p = '/';
    }
    write_file(name, text);
}

/* A host that polls, or does not, below `host`. */
static int enter_host(void **state)
{
    if (enter_scratch(state) != 0) {
        return -1;
    }
    make_file("host/sys/devices/system/cpu/possible", "0-3\n");
    make_file("host/sys/devices/system/cpu/present", "0-3\n");
    make_file("host/sys/devices/system/cpu/online", "0-3\n");
    make_file("host/sys/module/kvm/parameters/halt_poll_ns", "0\n");
    make_file("host/proc/cpuinfo", "vendor_id\t: GenuineIntel\n");
    write_file("vm.xml", domain);
    write_file("bad.xml", "<domain><name>");
    return 0;
}

#define CHECK(...) RUN(NULL, "host", "check", root, "--only=halt-poll", __VA_ARGS__)
#define PLAN(...) RUN(NULL, "host", "plan", root, "--only=halt-poll", __VA_ARGS__)

static void check_exits_1_where_something_is_missing(void **state)
{
    struct result result = CHECK("vm.xml");

    (void)state;
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_has(result.out, "missing");
    assert_int_equal(result.err_len, 0);
    make_file("host/sys/module/kvm/parameters/halt_poll_ns", "200000\n");
    result = CHECK("vm.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "ok ");
    unlink("host/sys/module/kvm/parameters/halt_poll_ns");
    result = CHECK("vm.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "cannot tell");
}

static void plan_exits_0(void **state)
{
    struct result result = PLAN("vm.xml");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "1 domain, 1 requirement: 1 missing\n");
    assert_has(result.out, "\n             echo 200000 > /sys/module/kvm/parameters/halt_poll_ns\n");
}

/* What some of the domains ask for is no plan; of a check each part counts. */
static void a_bad_file_leaves_no_plan(void **state)
{
    struct result result = PLAN("vm.xml", "bad.xml");

    (void)state;
    assert_int_equal(result.code, CLI_INPUT);
    assert_int_equal(result.out_len, 0);
    assert_has(result.err, "bad.xml:");
    assert_has(result.err, "nothing is planned");
    result = PLAN("absent.xml", "bad.xml");
    assert_int_equal(result.code, CLI_IO);
    assert_int_equal(result.out_len, 0);
    result = PLAN("vm.xml", "--capabilities=vm.xml");
    assert_int_equal(result.code, CLI_INPUT);
    assert_int_equal(result.out_len, 0);
    result = PLAN("--capabilities=absent.xml");
    assert_int_equal(result.code, CLI_IO);
    result = RUN(NULL, "host", "map", root, "bad.xml");
    assert_int_equal(result.code, CLI_INPUT);
    assert_has(result.err, "nothing is drawn");
}

static void a_bad_file_leaves_the_others_checked(void **state)
{
    struct result result = CHECK("bad.xml", "vm.xml");

    (void)state;
    assert_int_equal(result.code, CLI_INPUT);
    assert_has(result.out, "missing");
    assert_has(result.err, "bad.xml:");
    result = CHECK("vm.xml", "absent.xml", "--format=json");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.out, "\"files\":1,\"skipped\":0,\"failed\":1,");
    assert_has(result.out, "\"exitCode\":4}");
    result = CHECK("vm.xml", "bad.xml", "--format=junit");
    assert_has(result.out, "tests=\"2\" failures=\"1\" errors=\"1\" skipped=\"0\"");
    assert_has(result.out, "<testcase classname=\"domxform.host\" name=\"bad.xml\">\n      <error ");
}

static void a_root_that_is_none_exits_4(void **state)
{
    struct result result = RUN(NULL, "host", "check", "--root=nowhere");

    (void)state;
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "nowhere: error: cannot open");
    assert_int_equal(RUN(NULL, "host", "plan", "--root=vm.xml").code, CLI_IO);
}

static void stdin_is_read_for_a_dash_only(void **state)
{
    struct stage stage = {.fault = {.call = "read", .nth = 1, .error = EIO}};
    struct result result = run_staged(&stage, domain, ARGS("host", "plan", root));

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_int_equal(stage.fault.count, 0);
    assert_has(result.err, "note: stdin is not read\nhint: name it -");
    assert_int_equal(RUN(domain, "host", "plan", root, "-q").err_len, 0);
    assert_int_equal(RUN(NULL, "host", "plan", root).err_len, 0);
    result = RUN(domain, "host", "plan", root, "-");
    assert_has(result.out, "1 domain, ");
    assert_int_equal(result.err_len, 0);
}

static void directories_are_walked(void **state)
{
    struct result result;

    (void)state;
    make_file("vms/one.xml", domain);
    make_file("vms/deep/two.xml", domain);
    make_file("vms/net.xml", "<network/>");
    result = PLAN("vms", "vm.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "3 domains, ");
    assert_has(result.err, "vms/net.xml: note: skipped");
}

/* Nothing is asked for then, and least of all what is asked of every host. */
static void what_is_named_and_no_domain_asks_for_nothing(void **state)
{
    struct result result = CHECK("absent.xml");

    (void)state;
    assert_int_equal(result.code, CLI_IO);
    assert_string_equal(result.out, "0 requirements\n");
    mkdir("empty", 0777);
    result = PLAN("empty");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, "0 requirements\n");
    assert_has(result.err, "empty: warning: no *.xml in it");
    assert_has(RUN(NULL, "host", "map", root, "empty").out, "4 CPUs");
}

/* Another host is planned for without a look at this one; a check always looks. */
static void other_hosts_are_not_read(void **state)
{
    struct result result = RUN(NULL, "host", "plan", "--host-cpus=0-7", "--format=json", "vm.xml");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "\"host\":{\"root\":null,\"cpus\":\"0-7\"}");
    result = RUN(NULL, "host", "plan", "--host-cpus=0-7", "--format=json", root, "vm.xml");
    assert_has(result.out, "\"host\":{\"root\":\"host\",\"cpus\":\"0-7\"}");
    result = RUN(NULL, "host", "check", "--host-cpus=0-7", "--format=json", "vm.xml");
    assert_has(result.out, "\"host\":{\"root\":\"/\",\"cpus\":\"0-7\"}");
}

static void help_knows_words_in_pairs(void **state)
{
    struct result result = RUN(NULL, "host", "--help");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "Usage: domxform host plan|check|map");
    assert_has(result.out, "halt-poll");
    assert_has(RUN(NULL, "help", "host").out, "Usage: domxform host plan|check|map");
    assert_has(RUN(NULL, "host", "plan", "--help").out, "text, json, sh or ansible");
    assert_has(RUN(NULL, "help", "host", "check").out, "text, json or junit");
    assert_has(RUN(NULL, "host", "-q", "map", "-h").out, "Usage: domxform host map");
    assert_has(RUN(NULL, "help", "--man").out, ".B domxform host plan");
    assert_has(RUN(NULL, "help", "--man").out, ".SH THE COMMAND HOST CHECK");
    assert_int_equal(RUN(NULL, "./host").code, CLI_IO);
}

/* What a document holds is shown, and never sent: no line but those of the report ends, no terminal is driven, and no
 * text reads in another order than it has. */
static void a_document_drives_no_terminal(void **state)
{
    static const char *const lines[][7] = {
        {"domxform", "host", "plan", "--root=host", "vm.xml", NULL},
        {"domxform", "host", "plan", "--root=host", "vm.xml", "--format=json", NULL},
        {"domxform", "host", "plan", "--root=host", "vm.xml", "--format=sh", NULL},
        {"domxform", "host", "plan", "--root=host", "vm.xml", "--format=ansible", NULL},
        {"domxform", "host", "check", "--root=host", "vm.xml", NULL},
        {"domxform", "host", "check", "--root=host", "vm.xml", "--format=json", NULL},
        {"domxform", "host", "check", "--root=host", "vm.xml", "--format=junit", NULL},
        {"domxform", "host", "map", "--root=host", "vm.xml", NULL},
        {"domxform", "host", "map", "--root=host", "vm.xml", "--format=svg", NULL},
    };
    static const char *const wild[] = {"\r", "\x7f", "\xc2\x9b", "\xe2\x80\xae", "\xe2\x81\xa6"};

    (void)state;
    write_file("vm.xml", "<domain type='kvm'><name>a&#13;&#127;&#x9b;31m&#x202e;b&#x2066;</name><memory>1</memory>"
                         "<memoryBacking><hugepages/></memoryBacking><vcpu>1</vcpu><cputune><vcpupin vcpu='0' "
                         "cpuset='1'/></cputune><os><type arch='x86_64'>hvm</type></os><devices><channel><target "
                         "type='virtio' name='org.qemu.guest_agent.0'/></channel><disk type='block' device='lun'>"
                         "<source dev='/dev/&#13;&#127;&#x9b;&#x202e;&#x2066;'/><target dev='sda'/></disk></devices>"
                         "</domain>");
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct stage stage = {0};
        struct result result = run_staged(&stage, NULL, lines[i]);
        bool svg = i == sizeof lines / sizeof lines[0] - 1;

        assert_true(result.code == CLI_OK || result.code == CLI_FINDINGS);
        for (size_t k = 0; k < sizeof wild / sizeof wild[0]; k++) {
            /* A picture shows letters of all scripts in their order. */
            if (strstr(result.out, wild[k]) && !(svg && k > 2)) {
                fail_msg("%s %s: has character %zu", lines[i][2], lines[i][5] ? lines[i][5] : "text", k);
            }
        }
    }
}

/* Whichever allocation fails: 6 and nothing on stdout, or all of it. */
static void out_of_memory_exits_6(void **state)
{
    static const char *const lines[][7] = {
        {"domxform", "host", "plan", "--root=host", "vm.xml", NULL},
        {"domxform", "host", "plan", "--root=host", "vm.xml", "--format=json", NULL},
        {"domxform", "host", "plan", "--root=host", "vm.xml", "--format=sh", NULL},
        {"domxform", "host", "plan", "--root=host", "vm.xml", "--format=ansible", NULL},
        {"domxform", "host", "check", "--root=host", "vm.xml", NULL},
        {"domxform", "host", "check", "--root=host", "vm.xml", "--format=junit", NULL},
        {"domxform", "host", "map", "--root=host", "vm.xml", NULL},
        {"domxform", "host", "chek", NULL},
    };

    /* Under valgrind each run takes long. */
    const char *valgrind = getenv("DX_VALGRIND");
    size_t stride = valgrind && *valgrind ? 16 : 1;

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct stage stage = {0};
        struct result whole = run_staged(&stage, NULL, lines[i]);
        char *out = strdup(whole.out);
        size_t n = stage.allocs;

        assert_non_null(out);
        for (size_t k = 1; k <= n; k += stride) {
            struct result result;

            stage = (struct stage){.fail_alloc = k};
            result = run_staged(&stage, NULL, lines[i]);
            if (result.code == whole.code ? strcmp(result.out, out) != 0
                                          : result.code != CLI_NO_MEMORY || result.out_len != 0) {
                fail_msg("%s %s, allocation %zu: code %d, %zu bytes", lines[i][2], lines[i][4], k, result.code,
                         result.out_len);
            }
            assert_true(whole.code == result.code || result.err_len > 0);
        }
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(check_exits_1_where_something_is_missing, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(plan_exits_0, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(a_bad_file_leaves_no_plan, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(a_bad_file_leaves_the_others_checked, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(a_root_that_is_none_exits_4, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(stdin_is_read_for_a_dash_only, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(directories_are_walked, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(what_is_named_and_no_domain_asks_for_nothing, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(other_hosts_are_not_read, enter_host, leave_scratch),
        cmocka_unit_test(help_knows_words_in_pairs),
        cmocka_unit_test_setup_teardown(a_document_drives_no_terminal, enter_host, leave_scratch),
        cmocka_unit_test_setup_teardown(out_of_memory_exits_6, enter_host, leave_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
