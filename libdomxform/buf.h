/* A growing run of bytes. Errors stick: append at will, ask once at the end. */
#ifndef DX_BUF_H
#define DX_BUF_H

#include "base.h"

#include <stdarg.h>

struct dx_buf {
    const struct dx_mem *mem;
    char *ptr;
    size_t len, room;
    bool failed;
};

#define DX_BUF(memory) ((struct dx_buf){.mem = (memory)})

void dx_buf_free(struct dx_buf *buf);

/* `n` more bytes to be filled in by the caller; NULL after a failure. */
char *dx_buf_grow(struct dx_buf *buf, size_t n);
void dx_buf_bytes(struct dx_buf *buf, const char *bytes, size_t len);
void dx_buf_str(struct dx_buf *buf, struct dx_str s);
void dx_buf_puts(struct dx_buf *buf, const char *s);
void dx_buf_byte(struct dx_buf *buf, char byte);
void dx_buf_format(struct dx_buf *buf, const char *format, ...) DX_FORMAT(2, 3);
void dx_buf_vformat(struct dx_buf *buf, const char *format, va_list args);

/* The bytes, terminated by NUL and now the caller's; NULL after a failure. The buffer is empty then. */
char *dx_buf_steal(struct dx_buf *buf, size_t *len);

/* A copy in the arena, a NUL behind it; NULL when out of memory, here or there, and then the arena has failed. */
const char *dx_buf_keep(const struct dx_buf *buf, struct dx_arena *arena);

/* The same of a format. */
const char *dx_arena_text(struct dx_arena *arena, const char *format, ...) DX_FORMAT(2, 3);
const char *dx_arena_vtext(struct dx_arena *arena, const char *format, va_list args);

static inline struct dx_str dx_buf_view(const struct dx_buf *buf)
{
    return (struct dx_str){buf->ptr ? buf->ptr : "", buf->len};
}

#endif
