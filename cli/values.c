/* What the values of options may be, and where they land. */
#include "values.h"

#include "describe.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int choice_index(const char *choices, const char *value)
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

void *option_slot(struct cli *cli, const struct option *option)
{
    return (char *)&cli->opts + option->off;
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

int list_push(struct cli *cli, struct list *list, const char *item)
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

int value_refuse(struct cli *cli, const char *where, const char *what, const char *is, const char *choices,
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

    if (read_number(option_slot(cli, option), value, bytes, least, option->most)) {
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
        return list_push(cli, option_slot(cli, option), value);
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
            return list_push(cli, option_slot(cli, option), value);
        }
    }
    if (strchr(value, ',')) {
        return messages_usage(cli, "give --only once for each of them", "--only: '%s' is no single KIND", value);
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
    *(unsigned *)option_slot(cli, option) = DX_LIBVIRT(part[0], part[1]) + part[2];
    return DX_OK;
}

/* A word that is nearly a choice is no file, unless there is one. */
static int apply_schema(struct cli *cli, const struct option *option, const char *value)
{
    text_auto names = {.io = cli->io};
    const char *nearest = nearest_choice(&names, option->choices, value);
    struct stat st;

    *(const char **)option_slot(cli, option) = value;
    if (choice_index(option->choices, value) >= 0 || (*value && !nearest) || strpbrk(value, "/.") ||
        (*value && cli->io->lstat(value, &st) == 0)) {
        return DX_OK;
    }
    return value_refuse(cli, "--schema: ", option->value, "a FILE, or one of", option->choices, value);
}

static int apply_set(struct cli *cli, const struct option *option, const char *value)
{
    if (*value == '=' || !strchr(value, '=')) {
        return messages_usage(cli, "write --set NAME=VALUE, such as --set size=2M",
                              "--%s: '%s' gives no parameter a value", option->name, value);
    }
    return list_push(cli, option_slot(cli, option), value);
}

static int apply_file(struct cli *cli, const struct option *option, const char *value)
{
    if (!*value || strcmp(value, "-") == 0) {
        return messages_usage(cli, "without it the document goes to stdout; a file of that name is ./-",
                              "--%s: '%s' is no name of a file", option->name, value);
    }
    *(const char **)option_slot(cli, option) = value;
    return DX_OK;
}

static int apply_text(struct cli *cli, const struct option *option, const char *value)
{
    if (!*value) {
        return messages_usage(cli, "is a variable of the shell empty?", "--%s: the %s is empty", option->name,
                              option->value);
    }
    if (option->flags & OPTION_LIST) {
        return list_push(cli, option_slot(cli, option), value);
    }
    *(const char **)option_slot(cli, option) = value;
    return DX_OK;
}

int value_apply(struct cli *cli, const struct option *option, const char *value)
{
    int choice;

    switch (option->kind) {
    case VALUE_NONE:
        *(bool *)option_slot(cli, option) = true;
        return DX_OK;
    case VALUE_CHOICE:
    case VALUE_WORD:
        choice = choice_index(option->choices, value);
        if (choice < 0) {
            char where[32];

            snprintf(where, sizeof where, "--%s: ", option->name);
            return value_refuse(cli, where, option->value, "one of", option->choices, value);
        }
        if (option->kind == VALUE_WORD) {
            *(const char **)option_slot(cli, option) = value;
        } else {
            *(int *)option_slot(cli, option) = choice;
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
