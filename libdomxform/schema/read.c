/* The elements of a schema's file, checked one by one and put into a tree of their own. */
#include "grammar.h"

#include "../report.h"

static const char rng_ns[] = "http://relaxng.org/ns/structure/1.0";

/* What an element of RELAX NG may have and stand in. */
#define HAS_NAME 1u
#define HAS_COMBINE 2u
#define HAS_HREF 4u
#define HAS_TYPE 8u
#define HAS_TEXT 16u

#define IS_PATTERN 1u /* what it is, and below: what it may hold */
#define IS_NAME_CLASS 2u
#define IS_COMPONENT 4u /* of a grammar */
#define IS_PARAM 8u
#define IS_EXCEPT 16u
#define IS_ROOT 32u

static const struct row {
    const char *word;
    unsigned char kind, is, holds, has;
    unsigned char least, most; /* children; 255: any number */
} rows[] = {
    {"grammar", DX_RNG_GRAMMAR, IS_ROOT, IS_COMPONENT, 0, 0, 255},
    {"div", DX_RNG_DIV, IS_COMPONENT, IS_COMPONENT, 0, 0, 255},
    {"include", DX_RNG_INCLUDE, IS_COMPONENT, IS_COMPONENT, HAS_HREF, 0, 255},
    {"start", DX_RNG_START, IS_COMPONENT, IS_PATTERN, HAS_COMBINE, 1, 1},
    {"define", DX_RNG_DEFINE, IS_COMPONENT, IS_PATTERN, HAS_NAME | HAS_COMBINE, 1, 255},
    {"element", DX_RNG_ELEMENT, IS_PATTERN, IS_PATTERN | IS_NAME_CLASS, HAS_NAME, 1, 255},
    {"attribute", DX_RNG_ATTRIBUTE, IS_PATTERN, IS_PATTERN | IS_NAME_CLASS, HAS_NAME, 0, 2},
    {"group", DX_RNG_GROUP, IS_PATTERN, IS_PATTERN, 0, 1, 255},
    {"interleave", DX_RNG_INTERLEAVE, IS_PATTERN, IS_PATTERN, 0, 1, 255},
    {"choice", DX_RNG_CHOICE, IS_PATTERN | IS_NAME_CLASS, IS_PATTERN | IS_NAME_CLASS, 0, 1, 255},
    {"optional", DX_RNG_OPTIONAL, IS_PATTERN, IS_PATTERN, 0, 1, 255},
    {"zeroOrMore", DX_RNG_ZERO_OR_MORE, IS_PATTERN, IS_PATTERN, 0, 1, 255},
    {"oneOrMore", DX_RNG_ONE_OR_MORE, IS_PATTERN, IS_PATTERN, 0, 1, 255},
    {"list", DX_RNG_LIST, IS_PATTERN, IS_PATTERN, 0, 1, 255},
    {"mixed", DX_RNG_MIXED, IS_PATTERN, IS_PATTERN, 0, 1, 255},
    {"ref", DX_RNG_REF, IS_PATTERN, 0, HAS_NAME, 0, 0},
    {"empty", DX_RNG_EMPTY, IS_PATTERN, 0, 0, 0, 0},
    {"text", DX_RNG_TEXT, IS_PATTERN, 0, 0, 0, 0},
    {"notAllowed", DX_RNG_NOT_ALLOWED, IS_PATTERN, 0, 0, 0, 0},
    {"value", DX_RNG_VALUE, IS_PATTERN, 0, HAS_TYPE | HAS_TEXT, 0, 0},
    {"data", DX_RNG_DATA, IS_PATTERN, IS_PARAM | IS_EXCEPT, HAS_TYPE, 0, 255},
    {"param", DX_RNG_PARAM, IS_PARAM, 0, HAS_NAME | HAS_TEXT, 0, 0},
    {"name", DX_RNG_NAME, IS_NAME_CLASS, 0, HAS_TEXT, 0, 0},
    {"anyName", DX_RNG_ANY_NAME, IS_NAME_CLASS, IS_EXCEPT, 0, 0, 1},
    {"nsName", DX_RNG_NS_NAME, IS_NAME_CLASS, IS_EXCEPT, 0, 0, 1},
    {"except", DX_RNG_EXCEPT, IS_EXCEPT, IS_PATTERN | IS_NAME_CLASS, 0, 1, 255},
};

static const struct {
    const char *name;
    unsigned has;
} attributes[] = {
    {"name", HAS_NAME}, {"combine", HAS_COMBINE}, {"href", HAS_HREF},
    {"type", HAS_TYPE}, {"ns", UINT8_MAX},        {"datatypeLibrary", UINT8_MAX},
};

/* What an element hands down to those in it. */
struct scope {
    const struct dx_node *node;
    struct dx_rng *rng;
    const struct row *row;
    struct dx_str ns, library;
    bool named; /* ns was said here */
};

struct reader {
    struct dx_schema *schema;
    struct dx_doc *doc;
    struct scope open[DX_DEEPEST + 2];
    size_t depth;
};

int dx_rng_refuse(const struct dx_node *node, const char *attr, const char *hint, const char *format, ...)
{
    struct dx_doc *doc = dx_node_doc(node);
    dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&doc->ctx->mem);
    struct dx_report report = {.level = DX_LEVEL_SCHEMA, .severity = DX_SEVERITY_ERROR, .hint = hint};
    va_list args;

    va_start(args, format);
    dx_buf_vformat(&text, format, args);
    va_end(args);
    report.message = dx_buf_view(&text);
    if (text.failed) {
        return dx_ctx_no_memory(doc->ctx);
    }
    return dx_node_report(doc, node, attr, &report) < 0 ? DX_ENOMEM : DX_ELIMIT;
}

static int no_memory(const struct reader *r)
{
    return dx_ctx_no_memory(r->doc->ctx);
}

static const struct row *row_of(struct dx_str word)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (dx_str_is(word, rows[i].word)) {
            return &rows[i];
        }
    }
    return NULL;
}

const char *dx_rng_word(enum dx_rng_kind kind)
{
    size_t i = 0;

    while (rows[i].kind != kind) {
        i++;
    }
    return rows[i].word;
}

/* Attributes in no namespace must be known; others are annotations. */
static int check_attributes(const struct dx_node *node, const struct row *row)
{
    struct dx_str name, value;

    for (size_t i = 0; dx_node_attr_at(&name, &value, node, i) == DX_OK; i++) {
        bool known = dx_str_is(name, "xmlns") || memchr(name.ptr, ':', name.len);

        for (size_t k = 0; k < sizeof attributes / sizeof attributes[0]; k++) {
            known = known || ((attributes[k].has & (row->has | 0x80u)) && dx_str_is(name, attributes[k].name));
        }
        if (!known) {
            return dx_rng_refuse(node, NULL, "RELAX NG has no such attribute here", "<%s> with attribute '%.*s'",
                                 row->word, DX_F(name));
        }
    }
    if ((row->has & HAS_HREF) && !dx_node_attr(node, "href").ptr) {
        return dx_rng_refuse(node, NULL, "add href='FILE'", "<%s> without href", row->word);
    }
    if ((row->kind == DX_RNG_DEFINE || row->kind == DX_RNG_REF || row->kind == DX_RNG_PARAM) &&
        !dx_node_attr(node, "name").ptr) {
        return dx_rng_refuse(node, NULL, "add name='…'", "<%s> without a name", row->word);
    }
    return DX_OK;
}

/* The name of an element or attribute, as a number. */
static int read_qname(struct reader *r, const struct scope *scope, struct dx_str text, uint32_t *out)
{
    const struct dx_node *node = scope->node;
    struct dx_str prefix;
    struct dx_qname name = {scope->ns, dx_local_name(&prefix, text)};

    if (name.local.len != text.len) {
        name.ns = dx_node_lookup_namespace(node, prefix);
        if (!name.ns.ptr) {
            return dx_rng_refuse(node, NULL, "declare the prefix with an xmlns attribute",
                                 "the prefix of '%.*s' is not declared", DX_F(text));
        }
    } else if (scope->rng->kind == DX_RNG_ATTRIBUTE && !scope->named) {
        name.ns = DX_S("");
    }
    if (name.local.len == 0) {
        return dx_rng_refuse(node, NULL, NULL, "a name is empty");
    }
    *out = dx_names_add(&r->schema->names, name);
    return *out ? DX_OK : no_memory(r);
}

/* The type of a value (token where none is named) or of data. */
static int read_type(struct reader *r, const struct scope *scope)
{
    const struct dx_node *node = scope->node;
    struct dx_schema *schema = r->schema;
    struct dx_str name = dx_node_attr(node, "type"), library = scope->library;
    struct dx_type *type, **types;

    if (!name.ptr && scope->rng->kind == DX_RNG_DATA) {
        return dx_rng_refuse(node, NULL, "add type='…'", "<data> without a type");
    }
    if (!name.ptr) {
        name = DX_S("token");
        library = DX_S("");
    }
    if (!dx_type_has_library(library)) {
        return dx_rng_refuse(node, NULL, "the library for XML Schema's types is known, and RELAX NG's own",
                             "the datatype library '%.*s' is not supported", DX_F(library));
    }
    if (dx_type_new(&type, &schema->arena, library, dx_trim(name)) < 0) {
        return no_memory(r);
    }
    if (!type) {
        return dx_rng_refuse(node, "type", NULL, "the datatype '%.*s' is not supported", DX_F(name));
    }
    types = dx_mem_more(&schema->mem, schema->types, schema->n_types, &schema->room_types, sizeof(struct dx_type *));
    if (!types) {
        return no_memory(r);
    }
    schema->types = types;
    schema->types[schema->n_types++] = type;
    scope->rng->type = type;
    return DX_OK;
}

static int copy_to(struct reader *r, struct dx_str *to, struct dx_str s)
{
    *to = dx_arena_copy(&r->schema->arena, s);
    return to->ptr ? DX_OK : no_memory(r);
}

static int read_param(struct reader *r, const struct scope *scope)
{
    const struct scope *data = &r->open[r->depth - 1];
    struct dx_str name = dx_node_attr(scope->node, "name"), value = dx_node_text(scope->node);
    int rc = dx_type_add_param(data->rng->type, &r->schema->arena, name, value);

    if (rc == DX_ENOMEM) {
        return no_memory(r);
    }
    if (rc < 0) {
        return dx_rng_refuse(scope->node, NULL, "the datatype takes no such parameter, or not this value",
                             "parameter %.*s='%.*s' is not supported", DX_F(name), DX_F(value));
    }
    return DX_OK;
}

/* What the element itself says, once it is in the tree. */
static int read_own(struct reader *r, const struct scope *scope)
{
    const struct dx_node *node = scope->node;
    struct dx_str name = dx_node_attr(node, "name");

    switch ((int)scope->rng->kind) {
    case DX_RNG_INCLUDE:
        return copy_to(r, &scope->rng->word, dx_node_attr(node, "href"));
    case DX_RNG_DEFINE:
    case DX_RNG_REF:
        return copy_to(r, &scope->rng->word, dx_trim(name));
    case DX_RNG_ELEMENT:
    case DX_RNG_ATTRIBUTE:
        return name.ptr ? read_qname(r, scope, dx_trim(name), &scope->rng->name) : DX_OK;
    case DX_RNG_NAME:
        return read_qname(r, scope, dx_trim(dx_node_text(node)), &scope->rng->name);
    case DX_RNG_NS_NAME:
        if (!dx_names_add(&r->schema->names, (struct dx_qname){scope->ns, DX_S("")})) {
            return no_memory(r); /* any name of it, see dx_validator_name() */
        }
        return copy_to(r, &scope->rng->text, scope->ns);
    case DX_RNG_VALUE: {
        int rc = read_type(r, scope);

        return rc < 0 ? rc : copy_to(r, &scope->rng->text, dx_node_text(node));
    }
    case DX_RNG_DATA:
        return read_type(r, scope);
    case DX_RNG_PARAM:
        return read_param(r, scope);
    default:
        return DX_OK;
    }
}

/* The children that count: those in RELAX NG's namespace. */
static int check_children(const struct scope *scope)
{
    const struct dx_rng *rng = scope->rng;
    const struct row *row = scope->row;
    size_t n = 0, most = row->most;
    bool needs_class = (rng->kind == DX_RNG_ELEMENT || rng->kind == DX_RNG_ATTRIBUTE) && !rng->name;

    for (const struct dx_rng *child = rng->first; child; child = child->next) {
        n++;
    }
    if (rng->kind == DX_RNG_ATTRIBUTE && rng->name) {
        most = 1;
    }
    if (n < row->least + (size_t)(needs_class && rng->kind == DX_RNG_ELEMENT) || (needs_class && n == 0)) {
        return dx_rng_refuse(scope->node, NULL, "see RELAX NG's specification for what goes into it",
                             "<%s> is incomplete", row->word);
    }
    if (most != 255 && n > most) {
        return dx_rng_refuse(scope->node, NULL, "put them into a <group>", "<%s> holds more than %zu", row->word, most);
    }
    return DX_OK;
}

static bool is_name_class(const struct dx_rng *rng)
{
    return rng->kind == DX_RNG_NAME || rng->kind == DX_RNG_ANY_NAME || rng->kind == DX_RNG_NS_NAME;
}

/* Name classes and patterns share <choice> and <except>: where a class must stand nothing else may, and the reverse. */
static int check_place(const struct reader *r, const struct dx_rng *rng, const struct dx_node *node)
{
    const struct dx_rng *child = rng, *holder = rng->parent;
    bool class_wanted;

    while (holder && (holder->kind == DX_RNG_CHOICE || holder->kind == DX_RNG_EXCEPT)) {
        child = holder;
        holder = holder->parent;
    }
    if (!holder) {
        return DX_OK;
    }
    class_wanted = holder->kind == DX_RNG_ANY_NAME || holder->kind == DX_RNG_NS_NAME ||
                   ((holder->kind == DX_RNG_ELEMENT || holder->kind == DX_RNG_ATTRIBUTE) && !holder->name &&
                    holder->first == child);
    if (rng->kind != DX_RNG_CHOICE && rng->kind != DX_RNG_EXCEPT && class_wanted != is_name_class(rng)) {
        return dx_rng_refuse(node, NULL, "an element or attribute begins with its name, or has it as attribute",
                             "<%s> stands where a %s belongs", r->open[r->depth].row->word,
                             class_wanted ? "name" : "pattern");
    }
    return DX_OK;
}

/* What RELAX NG has and the validator does not, or neither has. */
static int refuse_element(const struct dx_node *node, struct dx_str word)
{
    const char *words[sizeof rows / sizeof rows[0] + 1] = {NULL};
    char text[40] = "";
    const char *nearest;

    if (dx_str_is(word, "externalRef") || dx_str_is(word, "parentRef")) {
        return dx_rng_refuse(node, NULL, "put the patterns into one grammar, with <include> and <ref>",
                             "<%.*s> is not supported", DX_F(word));
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        words[i] = rows[i].word;
    }
    snprintf(text, sizeof text, "%.*s", word.len < 32 ? (int)word.len : 0, word.ptr);
    nearest = dx_nearest(text, words);
    snprintf(text, sizeof text, "did you mean <%.16s>?", nearest ? nearest : "");
    return dx_rng_refuse(node, NULL, nearest ? text : "see RELAX NG's specification for its elements",
                         "RELAX NG has no element <%.*s>", DX_F(word));
}

static int open_element(struct reader *r, const struct dx_node *node)
{
    const struct scope *outer = r->depth ? &r->open[r->depth - 1] : NULL;
    struct scope *scope = &r->open[r->depth];
    struct dx_str word = dx_local_name(NULL, dx_node_name(node)), ns = dx_node_attr(node, "ns");
    struct dx_str library = dx_node_attr(node, "datatypeLibrary");
    struct dx_rng *rng = dx_arena_zero(&r->schema->arena, 1, sizeof *rng);
    int rc;

    if (!rng) {
        return no_memory(r);
    }
    *scope = (struct scope){
        .node = node,
        .rng = rng,
        .row = row_of(word),
        .ns = ns.ptr  ? ns
              : outer ? outer->ns
                      : DX_S(""),
        .library = library.ptr ? library
                   : outer     ? outer->library
                               : DX_S(""),
        .named = ns.ptr != NULL,
    };
    if (!scope->row) {
        return refuse_element(node, word);
    }
    if (outer ? !(outer->row->holds & scope->row->is) : !(scope->row->is & IS_ROOT)) {
        return dx_rng_refuse(node, NULL, "a schema is a <grammar> with <start> and <define>",
                             "<%s> cannot stand %s%s%s", scope->row->word, outer ? "in <" : "as the root",
                             outer ? outer->row->word : "", outer ? ">" : "");
    }
    if (scope->row->kind == DX_RNG_DIV) {
        scope->rng = outer->rng; /* it only hands down ns and datatypeLibrary */
        return check_attributes(node, scope->row);
    }
    rng->kind = scope->row->kind;
    rng->index = r->schema->n_rng++;
    rng->node = node;
    rng->parent = outer ? outer->rng : NULL;
    if (outer && outer->rng->last) {
        outer->rng->last->next = rng;
        outer->rng->last = rng;
    } else if (outer) {
        outer->rng->first = outer->rng->last = rng;
    }
    rc = check_attributes(node, scope->row);
    rc = rc < 0 ? rc : check_place(r, rng, node);
    return rc < 0 ? rc : read_own(r, scope);
}

static int check_text(const struct reader *r, const struct dx_node *node)
{
    bool text = node->kind == DX_KIND_CDATA || (node->kind == DX_KIND_TEXT && !dx_node_is_blank(node));

    if (text && r->depth && !(r->open[r->depth - 1].row->has & HAS_TEXT)) {
        return dx_rng_refuse(node, NULL, "only <value>, <param> and <name> hold text", "text in <%s>",
                             r->open[r->depth - 1].row->word);
    }
    return DX_OK;
}

static bool is_rng(const struct dx_node *node)
{
    return node->kind == DX_KIND_ELEMENT && dx_str_is(dx_node_namespace(node), rng_ns);
}

int dx_rng_read(struct dx_rng **out, struct dx_schema *schema, struct dx_doc *doc)
{
    struct reader r = {.schema = schema, .doc = doc};
    const struct dx_node *node = doc->root;

    *out = NULL;
    if (!is_rng(node)) {
        return dx_rng_refuse(node, NULL, "give a schema in RELAX NG's XML syntax, such as libvirt's domain.rng",
                             "this is no RELAX NG schema");
    }
    while (node) {
        int rc = DX_OK;
        bool down = is_rng(node);

        if (down) {
            rc = open_element(&r, node);
        } else if (node->kind != DX_KIND_ELEMENT) {
            rc = check_text(&r, node);
        }
        if (rc < 0) {
            return rc;
        }
        if (down && r.depth == 0) {
            *out = r.open[0].rng;
        }
        if (down && node->first) {
            r.depth++;
            node = node->first;
            continue;
        }
        if (down && (rc = check_children(&r.open[r.depth])) < 0) {
            return rc;
        }
        while (node && (node == doc->root || !node->next)) {
            node = node == doc->root ? NULL : node->parent;
            if (node && (rc = check_children(&r.open[--r.depth])) < 0) {
                return rc;
            }
        }
        node = node ? node->next : NULL;
    }
    return doc->arena.failed ? no_memory(&r) : DX_OK;
}
