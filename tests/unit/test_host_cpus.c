/* CPUs, nodes and halt polling of many domains: memory that runs out, and texts that stay short. */
#include "support.h"

#define PIN(vcpu, cpus) "<vcpupin vcpu='" #vcpu "' cpuset='" cpus "'/>"
#define VM(name, inside)                                                                                               \
    "<domain type='kvm'><name>" name "</name><memory>4096</memory>" inside                                             \
    "<os><type arch='x86_64'>hvm</type></os></domain>"
#define HINT "<features><kvm><hint-dedicated state='on'/></kvm></features>"
#define STRICT(node) "<numatune><memory mode='strict' nodeset='" node "'/></numatune>"

static const char capabilities[] =
    "<capabilities><host><cpu><arch>x86_64</arch></cpu><topology><cells>"
    "<cell id='0'><cpus><cpu id='0'/><cpu id='1'/></cpus></cell>"
    "<cell id='1'><cpus><cpu id='2'/><cpu id='3'/></cpus></cell></cells></topology></host></capabilities>";

static const char *const domains[] = {
    VM("kept", "<vcpu>2</vcpu><cputune>" PIN(0, "0") PIN(1, "1") "</cputune>" STRICT("0")),
    VM("away", "<vcpu>2</vcpu><cputune>" PIN(0, "1") PIN(1, "2,9") "</cputune>" STRICT("1") HINT),
    VM("loose", "<vcpu>2</vcpu>" STRICT("0")),
    VM("set", "<vcpu cpuset='2-3'>2</vcpu>"),
    NULL,
};

static int make_plan(struct dx_plan **plan, struct dx_ctx *ctx)
{
    const struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE};
    int rc = dx_plan_new(plan, ctx, &opts);

    rc = rc < 0 ? rc : dx_plan_add_capabilities(*plan, "caps.xml", capabilities, strlen(capabilities));
    for (size_t i = 0; rc == DX_OK && domains[i]; i++) {
        struct dx_doc *doc = NULL;

        rc = dx_doc_parse(&doc, ctx, "vm.xml", domains[i], strlen(domains[i]), DX_PARSE_BORROW);
        rc = rc < 0 ? rc : dx_plan_add_domain(*plan, doc);
        dx_doc_free(doc);
    }
    return rc < 0 ? rc : dx_plan_make(*plan);
}

static const struct dx_requirement *find(const struct dx_plan *plan, const char *id)
{
    for (size_t i = 0; dx_plan_at(plan, i); i++) {
        if (strcmp(dx_plan_at(plan, i)->id, id) == 0) {
            return dx_plan_at(plan, i);
        }
    }
    fail_msg("there is no %s", id);
    return NULL;
}

static void assert_is(const struct dx_plan *plan, const char *id, enum dx_plan_state state, const char *found)
{
    const struct dx_requirement *item = find(plan, id);

    assert_int_equal(item->state, state);
    assert_string_equal(item->found, found);
}

TEST(what_domains_promise_shows_without_a_host)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan;

    assert_int_equal(make_plan(&plan, ctx), DX_OK);
    assert_is(plan, "cpu-present/away", DX_PLAN_MISSING, "it has CPUs 0-3 (caps.xml)");
    assert_is(plan, "cpu-exclusive/kept", DX_PLAN_MISSING, "CPU 1: vcpu 1 of kept and vcpu 0 of away");
    assert_is(plan, "cpu-exclusive/away", DX_PLAN_MISSING,
              "CPU 1: vcpu 0 of away and vcpu 1 of kept; CPU 2: vcpu 1 of away and vcpus 0-1 of set");
    assert_is(plan, "kworker-mask", DX_PLAN_MISSING, "no CPU is left for them: kept, away, set have CPUs 0-3");
    assert_is(plan, "numa-locality/away", DX_PLAN_MISSING, "vcpu 0 of away runs on node 0, its memory is on node 1");
    assert_int_equal(find(plan, "numa-locality")->state, DX_PLAN_OK);
    assert_int_equal(find(plan, "numa-locality/host/unbound")->state, DX_PLAN_UNKNOWN);
    assert_int_equal(find(plan, "numa-locality/host/unpinned")->state, DX_PLAN_UNKNOWN);
    assert_int_equal(find(plan, "halt-poll")->state, DX_PLAN_UNKNOWN);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

TEST(memory_may_run_out_at_any_time)
{
    bool done = false;

    for (size_t n = 1; !done; n++) {
        struct t_memory memory = {.fail_at = n};
        struct dx_allocator allocator = t_allocator(&memory);
        const struct dx_ctx_options opts = {.size = sizeof opts, .allocator = &allocator};
        struct dx_ctx *ctx = NULL;
        struct dx_plan *plan = NULL;
        int rc = dx_ctx_new(&ctx, &opts);

        rc = rc < 0 ? rc : make_plan(&plan, ctx);
        dx_plan_free(plan);
        dx_ctx_free(ctx);
        done = !memory.failed;
        assert_int_equal(rc, done ? DX_OK : DX_ENOMEM);
        assert_int_equal(memory.live, 0);
    }
}

/* 300 domains on one CPU: each is told of the others in a few words. */
TEST(many_domains_make_no_long_texts)
{
    struct dx_plan_options opts = {.size = sizeof opts, .flags = DX_PLAN_ELSEWHERE, .host_cpus = "0-7"};
    struct dx_ctx *ctx = t_ctx();
    struct dx_plan *plan;

    assert_int_equal(dx_plan_new(&plan, ctx, &opts), DX_OK);
    for (int i = 0; i < 300; i++) {
        struct t_bytes text = {0};
        struct dx_doc *doc;

        t_bytes_format(&text, VM("d%d", "<vcpu>1</vcpu><cputune>" PIN(0, "5") "</cputune>"), i);
        doc = t_parse_text(ctx, text.ptr);
        assert_int_equal(dx_plan_add_domain(plan, doc), DX_OK);
        dx_doc_free(doc);
        t_bytes_free(&text);
    }
    assert_int_equal(dx_plan_make(plan), DX_OK);
    assert_is(plan, "cpu-exclusive/d7", DX_PLAN_MISSING, "CPU 5: vcpu 0 of d7, vcpu 0 of d0 and 298 more domains");
    assert_string_equal(find(plan, "cpu-present")->title, "CPU 5 is online, which 300 domains are pinned to");
    assert_int_equal(find(plan, "cpu-exclusive/d7")->n_askers, 2);
    dx_plan_free(plan);
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_domains_promise_shows_without_a_host),
        cmocka_unit_test(memory_may_run_out_at_any_time),
        cmocka_unit_test(many_domains_make_no_long_texts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
