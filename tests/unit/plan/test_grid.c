/* The points of a workflow: zip, exclude, sample, random values, axes of a stage. */
#include "fixture.h"

#include <stdlib.h>

/* The points of a stage's jobs, in their order; or what is wrong. */
static const char *
points(const char *stage, const char *workflow)
{
    struct fixture f;
    struct text out;
    const char *result;

    fixture_plan(&f, workflow);
    if (!f.plan) {
        result = f.problems.list.at[0].text;
        text_init(&out, 1000);
        text_add(&out, result);
        fixture_release(&f);
        return fixture_keep(&out);
    }
    text_init(&out, 1 << 20);
    text_add(&out, "");
    for (job_id job = 0; job < plan_count(f.plan); job++)
        if (str_is(plan_stage(f.plan, job)->name, stage))
            text_printf(&out, "%s%.*s", out.len ? " " : "", STR(plan_job(f.plan, job)->point));
    fixture_release(&f);
    return fixture_keep(&out);
}

#define AB "stages:\n" \
           "  ab: {task: types, with: {definitions: [\"${axis.a}\", \"${axis.b}\"]}}\n" \
           "  a: {task: types, with: {definitions: \"${axis.a}\"}}\n" \
           "  b: {task: types, with: {definitions: \"${axis.b}\"}}\n"
#define ABC AB "  abc: {task: types, with: {definitions: [\"${axis.c}\", \"${axis.a}\", \"${axis.b}\"]}}\n" \
               "  none: {task: types, with: {definitions: 1}}\n"

TEST(zipped_axes_move_together)
{
    const char *text = "axes: {a: [1, 2, 1, 2], c: [x, y], b: [4, 3, 4, 4]}\nzip: [[b, a]]\n" ABC;

    CHECK_STR(points("ab", text), "a=1/b=4 a=2/b=3 a=2/b=4");
    CHECK_STR(points("a", text), "a=1 a=2");
    CHECK_STR(points("b", text), "b=4 b=3");
    CHECK_STR(points("abc", text), "a=1/c=x/b=4 a=1/c=y/b=4 a=2/c=x/b=3 a=2/c=y/b=3 "
                                   "a=2/c=x/b=4 a=2/c=y/b=4");
    CHECK_STR(points("none", text), "");
}

TEST(zipped_axes_are_one_axis_to_references)
{
    struct fixture f;

    fixture_plan(&f, "axes: {a: [1, 2, 3], b: [u, v, u]}\nzip: [[a, b]]\n"
                     "stages:\n"
                     "  a: {task: types, with: {definitions: \"${axis.a}\"}}\n"
                     "  b: {task: types, with: {definitions: \"${axis.b}\"}}\n"
                     "  plain: {task: script, outputs: {f: f}, with: {x: \"${axis.b}\", y: \"${a.file}\"}}\n"
                     "  star: {task: script, outputs: {f: f}, with: {x: \"${axis.b}\", y: \"${a[*].file}\"}}\n"
                     "  all: {task: script, outputs: {f: f}, with: {y: \"${a[*].file}\"}}\n"
                     "  behind: {task: types, with: {definitions: \"${axis.b}\"}, after: a}\n"
                     "  one: {task: script, outputs: {f: f}, with: {x: \"${axis.b}\", y: \"${a[a=3].file}\"}}\n");
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "plain[a=3,b=u]", "y"), "<a[a=3].file>");
    CHECK_STR(fixture_value(&f, "star[b=u]", "y"), "[<a[a=1].file>, <a[a=3].file>]");
    CHECK_STR(fixture_value(&f, "star[b=v]", "y"), "[<a[a=2].file>]");
    CHECK_STR(fixture_value(&f, "all", "y"), "[<a[a=1].file>, <a[a=2].file>, <a[a=3].file>]");
    CHECK_STR(fixture_needs(&f, "behind[b=u]"), "a[a=1] a[a=3]");
    CHECK_STR(fixture_value(&f, "one[b=v]", "y"), "<a[a=3].file>");
    fixture_release(&f);
}

TEST(excluded_points)
{
    CHECK_STR(points("ab", "axes: {a: [1, 2, 3], b: [1, 2]}\nexclude: [{a: 2, b: 1}, {a: 3}]\n" AB),
              "a=1/b=1 a=1/b=2 a=2/b=2");
    CHECK_STR(points("a", "axes: {a: [1, 2, 3], b: [1, 2]}\nexclude: [{a: 2, b: 1}, {a: 3}]\n" AB),
              "a=1 a=2");
    CHECK_STR(points("ab", "axes: {a: [1, 2, 3], b: [1, 2]}\nexclude: [{a: [1, 2]}]\n" AB),
              "a=3/b=1 a=3/b=2");
    CHECK_STR(points("ab", "axes: {a: [1, 2, 3], b: [1, 2, 3]}\nexclude: [\"${axis.a >= axis.b}\"]\n" AB),
              "a=1/b=2 a=1/b=3 a=2/b=3");
    CHECK_STR(points("b", "axes: {a: [1, 2, 3], b: [1, 2, 3]}\nexclude: [\"${axis.a >= axis.b}\"]\n" AB),
              "b=2 b=3");
    CHECK_STR(points("ab", "params: {no: {a: 1}}\naxes: {a: [1, 2], b: [1, 2]}\nexclude: [\"${params.no}\"]\n" AB),
              "a=2/b=1 a=2/b=2");
    CHECK_STR(points("ab", "axes: {a: [{name: p, v: 1}, {name: q, v: 2}], b: [1, 2]}\nexclude: [{a: p, b: 1}]\n" AB),
              "a=p/b=2 a=q/b=1 a=q/b=2");
    /* order of axes although b's first value comes later */
    CHECK_STR(points("b", "axes: {a: [1, 2], b: [1, 2]}\nexclude: [{a: 1, b: 1}]\n" AB), "b=1 b=2");
    /* zipped rows are excluded as wholes */
    CHECK_STR(points("ab", "axes: {a: [1, 2, 3], b: [4, 5, 6]}\nzip: [[a, b]]\nexclude: [{b: 5}]\n" AB),
              "a=1/b=4 a=3/b=6");
}

TEST(what_is_gathered_occurs_together)
{
    struct fixture f;

    fixture_plan(&f, "axes: {from: [P, Q, R], to: [P, Q], t: [1, 2]}\nexclude: [\"${axis.from == axis.to}\"]\n"
                     "stages:\n"
                     "  s: {task: types, with: {definitions: [\"${axis.from}\", \"${axis.t}\"]}}\n"
                     "  both: {task: types, with: {definitions: [\"${axis.from}\", \"${axis.to}\"]}}\n"
                     "  in: {task: script, outputs: {f: f}, with: {x: \"${axis.to}\", y: \"${both[*].file}\", z: \"${s[from=*].file}\"}}\n"
                     "  all: {task: script, outputs: {f: f}, with: {y: \"${both[*].file}\"}}\n");
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "in[to=P,t=2]", "y"), "[<both[from=Q,to=P].file>, <both[from=R,to=P].file>]");
    CHECK_STR(fixture_value(&f, "in[to=Q,t=2]", "z"), "[<s[from=P,t=2].file>, <s[from=R,t=2].file>]");
    CHECK_STR(fixture_value(&f, "all", "y"),
              "[<both[from=P,to=Q].file>, <both[from=Q,to=P].file>, <both[from=R,to=P].file>, "
              "<both[from=R,to=Q].file>]");
    fixture_release(&f);
}

static uint32_t
count_words(const char *text)
{
    uint32_t count = text[0] != '\0';

    for (; *text; text++)
        count += *text == ' ';
    return count;
}

/* The first ones of a longer list, in its order. */
static bool
all_within(const char *few, const char *many)
{
    while (*few) {
        size_t len = strcspn(few, " ");
        char word[100];
        const char *at;

        snprintf(word, sizeof word, "%.*s", (int)len, few);
        at = strstr(many, word);
        if (!at || (at[len] && at[len] != ' '))
            return false;
        many = at + len;
        few += len + (few[len] == ' ');
    }
    return true;
}

#define GRID "axes: {a: {range: [0, 30]}, b: {range: [0, 40]}}\n"

TEST(a_sample_is_a_part_of_the_grid)
{
    const char *all = points("ab", GRID AB);
    const char *ten = points("ab", GRID "sample: {count: 10, seed: 4}\n" AB);
    const char *twenty = points("ab", GRID "sample: {count: 20, seed: 4}\n" AB);

    CHECK_INT(count_words(ten), 10);
    CHECK_INT(count_words(twenty), 20);
    CHECK(all_within(ten, all) && all_within(twenty, all));
    CHECK(all_within(ten, twenty));     /* enlarging it keeps what is there */
    CHECK(strcmp(ten, points("ab", GRID "sample: {count: 10, seed: 5}\n" AB)) != 0);
    CHECK_STR(points("ab", GRID "sample: {count: 5000}\n" AB), all);
    CHECK_INT(count_words(points("ab", GRID "sample: {count: 30}\nexclude: [\"${axis.a != axis.b}\"]\n" AB)), 30);
    CHECK_STR(points("ab", "params: {n: 1}\naxes: {a: [1], b: [1]}\nsample: {count: \"${params.n}\"}\n" AB), "a=1/b=1");
}

/* So that a sample, once published, stays what it is. */
TEST(samples_do_not_change)
{
    CHECK_STR(points("ab", GRID "sample: {count: 4, seed: 1}\n" AB), "a=3/b=5 a=3/b=11 a=12/b=3 a=12/b=9");
    CHECK_STR(points("a", "axes: {a: {random: {uniform: [0, 1], count: 3, seed: 1}}, b: [1]}\n" AB), "a=0.214231311249 a=0.0176491037988 a=0.0614698649727");
    CHECK_STR(points("a", "axes: {a: {random: {normal: [10, 2], count: 3, seed: 1}}, b: [1]}\n" AB), "a=9.31067661309 a=10.262889292 a=9.73683099739");
    CHECK_STR(points("a", "axes: {a: {random: {loguniform: [0.001, 1000], count: 3, seed: 1}}, b: [1]}\n" AB), "a=0.0192924715061 a=0.00127612913129 a=0.00233786371138");
    CHECK_STR(points("a", "axes: {a: {random: {integers: [5, 9], count: 4, seed: 1}}, b: [1]}\n" AB), "a=5 a=7 a=8 a=6");
}

TEST(a_sample_of_a_grid_too_large_to_list)
{
    const char *text = "axes: {a: {range: [0, 1000000]}, b: {range: [0, 1000000]}, c: {range: [0, 1000000]}}\n"
                       "sample: {count: 1000, seed: 9}\nexclude: [\"${axis.a % 2 == 0}\"]\n" ABC;
    const char *list = points("abc", text);

    CHECK_INT(count_words(list), 1000);
    CHECK_INT(count_words(points("none", text)), 0);
    CHECK_STR(points("abc", "axes: {a: {range: [0, 3000]}, b: {range: [0, 3000]}, c: [1]}\n" ABC),
              "stage 'ab' has more than 2000000 points");
    CHECK_STR(points("abc", "axes: {a: {range: [0, 30000]}, b: {range: [0, 30000]}, c: [1]}\n"
                            "exclude: [{a: 1, b: 1}]\n" ABC),
              "the axes that 'exclude' names have more than 20000000 points");
}

/* Bounded in time and memory, whatever is written. */
TEST(grids_that_are_too_large_to_look_at)
{
    CHECK_STR(points("ab", "axes: {a: {range: [0, 2000]}, b: {range: [0, 2000]}, c: [1]}\n"
                           "exclude: [\"${axis.a == axis.b + 5000}\"]\n" AB),
              "this condition would be looked at for more than 2000000 points");
    CHECK_STR(points("ab", "axes: {a: {range: [0, 1000000]}, b: {range: [0, 1000000]}, c: [1]}\n"
                           "exclude: [{c: 1}]\nsample: {count: 3}\n" AB),
              "'exclude' leaves only 0 of the first 1000060 points for the sample");
    CHECK_STR(points("ab", "axes: {a: {random: {uniform: [1, 1.00000000001], count: 1000000}}, b: [1]}\n" AB),
              "'uniform' has fewer than 1000000 different values");
    CHECK_STR(points("ab", "axes: {a: {random: {integers: [0, 999999], count: 1000000}}, b: [1]}\n" AB),
              "'integers' has fewer than 1000000 different values");
}

/* Each number of a random order comes once, and values lie where they should. */
TEST(random_values)
{
    struct fixture f;
    const struct axis *axis;
    double sum = 0, squares = 0, value = 0;

    fixture_plan(&f, "axes:\n"
                     "  i: {random: {integers: [-3, 7], count: 10}}\n"
                     "  u: {random: {uniform: [2, 4], count: 4000}}\n"
                     "  n: {random: {normal: [5, 3], count: 4000}}\n"
                     "  l: {random: {loguniform: [0.01, 100], count: 4000}}\n"
                     "  v: {random: {uniform: [2, 4], count: 4000}}\n"
                     "stages: {x: {task: types, with: {definitions: 1}}}\n");
    fixture_check(&f);
    axis = f.wf->axes;
    CHECK_INT(axis[0].count, 10);       /* all there are */
    for (uint32_t i = 0; i < 10; i++)
        CHECK(axis[0].values[i]->integer >= -3 && axis[0].values[i]->integer < 7);
    for (uint32_t i = 0; i < 4000; i++) {
        node_number(axis[1].values[i], &value);
        CHECK(value >= 2 && value <= 4);
        sum += value;
    }
    CHECK_NEAR(sum / 4000, 3, 0.05);
    sum = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        node_number(axis[2].values[i], &value);
        sum += value;
        squares += (value - 5) * (value - 5);
    }
    CHECK_NEAR(sum / 4000, 5, 0.2);
    CHECK_NEAR(squares / 4000, 9, 0.7);
    sum = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        node_number(axis[3].values[i], &value);
        sum += value < 1;
    }
    CHECK_NEAR(sum / 4000, 0.5, 0.04);
    CHECK(!node_equal(axis[1].values[0], axis[4].values[0])); /* equal seeds, other axes */
    fixture_release(&f);
}

TEST(axes_of_a_stage)
{
    struct fixture f;

    fixture_plan(&f, "params: {n: {X: 1, Y: 2}}\naxes: {t: [1, 2]}\n"
                     "stages:\n"
                     "  c: {task: script, outputs: {f: f}, axes: {p: [{name: sp, from: S, to: P}, {name: oo, from: O, to: O}]},"
                     " with: {x: \"${axis.p.from}\", t: \"${axis.t}\"}}\n"
                     "  d: {task: script, outputs: {f: f}, with: {x: \"${c.f}\", to: \"${axis.p.to}\"}}\n"
                     "  e: {task: script, outputs: {f: f}, with: {x: \"${d[*].f}\"}}\n"
                     "  g: {task: script, outputs: {f: f}, with: {x: \"${c[p=sp].f}\", y: \"${c[p=oo].f}\"}}\n"
                     "  k: {task: script, outputs: {f: f}, axes: {n: \"${keys(params.n)}\", rep: [1, 2]}, with: {x: \"${params.n[axis.n]}\"}}\n"
                     "  m: {task: types, with: {definitions: 1}}\n");
    fixture_check(&f);
    CHECK_INT(plan_count(f.plan), 4 + 4 + 1 + 2 + 4 + 1);
    CHECK_STR(fixture_value(&f, "d[t=2,p=oo]", "x"), "<c[t=2,p=oo].f>");
    CHECK_STR(fixture_value(&f, "d[t=2,p=oo]", "to"), "O");
    CHECK_STR(fixture_value(&f, "e", "x"), "[<d[t=1,p=sp].f>, <d[t=1,p=oo].f>, <d[t=2,p=sp].f>, <d[t=2,p=oo].f>]");
    CHECK_STR(fixture_value(&f, "g[t=1]", "x"), "<c[t=1,p=sp].f>");
    CHECK_STR(fixture_value(&f, "k[n=Y,rep=2]", "x"), "2");
    fixture_release(&f);
}

/* A sample is one of the workflow's axes; a stage's own ones stay whole. */
TEST(own_axes_are_not_sampled)
{
    CHECK_STR(points("c", "axes: {a: [1, 2, 3], b: [1, 2, 3]}\nsample: {count: 1, seed: 2}\n"
                          "stages:\n  c: {task: types, axes: {p: [x, y]}, with: {definitions: [\"${axis.b}\", \"${axis.p}\"]}}\n"),
              "b=1/p=x b=1/p=y");
}

TEST(an_axis_from_a_file)
{
    test_write(test_path("net.yaml"), "Geometry:\n  Cell Types: {PYR: 1, OLM: 2}\nlist: [q, r]\n");
    CHECK_STR(points("a", "axes: {a: \"${keys(params.net)}\", b: \"${file:net.yaml#list}\"}\n"
                          "params: {net: \"${file:net.yaml#Geometry.Cell Types}\"}\n" AB), "a=OLM a=PYR");
    CHECK_STR(points("b", "axes: {a: !include net.yaml#list, b: \"${file:net.yaml#list}\"}\n" AB), "b=q b=r");
}
