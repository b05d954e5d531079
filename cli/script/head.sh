set -euf
umask 022

apply=no
guest=
for_guest=no
asked_root=no

usage() {
    cat <<'END'
usage: sh PLAN [--apply] [--root=DIR] [--guest=NAME]

Tells for each step what it does, why, and whether it is so already. Nothing
is changed without --apply, and what is so already is not touched with it.

  --apply        do the steps that are to be done
  --root=DIR     work on the files below DIR; commands, packages and services
                 are left out then, except with --root=/
  --guest=NAME   the steps for inside that guest, to be run there; --guest=
                 for those that are the same in any guest
  --help         this text

Exit code: 0, or 1 where a step failed, 2 where the command line is wrong.
END
}

usage_error() {
    printf '%s\n' "$*, see --help" >&2
    exit 2
}

while [ $# -gt 0 ]; do
    case $1 in
    --apply) apply=yes ;;
    --root=*)
        root=${1#*=}
        asked_root=yes
        ;;
    --guest=*)
        guest=${1#*=}
        for_guest=yes
        ;;
    --help)
        usage
        exit 0
        ;;
    *) usage_error "there is no argument $1" ;;
    esac
    shift
done
# The root of the plan is that of the host.
if [ $for_guest = yes ] && [ $asked_root = no ]; then
    root=
fi
case $root in
'' | /*) ;;
*) root=$PWD/$root ;;
esac
while [ -n "$root" ] && [ "${root%/}" != "$root" ]; do
    root=${root%/}
done
if [ -n "$root" ] && ! [ -d "$root" ]; then
    usage_error "$root is no folder"
fi

# ---- how steps are told and counted ----

n_so=0
n_to_do=0
n_done=0
n_failed=0
n_by_hand=0
n_left=0
reboot=no

# Without what drives a terminal.
show() {
    printf '%s\n' "$*" | LC_ALL=C tr -d '\000-\010\013-\037\177'
}

# requirement ID TITLE WHY: what the steps behind it are for.
requirement() {
    id=$1
    changed=no
    broken=no
    show ''
    show "$2 [$id]"
    show "  otherwise: $3"
}

# step WHAT WHY [after-change] [next-boot]: of what follows it.
step() {
    what=$1
    why=$2
    shift 2
    after_change=no
    next_boot=no
    for flag in "$@"; do
        case $flag in
        after-change) after_change=yes ;;
        next-boot) next_boot=yes ;;
        esac
    done
}

# tell STATE [DETAIL]
tell() {
    state=$(printf '%-10s' "$1")
    show "  $state $what${why:+ ($why)}"
    if [ -n "${2-}" ]; then
        show "$(printf '%s\n' "$2" | sed 's/^/             /')"
    fi
}

# Whether the step is to be looked at.
starts() {
    if [ "$broken" = yes ]; then
        n_left=$((n_left + 1))
        tell 'left out' 'a step before it failed'
        return 1
    fi
    if [ "$after_change" = yes ] && [ "$changed" = no ]; then
        n_so=$((n_so + 1))
        tell 'no need' 'nothing before it changed'
        return 1
    fi
}

so() {
    n_so=$((n_so + 1))
    tell 'is so' "${1-}"
}

# to_do [DETAIL]: it is not so; fails where nothing is to be changed.
to_do() {
    changed=yes
    if [ "$next_boot" = yes ]; then
        reboot=yes
    fi
    if [ "$apply" = no ]; then
        n_to_do=$((n_to_do + 1))
        tell 'to do' "${1-}"
        return 1
    fi
    changed=no
}

did() {
    changed=yes
    n_done=$((n_done + 1))
    tell 'done' "${1-}"
}

failed() {
    broken=yes
    n_failed=$((n_failed + 1))
    tell 'failed' "$1"
}

# cannot DETAIL: it cannot be looked at, and so not be done.
cannot() {
    if [ "$apply" = yes ]; then
        failed "$1"
    else
        n_to_do=$((n_to_do + 1))
        changed=yes
        tell 'cannot' "$1"
    fi
}

left_out() {
    n_left=$((n_left + 1))
    tell 'left out' "$1"
}

# Whether the step is for a system that runs, and this is none.
only_files() {
    [ -n "$root" ] || return 1
    left_out 'not done below a root'
}

summary() {
    show ''
    if [ $((n_to_do + n_done + n_failed)) -eq 0 ]; then
        show "nothing to do: $n_so of the steps are so already"
    elif [ "$apply" = no ]; then
        show "$n_to_do to do, $n_so so already; --apply does them"
    else
        show "$n_done done, $n_so so already, $n_failed failed"
    fi
    if [ $n_by_hand -gt 0 ]; then
        show "$n_by_hand to be done by hand"
    fi
    if [ $n_left -gt 0 ]; then
        show "$n_left left out"
    fi
    if [ $reboot = yes ]; then
        show 'some of it takes effect at the next boot only'
    fi
    if [ $n_failed -gt 0 ] && [ "$apply" = yes ]; then
        exit 1
    fi
}
