/* domxform help, and --help of each command. */
#include "describe.h"
#include "passes.h"
#include "topics.h"

#include <string.h>

enum { HELP_COLUMN = 31, NAME_COLUMN = 22 };

static void put_option(struct text *text, const struct option *option)
{
    const char *equals = option->flags & OPTION_OPTIONAL ? "[=" : "=";

    if (option->letter) {
        text_format(text, "  -%c, --%s", option->letter, option->name);
    } else {
        text_format(text, "      --%s", option->name);
    }
    if (option->value) {
        text_format(text, "%s%s%s", equals, option->value, option->flags & OPTION_OPTIONAL ? "]" : "");
    }
    text_tab(text, HELP_COLUMN);
    text_format(text, "%s\n", option->help);
}

static void put_group(struct text *text, enum option_group group, unsigned command)
{
    const struct option *option;
    bool first = true;

    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        if (option->group != group || !(option->commands & command)) {
            continue;
        }
        if (first) {
            text_format(text, "%s:\n", option_group_title(group));
            first = false;
        }
        put_option(text, option);
    }
}

static void put_names(struct text *text, const char *title, const char *(*at)(size_t i))
{
    text_auto line = {.io = text->io};

    for (size_t i = 0; at(i); i++) {
        text_format(&line, "%s%s", i ? ", " : "", at(i));
    }
    text_byte(&line, '\0');
    text_puts(text, title);
    if (line.failed) {
        text->failed = true;
    } else {
        text_wrap(text, strlen(title), line.ptr);
    }
}

static const char *command_name(size_t i)
{
    return command_at(i) && command_at(i)->id ? command_at(i)->name : NULL;
}

/* A group stands for the commands in it. */
static const char *first_word(size_t i)
{
    const struct command *command;

    for (size_t k = 0; (command = command_at(k)) != NULL && command->id; k++) {
        if (!strchr(command->name, ' ') && i-- == 0) {
            return command->name;
        }
    }
    return NULL;
}

static const char *topic_name(size_t i)
{
    return topic_at(i) ? topic_at(i)->name : NULL;
}

/* Everything that help knows, for "did you mean". */
static const char *any_name(size_t i)
{
    static const char *(*const lists[])(size_t i) = {command_name, topic_name, describe_pass_name};

    for (size_t k = 0; k < sizeof lists / sizeof lists[0]; k++) {
        size_t n = 0;

        while (lists[k](n)) {
            if (i == n) {
                return lists[k](n);
            }
            n++;
        }
        i -= n;
    }
    return NULL;
}

static void put_member(struct text *text, const char *name, const char *summary)
{
    text_format(text, "  %s", name);
    text_tab(text, NAME_COLUMN);
    text_wrap(text, NAME_COLUMN, summary);
}

static void put_group_page(struct text *text, const struct command *group)
{
    const char *word;

    text_puts(text, "Commands:\n");
    for (size_t i = 0; (word = command_member(group, i)) != NULL; i++) {
        put_member(text, word, command_of_words(group->name, word)->summary);
    }
    text_format(text, "domxform %s COMMAND --help tells the options of one.\n\n%s", group->name, group->doc);
    text_puts(text, "\nWhat is asked for, of the host and of the guests:\n");
    for (size_t i = 0; dx_host_kind_at(i); i++) {
        put_member(text, dx_host_kind_at(i)->name, dx_host_kind_at(i)->summary);
    }
}

static void put_command(struct text *text, const struct command *command)
{
    bool transform = command->id == CMD_TRANSFORM;

    text_format(text, transform ? "Usage: domxform [%s] %s\n" : "Usage: domxform %s %s\n", command->name,
                command->synopsis);
    if (transform) {
        text_puts(text, "Change libvirt domain XML as the passes say; every other byte stays as it is.\n"
                        "Without FILE, or with -, it reads stdin; the result goes to stdout.\n\n");
    } else {
        text_format(text, "%c%s.\n\n", command->summary[0] - 'a' + 'A', command->summary + 1);
    }
    if (command_is_group(command)) {
        put_group_page(text, command);
        return;
    }
    for (enum option_group group = GROUP_WHAT; group < GROUP_COUNT; group++) {
        put_group(text, group, command->id);
    }
    if (transform) {
        text_byte(text, '\n');
        put_names(text, "Passes: ", describe_pass_name);
        put_names(text, "Commands: ", first_word);
        put_names(text, "Help topics: ", topic_name);
        text_puts(text, "Example: domxform --pass=hugepages:1G < vm.xml > out.xml\n");
    }
    if (command->doc) {
        text_format(text, "\n%s", command->doc);
    }
    if (command->id == CMD_PASSES) {
        text_puts(text, "\nThe passes are:\n");
        passes_list(text);
    }
    if (command->id == CMD_RECIPES) {
        text_byte(text, '\n');
        put_names(text, "The recipes are: ", describe_recipe_name);
    }
    if (command->id == CMD_HELP) {
        text_byte(text, '\n');
        put_names(text, "TOPIC is a command: ", command_name);
        put_names(text, "a pass: ", describe_pass_name);
        put_names(text, "or one of: ", topic_name);
    }
}

static int refuse_topic(struct cli *cli, const char *name)
{
    return messages_exit_code(
        cli, messages_unknown(cli, "help has no topic", name, any_name, "domxform help --help lists the topics"));
}

/* `domxform help --man` is the whole manual page. */
static int help_about(struct cli *cli, struct text *text, const char *name)
{
    const struct command *command = command_find(name);
    const struct dx_pass *pass = dx_pass_find(name);
    const struct topic *topic = topic_find(name);
    bool man = cli->opts.man;

    if (command && command->id && man) {
        manual_page(text);
    } else if (command && command->id) {
        put_command(text, command);
    } else if (pass) {
        (man ? manual_pass : passes_page)(text, pass);
    } else if (topic) {
        (man ? manual_topic : topic_text)(text, topic);
    } else {
        return refuse_topic(cli, name);
    }
    return output_text(cli, text);
}

int command_help(struct cli *cli)
{
    const struct list *operands = &cli->opts.operands;
    text_auto text = {.io = cli->io};
    text_auto name = {.io = cli->io};

    for (size_t i = 0; i < operands->n; i++) {
        text_format(&name, "%s%s", i ? " " : "", operands->items[i]);
    }
    text_byte(&name, '\0');
    if (name.failed) {
        return messages_exit_code(cli, DX_ENOMEM);
    }
    if (cli->opts.help) {
        put_command(&text, cli->opts.command);
    } else if (operands->n) {
        return help_about(cli, &text, name.ptr);
    } else if (cli->opts.man) {
        manual_page(&text);
    } else {
        put_command(&text, command_at(0));
    }
    return output_text(cli, &text);
}
