#include "bench.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t cpu_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- documents ---- */

struct document read_document(const char *path)
{
    struct document document = {0};
    FILE *file = fopen(path, "rb");
    long len = 0;

    if (!file || fseek(file, 0, SEEK_END) != 0 || (len = ftell(file)) < 0 || fseek(file, 0, SEEK_SET) != 0) {
        die(path);
    }
    document.path = strdup(path);
    document.len = (size_t)len;
    document.bytes = malloc(document.len + 1);
    if (!document.path || !document.bytes || fread(document.bytes, 1, document.len, file) != document.len) {
        die(path);
    }
    document.bytes[document.len] = '\0';
    fclose(file);
    return document;
}

static int by_size(const void *a, const void *b)
{
    const struct document *x = a, *y = b;

    return x->len != y->len ? (x->len < y->len ? -1 : 1) : strcmp(x->path, y->path);
}

static void load_folder(struct documents *documents, const char *folder, int depth)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    char path[4096];

    while (dir && (entry = readdir(dir))) {
        size_t len = strlen(entry->d_name);

        if (entry->d_name[0] == '.' ||
            (size_t)snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >= sizeof(path)) {
            continue;
        }
        if (entry->d_type == DT_DIR && depth > 0) {
            load_folder(documents, path, depth - 1);
        } else if (len > 4 && strcmp(entry->d_name + len - 4, ".xml") == 0) {
            if (documents->n % 256 == 0) {
                void *more = realloc(documents->items, (documents->n + 256) * sizeof(*documents->items));

                if (!more) {
                    die("out of memory");
                }
                documents->items = more;
            }
            documents->items[documents->n++] = read_document(path);
        }
    }
    if (dir) {
        closedir(dir);
    }
}

struct documents load_documents(bool *fixtures)
{
    struct documents documents = {0};
    const char *corpus = getenv("DX_CORPUS");
    char path[4096];

    snprintf(path, sizeof(path), "%s/domains", corpus ? corpus : DX_SOURCE_DIR "/../shared/corpus");
    load_folder(&documents, path, 0);
    *fixtures = documents.n == 0;
    if (*fixtures) {
        load_folder(&documents, DX_SOURCE_DIR "/tests/demo", 0);
        load_folder(&documents, DX_SOURCE_DIR "/tests/golden", 2);
    }
    if (documents.n == 0) {
        die("no document to measure with");
    }
    qsort(documents.items, documents.n, sizeof(*documents.items), by_size);
    return documents;
}

void free_documents(struct documents *documents)
{
    for (size_t i = 0; i < documents->n; i++) {
        free(documents->items[i].path);
        free(documents->items[i].bytes);
        free(documents->items[i].rdm);
    }
    free(documents->items);
}

/* ---- passes ---- */

void seven_specs(const char *specs[PASSES], const struct document *document)
{
    const char *all[PASSES] = {"iothreads:2", "iothreadpin:0-1", document->rdm, "hugepages:2M", "hint-dedicated",
                               "tpm",         "seclabel"};

    memcpy(specs, all, sizeof(all));
}

struct dx_pipeline *make_pipeline(struct dx_ctx *ctx, const char *const *specs, size_t n)
{
    struct dx_pipeline *pipeline;

    if (dx_pipeline_new(&pipeline, ctx) != DX_OK) {
        die("out of memory");
    }
    for (size_t i = 0; i < n; i++) {
        if (dx_pipeline_add(pipeline, ctx, specs[i]) != DX_OK) {
            die(specs[i]);
        }
    }
    return pipeline;
}

/* The name of the i-th target: vda … vdz, vdaa … */
static const char *target_name(char out[16], unsigned i)
{
    char *p = out + 15;

    *p = '\0';
    for (i++; i > 0; i = (i - 1) / 26) {
        *--p = (char)('a' + (i - 1) % 26);
    }
    *--p = 'd';
    *--p = 'v';
    return p;
}

char *generate_domain(unsigned disks)
{
    char path[] = "/tmp/domxform-bench-XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fd >= 0 ? fdopen(fd, "w") : NULL;
    char name[16];

    if (!file) {
        die("no temporary file");
    }
    fputs("<domain type='kvm'>\n  <name>big</name>\n  <memory unit='GiB'>64</memory>\n  <vcpu>16</vcpu>\n"
          "  <os>\n    <type arch='x86_64' machine='q35'>hvm</type>\n  </os>\n  <devices>\n",
          file);
    for (unsigned i = 0; i < disks; i++) {
        fprintf(file,
                "    <disk type='block' device='disk'>\n      <driver name='qemu' type='raw'/>\n"
                "      <source dev='/dev/disk/by-id/wwn-0x%016x'/>\n      <target dev='%s' bus='virtio'/>\n"
                "    </disk>\n",
                i, target_name(name, i));
    }
    fputs("  </devices>\n</domain>\n", file);
    if (fclose(file) != 0) {
        die("the temporary file cannot be written");
    }
    return strdup(path);
}

int main(int argc, char **argv)
{
    bool json = argc > 1 && strcmp(argv[1], "--json") == 0;
    struct documents documents;
    struct dx_ctx *ctx = NULL;
    bool fixtures;

    if (argc > (json ? 2 : 1)) {
        fprintf(stderr, "usage: dx_bench [--json]\n");
        return 2;
    }
    if (dx_process_init(DX_PROCESS_NO_CATALOGS) != DX_OK || dx_ctx_new(&ctx, NULL) != DX_OK) {
        die("the library cannot be set up");
    }
    bench_memory();
    bench_scale(ctx);
    documents = load_documents(&fixtures);
    if (fixtures) {
        report_note("in process", "no corpus here: measured over the fixtures of the tests");
    }
    bench_corpus(ctx, &documents);
    bench_processes(&documents);
    bench_schema(ctx, &documents);
    free_documents(&documents);
    dx_ctx_free(ctx);
    if (json) {
        report_json();
    } else {
        report_table();
    }
    return 0;
}
