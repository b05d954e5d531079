/* A host's own pass: `rename:NEW[,title=TEXT]`, compiled here, run by the library beside its built-in ones. */
#include <domxform.h>

#include <stdio.h>
#include <string.h>

struct rename_options {
    struct dx_str name;
    struct dx_str title;
};

static const struct dx_opt rename_opts[] = {
    {.name = "name",
     .value = "NAME",
     .help = "the domain's new name",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED,
     .off = offsetof(struct rename_options, name)},
    {.name = "title",
     .value = "TEXT",
     .help = "a title for people to read",
     .type = DX_OPT_STRING,
     .off = offsetof(struct rename_options, title)},
    {.name = NULL},
};

/* The child NAME of the domain gets that text; it is made where libvirt wants it when it is not there. */
static int put_text(struct dx_run *run, const char *name, struct dx_str text)
{
    struct dx_node *domain = dx_doc_root(dx_run_doc(run));
    struct dx_node *node = dx_node_child(domain, name);
    int rc = node ? DX_OK : dx_run_insert(&node, run, domain, name);

    return rc < 0 ? rc : dx_edit_set_text(node, text);
}

static int rename_run(struct dx_run *run, const void *opts, void *user)
{
    const struct rename_options *options = opts;
    int *calls = user;
    int rc = DX_OK;

    *calls += 1;
    if (memchr(options->name.ptr, '/', options->name.len)) {
        return dx_run_error(run, dx_doc_root(dx_run_doc(run)), "use '-' in its place",
                            "a name of a domain has no slash");
    }
    rc = put_text(run, "name", options->name);
    if (rc >= 0 && options->title.ptr) {
        rc = put_text(run, "title", options->title);
    }
    return rc < 0 ? rc : DX_OK;
}

static const struct dx_pass rename_pass = {
    .size = sizeof(struct dx_pass),
    .name = "rename",
    .group = "other",
    .summary = "give the domain another name",
    .doc = "Gives the domain another name and, when asked, a title.",
    .example = "rename:web-2",
    .since = "libvirt 0.9.10",
    .element = "domain/name",
    .opts = rename_opts,
    .opt_size = sizeof(struct rename_options),
    .run = rename_run,
};

static const char in[] = "<domain type='kvm'>\n"
                         "  <name>web-1</name>   <!-- stays -->\n"
                         "  <memory unit='GiB'>4</memory>\n"
                         "  <vcpu>2</vcpu>\n"
                         "  <os><type arch='x86_64' machine='q35'>hvm</type></os>\n"
                         "</domain>\n";
static const char want[] = "<domain type='kvm'>\n"
                           "  <name>web-2</name>   <!-- stays -->\n"
                           "  <title>a &lt;second&gt; one</title>\n"
                           "  <memory unit='GiB'>4</memory>\n"
                           "  <memoryBacking>\n"
                           "    <hugepages>\n"
                           "      <page size='1' unit='GiB'/>\n"
                           "    </hugepages>\n"
                           "  </memoryBacking>\n"
                           "  <vcpu>2</vcpu>\n"
                           "  <os><type arch='x86_64' machine='q35'>hvm</type></os>\n"
                           "</domain>\n";

static int failures;

static void expect(int ok, const char *what)
{
    if (!ok) {
        fprintf(stderr, "own_pass: %s\n", what);
        failures++;
    }
}

static void run_it(struct dx_ctx *ctx, const char *body, int wanted, const char *text)
{
    struct dx_pipeline *pipeline = NULL;
    struct dx_doc *doc = NULL;
    char *out = NULL;
    size_t len = 0;
    int calls = 0;

    expect(dx_pipeline_new(&pipeline, ctx) == DX_OK, "no pipeline");
    expect(dx_pipeline_add_pass(pipeline, ctx, &rename_pass, &calls, body) == DX_OK, "the pass is not taken");
    expect(dx_pipeline_add(pipeline, ctx, "hugepages:1G") == DX_OK, "hugepages is not taken");
    expect(dx_pipeline_count(pipeline) == 2, "there are not two passes");
    expect(dx_doc_parse(&doc, ctx, "web.xml", in, sizeof(in) - 1, 0) == DX_OK, "the document is refused");
    expect(dx_pipeline_run(pipeline, ctx, doc, NULL) == wanted, "the pipeline gives another result");
    expect(calls == 1, "the pass did not run once");
    if (text && dx_doc_write(&out, &len, doc) == DX_OK) {
        expect(len == strlen(text) && memcmp(out, text, len) == 0, "the output is another");
        if (failures) {
            fwrite(out, 1, len, stderr);
        }
    }
    dx_bytes_free(ctx, out);
    dx_doc_free(doc);
    dx_pipeline_free(pipeline);
}

int main(void)
{
    struct dx_ctx *ctx;
    struct dx_pipeline *pipeline;
    const struct dx_diag *diag;

    if (dx_ctx_new(&ctx, NULL) != DX_OK) {
        return 1;
    }
    run_it(ctx, "web-2,title=a <second> one", DX_OK, want);
    expect(dx_ctx_diag_count(ctx) == 0, "something is said where all is well");

    run_it(ctx, "web/2", DX_EREFUSED, NULL);
    diag = dx_ctx_diag(ctx, 0);
    expect(diag && diag->pass && strcmp(diag->pass, "rename") == 0, "the message does not name the pass");
    expect(diag && diag->line == 1 && diag->column == 1, "the message has no position");
    dx_ctx_clear_diags(ctx);

    /* The options of a host's pass are checked like everyone's. */
    expect(dx_pipeline_new(&pipeline, ctx) == DX_OK, "no pipeline");
    expect(dx_pipeline_add_pass(pipeline, ctx, &rename_pass, NULL, "") == DX_EUSAGE, "a missing option is taken");
    expect(dx_pipeline_add_pass(pipeline, ctx, &rename_pass, NULL, "a,titel=b") == DX_EUSAGE ||
               dx_ctx_diag_count(ctx) < 2,
           "an unknown option is taken in silence");
    expect(dx_pipeline_add(pipeline, ctx, "rename:x") == DX_EUSAGE, "a host's pass has leaked into the built-in ones");
    expect(dx_pipeline_count(pipeline) == 0, "a pass that was refused is in the pipeline");
    dx_pipeline_free(pipeline);
    dx_ctx_free(ctx);
    return failures != 0;
}
