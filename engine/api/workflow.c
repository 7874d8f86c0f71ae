/* fornix/workflow.h: workflows and stages; their values are in values.c. */
#include "fornix/workflow.h"

#include <assert.h>
#include <stdlib.h>

#include "api/written.h"
#include "base/file.h"

const char *
fx_version(void)
{
    return FORNIX_VERSION;
}

static struct fx_workflow *
new_workflow(const char *folder, struct fx_mark at)
{
    struct fx_workflow *wf = mem_new(1, sizeof *wf);

    wf->arena = arena_new();
    wf->folder = path_absolute(wf->arena, folder ? folder : ".");
    problems_init(&wf->mistakes);
    problems_init(&wf->found);
    wf->at = written_mark(wf, at);
    return wf;
}

struct fx_workflow *
fx_workflow_new_at(const char *name, const char *folder, struct fx_mark at)
{
    struct fx_workflow *wf = new_workflow(folder, at);

    if (name)
        wf->name = written_string(wf, "the workflow's name", name, wf->at);
    return wf;
}

struct fx_workflow *
fx_workflow_load_at(const char *path, struct fx_mark at)
{
    struct arena *scratch = arena_new();
    struct fx_workflow *wf =
        new_workflow(path_folder(scratch, path_absolute(scratch, path ? path : "")), at);

    arena_free(scratch);
    if (!path)
        written_wrong(wf, wf->at, "the path of the workflow is NULL");
    wf->file = arena_cstr(wf->arena, path ? path : "");
    return wf;
}

void
fx_workflow_free(struct fx_workflow *wf)
{
    if (!wf)
        return;
    for (size_t i = 0; i < wf->stages.count; i++) {
        struct fx_stage *stage = wf->stages.at[i];

        vec_release(&stage->with);
        vec_release(&stage->resources);
        vec_release(&stage->outputs);
        vec_release(&stage->after);
    }
    vec_release(&wf->stages);
    vec_release(&wf->values);
    vec_release(&wf->includes);
    vec_release(&wf->tasks);
    vec_release(&wf->profiles);
    vec_release(&wf->overrides);
    problems_release(&wf->mistakes);
    problems_release(&wf->found);
    arena_free(wf->arena);
    free(wf);
}

static void
add_string(struct fx_workflow *wf, node_list_of *list, const char *what, const char *text,
           struct fx_mark at)
{
    const struct node *node;

    assert(wf);
    node = written_string(wf, what, text, written_mark(wf, at));
    if (node)
        vec_push(list, node);
}

void
fx_workflow_include_at(struct fx_workflow *wf, const char *path, struct fx_mark at)
{
    add_string(wf, &wf->includes, "the path of the file to include", path, at);
}

void
fx_workflow_tasks_at(struct fx_workflow *wf, const char *folder, struct fx_mark at)
{
    add_string(wf, &wf->tasks, "the folder of tasks", folder, at);
}

void
fx_workflow_profile_at(struct fx_workflow *wf, const char *name, struct fx_mark at)
{
    assert(wf);
    if (written_string(wf, "the name of the profile", name, written_mark(wf, at)))
        vec_push(&wf->profiles, arena_cstr(wf->arena, name));
}

void
fx_workflow_override_at(struct fx_workflow *wf, const char *assignment, struct fx_mark at)
{
    assert(wf);
    if (written_string(wf, "the assignment", assignment, written_mark(wf, at)))
        vec_push(&wf->overrides, arena_cstr(wf->arena, assignment));
}

/* --- stages ------------------------------------------------------------------------------------ */

struct fx_stage *
fx_stage_new_at(struct fx_workflow *wf, const char *name, const char *task, struct fx_mark at)
{
    struct fx_stage *stage;
    const struct node *text;

    assert(wf);
    stage = arena_get(wf->arena, 1, sizeof *stage);
    stage->workflow = wf;
    stage->at = written_mark(wf, at);
    text = written_string(wf, "the name of the stage", name, stage->at);
    stage->name = text ? text->text : str_of("");
    if (task)
        stage->task = written_string(wf, "the name of the task", task, stage->at);
    else if (!wf->file)
        written_wrong(wf, stage->at, "the name of the task is NULL");
    if (text)
        vec_push(&wf->stages, stage);
    return stage;
}

void
fx_stage_after_at(struct fx_stage *stage, const struct fx_stage *other, struct fx_mark at)
{
    struct fx_workflow *wf;

    assert(stage);
    wf = stage->workflow;
    at = written_mark(wf, at);
    if (!other)
        written_wrong(wf, at, "the other stage is NULL");
    else if (other->workflow != wf)
        written_wrong(wf, at, "stage '%.*s' is of another workflow", STR(other->name));
    else
        vec_push(&stage->after, node_string(wf->arena, other->name, at));
}

size_t
fx_workflow_check(struct fx_workflow *wf)
{
    struct session_options options = { .file = NULL };
    struct session session;

    assert(wf);
    session_init(&session);
    written_load(wf, &options, &session);
    session_release(&session);
    return problems_count(&wf->found);
}

const struct fx_error *
fx_workflow_mistake(const struct fx_workflow *wf, size_t i)
{
    assert(wf);
    return i < wf->found.list.count ? &wf->found.list.at[i] : NULL;
}
