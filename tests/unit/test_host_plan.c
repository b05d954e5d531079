/* A plan's frame: its options, and which threads of a domain are held to which CPUs. */
#include "support.h"

#include "host/plan.h"

static struct dx_plan *plan_of(struct dx_ctx *ctx, const char *text)
{
    struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE, .host_cpus = "0-63"};
    struct dx_plan *plan;

    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_OK);
    if (text) {
        struct dx_doc *doc = t_parse_text(ctx, text);

        assert_int_equal(dx_plan_add_domain(plan, doc), DX_OK);
        dx_doc_free(doc);
    }
    return plan;
}

/* "v0:1,v1:2-3,e:0,i1:5" of the threads that are held. */
static void assert_threads(const char *text, const char *want)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = plan_of(ctx, text);
    dx_cleanup(dx_buf_free) struct dx_buf got = DX_BUF(&dx_mem_default);

    for (size_t i = 0; i < plan->demands[0]->n_threads; i++) {
        const struct dx_thread *thread = &plan->demands[0]->threads[i];

        dx_buf_format(&got, "%s%c%llu%c", i ? " " : "", "vei"[thread->role], (unsigned long long)thread -> id,
                      thread -> own ? '=' : '~');
        dx_cpuset_format(&got, &thread->cpus);
    }
    dx_buf_byte(&got, '\0');
    assert_string_equal(got.ptr, want);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(pins_hold_threads)
{
    assert_threads("<domain><vcpu>3</vcpu><iothreads>2</iothreads><cputune><vcpupin vcpu='0' cpuset='4'/>"
                   "<vcpupin vcpu='2' cpuset='6-7,^7'/><emulatorpin cpuset='0-1'/>"
                   "<iothreadpin iothread='2' cpuset='2'/></cputune></domain>",
                   "v0=4 v2=6 e0=0-1 i2=2");
}

TEST(a_default_holds_what_has_no_pin)
{
    assert_threads("<domain><vcpu cpuset='8-9'>2</vcpu><iothreads>1</iothreads><cputune>"
                   "<vcpupin vcpu='1' cpuset='4'/></cputune></domain>",
                   "v0~8-9 v1=4 e0~8-9 i1~8-9");
    assert_threads("<domain><vcpu cpuset='8-9' placement='auto'>2</vcpu></domain>", "");
    assert_threads("<domain><vcpu>2</vcpu></domain>", "");
    assert_threads("<domain/>", "");
}

TEST(the_first_pin_of_an_id_counts)
{
    assert_threads("<domain><vcpu>1</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/></cputune>"
                   "<cputune><vcpupin vcpu='0' cpuset='2'/><vcpupin vcpu='1' cpuset='3'/></cputune></domain>",
                   "v0=1");
}

TEST(pins_that_mean_nothing)
{
    assert_threads("<domain><vcpu>1</vcpu><iothreads>1</iothreads><cputune><vcpupin vcpu='x' cpuset='1'/>"
                   "<vcpupin vcpu='0' cpuset='3-1'/><vcpupin cpuset='1'/><emulatorpin/>"
                   "<iothreadpin iothread='99999999999999' cpuset='1'/></cputune></domain>",
                   "");
    assert_threads("<domain><vcpu>4000000000</vcpu><cputune><vcpupin vcpu='3999999999' "
                   "cpuset='1'/><vcpupin vcpu='16383' cpuset='2'/></cputune></domain>",
                   "v16383=2");
}

TEST(iothreads_by_their_ids)
{
    assert_threads("<domain><iothreads>2</iothreads><iothreadids><iothread id='20'/></iothreadids><cputune>"
                   "<iothreadpin iothread='20' cpuset='1'/><iothreadpin iothread='1' cpuset='2'/>"
                   "<iothreadpin iothread='7' cpuset='3'/></cputune></domain>",
                   "i20=1 i1=2");
}

TEST(what_an_asker_says)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = plan_of(ctx, "<domain>\n  <name> a b </name>\n  <vcpu>1</vcpu>\n  <cputune>\n"
                                        "    <vcpupin vcpu='0' cpuset='1'/>\n  </cputune>\n</domain>\n");
    const struct dx_asker *asker = &plan->demands[0]->threads[0].asker;

    assert_string_equal(asker->domain, "a b");
    assert_int_equal(asker->line, 5);
    assert_int_equal(asker->column, 23);
    assert_string_equal(asker->path, "domain/cputune/vcpupin (vcpu 0)");
    assert_string_equal(asker->what, "pins to 1");
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(options_that_cannot_be_meant)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan_options opts = {.size = sizeof opts, .host_cpus = "3-1"};
    struct dx_plan *plan;

    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_EUSAGE);
    assert_null(plan);
    opts.size--;
    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_EUSAGE);
    opts = (struct dx_plan_options){.size = sizeof opts, .root = "/nonexistent/folder"};
    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_EIO);
    opts = (struct dx_plan_options){.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE | 1u << 20};
    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_EUSAGE);
    assert_null(plan);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 4);
    dx_plan_free(NULL);
    dx_ctx_free(ctx);
}

TEST(a_plan_is_made_once)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = plan_of(ctx, NULL);
    char *map;
    size_t len;

    assert_null(dx_plan_at(plan, 0));
    assert_int_equal(dx_plan_map(&map, &len, plan), DX_EUSAGE);
    assert_null(map);
    assert_int_equal(dx_plan_make(plan), DX_OK);
    assert_non_null(dx_plan_at(plan, 0));
    assert_int_equal(dx_plan_make(plan), DX_EUSAGE);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(a_plan_that_is_made_takes_no_more)
{
    static const char caps[] = "<capabilities/>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = plan_of(ctx, NULL);
    struct dx_doc *doc = t_parse_text(ctx, "<domain/>");

    assert_int_equal(dx_plan_make(plan), DX_OK);
    assert_int_equal(dx_plan_add_domain(plan, doc), DX_EUSAGE);
    assert_int_equal(dx_plan_add_capabilities(plan, "caps.xml", caps, sizeof caps - 1), DX_EUSAGE);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 2);
    assert_int_equal(plan->n_demands, 0);
    assert_null(plan->caps.host_file);
    dx_doc_free(doc);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(a_plan_that_is_cancelled_has_no_requirements)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = plan_of(ctx, "<domain/>");

    dx_cancel(ctx);
    assert_int_equal(dx_plan_make(plan), DX_ELIMIT);
    assert_null(dx_plan_at(plan, 0));
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

/* How many of two documents count, and what is said of it. */
static void assert_twice(const char *first, const char *second, size_t count, const char *said)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan = plan_of(ctx, first);
    struct dx_doc *doc = t_parse_text(ctx, second);

    assert_int_equal(dx_plan_add_domain(plan, doc), DX_OK);
    assert_int_equal(plan->n_demands, count);
    assert_int_equal(dx_ctx_diag_count(ctx), said != NULL);
    if (said) {
        assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, said));
    }
    dx_doc_free(doc);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(a_domain_counts_once)
{
    assert_twice("<domain><name>a</name></domain>", "<domain><name>a</name></domain>", 1, NULL);
    assert_twice("<domain><name>a</name><uuid>0A</uuid></domain>", "<domain><name>a</name><uuid>0a</uuid></domain>", 1,
                 "does not count");
    assert_twice("<domain><name>a</name><uuid>1</uuid></domain>", "<domain><name>a</name><uuid>2</uuid></domain>", 2,
                 "both count");
    assert_twice("<domain><name>a</name></domain>", "<domain><name>a</name><vcpu>2</vcpu></domain>", 2, "both count");
    assert_twice("<domain/>", "<domain/>", 2, NULL);
    assert_twice("<domain><name>a</name></domain>", "<domain><name>b</name></domain>", 2, NULL);
}

TEST(the_table_of_kinds)
{
    const struct dx_host_kind *kind;
    bool guest = false;

    for (size_t i = 0; (kind = dx_host_kind_at(i)) != NULL; i++) {
        assert_int_equal(kind->size, sizeof *kind);
        assert_true(kind->name && kind->summary && kind->why);
        assert_true(kind->scope == DX_SCOPE_GUEST || !guest);
        guest = kind->scope == DX_SCOPE_GUEST;
        for (size_t k = 0; k < i; k++) {
            assert_string_not_equal(kind->name, dx_host_kind_at(k)->name);
        }
    }
    assert_true(guest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pins_hold_threads),
        cmocka_unit_test(a_default_holds_what_has_no_pin),
        cmocka_unit_test(the_first_pin_of_an_id_counts),
        cmocka_unit_test(pins_that_mean_nothing),
        cmocka_unit_test(iothreads_by_their_ids),
        cmocka_unit_test(what_an_asker_says),
        cmocka_unit_test(options_that_cannot_be_meant),
        cmocka_unit_test(a_plan_is_made_once),
        cmocka_unit_test(a_plan_that_is_made_takes_no_more),
        cmocka_unit_test(a_plan_that_is_cancelled_has_no_requirements),
        cmocka_unit_test(a_domain_counts_once),
        cmocka_unit_test(the_table_of_kinds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
