#include "agent.h"

static const struct dx_need_kind *const kinds[] = {
#define DX_KIND(name) &dx_need_kind_##name,
#include "kinds.def"
#undef DX_KIND
};

const struct dx_need_kind *dx_need_kind_at(size_t i)
{
    return i < sizeof kinds / sizeof kinds[0] ? kinds[i] : NULL;
}

const struct dx_host_kind *dx_host_kind_at(size_t i)
{
    return dx_need_kind_at(i) ? &kinds[i]->face : NULL;
}

/* ---- texts ---- */

const char *dx_plan_keep(struct dx_plan *plan, struct dx_str s)
{
    return s.ptr ? dx_arena_copy(&plan->arena, s).ptr : NULL;
}

const char *dx_plan_text(struct dx_plan *plan, const char *format, ...)
{
    const char *text;
    va_list args;

    va_start(args, format);
    text = dx_arena_vtext(&plan->arena, format, args);
    va_end(args);
    return text;
}

bool dx_plan_sees(struct dx_plan *plan, const char *path)
{
    struct stat st;

    return path && dx_root_stat(&st, &plan->root, &plan->arena, path).state == DX_READ_OK;
}

/* ---- making and freeing ---- */

static int refuse(struct dx_ctx *ctx, const char *hint, const char *message)
{
    int rc = dx_ctx_report(ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, hint, "%s", message);

    return rc < 0 ? rc : DX_EUSAGE;
}

static int refuse_cpus(struct dx_ctx *ctx, const char *cpus, const char *why)
{
    int rc = dx_ctx_report(ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, "a list of CPUs is written as 0-15,32-47",
                           "the CPUs of the host '%s': %s", cpus, why);

    return rc < 0 ? rc : DX_EUSAGE;
}

/* Keeps the options, whose strings are the caller's. */
static int take_options(struct dx_plan *plan, const struct dx_plan_options *opts)
{
    struct dx_cpuset cpus;
    const char *why;

    if (!opts) {
        return DX_OK;
    }
    why = opts->host_cpus ? dx_cpuset_explain(&cpus, dx_str_of(opts->host_cpus)) : NULL;
    if (why) {
        return refuse_cpus(plan->ctx, opts->host_cpus, why);
    }
    plan->opts = *opts;
    plan->opts.root = dx_plan_keep(plan, dx_str_of(opts->root));
    plan->opts.host_cpus = dx_plan_keep(plan, dx_str_of(opts->host_cpus));
    plan->opts.assume_arch = dx_plan_keep(plan, dx_str_of(opts->assume_arch));
    plan->opts.block_rpcs = dx_plan_keep(plan, dx_str_of(opts->block_rpcs));
    plan->opts.qemu_version = dx_plan_keep(plan, dx_str_of(opts->qemu_version));
    return plan->arena.failed ? dx_ctx_no_memory(plan->ctx) : dx_agent_take_options(plan);
}

int dx_plan_new(struct dx_plan **out, struct dx_ctx *ctx, const struct dx_plan_options *opts)
{
    struct dx_plan *plan;
    int rc;

    *out = NULL;
    if (opts && opts->size != sizeof *opts) {
        return refuse(ctx, "set size to sizeof(struct dx_plan_options)", "plan options of an unknown size");
    }
    if (opts && (opts->flags & ~DX_PLAN_ELSEWHERE)) {
        return refuse(ctx, "flags are those of DX_PLAN_*", "an unknown flag of a plan");
    }
    plan = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof *plan);
    if (!plan) {
        return dx_ctx_no_memory(ctx);
    }
    *plan = (struct dx_plan){.ctx = ctx, .root = {.fd = -1}};
    dx_arena_init(&plan->arena, &ctx->mem);
    rc = take_options(plan, opts);
    if (rc == DX_OK && !(plan->opts.flags & DX_PLAN_ELSEWHERE)) {
        rc = dx_root_open(&plan->root, ctx, plan->opts.root ? plan->opts.root : "/");
    }
    if (rc != DX_OK) {
        dx_plan_free(plan);
        return rc;
    }
    *out = plan;
    return DX_OK;
}

void dx_plan_free(struct dx_plan *plan)
{
    if (plan) {
        const struct dx_mem *mem = &plan->ctx->mem;

        dx_root_close(&plan->root);
        dx_arena_free(&plan->arena);
        dx_mem_free(mem, plan);
    }
}

/* What is added later would be in none of the requirements. */
static int refuse_made(const struct dx_plan *plan)
{
    return plan->made ? refuse(plan->ctx, "make a new plan", "the plan is made already") : DX_OK;
}

int dx_plan_add_capabilities(struct dx_plan *plan, const char *name, const char *bytes, size_t len)
{
    int rc = refuse_made(plan);

    return rc < 0 ? rc : dx_caps_read(plan, name, bytes, len);
}

int dx_plan_add_domain(struct dx_plan *plan, struct dx_doc *doc)
{
    int rc = refuse_made(plan);

    return rc < 0 ? rc : dx_demand_read(plan, doc);
}

/* Each kind in turn, those of the host first. */
static int derive_all(struct dx_plan *plan)
{
    for (size_t i = 0; dx_need_kind_at(i) && !plan->arena.failed; i++) {
        if (dx_ctx_is_cancelled(plan->ctx)) {
            return dx_ctx_cancelled(plan->ctx, NULL);
        }
        if (kinds[i]->face.always || !dx_plan_is_bare(plan)) {
            kinds[i]->derive(plan);
        }
    }
    dx_needs_tell_apart(plan);
    return plan->arena.failed ? dx_ctx_no_memory(plan->ctx) : DX_OK;
}

int dx_plan_make(struct dx_plan *plan)
{
    int rc = refuse_made(plan);

    if (rc < 0) {
        return rc;
    }
    plan->made = true;
    dx_machine_read(&plan->machine, plan);
    dx_demand_settle_memory(plan);
    rc = derive_all(plan);
    if (rc < 0) {
        plan->n_needs = 0; /* some of them would pass for all */
    }
    return rc;
}

const struct dx_requirement *dx_plan_at(const struct dx_plan *plan, size_t i)
{
    return i < plan->n_needs ? &plan->needs[i]->face : NULL;
}
