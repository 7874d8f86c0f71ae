#include "cmd_plan.h"

#include <stdio.h>

#include "base/map.h"
#include "cmd.h"
#include "report/words.h"

enum { NAME_COLUMN = 16, JOBS_DRAWN = 24 };

struct plan_command {
    struct cmd_session cmd;
    bool dot, jobs;
};

/* Jobs of a stage that must run for the same reason are told in one line. */
static void
add_reasons(const struct outlook *o, uint32_t stage, struct text *out)
{
    const struct plan *plan = o->session->plan;
    uint32_t jobs = plan_count(plan), *same = mem_new(jobs, sizeof *same);
    struct map reasons;

    map_init(&reasons);
    for (job_id job = 0; job < jobs; job++)
        if (plan_job(plan, job)->stage == stage && o->look[job] == LOOK_MUST_RUN)
            same[map_add(&reasons, str_of(o->reason[job]), job)]++;
    for (job_id job = 0; job < jobs; job++)
        if (same[job] == 1)
            text_printf(out, "    %.*s: %s\n", STR(plan_job(plan, job)->label), o->reason[job]);
        else if (same[job] > 1)
            text_printf(out, "    %.*s and %u more: %s\n", STR(plan_job(plan, job)->label),
                        same[job] - 1, o->reason[job]);
    map_release(&reasons);
    free(same);
}

/* The jobs that must run before the jobs of `stage` can be looked up, a few of them. */
static void
add_sources(const struct outlook *o, uint32_t stage, struct text *out)
{
    const struct plan *plan = o->session->plan;
    uint32_t jobs = plan_count(plan), named = 0;
    bool *told = mem_new(jobs, sizeof *told);

    for (job_id job = 0; job < jobs; job++) {
        uint32_t count;
        const job_id *needs = plan_needs(plan, job, &count);

        if (plan_job(plan, job)->stage != stage || o->look[job] != LOOK_DEPENDS)
            continue;
        for (uint32_t i = 0; i < count; i++) {
            if (told[needs[i]] || o->look[needs[i]] == LOOK_CACHED)
                continue;
            told[needs[i]] = true;
            if (named++ < 3)
                text_printf(out, "%s%.*s", named > 1 ? ", " : " ",
                            STR(plan_job(plan, needs[i])->label));
        }
    }
    if (named > 3)
        text_printf(out, " and %u more", named - 3);
    free(told);
}

/* "(3 x 1.2 s, 40 MiB each)": what the jobs that may run took last time. */
static void
add_expected(const struct stage_outlook *stage, struct text *out)
{
    uint32_t runs = stage->count[LOOK_MUST_RUN] + stage->count[LOOK_DEPENDS];
    uint32_t known = runs - stage->unknown_seconds;

    if (!known)
        return;
    text_add(out, " (");
    if (runs > 1)
        text_printf(out, "%u x ", runs);
    words_seconds(out, stage->seconds / known);
    if (stage->memory) {
        text_add(out, ", ");
        words_bytes(out, stage->memory);
        text_add(out, runs > 1 ? " each" : "");
    }
    text_add(out, ")");
}

static void
add_stage(const struct outlook *o, uint32_t number, const struct stage_outlook *stage,
          struct text *out)
{
    struct {
        uint32_t count;
        const char *word;
    } parts[] = { { stage->count[LOOK_CACHED], "cached" },
                  { stage->count[LOOK_MUST_RUN], "must run" },
                  { stage->count[LOOK_DEPENDS],
                    stage->count[LOOK_DEPENDS] == 1 ? "depends on what comes out of"
                                                    : "depend on what comes out of" } };
    bool first = true;

    if (stage->jobs == 0)
        return;
    text_printf(out, "%-*.*s ", NAME_COLUMN, STR(o->session->wf->stages[number].name));
    for (int i = 0; i < 3; i++) {
        if (!parts[i].count)
            continue;
        text_add(out, first ? "" : ", ");
        if (stage->jobs > 1 && parts[i].count == stage->jobs)
            text_printf(out, "all %u ", parts[i].count);
        else if (stage->jobs > 1)
            text_printf(out, "%u of %u ", parts[i].count, stage->jobs);
        text_add(out, parts[i].word);
        first = false;
    }
    if (stage->count[LOOK_DEPENDS])
        add_sources(o, number, out);
    add_expected(stage, out);
    text_add(out, "\n");
    if (stage->count[LOOK_MUST_RUN])
        add_reasons(o, number, out);
}

/* The last line: what all that takes. */
static void
add_forecast(const struct outlook *o, struct text *out)
{
    const struct forecast *f = &o->forecast;

    if (!f->jobs)
        return;
    text_add(out, o->count[LOOK_DEPENDS] ? "at most " : "");
    words_count(out, f->jobs, "job");
    text_add(out, f->jobs == 1 && !o->count[LOOK_DEPENDS] ? " runs" : " run");
    if (f->unknown_seconds == f->jobs) {
        text_add(out, "; how long that takes is not known\n");
        return;
    }
    text_add(out, f->unknown_seconds ? ": more than " : ": about ");
    words_seconds(out, f->seconds);
    text_add(out, " on ");
    words_count(out, o->session->cores, "core");
    if (f->memory) {
        text_add(out, f->unknown_memory ? ", more than " : ", up to ");
        words_bytes(out, f->memory);
        text_add(out, " of memory");
    }
    if (f->unknown_seconds || f->unknown_memory) {
        uint32_t unknown =
            f->unknown_seconds > f->unknown_memory ? f->unknown_seconds : f->unknown_memory;

        text_add(out, " (not known for ");
        words_count(out, unknown, "job");
        text_add(out, ")");
    }
    text_add(out, "\n");
}

static void
add_text(const struct outlook *o, struct text *out)
{
    const struct stage_outlook *stages = outlook_stages(o);

    for (uint32_t stage = 0; stage < o->session->wf->stage_count; stage++)
        add_stage(o, stage, &stages[stage], out);
    words_count(out, o->count[LOOK_CACHED] + o->count[LOOK_MUST_RUN] + o->count[LOOK_DEPENDS],
                "job");
    text_printf(out, ": %u cached, %u must run, %u depend on what comes out\n",
                o->count[LOOK_CACHED], o->count[LOOK_MUST_RUN], o->count[LOOK_DEPENDS]);
    add_forecast(o, out);
}

static int
print_as(struct cmd_session *cmd, bool dot, bool jobs)
{
    struct fx_error err = FX_ERROR_NONE;
    struct outlook outlook;
    struct text out;

    if (outlook_make(&cmd->session, cmd->words.list.at, (uint32_t)cmd->words.list.count, &outlook,
                     &err) < 0)
        return cmd_fail(&err);
    text_init(&out, SIZE_MAX / 2);
    if (!dot && !cmd->json)
        cmd_session_tell_cut(cmd, stdout);
    if (dot)
        plan_dot(&outlook, jobs || plan_count(cmd->session.plan) - outlook.count[LOOK_NOT] <= JOBS_DRAWN,
                 &out);
    else if (cmd->json)
        plan_json(&outlook, &out);
    else
        add_text(&outlook, &out);
    fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
    return 0;
}

int
plan_print(struct cmd_session *cmd)
{
    return print_as(cmd, false, false);
}

static int
print_plan(struct cmd_session *cmd)
{
    const struct plan_command *c = (const struct plan_command *)(const void *)cmd;
    struct fx_error err = FX_ERROR_NONE;

    if (c->dot && cmd->json)
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "--dot and --json exclude each other");
    else if (c->jobs && !c->dot)
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "--jobs goes with --dot");
    else
        return print_as(cmd, c->dot, c->jobs);
    return cmd_fail(&err);
}

int
cmd_plan(int argc, char **argv)
{
    struct plan_command c = { .dot = false };
    const struct option options[] = {
        SESSION_OPTIONS(c.cmd),
        { "--cores", OPTION_COUNT, &c.cmd.cores, "N", "expect a run on at most N cores" },
        { "--memory", OPTION_TEXT, &c.cmd.memory, "SIZE", "expect a run within so much memory" },
        { "--dot", OPTION_FLAG, &c.dot, NULL, "print a graph for Graphviz" },
        { "--jobs", OPTION_FLAG, &c.jobs, NULL,
          "in the graph, draw each job; otherwise stages, when there are many jobs" },
        { "--json", OPTION_FLAG, &c.cmd.json, NULL, "print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix plan [options] [workflow.yaml] [stage...]",
        "Says, for each stage, how many jobs a run would find cached, how many must run and why,\n"
        "and how many depend on what comes out of those; and how long that takes and how much\n"
        "memory, by what such jobs took before. Nothing is run and nothing is made. With --set it\n"
        "tells what an edit would cost.\n",
        options,
    };

    return cmd_session_run(&c.cmd, &command, argc, argv, print_plan);
}
