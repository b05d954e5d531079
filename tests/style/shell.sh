#!/bin/sh
# Our scripts are POSIX shell: at least this shell can read them, and shellcheck finds nothing.
set -eu
cd "$DX_SOURCE_DIR"

find dev tests -type f \( -name dev -o -name '*.sh' \) | while read -r file; do
    head -n 1 "$file" | grep -qx '#!/bin/sh' || { echo "$file: begins without #!/bin/sh"; exit 1; }
    sh -n "$file" || exit 1
done
command -v shellcheck >/dev/null || { echo "shellcheck is not here"; exit 77; }
find dev tests -type f \( -name dev -o -name '*.sh' \) -exec shellcheck -s sh {} +
