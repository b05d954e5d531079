#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char domain[] = "<domain type='kvm'>\n"
                      "  <name>demo</name>\n"
                      "  <memory unit='GiB'>4</memory>\n"
                      "  <vcpu>2</vcpu>\n"
                      "  <os>\n"
                      "    <type arch='x86_64' machine='q35'>hvm</type>\n"
                      "  </os>\n"
                      "</domain>\n";

const char domain_hugepages[] = "<domain type='kvm'>\n"
                                "  <name>demo</name>\n"
                                "  <memory unit='GiB'>4</memory>\n"
                                "  <memoryBacking>\n"
                                "    <hugepages>\n"
                                "      <page size='1' unit='GiB'/>\n"
                                "    </hugepages>\n"
                                "  </memoryBacking>\n"
                                "  <vcpu>2</vcpu>\n"
                                "  <os>\n"
                                "    <type arch='x86_64' machine='q35'>hvm</type>\n"
                                "  </os>\n"
                                "</domain>\n";

static struct stage *current;
static char out_bytes[OUTPUT_MOST], err_bytes[OUTPUT_MOST];

/* True when this call is the one that fails; errno is set then. */
static bool fails(const char *call)
{
    struct fault *fault = &current->fault;

    if (!fault->call || strcmp(fault->call, call) != 0 || ++fault->count != fault->nth) {
        return false;
    }
    fault->hit = true;
    errno = fault->error;
    return true;
}

static int staged_open(const char *path, int flags, mode_t mode)
{
    return fails("open") ? -1 : io_system.open(path, flags, mode);
}

static ssize_t staged_read(int fd, void *bytes, size_t n)
{
    return fails("read") ? -1 : io_system.read(fd, bytes, n);
}

static ssize_t staged_writev(int fd, const struct iovec *pieces, int n)
{
    struct iovec piece = pieces[0];

    if (fails("writev")) {
        return -1;
    }
    if (!current->short_writes) {
        return io_system.writev(fd, pieces, n);
    }
    piece.iov_len = piece.iov_len < current->short_writes ? piece.iov_len : current->short_writes;
    return io_system.writev(fd, &piece, 1);
}

static int staged_close(int fd)
{
    if (fails("close")) {
        int error = errno;

        io_system.close(fd);
        errno = error;
        return -1;
    }
    return io_system.close(fd);
}

static int staged_fsync(int fd)
{
    if (current->before_close) {
        current->before_close();
    }
    return fails("fsync") ? -1 : io_system.fsync(fd);
}

static int staged_fstat(int fd, struct stat *st)
{
    return fails("fstat") ? -1 : io_system.fstat(fd, st);
}

static int staged_stat(const char *path, struct stat *st)
{
    return fails("stat") ? -1 : io_system.stat(path, st);
}

static int staged_rename(const char *from, const char *to)
{
    return fails("rename") ? -1 : io_system.rename(from, to);
}

static int staged_link(const char *from, const char *to)
{
    return fails("link") ? -1 : io_system.link(from, to);
}

static int staged_fchmod(int fd, mode_t mode)
{
    return fails("fchmod") ? -1 : io_system.fchmod(fd, mode);
}

static int staged_fchown(int fd, uid_t uid, gid_t gid)
{
    return fails("fchown") ? -1 : io_system.fchown(fd, uid, gid);
}

static int staged_random(void *bytes, size_t n)
{
    return fails("random") ? -1 : io_system.random(bytes, n);
}

static char *staged_realpath(const char *path, char *resolved)
{
    return fails("realpath") ? NULL : io_system.realpath(path, resolved);
}

static DIR *staged_opendir(const char *path)
{
    return fails("opendir") ? NULL : io_system.opendir(path);
}

static struct dirent *staged_readdir(DIR *directory)
{
    return fails("readdir") ? NULL : io_system.readdir(directory);
}

static uint64_t staged_now(void)
{
    return atomic_fetch_add(&current->clock, current->step);
}

static unsigned staged_processors(void)
{
    return current->processors ? current->processors : 2;
}

static int staged_isatty(int fd)
{
    (void)fd;
    return current->terminal;
}

static const char *staged_getenv(const char *name)
{
    return strcmp(name, "NO_COLOR") == 0 && current->no_color ? "1" : strcmp(name, "TERM") == 0 ? "xterm" : NULL;
}

static void *staged_reallocate(void *user, void *ptr, size_t size)
{
    struct stage *stage = user;

    if (size == 0) {
        stage->balance -= ptr != NULL;
        free(ptr);
        return NULL;
    }
    stage->allocs++;
    if (stage->fail_alloc && stage->allocs >= stage->fail_alloc) {
        return NULL;
    }
    stage->balance += ptr == NULL;
    return realloc(ptr, size);
}

/* An unlinked file that holds `text`, read from its start. */
static int scratch_fd(const char *text)
{
    char name[] = "/tmp/domxform-test-XXXXXX";
    int fd = mkstemp(name);

    assert_true(fd >= 0);
    unlink(name);
    if (text) {
        assert_int_equal(write(fd, text, strlen(text)), strlen(text));
        assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    }
    return fd;
}

static size_t collect(int fd, char *bytes)
{
    ssize_t n = pread(fd, bytes, OUTPUT_MOST - 1, 0);

    assert_true(n >= 0);
    bytes[n] = '\0';
    close(fd);
    return (size_t)n;
}

struct result run_staged(struct stage *stage, const char *input, const char *const *args)
{
    struct stage none = {0};
    struct io io = io_system;
    struct dx_allocator allocator;
    struct result result = {.out = out_bytes, .err = err_bytes};
    char *argv[ARGS_MOST];
    int argc = 0, out = scratch_fd(NULL);

    current = stage ? stage : &none;
    allocator = (struct dx_allocator){staged_reallocate, current};
    for (; args[argc]; argc++) {
        assert_true(argc < ARGS_MOST - 1);
        argv[argc] = strdup(args[argc]);
    }
    argv[argc] = NULL;
    io.in = scratch_fd(input);
    io.out = current->bad_out ? 1000 : dup(out);
    io.err = scratch_fd(NULL);
    io.open = staged_open;
    io.read = staged_read;
    io.writev = staged_writev;
    io.close = staged_close;
    io.fsync = staged_fsync;
    io.fstat = staged_fstat;
    io.stat = staged_stat;
    io.rename = staged_rename;
    io.link = staged_link;
    io.fchmod = staged_fchmod;
    io.fchown = staged_fchown;
    io.random = staged_random;
    io.realpath = staged_realpath;
    io.opendir = staged_opendir;
    io.readdir = staged_readdir;
    io.now = staged_now;
    io.processors = staged_processors;
    io.isatty = staged_isatty;
    io.getenv = staged_getenv;
    io.allocator = &allocator;
    result.code = cli_main(argc, argv, &io);
    result.out_len = collect(out, out_bytes);
    result.err_len = collect(io.err, err_bytes);
    close(io.in);
    if (!current->bad_out) {
        close(io.out); /* closed already when something was written */
    }
    for (int i = 0; i < argc; i++) {
        free(argv[i]);
    }
    assert_int_equal(current->balance, 0);
    return result;
}

int enter_scratch(void **state)
{
    char name[] = "/tmp/domxform-test-XXXXXX";

    (void)state;
    return mkdtemp(name) && chdir(name) == 0 ? 0 : -1;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *walk)
{
    (void)st, (void)kind, (void)walk;
    return remove(path);
}

int leave_scratch(void **state)
{
    char name[4096];

    (void)state;
    if (!getcwd(name, sizeof name) || strncmp(name, "/tmp/domxform-test-", 19) != 0 || chdir("/") != 0) {
        return -1;
    }
    return nftw(name, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

const char *read_file(const char *path)
{
    static char bytes[OUTPUT_MOST];
    FILE *file = fopen(path, "r");
    size_t n;

    if (!file) {
        return NULL;
    }
    n = fread(bytes, 1, sizeof bytes - 1, file);
    bytes[n] = '\0';
    fclose(file);
    return bytes;
}

size_t count_files(void)
{
    DIR *directory = opendir(".");
    size_t n = 0;

    assert_non_null(directory);
    while (readdir(directory)) {
        n++;
    }
    closedir(directory);
    return n - 2;
}

void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part)) {
        fail_msg("'%s' is not in:\n%s", part, text);
    }
}

void assert_has_not(const char *text, const char *part)
{
    if (strstr(text, part)) {
        fail_msg("'%s' is in:\n%s", part, text);
    }
}
