/*
 * task - one job as its program sees it: parameters, inputs, outputs, progress.
 *
 * In: the description of a job (fornix/task.h). Out: typed values, each checked as it is asked for;
 * a message names the parameter. Knows neither MPI nor HDF5. Programs call task_main() (task_main.h),
 * which makes the struct task.
 *
 * Strings and JSON values that are handed out belong to the task and live as long as it does.
 */
#ifndef COMMON_TASK_H
#define COMMON_TASK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fornix/error.h"

struct task;

/* Reads and checks a description. Fails for what cannot be read or is none (FX_INVALID). */
struct task *task_open(const char *path, struct fx_error *err);
void         task_free(struct task *task);

const char *task_name(const struct task *task);
const char *task_label(const struct task *task);    /* the task's name when the job has no label */
const char *task_path(const struct task *task);     /* of the description */
int         task_threads(const struct task *task);  /* at least 1 */
const char *task_scratch(const struct task *task);  /* "." when none is given */

/* Appends "<task> <label>" to the file that FORNIX_TASK_LOG names, if any, in one write. */
int task_log_start(const struct task *task, struct fx_error *err);

/* Whether the parameter is there and not null. */
bool task_has(const struct task *task, const char *name);

/* One parameter each; a missing one, or one of another type, is FX_INVALID. Integers are numbers. */
int task_number(const struct task *task, const char *name, double *out, struct fx_error *err);
int task_integer(const struct task *task, const char *name, int64_t *out, struct fx_error *err);
int task_boolean(const struct task *task, const char *name, bool *out, struct fx_error *err);
int task_string(const struct task *task, const char *name, const char **out, struct fx_error *err);

/* The parameter as it stands, of any type. Borrowed. */
int task_json(const struct task *task, const char *name, const json_t **out, struct fx_error *err);

/* All parameters as JSON, for a library that reads them itself. free() it. */
char *task_parameters_text(const struct task *task);

/* The parameter `seed`: an integer >= 0. */
int task_seed(const struct task *task, uint64_t *out, struct fx_error *err);

/* One input file (a list with one entry will do). */
int task_input(const struct task *task, const char *name, const char **path, struct fx_error *err);

/* How many input files `name` has: 0 when it is not given, 1 for a path. */
size_t task_input_count(const struct task *task, const char *name);

/* Input file number `i` of `name`, i < task_input_count(). */
int task_input_at(const struct task *task, const char *name, size_t i, const char **path,
                  struct fx_error *err);

/* Where the declared output goes, relative to the folder that the program was started in. */
int task_output(const struct task *task, const char *name, const char **path, struct fx_error *err);

/* Tells the versions of what the program is made of, for the record of the job. NULL: not known. */
void task_versions(const struct task *task, const char *hdf5, const char *mpi, const char *compiler);

/* Reports that `done` of `total` are done; call it as often as you like: at most five lines a second
 * are written. A report that cannot be written is dropped: it is no result. */
void task_progress(struct task *task, uint64_t done, uint64_t total, const char *what);

/* A warning for whoever watches, and on standard error. */
void task_warn(struct task *task, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* --- reading nested values: `where` is the path for messages, e.g. "axon_extents.PYR.width" ---- */

int json_read_number(const json_t *value, const char *where, double *out, struct fx_error *err);
int json_read_integer(const json_t *value, const char *where, int64_t low, int64_t high,
                      int64_t *out, struct fx_error *err);
int json_read_string(const json_t *value, const char *where, const char **out, struct fx_error *err);
/* A list of exactly `count` numbers. */
int json_read_numbers(const json_t *value, const char *where, size_t count, double *out,
                      struct fx_error *err);
/* Fails unless it is a mapping (list). */
int json_check_object(const json_t *value, const char *where, struct fx_error *err);
int json_check_array(const json_t *value, const char *where, struct fx_error *err);

#endif
