/* The files of a host, below a folder that stands for its /; links are followed as the host itself would. */
#ifndef DX_HOST_ROOT_H
#define DX_HOST_ROOT_H

#include "../ctx.h"

#include <sys/stat.h>

struct dx_root {
    int fd;    /* -1: no host is read */
    bool real; /* it is / itself: device nodes are what they say */
};

enum dx_read_state {
    DX_READ_OK,
    DX_READ_ABSENT,
    DX_READ_DENIED,
    DX_READ_ODD,    /* something else than was looked for, too large, or an error of the file system */
    DX_READ_NO_HOST /* none is read */
};

/* What came of reading. */
struct dx_reading {
    enum dx_read_state state;
    const char *path;   /* as it was asked for */
    const char *why;    /* where the state is not OK: "permission denied"; static or in the arena */
    struct dx_str text; /* of a file: its bytes, a NUL behind them; in the arena */
};

enum { DX_MOST_FACT = 1 << 16, DX_MOST_CONFIG = 1 << 22 };

/* Opens the folder (NULL: none). DX_OK, or DX_EIO after a report. The caller closes it. */
int dx_root_open(struct dx_root *root, struct dx_ctx *ctx, const char *path);
void dx_root_close(struct dx_root *root);

/* Reads a regular file of at most `most` bytes; `path` is absolute. Out of memory shows in the arena. */
struct dx_reading dx_root_read(const struct dx_root *root, struct dx_arena *arena, const char *path, size_t most);

/* The names in a folder but . and .., sorted (numbers by value), at most 65 536; *n of them in *names. */
struct dx_reading dx_root_list(struct dx_str **names, size_t *n, const struct dx_root *root, struct dx_arena *arena,
                               const char *path);

/* What stands there, links followed; `text` becomes the path behind them, in the host's terms. */
struct dx_reading dx_root_stat(struct stat *st, const struct dx_root *root, struct dx_arena *arena, const char *path);

/* A number in a file, blanks around it; a text that is none is ODD. */
struct dx_reading dx_root_number(uint64_t *value, const struct dx_root *root, struct dx_arena *arena, const char *path);

/* "cannot read PATH: WHY"; of what is not there "there is no PATH". */
void dx_reading_tell(struct dx_buf *buf, const struct dx_reading *reading);
/* The same in the arena; NULL when out of memory. */
const char *dx_reading_text(struct dx_arena *arena, const struct dx_reading *reading);

/* The next line of a text, without its end; false behind the last. */
bool dx_next_line(struct dx_str *line, struct dx_str *rest);

/* The next word of a line, between blanks; false behind the last. */
bool dx_next_word(struct dx_str *word, struct dx_str *rest);

#endif
