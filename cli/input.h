/* An input, read whole. */
#ifndef CLI_INPUT_H
#define CLI_INPUT_H

#include "cli.h"

struct input {
    const char *name; /* what messages call it */
    const char *path; /* as given; NULL: stdin */
    char *bytes;
    size_t len;
    struct stat st; /* of a file: what it was when it was read */
};

/*
 * Reads a file, or stdin for "-", up to one byte past the limit (the library says then that it is too large).
 * `regular`: anything but a regular file is refused, and nothing is waited for. 0, DX_EIO or DX_ENOMEM after a report.
 */
int input_read(struct cli *cli, struct input *input, const char *file, bool regular);
void input_free(struct cli *cli, struct input *input);

/* True when the file begins with the comment that libvirt writes into its own files. */
bool input_is_libvirts_own(const struct input *input);

#endif
