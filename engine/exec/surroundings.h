/*
 * surroundings - what a job ran in, for its record: nothing of it enters a key.
 *
 *   {"fornix":"0.1.0","kernel":"Linux 6.1.0 x86_64","commit":"<40 digits>","dirty":false,
 *    "ranks":2,"threads":1,"versions":{"hdf5":"1.10.8","neuron":"9.0.2", ...}}
 *
 * `commit` is that of the git repository with the workflow's folder, `dirty` whether tracked files
 * differ from it; both are missing without a repository or without git. `versions` are those of the
 * task's tools, and what its program told of itself (fornix/task.h).
 *
 * Git is asked once, when the first job starts; its answer is awaited when the first one has ended,
 * so that it costs no time, and nothing where nothing runs.
 *
 *   surroundings_new -> surroundings_write (per job that ended) -> surroundings_free
 */
#ifndef EXEC_SURROUNDINGS_H
#define EXEC_SURROUNDINGS_H

#include "base/text.h"
#include "plan/plan.h"

struct surroundings;

/* `folder` (absolute) is that of the workflow; NULL: it has none. */
struct surroundings *surroundings_new(const char *folder);
void                 surroundings_free(struct surroundings *surroundings);      /* NULL is fine */

/* A tool of a task and its version. */
struct tool_known {
    struct str name, version;
};

/*
 * Appends the object, on one line. `progress` (NULL: none) is the file in which the job's program may
 * have told its versions; what it tells of a tool in `tools` does not count.
 */
void surroundings_write(struct surroundings *surroundings, const struct resources *resources,
                        const struct tool_known *tools, uint32_t tool_count, const char *progress,
                        struct text *out);

#endif
