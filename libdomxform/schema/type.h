/* Datatypes: those of RELAX NG itself and those of XML Schema that libvirt's schemas name, with their parameters. */
#ifndef DX_SCHEMA_TYPE_H
#define DX_SCHEMA_TYPE_H

#include "../buf.h"

struct dx_type;

/* The type of that name in a library ("" is RELAX NG's own). NULL in *out when there is none. DX_OK or DX_ENOMEM. */
int dx_type_new(struct dx_type **out, struct dx_arena *arena, struct dx_str library, struct dx_str name);

/* True when the library is one that dx_type_new() knows. */
bool dx_type_has_library(struct dx_str library);

/* Frees what does not stand in the arena. */
void dx_type_close(struct dx_type *type);

/*
 * Adds a parameter. DX_OK; DX_EUSAGE when the type has none of that name or the value is not one for it;
 * DX_ENOMEM.
 */
int dx_type_add_param(struct dx_type *type, struct dx_arena *arena, struct dx_str name, struct dx_str value);

/* True when a value is of the type; what it takes along the way goes to `scratch`. */
bool dx_type_allows(const struct dx_type *type, struct dx_str value, struct dx_buf *scratch);

/* True when two values mean the same in the type. */
bool dx_type_equal(const struct dx_type *type, struct dx_str a, struct dx_str b);

/* What the schema said: the library, the name, and (but for the type's own bounds) each parameter. */
struct dx_str dx_type_library(const struct dx_type *type);
struct dx_str dx_type_name(const struct dx_type *type);
void dx_type_each_param(const struct dx_type *type, void (*tell)(void *user, const char *name, struct dx_str value),
                        void *user);

/* Appends what a value of the type is, for people: "a whole number from 1 to 65535". */
void dx_type_describe(struct dx_buf *buf, const struct dx_type *type);

#endif
