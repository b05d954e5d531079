#include "describe.h"

#include <string.h>

const char *describe_pass_name(size_t i)
{
    return dx_pass_at(i) ? dx_pass_at(i)->name : NULL;
}

const char *describe_rule_name(size_t i)
{
    return dx_rule_at(i) ? dx_rule_at(i)->id : NULL;
}

const char *describe_recipe_name(size_t i)
{
    return dx_recipe_at(i);
}

const char *describe_kind_name(size_t i)
{
    return dx_host_kind_at(i) ? dx_host_kind_at(i)->name : NULL;
}

const struct dx_opt *describe_options(const struct dx_pass *pass, bool remove)
{
    const struct dx_opt *opts = remove ? pass->remove_opts : pass->opts;

    return opts && opts->name ? opts : NULL;
}

const char *describe_choices(const struct dx_opt *opt)
{
    return opt->choices ? opt->choices : opt->type == DX_OPT_BOOL ? "yes|no" : NULL;
}

void describe_value(struct text *text, const struct dx_opt *opt)
{
    const char *choices = describe_choices(opt);
    bool closed = choices && (opt->type == DX_OPT_ENUM || opt->type == DX_OPT_BOOL);
    bool named = opt->value && !closed;

    if (named) {
        text_puts(text, opt->value);
    }
    /* A name such as "N|auto" has the choices in it. */
    if (choices && !(named && strstr(opt->value, choices))) {
        text_format(text, "%s%s", named ? "|" : "", choices);
    }
}

void describe_option(struct text *text, const struct dx_opt *opt)
{
    if (!(opt->flags & DX_OPT_POSITIONAL)) {
        text_format(text, "%s=", opt->name);
    }
    describe_value(text, opt);
}

void describe_spec(struct text *text, const struct dx_pass *pass, bool remove)
{
    const struct dx_opt *opt = describe_options(pass, remove);
    const char *before = ":";

    text_puts(text, pass->name);
    for (; opt && opt->name; opt++) {
        bool required = (opt->flags & DX_OPT_REQUIRED) != 0;

        text_format(text, "%s%s", required ? "" : "[", before);
        describe_option(text, opt);
        text_format(text, "%s%s", required ? "" : "]", opt->keys ? "..." : "");
        before = ",";
    }
}

void describe_quoted(struct text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_=:,./@%+";

    if (*word && word[strspn(word, plain)] == '\0') {
        text_puts(text, word);
        return;
    }
    text_byte(text, '\'');
    for (; *word; word++) {
        if (*word == '\'') {
            text_puts(text, "'\\''");
        } else {
            text_byte(text, *word);
        }
    }
    text_byte(text, '\'');
}

const char *describe_type(enum dx_opt_type type)
{
    static const char *const names[] = {
        [DX_OPT_STRING] = "string", [DX_OPT_STRINGS] = "strings", [DX_OPT_INT] = "int",       [DX_OPT_BOOL] = "bool",
        [DX_OPT_ENUM] = "enum",     [DX_OPT_SIZE] = "size",       [DX_OPT_CPUSET] = "cpuset",
    };

    return names[type];
}

const char *describe_severity(enum dx_severity severity)
{
    static const char *const names[] = {
        [DX_SEVERITY_ERROR] = "error",
        [DX_SEVERITY_WARNING] = "warning",
        [DX_SEVERITY_NOTE] = "note",
    };

    return names[severity];
}

const char *describe_level(enum dx_level level)
{
    static const char *const names[] = {
        [DX_LEVEL_SCHEMA] = "schema", [DX_LEVEL_DEFINE] = "define",     [DX_LEVEL_START] = "start",
        [DX_LEVEL_ADVICE] = "advice", [DX_LEVEL_USAGE] = "usage",       [DX_LEVEL_IO] = "io",
        [DX_LEVEL_INPUT] = "input",   [DX_LEVEL_INTERNAL] = "internal",
    };

    return names[level];
}

void describe_said(struct text *text, const char *said)
{
    for (; *said; said++) {
        bool place = said[0] == '{' && said[1] >= '0' && said[1] <= '9' && said[2] == '}';

        text_bytes(text, place ? "..." : said, place ? 3 : 1);
        said += place ? 2 : 0;
    }
}
