#include "exec/inputs.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "exec/tools.h"

struct looked_at {
    struct digest digest;
    struct file_identity identity;
    bool sure;          /* equal identities mean equal content */
};

struct inputs {
    struct store *store;
    struct arena *arena;
    struct map paths, tools, tasks;     /* -> numbers in the lists below */
    VEC(struct looked_at) files;
    VEC(struct str) versions;
    VEC(struct digest) identities;      /* of tasks, by their descriptions' paths */
};

struct inputs *
inputs_new(struct store *store)
{
    struct inputs *inputs = mem_new(1, sizeof *inputs);

    inputs->store = store;
    inputs->arena = arena_new();
    map_init(&inputs->paths);
    map_init(&inputs->tools);
    map_init(&inputs->tasks);
    return inputs;
}

void
inputs_free(struct inputs *inputs)
{
    if (!inputs)
        return;
    map_release(&inputs->paths);
    map_release(&inputs->tools);
    map_release(&inputs->tasks);
    vec_release(&inputs->files);
    vec_release(&inputs->versions);
    vec_release(&inputs->identities);
    arena_free(inputs->arena);
    free(inputs);
}

/* Takes the digest anew, past our own memory of it. */
static int
look(struct inputs *inputs, const char *path, bool folder, struct looked_at *looked,
     struct fx_error *err)
{
    struct timespec now;

    memset(looked, 0, sizeof *looked);
    if (folder)
        return store_folder_digest(inputs->store, path, &looked->digest, err);
    clock_gettime(CLOCK_REALTIME, &now);
    if (file_identify(path, &looked->identity, err) != 0
        || store_file_digest(inputs->store, path, &looked->digest, err) != 0)
        return -1;
    looked->sure = looked->identity.ctime_ns / 1000000000 + 2 < (int64_t)now.tv_sec;
    return 0;
}

int
inputs_digest(struct inputs *inputs, const char *path, bool folder, struct digest *digest,
              struct fx_error *err)
{
    uint32_t at = map_get(&inputs->paths, str_of(path));
    struct looked_at looked;

    if (at == MAP_NONE) {
        if (look(inputs, path, folder, &looked, err) != 0)
            return -1;
        at = map_add(&inputs->paths, arena_str(inputs->arena, str_of(path)),
                     (uint32_t)inputs->files.count);
        vec_push(&inputs->files, looked);
    }
    *digest = inputs->files.at[at].digest;
    return 0;
}

int
inputs_check(struct inputs *inputs, const char *path, bool folder, struct fx_error *err)
{
    uint32_t at = map_get(&inputs->paths, str_of(path));
    struct fx_error why = FX_ERROR_NONE;
    struct file_identity identity;
    struct looked_at before, now;

    if (at == MAP_NONE)
        return 0;
    before = inputs->files.at[at];
    if (!folder && before.sure && file_identify(path, &identity, &why) == 0
        && file_identity_equal(&identity, &before.identity))
        return 0;
    if (look(inputs, path, folder, &now, &why) != 0 || !digest_equal(now.digest, before.digest)) {
        fx_fail(err, FX_FAILED, FX_NOWHERE, "'%s' changed while the job ran", path);
        return fx_error_hint(err, "nothing was kept of it; run again");
    }
    inputs->files.at[at] = now;
    return 0;
}

int
inputs_tool(struct inputs *inputs, struct str name, struct str *version, struct fx_error *err)
{
    uint32_t at = map_get(&inputs->tools, name);

    if (at == MAP_NONE) {
        struct text text;
        int result;

        text_init(&text, 4096);
        result = tool_version(inputs->store, name, &text, err);
        if (result == 0) {
            at = map_add(&inputs->tools, arena_str(inputs->arena, name),
                         (uint32_t)inputs->versions.count);
            vec_push(&inputs->versions, arena_str(inputs->arena, text_view(&text)));
        }
        text_release(&text);
        if (result != 0)
            return -1;
    }
    *version = inputs->versions.at[at];
    return 0;
}

/* Calls `each` with the files that make a task what it is; stops at the first that fails. */
static int
each_program_file(struct inputs *inputs, const struct task_desc *task,
                  int (*each)(struct inputs *inputs, const char *path, void *context,
                              struct fx_error *err),
                  void *context, struct fx_error *err)
{
    struct arena *arena = arena_new();
    bool has_files = task->program_files && task->program_files[0];
    int result = 0;

    /* An interpreter from PATH is not what a user's task is: its files are. */
    if (!has_files || task->program[0][0] == '/') {
        const char *path = tool_find(arena, task->program[0]);

        if (path)
            result = each(inputs, path, context, err);
        else
            result = fx_fail(err, FX_INVALID, FX_NOWHERE,
                             "the program '%s' of task '%.*s' is missing, or not executable",
                             task->program[0], STR(task->name));
    }
    for (size_t i = 0; result == 0 && has_files && task->program_files[i]; i++)
        result = each(inputs, task->program_files[i], context, err);
    arena_free(arena);
    return result;
}

static int
hash_one(struct inputs *inputs, const char *path, void *hasher, struct fx_error *err)
{
    struct digest digest;

    if (inputs_digest(inputs, path, file_is_folder(path), &digest, err) != 0)
        return -1;
    hasher_field(hasher, &digest, sizeof digest);
    return 0;
}

static int
check_one(struct inputs *inputs, const char *path, void *context, struct fx_error *err)
{
    (void)context;
    return inputs_check(inputs, path, file_is_folder(path), err);
}

/* A built-in task of a release: its version says all. */
static bool
is_released(const struct task_desc *task)
{
#ifdef FORNIX_RELEASE
    return task->builtin;
#else
    (void)task;
    return false;
#endif
}

int
inputs_identity(struct inputs *inputs, const struct task_desc *task, struct digest *digest,
                struct fx_error *err)
{
    uint32_t at = map_get(&inputs->tasks, str_of(task->path));
    struct hasher *hasher;
    int result;

    if (at != MAP_NONE) {
        *digest = inputs->identities.at[at];
        return 0;
    }
    if (is_released(task)) {
        *digest = (struct digest){ 0, 0 };
        return 0;
    }
    hasher = hasher_new();
    result = each_program_file(inputs, task, hash_one, hasher, err);
    if (result == 0) {
        *digest = hasher_result(hasher);
        map_add(&inputs->tasks, arena_str(inputs->arena, str_of(task->path)),
                (uint32_t)inputs->identities.count);
        vec_push(&inputs->identities, *digest);
    }
    hasher_free(hasher);
    return result;
}

int
inputs_check_identity(struct inputs *inputs, const struct task_desc *task, struct fx_error *err)
{
    return is_released(task) ? 0 : each_program_file(inputs, task, check_one, NULL, err);
}
