/* Every rule of level define: a document that trips it, at a place, and a neighbour that does not. */
#include "support.h"

#include "domain.h"
#include "guard.h"
#include "rules.h"

/* A ~ marks the place of the finding; it is no part of the document. */
struct row {
    const char *rule;
    const char *bad, *good;
};

#define DEV(inside) "<devices>\n" inside "\n</devices>"
#define ARCH(arch) "<os><type arch='" arch "'>hvm</type></os>\n"
#define IDS(inside) "<iothreadids>" inside "</iothreadids>"
#define TUNE(inside) "<vcpu>4</vcpu><iothreads>2</iothreads>\n<cputune>\n" inside "\n</cputune>"
#define DISK(attrs, target, inside)                                                                                    \
    DEV("<disk type='file' " attrs "><source file='/a'/><target " target "/>" inside "</disk>")
#define LUN(target, inside)                                                                                            \
    DEV("<disk type='block' device='lun'><source dev='/dev/sdc'/><target " target "/>" inside "</disk>")
#define VDA "dev='vda' bus='virtio'"
#define SDA "dev='sda' bus='scsi'"
#define MAP(queues, inside)                                                                                            \
    "<iothreads>2</iothreads>" DISK("", VDA, "<driver type='raw' " queues "><iothreads>" inside "</iothreads></driver>")
#define SCSI(attrs, inside)                                                                                            \
    "<iothreads>2</iothreads>" DEV("<controller type='scsi' index='0' " attrs ">" inside "</controller>")
#define VIRTIO_SCSI "model='virtio-scsi'"
#define BACKING(inside) "<memoryBacking>" inside "</memoryBacking>"
#define HUGE(inside) BACKING("<hugepages>" inside "</hugepages>")
#define NUMA "<cpu><numa><cell id='0' cpus='0' memory='9'/><cell id='1' cpus='1' memory='9'/></numa></cpu>"
#define KVM(inside) "<features><kvm>" inside "</kvm></features>"
#define TPM(attrs, inside) DEV("<tpm " attrs ">" inside "</tpm>")
#define EMULATOR(attrs, inside) TPM("", "<backend type='emulator' " attrs ">" inside "</backend>")
#define LABELLED(inside) DEV("<disk><source file='/a'>" inside "</source><target dev='vda'/></disk>")

static const struct row iothreads[] = {
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
};

static const struct row maps[] = {
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

static const struct row cputune[] = {
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
};

static const struct row disks[] = {
    {"DSK-P01", DISK("", VDA, "<driver ~cache='some'/>"), DISK("", VDA, "<driver cache='default'/>")},
    {"DSK-P01", DISK("~device='usb'", VDA, ""), DISK("device='disk'", VDA, "")},
    {"DSK-G01", DISK("~rawio='no'", VDA, ""),
     DEV("<disk type='block' device='lun' rawio='yes'><source dev='/a'/><target " SDA "/></disk>")},
    {"DSK-G01", DISK("~rawio='on'", VDA, ""), DISK("", VDA, "")},
    {"DSK-G02", DISK("~sgio='filtered'", VDA, ""),
     DEV("<disk type='block' device='lun' sgio='filtered'><source dev='/a'/><target " SDA "/></disk>")},
    {"DSK-G02", DEV("<disk type='block' device='lun' ~sgio='unfiltered'><source dev='/a'/><target " SDA "/></disk>"),
     LUN(SDA, "")},
    {"DSK-G03", DEV("<disk ~type='file' device='lun'><source file='/a'/><target " SDA "/></disk>"),
     DEV("<disk type='volume' device='lun'><source pool='p' volume='v'/><target " SDA "/></disk>")},
    {"DSK-G03", DEV("<disk ~type='network' device='lun'><source protocol='rbd'/><target " SDA "/></disk>"),
     DEV("<disk type='network' device='lun'><source protocol='iscsi'/><target " SDA "/></disk>")},
    {"DSK-G04", LUN(SDA, "<driver ~type='qcow2'/>"), LUN(SDA, "<driver type='raw'/>")},
    {"DSK-G05",
     DEV("<disk type='block' device='lun'><source dev='/a'>~<slices><slice type='storage'/></slices></source>"
         "<target " SDA "/></disk>"),
     LUN(SDA, "")},
    {"DSK-G06", LUN(SDA, "~<encryption format='luks'/>"), LUN(SDA, "<encryption format='default'/>")},
    {"DSK-G07",
     DEV("<disk type='block'><source dev='/a'>~<reservations managed='yes'/></source><target " SDA "/></disk>"),
     DEV("<disk type='block' device='lun'><source dev='/a'><reservations managed='yes'/></source><target " SDA
         "/></disk>")},
    {"DSK-G08", DISK("", "dev='sda' bus='sata'", "<address ~type='pci'/>"),
     DISK("", "dev='sda' bus='sata'", "<address type='drive' unit='4'/>")},
    {"DSK-G08", DISK("", VDA, "<address ~type='drive'/>"), DISK("", VDA, "<address type='pci'/>")},
    {"DSK-G09",
     DEV("<disk><source file='/a'/><target dev='vda'/></disk>\n<disk><source file='/b'/><target ~dev='vda'/></disk>"),
     DEV("<disk><source file='/a'/><target dev='vda'/></disk>\n<disk><source file='/b'/><target dev='vdb'/></disk>")},
    {"DSK-G10",
     DEV("<disk><source file='/a'/><target dev='sda'/></disk>\n"
         "<disk><source file='/b'/><target dev='sdx'/>~<address type='drive'/></disk>"),
     DEV("<disk><source file='/a'/><target dev='sda'/></disk>\n"
         "<disk><source file='/b'/><target dev='sdx' bus='sata'/><address type='drive'/></disk>")},
    {"DSK-G10",
     DEV("<disk><source file='/b'/><target dev='sdx'/><address type='drive' controller='1'/></disk>"
         "<disk><source file='/a'/><target ~dev='sdh'/></disk>\n"),
     DEV("<disk><source file='/b'/><target dev='sdx'/><address type='drive' controller='1'/></disk>"
         "<disk><source file='/a'/><target dev='sdg'/></disk>\n")},
    {"DSK-G10",
     DEV("<disk><source file='/a'/><target dev='sda'/></disk>\n"
         "<hostdev mode='subsystem' type='scsi'>~<address type='drive'/></hostdev>"),
     DEV("<disk><source file='/a'/><target dev='sda'/></disk>\n<hostdev mode='subsystem' type='scsi'/>")},
    {"DSK-G11", DISK("", "~dev='vdA' bus='virtio'", ""), DISK("", "dev='vdaa' bus='virtio'", "")},
    {"DSK-G11", DISK("", "~dev='cd' bus='ide'", ""), DISK("", "dev='ioemu:hda' bus='ide'", "")},
    {"DSK-G11", DISK("", "~dev='sda1' bus='scsi'", ""), DISK("", SDA, "")},
    {"DSK-G11", DISK("", "~dev='vd' bus='virtio'", "<address type='pci'/>"), DISK("", VDA, "<address type='pci'/>")},
    {"DSK-G11", DEV("~<disk><source file='/a'/></disk>"), DISK("", VDA, "")},
    {"DSK-G12", DISK("", SDA, "<driver ~event_idx='on'/>"), DISK("", VDA, "<driver event_idx='on'/>")},
    {"DSK-G12", DISK("", SDA, "<driver ~queues='4'/>"), DISK("", SDA, "<driver queues='0'/>")},
    {"DSK-G12", DISK("~model='virtio'", SDA, ""), DISK("model='virtio'", VDA, "")},
    {"DSK-G12", DISK("", SDA, "<driver ~queue_size='64'/>"), DISK("", VDA, "<driver queue_size='64'/>")},
    {"DSK-G13", DISK("", VDA " ~removable='off'", ""), DISK("", "dev='sda' bus='usb' removable='on'", "")},
    {"DSK-G13", DISK("", SDA " ~removable='on'", ""), DISK("", SDA, "")},
    {"DSK-G14", DISK("", SDA, "~<vendor>123456789</vendor>"), DISK("", SDA, "<vendor>12345678</vendor>")},
    {"DSK-G14", DISK("", SDA, "~<product>a&#9;b</product>"), DISK("", SDA, "<product>1234567890123456</product>")},
    {"DSK-G15", DEV("<disk type='block'>~<source file='/a'/><target dev='vda'/></disk>"),
     DEV("<disk type='block' device='cdrom'><source dev=''/><target dev='sda'/></disk>")},
    {"DSK-G16", DEV("<controller type='scsi' index='1'/>\n<controller type='scsi' ~index='01'/>"),
     DEV("<controller type='usb' index='1'/><controller type='usb' index='1'/><controller type='scsi' index='1'/>"
         "<controller type='scsi'/>")},
    {"DSK-Q01", LUN("dev='sda' ~bus='sata'", ""), LUN(SDA, "")},
    {"DSK-Q01", LUN("dev='vda' ~bus='virtio'", ""), LUN(SDA, "")},
    {"DSK-Q02", LUN(SDA, "~<serial>1</serial>"), DISK("", SDA, "<serial>1</serial>")},
    {"DSK-Q02", LUN(SDA " ~rotation_rate='1'", ""), LUN(SDA, "")},
    {"DSK-Q02", LUN(SDA, "<driver ~copy_on_read='on'/>"), LUN(SDA, "<driver copy_on_read='off'/>")},
    {"DSK-Q03", DISK("", VDA, "<driver ~io='native' cache='writeback'/>"),
     DISK("", VDA, "<driver io='native' cache='directsync'/>")},
    {"DSK-Q03", DISK("", VDA, "<driver ~io='native'/>"), DISK("", VDA, "<driver io='threads'/>")},
    {"DSK-Q04", DISK("", VDA, "<driver ~name='tap'/>"), DISK("", VDA, "<driver name='qemu'/>")},
    {"DSK-Q05", DISK("", VDA, "<driver type='qcow2'/>~<shareable/>"),
     DISK("", VDA, "<driver type='qcow2'/><shareable/><readonly/>")},
    {"DSK-Q05", DEV("~<disk type='vhostvdpa'><source dev='/a'/><target dev='vda'/></disk>"),
     DEV("<disk type='vhostvdpa'><driver cache='none'/><source dev='/a'/><target dev='vda'/></disk>")},
    {"DSK-Q06", DISK("", SDA, "<address type='drive' ~bus='1'/>"), DISK("", SDA, "<address type='drive' unit='1'/>")},
    {"DSK-Q06", DISK("", "~dev='hde' bus='ide'", ""), DISK("", "dev='hdd' bus='ide'", "")},
};

static const struct row pages[] = {
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
};

static const struct row features[] = {
    {"KVM-P01", KVM("~<hint/>"), KVM("<hidden state='on'/>")},
    {"KVM-P02", KVM("~<poll-control/>"), KVM("<poll-control state='off'/>")},
    {"KVM-P02", KVM("<pv-ipi ~state='yes'/>"), KVM("<!-- none --> ")},
    {"KVM-P02", KVM("<dirty-ring state='on' ~size='1000'/>"), KVM("<dirty-ring state='on' size='4096'/>")},
    {"KVM-P02", KVM("~<dirty-ring state='on'/>"), KVM("<dirty-ring state='off'/>")},
    {"KVM-Q01", KVM("<hint-dedicated ~state='on'/>"),
     "<cpu mode='host-passthrough'/>" KVM("<hint-dedicated state='on'/>")},
    {"KVM-Q02", ARCH("aarch64") "<features>~<pvspinlock/></features>", "<features><pvspinlock/></features>"},
};

static const struct row tpms[] = {
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
};

static const struct row labels[] = {
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
};

/* The rules that were tripped, over all tests of this program. */
static bool tripped[DX_RULE_COUNT];

static char *whole(const char *inside)
{
    size_t room = strlen(inside) + 64;
    char *text = malloc(room);

    assert_non_null(text);
    snprintf(text, room, "<domain type='kvm'>\n%s\n</domain>\n", inside);
    return text;
}

/* Takes the mark out; gives its line and column. */
static void unmark(char *text, size_t *line, size_t *column)
{
    char *mark = strchr(text, '~');

    assert_non_null(mark);
    memmove(mark, mark + 1, strlen(mark));
    *line = *column = 1;
    for (const char *p = text; p < mark; p++) {
        ++*column;
        if (*p == '\n') {
            ++*line;
            *column = 1;
        }
    }
}

static void remember(const struct dx_doc *doc)
{
    struct dx_target target = dx_domain_target(doc, NULL);
    struct dx_findings findings;

    assert_int_equal(dx_rules_run(&findings, doc, &(struct dx_rule_scope){&target, DX_LEVEL_DEFINE, 0}), DX_OK);
    for (size_t i = 0; i < findings.n; i++) {
        tripped[findings.items[i].rule] = true;
    }
    dx_findings_free(&findings);
}

static void complain(const struct dx_ctx *ctx, const char *text)
{
    print_error("%s", text);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, i);

        print_error("%zu:%zu: [%s] %s\n", diag->line, diag->column, diag->rule, diag->message);
    }
}

static void check_bad(struct dx_ctx *ctx, const struct row *row)
{
    char *text = whole(row->bad);
    const struct dx_diag *diag = NULL;
    struct dx_doc *doc;
    size_t errors, line, column, n = 0;

    unmark(text, &line, &column);
    doc = t_parse_text(ctx, text);
    assert_int_equal(dx_doc_validate(&errors, doc, NULL), DX_OK);
    remember(doc);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        if (strcmp(dx_ctx_diag(ctx, i)->rule, row->rule) == 0) {
            diag = dx_ctx_diag(ctx, i);
            n++;
        }
    }
    if (n != 1 || diag->line != line || diag->column != column) {
        complain(ctx, text);
        fail_msg("%s is to be found once, at %zu:%zu", row->rule, line, column);
    }
    assert_int_equal(errors, t_count(ctx, DX_SEVERITY_ERROR));
    assert_int_equal(diag->level, DX_LEVEL_DEFINE);
    assert_null(strchr(diag->message, '{'));
    assert_non_null(diag->hint);
    assert_non_null(diag->path);
    dx_doc_free(doc);
    dx_ctx_clear_diags(ctx);
    free(text);
}

static void check_good(struct dx_ctx *ctx, const struct row *row)
{
    char *text = whole(row->good);
    struct dx_doc *doc = t_parse_text(ctx, text);
    size_t errors;
    bool found = false;

    assert_int_equal(dx_doc_validate(&errors, doc, NULL), DX_OK);
    for (size_t i = 0; i < dx_ctx_diag_count(ctx); i++) {
        found |= strcmp(dx_ctx_diag(ctx, i)->rule, row->rule) == 0;
    }
    if (errors > 0 || found) {
        complain(ctx, text);
        fail_msg("%s: nothing is wrong here", row->rule);
    }
    dx_doc_free(doc);
    dx_ctx_clear_diags(ctx);
    free(text);
}

static void check_rows(const struct row *rows, size_t n)
{
    struct dx_ctx *ctx = t_ctx();

    for (size_t i = 0; i < n; i++) {
        check_bad(ctx, &rows[i]);
        check_good(ctx, &rows[i]);
    }
    dx_ctx_free(ctx);
}

TEST(iothread_rules)
{
    check_rows(iothreads, COUNT(iothreads));
    check_rows(maps, COUNT(maps));
}

TEST(cputune_rules)
{
    check_rows(cputune, COUNT(cputune));
}

TEST(disk_rules)
{
    check_rows(disks, COUNT(disks));
}

TEST(memory_rules)
{
    check_rows(pages, COUNT(pages));
}

TEST(feature_rules)
{
    check_rows(features, COUNT(features));
}

TEST(tpm_rules)
{
    check_rows(tpms, COUNT(tpms));
}

TEST(seclabel_rules)
{
    check_rows(labels, COUNT(labels));
}

/* The only finding of a whole document, as "RULE LINE:COLUMN"; "" for none. */
static void only_finding(const char *text, const char *want)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, text);
    char got[64] = "";
    size_t errors;

    assert_int_equal(dx_doc_validate(&errors, doc, NULL), DX_OK);
    remember(doc);
    if (dx_ctx_diag_count(ctx) > 0) {
        const struct dx_diag *diag = dx_ctx_diag(ctx, 0);

        snprintf(got, sizeof got, "%s %zu:%zu", diag->rule, diag->line, diag->column);
    }
    assert_string_equal(got, want);
    assert_true(dx_ctx_diag_count(ctx) <= 1);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(type_of_the_domain)
{
    only_finding("<domain/>", "DOC-P02 1:1");
    only_finding("<domain\n type='KVM'/>", "DOC-P02 2:2");
    only_finding("<domain type='bhyve'/>", "");
}

TEST(rules_of_qemu_are_for_qemu)
{
    static const char rest[] = "<devices><disk><driver io='native'/><source file='/a'/><target dev='vda'/></disk>"
                               "</devices></domain>";
    static const char *const types[] = {"kvm", "qemu", "hvf", "test", "lxc", "xen"};

    for (size_t i = 0; i < COUNT(types); i++) {
        char text[256];

        snprintf(text, sizeof text, "<domain type='%s'>\n%s", types[i], rest);
        only_finding(text, i < 3 ? "DSK-Q03 2:24" : "");
    }
}

TEST(what_is_no_element_of_libvirt_is_not_read)
{
    only_finding("<domain type='kvm'><metadata><a xmlns='urn:a'><iothreads>x</iothreads></a></metadata></domain>", "");
    only_finding("<domain type='kvm'><features xmlns='urn:a'><kvm><foo/></kvm></features></domain>", "");
    only_finding("<domain type='kvm'><q:iothreads xmlns:q='urn:q'>x</q:iothreads></domain>", "");
    only_finding("<domain type='kvm'><iothreads>1</iothreads><iothreads>x</iothreads></domain>", "");
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    for (size_t i = 0; i < DX_RULE_COUNT; i++) {
        const struct dx_rule_row *row = dx_rule_row((enum dx_rule_id)i);
        /* Of these only passes, or a host, can know. */
        bool elsewhere = i == DX_RULE_IOT_Q09 || i == DX_RULE_TPM_Q03;

        if (row->driver <= DX_DRIVER_Q && !elsewhere && !tripped[i]) {
            fail_msg("no document trips rule %zu, %s: %s", i, row->rule.id, row->rule.message);
        }
    }
}

TEST(catalogue)
{
    for (size_t i = 0; i < DX_RULE_COUNT; i++) {
        const struct dx_rule *rule = dx_rule_at(i);

        assert_non_null(dx_rule_find(rule->id));
        assert_non_null(rule->hint);
        assert_null(strchr(rule->message, '\n'));
        assert_true(rule->level == DX_LEVEL_DEFINE || rule->severity == DX_SEVERITY_WARNING);
    }
    assert_null(dx_rule_at(DX_RULE_COUNT));
    assert_null(dx_rule_find("IOT-X99"));
    assert_null(dx_rule_find(NULL));
}

/* ---- the guard (promise P6) ---- */

static int guard(struct dx_doc *doc, const char *allow)
{
    struct dx_run_options opts = {.size = sizeof opts, .allow = &allow, .n_allow = allow ? 1 : 0};
    struct dx_target target = dx_domain_target(doc, NULL);

    return dx_guard(doc, &target, &opts);
}

TEST(guard_lets_old_errors_be)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain type='kvm'><iothreads>x</iothreads><vcpu>1</vcpu></domain>");

    assert_int_equal(dx_edit_set_text(t_find(doc, "vcpu"), STR("2")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 0);
    /* Another value of the same element is another error. */
    assert_int_equal(dx_edit_set_text(t_find(doc, "iothreads"), STR("y")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_EREFUSED);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_string_equal(dx_ctx_diag(ctx, 0)->rule, "IOT-P01");
    assert_int_equal(dx_ctx_diag(ctx, 0)->severity, DX_SEVERITY_ERROR);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(guard_refuses_new_elements)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc =
        t_parse_text(ctx, "<domain type='kvm'>\n  <devices>\n    <tpm><backend type='emulator'/></tpm>\n"
                          "    <tpm><backend type='emulator'/></tpm>\n  </devices>\n</domain>\n");
    struct dx_node *tpm, *backend;

    assert_int_equal(dx_edit_insert(&tpm, t_find(doc, "devices"), NULL, "tpm"), DX_OK);
    assert_int_equal(dx_edit_insert(&backend, tpm, NULL, "backend"), DX_OK);
    assert_int_equal(dx_edit_set_attr(backend, "type", STR("emulation")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_EREFUSED);
    /* The first that was there is now a second one. */
    assert_int_equal(dx_ctx_diag_count(ctx), 2);
    assert_string_equal(dx_ctx_diag(ctx, 0)->rule, "TPM-P01");
    assert_non_null(strstr(dx_ctx_diag(ctx, 0)->message, "inserted here"));
    assert_int_equal(dx_ctx_diag(ctx, 0)->line, 3);
    assert_string_equal(dx_ctx_diag(ctx, 1)->rule, "TPM-Q01");
    assert_int_equal(dx_ctx_diag(ctx, 1)->line, 3);
    assert_null(strstr(dx_ctx_diag(ctx, 1)->message, "inserted here"));
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(guard_warns_of_what_is_allowed)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain type='kvm'><iothreads>1</iothreads></domain>");

    assert_int_equal(dx_edit_set_text(t_find(doc, "iothreads"), STR("many")), DX_OK);
    assert_int_equal(guard(doc, "IOT-P01"), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 1);
    assert_int_equal(dx_ctx_diag(ctx, 0)->severity, DX_SEVERITY_WARNING);
    assert_int_equal(guard(doc, "IOT-P02"), DX_EREFUSED);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

TEST(guard_judges_the_type_it_becomes)
{
    struct dx_ctx *ctx = t_ctx();
    struct dx_doc *doc = t_parse_text(ctx, "<domain type='test'><devices><disk><driver io='native'/><source file='/a'/>"
                                           "<target dev='vda'/></disk></devices></domain>");
    struct dx_target before = dx_domain_target(doc, NULL);

    assert_int_equal(dx_guard(doc, &before, NULL), DX_OK);
    assert_int_equal(dx_edit_set_attr(dx_doc_root(doc), "type", STR("kvm")), DX_OK);
    assert_int_equal(dx_guard(doc, &before, NULL), DX_EREFUSED);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
}

/* Many findings: the guard's table, and the order in which errors come. */
TEST(guard_of_many_errors)
{
    enum { N = 3000 };
    struct dx_ctx *ctx = t_ctx();
    char *text = malloc(N * 96 + 64);
    size_t len = (size_t)snprintf(text, 64, "<domain type='kvm'><vcpu>1</vcpu><devices>");
    struct dx_doc *doc;

    for (int i = 0; i < N; i++) {
        len += (size_t)snprintf(text + len, 96, "<disk rawio='no'><source file='/a'/><target dev='vda'/></disk>");
    }
    memcpy(text + len, "</devices></domain>", 20);
    doc = t_parse_text(ctx, text);
    assert_int_equal(dx_edit_set_text(t_find(doc, "vcpu"), STR("2")), DX_OK);
    assert_int_equal(guard(doc, NULL), DX_OK);
    assert_int_equal(dx_ctx_diag_count(ctx), 0);
    dx_doc_free(doc);
    dx_ctx_free(ctx);
    free(text);
}

/* Every allocation that fails is an answer, never a crash or a silent success. */
TEST(memory_runs_out)
{
    static const char text[] =
        "<domain type='kvm'><vcpu>2</vcpu><iothreads>2</iothreads><iothreadids><iothread id='3'/></iothreadids>"
        "<cputune><iothreadpin iothread='9' cpuset='1'/></cputune><devices><disk><driver iothread='8'/>"
        "<source file='/a'/><target dev='vda'/></disk></devices></domain>";
    bool done = false;

    for (size_t n = 1; !done; n++) {
        struct t_memory memory = {0};
        struct dx_allocator allocator = t_allocator(&memory);
        struct dx_ctx_options options = {.size = sizeof options, .allocator = &allocator};
        struct dx_ctx *ctx = NULL;
        struct dx_doc *doc = NULL;
        int rc;

        assert_int_equal(dx_ctx_new(&ctx, &options), DX_OK);
        doc = t_parse_text(ctx, text);
        assert_int_equal(dx_edit_set_text(t_find(doc, "iothreads"), STR("1")), DX_OK);
        memory.fail_at = memory.calls + n;
        memory.from_then_on = true;
        rc = guard(doc, NULL);
        done = !memory.failed;
        assert_int_equal(rc, done ? DX_OK : DX_ENOMEM);
        dx_doc_free(doc);
        dx_ctx_free(ctx);
        assert_int_equal(memory.live, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(iothread_rules),
        cmocka_unit_test(cputune_rules),
        cmocka_unit_test(disk_rules),
        cmocka_unit_test(memory_rules),
        cmocka_unit_test(feature_rules),
        cmocka_unit_test(tpm_rules),
        cmocka_unit_test(seclabel_rules),
        cmocka_unit_test(type_of_the_domain),
        cmocka_unit_test(rules_of_qemu_are_for_qemu),
        cmocka_unit_test(what_is_no_element_of_libvirt_is_not_read),
        cmocka_unit_test(every_rule_was_tripped),
        cmocka_unit_test(catalogue),
        cmocka_unit_test(guard_lets_old_errors_be),
        cmocka_unit_test(guard_refuses_new_elements),
        cmocka_unit_test(guard_warns_of_what_is_allowed),
        cmocka_unit_test(guard_judges_the_type_it_becomes),
        cmocka_unit_test(guard_of_many_errors),
        cmocka_unit_test(memory_runs_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
