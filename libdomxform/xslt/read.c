/* Reading a stylesheet: what it imports, its parameters, and what it must not do. */
#include "../doc.h"
#include "../file.h"
#include "../process.h"
#include "../report.h"
#include "sheet.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

/*
 * What libxslt gets to compile, a part counted as often as it is imported: real stylesheets have a few kilobytes and
 * some hundred elements. Its compiler takes a kilobyte of memory for each byte of some patterns, compares each
 * declaration with all others of its kind, and cannot be stopped.
 */
enum { BYTES_MOST = 256 * 1024, ELEMENTS_MOST = 10000, LOADS_MOST = 256, PARTS_MOST = 64 };

static const char xsl[] = "http://www.w3.org/1999/XSL/Transform";

/* Instructions of libxslt that write files: it would refuse them while running, and say less. */
struct writer {
    const char *uri, *name;
};

static const struct writer writers[] = {
    {xsl, "document"},
    {"http://exslt.org/common", "document"},
    {"http://icl.com/saxon", "output"},
    {"org.apache.xalan.xslt.extensions.Redirect", "write"},
    {"http://www.jclark.com/xt", "document"},
};

/* What templates of templates look like; in a stylesheet that is used as it is nothing fills them in. */
static const struct writer placeholders[] = {{"${", "}"}, {"%{", "}"}, {"{{ ", " }}"}, {"{% ", " %}"}};

struct reading {
    struct dx_sheet *sheet;
    struct dx_ctx *ctx;
    const char *folder; /* without links, a '/' at its end */
    struct dx_doc *doc; /* of the part that is being looked through */
};

static int read_part(struct reading *r, size_t i);

static int say(struct reading *r, const struct dx_node *node, const char *attr, enum dx_severity severity,
               const char *hint, const char *message)
{
    struct dx_report report = {
        .level = DX_LEVEL_INPUT,
        .severity = severity,
        .message = dx_str_of(message),
        .hint = hint,
        .pass = "xslt",
    };

    if (dx_node_report(r->doc, node, attr, &report) < 0) {
        return dx_ctx_no_memory(r->ctx);
    }
    return severity == DX_SEVERITY_ERROR ? DX_ELIMIT : DX_OK;
}

/* ---- files ---- */

/* The number of the part, or of the one that would come next. */
static size_t find_part(const struct dx_sheet *sheet, const char *real)
{
    size_t i = 0;

    while (i < sheet->n_parts && strcmp(sheet->parts[i].real, real) != 0) {
        i++;
    }
    return i;
}

static int refuse_size(struct reading *r)
{
    return dx_sheet_refuse(r->sheet, r->ctx, "split it into several passes",
                           "a stylesheet of more than %d KiB, %d elements or %d files, with all that it imports, is "
                           "not taken",
                           BYTES_MOST >> 10, ELEMENTS_MOST, PARTS_MOST);
}

static int add_part(struct reading *r, const char *path, const char *real, struct dx_str bytes)
{
    struct dx_sheet *sheet = r->sheet;
    struct dx_part *parts =
        dx_arena_more(&sheet->arena, sheet->parts, sheet->n_parts, &sheet->room_parts, sizeof *parts);
    struct dx_part part = {.path = dx_arena_copy(&sheet->arena, dx_str_of(path)).ptr,
                           .real = dx_arena_copy(&sheet->arena, dx_str_of(real)).ptr,
                           .bytes = bytes.ptr,
                           .len = bytes.len,
                           .open = true};

    if (!parts || !part.path || !part.real || !part.bytes) {
        return dx_ctx_no_memory(r->ctx);
    }
    sheet->parts = parts;
    sheet->parts[sheet->n_parts++] = part;
    return part.len > BYTES_MOST || sheet->n_parts > PARTS_MOST ? refuse_size(r) : DX_OK;
}

static int add_file(struct reading *r, const char *path, const char *real)
{
    struct dx_str copy;
    char *bytes;
    size_t len;
    int rc = dx_file_read(&bytes, &len, r->ctx, path);

    if (rc < 0) {
        return rc;
    }
    copy = dx_arena_copy(&r->sheet->arena, (struct dx_str){bytes, len});
    dx_mem_free(&r->ctx->mem, bytes);
    return add_part(r, path, real, copy);
}

/* The file that a relative reference means, beside the file that it stands in; without links. False: there is none. */
static bool resolve(char real[PATH_MAX], const char *beside, struct dx_str href)
{
    char path[PATH_MAX];
    const char *slash = strrchr(beside, '/');
    int folder = slash ? (int)(slash - beside) + 1 : 0;
    int n = snprintf(path, sizeof path, "%.*s%.*s", href.ptr[0] == '/' ? 0 : folder, beside, (int)href.len, href.ptr);

    return n > 0 && (size_t)n < sizeof path && realpath(path, real) != NULL;
}

/* libxslt reads a part, and all that it imports, once more for each import of it. */
static int weigh(struct reading *r, size_t from, size_t to)
{
    struct dx_part *part = &r->sheet->parts[from];
    const struct dx_part *more = &r->sheet->parts[to];

    part->all_bytes += more->all_bytes;
    part->all_elements += more->all_elements;
    part->all_loads += more->all_loads;
    return part->all_bytes > BYTES_MOST || part->all_elements > ELEMENTS_MOST || part->all_loads > LOADS_MOST
               ? refuse_size(r)
               : DX_OK;
}

static bool is_file(const char *real)
{
    struct stat st;

    return stat(real, &st) == 0 && S_ISREG(st.st_mode);
}

static int import(struct reading *r, const struct dx_node *node, size_t from)
{
    const struct dx_libxslt *lib = dx_libxslt();
    struct dx_str href = dx_node_attr(node, "href");
    char real[PATH_MAX];
    size_t to;
    int rc;

    /* Asked of the library as it was loaded: the flag may have come later. */
    if (!dx_process_has(DX_PROCESS_XSLT) || (lib && !lib->loads)) {
        return say(r, node, NULL, DX_SEVERITY_ERROR, "call dx_process_init(DX_PROCESS_XSLT), or put all into one file",
                   "this program does not let stylesheets import others");
    }
    if (!href.len || href.len >= PATH_MAX / 2 || memchr(href.ptr, ':', href.len) || memchr(href.ptr, '%', href.len) ||
        memchr(href.ptr, '#', href.len)) {
        return say(r, node, "href", DX_SEVERITY_ERROR, "name a file below the stylesheet's own folder",
                   "only a plain relative path can be imported");
    }
    if (!resolve(real, r->sheet->parts[from].path, href)) {
        rc = say(r, node, "href", DX_SEVERITY_ERROR, "paths are relative to the file that names them",
                 "the file to import cannot be found");
        return rc == DX_ELIMIT ? DX_EIO : rc;
    }
    if (strncmp(real, r->folder, strlen(r->folder)) != 0) {
        return say(r, node, "href", DX_SEVERITY_ERROR, "put it there; links out of the folder do not count",
                   "only files below the stylesheet's own folder can be imported");
    }
    if (!is_file(real)) {
        rc = say(r, node, "href", DX_SEVERITY_ERROR, "name a file", "what is to be imported is no regular file");
        return rc == DX_ELIMIT ? DX_EIO : rc;
    }
    to = find_part(r->sheet, real);
    if (to < r->sheet->n_parts && r->sheet->parts[to].open) {
        return say(r, node, "href", DX_SEVERITY_ERROR, "break the circle", "this file imports itself in the end");
    }
    rc = to < r->sheet->n_parts ? DX_OK : add_file(r, real, real);
    rc = rc == DX_OK && r->sheet->parts[to].open ? read_part(r, to) : rc;
    return rc == DX_OK ? weigh(r, from, to) : rc;
}

/* ---- what stands in a file ---- */

static bool is_xsl(const struct dx_node *node, const char *name)
{
    return node->kind == DX_KIND_ELEMENT && dx_str_is(dx_node_namespace(node), xsl) &&
           dx_str_is(dx_local_name(NULL, dx_node_name(node)), name);
}

static int check_root(struct reading *r)
{
    const struct dx_node *root = r->doc->root;
    struct dx_str name, value;

    if (is_xsl(root, "stylesheet") || is_xsl(root, "transform")) {
        return DX_OK;
    }
    for (size_t i = 0; dx_node_attr_at(&name, &value, root, i) == DX_OK; i++) {
        const char *colon = memchr(name.ptr, ':', name.len);

        if (colon && dx_str_is(dx_local_name(NULL, name), "version") &&
            dx_str_is(dx_node_lookup_namespace(root, (struct dx_str){name.ptr, (size_t)(colon - name.ptr)}), xsl)) {
            return DX_OK; /* a literal result element as stylesheet */
        }
    }
    return say(r, root, NULL, DX_SEVERITY_ERROR,
               "its root is <xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>",
               "this is no stylesheet");
}

static int check_writer(struct reading *r, const struct dx_node *node)
{
    struct dx_str uri = dx_node_namespace(node), name = dx_local_name(NULL, dx_node_name(node));

    for (size_t i = 0; uri.len && i < sizeof writers / sizeof writers[0]; i++) {
        if (dx_str_is(uri, writers[i].uri) && dx_str_is(name, writers[i].name)) {
            return say(r, node, NULL, DX_SEVERITY_ERROR, "a stylesheet gives its result, and nothing else",
                       "a stylesheet is not let write files");
        }
    }
    return DX_OK;
}

static int add_param(struct reading *r, const struct dx_node *node)
{
    struct dx_sheet *sheet = r->sheet;
    const char *name = dx_arena_copy(&sheet->arena, dx_trim(dx_node_attr(node, "name"))).ptr;
    const char **params =
        dx_arena_more(&sheet->arena, sheet->params, sheet->n_params + 1, &sheet->room_params, sizeof *params);

    if (!name || !params) {
        return dx_ctx_no_memory(r->ctx);
    }
    sheet->params = params;
    sheet->params[sheet->n_params++] = name;
    sheet->params[sheet->n_params] = NULL;
    return DX_OK;
}

static bool has_placeholder(struct dx_str s)
{
    for (size_t i = 0; s.len && i < sizeof placeholders / sizeof placeholders[0]; i++) {
        const char *at = memmem(s.ptr, s.len, placeholders[i].uri, strlen(placeholders[i].uri));

        if (at && memmem(at, (size_t)(s.ptr + s.len - at), placeholders[i].name, strlen(placeholders[i].name))) {
            return true;
        }
    }
    return false;
}

/* In its attributes, or in its texts. */
static bool node_has_placeholder(const struct dx_node *node)
{
    struct dx_str name, value;

    for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
        if (has_placeholder(value)) {
            return true;
        }
    }
    return has_placeholder(dx_node_text(node));
}

/* What libxslt would read other files by than those that were looked through. */
static int check_base(struct reading *r, const struct dx_node *node)
{
    return dx_node_attr(node, "xml:base").ptr
               ? say(r, node, "xml:base", DX_SEVERITY_ERROR, "paths are relative to the file that names them",
                     "a stylesheet is not let say what its paths are relative to")
               : DX_OK;
}

static int look_at_top(struct reading *r, const struct dx_node *node, size_t i)
{
    int rc = check_base(r, node);

    if (rc == DX_OK && (is_xsl(node, "import") || is_xsl(node, "include"))) {
        return import(r, node, i);
    }
    return rc == DX_OK && is_xsl(node, "param") ? add_param(r, node) : rc;
}

static int look_through(struct reading *r, size_t i)
{
    const struct dx_node *root = r->doc->root;
    bool warned = !has_placeholder((struct dx_str){r->sheet->parts[i].bytes, r->sheet->parts[i].len});
    int rc = check_root(r);

    rc = rc == DX_OK ? check_base(r, root) : rc;
    for (const struct dx_node *node = root; node && rc == DX_OK; node = dx_tree_next(node, root)) {
        if (node->kind != DX_KIND_ELEMENT) {
            continue;
        }
        rc = ++r->sheet->parts[i].all_elements > ELEMENTS_MOST ? refuse_size(r) : check_writer(r, node);
        if (rc == DX_OK && node->parent == root) {
            rc = look_at_top(r, node, i);
        }
        if (rc == DX_OK && !warned && node_has_placeholder(node)) {
            warned = true;
            rc = say(r, node, NULL, DX_SEVERITY_WARNING, "fill in the template first, or make it an xsl:param",
                     "this looks like a placeholder that nothing filled in");
        }
    }
    return rc;
}

/*
 * What is wrong with a stylesheet is told as for any file; that it is one makes another exit code of it. What it
 * imports is read in the middle of it, at most PARTS_MOST deep.
 */
static int read_part(struct reading *r, size_t i)
{
    struct dx_part part = r->sheet->parts[i];
    struct dx_doc *outer = r->doc;
    int rc = dx_doc_parse_any(&r->doc, r->ctx, part.path, part.bytes, part.len, DX_PARSE_BORROW | DX_PARSE_UNJUDGED);

    if (rc == DX_OK) {
        r->sheet->parts[i].all_bytes = part.len;
        r->sheet->parts[i].all_loads = 1;
        rc = look_through(r, i);
        r->sheet->parts[i].open = false;
        dx_doc_free(r->doc);
    }
    r->doc = outer;
    return rc == DX_EINPUT ? DX_ELIMIT : rc;
}

static bool begin(struct reading *r)
{
    r->sheet->params = dx_arena_zero(&r->sheet->arena, 1, sizeof *r->sheet->params);
    r->sheet->room_params = 1;
    return r->folder && r->sheet->params;
}

int dx_sheet_read(struct dx_sheet *sheet, struct dx_ctx *ctx, const char *path)
{
    struct reading r = {.sheet = sheet, .ctx = ctx};
    char real[PATH_MAX];
    int rc;

    if (!realpath(path, real)) {
        snprintf(real, sizeof real, "/"); /* reading it says why */
    }
    r.folder = dx_arena_copy(&sheet->arena, (struct dx_str){real, (size_t)(strrchr(real, '/') - real) + 1}).ptr;
    if (!begin(&r)) {
        return dx_ctx_no_memory(ctx);
    }
    rc = add_file(&r, path, real);
    return rc == DX_OK ? read_part(&r, 0) : rc;
}

int dx_sheet_take(struct dx_sheet *sheet, struct dx_ctx *ctx, const char *name, struct dx_str bytes)
{
    struct reading r = {.sheet = sheet, .ctx = ctx, .folder = "/"};
    int rc;

    if (!begin(&r)) {
        return dx_ctx_no_memory(ctx);
    }
    rc = add_part(&r, name, name, bytes);
    return rc == DX_OK ? read_part(&r, 0) : rc;
}
