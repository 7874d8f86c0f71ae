#include "tree.h"

#include <jansson.h>

#include "quoted_json.h"
#include "test.h"

struct point {
    float x, y, z, radius;
    int8_t layer, type;
    int32_t parent;
};

static const struct point POINTS[] = {
    { 0, 0, 0, 8, SP, SOMA, -1 },           { 0, 20, 0, 8, SP, SOMA, 0 },
    { 0, 20, 0, 1, SP, BASAL, 1 },          { 0, -80, 0, 1, SP, BASAL, 2 },
    { 0, -80, 0, 1, SO, BASAL, 3 },         { 300, -80, 0, 0.5f, SO, BASAL, 4 },
    { 300, -80, 200, 0.5f, SO, BASAL, 5 },  { 0, 20, 0, 2, SR, APICAL, 1 },
    { 0, 420, 0, 1, SR, APICAL, 7 },        { 0, 520, 0, 1, MORPHOLOGY_NO_LAYER, APICAL, 8 },
};

void
tree_make(struct morphology *m)
{
    struct fx_error err = FX_ERROR_NONE;
    size_t count = sizeof POINTS / sizeof POINTS[0];

    morphology_init(m, count);
    for (size_t i = 0; i < count; i++) {
        m->x[i] = POINTS[i].x;
        m->y[i] = POINTS[i].y;
        m->z[i] = POINTS[i].z;
        m->radius[i] = POINTS[i].radius;
        m->layer[i] = POINTS[i].layer;
        m->swc_type[i] = POINTS[i].type;
        m->parent[i] = POINTS[i].parent;
    }
    CHECK_OK(morphology_contract(m, &err), err);
    CHECK_INT(m->section_count, 3);
    CHECK_NEAR(m->section_length[1], 600, 1e-9);
}

void
tree_definitions(struct definitions *definitions)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = quoted_json("{'layers': {'SO': 5, 'SP': 6, 'SR': 8}}");

    CHECK_OK(definitions_read(json, definitions, &err), err);
    json_decref(json);
}

void
tree_rules(const char *density, struct density_rules *rules)
{
    struct fx_error err = FX_ERROR_NONE;
    struct definitions definitions;
    json_t *cell_type = json_pack("{s:{s:o}}", "synapses", "density", quoted_json(density));

    tree_definitions(&definitions);
    CHECK_OK(density_rules_read(cell_type, &definitions, rules, &err), err);
    definitions_release(&definitions);
    json_decref(cell_type);
}
