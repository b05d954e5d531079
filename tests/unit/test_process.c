/* The watchdog, and the memory that is counted: what is told to stop, when, and what is said of what does not. */
#include "support.h"

#include "ctx.h"
#include "process.h"
#include "xslt/watch.h"

#include <libxml/xmlmemory.h>

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

static atomic_int stuck_calls;

static void on_stuck(const char *what)
{
    (void)what;
    atomic_fetch_add(&stuck_calls, 1);
}

struct worker {
    atomic_int stops;
};

static void stop(void *user)
{
    struct worker *worker = user;

    atomic_fetch_add(&worker->stops, 1);
}

static void sleep_ms(long ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000}, NULL);
}

/* Waits until it is told to stop, or gives up after some seconds. */
static bool wait_for_stop(struct worker *worker)
{
    for (int i = 0; i < 500 && !atomic_load(&worker->stops); i++) {
        sleep_ms(10);
    }
    return atomic_load(&worker->stops) > 0;
}

static struct dx_watch watch_of(struct dx_ctx *ctx, struct worker *worker, size_t timeout)
{
    return (struct dx_watch){.ctx = ctx, .timeout = timeout, .stop = stop, .user = worker, .what = "sheet.xsl"};
}

TEST(what_ends_in_time_is_let_be)
{
    struct dx_ctx *ctx = t_ctx();
    struct worker worker = {0};
    struct dx_watch watch = watch_of(ctx, &worker, 60000);

    for (int i = 0; i < 3; i++) {
        assert_true(dx_watch_begin(&watch));
        sleep_ms(30);
        assert_int_equal(dx_watch_end(&watch), DX_WATCH_FINE);
        sleep_ms(i == 1 ? 200 : 0); /* the thread goes when it has nothing to do, and comes again */
    }
    assert_int_equal(atomic_load(&worker.stops), 0);
    dx_ctx_free(ctx);
}

TEST(each_of_several_has_its_own_time)
{
    struct dx_ctx *ctx = t_ctx();
    struct worker slow = {0}, quick = {0};
    struct dx_watch first = watch_of(ctx, &slow, 60000), second = watch_of(ctx, &quick, 50);

    assert_true(dx_watch_begin(&first));
    assert_true(dx_watch_begin(&second));
    assert_true(wait_for_stop(&quick));
    assert_int_equal(dx_watch_end(&second), DX_WATCH_TIMEOUT);
    assert_int_equal(atomic_load(&slow.stops), 0);
    assert_int_equal(dx_watch_end(&first), DX_WATCH_FINE);
    dx_ctx_free(ctx);
}

static struct dx_ctx *to_cancel;

static void on_signal(int number)
{
    (void)number;
    dx_cancel(to_cancel);
}

static void *cancel(void *user)
{
    dx_cancel(user);
    return NULL;
}

TEST(a_thread_and_a_signal_handler_may_cancel)
{
    for (int by_signal = 0; by_signal < 2; by_signal++) {
        struct dx_ctx *ctx = t_ctx();
        struct worker worker = {0};
        struct dx_watch watch = watch_of(ctx, &worker, 60000);
        pthread_t thread;

        to_cancel = ctx;
        assert_true(dx_watch_begin(&watch));
        if (by_signal) {
            signal(SIGUSR1, on_signal);
            raise(SIGUSR1);
            signal(SIGUSR1, SIG_DFL);
        } else {
            assert_int_equal(pthread_create(&thread, NULL, cancel, ctx), 0);
            pthread_join(thread, NULL);
        }
        assert_true(wait_for_stop(&worker));
        assert_int_equal(dx_watch_end(&watch), DX_WATCH_CANCELLED);
        dx_ctx_free(ctx);
    }
}

TEST(what_does_not_stop_is_told_of_once)
{
    struct dx_ctx *ctx = t_ctx();
    struct worker worker = {0};
    struct dx_watch watch = watch_of(ctx, &worker, 20);

    atomic_store(&stuck_calls, 0);
    assert_true(dx_watch_begin(&watch));
    for (int i = 0; i < 500 && !atomic_load(&stuck_calls); i++) {
        sleep_ms(10);
    }
    sleep_ms(100);
    assert_int_equal(dx_watch_end(&watch), DX_WATCH_TIMEOUT);
    assert_int_equal(atomic_load(&stuck_calls), 1);
    dx_ctx_free(ctx);
}

TEST(memory_beyond_the_budget_is_told_of_and_refused)
{
    struct worker worker = {0};
    struct dx_budget budget = {.soft = 1 << 20, .hard = 2 << 20, .stop = stop, .user = &worker, .what = "sheet.xsl"};
    void *before = xmlMalloc(100), *block, *more;

    atomic_store(&stuck_calls, 0);
    dx_budget_begin(&budget);
    xmlFree(before); /* what was there before gives no credit that would matter */
    block = xmlMalloc(1000 * 1000);
    assert_non_null(block);
    assert_int_equal(atomic_load(&worker.stops), 0);
    more = xmlMalloc(500 * 1000);
    assert_non_null(more);
    assert_true(budget.over);
    block = xmlRealloc(block, 400 * 1000);
    assert_non_null(block);
    assert_null(xmlMalloc((size_t)3 << 20));
    assert_int_equal(atomic_load(&stuck_calls), 1);
    xmlFree(block);
    xmlFree(more);
    assert_true(budget.used < 100 * 1000);
    dx_budget_end(&budget);
    assert_int_equal(atomic_load(&worker.stops), 1);
    block = xmlMalloc((size_t)3 << 20);
    assert_non_null(block);
    xmlFree(block);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_ends_in_time_is_let_be),
        cmocka_unit_test(each_of_several_has_its_own_time),
        cmocka_unit_test(a_thread_and_a_signal_handler_may_cancel),
        cmocka_unit_test(what_does_not_stop_is_told_of_once),
        cmocka_unit_test(memory_beyond_the_budget_is_told_of_and_refused),
    };

    if (dx_process_init(DX_PROCESS_MEMORY) != DX_OK) {
        return 1;
    }
    dx_process_on_stuck(on_stuck);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
