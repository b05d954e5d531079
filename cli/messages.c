/* What goes to stderr. */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Each exit code with what help says of it. */
static const struct exit_code exit_codes[] = {
    {CLI_OK, "done",
     "With --check: no FILE would change. Of validate: no errors. Of advise and host check: nothing is missing."},
    {CLI_FINDINGS, "something would change, or was found",
     "With --check: at least one FILE would change. Of validate: at least one error, with --strict also a warning. "
     "Of advise: something is missing or blocked. Of host check: something is missing."},
    {CLI_USAGE, "usage error",
     "An unknown pass, recipe, option or rule, a malformed SPEC or value, options that exclude each other. Decided "
     "before "
     "any input is read; nothing was done."},
    {CLI_INPUT, "input refused", "Malformed, not a domain, several documents, or over a limit."},
    {CLI_IO, "input or output failed",
     "A file could not be opened, read or written, or stdout could not. Silent when the reader of a pipe went away."},
    {CLI_REFUSED, "the document does not allow it",
     "A pass cannot do it on this document, or the result would break a rule that the input keeps, or, "
     "with --validate, the schema. Of host map: the CPUs of the host are not known."},
    {CLI_NO_MEMORY, "out of memory", "Nothing was written."},
    {CLI_LIMIT, "stylesheet or limit", "A stylesheet or schema of yours failed, or a limit or timeout was met."},
    {CLI_INTERNAL, "internal error", "A bug of domxform: please report it with the document."},
};

const struct exit_code *exit_code_at(size_t i)
{
    return i < sizeof exit_codes / sizeof exit_codes[0] ? &exit_codes[i] : NULL;
}

/* Nobody is left to be told when stderr fails. */
static void write_err(struct cli *cli, const char *bytes, size_t n)
{
    struct dx_str slice = {bytes, n};

    (void)io_write_all(cli->io, cli->io->err, &slice, 1);
}

bool messages_color(const struct cli *cli, int fd)
{
    const char *term = cli->io->getenv("TERM");
    const char *none = cli->io->getenv("NO_COLOR");

    if (cli->opts.color != COLOR_AUTO) {
        return cli->opts.color == COLOR_ALWAYS;
    }
    return !(none && *none) && !(term && strcmp(term, "dumb") == 0) && cli->io->isatty(fd) == 1;
}

static bool is_silent(const struct cli *cli, const struct dx_diag *diag)
{
    return cli->opts.quiet && diag->severity != DX_SEVERITY_ERROR;
}

static enum dx_format format_of(const struct cli *cli)
{
    return cli->opts.message_format == FORMAT_JSON ? DX_FORMAT_JSON : DX_FORMAT_TEXT;
}

void messages_flush(struct cli *cli)
{
    const struct dx_diag *diag;
    unsigned flags;

    if (dx_ctx_diag_count(cli->ctx) == 0) {
        return;
    }
    flags = messages_color(cli, cli->io->err) ? DX_RENDER_COLOR : 0;
    for (size_t i = 0; (diag = dx_ctx_diag(cli->ctx, i)) != NULL; i++) {
        char *bytes;
        size_t n;

        if (is_silent(cli, diag)) {
            continue;
        }
        if (dx_diag_render(&bytes, &n, cli->ctx, diag, format_of(cli), flags) == DX_OK) {
            write_err(cli, bytes, n);
            dx_bytes_free(cli->ctx, bytes);
        } else {
            write_err(cli, diag->message, strlen(diag->message));
            write_err(cli, "\n", 1);
        }
    }
    dx_ctx_clear_diags(cli->ctx);
}

void messages_put(struct cli *cli, struct text *text, bool all)
{
    unsigned flags = messages_color(cli, cli->io->err) ? DX_RENDER_COLOR : 0;
    const struct dx_diag *diag;

    for (size_t i = 0; (diag = dx_ctx_diag(cli->ctx, i)) != NULL; i++) {
        char *bytes;
        size_t n;

        if (is_silent(cli, diag) || (diag->file && !all)) {
            continue;
        }
        if (dx_diag_render(&bytes, &n, cli->ctx, diag, format_of(cli), flags) == DX_OK) {
            text_bytes(text, bytes, n);
            dx_bytes_free(cli->ctx, bytes);
        } else {
            text_format(text, "%s\n", diag->message);
        }
    }
}

void messages_write(struct cli *cli, const struct text *text)
{
    write_err(cli, text->ptr, text->len);
}

static bool has_error(const struct cli *cli)
{
    const struct dx_diag *diag;

    for (size_t i = 0; (diag = dx_ctx_diag(cli->ctx, i)) != NULL; i++) {
        if (diag->severity == DX_SEVERITY_ERROR) {
            return true;
        }
    }
    return false;
}

int messages_exit_code(struct cli *cli, int rc)
{
    /* What nobody knows is a bug: the last row. */
    const struct exit_code *row = &exit_codes[sizeof exit_codes / sizeof exit_codes[0] - 1];

    if (rc >= 0) {
        return CLI_OK;
    }
    for (size_t i = 0; exit_code_at(i); i++) {
        row = exit_codes[i].code == -rc ? &exit_codes[i] : row;
    }
    /* A lost reader of stdout is the one failure that needs no word. */
    if (!has_error(cli) && !cli->out_lost) {
        dx_ctx_report(cli->ctx, DX_LEVEL_INTERNAL, DX_SEVERITY_ERROR, NULL, row->detail, "%s", row->meaning);
    }
    return row->code;
}

/* The system's text for an errno, which begins with a capital letter where a message has none. */
int messages_errno(struct cli *cli, const char *file, const char *what, int error, const char *hint)
{
    const char *text = strerror(error);
    int rc = dx_ctx_report(cli->ctx, DX_LEVEL_IO, DX_SEVERITY_ERROR, file, hint, "%s: %c%s", what,
                           tolower((unsigned char)text[0]), text[0] ? text + 1 : "");

    return rc < 0 ? rc : DX_EIO;
}

int messages_usage(struct cli *cli, const char *hint, const char *format, ...)
{
    char text[1024];
    va_list args;
    int rc;

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    rc = dx_ctx_report(cli->ctx, DX_LEVEL_USAGE, DX_SEVERITY_ERROR, NULL, hint, "%s", text);
    return rc < 0 ? rc : DX_EUSAGE;
}

void messages_state(struct cli *cli, const char *file, const char *state)
{
    text_auto line = {.io = cli->io};

    if (cli->opts.quiet) {
        return;
    }
    if (cli->opts.message_format == FORMAT_JSON) {
        dx_ctx_report(cli->ctx, DX_LEVEL_INPUT, DX_SEVERITY_NOTE, file, NULL, "%s", state);
        messages_flush(cli);
        return;
    }
    text_escaped(&line, file);
    text_format(&line, ": %s\n", state);
    if (!line.failed) {
        write_err(cli, line.ptr, line.len);
    }
}

int messages_unknown(struct cli *cli, const char *message, const char *word, const char *(*at)(size_t i),
                     const char *list)
{
    text_auto hint = {.io = cli->io};

    messages_nearest(cli, &hint, word, "", at);
    text_puts(&hint, list);
    text_byte(&hint, '\0');
    return hint.failed ? DX_ENOMEM : messages_usage(cli, hint.ptr, "%s '%s'", message, word);
}

void messages_nearest(struct cli *cli, struct text *hint, const char *word, const char *prefix,
                      const char *(*at)(size_t i))
{
    const char **names;
    const char *nearest;
    size_t n = 0;

    while (at(n)) {
        n++;
    }
    names = io_realloc(cli->io, NULL, n + 1, sizeof *names);
    if (!names) {
        hint->failed = true;
        return;
    }
    for (size_t i = 0; i <= n; i++) {
        names[i] = at(i);
    }
    nearest = dx_nearest(word, names);
    if (nearest) {
        text_format(hint, "did you mean '%s%s'? ", prefix, nearest);
    }
    io_free(cli->io, names);
}
