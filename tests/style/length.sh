#!/bin/sh
# Files stay under 700 lines, the one public header under 1000; a function over 60 lines is told, one over 80 fails.
set -eu
cd "$DX_SOURCE_DIR"

find libdomxform cli tests \( -name '*.[ch]' -o -name '*.sh' \) -exec awk '
    function ended(most) {
        most = name ~ /\/include\/domxform\.h$/ ? 1000 : 700
        if (name != "" && lines > most) { print name ": " lines " lines, the limit is " most; failures++ }
    }
    FNR == 1 { ended(); name = FILENAME; begin = 0 }
    { lines = FNR }
    # The brace that opens a function stands alone in the first column.
    /^\{$/ { begin = FNR; head = before }
    /^\}$/ && begin {
        n = FNR - begin + 1
        if (n > 60) {
            sub(/\(.*/, "", head)
            sub(/.*[ *]/, "", head)
            print FILENAME ":" begin ": " head "() has " n " lines, " (n > 80 ? "the limit is 80" : "60 is the aim")
            if (n > 80) { failures++ }
        }
        begin = 0
    }
    # Where the head of a function goes on over lines, its first line has the name.
    /^[A-Za-z].*\(/ { before = $0 }
    END { ended(); exit failures != 0 }' {} +
