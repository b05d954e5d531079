/* The only mutator. Every change goes through here, finds out whether it is one, and marks what it touched. */
#ifndef DX_EDIT_H
#define DX_EDIT_H

#include "tree.h"

/* For the caller that has a literal: sets an attribute to a word. */
int dx_edit_set(struct dx_node *element, const char *name, const char *value);

/*
 * Inserts a text, CDATA, comment or PI (its target is `name`) into `parent` behind `after`, or before `before`, or
 * (both NULL) behind all children. A comment or PI is indented as an element would be, a text stands as it is. *out is
 * borrowed from the document. As the functions of the public header.
 */
int dx_edit_insert_leaf(struct dx_node **out, struct dx_node *parent, struct dx_node *after, struct dx_node *before,
                        enum dx_kind kind, struct dx_str name, struct dx_str value);

/* Gives a text, CDATA, comment or PI another content. */
int dx_edit_set_value(struct dx_node *leaf, struct dx_str value);

/* Takes a node from where it stands, with the indentation before it, and puts it elsewhere in the document, its bytes
 * as they are; the place is told as above. What it is put into must not lie in it. */
int dx_edit_move(struct dx_node *node, struct dx_node *parent, struct dx_node *after, struct dx_node *before);

/* Writes an element that holds white space and nothing else as an empty tag; DX_UNCHANGED for any other. */
int dx_edit_hollow(struct dx_node *element);

#endif
