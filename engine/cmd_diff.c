#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "cmd.h"
#include "cmd_session.h"
#include "report/run_folder.h"
#include "report/words.h"
#include "session/comparison.h"

enum { VALUE_MOST = 200, TEXT_MOST = 1 << 20 };

/* --- in words ---------------------------------------------------------------------------------- */

static void
add_value(struct text *out, struct str value)
{
    struct str cut = words_cut(value, VALUE_MOST);

    text_printf(out, "%.*s%s", STR(cut), cut.len < value.len ? "..." : "");
    if (!value.len)
        text_add(out, "(not given)");
}

static void
add_change(struct text *out, const struct change *change)
{
    static const char prefix[] = "parameters.";
    struct str field = change->field;

    if (str_starts(field, prefix))
        field = str_slice(field, sizeof prefix - 1, field.len);
    text_printf(out, "    %.*s: ", STR(field));
    if (str_starts(field, "inputs.") || str_is(field, "task.program")) {    /* digests */
        text_add(out, !change->before.len  ? "only in B\n"
                      : !change->after.len ? "only in A\n"
                                           : "other content\n");
        return;
    }
    add_value(out, change->before);
    text_add(out, " -> ");
    add_value(out, change->after);
    text_add(out, "\n");
}

static void
add_outputs(struct text *out, const struct job_pair *pair)
{
    for (uint32_t i = 0; i < pair->output_count; i++) {
        const struct output_pair *o = &pair->outputs[i];

        text_printf(out, "    output %.*s: %s\n", STR(o->name),
                    !o->in_a               ? "only in B"
                    : !o->in_b             ? "only in A"
                    : output_pair_same(o) ? "the same content"
                                           : "other content");
    }
}

/* What differs, without the job's name: jobs that differ in the same way are told together. */
static void
add_difference(struct text *out, const struct job_pair *pair)
{
    if (!pair->b || !pair->a) {
        text_printf(out, "only in %s, %s\n", pair->a ? "A" : "B",
                    pair->a ? pair->a->state : pair->b->state);
        return;
    }
    if (!pair->known) {
        text_printf(out, "%s in A, %s in B", pair->a->state, pair->b->state);
        if (pair->a->key && pair->b->key && !strcmp(pair->a->key, pair->b->key))
            text_add(out, ", of the same parameters and inputs\n");
        else
            text_add(out, "; what they depended on is not in the store\n");
        return;
    }
    text_add(out, "\n");
    for (uint32_t i = 0; i < pair->change_count; i++)
        add_change(out, &pair->changes[i]);
    add_outputs(out, pair);
}

static void
add_run(struct text *out, const char *name, const struct run_record *run)
{
    text_printf(out, "%s: %s, %s, started %s, ", name, run->id, run->state, run->started);
    words_count(out, run->job_count, "job");
    text_add(out, "\n");
}

static void
add_text(const struct session *session, const struct comparison *c, struct text *out)
{
    uint32_t *same = arena_get(session->arena, c->count + 1, sizeof *same);
    const char **texts = arena_get(session->arena, c->count + 1, sizeof *texts);
    struct map known;
    struct text text;

    map_init(&known);
    text_init(&text, TEXT_MOST);
    for (uint32_t i = 0; i < c->count; i++) {
        text_clear(&text);
        add_difference(&text, &c->pairs[i]);
        texts[i] = arena_str(session->arena, text_view(&text)).at;
        same[map_add(&known, str_of(texts[i]), i)]++;
    }
    for (uint32_t i = 0; i < c->count; i++) {
        if (!same[i])
            continue;
        text_add(out, c->pairs[i].label);
        if (same[i] > 1)
            text_printf(out, " and %u more", same[i] - 1);
        text_printf(out, ":%s%s", texts[i][0] == '\n' ? "" : " ", texts[i]);
    }
    words_count(out, c->same + c->count, "job");
    text_printf(out, ": %u the same, %u not\n", c->same, c->count);
    map_release(&known);
    text_release(&text);
}

/* --- as JSON ----------------------------------------------------------------------------------- */

static void
add_member(struct text *out, const char *name, struct str value)
{
    text_printf(out, ", \"%s\": ", name);
    text_add_quoted(out, value);
}

static void
add_run_json(struct text *out, const char *name, const struct run_record *run)
{
    text_printf(out, ",\n \"%s\": {\"run\": ", name);
    text_add_quoted(out, str_of(run->id));
    add_member(out, "state", str_of(run->state));
    add_member(out, "started", str_of(run->started));
    text_printf(out, ", \"jobs\": %u}", run->job_count);
}

static void
add_side_json(struct text *out, const char *name, const struct run_job *job)
{
    if (!job)
        return;
    text_printf(out, ", \"%s\": {\"state\": ", name);
    text_add_quoted(out, str_of(job->state));
    if (job->key)
        add_member(out, "key", str_of(job->key));
    text_add(out, "}");
}

static void
add_pair_json(struct text *out, const struct job_pair *pair)
{
    char hex[DIGEST_HEX];

    text_add(out, "{\"job\": ");
    text_add_quoted(out, str_of(pair->label));
    add_side_json(out, "a", pair->a);
    add_side_json(out, "b", pair->b);
    if (pair->known) {
        text_add(out, ", \"changes\": [");
        for (uint32_t i = 0; i < pair->change_count; i++) {
            text_add(out, i ? ", {\"field\": " : "{\"field\": ");
            text_add_quoted(out, pair->changes[i].field);
            if (pair->changes[i].before.len)
                add_member(out, "a", pair->changes[i].before);
            if (pair->changes[i].after.len)
                add_member(out, "b", pair->changes[i].after);
            text_add(out, "}");
        }
        text_add(out, "], \"outputs\": [");
        for (uint32_t i = 0; i < pair->output_count; i++) {
            const struct output_pair *o = &pair->outputs[i];

            text_add(out, i ? ", {\"output\": " : "{\"output\": ");
            text_add_quoted(out, o->name);
            digest_hex(o->a, hex);
            if (o->in_a)
                add_member(out, "a", str_of(hex));
            digest_hex(o->b, hex);
            if (o->in_b)
                add_member(out, "b", str_of(hex));
            text_printf(out, ", \"same\": %s}", output_pair_same(o) ? "true" : "false");
        }
        text_add(out, "]");
    }
    text_add(out, "}");
}

static void
add_json(const struct run_record *a, const struct run_record *b, const struct comparison *c,
         struct text *out)
{
    text_add(out, "{\"fornix\": 1");
    add_run_json(out, "a", a);
    add_run_json(out, "b", b);
    text_printf(out, ",\n \"same\": %u, \"jobs\": [", c->same);
    for (uint32_t i = 0; i < c->count; i++) {
        text_add(out, i ? ",\n  " : "\n  ");
        add_pair_json(out, &c->pairs[i]);
    }
    text_add(out, "]}\n");
}

/* --- the command ------------------------------------------------------------------------------- */

static int
read_run(const struct session *session, const char *name, struct run_record *run,
         struct fx_error *err)
{
    const char *folder;

    if (run_folder_find(session->arena, session->store_path, session->wf->name, name, &folder, err) <
        0)
        return -1;
    return run_json_read(session->arena, session->store_path, folder, run, err);
}

static int
print_diff(struct cmd_session *cmd)
{
    struct session *session = &cmd->session;
    const struct words *words = &cmd->words;
    const char *names[2] = { "latest~1", "latest" };
    struct fx_error err = FX_ERROR_NONE;
    struct comparison comparison;
    struct run_record runs[2];
    struct text out;

    for (size_t i = 0; i < words->list.count && i < 2; i++)
        names[i] = words->list.at[i];
    if (words->list.count > 2)
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "name two runs: fornix diff [workflow.yaml] RUN_A RUN_B");
    if (err.code != FX_OK || session_open_made(session, &err) < 0 ||
        read_run(session, names[0], &runs[0], &err) < 0 ||
        read_run(session, names[1], &runs[1], &err) < 0 ||
        comparison_make(session, &runs[0], &runs[1], &comparison, &err) < 0)
        return cmd_fail(&err);
    text_init(&out, SIZE_MAX / 2);
    if (cmd->json) {
        add_json(&runs[0], &runs[1], &comparison, &out);
    } else {
        add_run(&out, "A", &runs[0]);
        add_run(&out, "B", &runs[1]);
        add_text(session, &comparison, &out);
    }
    fwrite(out.at, 1, out.len, stdout);
    text_release(&out);
    return 0;
}

int
cmd_diff(int argc, char **argv)
{
    struct cmd_session cmd = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { "--json", OPTION_FLAG, &cmd.json, NULL, "print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix diff [options] [workflow.yaml] [RUN_A [RUN_B]]",
        "Says which jobs differ between two runs of a workflow, in which parameters, inputs and\n"
        "outputs; outputs by their content. A run is named by its id, the beginning of it, 'latest',\n"
        "or 'latest~1' for the one before. Without names the latest run is compared with the one\n"
        "before it. `fornix status --runs` lists the runs.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_diff);
}
