#include "scan.h"

enum { INK = DX_HAS_INK, NAME = 32, NAME_START = 64 };

/* What a byte is in a name, and what it asks of a decoder: a table made of one expression. */
#define LETTER(c) (((c) | 32) >= 'a' && ((c) | 32) <= 'z')
#define DIGIT(c) ((c) >= '0' && (c) <= '9')
#define BYTE(c)                                                                                                        \
    ((c) >= 0x80                             ? INK | NAME | NAME_START | DX_HAS_HIGH                                   \
     : LETTER(c) || (c) == '_' || (c) == ':' ? INK | NAME | NAME_START                                                 \
     : DIGIT(c) || (c) == '-' || (c) == '.'  ? INK | NAME                                                              \
     : (c) == '&'                            ? INK | DX_HAS_REFERENCE                                                  \
     : (c) == '\t' || (c) == '\n'            ? DX_HAS_SPACE                                                            \
     : (c) == '\r'                           ? DX_HAS_CR                                                               \
     : (c) == ' '                            ? 0                                                                       \
                                             : INK)
#define BYTES4(c) BYTE(c), BYTE((c) + 1), BYTE((c) + 2), BYTE((c) + 3)
#define BYTES16(c) BYTES4(c), BYTES4((c) + 4), BYTES4((c) + 8), BYTES4((c) + 12)
#define BYTES64(c) BYTES16(c), BYTES16((c) + 16), BYTES16((c) + 32), BYTES16((c) + 48)

static const uint8_t class_of[256] = {BYTES64(0), BYTES64(64), BYTES64(128), BYTES64(192)};

#define CLASS(c) class_of[(unsigned char)(c)]

bool dx_scan_in_name(char byte)
{
    return (CLASS(byte) & NAME) != 0;
}

unsigned dx_scan_classify(struct dx_str s)
{
    unsigned has = 0;

    for (size_t i = 0; i < s.len; i++) {
        has |= CLASS(s.ptr[i]);
    }
    return has & 31u;
}

void dx_scan_begin(struct dx_scan *scan, struct dx_source *source)
{
    scan->source = source;
    scan->at = source->begin;
}

static size_t skip_space(const struct dx_source *source, size_t at)
{
    while (at < source->len && dx_is_space(source->bytes[at])) {
        at++;
    }
    return at;
}

/* Where `mark` begins at or after `at`; source->len when nowhere. */
static size_t find(const struct dx_source *source, size_t at, const char *mark)
{
    size_t n = strlen(mark);

    while (at + n <= source->len) {
        const char *hit = memchr(source->bytes + at, mark[0], source->len - at - n + 1);

        if (!hit) {
            break;
        }
        at = (size_t)(hit - source->bytes);
        if (memcmp(hit, mark, n) == 0) {
            return at;
        }
        at++;
    }
    return source->len;
}

static bool looking_at(const struct dx_source *source, size_t at, const char *mark)
{
    size_t n = strlen(mark);

    return source->len - at >= n && memcmp(source->bytes + at, mark, n) == 0;
}

/* A name at `at`: its length in *len, 0 when there is none. */
static int take_name(struct dx_source *source, size_t at, uint16_t *len, bool *high)
{
    unsigned has = 0;
    size_t i = at;

    if (i < source->len && (CLASS(source->bytes[i]) & NAME_START)) {
        while (i < source->len && (CLASS(source->bytes[i]) & NAME)) {
            has |= CLASS(source->bytes[i]);
            i++;
        }
    }
    if (i - at > DX_LONGEST_NAME) {
        return dx_source_refuse(source, at, at, "is a quote or a '>' missing?", "a name of more than %d bytes",
                                DX_LONGEST_NAME);
    }
    *len = (uint16_t)(i - at);
    *high = (has & DX_HAS_HIGH) != 0;
    return DX_OK;
}

/* Comments, CDATA and PIs: from `open` bytes on up to `close`. */
static int take_until(struct dx_scan *scan, struct dx_token *token, size_t open, const char *close, const char *what)
{
    struct dx_source *source = scan->source;
    size_t end = find(source, scan->at + open, close);

    if (end == source->len) {
        return dx_source_refuse(source, scan->at, scan->at + open, "close it, or escape the '<' before it as &lt;",
                                "%s is never closed: '%s' is missing", what, close);
    }
    token->content = (uint32_t)(scan->at + open);
    token->content_end = (uint32_t)end;
    token->has = (uint8_t)dx_scan_classify((struct dx_str){source->bytes + token->content, end - token->content});
    token->end = (uint32_t)(end + strlen(close));
    return DX_OK;
}

static int take_pi(struct dx_scan *scan, struct dx_token *token)
{
    struct dx_source *source = scan->source;
    bool high;
    int rc = take_until(scan, token, 2, "?>", "the processing instruction");

    rc = rc < 0 ? rc : take_name(source, scan->at + 2, &token->name_len, &high);
    if (rc < 0) {
        return rc;
    }
    if (token->name_len == 0) {
        return dx_source_refuse(source, scan->at, scan->at + 2, "write a name right behind '<?'",
                                "a processing instruction without a name");
    }
    token->name = (uint32_t)(scan->at + 2);
    token->name_high = high;
    token->content = (uint32_t)skip_space(source, token->name + token->name_len);
    if (token->content > token->content_end) {
        token->content = token->content_end;
    }
    return DX_OK;
}

static int take_value(struct dx_scan *scan, struct dx_place_attr *attr, size_t *at)
{
    struct dx_source *source = scan->source;
    const char *bytes = source->bytes;
    char quote;
    unsigned has = 0;
    size_t i = *at;

    if (i >= source->len || (bytes[i] != '"' && bytes[i] != '\'')) {
        return dx_source_refuse(source, attr->name, attr->name + attr->name_len,
                                "write it between quotes, as in name='value'",
                                "the value of attribute '%.*s' has no quotes",
                                (int)(attr->name_len > 100 ? 100 : attr->name_len), bytes + attr->name);
    }
    quote = bytes[i++];
    attr->value = (uint32_t)i;
    for (; i < source->len && bytes[i] != quote; i++) {
        if (bytes[i] == '<') {
            return dx_source_refuse(source, i, i + 1, "write &lt; for it, or close the quotes before it",
                                    "'<' in the value of attribute '%.*s'",
                                    (int)(attr->name_len > 100 ? 100 : attr->name_len), bytes + attr->name);
        }
        has |= CLASS(bytes[i]);
    }
    if (i >= source->len) {
        return dx_source_refuse(source, attr->name, attr->name + attr->name_len,
                                "close it with the quote that opened it",
                                "the value of attribute '%.*s' is never closed",
                                (int)(attr->name_len > 100 ? 100 : attr->name_len), bytes + attr->name);
    }
    attr->value_len = (uint32_t)(i - attr->value);
    attr->has = (uint8_t)(has & 31u);
    *at = i + 1;
    return DX_OK;
}

static int take_attr(struct dx_scan *scan, struct dx_token *token, size_t *at)
{
    struct dx_source *source = scan->source;
    struct dx_place_attr *attr;
    size_t i = *at;
    bool high;
    int rc;

    if (token->n_attrs == DX_MOST_ATTRS) {
        return dx_source_refuse(source, i, i, "no libvirt element has nearly as many",
                                "more than %d attributes in one tag", DX_MOST_ATTRS);
    }
    attr = &scan->attrs[token->n_attrs];
    attr->name = (uint32_t)i;
    rc = take_name(source, i, &attr->name_len, &high);
    if (rc < 0) {
        return rc;
    }
    attr->name_high = high;
    if (attr->name_len == 0) {
        return dx_source_refuse(source, i, i + 1, "is a '>' or a quote missing before it?",
                                "an attribute or '>' is expected in the tag <%.*s>",
                                (int)(token->name_len > 100 ? 100 : token->name_len), source->bytes + token->name);
    }
    i = skip_space(source, i + attr->name_len);
    if (i >= source->len || source->bytes[i] != '=') {
        return dx_source_refuse(source, attr->name, attr->name + attr->name_len, "write it as name='value'",
                                "attribute '%.*s' has no value", (int)(attr->name_len > 100 ? 100 : attr->name_len),
                                source->bytes + attr->name);
    }
    i = skip_space(source, i + 1);
    rc = take_value(scan, attr, &i);
    token->n_attrs++;
    *at = i;
    return rc;
}

static int take_start_tag(struct dx_scan *scan, struct dx_token *token)
{
    struct dx_source *source = scan->source;
    const char *bytes = source->bytes;
    size_t i = scan->at + 1;
    bool high = false;
    int rc = take_name(source, i, &token->name_len, &high);

    if (rc < 0) {
        return rc;
    }
    if (token->name_len == 0) {
        return dx_source_refuse(source, scan->at, scan->at + 1, "write &lt; for a '<' that is text",
                                "'<' without the name of an element behind it");
    }
    token->kind = DX_TOKEN_START_TAG;
    token->name = (uint32_t)i;
    token->name_high = high;
    i += token->name_len;
    for (;;) {
        size_t gap = i;

        i = skip_space(source, i);
        if (i >= source->len) {
            return dx_source_refuse(source, scan->at, scan->at + 1, "close it with '>'",
                                    "the tag <%.*s> is never closed",
                                    (int)(token->name_len > 100 ? 100 : token->name_len), bytes + token->name);
        }
        if (bytes[i] == '>') {
            token->end = (uint32_t)(i + 1);
            return DX_OK;
        }
        if (bytes[i] == '/' && i + 1 < source->len && bytes[i + 1] == '>') {
            token->kind = DX_TOKEN_EMPTY_TAG;
            token->end = (uint32_t)(i + 2);
            return DX_OK;
        }
        if (i == gap && (CLASS(bytes[i]) & NAME_START)) {
            return dx_source_refuse(source, i, i + 1, "write a space before it",
                                    "white space is missing before an attribute");
        }
        rc = take_attr(scan, token, &i);
        if (rc < 0) {
            return rc;
        }
    }
}

static int take_end_tag(struct dx_scan *scan, struct dx_token *token)
{
    struct dx_source *source = scan->source;
    size_t i = scan->at + 2;
    bool high = false;
    int rc = take_name(source, i, &token->name_len, &high);

    if (rc < 0) {
        return rc;
    }
    token->kind = DX_TOKEN_END_TAG;
    token->name = (uint32_t)i;
    token->name_high = high;
    i = skip_space(source, i + token->name_len);
    if (token->name_len == 0 || i >= source->len || source->bytes[i] != '>') {
        return dx_source_refuse(source, scan->at, scan->at + 2, "an end tag is '</', the name, '>'",
                                "malformed end tag");
    }
    token->end = (uint32_t)(i + 1);
    return DX_OK;
}

static int take_markup(struct dx_scan *scan, struct dx_token *token)
{
    struct dx_source *source = scan->source;
    size_t at = scan->at;

    if (looking_at(source, at, "</")) {
        return take_end_tag(scan, token);
    }
    if (looking_at(source, at, "<!--")) {
        token->kind = DX_TOKEN_COMMENT;
        return take_until(scan, token, 4, "-->", "the comment");
    }
    if (looking_at(source, at, "<![CDATA[")) {
        token->kind = DX_TOKEN_CDATA;
        return take_until(scan, token, 9, "]]>", "the CDATA section");
    }
    if (looking_at(source, at, "<!DOCTYPE")) {
        return dx_source_refuse(source, at, at + 9,
                                "remove it: libvirt needs none, and entities are a way to attack a parser",
                                "a DOCTYPE is not accepted");
    }
    if (looking_at(source, at, "<!")) {
        return dx_source_refuse(source, at, at + 2, "a comment begins with '<!--'",
                                "'<!' begins neither a comment nor CDATA");
    }
    if (looking_at(source, at, "<?")) {
        token->kind = DX_TOKEN_PI;
        return take_pi(scan, token);
    }
    return take_start_tag(scan, token);
}

int dx_scan_next(struct dx_scan *scan, struct dx_token *token)
{
    struct dx_source *source = scan->source;
    int rc = DX_OK;

    *token = (struct dx_token){.begin = (uint32_t)scan->at};
    if (scan->at >= source->len) {
        token->kind = DX_TOKEN_END_OF_INPUT;
        token->end = token->begin;
        return DX_OK;
    }
    if (scan->at < source->declaration) {
        token->kind = DX_TOKEN_DECLARATION;
        token->end = (uint32_t)source->declaration;
    } else if (source->bytes[scan->at] == '<') {
        rc = take_markup(scan, token);
    } else {
        const char *from = source->bytes + scan->at, *end = source->bytes + source->len, *p = from;
        unsigned has = 0;

        while (p < end && *p != '<') {
            has |= CLASS(*p++);
        }
        token->kind = DX_TOKEN_TEXT;
        token->has = (uint8_t)(has & 31u);
        token->content = token->begin;
        token->end = token->content_end = (uint32_t)(p - source->bytes);
    }
    scan->at = token->end;
    return rc;
}
