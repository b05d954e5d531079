/* Validation: schema, rules and requirements put together, told in the order of the document. */
#include "validate.h"

#include "ctx.h"
#include "report.h"
#include "schema.h"

#include <stdlib.h>

static const struct dx_validate_options defaults = {.size = sizeof defaults, .level = DX_LEVEL_START};

/* One thing to be told: a finding or a demand. */
struct item {
    size_t begin, index;
    const struct dx_finding *finding;
    const struct dx_demand *demand;
};

struct verdict {
    struct dx_doc *doc;
    const struct dx_validate_options *opts;
    struct dx_findings findings;
    struct dx_mutes mutes;
    struct dx_demands demands;
    struct item *items;
    size_t n, errors;
};

static bool is_disabled(const struct dx_validate_options *opts, const char *id)
{
    for (size_t i = 0; i < opts->n_disable; i++) {
        if (strcmp(opts->disable[i], id) == 0) {
            return true;
        }
    }
    return false;
}

/* ---- one voice for schema and rules ---- */

static bool is_schema(const struct dx_finding *finding)
{
    return dx_rule_row(finding->rule)->driver == DX_DRIVER_S;
}

static int compare_nodes(const void *a, const void *b)
{
    const struct dx_finding *x = *(const struct dx_finding *const *)a, *y = *(const struct dx_finding *const *)b;

    if (x->node->begin != y->node->begin) {
        return x->node->begin > y->node->begin ? 1 : -1;
    }
    return (x > y) - (x < y);
}

/* A rule may know that something is missing, or take an attribute that is missing for one that is wrong. */
static bool blames_nothing(const struct dx_finding *schema, const struct dx_finding *rule)
{
    return schema->lacks && rule->attr && !rule->value.ptr && strcmp(schema->lacks, rule->attr) == 0;
}

static bool says_the_same(const struct dx_finding *a, const struct dx_finding *b)
{
    bool one_value = a->value.ptr && b->value.ptr && dx_str_equal(a->value, b->value);

    if (a->lacks) {
        return a->node == b->node && (b->lacks ? strcmp(a->lacks, b->lacks) == 0 : blames_nothing(a, b));
    }
    return a->node == b->node && (a->attr && b->attr ? strcmp(a->attr, b->attr) == 0 : one_value);
}

/*
 * Where schema and a rule blame one thing, one of them speaks. A rule that is an error knows what libvirt itself says
 * and what comes of it, so it takes what the schema expects there and speaks; a warning does not outdo the schema's
 * error.
 */
static void settle(struct dx_finding *schema, struct dx_finding *rule, bool *schema_gone, bool *rule_gone)
{
    if (dx_finding_severity(rule, NULL) == DX_SEVERITY_ERROR && !blames_nothing(schema, rule)) {
        rule->expected = rule->expected.ptr ? rule->expected : schema->expected;
        rule->hint = schema->hint ? schema->hint : rule->hint;
        *schema_gone = true;
    } else {
        schema->hint = schema->hint ? schema->hint : dx_rule_row(rule->rule)->rule.hint;
        *rule_gone = true;
    }
}

/* Takes out the findings whose mark is set. */
static void sweep(struct dx_findings *findings, const bool *gone)
{
    size_t kept = 0;

    for (size_t i = 0; i < findings->n; i++) {
        if (!gone[i]) {
            findings->items[kept++] = findings->items[i];
        }
    }
    findings->n = kept;
}

/* The findings at one node: each of the schema's with those of the rules. */
static void merge_node(const struct dx_findings *findings, bool *gone, struct dx_finding **at, size_t n)
{
    for (size_t i = 0; n > 1 && i < n; i++) {
        bool *schema_gone = &gone[at[i] - findings->items];

        for (size_t k = 0; is_schema(at[i]) && !*schema_gone && k < n; k++) {
            bool *rule_gone = &gone[at[k] - findings->items];

            if (!is_schema(at[k]) && !*rule_gone && says_the_same(at[i], at[k])) {
                settle(at[i], at[k], schema_gone, rule_gone);
            }
        }
    }
}

static void merge(struct dx_findings *findings)
{
    size_t n = findings->n, schema = 0;
    struct dx_finding **sorted = dx_arena_alloc(&findings->arena, n * sizeof *sorted);
    bool *gone = dx_arena_zero(&findings->arena, n, sizeof *gone);

    for (size_t i = 0; i < n; i++) {
        schema += is_schema(&findings->items[i]);
    }
    if (!sorted || !gone || schema == 0 || schema == n) {
        return;
    }
    for (size_t i = 0; i < n; i++) {
        sorted[i] = &findings->items[i];
    }
    qsort(sorted, n, sizeof(struct dx_finding *), compare_nodes);
    for (size_t i = 0, end; i < n; i = end) {
        end = i + 1;
        while (end < n && sorted[end]->node == sorted[i]->node) {
            end++;
        }
        merge_node(findings, gone, sorted + i, end - i);
    }
    sweep(findings, gone);
}

/* ---- what is kept quiet ---- */

static void mute(struct verdict *verdict)
{
    struct dx_findings *findings = &verdict->findings;
    bool *gone;

    dx_mutes_read(&verdict->mutes, findings, verdict->doc); /* which may find something too */
    gone = dx_arena_zero(&findings->arena, findings->n, sizeof *gone);
    for (size_t i = 0; gone && i < findings->n; i++) {
        gone[i] = is_disabled(verdict->opts, dx_rule_row(findings->items[i].rule)->rule.id) ||
                  dx_mutes_has(&verdict->mutes, &findings->items[i]);
    }
    if (gone) {
        sweep(findings, gone);
    }
}

/* True when this run looks at a rule of that id, so that its finding nothing means something. */
static bool is_looked_at(const struct verdict *verdict, const char *id)
{
    const struct dx_validate_options *opts = verdict->opts;

    for (size_t i = 0; i < DX_RULE_COUNT; i++) {
        const struct dx_rule_row *row = dx_rule_row((enum dx_rule_id)i);

        if (strcmp(row->rule.id, id) == 0 && (row->driver != DX_DRIVER_S || opts->schema) &&
            dx_rule_in_range(&row->rule, opts->target)) {
            return !is_disabled(opts, id);
        }
    }
    return false;
}

/* A comment that keeps nothing quiet may be left from a time when it did: advice, for those who ask for it. */
static void note_unused(struct verdict *verdict)
{
    for (size_t i = 0; verdict->opts->level >= DX_LEVEL_ADVICE && i < verdict->mutes.n; i++) {
        const struct dx_mute *unused = &verdict->mutes.items[i];
        struct dx_str id = dx_str_of(unused->id);

        if (!unused->used && is_looked_at(verdict, unused->id) && !is_disabled(verdict->opts, "DIS-A02")) {
            dx_findings_add(
                &verdict->findings,
                &(struct dx_finding){.rule = DX_RULE_DIS_A02, .node = unused->comment, .value = id, .args = {id}});
        }
    }
}

/* ---- telling ---- */

static int compare_items(const void *a, const void *b)
{
    const struct item *x = a, *y = b;

    if (x->begin != y->begin) {
        return x->begin > y->begin ? 1 : -1;
    }
    return (x->index > y->index) - (x->index < y->index);
}

static bool line_up(struct verdict *verdict)
{
    size_t most = verdict->findings.n + verdict->demands.n;

    verdict->items = dx_arena_alloc(&verdict->findings.arena, most * sizeof *verdict->items);
    for (size_t i = 0; verdict->items && i < verdict->findings.n; i++) {
        const struct dx_finding *finding = &verdict->findings.items[i];
        struct item *item = &verdict->items[verdict->n];
        size_t end;

        *item = (struct item){.index = verdict->n++, .finding = finding};
        if (!finding->attr || !dx_attr_place(finding->node, finding->attr, &item->begin, &end)) {
            dx_node_place(finding->node, &item->begin, &end);
        }
    }
    for (size_t i = 0; verdict->items && i < verdict->demands.n; i++) {
        struct dx_demand *demand = &verdict->demands.items[i];

        if (!is_disabled(verdict->opts, dx_rule_row(demand->rule)->rule.id)) {
            verdict->items[verdict->n] = (struct item){.begin = demand->begin, .index = verdict->n, .demand = demand};
            verdict->n++;
        }
    }
    if (verdict->items && verdict->n > 1) {
        qsort(verdict->items, verdict->n, sizeof *verdict->items, compare_items);
    }
    return verdict->items != NULL;
}

static int report_demand(struct dx_doc *doc, const struct dx_demand *demand)
{
    const struct dx_rule *rule = &dx_rule_row(demand->rule)->rule;
    struct dx_report report = {
        .where = dx_source_where(&doc->source, demand->begin, demand->end),
        .rule = rule->id,
        .level = rule->level,
        .severity = rule->severity,
        .message = demand->message,
        .hint = demand->hint ? demand->hint : rule->hint,
        .path = demand->path,
        .pass = demand->pass,
    };

    return dx_diags_add(&doc->ctx->diags, &report) == DX_OK ? DX_OK : dx_ctx_no_memory(doc->ctx);
}

static int tell(struct verdict *verdict)
{
    int rc = DX_OK;

    for (size_t i = 0; rc == DX_OK && i < verdict->n; i++) {
        const struct item *item = &verdict->items[i];

        if (item->finding) {
            verdict->errors += dx_finding_severity(item->finding, NULL) == DX_SEVERITY_ERROR;
            rc = dx_finding_report(verdict->doc->ctx, verdict->doc, item->finding, 0, NULL);
        } else {
            verdict->errors++;
            rc = report_demand(verdict->doc, item->demand);
        }
    }
    return rc;
}

static int judge(struct verdict *verdict)
{
    const struct dx_validate_options *opts = verdict->opts;
    struct dx_findings *findings = &verdict->findings;
    struct dx_doc *doc = verdict->doc;
    struct dx_target target = dx_domain_target(doc, opts->assume_arch);
    int rc;

    target.arch_assumed = target.arch_assumed && !opts->assume_arch; /* what a person says is known */
    rc = dx_rules_run(findings, doc, &(struct dx_rule_scope){&target, opts->level, opts->target, false});
    if (rc == DX_OK && opts->schema) {
        size_t before = findings->n;

        rc = dx_schema_check(findings, doc, opts->schema);
        if (rc == DX_OK && (opts->flags & DX_VALIDATE_ORDER) && findings->n == before) {
            rc = dx_schema_check_order(findings, doc, opts->schema);
        }
    }
    if (rc == DX_OK && opts->require) {
        rc = dx_demands_collect(&verdict->demands, &findings->arena, doc, opts->require, opts->assume_arch);
    }
    if (rc < 0) {
        return rc;
    }
    mute(verdict);
    merge(findings);
    note_unused(verdict);
    return !line_up(verdict) || findings->arena.failed ? dx_ctx_no_memory(doc->ctx) : tell(verdict);
}

int dx_doc_validate(size_t *errors, struct dx_doc *doc, const struct dx_validate_options *opts)
{
    struct verdict verdict = {.doc = doc, .opts = opts ? opts : &defaults};
    int rc;

    *errors = 0;
    if (verdict.opts->size != sizeof *opts) {
        dx_ctx_report(doc->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL,
                      "set size to sizeof(struct dx_validate_options)", "validate options of an unknown size");
        return DX_EUSAGE;
    }
    rc = judge(&verdict);
    *errors = verdict.errors;
    dx_findings_free(&verdict.findings);
    return rc;
}
