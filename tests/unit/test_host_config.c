/* Configuration files of a host: what a key is set to, as the program takes it whose file it is. */
#include "support.h"

#include "host/config.h"

#include <sys/stat.h>

struct fixture {
    struct dx_ctx *ctx;
    struct dx_arena arena;
    struct dx_root root;
    char *folder, *file;
    struct dx_config config;
};

static int open_root(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    f->ctx = t_ctx();
    dx_arena_init(&f->arena, &dx_mem_default);
    f->folder = t_scratch();
    f->file = t_path(f->folder, "conf");
    assert_int_equal(dx_root_open(&f->root, f->ctx, f->folder), DX_OK);
    *state = f;
    return 0;
}

static int close_root(void **state)
{
    struct fixture *f = *state;

    dx_root_close(&f->root);
    dx_arena_free(&f->arena);
    free(f->file);
    t_scratch_remove(f->folder);
    dx_ctx_free(f->ctx);
    free(f);
    return 0;
}

static void read_bytes(struct fixture *f, enum dx_dialect dialect, const char *bytes, size_t len)
{
    assert_true(t_write(f->file, bytes, len));
    dx_config_read(&f->config, &f->root, &f->arena, "/conf", dialect);
    assert_false(f->arena.failed);
}

static void read_text(struct fixture *f, enum dx_dialect dialect, const char *text)
{
    read_bytes(f, dialect, text, strlen(text));
}

/* A value as a text that ends; NULL where there is none. */
static const char *get(struct fixture *f, const char *key)
{
    struct dx_str value = dx_config_get(&f->config, key);

    return value.ptr ? dx_arena_copy(&f->arena, value).ptr : NULL;
}

struct row {
    const char *text, *key, *value; /* value NULL: it is not set */
};

static void holds(struct fixture *f, enum dx_dialect dialect, const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const char *value;

        read_text(f, dialect, rows[i].text);
        value = get(f, rows[i].key);
        if (rows[i].value ? !value || strcmp(value, rows[i].value) != 0 : value != NULL) {
            fail_msg("%s\n%s is %s, and is to be %s", rows[i].text, rows[i].key, value ? value : "not set",
                     rows[i].value ? rows[i].value : "not set");
        }
    }
}

#define HOLDS(dialect, rows) holds(*state, dialect, rows, sizeof(rows) / sizeof((rows)[0]))

TEST(takes_what_libvirt_takes)
{
    static const struct row rows[] = {
        {"auth_tcp = \"none\"\n", "auth_tcp", "none"},
        {"auth_tcp='none' # why\n", "auth_tcp", "none"},
        {"  auth_tcp\t=\t\"none\"", "auth_tcp", "none"},
        {"listen_tcp = 1\r\n", "listen_tcp", "1"},
        {"a = -1\n", "a", "-1"},
        {"#auth_tcp = \"none\"\n", "auth_tcp", NULL},
        {"AUTH_TCP = \"none\"\n", "auth_tcp", NULL},
        {"a = \"x # y\"\n", "a", "x # y"},
        {"a = \"\"\n", "a", ""},
        {"a = \"one\"\na = \"two\"\n", "a", "one"},
        {"a = \"\"\"one\ntwo\"\"\"\nb = 2\n", "b", "2"},
        {"a = [ \"x\", # why\n  \"y\" ]\nb = \"z\"\n", "b", "z"},
        {"a = []\nb = [\n\n]\nc = 3\n", "c", "3"},
        {"", "a", NULL},
        {"# nothing\n\n", "a", NULL},
    };

    HOLDS(DX_DIALECT_LIBVIRT, rows);
}

TEST(says_where_libvirt_stops)
{
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"a = 1\nauth_tcp = none\n", "line 2 is no setting that libvirt takes"},
        {"a = \"b\" c\n", "line 1 is no setting that libvirt takes"},
        {"a = \"b\nc\"\n", "line 1 is no setting that libvirt takes"},
        {"a \"b\"\n", "line 1 is no setting that libvirt takes"},
        {"a = [ \"x\" \"y\" ]\n", "line 1 is no setting that libvirt takes"},
        {"a = [ \"x\", ]\n", "line 1 is no setting that libvirt takes"},
        {"a = [ \"x\"\n", "line 2 is no setting that libvirt takes"},
        {"\n\n1a = 2\n", "line 3 is no setting that libvirt takes"},
        {"a =\n 3\n", "line 1 is no setting that libvirt takes"},
        {"a = -\n", "line 1 is no setting that libvirt takes"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        read_text(f, DX_DIALECT_LIBVIRT, rows[i].text);
        assert_int_equal(f->config.reading.state, DX_READ_ODD);
        assert_string_equal(f->config.reading.why, rows[i].why);
        assert_true(dx_config_is_unknown(&f->config));
        assert_null(get(f, "a"));
    }
}

TEST(takes_apart_lists)
{
    struct fixture *f = *state;
    struct dx_str rest, item;

    read_text(f, DX_DIALECT_LIBVIRT, "d = [ \"selinux\",\n 'apparmor', 3 ]\ne = \"selinux\"\n");
    rest = dx_config_get(&f->config, "d");
    assert_true(dx_config_item(&item, &rest));
    assert_true(dx_str_is(item, "selinux"));
    assert_true(dx_config_item(&item, &rest));
    assert_true(dx_str_is(item, "apparmor"));
    assert_true(dx_config_item(&item, &rest));
    assert_true(dx_str_is(item, "3"));
    assert_false(dx_config_item(&item, &rest));
    rest = dx_config_get(&f->config, "e");
    assert_true(dx_config_item(&item, &rest));
    assert_true(dx_str_is(item, "selinux"));
    assert_false(dx_config_item(&item, &rest));
}

TEST(takes_lines_as_their_programs_do)
{
    static const struct row environment[] = {
        {"LIBVIRTD_ARGS=\"--listen\"\n", "LIBVIRTD_ARGS", "--listen"},
        {"LIBVIRTD_ARGS=\"--timeout 120\"\nLIBVIRTD_ARGS='--listen'\n", "LIBVIRTD_ARGS", "--listen"},
        {"#LIBVIRTD_ARGS=\"--listen\"\n; A=1\n", "LIBVIRTD_ARGS", NULL},
        {"A=\"x\n", "A", "\"x"},
    };
    static const struct row selinux[] = {
        {"# x\nSELINUX=enforcing\nSELINUX=disabled\n", "SELINUX", "enforcing"},
        {"SELINUX= Enforcing # why\n", "SELINUX", "Enforcing"},
        {" SELINUX=enforcing\n", "SELINUX", NULL},
        {"SELINUX = enforcing\n", "SELINUX", NULL},
        {"SELINUX=\n", "SELINUX", ""},
    };
    static const struct row swtpm[] = {
        {"statedir = /var/lib/swtpm-localca\nsigningkey=/a b # c\n", "signingkey", "/a b"},
        {" statedir=/x\nstatedir=/y\n", "statedir", "/x"},
    };
    static const struct row sasl[] = {
        {"mech_list: scram-sha-256 gssapi\n", "mech_list", "scram-sha-256 gssapi"},
        {"#mech_list: digest-md5\nmech_list : gssapi\nmech_list: plain\n", "mech_list", "gssapi"},
        {"sasldb_path:/etc/libvirt/passwd.db", "sasldb_path", "/etc/libvirt/passwd.db"},
    };

    HOLDS(DX_DIALECT_ENVIRONMENT, environment);
    HOLDS(DX_DIALECT_SELINUX, selinux);
    HOLDS(DX_DIALECT_SWTPM, swtpm);
    HOLDS(DX_DIALECT_SASL, sasl);
}

TEST(finds_a_word_among_others)
{
    assert_true(dx_config_lists(DX_S("digest-md5"), "digest-md5"));
    assert_true(dx_config_lists(DX_S("gssapi, DIGEST-MD5 scram-sha-256"), "digest-md5"));
    assert_false(dx_config_lists(DX_S("digest-md5-sess"), "digest-md5"));
    assert_false(dx_config_lists(DX_S(" , ,"), "digest-md5"));
    assert_false(dx_config_lists(DX_NONE, "digest-md5"));
}

TEST(survives_whatever_stands_there)
{
    struct fixture *f = *state;
    char bytes[4096];

    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (char)(i * 37 ^ i >> 3);
    }
    for (enum dx_dialect d = DX_DIALECT_LIBVIRT; d <= DX_DIALECT_SASL; d++) {
        read_bytes(f, d, bytes, sizeof bytes);
        assert_null(get(f, "auth_tcp"));
        read_bytes(f, d, "\0\0=\0:\0[\0\"", 9);
        assert_null(get(f, "auth_tcp"));
        for (size_t n = 0; n < 12; n++) {
            read_bytes(f, d, "a = [ \"b\", 'c", n);
            get(f, "a");
        }
    }
    dx_config_read(&f->config, &f->root, &f->arena, "/none", DX_DIALECT_LIBVIRT);
    assert_null(get(f, "a"));
    assert_false(dx_config_is_unknown(&f->config));
    dx_config_read(&f->config, &f->root, &f->arena, "/", DX_DIALECT_LIBVIRT);
    assert_null(get(f, "a"));
    assert_true(dx_config_is_unknown(&f->config));
}

#define WITH_ROOT(name) cmocka_unit_test_setup_teardown(name, open_root, close_root)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_ROOT(takes_what_libvirt_takes),
        WITH_ROOT(says_where_libvirt_stops),
        WITH_ROOT(takes_apart_lists),
        WITH_ROOT(takes_lines_as_their_programs_do),
        cmocka_unit_test(finds_a_word_among_others),
        WITH_ROOT(survives_whatever_stands_there),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
