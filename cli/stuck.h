/* The end of a process whose stylesheet does not stop: the one thing that can still be done about it. */
#ifndef CLI_STUCK_H
#define CLI_STUCK_H

#include <stdbool.h>

/* How the message is to look; until told, as text. */
void stuck_speak(bool json);

/* Writes a message and ends the process with the exit code for limits. Nothing of the document was written by then. */
void stuck_exit(const char *sheet);

#endif
