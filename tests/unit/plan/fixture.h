/*
 * fixture - workflows for tests: written into the test's own folder, loaded and planned with the tasks
 * of tests/fixtures/tasks.
 */
#ifndef PLAN_FIXTURE_H
#define PLAN_FIXTURE_H

#include "base/file.h"
#include "plan/key.h"
#include "plan/plan.h"
#include "test.h"

struct fixture {
    struct workflow *wf;
    struct plan *plan;
    struct problems problems;
};

/* Writes `text` behind "fornix: 1\n" to workflow.yaml in the test's folder, and plans it. */
void fixture_plan(struct fixture *fixture, const char *text);

/* The same with options; `path` is read as it is. */
void fixture_load(struct fixture *fixture, const char *path, const struct workflow_options *options);

void fixture_release(struct fixture *fixture);

/* All problems as printed; lives until the process ends. */
const char *fixture_messages(struct fixture *fixture);

/* A text as a string that lives until the process ends; the text is released. */
const char *fixture_keep(struct text *text);

/* Fails the test unless there is a plan. */
void fixture_check(struct fixture *fixture);

/* The job of that label; fails the test when there is none. */
job_id fixture_job(const struct fixture *fixture, const char *label);

/* A parameter of a job, spelt; "(none)" when it is not given. Lives until the process ends. */
const char *fixture_value(const struct fixture *fixture, const char *label, const char *parameter);

/* Labels of the jobs that `label` needs, separated by spaces. */
const char *fixture_needs(const struct fixture *fixture, const char *label);

/* The manifest of a job, with digests made of the paths and labels of inputs. */
const char *fixture_manifest(const struct fixture *fixture, const char *label, struct digest *key);


#endif
