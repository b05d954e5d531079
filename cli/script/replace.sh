# A file that is not in its place yet; no end of the script leaves it behind.
temporary=
trap '[ -z "$temporary" ] || rm -f "$temporary"' EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# replace TEXT MODE: the file $at holds that text. One that is there keeps
# owner and mode, a new one gets MODE. It is renamed into place: whoever
# reads it meanwhile sees the old text or the new one.
replace() {
    temporary=$at.domxform-$$
    if error=$({
        mkdir -p "${at%/*}" &&
            (umask 077 && set -C && : >"$temporary") &&
            if [ -e "$at" ]; then
                cp -p "$at" "$temporary"
            else
                chmod "$2" "$temporary"
            fi &&
            printf '%s' "$1" >"$temporary" &&
            mv -f "$temporary" "$at"
    } 2>&1); then
        temporary=
        if [ -z "$root" ] && command -v restorecon >/dev/null; then
            restorecon "$at" 2>/dev/null || :
        fi
        return 0
    fi
    rm -f "$temporary"
    temporary=
    failed "$at: ${error##*: }"
    return 1
}

# read_text: $text is what $at holds, nothing where there is no such file,
# and a full stop that keeps the line ends before it.
read_text() {
    text=.
    if [ -e "$at" ] && ! text=$(cat "$at" 2>&1 && printf .); then
        cannot "$at: ${text##*: }"
        return 1
    fi
}
