/* Layers from depth: borders, points outside, layers beside each other, turned axes. */
#include "test.h"

#include <jansson.h>

#include "common/swc.h"
#include "synapse_forest/depth.h"

static const char swc[] = "1 3 0 100 0 1 -1\n"
                          "2 1 5 10 0 8 1\n"
                          "3 1 5 20 0 8 2\n"
                          "4 4 5 60 7 1 3\n";

struct setting {
    struct morphology tree;
    struct layer_extents extents;
    struct definitions definitions;
};

static void
set_up(struct setting *s, const char *extents, const char *definitions)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *a = json_loads(extents, 0, NULL), *b = json_loads(definitions, 0, NULL);

    CHECK(a && b);
    CHECK_OK(swc_parse(swc, strlen(swc), "a.swc", &s->tree, NULL, &err), err);
    CHECK_OK(layer_extents_read(a, &s->extents, &err), err);
    CHECK_OK(definitions_read(b, &s->definitions, &err), err);
    json_decref(a);
    json_decref(b);
}

static void
tear_down(struct setting *s)
{
    morphology_release(&s->tree);
    layer_extents_release(&s->extents);
    definitions_release(&s->definitions);
}

static const char three[] = "{\"C\": [[0, 0, 40], [1, 1, 90]], \"A\": [[0, 0, 0], [1, 1, 10]], "
                            "\"B\": [[1, 0, 10], [2, 1, 50]]}";
static const char numbers[] = "{\"layers\": {\"A\": 7, \"B\": 2, \"C\": 4}}";

static void
check_layers(const double axis[3], double l, int first, int second, int third, int fourth)
{
    struct fx_error err = FX_ERROR_NONE;
    struct setting s;
    struct depth depth;
    int8_t layers[4];

    set_up(&s, three, numbers);
    CHECK_OK(depth_init(&depth, &s.tree, axis, &s.extents, &s.definitions, &err), err);
    depth_layers(&depth, l, layers);
    CHECK_INT(layers[0], first);
    CHECK_INT(layers[1], second);
    CHECK_INT(layers[2], third);
    CHECK_INT(layers[3], fourth);
    depth_release(&depth);
    tear_down(&s);
}

/* The first soma point, the second one of the file, lies at l; A is 0-10, B 10-50, C 40-90. */
TEST(layers_by_depth)
{
    const double down[3] = { 0, 1, 0 }, up[3] = { 0, -3, 0 }, across[3] = { 0, 0, 1 };

    check_layers(down, 0, 4, 7, 2, 4);      /* 90: the end of all; 0; 10: the next layer; 50 */
    check_layers(down, -20, 4, -1, -1, 2);  /* 70, -20, -10, 30 */
    check_layers(down, 30, -1, 2, 2, 4);    /* 120, 30, 40 (B before C), 80 */
    check_layers(up, 90, 7, 4, 4, 2);       /* 0, 90, 80, 40 */
    check_layers(across, 5, 7, 7, 7, 2);    /* 5, 5, 5, 12 */
}

TEST(what_cannot_be)
{
    struct fx_error err = FX_ERROR_NONE;
    struct setting s;
    struct depth depth;

    set_up(&s, three, "{\"layers\": {\"A\": 7, \"B\": 2}}");
    CHECK(depth_init(&depth, &s.tree, (double[]){ 0, 1, 0 }, &s.extents, &s.definitions, &err));
    CHECK_STR(err.text, "layer_extents: there is no number in definitions.layers for 'C'");
    depth_release(&depth);
    err = (struct fx_error)FX_ERROR_NONE;
    CHECK(depth_init(&depth, &s.tree, (double[]){ 0, 0, 0 }, &s.extents, &s.definitions, &err));
    CHECK_STR(err.text, "'depth_axis' has the length 0");
    depth_release(&depth);
    tear_down(&s);
}
