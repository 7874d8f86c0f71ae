/* Labels of points, and targets on the command line. */
#include "fixture.h"

#include <stdlib.h>

static const char text[] =
    "axes:\n"
    "  a: [x, 1, 1.50, '1.5', 'a b', 'ä', 'true', true, '', '\"1\"', a/b, ..]\n"
    "  p: [{name: to PYR, v: 1}, {from: STIM, to: PYR}]\n"
    "  t: {range: [0, 3]}\n"
    "stages:\n"
    "  types: {task: types, with: {definitions: 1}}\n"
    "  one: {task: types, with: {definitions: \"${axis.a}\"}}\n"
    "  two: {task: forest, with: {types: \"${types.file}\", population: \"x${axis.t}\", morphology: \"${three.file}\"}}\n"
    "  three: {task: types, with: {definitions: [\"${axis.p}\", \"${axis.t}\"]}}\n";

TEST(labels_tell_values_apart_and_are_file_names)
{
    struct fixture f;
    struct text labels;

    fixture_plan(&f, text);
    fixture_check(&f);
    text_init(&labels, 1 << 16);
    for (job_id job = 0; job < plan_count(f.plan); job++)
        if (str_is(plan_stage(f.plan, job)->name, "one"))
            text_printf(&labels, "%.*s ", STR(plan_job(f.plan, job)->point));
    /* 1.50 and '1.5' are a number and a string; "1" in quotes is a string with quotes in it. */
    CHECK_STR(labels.at, "a=x a=1 a=1.5 a=%221.5%22 a=a%20b a=%C3%A4 a=%22true%22 a=true a=%22%22 "
                         "a=%22%5C%221%5C%22%22 a=a%2Fb a=.. ");
    text_release(&labels);
    CHECK_STR(plan_job(f.plan, fixture_job(&f, "three[p=to%20PYR,t=2]"))->point.at,
              "p=to%20PYR/t=2");
    CHECK_STR(plan_job(f.plan, fixture_job(&f, "types"))->point.at, "");
    fixture_release(&f);
}

TEST(coordinates_of_a_job)
{
    struct arena *arena = arena_new();
    const struct coordinate *point;
    struct fixture f;
    uint32_t count;

    fixture_plan(&f, text);
    fixture_check(&f);
    point = plan_point(f.plan, fixture_job(&f, "two[p=to%20PYR,t=2]"), arena, &count);
    CHECK_INT(count, 2);
    CHECK(str_is(point[0].axis, "p") && str_is(point[0].label, "to%20PYR"));
    CHECK_INT(node_at(point[0].value, "v")->integer, 1);
    CHECK_INT(point[1].value->integer, 2);
    plan_point(f.plan, fixture_job(&f, "types"), arena, &count);
    CHECK_INT(count, 0);
    fixture_release(&f);
    arena_free(arena);
}

/* Labels of the jobs that a target selects, or the error with its hint. */
static const char *
selected(const struct fixture *f, const char *target, bool with_needs)
{
    bool *wanted = mem_new(plan_count(f->plan), sizeof *wanted);
    struct fx_error err = FX_ERROR_NONE;
    struct text out;
    int result = with_needs ? plan_select(f->plan, &target, 1, wanted, &err)
                            : plan_find(f->plan, target, wanted, &err);

    text_init(&out, 1 << 16);
    text_add(&out, "");
    if (result != 0)
        text_printf(&out, "%s (%s)", err.text, err.hint);
    for (job_id job = 0; result == 0 && job < plan_count(f->plan); job++)
        if (wanted[job])
            text_printf(&out, "%s%.*s", out.len ? " " : "", STR(plan_job(f->plan, job)->label));
    free(wanted);
    return fixture_keep(&out);
}

TEST(targets)
{
    const char *path = test_path("workflow.yaml");
    struct fixture f;
    struct text expected;

    fixture_plan(&f, "axes: {t: [1, 2], s: [u, v]}\n"
                     "stages:\n"
                     "  types: {task: types, with: {definitions: 1}}\n"
                     "  a: {task: forest, with: {types: \"${types.file}\", population: \"${axis.t}\"}}\n"
                     "  b: {task: forest, with: {types: \"${a.file}\", population: \"${axis.s}\"}}\n"
                     "  c: {task: types, with: {definitions: 2}, after: [a]}\n");
    fixture_check(&f);
    CHECK_STR(selected(&f, "a", false), "a[t=1] a[t=2]");
    CHECK_STR(selected(&f, "b[s=v]", false), "b[t=1,s=v] b[t=2,s=v]");
    CHECK_STR(selected(&f, "b[s=v,t=2]", false), "b[t=2,s=v]");
    CHECK_STR(selected(&f, "b[]", false), "b[t=1,s=u] b[t=1,s=v] b[t=2,s=u] b[t=2,s=v]");
    CHECK_STR(selected(&f, "b[s=v,t=2]", true), "types a[t=2] b[t=2,s=v]");
    CHECK_STR(selected(&f, "c", true), "types a[t=1] a[t=2] c");
    text_init(&expected, 1000);
    text_printf(&expected, "workflow '%s' has no stage 'typos' (did you mean 'types'?)", path);
    CHECK_STR(selected(&f, "typos", false), expected.at);
    text_release(&expected);
    CHECK_STR(selected(&f, "b[x=1]", false), "stage 'b' has no axis 'x' (its axes are t, s)");
    CHECK_STR(selected(&f, "b[s=w]", false), "axis 's' has no value 'w' (its values are u, v)");
    CHECK_STR(selected(&f, "b[s]", false), "stage 'b': 's' lacks '=value' (write stage[axis=value,...])");
    CHECK_STR(selected(&f, "b[s=u", false), "'b[s=u' has no ']' at its end (write stage[axis=value,...])");
    fixture_release(&f);
}

TEST(no_target_means_all_jobs)
{
    struct fx_error err = FX_ERROR_NONE;
    bool wanted[4] = { false };
    struct fixture f;

    fixture_plan(&f, "axes: {t: [1, 2, 3]}\n"
                     "stages:\n"
                     "  types: {task: types, with: {definitions: 1}}\n"
                     "  a: {task: forest, with: {types: \"${types.file}\", population: \"${axis.t}\"}}\n");
    fixture_check(&f);
    CHECK_OK(plan_select(f.plan, NULL, 0, wanted, &err), err);
    CHECK(wanted[0] && wanted[1] && wanted[2] && wanted[3]);
    fixture_release(&f);
}
