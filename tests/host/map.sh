#!/bin/sh
# The image of the map: well-formed, without scripts and references, legible in both sets of its colours, the same from
# xsltproc, and fresh in README.md (DX_UPDATE=1 writes xslt/host-map.svg anew).
set -eu
binary=$1
cases=$DX_SOURCE_DIR/tests/host/cases
sheet=$DX_SOURCE_DIR/xslt/host-map.xsl
image=$DX_SOURCE_DIR/xslt/host-map.svg
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

fail() {
    echo "$1"
    exit 1
}

sh "$DX_SOURCE_DIR/tests/host/grow.sh" "$DX_SOURCE_DIR/tests/host/hosts/x86-2node.tree" "$dir/host"

map() {
    (cd "$cases/map" && "$binary" host map --root="$dir/host" "$@" web.xml db.xml ci.xml)
}

set +e
map --format=svg >"$dir/map.svg" 2>"$dir/messages"
code=$?
set -e
if [ "$code" = 7 ] && grep -q 'none can be loaded' "$dir/messages"; then
    echo "skipped: there is no libxslt"
    exit 77
fi
[ "$code" = 0 ] || fail "host map --format=svg fails: $(cat "$dir/messages")"
map --format=xml >"$dir/map.xml"

# ---- what is in it ----

for file in "$dir/map.svg" "$cases/map-names-svg/out"; do
    if grep -Eiq '<script|<foreignObject|<image|href|@import| on[a-z]+=|javascript:' "$file"; then
        fail "$file has a script, or a reference"
    fi
    if sed 's|xmlns="http://www.w3.org/2000/svg"||; s|url(#hatch)||g' "$file" | grep -Eq 'xmlns|url\(|https?:'; then
        fail "$file refers to something outside it"
    fi
    if command -v xmllint >/dev/null; then
        xmllint --nonet --noout "$file" || fail "$file is not well-formed"
    fi
done
if [ "$(wc -c <"$dir/map.svg")" -gt 40000 ]; then
    fail "the image of 64 CPUs is larger than 40 kB"
fi

# ---- the same from others ----

if command -v xsltproc >/dev/null; then
    xsltproc --nonet "$sheet" "$dir/map.xml" >"$dir/other.svg"
    echo >>"$dir/other.svg" # it does not end the last line
    cmp "$dir/map.svg" "$dir/other.svg" || fail "xsltproc makes another image of the XML than --format=svg"
else
    echo "there is no xsltproc to compare with"
fi

# ---- contrast: WCAG 2's ratio of what is written to what is below it ----

awk '
    function channel(hex, v) {
        v = (16 * (index(digits, substr(hex, 1, 1)) - 1) + index(digits, substr(hex, 2, 1)) - 1) / 255
        return v <= 0.03928 ? v / 12.92 : exp(2.4 * log((v + 0.055) / 1.055))
    }
    function light(color) {
        color = tolower(color)
        if (length(color) == 4) {
            color = "#" substr(color, 2, 1) substr(color, 2, 1) substr(color, 3, 1) substr(color, 3, 1) \
                substr(color, 4, 1) substr(color, 4, 1)
        }
        return 0.2126 * channel(substr(color, 2, 2)) + 0.7152 * channel(substr(color, 4, 2)) + \
            0.0722 * channel(substr(color, 6, 2))
    }
    function check(above, below, a, b, ratio) {
        if (fill[above] == "" || fill[below] == "") { print "no colour of " above " or " below; failed = 1; return }
        a = light(fill[above]); b = light(fill[below])
        ratio = a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05)
        checked++
        if (ratio < 4.5) {
            printf "%s colours: %s %s on %s %s has a contrast of %.2f\n", theme, above, fill[above], below, fill[below], ratio
            failed = 1
        }
    }
    function check_all(i) {
        for (i = 0; i < 8; i++) { check("text", ".d" i) }
        check("text", ".page"); check("text", ".cell"); check("text", ".hatch")
        check(".soft", ".page"); check(".soft", ".cell"); check(".bad", ".page"); check(".mark", ".sign")
    }
    BEGIN { digits = "0123456789abcdef"; theme = "light" }
    /^@media/ { check_all(); theme = "dark" }
    match($0, /fill:#[0-9a-fA-F]+/) && /^[.a-z0-9,]+\{/ {
        color = substr($0, RSTART + 5, RLENGTH - 5)
        n = split(substr($0, 1, index($0, "{") - 1), names, ",")
        for (i = 1; i <= n; i++) { fill[names[i]] = color }
    }
    END { check_all(); exit failed || checked < 30 }' "$dir/map.svg" || fail "some text of the image is hard to read"

# ---- README.md ----

if ! cmp -s "$dir/map.svg" "$image"; then
    if [ "${DX_UPDATE-}" = 1 ] && [ -z "${CI-}" ]; then
        cp "$dir/map.svg" "$image"
        echo "xslt/host-map.svg was written anew"
    else
        fail "xslt/host-map.svg is stale: DX_UPDATE=1 ./dev test -R host/map"
    fi
fi
awk '
    $0 == "<!-- tested: map output -->" { found = 1; next }
    found && /^```/ { if (inside) { exit } inside = 1; next }
    found && inside { print }' "$DX_SOURCE_DIR/README.md" >"$dir/shown"
map --format=text >"$dir/map.txt"
diff "$dir/shown" "$dir/map.txt" || fail "README.md shows another map than host map prints"
