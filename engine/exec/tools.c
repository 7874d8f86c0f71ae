#include "exec/tools.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HEADER_CEILING = 64 * 1024 };

/* NEURON's folder of headers and libraries, where the build found it. */
#ifndef FORNIX_NEURON_FOLDER
#define FORNIX_NEURON_FOLDER ""
#endif

/* The interpreter for which NEURON was installed. */
#ifndef FORNIX_VENV_PYTHON
#define FORNIX_VENV_PYTHON ""
#endif

/* The number behind "#define <name>" in a header; -1: not there. */
static long
defined_number(const char *text, const char *name)
{
    const char *at = text ? strstr(text, name) : NULL;

    return at ? strtol(at + strlen(name), NULL, 10) : -1;
}

static int
neuron_version(struct text *version, struct fx_error *err)
{
    const char *folder = getenv("FORNIX_NEURON");
    struct arena *arena = arena_new();
    long major, minor, patch;
    const char *path;
    struct text header;
    int result;

    path = path_join(arena, folder && *folder ? folder : FORNIX_NEURON_FOLDER,
                     "include/nrnsemanticversion.h");
    text_init(&header, HEADER_CEILING);
    result = file_read(path, &header, err);
    major = defined_number(header.at, "NRN_VERSION_MAJOR");
    minor = defined_number(header.at, "NRN_VERSION_MINOR");
    patch = defined_number(header.at, "NRN_VERSION_PATCH");
    if (result == 0 && (major < 0 || minor < 0 || patch < 0))
        result = fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' names no version", path);
    if (result == 0)
        text_printf(version, "%ld.%ld.%ld", major, minor, patch);
    else
        fx_error_hint(err, "FORNIX_NEURON names the folder of NEURON 9 with include/ and lib/");
    text_release(&header);
    arena_free(arena);
    return result;
}

const char *
tool_find(struct arena *arena, const char *name)
{
    const char *folders = getenv("PATH");

    if (strchr(name, '/'))
        return access(name, X_OK) == 0 ? path_absolute(arena, name) : NULL;
    if (!folders)
        folders = "/usr/local/bin:/usr/bin:/bin";
    for (;;) {
        size_t len = strcspn(folders, ":");
        const char *path = len ? arena_printf(arena, "%.*s/%s", (int)len, folders, name).at
                               : arena_printf(arena, "./%s", name).at;

        if (access(path, X_OK) == 0 && !file_is_folder(path))
            return path_absolute(arena, path);
        if (!folders[len])
            return NULL;
        folders += len + 1;
    }
}

const char *
tool_python(void)
{
    const char *named = getenv("FORNIX_PYTHON");

    if (named && *named)
        return named;
    return access(FORNIX_VENV_PYTHON, X_OK) == 0 ? FORNIX_VENV_PYTHON : "python3";
}

/* Runs `path --version` and takes the first line that it prints. */
static int
ask_version(const char *path, struct text *line, struct fx_error *err)
{
    char *argv[] = { (char *)(uintptr_t)path, (char[]){ "--version" }, NULL };
    extern char **environ;
    posix_spawn_file_actions_t actions;
    char buffer[1024];
    int ends[2], failure, status = 0;
    bool whole = false;
    ssize_t got;
    pid_t pid;

    if (pipe(ends) != 0)
        return fx_fail_errno(err, errno, "no pipe for '%s --version'", path);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 2);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    failure = posix_spawn(&pid, path, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    while (!failure && ((got = read(ends[0], buffer, sizeof buffer)) > 0
                        || (got < 0 && errno == EINTR)))
        for (ssize_t i = 0; i < got && !whole; i++) {
            whole = buffer[i] == '\n';
            if (!whole)
                text_append(line, &buffer[i], 1);
        }
    close(ends[0]);
    if (failure)
        return fx_fail_errno(err, failure, "cannot run '%s --version'", path);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return status == 0 && line->len ? 0
        : fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s --version' says nothing", path);
}

int
tool_version(struct store *store, struct str name, struct text *version, struct fx_error *err)
{
    const char *program, *path;
    struct arena *arena;
    struct text line;
    int result = 0;

    if (str_is(name, "neuron"))
        return neuron_version(version, err);
    arena = arena_new();
    text_init(&line, 1024);
    program = arena_str(arena, name).at;
    if (str_is(name, "python"))
        program = tool_python();
    path = tool_find(arena, program);
    if (!path) {
        result = fx_fail(err, FX_INVALID, FX_NOWHERE, "the tool '%.*s' is not there: no program '%s'",
                         STR(name), program);
    } else if (!store_recall(store, "version", path, &line)) {
        result = ask_version(path, &line, err);
        if (result == 0)
            store_remember(store, "version", path, text_view(&line));
    }
    if (result == 0)
        text_add_str(version, text_view(&line));
    text_release(&line);
    arena_free(arena);
    return result;
}
