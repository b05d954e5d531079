#include "inputs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Which file or directory it is, whatever its name. */
struct identity {
    dev_t dev;
    ino_t ino;
};

/* A directory that was met, read or still to be read. */
struct folder {
    char *path;
    struct identity is;
};

struct walk {
    struct cli *cli;
    struct inputs *inputs;
    struct folder *folders;
    size_t n, room;
};

static bool grow(struct cli *cli, void **items, size_t *room, size_t n, size_t size)
{
    size_t more = *room ? *room * 2 : 16;
    void *grown = n < *room ? *items : io_realloc(cli->io, *items, more, size);

    if (!grown) {
        return false;
    }
    *room = n < *room ? *room : more;
    *items = grown;
    return true;
}

/* "directory/name", or the name alone where the directory is NULL; to be freed. */
static char *join(struct cli *cli, const char *directory, const char *name)
{
    size_t head = directory ? strlen(directory) : 0, tail = strlen(name);
    size_t slash = head > 0 && directory[head - 1] != '/';
    char *path = io_realloc(cli->io, NULL, head + slash + tail + 1, 1);

    if (path) {
        memcpy(path, directory ? directory : "", head);
        memcpy(path + head, "/", slash);
        memcpy(path + head + slash, name, tail + 1);
    }
    return path;
}

/* Takes the path over. */
static int add_place(struct walk *walk, char *path, bool below, int error)
{
    struct inputs *inputs = walk->inputs;
    void *items = inputs->items;

    if (!path || !grow(walk->cli, &items, &inputs->room, inputs->n, sizeof *inputs->items)) {
        io_free(walk->cli->io, path);
        return DX_ENOMEM;
    }
    inputs->items = items;
    inputs->items[inputs->n++] = (struct place){path, below, error};
    return DX_OK;
}

/* The same; one that was met before is not entered again, whichever link leads there. */
static int add_folder(struct walk *walk, char *path, const struct stat *st)
{
    void *folders = walk->folders;

    for (size_t i = 0; path && i < walk->n; i++) {
        if (walk->folders[i].is.ino == st->st_ino && walk->folders[i].is.dev == st->st_dev) {
            io_free(walk->cli->io, path);
            return DX_OK;
        }
    }
    if (!path || !grow(walk->cli, &folders, &walk->room, walk->n, sizeof *walk->folders)) {
        io_free(walk->cli->io, path);
        return DX_ENOMEM;
    }
    walk->folders = folders;
    walk->folders[walk->n++] = (struct folder){path, {st->st_dev, st->st_ino}};
    return DX_OK;
}

static bool is_xml(const char *name)
{
    size_t len = strlen(name);

    return len > 4 && strcmp(name + len - 4, ".xml") == 0;
}

/* A name that leads nowhere is kept when it ends as a document does: reading it says why. Takes the path over. */
static int add_entry(struct walk *walk, char *path)
{
    struct stat st;
    bool there = path && walk->cli->io->stat(path, &st) == 0;

    if (there && S_ISDIR(st.st_mode)) {
        return add_folder(walk, path, &st);
    }
    if (!path || (is_xml(path) && (!there || S_ISREG(st.st_mode)))) {
        return add_place(walk, path, true, 0);
    }
    io_free(walk->cli->io, path);
    return DX_OK;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Names of a directory, sorted, so that which of two links to a folder comes first is no accident. */
static int read_names(struct walk *walk, DIR *directory, char ***names, size_t *n)
{
    const struct io *io = walk->cli->io;
    struct dirent *entry;
    size_t room = 0;

    for (errno = 0; (entry = io->readdir(directory)) != NULL; errno = 0) {
        void *items = *names;
        char *name;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) {
            continue;
        }
        name = join(walk->cli, NULL, entry->d_name);
        if (!name || !grow(walk->cli, &items, &room, *n, sizeof **names)) {
            io_free(io, name);
            return DX_ENOMEM;
        }
        *names = items;
        (*names)[(*n)++] = name;
    }
    return errno ? DX_EIO : DX_OK;
}

static int read_folder(struct walk *walk, const char *path)
{
    const struct io *io = walk->cli->io;
    DIR *directory = io->opendir(path);
    char **names = NULL;
    size_t n = 0;
    int rc, error;

    if (!directory) {
        return add_place(walk, join(walk->cli, NULL, path), true, errno);
    }
    rc = read_names(walk, directory, &names, &n);
    error = errno;
    io->closedir(directory);
    if (n > 1) {
        qsort(names, n, sizeof *names, by_name);
    }
    for (size_t i = 0; rc != DX_ENOMEM && i < n; i++) {
        int added = add_entry(walk, join(walk->cli, path, names[i]));

        rc = added < 0 ? added : rc;
    }
    if (rc == DX_EIO) {
        rc = add_place(walk, join(walk->cli, NULL, path), true, error);
    }
    for (size_t i = 0; i < n; i++) {
        io_free(io, names[i]);
    }
    io_free(io, names);
    return rc;
}

static int by_path(const void *a, const void *b)
{
    return strcmp(((const struct place *)a)->path, ((const struct place *)b)->path);
}

/* Folders are read in the order they are met, without recursion; a later operand finds them read already. */
static int add_below(struct walk *walk, const char *path, const struct stat *st)
{
    struct inputs *inputs = walk->inputs;
    size_t from = inputs->n, next = walk->n;
    int rc = add_folder(walk, join(walk->cli, NULL, path), st);
    bool again = next == walk->n;

    while (rc == DX_OK && next < walk->n) {
        rc = read_folder(walk, walk->folders[next++].path);
    }
    if (rc == DX_OK && inputs->n == from && !again) {
        rc = dx_ctx_report(walk->cli->ctx, DX_LEVEL_IO, DX_SEVERITY_WARNING, path,
                           "only files whose names end in .xml are looked at", "no *.xml in it or below it");
    }
    if (inputs->n > from + 1) {
        qsort(inputs->items + from, inputs->n - from, sizeof *inputs->items, by_path);
    }
    return rc;
}

struct known {
    struct identity is;
    size_t place;
};

static int by_identity(const void *a, const void *b)
{
    const struct known *x = a, *y = b;

    if (x->is.dev != y->is.dev) {
        return x->is.dev < y->is.dev ? -1 : 1;
    }
    if (x->is.ino != y->is.ino) {
        return x->is.ino < y->is.ino ? -1 : 1;
    }
    return x->place < y->place ? -1 : x->place > y->place;
}

/* What was named by the user is never passed over, though a walk found it first. */
static int drop_doubles(struct walk *walk)
{
    struct inputs *inputs = walk->inputs;
    const struct io *io = walk->cli->io;
    struct known *known = io_realloc(io, NULL, inputs->n, sizeof *known);
    size_t n = 0, kept = 0;
    struct stat st;

    if (!known) {
        return DX_ENOMEM;
    }
    for (size_t i = 0; i < inputs->n; i++) {
        const struct place *place = &inputs->items[i];

        if (!place->error && strcmp(place->path, "-") != 0 && io->stat(place->path, &st) == 0) {
            known[n++] = (struct known){{st.st_dev, st.st_ino}, i};
        }
    }
    qsort(known, n, sizeof *known, by_identity);
    for (size_t i = 1, first = 0; i < n; i++) {
        struct place *place = &inputs->items[known[i].place];

        if (known[i].is.dev != known[first].is.dev || known[i].is.ino != known[first].is.ino) {
            first = i;
            continue;
        }
        inputs->items[known[first].place].below &= place->below;
        io_free(io, place->path);
        place->path = NULL;
    }
    io_free(io, known);
    for (size_t i = 0; i < inputs->n; i++) {
        if (inputs->items[i].path) {
            inputs->items[kept++] = inputs->items[i];
        }
    }
    inputs->n = kept;
    return DX_OK;
}

static int add_operand(struct walk *walk, const char *path)
{
    struct stat st;

    if (strcmp(path, "-") != 0 && walk->cli->io->stat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
        return add_below(walk, path, &st);
    }
    return add_place(walk, join(walk->cli, NULL, path), false, 0);
}

int inputs_find(struct inputs *out, struct cli *cli)
{
    struct walk walk = {.cli = cli, .inputs = out};
    const struct list *operands = &cli->opts.operands;
    int rc = operands->n ? DX_OK : add_operand(&walk, "-");

    for (size_t i = 0; rc == DX_OK && i < operands->n; i++) {
        rc = add_operand(&walk, operands->items[i]);
    }
    if (rc == DX_OK && out->n > 1) {
        rc = drop_doubles(&walk);
    }
    for (size_t i = 0; i < walk.n; i++) {
        io_free(cli->io, walk.folders[i].path);
    }
    io_free(cli->io, walk.folders);
    return rc;
}

void inputs_free(struct inputs *inputs, struct cli *cli)
{
    for (size_t i = 0; i < inputs->n; i++) {
        io_free(cli->io, inputs->items[i].path);
    }
    io_free(cli->io, inputs->items);
}

static size_t count_stdin(const struct list *files)
{
    size_t n = 0;

    for (size_t i = 0; i < files->n; i++) {
        n += strcmp(files->items[i], "-") == 0;
    }
    return n;
}

int inputs_check_stdin(struct cli *cli)
{
    return count_stdin(&cli->opts.operands) + count_stdin(&cli->opts.capabilities) > 1
               ? messages_usage(cli, "name it once", "stdin ('-') can be read once only")
               : DX_OK;
}

/* ---- one of them ---- */

/* A document that is none: a line on stderr. */
static int skip(struct cli *cli, const char *name)
{
    text_auto why = {.io = cli->io};

    text_format(&why, "skipped: %s", dx_ctx_diag(cli->ctx, 0)->message);
    text_byte(&why, '\0');
    dx_ctx_clear_diags(cli->ctx);
    if (why.failed || dx_ctx_report(cli->ctx, DX_LEVEL_INPUT, DX_SEVERITY_NOTE, name, NULL, "%s", why.ptr) != DX_OK) {
        return DX_ENOMEM;
    }
    return DX_UNCHANGED;
}

int inputs_parse(struct dx_doc **doc, struct input *input, struct cli *cli, const struct place *place)
{
    int rc;

    *doc = NULL;
    *input = (struct input){.name = place->path};
    rc = place->error ? messages_errno(cli, place->path, "cannot read the directory", place->error, NULL)
                      : input_read(cli, input, place->path, false);
    rc = rc < 0 ? rc
                : dx_doc_parse(doc, cli->ctx, input->name, input->bytes, input->len,
                               DX_PARSE_BORROW | (place->below ? DX_PARSE_SKIP : 0));
    return rc == DX_UNCHANGED ? skip(cli, input->name) : rc;
}
