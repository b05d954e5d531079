# file PATH MODE OWNER TEXT: it holds the text and nothing else. An empty mode
# or owner stays as it is.
file() {
    starts || return 0
    owner_of "$3" || return 0
    locate "$1" || return 0
    file_mode=$2
    folder_mode=$2
    deep=no
    if [ -d "$at" ]; then
        cannot "$1 is a folder"
        return 0
    fi
    read_text || return 0
    if [ "$text" != "$4." ] || ! [ -e "$at" ]; then
        to_do '' || return 0
        replace "$4" "${2:-0644}" || return 0
        if wrong=$(astray) && [ -z "$wrong" ]; then
            did ''
            return 0
        fi
    elif wrong=$(astray 2>&1) && [ -z "$wrong" ]; then
        so ''
        return 0
    else
        to_do 'its owner or mode is another' || return 0
    fi
    if put_right; then
        did ''
    fi
}
