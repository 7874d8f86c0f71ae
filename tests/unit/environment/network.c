#include "network.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/mem.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_projection.h"
#include "common/neuroh5_trees.h"
#include "common/neuroh5_types.h"
#include "nmodl/library.h"
#include "test.h"

enum { CELLS = 3, SOURCES = 2, SYNAPSES = 6 };

static struct comm alone = COMM_ALONE;
static struct arena *texts;         /* of models; they live as long as the test's process */

void
network_tree(struct morphology *m)
{
    static const float POINTS[][6] = {  /* type, x, y, radius, parent, layer */
        { 1, 0, 0, 5, -1, 1 }, { 1, 0, 20, 5, 0, 1 },
        { 4, 0, 20, 1, 1, 1 }, { 4, 0, 70, 1, 2, 1 }, { 4, 0, 71, 1, 3, 2 }, { 4, 0, 120, 1, 4, 2 },
        { 3, 0, 0, 1, 0, 1 }, { 3, 60, 0, 1, 6, 1 },
    };
    struct fx_error err = FX_ERROR_NONE;

    morphology_init(m, sizeof POINTS / sizeof *POINTS);
    for (size_t i = 0; i < m->point_count; i++) {
        m->swc_type[i] = (int8_t)POINTS[i][0];
        m->x[i] = POINTS[i][1];
        m->y[i] = POINTS[i][2];
        m->radius[i] = POINTS[i][3];
        m->parent[i] = (int32_t)POINTS[i][4];
        m->layer[i] = (int8_t)POINTS[i][5];
    }
    CHECK_OK(morphology_contract(m, &err), err);
}

static void
make_types(struct neuroh5_types *types, bool sources)
{
    struct fx_error err = FX_ERROR_NONE;

    *types = (struct neuroh5_types){ 0 };
    CHECK_OK(neuroh5_types_add(types, "CELL", 10, CELLS, &err), err);
    CHECK_OK(neuroh5_types_add_pair(types, "CELL", "CELL", &err), err);
    if (sources) {
        CHECK_OK(neuroh5_types_add(types, "IN", 20, SOURCES, &err), err);
        CHECK_OK(neuroh5_types_add_pair(types, "IN", "CELL", &err), err);
    }
    CHECK_OK(neuroh5_types_finish(types, &err), err);
}

static void
write_trees(struct h5_file *file)
{
    struct fx_error err = FX_ERROR_NONE;
    struct morphology tree;
    const struct morphology *trees[CELLS] = { &tree, &tree, &tree };
    struct neuroh5_trees_writer *writer;

    network_tree(&tree);
    writer = neuroh5_trees_new(file, &alone, "CELL", CELLS, &tree, &err);
    CHECK(writer);
    CHECK_OK(neuroh5_trees_append(writer, 0, CELLS, trees, &err), err);
    CHECK_OK(neuroh5_trees_finish(writer, &err), err);
    morphology_release(&tree);
}

static void
write_synapses(struct h5_file *file, const struct network_options *options)
{
    static const struct neuroh5_attribute ATTRIBUTES[] = {
        { "syn_ids", H5_U32 }, { "syn_locs", H5_F32 }, { "syn_secs", H5_U32 },
        { "swc_types", H5_U8 },
    };
    const uint32_t ids[SYNAPSES] = { 0, 1, 2, 3, 4, 5 };
    const float locations[SYNAPSES] = { 0.1f, 0.12f, 0.9f, 1, 0.5f, 0.5f };
    uint32_t sections[SYNAPSES] = { 1, 1, 1, 1, 2, 0 };
    const uint8_t types[SYNAPSES] = { 4, 4, 4, 4, 3, 1 };
    const void *const values[4] = { ids, locations, sections, types };
    const uint32_t count = SYNAPSES;
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_cells_writer *writer;

    if (options && options->synapse_section)
        sections[4] = options->synapse_section;
    writer = neuroh5_cells_new(file, &alone, "CELL", "Synapse Attributes", ATTRIBUTES, 4, CELLS,
                               NEUROH5_GROWS, &err);
    CHECK(writer);
    for (uint32_t i = 0; i < CELLS; i++)
        CHECK_OK(neuroh5_cells_append(writer, i, 1, &count, values, &err), err);
    CHECK_OK(neuroh5_cells_finish(writer, &err), err);
}

static void
write_edges(struct h5_file *file, const char *source, const uint32_t counts[CELLS],
            const uint32_t *sources, const uint32_t *ids, const float *distances)
{
    static const struct neuroh5_edge_attribute ATTRIBUTES[] = {
        { "Synapses", "syn_id", H5_U32 }, { "Connections", "distance", H5_F32 },
    };
    const void *const values[2] = { ids, distances };
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_projection_writer *writer;

    writer = neuroh5_projection_new(file, &alone, source, "CELL", ATTRIBUTES, 2, CELLS,
                                    NEUROH5_GROWS, &err);
    CHECK(writer);
    CHECK_OK(neuroh5_projection_append(writer, CELLS, counts, sources, values, &err), err);
    CHECK_OK(neuroh5_projection_finish(writer, NULL, &err), err);
}

void
network_write(const struct network_options *options)
{
    static const char *const AXES[3] = { "X Coordinate", "Y Coordinate", "Z Coordinate" };
    const float at[3][CELLS] = { { 100, 200, 300 }, { 0, 0, 0 }, { 0, 0, 0 } };
    const uint32_t cell_counts[CELLS] = { 0, 3, 3 }, cell_sources[] = { 0, 0, 0, 1, 1, 1 },
                   cell_ids[] = { 0, 1, 2, 0, 1, 2 };
    const float cell_distances[] = { 100, 100, 100, 100, 100, 100 };
    const uint32_t in_counts[CELLS] = { 2, 0, 0 }, in_sources[] = { 0, 0 };
    uint32_t in_ids[] = { 4, 5 };
    float in_distances[] = { 250, 0 };
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;
    struct h5_file *file = h5_create(test_path("cells.h5"), &alone, &err);

    make_types(&types, options && options->sources);
    CHECK(file);
    CHECK_OK(neuroh5_types_write(file, &types, &err), err);
    for (int k = 0; k < 3; k++)
        CHECK_OK(neuroh5_cells_write_single(file, &alone, "CELL", "Generated Coordinates",
                                            AXES[k], H5_F32, CELLS, at[k], &err), err);
    if (!options || !options->no_trees)
        write_trees(file);
    write_synapses(file, options);
    CHECK_OK(h5_close(file, &err), err);
    file = h5_create(test_path("connections.h5"), &alone, &err);
    CHECK(file);
    CHECK_OK(neuroh5_types_write(file, &types, &err), err);
    write_edges(file, "CELL", cell_counts, cell_sources, cell_ids, cell_distances);
    if (options && options->edge_synapse)
        in_ids[0] = options->edge_synapse;
    if (options && (options->distance < 0 || options->distance > 0))
        in_distances[0] = options->distance;
    if (options && options->sources)
        write_edges(file, "IN", in_counts, in_sources, in_ids, in_distances);
    CHECK_OK(h5_close(file, &err), err);
    neuroh5_types_release(&types);
}

void
network_write_trains(void)
{
    const struct neuroh5_attribute attribute = { "t", H5_F32 };
    const float times[] = { 30, 10, 20 };
    const void *const values[1] = { times };
    const uint32_t count = 3;
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(test_path("trains.h5"), &alone, &err);
    struct neuroh5_cells_writer *writer;

    CHECK(file);
    writer = neuroh5_cells_new(file, &alone, "IN", "Trains", &attribute, 1, 1, 3, &err);
    CHECK(writer);
    CHECK_OK(neuroh5_cells_append(writer, 1, 1, &count, values, &err), err);
    CHECK_OK(neuroh5_cells_finish(writer, &err), err);
    CHECK_OK(h5_close(file, &err), err);
}

static char *
double_quotes(const char *json)
{
    char *text = mem_copy(json, strlen(json));

    for (char *c = text; *c; c++)
        if (*c == '\'')
            *c = '"';
    return text;
}

struct fx_env *
network_open(const char *json, const char *library)
{
    struct fx_error err = FX_ERROR_NONE;
    char *text = double_quotes(json);
    const struct fx_env_options options = { .model = text, .mechanisms = library };
    struct fx_env *env = fx_env_open(&options, &err);

    free(text);
    if (!env)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return env;
}

const char *
network_library(void)
{
    static const char SOURCE[] = TEST_SOURCE_DIR "/workflows/quickstart/mechanisms/VecStim.mod";
    struct fx_error err = FX_ERROR_NONE;
    struct library library = {
        .sources = test_path("mechanisms"), .neuron = TEST_NEURON, .compiler = "c++",
        .scratch = test_path("scratch"), .threads = 2
    };
    struct text text;

    text_init(&text, 1 << 20);
    CHECK_OK(file_read(SOURCE, &text, &err), err);
    CHECK_OK(file_make_folders(library.sources, &err), err);
    CHECK_OK(file_make_folders(library.scratch, &err), err);
    test_write(test_path("mechanisms/VecStim.mod"), text.at);
    text_release(&text);
    CHECK_OK(library_build(&library, test_path("libnrnmech.so"), &err), err);
    return test_path("libnrnmech.so");
}

const char *
network_model(const char *more)
{
    if (!texts)
        texts = arena_new();
    return arena_printf(texts,
        "{'biophysics': {'CELL': {'Ra': 100, 'segments': {'fixed': 5}, 'sections': {"
        "   'all': {'mechanisms': {'pas': {'g': 1e-4, 'e': -65}}},"
        "   'soma': {'mechanisms': {'hh': {}}, 'ions': {'ena': 55}}}}},"
        " 'synapse_mechanisms': {'AMPA': {'mechanism': 'ExpSyn', 'parameters': {'tau': 2, 'e': 0},"
        "                                 'weights': ['weight']}},"
        " 'synapses': {'CELL': {'CELL': {'mechanisms': {'AMPA': {'weight': 0.02}}},"
        "                       'IN': {'mechanisms': {'AMPA': {'weight': 0.01},"
        "                                             'Exp2Syn': {'tau1': 1, 'weight': 2e-4}}}}},"
        " 'celsius': 6.3, 'dt': 0.025 %s}", more).at;
}
