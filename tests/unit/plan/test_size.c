/* Large workflows: the cost grows with the number of jobs, not faster. */
#include "fixture.h"

#include <time.h>

static double
seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* CPU seconds to plan `text`, which must have `jobs` jobs. */
static double
time_plan(const char *text, uint32_t jobs)
{
    struct fixture f;
    double from = seconds(), took;

    fixture_plan(&f, text);
    took = seconds() - from;
    fixture_check(&f);
    CHECK_INT(plan_count(f.plan), jobs);
    fixture_release(&f);
    return took;
}

/* A sweep of `n` x 10 points over two chained stages, all gathered by a third. */
static double
time_sweep(unsigned n)
{
    struct text text;
    double took;

    text_init(&text, 1 << 20);
    text_printf(&text, "axes: {distance: {linspace: [0, 1, 10]}, trial: {range: [0, %u]}}\n"
                "params: {t: 5 ms}\nstages:\n"
                "  pairs: {task: pairs, with: {distance: \"${axis.distance}\", trial: \"${axis.trial}\"}}\n"
                "  simulate: {task: simulate, with: {cells: \"${pairs.trains}\", t_end: \"${params.t}\", label: \"x-${axis.trial}\"}}\n"
                "  figure: {task: script, outputs: {f: f.png}, with: {all: \"${simulate[*].readout}\"}}\n"
                "  some: {task: script, outputs: {f: f.png}, with: {all: \"${simulate[distance=*].readout}\"}}\n", n);
    took = time_plan(text.at, n * 21 + 1);
    text_release(&text);
    return took;
}

TEST(time_per_job_does_not_grow)
{
    double small = 1, large;

    for (int i = 0; i < 3; i++) {       /* the quickest of three: the machine is shared */
        double took = time_sweep(480);

        small = took < small ? took : small;
    }
    large = time_sweep(4800);
    printf("plan: %.1f us a job at 10 000, %.1f us at 100 000\n", small * 1e6 / 10080,
           large * 1e6 / 100800);
    CHECK(large / 10 < small * 4);
}

/* Stages in a chain, the last one first: as many stages as jobs. */
TEST(many_stages)
{
    enum { STAGES = 20000 };
    struct text text;

    text_init(&text, 1 << 24);
    text_add(&text, "stages:\n");
    for (int i = STAGES - 1; i > 0; i--)
        text_printf(&text, "  s%d: {task: forest, with: {types: \"${s%d.file}\", population: P}}\n",
                    i, i - 1);
    text_add(&text, "  s0: {task: types, with: {definitions: 1}}\n");
    CHECK(time_plan(text.at, STAGES) < 5);
    text_release(&text);
}

/* Every job of one stage picks its own jobs of another one: groups, not searches. */
TEST(partial_gathering_is_linear)
{
    struct text text;

    text_init(&text, 1 << 20);
    text_add(&text, "axes: {a: {range: [0, 300]}, b: {range: [0, 100]}}\n"
                    "stages:\n"
                    "  p: {task: pairs, with: {distance: \"${axis.a}\", trial: \"${axis.b}\"}}\n"
                    "  q: {task: script, outputs: {f: f}, with: {all: \"${p[b=*].trains}\", one: \"${p[a=axis.a, b=3].trains}\"}}\n"
                    "  r: {task: script, outputs: {f: f}, with: {a: \"${axis.a}\", b: \"${axis.b}\"}, after: [p, q]}\n");
    CHECK(time_plan(text.at, 30000 + 300 + 30000) < 5);
    text_release(&text);
}
