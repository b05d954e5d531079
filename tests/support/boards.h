/* Rows of documents that are of one machine. */
#ifndef DX_TEST_BOARDS_H
#define DX_TEST_BOARDS_H

#include "rows.h"

#define T_OS(arch, machine, inside) "<os><type arch='" arch "' machine='" machine "'>hvm</type>\n" inside "</os>\n"
#define T_PC T_OS("x86_64", "pc-i440fx-8.2", "")
#define T_Q35 T_OS("x86_64", "pc-q35-8.2", "")
#define T_VIRT T_OS("aarch64", "virt-8.2", "")
#define T_PSERIES T_OS("ppc64", "pseries-8.2", "")
#define T_S390 T_OS("s390x", "s390-ccw-virtio", "")
#define T_ROOT "<controller type='pci' index='0' model='pcie-root'/>\n"
#define T_ADDRESS(bus, slot, function)                                                                                 \
    "<address type='pci' domain='0x0000' bus='" bus "' slot='" slot "' function='" function "'/>"
/* Two cells of one vcpu each. */
#define T_CELLS(first, second)                                                                                         \
    "<vcpu>2</vcpu><cpu><numa>\n<cell memory='9' " first "</cell>\n<cell memory='9' " second "</cell>\n</numa></"      \
    "cpu>\n"
#define T_TWO_CELLS T_CELLS("cpus='0'>", "cpus='1'>")

#endif
