#!/bin/sh
# The layers: which file may include which. An include outside its row fails.
set -eu
cd "$DX_SOURCE_DIR"

# NAME LAYER MAY-INCLUDE..., where "<N" is every layer below N and the rest are names of the same or a higher layer,
# each an exception with its reason. A file is called by its stem, the files in a folder by the folder and a slash.
rows() {
    cat <<'END'
# libc alone.
base            0
buf             1   <1
utf8            1   <1
nearest         1   <1
prefix          1   <1
# The files that the library carries with it.
bundled         1   <1
# Types of libxml2 that differ from version to version.
libxml          1   <1
# A diagnostic is text: it is put together in a buffer, and out of memory is told to the context.
diag            1   <1 buf utf8 ctx
# The root of everything holds the list of diagnostics.
ctx             1   <1 buf diag
# Sets and sizes are values; a set is spelled into a buffer.
cpuset          1   <1 buf
scaled          1   <1
source          2   <2
file            2   <2
# Tokens and decoded values are both asked of a source.
scan            2   <2 source
decode          2   <2 source
judge           3   <3
tree            3   <3
node            3   <3 tree
style           3   <3 tree
report          3   <3 tree
link            4   <4
# What edits link in and out.
edit            4   <4 link
item            4   <4
alike           4   <4 item
# What was edited, beside what was read.
change          4   <4
# A copy is made of edits.
copy            4   <4 edit item
write           4   <4
# A diff is made from the slices that write gives.
diff            4   <4 write
# The document ties source, tree and judge together.
doc             4   <4
# Settings of the process, for programs that own it.
process         1   <1
# Options know nothing of documents.
opt             5   <2
rules           5   <5
domain          5   <4
domain/         5   <4 domain
# What a pass sees: its options, the domain and one text for a message of pass and rule.
pass            5   <5 opt domain rules held
# What a run holds back is what its passes said.
held            5   <5 rules pass
# What several passes do.
pass/           5   pass
guard           6   <6 schema
rules/          6   <6 guard
query           6   <6 query/
query/          6   <6 query
# A sheet's result is grafted onto the document.
xslt            6   <6 xslt/ graft
xslt/           6   <6 xslt graft
xslt            6   <6 query graft
xslt/           6   <6 xslt query graft
# What the passes that pin share.
pin             6   <6
graft           6   <6 graft/
graft/          6   <6
schema          6   <6
schema/         6   <6 schema
# What domains need of their host; the picture of it is drawn by a stylesheet.
host/           6   <6 xslt
host/kinds/     6   <6 host/
# A pass reads and edits through one header, with the knowledge of domains beside it.
passes/         7   pass domain
passes/vcpupin  7   pass domain pin
passes/emulatorpin 7 pass domain pin
passes/iothreadpin 7 pass domain pin
passes/set      7   pass domain query
passes/delete   7   pass domain query
passes/insert   7   pass domain query copy alike item
passes/set      7   pass domain query query/
passes/delete   7   pass domain query query/
passes/insert   7   pass domain query query/ copy alike item
passes/xslt     7   pass domain xslt
registry        8   <8 passes/passes
# A pipeline looks passes up.
pipeline        8   <8 registry trial
# A step run on a copy, by a pipeline for those that may be left out.
trial           8   <8 pipeline
# A recipe is passes by their SPECs.
recipe          9   <9
recipe/         9   <9 recipe
# What of a recipe a domain follows is found out by running its passes.
advise          9   <9 recipe
# Schema, rules and the passes that are required, put together.
validate        9   <9
validate/       9   <9 validate
END
}

# Who may see libxml2's types; tree and style never.
libxml='^(libxml|judge|process|query|query\/|xslt|xslt\/|schema|schema\/)$'

{
    rows | sed '/^#/d; s/^/row /'
    find libdomxform -name '*.[ch]' | sort | while read -r file; do
        sed -n "s|^# *include *\([\"<][^\">]*[\">]\).*|use $file \1|p" "$file"
        echo "file $file"
    done
    find cli -name '*.[ch]' 2>/dev/null | sort | while read -r file; do
        sed -n "s|^# *include *\([\"<][^\">]*[\">]\).*|cli $file \1|p" "$file"
    done
} | awk -v libxml="$libxml" '
    # What a path below libdomxform/ is called in the rows.
    function name_of(path, stem) {
        stem = path
        sub(/\.(c|h|def)$/, "", stem)
        if (stem in layer) { return stem }
        if (stem ~ /\//) { sub(/[^\/]*$/, "", stem) }
        return stem
    }
    function fail(text) { print text; failures++ }
    $1 == "row" { layer[$2] = $3; may[$2] = ""; for (i = 4; i <= NF; i++) { may[$2] = may[$2] " " $i } next }
    $1 == "file" {
        files++
        path = $2
        sub(/^libdomxform\//, "", path)
        if (path !~ /^include\// && !(name_of(path) in layer)) { fail($2 ": has no row in the table of layers") }
        next
    }
    $1 == "use" {
        path = $2
        sub(/^libdomxform\//, "", path)
        if (path ~ /^include\//) { if ($3 ~ /^"/ || $3 ~ /libx|libexslt/) { fail($2 ": the public header includes " $3) } next }
        from = name_of(path)
        target = substr($3, 2, length($3) - 2)
        if ($3 ~ /^</) {
            if (target ~ /^(libxml|libxslt|libexslt)\// && from !~ libxml) { fail($2 ": includes " $3 ", libxml2 is not for this layer") }
            next
        }
        sub(/^(\.\.\/)+/, "", target)
        if (target == "domxform.h") { next }
        to = name_of(target)
        if (to == from) { next }
        # A header beside its user in the same folder.
        if (from ~ /\/$/ && name_of(from target) == from && !(to in layer)) { next }
        if (!(to in layer)) { fail($2 ": includes " $3 ", which has no row"); next }
        n = split(may[from], word, " ")
        ok = 0
        for (i = 1; i <= n; i++) {
            if (word[i] == to) { ok = 1 }
            if (word[i] ~ /^</ && layer[to] < substr(word[i], 2) + 0) { ok = 1 }
        }
        if (!ok) { fail($2 ": includes " $3 ", but " from " may include" (n ? may[from] : " nothing")) }
        next
    }
    # The command line links the shared library: its header and libc are all there is.
    $1 == "cli" {
        target = substr($3, 2, length($3) - 2)
        if (target == "domxform.h") { next }
        if ($3 ~ /^</) {
            if (target ~ /^lib(xml|xslt|exslt)/) { fail($2 ": includes " $3 ", the command line sees no libxml2") }
        } else if (system("test -f cli/" target) != 0) {
            fail($2 ": includes " $3 ", which is not the command line'"'"'s own")
        }
    }
    END {
        if (!files) { fail("no source was found") }
        exit failures != 0
    }'
