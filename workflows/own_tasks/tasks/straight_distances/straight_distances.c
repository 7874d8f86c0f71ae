/*
 * straight_distances JOB: the distance of each soma from the middle of a box, along U and along V.
 *
 * Leaves distances.h5 with /H5Types and the Arc Distances of every population (docs/neuroh5.md). A
 * mistake ends it with a message and status 1: fornix shows the message and publishes nothing.
 */
#include <hdf5.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static void
fail(const char *what, const char *name)
{
    fprintf(stderr, "straight_distances: %s %s\n", what, name);
    exit(1);
}

static void
set_number(hid_t group, const char *name, double value)
{
    hid_t space = H5Screate(H5S_SCALAR);
    hid_t attribute = H5Acreate(group, name, H5T_IEEE_F64LE, space, H5P_DEFAULT, H5P_DEFAULT);

    if (attribute < 0 || H5Awrite(attribute, H5T_NATIVE_DOUBLE, &value) < 0)
        fail("cannot write the attribute", name);
    H5Aclose(attribute);
    H5Sclose(space);
}

/* Copies "<from>" to "<to>" with its index and pointers, and makes its values distances. */
static void
distances(hid_t population, hid_t out, const char *from, const char *to, double middle)
{
    hid_t values, space;
    hssize_t count;
    float *value;

    if (H5Ocopy(population, from, out, to, H5P_DEFAULT, H5P_DEFAULT) < 0)
        fail("cannot copy", from);
    values = H5Oopen(out, to, H5P_DEFAULT);
    values = H5Dopen(values, "Attribute Value", H5P_DEFAULT);
    space = H5Dget_space(values);
    count = H5Sget_simple_extent_npoints(space);
    value = malloc((size_t)(count > 0 ? count : 1) * sizeof *value);
    if (!value || H5Dread(values, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        fail("cannot read", from);
    for (hssize_t i = 0; i < count; i++)
        value[i] -= (float)middle;
    if (H5Dwrite(values, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, value) < 0)
        fail("cannot write", to);
    free(value);
}

struct box {
    hid_t out;
    double low[2], high[2];
};

/* For H5Literate: one population. */
static herr_t
do_population(hid_t populations, const char *name, const H5L_info_t *info, void *context)
{
    static const char *const from[] = { "Generated Coordinates/U Coordinate",
                                        "Generated Coordinates/V Coordinate" };
    static const char *const to[] = { "U Distance", "V Distance" };
    static const char *const limits[][2] = { { "Reference U Min", "Reference U Max" },
                                             { "Reference V Min", "Reference V Max" } };
    const struct box *box = context;
    hid_t population = H5Gopen(populations, name, H5P_DEFAULT);
    hid_t own = H5Gcreate(box->out, name, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    hid_t group = H5Gcreate(own, "Arc Distances", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);

    (void)info;
    for (int axis = 0; axis < 2; axis++) {
        double half = (box->high[axis] - box->low[axis]) / 2;

        distances(population, group, from[axis], to[axis], box->low[axis] + half);
        set_number(group, limits[axis][0], -half);
        set_number(group, limits[axis][1], half);
    }
    return 0;
}

int
main(int argc, char **argv)
{
    json_t *job = argc == 2 ? json_load_file(argv[1], 0, NULL) : NULL;
    const char *somas, *file;
    struct box box;
    hid_t in, out;

    if (!job || json_unpack(job, "{s:{s:s, s:[F,F], s:[F,F]}, s:{s:s}}", "parameters", "somas",
                            &somas, "low", &box.low[0], &box.low[1], "high", &box.high[0],
                            &box.high[1], "outputs", "file", &file))
        fail("cannot read the job", argc > 1 ? argv[1] : "");
    in = H5Fopen(somas, H5F_ACC_RDONLY, H5P_DEFAULT);
    out = H5Fcreate(file, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    if (in < 0 || out < 0 || H5Ocopy(in, "H5Types", out, "H5Types", H5P_DEFAULT, H5P_DEFAULT) < 0)
        fail("cannot copy the types of", somas);
    box.out = H5Gcreate(out, "Populations", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    in = H5Gopen(in, "Populations", H5P_DEFAULT);
    if (H5Literate(in, H5_INDEX_NAME, H5_ITER_INC, NULL, do_population, &box) < 0)
        fail("cannot read the populations of", somas);
    return H5close() < 0;
}
