/*
 * task - what a task is given, and what it must leave behind.
 *
 * A task is a program in any language and a `task.yaml` that describes it. The engine starts the
 * program in an empty folder with one argument: the path of the job's description, a JSON object
 *
 *   { "fornix": 1,                     the version of this protocol
 *     "task": "arc_distances",
 *     "label": "distances",            the stage and point, for messages; never for results
 *     "parameters": { ... },           all of them, resolved: units converted, files as paths
 *     "inputs": { "somas": "/path", "forest": ["/path", "/path"], "a.b": "/path" },
 *     "outputs": { "file": "distances.h5" },      relative to the folder it was started in
 *     "ranks": 1, "threads": 1,
 *     "scratch": "/path",              an existing folder for what may be thrown away
 *     "progress": "/path" }            a file to which lines may be appended, see below
 *
 * It writes the declared outputs and ends with status 0: the job is done. Anything else: the job
 * failed, and nothing that it wrote is visible to others. Standard output and error go to the job's
 * log. A line of `progress` is one JSON object, {"done": 10, "total": 100, "what": "cells"} or
 * {"message": "text", "level": "warning"}, appended by a single write(2). A line {"versions": {"numpy":
 * "2.1.0"}} tells what the program is made of; it goes into the job's record, for `fornix show`.
 *
 * A task declared `parallel: mpi` is started by the MPI launcher when ranks > 1, and directly,
 * outside MPI, when it is 1.
 */
#ifndef FORNIX_TASK_H
#define FORNIX_TASK_H

/* The version of the protocol: the member "fornix" of a job's description. */
#define FX_TASK_PROTOCOL 1

/* Exit status: the outputs are there; something went wrong; parameters or inputs are wrong. */
#define FX_TASK_DONE    0
#define FX_TASK_FAILED  1
#define FX_TASK_INVALID 2

/* Names a file to which every built-in task appends "<task> <label>" when it starts. */
#define FX_TASK_LOG_VARIABLE "FORNIX_TASK_LOG"

/* The description's path, for the programs that `command` and `python` start. */
#define FX_TASK_JOB_VARIABLE "FORNIX_JOB"

/* The interpreter that the task `python` starts; "python3" when unset. */
#define FX_TASK_PYTHON_VARIABLE "FORNIX_PYTHON"

#endif
