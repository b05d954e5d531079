/* Recipes on the command line: --recipe and --set among the passes, and domxform recipes. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

#define HOST DX_SOURCE_DIR "/tests/recipes/host.recipe"
#define MEMORY DX_SOURCE_DIR "/tests/recipes/memory.recipe"

static void a_recipe_is_its_passes(void **state)
{
    struct result result = RUN(domain, "--recipe=" MEMORY);

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, domain_hugepages);
    result = RUN(domain, "--recipe", MEMORY, "--set", "size=1G");
    assert_string_equal(result.out, domain_hugepages);
    assert_has(RUN(domain, "--recipe=" MEMORY, "--set=size=2M").out, "<page size='2' unit='MiB'/>");
    assert_has(RUN(domain, "--recipe=" MEMORY, "--set=size=4M", "--set=size=2M").out, "<page size='2' unit='MiB'/>");
    assert_int_equal(RUN(domain_hugepages, "--check", "--recipe=" MEMORY).code, CLI_OK);
    assert_int_equal(RUN(domain, "--check", "--recipe=" MEMORY).code, CLI_FINDINGS);
}

/* The last of what contradicts each other holds, in whichever way it is asked for. */
static void it_stands_in_the_order_of_the_line(void **state)
{
    (void)state;
    assert_has(RUN(domain, "--recipe=" MEMORY, "--pass=hugepages:2M").out, "<page size='2' unit='MiB'/>");
    assert_string_equal(RUN(domain, "--pass=hugepages:2M", "--recipe=" MEMORY).out, domain_hugepages);
    assert_string_equal(RUN(domain, "--recipe=" MEMORY, "--remove=hugepages").out, domain);
    assert_string_equal(RUN(domain, "--remove=hugepages", "--recipe=" MEMORY).out, domain_hugepages);
    assert_has(RUN(domain, "--recipe=" MEMORY, "--recipe=" HOST).out, "<page size='2' unit='MiB'/>");
}

static void a_value_goes_to_the_recipe_that_takes_it(void **state)
{
    struct result result = RUN(domain, "--recipe=" MEMORY, "--recipe=" HOST, "--set=cpus=3", "--set=size=1G");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "<iothreadpin iothread='1' cpuset='3'/>");
    assert_has(result.out, "<page size='1' unit='GiB'/>");
    result = RUN(domain, "--recipe=" MEMORY, "--set=cpus=3");
    assert_int_equal(result.code, CLI_USAGE);
    assert_has(result.err, "it has no parameter 'cpus'\nhint: its parameters are: size\n");
    result = RUN(domain, "--recipe=" MEMORY, "--recipe=" HOST, "--set=cpu=3");
    assert_int_equal(result.code, CLI_USAGE);
    assert_has(result.err, "it has no parameter 'cpu'");
}

static void a_broken_recipe_exits_2_before_anything_is_read(void **state)
{
    struct result result;

    (void)state;
    write_file("x.recipe", "tpm\n\thugepages:3X\n");
    result = RUN(NULL, "--recipe=x.recipe", "no-such-file.xml");
    assert_int_equal(result.code, CLI_USAGE);
    assert_has(result.err, "x.recipe:2:12: error: ");
    assert_has(result.err, "\n\thugepages:3X\n\t          ^\n");
    assert_has_not(result.err, "no-such-file");
    assert_string_equal(result.out, "");
    result = RUN(domain, "--recipe=x.recipe", "--message-format=json");
    assert_has(result.err, "{\"file\":\"x.recipe\",\"line\":2,\"column\":12,");
    assert_int_equal(RUN(domain, "recipes", "x.recipe").code, CLI_USAGE);
    assert_int_equal(RUN(domain, "advise", "--recipe=x.recipe").code, CLI_USAGE);
    result = RUN(domain, "--recipe=./gone");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "./gone: error: cannot open: no such file or directory\n");
    assert_int_equal(RUN(domain, "recipes", "./gone").code, CLI_IO);
    assert_int_equal(RUN(domain, "advise", "--recipe=./gone").code, CLI_IO);
}

static void what_is_tried_is_left_out_with_a_note(void **state)
{
    struct result result;

    (void)state;
    write_file("x.recipe", "hugepages:1G\ntry rdm:sdz\n");
    result = RUN(domain, "--recipe=x.recipe");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, domain_hugepages);
    assert_has(result.err, ": note: left out: rdm:sdz: no disk has the target 'sdz'\n");
    assert_string_equal(RUN(domain, "--recipe=x.recipe", "-q").err, "");
    write_file("x.recipe", "hugepages:1G\nrdm:sdz\n");
    result = RUN(domain, "--recipe=x.recipe");
    assert_int_equal(result.code, CLI_REFUSED);
    assert_string_equal(result.out, "");
}

static void one_can_be_shown(void **state)
{
    static const char page[] = "./host.recipe: A guest on a host of its own whose CPUs are known.\n"
                               "\n"
                               "Parameters:\n"
                               "  cpus=2-3              host CPUs for the iothreads\n"
                               "  size=2M\n"
                               "\n"
                               "Passes, in their order:\n"
                               "  hugepages:2M\n"
                               "      fewer misses in the TLB\n"
                               "  iothreads:1\n"
                               "      disks that do not wait for a vCPU\n"
                               "  try iothreadpin:2-3\n"
                               "  try remove tpm\n"
                               "\n"
                               "Example:\n"
                               "  domxform --recipe=./host.recipe --set cpus=2-3 vm.xml\n";
    struct result result;

    (void)state;
    write_file("host.recipe", read_file(HOST));
    write_file("memory.recipe", read_file(MEMORY));
    result = RUN(NULL, "recipes", "./host.recipe");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, page);
    result = RUN(NULL, "recipes", "--format=json", "memory.recipe");
    assert_string_equal(
        result.out, "{\"name\":\"memory.recipe\",\"summary\":\"Memory for a database\","
                    "\"description\":\"Memory for a database\\u000a\\u000aPages of one size, and nothing that swaps.\","
                    "\"params\":[{\"name\":\"size\",\"default\":\"1G\",\"help\":\"size of a page\"}],"
                    "\"lines\":[{\"spec\":\"hugepages:1G\",\"remove\":false,\"try\":false,"
                    "\"why\":\"fewer misses in the TLB\",\"file\":\"memory.recipe\",\"line\":9,\"column\":1}]}\n");
}

static void those_that_are_built_in_are_listed(void **state)
{
    char list[OUTPUT_MOST / 8];

    (void)state;
    snprintf(list, sizeof list, "%s", RUN(NULL, "recipes").out);
    assert_has(list, "domxform recipes NAME tells about one");
    assert_int_equal(RUN(NULL, "recipes", "--format=json").code, CLI_OK);
    for (size_t i = 0; dx_recipe_at(i); i++) {
        struct result result;

        assert_has(list, dx_recipe_at(i));
        result = RUN(NULL, "recipes", dx_recipe_at(i));
        assert_int_equal(result.code, CLI_OK);
        assert_has(result.out, "Passes, in their order:\n");
        assert_has(RUN(NULL, "recipes", "--format=json").out, dx_recipe_at(i));
        assert_has(RUN(NULL, "help", "recipes").out, dx_recipe_at(i));
        assert_has(RUN(NULL, "completion", "bash").out, dx_recipe_at(i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_recipe_is_its_passes, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(it_stands_in_the_order_of_the_line, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(a_value_goes_to_the_recipe_that_takes_it, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(a_broken_recipe_exits_2_before_anything_is_read, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(what_is_tried_is_left_out_with_a_note, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(one_can_be_shown, enter_scratch, leave_scratch),
        cmocka_unit_test(those_that_are_built_in_are_listed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
