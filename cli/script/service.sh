# running UNITS: $units are those that run.
running() {
    units=
    for unit in $1; do
        if systemctl is-active --quiet "$unit" </dev/null 2>/dev/null; then
            units="$units $unit"
        fi
    done
}

# is_unit ACTION UNIT: whether it is so already.
is_unit() {
    case $1 in
    enabled)
        systemctl is-enabled --quiet "$2" 2>/dev/null &&
            systemctl is-active --quiet "$2" 2>/dev/null
        ;;
    masked) [ "$(systemctl is-enabled "$2" 2>/dev/null)" = masked ] ;;
    esac
}

# act UNITS WORD...: systemctl with the words and units.
act() {
    list=$1
    shift
    for unit in $list; do
        set -- "$@" "$unit"
    done
    if error=$(systemctl "$@" 2>&1 </dev/null); then
        did ''
    else
        failed "systemctl $*: $error"
    fi
}

# service ACTION UNITS
service() {
    starts || return 0
    if only_files; then
        return 0
    fi
    if ! command -v systemctl >/dev/null; then
        cannot 'systemctl is not here'
        return 0
    fi
    case $1 in
    enabled | masked)
        units=
        for unit in $2; do
            is_unit "$1" "$unit" || units="$units $unit"
        done
        ;;
    reloaded | restarted)
        running "$2"
        if [ -z "$2" ]; then
            units='the manager itself'
        fi
        ;;
    esac
    case $1:$units in
    enabled: | masked:)
        so ''
        return 0
        ;;
    *:)
        n_so=$((n_so + 1))
        mention 'no need' 'nothing of it runs'
        return 0
        ;;
    esac
    to_do "${units# }" || return 0
    case $1 in
    enabled) act "$units" enable --now ;;
    masked) act "$units" mask --now ;;
    restarted) act "$units" try-restart ;;
    reloaded)
        if [ -z "$2" ]; then
            act '' daemon-reload
        else
            act "$units" try-reload-or-restart
        fi
        ;;
    esac
}
