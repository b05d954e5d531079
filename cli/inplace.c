#include "inplace.h"

#include "tempfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

/* What stands at the path. */
struct target {
    const struct replacement *what;
    char path[PATH_MAX]; /* no symbolic link in it */
    char backup[PATH_MAX];
    struct stat st;
    bool exists;
};

static int refuse(struct cli *cli, const struct target *target, const char *hint, const char *message)
{
    int rc = dx_ctx_report(cli->ctx, DX_LEVEL_IO, DX_SEVERITY_ERROR, target->what->name, hint, "%s", message);

    return rc < 0 ? rc : DX_EIO;
}

/* What to do about the errors that are met most. */
static int failed(struct cli *cli, const struct target *target, const char *what)
{
    static const struct {
        int error;
        const char *hint;
    } hints[] = {
        {EPERM, "a new file is written beside the old one: the directory must be writable"},
        {EACCES, "a new file is written beside the old one: the directory must be writable"},
        {EROFS, "a new file is written beside the old one: the directory must be writable"},
        {ENOSPC, "nothing was changed: make room and run it again"},
        {EBUSY, "is it a mount point? write to stdout and copy the result over it"},
    };
    int error = errno;
    const char *hint = NULL;

    for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        hint = hints[i].error == error ? hints[i].hint : hint;
    }
    return messages_errno(cli, target->what->name, what, error, hint);
}

/* A file system that cannot do this says so, and has done its best. */
static bool sync_fd(struct cli *cli, int fd)
{
    return cli->io->fsync(fd) == 0 || errno == EINVAL || errno == ENOTSUP || errno == ENOSYS || errno == EROFS;
}

/* A device or pipe has no old content that could be lost. */
static int write_directly(struct cli *cli, const struct target *target)
{
    const struct replacement *what = target->what;
    int fd = cli->io->open(what->path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
    int rc = DX_OK;

    if (fd < 0) {
        return messages_errno(cli, what->name, "cannot open", errno, NULL);
    }
    if (io_write_all(cli->io, fd, what->slices, what->n) != 0) {
        cli->out_lost = errno == EPIPE;
        rc = errno == EPIPE ? DX_EIO : messages_errno(cli, what->name, "cannot write", errno, NULL);
    }
    if (cli->io->close(fd) != 0 && errno != EINTR && rc == DX_OK) {
        rc = messages_errno(cli, what->name, "cannot write", errno, NULL);
    }
    return rc;
}

/* A new file: its directory is resolved, so that the name of the temporary file holds whatever becomes of links. */
static int resolve_new(struct cli *cli, struct target *target)
{
    const char *path = target->what->path;
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    char directory[PATH_MAX], resolved[PATH_MAX];
    struct stat st;
    int n;

    if (cli->io->lstat(path, &st) == 0) {
        return refuse(cli, target, "remove the link, or create what it leads to",
                      "cannot be written: it is a symbolic link that leads nowhere");
    }
    n = snprintf(directory, sizeof directory, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    if (n < 0 || (size_t)n >= sizeof directory) {
        errno = ENAMETOOLONG;
        return failed(cli, target, "cannot write");
    }
    if (!cli->io->realpath(directory, resolved)) {
        return failed(cli, target, "cannot write");
    }
    n = snprintf(target->path, sizeof target->path, "%s/%s", resolved, base);
    if (n < 0 || (size_t)n >= sizeof target->path || !*base) {
        errno = *base ? ENAMETOOLONG : ENOENT;
        return failed(cli, target, "cannot write");
    }
    target->exists = false;
    return DX_OK;
}

static int resolve(struct cli *cli, struct target *target)
{
    const struct replacement *what = target->what;
    int n;

    if (!cli->io->realpath(what->path, target->path)) {
        return errno == ENOENT && !what->read ? resolve_new(cli, target) : failed(cli, target, "cannot write");
    }
    if (cli->io->stat(target->path, &target->st) != 0) {
        return failed(cli, target, "cannot write");
    }
    target->exists = true;
    if (target->st.st_nlink > 1) {
        return refuse(cli, target, "write to stdout and copy the result over it, or break the link with cp first",
                      "cannot be replaced: it has other names (hard links) that would keep the old content");
    }
    n = what->suffix ? snprintf(target->backup, sizeof target->backup, "%s%s", target->path, what->suffix) : 0;
    if (n < 0 || (size_t)n >= sizeof target->backup) {
        errno = ENAMETOOLONG;
        return failed(cli, target, "cannot make the backup");
    }
    return DX_OK;
}

/* True when another process wrote to the file, or put another one in its place. */
static bool was_touched(struct cli *cli, const struct target *target)
{
    const struct stat *old = target->what->read ? target->what->read : &target->st;
    struct stat now;

    if (!target->exists) {
        return cli->io->lstat(target->path, &now) == 0;
    }
    return cli->io->stat(target->path, &now) != 0 || now.st_dev != old->st_dev || now.st_ino != old->st_ino ||
           now.st_size != old->st_size || now.st_mtim.tv_sec != old->st_mtim.tv_sec ||
           now.st_mtim.tv_nsec != old->st_mtim.tv_nsec;
}

/*
 * Copied are labels, access lists and the user's own. Not copied is what belongs to the old content or is the file
 * system's: hashes (a stale one makes the file unreadable), capabilities, an overlay's marks; nor an access list when
 * the group is another one now.
 */
static bool is_copied(const char *name, bool same_group)
{
    static const char *const left[] = {"security.ima", "security.evm", "security.capability"};

    for (size_t i = 0; i < sizeof left / sizeof left[0]; i++) {
        if (strcmp(name, left[i]) == 0) {
            return false;
        }
    }
    return strncmp(name, "trusted.", 8) != 0 && (same_group || strncmp(name, "system.posix_acl", 16) != 0);
}

static void copy_attributes(struct cli *cli, int from, int to, bool same_group)
{
    char names[4096], value[4096];
    ssize_t n = cli->io->flistxattr(from, names, sizeof names);

    for (const char *name = names; n > 0 && name < names + n; name += strlen(name) + 1) {
        ssize_t len = is_copied(name, same_group) ? cli->io->fgetxattr(from, name, value, sizeof value) : -1;

        if (len >= 0) {
            (void)cli->io->fsetxattr(to, name, value, (size_t)len);
        }
    }
}

/* Mode and owner of the old file; where the owner cannot be had, nobody gets a right that he had not before. */
static int take_over(struct cli *cli, const struct target *target, int fd)
{
    const struct stat *st = &target->st;
    mode_t mode = st->st_mode & 07777;
    bool same_group = true;
    int old;

    if (cli->io->fchown(fd, st->st_uid, st->st_gid) != 0) {
        mode &= (mode_t) ~(S_ISUID | S_ISGID);
        if (cli->io->fchown(fd, (uid_t)-1, st->st_gid) != 0) {
            same_group = false;
            mode &= (mode_t)~070 | (mode & 07) << 3;
        }
        dx_ctx_report(cli->ctx, DX_LEVEL_IO, DX_SEVERITY_WARNING, target->what->name,
                      "run it as the owner, or as root, to keep it",
                      "the owner or group of the file could not be kept");
    }
    old = cli->io->open(target->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
    if (old >= 0) {
        copy_attributes(cli, old, fd, same_group);
        cli->io->close(old);
    }
    return cli->io->fchmod(fd, mode) == 0 ? DX_OK : failed(cli, target, "cannot keep the mode");
}

static int fill(struct cli *cli, const struct target *target, struct tempfile *temp)
{
    int rc = DX_OK, fd = temp->fd;

    if (io_write_all(cli->io, fd, target->what->slices, target->what->n) != 0) {
        return failed(cli, target, "cannot write");
    }
    if (target->exists) {
        rc = take_over(cli, target, fd);
    }
    if (rc == DX_OK && !sync_fd(cli, fd)) {
        rc = failed(cli, target, "cannot write");
    }
    if (rc == DX_OK) {
        temp->fd = -1;
        if (cli->io->close(fd) != 0 && errno != EINTR) {
            rc = failed(cli, target, "cannot write");
        }
    }
    return rc;
}

/*
 * The old file gets a second name before the new one takes its place; only then that name becomes the backup, so that
 * an old backup is not lost for a failure, and the old file comes back when the backup cannot be made.
 */
static int swap(struct cli *cli, const struct target *target, const struct tempfile *temp)
{
    const struct io *io = cli->io;
    char kept[PATH_MAX];
    bool backup = target->exists && target->what->suffix;
    int rc = DX_OK;

    if (backup && (!tempfile_name(io, kept, sizeof kept, target->path) || io->link(target->path, kept) != 0)) {
        return failed(cli, target, "cannot make the backup");
    }
    if (io->rename(temp->path, target->path) != 0) {
        rc = failed(cli, target, "cannot replace");
        if (backup) {
            io->unlink(kept);
        }
        return rc;
    }
    if (backup && io->rename(kept, target->backup) != 0) {
        rc = failed(cli, target, "cannot make the backup");
        io->rename(kept, target->path);
    }
    return rc;
}

/* A name is on the disk when its directory is. */
static int sync_directory(struct cli *cli, const struct target *target)
{
    char directory[PATH_MAX];
    int fd, rc = DX_OK;

    memcpy(directory, target->path, strlen(target->path) + 1);
    strrchr(directory, '/')[1] = '\0';
    fd = cli->io->open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0) {
        return DX_OK;
    }
    if (!sync_fd(cli, fd)) {
        rc = messages_errno(cli, target->what->name, "written, but it may be lost if the host fails now", errno, NULL);
    }
    cli->io->close(fd);
    return rc;
}

static int replace(struct cli *cli, const struct target *target)
{
    struct tempfile temp;
    sigset_t old;
    int rc;

    if (tempfile_create(&temp, cli->io, target->path, target->exists ? 0600 : 0666) != 0) {
        return failed(cli, target, "cannot write");
    }
    rc = fill(cli, target, &temp);
    tempfile_block(&old);
    if (rc == DX_OK && was_touched(cli, target)) {
        rc = refuse(cli, target, "run it again", "was changed by somebody else meanwhile, and is left as it is");
    }
    rc = rc < 0 ? rc : swap(cli, target, &temp);
    if (rc < 0) {
        tempfile_discard(&temp);
    } else {
        tempfile_keep(&temp);
    }
    tempfile_unblock(&old);
    return rc < 0 ? rc : sync_directory(cli, target);
}

int inplace_replace(struct cli *cli, const struct replacement *what)
{
    struct target target = {.what = what};
    struct stat st, out;
    int rc;

    if (!what->read && cli->io->stat(what->path, &st) == 0) {
        if (S_ISDIR(st.st_mode)) {
            return refuse(cli, &target, "name a file in it", "cannot be written: it is a directory");
        }
        /* /dev/stdout, say: what else goes there is not to be lost. */
        if (cli->io->fstat(cli->io->out, &out) == 0 && out.st_dev == st.st_dev && out.st_ino == st.st_ino) {
            return output_slices(cli, what->slices, what->n);
        }
        if (!S_ISREG(st.st_mode)) {
            return write_directly(cli, &target);
        }
    }
    rc = resolve(cli, &target);
    return rc < 0 ? rc : replace(cli, &target);
}
