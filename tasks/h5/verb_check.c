/* `check`: the child looks, the parent tells. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "h5/check.h"
#include "h5/say.h"
#include "h5/verbs.h"

enum { WARNINGS_SHOWN = 5 };

/* Shared by both processes. */
struct report {
    struct fx_error error; /* why the file could not be opened at all */
    bool opened;
    uint64_t populations, projections, synapses, edges;
};

struct job {
    const struct arguments *arguments;
    struct report *report;
    struct findings *findings;
};

static int
open_one(struct job *job, struct source *source, const char *path, struct watch *watch,
         struct fx_error *err)
{
    struct h5_file *file;

    watch_beat(watch, "/", 0);
    file = h5_open(path, err);
    if (!file)
        return -1;
    h5_discard(file);
    job->report->opened = true;
    if (!source_open(source, path, watch, err))
        return 0;
    found_problem(job->findings, "/", NO_INDEX, "%s", err->text);
    *err = (struct fx_error)FX_ERROR_NONE;
    return 1;
}

/* Runs in the child. 0, or 2 with report->error when a file cannot be opened. */
static int
look(void *context, struct watch *watch)
{
    struct job *job = context;
    struct source source = { 0 }, cells = { 0 };
    struct check check = { .source = &source, .findings = job->findings };
    struct check cells_check = { .source = &cells, .findings = job->findings };
    const char *cells_path = job->arguments->cells;
    struct fx_error *err = &job->report->error;
    int opened = 0;

    if (cells_path) {
        job->findings->in_cells = true;
        opened = open_one(job, &cells, cells_path, watch, err);
        if (opened == 0)
            check_source(&cells_check, NULL);
        job->findings->in_cells = false;
    }
    if (opened >= 0)
        opened = open_one(job, &source, job->arguments->file, watch, err);
    if (opened == 0) {
        check_source(&check, cells_path && cells.file ? &cells_check : NULL);
        job->report->populations = source.types.population_count;
        job->report->projections = source.edge_count;
        job->report->synapses = check.synapses;
        job->report->edges = check.edges;
        check_release(&check);
    }
    if (cells_path && cells.file)
        check_release(&cells_check);
    source_close(&source);
    source_close(&cells);
    return opened < 0 ? 2 : 0;
}

/* --- telling ---------------------------------------------------------------------------------- */

static const char *
file_of(const struct arguments *a, const struct finding *f)
{
    return f->in_cells ? a->cells : a->file;
}

static void
print_finding(const struct arguments *a, const struct finding *f)
{
    char index[32] = "";

    if (f->index >= 0)
        snprintf(index, sizeof index, "[%lld]", (long long)f->index);
    printf("%s: %s'%s'%s %s\n", file_of(a, f), f->warning ? "warning: " : "", f->path, index,
           f->text);
}

/* Problems first; of the warnings some. */
static void
print_findings(const struct arguments *a, const struct findings *f)
{
    uint64_t all = f->problems + f->warnings, warned = 0;

    for (uint64_t i = 0; i < f->told; i++)
        if (!f->at[i].warning)
            print_finding(a, &f->at[i]);
    for (uint64_t i = 0; i < f->told; i++)
        if (f->at[i].warning && warned++ < WARNINGS_SHOWN)
            print_finding(a, &f->at[i]);
    if (f->told == f->most && all > f->told)
        printf("%s: more is wrong; --limit N tells more than %llu\n", a->file,
               (unsigned long long)f->most);
    else if (warned > WARNINGS_SHOWN)
        printf("%s: %llu warnings more; --json has them all\n", a->file,
               (unsigned long long)(warned - WARNINGS_SHOWN));
}

static void
print_end(const struct arguments *a, const struct report *r, const struct findings *f,
          const struct watch *watch, double seconds)
{
    char problems[40], warnings[40], populations[40], projections[40], synapses[40], edges[40],
        bytes[40];

    say_count(warnings, sizeof warnings, f->warnings, "warning");
    if (f->problems) {
        printf("%s: %s%s%s\n", a->file,
               say_count(problems, sizeof problems, f->problems, "problem"),
               f->warnings ? ", " : "", f->warnings ? warnings : "");
        return;
    }
    printf("%s: clean%s%s: %s, %s, %s, %s; %s read in %.1f s\n", a->file,
           f->warnings ? ", with " : "", f->warnings ? warnings : "",
           say_count(populations, sizeof populations, r->populations, "population"),
           say_count(synapses, sizeof synapses, r->synapses, "synapse"),
           say_count(projections, sizeof projections, r->projections, "projection"),
           say_count(edges, sizeof edges, r->edges, "edge"),
           say_bytes(bytes, sizeof bytes, watch->bytes), seconds);
}

static void
print_json(const struct arguments *a, const struct report *r, const struct findings *f,
           const struct watch *watch, double seconds)
{
    json_t *out = json_object(), *list = json_array();

    for (uint64_t i = 0; i < f->told; i++) {
        const struct finding *one = &f->at[i];
        json_t *to = json_object();

        json_object_set_new(to, "kind", say_text(one->warning ? "warning" : "problem"));
        json_object_set_new(to, "file", say_text(file_of(a, one)));
        json_object_set_new(to, "dataset", say_text(one->path));
        json_object_set_new(to, "index", one->index >= 0 ? json_integer(one->index) : json_null());
        json_object_set_new(to, "text", say_text(one->text));
        json_array_append_new(list, to);
    }
    json_object_set_new(out, "file", say_text(a->file));
    json_object_set_new(out, "clean", json_boolean(f->problems == 0));
    json_object_set_new(out, "problems", say_integer(f->problems));
    json_object_set_new(out, "warnings", say_integer(f->warnings));
    json_object_set_new(out, "findings", list);
    json_object_set_new(out, "populations", say_integer(r->populations));
    json_object_set_new(out, "synapses", say_integer(r->synapses));
    json_object_set_new(out, "projections", say_integer(r->projections));
    json_object_set_new(out, "edges", say_integer(r->edges));
    json_object_set_new(out, "bytes", say_integer(watch->bytes));
    json_object_set_new(out, "seconds", say_real(seconds));
    say_value(out, true);
}

int
verb_check(const struct arguments *a, struct watch *watch, struct fx_error *err)
{
    struct report *report = guard_share(sizeof *report);
    struct findings *findings = guard_share(findings_size(a->limit));
    struct job job = { a, report, findings };
    struct timespec from, to;
    double seconds;

    findings->most = a->limit;
    clock_gettime(CLOCK_MONOTONIC, &from);
    if (guard_run(watch, a->patience, look, &job, a->file, err) != GUARD_DONE) {
        if (err->code == FX_SYSTEM)
            return 2;
        if (findings->told == findings->most)
            findings->told--; /* this one is worth more */
        found_problem(findings, watch->doing, NO_INDEX, "%s", err->text);
        *err = (struct fx_error)FX_ERROR_NONE;
    } else if (watch->status) {
        *err = report->error;
        return 2;
    }
    clock_gettime(CLOCK_MONOTONIC, &to);
    seconds = (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9;
    if (a->json) {
        print_json(a, report, findings, watch, seconds);
    } else {
        print_findings(a, findings);
        print_end(a, report, findings, watch, seconds);
    }
    return findings->problems ? 1 : 0;
}
