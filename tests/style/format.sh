#!/bin/sh
# The sources are as clang-format 14 leaves them.
set -eu
cd "$DX_SOURCE_DIR"

for candidate in clang-format-14 clang-format; do
    if command -v $candidate >/dev/null && $candidate --version | grep -q 'version 14\.'; then
        find libdomxform cli tests -name '*.[ch]' -exec $candidate --dry-run --Werror {} +
        exit 0
    fi
done
echo "clang-format 14 is not here"
exit 77
