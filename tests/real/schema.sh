#!/bin/sh
# The bundled schema, as jing, xmllint and domxform read it: what it takes, what it refuses, and what that is on real
# documents.
set -eu
cd "$DX_SOURCE_DIR"

schema=$DX_SOURCE_DIR/schemas/domxform.rng
corpus=${DX_CORPUS:-$DX_SOURCE_DIR/../shared/corpus}
all=$DX_SOURCE_DIR/tests/real/schema.xml
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
failed=0

fail() {
    echo "FAIL  $*"
    failed=1
}

# One mistake each: WHAT;SED, which makes it of tests/real/schema.xml.
mistakes() {
    cat <<'END'
a type that no libvirt knows;s/type='kvm' id/type='kwm' id/
no type;s/<domain type='kvm'/<domain/
another root;s/domain\([ >]\)/guest\1/
a root in a namespace;s/<domain /<domain xmlns='http:\/\/example.org' /
a second cputune;s/<os>/<cputune\/><os>/
a second features;s/<os>/<features\/><os>/
a second devices;s/<os>/<devices\/><os>/
a second memoryBacking;s/<os>/<memoryBacking\/><os>/
text in devices;s/<devices>/<devices>text/
kvm a level too high;s/<os>/<kvm\/><os>/
tpm a level too high;s/<os>/<tpm\/><os>/
hugepages a level too high;s/<os>/<hugepages\/><os>/
iothreadpin a level too high;s/<os>/<iothreadpin iothread='1' cpuset='1'\/><os>/
hint-dedicated a level too high;s/<acpi\/>/<hint-dedicated state='on'\/>/
seclabel a level too low;s/<future-device model='x'\/>/<seclabel type='none'\/>/
iothreads in a disk;s/<serial>S1<\/serial>/<iothreads\/>/
iothreads not a number;s/<iothreads>4/<iothreads>four/
iothreads empty;s/<iothreads>4<\/iothreads>/<iothreads\/>/
iothreads negative;s/<iothreads>4/<iothreads>-4/
an iothread without id;s/^    <iothread id='1'\/>/<iothread\/>/
an iothread with another attribute;s/^    <iothread id='1'\/>/<iothread id='1' cpuset='1'\/>/
an id with a letter;s/<iothread id='2' th/<iothread id='2a' th/
a pool that is no number;s/thread_pool_max='8'/thread_pool_max='many'/
poll with another attribute;s/grow='2'/growth='2'/
defaultiothread with an id;s/<defaultiothread /<defaultiothread id='1' /
cputune with an unknown child;s/<shares>2048<\/shares>/<share>2048<\/share>/
shares twice;s/<shares>2048<\/shares>/&&/
a period of less than a millisecond;s/<emulator_period>1000</<emulator_period>999</
a period of more than a second;s/<period>1000000</<period>1000001</
a quota over its limit;s/17592186044415/17592186044416/
a pin without a CPU;s/<vcpupin vcpu='1' cpuset='2'/<vcpupin vcpu='1'/
a pin without a vCPU;s/<vcpupin vcpu='1' cpuset='2'/<vcpupin cpuset='2'/
a set with a space;s/cpuset='5,6'/cpuset='5, 6'/
a set with a last comma;s/cpuset='5,6'/cpuset='5,'/
a set in words;s/cpuset='5,6'/cpuset='all'/
a second emulatorpin;s/<emulatorpin cpuset='0'\/>/&&/
iothreadpin with the attribute of vcpupin;s/<iothreadpin iothread=/<iothreadpin vcpu=/
a scheduler that is none;s/scheduler='fifo'/scheduler='lifo'/
fifo without a priority;s/ priority='1'//
batch with a priority;s/scheduler='batch'/scheduler='batch' priority='1'/
a second numatune;s/<os>/<numatune\/><os>/
a memnode a level too high;s/<os>/<memnode cellid='0' mode='strict' nodeset='0'\/><os>/
numatune with an unknown child;s/<memnode cellid='1'/<memnodes cellid='1'/
memory twice in numatune;s/<memory mode='strict'.*/&&/
memory with another attribute;s/<memory mode='strict'/<memory mode='strict' cellid='0'/
a mode of memory that is none;s/<memory mode='strict'/<memory mode='bind'/
nodes that are none;s/nodeset='0-3,^2'/nodeset='all'/
a placement that is none;s/placement='static'/placement='dynamic'/
nodes beside numad;s/placement='static'/placement='auto'/
a memnode without a mode;s/ mode='preferred'//
a memnode without a cell;s/ cellid='1'//
a cell that is no number;s/cellid='1'/cellid='one'/
a memnode without nodes;s/ nodeset='0'\/>/\/>/
a second os;s/<\/os>/&<os\/>/
cmdline a level too high;s/<os>/<cmdline>a<\/cmdline><os>/
kernel a level too high;s/<os>/<kernel>\/vmlinuz<\/kernel><os>/
cmdline twice;s/<cmdline>.*/&&/
cmdline with an attribute;s/<cmdline>/<cmdline append='yes'>/
cmdline with an element;s/<cmdline>/&<arg\/>/
a kernel without a path;s/<kernel>.*/<kernel>vmlinuz<\/kernel>/
an empty initrd;s/<initrd>.*/<initrd\/>/
a second cpu;s/<os>/<cpu\/><os>/
a topology a level too high;s/<os>/<topology sockets='1' cores='1' threads='1'\/><os>/
cpu in devices;s/<future-device model='x'\/>/<cpu mode='maximum'\/>/
cpu with an unknown attribute;s/<cpu mode/<cpu model='EPYC' mode/
cpu with an unknown child;s/<vendor>Intel<\/vendor>/<vender>Intel<\/vender>/
a mode of cpu that is none;s/mode='custom' match/mode='passthrough' match/
a match that is none;s/match='exact'/match='exactly'/
a check that is none;s/check='partial'/check='some'/
migratable no;s/migratable='off'/migratable='no'/
a fallback that is none;s/fallback='forbid'/fallback='deny'/
a vendor of eleven letters;s/vendor_id='GenuineIntel'/vendor_id='GenuineInte'/
a model twice;s/<vendor>Intel<\/vendor>/<model>EPYC<\/model>/
a topology twice;s/<topology .*/&&/
a topology without cores;s/ cores='1'//
a topology without sockets;s/topology sockets='1'/topology/
a topology of no threads;s/threads='2'/threads='0'/
a topology with another attribute;s/clusters='2'/cluster='2'/
a feature without a name;s/ name='vmx'//
a feature whose name has a comma;s/name='vmx'/name='vmx,svm'/
a feature without a policy;s/policy='require' //
a policy that is none;s/policy='disable'/policy='off'/
memoryBacking with an unknown child;s/<nosharepages\/>/<nosharepage\/>/
a page without a size;s/<page size='2048'\/>/<page\/>/
a page with a unit in its size;s/<page size='2048'\/>/<page size='2M'\/>/
a unit that is none;s/size='1' unit='GiB'/size='1' unit='GiByte'/
a nodeset that is none;s/nodeset='0-1,^1'/nodeset='0-'/
a page with another attribute;s/<page size='2048'/<page size='2048' node='0'/
hugepages twice;s/<nosharepages\/>/<hugepages\/>/
a source that is none;s/<source type='memfd'/<source type='memory'/
access to nobody;s/<access mode='shared'/<access mode='none'/
an allocation that is none;s/allocation mode='immediate'/allocation mode='now'/
locked with a value;s/<locked\/>/<locked>yes<\/locked>/
kvm with an unknown feature;s/<pv-ipi state='off'/<pv-ipis state='off'/
hint-dedicated without a state;s/<hint-dedicated state='on'/<hint-dedicated/
hint-dedicated yes;s/<hint-dedicated state='on'/<hint-dedicated state='yes'/
hint-dedicated twice;s/<hint-dedicated state='on'\/>/&&/
pvspinlock no;s/<pvspinlock state='off'/<pvspinlock state='no'/
a ring whose size is no number;s/size='4096'/size='big'/
a disk of no type;s/<disk type='vhostvdpa'/<disk type='vdpa'/
a device that is none;s/device='cdrom'/device='dvd'/
rawio on;s/rawio='yes'/rawio='on'/
rawio for no LUN;s/device='lun'/device='disk'/
sgio that is none;s/sgio='filtered'/sgio='yes'/
a LUN in a file;s/device='lun' type='block'/device='lun' type='file'/
a disk with an unknown attribute;s/<disk type='vhostvdpa'/<disk type='vhostvdpa' readonly='yes'/
a disk without a target;s/<target dev='vdb'\/>//
a second driver;s/<driver cache='none' iothread='1'\/>/&&/
a second target;s/<target dev='vdb'\/>/&&/
a cache that is none;s/<driver cache='none'/<driver cache='off'/
an io that is none;s/io='native'/io='aio'/
an image format that is none;s/type='qcow2'/type='qcow3'/
an error policy that is none;s/ error_policy='stop'/ error_policy='halt'/
enospace for reading;s/rerror_policy='report'/rerror_policy='enospace'/
discard on;s/discard='unmap'/discard='on'/
detect_zeroes yes;s/detect_zeroes='unmap'/detect_zeroes='yes'/
an iothread that is no number;s/iothread='1'\/>/iothread='one'\/>/
queues that are no number;s/queues='4' queue_size/queues='auto' queue_size/
ioeventfd yes;s/ioeventfd='on' event/ioeventfd='yes' event/
a driver with an unknown attribute;s/<driver cache='none'/<driver chache='none'/
a map with a thread without id;s/^          <iothread id='2'\/>/<iothread\/>/
a map with a queue without id;s/<queue id='0'\/>/<queue\/>/
a map with something else;s/<queue id='0'\/>/<queues id='0'\/>/
a map twice;s/<statistics>/<iothreads\/><statistics>/
a target without a name;s/<target dev='vdb'/<target bus='virtio'/
a target of no bus;s/dev='vdb'/dev='disk2'/
a bus that is none;s/bus='virtio'/bus='virtio-blk'/
a tray that is none;s/tray='open'/tray='yes'/
a drive with a slot;s/type='drive' unit='1'/type='drive' slot='1'/
a unit that is no number;s/type='drive' unit='1'/type='drive' unit='0x1'/
an address of no type;s/type='drive' unit='1'/type='scsi' unit='1'/
a controller without a type;s/<controller type='scsi' index='1'/<controller index='1'/
a controller of an unknown type;s/<controller type='scsi' index='1'/<controller type='virtio-scsi' index='1'/
a SCSI model that is none;s/model='virtio-scsi'/model='virtio'/
a SCSI index that is no number;s/<controller type='scsi' index='1'/<controller type='scsi' index='b'/
a SCSI driver with an unknown attribute;s/cmd_per_lun/cmds_per_lun/
max_sectors that are no number;s/max_sectors='512'/max_sectors='512k'/
a TPM model that is none;s/model='tpm-crb'/model='crb'/
a TPM without backend;/<backend type='passthrough'>/,/<\/backend>/d
two backends;s/<backend type='passthrough'>/<backend type='emulator'\/>&/
a backend that is none;s/<backend type='emulator'/<backend type='swtpm'/
version 2;s/version='2.0'/version='2'/
persistent_state on;s/persistent_state='yes'/persistent_state='on'/
a level of debug that is no number;s/debug='3'/debug='high'/
an unknown PCR bank;s/<sha512\/>/<md5\/>/
a secret that is no UUID;s/secret='6dd3e4a5-/secret='/
an emulator with a device;s/<active_pcr_banks>/<device path='\/dev\/tpm0'\/>&/
an external TPM over TCP;s/<source type='unix' mode='connect'/<source type='tcp' mode='connect'/
an external TPM that listens;s/mode='connect'/mode='bind'/
a TPM with something else;s/<alias name='tpm0'\/>/<device path='\/dev\/tpm0'\/>/
memballoon a level too high;s/<os>/<memballoon model='none'\/><os>/
a second memballoon;s/<future-device model='x'\/>/<memballoon model='none'\/>/
a memballoon without a model;s/<memballoon model='virtio'/<memballoon/
a balloon that is none;s/<memballoon model='virtio'/<memballoon model='off'/
autodeflate yes;s/autodeflate='on'/autodeflate='yes'/
freePageReporting in small letters;s/freePageReporting/freepagereporting/
freePageReporting no;s/freePageReporting='off'/freePageReporting='no'/
a balloon with an unknown child;s/<stats period/<stat period/
statistics without a period;s/<stats period='10'/<stats/
a period of 0;s/<stats period='10'/<stats period='0'/
statistics twice;s/<stats period='10'\/>/&&/
statistics a level too high;s/<future-device model='x'\/>/<stats period='10'\/>/
a balloon's driver with a cache;s/<driver iommu='on' ats='on'/<driver cache='none'/
channel a level too high;s/<os>/<channel type='unix'><target type='virtio'\/><\/channel><os>/
a channel without a type;s/<channel type='pty'/<channel/
a channel of no type;s/<channel type='pty'/<channel type='socket'/
a channel with an unknown attribute;s/<channel type='pty'/<channel type='pty' mode='bind'/
a channel without a target;s/<target type='xen' name='fe'\/>//
a channel with two targets;s/<target type='xen' name='fe'\/>/&&/
a channel with an unknown child;s/<protocol type='raw'/<protocols type='raw'/
a source with an unknown attribute;s/path='\/run\/a.sock'/pth='\/run\/a.sock'/
tls off;s/tls='no'/tls='off'/
a target of no type;s/<target type='xen' name/<target name/
a target of an unknown type;s/<target type='xen'/<target type='virtio-serial'/
a state that is none;s/state='connected'/state='on'/
a guest's address without a port;s/ port='4600'//
a seclabel of no type;s/type='none' model/type='off' model/
dynamic without relabelling;s/relabel='yes'/relabel='no'/
relabel on;s/model='selinux' relabel='yes'/model='selinux' relabel='on'/
static without a label;/<label>+107/d
static with a base;s/<label>+107:+107<\/label>/&<baselabel>a<\/baselabel>/
none with relabelling;s/type='none'/type='none' relabel='yes'/
none with a label;s/<seclabel type='none' model='apparmor'\/>/<seclabel type='none'><label>a<\/label><\/seclabel>/
a label with something else;s/<baselabel>.*<\/baselabel>/<domlabel>a<\/domlabel>/
a seclabel with an unknown attribute;s/type='none' model/type='none' driver/
END
}

# ---- xmllint: it loads. No more: libxml2 may take minutes for a document that has all parts, by the order of a hash ----
if command -v xmllint >/dev/null; then
    echo "<domain type='kvm'/>" >"$dir/small.xml"
    xmllint --noout --nonet --relaxng "$schema" "$dir/small.xml" 2>"$dir/xmllint" || fail "xmllint: $(cat "$dir/xmllint")"
else
    echo "skip  xmllint is not here"
fi
if ! command -v jing >/dev/null; then
    echo "jing is not here"
    [ $failed -ne 0 ] || exit 77
    exit 1
fi

# refused FILE...: the names of those that are not valid. One process for all.
refused() {
    jing "$schema" "$@" >"$dir/log" 2>&1 || true
    if grep -v '^/.*\.xml:[0-9]*:[0-9]*: \(error\|fatal\): ' "$dir/log" >&2; then
        echo "jing: the schema does not load, or jing does not run" >&2
        return 1
    fi
    sed 's/\.xml:[0-9]*:[0-9]*: .*/.xml/' "$dir/log" | sort -u
}

# judge OUT FILE...: the names of those that are not valid into OUT; domxform has to say the same of each.
judge() {
    out=$1
    shift
    refused "$@" >"$out"
    [ -n "${DOMXFORM-}" ] || return 0
    "$DOMXFORM" validate --schema="$schema" --level=schema --format=github "$@" 2>"$dir/err" |
        sed -n 's/^::error file=\([^,]*\),.*/\1/p' | sort -u >"$dir/own"
    diff "$out" "$dir/own" >"$dir/diff" || fail "domxform judges otherwise (>: it refuses): $(cat "$dir/diff" "$dir/err")"
}

# ---- it loads, and takes all that it knows ----
judge "$dir/bad" "$all" "$DX_SOURCE_DIR/tests/demo/vm.xml"
[ ! -s "$dir/bad" ] || fail "refused: $(cat "$dir/bad")"

# ---- one mistake each ----
mkdir "$dir/mistakes"
: >"$dir/missed"
n=100
mistakes >"$dir/table"
while IFS=';' read -r what edit; do
    n=$((n + 1))
    sed "$edit" "$all" >"$dir/mistakes/$n.xml"
    echo "$dir/mistakes/$n.xml;$what" >>"$dir/made"
done <"$dir/table"
judge "$dir/found" "$dir"/mistakes/*.xml
while IFS=';' read -r file what; do
    grep -qxF "$file" "$dir/found" || echo "$what" >>"$dir/missed"
done <"$dir/made"
[ ! -s "$dir/missed" ] || fail "taken for right: $(cat "$dir/missed")"
echo "mistakes: $(wc -l <"$dir/found") of $(wc -l <"$dir/made") found"

# ---- what the passes write is no worse than what they were given ----
set -- "$DX_SOURCE_DIR"/tests/golden/*/*/in.xml
given=$#
set -- "$DX_SOURCE_DIR"/tests/golden/*/*/out.xml
judge "$dir/golden" "$DX_SOURCE_DIR"/tests/golden/*/*/in.xml "$@"
for file in "$@"; do
    if grep -qxF "$file" "$dir/golden" && ! grep -qxF "${file%out.xml}in.xml" "$dir/golden"; then
        fail "a pass made it invalid: $file"
    fi
done
echo "golden: of $given inputs $(grep -c '/in.xml$' "$dir/golden") are refused," \
    "of $# outputs $(grep -c '/out.xml$' "$dir/golden")"

# ---- real documents: libvirt's own schema refuses whatever this one refuses ----

# measure LIST COLUMN FOLDER: documents, and in a column of a list the verdicts of libvirt's schema.
measure() {
    judge "$dir/paths" "$corpus/$3"/*.xml
    sed 's|.*/||' "$dir/paths" >"$dir/refused"
    awk -F'\t' -v column="$2" -v list="$1" '
        FILENAME != ARGV[2] { refused[$1] = 1; next }
        FNR > 1 { n[$column]++ }
        FNR > 1 && $1 in refused { hit[$column]++; if ($column == "valid") { print "false alarm: " $1 } }
        END {
            printf "%s: of %d invalid documents %d are refused, of %d valid ones %d\n", list, n["invalid"],
                hit["invalid"], n["valid"], hit["valid"]
            exit hit["valid"] > 0 || n["valid"] == 0
        }' "$dir/refused" "$corpus/$1.tsv" || fail "$1: the schema refuses what libvirt's takes"
}

if [ ! -d "$corpus" ]; then
    echo "skip  the corpus: $corpus is not here"
else
    measure validity 2 domains
    measure mutants 4 mutants
fi
exit "$failed"
