#include "report/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/vec.h"

struct run_folder {
    struct arena *arena;
    const struct plan *plan;
    const char *parent;     /* runs/<workflow> */
    const char *latest;
    const char *path, *id;  /* NULL: not made */
};

enum { SUFFIXES = 10000, LINK_MOST = 4096, LINKS_MOST = 128 };

static const char *
parent_of(struct arena *arena, const char *store, struct str workflow)
{
    return path_join(arena, path_join(arena, store, "runs"), arena_str(arena, workflow).at);
}

const char *
run_folder_latest(struct arena *arena, const char *store, struct str workflow)
{
    return path_join(arena, parent_of(arena, store, workflow), "latest");
}

struct run_folder *
run_folder_new(const char *store, const struct plan *plan)
{
    struct run_folder *run = mem_new(1, sizeof *run);

    run->arena = arena_new();
    run->plan = plan;
    run->parent = parent_of(run->arena, store, plan_workflow(plan)->name);
    run->latest = path_join(run->arena, run->parent, "latest");
    return run;
}

void
run_folder_free(struct run_folder *run)
{
    if (!run)
        return;
    arena_free(run->arena);
    free(run);
}

int
run_folder_make(struct run_folder *run, double now, struct fx_error *err)
{
    time_t whole = (time_t)floor(now);
    char stamp[40];
    struct tm tm;

    if (file_make_folders(run->parent, err) < 0)
        return -1;
    if (!gmtime_r(&whole, &tm) || !strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &tm))
        return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "the clock tells no time");
    /* The suffix counts runs of one second: mkdir decides who has which. */
    for (int suffix = 1; suffix <= SUFFIXES; suffix++) {
        const char *id = arena_printf(run->arena, suffix > 1 ? "%s-%02d" : "%s", stamp, suffix).at;
        const char *path = path_join(run->arena, run->parent, id);

        if (mkdir(path, 0777) == 0) {
            run->id = id;
            run->path = path;
            return file_link(id, run->latest, err);
        }
        if (errno != EEXIST)
            return fx_fail_errno(err, errno, "cannot make folder '%s'", path);
    }
    return fx_fail(err, FX_SYSTEM, FX_NOWHERE, "no free name for a run in '%s'", run->parent);
}

const char *
run_folder_path(const struct run_folder *run)
{
    return run->path;
}

const char *
run_folder_id(const struct run_folder *run)
{
    return run->id;
}

/* Where an output of `job` is shown below the run folder `folder`. */
static const char *
link_path(struct arena *arena, const struct run_folder *run, const char *folder, job_id job,
          struct str file)
{
    struct str stage = plan_stage(run->plan, job)->name, point = plan_job(run->plan, job)->point;
    struct str place = point.len ? arena_printf(arena, "%.*s/%.*s", STR(stage), STR(point)) : stage;

    return arena_printf(arena, "%s/%.*s/%.*s", folder, STR(place), STR(file)).at;
}

/* What the link says: a link of `latest` says the same, being as deep. */
static const char *
link_text(struct arena *arena, const struct run_folder *run, const char *path, const char *target)
{
    const char *folder = path_folder(arena, path);
    size_t latest = strlen(run->latest);

    /* Seen from the folder itself, not from the link that leads to it. */
    if (strncmp(folder, run->latest, latest) == 0 && folder[latest] == '/')
        folder = arena_printf(arena, "%s/any%s", run->parent, folder + latest).at;
    return path_relative(arena, folder, target);
}

int
run_folder_link(struct run_folder *run, job_id job, struct str file, const char *target,
                struct fx_error *err)
{
    struct arena *arena = arena_new();
    const char *path = link_path(arena, run, run->path, job, file);
    const char *text = link_text(arena, run, path, target);
    int status = 0;

    /* One try first: most jobs have one output, and most folders several. */
    if (symlink(text, path) < 0) {
        if (errno != ENOENT)
            status = fx_fail_errno(err, errno, "cannot link '%s'", path);
        else if ((status = file_make_folders(path_folder(arena, path), err)) == 0 &&
                 symlink(text, path) < 0)
            status = fx_fail_errno(err, errno, "cannot link '%s'", path);
    }
    arena_free(arena);
    return status;
}

void
run_links_add(struct run_links *links, const struct plan *plan, job_id job, struct str file,
              struct digest key)
{
    struct str names[] = { plan_stage(plan, job)->name, plan_job(plan, job)->point, file };
    struct digest one = key;

    /* One digest after the other: each is seeded by the one before. */
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct digest name = digest_bytes(names[i].at, names[i].len);
        struct digest both[] = { one, name };

        one = digest_bytes(both, sizeof both);
    }
    links->count++;
    links->sum.high += one.high;
    links->sum.low += one.low;
}

/* When something was last added to or removed from the folders of the stages. */
static struct digest
stage_times(const struct run_folder *run, const char *folder)
{
    const struct workflow *wf = plan_workflow(run->plan);
    struct digest times = { 0, 0 };
    struct arena *arena = arena_new();

    for (uint32_t i = 0; i < wf->stage_count; i++) {
        struct stat st;

        if (lstat(path_join(arena, folder, arena_str(arena, wf->stages[i].name).at), &st) == 0) {
            int64_t moment[] = { i, st.st_mtim.tv_sec, st.st_mtim.tv_nsec };
            struct digest one = digest_bytes(moment, sizeof moment);

            times.high += one.high;
            times.low += one.low;
        }
    }
    arena_free(arena);
    return times;
}

int
run_folder_close(struct run_folder *run, const struct run_links *links, struct fx_error *err)
{
    char line[LINKS_MOST], sum[DIGEST_HEX], times[DIGEST_HEX];

    if (!run->path)
        return 0;
    digest_hex(links->sum, sum);
    digest_hex(stage_times(run, run->path), times);
    snprintf(line, sizeof line, "%llu %s %s\n", (unsigned long long)links->count, sum, times);
    return file_replace(path_join(run->arena, run->path, "run.links"), str_of(line), false, err);
}

bool
run_folder_shows(const struct run_folder *run, job_id job, struct str file, const char *target)
{
    struct arena *arena = arena_new();
    const char *path = link_path(arena, run, run->latest, job, file);
    const char *expected = link_text(arena, run, path, target);
    char text[LINK_MOST];
    ssize_t len = readlink(path, text, sizeof text);
    bool same = len > 0 && (size_t)len == strlen(expected) && !memcmp(text, expected, (size_t)len);

    arena_free(arena);
    return same;
}

bool
run_folder_latest_links(const struct run_folder *run, struct run_links *links)
{
    enum { SUMS = 2 * DIGEST_HEX };     /* "<sum> <times>\n" */
    const char *path = path_join(run->arena, run->latest, "run.links");
    struct fx_error ignored = FX_ERROR_NONE;
    struct digest times;
    struct text text;
    int64_t count = -1;
    bool read;

    text_init(&text, LINKS_MOST);
    read = file_read(path, &text, &ignored) == 0 && text.len > SUMS + 1;
    if (read) {
        struct str sums = str_slice(text_view(&text), text.len - SUMS, text.len);

        read = number_parse_integer(str_slice(text_view(&text), 0, text.len - SUMS - 1), &count)
            && count >= 0 && digest_parse(str_slice(sums, 0, DIGEST_HEX - 1), &links->sum)
            && digest_parse(str_slice(sums, DIGEST_HEX, SUMS - 1), &times)
            && digest_equal(times, stage_times(run, run->latest));
    }
    links->count = read ? (uint64_t)count : 0;
    text_release(&text);
    return read;
}

static int
newest_first(const void *a, const void *b)
{
    return strcmp(*(const char *const *)b, *(const char *const *)a);
}

const char **
run_folder_list(struct arena *arena, const char *store, struct str workflow, uint32_t *count)
{
    const char *parent = parent_of(arena, store, workflow);
    VEC(const char *) found = { 0 };
    DIR *folder = opendir(parent);
    struct dirent *entry;
    const char **list;

    /* Names of runs begin with the year; `latest` and anything of somebody else's do not. */
    while (folder && (entry = readdir(folder)))
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
            vec_push(&found, path_join(arena, parent, entry->d_name));
    if (folder)
        closedir(folder);
    if (found.count)
        qsort(found.at, found.count, sizeof *found.at, newest_first);
    list = arena_get(arena, found.count + 1, sizeof *list);
    if (found.count)
        memcpy(list, found.at, found.count * sizeof *list);
    *count = (uint32_t)found.count;
    vec_release(&found);
    return list;
}

/* Where in the list the run is that `latest` points to; the newest when it points nowhere. */
static uint32_t
latest_of(const char *latest, const char *const *runs, uint32_t count)
{
    char target[LINK_MOST];
    ssize_t len = readlink(latest, target, sizeof target);

    for (uint32_t i = 0; len > 0 && i < count; i++)
        if (str_is((struct str){ target, (size_t)len }, path_name(runs[i])))
            return i;
    return 0;
}

/* "latest" and "latest~2": how far back; -1: it is no such name. */
static int64_t
steps_back(const char *name)
{
    static const char latest[] = "latest";
    int64_t steps;

    if (strncmp(name, latest, sizeof latest - 1) != 0)
        return -1;
    name += sizeof latest - 1;
    if (!*name)
        return 0;
    return *name == '~' && number_parse_integer(str_of(name + 1), &steps) && steps >= 0 ? steps : -1;
}

static int
find_by_id(const char *const *runs, uint32_t count, const char *name, const char **folder,
           struct fx_error *err)
{
    const struct str latest = str_of("latest");
    uint32_t found = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (!strcmp(path_name(runs[i]), name)) {
            *folder = runs[i];
            return 0;
        }
        if (*name && !strncmp(path_name(runs[i]), name, strlen(name))) {
            *folder = runs[i];
            found++;
        }
    }
    if (found == 1)
        return 0;
    if (found)
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is the beginning of %u runs", name, found);
    else
        fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no run '%s'", name);
    if (str_nearest(str_of(name), &latest, 1).len)
        return fx_error_hint(err, "did you mean 'latest'?");
    return fx_error_hint(err, found ? "say more of its id; fornix status --runs lists them"
                                    : "name a run by 'latest', 'latest~1' or its id; fornix status "
                                      "--runs lists them");
}

int
run_folder_find(struct arena *arena, const char *store, struct str workflow, const char *name,
                const char **folder, struct fx_error *err)
{
    uint32_t count, latest;
    const char **runs = run_folder_list(arena, store, workflow, &count);
    int64_t back = steps_back(name);

    if (!count)
        return fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' has not run yet", STR(workflow));
    if (back < 0)
        return find_by_id(runs, count, name, folder, err);
    latest = latest_of(run_folder_latest(arena, store, workflow), runs, count);
    if (back >= count - latest) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "there is no run '%s': '%.*s' has %u", name,
                STR(workflow), count);
        return fx_error_hint(err, "fornix status --runs lists them");
    }
    *folder = runs[latest + back];
    return 0;
}
