#include "io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#include <sys/xattr.h>
#endif

enum { MOST_PIECES = 512 };

static int system_open(const char *path, int flags, mode_t mode)
{
    return open(path, flags, mode);
}

static int system_stat(const char *path, struct stat *st)
{
    return stat(path, st);
}

static int system_lstat(const char *path, struct stat *st)
{
    return lstat(path, st);
}

static int system_fstat(int fd, struct stat *st)
{
    return fstat(fd, st);
}

static const char *system_getenv(const char *name)
{
    return getenv(name);
}

static uint64_t system_now(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static unsigned system_processors(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
    cpu_set_t allowed;

    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0) {
        n = CPU_COUNT(&allowed);
    }
#endif
    return n > 0 ? (unsigned)n : 1;
}

static void *system_reallocate(void *user, void *ptr, size_t size)
{
    (void)user;
    if (size == 0) {
        free(ptr);
        return NULL;
    }
    return realloc(ptr, size);
}

#ifdef __linux__
static int system_fsetxattr(int fd, const char *name, const void *value, size_t size)
{
    return fsetxattr(fd, name, value, size, 0);
}
#else
static ssize_t flistxattr(int fd, char *names, size_t size)
{
    (void)fd, (void)names, (void)size;
    errno = ENOTSUP;
    return -1;
}

static ssize_t fgetxattr(int fd, const char *name, void *value, size_t size)
{
    (void)fd, (void)name, (void)value, (void)size;
    errno = ENOTSUP;
    return -1;
}

static int system_fsetxattr(int fd, const char *name, const void *value, size_t size)
{
    (void)fd, (void)name, (void)value, (void)size;
    errno = ENOTSUP;
    return -1;
}
#endif

static const struct dx_allocator system_allocator = {system_reallocate, NULL};

const struct io io_system = {
    .in = STDIN_FILENO,
    .out = STDOUT_FILENO,
    .err = STDERR_FILENO,
    .open = system_open,
    .read = read,
    .writev = writev,
    .close = close,
    .fsync = fsync,
    .fstat = system_fstat,
    .stat = system_stat,
    .lstat = system_lstat,
    .rename = rename,
    .link = link,
    .unlink = unlink,
    .fchmod = fchmod,
    .fchown = fchown,
    .flistxattr = flistxattr,
    .fgetxattr = fgetxattr,
    .fsetxattr = system_fsetxattr,
    .realpath = realpath,
    .random = getentropy,
    .opendir = opendir,
    .readdir = readdir,
    .closedir = closedir,
    .isatty = isatty,
    .getenv = system_getenv,
    .now = system_now,
    .processors = system_processors,
    .allocator = &system_allocator,
};

/* What stands in for a closed descriptor refuses the use it was meant for: a lost stdout is found out. */
static void occupy(int fd)
{
    int flags = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY;

    if (fcntl(fd, F_GETFD) == -1 && errno == EBADF) {
        (void)!open("/dev/null", flags);
    }
}

const struct io *io_posix(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};

    occupy(STDIN_FILENO);
    occupy(STDOUT_FILENO);
    occupy(STDERR_FILENO);
    sigemptyset(&ignore.sa_mask);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL);
    return &io_system;
}

void *io_realloc(const struct io *io, void *ptr, size_t n, size_t size)
{
    if (n == 0) {
        n = 1;
    }
    return n > SIZE_MAX / 2 / size ? NULL : io->allocator->reallocate(io->allocator->user, ptr, n * size);
}

void io_free(const struct io *io, void *ptr)
{
    if (ptr) {
        io->allocator->reallocate(io->allocator->user, ptr, 0);
    }
}

bool io_again(int fd, short events)
{
    struct pollfd wait = {.fd = fd, .events = events};

    if (errno == EAGAIN) {
        return poll(&wait, 1, -1) >= 0 || errno == EINTR;
    }
    return errno == EINTR;
}

bool io_has_input(const struct io *io, int fd)
{
    struct pollfd look = {.fd = fd, .events = POLLIN};
    struct stat st;

    if (io->fstat(fd, &st) != 0) {
        return false;
    }
    if (S_ISFIFO(st.st_mode)) {
        return poll(&look, 1, 0) >= 0 && (look.revents & (POLLIN | POLLHUP)) != POLLHUP;
    }
    return S_ISREG(st.st_mode) && st.st_size > 0;
}

/* Fills `pieces` from the slices on, the first `skip` bytes of the first one being written already. */
static int gather(struct iovec *pieces, const struct dx_str *slices, size_t n, size_t skip)
{
    int used = 0;

    for (size_t i = 0; i < n && used < MOST_PIECES; i++) {
        size_t from = i == 0 ? skip : 0;

        if (slices[i].len > from) {
            /* The interface wants a pointer to writable bytes; writev() does not write there. */
            pieces[used++] = (struct iovec){(void *)(uintptr_t)(slices[i].ptr + from), slices[i].len - from};
        }
    }
    return used;
}

int io_write_all(const struct io *io, int fd, const struct dx_str *slices, size_t n)
{
    struct iovec pieces[MOST_PIECES];
    size_t skip = 0;

    for (;;) {
        int used;
        ssize_t written;

        while (n > 0 && skip >= slices->len) {
            skip -= slices->len;
            slices++;
            n--;
        }
        used = gather(pieces, slices, n, skip);
        if (used == 0) {
            return 0;
        }
        written = io->writev(fd, pieces, used);
        if (written < 0 && !io_again(fd, POLLOUT)) {
            return -1;
        }
        if (written == 0) {
            errno = EIO;
            return -1;
        }
        skip += written > 0 ? (size_t)written : 0;
    }
}
