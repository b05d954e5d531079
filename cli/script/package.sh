# lacking PACKAGES: $lacking are those that are not installed.
lacking() {
    lacking=
    for package in $1; do
        if [ "$manager" = apt-get ]; then
            state=$(dpkg-query -W -f="\${Status}" "$package" 2>/dev/null) || state=
            if [ "${state#* ok installed}" = "$state" ]; then
                lacking="$lacking $package"
            fi
        elif ! rpm -q "$package" >/dev/null 2>&1; then
            lacking="$lacking $package"
        fi
    done
}

# install PACKAGE...
install() {
    case $manager in
    # Where it fails, perhaps the lists are old.
    apt-get) with_apt "$@" || { apt-get -q update && with_apt "$@"; } ;;
    zypper) zypper --non-interactive install "$@" ;;
    *) "$manager" -q -y install "$@" ;;
    esac
}

with_apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -y install "$@"
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
        so ''
    elif to_do "lacking:$lacking"; then
        set --
        for package in $lacking; do
            set -- "$@" "$package"
        done
        if ! error=$(install "$@" 2>&1 </dev/null); then
            failed "$manager: $error"
        elif lacking "$names" && [ -n "$lacking" ]; then
            failed "$manager says nothing, but there is no$lacking"
        else
            did ''
        fi
    fi
}
