set -euf
umask 022
# What commands say is read, and told: in one language.
LC_ALL=C
export LC_ALL

apply=no
guest=
for_guest=no
asked_root=no

usage() {
    cat <<'END'
usage: sh PLAN [--apply] [--root=DIR] [--guest=NAME]

Tells for each step what it does, why, and whether it is so already. Nothing
is changed without --apply, and what is so already is not touched with it.

  --apply        do the steps that are to be done, as root
  --root=DIR     work on the files below DIR; commands, packages and services
                 are left out then, except with --root=/
  --guest=NAME   the steps for inside that guest, to be run there; --guest=
                 for those that are the same in any guest
  --help         this text

Exit code: 0, or 1 where a step failed, 2 where the command line is wrong, or
it takes root.
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

if [ $apply = yes ] && [ -z "$root" ] && [ "$(id -u)" != 0 ]; then
    echo '--apply changes the system: run it as root' >&2
    exit 2
fi

# no_guest NAMES: ends, for the plan has none of that name.
no_guest() {
    if [ -z "$1" ]; then
        usage_error 'the plan has nothing for guests'
    fi
    printf '%s\n' "the plan has nothing for a guest ${guest:-of any domain}, but for" "$1" >&2
    exit 2
}

# ---- how steps are told and counted ----

n_so=0
n_to_do=0
n_done=0
n_failed=0
n_by_hand=0
n_left=0
reboot=no

n_needs=0
so_already=
title=

# Without what drives a terminal.
show() {
    case $* in
    *[!\ -~]*) printf '%s\n' "$*" | tr -d '\000-\010\013-\037\177' ;;
    *) printf '%s\n' "$*" ;;
    esac
}

# wrap FIRST OTHERS TEXT: $wrapped is the text in lines of 79 columns, behind
# these.
wrap() {
    wrapped=
    line=$1
    blank=
    for word in $3; do
        if [ -n "$blank" ] && [ $((${#line} + ${#word})) -gt 78 ]; then
            wrapped="$wrapped$line
"
            line=$2
            blank=
        fi
        line=$line$blank$word
        blank=' '
    done
    wrapped=$wrapped$line
}

# settle: what is told of a requirement when its steps are over. One whose
# steps are so is named at the end.
settle() {
    if [ -n "$title" ] && [ "$opened" = no ]; then
        if [ "$left" = yes ]; then
            note=' (but for what was left out)'
        elif [ "$looked:$was_so" = no:was-so ]; then
            note=' (when it was planned)'
        else
            note=
        fi
        wrap '  ' '    ' "$title [$id]$note"
        so_already="$so_already
$wrapped"
    fi
    title=
}

# requirement ID TITLE WHY [was-so]: what the steps behind it are for.
requirement() {
    settle
    n_needs=$((n_needs + 1))
    id=$1
    title=$2
    otherwise=$3
    was_so=${4-no}
    changed=no
    broken=no
    opened=no
    looked=no
    left=no
    pending=
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

# compose STATE DETAIL: $told is what there is to tell of a step.
compose() {
    wrap "  $(printf '%-10s' "$1") " '             ' "$what${why:+ ($why)}"
    told=$wrapped
    case $2 in
    '') return 0 ;;
    *'
'*) wrapped=$(printf '%s\n' "$2" | sed 's/^/             /') ;;
    *) wrap '             ' '             ' "$2" ;;
    esac
    told="$told
$wrapped"
}

# tell STATE DETAIL
tell() {
    compose "$1" "$2"
    if [ "$opened" = no ]; then
        wrap '' '  ' "$title [$id]"
        heading=$wrapped
        wrap '  ' '    ' "otherwise: $otherwise"
        show "
$heading
$wrapped$pending"
        opened=yes
    fi
    show "$told"
}

# mention STATE DETAIL: only where more is told of the requirement.
mention() {
    if [ "$opened" = yes ]; then
        tell "$1" "$2"
    else
        compose "$1" "$2"
        pending="$pending
$told"
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
        mention 'no need' 'nothing before it changed'
        return 1
    fi
    looked=yes
}

# so DETAIL
so() {
    n_so=$((n_so + 1))
    mention 'is so' "$1"
}

# to_do DETAIL: it is not so; fails where nothing is to be changed.
to_do() {
    changed=yes
    if [ "$next_boot" = yes ]; then
        reboot=yes
    fi
    if [ "$apply" = no ]; then
        n_to_do=$((n_to_do + 1))
        tell 'to do' "$1"
        return 1
    fi
    changed=no
}

# did DETAIL
did() {
    changed=yes
    n_done=$((n_done + 1))
    tell 'done' "$1"
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
    left=yes
    mention 'left out' "$1"
}

# Whether the step is for a system that runs, and this is none.
only_files() {
    [ -n "$root" ] || return 1
    left_out 'not done below a root'
}

summary() {
    settle
    if [ -n "$so_already" ]; then
        show "
so already:$so_already"
    fi
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
    if [ $n_left -gt 0 ] && [ -n "$root" ]; then
        show "$n_left left out, most of them because / is $root"
    elif [ $n_left -gt 0 ]; then
        show "$n_left left out"
    fi
    if [ $reboot = yes ]; then
        show 'some of it takes effect at the next boot only'
    fi
    if [ $n_failed -gt 0 ] && [ "$apply" = yes ]; then
        exit 1
    fi
}
