# run_command COMMAND TEST: nothing is to be done where the test succeeds.
run_command() {
    starts || return 0
    if only_files; then
        return 0
    fi
    if [ -n "$2" ] && sh -euc "$2" >/dev/null 2>&1 </dev/null; then
        so ''
    elif to_do ''; then
        if error=$(sh -euc "$1" 2>&1 </dev/null); then
            did "$error"
        else
            failed "${error:-it failed and says nothing}"
        fi
    fi
}
