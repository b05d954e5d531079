/* The catalogue, and which rules are for which domain. */
#include "rows.h"

#include "rules.h"

TEST(type_of_the_domain)
{
    t_rows_only("<domain/>", "DOC-P02 1:1");
    t_rows_only("<domain\n type='KVM'/>", "DOC-P02 2:2");
    t_rows_only("<domain type='bhyve'/>", "");
}

TEST(rules_of_qemu_are_for_qemu)
{
    static const char rest[] = "<devices><disk><driver io='native'/><source file='/a'/><target dev='vda'/></disk>"
                               "</devices></domain>";
    static const char *const types[] = {"kvm", "qemu", "hvf", "test", "lxc", "xen"};

    for (size_t i = 0; i < COUNT(types); i++) {
        char text[256];

        snprintf(text, sizeof text, "<domain type='%s'>\n%s", types[i], rest);
        t_rows_only(text, i < 3 ? "DSK-Q03 2:24" : "");
    }
}

TEST(what_is_no_element_of_libvirt_is_not_read)
{
    t_rows_only("<domain type='kvm'><metadata><a xmlns='urn:a'><iothreads>x</iothreads></a></metadata></domain>", "");
    t_rows_only("<domain type='kvm'><features xmlns='urn:a'><kvm><foo/></kvm></features></domain>", "");
    t_rows_only("<domain type='kvm'><q:iothreads xmlns:q='urn:q'>x</q:iothreads></domain>", "");
    t_rows_only("<domain type='kvm'><iothreads>1</iothreads><iothreads>x</iothreads></domain>", "");
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("DOC-");
}

/* Each area of the catalogue has a program that asks whether all of it was tripped. */
TEST(every_area_is_asked_for)
{
    struct t_names names = t_list(DX_SOURCE_DIR "/tests/unit", ".c");
    struct t_bytes all = {0};

    for (size_t i = 0; i < names.n; i++) {
        char *path = t_path(DX_SOURCE_DIR "/tests/unit", names.items[i]);
        struct t_bytes one = t_read(path);

        t_bytes_add(&all, one.ptr, one.len);
        t_bytes_free(&one);
        free(path);
    }
    for (size_t i = 0; dx_rule_at(i); i++) {
        const char *id = dx_rule_at(i)->id;
        char call[64];

        snprintf(call, sizeof call, "t_rows_all_tripped(\"%.*s-\")", (int)strcspn(id, "-"), id);
        if (!strstr(all.ptr, call)) {
            fail_msg("no program has %s", call);
        }
    }
    t_bytes_free(&all);
    t_names_free(&names);
}

TEST(catalogue)
{
    for (size_t i = 0; i < DX_RULE_COUNT; i++) {
        const struct dx_rule *rule = dx_rule_at(i);

        assert_non_null(dx_rule_find(rule->id));
        assert_non_null(rule->hint);
        assert_null(strchr(rule->message, '\n'));
        assert_true(rule->level <= DX_LEVEL_DEFINE || rule->severity == DX_SEVERITY_WARNING);
    }
    assert_null(dx_rule_at(DX_RULE_COUNT));
    assert_null(dx_rule_find("IOT-X99"));
    assert_null(dx_rule_find(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(type_of_the_domain),
        cmocka_unit_test(rules_of_qemu_are_for_qemu),
        cmocka_unit_test(what_is_no_element_of_libvirt_is_not_read),
        cmocka_unit_test(every_rule_was_tripped),
        cmocka_unit_test(every_area_is_asked_for),
        cmocka_unit_test(catalogue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
