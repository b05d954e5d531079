/* domxform transform: each input through the passes, and the result to where it belongs. */
#include "inplace.h"
#include "input.h"
#include "steps.h"

#include <string.h>

struct job {
    struct cli *cli;
    struct dx_pipeline *pipeline;
    struct dx_schema *schema; /* --validate; else NULL */
    struct dx_run_options run;
    bool *skip; /* per operand: an earlier one is the same file */
};

static bool is_stdin(const char *file)
{
    return strcmp(file, "-") == 0;
}

/* What the tables of options cannot say. */
static int check_usage(struct cli *cli)
{
    const struct options *opts = &cli->opts;
    const struct list *files = &opts->operands;
    size_t n_stdin = 0;

    for (size_t i = 0; i < files->n; i++) {
        n_stdin += is_stdin(files->items[i]);
    }
    if (opts->in_place && (files->n == 0 || n_stdin)) {
        return messages_usage(cli, "name a FILE, or leave out -i: the result goes to stdout then",
                              "--in-place cannot change stdin");
    }
    if (n_stdin > 1) {
        return messages_usage(cli, "name it once", "stdin ('-') can be read once only");
    }
    if (opts->output && files->n > 1) {
        return messages_usage(cli, "give one FILE, or change each with -i",
                              "--output is one file, and %zu inputs are given", files->n);
    }
    if (files->n > 1 && !opts->in_place && !opts->diff && !opts->check) {
        return messages_usage(cli, "change each with -i, or look with --diff or --check",
                              "%zu files cannot all go to stdout", files->n);
    }
    return DX_OK;
}

static int load_schema(struct job *job)
{
    struct cli *cli = job->cli;
    int rc = cli->opts.validate ? dx_schema_auto(&job->schema, cli->ctx) : DX_OK;

    if (rc == DX_OK && job->schema && cli->opts.verbose) {
        rc = dx_ctx_report(cli->ctx, DX_LEVEL_SCHEMA, DX_SEVERITY_NOTE, NULL, NULL, "schema: %s%s",
                           dx_schema_name(job->schema), dx_schema_partial(job->schema) ? " (partial)" : "");
    }
    job->run.schema = job->schema;
    return rc;
}

/* Looked at beforehand: once a file is replaced, its second name no longer tells that it was the same. */
static int find_doubles(struct job *job)
{
    struct cli *cli = job->cli;
    const struct list *files = &cli->opts.operands;
    struct stat *sts;

    if (!cli->opts.in_place || files->n < 2) {
        return DX_OK;
    }
    job->skip = io_realloc(cli->io, NULL, files->n, sizeof *job->skip);
    sts = io_realloc(cli->io, NULL, files->n, sizeof *sts);
    for (size_t i = 0; job->skip && sts && i < files->n; i++) {
        job->skip[i] = false;
        if (cli->io->stat(files->items[i], &sts[i]) != 0) {
            sts[i].st_ino = 0;
        }
        for (size_t k = 0; k < i && sts[i].st_ino && !job->skip[i]; k++) {
            job->skip[i] = sts[k].st_ino == sts[i].st_ino && sts[k].st_dev == sts[i].st_dev;
        }
    }
    io_free(cli->io, sts);
    return job->skip && sts ? DX_OK : DX_ENOMEM;
}

static int write_diff(struct cli *cli, const struct input *input, struct dx_doc *doc)
{
    char *bytes;
    size_t n;
    int rc = dx_doc_diff(&bytes, &n, doc, input->name, messages_color(cli, cli->io->out) ? DX_RENDER_COLOR : 0);

    if (rc == DX_OK) {
        rc = output_bytes(cli, bytes, n);
        dx_bytes_free(cli->ctx, bytes);
    }
    return rc;
}

/* An output that is the unchanged input itself has nothing to be written. */
static bool is_same_file(struct cli *cli, const struct input *input, const char *path)
{
    struct stat st;

    return input->path && cli->io->stat(path, &st) == 0 && S_ISREG(st.st_mode) && st.st_dev == input->st.st_dev &&
           st.st_ino == input->st.st_ino;
}

static int write_result(struct cli *cli, const struct input *input, struct dx_doc *doc, bool changed)
{
    const struct options *opts = &cli->opts;
    struct replacement what = {.name = input->name, .path = input->path, .read = &input->st, .suffix = opts->suffix};
    int rc;

    if (opts->check || (opts->in_place && !changed)) {
        return DX_OK;
    }
    if (opts->diff && !opts->in_place && !opts->output) {
        return DX_OK;
    }
    if (opts->output && !changed && is_same_file(cli, input, opts->output)) {
        return DX_OK;
    }
    rc = dx_doc_slices(&what.slices, &what.n, doc);
    if (rc < 0) {
        return rc;
    }
    if (opts->output) {
        what.name = opts->output;
        what.path = opts->output;
        what.read = NULL;
    }
    return opts->output || opts->in_place ? inplace_replace(cli, &what) : output_slices(cli, what.slices, what.n);
}

static void tell(struct cli *cli, const struct input *input, bool changed)
{
    if (changed && cli->opts.check) {
        messages_state(cli, input->name, "would change");
    } else if (cli->opts.verbose) {
        messages_state(cli, input->name, !changed ? "unchanged" : cli->opts.in_place ? "written" : "changed");
    }
}

static int run_document(struct job *job, const struct input *input, struct dx_doc *doc)
{
    struct cli *cli = job->cli;
    bool changed = false;
    int rc = DX_OK;

    if (dx_pipeline_count(job->pipeline) > 0 || job->schema) {
        rc = dx_pipeline_run(job->pipeline, cli->ctx, doc, &job->run);
        changed = rc == DX_OK;
    }
    rc = rc < 0 ? rc : write_result(cli, input, doc, changed);
    if (rc == DX_OK && cli->opts.diff) {
        rc = write_diff(cli, input, doc);
    }
    if (rc < 0) {
        return messages_exit_code(cli, rc);
    }
    messages_flush(cli);
    tell(cli, input, changed);
    return changed && cli->opts.check ? CLI_FINDINGS : CLI_OK;
}

static int run_input(struct job *job, const char *file)
{
    struct cli *cli = job->cli;
    struct input input;
    struct dx_doc *doc = NULL;
    int code, rc;

    rc = input_read(cli, &input, file, cli->opts.in_place);
    if (rc == DX_OK) {
        rc = dx_doc_parse(&doc, cli->ctx, input.name, input.bytes, input.len, DX_PARSE_BORROW);
    }
    if (rc == DX_OK && cli->opts.in_place && input_is_libvirts_own(&input)) {
        dx_ctx_report(cli->ctx, DX_LEVEL_ADVICE, DX_SEVERITY_WARNING, input.name,
                      "use EDITOR='domxform -i ...' virsh edit NAME, or virsh define with the result",
                      "libvirt keeps this file itself: it does not notice the change, and may undo it");
    }
    code = rc < 0 ? messages_exit_code(cli, rc) : run_document(job, &input, doc);
    messages_flush(cli);
    dx_doc_free(doc);
    input_free(cli, &input);
    return code;
}

static int run_all(struct job *job)
{
    struct cli *cli = job->cli;
    const struct list *files = &cli->opts.operands;
    int worst = CLI_OK;

    if (files->n == 0) {
        return run_input(job, "-");
    }
    for (size_t i = 0; i < files->n; i++) {
        int code = job->skip && job->skip[i] ? CLI_OK : run_input(job, files->items[i]);

        worst = code > worst ? code : worst;
        /* Nobody reads what is still to come; files that are to be changed are changed. */
        if (cli->out_lost && !cli->opts.in_place && !cli->opts.check) {
            break;
        }
    }
    return worst;
}

int command_transform(struct cli *cli)
{
    struct job job = {
        .cli = cli,
        .run = {.size = sizeof job.run,
                .flags = cli->opts.force ? DX_RUN_FORCE : 0,
                .assume_arch = cli->opts.arch,
                .allow = cli->opts.allow.items,
                .n_allow = cli->opts.allow.n,
                .sheet_timeout = (size_t)cli->opts.xslt_timeout * 1000},
    };
    int code, rc;

    rc = check_usage(cli);
    rc = rc < 0 ? rc : steps_build(&job.pipeline, cli, cli->opts.steps, cli->opts.n_steps);
    rc = rc < 0 ? rc : load_schema(&job);
    rc = rc < 0 ? rc : find_doubles(&job);
    code = rc < 0 ? messages_exit_code(cli, rc) : run_all(&job);
    dx_pipeline_free(job.pipeline);
    dx_schema_free(job.schema);
    io_free(cli->io, job.skip);
    return code;
}
