/* domxform advise: what of the recipes each input does not follow yet; nothing is changed. */
#include "advice.h"
#include "inputs.h"
#include "steps.h"

struct advising {
    struct cli *cli;
    struct inputs inputs;
    struct dx_pipeline *pipeline;
    struct dx_run_options how;
    struct advice_style style;
    struct advice_tally tally;
    struct advice_table table;
    size_t files, skipped; /* told of; passed over, since they are no domains */
    bool json;
    int worst;
};

static const struct step guide[] = {{STEP_RECIPE, "openeuler-performance"}, {STEP_RECIPE, "openeuler-security"}};

static void note_code(struct advising *a, int code)
{
    a->worst = code > a->worst ? code : a->worst;
}

static int build(struct advising *a)
{
    const struct options *opts = &a->cli->opts;
    int rc = inputs_check_stdin(a->cli);

    if (rc < 0) {
        return rc;
    }
    return opts->n_steps ? steps_build(&a->pipeline, a->cli, opts->steps, opts->n_steps)
                         : steps_build(&a->pipeline, a->cli, guide, sizeof guide / sizeof guide[0]);
}

/* ---- one input ---- */

static int tell(struct advising *a, const struct advice *advice)
{
    text_auto text = {.io = a->cli->io};

    advice_count(&a->tally, advice);
    if (a->json) {
        text_puts(&text, a->files ? ",\n" : "");
        advice_json(&text, advice);
    } else if (a->inputs.n == 1) {
        advice_page(&text, advice, &a->style);
    } else if (advice_table_add(&a->table, advice) != DX_OK) {
        return DX_ENOMEM;
    }
    a->files++;
    note_code(a, advice_is_followed(advice) ? CLI_OK : CLI_FINDINGS);
    note_code(a, text.len ? output_text(a->cli, &text) : CLI_OK);
    return DX_OK;
}

static void advise_input(struct advising *a, const struct place *place)
{
    struct cli *cli = a->cli;
    struct input input;
    struct advice advice = {0};
    struct dx_doc *doc;
    int rc;

    rc = inputs_parse(&doc, &input, cli, place);
    if (rc == DX_UNCHANGED) {
        a->skipped++;
    } else if (rc == DX_OK) {
        advice.name = input.name;
        advice.path = input.path;
        advice.arch = a->how.assume_arch;
        rc = dx_doc_advise(&advice.items, &advice.n, doc, a->pipeline, &a->how);
        rc = rc < 0 ? rc : tell(a, &advice);
    }
    note_code(a, messages_exit_code(cli, rc));
    messages_flush(cli);
    dx_doc_free(doc);
    input_free(cli, &input);
}

/* ---- all of them ---- */

static void put_begin(struct advising *a)
{
    text_auto text = {.io = a->cli->io};

    if (a->json) {
        text_puts(&text, "{\"version\":1,\"files\":[\n");
        note_code(a, output_text(a->cli, &text));
    }
}

static void put_end(struct advising *a)
{
    text_auto text = {.io = a->cli->io};

    if (a->json) {
        text_puts(&text, "\n],\"summary\":{");
        text_format(&text, "\"files\":%zu,\"skipped\":%zu", a->files, a->skipped);
        advice_json_tally(&text, &a->tally);
        text_format(&text, ",\"exitCode\":%d}}\n", a->worst);
    } else if (a->inputs.n != 1) {
        advice_table_put(&text, &a->table, &a->style);
    }
    if (text.len || text.failed) {
        note_code(a, output_text(a->cli, &text));
    }
}

static int run(struct advising *a)
{
    put_begin(a);
    for (size_t i = 0; i < a->inputs.n && !a->cli->out_lost; i++) {
        advise_input(a, &a->inputs.items[i]);
    }
    if (!a->cli->out_lost) {
        put_end(a);
    }
    return a->worst;
}

int command_advise(struct cli *cli)
{
    const struct options *opts = &cli->opts;
    struct advising a = {
        .cli = cli,
        .how = {.size = sizeof a.how, .assume_arch = opts->arch},
        .style = {.color = messages_color(cli, cli->io->out), .quiet = opts->quiet, .verbose = opts->verbose},
        .table = {.specs = {.io = cli->io}, .names = {.io = cli->io}, .marks = {.io = cli->io}},
        .json = opts->format == FORMAT_JSON,
    };
    int code, rc;

    rc = build(&a);
    rc = rc < 0 ? rc : inputs_find(&a.inputs, cli);
    code = rc < 0 ? messages_exit_code(cli, rc) : run(&a);
    messages_flush(cli);
    inputs_free(&a.inputs, cli);
    advice_table_free(&a.table);
    dx_pipeline_free(a.pipeline);
    return code;
}
