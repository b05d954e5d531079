/* domxform advise: what it tells, in which form, and how it ends. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

/* Something of each: followed, missing, possible behind it, blocked, tried and blocked, of no use. */
static const char recipe[] = "# All that there is\n"
                             "\n"
                             "# the guest has a TPM\n"
                             "tpm\n"
                             "# fewer misses in the TLB\n"
                             "hugepages:1G\n"
                             "iothreads:1\n"
                             "iothreadpin:2-3\n"
                             "try tpm:model=tpm-crb\n"
                             "rdm:sdz\n"
                             "# a label of its own\n"
                             "seclabel:static,label=it's,model=dac\n"
                             "remove rdm\n"
                             "hugepages:1G\n";
static const char vm[] = "<domain type='kvm'>\n"
                         "  <name>vm</name>\n"
                         "  <memory unit='GiB'>4</memory>\n"
                         "  <vcpu>2</vcpu>\n"
                         "  <os>\n"
                         "    <type arch='x86_64' machine='q35'>hvm</type>\n"
                         "  </os>\n"
                         "  <devices>\n"
                         "    <disk type='file' device='disk'>\n"
                         "      <driver name='qemu' type='raw'/>\n"
                         "      <source file='/d.raw'/>\n"
                         "      <target dev='vda' bus='virtio'/>\n"
                         "    </disk>\n"
                         "    <tpm model='tpm-tis'>\n"
                         "      <backend type='emulator' version='2.0'/>\n"
                         "    </tpm>\n"
                         "  </devices>\n"
                         "</domain>\n";

static int enter(void **state)
{
    int rc = enter_scratch(state);

    if (rc == 0) {
        write_file("all.recipe", recipe);
        write_file("vm.xml", vm);
    }
    return rc;
}

static void one_file_is_told_in_full(void **state)
{
    static const char page[] = "vm.xml: 2 followed, 4 missing, 1 blocked, 1 no use\n"
                               "  followed  tpm\n"
                               "  missing   hugepages:1G\n"
                               "            vm.xml:3:32: add <memoryBacking><hugepages><page size='1'\n"
                               "            unit='GiB'/>\n"
                               "            brings: fewer misses in the TLB\n"
                               "            risk: from the next start the host must have enough free pages of\n"
                               "            the size, or the guest does not start; its memory is neither\n"
                               "            swapped nor merged\n"
                               "  missing   iothreads:1\n"
                               "            vm.xml:4:17: add <iothreads>1</iothreads>\n"
                               "            brings: give disks and virtio-scsi controllers iothreads\n"
                               "            risk: takes effect at the next start; each iothread takes time of\n"
                               "            the host's CPUs beside the vCPUs'\n"
                               "  missing   iothreadpin:2-3\n"
                               "            possible once what is missing before it is done\n"
                               "            brings: pin iothreads to host CPUs\n"
                               "            risk: from the next start the host must have these CPUs, and so\n"
                               "            must a host that the guest migrates to\n"
                               "  blocked   tpm:model=tpm-crb\n"
                               "            vm.xml:14:10: the domain has a tpm of model 'tpm-tis', a change to\n"
                               "            'tpm-crb' loses its state\n"
                               "            hint: save what it keeps, then --force changes it\n"
                               "            brings: give the guest a virtual TPM\n"
                               "            risk: the guest sees a new device after a cold start; the host\n"
                               "            needs swtpm, and the state of the TPM belongs into every backup\n"
                               "  no use    rdm:sdz\n"
                               "            no disk has the target 'sdz'\n"
                               "  missing   seclabel:static,label=it's,model=dac\n"
                               "            vm.xml:17:13: add <seclabel type='static'\n"
                               "            model='dac'><label>it's</label>\n"
                               "            brings: a label of its own\n"
                               "            risk: from the next start the host must run that security driver,\n"
                               "            and what lies outside of libvirt's usual places may be denied to\n"
                               "            the guest\n"
                               "  followed  remove rdm\n"
                               "\n"
                               "This does all that is missing:\n"
                               "  domxform --pass=hugepages:1G --pass=iothreads:1 --pass=iothreadpin:2-3 "
                               "--pass='seclabel:static,label=it'\\''s,model=dac' vm.xml\n";
    struct result result = RUN(NULL, "advise", "--recipe=all.recipe", "vm.xml");

    (void)state;
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_string_equal(result.out, page);
    assert_string_equal(result.err, "");
    assert_string_equal(read_file("vm.xml"), vm);
}

/* What the command line says is right, and leaves nothing to be said. */
static void the_command_does_all_that_is_missing(void **state)
{
    struct result result;

    (void)state;
    result = RUN(NULL, "--pass=hugepages:1G", "--pass=iothreads:1", "--pass=iothreadpin:2-3",
                 "--pass=seclabel:static,label=it's,model=dac", "vm.xml");
    assert_int_equal(result.code, CLI_OK);
    write_file("done.xml", result.out);
    result = RUN(NULL, "advise", "--recipe=all.recipe", "done.xml");
    assert_has(result.out, "done.xml: 6 followed, 1 blocked, 1 no use\n");
    assert_has_not(result.out, "domxform --pass");
    /* What is only tried may be blocked. */
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(RUN(NULL, "advise", "--recipe=all.recipe", "-q", "done.xml").err, "");
    assert_int_equal(RUN(NULL, "--check", "--remove=rdm", "--pass=hugepages:1G", "done.xml").code, CLI_OK);
}

static void what_is_blocked_and_not_only_tried_counts(void **state)
{
    (void)state;
    write_file("a.recipe", "tpm:model=tpm-crb\n");
    assert_int_equal(RUN(NULL, "advise", "--recipe=a.recipe", "vm.xml").code, CLI_FINDINGS);
    write_file("a.recipe", "try tpm:model=tpm-crb\n");
    assert_int_equal(RUN(NULL, "advise", "--recipe=a.recipe", "vm.xml").code, CLI_OK);
    write_file("a.recipe", "rdm:sdz\n");
    assert_int_equal(RUN(NULL, "advise", "--recipe=a.recipe", "vm.xml").code, CLI_OK);
    write_file("a.recipe", "# nothing\n");
    assert_string_equal(RUN(NULL, "advise", "--recipe=a.recipe", "vm.xml").out, "vm.xml: the recipes have no lines\n");
}

static void quiet_verbose_and_colour(void **state)
{
    struct result result = RUN(vm, "advise", "--recipe=all.recipe", "-q");

    (void)state;
    assert_has_not(result.out, "followed");
    assert_has_not(result.out, "no use");
    assert_has(result.out, "  missing   hugepages:1G\n            <stdin>:3:32: add ");
    assert_has(result.out, "model=dac'\n"); /* the command has no file */
    assert_has(RUN(vm, "advise", "--recipe=all.recipe", "--assume-arch=aarch64").out,
               "  domxform --assume-arch=aarch64 --pass=");
    assert_has(RUN(vm, "advise", "--recipe=all.recipe", "-v").out,
               "  followed  tpm\n            brings: the guest has a TPM\n");
    assert_has_not(result.out, "\x1b");
    assert_has(RUN(vm, "advise", "--recipe=all.recipe", "--color=always").out, "  \x1b[33mmissing\x1b[0m   hugepages");
}

static void several_files_give_a_table(void **state)
{
    static const char table[] = "    #  followed  missing  blocked  no use\n"
                                "    1         1        2        0       1  tpm\n"
                                "    2         1        2        0       1  hugepages:1G\n"
                                "    3         0        1        0       3  iothreads:1\n"
                                "    4         0        1        0       3  iothreadpin:2-3\n"
                                "    5         0        0        3       1  tpm:model=tpm-crb\n"
                                "    6         0        0        0       4  rdm:sdz\n"
                                "    7         0        4        0       0  seclabel:static,label=it's,model=dac\n"
                                "    8         3        0        0       1  remove rdm\n"
                                "\n"
                                "  12345678\n"
                                "  fmmmb-mf  vm.xml\n"
                                "  mm--b-mf  dir/a.xml\n"
                                "  mf--b-mf  dir/b.xml\n"
                                "  ------m-  dir/c.xml\n"
                                "\n"
                                "f followed, m missing, b blocked, - no use; domxform advise with one FILE tells\n"
                                "what it lacks, and the command that does it.\n";
    struct result result;

    (void)state;
    assert_int_equal(mkdir("dir", 0777), 0);
    write_file("dir/a.xml", domain);
    write_file("dir/b.xml", domain_hugepages);
    write_file("dir/c.xml", "<domain type='lxc'><name>c</name></domain>\n");
    write_file("dir/d.xml", "<network/>\n");
    result = RUN(NULL, "advise", "--recipe=all.recipe", "vm.xml", "dir");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_string_equal(result.out, table);
    assert_has(result.err, "dir/d.xml: note: skipped: ");
    assert_has(RUN(NULL, "advise", "--recipe=all.recipe", "--color=always", "vm.xml", "dir").out,
               "  \x1b[32mf\x1b[0m\x1b[33mm\x1b[0m");
    write_file("dir/e.xml", "<domain");
    result = RUN(NULL, "advise", "--recipe=all.recipe", "vm.xml", "dir", "gone.xml");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "dir/e.xml:1:1: error: ");
    assert_has(result.err, "gone.xml: error: cannot open");
    assert_has(result.out, "  fmmmb-mf  vm.xml\n");
    assert_has_not(result.out, "gone.xml");
    assert_int_equal(RUN(NULL, "advise", "--recipe=all.recipe", "dir/e.xml").code, CLI_INPUT);
}

static void json_is_for_programs(void **state)
{
    static const char report[] =
        "{\"version\":1,\"files\":[\n"
        "{\"file\":\"vm.xml\",\"advice\":[\n"
        "{\"spec\":\"hugepages:1G\",\"remove\":false,\"try\":false,\"pass\":\"hugepages\",\"state\":\"missing\","
        "\"line\":3,\"column\":32,\"endLine\":3,\"endColumn\":32,\"path\":\"domain/memoryBacking\","
        "\"change\":\"add <memoryBacking><hugepages><page size='1' unit='GiB'/>\",\"reason\":null,\"hint\":null,"
        "\"brings\":\"back the guest's memory with huge pages\",\"risk\":\"from the next start the host must have "
        "enough "
        "free pages of the size, or the guest does not start; its memory is neither swapped nor merged\","
        "\"recipe\":\"b.recipe\",\"recipeLine\":1},\n"
        "{\"spec\":\"rdm:sdz\",\"remove\":false,\"try\":true,\"pass\":\"rdm\",\"state\":\"notApplicable\","
        "\"line\":null,\"column\":null,\"endLine\":null,\"endColumn\":null,\"path\":null,"
        "\"change\":null,\"reason\":\"no disk has the target 'sdz'\",\"hint\":null,"
        "\"brings\":\"map a SCSI device of the host into the guest\",\"risk\":\"the disk's address in the guest "
        "changes "
        "at the next start; nothing else on the host may write to the device, and libvirt takes no snapshots of it\","
        "\"recipe\":\"b.recipe\",\"recipeLine\":2}],"
        "\"command\":\"domxform --pass=hugepages:1G vm.xml\","
        "\"followed\":0,\"missing\":1,\"blocked\":0,\"notApplicable\":1}\n"
        "],\"summary\":{\"files\":1,\"skipped\":0,\"followed\":0,\"missing\":1,\"blocked\":0,\"notApplicable\":1,"
        "\"exitCode\":1}}\n";
    struct result result;

    (void)state;
    write_file("b.recipe", "hugepages:1G\ntry rdm:sdz\n");
    result = RUN(NULL, "advise", "--recipe=b.recipe", "--format=json", "vm.xml");
    assert_int_equal(result.code, CLI_FINDINGS);
    assert_string_equal(result.out, report);
    write_file("done.xml", domain_hugepages);
    result = RUN(NULL, "advise", "--recipe=b.recipe", "--format=json", "done.xml", "vm.xml");
    assert_has(result.out, "\"command\":null,");
    assert_has(result.out, "\"files\":2,\"skipped\":0,\"followed\":1,\"missing\":1,");
    result = RUN("<domain", "advise", "--recipe=b.recipe", "--format=json");
    assert_int_equal(result.code, CLI_INPUT);
    assert_string_equal(result.out,
                        "{\"version\":1,\"files\":[\n\n],\"summary\":{\"files\":0,\"skipped\":0,"
                        "\"followed\":0,\"missing\":0,\"blocked\":0,\"notApplicable\":0,\"exitCode\":3}}\n");
}

/* A name that looks like an option is written so that it is none. */
static void odd_names_are_quoted(void **state)
{
    struct result result;

    (void)state;
    write_file("-x y.xml", domain);
    write_file("b.recipe", "remove tpm\nhugepages:1G\n");
    result = RUN(NULL, "advise", "--recipe=b.recipe", "--", "-x y.xml");
    assert_has(result.out, "  domxform --pass=hugepages:1G ./'-x y.xml'\n");
}

static void no_recipe_means_the_guides(void **state)
{
    struct result result = RUN(vm, "advise");

    (void)state;
    assert_true(result.code == CLI_FINDINGS || (!dx_recipe_at(0) && result.code == CLI_USAGE));
    assert_has(result.code == CLI_USAGE ? result.err : result.out,
               result.code == CLI_USAGE ? "there is no recipe 'openeuler-performance'" : "hugepages");
}

static void memory_may_run_out(void **state)
{
    struct stage stage = {0};
    size_t n = 0;

    (void)state;
    do {
        struct result result;

        stage = (struct stage){.fail_alloc = ++n};
        result = run_staged(&stage, NULL, ARGS("advise", "--recipe=all.recipe", "--set=a=b", "vm.xml"));
        assert_true(result.code == CLI_NO_MEMORY || result.code == CLI_USAGE);
        assert_int_equal(stage.balance, 0);
        if (result.code == CLI_USAGE) {
            break;
        }
    } while (n < 10000);
    for (n = 1; n < 10000; n++) {
        struct result result;

        stage = (struct stage){.fail_alloc = n};
        result = run_staged(&stage, NULL, ARGS("advise", "--recipe=all.recipe", "vm.xml", "vm.xml", "--format=json"));
        assert_true(result.code == CLI_NO_MEMORY || result.code == CLI_FINDINGS);
        assert_int_equal(stage.balance, 0);
        if (result.code == CLI_FINDINGS) {
            break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_file_is_told_in_full, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(the_command_does_all_that_is_missing, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(what_is_blocked_and_not_only_tried_counts, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(quiet_verbose_and_colour, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(several_files_give_a_table, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(json_is_for_programs, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(odd_names_are_quoted, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(no_recipe_means_the_guides, enter, leave_scratch),
        cmocka_unit_test_setup_teardown(memory_may_run_out, enter, leave_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
