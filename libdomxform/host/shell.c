#include "shell.h"

static bool is_plain(const char *text)
{
    size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+,=-");

    return n > 0 && !text[n];
}

const char *dx_shell_word(struct dx_plan *plan, const char *text)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&plan->ctx->mem);

    if (!text || is_plain(text)) {
        return dx_plan_keep(plan, dx_str_of(text));
    }
    dx_buf_byte(&buf, '\'');
    for (; *text; text++) {
        if (*text == '\'') {
            dx_buf_puts(&buf, "'\\''");
        } else {
            dx_buf_byte(&buf, *text);
        }
    }
    dx_buf_byte(&buf, '\'');
    return dx_buf_keep(&buf, &plan->arena);
}
