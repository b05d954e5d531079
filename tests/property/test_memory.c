/* All seven passes, the guard and the diff, while every allocation fails in turn. */
#include "support.h"

static const char lines[] =
    "--pass=iothreads:4\n--pass=iothreadpin:spread=0-3\n"
    "--pass=rdm:/dev/disk/by-id/wwn-0x5000c500a1b2c3d4,target=sdb\n--pass=hugepages:2M,nodeset=0\n"
    "--pass=hint-dedicated\n--pass=tpm\n--pass=seclabel:static,label=a:b:c:s0:c1,c2\n";

/* The edits that ask libxml2, whose own allocations do not fail here. */
static const char edits[] =
    "--pass=set:./cpu/@mode=host-model\n--pass=set:./devices/disk[target/@dev]/driver/@discard=unmap\n"
    "--pass=set:./qemu:commandline/qemu:arg/@value=-s\n--pass=set:./devices/none[@a='b']/c=d,missing=ignore\n"
    "--pass=delete://comment() | ./devices/*/address\n--pass=delete:./x:y/text()\n"
    "--pass=insert:.,xml=<!-- a --><qemu:capabilities><qemu:add capability='a'/></qemu:capabilities><!-- b -->\n"
    "--pass=insert:./devices/disk[1],where=after,xml=<!-- c -->\n";

struct result {
    int rc;
    struct t_bytes out, diff;
};

/* Everything that a program does with one document. */
static struct result live(struct t_memory *memory, const struct t_bytes *in, const struct t_args *args)
{
    struct dx_allocator allocator = t_allocator(memory);
    struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
    struct result result = {0};
    struct dx_pipeline *pipeline = NULL;
    struct dx_ctx *ctx = NULL;
    struct dx_doc *doc = NULL;
    char *bytes;
    size_t len;
    int rc = dx_ctx_new(&ctx, &opts);

    rc = rc < 0 ? rc : t_compile(&pipeline, ctx, args);
    rc = rc < 0 ? rc : dx_doc_parse(&doc, ctx, "vm.xml", in->ptr, in->len, 0);
    rc = rc < 0 ? rc : t_run(doc, pipeline, args);
    if (rc >= 0 && (rc = dx_doc_write(&bytes, &len, doc)) == DX_OK) {
        t_bytes_add(&result.out, bytes, len);
        dx_bytes_free(ctx, bytes);
    }
    if (rc >= 0 && (rc = dx_doc_diff(&bytes, &len, doc, "vm.xml", 0)) == DX_OK) {
        t_bytes_add(&result.diff, bytes, len);
        dx_bytes_free(ctx, bytes);
    }
    if (rc < 0 && ctx) {
        assert_true(t_count(ctx, DX_SEVERITY_ERROR) > 0);
    }
    dx_doc_free(doc);
    dx_pipeline_free(pipeline);
    dx_ctx_free(ctx);
    result.rc = rc;
    return result;
}

static void check_all(const struct t_bytes *in, const struct t_args *args, bool from_then_on)
{
    struct t_memory memory = {0};
    struct result good = live(&memory, in, args);
    size_t n = 0;

    assert_int_equal(good.rc, DX_OK);
    assert_int_equal(memory.live, 0);
    do {
        struct result result;

        memory = (struct t_memory){.fail_at = ++n, .from_then_on = from_then_on};
        result = live(&memory, in, args);
        if (memory.live != 0 || (result.rc != DX_OK && result.rc != DX_ENOMEM)) {
            fail_msg("failure %zu gives %d and loses %zu blocks", n, result.rc, memory.live);
        }
        if (result.rc == DX_OK) {
            t_assert_bytes(result.out.ptr, result.out.len, good.out.ptr, good.out.len);
            t_assert_bytes(result.diff.ptr, result.diff.len, good.diff.ptr, good.diff.len);
        }
        t_bytes_free(&result.out);
        t_bytes_free(&result.diff);
    } while (memory.failed);
    assert_true(n > 20);
    t_bytes_free(&good.out);
    t_bytes_free(&good.diff);
}

/* More and more instructions in front move every small piece to the end of a block once. */
static void check_paddings(const char *specs, size_t most)
{
    struct t_bytes vm = t_read(DX_SOURCE_DIR "/tests/demo/vm.xml"), in = {0};
    struct t_args args;

    assert_non_null(vm.ptr);
    assert_true(t_args_parse(&args, specs));
    for (size_t padding = 0; padding < most; padding++) {
        in.len = 0;
        t_bytes_format(&in, "<!-- -->");
        for (size_t i = 0; i < padding * 4; i++) {
            t_bytes_format(&in, "<?p?>");
        }
        t_bytes_add(&in, vm.ptr, vm.len);
        check_all(&in, &args, padding % 2 != 0);
    }
    t_args_free(&args);
    t_bytes_free(&vm);
    t_bytes_free(&in);
}

TEST(every_allocation_fails_under_all_passes)
{
    check_paddings(lines, 60);
}

TEST(every_allocation_fails_under_edits_by_xpath)
{
    check_paddings(edits, 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_allocation_fails_under_all_passes),
        cmocka_unit_test(every_allocation_fails_under_edits_by_xpath),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
