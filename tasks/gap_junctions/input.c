#include "gap_junctions/input.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/neuroh5_cells.h"

static const char *const SPACE[3] = { "X Coordinate", "Y Coordinate", "Z Coordinate" };
static const char *const ARC[2] = { "U Distance", "V Distance" };

static struct fx_mark
in_file(const struct h5_file *file)
{
    return (struct fx_mark){ .file = h5_path(file) };
}

static int
read_parameters(struct input *input, const struct task *task, struct fx_error *err)
{
    const json_t *rules;
    int64_t buffer;

    if (task_definitions(task, &input->definitions, err) ||
        task_json(task, "gap_junctions", &rules, err) ||
        gap_rules_read(rules, &input->definitions, &input->rules, err) ||
        task_seed(task, &input->seed, err) || task_integer(task, "buffer", &buffer, err))
        return -1;
    input->buffer = buffer > 0 ? (uint64_t)buffer : 0;
    return 0;
}

/* --- populations ---------------------------------------------------------------------------------------- */

static int
find_members(struct input *input, const struct h5_file *somas, struct fx_error *err)
{
    if (neuroh5_types_read(somas, &input->types, err))
        return -1;
    input->members = mem_new(input->types.population_count + 1, sizeof *input->members);
    for (size_t i = 0; i < 2 * input->rules.count; i++) {
        struct gap_rule *rule = &input->rules.at[i / 2];
        const struct neuroh5_population *population;

        if (neuroh5_types_get(&input->types, somas, i % 2 ? rule->b : rule->a, &population, err))
            return fx_error_in(err, "gap_junctions");
        input->members[population - input->types.populations].population = population;
        *(i % 2 ? &rule->b_index : &rule->a_index) = population->index;
    }
    gap_rules_sort(&input->rules);
    return 0;
}

const struct member *
input_member(const struct input *input, const char *name)
{
    return &input->members[neuroh5_types_find(&input->types, name) - input->types.populations];
}

/* `file` has the populations of the network. */
static int
check_types(const struct input *input, const struct h5_file *file, struct fx_error *err)
{
    struct neuroh5_types types;
    char difference[200];
    bool equal;

    if (neuroh5_types_read(file, &types, err))
        return -1;
    equal = neuroh5_types_equal(&input->types, &types, difference);
    neuroh5_types_release(&types);
    if (equal)
        return 0;
    return fx_fail(err, FX_INVALID, in_file(file), "its populations differ from those of the "
                   "somata: %s", difference);
}

/* --- places of somata ------------------------------------------------------------------------------------- */

static int
read_places(struct member *member, const struct h5_file *file, bool arc, struct fx_error *err)
{
    const struct neuroh5_population *p = member->population;

    for (int axis = 0; axis < 3; axis++) {
        if (p->count == 0 || (arc && axis == 2)) {
            member->at[axis] = mem_new((size_t)p->count + 1, sizeof(float));
            continue;
        }
        member->at[axis] = neuroh5_cells_read_single(
            file, p->name, arc ? "Arc Distances" : "Generated Coordinates",
            arc ? ARC[axis] : SPACE[axis], H5_F32, p->count, err);
        if (!member->at[axis])
            return -1;
        for (uint64_t i = 0; i < p->count; i++)
            if (!isfinite(member->at[axis][i]))
                return fx_fail(err, FX_INVALID, in_file(file),
                               "'%s' of cell %llu of '%s' is no finite number",
                               arc ? ARC[axis] : SPACE[axis], (unsigned long long)i, p->name);
    }
    return 0;
}

static int
read_all_places(struct input *input, const struct h5_file *file, bool arc, struct fx_error *err)
{
    for (size_t i = 0; i < input->types.population_count; i++)
        if (input->members[i].population && read_places(&input->members[i], file, arc, err))
            return -1;
    return 0;
}

static int
read_distances(struct input *input, const struct task *task, struct fx_error *err)
{
    struct h5_file *file;
    const char *path;
    int status;

    if (!task_has(task, "distances"))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'metric: arc' needs 'distances'");
    if (task_input(task, "distances", &path, err))
        return -1;
    file = h5_open(path, err);
    if (!file)
        return -1;
    status = check_types(input, file, err) || read_all_places(input, file, true, err) ? -1 : 0;
    h5_discard(file);
    return status;
}

static int
read_somas(struct input *input, const struct task *task, struct fx_error *err)
{
    const char *path, *metric;
    struct h5_file *file;
    int status;

    if (task_input(task, "somas", &path, err) || task_string(task, "metric", &metric, err))
        return -1;
    if (strcmp(metric, "space") != 0 && strcmp(metric, "arc") != 0)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "metric is '%s', but it must be space or arc",
                       metric);
    file = h5_open(path, err);
    if (!file)
        return -1;
    status = find_members(input, file, err);
    if (!status)
        status = strcmp(metric, "arc") == 0 ? read_distances(input, task, err)
                                            : read_all_places(input, file, false, err);
    h5_discard(file);
    return status;
}

/* --- forests ------------------------------------------------------------------------------------------------ */

static int
open_trees(struct input *input, struct member *member, struct fx_error *err)
{
    const struct neuroh5_population *p = member->population;
    const struct h5_file *found = NULL;
    char group[600];

    if (p->count == 0)
        return 0;
    snprintf(group, sizeof group, "/Populations/%s/Trees", p->name);
    for (size_t i = 0; i < input->forest_count; i++) {
        if (!h5_exists(input->forests[i], group))
            continue;
        if (found)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "trees of '%s' are both in '%s' and in '%s'",
                           p->name, h5_path(found), h5_path(input->forests[i]));
        found = input->forests[i];
    }
    if (!found)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "no file of 'forest' has trees of '%s'", p->name);
    member->trees = neuroh5_trees_open(found, p->name, p->count, err);
    if (!member->trees)
        return -1;
    if (neuroh5_trees_count(member->trees) != p->count)
        return fx_fail(err, FX_INVALID, in_file(found), "%llu of the %llu cells of '%s' have a tree",
                       (unsigned long long)neuroh5_trees_count(member->trees),
                       (unsigned long long)p->count, p->name);
    return 0;
}

static int
open_forests(struct input *input, const struct task *task, struct fx_error *err)
{
    size_t count = task_input_count(task, "forest");

    input->forests = mem_new(count + 1, sizeof(struct h5_file *));
    for (size_t i = 0; i < count; i++) {
        const char *path;

        if (task_input_at(task, "forest", i, &path, err))
            return -1;
        input->forests[i] = h5_open(path, err);
        if (!input->forests[i])
            return -1;
        input->forest_count = i + 1;
        if (check_types(input, input->forests[i], err))
            return -1;
    }
    for (size_t i = 0; i < input->types.population_count; i++)
        if (input->members[i].population && open_trees(input, &input->members[i], err))
            return -1;
    return 0;
}

int
input_open(struct input *input, const struct task *task, struct fx_error *err)
{
    return read_parameters(input, task, err) || read_somas(input, task, err) ||
                   open_forests(input, task, err) ? -1 : 0;
}

void
input_release(struct input *input)
{
    for (size_t i = 0; input->members && i < input->types.population_count; i++) {
        neuroh5_trees_free(input->members[i].trees);
        for (int axis = 0; axis < 3; axis++)
            free(input->members[i].at[axis]);
    }
    free(input->members);
    for (size_t i = 0; i < input->forest_count; i++)
        h5_discard(input->forests[i]);
    free(input->forests);
    neuroh5_types_release(&input->types);
    gap_rules_release(&input->rules);
    definitions_release(&input->definitions);
    *input = (struct input){ 0 };
}

int
input_pair_types(const struct input *input, struct neuroh5_types *out, struct fx_error *err)
{
    struct neuroh5_types types = { 0 };
    int status = 0;

    for (size_t i = 0; !status && i < input->types.population_count; i++) {
        const struct neuroh5_population *p = &input->types.populations[i];

        status = neuroh5_types_add(&types, p->name, p->index, p->count, err);
    }
    for (size_t i = 0; !status && i < input->rules.count; i++)
        status = neuroh5_types_add_pair(&types, input->rules.at[i].b, input->rules.at[i].a, err);
    if (!status)
        status = neuroh5_types_finish(&types, err);
    if (status)
        neuroh5_types_release(&types);
    else
        *out = types;
    return status;
}
