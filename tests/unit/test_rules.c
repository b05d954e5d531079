/* The catalogue, and which rules are for which domain. */
#include "rows.h"

#include "rules.h"

#define QEMU(uri, inside)                                                                                              \
    "~<qemu:commandline xmlns:qemu='http://libvirt.org/schemas/domain/qemu/" uri "'>" inside "</qemu:commandline>"
#define ARGS(inside)                                                                                                   \
    "<iothreads>1</iothreads><q:commandline xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'>" inside              \
    "</q:commandline>"

static const struct t_row documents[] = {
    {"DOC-P04", "~<tpm><backend type='emulator'/></tpm>", DEV("<tpm><backend type='emulator'/></tpm>")},
    {"DOC-P04", DEV("~<seclabel type='dynamic' model='dac'/>"), "<seclabel type='dynamic' model='dac'/>"},
    {"DOC-P04", "~<kvm><hidden state='on'/></kvm>", KVM("<hidden state='on'/>")},
    {"DOC-P04", "<features>~<hint-dedicated state='on'/></features>", "<features><viridian/><new-one/></features>"},
    {"DOC-P04", LABELLED("") "\n" DEV("<disk><source file='/a'/><target dev='vdb'/>~<seclabel model='dac'/></disk>"),
     LABELLED("<seclabel model='dac' relabel='no'/>")},
    {"DOC-P04", BACKING("~<page size='1'/>"), "<metadata><tpm xmlns='urn:a'/></metadata>"},
    {"DOC-P05", "<iothreads>1</iothreads>\n~<iothreads>2</iothreads>",
     "<iothreads>1</iothreads><features/><features/>"},
    {"DOC-P05", DISK("", VDA, "<driver type='raw'/>\n~<driver type='qcow2'/>"), DISK("", VDA, "<driver/>")},
    {"DOC-P05", KVM("<poll-control state='on'/>~<poll-control state='off'/>"),
     KVM("<poll-control state='on'/><hidden state='off'/>")},
    {"DOC-P08", DEV("<input type='tablet'>~<alias name='input0'/></input>"),
     DEV("<input type='tablet'><alias name='ua-one'/></input>")},
    {"DOC-P09", QEMU("2.0", ""), "<metadata><qemu:a xmlns:qemu='urn:a'/></metadata>"},
    {"DOC-P10", "~<os/>", "<bootloader>/usr/bin/pygrub</bootloader><os/>"},
    {"DOC-P10", "<os>~<type>hmv</type></os>", "<os><type>xenpvh</type></os>"},
    {"DOC-P11", DISK("", VDA, "<driver ~ioeventfd='yes'/>"), DISK("", VDA, "<driver ioeventfd='off'/>")},
    {"DOC-P11", SCSI(VIRTIO_SCSI, "<driver ~iommu='yes'/>"), SCSI(VIRTIO_SCSI, "<driver iommu='on'/>")},
    {"DOC-P11", "<features><pmu ~state='no'/></features>", "<features><pmu state='off'/></features>"},
    {"DOC-P11", "<features><hyperv><relaxed ~state='1'/></hyperv></features>",
     "<features><hyperv mode='custom'><relaxed state='on'/></hyperv></features>"},
    {"DOC-P11", "<features><apic ~eoi='yes'/></features>", "<features><apic/></features>"},
    {"DOC-P11", DEV("<memballoon model='virtio' ~autodeflate='yes'/>"), DEV("<memballoon model='none'/>")},
    {"DOC-P11", DEV("<interface type='user'><driver ~event_idx='no'/></interface>"),
     DEV("<interface type='user'><driver event_idx='off'/></interface>")},
    {"DOC-P11", "<os><type>hvm</type><bootmenu ~enable='on'/></os>",
     "<os><type>hvm</type><bootmenu enable='no'/></os>"},
    {"DOC-P11", "<os><type>hvm</type><loader ~readonly='on'>/a</loader></os>",
     "<os><type>hvm</type><loader readonly='yes' secure='no'>/a</loader></os>"},
    {"DOC-Q01", "<os><type>hvm</type>~<cmdline>quiet</cmdline></os>",
     "<os><type>hvm</type><kernel>/k</kernel><cmdline>quiet</cmdline></os>"},
    {"DOC-A01", "<os><type>hvm</type><kernel>/k</kernel>~<cmdline>a haltpoll.enable=Y b</cmdline></os>",
     "<os><type>hvm</type><kernel>/k</kernel><cmdline>cpuidle_haltpoll.force=Y</cmdline></os>"},
    {"DOC-R01", ARGS("<q:arg value='-object'/><q:arg ~value='iothread,id=iothread1'/>"),
     ARGS("<q:arg value='iothread,id=iothread2'/><q:arg value='xid=iothread1'/>")},
    {"DOC-R01", ARGS("<q:arg ~value='{\"qom-type\":\"iothread\",\"id\":\"iothread1\"}'/>"),
     ARGS("<q:arg value='tpm-tis,id=tpm0'/>")},
    {"DOC-R01", SCSI(VIRTIO_SCSI, "") ARGS("<q:arg ~value='virtio-scsi-pci,id=scsi0'/>"),
     SCSI(VIRTIO_SCSI, "") ARGS("<q:arg value='virtio-scsi-pci,id=scsi1'/>")},
    {"DOC-R01", DEV("<tpm><backend type='emulator'/></tpm>") ARGS("<q:arg ~value='emulator,id=tpm-tpm0'/>"),
     DEV("<tpm><backend type='emulator'/></tpm>") ARGS("<q:arg value='emulator,id=mine'/>")},
};

TEST(document_rules)
{
    t_rows_check(documents, COUNT(documents));
}

TEST(type_of_the_domain)
{
    t_rows_only("<domain><name>t</name></domain>", "DOC-P02 1:1");
    t_rows_only("<domain\n type='KVM'><name>t</name></domain>", "DOC-P02 2:2");
    t_rows_only("<domain type='bhyve'><name>t</name><os><type>hvm</type></os></domain>", "");
    t_rows_only("<domain type='kvm'><name>t</name></domain>", "DOC-P10 1:1");
    t_rows_only("<domain type='kvm'><os><type>hvm</type></os></domain>", "GEN-P06 1:1");
}

TEST(rules_of_qemu_are_for_qemu)
{
    static const char rest[] = "<devices><disk><driver io='native'/><source file='/a'/><target dev='vda'/></disk>"
                               "</devices></domain>";
    static const char *const types[] = {"kvm", "qemu", "hvf", "test", "lxc", "xen"};

    for (size_t i = 0; i < COUNT(types); i++) {
        char text[320];

        snprintf(text, sizeof text, "<domain type='%s'><name>t</name><os><type>hvm</type></os>\n%s", types[i], rest);
        t_rows_only(text, i < 3 ? "DSK-Q03 2:24" : "");
    }
}

TEST(what_is_no_element_of_libvirt_is_not_read)
{
    t_rows_only("<domain type='kvm'><name>t</name><os><type>hvm</type></os><metadata><a "
                "xmlns='urn:a'><iothreads>x</iothreads></a></metadata></domain>",
                "");
    t_rows_only("<domain type='kvm'><name>t</name><os><type>hvm</type></os><features "
                "xmlns='urn:a'><kvm><foo/></kvm></features></domain>",
                "");
    t_rows_only("<domain type='kvm'><name>t</name><os><type>hvm</type></os><q:iothreads "
                "xmlns:q='urn:q'>x</q:iothreads></domain>",
                "");
    t_rows_only(
        "<domain "
        "type='kvm'><name>t</name><os><type>hvm</type></os><iothreads>1</iothreads>\n<iothreads>x</iothreads></domain>",
        "DOC-P05 2:1");
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
        /* What is of no element of libvirt is validation's own. */
        if (dx_rule_at(i)->element && !strstr(all.ptr, call)) {
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

        /* Rows of one id stand side by side. */
        assert_true(dx_rule_find(rule->id) == rule || strcmp(dx_rule_at(i - 1)->id, rule->id) == 0);
        assert_non_null(dx_rule_find(rule->id));
        assert_non_null(rule->hint);
        assert_null(strchr(rule->message, '\n'));
        assert_true(rule->level <= DX_LEVEL_DEFINE || rule->severity != DX_SEVERITY_ERROR ||
                    strcmp(rule->id, "REQ-A01") == 0);
        assert_true(rule->until == 0 || rule->since < rule->until);
    }
    assert_null(dx_rule_at(DX_RULE_COUNT));
    assert_null(dx_rule_find("IOT-X99"));
    assert_null(dx_rule_find(NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(document_rules),
        cmocka_unit_test(type_of_the_domain),
        cmocka_unit_test(rules_of_qemu_are_for_qemu),
        cmocka_unit_test(what_is_no_element_of_libvirt_is_not_read),
        cmocka_unit_test(every_rule_was_tripped),
        cmocka_unit_test(every_area_is_asked_for),
        cmocka_unit_test(catalogue),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
