#include "judge.h"

#include "decode.h"
#include "libxml.h"
#include "prefix.h"
#include "scan.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

/* A parser keeps every name it ever met: it is renewed after so many bytes. */
enum { RENEW_AFTER = 4 * 1024 * 1024, LARGE = 1024 * 1024 };

struct parser {
    const struct dx_mem *mem;
    xmlParserCtxtPtr ctxt;
    size_t bytes; /* judged since it was made */
};

struct hearing {
    xmlParserCtxtPtr ctxt;
    dx_judge_meets *meets;
    void *user;
    bool mismatch, no_memory, failed;
    int code;
    size_t at;         /* where the parser stood */
    char words[3][64]; /* the names that libxml2's error carries */
    char text[160];
};

/* libxml2's strings are unsigned; this is the one place where that is told to the compiler. */
static struct dx_str word(const xmlChar *s)
{
    return dx_str_of((const char *)s);
}

static void on_start(void *user, const xmlChar *local, const xmlChar *prefix, const xmlChar *uri, int n_ns,
                     const xmlChar **ns, int n_attrs, int n_defaulted, const xmlChar **attrs)
{
    struct hearing *hearing = user;

    (void)uri;
    (void)n_ns;
    (void)ns;
    (void)n_attrs;
    (void)n_defaulted;
    (void)attrs;
    if (!hearing->mismatch && !hearing->meets(hearing->user, word(prefix), word(local))) {
        hearing->mismatch = true;
    }
}

static void copy_word(char *to, size_t size, const char *from)
{
    size_t n = from ? strlen(from) : 0;

    n = n < size - 1 ? n : size - 1;
    if (n) {
        memcpy(to, from, n);
    }
    to[n] = '\0';
}

static void on_error(void *user, dx_xml_error error)
{
    struct hearing *hearing = user;
    long at;

    if (error->code == XML_ERR_NO_MEMORY) {
        hearing->no_memory = true;
    }
    if (hearing->failed || error->level < XML_ERR_ERROR) {
        return;
    }
    hearing->failed = true;
    hearing->code = error->code;
    at = xmlByteConsumed(hearing->ctxt);
    hearing->at = at > 0 ? (size_t)at : 0;
    copy_word(hearing->words[0], sizeof hearing->words[0], error->str1);
    copy_word(hearing->words[1], sizeof hearing->words[1], error->str2);
    copy_word(hearing->words[2], sizeof hearing->words[2], error->str3);
    copy_word(hearing->text, sizeof hearing->text, error->message);
    xmlStopParser(hearing->ctxt);
}

static void free_parser(void *judge)
{
    struct parser *parser = judge;

    xmlFreeParserCtxt(parser->ctxt);
    dx_mem_free(parser->mem, parser);
}

static struct parser *take_parser(struct dx_ctx *ctx, size_t len)
{
    struct parser *parser = ctx->judge;

    if (!parser) {
        parser = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof *parser);
        if (!parser) {
            return NULL;
        }
        *parser = (struct parser){.mem = &ctx->mem};
        ctx->judge = parser;
        ctx->judge_free = free_parser;
    }
    if (parser->bytes > RENEW_AFTER) {
        xmlFreeParserCtxt(parser->ctxt);
        parser->ctxt = NULL;
    }
    if (!parser->ctxt) {
        parser->ctxt = xmlNewParserCtxt();
        parser->bytes = 0;
    }
    parser->bytes += len;
    return parser->ctxt ? parser : NULL;
}

int dx_judge_options(void)
{
    int result = XML_PARSE_NONET | XML_PARSE_BIG_LINES | XML_PARSE_IGNORE_ENC;

#if LIBXML_VERSION >= 21300
    result |= XML_PARSE_NO_XXE;
#endif
#if LIBXML_VERSION >= 21400
    result |= XML_PARSE_NO_SYS_CATALOG;
#endif
    return result;
}

/* How to say what libxml2 found: {0} to {2} stand for its words; `seek` is what to go back to from where it stood. */
static const struct wording {
    int code;
    const char *message, *hint, *seek;
} wordings[] = {
    {XML_ERR_UNDECLARED_ENTITY, "entity '&{0};' is not defined",
     "XML knows &amp; &lt; &gt; &quot; &apos;; write other characters as they are or as &#N;", "&{0}"},
    {XML_WAR_UNDECLARED_ENTITY, "entity '&{0};' is not defined",
     "XML knows &amp; &lt; &gt; &quot; &apos;; write other characters as they are or as &#N;", "&{0}"},
    {XML_ERR_NAME_REQUIRED, "'&' that begins no reference", "write &amp; for an '&' that is text", "&"},
    {XML_ERR_ENTITYREF_SEMICOL_MISSING, "a reference without ';'", "write &amp; for an '&' that is text", "&"},
    {XML_ERR_INVALID_CHARREF, "a character reference to what is no character of XML",
     "XML has no control characters but tab, LF and CR", "&#"},
    {XML_ERR_INVALID_DEC_CHARREF, "malformed character reference", "write it as &#10; or &#xA;", "&#"},
    {XML_ERR_INVALID_HEX_CHARREF, "malformed character reference", "write it as &#10; or &#xA;", "&#"},
    {XML_ERR_ATTRIBUTE_REDEFINED, "attribute '{0}' stands twice in one tag", "keep one of the two", "{0}"},
    {XML_NS_ERR_ATTRIBUTE_REDEFINED, "attribute '{0}' stands twice in one tag, under two prefixes",
     "keep one of the two", ":{0}"},
    {XML_NS_ERR_UNDEFINED_NAMESPACE, "the prefix '{0}' is not declared", NULL, "{0}:"},
    {XML_NS_ERR_EMPTY, "an empty namespace name for a prefix", "give the xmlns its namespace, or remove it", "xmlns"},
    {XML_WAR_NS_URI, "a namespace name that is no URI",
     "remove the declaration, or give the name as its owner writes it", "xmlns"},
    {XML_NS_ERR_XML_NAMESPACE, "a prefix or namespace that XML keeps for itself", "remove the declaration", "xmlns"},
    {XML_NS_ERR_QNAME, "a name with more than one ':' or an empty part", "a name has at most one prefix", ":"},
    {XML_NS_ERR_COLON, "a colon where a name has none", "a name has at most one prefix", ":"},
    {XML_ERR_HYPHEN_IN_COMMENT, "'--' inside a comment", "a comment holds no '--': use a single '-'", "--"},
    {XML_ERR_COMMENT_NOT_FINISHED, "'--' inside a comment", "a comment holds no '--': use a single '-'", "--"},
    {XML_ERR_MISPLACED_CDATA_END, "']]>' in text", "write ]]&gt;", "]]>"},
    {XML_ERR_RESERVED_XML_NAME, "an XML declaration that is not at the very start",
     "remove what stands before it, or the declaration", "<?"},
    {XML_ERR_VERSION_MISSING, "the XML declaration names no version", "write version='1.0' first", "<?xml"},
    {XML_ERR_XMLDECL_NOT_FINISHED, "malformed XML declaration",
     "it is <?xml version='1.0' encoding='UTF-8'?>, in that order", "<?xml"},
    {XML_ERR_STANDALONE_VALUE, "standalone is neither 'yes' nor 'no'", "write standalone='yes' or remove it",
     "standalone"},
    {XML_ERR_INVALID_ENCODING, "bytes that are no UTF-8",
     "save the file as UTF-8, or declare the encoding that it really has", NULL},
    {XML_ERR_INVALID_CHAR, "a character that XML does not allow", "remove it; XML has no control characters", NULL},
    {XML_ERR_SPACE_REQUIRED, "white space is missing", "write a space there", NULL},
    {XML_ERR_PI_NOT_FINISHED, "malformed processing instruction", "write a space between its name and its content",
     "<?"},
    {XML_ERR_PI_NOT_STARTED, "a processing instruction without a name", "write a name right behind '<?'", "<?"},
};

static void fill(struct dx_buf *buf, const char *pattern, const struct hearing *hearing)
{
    for (const char *p = pattern; *p; p++) {
        if (p[0] == '{' && p[1] >= '0' && p[1] <= '2' && p[2] == '}') {
            dx_buf_puts(buf, hearing->words[p[1] - '0']);
            p += 2;
        } else {
            dx_buf_byte(buf, *p);
        }
    }
}

/* libxml2 stands behind what it refuses (or, in text, before it): look for where that begins. */
static size_t go_to(const struct dx_str text, size_t at, struct dx_str seek)
{
    const char *ahead;

    if (seek.len == 0 || text.len < seek.len) {
        return at;
    }
    if (dx_str_is(seek, "]]>") && at < text.len &&
        (ahead = memmem(text.ptr + at, text.len - at, seek.ptr, seek.len)) != NULL) {
        return (size_t)(ahead - text.ptr);
    }
    for (size_t i = (at < text.len - seek.len ? at : text.len - seek.len) + 1; i-- > 0;) {
        if (memcmp(text.ptr + i, seek.ptr, seek.len) == 0) {
            return i;
        }
    }
    return at;
}

enum { NO_PLACE = -1 };

/* libxml2 calls a reference to a bad character an invalid character too, and stands right behind it. */
static ptrdiff_t bad_reference(struct dx_str text, size_t at)
{
    size_t i = at < text.len ? at : text.len;

    if (dx_utf8_first_invalid(text) == i) {
        return NO_PLACE;
    }
    i -= i > 0 && text.ptr[i - 1] == ';';
    while (i > 0 && strchr("0123456789abcdefABCDEFx", text.ptr[i - 1])) {
        i--;
    }
    return i >= 2 && text.ptr[i - 1] == '#' && text.ptr[i - 2] == '&' ? (ptrdiff_t)i - 2 : NO_PLACE;
}

/* One attribute of the tag that libxml2 complained of. */
struct suspect {
    struct dx_str name, prefix, local, value;
};

static struct suspect suspect_of(const struct dx_source *source, const struct dx_place_attr *attr)
{
    struct suspect s = {.name = {source->bytes + attr->name, attr->name_len},
                        .value = {source->bytes + attr->value, attr->value_len}};
    const char *colon = memchr(s.name.ptr, ':', s.name.len);

    s.prefix = (struct dx_str){s.name.ptr, colon ? (size_t)(colon - s.name.ptr) : 0};
    s.local = colon ? (struct dx_str){colon + 1, s.name.len - s.prefix.len - 1} : s.name;
    return s;
}

/* True when the i-th attribute of the tag is what libxml2 means. */
static bool is_guilty(const struct dx_scan *scan, size_t i, int code, const struct hearing *hearing)
{
    struct suspect s = suspect_of(scan->source, &scan->attrs[i]);
    bool declares = dx_str_is(s.prefix, "xmlns");

    switch (code) {
    case XML_NS_ERR_UNDEFINED_NAMESPACE:
        return dx_str_is(s.prefix, hearing->words[0]) && dx_str_starts(s.local, hearing->words[1]);
    case XML_NS_ERR_EMPTY:
        return declares && s.value.len == 0;
    case XML_NS_ERR_XML_NAMESPACE:
        return declares && (dx_str_is(s.local, "xmlns") || dx_str_is(s.local, "xml") ||
                            dx_str_starts(s.value, "http://www.w3.org/"));
    case XML_WAR_NS_URI:
        return (declares && dx_str_is(s.local, hearing->words[0])) ||
               (dx_str_is(s.name, "xmlns") && dx_str_starts(s.value, hearing->words[0]));
    default:
        break;
    }
    for (size_t k = 0; k < i; k++) {
        struct suspect t = suspect_of(scan->source, &scan->attrs[k]);

        if (code == XML_ERR_ATTRIBUTE_REDEFINED
                ? dx_str_equal(s.name, t.name)
                : s.prefix.len && t.prefix.len && !declares && dx_str_equal(s.local, t.local)) {
            return true;
        }
    }
    return false;
}

/* libxml2 judges names at the end of a tag: the tag is scanned again for the one that it means. */
static ptrdiff_t place_in_tag(struct dx_source *source, size_t at, int code, const struct hearing *hearing)
{
    struct dx_scan scan = {.source = source};
    struct dx_token token;
    const char *open = memrchr(source->bytes, '<', at < source->len ? at : source->len);

    if (!open) {
        return NO_PLACE;
    }
    scan.at = (size_t)(open - source->bytes);
    if (dx_scan_next(&scan, &token) != DX_OK ||
        (token.kind != DX_TOKEN_START_TAG && token.kind != DX_TOKEN_EMPTY_TAG)) {
        return NO_PLACE;
    }
    if (code == XML_NS_ERR_UNDEFINED_NAMESPACE) {
        struct dx_str name = {source->bytes + token.name, token.name_len};
        size_t n = strlen(hearing->words[0]);

        if (dx_str_starts(name, hearing->words[0]) && name.len > n && name.ptr[n] == ':') {
            return (ptrdiff_t)token.name;
        }
    }
    for (size_t i = 0; i < token.n_attrs; i++) {
        if (is_guilty(&scan, i, code, hearing)) {
            return (ptrdiff_t)scan.attrs[i].name;
        }
    }
    return NO_PLACE;
}

static void describe(struct dx_buf *buf, const struct hearing *hearing, const struct wording *wording,
                     struct dx_str text, size_t at)
{
    if (wording && wording->seek) {
        fill(buf, wording->message, hearing);
    } else if (at < text.len && (hearing->code == XML_ERR_INVALID_CHAR || hearing->code == XML_ERR_INVALID_ENCODING)) {
        unsigned byte = (unsigned char)text.ptr[at];

        if (byte >= 0x80) {
            dx_buf_format(buf, "byte 0x%02x is not UTF-8 here", byte);
        } else {
            dx_buf_format(buf, "character 0x%02x is not allowed in XML", byte);
        }
    } else if (wording) {
        fill(buf, wording->message, hearing);
    } else {
        size_t n = strcspn(hearing->text, "\n");

        dx_buf_puts(buf, "malformed: ");
        for (size_t i = 0; i < n; i++) {
            char c = hearing->text[i];

            dx_buf_byte(buf, i == 0 && c >= 'A' && c <= 'Z' && !(hearing->text[1] >= 'A' && hearing->text[1] <= 'Z')
                                 ? (char)(c + 32)
                                 : c);
        }
    }
}

/* Offsets into the UTF-8 that libxml2 saw, back to the source's ISO-8859-1. */
static size_t source_offset(const struct dx_source *source, struct dx_str text, size_t at)
{
    size_t n = 0;

    if (source->encoding != DX_ENCODING_LATIN1) {
        return source->begin + at;
    }
    for (size_t i = 0; i < at && i < text.len; i++) {
        n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
    }
    return source->begin + n;
}

static const struct wording *wording_of(int code)
{
    for (size_t i = 0; i < sizeof wordings / sizeof wordings[0]; i++) {
        if (wordings[i].code == code) {
            return &wordings[i];
        }
    }
    return NULL;
}

/* What libxml2 says in other words than it means. */
static int true_code(struct dx_source *source, const struct hearing *hearing, struct dx_str text)
{
    if (hearing->code == XML_ERR_INVALID_CHAR && bad_reference(text, hearing->at) != NO_PLACE) {
        return XML_ERR_INVALID_CHARREF;
    }
    if (hearing->code == XML_NS_ERR_XML_NAMESPACE &&
        place_in_tag(source, source_offset(source, text, hearing->at), XML_NS_ERR_EMPTY, hearing) != NO_PLACE) {
        return XML_NS_ERR_EMPTY;
    }
    return hearing->code;
}

static int refuse(struct dx_source *source, const struct hearing *hearing, struct dx_str text)
{
    dx_cleanup(dx_buf_free) struct dx_buf message = DX_BUF(&source->ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf seek = DX_BUF(&source->ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf declare = DX_BUF(&source->ctx->mem);
    const struct dx_prefix *prefix = dx_prefix_find(dx_str_of(hearing->words[0]));
    int code = true_code(source, hearing, text);
    const struct wording *wording = wording_of(code);
    const char *hint = wording ? wording->hint : "xmllint --noout shows what libxml2 says of the file";
    size_t at = hearing->at < text.len ? hearing->at : text.len;
    ptrdiff_t in_tag = place_in_tag(source, source_offset(source, text, at), code, hearing);

    ptrdiff_t reference = code == XML_ERR_INVALID_CHARREF ? bad_reference(text, at) : NO_PLACE;

    if (reference != NO_PLACE) {
        at = (size_t)reference;
    } else if (wording && wording->seek) {
        fill(&seek, wording->seek, hearing);
        at = go_to(text, at, dx_buf_view(&seek));
    } else {
        size_t bad = dx_utf8_first_invalid(text);

        if (bad < text.len && (code == XML_ERR_INVALID_CHAR || code == XML_ERR_INVALID_ENCODING || bad <= at)) {
            at = bad;
        }
        if (code == XML_ERR_INVALID_CHAR && at < text.len && (unsigned char)text.ptr[at] >= 0x80) {
            hint = wording_of(XML_ERR_INVALID_ENCODING)->hint;
        }
    }
    if (code == XML_NS_ERR_UNDEFINED_NAMESPACE && prefix) {
        dx_buf_format(&declare, "add xmlns:%s='%s' to <domain> (DOC-P09)", prefix->name, prefix->namespace);
        dx_buf_byte(&declare, '\0');
        hint = declare.ptr;
    }
    describe(&message, hearing, wording, text, at);
    at = in_tag != NO_PLACE ? (size_t)in_tag : source_offset(source, text, at);
    if (message.failed || seek.failed || declare.failed) {
        return dx_ctx_no_memory(source->ctx);
    }
    return dx_source_refuse(source, at, at + 1, hint ? hint : "declare it with an xmlns attribute", "%.*s",
                            DX_F(dx_buf_view(&message)));
}

static int verdict(struct dx_source *source, const struct hearing *hearing, struct dx_str text)
{
    const struct hearing unnamed = {.code = -1, .text = "not well-formed"};

    if (hearing->no_memory) {
        return dx_ctx_no_memory(source->ctx);
    }
    if (hearing->failed) {
        return refuse(source, hearing, text);
    }
    if (!hearing->ctxt->wellFormed || !hearing->ctxt->nsWellFormed) {
        return refuse(source, &unnamed, text);
    }
    if (hearing->mismatch || !hearing->meets(hearing->user, DX_NONE, DX_NONE)) {
        dx_ctx_report(source->ctx, DX_LEVEL_INTERNAL, DX_SEVERITY_ERROR, source->name.ptr,
                      "please report this with the document", "the scanner and libxml2 read different tags");
        return DX_EINTERNAL;
    }
    return DX_OK;
}

static int read_piece(void *user, char *to, int len)
{
    struct dx_str *left = user;
    size_t n = left->len < (size_t)len ? left->len : (size_t)len;

    memcpy(to, left->ptr, n);
    left->ptr += n;
    left->len -= n;
    return (int)n;
}

/*
 * libxml2 copies what it reads from memory, so a large text is given to it in pieces. No encoding is named: for one
 * it would send all through a converter, even from UTF-8 to UTF-8.
 */
static void read_text(xmlParserCtxtPtr ctxt, struct dx_str text)
{
    xmlDocPtr none = text.len < LARGE ? xmlCtxtReadMemory(ctxt, text.ptr, (int)text.len, NULL, NULL, dx_judge_options())
                                      : xmlCtxtReadIO(ctxt, read_piece, NULL, &text, NULL, NULL, dx_judge_options());

    if (none) {
        xmlFreeDoc(none);
    }
}

int dx_judge(struct dx_source *source, dx_judge_meets *meets, void *user)
{
    struct dx_ctx *ctx = source->ctx;
    struct dx_str text = {source->bytes + source->begin, source->len - source->begin};
    struct parser *parser = take_parser(ctx, text.len);
    struct hearing hearing = {.meets = meets, .user = user};
    struct dx_arena arena;
    int rc;

    if (!parser) {
        return dx_ctx_no_memory(ctx);
    }
    dx_arena_init(&arena, &ctx->mem);
    if (source->encoding == DX_ENCODING_LATIN1) {
        /* Converted here, so that libxml2's offsets can be followed back. */
        char *to = dx_arena_alloc(&arena, text.len * 2 + 1);
        size_t n = 0;

        if (!to) {
            return dx_ctx_no_memory(ctx);
        }
        for (size_t i = 0; i < text.len; i++) {
            n += dx_utf8_put(to + n, (unsigned char)text.ptr[i]);
        }
        text = (struct dx_str){to, n};
    }
    hearing.ctxt = parser->ctxt;
    memset(parser->ctxt->sax, 0, sizeof *parser->ctxt->sax);
    parser->ctxt->sax->initialized = XML_SAX2_MAGIC;
    parser->ctxt->sax->startElementNs = on_start;
    parser->ctxt->sax->serror = on_error;
    parser->ctxt->userData = &hearing;
    read_text(parser->ctxt, text);
    rc = verdict(source, &hearing, text);
    dx_arena_free(&arena);
    return rc;
}
