#define _GNU_SOURCE
#include "exec_test.h"

#include <stdlib.h>
#include <unistd.h>

#include "exec/keeper.h"
#include "exec/process_tree.h"

/* This program is its own keeper: before anything else, when it is called as one. */
__attribute__((constructor)) static void
be_the_keeper(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "--keeper"))
        _exit(keeper_main((int)strtol(argv[2], NULL, 10)));
}

struct arena *
test_arena(void)
{
    static struct arena *arena;     /* of the test's own process; ends with it */

    if (!arena)
        arena = arena_new();
    return arena;
}

struct note {
    struct observer observer;
    struct outcome_of_run *run;
    const struct exec_local *exec;
};

static void
note_change(struct observer *observer, job_id job, enum job_state from, enum job_state to)
{
    struct note *note = (struct note *)(void *)observer;

    (void)from;
    note->run->state[job] = to;
}

static void
note_failure(struct observer *observer, job_id job, const struct fx_error *why)
{
    struct note *note = (struct note *)(void *)observer;
    const struct attempt_report *report = exec_local_report(note->exec, job);

    note->run->why[job] = *why;
    if (!report)
        return;
    note->run->report[job] = *report;
    note->run->report[job].command = arena_cstr(test_arena(), report->command);
    note->run->report[job].tail = arena_cstr(test_arena(), report->tail);
    note->run->report[job].log = report->log ? arena_cstr(test_arena(), report->log) : NULL;
}

struct outcome_of_run
run_plan(struct plan *plan, struct exec_watch *watch)
{
    struct outcome_of_run run = { .result = -1 };
    struct note note = { { note_change, note_failure }, &run, NULL };
    struct exec_options options = { .grace_s = 0.5 };
    struct scheduler_limits limits = { .cores = 2 };
    struct fx_error err = FX_ERROR_NONE;
    struct scheduler *scheduler = NULL;
    struct store *store = store_open(test_path("s"), &err);
    struct job_store *js = store ? job_store_new(plan, store) : NULL;
    struct exec_local *exec = js ? exec_local_new(js, &options, &err) : NULL;

    note.exec = exec;
    if (exec)
        scheduler = scheduler_new(plan, NULL, &limits, job_store_lookup(js),
                                  exec_local_executor(exec), &note.observer, &err);
    if (!scheduler || (run.result = exec_local_run(exec, scheduler, watch, &err)) < 0)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    exec_local_free(exec);
    scheduler_free(scheduler);
    job_store_free(js);
    store_close(store);
    return run;
}

int
count_lines(const char *path)
{
    FILE *in = fopen(path, "r");
    int lines = 0, c;

    while (in && (c = getc(in)) != EOF)
        lines += c == '\n';
    if (in)
        fclose(in);
    return lines;
}

bool
wait_for_lines(const char *path, int lines, double seconds)
{
    double until = monotonic_seconds() + seconds;

    while (count_lines(path) < lines) {
        if (monotonic_seconds() > until)
            return false;
        sleep_seconds(0.01);
    }
    return true;
}

static bool
is_living(long pid)
{
    char path[64], line[512];
    FILE *in;
    bool living;

    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    in = fopen(path, "r");
    if (!in)
        return false;
    living = fgets(line, sizeof line, in) && strrchr(line, ')') && strrchr(line, ')')[2] != 'Z';
    fclose(in);
    return living;
}

int
count_living(const char *pids)
{
    FILE *in = fopen(pids, "r");
    int living = 0;
    long pid;

    while (in && fscanf(in, "%ld", &pid) == 1)
        living += is_living(pid);
    if (in)
        fclose(in);
    return living;
}

bool
wait_until_dead(const char *pids, double seconds)
{
    double until = monotonic_seconds() + seconds;

    while (count_living(pids)) {
        if (monotonic_seconds() > until)
            return false;
        sleep_seconds(0.01);
    }
    return true;
}
