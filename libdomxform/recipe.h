/* Recipes: passes by their SPECs, from text files. */
#ifndef DX_RECIPE_H
#define DX_RECIPE_H

#include "ctx.h"

/* A value that stands in a SPEC, and what stands for it in the line of the file: offsets of both. */
struct dx_recipe_value {
    size_t begin, end;
    size_t src_begin, src_end;
};

struct dx_recipe_row {
    struct dx_recipe_line line;
    struct dx_str text; /* the line of the file */
    size_t begin;       /* of the SPEC in it */
    const struct dx_recipe_value *values;
    size_t n_values;
};

struct dx_recipe {
    struct dx_mem mem;
    struct dx_arena arena;
    const char *name, *summary, *description;
    struct dx_recipe_row *rows;
    size_t n_rows, room_rows;
    struct dx_recipe_param *params;
    const char **declared; /* in which file, a param each */
    size_t n_params, room_params;
};

/* Reads the recipe of recipe->name and what it includes; as dx_recipe_load(). */
int dx_recipe_read(struct dx_recipe *recipe, struct dx_ctx *ctx, const char *const *values, size_t n_values);

/* Where a byte of a line stands, for a message. */
struct dx_where dx_recipe_where(const char *file, size_t number, struct dx_str text, size_t at);

#endif
