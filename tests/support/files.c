#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

struct t_bytes t_bytes_copy(const char *bytes, size_t len)
{
    struct t_bytes copy = {malloc(len + 1), len, len + 1};

    assert_non_null(copy.ptr);
    if (len) {
        memcpy(copy.ptr, bytes, len);
    }
    copy.ptr[len] = '\0';
    return copy;
}

void t_bytes_add(struct t_bytes *bytes, const char *more, size_t len)
{
    if (!bytes->ptr || bytes->len + len >= bytes->room) {
        bytes->room = (bytes->len + len + 64) * 2;
        bytes->ptr = realloc(bytes->ptr, bytes->room);
    }
    assert_non_null(bytes->ptr);
    memcpy(bytes->ptr + bytes->len, more, len);
    bytes->len += len;
    bytes->ptr[bytes->len] = '\0';
}

void t_bytes_format(struct t_bytes *bytes, const char *format, ...)
{
    char small[1024], *text = small;
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(small, sizeof small, format, args);
    va_end(args);
    assert_true(len >= 0);
    if ((size_t)len >= sizeof small) {
        text = malloc((size_t)len + 1);
        assert_non_null(text);
        va_start(args, format);
        vsnprintf(text, (size_t)len + 1, format, args);
        va_end(args);
    }
    t_bytes_add(bytes, text, (size_t)len);
    if (text != small) {
        free(text);
    }
}

void t_bytes_free(struct t_bytes *bytes)
{
    free(bytes->ptr);
    *bytes = (struct t_bytes){NULL, 0, 0};
}

struct t_bytes t_read(const char *path)
{
    struct t_bytes bytes = {NULL, 0, 0};
    char piece[65536];
    size_t n;
    FILE *file = fopen(path, "rb");

    if (!file) {
        return bytes;
    }
    t_bytes_add(&bytes, "", 0);
    while ((n = fread(piece, 1, sizeof piece, file)) > 0) {
        t_bytes_add(&bytes, piece, n);
    }
    assert_false(ferror(file));
    fclose(file);
    return bytes;
}

bool t_write(const char *path, const char *bytes, size_t len)
{
    FILE *file = fopen(path, "wb");
    bool good;

    if (!file) {
        return false;
    }
    good = fwrite(bytes, 1, len, file) == len;
    return fclose(file) == 0 && good;
}

bool t_exists(const char *path)
{
    return access(path, R_OK) == 0;
}

char *t_path(const char *a, const char *b)
{
    size_t room = strlen(a) + strlen(b) + 2;
    char *path = malloc(room);

    assert_non_null(path);
    snprintf(path, room, "%s/%s", a, b);
    return path;
}

static int by_name(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), k = strlen(suffix);

    return n >= k && strcmp(name + n - k, suffix) == 0;
}

struct t_names t_list(const char *directory, const char *suffix)
{
    struct t_names names = {NULL, 0};
    size_t room = 0;
    struct dirent *entry;
    DIR *dir = opendir(directory);

    if (!dir) {
        return names;
    }
    while ((entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            (suffix && !ends_in(entry->d_name, suffix))) {
            continue;
        }
        if (names.n == room) {
            char **larger;

            room = room ? room * 2 : 64;
            larger = realloc(names.items, room * sizeof *larger);
            assert_non_null(larger);
            names.items = larger;
        }
        names.items[names.n++] = t_bytes_copy(entry->d_name, strlen(entry->d_name)).ptr;
    }
    closedir(dir);
    if (names.n) {
        qsort(names.items, names.n, sizeof *names.items, by_name);
    }
    return names;
}

void t_names_free(struct t_names *names)
{
    for (size_t i = 0; i < names->n; i++) {
        free(names->items[i]);
    }
    free(names->items);
    *names = (struct t_names){NULL, 0};
}

const char *t_corpus(void)
{
    static const char *found;
    static bool asked;
    const char *named = getenv("DX_CORPUS");

    if (!asked) {
        asked = true;
        found = named ? named : DX_SOURCE_DIR "/../shared/corpus";
        if (!t_exists(found)) {
            fprintf(stderr, "no corpus of real documents: set DX_CORPUS to its folder; what needs it is skipped\n");
            found = NULL;
        }
    }
    return found;
}

char *t_scratch(void)
{
    const char *base = getenv("TMPDIR");
    char *path = t_path(base && *base ? base : "/tmp", "domxform-test-XXXXXX");

    assert_non_null(mkdtemp(path));
    return path;
}

void t_scratch_remove(char *directory)
{
    struct t_names names = t_list(directory, NULL);

    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(directory, names.items[i]);

        unlink(path);
        free(path);
    }
    t_names_free(&names);
    rmdir(directory);
    free(directory);
}
