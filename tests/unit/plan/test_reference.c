/* References between stages: which points belong together. */
#include "fixture.h"

static const char head[] =
    "axes:\n"
    "  population: [PYR, PVBC]\n"
    "  proj: [{name: s, from: STIM, to: PYR}, {name: b, from: PYR, to: PVBC}]\n"
    "  trial: [0, 1]\n"
    "stages:\n"
    "  t: {task: types, with: {definitions: 1}}\n"
    "  f: {task: forest, with: {types: \"${t.file}\", population: \"${axis.population}\"}}\n"
    "  g: {task: forest, with: {types: \"${f.file}\", population: \"x${axis.trial}\"}}\n";

/* Plans the stages above and one more, `x`. */
static void
plan_with(struct fixture *f, const char *with)
{
    struct text text;

    text_init(&text, 1 << 16);
    text_printf(&text, "%s  x: {task: script, outputs: {f: f}, with: {%s}}\n", head, with);
    fixture_plan(f, text.at);
    text_release(&text);
    fixture_check(f);
}

TEST(shared_axes_align)
{
    struct fixture f;

    plan_with(&f, "a: \"${f.file}\", b: \"${g.file}\"");
    CHECK_STR(fixture_needs(&f, "x[population=PYR,trial=1]"),
              "f[population=PYR] g[population=PYR,trial=1]");
    CHECK_STR(fixture_value(&f, "x[population=PVBC,trial=0]", "b"),
              "<g[population=PVBC,trial=0].file>");
    fixture_release(&f);
}

TEST(brackets_take_expressions)
{
    struct fixture f;

    plan_with(&f, "a: \"${f[population=axis.proj.to].file}\", n: \"${axis.proj.name}\"");
    CHECK_STR(fixture_value(&f, "x[proj=s]", "a"), "<f[population=PYR].file>");
    CHECK_STR(fixture_value(&f, "x[proj=b]", "a"), "<f[population=PVBC].file>");
    CHECK_STR(fixture_needs(&f, "x[proj=b]"), "f[population=PVBC]");
    fixture_release(&f);
}

TEST(a_selected_axis_is_none_of_the_stage)
{
    struct fixture f;

    plan_with(&f, "a: \"${g[population=PYR].file}\"");
    CHECK_STR(fixture_value(&f, "x[trial=1]", "a"), "<g[population=PYR,trial=1].file>");
    CHECK_INT(plan_count(f.plan), 1 + 2 + 4 + 2);
    fixture_release(&f);
}

TEST(gathering_some_axes)
{
    struct fixture f;

    plan_with(&f, "a: \"${g[trial=*].file}\", b: \"${g[*].file}\"");
    CHECK_STR(fixture_value(&f, "x[population=PVBC]", "a"),
              "[<g[population=PVBC,trial=0].file>, <g[population=PVBC,trial=1].file>]");
    CHECK_STR(fixture_value(&f, "x[population=PVBC]", "b"),
              "[<g[population=PVBC,trial=0].file>, <g[population=PVBC,trial=1].file>]");
    fixture_release(&f);
}

TEST(gathering_all_and_picking_one)
{
    struct fixture f;

    plan_with(&f, "a: \"${g[*, population=PYR].file}\", b: \"${g[*].file}\", c: \"${g[population='PVBC', trial=0 + 1].file}\"");
    CHECK_STR(fixture_value(&f, "x", "a"),
              "[<g[population=PYR,trial=0].file>, <g[population=PYR,trial=1].file>]");
    CHECK_STR(fixture_value(&f, "x", "b"),
              "[<g[population=PYR,trial=0].file>, <g[population=PYR,trial=1].file>, "
              "<g[population=PVBC,trial=0].file>, <g[population=PVBC,trial=1].file>]");
    CHECK_STR(fixture_value(&f, "x", "c"), "<g[population=PVBC,trial=1].file>");
    fixture_release(&f);
}

TEST(a_shared_axis_may_be_gathered_all_the_same)
{
    struct fixture f;

    plan_with(&f, "p: \"${axis.population}\", a: \"${f[population=*].file}\"");
    CHECK_STR(fixture_value(&f, "x[population=PYR]", "a"),
              "[<f[population=PYR].file>, <f[population=PVBC].file>]");
    fixture_release(&f);
}

TEST(references_inside_values)
{
    struct fixture f;

    plan_with(&f, "m: {deep: [\"${f[*].file}\", {x: \"${t.file}\"}]}, "
                  "first: \"${f[*].file[0]}\", both: \"${f[*].file + [t.file]}\"");
    CHECK_STR(fixture_value(&f, "x", "first"), "<f[population=PYR].file>");
    CHECK_STR(fixture_value(&f, "x", "both"),
              "[<f[population=PYR].file>, <f[population=PVBC].file>, <t.file>]");
    CHECK_STR(fixture_needs(&f, "x"), "t f[population=PYR] f[population=PVBC]");
    fixture_release(&f);
}

TEST(mappings_are_selected_by_name_or_as_a_whole)
{
    struct fixture f;

    fixture_plan(&f, "axes: {p: [{name: s, to: A}, {from: B, to: C}]}\n"
                     "stages:\n"
                     "  q: {task: types, with: {definitions: \"${axis.p.to}\"}}\n"
                     "  r: {task: forest, with: {types: \"${q[p=s].file}\", population: P}}\n");
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "r", "types"), "<q[p=s].file>");
    CHECK_STR(fixture_value(&f, "q[p=s]", "definitions"), "A");
    CHECK_INT(plan_job(f.plan, 1)->point.len, strlen("p=") + 12);
    fixture_release(&f);
}

TEST(after_orders_without_data)
{
    struct fixture f;

    fixture_plan(&f, "axes: {a: [1, 2], b: [u, v]}\n"
                     "stages:\n"
                     "  x: {task: types, with: {definitions: \"${axis.a}\"}}\n"
                     "  y: {task: types, with: {definitions: [\"${axis.a}\", \"${axis.b}\"]}, after: x}\n"
                     "  z: {task: types, with: {definitions: \"${axis.b}\"}, after: [x, y]}\n");
    fixture_check(&f);
    CHECK_STR(fixture_needs(&f, "y[a=2,b=u]"), "x[a=2]");
    CHECK_STR(fixture_needs(&f, "z[b=v]"), "x[a=1] x[a=2] y[a=1,b=v] y[a=2,b=v]");
    CHECK_STR(fixture_value(&f, "z[b=v]", "definitions"), "v");
    fixture_release(&f);
}

TEST(resources_follow_the_axes_of_the_stage)
{
    struct fixture f;

    fixture_plan(&f, "params: {cores: {PYR: 4, PVBC: 2}}\n"
                     "axes: {population: [PYR, PVBC]}\n"
                     "stages:\n"
                     "  t: {task: types, with: {definitions: 1}, resources: {threads: 3}}\n"
                     "  f: {task: forest, with: {types: \"${t.file}\", population: \"${axis.population}\"}, "
                     "resources: {ranks: \"${params.cores[axis.population] / 2}\", memory: 512 MiB, time: \"${1 + 1} min\"}}\n");
    fixture_check(&f);
    CHECK_INT(plan_job(f.plan, 0)->resources.threads, 3);
    CHECK_INT(plan_job(f.plan, 0)->resources.memory, 0);
    CHECK_INT(plan_job(f.plan, 1)->resources.ranks, 2);
    CHECK_INT(plan_job(f.plan, 2)->resources.ranks, 1);
    CHECK_INT(plan_job(f.plan, 2)->resources.memory, 512 << 20);
    CHECK_NEAR(plan_job(f.plan, 2)->resources.time_s, 120, 0);
    fixture_release(&f);
}

TEST(jobs_follow_the_order_of_the_file_where_they_can)
{
    struct fixture f;

    fixture_plan(&f, "stages:\n"
                     "  d: {task: forest, with: {types: \"${b.file}\", population: P}}\n"
                     "  a: {task: types, with: {definitions: 1}}\n"
                     "  c: {task: types, with: {definitions: 1}}\n"
                     "  b: {task: types, with: {definitions: 1}}\n"
                     "  e: {task: types, with: {definitions: 1}}\n");
    fixture_check(&f);
    CHECK_INT(fixture_job(&f, "a"), 0);
    CHECK_INT(fixture_job(&f, "c"), 1);
    CHECK_INT(fixture_job(&f, "b"), 2);
    CHECK_INT(fixture_job(&f, "d"), 3);
    CHECK_INT(fixture_job(&f, "e"), 4);
    fixture_release(&f);
}

TEST(a_value_that_many_points_share_is_one_node)
{
    struct fixture f;

    fixture_plan(&f, "params: {m: {A: {x: [1, 2]}, B: {x: [3]}}}\n"
                     "axes: {p: [A, B], trial: {range: [0, 5]}}\n"
                     "stages:\n"
                     "  s: {task: script, outputs: {f: f}, with: {m: \"${params.m[axis.p]}\", n: \"${axis.trial}\"}}\n");
    fixture_check(&f);
    CHECK(node_at(plan_job(f.plan, fixture_job(&f, "s[p=A,trial=0]"))->with, "m")
          == node_at(plan_job(f.plan, fixture_job(&f, "s[p=A,trial=4]"))->with, "m"));
    fixture_release(&f);
}

/* A null is a parameter that is not given. */
TEST(null_means_the_default)
{
    struct fixture f;

    fixture_plan(&f, "params: {none: null}\n"
                     "stages:\n"
                     "  t: {task: types, with: {definitions: 1, counts: null}}\n"
                     "  s: {task: synapses, with: {forest: \"${t.file}\", seed: \"${params.none}\"}}\n");
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "t", "counts"), "(none)");
    CHECK_STR(fixture_value(&f, "s", "seed"), "(none)");
    fixture_release(&f);
}
