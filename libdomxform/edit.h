/* The only mutator. Every change goes through here, finds out whether it is one, and marks what it touched. */
#ifndef DX_EDIT_H
#define DX_EDIT_H

#include "tree.h"

/* For the caller that has a literal: sets an attribute to a word. */
int dx_edit_set(struct dx_node *element, const char *name, const char *value);

/* Writes an element that holds white space and nothing else as an empty tag; DX_UNCHANGED for any other. */
int dx_edit_hollow(struct dx_node *element);

#endif
