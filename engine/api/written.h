/*
 * written - a workflow as a program writes it, and the tree that comes of it.
 *
 * In: calls of fornix/workflow.h. Out: struct node of the form of a YAML workflow, which load/ then
 * checks as it would a file. What is wrong already here (no YAML, no path) is kept in `mistakes`.
 */
#ifndef API_WRITTEN_H
#define API_WRITTEN_H

#include "fornix/workflow.h"
#include "load/problems.h"
#include "load/tree.h"
#include "session/session.h"

/* `path` = `value`, in the order of the calls. */
struct assignment {
    const char *path;
    const struct node *value;
};

typedef VEC(struct assignment) assignments;
typedef VEC(const struct node *) node_list_of;

struct fx_stage {
    struct fx_workflow *workflow;
    struct str name;
    struct fx_mark at;
    const struct node *task;        /* NULL: not given */
    assignments with, resources, outputs;
    node_list_of after;
};

struct fx_workflow {
    struct arena *arena;            /* of all that is written */
    const char *file;               /* that was loaded; NULL: none */
    const char *folder;             /* absolute */
    struct fx_mark at;
    const struct node *name;        /* NULL: not given */
    assignments values;
    node_list_of includes, tasks;
    VEC(const char *) profiles, overrides;
    VEC(struct fx_stage *) stages;
    struct problems mistakes;       /* of the calls */
    struct problems found;          /* all, of the latest check */
    struct fx_mark latest;          /* the mark that written_mark() made last */
};

/* The caller's place as a mark in the workflow's memory: paths written there begin in its folder. */
struct fx_mark written_mark(struct fx_workflow *wf, struct fx_mark at);

/* Keeps a mistake. */
void written_wrong(struct fx_workflow *wf, struct fx_mark at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A string node; NULL after keeping a mistake when `text` is NULL or not UTF-8. `what` names it. */
const struct node *written_string(struct fx_workflow *wf, const char *what, const char *text,
                                  struct fx_mark at);

/*
 * The tree of what was written, in `arena`; it shares nodes with the workflow's. NULL when nothing was
 * and there is a file. Mistakes are appended to `problems`.
 */
const struct node *written_tree(const struct fx_workflow *wf, struct arena *arena,
                                struct problems *problems);

/*
 * Loads and plans it into `session` (initialized; released by the caller), with the options that are not
 * the workflow's own. All mistakes, those of the calls too, are in wf->found afterwards, sorted; -1 when
 * there are any.
 */
int written_load(struct fx_workflow *wf, struct session_options *options, struct session *session);

#endif
