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

# act VERB UNITS
act() {
    # shellcheck disable=SC2086
    if error=$(systemctl $1 $2 2>&1 </dev/null); then
        did
    else
        failed "systemctl $1 $2: $error"
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
    if [ -z "$units" ]; then
        so
        return 0
    fi
    to_do "${units# }" || return 0
    case $1 in
    enabled) act 'enable --now' "$units" ;;
    masked) act 'mask --now' "$units" ;;
    restarted) act try-restart "$units" ;;
    reloaded)
        if [ -z "$2" ]; then
            act daemon-reload ''
        else
            act try-reload-or-restart "$units"
        fi
        ;;
    esac
}
