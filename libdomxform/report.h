/* A report about a node: where it stands, its path, and that it is new. */
#ifndef DX_REPORT_H
#define DX_REPORT_H

#include "tree.h"

/*
 * Adds a report with its place filled in: `attr` of the node, or (NULL) the node itself; what does not stand in the
 * source says "inserted here". Paths cost a look at all siblings: past 1 000 diagnostics none is told.
 * DX_OK or DX_ENOMEM.
 */
int dx_node_report(struct dx_doc *doc, const struct dx_node *node, const char *attr, struct dx_report *report);

#endif
