#include "setup.h"

#include <stdlib.h>

#include "base/mem.h"
#include "common/rng.h"
#include "quoted_json.h"
#include "test.h"

void
setup_definitions(struct definitions *definitions)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = quoted_json("{'layers': {'SO': 5, 'SP': 6, 'SR': 8}}");

    CHECK_OK(definitions_read(json, definitions, &err), err);
    json_decref(json);
}

void
setup_projections(const char *projections, const char *extents, struct projections *out)
{
    struct fx_error err = FX_ERROR_NONE;
    struct definitions definitions;
    json_t *a = quoted_json(projections), *b = quoted_json(extents);

    setup_definitions(&definitions);
    CHECK_OK(projections_read(a, b, &definitions, out, &err), err);
    CHECK_OK(projections_check_sums(out, &definitions, &err), err);
    definitions_release(&definitions);
    json_decref(a);
    json_decref(b);
}

void
setup_somata(struct somata *somata, size_t count, double half, uint32_t stream)
{
    struct rng rng = rng_start(1, RNG_TEST, stream, 1);
    float *u = mem_new(count, sizeof *u), *v = mem_new(count, sizeof *v);

    for (size_t i = 0; i < count; i++) {
        u[i] = (float)((2 * rng_uniform(&rng) - 1) * half);
        v[i] = (float)((2 * rng_uniform(&rng) - 1) * half);
    }
    somata_init(somata, u, v, count);
    free(u);
    free(v);
}

struct connect_cell
setup_cell(size_t count, uint32_t cell, uint32_t stream)
{
    static const uint8_t swc_types[] = { SOMA, BASAL, APICAL };
    static const int8_t layers[] = { SO, SP, SR };
    struct rng rng = rng_start(1, RNG_TEST, stream, 2);
    uint32_t *id = mem_new(count, sizeof *id);
    float *distance = mem_new(count, sizeof *distance);
    int8_t *layer = mem_new(count, 1);
    uint8_t *type = mem_new(count, 1), *swc_type = mem_new(count, 1);

    for (size_t i = 0; i < count; i++) {
        id[i] = (uint32_t)i;
        type[i] = (uint8_t)rng_below(&rng, 2);
        swc_type[i] = swc_types[rng_below(&rng, 3)];
        layer[i] = layers[rng_below(&rng, 3)];
        distance[i] = (float)rng_below(&rng, 500);      /* equal ones occur */
    }
    return (struct connect_cell){
        .cell = cell, .gid = 100 + cell, .count = count, .id = id, .distance = distance,
        .layer = layer, .type = type, .swc_type = swc_type, .projection = mem_new(count, 1),
    };
}

void
setup_cell_release(struct connect_cell *cell)
{
    free((void *)(uintptr_t)cell->id);
    free((void *)(uintptr_t)cell->distance);
    free((void *)(uintptr_t)cell->layer);
    free((void *)(uintptr_t)cell->type);
    free((void *)(uintptr_t)cell->swc_type);
    free(cell->projection);
}
