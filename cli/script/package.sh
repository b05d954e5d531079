# lacking PACKAGES: $lacking are those that are not installed.
lacking() {
    lacking=
    for package in $1; do
        if [ "$manager" = apt-get ]; then
            # shellcheck disable=SC2016
            state=$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) || state=
            if [ "${state#* ok installed}" = "$state" ]; then
                lacking="$lacking $package"
            fi
        elif ! rpm -q "$package" >/dev/null 2>&1; then
            lacking="$lacking $package"
        fi
    done
}

# install PACKAGES
install() {
    case $manager in
    # Where it fails, perhaps the lists are old.
    apt-get)
        with_apt "$1" || { apt-get -q update && with_apt "$1"; }
        ;;
    zypper)
        # shellcheck disable=SC2086
        zypper --non-interactive install $1
        ;;
    *)
        # shellcheck disable=SC2086
        "$manager" -q -y install $1
        ;;
    esac
}

with_apt() {
    # shellcheck disable=SC2086
    DEBIAN_FRONTEND=noninteractive apt-get -q -y install $1
}

# packages OF-RPM OF-DEBIAN: they are installed.
packages() {
    starts || return 0
    if only_files; then
        return 0
    fi
    manager=
    for candidate in apt-get dnf yum zypper; do
        if [ -z "$manager" ] && command -v $candidate >/dev/null; then
            manager=$candidate
        fi
    done
    names=$1
    if [ "$manager" = apt-get ]; then
        names=$2
    fi
    if [ -z "$manager" ]; then
        cannot 'no package manager is here that is known: install them by hand'
        return 0
    fi
    if [ -z "$names" ]; then
        cannot "which package it is for $manager is not known"
        return 0
    fi
    lacking "$names"
    if [ -z "$lacking" ]; then
        so
    elif to_do "lacking:$lacking"; then
        if ! error=$(install "$lacking" 2>&1 </dev/null); then
            failed "$manager: $error"
        elif lacking "$names" && [ -n "$lacking" ]; then
            failed "$manager says nothing, but there is no$lacking"
        else
            did
        fi
    fi
}
