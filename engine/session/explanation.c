#include "session/explanation.h"

#include <string.h>

#include "base/file.h"
#include "base/map.h"
#include "base/vec.h"
#include "plan/part_path.h"
#include "report/run_folder.h"
#include "report/run_json.h"

enum { MANIFEST_MOST = 64 * 1024 * 1024, DAMAGED_MOST = 10000 };

struct explainer {
    struct session *session;
    job_id job;
    VEC(struct difference) list;
};

/* --- what a line means ------------------------------------------------------------------------- */

const struct node *
explain_input(const struct plan *plan, job_id job, struct str field)
{
    const struct node *node = plan_job(plan, job)->with;
    struct str key;
    uint32_t index;

    if (!part_path_next(&field, &key, &index))  /* "inputs" */
        return NULL;
    while (node && part_path_next(&field, &key, &index)) {
        const struct node *next = NULL;

        if (!key.at && node->kind == NODE_LIST && index < node->count)
            next = node->items[index];
        for (uint32_t i = 0; key.at && node->kind == NODE_MAP && i < node->count && !next; i++) {
            struct text spelt;

            text_init(&spelt, 64 * 1024);
            part_path_key(&spelt, node->entries[i].key);
            if (str_equal(text_view(&spelt), key))
                next = node->entries[i].value;
            text_release(&spelt);
        }
        node = next;
    }
    return node;
}

static void
understand_input(struct explainer *e, struct difference *d)
{
    const struct node *input = explain_input(e->session->plan, e->job, d->field);

    if (input && input->kind == NODE_OUTPUT) {
        d->kind = DIFFERENCE_JOB;
        d->has_source = true;
        d->source = input->job;
    } else if (input && input->kind == NODE_FILE) {
        d->kind = DIFFERENCE_FILE;
        d->path = arena_str(e->session->arena, input->text).at;
    }
}

/* The files that make a task what it is: "a/note.py, a/more.py". */
static const char *
program_of(struct session *session, const struct task_desc *task)
{
    struct text text;
    const char *path;

    if (!task->program_files || !task->program_files[0])
        return task->program[0];
    text_init(&text, 4096);
    for (size_t i = 0; task->program_files[i]; i++)
        text_printf(&text, "%s%s", i ? ", " : "",
                    session_show_path(session->arena, task->program_files[i]));
    path = arena_str(session->arena, text_view(&text)).at;
    text_release(&text);
    return path;
}

static void
add_difference(void *context, const struct change *change)
{
    struct explainer *e = context;
    struct session *session = e->session;
    const struct task_desc *task = plan_task(session->plan, e->job);
    struct difference d = {
        .field = arena_str(session->arena, change->field),
        .before = arena_str(session->arena, change->before),
        .after = arena_str(session->arena, change->after),
        .place = key_place(session->plan, e->job, change->field),
    };

    if (str_starts(d.field, "inputs.")) {
        understand_input(e, &d);
    } else if (str_is(d.field, "task.program")) {
        d.kind = DIFFERENCE_PROGRAM;
        d.path = program_of(session, task);
    } else if (str_is(d.field, "task.version")) {
        d.kind = DIFFERENCE_VERSION;
        d.path = task->path;
    } else if (str_starts(d.field, "tool.")) {
        d.kind = DIFFERENCE_TOOL;
    }
    vec_push(&e->list, d);
}

/* --- the comparisons --------------------------------------------------------------------------- */

static void
compare(struct session *session, job_id job, struct str before, struct str after,
        struct explanation *explanation)
{
    struct explainer e = { .session = session, .job = job };
    struct difference *list;

    key_compare(before, after, add_difference, &e);
    list = arena_get(session->arena, e.list.count + 1, sizeof *list);
    if (e.list.count)
        memcpy(list, e.list.at, e.list.count * sizeof *list);
    explanation->compared = true;
    explanation->differences = list;
    explanation->count = (uint32_t)e.list.count;
    vec_release(&e.list);
}

void
explain_reason(struct session *session, job_id job, const struct reason *reason,
               struct explanation *explanation)
{
    *explanation = (struct explanation){ .compared = false };
    if (!reason->has_nearest)
        return;
    explanation->with = record_copy(session->arena, &reason->nearest);
    compare(session, job, text_view(&reason->before), text_view(&reason->after), explanation);
}

int
explain_content(struct session *session, job_id job, struct str before,
                struct explanation *explanation, struct fx_error *err)
{
    struct text old, now;
    struct digest digest;
    struct record made;
    int status = 0;

    *explanation = (struct explanation){ .compared = false };
    if (!digest_parse(before, &digest) ||
        store_made(session->store, digest, plan_stage(session->plan, job)->name,
                   &made) != 1)
        return 0;
    explanation->with = record_copy(session->arena, &made);
    text_init(&old, MANIFEST_MOST);
    text_init(&now, MANIFEST_MOST);
    if (store_manifest(session->store, &explanation->with, &old, err) < 0 ||
        job_store_manifest(session->jobs, job, &now, err) < 0)
        status = -1;
    else
        compare(session, job, text_view(&old), text_view(&now), explanation);
    text_release(&old);
    text_release(&now);
    return status;
}

/* --- what happened to outputs ------------------------------------------------------------------ */

/* The latest folder damaged/<key>.<n>; NULL: none. */
static const char *
damaged_folder(struct session *session, struct digest key)
{
    const char *found = NULL;
    char hex[DIGEST_HEX];

    digest_hex(key, hex);
    for (unsigned n = 1; n < DAMAGED_MOST; n++) {
        const char *path = arena_printf(session->arena, "%s/damaged/%s.%u",
                                        store_path(session->store), hex, n).at;

        if (!file_exists(path))
            break;
        found = path;
    }
    return found;
}

static void
add_altered(struct session *session, const char *folder, struct text *out)
{
    struct arena *arena = session->arena;
    struct fx_error ignored = FX_ERROR_NONE;
    struct record record;
    struct text json;
    uint32_t told = 0;

    text_init(&json, MANIFEST_MOST);
    if (file_read(path_join(arena, folder, "record"), &json, &ignored) == 0 &&
        record_read(arena, text_view(&json), &record, &ignored) == 0)
        for (uint32_t i = 0; i < record.output_count; i++) {
            const char *path = arena_printf(arena, "%s/out/%.*s", folder,
                                            STR(record.outputs[i].path)).at;
            struct digest now;
            bool there = file_exists(path);

            if (there && digest_file(path, 1, &now, &ignored) == 0 &&
                digest_equal(now, record.outputs[i].digest))
                continue;
            text_printf(out, "%s%.*s was %s", told++ ? ", " : "", STR(record.outputs[i].path),
                        there ? "altered" : "removed");
        }
    if (!told)
        text_add(out, "its outputs were altered or removed");
    text_release(&json);
}

void
explain_loss(struct session *session, job_id job, struct text *out)
{
    const struct digest *key = job_store_key(session->jobs, job);
    const char *folder = key ? damaged_folder(session, *key) : NULL;

    if (!folder) {
        text_add(out, "its outputs were removed");
        return;
    }
    add_altered(session, folder, out);
    text_printf(out, "; what was there is in %s", session_show_path(session->arena, folder));
}

const char *
explain_failure(struct session *session, job_id job)
{
    const struct digest *key = job_store_key(session->jobs, job);
    const char *log = key ? store_failed_log(session->store, session->arena, *key) : NULL;

    return log && file_exists(log) ? log : NULL;
}

/* --- which run --------------------------------------------------------------------------------- */

/* The newest run comes first, and keeps its keys. */
static void
fill_runs(struct session *session, struct run_index *index)
{
    uint32_t count;
    const char **runs =
        run_folder_list(session->arena, session->store_path, index->workflow, &count);

    index->ids = arena_get(session->arena, count + 1, sizeof *index->ids);
    for (uint32_t i = 0; i < count; i++) {
        struct arena *arena = arena_new();
        struct fx_error ignored = FX_ERROR_NONE;
        struct run_record run = { .job_count = 0 };

        index->ids[i] = path_name(runs[i]);
        if (run_json_read(arena, session->store_path, runs[i], &run, &ignored) == 0)
            for (uint32_t job = 0; job < run.job_count; job++)
                if (run.jobs[job].key && !strcmp(run.jobs[job].state, "done"))
                    map_add(&index->runs, arena_str(session->arena, str_of(run.jobs[job].key)), i);
        arena_free(arena);
    }
}

const char *
explain_run(struct session *session, struct run_index *index, const struct record *record)
{
    char hex[DIGEST_HEX];
    uint32_t run;

    if (!index->ids || !str_equal(index->workflow, record->workflow)) {
        run_index_release(index);
        map_init(&index->runs);
        index->workflow = arena_str(session->arena, record->workflow);
        fill_runs(session, index);
    }
    digest_hex(record->key, hex);
    run = map_get(&index->runs, str_of(hex));
    return run == MAP_NONE ? NULL : index->ids[run];
}

void
run_index_release(struct run_index *index)
{
    if (index->ids)
        map_release(&index->runs);
    index->ids = NULL;
}
