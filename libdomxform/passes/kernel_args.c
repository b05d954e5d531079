/* <os><cmdline>: the arguments of a kernel that is booted directly (semantics §10.6). */
#include "pass.h"

struct kernel_args {
    struct dx_str words, remove;
};

enum { FIRST_WORD = sizeof "kernel-args:" }; /* its column in the SPEC */

/* Words between blanks, in the document's arena. */
static int split(struct dx_strs *out, struct dx_run *run, struct dx_str text)
{
    struct dx_str rest = text, word, *items;
    size_t n = 0;

    items = dx_arena_zero(&run->doc->arena, text.len / 2 + 1, sizeof *items);
    if (!items) {
        return dx_ctx_no_memory(run->ctx);
    }
    while (dx_kernel_word(&word, &rest)) {
        items[n++] = word;
    }
    *out = (struct dx_strs){items, n};
    return DX_OK;
}

static int check_words(struct dx_run *run, struct dx_str text)
{
    struct dx_str rest = text, word, last = DX_NONE;

    while (dx_kernel_word(&word, &rest)) {
        last = word;
        if (dx_str_is(word, "--")) {
            return dx_run_usage(run, FIRST_WORD, "write the words without it",
                                "kernel-args: what stands behind -- is for init, not for the kernel");
        }
        if (dx_kernel_key(word).len == 0) {
            return dx_run_usage(run, FIRST_WORD, "write key=value, or a word alone", "kernel-args: '%.*s' has no key",
                                DX_F(word));
        }
    }
    if (!last.ptr) {
        return dx_run_usage(run, FIRST_WORD, "write at least one word",
                            "kernel-args: there are no words between the blanks");
    }
    return dx_kernel_word_open(last) ? dx_run_usage(run, FIRST_WORD, "close the quote, or leave it out",
                                                    "kernel-args: a double quote is not closed in '%.*s'", DX_F(last))
                                     : DX_OK;
}

/* A second word of a key would undo the first. */
static int check_twice(struct dx_run *run, struct dx_str text)
{
    struct dx_str rest = text, word;

    while (dx_kernel_word(&word, &rest)) {
        struct dx_str behind = rest, other;

        while (!dx_kernel_repeats(dx_kernel_key(word)) && dx_kernel_word(&other, &behind)) {
            if (dx_kernel_same_key(dx_kernel_key(word), dx_kernel_key(other))) {
                return dx_run_usage(run, FIRST_WORD, "keep one of the two", "kernel-args: '%.*s' is asked for twice",
                                    DX_F(dx_kernel_key(word)));
            }
        }
    }
    return DX_OK;
}

static int check_both(struct dx_run *run, const struct kernel_args *opts)
{
    struct dx_str rest = opts->words, word;

    while (dx_kernel_word(&word, &rest)) {
        struct dx_str drops = opts->remove, drop;

        while (dx_kernel_word(&drop, &drops)) {
            if (dx_kernel_same_word(drop, word)) {
                return dx_run_usage(run, FIRST_WORD, "keep it on one side",
                                    "kernel-args: '%.*s' is asked for and removed", DX_F(word));
            }
        }
    }
    return DX_OK;
}

static int check_kernel_args(struct dx_run *run, const void *values, void *user)
{
    const struct kernel_args *opts = values;
    int rc;

    (void)user;
    if (dx_str_starts(opts->words, "remove=")) {
        dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);

        dx_buf_format(&hint, "to take words away and put none, write --remove=kernel-args:%.*s",
                      DX_F(((struct dx_str){opts->words.ptr + 7, opts->words.len - 7})));
        dx_buf_byte(&hint, '\0');
        return hint.failed ? dx_ctx_no_memory(run->ctx)
                           : dx_run_usage(run, FIRST_WORD, hint.ptr,
                                          "kernel-args: words to put come first, remove= behind them");
    }
    rc = check_words(run, opts->words);
    rc = rc < 0 ? rc : check_twice(run, opts->words);
    rc = rc < 0 || !opts->remove.ptr ? rc : check_words(run, opts->remove);
    return rc < 0 ? rc : check_both(run, opts);
}

static int run_kernel_args(struct dx_run *run, const void *values, void *user)
{
    const struct kernel_args *opts = values;
    struct dx_strs words, drop;
    int rc, dropped;

    (void)user;
    rc = split(&words, run, opts->words);
    rc = rc < 0 ? rc : split(&drop, run, opts->remove);
    rc = rc < 0 ? rc : dx_run_kernel_put(run, words);
    if (rc < 0) {
        return rc;
    }
    dropped = dx_run_kernel_drop(run, drop, words);
    return dropped == DX_UNCHANGED ? rc : dropped;
}

static int remove_kernel_args(struct dx_run *run, const void *values, void *user)
{
    const struct kernel_args *opts = values;
    struct dx_strs drop;
    int rc = split(&drop, run, opts->words);

    (void)user;
    return rc < 0 ? rc : dx_run_kernel_drop(run, drop, (struct dx_strs){NULL, 0});
}

static int applies(struct dx_run *run, const void *values, void *user)
{
    (void)values;
    (void)user;
    return dx_run_kernel_applies(run);
}

static const struct dx_opt options[] = {
    {.name = "words",
     .value = "WORD[ WORD...]",
     .help = "what the kernel shall be given, with blanks between the words; blanks in double quotes are part of one",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED | DX_OPT_LIST,
     .off = offsetof(struct kernel_args, words)},
    {.name = "remove",
     .value = "WORD[ WORD...]",
     .help = "words to take away: key=value that one, a key alone all of that key",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_LIST,
     .off = offsetof(struct kernel_args, remove)},
    {.name = NULL},
};

static const struct dx_opt remove_options[] = {
    {.name = "words",
     .value = "WORD[ WORD...]",
     .help = "words to take away: key=value that one, a key alone all of that key",
     .type = DX_OPT_STRING,
     .flags = DX_OPT_POSITIONAL | DX_OPT_REQUIRED | DX_OPT_LIST,
     .off = offsetof(struct kernel_args, words)},
    {.name = NULL},
};

const struct dx_pass dx_pass_kernel_args = {
    .size = sizeof(struct dx_pass),
    .name = "kernel-args",
    .group = "other",
    .summary = "give arguments to a kernel that is booted directly",
    .doc = "Writes words of <os><cmdline>, for domains with <os><kernel>; others have their\n"
           "boot loader in the guest, and the pass says what to do there. A word that is\n"
           "there stays, key=value takes the place of the last word of that key (of several\n"
           "that is the one which counts), all others go behind the last word. Of console=,\n"
           "earlycon=, ip=, rd.lvm.lv= and others that Linux, dracut and systemd read as\n"
           "often as they stand, none is replaced: remove=console takes the old ones away.\n"
           "What stands behind -- is for init and left alone. To take words away and put\n"
           "none: --remove=kernel-args:WORD.",
    .example = "kernel-args:console=ttyS0",
    .since = "libvirt 0.2.0",
    .element = "os/cmdline",
    .opts = options,
    .remove_opts = remove_options,
    .opt_size = sizeof(struct kernel_args),
    .remove_opt_size = sizeof(struct kernel_args),
    .flags = DX_PASS_INVERSE | DX_PASS_OPEN,
    .check = check_kernel_args,
    .run = run_kernel_args,
    .remove = remove_kernel_args,
    .applies = applies,
    .risk = "counts from the next start; a wrong argument can keep the guest from booting",
};
