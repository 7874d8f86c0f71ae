#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "base/map.h"
#include "cmd.h"
#include "cmd_session.h"
#include "plan/job_json.h"
#include "plan/part_path.h"
#include "report/words.h"
#include "session/explanation.h"

enum { VALUE_MOST = 200, JOB_MOST = 256 << 20, MANIFEST_MOST = 64 << 20 };

struct show {
    struct session *session;
    struct run_index runs;
    struct text *out;
    bool json, first;
};

/* All that is known of one job. */
struct shown {
    job_id job;
    enum look look;
    struct record record;       /* of LOOK_CACHED */
    json_t *description;        /* job.json */
    json_t *environment;        /* NULL: not recorded */
    struct text manifest;       /* "" for LOOK_DEPENDS */
    struct map inputs;          /* names of inputs, as the manifest has them -> 0 */
};

/* An input file: where it is and what is in it. */
struct input {
    const char *path;
    struct str digest;          /* in hexadecimal; "" when it is not known */
    struct str source;          /* label of the job that makes it; "" */
    uint64_t size;
    bool there;
};

/* --- finding out ------------------------------------------------------------------------------- */

static const char *
path_of(void *context, const struct node *input, struct fx_error *err)
{
    const struct show *show = context;
    const struct session *session = show->session;
    const char *path;

    (void)err;
    if (input->kind == NODE_FILE)
        return arena_str(session->arena, input->text).at;
    path = session->jobs ? job_store_output(session->jobs, session->arena, input->job, input->output)
                         : NULL;
    return path ? path
                : arena_printf(session->arena, "(not made yet by %.*s)",
                               STR(plan_job(session->plan, input->job)->label)).at;
}

static int
describe(struct show *show, struct shown *s, struct fx_error *err)
{
    struct job_paths paths = { path_of, show, "", "" };
    struct text text;
    int status;

    text_init(&text, JOB_MOST);
    status = job_json(show->session->plan, s->job, &paths, &text, err);
    if (status == 0) {
        s->description = json_loads(text.at, 0, NULL);
        /* What only an attempt has. */
        json_object_del(s->description, "scratch");
        json_object_del(s->description, "progress");
    }
    text_release(&text);
    return status;
}

static void
find_environment(const struct show *show, struct shown *s)
{
    struct fx_error ignored = FX_ERROR_NONE;
    struct str text = { "", 0 };

    if (store_environment(show->session->store, show->session->arena, &s->record, &text, &ignored) ==
            0 && text.len)
        s->environment = json_loadb(text.at, text.len, 0, NULL);
}

static struct str
manifest_value(const struct shown *s, const char *field)
{
    const char *at = s->manifest.at;
    size_t len = strlen(field);

    while (at && *at) {
        const char *end = strchr(at, '\n');

        if (!strncmp(at, field, len) && !strncmp(at + len, " = ", 3))
            return (struct str){ at + len + 3, (size_t)((end ? end : at + strlen(at)) - at) - len - 3 };
        at = end ? end + 1 : NULL;
    }
    return (struct str){ "", 0 };
}

/* `name`: "from[0]", "a.b". */
static struct input
find_input(const struct show *show, const struct shown *s, struct str name, const char *path)
{
    struct session *session = show->session;
    const char *field = arena_printf(session->arena, "inputs.%.*s", STR(name)).at;
    const struct node *node = explain_input(session->plan, s->job, str_of(field));
    struct fx_error ignored = FX_ERROR_NONE;
    struct file_identity identity;
    struct input input = { .path = path, .digest = manifest_value(s, field) };

    if (node && node->kind == NODE_OUTPUT)
        input.source = plan_job(session->plan, node->job)->label;
    input.there = file_identify(path, &identity, &ignored) == 0;
    input.size = input.there ? identity.size : 0;
    return input;
}

/* --- values, one a line ------------------------------------------------------------------------ */

static void flatten(struct text *path, const json_t *value,
                    void (*each)(void *context, struct str path, const json_t *value),
                    void *context);

static void
flatten_parts(struct text *path, const json_t *value,
              void (*each)(void *context, struct str path, const json_t *value), void *context)
{
    size_t before = path->len, index;
    const char *key;
    json_t *part;

    if (json_is_array(value))
        json_array_foreach(value, index, part) {
            part_path_index(path, (uint32_t)index);
            flatten(path, part, each, context);
            path->len = before;
        }
    else
        json_object_foreach((json_t *)(uintptr_t)value, key, part) {
            part_path_key(path, str_of(key));
            flatten(path, part, each, context);
            path->len = before;
        }
}

static void
flatten(struct text *path, const json_t *value,
        void (*each)(void *context, struct str path, const json_t *value), void *context)
{
    if ((json_is_array(value) && json_array_size(value)) ||
        (json_is_object(value) && json_object_size(value)))
        flatten_parts(path, value, each, context);
    else
        each(context, text_view(path), value);
}

static void
each_value(const json_t *value, void (*each)(void *context, struct str path, const json_t *value),
           void *context)
{
    struct text path;

    text_init(&path, 64 * 1024);
    text_add(&path, "");
    flatten(&path, value, each, context);
    text_release(&path);
}

/* --- in words ---------------------------------------------------------------------------------- */

struct printer {
    struct show *show;
    struct shown *shown;
    bool titled;
};

static void
title(struct printer *p, const char *words)
{
    if (!p->titled)
        text_printf(p->show->out, "  %s:\n", words);
    p->titled = true;
}

/* The keys of `inputs` are paths of parts already ("a.b"); the walk has quoted those with a dot. */
static struct str
input_name(struct arena *arena, struct str path)
{
    size_t end = 0;

    if (!path.len || path.at[0] != '"')
        return path;
    while (end + 1 < path.len && path.at[end + 1] != '"')
        end++;
    return arena_printf(arena, "%.*s%.*s", STR(str_slice(path, 1, end + 1)),
                        STR(str_slice(path, end + 2, path.len)));
}

static void
print_input(void *context, struct str path, const json_t *value)
{
    struct printer *p = context;
    struct text *out = p->show->out;
    struct str name = input_name(p->show->session->arena, path);
    struct input input;

    if (!json_is_string(value))
        return;
    map_add(&p->shown->inputs, arena_str(p->show->session->arena, name), 0);
    input = find_input(p->show, p->shown, name, json_string_value(value));
    title(p, "inputs");
    text_printf(out, "    %.*s = %s", STR(name), session_show_path(p->show->session->arena, input.path));
    if (input.source.len)
        text_printf(out, ", from %.*s", STR(input.source));
    if (input.there) {
        text_add(out, ", ");
        words_bytes(out, input.size);
    }
    if (input.digest.len)
        text_printf(out, ", %.*s", STR(input.digest));
    text_add(out, "\n");
}

static void
print_parameter(void *context, struct str path, const json_t *value)
{
    struct printer *p = context;
    struct str cut;
    char *spelt;

    if (map_get(&p->shown->inputs, path) != MAP_NONE || (!path.len && json_is_object(value)))
        return;
    spelt = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15));
    cut = words_cut(str_of(spelt), VALUE_MOST);
    title(p, "parameters");
    text_printf(p->show->out, "    %.*s = %.*s%s\n", STR(path), STR(cut),
                cut.len < strlen(spelt) ? "..." : "");
    free(spelt);
}

static void
print_environment(const struct shown *s, struct text *out)
{
    const json_t *e = s->environment, *versions = json_object_get(e, "versions");
    const char *name, *commit = json_string_value(json_object_get(e, "commit"));
    json_t *value;

    if (!e)
        return;
    text_printf(out, "  ran in:    fornix %s, %s", json_string_value(json_object_get(e, "fornix")),
                json_string_value(json_object_get(e, "kernel")));
    text_printf(out, ", %lld ranks x %lld threads\n",
                (long long)json_integer_value(json_object_get(e, "ranks")),
                (long long)json_integer_value(json_object_get(e, "threads")));
    if (commit)
        text_printf(out, "  commit:    %s%s\n", commit,
                    json_is_true(json_object_get(e, "dirty")) ? ", and files that differed from it"
                                                              : "");
    if (json_object_size(versions)) {
        bool first = true;

        text_add(out, "  versions:  ");
        json_object_foreach((json_t *)(uintptr_t)versions, name, value) {
            text_printf(out, "%s%s %s", first ? "" : ", ", name, json_string_value(value));
            first = false;
        }
        text_add(out, "\n");
    }
}

static void
print_record(struct show *show, const struct shown *s)
{
    struct session *session = show->session;
    const struct record *r = &s->record;
    const char *folder = store_folder(session->store, session->arena, r->key);
    const char *run = explain_run(session, &show->runs, r);
    struct text *out = show->out;

    text_add(out, "  ran:       ");
    words_time(out, r->started);
    text_add(out, " in ");
    words_seconds(out, r->seconds);
    if (r->host.len)
        text_printf(out, " on %.*s", STR(r->host));
    if (run)
        text_printf(out, ", in run %s", run);
    text_add(out, "\n  took:      ");
    words_seconds(out, r->cpu_seconds);
    text_add(out, " of CPU time, ");
    words_bytes(out, r->max_rss);
    text_add(out, " of memory in its largest process\n");
    print_environment(s, out);
    text_printf(out, "  log:       %s\n",
                session_show_path(session->arena, path_join(session->arena, folder, "log")));
}

static void
print_outputs(struct show *show, const struct shown *s)
{
    struct session *session = show->session;
    char hex[DIGEST_HEX];

    if (s->record.output_count)
        text_add(show->out, "  outputs:\n");
    for (uint32_t i = 0; i < s->record.output_count; i++) {
        const struct record_output *o = &s->record.outputs[i];

        digest_hex(o->digest, hex);
        text_printf(show->out, "    %.*s = %s, ", STR(o->name),
                    session_show_path(session->arena, store_output_path(session->store, session->arena,
                                                                        &s->record, i)));
        words_bytes(show->out, o->identity.size);
        text_printf(show->out, ", %s\n", hex);
    }
}

static void
print_text(struct show *show, struct shown *s)
{
    static const char *const states[] = { "", "cached", "must run", "depends on jobs that must run" };
    const struct task_desc *task = plan_task(show->session->plan, s->job);
    const struct digest *key = job_store_key(show->session->jobs, s->job);
    struct printer p = { show, s, false };
    char hex[DIGEST_HEX];

    text_printf(show->out, "%s%.*s: %s\n", show->first ? "" : "\n",
                STR(plan_job(show->session->plan, s->job)->label), states[s->look]);
    show->first = false;
    text_printf(show->out, "  task:      %.*s, version %lld\n", STR(task->name),
                (long long)task->version);
    if (key) {
        digest_hex(*key, hex);
        text_printf(show->out, "  key:       %s\n", hex);
    }
    if (s->look == LOOK_CACHED)
        print_record(show, s);
    each_value(json_object_get(s->description, "inputs"), print_input, &p);
    p.titled = false;
    each_value(json_object_get(s->description, "parameters"), print_parameter, &p);
    if (s->look == LOOK_CACHED)
        print_outputs(show, s);
}

/* --- as JSON ----------------------------------------------------------------------------------- */

static json_t *
string_of(struct str s)
{
    return json_stringn(s.at ? s.at : "", s.len);
}

struct collector {
    struct show *show;
    struct shown *shown;
    json_t *list;
};

static void
collect_input(void *context, struct str path, const json_t *value)
{
    struct collector *c = context;
    struct str name = input_name(c->show->session->arena, path);
    struct input input;
    json_t *object;

    if (!json_is_string(value))
        return;
    input = find_input(c->show, c->shown, name, json_string_value(value));
    object = json_object();
    json_object_set_new(object, "input", string_of(name));
    json_object_set_new(object, "path", json_string(input.path));
    if (input.source.len)
        json_object_set_new(object, "from", string_of(input.source));
    if (input.there)
        json_object_set_new(object, "size", json_integer((json_int_t)input.size));
    if (input.digest.len)
        json_object_set_new(object, "digest", string_of(input.digest));
    json_array_append_new(c->list, object);
}

static void
add_record_json(struct show *show, const struct shown *s, json_t *object)
{
    struct session *session = show->session;
    const struct record *r = &s->record;
    const char *folder = store_folder(session->store, session->arena, r->key);
    const char *run = explain_run(session, &show->runs, r);
    json_t *outputs = json_array();
    struct text when;
    char hex[DIGEST_HEX];

    text_init(&when, 100);
    words_time_utc(&when, r->started);
    json_object_set_new(object, "ran", json_string(when.at));
    text_release(&when);
    if (run)
        json_object_set_new(object, "run", json_string(run));
    json_object_set_new(object, "seconds", json_real(r->seconds));
    json_object_set_new(object, "cpu_seconds", json_real(r->cpu_seconds));
    json_object_set_new(object, "memory", json_integer((json_int_t)r->max_rss));
    json_object_set_new(object, "host", string_of(r->host));
    if (s->environment)
        json_object_set(object, "environment", s->environment);
    json_object_set_new(object, "folder", json_string(folder));
    json_object_set_new(object, "log", json_string(path_join(session->arena, folder, "log")));
    for (uint32_t i = 0; i < r->output_count; i++) {
        const char *path = store_output_path(session->store, session->arena, r, i);
        json_t *output = json_object();

        digest_hex(r->outputs[i].digest, hex);
        json_object_set_new(output, "output", string_of(r->outputs[i].name));
        json_object_set_new(output, "path", json_string(path));
        json_object_set_new(output, "size", json_integer((json_int_t)r->outputs[i].identity.size));
        json_object_set_new(output, "digest", json_string(hex));
        json_array_append_new(outputs, output);
    }
    json_object_set_new(object, "outputs", outputs);
}

static void
print_json(struct show *show, struct shown *s)
{
    static const char *const states[] = { "", "cached", "must run", "depends" };
    const struct plan *plan = show->session->plan;
    const struct digest *key = job_store_key(show->session->jobs, s->job);
    json_t *object = json_object();
    struct collector inputs = { show, s, json_array() };
    char hex[DIGEST_HEX], *spelt;

    json_object_set_new(object, "job", string_of(plan_job(plan, s->job)->label));
    json_object_set_new(object, "stage", string_of(plan_stage(plan, s->job)->name));
    json_object_set_new(object, "point", string_of(plan_job(plan, s->job)->point));
    json_object_set_new(object, "state", json_string(states[s->look]));
    json_object_set_new(object, "task", string_of(plan_task(plan, s->job)->name));
    json_object_set_new(object, "task_version", json_integer(plan_task(plan, s->job)->version));
    if (key) {
        digest_hex(*key, hex);
        json_object_set_new(object, "key", json_string(hex));
    }
    if (s->look == LOOK_CACHED)
        add_record_json(show, s, object);
    each_value(json_object_get(s->description, "inputs"), collect_input, &inputs);
    json_object_set_new(object, "inputs", inputs.list);
    json_object_set(object, "description", s->description);
    spelt = json_dumps(object, JSON_COMPACT | JSON_ENSURE_ASCII);
    text_printf(show->out, "%s", show->first ? "\n " : ",\n ");
    text_add(show->out, spelt ? spelt : "null");
    show->first = false;
    free(spelt);
    json_decref(object);
}

/* --- the command ------------------------------------------------------------------------------- */

static int
show_job(struct show *show, job_id job, enum look look, struct fx_error *err)
{
    struct shown s = { .job = job, .look = look };
    const struct record *record = job_store_record(show->session->jobs, job);
    int status = describe(show, &s, err);

    text_init(&s.manifest, MANIFEST_MOST);
    map_init(&s.inputs);
    if (look == LOOK_CACHED && record) {
        s.record = record_copy(show->session->arena, record);
        find_environment(show, &s);
    }
    if (status == 0 && look != LOOK_DEPENDS)
        status = job_store_manifest(show->session->jobs, job, &s.manifest, err);
    if (status == 0 && show->json)
        print_json(show, &s);
    else if (status == 0)
        print_text(show, &s);
    json_decref(s.description);
    json_decref(s.environment);
    text_release(&s.manifest);
    map_release(&s.inputs);
    return status;
}

static int
print_show(struct cmd_session *cmd)
{
    struct show show = { .session = &cmd->session, .json = cmd->json, .first = true };
    struct fx_error err = FX_ERROR_NONE;
    bool *targets;
    enum look *look;
    struct text out;
    int status;

    if (cmd->words.list.count != 1) {
        fx_fail(&err, FX_INVALID, FX_NOWHERE, "name one stage: fornix show [workflow.yaml] STAGE");
        return cmd_fail(&err);
    }
    if ((status = cmd_session_named(cmd, &targets, &look)) != 0)
        return status;
    text_init(&out, SIZE_MAX / 2);
    show.out = &out;
    if (cmd->json)
        text_add(&out, "{\"fornix\": 1, \"jobs\": [");
    for (job_id job = 0; job < plan_count(cmd->session.plan) && status == 0; job++)
        if (targets[job])
            status = show_job(&show, job, look[job], &err);
    if (cmd->json)
        text_add(&out, "]}\n");
    if (status < 0)
        status = cmd_fail(&err);
    else
        fwrite(out.at, 1, out.len, stdout);
    run_index_release(&show.runs);
    text_release(&out);
    return status;
}

int
cmd_show(int argc, char **argv)
{
    struct cmd_session cmd = { .json = false };
    const struct option options[] = {
        SESSION_OPTIONS(cmd),
        { "--json", OPTION_FLAG, &cmd.json, NULL, "print it as JSON" },
        { NULL, OPTION_FLAG, NULL, NULL, NULL },
    };
    const struct command command = {
        "fornix show [options] [workflow.yaml] STAGE | 'STAGE[axis=value]'",
        "Shows all that is known of a job: its parameters with their defaults, its inputs and\n"
        "outputs with sizes and digests; and when it ran, in which run, with which versions of the\n"
        "programs and libraries, from which commit of the workflow's repository, and how much time\n"
        "and memory it took.\n",
        options,
    };

    return cmd_session_run(&cmd, &command, argc, argv, print_show);
}
