# number_of FILE NAME: $number is that of a user or group; below a root, that
# system's own.
number_of() {
    number=$2
    case $2 in
    *[!0-9]*) ;;
    *) return 0 ;;
    esac
    if [ -z "$root" ]; then
        return 0
    fi
    locate "/etc/$1" || return 1
    number=
    if [ -e "$at" ]; then
        number=$(NAME=$2 awk -F: '$1 == ENVIRON["NAME"] { print $3; exit }' "$at")
    fi
    if [ -z "$number" ]; then
        cannot "there is no $2 in /etc/$1 below $root"
        return 1
    fi
}

# owner_of OWNER: $user and $group, one of them or both.
owner_of() {
    user=${1%%:*}
    group=
    case $1 in
    *:*) group=${1#*:} ;;
    esac
    number_of passwd "$user" || return 1
    user=$number
    number_of group "$group" || return 1
    group=$number
}

# astray: what of $at is not of $user and $group, or has neither $file_mode
# nor, as a folder, $folder_mode; what of these is empty does not matter.
astray() {
    set -- "$at"
    if [ $deep = no ]; then
        set -- "$@" -prune
    fi
    set -- "$@" ! -type l '('
    if [ -n "$user" ]; then
        set -- "$@" ! -user "$user" -o
    fi
    if [ -n "$group" ]; then
        set -- "$@" ! -group "$group" -o
    fi
    if [ -n "$file_mode" ]; then
        set -- "$@" -type d ! -perm "$folder_mode" -o
        set -- "$@" ! -type d ! -perm "$file_mode" -o
    fi
    find "$@" ! -name '*' ')'
}

# put_right: what is astray is so no longer. The owner comes first: a change
# of it takes bits of the mode away.
put_right() {
    set -- "$at"
    if [ $deep = no ]; then
        set -- "$@" -prune
    fi
    if error=$({
        if [ -n "$user$group" ]; then
            find "$@" ! -type l -exec chown -h "$user${group:+:$group}" {} +
        fi &&
            if [ -n "$file_mode" ]; then
                find "$@" -type d -exec chmod "$folder_mode" {} + &&
                    find "$@" ! -type l ! -type d -exec chmod "$file_mode" {} +
            fi
    } 2>&1) && wrong=$(astray 2>&1) && [ -z "$wrong" ]; then
        return 0
    fi
    failed "$at: ${error:-owner or mode is still another}"
    return 1
}
