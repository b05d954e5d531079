#!/bin/sh
# grow.sh TREE FOLDER: makes the files of a host as a tree of tests/host/hosts tells them, below a folder.
#
#   /sys/devices/system/cpu/possible = 0-63     a file of one line
#   /etc/sasl2/libvirt.conf                     a file of the lines below it that begin with '|', without it
#   |mech_list: gssapi
#   /dev/disk/by-id/scsi-1 -> ../../sdc         a link
#   /run/libvirt/qemu/                          a folder
#   mode 0750 /var/lib/swtpm-localca/           what is there already
#   remove /dev/kvm
#   include x86-2node                           another tree, which what follows changes
set -eu
tree=$1
folder=$2

# Put together first: what is included may include something itself.
lines() {
    while IFS= read -r line || [ -n "$line" ]; do
        case $line in
        "include "*) lines < "${tree%/*}/${line#include }.tree" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
}

mkdir -p "$folder"
lines < "$tree" | awk -v folder="$folder" '
    function quoted(s) { gsub(/\047/, "\047\\\047\047", s); return "\047" s "\047" }
    function folder_of(path) { sub(/\/[^\/]*$/, "", path); return path }
    function run(command) { if (system(command) != 0) { failed = 1; exit } }
    function make_folder(path) { if (!(path in made)) { run("mkdir -p " quoted(path)); made[path] = 1 } }
    function begin(path) { make_folder(folder_of(folder path)); run("rm -f " quoted(folder path)); file = folder path }
    function end() { if (file != "") { printf "" >> file; close(file); file = "" } }
    /^\|/ { print substr($0, 2) >> file; next }
    { end() }
    /^#/ || /^$/ { next }
    /^mode / { run("chmod " $2 " " quoted(folder $3)); next }
    /^remove / { run("rm -rf " quoted(folder $2)); next }
    / -> / { begin($1); file = ""; run("ln -s " quoted($3) " " quoted(folder $1)); next }
    / = / { begin($1); print substr($0, length($1) + 4) >> file; next }
    /\/$/ { make_folder(folder substr($0, 1, length($0) - 1)); next }
    /^\// { begin($0); next }
    { print "grow.sh: what is \"" $0 "\"?" > "/dev/stderr"; failed = 1; exit }
    END { end(); exit failed }'
