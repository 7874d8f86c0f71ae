#include "test.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "report/events.h"
#include "report/run_folder.h"
#include "report/run_json.h"
#include "story.h"

static const char *
content(const char *path)
{
    static struct text text;
    struct fx_error err = FX_ERROR_NONE;

    text_init(&text, 1 << 20);
    CHECK_OK(file_read(path, &text, &err), err);
    return text.at;
}

static const char *
target(const char *path)
{
    static char text[1000];
    ssize_t len = readlink(path, text, sizeof text - 1);

    CHECK(len > 0);
    text[len] = '\0';
    return text;
}

/* --- the folder -------------------------------------------------------------------------------- */

TEST(links_are_relative_and_latest_follows)
{
    struct run_folder *run, *next;
    struct fx_error err = FX_ERROR_NONE;
    struct story story;
    const char *store = test_path("s");
    struct run_links made = { 2, { 7, 9 } }, links;
    char out[1000];

    story_init(&story);
    story_stage(&story, "somas", 1);
    story_stage(&story, "forest", 2);
    snprintf(out, sizeof out, "%s/store/ab/abcd/out/somas.h5", store);
    run = run_folder_new(store, &story.plan);
    CHECK(!run_folder_path(run));
    CHECK(!run_folder_latest_links(run, &links));
    CHECK_OK(run_folder_make(run, 1772381109.5, &err), err);
    CHECK_STR(run_folder_id(run), "20260301-160509");
    CHECK_OK(run_folder_link(run, 0, str_of("somas.h5"), out, &err), err);
    CHECK_OK(run_folder_link(run, 2, str_of("a/b.h5"), out, &err), err);
    CHECK_STR(target(test_path("s/runs/w/20260301-160509/somas/somas.h5")),
              "../../../../store/ab/abcd/out/somas.h5");
    CHECK_STR(target(test_path("s/runs/w/latest/forest/n=1/a/b.h5")),
              "../../../../../../store/ab/abcd/out/somas.h5");
    CHECK_OK(run_folder_close(run, &made, &err), err);

    next = run_folder_new(store, &story.plan);
    CHECK(run_folder_latest_links(next, &links));
    CHECK_INT(links.count, 2);
    CHECK(digest_equal(links.sum, made.sum));
    CHECK(run_folder_shows(next, 0, str_of("somas.h5"), out));
    CHECK(run_folder_shows(next, 2, str_of("a/b.h5"), out));
    CHECK(!run_folder_shows(next, 1, str_of("a/b.h5"), out));
    CHECK(!run_folder_shows(next, 0, str_of("somas.h5"), store));
    CHECK_OK(run_folder_make(next, 1772381109.9, &err), err);
    CHECK_STR(run_folder_id(next), "20260301-160509-02");
    CHECK_STR(target(test_path("s/runs/w/latest")), "20260301-160509-02");
    CHECK(!run_folder_shows(next, 0, str_of("somas.h5"), out));
    run_folder_free(run);
    run_folder_free(next);
}

TEST(removed_links_are_noticed)
{
    struct run_links made = { 1, { 1, 2 } }, links;
    struct fx_error err = FX_ERROR_NONE;
    struct run_folder *run;
    struct story story;
    const char *store = test_path("s");

    story_init(&story);
    story_stage(&story, "somas", 1);
    run = run_folder_new(store, &story.plan);
    CHECK_OK(run_folder_make(run, 1772381109.5, &err), err);
    CHECK_OK(run_folder_link(run, 0, str_of("somas.h5"), store, &err), err);
    CHECK_OK(run_folder_close(run, &made, &err), err);
    CHECK(run_folder_latest_links(run, &links));
    CHECK_INT(unlink(test_path("s/runs/w/latest/somas/somas.h5")), 0);
    CHECK(!run_folder_latest_links(run, &links));
    run_folder_free(run);
}

TEST(sums_of_links_do_not_know_their_order)
{
    struct run_links ab = { 0, { 0, 0 } }, ba = { 0, { 0, 0 } }, aa = { 0, { 0, 0 } };
    struct digest a = { 1, 2 }, b = { 3, 4 };
    struct str file = str_of("tree.h5");
    struct story story;

    story_init(&story);
    story_stage(&story, "forest", 2);
    run_links_add(&ab, &story.plan, 0, file, a);
    run_links_add(&ab, &story.plan, 1, file, b);
    run_links_add(&ba, &story.plan, 1, file, b);
    run_links_add(&ba, &story.plan, 0, file, a);
    run_links_add(&aa, &story.plan, 0, file, b);
    run_links_add(&aa, &story.plan, 1, file, a);
    CHECK(ab.count == ba.count && digest_equal(ab.sum, ba.sum));
    CHECK(!digest_equal(ab.sum, aa.sum));
}

TEST(runs_are_listed_newest_first)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct story story;
    const char **list;
    uint32_t count;

    story_init(&story);
    run_folder_list(arena, test_folder(), str_of("w"), &count);
    CHECK_INT(count, 0);
    for (int i = 0; i < 3; i++) {
        struct run_folder *run = run_folder_new(test_folder(), &story.plan);

        CHECK_OK(run_folder_make(run, 1772381109.0 - i, &err), err);
        run_folder_free(run);
    }
    list = run_folder_list(arena, test_folder(), str_of("w"), &count);
    CHECK_INT(count, 3);
    CHECK_STR(path_name(list[0]), "20260301-160509");
    CHECK_STR(path_name(list[2]), "20260301-160507");
    arena_free(arena);
}

/* The name of the run that is found; the error's text when there is none. */
static const char *
found(struct arena *arena, const char *name)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *folder;

    if (run_folder_find(arena, test_path("s"), str_of("w"), name, &folder, &err) < 0)
        return arena_cstr(arena, err.text);
    return path_name(folder);
}

TEST(runs_are_found_by_what_people_call_them)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;

    CHECK_STR(found(arena, "latest"), "'w' has not run yet");
    CHECK_OK(file_make_folders(test_path("s/runs/w/20260301-160509"), &err), err);
    CHECK_OK(file_make_folders(test_path("s/runs/w/20260301-160509-02"), &err), err);
    CHECK_OK(file_make_folders(test_path("s/runs/w/20260402-100000"), &err), err);
    CHECK_STR(found(arena, "latest"), "20260402-100000");
    CHECK_STR(found(arena, "latest~0"), "20260402-100000");
    CHECK_STR(found(arena, "latest~1"), "20260301-160509-02");
    CHECK_STR(found(arena, "latest~2"), "20260301-160509");
    CHECK_STR(found(arena, "latest~3"), "there is no run 'latest~3': 'w' has 3");
    CHECK_STR(found(arena, "latest~99999999999"), "there is no run 'latest~99999999999': 'w' has 3");
    CHECK_STR(found(arena, "202604"), "20260402-100000");
    CHECK_STR(found(arena, "20260301-160509"), "20260301-160509");
    CHECK_STR(found(arena, "202603"), "'202603' is the beginning of 2 runs");
    CHECK_STR(found(arena, ""), "there is no run ''");
    CHECK_STR(found(arena, "latest~x"), "there is no run 'latest~x'");
    CHECK_STR(found(arena, "latest~-1"), "there is no run 'latest~-1'");
    CHECK_STR(found(arena, "../w"), "there is no run '../w'");
    CHECK_OK(file_link("20260301-160509-02", test_path("s/runs/w/latest"), &err), err);
    CHECK_STR(found(arena, "latest"), "20260301-160509-02");
    CHECK_STR(found(arena, "latest~1"), "20260301-160509");
    arena_free(arena);
}

/* --- events.log and run.json -------------------------------------------------------------------- */

static bool
key_of(void *context, job_id job, char hex[DIGEST_HEX])
{
    (void)context;
    snprintf(hex, DIGEST_HEX, "%032u", job);
    return job != 3;
}

static void
log_of(void *context, job_id job, struct text *path)
{
    if (job < 2)
        text_printf(path, "%s/logs/%u", (const char *)context, job);
}

/* A run with a job of every kind, up to the moment when `forest` runs. */
static void
tell_story(struct story *story)
{
    story_init(story);
    story_stage(story, "types", 1);
    story_stage(story, "somas", 1);
    story_stage(story, "forest", 1);
    story_stage(story, "graph", 1);
    story->time = 1772381109.5;
    story_begin(story);
    story_to(story, 0, JOB_CACHED);
}

static void
write_run(const struct story *story, const char *state, double ended)
{
    static const char *const arguments[] = { "run", "w.yaml", NULL };
    struct run_facts facts = { "20260301-160509", state, test_folder(), arguments, 2, ended };
    struct run_paths paths = { (void *)(uintptr_t)test_folder(), key_of, log_of };
    struct fx_error err = FX_ERROR_NONE;
    struct text text;

    text_init(&text, 1 << 20);
    run_json_write(story->watch, &facts, &paths, &text);
    CHECK_OK(file_replace(test_path("run.json"), text_view(&text), false, &err), err);
    text_release(&text);
}

TEST(a_finished_run_is_read_back)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct run_record run;
    struct story story;

    tell_story(&story);
    story_to(&story, 1, JOB_RUNNING);
    story.time += 1.5;
    story_to(&story, 1, JOB_DONE);
    story_to(&story, 2, JOB_RUNNING);
    story_fail(&story, 2, "exit status 3");
    story_to(&story, 3, JOB_SKIPPED);
    write_run(&story, "failed", story.time);
    CHECK_STR(content(test_path("run.json")),
              "{\"fornix\": 1, \"run\": \"20260301-160509\",\n"
              " \"workflow\": \"w\", \"file\": \"w.yaml\",\n"
              " \"arguments\": [\"run\", \"w.yaml\"],\n"
              " \"state\": \"failed\", \"started\": \"2026-03-01T16:05:09.500Z\", "
              "\"ended\": \"2026-03-01T16:05:11.000Z\", \"seconds\": 1.500, \"cores\": 2,\n"
              " \"jobs\": [\n"
              "  {\"job\": \"types\", \"stage\": \"types\", \"point\": \"\", \"state\": \"cached\", "
              "\"key\": \"00000000000000000000000000000000\", \"log\": \"logs/0\"},\n"
              "  {\"job\": \"somas\", \"stage\": \"somas\", \"point\": \"\", \"state\": \"done\", "
              "\"key\": \"00000000000000000000000000000001\", \"reason\": \"never ran before\", "
              "\"seconds\": 1.500, \"log\": \"logs/1\"},\n"
              "  {\"job\": \"forest\", \"stage\": \"forest\", \"point\": \"\", "
              "\"state\": \"failed\", \"key\": \"00000000000000000000000000000002\", "
              "\"reason\": \"never ran before\", \"seconds\": 0.000, "
              "\"error\": \"exit status 3\"},\n"
              "  {\"job\": \"graph\", \"stage\": \"graph\", \"point\": \"\", "
              "\"state\": \"skipped\"}]}\n");
    CHECK_OK(run_json_read(arena, test_folder(), test_folder(), &run, &err), err);
    CHECK_STR(run.state, "failed");
    CHECK_INT(run.job_count, 4);
    CHECK_STR(run.jobs[1].state, "done");
    CHECK_STR(run.jobs[1].log, test_path("logs/1"));
    CHECK_NEAR(run.jobs[1].seconds, 1.5, 1e-9);
    CHECK_STR(run.jobs[2].error, "exit status 3");
    CHECK(!run.jobs[3].key);
    story_end(&story);
    arena_free(arena);
}

TEST(a_run_that_goes_on_is_read_from_its_events)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    const char *path = test_path("events.log");
    struct run_record run;
    struct events *events;
    struct story story;

    tell_story(&story);
    story_to(&story, 1, JOB_QUEUED);
    write_run(&story, "running", 0);
    events = events_open(path, story.watch, &err);
    CHECK(events);
    watch_listen(story.watch, events_listener(events));
    story.attempt.log = "/staging/log";
    story_to(&story, 1, JOB_RUNNING);
    story.time += 2;
    story_to(&story, 1, JOB_DONE);
    story_to(&story, 2, JOB_RUNNING);
    CHECK_STR(content(path),
              "{\"time\": \"2026-03-01T16:05:09.500Z\", \"job\": \"somas\", \"state\": \"queued\", "
              "\"reason\": \"never ran before\"}\n"
              "{\"time\": \"2026-03-01T16:05:09.500Z\", \"job\": \"somas\", "
              "\"state\": \"running\", \"log\": \"/staging/log\"}\n"
              "{\"time\": \"2026-03-01T16:05:11.500Z\", \"job\": \"somas\", \"state\": \"done\", "
              "\"seconds\": 2.000}\n"
              "{\"time\": \"2026-03-01T16:05:11.500Z\", \"job\": \"forest\", \"state\": \"queued\", "
              "\"reason\": \"never ran before\"}\n"
              "{\"time\": \"2026-03-01T16:05:11.500Z\", \"job\": \"forest\", "
              "\"state\": \"running\", \"log\": \"/staging/log\"}\n");
    CHECK(events_are_going_on(path));
    CHECK_OK(run_json_read(arena, test_folder(), test_folder(), &run, &err), err);
    CHECK_STR(run.state, "running");
    CHECK_STR(run.jobs[0].state, "cached");
    CHECK_STR(run.jobs[1].state, "done");
    CHECK_STR(run.jobs[2].state, "running");
    CHECK_STR(run.jobs[2].log, "/staging/log");
    CHECK_STR(run.jobs[3].state, "waiting");

    /* The engine is gone without a word. */
    CHECK_OK(events_close(events, &err), err);
    CHECK(!events_are_going_on(path));
    CHECK_OK(run_json_read(arena, test_folder(), test_folder(), &run, &err), err);
    CHECK_STR(run.state, "ended early");
    CHECK_STR(run.jobs[1].state, "done");
    CHECK_STR(run.jobs[2].state, "stopped");
    CHECK_STR(run.jobs[3].state, "not started");
    story_end(&story);
    arena_free(arena);
}

TEST(a_lock_of_another_process_shows_that_a_run_goes_on)
{
    const char *path = test_path("events.log");
    struct fx_error err = FX_ERROR_NONE;
    struct events *events;
    struct story story;
    int status;

    tell_story(&story);
    events = events_open(path, story.watch, &err);
    CHECK(events);
    if (fork() == 0)
        _exit(events_are_going_on(path) ? 0 : 1);
    CHECK(wait(&status) > 0 && status == 0);
    CHECK_OK(events_close(events, &err), err);
    story_end(&story);
}

TEST(what_is_no_run_is_said_to_be_none)
{
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct run_record run;
    char expected[1000];

    CHECK_INT(run_json_read(arena, test_folder(), test_folder(), &run, &err), -1);
    snprintf(expected, sizeof expected, "there is no run in '%s'", test_folder());
    CHECK_STR(err.text, expected);
    snprintf(expected, sizeof expected, "'%s' is no description of a run", test_path("run.json"));
    static const char *const broken[] = { "", "{", "[]", "{\"fornix\": 2, \"jobs\": []}",
                                          "{\"fornix\": 1, \"jobs\": []}",
                                          "{\"fornix\": 1, \"run\": 3, \"jobs\": [{}]}" };
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        test_write(test_path("run.json"), broken[i]);
        CHECK_INT(run_json_read(arena, test_folder(), test_folder(), &run, &err), -1);
        CHECK_STR(err.text, expected);
    }
    arena_free(arena);
}
