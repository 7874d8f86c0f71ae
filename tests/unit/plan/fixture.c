#define _POSIX_C_SOURCE 200809L

#include "fixture.h"

#include <stdlib.h>

struct source {
    struct key_source functions;
    const struct plan *plan;
};

static struct arena *strings;       /* what tests compare lives until their process ends */

const char *
fixture_keep(struct text *text)
{
    const char *copy;

    if (!strings)
        strings = arena_new();
    copy = arena_str(strings, text_view(text)).at;
    text_release(text);
    return copy;
}

void
fixture_load(struct fixture *fixture, const char *path, const struct workflow_options *options)
{
    static const char *const folders[] = { TEST_SOURCE_DIR "/tests/fixtures/tasks" };
    struct workflow_options all = options ? *options : (struct workflow_options){ NULL };

    all.task_folders = folders;
    all.task_folder_count = 1;
    *fixture = (struct fixture){ NULL };
    problems_init(&fixture->problems);
    fixture->wf = workflow_load(path, &all, &fixture->problems);
    if (fixture->wf)
        fixture->plan = plan_new(fixture->wf, &fixture->problems);
    CHECK((fixture->plan == NULL) == (problems_count(&fixture->problems) > 0));
}

void
fixture_plan(struct fixture *fixture, const char *text)
{
    const char *path = test_path("workflow.yaml");
    struct text all;

    text_init(&all, 1 << 24);
    text_add(&all, "fornix: 1\n");
    text_add(&all, text);
    test_write(path, all.at);
    text_release(&all);
    fixture_load(fixture, path, NULL);
}

void
fixture_release(struct fixture *fixture)
{
    plan_free(fixture->plan);
    workflow_free(fixture->wf);
    problems_release(&fixture->problems);
}

const char *
fixture_messages(struct fixture *fixture)
{
    char *printed = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&printed, &len);
    struct text text;

    problems_sort(&fixture->problems);
    for (size_t i = 0; i < fixture->problems.list.count; i++)
        fx_error_print(&fixture->problems.list.at[i], out);
    fclose(out);
    text_init(&text, SIZE_MAX / 2);
    text_append(&text, printed, len);
    free(printed);
    return fixture_keep(&text);
}

void
fixture_check(struct fixture *fixture)
{
    if (!fixture->plan)
        test_fail(__FILE__, __LINE__, "%s", fixture_messages(fixture));
}

job_id
fixture_job(const struct fixture *fixture, const char *label)
{
    for (job_id job = 0; job < plan_count(fixture->plan); job++)
        if (str_is(plan_job(fixture->plan, job)->label, label))
            return job;
    test_fail(__FILE__, __LINE__, "there is no job '%s'", label);
}

/* NODE_OUTPUT as <label.output>, lists of them in brackets, the rest spelt. */
static void
spell(const struct fixture *fixture, const struct node *node, struct text *out)
{
    if (node->kind == NODE_OUTPUT) {
        const struct job *job = plan_job(fixture->plan, node->job);

        text_printf(out, "<%.*s.%.*s>", STR(job->label), STR(job->outputs[node->output].name));
    } else if (node->kind == NODE_LIST) {
        text_add(out, "[");
        for (uint32_t i = 0; i < node->count; i++) {
            text_add(out, i ? ", " : "");
            spell(fixture, node->items[i], out);
        }
        text_add(out, "]");
    } else {
        node_spell(node, out);
    }
}

const char *
fixture_value(const struct fixture *fixture, const char *label, const char *parameter)
{
    const struct node *value = node_at(plan_job(fixture->plan, fixture_job(fixture, label))->with,
                                       parameter);
    struct text text;

    text_init(&text, 1 << 20);
    if (value)
        spell(fixture, value, &text);
    else
        text_add(&text, "(none)");
    return fixture_keep(&text);
}

const char *
fixture_needs(const struct fixture *fixture, const char *label)
{
    uint32_t count;
    const job_id *needs = plan_needs(fixture->plan, fixture_job(fixture, label), &count);
    struct text text;

    text_init(&text, 1 << 20);
    text_add(&text, "");
    for (uint32_t i = 0; i < count; i++)
        text_printf(&text, "%s%.*s", i ? " " : "",
                    STR(plan_job(fixture->plan, needs[i])->label));
    return fixture_keep(&text);
}

static int
fake_digest(struct key_source *source, const struct node *input, struct digest *digest,
            struct fx_error *err)
{
    const struct plan *plan = ((struct source *)source)->plan;
    struct str text = input->text;

    (void)err;
    if (input->kind == NODE_OUTPUT)
        text = plan_job(plan, input->job)->label;
    *digest = digest_bytes(text.at, text.len);
    return 0;
}

static int
fake_identity(struct key_source *source, const struct task_desc *task, struct digest *digest,
              struct fx_error *err)
{
    (void)source;
    (void)task;
    (void)err;
    *digest = (struct digest){ 0, 0 };
    return 0;
}

static int
fake_tool(struct key_source *source, struct str name, struct str *version, struct fx_error *err)
{
    (void)source;
    (void)name;
    (void)err;
    *version = str_of("9.0.2");
    return 0;
}

const char *
fixture_manifest(const struct fixture *fixture, const char *label, struct digest *key)
{
    struct source source = { { fake_digest, fake_identity, fake_tool }, fixture->plan };
    struct fx_error err = FX_ERROR_NONE;
    struct digest ignored;
    struct text text;

    text_init(&text, 1 << 24);
    CHECK_OK(key_manifest(fixture->plan, fixture_job(fixture, label), &source.functions, &text,
                          key ? key : &ignored, &err), err);
    return fixture_keep(&text);
}
