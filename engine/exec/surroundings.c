#include "exec/surroundings.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "base/mem.h"

enum { ANSWER_MOST = 1 << 16, PROGRESS_MOST = 1 << 16, VERSIONS_MOST = 64, WAIT_MS = 5000 };

struct surroundings {
    struct arena *arena;
    pid_t git;          /* 0: nothing is awaited */
    int answer;         /* the end of a pipe; -1: none */
    const char *commit; /* NULL: not known */
    bool dirty;
};

/* --- git --------------------------------------------------------------------------------------- */

static bool
is_in_repository(struct arena *arena, const char *folder)
{
    for (;;) {
        const char *parent = path_folder(arena, folder);

        if (file_exists(path_join(arena, folder, ".git")))
            return true;
        if (!strcmp(parent, folder) || parent[0] != '/')
            return false;
        folder = parent;
    }
}

/*
 * Starts `git status`, whose answer has the commit and a line per changed file. It takes no lock, and
 * does not look for files that it does not track: a folder of data may have millions.
 */
static void
ask_git(struct surroundings *s, const char *folder)
{
    char words[7][40] = { "git", "--no-optional-locks", "-C", "", "status", "--porcelain=v2",
                          "--branch" };
    char *argv[] = { words[0], words[1], words[2], (char *)(uintptr_t)folder, words[4], words[5],
                     words[6], (char[]){ "--untracked-files=no" }, NULL };
    extern char **environ;
    posix_spawn_file_actions_t actions;
    int ends[2], failure;

    if (pipe(ends) != 0)
        return;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    failure = posix_spawnp(&s->git, "git", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    s->answer = ends[0];
    if (failure)
        s->git = 0;
}

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* All that git says; false when it takes too long, e.g. on a network file system that hangs. */
static bool
read_answer(int fd, struct text *answer)
{
    int64_t deadline = now_ms() + WAIT_MS;

    for (;;) {
        struct pollfd ready = { .fd = fd, .events = POLLIN };
        int64_t left = deadline - now_ms();
        char bytes[4096];
        ssize_t got;

        if (left <= 0 || poll(&ready, 1, (int)left) == 0)
            return false;
        got = read(fd, bytes, sizeof bytes);
        if (got > 0)
            text_append(answer, bytes, (size_t)got);
        else if (got == 0 || (errno != EINTR && errno != EAGAIN))
            return got == 0;
    }
}

/* "# branch.oid <commit>", other lines with #, then one per changed file. */
static void
understand(struct surroundings *s, const struct text *answer)
{
    static const char commit[] = "# branch.oid ";
    const char *found = answer->at ? strstr(answer->at, commit) : NULL;
    size_t len;

    if (!found)
        return;
    found += sizeof commit - 1;
    len = strspn(found, "0123456789abcdef");
    if (len < 40 || found[len] != '\n')     /* "(initial)": nothing was committed yet */
        return;
    s->commit = arena_str(s->arena, (struct str){ found, len }).at;
    for (const char *line = answer->at; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        s->dirty = s->dirty || (*line && *line != '#');
    }
}

static void
hear_git(struct surroundings *s)
{
    struct text answer;
    int status = 0;
    bool whole;

    if (!s->git)
        return;
    text_init(&answer, ANSWER_MOST);    /* what is cut are names of more changed files */
    whole = read_answer(s->answer, &answer);
    if (!whole)
        kill(s->git, SIGKILL);
    while (waitpid(s->git, &status, 0) < 0 && errno == EINTR)
        continue;
    s->git = 0;
    if (whole && status == 0)
        understand(s, &answer);
    text_release(&answer);
}

struct surroundings *
surroundings_new(const char *folder)
{
    struct surroundings *s = mem_new(1, sizeof *s);

    s->arena = arena_new();
    s->answer = -1;
    if (folder && is_in_repository(s->arena, folder))
        ask_git(s, folder);
    return s;
}

void
surroundings_free(struct surroundings *s)
{
    if (!s)
        return;
    hear_git(s);
    if (s->answer >= 0)
        close(s->answer);
    arena_free(s->arena);
    free(s);
}

/* --- what programs tell of themselves ---------------------------------------------------------- */

/* The versions in the first lines of `path` that are such lines; an object, or NULL. */
static json_t *
told_versions(const char *path)
{
    char *bytes = mem_new(PROGRESS_MOST + 1, 1);
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t len = fd < 0 ? 0 : read(fd, bytes, PROGRESS_MOST);
    json_t *versions = NULL;

    if (fd >= 0)
        close(fd);
    bytes[len > 0 ? len : 0] = '\0';
    for (char *line = bytes, *end; !versions && (end = strchr(line, '\n')); line = end + 1) {
        json_t *object;

        *end = '\0';
        if (!strstr(line, "\"versions\""))
            continue;
        object = json_loads(line, 0, NULL);
        if (json_is_object(json_object_get(object, "versions")))
            versions = json_incref(json_object_get(object, "versions"));
        json_decref(object);
    }
    free(bytes);
    return versions;
}

/* Appends "name":"value"; what is not UTF-8 would make the record no JSON. */
static void
add_member(struct text *out, struct str name, struct str value)
{
    if (!str_is_utf8(name) || !str_is_utf8(value))
        return;
    if (out->at[out->len - 1] != '{')
        text_add(out, ",");
    text_add_quoted(out, name);
    text_add(out, ":");
    text_add_quoted(out, value);
}

static void
add_versions(const struct tool_known *tools, uint32_t tool_count, const char *progress,
             struct text *out)
{
    json_t *told = told_versions(progress), *value;
    const char *name;
    uint32_t count = 0;

    text_add(out, ",\"versions\":{");
    for (uint32_t i = 0; i < tool_count; i++)
        add_member(out, tools[i].name, tools[i].version);
    json_object_foreach(told, name, value) {
        bool known = !json_is_string(value) || count++ >= VERSIONS_MOST;

        for (uint32_t i = 0; i < tool_count; i++)
            known = known || str_is(tools[i].name, name);
        if (!known)
            add_member(out, str_of(name), str_of(json_string_value(value)));
    }
    text_add(out, "}");
    json_decref(told);
}

void
surroundings_write(struct surroundings *s, const struct resources *resources,
                   const struct tool_known *tools, uint32_t tool_count, const char *progress,
                   struct text *out)
{
    struct utsname system;

    hear_git(s);
    text_add(out, "{");
    add_member(out, str_of("fornix"), str_of(FORNIX_VERSION));
    if (uname(&system) == 0)
        add_member(out, str_of("kernel"), arena_printf(s->arena, "%s %s %s", system.sysname,
                                                       system.release, system.machine));
    if (s->commit)
        text_printf(out, ",\"commit\":\"%s\",\"dirty\":%s", s->commit, s->dirty ? "true" : "false");
    text_printf(out, ",\"ranks\":%u,\"threads\":%u", resources->ranks, resources->threads);
    add_versions(tools, tool_count, progress, out);
    text_add(out, "}");
}
