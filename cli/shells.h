/* What a completion script consists of beside the tables: one row a shell. */
#ifndef CLI_SHELLS_H
#define CLI_SHELLS_H

#include <stdbool.h>

/*
 * The scripts look words up by functions of one shape, a key in and a list of words out; bash and zsh read the same
 * ones. The rest of a script is text.
 */
struct shell {
    const char *name;
    const char *begin; /* of a function: its name */
    const char *row;   /* key, words */
    const char *end;
    const char *head; /* before the functions */
    const char *core; /* behind them: shared by shells of one kind */
    const char *tail;
    bool rows; /* its options are told one by one, behind the tail */
};

/* The shell of that name, NULL when there is none. */
const struct shell *shell_find(const char *name);

#endif
