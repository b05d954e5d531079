/* A schema from its files. */
#include "../schema.h"

static int not_yet(struct dx_schema **out, struct dx_ctx *ctx, const char *name)
{
    *out = NULL;
    dx_ctx_report(ctx, DX_LEVEL_SCHEMA, DX_SEVERITY_ERROR, name, NULL, "schemas cannot be read yet");
    return DX_ELIMIT;
}

int dx_schema_load(struct dx_schema **out, struct dx_ctx *ctx, const char *path)
{
    return not_yet(out, ctx, path);
}

int dx_schema_parse(struct dx_schema **out, struct dx_ctx *ctx, const char *name, const char *bytes, size_t len)
{
    (void)bytes;
    (void)len;
    return not_yet(out, ctx, name);
}

int dx_schema_auto(struct dx_schema **out, struct dx_ctx *ctx)
{
    return not_yet(out, ctx, "bundled");
}

void dx_schema_free(struct dx_schema *schema)
{
    (void)schema;
}

const char *dx_schema_name(const struct dx_schema *schema)
{
    (void)schema;
    return "bundled";
}

int dx_schema_partial(const struct dx_schema *schema)
{
    (void)schema;
    return 1;
}

int dx_schema_check(struct dx_findings *out, struct dx_doc *doc, const struct dx_schema *schema)
{
    (void)out;
    (void)doc;
    (void)schema;
    return DX_OK;
}
