/* --axis: the jobs at certain values. */
#include "fixture.h"

#include <stdlib.h>

static const char sweep[] =
    "axes: {d: [0, 0.1, 0.2], side: [{name: left, v: 1}, {name: right, v: 2}], n: [a, b, c]}\n"
    "zip: [[d, n]]\n"
    "stages:\n"
    "  types: {task: types, with: {definitions: 1}}\n"
    "  sim: {task: script, outputs: {f: f}, with: {d: \"${axis.d}\", s: \"${axis.side.v}\", t: \"${types.file}\"}}\n"
    "  zipped: {task: types, with: {definitions: \"${axis.n}\"}}\n"
    "  compare: {task: script, outputs: {f: f}, with: {a: \"${sim.f}\", zero: \"${sim[d=0].f}\"}}\n"
    "  each: {task: script, outputs: {f: f}, with: {d: \"${axis.d}\", a: \"${sim[*].f}\"}}\n"
    "  all: {task: script, outputs: {f: f}, with: {a: \"${sim[*].f}\"}}\n"
    "  page: {task: script, outputs: {f: f}, with: {a: \"${all.f}\"}}\n"
    "  zero: {task: script, outputs: {f: f}, with: {a: \"${sim[d=0, side=left].f}\"}}\n";

/* What is selected with these --axis (NULL: one alone) and this target (NULL: none); or the error. */
static const char *
selected(const char *one, const char *two, const char *target)
{
    const char *const axes[] = { one, two };
    struct fx_error err = FX_ERROR_NONE;
    struct fixture f;
    struct text out;
    bool *wanted;

    fixture_plan(&f, sweep);
    fixture_check(&f);
    wanted = mem_new(plan_count(f.plan), sizeof *wanted);
    text_init(&out, 1 << 16);
    text_add(&out, "");
    if (plan_restrict(f.plan, axes, two ? 2 : 1, &err) != 0 ||
        plan_select(f.plan, &target, target != NULL, wanted, &err) != 0)
        text_printf(&out, "%s (%s)", err.text, err.hint);
    for (job_id job = 0; err.code == FX_OK && job < plan_count(f.plan); job++)
        if (wanted[job])
            text_printf(&out, "%s%.*s%s", out.len ? " " : "", STR(plan_job(f.plan, job)->label),
                        plan_inside(f.plan, job) ? "" : "!");
    free(wanted);
    fixture_release(&f);
    return fixture_keep(&out);
}

TEST(jobs_at_a_value_and_what_they_need)
{
    /* compare at 0.1 needs sim at 0, which lies outside; stages that gather over d are left out */
    CHECK_STR(selected("d=0.1", NULL, NULL),
              "types sim[d=0,side=left]! sim[d=0,side=right]! sim[d=0.1,side=left] sim[d=0.1,side=right] "
              "zipped[n=b] compare[d=0.1,side=left] compare[d=0.1,side=right] each[d=0.1]");
    CHECK_STR(selected("d=0.1", NULL, "sim"), "types sim[d=0.1,side=left] sim[d=0.1,side=right]");
    CHECK_STR(selected("d=0.10,2e-1", "side=right", "sim"), "types sim[d=0.1,side=right] sim[d=0.2,side=right]");
    CHECK_STR(selected("d=0.1", "d=0.2", "zipped"), "zipped[n=b] zipped[n=c]");
    CHECK_STR(selected("n=a", NULL, "sim[side=left]"), "types sim[d=0,side=left]");
    CHECK_STR(selected("n = a , c", "d=0.2", "zipped"), "zipped[n=c]");
    CHECK_STR(selected("side=left", NULL, "zero"), "types sim[d=0,side=left] zero");
    CHECK_STR(selected("d=0,0.1,0.2", NULL, "page"),
              "types sim[d=0,side=left] sim[d=0,side=right] sim[d=0.1,side=left] sim[d=0.1,side=right] "
              "sim[d=0.2,side=left] sim[d=0.2,side=right] all page");
}

TEST(mistakes_of_restrictions)
{
    CHECK_STR(selected("dd=1", NULL, NULL), "--axis: there is no axis 'dd' (axes are d, side, n)");
    CHECK_STR(selected("sied=1", NULL, NULL), "--axis: there is no axis 'sied' (did you mean 'side'?)");
    CHECK_STR(selected("d=0.3", NULL, NULL), "--axis: axis 'd' has no value '0.3' (did you mean '0.1'?)");
    CHECK_STR(selected("side=lfet", NULL, NULL), "--axis: axis 'side' has no value 'lfet' (did you mean 'left'?)");
    CHECK_STR(selected("d", NULL, NULL), "--axis: 'd' names no values (write --axis d=value,value)");
    CHECK_STR(selected("d=", NULL, NULL), "--axis: 'd=' names no values (write --axis d=value,value)");
    CHECK_STR(selected("d=0,", NULL, NULL), "--axis: axis 'd' has no value '' (its values are 0, 0.1, 0.2)");
    CHECK_STR(selected("d=0", "n=b", NULL), "--axis: no job lies at these values ()");
    CHECK_STR(selected("d=0.1", NULL, "all"), "stage 'all' needs points outside of --axis "
              "(--set axes.NAME='[...]' makes a smaller sweep, over which it gathers)");
    CHECK_STR(selected("d=0.1", NULL, "zero"), "stage 'zero' needs points outside of --axis "
              "(--set axes.NAME='[...]' makes a smaller sweep, over which it gathers)");
    CHECK_STR(selected("d=0.1", NULL, "sim[d=0]"), "the jobs of 'sim' that are named lie outside of --axis ()");
}

/* The jobs that are left are those of the whole workflow: their keys are the same. */
TEST(restriction_changes_no_job)
{
    const char *const axes[] = { "side=left" };
    struct fx_error err = FX_ERROR_NONE;
    struct digest whole, restricted;
    struct fixture f;

    fixture_plan(&f, sweep);
    fixture_manifest(&f, "compare[d=0.1,side=left]", &whole);
    CHECK_OK(plan_restrict(f.plan, axes, 1, &err), err);
    fixture_manifest(&f, "compare[d=0.1,side=left]", &restricted);
    CHECK(digest_equal(whole, restricted));
    fixture_release(&f);
}
