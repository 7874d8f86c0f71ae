#include "report/summary.h"

#include "report/words.h"

enum { NAMED = 5 };     /* names in one line; the rest is counted */

static void
add_named(const struct watch *watch, enum job_state state, const char *what, const char *why,
          struct text *out)
{
    uint32_t named = 0, count = watch_count(watch, state);

    if (count == 0)
        return;
    text_printf(out, "%s%s%s: ", what, *why ? ", " : "", why);
    for (job_id job = 0; job < plan_count(watch_plan(watch)) && named < NAMED; job++)
        if (watch_wanted(watch, job) && watch_state(watch, job) == state)
            text_printf(out, "%s%.*s", named++ ? ", " : "",
                        STR(plan_job(watch_plan(watch), job)->label));
    if (count > named)
        text_printf(out, ", and %u more", count - named);
    text_add(out, "\n");
}

void
summary_write(const struct watch *watch, const char *skipped, struct text *out)
{
    static const struct {
        enum job_state state;
        const char *word;
    } parts[] = { { JOB_DONE, "ran" },
                  { JOB_CACHED, "cached" },
                  { JOB_FAILED, "failed" },
                  { JOB_SKIPPED, "skipped" } };
    uint32_t jobs = watch_jobs(watch);
    bool first = true;

    words_count(out, jobs, "job");
    text_add(out, ": ");
    if (jobs && watch_count(watch, JOB_CACHED) == jobs) {
        text_add(out, jobs == 1 ? "cached" : "all cached");
        first = false;
    } else {
        for (int i = 0; i < 4; i++)
            if (watch_count(watch, parts[i].state)) {
                text_printf(out, "%s%u %s", first ? "" : ", ", watch_count(watch, parts[i].state),
                            parts[i].word);
                first = false;
            }
    }
    text_add(out, first ? "in " : ", in ");
    words_seconds(out, watch_now(watch) - watch_begun(watch));
    text_add(out, "\n");
    add_named(watch, JOB_FAILED, "failed", "", out);
    add_named(watch, JOB_SKIPPED, "skipped", skipped, out);
}
