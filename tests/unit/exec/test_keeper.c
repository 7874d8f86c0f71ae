#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec/keeper.h"
#include "exec/process_tree.h"
#include "exec_test.h"

static struct keeper *
open_keeper(void)
{
    struct fx_error err = FX_ERROR_NONE;
    struct keeper *keeper = keeper_open(NULL, 0.5, &err);

    if (!keeper)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return keeper;
}

/* Starts `sh -c script` in the test's folder; output to the file log<id>. */
static void
start_script(struct keeper *keeper, uint64_t id, const char *script)
{
    const char *const argv[] = { "sh", "-c", script, NULL };
    const char *const environment[] = { "GREETING=hello", NULL };
    struct fx_error err = FX_ERROR_NONE;
    char log[32];

    snprintf(log, sizeof log, "log%d", (int)id);
    struct launch launch = { argv, environment, test_folder(), test_path(log) };
    CHECK_OK(keeper_start(keeper, id, &launch, &err), err);
}

/* The next event, at most ten seconds away. */
static struct keeper_event
next_event(struct keeper *keeper)
{
    struct fx_error err = FX_ERROR_NONE;
    struct pollfd polled = { .fd = keeper_fd(keeper), .events = POLLIN };
    struct keeper_event event;
    int got;

    while ((got = keeper_receive(keeper, &event, &err)) == 0)
        if (poll(&polled, 1, 10000) <= 0)
            test_fail(__FILE__, __LINE__, "the keeper says nothing");
    if (got < 0)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return event;
}

static struct keeper_event
run_script(struct keeper *keeper, uint64_t id, const char *script)
{
    struct keeper_event event;

    start_script(keeper, id, script);
    event = next_event(keeper);
    CHECK_INT(event.kind, KEEPER_STARTED);
    CHECK(event.id == id && event.pid > 1);
    event = next_event(keeper);
    CHECK_INT(event.kind, KEEPER_ENDED);
    CHECK(event.id == id);
    return event;
}

static void
check_log(const char *name, const char *expected)
{
    struct fx_error err = FX_ERROR_NONE;
    struct text text;

    text_init(&text, 1 << 16);
    CHECK_OK(file_read(test_path(name), &text, &err), err);
    CHECK_STR(text.at, expected);
    text_release(&text);
}

TEST(program_runs_in_its_folder_with_its_environment_and_log)
{
    struct keeper *keeper = open_keeper();
    struct keeper_event event;
    char expected[512];

    event = run_script(keeper, 7, "pwd; echo $GREETING; cat; echo bad >&2; "
                       "test $$ = $(ps -o pgid= -p $$) && echo own group; exit 3");
    CHECK(WIFEXITED(event.status) && WEXITSTATUS(event.status) == 3);
    CHECK(event.seconds > 0 && event.seconds < 10 && event.max_rss > 100000);
    snprintf(expected, sizeof expected, "%s\nhello\nbad\nown group\n", test_folder());
    check_log("log7", expected);
    event = run_script(keeper, 8, "kill -9 $$");
    CHECK(WIFSIGNALED(event.status) && WTERMSIG(event.status) == 9);
    event = run_script(keeper, 9, "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done");
    CHECK(event.cpu_seconds > 0.01 && event.cpu_seconds < 10);
    CHECK_INT(event.status, 0);
    keeper_close(keeper);
}

TEST(open_descriptors_and_ignored_signals_do_not_reach_the_program)
{
    struct keeper *keeper;
    struct keeper_event event;

    CHECK(dup2(2, 9) == 9);
    keeper = open_keeper();
    event = run_script(keeper, 1, "test ! -e /proc/$$/fd/9 && kill -TERM $$; echo survived");
    CHECK(WIFSIGNALED(event.status) && WTERMSIG(event.status) == SIGTERM);
    keeper_close(keeper);
}

TEST(what_cannot_be_started_is_refused_with_the_step)
{
    const char *const missing[] = { "no-such-program", NULL }, *const shell[] = { "sh", NULL };
    const char *const none[] = { NULL };
    struct keeper *keeper = open_keeper();
    struct fx_error err = FX_ERROR_NONE;
    struct launch launch = { missing, none, test_folder(), test_path("log") };
    struct keeper_event event;

    CHECK_OK(keeper_start(keeper, 1, &launch, &err), err);
    event = next_event(keeper);
    CHECK_INT(event.kind, KEEPER_REFUSED);
    CHECK_INT(event.error, ENOENT);
    CHECK_STR(event.step, "execute");
    launch = (struct launch){ shell, none, test_path("nowhere"), test_path("log") };
    CHECK_OK(keeper_start(keeper, 2, &launch, &err), err);
    event = next_event(keeper);
    CHECK_INT(event.kind, KEEPER_REFUSED);
    CHECK_STR(event.step, "change to the folder");
    launch = (struct launch){ shell, none, test_folder(), test_path("nowhere/log") };
    CHECK_OK(keeper_start(keeper, 3, &launch, &err), err);
    event = next_event(keeper);
    CHECK_STR(event.step, "open the log");
    event = run_script(keeper, 4, "exit 0");
    CHECK_INT(event.status, 0);
    keeper_close(keeper);
}

/*
 * Processes that are hard to find: in a session of their own, with an empty environment, deaf to
 * SIGTERM, children of children. Each writes its pid to the file pids.
 */
#define HARD_TO_FIND \
    "p='trap \"\" TERM; echo $$ >>pids; sleep 60 & echo $! >>pids; wait; sleep 60'\n" \
    "setsid sh -c \"$p\" &\n" \
    "setsid env -i /bin/sh -c \"$p\" &\n" \
    "(setsid sh -c \"$p\" &) &\n" \
    "sh -c \"$p\" &\n" \
    "while [ $(wc -l <pids) -lt 8 ]; do sleep 0.01; done\n"

TEST(what_a_program_leaves_behind_is_gone_when_its_end_is_reported)
{
    struct keeper *keeper = open_keeper();
    struct keeper_event event;

    test_write(test_path("pids"), "");
    event = run_script(keeper, 1, HARD_TO_FIND "exit 0");
    CHECK_INT(event.status, 0);
    CHECK(!event.survivors);
    CHECK_INT(count_lines(test_path("pids")), 8);
    CHECK_INT(count_living(test_path("pids")), 0);
    keeper_close(keeper);
}

TEST(leftovers_of_one_attempt_are_told_from_processes_of_another)
{
    struct keeper *keeper = open_keeper();
    struct keeper_event event;

    test_write(test_path("pids"), "");
    start_script(keeper, 1, "setsid sh -c 'echo $$ >other; sleep 60' & sleep 60");
    CHECK_INT(next_event(keeper).kind, KEEPER_STARTED);
    CHECK(wait_for_lines(test_path("other"), 1, 10));
    event = run_script(keeper, 2, "setsid sh -c 'echo $$ >>pids; sleep 60' & "
                       "while [ $(wc -l <pids) -lt 1 ]; do sleep 0.01; done");
    CHECK_INT(event.status, 0);
    CHECK_INT(count_living(test_path("pids")), 0);
    CHECK_INT(count_living(test_path("other")), 1);
    keeper_close(keeper);
    CHECK_INT(count_living(test_path("other")), 0);
}

TEST(stop_ends_all_processes_also_deaf_and_stopped_ones)
{
    struct fx_error err = FX_ERROR_NONE;
    struct keeper *keeper = open_keeper();
    struct keeper_event event;
    double started;

    test_write(test_path("pids"), "");
    start_script(keeper, 1, "trap '' TERM\n" HARD_TO_FIND "while :; do sleep 1; done");
    CHECK_INT(next_event(keeper).kind, KEEPER_STARTED);
    CHECK(wait_for_lines(test_path("pids"), 8, 10));
    started = monotonic_seconds();
    CHECK_OK(keeper_stop(keeper, 1, &err), err);
    event = next_event(keeper);
    CHECK(WIFSIGNALED(event.status) && WTERMSIG(event.status) == SIGKILL);
    CHECK(monotonic_seconds() - started >= 0.5);
    CHECK(monotonic_seconds() - started < 4);
    CHECK_INT(count_living(test_path("pids")), 0);
    /* One that obeys goes at once, also when it sleeps under SIGSTOP. */
    start_script(keeper, 2, "kill -STOP $$");
    CHECK_INT(next_event(keeper).kind, KEEPER_STARTED);
    sleep_seconds(0.1);
    CHECK_OK(keeper_stop(keeper, 2, &err), err);
    event = next_event(keeper);
    CHECK(WIFSIGNALED(event.status) && WTERMSIG(event.status) == SIGTERM);
    keeper_close(keeper);
}

/* An engine of its own, which starts the script and waits for its end. */
static pid_t
fork_engine(const char *script, pid_t *keeper_pid)
{
    int ready[2];
    pid_t pid;

    CHECK(pipe(ready) == 0);
    pid = fork();
    if (pid == 0) {
        struct keeper *keeper = open_keeper();
        pid_t children[4] = { 0 };

        CHECK(process_children(children, 4) == 1);
        CHECK(write(ready[1], &children[0], sizeof children[0]) == (ssize_t)sizeof children[0]);
        start_script(keeper, 1, script);
        CHECK_INT(next_event(keeper).kind, KEEPER_STARTED);
        CHECK_INT(next_event(keeper).kind, KEEPER_ENDED);
        _exit(0);
    }
    CHECK(read(ready[0], keeper_pid, sizeof *keeper_pid) == (ssize_t)sizeof *keeper_pid);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

TEST(when_the_engine_is_killed_everything_that_it_started_is_gone_within_seconds)
{
    pid_t keeper, engine;
    double killed;
    int status;

    test_write(test_path("pids"), "");
    engine = fork_engine("echo $$ >>pids\n" HARD_TO_FIND "while :; do sleep 1; done", &keeper);
    CHECK(wait_for_lines(test_path("pids"), 9, 10));
    CHECK_INT(count_living(test_path("pids")), 9);
    kill(engine, SIGKILL);
    killed = monotonic_seconds();
    CHECK(waitpid(engine, &status, 0) == engine);
    CHECK(wait_until_dead(test_path("pids"), 5));
    CHECK(monotonic_seconds() - killed < 5);
    while (kill(keeper, 0) == 0 && monotonic_seconds() - killed < 5)
        sleep_seconds(0.01);
    CHECK(kill(keeper, 0) != 0 && errno == ESRCH);
}

TEST(when_the_keeper_is_killed_the_engine_says_so_and_its_processes_are_killed)
{
    struct keeper *keeper = open_keeper();
    struct fx_error err = FX_ERROR_NONE;
    struct pollfd polled = { .fd = keeper_fd(keeper), .events = POLLIN };
    struct keeper_event event;
    pid_t pid;
    int got;

    CHECK_INT(process_children(&pid, 1), 1);
    test_write(test_path("pids"), "");
    start_script(keeper, 1, "echo $$ >>pids; setsid sh -c 'echo $$ >>pids; sleep 60' & sleep 60");
    CHECK_INT(next_event(keeper).kind, KEEPER_STARTED);
    CHECK(wait_for_lines(test_path("pids"), 2, 10));
    kill(pid, SIGKILL);
    while ((got = keeper_receive(keeper, &event, &err)) == 0)
        CHECK(poll(&polled, 1, 10000) == 1);
    CHECK_INT(got, -1);
    CHECK_STR(err.text, "the keeper, the process that starts and watches tasks, has died");
    CHECK(wait_until_dead(test_path("pids"), 2));
    CHECK_INT(keeper_stop(keeper, 1, &err), -1);
    keeper_close(keeper);
}

TEST(many_short_programs_all_report)
{
    struct keeper *keeper = open_keeper();
    int ended = 0;

    for (int i = 0; i < 200; i++)
        start_script(keeper, (uint64_t)i + 1, "exit 0");
    while (ended < 200) {
        struct keeper_event event = next_event(keeper);

        CHECK(event.kind != KEEPER_REFUSED);
        ended += event.kind == KEEPER_ENDED;
    }
    keeper_close(keeper);
}
