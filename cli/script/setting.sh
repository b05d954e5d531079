# with_setting: standard input with the line $KEY, $SEPARATOR, $VALUE: the
# first of that key becomes it, others go, comments stay.
with_setting() {
    KEY=$1 SEPARATOR=$2 VALUE=$3 awk '
        BEGIN {
            key = ENVIRON["KEY"]
            line = key ENVIRON["SEPARATOR"] ENVIRON["VALUE"]
            mark = ENVIRON["SEPARATOR"]
            gsub(/[ \t]/, "", mark)
        }
        function is_it(s, behind) {
            sub(/^[ \t]+/, "", s)
            if (index(s, key) != 1) { return 0 }
            behind = substr(s, length(key) + 1)
            if (mark == "") { return behind ~ /^([ \t]|$)/ }
            sub(/^[ \t]+/, "", behind)
            return index(behind, mark) == 1
        }
        is_it($0) {
            if ($0 ~ /[[(]/ && $0 !~ /[])]/) { over_lines = 1; exit }
            if (!done) { print line }
            done = 1
            next
        }
        { print }
        END {
            if (over_lines) { exit 3 }
            if (!done) { print line }
        }'
}

# setting PATH KEY SEPARATOR VALUE
setting() {
    starts || return 0
    locate "$1" || return 0
    read_text || return 0
    old=$(printf '%s' "${text%.}" | awk 1 && printf .)
    if ! new=$(printf '%s' "${text%.}" | with_setting "$2" "$3" "$4" && printf .); then
        cannot "$1: its $2 goes on over lines, which is for a person to change"
    elif [ "$new" = "$old" ]; then
        so ''
    elif to_do '' && replace "${new%.}" 0644; then
        did ''
    fi
}
