#include "cmd_plan.h"

#include <stdio.h>

#include "base/map.h"
#include "cmd.h"
#include "report/words.h"
#include "session/reason.h"

enum { REASON_MOST = 1000, NAME_COLUMN = 16 };

struct outlook {
    struct session *session;
    bool *wanted;
    enum look *look;            /* of each job */
    const char **reason;        /* of each job that must run */
};

/* The jobs of one stage. */
struct stage_counts {
    uint32_t jobs, cached, must_run, depends;
};

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

static int
look_at_store(struct outlook *o, struct fx_error *err)
{
    struct text line;

    if (session_look_up(o->session, o->wanted, o->look, err) < 0)
        return -1;
    text_init(&line, REASON_MOST);
    for (job_id job = 0; job < plan_count(o->session->plan); job++) {
        if (o->look[job] != LOOK_MUST_RUN)
            continue;
        text_clear(&line);
        reason_line(o->session, job, &line);
        o->reason[job] = arena_str(o->session->arena, text_view(&line)).at;
    }
    text_release(&line);
    return 0;
}

static struct stage_counts
count_stage(const struct outlook *o, uint32_t stage)
{
    struct stage_counts counts = { 0 };

    for (job_id job = 0; job < plan_count(o->session->plan); job++) {
        if (plan_job(o->session->plan, job)->stage != stage || o->look[job] == LOOK_NOT)
            continue;
        counts.jobs++;
        counts.cached += o->look[job] == LOOK_CACHED;
        counts.must_run += o->look[job] == LOOK_MUST_RUN;
        counts.depends += o->look[job] == LOOK_DEPENDS;
    }
    return counts;
}

/* Jobs of a stage that must run for the same reason are told in one line. */
static void
print_reasons(const struct outlook *o, uint32_t stage)
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
            printf("    %.*s: %s\n", STR(plan_job(plan, job)->label), o->reason[job]);
        else if (same[job] > 1)
            printf("    %.*s and %u more: %s\n", STR(plan_job(plan, job)->label), same[job] - 1,
                   o->reason[job]);
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

static void
print_stage(const struct outlook *o, uint32_t stage)
{
    struct stage_counts counts = count_stage(o, stage);
    struct text line;
    struct {
        uint32_t count;
        const char *word;
    } parts[] = { { counts.cached, "cached" },
                  { counts.must_run, "must run" },
                  { counts.depends, counts.depends == 1 ? "depends on what comes out of"
                                                        : "depend on what comes out of" } };
    bool first = true;

    if (counts.jobs == 0)
        return;
    text_init(&line, 4096);
    text_printf(&line, "%-*.*s ", NAME_COLUMN, STR(o->session->wf->stages[stage].name));
    for (int i = 0; i < 3; i++) {
        if (!parts[i].count)
            continue;
        text_add(&line, first ? "" : ", ");
        if (counts.jobs > 1 && parts[i].count == counts.jobs)
            text_printf(&line, "all %u ", parts[i].count);
        else if (counts.jobs > 1)
            text_printf(&line, "%u of %u ", parts[i].count, counts.jobs);
        text_add(&line, parts[i].word);
        first = false;
    }
    if (counts.depends)
        add_sources(o, stage, &line);
    puts(line.at);
    text_release(&line);
    if (counts.must_run)
        print_reasons(o, stage);
}

static void
print_text(const struct outlook *o)
{
    uint32_t count[4] = { 0 };
    struct text line;

    for (job_id job = 0; job < plan_count(o->session->plan); job++)
        count[o->look[job]]++;
    for (uint32_t stage = 0; stage < o->session->wf->stage_count; stage++)
        print_stage(o, stage);
    text_init(&line, 1000);
    words_count(&line, count[LOOK_CACHED] + count[LOOK_MUST_RUN] + count[LOOK_DEPENDS], "job");
    printf("%s: %u cached, %u must run, %u depend on what comes out\n", line.at,
           count[LOOK_CACHED], count[LOOK_MUST_RUN], count[LOOK_DEPENDS]);
    text_release(&line);
}

static void
print_json(const struct outlook *o)
{
    static const char *const states[] = { "", "cached", "must run", "depends" };
    struct text out;
    bool first = true;

    text_init(&out, SIZE_MAX / 2);
    text_add(&out, "{\"fornix\": 1, \"workflow\": ");
    text_add_quoted(&out, o->session->wf->name);
    text_add(&out, ",\n \"jobs\": [");
    for (job_id job = 0; job < plan_count(o->session->plan); job++) {
        const struct job *what = plan_job(o->session->plan, job);

        if (o->look[job] == LOOK_NOT)
            continue;
        text_add(&out, first ? "\n  {\"job\": " : ",\n  {\"job\": ");
        text_add_quoted(&out, what->label);
        text_add(&out, ", \"stage\": ");
        text_add_quoted(&out, plan_stage(o->session->plan, job)->name);
        text_add(&out, ", \"point\": ");
        text_add_quoted(&out, what->point);
        text_printf(&out, ", \"state\": \"%s\"", states[o->look[job]]);
        if (o->look[job] == LOOK_MUST_RUN) {
            text_add(&out, ", \"reason\": ");
            text_add_quoted(&out, str_of(o->reason[job]));
        }
        text_add(&out, "}");
        first = false;
    }
    text_add(&out, "]}\n");
    fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
}

int
plan_print(struct cmd_session *cmd)
{
    struct session *session = &cmd->session;
    uint32_t jobs = plan_count(session->plan);
    struct outlook o = { .session = session };
    struct fx_error err = FX_ERROR_NONE;
    bool there;
    int status;

    o.wanted = arena_get(session->arena, jobs, sizeof *o.wanted);
    o.look = arena_get(session->arena, jobs, sizeof *o.look);
    o.reason = arena_get(session->arena, jobs, sizeof *o.reason);
    if (plan_select(session->plan, cmd->words.list.at, (uint32_t)cmd->words.list.count,
                    o.wanted, &err) < 0)
        return cmd_fail(&err);
    if ((status = cmd_session_open_existing(cmd, &there)) != 0)
        return status;
    if (!there)
        look_at_nothing(&o);
    else if (look_at_store(&o, &err) < 0)
        return cmd_fail(&err);
    if (cmd->json)
        print_json(&o);
    else
        print_text(&o);
    return 0;
}

int
cmd_plan(int argc, char **argv)
{
    struct cmd_session cmd = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { "--json", OPTION_FLAG, &cmd.json, NULL, "print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix plan [options] [workflow.yaml] [stage...]",
        "Says, for each stage, how many jobs a run would find cached, how many must run and why,\n"
        "and how many depend on what comes out of those. Nothing is run.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, plan_print);
}
