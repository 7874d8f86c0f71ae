/*
 * inputs - the content digests that the keys of one run are made of.
 *
 * Each file, folder, program and tool is looked at once, through the digests that the store has
 * cached: one run sees one state of the world. What changed since is found by inputs_check().
 */
#ifndef EXEC_INPUTS_H
#define EXEC_INPUTS_H

#include "plan/plan.h"
#include "store/store.h"

struct inputs;

struct inputs *inputs_new(struct store *store);
void           inputs_free(struct inputs *inputs);

/* Content digest of a file, or of all that is below a folder. */
int inputs_digest(struct inputs *inputs, const char *path, bool folder, struct digest *digest,
                  struct fx_error *err);

/*
 * What identifies a task besides its name and version: the digest of its program (found on PATH when
 * it is no path) and of its program_files. Zero for a built-in task of a release build (compile
 * definition FORNIX_RELEASE): there the version alone counts.
 */
int inputs_identity(struct inputs *inputs, const struct task_desc *task, struct digest *digest,
                    struct fx_error *err);

/* The version of a tool (tools.h). Lives as long as `inputs`. */
int inputs_tool(struct inputs *inputs, struct str name, struct str *version, struct fx_error *err);

/*
 * FX_FAILED when the file or folder, whose digest was taken before, has other content now. A file
 * with the same identity is not read again, unless it was young when it was hashed.
 */
int inputs_check(struct inputs *inputs, const char *path, bool folder, struct fx_error *err);

/* The same for all that identifies a task: a program that was built anew under a running job. */
int inputs_check_identity(struct inputs *inputs, const struct task_desc *task,
                          struct fx_error *err);

#endif
