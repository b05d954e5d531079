#include "progress.h"

#include <string.h>

enum { PATIENCE_MS = 1000, REFRESH_MS = 200, BAR = 20 };

static bool wanted(const struct cli *cli)
{
    const char *term = cli->io->getenv("TERM");

    return !cli->opts.quiet && cli->opts.message_format == FORMAT_TEXT && !(term && strcmp(term, "dumb") == 0) &&
           cli->io->isatty(cli->io->err) == 1;
}

void progress_begin(struct progress *progress, struct cli *cli, size_t n)
{
    *progress = (struct progress){.cli = cli, .n = n > 1 && wanted(cli) ? n : 0};
    progress->begun = progress->n ? cli->io->now() : 0;
}

static void write_err(struct cli *cli, const char *bytes, size_t n)
{
    struct dx_str slice = {bytes, n};

    (void)io_write_all(cli->io, cli->io->err, &slice, 1);
}

/* "[######    ] 1234/5000  820/s  0:05 left": short enough for any terminal. */
static void put_line(struct text *text, size_t done, size_t n, uint64_t elapsed)
{
    size_t filled = (size_t)((uint64_t)done * BAR / n);
    uint64_t rate = (uint64_t)done * 1000 / elapsed;

    text_puts(text, "\r[");
    for (size_t i = 0; i < BAR; i++) {
        text_byte(text, i < filled ? '#' : ' ');
    }
    text_format(text, "] %zu/%zu  %llu/s", done, n, (unsigned long long)rate);
    if (done > 0) {
        uint64_t left = (uint64_t)(n - done) * elapsed / done / 1000;

        text_format(text, "  %llu:%02llu left", (unsigned long long)(left / 60), (unsigned long long)(left % 60));
    }
    text_puts(text, "\x1b[K");
}

void progress_update(struct progress *progress, size_t done)
{
    text_auto line = {.io = progress->n ? progress->cli->io : NULL};
    uint64_t now, elapsed;

    if (!progress->n) {
        return;
    }
    now = progress->cli->io->now();
    elapsed = now - progress->begun;
    if (elapsed < PATIENCE_MS || (progress->last && now - progress->last < REFRESH_MS)) {
        return;
    }
    progress->last = now;
    put_line(&line, done, progress->n, elapsed);
    if (!line.failed) {
        write_err(progress->cli, line.ptr, line.len);
        progress->shown = true;
    }
}

void progress_clear(struct progress *progress)
{
    static const char clear[] = "\r\x1b[K";

    if (progress->shown) {
        write_err(progress->cli, clear, sizeof clear - 1);
        progress->shown = false;
    }
}
