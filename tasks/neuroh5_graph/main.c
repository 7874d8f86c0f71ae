/* neuroh5_graph: parts -> cells.h5, connections.h5, gap_junctions.h5, graph.json. One rank does it all: it copies. */
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/mem.h"
#include "common/h5_graft.h"
#include "common/h5_inspect.h"
#include "common/neuroh5_pointer.h"
#include "common/task_main.h"
#include "neuroh5_graph/parts.h"

struct work {
    struct task *task;
    struct comm alone;
    struct neuroh5_types types;
    struct parts parts;
    VEC(struct h5_file *) files;
    char (*digests)[DIGEST_HEX];
    const char *cells, *connections, *gap_junctions, *graph;
};

/* --- what the files hold -------------------------------------------------------------------------- */

static int
dataset_length(const struct h5_file *file, const char *path, enum h5_type type, uint64_t *length,
               struct fx_error *err)
{
    struct h5_data *data = h5_data_open(file, path, type, err);

    if (!data)
        return -1;
    *length = h5_data_length(data);
    h5_data_discard(data);
    return 0;
}

/*
 * Whether a pointer dataset leads through the values from the first to the last. What is copied here
 * is read by programs that believe it.
 */
static int
check_pointer(const struct h5_file *file, const char *pointer, const char *values, uint64_t rows,
              struct fx_error *err)
{
    struct h5_view *view = h5_view_open(file, values, err);
    uint64_t *read;

    if (!view)
        return -1;
    read = pointers_read(file, pointer, rows, h5_view_facts(view)->length, err);
    h5_view_close(view);
    free(read);
    return read ? 0 : -1;
}

static int
check_pointers(const struct h5_file *file, const char *group, uint64_t cells, struct fx_error *err)
{
    struct h5_names names;
    char pointer[900], values[900];
    int status = 0;

    if (h5_list(file, group, &names, err))
        return -1;
    for (size_t i = 0; !status && i < names.count; i++) {
        if (!strcmp(names.at[i], "Cell Index"))
            continue;
        snprintf(pointer, sizeof pointer, "%s/%s/Attribute Pointer", group, names.at[i]);
        snprintf(values, sizeof values, "%s/%s/Attribute Value", group, names.at[i]);
        status = check_pointer(file, pointer, values, cells, err);
    }
    h5_names_release(&names);
    return status;
}

/* Cells and values of a namespace; those of its first attribute stand for all. */
static int
count_namespace(const struct h5_file *file, const char *group, enum role role, struct part *part,
                struct fx_error *err)
{
    static const char *const values[ROLES] = { [ROLE_FOREST] = "Parent Point",
                                               [ROLE_SYNAPSES] = "syn_ids" };
    struct h5_names names;
    char path[900];
    int status = 0;

    if (h5_list(file, group, &names, err))
        return -1;
    for (size_t i = 0; !status && i < names.count; i++) {
        uint64_t cells;
        if (!strcmp(names.at[i], "Cell Index"))     /* of Trees, to which the others link */
            continue;
        snprintf(path, sizeof path, "%s/%s/Cell Index", group, names.at[i]);
        status = dataset_length(file, path, H5_U32, &cells, err);
        if (!status && part->cells != UINT64_MAX && part->cells != cells)
            status = fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(file), 0, 0 },
                             "the attributes of '%s' are of %llu cells and of %llu", group,
                             (unsigned long long)part->cells, (unsigned long long)cells);
        part->cells = status ? 0 : cells;
    }
    h5_names_release(&names);
    if (status || !values[role])
        return status;
    snprintf(path, sizeof path, "%s/%s/Attribute Value", group, values[role]);
    return dataset_length(file, path, role == ROLE_FOREST ? H5_I32 : H5_U32, &part->values, err);
}

/* Somata and distances of a network without any cells are files without any. */
static bool
may_be_empty(const struct work *w, enum role role)
{
    for (size_t i = 0; i < w->types.population_count; i++)
        if (w->types.populations[i].count)
            return false;
    return role == ROLE_SOMAS || role == ROLE_DISTANCES;
}

static int
add_populations(struct work *w, const struct h5_file *file, enum role role, uint32_t number,
                struct fx_error *err)
{
    size_t before = w->parts.list.count;

    for (size_t i = 0; i < w->types.population_count; i++) {
        const struct neuroh5_population *p = &w->types.populations[i];
        struct part part = { .role = role, .file = number, .population = p->index,
                             .cells = UINT64_MAX };
        char group[600];
        snprintf(group, sizeof group, "/Populations/%s/%s", p->name, role_namespace(role));
        if (!h5_exists(file, group))
            continue;
        if (count_namespace(file, group, role, &part, err) || parts_add(&w->parts, part, err) ||
            check_pointers(file, group, part.cells, err))
            return -1;
    }
    if (w->parts.list.count == before && !may_be_empty(w, role))
        return fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(file), 0, 0 },
                       "no population has '%s' in it", role_namespace(role));
    return 0;
}

static int
add_projection(struct work *w, const struct h5_file *file, enum role role, uint32_t number,
               const struct neuroh5_population *to, const char *source, struct fx_error *err)
{
    const struct neuroh5_population *from;
    struct part part = { .role = role, .file = number, .population = to->index };
    char path[900], values[900];
    uint64_t pointers;

    if (neuroh5_types_get(&w->types, file, source, &from, err))
        return -1;
    part.source = from->index;
    snprintf(path, sizeof path, "/Projections/%s/%s/Edges/Destination Pointer", to->name, source);
    snprintf(values, sizeof values, "/Projections/%s/%s/Edges/Source Index", to->name, source);
    if (dataset_length(file, path, H5_U64, &pointers, err) ||
        dataset_length(file, values, H5_U32, &part.values, err))
        return -1;
    part.cells = pointers ? pointers - 1 : 0;
    if (check_pointer(file, path, values, part.cells, err))
        return -1;
    return parts_add(&w->parts, part, err);
}

static int
add_projections(struct work *w, const struct h5_file *file, enum role role, uint32_t number,
                struct fx_error *err)
{
    int status = 0;

    for (size_t i = 0; !status && i < w->types.population_count; i++) {
        const struct neuroh5_population *to = &w->types.populations[i];
        struct h5_names sources;
        char path[600];
        snprintf(path, sizeof path, "/Projections/%s", to->name);
        if (!h5_exists(file, path))
            continue;
        if (h5_list(file, path, &sources, err))
            return -1;
        for (size_t j = 0; !status && j < sources.count; j++)
            status = add_projection(w, file, role, number, to, sources.at[j], err);
        h5_names_release(&sources);
    }
    return status;
}

/* The first file, that of the somata, says which populations there are; all others must agree. Files of
 * gap junctions have pairs of their own. */
static int
check_types(struct work *w, const struct h5_file *file, enum role role, struct fx_error *err)
{
    struct neuroh5_types types, theirs, ours = w->types;
    char difference[200];
    bool equal;

    if (w->files.count == 1)
        return neuroh5_types_read(file, &w->types, err);
    if (neuroh5_types_read(file, &types, err))
        return -1;
    theirs = types;
    if (role == ROLE_GAP_JUNCTIONS)
        theirs.pair_count = ours.pair_count = 0;
    equal = neuroh5_types_equal(&ours, &theirs, difference);
    neuroh5_types_release(&types);
    if (equal)
        return 0;
    return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' and '%s' are of different networks: %s",
                   w->parts.paths.at[0], h5_path(file), difference);
}

static int
add_file(struct work *w, enum role role, const char *path, struct fx_error *err)
{
    struct h5_file *file = h5_open(path, err);
    uint32_t number = (uint32_t)w->files.count;

    if (!file)
        return -1;
    vec_push(&w->files, file);
    vec_push(&w->parts.paths, path);
    if (check_types(w, file, role, err))
        return -1;
    return role_is_projection(role) ? add_projections(w, file, role, number, err)
                                    : add_populations(w, file, role, number, err);
}

static int
read_parts(struct work *w, struct fx_error *err)
{
    const char *path;

    if (task_output(w->task, "cells", &w->cells, err) ||
        task_output(w->task, "connections", &w->connections, err) ||
        task_output(w->task, "gap_junctions", &w->gap_junctions, err) ||
        task_output(w->task, "graph", &w->graph, err) ||
        task_input(w->task, role_name(ROLE_SOMAS), &path, err) ||
        task_input(w->task, role_name(ROLE_DISTANCES), &path, err))
        return -1;
    w->parts.types = &w->types;
    for (int role = 0; role < ROLES; role++) {
        const char *name = role_name((enum role)role);
        for (size_t i = 0; i < task_input_count(w->task, name); i++)
            if (task_input_at(w->task, name, i, &path, err) ||
                add_file(w, (enum role)role, path, err))
                return -1;
    }
    return parts_finish(&w->parts, err);
}

/* --- copying -------------------------------------------------------------------------------------- */

static int
copy_part(struct work *w, struct h5_graft *graft, const struct part *part, struct h5_file *out,
          struct fx_error *err)
{
    const char *population = neuroh5_types_by_index(&w->types, part->population)->name;
    char path[600];

    if (role_is_projection(part->role))
        snprintf(path, sizeof path, "/Projections/%s/%s", population,
                 neuroh5_types_by_index(&w->types, part->source)->name);
    else
        snprintf(path, sizeof path, "/Populations/%s/%s", population, role_namespace(part->role));
    return h5_graft_add(graft, w->files.at[part->file], path, out, err);
}

/* The file that a part goes to: ROLE_SOMAS stands for all of cells. */
static enum role
file_of(enum role role)
{
    return role_is_projection(role) ? role : ROLE_SOMAS;
}

/* /H5Types of a file; that of gap junctions has their pairs. */
static int
write_types(struct work *w, struct h5_file *out, enum role which, struct fx_error *err)
{
    struct neuroh5_types types = { 0 };
    int status = 0;

    if (which != ROLE_GAP_JUNCTIONS)
        return neuroh5_types_write(out, &w->types, err);
    for (size_t i = 0; !status && i < w->types.population_count; i++) {
        const struct neuroh5_population *p = &w->types.populations[i];
        status = neuroh5_types_add(&types, p->name, p->index, p->count, err);
    }
    for (size_t i = 0; !status && i < w->parts.list.count; i++) {
        const struct part *part = &w->parts.list.at[i];
        if (part->role == ROLE_GAP_JUNCTIONS)
            status = neuroh5_types_add_pair(
                &types, neuroh5_types_by_index(&w->types, part->source)->name,
                neuroh5_types_by_index(&w->types, part->population)->name, err);
    }
    if (!status)
        status = neuroh5_types_finish(&types, err);
    if (!status)
        status = neuroh5_types_write(out, &types, err);
    neuroh5_types_release(&types);
    return status;
}

/* The structure of the parts that go to one file. */
static int
write_structure(struct work *w, struct h5_graft *graft, const char *path, enum role which,
                struct fx_error *err)
{
    struct h5_file *out = h5_create(path, &w->alone, err);
    int status;

    if (!out)
        return -1;
    status = write_types(w, out, which, err);
    for (size_t i = 0; !status && i < w->parts.list.count; i++) {
        const struct part *part = &w->parts.list.at[i];
        if (file_of(part->role) == which)
            status = copy_part(w, graft, part, out, err);
        task_progress(w->task, i + 1, w->parts.list.count, "parts");
    }
    if (!status)
        return h5_close(out, err);
    h5_discard(out);
    return -1;
}

static int
write_network(struct work *w, const char *path, enum role which, struct fx_error *err)
{
    struct h5_graft *graft = h5_graft_new();
    int status = write_structure(w, graft, path, which, err);

    if (!status)
        status = h5_graft_finish(graft, path, err);
    h5_graft_free(graft);
    return status;
}

static int
write_graph(struct work *w, struct fx_error *err)
{
    json_t *json;
    char *text;
    int status;

    w->digests = mem_new(w->files.count, sizeof *w->digests);
    for (size_t i = 0; i < w->files.count; i++) {
        struct digest digest;
        if (digest_file(w->parts.paths.at[i], (unsigned)task_threads(w->task), &digest, err))
            return -1;
        digest_hex(digest, w->digests[i]);
    }
    json = parts_json(&w->parts, (const char (*)[DIGEST_HEX])w->digests);
    text = json_dumps(json, JSON_INDENT(2));
    json_decref(json);
    if (!text)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "the names of the populations are not UTF-8");
    status = file_replace(w->graph, str_of(text), false, err);
    free(text);
    return status;
}

static int
join(struct task *task, struct fx_error *err)
{
    struct work w = { .task = task, .alone = COMM_ALONE };
    int status = 0;

    if (read_parts(&w, err) || write_network(&w, w.cells, ROLE_SOMAS, err) ||
        write_network(&w, w.connections, ROLE_CONNECTIONS, err) ||
        write_network(&w, w.gap_junctions, ROLE_GAP_JUNCTIONS, err) || write_graph(&w, err))
        status = -1;
    for (size_t i = 0; i < w.files.count; i++)
        h5_discard(w.files.at[i]);
    vec_release(&w.files);
    free(w.digests);
    parts_release(&w.parts);
    neuroh5_types_release(&w.types);
    return status;
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    return comm_agree(comm, comm->rank == 0 ? join(task, err) : 0, err);
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
