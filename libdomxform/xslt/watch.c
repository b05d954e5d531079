#include "watch.h"

#include "../process.h"

#include <pthread.h>
#include <time.h>

/* In milliseconds: how often dx_cancel() is looked for, how long what was told to stop may take for it, and how long
 * the thread stays when there is nothing to watch. */
enum { LOOK = 20, GRACE = 300, LINGER = 50 };

#define MS INT64_C(1000000)

/* One watchdog per process serves all; the mutex guards it, and what stop() is called with. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t woken = PTHREAD_COND_INITIALIZER;
static struct dx_watch *watched;
static bool running;

static int64_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 * MS + ts.tv_nsec;
}

static void look_at(struct dx_watch *watch, int64_t time)
{
    bool cancelled = dx_ctx_is_cancelled(watch->ctx);

    if (watch->verdict == DX_WATCH_FINE && (cancelled || time >= watch->deadline)) {
        watch->verdict = cancelled ? DX_WATCH_CANCELLED : DX_WATCH_TIMEOUT;
        watch->deadline = time;
    }
    if (watch->verdict == DX_WATCH_FINE) {
        return;
    }
    watch->stop(watch->user);
    if (!watch->told && time >= watch->deadline + GRACE * MS) {
        watch->told = true;
        dx_process_stuck(watch->what);
    }
}

/* The next time when there is something to do. */
static int64_t next_look(int64_t time)
{
    int64_t at = time + (watched ? LOOK : LINGER) * MS;

    for (const struct dx_watch *watch = watched; watch; watch = watch->next) {
        if (watch->verdict == DX_WATCH_FINE && watch->deadline < at) {
            at = watch->deadline;
        }
    }
    return at;
}

static void sleep_until(int64_t at)
{
    struct timespec ts;
    int64_t left = at - now();

    clock_gettime(CLOCK_REALTIME, &ts);
    left = (left > 0 ? left : 0) + ts.tv_nsec;
    ts.tv_sec += (time_t)(left / (1000 * MS));
    ts.tv_nsec = (long)(left % (1000 * MS));
    pthread_cond_timedwait(&woken, &mutex, &ts);
}

static void *watch_all(void *user)
{
    int64_t idle_since = 0;

    (void)user;
    pthread_mutex_lock(&mutex);
    for (;;) {
        int64_t time = now();

        for (struct dx_watch *watch = watched; watch; watch = watch->next) {
            look_at(watch, time);
        }
        if (!watched && idle_since && time - idle_since >= LINGER * MS) {
            break;
        }
        idle_since = watched ? 0 : idle_since ? idle_since : time;
        sleep_until(next_look(time));
    }
    running = false;
    pthread_mutex_unlock(&mutex);
    return NULL;
}

static bool start(void)
{
    pthread_attr_t attr;
    pthread_t thread;
    bool started;

    if (running) {
        return true;
    }
    if (pthread_attr_init(&attr) != 0) {
        return false;
    }
    pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
    started = pthread_create(&thread, &attr, watch_all, NULL) == 0;
    pthread_attr_destroy(&attr);
    running = started;
    return started;
}

bool dx_watch_begin(struct dx_watch *watch)
{
    bool started;

    pthread_mutex_lock(&mutex);
    watch->deadline = now() + (int64_t)watch->timeout * MS;
    watch->verdict = DX_WATCH_FINE;
    watch->told = false;
    started = start();
    if (started) {
        watch->next = watched;
        watched = watch;
        if (watch->timeout < LINGER) {
            pthread_cond_signal(&woken); /* else it looks soon enough of its own */
        }
    }
    pthread_mutex_unlock(&mutex);
    return started;
}

enum dx_watch_verdict dx_watch_end(struct dx_watch *watch)
{
    enum dx_watch_verdict verdict;
    struct dx_watch **at = &watched;

    pthread_mutex_lock(&mutex);
    while (*at != watch) {
        at = &(*at)->next;
    }
    *at = watch->next;
    verdict = watch->verdict;
    pthread_mutex_unlock(&mutex);
    return verdict;
}
