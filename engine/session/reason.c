#include "session/reason.h"

#include "base/file.h"
#include "plan/key.h"

enum { MANIFEST_MOST = 64 * 1024 * 1024, NAMED = 2 };

/* Whether outputs of this key were found altered and moved out of the way. */
static bool
was_lost(struct session *session, job_id job)
{
    const struct digest *key = job_store_key(session->jobs, job);
    struct arena *arena = arena_new();
    char hex[DIGEST_HEX];
    bool lost;

    digest_hex(*key, hex);
    lost = file_exists(arena_printf(arena, "%s/damaged/%s.1", store_path(session->store), hex).at);
    arena_free(arena);
    return lost;
}

int
reason_find(struct session *session, job_id id, struct reason *reason, struct fx_error *err)
{
    const struct job *job = plan_job(session->plan, id);
    int found;

    text_init(&reason->before, MANIFEST_MOST);
    text_init(&reason->after, MANIFEST_MOST);
    reason->kind = REASON_NEVER;
    reason->has_nearest = false;
    if (job_store_manifest(session->jobs, id, &reason->after, err) < 0)
        return -1;
    if (was_lost(session, id)) {
        reason->kind = REASON_LOST;
        return 0;
    }
    found = store_nearest(session->store, arena_str(session->arena, session->wf->name).at,
                          plan_stage(session->plan, id)->name, job->point,
                          plan_task(session->plan, id)->name, &reason->nearest, &reason->before,
                          err);
    reason->has_nearest = found > 0;
    /* A job of another stage or point, the nearest as it may be, is not what this one was. */
    if (found > 0 && str_equal(reason->nearest.stage, plan_stage(session->plan, id)->name) &&
        str_equal(reason->nearest.point, job->point))
        reason->kind = REASON_CHANGED;
    return found < 0 ? -1 : 0;
}

void
reason_release(struct reason *reason)
{
    text_release(&reason->before);
    text_release(&reason->after);
}

void
reason_line(struct session *session, job_id job, struct text *out)
{
    struct fx_error err = FX_ERROR_NONE;
    struct reason reason;
    size_t start = out->len;

    /* Not to know why is no reason not to run. */
    if (reason_find(session, job, &reason, &err) < 0)
        text_printf(out, "not known why: %s", err.text);
    else if (reason.kind == REASON_NEVER)
        text_add(out, "never ran before");
    else if (reason.kind == REASON_CHANGED)
        key_explain(text_view(&reason.before), text_view(&reason.after), NAMED, out);
    if (reason.kind == REASON_LOST || out->len == start)
        text_add(out, "its outputs were altered or removed");
    reason_release(&reason);
}
