/* What the command line asks of the system, as a table: a test brings its own descriptors and faults. */
#ifndef CLI_IO_H
#define CLI_IO_H

#include <dirent.h>
#include <domxform.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>

/* Results and errno as of the POSIX functions of these names. */
struct io {
    int in, out, err;
    int (*open)(const char *path, int flags, mode_t mode);
    ssize_t (*read)(int fd, void *bytes, size_t n);
    ssize_t (*writev)(int fd, const struct iovec *pieces, int n);
    int (*close)(int fd);
    int (*fsync)(int fd);
    int (*fstat)(int fd, struct stat *st);
    int (*stat)(const char *path, struct stat *st);
    int (*lstat)(const char *path, struct stat *st);
    int (*rename)(const char *from, const char *to);
    int (*link)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*fchmod)(int fd, mode_t mode);
    int (*fchown)(int fd, uid_t uid, gid_t gid);
    ssize_t (*flistxattr)(int fd, char *names, size_t size);
    ssize_t (*fgetxattr)(int fd, const char *name, void *value, size_t size);
    int (*fsetxattr)(int fd, const char *name, const void *value, size_t size);
    char *(*realpath)(const char *path, char *resolved);
    int (*random)(void *bytes, size_t n);
    DIR *(*opendir)(const char *path);
    struct dirent *(*readdir)(DIR *directory);
    int (*closedir)(DIR *directory);
    int (*isatty)(int fd);
    const char *(*getenv)(const char *name);
    uint64_t (*now)(void);        /* milliseconds of a clock that only goes forward */
    unsigned (*processors)(void); /* that this process may use */
    const struct dx_allocator *allocator;
};

/*
 * The system itself, made ready: descriptors 0 to 2 that were closed are occupied, so that no document is written
 * into a file that got such a number, and the signals of a failing write are ignored. For main() only.
 */
const struct io *io_posix(void);

/* The same table without touching the process. */
extern const struct io io_system;

/* Allocates like realloc(); NULL when out of memory. */
void *io_realloc(const struct io *io, void *ptr, size_t n, size_t size);
void io_free(const struct io *io, void *ptr);

/* After a failed read or write: true when it is to be tried again, having waited for a descriptor that would block. */
bool io_again(int fd, short events);

/* Whether something is meant to be read: a file that is not empty, a pipe with bytes in it or a writer. */
bool io_has_input(const struct io *io, int fd);

/* Writes all slices, through short writes and interruptions. 0, or -1 with errno. */
int io_write_all(const struct io *io, int fd, const struct dx_str *slices, size_t n);

#endif
