/* A host's files below a folder: links stay below it, and whatever stands there is survived. */
#include "support.h"

#include "host/root.h"

#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct dx_ctx *ctx;
    struct dx_arena arena;
    struct dx_root root;
    char *folder;
};

static char *below(const struct fixture *f, const char *path)
{
    return t_path(f->folder, path);
}

static void put(const struct fixture *f, const char *path, const char *text)
{
    char *full = below(f, path);

    assert_true(t_write(full, text, strlen(text)));
    free(full);
}

static void put_folder(const struct fixture *f, const char *path)
{
    char *full = below(f, path);

    assert_int_equal(mkdir(full, 0755), 0);
    free(full);
}

static void put_link(const struct fixture *f, const char *target, const char *path)
{
    char *full = below(f, path);

    assert_int_equal(symlink(target, full), 0);
    free(full);
}

static int open_root(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = t_ctx();
    dx_arena_init(&f->arena, &dx_mem_default);
    f->folder = t_scratch();
    put_folder(f, "etc");
    put_folder(f, "etc/deep");
    put(f, "etc/number", "  42\n");
    put(f, "etc/empty", "");
    assert_int_equal(dx_root_open(&f->root, f->ctx, f->folder), DX_OK);
    *state = f;
    return 0;
}

static int close_root(void **state)
{
    struct fixture *f = *state;

    dx_root_close(&f->root);
    dx_arena_free(&f->arena);
    t_scratch_remove(f->folder);
    dx_ctx_free(f->ctx);
    free(f);
    return 0;
}

static struct dx_reading read_it(struct fixture *f, const char *path)
{
    return dx_root_read(&f->root, &f->arena, path, DX_MOST_FACT);
}

static void test_absolute_links_stay_below(void **state)
{
    struct fixture *f = *state;
    struct dx_reading reading;

    put_link(f, "/etc/number", "absolute");
    put_link(f, "../../../../../../etc/number", "etc/deep/up");
    put_link(f, "/etc/deep", "folder");
    reading = read_it(f, "/absolute");
    assert_int_equal(reading.state, DX_READ_OK);
    assert_true(dx_str_is(reading.text, "  42\n"));
    assert_int_equal(read_it(f, "/etc/deep/up").state, DX_READ_OK);
    assert_int_equal(read_it(f, "/folder/../number").state, DX_READ_OK);
    /* It is there on the machine that runs the test, and not below the root. */
    put_link(f, "/bin/sh", "outside");
    assert_int_equal(read_it(f, "/outside").state, DX_READ_ABSENT);
    assert_int_equal(read_it(f, "/../../../../bin/sh").state, DX_READ_ABSENT);
}

static void test_links_in_circles(void **state)
{
    struct fixture *f = *state;

    put_link(f, "b", "a");
    put_link(f, "a", "b");
    put_link(f, "loop/x", "loop");
    assert_int_equal(read_it(f, "/a").state, DX_READ_ODD);
    assert_int_equal(read_it(f, "/loop").state, DX_READ_ODD);
}

static void test_what_is_no_file(void **state)
{
    struct fixture *f = *state;
    char *fifo = below(f, "fifo");

    assert_int_equal(mkfifo(fifo, 0644), 0);
    free(fifo);
    assert_int_equal(read_it(f, "/fifo").state, DX_READ_ODD);
    assert_int_equal(read_it(f, "/etc").state, DX_READ_ODD);
    assert_int_equal(read_it(f, "/").state, DX_READ_ODD);
    assert_int_equal(read_it(f, "/etc/number/x").state, DX_READ_ABSENT);
    assert_int_equal(read_it(f, "/none").state, DX_READ_ABSENT);
    assert_int_equal(read_it(f, "").state, DX_READ_ODD);
}

static void test_a_file_that_is_too_large(void **state)
{
    struct fixture *f = *state;
    char *bytes = calloc(1, DX_MOST_FACT + 2), *path = below(f, "large");

    assert_non_null(bytes);
    assert_true(t_write(path, bytes, DX_MOST_FACT + 1));
    assert_int_equal(read_it(f, "/large").state, DX_READ_ODD);
    assert_true(t_write(path, bytes, DX_MOST_FACT));
    assert_int_equal(read_it(f, "/large").state, DX_READ_OK);
    assert_int_equal(read_it(f, "/large").text.len, DX_MOST_FACT);
    free(path);
    free(bytes);
}

static void test_a_path_that_is_too_long(void **state)
{
    struct fixture *f = *state;
    char path[8192];

    memset(path, 'x', sizeof path - 1);
    path[0] = '/';
    path[sizeof path - 1] = '\0';
    assert_int_equal(read_it(f, path).state, DX_READ_ODD);
    for (size_t i = 0; i < sizeof path - 2; i += 2) {
        memcpy(path + i, "/.", 2);
    }
    assert_int_equal(read_it(f, path).state, DX_READ_ODD);
    path[3000] = '\0';
    assert_int_equal(read_it(f, path).state, DX_READ_ODD); /* the root: no file */
}

static void test_numbers(void **state)
{
    struct fixture *f = *state;
    uint64_t value = 7;

    assert_int_equal(dx_root_number(&value, &f->root, &f->arena, "/etc/number").state, DX_READ_OK);
    assert_int_equal(value, 42);
    assert_int_equal(dx_root_number(&value, &f->root, &f->arena, "/etc/empty").state, DX_READ_ODD);
    put(f, "etc/hex", "0x10\n");
    assert_int_equal(dx_root_number(&value, &f->root, &f->arena, "/etc/hex").state, DX_READ_ODD);
    put(f, "etc/huge", "99999999999999999999999\n");
    assert_int_equal(dx_root_number(&value, &f->root, &f->arena, "/etc/huge").state, DX_READ_ODD);
}

static void test_folders_are_sorted_by_number(void **state)
{
    struct fixture *f = *state;
    struct dx_str *names;
    size_t n;

    put_folder(f, "node");
    put_folder(f, "node/node10");
    put_folder(f, "node/node9");
    put_folder(f, "node/node1");
    assert_int_equal(dx_root_list(&names, &n, &f->root, &f->arena, "/node").state, DX_READ_OK);
    assert_int_equal(n, 3);
    assert_string_equal(names[0].ptr, "node1");
    assert_string_equal(names[1].ptr, "node9");
    assert_string_equal(names[2].ptr, "node10");
    assert_int_equal(dx_root_list(&names, &n, &f->root, &f->arena, "/etc/number").state, DX_READ_ABSENT);
    assert_int_equal(n, 0);
}

static void test_what_a_path_leads_to(void **state)
{
    struct fixture *f = *state;
    struct dx_reading reading;
    struct stat st;

    put_folder(f, "dev");
    put(f, "dev/sdc", "");
    put_folder(f, "dev/by-id");
    put_link(f, "../sdc", "dev/by-id/disk");
    reading = dx_root_stat(&st, &f->root, &f->arena, "/dev/by-id/disk");
    assert_int_equal(reading.state, DX_READ_OK);
    assert_string_equal(reading.text.ptr, "/dev/sdc");
    assert_true(S_ISREG(st.st_mode));
    assert_string_equal(dx_root_stat(&st, &f->root, &f->arena, "/").text.ptr, "/");
    assert_int_equal(dx_root_stat(&st, &f->root, &f->arena, "/dev/sdd").state, DX_READ_ABSENT);
}

static void test_no_host(void **state)
{
    struct fixture *f = *state;
    dx_cleanup(dx_buf_free) struct dx_buf words = DX_BUF(&dx_mem_default);
    struct dx_root none;
    struct dx_reading reading;
    struct dx_str *names;
    struct stat st;
    size_t n;

    assert_int_equal(dx_root_open(&none, f->ctx, NULL), DX_OK);
    reading = dx_root_read(&none, &f->arena, "/etc/passwd", DX_MOST_FACT);
    assert_int_equal(reading.state, DX_READ_NO_HOST);
    dx_reading_tell(&words, &reading);
    assert_true(dx_str_is(dx_buf_view(&words), "no host is read"));
    assert_int_equal(dx_root_list(&names, &n, &none, &f->arena, "/").state, DX_READ_NO_HOST);
    assert_int_equal(dx_root_stat(&st, &none, &f->arena, "/").state, DX_READ_NO_HOST);
    assert_int_equal(dx_root_open(&none, f->ctx, "/nonexistent/folder"), DX_EIO);
    assert_int_equal(t_count(f->ctx, DX_SEVERITY_ERROR), 1);
    assert_false(f->root.real);
    assert_int_equal(dx_root_open(&none, f->ctx, "/proc/.."), DX_OK);
    assert_true(none.real);
    dx_root_close(&none);
}

static void test_lines_and_words(void **state)
{
    struct dx_str rest = STR("one two\n\n three"), line, word, words;

    (void)state;
    assert_true(dx_next_line(&line, &rest));
    words = line;
    assert_true(dx_next_word(&word, &words));
    assert_true(dx_str_is(word, "one"));
    assert_true(dx_next_word(&word, &words));
    assert_true(dx_str_is(word, "two"));
    assert_false(dx_next_word(&word, &words));
    assert_true(dx_next_line(&line, &rest));
    assert_int_equal(line.len, 0);
    assert_true(dx_next_line(&line, &rest));
    assert_true(dx_str_is(line, " three"));
    assert_false(dx_next_line(&line, &rest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_absolute_links_stay_below, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_links_in_circles, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_what_is_no_file, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_a_file_that_is_too_large, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_a_path_that_is_too_long, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_numbers, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_folders_are_sorted_by_number, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_what_a_path_leads_to, open_root, close_root),
        cmocka_unit_test_setup_teardown(test_no_host, open_root, close_root),
        cmocka_unit_test(test_lines_and_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
