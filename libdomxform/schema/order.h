/* Whether libxml2's engine, which libvirt uses, takes the order of a valid document's elements. */
#ifndef DX_SCHEMA_ORDER_H
#define DX_SCHEMA_ORDER_H

#include "pattern.h"

#include "../rules.h"

/*
 * Adds a note where it does not. The document is one that the schema allows. Nothing is said when that engine fails
 * for another reason. DX_OK or DX_ENOMEM.
 */
int dx_order_check(struct dx_findings *out, struct dx_doc *doc, struct dx_validator *v);

#endif
