#include <stdio.h>
#include <string.h>

#include "cmd.h"
#include "cmd_session.h"
#include "report/words.h"
#include "session/explanation.h"

enum { VALUE_MOST = 200 };

struct why {
    struct session *session;
    enum look *look;
    struct run_index runs;
    bool *told;         /* of each job: it was explained already */
    struct text *out;
    bool json, first;   /* `first` of a list in JSON */
};

/* All that is to be told of one job. */
struct answer {
    job_id job;
    const char *state, *reason, *run, *log; /* NULL: does not apply; `log` of a failed attempt */
    struct record ran;                      /* of a job that the store has */
    struct explanation explanation;
    struct str content; /* with it the explanation is why the output is not what this digest names */
};

/* --- in words ---------------------------------------------------------------------------------- */

static void
add_value(struct text *out, struct str value)
{
    struct str cut = words_cut(value, VALUE_MOST);

    text_printf(out, "%.*s%s", STR(cut), cut.len < value.len ? "..." : "");
}

/* "workflow.yaml:6:21", "--set params.seed=3" */
static void
add_mark(const struct why *why, struct fx_mark at)
{
    text_add(why->out, session_show_path(why->session->arena, at.file));
    if (at.line)
        text_printf(why->out, ":%u", at.line);
    if (at.line && at.column)
        text_printf(why->out, ":%u", at.column);
}

static void
add_place(const struct why *why, const struct difference *d)
{
    if (d->place.kind == PLACE_NONE || !d->place.at.file)
        return;
    text_add(why->out, d->place.kind == PLACE_PART_OF ? " (was in " : " (");
    add_mark(why, d->place.at);
    for (uint32_t i = 0; i < d->place.source_count; i++) {
        text_add(why->out, i ? ", " : ", made of ");
        add_mark(why, d->place.sources[i]);
    }
    text_add(why->out, ")");
}

/* A value of one of the sides; where the line is missing, the default counted. */
static void
add_side(const struct why *why, struct str value, const struct difference *d)
{
    struct text spelt;

    if (value.len) {
        add_value(why->out, value);
    } else if (d->place.fallback) {
        text_init(&spelt, 1 << 16);
        node_spell(d->place.fallback, &spelt);
        add_value(why->out, text_view(&spelt));
        text_add(why->out, " (default)");
        text_release(&spelt);
    } else {
        text_add(why->out, "(not given)");
    }
}

static struct str
shown_field(struct str field)
{
    return str_starts(field, "parameters.") ? str_slice(field, strlen("parameters."), field.len)
                                            : field;
}

static const char *
what_happened(const struct difference *d)
{
    return !d->before.len ? "new" : !d->after.len ? "gone" : "other content";
}

static void
tell_difference(const struct why *why, job_id job, const struct difference *d)
{
    struct session *session = why->session;
    struct text *out = why->out;
    struct str task = plan_task(session->plan, job)->name;

    text_add(out, "    ");
    switch (d->kind) {
    case DIFFERENCE_JOB:
        text_printf(out, "%.*s: %s, from %.*s", STR(d->field), what_happened(d),
                    STR(plan_job(session->plan, d->source)->label));
        break;
    case DIFFERENCE_FILE:
        text_printf(out, "%.*s: %s, %s", STR(d->field), what_happened(d),
                    session_show_path(session->arena, d->path));
        break;
    case DIFFERENCE_PROGRAM:
        text_printf(out, "the program of task '%.*s' changed: %s", STR(task), d->path);
        break;
    case DIFFERENCE_VERSION:
        text_printf(out, "the version of task '%.*s': %.*s -> %.*s (%s)", STR(task), STR(d->before),
                    STR(d->after), session_show_path(session->arena, d->path));
        break;
    case DIFFERENCE_TOOL:
        text_printf(out, "the version of %.*s: ", STR(str_slice(d->field, 5, d->field.len)));
        add_side(why, d->before, d);
        text_add(out, " -> ");
        add_side(why, d->after, d);
        break;
    case DIFFERENCE_VALUE:
        if (str_starts(d->field, "inputs.")) {  /* its value is a digest: nothing for people */
            text_printf(out, "%.*s: %s", STR(d->field), what_happened(d));
            break;
        }
        text_printf(out, "%.*s: ", STR(shown_field(d->field)));
        add_side(why, d->before, d);
        text_add(out, " -> ");
        add_side(why, d->after, d);
        break;
    }
    add_place(why, d);
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

static void
add_name(struct text *out, const struct record *record)
{
    text_add_str(out, record->stage);
    if (record->point.len)
        text_printf(out, "[%.*s]", STR(record->point));
}

static void
tell_text(const struct why *why, const struct answer *a)
{
    const struct explanation *x = &a->explanation;
    struct text *out = why->out;

    text_printf(out, "%.*s: %s", STR(plan_job(why->session->plan, a->job)->label), a->state);
    if (a->reason)
        text_printf(out, ", %s", a->reason);
    if (a->ran.started > 0) {
        text_add(out, "\n    ran ");
        add_record(out, &a->ran);
        if (a->run)
            text_printf(out, ", in run %s", a->run);
    }
    if (x->compared && a->content.len) {
        text_add(out, "\n    what was there before was made by ");
        add_name(out, &x->with);
        text_add(out, " of ");
        add_record(out, &x->with);
    } else if (x->compared) {
        text_add(out, ", compared with ");
        add_name(out, &x->with);
        text_add(out, " of ");
        add_record(out, &x->with);
    } else if (a->content.len) {
        text_add(out, "\n    what was there before is not in the store any more");
    }
    if (a->log)
        text_printf(out, "\n    its latest attempt failed: %s",
                    session_show_path(why->session->arena, a->log));
    text_add(out, "\n");
    for (uint32_t i = 0; i < x->count; i++)
        tell_difference(why, a->job, &x->differences[i]);
    if (x->compared && !x->count && a->content.len)
        text_add(out, "    nothing that it depends on differs: its task does not always write the "
                      "same\n");
}

/* --- as JSON ----------------------------------------------------------------------------------- */

static void
add_member(struct text *out, const char *name, struct str value)
{
    text_printf(out, ", \"%s\": ", name);
    text_add_quoted(out, value);
}

static void
add_time(struct text *out, const char *name, double when)
{
    text_printf(out, ", \"%s\": \"", name);
    words_time_utc(out, when);
    text_add(out, "\"");
}

static void
add_difference(const struct why *why, const struct difference *d, bool first)
{
    static const char *const kinds[] = { "value", "job", "file", "program", "version", "tool" };
    struct text *out = why->out;

    text_add(out, first ? "\n    {\"field\": " : ",\n    {\"field\": ");
    text_add_quoted(out, d->field);
    add_member(out, "kind", str_of(kinds[d->kind]));
    if (d->before.len)
        add_member(out, "before", d->before);
    if (d->after.len)
        add_member(out, "after", d->after);
    if (d->has_source)
        add_member(out, "from", plan_job(why->session->plan, d->source)->label);
    if (d->path)
        add_member(out, "path", str_of(d->path));
    if (d->place.fallback) {
        struct text spelt;

        text_init(&spelt, SIZE_MAX / 2);
        node_spell(d->place.fallback, &spelt);
        add_member(out, "default", text_view(&spelt));
        text_release(&spelt);
    }
    if (d->place.kind != PLACE_NONE && d->place.at.file) {
        add_member(out, d->place.kind == PLACE_PART_OF ? "was_in" : "file",
                   str_of(d->place.at.file));
        if (d->place.at.line)
            text_printf(out, ", \"line\": %u, \"column\": %u", d->place.at.line,
                        d->place.at.column);
    }
    for (uint32_t i = 0; i < d->place.source_count; i++) {
        const struct fx_mark *at = &d->place.sources[i];

        text_add(out, i ? ", {\"file\": " : ", \"made_of\": [{\"file\": ");
        text_add_quoted(out, str_of(at->file));
        if (at->line)
            text_printf(out, ", \"line\": %u, \"column\": %u", at->line, at->column);
        text_add(out, i + 1 < d->place.source_count ? "}" : "}]");
    }
    text_add(out, "}");
}

static void
add_compared(const struct why *why, const struct answer *a)
{
    const struct explanation *x = &a->explanation;
    struct text name, *out = why->out;

    if (!x->compared)
        return;
    text_init(&name, 1 << 16);
    add_name(&name, &x->with);
    text_add(out, ",\n   \"compared_with\": {\"job\": ");
    text_add_quoted(out, text_view(&name));
    add_time(out, "ran", x->with.started);
    text_printf(out, ", \"seconds\": %.3f", x->with.seconds);
    add_member(out, "host", x->with.host);
    text_add(out, "},\n   \"changes\": [");
    for (uint32_t i = 0; i < x->count; i++)
        add_difference(why, &x->differences[i], i == 0);
    text_add(out, "]");
    text_release(&name);
}

static void
add_awaited(const struct why *why, job_id job)
{
    const struct plan *plan = why->session->plan;
    uint32_t count, named = 0;
    const job_id *needs = plan_needs(plan, job, &count);

    text_add(why->out, ", \"depends_on\": [");
    for (uint32_t i = 0; i < count; i++) {
        if (why->look[needs[i]] == LOOK_CACHED)
            continue;
        text_add(why->out, named++ ? ", " : "");
        text_add_quoted(why->out, plan_job(plan, needs[i])->label);
    }
    text_add(why->out, "]");
}

static void
tell_json(struct why *why, const struct answer *a)
{
    struct text *out = why->out;

    text_add(out, why->first ? "\n  {\"job\": " : ",\n  {\"job\": ");
    why->first = false;
    text_add_quoted(out, plan_job(why->session->plan, a->job)->label);
    add_member(out, "state", str_of(why->look[a->job] == LOOK_DEPENDS ? "depends" : a->state));
    if (a->reason)
        add_member(out, "reason", str_of(a->reason));
    if (why->look[a->job] == LOOK_DEPENDS)
        add_awaited(why, a->job);
    if (a->log)
        add_member(out, "failed_log", str_of(a->log));
    if (a->ran.started > 0) {
        add_time(out, "ran", a->ran.started);
        text_printf(out, ", \"seconds\": %.3f", a->ran.seconds);
        add_member(out, "host", a->ran.host);
        if (a->run)
            add_member(out, "run", str_of(a->run));
    }
    add_compared(why, a);
    text_add(out, "}");
}

/* --- what to tell ------------------------------------------------------------------------------ */

static void
answer_cached(struct why *why, struct answer *a)
{
    const struct record *record = job_store_record(why->session->jobs, a->job);

    a->state = "cached";
    if (!record)
        return;
    a->ran = record_copy(why->session->arena, record);
    a->run = explain_run(why->session, &why->runs, &a->ran);
}

static int
answer_must_run(struct why *why, struct answer *a, struct fx_error *err)
{
    struct session *session = why->session;
    struct reason reason;
    struct text lost;
    int status = reason_find(session, a->job, &reason, err);

    a->state = "must run";
    a->log = explain_failure(session, a->job);
    if (status == 0) {
        explain_reason(session, a->job, &reason, &a->explanation);
        if (reason.kind == REASON_NEVER)
            a->reason = a->log ? "never succeeded before" : "never ran before";
        if (reason.kind == REASON_LOST || (a->explanation.compared && !a->explanation.count)) {
            text_init(&lost, 1 << 16);
            explain_loss(session, a->job, &lost);
            a->reason = arena_str(session->arena, text_view(&lost)).at;
            a->explanation.compared = false;
            text_release(&lost);
        }
    }
    reason_release(&reason);
    return status;
}

/* "depends on what comes out of a, b": what it waits for. */
static void
answer_depends(struct why *why, struct answer *a)
{
    const struct plan *plan = why->session->plan;
    struct text text;
    uint32_t count;
    const job_id *needs = plan_needs(plan, a->job, &count);

    text_init(&text, 1 << 20);
    text_add(&text, "depends on what comes out of");
    for (uint32_t i = 0, named = 0; i < count; i++)
        if (why->look[needs[i]] != LOOK_CACHED)
            text_printf(&text, "%s %.*s", named++ ? "," : "", STR(plan_job(plan, needs[i])->label));
    a->state = arena_str(why->session->arena, text_view(&text)).at;
    text_release(&text);
}

static int tell(struct why *why, job_id job, struct str content, struct fx_error *err);

/* Those that it waits for, and those whose outputs are not what they were. */
static int
tell_causes(struct why *why, const struct answer *a, struct fx_error *err)
{
    static const struct str none = { "", 0 };
    uint32_t count;
    const job_id *needs = plan_needs(why->session->plan, a->job, &count);

    for (uint32_t i = 0; i < count && why->look[a->job] == LOOK_DEPENDS; i++)
        if (why->look[needs[i]] != LOOK_CACHED && tell(why, needs[i], none, err) < 0)
            return -1;
    for (uint32_t i = 0; i < a->explanation.count; i++) {
        const struct difference *d = &a->explanation.differences[i];

        if (d->has_source && d->before.len && d->after.len &&
            tell(why, d->source, d->before, err) < 0)
            return -1;
    }
    return 0;
}

/*
 * Explains a job, and then what is behind it, down to the first causes. `content`: a digest that its
 * output had before, when somebody asks why it has another one now.
 */
static int
tell(struct why *why, job_id job, struct str content, struct fx_error *err)
{
    struct answer a = { .job = job, .content = content };
    int status = 0;

    if (why->told[job])
        return 0;
    why->told[job] = true;
    if (why->look[job] == LOOK_CACHED)
        answer_cached(why, &a);
    else if (why->look[job] == LOOK_MUST_RUN)
        status = answer_must_run(why, &a, err);
    else
        answer_depends(why, &a);
    if (status == 0 && why->look[job] == LOOK_CACHED && content.len)
        status = explain_content(why->session, job, content, &a.explanation, err);
    if (status != 0)
        return -1;
    if (why->json)
        tell_json(why, &a);
    else
        tell_text(why, &a);
    return tell_causes(why, &a, err);
}

/* --- the command ------------------------------------------------------------------------------- */

static int
explain(struct why *why, const bool *targets, struct fx_error *err)
{
    static const struct str none = { "", 0 };
    int status = 0;

    if (why->json)
        text_add(why->out, "{\"fornix\": 1, \"jobs\": [");
    for (job_id job = 0; job < plan_count(why->session->plan) && status == 0; job++)
        if (targets[job])
            status = tell(why, job, none, err);
    if (why->json)
        text_add(why->out, "]}\n");
    return status;
}

static int
print_why(struct cmd_session *cmd)
{
    struct session *session = &cmd->session;
    struct why why = { .session = session, .json = cmd->json, .first = true };
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
    if (explain(&why, targets, &err) < 0)
        status = cmd_fail(&err);
    else
        fwrite(out.at, 1, out.len, stdout);
    run_index_release(&why.runs);
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
        "Says what differs from the nearest job in the store, which is the latest of this stage and\n"
        "point when there is one: old and new value of each line that enters the key, and where it\n"
        "is written, through the stages that it needs down to the first cause. For a job that is\n"
        "cached: when it ran, for how long, where, and in which run.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_why);
}
