#!/bin/sh
# The commands of README.md's examples for CI, as they stand there, on templates that are right and on ones that are not.
set -eu
binary=$1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# The commands of the example behind `<!-- tested: NAME -->`: what stands behind `run:`, or is listed as the script.
commands() {
    awk -v mark="<!-- tested: $1 -->" '
        $0 == mark { found = 1; next }
        found && /^```/ { if (inside) { exit } inside = 1; next }
        !inside { next }
        /^ *(- )?run: / { sub(/^ *(- )?run: /, ""); print; next }
        /^ *script:$/ { script = 1; next }
        script && /^ *- / { sub(/^ *- /, ""); print; next }
        { script = 0 }' "$DX_SOURCE_DIR/README.md"
}

# EXAMPLE CODE REPORT WORDS: the commands end with that code, and leave a report that has the words in it.
run() {
    commands "$1" >"$dir/script.sh"
    [ -s "$dir/script.sh" ] || { echo "README.md: the example $1 has no command"; exit 1; }
    code=0
    sh -eu "$dir/script.sh" >"$dir/printed" 2>"$dir/messages" || code=$?
    if [ "$code" -ne "$2" ]; then
        echo "README.md: the example $1 exits with $code, not $2:"
        cat "$dir/script.sh" "$dir/messages" "$dir/printed"
        exit 1
    fi
    grep -q -- "$4" "$3" || { echo "README.md: the example $1 leaves no '$4':"; cat "$3"; exit 1; }
}

PATH=$(dirname "$binary"):$PATH
export PATH
cd "$dir"
mkdir -p work/templates/sub
cd work
domain() {
    cat <<'END'
<domain type='kvm'>
  <name>web</name>
  <memory unit='GiB'>4</memory>
  <vcpu>2</vcpu>
  <os>
    <type arch='x86_64' machine='q35'>hvm</type>
  </os>
</domain>
END
}
domain | domxform -q --pass=hugepages:1G --pass=seclabel >templates/web.xml
cp templates/web.xml templates/sub/db.xml
run github 0 domxform.sarif '"results":'
run github-log 0 ../printed 'checked 2 files: '
run gitlab 0 domxform.xml 'tests="2" failures="0" errors="0"'

# Without what is required.
domain >templates/sub/db.xml
run github 1 domxform.sarif '"uri":"templates/sub/db.xml"'
run github-log 1 ../printed '^::error file=templates/sub/db.xml,line='
run gitlab 1 domxform.xml 'tests="2" failures="1" errors="0"'

# Cut short.
printf '<domain' >templates/sub/db.xml
run github 3 domxform.sarif '"ruleId":"input"'
run gitlab 3 domxform.xml 'tests="2" failures="0" errors="1"'
