#include "tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const int signals[TEMPFILE_SIGNALS] = {SIGINT, SIGTERM, SIGHUP};

/*
 * The one piece of global state: a signal handler is given nothing but a number, and may call nothing that would find
 * the file in another way. One file is in work at a time.
 */
static struct {
    volatile sig_atomic_t armed;
    char path[PATH_MAX];
    struct sigaction old[TEMPFILE_SIGNALS];
} doomed;

static void remove_and_die(int number)
{
    if (doomed.armed) {
        unlink(doomed.path);
    }
    signal(number, SIG_DFL);
    raise(number);
}

void tempfile_block(sigset_t *old)
{
    sigset_t set;

    sigemptyset(&set);
    for (size_t i = 0; i < TEMPFILE_SIGNALS; i++) {
        sigaddset(&set, signals[i]);
    }
    sigprocmask(SIG_BLOCK, &set, old);
}

void tempfile_unblock(const sigset_t *old)
{
    sigprocmask(SIG_SETMASK, old, NULL);
}

/* A signal that is ignored, as under nohup(1), stays so. */
static void arm(const char *path)
{
    struct sigaction action = {.sa_handler = remove_and_die};

    memcpy(doomed.path, path, strlen(path) + 1);
    sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < TEMPFILE_SIGNALS; i++) {
        sigaction(signals[i], NULL, &doomed.old[i]);
        if (doomed.old[i].sa_handler != SIG_IGN) {
            sigaction(signals[i], &action, NULL);
        }
    }
    doomed.armed = 1;
}

static void disarm(void)
{
    if (doomed.armed) {
        doomed.armed = 0;
        for (size_t i = 0; i < TEMPFILE_SIGNALS; i++) {
            sigaction(signals[i], &doomed.old[i], NULL);
        }
    }
}

bool tempfile_name(const struct io *io, char *out, size_t size, const char *path)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    int most = NAME_MAX - (int)sizeof "..domxform.XXXXXX";
    unsigned char dice[6];
    int n;

    if (io->random(dice, sizeof dice) != 0) {
        return false;
    }
    n = snprintf(out, size, "%.*s.%.*s.domxform.", (int)(base - path), path, most, base);
    if (n < 0 || (size_t)n + sizeof dice >= size) {
        errno = ENAMETOOLONG;
        return false;
    }
    for (size_t i = 0; i < sizeof dice; i++) {
        out[(size_t)n + i] = letters[dice[i] % (sizeof letters - 1)];
    }
    out[(size_t)n + sizeof dice] = '\0';
    return true;
}

int tempfile_create(struct tempfile *temp, const struct io *io, const char *path, mode_t mode)
{
    sigset_t old;

    temp->io = io;
    temp->fd = -1;
    tempfile_block(&old);
    for (int tries = 0; temp->fd < 0 && tries < 100; tries++) {
        if (!tempfile_name(io, temp->path, sizeof temp->path, path)) {
            break;
        }
        temp->fd = io->open(temp->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (temp->fd < 0 && errno != EEXIST) {
            break;
        }
    }
    if (temp->fd >= 0) {
        arm(temp->path);
    }
    tempfile_unblock(&old);
    return temp->fd >= 0 ? 0 : -1;
}

void tempfile_discard(struct tempfile *temp)
{
    if (temp->fd >= 0) {
        temp->io->close(temp->fd);
        temp->fd = -1;
    }
    if (doomed.armed) {
        temp->io->unlink(temp->path);
        disarm();
    }
}

void tempfile_keep(struct tempfile *temp)
{
    temp->fd = -1;
    disarm();
}
