/*
 * Stylesheets that want to harm or to never end, given to the real program: each ends as its row says, in time and in
 * little memory; it reads nothing, writes nothing and calls nobody. Those in xslt/ are copied to a scratch folder, with
 * @DIR@ and @PORT@ filled in; those that are large are made here.
 */
#include "support.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char folder[] = DX_SOURCE_DIR "/tests/hostile/xslt";

/* In milliseconds and KiB; the stylesheets have a second. A busy machine gets another try, with nothing beside it. */
enum { TIME_MOST = 2000, MEMORY_MOST = 256 * 1024, TRIES = 3, HANDS = 2 };

static const char vm[] = "<domain type='kvm'>\n  <name>demo</name>\n  <memory unit='GiB'>4</memory>\n  <vcpu>2</vcpu>\n"
                         "  <os>\n    <type arch='x86_64' machine='q35'>hvm</type>\n  </os>\n  <devices>\n"
                         "    <disk type='file' device='disk'>\n      <source file='/images/demo.qcow2'/>\n"
                         "      <target dev='vda' bus='virtio'/>\n    </disk>\n  </devices>\n</domain>\n";

/* ---- large stylesheets ---- */

#define XSL "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
#define COPY "<xsl:template match='/'><xsl:copy-of select='.'/></xsl:template>"
#define END "</xsl:stylesheet>"

static void repeat(FILE *file, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fputs(text, file);
    }
}

static void make_5_megabytes(FILE *file)
{
    fputs(XSL COPY "<!--", file);
    repeat(file, "0123456789", 500000);
    fputs("-->" END, file);
}

static void make_many_elements(FILE *file)
{
    fputs(XSL "<xsl:template match='/'><domain>", file);
    repeat(file, "<a/>", 20000);
    fputs("</domain></xsl:template>" END, file);
}

static void make_long_pattern(FILE *file)
{
    fputs(XSL COPY "<xsl:template match='a", file);
    repeat(file, "|a", 125000);
    fputs("'/>" END, file);
}

static void make_long_sum(FILE *file)
{
    fputs(XSL "<xsl:template match='/'><domain><xsl:value-of select='1", file);
    repeat(file, "+1", 120000);
    fputs("'/></domain></xsl:template>" END, file);
}

static void make_deep_expression(FILE *file)
{
    fputs(XSL "<xsl:template match='/'><domain><xsl:value-of select='", file);
    repeat(file, "(", 100000);
    fputs("1", file);
    repeat(file, ")", 100000);
    fputs("'/></domain></xsl:template>" END, file);
}

static void make_deep_predicates(FILE *file)
{
    fputs(XSL "<xsl:template match='/'><domain><xsl:value-of select='", file);
    repeat(file, "a[", 80000);
    fputs("1", file);
    repeat(file, "]", 80000);
    fputs("'/></domain></xsl:template>" END, file);
}

static void make_values(FILE *file)
{
    fputs(XSL "<xsl:template match='/domain'><domain type='kvm' id='", file);
    repeat(file, "{1}", 20000);
    fputs("'><xsl:copy-of select='node()'/></domain></xsl:template>" END, file);
}

static void make_declarations(FILE *file)
{
    fputs(XSL COPY, file);
    for (unsigned i = 0; i < 4000; i++) {
        fprintf(file, "<xsl:param name='a%u'/><xsl:key name='k' match='a' use='b'/>", i);
    }
    fputs(END, file);
}

static void make_priorities(FILE *file)
{
    fputs(XSL COPY, file);
    for (unsigned i = 0; i < 4500; i++) {
        fprintf(file, "<xsl:template match='a' priority='-%u'/>", i);
    }
    fputs(END, file);
}

static void make_sets(FILE *file)
{
    fputs(XSL COPY, file);
    for (unsigned i = 0; i < 3000; i++) {
        fprintf(file, "<xsl:attribute-set name='a%u' use-attribute-sets='a%u'/>", i, i + 1);
    }
    fputs(END, file);
}

/* Elements nested as deep as may be, and a recursion about them. */
static void make_deep_literals(FILE *file)
{
    fputs(XSL "<xsl:template match='/' name='again'>", file);
    repeat(file, "<a>", 240);
    fputs("<xsl:call-template name='again'/>", file);
    repeat(file, "</a>", 240);
    fputs("</xsl:template>" END, file);
}

static void make_empty(FILE *file)
{
    (void)file;
}

static void make_utf16(FILE *file)
{
    static const char text[] = XSL COPY END;

    fwrite("\xff\xfe", 1, 2, file);
    for (size_t i = 0; i < sizeof text - 1; i++) {
        fputc(text[i], file);
        fputc('\0', file);
    }
}

static void make_nul(FILE *file)
{
    static const char text[] = XSL COPY END "\0<evil/>";

    fwrite(text, 1, sizeof text - 1, file);
}

/* Each of forty includes the next one twice; the last is a stylesheet. */
static void make_include_bomb(FILE *file)
{
    fputs(XSL "<xsl:include href='parts/bomb0.xsl'/>" END, file);
}

static const struct maker {
    const char *sheet;
    void (*make)(FILE *file);
} makers[] = {
    {"made-5-megabytes", make_5_megabytes},
    {"made-many-elements", make_many_elements},
    {"made-include-bomb", make_include_bomb},
    {"made-long-pattern", make_long_pattern},
    {"made-long-sum", make_long_sum},
    {"made-deep-expression", make_deep_expression},
    {"made-deep-predicates", make_deep_predicates},
    {"made-values", make_values},
    {"made-declarations", make_declarations},
    {"made-priorities", make_priorities},
    {"made-sets", make_sets},
    {"made-deep-literals", make_deep_literals},
    {"made-empty", make_empty},
    {"made-utf16", make_utf16},
    {"made-nul", make_nul},
};

/* ---- the table ---- */

enum how { IS_PLACED, IS_REFUSED, IS_KEPT, IS_GIVEN };

struct row {
    const char *sheet;
    int code;
    const char *says, *gives;
    enum how how;
};

static const struct row rows[] = {
#define PLACED(sheet, code, says) {sheet, code, says, NULL, IS_PLACED},
#define REFUSED(sheet, code, says) {sheet, code, says, NULL, IS_REFUSED},
#define KEEPS(sheet, says) {sheet, 0, says, vm, IS_KEPT},
#define GIVES(sheet, says, gives) {sheet, 0, says, gives, IS_GIVEN},
#include "xslt/rows.def"
};

/* ---- the world that they live in ---- */

static struct {
    char *dir, *sheets, *parts, *results;
    int listener;
    unsigned port;
} world;

static void replace(struct t_bytes *text, const char *what, const char *with)
{
    struct t_bytes out = {0};
    const char *at = text->ptr, *next;

    while ((next = strstr(at, what))) {
        t_bytes_add(&out, at, (size_t)(next - at));
        t_bytes_add(&out, with, strlen(with));
        at = next + strlen(what);
    }
    t_bytes_add(&out, at, strlen(at));
    t_bytes_free(text);
    *text = out;
}

static void copy_sheets(const char *from, const char *to)
{
    struct t_names names = t_list(from, ".xsl");
    char port[16];

    snprintf(port, sizeof port, "%u", world.port);
    for (size_t i = 0; i < names.n; i++) {
        char *source = t_path(from, names.items[i]), *target = t_path(to, names.items[i]);
        struct t_bytes text = t_read(source);

        assert_non_null(text.ptr);
        replace(&text, "@DIR@", world.dir);
        replace(&text, "@PORT@", port);
        assert_true(t_write(target, text.ptr, text.len));
        t_bytes_free(&text);
        free(source);
        free(target);
    }
    t_names_free(&names);
}

static void put(const char *to, const char *name, const char *text)
{
    char *path = t_path(to, name);

    assert_true(t_write(path, text, strlen(text)));
    free(path);
}

static void make_sheets(void)
{
    for (size_t i = 0; i < COUNT(makers); i++) {
        char name[64], *path;
        FILE *file;

        snprintf(name, sizeof name, "%s.xsl", makers[i].sheet);
        path = t_path(world.sheets, name);
        file = fopen(path, "w");
        assert_non_null(file);
        makers[i].make(file);
        assert_int_equal(fclose(file), 0);
        free(path);
    }
    for (unsigned i = 0; i < 40; i++) {
        char name[32], text[400];

        snprintf(name, sizeof name, "bomb%u.xsl", i);
        snprintf(text, sizeof text, XSL "<xsl:include href='bomb%u.xsl'/><xsl:include href='bomb%u.xsl'/>" END, i + 1,
                 i + 1);
        put(world.parts, name, text);
    }
    put(world.parts, "bomb40.xsl", XSL COPY END);
}

static char *subfolder(const char *in, const char *name)
{
    char *path = t_path(in, name);

    assert_int_equal(mkdir(path, 0700), 0);
    return path;
}

/* Whoever connects to it is counted. */
static void listen_somewhere(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof address;

    world.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    assert_true(world.listener >= 0);
    assert_int_equal(bind(world.listener, (struct sockaddr *)&address, len), 0);
    assert_int_equal(listen(world.listener, 16), 0);
    assert_int_equal(getsockname(world.listener, (struct sockaddr *)&address, &len), 0);
    world.port = ntohs(address.sin_port);
}

static int make_world(void **state)
{
    (void)state;
    world.dir = t_scratch();
    world.results = t_scratch();
    world.sheets = subfolder(world.dir, "sheets");
    world.parts = subfolder(world.sheets, "parts");
    listen_somewhere();
    copy_sheets(folder, world.sheets);
    make_sheets();
    {
        char *parts = t_path(folder, "parts");

        copy_sheets(parts, world.parts);
        free(parts);
    }
    put(world.dir, "vm.xml", vm);
    put(world.dir, "outside.xsl", XSL "<xsl:template match='/'>CANARY</xsl:template>" END);
    put(world.dir, "canary.txt", "CANARY\n");
    put(world.dir, "canary.xml", "<a>CANARY</a>\n");
    put(world.sheets, "canary.txt", "CANARY\n");
    put(world.sheets, "canary.xml", "<a>CANARY</a>\n");
    assert_int_equal(chdir(world.sheets), 0);
    assert_int_equal(symlink("../outside.xsl", "link.xsl"), 0);
    assert_int_equal(symlink("..", "up"), 0);
    /* Who opens a FIFO waits there. */
    assert_int_equal(mkfifo("fifo.xsl", 0600), 0);
    assert_int_equal(chdir(world.dir), 0);
    assert_int_equal(mkfifo("example_com_plugin.so", 0600), 0);
    assert_int_equal(setenv("LIBXSLT_PLUGINS_PATH", world.dir, 1), 0);
    return 0;
}

static int end_world(void **state)
{
    (void)state;
    close(world.listener);
    assert_int_equal(chdir("/"), 0);
    t_scratch_remove(world.parts);
    t_scratch_remove(world.sheets);
    t_scratch_remove(world.dir);
    t_scratch_remove(world.results);
    return 0;
}

static size_t count_names(void)
{
    const char *const folders[] = {world.dir, world.sheets, world.parts};
    size_t n = 0;

    for (size_t i = 0; i < COUNT(folders); i++) {
        struct t_names names = t_list(folders[i], NULL);

        n += names.n;
        t_names_free(&names);
    }
    return n;
}

/* ---- a run ---- */

struct run {
    int status;
    long ms, rss_kib;
    struct t_bytes out, err;
};

static long now_ms(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

extern char **environ;

/* False when there can be no child. */
static bool run_sheet(struct run *run, const char *sheet, unsigned hand)
{
    char binary[] = DX_BINARY, limit[] = "--xslt-timeout=1", document[] = "vm.xml", spec[128];
    char *argv[] = {binary, limit, spec, document, NULL};
    char names[2][16], *paths[2];
    posix_spawn_file_actions_t actions;
    struct rusage usage;
    pid_t pid;
    bool good;

    snprintf(spec, sizeof spec, "--pass=xslt:sheets/%s.xsl", sheet);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    for (int i = 0; i < 2; i++) {
        snprintf(names[i], sizeof names[i], "%u.%d", hand, i);
        paths[i] = t_path(world.results, names[i]);
        posix_spawn_file_actions_addopen(&actions, i + 1, paths[i], O_WRONLY | O_CREAT | O_TRUNC, 0600);
    }
    run->ms = now_ms();
    good = posix_spawn(&pid, binary, &actions, NULL, argv, environ) == 0 && wait4(pid, &run->status, 0, &usage) == pid;
    run->ms = now_ms() - run->ms;
    posix_spawn_file_actions_destroy(&actions);
    if (good) {
        run->rss_kib = usage.ru_maxrss;
        run->out = t_read(paths[0]);
        run->err = t_read(paths[1]);
    }
    free(paths[0]);
    free(paths[1]);
    return good && run->out.ptr && run->err.ptr;
}

/* Sanitizers take time and memory of their own. */
static bool limits_hold(void)
{
    const char *sanitizers = getenv("DX_SANITIZE");

    return !sanitizers || !*sanitizers;
}

/* "NAME.xsl:LINE:COLUMN: error: " somewhere. */
static bool has_place(const char *text)
{
    for (const char *at = text; (at = strstr(at, ".xsl:")); at++) {
        unsigned line, column;
        int n = 0;

        if (sscanf(at, ".xsl:%u:%u: error: %n", &line, &column, &n) == 2 && n > 0 && line > 0 && column > 0) {
            return true;
        }
    }
    return false;
}

/* On a slow machine time is up before memory is. */
static bool stopped_otherwise(const struct row *row, const struct run *run)
{
    return strstr(row->says, "of memory: stopped") && strstr(run->err.ptr, "without an end: stopped");
}

/* What is not as the row says, or NULL. */
static const char *wrong(const struct row *row, const struct run *run)
{
    if (!WIFEXITED(run->status)) {
        return "it was killed by a signal";
    }
    if (WEXITSTATUS(run->status) != row->code) {
        return "the exit code is another one";
    }
    if (!limits_hold() && strstr(row->says, "stopped") && strstr(run->err.ptr, "cannot be stopped")) {
        return NULL; /* it was told to, and took too long for it */
    }
    if (!strstr(run->err.ptr, row->says) && !stopped_otherwise(row, run)) {
        return "it does not say what it should";
    }
    if (strstr(run->out.ptr, "CANARY") || strstr(run->err.ptr, "CANARY")) {
        return "a file was read";
    }
    if (row->code != 0 && run->out.len) {
        return "it gives something though it failed";
    }
    if (row->code != 0 && row->how == IS_PLACED && !has_place(run->err.ptr)) {
        return "it does not say where";
    }
    if (row->gives && (row->how == IS_KEPT ? strcmp(run->out.ptr, vm) != 0 : !strstr(run->out.ptr, row->gives))) {
        return "its result is another one";
    }
    return NULL;
}

static bool in_limits(const struct run *run)
{
    return !limits_hold() || (run->ms < TIME_MOST && run->rss_kib < MEMORY_MOST);
}

static void free_run(struct run *run)
{
    t_bytes_free(&run->out);
    t_bytes_free(&run->err);
}

static atomic_size_t next_row, failures, slowest_ms, largest_kib;
static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;
static bool late[COUNT(rows)];

static void keep_most(atomic_size_t *most, long value)
{
    size_t old = atomic_load(most);

    while ((size_t)value > old && !atomic_compare_exchange_weak(most, &old, (size_t)value)) {
    }
}

/* Runs one; true when it is to be tried again. */
static bool try_row(const struct row *row, unsigned hand, bool last)
{
    struct run run = {0};
    const char *what = run_sheet(&run, row->sheet, hand) ? wrong(row, &run) : "it cannot be run";
    bool again = !what && !in_limits(&run) && !last;

    if (!what && !in_limits(&run) && last) {
        what = "it takes too long, or too much memory";
    }
    if (what) {
        pthread_mutex_lock(&printing);
        print_error("%s: %s (status %#x, %ld ms, %ld KiB)\n%.2000s\n", row->sheet, what, (unsigned)run.status, run.ms,
                    run.rss_kib, run.err.ptr ? run.err.ptr : "");
        pthread_mutex_unlock(&printing);
        atomic_fetch_add(&failures, 1);
    } else if (!again) {
        keep_most(&slowest_ms, run.ms);
        keep_most(&largest_kib, run.rss_kib);
    }
    free_run(&run);
    return again;
}

static void *work(void *user)
{
    const unsigned *hand = user;

    for (;;) {
        size_t i = atomic_fetch_add(&next_row, 1);

        if (i >= COUNT(rows)) {
            return NULL;
        }
        late[i] = try_row(&rows[i], *hand, false);
    }
}

TEST(each_ends_as_stated)
{
    pthread_t threads[HANDS];
    unsigned hands[HANDS];
    size_t before = count_names();

    for (unsigned i = 0; i < HANDS; i++) {
        hands[i] = i;
        assert_int_equal(pthread_create(&threads[i], NULL, work, &hands[i]), 0);
    }
    for (unsigned i = 0; i < HANDS; i++) {
        pthread_join(threads[i], NULL);
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (unsigned n = 1; late[i] && n < TRIES; n++) {
            late[i] = try_row(&rows[i], 0, n + 1 == TRIES);
        }
    }
    print_message("%zu stylesheets: at most %zu ms and %zu KiB\n", COUNT(rows), atomic_load(&slowest_ms),
                  atomic_load(&largest_kib));
    assert_int_equal(count_names(), before);
    assert_int_equal(accept(world.listener, NULL, NULL), -1);
    assert_true(errno == EAGAIN || errno == EWOULDBLOCK);
    assert_int_equal(atomic_load(&failures), 0);
}

TEST(each_file_has_a_row)
{
    struct t_names names = t_list(folder, ".xsl");

    for (size_t i = 0; i < names.n; i++) {
        size_t k = 0;

        names.items[i][strlen(names.items[i]) - 4] = '\0';
        while (k < COUNT(rows) && strcmp(rows[k].sheet, names.items[i]) != 0) {
            k++;
        }
        if (k == COUNT(rows)) {
            fail_msg("%s.xsl has no row", names.items[i]);
        }
    }
    t_names_free(&names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ends_as_stated),
        cmocka_unit_test(each_file_has_a_row),
    };

    return cmocka_run_group_tests(tests, make_world, end_world);
}
