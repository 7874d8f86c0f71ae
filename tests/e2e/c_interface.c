/*
 * c_interface - a program that uses libfornix, for c_interface.sh: each word of the command line is a part
 * to go through, in a folder with the task `note` (lib.sh). Prints nothing when all is right.
 */
#include <dirent.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fornix/run.h>
#include <fornix/workflow.h>

#define EXPECT(what) \
    do { \
        if (!(what)) \
            die(__LINE__, #what); \
    } while (0)

#define EXPECT_TEXT(got, expected) expect_text(__LINE__, got, expected)

static void
die(int line, const char *what)
{
    fprintf(stderr, "c_interface.c:%d: not so: %s\n", line, what);
    exit(1);
}

static void
expect_text(int line, const char *got, const char *expected)
{
    if (got && !strcmp(got, expected))
        return;
    fprintf(stderr, "c_interface.c:%d: got '%s', expected '%s'\n", line, got ? got : "NULL", expected);
    exit(1);
}

/* As small_workflow of lib.sh: first -> middle (red, blue) -> last, and alone. */
static struct fx_workflow *
small(void)
{
    static const char *const colours[] = { "red", "blue" };
    struct fx_workflow *wf = fx_workflow_new("small", NULL);
    struct fx_stage *first, *middle, *last, *alone;

    fx_workflow_tasks(wf, "note");
    fx_workflow_set_int(wf, "params.seed", 1);
    fx_workflow_set_int(wf, "params.widths.red.x", 10);
    fx_workflow_set_real(wf, "params.widths.red.y", 20);
    fx_workflow_set_yaml(wf, "params.widths.blue", "{x: 30, y: 40}");
    fx_workflow_set_strings(wf, "axes.colour", colours, 2);
    first = fx_stage_new(wf, "first", "note");
    middle = fx_stage_new(wf, "middle", "note");
    last = fx_stage_new(wf, "last", "note");
    alone = fx_stage_new(wf, "alone", "note");
    fx_stage_set_yaml(first, "text", "seed ${params.seed}");
    fx_stage_set_output(middle, "from", first, "file", FX_SAME_POINT);
    fx_stage_set_expression(middle, "numbers", "params.widths[axis.colour]");
    fx_stage_set_output(last, "from", middle, "file", FX_ALL_POINTS);
    fx_stage_set_string(alone, "from", "words.txt");
    return wf;
}

/* A workflow of one stage that takes `seconds`. */
static struct fx_workflow *
slow(const char *name, double seconds)
{
    struct fx_workflow *wf = fx_workflow_new(name, NULL);
    struct fx_stage *stage = fx_stage_new(wf, name, "note");

    fx_workflow_tasks(wf, "note");
    fx_stage_set_string(stage, "text", name);
    fx_stage_set_real(stage, "seconds", seconds);
    return wf;
}

static struct fx_plan *
planned(struct fx_workflow *wf)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fx_plan *plan = fx_plan_new(wf, NULL, &err);

    if (!plan)
        die(__LINE__, err.text);
    return plan;
}

static void
done(struct fx_plan *plan, struct fx_workflow *wf)
{
    fx_plan_free(plan);
    fx_workflow_free(wf);
}

/* --- what was written, planned and run --------------------------------------------------------- */

static void
part_small(void)
{
    struct fx_workflow *wf = small();
    struct fx_plan *plan = planned(wf);
    struct fx_error err = FX_ERROR_NONE;
    uint32_t count[FX_JOB_STATES], found;
    const uint32_t *numbers;
    const char *const *paths;
    struct fx_job job;
    size_t paths_count;

    EXPECT(fx_workflow_check(wf) == 0 && !fx_workflow_mistake(wf, 0));
    EXPECT(fx_plan_jobs(plan) == 5);
    EXPECT(fx_plan_look(plan, NULL, 0, &err) == 0);
    EXPECT(access(fx_plan_store(plan), F_OK) != 0);     /* looking makes none */
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_MUST_RUN] == 2 && count[FX_JOB_DEPENDS] == 3);
    fx_plan_job(plan, 0, &job);
    EXPECT_TEXT(job.label, "first");
    EXPECT_TEXT(job.reason, "never ran before");
    EXPECT(job.ranks == 1 && job.threads == 1 && job.expected_s < 0);
    EXPECT(!fx_plan_output(plan, 0, "file", &err) && err.code == FX_FAILED);
    EXPECT_TEXT(err.text, "'first' has no result yet");

    EXPECT(fx_run(plan, NULL, &err) == 0);
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_DONE] == 5);
    numbers = fx_plan_find(plan, "middle[colour=blue]", &found, &err);
    EXPECT(numbers && found == 1);
    fx_plan_job(plan, numbers[0], &job);
    EXPECT_TEXT(job.label, "middle[colour=blue]");
    EXPECT_TEXT(job.stage, "middle");
    EXPECT_TEXT(job.point, "colour=blue");
    EXPECT(strlen(job.key) == 32 && access(job.log, R_OK) == 0 && job.ended >= job.started);
    EXPECT(job.expected_s >= 0);
    paths = fx_plan_outputs(plan, "middle", "file", &paths_count, &err);
    EXPECT(paths && paths_count == 2 && access(paths[0], R_OK) == 0 && access(paths[1], R_OK) == 0);
    EXPECT(strstr(fx_plan_manifest(plan, job.number, &err), "parameters.numbers.x = 30\n"));
    EXPECT_TEXT(fx_plan_why(plan, job.number, &err), "");
    done(plan, wf);
}

static void
part_cached(void)
{
    struct fx_workflow *wf = small();
    struct fx_plan *plan = planned(wf);
    struct fx_error err = FX_ERROR_NONE;
    uint32_t count[FX_JOB_STATES];

    EXPECT(fx_plan_look(plan, NULL, 0, &err) == 0);
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_CACHED] == 5);
    EXPECT(fx_run(plan, NULL, &err) == 0);
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_CACHED] == 5);
    done(plan, wf);
}

/* What would change: asked, without a run. */
static void
part_why(void)
{
    const char *target = "first";
    struct fx_workflow *wf = small();
    struct fx_error err = FX_ERROR_NONE;
    struct fx_plan *plan;
    struct fx_job job;

    fx_workflow_override(wf, "params.seed=7");
    plan = planned(wf);
    EXPECT(fx_plan_look(plan, &target, 1, &err) == 0);
    fx_plan_job(plan, 0, &job);
    EXPECT(job.state == FX_JOB_MUST_RUN);
    EXPECT_TEXT(job.reason, "text seed 1 -> seed 7");
    EXPECT_TEXT(fx_plan_why(plan, 0, &err), "text: seed 1 -> seed 7\n");
    fx_plan_job(plan, 4, &job);
    EXPECT(job.state == FX_JOB_UNKNOWN);
    EXPECT(!fx_plan_why(plan, 4, &err) && err.code == FX_INVALID);
    EXPECT(!fx_plan_find(plan, "frist", &(uint32_t){ 0 }, &err) && err.code == FX_INVALID);
    EXPECT_TEXT(err.hint, "did you mean 'first'?");
    EXPECT(!fx_plan_output(plan, 0, "fil", &err));
    EXPECT_TEXT(err.hint, "did you mean 'file'?");
    done(plan, wf);
}

/* A file, with profiles, values and stages of ours on top. */
static void
part_loaded(void)
{
    struct fx_workflow *wf = fx_workflow_load("workflow.yaml");
    struct fx_stage *more = fx_stage_new(wf, "more", "note"), *last = fx_stage_new(wf, "last", NULL);
    struct fx_error err = FX_ERROR_NONE;
    struct fx_plan *plan;
    uint32_t count[FX_JOB_STATES];

    fx_workflow_set_yaml(wf, "profiles.one.axes.colour", "[red]");
    fx_workflow_profile(wf, "one");
    fx_stage_set_output(more, "from", last, "file", FX_SAME_POINT);
    fx_stage_set_string(more, "text", "no ${expression} here");
    fx_stage_after(last, fx_stage_new(wf, "first", NULL));
    plan = planned(wf);
    EXPECT(fx_plan_jobs(plan) == 5);
    EXPECT(fx_run(plan, NULL, &err) == 0);
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_CACHED] == 3 && count[FX_JOB_DONE] == 2);
    EXPECT(strstr(fx_plan_manifest(plan, 4, &err), "parameters.text = \"no ${expression} here\"\n"));
    done(plan, wf);
}

/* --- mistakes ---------------------------------------------------------------------------------- */

static void
expect_mistake(const struct fx_workflow *wf, size_t i, unsigned line, const char *text,
               const char *hint)
{
    const struct fx_error *mistake = fx_workflow_mistake(wf, i);

    EXPECT(mistake && mistake->code == FX_INVALID);
    EXPECT_TEXT(mistake->text, text);
    EXPECT_TEXT(mistake->hint, hint);
    EXPECT(mistake->line == line && mistake->column == 0);
    EXPECT(strstr(mistake->file, "c_interface.c"));
}

static void
part_mistakes(void)
{
    struct fx_workflow *wf = fx_workflow_new("wrong", NULL), *other = fx_workflow_new("other", NULL);
    struct fx_stage *stage, *stranger = fx_stage_new(other, "stranger", "note");
    struct fx_error err = FX_ERROR_NONE;
    unsigned line = __LINE__ + 3;

    stage = fx_stage_new(wf, "stage", "note");
    fx_stage_set_yaml(stage, "text", "[unclosed");
    fx_stage_set_output(stage, "from", stranger, "file", FX_SAME_POINT);
    fx_stage_set_string(stage, "txt", "x");
    fx_stage_set_real(stage, "seconds", HUGE_VAL);
    fx_stage_new(wf, "stage", "command");
    fx_stage_set_string(stage, "a..b", "x");
    fx_workflow_set_int(wf, "parms.seed", 1);
    fx_stage_set_string(stage, "text", NULL);
    fx_stage_new(wf, "next", "nota");
    fx_workflow_tasks(wf, "note");
    EXPECT(fx_workflow_check(wf) == 9);
    EXPECT(strstr(fx_workflow_mistake(wf, 0)->text, "did not find expected"));
    EXPECT(fx_workflow_mistake(wf, 0)->line == line);
    expect_mistake(wf, 1, line + 1, "stage 'stranger' is of another workflow", "");
    expect_mistake(wf, 2, line + 2, "task 'note' has no parameter 'txt'", "did you mean 'text'?");
    expect_mistake(wf, 3, line + 3, "the value is infinite, and numbers are finite", "");
    expect_mistake(wf, 4, line + 4, "there is a stage 'stage' already, made at line 235", "");
    expect_mistake(wf, 5, line + 5, "'a..b' is no path to a value",
                   "such as width, or lfp.position[0]");
    expect_mistake(wf, 6, line + 6, "a workflow has no 'parms'", "did you mean 'params'?");
    expect_mistake(wf, 7, line + 7, "the value is NULL", "");
    expect_mistake(wf, 8, line + 8, "there is no task 'nota'", "did you mean 'note'?");
    EXPECT(!fx_workflow_mistake(wf, 9));
    EXPECT(!fx_plan_new(wf, NULL, &err) && err.code == FX_INVALID);
    fx_workflow_free(wf);
    fx_workflow_free(other);

    wf = fx_workflow_load("nowhere.yaml");
    EXPECT(fx_workflow_check(wf) == 1);
    EXPECT(strstr(fx_workflow_mistake(wf, 0)->text, "nowhere.yaml"));
    fx_workflow_free(wf);
}

/* Limits, and a place without fornix. */
static void
part_limits(void)
{
    struct fx_plan_options options = { .cores = 2, .memory = "1 GiB", .store = "elsewhere" };
    struct fx_workflow *wf = fx_workflow_new("large", NULL);
    struct fx_stage *stage = fx_stage_new(wf, "large", "note");
    struct fx_error err = FX_ERROR_NONE;
    struct fx_plan *plan;

    fx_workflow_tasks(wf, "note");
    fx_stage_resource(stage, "threads", "3");
    plan = fx_plan_new(wf, &options, &err);
    EXPECT(plan && strstr(fx_plan_store(plan), "/elsewhere"));
    EXPECT(fx_run(plan, NULL, &err) < 0 && err.code == FX_INVALID);
    EXPECT(strstr(err.text, "cores") && err.line > 0);
    fx_plan_free(plan);
    options.cores = 3;
    fx_stage_resource(stage, "memory", "2 GiB");
    plan = fx_plan_new(wf, &options, &err);
    EXPECT(plan && fx_run(plan, NULL, &err) < 0 && strstr(err.text, "memory"));
    fx_plan_free(plan);
    options.memory = "much";
    EXPECT(!fx_plan_new(wf, &options, &err) && err.code == FX_INVALID);
    options = (struct fx_plan_options){ .home = "/nowhere" };
    EXPECT(!fx_plan_new(wf, &options, &err) && err.code == FX_SYSTEM);
    EXPECT(strstr(err.text, "'/nowhere' holds no fornix"));
    fx_workflow_free(wf);
}

/* --- running ----------------------------------------------------------------------------------- */

struct seen {
    struct fx_plan *plan;
    unsigned changes, ticks, running, failed, cancels;
    char log[512], error[512];
};

static void
note_change(void *context, const struct fx_job *job)
{
    struct seen *seen = context;

    seen->changes++;
    seen->running += job->state == FX_JOB_RUNNING;
    if (job->state == FX_JOB_RUNNING)
        for (unsigned i = 0; i < seen->cancels; i++)
            fx_plan_cancel(seen->plan);
    if (job->state == FX_JOB_FAILED) {
        seen->failed++;
        snprintf(seen->log, sizeof seen->log, "%s", job->log);
        snprintf(seen->error, sizeof seen->error, "%s", job->error);
    }
}

static void
note_tick(void *context, const struct fx_progress *progress)
{
    struct seen *seen = context;

    EXPECT(progress->jobs >= 1 && progress->seconds >= 0);
    EXPECT(progress->count[FX_JOB_RUNNING] <= progress->jobs);
    seen->ticks++;
}

static struct fx_run_options
watched(struct seen *seen)
{
    return (struct fx_run_options){ .observer = { seen, note_change, note_tick } };
}

static void
part_failure(void)
{
    struct fx_workflow *wf = small();
    struct fx_stage *bad = fx_stage_new(wf, "bad", "note"), *after = fx_stage_new(wf, "after", "note");
    struct seen seen = { NULL, 0, 0, 0, 0, 0, "", "" };
    struct fx_run_options options = watched(&seen);
    struct fx_error err = FX_ERROR_NONE;
    uint32_t count[FX_JOB_STATES];
    struct fx_plan *plan;

    fx_stage_set_int(bad, "status", 3);
    fx_stage_set_string(bad, "text", "bad");
    fx_stage_set_output(after, "from", bad, "file", FX_SAME_POINT);
    plan = planned(wf);
    EXPECT(fx_run(plan, &options, &err) < 0 && err.code == FX_FAILED);
    EXPECT_TEXT(err.text, "1 of 7 jobs failed: bad");
    EXPECT(seen.failed == 1 && strstr(seen.error, "3") && access(seen.log, R_OK) == 0);
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_FAILED] == 1 && count[FX_JOB_SKIPPED] == 1);
    EXPECT(fx_run(plan, &options, &err) < 0 && seen.failed == 2);   /* tried anew */
    done(plan, wf);
}

static void
part_cancel(void)
{
    struct fx_error err = FX_ERROR_NONE;
    uint32_t count[FX_JOB_STATES];

    for (unsigned times = 1; times <= 2; times++) {
        struct fx_workflow *wf = slow(times == 1 ? "once" : "twice", times == 1 ? 1 : 60);
        struct fx_plan *plan = planned(wf);
        struct seen seen = { plan, 0, 0, 0, 0, times, "", "" };
        struct fx_run_options options = watched(&seen);

        EXPECT(fx_run(plan, &options, &err) < 0 && err.code == FX_INTERRUPTED);
        fx_plan_count(plan, count);
        EXPECT(count[times == 1 ? FX_JOB_DONE : FX_JOB_SKIPPED] + count[FX_JOB_FAILED] == 1);
        EXPECT(times == 2 || count[FX_JOB_DONE] == 1);
        EXPECT(times == 2 || seen.ticks > 0);
        fx_plan_free(plan);
        plan = planned(wf);
        fx_plan_cancel(plan);       /* before it began: nothing starts */
        EXPECT(times == 1 || fx_run(plan, NULL, &err) < 0);
        done(plan, wf);
    }
}

/* Only what was asked for and what it needs; with fail_fast nothing starts after a failure. */
static void
part_targets(void)
{
    static const char *const middle[] = { "middle[colour=red]" };
    struct fx_plan_options one_core = { .cores = 1 };
    struct fx_run_options options = { .targets = middle, .target_count = 1 };
    struct fx_workflow *wf = small();
    struct fx_stage *bad = fx_stage_new(wf, "bad", "note"), *late = fx_stage_new(wf, "late", "note");
    struct fx_error err = FX_ERROR_NONE;
    uint32_t count[FX_JOB_STATES];
    struct fx_plan *plan;

    fx_stage_set_int(bad, "status", 1);
    fx_stage_set_string(late, "text", "late");
    plan = fx_plan_new(wf, &one_core, &err);
    EXPECT(plan && fx_run(plan, &options, &err) == 0);
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_CACHED] + count[FX_JOB_DONE] == 2 && count[FX_JOB_UNKNOWN] == 5);
    options = (struct fx_run_options){ .fail_fast = 1 };
    EXPECT(fx_run(plan, &options, &err) < 0 && err.code == FX_FAILED);
    fx_plan_count(plan, count);
    EXPECT(count[FX_JOB_FAILED] == 1 && count[FX_JOB_SKIPPED] == 1 && count[FX_JOB_CACHED] == 5);
    options = (struct fx_run_options){ .targets = &(const char *){ "nothing" }, .target_count = 1 };
    EXPECT(fx_run(plan, &options, &err) < 0 && err.code == FX_INVALID);
    done(plan, wf);
}

static void
interrupt_once(void *context, const struct fx_progress *progress)
{
    int *ticks = context;

    if (progress->count[FX_JOB_RUNNING] && ++*ticks == 1)
        kill(getpid(), SIGINT);
}

/* Ctrl-C, when the program asks for it. */
static void
part_signals(void)
{
    int ticks = 0;
    struct fx_run_options options = { .catch_signals = 1,
                                      .observer = { .context = &ticks, .tick = interrupt_once } };
    struct fx_workflow *wf = slow("caught", 1);
    struct fx_plan *plan = planned(wf);
    struct fx_error err = FX_ERROR_NONE;
    struct fx_job job;

    EXPECT(fx_run(plan, &options, &err) < 0 && err.code == FX_INTERRUPTED);
    fx_plan_job(plan, 0, &job);
    EXPECT(job.state == FX_JOB_DONE);
    done(plan, wf);
}

static struct fx_plan *volatile plan_to_cancel;

static void
handler(int number)
{
    (void)number;
    fx_plan_cancel(plan_to_cancel);
}

static int
open_files(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int count = 0;

    while (readdir(dir))
        count++;
    closedir(dir);
    return count;
}

/* The caller's children, handlers and descriptors are the caller's. */
static void
part_host(void)
{
    struct sigaction action = { .sa_handler = handler }, now;
    struct fx_workflow *wf = slow("host", 60);
    struct fx_error err = FX_ERROR_NONE;
    struct fx_plan *plan;
    int files, status;
    pid_t child = fork();

    if (child == 0)
        _exit(7);
    sigaction(SIGALRM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    files = open_files();
    plan_to_cancel = plan = planned(wf);
    alarm(1);
    fx_plan_cancel(plan);       /* the handler's is the second */
    fx_plan_free(plan);
    plan_to_cancel = plan = planned(wf);
    {
        struct seen seen = { plan, 0, 0, 0, 0, 1, "", "" };
        struct fx_run_options options = watched(&seen);

        EXPECT(fx_run(plan, &options, &err) < 0 && err.code == FX_INTERRUPTED);
    }
    done(plan, wf);
    sigaction(SIGINT, NULL, &now);
    EXPECT(now.sa_handler == handler);
    sigaction(SIGCHLD, NULL, &now);
    EXPECT(now.sa_handler == SIG_DFL);
    EXPECT(waitpid(-1, &status, 0) == child && WEXITSTATUS(status) == 7);
    EXPECT(waitpid(-1, &status, 0) == -1);      /* it left none of its own */
    EXPECT(open_files() <= files + 8);          /* libuv keeps a few for the next loop */
    files = open_files();
    for (int i = 0; i < 3; i++) {
        wf = slow("short", 0);
        plan = planned(wf);
        EXPECT(fx_run(plan, NULL, &err) == 0);
        done(plan, wf);
    }
    EXPECT(open_files() == files);
    signal(SIGCHLD, SIG_IGN);
    wf = slow("ignored", 0);
    plan = planned(wf);
    EXPECT(fx_run(plan, NULL, &err) == 0);
    done(plan, wf);
}

static void *
run_one(void *name)
{
    struct fx_workflow *wf = slow(name, 0.3);
    struct fx_plan *plan = planned(wf);
    struct fx_error err = FX_ERROR_NONE;
    int result = fx_run(plan, NULL, &err);

    done(plan, wf);
    return result == 0 ? name : NULL;
}

/* Several workflows at once, on one store; two of them want the same job. */
static void
part_threads(void)
{
    static char names[][8] = { "left", "right", "left" };
    pthread_t threads[3];
    void *result;

    for (int i = 0; i < 3; i++)
        EXPECT(pthread_create(&threads[i], NULL, run_one, names[i]) == 0);
    for (int i = 0; i < 3; i++) {
        pthread_join(threads[i], &result);
        EXPECT(result == names[i]);
    }
}

int
main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(void);
    } parts[] = {
        { "small", part_small },     { "cached", part_cached }, { "why", part_why },
        { "loaded", part_loaded },   { "mistakes", part_mistakes }, { "limits", part_limits },
        { "failure", part_failure }, { "cancel", part_cancel }, { "host", part_host },
        { "threads", part_threads }, { "targets", part_targets }, { "signals", part_signals },
    };

    EXPECT(!strcmp(fx_version(), FORNIX_EXPECTED));
    for (int i = 1; i < argc; i++) {
        size_t part = 0;

        while (part < sizeof parts / sizeof *parts && strcmp(parts[part].name, argv[i]))
            part++;
        EXPECT(part < sizeof parts / sizeof *parts);
        parts[part].run();
    }
    return 0;
}
