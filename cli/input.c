#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <string.h>

enum { FIRST_ROOM = 64 * 1024 };

/* Room for what a file says it has, and one byte more that shows its end. */
static size_t first_room(const struct cli *cli, const struct input *input)
{
    size_t limit = (size_t)cli->opts.max_size + 1;
    size_t room = FIRST_ROOM;

    if (input->path && S_ISREG(input->st.st_mode) && input->st.st_size > 0) {
        room = (uintmax_t)input->st.st_size < limit ? (size_t)input->st.st_size + 1 : limit;
    }
    return room < limit ? room : limit;
}

static int read_all(struct cli *cli, struct input *input, int fd)
{
    size_t limit = (size_t)cli->opts.max_size + 1;
    size_t room = 0;

    while (input->len < limit) {
        ssize_t n;

        if (input->len == room) {
            size_t more = room == 0 ? first_room(cli, input) : room < limit / 2 ? room * 2 : limit;
            char *bytes = io_realloc(cli->io, input->bytes, more, 1);

            if (!bytes) {
                return DX_ENOMEM;
            }
            input->bytes = bytes;
            room = more;
        }
        n = cli->io->read(fd, input->bytes + input->len, room - input->len);
        if (n == 0) {
            return DX_OK;
        }
        if (n < 0 && !io_again(fd, POLLIN)) {
            return messages_errno(cli, input->name, "cannot read", errno,
                                  errno == EISDIR ? "name the files in it, such as DIRECTORY/*.xml" : NULL);
        }
        input->len += n > 0 ? (size_t)n : 0;
    }
    return DX_OK;
}

static int open_file(struct cli *cli, struct input *input, bool regular, int *out)
{
    /* Opening a FIFO would wait for its writer; O_NONBLOCK means nothing to a regular file. */
    int fd = cli->io->open(input->path, O_RDONLY | O_CLOEXEC | O_NOCTTY | (regular ? O_NONBLOCK : 0), 0);
    int rc = DX_OK;

    if (fd < 0) {
        return messages_errno(cli, input->name, "cannot open", errno, NULL);
    }
    if (cli->io->fstat(fd, &input->st) != 0) {
        rc = messages_errno(cli, input->name, "cannot read", errno, NULL);
    } else if (regular && !S_ISREG(input->st.st_mode)) {
        rc = dx_ctx_report(cli->ctx, DX_LEVEL_IO, DX_SEVERITY_ERROR, input->name,
                           "without -i the result goes to stdout", "cannot be changed in place: it is no regular file");
        rc = rc < 0 ? rc : DX_EIO;
    }
    if (rc < 0) {
        cli->io->close(fd);
        return rc;
    }
    *out = fd;
    return DX_OK;
}

int input_read(struct cli *cli, struct input *input, const char *file, bool regular)
{
    int fd = cli->io->in;
    int rc;

    *input = (struct input){.name = file, .path = file};
    if (strcmp(file, "-") == 0) {
        input->name = "<stdin>";
        input->path = NULL;
        if (cli->io->isatty(fd) == 1 && !cli->opts.quiet) {
            dx_ctx_report(cli->ctx, DX_LEVEL_IO, DX_SEVERITY_NOTE, input->name,
                          "end it with Ctrl-D; domxform --help tells what else it can read",
                          "reading a domain from the terminal");
            messages_flush(cli);
        }
        return read_all(cli, input, fd);
    }
    rc = open_file(cli, input, regular, &fd);
    if (rc == DX_OK) {
        rc = read_all(cli, input, fd);
        cli->io->close(fd);
    }
    return rc;
}

void input_free(struct cli *cli, struct input *input)
{
    io_free(cli->io, input->bytes);
    input->bytes = NULL;
}

bool input_is_libvirts_own(const struct input *input)
{
    static const char mark[] = "AUTO-GENERATED FILE";
    const char *p = input->bytes, *end = p + input->len;

    while (p < end && strchr(" \t\r\n", *p)) {
        p++;
    }
    if (end - p < 4 || memcmp(p, "<!--", 4) != 0) {
        return false;
    }
    for (; (size_t)(end - p) >= sizeof mark && memcmp(p, "-->", 3) != 0; p++) {
        if (memcmp(p, mark, sizeof mark - 1) == 0) {
            return true;
        }
    }
    return false;
}
