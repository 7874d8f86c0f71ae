/* The density rules of a cell type: order, choice of a rule, and every mistake. */
#include <jansson.h>
#include <stdlib.h>

#include "synapses/density.h"
#include "test.h"
#include "tree.h"

TEST(rules_are_sorted_by_section_synapse_and_layer_the_default_last)
{
    struct density_rules rules;

    tree_rules(
        "{'apical': {'inhibitory': {'default': {'mean': 1, 'variance': 0.5}, 'SR': {'mean': 2},"
        "                           'SO': {'mean': 3}},"
        "            'excitatory': {'SP': {'mean': 4}}},"
        " 'soma': {'excitatory': {'default': {'mean': 0, 'variance': 0.1}}}}",
        &rules);
    CHECK_INT(rules.count, 5);
    CHECK_INT(rules.at[0].swc_type, SOMA);
    CHECK(rules.at[0].is_default && rules.at[0].layer == -1);
    CHECK_NEAR(rules.at[0].mean, 0, 0);
    CHECK_NEAR(rules.at[0].sd, 0.1, 0);
    CHECK_INT(rules.at[1].synapse_type, EXCITATORY);
    CHECK_NEAR(rules.at[1].mean, 4, 0);
    CHECK_INT(rules.at[2].layer, SO);
    CHECK_NEAR(rules.at[2].sd, 0, 0);
    CHECK_INT(rules.at[3].layer, SR);
    CHECK(rules.at[4].is_default);
    for (size_t i = 0; i < rules.count; i++)
        for (size_t j = 0; j < i; j++)
            CHECK(density_rule_stream(&rules.at[i]) != density_rule_stream(&rules.at[j]));
    density_rules_release(&rules);
}

TEST(a_layers_own_rule_comes_before_the_default)
{
    struct density_rules rules;

    tree_rules("{'apical': {'inhibitory': {'default': {'mean': 1}, 'SR': {'mean': 2}},"
               "            'excitatory': {'SR': {'mean': 0}, 'default': {'mean': 5}}},"
               " 'basal': {'excitatory': {'SO': {'mean': 3}}}}", &rules);
    CHECK_NEAR(rules.at[density_rules_find(&rules, APICAL, INHIBITORY, SR)].mean, 2, 0);
    CHECK_NEAR(rules.at[density_rules_find(&rules, APICAL, INHIBITORY, SO)].mean, 1, 0);
    CHECK_NEAR(rules.at[density_rules_find(&rules, APICAL, INHIBITORY, -1)].mean, 1, 0);
    /* A mean of 0 is a rule: nothing there, not even by default. */
    CHECK_NEAR(rules.at[density_rules_find(&rules, APICAL, EXCITATORY, SR)].mean, 0, 0);
    CHECK(density_rules_find(&rules, BASAL, EXCITATORY, SP) == DENSITY_NONE);
    CHECK(density_rules_find(&rules, BASAL, EXCITATORY, -1) == DENSITY_NONE);
    CHECK(density_rules_find(&rules, BASAL, INHIBITORY, SO) == DENSITY_NONE);
    CHECK(density_rules_find(&rules, SOMA, EXCITATORY, SO) == DENSITY_NONE);
    density_rules_release(&rules);
}

TEST(a_cell_type_may_be_without_synapses)
{
    static const char *const types[] = {
        "{}", "{\"synapses\": {}}", "{\"synapses\": null}", "{\"synapses\": {\"density\": {}}}",
        "{\"template\": \"VecStim\", \"synapses\": {\"density\": null}}"
    };

    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        struct fx_error err = FX_ERROR_NONE;
        struct definitions definitions;
        struct density_rules rules;
        json_t *json = json_loads(types[i], 0, NULL);

        tree_definitions(&definitions);
        CHECK_OK(density_rules_read(json, &definitions, &rules, &err), err);
        CHECK_INT(rules.count, 0);
        density_rules_release(&rules);
        definitions_release(&definitions);
        json_decref(json);
    }
}

/* Reads a density and returns what is said of it. */
static const char *
said_of(const char *density)
{
    static struct fx_error err;
    struct definitions definitions;
    struct density_rules rules;
    json_t *json = json_pack("{s:{s:o}}", "synapses", "density", json_loads(density, 0, NULL));

    err = (struct fx_error)FX_ERROR_NONE;
    tree_definitions(&definitions);
    CHECK(density_rules_read(json, &definitions, &rules, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    CHECK(rules.at == NULL);
    definitions_release(&definitions);
    json_decref(json);
    return err.text;
}

TEST(mistakes_name_the_place)
{
    CHECK_STR(said_of("{\"apical\": {\"inhibitory\": {\"SR\": {\"mean\": -0.5}}}}"),
              "cell_type.synapses.density.apical.inhibitory.SR.mean is -0.5, but a density is 0 to "
              "10000 synapses per um");
    CHECK_STR(said_of("{\"apical\": {\"inhibitory\": {\"SR\": {\"mean\": 1, \"variance\": -1}}}}"),
              "cell_type.synapses.density.apical.inhibitory.SR.variance is -1, but it must be 0 to "
              "10000");
    CHECK(strstr(said_of("{\"apicl\": {\"inhibitory\": {\"SR\": {\"mean\": 1}}}}"), "'apicl'"));
    CHECK(strstr(said_of("{\"apical\": {\"inhib\": {\"SR\": {\"mean\": 1}}}}"), "'inhib'"));
    CHECK(strstr(said_of("{\"apical\": {\"inhibitory\": {\"SX\": {\"mean\": 1}}}}"), "'SX'"));
    CHECK(strstr(said_of("{\"apical\": {\"inhibitory\": {\"SR\": {}}}}"),
                 "cell_type.synapses.density.apical.inhibitory.SR.mean"));
    CHECK(strstr(said_of("{\"apical\": {\"inhibitory\": {\"SR\": 3}}}"),
                 "cell_type.synapses.density.apical.inhibitory.SR"));
    CHECK(strstr(said_of("{\"apical\": 3}"), "cell_type.synapses.density.apical"));
    CHECK(strstr(said_of("[]"), "cell_type.synapses.density"));
}
