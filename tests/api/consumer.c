/* The library in a host program: read a domain, give it 1 GiB pages and a TPM, write it. */
#include <domxform.h>

#include <stdio.h>
#include <stdlib.h>

/* What the library has to say goes to stderr, as the command line would put it. */
static void show_diagnostics(struct dx_ctx *ctx)
{
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        char *text;
        size_t len;

        if (dx_diag_render(&text, &len, ctx, dx_ctx_diag(ctx, i), DX_FORMAT_TEXT, 0) == DX_OK) {
            fwrite(text, 1, len, stderr);
            dx_bytes_free(ctx, text);
        }
    }
}

static char *read_all(FILE *file, size_t *len)
{
    size_t room = 1 << 16;
    char *bytes = malloc(room);

    *len = 0;
    while (bytes) {
        size_t n = fread(bytes + *len, 1, room - *len, file);

        *len += n;
        if (n == 0) {
            break;
        }
        if (*len == room) {
            char *more = realloc(bytes, room *= 2);

            if (!more) {
                free(bytes);
            }
            bytes = more;
        }
    }
    return bytes;
}

int main(int argc, char **argv)
{
    struct dx_ctx *ctx = NULL;
    struct dx_pipeline *pipeline = NULL;
    struct dx_doc *doc = NULL;
    char *in = NULL, *out = NULL;
    size_t in_len, out_len;
    FILE *file = argc > 1 ? fopen(argv[1], "rb") : stdin;
    int rc = file ? DX_OK : DX_EIO;

    if (rc == DX_OK) {
        in = read_all(file, &in_len);
        rc = in ? dx_ctx_new(&ctx, NULL) : DX_ENOMEM;
    }
    if (rc == DX_OK) {
        rc = dx_pipeline_new(&pipeline, ctx);
    }
    if (rc == DX_OK) {
        rc = dx_pipeline_add(pipeline, ctx, "hugepages:1G");
    }
    if (rc == DX_OK) {
        rc = dx_pipeline_add(pipeline, ctx, "tpm");
    }
    if (rc == DX_OK) {
        rc = dx_doc_parse(&doc, ctx, argc > 1 ? argv[1] : "<stdin>", in, in_len, DX_PARSE_BORROW);
    }
    if (rc == DX_OK) {
        rc = dx_pipeline_run(pipeline, ctx, doc, NULL); /* DX_UNCHANGED: it had both already */
    }
    if (rc >= 0) {
        rc = dx_doc_write(&out, &out_len, doc);
    }
    if (rc == DX_OK && (fwrite(out, 1, out_len, stdout) != out_len || fflush(stdout) != 0)) {
        rc = DX_EIO;
    }
    if (ctx) {
        show_diagnostics(ctx);
        dx_bytes_free(ctx, out);
        dx_doc_free(doc);
        dx_pipeline_free(pipeline);
        dx_ctx_free(ctx);
    }
    free(in);
    if (file && file != stdin) {
        fclose(file);
    }
    return -rc;
}
