/* Rules of iothreads, pins and features of KVM. */
#include "rows.h"

#define HINTED(pins, kvm, features)                                                                                    \
    "<vcpu>2</vcpu><cputune>" pins "</cputune><features><kvm>" kvm "</kvm>" features "</features>"                     \
    "<cpu mode='host-passthrough'/>"

static const struct t_row iothreads[] = {
    {"IOT-P01", "~<iothreads>four</iothreads>", "<iothreads>4</iothreads>"},
    {"IOT-P01", "~<iothreads> 4 </iothreads>", "<iothreads> 4</iothreads>"},
    {"IOT-P01", "~<iothreads>-1</iothreads>", "<iothreads/>"},
    {"IOT-P02", IDS("<iothread ~id='0'/>"), IDS("<iothread id='1'/>")},
    {"IOT-P02", IDS("~<iothread/>"), IDS("<iothread id='+007'/>")},
    {"IOT-P03", IDS("<iothread id='2'/>\n<iothread ~id='02'/>"), IDS("<iothread id='2'/><iothread id='3'/>")},
    {"IOT-P03", IDS("<iothread id='2'/>") "\n" IDS("<iothread ~id='2'/>"), IDS("<iothread id='2'/>") IDS("")},
    {"IOT-P04", DISK("", VDA, "<driver ~iothread='0'/>"), DISK("", VDA, "<driver/>")},
    {"IOT-P04", SCSI(VIRTIO_SCSI, "<driver ~iothread='x'/>"), SCSI(VIRTIO_SCSI, "<driver iothread='0'/>")},
    {"IOT-G01", IDS("<iothread id='1' ~thread_pool_max='0'/>"), IDS("<iothread id='1' thread_pool_max='1'/>")},
    {"IOT-G02", IDS("<iothread id='1' ~thread_pool_min='9' thread_pool_max='8'/>"),
     IDS("<iothread id='1' thread_pool_min='8' thread_pool_max='8'/>")},
    {"IOT-G02", "<defaultiothread ~thread_pool_min='1'/>", "<defaultiothread thread_pool_max='1'/>"},
    {"IOT-G02", "<defaultiothread ~thread_pool_max='-1'/>", "<defaultiothread/>"},
    {"IOT-G03", SCSI("model='lsilogic'", "<driver ~iothread='1'/>"), SCSI(VIRTIO_SCSI, "<driver iothread='1'/>")},
    {"IOT-G03", SCSI("", "<driver ~iothread='1'/>"), ARCH("s390x") SCSI("", "<driver iothread='1'/>")},
    {"IOT-G03", ARCH("aarch64") SCSI("", "<driver ~iothread='1'/>"),
     ARCH("aarch64") SCSI("model='virtio-transitional'", "<driver iothread='1'/>")},
    {"IOT-G04",
     "<iothreads>2</iothreads>" DISK("", VDA,
                                     "<driver ~iothread='1'><iothreads><iothread id='2'/></iothreads></driver>"),
     "<iothreads>2</iothreads>" DISK("", VDA, "<driver iothread='1'><iothreads/></driver>")},
    {"IOT-Q01", "<iothreads>1</iothreads>" DISK("", "dev='sda' bus='sata'", "<driver ~iothread='1'/>"),
     "<iothreads>1</iothreads>" DISK("", "dev='vda'", "<driver iothread='1'/>")},
    {"IOT-Q02", "<iothreads>2</iothreads>" DISK("", VDA, "<driver ~iothread='3'/>"),
     "<iothreads>2</iothreads>" IDS("<iothread id='2'/>") DISK("", VDA, "<driver iothread='1'/>")},
    {"IOT-Q02", "<iothreads>2</iothreads>" IDS("<iothread id='7'/>") DISK("", VDA, "<driver ~iothread='2'/>"),
     IDS("<iothread id='6'/>") IDS("<iothread id='7'/>") DISK("", VDA, "<driver iothread='7'/>")},
    {"IOT-Q03", SCSI(VIRTIO_SCSI, "<driver ~iothread='3'/>"), SCSI(VIRTIO_SCSI, "<driver iothread='2'/>")},
    {"IOT-Q04",
     "<iothreads>1</iothreads>" DEV(
         "<disk type='vhostuser'><driver ~iothread='1'/><source/><target dev='vda'/></disk>"),
     "<iothreads>1</iothreads>" DEV("<disk type='nvme'><driver iothread='1'/><source/><target dev='vda'/></disk>")},
    {"IOT-Q05", SCSI(VIRTIO_SCSI, "<driver iothread='1'/><address ~type='virtio-mmio'/>"),
     SCSI(VIRTIO_SCSI, "<driver iothread='1'/><address type='pci'/>")},
    {"IOT-Q07", SCSI("model='lsilogic'", "<driver ~queues='4'/>"), SCSI("model='lsilogic'", "<driver queues='0'/>")},
    {"IOT-Q07", SCSI("", "<driver ~max_sectors='4'/>"), SCSI(VIRTIO_SCSI, "<driver max_sectors='4'/>")},
    {"IOT-Q08", DISK("device='cdrom'", "dev='vda' ~bus='virtio'", ""), DISK("device='cdrom'", SDA, "")},
    {"IOT-Q08", DISK("device='floppy'", "dev='fda' ~bus='usb'", ""), DISK("device='floppy'", "dev='fda'", "")},
    {"IOT-Q09", "~<iothreads>1025</iothreads>", "<iothreads>1024</iothreads>"},
    {"IOT-G04", SCSI(VIRTIO_SCSI, "<driver ~iothread='1'><iothreads><iothread id='2'/></iothreads></driver>"),
     SCSI(VIRTIO_SCSI, "<driver iothread='1'><iothreads/></driver>")},
    {"IOT-A01",
     "<iothreads>1</iothreads>" DEV(
         "<controller type='scsi' index='0' model='virtio-scsi'><driver ~iothread='1'/></controller>"
         "<disk><source file='/a'/><target dev='sda'/></disk><disk><source file='/b'/><target dev='sdb'/></disk>"),
     "<iothreads>1</iothreads>" DEV(
         "<controller type='scsi' index='0' model='virtio-scsi'><driver iothread='1'/></controller>"
         "<disk><source file='/a'/><target dev='sda'/></disk><disk><source file='/b'/><target dev='sdh'/></disk>")},
    {"IOT-Q05", "<iothreads>1</iothreads>" DISK("", VDA, "<driver iothread='1'/><address ~type='virtio-mmio'/>"),
     "<iothreads>1</iothreads>" DISK("", VDA, "<driver iothread='1'/><address type='ccw'/>")},
};

static const struct t_row maps[] = {
    {"IOT-Q06", MAP("", "<iothread id='1'/>\n<iothread ~id='1'/>"), MAP("", "<iothread id='1'/><iothread id='2'/>")},
    {"IOT-Q06", MAP("", "<iothread ~id='3'/>"), MAP("queues='4'", "<iothread id='2'/>")},
    {"IOT-Q06",
     "<iothreads>1</iothreads>" DISK("", VDA,
                                     "<driver>~<iothreads><iothread id='1'><queue id='0'/></iothread>"
                                     "</iothreads></driver>"),
     MAP("queues='1'", "<iothread id='1'><queue id='0'/></iothread>")},
    {"IOT-Q06", MAP("queues='1'", "<iothread id='1'><queue id='0'/><queue ~id='1'/></iothread>"),
     MAP("queues='2'", "<iothread id='1'><queue id='0'/><queue id='1'/></iothread>")},
    {"IOT-Q06",
     MAP("queues='1'", "<iothread id='1'><queue id='0'/></iothread><iothread id='2'><queue ~id='0'/></iothread>"),
     MAP("queues='2'", "<iothread id='1'><queue id='1'/></iothread><iothread id='2'><queue id='0'/></iothread>")},
    {"IOT-Q06",
     "<iothreads>2</iothreads>" DISK("", VDA,
                                     "<driver queues='1'>~<iothreads><iothread id='1'/><iothread id='2'>"
                                     "<queue id='0'/></iothread></iothreads></driver>"),
     MAP("queues='1'", "<iothread id='1'/><iothread id='2'/>")},
    {"IOT-Q06",
     "<iothreads>2</iothreads>" DISK("", VDA,
                                     "<driver queues='2'>~<iothreads><iothread id='1'><queue id='1'/>"
                                     "</iothread></iothreads></driver>"),
     MAP("queues='1'", "<iothread id='1'><queue id='0'/></iothread>")},
    {"IOT-Q06", MAP("", "<iothread ~id='0'/>"), MAP("", "<iothread id='1'/>")},
    {"IOT-Q01", "<iothreads>2</iothreads>" DISK("", SDA, "<driver>~<iothreads><iothread id='1'/></iothreads></driver>"),
     "<iothreads>2</iothreads>" DISK("", SDA, "<driver><iothreads/></driver>")},
    {"IOT-Q06", SCSI(VIRTIO_SCSI, "<driver><iothreads><iothread ~id='9'/></iothreads></driver>"),
     SCSI(VIRTIO_SCSI, "<driver><iothreads><iothread id='1'/></iothreads></driver>")},
};

static const struct t_row cputune[] = {
    {"PIN-P01", TUNE("~<iothreadpin cpuset='1'/>"), TUNE("<iothreadpin iothread='1' cpuset='1'/>")},
    {"PIN-P01", TUNE("<iothreadpin ~iothread='0' cpuset='1'/>"), TUNE("<iothreadpin iothread='2' cpuset='1'/>")},
    {"PIN-P02", TUNE("<emulatorpin ~cpuset='3-1'/>"), TUNE("<emulatorpin cpuset=' 1 - 3 , 5,'/>")},
    {"PIN-P02", TUNE("~<vcpupin vcpu='1'/>"), TUNE("<vcpupin vcpu='1' cpuset='1-3,^2'/>")},
    {"PIN-P02", "<vcpu ~cpuset=''>2</vcpu>", "<vcpu placement='auto' cpuset=''>2</vcpu>"},
    {"PIN-P03", TUNE("<iothreadpin ~iothread='3' cpuset='1'/>"), TUNE("<iothreadpin iothread='2' cpuset='1'/>")},
    {"PIN-P04", TUNE("<iothreadpin iothread='2' cpuset='1'/><iothreadpin ~iothread='2' cpuset='1'/>"),
     TUNE("<iothreadpin iothread='2' cpuset='1'/><iothreadpin iothread='1' cpuset='1'/>")},
    {"PIN-P05", TUNE("<vcpupin ~vcpu='x' cpuset='1'/>"), TUNE("<vcpupin vcpu='0' cpuset='1'/>")},
    {"PIN-P05", TUNE("<vcpupin vcpu='1' cpuset='1'/><vcpupin ~vcpu='1' cpuset='1'/>"),
     TUNE("<vcpupin vcpu='1' cpuset='1'/><vcpupin vcpu='2' cpuset='1'/>")},
    {"PIN-P05", TUNE("<vcpupin ~vcpu='4' cpuset='zz'/>"), TUNE("<vcpupin vcpu='3' cpuset='1'/>")},
    {"PIN-P06", TUNE("<emulatorpin cpuset='1'/>\n~<emulatorpin cpuset='1'/>"), TUNE("<emulatorpin cpuset='1'/>")},
    {"PIN-P06", TUNE("<emulatorsched scheduler='idle'/>\n~<emulatorsched scheduler='idle'/>"),
     TUNE("<emulatorsched scheduler='idle'/>")},
    {"PIN-P07", TUNE("<vcpusched vcpus='0' ~scheduler='fifo'/>"),
     TUNE("<vcpusched vcpus='0' scheduler='fifo' priority='1'/>")},
    {"PIN-P07", TUNE("<vcpusched vcpus='0' ~scheduler='normal'/>"), TUNE("<vcpusched vcpus='0' scheduler='batch'/>")},
    {"PIN-P07", TUNE("<vcpusched vcpus='0' scheduler='rr' ~priority='x'/>"),
     TUNE("<vcpusched vcpus='0' scheduler='idle' priority='x'/>")},
    {"PIN-P08", TUNE("~<iothreadsched scheduler='idle'/>"), TUNE("<iothreadsched iothreads='1' scheduler='idle'/>")},
    {"PIN-P08", TUNE("<iothreadsched ~iothreads='1-3' scheduler='idle'/>"),
     TUNE("<iothreadsched iothreads='1-2' scheduler='idle'/>")},
    {"PIN-P08", TUNE("<vcpusched ~vcpus='4' scheduler='idle'/>"), TUNE("<vcpusched vcpus='0-3' scheduler='idle'/>")},
    {"PIN-P08", TUNE("<vcpusched vcpus='0-1' scheduler='idle'/><vcpusched ~vcpus='1-2' scheduler='batch'/>"),
     TUNE("<vcpusched vcpus='0-1' scheduler='idle'/><vcpusched vcpus='2' scheduler='batch'/>")},
    {"PIN-G01", TUNE("~<period>999</period>"), TUNE("<period>1000</period><period>x</period>")},
    {"PIN-G01", TUNE("~<emulator_quota>17592186044416</emulator_quota>"), TUNE("<emulator_quota>-1</emulator_quota>")},
    {"PIN-G01", TUNE("~<global_period>5 ms</global_period>"), TUNE("<global_period/>")},
    {"PIN-R02", TUNE("<vcpusched vcpus='0' ~scheduler='fifo' priority='1'/>"),
     TUNE("<vcpusched vcpus='0' scheduler='batch'/>")},
    {"PIN-A01",
     "<vcpu>1</vcpu><iothreads>1</iothreads><cputune><vcpupin vcpu='0' cpuset='2-3'/>"
     "<iothreadpin iothread='1' ~cpuset='0-2'/></cputune>",
     "<vcpu>1</vcpu><iothreads>1</iothreads><cputune><vcpupin vcpu='0' cpuset='2-3'/>"
     "<iothreadpin iothread='1' cpuset='0-1'/></cputune>"},
    {"PIN-A02", "<vcpu>2</vcpu><cputune>~<vcpupin vcpu='1' cpuset='2'/></cputune>",
     "<vcpu>2</vcpu><cputune><emulatorpin cpuset='2'/></cputune>"},
    {"PIN-A03", "<vcpu>1</vcpu><cputune><vcpupin vcpu='0' cpuset='2-3'/><emulatorpin ~cpuset='0-2'/></cputune>",
     "<vcpu>1</vcpu><cputune><vcpupin vcpu='0' cpuset='2-3'/><emulatorpin cpuset='0-1'/></cputune>"},
};

static const struct t_row features[] = {
    {"KVM-P01", KVM("~<hint/>"), KVM("<hidden state='on'/>")},
    {"KVM-P02", KVM("~<poll-control/>"), KVM("<poll-control state='off'/>")},
    {"KVM-P02", KVM("<pv-ipi ~state='yes'/>"), KVM("<!-- none --> ")},
    {"KVM-P02", KVM("<dirty-ring state='on' ~size='1000'/>"), KVM("<dirty-ring state='on' size='4096'/>")},
    {"KVM-P02", KVM("~<dirty-ring state='on'/>"), KVM("<dirty-ring state='off'/>")},
    {"KVM-Q01", KVM("<hint-dedicated ~state='on'/>"),
     "<cpu mode='host-passthrough'/>" KVM("<hint-dedicated state='on'/>")},
    {"KVM-Q02", ARCH("aarch64") "<features>~<pvspinlock/></features>", "<features><pvspinlock/></features>"},
    {"KVM-R01", ARCH("aarch64") KVM("~<hint-dedicated state='on'/>"),
     ARCH("aarch64") KVM("<hint-dedicated state='off'/>")},
    {"KVM-A01", HINTED("<vcpupin vcpu='0' cpuset='1'/>", "~<hint-dedicated state='on'/>", ""),
     HINTED("<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/>", "<hint-dedicated state='on'/>", "")},
    {"KVM-A01",
     HINTED("<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='1'/>", "~<hint-dedicated state='on'/>", ""),
     HINTED("<vcpupin vcpu='0' cpuset='1'/>", "<hint-dedicated state='off'/>", "")},
    {"KVM-A01",
     HINTED("<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/><emulatorpin cpuset='2-3'/>",
            "~<hint-dedicated state='on'/>", ""),
     HINTED("<vcpupin vcpu='0' cpuset='1'/><vcpupin vcpu='1' cpuset='2'/><emulatorpin cpuset='3'/>",
            "<hint-dedicated state='on'/>", "")},
    {"KVM-A02", HINTED("", "~<hidden state='on'/><hint-dedicated state='on'/>", ""),
     HINTED("", "<hidden state='off'/><hint-dedicated state='on'/>", "")},
    {"KVM-A03", HINTED("", "<hint-dedicated state='on'/>", "~<pvspinlock/>"),
     HINTED("", "<hint-dedicated state='on'/>", "<pvspinlock state='off'/>")},
    {"KVM-A04", KVM("~<hint-dedicated state='on'/>"), KVM("<hint-dedicated state='on'/><poll-control state='on'/>")},
};

TEST(iothread_rules)
{
    t_rows_check(iothreads, COUNT(iothreads));
    t_rows_check(maps, COUNT(maps));
}

TEST(cputune_rules)
{
    t_rows_check(cputune, COUNT(cputune));
}

TEST(feature_rules)
{
    t_rows_check(features, COUNT(features));
}

TEST(hint_of_another_type)
{
    t_rows_only(
        "<domain type='hvf'><name>t</name><os><type>hvm</type></os><features><kvm>\n<hint-dedicated state='on'/></kvm>"
        "</features><cpu mode='host-passthrough'/></domain>",
        "KVM-R02 2:1");
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("IOT-");
    t_rows_all_tripped("PIN-");
    t_rows_all_tripped("KVM-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iothread_rules),         cmocka_unit_test(cputune_rules),
        cmocka_unit_test(feature_rules),          cmocka_unit_test(hint_of_another_type),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
