#include "root.h"

#include "../scaled.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_LINKS = 40, MOST_NAMES = 65536, PIECE = 4096 };

int dx_root_open(struct dx_root *root, struct dx_ctx *ctx, const char *path)
{
    struct stat st, top;
    int rc;

    *root = (struct dx_root){.fd = -1};
    if (!path) {
        return DX_OK;
    }
    root->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (root->fd < 0) {
        const char *why = strerror(errno);

        rc = dx_ctx_report(ctx, DX_LEVEL_IO, DX_SEVERITY_ERROR, path,
                           "--root is the folder that stands for / of the host", "cannot open: %c%s",
                           tolower((unsigned char)why[0]), why + 1);
        return rc < 0 ? rc : DX_EIO;
    }
    root->real =
        fstat(root->fd, &st) == 0 && stat("/", &top) == 0 && st.st_dev == top.st_dev && st.st_ino == top.st_ino;
    return DX_OK;
}

void dx_root_close(struct dx_root *root)
{
    if (root->fd >= 0) {
        close(root->fd);
    }
    root->fd = -1;
}

static struct dx_reading failed(struct dx_arena *arena, const char *path, int error)
{
    struct dx_reading reading = {.path = path};
    char *why;

    switch (error) {
    case ENOENT:
    case ENOTDIR:
        reading.state = DX_READ_ABSENT;
        break;
    case EACCES:
    case EPERM:
        reading.state = DX_READ_DENIED;
        break;
    default:
        reading.state = DX_READ_ODD;
    }
    why = dx_arena_alloc(arena, strlen(strerror(error)) + 1);
    if (why) {
        memcpy(why, strerror(error), strlen(strerror(error)) + 1);
        why[0] = (char)tolower((unsigned char)why[0]);
    }
    reading.why = why;
    return reading;
}

static struct dx_reading odd(const char *path, const char *why)
{
    return (struct dx_reading){.state = DX_READ_ODD, .path = path, .why = why};
}

/* A path on its way through the links: what is behind it, and what is still to be walked, each ended by NUL. */
struct walk {
    char done[PATH_MAX], rest[PATH_MAX];
};

/* Puts a link's target before what is still to be walked. */
static bool follow(struct walk *walk, const char *target, size_t len)
{
    size_t rest = strlen(walk->rest);

    if (len + 1 + rest + 1 > sizeof walk->rest) {
        return false;
    }
    memmove(walk->rest + len + 1, walk->rest, rest + 1);
    memcpy(walk->rest, target, len);
    walk->rest[len] = '/';
    return true;
}

/* Takes the next name off the path; empty at its end. */
static struct dx_str next_name(struct walk *walk)
{
    size_t begin = strspn(walk->rest, "/");
    size_t len = strcspn(walk->rest + begin, "/");

    return (struct dx_str){walk->rest + begin, len};
}

static void drop_last(char *path)
{
    char *slash = strrchr(path, '/');

    if (slash) {
        *slash = '\0';
    } else {
        path[0] = '\0';
    }
}

/* Finds out what a path leads to: in walk->done, without a slash before it. 0, or an errno. */
static int resolve(struct walk *walk, const struct dx_root *root, const char *path)
{
    unsigned links = 0;

    if (strlen(path) >= sizeof walk->rest) {
        return ENAMETOOLONG;
    }
    memcpy(walk->rest, path, strlen(path) + 1);
    walk->done[0] = '\0';
    for (struct dx_str name = next_name(walk); name.len; name = next_name(walk)) {
        size_t len = strlen(walk->done);
        char step[PATH_MAX], target[PATH_MAX];
        ssize_t n;

        memcpy(step, name.ptr, name.len < sizeof step ? name.len : sizeof step - 1);
        step[name.len < sizeof step ? name.len : sizeof step - 1] = '\0';
        memmove(walk->rest, name.ptr + name.len, strlen(name.ptr + name.len) + 1);
        if (strcmp(step, ".") == 0) {
            continue;
        }
        if (strcmp(step, "..") == 0) {
            drop_last(walk->done);
            continue;
        }
        if (len + 1 + strlen(step) + 1 > sizeof walk->done) {
            return ENAMETOOLONG;
        }
        if (len) {
            walk->done[len++] = '/';
        }
        memcpy(walk->done + len, step, strlen(step) + 1);
        n = readlinkat(root->fd, walk->done, target, sizeof target);
        if (n < 0 && errno != EINVAL) {
            return errno;
        }
        if (n >= 0) {
            if (++links > MOST_LINKS) {
                return ELOOP;
            }
            drop_last(walk->done);
            if (n > 0 && target[0] == '/') {
                walk->done[0] = '\0';
            }
            if (!follow(walk, target, (size_t)n)) {
                return ENAMETOOLONG;
            }
        }
    }
    if (!walk->done[0]) {
        memcpy(walk->done, ".", 2);
    }
    return 0;
}

/* Opens what a path leads to; the descriptor, or -1 with *reading filled in. */
static int open_below(struct dx_reading *reading, const struct dx_root *root, struct dx_arena *arena, const char *path,
                      int flags)
{
    struct walk walk;
    int fd, error;

    if (root->fd < 0) {
        *reading = (struct dx_reading){.state = DX_READ_NO_HOST, .path = path, .why = "no host is read"};
        return -1;
    }
    error = resolve(&walk, root, path);
    fd = error ? -1 : openat(root->fd, walk.done, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | O_NOFOLLOW);
    if (fd < 0) {
        *reading = failed(arena, path, error ? error : errno);
    }
    return fd;
}

static struct dx_reading read_all(struct dx_arena *arena, const char *path, int fd, size_t most)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(arena->mem);

    for (;;) {
        char *to = dx_buf_grow(&buf, PIECE);
        ssize_t n;

        if (!to) {
            arena->failed = true;
            return odd(path, "out of memory");
        }
        do {
            n = read(fd, to, PIECE);
        } while (n < 0 && errno == EINTR);
        if (n < 0) {
            return failed(arena, path, errno);
        }
        buf.len -= PIECE - (size_t)n;
        if (buf.len > most) {
            return odd(path, "it is larger than such a file can be");
        }
        if (n == 0) {
            return (struct dx_reading){.path = path, .text = dx_arena_copy(arena, dx_buf_view(&buf))};
        }
    }
}

struct dx_reading dx_root_read(const struct dx_root *root, struct dx_arena *arena, const char *path, size_t most)
{
    struct dx_reading reading;
    struct stat st;
    int fd = open_below(&reading, root, arena, path, O_RDONLY);

    if (fd < 0) {
        return reading;
    }
    reading = fstat(fd, &st) != 0    ? failed(arena, path, errno)
              : !S_ISREG(st.st_mode) ? odd(path, "it is no regular file")
                                     : read_all(arena, path, fd, most);
    close(fd);
    return reading;
}

static int by_name(const void *a, const void *b)
{
    return strverscmp(((const struct dx_str *)a)->ptr, ((const struct dx_str *)b)->ptr);
}

static struct dx_reading list_all(struct dx_str **names, size_t *n, struct dx_arena *arena, const char *path, DIR *dir)
{
    const struct dirent *entry;
    size_t room = 0;

    while (errno = 0, (entry = readdir(dir)) != NULL) {
        struct dx_str *more;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        more = *n < MOST_NAMES ? dx_arena_more(arena, *names, *n, &room, sizeof **names) : NULL;
        if (!more) {
            *n = 0;
            return odd(path, arena->failed ? "out of memory" : "it holds more than such a folder can");
        }
        *names = more;
        more[(*n)++] = dx_arena_copy(arena, dx_str_of(entry->d_name));
    }
    if (errno) {
        *n = 0;
        return failed(arena, path, errno);
    }
    if (*n && !arena->failed) {
        qsort(*names, *n, sizeof **names, by_name);
    }
    return (struct dx_reading){.path = path};
}

struct dx_reading dx_root_list(struct dx_str **names, size_t *n, const struct dx_root *root, struct dx_arena *arena,
                               const char *path)
{
    struct dx_reading reading;
    int fd = open_below(&reading, root, arena, path, O_RDONLY | O_DIRECTORY);
    DIR *dir;

    *names = NULL;
    *n = 0;
    if (fd < 0) {
        return reading;
    }
    dir = fdopendir(fd);
    if (!dir) {
        reading = failed(arena, path, errno);
        close(fd);
        return reading;
    }
    reading = list_all(names, n, arena, path, dir);
    closedir(dir);
    return reading;
}

struct dx_reading dx_root_stat(struct stat *st, const struct dx_root *root, struct dx_arena *arena, const char *path)
{
    struct dx_reading reading = {.path = path};
    struct walk walk;
    int error;

    if (root->fd < 0) {
        return (struct dx_reading){.state = DX_READ_NO_HOST, .path = path, .why = "no host is read"};
    }
    error = resolve(&walk, root, path);
    if (error || fstatat(root->fd, walk.done, st, AT_SYMLINK_NOFOLLOW) != 0) {
        return failed(arena, path, error ? error : errno);
    }
    reading.text = dx_str_of(dx_arena_text(arena, "/%s", strcmp(walk.done, ".") == 0 ? "" : walk.done));
    return reading;
}

struct dx_reading dx_root_number(uint64_t *value, const struct dx_root *root, struct dx_arena *arena, const char *path)
{
    struct dx_reading reading = dx_root_read(root, arena, path, DX_MOST_FACT);

    if (reading.state == DX_READ_OK && !dx_parse_uint(dx_trim(reading.text), UINT64_MAX, value)) {
        return odd(path, "it holds no number");
    }
    return reading;
}

void dx_reading_tell(struct dx_buf *buf, const struct dx_reading *reading)
{
    if (reading->state == DX_READ_ABSENT) {
        dx_buf_format(buf, "there is no %s", reading->path);
    } else if (reading->state == DX_READ_NO_HOST) {
        dx_buf_puts(buf, "no host is read");
    } else {
        dx_buf_format(buf, "cannot read %s: %s", reading->path, reading->why ? reading->why : "out of memory");
    }
}

const char *dx_reading_text(struct dx_arena *arena, const struct dx_reading *reading)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(arena->mem);

    dx_reading_tell(&buf, reading);
    return dx_buf_keep(&buf, arena);
}

bool dx_next_line(struct dx_str *line, struct dx_str *rest)
{
    const char *end = rest->len ? memchr(rest->ptr, '\n', rest->len) : NULL;
    size_t len = end ? (size_t)(end - rest->ptr) : rest->len;

    if (rest->len == 0) {
        return false;
    }
    *line = (struct dx_str){rest->ptr, len};
    len += end != NULL;
    *rest = (struct dx_str){rest->ptr + len, rest->len - len};
    return true;
}

bool dx_next_word(struct dx_str *word, struct dx_str *rest)
{
    while (rest->len && dx_is_space(*rest->ptr)) {
        *rest = (struct dx_str){rest->ptr + 1, rest->len - 1};
    }
    *word = (struct dx_str){rest->ptr, 0};
    while (rest->len && !dx_is_space(*rest->ptr)) {
        *rest = (struct dx_str){rest->ptr + 1, rest->len - 1};
        word->len++;
    }
    return word->len > 0;
}
