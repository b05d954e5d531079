#include "file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PIECE = 1 << 16 };

static int refuse(struct dx_ctx *ctx, const char *path, const char *what, const char *why)
{
    int rc = dx_ctx_report(ctx, DX_LEVEL_IO, DX_SEVERITY_ERROR, path, NULL, "%s: %c%s", what,
                           tolower((unsigned char)why[0]), why[0] ? why + 1 : "");

    return rc < 0 ? rc : DX_EIO;
}

static int read_all(struct dx_buf *buf, struct dx_ctx *ctx, const char *path, int fd)
{
    for (;;) {
        char *to = dx_buf_grow(buf, PIECE);
        ssize_t n;

        if (!to) {
            return dx_ctx_no_memory(ctx);
        }
        do {
            n = read(fd, to, PIECE);
        } while (n < 0 && errno == EINTR);
        if (n < 0) {
            return refuse(ctx, path, "cannot read", strerror(errno));
        }
        buf->len -= PIECE - (size_t)n;
        if (n == 0) {
            return DX_OK;
        }
        if (buf->len > ctx->max_size) {
            return refuse(ctx, path, "cannot read", "larger than the limit of --max-size");
        }
    }
}

int dx_file_read(char **out, size_t *len, struct dx_ctx *ctx, const char *path)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&ctx->mem);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    int rc;

    *out = NULL;
    if (fd < 0) {
        return refuse(ctx, path, "cannot open", strerror(errno));
    }
    rc = read_all(&buf, ctx, path, fd);
    close(fd);
    if (rc < 0) {
        return rc;
    }
    *out = dx_buf_steal(&buf, len);
    return *out ? DX_OK : dx_ctx_no_memory(ctx);
}

bool dx_file_is_there(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, R_OK) == 0;
}
