/* The guard: no error of level define that the input did not have (promise P6). */
#include "support.h"

#include "domain.h"
#include "guard.h"

static int guard(struct dx_doc *doc, const char *allow)
{
    struct dx_run_options opts = {.size = sizeof opts, .allow = &allow, .n_allow = allow ? 1 : 0};
    struct dx_target target = dx_domain_target(doc, NULL);

    return dx_guard(doc, &target, &opts, false);
}

TEST(guard_lets_old_errors_be)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain type='kvm'><iothreads>x</iothreads><vcpu>1</vcpu></domain>");

    assert_int_equal(dx_edit_set_text(t_find(doc, "vcpu"), STR("2")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 0);
    /* Another value of the same element is another error. */
    assert_int_equal(dx_edit_set_text(t_find(doc, "iothreads"), STR("y")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_EREFUSED);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_string_equal(dx_ctx_diag(ctx, 0)->rule, "IOT-P01");
    assert_int_equal(dx_ctx_diag(ctx, 0)->severity, DX_SEVERITY_ERROR);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(guard_refuses_new_elements)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc =
        t_parse_text(ctx, "<domain type='kvm'>\n  <devices>\n    <tpm><backend type='emulator'/></tpm>\n"
                          "    <tpm><backend type='emulator'/></tpm>\n  </devices>\n</domain>\n");
    struct dx_node *tpm, *backend;

    assert_int_equal(dx_edit_insert(&tpm, t_find(doc, "devices"), NULL, "tpm"), DX_OK);
    assert_int_equal(dx_edit_insert(&backend, tpm, NULL, "backend"), DX_OK);
    assert_int_equal(dx_edit_set_attr(backend, "type", STR("emulation")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_EREFUSED);
    /* The first that was there is now a second one. */
    assert_int_equal(dx_ctx_diag_count(ctx), 2);
    assert_string_equal(dx_ctx_diag(ctx, 0)->rule, "TPM-P01");
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "inserted here"));
    assert_int_equal(dx_ctx_diag(ctx, 0)->line, 3);
    assert_string_equal(dx_ctx_diag(ctx, 1)->rule, "TPM-Q01");
    assert_int_equal(dx_ctx_diag(ctx, 1)->line, 3);
    assert_null(strstr(dx_ctx_diag(ctx, 1)->message, "inserted here"));
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(guard_warns_of_what_is_allowed)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain type='kvm'><iothreads>1</iothreads></domain>");

    assert_int_equal(dx_edit_set_text(t_find(doc, "iothreads"), STR("many")), DX_OK);
    assert_int_equal(guard(doc, "IOT-P01"), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_int_equal(dx_ctx_diag(ctx, 0)->severity, DX_SEVERITY_WARNING);
    assert_int_equal(guard(doc, "IOT-P02"), DX_EREFUSED);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(guard_judges_the_type_it_becomes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain type='test'><devices><disk><driver io='native'/><source file='/a'/>"
                                           "<target dev='vda'/></disk></devices></domain>");
    struct dx_target before = dx_domain_target(doc, NULL);

    assert_int_equal(dx_guard(doc, &before, NULL, false), DX_OK);
    assert_int_equal(dx_edit_set_attr(dx_doc_root(doc), "type", STR("kvm")), DX_OK);
    assert_int_equal(dx_guard(doc, &before, NULL, false), DX_EREFUSED);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* Many findings: the guard's table, and the order in which errors come. */
TEST(guard_of_many_errors)
{
    enum { N = 3000 };
    struct dx_ctx *ctx = t_ctx();
    char *text = malloc(N * 96 + 64);
    size_t len = (size_t)snprintf(text, 64, "<domain type='kvm'><vcpu>1</vcpu><devices>");
    struct dx_doc *doc;

    for (int i = 0; i < N; i++) {
        len += (size_t)snprintf(text + len, 96, "<disk rawio='no'><source file='/a'/><target dev='vda'/></disk>");
    }
    memcpy(text + len, "</devices></domain>", 20);
    doc = t_parse_text(ctx, text);
    assert_int_equal(dx_edit_set_text(t_find(doc, "vcpu"), STR("2")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 0);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    free(text);
}

/* Every allocation that fails is an answer, never a crash or a silent success. */
TEST(memory_runs_out)
{
    static const char text[] =
        "<domain type='kvm'><vcpu>2</vcpu><iothreads>2</iothreads><iothreadids><iothread id='3'/></iothreadids>"
        "<cputune><iothreadpin iothread='9' cpuset='1'/></cputune><devices><disk><driver iothread='8'/>"
        "<source file='/a'/><target dev='vda'/></disk></devices></domain>";
    bool done = false;

    for (size_t n = 1; !done; n++) {
        struct t_memory memory = {0};
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options options = {.size = sizeof options, .allocator = &allocator};
        struct dx_ctx *ctx = NULL;
        struct dx_doc *doc = NULL;
        int rc;

        assert_int_equal(dx_ctx_new(&ctx, &options), DX_OK);
        doc = t_parse_text(ctx, text);
        assert_int_equal(dx_edit_set_text(t_find(doc, "iothreads"), STR("1")), DX_OK);
        memory.fail_at = memory.calls + n;
        memory.from_then_on = true;
        rc = guard(doc, NULL);
        done = !memory.failed;
        assert_int_equal(rc, done ? DX_OK : DX_ENOMEM);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    }
}

/* A domain with a name, perhaps vcpus, perhaps memory with a unit. */
static const char schema_text[] =
    "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='domain'><optional><attribute "
    "name='type'/></optional><element name='name'><text/></element><optional><element name='vcpu'><choice>"
    "<value>1</value><value>2</value></choice></element></optional></element></start></grammar>";

/* Runs no pass but the test's own edit, which stands in for one. */
static int sets_vcpu(struct dx_run *run, const void *opts, void *user)
{
    (void)opts;
    return dx_edit_set_text(dx_node_child(dx_doc_root(dx_run_doc(run)), "vcpu"), STR((const char *)user));
}

static int run_with_schema(struct dx_ctx *ctx, const char *text, const char *vcpu)
{
    const struct dx_pass pass = {.size = sizeof pass, .name = "own", .run = sets_vcpu};
    struct dx_run_options opts = {.size = sizeof opts};
    struct dx_pipeline *pipeline;
    struct dx_schema *schema;
    struct dx_doc *doc = t_parse_text(ctx, text);
    int rc;

    assert_int_equal(dx_schema_parse(&schema, ctx, "own.rng", schema_text, strlen(schema_text)), DX_OK);
    opts.schema = schema;
    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    if (vcpu) {
        assert_int_equal(dx_pipeline_add_pass(pipeline, ctx, &pass, (void *)(uintptr_t)vcpu, NULL), DX_OK);
    }
    dx_ctx_clear_diags(ctx);
    rc = dx_pipeline_run(pipeline, ctx, doc, &opts);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_schema_free(schema);
    return rc;
}

TEST(guard_refuses_what_the_schema_does_not_allow)
{
    static const char good[] = "<domain type='kvm'><name>x</name><vcpu>1</vcpu></domain>";
    static const char bad[] = "<domain type='kvm'><name>x</name><vcpu>9</vcpu></domain>";
    struct dx_ctx *ctx = t_ctx();

    assert_int_equal(run_with_schema(ctx, good, "2"), DX_OK);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR) + t_count(ctx, DX_SEVERITY_WARNING), 0);
    assert_int_equal(run_with_schema(ctx, good, "3"), DX_EREFUSED);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 1);
    assert_int_equal(dx_ctx_diag(ctx, dx_ctx_diag_count(ctx) - 1)->level, DX_LEVEL_SCHEMA);
    /* What the input had already is told and let be; another value is another error. */
    assert_int_equal(run_with_schema(ctx, bad, NULL), DX_UNCHANGED);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_int_equal(dx_ctx_diag(ctx, 0)->severity, DX_SEVERITY_WARNING);
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "not valid before any change: "));
    assert_int_equal(run_with_schema(ctx, bad, "1"), DX_OK);
    assert_int_equal(run_with_schema(ctx, bad, "8"), DX_EREFUSED);
    dx_ctx_free(ctx);
}

TEST(guard_lets_old_errors_of_the_schema_be)
{
    struct dx_ctx *ctx = t_ctx();

    assert_int_equal(run_with_schema(ctx, "<domain type='kvm'><name>x</name><vcpu>1</vcpu><a/><b/></domain>", "2"),
                     DX_OK);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 0);
    assert_int_equal(t_count(ctx, DX_SEVERITY_WARNING), 1);
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "(and 1 more)"));
    dx_ctx_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guard_lets_old_errors_be),
        cmocka_unit_test(guard_refuses_new_elements),
        cmocka_unit_test(guard_warns_of_what_is_allowed),
        cmocka_unit_test(guard_judges_the_type_it_becomes),
        cmocka_unit_test(guard_of_many_errors),
        cmocka_unit_test(memory_runs_out),
        cmocka_unit_test(guard_refuses_what_the_schema_does_not_allow),
        cmocka_unit_test(guard_lets_old_errors_of_the_schema_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
