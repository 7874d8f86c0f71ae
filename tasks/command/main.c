/*
 * command: becomes the program that the job names. Its folder is the job's, its environment has
 * FORNIX_JOB, the path of the job's description.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "common/task_exec.h"

/* The words to execute, ended by NULL; they belong to the task, the array to the caller. */
static char **
words_of(const struct task *task, struct fx_error *err)
{
    const json_t *list;
    const char *shell;
    char **words;

    if (task_has(task, "argv") == task_has(task, "shell")) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "give either 'argv' or 'shell'");
        return NULL;
    }
    if (task_has(task, "shell")) {
        if (task_string(task, "shell", &shell, err))
            return NULL;
        words = mem_new(4, sizeof *words);
        words[0] = (char *)"/bin/sh";
        words[1] = (char *)"-c";
        words[2] = (char *)shell;
        return words;
    }
    if (task_json(task, "argv", &list, err) || json_check_array(list, "argv", err))
        return NULL;
    if (json_array_size(list) == 0) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'argv' is empty: its first entry is the program");
        return NULL;
    }
    words = mem_new(json_array_size(list) + 1, sizeof *words);
    for (size_t i = 0; i < json_array_size(list); i++) {
        char where[40];
        const char *word;
        snprintf(where, sizeof where, "argv[%zu]", i);
        if (json_read_string(json_array_get(list, i), where, &word, err)) {
            free(words);
            return NULL;
        }
        words[i] = (char *)word;
    }
    return words;
}

static int
become(struct task *task, const char *job, struct fx_error *err)
{
    char **words = words_of(task, err);
    int status = words ? task_exec(words, job, err) : -1;

    free(words);
    return status;
}

int
main(int argc, char **argv)
{
    return task_exec_main(argc, argv, become);
}
