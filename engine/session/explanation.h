/*
 * explanation - why a job is as it is: each line of its manifest that differs from the one it is
 * compared with, what that means, and where it is written.
 *
 * Made of two manifests (plan/key.h), which is what keys are made of: it cannot differ from what was
 * decided.
 */
#ifndef SESSION_EXPLANATION_H
#define SESSION_EXPLANATION_H

#include "base/map.h"
#include "plan/key.h"
#include "session/reason.h"

enum difference_kind {
    DIFFERENCE_VALUE,       /* a parameter, or another line without a meaning of its own here */
    DIFFERENCE_JOB,         /* an input that another job makes has other content: `source` */
    DIFFERENCE_FILE,        /* a file or folder outside the store has other content: `path` */
    DIFFERENCE_PROGRAM,     /* the program of the task: `path`, or several */
    DIFFERENCE_VERSION,     /* the version of the task: `path` is its description */
    DIFFERENCE_TOOL         /* the version of a tool that the task uses */
};

struct difference {
    enum difference_kind kind;
    struct str field, before, after;    /* of the manifests; "" where the line is missing */
    struct place place;
    const char *path;                   /* or NULL */
    job_id source;
    bool has_source;
};

/* What a job is compared with, and how they differ. Everything lives in the session's arena. */
struct explanation {
    bool compared;              /* with `with`; else nothing like this job is in the store */
    struct record with;
    const struct difference *differences;
    uint32_t count;
};

/*
 * A job that must run, by its reason: compared with the job that the reason names, also with one of
 * another point or stage when the job itself never ran.
 */
void explain_reason(struct session *session, job_id job, const struct reason *reason,
                    struct explanation *explanation);

/*
 * A job that the store has, and one whose output had the content `before` (a digest in hexadecimal):
 * why what it makes is not the same any more. Not compared when nobody knows who made it.
 */
int explain_content(struct session *session, job_id job, struct str before,
                    struct explanation *explanation, struct fx_error *err);

/*
 * What is wrong with the outputs of a job whose reason is REASON_LOST, in words, appended: "note.txt was
 * altered; what is left of it is in /.../damaged/<key>.1".
 */
void explain_loss(struct session *session, job_id job, struct text *out);

/*
 * The input behind a field of the manifest, "inputs.parts[2].a": the NODE_FILE or NODE_OUTPUT, or what
 * else stands there; NULL: nothing.
 */
const struct node *explain_input(const struct plan *plan, job_id job, struct str field);

/* Which run made what, of one workflow. Zeroed before its first use. */
struct run_index {
    struct str workflow;
    const char **ids;   /* NULL: not made yet */
    struct map runs;    /* key in hexadecimal -> number of `ids` */
};

/*
 * The id of the run that made a record, from the session's arena: looked for in what the runs of its
 * workflow left, the newest first. NULL: it is not there any more.
 */
const char *explain_run(struct session *session, struct run_index *index,
                        const struct record *record);
void run_index_release(struct run_index *index);

/* The log of the job's latest attempt when that failed, from the session's arena; else NULL. */
const char *explain_failure(struct session *session, job_id job);

#endif
