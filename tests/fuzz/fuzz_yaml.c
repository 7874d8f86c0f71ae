/*
 * A workflow with the files that it includes, from its text to the jobs' manifests and job.json.
 *
 * The input is the workflow; lines "=== NAME" begin further files beside it, "=== --set" a value for
 * --set, "=== --profile" the name of a profile, "=== --axis" a value for --axis.
 */
#include "fuzz.h"

#include <jansson.h>
#include <string.h>

#include "load/yaml_tree.h"
#include "plan/job_json.h"
#include "plan/key.h"

enum { MOST_OPTIONS = 4, MOST_JOBS = 8, MOST_SPELT = 2000 };

struct input {
    struct workflow_options options;
    char *set[MOST_OPTIONS], *profiles[MOST_OPTIONS], *axes[MOST_OPTIONS];
    uint32_t axis_count;
};

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    fuzz_files_add_folder(FUZZ_SOURCE "/tests/fixtures/tasks", "/fuzz/fixtures");
    fuzz_files_add_folder(FUZZ_SOURCE "/tasks", "/fuzz/builtin");
    return 0;
}

static void
take_part(void *context, const char *name, const char *at, size_t len)
{
    struct input *input = context;
    size_t line = strcspn(at, "\n") < len ? strcspn(at, "\n") : len;
    char path[300];

    if (!strcmp(name, "--set") && input->options.set_count < MOST_OPTIONS) {
        input->set[input->options.set_count++] = strndup(at, line);
    } else if (!strcmp(name, "--profile") && input->options.profile_count < MOST_OPTIONS) {
        input->profiles[input->options.profile_count++] = strndup(at, line);
    } else if (!strcmp(name, "--axis") && input->axis_count < MOST_OPTIONS) {
        input->axes[input->axis_count++] = strndup(at, line);
    } else {
        snprintf(path, sizeof path, "/fuzz/w/%s", name);
        fuzz_files_add(path, at, len);
    }
}

/* --- what must hold ------------------------------------------------------------------------------ */

static void
print_problems(struct problems *problems)
{
    char *printed = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&printed, &len);

    problems_sort(problems);
    for (size_t i = 0; i < problems->list.count; i++) {
        FUZZ_CHECK(problems->list.at[i].text[0] && !strchr(problems->list.at[i].text, '\n'));
        fx_error_print(&problems->list.at[i], out);
    }
    fclose(out);
    free(printed);
}

/* Marks that YAML forbids in its text, or takes for the end of a line; JSON's quotes leave them. */
static bool
is_special(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.at[i] == '\x7f' || s.at[i] == '\xc2' || s.at[i] == '\xef' ||
            str_starts(str_slice(s, i, i + 2), "\xe2\x80"))
            return true;
    return false;
}

/* What is spelt is read again as the same. */
static void
check_spelling(const struct node *node)
{
    struct arena *arena = arena_new();
    struct problems problems;
    struct text once, twice;
    const struct node *again;

    problems_init(&problems);
    text_init(&once, 1 << 24);
    text_init(&twice, 1 << 24);
    node_spell(node, &once);
    again = is_special(text_view(&once))
                ? node
                : yaml_parse(arena, "spelt", true, text_view(&once), &problems);
    if (!again)
        fprintf(stderr, "%s\n%s\n", once.at, problems.list.at[0].text);
    FUZZ_CHECK(again);
    node_spell(again, &twice);
    if (!str_equal(text_view(&once), text_view(&twice)))
        fprintf(stderr, "%s\n%s\n", once.at, twice.at);
    FUZZ_CHECK(str_equal(text_view(&once), text_view(&twice)));
    text_release(&once);
    text_release(&twice);
    problems_release(&problems);
    arena_free(arena);
}

static int
fake_digest(struct key_source *source, const struct node *input, struct digest *digest,
            struct fx_error *err)
{
    (void)source;
    (void)err;
    *digest = digest_bytes(input->kind == NODE_FILE ? input->text.at : "o",
                           input->kind == NODE_FILE ? input->text.len : 1);
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
    *version = str_of("1.0");
    return 0;
}

static const char *
fake_path(void *context, const struct node *input, struct fx_error *err)
{
    (void)context;
    (void)err;
    return input->kind == NODE_FILE ? input->text.at : "/store/output";
}

static void
no_change(void *context, const struct change *change)
{
    (void)context;
    (void)change;
    abort();    /* a manifest differs from itself */
}

static void
check_job(const struct plan *plan, job_id job)
{
    struct key_source source = { fake_digest, fake_identity, fake_tool };
    struct job_paths paths = { fake_path, NULL, "/scratch", "/progress" };
    struct fx_error err = FX_ERROR_NONE;
    const struct job *j = plan_job(plan, job);
    bool *found = calloc(plan_count(plan), sizeof *found);
    struct digest key;
    struct text text;
    json_t *json;

    FUZZ_CHECK(found);
    text_init(&text, 1 << 24);
    if (!key_manifest(plan, job, &source, &text, &key, &err))
        key_compare(text_view(&text), text_view(&text), no_change, NULL);
    text_clear(&text);
    if (!job_json(plan, job, &paths, &text, &err)) {
        json_error_t problem;

        json = json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &problem);
        if (!json)
            fprintf(stderr, "%s\n%s\n", text.at, problem.text);
        FUZZ_CHECK(json);
        json_decref(json);
    }
    FUZZ_CHECK(!plan_find(plan, j->label.at, found, &err) && found[job]);
    text_release(&text);
    free(found);
}

static void
check_plan(const struct plan *plan)
{
    for (job_id job = 0; job < plan_count(plan); job++) {
        uint32_t count;
        const job_id *needs = plan_needs(plan, job, &count);

        for (uint32_t i = 0; i < count; i++)
            FUZZ_CHECK(needs[i] < job && (!i || needs[i - 1] < needs[i]));
        if (job < MOST_JOBS)
            check_job(plan, job);
    }
}

/* What is selected includes what it needs; jobs outside are selected for others alone. */
static void
check_restriction(struct plan *plan, const struct input *input)
{
    struct fx_error err = FX_ERROR_NONE;
    bool *wanted = calloc((size_t)plan_count(plan) + 1, sizeof *wanted);

    FUZZ_CHECK(wanted);
    if (plan_restrict(plan, (const char *const *)input->axes, input->axis_count, &err) == 0) {
        FUZZ_CHECK(plan_select(plan, NULL, 0, wanted, &err) == 0);
        for (job_id job = 0; job < plan_count(plan); job++) {
            uint32_t count;
            const job_id *needs = plan_needs(plan, job, &count);

            FUZZ_CHECK(wanted[job] || !plan_inside(plan, job));
            for (uint32_t i = 0; wanted[job] && i < count; i++)
                FUZZ_CHECK(wanted[needs[i]]);
        }
    }
    free(wanted);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const folders[] = { "/fuzz/fixtures", "/fuzz/builtin" };
    struct input input = { .options = { .task_folders = folders, .task_folder_count = 2 } };
    struct plan *plan = NULL;
    struct problems problems;
    struct workflow *wf;
    char *text = malloc(size + 1);

    FUZZ_CHECK(text);
    memcpy(text, data, size);
    text[size] = '\0';
    input.options.set = (const char *const *)input.set;
    input.options.profiles = (const char *const *)input.profiles;
    fuzz_parts((const uint8_t *)text, size, "workflow.yaml", take_part, &input);
    problems_init(&problems);
    wf = workflow_load("/fuzz/w/workflow.yaml", &input.options, &problems);
    FUZZ_CHECK(wf || problems_count(&problems));
    if (wf && wf->params && wf->params->weight < MOST_SPELT)
        check_spelling(wf->params);
    if (wf)
        plan = plan_new(wf, &problems);
    FUZZ_CHECK((plan == NULL) == (problems_count(&problems) > 0));
    print_problems(&problems);
    if (plan) {
        check_plan(plan);
        check_restriction(plan, &input);
    }
    plan_free(plan);
    workflow_free(wf);
    problems_release(&problems);
    for (int i = 0; i < MOST_OPTIONS; i++) {
        free(input.set[i]);
        free(input.profiles[i]);
        free(input.axes[i]);
    }
    fuzz_files_clear();
    free(text);
    return 0;
}
