/* Morphology files: parsed, contracted to sections, cut into segments. */
#include "fuzz.h"

#include <string.h>

#include "common/swc.h"
#include "synapses/segments.h"
#include "tree_check.h"

#define COPY(field, count) memcpy(copy->field, m->field, (count) * sizeof *m->field)

/* Points and sections of `m`, as a file would have them. */
static void
copy_stored(const struct morphology *m, struct morphology *copy)
{
    size_t entries = m->section_start[m->section_count];

    morphology_init(copy, m->point_count);
    COPY(x, m->point_count);
    COPY(y, m->point_count);
    COPY(z, m->point_count);
    COPY(radius, m->point_count);
    COPY(layer, m->point_count);
    COPY(swc_type, m->point_count);
    COPY(parent, m->point_count);
    copy->section_count = m->section_count;
    copy->edge_count = m->edge_count;
    copy->section_start = calloc(m->section_count + 1, sizeof *m->section_start);
    copy->section_points = calloc(entries + 1, sizeof *m->section_points);
    copy->edge_source = calloc(m->edge_count + 1, sizeof *m->edge_source);
    copy->edge_destination = calloc(m->edge_count + 1, sizeof *m->edge_destination);
    COPY(section_start, m->section_count + 1);
    COPY(section_points, entries);
    if (m->edge_count) {
        COPY(edge_source, m->edge_count);
        COPY(edge_destination, m->edge_count);
    }
}

/* What was contracted can be stored and derived again, to the same. */
static void
check_derived(const struct morphology *m)
{
    struct fx_error err = FX_ERROR_NONE;
    struct morphology copy = { 0 };

    copy_stored(m, &copy);
    if (morphology_derive(&copy, &err)) {
        fprintf(stderr, "%s\n", err.text);
        abort();
    }
    for (size_t s = 0; s < m->section_count; s++)
        FUZZ_CHECK(copy.section_parent[s] == m->section_parent[s] &&
                   copy.section_length[s] == m->section_length[s] &&
                   copy.section_parent_at[s] == m->section_parent_at[s]);
    morphology_release(&copy);
}

static void
check_segments(const struct morphology *m, uint32_t nseg)
{
    struct segment_rule rule = { nseg, 0.1, 100, 150, 1 };
    struct fx_error err = FX_ERROR_NONE;
    struct segments segments = { 0 };

    if (!segments_init(&segments, m, &rule, &err))
        for (size_t i = 0; i < segments.count; i++)
            FUZZ_CHECK(segments.at[i].section < m->section_count &&
                       segments.at[i].from <= segments.at[i].to &&
                       segments.at[i].first_interval < segments.interval_count);
    segments_release(&segments);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fx_error err = FX_ERROR_NONE;
    struct morphology m = { 0 };
    bool layers;

    if (swc_parse((const char *)data, size, "fuzz.swc", &m, &layers, &err)) {
        FUZZ_CHECK(err.code == FX_INVALID && err.text[0]);
        return 0;
    }
    if (!morphology_contract(&m, &err)) {
        tree_check(&m);
        check_derived(&m);
        check_segments(&m, 3);
        if (m.point_count < 200)
            check_segments(&m, 0);
    }
    morphology_release(&m);
    return 0;
}
