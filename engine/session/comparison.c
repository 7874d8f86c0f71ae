#include "session/comparison.h"

#include <string.h>

#include "base/map.h"
#include "base/vec.h"

enum { MANIFEST_MOST = 64 * 1024 * 1024 };

struct comparer {
    struct session *session;
    VEC(struct job_pair) pairs;
    VEC(struct change) changes;     /* of the pair being made */
};

/* What the store has of one side. */
struct side {
    struct record record;
    struct text manifest;
    bool known;
};

/* Its outputs are there, whether it ran in that run or was found. */
static bool
has_outputs(const struct run_job *job)
{
    return job && (!strcmp(job->state, "done") || !strcmp(job->state, "cached"));
}

static int
read_side(struct comparer *c, const struct run_job *job, struct side *side, struct fx_error *err)
{
    struct fx_error why = FX_ERROR_NONE;
    struct digest key;
    int found;

    side->known = false;
    text_init(&side->manifest, MANIFEST_MOST);
    if (!has_outputs(job) || !job->key || !digest_parse(str_of(job->key), &key))
        return 0;
    found = store_find(c->session->store, c->session->arena, key, &side->record, err);
    if (found < 0)
        return -1;
    if (found == 1) {
        side->record = record_copy(c->session->arena, &side->record);
        side->known = store_manifest(c->session->store, &side->record, &side->manifest, &why) == 0;
    }
    return 0;
}

static void
add_change(void *context, const struct change *change)
{
    struct comparer *c = context;
    struct arena *arena = c->session->arena;

    vec_push(&c->changes, (struct change){ arena_str(arena, change->field),
                                           arena_str(arena, change->before),
                                           arena_str(arena, change->after) });
}

static const struct record_output *
output_of(const struct record *record, struct str name)
{
    for (uint32_t i = 0; i < record->output_count; i++)
        if (str_equal(record->outputs[i].name, name))
            return &record->outputs[i];
    return NULL;
}

static void
pair_outputs(struct comparer *c, const struct record *a, const struct record *b,
             struct job_pair *pair)
{
    struct output_pair *outputs =
        arena_get(c->session->arena, a->output_count + b->output_count + 1, sizeof *outputs);

    for (uint32_t i = 0; i < a->output_count; i++) {
        const struct record_output *one = &a->outputs[i], *other = output_of(b, one->name);
        struct output_pair *output = &outputs[pair->output_count++];

        *output = (struct output_pair){ .name = one->name, .a = one->digest, .in_a = true };
        output->in_b = other != NULL;
        if (other)
            output->b = other->digest;
    }
    for (uint32_t i = 0; i < b->output_count; i++)
        if (!output_of(a, b->outputs[i].name))
            outputs[pair->output_count++] = (struct output_pair){
                .name = b->outputs[i].name, .b = b->outputs[i].digest, .in_b = true
            };
    pair->outputs = outputs;
}

static int
pair_jobs(struct comparer *c, const struct run_job *a, const struct run_job *b, struct fx_error *err)
{
    struct job_pair pair = { .label = a ? a->label : b->label, .a = a, .b = b };
    struct side sides[2] = { { .known = false }, { .known = false } };
    int status = 0;

    if (a && b && (read_side(c, a, &sides[0], err) < 0 || read_side(c, b, &sides[1], err) < 0))
        status = -1;
    if (status == 0 && sides[0].known && sides[1].known) {
        struct change *changes;

        pair.known = true;
        c->changes.count = 0;
        key_compare(text_view(&sides[0].manifest), text_view(&sides[1].manifest), add_change, c);
        changes = arena_get(c->session->arena, c->changes.count + 1, sizeof *changes);
        if (c->changes.count)
            memcpy(changes, c->changes.at, c->changes.count * sizeof *changes);
        pair.changes = changes;
        pair.change_count = (uint32_t)c->changes.count;
        pair_outputs(c, &sides[0].record, &sides[1].record, &pair);
    }
    for (int i = 0; i < 2; i++)
        text_release(&sides[i].manifest);
    vec_push(&c->pairs, pair);
    return status;
}

/* Equal keys are the same result; without results, the same end is. */
static bool
are_same(const struct run_job *a, const struct run_job *b)
{
    if (!a || !b || has_outputs(a) != has_outputs(b))
        return false;
    if (a->key && b->key)
        return !strcmp(a->key, b->key) && (has_outputs(a) || !strcmp(a->state, b->state));
    return !a->key && !b->key && !strcmp(a->state, b->state);
}

int
comparison_make(struct session *session, const struct run_record *a, const struct run_record *b,
                struct comparison *comparison, struct fx_error *err)
{
    struct comparer c = { .session = session };
    struct map in_a, in_b;
    int status = 0;

    *comparison = (struct comparison){ .same = 0 };
    map_init(&in_a);
    map_init(&in_b);
    for (uint32_t i = 0; i < a->job_count; i++)
        map_add(&in_a, str_of(a->jobs[i].label), i);
    for (uint32_t i = 0; i < b->job_count; i++)
        map_add(&in_b, str_of(b->jobs[i].label), i);
    for (uint32_t i = 0; i < a->job_count && status == 0; i++) {
        uint32_t at = map_get(&in_b, str_of(a->jobs[i].label));
        const struct run_job *other = at == MAP_NONE ? NULL : &b->jobs[at];

        if (are_same(&a->jobs[i], other))
            comparison->same++;
        else
            status = pair_jobs(&c, &a->jobs[i], other, err);
    }
    for (uint32_t i = 0; i < b->job_count && status == 0; i++)
        if (map_get(&in_a, str_of(b->jobs[i].label)) == MAP_NONE)
            status = pair_jobs(&c, NULL, &b->jobs[i], err);
    comparison->count = (uint32_t)c.pairs.count;
    comparison->pairs = arena_get(session->arena, c.pairs.count + 1, sizeof *comparison->pairs);
    if (c.pairs.count)
        memcpy(comparison->pairs, c.pairs.at, c.pairs.count * sizeof *comparison->pairs);
    map_release(&in_a);
    map_release(&in_b);
    vec_release(&c.pairs);
    vec_release(&c.changes);
    return status;
}

bool
output_pair_same(const struct output_pair *pair)
{
    return pair->in_a && pair->in_b && digest_equal(pair->a, pair->b);
}
