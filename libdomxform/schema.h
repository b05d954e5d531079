/* RELAX NG schemas: loading them, and judging documents by them. */
#ifndef DX_SCHEMA_H
#define DX_SCHEMA_H

#include "rules.h"

/*
 * Adds a finding for everything in the document that the schema does not allow. DX_OK (also when there are findings),
 * DX_ENOMEM, DX_ELIMIT when cancelled.
 */
int dx_schema_check(struct dx_findings *out, struct dx_doc *doc, const struct dx_schema *schema);

/*
 * Adds a note where libvirt's own engine refuses the order of a document in which the schema found nothing: not for
 * the schema that is built in, which libvirt does not read. As dx_schema_check().
 */
int dx_schema_check_order(struct dx_findings *out, struct dx_doc *doc, const struct dx_schema *schema);

#endif
