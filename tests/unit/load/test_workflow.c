/* Files, profiles and --set, merged; tasks found. */
#include "parse.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "load/workflow.h"

static struct workflow *
load(const char *const *set, uint32_t sets, const char *const *profiles, uint32_t profile_count,
     struct problems *problems)
{
    static const char *const folders[] = { TEST_SOURCE_DIR "/tests/fixtures/tasks" };
    struct workflow_options options = { .set = set, .set_count = sets, .profiles = profiles,
                                        .profile_count = profile_count, .task_folders = folders,
                                        .task_folder_count = 1 };

    problems_init(problems);
    return workflow_load(test_path("workflow.yaml"), &options, problems);
}

/* The parameters of the test's workflow.yaml with one --set and one profile (NULL: none), or the
 * first problem. */
static const char *
params_with(const char *set, const char *profile)
{
    struct problems problems;
    struct workflow *wf = load(&set, set != NULL, &profile, profile != NULL, &problems);

    const char *result;
    struct text text;

    if (problems.list.count) {
        const struct fx_error *err = problems.list.at;

        text_init(&text, 1000);
        text_printf(&text, "%s: %s (%s)", err->file, err->text, err->hint);
        result = kept(&text);
    } else {
        result = spelt(wf->params);
    }
    workflow_free(wf);
    problems_release(&problems);
    return result;
}

#define STAGE "stages: {t: {task: types, with: {definitions: 1}}}\n"

TEST(includes_merge_deeply_and_this_file_wins)
{
    struct problems problems;
    struct workflow *wf;
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(file_make_folders(test_path("sub"), &err), err);
    test_write(test_path("sub/deep.yaml"), "params: {m: {a: deep, b: deep, c: deep, d: deep}, only: 1}\n");
    test_write(test_path("sub/one.yaml"), "include: deep.yaml\nname: no\nparams: {m: {b: one, c: one, d: one}, list: [1, 2]}\n");
    test_write(test_path("two.yaml"), "fornix: 1\nparams: {m: {c: two, d: two}, list: [3]}\n");
    test_write(test_path("workflow.yaml"),
               "fornix: 1\ninclude: [sub/one.yaml, two.yaml]\nname: yes_\nparams: {m: {d: this}}\n" STAGE);
    wf = load(NULL, 0, NULL, 0, &problems);
    CHECK_STR(first_problem(&problems), "");
    CHECK_STR(spelt(wf->params), "{list: [3], m: {a: deep, b: one, c: two, d: this}, only: 1}");
    CHECK_STR(node_at(node_at(wf->params, "m"), "a")->at.file, test_path("sub/deep.yaml"));
    CHECK_STR(node_at(node_at(wf->params, "m"), "d")->at.file, test_path("workflow.yaml"));
    CHECK(str_is(wf->name, "yes_"));
    workflow_free(wf);
    problems_release(&problems);
}

TEST(the_name_comes_from_the_path)
{
    struct problems problems;
    struct workflow *wf;

    test_write(test_path("workflow.yaml"), "fornix: 1\n" STAGE);
    wf = load(NULL, 0, NULL, 0, &problems);
    CHECK(wf && !wf->broken);
    CHECK(str_is(wf->name, strrchr(test_folder(), '/') + 1));
    CHECK_STR(wf->folder, test_folder());
    workflow_free(wf);
}

TEST(set_changes_values)
{
    test_write(test_path("workflow.yaml"),
               "fornix: 1\nparams: {seed: 1, m: {a: {b: [1, 2, {c: 3}]}}, 'x y': {z: 1}}\n"
               "axes: {trial: {range: [0, 3]}}\n" STAGE);
    CHECK_STR(params_with("params.seed=7", NULL), "{m: {a: {b: [1, 2, {c: 3}]}}, seed: 7, x y: {z: 1}}");
    CHECK_STR(params_with("params.m.a.b[2].c=[x, y]", NULL),
              "{m: {a: {b: [1, 2, {c: [x, y]}]}}, seed: 1, x y: {z: 1}}");
    CHECK_STR(params_with("params.m.a.new={d: 1}", NULL),
              "{m: {a: {b: [1, 2, {c: 3}], new: {d: 1}}}, seed: 1, x y: {z: 1}}");
    CHECK_STR(params_with("params.\"x y\".z=a=b", NULL),
              "{m: {a: {b: [1, 2, {c: 3}]}}, seed: 1, x y: {z: \"a=b\"}}");
    CHECK_STR(params_with("params.seed=${params.m.a.b[1] * 2}", NULL),
              "{m: {a: {b: [1, 2, {c: 3}]}}, seed: 4, x y: {z: 1}}");
    CHECK_STR(params_with("params.seed=", NULL), "{m: {a: {b: [1, 2, {c: 3}]}}, seed: null, x y: {z: 1}}");
}

TEST(set_mistakes)
{
    test_write(test_path("workflow.yaml"),
               "fornix: 1\nparams: {seed: 1, m: {a: {b: [1, 2]}}}\naxes: {trial: [1]}\n" STAGE);
    CHECK_STR(params_with("params.\xed=7", NULL), "--set params.\xed=7: this is not UTF-8 text ()");
    CHECK_STR(params_with("params.sed=7", NULL),
              "--set params.sed=7: there is no 'sed' (did you mean 'seed'?)");
    CHECK_STR(params_with("seed=7", NULL),
              "--set seed=7: 'seed' cannot be set (did you mean 'params.seed'?)");
    CHECK_STR(params_with("parms.seed=7", NULL),
              "--set parms.seed=7: 'parms.seed' cannot be set (did you mean 'params'?)");
    CHECK_STR(params_with("params.m.a.b[2]=7", NULL),
              "--set params.m.a.b[2]=7: there is no [2] (the list has 2 entries, the first is [0])");
    CHECK_STR(params_with("params.m.aa.b=7", NULL),
              "--set params.m.aa.b=7: there is no 'aa' (known are a)");
    CHECK_STR(params_with("params.seed.x=7", NULL), "--set params.seed.x=7: there is no 'x' ()");
    CHECK_STR(params_with("params..x=7", NULL), "--set params..x=7: this is no path to a value "
              "(such as params.seed=7 or params.a.\"b c\"[2]=x)");
    CHECK_STR(params_with("params.seed", NULL),
              "--set params.seed: --set takes a path and a value with '=' between them "
              "(--set params.seed=7)");
    CHECK_STR(params_with("params.seed=[1", NULL),
              "--set params.seed=[1: this is not YAML: while parsing a flow sequence, did not find "
              "expected ',' or ']' ()");
    CHECK_STR(params_with("params.seed=${params.m.x}", NULL),
              "--set params.seed=${params.m.x}: 'params.m' has no 'x' (known are a)");
    CHECK_STR(params_with("axes.trail.x=3", NULL), "--set axes.trail.x=3: an axis has no 'x' (known are range, linspace, logspace, random)");
    CHECK_STR(params_with("stages.tt.with.definitions=3", NULL),
              "--set stages.tt.with.definitions=3: there is no 'tt' (known are t)");
}

TEST(set_reaches_axes_and_stages)
{
    static const char *const set[] = { "axes.trial=[5, 6]", "stages.s.with.scale=2",
                                       "stages.s.resources.ranks=3" };
    struct problems problems;
    struct workflow *wf;

    test_write(test_path("workflow.yaml"),
               "fornix: 1\naxes: {trial: {range: [0, 3]}}\nstages:\n"
               "  t: {task: types, with: {definitions: 1}}\n"
               "  s: {task: synapses, with: {forest: \"${t.file}\"}}\n");
    wf = load(set, 3, NULL, 0, &problems);
    CHECK_STR(first_problem(&problems), "");
    CHECK_INT(wf->axes[0].count, 2);
    CHECK_INT(wf->axes[0].values[1]->integer, 6);
    CHECK_STR(spelt(node_at(wf->stages[1].with, "scale")), "2");
    CHECK_STR(spelt(wf->stages[1].resources), "{ranks: 3}");
    workflow_free(wf);
}

TEST(profiles)
{
    static const char *const both[] = { "quick", "small" };
    struct problems problems;
    struct workflow *wf;

    test_write(test_path("workflow.yaml"),
               "fornix: 1\nparams: {t_end: 500 ms, m: {a: 1, b: 2}}\naxes: {trial: {range: [0, 20]}, side: [u, v]}\n"
               "profiles:\n"
               "  quick: {params: {t_end: 50 ms, m: {a: 9}}, axes: {trial: {linspace: [0, 1, 2]}}}\n"
               "  small: {params: {m: {a: 7}}, axes: {side: [u]}}\n" STAGE);
    CHECK_STR(params_with(NULL, "quick"), "{m: {a: 9, b: 2}, t_end: 50 ms}");
    CHECK_STR(params_with("params.t_end=1 s", "quick"), "{m: {a: 9, b: 2}, t_end: 1 s}");
    CHECK_STR(params_with(NULL, "quik"), ": there is no profile 'quik' (did you mean 'quick'?)");
    wf = load(NULL, 0, both, 2, &problems);
    CHECK_STR(spelt(wf->params), "{m: {a: 7, b: 2}, t_end: 50 ms}");
    CHECK_INT(wf->axes[0].count, 2);
    CHECK_INT(wf->axes[1].count, 1);
    workflow_free(wf);
}

/* The values of an axis, spelt. */
static const char *
axis(const char *value)
{
    struct problems problems;
    struct workflow *wf;
    struct text text;

    text_init(&text, 1 << 20);
    text_printf(&text, "fornix: 1\nparams: {n: 3, list: [x, y], m: {b: 1, a: 2}}\naxes: {a: %s}\n%s", value, STAGE);
    test_write(test_path("workflow.yaml"), text.at);
    wf = load(NULL, 0, NULL, 0, &problems);
    text_clear(&text);
    text_add(&text, first_problem(&problems));
    for (uint32_t i = 0; !problems.list.count && i < wf->axes[0].count; i++)
        text_printf(&text, "%s%s", i ? " " : "", spelt(wf->axes[0].values[i]));
    workflow_free(wf);
    problems_release(&problems);
    return kept(&text);
}

TEST(axis_values)
{
    CHECK_STR(axis("[PYR, 1, 0.5, true, {name: x, v: 1}]"), "PYR 1 0.5 true {name: x, v: 1}");
    CHECK_STR(axis("[1, 1.0, 2, '1', 1]"), "1 2 \"1\"");
    CHECK_STR(axis("{range: [0, 4]}"), "0 1 2 3");
    CHECK_STR(axis("{range: [0, 10, 3]}"), "0 3 6 9");
    CHECK_STR(axis("{range: [0, 9, 3]}"), "0 3 6");
    CHECK_STR(axis("{range: [3, 0, -1]}"), "3 2 1");
    CHECK_STR(axis("{range: [0, 1, 0.1]}"), "0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9");
    CHECK_STR(axis("{range: [0, 0.3, 0.1]}"), "0 0.1 0.2");
    CHECK_STR(axis("{range: [0, \"${params.n}\"]}"), "0 1 2");
    CHECK_STR(axis("{linspace: [0, 1, 5]}"), "0 0.25 0.5 0.75 1");
    CHECK_STR(axis("{linspace: [0, 0.3, 4]}"), "0 0.1 0.2 0.3");
    CHECK_STR(axis("{linspace: [2, 5, 1]}"), "2");
    CHECK_STR(axis("{logspace: [0.001, 10, 5]}"), "0.001 0.01 0.1 1 10");
    CHECK_STR(axis("\"${params.list}\""), "x y");
    CHECK_STR(axis("\"${keys(params.m)}\""), "a b");
    CHECK_STR(axis("{range: [0, 1], linspace: [0, 1, 2]}"), "3:11: this is no list of values "
              "(a list, {range: ...}, {linspace: ...}, {logspace: ...} or {random: ...})");
    CHECK_STR(axis("[1, null]"), "3:15: the values of an axis are scalars or maps");
}

TEST(tasks_of_the_workflow)
{
    struct problems problems;
    struct workflow *wf;
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(file_make_folders(test_path("many/other"), &err), err);
    CHECK_OK(file_make_folders(test_path("one"), &err), err);
    CHECK_OK(file_make_folders(test_path("many/types"), &err), err);
    test_write(test_path("many/other/task.yaml"), "task: other\nversion: 1\nextra: any\noutputs: {x: x}\n");
    test_write(test_path("many/types/task.yaml"), "task: types\nversion: 9\nextra: any\noutputs: {x: x}\n");
    test_write(test_path("one/task.yaml"), "task: single\nversion: 1\nextra: any\noutputs: {x: x}\n");
    test_write(test_path("workflow.yaml"),
               "fornix: 1\ntasks: [many, one]\nstages:\n  a: {task: other}\n  b: {task: single}\n"
               "  c: {task: types}\n  d: {task: pairs, with: {distance: 1, trial: 1}}\n");
    wf = load(NULL, 0, NULL, 0, &problems);
    CHECK_STR(first_problem(&problems), "");
    CHECK(!wf->stages[0].task->builtin);
    CHECK_STR(wf->stages[1].task->folder, test_path("one"));
    CHECK_INT(wf->stages[2].task->version, 9);
    CHECK(wf->stages[3].task->builtin);
    workflow_free(wf);
}

TEST(what_cannot_be_read_at_all_is_no_workflow)
{
    struct problems problems;

    CHECK(load(NULL, 0, NULL, 0, &problems) == NULL);
    CHECK_INT(problems.list.count, 1);
    CHECK(strstr(problems.list.at[0].text, "workflow.yaml' does not exist"));
    problems_release(&problems);
    test_write(test_path("workflow.yaml"), "fornix: 1\nstages: [");
    CHECK(load(NULL, 0, NULL, 0, &problems) == NULL);
    CHECK_INT(problems.list.count, 1);
    problems_release(&problems);
}

/* What --set (two) and a profile make of the sweep: sample, seed, exclude's length, values of a and own. */
static const char *
sweep_with(const char *one, const char *two, const char *profile)
{
    const char *set[] = { one, two };
    struct problems problems;
    struct workflow *wf = load(set, (uint32_t)(one != NULL) + (two != NULL), &profile,
                               profile != NULL, &problems);
    struct text text;

    text_init(&text, 1000);
    text_add(&text, first_problem(&problems));
    if (!problems.list.count)
        text_printf(&text, "%u %d %u %u %u zip %u", wf->sample, (int)wf->sample_seed,
                    wf->exclude ? wf->exclude->count : 0, wf->axes[0].count, wf->axes[2].count,
                    wf->axes[1].zip);
    workflow_free(wf);
    problems_release(&problems);
    return kept(&text);
}

TEST(sweeps_in_profiles_and_set)
{
    test_write(test_path("base.yaml"), "sample: {count: 2, seed: 3}\naxes: {a: {range: [0, 4]}, b: [1, 2]}\n"
                                       "stages: {t: {axes: {own: {range: [0, 3]}}}}\n");
    test_write(test_path("workflow.yaml"),
               "fornix: 1\ninclude: base.yaml\nexclude: [{a: 1}]\nprofiles:\n"
               "  quick: {sample: {count: 1}, axes: {a: {linspace: [0, 1, 2]}}, zip: [[b, a]], stages: {t: {axes: {own: [1]}}}}\n"
               "  all: {sample: null, exclude: null}\n" STAGE);
    CHECK_STR(sweep_with(NULL, NULL, NULL), "2 3 1 4 3 zip 1");
    CHECK_STR(sweep_with(NULL, NULL, "quick"), "1 3 1 2 1 zip 0");
    CHECK_STR(sweep_with(NULL, NULL, "all"), "0 0 0 4 3 zip 1");
    CHECK_STR(sweep_with("sample.count=7", "exclude=[{a: 1}, {b: 2}]", NULL), "7 3 2 4 3 zip 1");
    CHECK_STR(sweep_with("sample.count=7", "exclude[0].a=2", "quick"), "7 3 1 2 1 zip 0");
    CHECK_STR(sweep_with("exclude[3]={a: 1}", NULL, NULL), "0:0: there is no [3] (the list has 1 entries, the first is [0])");
    CHECK_STR(sweep_with("stages.t.axes.own=[4, 5]", NULL, NULL), "2 3 1 4 2 zip 1");
    CHECK_STR(sweep_with("axes.b=[1, 2, 3, 4]", "zip=[[a, b]]", NULL), "2 3 1 4 3 zip 0");
}

/* A pipe would be waited for, a device may have no end. */
TEST(only_files_are_read)
{
    struct problems problems;

    CHECK(mkfifo(test_path("workflow.yaml"), 0600) == 0);
    CHECK(load(NULL, 0, NULL, 0, &problems) == NULL);
    CHECK_INT(problems.list.count, 1);
    CHECK(strstr(problems.list.at[0].text, "workflow.yaml' is a pipe, not a file"));
    problems_release(&problems);
    CHECK(remove(test_path("workflow.yaml")) == 0);
    CHECK(symlink("/dev/zero", test_path("net.yaml")) == 0);
    test_write(test_path("workflow.yaml"), "fornix: 1\ninclude: net.yaml\nparams: {a: \"${file:net.yaml}\"}\n" STAGE);
    workflow_free(load(NULL, 0, NULL, 0, &problems));
    CHECK_INT(problems.list.count, 2);
    CHECK(strstr(problems.list.at[0].text, "net.yaml' is a device, not a file"));
    CHECK(strstr(problems.list.at[1].text, "net.yaml' is a device, not a file"));
    problems_release(&problems);
}

TEST(problems_are_sorted_counted_and_told_once)
{
    struct problems problems;

    problems_init(&problems);
    for (unsigned i = 0; i < 150; i++)
        problems_wrong(&problems, (struct fx_mark){ i % 2 ? "b" : "a", 3 - i % 3, 1 }, NULL, "x");
    CHECK_INT(problems.list.count, PROBLEMS_MOST);
    CHECK_INT(problems.dropped, 50);
    CHECK_INT(problems_count(&problems), 150);
    problems_sort(&problems);
    CHECK_INT(problems.list.count, 6);
    CHECK_STR(problems.list.at[0].file, "a");
    CHECK_INT(problems.list.at[0].line, 1);
    CHECK_INT(problems.list.at[5].line, 3);
    problems_release(&problems);
    problems_sort(&problems);
}
