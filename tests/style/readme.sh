#!/bin/sh
# The parts of README.md between `<!-- generated: NAME -->` and `<!-- end -->` are what the tables say today.
# DX_UPDATE=1 writes them anew.
set -eu
generator=$1
readme=$DX_SOURCE_DIR/README.md
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

[ -f "$readme" ] || { echo "there is no README.md"; exit 1; }
grep -q '^<!-- generated: passes -->$' "$readme" || { echo "README.md has no generated table of passes"; exit 1; }

"$generator" kinds | while read -r kind; do
    grep -qF "\`$kind\`" "$readme" || { echo "README.md does not name the requirement $kind"; exit 1; }
done
sed -n 's/^<!-- generated: \([a-z]*\) -->$/\1/p' "$readme" | sort -u | while read -r part; do
    "$generator" "$part" >"$dir/$part"
done
awk -v dir="$dir" '
    skipping && /^<!-- end -->$/ { skipping = 0 }
    !skipping { print }
    /^<!-- generated: [a-z]+ -->$/ {
        file = dir "/" $3
        while ((getline line <file) > 0) { print line }
        close(file)
        skipping = 1
    }
    END { exit skipping }' "$readme" >"$dir/README.md" || { echo "README.md: a generated part has no <!-- end -->"; exit 1; }

if ! cmp -s "$readme" "$dir/README.md"; then
    if [ "${DX_UPDATE-}" = 1 ] && [ -z "${CI-}" ]; then
        cp "$dir/README.md" "$readme"
        echo "README.md was written anew"
        exit 0
    fi
    diff "$readme" "$dir/README.md" || :
    echo "README.md is stale: DX_UPDATE=1 ./dev test -R style/readme"
    exit 1
fi
