/* What the parser asks of elements that no other area is about. */
#include "rows.h"

#define NET(inside) DEV("<interface type='network'><source network='default'/>" inside "</interface>")
#define VNC(attrs, inside) DEV("<graphics type='vnc' " attrs ">" inside "</graphics>")
#define HYPERV(inside) "<features><hyperv>" inside "</hyperv></features>"

static const struct t_row basics[] = {
    {"GEN-P06", "~<name/>", "<name>x</name>"},
    {"GEN-P01", "~<name>a/b</name>", "<name>a b</name>"},
    {"GEN-P01", "~<name>a\nb</name>", "<name>a.b</name>"},
    {"GEN-P02", "~<clock offset='timezone'/>", "<clock offset='timezone' timezone='Europe/Berlin'/>"},
    {"GEN-P02", "~<clock offset='timezone'/>", "<clock offset='utc'/>"},
    {"GEN-P03", HYPERV("<spinlocks state='on' ~retries='4094'/>"), HYPERV("<spinlocks state='on' retries='4095'/>")},
    {"GEN-P03", HYPERV("<spinlocks state='on' ~retries='1'/>"), HYPERV("<spinlocks state='off' retries='1'/>")},
    {"GEN-P04", "<cpu>~<feature name='vmx'/></cpu>", "<cpu><model>Westmere</model><feature name='vmx'/></cpu>"},
    {"GEN-P04", "<cpu mode='custom'>~<feature name='vmx'/></cpu>",
     "<cpu mode='host-passthrough'><feature name='vmx'/></cpu>"},
    {"GEN-P05", VNC("~listen='192.0.2.1'", "<listen type='address' address='192.0.2.2'/>"),
     VNC("listen='192.0.2.1'", "<listen type='address' address='192.0.2.1'/>")},
    {"GEN-P05", VNC("~listen='192.0.2.1'", "<listen type='address' address='192.0.2.2'/>"),
     VNC("listen='192.0.2.1'", "<listen type='address'/>")},
    {"NET-P01", DEV("~<interface type='bridge'/>"), DEV("<interface type='bridge'><source bridge='br0'/></interface>")},
    {"NET-P02", NET("<mac ~address='01:00:5e:00:00:01'/>"), NET("<mac address='52:54:00:00:00:01'/>")},
    {"DEV-G06", DEV("<input type='tablet' ~bus='ps2'/>"), DEV("<input type='mouse' bus='ps2'/>")},
};

TEST(basic_rules)
{
    t_rows_check(basics, COUNT(basics));
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("GEN-");
    t_rows_all_tripped("NET-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(basic_rules),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
