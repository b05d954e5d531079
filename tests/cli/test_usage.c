/* What is a usage error, and what it says. */
#include "stage.h"

#include <errno.h>

/* Each of them exits 2 with these words on stderr, nothing on stdout, and reads no input. */
static const struct {
    const char *args[6];
    const char *says;
} errors[] = {
    {{"--chek"}, "did you mean '--check'?"},
    {{"--mess=json"}, "did you mean '--message-format'?"},
    {{"--in-plac", "vm.xml"}, "did you mean '--in-place'?"},
    {{"-z"}, "no option -z"},
    {{"-qz"}, "no option -z"},
    {{"--check=yes"}, "--check takes no value"},
    {{"--output"}, "--output wants a value"},
    {{"-o"}, "--output wants a value"},
    {{"-o", "--check", "vm.xml"}, "--output wants a value"},
    {{"--pass", "--diff"}, "--pass wants a value"},
    {{"-o", ""}, "no name of a file"},
    {{"-o", "-"}, "./-"},
    {{"--pass"}, "--pass wants a value"},
    {{"--pass="}, "no pass is named"},
    {{"--pass=hugepage:1G"}, "did you mean 'hugepages'?"},
    {{"--pass=hugepages"}, "hugepages"},
    {{"--pass=hugepages:"}, "hugepages"},
    {{"--pass=hugepages=1G"}, "did you mean 'hugepages:1G'?"},
    {{"--pass=tpm,version=2.0"}, "did you mean 'tpm:version=2.0'?"},
    {{"--pass=hugepages:1G,2M"}, "size is one of default, or a size"},
    {{"--pass=hugepages:1.5G"}, "it is no whole number"},
    {{"--pass=hugepages:1G,nodset=0"}, "did you mean 'nodeset'?"},
    {{"--pass=hugepages:1G,nodeset=0,nodeset=1"}, "nodeset"},
    {{"--pass=iothreads:vda=1,vda=2"}, "'vda' is given twice"},
    {{"--pass=iothreads:vda=1,2"}, "put the positional value first"},
    {{"--remove=hugpages"}, "did you mean 'hugepages'?"},
    {{"--pass=tpm:model=tpm-crp"}, "tpm-crb"},
    {{"--pass=rdm:/dev/disk/by-id/"}, "is a directory"},
    {{"--pass=rdm:sda,source=/dev/"}, "is a directory"},
    {{"--pass=seclabel:model=none"}, "'none' is no security model"},
    {{"--pass=seclabel:static"}, "static needs a label"},
    {{"--pass=seclabel:label=a"}, "a label is for static only"},
    {{"--pass=seclabel:none,baselabel=a"}, "a baselabel is for dynamic only"},
    {{"--pass=seclabel:none,relabel=yes"}, "none never relabels"},
    {{"--pass=seclabel:dynamic,relabel=no"}, "dynamic always relabels"},
    {{"--pass=tpm:device=/dev/tpm0"}, "device is for the passthrough backend"},
    {{"--pass=tpm:source=/run/tpm"}, "source is for the external backend"},
    {{"--pass=tpm:backend=external"}, "the external backend needs a source"},
    {{"--pass=tpm:backend=passthrough,version=2.0"}, "version is for the emulator backend"},
    {{"--pass=tpm:model=tpm-tis-device,version=1.2"}, "tpm-tis-device has no version 1.2"},
    {{"--remove=xslt"}, "what xslt does cannot be taken back"},
    {{"--pass=xslt"}, "xslt needs FILE"},
    {{"--pass=xslt:/nonexistent.xsl", "--pass=hugepage:1G"}, "did you mean 'hugepages'?"},
    {{"--xslt-timeout=0"}, "is no number"},
    {{"--allow=IOT-Q2"}, "did you mean 'IOT-Q02'?"},
    {{"--assume-arch=aarch65"}, "did you mean 'aarch64'?"},
    {{"--assume-arch=x86"}, "did you mean 'x86_64'?"},
    {{"--message-format=xml"}, "FORMAT is one of text, json"},
    {{"--color=alwayss"}, "did you mean 'always'?"},
    {{"--max-size=0"}, "'0' is no size"},
    {{"--max-size=1T"}, "'1T' is no size"},
    {{"--max-size=-1"}, "'-1' is no size"},
    {{"--max-size=2G"}, "'2G' is no size"},
    {{"--max-size=99999999999999999999"}, "is no size"},
    {{"--max-size=18446744073709551615G"}, "is no size"},
    {{"--max-nodes=1K"}, "'1K' is no number"},
    {{"--max-nodes="}, "'' is no number"},
    {{"-j", "1025"}, "'1025' is no number from 0 to 1024"},
    {{"-j", "two"}, "'two' is no number"},
    {{"-ibak", "vm.xml"}, "'bak' is no suffix"},
    {{"-i./x", "vm.xml"}, "'./x' is no suffix"},
    {{"--in-place=", "vm.xml"}, "is no suffix"},
    {{"-i"}, "--in-place cannot change stdin"},
    {{"-i", "-"}, "--in-place cannot change stdin"},
    {{"-i", "vm.xml", "-"}, "--in-place cannot change stdin"},
    {{"-i", "--check", "vm.xml"}, "--in-place and --check exclude each other"},
    {{"-i", "-o", "out.xml", "vm.xml"}, "exclude each other"},
    {{"--check", "-o", "out.xml", "vm.xml"}, "exclude each other"},
    {{"-o", "a", "-o", "b", "vm.xml"}, "--output is given twice"},
    {{"-o", "a", "vm.xml", "vm2.xml"}, "--output is one file"},
    {{"-i", "-i.bak", "vm.xml"}, "--in-place is given twice"},
    {{"-q", "-v"}, "exclude each other"},
    {{"-qv"}, "exclude each other"},
    {{"vm.xml", "vm2.xml"}, "2 files cannot all go to stdout"},
    {{"transform", "vm.xml", "vm2.xml"}, "2 files cannot all go to stdout"},
    {{"--check", "-", "-"}, "can be read once only"},
    {{""}, "a FILE is empty"},
    {{"pases"}, "did you mean 'domxform passes'?"},
    {{"tpm", "vm.xml"}, "did you mean '--pass=tpm'?"},
    {{"--force", "hlep"}, "did you mean 'domxform help'?"},
    {{"validate", "--pass=tpm"}, "validate takes no option --pass"},
    {{"validate", "--force"}, "domxform validate --help lists its options; --force belongs to transform"},
    {{"--strict"}, "transform takes no option --strict"},
    {{"validate", "--schema=atuo"}, "did you mean 'auto'?"},
    {{"validate", "--schema="}, "'' is no SCHEMA"},
    {{"validate", "--schema=nnoe"}, "SCHEMA is a FILE, or one of auto, none"},
    {{"validate", "--level=advise"}, "did you mean 'advice'?"},
    {{"validate", "--level=3"}, "LEVEL is one of schema, define, start, advice"},
    {{"validate", "--format=xml"}, "FORMAT is one of text, json, sarif, junit, github"},
    {{"validate", "--format=sarrif"}, "did you mean 'sarif'?"},
    {{"passes", "--format=sarif"}, "FORMAT is one of text, json"},
    {{"validate", "--disable=IOT-Q2"}, "--disable: there is no rule 'IOT-Q2'"},
    {{"validate", "--disable=IOT-Q2"}, "did you mean 'IOT-Q02'?"},
    {{"validate", "--target-libvirt=9"}, "'9' is no version of libvirt"},
    {{"validate", "--target-libvirt=9.0.0.1"}, "is no version of libvirt"},
    {{"validate", "--target-libvirt=9.x"}, "is no version of libvirt"},
    {{"validate", "--target-libvirt=1000.0"}, "is no version of libvirt"},
    {{"validate", "--target-libvirt=9.1000"}, "is no version of libvirt"},
    {{"validate", "--target-libvirt=.9"}, "is no version of libvirt"},
    {{"validate", "--target-libvirt="}, "is no version of libvirt"},
    {{"validate", "--require=hugepage"}, "did you mean 'hugepages'?"},
    {{"validate", "--require=hugepages"}, "hugepages"},
    {{"validate", "--assume-arch=x86"}, "did you mean 'x86_64'?"},
    {{"validate", "-", "-"}, "can be read once only"},
    {{"validate", "-q", "-v"}, "exclude each other"},
    {{"validate", "-j", "-1"}, "'-1' is no number"},
    {{"validat", "-"}, "did you mean 'domxform validate'?"},
    {{"host"}, "host wants a command"},
    {{"host", "--", "plan"}, "host wants a command"},
    {{"host", "--root=x"}, "--root belongs to host plan, host check, host map"},
    {{"host plan", "vm.xml", "-v"}, "'host plan' is neither"},
    {{"host", "chek"}, "did you mean 'domxform host check'?"},
    {{"host", "vm.xml", "-v"}, "domxform host --help tells of plan, check, map"},
    {{"plan", "vm.xml"}, "did you mean 'domxform host plan'?"},
    {{"hots", "plan"}, "did you mean 'domxform host'?"},
    {{"host", "plan", "--format=junit"}, "FORMAT is one of text, json, sh, ansible"},
    {{"host", "check", "--format=sh"}, "FORMAT is one of text, json, junit"},
    {{"host", "map", "--format=json"}, "FORMAT is one of text, svg, xml"},
    {{"host", "map", "--block-rpcs=guest-exec"}, "--block-rpcs belongs to host plan, host check"},
    {{"host", "plan", "--pass=tpm"}, "host plan takes no option --pass"},
    {{"host", "plan", "--only=hugepage-pol"}, "did you mean 'hugepage-pool'?"},
    {{"host", "check", "--only=tpm,thp"}, "give --only once for each of them"},
    {{"host", "plan", "--root"}, "--root wants a value: --root=DIR"},
    {{"host", "plan", "--root="}, "--root: the DIR is empty"},
    {{"host", "plan", "--root=/", "--root=/"}, "--root is given twice"},
    {{"host", "plan", "--host-cpus=0-"}, "a list of CPUs is written as 0-15,32-47"},
    {{"host", "plan", "--qemu-version=8.2"}, "--qemu-version is for --block-rpcs"},
    {{"host", "check", "-", "--capabilities=-"}, "can be read once only"},
    {{"help", "host", "paln"}, "did you mean 'host plan'?"},
    {{"hook"}, "'hook' is not in this version"},
    {{"--recipe=no-such"}, "there is no recipe 'no-such'"},
    {{"--recipe=no-such"}, "a file has a '/' or '.' in its name"},
    {{"--recipe="}, "no recipe is named"},
    {{"--recipe"}, "--recipe wants a value: --recipe=NAME|FILE"},
    {{"--set"}, "--set wants a value: --set=NAME=VALUE"},
    {{"--set", "size"}, "--set: 'size' gives no parameter a value"},
    {{"--set", "=2M"}, "--set: '=2M' gives no parameter a value"},
    {{"--set", "size=2M"}, "--set size=2M is for a recipe, and none is named"},
    {{"--pass=tpm", "--set", "size=2M"}, "add --recipe=NAME, or leave --set out"},
    {{"validate", "--recipe=x"}, "--recipe belongs to transform, advise"},
    {{"validate", "--set=a=b"}, "validate takes no option --set"},
    {{"advise", "--recipe=no-such"}, "there is no recipe 'no-such'"},
    {{"advise", "--pass=tpm"}, "advise takes no option --pass"},
    {{"advise", "-", "-"}, "can be read once only"},
    {{"advise", "--format=sarif"}, "FORMAT is one of text, json"},
    {{"advise", "-i"}, "advise takes no option --in-place"},
    {{"recipes", "no-such"}, "there is no recipe 'no-such'"},
    {{"recipes", "a.b", "c.d"}, "at most one NAME"},
    {{"passes", "--force"}, "passes takes no option --force"},
    {{"rules", "--pass=tpm"}, "rules takes no option --pass"},
    {{"--format=json"}, "--format belongs to validate, advise, host plan"},
    {{"passes", "hugepage"}, "did you mean 'hugepages'?"},
    {{"passes", "tpm", "rdm"}, "at most one NAME"},
    {{"rules", "TPM-P1"}, "did you mean 'TPM-P01'?"},
    {{"completion"}, "completion wants one SHELL"},
    {{"completion", "bahs"}, "did you mean 'bash'?"},
    {{"help", "exit-code"}, "did you mean 'exit-codes'?"},
};

static void usage_errors_exit_2(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
        const char *args[8] = {"domxform"};
        struct stage stage = {.fault = {.call = "read", .nth = 1, .error = EIO}};
        struct result result;

        for (size_t k = 0; errors[i].args[k]; k++) {
            args[k + 1] = errors[i].args[k];
        }
        result = run_staged(&stage, domain, args);
        if (result.code != CLI_USAGE || result.out_len != 0 || stage.fault.count != 0) {
            fail_msg("%s %s: code %d, %zu bytes on stdout, %d reads", args[1], args[2] ? args[2] : "", result.code,
                     result.out_len, stage.fault.count);
        }
        assert_has(result.err, "domxform: error: ");
        assert_has(result.err, errors[i].says);
    }
}

static void usage_errors_are_json_too(void **state)
{
    struct result result = RUN(domain, "--chek", "--message-format=json");

    (void)state;
    assert_int_equal(result.code, CLI_USAGE);
    assert_has(result.err, "{\"file\":null,");
    assert_has(result.err, "\"level\":\"usage\",\"severity\":\"error\"");
}

/* These say something else than a usage error, whatever it is. */
static void near_words_are_files(void **state)
{
    (void)state;
    assert_int_equal(RUN(NULL, "./passes").code, CLI_IO);
    assert_int_equal(RUN(NULL, "--", "passes").code, CLI_IO);
    assert_int_equal(RUN(NULL, "--", "pases").code, CLI_IO);
    assert_int_equal(RUN(NULL, "pases.xml").code, CLI_IO);
    write_file("hlep", domain);
    assert_int_equal(RUN(NULL, "hlep").code, CLI_OK);
    write_file("-q.xml", domain);
    assert_int_equal(RUN(NULL, "--", "-q.xml").code, CLI_OK);
}

static void options_have_several_spellings(void **state)
{
    static const char *const forms[][8] = {
        {"domxform", "--pass=hugepages:1G", NULL},
        {"domxform", "--pass", "hugepages:1G", NULL},
        {"domxform", "transform", "--pass", "hugepages:1G", "-", NULL},
        {"domxform", "-q", "transform", "--pass", "hugepages:1G", "--", "-", NULL},
        {"domxform", "-", "--pass=hugepages:1G", "-j2", NULL},
        {"domxform", "--color=always", "--color=never", "--pass=hugepages:1G", "--max-size=1M", NULL},
        {"domxform", "--pass=tpm", "--remove=tpm", "--pass=hugepages:1G", NULL},
    };

    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        struct result result = run_staged(NULL, domain, forms[i]);

        assert_int_equal(result.code, CLI_OK);
        assert_string_equal(result.out, domain_hugepages);
    }
}

static void help_and_version_stop_the_line(void **state)
{
    struct result result = RUN(NULL, "--help", "--nonsense");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "Usage: domxform [transform]");
    assert_int_equal(result.err_len, 0);
    result = RUN(NULL, "--version");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, dx_version());
    result = RUN(NULL, "passes", "-h");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "Usage: domxform passes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(usage_errors_exit_2),
        cmocka_unit_test(usage_errors_are_json_too),
        cmocka_unit_test_setup_teardown(near_words_are_files, enter_scratch, leave_scratch),
        cmocka_unit_test(options_have_several_spellings),
        cmocka_unit_test(help_and_version_stop_the_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
