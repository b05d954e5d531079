#include "host_step.h"

#include <string.h>

const char *host_step_or_empty(const char *s)
{
    return s ? s : "";
}

static const struct dx_requirement *need_at(const struct host_report *report, size_t i)
{
    return i < report->n_needs ? report->needs[i] : NULL;
}

const struct dx_requirement *host_step_next_need(const struct host_report *report, size_t *i)
{
    const struct dx_requirement *need;

    while ((need = need_at(report, *i)) != NULL) {
        ++*i;
        if (need->kind->scope != DX_SCOPE_GUEST) {
            return need;
        }
    }
    return NULL;
}

const struct dx_remedy host_step_none = {.kind = DX_REMEDY_MANUAL, .value = "see to it that it is so"};

bool host_step_by_hand(const struct dx_remedy *step)
{
    return step->kind == DX_REMEDY_MANUAL || step->flags & DX_REMEDY_CHOICE;
}

static bool key_is(const struct dx_remedy *step, const char *key)
{
    return strcmp(host_step_or_empty(step->key), key) == 0;
}

bool host_step_after_change(const struct dx_remedy *step)
{
    return step->flags & DX_REMEDY_AFTER_CHANGE ||
           (step->kind == DX_REMEDY_SERVICE && (key_is(step, "restarted") || key_is(step, "reloaded")));
}

unsigned host_step_folder_mode(unsigned mode)
{
    return mode | (mode & 0444) >> 2;
}

const char *host_step_form(const struct dx_remedy *step)
{
    static const char *const forms[] = {
        [DX_READBACK_EQUAL] = "equal",
        [DX_READBACK_AT_LEAST] = "at-least",
        [DX_READBACK_CHOICE] = "choice",
        [DX_READBACK_MASK] = "mask",
    };

    return forms[step->readback];
}

static void put_owner(struct text *text, const struct dx_remedy *step)
{
    text_escaped(text, host_step_or_empty(step->path));
    if (step->owner) {
        text_puts(text, " is of ");
        text_escaped(text, step->owner);
    }
    if (step->mode) {
        text_format(text, "%s mode %04o", step->owner ? " with" : " has", step->mode);
    }
}

static void put_packages(struct text *text, const struct dx_remedy *step)
{
    text_puts(text, "install ");
    text_escaped(text, step->value ? step->value : host_step_or_empty(step->other));
    if (step->value && step->other && strcmp(step->value, step->other) != 0) {
        text_puts(text, " (Debian: ");
        text_escaped(text, step->other);
        text_byte(text, ')');
    }
}

static void put_service(struct text *text, const struct dx_remedy *step)
{
    static const struct {
        const char *key, *words;
    } verbs[] = {
        {"enabled", "enable and start "},
        {"restarted", "restart, where it runs, "},
        {"masked", "stop and mask "},
        {"reloaded", "reload "},
    };

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (key_is(step, verbs[i].key)) {
            text_puts(text, verbs[i].words);
        }
    }
    text_escaped(text, step->value && *step->value ? step->value : "systemd's units");
}

/* Lines of shell in one. */
static void put_command(struct text *text, const char *line)
{
    for (; *line; line++) {
        const char *end = line + strcspn(line, "\n");

        for (const char *s = line; s < end;) {
            s += text_character(text, s);
        }
        line = end;
        if (!*line) {
            return;
        }
        text_puts(text, line[1] ? "; " : "");
    }
}

void host_step_what(struct text *text, const struct dx_remedy *step)
{
    const char *path = host_step_or_empty(step->path), *value = host_step_or_empty(step->value);

    switch (step->kind) {
    case DX_REMEDY_WRITE:
        text_puts(text, "write ");
        text_escaped(text, value);
        text_puts(text, " to ");
        text_escaped(text, path);
        break;
    case DX_REMEDY_KERNEL_ARGS:
        text_puts(text, "boot the kernel with ");
        text_escaped(text, value);
        break;
    case DX_REMEDY_SETTING:
        text_puts(text, "set ");
        text_escaped(text, host_step_or_empty(step->key));
        text_escaped(text, host_step_or_empty(step->separator));
        text_escaped(text, value);
        text_puts(text, " in ");
        text_escaped(text, path);
        break;
    case DX_REMEDY_FILE:
        text_puts(text, "put the file ");
        text_escaped(text, path);
        break;
    case DX_REMEDY_OWNER:
        put_owner(text, step);
        break;
    case DX_REMEDY_PACKAGE:
        put_packages(text, step);
        break;
    case DX_REMEDY_SERVICE:
        put_service(text, step);
        break;
    case DX_REMEDY_COMMAND:
        text_puts(text, "run ");
        put_command(text, value);
        break;
    case DX_REMEDY_MANUAL:
        text_escaped(text, value);
        break;
    }
}

void host_step_asker(struct text *text, const struct dx_asker *asker)
{
    text_escaped(text, host_step_or_empty(asker->file));
    text_format(text, ":%zu:%zu", asker->line, asker->column);
    if (asker->domain) {
        text_puts(text, ", ");
        text_escaped(text, asker->domain);
    }
    if (asker->what) {
        text_puts(text, ": ");
        text_escaped(text, asker->what);
    }
}

bool host_step_is_words(const char *command)
{
    /* Only a shell takes a word with '=' before the command for a variable. */
    if (memchr(command, '=', strcspn(command, " "))) {
        return false;
    }
    return command[strspn(command, " +,-./:=@_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")] == '\0';
}

unsigned host_script_kinds(const struct host_report *report)
{
    const struct dx_requirement *need;
    unsigned kinds = 0;

    for (size_t i = 0; (need = need_at(report, i)) != NULL; i++) {
        for (size_t k = 0; k < need->n_remedies; k++) {
            kinds |= 1u << (host_step_by_hand(&need->remedies[k]) ? DX_REMEDY_MANUAL : need->remedies[k].kind);
        }
        kinds |= need->n_remedies == 0 ? 1u << DX_REMEDY_MANUAL : 0;
    }
    return kinds;
}

void host_comment(struct text *text, const char *prefix, const char *lead, const char *s)
{
    size_t room = 79 - strlen(prefix), used = 0;
    text_auto shown = {.io = text->io};
    const char *word;

    text_escaped(&shown, lead);
    text_escaped(&shown, s);
    text_byte(&shown, '\0');
    text->failed = text->failed || shown.failed;
    word = shown.failed ? "" : shown.ptr;
    text_puts(text, prefix);
    for (word += strspn(word, " "); *word; word += strspn(word, " ")) {
        size_t n = strcspn(word, " "), columns = 0;

        for (size_t i = 0; i < n; i++) {
            columns += ((unsigned char)word[i] & 0xc0) != 0x80;
        }
        if (used > 0 && used + 1 + columns > room) {
            text_byte(text, '\n');
            text_puts(text, prefix);
            used = 0;
        } else if (used > 0) {
            text_byte(text, ' ');
            used++;
        }
        text_bytes(text, word, n);
        used += columns;
        word += n;
    }
    text_byte(text, '\n');
}

void host_comment_askers(struct text *text, const char *prefix, host_asker_at *at, const void *of, size_t n)
{
    enum { FEW = 3 };
    size_t shown = n > FEW + 1 ? FEW : n;

    for (size_t k = 0; k < shown; k++) {
        text_auto asker = {.io = text->io};

        host_step_asker(&asker, at(of, k));
        text_byte(&asker, '\0');
        text->failed = text->failed || asker.failed;
        host_comment(text, prefix, "asked for at ", asker.failed ? "" : asker.ptr);
    }
    if (shown < n) {
        text_puts(text, prefix);
        text_format(text, "and by %zu more: --format=json has them all\n", n - shown);
    }
}
