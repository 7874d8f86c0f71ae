/* What is written in C is the tree that the YAML gives. */
#include "api/written.h"

#include <stdlib.h>

#include "fornix/run.h"
#include "load/yaml_tree.h"
#include "test.h"

static const struct node *
tree_of(const struct fx_workflow *wf, struct problems *problems)
{
    problems_init(problems);
    return written_tree(wf, wf->arena, problems);
}

static void
check_equal(const struct fx_workflow *wf, const char *yaml)
{
    struct problems problems;
    const struct node *written = tree_of(wf, &problems), *read;

    read = yaml_parse(wf->arena, "read.yaml", true, str_of(yaml), &problems);
    CHECK_INT(problems_count(&problems), 0);
    CHECK_INT(problems_count(&wf->mistakes), 0);
    CHECK(written && read && node_equal(written, read));
    problems_release(&problems);
}

TEST(each_call_has_its_words_in_yaml)
{
    static const char *const names[] = { "a", "5", "${x}" };
    static const int64_t whole[] = { 1, -2 };
    static const double reals[] = { 0.5, 2 };
    struct fx_workflow *wf = fx_workflow_new("all", "/there");
    struct fx_stage *one = fx_stage_new(wf, "one", "t"), *two = fx_stage_new(wf, "two", "u");

    fx_workflow_include(wf, "a.yaml");
    fx_workflow_include(wf, "b.yaml");
    fx_workflow_tasks(wf, "mine");
    fx_workflow_set_int(wf, "params.n", 3);
    fx_workflow_set_int(wf, "params.n", 4);
    fx_workflow_set_yaml(wf, "params.\"a b\".list", "[{x: 1}, 2]");
    fx_workflow_set_real(wf, "params.\"a b\".list[0].x", 0.25);
    fx_workflow_set_bool(wf, "params.on", 7);
    fx_workflow_set_string(wf, "params.s", "true");
    fx_workflow_set_strings(wf, "axes.name", names, 3);
    fx_workflow_set_ints(wf, "axes.whole", whole, 2);
    fx_workflow_set_reals(wf, "axes.real", reals, 2);
    fx_workflow_set_yaml(wf, "zip", "[[whole, real]]");
    fx_stage_set_expression(one, "seed", "params.n + 1");
    fx_stage_set_string(one, "text", "a${b} $${c}");
    fx_stage_set_strings(one, "none", NULL, 0);
    fx_stage_output(one, "file", "out/x.h5");
    fx_stage_resource(one, "memory", "1.5 GiB");
    fx_stage_set_output(two, "in.same", one, "file", FX_SAME_POINT);
    fx_stage_set_output(two, "in.all", one, "file", FX_ALL_POINTS);
    fx_stage_set_output(two, "in.one", one, "file", "name=a, whole=*");
    fx_stage_after(two, one);
    check_equal(wf, "fornix: 1\n"
                    "name: all\n"
                    "include: [a.yaml, b.yaml]\n"
                    "tasks: [mine]\n"
                    "params: {n: 4, a b: {list: [{x: 0.25}, 2]}, on: true, s: 'true'}\n"
                    "axes: {name: [a, '5', '$${x}'], whole: [1, -2], real: [0.5, 2]}\n"
                    "zip: [[whole, real]]\n"
                    "stages:\n"
                    "  one:\n"
                    "    task: t\n"
                    "    with: {seed: '${params.n + 1}', text: 'a$${b} $$${c}', none: []}\n"
                    "    outputs: {file: out/x.h5}\n"
                    "    resources: {memory: 1.5 GiB}\n"
                    "  two:\n"
                    "    task: u\n"
                    "    with:\n"
                    "      in:\n"
                    "        same: ${one.file}\n"
                    "        all: ${one[*].file}\n"
                    "        one: '${one[name=a, whole=*].file}'\n"
                    "    after: [one]\n");
    fx_workflow_free(wf);
}

TEST(values_keep_the_line_of_c_and_the_folder)
{
    struct fx_workflow *wf = fx_workflow_new("x", "/there/it");
    struct problems problems;
    const struct node *value;
    unsigned line = __LINE__ + 1;
    fx_workflow_set_yaml(wf, "params.list", "[1, {path: a.txt}]");

    value = node_at(node_at(tree_of(wf, &problems), "params"), "list");
    CHECK(value && value->kind == NODE_LIST);
    value = node_at(value->items[1], "path");
    CHECK_INT(value->at.line, line);
    CHECK_INT(value->at.column, 0);
    CHECK_STR(value->at.file, __FILE__);
    CHECK_STR(mark_folder(wf->arena, value->at), "/there/it");
    problems_release(&problems);
    fx_workflow_free(wf);
}

TEST(a_workflow_that_was_loaded_and_left_alone_adds_nothing)
{
    struct fx_workflow *wf = fx_workflow_load("some/workflow.yaml");
    struct problems problems;

    CHECK(tree_of(wf, &problems) == NULL);
    fx_stage_new(wf, "one", NULL);
    CHECK(node_at(tree_of(wf, &problems), "fornix") == NULL);
    CHECK_INT(problems_count(&wf->mistakes), 0);
    fx_workflow_free(wf);
}

TEST(arguments_that_are_nothing_are_mistakes)
{
    struct fx_workflow *wf = fx_workflow_new(NULL, NULL), *other = fx_workflow_load(NULL);
    struct fx_stage *stage = fx_stage_new(wf, NULL, NULL);
    static const char *const hole[] = { "a", NULL };

    CHECK_INT(problems_count(&other->mistakes), 1);
    CHECK_INT(problems_count(&wf->mistakes), 2);
    fx_workflow_include(wf, NULL);
    fx_workflow_tasks(wf, NULL);
    fx_workflow_profile(wf, NULL);
    fx_workflow_override(wf, NULL);
    fx_workflow_set_yaml(wf, NULL, "1");
    fx_workflow_set_strings(wf, "axes.a", hole, 2);
    fx_workflow_set_reals(wf, "axes.a", NULL, 2);
    fx_stage_set_expression(stage, "a", NULL);
    fx_stage_set_output(stage, "a", NULL, "file", FX_SAME_POINT);
    fx_stage_set_output(stage, "a", stage, NULL, FX_SAME_POINT);
    fx_stage_after(stage, NULL);
    fx_stage_resource(stage, "ranks", NULL);
    fx_stage_output(stage, "file", NULL);
    fx_stage_set_string(stage, "a", "\xff");
    CHECK_INT(problems_count(&wf->mistakes), 16);
    CHECK_STR(wf->mistakes.list.at[15].text, "the value is not UTF-8 text");
    CHECK(fx_workflow_check(wf) >= 16);
    fx_workflow_free(wf);
    fx_workflow_free(other);
    fx_workflow_free(NULL);
    fx_plan_free(NULL);
}

TEST(states_have_names)
{
    CHECK_STR(fx_job_state_name(FX_JOB_MUST_RUN), "must run");
    CHECK_STR(fx_job_state_name(FX_JOB_STATES), "");
    for (int state = 0; state < FX_JOB_STATES; state++)
        CHECK(fx_job_state_name((enum fx_job_state)state)[0]);
}
