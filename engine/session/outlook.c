#include "session/outlook.h"

#include "session/reason.h"

enum { REASON_MOST = 1000 };

/* Without a store nothing is cached. */
static void
look_at_nothing(struct outlook *o)
{
    for (job_id job = 0; job < plan_count(o->session->plan); job++) {
        uint32_t needs;

        plan_needs(o->session->plan, job, &needs);
        o->look[job] = !o->wanted[job] ? LOOK_NOT : needs ? LOOK_DEPENDS : LOOK_MUST_RUN;
        o->reason[job] = "never ran before";
    }
}

static void
find_reasons(struct outlook *o)
{
    struct text line;

    text_init(&line, REASON_MOST);
    for (job_id job = 0; job < plan_count(o->session->plan); job++) {
        if (o->look[job] != LOOK_MUST_RUN)
            continue;
        text_clear(&line);
        reason_line(o->session, job, &line);
        o->reason[job] = arena_str(o->session->arena, text_view(&line)).at;
    }
    text_release(&line);
}

/* What a job took the last time: of the processes of several ranks the largest is known. */
static void
expect(struct outlook *o, job_id job)
{
    const struct plan *plan = o->session->plan;
    const struct job *what = plan_job(plan, job);
    struct forecast_job *expected = &o->expected[job];
    struct expected last = { -1, 0 };

    expected->runs = o->look[job] == LOOK_MUST_RUN || o->look[job] == LOOK_DEPENDS;
    if (expected->runs && o->session->store)
        last = store_expected(o->session->store, plan_task(plan, job)->name,
                              plan_stage(plan, job)->name, what->point);
    expected->seconds = last.seconds;
    expected->memory = last.memory * what->resources.ranks;
}

int
outlook_make(struct session *session, const char *const *targets, uint32_t count,
             struct outlook *o, struct fx_error *err)
{
    const struct scheduler_limits limits = { session->cores, session->memory, false };
    uint32_t jobs = plan_count(session->plan);
    bool there;

    *o = (struct outlook){
        .session = session,
        .wanted = arena_get(session->arena, jobs, sizeof *o->wanted),
        .look = arena_get(session->arena, jobs, sizeof *o->look),
        .reason = arena_get(session->arena, jobs, sizeof *o->reason),
        .expected = arena_get(session->arena, jobs, sizeof *o->expected),
    };
    if (plan_select(session->plan, targets, count, o->wanted, err) < 0 ||
        session_open_existing(session, &there, err) < 0)
        return -1;
    if (!there)
        look_at_nothing(o);
    else if (session_look_up(session, o->wanted, o->look, err) < 0)
        return -1;
    else
        find_reasons(o);
    for (job_id job = 0; job < jobs; job++) {
        o->count[o->look[job]]++;
        expect(o, job);
    }
    return forecast_make(session->plan, o->wanted, &limits, o->expected, &o->forecast, err);
}

const struct stage_outlook *
outlook_stages(const struct outlook *o)
{
    struct stage_outlook *stages =
        arena_get(o->session->arena, o->session->wf->stage_count, sizeof *stages);

    for (job_id job = 0; job < plan_count(o->session->plan); job++) {
        struct stage_outlook *stage = &stages[plan_job(o->session->plan, job)->stage];
        const struct forecast_job *expected = &o->expected[job];

        if (o->look[job] == LOOK_NOT)
            continue;
        stage->jobs++;
        stage->count[o->look[job]]++;
        if (!expected->runs)
            continue;
        stage->seconds += expected->seconds > 0 ? expected->seconds : 0;
        stage->unknown_seconds += expected->seconds < 0;
        stage->memory = expected->memory > stage->memory ? expected->memory : stage->memory;
        stage->unknown_memory += expected->memory == 0;
    }
    return stages;
}
