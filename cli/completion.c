/* domxform completion: a script for a shell, with what the tables hold. */
#include "cli.h"
#include "describe.h"
#include "shells.h"
#include "topics.h"

#include <string.h>

/* One script in the making. */
struct script {
    const struct shell *shell;
    struct text text;
    struct text key, words; /* of the row in the making */
};

static void function_begin(struct script *script, const char *name)
{
    for (const char *p = script->shell->begin; *p; p++) {
        if (p[0] == '%' && p[1] == 's') {
            text_puts(&script->text, name);
            p++;
        } else {
            text_byte(&script->text, *p);
        }
    }
}

static void word_bytes(struct script *script, const char *word, size_t n, const char *suffix)
{
    text_auto plain = {.io = script->text.io};

    text_bytes(&plain, word, n);
    text_puts(&plain, suffix);
    text_byte(&plain, '\0');
    if (plain.failed) {
        script->text.failed = true;
        return;
    }
    text_puts(&script->words, script->words.len ? " " : "");
    describe_quoted(&script->words, plain.ptr);
}

static void word(struct script *script, const char *s)
{
    word_bytes(script, s, strlen(s), "");
}

static void words_of_choices(struct script *script, const char *choices)
{
    const char *choice;
    size_t len;

    while ((choice = choice_next(&choices, &len)) != NULL) {
        word_bytes(script, choice, len, "");
    }
}

/* Ends a row; one without words is left out. The key holds what was put into script->key. */
static void row_end(struct script *script)
{
    bool key = true;

    if (script->words.len) {
        for (const char *p = script->shell->row; *p; p++) {
            if (p[0] == '%' && p[1] == 's') {
                const struct text *part = key ? &script->key : &script->words;

                text_bytes(&script->text, part->ptr, part->len);
                key = false;
                p++;
            } else {
                text_byte(&script->text, *p);
                p += p[0] == '%' && p[1] == '%';
            }
        }
    }
    script->text.failed = script->text.failed || script->key.failed || script->words.failed;
    script->key.len = 0;
    script->words.len = 0;
}

static void put_commands(struct script *script)
{
    const struct command *command;

    function_begin(script, "commands");
    text_puts(&script->key, "all");
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        if (!strchr(command->name, ' ')) {
            word(script, command->name);
        }
    }
    row_end(script);
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        if (command_is_group(command)) {
            text_puts(&script->key, command->name);
            for (size_t k = 0; command_member(command, k); k++) {
                word(script, command_member(command, k));
            }
            row_end(script);
        }
    }
    text_puts(&script->text, script->shell->end);
}

static void put_options(struct script *script)
{
    const struct command *command;
    const struct option *option;

    function_begin(script, "options");
    for (size_t c = 0; (command = command_at(c)) != NULL && command->id; c++) {
        text_puts(&script->key, command->name);
        for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
            if (option->commands & command->id) {
                text_puts(&script->words, script->words.len ? " --" : "--");
                text_puts(&script->words, option->name);
                text_puts(&script->words, option->value && !(option->flags & OPTION_OPTIONAL) ? "=" : "");
            }
        }
        row_end(script);
    }
    text_puts(&script->text, script->shell->end);
}

/* Options whose value may be the next word. */
static void put_wants(struct script *script)
{
    const struct option *option;

    function_begin(script, "wants");
    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        if (option->value && !(option->flags & OPTION_OPTIONAL) &&
            option_find(option->name, strlen(option->name), 0) == option) {
            text_format(&script->key, "--%s", option->name);
            word(script, "value");
            row_end(script);
            if (option->letter) {
                text_format(&script->key, "-%c", option->letter);
                word(script, "value");
                row_end(script);
            }
        }
    }
    text_puts(&script->text, script->shell->end);
}

/* An id that says several things has several rows. */
static void words_of_rules(struct script *script)
{
    const struct dx_rule *rule;

    for (size_t i = 0; (rule = dx_rule_at(i)) != NULL; i++) {
        if (dx_rule_find(rule->id) == rule) {
            word(script, rule->id);
        }
    }
}

/*
 * By what the scripts look up the choices of an option: "--format", of a later row of the name "validate:--format" for
 * each command of the row. False where there is no k-th one.
 */
static bool put_option_key(struct text *text, const struct option *option, size_t k)
{
    const struct command *command;

    if (option_find(option->name, strlen(option->name), 0) == option) {
        if (k == 0) {
            text_format(text, "--%s", option->name);
        }
        return k == 0;
    }
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        if ((command->id & option->commands) && k-- == 0) {
            text_format(text, "%s:--%s", command->name, option->name);
            return true;
        }
    }
    return false;
}

static void words_of_names(struct script *script, const char *(*at)(size_t i))
{
    for (size_t i = 0; at(i); i++) {
        word(script, at(i));
    }
}

static void words_of_option(struct script *script, const struct option *option)
{
    words_of_choices(script, option->choices);
    if (option->kind == VALUE_RULE) {
        words_of_rules(script);
    }
    if (option->kind == VALUE_RECIPE) {
        words_of_names(script, describe_recipe_name);
    }
    if (option->kind == VALUE_KIND) {
        words_of_names(script, describe_kind_name);
    }
}

static void put_choices(struct script *script)
{
    const struct option *option;

    function_begin(script, "choices");
    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        for (size_t k = 0; put_option_key(&script->key, option, k); k++) {
            words_of_option(script, option);
            row_end(script);
        }
    }
    text_puts(&script->text, script->shell->end);
}

static void words_of_topics(struct script *script)
{
    const struct command *command;

    for (size_t i = 0; topic_at(i); i++) {
        word(script, topic_at(i)->name);
    }
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        if (!strchr(command->name, ' ')) {
            word(script, command->name);
        }
    }
}

static void put_operands(struct script *script)
{
    const struct command *command;

    function_begin(script, "operands");
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        text_puts(&script->key, command->name);
        words_of_choices(script, command->choices);
        if (command->id & (CMD_PASSES | CMD_HELP)) {
            words_of_names(script, describe_pass_name);
        }
        if (command->id == CMD_HELP) {
            words_of_topics(script);
        }
        if (command->id == CMD_RECIPES) {
            words_of_names(script, describe_recipe_name);
        }
        if (command->id == CMD_RULES) {
            words_of_rules(script);
        }
        row_end(script);
    }
    text_puts(&script->text, script->shell->end);
}

static const char *kind_name(bool remove)
{
    return remove ? "remove" : "pass";
}

static bool wants_body(const struct dx_pass *pass, bool remove)
{
    const struct dx_opt *opt = describe_options(pass, remove);

    for (; opt && opt->name; opt++) {
        if (opt->flags & DX_OPT_REQUIRED) {
            return true;
        }
    }
    return false;
}

/* The names of passes; a colon follows where a body must. */
static void put_passes(struct script *script)
{
    const struct dx_pass *pass;

    function_begin(script, "passes");
    for (int remove = 0; remove <= 1; remove++) {
        text_puts(&script->key, kind_name(remove));
        for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
            if (!remove || pass->remove) {
                word_bytes(script, pass->name, strlen(pass->name), wants_body(pass, remove) ? ":" : "");
            }
        }
        row_end(script);
    }
    text_puts(&script->text, script->shell->end);
}

static void put_keys(struct script *script)
{
    const struct dx_pass *pass;

    function_begin(script, "keys");
    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        for (int remove = 0; remove <= 1; remove++) {
            const struct dx_opt *opt = describe_options(pass, remove);

            text_format(&script->key, "%s:%s", kind_name(remove), pass->name);
            for (; opt && opt->name; opt++) {
                if (!opt->keys && !(opt->flags & DX_OPT_POSITIONAL)) {
                    word_bytes(script, opt->name, strlen(opt->name), "=");
                }
            }
            row_end(script);
        }
    }
    text_puts(&script->text, script->shell->end);
}

static void put_values(struct script *script)
{
    const struct dx_pass *pass;

    function_begin(script, "values");
    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        for (int remove = 0; remove <= 1; remove++) {
            const struct dx_opt *opt = describe_options(pass, remove);

            for (; opt && opt->name; opt++) {
                text_format(&script->key, "%s:%s:%s", kind_name(remove), pass->name,
                            opt->flags & DX_OPT_POSITIONAL ? "" : opt->name);
                words_of_choices(script, opt->keys ? NULL : describe_choices(opt));
                row_end(script);
            }
        }
    }
    text_puts(&script->text, script->shell->end);
}

/* fish knows options itself: a line each. */
static void put_rows(struct text *text)
{
    const struct option *option;
    const struct command *command;

    text_puts(text, "complete -c domxform -f\n"
                    "complete -c domxform -n '__domxform_in transform validate advise recipes \"host plan\" \"host "
                    "check\" \"host map\"' -F\n"
                    "complete -c domxform -n 'test -z (__domxform_command)' -a '(_domxform_commands all)'\n"
                    "complete -c domxform -n 'test -n (__domxform_command)' "
                    "-a '(_domxform_commands (__domxform_command))'\n"
                    "complete -c domxform -n 'test -n (__domxform_command)' "
                    "-a '(_domxform_operands (__domxform_command))'\n");
    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        text_puts(text, "complete -c domxform -n '__domxform_in");
        for (size_t c = 0; (command = command_at(c)) != NULL && command->id; c++) {
            if (command->id & option->commands) {
                text_puts(text, strchr(command->name, ' ') ? " \"" : " ");
                text_puts(text, command->name);
                text_puts(text, strchr(command->name, ' ') ? "\"" : "");
            }
        }
        text_format(text, "' -l %s", option->name);
        if (option->letter) {
            text_format(text, " -s %c", option->letter);
        }
        if (option->kind == VALUE_PASS || option->kind == VALUE_REMOVE) {
            text_format(text, " -x -a '(__domxform_spec %s)'", kind_name(option->kind == VALUE_REMOVE));
        } else if (option->kind == VALUE_FILE || option->kind == VALUE_INPUT) {
            text_puts(text, " -r -F");
        } else if (option->kind == VALUE_FOLDER) {
            text_puts(text, " -x -a '(__fish_complete_directories)'");
        } else if (option->kind == VALUE_SCHEMA || option->kind == VALUE_RECIPE) {
            text_puts(text, " -r -F -a '(_domxform_choices \"");
            put_option_key(text, option, 0);
            text_puts(text, "\")'");
        } else if (option->value && !(option->flags & OPTION_OPTIONAL)) {
            text_puts(text, " -x -a '(_domxform_choices \"");
            put_option_key(text, option, 0);
            text_puts(text, "\")'");
        }
        text_puts(text, " -d ");
        describe_quoted(text, option->help);
        text_byte(text, '\n');
    }
}

int command_completion(struct cli *cli)
{
    static void (*const parts[])(struct script * script) = {
        put_commands, put_options, put_wants, put_choices, put_operands, put_passes, put_keys, put_values,
    };
    struct script script = {
        .shell = shell_find(cli->opts.operands.items[0]),
        .text = {.io = cli->io},
        .key = {.io = cli->io},
        .words = {.io = cli->io},
    };
    int code;

    text_puts(&script.text, script.shell->head);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        parts[i](&script);
    }
    text_puts(&script.text, script.shell->core);
    text_puts(&script.text, script.shell->tail);
    if (script.shell->rows) {
        put_rows(&script.text);
    }
    code = output_text(cli, &script.text);
    text_free(&script.text);
    text_free(&script.key);
    text_free(&script.words);
    return code;
}
