/* For the log of a GitHub workflow: each finding as a command that puts it beside its line. */
#include "report.h"

#include <string.h>

/* What would end the message, or a property of it, is written as the runner reads it. */
static void put_escaped(struct text *text, const char *s, bool property)
{
    while (*s) {
        if (strchr(property ? "%\r\n:," : "%\r\n", *s)) {
            text_format(text, "%%%02X", (unsigned char)*s++);
        } else {
            s += text_character(text, s);
        }
    }
}

static void put_property(struct text *text, const char *key, const char *value)
{
    text_format(text, ",%s=", key);
    put_escaped(text, value, true);
}

/* The runner drops columns that lie on two lines, so of such a place only its beginning is told. */
static void put_place(struct text *text, const struct dx_diag *diag)
{
    if (!diag->line) {
        return;
    }
    text_format(text, ",line=%zu,col=%zu", diag->line, diag->column);
    if (diag->end_line == diag->line) {
        text_format(text, ",endLine=%zu,endColumn=%zu", diag->end_line, diag->end_column);
    }
}

static void put_finding(struct text *text, const struct dx_diag *diag)
{
    static const char *const commands[] = {
        [DX_SEVERITY_ERROR] = "error",
        [DX_SEVERITY_WARNING] = "warning",
        [DX_SEVERITY_NOTE] = "notice",
    };

    text_format(text, "::%s file=", commands[diag->severity]);
    put_escaped(text, strncmp(diag->file, "./", 2) == 0 ? diag->file + 2 : diag->file, true);
    put_place(text, diag);
    put_property(text, "title", report_rule(diag));
    text_puts(text, "::");
    put_escaped(text, diag->message, false);
    if (diag->expected) {
        text_puts(text, "%0Aexpected: ");
        put_escaped(text, diag->expected, false);
    }
    if (diag->hint) {
        text_puts(text, "%0Ahint: ");
        put_escaped(text, diag->hint, false);
    }
    text_byte(text, '\n');
}

static void put_file(struct text *text, const struct report_file *file)
{
    const struct dx_diag *diag;
    size_t i = 0;

    while ((diag = report_finding(file, &i)) != NULL) {
        if (report_tells(file->report, diag)) {
            put_finding(text, diag);
        }
    }
}

/* Plain lines of the log; a name with a line end in it must not begin a command. */
static void put_end(struct text *text, const struct report *report, const struct tally *tally, int code)
{
    (void)code;
    report_close(text, report, tally, 0);
}

const struct report_format report_github = {.file = put_file, .end = put_end, .between = ""};
