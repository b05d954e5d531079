/* What goes to stdout. */
#include "cli.h"

#include <errno.h>

static const char name[] = "<stdout>";

static int lost(struct cli *cli, const char *what)
{
    int error = errno;

    cli->out_lost = true;
    /* The reader of a pipe went away, which is its good right: head(1) does it. */
    if (error == EPIPE) {
        return DX_EIO;
    }
    return messages_errno(cli, name, what, error,
                          error == ENOSPC  ? "what was written up to there is not complete"
                          : error == EBADF ? "stdout was closed when domxform began"
                                           : NULL);
}

int output_slices(struct cli *cli, const struct dx_str *slices, size_t n)
{
    if (cli->out_lost) {
        return DX_EIO;
    }
    cli->out_used = true;
    return io_write_all(cli->io, cli->io->out, slices, n) == 0 ? DX_OK : lost(cli, "cannot write");
}

int output_bytes(struct cli *cli, const char *bytes, size_t n)
{
    struct dx_str slice = {bytes, n};

    return n ? output_slices(cli, &slice, 1) : DX_OK;
}

int output_text(struct cli *cli, struct text *text)
{
    int rc = text->failed ? DX_ENOMEM : output_bytes(cli, text->ptr, text->len);

    return messages_exit_code(cli, rc);
}

int output_close(struct cli *cli)
{
    if (!cli->out_used || cli->out_lost || cli->io->close(cli->io->out) == 0 || errno == EINTR) {
        return DX_OK;
    }
    return lost(cli, "cannot write");
}
