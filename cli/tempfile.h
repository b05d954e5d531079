/* A new file beside another one, gone again unless it is renamed: also when a signal ends the process. */
#ifndef CLI_TEMPFILE_H
#define CLI_TEMPFILE_H

#include "io.h"

#include <limits.h>
#include <signal.h>

enum { TEMPFILE_SIGNALS = 3 };

struct tempfile {
    const struct io *io;
    int fd;
    char path[PATH_MAX];
};

/* A free name of the form .NAME.domxform.XXXXXX in the directory of `path`. False with errno. */
bool tempfile_name(const struct io *io, char *out, size_t size, const char *path);

/* Creates one with that mode (less the umask). 0, or -1 with errno. */
int tempfile_create(struct tempfile *temp, const struct io *io, const char *path, mode_t mode);

/* Removes it; a no-op after tempfile_keep(). */
void tempfile_discard(struct tempfile *temp);

/* It has another name now: no signal removes it any more. */
void tempfile_keep(struct tempfile *temp);

/* Holds back the signals that would end the process, from before a rename until after tempfile_keep(). */
void tempfile_block(sigset_t *old);
void tempfile_unblock(const sigset_t *old);

#endif
