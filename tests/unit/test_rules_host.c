/* Rules of memory, TPM and seclabel: what the host gives. */
#include "rows.h"

#define EMULATED_TPM DEV("~<tpm><backend type='emulator'/></tpm>")
#define EMULATED_TPM_FINE DEV("<tpm><backend type='emulator'/></tpm>")

static const struct t_row pages[] = {
    {"HP-P01", HUGE("<page ~size='0'/>"), HUGE("<page size='2048'/>")},
    {"HP-P01", HUGE("~<page unit='G'/>"), HUGE("<page size='1' unit='g'/>")},
    {"HP-P01", HUGE("<page size='1' ~unit='pages'/>"), HUGE("<page size='1' unit=''/>")},
    {"HP-P02", HUGE("<page size='2048' ~nodeset='a'/>"), HUGE("<page size='2048' nodeset='0'/>")},
    {"HP-P03", BACKING("<source ~type='none'/>"), BACKING("<source type='file'/>")},
    {"HP-P03", BACKING("<access ~mode='all'/>"), BACKING("<access mode='shared'/>")},
    {"HP-G01", HUGE("<page size='2048'/>") HUGE("<page ~size='2048'/>"),
     NUMA HUGE("<page size='2048'/><page size='2048' nodeset='0'/>")},
    {"HP-G01", HUGE("<page size='2048'/><page ~size='4' unit='M' nodeset='0'/>"),
     HUGE("<page size='2048' nodeset='0'/>")},
    {"HP-G02", NUMA HUGE("<page size='2' unit='M' nodeset='0-1'/><page size='1' unit='G' ~nodeset='1'/>"),
     NUMA HUGE("<page size='2' unit='M' nodeset='0'/><page size='1' unit='G' nodeset='1'/>")},
    {"HP-G03", NUMA HUGE("<page size='2' unit='M' ~nodeset='0-2'/>"), NUMA HUGE("<page size='2' nodeset='0-1'/>")},
    {"HP-G03", HUGE("<page size='2' unit='M' ~nodeset='1'/>"), HUGE("<page size='2' unit='M'/>")},
    {"HP-Q01", HUGE("") BACKING("<allocation ~mode='ondemand'/>"), BACKING("<allocation mode='ondemand'/>")},
    {"HP-Q02", BACKING("<hugepages/><source ~type='anonymous'/>"), BACKING("<hugepages/><source type='memfd'/>")},
    {"HP-Q04", "<memtune>~<min_guarantee>9</min_guarantee></memtune>",
     "<memtune><min_guarantee>0</min_guarantee></memtune>"},
    {"HP-R01", ARCH("x86_64") HUGE("<page ~size='3' unit='MiB'/>"), HUGE("<page size='64' unit='KiB'/>")},
    {"HP-R02", ARCH("x86_64") HUGE("<page ~size='4'/>"), ARCH("x86_64") HUGE("<page size='2048'/>")},
    {"HP-R03", "~<memory unit='MiB'>512</memory>" HUGE("<page size='1' unit='GiB'/>"),
     "<memory unit='MiB'>1024</memory>" HUGE("<page size='1' unit='GiB'/>")},
    {"HP-R04", "~<memory unit='MiB'>1536</memory>" HUGE("<page size='1' unit='GiB'/>"),
     "<memory unit='MiB'>1536</memory>" HUGE("<page size='2' unit='MiB'/>")},
    {"HP-R04",
     "<vcpu>2</vcpu><cpu><numa><cell id='0' cpus='0' memory='2048'/><cell id='1' cpus='1' "
     "~memory='4097'/></numa></cpu>" HUGE(
         "<page size='1' unit='GiB' nodeset='0'/><page size='2' unit='MiB' nodeset='1'/>"),
     "<vcpu>2</vcpu><cpu><numa><cell id='0' cpus='0' memory='4097'/><cell id='1' cpus='1' "
     "memory='4096'/></numa></cpu>" HUGE("<page size='2' unit='MiB' nodeset='1'/>")},
    {"HP-A01", BACKING("~<locked/>"), "<memtune><hard_limit unit='GiB'>9</hard_limit></memtune>" BACKING("<locked/>")},
};

static const struct t_row tpms[] = {
    {"TPM-P01", TPM("~model='tpm'", "<backend type='emulator'/>"),
     TPM("model='tpm-crb'", "<backend type='emulator'/>")},
    {"TPM-P01", TPM("~model='tpm-tis-device'", "<backend type='emulator'/>"),
     TPM("model='tpm-tis'", "<backend type='emulator'/>")},
    {"TPM-P01", EMULATOR("~version='2'", ""), EMULATOR("version='1.2'", "")},
    {"TPM-P01", EMULATOR("~persistent_state='on'", ""), EMULATOR("persistent_state='no'", "")},
    {"TPM-P02", DEV("~<tpm/>"), EMULATOR("", "")},
    {"TPM-P02", TPM("", "<backend type='emulator'/>\n~<backend type='emulator'/>"), EMULATOR("", "")},
    {"TPM-P02", TPM("", "~<backend/>"), TPM("", "<backend type='passthrough' version='3'/>")},
    {"TPM-P03", EMULATOR("version='2.0'", "<active_pcr_banks>~<sha2/></active_pcr_banks>"),
     EMULATOR("version='2.0'", "<active_pcr_banks><sha256/></active_pcr_banks>")},
    {"TPM-P04", EMULATOR("", "<encryption ~secret='x'/>"),
     EMULATOR("", "<encryption secret='6dd3e4a5-1d76-44ce-961f-f119f5aad935'/>")},
    {"TPM-P04", EMULATOR("", "<encryption ~secret='6dd3e4a51d7644ce961ff119f5aad93'/>"),
     EMULATOR("", "<encryption secret='6dd3e4a5 1d76 44ce 961f f119f5aad935'/>")},
    {"TPM-P05", EMULATOR("", "~<source type='file'/>"), EMULATOR("", "<source type='file' path='/a'/>")},
    {"TPM-P06", TPM("", "~<backend type='external'/>"),
     TPM("", "<backend type='external'><source type='unix' path='/a'/></backend>")},
    {"TPM-P06", TPM("", "<backend type='external'><source type='unix' ~mode='bind' path='/a'/></backend>"),
     TPM("", "<backend type='external'><source type='unix' mode='connect' path='/a'/></backend>")},
    {"TPM-G01", EMULATOR("", "~<active_pcr_banks><sha1/></active_pcr_banks>"), EMULATOR("", "<active_pcr_banks/>")},
    {"TPM-G01", EMULATOR("version='1.2'", "~<profile/>"), ARCH("aarch64") EMULATOR("", "<profile/>")},
    {"TPM-Q01", DEV("<tpm><backend type='emulator'/></tpm>\n~<tpm><backend type='emulator'/></tpm>"),
     ARCH("ppc64") DEV("<tpm model='tpm-spapr'><backend type='emulator'/></tpm>"
                       "<tpm model='spapr-tpm-proxy'><backend type='passthrough'/></tpm>")},
    {"TPM-Q02", TPM("model='tpm-crb'", "<backend type='emulator' ~version='1.2'/>"),
     TPM("model='tpm-tis'", "<backend type='emulator' version='1.2'/>")},
    {"TPM-Q04", ARCH("ppc64") TPM("model='spapr-tpm-proxy'", "<backend ~type='emulator'/>"),
     ARCH("ppc64") TPM("model='spapr-tpm-proxy'", "<backend type='passthrough'/>")},
    {"TPM-Q05", ARCH("aarch64") TPM("~model='tpm-crb'", "<backend type='emulator'/>"),
     ARCH("aarch64") TPM("", "<backend type='emulator'/>")},
    {"TPM-A01", ARCH("x86_64") EMULATED_TPM, ARCH("x86_64") "<features><acpi/></features>" EMULATED_TPM_FINE},
    {"TPM-A02", "<os><type arch='x86_64'>hvm</type>~<kernel>/k</kernel></os>" EMULATED_TPM_FINE,
     "<os firmware='efi'><type arch='x86_64'>hvm</type></os><features><acpi/></features>" EMULATED_TPM_FINE},
    {"TPM-A03", "<os><type arch='aarch64' machine='raspi3b'>hvm</type></os>" EMULATED_TPM,
     "<os><type arch='aarch64' machine='virt-8.0'>hvm</type></os>" EMULATED_TPM_FINE},
};

static const struct t_row labels[] = {
    {"SEC-P01", "<seclabel ~type='default' model='dac'/>", "<seclabel type='dynamic' model='dac'/>"},
    {"SEC-P02", "<seclabel model='dac' ~relabel='on'/>", "<seclabel model='dac' relabel='no'/>"},
    {"SEC-P03", "<seclabel type='dynamic' model='dac' ~relabel='no'/>",
     "<seclabel type='none' model='dac' relabel='no'/>"},
    {"SEC-P03", "<seclabel type='none' model='dac' ~relabel='yes'/>", "<seclabel type='none'/>"},
    {"SEC-P04", "~<seclabel type='static' model='dac'><label/></seclabel>",
     "<seclabel type='static' model='dac'><label>a</label></seclabel>"},
    {"SEC-P04", "~<seclabel type='static' model='dac'/>", "<seclabel type='static' model='none'/>"},
    {"SEC-P05", "<seclabel model='dac'/>\n<seclabel ~model='dac'/>",
     "<seclabel model='dac'/><seclabel model='selinux'/>"},
    {"SEC-P06", "<seclabel model='dac'/>\n~<seclabel type='none'/>", "<seclabel type='none'/>"},
    {"SEC-Q01", "~<seclabel/>", "<seclabel type='dynamic'/>"},
    {"SEC-Q01", "~<seclabel type='dynamic'><baselabel>a</baselabel></seclabel>",
     "<seclabel type='dynamic' model='dac'><baselabel>a</baselabel></seclabel>"},
    {"SEC-G01", "<seclabel type='none' model='dac'/>" LABELLED("<seclabel ~model='dac' relabel='no'/>"),
     "<seclabel type='none' model='dac'/>" LABELLED("<seclabel model='selinux' relabel='no'/>")},
    {"SEC-G01",
     "<seclabel type='none' model='dac'/>" DISK(
         "", VDA, "<backingStore><source><seclabel ~model='dac' relabel='no'/></source></backingStore>"),
     "<seclabel type='none' model='selinux'/>" DISK(
         "", VDA, "<backingStore><source><seclabel model='dac' relabel='no'/></source></backingStore>")},
    {"SEC-G02", LABELLED("<seclabel model='dac' ~relabel='no'><label>a</label></seclabel>"),
     LABELLED("<seclabel model='dac'><label>a</label></seclabel>")},
    {"SEC-G02", LABELLED("<seclabel model='dac' ~relabel='yes'/>"), LABELLED("<seclabel model='dac' relabel='no'/>")},
    {"SEC-G02", LABELLED("<seclabel model='dac' relabel='no'/><seclabel ~model='dac' relabel='no'/>"),
     LABELLED("<seclabel model='dac' relabel='no'/><seclabel model='selinux' relabel='no'/>")},
    {"SEC-P07", "~<seclabel model='dac'/>", "<seclabel type='dynamic' model='dac'/>"},
    {"SEC-R01", "<seclabel type='dynamic' ~model='foo'/>", "<seclabel type='dynamic' model='apparmor'/>"},
    {"SEC-R01", "<seclabel type='none' ~model='selinux'/>", "<seclabel type='none' model='dac'/>"},
    {"SEC-R02", "<seclabel ~type='none' model='dac'/>", "<seclabel type='dynamic' model='dac'/>"},
    {"SEC-E02", "<seclabel ~type='none' model='selinux'/>", "<seclabel type='dynamic' model='selinux'/>"},
};

TEST(memory_rules)
{
    t_rows_check(pages, COUNT(pages));
}

TEST(tpm_rules)
{
    t_rows_check(tpms, COUNT(tpms));
}

TEST(seclabel_rules)
{
    t_rows_check(labels, COUNT(labels));
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("HP-");
    t_rows_all_tripped("TPM-");
    t_rows_all_tripped("SEC-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_rules),
        cmocka_unit_test(tpm_rules),
        cmocka_unit_test(seclabel_rules),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
