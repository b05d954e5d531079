/* Nodes are linked in and out of the tree here, with the indentation that they bring and take along. */
#ifndef DX_LINK_H
#define DX_LINK_H

#include "tree.h"

/* Says that a node is no longer what the source says, nor are its ancestors. */
void dx_link_touch(struct dx_node *node);

/* A new node that stands nowhere yet; NULL when out of memory. */
struct dx_node *dx_link_new(struct dx_doc *doc, enum dx_kind kind);

/* Puts a node into `parent` right behind `after` (NULL: before all), or takes it out. */
void dx_link_in(struct dx_node *parent, struct dx_node *after, struct dx_node *node);
void dx_link_out(struct dx_node *node);

/* The last child that new children stand behind: not the white space before the end tag. */
struct dx_node *dx_link_last(const struct dx_node *parent);

/*
 * Puts a node in behind `after` (NULL: before all). Indentation comes from the child that it stands behind, or else
 * before; white space that is there is never split: behind a child the new node brings its own line, before one it
 * leaves one behind, so that taking it away again with the white space before it gives back the same bytes.
 * DX_OK or DX_ENOMEM.
 */
int dx_link_insert(struct dx_doc *doc, struct dx_node *parent, struct dx_node *after, struct dx_node *before,
                   struct dx_node *node);

/* Takes the white space from the last line end on off the text before a node. */
void dx_link_drop_indent(struct dx_doc *doc, struct dx_node *node);

#endif
