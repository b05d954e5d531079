# mask TEXT: $mask is a mask of CPUs without commas and zeros before it.
mask() {
    mask=
    groups=$(printf '%s' "$1" | tr 'A-F,' 'a-f ')
    for group in $groups; do
        case $group in
        *[!0-9a-f]*)
            mask=none
            return 0
            ;;
        esac
        group=00000000$group
        while :; do
            case $group in
            ?????????*) group=${group#?} ;;
            *) break ;;
            esac
        done
        mask=$mask$group
    done
    while :; do
        case $mask in
        0?*) mask=${mask#0} ;;
        *) break ;;
        esac
    done
}

# same_value FORM WANTED GOT: whether the kernel says what it was told.
same_value() {
    squeeze "$3"
    got=$words
    squeeze "$2"
    case $1 in
    at-least)
        case $got in
        '' | *[!0-9]*) return 1 ;;
        esac
        [ "$got" -ge "$words" ] 2>/dev/null
        ;;
    choice)
        case " $got " in
        " $words " | *" [$words] "*) return 0 ;;
        esac
        return 1
        ;;
    mask)
        mask "$got"
        got=$mask
        mask "$words"
        [ "$got" = "$mask" ] && [ "$got" != none ]
        ;;
    *) [ "$got" = "$words" ] ;;
    esac
}

# write_value FORM PATH VALUE: into a file of the kernel, and read back:
# it may take less than it was given and say nothing.
write_value() {
    starts || return 0
    locate "$2" || return 0
    if [ -n "$root" ] && ! [ -e "$at" ]; then
        left_out "there is no $at"
        return 0
    fi
    if ! value=$(cat "$at" 2>&1); then
        cannot "$2: ${value##*: }"
    elif same_value "$1" "$3" "$value"; then
        so ''
    elif to_do "it reads $value now"; then
        if ! error=$({ printf '%s\n' "$3" >"$at"; } 2>&1); then
            failed "$2: ${error##*: }"
        elif value=$(cat "$at") && same_value "$1" "$3" "$value"; then
            did ''
        else
            failed "$2: wanted $3, it reads ${value:-nothing}"
        fi
        # What keeps it across a reboot is no worse for that.
        broken=no
    fi
}
