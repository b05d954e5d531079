/* The files that the operands of a command stand for. */
#ifndef CLI_INPUTS_H
#define CLI_INPUTS_H

#include "cli.h"

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

#endif
