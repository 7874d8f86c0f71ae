#include "plan/key.h"

#include <stdlib.h>
#include <string.h>

#include "plan/key_parts.h"
#include "plan/part_path.h"

/* Writes fields to both ends at once, so that text and digest cannot differ. */
struct writer {
    const struct plan *plan;
    struct key_source *source;
    struct fx_error *err;
    struct text *text;
    struct text *frames;       /* what is hashed: each field with its length in front */
    struct text *path, *value; /* of the field being made */
};

/* What one walk over a parameter writes. */
enum part { PART_INPUTS, PART_PARAMETERS, PART_POINTS };

static void
put(struct writer *w, struct str path, struct str value)
{
    digest_frame(w->frames, path.at, path.len);
    digest_frame(w->frames, value.at, value.len);
    text_add_str(w->text, path);
    text_add(w->text, " = ");
    text_add_str(w->text, value);
    text_add(w->text, "\n");
}

static void
put_word(struct writer *w, const char *path, struct str word)
{
    text_clear(w->value);
    node_spell_string(word, w->value);
    put(w, str_of(path), text_view(w->value));
}

static void
put_digest(struct writer *w, struct str path, struct digest digest)
{
    char hex[DIGEST_HEX];

    digest_hex(digest, hex);
    put(w, path, str_of(hex));
}

/* Folders and files of the same bytes differ: a task sees other things. */
static int
put_input(struct writer *w, const struct node *input)
{
    struct digest digest;

    if (w->source->digest(w->source, input, &digest, w->err) != 0)
        return -1;
    put_digest(w, text_view(w->path), digest);
    return 0;
}

static void
put_points(struct writer *w, const struct node *output)
{
    size_t before = w->path->len;
    struct arena *scratch = arena_new();
    const struct coordinate *point;
    uint32_t count;

    point = plan_point(w->plan, output->job, scratch, &count);
    for (uint32_t i = 0; i < count; i++) {
        part_path_key(w->path, point[i].axis);
        text_clear(w->value);
        node_spell(point[i].value, w->value);
        put(w, text_view(w->path), text_view(w->value));
        w->path->len = before;
    }
    arena_free(scratch);
}

static int walk(struct writer *w, const struct node *node, enum part part);

static int
walk_parts(struct writer *w, const struct node *node, enum part part)
{
    size_t before = w->path->len;
    int result = 0;

    for (uint32_t i = 0; i < node->count && result == 0; i++) {
        if (node->kind == NODE_LIST) {
            part_path_index(w->path, i);
            result = walk(w, node->items[i], part);
        } else {
            const struct entry *entry = &node->entries[node_sorted(node)[i]];

            part_path_key(w->path, entry->key);
            result = walk(w, entry->value, part);
        }
        w->path->len = before;
    }
    return result;
}

static int
walk(struct writer *w, const struct node *node, enum part part)
{
    if ((node->kind == NODE_LIST || node->kind == NODE_MAP) && node->count)
        return walk_parts(w, node, part);
    if (node->kind == NODE_OUTPUT && part == PART_POINTS)
        put_points(w, node);
    if ((node->kind == NODE_FILE || node->kind == NODE_OUTPUT) && part == PART_INPUTS)
        return put_input(w, node);
    if (node->kind == NODE_FILE || node->kind == NODE_OUTPUT || part != PART_PARAMETERS)
        return 0;
    text_clear(w->value);
    node_spell(node, w->value);
    put(w, text_view(w->path), text_view(w->value));
    return 0;
}

/*
 * Large parts of a configuration are the same node in many jobs: their fields are written once and
 * kept with the plan.
 */
static int
walk_shared(struct writer *w, const struct node *value)
{
    enum { WORTH_KEEPING = 16 };
    struct key_parts *parts = plan_key_parts(w->plan);
    size_t text_from = w->text->len, frames_from = w->frames->len;
    struct str text, frames;

    if (value->weight < WORTH_KEEPING)
        return walk(w, value, PART_PARAMETERS);
    if (key_parts_find(parts, value, text_view(w->path), &text, &frames)) {
        text_add_str(w->text, text);
        text_add_str(w->frames, frames);
        return 0;
    }
    if (walk(w, value, PART_PARAMETERS) != 0)
        return -1;
    if (w->text->full || w->path->full || w->value->full) /* cut: the key fails */
        return 0;
    key_parts_keep(parts, value, text_view(w->path),
                   str_slice(text_view(w->text), text_from, w->text->len),
                   str_slice(text_view(w->frames), frames_from, w->frames->len));
    return 0;
}

/* All semantic parameters, by name. */
static int
put_part(struct writer *w, job_id job, const char *prefix, enum part part)
{
    const struct node *with = plan_job(w->plan, job)->with;
    const struct task_desc *task = plan_task(w->plan, job);
    int result = 0;

    for (uint32_t i = 0; i < with->count && result == 0; i++) {
        const struct entry *entry = &with->entries[node_sorted(with)[i]];
        const struct parameter *parameter = task_desc_parameter(task, entry->key);

        if (parameter && (!parameter->semantic || (part == PART_POINTS && !parameter->with_points)))
            continue;
        if (!parameter && part == PART_POINTS)
            continue;
        text_clear(w->path);
        text_add(w->path, prefix);
        part_path_key(w->path, entry->key);
        result =
            part == PART_PARAMETERS ? walk_shared(w, entry->value) : walk(w, entry->value, part);
    }
    return result;
}

static int
by_text(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

static int
put_tools(struct writer *w, const struct task_desc *task)
{
    struct str *tools = mem_new((size_t)task->tool_count + 1, sizeof *tools), version;
    int result = 0;

    for (uint32_t i = 0; i < task->tool_count; i++)
        tools[i] = task->tools[i];
    qsort(tools, task->tool_count, sizeof *tools, by_text);
    for (uint32_t i = 0; i < task->tool_count && result == 0; i++) {
        result = w->source->tool(w->source, tools[i], &version, w->err);
        if (result != 0)
            break;
        text_clear(w->path);
        text_add(w->path, "tool.");
        part_path_key(w->path, tools[i]);
        text_clear(w->value);
        node_spell_string(version, w->value);
        put(w, text_view(w->path), text_view(w->value));
    }
    free(tools);
    return result;
}

/* The names of the outputs that a stage chose: the task sees them, and leaves files by them. */
static void
put_outputs(struct writer *w, job_id job)
{
    const struct job *self = plan_job(w->plan, job);

    for (uint32_t i = 0; plan_task(w->plan, job)->outputs_from_workflow && i < self->output_count;
         i++) {
        text_clear(w->path);
        text_add(w->path, "outputs.");
        part_path_key(w->path, self->outputs[i].name);
        text_clear(w->value);
        node_spell_string(self->outputs[i].file, w->value);
        put(w, text_view(w->path), text_view(w->value));
    }
}

static int
put_all(struct writer *w, job_id job)
{
    const struct task_desc *task = plan_task(w->plan, job);
    struct digest identity = { 0, 0 };
    char version[32];

    put(w, str_of("fornix"), str_of("1"));
    put_word(w, "task", task->name);
    snprintf(version, sizeof version, "%lld", (long long)task->version);
    put(w, str_of("task.version"), str_of(version));
    if (w->source->identity(w->source, task, &identity, w->err) != 0)
        return -1;
    if (identity.high || identity.low)
        put_digest(w, str_of("task.program"), identity);
    if (put_tools(w, task) != 0)
        return -1;
    put_outputs(w, job);
    if (put_part(w, job, "inputs.", PART_INPUTS) != 0 ||
        put_part(w, job, "points.", PART_POINTS) != 0)
        return -1;
    return put_part(w, job, "parameters.", PART_PARAMETERS);
}

int
key_manifest(const struct plan *plan, job_id job, struct key_source *source, struct text *text,
             struct digest *key, struct fx_error *err)
{
    struct key_buffers *buffers = key_parts_buffers(plan_key_parts(plan));
    struct writer w = {
        .plan = plan, .source = source, .err = err, .text = text,
        .frames = &buffers->frames, .path = &buffers->path, .value = &buffers->value,
    };
    int result;

    text_clear(text);
    text_clear(w.frames);
    text_clear(w.path);
    text_clear(w.value);
    result = put_all(&w, job);
    if (result == 0 && (text->full || w.path->full || w.value->full))
        result = fx_fail(err, FX_INVALID, plan_stage(plan, job)->at,
                         "the parameters of '%.*s' are too large for a manifest",
                         STR(plan_job(plan, job)->label));
    if (result == 0)
        *key = digest_bytes(w.frames->at, w.frames->len);
    return result;
}
