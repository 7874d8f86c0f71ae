#include "h5_types/types_of.h"

static int
count_cells(const char *population, const json_t *layers, uint64_t *count, struct fx_error *err)
{
    const char *layer;
    const json_t *value;
    char where[300];
    int64_t n;

    snprintf(where, sizeof where, "cell_distributions.%s", population);
    if (json_check_object(layers, where, err))
        return -1;
    *count = 0;
    json_object_foreach ((json_t *)layers, layer, value) {
        snprintf(where, sizeof where, "cell_distributions.%s.%s", population, layer);
        if (json_read_integer(value, where, 0, UINT32_MAX, &n, err))
            return -1;
        *count += (uint64_t)n;
    }
    return 0;
}

static int
add_populations(const struct names *numbers, const json_t *distributions,
                struct neuroh5_types *types, struct fx_error *err)
{
    const char *name;
    const json_t *layers;
    uint64_t count;
    int number;

    if (json_check_object(distributions, "cell_distributions", err))
        return -1;
    json_object_foreach ((json_t *)distributions, name, layers) {
        if (count_cells(name, layers, &count, err) ||
            names_number(numbers, "number in definitions.populations for", "cell_distributions",
                         name, &number, err) ||
            neuroh5_types_add(types, name, (uint16_t)number, count, err))
            return -1;
    }
    return 0;
}

static int
add_pairs(const json_t *projections, struct neuroh5_types *types, struct fx_error *err)
{
    const char *destination, *source;
    const json_t *sources, *value;
    char where[300];

    if (!projections)
        return 0;
    if (json_check_object(projections, "projections", err))
        return -1;
    json_object_foreach ((json_t *)projections, destination, sources) {
        snprintf(where, sizeof where, "projections.%s", destination);
        if (json_check_object(sources, where, err))
            return -1;
        json_object_foreach ((json_t *)sources, source, value)
            if (neuroh5_types_add_pair(types, source, destination, err))
                return -1;
    }
    return 0;
}

int
types_of(const struct names *populations, const json_t *distributions, const json_t *projections,
         struct neuroh5_types *types, struct fx_error *err)
{
    *types = (struct neuroh5_types){ 0 };
    if (!add_populations(populations, distributions, types, err) &&
        !add_pairs(projections, types, err) && !neuroh5_types_finish(types, err))
        return 0;
    neuroh5_types_release(types);
    return -1;
}
