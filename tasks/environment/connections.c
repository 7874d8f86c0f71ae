#include "environment/connections.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <neuronapi.h>

#include "common/neuroh5_cells.h"
#include "common/neuroh5_projection.h"

static const char SYNAPSES[] = "Synapse Attributes";
static const uint32_t NONE = UINT32_MAX;

/* A projection onto the population at hand. */
struct projection {
    struct neuroh5_projection *edges;
    const struct neuroh5_population *source;
    const struct synapses_source *contacts;
    double velocity;
};

/* The synapses of one cell, by the file. */
struct targets {
    struct neuroh5_cells *id_reader, *section_reader, *location_reader, *type_reader;
    VEC(uint32_t) ids;
    VEC(uint32_t) sections;
    VEC(float) locations;
    VEC(uint8_t) types;
    VEC(uint32_t) by_id;        /* places in order of id; only when ids are not 0, 1, 2, ... */
    bool counted;               /* they are */
};

struct loading {
    struct connections *out;
    const struct cells *cells;
    const struct neuron *neuron;
    const struct model *model;
    const struct h5_file *cells_file, *file;
    const struct neuroh5_population *population;    /* destination */
    struct synapses *synapses;
    VEC(struct projection) projections;
    struct targets targets;

    const struct cell *cell;    /* destination, and the edges of one projection onto it */
    const struct projection *projection;
    VEC(uint32_t) sources;
    VEC(uint32_t) edge_ids;
    VEC(float) distances;
    VEC(uint32_t) shared;       /* [segment][kind] -> synapse of the cell, or NONE */
    VEC(bool) weights_checked;  /* [kind] */
};

/* --- synapses of a cell ------------------------------------------------------------------------ */

static int
open_targets(struct loading *l, struct fx_error *err)
{
    const char *name = l->population->name;
    const uint64_t count = l->population->count;
    struct targets *t = &l->targets;

    t->id_reader = neuroh5_cells_open(l->cells_file, name, SYNAPSES, "syn_ids", H5_U32, count, err);
    if (!t->id_reader)
        return -1;
    t->section_reader = neuroh5_cells_open(l->cells_file, name, SYNAPSES, "syn_secs", H5_U32, count,
                                           err);
    if (!t->section_reader)
        return -1;
    t->location_reader = neuroh5_cells_open(l->cells_file, name, SYNAPSES, "syn_locs", H5_F32,
                                            count, err);
    if (!t->location_reader)
        return -1;
    t->type_reader = neuroh5_cells_open(l->cells_file, name, SYNAPSES, "swc_types", H5_U8, count,
                                        err);
    return t->type_reader ? 0 : -1;
}

static void
close_targets(struct targets *t)
{
    neuroh5_cells_free(t->id_reader);
    neuroh5_cells_free(t->section_reader);
    neuroh5_cells_free(t->location_reader);
    neuroh5_cells_free(t->type_reader);
    vec_release(&t->ids);
    vec_release(&t->sections);
    vec_release(&t->locations);
    vec_release(&t->types);
    vec_release(&t->by_id);
    memset(t, 0, sizeof *t);
}

struct id_place {
    uint32_t id, place;
};

static int
compare_ids(const void *a, const void *b)
{
    const uint32_t x = ((const struct id_place *)a)->id, y = ((const struct id_place *)b)->id;

    return (x > y) - (x < y);
}

/* Makes synapses findable by id. Files of ours count them 0, 1, 2, ...: nothing to do then. */
static void
index_targets(struct targets *t)
{
    const size_t count = t->ids.count;
    struct id_place *order;

    t->counted = true;
    for (size_t i = 0; t->counted && i < count; i++)
        t->counted = t->ids.at[i] == i;
    if (t->counted)
        return;
    order = mem_new(count, sizeof *order);
    for (size_t i = 0; i < count; i++)
        order[i] = (struct id_place){ t->ids.at[i], (uint32_t)i };
    qsort(order, count, sizeof *order, compare_ids);
    vec_reserve(&t->by_id, count);
    for (size_t i = 0; i < count; i++)
        t->by_id.at[i] = order[i].place;
    t->by_id.count = count;
    free(order);
}

static int
read_targets(struct loading *l, uint32_t index, struct fx_error *err)
{
    struct targets *t = &l->targets;
    const struct shape *shape = cells_shape(l->cells, l->cell);
    const uint64_t count = neuroh5_cells_value_count(t->id_reader, index);

    if (neuroh5_cells_value_count(t->section_reader, index) != count ||
        neuroh5_cells_value_count(t->location_reader, index) != count ||
        neuroh5_cells_value_count(t->type_reader, index) != count || count >= NONE)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the attributes of '%s' in '%s' have different "
                       "counts", SYNAPSES, h5_path(l->cells_file));
    vec_reserve(&t->ids, count);
    vec_reserve(&t->sections, count);
    vec_reserve(&t->locations, count);
    vec_reserve(&t->types, count);
    t->ids.count = t->sections.count = t->locations.count = t->types.count = count;
    if (count &&
        (neuroh5_cells_read(t->id_reader, index, 1, t->ids.at, NULL, err) ||
         neuroh5_cells_read(t->section_reader, index, 1, t->sections.at, NULL, err) ||
         neuroh5_cells_read(t->location_reader, index, 1, t->locations.at, NULL, err) ||
         neuroh5_cells_read(t->type_reader, index, 1, t->types.at, NULL, err)))
        return -1;
    for (size_t i = 0; i < count; i++)
        if (t->sections.at[i] >= shape->section_count || !(t->locations.at[i] >= 0) ||
            !(t->locations.at[i] <= 1))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "synapse %u of '%s' is at section %u, "
                           "location %g: the cell has %u sections, and locations are 0 to 1",
                           t->ids.at[i], h5_path(l->cells_file), t->sections.at[i],
                           (double)t->locations.at[i], shape->section_count);
    index_targets(t);
    return 0;
}

/* The place of the synapse with this id, or NONE. */
static uint32_t
find_target(const struct targets *t, uint32_t id)
{
    size_t low = 0, high = t->ids.count;

    if (t->counted)
        return id < t->ids.count ? id : NONE;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;

        if (t->ids.at[t->by_id.at[middle]] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < t->ids.count && t->ids.at[t->by_id.at[low]] == id ? t->by_id.at[low] : NONE;
}

/* --- NetCons ------------------------------------------------------------------------------------ */

/* NEURON would write beyond the weights of a class that has fewer. */
static int
check_weights(struct loading *l, struct Object *netcon, const struct contact *contact,
              struct fx_error *err)
{
    const double has = neuron_call(netcon, "wcnt", 0, NULL);
    const char *class = synapses_class(l->synapses, contact->kind);

    l->weights_checked.at[contact->kind] = true;
    vec_push(&l->out->examples, (struct example){ netcon, *contact, class });
    if (has < contact->weight_count)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the NET_RECEIVE of '%s' takes %g weights, but "
                       "synapse_mechanisms names %u", class, has, contact->weight_count);
    return 0;
}

static int
make_netcon(struct loading *l, struct Object *synapse, uint32_t gid, double delay,
            const struct contact *contact, struct fx_error *err)
{
    struct Object *netcon;

    nrn_double_push(gid);
    nrn_object_push(synapse);
    nrn_method_call(l->neuron->pc, l->neuron->gid_connect, 2);
    netcon = nrn_object_pop();
    vec_push(&l->out->netcons, netcon);
    vec_push(&l->out->sources, gid);
    if (!l->weights_checked.at[contact->kind] && check_weights(l, netcon, contact, err))
        return -1;
    nrn_property_set(netcon, "delay", delay);
    for (uint32_t w = 0; w < contact->weight_count; w++)
        nrn_property_array_set(netcon, "weight", (int)w, contact->weight[w]);
    return 0;
}

/* The synapse for a contact on this segment of the cell: a shared one, or a new one. */
static struct Object *
synapse_for(struct loading *l, uint32_t section, uint32_t segment, const struct contact *contact)
{
    const struct shape *shape = cells_shape(l->cells, l->cell);
    const size_t kinds = synapses_kind_count(l->synapses);
    uint32_t *number = &l->shared.at[(shape->segment_start[section] + segment) * kinds +
                                     contact->kind];
    struct Object *synapse;

    if (*number != NONE && !l->model->unique)
        return l->out->synapses.at[*number];
    synapse = synapses_place(l->synapses, contact->kind,
                             cells_section(l->cells, l->cell, section),
                             (segment + 0.5) / shape_nseg(shape, section));
    *number = (uint32_t)l->out->synapses.count;
    vec_push(&l->out->synapses, synapse);
    return synapse;
}

static int
no_contacts(const struct loading *l, int swc_type, struct fx_error *err)
{
    const char *type = names_name(&l->model->definitions.swc_types, swc_type);
    const char *destination = l->population->name, *source = l->projection->source->name;

    return fx_fail(err, FX_INVALID, FX_NOWHERE, "synapses.%s.%s has no mechanisms for sections of "
                   "type '%s', and no default", destination, source, type ? type : "?");
}

/* All edges of one projection onto one cell. */
static int
make_edges(void *argument, struct fx_error *err)
{
    struct loading *l = argument;
    const struct projection *p = l->projection;
    const struct targets *t = &l->targets;
    const struct shape *shape = cells_shape(l->cells, l->cell);
    const double shortest = 2 * l->model->dt;

    for (size_t e = 0; e < l->sources.count; e++) {
        const uint32_t target = find_target(t, l->edge_ids.at[e]);
        const double distance = (double)l->distances.at[e];
        const struct contact *contacts;
        uint32_t count, segment;

        if (target == NONE)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "an edge of '%s' refers to synapse %u, "
                           "which the cell does not have", h5_path(l->file), l->edge_ids.at[e]);
        if (!(distance >= 0) || !isfinite(distance))
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "an edge of '%s' has the distance %g",
                           h5_path(l->file), distance);
        segment = shape_segment_at(shape, t->sections.at[target],
                                   (double)t->locations.at[target]);
        if (!synapses_contacts(p->contacts, t->types.at[target], &contacts, &count))
            return no_contacts(l, t->types.at[target], err);
        for (uint32_t c = 0; c < count; c++)
            if (make_netcon(l, synapse_for(l, t->sections.at[target], segment, &contacts[c]),
                            (uint32_t)p->source->start + l->sources.at[e],
                            fmax(distance / p->velocity, shortest), &contacts[c], err))
                return -1;
    }
    return 0;
}

/* --- populations --------------------------------------------------------------------------------- */

static int
load_edges(struct loading *l, const struct projection *p, uint32_t index, struct fx_error *err)
{
    const uint64_t count = neuroh5_projection_range_count(p->edges, index, 1);

    vec_reserve(&l->sources, count);
    vec_reserve(&l->edge_ids, count);
    vec_reserve(&l->distances, count);
    l->sources.count = l->edge_ids.count = l->distances.count = count;
    l->projection = p;
    l->out->edges += count;
    if (count == 0)
        return 0;
    if (neuroh5_projection_read(p->edges, index, 1, l->sources.at, NULL, err) ||
        neuroh5_projection_read_attribute(p->edges, "Synapses", "syn_id", H5_U32, index, 1,
                                          l->edge_ids.at, err) ||
        neuroh5_projection_read_attribute(p->edges, "Connections", "distance", H5_F32, index, 1,
                                          l->distances.at, err) ||
        neuron_try(make_edges, l, err))
        return fx_error_in(err, "connections from %s", p->source->name);
    return 0;
}

static int
load_cell(struct loading *l, const struct cell *cell, struct fx_error *err)
{
    const uint32_t index = cell->gid - (uint32_t)l->population->start;
    const size_t room = (size_t)cells_shape(l->cells, cell)->segment_count *
                        synapses_kind_count(l->synapses);

    l->cell = cell;
    vec_reserve(&l->shared, room);
    for (size_t i = 0; i < room; i++)
        l->shared.at[i] = NONE;
    if (read_targets(l, index, err))
        return -1;
    for (size_t p = 0; p < l->projections.count; p++)
        if (load_edges(l, &l->projections.at[p], index, err))
            return -1;
    return 0;
}

static int
open_projection(struct loading *l, const char *source, struct fx_error *err)
{
    const char *destination = l->population->name;
    struct projection p = { 0 };

    if (neuroh5_types_get(&l->cells->types, l->file, source, &p.source, err) ||
        model_velocity(l->model, source, &p.velocity, err))
        return -1;
    p.contacts = synapses_from(l->synapses, source);
    if (!p.contacts)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has connections from %s to %s, but there "
                       "is no synapses.%s.%s", h5_path(l->file), source, destination, destination,
                       source);
    p.edges = neuroh5_projection_open(l->file, source, destination, p.source->count,
                                      l->population->count, err);
    if (!p.edges)
        return -1;
    vec_push(&l->projections, p);
    return 0;
}

static void
close_population(struct loading *l)
{
    for (size_t p = 0; p < l->projections.count; p++)
        neuroh5_projection_free(l->projections.at[p].edges);
    l->projections.count = 0;
    close_targets(&l->targets);
    synapses_free(l->synapses);
    l->synapses = NULL;
}

/* Opens what the population's cells need; no projection: nothing is to be loaded. */
static int
open_population(struct loading *l, struct fx_error *err)
{
    struct h5_names sources = { 0 };
    int result = -1;

    if (neuroh5_projection_list(l->file, l->population->name, &sources, err))
        return -1;
    if (sources.count == 0) {
        h5_names_release(&sources);
        return 0;
    }
    l->synapses = synapses_new(l->model, l->neuron, l->population->name, err);
    if (!l->synapses)
        goto end;
    vec_reserve(&l->weights_checked, synapses_kind_count(l->synapses));
    for (uint32_t kind = 0; kind < synapses_kind_count(l->synapses); kind++)
        l->weights_checked.at[kind] = false;
    for (size_t i = 0; i < sources.count; i++)
        if (open_projection(l, sources.at[i], err))
            goto end;
    result = open_targets(l, err);
end:
    h5_names_release(&sources);
    return result;
}

static int
load_population(struct loading *l, size_t *next, struct fx_error *err)
{
    const size_t population = (size_t)(l->population - l->cells->types.populations);
    int result = open_population(l, err);

    while (result == 0 && *next < l->cells->list.count &&
           l->cells->list.at[*next].population == population) {
        const struct cell *cell = &l->cells->list.at[*next];

        vec_push(&l->out->first, l->out->netcons.count);
        (*next)++;
        if (l->projections.count == 0)
            continue;
        if (cell->shape == CELLS_NO_SHAPE)
            result = fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' has connections to %s, whose cells "
                             "play spikes", h5_path(l->file), l->population->name);
        else if (load_cell(l, cell, err))
            result = fx_error_in(err, "cell %u (%s)", cell->gid, l->population->name);
    }
    close_population(l);
    return result;
}

static int
load(struct loading *l, const char *cells_path, const char *path, struct fx_error *err)
{
    struct neuroh5_types types = { 0 };
    struct h5_file *cells_file = NULL, *file = NULL;
    char difference[200];
    size_t next = 0;
    int result = -1;

    cells_file = h5_open(cells_path, err);
    if (!cells_file)
        goto end;
    file = h5_open(path, err);
    if (!file || neuroh5_types_read(file, &types, err))
        goto end;
    if (!neuroh5_types_equal(&l->cells->types, &types, difference)) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' and '%s' are not of one network: %s", cells_path,
                path, difference);
        goto end;
    }
    /* Otherwise cells.h5 in its place would pass for a network without connections. */
    if (h5_exists(file, "/Populations") && !h5_exists(file, "/Projections")) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' holds cells, not connections", path);
        goto end;
    }
    l->cells_file = cells_file;
    l->file = file;
    for (size_t p = 0; p < types.population_count; p++) {
        l->population = &l->cells->types.populations[p];
        if (load_population(l, &next, err))
            goto end;
    }
    vec_push(&l->out->first, l->out->netcons.count);
    result = 0;
end:
    neuroh5_types_release(&types);
    h5_discard(file);
    h5_discard(cells_file);
    return result;
}

int
connections_load(struct connections *connections, const struct cells *cells,
                 const struct neuron *neuron, const struct model *model, const char *cells_path,
                 const char *path, struct fx_error *err)
{
    struct loading l = { .out = connections, .cells = cells, .neuron = neuron, .model = model };
    uint64_t totals[3];
    int result;

    memset(connections, 0, sizeof *connections);
    result = load(&l, cells_path, path, err);
    vec_release(&l.projections);
    vec_release(&l.sources);
    vec_release(&l.edge_ids);
    vec_release(&l.distances);
    vec_release(&l.shared);
    vec_release(&l.weights_checked);
    if (comm_agree(cells->comm, result, err))
        return -1;
    totals[0] = connections->edges;
    totals[1] = connections->netcons.count;
    totals[2] = connections->synapses.count;
    comm_sum_u64(cells->comm, totals, 3);
    connections->total_edges = totals[0];
    connections->total_netcons = totals[1];
    connections->total_synapses = totals[2];
    return 0;
}

static int
note_examples(void *argument, struct fx_error *err)
{
    struct connections *connections = argument;

    (void)err;
    for (size_t i = 0; i < connections->examples.count; i++) {
        struct example *example = &connections->examples.at[i];

        for (uint32_t w = 0; w < example->contact.weight_count; w++)
            example->contact.weight[w] = nrn_property_array_get(example->netcon, "weight", (int)w);
    }
    return 0;
}

int
connections_note(struct connections *connections, struct fx_error *err)
{
    return neuron_try(note_examples, connections, err);
}

static int
check_examples(void *argument, struct fx_error *err)
{
    const struct connections *connections = argument;

    for (size_t i = 0; i < connections->examples.count; i++) {
        const struct example *example = &connections->examples.at[i];

        for (uint32_t w = 0; w < example->contact.weight_count; w++) {
            const double was = fabs(example->contact.weight[w]);
            const double is = fabs(nrn_property_array_get(example->netcon, "weight", (int)w));

            if (was > 0 && !(is > 0))
                return fx_fail(err, FX_INVALID, FX_NOWHERE, "NEURON has set weight %u of "
                               "connections onto '%s' from %g to 0: its NET_RECEIVE needs an "
                               "INITIAL block, which may be empty", w, example->class,
                               example->contact.weight[w]);
        }
    }
    return 0;
}

int
connections_check(struct connections *connections, struct fx_error *err)
{
    return neuron_try(check_examples, connections, err);
}

void
connections_release(struct connections *connections)
{
    vec_release(&connections->synapses);
    vec_release(&connections->netcons);
    vec_release(&connections->sources);
    vec_release(&connections->first);
    vec_release(&connections->examples);
    memset(connections, 0, sizeof *connections);
}
