#include "stuck.h"

#include "cli.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* The handler is called in the middle of anything, and can be told nothing but by what stands here. */
static volatile sig_atomic_t as_json;

struct line {
    char bytes[1024];
    size_t n;
};

void stuck_speak(bool json)
{
    as_json = json;
}

static void put(struct line *line, const char *text)
{
    for (; *text && line->n < sizeof line->bytes - 1; text++) {
        line->bytes[line->n++] = *text;
    }
}

/* What neither JSON nor a terminal can be given becomes a question mark. */
static void put_name(struct line *line, const char *name)
{
    size_t most = line->n + 400;

    for (; *name && line->n < most; name++) {
        bool plain = (unsigned char)*name >= ' ' && *name != '"' && *name != '\\' && *name != 0x7f;

        line->bytes[line->n++] = plain ? *name : '?';
    }
}

void stuck_exit(const char *sheet)
{
    static const char message[] = "the stylesheet cannot be stopped, or takes too much memory: domxform ends here";
    static const char hint[] = "nothing of this document was written; look for a recursion, or for strings or sets "
                               "of nodes that grow without end";
    struct line line = {.n = 0};
    ssize_t done;

    if (as_json) {
        put(&line, "{\"file\":\"");
        put_name(&line, sheet);
        put(&line, "\",\"line\":null,\"column\":null,\"endLine\":null,\"endColumn\":null,\"rule\":null,"
                   "\"level\":\"input\",\"severity\":\"error\",\"message\":\"");
        put(&line, message);
        put(&line, "\",\"expected\":null,\"hint\":\"");
        put(&line, hint);
        put(&line, "\",\"path\":null,\"pass\":\"xslt\"}\n");
    } else {
        put_name(&line, sheet);
        put(&line, ": error: ");
        put(&line, message);
        put(&line, "\nhint: ");
        put(&line, hint);
        put(&line, "\n");
    }
    done = write(STDERR_FILENO, line.bytes, line.n);
    (void)done; /* nobody is left to be told */
    _exit(CLI_LIMIT);
}
