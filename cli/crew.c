#include "crew.h"

#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

/* Results a worker may be ahead of the one that is waited for; how often somebody who waits looks up. */
enum { AHEAD = 8, TICK_MS = 100, MOST_WORKERS = 1024 };

struct shift {
    const struct crew *crew;
    pthread_mutex_t lock;
    pthread_cond_t ready, room;
    char *results; /* a ring of `window` */
    bool *done;
    size_t next, taken, window;
    bool stop;
};

struct worker {
    struct shift *shift;
    void *own;
    pthread_t thread;
};

static void *result_at(struct shift *shift, size_t i)
{
    return shift->results + i % shift->window * shift->crew->result_size;
}

/* The next piece of work; false: there is none. */
static bool claim(struct shift *shift, size_t *i)
{
    bool more;

    pthread_mutex_lock(&shift->lock);
    while (!shift->stop && shift->next < shift->crew->n && shift->next >= shift->taken + shift->window) {
        pthread_cond_wait(&shift->room, &shift->lock);
    }
    more = !shift->stop && shift->next < shift->crew->n;
    *i = more ? shift->next++ : 0;
    pthread_mutex_unlock(&shift->lock);
    return more;
}

static void *labour(void *arg)
{
    struct worker *worker = arg;
    struct shift *shift = worker->shift;
    const struct crew *crew = shift->crew;
    size_t i;

    while (claim(shift, &i)) {
        memset(result_at(shift, i), 0, crew->result_size);
        crew->work(crew->user, worker->own, i, result_at(shift, i));
        pthread_mutex_lock(&shift->lock);
        shift->done[i % shift->window] = true;
        pthread_cond_signal(&shift->ready);
        pthread_mutex_unlock(&shift->lock);
    }
    return NULL;
}

/* True when the result is there, false when some time went by. */
static bool wait_for(struct shift *shift, size_t i)
{
    struct timespec until;
    bool done;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += TICK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    pthread_mutex_lock(&shift->lock);
    if (!shift->done[i % shift->window]) {
        pthread_cond_timedwait(&shift->ready, &shift->lock, &until);
    }
    done = shift->done[i % shift->window];
    pthread_mutex_unlock(&shift->lock);
    return done;
}

static void take_all(struct shift *shift)
{
    const struct crew *crew = shift->crew;
    bool more = true;

    for (size_t i = 0; more && i < crew->n; i++) {
        while (!wait_for(shift, i)) {
            (void)crew->take(crew->user, NULL);
        }
        more = crew->take(crew->user, result_at(shift, i));
        pthread_mutex_lock(&shift->lock);
        shift->done[i % shift->window] = false;
        shift->taken = i + 1;
        shift->stop = !more;
        pthread_cond_broadcast(&shift->room);
        pthread_mutex_unlock(&shift->lock);
    }
}

/* One piece after the other. */
static void work_alone(const struct crew *crew, void *own, void *result)
{
    bool more = true;

    for (size_t i = 0; more && i < crew->n; i++) {
        memset(result, 0, crew->result_size);
        crew->work(crew->user, own, i, result);
        more = crew->take(crew->user, result);
    }
}

static void work_together(struct shift *shift, struct worker *workers, size_t n)
{
    const struct crew *crew = shift->crew;
    size_t begun = 0;

    pthread_mutex_init(&shift->lock, NULL);
    pthread_cond_init(&shift->ready, NULL);
    pthread_cond_init(&shift->room, NULL);
    while (begun < n && pthread_create(&workers[begun].thread, NULL, labour, &workers[begun]) == 0) {
        begun++;
    }
    if (begun > 0) {
        take_all(shift);
    } else {
        work_alone(crew, workers[0].own, shift->results);
    }
    for (size_t i = 0; i < begun; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    for (size_t i = 0; i < shift->window; i++) {
        if (shift->done[i]) {
            crew->drop(crew->user, shift->results + i * crew->result_size);
        }
    }
    pthread_cond_destroy(&shift->room);
    pthread_cond_destroy(&shift->ready);
    pthread_mutex_destroy(&shift->lock);
}

int crew_run(const struct crew *crew)
{
    size_t wanted = crew->workers < crew->n ? crew->workers : crew->n, n = 0;
    struct shift shift = {.crew = crew};
    struct worker *workers;

    wanted = wanted < 1 ? 1 : wanted > MOST_WORKERS ? MOST_WORKERS : wanted;
    shift.window = wanted * AHEAD;
    workers = io_realloc(crew->io, NULL, wanted, sizeof *workers);
    shift.results = io_realloc(crew->io, NULL, shift.window, crew->result_size);
    shift.done = io_realloc(crew->io, NULL, shift.window, sizeof *shift.done);
    if (workers && shift.results && shift.done) {
        memset(shift.done, 0, shift.window * sizeof *shift.done);
        while (n < wanted && (workers[n].own = crew->enter(crew->user)) != NULL) {
            workers[n++].shift = &shift;
        }
    }
    if (n > 1) {
        work_together(&shift, workers, n);
    } else if (n == 1) {
        work_alone(crew, workers[0].own, shift.results);
    }
    for (size_t i = 0; i < n; i++) {
        crew->leave(crew->user, workers[i].own);
    }
    io_free(crew->io, workers);
    io_free(crew->io, shift.results);
    io_free(crew->io, shift.done);
    return n > 0 ? DX_OK : DX_ENOMEM;
}
