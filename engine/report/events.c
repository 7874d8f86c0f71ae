#define _GNU_SOURCE     /* F_OFD_SETLK: a lock that ends with its descriptor, not with any close */
#include "report/events.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "report/words.h"

struct events {
    struct listener listener;
    FILE *out;
    const char *path;
    struct arena *arena;
    struct text line;
};

enum { LINE_MOST = 1 << 16 };

static void
add_member(struct text *line, const char *name, const char *value)
{
    text_printf(line, ", \"%s\": ", name);
    text_add_quoted(line, str_of(value));
}

static void
write_state(struct events *events, const struct watch *watch, job_id job, enum job_state state)
{
    const struct job_facts *facts = watch_facts(watch, job);
    struct text *line = &events->line;

    text_clear(line);
    text_add(line, "{\"time\": \"");
    words_time_utc(line, watch_now(watch));
    text_add(line, "\", \"job\": ");
    text_add_quoted(line, plan_job(watch_plan(watch), job)->label);
    add_member(line, "state", job_state_name(state));
    if (state == JOB_QUEUED && facts->reason)
        add_member(line, "reason", facts->reason);
    if (state == JOB_DONE)
        text_printf(line, ", \"seconds\": %.3f", facts->ended - facts->started);
    if (state == JOB_FAILED)
        add_member(line, "error", facts->error->text);
    if (facts->attempt.log)
        add_member(line, "log", facts->attempt.log);
    text_add(line, "}\n");
    if (!line->full)
        fwrite(line->at, 1, line->len, events->out);
}

static void
changed(struct listener *listener, const struct watch *watch, job_id job, enum job_state from,
        enum job_state to)
{
    struct events *events =
        (struct events *)(void *)((char *)listener - offsetof(struct events, listener));

    /* Whatever was found needs no telling: the file is about what was done. */
    if (to == JOB_READY || (to == JOB_CACHED && from == JOB_READY))
        return;
    write_state(events, watch, job, to);
    /* What a kill must not take: that something ran, and how it ended. */
    if (to == JOB_RUNNING || from == JOB_RUNNING || to == JOB_FAILED)
        fflush(events->out);
}

static int
lock(int fd, int command, struct flock *lock)
{
    *lock = (struct flock){ .l_type = F_WRLCK, .l_whence = SEEK_SET };
    return fcntl(fd, command, lock);
}

struct events *
events_open(const char *path, const struct watch *watch, struct fx_error *err)
{
    struct events *events;
    struct flock held;
    FILE *out;
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

    if (fd < 0 || !(out = fdopen(fd, "a"))) {
        fx_fail_errno(err, errno, "cannot write '%s'", path);
        if (fd >= 0)
            close(fd);
        return NULL;
    }
    lock(fd, F_OFD_SETLK, &held);   /* a file system without locks: the run looks over, no more */
    events = mem_new(1, sizeof *events);
    events->listener.changed = changed;
    events->out = out;
    events->arena = arena_new();
    events->path = arena_cstr(events->arena, path);
    text_init(&events->line, LINE_MOST);
    for (job_id job = 0; job < plan_count(watch_plan(watch)); job++)
        if (watch_wanted(watch, job) && watch_state(watch, job) > JOB_CACHED)
            write_state(events, watch, job, watch_state(watch, job));
    return events;
}

struct listener *
events_listener(struct events *events)
{
    return &events->listener;
}

int
events_close(struct events *events, struct fx_error *err)
{
    bool failed;
    int status = 0;

    if (!events)
        return 0;
    failed = ferror(events->out) != 0;
    failed = fclose(events->out) != 0 || failed;
    if (failed)
        status = fx_fail(err, FX_SYSTEM, FX_NOWHERE, "cannot write '%s'", events->path);
    text_release(&events->line);
    arena_free(events->arena);
    free(events);
    return status;
}

bool
events_are_going_on(const char *path)
{
    struct flock held = { .l_type = F_UNLCK };
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool going_on;

    if (fd < 0)
        return false;
    going_on = lock(fd, F_OFD_GETLK, &held) == 0 && held.l_type != F_UNLCK;
    close(fd);
    return going_on;
}
