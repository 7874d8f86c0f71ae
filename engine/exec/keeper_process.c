/*
 * The keeper itself: one thread, one poll loop. It never waits for the engine: what the socket does
 * not take at once is queued.
 */
#define _GNU_SOURCE     /* signalfd, prctl, wait4 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "base/vec.h"
#include "exec/keeper.h"
#include "exec/keeper_spawn.h"
#include "exec/keeper_wire.h"
#include "exec/process_tree.h"

enum { LOOK_MS = 20, MOST_ORPHANS = 512 };

/* How long SIGKILL is repeated before a process counts as one that cannot be stopped. */
static const double KILL_PATIENCE_S = 10;

/* One attempt: the process that was started, and what it left behind. */
struct child {
    uint64_t id;
    pid_t pid;
    double started, seconds;
    bool exited;            /* waited for: status and usage are set */
    bool stopping;          /* SIGTERM was sent; from `kill_at` on SIGKILL */
    bool ended;             /* reported */
    double kill_at;
    int status;
    struct rusage usage;
};

struct minder {
    int fd, signals;
    bool engine_gone;
    struct wire_hello hello;
    struct text in, out;
    VEC(struct child) children;
    struct process_tree tree;
};

static void
send_event(struct minder *m, uint64_t id, const struct wire_event *event)
{
    struct wire_head head = { sizeof *event, WIRE_EVENT, id };

    text_append(&m->out, (const char *)&head, sizeof head);
    text_append(&m->out, (const char *)event, sizeof *event);
}

static void
flush_out(struct minder *m)
{
    while (m->out.len && !m->engine_gone) {
        ssize_t put = send(m->fd, m->out.at, m->out.len, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            m->engine_gone = errno != EAGAIN && errno != EWOULDBLOCK;
            return;
        }
        memmove(m->out.at, m->out.at + put, m->out.len - (size_t)put);
        m->out.len -= (size_t)put;
    }
}

/* --- starting ------------------------------------------------------------------------------- */

/* Splits the strings of a start message; false when it is not what keeper_start() writes. */
static bool
take_strings(struct str *payload, const char **strings, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *end = memchr(payload->at, '\0', payload->len);

        if (!end)
            return false;
        strings[i] = payload->at;
        *payload = str_slice(*payload, (size_t)(end - payload->at) + 1, payload->len);
    }
    return true;
}

static void
start_child(struct minder *m, uint64_t id, const struct launch *launch)
{
    struct wire_event event;
    struct child child = { .id = id, .started = monotonic_seconds() };
    enum wire_step step;
    int error = keeper_spawn(launch, &child.pid, &step);

    memset(&event, 0, sizeof event);
    event.kind = error ? KEEPER_REFUSED : KEEPER_STARTED;
    event.pid = (int32_t)child.pid;
    event.error = error;
    event.step = step;
    send_event(m, id, &event);
    if (!error)
        vec_push(&m->children, child);
}

static void
take_start(struct minder *m, uint64_t id, struct str payload)
{
    struct wire_start start;
    const char *places[2], **argv, **environment;
    struct launch launch;

    if (payload.len < sizeof start)
        return;
    memcpy(&start, payload.at, sizeof start);
    payload = str_slice(payload, sizeof start, payload.len);
    if (start.argument_count > payload.len || start.environment_count > payload.len)
        return;
    argv = mem_new((size_t)start.argument_count + 1, sizeof *argv);
    environment = mem_new((size_t)start.environment_count + 1, sizeof *environment);
    if (take_strings(&payload, places, 2) && take_strings(&payload, argv, start.argument_count)
        && take_strings(&payload, environment, start.environment_count)) {
        launch = (struct launch){ argv, environment, places[0], places[1] };
        start_child(m, id, &launch);
    }
    free(argv);
    free(environment);
}

/* --- ending --------------------------------------------------------------------------------- */

/* The attempt that a process belongs to, or NULL: its parent's, its group's, or that of its mark. */
static const struct child *
owner_of(const struct minder *m, const struct process *process)
{
    char mark[WIRE_MARK + 32];

    for (size_t i = 0; i < m->children.count; i++) {
        const struct child *c = &m->children.at[i];

        if ((!c->exited && process->root == c->pid) || process->group == c->pid)
            return c;
    }
    for (size_t i = 0; i < m->children.count; i++) {
        const struct child *c = &m->children.at[i];

        snprintf(mark, sizeof mark, "%s%llu", m->hello.mark, (unsigned long long)c->id);
        if (process_has_mark(process->root, mark, false)
            || process_has_mark(process->pid, mark, false))
            return c;
    }
    /* It hides well, but with one attempt there is no doubt. */
    return m->children.count == 1 ? &m->children.at[0] : NULL;
}

static void
signal_process(pid_t pid, int signal)
{
    if (signal)
        kill(pid, signal);
    if (signal == SIGTERM)
        kill(pid, SIGCONT);     /* a stopped process would not see it */
}

/* Signals (0: only counts) the living processes of one attempt, or of all when `child` is NULL. */
static unsigned
signal_processes(struct minder *m, const struct child *child, int signal)
{
    unsigned count = 0;

    process_tree_read(&m->tree, getpid());
    for (size_t i = 0; i < m->tree.list.count; i++) {
        const struct process *p = &m->tree.list.at[i];

        if (p->zombie || (child && owner_of(m, p) != child))
            continue;
        signal_process(p->pid, signal);
        count++;
    }
    return count;
}

/* False when all our children are attempts that still run: the usual case, and one small read. */
static bool
orphans_are_possible(const struct minder *m)
{
    pid_t pids[MOST_ORPHANS];
    int count = process_children(pids, MOST_ORPHANS);

    if (count < 0 || count > MOST_ORPHANS)
        return true;
    for (int i = 0; i < count; i++) {
        bool known = false;

        for (size_t j = 0; j < m->children.count && !known; j++)
            known = !m->children.at[j].exited && m->children.at[j].pid == pids[i];
        if (!known)
            return true;
    }
    return false;
}

static void
begin_stop(struct minder *m, struct child *child, double now)
{
    if (child->stopping)
        return;
    child->stopping = true;
    child->kill_at = now + m->hello.grace_s;
    if (!child->exited) {       /* also without /proc */
        kill(-child->pid, SIGTERM);
        kill(-child->pid, SIGCONT);
    }
    signal_processes(m, child, SIGTERM);
}

static double
seconds_of(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static void
report_end(struct minder *m, struct child *child, bool survivors)
{
    struct wire_event event;

    memset(&event, 0, sizeof event);
    event.kind = KEEPER_ENDED;
    event.pid = (int32_t)child->pid;
    event.status = child->exited ? child->status : SIGKILL;
    event.survivors = survivors;
    event.seconds = child->exited ? child->seconds : monotonic_seconds() - child->started;
    event.cpu_seconds = seconds_of(child->usage.ru_utime) + seconds_of(child->usage.ru_stime);
    event.max_rss = (uint64_t)child->usage.ru_maxrss * 1024;    /* the kernel counts in KiB */
    send_event(m, child->id, &event);
    child->ended = true;
}

/* Brings one attempt nearer to its end: leftovers are stopped before the end is reported. */
static void
step_child(struct minder *m, struct child *child)
{
    double now = monotonic_seconds();
    unsigned left;

    if (!child->exited && !child->stopping)
        return;
    if (child->exited && !orphans_are_possible(m)) {
        report_end(m, child, false);
        return;
    }
    if (!child->stopping) {
        if (!signal_processes(m, child, 0)) {
            report_end(m, child, false);
            return;
        }
        begin_stop(m, child, now);
    }
    if (now >= child->kill_at && !child->exited)
        kill(-child->pid, SIGKILL);
    left = signal_processes(m, child, now >= child->kill_at ? SIGKILL : 0);
    if (child->exited && !left)
        report_end(m, child, false);
    else if (now > child->kill_at + KILL_PATIENCE_S)
        report_end(m, child, true);
}

static void
step_children(struct minder *m)
{
    size_t kept = 0;

    for (size_t i = 0; i < m->children.count; i++)
        step_child(m, &m->children.at[i]);
    for (size_t i = 0; i < m->children.count; i++)
        if (!m->children.at[i].ended)
            m->children.at[kept++] = m->children.at[i];
    m->children.count = kept;
}

static void
reap(struct minder *m)
{
    struct rusage usage;
    int status;
    pid_t pid;

    while ((pid = wait4(-1, &status, WNOHANG, &usage)) > 0)
        for (size_t i = 0; i < m->children.count; i++) {
            struct child *c = &m->children.at[i];

            if (c->pid != pid || c->exited)
                continue;
            c->exited = true;
            c->status = status;
            c->usage = usage;
            c->seconds = monotonic_seconds() - c->started;
        }
}

/* The engine is gone: nothing that it started stays. */
static void
stop_everything(struct minder *m)
{
    double kill_at = monotonic_seconds() + m->hello.grace_s;
    unsigned left = signal_processes(m, NULL, SIGTERM);

    while (left && monotonic_seconds() < kill_at + KILL_PATIENCE_S) {
        sleep_seconds(LOOK_MS / 1000.0);
        reap(m);
        left = signal_processes(m, NULL, monotonic_seconds() >= kill_at ? SIGKILL : 0);
    }
}

/* --- messages and loop ---------------------------------------------------------------------- */

static void
take_message(struct minder *m, const struct wire_head *head, struct str payload)
{
    switch (head->kind) {
    case WIRE_HELLO:
        if (payload.len == sizeof m->hello) {
            memcpy(&m->hello, payload.at, sizeof m->hello);
            m->hello.mark[WIRE_MARK - 1] = '\0';
        }
        break;
    case WIRE_START:
        take_start(m, head->id, payload);
        break;
    case WIRE_STOP:
        for (size_t i = 0; i < m->children.count; i++)
            if (m->children.at[i].id == head->id)
                begin_stop(m, &m->children.at[i], monotonic_seconds());
        break;
    default:
        break;
    }
}

/* Acts on the whole messages among the bytes received. */
static void
take_messages(struct minder *m)
{
    struct wire_head head;
    size_t taken = 0;

    while (m->in.len - taken >= sizeof head) {
        memcpy(&head, m->in.at + taken, sizeof head);
        if (head.size > m->in.len - taken - sizeof head)
            break;
        take_message(m, &head, (struct str){ m->in.at + taken + sizeof head, head.size });
        taken += sizeof head + head.size;
    }
    if (taken) {
        memmove(m->in.at, m->in.at + taken, m->in.len - taken);
        m->in.len -= taken;
    }
}

static void
receive(struct minder *m)
{
    char buffer[16 * 1024];

    for (;;) {
        ssize_t got = recv(m->fd, buffer, sizeof buffer, MSG_DONTWAIT);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0) {
            m->engine_gone = got == 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
            return;
        }
        text_append(&m->in, buffer, (size_t)got);
        take_messages(m);
    }
}

static void
wait_for_events(struct minder *m)
{
    struct pollfd polled[2] = { { .fd = m->fd, .events = POLLIN },
                                { .fd = m->signals, .events = POLLIN } };
    struct signalfd_siginfo info;
    int timeout = -1;

    if (m->out.len)
        polled[0].events |= POLLOUT;
    for (size_t i = 0; i < m->children.count; i++)
        if (m->children.at[i].stopping)
            timeout = LOOK_MS;
    if (poll(polled, 2, timeout) < 0)
        return;
    if (polled[0].revents & (POLLIN | POLLHUP | POLLERR))
        receive(m);
    if (polled[1].revents & POLLIN)
        while (read(m->signals, &info, sizeof info) == (ssize_t)sizeof info)
            continue;
    reap(m);
}

/* Descriptors that our caller had open are none of the tasks' business. */
static void
close_others(int fd)
{
    DIR *dir = opendir("/proc/self/fd");
    struct dirent *entry;
    VEC(int) open_ones = { 0 };

    while (dir && (entry = readdir(dir))) {
        int number = (int)strtol(entry->d_name, NULL, 10);

        if (number > 2 && number != fd && number != dirfd(dir))
            vec_push(&open_ones, number);
    }
    if (dir)
        closedir(dir);
    for (size_t i = 0; i < open_ones.count; i++)
        close(open_ones.at[i]);
    vec_release(&open_ones);
}

int
keeper_main(int fd)
{
    struct minder m = { .fd = fd, .hello = { .grace_s = 2 } };
    sigset_t child;

    if (fd < 3 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        fprintf(stderr, "fornix: --keeper is for the engine itself, not for people\n");
        return 2;
    }
    close_others(fd);
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    sigprocmask(SIG_SETMASK, &child, NULL);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    m.signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
    text_init(&m.in, sizeof(struct wire_head) + WIRE_MOST + 64 * 1024);
    text_init(&m.out, WIRE_MOST);
    while (!m.engine_gone && m.signals >= 0) {
        wait_for_events(&m);
        step_children(&m);
        flush_out(&m);
    }
    stop_everything(&m);
    process_tree_release(&m.tree);
    vec_release(&m.children);
    text_release(&m.in);
    text_release(&m.out);
    close(m.signals);
    close(fd);
    return 0;
}
