/* What to say of an expression that finds nothing: the step that does not, and what is there instead. */
#include "query.h"

enum { MOST_NAMED = 12 };

/* Words that are named in a hint, each once, in the order of the document. */
struct choice {
    struct dx_buf text;
    const char *words[MOST_NAMED + 1];
    size_t n;
    bool more;
};

static bool add_word(struct choice *choice, struct dx_arena *arena, struct dx_str word)
{
    struct dx_str copy;

    for (size_t i = 0; i < choice->n; i++) {
        if (dx_str_is(word, choice->words[i])) {
            return true;
        }
    }
    if (choice->n == MOST_NAMED) {
        choice->more = true;
        return true;
    }
    copy = dx_arena_copy(arena, word);
    choice->words[choice->n++] = copy.ptr;
    choice->words[choice->n] = NULL;
    return copy.ptr != NULL;
}

/* "did you mean 'vdb'? target/@dev is one of vda, vdb" */
static const char *spell(struct choice *choice, struct dx_arena *arena, struct dx_str wanted, const char *lead,
                         const char *none)
{
    struct dx_str word = dx_arena_copy(arena, wanted);
    const char *nearest = word.ptr ? dx_nearest(word.ptr, choice->words) : NULL;

    if (nearest) {
        dx_buf_format(&choice->text, "did you mean '%s'? ", nearest);
    }
    dx_buf_puts(&choice->text, choice->n ? lead : none);
    for (size_t i = 0; i < choice->n; i++) {
        dx_buf_format(&choice->text, "%s%s", i ? ", " : " ", choice->words[i]);
    }
    dx_buf_puts(&choice->text, choice->more ? ", …" : "");
    dx_buf_byte(&choice->text, '\0');
    return word.ptr && !choice->text.failed ? choice->text.ptr : NULL;
}

static struct dx_str value_of(const struct dx_hit *hit)
{
    return hit->attr                       ? dx_node_attr(hit->node, hit->attr)
           : dx_node_is_element(hit->node) ? dx_node_text(hit->node)
                                           : dx_node_value(hit->node);
}

/* The step's elements are there, and none fits its condition: [KEY='…'] is told by the values that KEY has. */
static int explain_key(const struct dx_query *query, struct dx_run *run, const struct dx_path_step *step,
                       const struct dx_hits *there)
{
    struct dx_arena *arena = &run->doc->arena;
    dx_cleanup(dx_buf_free) struct dx_buf ask = DX_BUF(&run->ctx->mem);
    dx_cleanup(dx_buf_free) struct dx_buf lead = DX_BUF(&run->ctx->mem);
    struct choice choice = {.text = DX_BUF(&run->ctx->mem)};
    struct dx_hits values = {0};
    const char *hint;
    int rc;

    dx_buf_format(&ask, "%.*s/%.*s", (int)step->bare, query->text.ptr, DX_F(step->key));
    dx_buf_format(&lead, "%.*s is one of", DX_F(step->key));
    dx_buf_byte(&lead, '\0');
    rc = ask.failed || lead.failed ? dx_ctx_no_memory(run->ctx) : dx_query_ask(&values, query, run, dx_buf_view(&ask));
    for (size_t i = 0; i < values.n && rc == DX_OK; i++) {
        rc = add_word(&choice, arena, value_of(&values.items[i])) ? DX_OK : dx_ctx_no_memory(run->ctx);
    }
    if (rc == DX_OK) {
        hint = spell(&choice, arena, step->wanted, lead.ptr, "none of them has anything there");
        rc = hint ? dx_run_error(run, there->items[0].node, hint, "no <%.*s> has %.*s='%.*s'", DX_F(step->name),
                                 DX_F(step->key), DX_F(step->wanted))
                  : dx_ctx_no_memory(run->ctx);
    }
    dx_buf_free(&choice.text);
    return rc;
}

static int explain_predicate(const struct dx_query *query, struct dx_run *run, const struct dx_path_step *step,
                             const struct dx_hits *there)
{
    struct choice choice = {.text = DX_BUF(&run->ctx->mem)};
    struct dx_arena *arena = &run->doc->arena;
    const char *hint;
    int rc = DX_OK;

    for (size_t i = 0; i < there->n && i <= MOST_NAMED && rc == DX_OK; i++) {
        dx_cleanup(dx_buf_free) struct dx_buf path = DX_BUF(&run->ctx->mem);

        dx_node_path(&path, there->items[i].node);
        rc = !path.failed && add_word(&choice, arena, dx_buf_view(&path)) ? DX_OK : dx_ctx_no_memory(run->ctx);
    }
    if (rc == DX_OK) {
        hint = spell(&choice, arena, DX_S(""), "there is", "");
        rc = hint ? dx_run_error(run, there->items[0].node, hint, "no <%.*s> fulfils %.*s", DX_F(step->name),
                                 (int)(step->end - step->bare), query->text.ptr + step->bare)
                  : dx_ctx_no_memory(run->ctx);
    }
    dx_buf_free(&choice.text);
    return rc;
}

/* The names of what stands where the step looks. */
static bool add_names(struct choice *choice, struct dx_arena *arena, const struct dx_node *parent,
                      const struct dx_path_step *step)
{
    bool added = true;
    struct dx_str name, value;

    if (step->kind == DX_STEP_ATTR) {
        for (size_t i = 0; added && dx_node_attr_at(&name, &value, parent, i) == DX_OK; i++) {
            added = add_word(choice, arena, name);
        }
        return added;
    }
    for (const struct dx_node *child = parent->first; child && added; child = child->next) {
        added = !dx_node_is_element(child) || add_word(choice, arena, dx_node_name(child));
    }
    return added;
}

static int explain_absent(struct dx_run *run, const struct dx_path_step *step, const struct dx_hits *parents)
{
    struct choice choice = {.text = DX_BUF(&run->ctx->mem)};
    struct dx_arena *arena = &run->doc->arena;
    bool attr = step->kind == DX_STEP_ATTR, text = step->kind == DX_STEP_TEXT;
    const struct dx_node *first = parents->items[0].node;
    const char *hint = "";
    int rc = DX_OK;

    for (size_t i = 0; i < parents->n && !text && rc == DX_OK; i++) {
        rc = add_names(&choice, arena, parents->items[i].node, step) ? DX_OK : dx_ctx_no_memory(run->ctx);
    }
    if (rc == DX_OK && !text) {
        hint = spell(&choice, arena, step->name, "there is", attr ? "it has no attributes" : "it is empty");
    }
    if (!hint) {
        rc = dx_ctx_no_memory(run->ctx);
    }
    if (rc == DX_OK) {
        rc = text ? dx_run_error(run, first, "name the element itself to give it one", "<%.*s> holds no text",
                                 DX_F(dx_node_name(first)))
                  : dx_run_error(run, first, hint, attr ? "<%.*s> has no attribute %.*s" : "<%.*s> holds no <%.*s>",
                                 DX_F(dx_node_name(first)), DX_F(step->name));
    }
    dx_buf_free(&choice.text);
    return rc;
}

/* A prefix that the whole document never declares, which a slip of the finger makes. */
static int explain_prefix(const struct dx_query *query, struct dx_run *run)
{
    for (size_t i = 0; i < query->n_prefixes; i++) {
        if (!dx_query_namespace(run->doc, query->prefixes[i]).ptr) {
            return dx_run_error(run, run->doc->root, "known without a declaration are qemu, lxc, xen and bhyve",
                                "nothing matches %.*s: no element declares the prefix '%.*s'", DX_F(query->text),
                                DX_F(query->prefixes[i]));
        }
    }
    return DX_OK;
}

int dx_query_explain(const struct dx_query *query, struct dx_run *run)
{
    const struct dx_path *path = &query->path;
    struct dx_hit root = {run->doc->root, NULL};
    struct dx_hits parents = {&root, 1}, there, bare;
    int rc = explain_prefix(query, run);

    for (size_t i = 0; path->simple && i < path->n && rc == DX_OK; i++) {
        const struct dx_path_step *step = &path->steps[i];

        rc = dx_query_ask(&there, query, run, (struct dx_str){query->text.ptr, step->end});
        if (rc < 0 || there.n > 0) {
            parents = there;
            continue;
        }
        bare = (struct dx_hits){0};
        if (dx_step_has_predicate(step)) {
            rc = dx_query_ask(&bare, query, run, (struct dx_str){query->text.ptr, step->bare});
        }
        if (rc < 0) {
            return rc;
        }
        return !bare.n         ? explain_absent(run, step, &parents)
               : step->key.ptr ? explain_key(query, run, step, &bare)
                               : explain_predicate(query, run, step, &bare);
    }
    return rc < 0
               ? rc
               : dx_run_error(run, run->doc->root,
                              "write it as a path of names, such as ./devices/disk[…]/driver/@io, to be told at which "
                              "step it finds nothing",
                              "nothing matches %.*s", DX_F(query->text));
}

int dx_query_warn_unknown(struct dx_run *run, const struct dx_node *made)
{
    struct dx_str name = dx_arena_copy(&run->doc->arena, dx_node_name(made));
    const char *nearest = name.ptr ? dx_domain_nearest(made->parent, name.ptr) : NULL;
    dx_cleanup(dx_buf_free) struct dx_buf hint = DX_BUF(&run->ctx->mem);

    if (!nearest) {
        return name.ptr ? DX_OK : dx_ctx_no_memory(run->ctx);
    }
    dx_buf_format(&hint, "did you mean '%s'?", nearest);
    dx_buf_byte(&hint, '\0');
    return hint.failed ? dx_ctx_no_memory(run->ctx)
                       : dx_run_warn(run, made, hint.ptr, "libvirt knows no <%s> in <%.*s> and will drop this one",
                                     name.ptr, DX_F(dx_node_name(made->parent)));
}
