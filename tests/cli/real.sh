#!/bin/sh
# Cases that want a real process: real.sh PATH_TO_BINARY
# shellcheck disable=SC2317 # the functions are called by ok
set -u

[ $# -eq 1 ] || { echo "usage: real.sh PATH_TO_BINARY" >&2; exit 2; }
tool=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
trap 'exit 1' HUP INT TERM
cd "$dir" || exit 1
failed=0
pass=--pass=hugepages:1G

ok() { # WHAT, then a command that has to succeed
    what=$1
    shift
    if "$@"; then
        echo "ok    $what"
    else
        echo "FAIL  $what"
        failed=1
    fi
}

code() { # CODE COMMAND...
    want=$1
    shift
    "$@" >out 2>err
    got=$?
    [ "$got" -eq "$want" ] || { echo "      exit code $got, not $want"; cat err; return 1; }
}

skip() {
    echo "skip  $1"
}

fresh() {
    rm -rf ./* ./.[!.]*
    cat >vm.xml <<'XML'
<domain type='kvm'>
  <name>demo</name>
  <memory unit='GiB'>4</memory>
  <vcpu>2</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
</domain>
XML
    cp vm.xml old.xml
}

leftovers() {
    [ -z "$(find . -name '.*.domxform.*')" ]
}

# ---- streams ----
fresh
code 0 "$tool" <vm.xml
ok "the identity copies" cmp -s vm.xml out

to_closed() { "$tool" "$pass" <vm.xml >&- 2>err; [ $? -eq 4 ] && grep -q "stdout" err; }
ok "a closed stdout is found out" to_closed

from_closed() { "$tool" <&- >out 2>err; [ $? -eq 4 ] && grep -q "stdin" err && [ ! -s out ]; }
ok "a closed stdin is found out" from_closed

# With 0 to 2 closed the data file must not get one of their numbers.
all_closed() { "$tool" -i "$pass" vm.xml <&- >&- 2>&- && "$tool" --check "$pass" vm.xml && ! cmp -s vm.xml old.xml; }
ok "no descriptor at all, and the file is right" all_closed
fresh
no_err() { "$tool" --pass=nonsense vm.xml <&- >&- 2>&-; [ $? -eq 2 ] && cmp -s vm.xml old.xml; }
ok "a message goes into no file" no_err

if [ -w /dev/full ]; then
    to_full() { "$tool" "$pass" <vm.xml >/dev/full 2>err; [ $? -eq 4 ] && grep -q "no space left" err; }
    ok "a full stdout is found out" to_full
    list_to_full() { "$tool" passes >/dev/full 2>err; [ $? -eq 4 ]; }
    ok "so it is for a report" list_to_full
    host_to_full() { "$tool" host plan --host-cpus=0-3 >/dev/full 2>err; [ $? -eq 4 ]; }
    ok "and for a plan" host_to_full
else
    skip "a full stdout: there is no /dev/full"
fi

# The reader is gone before the first byte: it says so by closing the FIFO that holds the writer back.
mkfifo gate
{ read -r _ <gate; "$tool" "$pass" <vm.xml 2>err; echo $? >status; } | { exec <&-; echo >gate; }
while [ ! -s status ]; do sleep 0.1; done
broken() { [ "$(cat status)" -eq 4 ] && [ ! -s err ]; }
ok "a reader that went away costs exit 4 and no word" broken

# ---- in place ----
fresh
chmod 640 vm.xml
ln -s vm.xml link.xml
code 0 "$tool" -i.orig "$pass" link.xml
in_place() {
    [ -L link.xml ] && [ ! -L vm.xml ] && [ "$(stat -c %a vm.xml)" = 640 ] && cmp -s vm.xml.orig old.xml &&
        grep -q "<hugepages>" vm.xml && leftovers
}
ok "in place: link, mode and backup are kept" in_place

before=$(stat -c '%i %y' vm.xml)
code 0 "$tool" -i "$pass" vm.xml
untouched() { [ "$(stat -c '%i %y' vm.xml)" = "$before" ]; }
ok "in place: what is so already is not touched" untouched

fresh
ln vm.xml second.xml
hard() { code 4 "$tool" -i "$pass" vm.xml && cmp -s vm.xml old.xml && grep -q "^hint:" err && leftovers; }
ok "in place: a file with two names is refused" hard

fresh
too_large() {
    (ulimit -f 0 && "$tool" -i "$pass" vm.xml) 2>/dev/null
    [ $? -eq 4 ] && cmp -s vm.xml old.xml && leftovers
}
# ThreadSanitizer's own runtime does not live under that limit.
case ${DX_SANITIZE-} in
*thread*) ;;
*) ok "in place: a file that may not grow is an error like any other" too_large ;;
esac

fresh
piped() { "$tool" "$pass" -o /dev/stdout vm.xml | grep -q "<hugepages>"; }
ok "/dev/stdout is an output too" piped
appended() { "$tool" "$pass" -o /dev/stdout vm.xml >>old.xml && [ "$(grep -c '<domain ' old.xml)" -eq 2 ]; }
ok "and what stood there before stays" appended

fresh
if command -v setfattr >/dev/null && setfattr -n user.note -v kept vm.xml 2>/dev/null; then
    attributes() { code 0 "$tool" -i "$pass" vm.xml && [ "$(getfattr --only-values -n user.note vm.xml 2>/dev/null)" = kept ]; }
    ok "in place: extended attributes are kept" attributes
else
    skip "extended attributes: no setfattr, or no such file system"
fi

if command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null; then
    for signal in INT TERM HUP; do
        fresh
        strace -o /dev/null -e trace=fsync -e "inject=fsync:signal=$signal:when=1" "$tool" -i "$pass" vm.xml 2>err
        killed() { cmp -s vm.xml old.xml && leftovers; }
        ok "in place: SIG$signal leaves the old file and nothing else" killed
    done
else
    skip "signals: no strace, or it may not trace"
fi

# ---- diff ----
fresh
if command -v patch >/dev/null; then
    "$tool" "$pass" vm.xml >want.xml
    patches() { "$tool" --diff "$pass" vm.xml | patch -s -p1 && cmp -s vm.xml want.xml; }
    ok "patch takes the diff" patches
else
    skip "the diff: no patch"
fi

# ---- completion ----
if command -v bash >/dev/null; then
    completes() { # LINE... then the words that must come
        line=$1
        want=$2
        got=$(bash -c '. /dev/stdin
            read -r -a COMP_WORDS <<<"$1"
            [[ $1 == *" " ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _domxform
            echo "${COMPREPLY[*]}"' bash "$line" <<SCRIPT
$("$tool" completion bash)
SCRIPT
        )
        [ "$got" = "$want" ] || { echo "      '$line' gives '$got', not '$want'"; return 1; }
    }
    ok "bash: an option" completes "domxform --as" "--assume-arch="
    ok "bash: a command" completes "domxform compl" "completion"
    ok "bash: a pass" completes "domxform --pass = hugep" "hugepages:"
    ok "bash: a pass as a word of its own" completes "domxform --pass hint" "hint-dedicated"
    ok "bash: the choices of the main value" completes "domxform --pass = hint-dedicated : o" "on off"
    ok "bash: the keys of a pass" completes "domxform --pass = tpm : b" "backend="
    ok "bash: the choices of a key" completes "domxform --pass = tpm : version =" "2.0 1.2"
    ok "bash: a key behind a comma" completes "domxform --pass = tpm : version = 2.0,dia" "2.0,dialect="
    ok "bash: a removal" completes "domxform --remove = seclabel : m" "model="
    ok "bash: a rule" completes "domxform --allow = IOT-Q02" "IOT-Q02"
    ok "bash: a format of validate" completes "domxform validate --format = " "text json sarif junit github"
    ok "bash: a format of passes" completes "domxform passes --format = " "text json"
    ok "bash: a level" completes "domxform validate --level = ad" "advice"
    ok "bash: a schema" completes "domxform validate --schema = au" "auto"
    ok "bash: a requirement" completes "domxform validate --require = hugep" "hugepages:"
    ok "bash: a rule to disable" completes "domxform validate --disable = IOT-Q02" "IOT-Q02"
    ok "bash: a choice" completes "domxform --color = al" "always"
    ok "bash: an operand" completes "domxform completion " "bash zsh fish"
    ok "bash: the first of two words" completes "domxform ho" "host"
    ok "bash: the second of two words" completes "domxform host " "plan check map"
    ok "bash: an option of two words" completes "domxform host map --ca" "--capabilities="
    ok "bash: a format of two words" completes "domxform host check --format = " "text json junit"
    ok "bash: a format of others" completes "domxform -q host plan --format = a" "ansible"
    ok "bash: a kind of requirement" completes "domxform host plan --only = hal" "halt-poll"
    ok "bash: a file of two words" completes "domxform host plan vm" "vm.xml"
    ok "bash: a root" completes "domxform host plan --root vm" "vm.xml"
    ok "bash: a file" completes "domxform -o vm" "vm.xml"
else
    skip "completion: no bash"
fi
for shell in zsh fish; do
    if command -v "$shell" >/dev/null; then
        "$tool" completion "$shell" >script
        ok "$shell accepts its script" "$shell" -n script
    else
        skip "completion: no $shell"
    fi
done
if command -v fish >/dev/null; then
    "$tool" completion fish >script
    fishes() { fish -c 'source script; complete -C "domxform --pass=tpm:version="' | grep -q '^--pass=tpm:version=2.0'; }
    ok "fish completes a SPEC" fishes
    fishes() { fish -c 'source script; complete -C "domxform host "' | grep -q '^check'; }
    ok "fish completes a second word" fishes
    fishes() { fish -c 'source script; complete -C "domxform host map --format="' | grep -q '^--format=svg'; }
    ok "fish completes a format of two words" fishes
    fishes() { fish -c 'source script; complete -C "domxform validate --for"' | grep -q '^--format'; }
    ok "fish completes an option" fishes
fi

# ---- manual ----
if command -v groff >/dev/null; then
    for topic in "" hugepages spec exit-codes host-json; do
        # shellcheck disable=SC2086 # no topic is no word
        "$tool" help $topic --man >page
        formatted() { groff -man -Tutf8 -Kutf8 -ww page >out 2>err && [ -s out ] && [ ! -s err ]; }
        ok "groff takes the manual page ${topic:-domxform}" formatted
    done
else
    skip "the manual page: no groff"
fi

[ "$failed" -eq 0 ] && echo "all right"
exit "$failed"
