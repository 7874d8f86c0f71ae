/* A network from files to spikes, currents and potentials. */
#include "test.h"

#include <stdlib.h>

#include "common/h5.h"
#include "environment/line_source.h"
#include "environment/neuron.h"
#include "network.h"

static void
load(struct fx_env *env)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(fx_env_load_cells(env, test_path("cells.h5"), &err), err);
    CHECK_OK(fx_env_load_connections(env, test_path("connections.h5"), &err), err);
}

static void
run(struct fx_env *env, double until)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(fx_env_init(env, &err), err);
    CHECK_OK(fx_env_psolve(env, until, &err), err);
    CHECK_OK(fx_env_save(env, test_path("results.h5"), &err), err);
}

/* A clamp of `current` nA from 1 ms on, into the first soma. By hoc: what the caller may do. */
static void
clamp_first_soma(double current, double duration)
{
    struct fx_error err = FX_ERROR_NONE;
    char statement[200];

    snprintf(statement, sizeof statement, "objref clamp\nforall if (issection(\"CELL.0..soma.*\")) {"
             "clamp = new IClamp(0.5)}\nclamp.del = 1\nclamp.dur = %g\nclamp.amp = %g\n", duration,
             current);
    CHECK_OK(neuron_hoc(statement, &err), err);
}

struct column {
    void *at;
    uint64_t count;
};

static struct column
read_column(const char *path, enum h5_type type)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_open(test_path("results.h5"), &err);
    struct column column;

    if (!file || h5_read_all(file, path, type, &column.at, &column.count, &err))
        test_fail(__FILE__, __LINE__, "%s", err.text);
    h5_discard(file);
    return column;
}

TEST(cells_and_connections_are_counted)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fx_env_counts counts;
    struct fx_env *env;
    size_t count;

    network_write(NULL);
    env = network_open(network_model(""), NULL);
    load(env);
    CHECK_OK(fx_env_count(env, &counts, &err), err);
    CHECK_INT(counts.cells, 3);
    CHECK_INT(counts.sections, 9);
    CHECK_INT(counts.segments, 45);
    CHECK_INT(counts.edges, 6);
    CHECK_INT(counts.netcons, 6);
    /* Locations 0.1 and 0.12 are in one segment. */
    CHECK_INT(counts.synapses, 4);
    CHECK_INT(counts.spikes, 0);
    CHECK(fx_env_has_cell(env, 2) && !fx_env_has_cell(env, 3));
    CHECK_INT(fx_env_section_count(env, 1), 3);
    CHECK(fx_env_section(env, 1, 2) && !fx_env_section(env, 1, 3));
    CHECK(!fx_env_player(env, 1));
    CHECK(!fx_env_netcons(env, 0, &count) || count == 0);
    CHECK(fx_env_netcons(env, 1, &count) && count == 3);
    fx_env_free(env);
}

TEST(unique_gives_each_connection_its_synapse)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fx_env_counts counts;
    struct fx_env *env;

    network_write(NULL);
    env = network_open(network_model(", 'unique': true"), NULL);
    load(env);
    CHECK_OK(fx_env_count(env, &counts, &err), err);
    CHECK_INT(counts.synapses, 6);
    CHECK_INT(counts.netcons, 6);
    fx_env_free(env);
}

TEST(a_spike_goes_down_the_chain)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fx_env_counts counts;
    struct column gid, t;
    struct fx_env *env;

    network_write(NULL);
    env = network_open(network_model(", 'velocity': {'CELL': 50}"), NULL);
    load(env);
    clamp_first_soma(2, 2);
    run(env, 30);
    gid = read_column("/Spikes/CELL/gid", H5_U32);
    t = read_column("/Spikes/CELL/t", H5_F64);
    CHECK_INT(gid.count, 3);
    CHECK_INT(t.count, 3);
    for (uint32_t i = 0; i < 3; i++)
        CHECK_INT(((uint32_t *)gid.at)[i], i);
    for (int i = 1; i < 3; i++) {
        const double *times = t.at, late = times[i] - times[i - 1];

        /* 100 um at 50 um/ms, and then the time to threshold. */
        CHECK(late > 2 && late < 6);
    }
    CHECK_OK(fx_env_count(env, &counts, &err), err);
    CHECK_INT(counts.spikes, 3);
    CHECK_INT(counts.synaptic_events, 6);
    free(gid.at);
    free(t.at);
    fx_env_free(env);
}

TEST(players_drive_cells_through_all_their_contacts)
{
    const struct network_options options = { .sources = true };
    const double times[] = { 12, -1, 5, 0 };
    struct fx_error err = FX_ERROR_NONE;
    struct fx_env_counts counts;
    struct column gid, t;
    struct fx_env *env;
    size_t count;

    network_write(&options);
    env = network_open(network_model(", 'cell_types': {'IN': {'template': 'VecStim'}}"),
                       network_library());
    load(env);
    CHECK(fx_env_player(env, 3) && fx_env_section_count(env, 3) == 0);
    /* Two edges from IN, each AMPA and Exp2Syn. */
    CHECK(fx_env_netcons(env, 0, &count) && count == 4);
    CHECK_OK(fx_env_play(env, 3, times, 4, &err), err);
    CHECK(fx_env_play(env, 0, times, 4, &err) == -1);
    CHECK_STR(err.text, "cell 0 has a tree: it does not play spikes");
    err = (struct fx_error)FX_ERROR_NONE;
    CHECK(fx_env_play(env, 5, times, 4, &err) == -1);
    CHECK_STR(err.text, "there is no cell 5");
    run(env, 20);
    gid = read_column("/Spikes/IN/gid", H5_U32);
    t = read_column("/Spikes/IN/t", H5_F64);
    CHECK_INT(t.count, 2);
    CHECK_NEAR(((double *)t.at)[0], 5, 1e-9);
    CHECK_NEAR(((double *)t.at)[1], 12, 1e-9);
    CHECK_INT(((uint32_t *)gid.at)[0], 3);
    free(gid.at);
    free(t.at);
    gid = read_column("/Spikes/CELL/gid", H5_U32);
    CHECK(gid.count >= 1 && ((uint32_t *)gid.at)[0] == 0);
    free(gid.at);
    CHECK_OK(fx_env_count(env, &counts, &err), err);
    CHECK(counts.synaptic_events >= 8);
    fx_env_free(env);
}

TEST(poisson_trains_have_their_rate_and_limits)
{
    const struct network_options options = { .sources = true };
    struct fx_error err = FX_ERROR_NONE;
    struct column gid, t;
    struct fx_env *env;
    const double *times;
    uint64_t own = 0;

    network_write(&options);
    /* Without connections; IN plays because it has a stimulus. */
    env = network_open(network_model(", 'stimulus': {'IN': {'rate': 100, 'start': 100, 'stop': 900}}"),
                       network_library());
    CHECK_OK(fx_env_load_cells(env, test_path("cells.h5"), &err), err);
    CHECK_OK(fx_env_stimulate(env, 1000, &err), err);
    run(env, 1000);
    gid = read_column("/Spikes/IN/gid", H5_U32);
    t = read_column("/Spikes/IN/t", H5_F64);
    times = t.at;
    /* 160 are expected; 5 standard deviations are 63. */
    CHECK(t.count > 97 && t.count < 223);
    for (uint64_t i = 0; i < t.count; i++) {
        CHECK(times[i] > 100 && times[i] < 900);
        CHECK(i == 0 || times[i] >= times[i - 1]);
        own += ((uint32_t *)gid.at)[i] == 3;
    }
    CHECK(own > 30 && t.count - own > 30);
    free(gid.at);
    free(t.at);
    fx_env_free(env);
}

TEST(trains_come_from_a_file)
{
    const struct network_options options = { .sources = true };
    struct fx_error err = FX_ERROR_NONE;
    struct column gid, t;
    struct fx_env *env;
    char more[500];

    network_write(&options);
    network_write_trains();
    snprintf(more, sizeof more, ", 'stimulus': {'IN': {'file': '%s', 'namespace': 'Trains'}}",
             test_path("trains.h5"));
    env = network_open(network_model(more), network_library());
    CHECK_OK(fx_env_load_cells(env, test_path("cells.h5"), &err), err);
    CHECK_OK(fx_env_stimulate(env, 25, &err), err);
    run(env, 25);
    gid = read_column("/Spikes/IN/gid", H5_U32);
    t = read_column("/Spikes/IN/t", H5_F64);
    CHECK_INT(t.count, 2);
    for (int i = 0; i < 2; i++) {
        CHECK_INT(((uint32_t *)gid.at)[i], 4);
        CHECK_NEAR(((double *)t.at)[i], 10 * (i + 1), 1e-9);
    }
    free(gid.at);
    free(t.at);
    fx_env_free(env);
}

/* --- potentials -------------------------------------------------------------------------------------- */

/* The segments of one cell in one line of 3 x 1 segment each, all but the soma's cut off electrically
 * by Ra: the current that is clamped into the soma leaves there. */
static const char *
one_segment_model(const char *lfp)
{
    char more[300];

    snprintf(more, sizeof more, ", 'lfp': %s", lfp);
    return network_model(more);
}

TEST(the_electrode_sees_the_line_source_of_a_clamped_soma)
{
    const double a[3] = { 100, 0, 0 }, b[3] = { 100, 0, 20 }, p[3] = { 130, 40, 50 };
    struct fx_error err = FX_ERROR_NONE;
    struct column t, v;
    struct fx_env *env;

    network_write(NULL);
    env = network_open(one_segment_model("{'position': [130, 40, 50], 'resistivity': 250, "
                                         "'dt': 0.5}"), NULL);
    CHECK_OK(fx_env_load_cells(env, test_path("cells.h5"), &err), err);
    CHECK_OK(fx_env_observe(env, &err), err);
    CHECK_OK(neuron_hoc("forall { nseg = 1  Ra = 1e12 }", &err), err);
    clamp_first_soma(0.5, 100);
    CHECK(fx_env_init(env, &err) == 0);
    CHECK_OK(fx_env_psolve(env, 50, &err), err);
    CHECK_OK(fx_env_save(env, test_path("results.h5"), &err), err);
    t = read_column("/LFP/lfp/t", H5_F64);
    v = read_column("/LFP/lfp/v", H5_F64);
    CHECK_INT(t.count, 101);
    CHECK_NEAR(((double *)t.at)[99], 49.5, 1e-12);
    /* Membrane currents of one segment add up to what comes in: the five "segments" of the shape are
     * one of NEURON's now, each a fifth of the length with the whole current; hence the mean. */
    double expected = 0;
    for (int i = 0; i < 5; i++) {
        const double from[3] = { 100, 0, 4.0 * i }, to[3] = { 100, 0, 4.0 * (i + 1) };

        expected += 0.5 * line_source(from, to, 5, p, 250);
    }
    CHECK_NEAR(((double *)v.at)[99], expected, 1e-6 * expected);
    CHECK_NEAR(expected / 5, 0.5 * line_source(a, b, 5, p, 250), 1e-3 * expected);
    free(t.at);
    free(v.at);
    fx_env_free(env);
}

TEST(an_electrode_may_leave_far_cells_out)
{
    struct column near, all;
    struct fx_error err = FX_ERROR_NONE;
    struct fx_env *env;
    double square = 0;

    network_write(NULL);
    env = network_open(network_model(
        ", 'lfp': {'near': {'position': [100, 30, 0], 'max_distance': 90},"
        "          'all': {'position': [100, 30, 0]}, 'none': {'position': [0, 0, 900],"
        "          'max_distance': 50}, 'far': {'position': [0, 0, 900], 'max_distance': 50,"
        "          'far_fraction': 1}, 'far2': {'position': [0, 0, 900]}}"), NULL);
    load(env);
    CHECK_OK(fx_env_observe(env, &err), err);
    clamp_first_soma(2, 2);
    run(env, 10);
    near = read_column("/LFP/near/v", H5_F64);
    all = read_column("/LFP/all/v", H5_F64);
    CHECK_INT(near.count, 101);
    for (uint64_t i = 0; i < near.count; i++)
        square += pow(((double *)near.at)[i] - ((double *)all.at)[i], 2);
    CHECK(square > 0);
    free(near.at);
    free(all.at);
    near = read_column("/LFP/far/v", H5_F64);
    all = read_column("/LFP/far2/v", H5_F64);
    CHECK(!memcmp(near.at, all.at, near.count * sizeof(double)));
    free(near.at);
    free(all.at);
    near = read_column("/LFP/none/v", H5_F64);
    for (uint64_t i = 0; i < near.count; i++)
        CHECK_NEAR(((double *)near.at)[i], 0, 0);
    free(near.at);
    fx_env_free(env);
}

/* --- samples ------------------------------------------------------------------------------------------- */

/* What v is at multiples of 0.2 ms, sampled at these and at other intervals. */
TEST(samples_are_of_the_time_they_name)
{
    struct fx_error err = FX_ERROR_NONE;
    struct column every, t;
    struct fx_env *env;

    network_write(NULL);
    env = network_open(network_model(
        ", 'lfp': {'a': {'position': [100, 0, 0], 'dt': 0.025}, 'b': {'position': [100, 0, 0],"
        "  'dt': 0.1}, 'c': {'position': [100, 0, 0], 'dt': 0.7}, 'd': {'position': [100, 0, 0],"
        "  'dt': 0.04}}"), NULL);
    CHECK_OK(fx_env_load_cells(env, test_path("cells.h5"), &err), err);
    CHECK_OK(fx_env_observe(env, &err), err);
    clamp_first_soma(1, 100);
    CHECK_OK(fx_env_init(env, &err), err);
    for (int piece = 1; piece <= 70; piece++)
        CHECK_OK(fx_env_psolve(env, 0.4 * piece, &err), err);
    CHECK_OK(fx_env_save(env, test_path("results.h5"), &err), err);
    every = read_column("/LFP/a/v", H5_F64);
    CHECK_INT(every.count, 28 * 40 + 1);
    for (int i = 0; i < 3; i++) {
        static const char *const NAMES[3] = { "b", "c", "d" };
        static const double DT[3] = { 0.1, 0.7, 0.04 };
        struct column v;
        char path[20];

        snprintf(path, sizeof path, "/LFP/%s/v", NAMES[i]);
        v = read_column(path, H5_F64);
        snprintf(path, sizeof path, "/LFP/%s/t", NAMES[i]);
        t = read_column(path, H5_F64);
        CHECK_INT(v.count, floor(28 / DT[i] + 1e-9) + 1);
        for (uint64_t n = 0; n < v.count; n++) {
            /* The end of the step in which the time falls. */
            const double step = ceil((double)n * DT[i] / 0.025 - 1e-6);

            CHECK_NEAR(((double *)t.at)[n], (double)n * DT[i], 1e-9);
            CHECK_NEAR(((double *)v.at)[n], ((double *)every.at)[(size_t)step], 0);
        }
        free(v.at);
        free(t.at);
    }
    free(every.at);
    fx_env_free(env);
}
