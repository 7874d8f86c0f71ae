/* The engine's side of the keeper. */
#define _GNU_SOURCE     /* POSIX_SPAWN_SETSID, gettid */
#include "exec/keeper.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/mem.h"
#include "base/text.h"
#include "exec/keeper_wire.h"
#include "exec/process_tree.h"

struct keeper {
    pid_t pid;              /* 0 once it was waited for */
    int fd;
    bool dead;
    char mark[WIRE_MARK];
    struct text in;         /* bytes received and not yet taken */
};

static int
died(struct keeper *keeper, struct fx_error *err)
{
    if (!keeper->dead) {
        keeper->dead = true;
        process_kill_marked(keeper->mark, 2);
    }
    return fx_fail(err, FX_SYSTEM, FX_NOWHERE,
                   "the keeper, the process that starts and watches tasks, has died");
}

static int
send_all(struct keeper *keeper, const void *at, size_t len, struct fx_error *err)
{
    const char *from = at;

    while (len) {
        ssize_t put = send(keeper->fd, from, len, MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return died(keeper, err);
        from += put;
        len -= (size_t)put;
    }
    return 0;
}

static int
send_message(struct keeper *keeper, enum wire_kind kind, uint64_t id, struct str payload,
             struct fx_error *err)
{
    struct wire_head head = { (uint32_t)payload.len, (uint32_t)kind, id };
    struct text message;
    int result;

    if (keeper->dead)
        return died(keeper, err);
    if (payload.len > WIRE_MOST)
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "the command line has more than %d bytes",
                       WIRE_MOST);
    text_init(&message, sizeof head + WIRE_MOST);
    text_append(&message, (const char *)&head, sizeof head);
    text_add_str(&message, payload);
    result = send_all(keeper, message.at, message.len, err);
    text_release(&message);
    return result;
}

/* Starts the program with our end's peer as descriptor 3, in a session of its own: what a terminal
   sends to us does not reach it. */
static int
spawn(struct keeper *keeper, const char *program, int peer, struct fx_error *err)
{
    char *argv[] = { (char[]){ "fornix" }, (char[]){ "--keeper" }, (char[]){ "3" }, NULL };
    extern char **environ;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, ours;
    int failure;

    sigemptyset(&none);
    sigemptyset(&ours);
    sigaddset(&ours, SIGCHLD);  /* ignored, it would keep the keeper from waiting for attempts */
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, peer, 3);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK
                                           | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigdefault(&attributes, &ours);
    posix_spawnattr_setsigmask(&attributes, &none);
    failure = posix_spawn(&keeper->pid, program, &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return failure ? fx_fail_errno(err, failure, "cannot start the keeper '%s'", program) : 0;
}

/* "FORNIX_ATTEMPT=<digits>.": no other keeper has these digits. */
static void
make_mark(char mark[WIRE_MARK])
{
    struct { struct timespec now; long thread; } seed;

    memset(&seed, 0, sizeof seed);
    clock_gettime(CLOCK_REALTIME, &seed.now);
    seed.thread = (long)gettid();
    memset(mark, 0, WIRE_MARK);
    snprintf(mark, WIRE_MARK, "%s=%016llx.", WIRE_VARIABLE,
             (unsigned long long)digest_quick(&seed, sizeof seed));
}

struct keeper *
keeper_open(const char *program, double grace_s, struct fx_error *err)
{
    struct keeper *keeper = mem_new(1, sizeof *keeper);
    struct wire_hello hello;
    int pair[2];

    keeper->fd = -1;
    text_init(&keeper->in, sizeof(struct wire_head) + WIRE_MOST);
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        fx_fail_errno(err, errno, "no socket for the keeper");
        keeper_close(keeper);
        return NULL;
    }
    keeper->fd = pair[0];
    memset(&hello, 0, sizeof hello);
    hello.grace_s = grace_s;
    make_mark(hello.mark);
    memcpy(keeper->mark, hello.mark, sizeof hello.mark);
    if (spawn(keeper, program ? program : "/proc/self/exe", pair[1], err) != 0
        || send_message(keeper, WIRE_HELLO, 0, (struct str){ (const char *)&hello, sizeof hello },
                        err) != 0) {
        close(pair[1]);
        keeper_close(keeper);
        return NULL;
    }
    close(pair[1]);
    return keeper;
}

void
keeper_close(struct keeper *keeper)
{
    if (!keeper)
        return;
    if (keeper->fd >= 0)
        close(keeper->fd);
    while (keeper->pid > 0 && waitpid(keeper->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    text_release(&keeper->in);
    free(keeper);
}

int
keeper_fd(const struct keeper *keeper)
{
    return keeper->fd;
}

static uint32_t
add_strings(struct text *payload, const char *const *strings)
{
    uint32_t count = 0;

    for (; strings && strings[count]; count++)
        text_append(payload, strings[count], strlen(strings[count]) + 1);
    return count;
}

int
keeper_start(struct keeper *keeper, uint64_t id, const struct launch *launch, struct fx_error *err)
{
    struct wire_start start = { 0, 0 };
    char mark[WIRE_MARK + 32];
    struct text payload;
    int result;

    text_init(&payload, WIRE_MOST);
    text_append(&payload, (const char *)&start, sizeof start);
    text_append(&payload, launch->folder, strlen(launch->folder) + 1);
    text_append(&payload, launch->log, strlen(launch->log) + 1);
    start.argument_count = add_strings(&payload, launch->argv);
    start.environment_count = add_strings(&payload, launch->environment) + 1;
    snprintf(mark, sizeof mark, "%s%llu", keeper->mark, (unsigned long long)id);
    text_append(&payload, mark, strlen(mark) + 1);
    memcpy(payload.at, &start, sizeof start);
    result = payload.full
        ? fx_fail(err, FX_SYSTEM, FX_NOWHERE, "the command line has more than %d bytes", WIRE_MOST)
        : send_message(keeper, WIRE_START, id, text_view(&payload), err);
    text_release(&payload);
    return result;
}

int
keeper_stop(struct keeper *keeper, uint64_t id, struct fx_error *err)
{
    return send_message(keeper, WIRE_STOP, id, (struct str){ "", 0 }, err);
}

static void
fill_event(struct keeper_event *event, const struct wire_head *head, const struct wire_event *wire)
{
    static const char *const steps[] = {
        [STEP_FORK] = "fork", [STEP_FOLDER] = "change to the folder", [STEP_LOG] = "open the log",
        [STEP_EXECUTE] = "execute",
    };

    *event = (struct keeper_event){
        .kind = (enum keeper_event_kind)wire->kind, .id = head->id, .pid = wire->pid,
        .error = wire->error, .status = wire->status, .seconds = wire->seconds,
        .cpu_seconds = wire->cpu_seconds, .max_rss = wire->max_rss,
        .survivors = wire->survivors != 0,
        .step = steps[wire->step <= STEP_EXECUTE ? wire->step : STEP_EXECUTE],
    };
}

/* Takes one whole event from what was received. */
static bool
take_event(struct keeper *keeper, struct keeper_event *event)
{
    struct wire_head head;
    struct wire_event wire;
    size_t len = sizeof head + sizeof wire;

    if (keeper->in.len < len)
        return false;
    memcpy(&head, keeper->in.at, sizeof head);
    memcpy(&wire, keeper->in.at + sizeof head, sizeof wire);
    memmove(keeper->in.at, keeper->in.at + len, keeper->in.len - len);
    keeper->in.len -= len;
    fill_event(event, &head, &wire);
    return true;
}

int
keeper_receive(struct keeper *keeper, struct keeper_event *event, struct fx_error *err)
{
    char buffer[4096];

    for (;;) {
        ssize_t got;

        if (take_event(keeper, event))
            return 1;
        if (keeper->dead)
            return died(keeper, err);
        got = recv(keeper->fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return 0;
        if (got <= 0)
            return died(keeper, err);
        text_append(&keeper->in, buffer, (size_t)got);
    }
}
