/* Synthetic cells: what was asked is what is there, in a file that the strict reader takes. */
#include "test.h"

#include <jansson.h>
#include <math.h>

#include "base/mem.h"
#include "common/swc.h"
#include "synthetic_morphology/grow.h"

static const char layers[] =
    "{'SO': [[0,0,0],[200,200,100]], 'SP': [[0,0,100],[200,200,150]],"
    " 'SR': [[0,0,150],[200,200,350]], 'SLM': [[0,0,350],[200,200,450]]}";
static const char numbers[] = "{'layers': {'SO': 1, 'SP': 2, 'SR': 3, 'SLM': 4}}";
static const char soma[] = "'soma': {'profile': [[0, 8], [9, 15], [18, 6]]}";

/* A pyramidal cell: basal trees, a trunk with obliques, a tuft, an initial segment and an axon. */
static const char pyramid[] =
    "{'depth': 120, %s, 'margin': 4, 'trees': ["
    "{'type': 'basal', 'from': 'soma_start', 'count': 4, 'tips': [4, 3], 'max_order': 3, 'inner': [20, 35],"
    " 'tip': 125, 'variation': 0.15, 'diameter': 1.8, 'taper': 0.2, 'elevation': -50, 'wobble': 7,"
    " 'least_diameter': 0.5, 'layers': ['SO']},"
    "{'type': 'apical', 'name': 'trunk', 'from': 'soma_end', 'tip': 210, 'diameter': 3.2, 'taper': 0.4,"
    " 'elevation': 90, 'wobble': 1, 'layers': ['SP', 'SR', 'SLM']},"
    "{'type': 'apical', 'from': 'trunk', 'at': [0.2, 0.5, 0.8], 'tips': [1, 2], 'inner': [45], 'tip': 90,"
    " 'diameter': 1, 'taper': 0.2, 'elevation': 25, 'wobble': 7, 'layers': ['SR']},"
    "{'type': 'apical', 'from': 'trunk', 'count': 2, 'tips': [5], 'inner': [25, 35], 'tip': 80,"
    " 'diameter': 1.4, 'elevation': 50, 'wobble': 7, 'layers': ['SLM']},"
    "{'type': 'ais', 'name': 'ais', 'from': 'soma_start', 'tip': 40, 'diameter': 1.4, 'elevation': -90},"
    "{'type': 'axon', 'from': 'ais', 'tip': 120, 'diameter': 0.7, 'elevation': -15}]}";

struct setting {
    struct cell cell;
    struct definitions definitions;
    json_t *json, *layers;
    struct grown grown;
};

static json_t *
quoted(const char *text)
{
    char *copy = mem_copy(text, strlen(text));
    json_t *json;

    for (char *c = copy; *c; c++)
        if (*c == '\'')
            *c = '"';
    json = json_loads(copy, 0, NULL);
    CHECK(json);
    free(copy);
    return json;
}

/* Reads the cell; `text` may hold %s for the soma. The reader's status; `err` may hold its words. */
static int
read_cell(struct setting *s, const char *text, struct fx_error *err)
{
    char whole[4000];
    json_t *names = quoted(numbers);
    int status;

    memset(s, 0, sizeof *s);
    CHECK_OK(definitions_read(names, &s->definitions, err), *err);
    json_decref(names);
    snprintf(whole, sizeof whole, text, soma);
    s->json = quoted(whole);
    s->layers = quoted(layers);
    status = cell_read(s->json, s->layers, &s->definitions, &s->cell, err);
    return status;
}

static void
set_up(struct setting *s, const char *text, uint64_t seed)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(read_cell(s, text, &err), err);
    CHECK_OK(grow(&s->cell, seed, "PYR", &s->grown, &err), err);
}

static void
tear_down(struct setting *s)
{
    grown_release(&s->grown);
    cell_release(&s->cell);
    definitions_release(&s->definitions);
    json_decref(s->json);
    json_decref(s->layers);
}

static double
depth_of(const struct setting *s, size_t i)
{
    return s->cell.depth + (double)s->grown.points.at[i].at[1] / 1000;
}

static double
edge(const struct setting *s, size_t i)
{
    const struct grown_point *p = &s->grown.points.at[i], *q = &s->grown.points.at[p->parent];
    double sum = 0;

    for (int k = 0; k < 3; k++)
        sum += (double)((p->at[k] - q->at[k]) * (p->at[k] - q->at[k])) * 1e-6;
    return sqrt(sum);
}

static size_t
children(const struct setting *s, size_t i)
{
    size_t count = 0;

    for (size_t k = i + 1; k < s->grown.points.count; k++)
        count += s->grown.points.at[k].parent == (int32_t)i;
    return count;
}

TEST(the_strict_reader_takes_it_with_the_same_points)
{
    struct setting s;
    struct fx_error err = FX_ERROR_NONE;

    for (uint64_t seed = 0; seed < 20; seed++) {
        struct text text;
        struct morphology m;
        bool has_layers;

        set_up(&s, pyramid, seed);
        text_init(&text, 1 << 20);
        grown_text(&s.grown, &s.cell, "PYR", &text);
        CHECK_OK(swc_parse(text.at, text.len, "PYR.swc", &m, &has_layers, &err), err);
        CHECK_OK(morphology_contract(&m, &err), err);
        CHECK(has_layers && m.point_count == s.grown.points.count);
        for (size_t i = 0; i < m.point_count; i++) {
            const struct grown_point *p = &s.grown.points.at[i];

            CHECK(m.parent[i] == p->parent && m.swc_type[i] == p->type);
            CHECK(fabs((double)m.x[i] * 1000 - (double)p->at[0]) < 0.1);
            CHECK(fabs((double)m.radius[i] - p->diameter / 2) < 0.0006);
            CHECK(m.layer[i] == cell_layer(&s.cell, depth_of(&s, i)));
        }
        morphology_release(&m);
        text_release(&text);
        tear_down(&s);
    }
}

TEST(tips_orders_and_lengths_are_those_asked_for)
{
    struct setting s;

    for (uint64_t seed = 0; seed < 20; seed++) {
        double length[6] = { 0 }, branch = 0;
        size_t tips[6] = { 0 };

        set_up(&s, pyramid, seed);
        for (size_t i = s.cell.soma_count; i < s.grown.points.count; i++) {
            const struct grown_point *p = &s.grown.points.at[i];

            length[p->tree] += edge(&s, i);
            if (children(&s, i) == 0)
                tips[p->tree]++;
            CHECK(p->order <= s.cell.trees[p->tree].max_order);
            CHECK(p->diameter >= s.cell.trees[p->tree].least_diameter);
            CHECK(p->diameter <= s.cell.trees[p->tree].diameter);
            /* Lengths of the basal branches that end, but for those that are stems. */
            if (p->tree != 0)
                continue;
            branch = edge(&s, i) > 0 ? branch + edge(&s, i) : 0;
            if (children(&s, i) == 0)
                CHECK(branch > 125 * 0.85 - 0.1 && branch < 125 * 1.15 + 0.1);
        }
        CHECK(tips[0] == 4 + 3 + 4 + 3 && tips[1] == 0 && tips[2] == 1 + 2 + 1 && tips[3] == 10);
        CHECK(tips[4] == 0 && tips[5] == 1);       /* the axon goes on where the segment ends */
        for (int i = 0; i < 6; i++)
            CHECK(fabs(length[i] - s.grown.trees[i].length) < 0.02 * (double)s.grown.points.count);
        CHECK(s.grown.trees[0].stems == 4 && s.grown.trees[2].stems == 3 && s.grown.trees[3].stems == 2);
        CHECK(s.grown.trees[0].tips == 14 && s.grown.trees[3].tips == 10);
        CHECK(fabs(length[1] - 210) < 0.1 && fabs(length[4] - 40) < 0.1);
        tear_down(&s);
    }
}

TEST(diameters_follow_ralls_power_and_the_taper)
{
    struct setting s;
    size_t bifurcations = 0;

    set_up(&s, pyramid, 3);
    for (size_t i = s.cell.soma_count; i < s.grown.points.count; i++) {
        const struct grown_point *p = &s.grown.points.at[i];
        const struct cell_tree *tree = &s.cell.trees[p->tree];
        double sum = 0;
        size_t of_tree = 0;
        bool least = false;

        for (size_t k = i + 1; k < s.grown.points.count; k++) {
            const struct grown_point *q = &s.grown.points.at[k];

            if (q->parent != (int32_t)i || q->tree != p->tree || q->order != p->order + 1)
                continue;
            CHECK(edge(&s, k) == 0);        /* a daughter begins where it leaves */
            sum += pow(q->diameter, tree->rall_power);
            least |= q->diameter == tree->least_diameter;
            of_tree++;
        }
        if (of_tree == 0)
            continue;
        CHECK(of_tree == 2);
        bifurcations++;
        if (!least)
            CHECK(fabs(sum - pow(p->diameter, tree->rall_power)) < 1e-9);
        else
            CHECK(sum >= pow(p->diameter, tree->rall_power) - 1e-9);
        if (p->order == 0)
            CHECK(fabs(p->diameter - tree->diameter * (1 - tree->taper)) < 1e-12);
    }
    CHECK(bifurcations == 14 - 4 + 4 - 3 + 10 - 2);
    tear_down(&s);
}

TEST(trees_come_to_their_layers_and_stay_there)
{
    struct setting s;
    size_t inside = 0;

    for (uint64_t seed = 0; seed < 20; seed++) {
        set_up(&s, pyramid, seed);
        for (size_t i = s.cell.soma_count; i < s.grown.points.count; i++) {
            const struct grown_point *p = &s.grown.points.at[i];
            const struct cell_tree *tree = &s.cell.trees[p->tree];
            double here = depth_of(&s, i), before = depth_of(&s, (size_t)p->parent);
            bool was_in = before >= tree->low - 0.001 && before <= tree->high + 0.001;
            bool is_in = here >= tree->low - 0.001 && here <= tree->high + 0.001;

            inside += is_in;
            CHECK(is_in || !was_in);
            if (!is_in && edge(&s, i) > 0)      /* on its way, at 30 degrees or more */
                CHECK(here < tree->low ? here - before > 0.49 * edge(&s, i)
                                       : before - here > 0.49 * edge(&s, i));
            if (children(&s, i) == 0)
                CHECK(is_in);
        }
        tear_down(&s);
    }
    CHECK(inside > 1000);
}

TEST(soma_points_lie_apart)
{
    struct setting s;

    set_up(&s, pyramid, 1);
    for (size_t i = 1; i < s.cell.soma_count; i++) {
        CHECK(s.grown.points.at[i].parent == (int32_t)i - 1 && s.grown.points.at[i].type == 1);
        CHECK(edge(&s, i) > 8.99);
    }
    tear_down(&s);
}

TEST(a_seed_a_name_and_a_tree_change_what_is_theirs)
{
    static const char two[] =
        "{'depth': 50, %%s, 'trees': [{'type': 'basal', 'from': 'soma_start', 'tip': %d, 'diameter': 1,"
        " 'elevation': 0, 'wobble': 5}, {'type': 'apical', 'from': 'soma_end', 'tips': [3], 'inner': [20],"
        " 'tip': 50, 'diameter': 1, 'elevation': 40, 'wobble': 5}]}";
    char text[2][1000];
    struct setting s[2], other;
    struct fx_error err = FX_ERROR_NONE;
    size_t a, b, count;

    for (int i = 0; i < 2; i++) {
        snprintf(text[i], sizeof text[i], two, i ? 80 : 60);
        set_up(&s[i], text[i], 5);
    }
    a = s[0].grown.points.count;
    b = s[1].grown.points.count;
    CHECK(b == a + 2);          /* two points more in the first tree, the second one the same */
    count = 0;
    for (; s[0].grown.points.at[a - 1].tree == 1; count++) {
        a--;
        b--;
        CHECK(!memcmp(s[0].grown.points.at[a].at, s[1].grown.points.at[b].at, 3 * sizeof(int64_t)));
    }
    CHECK(count > 10);
    set_up(&other, text[0], 6);
    CHECK(memcmp(other.grown.points.at[a + count - 1].at, s[0].grown.points.at[a + count - 1].at,
                 3 * sizeof(int64_t)));
    grown_release(&other.grown);
    CHECK_OK(grow(&other.cell, 5, "PVBC", &other.grown, &err), err);
    CHECK(memcmp(other.grown.points.at[a + count - 1].at, s[0].grown.points.at[a + count - 1].at,
                 3 * sizeof(int64_t)));
    tear_down(&other);
    tear_down(&s[0]);
    tear_down(&s[1]);
}

/* With Q = S = 0 the first daughter of four tips gets one, two or three of them alike often. */
TEST(tips_are_shared_out_as_in_random_growth)
{
    struct setting s;
    size_t even = 0, n = 3000;

    set_up(&s, "{'depth': 50, %s, 'trees': [{'type': 'basal', 'from': 'soma_start', 'count': 3000,"
               " 'tips': [4], 'inner': [20], 'tip': 20, 'step': 100, 'diameter': 1, 'elevation': 0}],"
               " 'step': 100}", 9);
    CHECK(s.grown.trees[0].tips == 4 * n);
    for (size_t i = 0; i < s.grown.points.count; i++) {
        /* An even split has no daughter of order 1 that ends. */
        if (s.grown.points.at[i].order == 1 && children(&s, i) == 0)
            even++;
    }
    even = n - even;
    CHECK(fabs((double)even - (double)n / 3) < 4 * sqrt((double)n * 2 / 9));
    tear_down(&s);
}

static void
refused(const char *text, const char *message)
{
    struct setting s;
    struct fx_error err = FX_ERROR_NONE;

    CHECK(read_cell(&s, text, &err) == -1 && err.code == FX_INVALID);
    if (strcmp(err.text, message)) {
        fprintf(stderr, "said: %s\nnot:  %s\n", err.text, message);
        CHECK(!"the message");
    }
    tear_down(&s);
}

#define TREE(text) "{'depth': 50, %s, 'trees': [{" text "}]}"
#define PLAIN "'type': 'basal', 'from': 'soma_start', 'elevation': 0, "

TEST(what_cannot_be_grown_is_refused)
{
    refused("{%s, 'trees': []}", "cell.depth is missing");
    refused("{'depth': 460, %s, 'trees': []}", "cell.depth: 460 is in no layer");
    refused("{'depth': 50, 'soma': {'profile': [[0, 8]]}, 'trees': []}",
            "cell.soma.profile: a soma has two points or more");
    refused("{'depth': 50, 'soma': {'profile': [[0, 8], [0.001, 9]]}, 'trees': []}",
            "cell.soma.profile[1]: the distance is not above that of the point before");
    refused("{'depth': 50, 'soma': {'profile': [[0, 8], [5, 0]]}, 'trees': []}",
            "cell.soma.profile[1]: it is [distance, diameter], the diameter from 0.001 to 1000 um");
    refused("{'depth': 50, 'soma': {'direction': [0, 0, 0], 'profile': [[0, 8], [5, 8]]}, 'trees': []}",
            "cell.soma.direction: it has no length");
    refused(TREE(PLAIN "'tip': 50, 'diameter': 0"),
            "cell.trees[0].diameter: 0 is not from 0.001 to 1000");
    refused(TREE(PLAIN "'tip': -5, 'diameter': 1"), "cell.trees[0].tip: -5 is not from 0.01 to 1e+06");
    refused(TREE(PLAIN "'diameter': 1"), "cell.trees[0].tip is missing");
    refused(TREE(PLAIN "'tip': 5, 'diameter': 1, 'tips': [2]"),
            "cell.trees[0].inner: lengths of branches that bifurcate are missing");
    refused(TREE(PLAIN "'tip': 5, 'inner': [5], 'diameter': 1, 'tips': [4, 5], 'max_order': 2"),
            "cell.trees[0].tips[1]: with a max_order of 2 there are at most 4 tips, not 5");
    refused(TREE(PLAIN "'tip': 5, 'diameter': 1, 'layers': ['SO', 'SR']"),
            "cell.trees[0].layers: these layers are not next to each other");
    refused(TREE(PLAIN "'tip': 5, 'diameter': 1, 'layers': ['S0']"),
            "cell.trees[0].layers: 'layer_extents' has no layer 'S0'");
    refused("{'depth': 50, 'margin': 50, %s, 'trees': [{" PLAIN "'tip': 5, 'diameter': 1, 'layers': ['SO']}]}",
            "cell.trees[0].layers: between its margins there is nothing of them");
    refused(TREE(PLAIN "'tip': 5, 'diameter': 1, 'least_diameter': 2"),
            "cell.trees[0].least_diameter: 2 is more than the diameter, 1");
    refused(TREE("'type': 'basel', 'from': 'soma_start'"),
            "cell.trees[0].type: there is no number in definitions.swc_types for 'basel'");
    refused(TREE("'type': 'axon', 'from': 'ais', 'elevation': 0, 'tip': 5, 'diameter': 1"),
            "cell.trees[0].from: there is no 'ais' before it (soma_start, soma_end, or a tree's name)");
    refused(TREE(PLAIN "'at': [0.5], 'tip': 5, 'diameter': 1"),
            "cell.trees[0].from: trees leave a soma at its ends: 'at' is for those that leave a tree");
    refused("{'depth': 50, %s, 'trees': [{" PLAIN "'name': 'a', 'count': 2, 'tip': 5, 'diameter': 1},"
            "{'type': 'axon', 'from': 'a', 'elevation': 0, 'tip': 5, 'diameter': 1}]}",
            "cell.trees[1].from: trees leave one stem that does not branch");
    refused("{'depth': 50, %s, 'trees': [{" PLAIN "'name': 'a', 'tip': 5, 'diameter': 1}, {" PLAIN
            "'name': 'a', 'tip': 5, 'diameter': 1}]}", "cell.trees[1].name: cell.trees[0] is 'a', too");
}

TEST(more_points_than_a_morphology_may_have_are_refused)
{
    struct setting s;
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(read_cell(&s, TREE(PLAIN "'count': 10, 'tip': 1e6, 'diameter': 1"), &err), err);
    CHECK(grow(&s.cell, 1, "PYR", &s.grown, &err) == -1 && err.code == FX_INVALID);
    CHECK(!strcmp(err.text, "cell.trees[0]: the cell gets more than 65535 points; ask for fewer tips, "
                            "shorter branches or a larger step"));
    tear_down(&s);
}
