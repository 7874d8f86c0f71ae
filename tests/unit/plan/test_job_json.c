/* What a task is told. */
#include "fixture.h"

#include "base/file.h"
#include "plan/job_json.h"

struct paths {
    struct job_paths functions;
    const struct fixture *fixture;
    char last[256];
};

static const char *
fake_path(void *context, const struct node *input, struct fx_error *err)
{
    struct paths *paths = context;
    const struct job *job;

    if (input->kind == NODE_FILE)
        return input->text.at;
    job = plan_job(paths->fixture->plan, input->job);
    if (str_is(job->label, "t")) {
        fx_fail(err, FX_FAILED, FX_NOWHERE, "there is no output of t");
        return NULL;
    }
    snprintf(paths->last, sizeof paths->last, "/store/%.*s/%.*s", STR(job->label),
             STR(job->outputs[input->output].file));
    return paths->last;
}

static const char *
json_of(const struct fixture *f, const char *label, struct fx_error *err)
{
    struct paths paths = { .fixture = f };
    struct text text;

    paths.functions = (struct job_paths){ fake_path, &paths, "/tmp/scratch", "/tmp/progress" };
    text_init(&text, 1 << 20);
    if (job_json(f->plan, fixture_job(f, label), &paths.functions, &text, err) != 0) {
        text_release(&text);
        return NULL;
    }
    return fixture_keep(&text);
}

TEST(job_json_holds_given_values_and_defaults)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fixture f;
    struct text expected;

    test_write(test_path("a.dat"), "x");
    fixture_plan(&f, "axes: {trial: {range: [0, 2]}}\n"
                     "stages:\n"
                     "  p: {task: pairs, with: {distance: 0.5, trial: \"${axis.trial}\"}}\n"
                     "  g: {task: graph, with: {parts: \"${p[*].trains}\", connections: a.dat}}\n"
                     "  s:\n"
                     "    task: simulate\n"
                     "    resources: {ranks: \"${len(keys(params.r)) * 2}\", threads: 3}\n"
                     "    with:\n"
                     "      cells: ${g.cells}\n"
                     "      trains: ${p.trains}\n"
                     "      t_end: 0.5 s\n"
                     "      width: 1\n"
                     "      label: \"a \\\"b\\\"\"\n"
                     "      record: [{what: v, at: 0.5}, {what: i, file: a.dat}]\n"
                     "params: {r: {a: 1}}\n");
    fixture_check(&f);
    text_init(&expected, 1 << 20);
    text_printf(&expected,
                "{\"fornix\": 1, \"task\": \"simulate\", \"label\": \"s[trial=1]\", \"parameters\": "
                "{\"cells\": \"/store/g/cells.h5\", \"trains\": \"/store/p[trial=1]/trains.h5\", "
                "\"t_end\": 500.0, \"width\": 1.0, \"label\": \"a \\\"b\\\"\", "
                "\"record\": [{\"what\": \"v\", \"at\": 0.5}, {\"what\": \"i\", \"file\": \"%s\"}], "
                "\"side\": \"u\", \"dt\": 0.025, \"celsius\": 34.0, \"verbose\": false}, "
                "\"inputs\": {\"cells\": \"/store/g/cells.h5\", \"trains\": \"/store/p[trial=1]/trains.h5\", "
                "\"record[1].file\": \"%s\"}, \"points\": {}, "
                "\"outputs\": {\"readout\": \"readout.h5\"}, \"ranks\": 2, \"threads\": 3, "
                "\"scratch\": \"/tmp/scratch\", \"progress\": \"/tmp/progress\"}\n",
                test_path("a.dat"), test_path("a.dat"));
    CHECK_STR(json_of(&f, "s[trial=1]", &err), expected.at);
    text_clear(&expected);
    text_printf(&expected,
                "{\"fornix\": 1, \"task\": \"graph\", \"label\": \"g\", \"parameters\": "
                "{\"parts\": [\"/store/p[trial=0]/trains.h5\", \"/store/p[trial=1]/trains.h5\"], "
                "\"connections\": \"%s\"}, \"inputs\": "
                "{\"parts\": [\"/store/p[trial=0]/trains.h5\", \"/store/p[trial=1]/trains.h5\"], "
                "\"connections\": \"%s\"}, \"points\": {\"parts\": [{\"trial\": 0}, {\"trial\": 1}]}, "
                "\"outputs\": {\"cells\": \"cells.h5\", \"connections\": \"connections.h5\"}, "
                "\"ranks\": 1, \"threads\": 1, \"scratch\": \"/tmp/scratch\", "
                "\"progress\": \"/tmp/progress\"}\n", test_path("a.dat"), test_path("a.dat"));
    CHECK_STR(json_of(&f, "g", &err), expected.at);
    text_release(&expected);
    fixture_release(&f);
}

TEST(job_json_passes_on_what_the_paths_report)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fixture f;

    fixture_plan(&f, "stages:\n"
                     "  t: {task: types, with: {definitions: 1}}\n"
                     "  f: {task: forest, with: {types: \"${t.file}\", population: P}}\n");
    fixture_check(&f);
    CHECK(json_of(&f, "f", &err) == NULL);
    CHECK_STR(err.text, "there is no output of t");
    fixture_release(&f);
}

static const char *
latin_path(void *context, const struct node *input, struct fx_error *err)
{
    (void)context;
    (void)input;
    (void)err;
    return "/stores/R\xf6hre/out";
}

TEST(job_json_is_utf8_or_none)
{
    struct job_paths paths = { latin_path, NULL, "/tmp/scratch", "/tmp/progress" };
    struct fx_error err = FX_ERROR_NONE;
    struct fixture f;
    struct text text;

    fixture_plan(&f, "stages:\n  p: {task: pairs, with: {distance: 0.5, trial: 1}}\n"
                     "  g: {task: graph, with: {parts: [\"${p.trains}\"], connections: \"${p.trains}\"}}\n");
    fixture_check(&f);
    text_init(&text, 1 << 20);
    CHECK(job_json(f.plan, fixture_job(&f, "p"), &paths, &text, &err) == 0);
    text_clear(&text);
    CHECK(job_json(f.plan, fixture_job(&f, "g"), &paths, &text, &err) != 0);
    CHECK_STR(err.text, "'g' cannot be told a path that is not UTF-8 text");
    text_release(&text);
    fixture_release(&f);
}

/* The "points" of a job, without the braces around them. */
static const char *
points_of(const struct fixture *f, const char *label)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *json = json_of(f, label, &err), *from, *end;
    struct text out;

    CHECK(json != NULL);
    from = strstr(json, "\"points\": {") + strlen("\"points\": {");
    end = strstr(from, "}, \"outputs\"");
    text_init(&out, 1 << 16);
    text_append(&out, from, (size_t)(end - from));
    return fixture_keep(&out);
}

TEST(points_have_the_shape_of_the_parameter)
{
    struct fx_error err = FX_ERROR_NONE;
    struct fixture f;
    const char *manifest;

    CHECK_OK(file_make_folders(test_path("collect"), &err), err);
    test_write(test_path("collect/task.yaml"),
               "task: collect\nversion: 1\nprogram: collect.sh\nparameters:\n"
               "  parts: {type: {map: [string, {list: file}]}, with_points: true}\n"
               "  one: {type: file, with_points: true}\noutputs: {f: f}\n");
    test_write(test_path("collect/collect.sh"), "#!/bin/sh\n");
    fixture_plan(&f, "tasks: [collect]\n"
                     "axes: {a: [1, 2, 3], b: [x, y, x], side: [{name: left, angle: 1.5}, {angle: 2}]}\n"
                     "zip: [[a, b]]\nexclude: [{a: 2, side: left}]\n"
                     "stages:\n"
                     "  p: {task: script, outputs: {f: f}, axes: {own: [0.5]}, with: {x: [\"${axis.a}\", \"${axis.b}\", \"${axis.side}\", \"${axis.own}\"]}}\n"
                     "  c: {task: collect, with: {parts: {left: \"${p[side=left, *].f}\", all: \"${p[*].f}\"}, one: \"${p[a=1, b=x, side=left, own=0.5].f}\"}}\n");
    fixture_check(&f);
    CHECK_STR(points_of(&f, "c"),
              "\"parts\": {\"left\": [{\"a\": 1, \"b\": \"x\", \"side\": {\"name\": \"left\", \"angle\": 1.5}, \"own\": 0.5}, "
              "{\"a\": 3, \"b\": \"x\", \"side\": {\"name\": \"left\", \"angle\": 1.5}, \"own\": 0.5}], "
              "\"all\": [{\"a\": 1, \"b\": \"x\", \"side\": {\"name\": \"left\", \"angle\": 1.5}, \"own\": 0.5}, "
              "{\"a\": 1, \"b\": \"x\", \"side\": {\"angle\": 2}, \"own\": 0.5}, "
              "{\"a\": 2, \"b\": \"y\", \"side\": {\"angle\": 2}, \"own\": 0.5}, "
              "{\"a\": 3, \"b\": \"x\", \"side\": {\"name\": \"left\", \"angle\": 1.5}, \"own\": 0.5}, "
              "{\"a\": 3, \"b\": \"x\", \"side\": {\"angle\": 2}, \"own\": 0.5}]}, "
              "\"one\": {\"a\": 1, \"b\": \"x\", \"side\": {\"name\": \"left\", \"angle\": 1.5}, \"own\": 0.5}");
    manifest = fixture_manifest(&f, "c", NULL);
    CHECK(strstr(manifest, "points.one.side = {angle: 1.5, name: left}\n"));
    CHECK(strstr(manifest, "points.parts.all[2].b = y\npoints.parts.all[2].side = {angle: 2}\n"
                           "points.parts.all[2].own = 0.5\n"));
    CHECK(strstr(manifest, "points.parts.left[1].a = 3\n"));
    fixture_release(&f);
}

/* Any parameter may hold the points of what is gathered, where no task declares it. */
TEST(points_as_values)
{
    struct fixture f;

    fixture_plan(&f, "axes: {d: [0, 0.5], side: [{name: left, angle: 1.5}]}\n"
                     "stages:\n"
                     "  p: {task: script, outputs: {f: f}, with: {x: [\"${axis.d}\", \"${axis.side}\"]}}\n"
                     "  q: {task: script, outputs: {f: f}, with: {files: \"${p[*].f}\", points: \"${points(p[*].f)}\", d: \"${points(p[d=0.5, side=left].f).d}\"}}\n"
                     "  r: {task: script, outputs: {f: f}, with: {x: \"${axis.d}\", at: \"${points(p[side=*].f)}\"}}\n");
    fixture_check(&f);
    CHECK_STR(fixture_value(&f, "q", "points"),
              "[{d: 0, side: {angle: 1.5, name: left}}, {d: 0.5, side: {angle: 1.5, name: left}}]");
    CHECK_STR(fixture_value(&f, "q", "d"), "0.5");
    CHECK_STR(fixture_value(&f, "r[d=0.5]", "at"), "[{d: 0.5, side: {angle: 1.5, name: left}}]");
    CHECK_STR(fixture_needs(&f, "r[d=0.5]"), "");
    fixture_release(&f);
}
