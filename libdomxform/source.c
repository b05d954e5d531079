#include "source.h"

/* How many characters begin in a range of bytes. */
static size_t count(const struct dx_source *source, size_t from, size_t to)
{
    size_t n = 0;

    if (source->encoding == DX_ENCODING_LATIN1) {
        return to - from;
    }
    for (size_t i = from; i < to; i++) {
        n += ((unsigned char)source->bytes[i] & 0xc0) != 0x80;
    }
    return n;
}

/* Lines end at LF, so the one before is known by counting; a CR before it belongs to the line end. */
static bool index_lines(struct dx_source *source)
{
    const char *p = source->bytes, *end = p + source->len;
    size_t n = 1, strides = source->len / DX_STRIDE + 1;

    if (source->lines) {
        return true;
    }
    for (const char *q = p; (q = memchr(q, '\n', (size_t)(end - q))) != NULL; q++) {
        n++;
    }
    source->lines = dx_mem_realloc(&source->ctx->mem, NULL, n + strides, sizeof *source->lines);
    if (!source->lines) {
        return false;
    }
    source->n_lines = n;
    source->lines[0] = (uint32_t)source->begin;
    n = 1;
    for (const char *q = p; (q = memchr(q, '\n', (size_t)(end - q))) != NULL; q++) {
        source->lines[n++] = (uint32_t)(q + 1 - p);
    }
    source->strides = source->lines + n;
    source->strides[0] = 0;
    for (size_t i = 1; i < strides; i++) {
        source->strides[i] = source->strides[i - 1] + (uint32_t)count(source, (i - 1) * DX_STRIDE, i * DX_STRIDE);
    }
    return true;
}

static size_t characters_before(const struct dx_source *source, size_t offset)
{
    return source->strides[offset / DX_STRIDE] + count(source, offset - offset % DX_STRIDE, offset);
}

static size_t line_of(const struct dx_source *source, size_t offset)
{
    size_t low = 0, high = source->n_lines;

    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;

        if (source->lines[middle] <= offset) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static size_t column_of(const struct dx_source *source, size_t line, size_t offset)
{
    size_t from = source->lines[line];

    if (offset <= from) {
        return 1;
    }
    return 1 + (offset - from <= DX_STRIDE ? count(source, from, offset)
                                           : characters_before(source, offset) - characters_before(source, from));
}

struct dx_where dx_source_where(struct dx_source *source, size_t begin, size_t end)
{
    struct dx_where where = {.file = source->name.ptr, .offset = begin, .end_offset = end};
    const char *bytes = source->bytes;
    size_t line, end_line, from, to;

    if (begin < source->begin) {
        begin = source->begin;
    }
    if (begin > source->len) {
        begin = source->len;
    }
    if (end < begin) {
        end = begin;
    }
    if (end > source->len) {
        end = source->len;
    }
    if (!index_lines(source)) {
        return where;
    }
    line = line_of(source, begin);
    end_line = line_of(source, end);
    where.line = line + 1;
    where.column = column_of(source, line, begin);
    where.end_line = end_line + 1;
    where.end_column = column_of(source, end_line, end);
    from = source->lines[line];
    to = line + 1 < source->n_lines ? source->lines[line + 1] - 1 : source->len;
    if (to > from && to < source->len && bytes[to - 1] == '\r') {
        to--;
    }
    where.source_line = (struct dx_str){bytes + from, to - from};
    where.caret = begin - from;
    return where;
}

int dx_source_refuse(struct dx_source *source, size_t begin, size_t end, const char *hint, const char *format, ...)
{
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&source->ctx->mem);
    struct dx_report report = {
        .where = dx_source_where(source, begin, end),
        .level = DX_LEVEL_INPUT,
        .severity = DX_SEVERITY_ERROR,
        .hint = hint,
    };
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    report.message = dx_buf_view(&text);
    if (text.failed || !source->lines || dx_diags_add(&source->ctx->diags, &report) != DX_OK) {
        return dx_ctx_no_memory(source->ctx);
    }
    return DX_EINPUT;
}

struct dx_str dx_source_eol(const struct dx_source *source)
{
    const char *lf = memchr(source->bytes, '\n', source->len);

    return lf && lf > source->bytes && lf[-1] == '\r' ? DX_S("\r\n") : DX_S("\n");
}

static const char to_utf8[] = "convert it to UTF-8 first, for example with iconv", unpack[] = "unpack it first";

static const struct {
    const char *mark;
    size_t len;
    const char *name, *hint;
} foreign_marks[] = {
    {"\xff\xfe\0\0", 4, "UTF-32", to_utf8},
    {"\0\0\xfe\xff", 4, "UTF-32", to_utf8},
    {"\xff\xfe", 2, "UTF-16", to_utf8},
    {"\xfe\xff", 2, "UTF-16", to_utf8},
    {"<\0?\0", 4, "UTF-16", to_utf8},
    {"\0<\0?", 4, "UTF-16", to_utf8},
    {"<\0d\0", 4, "UTF-16", to_utf8},
    {"\0<\0d", 4, "UTF-16", to_utf8},
    {"<\0\0\0", 4, "UTF-32", to_utf8},
    {"\0\0\0<", 4, "UTF-32", to_utf8},
    {"\x4c\x6f\xa7\x94", 4, "EBCDIC", to_utf8},
    {"\x1f\x8b", 2, "gzip", unpack},
    {"\xfd"
     "7zXZ",
     5, "xz", unpack},
    {"BZh", 3, "bzip2", unpack},
    {"\x28\xb5\x2f\xfd", 4, "zstd", unpack},
    {"+/v", 3, "UTF-7", to_utf8},
};

static int refuse_foreign(struct dx_source *source)
{
    for (size_t i = 0; i < sizeof foreign_marks / sizeof foreign_marks[0]; i++) {
        if (source->len >= foreign_marks[i].len &&
            memcmp(source->bytes, foreign_marks[i].mark, foreign_marks[i].len) == 0) {
            return dx_source_refuse(source, 0, 0, foreign_marks[i].hint, "the input is %s, not UTF-8 text",
                                    foreign_marks[i].name);
        }
    }
    return DX_OK;
}

static const struct {
    const char *name;
    enum dx_encoding encoding;
} encodings[] = {
    {"UTF-8", DX_ENCODING_UTF8},        {"UTF8", DX_ENCODING_UTF8},         {"US-ASCII", DX_ENCODING_ASCII},
    {"ASCII", DX_ENCODING_ASCII},       {"ISO-8859-1", DX_ENCODING_LATIN1}, {"ISO8859-1", DX_ENCODING_LATIN1},
    {"ISO_8859-1", DX_ENCODING_LATIN1}, {"LATIN1", DX_ENCODING_LATIN1},     {"ISO-LATIN-1", DX_ENCODING_LATIN1},
};

/* The next NAME="VALUE" of the declaration; false at its end or where it is malformed (libxml2 will say how). */
static bool next_pseudo(struct dx_str *name, struct dx_str *value, const char **cursor, const char *end)
{
    const char *p = *cursor, *from;
    char quote;

    while (p < end && dx_is_space(*p)) {
        p++;
    }
    for (from = p; p < end && *p != '=' && !dx_is_space(*p); p++) {
    }
    *name = (struct dx_str){from, (size_t)(p - from)};
    while (p < end && dx_is_space(*p)) {
        p++;
    }
    if (p >= end || *p++ != '=') {
        return false;
    }
    while (p < end && dx_is_space(*p)) {
        p++;
    }
    if (p >= end || (*p != '"' && *p != '\'')) {
        return false;
    }
    quote = *p++;
    for (from = p; p < end && *p != quote; p++) {
    }
    *value = (struct dx_str){from, (size_t)(p - from)};
    *cursor = p < end ? p + 1 : p;
    return p < end;
}

static int set_encoding(struct dx_source *source, struct dx_str value)
{
    size_t at = (size_t)(value.ptr - source->bytes);
    size_t i, n = sizeof encodings / sizeof encodings[0];

    for (i = 0; i < n && !dx_str_same_word(value, encodings[i].name); i++) {
    }
    if (i == n) {
        return dx_source_refuse(source, at, at + value.len, "convert the file, for example with iconv -t UTF-8",
                                "encoding '%.*s' is not supported: only UTF-8, US-ASCII and ISO-8859-1 are",
                                DX_F(value));
    }
    if (source->begin > 0 && encodings[i].encoding != DX_ENCODING_UTF8) {
        return dx_source_refuse(source, at, at + value.len, "remove the byte order mark, or declare UTF-8",
                                "encoding '%.*s' is declared beside a UTF-8 byte order mark", DX_F(value));
    }
    source->encoding = encodings[i].encoding;
    return DX_OK;
}

static int read_declaration(struct dx_source *source)
{
    const char *p = source->bytes + source->begin;
    size_t left = source->len - source->begin;
    const char *end = NULL;
    struct dx_str name, value;

    source->declaration = source->begin;
    if (left < 6 || memcmp(p, "<?xml", 5) != 0 || !dx_is_space(p[5])) {
        return DX_OK;
    }
    for (const char *q = p + 5; (q = memchr(q, '?', left - (size_t)(q - p))) != NULL; q++) {
        if ((size_t)(q - p) + 1 < left && q[1] == '>') {
            end = q;
            break;
        }
    }
    if (!end) {
        return dx_source_refuse(source, source->begin, source->begin + 5, "close it with '?>'",
                                "the XML declaration is never closed");
    }
    source->declaration = (size_t)(end + 2 - source->bytes);
    p += 5;
    while (next_pseudo(&name, &value, &p, end)) {
        if (dx_str_is(name, "version") && !dx_str_is(value, "1.0")) {
            size_t at = (size_t)(value.ptr - source->bytes);

            return dx_source_refuse(source, at, at + value.len, "libvirt reads XML 1.0: declare version='1.0'",
                                    "XML version '%.*s' is not supported", DX_F(value));
        }
        if (dx_str_is(name, "encoding")) {
            int rc = set_encoding(source, value);

            if (rc < 0) {
                return rc;
            }
        }
    }
    return DX_OK;
}

static int refuse_bytes(struct dx_source *source)
{
    const char *nul = memchr(source->bytes, '\0', source->len);

    if (nul) {
        size_t at = (size_t)(nul - source->bytes);

        return dx_source_refuse(source, at, at + 1, "XML cannot hold it: is the file damaged, or not UTF-8?",
                                "NUL byte at offset %zu", at);
    }
    if (source->encoding == DX_ENCODING_ASCII) {
        for (size_t i = 0; i < source->len; i++) {
            if ((unsigned char)source->bytes[i] >= 0x80) {
                return dx_source_refuse(source, i, i + 1, "declare the encoding that the file really has",
                                        "byte 0x%02x in a document that declares US-ASCII",
                                        (unsigned)(unsigned char)source->bytes[i]);
            }
        }
    }
    return DX_OK;
}

int dx_source_open(struct dx_source *source, struct dx_ctx *ctx, struct dx_str name, struct dx_str bytes)
{
    int rc;

    *source = (struct dx_source){.ctx = ctx, .name = name, .bytes = bytes.ptr, .len = bytes.len};
    if (bytes.len >= 3 && memcmp(bytes.ptr, "\xef\xbb\xbf", 3) == 0) {
        source->begin = 3;
    }
    if (bytes.len > ctx->max_size) {
        source->len = 0; /* nothing of it is looked at, not even for its lines */
        rc = dx_source_refuse(source, 0, 0, "raise the limit with --max-size if the document really is that large",
                              "the input is larger than %zu bytes", ctx->max_size);
    } else {
        rc = refuse_foreign(source);
        rc = rc < 0 ? rc : read_declaration(source);
        rc = rc < 0 ? rc : refuse_bytes(source);
    }
    if (rc < 0) {
        dx_source_close(source);
    }
    return rc;
}

void dx_source_close(struct dx_source *source)
{
    dx_mem_free(&source->ctx->mem, source->lines);
    source->lines = NULL;
}
