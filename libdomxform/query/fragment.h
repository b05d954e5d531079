/* Fragments of XML: elements and comments side by side, as a user gives them in a SPEC or in a file. */
#ifndef DX_QUERY_FRAGMENT_H
#define DX_QUERY_FRAGMENT_H

#include "query/words.h"

/* Known to be well-formed. Immutable: each run reads it anew, as a document of its own. */
struct dx_fragment {
    struct dx_mem mem;
    char *bytes; /* with an element around it that declares libvirt's prefixes */
    size_t len;
};

/*
 * Reads a fragment: `text`, which stands in the SPEC at `phrase`, or (NULL) the file `path`. On success *out is owned
 * by the caller. DX_OK; DX_EUSAGE for a malformed text; DX_EIO and DX_EINPUT for a file; DX_ENOMEM; all but the last
 * after a report with a position in the fragment.
 */
int dx_fragment_new(struct dx_fragment **out, const struct dx_phrase *phrase, struct dx_str text, const char *path);
void dx_fragment_free(struct dx_fragment *fragment);

/* The fragment as a document that one run may change; its items are the children of the root. */
int dx_fragment_open(struct dx_doc **out, const struct dx_fragment *fragment, struct dx_ctx *ctx);

/* Writes libvirt's prefixes in it as they are written at `at` of another document. DX_OK or DX_ENOMEM. */
int dx_fragment_adapt(struct dx_doc *fragment, const struct dx_node *at);

/* Declares in the run's document, for what is put in at `at`, the prefixes that a fragment leaves to it. As
 * dx_namespace_declare(). */
int dx_fragment_declare(const struct dx_doc *fragment, struct dx_run *run, const struct dx_node *at);

#endif
