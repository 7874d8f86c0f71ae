#include "exec/process_tree.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Parents of parents, at most: a snapshot of many moments might even show a ring. */
enum { DEEPEST = 4096 };

double
monotonic_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void
sleep_seconds(double seconds)
{
    struct timespec pause = { 0, (long)(seconds * 1e9) };

    if (seconds >= 1)
        pause = (struct timespec){ 1, 0 };
    nanosleep(&pause, NULL);
}

/* Reads a small file of /proc into `buffer` as a string; its length, or -1. */
static ssize_t
read_small(const char *path, char *buffer, size_t room)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got;

    if (fd < 0)
        return -1;
    got = read(fd, buffer, room - 1);
    close(fd);
    if (got >= 0)
        buffer[got] = '\0';
    return got;
}

/* /proc/<pid>/stat: "pid (name) state parent group ..."; the name may hold spaces and brackets. */
static bool
read_process(pid_t pid, struct process *process)
{
    char path[64], line[1024], state;
    const char *after;
    int parent, group;

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    if (read_small(path, line, sizeof line) <= 0)
        return false;
    after = strrchr(line, ')');
    if (!after || sscanf(after + 1, " %c %d %d", &state, &parent, &group) != 3)
        return false;
    *process = (struct process){ .pid = pid, .parent = (pid_t)parent, .group = (pid_t)group,
                                 .zombie = state == 'Z' || state == 'X' };
    return true;
}

/* Calls `each` with every pid there is. */
static void
each_process(void (*each)(void *context, pid_t pid), void *context)
{
    DIR *dir = opendir("/proc");
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (isdigit((unsigned char)entry->d_name[0]))
            each(context, (pid_t)strtol(entry->d_name, NULL, 10));
    if (dir)
        closedir(dir);
}

static void
add_process(void *context, pid_t pid)
{
    struct process_tree *tree = context;
    struct process process;

    if (read_process(pid, &process))
        vec_push(&tree->list, process);
}

static int
by_pid(const void *a, const void *b)
{
    pid_t x = ((const struct process *)a)->pid, y = ((const struct process *)b)->pid;

    return (x > y) - (x < y);
}

static struct process *
find_process(const struct process_tree *tree, pid_t pid)
{
    const struct process wanted = { .pid = pid };

    return bsearch(&wanted, tree->list.at, tree->list.count, sizeof wanted, by_pid);
}

/* Sets the root of `process`, and on the way of all above it; 0 when it does not hang below `top`. */
static pid_t
find_root(const struct process_tree *tree, struct process *process, pid_t top, unsigned depth)
{
    struct process *parent;

    if (process->root < 0)
        process->root = process->parent == top ? process->pid : 0;
    else
        return process->root;
    if (!process->root && depth) {
        parent = find_process(tree, process->parent);
        process->root = parent ? find_root(tree, parent, top, depth - 1) : 0;
    }
    return process->root;
}

void
process_tree_read(struct process_tree *tree, pid_t top)
{
    size_t kept = 0;

    tree->list.count = 0;
    each_process(add_process, tree);
    if (!tree->list.count)
        return;
    qsort(tree->list.at, tree->list.count, sizeof *tree->list.at, by_pid);
    for (size_t i = 0; i < tree->list.count; i++)
        tree->list.at[i].root = -1;     /* not yet looked for */
    for (size_t i = 0; i < tree->list.count; i++)
        find_root(tree, &tree->list.at[i], top, DEEPEST);
    for (size_t i = 0; i < tree->list.count; i++)
        if (tree->list.at[i].root > 0)
            tree->list.at[kept++] = tree->list.at[i];
    tree->list.count = kept;
}

void
process_tree_release(struct process_tree *tree)
{
    vec_release(&tree->list);
}

int
process_children(pid_t *pids, int room)
{
    char path[64], list[4096];
    char *at = list, *end;
    int count = 0;
    ssize_t got;

    snprintf(path, sizeof path, "/proc/self/task/%ld/children", (long)getpid());
    got = read_small(path, list, sizeof list);
    if (got < 0 || got == (ssize_t)sizeof list - 1)
        return -1;
    for (;;) {
        long pid = strtol(at, &end, 10);

        if (end == at)
            return count;
        if (count < room)
            pids[count] = (pid_t)pid;
        count++;
        at = end;
    }
}

bool
process_has_mark(pid_t pid, const char *mark, bool prefix)
{
    size_t len = strlen(mark), kept = 0;
    char path[64], buffer[16 * 1024];
    bool found = false;
    int fd;

    snprintf(path, sizeof path, "/proc/%ld/environ", (long)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    /* A NUL in front of the first entry, so that every entry begins after one; between two reads the
       last len + 1 bytes stay, so that no entry is cut. */
    buffer[kept++] = '\0';
    for (;;) {
        ssize_t got = read(fd, buffer + kept, sizeof buffer - kept);
        size_t have = kept + (got > 0 ? (size_t)got : 0);

        for (size_t i = 0; !found && i + 1 + len <= have; i++)
            found = buffer[i] == '\0' && memcmp(buffer + i + 1, mark, len) == 0
                && (prefix || i + 1 + len == have || buffer[i + 1 + len] == '\0');
        if (got <= 0 || found)
            break;
        kept = have < len + 2 ? have : len + 2;
        memmove(buffer, buffer + have - kept, kept);
    }
    close(fd);
    return found;
}

struct marked {
    const char *prefix;
    unsigned found;
};

static void
kill_if_marked(void *context, pid_t pid)
{
    struct marked *marked = context;

    if (pid != getpid() && process_has_mark(pid, marked->prefix, true) && kill(pid, SIGKILL) == 0)
        marked->found++;
}

void
process_kill_marked(const char *prefix, double patience_s)
{
    double until = monotonic_seconds() + patience_s;
    struct marked marked;

    do {
        marked = (struct marked){ prefix, 0 };
        each_process(kill_if_marked, &marked);
        if (marked.found)
            sleep_seconds(0.01);
    } while (marked.found && monotonic_seconds() < until);
}
