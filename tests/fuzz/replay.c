/* Where there is no libFuzzer: runs a target over the files named, or those in the folders named. */
#include "fuzz.h"

#include <dirent.h>

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    struct text text = {0};
    char buffer[4096];
    uint8_t *exact;
    size_t n;

    if (!file) {
        perror(path);
        return 1;
    }
    while ((n = fread(buffer, 1, sizeof(buffer), file)) > 0) {
        text_add(&text, buffer, n);
    }
    fclose(file);
    /* A block of just that size: one byte too far is seen by a sanitizer. */
    exact = malloc(text.len ? text.len : 1);
    if (!exact) {
        return 1;
    }
    if (text.len) {
        memcpy(exact, text.ptr, text.len);
    }
    LLVMFuzzerTestOneInput(exact, text.len);
    free(exact);
    text_free(&text);
    return 0;
}

int main(int argc, char **argv)
{
    int failed = 0, count = 0;

    for (int i = 1; i < argc; i++) {
        DIR *dir = opendir(argv[i]);
        struct dirent *entry;
        char path[4096];

        if (!dir) {
            failed |= replay(argv[i]);
            count++;
            continue;
        }
        while ((entry = readdir(dir))) {
            if (entry->d_name[0] != '.' &&
                (size_t)snprintf(path, sizeof(path), "%s/%s", argv[i], entry->d_name) < sizeof(path)) {
                failed |= replay(path);
                count++;
            }
        }
        closedir(dir);
    }
    printf("%d files replayed\n", count);
    return failed || count == 0;
}
