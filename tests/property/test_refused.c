/* What libvirt refuses: of its own hundred refusals most are found, and nothing is said of what it takes. */
#include "support.h"

#include "domain.h"
#include "rules.h"

enum { AT_LEAST = 70, MOST_FINDINGS = 8 };

/* Of corpus/refused those that only host, emulator or firmware show, and why. */
static const struct {
    const char *file, *why;
} beyond[] = {
    {"11.3__chardev-reconnect-generated-path.xml", "the folder of generated sockets is a setting of the host"},
    {"9.0__chardev-reconnect-generated-path.xml", "the folder of generated sockets is a setting of the host"},
    {"11.3__firmware-auto-efi-loader-path-nonstandard.x86_64-latest.xml", "the host's firmware descriptors"},
    {"11.3__firmware-auto-efi-nvram-template-nonstandard.x86_64-latest.xml", "the host's firmware descriptors"},
    {"11.3__machine-i8042-off.xml", "an emulator that cannot switch ps2 off"},
    {"11.3__numatune-memnode-restrictive-mode-err-mixed.xml", "9.0 takes it: a warning"},
    {"11.3__numatune-memnode-unavailable-restrictive.x86_64-latest.xml", "the host's NUMA nodes"},
    {"9.0__numatune-memnode-unavailable-restrictive.xml", "the host's NUMA nodes"},
    {"11.3__pseries-cpu-compat-power10.ppc64-latest.xml", "the host's CPU"},
    {"11.3__pseries-cpu-compat-power9.ppc64-latest.xml", "the host's CPU"},
    {"11.3__s390x-ccw-acpi.s390x-latest.xml", "a result that lacks the <acpi/> it was refused for"},
    {"11.3__tpm-emulator-tpm2.x86_64-latest.xml", "the host's swtpm"},
    {"11.3__usb-controller-default-unavailable-g3beige.ppc64-latest.xml", "an emulator without that controller"},
    {"11.3__usb-controller-default-unavailable-pseries.ppc64-latest.xml", "an emulator without that controller"},
    {"11.3__usb-controller-default-unavailable-versatilepb-armv7l.armv7l-latest.xml",
     "an emulator without that controller"},
    {"9.0__usb-controller-default-unavailable-q35.xml", "an emulator without that controller"},
    {"11.3__usb-controller-nec-xhci-unavailable.x86_64-latest.xml", "an emulator without that controller"},
    {"11.3__vhost-user-fs-ccw-bootindex.xml", "9.0 takes it, its start fails: a warning"},
    {"9.0__default-video-type-x86_64-caps-test-0.xml", "an emulator without any video device"},
    {"9.0__hostdev-subsys-mdev-vfio-ccw.xml", "an emulator without vfio-ccw"},
    {"9.0__hostdev-vfio-zpci-autogenerate-fids.xml", "an emulator without zpci"},
    {"9.0__hostdev-vfio-zpci.xml", "an emulator without zpci"},
    {"9.0__hugepages-default-5M.xml", "the host's huge pages"},
    {"9.0__hvf-x86_64-q35-headless.xml", "the host's operating system"},
    {"9.0__misc-enable-s4.xml", "an emulator that cannot suspend to disk"},
    {"9.0__pc-i440fx-acpi-root-hotplug-disable.xml", "an emulator that cannot switch hotplug off"},
    {"9.0__pseries-features-cfpc.xml", "an emulator without the feature"},
    {"9.0__pseries-features-htm.xml", "an emulator without the feature"},
    {"9.0__pseries-features-nested-hv.xml", "an emulator without the feature"},
    {"9.0__virtio-iommu-x86_64.xml", "an emulator without the device"},
};

/*
 * Documents that the schema takes, that are not in corpus/refused, and that are refused all the same. "meant": by the
 * tests that they are of; "later": libvirt took them in 2018 and takes them no more; "fragment": never defined;
 * "edit": a mutant whose edit the schema does not mind. Those of 9.0 and the drivers without a daemon were tried.
 */
static const struct exception {
    const char *file, *rule, *why;
} exceptions[] = {
    {"datto-libvirt__tests__qemuxml2argvdata__qemuxml2argv-pseries-phb-wrong-target-index.xml", "PCI-G04", "meant"},
    {"datto-libvirt__tests__qemuhotplugtestdomains__qemuhotplug-base-ccw-live-with-2-ccw-virtio+ccw-virtio-1-reverse."
     "xml",
     "MCH-Q04", "fragment"},
    {"libvirt2018__qemuxml2argvdata__aarch64-gic-not-arm.xml", "MCH-Q01", "meant"},
    {"libvirt2018__qemuxml2argvdata__pci-expander-bus-bad-machine.xml", "MCH-Q04", "meant"},
    {"oVirt-vdsm__tests__virt__vmutils_test.py-emb0.xml", "DOC-P10", "fragment"},
    {"libvirt11.3__qemuxmlconfdata__usb-bus-missing.xml", "USB-Q04", "meant"},
    {"libvirt2018__genericxml2xmlindata__chardev-reconnect-missing-timeout.xml", "CHR-P01", "meant"},
    {"libvirt2018__genericxml2xmlindata__chardev-tcp-missing-host.xml", "CHR-G02", "meant"},
    {"libvirt2018__genericxml2xmlindata__chardev-tcp-missing-service.xml", "CHR-G02", "meant"},
    {"libvirt2018__genericxml2xmlindata__chardev-unix-smartcard-missing-path.xml", "CHR-G02", "meant"},
    {"libvirt2018__qemuargv2xmldata__mem-scale-maxmemory.xml", "MEM-Q01", "fragment"},
    {"libvirt2018__qemuhotplugtestdomains__qemuhotplug-console-compat-2-live+console-virtio.xml", "CHR-G03", "later"},
    {"libvirt2018__qemuxml2argvdata__440fx-wrong-root.xml", "PCI-Q01", "meant"},
    {"libvirt2018__qemuxml2argvdata__disk-ide-incompatible-address.xml", "DSK-G08", "meant"},
    {"libvirt2018__qemuxml2argvdata__disk-sata-incompatible-address.xml", "DSK-G08", "meant"},
    {"libvirt2018__qemuxml2argvdata__disk-scsi-lun-passthrough-sgio.xml", "DSK-G02", "later"},
    {"libvirt2018__qemuxml2argvdata__hostdevs-drive-address-conflict.xml", "DSK-G10", "meant"},
    {"libvirt2018__qemuxml2argvdata__memory-hotplug-nonuma.xml", "MEM-Q01", "meant"},
    {"libvirt2018__qemuxml2argvdata__pci-bridge-duplicate-index.xml", "DSK-G16", "meant"},
    {"libvirt2018__qemuxml2argvdata__pci-expander-bus-bad-machine.xml", "PCI-Q01", "meant"},
    {"libvirt2018__qemuxml2argvdata__pci-expander-bus-bad-machine.xml", "PCI-Q04", "meant"},
    {"libvirt2018__qemuxml2argvdata__pcie-expander-bus-bad-bus.xml", "PCI-Q11", "meant"},
    {"libvirt2018__qemuxml2argvdata__pseries-default-phb-numa-node.xml", "PCI-G05", "meant"},
    {"libvirt2018__qemuxml2argvdata__serial-tcp-tlsx509-chardev-notls.xml", "CHR-G03", "later"},
    {"libvirt2018__qemuxml2argvdata__shmem-msi-only.xml", "DEV-P01", "meant"},
    {"libvirt2018__qemuxml2argvdata__smbios-uuid-match.xml", "SMB-P03", "meant"},
    {"libvirt2018__qemuxml2argvdata__usb-bus-missing.xml", "USB-Q04", "meant"},
    {"libvirt2018__qemuxml2argvdata__usb-none-hub.xml", "USB-P03", "meant"},
    {"libvirt2018__qemuxml2argvdata__usb-none-usbtablet.xml", "USB-P03", "meant"},
    {"libvirt2018__qemuxml2argvdata__virtio-lun.xml", "DSK-G04", "later"},
    {"libvirt2018__qemuxml2xmloutdata__disk-scsi-lun-passthrough-sgio.xml", "DSK-G02", "later"},
    {"libvirt2018__qemuxml2xmloutdata__memory-hotplug-nonuma.xml", "MEM-Q01", "meant"},
    {"libvirt2018__qemuxml2xmloutdata__serial-tcp-tlsx509-chardev.xml", "CHR-G03", "later"},
    {"libvirt9.0__bhyvexml2argvdata__bhyvexml2argv-cputopology-nvcpu-mismatch.xml", "CPU-P02", "meant"},
    {"libvirt9.0__genericxml2xmlindata__chardev-reconnect-invalid-mode.xml", "CHR-G01", "meant"},
    {"libvirt9.0__genericxml2xmlindata__chardev-udp-missing-connect-service.xml", "CHR-G02", "meant"},
    {"libvirt9.0__genericxml2xmlindata__chardev-unix-redirdev-missing-path.xml", "CHR-G02", "meant"},
    {"openstack-nova__nova__tests__unit__virt__libvirt__test_config.py-emb7.xml", "FW-Q02", "fragment"},
    {"openstack-nova__nova__tests__unit__virt__libvirt__test_config.py-emb8.xml", "FW-Q02", "fragment"},
    {"vmm2026__tests__data__xmlparse__change-redirdev-in.xml", "CHR-G02", "fragment"},
    {"m00012-attr-drop.xml", "PCI-Q12", "edit"},
    {"m00044-elem-drop.xml", "DSK-G15", "edit"},
    {"m00163-elem-drop.xml", "DSK-G15", "edit"},
    {"m00331-attr-drop.xml", "DSK-G15", "edit"},
    {"m00499-attr-drop.xml", "DSK-G15", "edit"},
    {"m00501-elem-drop.xml", "DSK-G15", "edit"},
    {"m00699-elem-drop.xml", "DSK-G15", "edit"},
    {"m00797-attr-drop.xml", "PCI-Q12", "edit"},
    {"m01005-attr-drop.xml", "DSK-G15", "edit"},
    {"m01036-elem-drop.xml", "DSK-G15", "edit"},
    {"m01253-elem-drop.xml", "NUM-P05", "edit"},
    {"m01293-elem-dup.xml", "VID-G06", "edit"},
    {"m01411-elem-dup.xml", "DSK-G16", "edit"},
    {"m01914-attr-drop.xml", "DSK-G15", "edit"},
    {"m01991-shuffle-devices.xml", "CHR-P02", "edit"},
    {"m02614-attr-drop.xml", "DSK-G15", "edit"},
    {"m02647-elem-dup.xml", "HP-G01", "edit"},
    {"m03021-attr-drop.xml", "HST-G01", "meant, of 9.0__hostdev-scsi-duplicate.xml"},
    {"m03023-elem-drop.xml", "HST-G01", "meant, of 9.0__hostdev-scsi-duplicate.xml"},
    {"m03024-elem-dup.xml", "DSK-G16", "edit"},
    {"m03024-elem-dup.xml", "HST-G01", "meant, of 9.0__hostdev-scsi-duplicate.xml"},
    {"m03027-shuffle-top.xml", "HST-G01", "meant, of 9.0__hostdev-scsi-duplicate.xml"},
    {"m03028-shuffle-devices.xml", "HST-G01", "meant, of 9.0__hostdev-scsi-duplicate.xml"},
    {"m03152-elem-drop.xml", "DSK-G15", "edit"},
    {"m03648-attr-drop.xml", "CHR-G03", "later, of a document of 2018"},
    {"m03650-elem-drop.xml", "CHR-G03", "later, of a document of 2018"},
    {"m03654-shuffle-top.xml", "CHR-G03", "later, of a document of 2018"},
    {"m03655-shuffle-devices.xml", "CHR-G03", "later, of a document of 2018"},
    {"m03748-elem-drop.xml", "DSK-G15", "edit"},
};

static bool needed[COUNT(exceptions)];

/* The documents of corpus/refused, by their bytes: some stand among the domains as well. */
static struct t_bytes *refused;
static struct t_names names;

static struct t_bytes read_from(const char *corpus, const char *folder, const char *name)
{
    char *inner = t_path(corpus, folder), *path = t_path(inner, name);
    struct t_bytes bytes = t_read(path);

    free(inner);
    free(path);
    return bytes;
}

static int load(void **state __attribute__((unused)))
{
    const char *corpus = t_corpus();
    char *folder;

    if (!corpus) {
        return 0;
    }
    folder = t_path(corpus, "refused");
    names = t_list(folder, ".xml");
    refused = calloc(names.n + 1, sizeof *refused);
    for (size_t i = 0; refused && i < names.n; i++) {
        refused[i] = read_from(corpus, "refused", names.items[i]);
    }
    free(folder);
    return refused ? 0 : -1;
}

static int unload(void **state __attribute__((unused)))
{
    for (size_t i = 0; i < names.n; i++) {
        t_bytes_free(&refused[i]);
    }
    free(refused);
    t_names_free(&names);
    return 0;
}

static bool is_refused(struct t_bytes bytes)
{
    for (size_t i = 0; i < names.n; i++) {
        if (refused[i].len == bytes.len && memcmp(refused[i].ptr, bytes.ptr, bytes.len) == 0) {
            return true;
        }
    }
    return false;
}

/* The ids of rules that are broken, each once; gives how many there are. */
static size_t judge(const char *ids[MOST_FINDINGS], struct t_bytes bytes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse(ctx, bytes.ptr, bytes.len);
    struct dx_target target = dx_domain_target(doc, NULL);
    struct dx_findings findings;
    size_t n = 0;

    assert_int_equal(dx_rules_run(&findings, doc, &(struct dx_rule_scope){&target, DX_LEVEL_DEFINE, 0, true}), DX_OK);
    for (size_t i = 0; i < findings.n; i++) {
        const struct dx_rule *rule = &dx_rule_row(findings.items[i].rule)->rule;
        bool known = rule->severity != DX_SEVERITY_ERROR;

        for (size_t k = 0; k < n; k++) {
            known |= strcmp(ids[k], rule->id) == 0;
        }
        if (!known && n < MOST_FINDINGS) {
            ids[n++] = rule->id;
        }
    }
    dx_findings_free(&findings);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    return n;
}

static bool is_beyond(const char *file)
{
    for (size_t i = 0; i < COUNT(beyond); i++) {
        if (strcmp(beyond[i].file, file) == 0) {
            return true;
        }
    }
    return false;
}

TEST(most_refusals_are_found)
{
    const char *ids[MOST_FINDINGS];
    size_t found = 0, wrong = 0;

    if (!t_corpus()) {
        skip();
    }
    for (size_t i = 0; i < names.n; i++) {
        bool here = judge(ids, refused[i]) > 0;

        found += here;
        if (here == is_beyond(names.items[i])) {
            print_error("%s is %s\n", names.items[i], here ? "found: it can leave the list" : "not found");
            wrong++;
        }
    }
    print_message("refused: %zu of %zu found\n", found, names.n);
    assert_int_equal(wrong, 0);
    assert_true(found >= AT_LEAST);
}

static bool is_excepted(const char *file, const char *rule)
{
    for (size_t i = 0; i < COUNT(exceptions); i++) {
        if (strcmp(exceptions[i].file, file) == 0 && strcmp(exceptions[i].rule, rule) == 0) {
            needed[i] = true;
            return true;
        }
    }
    return false;
}

/* One line of a table: the name, and whether the column `verdict` says "valid". */
static bool take_line(char **text, char **file, size_t verdict)
{
    char *line = *text, *end = strchr(line, '\n');

    if (!end) {
        return false;
    }
    *end = '\0';
    *text = end + 1;
    *file = line;
    for (size_t i = 0; i <= verdict; i++) {
        char *tab = strchr(line, '\t');

        if (i == verdict) {
            size_t len = tab ? (size_t)(tab - line) : strlen(line);
            bool valid = len == 5 && memcmp(line, "valid", 5) == 0;

            *strchr(*file, '\t') = '\0';
            *file = valid ? *file : NULL;
            return true;
        }
        line = tab ? tab + 1 : line + strlen(line);
    }
    return true;
}

/* Gives how many findings no exception explains. */
static size_t check_table(const char *corpus, const char *table, size_t verdict, const char *folder, size_t *judged)
{
    char *path = t_path(corpus, table), *file;
    struct t_bytes text = t_read(path);
    const char *ids[MOST_FINDINGS];
    size_t wrong = 0;

    assert_non_null(text.ptr);
    for (char *at = text.ptr; take_line(&at, &file, verdict);) {
        struct t_bytes bytes = file ? read_from(corpus, folder, file) : (struct t_bytes){0};

        if (bytes.ptr && !is_refused(bytes)) {
            size_t n = judge(ids, bytes);

            ++*judged;
            for (size_t i = 0; i < n; i++) {
                if (!is_excepted(file, ids[i])) {
                    print_error("%s: %s\n", file, ids[i]);
                    wrong++;
                }
            }
        }
        t_bytes_free(&bytes);
    }
    t_bytes_free(&text);
    free(path);
    return wrong;
}

TEST(what_is_taken_is_let_be)
{
    const char *corpus = t_corpus();
    size_t wrong, judged = 0;

    if (!corpus) {
        skip();
    }
    wrong = check_table(corpus, "validity.tsv", 1, "domains", &judged);
    wrong += check_table(corpus, "mutants.tsv", 3, "mutants", &judged);
    for (size_t i = 0; i < COUNT(exceptions); i++) {
        if (!needed[i]) {
            print_error("%s no longer breaks %s (%s)\n", exceptions[i].file, exceptions[i].rule, exceptions[i].why);
            wrong++;
        }
    }
    print_message("taken: %zu documents, %zu findings that an exception explains\n", judged, COUNT(exceptions));
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(most_refusals_are_found),
        cmocka_unit_test(what_is_taken_is_let_be),
    };

    return cmocka_run_group_tests(tests, load, unload);
}
