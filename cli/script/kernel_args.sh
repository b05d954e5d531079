# has_args LINE WORDS: whether the words are among the arguments. Those
# of huge pages as they follow each other: a size is for what follows.
has_args() {
    line=
    for word in $1; do
        line="$line $word"
    done
    case " $2 " in
    *' hugepagesz='*)
        case "$line " in
        *" $2 "*) return 0 ;;
        esac
        return 1
        ;;
    esac
    for word in $2; do
        case "$line " in
        *" $word "*) ;;
        *) return 1 ;;
        esac
    done
}

# all_have WORDS: whether the words are in each line of $lines.
all_have() {
    while IFS= read -r each; do
        has_args "$each" "$1" || return 1
    done <<END
$lines
END
}

# repeated WORDS: the name of one that stands there twice, or would be:
# grubby keeps one of a name.
repeated() {
    seen=' '
    case " $lines " in
    *' hugepagesz='*) seen=' hugepagesz ' ;;
    esac
    for word in $1; do
        name=${word%%=*}
        case $seen in
        *" $name "*)
            printf '%s' "$name"
            return 0
            ;;
        esac
        seen="$seen$name "
    done
}

read_grubby() {
    info=$(grubby --info=ALL 2>/dev/null) || return 1
    lines=$(printf '%s\n' "$info" | sed -n 's/^args="\(.*\)"$/\1/p')
}

args_by_grubby() {
    if ! read_grubby; then
        cannot 'grubby --info=ALL failed'
        return 0
    fi
    if all_have "$1"; then
        so "$later"
        return 0
    fi
    name=$(repeated "$1")
    if [ -n "$name" ]; then
        cannot "grubby keeps one $name only: add by hand what is missing"
        return 0
    fi
    to_do '' || return 0
    if ! error=$(grubby --update-kernel=ALL --args="$1" 2>&1); then
        failed "grubby: $error"
    elif read_grubby && all_have "$1"; then
        did "$later"
    else
        failed "grubby says nothing, but the kernels have: $lines"
    fi
}

# tagged LINE: standard input with that line for this requirement in it.
tagged() {
    LINE=$1 TAG=" # $id" awk '
        BEGIN { line = ENVIRON["LINE"]; tag = ENVIRON["TAG"] }
        function ends(s) {
            return length(s) >= length(tag) &&
                substr(s, length(s) - length(tag) + 1) == tag
        }
        ends($0) { if (!done) { print line tag } done = 1; next }
        { print }
        END { if (!done) { print line tag } }'
}

args_by_grub() {
    locate /etc/default/grub || return 0
    lines=
    if [ -e "$at" ]; then
        lines=$(sed -n "s/['\"]/ /g
            s/^GRUB_CMDLINE_LINUX\(_DEFAULT\)\{0,1\}=//p" "$at" |
            tr '\n' ' ')
    fi
    if has_args "$lines" "$1"; then
        so "$later"
        return 0
    fi
    locate /etc/default/grub.d/domxform.cfg || return 0
    read_text || return 0
    old=$text
    if [ "$text" = . ]; then
        text="# What domxform host plan adds to the kernel's arguments.
."
    fi
    quoted=$(printf '%s' "$1" | sed "s/'/'\\\\''/g")
    # It is for grub to expand.
    line="GRUB_CMDLINE_LINUX=\"\$GRUB_CMDLINE_LINUX \"'$quoted'"
    new=$(printf '%s' "${text%.}" | tagged "$line" && printf .)
    if [ "$new" = "$old" ]; then
        so "$later"
    elif to_do '' && replace "${new%.}" 0644; then
        if [ -n "$root" ]; then
            did 'update-grub is to be run on that system'
        elif error=$(update-grub 2>&1); then
            did "$later"
        else
            failed "update-grub: $error"
        fi
    fi
}

# kernel_args WORDS: they are among what the kernel is booted with.
kernel_args() {
    starts || return 0
    squeeze "$1"
    set -- "$words"
    locate /proc/cmdline || return 0
    later='the kernel that runs has them not: from the next boot on'
    if [ -e "$at" ] && has_args "$(cat "$at")" "$1"; then
        later=
    fi
    locate /etc/default/grub.d || return 0
    if [ -z "$root" ] && command -v grubby >/dev/null; then
        args_by_grubby "$1"
    elif [ -n "$root" ] && [ -d "$at" ]; then
        args_by_grub "$1"
    elif [ -z "$root" ] && command -v update-grub >/dev/null; then
        args_by_grub "$1"
    elif [ -n "$root" ]; then
        left_out "there is no $at"
    elif [ -z "$later" ]; then
        so ''
    else
        later=
        cannot 'neither grubby nor update-grub is here: add them by hand'
    fi
    if [ -n "$later" ]; then
        reboot=yes
    fi
}
