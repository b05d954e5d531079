/* The files of cli/script, which scripts are put together of, as they were when the command was built. */
#ifndef CLI_PIECES_H
#define CLI_PIECES_H

#include <stddef.h>

/* The text of the file of that name, without its suffix. */
const char *piece_find(const char *name);

#endif
