#include "listen.h"

#include "../libxml.h"
#include "../scaled.h"

/* More of them tell a reader nothing new. */
enum { HEARD_MOST = 50, LONGEST = 400 };

/* libxslt's handler for what goes wrong while compiling is told nothing of who compiles. */
static _Thread_local struct dx_listener *current;

/* One line, cut, without control characters. */
static struct dx_str one_line(struct dx_arena *arena, struct dx_str text)
{
    char line[LONGEST];
    size_t n = 0;

    text = dx_trim(text);
    for (size_t i = 0; i < text.len && n < sizeof line; i++) {
        bool space = (unsigned char)text.ptr[i] <= ' ';

        if (!space) {
            line[n++] = text.ptr[i];
        } else if (n && line[n - 1] != ' ') {
            line[n++] = ' ';
        }
    }
    while (n == sizeof line && n && ((unsigned char)line[n - 1] & 0xc0) == 0x80) {
        n--; /* not half a character */
    }
    return dx_arena_copy(arena, (struct dx_str){line, n});
}

static void hear(struct dx_listener *listener, const struct dx_heard *heard)
{
    struct dx_heard *items;

    if (listener->n >= HEARD_MOST) {
        listener->dropped++;
        return;
    }
    items = dx_arena_more(&listener->arena, listener->items, listener->n, &listener->room, sizeof *items);
    if (items) {
        listener->items = items;
        listener->items[listener->n++] = *heard;
    }
}

static struct dx_str word(struct dx_listener *listener, const xmlChar *s)
{
    return s ? dx_arena_copy(&listener->arena, dx_str_of((const char *)s)) : DX_NONE;
}

/* Where the transformation stands. */
static void place_of(struct dx_listener *listener, struct dx_heard *heard, const xmlNode *node)
{
    long line = node ? xmlGetLineNo(node) : 0;

    if (node) {
        heard->line = line > 0 && line < 65535 ? (size_t)line : 0;
        heard->element = word(listener, node->name);
        heard->file = node->doc ? word(listener, node->doc->URL) : DX_NONE;
    }
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

static void hear_line(struct dx_listener *listener)
{
    const xmlNode *inst = listener->running ? listener->running->inst : NULL;
    struct dx_heard heard = {.text = one_line(&listener->arena, dx_buf_view(&listener->line))};

    listener->line.len = 0;
    if (!heard.text.len || (!listener->placed && !(is_message(inst) && !dx_str_starts(heard.text, "runtime error")) &&
                            read_place(listener, heard.text))) {
        listener->placed = listener->placed || heard.text.len;
        return;
    }
    if (listener->placed) {
        listener->placed = false;
        heard.file = listener->place.file;
        heard.line = listener->place.line;
        heard.element = listener->place.element;
    } else {
        heard.message = is_message(inst);
        heard.terminates = heard.message && terminates(inst);
        place_of(listener, &heard, inst);
    }
    if (!heard.message && listener->detail.len) {
        dx_cleanup(dx_buf_free) struct dx_buf both = DX_BUF(listener->arena.mem);

        if (heard.text.ptr[heard.text.len - 1] == '.') {
            heard.text.len--;
        }
        dx_buf_format(&both, "%.*s (%.*s)", DX_F(listener->detail), DX_F(heard.text));
        heard.text = one_line(&listener->arena, dx_buf_view(&both));
        listener->detail = DX_S("");
    }
    hear(listener, &heard);
}

void dx_listen_to(void *user, const char *format, ...)
{
    struct dx_listener *listener = user ? user : current;
    va_list args;
    bool ends;

    if (!listener) {
        return;
    }
    va_start(args, format);
    dx_buf_vformat(&listener->line, format, args);
    va_end(args);
    /* What an xsl:message says comes in one call, whatever lines it has; all else comes line by line. */
    ends = listener->line.len && listener->line.ptr[listener->line.len - 1] == '\n';
    if (ends || (listener->running && !listener->placed && is_message(listener->running->inst))) {
        hear_line(listener);
    }
}

/* Which function of libxml2's it was is of no use to anybody. */
static struct dx_str without_function(struct dx_str text)
{
    const char *colon = memchr(text.ptr, ':', text.len);
    size_t len = colon ? (size_t)(colon - text.ptr) : 0;

    if (len < 3 || memcmp(text.ptr, "xml", 3) != 0 || memchr(text.ptr, ' ', len)) {
        return text;
    }
    return dx_trim((struct dx_str){colon + 1, text.len - len - 1});
}

static void keep_detail(struct dx_listener *listener, struct dx_str text)
{
    struct dx_str line = one_line(&listener->arena, without_function(dx_trim(text)));

    if (!listener->detail.len && line.len) {
        listener->detail = line;
        /* Messages here begin like the house's own: in lower case. */
        if (line.len > 1 && line.ptr[0] >= 'A' && line.ptr[0] <= 'Z' && line.ptr[1] >= 'a' && line.ptr[1] <= 'z') {
            ((char *)(uintptr_t)line.ptr)[0] = (char)(line.ptr[0] + ('a' - 'A'));
        }
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
        dx_buf_format(&text, " in '%s'", error->str1);
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
    if (listener->detail.len) {
        struct dx_heard heard = {.text = listener->detail};

        place_of(listener, &heard, listener->running ? listener->running->inst : NULL);
        hear(listener, &heard);
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
