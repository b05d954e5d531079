#include "recipe.h"

#include "bundled.h"
#include "pipeline.h"

const char *dx_recipe_at(size_t i)
{
    const struct dx_bundled *file = dx_bundled_at(".recipe", i);

    return file ? file->name : NULL;
}

int dx_recipe_load(struct dx_recipe **out, struct dx_ctx *ctx, const char *name, const char *const *values,
                   size_t n_values)
{
    struct dx_recipe *recipe = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof *recipe);
    int rc;

    *out = NULL;
    if (!recipe) {
        return dx_ctx_no_memory(ctx);
    }
    *recipe = (struct dx_recipe){.mem = ctx->mem, .summary = "", .description = ""};
    dx_arena_init(&recipe->arena, &recipe->mem);
    recipe->name = dx_arena_copy(&recipe->arena, dx_str_of(name)).ptr;
    rc = recipe->name ? dx_recipe_read(recipe, ctx, values, n_values) : dx_ctx_no_memory(ctx);
    if (rc < 0) {
        dx_recipe_free(recipe);
        return rc;
    }
    *out = recipe;
    return DX_OK;
}

void dx_recipe_free(struct dx_recipe *recipe)
{
    struct dx_mem mem;

    if (!recipe) {
        return;
    }
    mem = recipe->mem;
    dx_arena_free(&recipe->arena);
    dx_mem_free(&mem, recipe);
}

const char *dx_recipe_name(const struct dx_recipe *recipe)
{
    return recipe->name;
}

const char *dx_recipe_summary(const struct dx_recipe *recipe)
{
    return recipe->summary;
}

const char *dx_recipe_description(const struct dx_recipe *recipe)
{
    return recipe->description;
}

const struct dx_recipe_line *dx_recipe_line_at(const struct dx_recipe *recipe, size_t i)
{
    return i < recipe->n_rows ? &recipe->rows[i].line : NULL;
}

const struct dx_recipe_param *dx_recipe_param_at(const struct dx_recipe *recipe, size_t i)
{
    return i < recipe->n_params ? &recipe->params[i] : NULL;
}

/* ---- into a pipeline ---- */

/* Where in the line a column of the SPEC stands; in a value that was put in, where its ${NAME} does. */
static size_t offset_of(const struct dx_recipe_row *row, size_t column)
{
    const char *spec = row->line.spec;
    size_t at = 0, from = 0, begin = row->begin;

    for (size_t left = column; spec[at] && left > 1; at++) {
        left -= ((unsigned char)spec[at + 1] & 0xc0) != 0x80;
    }
    for (size_t i = 0; i < row->n_values && row->values[i].begin <= at; i++) {
        if (at < row->values[i].end) {
            return row->values[i].src_begin;
        }
        from = row->values[i].end;
        begin = row->values[i].src_end;
    }
    return begin + (at - from);
}

/* What was said of the SPEC is said of the line of the recipe. */
static int place(struct dx_ctx *ctx, size_t diags, const struct dx_recipe_row *row)
{
    int rc = DX_OK;

    for (size_t i = diags; rc == DX_OK && i < ctx->diags.n; i++) {
        if (!ctx->diags.items[i]->file) {
            struct dx_where where =
                dx_recipe_where(row->line.file, row->line.line, row->text, offset_of(row, ctx->diags.items[i]->column));

            rc = dx_diags_place(&ctx->diags, i, &where);
        }
    }
    return rc < 0 ? dx_ctx_no_memory(ctx) : rc;
}

static const char *keep(struct dx_pipeline *pipeline, const char *s)
{
    return s ? dx_arena_copy(&pipeline->arena, dx_str_of(s)).ptr : NULL;
}

static int add_row(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const struct dx_recipe_row *row)
{
    const struct dx_recipe_line *line = &row->line;
    size_t diags = ctx->diags.n;
    struct dx_step *step;
    int rc =
        line->remove ? dx_pipeline_add_remove(pipeline, ctx, line->spec) : dx_pipeline_add(pipeline, ctx, line->spec);
    int placed = place(ctx, diags, row);

    if (rc < 0 || placed < 0) {
        return rc < 0 ? rc : placed;
    }
    step = &pipeline->steps[pipeline->n - 1];
    step->optional = line->optional;
    step->why = keep(pipeline, line->why);
    step->file = keep(pipeline, line->file);
    step->line = line->line;
    return (line->why && !step->why) || !step->file ? dx_ctx_no_memory(ctx) : DX_OK;
}

int dx_pipeline_add_recipe(struct dx_pipeline *pipeline, struct dx_ctx *ctx, const struct dx_recipe *recipe)
{
    size_t n = pipeline->n;

    for (size_t i = 0; i < recipe->n_rows; i++) {
        int rc = add_row(pipeline, ctx, &recipe->rows[i]);

        if (rc < 0) {
            dx_pipeline_cut(pipeline, n);
            return rc;
        }
    }
    return DX_OK;
}
