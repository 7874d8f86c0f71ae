/* The script of a job: what is read before it is written. */
#define _XOPEN_SOURCE 700

#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "session/script.h"
#include "test.h"

static const char workflow[] =
    "fornix: 1\n"
    "name: w\n"
    "tasks: [copy]\n"
    "stages:\n"
    "  first: {task: copy, with: {text: a}}\n"
    "  second: {task: copy, with: {from: \"${first.file}\", text: \"it's\"}}\n";

static const char task[] =
    "task: copy\n"
    "version: 1\n"
    "program: [sh, copy.sh]\n"
    "parameters: {text: {type: string}, from: {type: file}}\n"
    "outputs: {file: a/b.txt}\n";

static void
load(struct session *session)
{
    const char *file = test_path("workflow.yaml");
    struct session_options options = { .file = file, .store_folder = test_path("store") };
    struct fx_error err = FX_ERROR_NONE;
    struct problems problems;

    CHECK_OK(file_make_folders(test_path("copy"), &err), err);
    test_write(file, workflow);
    test_write(test_path("copy/task.yaml"), task);
    test_write(test_path("copy/copy.sh"), "");
    problems_init(&problems);
    session_init(session);
    CHECK(session_load(session, &options, &problems) == 0);
    problems_release(&problems);
    CHECK_OK(session_open(session, &err), err);
}

/* Publishes a job as if it had run: its output says `content`. */
static void
publish(struct session *session, job_id job, const char *content)
{
    struct record_output output = { .name = str_of("file"), .path = str_of("a/b.txt") };
    struct record record = { .task = str_of("copy"), .task_version = 1, .workflow = str_of("w"),
                             .stage = plan_stage(session->plan, job)->name, .point = str_of(""),
                             .host = str_of("h"), .started = 1, .outputs = &output,
                             .output_count = 1 };
    struct fx_error err = FX_ERROR_NONE;
    struct staging staging;
    struct digest key;
    struct text manifest;

    CHECK_INT(job_store_find(session->jobs, job, &err), 0);
    key = *job_store_key(session->jobs, job);
    text_init(&manifest, 1 << 20);
    CHECK_OK(job_store_manifest(session->jobs, job, &manifest, &err), err);
    CHECK_OK(store_stage(session->store, session->arena, key, &staging, &err), err);
    CHECK_OK(file_make_folders(path_join(session->arena, staging.out, "a"), &err), err);
    test_write(path_join(session->arena, staging.out, "a/b.txt"), content);
    CHECK_OK(store_publish(session->store, &staging, key, text_view(&manifest), &record, &err), err);
    text_release(&manifest);
    CHECK_INT(job_store_find(session->jobs, job, &err), 1);
}

TEST(a_script_has_all_that_a_job_is_given)
{
    struct fx_error err = FX_ERROR_NONE;
    struct session session;
    struct text out;

    load(&session);
    publish(&session, 0, "what the first one made");
    CHECK_INT(job_store_find(session.jobs, 1, &err), 0);
    text_init(&out, 1 << 20);
    CHECK_OK(script_write(&session, 1, &out, &err), err);
    CHECK(strstr(out.at, "#!/bin/sh\n# The job second of the workflow 'w'") == out.at);
    CHECK(strstr(out.at, "folder=${1:-./second}\n") != NULL);
    CHECK(strstr(out.at, "\"text\": \"it's\"") != NULL);
    CHECK(strstr(out.at, job_store_output(session.jobs, session.arena, 0, 0)) != NULL);
    CHECK(strstr(out.at, "\nmkdir -p a\n") != NULL);
    CHECK(strstr(out.at, "/sh ") != NULL);
    CHECK(strstr(out.at, "/copy/copy.sh \"$folder/job.json\" </dev/null\n") != NULL);
    CHECK(strstr(out.at, "\nfor file in a/b.txt; do\n") != NULL);
    CHECK(strstr(out.at, "mpirun") == NULL);
    text_release(&out);
    session_release(&session);
}

/* Between the look-up and the export: only reading the file finds it. */
TEST(an_input_that_decayed_is_found_and_moved_away)
{
    struct fx_error err = FX_ERROR_NONE;
    struct session session;
    struct text out;
    const char *path;

    load(&session);
    publish(&session, 0, "what the first one made");
    CHECK_INT(job_store_find(session.jobs, 1, &err), 0);
    path = job_store_output(session.jobs, session.arena, 0, 0);
    CHECK(chmod(path, 0644) == 0);
    test_write(path, "what the first one MADE");
    text_init(&out, 1 << 20);
    CHECK(script_write(&session, 1, &out, &err) == -1);
    CHECK_INT(err.code, FX_FAILED);
    CHECK(strstr(err.text, "the stored outputs of 'first' are not what was published") == err.text);
    CHECK(!file_exists(path) && file_is_folder(test_path("store/damaged")));
    text_release(&out);
    session_release(&session);
}

TEST(several_ranks_get_their_launcher_and_a_short_folder)
{
    const char *file = test_path("more.yaml");
    struct session_options options = { .file = file, .store_folder = test_path("store"), .cores = 2 };
    struct fx_error err = FX_ERROR_NONE;
    struct problems problems;
    struct session session;
    struct text out;

    CHECK_OK(file_make_folders(test_path("copy"), &err), err);
    test_write(file, "fornix: 1\nname: w\ntasks: [copy]\n"
                     "stages: {first: {task: copy, with: {text: a}, resources: {ranks: 2}}}\n");
    test_write(test_path("copy/task.yaml"), "task: copy\nversion: 1\nparallel: mpi\n"
               "program: [sh, copy.sh]\nparameters: {text: {type: string}}\noutputs: {file: b.txt}\n");
    test_write(test_path("copy/copy.sh"), "");
    problems_init(&problems);
    session_init(&session);
    CHECK(session_load(&session, &options, &problems) == 0);
    problems_release(&problems);
    CHECK_OK(session_open(&session, &err), err);
    CHECK_INT(job_store_find(session.jobs, 0, &err), 0);
    text_init(&out, 1 << 20);
    CHECK_OK(script_write(&session, 0, &out, &err), err);
    CHECK(strstr(out.at, "short=$(mktemp -d /tmp/fornix.XXXXXX)") != NULL);
    CHECK(strstr(out.at, "export OMPI_MCA_orte_tmpdir_base=\"$short\"\n") != NULL);
    CHECK(strstr(out.at, "\nmpirun --quiet ") != NULL && strstr(out.at, " -n 2 /") != NULL);
    CHECK(strstr(out.at, "\001") == NULL);
    text_release(&out);
    session_release(&session);
}
