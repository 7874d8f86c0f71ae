/* Projections as configured: shares, extents by layer, and every mistake. */
#include <stdlib.h>

#include "connections/projections.h"
#include "quoted_json.h"
#include "setup.h"
#include "test.h"

static const char A[] = "{'A': {'type': 'excitatory', 'sections': ['basal', 'apical'],"
                        "       'layers': ['SO', 'SR'], 'proportions': [1, 1], 'contacts': 3}}";

TEST(names_become_numbers)
{
    struct projections p;

    setup_projections(
        A,
        "{'A': {'default': {'width': [200, 100], 'offset': [5, 0]},"
        "       'SR': {'width': [50, 60]}, 'SO': {'width': [200, 100], 'offset': [5, 0]}},"
        " 'unused': 7}",
        &p);
    CHECK_INT(p.count, 1);
    CHECK_STR(p.at[0].source, "A");
    CHECK_INT(p.at[0].contacts, 3);
    CHECK_INT(p.at[0].synapse_type, EXCITATORY);
    CHECK_INT(p.at[0].share_count, 2);
    CHECK_INT(p.at[0].shares[1].swc_type, APICAL);
    CHECK_INT(p.at[0].shares[1].layer, SR);
    /* SO is as the default: two extents, not three. */
    CHECK_INT(p.at[0].extent_count, 2);
    CHECK(p.at[0].extent_of_layer[SO] == p.at[0].extent_of_layer[SP]);
    CHECK(p.at[0].extent_of_layer[SO] == p.at[0].extent_of_layer[255]);
    CHECK_NEAR(p.at[0].extents[p.at[0].extent_of_layer[SR]].reach[1], 30, 0);
    CHECK_NEAR(p.at[0].extents[p.at[0].extent_of_layer[SP]].offset[0], 5, 0);
    projections_release(&p);
}

static const char *
said_of(const char *projections, const char *extents)
{
    static struct fx_error err;
    struct definitions definitions;
    struct projections p;
    json_t *a = quoted_json(projections), *b = quoted_json(extents);
    int status;

    err = (struct fx_error)FX_ERROR_NONE;
    setup_definitions(&definitions);
    status = projections_read(a, b, &definitions, &p, &err);
    if (!status) {
        status = projections_check_sums(&p, &definitions, &err);
        projections_release(&p);
    }
    CHECK(status == -1);
    CHECK_INT(err.code, FX_INVALID);
    definitions_release(&definitions);
    json_decref(a);
    json_decref(b);
    return err.text;
}

#define WIDE "{'A': {'default': {'width': [200, 200], 'offset': [0, 0]}}}"

TEST(proportions_must_sum_to_1_over_the_sources)
{
    CHECK_STR(said_of("{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['SO'],"
                      "       'proportions': [0.99]}}", WIDE),
              "the proportions of excitatory synapses on basal in layer SO sum to 0.99 over all "
              "sources, not to 1");
    CHECK_STR(
        said_of("{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['default'],"
                "       'proportions': [0.5]}}",
                WIDE),
        "the proportions of excitatory synapses on basal in layer default sum to 0.5 over all "
        "sources, not to 1");
    CHECK_STR(said_of("{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['SO'],"
                      "       'proportions': [1.2]}}", WIDE),
              "projections.A.proportions[0] is 1.2, but a proportion is 0 to 1");
}

TEST(what_belongs_together_must_be_there)
{
    CHECK_STR(
        said_of("{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['SO', 'SR'],"
                "       'proportions': [1]}}",
                WIDE),
        "projections.A.layers has 2 entries, but projections.A.sections has 1: the i-th entries "
        "of sections, layers and proportions belong together");
    CHECK_STR(said_of(A, "{}"), "axon_extents has no entry for source 'A'");
    CHECK_STR(said_of(A, "{'A': {'SO': {'width': [1, 1]}}}"),
              "axon_extents.A has an entry neither for layer 'SR' nor 'default'");
    CHECK_STR(
        said_of("{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['default'],"
                "       'proportions': [1]}}",
                "{'A': {'SO': {'width': [1, 1]}}}"),
        "axon_extents.A has no entry 'default', which its projection's layer 'default' needs");
    CHECK_STR(said_of(A, "{'A': {'default': {'width': [1, 0]}}}"),
              "axon_extents.A.default.width[1] is 0, but it must be 1e-06 to 1e+09 um");
    CHECK(strstr(said_of(A, "{'A': {'default': {'width': [1]}}}"), "axon_extents.A.default.width"));
    CHECK(strstr(said_of(A, "{'A': {'default': {}}}"), "axon_extents.A.default.width"));
}

TEST(names_must_be_known)
{
    CHECK(strstr(
        said_of("{'A': {'type': 'excitatry', 'sections': [], 'layers': [], 'proportions': []}}",
                WIDE),
        "'excitatry'"));
    CHECK(strstr(said_of("{'A': {'type': 'excitatory', 'sections': ['basl'], 'layers': ['SO'],"
                         "       'proportions': [1]}}", WIDE), "'basl'"));
    CHECK(strstr(said_of("{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['SX'],"
                         "       'proportions': [1]}}", WIDE), "'SX'"));
    CHECK(strstr(said_of(A, "{'A': {'SX': {'width': [1, 1]}, 'default': {'width': [1, 1]}}}"),
                 "'SX'"));
    CHECK(strstr(said_of("{'A': {'type': 'excitatory', 'sections': ['basal'], 'layers': ['SO'],"
                         "       'proportions': [1], 'contacts': 0}}",
                         WIDE),
                 "projections.A.contacts"));
}
