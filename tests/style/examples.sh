#!/bin/sh
# The commands of README.md behind `<!-- tested: NAME -->` print what it shows behind `<!-- tested: NAME output -->`.
set -eu
binary=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
PATH=$(dirname "$binary"):$PATH
export PATH

block() {
    awk -v mark="<!-- tested: $1 -->" '
        $0 == mark { found = 1; next }
        found && /^```/ { if (inside) { exit } inside = 1; next }
        found && inside { print }' "$DX_SOURCE_DIR/README.md"
}

check() {
    block "$1" >"$dir/commands.sh"
    block "$1 output" >"$dir/expected"
    if [ ! -s "$dir/commands.sh" ] || [ ! -s "$dir/expected" ]; then
        echo "README.md has no tested $1"
        exit 1
    fi
    (cd "$dir" && sh -eu commands.sh >printed 2>messages) || {
        cat "$dir/messages"
        echo "README.md: the $1 fails"
        exit 1
    }
    if ! diff "$dir/expected" "$dir/printed"; then
        echo "README.md shows something else than its $1 prints"
        exit 1
    fi
    # Hints are welcome, but a first example that warns would frighten.
    if [ -s "$dir/messages" ]; then
        cat "$dir/messages"
        echo "README.md: the $1 has something to complain about"
        exit 1
    fi
}

check example
check edits
check stylesheet
check recipe
check validation
check host
