#include "exec/loop.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <uv.h>

#include "base/mem.h"

/* The handles are the first members: what libuv hands to a callback is the whole. */
struct watch {
    uv_poll_t handle;
    int fd;
    void (*ready)(void *context);
    void *context;
    struct watch *next;
};

struct loop_timer {
    uv_timer_t handle;
    void (*due)(void *context);
    void *context;
};

struct signals {
    uv_signal_t interrupt, terminate;
    void (*came)(void *context);
    void *context;
    int open;               /* handles not yet closed */
};

struct work {
    uv_work_t request;
    void (*work)(void *context);
    void (*done)(void *context);
    void *context;
};

struct loop {
    uv_loop_t uv;
    struct watch *watches;
    struct signals *signals;
};

static int
fail_uv(struct fx_error *err, int code, const char *what)
{
    return fx_fail_errno(err, -code, "%s", what);   /* libuv's codes are negated errnos here */
}

/* With fewer descriptors libuv ends the program without a word. */
enum { FILES_LEAST = 32 };

int
loop_files(struct fx_error *err)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur >= FILES_LEAST)
        return 0;
    fx_fail(err, FX_SYSTEM, FX_NOWHERE, "at most %llu files may be open, and %d are needed",
            (unsigned long long)files.rlim_cur, FILES_LEAST);
    return fx_error_hint(err, "raise the limit: ulimit -n 1024");
}

struct loop *
loop_new(struct fx_error *err)
{
    struct loop *loop;
    int code;

    if (loop_files(err) != 0)
        return NULL;
    loop = mem_new(1, sizeof *loop);
    code = uv_loop_init(&loop->uv);
    if (code != 0) {
        fail_uv(err, code, "no event loop");
        free(loop);
        return NULL;
    }
    return loop;
}

static void
free_handle(uv_handle_t *handle)
{
    free(handle);
}

static void
signal_closed(uv_handle_t *handle)
{
    struct signals *signals = handle->data;

    if (--signals->open == 0)
        free(signals);
}

static void
close_handle(uv_handle_t *handle, void *context)
{
    (void)context;
    if (!uv_is_closing(handle))
        uv_close(handle, handle->type == UV_SIGNAL ? signal_closed : free_handle);
}

void
loop_free(struct loop *loop)
{
    if (!loop)
        return;
    uv_walk(&loop->uv, close_handle, NULL);
    /* Work that still runs has a request, which keeps the loop alive until its `done`; that one may
       start timers anew. */
    while (uv_run(&loop->uv, UV_RUN_DEFAULT) != 0 || uv_loop_close(&loop->uv) == UV_EBUSY)
        uv_walk(&loop->uv, close_handle, NULL);
    free(loop);
}

static void
on_poll(uv_poll_t *handle, int status, int events)
{
    struct watch *watch = (struct watch *)handle;

    (void)status;       /* an error shows when the callback reads */
    (void)events;
    watch->ready(watch->context);
}

int
loop_watch(struct loop *loop, int fd, void (*ready)(void *context), void *context,
           struct fx_error *err)
{
    struct watch *watch = mem_new(1, sizeof *watch);
    int code = uv_poll_init(&loop->uv, &watch->handle, fd);

    if (code != 0) {
        free(watch);
        return fail_uv(err, code, "cannot watch a descriptor");
    }
    watch->fd = fd;
    watch->ready = ready;
    watch->context = context;
    watch->next = loop->watches;
    loop->watches = watch;
    code = uv_poll_start(&watch->handle, UV_READABLE, on_poll);
    if (code != 0) {
        loop_unwatch(loop, fd);
        return fail_uv(err, code, "cannot watch a descriptor");
    }
    return 0;
}

void
loop_unwatch(struct loop *loop, int fd)
{
    for (struct watch **at = &loop->watches; *at; at = &(*at)->next) {
        struct watch *watch = *at;

        if (watch->fd != fd)
            continue;
        *at = watch->next;
        close_handle((uv_handle_t *)&watch->handle, NULL);
        return;
    }
}

static void
on_signal(uv_signal_t *handle, int number)
{
    struct signals *signals = handle->data;

    (void)number;
    signals->came(signals->context);
}

int
loop_signals(struct loop *loop, void (*came)(void *context), void *context, struct fx_error *err)
{
    struct signals *signals = mem_new(1, sizeof *signals);
    int code;

    loop->signals = signals;
    signals->came = came;
    signals->context = context;
    signals->open = 2;
    uv_signal_init(&loop->uv, &signals->interrupt);
    uv_signal_init(&loop->uv, &signals->terminate);
    signals->interrupt.data = signals->terminate.data = signals;
    code = uv_signal_start(&signals->interrupt, on_signal, SIGINT);
    if (code == 0)
        code = uv_signal_start(&signals->terminate, on_signal, SIGTERM);
    /* They do not keep the loop waiting. */
    uv_unref((uv_handle_t *)&signals->interrupt);
    uv_unref((uv_handle_t *)&signals->terminate);
    return code == 0 ? 0 : fail_uv(err, code, "cannot catch signals");
}

struct loop_timer *
loop_timer_new(struct loop *loop, void (*due)(void *context), void *context)
{
    struct loop_timer *timer = mem_new(1, sizeof *timer);

    uv_timer_init(&loop->uv, &timer->handle);       /* cannot fail */
    timer->due = due;
    timer->context = context;
    return timer;
}

static void
on_timer(uv_timer_t *handle)
{
    struct loop_timer *timer = (struct loop_timer *)handle;

    timer->due(timer->context);
}

static uint64_t
milliseconds(double seconds)
{
    /* Ten years are as good as for ever, and fit. */
    return seconds <= 0 ? 0 : seconds > 3e8 ? (uint64_t)3e11 : (uint64_t)(seconds * 1000 + 0.5);
}

void
loop_timer_start(struct loop_timer *timer, double seconds, double every_s)
{
    if (uv_is_closing((uv_handle_t *)&timer->handle))
        return;
    uv_update_time(timer->handle.loop);
    uv_timer_start(&timer->handle, on_timer, milliseconds(seconds), milliseconds(every_s));
}

void
loop_timer_stop(struct loop_timer *timer)
{
    uv_timer_stop(&timer->handle);
}

void
loop_timer_free(struct loop_timer *timer)
{
    if (timer)
        close_handle((uv_handle_t *)&timer->handle, NULL);
}

static void
do_work(uv_work_t *request)
{
    struct work *work = (struct work *)request;

    work->work(work->context);
}

static void
work_done(uv_work_t *request, int status)
{
    struct work *work = (struct work *)request;

    (void)status;       /* nothing is ever cancelled */
    work->done(work->context);
    free(work);
}

int
loop_work(struct loop *loop, void (*work)(void *context), void (*done)(void *context),
          void *context, struct fx_error *err)
{
    struct work *request = mem_new(1, sizeof *request);
    int code;

    request->work = work;
    request->done = done;
    request->context = context;
    code = uv_queue_work(&loop->uv, &request->request, do_work, work_done);
    if (code != 0) {
        free(request);
        return fail_uv(err, code, "cannot use another thread");
    }
    return 0;
}

void
loop_run(struct loop *loop, bool (*pump)(void *context), void *context)
{
    while (pump(context))
        uv_run(&loop->uv, UV_RUN_ONCE);
}
