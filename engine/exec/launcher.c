#include "exec/launcher.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/vec.h"
#include "exec/tools.h"

struct words {
    struct arena *arena;
    VEC(const char *) list;
};

static void
add(struct words *words, const char *word)
{
    vec_push(&words->list, word);
}

/* The list as a NULL-terminated array in the arena; `words` is empty afterwards. */
static const char *const *
finish(struct words *words)
{
    const char **array = arena_get(words->arena, words->list.count + 1, sizeof *array);

    if (words->list.count)
        memcpy(array, words->list.at, words->list.count * sizeof *array);
    vec_release(&words->list);
    return array;
}

/* Sets a variable that the user has not set. */
static void
propose(struct words *environment, const char *name, const char *value)
{
    if (!getenv(name))
        add(environment, arena_printf(environment->arena, "%s=%s", name, value).at);
}

/*
 * One machine, and often more ranks than cores: waiting ranks yield, only shared memory is probed,
 * and everything temporary lies where it is removed with the attempt.
 */
static void
propose_mpi(struct words *environment, const char *folder)
{
    propose(environment, "OMPI_MCA_mpi_yield_when_idle", "1");
    propose(environment, "OMPI_MCA_pml", "ob1");
    propose(environment, "OMPI_MCA_btl", "self,vader");
    propose(environment, "PMIX_MCA_gds", "hash");
    propose(environment, "OMPI_MCA_orte_tmpdir_base", folder);
    propose(environment, "OMPI_MCA_btl_vader_backing_directory", folder);
}

void
launcher_compose(struct arena *arena, const struct task_desc *task,
                 const struct resources *resources, const char *job_file, const char *short_folder,
                 struct launch *launch)
{
    struct words argv = { .arena = arena }, environment = { .arena = arena };

    if (resources->ranks > 1) {
        add(&argv, "mpirun");
        add(&argv, "--quiet");      /* the end of the log belongs to the task */
        if (geteuid() == 0)
            add(&argv, "--allow-run-as-root");
        add(&argv, "--bind-to");
        add(&argv, "none");
        add(&argv, "--oversubscribe");
        add(&argv, "-n");
        add(&argv, arena_printf(arena, "%u", (unsigned)resources->ranks).at);
        propose_mpi(&environment, short_folder);
    }
    for (const char *const *word = task->program; *word; word++)
        add(&argv, *word);
    add(&argv, job_file);
    add(&environment, arena_printf(arena, "OMP_NUM_THREADS=%u", (unsigned)resources->threads).at);
    propose(&environment, "FORNIX_PYTHON", tool_python());
    launch->argv = finish(&argv);
    launch->environment = finish(&environment);
}

int
launcher_prepare(struct arena *arena, const struct task_desc *task,
                 const struct resources *resources, const struct staging *staging,
                 struct launch *launch, struct fx_error *err)
{
    const char *folder = NULL;

    if (resources->ranks > 1) {
        /* Told to be quiet, mpirun would not say what it misses. */
        if (!tool_find(arena, task->program[0]))
            return fx_fail(err, FX_FAILED, FX_NOWHERE, "there is no program '%s' to be started",
                           task->program[0]);
        if (store_stage_short(arena, staging, &folder, err) != 0)
            return -1;
    }
    launcher_compose(arena, task, resources, staging->job_file, folder, launch);
    launch->folder = staging->out;
    launch->log = staging->log;
    return 0;
}

void
launcher_quote(struct text *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./,:=+@%";

    if (*word && word[strspn(word, plain)] == '\0') {
        text_add(text, word);
        return;
    }
    text_add(text, "'");
    for (; *word; word++)
        if (*word == '\'')
            text_add(text, "'\\''");
        else
            text_append(text, word, 1);
    text_add(text, "'");
}

const char *
launcher_command(struct arena *arena, const struct launch *launch, const char *job_file)
{
    const char *command;
    struct text text;

    text_init(&text, 64 * 1024);
    for (const char *const *word = launch->argv; *word; word++) {
        if (word != launch->argv)
            text_add(&text, " ");
        launcher_quote(&text, word[1] ? *word : job_file);    /* the last one is the job's file */
    }
    command = arena_str(arena, text_view(&text)).at;
    text_release(&text);
    return command;
}
