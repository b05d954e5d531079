/* Devices of the host and of the guest, boot order, firmware and SMBIOS. */
#include "boards.h"

#define NET(attrs, inside) "<interface " attrs ">" inside "</interface>\n"
#define DRIVE(bus, dev, inside)                                                                                        \
    "<disk type='file'><source file='/a'/><target dev='" dev "' bus='" bus "'/>" inside "</disk>\n"
#define HOSTDEV(attrs, inside) "<hostdev mode='subsystem' " attrs ">" inside "</hostdev>\n"
#define SOURCE(inside) "<source>" inside "</source>"
#define SCSI_AT(unit) SOURCE("<adapter name='scsi_host0'/><address bus='0' target='0' unit='" unit "'/>")
#define PCI_AT(slot) "<address type='pci' domain='0' bus='1' slot='" slot "' function='0'/>"
#define MDEV(attrs, inside) HOSTDEV("type='mdev' " attrs, inside)
#define UUID_A SOURCE("<address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dc'/>")
#define UUID_B SOURCE("<address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dd'/>")
#define OS(attrs, inside) "<os " attrs "><type>hvm</type>" inside "</os>\n"
#define FEATURE(name, enabled) "<feature enabled='" enabled "' name='" name "'/>"
#define ACPI "<features><acpi/></features>\n"
#define SMBIOS(part, entry, text)                                                                                      \
    "<sysinfo type='smbios'><" part "><entry name='" entry "'>" text "</entry></" part "></sysinfo>\n"
#define IOMMU(attrs, inside) DEV("<iommu " attrs ">" inside "</iommu>")
#define FS(inside) DEV("<filesystem type='mount'><source dir='/a'/>" inside "</filesystem>")
#define REMOTE(source) DEV("<disk type='network'>" source "<target dev='vda' bus='virtio'/></disk>")
#define SERIAL(type, inside) "<serial type='pty'><target type='" type "'>" inside "</target></serial>\n"

static const struct t_row boots[] = {
    {"ALI-G01", DEV(DRIVE("sata", "sda", "<alias name='ua-a'/>") NET("type='user'", "<alias ~name='ua-a'/>")),
     DEV(DRIVE("sata", "sda", "<alias name='ua-a'/>") NET("type='user'", "<alias name='ua-b'/>"))},
    {"ALI-G01", DEV(NET("type='user'", "<alias name='ua-a'/>") NET("type='user'", "<alias ~name='ua-a'/>")),
     DEV(NET("type='user'", "<alias name='net0'/>") NET("type='user'", "<alias name='net0'/>"))},
    {"BOT-P01", DEV(NET("type='user'", "<boot ~order='0'/>")), DEV(NET("type='user'", "<boot order='1'/>"))},
    {"BOT-P01", DEV(NET("type='user'", "~<boot/>")), DEV(NET("type='user'", "<boot order='9'/>"))},
    {"BOT-P02", OS("", "<boot ~dev='usb'/>"), OS("", "<boot dev='hd'/><boot dev='network'/>")},
    {"BOT-G01", DEV(DRIVE("sata", "sda", "<boot order='1'/>") NET("type='user'", "<boot ~order='1'/>")),
     DEV(DRIVE("sata", "sda", "<boot order='1'/>") NET("type='user'", "<boot order='2'/>"))},
    {"BOT-G02", OS("", "<boot dev='hd'/>") DEV(DRIVE("sata", "sda", "~<boot order='1'/>")),
     OS("", "<boot dev='hd'/>") DEV(DRIVE("sata", "sda", ""))},
    {"BOT-G03", OS("", "<bootmenu enable='yes' ~timeout='65536'/>"),
     OS("", "<bootmenu enable='yes' timeout='65535'/>")},
    {"BOT-G03", OS("", "<bios ~rebootTimeout='65536'/>"), OS("", "<bios rebootTimeout='-1'/>")},
    {"BOT-Q01", "~<on_reboot>preserve</on_reboot>", "<on_crash>preserve</on_crash>"},
    {"BOT-Q01", "~<on_crash>rename-restart</on_crash>", "<on_poweroff>destroy</on_poweroff>"},
};

static const struct t_row hostdevs[] = {
    {"HST-P01", DEV(HOSTDEV("type='scsi_host' ~rawio='yes'", "<source wwpn='naa.1'/>")),
     DEV(HOSTDEV("type='scsi' rawio='yes' sgio='filtered'", SCSI_AT("0")))},
    {"HST-P02", DEV("~" MDEV("", UUID_A)), DEV(MDEV("model='vfio-pci'", UUID_A))},
    {"HST-G01",
     DEV(HOSTDEV("type='pci'", SOURCE("<address bus='1'/>")) HOSTDEV("type='pci'", SOURCE("~<address bus='0x01'/>"))),
     DEV(HOSTDEV("type='pci'", SOURCE("<address bus='1'/>"))
             HOSTDEV("type='pci'", SOURCE("<address bus='1' slot='1'/>")))},
    {"HST-G01", DEV(HOSTDEV("type='pci'", SOURCE(PCI_AT("2"))) NET("type='hostdev'", SOURCE("~" PCI_AT("0x2")))),
     DEV(HOSTDEV("type='pci'", SOURCE(PCI_AT("2"))) NET("type='hostdev'", SOURCE(PCI_AT("3"))))},
    {"HST-G01",
     DEV(HOSTDEV("type='usb'", SOURCE("<address bus='1' device='6'/>"))
             HOSTDEV("type='usb'", SOURCE("~<address bus='1' device='6'/>"))),
     DEV(HOSTDEV("type='usb'", SOURCE("<address bus='1' device='6'/>"))
             HOSTDEV("type='usb'", SOURCE("<vendor id='1'/><product id='6'/>")))},
    {"HST-G01",
     DEV(HOSTDEV("type='usb'", SOURCE("<vendor id='0x12'/><product id='0x34'/>"))
             HOSTDEV("type='usb'", SOURCE("~<vendor id='0x0012'/><product id='0x34'/>"))),
     DEV(HOSTDEV("type='usb'", SOURCE("<vendor id='0x12'/><product id='0x34'/>"))
             HOSTDEV("type='usb'", SOURCE("<vendor id='0x12'/><product id='0x35'/>")))},
    {"HST-G01",
     DEV(HOSTDEV("type='scsi'", SCSI_AT("0"))
             HOSTDEV("type='scsi'", SOURCE("<adapter name='scsi_host0'/>~<address bus='0' target='0' unit='0'/>"))),
     DEV(HOSTDEV("type='scsi'", SCSI_AT("0")) HOSTDEV("type='scsi'", SCSI_AT("1")))},
    {"HST-G01",
     DEV(HOSTDEV("type='scsi_host'", "<source wwpn='naa.1'/>") HOSTDEV("type='scsi_host'", "~<source wwpn='naa.1'/>")),
     DEV(HOSTDEV("type='scsi_host'", "<source wwpn='naa.1'/>") HOSTDEV("type='scsi_host'", "<source wwpn='naa.2'/>"))},
    {"HST-G01",
     DEV(MDEV("model='vfio-pci'", UUID_A)
             MDEV("model='vfio-pci'", SOURCE("~<address uuid='53764d0e-85a0-42b4-af5c-2046b460b1dc'/>"))),
     DEV(MDEV("model='vfio-pci'", UUID_A) MDEV("model='vfio-pci'", UUID_B))},
    {"HST-G02", DEV(HOSTDEV("type='usb'", SOURCE("<address bus='1' device='6'/>") "<address ~type='pci'/>")),
     DEV(HOSTDEV("type='pci'", SOURCE("<address bus='1'/>") "<address type='unassigned'/>"))},
    {"HST-G02", T_S390 DEV(MDEV("model='vfio-ccw'", UUID_A "<address ~type='pci'/>")),
     T_S390 DEV(MDEV("model='vfio-ccw'", UUID_A "<address type='ccw'/>"))},
    {"HST-G03", DEV(HOSTDEV("type='scsi' ~sgio='unfiltered'", SCSI_AT("0"))),
     DEV(HOSTDEV("type='scsi' sgio='filtered'", SCSI_AT("0")))},
    {"HST-G04",
     DEV("<graphics type='vnc'/>" MDEV("model='vfio-pci' display='on' ramfb='on'", UUID_A)
             MDEV("model='vfio-pci' display='on' ~ramfb='on'", UUID_B)),
     DEV("<graphics type='vnc'/>" MDEV("model='vfio-pci' display='on' ramfb='on'", UUID_A)
             MDEV("model='vfio-pci' display='on' ramfb='off'", UUID_B))},
    {"HST-Q01", T_S390 DEV(MDEV("model='vfio-ap'", UUID_A) MDEV("~model='vfio-ap'", UUID_B)),
     T_S390 DEV(MDEV("model='vfio-ap'", UUID_A) MDEV("model='vfio-ccw'", UUID_B))},
    {"HST-Q02", DEV(MDEV("model='vfio-pci' ~display='on'", UUID_A)),
     DEV(MDEV("model='vfio-pci' display='off'", UUID_A))},
    {"HST-Q03", DEV(HOSTDEV("type='scsi_host'", "<source wwpn='naa.1'/>~<boot order='1'/>")),
     DEV(HOSTDEV("type='pci'", SOURCE("<address bus='1'/>") "<boot order='1'/>"))},
    {"HST-Q03", DEV(MDEV("model='vfio-pci'", UUID_A "~<boot order='1'/>")),
     T_S390 DEV(MDEV("model='vfio-ccw'", UUID_A "<boot order='1'/>"))},
};

static const struct t_row firmware[] = {
    {"FW-P01", OS("~firmware='uefi'", "") ACPI, OS("firmware='efi'", "") ACPI},
    {"FW-G01",
     OS("firmware='efi'", "~<firmware>" FEATURE("enrolled-keys", "yes") FEATURE("secure-boot", "no") "</firmware>")
         ACPI,
     OS("firmware='efi'", "<firmware>" FEATURE("enrolled-keys", "no") FEATURE("secure-boot", "no") "</firmware>") ACPI},
    {"FW-G02", OS("", "~<firmware>" FEATURE("secure-boot", "no") "</firmware>"), OS("", "<firmware/>")},
    {"FW-G03", OS("", "~<loader readonly='yes' type='pflash'/>"), OS("firmware='efi'", "<loader secure='no'/>") ACPI},
    {"FW-G04", OS("firmware='bios'", "~<nvram>/a</nvram>"), OS("firmware='bios'", "<nvram template='/a'/>")},
    {"FW-G05", OS("", "<loader stateless='yes' type='pflash'>/a</loader>~<nvram>/a</nvram>"),
     OS("", "<loader stateless='yes' type='pflash'>/a</loader>")},
    {"FW-G05", OS("", "<loader stateless='yes' type='pflash'>/a</loader>~<nvram template='/a'/>"),
     OS("", "<loader stateless='no' type='pflash'>/a</loader><nvram template='/a'/>")},
    {"FW-G06", OS("firmware='bios'", "<loader ~stateless='no'/>"), OS("firmware='bios'", "<loader stateless='yes'/>")},
    {"FW-G06", OS("", "<loader ~stateless='no'>/a</loader>"),
     OS("", "<loader stateless='no' type='pflash'>/a</loader>")},
    {"FW-Q01", T_VIRT "<features>~<acpi/></features>",
     T_OS("aarch64", "virt", "<loader type='pflash' readonly='yes'>/a</loader>") ACPI},
    {"FW-Q02", "<os ~firmware='efi'><type arch='x86_64' machine='q35'>hvm</type></os>",
     "<os firmware='efi'><type arch='aarch64' machine='virt'>hvm</type></os>"},
    {"FW-Q02", "~<os><type arch='x86_64'>hvm</type><loader type='pflash' readonly='yes'>/a</loader></os>",
     "<os><type arch='x86_64'>hvm</type><loader type='rom'>/a</loader></os>"},
    {"FW-Q03", T_S390 "<features>~<acpi/></features>", T_Q35 ACPI},
    {"SMB-P01", "<sysinfo type='smbios'><bios>~<entry name='date'>13/01/2020</entry></bios></sysinfo>",
     SMBIOS("bios", "date", "12/31/99")},
    {"SMB-P01", "<sysinfo type='smbios'><bios>~<entry name='date'>1/1/899</entry></bios></sysinfo>",
     SMBIOS("bios", "date", "1/1/1900")},
    {"SMB-P02", "<sysinfo type='smbios'><system>~<entry name='uuid'>c7a5</entry></system></sysinfo>",
     SMBIOS("system", "uuid", "C7A5fdbd-edaf-9455-926a-d65c16db1809")},
    {"SMB-P02",
     "<sysinfo type='smbios'><system>~<entry name='uuid'>c-7a5fdbdedaf9455926ad65c16db1809</entry></system></sysinfo>",
     SMBIOS("system", "uuid", "c7-a5fdbd edaf 9455 926ad65c16db1809")},
    {"SMB-P02",
     "<sysinfo type='smbios'><system>~<entry name='uuid'>c7a5fdbdedaf9455926ad65c16db1809-</entry></system></sysinfo>",
     SMBIOS("system", "uuid", " c7a5fdbdedaf9455926ad65c16db1809 ")},
    {"SMB-P03",
     "<uuid>c7a5fdbd-edaf-9455-926a-d65c16db1808</uuid><sysinfo type='smbios'><system>"
     "~<entry name='uuid'>c7a5fdbd-edaf-9455-926a-d65c16db1809</entry></system></sysinfo>",
     "<uuid>c7a5fdbdedaf9455926ad65c16db1809</uuid>" SMBIOS("system", "uuid", "C7A5FDBD-edaf-9455-926a-d65c16db1809")},
    {"SMB-Q01", "<sysinfo type='fwcfg'><entry ~name='etc/a'>1</entry></sysinfo>",
     "<sysinfo type='fwcfg'><entry name='opt/com.example/a'>1</entry></sysinfo>"},
    {"SMB-Q01", "<sysinfo type='fwcfg'><entry ~name='opt/ovmf/a'>1</entry></sysinfo>",
     "<sysinfo type='fwcfg'><entry name='opt/ovmf.a'>1</entry></sysinfo>"},
};

static const struct t_row disks[] = {
    {"STO-P01", REMOTE("~<source protocol='rbd'/>"), REMOTE("<source protocol='rbd' name='pool/a'/>")},
    {"STO-P01", REMOTE("~<source protocol='rbd'/>"), REMOTE("<source protocol='nbd'><host name='a'/></source>")},
    {"STO-G01", DEV(DRIVE("virtio", "vda", "<encryption format='luks'>~<cipher name='aes' size='256'/></encryption>")),
     DEV(DRIVE("virtio", "vda", "<encryption format='luks'/>"))},
    {"STO-G02",
     DEV(DRIVE("virtio", "vda",
               "<iotune>~<total_iops_sec>1</total_iops_sec><read_iops_sec>1</read_iops_sec></iotune>")),
     DEV(DRIVE("virtio", "vda",
               "<iotune><total_iops_sec>1</total_iops_sec><read_iops_sec>0</read_iops_sec>"
               "<read_bytes_sec>1</read_bytes_sec></iotune>"))},
    {"STO-G03",
     DEV("<disk type='network'><source protocol='rbd' name='a' ~startupPolicy='optional'/><target dev='vda'/></disk>"),
     DEV("<disk type='network'><source protocol='rbd' name='a'/><target dev='vda'/></disk>")},
    {"STO-G04", DEV("<disk type='file'><source file='/a' ~startupPolicy='requisite'/><target dev='vda'/></disk>"),
     DEV("<disk type='file' device='cdrom'><source file='/a' startupPolicy='requisite'/><target dev='sda' "
         "bus='sata'/></disk>")},
    {"STO-Q01", DEV(DRIVE("virtio", "vda", "<driver ~type='dir'/>")),
     DEV(DRIVE("virtio", "vda", "<driver type='raw'/>"))},
    {"STO-Q01", DEV(DRIVE("virtio", "vda", "<driver ~type='iso'/>")),
     DEV(DRIVE("virtio", "vda", "<driver type='qcow2'/>"))},
    {"STO-Q02", DEV(DRIVE("virtio", "vda", "<driver ~type='fat'/>")),
     DEV("<disk type='dir'><driver type='fat'/><source dir='/a'/><target dev='vda'/><readonly/></disk>")},
    {"STO-Q03", DEV(DRIVE("usb", "sda", "<address ~type='pci' slot='5'/>")),
     DEV(DRIVE("usb", "sda", "<address type='usb' bus='0'/>"))},
    {"STO-Q04", DEV(DRIVE("virtio", "vda", "~<vendor>A</vendor>")), DEV(DRIVE("scsi", "sda", "<vendor>A</vendor>"))},
    {"STO-Q04", DEV(DRIVE("usb", "sda", "~<wwn>5000c50015ea71aa</wwn>")),
     DEV(DRIVE("sata", "sda", "<wwn>5000c50015ea71aa</wwn>"))},
    {"STO-Q05", DEV(DRIVE("virtio", "vda", "~<serial>a:b</serial>")),
     DEV(DRIVE("virtio", "vda", "<serial>a b_c.+</serial>"))},
    {"STO-Q06", DEV(DRIVE("sata", "sda", "~<readonly/>")), DEV(DRIVE("scsi", "sda", "<readonly/>"))},
    {"STO-Q06", DEV(DRIVE("ide", "hda", "~<readonly/>")),
     DEV("<disk type='file' device='cdrom'><source file='/a'/><target dev='hda' bus='ide'/><readonly/></disk>")},
    {"STO-Q07", DEV(DRIVE("virtio", "vda", "<driver ~copy_on_read='on'/><readonly/>")),
     DEV(DRIVE("virtio", "vda", "<driver copy_on_read='off'/><readonly/>"))},
};

static const struct t_row chardevs[] = {
    {"CHR-P03", DEV("~<channel type='unix'/>"), DEV("<channel><target type='virtio' name='a'/></channel>")},
    {"CHR-P03", DEV("<channel type='unix'><target ~type='isa' name='a'/></channel>"),
     DEV("<channel type='unix'><target type='xen' name='a'/></channel>")},
    {"CHR-P03", DEV("<channel type='unix'>~<target name='a'/></channel>"),
     DEV("<channel type='unix'><target type='virtio'/></channel>")},
    {"CHR-P01",
     DEV("<serial type='tcp'><source mode='connect' host='a' service='1'>~<reconnect "
         "enabled='yes'/></source></serial>"),
     DEV("<serial type='tcp'><source mode='connect' host='a' service='1'><reconnect enabled='no'/></source></serial>")},
    {"CHR-P02", T_PC DEV("<console type='pty'/><console type='pty'><target ~type='serial'/></console>"),
     T_PC DEV(
         "<console type='pty'><target type='serial'/></console><console type='pty'><target type='virtio'/></console>")},
    {"CHR-G01",
     DEV("<serial type='unix'><source mode='bind' path='/a'><reconnect ~enabled='yes' timeout='1'/></source></serial>"),
     DEV("<serial type='unix'><source mode='connect' path='/a'><reconnect enabled='yes' "
         "timeout='1'/></source></serial>")},
    {"CHR-G02", DEV("~<serial type='unix'><source mode='bind'/></serial>"),
     DEV("<channel type='unix'><source mode='bind'/><target type='virtio' name='a'/></channel>")},
    {"CHR-G02", DEV("~<redirdev bus='usb' type='udp'><source mode='bind' service='1'/></redirdev>"),
     DEV("<redirdev bus='usb' type='udp'><source mode='bind' service='1'/><source service='2'/></redirdev>")},
    {"CHR-G03",
     DEV("<serial type='pty'><target type='isa-serial' port='0'/></serial>"
         "<serial type='pty'><target type='isa-serial' ~port='0'/></serial>"),
     DEV("<serial type='pty'><target type='isa-serial' port='0'/></serial>"
         "<serial type='pty'><target type='isa-serial' port='3'/></serial>")},
    {"CHR-G03", DEV("<serial type='pty'><target type='isa-serial' ~port='4'/></serial>"),
     DEV("<serial type='pty'><target type='usb-serial' port='4'/></serial>")},
    {"CHR-Q01", DEV(SERIAL("isa-serial", "<model ~name='pci-serial'/>")),
     DEV(SERIAL("pci-serial", "<model name='pci-serial'/>"))},
    {"CHR-Q02", T_PC DEV(SERIAL("system-serial", "<model ~name='pl011'/>")),
     T_VIRT DEV(SERIAL("system-serial", "<model name='pl011'/>"))},
    {"CHR-Q02", T_PC DEV("<serial type='pty'><target ~type='sclp-serial'/></serial>"),
     T_S390 DEV(SERIAL("sclp-serial", ""))},
    {"CHR-Q03", T_PSERIES DEV("~<parallel type='pty'/>"), T_PC DEV("<parallel type='pty'/>")},
};

static const struct t_row displays[] = {
    {"VID-G01", DEV("<video><model type='vga'/></video><video><model ~type='none'/></video>"),
     DEV("<video><model type='none'/></video>")},
    {"VID-G02",
     DEV("<video><model type='qxl' primary='yes'/></video><video><model type='qxl' ~primary='yes'/></video>"),
     DEV("<video><model type='qxl' primary='yes'/></video><video><model type='qxl'/></video>")},
    {"VID-G03", DEV("<video><model type='vga' ~ram='65536'/></video>"),
     DEV("<video><model type='vga' vram='65536'/></video>")},
    {"VID-G04", DEV("<video><model type='vga'><resolution x='800' ~y='0'/></model></video>"),
     DEV("<video><model type='vga'><resolution x='800' y='600'/></model></video>")},
    {"VID-G05", DEV("<video><model type='ramfb'/>~<address type='pci' slot='5'/></video>"),
     DEV("<video><model type='vga'/><address type='pci' slot='5'/></video>")},
    {"VID-G06", DEV("<audio id='1' type='none'/><audio ~id='1' type='none'/>"),
     DEV("<audio id='1' type='none'/><audio id='2' type='none'/>")},
    {"VID-G07", DEV("<sound model='ich9'><audio ~id='1'/></sound>"),
     DEV("<sound model='ich9'><audio id='1'/></sound><audio id='1' type='none'/>")},
    {"VID-G07", DEV("<graphics type='vnc'><audio ~id='2'/></graphics><audio id='1' type='none'/>"),
     DEV("<graphics type='vnc'/>")},
    {"VID-Q01", DEV("<video><model type='qxl' ~vgamem='1000'/></video>"),
     DEV("<video><model type='qxl' vgamem='1024'/></video>")},
    {"VID-Q02", DEV("<graphics type='vnc' ~passwd='123456789'/>"), DEV("<graphics type='spice' passwd='123456789'/>")},
};

static const struct t_row devices[] = {
    {"DEV-P01", DEV("<shmem name='a'>~<msi/></shmem>"), DEV("<shmem name='a'><server path='/a'/><msi/></shmem>")},
    {"DEV-G01", DEV("<shmem ~name='a/b'/>"), DEV("<shmem name='a.b'/>")},
    {"DEV-Q01", DEV("<shmem name='a'><model ~type='ivshmem-plain'/><server path='/a'/></shmem>"),
     DEV("<shmem name='a'><model type='ivshmem-plain'/></shmem>")},
    {"DEV-Q01", DEV("<shmem name='a'><model ~type='ivshmem-doorbell'/></shmem>"),
     DEV("<shmem name='a'><model type='ivshmem-doorbell'/><server path='/a'/></shmem>")},
    {"DEV-G02", T_Q35 IOMMU("model='intel'", "<driver ~intremap='on'/>"),
     T_Q35 "<features><ioapic driver='qemu'/></features>" IOMMU("model='intel'", "<driver intremap='on' eim='on'/>")},
    {"DEV-G03", T_Q35 IOMMU("model='intel'", "<driver ~eim='on'/>"),
     T_Q35 IOMMU("model='intel'", "<driver eim='off'/>")},
    {"DEV-Q02", T_PC IOMMU("~model='intel'", ""), T_Q35 IOMMU("model='intel'", "")},
    {"DEV-Q02", T_Q35 IOMMU("~model='smmuv3'", ""), T_VIRT IOMMU("model='smmuv3'", "")},
    {"DEV-Q03", T_Q35 IOMMU("~model='virtio'", ""), T_Q35 ACPI IOMMU("model='virtio'", "")},
    {"DEV-Q04", T_Q35 ACPI IOMMU("model='virtio'", "<address ~type='virtio-mmio'/>"),
     T_Q35 ACPI IOMMU("model='virtio'", "<address type='pci' slot='5'/>")},
    {"DEV-Q05", T_PC DEV("<panic ~model='pseries'/>"), T_PSERIES DEV("<panic model='pseries'/>")},
    {"DEV-Q05", T_VIRT DEV("<panic ~model='hyperv'/>"), T_PC DEV("<panic model='hyperv'/>")},
    {"DEV-Q06", T_PSERIES DEV("<panic>~<address type='isa' iobase='0x505'/></panic>"),
     T_PC DEV("<panic><address type='isa' iobase='0x505'/></panic>")},
    {"DEV-Q07", T_PC DEV("<watchdog ~model='itco'/>"), T_Q35 DEV("<watchdog model='itco'/>")},
    {"DEV-Q08", T_Q35 DEV("<watchdog model='itco'><address ~type='pci' slot='5'/></watchdog>"),
     T_Q35 DEV("<watchdog model='i6300esb'><address type='pci' slot='5'/></watchdog>")},
    {"DEV-Q09", T_S390 FS("<target dir='a'/><driver type='virtiofs'/>~<boot order='1'/>"),
     T_PC FS("<target dir='a'/><driver type='virtiofs'/><boot order='1'/>")},
    {"DEV-G04", FS("<target dir='a'/>~<boot order='1'/>"), FS("<target dir='a'/>")},
    {"DEV-G05", DEV("~<filesystem type='mount'><source dir='/a'/></filesystem>"), FS("<target dir='a'/>")},
    {"DEV-G06", DEV("<input type='tablet' ~bus='ps2'/>"), DEV("<input type='keyboard' bus='ps2'/>")},
    {"DEV-G06", DEV("<input type='passthrough' ~bus='usb'/>"), DEV("<input type='passthrough' bus='virtio'/>")},
    {"DEV-P02", DEV("~<memballoon/>"), DEV("<memballoon model='none'/>")},
    {"DEV-P02", DEV("<memballoon ~model='vmware'/>"), DEV("<memballoon model='virtio-non-transitional'/>")},
    {"DEV-P03", DEV("<memballoon model='virtio'><stats ~period='2147483648'/></memballoon>"),
     DEV("<memballoon model='virtio'><stats period='-1'/></memballoon>")},
    {"DEV-P03", DEV("<memballoon model='virtio'><stats ~period='-'/></memballoon>"),
     DEV("<memballoon model='virtio'><stats/></memballoon>")},
    {"DEV-G08", DEV("<memballoon model='none'/>") DEV("~<memballoon model='none'/>"), DEV("<memballoon model='xen'/>")},
    {"DEV-G07", DEV("<vsock><cid ~address='2'/></vsock>"), DEV("<vsock><cid address='3'/></vsock>")},
};

#define TIMER(attrs) "<clock><timer " attrs "/></clock>\n"
#define IDE(index) "<controller type='ide' index='" index "'/>"

static const struct t_row machines[] = {
    {"MCH-G01", TIMER("name='kvmclock' ~tickpolicy='catchup'"), TIMER("name='kvmclock' present='yes'")},
    {"MCH-G01", TIMER("name='rtc' ~frequency='9'"), TIMER("name='tsc' frequency='9' mode='native'")},
    {"MCH-G01", TIMER("name='pit' ~track='guest'"), TIMER("name='rtc' track='guest'")},
    {"MCH-Q01", T_PC "<features>~<htm state='on'/></features>", T_PSERIES "<features><htm state='on'/></features>"},
    {"MCH-Q01", T_PSERIES "<features>~<hyperv/></features>", T_VIRT "<features><gic/></features>"},
    {"MCH-Q01", T_VIRT "<features>~<ioapic driver='kvm'/></features>",
     T_PC "<features><ioapic driver='kvm'/><hyperv/></features>"},
    {"MCH-Q02", TIMER("name='pit' ~tickpolicy='merge'"), TIMER("name='pit' tickpolicy='discard'")},
    {"MCH-Q02", TIMER("name='rtc' ~track='boot'"), TIMER("name='rtc' tickpolicy='catchup' track='wall'")},
    {"MCH-Q03", T_VIRT TIMER("~name='tsc' present='yes'"), T_VIRT TIMER("name='tsc' present='no'")},
    {"MCH-Q03", T_PC TIMER("~name='platform'"), T_PC TIMER("name='tsc' present='yes'")},
    {"MCH-Q04", T_Q35 DEV("<controller ~type='ide' index='0'/>"), T_PC DEV(IDE("0"))},
    {"MCH-Q04", T_PC DEV(IDE("0") "<controller type='ide' ~index='1'/>"), T_OS("x86_64", "isapc", "") DEV(IDE("1"))},
    {"MCH-Q05", T_VIRT DEV("<disk type='file'><source file='/a'/><target dev='hda' ~bus='ide'/></disk>"),
     T_PC DEV(DRIVE("ide", "hda", ""))},
    {"MCH-Q06", T_VIRT "<pm>~<suspend-to-mem enabled='no'/></pm>", T_PC "<pm><suspend-to-mem enabled='no'/></pm>"},
};

TEST(boot_order_and_aliases)
{
    t_rows_check(boots, COUNT(boots));
}

TEST(devices_of_the_host)
{
    t_rows_check(hostdevs, COUNT(hostdevs));
}

TEST(firmware_and_smbios)
{
    t_rows_check(firmware, COUNT(firmware));
}

TEST(storage)
{
    t_rows_check(disks, COUNT(disks));
}

TEST(character_devices)
{
    t_rows_check(chardevs, COUNT(chardevs));
}

TEST(video_and_audio)
{
    t_rows_check(displays, COUNT(displays));
}

TEST(other_devices)
{
    t_rows_check(devices, COUNT(devices));
}

TEST(what_a_machine_has)
{
    t_rows_check(machines, COUNT(machines));
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("ALI-");
    t_rows_all_tripped("BOT-");
    t_rows_all_tripped("HST-");
    t_rows_all_tripped("FW-");
    t_rows_all_tripped("SMB-");
    t_rows_all_tripped("STO-");
    t_rows_all_tripped("CHR-");
    t_rows_all_tripped("VID-");
    t_rows_all_tripped("DEV-");
    t_rows_all_tripped("MCH-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boot_order_and_aliases), cmocka_unit_test(devices_of_the_host),
        cmocka_unit_test(firmware_and_smbios),    cmocka_unit_test(storage),
        cmocka_unit_test(character_devices),      cmocka_unit_test(video_and_audio),
        cmocka_unit_test(other_devices),          cmocka_unit_test(what_a_machine_has),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
