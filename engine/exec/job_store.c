#include "exec/job_store.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "exec/inputs.h"
#include "exec/job_store_parts.h"
#include "exec/surroundings.h"

enum { MANIFEST_MOST = 64 << 20 };

/* What is known of one job so far. */
struct entry_of_job {
    bool keyed;                 /* `key` is set */
    struct digest key;
    const struct digest *contents;  /* of its outputs, once found or published; in the arena */
    char *manifest;             /* of a job that must run, until it is published */
    size_t manifest_len;
};

struct job_store {
    struct lookup lookup;
    struct key_source source;
    const struct plan *plan;
    struct store *store;
    struct inputs *inputs;
    struct surroundings *surroundings;  /* NULL: nothing has started */
    struct arena *arena, *scratch;      /* scratch: for one look-up */
    struct text text;                   /* the manifest of the job being looked up */
    struct entry_of_job *jobs;
};

static struct job_store *
of_lookup(struct lookup *lookup)
{
    return (struct job_store *)(void *)((char *)lookup - offsetof(struct job_store, lookup));
}

static struct job_store *
of_source(struct key_source *source)
{
    return (struct job_store *)(void *)((char *)source - offsetof(struct job_store, source));
}

static const char *
cstr(struct arena *arena, struct str s)
{
    return arena_str(arena, s).at;
}

static int
unfinished(const struct job_store *js, job_id job, struct fx_error *err)
{
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%.*s' has no result yet",
                   STR(plan_job(js->plan, job)->label));
}

static int
source_digest(struct key_source *source, const struct node *input, struct digest *digest,
              struct fx_error *err)
{
    struct job_store *js = of_source(source);
    struct arena *arena;
    int result;

    if (input->kind == NODE_OUTPUT) {
        if (!js->jobs[input->job].contents)
            return unfinished(js, input->job, err);
        *digest = js->jobs[input->job].contents[input->output];
        return 0;
    }
    arena = arena_new();
    result = inputs_digest(js->inputs, cstr(arena, input->text), input->folder, digest, err);
    if (result != 0 && !err->line && err->code == FX_INVALID) {    /* where the file is named */
        struct fx_error found = *err;

        fx_fail(err, found.code, input->at, "%s", found.text);
    }
    arena_free(arena);
    return result;
}

static int
source_identity(struct key_source *source, const struct task_desc *task, struct digest *digest,
                struct fx_error *err)
{
    return inputs_identity(of_source(source)->inputs, task, digest, err);
}

static int
source_tool(struct key_source *source, struct str name, struct str *version, struct fx_error *err)
{
    return inputs_tool(of_source(source)->inputs, name, version, err);
}

static int
lookup_find(struct lookup *lookup, job_id job, struct fx_error *err)
{
    return job_store_find(of_lookup(lookup), job, err);
}

static double
lookup_expected(struct lookup *lookup, job_id job)
{
    struct job_store *js = of_lookup(lookup);

    return store_expected(js->store, plan_task(js->plan, job)->name,
                          plan_stage(js->plan, job)->name, plan_job(js->plan, job)->point).seconds;
}

struct job_store *
job_store_new(const struct plan *plan, struct store *store)
{
    struct job_store *js = mem_new(1, sizeof *js);

    js->lookup = (struct lookup){ lookup_find, lookup_expected };
    js->source = (struct key_source){ source_digest, source_identity, source_tool };
    js->plan = plan;
    js->store = store;
    js->inputs = inputs_new(store);
    js->arena = arena_new();
    js->scratch = arena_new();
    text_init(&js->text, MANIFEST_MOST);
    js->jobs = mem_new(plan_count(plan), sizeof *js->jobs);
    return js;
}

void
job_store_free(struct job_store *js)
{
    if (!js)
        return;
    for (uint32_t i = 0; i < plan_count(js->plan); i++)
        free(js->jobs[i].manifest);
    free(js->jobs);
    inputs_free(js->inputs);
    surroundings_free(js->surroundings);
    text_release(&js->text);
    arena_free(js->scratch);
    arena_free(js->arena);
    free(js);
}

const struct plan *
job_store_plan(const struct job_store *js)
{
    return js->plan;
}

struct store *
job_store_store(const struct job_store *js)
{
    return js->store;
}

struct lookup *
job_store_lookup(struct job_store *js)
{
    return &js->lookup;
}

/* The outputs of a record are used by number: they must be those of the job. */
static bool
outputs_agree(const struct job *job, const struct record *record)
{
    if (record->output_count != job->output_count)
        return false;
    for (uint32_t i = 0; i < job->output_count; i++)
        if (!str_equal(record->outputs[i].name, job->outputs[i].name))
            return false;
    return true;
}

/* Puts a record's outputs into the job's order; false when one is missing. */
static bool
arrange(struct arena *arena, const struct job *job, struct record *record)
{
    struct record_output *outputs;

    if (outputs_agree(job, record))
        return true;
    outputs = arena_get(arena, job->output_count, sizeof *outputs);
    for (uint32_t i = 0; i < job->output_count; i++) {
        uint32_t at = 0;

        while (at < record->output_count
               && !str_equal(record->outputs[at].name, job->outputs[i].name))
            at++;
        if (at == record->output_count)
            return false;
        outputs[i] = record->outputs[at];
    }
    record->outputs = outputs;
    record->output_count = job->output_count;
    return true;
}

static void
set_found(struct job_store *js, job_id job, const struct record *record)
{
    struct digest *contents = arena_get(js->arena, record->output_count, sizeof *contents);
    struct entry_of_job *entry = &js->jobs[job];

    for (uint32_t i = 0; i < record->output_count; i++)
        contents[i] = record->outputs[i].digest;
    entry->contents = contents;
    free(entry->manifest);
    entry->manifest = NULL;
}

/* The key of a job that has none yet; `text` gets the manifest. */
static int
make_key(struct job_store *js, job_id job, struct text *text, struct digest *key,
         struct fx_error *err)
{
    uint32_t count;
    const job_id *needs = plan_needs(js->plan, job, &count);

    for (uint32_t i = 0; i < count; i++)
        if (!js->jobs[needs[i]].contents)
            return unfinished(js, needs[i], err);
    if (key_manifest(js->plan, job, &js->source, text, key, err) != 0)
        return -1;
    return text->full ? fx_fail(err, FX_INVALID, FX_NOWHERE, "the manifest of '%.*s' is too long",
                                STR(plan_job(js->plan, job)->label)) : 0;
}

int
job_store_find(struct job_store *js, job_id job, struct fx_error *err)
{
    struct entry_of_job *entry = &js->jobs[job];
    struct record record;
    bool fresh = !entry->keyed;
    int found;

    if (entry->contents)
        return 1;
    if (fresh && make_key(js, job, &js->text, &entry->key, err) != 0)
        return -1;
    entry->keyed = true;
    arena_clear(js->scratch);
    found = store_find(js->store, js->scratch, entry->key, &record, err);
    if (found == 0 && fresh) {
        entry->manifest = mem_copy(js->text.at, js->text.len);
        entry->manifest_len = js->text.len;
    }
    if (found == 1 && !arrange(js->scratch, plan_job(js->plan, job), &record)) {
        found = fx_fail(err, FX_INVALID, FX_NOWHERE,
                        "the stored result of '%.*s' lacks an output that its task declares",
                        STR(plan_job(js->plan, job)->label));
        fx_error_hint(err, "raise 'version' in %s: its outputs have changed",
                      plan_task(js->plan, job)->path);
    }
    if (found == 1)
        set_found(js, job, &record);
    return found;
}

bool
job_store_ready(const struct job_store *js, job_id job)
{
    uint32_t count;
    const job_id *needs = plan_needs(js->plan, job, &count);

    for (uint32_t i = 0; i < count; i++)
        if (!js->jobs[needs[i]].contents)
            return false;
    return true;
}

const struct digest *
job_store_key(const struct job_store *js, job_id job)
{
    return js->jobs[job].keyed ? &js->jobs[job].key : NULL;
}

int
job_store_manifest(struct job_store *js, job_id job, struct text *text, struct fx_error *err)
{
    const struct entry_of_job *entry = &js->jobs[job];
    struct digest key;

    text_clear(text);
    if (!entry->manifest)
        return make_key(js, job, text, &key, err);
    text_append(text, entry->manifest, entry->manifest_len);
    return 0;
}

struct str
job_store_kept_manifest(const struct job_store *js, job_id job)
{
    const struct entry_of_job *entry = &js->jobs[job];

    return (struct str){ entry->manifest ? entry->manifest : "",
                         entry->manifest ? entry->manifest_len : 0 };
}

const struct record *
job_store_record(const struct job_store *js, job_id job)
{
    const struct entry_of_job *entry = &js->jobs[job];
    struct record *record;

    if (!entry->contents)
        return NULL;
    record = arena_get(js->arena, 1, sizeof *record);
    return store_record(js->store, js->arena, entry->key, record)
        && arrange(js->arena, plan_job(js->plan, job), record) ? record : NULL;
}

const char *
job_store_output(const struct job_store *js, struct arena *arena, job_id job, uint32_t output)
{
    const struct entry_of_job *entry = &js->jobs[job];
    struct record record;

    return entry->contents && store_record(js->store, arena, entry->key, &record)
        && arrange(arena, plan_job(js->plan, job), &record) && output < record.output_count
        ? store_output_path(js->store, arena, &record, output) : NULL;
}

void
job_store_publish(struct job_store *js, job_id job, const struct record *record)
{
    struct record copy = *record;

    arena_clear(js->scratch);
    if (arrange(js->scratch, plan_job(js->plan, job), &copy))
        set_found(js, job, &copy);
}

/* Goes through all that a parameter holds. */
static int
check_node(struct job_store *js, struct arena *arena, const struct node *node, struct fx_error *err)
{
    int result = 0;

    if (node->kind == NODE_FILE)
        return inputs_check(js->inputs, cstr(arena, node->text), node->folder, err);
    if (node->kind == NODE_LIST)
        for (uint32_t i = 0; result == 0 && i < node->count; i++)
            result = check_node(js, arena, node->items[i], err);
    if (node->kind == NODE_MAP)
        for (uint32_t i = 0; result == 0 && i < node->count; i++)
            result = check_node(js, arena, node->entries[i].value, err);
    return result;
}

int
job_store_check_inputs(struct job_store *js, job_id job, struct fx_error *err)
{
    struct arena *arena = arena_new();
    int result = check_node(js, arena, plan_job(js->plan, job)->with, err);

    if (result == 0)
        result = inputs_check_identity(js->inputs, plan_task(js->plan, job), err);
    arena_free(arena);
    return result;
}

void
job_store_begin_surroundings(struct job_store *js)
{
    if (!js->surroundings)
        js->surroundings = surroundings_new(plan_workflow(js->plan)->folder);
}

void
job_store_surroundings(struct job_store *js, job_id job, const char *progress, struct text *out)
{
    const struct task_desc *task = plan_task(js->plan, job);
    struct tool_known *tools = mem_new((size_t)task->tool_count + 1, sizeof *tools);
    uint32_t count = 0;

    job_store_begin_surroundings(js);
    for (uint32_t i = 0; i < task->tool_count; i++) {
        struct fx_error ignored = FX_ERROR_NONE;

        tools[count].name = task->tools[i];
        if (inputs_tool(js->inputs, task->tools[i], &tools[count].version, &ignored) == 0)
            count++;
    }
    surroundings_write(js->surroundings, &plan_job(js->plan, job)->resources, tools, count, progress,
                       out);
    free(tools);
}
