#include "test.h"

#include "report/summary.h"
#include "story.h"

static const char *
summary(const struct story *story, const char *skipped)
{
    static struct text text;

    text_init(&text, 10000);
    summary_write(story->watch, skipped, &text);
    return text.at;
}

TEST(what_happened_in_two_or_three_lines)
{
    struct story story;

    story_init(&story);
    story_stage(&story, "types", 1);
    story_stage(&story, "somas", 1);
    story_stage(&story, "forest", 1);
    story_stage(&story, "graph", 7);
    story_begin(&story);
    story_to(&story, 0, JOB_CACHED);
    story_to(&story, 1, JOB_DONE);
    story_to(&story, 2, JOB_RUNNING);
    story_fail(&story, 2, "exit status 1");
    for (job_id job = 3; job < 10; job++)
        story_to(&story, job, JOB_SKIPPED);
    story.time += 3.2;
    CHECK_STR(summary(&story, "because they need what failed"),
              "10 jobs: 1 ran, 1 cached, 1 failed, 7 skipped, in 3.2 s\n"
              "failed: forest\n"
              "skipped, because they need what failed: graph[n=0], graph[n=1], graph[n=2], "
              "graph[n=3], graph[n=4], and 2 more\n");
    story_end(&story);
}

TEST(nothing_to_do)
{
    struct story story;

    story_init(&story);
    story_stage(&story, "types", 2);
    story_begin(&story);
    story_to(&story, 0, JOB_CACHED);
    story_to(&story, 1, JOB_CACHED);
    story.time += 0.02;
    CHECK_STR(summary(&story, ""), "2 jobs: all cached, in 20 ms\n");
    story_end(&story);
}
