/* All seven passes on one document, in every order. */
#include "support.h"

static const char fitting[] = "<domain type='kvm'>\n"
                              "  <name>fitting</name>\n"
                              "  <memory unit='GiB'>8</memory>\n"
                              "  <vcpu placement='static'>4</vcpu>\n"
                              "  <iothreads>3</iothreads>\n"
                              "  <cputune>\n"
                              "    <vcpupin vcpu='0' cpuset='4'/>\n"
                              "    <vcpupin vcpu='1' cpuset='5'/>\n"
                              "    <vcpupin vcpu='2' cpuset='6'/>\n"
                              "    <vcpupin vcpu='3' cpuset='7'/>\n"
                              "  </cputune>\n"
                              "  <os>\n"
                              "    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>\n"
                              "  </os>\n"
                              "  <features>\n"
                              "    <acpi/>\n"
                              "  </features>\n"
                              "  <devices>\n"
                              "    <emulator>/usr/bin/qemu-system-x86_64</emulator>\n"
                              "    <disk type='file' device='disk'>\n"
                              "      <driver name='qemu' type='qcow2'/>\n"
                              "      <source file='/var/lib/libvirt/images/fitting.qcow2'/>\n"
                              "      <target dev='vda' bus='virtio'/>\n"
                              "    </disk>\n"
                              "    <disk type='block' device='disk'>\n"
                              "      <driver name='qemu' type='raw' queues='2'/>\n"
                              "      <source dev='/dev/disk/by-id/wwn-0x5000c500a1b2c3d4'/>\n"
                              "      <target dev='vdb' bus='virtio'/>\n"
                              "    </disk>\n"
                              "    <disk type='block' device='disk'>\n"
                              "      <driver name='qemu' type='raw'/>\n"
                              "      <source dev='/dev/disk/by-id/wwn-0x5000c500a1b2c3d5'/>\n"
                              "      <target dev='vdc' bus='virtio'/>\n"
                              "    </disk>\n"
                              "    <interface type='network'>\n"
                              "      <source network='default'/>\n"
                              "      <model type='virtio'/>\n"
                              "    </interface>\n"
                              "  </devices>\n"
                              "</domain>\n";

enum { PASSES = 7, ORDERS = 5040, KEYS = 8 };

/* The first three look at each other's work: orders that agree in theirs must agree in all. */
static const char *const enough[PASSES] = {
    "iothreads:2", "iothreadpin:0-3", "rdm:/dev/disk/by-id/wwn-0x5000c500a1b2c3d4", "hugepages:2M", "hint-dedicated",
    "tpm",         "seclabel",
};
static const char *const growing[PASSES] = {
    "iothreads:6",   "iothreadpin:spread=0-3", "rdm:/dev/disk/by-id/wwn-0x5000c500a1b2c3d5,target=sda",
    "hugepages:1G",  "hint-dedicated:on",      "tpm:model=tpm-crb",
    "seclabel:none",
};

/* The n-th order of seven. */
static void order_of(size_t n, size_t order[PASSES])
{
    size_t left[PASSES] = {0, 1, 2, 3, 4, 5, 6}, count = PASSES;

    for (size_t i = 0; i < PASSES; i++) {
        size_t pick = n % count;

        n /= count;
        order[i] = left[pick];
        memmove(left + pick, left + pick + 1, (count - pick - 1) * sizeof *left);
        count--;
    }
}

static size_t key_of(const size_t order[PASSES])
{
    size_t at[PASSES];

    for (size_t i = 0; i < PASSES; i++) {
        at[order[i]] = i;
    }
    return (size_t)(at[0] < at[1]) | (size_t)(at[0] < at[2]) << 1 | (size_t)(at[1] < at[2]) << 2;
}

struct results {
    struct t_bytes exact[KEYS], sorted[KEYS];
    size_t different; /* orders whose bytes are not those of the first with the same key */
};

static bool same(const struct t_bytes *a, const struct t_bytes *b)
{
    return a->len == b->len && memcmp(a->ptr, b->ptr, a->len) == 0;
}

static void check_result(struct results *results, size_t key, const char *out, size_t len, const char *name)
{
    struct _xmlDoc *dom = t_dom_parse(out, len);
    struct t_bytes c14n, sorted;

    assert_non_null(dom);
    c14n = t_dom_c14n(dom);
    sorted = t_dom_sorted(dom);
    if (!results->exact[key].ptr) {
        results->exact[key] = c14n;
        results->sorted[key] = sorted;
    } else {
        results->different += !same(&c14n, &results->exact[key]);
        if (!same(&sorted, &results->sorted[key])) {
            fail_msg("in the order%s the result means something else:\n%s\nthan:\n%s", name, out,
                     results->exact[key].ptr);
        }
        t_bytes_free(&c14n);
        t_bytes_free(&sorted);
    }
    t_dom_free(dom);
}

static void run_order(struct results *results, const char *const specs[PASSES], size_t n)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse(ctx, fitting, sizeof fitting - 1);
    struct t_args args = {.n = PASSES};
    struct t_bytes name = {0};
    struct dx_pipeline *pipeline;
    size_t order[PASSES], len;
    const char *wrong;
    char *out;
    int rc;

    order_of(n, order);
    for (size_t i = 0; i < PASSES; i++) {
        args.steps[i].spec = t_bytes_copy(specs[order[i]], strlen(specs[order[i]])).ptr;
        t_bytes_format(&name, " %s", specs[order[i]]);
    }
    assert_int_equal(t_compile(&pipeline, ctx, &args), DX_OK);
    rc = t_run(doc, pipeline, &args);
    if (rc != DX_OK) {
        struct t_bytes said = t_diags(ctx);

        fail_msg("the order%s gives %d:\n%s", name.ptr, rc, said.ptr);
    }
    /* Pins given before more iothreads come are, in a second run, given to those too: only the other way is P4 due. */
    wrong = n % 4 == 0 && (specs == enough || (key_of(order) & 1))
                ? t_promise_broken(doc, rc, fitting, sizeof fitting - 1, pipeline, &args)
                : NULL;
    if (wrong) {
        fail_msg("the order%s: %s", name.ptr, wrong);
    }
    assert_int_equal(dx_doc_write(&out, &len, doc), DX_OK);
    check_result(results, key_of(order), out, len, name.ptr);
    dx_bytes_free(ctx, out);
    t_bytes_free(&name);
    t_args_free(&args);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static size_t run_all(const char *const specs[PASSES])
{
    struct results results = {0};
    size_t meanings = 0, keys = 0;

    for (size_t n = 0; n < ORDERS; n++) {
        run_order(&results, specs, n);
    }
    for (size_t k = 0; k < KEYS; k++) {
        bool known = !results.exact[k].ptr;

        keys += !known;
        for (size_t j = 0; j < k && !known; j++) {
            known = results.exact[j].ptr && same(&results.sorted[j], &results.sorted[k]);
        }
        meanings += !known;
    }
    for (size_t k = 0; k < KEYS; k++) {
        t_bytes_free(&results.exact[k]);
        t_bytes_free(&results.sorted[k]);
    }
    assert_int_equal(keys, 6);
    print_message("%d orders: %zu meanings, %zu times siblings in another order\n", ORDERS, meanings,
                  results.different);
    return meanings;
}

/* Two meanings: ids are given in the order of the devices, and rdm turns a disk into a controller behind them. */
TEST(every_order_gives_the_same)
{
    assert_true(run_all(enough) <= 2);
}

/* Pins are of the iothreads that are there: whether more come before or after shows too. */
TEST(every_order_is_accepted)
{
    assert_true(run_all(growing) <= 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_order_gives_the_same),
        cmocka_unit_test(every_order_is_accepted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
