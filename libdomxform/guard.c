#include "guard.h"

#include "report.h"
#include "rules.h"
#include "schema.h"

/* The errors of the input, by what makes two findings the same. */
struct known {
    const struct dx_findings *findings;
    uint32_t *slots; /* 1 + index */
    size_t mask;
};

static size_t hash_of(const struct dx_finding *finding)
{
    uint64_t seed = (uint64_t)finding->node->begin * UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = dx_hash(seed, finding->value.ptr, finding->value.len);

    return (size_t)(hash ^ hash >> 32);
}

static const struct dx_finding *find(const struct known *known, const struct dx_finding *finding)
{
    for (size_t slot = hash_of(finding) & known->mask; known->slots[slot]; slot = (slot + 1) & known->mask) {
        const struct dx_finding *other = &known->findings->items[known->slots[slot] - 1];

        if (dx_finding_same(finding, other)) {
            return other;
        }
    }
    return NULL;
}

/* Of findings that are the same one is enough, or many of them would make the table slow. */
static bool know(struct known *known, struct dx_arena *arena, const struct dx_findings *findings)
{
    size_t room = 8;

    while (room < findings->n * 2) {
        room *= 2;
    }
    *known = (struct known){findings, dx_arena_zero(arena, room, sizeof *known->slots), room - 1};
    for (size_t i = 0; known->slots && i < findings->n; i++) {
        size_t slot = hash_of(&findings->items[i]) & known->mask;

        if (find(known, &findings->items[i])) {
            continue;
        }
        while (known->slots[slot]) {
            slot = (slot + 1) & known->mask;
        }
        known->slots[slot] = (uint32_t)i + 1;
    }
    return known->slots != NULL;
}

/* Reports what is in `found` and not in `input` (NULL: nothing is). */
static int report_new(struct dx_doc *doc, const struct dx_findings *found, const struct known *input,
                      const struct dx_run_options *opts)
{
    int result = DX_OK;

    for (size_t i = 0; i < found->n; i++) {
        const struct dx_finding *finding = &found->items[i];
        enum dx_severity severity = dx_finding_severity(finding, opts);

        if (find(input, finding)) {
            continue;
        }
        if (dx_finding_report(doc->ctx, doc, finding, (int)severity, NULL) < 0) {
            return DX_ENOMEM;
        }
        if (severity == DX_SEVERITY_ERROR) {
            result = DX_EREFUSED;
        }
    }
    return result;
}

/* What the rules of level define say, and the schema. */
static int judge(struct dx_findings *out, struct dx_doc *doc, const struct dx_target *target,
                 const struct dx_run_options *opts)
{
    int rc = dx_rules_run(out, doc, &(struct dx_rule_scope){target, DX_LEVEL_DEFINE, 0, true});

    return rc == DX_OK && opts && opts->schema ? dx_schema_check(out, doc, opts->schema) : rc;
}

/* The input again, as it was before any edit. */
static int judge_input(struct dx_doc *doc, const struct dx_target *target, const struct dx_findings *found,
                       const struct dx_run_options *opts)
{
    struct dx_findings before = {0};
    struct known known;
    struct dx_doc *input;
    int rc = dx_doc_parse(&input, doc->ctx, doc->source.name.ptr, doc->source.bytes, doc->source.len, DX_PARSE_BORROW);

    if (rc < 0) {
        return rc;
    }
    rc = judge(&before, input, target, opts);
    if (rc == DX_OK && !know(&known, &before.arena, &before)) {
        rc = dx_ctx_no_memory(doc->ctx);
    }
    if (rc == DX_OK) {
        rc = report_new(doc, found, &known, opts);
    }
    dx_findings_free(&before);
    dx_doc_free(input);
    return rc;
}

int dx_guard(struct dx_doc *doc, const struct dx_target *target, const struct dx_run_options *opts, bool clean)
{
    /* An edit may have made another type or arch of it; `target` is what the input says. */
    struct dx_target now = dx_domain_target(doc, opts ? opts->assume_arch : NULL);
    struct dx_findings found;
    int rc;

    if (clean && !(opts && opts->schema)) {
        return DX_OK;
    }
    rc = judge(&found, doc, &now, opts);

    if (rc == DX_OK && found.errors > 0) {
        rc = judge_input(doc, target, &found, opts);
    }
    dx_findings_free(&found);
    return rc;
}

/* The first of the findings stands for all: domxform validate is there to list them. */
static int warn(struct dx_doc *doc, const struct dx_findings *found)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&doc->ctx->mem);
    const struct dx_finding *first = &found->items[0];
    const struct dx_rule *rule = &dx_rule_row(first->rule)->rule;
    struct dx_report report = {
        .rule = rule->id,
        .level = rule->level,
        .severity = DX_SEVERITY_WARNING,
        .expected = first->expected,
        .hint = "domxform validate tells all that the schema does not allow",
    };

    dx_buf_puts(&text, "not valid before any change: ");
    dx_rule_message(&text, first->rule, first->args, first->n_args);
    if (found->n > 1) {
        dx_buf_format(&text, " (and %zu more)", found->n - 1);
    }
    report.message = dx_buf_view(&text);
    return text.failed ? dx_ctx_no_memory(doc->ctx) : dx_node_report(doc, first->node, first->attr, &report);
}

int dx_guard_input(struct dx_doc *doc, const struct dx_run_options *opts)
{
    struct dx_findings found;
    int rc;

    if (!opts || !opts->schema) {
        return DX_OK;
    }
    dx_findings_init(&found, &doc->ctx->mem);
    rc = dx_schema_check(&found, doc, opts->schema);
    if (rc == DX_OK && found.n > 0) {
        rc = warn(doc, &found);
    }
    dx_findings_free(&found);
    return rc;
}
