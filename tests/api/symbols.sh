#!/bin/sh
# The header, the version script and the shared library name the same functions; each is there in the static one.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
source=$DX_SOURCE_DIR/libdomxform

# A declaration may go on over lines; its name is the last word before the first parenthesis.
awk '/^DX_API / { text = ""; on = 1 }
     on { text = text " " $0 }
     on && /\(/ { sub(/\(.*/, "", text); sub(/.*[ *]/, "", text); print text; on = 0 }' \
    "$source/include/domxform.h" | sort >"$dir/header"
sed -n 's/^ *\(dx_[a-z0-9_]*\);$/\1/p' "$source/libdomxform.map" | sort >"$dir/map"
nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$dir/exported"
nm --defined-only "$2" 2>/dev/null | awk '$2 ~ /^[TDRB]$/ { print $3 }' | sort -u >"$dir/static"

status=0
compare() {
    if ! diff "$dir/$1" "$dir/$2" >"$dir/diff"; then
        echo "$3:"
        sed -n 's/^</  only the one: /p; s/^>/  only the other: /p' "$dir/diff"
        status=1
    fi
}
[ -s "$dir/header" ] || { echo "no declaration was found in the header"; exit 1; }
compare header map "the header and the version script differ"
# Sanitizers and coverage put symbols of their own into a library.
grep '^dx_' "$dir/exported" >"$dir/exported-own" || :
compare map exported-own "the version script and what the library exports differ"
if [ -z "${DX_SANITIZE-}" ] && grep -v '^dx_\|^__gcov\|^__sanitizer\|^mangle_path' "$dir/exported"; then
    echo "the library exports what is not its own"
    status=1
fi
comm -23 "$dir/header" "$dir/static" >"$dir/missing"
if [ -s "$dir/missing" ]; then
    echo "the static library lacks:"
    cat "$dir/missing"
    status=1
fi
# Everything that a program linked with the static library can see has a prefix of ours.
if [ -z "${DX_SANITIZE-}" ] && grep -v '^dx_' "$dir/static"; then
    echo "the static library defines global names without the prefix dx_"
    status=1
fi

# The shared library needs libxml2 and libc, nothing else: libxslt is opened when a stylesheet asks for it.
if command -v readelf >/dev/null; then
    readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' >"$dir/needed"
    if grep -v '^libxml2\.\|^libc\.\|^libasan\.\|^libubsan\.\|^libtsan\.\|^libm\.\|^ld-linux\|^libgcov\|^libclang' "$dir/needed"; then
        echo "the library is linked with more than libxml2"
        status=1
    fi
    grep -q '^libxml2\.' "$dir/needed" || { echo "the library is not linked with libxml2"; status=1; }
    readelf -d "$1" | grep -q 'SONAME.*libdomxform\.so\.[0-9]' || { echo "the library has no soname"; status=1; }
fi
exit $status
