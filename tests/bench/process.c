/* Whole processes, started and waited for: against xmllint and virt-xml; and how much memory they take. */
#include "bench.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char section[] = "whole processes";

enum { SAMPLES = 9, ROUNDS = 60, SLOW_ROUNDS = 5, BIG = 100000 };

bool have_program(const char *name)
{
    const char *path = getenv("PATH");
    char file[4096];

    while (path && *path) {
        size_t len = strcspn(path, ":");

        if ((size_t)snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, name) < sizeof(file) &&
            access(file, X_OK) == 0) {
            return true;
        }
        path += len + (path[len] == ':');
    }
    return false;
}

uint64_t time_process(char *const *argv, const char *input, long *max_rss_kib, int *status)
{
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    uint64_t begin;
    pid_t pid;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, input ? input : "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    begin = now_ns();
    if (posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ) != 0) {
        die(argv[0]);
    }
    if (wait4(pid, status, 0, &usage) != pid) {
        die("wait4");
    }
    begin = now_ns() - begin;
    posix_spawn_file_actions_destroy(&actions);
    if (max_rss_kib) {
        *max_rss_kib = usage.ru_maxrss;
    }
    return begin;
}

/* argv of domxform with all seven passes on a file. */
struct command {
    char words[PASSES][560];
    char *argv[PASSES + 3];
};

static void make_command(struct command *command, const struct document *document)
{
    static char binary[] = DX_BINARY;
    const char *specs[PASSES];
    size_t n = 0;

    seven_specs(specs, document);
    command->argv[n++] = binary;
    for (size_t i = 0; i < PASSES; i++) {
        snprintf(command->words[i], sizeof(command->words[i]), "--pass=%s", specs[i]);
        command->argv[n++] = command->words[i];
    }
    command->argv[n++] = document->path;
    command->argv[n] = NULL;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

static double median_ms(uint64_t *values, size_t n)
{
    qsort(values, n, sizeof(*values), by_value);
    return (double)values[n / 2] / 1e6;
}

/* Documents spread over the sizes that there are, and accepted by all seven passes. */
static size_t choose(struct command commands[SAMPLES], const char *paths[SAMPLES], const struct documents *documents)
{
    size_t n = 0;

    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t at = documents->n * (2 * i + 1) / (2 * SAMPLES); at < documents->n; at++) {
            int status;

            make_command(&commands[n], &documents->items[at]);
            paths[n] = documents->items[at].path;
            time_process(commands[n].argv, NULL, NULL, &status);
            if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
                n++;
                break;
            }
        }
    }
    return n;
}

static void against_xmllint(struct command *commands, const char *const *paths, size_t n)
{
    static uint64_t ours[ROUNDS], theirs[ROUNDS];
    double our_sum = 0, their_sum = 0;

    for (size_t i = 0; i < n; i++) {
        char lint[] = "xmllint";
        char *path = strdup(paths[i]);
        char *argv[] = {lint, path, NULL};
        int status;

        for (size_t round = 0; round < ROUNDS; round++) {
            ours[round] = time_process(commands[i].argv, NULL, NULL, &status);
            theirs[round] = time_process(argv, NULL, NULL, &status);
        }
        our_sum += median_ms(ours, ROUNDS);
        their_sum += median_ms(theirs, ROUNDS);
        free(path);
    }
    report_row(&(struct row){section, "domxform with seven passes", our_sum / (double)n, "ms", 0, false});
    report_row(&(struct row){section, "xmllint FILE", their_sum / (double)n, "ms", 0, false});
    report_row(&(struct row){section, "domxform : xmllint", our_sum / their_sum, "", 1.1, false});
}

static void against_virt_xml(struct command *command, const char *path)
{
    char *argv[] = {
        (char[]){"virt-xml"},        (char[]){"--connect"},     (char[]){"test:///default"}, (char[]){"--edit"},
        (char[]){"--memorybacking"}, (char[]){"hugepages=yes"}, (char[]){"--print-xml"},     NULL};
    uint64_t ours[SLOW_ROUNDS], theirs[SLOW_ROUNDS];
    double our_ms, their_ms;
    int status = 0;

    if (!have_program("virt-xml")) {
        report_note(section, "virt-xml is not here: not compared");
        return;
    }
    for (size_t round = 0; round < SLOW_ROUNDS; round++) {
        ours[round] = time_process(command->argv, NULL, NULL, &status);
        theirs[round] = time_process(argv, path, NULL, &status);
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        report_note(section, "virt-xml does not run here: not compared");
        return;
    }
    our_ms = median_ms(ours, SLOW_ROUNDS);
    their_ms = median_ms(theirs, SLOW_ROUNDS);
    report_row(&(struct row){section, "virt-xml --edit … --print-xml", their_ms, "ms", 0, false});
    report_row(&(struct row){section, "virt-xml : domxform", their_ms / our_ms, "", 60, true});
}

/* What is mapped while the process hangs on a pipe that nobody reads: then all its passes have run. */
static void check_maps(struct command *command)
{
    posix_spawn_file_actions_t actions;
    char name[64], line[4096];
    bool mapped = false;
    int ends[2];
    pid_t pid;
    FILE *maps;

    if (pipe2(ends, O_CLOEXEC) != 0) {
        die("pipe");
    }
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    if (posix_spawn(&pid, DX_BINARY, &actions, NULL, command->argv, environ) != 0) {
        die(DX_BINARY);
    }
    close(ends[1]);
    poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 10000);
    snprintf(name, sizeof(name), "/proc/%d/maps", (int)pid);
    maps = fopen(name, "r");
    while (maps && fgets(line, sizeof(line), maps)) {
        mapped = mapped || strstr(line, "libxslt") || strstr(line, "libexslt");
    }
    if (maps) {
        fclose(maps);
        report_note(section, "libxslt is %s where no stylesheet is used", mapped ? "MAPPED" : "not mapped");
    }
    while (read(ends[0], line, sizeof(line)) > 0) {
    }
    close(ends[0]);
    waitpid(pid, NULL, 0);
    posix_spawn_file_actions_destroy(&actions);
}

/* A stylesheet run by domxform, and by the program that comes with libxslt: documents as they come, median of rounds.
 */
static void against_xsltproc(const char *sheet, const char *size, const char *path)
{
    static uint64_t ours[ROUNDS], theirs[ROUNDS];
    static char binary[] = DX_BINARY, proc[] = "xsltproc";
    static char param[] = "--stringparam", param_name[] = "size";
    char file[512], spec[600], value[16], document[4096], name[128];
    char *our_argv[] = {binary, spec, document, NULL};
    char *plain[] = {proc, file, document, NULL};
    char *sized[] = {proc, param, param_name, value, file, document, NULL};
    double our_ms, their_ms;
    int status;

    snprintf(file, sizeof(file), "%s/%s", DX_SOURCE_DIR, sheet);
    snprintf(spec, sizeof(spec), "--pass=xslt:%s%s%s", file, size ? ",size=" : "", size ? size : "");
    snprintf(value, sizeof(value), "%s", size ? size : "");
    snprintf(document, sizeof(document), "%s", path);
    for (size_t round = 0; round < ROUNDS; round++) {
        ours[round] = time_process(our_argv, NULL, NULL, &status);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            report_note(section, "%s does not run on %s: not compared", sheet, path);
            return;
        }
        theirs[round] = time_process(size ? sized : plain, NULL, NULL, &status);
    }
    our_ms = median_ms(ours, ROUNDS);
    their_ms = median_ms(theirs, ROUNDS);
    snprintf(name, sizeof(name), "domxform with %s", strrchr(sheet, '/') + 1);
    report_row(&(struct row){section, name, our_ms, "ms", 0, false});
    snprintf(name, sizeof(name), "xsltproc with %s", strrchr(sheet, '/') + 1);
    report_row(&(struct row){section, name, their_ms, "ms", 0, false});
    report_row(&(struct row){section, "domxform : xsltproc", our_ms / their_ms, "", 1.0, false});
}

void bench_processes(const struct documents *documents)
{
    static struct command commands[SAMPLES + 1];
    const char *paths[SAMPLES + 1];
    size_t n;

    if (access(DX_BINARY, X_OK) != 0) {
        report_note(section, "the command line is not built: not measured");
        return;
    }
    n = choose(commands, paths, documents);
    if (n == 0) {
        report_note(section, "no document is accepted by all seven passes: not measured");
        return;
    }
    report_note(section, "%zu documents from small to large, median of %d interleaved rounds for each", n, ROUNDS);
    check_maps(&commands[n - 1]);
    if (have_program("xmllint")) {
        against_xmllint(commands, paths, n);
    } else {
        report_note(section, "xmllint is not here: not compared");
    }
    if (have_program("xsltproc")) {
        against_xsltproc("tests/property/sheets/identity.xsl", NULL, paths[n / 2]);
        against_xsltproc("xslt/hugepages.xsl", "1G", paths[n / 2]);
    } else {
        report_note(section, "xsltproc is not here: not compared");
    }
    against_virt_xml(&commands[n / 2], paths[n / 2]);
}

void bench_memory(void)
{
    static const char memory[] = "peak memory, 100 000 disks";
    struct document document = {.rdm = strdup("rdm:vdb")};
    static struct command command;
    long ours = 0, theirs = 0;
    int status;

    if (access(DX_BINARY, X_OK) != 0 || !have_program("xmllint")) {
        report_note(memory, "domxform and xmllint are not both here: not measured");
        free(document.rdm);
        return;
    }
    document.path = generate_domain(BIG);
    make_command(&command, &document);
    time_process(command.argv, NULL, &ours, &status);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        report_note(memory, "domxform did not accept the domain");
    } else {
        char lint[] = "xmllint";
        char *argv[] = {lint, document.path, NULL};

        time_process(argv, NULL, &theirs, &status);
        report_row(&(struct row){memory, "domxform with seven passes", (double)ours / 1024, "MiB", 0, false});
        report_row(&(struct row){memory, "xmllint FILE", (double)theirs / 1024, "MiB", 0, false});
        report_row(&(struct row){memory, "domxform : xmllint", (double)ours / (double)theirs, "", 0.6, false});
    }
    remove(document.path);
    free(document.path);
    free(document.rdm);
}
