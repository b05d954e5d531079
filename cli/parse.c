/* Reads a command line by the tables of options.c. */
#include "values.h"

#include <string.h>

enum item_kind { ITEM_END, ITEM_OPERAND, ITEM_OPTION, ITEM_UNKNOWN, ITEM_MISSING, ITEM_SURPLUS };

/* What stands at one place of the command line. */
struct item {
    enum item_kind kind;
    const struct option *option;
    const char *word;  /* the argument it stands in */
    const char *value; /* NULL: none */
    char letter;       /* it was given by its letter */
    bool file;         /* an operand behind `--` is no command */
};

struct cursor {
    int argc, at;
    char **argv;
    const char *letters; /* what is left of -abc */
    bool ended;
    unsigned command; /* CMD_*; 0: not known yet */
};

static const char *option_name(size_t i)
{
    return option_at(i) ? option_at(i)->name : NULL;
}

static const char *command_name(size_t i)
{
    return !command_at(i) ? NULL : command_at(i)->id ? command_at(i)->name : "";
}

/* The value of an option that wants one and has none attached: the next argument, unless it is an option itself. */
static void take_next(struct cursor *cursor, struct item *item)
{
    const char *next = cursor->at < cursor->argc ? cursor->argv[cursor->at] : NULL;
    bool option = next && strncmp(next, "--", 2) == 0 && option_find(next + 2, strcspn(next + 2, "="), cursor->command);

    if (next && !option) {
        item->value = cursor->argv[cursor->at++];
    } else {
        item->kind = ITEM_MISSING;
    }
}

static void read_letter(struct cursor *cursor, struct item *item)
{
    item->letter = *cursor->letters++;
    item->option = option_of_letter(item->letter, cursor->command);
    item->kind = item->option ? ITEM_OPTION : ITEM_UNKNOWN;
    if (!item->option) {
        cursor->letters = NULL;
        return;
    }
    if (item->option->kind == VALUE_NONE) {
        return;
    }
    if (*cursor->letters) {
        item->value = cursor->letters;
    } else if (!(item->option->flags & OPTION_OPTIONAL)) {
        take_next(cursor, item);
    }
    cursor->letters = NULL;
}

static void read_long(struct cursor *cursor, struct item *item)
{
    const char *name = item->word + 2;
    const char *equals = strchr(name, '=');

    item->option = option_find(name, equals ? (size_t)(equals - name) : strlen(name), cursor->command);
    item->kind = item->option ? ITEM_OPTION : ITEM_UNKNOWN;
    item->value = equals ? equals + 1 : NULL;
    if (!item->option) {
        return;
    }
    if (item->option->kind == VALUE_NONE && equals) {
        item->kind = ITEM_SURPLUS;
    } else if (item->option->kind != VALUE_NONE && !equals && !(item->option->flags & OPTION_OPTIONAL)) {
        take_next(cursor, item);
    }
}

static struct item next_item(struct cursor *cursor)
{
    struct item item = {.kind = ITEM_END};

    if (cursor->letters && *cursor->letters) {
        item.word = cursor->argv[cursor->at - 1];
        read_letter(cursor, &item);
        return item;
    }
    if (!cursor->ended && cursor->at < cursor->argc && strcmp(cursor->argv[cursor->at], "--") == 0) {
        cursor->ended = true;
        cursor->at++;
    }
    if (cursor->at >= cursor->argc) {
        return item;
    }
    item.word = cursor->argv[cursor->at++];
    if (cursor->ended || item.word[0] != '-' || item.word[1] == '\0') {
        item.kind = ITEM_OPERAND;
        item.file = cursor->ended;
    } else if (item.word[1] == '-') {
        read_long(cursor, &item);
    } else {
        cursor->letters = item.word + 1;
        read_letter(cursor, &item);
    }
    return item;
}

/* How messages are to look, known before the first of them is due; and the words that may name a command. */
static void look_ahead(struct cli *cli, int argc, char **argv, const char *words[2])
{
    struct cursor cursor = {.argc = argc, .at = 1, .argv = argv};
    size_t n = 0;

    for (;;) {
        struct item item = next_item(&cursor);

        if (item.kind == ITEM_END) {
            return;
        }
        if (item.kind == ITEM_OPERAND && n < 2) {
            words[n++] = item.file ? NULL : item.word;
        }
        if (item.kind == ITEM_OPTION && item.option->kind == VALUE_CHOICE && item.option->group == GROUP_COMMON) {
            int index = choice_index(item.option->choices, item.value);

            *(int *)option_slot(cli, item.option) = index < 0 ? 0 : index;
        }
    }
}

/* What was given so far, for options that exclude each other or themselves. */
struct given {
    uint64_t options;
    const struct option *sets[SET_COUNT];
};

/* Of an option that the command does not have: which ones have it. It may have a row for each kind of them. */
static int refuse_elsewhere(struct cli *cli, const struct option *option)
{
    text_auto hint = {.io = cli->io};
    const struct command *command;
    const struct option *row;
    unsigned owners = 0;

    for (size_t i = 0; (row = option_at(i)) != NULL; i++) {
        owners |= strcmp(row->name, option->name) == 0 ? row->commands : 0;
    }
    text_format(&hint, "domxform %s --help lists its options; --%s belongs to", cli->opts.command->name, option->name);
    for (size_t i = 0, n = 0; (command = command_at(i)) != NULL; i++) {
        if (command->id & owners) {
            text_format(&hint, "%s %s", n++ ? "," : "", command->name);
        }
    }
    text_byte(&hint, '\0');
    return hint.failed
               ? DX_ENOMEM
               : messages_usage(cli, hint.ptr, "%s takes no option --%s", cli->opts.command->name, option->name);
}

static int take_option(struct cli *cli, struct given *given, const struct item *item)
{
    const struct option *option = item->option;
    const struct option *other = given->sets[option->set];
    uint64_t bit = UINT64_C(1) << (size_t)(option - option_at(0));
    bool again =
        (given->options & bit) != 0 && option->kind != VALUE_NONE && !(option->flags & (OPTION_LIST | OPTION_OVERRIDE));

    if (!(option->commands & cli->opts.command->id)) {
        return refuse_elsewhere(cli, option);
    }
    if (again) {
        return messages_usage(cli, "give it once", "--%s is given twice", option->name);
    }
    if (option->set != SET_NONE && other && other != option) {
        return messages_usage(cli, "choose one of them", "--%s and --%s exclude each other", other->name, option->name);
    }
    given->options |= bit;
    given->sets[option->set] = option;
    return value_apply(cli, option, item->value);
}

/* A name that is the beginning of one option only was cut short; else one that is near was mistyped. */
static int refuse_unknown(struct cli *cli, const struct item *item)
{
    text_auto hint = {.io = cli->io};
    text_auto word = {.io = cli->io};
    const struct option *option, *begun = NULL;
    size_t n = 0;

    if (item->letter) {
        return messages_usage(cli, "domxform --help lists the options; a file of that name is ./NAME",
                              "there is no option -%c", item->letter);
    }
    text_bytes(&word, item->word + 2, strcspn(item->word + 2, "="));
    text_byte(&word, '\0');
    if (word.failed) {
        return DX_ENOMEM;
    }
    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        if (strncmp(option->name, word.ptr, word.len - 1) == 0) {
            begun = option;
            n++;
        }
    }
    if (n == 1) {
        text_format(&hint, "did you mean '--%s'? ", begun->name);
    } else {
        messages_nearest(cli, &hint, word.ptr, "--", option_name);
    }
    text_puts(&hint, "domxform --help lists the options");
    text_byte(&hint, '\0');
    return hint.failed ? DX_ENOMEM : messages_usage(cli, hint.ptr, "there is no option --%s", word.ptr);
}

static int take(struct cli *cli, struct given *given, const struct item *item)
{
    if (item->kind == ITEM_UNKNOWN) {
        return refuse_unknown(cli, item);
    }
    if (item->kind == ITEM_OPERAND) {
        return list_push(cli, &cli->opts.operands, item->word);
    }
    if (item->kind == ITEM_MISSING) {
        return messages_usage(cli, item->option->help, "--%s wants a value: --%s=%s", item->option->name,
                              item->option->name, item->option->value);
    }
    if (item->kind == ITEM_SURPLUS) {
        return messages_usage(cli, "write it alone", "--%s takes no value, and '%s' is given", item->option->name,
                              item->value);
    }
    return take_option(cli, given, item);
}

static bool is_pass(const char *word)
{
    for (size_t i = 0; dx_pass_at(i); i++) {
        if (strcmp(dx_pass_at(i)->name, word) == 0) {
            return true;
        }
    }
    return false;
}

/* A word that is neither a file nor a command was meant as one when it is nearly that, or the second word of one, or
 * the name of a pass. */
static int check_command(struct cli *cli, const char *word)
{
    text_auto hint = {.io = cli->io};
    struct stat st;

    if (strpbrk(word, "/.") || strcmp(word, "-") == 0 || cli->io->lstat(word, &st) == 0) {
        return DX_OK;
    }
    if (is_pass(word)) {
        text_format(&hint, "did you mean '--pass=%s'? ", word);
    } else if (command_of_second(word)) {
        text_format(&hint, "did you mean 'domxform %s'? ", command_of_second(word)->name);
    } else {
        messages_nearest(cli, &hint, word, "domxform ", command_name);
    }
    if (hint.failed || hint.len == 0) {
        return hint.failed ? DX_ENOMEM : DX_OK;
    }
    text_puts(&hint, "a file of that name would be written ./NAME");
    text_byte(&hint, '\0');
    return hint.failed ? DX_ENOMEM
                       : messages_usage(cli, hint.ptr, "'%s' is neither a command nor a file that exists", word);
}

static int check_operands(struct cli *cli)
{
    const struct command *command = cli->opts.command;
    const struct list *operands = &cli->opts.operands;

    if (operands->n < command->least || operands->n > command->most) {
        text_auto hint = {.io = cli->io};

        text_format(&hint, "domxform %s %s", command->name, command->synopsis);
        text_byte(&hint, '\0');
        return hint.failed ? DX_ENOMEM
                           : messages_usage(cli, hint.ptr, "%s wants %s %s, and %zu are given", command->name,
                                            command->least ? "one" : "at most one", command->operand, operands->n);
    }
    for (size_t i = 0; i < operands->n; i++) {
        if (command->choices && choice_index(command->choices, operands->items[i]) < 0) {
            return value_refuse(cli, "", command->operand, "one of", command->choices, operands->items[i]);
        }
        if (!*operands->items[i]) {
            return messages_usage(cli, "is a variable of the shell empty?", "a %s is empty", command->operand);
        }
    }
    return DX_OK;
}

/* The first `words` operands are the command's name. */
static int read_all(struct cli *cli, struct cursor *cursor, size_t words)
{
    struct given given = {0};

    for (;;) {
        struct item item = next_item(cursor);
        int rc;

        if (item.kind == ITEM_END) {
            break;
        }
        if (item.kind == ITEM_OPERAND && words > 0) {
            words--;
            continue;
        }
        rc = take(cli, &given, &item);
        if (rc < 0) {
            return rc;
        }
        if (item.kind == ITEM_OPTION && (item.option->flags & OPTION_STOP)) {
            return DX_OK;
        }
    }
    return check_operands(cli);
}

/* A group is no command: a word of its own is to follow. `word` is what does, NULL: nothing. */
static int refuse_group(struct cli *cli, const struct command *group, const char *word)
{
    text_auto hint = {.io = cli->io};
    const char *names[16] = {NULL};
    const char *nearest;

    for (size_t i = 0; i < 15 && command_member(group, i); i++) {
        names[i] = command_member(group, i);
    }
    nearest = word ? dx_nearest(word, names) : NULL;
    if (nearest) {
        text_format(&hint, "did you mean 'domxform %s %s'? ", group->name, nearest);
    }
    text_format(&hint, "domxform %s --help tells of", group->name);
    for (size_t i = 0; names[i]; i++) {
        text_format(&hint, "%s %s", i ? "," : "", names[i]);
    }
    text_format(&hint, "; a file of that name is written ./%s", group->name);
    text_byte(&hint, '\0');
    if (hint.failed) {
        return DX_ENOMEM;
    }
    return word ? messages_usage(cli, hint.ptr, "there is no command '%s %s'", group->name, word)
                : messages_usage(cli, hint.ptr, "%s wants a command", group->name);
}

int options_parse(struct cli *cli, int argc, char **argv)
{
    struct cursor cursor = {.argc = argc, .at = 1, .argv = argv};
    const char *words[2] = {NULL, NULL}, *word;
    const struct command *named;
    int rc;

    look_ahead(cli, argc, argv, words);
    word = words[0];
    named = word ? command_of_words(word, words[1]) : NULL;
    cli->opts.command = named ? named : command_at(0);
    cursor.command = cli->opts.command->id;
    if (!cli->opts.command->id) {
        return messages_usage(cli, "domxform --help lists what there is; a file of that name is written ./NAME",
                              "'%s' is not in this version: it comes in a later one", cli->opts.command->name);
    }
    if (command_is_group(cli->opts.command) && words[1]) {
        return refuse_group(cli, cli->opts.command, words[1]);
    }
    rc = read_all(cli, &cursor, !named ? 0 : strchr(named->name, ' ') ? 2 : 1);
    if (rc == DX_OK && command_is_group(cli->opts.command) && !cli->opts.help && !cli->opts.version) {
        return refuse_group(cli, cli->opts.command, NULL);
    }
    if (rc == DX_OK && word && !named && !cli->opts.help && !cli->opts.version) {
        rc = check_command(cli, word);
    }
    return rc;
}

void options_free(struct cli *cli)
{
    io_free(cli->io, cli->opts.steps);
    io_free(cli->io, cli->opts.allow.items);
    io_free(cli->io, cli->opts.disable.items);
    io_free(cli->io, cli->opts.values.items);
    io_free(cli->io, cli->opts.capabilities.items);
    io_free(cli->io, cli->opts.only.items);
    io_free(cli->io, cli->opts.operands.items);
}
