/* What the texts of host plan and host check share. */
#include "host.h"

#include <string.h>

enum { ASKERS = 3 };

static const struct {
    const char *word, *key, *tint;
} states[] = {
    [DX_PLAN_OK] = {"ok", "ok", "\x1b[32m"},
    [DX_PLAN_MISSING] = {"missing", "missing", "\x1b[31m"},
    [DX_PLAN_UNKNOWN] = {"cannot tell", "unknown", "\x1b[33m"},
};

/* In place of a state that nobody asked a host for. */
static const char needed[] = "needed";

const char *host_state_key(enum dx_plan_state state)
{
    return states[state].key;
}

bool host_is_unasked(const struct host_report *report, const struct dx_requirement *need)
{
    return need->state == DX_PLAN_UNKNOWN && !report->check &&
           (report->elsewhere || need->kind->scope == DX_SCOPE_GUEST);
}

static const char *word_of(const struct host_report *report, const struct dx_requirement *need)
{
    return host_is_unasked(report, need) ? needed : states[need->state].word;
}

void host_put_title(struct text *text, const struct host_report *report, const struct dx_requirement *need)
{
    text_auto line = {.io = text->io}, title = {.io = text->io};
    const char *word = word_of(report, need);
    size_t n = strlen(word);

    text_puts(&line, word);
    text_tab(&line, HOST_STATE);
    text_format(&title, "%s: %s", need->kind->name, need->title);
    text_byte(&title, '\0');
    host_put_words(&line, HOST_STATE, title.failed ? "" : title.ptr);
    if (line.failed || title.failed) {
        text->failed = true;
        return;
    }
    /* The words are wrapped without colours, which take no room. */
    text_puts(text, report->color ? states[need->state].tint : "");
    text_bytes(text, line.ptr, n);
    text_puts(text, report->color ? "\x1b[0;1m" : "");
    text_bytes(text, line.ptr + n, line.len - n - 1);
    text_puts(text, report->color ? "\x1b[0m\n" : "\n");
}

void host_put_tally(struct text *text, const struct host_report *report)
{
    const char *words[] = {states[DX_PLAN_OK].word, states[DX_PLAN_MISSING].word, states[DX_PLAN_UNKNOWN].word, needed};
    size_t n = 0;

    text_format(text, "%zu requirement%s", report->n_needs, report->n_needs == 1 ? "" : "s");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t of = 0;

        for (size_t k = 0; k < report->n_needs; k++) {
            of += strcmp(word_of(report, report->needs[k]), words[i]) == 0;
        }
        if (of > 0) {
            text_format(text, "%s%zu %s", n++ ? ", " : ": ", of, words[i]);
        }
    }
    text_byte(text, '\n');
}

void host_put_indent(struct text *text, size_t indent)
{
    if (text_column(text) != indent) {
        text_tab(text, indent);
    }
}

void host_put_words(struct text *text, size_t indent, const char *s)
{
    text_auto words = {.io = text->io};

    text_escaped(&words, s);
    text_byte(&words, '\0');
    text_wrap(text, indent, words.failed ? "" : words.ptr);
    text->failed = text->failed || words.failed;
}

void host_put_mode_below(struct text *text, unsigned mode)
{
    static const char classes[] = {'u', 'g', 'o'};

    for (unsigned i = 0; i < 3; i++) {
        unsigned bits = mode >> (3 * (2 - i)) & 7;

        text_format(text, "%s%c=%s%s%s", i > 0 ? "," : "", classes[i], bits & 4 ? "r" : "", bits & 2 ? "w" : "",
                    bits & 1   ? "x"
                    : bits & 4 ? "X"
                               : "");
    }
}

static void put_asker(struct text *text, size_t indent, const struct dx_asker *asker, bool path)
{
    text_auto words = {.io = text->io};

    text_format(&words, "%s:%zu:%zu", asker->file, asker->line, asker->column);
    if (asker->what) {
        text_format(&words, ": %s", asker->what);
    }
    if (path && asker->path) {
        text_format(&words, ", in %s", asker->path);
    }
    text_byte(&words, '\0');
    host_put_words(text, indent, words.failed ? "" : words.ptr);
    text->failed = text->failed || words.failed;
}

void host_put_askers(struct text *text, size_t indent, const struct host_report *report,
                     const struct dx_requirement *need, bool path)
{
    /* One line more costs no more than the words that stand for it. */
    size_t most = report->verbose || need->n_askers == ASKERS + 1 ? need->n_askers : ASKERS;

    for (size_t i = 0; i < need->n_askers && i < most; i++) {
        host_put_indent(text, indent);
        put_asker(text, indent, &need->askers[i], path);
    }
    if (need->n_askers > most) {
        host_put_indent(text, indent);
        text_format(text, "and %zu more\n", need->n_askers - most);
    }
}
