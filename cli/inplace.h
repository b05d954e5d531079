/* A file is replaced as a whole or not at all. */
#ifndef CLI_INPLACE_H
#define CLI_INPLACE_H

#include "cli.h"

struct replacement {
    const char *name;        /* what messages call the file */
    const char *path;        /* may be a symbolic link: what it leads to is replaced */
    const struct stat *read; /* what it was when it was read; NULL: it may be anything, or absent */
    const char *suffix;      /* of the backup; NULL: none */
    const struct dx_str *slices;
    size_t n;
};

/*
 * Writes beside the file and renames: mode, owner and extended attributes are kept, and the old file stays what it was
 * until the new one is on the disk. What is no regular file (a device, a pipe) is written to directly.
 * 0, DX_EIO or DX_ENOMEM after a report.
 */
int inplace_replace(struct cli *cli, const struct replacement *what);

#endif
