#include "ctx.h"

enum { DEFAULT_MAX_SIZE = 64 * 1024 * 1024, DEFAULT_MAX_NODES = 4000000 };

/* Offsets are 32 bits wide, libxml2 counts in int, and ISO-8859-1 grows to twice its size in UTF-8. */
#define LARGEST_MAX_SIZE ((size_t)0x3fffffff)

const char *dx_version(void)
{
#define TEXT_(x) #x
#define TEXT(x) TEXT_(x)
    return TEXT(DX_VERSION_MAJOR) "." TEXT(DX_VERSION_MINOR) "." TEXT(DX_VERSION_PATCH);
}

int dx_ctx_new(struct dx_ctx **out, const struct dx_ctx_options *opts)
{
    struct dx_mem mem = dx_mem_default;
    struct dx_ctx *ctx;

    *out = NULL;
    if (opts && opts->size != sizeof *opts) {
        return DX_EUSAGE;
    }
    if (opts && opts->allocator) {
        mem = (struct dx_mem){opts->allocator->reallocate, opts->allocator->user};
    }
    ctx = dx_mem_realloc(&mem, NULL, 1, sizeof *ctx);
    if (!ctx) {
        return DX_ENOMEM;
    }
    memset(ctx, 0, sizeof *ctx);
    ctx->mem = mem;
    ctx->max_size = opts && opts->max_size ? opts->max_size : DEFAULT_MAX_SIZE;
    ctx->max_nodes = opts && opts->max_nodes ? opts->max_nodes : DEFAULT_MAX_NODES;
    if (ctx->max_size > LARGEST_MAX_SIZE) {
        ctx->max_size = LARGEST_MAX_SIZE;
    }
    dx_diags_init(&ctx->diags, &ctx->mem);
    *out = ctx;
    return DX_OK;
}

void dx_ctx_free(struct dx_ctx *ctx)
{
    struct dx_mem mem;

    if (!ctx) {
        return;
    }
    mem = ctx->mem;
    if (ctx->judge) {
        ctx->judge_free(ctx->judge);
    }
    if (ctx->validator) {
        ctx->validator_free(ctx->validator);
    }
    dx_diags_free(&ctx->diags);
    dx_mem_free(&mem, ctx->spare);
    dx_mem_free(&mem, ctx->spare_out);
    dx_mem_free(&mem, ctx->spare_slices);
    dx_mem_free(&mem, ctx);
}

void dx_cancel(struct dx_ctx *ctx)
{
    atomic_store(&ctx->cancelled, 1);
}

int dx_ctx_no_memory(struct dx_ctx *ctx)
{
    ctx->diags.no_memory = true;
    return DX_ENOMEM;
}

int dx_ctx_cancelled(struct dx_ctx *ctx, const char *file)
{
    int rc = dx_ctx_report(ctx, DX_LEVEL_INTERNAL, DX_SEVERITY_ERROR, file, NULL, "cancelled");

    return rc < 0 ? rc : DX_ELIMIT;
}

void dx_ctx_clear_diags(struct dx_ctx *ctx)
{
    dx_diags_cut(&ctx->diags, 0);
}

static const struct dx_diag out_of_memory = {
    .size = sizeof(struct dx_diag),
    .level = DX_LEVEL_INTERNAL,
    .severity = DX_SEVERITY_ERROR,
    .message = "out of memory: nothing was written",
    .hint = "give the process more memory, or fewer and smaller documents at once",
};

size_t dx_ctx_diag_count(const struct dx_ctx *ctx)
{
    return ctx->diags.n + (ctx->diags.no_memory ? 1 : 0);
}

const struct dx_diag *dx_ctx_diag(const struct dx_ctx *ctx, size_t i)
{
    if (i < ctx->diags.n) {
        return ctx->diags.items[i];
    }
    return i == ctx->diags.n && ctx->diags.no_memory ? &out_of_memory : NULL;
}

int dx_ctx_report(struct dx_ctx *ctx, enum dx_level level, enum dx_severity severity, const char *file,
                  const char *hint, const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&ctx->mem);
    struct dx_report report = {.where = {.file = file}, .level = level, .severity = severity, .hint = hint};
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    report.message = dx_buf_view(&text);
    if (text.failed || dx_diags_add(&ctx->diags, &report) != DX_OK) {
        return dx_ctx_no_memory(ctx);
    }
    return DX_OK;
}

void dx_bytes_free(struct dx_ctx *ctx, char *bytes)
{
    dx_mem_free(&ctx->mem, bytes);
}
