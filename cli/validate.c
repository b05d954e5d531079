/* domxform validate: each input judged, and a report of what was found. */
#include "crew.h"
#include "input.h"
#include "inputs.h"
#include "progress.h"
#include "report.h"
#include "steps.h"

#include <string.h>

struct validation {
    struct cli *cli;
    struct inputs inputs;
    struct dx_schema *schema;
    struct dx_pipeline *require;
    struct dx_validate_options how;
    struct report report;
    const struct report_format *format;
    struct progress progress;
    struct tally tally;
    struct text schema_name;
    struct text held; /* the files of a format that wants the tally first */
    bool begun;       /* a file's text was put out: the next one is parted from it */
    size_t done;
    int worst;
};

/* What became of one input. */
struct verdict {
    struct text report, messages; /* for stdout, for stderr */
    struct tally tally;
    int code;
};

static int build_requirements(struct validation *v)
{
    struct cli *cli = v->cli;

    return cli->opts.n_steps ? steps_build(&v->require, cli, cli->opts.steps, cli->opts.n_steps) : DX_OK;
}

static int load_schema(struct validation *v)
{
    struct cli *cli = v->cli;
    const char *wanted = cli->opts.schema;
    int rc = DX_OK;

    if (strcmp(wanted, "auto") == 0) {
        rc = dx_schema_auto(&v->schema, cli->ctx);
    } else if (strcmp(wanted, "none") != 0) {
        rc = dx_schema_load(&v->schema, cli->ctx, wanted);
    }
    if (rc == DX_OK && v->schema && dx_schema_partial(v->schema)) {
        rc = dx_ctx_report(cli->ctx, DX_LEVEL_SCHEMA, DX_SEVERITY_NOTE, NULL,
                           "install them, as with Debian's libvirt0, or give --schema=FILE",
                           "libvirt's schemas are not here: the one built in knows what the passes write, no more");
    }
    if (rc < 0) {
        return rc;
    }
    text_puts(&v->schema_name, v->schema ? dx_schema_name(v->schema) : "none");
    text_puts(&v->schema_name, v->schema && dx_schema_partial(v->schema) ? " (partial)" : "");
    text_byte(&v->schema_name, '\0');
    return v->schema_name.failed ? DX_ENOMEM : DX_OK;
}

static void set_up(struct validation *v)
{
    static const enum dx_level levels[] = {
        [LEVEL_SCHEMA] = DX_LEVEL_SCHEMA,
        [LEVEL_DEFINE] = DX_LEVEL_DEFINE,
        [LEVEL_START] = DX_LEVEL_START,
        [LEVEL_ADVICE] = DX_LEVEL_ADVICE,
    };
    const struct cli *cli = v->cli;
    const struct options *opts = &cli->opts;

    v->how = (struct dx_validate_options){
        .size = sizeof v->how,
        .flags = opts->order_note ? DX_VALIDATE_ORDER : 0,
        .schema = v->schema,
        .level = levels[opts->level],
        .target = opts->target,
        .assume_arch = opts->arch,
        .disable = opts->disable.items,
        .n_disable = opts->disable.n,
        .require = v->require,
    };
    v->report = (struct report){
        .schema = v->schema_name.ptr,
        .color = messages_color(cli, cli->io->out),
        .strict = opts->strict,
        .quiet = opts->quiet,
    };
}

/* ---- one input, in any thread ---- */

/* A note about the file, on stderr. */
static void say(struct cli *cli, struct verdict *verdict, const char *name, struct text *line)
{
    text_byte(line, '\0');
    dx_ctx_clear_diags(cli->ctx);
    if (line->failed ||
        dx_ctx_report(cli->ctx, DX_LEVEL_INPUT, DX_SEVERITY_NOTE, name, NULL, "%s", line->ptr) != DX_OK) {
        verdict->code = CLI_NO_MEMORY;
    }
    messages_put(cli, &verdict->messages, true);
}

/* A document that is none: a line on stderr, and no part of the report. */
static void skip(struct cli *cli, struct verdict *verdict, const char *name)
{
    text_auto line = {.io = cli->io};

    text_format(&line, "skipped: %s", dx_ctx_diag(cli->ctx, 0)->message);
    say(cli, verdict, name, &line);
    verdict->tally.skipped = 1;
}

static int judge_bytes(const struct validation *v, struct cli *cli, const struct input *input, bool may_skip)
{
    struct dx_doc *doc;
    size_t errors;
    int rc = dx_doc_parse(&doc, cli->ctx, input->name, input->bytes, input->len,
                          DX_PARSE_BORROW | (may_skip ? DX_PARSE_SKIP : 0));

    if (rc == DX_OK) {
        rc = dx_doc_validate(&errors, doc, &v->how);
        dx_doc_free(doc);
    }
    return rc;
}

/* Counts what the report shows. */
static void count(const struct validation *v, const struct report_file *file, struct verdict *verdict)
{
    struct tally *tally = &verdict->tally;
    const struct dx_diag *diag;
    size_t i = 0;
    bool counts = false;

    while ((diag = report_finding(file, &i)) != NULL) {
        tally->errors += diag->severity == DX_SEVERITY_ERROR;
        tally->warnings += diag->severity == DX_SEVERITY_WARNING;
        tally->notes += diag->severity == DX_SEVERITY_NOTE;
        counts = counts || report_counts(&v->report, diag);
    }
    tally->files = 1;
    tally->affected = tally->errors + tally->warnings + tally->notes > 0;
    tally->failed = counts && file->failed;
    tally->refused = counts && !file->failed;
    if (verdict->code == CLI_OK && counts) {
        verdict->code = CLI_FINDINGS;
    }
}

static void tell(struct cli *cli, struct verdict *verdict, const char *name)
{
    text_auto line = {.io = cli->io};

    report_found(&line, &verdict->tally);
    say(cli, verdict, name, &line);
}

static void work(void *user, void *own, size_t i, void *result)
{
    const struct validation *v = user;
    const struct place *place = &v->inputs.items[i];
    struct cli *cli = own;
    struct verdict *verdict = result;
    struct input input = {.name = place->path};
    struct report_file file = {.report = &v->report, .cli = cli};
    int rc;

    verdict->report.io = cli->io;
    verdict->messages.io = cli->io;
    rc = place->error ? messages_errno(cli, place->path, "cannot read the directory", place->error, NULL)
                      : input_read(cli, &input, place->path, false);
    rc = rc < 0 ? rc : judge_bytes(v, cli, &input, place->below);
    input_free(cli, &input);
    if (rc == DX_UNCHANGED) {
        skip(cli, verdict, input.name);
    } else {
        verdict->code = messages_exit_code(cli, rc);
        file.name = input.name;
        file.failed = rc < 0;
        count(v, &file, verdict);
        v->format->file(&verdict->report, &file);
        messages_put(cli, &verdict->messages, false);
        if (cli->opts.verbose) {
            tell(cli, verdict, input.name);
        }
    }
    if (verdict->report.failed || verdict->messages.failed) {
        verdict->code = CLI_NO_MEMORY;
    }
    dx_ctx_clear_diags(cli->ctx);
}

/* A worker has a context of its own; all else is shared and does not change. */
static void *enter(void *user)
{
    const struct validation *v = user;
    struct cli *own = io_realloc(v->cli->io, NULL, 1, sizeof *own);

    if (own) {
        *own = *v->cli;
        if (cli_open_context(own) != DX_OK) {
            io_free(own->io, own);
            return NULL;
        }
    }
    return own;
}

static void leave(void *user, void *own)
{
    struct cli *cli = own;

    (void)user;
    dx_ctx_free(cli->ctx);
    io_free(cli->io, cli);
}

/* ---- all of them, in order ---- */

static void drop(void *user, void *result)
{
    struct verdict *verdict = result;

    (void)user;
    text_free(&verdict->report);
    text_free(&verdict->messages);
}

static void add(struct tally *sum, const struct tally *tally)
{
    sum->files += tally->files;
    sum->affected += tally->affected;
    sum->skipped += tally->skipped;
    sum->refused += tally->refused;
    sum->failed += tally->failed;
    sum->errors += tally->errors;
    sum->warnings += tally->warnings;
    sum->notes += tally->notes;
}

static void note_code(struct validation *v, int code)
{
    v->worst = code > v->worst ? code : v->worst;
}

/* The text goes out, or is held back. False: stdout is lost. */
static bool put_out(struct validation *v, struct text *text)
{
    const char *between = v->begun ? v->format->between : "";
    int rc = DX_OK;

    if (text->failed || text->len == 0) {
        return true;
    }
    if (v->format->held) {
        text_bytes(&v->held, text->ptr, text->len);
    } else {
        const struct dx_str slices[] = {{between, strlen(between)}, {text->ptr, text->len}};

        progress_clear(&v->progress);
        rc = output_slices(v->cli, slices, 2);
    }
    v->begun = true;
    note_code(v, messages_exit_code(v->cli, rc));
    return rc == DX_OK;
}

static bool take(void *user, void *result)
{
    struct validation *v = user;
    struct verdict *verdict = result;
    bool more = true;

    if (verdict) {
        add(&v->tally, &verdict->tally);
        note_code(v, verdict->code);
        if (verdict->messages.len) {
            progress_clear(&v->progress);
            messages_write(v->cli, &verdict->messages);
        }
        more = put_out(v, &verdict->report);
        drop(v, verdict);
        v->done++;
    }
    progress_update(&v->progress, v->done);
    return more;
}

static void put_begin(struct validation *v)
{
    text_auto text = {.io = v->cli->io};

    if (v->format->begin) {
        v->format->begin(&text, &v->report, &v->tally);
        note_code(v, output_text(v->cli, &text));
    }
}

static void put_end(struct validation *v)
{
    text_auto text = {.io = v->cli->io};

    if (v->format->held) {
        put_begin(v);
        note_code(v, output_text(v->cli, &v->held));
    } else if (v->begun && *v->format->between) {
        text_byte(&text, '\n');
    }
    v->format->end(&text, &v->report, &v->tally, v->worst);
    note_code(v, output_text(v->cli, &text));
    if (v->format->summary && v->tally.files + v->tally.skipped > 1) {
        text.len = 0;
        report_summary(&text, &v->tally);
        text_byte(&text, '\0');
        if (text.failed ||
            dx_ctx_report(v->cli->ctx, DX_LEVEL_INPUT, DX_SEVERITY_NOTE, NULL, NULL, "%s", text.ptr) != DX_OK) {
            note_code(v, CLI_NO_MEMORY);
        }
    }
    messages_flush(v->cli);
}

static int run(struct validation *v)
{
    const struct options *opts = &v->cli->opts;
    struct crew crew = {
        .io = v->cli->io,
        .n = v->inputs.n,
        .workers = opts->jobs ? (size_t)opts->jobs : v->cli->io->processors(),
        .result_size = sizeof(struct verdict),
        .user = v,
        .enter = enter,
        .leave = leave,
        .work = work,
        .take = take,
        .drop = drop,
    };
    int rc;

    set_up(v);
    messages_flush(v->cli);
    if (!v->format->held) {
        put_begin(v);
    }
    progress_begin(&v->progress, v->cli, v->inputs.n);
    rc = v->cli->out_lost ? DX_OK : crew_run(&crew);
    progress_clear(&v->progress);
    if (rc < 0) {
        return messages_exit_code(v->cli, rc);
    }
    if (!v->cli->out_lost) {
        put_end(v);
    }
    return v->worst;
}

int command_validate(struct cli *cli)
{
    struct validation v = {
        .cli = cli,
        .format = report_format(cli->opts.format),
        .schema_name = {.io = cli->io},
        .held = {.io = cli->io},
    };
    int code, rc;

    rc = inputs_check_stdin(cli);
    rc = rc < 0 ? rc : build_requirements(&v);
    rc = rc < 0 ? rc : load_schema(&v);
    rc = rc < 0 ? rc : inputs_find(&v.inputs, cli);
    code = rc < 0 ? messages_exit_code(cli, rc) : run(&v);
    messages_flush(cli);
    inputs_free(&v.inputs, cli);
    dx_pipeline_free(v.require);
    dx_schema_free(v.schema);
    text_free(&v.schema_name);
    text_free(&v.held);
    return code;
}
