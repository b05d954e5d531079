/* domxform host plan, host check and host map: a plan made of the inputs and of the host, and printed. */
#include "host.h"
#include "inputs.h"

#include <string.h>

/* What prints a format of a command; the choices of --format are in options.c. */
static const struct host_format {
    unsigned command; /* CMD_HOST_* */
    const char *name;
    void (*render)(struct text *text, const struct host_report *report);
    int (*draw)(struct text *text, const struct host_report *report); /* in its place */
} formats[] = {
    {CMD_HOST_PLAN, "text", host_text, NULL},
    {CMD_HOST_PLAN, "json", host_json, NULL},
    {CMD_HOST_PLAN, "sh", host_sh, NULL},
    {CMD_HOST_PLAN, "ansible", host_ansible, NULL},
    {CMD_HOST_CHECK, "text", host_check_text, NULL},
    {CMD_HOST_CHECK, "json", host_json, NULL},
    {CMD_HOST_CHECK, "junit", host_junit, NULL},
    {CMD_HOST_MAP, "text", NULL, host_map_text},
    {CMD_HOST_MAP, "svg", NULL, host_map_svg},
    {CMD_HOST_MAP, "xml", NULL, host_map_xml},
};

struct hosting {
    struct cli *cli;
    struct inputs inputs;
    struct dx_plan *plan;
    struct host_report report;
    int worst;
};

static void note_code(struct hosting *h, int code)
{
    h->worst = code > h->worst ? code : h->worst;
}

static const struct host_format *format_of(const struct cli *cli)
{
    const struct options *opts = &cli->opts;

    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        if (formats[i].command == opts->command->id && strcmp(formats[i].name, opts->host_format) == 0) {
            return &formats[i];
        }
    }
    return NULL;
}

/* What the tables of options cannot say. */
static int check_usage(struct cli *cli)
{
    const struct options *opts = &cli->opts;
    int rc = inputs_check_stdin(cli);

    if (rc < 0) {
        return rc;
    }
    if (opts->qemu_version && !opts->block_rpcs) {
        return messages_usage(cli, "add --block-rpcs=guest-exec,guest-file-open, or leave it out",
                              "--qemu-version is for --block-rpcs, and nothing is to be blocked");
    }
    return DX_OK;
}

/* A plan and a map that are told of a host read no other one. */
static bool is_elsewhere(const struct cli *cli)
{
    const struct options *opts = &cli->opts;

    return opts->command->id != CMD_HOST_CHECK && !opts->root && (opts->host_cpus || opts->capabilities.n);
}

static int make_plan(struct hosting *h)
{
    const struct options *opts = &h->cli->opts;
    struct dx_plan_options how = {
        .size = sizeof how,
        .flags = is_elsewhere(h->cli) ? DX_PLAN_ELSEWHERE : 0,
        .root = opts->root,
        .host_cpus = opts->host_cpus,
        .assume_arch = opts->arch,
        .block_rpcs = opts->block_rpcs,
        .qemu_version = opts->qemu_version,
    };

    return dx_plan_new(&h->plan, h->cli->ctx, &how);
}

/* ---- inputs ---- */

static void note_file(struct hosting *h, const char *name, int rc)
{
    if (rc < 0) {
        text_puts(&h->report.failed, name);
        text_byte(&h->report.failed, '\0');
        h->report.n_failed++;
    }
    note_code(h, messages_exit_code(h->cli, rc));
    messages_flush(h->cli);
}

static void add_domain(struct hosting *h, const struct place *place)
{
    struct cli *cli = h->cli;
    struct input input;
    struct dx_doc *doc;
    int rc;

    rc = inputs_parse(&doc, &input, cli, place);
    if (rc == DX_UNCHANGED) {
        h->report.skipped++;
    } else if (rc == DX_OK) {
        rc = dx_plan_add_domain(h->plan, doc);
        h->report.files++;
    }
    note_file(h, input.name, rc);
    dx_doc_free(doc);
    input_free(cli, &input);
}

static void add_capabilities(struct hosting *h, const char *file)
{
    struct cli *cli = h->cli;
    struct input input = {.name = file};
    int rc = input_read(cli, &input, file, false);

    rc = rc < 0 ? rc : dx_plan_add_capabilities(h->plan, input.name, input.bytes, input.len);
    note_file(h, input.name, rc);
    input_free(cli, &input);
}

/* Other commands read what is piped into them. */
static int note_stdin(struct cli *cli)
{
    if (cli->opts.operands.n > 0 || !io_has_input(cli->io, cli->io->in)) {
        return DX_OK;
    }
    return dx_ctx_report(cli->ctx, DX_LEVEL_USAGE, DX_SEVERITY_NOTE, NULL, "name it - to plan for a domain in it",
                         "stdin is not read");
}

/* ---- the report ---- */

static bool is_told(const struct list *only, const struct dx_requirement *need)
{
    for (size_t i = 0; i < only->n; i++) {
        if (strcmp(only->items[i], need->kind->name) == 0) {
            return true;
        }
    }
    return only->n == 0;
}

static int select_needs(struct hosting *h)
{
    struct host_report *report = &h->report;
    const struct dx_requirement *need;
    size_t n = 0;

    while (dx_plan_at(h->plan, n)) {
        n++;
    }
    report->needs = io_realloc(h->cli->io, NULL, n + 1, sizeof(const struct dx_requirement *));
    if (!report->needs) {
        return DX_ENOMEM;
    }
    for (size_t i = 0; (need = dx_plan_at(h->plan, i)) != NULL; i++) {
        if (is_told(&h->cli->opts.only, need)) {
            report->needs[report->n_needs++] = need;
            report->of[need->state]++;
        }
    }
    if (report->check && h->report.of[DX_PLAN_MISSING] > 0) {
        note_code(h, CLI_FINDINGS);
    }
    return DX_OK;
}

static int print(struct hosting *h)
{
    const struct host_format *format = format_of(h->cli);
    text_auto text = {.io = h->cli->io};
    int rc = DX_OK;

    h->report.plan = h->plan;
    h->report.code = h->worst;
    if (format->draw) {
        rc = format->draw(&text, &h->report);
    } else {
        format->render(&text, &h->report);
    }
    if (rc == DX_OK && (text.len || text.failed)) {
        note_code(h, output_text(h->cli, &text));
    }
    return rc;
}

/* What is named and holds no domain asks for nothing: the needs of every host are for who names nothing. */
static bool asks_nothing(const struct hosting *h)
{
    const struct options *opts = &h->cli->opts;

    return opts->operands.n > 0 && h->report.files == 0 && opts->command->id != CMD_HOST_MAP;
}

/* A plan or a map of some of the domains would be for too small a host. */
static int refuse_part(struct cli *cli)
{
    return dx_ctx_report(cli->ctx, DX_LEVEL_INPUT, DX_SEVERITY_NOTE, NULL, "leave the file out to go on without it",
                         "nothing is %s: what is asked for is not wholly known",
                         cli->opts.command->id == CMD_HOST_MAP ? "drawn" : "planned");
}

static int run(struct hosting *h)
{
    const struct options *opts = &h->cli->opts;
    int rc;

    for (size_t i = 0; i < opts->capabilities.n; i++) {
        add_capabilities(h, opts->capabilities.items[i]);
    }
    for (size_t i = 0; i < h->inputs.n; i++) {
        add_domain(h, &h->inputs.items[i]);
    }
    if (h->worst > CLI_OK && !h->report.check) {
        return refuse_part(h->cli);
    }
    if (h->worst == CLI_NO_MEMORY || h->report.failed.failed) {
        return DX_ENOMEM;
    }
    rc = asks_nothing(h) ? DX_OK : dx_plan_make(h->plan);
    rc = rc < 0 ? rc : select_needs(h);
    return rc < 0 ? rc : print(h);
}

static int command(struct cli *cli)
{
    const struct options *opts = &cli->opts;
    struct hosting h = {
        .cli = cli,
        .report = {.cli = cli,
                   .failed = {.io = cli->io},
                   .check = opts->command->id == CMD_HOST_CHECK,
                   .elsewhere = is_elsewhere(cli),
                   .root = opts->root,
                   .host_cpus = opts->host_cpus,
                   .color = messages_color(cli, cli->io->out),
                   .quiet = opts->quiet,
                   .verbose = opts->verbose},
    };
    int rc = check_usage(cli);

    rc = rc < 0 ? rc : make_plan(&h);
    rc = rc < 0 ? rc : note_stdin(cli);
    rc = rc < 0 || opts->operands.n == 0 ? rc : inputs_find(&h.inputs, cli);
    if (rc >= 0) {
        messages_flush(cli);
        rc = run(&h);
    }
    note_code(&h, messages_exit_code(cli, rc));
    messages_flush(cli);
    inputs_free(&h.inputs, cli);
    text_free(&h.report.failed);
    io_free(cli->io, h.report.needs);
    dx_plan_free(h.plan);
    return h.worst;
}

int command_host_plan(struct cli *cli)
{
    return command(cli);
}

int command_host_check(struct cli *cli)
{
    return command(cli);
}

int command_host_map(struct cli *cli)
{
    return command(cli);
}
