#include "environment/cells.h"

#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

#include "common/neuroh5_cells.h"
#include "common/neuroh5_trees.h"

enum { NAME_ROOM = 128 };

static const char PLAYER[] = "VecStim";     /* the class of cells that play spikes */
static const double SHORTEST_UM = 1e-3;     /* see cells.h */

/* What is needed while cells are made; shared by all cells of a population. */
struct loading {
    struct cells *cells;
    const struct neuron *neuron;
    const struct model *model;
    const struct h5_file *file;
    const struct neuroh5_population *population;
    struct biophysics *biophysics;      /* NULL: they play spikes */
    struct frame frame;
    float *at[3];                       /* coordinates of all cells of the population, or NULL */
    struct morphology tree;             /* the last one read; shared by cells with the same tree */
    bool has_tree;
    struct Object *points[4];           /* Vectors x, y, z, diameter */
    struct cell *cell;                  /* the one being made */
};

/* --- one cell -------------------------------------------------------------------------------- */

static int
make_vectors(void *argument, struct fx_error *err)
{
    struct loading *l = argument;

    (void)err;
    for (int i = 0; i < 4; i++)
        l->points[i] = nrn_object_new(l->neuron->vector, 0);
    l->cells->spike_times = nrn_object_new(l->neuron->vector, 0);
    l->cells->spike_gids = nrn_object_new(l->neuron->vector, 0);
    return 0;
}

static void
drop_vectors(struct loading *l)
{
    for (int i = 0; i < 4; i++)
        if (l->points[i])
            nrn_object_unref(l->points[i]);
}

/* Gives a section its points. */
static void
set_points(struct loading *l, const struct shape *shape, uint32_t s, struct Section *section)
{
    const struct morphology *m = &l->tree;
    const size_t count = morphology_section_size(m, s);
    const uint16_t *points = m->section_points + m->section_start[s];
    double *to[4], at[3];

    if (m->section_length[s] < SHORTEST_UM) {
        nrn_section_length_set(section, SHORTEST_UM);
        for (uint32_t i = 0, n = shape_nseg(shape, s); i < n; i++)
            nrn_segment_diam_set(section, (i + 0.5) / n, 2 * (double)m->radius[points[0]]);
        return;
    }
    for (int k = 0; k < 4; k++)
        to[k] = neuron_vector_resize(l->points[k], count);
    for (size_t i = 0; i < count; i++) {
        shape_point(shape, m, &l->frame, points[i], at);
        for (int k = 0; k < 3; k++)
            to[k][i] = l->cell->at[k] + at[k];
        to[3][i] = 2 * (double)m->radius[points[i]];
    }
    nrn_section_push(section);
    for (int k = 0; k < 4; k++)
        nrn_object_push(l->points[k]);
    nrn_function_call(l->neuron->pt3dadd, 4);
    nrn_double_pop();
    nrn_section_pop();
}

static void
connect_sections(const struct loading *l, struct Section *const *sections)
{
    const struct morphology *m = &l->tree;

    for (size_t s = 0; s < m->section_count; s++)
        if (m->section_parent[s] >= 0)
            nrn_section_connect(sections[s], 0, sections[m->section_parent[s]],
                                m->section_parent_at[s]);
}

/* Tells NEURON that `source` (a NetCon without target, owned by nobody else) is cell `gid`. */
static void
register_gid(const struct loading *l, struct Object *source)
{
    struct Object *pc = l->neuron->pc;
    const double gid = l->cell->gid;

    neuron_call(pc, "set_gid2node", 2, (double[]){ gid, l->cells->comm->rank });
    nrn_double_push(gid);
    nrn_object_push(source);
    nrn_method_call(pc, nrn_method_symbol(pc, "cell"), 2);
    nrn_double_pop();
    nrn_object_unref(source);
    nrn_double_push(gid);
    nrn_object_push(l->cells->spike_times);
    nrn_object_push(l->cells->spike_gids);
    nrn_method_call(pc, nrn_method_symbol(pc, "spike_record"), 3);
    nrn_double_pop();
}

static int
make_tree_cell(void *argument, struct fx_error *err)
{
    struct loading *l = argument;
    const struct shape *shape = &l->cells->shapes.at[l->cell->shape];
    struct Section **sections = l->cells->sections.at + l->cell->first_section;
    struct Object *source;
    uint32_t spike_section;
    double at, threshold;

    for (uint32_t s = 0; s < shape->section_count; s++) {
        const char *type = names_name(&l->model->definitions.swc_types, shape->section_type[s]);
        char name[NAME_ROOM];

        snprintf(name, sizeof name, "%s[%u].%s[%u]", l->population->name, l->cell->gid,
                 type ? type : "section", s);
        sections[s] = nrn_section_new(name);
        nrn_nseg_set(sections[s], (int)shape_nseg(shape, s));
        set_points(l, shape, s, sections[s]);
    }
    connect_sections(l, sections);
    if (biophysics_apply(l->biophysics, shape, sections, err) ||
        biophysics_spike(l->biophysics, shape, &spike_section, &at, &threshold, err))
        return -1;
    nrn_section_push(sections[spike_section]);
    nrn_rangevar_push(l->neuron->v, sections[spike_section], at);
    nrn_object_push(NULL);
    source = nrn_object_new(l->neuron->netcon, 2);
    nrn_section_pop();
    nrn_property_set(source, "threshold", threshold);
    register_gid(l, source);
    return 0;
}

static int
make_player(void *argument, struct fx_error *err)
{
    struct loading *l = argument;
    struct Symbol *class = neuron_class(l->neuron, PLAYER);

    if (!class)
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "the mechanisms have no '%s', which plays the spikes of cells without a tree",
                       PLAYER);
    l->cell->player = nrn_object_new(class, 0);
    if (!nrn_method_symbol(l->cell->player, "play"))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the mechanism '%s' has no function 'play'",
                       PLAYER);
    nrn_object_push(l->cell->player);
    nrn_object_push(NULL);
    register_gid(l, nrn_object_new(l->neuron->netcon, 2));
    return 0;
}

/* --- one population --------------------------------------------------------------------------- */

/* Reads the tree of the cell, unless it equals the last one, and makes its shape. */
static int
read_shape(struct loading *l, const struct neuroh5_trees *trees, uint32_t index,
           struct fx_error *err)
{
    struct morphology m;
    struct shape shape;
    uint32_t *nseg;
    bool same = false;

    memset(&m, 0, sizeof m);
    if (neuroh5_trees_read(trees, index, &m, l->has_tree ? &l->tree : NULL, &same, err))
        return -1;
    if (!same) {
        if (l->has_tree)
            morphology_release(&l->tree);
        l->tree = m;
        l->has_tree = true;
        nseg = mem_new(m.section_count, sizeof *nseg);
        biophysics_segments(l->biophysics, &m, nseg);
        shape_init(&shape, &m, nseg, &l->frame);
        free(nseg);
        vec_push(&l->cells->shapes, shape);
    }
    l->cell->shape = (int32_t)(l->cells->shapes.count - 1);
    return 0;
}

static int
load_cell(struct loading *l, const struct neuroh5_trees *trees, uint32_t index,
          struct fx_error *err)
{
    struct cells *cells = l->cells;
    struct cell cell = {
        .gid = (uint32_t)(l->population->start + index),
        .population = (uint32_t)(l->population - cells->types.populations),
        .shape = CELLS_NO_SHAPE,
        .first_section = cells->sections.count
    };
    const struct shape *shape;

    for (int k = 0; k < 3; k++)
        cell.at[k] = l->at[k] ? (double)l->at[k][index] : 0;
    vec_push(&cells->list, cell);
    l->cell = &cells->list.at[cells->list.count - 1];
    if (!trees)
        return neuron_try(make_player, l, err);
    if (read_shape(l, trees, index, err))
        return -1;
    shape = &cells->shapes.at[l->cell->shape];
    vec_reserve(&cells->sections, cells->sections.count + shape->section_count);
    cells->sections.count += shape->section_count;
    cells->section_count += shape->section_count;
    cells->segment_count += shape->segment_count;
    return neuron_try(make_tree_cell, l, err);
}

static int
read_coordinates(struct loading *l, bool required, struct fx_error *err)
{
    static const char *const NAMES[3] = { "X Coordinate", "Y Coordinate", "Z Coordinate" };
    char path[NAME_ROOM + 64];

    snprintf(path, sizeof path, "/Populations/%s/Generated Coordinates", l->population->name);
    if (!required && !h5_exists(l->file, path))
        return 0;
    for (int k = 0; k < 3; k++) {
        l->at[k] = neuroh5_cells_read_single(l->file, l->population->name, "Generated Coordinates",
                                             NAMES[k], H5_F32, l->population->count, err);
        if (!l->at[k])
            return -1;
    }
    return 0;
}

/* Whether the cells of a population have trees and biophysics (1), play spikes (0), or neither (-1). */
static int
kind_of(const struct loading *l, struct fx_error *err)
{
    const char *name = l->population->name, *template = model_template(l->model, name);
    const bool biophysics = model_biophysics(l->model, name) != NULL;
    char path[NAME_ROOM + 64];
    bool trees;

    snprintf(path, sizeof path, "/Populations/%s/Trees", name);
    trees = h5_exists(l->file, path);
    if (template && !strcmp(template, PLAYER))
        return 0;
    if (trees && biophysics)
        return 1;
    if (trees)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "population '%s' has trees in '%s', but there "
                       "is no biophysics.%s", name, h5_path(l->file), name);
    if (!biophysics && model_stimulus(l->model, name))
        return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "population '%s' has no trees in '%s'%s", name,
                   h5_path(l->file), biophysics ? "" : ", and neither the template VecStim nor a "
                   "stimulus, so nobody knows what its cells are");
}

static int
load_population(struct loading *l, struct fx_error *err)
{
    const struct comm *comm = l->cells->comm;
    const char *name = l->population->name;
    struct neuroh5_trees *trees = NULL;
    double axis[3];
    char where[NAME_ROOM + 64];
    int kind, result = -1;

    kind = kind_of(l, err);
    if (kind < 0 || model_depth_axis(l->model, name, axis, err) ||
        (frame_init(&l->frame, axis, l->model->rotation, err) &&
         fx_error_in(err, "orientation.%s", name)) || read_coordinates(l, kind, err))
        goto end;
    if (kind) {
        snprintf(where, sizeof where, "biophysics.%s", name);
        l->biophysics = biophysics_new(model_biophysics(l->model, name), where,
                                       &l->model->definitions, l->neuron, err);
        if (!l->biophysics)
            goto end;
        trees = neuroh5_trees_open(l->file, name, l->population->count, err);
        if (!trees)
            goto end;
    }
    for (uint64_t i = 0; i < l->population->count; i++) {
        if ((l->population->start + i) % (uint64_t)comm->size != (uint64_t)comm->rank)
            continue;
        if (load_cell(l, trees, (uint32_t)i, err)) {
            fx_error_in(err, "cell %llu (%s)", (unsigned long long)(l->population->start + i),
                        name);
            goto end;
        }
    }
    result = 0;
end:
    neuroh5_trees_free(trees);
    biophysics_free(l->biophysics);
    l->biophysics = NULL;
    if (l->has_tree)
        morphology_release(&l->tree);
    l->has_tree = false;
    for (int k = 0; k < 3; k++) {
        free(l->at[k]);
        l->at[k] = NULL;
    }
    return result;
}

/* --- all of them ------------------------------------------------------------------------------ */

static int
load(struct cells *cells, const struct neuron *neuron, const struct model *model,
     const char *path, struct fx_error *err)
{
    struct loading l = { .cells = cells, .neuron = neuron, .model = model };
    struct h5_file *file = h5_open(path, err);
    int result = -1;

    if (!file)
        return -1;
    l.file = file;
    if (neuroh5_types_read(file, &cells->types, err) || neuron_try(make_vectors, &l, err))
        goto end;
    for (size_t p = 0; p < cells->types.population_count; p++) {
        l.population = &cells->types.populations[p];
        if (l.population->count > 0 && load_population(&l, err))
            goto end;
    }
    result = 0;
end:
    drop_vectors(&l);
    h5_discard(file);
    return result;
}

int
cells_load(struct cells *cells, const struct neuron *neuron, const struct model *model,
           struct comm *comm, const char *path, struct fx_error *err)
{
    uint64_t counts[3];

    memset(cells, 0, sizeof *cells);
    cells->comm = comm;
    if (comm_agree(comm, load(cells, neuron, model, path, err), err))
        return -1;
    counts[0] = cells->list.count;
    counts[1] = cells->section_count;
    counts[2] = cells->segment_count;
    comm_sum_u64(comm, counts, 3);
    cells->total = counts[0];
    cells->section_count = counts[1];
    cells->segment_count = counts[2];
    return 0;
}

static int
keep_currents(void *argument, struct fx_error *err)
{
    struct Object *const *cvode = argument;

    (void)err;
    neuron_call(*cvode, "use_fast_imem", 1, (double[]){ 1 });
    return 0;
}

int
cells_keep_currents(const struct cells *cells, const struct neuron *neuron, struct fx_error *err)
{
    struct Object *cvode = neuron->cvode;

    return cells->sections.count ? neuron_try(keep_currents, &cvode, err) : 0;
}

void
cells_release(struct cells *cells)
{
    for (size_t i = 0; i < cells->shapes.count; i++)
        shape_release(&cells->shapes.at[i]);
    vec_release(&cells->shapes);
    vec_release(&cells->sections);
    vec_release(&cells->list);
    neuroh5_types_release(&cells->types);
    memset(cells, 0, sizeof *cells);
}

const struct cell *
cells_find(const struct cells *cells, uint32_t gid)
{
    size_t low = 0, high = cells->list.count;

    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (cells->list.at[middle].gid < gid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < cells->list.count && cells->list.at[low].gid == gid ? &cells->list.at[low] : NULL;
}

const struct neuroh5_population *
cells_population(const struct cells *cells, const struct cell *cell)
{
    return &cells->types.populations[cell->population];
}

const struct shape *
cells_shape(const struct cells *cells, const struct cell *cell)
{
    return &cells->shapes.at[cell->shape];
}

struct Section *
cells_section(const struct cells *cells, const struct cell *cell, uint32_t section)
{
    return cells->sections.at[cell->first_section + section];
}
