/*
 * Cases of the command line: cases/NAME/ holds args, the words behind `domxform` with blanks or line ends between them,
 * the files that they name, and what the run is to give:
 *   out     stdout, byte for byte; absent: nothing
 *   err     stderr, likewise
 *   code    the exit code; absent: 0
 *   stdin   what is read for `-`; absent: nothing
 * All names are as seen from the case's folder, in which hosts/ holds the hosts that hosts/NAME.tree tell of, grown by
 * grow.sh: --root=hosts/small; and domains/ the domains that several cases share. A case of one kind has --only=KIND,
 * so that it stays as it is when others change. To add a case, write args and its files, let DX_UPDATE_GOLDEN=1 write
 * the rest, and read what it wrote.
 */
#include "stage.h"
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

static const char cases[] = DX_SOURCE_DIR "/tests/host/cases";
static const char trees[] = DX_SOURCE_DIR "/tests/host/hosts";

/* What the runner reads; everything else in a case's folder is the case's own. */
static const char *const own[] = {"args", "out", "err", "code", "stdin"};

static bool updating(void)
{
    const char *update = getenv("DX_UPDATE_GOLDEN"), *ci = getenv("CI");

    if (!update || strcmp(update, "1") != 0) {
        return false;
    }
    if (ci && *ci) {
        fail_msg("DX_UPDATE_GOLDEN is refused where CI is set: what is expected is changed by people");
    }
    return true;
}

/* Each tree below `hosts` of the working directory. */
static void grow_hosts(void)
{
    struct t_names names = t_list(trees, ".tree");
    char command[4096];

    assert_true(names.n > 0);
    for (size_t i = 0; i < names.n; i++) {
        int stem = (int)strlen(names.items[i]) - (int)strlen(".tree");

        snprintf(command, sizeof command, "sh '%s/tests/host/grow.sh' '%s/%s' 'hosts/%.*s'", DX_SOURCE_DIR, trees,
                 names.items[i], stem, names.items[i]);
        if (system(command) != 0) {
            fail_msg("grow.sh fails on %s", names.items[i]);
        }
    }
    t_names_free(&names);
}

/* The files of a case and the hosts, as links in the working directory. */
static void set_stage(const char *folder)
{
    struct t_names names = t_list(folder, NULL);

    assert_int_equal(symlink("../hosts", "hosts"), 0);
    assert_int_equal(symlink(DX_SOURCE_DIR "/tests/host/domains", "domains"), 0);
    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(folder, names.items[i]);
        bool mine = false;

        for (size_t k = 0; k < COUNT(own); k++) {
            mine = mine || strcmp(own[k], names.items[i]) == 0;
        }
        if (!mine) {
            assert_int_equal(symlink(path, names.items[i]), 0);
        }
        free(path);
    }
    t_names_free(&names);
}

static struct t_bytes content(const char *folder, const char *name)
{
    char *path = t_path(folder, name);
    struct t_bytes bytes = t_read(path);

    free(path);
    return bytes;
}

static struct result run_case(const char *folder)
{
    struct t_bytes words = content(folder, "args"), input = content(folder, "stdin");
    const char *args[ARGS_MOST] = {"domxform"};
    struct result result;
    size_t n = 1;

    if (!words.ptr) {
        fail_msg("%s: args is needed", folder);
    }
    for (char *word = words.ptr; *(word += strspn(word, " \n"));) {
        size_t len = strcspn(word, " \n");

        assert_true(n < COUNT(args) - 1);
        args[n++] = word;
        word += len;
        if (*word) {
            *word++ = '\0';
        }
    }
    result = run_staged(NULL, input.ptr, args);
    t_bytes_free(&words);
    t_bytes_free(&input);
    return result;
}

/* What is empty has no file. */
static void update(const char *folder, const char *name, const char *given, bool there)
{
    char *path = t_path(folder, name);

    if (there) {
        assert_true(t_write(path, given, strlen(given)));
    } else {
        unlink(path);
    }
    free(path);
}

static size_t compare(const char *folder, const char *name, const char *given)
{
    struct t_bytes want = content(folder, name);
    const char *wanted = want.ptr ? want.ptr : "";
    size_t line = 1, wrong = strcmp(wanted, given) != 0;

    if (wrong) {
        size_t at = 0;

        for (size_t i = 0; wanted[i] && wanted[i] == given[i]; i++) {
            line += wanted[i] == '\n';
            at = wanted[i] == '\n' ? i + 1 : at;
        }
        print_error("%s/%s: the run gives something else in line %zu (- expected, + given)\n-%.*s\n+%.*s\n", folder,
                    name, line, (int)strcspn(wanted + at, "\n"), wanted + at, (int)strcspn(given + at, "\n"),
                    given + at);
    }
    t_bytes_free(&want);
    return wrong;
}

static size_t one_case(const char *name)
{
    char *folder = t_path(cases, name);
    struct result result;
    char code[16];
    size_t wrong;

    assert_int_equal(mkdir(name, 0777), 0);
    assert_int_equal(chdir(name), 0);
    set_stage(folder);
    result = run_case(folder);
    assert_int_equal(chdir(".."), 0);
    snprintf(code, sizeof code, "%d\n", result.code);
    if (result.code == 0) {
        code[0] = '\0';
    }
    if (updating()) {
        update(folder, "out", result.out, result.out_len > 0);
        update(folder, "err", result.err, result.err_len > 0);
        update(folder, "code", code, result.code != 0);
    }
    wrong = compare(folder, "out", result.out) + compare(folder, "err", result.err) + compare(folder, "code", code);
    free(folder);
    return wrong;
}

TEST(every_case_gives_what_it_says)
{
    struct t_names names = t_list(cases, NULL);
    size_t wrong = 0;

    grow_hosts();
    assert_true(names.n > 0);
    for (size_t i = 0; i < names.n; i++) {
        wrong += one_case(names.items[i]);
    }
    t_names_free(&names);
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_case_gives_what_it_says, enter_scratch, leave_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
