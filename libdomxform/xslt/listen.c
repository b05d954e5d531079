#include "listen.h"

#include "../libxml.h"
#include "../scaled.h"

#include <limits.h>

/* Of each kind; more of them tell a reader nothing new. */
enum { HEARD_MOST = 50, LONGEST = 400, EXPRESSION_LONGEST = 80 };

/* libxslt's handler for what goes wrong while compiling is told nothing of who compiles. */
static _Thread_local struct dx_listener *current;

static const char sandbox[] = "a stylesheet runs in a sandbox: it reads and writes no file and no network";

/* What libxslt says of itself, and what it means for who wrote a stylesheet. */
static const struct saying {
    const char *theirs;
    const char *ours; /* NULL: theirs says it */
    const char *hint;
} sayings[] = {
    {"potential infinite", "this looks like a recursion without end: templates or variables are nested too deep", NULL},
    {" refused", NULL, sandbox},
    {"rights for ", NULL, sandbox},
    {"has not been declared", NULL, "declare it: <xsl:param name='…'/> at the top, or <xsl:variable>"},
};

/* The beginning of a text, of whole characters. */
static struct dx_str cut(struct dx_str text, size_t most)
{
    if (text.len > most) {
        while (most && ((unsigned char)text.ptr[most] & 0xc0) == 0x80) {
            most--;
        }
        text.len = most;
    }
    return text;
}

/* One line, cut, without control characters, and with a NUL behind it. */
static struct dx_str one_line(char line[LONGEST + 1], struct dx_str text)
{
    size_t n = 0, i = 0;

    text = dx_trim(text);
    for (; i < text.len && n < LONGEST; i++) {
        bool space = (unsigned char)text.ptr[i] <= ' ';

        if (!space) {
            line[n++] = text.ptr[i];
        } else if (n && line[n - 1] != ' ') {
            line[n++] = ' ';
        }
    }
    line[n] = '\0';
    return i < text.len ? cut((struct dx_str){line, n}, n - 1) : (struct dx_str){line, n};
}

static void hear(struct dx_listener *listener, const struct dx_heard *heard)
{
    struct dx_heard *items =
        dx_arena_more(&listener->arena, listener->items, listener->n, &listener->room, sizeof *items);

    if (items) {
        listener->items = items;
        listener->items[listener->n++] = *heard;
        listener->messages += heard->message;
        listener->errors += !heard->message;
    }
}

static struct dx_str word(struct dx_listener *listener, const xmlChar *s)
{
    return s ? dx_arena_copy(&listener->arena, dx_str_of((const char *)s)) : DX_NONE;
}

struct dx_heard dx_listener_at(struct dx_listener *listener, const xmlNode *node)
{
    struct dx_heard heard = {.line = 0};
    long line;

    while (node && node->type != XML_ELEMENT_NODE) {
        node = node->parent; /* a text of the stylesheet is written by what it stands in */
    }
    if (node) {
        line = xmlGetLineNo(node);
        heard.line = line > 0 && line < 65535 ? (size_t)line : 0;
        heard.element = word(listener, node->name);
        heard.file = node->doc ? word(listener, node->doc->URL) : DX_NONE;
    }
    return heard;
}

static const xmlNode *here(const struct dx_listener *listener)
{
    return listener->running ? listener->running->inst : NULL;
}

/* "runtime error: file FILE line N element NAME", with any of the three left out; false when it is no such line. */
static bool read_place(struct dx_listener *listener, struct dx_str said)
{
    static const char *const kinds[] = {"compilation error", "runtime error", "error", "Error"};
    struct dx_heard *place = &listener->place;
    const char *at = NULL, *mark;
    uint64_t line;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0] && !at; i++) {
        size_t len = strlen(kinds[i]);

        if (said.len >= len && memcmp(said.ptr, kinds[i], len) == 0 && (said.ptr[len] == ':' || !said.ptr[len])) {
            at = said.ptr + len;
        }
    }
    if (!at || (*at && !strstr(at, ": file ") && !strstr(at, ": element "))) {
        return false;
    }
    *place = (struct dx_heard){.line = 0};
    mark = strstr(at, " element ");
    if (mark) {
        place->element = dx_arena_copy(&listener->arena, dx_str_of(mark + 9));
    }
    said = (struct dx_str){at, mark ? (size_t)(mark - at) : strlen(at)};
    mark = NULL;
    for (const char *next = strstr(at, " line "); next && next < said.ptr + said.len;
         next = strstr(next + 1, " line ")) {
        mark = next;
    }
    if (mark) {
        struct dx_str digits = {mark + 6, (size_t)(said.ptr + said.len - mark - 6)};

        place->line = dx_parse_uint(digits, 65534, &line) ? (size_t)line : 0;
        said.len = (size_t)(mark - at);
    }
    if (said.len > 7 && memcmp(at, ": file ", 7) == 0) {
        place->file = dx_arena_copy(&listener->arena, (struct dx_str){at + 7, said.len - 7});
    }
    return true;
}

static bool is_message(const xmlNode *node)
{
    return node && node->ns && strcmp((const char *)node->name, "message") == 0 &&
           strcmp((const char *)node->ns->href, "http://www.w3.org/1999/XSL/Transform") == 0;
}

static bool terminates(const xmlNode *node)
{
    for (const xmlAttr *attr = node->properties; attr; attr = attr->next) {
        if (strcmp((const char *)attr->name, "terminate") == 0 && attr->children && attr->children->content) {
            return strcmp((const char *)attr->children->content, "yes") == 0;
        }
    }
    return false;
}

static void hear_message(struct dx_listener *listener, struct dx_str text)
{
    struct dx_heard heard;

    if (listener->messages >= HEARD_MOST && !terminates(here(listener))) {
        listener->dropped += text.len > 0;
        return;
    }
    heard = dx_listener_at(listener, here(listener));
    heard.message = true;
    heard.terminates = terminates(here(listener));
    heard.text = dx_arena_copy(&listener->arena, text);
    if (heard.text.len) {
        hear(listener, &heard);
    }
}

/* The templates that were called, a line each, follow some errors. */
static bool is_trace(struct dx_str text)
{
    return dx_str_is(text, "Templates:") || dx_str_is(text, "Variables:") ||
           (text.len > 1 && text.ptr[0] == '#' && text.ptr[1] >= '0' && text.ptr[1] <= '9');
}

/* Which function of libxml2's or libxslt's it was is of no use to anybody. */
static struct dx_str without_function(struct dx_str text)
{
    const char *colon = memchr(text.ptr, ':', text.len);
    size_t len = colon ? (size_t)(colon - text.ptr) : 0;

    while (len && text.ptr[len - 1] == ' ') {
        len--;
    }
    if (len < 5 || (memcmp(text.ptr, "xml", 3) != 0 && memcmp(text.ptr, "xslt", 4) != 0) ||
        memchr(text.ptr, ' ', len)) {
        return text;
    }
    return dx_trim((struct dx_str){colon + 1, (size_t)(text.ptr + text.len - colon) - 1});
}

/* Messages here begin like the house's own: in lower case. */
static struct dx_str in_lower_case(struct dx_arena *arena, struct dx_str text)
{
    text = dx_arena_copy(arena, text);
    if (text.len > 1 && text.ptr[0] >= 'A' && text.ptr[0] <= 'Z' && text.ptr[1] >= 'a' && text.ptr[1] <= 'z') {
        ((char *)(uintptr_t)text.ptr)[0] = (char)(text.ptr[0] + ('a' - 'A'));
    }
    return text;
}

static const struct saying *find_saying(struct dx_str text)
{
    for (size_t i = 0; i < sizeof sayings / sizeof sayings[0]; i++) {
        if (text.len && memmem(text.ptr, text.len, sayings[i].theirs, strlen(sayings[i].theirs))) {
            return &sayings[i];
        }
    }
    return NULL;
}

static void hear_error(struct dx_listener *listener, struct dx_str text)
{
    struct dx_heard heard = listener->placed ? listener->place : dx_listener_at(listener, here(listener));
    const struct saying *saying;

    listener->placed = false;
    saying = find_saying(text);
    heard.hint = saying ? saying->hint : NULL;
    heard.text =
        saying && saying->ours ? dx_str_of(saying->ours) : in_lower_case(&listener->arena, without_function(text));
    if (listener->detail.text.len) {
        dx_cleanup(dx_buf_free) struct dx_buf both = DX_BUF(listener->arena.mem);
        char line[LONGEST + 1];

        if (heard.text.len && heard.text.ptr[heard.text.len - 1] == '.') {
            heard.text.len--;
        }
        dx_buf_format(&both, "%.*s (%.*s)", DX_F(listener->detail.text), DX_F(heard.text));
        heard.text = dx_arena_copy(&listener->arena, one_line(line, dx_buf_view(&both)));
        listener->detail.text = DX_S("");
    }
    hear(listener, &heard);
}

static void hear_line(struct dx_listener *listener)
{
    char line[LONGEST + 1];
    struct dx_str text = one_line(line, dx_buf_view(&listener->line));

    listener->line.len = 0;
    if (listener->whole && !listener->placed && is_message(here(listener))) {
        hear_message(listener, text);
    } else if (!text.len || is_trace(text)) {
        return;
    } else if (listener->errors >= HEARD_MOST) {
        listener->dropped++;
    } else if (!listener->whole && !listener->placed && read_place(listener, text)) {
        listener->placed = true;
    } else {
        hear_error(listener, text);
    }
}

void dx_listen_to(void *user, const char *format, ...)
{
    struct dx_listener *listener = user ? user : current;
    char piece[PATH_MAX + LONGEST];
    va_list args;
    int n;

    if (!listener) {
        return;
    }
    va_start(args, format);
    n = vsnprintf(piece, sizeof piece, format, args);
    va_end(args);
    if (n < 0) {
        return;
    }
    if ((size_t)n >= sizeof piece) {
        n = sizeof piece - 1;
        piece[n - 1] = '\n';
    }
    if (!listener->line.len) {
        listener->whole = strcmp(format, "%s") == 0;
    }
    dx_buf_bytes(&listener->line, piece, (size_t)n);
    /* What an xsl:message says comes in one call, whatever lines it has; all else comes line by line. */
    if ((n && piece[n - 1] == '\n') || (listener->whole && !listener->placed && is_message(here(listener)))) {
        hear_line(listener);
    }
}

static void keep_detail(struct dx_listener *listener, struct dx_str text)
{
    char line[LONGEST + 1];

    if (listener->detail.text.len || listener->errors >= HEARD_MOST) {
        return;
    }
    text = one_line(line, without_function(dx_trim(text)));
    if (text.len) {
        listener->detail = dx_listener_at(listener, here(listener));
        listener->detail.text = in_lower_case(&listener->arena, text);
    }
}

/* What old versions print besides what they report, such as the name of a function that is not there. */
static void DX_FORMAT(2, 3) on_print(void *user, const char *format, ...)
{
    struct dx_listener *listener = user;
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(listener->arena.mem);
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    if (text.len) {
        keep_detail(listener, dx_buf_view(&text));
    }
}

static void on_error(void *user, dx_xml_error error)
{
    struct dx_listener *listener = user;
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(listener->arena.mem);

    if (error->level < XML_ERR_ERROR || !error->message) {
        return;
    }
    dx_buf_str(&text, dx_trim(dx_str_of(error->message)));
    if (error->str1 && error->domain == XML_FROM_XPATH) {
        struct dx_str all = dx_str_of(error->str1), some = cut(all, EXPRESSION_LONGEST);

        dx_buf_format(&text, " in '%.*s%s'", DX_F(some), some.len < all.len ? "…" : "");
    }
    keep_detail(listener, dx_buf_view(&text));
}

void dx_listen_begin(struct dx_listener *listener, struct dx_ctx *ctx)
{
    *listener = (struct dx_listener){.line = DX_BUF(&ctx->mem), .outer = current};
    dx_arena_init(&listener->arena, &ctx->mem);
    current = listener;
    listener->handler = xmlStructuredError;
    listener->user = xmlStructuredErrorContext;
    listener->printer = xmlGenericError;
    listener->printer_user = xmlGenericErrorContext;
    xmlSetStructuredErrorFunc(listener, on_error);
    xmlSetGenericErrorFunc(listener, on_print);
}

void dx_listen_end(struct dx_listener *listener)
{
    if (listener->line.len) {
        hear_line(listener);
    }
    if (listener->detail.text.len) {
        hear(listener, &listener->detail);
    }
    listener->running = NULL;
    xmlSetStructuredErrorFunc(listener->user, listener->handler);
    xmlSetGenericErrorFunc(listener->printer_user, listener->printer);
    current = listener->outer;
}

void dx_listen_free(struct dx_listener *listener)
{
    dx_buf_free(&listener->line);
    dx_arena_free(&listener->arena);
}
