#include "common/task.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/text.h"
#include "fornix/task.h"

struct task {
    char *path;
    json_t *job;
    const json_t *parameters, *inputs, *outputs;    /* NULL when the job has none */
    const char *name, *label, *scratch, *progress;
    int threads;
    int64_t reported_ms;    /* when the last progress line was written */
};

enum { REPORT_EVERY_MS = 200 };

static int
invalid(struct fx_error *err, const char *format, const char *name)
{
    return fx_fail(err, FX_INVALID, FX_NOWHERE, format, name);
}

/* The member as a string, `otherwise` when it is missing; -1 for another type. */
static int
member_string(const struct task *task, const char *name, const char *otherwise, const char **out,
              struct fx_error *err)
{
    const json_t *value = json_object_get(task->job, name);

    *out = otherwise;
    if (!value || json_is_null(value))
        return 0;
    if (!json_is_string(value))
        return fx_fail(err, FX_INVALID, (struct fx_mark){ task->path, 0, 0 },
                       "member '%s' of the job is no string", name);
    *out = json_string_value(value);
    return 0;
}

static int
member_object(const struct task *task, const char *name, const json_t **out, struct fx_error *err)
{
    const json_t *value = json_object_get(task->job, name);

    *out = value;
    if (!value || json_is_object(value))
        return 0;
    return fx_fail(err, FX_INVALID, (struct fx_mark){ task->path, 0, 0 },
                   "member '%s' of the job is no mapping", name);
}

static int
read_members(struct task *task, struct fx_error *err)
{
    struct fx_mark at = { task->path, 0, 0 };
    const json_t *value = json_object_get(task->job, "fornix");

    if (!json_is_integer(value) || json_integer_value(value) != FX_TASK_PROTOCOL)
        return fx_fail(err, FX_INVALID, at, "this is no job for protocol %d of fornix",
                       FX_TASK_PROTOCOL);
    if (member_string(task, "task", NULL, &task->name, err) ||
        member_string(task, "label", NULL, &task->label, err) ||
        member_string(task, "scratch", ".", &task->scratch, err) ||
        member_string(task, "progress", NULL, &task->progress, err) ||
        member_object(task, "parameters", &task->parameters, err) ||
        member_object(task, "inputs", &task->inputs, err) ||
        member_object(task, "outputs", &task->outputs, err))
        return -1;
    if (!task->name)
        return fx_fail(err, FX_INVALID, at, "the job does not name its task");
    if (!task->label)
        task->label = task->name;

    value = json_object_get(task->job, "threads");
    task->threads = 1;
    if (!value)
        return 0;
    if (!json_is_integer(value) || json_integer_value(value) < 1 || json_integer_value(value) > 4096)
        return fx_fail(err, FX_INVALID, at, "member 'threads' of the job is no integer from 1 to 4096");
    task->threads = (int)json_integer_value(value);
    return 0;
}

struct task *
task_open(const char *path, struct fx_error *err)
{
    struct task *task = mem_new(1, sizeof *task);
    json_error_t problem;

    task->path = mem_copy(path, strlen(path));
    task->job = json_load_file(path, JSON_REJECT_DUPLICATES, &problem);
    if (!task->job) {
        struct fx_mark at = { path, 0, 0 };
        if (problem.line > 0) {
            at.line = (unsigned)problem.line;
            at.column = problem.column > 0 ? (unsigned)problem.column : 0;
        }
        fx_fail(err, FX_INVALID, at, "cannot read the job: %s", problem.text);
    } else if (!json_is_object(task->job)) {
        fx_fail(err, FX_INVALID, (struct fx_mark){ path, 0, 0 }, "the job is no mapping");
    } else if (!read_members(task, err)) {
        return task;
    }
    task_free(task);
    return NULL;
}

void
task_free(struct task *task)
{
    if (!task)
        return;
    json_decref(task->job);
    free(task->path);
    free(task);
}

const char *
task_name(const struct task *task)
{
    return task->name;
}

const char *
task_label(const struct task *task)
{
    return task->label;
}

const char *
task_path(const struct task *task)
{
    return task->path;
}

int
task_threads(const struct task *task)
{
    return task->threads;
}

const char *
task_scratch(const struct task *task)
{
    return task->scratch;
}

/* One write(2) to a file opened for appending: lines of several processes never mix. */
static int
append_line(const char *path, const struct text *line)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
    ssize_t done;

    if (fd < 0)
        return errno;
    done = write(fd, line->at, line->len);
    int problem = done < 0 ? errno : (size_t)done < line->len ? EIO : 0;
    if (close(fd) && !problem)
        problem = errno;
    return problem;
}

int
task_log_start(const struct task *task, struct fx_error *err)
{
    const char *path = getenv(FX_TASK_LOG_VARIABLE);
    struct text line;
    int problem;

    if (!path || !*path)
        return 0;
    text_init(&line, 4096);
    text_printf(&line, "%s %s\n", task->name, task->label);
    problem = append_line(path, &line);
    text_release(&line);
    if (problem)
        return fx_fail_errno(err, problem, "cannot append to '%s', which %s names", path,
                             FX_TASK_LOG_VARIABLE);
    return 0;
}

/* --- parameters --------------------------------------------------------------------------------- */

static const json_t *
parameter(const struct task *task, const char *name)
{
    const json_t *value = json_object_get(task->parameters, name);

    return value && !json_is_null(value) ? value : NULL;
}

bool
task_has(const struct task *task, const char *name)
{
    return parameter(task, name) != NULL;
}

int
task_json(const struct task *task, const char *name, const json_t **out, struct fx_error *err)
{
    *out = parameter(task, name);
    if (!*out)
        return invalid(err, "parameter '%s' is missing", name);
    return 0;
}

int
task_number(const struct task *task, const char *name, double *out, struct fx_error *err)
{
    const json_t *value;

    if (task_json(task, name, &value, err))
        return -1;
    if (!json_is_number(value))
        return invalid(err, "parameter '%s' is no number", name);
    *out = json_number_value(value);
    return 0;
}

int
task_integer(const struct task *task, const char *name, int64_t *out, struct fx_error *err)
{
    const json_t *value;

    if (task_json(task, name, &value, err))
        return -1;
    if (!json_is_integer(value))
        return invalid(err, "parameter '%s' is no integer", name);
    *out = json_integer_value(value);
    return 0;
}

int
task_boolean(const struct task *task, const char *name, bool *out, struct fx_error *err)
{
    const json_t *value;

    if (task_json(task, name, &value, err))
        return -1;
    if (!json_is_boolean(value))
        return invalid(err, "parameter '%s' is neither true nor false", name);
    *out = json_is_true(value);
    return 0;
}

int
task_string(const struct task *task, const char *name, const char **out, struct fx_error *err)
{
    const json_t *value;

    if (task_json(task, name, &value, err))
        return -1;
    if (!json_is_string(value))
        return invalid(err, "parameter '%s' is no string", name);
    *out = json_string_value(value);
    return 0;
}

char *
task_parameters_text(const struct task *task)
{
    char *text = task->parameters ? json_dumps(task->parameters, JSON_COMPACT) : NULL;

    return text ? text : mem_copy("{}", 2);
}

int
task_seed(const struct task *task, uint64_t *out, struct fx_error *err)
{
    int64_t seed;

    if (task_integer(task, "seed", &seed, err))
        return -1;
    if (seed < 0)
        return invalid(err, "parameter '%s' is below 0", "seed");
    *out = (uint64_t)seed;
    return 0;
}

/* --- files --------------------------------------------------------------------------------------- */

/* A file is found among the inputs; a job written by hand may have it as a parameter only. */
static const json_t *
input(const struct task *task, const char *name)
{
    const json_t *value = json_object_get(task->inputs, name);

    if (!value)
        value = json_object_get(task->parameters, name);
    return value && !json_is_null(value) ? value : NULL;
}

size_t
task_input_count(const struct task *task, const char *name)
{
    const json_t *value = input(task, name);

    return json_is_array(value) ? json_array_size(value) : value ? 1 : 0;
}

int
task_input_at(const struct task *task, const char *name, size_t i, const char **path,
              struct fx_error *err)
{
    const json_t *value = input(task, name);

    if (!value)
        return invalid(err, "input file '%s' is missing", name);
    if (json_is_array(value))
        value = json_array_get(value, i);
    if (!json_is_string(value) || !*json_string_value(value))
        return invalid(err, "input '%s' is no path", name);
    *path = json_string_value(value);
    return 0;
}

int
task_input(const struct task *task, const char *name, const char **path, struct fx_error *err)
{
    if (json_is_array(input(task, name)) && task_input_count(task, name) != 1)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "input '%s' takes one file, not a list of %zu",
                       name, task_input_count(task, name));
    return task_input_at(task, name, 0, path, err);
}

int
task_output(const struct task *task, const char *name, const char **path, struct fx_error *err)
{
    const json_t *value = json_object_get(task->outputs, name);

    if (!json_is_string(value) || !*json_string_value(value))
        return invalid(err, "the job says no file for output '%s'", name);
    *path = json_string_value(value);
    return 0;
}

/* --- reports ------------------------------------------------------------------------------------- */

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
add_version(struct text *line, const char *name, const char *version)
{
    if (!version || !*version)
        return;
    text_printf(line, "%s\"%s\": ", line->at[line->len - 1] == '{' ? "" : ", ", name);
    text_add_quoted(line, str_of(version));
}

void
task_versions(const struct task *task, const char *hdf5, const char *mpi, const char *compiler)
{
    struct text line;

    if (!task->progress)
        return;
    text_init(&line, 4096);
    text_add(&line, "{\"versions\": {");
    add_version(&line, "hdf5", hdf5);
    add_version(&line, "mpi", mpi);
    add_version(&line, "compiler", compiler);
    text_add(&line, "}}\n");
    append_line(task->progress, &line);
    text_release(&line);
}

void
task_progress(struct task *task, uint64_t done, uint64_t total, const char *what)
{
    int64_t now = now_ms();
    struct text line;

    if (!task->progress || (now - task->reported_ms < REPORT_EVERY_MS && done != total))
        return;
    task->reported_ms = now;
    text_init(&line, 1024);
    text_printf(&line, "{\"done\": %llu, \"total\": %llu, \"what\": ", (unsigned long long)done,
                (unsigned long long)total);
    text_add_quoted(&line, str_of(what));
    text_add(&line, "}\n");
    append_line(task->progress, &line);
    text_release(&line);
}

void
task_warn(struct task *task, const char *format, ...)
{
    char message[1024];
    struct text line;
    va_list args;

    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    fprintf(stderr, "%s: warning: %s\n", task->name, message);
    if (!task->progress)
        return;
    text_init(&line, 8192);
    text_add(&line, "{\"level\": \"warning\", \"message\": ");
    text_add_quoted(&line, str_of(message));
    text_add(&line, "}\n");
    append_line(task->progress, &line);
    text_release(&line);
}
