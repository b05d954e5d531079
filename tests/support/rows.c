#include "rows.h"

#include "domain.h"
#include "rules.h"
#include "schema.h"

/* The rules that were tripped, over all tests of this program. */
static bool tripped[DX_RULE_COUNT];

static size_t validate(struct dx_doc *doc, unsigned libvirt)
{
    struct dx_validate_options advice = {.size = sizeof advice, .level = DX_LEVEL_ADVICE, .target = libvirt};
    size_t errors;

    assert_int_equal(dx_doc_validate(&errors, doc, &advice), DX_OK);
    return errors;
}

static char *whole(const char *inside)
{
    size_t room = strlen(inside) + 128;
    char *text = malloc(room);

    assert_non_null(text);
    snprintf(text, room, "<domain type='kvm'>\n%s\n%s%s</domain>\n", inside,
             strstr(inside, "<name") ? "" : "<name>t</name>", strstr(inside, "<os") ? "" : "<os><type>hvm</type></os>");
    return text;
}

/* Takes the mark out; gives its line and column. */
static void unmark(char *text, size_t *line, size_t *column)
{
    char *mark = strchr(text, '~');

    assert_non_null(mark);
    memmove(mark, mark + 1, strlen(mark));
    *line = *column = 1;
    for (const char *p = text; p < mark; p++) {
        ++*column;
        if (*p == '\n') {
            ++*line;
            *column = 1;
        }
    }
}

static void remember(const struct dx_doc *doc, unsigned libvirt)
{
    struct dx_target target = dx_domain_target(doc, NULL);
    struct dx_findings findings;

    assert_int_equal(dx_rules_run(&findings, doc, &(struct dx_rule_scope){&target, DX_LEVEL_ADVICE, libvirt, false}),
                     DX_OK);
    for (size_t i = 0; i < findings.n; i++) {
        tripped[findings.items[i].rule] = true;
    }
    dx_findings_free(&findings);
}

static void complain(const struct dx_ctx *ctx, const char *text)
{
    print_error("%s", text);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);

        print_error("%zu:%zu: [%s] %s\n", diag->line, diag->column, diag->rule, diag->message);
    }
}

static void check_bad(struct dx_ctx *ctx, unsigned target, const struct t_row *row)
{
    char *text = whole(row->bad);
    const struct dx_diag *diag = NULL;
    struct dx_doc *doc;
    size_t errors, line, column, n = 0;

    unmark(text, &line, &column);
    doc = t_parse_text(ctx, text);
    errors = validate(doc, target);
    remember(doc, target);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        if (strcmp(dx_ctx_diag(ctx, i)->rule, row->rule) == 0) {
            diag = dx_ctx_diag(ctx, i);
            n++;
        }
    }
    if (n != 1 || diag->line != line || diag->column != column) {
        complain(ctx, text);
        fail_msg("%s is to be found once, at %zu:%zu", row->rule, line, column);
    }
    assert_int_equal(errors, t_count(ctx, DX_SEVERITY_ERROR));
    assert_null(strchr(diag->message, '{'));
    assert_non_null(diag->hint);
    assert_non_null(diag->path);
    dx_doc_free(doc);
    dx_ctx_clear_diags(ctx);
    free(text);
}

static void check_good(struct dx_ctx *ctx, unsigned target, const struct t_row *row)
{
    char *text = whole(row->good);
    struct dx_doc *doc = t_parse_text(ctx, text);
    size_t errors;
    bool found = false;

    errors = validate(doc, target);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        found |= strcmp(dx_ctx_diag(ctx, i)->rule, row->rule) == 0;
    }
    if (errors > 0 || found) {
        complain(ctx, text);
        fail_msg("%s: nothing is wrong here", row->rule);
    }
    dx_doc_free(doc);
    dx_ctx_clear_diags(ctx);
    free(text);
}

void t_rows_check_for(unsigned target, const struct t_row *rows, size_t n)
{
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < n; i++) {
        check_bad(ctx, target, &rows[i]);
        check_good(ctx, target, &rows[i]);
    }
    dx_ctx_free(ctx);
}

void t_rows_check(const struct t_row *rows, size_t n)
{
    t_rows_check_for(0, rows, n);
}

void t_rows_only(const char *text, const char *want)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, text);
    char got[64] = "";
    size_t errors;

    assert_int_equal(dx_doc_validate(&errors, doc, NULL), DX_OK);
    remember(doc, 0);
    if (dx_ctx_diag_count(ctx) > 0) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

        snprintf(got, sizeof got, "%s %zu:%zu", diag->rule, diag->line, diag->column);
    }
    assert_string_equal(got, want);
    assert_true(dx_ctx_diag_count(ctx) <= 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* Of these only passes, or a host, can know. */
static bool is_elsewhere(enum dx_rule_id id)
{
    static const enum dx_rule_id ids[] = {DX_RULE_IOT_Q09, DX_RULE_PIN_R01, DX_RULE_DSK_R04,
                                          DX_RULE_HP_R05,  DX_RULE_TPM_Q03, DX_RULE_TPM_A04};

    for (size_t i = 0; i < COUNT(ids); i++) {
        if (ids[i] == id) {
            return true;
        }
    }
    return false;
}

void t_rows_see_schema(struct dx_doc *doc, const struct dx_schema *schema)
{
    struct dx_target target = dx_domain_target(doc, NULL);
    struct dx_findings findings;

    assert_int_equal(dx_rules_run(&findings, doc, &(struct dx_rule_scope){.target = &target, .level = DX_LEVEL_SCHEMA}),
                     DX_OK);
    assert_int_equal(dx_schema_check(&findings, doc, schema), DX_OK);
    if (findings.n == 0) {
        assert_int_equal(dx_schema_check_order(&findings, doc, schema), DX_OK);
    }
    for (size_t i = 0; i < findings.n; i++) {
        tripped[findings.items[i].rule] = true;
    }
    dx_findings_free(&findings);
}

void t_rows_all_tripped(const char *area)
{
    for (size_t i = 0; i < DX_RULE_COUNT; i++) {
        const struct dx_rule_row *row = dx_rule_row((enum dx_rule_id)i);

        if (!tripped[i] && !is_elsewhere((enum dx_rule_id)i) && strncmp(row->rule.id, area, strlen(area)) == 0) {
            fail_msg("no document trips rule %zu, %s: %s", i, row->rule.id, row->rule.message);
        }
    }
}
