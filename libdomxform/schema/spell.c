#include "spell.h"

static void spell_text(struct dx_buf *buf, struct dx_str text)
{
    for (size_t i = 0; i < text.len; i++) {
        switch (text.ptr[i]) {
        case '&':
        case '<':
        case '>':
        case '\'':
        case '\t':
        case '\n':
        case '\r':
            dx_buf_format(buf, "&#%d;", text.ptr[i]);
            break;
        default:
            dx_buf_byte(buf, text.ptr[i]);
        }
    }
}

static void spell_attribute(struct dx_buf *buf, const char *name, struct dx_str value)
{
    dx_buf_format(buf, " %s='", name);
    spell_text(buf, value);
    dx_buf_puts(buf, "'");
}

static void spell_name(struct dx_buf *buf, const struct dx_schema *schema, uint32_t number)
{
    struct dx_qname name = schema->names.items[number - 1];

    dx_buf_puts(buf, "<name");
    spell_attribute(buf, "ns", name.ns);
    dx_buf_puts(buf, ">");
    spell_text(buf, name.local);
    dx_buf_puts(buf, "</name>");
}

static void spell_param(void *user, const char *name, struct dx_str value)
{
    struct dx_buf *buf = user;

    dx_buf_puts(buf, "<param");
    spell_attribute(buf, "name", dx_str_of(name));
    dx_buf_puts(buf, ">");
    spell_text(buf, value);
    dx_buf_puts(buf, "</param>");
}

static void begin(struct dx_buf *buf, const struct dx_schema *schema, const struct dx_rng *rng)
{
    if (rng->kind == DX_RNG_NAME) {
        spell_name(buf, schema, rng->name);
        return;
    }
    dx_buf_format(buf, "<%s", dx_rng_word(rng->kind));
    if (rng->kind == DX_RNG_REF) {
        spell_attribute(buf, "name", rng->word);
    }
    if (rng->kind == DX_RNG_NS_NAME) {
        spell_attribute(buf, "ns", rng->text);
    }
    if (rng->type) {
        spell_attribute(buf, "datatypeLibrary", dx_type_library(rng->type));
        spell_attribute(buf, "type", dx_type_name(rng->type));
    }
    dx_buf_puts(buf, ">");
    if (rng->name) {
        spell_name(buf, schema, rng->name);
    }
    if (rng->kind == DX_RNG_DATA) {
        dx_type_each_param(rng->type, spell_param, buf);
    }
    spell_text(buf, rng->kind == DX_RNG_VALUE ? rng->text : DX_S(""));
}

static void end(struct dx_buf *buf, const struct dx_rng *rng)
{
    if (rng->kind != DX_RNG_NAME) {
        dx_buf_format(buf, "</%s>", dx_rng_word(rng->kind));
    }
}

/* All patterns in a definition; what a param says stands in its type. */
static void spell_inside(struct dx_buf *buf, const struct dx_schema *schema, const struct dx_rng *top)
{
    const struct dx_rng *rng = top->first;

    while (rng && rng != top) {
        if (rng->kind != DX_RNG_PARAM) {
            begin(buf, schema, rng);
            if (rng->first) {
                rng = rng->first;
                continue;
            }
            end(buf, rng);
        }
        while (!rng->next && rng->parent != top) {
            rng = rng->parent;
            end(buf, rng);
        }
        rng = rng->next;
    }
}

static void spell_define(struct dx_buf *buf, const struct dx_schema *schema, const struct dx_define *define)
{
    /* As the schema has them: the order of an interleave matters to some engines. */
    for (const struct dx_rng *one = define->first; one; one = one->twin) {
        dx_buf_format(buf, "<%s", dx_rng_word(one->kind));
        if (one->kind == DX_RNG_DEFINE) {
            spell_attribute(buf, "name", one->word);
        }
        if (define->combine != DX_COMBINE_NOT) {
            spell_attribute(buf, "combine", dx_str_of(dx_rng_word((enum dx_rng_kind)define->combine)));
        }
        dx_buf_puts(buf, ">");
        spell_inside(buf, schema, one);
        dx_buf_format(buf, "</%s>\n", dx_rng_word(one->kind));
    }
}

void dx_schema_spell(struct dx_buf *buf, const struct dx_schema *schema)
{
    dx_buf_puts(buf, "<grammar xmlns='http://relaxng.org/ns/structure/1.0'>\n");
    for (uint32_t i = 0; i < schema->define_names.n; i++) {
        spell_define(buf, schema, &schema->defines[i]);
    }
    dx_buf_puts(buf, "</grammar>\n");
}
