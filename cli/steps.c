#include "steps.h"

#include <string.h>

/* The values of --set, and which of them a recipe took. */
struct values {
    struct cli *cli;
    const char **some; /* room for all of them */
    bool *taken;
};

static bool is_for(const char *value, const char *name)
{
    size_t len = strlen(name);

    return strncmp(value, name, len) == 0 && value[len] == '=';
}

/* Those for parameters of the recipe. Returns how many there are. */
static size_t select_values(struct values *values, const struct dx_recipe *recipe)
{
    const struct list *all = &values->cli->opts.values;
    const struct dx_recipe_param *param;
    size_t n = 0;

    for (size_t i = 0; i < all->n; i++) {
        for (size_t k = 0; (param = dx_recipe_param_at(recipe, k)) != NULL; k++) {
            if (is_for(all->items[i], param->name)) {
                values->some[n++] = all->items[i];
                values->taken[i] = true;
            }
        }
    }
    return n;
}

/* Read first without any value: which parameters there are does not depend on them. */
static int add_recipe(struct dx_pipeline *pipeline, struct values *values, const char *name)
{
    struct dx_ctx *ctx = values->cli->ctx;
    struct dx_recipe *recipe;
    int rc = dx_recipe_load(&recipe, ctx, name, NULL, 0);
    size_t n = rc == DX_OK ? select_values(values, recipe) : 0;

    if (rc == DX_OK && n > 0) {
        dx_recipe_free(recipe);
        rc = dx_recipe_load(&recipe, ctx, name, values->some, n);
    }
    if (rc == DX_OK) {
        rc = dx_pipeline_add_recipe(pipeline, ctx, recipe);
        dx_recipe_free(recipe);
    }
    return rc;
}

/* The first recipe says which parameters it has instead. */
static int check_taken(const struct values *values, const struct step *steps, size_t n)
{
    struct cli *cli = values->cli;
    const struct list *all = &cli->opts.values;

    for (size_t i = 0; i < all->n; i++) {
        struct dx_recipe *recipe;
        size_t k = 0;
        int rc;

        if (values->taken[i]) {
            continue;
        }
        while (k < n && steps[k].kind != STEP_RECIPE) {
            k++;
        }
        if (k == n) {
            return messages_usage(cli, "add --recipe=NAME, or leave --set out",
                                  "--set %s is for a recipe, and none is named", all->items[i]);
        }
        rc = dx_recipe_load(&recipe, cli->ctx, steps[k].spec, &all->items[i], 1);
        dx_recipe_free(recipe);
        return rc < 0 ? rc : DX_EINTERNAL;
    }
    return DX_OK;
}

static int add_step(struct dx_pipeline *pipeline, struct values *values, const struct step *step)
{
    switch (step->kind) {
    case STEP_PASS:
        return dx_pipeline_add(pipeline, values->cli->ctx, step->spec);
    case STEP_REMOVE:
        return dx_pipeline_add_remove(pipeline, values->cli->ctx, step->spec);
    case STEP_RECIPE:
        return add_recipe(pipeline, values, step->spec);
    }
    return DX_EINTERNAL;
}

int steps_build(struct dx_pipeline **out, struct cli *cli, const struct step *steps, size_t n)
{
    size_t n_values = cli->opts.values.n;
    struct values values = {
        .cli = cli,
        .some = io_realloc(cli->io, NULL, n_values + 1, sizeof *values.some),
        .taken = io_realloc(cli->io, NULL, n_values + 1, sizeof *values.taken),
    };
    int rc = dx_pipeline_new(out, cli->ctx);

    if (!values.some || !values.taken) {
        rc = DX_ENOMEM;
    } else {
        memset(values.taken, 0, (n_values + 1) * sizeof *values.taken);
    }
    /* A usage error is the worst that can be said, and said also behind a file that cannot be read. */
    for (size_t i = 0; rc != DX_EUSAGE && rc != DX_ENOMEM && i < n; i++) {
        int step_rc = add_step(*out, &values, &steps[i]);

        rc = rc == DX_OK || step_rc == DX_EUSAGE || step_rc == DX_ENOMEM ? step_rc : rc;
    }
    rc = rc < 0 ? rc : check_taken(&values, steps, n);
    io_free(cli->io, values.some);
    io_free(cli->io, values.taken);
    return rc;
}
