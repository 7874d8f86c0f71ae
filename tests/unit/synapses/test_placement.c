/* Placement against a plain implementation of the same definition, and against its statistics. */
#include <stdlib.h>

#include "base/mem.h"
#include "synapses/placement.h"
#include "test.h"
#include "tree.h"

/* One tree, its segments and rules, and the synapses of one cell. */
struct scene {
    struct morphology m;
    struct segments segments;
    struct density_rules rules;
    struct placement placement;
    struct placement_scratch scratch;
    struct synapse_arrays at;
    uint64_t count;
};

static const char DENSITY[] =
    "{'soma': {'inhibitory': {'default': {'mean': 0.2, 'variance': 0.1}},"
    "          'excitatory': {'default': {'mean': 0, 'variance': 0.1}}},"
    " 'basal': {'excitatory': {'SO': {'mean': 3.08, 'variance': 0.1}},"
    "           'inhibitory': {'SO': {'mean': 0.11, 'variance': 0.1},"
    "                          'default': {'mean': 1, 'variance': 0}}},"
    " 'apical': {'excitatory': {'SR': {'mean': 2, 'variance': 0.5}}}}";

static void
make(struct scene *scene, const char *density, uint32_t nseg)
{
    struct fx_error err = FX_ERROR_NONE;
    struct segment_rule rule = { .nseg = nseg };

    *scene = (struct scene){ 0 };
    tree_make(&scene->m);
    CHECK_OK(segments_init(&scene->segments, &scene->m, &rule, &err), err);
    tree_rules(density, &scene->rules);
    placement_init(&scene->placement, &scene->segments, &scene->rules);
}

static void
drop_synapses(struct scene *scene)
{
    free(scene->at.id);
    free(scene->at.location);
    free(scene->at.distance);
    free(scene->at.section);
    free(scene->at.layer);
    free(scene->at.type);
    free(scene->at.swc_type);
}

static void
drop(struct scene *scene)
{
    drop_synapses(scene);
    placement_scratch_release(&scene->scratch);
    placement_release(&scene->placement);
    density_rules_release(&scene->rules);
    segments_release(&scene->segments);
    morphology_release(&scene->m);
}

/* Places the synapses of a cell; exactly as many as counted, in arrays without room for more. */
static void
place(struct scene *scene, const struct placement_how *how, uint32_t gid)
{
    struct fx_error err = FX_ERROR_NONE;
    size_t n;

    drop_synapses(scene);
    CHECK_OK(placement_count(&scene->placement, how, gid, &scene->scratch, &scene->count, &err),
             err);
    n = (size_t)scene->count;
    scene->at = (struct synapse_arrays){
        mem_new(n, 4), mem_new(n, 4), mem_new(n, 4), mem_new(n, 4), mem_new(n, 1), mem_new(n, 1),
        mem_new(n, 1),
    };
    CHECK_INT(placement_fill(&scene->placement, how, gid, &scene->scratch, &scene->at), n);
}

static int
compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/*
 * The plain one: all places of a rule sorted by qsort, each looked for among the segments one by
 * one, the distance by morphology_at().
 */
static uint64_t
check_rule(const struct scene *scene, size_t r, const struct placement_how *how, uint32_t gid,
           uint64_t at)
{
    const struct density_rule *rule = &scene->rules.at[r];
    struct rng density = rng_start(how->seed, RNG_SYNAPSE_DENSITY, gid, density_rule_stream(rule));
    struct rng places = rng_start(how->seed, RNG_SYNAPSE_PLACE, gid, density_rule_stream(rule));
    double end[64], sum = 0, before = 0;
    uint32_t number[4000];
    size_t n, governed = 0;

    for (size_t i = 0; i < scene->segments.count; i++) {
        const struct segment *s = &scene->segments.at[i];

        end[i] = sum;
        if (rule->mean == 0 || s->swc_type != rule->swc_type ||
            density_rules_find(&scene->rules, s->swc_type, rule->synapse_type, s->layer) != r)
            continue;
        sum += placement_density(rule, PLACEMENT_POISSON, &density) * (s->to - s->from);
        end[i] = sum;
        governed++;
    }
    n = governed ? (size_t)rng_poisson(&places, sum) : 0;
    for (size_t k = 0; k < n; k++)
        number[k] = rng_u32(&places);
    qsort(number, n, sizeof number[0], compare_u32);
    for (size_t k = 0; k < n; k++, at++) {
        double where = (number[k] + 0.5) * 0x1p-32 * sum, along, xyz[3];
        size_t i = 0;

        while (end[i] <= where)
            i++;
        before = i == 0 ? 0 : end[i - 1];
        along = scene->segments.at[i].from + (where - before) / (end[i] - before) *
                (scene->segments.at[i].to - scene->segments.at[i].from);
        along /= scene->segments.at[i].section_length;
        morphology_at(&scene->m, scene->segments.at[i].section, along, xyz);
        CHECK(at < scene->count);
        CHECK_INT(scene->at.id[at], at);
        CHECK_INT(scene->at.section[at], scene->segments.at[i].section);
        CHECK_INT(scene->at.layer[at], scene->segments.at[i].layer);
        CHECK_INT(scene->at.type[at], rule->synapse_type);
        CHECK_INT(scene->at.swc_type[at], rule->swc_type);
        CHECK_NEAR(scene->at.location[at], along, 1e-7);
        CHECK_NEAR(scene->at.distance[at],
                   sqrt(xyz[0] * xyz[0] + xyz[1] * xyz[1] + xyz[2] * xyz[2]), 1e-4);
    }
    return at;
}

TEST(synapses_are_those_of_the_plain_implementation)
{
    struct scene scene;
    struct placement_how how = { PLACEMENT_POISSON, 7 };

    make(&scene, DENSITY, 9);
    for (uint32_t gid = 0; gid < 50; gid++) {
        uint64_t at = 0;

        place(&scene, &how, gid);
        for (size_t r = 0; r < scene.rules.count; r++)
            at = check_rule(&scene, r, &how, gid, at);
        CHECK_INT(at, scene.count);
    }
    drop(&scene);
}

/* Mean and variance of N(mean, sd) given that it is positive. */
static void
truncated_moments(double mean, double sd, double *truncated, double *variance)
{
    double x = mean / sd, ratio = exp(-0.5 * x * x) / sqrt(2 * 3.14159265358979) /
                                  (0.5 * erfc(-x / sqrt(2)));

    *truncated = mean + sd * ratio;
    *variance = sd * sd * (1 - x * ratio - ratio * ratio);
}

TEST(counts_have_the_mean_of_the_truncated_normal_and_its_variance)
{
    struct scene scene;
    struct placement_how how = { PLACEMENT_POISSON, 3 };
    double n = 4000, sum = 0, squares = 0, density, spread, mean = 0, variance = 0;

    truncated_moments(0.11, 0.1, &density, &spread);
    CHECK_NEAR(density, 0.135, 5e-4);
    make(&scene, "{'basal': {'inhibitory': {'SO': {'mean': 0.11, 'variance': 0.1}}}}", 12);
    /* Poisson counts whose means are lengths times random densities. */
    for (size_t i = 0; i < scene.segments.count; i++) {
        double length = scene.segments.at[i].to - scene.segments.at[i].from;

        if (scene.segments.at[i].section == 1 && scene.segments.at[i].layer == SO) {
            mean += length * density;
            variance += length * density + length * length * spread;
        }
    }
    for (uint32_t gid = 0; gid < 4000; gid++) {
        place(&scene, &how, gid);
        for (uint64_t i = 0; i < scene.count; i++)
            CHECK(scene.at.layer[i] == SO && scene.at.section[i] == 1);
        sum += (double)scene.count - mean;
        squares += ((double)scene.count - mean) * ((double)scene.count - mean);
    }
    CHECK_NEAR(sum / n, 0, 5 * sqrt(variance / n));
    CHECK_NEAR(squares / n / variance, 1, 5 * sqrt(2 / n));
    drop(&scene);
}

TEST(places_are_even_over_the_section)
{
    struct scene scene;
    struct placement_how how = { PLACEMENT_POISSON, 5 };
    int bin[20] = { 0 };
    double n = 0, chi_squared = 0;

    make(&scene, "{'apical': {'excitatory': {'default': {'mean': 3}}}}", 3);
    for (uint32_t gid = 0; gid < 200; gid++) {
        place(&scene, &how, gid);
        for (uint64_t i = 0; i < scene.count; i++) {
            CHECK(scene.at.location[i] > 0 && scene.at.location[i] <= 1);
            CHECK(i == 0 || scene.at.location[i] >= scene.at.location[i - 1]);
            bin[scene.at.location[i] < 1 ? (int)(scene.at.location[i] * 20) : 19]++;
            n++;
        }
    }
    CHECK_NEAR(n, 200 * 1500, 5 * sqrt(200.0 * 1500));
    for (int i = 0; i < 20; i++)
        chi_squared += (bin[i] - n / 20) * (bin[i] - n / 20) / (n / 20);
    CHECK_NEAR(chi_squared, 19, 5 * sqrt(38));
    drop(&scene);
}

TEST(a_changed_density_leaves_the_synapses_of_other_rules)
{
    struct scene one, other;
    struct placement_how how = { PLACEMENT_POISSON, 7 };
    uint64_t same = 0, i = 0;

    make(&one, DENSITY, 5);
    make(&other, "{'soma': {'inhibitory': {'default': {'mean': 0.2, 'variance': 0.1}}},"
                 " 'basal': {'excitatory': {'SO': {'mean': 9, 'variance': 1}},"
                 "           'inhibitory': {'SO': {'mean': 0.11, 'variance': 0.1}}},"
                 " 'apical': {'excitatory': {'SR': {'mean': 2, 'variance': 0.5}}}}", 5);
    place(&one, &how, 11);
    place(&other, &how, 11);
    /* Apical synapses, and the inhibitory ones in SO, are the last of each and equal. */
    while (i < one.count && i < other.count && one.at.swc_type[one.count - 1 - i] == APICAL) {
        CHECK(one.at.location[one.count - 1 - i] == other.at.location[other.count - 1 - i]);
        i++;
    }
    CHECK(i > 500 && other.at.swc_type[other.count - 1 - i] == BASAL);
    for (uint64_t a = 0; a < one.count; a++)
        for (uint64_t b = 0; b < other.count; b++)
            if (one.at.type[a] == INHIBITORY && one.at.layer[a] == SO &&
                other.at.type[b] == INHIBITORY && other.at.layer[b] == SO &&
                one.at.location[a] == other.at.location[b])
                same++;
    CHECK(same > 10);
    for (uint64_t b = 0, inhibitory = 0; b < other.count; b++) {
        inhibitory += other.at.type[b] == INHIBITORY && other.at.layer[b] == SO;
        CHECK(inhibitory <= same);
    }
    drop(&one);
    drop(&other);
}

TEST(another_seed_and_another_cell_are_other_synapses)
{
    struct scene one, other;
    struct placement_how how = { PLACEMENT_POISSON, 7 }, next = { PLACEMENT_POISSON, 8 };

    make(&one, "{'apical': {'excitatory': {'default': {'mean': 3}}}}", 1);
    make(&other, "{'apical': {'excitatory': {'default': {'mean': 3}}}}", 1);
    place(&one, &how, 1);
    place(&other, &next, 1);
    CHECK(one.at.location[0] != other.at.location[0]);
    place(&other, &how, 2);
    CHECK(one.at.location[0] != other.at.location[0]);
    place(&other, &how, 1);
    CHECK(one.at.location[0] == other.at.location[0] && one.count == other.count);
    drop(&one);
    drop(&other);
}

TEST(an_even_distribution_has_its_whole_numbers)
{
    struct scene scene;
    struct placement_how how = { PLACEMENT_UNIFORM, 7 };
    double n = 0.0125 * 500;    /* 6.25 in the one segment: six, at 1/7, ... 6/7 of it */

    make(&scene, "{'apical': {'excitatory': {'default': {'mean': 0.0125}}}}", 1);
    place(&scene, &how, 0);
    CHECK_INT(scene.count, floor(n));
    for (uint64_t k = 0; k < scene.count; k++)
        CHECK_NEAR(scene.at.location[k], (double)(k + 1) / ceil(n), 1e-7);
    drop(&scene);

    make(&scene, "{'apical': {'excitatory': {'default': {'mean': 0.0125}}}}", 5);
    place(&scene, &how, 0);     /* 1.25 in each of five segments: one, at the middle */
    CHECK_INT(scene.count, 5);
    for (uint64_t k = 0; k < 5; k++)
        CHECK_NEAR(scene.at.location[k], ((double)k + 0.5) / 5, 1e-7);
    drop(&scene);

    /* A draw below 0 is none: the normal is not cut. */
    make(&scene, "{'apical': {'excitatory': {'default': {'mean': 0.002, 'variance': 1}}}}", 1);
    n = 0;
    for (uint32_t gid = 0; gid < 2000; gid++) {
        place(&scene, &how, gid);
        n += scene.count == 0;
    }
    CHECK_NEAR(n / 2000, 0.5, 0.06);
    drop(&scene);
}

TEST(without_rules_or_with_means_of_0_there_are_no_synapses)
{
    static const char *const none[] = {
        "{}",
        "{'apical': {'excitatory': {'default': {'mean': 0, 'variance': 5}}}}",
        "{'apical': {'excitatory': {'SO': {'mean': 5}}}}",
        "{'axon': {'excitatory': {'SR': {'mean': 5}}}}",
    };
    struct placement_how how = { PLACEMENT_POISSON, 7 };

    for (size_t i = 0; i < 4; i++) {
        struct scene scene;

        make(&scene, none[i], 5);
        place(&scene, &how, 0);
        CHECK_INT(scene.count, 0);
        drop(&scene);
    }
}

TEST(more_synapses_than_a_cell_may_have_are_refused)
{
    struct scene scene;
    struct fx_error err = FX_ERROR_NONE;
    struct placement_how how = { PLACEMENT_POISSON, 7 };
    uint64_t count;

    make(&scene, "{'basal': {'excitatory': {'default': {'mean': 10000}}}}", 1);
    for (size_t i = 0; i < scene.segments.count; i++)
        scene.segments.at[i].to = 1e6;
    CHECK(placement_count(&scene.placement, &how, 3, &scene.scratch, &count, &err) == -1);
    CHECK_STR(err.text, "the densities give cell 3 some 1e+10 synapses, more than a cell may have");
    drop(&scene);
}

TEST(sorting_is_that_of_qsort)
{
    struct rng rng = rng_start(1, RNG_TEST, 0, 0);

    for (size_t count = 0; count < 3000; count = count * 3 / 2 + 1) {
        uint32_t *number = mem_new(count, sizeof *number), *sorted = mem_new(count, sizeof *sorted);
        uint32_t *bucket = mem_new(count + 1, sizeof *bucket);

        rng_fill(&rng, number, count);
        if (count > 3)
            number[0] = number[1] = number[2];
        placement_sort(number, count, sorted, bucket);
        qsort(number, count, sizeof *number, compare_u32);
        CHECK(count == 0 || memcmp(number, sorted, count * sizeof *number) == 0);
        free(number);
        free(sorted);
        free(bucket);
    }
}
