/*
 * Staging folders: staging/<engine>-<n>/, one per attempt. The file staging/<engine>.lock is locked
 * by a living engine; folders of an engine without a held lock are leftovers.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/fault.h"
#include "store/parts.h"

static const char *
lock_path(const struct store *store, struct arena *arena, const char *engine)
{
    return arena_printf(arena, "%s/staging/%s.lock", store->path, engine).at;
}

/* A name that no other engine on any machine has, and the lock that says that it lives. */
static int
name_engine(struct store *store, struct fx_error *err)
{
    struct arena *arena = arena_new();
    int result = 0;

    for (unsigned n = 0; store->engine_lock < 0 && result == 0; n++) {
        struct { int64_t now; long pid; unsigned n; char host[64]; } seed;
        const char *path;

        memset(&seed, 0, sizeof seed);
        seed.now = realtime_ns();
        seed.pid = (long)getpid();
        seed.n = n;
        gethostname(seed.host, sizeof seed.host - 1);
        snprintf(store->engine, sizeof store->engine, "%016llx",
                 (unsigned long long)digest_quick(&seed, sizeof seed));
        path = lock_path(store, arena, store->engine);
        if (!file_exists(path) && lock_take(path, &store->engine_lock) < 0)
            result = fx_fail_errno(err, errno, "cannot lock '%s'", path);
    }
    arena_free(arena);
    return result;
}

static int
make_folder(const char *path, struct fx_error *err)
{
    return mkdir(path, 0777) == 0
        ? 0 : fx_fail_errno(err, errno, "cannot make the folder '%s'", path);
}

int
store_stage(struct store *store, struct arena *arena, struct digest key, struct staging *staging,
            struct fx_error *err)
{
    const char *publish;
    struct staging s;

    (void)key;      /* the claim says which key; a folder's name need not */
    if (store->engine_lock < 0 && name_engine(store, err) != 0)
        return -1;
    s.folder = arena_printf(arena, "%s/staging/%s-%lu", store->path, store->engine,
                            ++store->attempts).at;
    publish = path_join(arena, s.folder, "publish");
    s.out = path_join(arena, publish, "out");
    s.log = path_join(arena, publish, "log");
    s.job_file = path_join(arena, s.folder, "job.json");
    s.progress = path_join(arena, s.folder, "progress");
    s.scratch = path_join(arena, s.folder, "scratch");
    if (make_folder(s.folder, err) != 0 || make_folder(publish, err) != 0
        || make_folder(s.out, err) != 0 || make_folder(s.scratch, err) != 0)
        return -1;
    fault_point("staged");
    *staging = s;
    return 0;
}

/* The link in a staging folder that leads to its short folder, and what the latter is called. */
static const char SHORT_LINK[] = "short", SHORT_NAME[] = "fornix-";

int
store_stage_short(struct arena *arena, const struct staging *staging, const char **folder,
                  struct fx_error *err)
{
    const char *const bases[] = { "/dev/shm", getenv("TMPDIR"), "/tmp" };

    /* In memory if that is possible: ranks exchange data through files there. */
    for (size_t i = 0; i < sizeof bases / sizeof *bases; i++) {
        char path[64];

        if (!bases[i] || snprintf(path, sizeof path, "%s/%sXXXXXX", bases[i], SHORT_NAME)
                             >= (int)sizeof path || !mkdtemp(path))
            continue;
        *folder = arena_cstr(arena, path);
        if (symlink(path, path_join(arena, staging->folder, SHORT_LINK)) == 0)
            return 0;
        rmdir(path);
    }
    return fx_fail_errno(err, errno, "cannot make a temporary folder in /dev/shm or /tmp");
}

void
staging_remove(const char *folder)
{
    struct fx_error ignored = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    char target[256];
    ssize_t len = readlink(path_join(arena, folder, SHORT_LINK), target, sizeof target - 1);

    if (len > 0) {
        target[len] = '\0';
        if (!strncmp(path_name(target), SHORT_NAME, sizeof SHORT_NAME - 1))
            file_remove_tree(target, &ignored);
    }
    file_remove_tree(folder, &ignored);
    arena_free(arena);
}

void
staging_release(struct store *store)
{
    struct arena *arena;

    if (store->engine_lock < 0)
        return;
    arena = arena_new();
    unlink(lock_path(store, arena, store->engine));
    close(store->engine_lock);
    store->engine_lock = -1;
    arena_free(arena);
}

/* A name in staging/ is "<engine>.lock" or "<engine>-<n>"; the engine's part, or "" for anything else. */
static struct str
engine_of(const char *name)
{
    struct str engine = { name, strspn(name, "0123456789abcdef") };

    if (engine.len != ENGINE_NAME - 1 || (name[engine.len] != '-' && strcmp(name + engine.len, ".lock")))
        engine.len = 0;
    return engine;
}

/*
 * Takes the lock of an engine that died, so that nobody else sweeps at the same time: 1 taken (or
 * there is none: `*fd` is -1), 0 it lives.
 */
static int
lock_of_dead(const char *path, int *fd)
{
    *fd = -1;
    if (!file_exists(path))
        return 1;
    return lock_take(path, fd) == 1;
}

void
staging_sweep(struct store *store)
{
    struct arena *arena = arena_new();
    const char *top = path_join(arena, store->path, "staging");
    DIR *dir = opendir(top);
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        struct str engine = engine_of(entry->d_name);
        const char *lock;
        int fd;

        if (!engine.len)
            continue;
        lock = lock_path(store, arena, arena_str(arena, engine).at);
        if (!lock_of_dead(lock, &fd))
            continue;
        if (entry->d_name[engine.len] == '-')
            staging_remove(path_join(arena, top, entry->d_name));
        /* Its folders without a lock are leftovers too: the order of removal does not matter. */
        if (fd >= 0) {
            unlink(lock);
            close(fd);
        }
    }
    if (dir)
        closedir(dir);
    arena_free(arena);
}
