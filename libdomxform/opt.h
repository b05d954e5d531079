/* SPECs: NAME[:BODY] parsed into a pass's own struct, by its table of options (CONTRACT §3). */
#ifndef DX_OPT_H
#define DX_OPT_H

#include "ctx.h"

/* What a SPEC is parsed for. */
struct dx_opt_target {
    const struct dx_opt *opts; /* the table; NULL: takes no options */
    size_t size;               /* bytes of the struct that values land in */
    unsigned flags;            /* DX_PASS_OPEN */
    const char *what;          /* "--pass" or "--remove", for messages */
};

/* Where NAME of a SPEC ends: at the first colon, or with the SPEC. */
struct dx_str dx_opt_name(const char *spec);

/*
 * Parses a SPEC. *out is a zeroed struct of target->size in `arena` with the values put in; strings are copies there.
 * DX_OK; DX_EUSAGE after a diagnostic that shows the SPEC and points into it; DX_ENOMEM.
 */
int dx_opt_parse(void **out, struct dx_ctx *ctx, struct dx_arena *arena, const char *spec,
                 const struct dx_opt_target *target);

/* The column (from 1) of byte `offset` of a value that begins at byte `at` of a SPEC: escapes are one byte there. */
size_t dx_opt_column(const char *spec, size_t at, size_t offset);

/* Reports a usage error at a column (from 1) of a SPEC. Returns DX_EUSAGE or DX_ENOMEM. */
int dx_opt_refuse(struct dx_ctx *ctx, const char *spec, size_t column, const char *pass, const char *hint,
                  const char *format, ...) DX_FORMAT(6, 7);

#endif
