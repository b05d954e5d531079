/* A plan when memory runs out: an error, or what it says otherwise. */
#include "hosts.h"

static const char domain[] =
    "<domain type='kvm'>\n"
    "  <name>all</name>\n"
    "  <memory unit='GiB'>4</memory>\n"
    "  <memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>\n"
    "  <vcpu>2</vcpu>\n"
    "  <iothreads>1</iothreads>\n"
    "  <cputune>\n"
    "    <vcpupin vcpu='0' cpuset='1'/>\n"
    "    <vcpupin vcpu='1' cpuset='1,70'/>\n"
    "    <emulatorpin cpuset='0-3'/>\n"
    "    <iothreadpin iothread='1' cpuset='1'/>\n"
    "  </cputune>\n"
    "  <numatune><memory mode='strict' nodeset='1'/></numatune>\n"
    "  <os firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>\n"
    "  <features><kvm><hint-dedicated state='on'/></kvm><pvspinlock state='on'/></features>\n"
    "  <devices>\n"
    "    <disk type='block' device='lun'>\n"
    "      <source dev='/dev/sdc'/>\n"
    "      <target dev='sda' bus='scsi'/>\n"
    "    </disk>\n"
    "    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>\n"
    "    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>\n"
    "  </devices>\n"
    "  <seclabel type='none' model='selinux'/>\n"
    "</domain>\n";

static const char capabilities[] =
    "<capabilities><host><cpu><arch>x86_64</arch><pages unit='KiB' size='4'/></cpu><topology><cells num='1'>"
    "<cell id='0'><cpus num='2'><cpu id='0'/><cpu id='1'/></cpus></cell></cells></topology>"
    "<secmodel><model>selinux</model></secmodel></host></capabilities>";

/* Small pieces come out of large blocks: names of different length move the end of a block, so that each piece is the
 * one that fails. */
enum { PADDING_MOST = 16 * 1024, PADDING_STEP = 1024 };

static struct t_hosts hosts;
static char name[PADDING_MOST + 1];

static int grow(void **state __attribute__((unused)))
{
    t_hosts_grow(&hosts);
    return 0;
}

static int cut(void **state __attribute__((unused)))
{
    t_hosts_remove(&hosts);
    return 0;
}

/* What the plan says, or nothing where memory ran out on the way. */
static struct t_bytes say(struct t_memory *memory, const char *root)
{
    struct dx_allocator allocator = t_allocator(memory);
    struct dx_ctx_options how = {.size = sizeof how, .allocator = &allocator};
    struct dx_plan_options opts = {.size = sizeof opts, .root = root, .block_rpcs = "guest-exec,guest-file-open"};
    struct t_bytes out = {0};
    struct dx_plan *plan = NULL;
    struct dx_doc *doc = NULL;
    struct dx_ctx *ctx;
    int rc;

    if (dx_ctx_new(&ctx, &how) != DX_OK) {
        return out;
    }
    rc = dx_plan_new(&plan, ctx, &opts);
    rc = rc < 0 ? rc : dx_plan_add_capabilities(plan, "caps.xml", capabilities, sizeof capabilities - 1);
    rc = rc < 0 ? rc : dx_doc_parse(&doc, ctx, name, domain, sizeof domain - 1, 0);
    rc = rc < 0 ? rc : dx_plan_add_domain(plan, doc);
    rc = rc < 0 ? rc : dx_plan_make(plan);
    if (rc == DX_OK) {
        char *map = NULL;
        size_t len;

        out = t_plan_dump(plan);
        rc = dx_plan_map(&map, &len, plan);
        if (rc == DX_OK) {
            t_bytes_add(&out, map, len);
            dx_bytes_free(ctx, map);
        }
    }
    if (rc < 0) {
        assert_int_equal(rc, DX_ENOMEM);
        t_bytes_free(&out);
        out = (struct t_bytes){0};
    }
    dx_doc_free(doc);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
    assert_int_equal(memory->live, 0);
    return out;
}

static size_t fail_each(const char *host, bool from_then_on)
{
    char *root = t_path(hosts.folder, host);
    struct t_memory all = {0};
    struct t_bytes whole = say(&all, root);
    size_t failures = 0;

    assert_non_null(whole.ptr);
    for (size_t n = 1; n <= all.calls; n++) {
        struct t_memory memory = {.fail_at = n, .from_then_on = from_then_on};
        struct t_bytes some = say(&memory, root);

        if (some.ptr && strcmp(some.ptr, whole.ptr) != 0) {
            size_t same = 0;

            while (some.ptr[same] == whole.ptr[same]) {
                same++;
            }
            fail_msg("%s, allocation %zu of %zu: not '%.200s' but '%.200s'", host, n, all.calls, whole.ptr + same,
                     some.ptr + same);
        }
        failures += memory.failed;
        t_bytes_free(&some);
    }
    assert_int_equal(failures, all.calls);
    t_bytes_free(&whole);
    free(root);
    return failures;
}

/* Under valgrind a plan takes long. */
static bool is_slow(void)
{
    const char *valgrind = getenv("DX_VALGRIND");

    return valgrind && *valgrind;
}

static void pad(size_t n)
{
    memset(name, 'x', n);
    name[n] = '\0';
}

static void fail_with_padding(bool from_then_on)
{
    size_t failures = 0;

    for (size_t n = 1; n <= (is_slow() ? 1 : PADDING_MOST); n += PADDING_STEP) {
        pad(n);
        failures += fail_each("x86-2node", from_then_on);
    }
    print_message("%zu allocations failed in turn\n", failures);
}

TEST(one_allocation_fails)
{
    fail_with_padding(false);
}

TEST(all_fail_from_one_on)
{
    fail_with_padding(true);
}

/* Each host has other things said of it. */
TEST(one_fails_on_any_host)
{
    size_t failures = 0;

    for (size_t i = 0; i < (is_slow() ? 1 : hosts.names.n); i++) {
        pad(1 + i * 97);
        failures += fail_each(hosts.names.items[i], false);
    }
    print_message("%zu allocations failed in turn\n", failures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_allocation_fails),
        cmocka_unit_test(all_fail_from_one_on),
        cmocka_unit_test(one_fails_on_any_host),
    };

    return cmocka_run_group_tests(tests, grow, cut);
}
