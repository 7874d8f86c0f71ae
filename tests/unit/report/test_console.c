#include "test.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/console.h"
#include "report/progress.h"
#include "story.h"

/* --- what a person sees: a small terminal ------------------------------------------------------ */

enum { COLUMNS = 60, ROWS = 40 };

struct screen {
    char cells[ROWS][COLUMNS + 1];
    unsigned row, column;
};

static void
screen_init(struct screen *screen)
{
    memset(screen, 0, sizeof *screen);
    for (int row = 0; row < ROWS; row++)
        memset(screen->cells[row], ' ', COLUMNS);
}

/* Cursor up, clear to the end of the line, clear below: all else fails the test. */
static const char *
screen_escape(struct screen *screen, const char *at)
{
    unsigned number = 0;

    CHECK(*at == '[');
    for (at++; *at >= '0' && *at <= '9'; at++)
        number = number * 10 + (unsigned)(*at - '0');
    if (*at == 'A') {
        CHECK(number >= 1 && number <= screen->row);
        screen->row -= number;
    } else {
        CHECK(*at == 'K' || *at == 'J');
        memset(screen->cells[screen->row] + screen->column, ' ', COLUMNS - screen->column);
        for (unsigned row = screen->row + 1; *at == 'J' && row < ROWS; row++)
            memset(screen->cells[row], ' ', COLUMNS);
    }
    return at + 1;
}

static void
screen_write(struct screen *screen, const char *at, size_t len)
{
    const char *end = at + len;

    while (at < end) {
        char c = *at++;

        if (c == '\033') {
            at = screen_escape(screen, at);
        } else if (c == '\n') {
            CHECK(++screen->row < ROWS);
            screen->column = 0;
        } else {
            if (screen->column == COLUMNS) {
                CHECK(++screen->row < ROWS);
                screen->column = 0;
            }
            screen->cells[screen->row][screen->column++] = c;
        }
    }
}

/* The lines down to the last that is not empty, without trailing spaces. */
static const char *
screen_text(const struct screen *screen)
{
    static char text[ROWS * (COLUMNS + 1) + 1];
    size_t len = 0, kept = 0;

    for (int row = 0; row < ROWS; row++) {
        size_t width = COLUMNS;

        while (width && screen->cells[row][width - 1] == ' ')
            width--;
        memcpy(text + len, screen->cells[row], width);
        len += width;
        text[len++] = '\n';
        if (width)
            kept = len;
    }
    text[kept] = '\0';
    return text;
}

/* --- a console under test ---------------------------------------------------------------------- */

struct shown {
    struct console *console;
    FILE *out;
    char *bytes;
    size_t len, taken;
    struct screen screen;
};

static void
show_begin(struct shown *shown, struct story *story, bool live)
{
    struct console_options options = { live, COLUMNS, 24, 2 };

    story_begin(story);
    shown->bytes = NULL;
    shown->taken = 0;
    shown->out = open_memstream(&shown->bytes, &shown->len);
    shown->console = console_new(story->watch, shown->out, &options);
    watch_listen(story->watch, console_listener(shown->console));
    screen_init(&shown->screen);
}

static const char *
plain(struct shown *shown)
{
    fflush(shown->out);
    return shown->bytes;
}

static const char *
live(struct shown *shown)
{
    fflush(shown->out);
    screen_write(&shown->screen, shown->bytes + shown->taken, shown->len - shown->taken);
    shown->taken = shown->len;
    return screen_text(&shown->screen);
}

static void
show_end(struct shown *shown, struct story *story)
{
    console_free(shown->console);
    fclose(shown->out);
    free(shown->bytes);
    story_end(story);
}

/* --- tests ------------------------------------------------------------------------------------- */

TEST(elsewhere_one_line_per_event)
{
    struct story story;
    struct shown shown;

    story_init(&story);
    story_stage(&story, "types", 1);
    story_stage(&story, "somas", 1);
    story_stage(&story, "forest", 3);
    story_stage(&story, "syn", 3);
    show_begin(&shown, &story, false);
    story_to(&story, 0, JOB_CACHED);
    story_to(&story, 1, JOB_RUNNING);
    story.time += 0.4;
    story_to(&story, 1, JOB_DONE);
    for (job_id job = 2; job < 5; job++)
        story_to(&story, job, JOB_CACHED);
    story_to(&story, 5, JOB_CACHED);
    story_to(&story, 6, JOB_CACHED);
    story.reason = "width 200 -> 250";
    story_to(&story, 7, JOB_RUNNING);
    story_to(&story, 7, JOB_CACHED);
    console_end(shown.console);
    CHECK_STR(plain(&shown), "types: cached\n"
                             "somas: never ran before, running\n"
                             "somas: done in 0.4 s\n"
                             "forest: cached, 3 jobs\n"
                             "syn: 2 of 3 jobs cached\n"
                             "syn[n=2]: width 200 -> 250, running\n"
                             "syn[n=2]: made by another run meanwhile\n");
    show_end(&shown, &story);
}

TEST(a_failure_is_told_whole)
{
    struct story story;
    struct shown shown;

    story_init(&story);
    story_stage(&story, "somas", 1);
    story_stage(&story, "graph", 1);
    story_stage(&story, "pairs", 1);
    show_begin(&shown, &story, false);
    story.attempt = (struct attempt){ "/tasks/somas /job.json", "one\ntwo\n", "/store/failed/log",
                                       NULL };
    story_to(&story, 0, JOB_RUNNING);
    story.time += 2;
    story_fail(&story, 0, "exit status 3");
    story_to(&story, 1, JOB_SKIPPED);
    story.attempt = (struct attempt){ NULL, NULL, NULL, NULL };
    story_to(&story, 2, JOB_READY);
    story_fail(&story, 2, "cannot read 'x.swc': No such file or directory");
    console_end(shown.console);
    CHECK_STR(plain(&shown), "somas: never ran before, running\n"
                             "somas: failed after 2.0 s: exit status 3\n"
                             "    command: /tasks/somas /job.json\n"
                             "    the end of its log:\n"
                             "        one\n"
                             "        two\n"
                             "    the whole log: /store/failed/log\n"
                             "pairs: failed: cannot read 'x.swc': No such file or directory\n");
    show_end(&shown, &story);
}

TEST(on_a_terminal_lines_stay_above_an_area)
{
    struct story story;
    struct shown shown;

    story_init(&story);
    story_stage(&story, "types", 1);
    story_stage(&story, "somas", 1);
    story_stage(&story, "pairs", 1);
    story_stage(&story, "graph", 1);
    story.expected[1] = 10;
    story.expected[2] = 4;
    story.expected[3] = 6;
    show_begin(&shown, &story, true);
    story_to(&story, 0, JOB_CACHED);
    CHECK_STR(live(&shown), "");
    story_to(&story, 1, JOB_RUNNING);
    CHECK_STR(live(&shown), "types: cached\n"
                            "  somas: 0 ms (never ran before)\n"
                            "1 of 4 jobs done, 1 running, 0 ms, about 10 s left\n");
    story.reason = "a reason that is far longer than the terminal is wide";
    story_to(&story, 2, JOB_RUNNING);
    story.time += 2;
    console_tick(shown.console);
    CHECK_STR(live(&shown), "types: cached\n"
                            "  somas: 2.0 s (never ran before)\n"
                            "  pairs: 2.0 s (a reason that is far longer than the termin\n"
                            "1 of 4 jobs done, 2 running, 2.0 s, about 8.0 s left\n");
    story.expected[3] = -1;
    story_to(&story, 1, JOB_DONE);
    CHECK_STR(live(&shown), "types: cached\n"
                            "somas: never ran before, done in 2.0 s\n"
                            "  pairs: 2.0 s (a reason that is far longer than the termin\n"
                            "2 of 4 jobs done, 1 running, 2.0 s, more than 2.0 s left\n");
    console_say(shown.console, "interrupted");
    story_to(&story, 3, JOB_SKIPPED);
    story_to(&story, 2, JOB_SKIPPED);
    console_end(shown.console);
    CHECK_STR(live(&shown), "types: cached\n"
                            "somas: never ran before, done in 2.0 s\n"
                            "interrupted\n"
                            "pairs: stopped\n");
    show_end(&shown, &story);
}

TEST(on_a_terminal_a_large_stage_has_one_line)
{
    struct story story;
    struct shown shown;

    story_init(&story);
    story_stage(&story, "sim", 40);
    show_begin(&shown, &story, true);
    for (job_id job = 0; job < 4; job++)
        story_to(&story, job, JOB_CACHED);
    for (job_id job = 4; job < 40; job++)
        story_to(&story, job, JOB_RUNNING);
    story.time += 1;
    console_tick(shown.console);
    CHECK(strstr(live(&shown), "sim: 4 of 40 jobs cached\n"));
    CHECK(strstr(live(&shown), "4 of 40 jobs done, 36 running (27 not shown), 1.0 s\n"));
    CHECK(strstr(live(&shown), "  sim[n=12]: 1.0 s"));
    CHECK(!strstr(live(&shown), "  sim[n=13]: 1.0 s"));
    story.time += 1;
    for (job_id job = 4; job < 40; job++)
        story_to(&story, job, JOB_DONE);
    console_end(shown.console);
    CHECK_STR(live(&shown), "sim: 4 of 40 jobs cached\n"
                            "sim: never ran before, 36 jobs done in 2.0 s each\n");
    show_end(&shown, &story);
}

TEST(the_area_is_redrawn_when_something_changed_or_a_second_passed)
{
    struct story story;
    struct shown shown;
    size_t before;

    story_init(&story);
    story_stage(&story, "somas", 1);
    show_begin(&shown, &story, true);
    story_to(&story, 0, JOB_RUNNING);
    console_tick(shown.console);
    CHECK_STR(live(&shown), "  somas: 0 ms (never ran before)\n"
                            "0 of 1 job done, 1 running, 0 ms\n");
    before = shown.len;
    for (int i = 0; i < 9; i++) {
        story.time += 0.1;
        console_tick(shown.console);
    }
    live(&shown);
    CHECK_INT(shown.len, before);
    story.time += 0.2;
    console_tick(shown.console);
    live(&shown);
    CHECK(shown.len > before);
    show_end(&shown, &story);
}

TEST(a_running_task_says_how_far_it_is)
{
    struct story story;
    struct shown shown;
    const char *path = test_path("progress");

    story_init(&story);
    story_stage(&story, "somas", 1);
    show_begin(&shown, &story, true);
    story.attempt.progress = path;
    story_to(&story, 0, JOB_RUNNING);
    story.time += 2;
    console_tick(shown.console);
    CHECK_STR(live(&shown), "  somas: 2.0 s (never ran before)\n"
                            "0 of 1 job done, 1 running, 2.0 s\n");
    test_write(path, "{\"done\": 10, \"total\": 500, \"what\": \"ms\"}\n"
                     "{\"done\": 120, \"total\": 500, \"what\": \"ms\"}\n"
                     "{\"warning\": \"a cell without synapses\"}\n"
                     "{\"done\": 130, \"tot");
    story.time += 2;
    console_tick(shown.console);
    CHECK_STR(live(&shown), "  somas: 4.0 s, 120 of 500 ms (never ran before)\n"
                            "0 of 1 job done, 1 running, 4.0 s\n");
    show_end(&shown, &story);
}

TEST(progress_that_is_none_is_not_shown)
{
    static const char *const none[] = { "", "\n\n", "not json\n", "{\"done\": 3}\n", "[1, 2]\n",
                                        "{\"done\": 3, \"total\": 2}\n",
                                        "{\"done\": \"3\", \"total\": 4}\n",
                                        "{\"done\": -1, \"total\": 4}\n" };
    const char *path = test_path("progress");
    struct progress progress;

    CHECK(!progress_read(NULL, &progress));
    CHECK(!progress_read(path, &progress));
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        test_write(path, none[i]);
        CHECK(!progress_read(path, &progress));
    }
    test_write(path, "{\"done\": 1, \"total\": 4, \"what\": \"a\\u001b[2Jlong word of a task\"}\n");
    CHECK(progress_read(path, &progress));
    CHECK_STR(progress.what, "a [2Jlong word of a tas");
}

TEST(a_run_that_finds_everything_writes_once)
{
    struct story story;
    struct shown shown;

    story_init(&story);
    story_stage(&story, "types", 1);
    story_stage(&story, "somas", 1);
    show_begin(&shown, &story, false);
    story_to(&story, 0, JOB_CACHED);
    story_to(&story, 1, JOB_CACHED);
    CHECK_INT(shown.len, 0);
    console_end(shown.console);
    CHECK_STR(plain(&shown), "types: cached\nsomas: cached\n");
    show_end(&shown, &story);
}
