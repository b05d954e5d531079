#include "pipeline.h"

#include "guard.h"
#include "registry.h"
#include "trial.h"
#include "write.h"

int dx_pipeline_new(struct dx_pipeline **out, struct dx_ctx *ctx)
{
    *out = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof **out);
    if (!*out) {
        return dx_ctx_no_memory(ctx);
    }
    **out = (struct dx_pipeline){.mem = ctx->mem};
    dx_arena_init(&(*out)->arena, &(*out)->mem);
    return DX_OK;
}

void dx_pipeline_cut(struct dx_pipeline *pipeline, size_t n)
{
    while (pipeline->n > n) {
        const struct dx_step *step = &pipeline->steps[--pipeline->n];

        if (step->state && step->pass->release) {
            step->pass->release(step->state);
        }
    }
}

void dx_pipeline_free(struct dx_pipeline *pipeline)
{
    struct dx_mem mem;

    if (!pipeline) {
        return;
    }
    mem = pipeline->mem;
    dx_pipeline_cut(pipeline, 0);
    dx_arena_free(&pipeline->arena);
    dx_mem_free(&mem, pipeline->steps);
    dx_mem_free(&mem, pipeline);
}

size_t dx_pipeline_count(const struct dx_pipeline *pipeline)
{
    return pipeline->n;
}

static int append(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const struct dx_step *step)
{
    struct dx_step *steps = dx_mem_more(&pipeline->mem, pipeline->steps, pipeline->n, &pipeline->room, sizeof *steps);

    if (!steps) {
        return dx_ctx_no_memory(ctx);
    }
    pipeline->steps = steps;
    pipeline->steps[pipeline->n++] = *step;
    return DX_OK;
}

static int compile(struct dx_pipeline *pipeline, struct dx_ctx *ctx, struct dx_step *step)
{
    const struct dx_pass *pass = step->pass;
    struct dx_opt_target target = {
        .opts = step->removing ? pass->remove_opts : pass->opts,
        .size = step->removing ? pass->remove_opt_size : pass->opt_size,
        .flags = pass->flags,
        .what = step->removing ? "--remove" : "--pass",
    };
    struct dx_run run = {.ctx = ctx, .pass = pass, .spec = step->spec, .removing = step->removing};
    void *opts;
    int rc;

    rc = dx_opt_parse(&opts, ctx, &pipeline->arena, step->spec, &target);
    step->opts = opts;
    if (rc == DX_OK && pass->check && !step->removing) {
        rc = pass->check(&run, opts, step->user);
    }
    if (rc == DX_OK && pass->prepare && !step->removing) {
        rc = pass->prepare(&step->state, &run, opts, step->user);
        step->user = rc == DX_OK ? step->state : NULL;
    }
    rc = rc < 0 ? rc : append(pipeline, ctx, step);
    if (rc < 0 && step->state && pass->release) {
        pass->release(step->state);
    }
    return rc;
}

static int refuse_name(struct dx_ctx *ctx, struct dx_arena *arena, const char *spec, const char *what)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&ctx->mem);
    struct dx_str name = dx_arena_copy(arena, dx_opt_name(spec));
    const char *names[64];
    const char *nearest;
    size_t n = 0, word = 0;

    while (word < name.len && name.ptr[word] != ',' && name.ptr[word] != '=') {
        word++;
    }
    for (; n < 63 && dx_pass_at(n); n++) {
        names[n] = dx_pass_at(n)->name;
    }
    names[n] = NULL;
    nearest = name.ptr ? dx_nearest(name.ptr, names) : NULL;
    if (word + 1 < name.len && dx_registry_find((struct dx_str){name.ptr, word})) {
        dx_buf_format(&hint, "did you mean '%.*s:%s'? ", (int)word, name.ptr, spec + word + 1);
    } else if (nearest) {
        dx_buf_format(&hint, "did you mean '%s'? ", nearest);
    }
    dx_buf_puts(&hint, "domxform passes lists them");
    dx_buf_byte(&hint, '\0');
    if (hint.failed) {
        return dx_ctx_no_memory(ctx);
    }
    return dx_opt_refuse(ctx, spec, 1, NULL, hint.ptr,
                         name.len ? "%sthere is no pass '%.*s'" : "%sno pass is named%.*s", what, DX_F(name));
}

static int add_named(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const char *spec, bool removing)
{
    struct dx_step step = {
        .pass = dx_registry_find(dx_opt_name(spec)),
        .spec = dx_arena_copy(&pipeline->arena, dx_str_of(spec)).ptr,
        .removing = removing,
    };

    if (!step.spec) {
        return dx_ctx_no_memory(ctx);
    }
    if (!step.pass) {
        return refuse_name(ctx, &pipeline->arena, spec, removing ? "--remove: " : "");
    }
    if (removing && !step.pass->remove) {
        return dx_opt_refuse(ctx, spec, 1, step.pass->name, "leave it out, or write the opposite edit as a --pass",
                             "--remove: what %s does cannot be taken back", step.pass->name);
    }
    return compile(pipeline, ctx, &step);
}

int dx_pipeline_add(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const char *spec)
{
    return add_named(pipeline, ctx, spec, false);
}

int dx_pipeline_add_remove(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const char *spec)
{
    return add_named(pipeline, ctx, spec, true);
}

int dx_pipeline_add_pass(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const struct dx_pass *pass, void *user,
                         const char *body)
{
    struct dx_step step = {.pass = pass, .user = user};
    dx_cleanup(dx_buf_free) struct dx_buf spec = DX_BUF(&ctx->mem);

    if (pass->size != sizeof *pass || !pass->name || !pass->run) {
        dx_ctx_report(ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL,
                      "set size to sizeof(struct dx_pass), and name and run",
                      "a pass of the host is not one that this library knows how to call");
        return DX_EUSAGE;
    }
    dx_buf_puts(&spec, pass->name);
    if (body && *body) {
        dx_buf_format(&spec, ":%s", body);
    }
    step.spec = spec.failed ? NULL : dx_arena_copy(&pipeline->arena, dx_buf_view(&spec)).ptr;
    return step.spec ? compile(pipeline, ctx, &step) : dx_ctx_no_memory(ctx);
}

/* ---- running ---- */

static int refuse_type(struct dx_run *run)
{
    struct dx_str type = run->target.type_name;

    if (run->target.type == DX_TYPE_NONE) {
        return dx_run_error(run, run->doc->root,
                            "write <domain type='kvm'>; nothing can be said of a domain of no type",
                            "%s: <domain> has no type attribute", run->pass->name);
    }
    return dx_run_error(run, run->doc->root,
                        run->target.type == DX_TYPE_LXC || run->target.type == DX_TYPE_XEN
                            ? "only seclabel serves domains of this type"
                            : "passes serve the types kvm, qemu, hvf and test (seclabel: lxc and xen too)",
                        "%s does not serve domains of type '%.*s'", run->pass->name, DX_F(type));
}

static int admit(struct dx_run *run)
{
    if (run->pass->flags & DX_PASS_ANY_TYPE) {
        return DX_OK;
    }
    switch (run->target.type) {
    case DX_TYPE_KVM:
    case DX_TYPE_QEMU:
    case DX_TYPE_HVF:
    case DX_TYPE_TEST:
        return DX_OK;
    case DX_TYPE_LXC:
    case DX_TYPE_XEN:
        return run->pass->flags & DX_PASS_CONTAINER ? DX_OK : refuse_type(run);
    case DX_TYPE_NONE:
    case DX_TYPE_OTHER:
    case DX_TYPE_UNKNOWN:
        break;
    }
    return refuse_type(run);
}

/* What libvirt prints of a running domain is partly dropped by define (DOC-P08): said once. */
static int note_live(struct dx_run *run)
{
    const struct dx_node *live = dx_domain_live(run->doc->root);

    return live ? dx_run_report_as(run, DX_RULE_DOC_P08, DX_SEVERITY_NOTE, live, NULL, NULL, DX_NO_ARGS) : DX_OK;
}

/* An edit that knows nothing of domains does not care. */
static bool cares_for_arch(const struct dx_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->n; i++) {
        if (!(pipeline->steps[i].pass->flags & DX_PASS_ANY_TYPE)) {
            return true;
        }
    }
    return false;
}

static int note_arch(struct dx_run *run, const struct dx_pipeline *pipeline)
{
    const struct dx_node *type = dx_domain_find(run->doc->root, "os", "type");

    return run->target.arch_assumed && cares_for_arch(pipeline)
               ? dx_run_note(run, type ? type : run->doc->root, "name it with --assume-arch, or in <type arch='…'>",
                             "neither arch nor machine is stated: %.*s is assumed", DX_F(run->target.arch_name))
               : DX_OK;
}

static int run_step(const struct dx_step *step, struct dx_run *run)
{
    int rc;

    run->pass = step->pass;
    run->spec = step->spec;
    run->removing = step->removing;
    rc = admit(run);
    if (rc < 0) {
        return rc;
    }
    rc =
        step->removing ? step->pass->remove(run, step->opts, step->user) : step->pass->run(run, step->opts, step->user);
    if (rc >= 0 && run->doc->arena.failed) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (rc >= 0 && run->failed) {
        return DX_EREFUSED;
    }
    return rc >= 0 && dx_ctx_is_cancelled(run->ctx) ? dx_ctx_cancelled(run->ctx, run->doc->source.name.ptr) : rc;
}

int dx_step_applies(const struct dx_step *step, struct dx_doc *doc, const struct dx_run_options *opts)
{
    struct dx_run run = {
        .ctx = doc->ctx,
        .doc = doc,
        .pass = step->pass,
        .spec = step->spec,
        .opts = opts,
        .target = dx_domain_target(doc, opts ? opts->assume_arch : NULL),
    };
    int rc = admit(&run);

    if (rc == DX_OK && step->pass->applies && !step->removing) {
        rc = step->pass->applies(&run, step->opts, step->user);
    }
    return rc == DX_EREFUSED ? DX_UNCHANGED : rc;
}

/* When a step ran, and when it gave the passes of which group something to do; counted in steps run. */
struct step_log {
    size_t ran, fed;
    const char *group;
    /* Of an optional step that was refused. */
    size_t left; /* 1 + the edits there were then; 0: it was not */
    const struct dx_node *at;
    const char *why, *hint;
};

/* The first step that was left out, and that an edit since may have made possible. */
static size_t find_left(const struct dx_pipeline *pipeline, const struct step_log *log, const struct dx_doc *doc)
{
    size_t i = 0;

    while (i < pipeline->n && (!log[i].left || log[i].left > doc->edits)) {
        i++;
    }
    return i;
}

/* The first step that another one, run since, may have left with something to do. */
static size_t find_fed(const struct dx_pipeline *pipeline, const struct step_log *log)
{
    for (size_t i = 0; i < pipeline->n; i++) {
        const struct dx_step *step = &pipeline->steps[i];

        for (size_t k = 0; k < pipeline->n && step->pass->group; k++) {
            if (pipeline->steps[k].pass != step->pass && log[k].fed > log[i].ran &&
                strcmp(log[k].group, step->pass->group) == 0) {
                return i;
            }
        }
    }
    return pipeline->n;
}

/* Remembers why a copy of the document was refused, and where. */
static int leave_out(struct step_log *log, struct dx_run *run, struct dx_str bytes, size_t diags)
{
    const struct dx_diag *error = dx_trial_error(run->ctx, diags);
    struct dx_arena *arena = &run->doc->arena;

    log->left = 1 + run->doc->edits;
    log->at = run->doc->root;
    log->why = dx_arena_copy(arena, dx_str_of(error ? error->message : "the pass refuses")).ptr;
    log->hint = error && error->hint ? dx_arena_copy(arena, dx_str_of(error->hint)).ptr : NULL;
    if (!log->why) {
        return dx_ctx_no_memory(run->ctx);
    }
    return error && error->line ? dx_trial_element(&log->at, run->doc, bytes, error->offset) : DX_OK;
}

/* An optional step runs on a copy first: where it is refused, nothing of it is left behind. */
static int try_step(const struct dx_step *step, struct dx_run *run, struct step_log *log)
{
    size_t diags = run->ctx->diags.n, len;
    struct dx_doc *copy = NULL;
    char *bytes;
    int rc = dx_doc_write(&bytes, &len, run->doc);

    if (rc < 0) {
        return rc;
    }
    rc = dx_trial_run(&copy, run->ctx, run->doc->source.name.ptr, (struct dx_str){bytes, len}, step, run->opts);
    dx_doc_free(copy);
    if (rc == DX_EREFUSED) {
        rc = leave_out(log, run, (struct dx_str){bytes, len}, diags);
    }
    dx_bytes_free(run->ctx, bytes);
    if (rc >= 0) {
        dx_diags_cut(&run->ctx->diags, diags);
    }
    return rc < 0 ? rc : DX_OK;
}

static int note_left(struct dx_run *run, const struct dx_step *step, const struct step_log *log)
{
    run->pass = step->pass;
    return dx_run_note(run, log->at, log->hint, "left out: %s%s: %s", step->removing ? "remove " : "", step->spec,
                       log->why);
}

static int run_logged(const struct dx_pipeline *pipeline, struct dx_run *run, struct step_log *log, size_t i,
                      size_t now)
{
    const struct dx_step *step = &pipeline->steps[i];
    int rc = DX_OK;

    run->fed = NULL;
    log[i].left = 0;
    if (step->optional) {
        rc = try_step(step, run, &log[i]);
    }
    if (rc == DX_OK && !log[i].left) {
        rc = run_step(step, run);
    }
    log[i].ran = now;
    if (run->fed) {
        log[i].fed = now;
        log[i].group = run->fed;
    }
    return rc;
}

/* The steps from `i` up to `end`, in their order. */
static int run_range(const struct dx_pipeline *pipeline, struct dx_run *run, struct step_log *log, size_t i, size_t end,
                     size_t *now)
{
    int rc = DX_OK;

    for (; i < end && rc >= 0; i++) {
        rc = run_logged(pipeline, run, log, i, ++*now);
    }
    return rc;
}

/* One that was left out, once more; where it is possible now, those behind it come again as in a second run. */
static int run_left(const struct dx_pipeline *pipeline, struct dx_run *run, struct step_log *log, size_t i, size_t *now)
{
    size_t edits = run->doc->edits;
    int rc = run_logged(pipeline, run, log, i, ++*now);

    return rc < 0 || run->doc->edits == edits ? rc : run_range(pipeline, run, log, i + 1, pipeline->n, now);
}

static bool has_removal(const struct dx_pipeline *pipeline)
{
    for (size_t i = 0; i < pipeline->n; i++) {
        if (pipeline->steps[i].removing) {
            return true;
        }
    }
    return false;
}

/* In their order; then those again that a later one made possible, or gave something to do. What is said twice is said
 * once. */
static int run_steps(const struct dx_pipeline *pipeline, struct dx_run *run)
{
    struct step_log *log = dx_arena_zero(&run->doc->arena, pipeline->n, sizeof *log);
    size_t n = pipeline->n, now = 0, most = n * 4;
    int rc = DX_OK;

    if (!log) {
        return dx_ctx_no_memory(run->ctx);
    }
    rc = run_range(pipeline, run, log, 0, n, &now);
    while (rc >= 0 && now < most) {
        size_t left = find_left(pipeline, log, run->doc), diags = run->ctx->diags.n;
        /* What a removal took away is not asked for again. */
        size_t fed = left < n || has_removal(pipeline) ? n : find_fed(pipeline, log);

        if (left == n && fed == n) {
            break;
        }
        rc = left < n ? run_left(pipeline, run, log, left, &now) : run_logged(pipeline, run, log, fed, ++now);
        dx_diags_drop_repeats(&run->ctx->diags, diags);
    }
    for (size_t i = 0; rc >= 0 && i < n; i++) {
        rc = log[i].left ? note_left(run, &pipeline->steps[i], &log[i]) : rc;
    }
    return rc;
}

static const struct dx_pass dx_pass_start = {.name = NULL};

int dx_pipeline_run(const struct dx_pipeline *pipeline, struct dx_ctx *ctx, struct dx_doc *doc,
                    const struct dx_run_options *opts)
{
    struct dx_run run = {
        .ctx = ctx,
        .doc = doc,
        .pass = &dx_pass_start,
        .opts = opts,
    };
    int rc = DX_OK;

    if (opts && opts->size != sizeof *opts) {
        dx_ctx_report(ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, "set size to sizeof(struct dx_run_options)",
                      "run options of an unknown size");
        return DX_EUSAGE;
    }
    run.force = opts && (opts->flags & DX_RUN_FORCE);
    run.target = dx_domain_target(doc, opts ? opts->assume_arch : NULL);
    rc = dx_guard_input(doc, opts);
    if (rc == DX_OK && pipeline->n > 0) {
        rc = note_live(&run);
        rc = rc < 0 ? rc : note_arch(&run, pipeline);
        rc = rc < 0 ? rc : run_steps(pipeline, &run);
        rc = rc < 0 ? rc : dx_held_tell(&run);
    }
    if (rc < 0) {
        return rc;
    }
    if (!dx_doc_changed(doc)) {
        return doc->arena.failed ? dx_ctx_no_memory(ctx) : DX_UNCHANGED;
    }
    return dx_guard(doc, &run.target, opts, run.clean);
}
