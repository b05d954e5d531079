#include "advice.h"

#include "describe.h"

#include <string.h>

enum { STATE_COLUMN = 2, SPEC_COLUMN = 12 };

/* What a state is called, its letter in a table, its key in JSON, and its colour. */
static const struct {
    const char *word, *key, *tint;
    char mark;
} states[] = {
    [DX_ADVICE_FOLLOWED] = {"followed", "followed", "\x1b[32m", 'f'},
    [DX_ADVICE_MISSING] = {"missing", "missing", "\x1b[33m", 'm'},
    [DX_ADVICE_NOT_APPLICABLE] = {"no use", "notApplicable", "", '-'},
    [DX_ADVICE_BLOCKED] = {"blocked", "blocked", "\x1b[31m", 'b'},
};

/* The order in which they are told. */
static const enum dx_advice_state told[] = {DX_ADVICE_FOLLOWED, DX_ADVICE_MISSING, DX_ADVICE_BLOCKED,
                                            DX_ADVICE_NOT_APPLICABLE};
enum { N_TOLD = sizeof told / sizeof told[0] };

bool advice_repeats(const struct advice *advice, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (advice->items[k].remove == advice->items[i].remove &&
            strcmp(advice->items[k].spec, advice->items[i].spec) == 0) {
            return true;
        }
    }
    return false;
}

void advice_count(struct advice_tally *tally, const struct advice *advice)
{
    for (size_t i = 0; i < advice->n; i++) {
        tally->of[advice->items[i].state] += !advice_repeats(advice, i);
    }
}

bool advice_is_followed(const struct advice *advice)
{
    for (size_t i = 0; i < advice->n; i++) {
        const struct dx_advice *item = &advice->items[i];

        if (item->state == DX_ADVICE_MISSING || (item->state == DX_ADVICE_BLOCKED && !item->optional)) {
            return false;
        }
    }
    return true;
}

void advice_command(struct text *text, const struct advice *advice)
{
    size_t n = 0;

    for (size_t i = 0; i < advice->n; i++) {
        const struct dx_advice *item = &advice->items[i];

        if (item->state == DX_ADVICE_MISSING && !advice_repeats(advice, i)) {
            if (n++ == 0) {
                text_puts(text, advice->arch ? "domxform --assume-arch=" : "domxform");
                text_puts(text, advice->arch ? advice->arch : "");
            }
            text_puts(text, item->remove ? " --remove=" : " --pass=");
            describe_quoted(text, item->spec);
        }
    }
    if (n > 0 && advice->path) {
        text_puts(text, advice->path[0] == '-' ? " ./" : " ");
        describe_quoted(text, advice->path);
    }
}

/* ---- one file ---- */

static void put_wrapped(struct text *text, const char *label, const char *s)
{
    text_auto words = {.io = text->io};

    if (s && *s) {
        text_puts(&words, label);
        text_escaped(&words, s);
        text_byte(&words, '\0');
        text_tab(text, SPEC_COLUMN);
        text_wrap(text, SPEC_COLUMN, words.failed ? "" : words.ptr);
        text->failed = text->failed || words.failed;
    }
}

/* What would be written where, or what is in the way. */
static void put_place(struct text *text, const struct advice *advice, const struct dx_advice *item)
{
    text_auto words = {.io = text->io};
    const char *what = item->reason ? item->reason : item->change;

    if (item->line) {
        text_format(&words, "%s:%zu:%zu: ", advice->name, item->line, item->column);
    }
    text_puts(&words, what ? what : "");
    text_byte(&words, '\0');
    put_wrapped(text, "", words.failed ? "" : words.ptr);
    text->failed = text->failed || words.failed;
}

static void put_item(struct text *text, const struct advice *advice, const struct dx_advice *item,
                     const struct advice_style *style)
{
    bool open = item->state == DX_ADVICE_MISSING || item->state == DX_ADVICE_BLOCKED;
    const char *tint = style->color ? states[item->state].tint : "";

    if (style->quiet && !open) {
        return;
    }
    text_tab(text, STATE_COLUMN);
    text_format(text, "%s%s%s", tint, states[item->state].word, *tint ? "\x1b[0m" : "");
    for (size_t i = strlen(states[item->state].word) + STATE_COLUMN; i < SPEC_COLUMN; i++) {
        text_byte(text, ' ');
    }
    text_puts(text, item->remove ? "remove " : "");
    text_escaped(text, item->spec);
    text_byte(text, '\n');
    if (item->state != DX_ADVICE_FOLLOWED) {
        put_place(text, advice, item);
        put_wrapped(text, "hint: ", item->hint);
    }
    if (open || style->verbose) {
        put_wrapped(text, "brings: ", item->brings);
    }
    if (open) {
        put_wrapped(text, "risk: ", item->risk);
    }
}

static void put_tally(struct text *text, const struct advice_tally *tally)
{
    size_t n = 0;

    for (size_t i = 0; i < N_TOLD; i++) {
        if (tally->of[told[i]] > 0) {
            text_format(text, "%s%zu %s", n++ ? ", " : "", tally->of[told[i]], states[told[i]].word);
        }
    }
    text_puts(text, n ? "\n" : "the recipes have no lines\n");
}

void advice_page(struct text *text, const struct advice *advice, const struct advice_style *style)
{
    struct advice_tally tally = {{0}};

    advice_count(&tally, advice);
    if (!style->quiet) {
        text_escaped(text, advice->name);
        text_puts(text, ": ");
        put_tally(text, &tally);
    }
    for (size_t i = 0; i < advice->n; i++) {
        if (!advice_repeats(advice, i)) {
            put_item(text, advice, &advice->items[i], style);
        }
    }
    if (tally.of[DX_ADVICE_MISSING] > 0) {
        text_puts(text, "\nThis does all that is missing:\n  ");
        advice_command(text, advice);
        text_byte(text, '\n');
    }
}

/* ---- several files ---- */

static void add_specs(struct advice_table *table, const struct advice *advice)
{
    for (size_t i = 0; i < advice->n; i++) {
        if (!advice_repeats(advice, i)) {
            text_puts(&table->specs, advice->items[i].remove ? "remove " : "");
            text_escaped(&table->specs, advice->items[i].spec);
            text_byte(&table->specs, '\0');
            table->n_lines++;
        }
    }
}

int advice_table_add(struct advice_table *table, const struct advice *advice)
{
    size_t line = 0;

    if (!table->lines) {
        add_specs(table, advice);
        table->lines = io_realloc(table->specs.io, NULL, table->n_lines + 1, sizeof *table->lines);
        if (!table->lines) {
            return DX_ENOMEM;
        }
        memset(table->lines, 0, (table->n_lines + 1) * sizeof *table->lines);
    }
    for (size_t i = 0; i < advice->n; i++) {
        if (!advice_repeats(advice, i)) {
            table->lines[line++].of[advice->items[i].state]++;
            text_byte(&table->marks, states[advice->items[i].state].mark);
        }
    }
    text_escaped(&table->names, advice->name);
    text_byte(&table->names, '\0');
    table->n_files++;
    return table->specs.failed || table->names.failed || table->marks.failed ? DX_ENOMEM : DX_OK;
}

static void put_marks(struct text *text, const char *marks, size_t n, bool color)
{
    for (size_t i = 0; i < n; i++) {
        const char *tint = "";

        for (size_t k = 0; k < N_TOLD && color; k++) {
            tint = states[told[k]].mark == marks[i] ? states[told[k]].tint : tint;
        }
        text_format(text, "%s%c%s", tint, marks[i], *tint ? "\x1b[0m" : "");
    }
}

/* The numbers of the lines above their columns, a digit a row. */
static void put_numbers(struct text *text, size_t n)
{
    for (size_t unit = n > 99 ? 100 : n > 9 ? 10 : 1; unit; unit /= 10) {
        text_puts(text, "  ");
        for (size_t i = 1; i <= n; i++) {
            text_byte(text, i < unit ? ' ' : (char)('0' + i / unit % 10));
        }
        text_byte(text, '\n');
    }
}

void advice_table_put(struct text *text, const struct advice_table *table, const struct advice_style *style)
{
    const char *spec = table->specs.ptr, *name = table->names.ptr, *marks = table->marks.ptr;

    if (table->n_files == 0 || table->n_lines == 0) {
        return;
    }
    text_puts(text, "    #  followed  missing  blocked  no use\n");
    for (size_t i = 0; i < table->n_lines; i++, spec += strlen(spec) + 1) {
        const size_t *of = table->lines[i].of;

        text_format(text, "  %3zu  %8zu  %7zu  %7zu  %6zu  %s\n", i + 1, of[DX_ADVICE_FOLLOWED], of[DX_ADVICE_MISSING],
                    of[DX_ADVICE_BLOCKED], of[DX_ADVICE_NOT_APPLICABLE], spec);
    }
    text_byte(text, '\n');
    put_numbers(text, table->n_lines);
    for (size_t i = 0; i < table->n_files; i++, name += strlen(name) + 1, marks += table->n_lines) {
        bool open = memchr(marks, 'm', table->n_lines) || memchr(marks, 'b', table->n_lines);

        if (open || !style->quiet) {
            text_puts(text, "  ");
            put_marks(text, marks, table->n_lines, style->color);
            text_format(text, "  %s\n", name);
        }
    }
    if (!style->quiet) {
        text_puts(text, "\nf followed, m missing, b blocked, - no use; domxform advise with one FILE tells\n"
                        "what it lacks, and the command that does it.\n");
    }
}

void advice_table_free(struct advice_table *table)
{
    io_free(table->specs.io, table->lines);
    text_free(&table->specs);
    text_free(&table->names);
    text_free(&table->marks);
}

/* ---- JSON ---- */

/* A line or column, of which 0 is none. */
static void json_place(struct text *text, const char *key, size_t value)
{
    if (value) {
        text_json_count(text, key, value);
    } else {
        text_json_pair(text, key, NULL);
    }
}

static void json_item(struct text *text, const struct dx_advice *item)
{
    text_json_open(text, '{');
    text_json_pair(text, "spec", item->spec);
    text_json_flag(text, "remove", item->remove);
    text_json_flag(text, "try", item->optional);
    text_json_pair(text, "pass", item->pass);
    text_json_pair(text, "state", states[item->state].key);
    json_place(text, "line", item->line);
    json_place(text, "column", item->column);
    json_place(text, "endLine", item->end_line);
    json_place(text, "endColumn", item->end_column);
    text_json_pair(text, "path", item->path);
    text_json_pair(text, "change", item->change);
    text_json_pair(text, "reason", item->reason);
    text_json_pair(text, "hint", item->hint);
    text_json_pair(text, "brings", item->brings);
    text_json_pair(text, "risk", item->risk);
    text_json_pair(text, "recipe", item->file);
    json_place(text, "recipeLine", item->file_line);
    text_json_close(text, '}');
}

void advice_json_tally(struct text *text, const struct advice_tally *tally)
{
    for (size_t i = 0; i < N_TOLD; i++) {
        text_json_count(text, states[told[i]].key, tally->of[told[i]]);
    }
}

void advice_json(struct text *text, const struct advice *advice)
{
    text_auto command = {.io = text->io};
    struct advice_tally tally = {{0}};

    advice_count(&tally, advice);
    advice_command(&command, advice);
    text->failed = text->failed || command.failed;
    text_json_open(text, '{');
    text_json_pair(text, "file", advice->name);
    text_json_key(text, "advice");
    text_json_open(text, '[');
    for (size_t i = 0; i < advice->n; i++) {
        if (!advice_repeats(advice, i)) {
            text_puts(text, i ? ",\n" : "\n");
            json_item(text, &advice->items[i]);
        }
    }
    text_json_close(text, ']');
    text_json_key(text, "command");
    if (command.len) {
        text_json_bytes(text, command.ptr, command.len);
    } else {
        text_json_string(text, NULL);
    }
    advice_json_tally(text, &tally);
    text_json_close(text, '}');
}
