/* A schema as one grammar in RELAX NG's XML syntax, for another engine. */
#ifndef DX_SCHEMA_SPELL_H
#define DX_SCHEMA_SPELL_H

#include "grammar.h"

/* Appends the grammar: includes are replaced by what they bring, names are spelled out with their namespaces. */
void dx_schema_spell(struct dx_buf *buf, const struct dx_schema *schema);

#endif
