/* passes, rules, completion, help: what they print comes from the tables, whole. */
#include "stage.h"

#include <stdio.h>
#include <string.h>

static void assert_fits(const char *text, const char *what)
{
    for (size_t n; *text; text += n + (text[n] == '\n')) {
        size_t columns = 0;

        n = strcspn(text, "\n");
        for (size_t i = 0; i < n; i++) {
            columns += ((unsigned char)text[i] & 0xc0) != 0x80;
        }
        if (columns > 80) {
            fail_msg("%s: a line of %zu columns: %.*s", what, columns, (int)n, text);
        }
    }
}

/* A small check of JSON: brackets and strings close. */
static void assert_json(const char *text)
{
    char stack[64];
    size_t depth = 0;

    for (const char *p = text; *p; p++) {
        if (*p == '"') {
            for (p++; *p && *p != '"'; p++) {
                p += *p == '\\' && p[1];
                assert_true((unsigned char)*p >= 0x20);
            }
            assert_int_equal(*p, '"');
        } else if (*p == '{' || *p == '[') {
            assert_true(depth < sizeof stack);
            stack[depth++] = *p == '{' ? '}' : ']';
        } else if (*p == '}' || *p == ']') {
            assert_true(depth > 0);
            assert_int_equal(stack[--depth], *p);
        }
    }
    assert_int_equal(depth, 0);
}

static void every_help_fits(void **state)
{
    static const char *const others[] = {"spec",     "json",  "host-json",   "exit-codes",
                                         "messages", "files", "environment", "examples"};
    const struct command *command;
    const struct dx_pass *pass;

    (void)state;
    for (size_t i = 0; (command = command_at(i)) != NULL && command->id; i++) {
        struct result result = RUN(NULL, "help", command->name);

        assert_int_equal(result.code, CLI_OK);
        assert_has(result.out, "Usage: domxform ");
        assert_fits(result.out, command->name);
    }
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct result result = RUN(NULL, "help", others[i]);

        assert_int_equal(result.code, CLI_OK);
        assert_fits(result.out, others[i]);
    }
    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        struct result result = RUN(NULL, "help", pass->name);

        assert_int_equal(result.code, CLI_OK);
        assert_fits(result.out, pass->name);
    }
    assert_int_equal(RUN(NULL, "help").code, CLI_OK);
}

static void help_has_every_option(void **state)
{
    const struct option *option;
    struct result result = RUN(NULL, "--help");

    (void)state;
    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        char word[64];

        snprintf(word, sizeof word, "--%s", option->name);
        if (option->commands & CMD_TRANSFORM) {
            assert_has(result.out, word);
        }
    }
    assert_has(result.out, "validate");
    assert_has(result.out, "advise");
    assert_has_not(result.out, "hook");
}

/* Rows of one name are read alike, whichever command they belong to, and no command has two. */
static void options_of_one_name_are_alike(void **state)
{
    const struct option *option, *other;

    (void)state;
    for (size_t i = 0; (option = option_at(i)) != NULL; i++) {
        for (size_t k = 0; k < i; k++) {
            other = option_at(k);
            if (strcmp(option->name, other->name) == 0) {
                assert_int_equal(option->letter, other->letter);
                assert_int_equal(option->value == NULL, other->value == NULL);
                assert_int_equal(option->commands & other->commands, 0);
            } else {
                assert_true(!option->letter || option->letter != other->letter);
            }
        }
    }
}

static void passes_tell_their_rows(void **state)
{
    const struct dx_pass *pass;
    char list[OUTPUT_MOST / 4];

    (void)state;
    snprintf(list, sizeof list, "%s", RUN(NULL, "passes").out);
    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        struct result result = RUN(NULL, "passes", pass->name);
        const struct dx_opt *opt = pass->opts;

        assert_int_equal(result.code, CLI_OK);
        assert_has(list, pass->name);
        assert_has(result.out, pass->summary);
        assert_has(result.out, pass->example);
        assert_has(result.out, pass->risk ? "\nRisk: " : "");
        for (; opt && opt->name; opt++) {
            assert_true((opt->flags & DX_OPT_POSITIONAL) || strstr(result.out, opt->name));
        }
        result = RUN(NULL, "passes", "--format=json", pass->name);
        assert_int_equal(result.code, CLI_OK);
        assert_json(result.out);
        assert_has(result.out, "\"removeSpec\":");
    }
    assert_json(RUN(NULL, "passes", "--format=json").out);
    assert_has(RUN(NULL, "passes", "hugepages").out, "--pass=hugepages:SIZE|default[,nodeset=SET]\n");
}

static void rules_tell_their_rows(void **state)
{
    const struct dx_rule *rule = dx_rule_at(0);
    struct result result = RUN(NULL, "rules");

    (void)state;
    assert_non_null(rule);
    assert_int_equal(result.code, CLI_OK);
    assert_fits(result.out, "rules");
    assert_has(result.out, "IOT-Q02");
    assert_has_not(result.out, "{0}");
    result = RUN(NULL, "rules", "IOT-Q02");
    assert_has(result.out, "iothread ... of ... is not defined");
    assert_has(result.out, "hint: ");
    assert_has_not(result.out, "TPM");
    assert_json(RUN(NULL, "rules", "--format=json").out);
    assert_has(RUN(NULL, "rules", "--format=json", "IOT-Q02").out, "\"id\":\"IOT-Q02\"");
    for (size_t i = 0; (rule = dx_rule_at(i)) != NULL; i++) {
        result = RUN(NULL, "rules", rule->id);
        assert_int_equal(result.code, CLI_OK);
        assert_has(result.out, rule->id);
        if (rule->element) {
            assert_has(result.out, "see: https://libvirt.org/formatdomain.html#");
            assert_has(result.out, rule->element);
        }
        assert_json(RUN(NULL, "rules", "--format=json", rule->id).out);
    }
    assert_has(RUN(NULL, "rules", "KVM-Q01").out, "  libvirt: from 5.7 before 7.6; an error where the target");
    result = RUN(NULL, "rules", "--format=json", "IOT-P01");
    assert_has(result.out, "\"since\":\"1.2.8\",\"until\":null");
    assert_has(result.out, "\"link\":\"https://libvirt.org/formatdomain.html#iothreads-allocation\"");
    assert_has(RUN(NULL, "rules", "--format=json", "REQ-A01").out, "\"link\":null");
}

static void the_manual_has_every_part(void **state)
{
    static const char *const parts[] = {".TH DOMXFORM 1", ".SH SYNOPSIS", ".SH OPTIONS",     ".SH PASSES",
                                        ".SH SPEC",       ".SH FILES",    ".SH EXIT STATUS", "\\-\\-assume\\-arch"};
    const struct dx_pass *pass;
    struct result result = RUN(NULL, "help", "--man");

    (void)state;
    assert_int_equal(result.code, CLI_OK);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        assert_has(result.out, parts[i]);
    }
    for (size_t i = 0; (pass = dx_pass_at(i)) != NULL; i++) {
        assert_int_equal(RUN(NULL, "help", "--man", pass->name).code, CLI_OK);
    }
    assert_has(RUN(NULL, "help", "--man", "spec").out, ".TH DOMXFORM\\-SPEC 7");
}

static void completion_has_every_table(void **state)
{
    static const char *const shells[] = {"bash", "zsh", "fish"};

    (void)state;
    for (size_t i = 0; i < sizeof shells / sizeof shells[0]; i++) {
        struct result result = RUN(NULL, "completion", shells[i]);

        assert_int_equal(result.code, CLI_OK);
        assert_has(result.out, "nodeset=");
        assert_has(result.out, "IOT-Q02");
        assert_has(result.out, "s390x");
        assert_has(result.out, "tpm-crb");
        assert_has(result.out, "validate:--format");
        assert_has(result.out, "text json sarif junit github");
        assert_has(result.out, dx_recipe_at(0) ? "advise:--recipe" : "recipes");
        assert_has_not(result.out, "hook");
    }
}

/* The exit codes of the table are the library's, negated, each once. */
static void exit_codes_are_the_librarys(void **state)
{
    static const int codes[] = {DX_OK,       -1,        DX_EUSAGE, DX_EINPUT,   DX_EIO,
                                DX_EREFUSED, DX_ENOMEM, DX_ELIMIT, DX_EINTERNAL};

    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        assert_non_null(exit_code_at(i));
        assert_int_equal(exit_code_at(i)->code, -codes[i]);
    }
    assert_null(exit_code_at(sizeof codes / sizeof codes[0]));
}

/* Each result code leaves by its exit code, with a word; one that nobody knows is a bug. */
static void result_codes_become_exit_codes(void **state)
{
    static const struct {
        int rc, code;
    } cases[] = {
        {DX_OK, 0},       {DX_UNCHANGED, 0}, {DX_EUSAGE, 2}, {DX_EINPUT, 3},     {DX_EIO, 4},
        {DX_EREFUSED, 5}, {DX_ENOMEM, 6},    {DX_ELIMIT, 7}, {DX_EINTERNAL, 70}, {-99, 70},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cli cli = {.io = &io_system};

        assert_int_equal(dx_ctx_new(&cli.ctx, NULL), DX_OK);
        assert_int_equal(messages_exit_code(&cli, cases[i].rc), cases[i].code);
        assert_int_equal(dx_ctx_diag_count(cli.ctx), cases[i].code != 0);
        dx_ctx_free(cli.ctx);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_help_fits),
        cmocka_unit_test(help_has_every_option),
        cmocka_unit_test(options_of_one_name_are_alike),
        cmocka_unit_test(passes_tell_their_rows),
        cmocka_unit_test(rules_tell_their_rows),
        cmocka_unit_test(the_manual_has_every_part),
        cmocka_unit_test(completion_has_every_table),
        cmocka_unit_test(exit_codes_are_the_librarys),
        cmocka_unit_test(result_codes_become_exit_codes),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
