#!/bin/sh
# What host plan --format=sh and --format=ansible print: read by the shells and linters that are here, and run against
# hosts made of files. Plans made by hand bring steps of every kind (scripts.c), the rest is planned from trees.
set -eu
maker=$1
here=$DX_SOURCE_DIR/tests/host
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# Scripts write no files of others: a mask that is wider or narrower than usual must not matter.
umask 022
cd "$dir"
failures=0

fail() {
    printf '%s\n' "$*"
    failures=$((failures + 1))
}

has() {
    command -v "$1" >/dev/null 2>&1
}

# what FILE WORDS: the file has a line with the words.
told() {
    grep -qF -- "$2" "$1" || { fail "$1 has no '$2':"; cat "$1"; }
}

# run CODE OUTPUT COMMAND...
run() {
    want=$1
    output=$2
    shift 2
    code=0
    "$@" >"$output" 2>&1 || code=$?
    [ "$code" -eq "$want" ] || { fail "exit code $code, not $want: $*"; cat "$output"; }
}

# state FOLDER: everything that a script could change there.
state() {
    (cd "$1" && find . -print | LC_ALL=C sort | while IFS= read -r file; do
        stat -c '%A %u:%g %N' "$file"
        if [ -f "$file" ] && ! [ -L "$file" ]; then
            cksum <"$file"
        fi
    done)
}

# same BEFORE AFTER WHAT
same() {
    diff "$1" "$2" >difference || { fail "$3:"; cat difference; }
}

grow() {
    rm -rf "$2"
    sh "$here/grow.sh" "$here/hosts/$1.tree" "$2"
}

# ---- shells and linters read them ----

for plan in files system swallow nasty guests empty; do
    "$maker" sh "$plan" >"$plan.sh"
    "$maker" ansible "$plan" >"$plan.yml"
done
cat >both.xml <<'END'
<domain type='kvm'>
  <name>web1'; touch pwned #</name>
  <memory unit='GiB'>4</memory>
  <memoryBacking><hugepages><page size='1' unit='GiB'/></hugepages></memoryBacking>
  <vcpu placement='static' cpuset='4-7'>4</vcpu>
  <iothreads>1</iothreads>
  <cputune><vcpupin vcpu='0' cpuset='4'/><vcpupin vcpu='1' cpuset='5'/><iothreadpin iothread='1' cpuset='6'/></cputune>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  <devices>
    <disk type='block' device='lun'><source dev='/dev/sdc'/><target dev='sda' bus='scsi'/></disk>
    <tpm model='tpm-crb'><backend type='emulator' version='2.0'/></tpm>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
  </devices>
  <seclabel type='dynamic' model='selinux' relabel='yes'/>
</domain>
END
for name in x86-2node arm64-64k small no-kvm selinux-off to-set-up; do
    grow "$name" "$name"
    for format in sh ansible; do
        suffix=$format
        [ $format = sh ] || suffix=yml
        run 0 "$name-domain.$suffix" "$DOMXFORM" host plan --root="$name" --format=$format -q both.xml
        run 0 "$name-bare.$suffix" "$DOMXFORM" host plan --root="$name" --format=$format -q --block-rpcs=guest-exec
    done
done

# Many domains of one kind: what is done in their guests is said once.
mkdir domains
i=0
while [ $i -lt 40 ]; do
    sed "s/<name>.*</<name>vm $i's</" both.xml >domains/$i.xml
    i=$((i + 1))
done
for format in sh ansible; do
    suffix=$format
    [ $format = sh ] || suffix=yml
    run 0 many.$suffix "$DOMXFORM" host plan --root=x86-2node --format=$format -q --block-rpcs=guest-exec domains
    [ "$(grep -ci 'set block-rpcs=guest-exec in' many.$suffix)" -le 2 ] || fail "$format: each guest has steps of its own"
done
run 0 out sh many.sh --guest="vm 39's"
told out 'the agent in the guest refuses 1 command'
run 2 out sh many.sh --guest=vm
told out "--guest=vm 39's"
rm -rf domains

# What people review: the steps of tasks are lines, not one long word of escapes.
told files.yml '    domxform_step: &domxform_step |'
told files.yml '              options kvm halt_poll_ns=0'
! grep -q 'kernel_args()' swallow.yml || fail "tasks bring functions that they do not call"
told swallow.yml 'write_value()'

# A requirement that was so, and is, is named at the end; so is one that nothing can be done about.
run 0 out sh x86-2node-domain.sh
told out 'so already:'
! grep -A1 'are online' out | grep -q otherwise || fail "what is so is told at length"

shells=
for shell in sh dash busybox; do
    if has $shell; then
        shells="$shells $shell"
    fi
done

# by SHELL ARGUMENT...: with that shell.
by() {
    if [ "$1" = busybox ]; then
        shift
        busybox sh "$@"
    else
        "$@"
    fi
}

for script in *.sh; do
    for shell in $shells; do
        by "$shell" -n "$script" || fail "$shell cannot read $script"
    done
done
if has shellcheck; then
    shellcheck -s sh ./*.sh || fail "shellcheck finds something"
    ! grep -n 'shellcheck disable' ./*.sh || fail "shellcheck is not to look"
else
    echo "shellcheck is not here: the scripts were not given to it"
fi
if has yamllint; then
    printf 'extends: default\n' >yamllint
    yamllint -s -c yamllint ./*.yml || fail "yamllint finds something"
else
    echo "yamllint is not here: the tasks were not given to it"
fi
if has python3 && python3 -c 'import yaml' 2>/dev/null; then
    python3 - ./*.yml <<'END' || fail "the tasks are no YAML, or say something else"
import re, sys, yaml
def texts(node):
    if isinstance(node, dict):
        for key, value in node.items():
            yield from texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from texts(value)
    else:
        yield str(node)
yaml.SafeLoader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node).replace("{", "("))
known = {"{{ '{' }}", "{{ domxform_step }}", "{{ ansible_check_mode }}", "{{ domxform_root | default('') }}",
         "{{ domxform_dir }}", "{{ item }}"}
for name in sys.argv[1:]:
    tasks = yaml.safe_load(open(name, encoding="utf-8"))
    assert isinstance(tasks, list), name
    for text in texts(tasks):
        # Templates are our own, and nothing else would be taken for the beginning of one.
        for found in re.findall(r"{{.*?}}", text, re.S):
            assert found in known or re.fullmatch(r"{{ domxform_\d+\.stderr \| default\(''\) }}", found), (name, found)
            text = text.replace(found, "")
        assert not re.search(r"{[{%#]", text), (name, text)
END
else
    echo "python3 with yaml is not here: the tasks were not parsed"
fi

# ---- the command line of a script ----

run 0 out sh files.sh --help
told out 'usage: sh PLAN'
run 2 out sh files.sh --aply
told out 'there is no argument --aply'
run 2 out sh files.sh --root=nowhere
told out 'nowhere is no folder'
run 2 out sh files.sh --guest=web1
told out 'the plan has nothing for guests'
run 2 out sh guests.sh --guest=web3
told out 'the plan has nothing for a guest web3, but for'
told out '--guest=web2'
run 0 out sh empty.sh
told out 'nothing to do'

# ---- told, done, and so already ----

for shell in $shells; do
    grow to-set-up tree
    chmod 0604 tree/etc/libvirt/qemu.conf
    state tree >before
    run 0 out by "$shell" files.sh --root=tree
    state tree >after
    same before after "$shell: a run without --apply changes something"
    told out '9 to do, 0 so already; --apply does them'
    told out 'it reads always [madvise] never'
    run 0 out by "$shell" files.sh --root=tree --apply
    told out '9 done, 0 so already, 0 failed'
    told out 'takes effect at the next boot only'
    state tree >before
    run 0 out by "$shell" files.sh --root=tree --apply
    state tree >after
    same before after "$shell: a second run changes something"
    told out 'nothing to do: 9 of the steps are so already'

    (cd tree && cat sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages sys/kernel/mm/transparent_hugepage/enabled \
        sys/devices/virtual/workqueue/cpumask etc/default/grub.d/domxform.cfg etc/modprobe.d/new/domxform-kvm.conf \
        etc/libvirt/qemu.conf etc/sasl2/real.conf) >got
    cat >wanted <<'END'
16
always
f,00ff0000
# What domxform host plan adds to the kernel's arguments.
GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX "'default_hugepagesz=1G hugepagesz=1G hugepages=16' # values
options kvm halt_poll_ns=0
#user = "root"
user = "qemu"
user_namespace = 1
group = "root"
mech_list: scram-sha-256
#mech_list: gssapi
END
    same wanted got "$shell: what the files say"
    (cd tree && stat -c '%a %n' etc/libvirt/qemu.conf etc/modprobe.d/new/domxform-kvm.conf var/lib/swtpm-localca \
        var/lib/swtpm-localca/deeper var/lib/swtpm-localca/signkey.pem) >got
    cat >wanted <<'END'
604 etc/libvirt/qemu.conf
640 etc/modprobe.d/new/domxform-kvm.conf
750 var/lib/swtpm-localca
750 var/lib/swtpm-localca/deeper
640 var/lib/swtpm-localca/signkey.pem
END
    same wanted got "$shell: modes"
done
[ "$(readlink tree/etc/sasl2/libvirt.conf)" = /etc/sasl2/real.conf ] || fail "a link became a file"

# A mask as the kernel tells it, a number that is higher, another choice: so already.
printf '0000000f,00ff0000\n' >tree/sys/devices/virtual/workqueue/cpumask
printf '17\n' >tree/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages
printf '[always] madvise never\n' >tree/sys/kernel/mm/transparent_hugepage/enabled
run 0 out sh files.sh --root=tree
told out 'nothing to do: 9 of the steps are so already'
printf '0000000f,00ff0001\n' >tree/sys/devices/virtual/workqueue/cpumask
printf '15\n' >tree/sys/kernel/mm/hugepages/hugepages-1048576kB/nr_hugepages
printf 'always madvise [never]\n' >tree/sys/kernel/mm/transparent_hugepage/enabled
run 0 out sh files.sh --root=tree
told out '3 to do, 6 so already'

# Other figures take the place of those that the same requirement added before.
sed 's/hugepages=16/hugepages=32/g' files.sh >more.sh
run 0 out sh more.sh --root=tree --apply
grep -c hugepages= tree/etc/default/grub.d/domxform.cfg >got
echo 1 >wanted
same wanted got 'lines with kernel arguments'
told tree/etc/default/grub.d/domxform.cfg 'hugepages=32'

# A list over several lines is not for a script to change.
printf 'user = [\n  "a",\n]\n' >tree/etc/libvirt/qemu.conf
run 1 out sh files.sh --root=tree --apply
told out 'goes on over lines'
grep -q '^  "a",' tree/etc/libvirt/qemu.conf || fail "half of a list was changed"

# Links in circles, and a folder in place of a file.
grow to-set-up tree
ln -sf loop tree/etc/loop
rm -rf tree/etc/libvirt tree/etc/sasl2
ln -s /etc/loop tree/etc/libvirt
mkdir -p tree/etc/sasl2/libvirt.conf
run 1 out sh files.sh --root=tree --apply
told out 'its links lead in circles'

# What ends a script in the middle leaves no file behind that is not in its place.
mkdir -p slow
cat >slow/mv <<'END'
#!/bin/sh
kill -TERM "$(cat pid)"
sleep 1
END
chmod +x slow/mv
cat >ended <<END
PATH='$dir/slow':\$PATH
echo \$\$ >pid
. ./files.sh
END
for shell in $shells; do
    grow to-set-up tree
    by "$shell" ended --root=tree --apply >out 2>&1 && fail "$shell: a script that was ended says nothing"
    find tree -name '*.domxform-*' >got
    : >wanted
    same wanted got "$shell: files that are not in their place"
done

# ---- a plan of an image stays in the image ----

grow to-set-up image
"$maker" sh files image >image.sh
run 0 out sh image.sh --apply
told out '9 done'
run 0 out sh image.sh --root="$dir/image/"
told out 'nothing to do'
run 0 out sh system.sh --root=image --apply
told out 'not done below a root'
told out 'nothing to do'

# ---- what the kernel takes and does not keep ----

run 0 out sh swallow.sh --root=image
mkdir -p swallow/dev swallow/etc
run 0 out sh swallow.sh --root=swallow --apply
told out 'left out'
sed "s|'/etc/guest.conf'|'$dir/later.conf'|" swallow.sh >null.sh
run 0 out sh null.sh
mkdir -p user root
printf '#!/bin/sh\necho 1000\n' >user/id
printf '#!/bin/sh\necho 0\n' >root/id
chmod +x user/id root/id
as() {
    first=$dir/$1
    shift
    env "PATH=$first:$PATH" "$@"
}
run 2 out as user sh null.sh --apply
told out 'run it as root'
run 1 out as root sh null.sh --apply
told out '/dev/null: wanted 16, it reads nothing'
told out '1 done, 0 so already, 1 failed'
told later.conf 'a=1'

# ---- a system that runs: its commands, played by small ones ----

mkdir -p bin state
for name in apt-get dpkg-query systemctl update-grub; do
    cat >"bin/$name" <<'END'
#!/bin/sh
echo "${0##*/} $*" >>"$STATE/log"
case ${0##*/}:$* in
dpkg-query:*) [ -e "$STATE/installed" ] && echo 'install ok installed' ;;
apt-get:*install*) : >"$STATE/installed" ;;
systemctl:is-enabled*--quiet*) [ -e "$STATE/enabled" ] ;;
systemctl:is-enabled*) if [ -e "$STATE/masked" ]; then echo masked; else echo enabled; fi ;;
systemctl:is-active*virtqemud*) [ -e "$STATE/enabled" ] ;;
systemctl:is-active*) false ;;
systemctl:enable*) : >"$STATE/enabled" ;;
systemctl:mask*) : >"$STATE/masked" ;;
esac
END
    chmod +x "bin/$name"
done
STATE=$dir/state
export STATE
with_bin() {
    env "PATH=$dir/bin:$dir/root:$PATH" "$@"
}
run 0 out with_bin sh system.sh
told out '5 to do, 1 so already'
! grep -Eq 'install -|enable |mask |restart|reload' state/log || fail "a run without --apply does something"
run 0 out with_bin sh system.sh --apply
told out '6 done, 0 so already, 0 failed'
told out '2 to be done by hand'
told out 'turn virtualization on in the firmware'
told out 'chosen'
grep -E 'install|enable |mask |restart|reload' state/log | grep -v is-enabled >got
cat >wanted <<'END'
apt-get -q -y install swtpm-tools
systemctl enable --now virtqemud.socket
systemctl mask --now libvirtd.socket libvirtd-ro.socket
systemctl daemon-reload
systemctl try-restart virtqemud.service
END
tr -s ' ' <got >squeezed
same wanted squeezed 'what the system was told'
[ -e state/ran ] || fail "the command did not run"
! [ -e /etc/choice.conf ] || fail "what is for a person to choose was done"
: >state/log
run 0 out with_bin sh system.sh --apply
told out 'nothing to do'
! grep -Eq 'install -|enable |mask |restart|reload' state/log || fail "a second run does something"

# Kernel arguments by grubby, which keeps one of a name: its way with a text, and what it is not asked to do.
cat >bin/grubby <<'END'
#!/bin/sh
case $1 in
--info=ALL) printf 'index=0\nargs="%s"\nindex=1\nargs="%s"\n' "$(cat "$STATE/args")" "$(cat "$STATE/args")" ;;
--update-kernel=ALL)
    for word in ${2#--args=}; do
        sed "s/ ${word%%=*}=[^ ]*//g; s/\$/ $word/" "$STATE/args" >"$STATE/new" && mv "$STATE/new" "$STATE/args"
    done
    ;;
esac
END
chmod +x bin/grubby
echo 'ro isolcpus=9 quiet' >state/args
for words in 'isolcpus=2-3 nohz_full=2-3' 'hugepagesz=1G hugepages=4'; do
    cat >args.sh <<END
$(sed -n '/^on_host() {/q; p' files.sh)
requirement args args args
step args args next-boot
kernel_args '$words'
summary
END
    run 0 out with_bin sh args.sh
    told out '1 to do'
    run 0 out with_bin sh args.sh --apply
    told out '1 done'
    run 0 out with_bin sh args.sh --apply
    told out 'nothing to do'
done
echo 'ro quiet isolcpus=2-3 nohz_full=2-3 hugepagesz=1G hugepages=4' >wanted
same wanted state/args 'the arguments by grubby'
sed "s/^kernel_args .*/kernel_args 'hugepagesz=2M hugepages=8'/" args.sh >more-args.sh
run 1 out with_bin sh more-args.sh --apply
told out 'grubby keeps one hugepagesz only'
same wanted state/args 'arguments that grubby would lose'
rm bin/grubby

# ---- inside a guest ----

sed "s|/etc/guest.conf|$dir/guest.conf|" guests.sh >in-guest.sh
run 0 out sh in-guest.sh
! grep -q 'web[12]' out || fail "the host's steps have those of guests"
run 0 out sh in-guest.sh --guest=web1
told out 'a is 1 in web1'
told out 'more of web1'
! grep -q 'web2' out || fail "a guest's steps have those of another"
run 0 out sh in-guest.sh --guest=
told out 'a is 1 in any guest'
run 0 out as root sh in-guest.sh --guest=web2 --apply
told guest.conf 'a=1'

# ---- texts that a shell would run ----

grow to-set-up tree
mkdir nasty
in_nasty() {
    (cd nasty && "$@")
}
run 0 out in_nasty sh ../nasty.sh --root=../tree
run 0 out in_nasty sh ../nasty.sh --root=../tree --apply
LC_ALL=C grep -q '[^ -~]' out && LC_ALL=C grep -n "$(printf '\033')" out && fail "a terminal is driven"
run 0 out in_nasty sh ../nasty.sh --root=../tree --apply
told out 'nothing to do'
# shellcheck disable=SC2016
told "tree/etc/nasty/"'$(touch pwned)'"'{{ 1 + 1 }}" '`touch pwned` "{{ 1 + 1 }}{% raw %}{# #}'
# shellcheck disable=SC2016
told tree/etc/nasty.conf 'a.b*[c]=$(touch pwned)'"'"'`"{{ 1 }}\1'
# What grub reads is a script too.
# shellcheck disable=SC1091
(cd nasty && GRUB_CMDLINE_LINUX=ro && . ../tree/etc/default/grub.d/domxform.cfg && printf '%s\n' "$GRUB_CMDLINE_LINUX") >got
# shellcheck disable=SC2016
told got 'ro quiet=$(touch${IFS}pwned)'"'"'`touch${IFS}pwned`'
# The name of the guest is the shell's as well.
run 0 out in_nasty sh ../small-domain.sh --guest="web1'; touch pwned #"
find . -name pwned >got
: >wanted
same wanted got 'texts were run'

[ $failures -eq 0 ]
