# squeeze TEXT: $words are its words, one blank between them.
squeeze() {
    words=
    for word in $1; do
        words=$words${words:+ }$word
    done
}
