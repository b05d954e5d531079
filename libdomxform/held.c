#include "held.h"

#include "pass.h"

static struct dx_str keep(struct dx_arena *arena, struct dx_str s)
{
    return s.ptr ? dx_arena_copy(arena, s) : DX_NONE;
}

int dx_held_add(struct dx_run *run, const struct dx_held *advice)
{
    struct dx_arena *arena = &run->doc->arena;
    struct dx_held *held = dx_arena_zero(arena, 1, sizeof *held);

    if (!held) {
        return dx_ctx_no_memory(run->ctx);
    }
    *held = *advice;
    held->next = run->held;
    held->pass = run->pass;
    held->edits = run->doc->edits;
    held->hint = keep(arena, dx_str_of(advice->hint)).ptr;
    for (size_t i = 0; i < advice->n_args; i++) {
        held->args[i] = keep(arena, advice->args[i]);
    }
    run->held = held;
    return arena->failed ? dx_ctx_no_memory(run->ctx) : DX_OK;
}

static bool says_the_same(const struct dx_held *held, const struct dx_finding *finding)
{
    if (held->n_args != finding->n_args) {
        return false;
    }
    for (size_t i = 0; i < held->n_args; i++) {
        if (!dx_str_equal(held->args[i], finding->args[i])) {
            return false;
        }
    }
    return true;
}

/* What has become of it: best the same of the same element, else other words about that, else the same elsewhere. */
static const struct dx_finding *find(const struct dx_findings *found, const struct dx_held *held)
{
    const struct dx_finding *best = NULL;
    int most = 0;

    for (size_t i = 0; i < found->n; i++) {
        const struct dx_finding *finding = &found->items[i];
        int score = finding->rule != held->rule
                        ? 0
                        : (finding->node == held->node ? 2 : 0) + (says_the_same(held, finding) ? 1 : 0);

        if (score > most) {
            most = score;
            best = finding;
        }
    }
    return best;
}

/* One that edits came after is told as the rules find it now, or not at all. */
static int tell(struct dx_run *run, const struct dx_held *held, const struct dx_findings *found)
{
    const struct dx_finding *now = held->edits == run->doc->edits ? NULL : find(found, held);
    const char *attr = now && now->node != held->node ? now->attr : held->attr;
    size_t diags = run->ctx->diags.n;
    int rc;

    if (!now && held->edits != run->doc->edits) {
        return DX_OK;
    }
    run->pass = held->pass;
    rc = dx_run_report_now(run, held->rule, held->severity, now ? now->node : held->node, attr, held->hint,
                           now ? now->args : held->args, now ? now->n_args : held->n_args);
    dx_diags_drop_repeats(&run->ctx->diags, diags);
    return rc;
}

/* They stand newest first. */
static struct dx_held *turn(struct dx_held *held)
{
    struct dx_held *first = NULL;

    while (held) {
        struct dx_held *next = held->next;

        held->next = first;
        first = held;
        held = next;
    }
    return first;
}

int dx_held_tell(struct dx_run *run)
{
    struct dx_target target = dx_domain_target(run->doc, run->opts ? run->opts->assume_arch : NULL);
    struct dx_held *first = turn(run->held);
    struct dx_findings found;
    bool stale = false;
    int rc = DX_OK;

    run->held = NULL;
    for (const struct dx_held *held = first; held; held = held->next) {
        stale |= held->edits != run->doc->edits;
    }
    dx_findings_init(&found, &run->ctx->mem);
    if (stale) {
        rc = dx_rules_run(&found, run->doc, &(struct dx_rule_scope){&target, DX_LEVEL_ADVICE, 0, false});
        run->clean = rc == DX_OK && found.errors == 0;
    }
    for (const struct dx_held *held = first; held && rc >= 0; held = held->next) {
        rc = tell(run, held, &found);
    }
    dx_findings_free(&found);
    return rc;
}
