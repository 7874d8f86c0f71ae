#include "connections/report.h"

#include <errno.h>
#include <jansson.h>

typedef unsigned long long count;

static uint64_t
total_edges(const struct report *report)
{
    uint64_t edges = 0;

    for (size_t p = 0; p < report->projections->count; p++)
        edges += report->tally->at[p].edges;
    return edges;
}

static void
warn_unconnected(const struct report *report, struct task *task)
{
    const struct connect_tally *tally = report->tally;

    if (tally->unwanted_synapses > 0)
        task_warn(task,
                  "%llu of %llu synapses of '%s', on %llu of %llu cells, are of a type, section "
                  "and layer that no projection names",
                  (count)tally->unwanted_synapses, (count)tally->synapses, report->population,
                  (count)tally->unwanted_cells, (count)tally->cells);
    for (size_t p = 0; p < report->projections->count; p++)
        if (tally->at[p].unreached_synapses > 0)
            task_warn(task, "%llu synapses of '%s', on %llu of %llu cells, are meant for '%s', of "
                      "which no cell is in reach", (count)tally->at[p].unreached_synapses,
                      report->population, (count)tally->at[p].unreached_cells, (count)tally->cells,
                      report->projections->at[p].source);
}

int
report_check(const struct report *report, struct task *task, bool speak, bool empty_is_error,
             struct fx_error *err)
{
    for (size_t p = 0; report->tally->cells > 0 && p < report->projections->count; p++) {
        const char *source = report->projections->at[p].source;
        const char *why = report->tally->at[p].unreached_synapses > 0
                              ? "no source cell is in reach of any cell"
                              : "no synapse is of a type, section and layer that it names";

        if (report->tally->at[p].edges > 0)
            continue;
        if (report->sources[p].somata.count == 0)
            why = "its source has no cells";
        else if (empty_is_error)
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "the projection from '%s' to '%s' has no edge: %s "
                           "('on_empty: warn' goes on)", source, report->population, why);
        if (speak)
            task_warn(task, "the projection from '%s' to '%s' has no edge: %s", source,
                      report->population, why);
    }
    if (speak)
        warn_unconnected(report, task);
    return 0;
}

static json_t *
number(uint64_t value)
{
    return json_integer((json_int_t)value);
}

int
report_write(const struct report *report, const char *path, struct fx_error *err)
{
    const struct connect_tally *tally = report->tally;
    uint64_t edges = total_edges(report);
    json_t *projections = json_object(), *json;
    FILE *file;
    int failed;

    for (size_t p = 0; p < report->projections->count; p++) {
        const struct connect_tally_projection *at = &tally->at[p];

        json_object_set_new(projections, report->projections->at[p].source,
                            json_pack("{s:o, s:{s:o, s:o}}", "edges", number(at->edges),
                                      "out_of_reach", "synapses", number(at->unreached_synapses),
                                      "cells", number(at->unreached_cells)));
    }
    json = json_pack("{s:s, s:o, s:o, s:o, s:o, s:{s:o, s:o}, s:o}", "population",
                     report->population, "cells", number(tally->cells), "synapses",
                     number(tally->synapses), "edges", number(edges), "unconnected",
                     number(tally->synapses - edges), "no_projection", "synapses",
                     number(tally->unwanted_synapses), "cells", number(tally->unwanted_cells),
                     "projections", projections);
    file = fopen(path, "w");
    if (!file) {
        int reason = errno;

        json_decref(json);
        return fx_fail_errno(err, reason, "cannot write '%s'", path);
    }
    failed = json_dumpf(json, file, JSON_INDENT(1)) != 0 || fputc('\n', file) == EOF;
    failed = fclose(file) != 0 || failed;
    json_decref(json);
    return failed ? fx_fail(err, FX_SYSTEM, FX_NOWHERE, "cannot write '%s'", path) : 0;
}
