/* domxform passes: the table of passes, for a person or a program. */
#include "passes.h"

#include "describe.h"

#include <string.h>

enum { NAME_COLUMN = 18, HELP_COLUMN = 24 };

/* What the help of an option leaves to its row: the choices, the range, whether it must be there. */
static void put_option(struct text *text, const struct dx_opt *opt)
{
    text_puts(text, "  ");
    describe_option(text, opt);
    text_tab(text, HELP_COLUMN);
    text_wrap(text, HELP_COLUMN, opt->help ? opt->help : "");
    text_tab(text, HELP_COLUMN);
    if (opt->flags & DX_OPT_REQUIRED) {
        text_puts(text, "(required) ");
    }
    if (opt->keys) {
        text_puts(text, "(may be given for several) ");
    }
    if (opt->type == DX_OPT_INT && opt->max > opt->min) {
        text_format(text, "(%lld to %lld)", (long long)opt->min, (long long)opt->max);
    }
    while (text->len > 0 && text->ptr[text->len - 1] == ' ') {
        text->len--;
    }
    if (text_column(text) > 0) {
        text_byte(text, '\n');
    }
}

static void put_options(struct text *text, const char *title, const struct dx_opt *opt)
{
    if (opt) {
        text_format(text, "\n%s:\n", title);
    }
    for (; opt && opt->name; opt++) {
        put_option(text, opt);
    }
}

/* A SPEC may be longer than a line: it is broken before a comma that begins an option. */
static void put_form(struct text *text, const char *option, const struct dx_pass *pass, bool remove)
{
    text_auto spec = {.io = text->io};
    const char *p, *end;
    size_t indent;

    describe_spec(&spec, pass, remove);
    if (spec.failed) {
        text->failed = true;
        return;
    }
    text_format(text, "  --%s=", option);
    indent = text_column(text) + strlen(pass->name);
    end = spec.ptr + spec.len;
    for (p = spec.ptr; p < end;) {
        const char *next = p + 1;

        while (next < end && strncmp(next, "[,", 2) != 0) {
            next++;
        }
        if (p > spec.ptr && text_column(text) + (size_t)(next - p) > 79) {
            text_byte(text, '\n');
            text_tab(text, indent);
        }
        text_bytes(text, p, (size_t)(next - p));
        p = next;
    }
    text_byte(text, '\n');
}

void passes_page(struct text *text, const struct dx_pass *pass)
{
    text_format(text, "%s: ", pass->name);
    text_wrap(text, 2, pass->summary);
    text_byte(text, '\n');
    put_form(text, "pass", pass, false);
    if (pass->remove) {
        put_form(text, "remove", pass, true);
    }
    put_options(text, "Options", describe_options(pass, false));
    put_options(text, "Options of --remove", describe_options(pass, true));
    if (pass->doc && *pass->doc) {
        text_format(text, "\n%s%s", pass->doc, pass->doc[strlen(pass->doc) - 1] == '\n' ? "" : "\n");
    }
    text_puts(text, "\nExample:\n  domxform --pass=");
    describe_quoted(text, pass->example);
    text_puts(text, " vm.xml\n");
    text_byte(text, '\n');
    if (pass->element) {
        text_format(text, "Writes %s", pass->element);
        text_format(text, "%s%s.\n", pass->since ? "; needs " : "", pass->since ? pass->since : "");
    }
    if (pass->risk) {
        text_puts(text, "Risk: ");
        text_wrap(text, 2, pass->risk);
    }
    if (!(pass->flags & DX_PASS_INVERSE)) {
        text_puts(text, pass->remove ? "Its --remove does not give back what was there before.\n"
                                     : "What it does cannot be taken back: there is no --remove of it.\n");
    }
}

void passes_list(struct text *text)
{
    const struct dx_pass *pass;

    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        text_format(text, "  %s", pass->name);
        text_tab(text, NAME_COLUMN);
        text_wrap(text, NAME_COLUMN, pass->summary);
    }
}

static void json_choices(struct text *text, const char *choices)
{
    const char *choice;
    size_t len;

    text_json_open(text, '[');
    while ((choice = choice_next(&choices, &len)) != NULL) {
        text_json_bytes(text, choice, len);
    }
    text_json_close(text, ']');
}

static void json_number(struct text *text, const char *key, bool present, int64_t value)
{
    text_auto number = {.io = text->io};

    text_format(&number, "%lld", (long long)value);
    text_byte(&number, '\0');
    text_json_key(text, key);
    text_json_raw(text, present && !number.failed ? number.ptr : "null");
}

static void json_keys(struct text *text, unsigned keys)
{
    static const struct {
        unsigned bit;
        const char *pattern;
    } patterns[] = {
        {DX_KEY_NUMBER, "[0-9]+"},
        {DX_KEY_TARGET, "(vd|sd|hd|xvd|fd)[a-z]+"},
        {DX_KEY_CONTROLLER, "scsi[0-9]+"},
        {DX_KEY_NCNAME, "[A-Za-z_][A-Za-z0-9_.-]*"},
    };

    text_json_key(text, "keys");
    text_json_open(text, '[');
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++) {
        if (keys & patterns[i].bit) {
            text_json_string(text, patterns[i].pattern);
        }
    }
    text_json_close(text, ']');
}

static void json_option(struct text *text, const struct dx_opt *opt)
{
    bool range = opt->max > opt->min;

    text_json_open(text, '{');
    text_json_pair(text, "name", opt->name);
    text_json_pair(text, "type", describe_type(opt->type));
    text_json_pair(text, "value", opt->value);
    text_json_key(text, "choices");
    json_choices(text, describe_choices(opt));
    text_json_flag(text, "positional", (opt->flags & DX_OPT_POSITIONAL) != 0);
    text_json_flag(text, "required", (opt->flags & DX_OPT_REQUIRED) != 0);
    text_json_flag(text, "list", (opt->flags & DX_OPT_LIST) != 0);
    json_keys(text, opt->keys);
    json_number(text, "min", range, opt->min);
    json_number(text, "max", range, opt->max);
    text_json_pair(text, "help", opt->help);
    text_json_close(text, '}');
}

/* `null` says that there is no such form, an empty list that it takes no options. */
static void json_form(struct text *text, const struct dx_pass *pass, bool remove, const char *spec_key,
                      const char *options_key)
{
    text_auto spec = {.io = text->io};
    const struct dx_opt *opt = describe_options(pass, remove);

    if (remove && !pass->remove) {
        text_json_pair(text, spec_key, NULL);
        text_json_pair(text, options_key, NULL);
        return;
    }
    describe_spec(&spec, pass, remove);
    text->failed = text->failed || spec.failed;
    text_json_key(text, spec_key);
    text_json_bytes(text, spec.ptr, spec.len);
    text_json_key(text, options_key);
    text_json_open(text, '[');
    for (; opt && opt->name; opt++) {
        json_option(text, opt);
    }
    text_json_close(text, ']');
}

static void json_pass(struct text *text, const struct dx_pass *pass)
{
    text_json_open(text, '{');
    text_json_pair(text, "name", pass->name);
    text_json_pair(text, "group", pass->group);
    text_json_pair(text, "summary", pass->summary);
    text_json_pair(text, "doc", pass->doc);
    text_json_pair(text, "example", pass->example);
    text_json_pair(text, "since", pass->since);
    text_json_pair(text, "element", pass->element);
    text_json_pair(text, "risk", pass->risk);
    text_json_flag(text, "inverse", (pass->flags & DX_PASS_INVERSE) != 0);
    text_json_flag(text, "open", (pass->flags & DX_PASS_OPEN) != 0);
    text_json_flag(text, "container", (pass->flags & DX_PASS_CONTAINER) != 0);
    json_form(text, pass, false, "spec", "options");
    json_form(text, pass, true, "removeSpec", "removeOptions");
    text_json_close(text, '}');
}

static void json_list(struct text *text)
{
    const struct dx_pass *pass;

    text_json_open(text, '[');
    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        text_puts(text, i ? ",\n" : "\n");
        json_pass(text, pass);
    }
    text_puts(text, "\n]");
}

int command_passes(struct cli *cli)
{
    text_auto text = {.io = cli->io};
    const char *name = cli->opts.operands.n ? cli->opts.operands.items[0] : NULL;
    const struct dx_pass *pass = name ? dx_pass_find(name) : NULL;
    bool json = cli->opts.format == FORMAT_JSON;

    if (name && !pass) {
        return messages_exit_code(
            cli, messages_unknown(cli, "there is no pass", name, describe_pass_name, "domxform passes lists them"));
    }
    if (json && pass) {
        json_pass(&text, pass);
    } else if (json) {
        json_list(&text);
    } else if (pass) {
        passes_page(&text, pass);
    } else {
        passes_list(&text);
        text_puts(&text, "\ndomxform passes NAME tells about one.\n");
    }
    if (json) {
        text_byte(&text, '\n');
    }
    return output_text(cli, &text);
}
