#define _GNU_SOURCE     /* dladdr */
#include "environment/neuron.h"

#include <assert.h>
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <neuronapi.h>

#include "base/text.h"
#include "fornix/task.h"

enum { MESSAGE_ROOM = 400 };

/* libnrniv expects this of its program; mechanisms come from `-dll`. */
void modl_reg(void);
void
modl_reg(void)
{
}

/*
 * What the guard's trampoline runs. NEURON is one per process and calls it without arguments, so
 * these are the file's only globals; each is read at once and never kept over a call.
 */
static struct guarded {
    int (*work)(void *argument, struct fx_error *err);
    void *argument;
    struct fx_error *err;
} guarded;
static struct Symbol *guard;

/* How deep we are in calls from which NEURON may end the process, and by whom. */
static int inside;
static pid_t owner;

/*
 * NEURON calls exit() when it cannot go on while it starts (a mechanism's name is taken, say), and so
 * may a mechanism at any time, even with status 0: that must not look like the end of a good run.
 */
static void
at_exit(void)
{
    static const char TEXT[] = "error: NEURON has ended the process; what it said stands above\n";

    if (!inside || getpid() != owner)
        return;
    fflush(NULL);
    fputs(TEXT, stderr);
    fflush(stderr);
    _exit(FX_TASK_FAILED);
}

static void
trampoline(void)
{
    struct guarded now = guarded;
    int result = now.work(now.argument, now.err);

    nrn_hoc_ret();
    nrn_double_push(result);
}

int
neuron_try(int (*work)(void *argument, struct fx_error *err), void *argument, struct fx_error *err)
{
    char message[MESSAGE_ROOM] = "";
    const int depth = inside;
    int failed;

    guarded = (struct guarded){ work, argument, err };
    inside = depth + 1;
    failed = nrn_function_call_nothrow(guard, 0, message, sizeof message);
    inside = depth;
    if (failed) {
        size_t length = strlen(message);

        while (length && (message[length - 1] == '\n' || message[length - 1] == ' '))
            message[--length] = '\0';
        return fx_fail(err, FX_FAILED, FX_NOWHERE, "NEURON: %s", message);
    }
    return nrn_double_pop() == 0 ? 0 : -1;
}

/* The wheel's share/nrn is found from where its library was loaded. */
static int
set_home(struct fx_error *err)
{
    Dl_info info;
    char folder[PATH_MAX];
    char *end;

    if (!dladdr((void *)(uintptr_t)nrn_init, &info) || !info.dli_fname ||
        !realpath(info.dli_fname, folder))
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "cannot tell where NEURON's library is");
    for (int up = 0; up < 2; up++) {
        end = strrchr(folder, '/');
        if (!end)
            return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "no folder above NEURON's library");
        *end = '\0';
    }
    if (strlen(folder) + sizeof "/share/nrn" > sizeof folder)
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "the path of NEURON's library is too long");
    memcpy(folder + strlen(folder), "/share/nrn", sizeof "/share/nrn");
    setenv("NEURONHOME", folder, 1);
    /* A wrong NRNHOME would make NEURON look elsewhere for its MPI part. */
    unsetenv("NRNHOME");
    return 0;
}

static int
look_up(void *argument, struct fx_error *err)
{
    struct neuron *neuron = argument;

    (void)err;
    neuron->range_kind = nrn_symbol_type(nrn_symbol("v"));
    neuron->mechanism_kind = nrn_symbol_type(nrn_symbol("pas"));
    neuron->class_kind = nrn_symbol_type(nrn_symbol("Vector"));
    neuron->v = nrn_symbol("v");
    neuron->diam = nrn_symbol("diam");
    neuron->netcon = nrn_symbol("NetCon");
    neuron->vector = nrn_symbol("Vector");
    neuron->pt3dadd = nrn_symbol("pt3dadd");
    neuron->t = nrn_symbol_dataptr(nrn_symbol("t"));
    neuron->pc = nrn_object_new(nrn_symbol("ParallelContext"), 0);
    neuron->cvode = nrn_object_new(nrn_symbol("CVode"), 0);
    neuron->gid_connect = nrn_method_symbol(neuron->pc, "gid_connect");
    neuron->event = nrn_method_symbol(neuron->cvode, "event");
    /* With more ranks than one, NEURON would end the whole job on any error. */
    neuron_call(neuron->pc, "mpiabort_on_error", 1, (double[]){ 0 });
    /* Allocates the spike buffers: psolve crashes on a rank that has made no gid call. */
    neuron_call(neuron->pc, "gid_exists", 1, (double[]){ 0 });
    return 0;
}

/* NEURON only prints when it cannot load a library: the linker is asked first. */
static int
find_library(const char *library, char path[PATH_MAX], struct fx_error *err)
{
    void *handle;

    if (!realpath(library, path))
        return fx_fail_errno(err, errno, "no mechanisms in '%s'", library);
    handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!handle)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "cannot load the mechanisms: %s", dlerror());
    if (!dlsym(handle, "modl_reg"))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is no library of mechanisms, as the task "
                       "nmodl makes them", library);
    return 0;
}

int
neuron_start(struct neuron *neuron, const char *library, bool mpi, struct fx_error *err)
{
    const char *arguments[8];
    char path[PATH_MAX];
    int count = 0, result;

    assert(!guard);
    memset(neuron, 0, sizeof *neuron);
    if (set_home(err))
        return -1;
    if (library && find_library(library, path, err))
        return -1;
    arguments[count++] = "fornix";
    if (mpi)
        arguments[count++] = "-mpi";
    arguments[count++] = "-nogui";
    arguments[count++] = "-nopython";
    if (library) {
        arguments[count++] = "-dll";
        arguments[count++] = path;
    }
    arguments[count] = NULL;
    owner = getpid();
    atexit(at_exit);
    inside = 1;
    result = nrn_init(count, arguments);
    inside = 0;
    if (result)
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "NEURON does not start");
    neuron_register("fx_guard", trampoline);
    guard = nrn_symbol("fx_guard");
    return neuron_try(look_up, neuron, err);
}

int
neuron_hoc(const char *statement, struct fx_error *err)
{
    if (nrn_hoc_call(statement))
        return fx_fail(err, FX_FAILED, FX_NOWHERE, "NEURON refuses '%s'", statement);
    return 0;
}

static struct Symbol *
of_kind(const char *name, int kind)
{
    struct Symbol *symbol = nrn_symbol(name);

    return symbol && nrn_symbol_type(symbol) == kind ? symbol : NULL;
}

struct Symbol *
neuron_mechanism(const struct neuron *neuron, const char *name)
{
    return of_kind(name, neuron->mechanism_kind);
}

struct Symbol *
neuron_range(const struct neuron *neuron, const char *name)
{
    return of_kind(name, neuron->range_kind);
}

struct Symbol *
neuron_class(const struct neuron *neuron, const char *name)
{
    return of_kind(name, neuron->class_kind);
}

void
neuron_register(const char *name, void (*step)(void))
{
    nrn_register_function(step, name, nrn_symbol_type(nrn_symbol("pt3dadd")));
}

void
neuron_return(void)
{
    nrn_hoc_ret();
    nrn_double_push(0);
}

double
neuron_call(struct Object *object, const char *name, size_t count, const double *arguments)
{
    struct Symbol *method = nrn_method_symbol(object, name);

    assert(method);     /* names are ours; NEURON would crash on a wrong one */
    for (size_t i = 0; i < count; i++)
        nrn_double_push(arguments[i]);
    nrn_method_call(object, method, (int)count);
    return nrn_double_pop();
}

double
neuron_call_object(struct Object *object, const char *name, struct Object *argument)
{
    struct Symbol *method = nrn_method_symbol(object, name);

    assert(method);
    nrn_object_push(argument);
    nrn_method_call(object, method, 1);
    return nrn_double_pop();
}

double *
neuron_vector_resize(struct Object *vector, size_t count)
{
    nrn_double_push((double)count);
    nrn_method_call(vector, nrn_method_symbol(vector, "resize"), 1);
    nrn_object_unref(nrn_object_pop());
    return nrn_vector_data(vector);
}
