/* A plan as a script of POSIX shell, put together of the pieces in cli/script and one call a step. Whatever comes out
 * of a document or a host stands in quotes, or in a comment on one line. */
#include "host_group.h"
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

/* Quotes that a word processor made, which a linter takes for slips where they stand in quotes of their kind. */
static const char *curly(const char *s, bool twofold)
{
    return strncmp(s, "\xe2\x80", 2) == 0 && s[2] && strchr(twofold ? "\x9c\x9d\x9e" : "\x98\x99\x9a\x9b", s[2]) ? s
                                                                                                                 : NULL;
}

/* What drives a terminal that shows the script; lines and tabs are the script's own. */
static size_t control(const char *s)
{
    return *s == '\n' || *s == '\t' ? 0 : text_control(s);
}

/* A control character made by printf, so that it does not stand in the script; its bytes. */
static size_t put_control(struct text *text, const char *s, size_t n)
{
    text_puts(text, "$(printf '");
    for (size_t i = 0; i < n; i++) {
        text_format(text, "\\%03o", (unsigned char)s[i]);
    }
    text_puts(text, "')");
    return n;
}

/* In single quotes, and in double ones where those would need more: nothing of it is expanded in either. */
static void put_quoted(struct text *text, const char *s)
{
    bool twofold = false;
    size_t n;

    s = host_step_or_empty(s);
    for (const char *c = s; *c; c++) {
        twofold = twofold || strchr("'$`", *c) || curly(c, false) || control(c);
    }
    text_byte(text, twofold ? '"' : '\'');
    for (; *s; s++) {
        n = control(s);
        if (n > 0) {
            s += put_control(text, s, n) - 1;
            continue;
        }
        if (twofold && curly(s, true)) {
            text_format(text, "\"'%.3s'\"", s);
            s += 2;
            continue;
        }
        text_puts(text, twofold && strchr("\"$`\\", *s) ? "\\" : "");
        text_byte(text, *s);
    }
    text_byte(text, twofold ? '"' : '\'');
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

static const struct dx_asker *asker_at(const void *of, size_t k)
{
    return &((const struct dx_requirement *)of)->askers[k];
}

static const struct dx_asker *group_asker_at(const void *of, size_t k)
{
    return host_group_asker(of, k);
}

/* The steps of a requirement, which is of the host, or is one of a group. */
static void put_requirement(struct text *text, const struct dx_requirement *need, const struct host_group *group)
{
    const char *title = host_step_or_empty(group ? group->title.ptr : need->title);

    host_comment(text, COMMENT, "", title);
    if (group) {
        host_comment_askers(text, COMMENT, group_asker_at, group, group->n_askers);
    } else {
        host_comment_askers(text, COMMENT, asker_at, need, need->n_askers);
    }
    text_puts(text, "    requirement ");
    put_shown(text, group ? host_group_id(group) : need->id);
    text_byte(text, ' ');
    put_shown(text, title);
    text_byte(text, ' ');
    put_shown(text, need->why);
    text_puts(text, need->state == DX_PLAN_OK ? " was-so\n" : "\n");
    for (size_t k = 0; k < need->n_remedies; k++) {
        put_step(text, &need->remedies[k]);
    }
    if (need->n_remedies == 0 && need->state != DX_PLAN_OK) {
        put_step(text, &host_step_none);
    }
}

static void put_root(struct text *text, const struct host_report *report)
{
    const char *root = report->root && strspn(report->root, "/") != strlen(report->root) ? report->root : "";

    text_puts(text, "# The folder that stands for /, as it did for the plan; empty: / itself.\nroot=");
    put_quoted(text, root);
    text_puts(text, "\n\n");
}

static void put_head(struct text *text, const struct host_report *report)
{
    unsigned kinds = host_script_kinds(report);

    text_puts(text, "#!/bin/sh\n# What domains need of their host, worked out by domxform host plan.\n#\n"
                    "# sh PLAN              tells what is to be done, and changes nothing\n"
                    "# sh PLAN --apply      does it, as root; again, it finds nothing to do\n"
                    "# sh PLAN --help       tells more: below another root, inside a guest\n#\n"
                    "# The steps are at the end, behind the functions that they call.\n\n");
    put_root(text, report);
    text_puts(text, piece_find("head"));
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        if (kinds & pieces[i].kinds) {
            text_byte(text, '\n');
            text_puts(text, piece_find(pieces[i].name));
        }
    }
}

/* Names in quotes, several on a line, which goes on below. */
static void put_names(struct text *text, const char *between, const char *const *names, size_t n)
{
    size_t indent = text_column(text);

    for (size_t i = 0; i < n; i++) {
        text_auto name = {.io = text->io};

        put_quoted(&name, names[i]);
        text->failed = text->failed || name.failed;
        text_puts(text, i > 0 ? between : "");
        if (i > 0 && text_column(text) + name.len > 74) {
            text_puts(text, "\\\n");
            text_tab(text, indent);
        }
        text_bytes(text, name.failed ? "" : name.ptr, name.failed ? 0 : name.len);
    }
}

static void put_host(struct text *text, const struct host_report *report)
{
    const struct dx_requirement *need;
    size_t i = 0;

    text_puts(text, "\non_host() {\n    :\n");
    while ((need = host_step_next_need(report, &i)) != NULL) {
        text_byte(text, '\n');
        put_requirement(text, need, NULL);
    }
    text_puts(text, "}\n");
}

static void put_guests(struct text *text, struct host_groups *groups)
{
    size_t n;
    const char **names = host_groups_names(groups, &n);

    for (size_t i = 0; i < groups->n; i++) {
        text_format(text, "\nsteps_%zu() {\n", i + 1);
        put_requirement(text, groups->at[i].needs[0], &groups->at[i]);
        text_puts(text, "}\n");
    }
    text_puts(text, "\n# in_guest NAME; no name: a guest of any domain\nin_guest() {\n");
    for (size_t i = 0; i < groups->n; i++) {
        text_puts(text, "    case $1 in\n    ");
        put_names(text, " | ", groups->at[i].guests, groups->at[i].n_guests);
        text_format(text, ") steps_%zu ;;\n    esac\n", i + 1);
    }
    text_puts(text, "}\n\nguests() {\n    printf '  --guest=%s\\n' ");
    put_names(text, " ", names, n);
    text_puts(text, "\n}\n");
    io_free(text->io, names);
}

void host_sh(struct text *text, const struct host_report *report)
{
    struct host_groups groups;

    host_groups_make(&groups, text->io, report);
    if (!groups.failed) {
        put_head(text, report);
        put_host(text, report);
        if (groups.n > 0) {
            put_guests(text, &groups);
        }
        text_puts(text, groups.n > 0
                            ? "\nif [ $for_guest = yes ]; then\n    in_guest \"$guest\"\n"
                              "    [ $n_needs -gt 0 ] || no_guest \"$(guests)\"\nelse\n    on_host\nfi\nsummary\n"
                            : "\n[ $for_guest = no ] || no_guest ''\non_host\nsummary\n");
    }
    text->failed = text->failed || groups.failed;
    host_groups_free(&groups);
}
