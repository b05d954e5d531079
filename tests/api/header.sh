#!/bin/sh
# The public header alone compiles as C99, C11 and C++, with nothing to complain about.
set -eu
header="$DX_SOURCE_DIR/libdomxform/include"
cc=${CC:-cc}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# Twice, so that the guard is seen to work; and a use of each macro.
printf '%s\n' '#include <domxform.h>' '#include <domxform.h>' \
    'int use(void); int use(void) { return DX_OK + DX_EINPUT + DX_EINTERNAL; }' >"$dir/use.c"
cp "$dir/use.c" "$dir/use.cc"

for std in c99 c11; do
    "$cc" -std=$std -pedantic -Wall -Wextra -Wcast-qual -Wstrict-prototypes -Werror -I"$header" -c "$dir/use.c" \
        -o "$dir/use.o"
done

cxx=
for candidate in c++ g++ clang++; do
    if [ -z "$cxx" ] && command -v $candidate >/dev/null; then
        cxx=$candidate
    fi
done
if [ -z "$cxx" ]; then
    echo "no C++ compiler is here: the header was not read as C++"
    exit 77
fi
for std in c++11 c++17; do
    "$cxx" -std=$std -pedantic -Wall -Wextra -Werror -I"$header" -c "$dir/use.cc" -o "$dir/use.o"
done

if grep -n '^# *include.*lib' "$header/domxform.h"; then
    echo "the public header includes something of libxml2's"
    exit 1
fi
