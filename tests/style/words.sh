#!/bin/sh
# Words that the sources do without: each a regular expression, where it counts, and the sentence why.
set -eu
cd "$DX_SOURCE_DIR"

# WHERE;EXCEPT;WORDS;WHY: a word counts where "(" follows; WHERE and EXCEPT are regular expressions over paths.
words() {
    cat <<'END'
^(libdomxform|cli)/;/(query|xslt|graft)[./];xmlNew(Doc|Ns|Text|Comment|PI|CDataBlock|Child|TextChild|Node|DocNode|Prop|NsProp)[A-Za-z]*|xmlAdd[A-Z][A-Za-z]*|xmlSetProp|xmlSetNsProp|xmlUnsetProp|xmlUnlinkNode|xmlReplaceNode|xmlNodeSet[A-Za-z]+|xmlDocDump[A-Za-z]*|xmlNodeDump[A-Za-z]*|xmlSave[A-Za-z]*|xmlCopyNode|xmlCopyDoc;libxml2 builds and saves no tree here: dx_edit_* changes a document, write spells it
^(libdomxform|cli)/;;xmlReadFile|xmlReadMemory|xmlReadFd|xmlReadIO|xmlParseFile|xmlParseMemory;bytes are read and bounded by us, and a parser gets its options from one place
^(libdomxform|cli)/;^libdomxform/(schema/type|query|xslt/listen)\.c$;xmlSetStructuredErrorFunc;a handler of the whole thread belongs to the program, except around what can be given none of its own
^(libdomxform|cli)/;^libdomxform/(query|xslt/listen)\.c$;xmlSetGenericErrorFunc;as above: the handler is the thread's, and is put back
^(libdomxform|cli)/;;xmlThrDefSetGenericErrorFunc|xmlSubstituteEntitiesDefault|xmlKeepBlanksDefault;a setting of the whole process belongs to the program, not to a library
^libdomxform/;;printf|vprintf|fprintf|puts|perror|exit|_exit|abort;a library says things through diagnostics and ends nobody's process
^(libdomxform|cli|tests)/;;sprintf|vsprintf|strcpy|strcat|strncpy|strncat|atoi|atol|strtok|gets|alloca;a length is known and kept: snprintf, memcpy, dx_buf and the parsers of scaled.h
^libdomxform/;^libdomxform/(base|process)\.c$;malloc|calloc|realloc|free|strdup|strndup|asprintf;memory comes from the context's allocator, by way of base.h
^libdomxform/;;setlocale|getenv|setenv|rand|srand|signal|system;a library neither asks the environment nor changes the process
END
}

find libdomxform cli tests -name '*.[ch]' ! -path '*/include/*' | sort | while read -r file; do
    echo "=file $file"
    cat "$file"
done | {
    words | sed 's/^/=row /'
    cat
} | awk '
    # The line without comments and the content of strings; `inside` lives on over lines.
    function code(line, out, c, two, quote) {
        out = ""
        quote = ""
        while (line != "") {
            c = substr(line, 1, 1)
            two = substr(line, 1, 2)
            if (inside) {
                if (two == "*/") { inside = 0; line = substr(line, 3) } else { line = substr(line, 2) }
                continue
            }
            if (quote != "") {
                if (c == "\\") { line = substr(line, 3); continue }
                if (c == quote) { quote = ""; out = out c }
                line = substr(line, 2)
                continue
            }
            if (two == "/*") { inside = 1; line = substr(line, 3); continue }
            if (two == "//") { break }
            if (c == "\"" || c == "\047") { quote = c }
            out = out c
            line = substr(line, 2)
        }
        return out
    }
    /^=row / {
        split(substr($0, 6), part, ";")
        n++
        where[n] = part[1]; except[n] = part[2]; words[n] = part[3]
        why[n] = substr($0, 6 + length(part[1] part[2] part[3]) + 3)
        next
    }
    /^=file / { file = substr($0, 7); line = 0; inside = 0; next }
    {
        line++
        text = code($0)
        # libxml2 has strings of its own type; one helper turns them, so that no const is lost on the way.
        if (text ~ /(^|[^A-Za-z0-9_])BAD_CAST([^A-Za-z0-9_]|$)/ && file !~ /^tests\//) {
            print file ":" line ": BAD_CAST: it casts away const; use the helper"
            failures++
        }
        if (text !~ /\(/) { next }
        for (i = 1; i <= n; i++) {
            if (file ~ where[i] && (except[i] == "" || file !~ except[i]) &&
                match(text, "(^|[^A-Za-z0-9_.>])(" words[i] ")[ \t]*\\(")) {
                word = substr(text, RSTART, RLENGTH)
                gsub(/[^A-Za-z0-9_]/, "", word)
                print file ":" line ": " word ": " why[i]
                failures++
            }
        }
    }
    END {
        if (!file) { print "no source was found"; failures++ }
        exit failures != 0
    }'
