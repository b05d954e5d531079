#include "query.h"

#include "item.h"
#include "judge.h"
#include "libxml.h"
#include "prefix.h"
#include "report.h"
#include "utf8.h"
#include "write.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>

/* What one evaluation may cost: some seconds of a slow machine. */
enum { MOST_OPERATIONS = 50 * 1000 * 1000 };

/* Stands for the namespace of a prefix that nothing declares: no document uses it, so nothing is found. */
static const char undeclared[] = "domxform:undeclared";

/* The last thing that libxml2 complained of. */
struct hearing {
    int code; /* XPATH_* */
    size_t at;
    bool failed, no_memory;
};

struct asking {
    const struct dx_query *query;
    struct dx_run *run;
    struct hearing hearing;
    xmlDocPtr dom;
    xmlXPathContextPtr context;
    xmlNodeSetPtr found;
};

/* libxml2's strings are unsigned; these are the places where that is told to the compiler. */
static const xmlChar *theirs(const char *s)
{
    return (const xmlChar *)s;
}

static struct dx_str ours(const xmlChar *s)
{
    return dx_str_of((const char *)s);
}

static void on_error(void *user, dx_xml_error error)
{
    struct hearing *hearing = user;

    if (error->code == XML_ERR_NO_MEMORY || error->code == XML_XPATH_MEMORY_ERROR) {
        hearing->no_memory = true;
    }
    if (!hearing->failed) {
        hearing->failed = true;
        hearing->code = error->code - XML_XPATH_EXPRESSION_OK + XPATH_EXPRESSION_OK;
        hearing->at = error->int1 > 0 ? (size_t)error->int1 : 0;
    }
}

/* The parser says again what the judge would have said: nothing, for what is written is well-formed. */
static void say_nothing(void *user, dx_xml_error error)
{
    (void)user;
    (void)error;
}

/* ---- the document as libxml2 sees it ---- */

static xmlDocPtr parse_dom(const char *bytes, size_t len)
{
    xmlParserCtxtPtr parser = xmlNewParserCtxt();
    xmlDocPtr dom = NULL;

    if (parser) {
        parser->sax->serror = say_nothing;
        dom = xmlCtxtReadMemory(parser, bytes, (int)len, NULL, NULL, dx_judge_options());
        xmlFreeParserCtxt(parser);
    }
    return dom;
}

/* The parser is told to believe no encoding: what it gets is UTF-8. */
static bool as_utf8(struct dx_buf *out, const struct dx_doc *doc, struct dx_str bytes)
{
    if (doc->source.encoding == DX_ENCODING_LATIN1) {
        char *to = dx_buf_grow(out, bytes.len * 2);
        size_t n = 0;

        for (size_t i = 0; to && i < bytes.len; i++) {
            n += dx_utf8_put(to + n, (unsigned char)bytes.ptr[i]);
        }
        out->len = n;
    }
    return !out->failed;
}

static int read_document(struct asking *asking)
{
    struct dx_run *run = asking->run;
    dx_cleanup(dx_buf_free) struct dx_buf converted = DX_BUF(&run->ctx->mem);
    struct dx_str text;
    char *bytes;
    size_t len;
    int rc = dx_doc_write(&bytes, &len, run->doc);

    if (rc < 0) {
        return rc;
    }
    text = (struct dx_str){bytes + run->doc->source.begin, len - run->doc->source.begin};
    if (as_utf8(&converted, run->doc, text)) {
        text = converted.len ? dx_buf_view(&converted) : text;
        asking->dom = parse_dom(text.ptr, text.len);
    }
    dx_bytes_free(run->ctx, bytes);
    return asking->dom ? DX_OK : dx_ctx_no_memory(run->ctx);
}

/* ---- their tree and ours ---- */

static bool is_their_text(const xmlNode *node)
{
    return node && (node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE);
}

static bool is_our_text(const struct dx_node *node)
{
    return node && dx_item_is_text(node);
}

static bool same_kind(const xmlNode *their, const struct dx_node *our)
{
    switch (our->kind) {
    case DX_KIND_ELEMENT:
        return their->type == XML_ELEMENT_NODE;
    case DX_KIND_TEXT:
        return their->type == XML_TEXT_NODE;
    case DX_KIND_CDATA:
        return their->type == XML_CDATA_SECTION_NODE;
    case DX_KIND_COMMENT:
        return their->type == XML_COMMENT_NODE;
    case DX_KIND_PI:
        return their->type == XML_PI_NODE;
    default:
        return false;
    }
}

/* A text that leaves no trace when it is read again. */
static bool is_void_text(const struct dx_node *node)
{
    return is_our_text(node) && node->value_len == 0;
}

/*
 * Texts side by side: ours may lie in pieces where theirs is one, or the other way round, so they are told apart by
 * their lengths. Beside the root theirs has none.
 */
static bool pair_texts(xmlNode **their, struct dx_node **our)
{
    bool beside_root = (*our ? (*our)->parent->kind : DX_KIND_ELEMENT) == DX_KIND_DOCUMENT;

    for (; is_their_text(*their); *their = (*their)->next) {
        size_t left = ours((*their)->content).len;

        while (is_our_text(*our) && is_void_text(*our)) {
            *our = (*our)->next;
        }
        (*their)->_private = left ? *our : NULL;
        while (left > 0) {
            size_t len = is_our_text(*our) ? dx_node_value(*our).len : SIZE_MAX;

            if (len > left) {
                return false;
            }
            left -= len;
            *our = (*our)->next;
        }
    }
    while (is_our_text(*our) && (beside_root || is_void_text(*our))) {
        *our = (*our)->next;
    }
    return !is_our_text(*our);
}

static bool pair_children(xmlNode *their_parent, struct dx_node *our_parent)
{
    xmlNode *their = their_parent->children;
    struct dx_node *our = our_parent->first;

    while (their || our) {
        if (our && our->kind == DX_KIND_DECLARATION) {
            our = our->next;
        } else if (is_their_text(their) || is_our_text(our)) {
            if (!pair_texts(&their, &our)) {
                return false;
            }
        } else {
            if (!their || !our || !same_kind(their, our)) {
                return false;
            }
            their->_private = our;
            their = their->next;
            our = our->next;
        }
    }
    return true;
}

static xmlNode *next_element(xmlNode *node, const xmlNode *top)
{
    xmlNode *next = node->children;

    for (;;) {
        while (next && next->type != XML_ELEMENT_NODE) {
            next = next->next;
        }
        if (next || node == top) {
            return next;
        }
        next = node->next;
        node = node->parent;
    }
}

/* Their n-th node is our n-th: each is told which it is. */
static int pair_trees(struct asking *asking)
{
    xmlNode *top = (xmlNode *)asking->dom;
    struct dx_doc *doc = asking->run->doc;
    bool paired;

    top->_private = &doc->top;
    paired = pair_children(top, &doc->top);
    for (xmlNode *node = next_element(top, top); node && paired; node = next_element(node, top)) {
        paired = pair_children(node, node->_private);
    }
    if (paired || doc->arena.failed) {
        return paired ? DX_OK : dx_ctx_no_memory(asking->run->ctx);
    }
    dx_ctx_report(asking->run->ctx, DX_LEVEL_INTERNAL, DX_SEVERITY_ERROR, doc->source.name.ptr,
                  "please report this with the document", "the tree and libxml2's do not pair");
    return DX_EINTERNAL;
}

/* ---- asking ---- */

struct dx_str dx_query_namespace(const struct dx_doc *doc, struct dx_str prefix)
{
    const struct dx_prefix *known = dx_prefix_find(prefix);

    if (known) {
        return dx_str_of(known->namespace);
    }
    if (dx_str_is(prefix, "xml")) {
        return dx_node_lookup_namespace(doc->root, prefix); /* nobody need declare it */
    }
    for (const struct dx_node *node = doc->root; node; node = dx_tree_next(node, doc->root)) {
        for (uint32_t i = 0; dx_node_is_element(node) && i < node->n_attrs; i++) {
            struct dx_str before, name = dx_local_name(&before, dx_attr_name(&node->attrs[i]));

            if (dx_str_is(before, "xmlns") && dx_str_equal(name, prefix)) {
                return dx_node_lookup_namespace(node, prefix);
            }
        }
    }
    return DX_NONE;
}

static bool bind_prefixes(struct asking *asking)
{
    const struct dx_query *query = asking->query;
    struct dx_arena *arena = &asking->run->doc->arena;

    for (size_t i = 0; i < query->n_prefixes; i++) {
        struct dx_str name = dx_query_namespace(asking->run->doc, query->prefixes[i]);

        name = dx_arena_copy(arena, name.ptr ? name : dx_str_of(undeclared));
        if (!name.ptr || xmlXPathRegisterNs(asking->context, theirs(query->prefixes[i].ptr), theirs(name.ptr)) != 0) {
            return false;
        }
    }
    return true;
}

static bool open_context(struct asking *asking)
{
    asking->context = xmlXPathNewContext(asking->dom);
    if (!asking->context) {
        return false;
    }
    asking->context->error = on_error;
    asking->context->userData = &asking->hearing;
    asking->context->opLimit = MOST_OPERATIONS;
    asking->context->node = xmlDocGetRootElement(asking->dom);
    return true;
}

static void close_asking(struct asking *asking)
{
    if (asking->found) {
        xmlXPathFreeNodeSet(asking->found);
    }
    xmlXPathFreeContext(asking->context);
    xmlFreeDoc(asking->dom);
}

static void free_object(xmlXPathObjectPtr *object)
{
    xmlXPathFreeObject(*object);
}

static void free_expression(xmlXPathCompExprPtr *expression)
{
    xmlXPathFreeCompExpr(*expression);
}

static int refuse_run(struct asking *asking)
{
    const struct hearing *hearing = &asking->hearing;
    struct dx_run *run = asking->run;

    if (hearing->no_memory) {
        return dx_ctx_no_memory(run->ctx);
    }
    if (hearing->code == XPATH_OP_LIMIT_EXCEEDED || hearing->code == XPATH_RECURSION_LIMIT_EXCEEDED) {
        dx_cleanup(dx_buf_free) struct dx_buf text = DX_BUF(&run->ctx->mem);
        struct dx_report report = {
            .level = DX_LEVEL_INPUT,
            .severity = DX_SEVERITY_ERROR,
            .hint = "name the way to what is meant: '//' and the preceding and following axes look at every node again "
                    "and again",
            .pass = run->pass->name,
        };

        dx_buf_format(&text, "the expression takes too long on this document: %.*s", DX_F(asking->query->text));
        report.message = dx_buf_view(&text);
        return !text.failed && dx_node_report(run->doc, run->doc->root, NULL, &report) == DX_OK
                   ? DX_ELIMIT
                   : dx_ctx_no_memory(run->ctx);
    }
    return dx_run_error(run, run->doc->root, "a condition compares paths, strings and numbers",
                        "%s: the expression cannot be computed: %.*s", run->pass->name, DX_F(asking->query->text));
}

/* Compiled anew each time: a compiled expression is written to while it runs, and threads share the query. */
static xmlXPathObjectPtr evaluate(struct asking *asking, const char *text)
{
    dx_cleanup(free_expression) xmlXPathCompExprPtr expression = xmlXPathCtxtCompile(asking->context, theirs(text));

    return expression && !asking->hearing.failed ? xmlXPathCompiledEval(expression, asking->context) : NULL;
}

/* ---- what was found ---- */

static bool is_indentation(const struct dx_node *node)
{
    const struct dx_node *first = node->parent->first;

    while (first && is_our_text(first)) {
        first = first->next;
    }
    return dx_node_is_blank(node) && first;
}

static const char *attr_name(struct dx_arena *arena, const xmlAttr *attr, const char *last)
{
    struct dx_str prefix = attr->ns ? ours(attr->ns->prefix) : DX_NONE, local = ours(attr->name);
    size_t len = prefix.len + (prefix.len ? 1 : 0) + local.len;
    char *name;

    if (!prefix.len && last && strcmp(last, local.ptr) == 0) {
        return last;
    }
    name = dx_arena_alloc(arena, len + 1);
    if (name) {
        snprintf(name, len + 1, "%s%s%s", prefix.len ? prefix.ptr : "", prefix.len ? ":" : "", local.ptr);
    }
    return name;
}

struct list {
    struct dx_hits *hits;
    struct dx_arena *arena;
    size_t room;
};

static bool add_hit(struct list *list, struct dx_node *node, const char *attr)
{
    struct dx_hits *hits = list->hits;
    struct dx_hit *items = dx_arena_more(list->arena, hits->items, hits->n, &list->room, sizeof *items);

    if (items) {
        hits->items = items;
        hits->items[hits->n++] = (struct dx_hit){node, attr};
    }
    return items != NULL;
}

/* All pieces of a text, but for indentation. */
static bool add_texts(struct list *list, const xmlNode *their)
{
    struct dx_node *node = their->_private;
    size_t left = ours(their->content).len;
    bool added = true;

    for (; added && node && left > 0; node = node->next) {
        left -= dx_node_value(node).len;
        added = is_void_text(node) || is_indentation(node) || add_hit(list, node, NULL);
    }
    return added;
}

static int collect(struct dx_hits *out, struct asking *asking)
{
    xmlNodeSetPtr set = asking->found;
    struct list list = {.hits = out, .arena = &asking->run->doc->arena};
    const char *last = NULL;
    bool added = true;

    xmlXPathNodeSetSort(set);
    for (int i = 0; i < set->nodeNr && added; i++) {
        xmlNode *node = set->nodeTab[i];

        if (i > 0 && node == set->nodeTab[i - 1]) {
            continue;
        }
        if (node->type == XML_ATTRIBUTE_NODE) {
            last = attr_name(list.arena, (const xmlAttr *)node, last);
            added = last && add_hit(&list, node->parent->_private, last);
        } else if (is_their_text(node)) {
            added = add_texts(&list, node);
        } else if (node->type != XML_NAMESPACE_DECL && node->_private) {
            added = add_hit(&list, node->_private, NULL);
        }
    }
    return added ? DX_OK : dx_ctx_no_memory(asking->run->ctx);
}

/* Adds what one part of the expression finds: libxml2's own '|' compares each node with each. */
static int ask_part(struct asking *asking, struct dx_str part)
{
    dx_cleanup(free_object) xmlXPathObjectPtr object = evaluate(asking, part.ptr);

    if (!object || asking->hearing.failed || object->type != XPATH_NODESET) {
        return refuse_run(asking);
    }
    for (int i = 0; object->nodesetval && i < object->nodesetval->nodeNr; i++) {
        if (xmlXPathNodeSetAddUnique(asking->found, object->nodesetval->nodeTab[i]) != 0) {
            return dx_ctx_no_memory(asking->run->ctx);
        }
    }
    return DX_OK;
}

static int answer(struct dx_hits *out, struct asking *asking, const struct dx_str *parts, size_t n)
{
    int rc = read_document(asking);

    rc = rc < 0 ? rc : pair_trees(asking);
    if (rc < 0) {
        return rc;
    }
    /* Numbered, so that two elements are put in order at once. */
    xmlXPathOrderDocElems(asking->dom);
    asking->found = xmlXPathNodeSetCreate(NULL);
    if (!asking->found || !open_context(asking) || !bind_prefixes(asking)) {
        return dx_ctx_no_memory(asking->run->ctx);
    }
    for (size_t i = 0; i < n && rc == DX_OK; i++) {
        rc = ask_part(asking, parts[i]);
    }
    return rc < 0 ? rc : collect(out, asking);
}

static int ask(struct dx_hits *out, const struct dx_query *query, struct dx_run *run, const struct dx_str *parts,
               size_t n)
{
    struct asking asking = {.query = query, .run = run};
    int rc;

    *out = (struct dx_hits){0};
    rc = answer(out, &asking, parts, n);
    close_asking(&asking);
    return rc;
}

int dx_query_ask(struct dx_hits *out, const struct dx_query *query, struct dx_run *run, struct dx_str text)
{
    struct dx_str terminated = dx_arena_copy(&run->doc->arena, text);

    return terminated.ptr ? ask(out, query, run, &terminated, 1) : dx_ctx_no_memory(run->ctx);
}

int dx_query_run(struct dx_hits *out, const struct dx_query *query, struct dx_run *run)
{
    return ask(out, query, run, query->parts, query->n_parts);
}

/* ---- compiling ---- */

/* Two prefixes of one name are one. */
static bool collect_prefixes(struct dx_query *query, const struct dx_words *words)
{
    size_t room = 0;

    for (size_t i = 0; i < words->n; i++) {
        struct dx_str prefix, *more;
        bool known = words->items[i].kind != DX_WORD_NAME;

        dx_local_name(&prefix, dx_word_text(words, i));
        for (size_t k = 0; k < query->n_prefixes; k++) {
            known = known || dx_str_equal(query->prefixes[k], prefix);
        }
        if (known || !prefix.len) {
            continue;
        }
        more = dx_arena_more(&query->arena, query->prefixes, query->n_prefixes, &room, sizeof *more);
        prefix = dx_arena_copy(&query->arena, prefix);
        if (!more || !prefix.ptr) {
            return false;
        }
        query->prefixes = more;
        query->prefixes[query->n_prefixes++] = prefix;
    }
    return true;
}

/* Parts are told apart only in what libxml2 can read as a whole. */
static bool split_parts(struct dx_query *query, const struct dx_words *words)
{
    size_t depth = 0, begin = 0;

    query->parts = dx_arena_zero(&query->arena, words->n + 1, sizeof *query->parts);
    for (size_t i = 0; query->parts && i <= words->n; i++) {
        bool last = i == words->n;

        depth += dx_word_is(words, i, DX_WORD_MARK, "[") || dx_word_is(words, i, DX_WORD_MARK, "(");
        depth -= dx_word_is(words, i, DX_WORD_MARK, "]") || dx_word_is(words, i, DX_WORD_MARK, ")");
        if (last || (depth == 0 && dx_word_is(words, i, DX_WORD_OPERATOR, "|"))) {
            size_t end = last ? words->text.len : words->items[i].begin;

            query->parts[query->n_parts++] =
                dx_arena_copy(&query->arena, (struct dx_str){words->text.ptr + begin, end - begin});
            begin = end + 1;
        }
    }
    return !query->arena.failed;
}

static int refuse_syntax(const struct asking *asking, const struct dx_phrase *phrase)
{
    static const char hint[] = "write a path such as ./devices/disk[target/@dev='vda']/driver/@cache";
    const struct dx_query *query = asking->query;
    size_t at = asking->hearing.at < query->text.len ? asking->hearing.at : query->text.len;

    if (asking->hearing.no_memory) {
        return dx_ctx_no_memory(asking->run->ctx);
    }
    return at == query->text.len
               ? dx_phrase_refuse(phrase, at, hint, "the expression '%.*s' is not complete", DX_F(query->text))
               : dx_phrase_refuse(phrase, at, hint, "XPath does not expect this here: '%s'", query->text.ptr + at);
}

static int refuse_type(const struct asking *asking, const struct dx_phrase *phrase, xmlXPathObjectType type)
{
    const char *what = type == XPATH_BOOLEAN ? "true or false" : type == XPATH_NUMBER ? "a number" : "a string";

    return dx_phrase_refuse(phrase, 0,
                            "name elements or attributes; a condition stands in brackets: ./devices/disk"
                            "[target/@dev='vda']",
                            "the expression '%.*s' gives %s, and no node", DX_F(asking->query->text), what);
}

/* Asked of a domain without anything in it, an expression already says whether it can be read and what it gives. */
static int try_out(struct asking *asking, const struct dx_phrase *phrase)
{
    static const char nothing[] = "<domain/>";
    dx_cleanup(free_object) xmlXPathObjectPtr object = NULL;

    asking->dom = parse_dom(nothing, sizeof nothing - 1);
    if (!asking->dom || !open_context(asking)) {
        return dx_ctx_no_memory(asking->run->ctx);
    }
    for (size_t i = 0; i < asking->query->n_prefixes; i++) {
        if (xmlXPathRegisterNs(asking->context, theirs(asking->query->prefixes[i].ptr), theirs(undeclared)) != 0) {
            return dx_ctx_no_memory(asking->run->ctx);
        }
    }
    object = evaluate(asking, asking->query->text.ptr);
    if (!object || asking->hearing.failed) {
        return refuse_syntax(asking, phrase);
    }
    return object->type == XPATH_NODESET ? DX_OK : refuse_type(asking, phrase, object->type);
}

static int compile(struct dx_query *query, const struct dx_phrase *phrase)
{
    struct asking asking = {.query = query, .run = phrase->run};
    struct dx_words words;
    int rc = dx_words_read(&words, phrase, &query->arena, query->text);

    rc = rc < 0 ? rc : dx_path_read(&query->path, phrase, &query->arena, &words);
    if (rc == DX_OK && (!collect_prefixes(query, &words) || !split_parts(query, &words))) {
        rc = dx_ctx_no_memory(phrase->run->ctx);
    }
    if (rc == DX_OK) {
        rc = try_out(&asking, phrase);
        close_asking(&asking);
    }
    return rc;
}

int dx_query_new(struct dx_query **out, struct dx_run *run, struct dx_str text, size_t at)
{
    struct dx_phrase phrase = {run, at};
    struct dx_query *query = dx_mem_realloc(&run->ctx->mem, NULL, 1, sizeof *query);
    int rc;

    *out = NULL;
    if (!query) {
        return dx_ctx_no_memory(run->ctx);
    }
    *query = (struct dx_query){.mem = run->ctx->mem};
    dx_arena_init(&query->arena, &query->mem);
    query->text = dx_arena_copy(&query->arena, text);
    rc = query->text.ptr ? compile(query, &phrase) : dx_ctx_no_memory(run->ctx);
    if (rc < 0) {
        dx_query_free(query);
        return rc;
    }
    *out = query;
    return DX_OK;
}

void dx_query_free(struct dx_query *query)
{
    struct dx_mem mem;

    if (query) {
        mem = query->mem;
        dx_arena_free(&query->arena);
        dx_mem_free(&mem, query);
    }
}
