/*
 * workflow_axes - the axes of a workflow and of its stages, and what ties them: zip, sample.
 *
 * `exclude` is looked at where points are made (plan/grid.h): conditions are evaluated there.
 */
#ifndef LOAD_WORKFLOW_AXES_H
#define LOAD_WORKFLOW_AXES_H

#include "load/workflow.h"

/* What the workflow says; each may be NULL. */
struct axes_written {
    const struct node *axes, *zip, *exclude, *sample, *stages;
};

/*
 * Fills the workflow's axes: its own in their order, then those of stages in theirs. The parameters
 * must be there.
 */
void workflow_axes_read(struct workflow *wf, const struct axes_written *written,
                        struct problems *problems);

/* Whether the key can name a stage or an axis (`what`, in the message); otherwise reports it. */
bool workflow_check_name(const struct entry *entry, const char *what, struct problems *problems);

#endif
