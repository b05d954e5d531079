/* How new things are spelled here: asked of the nearest sibling, then the file, then libvirt's habit. */
#ifndef DX_STYLE_H
#define DX_STYLE_H

#include "tree.h"

/* The white space from the last line end before a node up to it; len == 0 when it begins no line. */
struct dx_str dx_style_indent(const struct dx_node *node);

/* The same for a child that `parent` would get: that of its children, or its own and one unit more. */
struct dx_str dx_style_child_indent(struct dx_doc *doc, const struct dx_node *parent);

/* What goes before the end tag of an element that had no children: its own indentation. */
struct dx_str dx_style_close_indent(struct dx_doc *doc, const struct dx_node *parent);

/* The quote of a new attribute of an element, new or not. */
char dx_style_quote(struct dx_doc *doc, const struct dx_node *element);

/* How a new element is closed while it is empty: asked once it stands where it stands. */
enum dx_empty dx_style_empty(struct dx_doc *doc, const struct dx_node *element);

/* The white space before a new attribute: what stands before the last one of the tag. */
struct dx_str dx_style_attr_gap(const struct dx_doc *doc, const struct dx_node *element);

#endif
