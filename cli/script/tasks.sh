# How a task tells a step: "changed" where something is another now, or
# would be; exit code 3 where it failed.
set -euf
umask 022
checking=$1
root=$2
id=$3
shift 3
starts() { :; }
so() { :; }
to_do() { [ "$checking" != True ] || { echo changed && exit 0; }; }
did() { echo changed; }
# inside PATH: below a root, no link of it leads out of there.
inside() {
    locate "$1"
    [ "$at" = "$root${1%/}" ] || failed "$1 is a link, to $at"
}
left_out() { echo "left out: $1"; }
cannot() { failed "$1"; }
failed() {
    printf '%s\n' "$1" >&2
    exit 3
}
