/* The guest's kernel arguments, as passes write them: <os><cmdline> (semantics §10.6). */
#include "../pass.h"

static struct dx_node *line_of(const struct dx_run *run)
{
    return dx_domain_find(run->doc->root, "os", "cmdline");
}

static struct dx_str text_of(const struct dx_node *line)
{
    return line ? dx_node_text(line) : DX_S("");
}

static int refuse_loader(struct dx_run *run, struct dx_strs words)
{
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);
    const struct dx_node *line = line_of(run), *os = dx_node_child(run->doc->root, "os");

    dx_buf_puts(&hint, "in the guest, as root: grubby --update-kernel=ALL --args='");
    for (size_t i = 0; i < words.n; i++) {
        dx_buf_format(&hint, "%s%.*s", i ? " " : "", DX_F(words.items[i]));
    }
    dx_buf_puts(&hint, "', and restart it");
    dx_buf_byte(&hint, '\0');
    return hint.failed
               ? dx_ctx_no_memory(run->ctx)
               : dx_run_error(run,
                              line ? line
                              : os ? os
                                   : run->doc->root,
                              hint.ptr,
                              "%s: there is no <os><kernel>, the guest's boot loader has the kernel's arguments",
                              run->pass->name);
}

int dx_run_kernel_applies(struct dx_run *run)
{
    return dx_kernel_direct(run->doc->root)
               ? DX_OK
               : dx_run_lacks(run, "no <os><kernel>: the guest's boot loader has the kernel's arguments");
}

int dx_run_guide_applies(struct dx_run *run)
{
    if (run->target.arch == DX_ARCH_AARCH64) {
        return dx_run_kernel_applies(run);
    }
    return run->target.arch == DX_ARCH_X86
               ? DX_OK
               : dx_run_lacks(run, "neither x86 nor AArch64: %.*s", DX_F(run->target.arch_name));
}

struct dx_str dx_run_kernel_find(const struct dx_run *run, struct dx_str key)
{
    return dx_kernel_last(text_of(line_of(run)), key);
}

int dx_run_kernel_put(struct dx_run *run, struct dx_strs words)
{
    struct dx_node *line = line_of(run), *os;
    struct dx_str was = text_of(line), text = was, replaced;
    int rc = dx_kernel_direct(run->doc->root) ? DX_OK : refuse_loader(run, words);

    for (size_t i = 0; i < words.n && rc >= 0; i++) {
        text = dx_kernel_put(&replaced, &run->doc->arena, text, words.items[i]);
        if (!text.ptr) {
            rc = dx_ctx_no_memory(run->ctx);
        } else if (replaced.ptr) {
            rc = dx_run_note(run, line, NULL, "replaced the kernel argument %.*s by %.*s", DX_F(replaced),
                             DX_F(words.items[i]));
        }
    }
    if (rc < 0 || dx_str_equal(text, was)) {
        return rc < 0 ? rc : DX_UNCHANGED;
    }
    if (!line) {
        rc = dx_run_container(&os, run, NULL, "os", "cmdline");
        rc = rc < 0 ? rc : dx_run_insert(&line, run, os, "cmdline");
    }
    return rc < 0 ? rc : dx_edit_set_text(line, text);
}

static bool is_named(struct dx_strs patterns, struct dx_str word)
{
    for (size_t i = 0; i < patterns.n; i++) {
        if (dx_kernel_names(patterns.items[i], word)) {
            return true;
        }
    }
    return false;
}

/* The line without the arguments that are to go, in one pass: a line may have very many of them. */
static struct dx_str without(struct dx_arena *arena, struct dx_str line, struct dx_strs drop, struct dx_strs keep)
{
    dx_cleanup(dx_buf_free) struct dx_buf kept = DX_BUF(arena->mem);
    struct dx_str rest = line, word;
    const char *from = line.ptr, *end = line.ptr + line.len;

    while (dx_kernel_word(&word, &rest) && !dx_str_is(word, "--")) {
        if (!is_named(drop, word) || is_named(keep, word)) {
            continue;
        }
        dx_buf_bytes(&kept, from, (size_t)(word.ptr - from));
        from = word.ptr + word.len;
        /* The white space before a word goes with it; that of the first word behind it. */
        if (kept.len > 0) {
            kept.len--;
        } else if (from < end) {
            from++;
        }
    }
    if (from == line.ptr) {
        return line;
    }
    dx_buf_bytes(&kept, from, (size_t)(end - from));
    return kept.failed ? DX_NONE : dx_arena_copy(arena, dx_buf_view(&kept));
}

/* Takes the text away, and the element with it when that leaves nothing there. */
static int clear(struct dx_run *run, struct dx_node *line)
{
    static const char *const no_containers[] = {NULL};
    struct dx_node *child, *next;
    int rc = DX_OK;

    for (child = line->first; child && rc >= 0; child = next) {
        next = child->next;
        if (child->kind == DX_KIND_TEXT || child->kind == DX_KIND_CDATA) {
            rc = dx_edit_remove(child);
        }
    }
    return rc >= 0 && dx_run_emptied(line) ? dx_run_prune(run, line, no_containers) : rc;
}

int dx_run_kernel_drop(struct dx_run *run, struct dx_strs drop, struct dx_strs keep)
{
    struct dx_node *line = line_of(run);
    struct dx_str was = text_of(line), text = without(&run->doc->arena, was, drop, keep);

    if (!text.ptr) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (text.len == was.len) {
        return DX_UNCHANGED;
    }
    return dx_trim(text).len == 0 ? clear(run, line) : dx_edit_set_text(line, text);
}

int dx_run_kernel_downstream(struct dx_run *run, struct dx_str key)
{
    return dx_run_report_as(run, DX_RULE_DOC_A01, DX_SEVERITY_NOTE, line_of(run), NULL, NULL, DX_ARGS(key));
}
