/* More than 2^32 edges, in a file far beyond 4 GiB: almost all of it is a hole. */
#include "test.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "common/h5_graft.h"
#include "common/neuroh5_projection.h"

static struct comm alone = COMM_ALONE;

enum { CELLS = 5000, EACH = 1000003, SOURCES = 4000000, DISK_MIB = 64 };

static const struct neuroh5_edge_attribute attributes[] = { { "Synapses", "syn_id", H5_U32 } };

static void
fill(uint32_t *sources, uint32_t *ids)
{
    for (uint32_t i = 0; i < EACH; i++) {
        sources[i] = (uint32_t)((uint64_t)i * 2654435761u % SOURCES);
        ids[i] = EACH - i;
    }
}

/* The edges of the last cell are there; those of all others are left out. */
static void
write_large(const char *path)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(path, &alone, &err);
    struct neuroh5_projection_writer *w;
    uint32_t *sources = malloc(EACH * sizeof *sources), *ids = malloc(EACH * sizeof *ids);
    uint32_t *counts = malloc(CELLS * sizeof *counts);
    uint64_t edges;

    fill(sources, ids);
    for (int i = 0; i < CELLS; i++)
        counts[i] = EACH;
    CHECK(file);
    w = neuroh5_projection_new(file, &alone, "S", "D", attributes, 1, CELLS, (uint64_t)CELLS * EACH,
                               &err);
    CHECK(w);
    CHECK_OK(neuroh5_projection_append(w, CELLS - 1, counts, NULL, NULL, &err), err);
    CHECK_OK(neuroh5_projection_append(w, 1, counts, sources, (const void *[]){ ids }, &err), err);
    CHECK_OK(neuroh5_projection_finish(w, &edges, &err), err);
    CHECK(edges == (uint64_t)CELLS * EACH && edges > UINT32_MAX);
    CHECK_OK(h5_close(file, &err), err);
    free(counts);
    free(ids);
    free(sources);
}

static void
check_large(const char *path)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_open(path, &err);
    struct neuroh5_projection *p;
    uint32_t *want[2], *found = malloc(EACH * sizeof *found);
    uint64_t offsets[2], *pointers, length;
    struct stat info;
    void *all;

    CHECK(file);
    CHECK(stat(path, &info) == 0);
    CHECK(info.st_size > (off_t)CELLS * EACH * 8);
    CHECK(info.st_blocks / 2048 < DISK_MIB);
    CHECK_OK(h5_read_all(file, "/Projections/D/S/Edges/Destination Pointer", H5_U64, &all, &length,
                         &err), err);
    pointers = all;
    CHECK(length == CELLS + 1 && pointers[CELLS] == (uint64_t)CELLS * EACH);
    CHECK(pointers[CELLS - 1] == (uint64_t)(CELLS - 1) * EACH);
    p = neuroh5_projection_open(file, "S", "D", SOURCES, CELLS, &err);
    if (!p)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    CHECK(neuroh5_projection_edges(p) == (uint64_t)CELLS * EACH);
    for (int i = 0; i < 2; i++)
        want[i] = malloc(EACH * sizeof **want);
    fill(want[0], want[1]);
    CHECK(neuroh5_projection_range_count(p, CELLS - 1, 1) == EACH);
    CHECK_OK(neuroh5_projection_read(p, CELLS - 1, 1, found, offsets, &err), err);
    CHECK(memcmp(found, want[0], EACH * sizeof *found) == 0);
    CHECK_OK(neuroh5_projection_read_attribute(p, "Synapses", "syn_id", H5_U32, CELLS - 1, 1, found,
                                               &err), err);
    CHECK(memcmp(found, want[1], EACH * sizeof *found) == 0);
    CHECK_OK(neuroh5_projection_read(p, CELLS - 2, 1, found, NULL, &err), err);
    for (uint32_t i = 0; i < EACH; i++)
        CHECK(found[i] == 0);
    neuroh5_projection_free(p);
    h5_discard(file);
    free(want[0]);
    free(want[1]);
    free(found);
    free(all);
}

TEST(more_than_2_to_32_edges)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_graft *graft = h5_graft_new();
    struct h5_file *from, *to;

    write_large(test_path("large.h5"));
    check_large(test_path("large.h5"));
    /* As neuroh5_graph joins it. */
    from = h5_open(test_path("large.h5"), &err);
    to = h5_create(test_path("joined.h5"), &alone, &err);
    CHECK(from && to);
    CHECK_OK(h5_graft_add(graft, from, "/Projections/D/S", to, &err), err);
    CHECK_OK(h5_close(to, &err), err);
    CHECK_OK(h5_graft_finish(graft, test_path("joined.h5"), &err), err);
    h5_graft_free(graft);
    h5_discard(from);
    check_large(test_path("joined.h5"));
}
