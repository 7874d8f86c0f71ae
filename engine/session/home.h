/*
 * home - where an installed fornix, or its build folder, keeps what runs need: tasks and the keeper.
 *
 * Nothing is compiled in that a moved folder would make wrong: places are found from that of this
 * code, be it the program or the shared library.
 */
#ifndef SESSION_HOME_H
#define SESSION_HOME_H

#include "base/arena.h"
#include "fornix/error.h"

struct home {
    const char *tasks;      /* folder that holds one folder per built-in task */
    const char *keeper;     /* the keeper as a program of its own */
};

/*
 * Looks, in this order, in `given`, else in $FORNIX_HOME (an installation's prefix or a build folder;
 * one that holds no fornix is an error), else beside this code: its folder, `fornix/` in it,
 * `../lib/fornix`; at last in the folder of a program `fornix` on PATH. Links are followed. Paths
 * are absolute, from the arena. FX_SYSTEM when there is none.
 */
int home_find(struct arena *arena, const char *given, struct home *home, struct fx_error *err);

#endif
