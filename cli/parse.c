/* Reads a command line by the tables of options.c. */
#include "cli.h"
#include "describe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

/* The number of a choice from 0, -1 when it is none. */
static int choice_index(const char *choices, const char *value)
{
    const char *choice;
    size_t len;

    for (int i = 0; (choice = choice_next(&choices, &len)) != NULL; i++) {
        if (strlen(value) == len && memcmp(choice, value, len) == 0) {
            return i;
        }
    }
    return -1;
}

/* What the value of an option lands in. */
static void *slot(struct cli *cli, const struct option *option)
{
    return (char *)&cli->opts + option->off;
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

            *(int *)slot(cli, item.option) = index < 0 ? 0 : index;
        }
    }
}

static bool grow(struct cli *cli, void **items, size_t *room, size_t n, size_t size)
{
    size_t more = *room ? *room * 2 : 8;
    void *grown;

    if (n < *room) {
        return true;
    }
    grown = io_realloc(cli->io, *items, more, size);
    if (!grown) {
        return false;
    }
    *items = grown;
    *room = more;
    return true;
}

static int push(struct cli *cli, struct list *list, const char *item)
{
    void *items = list->items;

    if (!grow(cli, &items, &list->room, list->n, sizeof *list->items)) {
        return DX_ENOMEM;
    }
    list->items = items;
    list->items[list->n++] = item;
    return DX_OK;
}

static int push_step(struct cli *cli, enum step_kind kind, const char *spec)
{
    struct options *opts = &cli->opts;
    void *steps = opts->steps;

    if (!grow(cli, &steps, &opts->room_steps, opts->n_steps, sizeof *opts->steps)) {
        return DX_ENOMEM;
    }
    opts->steps = steps;
    opts->steps[opts->n_steps++] = (struct step){kind, spec};
    return DX_OK;
}

/* The choices of an option as names, for dx_nearest(). */
static const char *nearest_choice(struct text *names, const char *choices, const char *value)
{
    const char *list[16];
    const char *choice;
    size_t len, n = 0, at[16];

    while (n < 15 && (choice = choice_next(&choices, &len)) != NULL) {
        at[n++] = names->len;
        text_bytes(names, choice, len);
        text_byte(names, '\0');
    }
    if (names->failed) {
        return NULL;
    }
    for (size_t i = 0; i < n; i++) {
        list[i] = names->ptr + at[i];
    }
    list[n] = NULL;
    return dx_nearest(value, list);
}

/* `where` says what the value was given for: "--color: ", or nothing for an operand; `is` what it may be. */
static int refuse_choice(struct cli *cli, const char *where, const char *what, const char *is, const char *choices,
                         const char *value)
{
    text_auto names = {.io = cli->io};
    text_auto hint = {.io = cli->io};
    const char *nearest = nearest_choice(&names, choices, value);
    const char *choice;
    size_t len;

    if (nearest) {
        text_format(&hint, "did you mean '%s'? ", nearest);
    }
    text_format(&hint, "%s is %s", what, is);
    while ((choice = choice_next(&choices, &len)) != NULL) {
        text_format(&hint, " %.*s%s", (int)len, choice, *choices ? "," : "");
    }
    text_byte(&hint, '\0');
    return hint.failed ? DX_ENOMEM : messages_usage(cli, hint.ptr, "%s'%s' is no %s", where, value, what);
}

/* Digits and, when wanted, a unit of 1024. False when it is no such number or lies outside least to most. */
static bool read_number(uint64_t *out, const char *value, bool unit, uint64_t least, uint64_t most)
{
    static const char units[] = "KMG";
    const char *found;
    char *end;

    errno = 0;
    *out = strtoull(value, &end, 10);
    if (value[0] < '0' || value[0] > '9' || errno != 0 || *out > most) {
        return false;
    }
    found = unit && *end ? strchr(units, *end) : NULL;
    if (found) {
        *out <<= 10 * (found - units + 1);
        end++;
    }
    return *end == '\0' && *out >= least && *out <= most;
}

static int apply_number(struct cli *cli, const struct option *option, const char *value)
{
    bool bytes = option->kind == VALUE_BYTES;
    uint64_t least = option->flags & OPTION_ZERO ? 0 : 1;

    if (read_number(slot(cli, option), value, bytes, least, option->most)) {
        return DX_OK;
    }
    return messages_usage(cli,
                          bytes ? "write a number of bytes up to 1G, such as 500000, 512K, 8M" : "write a whole number",
                          "--%s: '%s' is no %s from %llu to %llu", option->name, value, bytes ? "size" : "number",
                          (unsigned long long)least, (unsigned long long)option->most);
}

static int apply_suffix(struct cli *cli, const char *value)
{
    cli->opts.in_place = true;
    cli->opts.suffix = value;
    if (!value) {
        return DX_OK;
    }
    if (!value[0] || !strchr(".~-_", value[0]) || strchr(value, '/')) {
        return messages_usage(cli,
                              "it begins with '.', '~', '-' or '_' and has no '/', such as -i.bak; "
                              "an option behind -i needs a '-' of its own",
                              "--in-place: '%s' is no suffix for a backup", value);
    }
    return DX_OK;
}

static int apply_rule(struct cli *cli, const struct option *option, const char *value)
{
    text_auto message = {.io = cli->io};

    if (dx_rule_find(value)) {
        return push(cli, slot(cli, option), value);
    }
    text_format(&message, "--%s: there is no rule", option->name);
    text_byte(&message, '\0');
    return message.failed ? DX_ENOMEM
                          : messages_unknown(cli, message.ptr, value, describe_rule_name, "domxform rules lists them");
}

static int apply_kind(struct cli *cli, const struct option *option, const char *value)
{
    for (size_t i = 0; describe_kind_name(i); i++) {
        if (strcmp(describe_kind_name(i), value) == 0) {
            return push(cli, slot(cli, option), value);
        }
    }
    return messages_unknown(cli, "--only: there is no kind of requirement", value, describe_kind_name,
                            "domxform host --help lists them");
}

/* X.Y or X.Y.Z, each part up to 999, in the library's one number. */
static int apply_version(struct cli *cli, const struct option *option, const char *value)
{
    unsigned part[3] = {0}, n = 0;
    const char *p = value;
    bool digits;

    do {
        p += n > 0;
        digits = *p >= '0' && *p <= '9';
        while (*p >= '0' && *p <= '9' && part[n] < 1000) {
            part[n] = part[n] * 10 + (unsigned)(*p++ - '0');
        }
    } while (digits && part[n] < 1000 && ++n < 3 && *p == '.');
    if (!digits || n < 2 || *p) {
        return messages_usage(cli, "write it as virsh version does, such as 9.0 or 10.6.0",
                              "--%s: '%s' is no version of libvirt", option->name, value);
    }
    *(unsigned *)slot(cli, option) = DX_LIBVIRT(part[0], part[1]) + part[2];
    return DX_OK;
}

/* A word that is nearly a choice is no file, unless there is one. */
static int apply_schema(struct cli *cli, const struct option *option, const char *value)
{
    text_auto names = {.io = cli->io};
    const char *nearest = nearest_choice(&names, option->choices, value);
    struct stat st;

    *(const char **)slot(cli, option) = value;
    if (choice_index(option->choices, value) >= 0 || (*value && !nearest) || strpbrk(value, "/.") ||
        (*value && cli->io->lstat(value, &st) == 0)) {
        return DX_OK;
    }
    return refuse_choice(cli, "--schema: ", option->value, "a FILE, or one of", option->choices, value);
}

static int apply_set(struct cli *cli, const struct option *option, const char *value)
{
    if (*value == '=' || !strchr(value, '=')) {
        return messages_usage(cli, "write --set NAME=VALUE, such as --set size=2M",
                              "--%s: '%s' gives no parameter a value", option->name, value);
    }
    return push(cli, slot(cli, option), value);
}

static int apply_file(struct cli *cli, const struct option *option, const char *value)
{
    if (!*value || strcmp(value, "-") == 0) {
        return messages_usage(cli, "without it the document goes to stdout; a file of that name is ./-",
                              "--%s: '%s' is no name of a file", option->name, value);
    }
    *(const char **)slot(cli, option) = value;
    return DX_OK;
}

static int apply_text(struct cli *cli, const struct option *option, const char *value)
{
    if (!*value) {
        return messages_usage(cli, "is a variable of the shell empty?", "--%s: the %s is empty", option->name,
                              option->value);
    }
    if (option->flags & OPTION_LIST) {
        return push(cli, slot(cli, option), value);
    }
    *(const char **)slot(cli, option) = value;
    return DX_OK;
}

static int apply(struct cli *cli, const struct option *option, const char *value)
{
    int choice;

    switch (option->kind) {
    case VALUE_NONE:
        *(bool *)slot(cli, option) = true;
        return DX_OK;
    case VALUE_CHOICE:
    case VALUE_WORD:
        choice = choice_index(option->choices, value);
        if (choice < 0) {
            char where[32];

            snprintf(where, sizeof where, "--%s: ", option->name);
            return refuse_choice(cli, where, option->value, "one of", option->choices, value);
        }
        if (option->kind == VALUE_WORD) {
            *(const char **)slot(cli, option) = value;
        } else {
            *(int *)slot(cli, option) = choice;
        }
        return DX_OK;
    case VALUE_COUNT:
    case VALUE_BYTES:
        return apply_number(cli, option, value);
    case VALUE_FILE:
        return apply_file(cli, option, value);
    case VALUE_FOLDER:
    case VALUE_TEXT:
    case VALUE_INPUT:
        return apply_text(cli, option, value);
    case VALUE_SUFFIX:
        return apply_suffix(cli, value);
    case VALUE_PASS:
        return push_step(cli, STEP_PASS, value);
    case VALUE_REMOVE:
        return push_step(cli, STEP_REMOVE, value);
    case VALUE_RECIPE:
        return push_step(cli, STEP_RECIPE, value);
    case VALUE_SET:
        return apply_set(cli, option, value);
    case VALUE_RULE:
        return apply_rule(cli, option, value);
    case VALUE_KIND:
        return apply_kind(cli, option, value);
    case VALUE_VERSION:
        return apply_version(cli, option, value);
    case VALUE_SCHEMA:
        return apply_schema(cli, option, value);
    }
    return DX_EINTERNAL;
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
    return apply(cli, option, item->value);
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
        return push(cli, &cli->opts.operands, item->word);
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

/* A word that is neither a file nor a command, and nearly a command or the name of a pass, was meant as one. */
static int check_command(struct cli *cli, const char *word)
{
    text_auto hint = {.io = cli->io};
    struct stat st;

    if (strpbrk(word, "/.") || strcmp(word, "-") == 0 || cli->io->lstat(word, &st) == 0) {
        return DX_OK;
    }
    if (is_pass(word)) {
        text_format(&hint, "did you mean '--pass=%s'? ", word);
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
            return refuse_choice(cli, "", command->operand, "one of", command->choices, operands->items[i]);
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
