/*
 * comparison - what differs between two runs of a workflow: jobs, what they depend on, what they made.
 *
 * In: two runs as run.json tells them. Out: for each job that is not the same in both, the lines of its
 * manifest that differ and the outputs whose content differs.
 *
 *   comparison_make -> fields
 */
#ifndef SESSION_COMPARISON_H
#define SESSION_COMPARISON_H

#include "plan/key.h"
#include "report/run_json.h"
#include "session/session.h"

/* One output in both runs; a digest is zero on the side where it is not known. */
struct output_pair {
    struct str name;
    struct digest a, b;
    bool in_a, in_b;
};

struct job_pair {
    const char *label;
    const struct run_job *a, *b;        /* NULL: not in that run */
    bool known;                         /* the store has what both made: the lists below are whole */
    const struct change *changes;
    uint32_t change_count;
    const struct output_pair *outputs;  /* of both, equal ones too */
    uint32_t output_count;
};

struct comparison {
    struct job_pair *pairs;             /* jobs that differ, in the order of run A, then of run B */
    uint32_t count;
    uint32_t same;                      /* jobs that do not */
};

/*
 * The store of the session must be open. Everything lives in the session's arena. -1 only when
 * the store cannot be read.
 */
int comparison_make(struct session *session, const struct run_record *a, const struct run_record *b,
                    struct comparison *comparison, struct fx_error *err);

/* Whether an output has the same content in both runs. */
bool output_pair_same(const struct output_pair *pair);

#endif
