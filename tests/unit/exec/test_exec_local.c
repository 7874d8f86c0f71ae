#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec/process_tree.h"
#include "exec_test.h"

/* Scripts that read the job file, and count themselves in a file outside the store. */
static const char *
script(const char *body)
{
    return arena_printf(test_arena(), ". \"$1\"; echo run >>%s; %s", test_path("ran"), body).at;
}

static struct outcome_of_run
run_jobs(const struct fake *jobs, uint32_t count)
{
    return run_plan(fake_plan(jobs, count), NULL);
}

TEST(a_chain_runs_once_and_is_found_the_next_time)
{
    const struct fake jobs[] = {
        { .name = "one", .script = script("echo 1 >a.txt"), .output = "a.txt" },
        { .name = "two", .script = script("sed s/1/12/ \"$in0\" >b.txt"), .output = "b.txt", .needs = { 1 } },
        { .name = "three", .script = script("cat \"$in0\" \"$in1\" >sub/c.txt; grep -q 12 sub/c.txt"),
          .output = "sub/c.txt", .needs = { 1, 2 } },
    };
    struct outcome_of_run run = run_jobs(jobs, 3);

    CHECK_INT(run.result, 0);
    for (int i = 0; i < 3; i++) {
        if (run.state[i] != JOB_DONE)
            test_fail(__FILE__, __LINE__, "%s\n%s", run.why[i].text, run.report[i].tail);
    }
    CHECK_INT(count_lines(test_path("ran")), 3);
    run = run_jobs(jobs, 3);
    for (int i = 0; i < 3; i++)
        CHECK_INT(run.state[i], JOB_CACHED);
    CHECK_INT(count_lines(test_path("ran")), 3);
}

TEST(a_failure_tells_status_command_log_and_last_lines)
{
    const struct fake jobs[] = {
        { .name = "bad", .script = script("i=0; while [ $i -lt 20 ]; do i=$((i+1)); echo line $i; done; exit 3"),
          .output = "a.txt" },
        { .name = "after", .script = script("true"), .needs = { 1 } },
        { .name = "shot", .script = script("kill -SEGV $$") },
        { .name = "forgot", .script = script("true"), .output = "b.txt" },
        { .name = "good", .script = script("true") },
    };
    struct outcome_of_run run = run_jobs(jobs, 5);
    const char *tail = run.report[0].tail;
    struct fx_error err = FX_ERROR_NONE;
    struct text log;

    CHECK_INT(run.state[0], JOB_FAILED);
    CHECK_INT(run.why[0].code, FX_FAILED);
    CHECK_STR(run.why[0].text, "exit status 3");
    CHECK_INT(run.report[0].exit_status, 3);
    CHECK_STR(tail, "line 11\nline 12\nline 13\nline 14\nline 15\nline 16\nline 17\nline 18\n"
              "line 19\nline 20");
    text_init(&log, 4096);
    CHECK_OK(file_read(run.report[0].log, &log, &err), err);
    CHECK(str_starts(text_view(&log), "line 1\nline 2\n"));
    text_release(&log);
    CHECK(str_starts(str_of(run.report[0].command), "/bin/sh -c '. \"$1\"; echo run"));
    CHECK(strstr(run.report[0].command, "/failed/") != NULL);
    CHECK(strstr(run.report[0].command, "/job.json") != NULL);
    CHECK_INT(run.state[1], JOB_SKIPPED);
    CHECK_STR(run.why[2].text, "killed by signal 11 (Segmentation fault)");
    CHECK_INT(run.report[2].signal, SIGSEGV);
    CHECK_STR(run.why[3].text, "the output 'file' ('b.txt') was not written");
    CHECK_INT(run.state[4], JOB_DONE);
}

TEST(a_job_is_stopped_at_its_time_limit)
{
    const struct fake jobs[] = {
        { .name = "slow", .script = script("echo $$ >>pids.txt; sleep 60"), .time_s = 0.3 },
    };
    double started = monotonic_seconds();
    struct outcome_of_run run = run_jobs(jobs, 1);

    CHECK_INT(run.state[0], JOB_FAILED);
    CHECK_STR(run.why[0].text, "stopped at its time limit of 0.3 s");
    CHECK(monotonic_seconds() - started < 5);
}

TEST(a_program_that_is_not_there_fails_its_job)
{
    const struct fake jobs[] = { { .name = "gone", .script = script("true"), .file = "/nowhere/x" } };
    struct outcome_of_run run = run_jobs(jobs, 1);

    CHECK_INT(run.state[0], JOB_FAILED);
    CHECK_STR(run.why[0].text, "'/nowhere/x' does not exist");
}

TEST(jobs_with_equal_keys_run_once)
{
    const char *same = script("sleep 0.3; echo 1 >a.txt");
    const struct fake jobs[] = {
        { .name = "one", .script = same, .output = "a.txt" },
        { .name = "two", .script = same, .output = "a.txt" },
    };
    struct outcome_of_run run = run_jobs(jobs, 2);

    CHECK_INT(run.state[0], JOB_DONE);
    CHECK(run.state[1] == JOB_DONE || run.state[1] == JOB_CACHED);
    CHECK_INT(count_lines(test_path("ran")), 1);
}

TEST(two_engines_share_the_work)
{
    struct fake jobs[6];
    int status;

    for (int i = 0; i < 6; i++) {
        char body[64];

        snprintf(body, sizeof body, "sleep 0.2; echo %d >a.txt", i);
        jobs[i] = (struct fake){ .name = "job", .script = script(body), .output = "a.txt" };
        if (i > 2)
            jobs[i].needs[0] = (unsigned)i - 2;
    }
    for (int engine = 0; engine < 3; engine++)
        if (fork() == 0) {
            struct outcome_of_run run = run_jobs(jobs, 6);
            bool good = true;

            for (int i = 0; i < 6; i++)
                good = good && (run.state[i] == JOB_DONE || run.state[i] == JOB_CACHED);
            _exit(good ? 0 : 1);
        }
    for (int engine = 0; engine < 3; engine++) {
        CHECK(wait(&status) > 0);
        CHECK_INT(status, 0);
    }
    CHECK_INT(count_lines(test_path("ran")), 6);
}

TEST(an_input_that_changes_while_the_job_runs_is_noticed)
{
    struct fake jobs[] = {
        { .name = "reader", .script = script("cat \"$in0\" >a.txt; echo more >>\"$in0\""),
          .output = "a.txt", .file = test_path("input") },
    };
    struct outcome_of_run run;

    test_write(test_path("input"), "before\n");
    run = run_jobs(jobs, 1);
    CHECK_INT(run.state[0], JOB_FAILED);
    CHECK(strstr(run.why[0].text, "input' changed while the job ran") != NULL);
    jobs[0].script = script("cat \"$in0\" >a.txt; touch \"$in0\"");
    run = run_jobs(jobs, 1);
    CHECK_INT(run.state[0], JOB_DONE);
}

struct interrupter {
    struct exec_watch watch;
    const char *running;        /* the file that shows that the jobs run */
    unsigned signals, sent, told;
};

static void
interrupt(struct exec_watch *watch)
{
    struct interrupter *i = (struct interrupter *)(void *)watch;

    if (i->sent < i->signals && count_lines(i->running) >= 2 && i->sent == i->told) {
        i->sent++;
        kill(getpid(), SIGINT);
    }
}

static void
told(struct exec_watch *watch, unsigned times)
{
    struct interrupter *i = (struct interrupter *)(void *)watch;

    CHECK(times == i->told + 1);
    i->told = times;
}

TEST(interrupted_once_it_ends_what_runs_twice_it_stops_it)
{
    const struct fake jobs[] = {
        { .name = "one", .script = script("sleep 0.7; echo 1 >a.txt"), .output = "a.txt" },
        { .name = "two", .script = script("sleep 60"), .time_s = 3 },
        { .name = "three", .script = script("true"), .needs = { 1 } },
    };
    struct interrupter once = { { 0.05, interrupt, told, NULL, false }, test_path("ran"), 1, 0, 0 };
    struct interrupter twice = { { 0.05, interrupt, told, NULL, false }, test_path("ran"), 2, 0, 0 };
    struct outcome_of_run run = run_plan(fake_plan(jobs, 3), &once.watch);
    double started = monotonic_seconds();

    CHECK_INT(run.result, 1);
    CHECK_INT(once.told, 1);
    CHECK_INT(run.state[0], JOB_DONE);
    CHECK_INT(run.state[1], JOB_FAILED);
    CHECK_INT(run.state[2], JOB_SKIPPED);
    CHECK_INT(count_lines(test_path("ran")), 2);
    remove(test_path("ran"));
    test_write(test_path("ran"), "x\n");
    run = run_plan(fake_plan(jobs, 3), &twice.watch);
    CHECK_INT(run.result, 1);
    CHECK_INT(twice.told, 2);
    CHECK_INT(run.state[0], JOB_CACHED);
    CHECK_INT(run.state[1], JOB_SKIPPED);
    CHECK(monotonic_seconds() - started < 3);
}

/* An engine that is killed `seconds` after its start; true when it was still running. */
static bool
killed_run(const struct fake *jobs, uint32_t count, double seconds)
{
    pid_t pid = fork();
    int status;

    CHECK(pid >= 0);
    if (pid == 0) {
        run_jobs(jobs, count);
        _exit(0);
    }
    sleep_seconds(seconds);
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFSIGNALED(status);
}

TEST(killed_at_any_time_the_next_run_goes_on_and_nothing_finished_runs_again)
{
    static const char *const names[] = { "a", "b", "c", "d", "e" };
    struct fake jobs[5];
    struct outcome_of_run run;
    int killed = 0;

    for (int i = 0; i < 5; i++) {
        char body[256];

        snprintf(body, sizeof body, "echo $$ >>%s; echo %s >out.txt; sleep 0.05; echo %s >>%s",
                 test_path("pids"), names[i], names[i], test_path("ended"));
        jobs[i] = (struct fake){ .name = names[i], .script = script(body), .output = "out.txt" };
        if (i > 1)
            jobs[i].needs[0] = (unsigned)i - 1;
    }
    for (int i = 0; i < 8; i++) {
        killed += killed_run(jobs, 5, 0.02 * (i + 1));
        CHECK(wait_until_dead(test_path("pids"), 5));
    }
    CHECK(killed >= 3);
    run = run_jobs(jobs, 5);
    for (int i = 0; i < 5; i++)
        CHECK(run.state[i] == JOB_DONE || run.state[i] == JOB_CACHED);
    remove(test_path("ran"));
    run = run_jobs(jobs, 5);
    for (int i = 0; i < 5; i++)
        CHECK_INT(run.state[i], JOB_CACHED);
    CHECK_INT(count_lines(test_path("ran")), 0);
}

TEST(ranks_run_under_mpirun_and_leave_nothing)
{
    struct fake job = { .name = "mpi", .ranks = 2, .output = "a.txt" };
    struct fx_error err = FX_ERROR_NONE;
    struct outcome_of_run run;
    struct text folder;
    char body[1024];

    snprintf(body, sizeof body, "echo $OMPI_COMM_WORLD_RANK of $OMPI_COMM_WORLD_SIZE; "
             "test -d \"$OMPI_MCA_orte_tmpdir_base\" || exit 4; "
             "test ${#OMPI_MCA_orte_tmpdir_base} -lt 64 || exit 5; "
             "test $OMP_NUM_THREADS = 1 || exit 6; "
             "printf %%s $OMPI_MCA_orte_tmpdir_base >%s; echo 1 >a.txt", test_path("folder"));
    job.script = script(body);
    run = run_jobs(&job, 1);
    if (run.state[0] != JOB_DONE)
        test_fail(__FILE__, __LINE__, "%s: %s", run.why[0].text, run.report[0].tail);
    CHECK_INT(count_lines(test_path("ran")), 2);
    text_init(&folder, 4096);
    CHECK_OK(file_read(test_path("folder"), &folder, &err), err);
    CHECK(strstr(folder.at, "/fornix-") != NULL);
    CHECK(!file_exists(folder.at));
    text_release(&folder);
}

TEST(ranks_are_gone_within_seconds_after_the_engine_was_killed)
{
    struct fake job = { .name = "mpi", .ranks = 2, .output = "a.txt" };
    struct outcome_of_run run;
    char body[1024];
    pid_t engine;
    int status;

    snprintf(body, sizeof body, "echo $$ >>%s; test -e %s || sleep 60; echo 1 >a.txt",
             test_path("pids"), test_path("go-on"));
    job.script = script(body);
    engine = fork();
    if (engine == 0) {
        run_jobs(&job, 1);
        _exit(0);
    }
    CHECK(wait_for_lines(test_path("pids"), 2, 20));
    CHECK_INT(count_living(test_path("pids")), 2);
    kill(engine, SIGKILL);
    CHECK(waitpid(engine, &status, 0) == engine);
    CHECK(wait_until_dead(test_path("pids"), 5));
    test_write(test_path("go-on"), "");
    run = run_jobs(&job, 1);
    CHECK_INT(run.state[0], JOB_DONE);
}

/* Runs three jobs in an engine that is killed at the n-th fault point; false when it got through. */
static bool
killed_at(const struct fake *jobs, unsigned pass)
{
    char stop[32];
    int status;
    pid_t pid = fork();

    CHECK(pid >= 0);
    if (pid == 0) {
        snprintf(stop, sizeof stop, "*:%u", pass);
        setenv("FORNIX_TEST_STOP", stop, 1);
        run_jobs(jobs, 3);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    return WIFSIGNALED(status);
}

TEST(killed_at_every_change_of_state_the_next_run_goes_on)
{
    const struct fake jobs[] = {
        { .name = "one", .script = script("echo 1 >a.txt; echo one >>$T/ended"), .output = "a.txt" },
        { .name = "two", .script = script("cp \"$in0\" b.txt; echo two >>$T/ended"), .output = "b.txt",
          .needs = { 1 } },
        { .name = "three", .script = script("cat \"$in0\" >c.txt; exit 2"), .output = "c.txt",
          .needs = { 1 } },
    };
    unsigned points = 0;

    setenv("T", test_folder(), 1);
    for (bool more = true; more;) {
        struct fx_error err = FX_ERROR_NONE;
        struct outcome_of_run run;

        CHECK_OK(file_remove_tree(test_path("s"), &err), err);
        more = killed_at(jobs, points + 1);
        points += more;
        run = run_jobs(jobs, 3);
        CHECK(run.state[0] == JOB_CACHED || run.state[0] == JOB_DONE);
        CHECK(run.state[1] == JOB_CACHED || run.state[1] == JOB_DONE);
        CHECK_INT(run.state[2], JOB_FAILED);
        run = run_jobs(jobs, 3);
        CHECK(run.state[0] == JOB_CACHED && run.state[1] == JOB_CACHED);
        CHECK(!file_exists(test_path("s/damaged")));
    }
    if (points < 30)
        test_fail(__FILE__, __LINE__, "only %u points were passed", points);
}

TEST(keeper_killed_in_the_middle_fails_its_jobs_with_a_clear_message)
{
    const struct fake jobs[] = {
        { .name = "one", .script = script("echo $$ >>pids; kill -9 $PPID; sleep 60") },
    };
    struct outcome_of_run run = run_jobs(jobs, 1);

    CHECK_INT(run.state[0], JOB_FAILED);
    CHECK_STR(run.why[0].text, "the keeper, the process that starts and watches tasks, has died");
    CHECK_INT(count_lines(test_path("ran")), 1);
}
