/* Edges of a cell: assignment, choice of sources, contacts, what stays unconnected. */
#include <stdlib.h>

#include "base/mem.h"
#include "common/rng.h"
#include "connections/connect.h"
#include "setup.h"
#include "test.h"

/* Two sources share excitatory synapses, one has the inhibitory ones on basal sections. */
static const char TWO[] =
    "{'A': {'type': 'excitatory', 'sections': ['basal', 'basal', 'apical'], 'layers': ['SO', 'SP', "
    "'SR'],"
    "       'proportions': [0.25, 1, 0.5]},"
    " 'B': {'type': 'excitatory', 'sections': ['basal', 'apical'], 'layers': ['SO', 'SR'],"
    "       'proportions': [0.75, 0.5]},"
    " 'C': {'type': 'inhibitory', 'sections': ['basal'], 'layers': ['default'], 'proportions': "
    "[1]}}";
static const char WIDE[] =
    "{'A': {'default': {'width': [400, 400]}}, 'B': {'default': {'width': [400, 400]}},"
    " 'C': {'default': {'width': [400, 400]}}}";

struct scene {
    struct projections projections;
    struct assignment assignment;
    struct connect_source sources[3];
    struct connect_how how;
    struct connect_work work;
    struct connect_tally tally;
    struct edge_arrays edges;
    size_t edge_count;
};

static void
make(struct scene *scene, const char *projections, const char *extents, size_t somata)
{
    *scene = (struct scene){ 0 };
    setup_projections(projections, extents, &scene->projections);
    assignment_init(&scene->assignment, &scene->projections);
    for (size_t i = 0; i < scene->projections.count; i++) {
        setup_somata(&scene->sources[i].somata, somata, 150, (uint32_t)i);
        scene->sources[i].stream = (uint32_t)i;
    }
    scene->how = (struct connect_how){ 9, &scene->projections, &scene->assignment, scene->sources };
    connect_tally_init(&scene->tally, scene->projections.count);
}

static void
drop_edges(struct scene *scene)
{
    free(scene->edges.source);
    free(scene->edges.syn_id);
    free(scene->edges.distance);
}

static void
drop(struct scene *scene)
{
    drop_edges(scene);
    for (size_t i = 0; i < scene->projections.count; i++)
        somata_release(&scene->sources[i].somata);
    connect_tally_release(&scene->tally);
    connect_work_release(&scene->work);
    assignment_release(&scene->assignment);
    projections_release(&scene->projections);
}

static void
draw(struct scene *scene, const struct connect_cell *cell, size_t projection)
{
    drop_edges(scene);
    scene->edges = (struct edge_arrays){ mem_new(cell->count, 4), mem_new(cell->count, 4),
                                         mem_new(cell->count, 4) };
    scene->edge_count =
        connect_cell_draw(&scene->how, cell, &scene->work, projection, &scene->edges);
}

TEST(synapses_go_to_the_sources_that_name_them_by_proportion)
{
    struct scene scene;
    struct connect_cell cell = setup_cell(90000, 0, 1);
    double count[3][3] = { { 0 } };     /* (basal SO, basal SP, apical SR) x source */

    make(&scene, TWO, WIDE, 10);
    connect_cell_assign(&scene.how, &cell, &scene.work);
    for (size_t i = 0; i < cell.count; i++) {
        int where = cell.swc_type[i] == BASAL && cell.layer[i] == SO    ? 0
                    : cell.swc_type[i] == BASAL && cell.layer[i] == SP  ? 1
                    : cell.swc_type[i] == APICAL && cell.layer[i] == SR ? 2
                                                                        : -1;
        if (cell.type[i] == INHIBITORY) {
            /* The layer `default`: all layers, since no inhibitory source names one. */
            CHECK_INT(cell.projection[i], cell.swc_type[i] == BASAL ? 2 : SOURCE_NONE);
        } else if (where < 0) {
            CHECK_INT(cell.projection[i], SOURCE_NONE);
        } else {
            CHECK(cell.projection[i] < 2);
            count[where][cell.projection[i]]++;
        }
    }
    CHECK_NEAR(count[0][0] / (count[0][0] + count[0][1]), 0.25, 5 * sqrt(0.25 * 0.75 / 5000));
    CHECK_NEAR(count[1][1], 0, 0);
    CHECK_NEAR(count[2][0] / (count[2][0] + count[2][1]), 0.5, 5 * sqrt(0.25 / 5000));
    setup_cell_release(&cell);
    drop(&scene);
}

TEST(a_layers_own_entry_comes_before_the_default)
{
    struct scene scene;
    struct connect_cell cell = setup_cell(3000, 0, 1);

    make(&scene,
         "{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['default'], "
         "'proportions': [1]},"
         " 'B': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['SO'], 'proportions': "
         "[1]}}",
         WIDE, 10);
    connect_cell_assign(&scene.how, &cell, &scene.work);
    for (size_t i = 0; i < cell.count; i++)
        if (cell.type[i] == EXCITATORY && cell.swc_type[i] == BASAL)
            CHECK_INT(cell.projection[i], cell.layer[i] == SO ? 1 : 0);
        else
            CHECK_INT(cell.projection[i], SOURCE_NONE);
    setup_cell_release(&cell);
    drop(&scene);
}

TEST(synapses_of_unknown_kinds_belong_to_nobody)
{
    struct scene scene;
    uint32_t id[4] = { 0, 1, 2, 3 };
    int8_t layer[4] = { SO, -1, -128, 127 };
    uint8_t type[4] = { 255, 0, 0, 0 }, swc_type[4] = { BASAL, 255, BASAL, 0 }, projection[4];
    struct connect_cell cell = { .count = 4, .id = id, .layer = layer, .type = type,
                                 .swc_type = swc_type, .projection = projection };

    make(&scene, TWO, WIDE, 10);
    connect_cell_assign(&scene.how, &cell, &scene.work);
    for (size_t i = 0; i < 4; i++)
        CHECK_INT(projection[i], SOURCE_NONE);
    connect_cell_count(&scene.how, &cell, &scene.tally);
    CHECK_INT(scene.tally.unwanted_synapses, 4);
    CHECK_INT(scene.tally.unwanted_cells, 1);
    drop(&scene);
}

/* Every edge of every projection, drawn plainly from the cumulated weights of all somata. */
TEST(sources_come_as_often_as_their_weights_say)
{
    struct scene scene;
    struct connect_cell cell = setup_cell(20000, 0, 2);
    const struct somata *somata;
    double weight[60] = { 0 }, seen[60] = { 0 }, sum = 0, n = 0, chi_squared = 0;
    int bins = 0;

    make(&scene, "{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['default'],"
                 "       'proportions': [1]}}",
         "{'A': {'default': {'width': [200, 240], 'offset': [20, 0]}}}", 60);
    cell.u = 10;
    cell.v = -5;
    somata = &scene.sources[0].somata;
    for (size_t i = 0; i < 60; i++) {
        double du = fabs(somata->u[i] - cell.u), dv = fabs(somata->v[i] - cell.v);
        double s_u = (100.0 - 20) / 3, s_v = 120.0 / 3;

        if (du < 100 && dv < 120)
            weight[somata->cell[i]] = exp(-pow((du - 20) / s_u, 2) / 2 - pow(dv / s_v, 2) / 2);
        sum += weight[somata->cell[i]];
    }
    for (uint32_t gid = 0; gid < 20; gid++) {
        cell.gid = gid;
        connect_cell_assign(&scene.how, &cell, &scene.work);
        draw(&scene, &cell, 0);
        for (size_t k = 0; k < scene.edge_count; k++) {
            CHECK(k == 0 || scene.edges.syn_id[k] > scene.edges.syn_id[k - 1]);
            seen[scene.edges.source[k]]++;
        }
        n += (double)scene.edge_count;
    }
    for (size_t i = 0; i < 60; i++) {
        double expected = n * weight[i] / sum;

        CHECK(weight[i] > 0 || seen[i] == 0);
        if (expected < 20)
            continue;
        chi_squared += (seen[i] - expected) * (seen[i] - expected) / expected;
        bins++;
    }
    CHECK(bins > 15);
    CHECK_NEAR(chi_squared, bins, 5 * sqrt(2.0 * bins));
    setup_cell_release(&cell);
    drop(&scene);
}

TEST(edges_are_as_many_as_counted_and_within_reach)
{
    struct scene scene;
    size_t edges = 0, synapses = 0;

    make(&scene, TWO, "{'A': {'default': {'width': [60, 60]}, 'SP': {'width': [4, 4]}},"
                      " 'B': {'SO': {'width': [100, 20]}, 'SR': {'width': [20, 20]}},"
                      " 'C': {'default': {'width': [40, 40]}}}", 40);
    for (uint32_t gid = 0; gid < 60; gid++) {
        struct connect_cell cell = setup_cell(500, gid, gid);
        uint64_t before[3];

        cell.u = -150 + 5.0 * gid;
        cell.v = 100 - 4.0 * gid;
        for (size_t p = 0; p < 3; p++)
            before[p] = scene.tally.at[p].edges;
        connect_cell_assign(&scene.how, &cell, &scene.work);
        connect_cell_count(&scene.how, &cell, &scene.tally);
        for (size_t p = 0; p < 3; p++) {
            draw(&scene, &cell, p);
            CHECK_INT(scene.edge_count, scene.tally.at[p].edges - before[p]);
            edges += scene.edge_count;
            for (size_t k = 0; k < scene.edge_count; k++) {
                const struct somata *somata = &scene.sources[p].somata;
                const struct projection *projection = &scene.projections.at[p];
                uint32_t synapse = scene.edges.syn_id[k];
                size_t i = 0, e = projection->extent_of_layer[(uint8_t)cell.layer[synapse]];

                CHECK_INT(cell.projection[synapse], p);
                while (somata->cell[i] != scene.edges.source[k])
                    i++;
                CHECK(fabs(somata->u[i] - cell.u) < projection->extents[e].reach[0]);
                CHECK(fabs(somata->v[i] - cell.v) < projection->extents[e].reach[1]);
                CHECK_NEAR(scene.edges.distance[k],
                           fabs(somata->u[i] - cell.u) + fabs(somata->v[i] - cell.v), 1e-4);
            }
        }
        synapses += cell.count;
        setup_cell_release(&cell);
    }
    CHECK_INT(scene.tally.synapses, synapses);
    CHECK_INT(scene.tally.cells, 60);
    for (size_t p = 0; p < 3; p++) {
        CHECK(scene.tally.at[p].unreached_synapses > 0 && scene.tally.at[p].unreached_cells > 0);
        CHECK(scene.tally.at[p].edges > 0);
        edges += scene.tally.at[p].unreached_synapses;
    }
    CHECK_INT(edges + scene.tally.unwanted_synapses, synapses);
    CHECK_INT(scene.tally.unwanted_cells, 60);
    drop(&scene);
}

TEST(a_cell_is_not_its_own_source_unless_it_may)
{
    struct scene scene;
    struct connect_cell cell = setup_cell(2000, 0, 3);
    struct somata *somata;
    size_t own = 0;

    make(&scene, TWO, WIDE, 4);
    somata = &scene.sources[0].somata;
    cell.cell = somata->cell[2];
    cell.u = somata->u[2];
    cell.v = somata->v[2];
    connect_cell_assign(&scene.how, &cell, &scene.work);
    draw(&scene, &cell, 0);
    for (size_t k = 0; k < scene.edge_count; k++)
        own += scene.edges.source[k] == cell.cell;
    CHECK(own > 50);
    scene.sources[0].is_self = true;
    draw(&scene, &cell, 0);
    CHECK(scene.edge_count > 150);
    for (size_t k = 0; k < scene.edge_count; k++)
        CHECK(scene.edges.source[k] != cell.cell);
    somata_release(somata);
    somata_init(somata, (float[]){ 0 }, (float[]){ 0 }, 1);
    cell.cell = 0;
    draw(&scene, &cell, 0);     /* nobody else is there */
    CHECK_INT(scene.edge_count, 0);
    setup_cell_release(&cell);
    drop(&scene);
}

TEST(an_empty_source_population_leaves_its_synapses_unconnected)
{
    struct scene scene;
    struct connect_cell cell = setup_cell(1000, 0, 3);
    uint64_t meant = 0;

    make(&scene, TWO, WIDE, 0);
    connect_cell_assign(&scene.how, &cell, &scene.work);
    connect_cell_count(&scene.how, &cell, &scene.tally);
    for (size_t i = 0; i < cell.count; i++)
        meant += cell.projection[i] == 1;
    draw(&scene, &cell, 1);
    CHECK_INT(scene.edge_count, 0);
    CHECK_INT(scene.tally.at[1].edges, 0);
    CHECK_INT(scene.tally.at[1].unreached_synapses, meant);
    CHECK_INT(scene.tally.at[1].unreached_cells, 1);
    setup_cell_release(&cell);
    drop(&scene);
}

struct member {
    float distance;
    uint32_t id, source;
};

static int
compare_members(const void *a, const void *b)
{
    const struct member *x = a, *y = b;

    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

TEST(contacts_of_a_source_lie_next_to_each_other)
{
    enum { CONTACTS = 5 };
    struct scene scene;
    struct connect_cell cell = setup_cell(4003, 0, 4);
    const int8_t layers[] = { SO, SP, SR };
    struct member *group = mem_new(cell.count, sizeof *group);
    size_t changes = 0, within = 0;

    make(&scene, "{'A': {'type': 'excitatory', 'sections': ['basal', 'apical'],"
                 "       'layers': ['default', 'default'], 'proportions': [1, 1], 'contacts': 5}}",
         WIDE, 100);
    connect_cell_assign(&scene.how, &cell, &scene.work);
    draw(&scene, &cell, 0);
    CHECK(scene.edge_count > 1000);
    for (size_t l = 0; l < 3; l++) {
        size_t n = 0;

        for (size_t k = 0; k < scene.edge_count; k++) {
            uint32_t synapse = scene.edges.syn_id[k];

            CHECK(k == 0 || synapse > scene.edges.syn_id[k - 1]);
            if (cell.layer[synapse] == layers[l])
                group[n++] = (struct member){ cell.distance[synapse], synapse,
                                              scene.edges.source[k] };
        }
        qsort(group, n, sizeof *group, compare_members);
        for (size_t i = 1; i < n; i++) {
            if (i % CONTACTS != 0)
                within += group[i].source != group[i - 1].source;
            else
                changes += group[i].source != group[i - 1].source;
        }
    }
    CHECK_INT(within, 0);
    CHECK(changes > 200);       /* a new draw seldom is the same of some dozens */
    free(group);
    setup_cell_release(&cell);
    drop(&scene);
}

TEST(other_extents_of_one_projection_leave_the_others_edges)
{
    struct scene one, other;
    struct connect_cell cell = setup_cell(1000, 0, 5);

    make(&one, TWO, WIDE, 50);
    make(&other, TWO,
         "{'A': {'default': {'width': [40, 40]}}, 'B': {'default': {'width': [400, 400]}},"
         " 'C': {'SO': {'width': [40, 90]}, 'default': {'width': [400, 400]}}}",
         50);
    for (size_t p = 0; p < 3; p++) {
        size_t same = 0;

        connect_cell_assign(&one.how, &cell, &one.work);
        draw(&one, &cell, p);
        connect_cell_assign(&other.how, &cell, &other.work);
        draw(&other, &cell, p);
        for (size_t k = 0; p > 0 && k < one.edge_count; k++)
            same += one.edges.source[k] == other.edges.source[k];
        if (p == 1)     /* unchanged */
            CHECK_INT(same, one.edge_count);
        if (p == 2) {   /* changed for the layer SO alone */
            CHECK_INT(one.edge_count, other.edge_count);
            CHECK(same < one.edge_count);
            for (size_t k = 0; k < one.edge_count; k++)
                CHECK(one.edges.source[k] == other.edges.source[k] ||
                      cell.layer[one.edges.syn_id[k]] == SO);
        }
    }
    setup_cell_release(&cell);
    drop(&one);
    drop(&other);
}

TEST(the_order_of_the_configuration_does_not_matter)
{
    struct projections p;

    setup_projections(TWO, WIDE, &p);
    p.at[0].source_index = 7;
    p.at[1].source_index = 3;
    p.at[2].source_index = 5;
    projections_sort(&p);
    CHECK_STR(p.at[0].source, "B");
    CHECK_STR(p.at[1].source, "C");
    CHECK_STR(p.at[2].source, "A");
    projections_release(&p);
}
