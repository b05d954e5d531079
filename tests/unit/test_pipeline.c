/* Pipelines with passes of a host's own: what is asked of them, and what is made of what they answer. */
#include "support.h"

static const char text[] = "<domain type='kvm'>\n  <name>x</name>\n</domain>\n";

static int reports_and_returns_ok(struct dx_run *run, const void *opts, void *user)
{
    struct dx_node *name = dx_node_child(dx_doc_root(dx_run_doc(run)), "name");

    (void)opts;
    (void)user;
    assert_int_equal(dx_run_error(run, name, NULL, "not this name"), DX_EREFUSED);
    return DX_OK;
}

static int counts(struct dx_run *run, const void *opts, void *user)
{
    (void)run;
    (void)opts;
    ++*(int *)user;
    return DX_OK;
}

static int run_own(struct dx_ctx *ctx, const struct dx_pass *pass, void *user, const struct dx_run_options *opts)
{
    struct dx_pipeline *pipeline;
    struct dx_doc *doc = t_parse_text(ctx, text);
    int rc;

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    rc = dx_pipeline_add_pass(pipeline, ctx, pass, user, NULL);
    assert_int_equal(dx_pipeline_count(pipeline), rc == DX_OK);
    rc = rc < 0 ? rc : dx_pipeline_run(pipeline, ctx, doc, opts);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    return rc;
}

TEST(a_reported_error_is_one_whatever_the_pass_returns)
{
    const struct dx_pass pass = {.size = sizeof pass, .name = "own", .run = reports_and_returns_ok};
    struct dx_ctx *ctx = t_ctx();

    assert_int_equal(run_own(ctx, &pass, NULL, NULL), DX_EREFUSED);
    dx_ctx_free(ctx);
}

TEST(a_pass_of_another_size_is_refused)
{
    struct dx_pass pass = {.size = sizeof pass - 1, .name = "own", .run = counts};
    struct dx_ctx *ctx = t_ctx();
    int n = 0;

    assert_int_equal(run_own(ctx, &pass, &n, NULL), DX_EUSAGE);
    pass.size = sizeof pass;
    pass.run = NULL;
    assert_int_equal(run_own(ctx, &pass, &n, NULL), DX_EUSAGE);
    pass.run = counts;
    assert_int_equal(run_own(ctx, &pass, &n, NULL), DX_UNCHANGED);
    assert_int_equal(n, 1);
    dx_ctx_free(ctx);
}

TEST(options_of_another_size_are_refused)
{
    const struct dx_pass pass = {.size = sizeof pass, .name = "own", .run = counts};
    struct dx_run_options opts = {.size = sizeof opts + 1};
    struct dx_ctx *ctx = t_ctx();
    int n = 0;

    assert_int_equal(run_own(ctx, &pass, &n, &opts), DX_EUSAGE);
    assert_int_equal(n, 0);
    dx_ctx_free(ctx);
}

TEST(the_note_on_arch_comes_once)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_pipeline *pipeline;
    struct dx_doc *doc = t_parse_text(ctx, text);

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    assert_int_equal(dx_pipeline_add(pipeline, ctx, "hugepages:default"), DX_OK);
    assert_int_equal(dx_pipeline_add(pipeline, ctx, "seclabel:model=selinux"), DX_OK);
    assert_int_equal(dx_pipeline_run(pipeline, ctx, doc, NULL), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_int_equal(dx_ctx_diag(ctx, 0)->severity, DX_SEVERITY_NOTE);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* ---- advice is about the document that comes out ---- */

static const char two_vcpus[] = "<domain type='kvm'>\n"
                                "  <vcpu>2</vcpu>\n"
                                "  <os>\n"
                                "    <type arch='x86_64' machine='q35'>hvm</type>\n"
                                "  </os>\n"
                                "  <cpu mode='host-passthrough'/>\n"
                                "  <devices/>\n"
                                "</domain>\n";

/* The rules and messages of all that passes, parted by '|', advise: "RULE message; …". */
static void assert_advice(const char *specs, const char *expected)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_pipeline *pipeline;
    struct dx_doc *doc = t_parse_text(ctx, two_vcpus);
    char said[1000] = "", list[200], *rest = list;

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    snprintf(list, sizeof list, "%s", specs);
    for (char *spec = strtok_r(list, "|", &rest); spec; spec = strtok_r(NULL, "|", &rest)) {
        assert_int_equal(dx_pipeline_add(pipeline, ctx, spec), DX_OK);
    }
    assert_int_equal(dx_pipeline_run(pipeline, ctx, doc, NULL), DX_OK);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);
        size_t len = strlen(said);

        if (diag->rule && diag->severity == DX_SEVERITY_WARNING) {
            snprintf(said + len, sizeof said - len, "%s%s %s", len ? "; " : "", diag->rule, diag->message);
        }
    }
    assert_string_equal(said, expected);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

#define PROMISES "KVM-A01 hint-dedicated promises cpus of its own, but "

TEST(advice_that_later_passes_follow_is_not_given)
{
    assert_advice("hint-dedicated", PROMISES "vcpu 0 is not pinned (inserted here)");
    assert_advice("hint-dedicated|vcpupin:0=1,1=2", "");
    assert_advice("vcpupin:0=1,1=2|emulatorpin:0|hint-dedicated", "");
    assert_advice("vcpupin:0=1|vcpupin:1=2", "");
    assert_advice("emulatorpin:1|vcpupin:0=1,1=2|emulatorpin:0", "");
    assert_advice("tpm|insert:.,xml=<features><acpi/></features>", "");
}

TEST(advice_that_holds_to_the_end_is_given_once_and_as_it_is_then)
{
    assert_advice("hint-dedicated|memballoon:none", PROMISES "vcpu 0 is not pinned (inserted here)");
    assert_advice("hint-dedicated|vcpupin:0=1|memballoon:none", PROMISES "vcpu 1 is not pinned (inserted here)");
    assert_advice("hint-dedicated|insert:.,xml=<cputune><vcpupin vcpu='0' cpuset='1'/></cputune>",
                  PROMISES "vcpu 1 is not pinned (inserted here)");
    assert_advice("tpm|memballoon:none", "TPM-A01 without acpi the guest may not find the tpm (inserted here)");
    assert_advice("vcpupin:0=1|memballoon:none", "PIN-A02 vcpu 1 is not pinned while others are (inserted here)");
}

TEST(advice_on_what_later_passes_take_away_is_not_given)
{
    assert_advice("hint-dedicated|delete:./features/kvm/hint-dedicated|memballoon:none", "");
    assert_advice("tpm|delete:./devices/tpm|memballoon:none", "");
    assert_advice("vcpupin:0=1|hint-dedicated", PROMISES "vcpu 1 is not pinned (inserted here)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reported_error_is_one_whatever_the_pass_returns),
        cmocka_unit_test(a_pass_of_another_size_is_refused),
        cmocka_unit_test(options_of_another_size_are_refused),
        cmocka_unit_test(the_note_on_arch_comes_once),
        cmocka_unit_test(advice_that_later_passes_follow_is_not_given),
        cmocka_unit_test(advice_that_holds_to_the_end_is_given_once_and_as_it_is_then),
        cmocka_unit_test(advice_on_what_later_passes_take_away_is_not_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
