/* The catalogue, and findings as diagnostics. */
#include "rules.h"

#include "report.h"

static const struct dx_rule_row rows[] = {
#define DX_RULE(name, id, driver, level, severity, since, until, element, message, hint)                               \
    [DX_RULE_##name] = {{id, DX_LEVEL_##level, DX_SEVERITY_##severity, since, until, element, message, hint},          \
                        DX_DRIVER_##driver},
#include "rules.def"
#undef DX_RULE
};

_Static_assert(sizeof rows / sizeof rows[0] == DX_RULE_COUNT, "one row a rule");

const struct dx_rule_row *dx_rule_row(enum dx_rule_id id)
{
    return &rows[id];
}

enum dx_severity dx_rule_severity(enum dx_rule_id id, unsigned libvirt)
{
    const struct dx_rule *rule = &rows[id].rule;

    return libvirt && rule->level == DX_LEVEL_DEFINE && (rule->since || rule->until) ? DX_SEVERITY_ERROR
                                                                                     : rule->severity;
}

const struct dx_rule *dx_rule_at(size_t i)
{
    return i < DX_RULE_COUNT ? &rows[i].rule : NULL;
}

const struct dx_rule *dx_rule_find(const char *id)
{
    for (size_t i = 0; id && i < DX_RULE_COUNT; i++) {
        if (strcmp(rows[i].rule.id, id) == 0) {
            return &rows[i].rule;
        }
    }
    return NULL;
}

void dx_rule_message(struct dx_buf *buf, enum dx_rule_id id, const struct dx_str *args, size_t n_args)
{
    dx_rule_fill(buf, rows[id].rule.message, args, n_args);
}

void dx_rule_fill(struct dx_buf *buf, const char *text, const struct dx_str *args, size_t n_args)
{
    while (*text) {
        size_t plain = strcspn(text, "{");

        dx_buf_bytes(buf, text, plain);
        text += plain;
        if (*text && text[1] >= '0' && text[1] <= '9' && text[2] == '}') {
            size_t arg = (size_t)(text[1] - '0');

            if (arg < n_args) {
                dx_buf_str(buf, args[arg]);
            }
            text += 3;
        } else if (*text) {
            dx_buf_byte(buf, *text++);
        }
    }
}

void dx_findings_init(struct dx_findings *findings, const struct dx_mem *mem)
{
    *findings = (struct dx_findings){0};
    dx_arena_init(&findings->arena, mem);
}

void dx_findings_add(struct dx_findings *findings, const struct dx_finding *finding)
{
    struct dx_finding *kept, *items;

    items = dx_arena_more(&findings->arena, findings->items, findings->n, &findings->room, sizeof *items);
    if (!items) {
        return;
    }
    findings->items = items;
    kept = &findings->items[findings->n++];
    *kept = *finding;
    for (size_t i = 0; i < DX_FINDING_ARGS; i++) {
        if (kept->args[i].ptr) {
            kept->n_args = i + 1;
        }
    }
    findings->errors += dx_finding_severity(kept, NULL) == DX_SEVERITY_ERROR;
}

void dx_findings_free(struct dx_findings *findings)
{
    if (findings->arena.mem) {
        dx_arena_free(&findings->arena);
    }
    *findings = (struct dx_findings){0};
}

bool dx_finding_same(const struct dx_finding *a, const struct dx_finding *b)
{
    return strcmp(rows[a->rule].rule.id, rows[b->rule].rule.id) == 0 &&
           !((a->node->flags | b->node->flags) & DX_NODE_NEW) && a->node->begin == b->node->begin &&
           a->node->end == b->node->end && dx_str_equal(a->value, b->value);
}

bool dx_rule_is_allowed(const char *id, const struct dx_run_options *opts)
{
    for (size_t i = 0; opts && i < opts->n_allow; i++) {
        if (strcmp(opts->allow[i], id) == 0) {
            return true;
        }
    }
    return false;
}

enum dx_severity dx_finding_severity(const struct dx_finding *finding, const struct dx_run_options *opts)
{
    const struct dx_rule *rule = &rows[finding->rule].rule;
    enum dx_severity own = finding->severity ? finding->severity : rule->severity;

    return own == DX_SEVERITY_ERROR && dx_rule_is_allowed(rule->id, opts) ? DX_SEVERITY_WARNING : own;
}

int dx_finding_report(struct dx_ctx *ctx, struct dx_doc *doc, const struct dx_finding *finding, int severity,
                      const char *pass)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&ctx->mem);
    const struct dx_rule *rule = &rows[finding->rule].rule;
    struct dx_report report = {
        .rule = rule->id,
        .level = rule->level,
        .severity = severity ? (enum dx_severity)severity : dx_finding_severity(finding, NULL),
        .expected = finding->expected,
        .pass = pass,
    };

    dx_rule_message(&text, finding->rule, finding->args, finding->n_args);
    dx_rule_fill(&hint, rule->hint, finding->args, finding->n_args);
    dx_buf_byte(&hint, '\0');
    report.message = dx_buf_view(&text);
    report.hint = finding->hint ? finding->hint : hint.ptr;
    return text.failed || hint.failed ? dx_ctx_no_memory(ctx)
                                      : dx_node_report(doc, finding->node, finding->attr, &report);
}
