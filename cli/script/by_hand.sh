# by_hand [DETAIL]: what no script decides.
by_hand() {
    n_by_hand=$((n_by_hand + 1))
    tell 'by hand' "${1-}"
}
