/* host plan for a person: each requirement with who asks for it, what there is, and what to do. */
#include "host.h"

#include "describe.h"

#include <string.h>

enum { LABEL = 2, BODY = 11, CODE = 13 };

static void put_label(struct text *text, const char *label)
{
    text_tab(text, LABEL);
    text_format(text, "%s:", label);
    text_tab(text, BODY);
}

static void put_said(struct text *text, const char *label, const char *s)
{
    if (s && *s) {
        put_label(text, label);
        host_put_words(text, BODY, s);
    }
}

/* ---- remedies: lines that can be pasted are never wrapped ---- */

static void put_lines(struct text *text, size_t indent, const char *s)
{
    while (*s) {
        if (*s != '\n') {
            host_put_indent(text, indent);
        }
        while (*s && *s != '\n') {
            s += text_character(text, s);
        }
        text_byte(text, '\n');
        s += *s == '\n';
    }
}

/* A line of shell put together by `make`. */
static void put_made(struct text *text, void (*make)(struct text *line, const struct dx_remedy *remedy),
                     const struct dx_remedy *remedy)
{
    text_auto line = {.io = text->io};

    make(&line, remedy);
    text_byte(&line, '\0');
    put_lines(text, CODE, line.failed ? "" : line.ptr);
    text->failed = text->failed || line.failed;
}

static void make_write(struct text *line, const struct dx_remedy *remedy)
{
    text_puts(line, "echo ");
    describe_quoted(line, remedy->value);
    text_puts(line, " > ");
    describe_quoted(line, remedy->path);
}

/* Whether a name stands in two of the words: grubby keeps one argument of each. */
static bool repeats_name(const char *words)
{
    for (const char *a = words; *a; a += strcspn(a, " "), a += strspn(a, " ")) {
        size_t len = strcspn(a, "= ");

        for (const char *b = a + strcspn(a, " "); *b; b += strcspn(b, " ")) {
            b += strspn(b, " ");
            if (strcspn(b, "= ") == len && memcmp(a, b, len) == 0) {
                return true;
            }
        }
    }
    return false;
}

static void make_kernel_args(struct text *line, const struct dx_remedy *remedy)
{
    if (!repeats_name(remedy->value)) {
        text_puts(line, "grubby --update-kernel=ALL --args=");
        describe_quoted(line, remedy->value);
    } else {
        text_puts(line, remedy->value);
    }
}

static void make_setting(struct text *line, const struct dx_remedy *remedy)
{
    text_format(line, "%s%s%s", remedy->key ? remedy->key : "", remedy->separator ? remedy->separator : "",
                remedy->value ? remedy->value : "");
}

static void make_owner(struct text *line, const struct dx_remedy *remedy)
{
    size_t len = strlen(remedy->path);
    bool below = len > 1 && remedy->path[len - 1] == '/';

    if (remedy->owner) {
        text_puts(line, below ? "chown -R " : "chown ");
        describe_quoted(line, remedy->owner);
        text_byte(line, ' ');
        describe_quoted(line, remedy->path);
    }
    if (remedy->mode) {
        text_puts(line, remedy->owner ? "\n" : "");
        if (below) {
            text_puts(line, "chmod -R ");
            host_put_mode_below(line, remedy->mode);
            text_byte(line, ' ');
        } else {
            text_format(line, "chmod %04o ", remedy->mode);
        }
        describe_quoted(line, remedy->path);
    }
}

static void make_package(struct text *line, const struct dx_remedy *remedy)
{
    if (remedy->value) {
        text_format(line, "dnf install %s%s", remedy->value,
                    remedy->other ? "    # or, with Debian's packages:\n" : "");
    }
    if (remedy->other) {
        text_format(line, "apt install %s", remedy->other);
    }
}

/* Several units stand with blanks between; of those to be restarted, the ones that do not run are left alone. */
static void make_service(struct text *line, const struct dx_remedy *remedy)
{
    static const struct {
        const char *key, *verb;
    } verbs[] = {
        {"enabled", "enable --now"}, {"restarted", "try-restart"}, {"masked", "mask --now"}, {"reloaded", "reload"}};

    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].key, remedy->key) == 0) {
            text_format(line, "systemctl %s %s", verbs[i].verb, remedy->value);
        }
    }
}

static void make_command(struct text *line, const struct dx_remedy *remedy)
{
    text_puts(line, remedy->value);
    if (remedy->other) {
        text_format(line, "\n# done already where this succeeds: %s", remedy->other);
    }
}

static void make_file(struct text *line, const struct dx_remedy *remedy)
{
    text_puts(line, remedy->value);
}

/* What a kind of remedy is told as: a sentence that names its path, and lines below it. */
static const struct {
    const char *in; /* before the path; NULL: it is in the lines */
    void (*make)(struct text *line, const struct dx_remedy *remedy);
} told[] = {
    [DX_REMEDY_WRITE] = {NULL, make_write},
    [DX_REMEDY_KERNEL_ARGS] = {NULL, make_kernel_args},
    [DX_REMEDY_SETTING] = {"the line in", make_setting},
    [DX_REMEDY_FILE] = {"all of", make_file},
    [DX_REMEDY_OWNER] = {NULL, make_owner},
    [DX_REMEDY_PACKAGE] = {NULL, make_package},
    [DX_REMEDY_SERVICE] = {NULL, make_service},
    [DX_REMEDY_COMMAND] = {NULL, make_command},
    [DX_REMEDY_MANUAL] = {NULL, NULL},
};

/* The sentence before the lines. */
static void put_remedy_head(struct text *text, const struct dx_remedy *remedy)
{
    text_auto words = {.io = text->io};
    const char *between = "";

    if (remedy->flags & DX_REMEDY_AFTER_CHANGE) {
        text_puts(&words, "if something was changed");
        between = ", ";
    }
    if (remedy->why) {
        text_format(&words, "%s%s", between, remedy->why);
        between = "; ";
    }
    if (told[remedy->kind].in) {
        text_format(&words, "%s%s %s", between, told[remedy->kind].in, remedy->path);
        if (remedy->kind == DX_REMEDY_FILE && remedy->mode) {
            text_format(&words, " (mode %04o%s%s)", remedy->mode, remedy->owner ? ", " : "",
                        remedy->owner ? remedy->owner : "");
        }
        between = "; ";
    }
    if (remedy->flags & DX_REMEDY_REBOOT) {
        text_format(&words, "%sfrom the next boot on", between);
    }
    if (told[remedy->kind].make) {
        text_byte(&words, ':');
    } else {
        text_format(&words, "%s%s", words.len ? ": " : "", remedy->value);
    }
    text_byte(&words, '\0');
    host_put_words(text, BODY, words.failed ? "" : words.ptr);
    text->failed = text->failed || words.failed;
}

static const char *label_of(const struct dx_remedy *remedy)
{
    bool stored =
        remedy->kind == DX_REMEDY_FILE || remedy->kind == DX_REMEDY_SETTING || remedy->kind == DX_REMEDY_KERNEL_ARGS;

    return remedy->flags & DX_REMEDY_CHOICE ? "option" : stored && remedy->flags & DX_REMEDY_PERSISTS ? "keep" : "do";
}

static void put_remedy(struct text *text, const struct dx_remedy *remedy)
{
    put_label(text, label_of(remedy));
    put_remedy_head(text, remedy);
    if (told[remedy->kind].make) {
        put_made(text, told[remedy->kind].make, remedy);
    }
    if (remedy->kind == DX_REMEDY_KERNEL_ARGS) {
        text_tab(text, BODY);
        host_put_words(text, BODY,
                       repeats_name(remedy->value)
                           ? "in GRUB_CMDLINE_LINUX of /etc/default/grub, then grub2-mkconfig or update-grub: grubby "
                             "keeps one argument of a name"
                           : "or in GRUB_CMDLINE_LINUX of /etc/default/grub, then update-grub");
    }
}

/* ---- requirements ---- */

/* What is so needs no advice; but without a domain the plan is what the guide says of any host. */
static bool is_told(const struct host_report *report, const struct dx_requirement *need)
{
    return need->state != DX_PLAN_OK || report->verbose || report->files == 0;
}

/* What is required, what there is, and who asks. */
static void put_head(struct text *text, const struct host_report *report, const struct dx_requirement *need)
{
    host_put_title(text, report, need);
    if (!host_is_unasked(report, need) || report->verbose) {
        put_said(text, "found", need->found);
    }
    if (is_told(report, need) && need->n_askers > 0) {
        put_label(text, "asked");
        host_put_askers(text, BODY, report, need, true);
    }
    if (report->verbose) {
        put_said(text, "id", need->id);
    }
}

/* Why, and what to do. */
static void put_advice(struct text *text, const struct host_report *report, const struct dx_requirement *need)
{
    if (!is_told(report, need)) {
        return;
    }
    put_said(text, "why", need->why);
    for (size_t i = 0; i < need->n_remedies; i++) {
        put_remedy(text, &need->remedies[i]);
    }
    put_said(text, "reboot", need->persistence);
    if (need->verify) {
        put_label(text, "verify");
        put_lines(text, BODY, need->verify);
    }
    put_said(text, "note", need->note);
    put_said(text, "guide", need->kind->guide);
}

static const struct dx_requirement *next_of(const struct host_report *report, enum dx_scope scope, size_t *i)
{
    while (*i < report->n_needs) {
        const struct dx_requirement *need = report->needs[(*i)++];

        if (need->kind->scope == scope && !(report->quiet && need->state == DX_PLAN_OK)) {
            return need;
        }
    }
    return NULL;
}

static bool is_same(const struct text *a, const struct text *b)
{
    return a->len == b->len && (a->len == 0 || memcmp(a->ptr, b->ptr, a->len) == 0);
}

/* Requirements with the same advice, as those of many guests, stand together, and have it once below the last. */
static void put_scope(struct text *text, const struct host_report *report, enum dx_scope scope, const char *title)
{
    text_auto advice = {.io = text->io}, next_advice = {.io = text->io};
    const struct dx_requirement *need, *next;
    size_t i = 0;

    need = next_of(report, scope, &i);
    if (!need) {
        return;
    }
    text_format(text, "%s%s\n\n", text->len ? "\n" : "", title);
    put_advice(&advice, report, need);
    for (; need; need = next) {
        struct text last = advice;

        next = next_of(report, scope, &i);
        next_advice.len = 0;
        if (next) {
            put_advice(&next_advice, report, next);
        }
        put_head(text, report, need);
        if (!next || next->kind != need->kind || !is_same(&advice, &next_advice)) {
            text_bytes(text, advice.len ? advice.ptr : "", advice.len);
            text_puts(text, next && (is_told(report, need) || is_told(report, next)) ? "\n" : "");
        }
        advice = next_advice;
        next_advice = last;
    }
    text->failed = text->failed || advice.failed || next_advice.failed;
}

void host_text(struct text *text, const struct host_report *report)
{
    if (!report->quiet) {
        if (report->files > 0) {
            text_format(text, "%zu domain%s, ", report->files, report->files == 1 ? "" : "s");
        }
        host_put_tally(text, report);
    }
    put_scope(text, report, DX_SCOPE_HOST, "The host");
    put_scope(text, report, DX_SCOPE_GUEST, "The guests");
    if (!report->quiet && report->of[DX_PLAN_MISSING] + report->of[DX_PLAN_UNKNOWN] > 0) {
        text_puts(text, "\n--format=sh makes a script of it, --format=ansible a file of tasks.\n");
    }
}
