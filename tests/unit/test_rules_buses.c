/* PCI, USB and the other buses: controllers, and who is plugged in where. */
#include "boards.h"

#define PCI(index, model, inside) "<controller type='pci' index='" index "' model='" model "'>" inside "</controller>\n"
#define NET(inside) "<interface type='user'>" inside "</interface>\n"
#define USB(attrs, inside) "<controller type='usb' " attrs ">" inside "</controller>\n"
#define XHCI USB("index='0' model='qemu-xhci'", "")
#define TABLET(address) "<input type='tablet' bus='usb'>" address "</input>\n"
#define HUB(address) "<hub type='usb'>" address "</hub>\n"
#define PORT(bus, port) "<address type='usb' bus='" bus "' port='" port "'/>"
#define SERIAL(address) "<channel type='pty'><target type='virtio'/>" address "</channel>\n"
#define ZPCI(slot, zpci)                                                                                               \
    "<hostdev mode='subsystem' type='pci'><source><address bus='" slot "'/></source><address type='pci'>" zpci         \
    "</address></hostdev>\n"

static const struct t_row controllers[] = {
    {"PCI-P01", DEV(PCI("1", "pci-bridge", "<target ~chassisNr='x'/>")),
     DEV(PCI("1", "pci-bridge", "<target chassisNr='0x10'/>"))},
    {"PCI-G01", DEV("<controller type='pci' ~index='256' model='pci-bridge'/>"),
     DEV("<controller type='pci' index='255' model='pci-bridge'/>")},
    {"PCI-G02", T_Q35 DEV(PCI("0", "pcie-root", "~<address type='pci'/>")), T_Q35 DEV(PCI("0", "pcie-root", ""))},
    {"PCI-G03", DEV(PCI("1", "pcie-root-port", "<target ~port='256'/>")),
     DEV(PCI("1", "pcie-root-port", "<target port='255' chassis='0'/>"))},
    {"PCI-G03", T_PC DEV(PCI("1", "pci-expander-bus", "<target ~busNr='255'/>")),
     T_PC DEV(PCI("1", "pci-expander-bus", "<target busNr='254'/>"))},
    {"PCI-G04", T_PSERIES DEV(PCI("1", "pci-root", "<target ~index='0'/>")),
     T_PSERIES DEV(PCI("1", "pci-root", "<target index='30'/>"))},
    {"PCI-G04", T_PSERIES DEV(PCI("0", "pci-root", "<target ~index='1'/>")),
     T_PSERIES DEV(PCI("0", "pci-root", "<target index='0'/>"))},
    {"PCI-G05", T_PSERIES T_TWO_CELLS DEV(PCI("0", "pci-root", "<target index='0'>~<node>0</node></target>")),
     T_PSERIES T_TWO_CELLS DEV(PCI("1", "pci-root", "<target index='1'><node>1</node></target>"))},
    {"PCI-Q01", T_PC DEV("<controller type='pci' index='0' ~model='pcie-root'/>"), T_PC DEV(PCI("0", "pci-root", ""))},
    {"PCI-Q01", T_VIRT DEV("<controller type='pci' index='0' ~model='pci-root'/>"),
     T_OS("x86_64", "isapc", "") DEV(PCI("0", "pci-root", ""))},
    {"PCI-Q02", T_Q35 DEV("<controller type='pci' ~index='1' model='pcie-root'/>"),
     T_PSERIES DEV(PCI("1", "pci-root", ""))},
    {"PCI-Q02", DEV("<controller type='pci' ~index='0' model='pcie-root-port'/>"), DEV(PCI("1", "pcie-root-port", ""))},
    {"PCI-Q03", T_Q35 DEV("~<controller type='pci' index='1'/>"), T_Q35 DEV(PCI("1", "pcie-root-port", ""))},
    {"PCI-Q04", T_Q35 DEV("<controller type='pci' index='1' ~model='pci-expander-bus'/>"),
     T_VIRT DEV(PCI("1", "pcie-expander-bus", ""))},
    {"PCI-Q05", T_PC T_TWO_CELLS DEV(PCI("1", "pci-expander-bus", "<target>~<node>2</node></target>")),
     T_PC T_TWO_CELLS DEV(PCI("1", "pci-expander-bus", "<target><node>1</node></target>"))},
    {"PCI-Q06", DEV(PCI("1", "pcie-root-port", "<target ~chassisNr='1'/>")),
     DEV(PCI("1", "pcie-root-port", "<target chassis='1' hotplug='off'/>"))},
    {"PCI-Q06", T_PC DEV(PCI("0", "pci-root", "<target ~index='0'/>")),
     T_PSERIES DEV(PCI("0", "pci-root", "<target index='0'/>"))},
    {"PCI-Q06", DEV(PCI("1", "pci-bridge", "<target ~hotplug='off'/>")), DEV(PCI("1", "pci-bridge", "<target/>"))},
    {"PCI-Q06", T_Q35 T_TWO_CELLS DEV(PCI("1", "pcie-root-port", "<target>~<node>1</node></target>")),
     T_Q35 T_TWO_CELLS DEV(PCI("1", "pcie-expander-bus", "<target><node>1</node></target>"))},
    {"PCI-Q06", T_VIRT DEV(PCI("0", "pcie-root", "~<pcihole64>1</pcihole64>")),
     T_Q35 DEV(PCI("0", "pcie-root", "<pcihole64>1</pcihole64>"))},
    {"PCI-Q07", DEV(PCI("1", "pcie-root-port", "<model ~name='pxb'/>")),
     DEV(PCI("1", "pcie-root-port", "<model name='ioh3420'/>"))},
    {"PCI-Q08", T_PC DEV(PCI("1", "pci-bridge", "<address type='pci' ~bus='0x02' slot='1'/>")),
     T_PC DEV(PCI("2", "pci-bridge", "<address type='pci' bus='0x01' slot='1'/>"))},
};

static const struct t_row slots[] = {
    {"ADR-P01", DEV(NET("<address type='pci' ~slot='0x20'/>")), DEV(NET("<address type='pci' slot='0x1f'/>"))},
    {"ADR-P01", DEV(NET("<address type='pci' slot='1' ~function='8'/>")),
     DEV(NET("<address type='pci' slot='1' function='7'/>"))},
    {"PCI-Q10",
     DEV(NET(T_ADDRESS("0", "3", "0")) "<memballoon model='virtio'>~" T_ADDRESS("0x00", "0x03", "0x0") "</memballoon>"),
     DEV(NET(T_ADDRESS("0", "3", "0")) "<memballoon model='virtio'>" T_ADDRESS("0", "3", "1") "</memballoon>")},
    /* All of it 0 is no address yet. */
    {"PCI-Q10", DEV(NET(T_ADDRESS("1", "0", "1")) NET("~" T_ADDRESS("1", "0", "1"))),
     DEV(NET(T_ADDRESS("0", "0", "1")) NET(T_ADDRESS("0", "0", "1")))},
    {"PCI-Q10", T_PC DEV(NET("~" T_ADDRESS("0", "1", "3"))), T_Q35 DEV(NET(T_ADDRESS("0", "1", "3")))},
    {"PCI-Q10", T_Q35 DEV(NET("~" T_ADDRESS("0", "0x1f", "0"))), T_PC DEV(NET(T_ADDRESS("0", "0x1f", "0")))},
    /* The first console stands for the serial device. */
    {"PCI-Q10",
     DEV(NET(T_ADDRESS("0", "3", "0")) "<serial type='pty'><target type='pci-serial'/>~" T_ADDRESS("0", "3",
                                                                                                   "0") "</serial>"),
     DEV("<serial type='pty'><target type='pci-serial'/>" T_ADDRESS(
         "0", "3", "0") "</serial><console type='pty'>" T_ADDRESS("0", "3", "0") "</console>")},
    {"PCI-Q11",
     T_Q35 DEV(PCI("1", "pcie-root-port", "") PCI("2", "dmi-to-pci-bridge", "<address type='pci' ~bus='1' slot='0'/>")),
     T_Q35 DEV(PCI("1", "pcie-root-port", "") PCI("2", "pcie-to-pci-bridge", "<address type='pci' bus='1'/>"))},
    {"PCI-Q11", T_Q35 DEV(PCI("1", "pcie-switch-upstream-port", "") NET("<address type='pci' ~bus='1' slot='0'/>")),
     T_Q35 DEV(PCI("1", "pcie-switch-upstream-port", "")
                   PCI("2", "pcie-switch-downstream-port", "<address type='pci' bus='1' slot='3'/>"))},
    {"PCI-Q11",
     T_PC DEV(PCI("1", "pci-bridge", "") PCI("2", "pci-expander-bus", "<address type='pci' ~bus='1' slot='1'/>")),
     T_PC DEV(PCI("1", "pci-bridge", "") PCI("2", "pci-bridge", "<address type='pci' bus='1' slot='1'/>"))},
    {"PCI-Q12", T_PC DEV("<controller type='ide' index='0'>~" T_ADDRESS("0", "1", "2") "</controller>"),
     T_PC DEV("<controller type='ide' index='0'>" T_ADDRESS("0", "1", "1") "</controller>")},
    {"PCI-Q12", T_Q35 DEV("<controller type='sata' index='0'>~" T_ADDRESS("0", "1", "2") "</controller>"),
     T_Q35 DEV("<controller type='sata' index='1'>" T_ADDRESS("0", "1", "2") "</controller>")},
    {"PCI-Q12", T_PC DEV(USB("index='0'", "~" T_ADDRESS("0", "4", "0"))),
     T_PC DEV(USB("index='0' model='qemu-xhci'", T_ADDRESS("0", "4", "0")))},
    {"PCI-Q13", T_Q35 DEV("<controller type='ide' index='0'>~" T_ADDRESS("0", "1", "1") "</controller>"),
     T_Q35 DEV(USB("index='0' model='ich9-ehci1'", T_ADDRESS("0", "1", "2")))},
    {"PCI-Q14", DEV(NET("<address type='pci' ~domain='1' slot='3'/>")), DEV(NET("<address type='pci' slot='3'/>"))},
    {"PCI-Q15", T_Q35 DEV(PCI("1", "pcie-root-port", "") NET("<address type='pci' bus='1' ~slot='1'/>")),
     T_Q35 DEV(PCI("1", "pcie-root-port", "") NET("<address type='pci' bus='1' slot='0'/>"))},
    {"PCI-Q15", T_PC DEV(PCI("1", "pci-bridge", "") NET("<address type='pci' bus='1' ~slot='0'/>")),
     T_PC DEV(PCI("1", "pci-expander-bus", "") NET("<address type='pci' bus='1' slot='0'/>"))},
};

static const struct t_row usb[] = {
    {"USB-P01", DEV(XHCI USB("index='1' ~model='none'", "")), DEV(USB("index='0' model='none'", ""))},
    {"USB-P01", DEV(USB("model='none'", "") "~" USB("model='qemu-xhci'", "")),
     DEV(USB("index='0'", "") USB("index='1' model='ehci'", ""))},
    {"USB-P02", DEV(USB("index='0' model='ich9-uhci1'", "~<master startport='0'/>")),
     DEV(USB("index='0' model='ich9-ehci1'", "") USB("index='0' model='ich9-uhci1'", "<master startport='0'/>"))},
    {"USB-P03", DEV(USB("model='none'", "") "~" TABLET("")),
     DEV(USB("model='none'", "") "<input type='tablet' bus='virtio'/>")},
    {"USB-G01", DEV(USB("model='none'", "") "~<redirdev bus='usb' type='pty'/>"),
     DEV(XHCI "<redirdev bus='usb' type='pty'/>")},
    {"USB-Q08", DEV(USB("model='none'", "") "~<sound model='usb'/>"),
     DEV(USB("model='none'", "") "<sound model='ich9'/>")},
    {"USB-Q01", DEV(USB("model='qemu-xhci' ~ports='16'", "")), DEV(USB("model='nec-xhci' ports='15'", ""))},
    {"USB-Q02", DEV(USB("model='ehci' ~ports='6'", "")), DEV(USB("ports='6'", ""))},
    {"USB-Q03", DEV(USB("~model='qusb2'", "")), DEV(USB("model='ehci'", ""))},
    {"USB-Q04", DEV(XHCI TABLET("<address type='usb' ~bus='1'/>")), DEV(XHCI TABLET("<address type='usb' bus='0'/>"))},
    /* Without a controller libvirt adds the first, and an index that is not stated may be any. */
    {"USB-Q04", DEV(XHCI TABLET("<address type='usb' ~bus='300' port='1'/>")),
     DEV(USB("model='ehci'", "") USB("model='ehci'", "") TABLET(PORT("1", "1")))},
    {"USB-Q05", DEV(XHCI HUB(PORT("0", "1")) TABLET("<address type='usb' bus='0' ~port='1'/>")),
     DEV(XHCI HUB(PORT("0", "1")) TABLET(PORT("0", "1.1")))},
    {"USB-Q06", DEV(XHCI TABLET("<address type='usb' bus='0' ~port='5'/>")),
     DEV(USB("index='0' model='qemu-xhci' ports='8'", "") TABLET(PORT("0", "5")))},
    {"USB-Q06", DEV(USB("index='0' model='qemu-xhci' ports='2'", "") TABLET("<address type='usb' bus='0' ~port='3'/>")),
     DEV(USB("index='0' ports='256'", "") TABLET(PORT("0", "3")))},
    {"USB-Q06", DEV(XHCI HUB(PORT("0", "1")) TABLET("<address type='usb' bus='0' ~port='1.9'/>")),
     DEV(USB("index='0'", "") TABLET(PORT("0", "5")))},
    {"USB-Q07", DEV(XHCI TABLET("<address type='usb' bus='0' ~port='1.1'/>")),
     DEV(XHCI HUB(PORT("0", "1")) HUB(PORT("0", "1.2")) TABLET(PORT("0", "1.2.8")))},
};

static const struct t_row places[] = {
    {"ADR-P02", T_S390 DEV(NET("~<address type='ccw' cssid='0xfe' devno='1'/>")),
     T_S390 DEV(NET("<address type='ccw'/>"))},
    {"ADR-Q01",
     T_S390 DEV(NET("<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'/>")
                    NET("~<address type='ccw' cssid='0xfe' ssid='0' devno='1'/>")),
     T_S390 DEV(NET("<address type='ccw' cssid='0xfe' ssid='0x0' devno='0x0001'/>")
                    NET("<address type='ccw' cssid='0xfe' ssid='1' devno='1'/>"))},
    {"ADR-Q01",
     T_PSERIES DEV("<serial type='pty'><address type='spapr-vio' reg='0x30000000'/></serial>"
                   "<controller type='scsi' index='0'><address type='spapr-vio' ~reg='0x30000000'/></controller>"),
     T_PSERIES DEV("<serial type='pty'><address type='spapr-vio' reg='0x30000000'/></serial>"
                   "<console type='pty'><address type='spapr-vio' reg='0x30000000'/></console>")},
    {"ADR-Q01",
     DEV(SERIAL("<address type='virtio-serial' controller='0' port='2'/>")
             SERIAL("~<address type='virtio-serial' port='2'/>")),
     DEV(SERIAL("<address type='virtio-serial' port='0'/>") SERIAL("<address type='virtio-serial' port='0'/>"))},
    {"ADR-Q01", T_S390 DEV(ZPCI("1", "<zpci uid='0x1'/>") ZPCI("2", "<zpci ~uid='1'/>")),
     T_S390 DEV(ZPCI("1", "<zpci uid='0x1' fid='2'/>") ZPCI("2", "<zpci uid='2' fid='1'/>"))},
    {"ADR-Q01", T_S390 DEV(ZPCI("1", "<zpci fid='0'/>") ZPCI("2", "<zpci ~fid='0x0'/>")),
     T_S390 DEV(ZPCI("1", "<zpci/>") ZPCI("2", "<zpci/>"))},
    {"ADR-Q02", T_PC DEV(NET("<address ~type='ccw' cssid='0xfe' ssid='0' devno='1'/>")),
     T_S390 DEV(NET("<address type='ccw' cssid='0xfe' ssid='0' devno='1'/>"))},
    {"ADR-Q03", T_PSERIES DEV("<controller type='scsi'><address type='spapr-vio' ~reg='0x100000000'/></controller>"),
     T_PSERIES DEV("<controller type='scsi'><address type='spapr-vio' reg='0xffffffff'/></controller>")},
    {"ADR-Q04",
     DEV("<controller type='virtio-serial' index='0' ports='4'/>" SERIAL(
         "<address type='virtio-serial' controller='0' ~port='4'/>")),
     DEV("<controller type='virtio-serial' index='0' ports='4'/>" SERIAL(
         "<address type='virtio-serial' controller='0' port='3'/>"))},
    {"ADR-Q05", T_PC DEV(ZPCI("1", "~<zpci uid='1'/>")), T_PC DEV(ZPCI("1", "<zpci/>"))},
    {"ADR-Q06", T_S390 DEV(ZPCI("1", "<zpci ~uid='0x0000'/>")), T_S390 DEV(ZPCI("1", "<zpci uid='0xffff'/>"))},
};

TEST(pci_controllers)
{
    t_rows_check(controllers, COUNT(controllers));
}

TEST(pci_slots)
{
    t_rows_check(slots, COUNT(slots));
}

TEST(usb_ports)
{
    t_rows_check(usb, COUNT(usb));
}

TEST(other_places)
{
    t_rows_check(places, COUNT(places));
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("ADR-");
    t_rows_all_tripped("PCI-");
    t_rows_all_tripped("USB-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pci_controllers),
        cmocka_unit_test(pci_slots),
        cmocka_unit_test(usb_ports),
        cmocka_unit_test(other_places),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
