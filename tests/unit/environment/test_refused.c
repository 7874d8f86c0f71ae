/* What is wrong with models and files is said before NEURON sees it. */
#include "test.h"

#include "network.h"

/* Loads the network with this model, and returns the failure's text. */
static struct fx_error
refused(const char *model, const struct network_options *options)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fx_env *env;

    network_write(options);
    env = network_open(model, NULL);
    CHECK(fx_env_load_cells(env, test_path("cells.h5"), &err) ||
          fx_env_load_connections(env, test_path("connections.h5"), &err) ||
          fx_env_observe(env, &err) || fx_env_init(env, &err));
    CHECK_INT(err.code, FX_INVALID);
    fx_env_free(env);
    return err;
}

static struct fx_error
membrane(const char *json)
{
    char model[600];

    snprintf(model, sizeof model, "{'biophysics': {'CELL': %s}}", json);
    return refused(model, NULL);
}

TEST(an_unknown_mechanism)
{
    const struct fx_error err = membrane("{'sections': {'all': {'mechanisms': {'passive': {}}}}}");

    CHECK_STR(err.text, "biophysics.CELL.sections.all.mechanisms.passive: NEURON has no density "
              "mechanism 'passive'");
}

TEST(an_unknown_parameter)
{
    const struct fx_error err = membrane("{'sections': {'soma': {'mechanisms': {'hh': "
                                         "{'gnabarr': 0.1}}}}}");

    CHECK_STR(err.text, "biophysics.CELL.sections.soma.mechanisms.hh: mechanism 'hh' has no RANGE "
              "parameter 'gnabarr'");
    CHECK_STR(err.hint, "did you mean 'gnabar'?");
}

TEST(an_unknown_member)
{
    const struct fx_error err = membrane("{'sections': {}, 'spikes': {}}");

    CHECK_STR(err.text, "biophysics.CELL has no 'spikes' (it may have Ra,cm,segments,spike,"
              "sections)");
}

TEST(an_unknown_section_type)
{
    const struct fx_error err = membrane("{'sections': {'dendrite': {}}}");

    CHECK(strstr(err.text, "biophysics.CELL.sections"));
    CHECK(strstr(err.text, "'dendrite'"));
}

TEST(an_expression_without_a_value)
{
    const struct fx_error err = membrane("{'segments': {'fixed': 1}, 'sections': {'soma': "
                                         "{'mechanisms': {'pas': {'g': '1 / distance'}}}}}");

    CHECK_STR(err.text, "cell 0 (CELL): biophysics.CELL.sections.soma.mechanisms.pas.g has no "
              "finite value at distance 0 um, diameter 10 um, layer 1");
}

TEST(an_ion_that_nobody_uses)
{
    const struct fx_error err = membrane("{'sections': {'all': {'ions': {'exx': 5}}}}");

    CHECK_STR(err.text, "biophysics.CELL.sections.all.ions: no mechanism here uses an ion with 'exx' "
              "(names are as ena, nai, nao)");
}

TEST(two_rules_for_segments)
{
    const struct fx_error err = membrane("{'segments': {'fixed': 3, 'd_lambda': 0.1}, "
                                         "'sections': {}}");

    CHECK_STR(err.text, "biophysics.CELL.segments takes one of d_lambda, fixed and max_length");
}

TEST(an_orientation_without_direction)
{
    struct fx_error err = refused(network_model(
        ", 'orientation': {'CELL': {'depth_axis': [0, 0, 0]}}"), NULL);

    CHECK_STR(err.text, "orientation.CELL: a depth axis has no length");
}

TEST(trees_without_biophysics)
{
    struct fx_error err = refused("{}", NULL);
    char text[600];

    snprintf(text, sizeof text, "population 'CELL' has trees in '%s', but there is no "
             "biophysics.CELL", test_path("cells.h5"));
    CHECK_STR(err.text, text);
}

TEST(biophysics_without_trees)
{
    const struct network_options options = { .no_trees = true };
    struct fx_error err = refused(network_model(""), &options);

    CHECK(strstr(err.text, "population 'CELL' has no trees in"));
}

TEST(cells_that_nobody_knows)
{
    const struct network_options options = { .sources = true };
    struct fx_error err = refused(network_model(""), &options);

    CHECK(strstr(err.text, "population 'IN' has no trees in"));
    CHECK(strstr(err.text, "neither the template VecStim nor a stimulus"));
}

TEST(players_without_their_mechanism)
{
    const struct network_options options = { .sources = true };
    struct fx_error err = refused(network_model(", 'stimulus': {'IN': {'rate': 5}}"), &options);

    CHECK_STR(err.text, "cell 3 (IN): the mechanisms have no 'VecStim', which plays the spikes of "
              "cells without a tree");
}

TEST(a_projection_without_its_synapses)
{
    struct fx_error err = refused("{'biophysics': {'CELL': {'sections': {}}}}", NULL);

    CHECK(strstr(err.text, "has connections from CELL to CELL, but there is no "
                           "synapses.CELL.CELL"));
}

static struct fx_error
synapse(const char *mechanisms)
{
    char model[600];

    snprintf(model, sizeof model, "{'biophysics': {'CELL': {'sections': {}}}, 'synapses': {'CELL': "
             "{'CELL': {'mechanisms': %s}}}, 'synapse_mechanisms': {'THREE': {'mechanism': 'ExpSyn',"
             " 'weights': ['weight', 'a']}}}", mechanisms);
    return refused(model, NULL);
}

TEST(synapses_that_neuron_does_not_know)
{
    struct fx_error err = synapse("{'AMPA': {'g_unit': 1}}");

    CHECK_STR(err.text, "synapses.CELL.CELL.mechanisms.AMPA: NEURON has no point process "
              "'LinExp2Syn'");
}

TEST(a_class_that_is_no_synapse)
{
    struct fx_error err = synapse("{'Vector': {}}");

    CHECK_STR(err.text, "synapses.CELL.CELL.mechanisms.Vector: NEURON has no point process "
              "'Vector'");
}

TEST(a_synapse_s_parameter_that_does_not_exist)
{
    struct fx_error err = synapse("{'ExpSyn': {'tau_rise': 1}}");

    CHECK_STR(err.text, "synapses.CELL.CELL.mechanisms.ExpSyn: the mechanism has no RANGE parameter "
              "'tau_rise'");
    CHECK_STR(err.hint, "the mechanism is ExpSyn");
}

TEST(more_weights_than_the_synapse_takes)
{
    struct fx_error err = synapse("{'THREE': {'a': 1}}");

    CHECK_STR(err.text, "cell 1 (CELL): connections from CELL: the NET_RECEIVE of 'ExpSyn' takes 1 "
              "weights, but synapse_mechanisms names 2");
}

TEST(a_weight_that_is_missing)
{
    struct fx_error err = synapse("{'THREE': {}}");

    CHECK_STR(err.text, "synapses.CELL.CELL.mechanisms.THREE: there is no 'a'");
}

TEST(a_synapse_on_a_section_that_does_not_exist)
{
    const struct network_options options = { .synapse_section = 7 };
    struct fx_error err = refused(network_model(""), &options);

    CHECK(strstr(err.text, "cell 0 (CELL): synapse 4 of "));
    CHECK(strstr(err.text, "is at section 7, location 0.5: the cell has 3 sections"));
}

TEST(recordings_of_what_there_is_not)
{
    struct fx_error err = refused(network_model(
        ", 'record': [{'what': 'u', 'population': 'CELL'}]"), NULL);

    CHECK_STR(err.text, "record: NEURON has no range variable 'u'");
}

TEST(recordings_of_another_population_s_cell)
{
    struct fx_error err = refused(network_model(
        ", 'record': [{'population': 'CELL', 'cells': [3]}]"), NULL);

    CHECK_STR(err.text, "record: 3 is no gid of population 'CELL' (0 to 2 are)");
}

TEST(recordings_of_a_section_that_a_cell_lacks)
{
    struct fx_error err = refused(network_model(
        ", 'record': [{'population': 'CELL', 'section': 'tuft'}]"), NULL);

    CHECK_STR(err.text, "record: cell 0 has no section of type 'tuft'");
}

TEST(recordings_of_one_name)
{
    struct fx_error err = refused(network_model(
        ", 'record': [{'population': 'CELL'}, {'population': 'CELL', 'at': 1}]"), NULL);

    CHECK_STR(err.text, "record: two entries for 'v' of CELL: give them different names ('name')");
}

TEST(electrodes_without_a_place)
{
    struct fx_error err = refused(network_model(", 'lfp': {'top': {'dt': 1}}"), NULL);

    CHECK(strstr(err.text, "lfp.top.position"));
}
