/* The manual page in roff, from the same tables as help. */
#include "describe.h"
#include "topics.h"

#include <ctype.h>
#include <string.h>

/* roff takes '\' as an escape, '-' as a hyphen, and a leading '.' or ''' as a request. */
static void put_escaped(struct text *text, const char *s, size_t n)
{
    if (n > 0 && (s[0] == '.' || s[0] == '\'') && text_column(text) == 0) {
        text_puts(text, "\\&");
    }
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\\') {
            text_puts(text, "\\e");
        } else if (s[i] == '-') {
            text_puts(text, "\\-");
        } else if (s[i] == '\'') {
            text_puts(text, "\\(aq");
        } else {
            text_byte(text, s[i]);
        }
    }
}

static void put(struct text *text, const char *s)
{
    put_escaped(text, s, strlen(s));
}

static void line(struct text *text, const char *s)
{
    put(text, s);
    text_byte(text, '\n');
}

/* Plain text: blank lines part paragraphs, indented lines stand as they are. `gap`: it begins a new paragraph. */
static void put_body(struct text *text, const char *body, bool gap)
{
    bool literal = false;

    for (size_t n; *body; body += n + (body[n] == '\n')) {
        bool indented = body[0] == ' ';

        n = strcspn(body, "\n");
        if (n == 0) {
            gap = true;
            continue;
        }
        if (indented != literal) {
            text_puts(text, indented ? ".PP\n.nf\n" : ".fi\n");
            literal = indented;
            gap = gap && !indented;
        }
        if (gap) {
            text_puts(text, ".PP\n");
        }
        gap = false;
        put_escaped(text, body, n);
        text_byte(text, '\n');
    }
    if (literal) {
        text_puts(text, ".fi\n");
    }
}

static void put_header(struct text *text, const char *name, int section)
{
    text_puts(text, ".TH ");
    for (; *name; name++) {
        char upper = (char)toupper((unsigned char)*name);

        put_escaped(text, &upper, 1);
    }
    /* The forms of SPECs are neither hyphenated nor spaced out. */
    text_format(text, " %d \"\" \"domxform %s\" \"domxform\"\n.nh\n.ad l\n", section, dx_version());
}

static void put_synopsis(struct text *text)
{
    const struct command *command;

    text_puts(text, ".SH SYNOPSIS\n");
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        if (command_is_group(command)) {
            continue;
        }
        text_puts(text, i ? ".br\n.B domxform " : ".B domxform\n");
        if (i) {
            line(text, command->name);
        } else {
            text_format(text, "[%s]\n", command->name);
        }
        line(text, command->synopsis);
    }
}

static void put_commands(struct text *text)
{
    const struct command *command;

    text_puts(text, ".SH COMMANDS\n");
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        if (command_is_group(command)) {
            continue;
        }
        text_puts(text, ".TP\n.B ");
        line(text, command->name);
        text_format(text, "%c", toupper((unsigned char)command->summary[0]));
        put(text, command->summary + 1);
        text_puts(text, i ? ".\n" : ".\nTaken where no command is named; a file of such a name is written ./NAME.\n");
    }
}

static void put_option(struct text *text, const struct option *option)
{
    const char *choices = option->choices, *choice;
    size_t len;

    text_puts(text, ".TP\n.B ");
    if (option->letter) {
        text_format(text, "\\-%c\\fR, \\fB", option->letter);
    }
    text_puts(text, "\\-\\-");
    put(text, option->name);
    if (option->value) {
        bool optional = (option->flags & OPTION_OPTIONAL) != 0;

        text_format(text, "\\fR%s=\\fI%s\\fR%s", optional ? "[" : "", option->value, optional ? "]" : "");
    }
    text_format(text, "\n%c", toupper((unsigned char)option->help[0]));
    put(text, option->help + 1);
    text_puts(text, ".\n");
    if (choices) {
        text_format(text, "%s is one of", option->value);
        while ((choice = choice_next(&choices, &len)) != NULL) {
            text_byte(text, ' ');
            put_escaped(text, choice, len);
            text_puts(text, *choices ? "," : ".\n");
        }
    }
}

static void put_options(struct text *text)
{
    const struct option *option;

    text_puts(text, ".SH OPTIONS\n");
    for (enum option_group group = GROUP_WHAT; group < GROUP_COUNT; group++) {
        text_puts(text, ".SS ");
        line(text, option_group_title(group));
        for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
            if (option->group == group) {
                put_option(text, option);
            }
        }
    }
}

/* What the help of a command says behind its options. */
static void put_docs(struct text *text)
{
    const struct command *command;

    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        if (command->doc) {
            text_puts(text, ".SH THE COMMAND ");
            for (const char *p = command->name; *p; p++) {
                text_byte(text, (char)toupper((unsigned char)*p));
            }
            text_byte(text, '\n');
            put_body(text, command->doc, false);
        }
    }
}

static void put_form(struct text *text, const char *option, const struct dx_pass *pass, bool remove)
{
    text_auto spec = {.io = text->io};

    describe_spec(&spec, pass, remove);
    text->failed = text->failed || spec.failed;
    text_format(text, ".B \\-\\-%s=", option);
    /* A long form may be broken where an option begins. */
    for (size_t i = 0; i < spec.len; i++) {
        if (i + 1 < spec.len && spec.ptr[i] == '[' && spec.ptr[i + 1] == ',') {
            text_puts(text, "\\:");
        }
        put_escaped(text, spec.ptr + i, 1);
    }
    text_byte(text, '\n');
}

static void put_pass_options(struct text *text, const struct dx_opt *opt, const char *of)
{
    for (; opt && opt->name; opt++) {
        text_auto form = {.io = text->io};

        describe_option(&form, opt);
        text->failed = text->failed || form.failed;
        text_puts(text, ".TP\n.B ");
        put_escaped(text, form.ptr, form.len);
        text_byte(text, '\n');
        text_puts(text, of);
        put(text, opt->help ? opt->help : "");
        text_puts(text, opt->flags & DX_OPT_REQUIRED ? " (required)\n" : "\n");
    }
}

static void put_pass(struct text *text, const struct dx_pass *pass)
{
    put(text, pass->summary);
    text_puts(text, "\n.PP\n");
    put_form(text, "pass", pass, false);
    if (pass->remove) {
        text_puts(text, ".br\n");
        put_form(text, "remove", pass, true);
    }
    put_pass_options(text, describe_options(pass, false), "");
    put_pass_options(text, describe_options(pass, true), "Of the removal: ");
    put_body(text, pass->doc ? pass->doc : "", true);
    text_puts(text, ".PP\nExample: domxform ");
    {
        text_auto word = {.io = text->io};

        text_puts(&word, "--pass=");
        describe_quoted(&word, pass->example);
        text->failed = text->failed || word.failed;
        put_escaped(text, word.ptr, word.len);
    }
    text_puts(text, " vm.xml\n");
    if (pass->element && pass->since) {
        text_puts(text, ".PP\nIt writes ");
        put(text, pass->element);
        text_puts(text, " and needs ");
        put(text, pass->since);
        text_puts(text, ".\n");
    }
    if (pass->risk) {
        text_puts(text, ".PP\nRisk: ");
        line(text, pass->risk);
    }
}

/* Exit codes are a table; other topics are text. */
static void put_topic(struct text *text, const struct topic *topic)
{
    const struct exit_code *row;

    if (topic->body) {
        put_body(text, topic->body, false);
        return;
    }
    for (size_t i = 0; (row = exit_code_at(i)) != NULL; i++) {
        text_format(text, ".TP\n.B %d\n%c", row->code, toupper((unsigned char)row->meaning[0]));
        put(text, row->meaning + 1);
        text_puts(text, ".\n");
        line(text, row->detail);
    }
    put_body(text, topic_several_files, true);
}

void manual_page(struct text *text)
{
    const struct dx_pass *pass;
    const struct topic *topic;

    put_header(text, "domxform", 1);
    text_puts(text, ".SH NAME\ndomxform \\- change libvirt domain XML, and leave every other byte as it is\n");
    put_synopsis(text);
    text_puts(text, ".SH DESCRIPTION\n"
                    "Each FILE (stdin without one, or for \\-) is a libvirt domain. The passes named with\n"
                    ".B \\-\\-pass\nand\n.B \\-\\-remove\nare run on it in the order given, and the result goes to\n"
                    "stdout, or to where the options say. What a pass does not touch keeps its bytes:\n"
                    "indentation, quotes, comments, line ends, the order of attributes. A pass says how\n"
                    "things are to be; what is so already is left alone. When anything fails, nothing is\n"
                    "written.\n");
    put_commands(text);
    put_options(text);
    put_docs(text);
    text_puts(text, ".SH PASSES\n");
    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        text_puts(text, ".SS ");
        line(text, pass->name);
        put_pass(text, pass);
    }
    for (size_t i = 0; (topic = topic_at(i)) != NULL; i++) {
        text_puts(text, ".SH ");
        line(text, topic->title);
        put_topic(text, topic);
    }
    text_puts(text, ".SH SEE ALSO\n.BR virsh (1),\n.BR virt\\-xml (1),\n.BR xmllint (1)\n");
}

static void put_page_name(struct text *text, const char *name, const char *summary)
{
    text_auto page = {.io = text->io};

    text_format(&page, "domxform-%s", name);
    text_byte(&page, '\0');
    if (page.failed) {
        text->failed = true;
        return;
    }
    put_header(text, page.ptr, 7);
    text_puts(text, ".SH NAME\n");
    put(text, page.ptr);
    text_puts(text, " \\- ");
    line(text, summary);
    text_puts(text, ".SH DESCRIPTION\n");
}

void manual_topic(struct text *text, const struct topic *topic)
{
    put_page_name(text, topic->name, topic->summary);
    put_topic(text, topic);
    text_puts(text, ".SH SEE ALSO\n.BR domxform (1)\n");
}

void manual_pass(struct text *text, const struct dx_pass *pass)
{
    put_page_name(text, pass->name, pass->summary);
    put_pass(text, pass);
    text_puts(text, ".SH SEE ALSO\n.BR domxform (1)\n");
}
