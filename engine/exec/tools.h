/*
 * tools - the versions of the programs that a task's result depends on.
 *
 *   neuron      from nrnsemanticversion.h of the wheel that this program was built with, or of the
 *               one in the folder FORNIX_NEURON (with include/ and lib/)
 *   c++         the first line of `c++ --version`
 *   python      the first line of `PYTHON --version`; PYTHON as tool_python() says
 *   any other   the first line of `<name> --version`
 */
#ifndef EXEC_TOOLS_H
#define EXEC_TOOLS_H

#include "store/store.h"

/*
 * Appends the version of tool `name` to `version`. What a program says is remembered in the store
 * while the program's file stays as it is. FX_INVALID when there is no such tool.
 */
int tool_version(struct store *store, struct str name, struct text *version, struct fx_error *err);

/*
 * The interpreter of `python` tasks: $FORNIX_PYTHON, else the one that this fornix was built with,
 * else "python3". Borrowed.
 */
const char *tool_python(void);

/* The file that the name of a program stands for, as a shell would find it on PATH; NULL: none. */
const char *tool_find(struct arena *arena, const char *name);

#endif
