/* The child that reads: it ends well, dies, or does not come to an end. */
#include "test.h"

#include <signal.h>
#include <string.h>

#include "h5/findings.h"
#include "h5/guard.h"

static int
ends(void *context, struct watch *watch)
{
    watch_beat(watch, "/well", 8);
    return *(int *)context;
}

static int
dies(void *context, struct watch *watch)
{
    (void)context;
    watch_beat(watch, "/Populations/PYR", 0);
    raise(SIGSEGV);
    return 0;
}

static int
turns(void *context, struct watch *watch)
{
    volatile int *forever = context;

    watch_beat(watch, "/circle", 0);
    while (*forever)
        ;
    return 0;
}

TEST(what_the_work_returns_is_told) {
    struct watch *watch = guard_share(sizeof *watch);
    struct fx_error err = FX_ERROR_NONE;
    int status = 1;

    CHECK(guard_run(watch, 5, ends, &status, "a.h5", &err) == GUARD_DONE);
    CHECK(watch->status == 1 && watch->bytes == 8 && !strcmp(watch->doing, "/well"));
    CHECK(err.code == FX_OK);
}

TEST(a_child_that_dies_is_told_with_its_dataset) {
    struct watch *watch = guard_share(sizeof *watch);
    struct fx_error err = FX_ERROR_NONE;

    CHECK(guard_run(watch, 5, dies, NULL, "a.h5", &err) == GUARD_DIED);
    CHECK(!strncmp(err.text, "the file is damaged: HDF5 itself failed on '/Populations/PYR'", 61));
    CHECK(!strcmp(err.file, "a.h5"));
}

TEST(a_child_that_turns_in_circles_is_ended) {
    struct watch *watch = guard_share(sizeof *watch);
    struct fx_error err = FX_ERROR_NONE;
    int forever = 1;

    CHECK(guard_run(watch, 1, turns, &forever, "a.h5", &err) == GUARD_STUCK);
    CHECK(!strcmp(err.text, "the file is damaged: HDF5 does not come to an end with '/circle'"));
}

TEST(findings_beyond_the_limit_are_counted) {
    struct findings *f = guard_share(findings_size(7));
    struct tally t;

    f->most = 7;
    t = tally_of(f, "/x", false);
    for (uint64_t i = 0; i < 100; i++)
        tally_add(&t, i, "is %llu", (unsigned long long)i);
    tally_end(&t);
    found_warning(f, "/y", NO_INDEX, "narrow");
    found_warning(f, "/y", NO_INDEX, "not told");
    CHECK(f->problems == 100 && f->warnings == 2 && f->told == 7);
    CHECK(f->at[4].index == 4 && !strcmp(f->at[5].text, "95 more entries like these"));
    CHECK(f->at[6].warning && !strcmp(f->at[6].text, "narrow"));
}
