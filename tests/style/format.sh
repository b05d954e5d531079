#!/bin/sh
# The sources are as clang-format 14 leaves them.
set -eu
cd "$DX_SOURCE_DIR"

for candidate in clang-format-14 clang-format; do
    if command -v $candidate >/dev/null && $candidate --version | grep -q 'version 14\.'; then
        if find libdomxform cli tests -name '*.[ch]' -exec $candidate --dry-run --Werror {} + >/dev/null 2>&1; then
            exit 0
        fi
        find libdomxform cli tests -name '*.[ch]' | sort | {
            status=0
            while read -r file; do
                if ! $candidate "$file" | diff "$file" - >/dev/null; then
                    echo "$file: ./dev format would change it:"
                    $candidate "$file" | diff "$file" - | sed -n '1,6s/^/    /p'
                    status=1
                fi
            done
            exit $status
        }
        exit 0
    fi
done
echo "clang-format 14 is not here"
exit 77
