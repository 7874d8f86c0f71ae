#include "cmd_plan.h"

static const char *const states[] = { "", "cached", "must run", "depends" };

static void
add_forecast(const struct outlook *o, struct text *out)
{
    const struct forecast *f = &o->forecast;

    text_printf(out,
                ",\n \"expected\": {\"cores\": %u, \"jobs\": %u, \"seconds\": %.3f, "
                "\"work_seconds\": %.3f, \"unknown_seconds\": %u, \"memory\": %llu, "
                "\"unknown_memory\": %u}",
                o->session->cores, f->jobs, f->seconds, f->work, f->unknown_seconds,
                (unsigned long long)f->memory, f->unknown_memory);
}

static void
add_stages(const struct outlook *o, struct text *out)
{
    const struct stage_outlook *stages = outlook_stages(o);
    bool first = true;

    text_add(out, ",\n \"stages\": [");
    for (uint32_t i = 0; i < o->session->wf->stage_count; i++) {
        const struct stage_outlook *stage = &stages[i];

        if (!stage->jobs)
            continue;
        text_add(out, first ? "\n  {\"stage\": " : ",\n  {\"stage\": ");
        text_add_quoted(out, o->session->wf->stages[i].name);
        text_printf(out,
                    ", \"jobs\": %u, \"cached\": %u, \"must_run\": %u, \"depends\": %u, "
                    "\"seconds\": %.3f, \"unknown_seconds\": %u, \"memory\": %llu, "
                    "\"unknown_memory\": %u}",
                    stage->jobs, stage->count[LOOK_CACHED], stage->count[LOOK_MUST_RUN],
                    stage->count[LOOK_DEPENDS], stage->seconds, stage->unknown_seconds,
                    (unsigned long long)stage->memory, stage->unknown_memory);
        first = false;
    }
    text_add(out, "]");
}

static void
add_job(const struct outlook *o, job_id job, struct text *out)
{
    const struct plan *plan = o->session->plan;
    const struct job *what = plan_job(plan, job);
    const struct forecast_job *expected = &o->expected[job];
    uint32_t count;
    const job_id *needs = plan_needs(plan, job, &count);

    text_add(out, "\n  {\"job\": ");
    text_add_quoted(out, what->label);
    text_add(out, ", \"stage\": ");
    text_add_quoted(out, plan_stage(plan, job)->name);
    text_add(out, ", \"point\": ");
    text_add_quoted(out, what->point);
    text_printf(out, ", \"state\": \"%s\"", states[o->look[job]]);
    if (o->look[job] == LOOK_MUST_RUN) {
        text_add(out, ", \"reason\": ");
        text_add_quoted(out, str_of(o->reason[job]));
    }
    if (expected->runs && expected->seconds >= 0)
        text_printf(out, ", \"seconds\": %.3f", expected->seconds);
    if (expected->runs && expected->memory)
        text_printf(out, ", \"memory\": %llu", (unsigned long long)expected->memory);
    text_add(out, ", \"needs\": [");
    for (uint32_t i = 0; i < count; i++) {
        text_add(out, i ? ", " : "");
        text_add_quoted(out, plan_job(plan, needs[i])->label);
    }
    text_add(out, "]}");
}

void
plan_json(const struct outlook *o, struct text *out)
{
    bool first = true;

    text_add(out, "{\"fornix\": 1, \"workflow\": ");
    text_add_quoted(out, o->session->wf->name);
    add_forecast(o, out);
    add_stages(o, out);
    text_add(out, ",\n \"jobs\": [");
    for (job_id job = 0; job < plan_count(o->session->plan); job++) {
        if (o->look[job] == LOOK_NOT)
            continue;
        text_add(out, first ? "" : ",");
        first = false;
        add_job(o, job, out);
    }
    text_add(out, "]}\n");
}
