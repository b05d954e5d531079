/* The files that the operands of a command stand for. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "input.h"

struct place {
    char *path; /* "-": stdin */
    bool below; /* found in a directory: what is no domain is passed over */
    int error;  /* errno where a directory could not be read, else 0 */
};

struct inputs {
    struct place *items;
    size_t n, room;
};

/*
 * Finds them: each operand in order, and for a directory all *.xml below it, sorted by path. A file that is reached
 * twice is taken once, and no directory is entered twice. `cli->opts.operands` empty is stdin. DX_OK or DX_ENOMEM; in
 * either case the caller frees *out. A directory without any *.xml gets a warning.
 */
int inputs_find(struct inputs *out, struct cli *cli);
void inputs_free(struct inputs *inputs, struct cli *cli);

/* DX_OK when stdin, "-", is named once at most among operands and files of capabilities, else DX_EUSAGE or DX_ENOMEM
 * after a report. */
int inputs_check_stdin(struct cli *cli);

/*
 * Reads and parses what stands there into *input and *doc, which are the caller's in any case. DX_OK; DX_UNCHANGED,
 * after a note, for what was found in a directory and is no domain; else a failure after a report.
 */
int inputs_parse(struct dx_doc **doc, struct input *input, struct cli *cli, const struct place *place);

#endif
