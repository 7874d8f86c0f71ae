/* Degrees, and the edges of one cell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/say.h"
#include "h5/show.h"

enum { LAYERS = 256 };

/* All cells of the destination, also those that no block has. */
static json_t *
in_degrees(const struct show *show, const struct edge_group *group, const struct lookup *l)
{
    const struct neuroh5_population *p =
        neuroh5_types_find(&show->source->types, group->destination);
    uint64_t none =
        p && p->count > l->count && p->count < l->count + (1u << 28) ? p->count - l->count : 0;
    uint64_t *counts = mem_new(l->count + none + 1, sizeof *counts);
    json_t *out;

    for (uint64_t i = 0; i < l->count; i++)
        counts[i] = l->values[i].end - l->values[i].begin;
    out = show_spread(counts, l->count + none);
    free(counts);
    return out;
}

static json_t *
out_degrees(const struct show *show, const struct edge_group *group, const char *path,
            struct fx_error *err)
{
    const struct neuroh5_population *p = neuroh5_types_find(&show->source->types, group->source);
    uint64_t room = p && p->count < 1u << 30 ? p->count : 0, beyond = 0, *counts;
    struct scan scan;
    json_t *out = NULL;
    int more;

    if (scan_open(&scan, show->source, path, err))
        return NULL;
    counts = mem_new(room + 1, sizeof *counts);
    while ((more = scan_next(&scan, err)) > 0)
        for (uint64_t i = 0; i < scan.count; i++) {
            uint64_t cell = scan.facts.integer ? (uint64_t)scan.values.integer[i] : UINT64_MAX;

            if (cell < room)
                counts[cell]++;
            else
                beyond++;
        }
    scan_close(&scan);
    if (more == 0) {
        out = show_spread(counts, room);
        if (beyond)
            json_object_set_new(out, "edges_from_no_cell", say_integer(beyond));
    }
    free(counts);
    return out;
}

/* --- by layer --------------------------------------------------------------------------------- */

struct layers {
    struct scan synapse, layer;
    struct lookup cells; /* of syn_layers */
    uint64_t *counts
        [LAYERS]; /* by layer + 128: in-degrees, by row of the projection; NULL: no edge there */
};

/* The edges of one row: the layer of each one's synapse. */
static int
take_row(struct layers *l, const struct lookup *edges, uint64_t row, struct fx_error *err)
{
    struct range range = edges->values[row], synapses = lookup_find(&l->cells, edges->cell[row]);
    uint64_t n = range.end - range.begin, most = synapses.end - synapses.begin;
    int64_t *id = mem_new(n + 1, sizeof *id), *layer = mem_new(most + 1, sizeof *layer);
    int status = scan_integers(&l->synapse, range.begin, n, id, err) ||
                         scan_integers(&l->layer, synapses.begin, most, layer, err)
                     ? -1
                     : 0;

    for (uint64_t i = 0; !status && i < n; i++) {
        uint64_t at;

        if (id[i] < 0 || (uint64_t)id[i] >= most)
            continue;
        at = (uint64_t)(layer[id[i]] + 128) % LAYERS;
        if (!l->counts[at])
            l->counts[at] = mem_new(edges->count + 1, sizeof **l->counts);
        l->counts[at][row]++;
    }
    free(id);
    free(layer);
    return status;
}

/* In-degrees by layer, where edges have synapses and these layers; null otherwise. */
static json_t *
layer_degrees(const struct show *show, const struct edge_group *group, const struct lookup *edges,
              struct fx_error *err)
{
    const struct attribute *a = cell_group_find(source_cells(show->cells, group->destination),
                                                "Synapse Attributes", "syn_layers");
    struct layers *l;
    char path[1000], name[20];
    json_t *out;
    int status;

    snprintf(path, sizeof path, "%s/Synapses/syn_id", group->folder);
    if (!a || h5_kind(show->source->file, path) != H5_IS_DATASET)
        return json_null();
    l = mem_new(1, sizeof *l);
    status = scan_open(&l->synapse, show->source, path, err) ||
             scan_open(&l->layer, show->cells, a->value, err) ||
             lookup_cells(&l->cells, show->cells, a, err);
    for (uint64_t row = 0; !status && row < edges->count; row++)
        status = take_row(l, edges, row, err);
    out = status ? NULL : json_object();
    for (int i = 0; i < LAYERS; i++) {
        if (out && l->counts[i]) {
            snprintf(name, sizeof name, "%d", i - 128);
            json_object_set_new(out, name, show_spread(l->counts[i], edges->count));
        }
        free(l->counts[i]);
    }
    scan_close(&l->synapse);
    scan_close(&l->layer);
    lookup_release(&l->cells);
    free(l);
    return out;
}

json_t *
show_projection(const struct show *show, const struct edge_group *group, struct fx_error *err)
{
    json_t *out = json_object(), *by_layer = NULL, *outward = NULL, *values = json_object();
    struct lookup lookup = { 0 };
    char path[1000];
    int status = lookup_edges(&lookup, show->source, group, err);

    snprintf(path, sizeof path, "%s/Edges/Source Index", group->folder);
    json_object_set_new(out, "edges", say_integer(lookup.length));
    json_object_set_new(out, "destinations", say_integer(lookup.count));
    if (!status)
        json_object_set_new(out, "in_degree", in_degrees(show, group, &lookup));
    if (!status)
        outward = out_degrees(show, group, path, err);
    if (outward)
        by_layer = layer_degrees(show, group, &lookup, err);
    if (outward)
        json_object_set_new(out, "out_degree", outward);
    if (by_layer && json_is_object(by_layer))
        json_object_set_new(out, "in_degree_by_layer", by_layer);
    status = by_layer ? 0 : -1;
    for (size_t i = 0; !status && i < group->value_count; i++) {
        json_t *range = show_range(show->source, group->values[i].path, err);

        snprintf(path, sizeof path, "%s/%s", group->values[i].name_space, group->values[i].name);
        if (range)
            json_object_set_new_nocheck(values, path, range);
        else
            status = -1;
    }
    json_object_set_new(out, "attributes", values);
    lookup_release(&lookup);
    if (!status)
        return out;
    json_decref(out);
    return NULL;
}

json_t *
show_edges(const struct show *show, const struct edge_group *group, uint64_t cell,
           struct fx_error *err)
{
    json_t *out = json_object();
    struct lookup lookup = { 0 };
    struct range range = { 0, 0 };
    char path[1000];
    int status = lookup_edges(&lookup, show->source, group, err);

    if (!status)
        range = lookup_find(&lookup, cell);
    json_object_set_new(out, "edges", say_integer(range.end - range.begin));
    snprintf(path, sizeof path, "%s/Edges/Source Index", group->folder);
    for (size_t i = 0; !status && i <= group->value_count && range.end > range.begin; i++) {
        const struct edge_value *v = i ? &group->values[i - 1] : NULL;
        struct scan scan;
        json_t *one = NULL;
        char name[700];

        snprintf(name, sizeof name, "%s/%s", v ? v->name_space : "", v ? v->name : "");
        if (!scan_open(&scan, show->source, v ? v->path : path, err))
            one = show_values(show, &scan, range, err);
        scan_close(&scan);
        if (one)
            json_object_set_new_nocheck(out, v ? name : "source_cells", one);
        else
            status = -1;
    }
    lookup_release(&lookup);
    if (!status)
        return out;
    json_decref(out);
    return NULL;
}
