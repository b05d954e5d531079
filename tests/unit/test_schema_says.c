/* What is said of a document that the schema does not allow: the rule, the place, what would be right. */
#include "rows.h"
#include "verdicts.h"

#define GRAPHICS                                                                                                       \
    "<element name='graphics'><choice><group><attribute name='type'><value>vnc</value></attribute><optional>"          \
    "<attribute name='port'/></optional></group><group><attribute name='type'><value>sdl</value></attribute>"          \
    "<optional><element name='gl'><empty/></element></optional></group></choice></element>"
#define A_DISK                                                                                                         \
    "<element name='disk'><attribute name='type'><choice><value>file</value><value>block</value></choice></attribute>" \
    "<interleave><element name='target'><attribute name='dev'/></element><optional><element name='readonly'><empty/>"  \
    "</element></optional></interleave></element>"
#define VCPU "<element name='vcpu'><data type='unsignedInt'/></element>"

static const char pattern[] =
    "<interleave><zeroOrMore><choice>" GRAPHICS A_DISK "</choice></zeroOrMore><optional>" VCPU
    "</optional><optional><element name='uuid'><text/></element></optional><optional><choice>"
    "<element name='one'><empty/></element><element name='two'><empty/></element></choice>"
    "</optional><optional><element name='os'><element name='type'><value>hvm</value></element>"
    "</element></optional></interleave>";

/* One mistake each, at the ~, and all that is said of it. */
struct said {
    const char *inside;
    const char *rule, *message;
    const char *expected, *hint; /* parts; NULL: none, and any */
};

static const struct said said[] = {
    {"~<v:vcpu xmlns:v='urn:v'>4</v:vcpu>", "RNG-S01", "<v:vcpu>", "vcpu", "its prefix stands for another namespace"},
    {"~<vcpux>4</vcpux>", "RNG-S01", "<vcpux>", "vcpu", "did you mean <vcpu>?"},
    {"<disk type='file'><target dev='a'/>~<vcpu>4</vcpu></disk>", "RNG-S01", "<vcpu> is not allowed in <disk>",
     "readonly", "in <domain>"},
    {"<vcpu>1</vcpu>~<vcpu>4</vcpu>", "RNG-S01", "<vcpu>", "disk", NULL},
    {"<uuid/>\n<vcpu>1</vcpu><disk type='file'><target dev='a'/></disk>\n~<vcpu>4</vcpu>", "RNG-S01", "<vcpu>", "disk",
     "the first one stands at line 2"},
    {"<uuid/><disk type='file'><target dev='a'/><readonly/>~<readonly/></disk>", "RNG-S01", "<readonly>", NULL, NULL},
    {"<one/>~<two/>", "RNG-S01", "<two>", "disk", NULL},
    {"<graphics type='vnc'>~<gl/></graphics>", "RNG-S01", "<gl>", NULL, NULL},
    {"<disk type='file' ~typ='file'><target dev='a'/></disk>", "RNG-S02", "'typ'", NULL, NULL},
    {"<disk ~tipe='file'><target dev='a'/></disk>", "RNG-S02", "'tipe'", "type", "did you mean 'type'?"},
    {"<graphics type='sdl' ~port='1'/>", "RNG-S02", "'port'", NULL, NULL},
    {"<disk ~type='fil'><target dev='a'/></disk>", "RNG-S03", "type='fil'", "file, block", "did you mean 'file'?"},
    {"~<disk><target dev='a'/></disk>", "RNG-S04", "<disk> lacks 'type'", "type", NULL},
    {"<disk type='file'>~<target/></disk>", "RNG-S04", "<target> lacks 'dev'", "dev", NULL},
    {"~<disk type='file'/>", "RNG-S05", "<disk> lacks <target>", "target", NULL},
    {"~<disk type='file'><readonly/></disk>", "RNG-S05", "<disk> lacks <target>", "target", NULL},
    {"~<os/>", "RNG-S05", "<os> lacks <type>", "type", NULL},
    {"<vcpu>~four</vcpu>", "RNG-S06", "'four'", "a whole number from 0 to 4294967295", NULL},
    {"<os><type>~hmv</type></os>", "RNG-S06", "'hmv'", "hvm", "did you mean 'hvm'?"},
    {"~<vcpu/>", "RNG-S06", "<vcpu> is empty", "a whole number", NULL},
    {"<vcpu>~${vcpus}</vcpu>", "RNG-S06", "'${vcpus}'", NULL, "validate what the template makes"},
    {"<disk ~type='{{ type }}'><target dev='a'/></disk>", "RNG-S03", "'{{ type }}'", NULL, "a template fills in"},
    {"<disk type='file'>~{% if x %}<target dev='a'/></disk>", "RNG-S07", "'{% if x %}'", NULL, "a template"},
    {"<disk type='file'>~<type>file</type><target dev='a'/></disk>", "RNG-S01", "<type>", "target",
     "it is an attribute: write <disk type='...'>"},
    {"<disk type='file' ~target='a'><target dev='a'/></disk>", "RNG-S02", "'target'", NULL, "it is an element"},
    {"<one>~x</one>", "RNG-S07", "'x'", NULL, NULL},
    {"<disk type='file'>\n ~words <target dev='a'/></disk>", "RNG-S07", "'words'", NULL, NULL},
    {"<vcpu>~18446744073709551616</vcpu>", "RNG-S06", "18446744073709551616", NULL, NULL},
};

/* Takes the mark out of a document; gives its line and column. */
static void unmark(char *text, size_t *line, size_t *column)
{
    char *mark = strchr(text, '~');

    assert_non_null(mark);
    *line = *column = 1;
    for (const char *p = text; p < mark; p++) {
        *column = *p == '\n' ? 1 : *column + 1;
        *line += *p == '\n';
    }
    memmove(mark, mark + 1, strlen(mark));
}

static bool has(const char *text, const char *part)
{
    return !part || (text && strstr(text, part));
}

static void check(struct dx_ctx *ctx, const struct dx_schema *schema, const struct said *row)
{
    struct dx_validate_options opts = {.size = sizeof opts, .schema = schema, .level = DX_LEVEL_SCHEMA};
    struct t_bytes text = t_domain_text(row->inside);
    size_t line, column, errors;
    const struct dx_diag *diag;
    struct dx_doc *doc;

    unmark(text.ptr, &line, &column);
    dx_ctx_clear_diags(ctx);
    doc = t_parse_text(ctx, text.ptr);
    assert_int_equal(dx_doc_validate(&errors, doc, &opts), DX_OK);
    diag = dx_ctx_diag(ctx, 0);
    if (errors != 1 || dx_ctx_diag_count(ctx) != 1 || strcmp(diag->rule, row->rule) != 0 || diag->line != line ||
        diag->column != column || !has(diag->message, row->message) || !has(diag->expected, row->expected) ||
        !diag->hint || !has(diag->hint, row->hint)) {
        fail_msg("wanted %s at %zu:%zu\n%s", row->rule, line, column, t_diags(ctx).ptr);
    }
    assert_int_equal(diag->level, DX_LEVEL_SCHEMA);
    assert_non_null(diag->path);
    assert_null(strstr(diag->message, "{0}"));
    assert_null(strstr(diag->message, "{1}"));
    t_rows_see_schema(doc, schema);
    dx_doc_free(doc);
    t_bytes_free(&text);
}

TEST(one_mistake_is_one_finding)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema = t_schema(ctx, pattern, NULL);

    assert_int_equal(t_schema_errors(ctx, schema, "<vcpu>1</vcpu><disk type='file'><target dev='a'/></disk><two/>"), 0);
    for (size_t i = 0; i < COUNT(said); i++) {
        check(ctx, schema, &said[i]);
    }
    dx_schema_free(schema);
    dx_ctx_free(ctx);
}

TEST(all_mistakes_are_told)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema = t_schema(ctx, pattern, NULL);

    assert_int_equal(t_schema_errors(ctx, schema,
                                     "<vcpu>x</vcpu>\n<disk type='fil'><target dev='a'/></disk>\n<unknown/>\n"
                                     "<disk type='file'><target/></disk>\n<disk type='file'/>\n<one>t</one>"),
                     6);
    for (size_t i = 0; i < 6; i++) {
        assert_int_equal(dx_ctx_diag(ctx, i)->line, i + 1);
    }
    dx_schema_free(schema);
    dx_ctx_free(ctx);
}

TEST(another_schema)
{
    static const char network[] =
        "<grammar " T_RNG "><start><element name='network'><text/></element></start></grammar>";
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema = t_schema(ctx, network, NULL);

    check(ctx, schema, &(struct said){"~<domain/>", "RNG-S01", "<domain>", "network", "domain.rng"});
    dx_schema_free(schema);
    dx_ctx_free(ctx);
}

/* Which of the groups goes on is not known before their ends: each element doubles what must be kept in mind. */
TEST(a_schema_that_is_a_puzzle)
{
    enum { GROUPS = 20, ELEMENTS = 40 };
    struct dx_ctx *ctx = t_ctx();
    struct dx_validate_options opts = {.size = sizeof opts, .level = DX_LEVEL_SCHEMA};
    struct t_bytes text = {0}, inside = {0};
    struct dx_schema *schema;
    struct dx_doc *doc;
    size_t errors;

    t_bytes_format(&text, "<interleave>");
    for (int i = 0; i < GROUPS; i++) {
        t_bytes_format(&text,
                       "<zeroOrMore><element name='a'><empty/></element><element name='b%d'><empty/></element>"
                       "</zeroOrMore>",
                       i);
    }
    t_bytes_format(&text, "</interleave>");
    t_bytes_format(&inside, "<domain>");
    for (int i = 0; i < ELEMENTS; i++) {
        t_bytes_format(&inside, "<a/>");
    }
    t_bytes_format(&inside, "</domain>");
    schema = t_schema(ctx, text.ptr, NULL);
    opts.schema = schema;
    doc = t_parse_text(ctx, inside.ptr);
    assert_int_equal(dx_doc_validate(&errors, doc, &opts), DX_ELIMIT);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "takes too many ways"));
    dx_doc_free(doc);
    assert_int_equal(t_schema_errors(ctx, schema, "<a/><b1/>"), 0);
    dx_schema_free(schema);
    dx_ctx_free(ctx);
    t_bytes_free(&inside);
    t_bytes_free(&text);
}

/* ---- the order that libxml2 takes ---- */

static const char ids[] = "<interleave><ref name='ids'/><ref name='resources'/></interleave>";
static const char ids_defines[] =
    "<define name='ids'><interleave><element name='name'><text/></element><optional><element name='uuid'><text/>"
    "</element></optional></interleave></define><define name='resources'><interleave><optional><element name='memory'>"
    "<data type='unsignedInt'><param name='pattern'>[0-9]+</param></data></element></optional><optional>"
    "<element name='vcpu'><text/></element></optional></interleave></define>";

static size_t notes_of(struct dx_ctx *ctx, const struct dx_schema *schema, const char *inside, unsigned flags)
{
    struct dx_validate_options opts = {.size = sizeof opts, .schema = schema, .level = DX_LEVEL_SCHEMA, .flags = flags};
    struct t_bytes text = t_domain_text(inside);
    struct dx_doc *doc;
    size_t errors;

    dx_ctx_clear_diags(ctx);
    doc = t_parse_text(ctx, text.ptr);
    assert_int_equal(dx_doc_validate(&errors, doc, &opts), DX_OK);
    if (errors == 0) {
        t_rows_see_schema(doc, schema);
    }
    dx_doc_free(doc);
    t_bytes_free(&text);
    return t_count(ctx, DX_SEVERITY_NOTE);
}

TEST(an_order_that_virsh_refuses_is_noted)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema = t_schema(ctx, ids, ids_defines);
    const struct dx_diag *diag;

    assert_int_equal(notes_of(ctx, schema, "<name/>\n<vcpu/>\n<uuid/><memory>1</memory>", DX_VALIDATE_ORDER), 1);
    diag = dx_ctx_diag(ctx, 0);
    assert_string_equal(diag->rule, "RNG-W01");
    assert_int_equal(diag->line, 3);
    assert_int_equal(diag->column, 1);
    assert_non_null(strstr(diag->message, "<uuid>"));
    assert_non_null(strstr(diag->hint, "before <vcpu>"));
    assert_int_equal(notes_of(ctx, schema, "<name/>\n<vcpu/>\n<uuid/><memory>1</memory>", 0), 0);
    assert_int_equal(notes_of(ctx, schema, "<name/><uuid/><memory>1</memory><vcpu/>", DX_VALIDATE_ORDER), 0);
    /* What is wrong anyway needs no note. */
    assert_int_equal(notes_of(ctx, schema, "<name/><vcpu/><uuid/><memory>x</memory>", DX_VALIDATE_ORDER), 0);
    assert_int_equal(t_count(ctx, DX_SEVERITY_ERROR), 1);
    dx_schema_free(schema);
    dx_ctx_free(ctx);
}

TEST(nothing_is_noted_by_the_schema_that_is_built_in)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_schema *schema;

    assert_int_equal(dx_schema_auto(&schema, ctx), DX_OK);
    if (dx_schema_partial(schema)) {
        assert_int_equal(
            notes_of(ctx, schema, "<domain type='kvm'><vcpu>1</vcpu><name>a</name></domain>", DX_VALIDATE_ORDER), 0);
    }
    dx_schema_free(schema);
    dx_ctx_free(ctx);
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("RNG-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_mistake_is_one_finding),
        cmocka_unit_test(all_mistakes_are_told),
        cmocka_unit_test(another_schema),
        cmocka_unit_test(a_schema_that_is_a_puzzle),
        cmocka_unit_test(an_order_that_virsh_refuses_is_noted),
        cmocka_unit_test(nothing_is_noted_by_the_schema_that_is_built_in),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
