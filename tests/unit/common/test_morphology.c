/* SWC files as users have them, their sections, and what is refused. */
#include "test.h"

#include <stdlib.h>

#include "common/rng.h"
#include "common/swc.h"

static void
read_text(const char *text, struct morphology *m)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(swc_parse(text, strlen(text), "a.swc", m, NULL, &err), err);
    CHECK_OK(morphology_contract(m, &err), err);
}

/* The sections as text: "0 1 2 | 2 3" and so on, with each section's parent and place. */
static const char *
sections(const struct morphology *m)
{
    static char text[2000];
    size_t at = 0;

    for (size_t s = 0; s < m->section_count; s++) {
        at += (size_t)snprintf(text + at, sizeof text - at, "%s", s ? " | " : "");
        for (uint32_t i = m->section_start[s]; i < m->section_start[s + 1]; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s%u",
                                   i > m->section_start[s] ? " " : "", m->section_points[i]);
        if (m->section_parent[s] >= 0)
            at += (size_t)snprintf(text + at, sizeof text - at, " <%d:%.3g", m->section_parent[s],
                                   m->section_parent_at[s]);
    }
    return text;
}

static void
check_sections(const char *swc, const char *expected)
{
    struct morphology m;

    read_text(swc, &m);
    CHECK_STR(sections(&m), expected);
    morphology_release(&m);
}

TEST(one_unbranched_stretch_is_one_section)
{
    check_sections("1 1 0 0 0 5 -1\n2 1 0 10 0 5 1\n3 1 0 20 0 5 2\n", "0 1 2");
}

TEST(a_branching_opens_a_section_for_each_child)
{
    check_sections("0 1 0 0 0 5 -1\n1 1 0 10 0 5 0\n2 3 0 20 0 1 1\n3 3 0 30 0 1 2\n"
                   "4 4 0 -10 0 1 0\n5 4 0 -20 0 1 4\n",
                   /* the root has two children: its first joins the section of the root */
                   "0 1 | 2 3 <0:1 | 4 5 <0:0");
}

TEST(a_change_of_type_opens_a_section)
{
    check_sections("0 1 0 0 0 5 -1\n1 1 0 10 0 5 0\n2 3 0 20 0 1 1\n3 3 0 30 0 1 2\n",
                   "0 1 | 2 3 <0:1");
}

TEST(a_one_point_root_goes_on_into_its_first_child)
{
    check_sections("0 1 0 0 0 5 -1\n1 3 0 10 0 1 0\n2 3 0 20 0 1 1\n3 4 0 -10 0 1 0\n"
                   "4 4 0 -20 0 1 3\n",
                   "0 1 2 | 3 4 <0:0");
}

TEST(a_one_point_stretch_between_branchings_goes_on_into_its_first_child)
{
    /* 1 branches into 2 and 5; 2 is one point and branches into 3 and 4 */
    check_sections("0 3 0 0 0 1 -1\n1 3 0 10 0 1 0\n2 3 0 20 0 1 1\n3 3 5 30 0 1 2\n"
                   "4 3 -5 30 0 1 2\n5 3 9 20 0 1 1\n6 3 9 30 0 1 5\n",
                   "0 1 | 2 3 <0:1 | 2 4 <1:0 | 5 6 <0:1");
}

TEST(a_one_point_leaf_gets_its_parent_point_in_front)
{
    check_sections("0 1 0 0 0 5 -1\n1 1 0 10 0 5 0\n2 3 0 20 0 1 1\n", "0 1 | 1 2 <0:1");
    /* with two such leaves, in the middle of nothing else */
    check_sections("0 1 0 0 0 5 -1\n1 1 0 10 0 5 0\n2 3 0 20 0 1 1\n3 4 5 20 0 1 1\n",
                   "0 1 | 1 2 <0:1 | 1 3 <0:1");
}

TEST(lengths_types_and_places)
{
    struct morphology m;
    double at[3];

    read_text("0 1 0 0 0 5 -1\n1 1 0 10 0 3 0\n2 3 0 20 0 1 1\n3 3 0 20 30 2 2\n4 3 0 60 30 2 3\n",
              &m);
    CHECK_INT(m.section_count, 2);
    CHECK_NEAR(m.section_length[0], 10, 1e-12);
    CHECK_NEAR(m.section_length[1], 70, 1e-12);
    CHECK_INT(m.section_type[1], 3);
    morphology_at(&m, 1, 0.5, at);      /* 35 um: 30 along z, 5 along y */
    CHECK_NEAR(at[0], 0, 1e-12);
    CHECK_NEAR(at[1], 25, 1e-12);
    CHECK_NEAR(at[2], 30, 1e-12);
    CHECK_INT(morphology_nearest_point(&m, 1, 0.1), 2);
    CHECK_INT(morphology_nearest_point(&m, 1, 0.5), 3);
    CHECK_INT(morphology_nearest_point(&m, 1, 1), 4);
    CHECK_NEAR(morphology_radius_at(&m, 1, 15.0 / 70), 1.5, 1e-12);
    morphology_release(&m);
}

TEST(repeated_points_are_kept)
{
    check_sections("0 1 0 0 0 5 -1\n1 1 0 0 0 5 0\n2 1 0 0 0 5 1\n3 3 0 9 0 1 2\n4 3 0 9 0 1 3\n",
                   "0 1 2 | 3 4 <0:0");
}

TEST(files_as_users_have_them)
{
    struct morphology m;
    struct fx_error err = FX_ERROR_NONE;
    bool layers;
    const char *text = "\xef\xbb\xbf# a comment\r\n\r\n  \t\r\n"
                       "30 3 0 20 -1e1 .5 20 7\r\n"       /* before its parent */
                       "10\t1 0 0 0 +5 -1 6 # the root\r\n"
                       "20 1 0.5 10 0 5 10 6";              /* no newline at the end */

    CHECK_OK(swc_parse(text, strlen(text), "a.swc", &m, &layers, &err), err);
    CHECK(layers);
    CHECK_INT(m.point_count, 3);
    CHECK_INT(m.parent[0], 2);
    CHECK_INT(m.parent[1], -1);
    CHECK_INT(m.parent[2], 1);
    CHECK_INT(m.layer[0], 7);
    CHECK_NEAR(m.z[0], -10, 0);
    CHECK_NEAR(m.radius[0], 0.5, 0);
    CHECK_OK(morphology_contract(&m, &err), err);
    CHECK_STR(sections(&m), "1 2 | 2 0 <0:1");
    morphology_release(&m);
}

TEST(without_the_layer_column_layers_are_unknown)
{
    struct morphology m;
    struct fx_error err = FX_ERROR_NONE;
    bool layers = true;
    const char *text = "1 1 0 0 0 5 -1\n2 1 0 1 0 5 1\n";

    CHECK_OK(swc_parse(text, strlen(text), "a.swc", &m, &layers, &err), err);
    CHECK(!layers);
    CHECK_INT(m.layer[1], MORPHOLOGY_NO_LAYER);
    morphology_release(&m);
}

static void
check_refused(const char *swc, unsigned line, const char *text)
{
    struct morphology m;
    struct fx_error err = FX_ERROR_NONE;

    CHECK_INT(swc_parse(swc, strlen(swc), "a.swc", &m, NULL, &err), -1);
    CHECK_STR(err.text, text);
    CHECK_STR(err.file, "a.swc");
    CHECK_INT(err.line, line);
    CHECK_INT(err.code, FX_INVALID);
}

TEST(what_is_refused_is_refused_with_its_line)
{
    check_refused("1 1 0 0 0 5 -1\n\n2 1 0 0 0 5 9\n", 3, "the parent, point 9, is not there");
    check_refused("1 1 0 0 0 5 -1\n2 1 0 0 0 5 3\n3 1 0 0 0 5 2\n", 2,
                  "point 2 is its own ancestor: the parents form a cycle");
    check_refused("1 1 0 0 0 5 2\n2 1 0 0 0 5 1\n", 1,
                  "point 1 is its own ancestor: the parents form a cycle");
    check_refused("1 1 0 0 0 5 -1\n2 1 0 0 0 5 -1\n", 2, "a second root; the first one is point 1");
    check_refused("1 1 0 0 0 5 -1\n1 1 0 0 0 5 1\n", 2, "the point is its own parent: '1'");
    check_refused("1 1 0 0 0 5 -1\n3 1 0 0 0 5 1\n3 1 0 0 0 5 1\n", 3, "point 3 is there twice");
    check_refused("1 1 0 0 0 0 -1\n", 1, "the radius is not above 0: '0'");
    check_refused("1 1 0 0 0 -2 -1\n", 1, "the radius is not above 0: '-2'");
    check_refused("1 1 0 0 0 1e-60 -1\n", 1, "the radius is not above 0: '1e-60'");
    check_refused("1 1 0 nan 0 5 -1\n", 1, "y is no number: 'nan'");
    check_refused("1 1 0 0 1e39 5 -1\n", 1, "z is no number: '1e39'");
    check_refused("1 1 0 0 0 5x -1\n", 1, "the radius is no number: '5x'");
    check_refused("1.5 1 0 0 0 5 -1\n", 1, "the point's number is no integer from 0 to 2147483647: '1.5'");
    check_refused("1 200 0 0 0 5 -1\n", 1, "the type is no integer from 0 to 127: '200'");
    check_refused("1 1 0 0 0 5 -2\n", 1, "the parent is no integer from -1 to 2147483647: '-2'");
    check_refused("1 1 0 0 0 5 -1 300\n", 1, "the layer is no integer from -128 to 127: '300'");
    check_refused("1 1 0 0 0 5\n", 1, "a point has 7 columns, or 8 with the layer; here are 6");
    check_refused("1 1 0 0 0 5 -1 6 7 8\n", 1,
                  "a point has 7 columns, or 8 with the layer; here are 9 or more");
    check_refused("1 1 0 0 0 5 -1\n2 1 0 0 0 5 1 6\n", 2,
                  "here are 8 columns, on the lines before 7");
    check_refused("# nothing\n", 0, "there is no point in it");
}

TEST(a_single_point_is_no_tree)
{
    struct morphology m;
    struct fx_error err = FX_ERROR_NONE;

    test_write(test_path("one.swc"), "1 1 0 0 0 5 -1\n");
    CHECK_INT(swc_read(test_path("one.swc"), &m, NULL, &err), -1);
    CHECK_STR(err.text, "1 points; a tree has two or more");
    CHECK_STR(err.file, test_path("one.swc"));
}

TEST(a_long_chain_and_a_wide_star_need_no_deep_stack)
{
    struct morphology m;
    struct fx_error err = FX_ERROR_NONE;
    size_t n = MORPHOLOGY_MOST_POINTS;

    morphology_init(&m, n);
    for (size_t i = 0; i < n; i++) {
        m.parent[i] = (int32_t)i - 1;
        m.swc_type[i] = (int8_t)(1 + i % 2);    /* a section for every two points */
        m.x[i] = (float)i;
        m.radius[i] = 1;
    }
    CHECK_OK(morphology_contract(&m, &err), err);
    CHECK_INT(m.section_count, (n + 1) / 2);
    morphology_release(&m);

    morphology_init(&m, n);
    for (size_t i = 0; i < n; i++)
        m.radius[i] = 1;
    m.parent[0] = -1;
    CHECK_OK(morphology_contract(&m, &err), err);
    CHECK_INT(m.section_count, n - 2 + 1);
    morphology_release(&m);
}

/* Bytes of a good file are replaced, doubled and dropped at random: whatever comes, it is either read
 * and contracted or refused with a text; the sanitizers watch. */
TEST(damaged_files_are_read_or_refused)
{
    static const char good[] = "# c\r\n3 1 0 0 0 5 -1 6\n4 1 0 10 0 5 3 6\n7 3 -1.5e1 20 0 .5 4 6\n"
                               "8 3 0 30 0 1 7 7\n9 4 0 -10 0 1 3 8\n10 4 0 -20 0 1 9 8\n";
    static const char letters[] = "0123456789 \t\r\n-+.e#x\0\xff";
    struct rng rng = rng_start(1, RNG_TEST, 0, 0);
    int read = 0, refused = 0;

    for (int round = 0; round < 20000; round++) {
        struct fx_error err = FX_ERROR_NONE;
        struct morphology m;
        char bytes[400];
        size_t size = sizeof good - 1;
        memcpy(bytes, good, size);
        for (uint32_t change = rng_below(&rng, 4) + 1; change > 0; change--) {
            size_t at = rng_below(&rng, (uint32_t)size), n = rng_below(&rng, 12);
            switch (rng_below(&rng, 3)) {
            case 0:
                bytes[at] = letters[rng_below(&rng, sizeof letters - 1)];
                break;
            case 1:
                n = n < size - at ? n : size - at;
                memmove(bytes + at, bytes + at + n, size - at - n);
                size -= n < size ? n : 0;
                break;
            default:
                n = n < size - at ? n : size - at;
                memmove(bytes + at + n, bytes + at, size - at);
                size += n;
            }
        }
        if (swc_parse(bytes, size, "a.swc", &m, NULL, &err)) {
            CHECK(err.text[0] && err.code == FX_INVALID);
            refused++;
            continue;
        }
        if (morphology_contract(&m, &err))
            CHECK(m.point_count < 2);
        read++;
        morphology_release(&m);
    }
    CHECK(read > 1000 && refused > 1000);
}

/* The three morphologies of the reference case have these sections (docs/neuroh5.md). */
static void
check_reference(const char *name, size_t points, size_t count, const size_t *sizes)
{
    const char *folder = getenv("FORNIX_REFERENCE");
    struct fx_error err = FX_ERROR_NONE;
    struct morphology m;
    char path[1000];
    FILE *file;

    snprintf(path, sizeof path, "%s/morphology/%s.swc",
             folder ? folder : TEST_SOURCE_DIR "/../shared/reference", name);
    file = fopen(path, "r");
    if (!file) {
        fprintf(stderr, "%s is not here: not compared\n", path);
        return;
    }
    fclose(file);
    CHECK_OK(swc_read(path, &m, NULL, &err), err);
    CHECK_INT(m.point_count, points);
    CHECK_INT(m.section_count, count);
    CHECK_INT(m.edge_count, count - 1);
    for (size_t s = 0; sizes && s < count; s++) {
        CHECK_INT(morphology_section_size(&m, s), sizes[s]);
        CHECK_INT(m.section_parent[s], s ? 0 : -1);
    }
    morphology_release(&m);
}

TEST(the_reference_morphologies)
{
    check_reference("OLM", 954, 4, (size_t[]){ 20, 392, 392, 150 });
    check_reference("PVBC", 1820, 5, NULL);
    check_reference("PYR", 10346, 167, NULL);
}
