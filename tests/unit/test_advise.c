/* Advice: what each pass would do to a document, which stays as it is. */
#include "support.h"

/* An item for each SPEC; "-NAME" is a removal. */
static const struct dx_advice *advise(struct dx_doc *doc, const char *const *specs, size_t n)
{
    struct dx_ctx *ctx = dx_doc_ctx(doc);
    const struct dx_advice *advice;
    struct dx_pipeline *pipeline;
    size_t got, diags = dx_ctx_diag_count(ctx);

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(specs[i][0] == '-' ? dx_pipeline_add_remove(pipeline, ctx, specs[i] + 1)
                                            : dx_pipeline_add(pipeline, ctx, specs[i]),
                         DX_OK);
    }
    assert_int_equal(dx_doc_advise(&advice, &got, doc, pipeline, NULL), DX_OK);
    assert_int_equal(got, n);
    assert_int_equal(dx_ctx_diag_count(ctx), diags);
    assert_int_equal(dx_doc_changed(doc), 0);
    dx_pipeline_free(pipeline);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(advice[i].spec, specs[i] + (specs[i][0] == '-'));
        assert_int_equal(advice[i].remove, specs[i][0] == '-');
        assert_int_equal(advice[i].size, sizeof *advice);
    }
    return advice;
}

TEST(each_state_is_told_with_its_place)
{
    static const char *const specs[] = {"tpm", "hugepages:1G", "rdm:sdz", "tpm:model=tpm-crb", "-tpm", "-rdm"};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, t_small_vm);
    const struct dx_advice *advice = advise(doc, specs, COUNT(specs));

    assert_int_equal(advice[0].state, DX_ADVICE_FOLLOWED);
    assert_int_equal(advice[0].line, 0);
    assert_string_equal(advice[0].brings, dx_pass_find("tpm")->summary);
    assert_string_equal(advice[0].risk, dx_pass_find("tpm")->risk);
    assert_string_equal(advice[0].pass, "tpm");
    assert_null(advice[0].file);

    assert_int_equal(advice[1].state, DX_ADVICE_MISSING);
    assert_int_equal(advice[1].line, 3);
    assert_non_null(strstr(advice[1].change, "add <memoryBacking><hugepages>"));
    assert_string_equal(advice[1].path, "domain/memoryBacking");
    assert_null(advice[1].reason);

    assert_int_equal(advice[2].state, DX_ADVICE_NOT_APPLICABLE);
    assert_string_equal(advice[2].reason, "no disk has the target 'sdz'");
    assert_null(advice[2].change);

    assert_int_equal(advice[3].state, DX_ADVICE_BLOCKED);
    assert_int_equal(advice[3].line, 14);
    assert_int_equal(advice[3].column, 10);
    assert_int_equal(t_small_vm[advice[3].offset], 'm');
    assert_non_null(strstr(advice[3].reason, "loses its state"));
    assert_non_null(strstr(advice[3].hint, "--force"));

    assert_int_equal(advice[4].state, DX_ADVICE_MISSING);
    assert_int_equal(advice[4].line, 14);
    assert_string_equal(advice[4].change, "remove <tpm model='tpm-tis'><backend type='emulator' version='2.0'/>");
    assert_string_equal(advice[4].brings, "does without what tpm makes");
    assert_null(advice[4].risk);
    assert_int_equal(advice[5].state, DX_ADVICE_FOLLOWED);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* What is missing is missing in its order: pins need iothreads, and one of two TPMs is enough. */
TEST(what_is_missing_before_counts)
{
    static const char *const specs[] = {"iothreadpin:1", "iothreads:1", "iothreadpin:1-3", "iothreadpin:7=1",
                                        "iothreadpin:2=1"};
    static const char *const tpms[] = {"-tpm", "tpm:model=tpm-crb", "tpm:version=1.2"};
    static const char *const enlightened[] = {
        "set:./features/hyperv/relaxed/@state=on",
        "insert:./features/hyperv[not(spinlocks)],xml=<spinlocks state='on' retries='8191'/>,missing=ignore",
        "set:./features/hyperv/spinlocks/@state=on"};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, t_small_vm);
    const struct dx_advice *advice = advise(doc, specs, COUNT(specs));

    assert_int_equal(advice[0].state, DX_ADVICE_NOT_APPLICABLE);
    assert_string_equal(advice[0].reason, "the domain has no iothreads");
    assert_int_equal(advice[1].state, DX_ADVICE_MISSING);
    assert_int_equal(advice[2].state, DX_ADVICE_MISSING);
    assert_null(advice[2].reason);
    assert_int_equal(advice[3].state, DX_ADVICE_BLOCKED);
    assert_non_null(strstr(advice[3].reason, "iothread 7"));
    advice = advise(doc, enlightened, COUNT(enlightened));
    assert_int_equal(advice[0].state, DX_ADVICE_MISSING);
    assert_int_equal(advice[1].state, DX_ADVICE_MISSING);
    assert_string_equal(advice[1].change, "possible once what is missing before it is done");
    assert_int_equal(advice[2].state, DX_ADVICE_MISSING);
    assert_string_equal(advice[2].change, "done by what is missing before it");
    advice = advise(doc, tpms, COUNT(tpms));
    assert_int_equal(advice[0].state, DX_ADVICE_MISSING);
    assert_int_equal(advice[1].state, DX_ADVICE_MISSING);
    assert_int_equal(advice[2].state, DX_ADVICE_BLOCKED);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(types_and_architectures_are_told)
{
    static const struct {
        const char *text, *spec, *reason;
    } cases[] = {
        {"<domain type='lxc'><name>c</name></domain>", "hugepages:1G",
         "hugepages does not serve domains of type 'lxc'"},
        {"<domain><name>c</name></domain>", "tpm", "tpm: <domain> has no type attribute"},
        {"<domain type='kvm'><os><type arch='aarch64'>hvm</type></os></domain>", "hint-dedicated",
         "the hint is for x86, and the domain is aarch64"},
        {"<domain type='qemu'><os><type arch='x86_64'>hvm</type></os></domain>", "hint-dedicated",
         "the hint is KVM's, and the domain is of type qemu"},
        {"<domain type='kvm'><os><type machine='microvm'>hvm</type></os></domain>", "tpm",
         "machine microvm has no place for a tpm"},
        {"<domain type='kvm'><os><type arch='x86_64'>hvm</type></os></domain>", "iothreads",
         "no virtio disk, and no virtio-scsi controller with a disk on it"},
    };

    for (size_t i = 0; i < COUNT(cases); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_doc *doc = t_parse_text(ctx, cases[i].text);
        const struct dx_advice *advice = advise(doc, &cases[i].spec, 1);

        assert_int_equal(advice->state, DX_ADVICE_NOT_APPLICABLE);
        assert_string_equal(advice->reason, cases[i].reason);
        assert_int_equal(advice->line, 0);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
    }
}

TEST(options_of_another_size_are_refused)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, t_small_vm);
    struct dx_run_options opts = {.size = sizeof opts + 1};
    const struct dx_advice *advice;
    struct dx_pipeline *pipeline;
    size_t n;

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    assert_int_equal(dx_doc_advise(&advice, &n, doc, pipeline, &opts), DX_EUSAGE);
    assert_int_equal(dx_doc_advise(&advice, &n, doc, pipeline, NULL), DX_OK);
    assert_int_equal(n, 0);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(memory_may_run_out)
{
    struct t_memory memory = {0};
    size_t n = 0;

    do {
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
        const struct dx_advice *advice;
        struct dx_pipeline *pipeline = NULL;
        struct dx_doc *doc = NULL;
        struct dx_ctx *ctx = NULL;
        size_t got;
        int rc;

        memory = (struct t_memory){.fail_at = ++n};
        rc = dx_ctx_new(&ctx, &opts);
        rc = rc < 0 ? rc : dx_pipeline_new(&pipeline, ctx);
        rc = rc < 0 ? rc : dx_pipeline_add(pipeline, ctx, "iothreads:1");
        rc = rc < 0 ? rc : dx_pipeline_add(pipeline, ctx, "iothreadpin:3");
        rc = rc < 0 ? rc : dx_pipeline_add(pipeline, ctx, "tpm:model=tpm-crb");
        rc = rc < 0 ? rc : dx_pipeline_add_remove(pipeline, ctx, "tpm");
        rc = rc < 0 ? rc : dx_doc_parse(&doc, ctx, "vm.xml", t_small_vm, strlen(t_small_vm), 0);
        rc = rc < 0 ? rc : dx_doc_advise(&advice, &got, doc, pipeline, NULL);
        assert_true(rc == DX_OK || (rc == DX_ENOMEM && memory.failed));
        if (rc == DX_OK) {
            assert_int_equal(advice[1].state, DX_ADVICE_MISSING);
            assert_int_equal(advice[2].state, DX_ADVICE_BLOCKED);
            assert_non_null(advice[2].reason);
        }
        dx_doc_free(doc);
        dx_pipeline_free(pipeline);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    } while (memory.failed);
    assert_true(n > 20);
}

TEST(an_edit_that_finds_no_place_is_for_another_domain)
{
    static const char *const specs[] = {"insert:./devices/sound,xml=<codec type='micro'/>,missing=ignore",
                                        "set:./devices/disk[target/@dev='vdz']/driver/@io=threads,missing=ignore",
                                        "set://sound/@model=ich9,missing=ignore", "set:./cpu/@mode=host-passthrough"};
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, t_small_vm);
    const struct dx_advice *advice = advise(doc, specs, COUNT(specs));

    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(advice[i].state, DX_ADVICE_NOT_APPLICABLE);
        assert_non_null(strstr(advice[i].reason, "nothing matches"));
    }
    assert_int_equal(advice[3].state, DX_ADVICE_MISSING);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_state_is_told_with_its_place),
        cmocka_unit_test(an_edit_that_finds_no_place_is_for_another_domain),
        cmocka_unit_test(what_is_missing_before_counts),
        cmocka_unit_test(types_and_architectures_are_told),
        cmocka_unit_test(options_of_another_size_are_refused),
        cmocka_unit_test(memory_may_run_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
