/* Trains from files, as input_spike_trains and other tools write them; and files that do not fit. */
#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "common/h5.h"
#include "common/neuroh5_cells.h"
#include "common/neuroh5_types.h"
#include "network.h"

static struct comm alone = COMM_ALONE;

/* What trains.h5 holds: those of the second cell of IN, which has the gid 4. */
struct trains {
    const char *name_space, *attribute, *population;
    uint32_t cell;
    enum h5_type type;
    double times[4];
    uint64_t before;        /* 0: without /H5Types; else the cells of a population before IN */
};

static void
write_types(struct h5_file *file, const struct trains *trains)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types = { 0 };

    CHECK_OK(neuroh5_types_add(&types, "CELL", 10, trains->before, &err), err);
    CHECK_OK(neuroh5_types_add(&types, trains->population, 20, 2, &err), err);
    CHECK_OK(neuroh5_types_finish(&types, &err), err);
    CHECK_OK(neuroh5_types_write(file, &types, &err), err);
    neuroh5_types_release(&types);
}

static void
write_trains(const struct trains *trains)
{
    const struct neuroh5_attribute attribute = { trains->attribute, trains->type };
    const uint32_t count = 4;
    float single[4];
    const void *const values[1] = { trains->type == H5_F32 ? (const void *)single : trains->times };
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(test_path("trains.h5"), &alone, &err);
    struct neuroh5_cells_writer *writer;

    CHECK(file);
    for (int i = 0; i < 4; i++)
        single[i] = (float)trains->times[i];
    if (trains->before)
        write_types(file, trains);
    writer = neuroh5_cells_new(file, &alone, trains->population, trains->name_space, &attribute, 1, 1,
                               4, &err);
    CHECK(writer);
    CHECK_OK(neuroh5_cells_append(writer, trains->cell, 1, &count, values, &err), err);
    CHECK_OK(neuroh5_cells_finish(writer, &err), err);
    CHECK_OK(h5_close(file, &err), err);
}

/* Runs the network for 25 ms with these trains; what came of fx_env_stimulate(). */
static int
play(const struct trains *trains, const char *more, struct fx_error *err)
{
    const struct network_options options = { .sources = true };
    struct fx_env *env;
    char stimulus[600];
    int status;

    network_write(&options);
    write_trains(trains);
    snprintf(stimulus, sizeof stimulus, ", 'stimulus': {'IN': {'file': '%s'%s}}",
             test_path("trains.h5"), more);
    env = network_open(network_model(stimulus), network_library());
    CHECK_OK(fx_env_load_cells(env, test_path("cells.h5"), err), *err);
    status = fx_env_stimulate(env, 25, err);
    if (!status) {
        CHECK_OK(fx_env_init(env, err), *err);
        CHECK_OK(fx_env_psolve(env, 25, err), *err);
        CHECK_OK(fx_env_save(env, test_path("results.h5"), err), *err);
    }
    fx_env_free(env);
    return status;
}

/* The spikes of IN are at 5 and 15 ms, of gid 4. */
static void
check_spikes(void)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_open(test_path("results.h5"), &err);
    uint64_t count, gids;
    uint32_t *gid;
    double *t;

    CHECK(file);
    CHECK_OK(h5_read_all(file, "/Spikes/IN/t", H5_F64, (void **)&t, &count, &err), err);
    CHECK_OK(h5_read_all(file, "/Spikes/IN/gid", H5_U32, (void **)&gid, &gids, &err), err);
    CHECK_INT(count, 2);
    CHECK_INT(gids, 2);
    for (uint32_t i = 0; i < 2; i++) {
        CHECK_INT(gid[i], 4);
        CHECK_NEAR(t[i], 5 + 10 * i, 1e-9);
    }
    free(gid);
    free(t);
    h5_discard(file);
}

TEST(trains_as_input_spike_trains_writes_them)
{
    const struct trains trains = { "Input Spikes", "Spike Train", "IN", 1, H5_F32, { 0, 5, 15, 40 }, 3 };
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(play(&trains, "", &err), err);
    check_spikes();
}

TEST(trains_of_other_tools)
{
    const struct trains trains = { "Vector Stimulus", "t", "IN", 1, H5_F64, { 15, -3, 5, 40 }, 0 };
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(play(&trains, ", 'namespace': 'Vector Stimulus'", &err), err);
    check_spikes();
}

static void
refused(const struct trains *trains, const char *more, const char *said)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK(play(trains, more, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    if (!strstr(err.text, said))
        test_fail(__FILE__, __LINE__, "said: %s", err.text);
}

TEST(trains_of_another_network)
{
    refused(&(struct trains){ "Input Spikes", "t", "IN", 1, H5_F64, { 5, 15, 16, 17 }, 5 }, "",
            "'IN' has 2 cells from gid 5 on, in the network it has 2 from 3 on");
}

TEST(trains_of_another_population)
{
    refused(&(struct trains){ "Input Spikes", "t", "OUT", 1, H5_F64, { 5, 15, 16, 17 }, 3 }, "",
            "there is no population 'IN'");
}

TEST(trains_of_cells_that_are_not)
{
    refused(&(struct trains){ "Input Spikes", "t", "IN", 2, H5_F64, { 5, 15, 16, 17 }, 0 }, "", "Cell Index");
}

TEST(trains_with_times_that_are_none)
{
    refused(&(struct trains){ "Input Spikes", "t", "IN", 1, H5_F64, { 5, NAN, 16, 17 }, 0 }, "",
            "a spike time of cell 4 is no number");
}

TEST(trains_of_another_namespace)
{
    refused(&(struct trains){ "Input Spikes", "t", "IN", 1, H5_F64, { 5, 15, 16, 17 }, 0 },
            ", 'namespace': 'Input Spike'", "/Populations/IN/Input Spike/Spike Train");
}

TEST(trains_of_another_attribute)
{
    refused(&(struct trains){ "Input Spikes", "t", "IN", 1, H5_F64, { 5, 15, 16, 17 }, 0 },
            ", 'attribute': 'times'", "/Populations/IN/Input Spikes/times");
}
