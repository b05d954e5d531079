/* Comments that keep rules quiet: domxform-disable ID[, ID…], before the element that they are for. */
#include "../validate.h"

#include <stdlib.h>

static const char word[] = "domxform-disable";

static bool in_id(char c)
{
    return c == '-' || c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The text behind the word; ptr == NULL when the comment is another one. */
static struct dx_str ids_of(const struct dx_node *comment)
{
    struct dx_str text = dx_trim(dx_node_value(comment));

    if (!dx_str_starts(text, word) || (text.len > sizeof word - 1 && in_id(text.ptr[sizeof word - 1]))) {
        return DX_NONE;
    }
    text.ptr += sizeof word - 1;
    text.len -= sizeof word - 1;
    return text;
}

/* Takes the next id off the front; commas and white space part them. False at the end. */
static bool next_id(struct dx_str *id, struct dx_str *text)
{
    while (text->len && (dx_is_space(text->ptr[0]) || text->ptr[0] == ',')) {
        text->ptr++;
        text->len--;
    }
    *id = (struct dx_str){text->ptr, 0};
    while (text->len && !dx_is_space(text->ptr[0]) && text->ptr[0] != ',') {
        id->len++;
        text->ptr++;
        text->len--;
    }
    return id->len > 0;
}

static const struct dx_rule *find_rule(struct dx_str id)
{
    for (size_t i = 0; i < DX_RULE_COUNT; i++) {
        if (dx_str_is(id, dx_rule_at(i)->id)) {
            return dx_rule_at(i);
        }
    }
    return NULL;
}

static void complain(struct dx_findings *findings, const struct dx_node *comment, enum dx_rule_id rule,
                     struct dx_str value)
{
    dx_findings_add(findings, &(struct dx_finding){.rule = rule, .node = comment, .value = value, .args = {value}});
}

struct reader {
    struct dx_mutes *mutes;
    struct dx_findings *findings;
    size_t room;
    /* The answer for the last comment, which holds for those that follow up to that element. */
    const struct dx_node *parent, *element;
};

/* The element that a comment stands before; NULL when there is none. */
static const struct dx_node *element_behind(struct reader *reader, const struct dx_node *comment)
{
    const struct dx_node *node = comment->next;

    if (reader->parent != comment->parent || (reader->element && reader->element->begin < comment->begin)) {
        while (node && !dx_node_is_element(node)) {
            node = node->next;
        }
        reader->parent = comment->parent;
        reader->element = node;
    }
    return reader->element;
}

static void keep(struct reader *reader, const struct dx_mute *mute)
{
    struct dx_mutes *mutes = reader->mutes;
    struct dx_mute *items =
        dx_arena_more(&reader->findings->arena, mutes->items, mutes->n, &reader->room, sizeof *items);

    if (items) {
        mutes->items = items;
        mutes->items[mutes->n++] = *mute;
    }
}

/* Those before one element stand side by side: each id counts once there, or many would make the search slow. */
static bool is_known(const struct dx_mutes *mutes, const struct dx_mute *mute)
{
    for (size_t i = mutes->n; i > 0 && mutes->items[i - 1].begin == mute->begin; i--) {
        if (mutes->items[i - 1].id == mute->id) {
            return true;
        }
    }
    return false;
}

static void read_comment(struct reader *reader, const struct dx_node *comment)
{
    struct dx_findings *findings = reader->findings;
    struct dx_str text = ids_of(comment), id;
    const struct dx_node *element;

    if (!text.ptr) {
        return;
    }
    element = element_behind(reader, comment);
    if (!element) {
        complain(findings, comment, DX_RULE_DIS_A01C, DX_NONE);
        return;
    }
    if (!next_id(&id, &text)) {
        complain(findings, comment, DX_RULE_DIS_A01B, DX_NONE);
        return;
    }
    do {
        const struct dx_rule *rule = find_rule(id);
        struct dx_mute mute = {.begin = element->begin, .comment = comment, .id = rule ? rule->id : NULL};

        if (!rule) {
            complain(findings, comment, DX_RULE_DIS_A01, id);
        } else if (!is_known(reader->mutes, &mute)) {
            keep(reader, &mute);
        }
    } while (next_id(&id, &text));
}

static int compare(const void *a, const void *b)
{
    const struct dx_mute *x = a, *y = b;

    if (x->begin != y->begin) {
        return x->begin > y->begin ? 1 : -1;
    }
    return strcmp(x->id, y->id);
}

void dx_mutes_read(struct dx_mutes *out, struct dx_findings *findings, const struct dx_doc *doc)
{
    struct reader reader = {.mutes = out, .findings = findings};

    *out = (struct dx_mutes){0};
    if (!memmem(doc->source.bytes, doc->source.len, word, sizeof word - 1)) {
        return;
    }
    for (const struct dx_node *node = &doc->top; node; node = dx_tree_next(node, &doc->top)) {
        if (node->kind == DX_KIND_COMMENT) {
            read_comment(&reader, node);
        }
    }
    if (out->n > 1) {
        qsort(out->items, out->n, sizeof *out->items, compare);
    }
}

bool dx_mutes_has(const struct dx_mutes *mutes, const struct dx_finding *finding)
{
    struct dx_mute key = {.id = dx_rule_row(finding->rule)->rule.id};

    for (const struct dx_node *node = finding->node; mutes->n > 0 && node; node = node->parent) {
        struct dx_mute *found;

        key.begin = node->begin;
        found = node->parent ? bsearch(&key, mutes->items, mutes->n, sizeof key, compare) : NULL;
        if (found) {
            found->used = true;
            return true;
        }
    }
    return false;
}
