#include "common/neuroh5_spikes.h"

#include <stdio.h>

static int
check_population(const struct h5_file *file, const struct neuroh5_population *population,
                 struct fx_error *err)
{
    const struct neuroh5_population *found;
    struct neuroh5_types types;
    int status;

    if (!h5_exists(file, "/H5Types"))
        return 0;
    if (neuroh5_types_read(file, &types, err))
        return -1;
    status = neuroh5_types_get(&types, file, population->name, &found, err);
    if (!status && (found->count != population->count || found->start != population->start))
        status = fx_fail(err, FX_INVALID, (struct fx_mark){ .file = h5_path(file) },
                         "'%s' has %llu cells from gid %llu on, in the network it has %llu from "
                         "%llu on", population->name, (unsigned long long)found->count,
                         (unsigned long long)found->start, (unsigned long long)population->count,
                         (unsigned long long)population->start);
    neuroh5_types_release(&types);
    return status;
}

struct neuroh5_cells *
neuroh5_spikes_open(const struct h5_file *file, const struct neuroh5_population *population,
                    const char *name_space, const char *attribute, struct fx_error *err)
{
    char path[1000];

    if (check_population(file, population, err))
        return NULL;
    snprintf(path, sizeof path, "/Populations/%s/%s/t", population->name, name_space);
    if (!attribute)
        attribute = h5_exists(file, path) ? "t" : NEUROH5_SPIKES_ATTRIBUTE;
    return neuroh5_cells_open(file, population->name, name_space, attribute, H5_F64,
                              population->count, err);
}
