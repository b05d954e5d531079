# by_hand DETAIL: what no script decides, and what was decided already.
by_hand() {
    if [ "$was_so" = was-so ]; then
        mention 'was so' "$1"
        return 0
    fi
    n_by_hand=$((n_by_hand + 1))
    tell 'by hand' "$1"
}
