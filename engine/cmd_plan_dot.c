/* The plan as a graph. The language: https://graphviz.org/doc/info/lang.html */
#include "cmd_plan.h"

#include <stdlib.h>

#include "base/mem.h"

/* Of nodes where all is cached, something must run, all depends. */
static const char *const colours[] = { "", "#d8efd8", "#f7cfa8", "#f5ecc8" };

/* In double quotes only these two need a backslash; a line ends in \n. */
static void
add_quoted(struct text *out, struct str s)
{
    text_add(out, "\"");
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] == '"' || s.at[i] == '\\')
            text_add(out, "\\");
        text_append(out, &s.at[i], 1);
    }
    text_add(out, "\"");
}

static void
add_node(struct text *out, struct str name, const char *note, enum look look)
{
    text_add(out, "  ");
    add_quoted(out, name);
    if (*note) {
        struct text label;

        text_init(&label, 1 << 16);
        add_quoted(&label, name);
        label.len--;    /* the closing quotes come behind the note */
        text_printf(out, " [label=%.*s\\n%s\", fillcolor=\"%s\"];\n", (int)label.len, label.at, note,
                    colours[look]);
        text_release(&label);
    } else {
        text_printf(out, " [fillcolor=\"%s\"];\n", colours[look]);
    }
}

static void
add_edge(struct text *out, struct str from, struct str to)
{
    text_add(out, "  ");
    add_quoted(out, from);
    text_add(out, " -> ");
    add_quoted(out, to);
    text_add(out, ";\n");
}

static void
add_jobs(const struct outlook *o, struct text *out)
{
    const struct plan *plan = o->session->plan;

    for (job_id job = 0; job < plan_count(plan); job++)
        if (o->look[job] != LOOK_NOT)
            add_node(out, plan_job(plan, job)->label, "", o->look[job]);
    for (job_id job = 0; job < plan_count(plan); job++) {
        uint32_t count;
        const job_id *needs = plan_needs(plan, job, &count);

        for (uint32_t i = 0; i < count && o->look[job] != LOOK_NOT; i++)
            add_edge(out, plan_job(plan, needs[i])->label, plan_job(plan, job)->label);
    }
}

static void
add_stage(const struct outlook *o, uint32_t number, const struct stage_outlook *stage,
          struct text *out)
{
    static const char *const words[] = { "", "cached", "must run", "depend" };
    enum look look = stage->count[LOOK_MUST_RUN]  ? LOOK_MUST_RUN
                     : stage->count[LOOK_DEPENDS] ? LOOK_DEPENDS
                                                  : LOOK_CACHED;
    struct text note;

    text_init(&note, 1000);
    for (int kind = LOOK_CACHED; kind <= LOOK_DEPENDS; kind++)
        if (stage->count[kind])
            text_printf(&note, "%s%u %s", note.len ? ", " : "", stage->count[kind], words[kind]);
    add_node(out, o->session->wf->stages[number].name, note.at, look);
    text_release(&note);
}

static void
add_stages(const struct outlook *o, struct text *out)
{
    const struct stage_outlook *stages = outlook_stages(o);
    const struct plan *plan = o->session->plan;
    uint32_t count = o->session->wf->stage_count;
    bool *drawn = mem_new((size_t)count * count + 1, sizeof *drawn);

    for (uint32_t stage = 0; stage < count; stage++)
        if (stages[stage].jobs)
            add_stage(o, stage, &stages[stage], out);
    for (job_id job = 0; job < plan_count(plan); job++) {
        uint32_t need_count, to = plan_job(plan, job)->stage;
        const job_id *needs = plan_needs(plan, job, &need_count);

        for (uint32_t i = 0; i < need_count && o->look[job] != LOOK_NOT; i++) {
            uint32_t from = plan_job(plan, needs[i])->stage;

            if (drawn[(size_t)from * count + to])
                continue;
            drawn[(size_t)from * count + to] = true;
            add_edge(out, o->session->wf->stages[from].name, o->session->wf->stages[to].name);
        }
    }
    free(drawn);
}

void
plan_dot(const struct outlook *o, bool jobs, struct text *out)
{
    text_add(out, "digraph ");
    add_quoted(out, o->session->wf->name);
    text_add(out, " {\n  rankdir=LR;\n  node [shape=box, style=\"filled,rounded\"];\n");
    if (jobs)
        add_jobs(o, out);
    else
        add_stages(o, out);
    text_add(out, "}\n");
}
