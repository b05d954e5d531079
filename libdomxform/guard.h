/* Promise P6: the result has no error of level define that the input did not have; nor one of the schema, when one is
 * given. */
#ifndef DX_GUARD_H
#define DX_GUARD_H

#include "domain.h"

/* Before any edit: one warning where the input breaks opts->schema. DX_OK, DX_ENOMEM, DX_ELIMIT. */
int dx_guard_input(struct dx_doc *doc, const struct dx_run_options *opts);

/* DX_OK; DX_EREFUSED after reporting each error that is new; DX_ENOMEM, DX_ELIMIT. `clean`: the rules were run on the
 * document as it is, and found no error. */
int dx_guard(struct dx_doc *doc, const struct dx_target *target, const struct dx_run_options *opts, bool clean);

#endif
