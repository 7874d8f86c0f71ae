/* What a simulation leaves: spikes, recordings, potentials. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "h5/say.h"
#include "h5/show.h"

static int
compare(const void *a, const void *b)
{
    const uint64_t *left = a, *right = b;

    return (*left > *right) - (*left < *right);
}

/* How many different values there are, and how often each, into counts. */
static uint64_t
distinct(uint64_t *values, uint64_t count)
{
    uint64_t cells = 0;

    qsort(values, count, sizeof *values, compare);
    for (uint64_t i = 0, start = 0; i <= count; i++)
        if (i == count || (i > start && values[i] != values[start])) {
            if (i > start)
                values[cells++] = i - start;
            start = i;
        }
    return cells;
}

static int
take_spikes(const struct show *show, const char *gid_path, const char *t_path, int64_t gid,
            json_t *out, struct fx_error *err)
{
    uint64_t count = 0, wanted = 0;
    int64_t *gids = source_integers(show->source, gid_path, &count, err);
    struct scan t;
    double *times;
    json_t *list = json_array();
    int status;

    if (!gids || scan_open(&t, show->source, t_path, err)) {
        free(gids);
        json_decref(list);
        return -1;
    }
    times = mem_new(count + 1, sizeof *times);
    status = scan_reals(&t, 0, count, times, err);
    for (uint64_t i = 0; !status && gid >= 0 && i < count; i++)
        if (gids[i] == gid && wanted++ < show->arguments->limit)
            json_array_append_new(list, say_real(times[i]));
    if (!status && gid >= 0 && wanted) {
        json_object_set_new(out, "spikes", say_integer(wanted));
        json_object_set(out, "t_ms", list);
    } else if (!status && gid < 0) {
        uint64_t cells;

        json_object_set_new(out, "spikes", say_integer(count));
        if (count) {
            json_object_set_new(out, "first_ms", say_real(times[0]));
            json_object_set_new(out, "last_ms", say_real(times[count - 1]));
        }
        cells = distinct((uint64_t *)(void *)gids, count);
        json_object_set_new(out, "cells_that_spike", say_integer(cells));
        json_object_set_new(out, "spikes_per_cell", show_spread((uint64_t *)(void *)gids, cells));
    }
    json_decref(list);
    free(times);
    free(gids);
    scan_close(&t);
    return status;
}

json_t *
show_spikes(const struct show *show, const char *population, int64_t gid, struct fx_error *err)
{
    char folder[600], gid_path[700], t_path[700];
    json_t *out;

    snprintf(folder, sizeof folder, "/Spikes/%s", population);
    if (h5_kind(show->source->file, folder) != H5_IS_GROUP)
        return json_null();
    snprintf(gid_path, sizeof gid_path, "%s/gid", folder);
    snprintf(t_path, sizeof t_path, "%s/t", folder);
    out = json_object();
    if (!take_spikes(show, gid_path, t_path, gid, out, err))
        return out;
    json_decref(out);
    return NULL;
}

/* Attributes of the dataset and of the group above it: units, places of electrodes. */
static int
add_notes(const struct show *show, const char *path, json_t *out, struct fx_error *err)
{
    struct h5_notes notes;

    if (h5_notes_read(show->source->file, path, &notes, err))
        return -1;
    for (size_t i = 0; i < notes.count; i++)
        json_object_set_new_nocheck(out, notes.at[i].name,
                                    notes.at[i].is_number ? say_real(notes.at[i].number)
                                                          : say_text(notes.at[i].words));
    h5_notes_release(&notes);
    return 0;
}

json_t *
show_others(const struct show *show, struct fx_error *err)
{
    json_t *out = json_object();
    struct h5_names paths;
    int status = source_others(show->source, &paths, err);

    for (size_t i = 0; !status && i < paths.count; i++) {
        json_t *one;

        if (!strncmp(paths.at[i], "/Spikes/", 8))
            continue;
        one = show_range(show->source, paths.at[i], err);
        if (one)
            json_object_set_new_nocheck(out, paths.at[i], one);
        status = one ? add_notes(show, paths.at[i], one, err) : -1;
    }
    if (!status || paths.at)
        h5_names_release(&paths);
    if (!status)
        return out;
    json_decref(out);
    return NULL;
}
