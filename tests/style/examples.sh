#!/bin/sh
# The commands of README.md behind `<!-- tested: example -->` print what it shows behind `<!-- tested: output -->`.
set -eu
binary=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

block() {
    awk -v mark="<!-- tested: $1 -->" '
        $0 == mark { found = 1; next }
        found && /^```/ { if (inside) { exit } inside = 1; next }
        found && inside { print }' "$DX_SOURCE_DIR/README.md"
}

block example >"$dir/example.sh"
block output >"$dir/expected"
if [ ! -s "$dir/example.sh" ] || [ ! -s "$dir/expected" ]; then
    echo "README.md has no tested example"
    exit 1
fi
PATH=$(dirname "$binary"):$PATH
export PATH
cd "$dir"
sh -eu example.sh >printed 2>messages || { cat messages; echo "README.md: the example fails"; exit 1; }
if ! diff expected printed; then
    echo "README.md shows something else than its example prints"
    exit 1
fi
# Hints are welcome, but a first example that warns would frighten.
if [ -s messages ]; then
    cat messages
    echo "README.md: the example has something to complain about"
    exit 1
fi
