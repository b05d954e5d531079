/*
 * A schema of any bytes up to the first </grammar>, and a document behind it: the schema is taken or refused with a
 * place, and the document judged the same way twice, its findings with places in it. Schemas that include files are
 * not tried: those would be the system's.
 */
#include "fuzz.h"

static const char end_of_schema[] = "</grammar>";

static void check_findings(const struct dx_ctx *ctx, size_t errors, size_t len)
{
    size_t counted = 0;

    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);

        counted += diag->severity == DX_SEVERITY_ERROR;
        PROMISE(diag->rule && diag->message && diag->hint, "a finding has a rule, a message and a hint");
        PROMISE(diag->line > 0 && diag->offset <= diag->end_offset && diag->end_offset <= len,
                "a finding is in the document");
    }
    PROMISE(counted == errors, "the errors are counted");
}

static void judge(struct dx_ctx *ctx, const struct dx_schema *schema, const char *bytes, size_t len)
{
    struct dx_validate_options opts = {.size = sizeof(opts), .schema = schema, .level = DX_LEVEL_SCHEMA};
    struct dx_doc *doc;
    size_t first = 0, second = 0;
    int rc;

    dx_ctx_clear_diags(ctx);
    if (dx_doc_parse(&doc, ctx, "vm.xml", bytes, len, 0) != DX_OK) {
        return;
    }
    rc = dx_doc_validate(&first, doc, &opts);
    PROMISE(rc == DX_OK || rc == DX_ELIMIT, "a document is judged, or takes too many ways");
    if (rc == DX_OK) {
        check_findings(ctx, first, len);
        dx_ctx_clear_diags(ctx);
        PROMISE(dx_doc_validate(&second, doc, &opts) == DX_OK, "a document can be judged again");
        PROMISE(first == second, "what was learnt changes no verdict");
    }
    dx_doc_free(doc);
}

static size_t find_end(const char *bytes, size_t len)
{
    const char *end = memmem(bytes, len, end_of_schema, sizeof(end_of_schema) - 1);

    return end ? (size_t)(end - bytes) + sizeof(end_of_schema) - 1 : len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    size_t len = find_end(bytes, size);
    struct dx_schema *schema;
    struct dx_ctx *ctx;
    int rc;

    if (memmem(bytes, len, "include", 7)) {
        return 0;
    }
    PROMISE(dx_ctx_new(&ctx, NULL) == DX_OK, "a context can be made");
    rc = dx_schema_parse(&schema, ctx, "fuzz.rng", bytes, len);
    PROMISE(rc == DX_OK || rc == DX_ELIMIT, "a schema is taken or refused");
    if (rc == DX_OK) {
        judge(ctx, schema, bytes + len, size - len);
        dx_schema_free(schema);
    } else {
        const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

        PROMISE(diag && diag->severity == DX_SEVERITY_ERROR && diag->line > 0, "a refusal says where");
    }
    dx_ctx_free(ctx);
    return 0;
}
