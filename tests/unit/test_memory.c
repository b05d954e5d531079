/* Every allocation fails in turn, once and from then on: an error or the same bytes, and nothing is lost. */
#include "support.h"

/* Small pieces come out of large blocks: padding moves the end of a block, so that each piece is the one that fails. */
enum { PADDING_MOST = 16 * 1024 };

static struct t_bytes text;

static void make_text(size_t padding)
{
    t_bytes_free(&text);
    t_bytes_format(&text, "<?xml version='1.0' encoding='ISO-8859-1'?>\n<!-- c -->\n"
                          "<domain type='kvm' xmlns:q='urn:q' pad='&#120;");
    while (padding-- > 0) {
        t_bytes_add(&text, "x", 1);
    }
    t_bytes_format(&text, "'>\n  <name>a&amp;b\r\n\xe9</name>\n  <vcpu cpuset='1,&#50;'>4</vcpu>\n  <devices>\n"
                          "    <disk type='file' n='\xfc\n1'><x/></disk> <!-- d -->\n    <q:y q:z='1'/>\n"
                          "    <iface/>\n  </devices>\n</domain>\n");
}

struct result {
    int rc;
    struct t_bytes out, diff;
};

static void keep(struct t_bytes *to, struct dx_ctx *ctx, char *bytes, size_t len)
{
    *to = t_bytes_copy(bytes, len);
    dx_bytes_free(ctx, bytes);
}

static int edit(struct dx_doc *doc)
{
    struct dx_node *node, *root = dx_doc_root(doc), *devices = t_find(doc, "devices");
    struct dx_str all;
    int rc = DX_OK;

    for (struct dx_node *n = root; n; n = t_next(n, root)) { /* decode what there is */
        struct dx_str name, value;

        all = dx_node_text(n);
        all = dx_node_value(n);
        all = dx_node_namespace(n);
        for (size_t i = 0; dx_node_attr_at(&name, &value, n, i) == DX_OK; i++) {
        }
    }
    (void)all;
    rc = rc < 0 ? rc : dx_edit_set_attr(t_find(doc, "vcpu"), "cpuset", STR("0-3"));
    rc = rc < 0 ? rc : dx_edit_set_attr(t_find(doc, "iface"), "new", STR("\xe4\xb8\xad"));
    rc = rc < 0 ? rc : dx_edit_remove_attr(t_find(doc, "disk"), "type");
    rc = rc < 0 ? rc : dx_edit_set_attr(t_find(doc, "disk"), "type", STR("file"));
    rc = rc < 0 ? rc : dx_edit_set_text(t_find(doc, "name"), STR("b\nc"));
    rc = rc < 0 ? rc : dx_edit_insert(&node, devices, NULL, "first");
    rc = rc < 0 ? rc : dx_edit_insert_before(&node, devices, NULL, "last");
    rc = rc < 0 ? rc : dx_edit_insert(&node, node, NULL, "inner");
    rc = rc < 0 ? rc : dx_edit_insert(&node, t_find(doc, "x"), NULL, "q:z");
    rc = rc < 0 ? rc : dx_edit_set_text(node, STR("\xc3\xa9 & t"));
    for (int i = 0; rc >= 0 && i < 6; i++) {
        char name[16];

        snprintf(name, sizeof name, "a%d", i);
        rc = dx_edit_set_attr(node, name, STR(name));
    }
    rc = rc < 0 ? rc : dx_edit_remove(t_find(doc, "q:y"));
    rc = rc < 0 ? rc : dx_edit_rename(t_find(doc, "vcpu"), "cpu");
    return rc;
}

/* The whole life of a document. A refusal that is reported (bad name) is part of it. */
static struct result live(struct t_memory *memory)
{
    struct dx_allocator allocator = t_allocator(memory);
    struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
    struct result result = {0};
    struct dx_ctx *ctx = NULL;
    struct dx_doc *doc = NULL;
    struct dx_node *node;
    char *bytes;
    size_t len;
    int rc = dx_ctx_new(&ctx, &opts);

    rc = rc < 0 ? rc : dx_doc_parse(&doc, ctx, "x.xml", text.ptr, text.len, 0);
    rc = rc < 0 ? rc : edit(doc);
    if (rc >= 0) {
        rc = dx_edit_insert(&node, dx_doc_root(doc), NULL, "no name");
        rc = rc == DX_EREFUSED ? DX_OK : rc;
    }
    if (rc >= 0 && (rc = dx_doc_write(&bytes, &len, doc)) == DX_OK) {
        keep(&result.out, ctx, bytes, len);
    }
    if (rc >= 0 && (rc = dx_doc_diff(&bytes, &len, doc, "x.xml", 0)) == DX_OK) {
        keep(&result.diff, ctx, bytes, len);
    }
    if (rc >= 0 && (rc = dx_diag_render(&bytes, &len, ctx, dx_ctx_diag(ctx, 0), DX_FORMAT_TEXT, 0)) == DX_OK) {
        dx_bytes_free(ctx, bytes);
    }
    if (rc == DX_ENOMEM && ctx) {
        const struct dx_diag *last = dx_ctx_diag(ctx, dx_ctx_diag_count(ctx) - 1);

        assert_true(dx_ctx_diag_count(ctx) > 0);
        assert_int_equal(last->severity, DX_SEVERITY_ERROR);
    }
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    result.rc = rc;
    return result;
}

static void free_result(struct result *result)
{
    t_bytes_free(&result->out);
    t_bytes_free(&result->diff);
}

static void check_every_failure(bool from_then_on)
{
    struct t_memory memory = {0};
    struct result good;
    size_t n = 0, survived = 0;

    make_text(0);
    good = live(&memory);
    assert_int_equal(good.rc, DX_OK);
    assert_int_equal(memory.live, 0);
    do {
        struct result result;

        memory = (struct t_memory){.fail_at = ++n, .from_then_on = from_then_on};
        result = live(&memory);
        if (memory.live != 0) {
            fail_msg("failure %zu: %zu blocks are lost", n, memory.live);
        }
        if (result.rc == DX_OK) {
            survived += memory.failed;
            t_assert_bytes(result.out.ptr, result.out.len, good.out.ptr, good.out.len);
            t_assert_bytes(result.diff.ptr, result.diff.len, good.diff.ptr, good.diff.len);
        } else if (result.rc != DX_ENOMEM) {
            fail_msg("failure %zu: result %d", n, result.rc);
        }
        free_result(&result);
    } while (memory.failed);
    print_message("%zu allocations failed in turn, %zu of them without harm\n", n - 1, survived);
    assert_true(n > 20);
    free_result(&good);
}

TEST(each_allocation_fails_once)
{
    check_every_failure(false);
}

TEST(all_allocations_fail_from_one_on)
{
    check_every_failure(true);
}

/* Only the failures behind the first block, wherever that ends. */
TEST(each_piece_of_a_block_fails)
{
    size_t n = 0, failed = 0;

    for (size_t padding = 0; padding < PADDING_MOST; padding += 24) {
        struct t_memory memory = {0};
        struct result good, result;

        make_text(padding);
        good = live(&memory);
        assert_int_equal(good.rc, DX_OK);
        for (size_t at = 4; at < 12; at++) {
            memory = (struct t_memory){.fail_at = at};
            result = live(&memory);
            assert_int_equal(memory.live, 0);
            n++;
            failed += result.rc != DX_OK;
            if (result.rc == DX_OK) {
                t_assert_bytes(result.out.ptr, result.out.len, good.out.ptr, good.out.len);
                t_assert_bytes(result.diff.ptr, result.diff.len, good.diff.ptr, good.diff.len);
            } else {
                assert_int_equal(result.rc, DX_ENOMEM);
            }
            free_result(&result);
        }
        free_result(&good);
    }
    print_message("%zu runs with one failure, %zu of them refused\n", n, failed);
    assert_true(failed > 0);
}

TEST(refusals_under_failure)
{
    static const char *const bad[] = {
        "<domain>&foo;</domain>",   "<domain",
        "<domain><a></b></domain>", "",
        "<domain><q:a/></domain>",  "<?xml version='1.0' encoding='ISO-8859-1'?><domain>\xe9&</domain>"};

    for (size_t i = 0; i < COUNT(bad); i++) {
        struct t_memory memory = {0};
        size_t n = 0;

        do {
            struct dx_allocator allocator;
            struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
            struct dx_ctx *ctx;
            struct dx_doc *doc = NULL;
            int rc;

            memory = (struct t_memory){.fail_at = ++n};
            allocator = t_allocator(&memory);
            rc = dx_ctx_new(&ctx, &opts);
            if (rc == DX_OK) {
                rc = dx_doc_parse(&doc, ctx, "x", bad[i], strlen(bad[i]), 0);
                assert_null(doc);
                assert_true(rc == DX_EINPUT || (rc == DX_ENOMEM && memory.failed));
                assert_true(dx_ctx_diag_count(ctx) > 0);
            }
            dx_ctx_free(ctx);
            assert_int_equal(memory.live, 0);
        } while (memory.failed);
        assert_true(n > 3);
    }
}

/* A document that each pass has something to do in: decoded values, new containers, removed parts, a guard's finding.
 */
static const char guest[] =
    "<domain type='kvm'>\n  <name>a</name>\n  <memory unit='GiB'>&#52;</memory>\n"
    "  <vcpu>2</vcpu>\n  <iothreadids><iothread id='3'/></iothreadids>\n"
    "  <os><type arch='x86_64' machine='q35'>hvm</type>"
    "<kernel>/k</kernel><cmdline>a=&quot;b c&quot; &#233; ro</cmdline></os>\n  <features><acpi/></features>\n"
    "  <cputune>\n    <vcpupin vcpu='0' cpuset='0-1'/>\n  </cputune>\n  <devices>\n"
    "    <disk type='file' device='disk'>\n      <driver name='qemu' type='qcow2'/>\n"
    "      <source file='/a'/>\n      <target dev='vda' bus='virtio'/>\n    </disk>\n"
    "    <disk type='block' device='disk'>\n      <driver name='qemu' queues='2' iothread='3'/>\n"
    "      <source dev='/dev/sdb'/>\n      <target dev='vdb' bus='virtio'/>\n"
    "      <serial>x</serial>\n      <address type='pci' slot='0x05'/>\n    </disk>\n"
    "    <controller type='scsi' model='virtio-scsi'/>\n"
    "    <tpm model='tpm-tis'><backend type='passthrough'/></tpm>\n  </devices>\n"
    "  <seclabel type='static' model='selinux'><label>l</label></seclabel>\n</domain>\n";

static const char *const pipelines[] = {
    "--pass=hugepages:1G,nodeset=0",
    "--pass=hugepages:2M\n--remove=hugepages",
    "--pass=iothreads:4,vda=4,scsi0=3",
    "--pass=iothreads:2,assign=pool",
    "--remove=iothreads",
    "--pass=iothreadpin:0-3,^1",
    "--pass=iothreadpin:spread=0-1\n--remove=iothreadpin:3",
    "--pass=rdm:vdb,target=sdc,controller=1",
    "--pass=rdm:/dev/disk/by-id/scsi-1\n--pass=rdm:vdb,mode=virtual\n--remove=rdm",
    "--pass=tpm:model=tpm-crb,backend=emulator\n--force",
    "--remove=tpm\n--pass=tpm:backend=external,source=/s",
    "--pass=seclabel:dynamic,baselabel=b\n--force",
    "--remove=seclabel\n--pass=seclabel:none\n--pass=seclabel:static,model=dac,label=1:1",
    "--pass=hint-dedicated\n--remove=hint-dedicated",
    "--pass=kernel-args:a=1 quiet,remove=ro\n--remove=kernel-args:quiet",
    "--pass=haltpoll\n--pass=pv-qspinlock:off\n--remove=haltpoll\n--remove=pv-qspinlock",
    "--pass=hint-dedicated\n--pass=hugepages:1G\n--pass=iothreads\n--pass=iothreadpin:0-3\n"
    "--pass=rdm:vdb\n--pass=tpm\n--pass=seclabel:dynamic\n--force",
    "--pass=vcpupin:spread=4-7\n--pass=emulatorpin:0-1\n--remove=vcpupin:1",
    "--pass=numatune:0,mode=preferred\n--remove=numatune",
    "--pass=cpu:host-passthrough,require=vmx,aes,disable=hle\n--pass=cpu:model=EPYC\n--remove=cpu",
    "--pass=iothreads:vdz=1", /* refusals, each with a hint of its own */
    "--pass=iothreadpin:9=1",
    "--pass=vcpupin:999=1",
    "--pass=numatune:mode=strict",
    "--pass=cpu:topology=9x9x9",
    "--pass=rdm:vdz",
    "--pass=rdm:vda,source=/dev/nvme0n1",
    "--pass=seclabel:none",
    "--pass=hugepages:1G,nodeset=7",
};

/* The document through the passes; DX_EREFUSED is a result like any other. */
static struct result transform(struct t_memory *memory, const char *lines)
{
    struct dx_allocator allocator = t_allocator(memory);
    struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
    struct result result = {0};
    struct dx_pipeline *pipeline = NULL;
    struct dx_ctx *ctx = NULL;
    struct dx_doc *doc = NULL;
    struct t_args args;
    char *bytes;
    size_t len;
    int rc = dx_ctx_new(&ctx, &opts);

    assert_true(t_args_parse(&args, lines));
    rc = rc < 0 ? rc : t_compile(&pipeline, ctx, &args);
    rc = rc < 0 ? rc : dx_doc_parse(&doc, ctx, "x.xml", guest, strlen(guest), 0);
    rc = rc < 0 ? rc : t_run(doc, pipeline, &args);
    if (rc >= 0 && (rc = dx_doc_write(&bytes, &len, doc)) == DX_OK) {
        keep(&result.out, ctx, bytes, len);
    }
    if (rc < 0 && ctx) {
        assert_true(t_count(ctx, DX_SEVERITY_ERROR) > 0);
    }
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    t_args_free(&args);
    result.rc = rc;
    return result;
}

static size_t fail_each(const char *lines, bool from_then_on)
{
    struct t_memory memory = {0};
    struct result good = transform(&memory, lines);
    size_t n = 0;

    assert_true(good.rc == DX_OK || good.rc == DX_EREFUSED);
    assert_int_equal(memory.live, 0);
    do {
        struct result result;

        memory = (struct t_memory){.fail_at = ++n, .from_then_on = from_then_on};
        result = transform(&memory, lines);
        if (memory.live != 0) {
            fail_msg("%s: failure %zu: %zu blocks are lost", lines, n, memory.live);
        }
        if (result.rc != DX_ENOMEM && result.rc != good.rc) {
            fail_msg("%s: failure %zu: result %d", lines, n, result.rc);
        }
        if (result.rc == DX_OK) {
            t_assert_bytes(result.out.ptr, result.out.len, good.out.ptr, good.out.len);
        }
        free_result(&result);
    } while (memory.failed);
    free_result(&good);
    return n - 1;
}

TEST(passes_under_failure)
{
    size_t n = 0;

    for (size_t i = 0; i < COUNT(pipelines); i++) {
        n += fail_each(pipelines[i], false);
        n += fail_each(pipelines[i], true);
    }
    print_message("%zu runs of %zu pipelines with a failing allocation\n", n, COUNT(pipelines));
}

static int free_text(void **state __attribute__((unused)))
{
    t_bytes_free(&text);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_allocation_fails_once),  cmocka_unit_test(all_allocations_fail_from_one_on),
        cmocka_unit_test(each_piece_of_a_block_fails), cmocka_unit_test(refusals_under_failure),
        cmocka_unit_test(passes_under_failure),
    };

    return cmocka_run_group_tests(tests, NULL, free_text);
}
