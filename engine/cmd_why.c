#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_session.h"
#include "plan/key.h"
#include "report/run_folder.h"
#include "report/run_json.h"
#include "report/words.h"
#include "session/reason.h"

enum { INDENT = 4, VALUE_MOST = 200 };

struct why {
    struct session *session;
    enum look *look;
    bool *told;                 /* of each job: it was explained already */
    job_id job;                 /* being explained */
    struct text *out;
    bool first;                 /* of a list in JSON */
};

/* --- where an input comes from ------------------------------------------------------------------ */

/* The job behind field `name` ("synapses", "a.b[2]") of a job's parameters. */
static bool
find_source(const struct node *node, struct text *path, struct str name, job_id *source)
{
    size_t len = path->len;
    bool found = false;

    if (node->kind == NODE_OUTPUT) {
        *source = node->job;
        return str_equal(text_view(path), name);
    }
    if (node->kind != NODE_LIST && node->kind != NODE_MAP)
        return false;
    for (uint32_t i = 0; i < node->count && !found; i++) {
        if (node->kind == NODE_LIST)
            text_printf(path, "[%u]", i);
        else
            text_printf(path, "%s%.*s", len ? "." : "", STR(node->entries[i].key));
        found = find_source(node->kind == NODE_LIST ? node->items[i] : node->entries[i].value,
                            path, name, source);
        path->len = len;
        path->at[len] = '\0';
    }
    return found;
}

static bool
source_of(const struct why *why, struct str field, job_id *source)
{
    struct text path;
    bool found = false;

    if (!str_starts(field, "inputs."))
        return false;
    text_init(&path, 1 << 16);
    text_add(&path, "");
    found = find_source(plan_job(why->session->plan, why->job)->with, &path,
                        str_slice(field, strlen("inputs."), field.len), source);
    text_release(&path);
    return found;
}

/* --- in words ---------------------------------------------------------------------------------- */

static struct str
shown_field(struct str field)
{
    return str_starts(field, "parameters.") ? str_slice(field, strlen("parameters."), field.len)
                                            : field;
}

static void
add_value(struct text *out, struct str value)
{
    struct str cut = words_cut(value, VALUE_MOST);

    text_printf(out, "%.*s%s", STR(cut), cut.len < value.len ? "..." : "");
}

static void
tell_change(void *context, const struct change *change)
{
    struct why *why = context;
    struct text *out = why->out;
    job_id source;

    text_printf(out, "%*s%.*s: ", INDENT, "", STR(shown_field(change->field)));
    if (str_starts(change->field, "inputs.") && change->before.len && change->after.len) {
        text_add(out, "changed");
        if (source_of(why, change->field, &source))
            text_printf(out, ", it comes from %.*s",
                        STR(plan_job(why->session->plan, source)->label));
    } else if (!change->before.len) {
        text_add(out, "new, ");
        add_value(out, change->after);
    } else if (!change->after.len) {
        text_add(out, "gone, was ");
        add_value(out, change->before);
    } else {
        add_value(out, change->before);
        text_add(out, " -> ");
        add_value(out, change->after);
    }
    text_add(out, "\n");
}

static void
add_record(struct text *out, const struct record *record)
{
    words_time(out, record->started);
    text_add(out, " in ");
    words_seconds(out, record->seconds);
    if (record->host.len)
        text_printf(out, " on %.*s", STR(record->host));
}

/* The id of the run that made the key: looked for in the run.json files, the newest first. */
static const char *
find_run(struct session *session, struct digest key)
{
    struct arena *arena = session->arena;
    struct fx_error ignored = FX_ERROR_NONE;
    struct run_record run;
    char hex[DIGEST_HEX];
    uint32_t count;
    const char **runs = run_folder_list(arena, session->store_path, session->wf->name, &count);

    digest_hex(key, hex);
    for (uint32_t i = 0; i < count; i++)
        if (run_json_read(arena, session->store_path, runs[i], &run, &ignored) == 0)
            for (uint32_t job = 0; job < run.job_count; job++)
                if (run.jobs[job].key && !strcmp(run.jobs[job].key, hex) &&
                    !strcmp(run.jobs[job].state, "done"))
                    return run.id;
    return NULL;
}

static void
tell_cached(struct why *why, job_id job)
{
    const struct record *record = job_store_record(why->session->jobs, job);
    const char *run = find_run(why->session, record->key);

    text_add(why->out, "cached\n    ran ");
    add_record(why->out, record);
    if (run)
        text_printf(why->out, ", in run %s", run);
    text_add(why->out, "\n");
}

static int
tell_must_run(struct why *why, job_id job, struct fx_error *err)
{
    struct reason reason;
    int status = reason_find(why->session, job, &reason, err);

    if (status == 0) {
        text_add(why->out, "must run");
        if (reason.kind == REASON_NEVER) {
            text_add(why->out, "\n    never ran before\n");
        } else if (reason.kind == REASON_LOST) {
            text_add(why->out, "\n    its outputs were altered or removed\n");
        } else {
            const struct record *nearest = &reason.nearest;

            text_printf(why->out, ", compared with %.*s", STR(nearest->stage));
            if (nearest->point.len)
                text_printf(why->out, "[%.*s]", STR(nearest->point));
            text_add(why->out, " of ");
            add_record(why->out, nearest);
            text_add(why->out, "\n");
            key_compare(text_view(&reason.before), text_view(&reason.after), tell_change, why);
        }
    }
    reason_release(&reason);
    return status;
}

/* Explains a job, and those that it waits for, down to the first causes. */
static int
tell(struct why *why, job_id job, struct fx_error *err)
{
    const struct plan *plan = why->session->plan;
    const job_id *needs;
    uint32_t count;

    if (why->told[job])
        return 0;
    why->told[job] = true;
    why->job = job;
    text_printf(why->out, "%.*s: ", STR(plan_job(plan, job)->label));
    if (why->look[job] == LOOK_CACHED) {
        tell_cached(why, job);
        return 0;
    }
    if (why->look[job] == LOOK_MUST_RUN)
        return tell_must_run(why, job, err);
    text_add(why->out, "depends on what comes out of");
    needs = plan_needs(plan, job, &count);
    for (uint32_t i = 0, named = 0; i < count; i++)
        if (why->look[needs[i]] != LOOK_CACHED)
            text_printf(why->out, "%s %.*s", named++ ? "," : "",
                        STR(plan_job(plan, needs[i])->label));
    text_add(why->out, "\n");
    for (uint32_t i = 0; i < count; i++)
        if (why->look[needs[i]] != LOOK_CACHED && tell(why, needs[i], err) < 0)
            return -1;
    return 0;
}

/* --- as JSON ----------------------------------------------------------------------------------- */

static void
add_change_json(void *context, const struct change *change)
{
    struct why *why = context;
    job_id source;

    text_add(why->out, why->first ? "\n    {\"field\": " : ",\n    {\"field\": ");
    why->first = false;
    text_add_quoted(why->out, change->field);
    text_add(why->out, ", \"before\": ");
    text_add_quoted(why->out, change->before);
    text_add(why->out, ", \"after\": ");
    text_add_quoted(why->out, change->after);
    if (source_of(why, change->field, &source)) {
        text_add(why->out, ", \"from\": ");
        text_add_quoted(why->out, plan_job(why->session->plan, source)->label);
    }
    text_add(why->out, "}");
}

static int
add_must_run_json(struct why *why, job_id job, struct fx_error *err)
{
    static const char *const kinds[] = { "never ran before", "changed", "outputs lost" };
    struct reason reason;
    int status = reason_find(why->session, job, &reason, err);

    if (status == 0) {
        text_printf(why->out, "\"must run\", \"reason\": \"%s\"", kinds[reason.kind]);
        if (reason.kind == REASON_CHANGED) {
            bool outer = why->first;

            why->first = true;
            text_add(why->out, ", \"changes\": [");
            key_compare(text_view(&reason.before), text_view(&reason.after), add_change_json, why);
            text_add(why->out, "]");
            why->first = outer;
        }
    }
    reason_release(&reason);
    return status;
}

static int
add_json(struct why *why, job_id job, struct fx_error *err)
{
    const struct plan *plan = why->session->plan;
    const struct record *record = job_store_record(why->session->jobs, job);
    const job_id *needs;
    uint32_t count;
    int status = 0;

    if (why->told[job])
        return 0;
    why->told[job] = true;
    why->job = job;
    text_add(why->out, why->first ? "\n  {\"job\": " : ",\n  {\"job\": ");
    why->first = false;
    text_add_quoted(why->out, plan_job(plan, job)->label);
    text_add(why->out, ", \"state\": ");
    if (why->look[job] == LOOK_CACHED) {
        const char *run = find_run(why->session, record->key);

        text_add(why->out, "\"cached\", \"ran\": \"");
        words_time_utc(why->out, record->started);
        text_printf(why->out, "\", \"seconds\": %.3f", record->seconds);
        if (run)
            text_printf(why->out, ", \"run\": \"%s\"", run);
    } else if (why->look[job] == LOOK_MUST_RUN) {
        status = add_must_run_json(why, job, err);
    } else {
        text_add(why->out, "\"depends\"");
    }
    text_add(why->out, "}");
    needs = plan_needs(plan, job, &count);
    for (uint32_t i = 0; i < count && why->look[job] == LOOK_DEPENDS && status == 0; i++)
        if (why->look[needs[i]] != LOOK_CACHED)
            status = add_json(why, needs[i], err);
    return status;
}

/* --- the command ------------------------------------------------------------------------------- */

static int
explain(struct why *why, const bool *targets, bool json, struct fx_error *err)
{
    struct session *session = why->session;
    int status = 0;

    if (json)
        text_add(why->out, "{\"fornix\": 1, \"jobs\": [");
    for (job_id job = 0; job < plan_count(session->plan) && status == 0; job++)
        if (targets[job])
            status = json ? add_json(why, job, err) : tell(why, job, err);
    if (json)
        text_add(why->out, "]}\n");
    return status;
}

static int
print_why(struct cmd_session *cmd)
{
    struct session *session = &cmd->session;
    struct why why = { .session = session, .first = true };
    struct fx_error err = FX_ERROR_NONE;
    bool *targets;
    struct text out;
    int status;

    if (cmd->words.list.count != 1) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "name one stage: fornix why [workflow.yaml] STAGE");
        return cmd_fail(&err);
    }
    if ((status = cmd_session_named(cmd, &targets, &why.look)) != 0)
        return status;
    text_init(&out, SIZE_MAX / 2);
    why.out = &out;
    why.told = arena_get(session->arena, plan_count(session->plan), sizeof *why.told);
    if (explain(&why, targets, cmd->json, &err) < 0)
        status = cmd_fail(&err);
    else
        fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
    return status;
}

int
cmd_why(int argc, char **argv)
{
    struct cmd_session cmd = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { "--json", OPTION_FLAG, &cmd.json, NULL, "print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix why [options] [workflow.yaml] STAGE | 'STAGE[axis=value]'",
        "Says what differs from the nearest job in the store: old and new value of each line that\n"
        "enters the key, through the stages that it needs down to the first cause; or, for a job\n"
        "that is cached, when it ran, where, and in which run.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_why);
}
