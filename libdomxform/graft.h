/* Makes a document say what another one says, keeping the bytes of all that both say. */
#ifndef DX_GRAFT_H
#define DX_GRAFT_H

#include "edit.h"

/*
 * Edits `doc` until its canonical form is that of `result` but for white space alone. What is alike in both stays where
 * it stands, what moved is moved with its bytes, what differs in part is changed in part; the rest goes, or comes in
 * spelled as `doc` spells. `result` is only read. DX_OK, DX_UNCHANGED, DX_EREFUSED after a diagnostic (a name that the
 * document's encoding cannot say), DX_ENOMEM.
 */
int dx_graft(struct dx_doc *doc, const struct dx_doc *result);

#endif
