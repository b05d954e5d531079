/* Whose the files of a host are: told of the host itself, and judged there alone. */
#include "support.h"

#include "host/account.h"
#include "host/shell.h"

#include <sys/stat.h>
#include <unistd.h>

struct fixture {
    struct dx_ctx *ctx;
    struct dx_plan *plan;
    char *folder;
};

static int grow(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct dx_plan_options opts = {.size = sizeof opts};
    char command[4096];

    assert_non_null(f);
    f->ctx = t_ctx();
    f->folder = t_scratch();
    snprintf(command, sizeof command, "sh '%s/tests/host/grow.sh' '%s/tests/host/hosts/swtpm-ok.tree' '%s'",
             DX_SOURCE_DIR, DX_SOURCE_DIR, f->folder);
    assert_int_equal(system(command), 0);
    opts.root = f->folder;
    assert_int_equal(dx_plan_new(&f->plan, f->ctx, &opts), DX_OK);
    f->plan->root.real = true; /* as if it were the host itself, whose owners count */
    *state = f;
    return 0;
}

static int shrink(void **state)
{
    struct fixture *f = *state;

    dx_plan_free(f->plan);
    t_scratch_remove(f->folder);
    dx_ctx_free(f->ctx);
    free(f);
    return 0;
}

/* What the plan says of the folder of swtpm's keys when it is of such a user and has such a mode. */
static const struct dx_requirement *judge(struct fixture *f, unsigned uid, unsigned gid, unsigned mode)
{
    static const char domain[] = "<domain type='kvm'><name>a</name><memory>1</memory><os><type arch='x86_64'>hvm</type>"
                                 "</os><devices><tpm model='tpm-crb'><backend type='emulator'/></tpm></devices>"
                                 "</domain>";
    struct dx_doc *doc = t_parse_text(f->ctx, domain);
    char *folder = t_path(f->folder, "var/lib/swtpm-localca");
    const struct dx_requirement *found = NULL;

    if (chown(folder, uid, gid) != 0) {
        free(folder);
        dx_doc_free(doc);
        skip();
    }
    assert_int_equal(chmod(folder, mode), 0);
    free(folder);
    assert_int_equal(dx_plan_add_domain(f->plan, doc), DX_OK);
    dx_doc_free(doc);
    assert_int_equal(dx_plan_make(f->plan), DX_OK);
    for (size_t i = 0; dx_plan_at(f->plan, i); i++) {
        if (strcmp(dx_plan_at(f->plan, i)->id, "tpm/localca") == 0) {
            found = dx_plan_at(f->plan, i);
        }
    }
    assert_non_null(found);
    return found;
}

enum { ROOT = 0, TSS = 59, QEMU = 107 };

static void takes_a_folder_of_swtpm(void **state)
{
    const struct dx_requirement *it = judge(*state, TSS, ROOT, 0750);

    assert_int_equal(it->state, DX_PLAN_OK);
    assert_string_equal(it->found, "it is of tss:root and has mode 0750");
}

static void takes_a_folder_of_its_group(void **state)
{
    assert_int_equal(judge(*state, ROOT, TSS, 02770)->state, DX_PLAN_OK);
}

static void misses_a_folder_of_root(void **state)
{
    const struct dx_requirement *it = judge(*state, ROOT, ROOT, 0755);

    assert_int_equal(it->state, DX_PLAN_MISSING);
    assert_string_equal(it->found, "it is of root:root and has mode 0755");
}

static void misses_the_right_to_write(void **state)
{
    assert_int_equal(judge(*state, TSS, ROOT, 0550)->state, DX_PLAN_MISSING);
}

static void takes_the_user_of_qemu_conf(void **state)
{
    struct fixture *f = *state;
    char *conf = t_path(f->folder, "etc/libvirt/qemu.conf");
    const struct dx_requirement *it;

    assert_true(t_write(conf, "swtpm_user = \"qemu\"\n", 20));
    free(conf);
    it = judge(f, QEMU, ROOT, 0750);
    assert_int_equal(it->state, DX_PLAN_OK);
    assert_string_equal(it->title, "qemu can read and write /var/lib/swtpm-localca, and nobody else");
}

static void cannot_tell_of_a_user_that_is_not_listed(void **state)
{
    struct fixture *f = *state;
    char *conf = t_path(f->folder, "etc/libvirt/qemu.conf");
    const struct dx_requirement *it;

    assert_true(t_write(conf, "swtpm_user = \"a'b\"\n", 19));
    free(conf);
    it = judge(f, TSS, ROOT, 0750);
    assert_int_equal(it->state, DX_PLAN_UNKNOWN);
    assert_string_equal(it->found, "it is of tss:root and has mode 0750, and /etc/passwd has no user a'b");
    assert_non_null(strstr(it->verify, "runuser -u 'a'\\''b' -- test -r /var/lib/swtpm-localca"));
    assert_int_equal(it->remedies[0].kind, DX_REMEDY_OWNER); /* the folder is there, and need not be made */
}

static void finds_accounts(void **state)
{
    struct fixture *f = *state;
    struct dx_account qemu = dx_account_find(f->plan, "qemu");

    assert_true(qemu.known);
    assert_int_equal(qemu.uid, QEMU);
    assert_true(dx_account_is_in(f->plan, &qemu, 107));
    assert_true(dx_account_is_in(f->plan, &qemu, 36));
    assert_false(dx_account_is_in(f->plan, &qemu, TSS));
    assert_false(dx_account_find(f->plan, "nobody").known);
    assert_string_equal(dx_account_spell(f->plan, QEMU, 4711), "qemu:4711");
}

static void quotes_words_for_a_shell(void **state)
{
    struct fixture *f = *state;

    assert_string_equal(dx_shell_word(f->plan, "/dev/disk/by-id/scsi-1"), "/dev/disk/by-id/scsi-1");
    assert_string_equal(dx_shell_word(f->plan, "a b"), "'a b'");
    assert_string_equal(dx_shell_word(f->plan, "$(id)`"), "'$(id)`'");
    assert_string_equal(dx_shell_word(f->plan, "it's"), "'it'\\''s'");
    assert_string_equal(dx_shell_word(f->plan, "~/\n"), "'~/\n'");
    assert_string_equal(dx_shell_word(f->plan, ""), "''");
    assert_null(dx_shell_word(f->plan, NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(takes_a_folder_of_swtpm, grow, shrink),
        cmocka_unit_test_setup_teardown(takes_a_folder_of_its_group, grow, shrink),
        cmocka_unit_test_setup_teardown(misses_a_folder_of_root, grow, shrink),
        cmocka_unit_test_setup_teardown(misses_the_right_to_write, grow, shrink),
        cmocka_unit_test_setup_teardown(takes_the_user_of_qemu_conf, grow, shrink),
        cmocka_unit_test_setup_teardown(cannot_tell_of_a_user_that_is_not_listed, grow, shrink),
        cmocka_unit_test_setup_teardown(finds_accounts, grow, shrink),
        cmocka_unit_test_setup_teardown(quotes_words_for_a_shell, grow, shrink),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
