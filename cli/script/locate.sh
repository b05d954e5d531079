# locate PATH: $at is where it leads, links as on the host that it is of.
locate() {
    at=
    rest=${1#/}
    links=0
    while [ -n "$rest" ]; do
        part=${rest%%/*}
        case $rest in
        */*) rest=${rest#*/} ;;
        *) rest= ;;
        esac
        case $part in
        '' | .) continue ;;
        ..)
            at=${at%/*}
            continue
            ;;
        esac
        if ! [ -L "$root$at/$part" ]; then
            at=$at/$part
            continue
        fi
        links=$((links + 1))
        if [ $links -gt 40 ]; then
            cannot 'its links lead in circles'
            return 1
        fi
        link=$(readlink "$root$at/$part")
        case $link in
        /*) at= ;;
        esac
        rest=$link/$rest
    done
    at=$root$at
}
