/* soma_coordinates: counts and layer extents -> Generated Coordinates. */
#include <stdlib.h>

#include "base/mem.h"
#include "common/geometry.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_types.h"
#include "common/task_main.h"
#include "soma_coordinates/order.h"

struct work {
    struct task *task;
    struct comm *comm;
    struct neuroh5_types types;
    struct volume volume;
    struct soma_groups groups;
    struct spread_point *points;
    struct h5_file *out;
    uint64_t seed;
    const char *path;
};

static int
read_types(struct work *w, struct fx_error *err)
{
    const char *path;
    struct h5_file *file;
    int status;

    if (task_input(w->task, "types", &path, err))
        return -1;
    file = h5_open(path, err);
    if (!file)
        return -1;
    status = neuroh5_types_read(file, &w->types, err);
    h5_discard(file);
    return status;
}

/* A parameter that may be missing: a mapping. */
static int
optional_map(const struct task *task, const char *name, const json_t **map, struct fx_error *err)
{
    if (!task_has(task, name))
        return 0;
    return task_json(task, name, map, err) || json_check_object(*map, name, err) ? -1 : 0;
}

static int
read_inputs(struct work *w, struct fx_error *err)
{
    struct soma_config config = { .constraints = NULL };
    const json_t *layers;
    int status;

    if (task_output(w->task, "file", &w->path, err) || task_seed(w->task, &w->seed, err) ||
        task_volume(w->task, &w->volume, err) ||
        task_json(w->task, "cell_distributions", &config.distributions, err) ||
        task_json(w->task, "layer_extents", &layers, err) ||
        optional_map(w->task, "cell_constraints", &config.constraints, err) ||
        optional_map(w->task, "points", &config.points, err) ||
        read_types(w, err) || layer_extents_read(layers, &config.extents, err))
        return -1;
    status = soma_groups_read(&config, &w->types, &w->groups, err);
    layer_extents_release(&config.extents);
    return status;
}

static int
write_population(struct work *w, uint32_t row, struct fx_error *err)
{
    static const char *const names[] = { "X Coordinate", "Y Coordinate", "Z Coordinate",
                                         "U Coordinate", "V Coordinate", "L Coordinate" };
    size_t count;
    struct soma_place *places = soma_places(&w->groups, w->points, row, &count);
    float *values = mem_new(6 * count + 1, sizeof *values);
    int status = 0;

    for (size_t i = 0; i < count; i++) {
        double uvl[3] = { places[i].uvl[0], places[i].uvl[1], places[i].uvl[2] }, xyz[3];
        volume_place(&w->volume, uvl, xyz);
        for (size_t k = 0; k < 3; k++) {
            values[k * count + i] = (float)xyz[k];
            values[(k + 3) * count + i] = places[i].uvl[k];
        }
    }
    for (size_t k = 0; !status && k < 6; k++)
        status = neuroh5_cells_write_single(w->out, w->comm, w->types.populations[row].name,
                                            "Generated Coordinates", names[k], H5_F32, count,
                                            values + k * count, err);
    free(values);
    free(places);
    return status;
}

static int
write_file(struct work *w, struct fx_error *err)
{
    int status;

    w->out = h5_create(w->path, w->comm, err);
    if (comm_agree(w->comm, w->out ? 0 : -1, err))
        return -1;
    status = neuroh5_types_write(w->out, &w->types, err);
    for (size_t i = 0; !status && i < w->types.population_count; i++)
        status = write_population(w, (uint32_t)i, err);
    if (!status)
        return h5_close(w->out, err);
    h5_discard(w->out);
    return -1;
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    struct work w = { .task = task, .comm = comm };
    int status = comm_agree(comm, read_inputs(&w, err), err);

    if (!status) {
        w.points = spread(comm, w.groups.at, w.groups.count, w.seed, err);
        status = w.points ? write_file(&w, err) : -1;
    }
    free(w.points);
    soma_groups_release(&w.groups);
    neuroh5_types_release(&w.types);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
