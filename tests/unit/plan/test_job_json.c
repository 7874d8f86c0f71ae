/* What a task is told. */
#include "fixture.h"

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
