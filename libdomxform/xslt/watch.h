/* The watchdog: one thread of the process tells every piece of work when its time is up. */
#ifndef DX_XSLT_WATCH_H
#define DX_XSLT_WATCH_H

#include "../ctx.h"

enum dx_watch_verdict { DX_WATCH_FINE, DX_WATCH_TIMEOUT, DX_WATCH_CANCELLED };

struct dx_watch {
    struct dx_ctx *ctx;       /* dx_cancel() is heard */
    size_t timeout;           /* milliseconds */
    void (*stop)(void *user); /* called from another thread, again and again until dx_watch_end() */
    void *user;
    const char *what; /* for dx_process_stuck() */

    /* The watchdog's own. */
    int64_t deadline;
    enum dx_watch_verdict verdict;
    bool told;
    struct dx_watch *next;
};

/* Begins to watch; false when there can be no thread. */
bool dx_watch_begin(struct dx_watch *watch);
enum dx_watch_verdict dx_watch_end(struct dx_watch *watch);

#endif
