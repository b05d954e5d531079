/* A plan as a script of POSIX shell, put together of the pieces in cli/script and one call a step. Whatever comes out
 * of a document or a host stands in single quotes, or in a comment on one line. */
#include "host_step.h"
#include "pieces.h"

#include <stdio.h>
#include <string.h>

#define ON(kind) (1u << DX_REMEDY_##kind)

/* The pieces, and the kinds of steps that need them; MANUAL is whatever is done by hand. */
static const struct {
    const char *name;
    unsigned kinds;
} pieces[] = {
    {"locate", ON(WRITE) | ON(KERNEL_ARGS) | ON(SETTING) | ON(FILE) | ON(OWNER)},
    {"write", ON(WRITE)},
    {"words", ON(WRITE) | ON(KERNEL_ARGS)},
    {"replace", ON(KERNEL_ARGS) | ON(SETTING) | ON(FILE)},
    {"kernel_args", ON(KERNEL_ARGS)},
    {"setting", ON(SETTING)},
    {"owner", ON(FILE) | ON(OWNER)},
    {"own", ON(OWNER)},
    {"file", ON(FILE)},
    {"package", ON(PACKAGE)},
    {"service", ON(SERVICE)},
    {"command", ON(COMMAND)},
    {"by_hand", ON(MANUAL)},
};

static void put_quoted(struct text *text, const char *s)
{
    text_byte(text, '\'');
    for (; s && *s; s++) {
        if (*s == '\'') {
            text_puts(text, "'\\''");
        } else {
            text_byte(text, *s);
        }
    }
    text_byte(text, '\'');
}

/* A text for people: what drives a terminal is told, not sent. */
static void put_shown(struct text *text, const char *s)
{
    text_auto shown = {.io = text->io};

    text_escaped(&shown, host_step_or_empty(s));
    text_byte(&shown, '\0');
    text->failed = text->failed || shown.failed;
    put_quoted(text, shown.failed ? "" : shown.ptr);
}

static void put_what(struct text *text, const struct dx_remedy *step)
{
    text_auto what = {.io = text->io};

    host_step_what(&what, step);
    text_byte(&what, '\0');
    text->failed = text->failed || what.failed;
    put_quoted(text, what.failed ? "" : what.ptr);
}

/* A call: its name, then each string that is not the last NULL. */
static void put_call(struct text *text, const char *name, const char *const *words, size_t n)
{
    text_format(text, "    %s", name);
    for (size_t i = 0; i < n; i++) {
        text_byte(text, ' ');
        put_quoted(text, words[i]);
    }
    text_byte(text, '\n');
}

#define CALL(name, ...)                                                                                                \
    put_call(text, name, (const char *const[]){__VA_ARGS__},                                                           \
             sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

/* What chmod and find take: five digits, for GNU's chmod takes the bits above the nine from a folder only then. */
static void mode_of(char out[16], unsigned mode)
{
    if (mode) {
        snprintf(out, 16, "%05o", mode);
    } else {
        *out = '\0';
    }
}

static void put_action(struct text *text, const struct dx_remedy *step)
{
    unsigned low = step->path && *step->path && step->path[strlen(step->path) - 1] == '/' ? 0777u : 07777u;
    char mode[16], folders[16];

    mode_of(mode, step->mode & low);
    mode_of(folders, host_step_folder_mode(step->mode));
    if (host_step_by_hand(step)) {
        /* What the file would hold is for the person to see. */
        CALL("by_hand", step->kind == DX_REMEDY_FILE ? step->value : NULL);
        return;
    }
    switch (step->kind) {
    case DX_REMEDY_WRITE:
        CALL("write_value", host_step_form(step), step->path, step->value);
        break;
    case DX_REMEDY_KERNEL_ARGS:
        CALL("kernel_args", step->value);
        break;
    case DX_REMEDY_SETTING:
        CALL("setting", step->path, step->key, step->separator, step->value);
        break;
    case DX_REMEDY_FILE:
        CALL("file", step->path, mode, step->owner, step->value);
        break;
    case DX_REMEDY_OWNER:
        CALL("own", step->path, step->owner, mode, folders);
        break;
    case DX_REMEDY_PACKAGE:
        CALL("packages", step->value, step->other);
        break;
    case DX_REMEDY_SERVICE:
        CALL("service", step->key, step->value);
        break;
    case DX_REMEDY_COMMAND:
        CALL("run_command", step->value, step->other);
        break;
    case DX_REMEDY_MANUAL:
        break;
    }
}

static void put_step(struct text *text, const struct dx_remedy *step)
{
    text_puts(text, "    step ");
    put_what(text, step);
    text_byte(text, ' ');
    put_shown(text, step->why);
    text_puts(text, host_step_after_change(step) ? " after-change" : "");
    text_puts(text, step->flags & DX_REMEDY_REBOOT ? " next-boot\n" : "\n");
    put_action(text, step);
}

/* No blank behind the sign: a word at the beginning of a line must not become an instruction to shellcheck. */
#define COMMENT "    #| "

static void put_requirement(struct text *text, const struct dx_requirement *need)
{
    text_byte(text, '\n');
    host_comment(text, COMMENT, "", host_step_or_empty(need->title));
    for (size_t k = 0; k < need->n_askers; k++) {
        text_auto asker = {.io = text->io};

        host_step_asker(&asker, &need->askers[k]);
        text_byte(&asker, '\0');
        text->failed = text->failed || asker.failed;
        host_comment(text, COMMENT, "asked for at ", asker.failed ? "" : asker.ptr);
    }
    text_puts(text, "    requirement ");
    put_shown(text, need->id);
    text_byte(text, ' ');
    put_shown(text, need->title);
    text_byte(text, ' ');
    put_shown(text, need->why);
    text_byte(text, '\n');
    for (size_t k = 0; k < need->n_remedies; k++) {
        put_step(text, &need->remedies[k]);
    }
    if (need->n_remedies == 0 && need->state != DX_PLAN_OK) {
        put_step(text, &host_step_none);
    }
}

static void put_head(struct text *text, const struct host_report *report)
{
    unsigned kinds = host_script_kinds(report);

    text_puts(text, "#!/bin/sh\n# shellcheck disable=SC1003,SC1112,SC2016 # what stands in single quotes is text\n"
                    "# shellcheck disable=SC2119,SC2120 # a detail need not be told\n#\n"
                    "# What domains need of their host, as domxform host plan worked it out. Run as it is,\n"
                    "# the script tells what it would do; --apply does it, --help tells more.\n\n"
                    "# Below which folder the host was read that the plan is for; empty for / itself.\nroot=");
    put_quoted(text, report->root && strspn(report->root, "/") != strlen(report->root) ? report->root : "");
    text_puts(text, "\n\n");
    text_puts(text, piece_find("head"));
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        if (kinds & pieces[i].kinds) {
            text_byte(text, '\n');
            text_puts(text, piece_find(pieces[i].name));
        }
    }
}

static void put_name(struct text *text, const struct host_place *place, size_t i)
{
    if (place->in_guest) {
        text_format(text, "in_guest_%zu", i);
    } else {
        text_puts(text, "on_host");
    }
}

void host_sh(struct text *text, const struct host_report *report)
{
    const struct dx_requirement *need;
    struct host_place place;

    put_head(text, report);
    for (size_t n = 0; host_place_at(&place, report, n); n++) {
        size_t i = 0;

        text_byte(text, '\n');
        if (place.in_guest) {
            host_comment(text, "#| ", "inside the guest ", place.guest ? place.guest : "of any domain");
        }
        put_name(text, &place, n);
        text_puts(text, "() {\n    :\n");
        while ((need = host_place_next(report, &place, &i)) != NULL) {
            put_requirement(text, need);
        }
        text_puts(text, "}\n");
    }
    text_puts(text, "\ncase $for_guest:$guest in\n");
    for (size_t n = 0; host_place_at(&place, report, n); n++) {
        text_puts(text, place.in_guest ? "yes:" : "no:");
        put_quoted(text, place.guest);
        text_puts(text, ") ");
        put_name(text, &place, n);
        text_puts(text, " ;;\n");
    }
    text_puts(text, "*) usage_error \"the plan has nothing for a guest ${guest:-of any domain}\" ;;\nesac\nsummary\n");
}
