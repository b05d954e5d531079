/* What is wrong, what would have been right, and how to go on without saying the same thing twice. */
#include "check.h"

#include "../nearest.h"

enum { LONGEST_SHOWN = 60, MOST_PLACES = 1000 };

/* ---- words ---- */

static struct dx_str keep(struct dx_checker *c, struct dx_buf *buf)
{
    struct dx_str kept = buf->failed ? DX_NONE : dx_arena_copy(&c->out->arena, dx_buf_view(buf));

    c->out->arena.failed = c->out->arena.failed || buf->failed;
    dx_buf_free(buf);
    return kept;
}

/* A value as messages show it: not too long. */
static struct dx_str shown(struct dx_checker *c, struct dx_str value)
{
    struct dx_buf buf = DX_BUF(&c->v->mem);
    size_t n = value.len;

    if (n <= LONGEST_SHOWN) {
        return value;
    }
    n = LONGEST_SHOWN;
    while (n > 0 && ((unsigned char)value.ptr[n] & 0xc0) == 0x80) {
        n--;
    }
    dx_buf_bytes(&buf, value.ptr, n);
    dx_buf_puts(&buf, "...");
    return keep(c, &buf);
}

static struct dx_str expected_list(struct dx_checker *c, struct dx_expected *expected, struct dx_str word)
{
    struct dx_buf buf = DX_BUF(&c->v->mem);

    dx_expected_list(&buf, expected, word);
    return buf.len ? keep(c, &buf) : DX_NONE;
}

/* "did you mean X?", X in the given marks; NULL for no word. */
static const char *did_you_mean(struct dx_checker *c, const char *word, const char *before, const char *behind)
{
    struct dx_buf buf = DX_BUF(&c->v->mem);

    if (!word || !*word) {
        return NULL;
    }
    dx_buf_format(&buf, "did you mean %s%s%s?", before, word, behind);
    return keep(c, &buf).ptr;
}

/* What to do about a template that was not filled in; NULL when it does not look like one. */
static const char *unfilled(struct dx_str value)
{
    static const char *const marks[] = {"${", "{{", "{%"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (value.len && memmem(value.ptr, value.len, marks[i], strlen(marks[i]))) {
            return "it looks like a place that a template fills in: validate what the template makes";
        }
    }
    return NULL;
}

/* "'a'", "'a' and 'b'", "one of 'a', 'b' and 'c'" */
static struct dx_str needed(struct dx_checker *c, const struct dx_expected *expected, bool all, const char *before,
                            const char *behind)
{
    struct dx_buf buf = DX_BUF(&c->v->mem);
    size_t n = expected->n > 8 ? 8 : expected->n;

    dx_buf_puts(&buf, all || n < 2 ? "" : "one of ");
    for (size_t i = 0; i < n; i++) {
        dx_buf_puts(&buf, i == 0 ? "" : i + 1 < n ? ", " : all ? " and " : " or ");
        dx_buf_format(&buf, "%s%s%s", before, expected->words[i], behind);
    }
    if (n == 0) {
        dx_buf_puts(&buf, "something");
    }
    return keep(c, &buf);
}

static struct dx_str local_of(const struct dx_node *node)
{
    return node->kind == DX_KIND_ELEMENT ? dx_node_name(node) : DX_S("document");
}

static void raise(struct dx_checker *c, const struct dx_finding *finding)
{
    dx_findings_add(c->out, finding);
}

/* ---- elements ---- */

/* True when the pattern, its attributes aside, takes an element of that name somewhere among its children. */
static bool has_room_for(struct dx_checker *c, const struct dx_pattern *pattern, uint32_t name)
{
    const struct dx_ways *ways = dx_derive_element(c->v, dx_derive_close(c->v, pattern, true), name);

    return ways && ways->n > 0;
}

/* A word as the number of a name in no namespace. */
static uint32_t number_of(struct dx_checker *c, const char *word)
{
    return word ? dx_validator_name(c->v, (struct dx_qname){DX_S(""), dx_str_of(word)}) : 0;
}

/* True when the pattern, its attributes aside, spells out an element of that name. */
static bool spells_out(struct dx_checker *c, const struct dx_pattern *pattern, struct dx_str name)
{
    struct dx_expected expected = {.arena = &c->scratch};

    dx_expect_elements(&expected, c->v, dx_derive_close(c->v, pattern, true));
    for (size_t i = 0; i < expected.n; i++) {
        if (dx_str_is(name, expected.words[i])) {
            return true;
        }
    }
    return false;
}

/*
 * Where else the element would be right: an open element further out, or a child that might stand beside it. It takes
 * a look at all of these, so that one who makes many such errors is told of the first ones only.
 */
static const char *belongs(struct dx_checker *c, struct dx_frame *parent, const struct dx_expected *beside,
                           struct dx_str name)
{
    struct dx_buf buf = DX_BUF(&c->v->mem);

    if (c->out->n > MOST_PLACES) {
        return NULL;
    }
    for (struct dx_frame *outer = parent - 1; outer > c->frames && buf.len == 0; outer--) {
        if (spells_out(c, outer->full, name)) {
            outer->stray = name;
            dx_buf_format(&buf, "it belongs directly in <%.*s>", DX_F(local_of(outer->node)));
        }
    }
    for (size_t i = 0; i < beside->n && buf.len == 0; i++) {
        uint32_t number = number_of(c, beside->words[i]);
        const struct dx_ways *ways = number ? dx_derive_element(c->v, parent->begun, number) : NULL;

        if (ways && ways->n && spells_out(c, ways->state, name)) {
            dx_buf_format(&buf, "it belongs in <%s>", beside->words[i]);
        }
    }
    return buf.len ? keep(c, &buf).ptr : NULL;
}

static bool is_named(const struct dx_node *node, struct dx_str name)
{
    return node->kind == DX_KIND_ELEMENT && dx_str_equal(dx_node_name(node), name);
}

/* The first element of that name beside an element; the element itself when it is the one, or memory ran out. */
static const struct dx_node *first_of(struct dx_checker *c, const struct dx_node *node, uint32_t number)
{
    struct dx_str name = dx_node_name(node);
    struct dx_first *first;

    if (!c->firsts) {
        c->firsts = dx_arena_zero(&c->out->arena, c->v->schema->names.n + 1u, sizeof *c->firsts);
    }
    first = c->firsts ? &c->firsts[number - 1] : NULL;
    if (!first) {
        return node;
    }
    if (first->parent != node->parent || !is_named(first->node, name)) {
        *first = (struct dx_first){node->parent, node->parent->first};
        while (!is_named(first->node, name)) {
            first->node = first->node->next;
        }
    }
    return first->node;
}

/* Of an element that would be right if others did not stand before it. */
static enum dx_rule_id explain_excess(struct dx_checker *c, const char **hint, const struct dx_node *node,
                                      uint32_t name)
{
    struct dx_buf buf = DX_BUF(&c->v->mem);
    const struct dx_node *first = first_of(c, node, name);
    size_t line, column;

    if (first == node) {
        return DX_RULE_RNG_S01E;
    }
    dx_node_position(&line, &column, first);
    dx_buf_format(&buf, "the first one stands at line %zu: keep one of them", line);
    *hint = keep(c, &buf).ptr;
    return DX_RULE_RNG_S01B;
}

/* True when a name is so near that the element was meant, and what is in it can be looked at. */
static bool is_slip(const char *meant, struct dx_str name)
{
    char word[64];

    if (name.len >= sizeof word) {
        return false;
    }
    memcpy(word, name.ptr, name.len);
    word[name.len] = '\0';
    return dx_edit_distance(meant, word) <= 2;
}

/* True when the word behind the prefix is the one that was meant. */
static bool is_prefixed(struct dx_str name, const char *meant)
{
    size_t n = strlen(meant);

    return name.len > n && name.ptr[name.len - n - 1] == ':' && memcmp(name.ptr + name.len - n, meant, n) == 0;
}

/* The ways into the element that was meant, its name in *meant; NULL when none is near, or none of them is to come. */
static const struct dx_ways *ways_meant(struct dx_checker *c, const char **meant, const struct dx_pattern *state,
                                        struct dx_expected *expected, struct dx_str name)
{
    const struct dx_ways *ways;

    *meant = dx_expected_nearest(expected, name);
    ways = *meant ? dx_derive_element(c->v, state, number_of(c, *meant)) : NULL;
    return ways && ways->n > 0 ? ways : NULL;
}

/* True when the parent spells out an attribute of that name. */
static bool is_attribute(struct dx_checker *c, const struct dx_frame *parent, struct dx_str name)
{
    struct dx_expected expected = {.arena = &c->scratch};

    dx_expect_attributes(&expected, c->v, parent->full);
    for (size_t i = 0; i < expected.n; i++) {
        if (dx_str_is(name, expected.words[i])) {
            return true;
        }
    }
    return false;
}

/* An element that no form of its parent has; as dx_explain_element(). */
static const struct dx_ways *explain_stranger(struct dx_checker *c, struct dx_frame *parent, struct dx_finding *finding,
                                              struct dx_expected *expected, bool *aside)
{
    struct dx_expected all = {.arena = &c->scratch};
    const struct dx_ways *ways;
    const char *meant;

    dx_expect_elements(&all, c->v, parent->begun);
    if (is_attribute(c, parent, finding->value)) {
        struct dx_buf buf = DX_BUF(&c->v->mem);

        dx_buf_format(&buf, "it is an attribute: write <%.*s %.*s='...'>", DX_F(local_of(parent->node)),
                      DX_F(finding->value));
        finding->hint = keep(c, &buf).ptr;
        return NULL;
    }
    finding->hint = belongs(c, parent, &all, finding->value);
    if (finding->hint) {
        return NULL;
    }
    ways = ways_meant(c, &meant, parent->state, expected, finding->value);
    *aside = !ways;
    if (!ways) {
        ways = ways_meant(c, &meant, parent->begun, &all, finding->value);
        parent->lost = true;
    }
    finding->hint = meant && is_prefixed(finding->value, meant)
                        ? "its prefix stands for another namespace than it should"
                        : did_you_mean(c, meant, "<", ">");
    return ways && is_slip(meant, finding->value) ? ways : NULL;
}

const struct dx_ways *dx_explain_element(struct dx_checker *c, struct dx_frame *parent, const struct dx_node *node,
                                         uint32_t name, bool *aside)
{
    struct dx_finding finding = {.rule = DX_RULE_RNG_S01, .node = node, .value = dx_node_name(node)};
    struct dx_expected expected = {.arena = &c->scratch};
    const struct dx_ways *ways = dx_derive_element(c->v, parent->begun, name);

    finding.args[0] = finding.value;
    finding.args[1] = local_of(parent->node);
    dx_expect_elements(&expected, c->v, parent->state);
    finding.expected = expected_list(c, &expected, finding.value);
    *aside = true;
    if (parent == c->frames) {
        finding.rule = DX_RULE_RNG_S01D;
        ways = NULL;
    } else if (ways && ways->n > 0) {
        finding.rule = explain_excess(c, &finding.hint, node, name);
    } else if (has_room_for(c, parent->full, name)) {
        finding.rule = DX_RULE_RNG_S01C;
        parent->lost = true;
        ways = NULL;
    } else {
        ways = explain_stranger(c, parent, &finding, &expected, aside);
    }
    raise(c, &finding);
    return ways;
}

/* ---- attributes ---- */

struct tag {
    struct dx_frame *frame;
    struct dx_given *given;
    size_t n;
};

static bool read_tag(struct dx_checker *c, struct tag *tag, struct dx_frame *frame)
{
    const struct dx_node *node = frame->node;

    *tag = (struct tag){frame, dx_arena_zero(&c->scratch, node->n_attrs + 1u, sizeof *tag->given), 0};
    for (uint32_t i = 0; tag->given && i < node->n_attrs; i++) {
        struct dx_attr *attr = &node->attrs[i];

        if (!dx_attr_is_aside(attr)) {
            tag->given[tag->n++] =
                (struct dx_given){attr, dx_checker_attribute(c, node, attr), dx_attr_value(node, attr)};
        }
    }
    return tag->given != NULL;
}

/* Behind all attributes but one; not allowed when another is wrong. */
static const struct dx_pattern *over_others(struct dx_checker *c, const struct tag *tag, size_t but)
{
    const struct dx_pattern *state = tag->frame->full;

    for (size_t i = 0; i < tag->n && state != c->v->not_allowed; i++) {
        if (i != but) {
            state = dx_checker_over(c, state, tag->given[i].name, tag->given[i].value, false);
        }
    }
    return state;
}

/* The name that is nearest among those that may still come; its number in *number. */
static const char *nearest_attribute(struct dx_checker *c, const struct dx_pattern *state, const struct dx_given *given,
                                     uint32_t *number)
{
    struct dx_expected expected = {.arena = &c->scratch};
    const char *nearest;

    dx_expect_attributes(&expected, c->v, state);
    nearest = dx_expected_nearest(&expected, dx_attr_name(given->attr));
    *number = number_of(c, nearest);
    return nearest;
}

/* What is left when this attribute is taken for what it may have been meant to be; not allowed when it stays wrong. */
static const struct dx_pattern *over_meant(struct dx_checker *c, const struct dx_pattern *state,
                                           const struct dx_given *given)
{
    const struct dx_pattern *rest = dx_checker_over(c, state, given->name, given->value, true);
    uint32_t number;

    if (rest == c->v->not_allowed && nearest_attribute(c, state, given, &number) && number) {
        rest = dx_checker_over(c, state, number, given->value, true);
    }
    return rest == c->v->not_allowed ? state : rest;
}

/*
 * The one attribute that is to blame, when all would be well without it or with another value: one that was met first
 * if it is, else the first that is. tag->n when there is no single one.
 */
static size_t blame(struct dx_checker *c, const struct tag *tag)
{
    const struct dx_pattern *state = tag->frame->full;
    size_t met = 0, found = tag->n;

    while (met < tag->n) {
        state = dx_checker_over(c, state, tag->given[met].name, tag->given[met].value, false);
        if (state == c->v->not_allowed) {
            break;
        }
        met++;
    }
    if (met == tag->n) {
        return tag->n; /* one is missing, none is wrong */
    }
    for (size_t k = 0; k < tag->n && found == tag->n; k++) {
        size_t i = k == 0 ? met : k <= met ? k - 1 : k;
        const struct dx_pattern *others = over_others(c, tag, i);

        if (others != c->v->not_allowed &&
            dx_derive_close(c->v, over_meant(c, others, &tag->given[i]), false) != c->v->not_allowed) {
            found = i;
        }
    }
    return found;
}

/* The values that an attribute may have here. */
static void expect_values(struct dx_checker *c, struct dx_expected *out, const struct dx_ways *ways)
{
    for (uint32_t i = 0; i < ways->n; i++) {
        dx_expect_values(out, c->v, ways->items[i].inner);
    }
}

/* Where the parent's attributes are to blame: with others of them the child could have this one. */
static const char *other_kind(struct dx_checker *c, const struct dx_node *node, uint32_t attribute)
{
    const struct dx_frame *parent = &c->frames[c->depth];
    struct dx_buf buf = DX_BUF(&c->v->mem);
    const struct dx_ways *ways =
        dx_derive_element(c->v, dx_derive_close(c->v, parent->full, true), dx_checker_element(c, node));
    const struct dx_ways *inside = ways && ways->n ? dx_derive_attribute(c->v, ways->state, attribute) : NULL;

    if (parent == c->frames || !inside || inside->n == 0) {
        return NULL;
    }
    dx_buf_format(&buf, "another kind of <%.*s> has it: look at the attributes of that one too",
                  DX_F(dx_node_name(parent->node)));
    return keep(c, &buf).ptr;
}

/* Says what is wrong with an attribute, given all that is left for it; gives what is left behind it. */
static const struct dx_pattern *explain_attribute(struct dx_checker *c, const struct tag *tag,
                                                  const struct dx_pattern *state, const struct dx_given *given)
{
    const struct dx_node *node = tag->frame->node;
    struct dx_expected expected = {.arena = &c->scratch};
    const struct dx_ways *ways = dx_derive_attribute(c->v, state, given->name);
    struct dx_str name = dx_attr_name(given->attr);
    struct dx_finding finding = {
        .node = node,
        .attr = dx_arena_copy(&c->out->arena, name).ptr,
        .value = given->value,
    };
    uint32_t number;

    if (ways && ways->n > 0) {
        finding.rule = DX_RULE_RNG_S03;
        finding.args[0] = name;
        finding.args[1] = shown(c, given->value);
        finding.args[2] = dx_node_name(node);
        expect_values(c, &expected, ways);
        finding.expected = expected_list(c, &expected, given->value);
        finding.hint = unfilled(given->value);
        finding.hint =
            finding.hint ? finding.hint : did_you_mean(c, dx_expected_nearest(&expected, given->value), "'", "'");
    } else {
        const struct dx_ways *alone = dx_derive_attribute(c->v, tag->frame->full, given->name);

        finding.rule = alone && alone->n > 0 ? DX_RULE_RNG_S02B : DX_RULE_RNG_S02;
        finding.args[0] = dx_node_name(node);
        finding.args[1] = name;
        dx_expect_attributes(&expected, c->v, state);
        finding.expected = expected_list(c, &expected, name);
        if (finding.rule == DX_RULE_RNG_S02) {
            const char *nearest = nearest_attribute(c, state, given, &number);

            finding.hint = spells_out(c, tag->frame->full, name) ? "it is an element: write it inside"
                           : nearest                             ? did_you_mean(c, nearest, "'", "'")
                                                                 : other_kind(c, node, given->name);
            tag->frame->lost = tag->frame->lost || !nearest;
        }
    }
    raise(c, &finding);
    return over_meant(c, state, given);
}

static const struct dx_pattern *explain_each(struct dx_checker *c, const struct tag *tag)
{
    const struct dx_pattern *state = tag->frame->full;

    for (size_t i = 0; i < tag->n; i++) {
        const struct dx_pattern *rest = dx_checker_over(c, state, tag->given[i].name, tag->given[i].value, false);

        state = rest != c->v->not_allowed ? rest : explain_attribute(c, tag, state, &tag->given[i]);
    }
    return state;
}

static void explain_absent(struct dx_checker *c, const struct dx_frame *frame, const struct dx_pattern *state)
{
    struct dx_expected expected = {.arena = &c->scratch};
    bool all = dx_expect_needed(&expected, c->v, state, true);
    struct dx_finding finding = {.rule = DX_RULE_RNG_S04, .node = frame->node};

    finding.args[0] = dx_node_name(frame->node);
    finding.args[1] = needed(c, &expected, all, "'", "'");
    finding.lacks = expected.n ? dx_arena_copy(&c->out->arena, dx_str_of(expected.words[0])).ptr : NULL;
    finding.expected = expected_list(c, &expected, DX_S(""));
    raise(c, &finding);
}

const struct dx_pattern *dx_explain_attributes(struct dx_checker *c, struct dx_frame *frame)
{
    const struct dx_pattern *state, *closed;
    struct tag tag;
    size_t i;

    if (!read_tag(c, &tag, frame)) {
        return c->v->not_allowed;
    }
    i = blame(c, &tag);
    state = i < tag.n ? explain_attribute(c, &tag, over_others(c, &tag, i), &tag.given[i]) : explain_each(c, &tag);
    closed = dx_derive_close(c->v, state, false);
    if (closed == c->v->not_allowed) {
        if (!frame->lost) {
            explain_absent(c, frame, state);
        }
        closed = dx_derive_close(c->v, state, true);
    }
    frame->lost = false; /* of its attributes; its children are another matter */
    return closed;
}

/* ---- text, and what is missing ---- */

void dx_explain_text(struct dx_checker *c, const struct dx_frame *frame, const struct dx_node *text,
                     struct dx_str value)
{
    struct dx_expected expected = {.arena = &c->scratch};
    struct dx_finding finding = {.node = text ? text : frame->node, .value = value};
    struct dx_str words = dx_trim(value);

    for (const struct dx_node *child = frame->node->first; child && !text; child = child->next) {
        if ((child->kind == DX_KIND_TEXT && !dx_node_is_blank(child)) || child->kind == DX_KIND_CDATA) {
            finding.node = child;
            break;
        }
    }
    dx_expect_values(&expected, c->v, frame->state);
    if (frame->state->flags & DX_PATTERN_VALUES) {
        finding.rule = words.len ? DX_RULE_RNG_S06 : DX_RULE_RNG_S06B;
        finding.expected = expected_list(c, &expected, words);
        finding.hint = did_you_mean(c, dx_expected_nearest(&expected, words), "'", "'");
        finding.args[0] = local_of(frame->node);
        finding.args[1] = shown(c, words);
    } else {
        finding.rule = DX_RULE_RNG_S07;
        finding.args[0] = local_of(frame->node);
        finding.args[1] = shown(c, words);
    }
    if (unfilled(words)) {
        finding.hint = unfilled(words);
    }
    raise(c, &finding);
}

void dx_explain_missing(struct dx_checker *c, const struct dx_frame *frame)
{
    struct dx_expected expected = {.arena = &c->scratch};
    bool all = dx_expect_needed(&expected, c->v, frame->state, false);
    struct dx_finding finding = {.rule = DX_RULE_RNG_S05, .node = frame->node};

    if (expected.n == 1 && frame->stray.ptr && dx_str_is(frame->stray, expected.words[0])) {
        return; /* it was met, further in */
    }
    finding.args[0] = local_of(frame->node);
    if (expected.n == 0 && !expected.any) {
        finding.rule = DX_RULE_RNG_S06B;
        dx_expect_values(&expected, c->v, frame->state);
    } else {
        finding.args[1] = needed(c, &expected, all, "<", ">");
        finding.lacks = expected.n ? dx_arena_copy(&c->out->arena, dx_str_of(expected.words[0])).ptr : NULL;
    }
    finding.expected = expected_list(c, &expected, DX_S(""));
    raise(c, &finding);
}
