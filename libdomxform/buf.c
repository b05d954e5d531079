#include "buf.h"

#include <stdio.h>

void dx_buf_free(struct dx_buf *buf)
{
    dx_mem_free(buf->mem, buf->ptr);
    *buf = DX_BUF(buf->mem);
}

char *dx_buf_grow(struct dx_buf *buf, size_t n)
{
    if (buf->failed) {
        return NULL;
    }
    if (buf->room - buf->len < n) {
        size_t room = buf->room ? buf->room * 2 : 128;
        char *larger;

        if (room < buf->len + n) {
            room = buf->len + n;
        }
        larger = dx_mem_realloc(buf->mem, buf->ptr, room, 1);
        if (!larger) {
            buf->failed = true;
            return NULL;
        }
        buf->ptr = larger;
        buf->room = room;
    }
    buf->len += n;
    return buf->ptr + buf->len - n;
}

void dx_buf_bytes(struct dx_buf *buf, const char *bytes, size_t len)
{
    char *to = len ? dx_buf_grow(buf, len) : NULL;

    if (to) {
        memcpy(to, bytes, len);
    }
}

void dx_buf_str(struct dx_buf *buf, struct dx_str s)
{
    dx_buf_bytes(buf, s.ptr, s.len);
}

void dx_buf_puts(struct dx_buf *buf, const char *s)
{
    dx_buf_bytes(buf, s, strlen(s));
}

void dx_buf_byte(struct dx_buf *buf, char byte)
{
    dx_buf_bytes(buf, &byte, 1);
}

void dx_buf_vformat(struct dx_buf *buf, const char *format, va_list args)
{
    char small[256];
    va_list again;
    int len;

    va_copy(again, args);
    len = vsnprintf(small, sizeof small, format, args);
    if (len < 0) {
        buf->failed = true;
    } else if ((size_t)len < sizeof small) {
        dx_buf_bytes(buf, small, (size_t)len);
    } else {
        char *to = dx_buf_grow(buf, (size_t)len + 1);

        if (to) {
            vsnprintf(to, (size_t)len + 1, format, again);
            buf->len--;
        }
    }
    va_end(again);
}

void dx_buf_format(struct dx_buf *buf, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    dx_buf_vformat(buf, format, args);
    va_end(args);
}

char *dx_buf_steal(struct dx_buf *buf, size_t *len)
{
    char *result;

    dx_buf_byte(buf, '\0');
    if (buf->failed) {
        dx_buf_free(buf);
        return NULL;
    }
    result = buf->ptr;
    if (len) {
        *len = buf->len - 1;
    }
    *buf = DX_BUF(buf->mem);
    return result;
}

const char *dx_buf_keep(const struct dx_buf *buf, struct dx_arena *arena)
{
    arena->failed = arena->failed || buf->failed;
    return buf->failed ? NULL : dx_arena_copy(arena, dx_buf_view(buf)).ptr;
}

const char *dx_arena_vtext(struct dx_arena *arena, const char *format, va_list args)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(arena->mem);

    dx_buf_vformat(&buf, format, args);
    return dx_buf_keep(&buf, arena);
}

const char *dx_arena_text(struct dx_arena *arena, const char *format, ...)
{
    const char *text;
    va_list args;

    va_start(args, format);
    text = dx_arena_vtext(arena, format, args);
    va_end(args);
    return text;
}
