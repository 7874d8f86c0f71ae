/*
 * task_desc - the description of a task: task.yaml.
 *
 * The single source for checking parameters, for their defaults, for `fornix task show` and for
 * what a job's key covers. Lives in the arena it was loaded into.
 *
 *   task: NAME            what stages call it; the name of the folder of a built-in one
 *   version: N            raised when results change
 *   summary: TEXT
 *   parallel: none | mpi
 *   program: NAME         or [NAME, ARGUMENT...]: a file of the folder, or a name for PATH; default
 *                         the task's name
 *   files: [FILE, ...]    what else makes the task's identity; files of the folder
 *   tools: [NAME, ...]    whose versions enter the key
 *   include: [FILE, ...]  whose `types` are known here
 *   types: {NAME: TYPE}   see load/schema.h
 *   parameters: {NAME: {type, required, default, semantic, with_points, help, unit, min, max, ...}}
 *   checks: [{that: "${a < b}", say: ..., at: a}, ...]    see load/checks.h
 *   extra: any            undeclared parameters are allowed
 *   outputs: {NAME: FILE} or
 *   outputs_from: workflow
 */
#ifndef LOAD_TASK_DESC_H
#define LOAD_TASK_DESC_H

#include "load/problems.h"
#include "load/schema.h"
#include "load/tree.h"

struct parameter {
    struct str name, help;
    const struct type *type;     /* load/schema.h */
    const struct node *fallback; /* the default, checked; NULL: none */
    bool required, semantic, with_points;
};

struct output {
    struct str name; /* as in ${stage.name} */
    struct str file; /* relative path below the job's output folder */
};

struct task_desc {
    struct str name, summary;
    const char *folder; /* absolute path of the folder with task.yaml */
    const char *path;   /* of task.yaml, as shown in messages */
    int64_t version;
    bool mpi; /* parallel: mpi */
    bool builtin;
    bool extra;                 /* undeclared parameters are allowed, of any type */
    bool outputs_from_workflow; /* the stage names the outputs */
    const char *const
        *program; /* argv prefix, NULL at its end; [0] is absolute or a name for PATH */
    const struct node *missing; /* user tasks: the program that was not there; NULL: it was */
    const char *const *program_files; /* user tasks: the files that make the task's identity */
    struct str *tools;                /* whose versions enter the key: neuron, c++, python */
    struct parameter *parameters;
    const struct checks *checks; /* between parameters; NULL: none */
    struct output *outputs;
    uint32_t tool_count, parameter_count, output_count;
};

/*
 * Loads `folder`/task.yaml. On mistakes appends to `problems` and returns NULL.
 */
const struct task_desc *
task_desc_load(struct arena *arena, const char *folder, bool builtin, struct problems *problems);

/*
 * Reads a map name -> file of outputs into `map->count` records. False after appending to
 * `problems`.
 */
bool task_desc_outputs(struct arena *arena, const struct node *map, struct output **outputs,
                       struct problems *problems);

/* The declared parameter of that name, or NULL. */
const struct parameter *task_desc_parameter(const struct task_desc *task, struct str name);

#endif
