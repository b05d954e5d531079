/* domxform recipes: the recipes that are built in, or one of them, or one in a file. */
#include "describe.h"
#include "steps.h"

#include <string.h>

enum { NAME_COLUMN = 26, HELP_COLUMN = 24, WHY_COLUMN = 6 };

static void put_description(struct text *text, const char *description)
{
    /* A paragraph is what stands between empty lines. */
    while (*description) {
        text_auto paragraph = {.io = text->io};
        size_t n;

        while (*description && *description != '\n') {
            n = strcspn(description, "\n");
            text_puts(&paragraph, paragraph.len ? " " : "");
            text_bytes(&paragraph, description, n);
            description += n + (description[n] == '\n');
        }
        text_byte(&paragraph, '\0');
        if (paragraph.failed) {
            text->failed = true;
            return;
        }
        text_wrap(text, 0, paragraph.ptr);
        text_puts(text, *description ? "\n" : "");
        description += strspn(description, "\n");
    }
}

static void put_params(struct text *text, const struct dx_recipe *recipe)
{
    const struct dx_recipe_param *param;

    for (size_t i = 0; (param = dx_recipe_param_at(recipe, i)) != NULL; i++) {
        text_puts(text, i ? "  " : "\nParameters:\n  ");
        text_format(text, "%s=%s", param->name, param->value);
        if (param->help) {
            text_tab(text, HELP_COLUMN);
            text_wrap(text, HELP_COLUMN, param->help);
        } else {
            text_byte(text, '\n');
        }
    }
}

static void put_lines(struct text *text, const struct dx_recipe *recipe)
{
    const struct dx_recipe_line *line;

    for (size_t i = 0; (line = dx_recipe_line_at(recipe, i)) != NULL; i++) {
        text_format(text, "%s  %s%s%s\n", i ? "" : "\nPasses, in their order:\n", line->optional ? "try " : "",
                    line->remove ? "remove " : "", line->spec);
        if (line->why) {
            text_tab(text, WHY_COLUMN);
            text_wrap(text, WHY_COLUMN, line->why);
        }
    }
}

static void put_page(struct text *text, const struct dx_recipe *recipe)
{
    text_format(text, "%s: ", dx_recipe_name(recipe));
    put_description(text, *dx_recipe_description(recipe) ? dx_recipe_description(recipe) : "(no description)");
    put_params(text, recipe);
    put_lines(text, recipe);
    text_puts(text, "\nExample:\n  domxform --recipe=");
    describe_quoted(text, dx_recipe_name(recipe));
    if (dx_recipe_param_at(recipe, 0)) {
        text_format(text, " --set %s=", dx_recipe_param_at(recipe, 0)->name);
        describe_quoted(text, dx_recipe_param_at(recipe, 0)->value);
    }
    text_puts(text, " vm.xml\n");
}

static void put_entry(struct text *text, const struct dx_recipe *recipe)
{
    text_format(text, "  %s", dx_recipe_name(recipe));
    text_tab(text, NAME_COLUMN);
    text_wrap(text, NAME_COLUMN, dx_recipe_summary(recipe));
}

static void json_recipe(struct text *text, const struct dx_recipe *recipe)
{
    const struct dx_recipe_param *param;
    const struct dx_recipe_line *line;

    text_json_open(text, '{');
    text_json_pair(text, "name", dx_recipe_name(recipe));
    text_json_pair(text, "summary", dx_recipe_summary(recipe));
    text_json_pair(text, "description", dx_recipe_description(recipe));
    text_json_key(text, "params");
    text_json_open(text, '[');
    for (size_t i = 0; (param = dx_recipe_param_at(recipe, i)) != NULL; i++) {
        text_json_open(text, '{');
        text_json_pair(text, "name", param->name);
        text_json_pair(text, "default", param->preset);
        text_json_pair(text, "help", param->help);
        text_json_close(text, '}');
    }
    text_json_close(text, ']');
    text_json_key(text, "lines");
    text_json_open(text, '[');
    for (size_t i = 0; (line = dx_recipe_line_at(recipe, i)) != NULL; i++) {
        text_json_open(text, '{');
        text_json_pair(text, "spec", line->spec);
        text_json_flag(text, "remove", line->remove);
        text_json_flag(text, "try", line->optional);
        text_json_pair(text, "why", line->why);
        text_json_pair(text, "file", line->file);
        text_json_count(text, "line", line->line);
        text_json_count(text, "column", line->column);
        text_json_close(text, '}');
    }
    text_json_close(text, ']');
    text_json_close(text, '}');
}

/* A recipe whose SPECs cannot be meant is told as broken here already. */
static int put_recipe(struct cli *cli, struct text *text, const char *name,
                      void (*put)(struct text *text, const struct dx_recipe *recipe))
{
    const struct step step = {STEP_RECIPE, name};
    struct dx_pipeline *pipeline = NULL;
    struct dx_recipe *recipe;
    int rc = steps_build(&pipeline, cli, &step, 1);

    dx_pipeline_free(pipeline);
    rc = rc < 0 ? rc : dx_recipe_load(&recipe, cli->ctx, name, NULL, 0);
    if (rc == DX_OK) {
        put(text, recipe);
        dx_recipe_free(recipe);
    }
    return rc;
}

static int put_list(struct cli *cli, struct text *text, bool json)
{
    int rc = DX_OK;

    if (json) {
        text_json_open(text, '[');
    }
    for (size_t i = 0; rc == DX_OK && dx_recipe_at(i); i++) {
        text_puts(text, !json ? "" : i ? ",\n" : "\n");
        rc = put_recipe(cli, text, dx_recipe_at(i), json ? json_recipe : put_entry);
    }
    text_puts(text,
              json ? "\n]" : "\ndomxform recipes NAME tells about one; domxform help recipes how to write one.\n");
    return rc;
}

int command_recipes(struct cli *cli)
{
    text_auto text = {.io = cli->io};
    const char *name = cli->opts.operands.n ? cli->opts.operands.items[0] : NULL;
    bool json = cli->opts.format == FORMAT_JSON;
    int rc = name ? put_recipe(cli, &text, name, json ? json_recipe : put_page) : put_list(cli, &text, json);

    if (json) {
        text_byte(&text, '\n');
    }
    return rc < 0 ? messages_exit_code(cli, rc) : output_text(cli, &text);
}
