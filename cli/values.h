/* What the values of options may be, and where they land. */
#ifndef CLI_VALUES_H
#define CLI_VALUES_H

#include "cli.h"

/* The number of a choice from 0, -1 when it is none. */
int choice_index(const char *choices, const char *value);

/* What the value of an option lands in. */
void *option_slot(struct cli *cli, const struct option *option);

/* DX_OK or DX_ENOMEM. */
int list_push(struct cli *cli, struct list *list, const char *item);

/* Judges a value and keeps it. 0, or DX_EUSAGE or DX_ENOMEM after a report. */
int value_apply(struct cli *cli, const struct option *option, const char *value);

/*
 * Reports a value that is none of the choices. `where` says what it was given for: "--color: ", or nothing for an
 * operand; `what` is what help calls it and `is` what it may be. Returns DX_EUSAGE or DX_ENOMEM.
 */
int value_refuse(struct cli *cli, const char *where, const char *what, const char *is, const char *choices,
                 const char *value);

#endif
