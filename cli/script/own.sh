# own PATH OWNER MODE FOLDERS-MODE: with all below it where it ends with '/'.
own() {
    starts || return 0
    owner_of "$2" || return 0
    locate "$1" || return 0
    file_mode=$3
    folder_mode=$4
    case $1 in
    */) deep=yes ;;
    *) deep=no ;;
    esac
    if ! [ -e "$at" ] && [ "$apply:$changed" = no:yes ]; then
        # A step before it makes it.
        to_do '' || return 0
    elif ! [ -e "$at" ] && [ "$left" = yes ]; then
        left_out "there is no $1"
    elif ! [ -e "$at" ]; then
        cannot "there is no $1"
    elif ! wrong=$(astray 2>&1); then
        cannot "$wrong"
    elif [ -z "$wrong" ]; then
        so ''
    elif to_do '' && put_right; then
        did ''
    fi
}
