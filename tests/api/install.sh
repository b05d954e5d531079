#!/bin/sh
# Two programs of somebody else's, built from an install tree through pkg-config and through CMake, and run.
set -eu
cmake=${CMAKE:-cmake}
cc=${CC:-cc}
here=$DX_SOURCE_DIR/tests/api
vm=$DX_SOURCE_DIR/tests/demo/vm.xml
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
flags=
[ -z "${DX_SANITIZE-}" ] || flags="-fsanitize=$DX_SANITIZE"
[ -z "${DX_COVERAGE-}" ] || flags="$flags --coverage"

"$cmake" --install "$DX_BUILD_DIR" --prefix "$dir/first" >"$dir/log" || { cat "$dir/log"; exit 1; }
# The tree must work wherever it is moved to.
mv "$dir/first" "$dir/tree"
tree=$dir/tree
lib=$(dirname "$(find "$tree" -name libdomxform.so)")

fail() {
    echo "$*"
    exit 1
}

# check PROGRAM-DIRECTORY SUFFIX HOW
check() {
    "$1/own_pass$2" || fail "own_pass fails ($3)"
    "$1/consumer$2" "$vm" >"$dir/out.xml" || fail "consumer fails ($3)"
    grep -q "<page size='1' unit='GiB'/>" "$dir/out.xml" || fail "consumer wrote no pages ($3)"
    grep -q "<tpm " "$dir/out.xml" || fail "consumer wrote no TPM ($3)"
    if diff "$vm" "$dir/out.xml" | grep '^<'; then
        fail "consumer changed lines that were there ($3)"
    fi
    echo '<domain' | "$1/consumer$2" >"$dir/none" 2>"$dir/err" && fail "a broken document is taken ($3)"
    [ ! -s "$dir/none" ] || fail "a broken document gives output ($3)"
    grep -q '^<stdin>:.*: error' "$dir/err" || fail "a broken document gives no message ($3)"
}

if command -v pkg-config >/dev/null; then
    PKG_CONFIG_PATH=$lib/pkgconfig${PKG_CONFIG_PATH:+:$PKG_CONFIG_PATH}
    export PKG_CONFIG_PATH
    mkdir "$dir/pc" "$dir/pcs"
    for program in consumer own_pass; do
        # shellcheck disable=SC2046,SC2086 # lists of words
        "$cc" -std=c99 -Wall -Wextra -pedantic -Werror $flags "$here/$program.c" -o "$dir/pc/$program" \
            $(pkg-config --cflags --libs domxform) "-Wl,-rpath,$lib"
        # shellcheck disable=SC2046,SC2086
        "$cc" -std=c99 $flags "$here/$program.c" -o "$dir/pcs/$program" $(pkg-config --cflags domxform) \
            "$lib/libdomxform.a" $(pkg-config --libs "$(pkg-config --print-requires-private domxform)")
    done
    check "$dir/pc" "" "pkg-config"
    check "$dir/pcs" "" "pkg-config, static"
    wanted=$(sed -n 's/^#define DX_VERSION_[A-Z]* //p' "$tree/include/domxform.h" | paste -s -d .)
    [ "$(pkg-config --modversion domxform)" = "$wanted" ] || fail "pkg-config tells another version than the header"
else
    echo "no pkg-config is here: only the CMake package is tried"
fi

if ! { "$cmake" -S "$here" -B "$dir/cm" -DCMAKE_PREFIX_PATH="$tree" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_C_FLAGS="$flags" && "$cmake" --build "$dir/cm"; } >"$dir/log" 2>&1; then
    cat "$dir/log"
    exit 1
fi
check "$dir/cm" "" "CMake"
check "$dir/cm" "_static" "CMake, static"

# The rest of the tree.
for file in include/domxform.h share/doc/domxform/LICENSE share/domxform/schemas/domxform.rng; do
    [ -s "$tree/$file" ] || fail "not installed: $file"
done
for sheet in "$DX_SOURCE_DIR"/xslt/*.xsl; do
    cmp "$sheet" "$tree/share/domxform/xslt/${sheet##*/}" || fail "not installed: ${sheet##*/}"
done
if [ -n "${DOMXFORM-}" ]; then
    for file in bin/domxform share/man/man1/domxform.1 share/bash-completion/completions/domxform \
        share/zsh/site-functions/_domxform share/fish/vendor_completions.d/domxform.fish; do
        [ -s "$tree/$file" ] || fail "not installed: $file"
    done
    "$tree/bin/domxform" --pass=hugepages:1G --pass=tpm "$vm" | cmp - "$dir/out.xml" ||
        fail "the installed command gives another document than the library"
fi
