/* Files: in place, to an output, several at once; and what happens when a call fails on the way. */
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PASS "--pass=hugepages:1G"

static struct stat stat_of(const char *path)
{
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    return st;
}

static void in_place_changes_the_file(void **state)
{
    struct result result;

    (void)state;
    write_file("vm.xml", domain);
    assert_int_equal(chmod("vm.xml", 0640), 0);
    result = RUN(NULL, "-i", PASS, "vm.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.out, "");
    assert_string_equal(result.err, "");
    assert_string_equal(read_file("vm.xml"), domain_hugepages);
    assert_int_equal(stat_of("vm.xml").st_mode & 07777, 0640);
    assert_int_equal(count_files(), 1);
}

static void unchanged_is_untouched(void **state)
{
    const struct timespec past[2] = {{.tv_sec = 1000}, {.tv_sec = 1000, .tv_nsec = 5}};
    struct stat before, after;

    (void)state;
    write_file("vm.xml", domain_hugepages);
    assert_int_equal(utimensat(AT_FDCWD, "vm.xml", past, 0), 0);
    before = stat_of("vm.xml");
    assert_int_equal(RUN(NULL, "-i.bak", PASS, "vm.xml").code, CLI_OK);
    assert_int_equal(RUN(NULL, "-i", "vm.xml").code, CLI_OK);
    assert_int_equal(RUN(NULL, "-o", "vm.xml", "vm.xml").code, CLI_OK);
    after = stat_of("vm.xml");
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    assert_int_equal(count_files(), 1);
}

static void backup_keeps_the_old_file(void **state)
{
    ino_t old;

    (void)state;
    write_file("vm.xml", domain);
    write_file("vm.xml.bak", "an older backup");
    old = stat_of("vm.xml").st_ino;
    assert_int_equal(RUN(NULL, "-i.bak", PASS, "vm.xml").code, CLI_OK);
    assert_string_equal(read_file("vm.xml"), domain_hugepages);
    assert_string_equal(read_file("vm.xml.bak"), domain);
    assert_int_equal(stat_of("vm.xml.bak").st_ino, old);
    assert_int_equal(count_files(), 2);
    write_file("vm.xml", domain);
    assert_int_equal(RUN(NULL, "--in-place=~", PASS, "vm.xml").code, CLI_OK);
    assert_string_equal(read_file("vm.xml~"), domain);
}

static void a_backup_that_fails_leaves_all_as_it_was(void **state)
{
    struct result result;

    (void)state;
    write_file("vm.xml", domain);
    assert_int_equal(mkdir("vm.xml.bak", 0755), 0);
    result = RUN(NULL, "-i.bak", PASS, "vm.xml");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "cannot make the backup");
    assert_string_equal(read_file("vm.xml"), domain);
    assert_int_equal(stat_of("vm.xml").st_nlink, 1);
    assert_int_equal(count_files(), 2);
}

static void a_symbolic_link_stays(void **state)
{
    (void)state;
    assert_int_equal(mkdir("real", 0755), 0);
    write_file("real/vm.xml", domain);
    assert_int_equal(symlink("real/vm.xml", "link.xml"), 0);
    assert_int_equal(RUN(NULL, "-i.bak", PASS, "link.xml").code, CLI_OK);
    assert_true(S_ISLNK(stat_of("link.xml").st_mode));
    assert_string_equal(read_file("real/vm.xml"), domain_hugepages);
    assert_string_equal(read_file("real/vm.xml.bak"), domain);
    assert_int_equal(RUN(NULL, "--remove=hugepages", "-o", "link.xml", "real/vm.xml").code, CLI_OK);
    assert_true(S_ISLNK(stat_of("link.xml").st_mode));
    assert_string_equal(read_file("real/vm.xml"), domain);
}

static void what_cannot_be_replaced_is_refused(void **state)
{
    struct result result;

    (void)state;
    write_file("vm.xml", domain);
    assert_int_equal(link("vm.xml", "other.xml"), 0);
    result = RUN(NULL, "-i", PASS, "vm.xml");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "hard links");
    assert_has(result.err, "hint: ");
    assert_string_equal(read_file("vm.xml"), domain);
    assert_int_equal(unlink("other.xml"), 0);
    assert_int_equal(mkfifo("fifo", 0600), 0);
    result = RUN(NULL, "-i", PASS, "fifo");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "no regular file");
    assert_int_equal(symlink("nowhere", "dangling"), 0);
    assert_int_equal(RUN(NULL, "-i", PASS, "dangling").code, CLI_IO);
    result = RUN(domain, "-o", "dangling");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "leads nowhere");
    result = RUN(NULL, "-i", PASS, ".");
    assert_int_equal(result.code, CLI_IO);
    result = RUN(NULL, ".");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "is a directory");
    result = RUN(domain, "-o", ".");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "is a directory");
    assert_int_equal(RUN(domain, "-o", "absent/out.xml").code, CLI_IO);
    assert_int_equal(count_files(), 3);
}

static void output_is_written_whole(void **state)
{
    mode_t mask = umask(027);

    (void)state;
    assert_int_equal(RUN(domain, PASS, "-o", "out.xml").code, CLI_OK);
    umask(mask);
    assert_string_equal(read_file("out.xml"), domain_hugepages);
    assert_int_equal(stat_of("out.xml").st_mode & 07777, 0640);
    assert_int_equal(chmod("out.xml", 0600), 0);
    assert_int_equal(RUN(domain, "-o", "./out.xml").code, CLI_OK);
    assert_string_equal(read_file("out.xml"), domain);
    assert_int_equal(stat_of("out.xml").st_mode & 07777, 0600);
    /* A refused input leaves it alone. */
    assert_int_equal(RUN("<domain", "-o", "out.xml").code, CLI_INPUT);
    assert_string_equal(read_file("out.xml"), domain);
    assert_int_equal(RUN(domain, "-o", "/dev/null").code, CLI_OK);
    assert_int_equal(RUN(domain, "-o", "/dev/full").code, CLI_IO);
    assert_int_equal(count_files(), 1);
}

static void diff_goes_with_files(void **state)
{
    struct result result;

    (void)state;
    write_file("vm.xml", domain);
    result = RUN(NULL, "--diff", "-i", PASS, "vm.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "--- a/vm.xml\n+++ b/vm.xml\n");
    assert_string_equal(read_file("vm.xml"), domain_hugepages);
    result = RUN(NULL, "--diff", "-o", "out.xml", "--remove=hugepages", "vm.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "--- a/vm.xml");
    assert_string_equal(read_file("out.xml"), domain);
    result = RUN(NULL, "--diff", "--remove=hugepages", "vm.xml", "out.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.out, "--- a/vm.xml");
    assert_has_not(result.out, "--- a/out.xml");
}

static void one_bad_file_stops_no_other(void **state)
{
    struct result result;

    (void)state;
    write_file("a.xml", domain);
    write_file("bad.xml", "<domain");
    write_file("c.xml", domain);
    result = RUN(NULL, "-i", PASS, "a.xml", "bad.xml", "absent.xml", "c.xml");
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "bad.xml:1:");
    assert_has(result.err, "absent.xml: error: cannot open: no such file or directory");
    assert_string_equal(read_file("a.xml"), domain_hugepages);
    assert_string_equal(read_file("bad.xml"), "<domain");
    assert_string_equal(read_file("c.xml"), domain_hugepages);
    result = RUN(NULL, "--check", "-v", "--remove=hugepages", "a.xml", "bad.xml", "c.xml");
    assert_int_equal(result.code, CLI_INPUT);
    assert_has(result.err, "a.xml: would change\n");
    assert_has(result.err, "c.xml: would change\n");
}

static void the_same_file_is_done_once(void **state)
{
    struct result result;

    (void)state;
    write_file("vm.xml", domain);
    assert_int_equal(symlink("vm.xml", "link.xml"), 0);
    result = RUN(NULL, "-i.bak", "-v", PASS, "vm.xml", "./vm.xml", "link.xml");
    assert_int_equal(result.code, CLI_OK);
    assert_string_equal(result.err, "vm.xml: written\n");
    assert_string_equal(read_file("vm.xml.bak"), domain);
}

static void libvirts_own_file_is_warned_about(void **state)
{
    static const char head[] = "<!--\nWARNING: THIS IS AN AUTO-GENERATED FILE. CHANGES TO IT ARE LIKELY TO BE\n"
                               "OVERWRITTEN AND LOST.\n-->\n\n";
    char text[2048];

    (void)state;
    snprintf(text, sizeof text, "%s%s", head, domain);
    write_file("vm.xml", text);
    assert_has(RUN(NULL, "-i", PASS, "vm.xml").err, "virsh edit");
    assert_string_equal(RUN(NULL, PASS, "vm.xml").err, "");
}

static void change_the_file(void)
{
    write_file("vm.xml", "changed by somebody else");
}

static void a_file_that_changes_meanwhile_is_left(void **state)
{
    struct stage stage = {.before_close = change_the_file};
    struct result result;

    (void)state;
    write_file("vm.xml", domain);
    result = run_staged(&stage, NULL, ARGS("-i", PASS, "vm.xml"));
    assert_int_equal(result.code, CLI_IO);
    assert_has(result.err, "meanwhile");
    assert_string_equal(read_file("vm.xml"), "changed by somebody else");
    assert_int_equal(count_files(), 1);
}

/* Whichever call fails: the old content or the new, no leftovers, and the exit code says which. */
static void any_call_may_fail(void **state)
{
    static const char *const calls[] = {"open",   "read", "writev", "close",  "fsync",    "fstat", "stat",
                                        "rename", "link", "fchmod", "random", "realpath", "fchown"};

    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        for (int nth = 1;; nth++) {
            struct stage stage = {.fault = {.call = calls[i], .nth = nth, .error = EIO}};
            struct result result;
            const char *left;

            write_file("vm.xml", domain);
            result = run_staged(&stage, NULL, ARGS("-i.bak", PASS, "vm.xml"));
            if (!stage.fault.hit) {
                break;
            }
            left = read_file("vm.xml");
            if (strcmp(left, domain) != 0 && strcmp(left, domain_hugepages) != 0) {
                fail_msg("%s %d: half a file", calls[i], nth);
            }
            if (strcmp(left, domain) == 0 && result.code != CLI_IO) {
                fail_msg("%s %d: code %d, and nothing was written", calls[i], nth, result.code);
            }
            if (result.code != CLI_OK && result.err_len == 0) {
                fail_msg("%s %d: no word", calls[i], nth);
            }
            unlink("vm.xml.bak");
            assert_int_equal(count_files(), 1);
            assert_int_equal(stat_of("vm.xml").st_nlink, 1);
        }
    }
}

/* Who may not give the file to its owner gives nobody more than before. */
static void no_right_is_gained(void **state)
{
    struct stage stage = {.fault = {.call = "fchown", .nth = 1, .error = EPERM}};
    struct result result;

    (void)state;
    write_file("vm.xml", domain);
    assert_int_equal(chmod("vm.xml", 04674), 0);
    result = run_staged(&stage, NULL, ARGS("-i", PASS, "vm.xml"));
    assert_int_equal(result.code, CLI_OK);
    assert_has(result.err, "could not be kept");
    assert_int_equal(stat_of("vm.xml").st_mode & 07777, 0674);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(in_place_changes_the_file, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(unchanged_is_untouched, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(backup_keeps_the_old_file, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(a_backup_that_fails_leaves_all_as_it_was, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(a_symbolic_link_stays, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(what_cannot_be_replaced_is_refused, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(output_is_written_whole, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(diff_goes_with_files, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(one_bad_file_stops_no_other, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(the_same_file_is_done_once, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(libvirts_own_file_is_warned_about, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(a_file_that_changes_meanwhile_is_left, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(any_call_may_fail, enter_scratch, leave_scratch),
        cmocka_unit_test_setup_teardown(no_right_is_gained, enter_scratch, leave_scratch),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
