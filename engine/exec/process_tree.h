/*
 * process_tree - which processes there are below one, as /proc tells.
 *
 * A snapshot: processes come and go while it is taken. Who wants to end a tree looks again until
 * nothing is left.
 */
#ifndef EXEC_PROCESS_TREE_H
#define EXEC_PROCESS_TREE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/vec.h"

struct process {
    pid_t pid, parent, group;
    pid_t root;         /* the child of the tree's top below which it hangs; itself for a child */
    bool zombie;
};

struct process_tree {
    VEC(struct process) list;   /* all descendants of the top, zombies too; not the top */
};

/* Reads all descendants of `top`. On a machine without /proc the list is empty. */
void process_tree_read(struct process_tree *tree, pid_t top);
void process_tree_release(struct process_tree *tree);

/*
 * The children of the calling thread's process in one small read: their number, the first `room` in
 * `pids`; -1 when the kernel does not tell (then process_tree_read() does).
 */
int process_children(pid_t *pids, int room);

/* True when the environment that `pid` was started with has the entry `mark` ("NAME=value"). With
   `prefix` the entry need only begin so. */
bool process_has_mark(pid_t pid, const char *mark, bool prefix);

/* SIGKILL to every process of this machine that carries a mark with this beginning, until none is
   left or `patience_s` has passed. */
void process_kill_marked(const char *prefix, double patience_s);

/* Seconds of a clock that nobody sets. */
double monotonic_seconds(void);

/* Sleeps `seconds`, at most one. */
void sleep_seconds(double seconds);

#endif
