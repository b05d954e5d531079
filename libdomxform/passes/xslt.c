/* A stylesheet of the user's own, in a sandbox; its result is grafted onto the document. */
#include "xslt.h"

#include "pass.h"

enum { TIMEOUT = 10000 };

struct xslt {
    struct dx_str file;
    struct dx_pairs params;
};

static int prepare_xslt(void **state, struct dx_run *run, const void *values, void *user)
{
    const struct xslt *opts = values;
    dx_cleanup(dx_buf_free) struct dx_buf path = DX_BUF(&run->ctx->mem);
    struct dx_sheet *sheet = NULL;
    int rc;

    (void)user;
    dx_buf_str(&path, opts->file);
    dx_buf_byte(&path, '\0');
    rc = path.failed ? dx_ctx_no_memory(run->ctx) : dx_sheet_load(&sheet, run->ctx, path.ptr);
    for (size_t i = 0; i < opts->params.n && rc == DX_OK; i++) {
        const struct dx_pair *pair = &opts->params.items[i];
        dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);
        const char *nearest;

        if (dx_sheet_takes(sheet, pair->key, &nearest)) {
            continue;
        }
        if (nearest) {
            dx_buf_format(&hint, "did you mean '%s'?", nearest);
        } else {
            dx_buf_puts(&hint, "declare it at the top of the stylesheet: <xsl:param name='…'/>");
        }
        dx_buf_byte(&hint, '\0');
        rc = hint.failed
                 ? dx_ctx_no_memory(run->ctx)
                 : dx_run_usage(run, pair->column, hint.ptr, "the stylesheet has no parameter '%.*s'", DX_F(pair->key));
    }
    if (rc < 0) {
        dx_sheet_free(sheet);
        return rc;
    }
    *state = sheet;
    return DX_OK;
}

static void release_xslt(void *state)
{
    dx_sheet_free(state);
}

static int run_xslt(struct dx_run *run, const void *values, void *user)
{
    const struct xslt *opts = values;
    size_t timeout = run->opts && run->opts->sheet_timeout ? run->opts->sheet_timeout : TIMEOUT;
    int rc = dx_sheet_run(user, run->doc, &opts->params, timeout);

    run->failed = run->failed || rc < 0;
    return rc;
}

static const struct dx_opt options[] = {
    {.name = "file",
     .value = "FILE",
     .help = "the stylesheet, XSLT 1.0",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct xslt, file)},
    {.name = "NAME",
     .value = "VALUE",
     .help = "a parameter of the stylesheet, as a string",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_LIST,
     .keys = DX_KEY_NCNAME,
     .off = offsetof(struct xslt, params)},
    {.name = NULL},
};

const struct dx_pass dx_pass_xslt = {
    .size = sizeof(struct dx_pass),
    .name = "xslt",
    .group = "other",
    .summary = "run a stylesheet of your own, and keep the bytes of what it leaves alone",
    .doc = "Runs an XSLT 1.0 stylesheet on the domain and makes the document say what its\n"
           "result says: what is the same in both keeps its bytes, so that an identity\n"
           "stylesheet changes nothing and one that adds an element adds its lines. How\n"
           "xsl:output would spell the result does not matter.\n"
           "\n"
           "The stylesheet runs in a sandbox: it can read and write no file and no network\n"
           "(xsl:import and xsl:include work below its own folder), and is stopped after\n"
           "--xslt-timeout seconds or when it takes too much memory. Of EXSLT there is\n"
           "exsl:node-set(). Its result must be one <domain>; xsl:message shows as a note.\n"
           "Needs libxslt, which is loaded only for this pass.",
    .example = "xslt:xslt/hugepages.xsl,size=1G",
    .since = NULL,
    .element = NULL,
    .opts = options,
    .opt_size = sizeof(struct xslt),
    .flags = DX_PASS_ANY_TYPE,
    .risk = "whatever the stylesheet changes",
    .prepare = prepare_xslt,
    .release = release_xslt,
    .run = run_xslt,
};
