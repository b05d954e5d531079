/* Guest NUMA, memory that is plugged in, vcpus and their topology. */
#include "boards.h"

#define VCPU(n) "<vcpu>" n "</vcpu>"
#define CPU(inside) "<cpu>" inside "</cpu>\n"
#define PLACED(inside) "<numatune>\n" inside "\n</numatune>\n"
#define MOST(attrs, size) "<maxMemory " attrs " unit='KiB'>" size "</maxMemory>\n"
#define MEMORY(model, attrs, target)                                                                                   \
    DEV("<memory model='" model "' " attrs                                                                             \
        "><source><path>/a</path></source><target><size unit='KiB'>4096</size>" target "</target></memory>")
#define MEM(inside) "<memory model='virtio-mem'><target><size unit='KiB'>4096</size>" inside "</target></memory>\n"
#define DIMM(inside) "<memory model='dimm'><target><size>1</size></target>" inside "</memory>\n"
#define ROOM T_TWO_CELLS MOST("slots='2'", "99999")

static const struct t_row cells[] = {
    {"NUM-P01", T_CELLS("id='0' cpus='0'>", "~id='2' cpus='1'>"), T_CELLS("id='1' cpus='0'>", "id='0' cpus='1'>")},
    {"NUM-P02", T_CELLS("id='1' cpus='0'>", "~id='1' cpus='1'>"), T_TWO_CELLS},
    {"NUM-P02", VCPU("2") CPU("<numa><cell id='1' memory='9'/>~<cell memory='9'/></numa>"),
     VCPU("2") CPU("<numa><cell id='0' memory='9'/><cell memory='9'/></numa>")},
    {"NUM-P03", T_CELLS("~cpus='a'>", "cpus='1'>"), T_CELLS("cpus='0,^0'>", "cpus='0-1'>")},
    {"NUM-P04", T_CELLS("cpus='0-1'>", "~cpus='1'>"), T_TWO_CELLS},
    {"NUM-P05", T_CELLS("cpus='0'>", "~cpus='1-2'>"), T_TWO_CELLS},
    {"NUM-P05", CPU("<numa><cell memory='9' ~cpus='1'/></numa>"), CPU("<numa><cell memory='9' cpus='0'/></numa>")},
    {"NUM-P06", T_CELLS("~memAccess='default'>", ">"), T_CELLS("memAccess='shared' discard='no'>", ">")},
    {"NUM-P06", T_CELLS("~discard='on'>", ">"), T_CELLS("memAccess='private'>", ">")},
    {"NUM-P07", CPU("<numa>~<cell id='0'/></numa>"), CPU("<numa><cell memory='1' unit='GiB'/></numa>")},
    {"NUM-P08", T_CELLS("><distances><sibling ~id='2' value='20'/></distances>", ">"),
     T_CELLS("><distances><sibling id='1' value='20'/></distances>", ">")},
    {"NUM-P09", T_CELLS("><distances><sibling id='0' ~value='20'/></distances>", ">"),
     T_CELLS("><distances><sibling id='0' value='10'/><sibling id='1' value='255'/></distances>", ">")},
    {"NUM-P09", T_CELLS(">", "><distances><sibling id='0' ~value='10'/></distances>"),
     T_CELLS(">", "><distances><sibling id='0' value='11'/></distances>")},
    {"NUM-P10", T_CELLS(">~<distances/>", ">"), T_CELLS("><distances><sibling id='0' value='10'/></distances>", ">")},
    {"NUM-P11", CPU("~<numa/>"), CPU("")},
    {"NUM-G01", T_CELLS("><cache ~level='4'/>", ">"), T_CELLS("><cache level='3'/>", ">")},
    {"NUM-G01", T_CELLS("><cache level='1'/><cache ~level='1'/>", ">"),
     T_CELLS("><cache level='1'/>", "><cache level='1'/>")},
    {"NUM-G02",
     CPU("<numa><cell memory='9' cpus='0'/><interconnects><latency initiator='0' ~target='1'/></interconnects></numa>"),
     CPU("<numa><cell memory='9' cpus='0'/><interconnects><latency initiator='0' target='0'/></interconnects></numa>")},
    {"NUM-G03",
     CPU("<numa><cell memory='9'/><interconnects><bandwidth ~initiator='0' target='0'/></interconnects></numa>"),
     CPU("<numa><cell memory='9' cpus='0'/><interconnects><bandwidth initiator='0' "
         "target='0'/></interconnects></numa>")},
};

static const struct t_row tunes[] = {
    {"NUM-P12", PLACED("<memory ~nodeset='0,^0'/>"), PLACED("<memory nodeset='0-1,^1'/>")},
    {"NUM-P12", T_TWO_CELLS PLACED("~<memnode cellid='0'/>"), T_TWO_CELLS PLACED("<memnode cellid='0' nodeset='3'/>")},
    {"NUM-P13", PLACED("<memory ~mode='lax' nodeset='0'/>"), PLACED("<memory mode='preferred' nodeset='0'/>")},
    {"NUM-P13", PLACED("<memory ~placement='here' nodeset='0'/>"), PLACED("<memory placement='auto'/>")},
    {"NUM-P14", PLACED("~<memory mode='strict'/>"),
     "<vcpu placement='auto'>1</vcpu>" PLACED("<memory mode='strict'/>")},
    {"NUM-P14", "<vcpu placement='auto'>1</vcpu>" PLACED("<memory ~placement='static'/>"),
     PLACED("<memory placement='static' nodeset='0'/>")},
    {"NUM-P15", T_TWO_CELLS PLACED("<memory placement='auto'/>~<memnode cellid='0' nodeset='0'/>"),
     T_TWO_CELLS PLACED("<memory nodeset='0'/><memnode cellid='0' nodeset='0'/>")},
    {"NUM-P15", PLACED("~<memnode cellid='0' nodeset='0'/>"), T_TWO_CELLS PLACED("<memnode cellid='0' nodeset='0'/>")},
    {"NUM-P16", T_TWO_CELLS PLACED("<memnode ~cellid='2' nodeset='0'/>"),
     T_TWO_CELLS PLACED("<memnode cellid='1' nodeset='0'/>")},
    {"NUM-P17", T_TWO_CELLS PLACED("<memnode cellid='1' nodeset='0'/><memnode ~cellid='1' nodeset='1'/>"),
     T_TWO_CELLS PLACED("<memnode cellid='1' nodeset='0'/><memnode cellid='0' nodeset='0'/>")},
    {"NUM-P18", T_TWO_CELLS PLACED("<memory mode='restrictive' nodeset='0'/>~<memnode cellid='0' nodeset='0'/>"),
     T_TWO_CELLS PLACED(
         "<memory mode='restrictive' nodeset='0'/><memnode cellid='0' mode='restrictive' nodeset='0'/>")},
    {"NUM-P18",
     T_TWO_CELLS PLACED("<memory mode='strict' nodeset='0'/><memnode cellid='0' ~mode='restrictive' nodeset='0'/>"),
     T_TWO_CELLS PLACED("<memory mode='strict' nodeset='0'/><memnode cellid='0' mode='preferred' nodeset='0'/>")},
    {"NUM-P19", PLACED("") "~" PLACED(""), PLACED("")},
};

static const struct t_row devices[] = {
    {"MEM-G01", ROOM MEMORY("dimm", "", "~<node>2</node>"), ROOM MEMORY("dimm", "", "<node>1</node>")},
    {"MEM-G02", ROOM DEV("<memory ~model='nvdimm'><target/></memory>"), ROOM MEMORY("nvdimm", "", "")},
    {"MEM-G03", ROOM MEMORY("nvdimm", "~discard='yes'", ""), ROOM MEMORY("dimm", "discard='yes'", "")},
    {"MEM-G04", ROOM DEV(MEM("~<block unit='KiB'>3000</block>")), ROOM DEV(MEM("<block unit='MiB'>2</block>"))},
    {"MEM-G05", ROOM DEV(MEM("~<requested unit='KiB'>4097</requested>")),
     ROOM DEV(MEM("<requested unit='KiB'>4096</requested>"))},
    {"MEM-G06", ROOM DEV(MEM("<block unit='KiB'>2048</block>~<requested unit='KiB'>1024</requested>")),
     ROOM DEV(MEM("<block unit='KiB'>2048</block><requested unit='KiB'>2048</requested>"))},
    {"MEM-G07", ROOM DEV(MEM("<address ~base='0x100200000'/>") MEM("<address base='0x100000000'/>")),
     ROOM DEV(MEM("<address base='0x100400000'/>") MEM("<address base='0x100000000'/>"))},
    {"MEM-G08", T_TWO_CELLS "~" MOST("slots='1'", "17"), T_TWO_CELLS MOST("slots='1'", "18")},
    {"MEM-G08", T_TWO_CELLS "~" MOST("slots='1'", "18") DEV(DIMM("")),
     T_TWO_CELLS MOST("slots='1'", "19") DEV(DIMM(""))},
    {"MEM-G09", T_PSERIES ROOM DEV("<memory model='nvdimm'><source><path>/a</path></source>~<target/></memory>"),
     T_PSERIES ROOM DEV("<memory model='nvdimm'><source><path>/a</path></source><target><label/></target></memory>")},
    {"MEM-G10", T_TWO_CELLS MOST("~slots='1'", "0"), T_TWO_CELLS MOST("", "0")},
    {"MEM-Q01", "~" MOST("slots='1'", "99"), T_PSERIES MOST("slots='1'", "99")},
    {"MEM-Q02", DEV("~" DIMM("")), DEV("<memory model='sgx-epc'><target/></memory>")},
    {"MEM-Q03", ROOM DEV(DIMM("") DIMM("") "~" DIMM("")), ROOM DEV(DIMM("") DIMM("") MEM(""))},
    {"MEM-Q04", ROOM DEV(DIMM("<address type='dimm' ~slot='2'/>")), ROOM DEV(DIMM("<address type='dimm' slot='1'/>"))},
    {"MEM-Q05", ROOM DEV(DIMM("<address type='dimm' slot='1'/>") DIMM("<address type='dimm' ~slot='0x1'/>")),
     ROOM DEV(DIMM("<address type='dimm' slot='1'/>") DIMM("<address type='dimm' slot='0'/>"))},
};

static const struct t_row cpus[] = {
    {"CPU-P01", CPU("<topology ~sockets='0' cores='1' threads='1'/>"),
     CPU("<topology sockets='1' cores='1' threads='1'/>")},
    {"CPU-P01", CPU("~<topology sockets='1' threads='1'/>"),
     CPU("<topology sockets='1' dies='1' cores='1' threads='1'/>")},
    {"CPU-Q01", VCPU("3") CPU("~<topology sockets='1' cores='2' threads='1'/>"),
     VCPU("2") CPU("<topology sockets='1' cores='2' threads='1'/>")},
    {"CPU-Q01", VCPU("3") CPU("~<topology sockets='1' dies='2' cores='2' threads='1'/>"),
     "<vcpu current='1'>4</vcpu>" CPU("<topology sockets='1' dies='2' cores='2' threads='1'/>")},
    {"CPU-P03", CPU("<model>m</model><feature name='aes'/><feature ~name='aes'/>"),
     CPU("<model>m</model><feature name='aes'/><feature name='avx'/>")},
    {"CPU-P04", "<vcpu ~current='3'>2</vcpu>", "<vcpu current='2'>2</vcpu>"},
    {"CPU-P05", CPU("<model/>~<feature policy='require' name='aes'/>"),
     "<cpu mode='host-model'><feature policy='require' name='aes'/></cpu>"},
    {"CPU-P06", "<cpu mode='host-model'>~<vendor>AMD</vendor></cpu>", CPU("<model>m</model><vendor>AMD</vendor>")},
    {"CPU-P07", "<cpu mode='host-model' ~migratable='on'/>", "<cpu mode='maximum' migratable='off'/>"},
    {"CPU-P08", "<cpu ~mode='host'/>", "<cpu mode='custom'/>"},
    {"CPU-Q05", CPU("<cache ~mode='passthrough'/>"), "<cpu mode='host-passthrough'><cache mode='passthrough'/></cpu>"},
    {"CPU-Q02", CPU("~<maxphysaddr mode='emulate'/>"), CPU("<maxphysaddr mode='emulate' bits='42'/>")},
    {"CPU-Q03", T_VIRT CPU("<model>m</model><feature policy='disable' ~name='vmx'/>"),
     T_VIRT CPU("<model>m</model><feature policy='disable' name='sve'/>")},
    {"CPU-Q04", T_PC "~" VCPU("256"), T_PC VCPU("255")},
};

TEST(guest_cells)
{
    t_rows_check(cells, COUNT(cells));
}

TEST(host_nodes)
{
    t_rows_check(tunes, COUNT(tunes));
}

TEST(memory_devices)
{
    t_rows_check(devices, COUNT(devices));
}

TEST(vcpus)
{
    t_rows_check(cpus, COUNT(cpus));
}

TEST(the_processor_of_the_host_without_kvm)
{
    t_rows_only("<domain type='qemu'><name>t</name><os><type>hvm</type></os>\n<cpu mode='host-passthrough'/></domain>",
                "CPU-R01 2:6");
}

/* Stands behind those that trip the rules. */
TEST(every_rule_was_tripped)
{
    t_rows_all_tripped("NUM-");
    t_rows_all_tripped("MEM-");
    t_rows_all_tripped("CPU-");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guest_cells),
        cmocka_unit_test(host_nodes),
        cmocka_unit_test(memory_devices),
        cmocka_unit_test(vcpus),
        cmocka_unit_test(the_processor_of_the_host_without_kvm),
        cmocka_unit_test(every_rule_was_tripped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
