/* Rules of disks and their controllers. */
#include "rows.h"

#define VHOST(attrs, driver)                                                                                           \
    DEV("<disk type='vhostuser' " attrs ">" driver                                                                     \
        "<source type='unix' path='/a'/><target dev='vda' bus='virtio'/></disk>")

static const struct t_row disks[] = {
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
     DEV("<disk type='network' device='lun'><source protocol='iscsi' name='iqn.x/1'/><target " SDA "/></disk>")},
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
    {"DSK-G11", DEV("<disk><source file='/a'/>~<target bus='virtio'/></disk>"), DISK("", VDA, "")},
    {"DSK-G17", VHOST("", "<driver ~cache='none'/>"), VHOST("", "<driver cache='default' queues='4'/>")},
    {"DSK-G17", VHOST("", "<driver ~io='threads'/>"), VHOST("", "<driver name='qemu' type='raw'/>")},
    {"DSK-G17", VHOST("", "<driver ~discard='ignore'/>"), VHOST("", "<driver event_idx='on'/>")},
    {"DSK-G17", VHOST("", "<driver ~rerror_policy='report'/>"), VHOST("", "<driver queue_size='128'/>")},
    {"DSK-G17", VHOST("~snapshot='external'", ""), VHOST("snapshot='no'", "")},
    {"DSK-G17", DEV("<disk type='vhostuser'><source type='unix' path='/a'/><target dev='sda' ~bus='scsi'/></disk>"),
     VHOST("", "")},
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
    {"DSK-G15", DEV("~<disk type='network'><target dev='vda'/></disk>"),
     DEV("<disk type='file' device='cdrom'><target dev='sda'/></disk>")},
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
    {"DSK-P01", DISK("", VDA, "<driver io='native' ~cache='nnoe'/>"),
     DISK("", VDA, "<driver io='native' cache='none'/>")},
    {"DSK-Q03", DISK("", VDA, "<driver ~io='native'/>"), DISK("", VDA, "<driver io='threads'/>")},
    {"DSK-Q04", DISK("", VDA, "<driver ~name='tap'/>"), DISK("", VDA, "<driver name='qemu'/>")},
    {"DSK-Q05", DISK("", VDA, "<driver type='qcow2'/>~<shareable/>"),
     DISK("", VDA, "<driver type='qcow2'/><shareable/><readonly/>")},
    {"DSK-Q05", DEV("~<disk type='vhostvdpa'><source dev='/a'/><target dev='vda'/></disk>"),
     DEV("<disk type='vhostvdpa'><driver cache='none'/><source dev='/a'/><target dev='vda'/></disk>")},
    {"DSK-Q06", DISK("", SDA, "<address type='drive' ~bus='1'/>"), DISK("", SDA, "<address type='drive' unit='1'/>")},
    {"DSK-Q06", DISK("", "~dev='hde' bus='ide'", ""), DISK("", "dev='hdd' bus='ide'", "")},
    {"DSK-R01", LUN(SDA, "<address type='drive' ~unit='16384'/>"), LUN(SDA, "<address type='drive' unit='16383'/>")},
    {"DSK-R01", LUN(SDA, "<address type='drive' ~target='256'/>"), LUN(SDA, "<address type='drive' target='255'/>")},
    {"DSK-R02", LUN(SDA, "~<geometry cyls='1' heads='1' secs='1'/>"),
     DISK("", SDA, "<geometry cyls='1' heads='1' secs='1'/>")},
    {"DSK-R03", DEV("<disk type='block' device='lun'><source ~dev='/dev/sdc1'/><target " SDA "/></disk>"),
     DEV("<disk type='block' device='lun'><source dev='/dev/disk/by-id/wwn-0x5'/><target " SDA "/></disk>")},
    {"DSK-R05",
     DEV("<disk type='block' device='lun' ~rawio='yes'><source dev='/dev/disk/by-id/a'/><target " SDA "/></disk>"),
     DEV("<disk type='block' device='lun' rawio='no'><source dev='/dev/disk/by-id/a'/><target " SDA "/></disk>")},
    {"DSK-A01", LUN(SDA, "~<iotune><total_iops_sec>9</total_iops_sec></iotune>"),
     DISK("", SDA, "<iotune><total_iops_sec>9</total_iops_sec></iotune>")},
    {"DSK-A02", DEV("<disk type='block' device='lun'><source ~dev='/dev/sdaa'/><target " SDA "/></disk>"),
     DEV("<disk type='block'><source dev='/dev/sdaa'/><target " SDA "/></disk>")},
};

TEST(disk_rules)
{
    t_rows_check(disks, COUNT(disks));
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("DSK-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(disk_rules),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
