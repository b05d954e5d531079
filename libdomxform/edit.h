/* The only mutator. Every change goes through here, finds out whether it is one, and marks what it touched. */
#ifndef DX_EDIT_H
#define DX_EDIT_H

#include "tree.h"

/* For the caller that has a literal: sets an attribute to a word. */
int dx_edit_set(struct dx_node *element, const char *name, const char *value);

/* Where a node goes: into `parent` behind `after`, or before `before`, or (both NULL) behind all its children. Flat: it
 * brings no indentation along, as in an element that holds text; a text never does. */
struct dx_spot {
    struct dx_node *parent, *after, *before;
    bool flat;
};

/*
 * Inserts a new node that says what `like` says, which may stand in another document: an element with its attributes
 * but without what is in it, a text, a comment, a PI. *out is borrowed from the document; after a failure the document
 * is good for nothing but to be freed. DX_OK, DX_EREFUSED after a diagnostic, DX_ENOMEM.
 */
int dx_edit_put(struct dx_node **out, const struct dx_spot *spot, const struct dx_node *like);

/* Gives a text, CDATA, comment or PI another content; a CDATA section becomes text. As the functions of the public
 * header. */
int dx_edit_set_value(struct dx_node *leaf, struct dx_str value);

/* Puts a node that was removed, and nothing of which was used since, in again: here or elsewhere, its bytes as they
 * are. DX_OK or DX_ENOMEM. */
int dx_edit_return(struct dx_node *node, const struct dx_spot *spot);

/* Takes a node from where it stands, with the indentation before it, and puts it elsewhere in the document, its bytes
 * as they are. What it is put into must not lie in it. DX_OK, DX_EREFUSED (the root), DX_ENOMEM. */
int dx_edit_move(struct dx_node *node, const struct dx_spot *spot);

/* Writes an element that holds white space and nothing else as an empty tag; DX_UNCHANGED for any other. */
int dx_edit_hollow(struct dx_node *element);

#endif
