/* The validator of a context: made at the first document, kept for the next ones. */
#include "pattern.h"

#include "../tree.h"

/* What it may grow to before it starts anew, so that odd documents do not fill the memory. */
enum { MOST_PATTERNS = 200000, MOST_MEMO = 400000, MOST_WEIGHT = 64 << 20 };

/* Where lists of patterns and of ways begin. */
enum { FIRST_KIDS = 256, FIRST_WAYS = 64 };

/* What a document may cost: libvirt's schema takes less than a hundredth of it. */
enum { LEAST_WORK = 50000000, WORK_PER_BYTE = 64 };

static void free_validator(void *validator)
{
    struct dx_validator *v = validator;
    struct dx_mem mem;

    if (!v) {
        return;
    }
    mem = v->mem;
    if (v->order) {
        v->order_free(v->order);
    }
    dx_arena_free(&v->arena);
    dx_buf_free(&v->scratch);
    dx_mem_free(&mem, v->patterns);
    dx_mem_free(&mem, v->memo);
    dx_mem_free(&mem, v->seen);
    dx_mem_free(&mem, v->stack.items);
    dx_mem_free(&mem, v->ways.items);
    dx_schema_free(v->schema);
    dx_mem_free(&mem, v);
}

static struct dx_validator *make(struct dx_ctx *ctx, const struct dx_schema *schema)
{
    struct dx_validator *v = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof *v);
    size_t n = schema->n_rng;

    if (!v) {
        return NULL;
    }
    *v = (struct dx_validator){.schema = dx_schema_hold(schema), .mem = ctx->mem};
    dx_validator_begin(v, 0);
    dx_arena_init(&v->arena, &v->mem);
    v->scratch = DX_BUF(&v->mem);
    v->stack.items = dx_mem_realloc(&v->mem, NULL, FIRST_KIDS, sizeof(const struct dx_pattern *));
    v->ways.items = dx_mem_realloc(&v->mem, NULL, FIRST_WAYS, sizeof *v->ways.items);
    v->stack.room = v->stack.items ? FIRST_KIDS : 0;
    v->ways.room = v->ways.items ? FIRST_WAYS : 0;
    v->compiled = dx_arena_zero(&v->arena, n, sizeof(const struct dx_pattern *));
    v->contents = dx_arena_zero(&v->arena, n, sizeof(const struct dx_pattern *));
    v->defines = dx_arena_zero(&v->arena, schema->define_names.n, sizeof(const struct dx_pattern *));
    if (v->compiled && v->contents && v->defines && v->stack.items) {
        v->not_allowed = dx_pattern_leaf(v, DX_P_NOT_ALLOWED);
        v->empty = dx_pattern_leaf(v, DX_P_EMPTY);
        v->text = dx_pattern_leaf(v, DX_P_TEXT);
    }
    if (dx_validator_failed(v) || !v->stack.items || !v->ways.items) {
        free_validator(v);
        return NULL;
    }
    return v;
}

void dx_validator_drop(struct dx_ctx *ctx)
{
    free_validator(ctx->validator);
    ctx->validator = NULL;
}

struct dx_validator *dx_validator_of(struct dx_ctx *ctx, const struct dx_schema *schema)
{
    struct dx_validator *v = ctx->validator;

    if (v && (v->schema != schema || v->n_patterns > MOST_PATTERNS || v->n_memo > MOST_MEMO ||
              v->weight > MOST_WEIGHT || dx_validator_failed(v))) {
        dx_validator_drop(ctx);
    }
    if (!ctx->validator) {
        ctx->validator = make(ctx, schema);
        ctx->validator_free = free_validator;
    }
    return ctx->validator;
}

void dx_validator_begin(struct dx_validator *v, size_t bytes)
{
    v->work = 0;
    v->most_work = LEAST_WORK + bytes * WORK_PER_BYTE;
}

uint32_t dx_validator_name(const struct dx_validator *v, struct dx_qname name)
{
    const struct dx_names *names = &v->schema->names;
    uint32_t number = dx_names_find(names, name);

    number = number ? number : dx_names_find(names, (struct dx_qname){name.ns, DX_S("")});
    return number ? number : names->n + 1;
}

struct dx_qname dx_validator_qname(const struct dx_validator *v, uint32_t name)
{
    const struct dx_names *names = &v->schema->names;
    /* No namespace of a schema is this one: XML has no such character. */
    static const char nowhere[] = "\1";

    return name > names->n ? (struct dx_qname){DX_S(nowhere), DX_S("")} : names->items[name - 1];
}
