/* Promise P6: the result has no error of level define that the input did not have. */
#ifndef DX_GUARD_H
#define DX_GUARD_H

#include "domain.h"

/* DX_OK; DX_EREFUSED after reporting each error that is new; DX_ENOMEM. */
int dx_guard(struct dx_doc *doc, const struct dx_target *target, const struct dx_run_options *opts);

#endif
