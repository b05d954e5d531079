/* A schema from its files: includes, overrides, and what all definitions of a name add up to. */
#include "grammar.h"

#include "../bundled.h"
#include "../doc.h"
#include "../file.h"

enum { MOST_INCLUDES = 64 };

static const char bundled_root[] = "domxform.rng";

/* A file of the schema, kept until all of them are linked: messages point into it. */
struct opened {
    struct opened *next;
    struct dx_doc *doc;
    char *bytes; /* NULL: not the loader's */
};

/* An <include>, whose own definitions replace those of the file, and which may itself be included. */
struct overrides {
    const struct overrides *outer;
    const char *path; /* of the file that has it */
    const struct dx_rng *include;
    bool *used; /* by the index of its children */
};

struct loader {
    bool bundled; /* files are those that the library carries, not the system's */
    struct dx_ctx *ctx;
    struct dx_schema *schema;
    struct opened *opened;
};

static int no_memory(const struct loader *loader)
{
    return dx_ctx_no_memory(loader->ctx);
}

static int open_bytes(struct dx_rng **out, struct loader *loader, const char *name, struct dx_str bytes, char *owned)
{
    struct opened *opened = dx_mem_realloc(&loader->schema->mem, NULL, 1, sizeof *opened);
    int rc;

    if (!opened) {
        dx_mem_free(&loader->ctx->mem, owned);
        return no_memory(loader);
    }
    *opened = (struct opened){loader->opened, NULL, owned};
    loader->opened = opened;
    rc = dx_doc_parse_any(&opened->doc, loader->ctx, name, bytes.ptr, bytes.len, DX_PARSE_BORROW);
    if (rc == DX_EINPUT) {
        return DX_ELIMIT;
    }
    return rc < 0 ? rc : dx_rng_read(out, loader->schema, opened->doc);
}

static int open_file(struct dx_rng **out, struct loader *loader, const char *path)
{
    const struct dx_bundled *bundled = loader->bundled ? dx_bundled_find(dx_str_of(path)) : NULL;
    char *bytes;
    size_t len;
    int rc;

    if (bundled) {
        return open_bytes(out, loader, path, (struct dx_str){bundled->bytes, bundled->len}, NULL);
    }
    rc = dx_file_read(&bytes, &len, loader->ctx, path);
    return rc < 0 ? rc : open_bytes(out, loader, path, (struct dx_str){bytes, len}, bytes);
}

static void close_all(struct loader *loader)
{
    while (loader->opened) {
        struct opened *opened = loader->opened;

        loader->opened = opened->next;
        dx_doc_free(opened->doc);
        dx_mem_free(&loader->ctx->mem, opened->bytes);
        dx_mem_free(&loader->schema->mem, opened);
    }
}

/* ---- definitions ---- */

/* The definition of a name, made when there is none; NULL when out of memory. */
static struct dx_define *define_of(struct dx_schema *schema, struct dx_str name)
{
    uint32_t number = dx_names_add(&schema->define_names, (struct dx_qname){DX_S(""), name});

    if (number == 0) {
        return NULL;
    }
    if (number > schema->room_defines) {
        uint32_t room = schema->room_defines ? schema->room_defines * 2 : 512;
        struct dx_define *defines = dx_mem_realloc(&schema->mem, schema->defines, room, sizeof *defines);

        if (!defines) {
            return NULL;
        }
        memset(defines + schema->room_defines, 0, (room - schema->room_defines) * sizeof *defines);
        schema->defines = defines;
        schema->room_defines = room;
    }
    return &schema->defines[number - 1];
}

static int add_define(struct loader *loader, struct dx_rng *rng)
{
    struct dx_str combine = dx_node_attr(rng->node, "combine");
    struct dx_define *define = define_of(loader->schema, rng->word);
    uint8_t kind = dx_str_is(combine, "choice")       ? DX_RNG_CHOICE
                   : dx_str_is(combine, "interleave") ? DX_RNG_INTERLEAVE
                                                      : DX_COMBINE_NOT;

    if (!define) {
        return no_memory(loader);
    }
    if (combine.ptr && kind == DX_COMBINE_NOT) {
        return dx_rng_refuse(rng->node, "combine", "use choice or interleave", "combine='%.*s' is not valid",
                             DX_F(combine));
    }
    if (define->first && kind == DX_COMBINE_NOT && define->headed) {
        return dx_rng_refuse(rng->node, NULL, "add combine='choice' or combine='interleave' to one of them",
                             "'%.*s' is defined twice", DX_F(rng->word.len ? rng->word : DX_S("start")));
    }
    if (define->combine != DX_COMBINE_NOT && kind != DX_COMBINE_NOT && define->combine != kind) {
        return dx_rng_refuse(rng->node, "combine", "combine all of one name the same way",
                             "'%.*s' is combined both by choice and by interleave", DX_F(rng->word));
    }
    define->headed = define->headed || kind == DX_COMBINE_NOT;
    define->combine = kind != DX_COMBINE_NOT ? kind : define->combine;
    if (define->last) {
        define->last->twin = rng;
    } else {
        define->first = rng;
    }
    define->last = rng;
    return DX_OK;
}

/* True when an <include> on the way here brings its own definition of it. */
static bool is_overridden(const struct overrides *overrides, const struct dx_rng *rng)
{
    bool overridden = false;

    for (; overrides; overrides = overrides->outer) {
        size_t i = 0;

        for (const struct dx_rng *own = overrides->include->first; own; own = own->next, i++) {
            if (own->kind == rng->kind && dx_str_equal(own->word, rng->word)) {
                overrides->used[i] = true;
                overridden = true;
            }
        }
    }
    return overridden;
}

/* ---- includes ---- */

static const char *path_beside(struct loader *loader, const char *path, struct dx_str href)
{
    dx_cleanup(dx_buf_free) struct dx_buf buf = DX_BUF(&loader->ctx->mem);
    const char *slash = strrchr(path, '/');

    if (href.len && href.ptr[0] != '/' && slash) {
        dx_buf_bytes(&buf, path, (size_t)(slash - path) + 1);
    }
    dx_buf_str(&buf, href);
    return buf.failed ? NULL : dx_arena_copy(&loader->schema->arena, dx_buf_view(&buf)).ptr;
}

static int check_include(const struct dx_rng *include, const char *path, const struct overrides *outer)
{
    size_t depth = 0;

    if (memchr(include->word.ptr, ':', include->word.len)) {
        return dx_rng_refuse(include->node, "href", "keep the schema's files beside each other", "'%.*s' is no path",
                             DX_F(include->word));
    }
    for (const struct overrides *o = outer; o; o = o->outer) {
        if (strcmp(o->path, path) == 0 || ++depth > MOST_INCLUDES) {
            return dx_rng_refuse(include->node, "href", "drop one of the includes", "'%.*s' includes itself",
                                 DX_F(include->word));
        }
    }
    return DX_OK;
}

/* Where the files of a grammar come from, as deep as they include each other. */
struct level {
    struct overrides overrides;
    struct dx_rng *next; /* what is still to be done in this file */
    struct dx_rng *own;  /* what is still to be done of the include itself, after its file */
};

static int check_used(const struct overrides *overrides)
{
    size_t i = 0;

    for (const struct dx_rng *own = overrides->include->first; own; own = own->next, i++) {
        if (!overrides->used[i] && own->kind != DX_RNG_INCLUDE) {
            return dx_rng_refuse(own->node, NULL, "only what the included file defines can be replaced there",
                                 "'%.*s' replaces nothing", DX_F(own->word.len ? own->word : DX_S("start")));
        }
    }
    return DX_OK;
}

/* Opens the file of an include; *level is the one it is to be read at. */
static int enter(struct loader *loader, struct level *levels, size_t n, struct dx_rng *include)
{
    struct level *level = &levels[n];
    const struct overrides *outer = &levels[n - 1].overrides;
    const char *path = path_beside(loader, outer->path, include->word);
    struct dx_rng *grammar;
    size_t children = 0;
    int rc;

    for (const struct dx_rng *own = include->first; own; own = own->next) {
        children++;
    }
    *level = (struct level){.overrides = {outer, path, include, dx_arena_zero(&loader->schema->arena, children + 1, 1)},
                            .own = include->first};
    if (!path || !level->overrides.used) {
        return no_memory(loader);
    }
    rc = check_include(include, path, outer);
    rc = rc < 0 ? rc : open_file(&grammar, loader, path);
    if (rc == DX_OK) {
        level->next = grammar->first;
    }
    return rc;
}

/* All definitions of a grammar and of what it includes. */
static int gather(struct loader *loader, struct dx_rng *grammar, const char *path)
{
    static const struct dx_rng nothing;
    struct level levels[MOST_INCLUDES + 2];
    size_t n = 1;
    int rc = DX_OK;

    levels[0] = (struct level){.overrides = {NULL, path, &nothing, NULL}, .next = grammar->first};
    while (rc == DX_OK && n > 0) {
        struct level *level = &levels[n - 1];
        struct dx_rng *rng = level->next;
        const struct overrides *seen_by = &level->overrides;

        if (!rng) {
            rng = level->own;
            seen_by = level->overrides.outer;
            if (rng) {
                level->own = rng->next;
            }
        } else {
            level->next = rng->next;
        }
        if (!rng) {
            rc = n > 1 ? check_used(&level->overrides) : DX_OK;
            n--;
        } else if (rng->kind == DX_RNG_INCLUDE) {
            rc = enter(loader, levels, n++, rng);
        } else if (!is_overridden(seen_by, rng)) {
            rc = add_define(loader, rng);
        }
    }
    return rc;
}

static int finish(struct loader *loader, struct dx_rng *grammar, const char *name)
{
    struct dx_schema *schema = loader->schema;
    struct dx_str copy = dx_arena_copy(&schema->arena, dx_str_of(name));
    int rc = copy.ptr && define_of(schema, DX_S("")) ? gather(loader, grammar, name) : no_memory(loader);

    schema->name = copy.ptr;
    if (rc == DX_OK && !schema->defines[0].first) {
        rc = dx_rng_refuse(grammar->node, NULL, "add <start> with what the root is", "the grammar has no <start>");
    }
    rc = rc < 0 ? rc : dx_schema_link(schema, loader->ctx);
    return rc == DX_OK && schema->arena.failed ? no_memory(loader) : rc;
}

/* ---- public ---- */

enum origin { FROM_FILE, FROM_MEMORY, FROM_LIBRARY };

static int load(struct dx_schema **out, struct dx_ctx *ctx, enum origin origin, const char *name, struct dx_str bytes)
{
    struct dx_schema *schema = dx_mem_realloc(&ctx->mem, NULL, 1, sizeof *schema);
    struct loader loader = {.ctx = ctx, .schema = schema, .bundled = origin == FROM_LIBRARY};
    struct dx_rng *grammar;
    int rc;

    *out = NULL;
    if (!schema) {
        return dx_ctx_no_memory(ctx);
    }
    *schema = (struct dx_schema){.mem = ctx->mem, .partial = loader.bundled};
    atomic_init(&schema->users, 1);
    dx_arena_init(&schema->arena, &schema->mem);
    schema->names.arena = &schema->arena;
    schema->define_names.arena = &schema->arena;
    rc = origin == FROM_MEMORY ? open_bytes(&grammar, &loader, name, bytes, NULL) : open_file(&grammar, &loader, name);
    rc = rc < 0 ? rc : finish(&loader, grammar, name);
    close_all(&loader);
    if (rc < 0) {
        dx_schema_free(schema);
        return rc;
    }
    *out = schema;
    return DX_OK;
}

int dx_schema_load(struct dx_schema **out, struct dx_ctx *ctx, const char *path)
{
    return load(out, ctx, FROM_FILE, path, DX_NONE);
}

int dx_schema_parse(struct dx_schema **out, struct dx_ctx *ctx, const char *name, const char *bytes, size_t len)
{
    return load(out, ctx, FROM_MEMORY, name ? name : "<memory>", (struct dx_str){bytes ? bytes : "", len});
}

/* libvirt's schema of domains in the first of the usual folders that has it; "" in *out when none has. */
static int find_installed(struct dx_buf *out)
{
    const char *folders = DX_SCHEMA_PATH;

    while (*folders) {
        size_t n = strcspn(folders, ":");

        out->len = 0;
        dx_buf_bytes(out, folders, n);
        dx_buf_puts(out, "/domain.rng");
        dx_buf_byte(out, '\0');
        if (out->failed) {
            return DX_ENOMEM;
        }
        if (dx_file_is_there(out->ptr)) {
            return DX_OK;
        }
        folders += n + (folders[n] == ':');
    }
    return DX_UNCHANGED;
}

int dx_schema_auto(struct dx_schema **out, struct dx_ctx *ctx)
{
    dx_cleanup(dx_buf_free) struct dx_buf path = DX_BUF(&ctx->mem);
    int rc = find_installed(&path);

    *out = NULL;
    if (rc < 0) {
        return dx_ctx_no_memory(ctx);
    }
    return rc == DX_OK ? dx_schema_load(out, ctx, path.ptr) : load(out, ctx, FROM_LIBRARY, bundled_root, DX_NONE);
}

struct dx_schema *dx_schema_hold(const struct dx_schema *schema)
{
    struct dx_schema *held = (struct dx_schema *)(uintptr_t)schema;

    atomic_fetch_add(&held->users, 1);
    return held;
}

void dx_schema_free(struct dx_schema *schema)
{
    struct dx_mem mem;

    if (!schema || atomic_fetch_sub(&schema->users, 1) > 1) {
        return;
    }
    mem = schema->mem;
    for (size_t i = 0; i < schema->n_types; i++) {
        dx_type_close(schema->types[i]);
    }
    dx_mem_free(&mem, schema->types);
    dx_mem_free(&mem, schema->defines);
    dx_arena_free(&schema->arena);
    dx_mem_free(&mem, schema);
}

const char *dx_schema_name(const struct dx_schema *schema)
{
    return schema->partial ? "bundled" : schema->name;
}

int dx_schema_partial(const struct dx_schema *schema)
{
    return schema->partial;
}
