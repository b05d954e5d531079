/* Prints the part NAME of README.md that is made from the tables of the library. */
#include "domxform.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* In a cell of a table a bar would end it. */
static void cell(const char *text)
{
    for (; *text; text++) {
        if (*text == '|') {
            putchar('\\');
        }
        putchar(*text);
    }
}

static void option(const struct dx_opt *opt)
{
    bool listed = opt->type == DX_OPT_ENUM && opt->choices && strlen(opt->choices) < 40;
    const char *value = listed ? opt->choices : opt->value ? opt->value : "VALUE";

    putchar('`');
    if (opt->flags & DX_OPT_POSITIONAL) {
        cell(value);
    } else if (opt->keys) {
        cell(opt->name);
        putchar('=');
        cell(value);
    } else {
        cell(opt->name);
        putchar('=');
        cell(value);
    }
    putchar('`');
}

static int passes(void)
{
    const struct dx_pass *pass;

    puts("| pass | what it does | options | example |\n|---|---|---|---|");
    for (size_t i = 0; (pass = dx_pass_at(i)); i++) {
        printf("| **%s** | ", pass->name);
        cell(pass->summary);
        fputs(" | ", stdout);
        for (const struct dx_opt *opt = pass->opts; opt && opt->name; opt++) {
            fputs(opt == pass->opts ? "" : " ", stdout);
            option(opt);
        }
        fputs(" | `--pass=", stdout);
        cell(pass->example);
        puts("` |");
    }
    return 0;
}

/* The names that stand in a table which is written by hand. */
static int kinds(void)
{
    const struct dx_host_kind *kind;

    for (size_t i = 0; (kind = dx_host_kind_at(i)); i++) {
        puts(kind->name);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "passes") == 0) {
        return passes();
    }
    if (argc == 2 && strcmp(argv[1], "kinds") == 0) {
        return kinds();
    }
    fprintf(stderr, "readme: no part of that name; there are: passes, kinds\n");
    return 2;
}
