/*
 * A SPEC of any bytes, for --pass and for --remove: taken, or refused with a column and nothing changed. A pass that
 * was taken runs on a domain of ours: done or refused, and done twice is done once.
 */
#include "fuzz.h"

static const char domain[] = "<domain type='kvm'>\n"
                             "  <name>fuzz</name>\n"
                             "  <memory unit='GiB'>4</memory>\n"
                             "  <vcpu>4</vcpu>\n"
                             "  <iothreads>2</iothreads>\n"
                             "  <os>\n"
                             "    <type arch='x86_64' machine='pc-q35-7.2'>hvm</type>\n"
                             "  </os>\n"
                             "  <devices>\n"
                             "    <disk type='file' device='disk'>\n"
                             "      <source file='/vm/a.img'/>\n"
                             "      <target dev='vda' bus='virtio'/>\n"
                             "    </disk>\n"
                             "    <disk type='block' device='disk'>\n"
                             "      <driver name='qemu' type='raw' queues='4'/>\n"
                             "      <source dev='/dev/sdb'/>\n"
                             "      <target dev='vdb' bus='virtio'/>\n"
                             "    </disk>\n"
                             "    <disk type='block' device='lun'>\n"
                             "      <source dev='/dev/sdc'/>\n"
                             "      <target dev='sda' bus='scsi'/>\n"
                             "    </disk>\n"
                             "    <controller type='scsi' index='0' model='virtio-scsi'/>\n"
                             "  </devices>\n"
                             "</domain>\n";

static void show(struct dx_ctx *ctx)
{
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        for (int format = DX_FORMAT_TEXT; format <= DX_FORMAT_JSON; format++) {
            size_t len;
            char *out;

            PROMISE(dx_diag_render(&out, &len, ctx, dx_ctx_diag(ctx, i), (enum dx_format)format, 0) == DX_OK,
                    "a message can be shown");
            for (size_t j = 0; j < len; j++) {
                PROMISE((unsigned char)out[j] >= 0x20 || out[j] == '\n' || out[j] == '\t',
                        "a message has no control characters");
            }
            dx_bytes_free(ctx, out);
        }
    }
}

static int has_error(const struct dx_ctx *ctx)
{
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        if (dx_ctx_diag(ctx, i)->severity == DX_SEVERITY_ERROR) {
            return 1;
        }
    }
    return 0;
}

/* The bytes after the pipeline ran, NULL when a pass refused. */
static char *run(size_t *out_len, struct dx_ctx *ctx, const struct dx_pipeline *pipeline, const char *in, size_t len,
                 int *result)
{
    struct dx_doc *doc, *reread;
    char *out = NULL;
    int rc;

    dx_ctx_clear_diags(ctx);
    PROMISE(dx_doc_parse(&doc, ctx, "vm.xml", in, len, 0) == DX_OK, "what a pass wrote can be read");
    rc = dx_pipeline_run(pipeline, ctx, doc, NULL);
    PROMISE(rc == DX_OK || rc == DX_UNCHANGED || rc == DX_EREFUSED, "a pass is done, unchanged or refused");
    PROMISE(rc != DX_EREFUSED || has_error(ctx), "a refusal says why");
    if (rc >= 0) {
        PROMISE(dx_doc_write(&out, out_len, doc) == DX_OK, "the result can be written");
        PROMISE(rc != DX_UNCHANGED || (*out_len == len && memcmp(out, in, len) == 0), "unchanged is unchanged");
        PROMISE(dx_doc_parse(&reread, ctx, "out.xml", out, *out_len, 0) == DX_OK, "the result can be read");
        dx_doc_free(reread);
    }
    show(ctx);
    dx_doc_free(doc);
    *result = rc;
    return out;
}

static void check_run(struct dx_ctx *ctx, const struct dx_pipeline *pipeline, const char *spec)
{
    size_t len, again_len;
    char *out, *again;
    int rc;

    out = run(&len, ctx, pipeline, domain, sizeof(domain) - 1, &rc);
    if (out) {
        again = run(&again_len, ctx, pipeline, out, len, &rc);
        if (rc != DX_UNCHANGED || !again) {
            fprintf(stderr, "%s\n%.*s\n%.*s\n", spec, (int)len, out, again ? (int)again_len : 0, again ? again : "");
            PROMISE(0, "P4: a second run changes nothing");
        }
        dx_bytes_free(ctx, again);
        dx_bytes_free(ctx, out);
    }
}

static void try_spec(struct dx_ctx *ctx, const char *spec, int removing)
{
    struct dx_pipeline *pipeline;
    int rc;

    dx_ctx_clear_diags(ctx);
    PROMISE(dx_pipeline_new(&pipeline, ctx) == DX_OK, "a pipeline can be made");
    rc = removing ? dx_pipeline_add_remove(pipeline, ctx, spec) : dx_pipeline_add(pipeline, ctx, spec);
    show(ctx);
    if (rc == DX_OK) {
        PROMISE(dx_pipeline_count(pipeline) == 1, "a pass that is taken is in the pipeline");
        check_run(ctx, pipeline, spec);
    } else {
        PROMISE(rc == DX_EUSAGE, "a SPEC is taken or refused as usage");
        PROMISE(has_error(ctx), "a refusal says why");
        PROMISE(dx_pipeline_count(pipeline) == 0, "a pass that is refused is not in the pipeline");
    }
    dx_pipeline_free(pipeline);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct dx_ctx *ctx;
    char *spec;

    if (size > 4096) {
        return 0;
    }
    spec = malloc(size + 1);
    PROMISE(spec && dx_ctx_new(&ctx, NULL) == DX_OK, "a context can be made");
    if (size) {
        memcpy(spec, data, size);
    }
    spec[size] = '\0';
    try_spec(ctx, spec, 0);
    try_spec(ctx, spec, 1);
    dx_ctx_free(ctx);
    free(spec);
    return 0;
}
