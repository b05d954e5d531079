/* What virsh capabilities and virsh domcapabilities say, and files that they never wrote. */
#include "support.h"

#include "host/plan.h"

#define CAPS DX_SOURCE_DIR "/tests/host/caps/"

static struct dx_plan *new_plan(struct dx_ctx *ctx)
{
    const struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE};
    struct dx_plan *plan;

    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_OK);
    return plan;
}

static void add(struct dx_plan *plan, const char *name)
{
    char *path = t_path(CAPS, name);
    struct t_bytes bytes = t_read(path);

    assert_non_null(bytes.ptr);
    assert_int_equal(dx_plan_add_capabilities(plan, name, bytes.ptr, bytes.len), DX_OK);
    t_bytes_free(&bytes);
    free(path);
}

static void assert_cpus(const struct dx_cpuset *cpus, const char *want)
{
    struct dx_cpuset wanted = {{0}};

    dx_cpuset_parse(&wanted, STR(want));
    assert_true(dx_cpuset_equal(cpus, &wanted));
}

TEST(cells_stand_by_their_number)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = new_plan(ctx);
    const struct dx_caps *caps = &plan->caps;

    add(plan, "two-cells.xml");
    assert_non_null(caps->host_file);
    assert_null(caps->domain_file);
    assert_string_equal(caps->host_file, "two-cells.xml");
    assert_true(dx_str_is(caps->arch, "x86_64"));
    assert_int_equal(caps->n_nodes, 3);
    assert_int_equal(caps->nodes[0].id, 0);
    assert_cpus(&caps->nodes[0].cpus, "0-1,4-5");
    assert_cpus(&caps->nodes[1].cpus, "2-3,6-7");
    assert_int_equal(caps->nodes[2].id, 4);
    assert_int_equal(dx_cpuset_count(&caps->nodes[2].cpus), 0);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(pages_models_and_guests_are_told)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = new_plan(ctx);
    const struct dx_caps *caps = &plan->caps;

    add(plan, "two-cells.xml");
    assert_int_equal(caps->n_page_sizes, 3);
    assert_int_equal(caps->page_sizes[0], 4096);
    assert_int_equal(caps->page_sizes[2], UINT64_C(1) << 30);
    assert_int_equal(caps->secmodel_selinux, DX_ANSWER_YES);
    assert_int_equal(caps->secmodel_apparmor, DX_ANSWER_NO);
    assert_int_equal(caps->kvm, DX_ANSWER_YES);
    assert_int_equal(caps->n_guests, 2);
    assert_true(caps->guests[0].kvm);
    assert_true(dx_str_is(caps->guests[1].arch, "aarch64"));
    assert_true(dx_str_is(caps->guests[1].emulator, "/usr/bin/qemu-system-aarch64"));
    assert_false(caps->guests[1].kvm);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(an_emulator_says_what_it_has)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = new_plan(ctx);
    const struct dx_caps *caps = &plan->caps;

    add(plan, "emulator.xml");
    assert_non_null(caps->domain_file);
    assert_null(caps->host_file);
    assert_true(dx_str_is(caps->emulator, "/usr/libexec/qemu-kvm"));
    assert_true(dx_str_is(caps->emulator_arch, "x86_64"));
    assert_int_equal(caps->kvm, DX_ANSWER_YES);
    assert_int_equal(caps->iothreads, DX_ANSWER_YES);
    assert_int_equal(caps->tpm, DX_ANSWER_YES);
    assert_int_equal(caps->tpm_emulator, DX_ANSWER_YES);
    assert_int_equal(caps->efi, DX_ANSWER_YES);
    assert_int_equal(caps->sgio_lun, DX_ANSWER_YES);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(the_last_file_that_says_something_holds)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = new_plan(ctx);
    const struct dx_caps *caps = &plan->caps;

    add(plan, "two-cells.xml");
    add(plan, "emulator.xml");
    add(plan, "emulator-old.xml");
    assert_int_equal(caps->iothreads, DX_ANSWER_NO);
    assert_int_equal(caps->tpm, DX_ANSWER_NO);
    assert_int_equal(caps->tpm_emulator, DX_ANSWER_NO);
    assert_int_equal(caps->efi, DX_ANSWER_NO);
    assert_int_equal(caps->sgio_lun, DX_ANSWER_NO);
    /* An emulator asked for type qemu says nothing of kvm. */
    assert_int_equal(caps->kvm, DX_ANSWER_YES);
    add(plan, "emulation-only.xml");
    assert_int_equal(caps->kvm, DX_ANSWER_NO);
    assert_true(dx_str_is(caps->arch, "aarch64"));
    assert_int_equal(caps->page_sizes[0], 65536);
    assert_int_equal(caps->n_nodes, 3); /* it has no cells */
    assert_int_equal(caps->secmodel_selinux, DX_ANSWER_NO);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

#define HOST(text) "<capabilities><host>" text "</host></capabilities>"
#define CELLS(text) HOST("<topology><cells>" text "</cells></topology>")

/* Each is refused with these words, where `at` stands in it for the first time. */
static const struct {
    const char *text, *says, *at;
} refused[] = {
    {"<domain type='kvm'/>", "neither <capabilities> nor <domainCapabilities>", "<domain"},
    {"\n<capability/>", "<capability> is neither", "<capability/>"},
    {CELLS("<cell id='0'><cpus><cpu id='x'/></cpus></cell>"), "'x' is no CPU", "id='x'"},
    {CELLS("<cell id='0'><cpus><cpu/></cpus></cell>"), "<cpu> is no CPU", "<cpu/>"},
    {CELLS("<cell id='0'><cpus><cpu id='16384'/></cpus></cell>"), "'16384' is no CPU", "id='16384'"},
    {CELLS("<cell id='0'><cpus><cpu id='-1'/></cpus></cell>"), "'-1' is no CPU", "id='-1'"},
    {CELLS("<cell id='0'><cpus><cpu id='99999999999999999999999'/></cpus></cell>"), "is no CPU", "id='99"},
    {CELLS("<cell id='0'><cpus><cpu id='1'/><cpu id='01'/></cpus></cell>"), "twice", "id='01'"},
    {CELLS("<cell id='0'><cpus><cpu id='1'/></cpus></cell><cell id='5'><cpus><cpu id='+1'/></cpus></cell>"), "twice",
     "id='+1'"},
    {CELLS("<cell id='0'/><cell id='00'/>"), "'00' is a NUMA node that stands there twice", "id='00'"},
    {CELLS("<cell/>"), "<cell> is no NUMA node", "<cell/>"},
    {CELLS("<cell id='16384'/>"), "is no NUMA node", "id='16384'"},
    {HOST("<cpu><pages unit='KiB' size='0'/></cpu>"), "is no size of a page", "size='0'"},
    {HOST("<cpu><pages unit='KiB' size='18446744073709551615'/></cpu>"), "is no size of a page", "size='18"},
    {HOST("<cpu><pages unit='acres' size='4'/></cpu>"), "is no size of a page", "size='4'"},
    {"", "", ""},
    {"<capabilities>", "", NULL},
    {"not XML", "", "not"},
};

TEST(what_virsh_never_wrote_is_refused_where_it_stands)
{
    for (size_t i = 0; i < COUNT(refused); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_plan *plan = new_plan(ctx);
        const struct dx_diag *diag;

        assert_int_equal(dx_plan_add_capabilities(plan, "caps.xml", refused[i].text, strlen(refused[i].text)),
                         DX_EINPUT);
        diag = dx_ctx_diag(ctx, 0);
        assert_non_null(diag);
        assert_string_equal(diag->file, "caps.xml");
        assert_non_null(strstr(diag->message, refused[i].says));
        assert_true(diag->line > 0 && diag->column > 0);
        if (refused[i].at) {
            assert_int_equal(diag->offset, strstr(refused[i].text, refused[i].at) - refused[i].text);
        }
        assert_false(plan->caps.host_file || plan->caps.domain_file || plan->caps.n_nodes);
        dx_plan_free(plan);
        dx_ctx_free(ctx);
    }
}

TEST(a_refused_file_takes_nothing_away)
{
    static const char bad[] = HOST("<cpu><arch>s390x</arch><pages size='many'/></cpu>");
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = new_plan(ctx);

    add(plan, "two-cells.xml");
    assert_int_equal(dx_plan_add_capabilities(plan, "bad.xml", bad, sizeof bad - 1), DX_EINPUT);
    assert_true(dx_str_is(plan->caps.arch, "x86_64"));
    assert_string_equal(plan->caps.host_file, "two-cells.xml");
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(odd_but_possible_files_are_read)
{
    static const char *const texts[] = {
        "<capabilities/>",
        "<domainCapabilities/>",
        "<capabilities><host/><guest/><guest><arch/></guest></capabilities>",
        HOST("<cpu/><topology/><secmodel/>"),
        CELLS("<!-- none --><cell id='3'/>"),
        "<domainCapabilities><os/><devices><tpm/><disk/></devices><iothreads/></domainCapabilities>",
        "<domainCapabilities><os><enum/><enum name='firmware'><value/></enum></os></domainCapabilities>",
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct dx_ctx *ctx = t_ctx();
        struct dx_plan *plan = new_plan(ctx);

        assert_int_equal(dx_plan_add_capabilities(plan, NULL, texts[i], strlen(texts[i])), DX_OK);
        assert_int_equal(plan->caps.kvm, DX_ANSWER_NONE);
        assert_int_equal(plan->caps.iothreads, DX_ANSWER_NONE);
        assert_int_equal(dx_plan_make(plan), DX_OK);
        dx_plan_free(plan);
        dx_ctx_free(ctx);
    }
}

TEST(every_cpu_that_libvirt_can_number_fits)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = new_plan(ctx);
    struct t_bytes text = {0};

    t_bytes_format(&text, "<capabilities><host><topology><cells>");
    for (unsigned cell = 0; cell < 64; cell++) {
        t_bytes_format(&text, "<cell id='%u'><cpus>", cell);
        for (unsigned cpu = 0; cpu < 256; cpu++) {
            t_bytes_format(&text, "<cpu id='%u'/>", cell * 256 + cpu);
        }
        t_bytes_format(&text, "</cpus></cell>");
    }
    t_bytes_format(&text, "</cells></topology></host></capabilities>");
    assert_int_equal(dx_plan_add_capabilities(plan, "many", text.ptr, text.len), DX_OK);
    assert_int_equal(plan->caps.n_nodes, 64);
    assert_true(dx_cpuset_has(&plan->caps.nodes[63].cpus, 16383));
    t_bytes_free(&text);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(a_deep_file_is_refused)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = new_plan(ctx);
    struct t_bytes text = {0};

    t_bytes_format(&text, "<capabilities>");
    for (unsigned i = 0; i < 100000; i++) {
        t_bytes_add(&text, "<host>", 6);
    }
    assert_int_equal(dx_plan_add_capabilities(plan, "deep", text.ptr, text.len), DX_EINPUT);
    t_bytes_free(&text);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(memory_may_run_out_at_any_time)
{
    char *path = t_path(CAPS, "two-cells.xml");
    struct t_bytes bytes = t_read(path);
    bool done = false;

    assert_non_null(bytes.ptr);
    for (size_t i = 1; !done; i++) {
        struct t_memory memory = {.fail_at = i};
        struct dx_allocator allocator = t_allocator(&memory);
        const struct dx_ctx_options ctx_opts = {.size = sizeof ctx_opts, .allocator = &allocator};
        const struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE};
        struct dx_ctx *ctx = NULL;
        struct dx_plan *plan = NULL;
        int rc = dx_ctx_new(&ctx, &ctx_opts);

        rc = rc < 0 ? rc : dx_plan_new(&plan, ctx, &opts);
        rc = rc < 0 ? rc : dx_plan_add_capabilities(plan, "two-cells.xml", bytes.ptr, bytes.len);
        done = !memory.failed;
        assert_int_equal(rc, done ? DX_OK : DX_ENOMEM);
        dx_plan_free(plan);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    }
    t_bytes_free(&bytes);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_stand_by_their_number),
        cmocka_unit_test(pages_models_and_guests_are_told),
        cmocka_unit_test(an_emulator_says_what_it_has),
        cmocka_unit_test(the_last_file_that_says_something_holds),
        cmocka_unit_test(what_virsh_never_wrote_is_refused_where_it_stands),
        cmocka_unit_test(a_refused_file_takes_nothing_away),
        cmocka_unit_test(odd_but_possible_files_are_read),
        cmocka_unit_test(every_cpu_that_libvirt_can_number_fits),
        cmocka_unit_test(a_deep_file_is_refused),
        cmocka_unit_test(memory_may_run_out_at_any_time),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
