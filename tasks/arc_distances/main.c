/* arc_distances: soma coordinates -> Arc Distances. */
#include <stdlib.h>

#include "arc_distances/origin.h"
#include "base/mem.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_types.h"
#include "common/task_main.h"

struct work {
    struct comm *comm;
    const char *path;
    struct volume volume;
    double origin[3];
    struct h5_file *somas, *out;
    struct neuroh5_types types;
};

static int
read_uvl(const struct work *w, const struct neuroh5_population *p, float *uvl[3],
         struct fx_error *err)
{
    static const char *const names[] = { "U Coordinate", "V Coordinate", "L Coordinate" };

    for (int i = 0; i < 3; i++) {
        uvl[i] = neuroh5_cells_read_single(w->somas, p->name, "Generated Coordinates", names[i],
                                           H5_F32, p->count, err);
        if (!uvl[i])
            return -1;
    }
    return 0;
}

static int
write_axis(struct work *w, const struct neuroh5_population *p, int axis, const float *lengths,
           struct fx_error *err)
{
    static const char *const names[] = { "U Distance", "V Distance" };
    static const char *const ranges[][2] = { { "Reference U Min", "Reference U Max" },
                                             { "Reference V Min", "Reference V Max" } };
    char group[400];
    double range[2];

    if (neuroh5_cells_write_single(w->out, w->comm, p->name, "Arc Distances", names[axis], H5_F32,
                                   p->count, lengths, err))
        return -1;
    snprintf(group, sizeof group, "/Populations/%s/Arc Distances", p->name);
    arc_range(&w->volume, axis, w->origin, range);
    for (int i = 0; i < 2; i++)
        if (h5_set_number(w->out, group, ranges[axis][i], range[i], err))
            return -1;
    return 0;
}

static int
do_population(struct work *w, const struct neuroh5_population *p, struct fx_error *err)
{
    float *uvl[3] = { NULL, NULL, NULL }, *lengths = NULL;
    int status = comm_agree(w->comm, read_uvl(w, p, uvl, err), err);

    if (!status)
        lengths = mem_new(p->count + 1, sizeof *lengths);
    for (int axis = 0; !status && axis < 2; axis++) {
        arc_lengths(&w->volume, axis, w->origin, p->count, uvl[0], uvl[1], uvl[2], lengths);
        status = write_axis(w, p, axis, lengths, err);
    }
    free(lengths);
    for (int i = 0; i < 3; i++)
        free(uvl[i]);
    return status;
}

static int
read_inputs(struct task *task, struct work *w, struct fx_error *err)
{
    const char *somas;
    const json_t *origin = NULL;

    if (task_input(task, "somas", &somas, err) || task_output(task, "file", &w->path, err) ||
        task_volume(task, &w->volume, err) ||
        (task_has(task, "origin") && task_json(task, "origin", &origin, err)) ||
        origin_read(origin, &w->volume, w->origin, err))
        return -1;
    w->somas = h5_open(somas, err);
    return w->somas ? neuroh5_types_read(w->somas, &w->types, err) : -1;
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    struct work w = { .comm = comm };
    int status = comm_agree(comm, read_inputs(task, &w, err), err);

    if (!status) {
        w.out = h5_create(w.path, comm, err);
        status = comm_agree(comm, w.out ? 0 : -1, err);
    }
    if (!status)
        status = neuroh5_types_write(w.out, &w.types, err);
    for (size_t i = 0; !status && i < w.types.population_count; i++)
        status = do_population(&w, &w.types.populations[i], err);
    if (!status) {
        status = h5_close(w.out, err);
        w.out = NULL;
    }
    h5_discard(w.out);
    h5_discard(w.somas);
    neuroh5_types_release(&w.types);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
