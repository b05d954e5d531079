/* Validation as a whole: levels, versions, what is kept quiet, the order of findings, requirements. */
#include "support.h"

#include "rules.h"

#define OS "<name>t</name><os><type>hvm</type></os>"

/* One line a finding: "RULE LINE:COLUMN severity". */
static void told(const char *text, const struct dx_validate_options *opts, const char *want)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, text);
    struct t_bytes got = {0};
    size_t errors;

    assert_int_equal(dx_doc_validate(&errors, doc, opts), DX_OK);
    assert_int_equal(errors, t_count(ctx, DX_SEVERITY_ERROR));
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        static const char *const names[] = {"", "error", "warning", "note"};
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);

        t_bytes_format(&got, "%s %zu:%zu %s\n", diag->rule, diag->line, diag->column, names[diag->severity]);
    }
    assert_string_equal(got.ptr ? got.ptr : "", want);
    assert_int_equal(dx_doc_changed(doc), 0);
    t_bytes_free(&got);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

static struct dx_validate_options at(enum dx_level level)
{
    return (struct dx_validate_options){.size = sizeof(struct dx_validate_options), .level = level};
}

static const char all_levels[] = "<domain type='kvm'>\n"
                                 "<seclabel type='none' model='selinux'/>\n"
                                 "<iothreads>x</iothreads>\n" OS "</domain>";

TEST(a_level_includes_those_before)
{
    struct dx_validate_options opts = at(DX_LEVEL_SCHEMA);

    told(all_levels, &opts, "");
    opts.level = DX_LEVEL_DEFINE;
    told(all_levels, &opts, "IOT-P01 3:1 error\n");
    opts.level = DX_LEVEL_START;
    told(all_levels, &opts, "SEC-R01 2:23 warning\nIOT-P01 3:1 error\n");
    told(all_levels, NULL, "SEC-R01 2:23 warning\nIOT-P01 3:1 error\n");
    opts.level = DX_LEVEL_ADVICE;
    told(all_levels, &opts, "SEC-E02 2:11 warning\nSEC-R01 2:23 warning\nIOT-P01 3:1 error\n");
}

TEST(options_of_another_size)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain type='kvm'/>");
    struct dx_validate_options opts = {.size = 1};
    size_t errors;

    assert_int_equal(dx_doc_validate(&errors, doc, &opts), DX_EUSAGE);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* What only some versions refuse is a warning for any, an error for those, and nothing for the others. */
TEST(a_target_makes_up_its_mind)
{
    static const char hint[] = "<domain type='kvm'>" OS "<features><kvm>\n<hint-dedicated state='on'/></kvm></features>"
                               "<cputune><vcpupin vcpu='0' cpuset='1'/></cputune></domain>";
    static const char both[] = "<domain type='kvm'>" OS "<iothreads>2</iothreads><devices><disk>\n"
                               "<driver iothread='1'><iothreads><iothread id='2'/></iothreads></driver>"
                               "<source file='/a'/><target dev='vda'/></disk></devices></domain>";
    struct dx_validate_options opts = at(DX_LEVEL_DEFINE);

    told(hint, &opts, "KVM-Q01 2:17 warning\n");
    opts.target = DX_LIBVIRT(7, 0);
    told(hint, &opts, "KVM-Q01 2:17 error\n");
    opts.target = DX_LIBVIRT(7, 6);
    told(hint, &opts, "");
    opts.target = 0;
    told(both, &opts, "IOT-G04 2:9 warning\n");
    opts.target = DX_LIBVIRT(10, 0);
    told(both, &opts, "IOT-G04 2:9 error\n");
}

TEST(a_rule_that_is_disabled)
{
    static const char *const ids[] = {"IOT-P01", "SEC-R01"};
    struct dx_validate_options opts = at(DX_LEVEL_START);

    opts.disable = ids;
    opts.n_disable = 1;
    told(all_levels, &opts, "SEC-R01 2:23 warning\n");
    opts.n_disable = 2;
    told(all_levels, &opts, "");
}

TEST(a_comment_disables_in_the_next_element)
{
    told("<domain type='kvm'>" OS
         "<!-- domxform-disable IOT-P01 -->\n<!-- other -->\n<iothreads>x</iothreads></domain>",
         NULL, "");
    told("<domain type='kvm'>" OS "<!--domxform-disable SEC-P01, IOT-P01--><iothreads>x</iothreads>\n"
         "<seclabel type='no' model='dac'/></domain>",
         NULL, "SEC-P01 2:11 error\n");
    /* In the element and below it, and nowhere else. */
    told("<domain type='kvm'>" OS "<iothreads>1</iothreads><!-- domxform-disable IOT-Q02 DSK-G01 -->\n<devices>"
         "<disk rawio='no'><driver iothread='7'/><source file='/a'/><target dev='vda'/></disk></devices>\n"
         "<devices><disk><driver iothread='7'/><source file='/a'/><target dev='vdb'/></disk></devices></domain>",
         NULL, "IOT-Q02 3:24 error\n");
    told("<!-- domxform-disable DOC-P10, GEN-P06 -->\n<domain type='kvm'/>", NULL, "");
    told("<domain type='kvm'>" OS "<iothreads>x</iothreads>\n<!-- domxform-disabled IOT-P01 --><vcpu>1</vcpu></domain>",
         NULL, "IOT-P01 1:59 error\n");
}

TEST(a_comment_that_is_wrong_is_told)
{
    static const char unused[] = "<domain type='kvm'>" OS "\n<!-- domxform-disable IOT-P01 --><vcpu>1</vcpu></domain>";
    struct dx_validate_options opts = at(DX_LEVEL_SCHEMA);
    static const char *const ids[] = {"IOT-P01"};

    told("<domain type='kvm'>" OS "\n<!-- domxform-disable IOT-P99 --><vcpu>1</vcpu></domain>", &opts,
         "DIS-A01 2:1 warning\n");
    told("<domain type='kvm'>" OS "\n<!-- domxform-disable --><vcpu>1</vcpu></domain>", &opts, "DIS-A01 2:1 warning\n");
    told("<domain type='kvm'>" OS "\n<!-- domxform-disable IOT-P01 --></domain>", &opts, "DIS-A01 2:1 warning\n");
    told(unused, NULL, "");
    opts.level = DX_LEVEL_ADVICE;
    told(unused, &opts, "DIS-A02 2:1 note\n");
    opts.disable = ids;
    opts.n_disable = 1;
    told(unused, &opts, "");
}

/* Each id that no rule has is a finding of its own, however many there are. */
TEST(a_comment_with_many_wrong_ids)
{
    enum { MANY = 40000, SHOWN = 1000 };
    struct dx_ctx *ctx = t_ctx();
    struct t_bytes text = {0};
    struct dx_doc *doc;
    size_t errors;

    t_bytes_format(&text, "<domain type='kvm'>" OS "\n<!-- domxform-disable");
    for (int i = 0; i < MANY; i++) {
        t_bytes_format(&text, " x");
    }
    t_bytes_format(&text, " --><vcpu>1</vcpu></domain>");
    doc = t_parse_text(ctx, text.ptr);
    assert_int_equal(dx_doc_validate(&errors, doc, NULL), DX_OK);
    assert_int_equal(errors, 0);
    assert_int_equal(dx_ctx_diag_count(ctx), SHOWN + 1);
    assert_string_equal(dx_ctx_diag(ctx, SHOWN - 1)->rule, "DIS-A01");
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    t_bytes_free(&text);
}

/* ---- requirements ---- */

/* What is told of requirements: "LINE:COLUMN pass: message". */
static void required(const char *text, const char *spec, bool removing, const char *want)
{
    struct dx_validate_options opts = at(DX_LEVEL_SCHEMA);
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, text);
    struct dx_pipeline *pipeline;
    char got[512] = "";
    size_t errors;

    assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
    assert_int_equal(removing ? dx_pipeline_add_remove(pipeline, ctx, spec) : dx_pipeline_add(pipeline, ctx, spec),
                     DX_OK);
    opts.require = pipeline;
    assert_int_equal(dx_doc_validate(&errors, doc, &opts), DX_OK);
    assert_int_equal(errors, dx_ctx_diag_count(ctx));
    if (errors > 0) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

        assert_int_equal(errors, 1);
        assert_string_equal(diag->rule, "REQ-A01");
        assert_int_equal(diag->severity, DX_SEVERITY_ERROR);
        assert_non_null(diag->hint);
        snprintf(got, sizeof got, "%zu:%zu %s: %s", diag->line, diag->column, diag->pass, diag->message);
    }
    assert_string_equal(got, want);
    assert_int_equal(dx_doc_changed(doc), 0);
    dx_pipeline_free(pipeline);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(what_is_required)
{
    required("<domain type='kvm'>\n  <memory>4194304</memory>\n  <vcpu>1</vcpu>\n" OS "</domain>", "hugepages:1G",
             false,
             "4:15 hugepages: hugepages:1G is required: it would add "
             "<memoryBacking><hugepages><page size='1' unit='GiB'/>");
    required("<domain type='kvm'>\n<memoryBacking><hugepages><page size='1048576'/></hugepages></memoryBacking>" OS
             "</domain>",
             "hugepages:1G", false, "");
    required("<domain type='kvm'>\n<memoryBacking><hugepages><page size='2048'/></hugepages></memoryBacking>" OS
             "</domain>",
             "hugepages:1G", false, "2:33 hugepages: hugepages:1G is required: it would write size='1' in <page>");
    required("<domain type='kvm'>\n<iothreads>1</iothreads>" OS "</domain>", "iothreads:3", false,
             "2:1 iothreads: iothreads:3 is required: it would write <iothreads>3</iothreads>");
    required("<domain type='kvm'>" OS "<features><kvm>\n<hint-dedicated state='on'/></kvm></features></domain>",
             "hint-dedicated", true,
             "1:59 hint-dedicated: --remove=hint-dedicated is required: it would remove "
             "<features><kvm><hint-dedicated state='on'/>");
    required("<domain type='kvm'>" OS "<vcpu>1</vcpu></domain>", "tpm", true, "");
}

TEST(what_is_required_and_cannot_be)
{
    required("<domain type='kvm'>\n<vcpu>1</vcpu>" OS "</domain>", "iothreadpin:1=1", false,
             "1:1 iothreadpin: iothreadpin:1=1 is required and cannot be: iothread 1 is pinned but not defined");
    required("<domain type='vmware'>\n<vcpu>1</vcpu>" OS "</domain>", "tpm", false,
             "1:1 tpm: tpm is required and cannot be: tpm does not serve domains of type 'vmware'");
}

/* A comment in a document does not waive what is required of it. */
TEST(a_requirement_is_not_disabled_by_the_document)
{
    required("<!-- domxform-disable REQ-A01 --><domain type='kvm'>\n<iothreads>1</iothreads>" OS "</domain>",
             "iothreads:3", false, "2:1 iothreads: iothreads:3 is required: it would write <iothreads>3</iothreads>");
}

/* ---- schema and rules with one voice ---- */

TEST(one_thing_is_blamed_once)
{
    static const char rng[] =
        "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='domain'>"
        "<attribute name='type'><value>kvm</value></attribute>"
        "<element name='name'><text/></element><element name='os'><element name='type'><text/></element></element>"
        "<optional><element name='devices'><element name='disk'>"
        "<element name='source'><attribute name='file'/></element>"
        "<element name='target'><attribute name='dev'/></element>"
        "</element></element></optional></element></start></grammar>";
    struct dx_validate_options opts = at(DX_LEVEL_START);
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema = NULL;

    assert_int_equal(dx_schema_parse(&schema, ctx, "small.rng", rng, sizeof rng - 1), DX_OK);
    opts.schema = schema;
    told("<domain type='kvm'>" OS "</domain>", &opts, "");
    /* An error of a rule says what libvirt does with it. */
    told("<domain\ntype='kvn'>" OS "</domain>", &opts, "DOC-P02 2:1 error\n");
    told("<domain type='kvm'>" OS "<devices>\n<disk rawio='no'><source file='/a'/><target dev='vda'/></disk></devices>"
         "</domain>",
         &opts, "DSK-G01 2:7 error\n");
    /* The same of what is missing, be it an element or an attribute; two things that are missing are two. */
    told("<domain type='kvm'>" OS "<devices>\n<disk><source file='/a'/></disk></devices></domain>", &opts,
         "DSK-G11 2:1 error\n");
    told("<domain type='kvm'>" OS "<devices><disk><source file='/a'/>\n<target/></disk></devices></domain>", &opts,
         "DSK-G11 2:1 error\n");
    told("<domain type='kvm'>" OS "<devices>\n<disk/></devices></domain>", &opts,
         "DSK-G11 2:1 error\nRNG-S05 2:1 error\n");
    dx_schema_free(schema);
    dx_ctx_free(ctx);
}

TEST(memory_runs_out)
{
    static const char text[] = "<domain type='kvm'><!-- domxform-disable IOT-P01, HP-A01, X --><vcpu>2</vcpu>"
                               "<iothreads>x</iothreads><memoryBacking><locked/></memoryBacking></domain>";
    bool done = false;

    for (size_t n = 1; !done; n++) {
        struct dx_validate_options opts = at(DX_LEVEL_ADVICE);
        struct t_memory memory = {0};
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options options = {.size = sizeof options, .allocator = &allocator};
        struct dx_ctx *ctx = NULL;
        struct dx_doc *doc = NULL;
        struct dx_pipeline *pipeline;
        size_t errors;
        int rc;

        assert_int_equal(dx_ctx_new(&ctx, &options), DX_OK);
        assert_int_equal(dx_pipeline_new(&pipeline, ctx), DX_OK);
        assert_int_equal(dx_pipeline_add(pipeline, ctx, "hugepages:1G"), DX_OK);
        opts.require = pipeline;
        doc = t_parse_text(ctx, text);
        memory.fail_at = memory.calls + n;
        memory.from_then_on = true;
        rc = dx_doc_validate(&errors, doc, &opts);
        done = !memory.failed;
        assert_int_equal(rc, done ? DX_OK : DX_ENOMEM);
        dx_doc_free(doc);
        dx_pipeline_free(pipeline);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_level_includes_those_before),
        cmocka_unit_test(options_of_another_size),
        cmocka_unit_test(a_target_makes_up_its_mind),
        cmocka_unit_test(a_rule_that_is_disabled),
        cmocka_unit_test(a_comment_disables_in_the_next_element),
        cmocka_unit_test(a_comment_that_is_wrong_is_told),
        cmocka_unit_test(a_comment_with_many_wrong_ids),
        cmocka_unit_test(what_is_required),
        cmocka_unit_test(what_is_required_and_cannot_be),
        cmocka_unit_test(a_requirement_is_not_disabled_by_the_document),
        cmocka_unit_test(one_thing_is_blamed_once),
        cmocka_unit_test(memory_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
