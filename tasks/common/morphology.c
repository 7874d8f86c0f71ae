#include "common/morphology.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

void
morphology_init(struct morphology *m, size_t points)
{
    *m = (struct morphology){ .point_count = points };
    m->x = mem_new(points + 1, sizeof *m->x);
    m->y = mem_new(points + 1, sizeof *m->y);
    m->z = mem_new(points + 1, sizeof *m->z);
    m->radius = mem_new(points + 1, sizeof *m->radius);
    m->layer = mem_new(points + 1, sizeof *m->layer);
    m->swc_type = mem_new(points + 1, sizeof *m->swc_type);
    m->parent = mem_new(points + 1, sizeof *m->parent);
}

void
morphology_release(struct morphology *m)
{
    free(m->x);
    free(m->y);
    free(m->z);
    free(m->radius);
    free(m->layer);
    free(m->swc_type);
    free(m->parent);
    free(m->section_start);
    free(m->section_points);
    free(m->arc);
    free(m->section_length);
    free(m->section_type);
    free(m->section_parent);
    free(m->section_parent_at);
    free(m->edge_source);
    free(m->edge_destination);
    *m = (struct morphology){ 0 };
}

size_t
morphology_section_size(const struct morphology *m, size_t s)
{
    return m->section_start[s + 1] - m->section_start[s];
}

static int
invalid(struct fx_error *err, const char *format, size_t number)
{
    return fx_fail(err, FX_INVALID, FX_NOWHERE, format, number);
}

/* --- deriving ------------------------------------------------------------------------------------ */

static double
point_distance(const struct morphology *m, size_t a, size_t b)
{
    double dx = (double)m->x[a] - m->x[b], dy = (double)m->y[a] - m->y[b],
           dz = (double)m->z[a] - m->z[b];

    return sqrt(dx * dx + dy * dy + dz * dz);
}

static void
measure(struct morphology *m)
{
    for (size_t s = 0; s < m->section_count; s++) {
        size_t from = m->section_start[s], to = m->section_start[s + 1];
        m->arc[from] = 0;
        for (size_t i = from + 1; i < to; i++)
            m->arc[i] = m->arc[i - 1] + point_distance(m, m->section_points[i - 1],
                                                       m->section_points[i]);
        m->section_length[s] = m->arc[to - 1];
        m->section_type[s] = m->swc_type[m->section_points[to - 1]];
    }
}

/* Where point `p` lies along section `s`, 0..1; negative when it is not in it. */
static double
place_in_section(const struct morphology *m, size_t s, int32_t p)
{
    for (size_t i = m->section_start[s]; i < m->section_start[s + 1]; i++)
        if (m->section_points[i] == p)
            return m->section_length[s] > 0 ? m->arc[i] / m->section_length[s] : 0;
    return -1;
}

/* A section begins at the parent of its first point, or, when that point is the parent's own (a
 * one-point leaf with its parent point in front), at this point. */
static int
attach(struct morphology *m, size_t s, size_t to, struct fx_error *err)
{
    int32_t first = m->section_points[m->section_start[s]];
    double at = place_in_section(m, to, first);

    if (at < 0 && m->parent[first] >= 0)
        at = place_in_section(m, to, m->parent[first]);
    if (at < 0)
        return invalid(err, "section %zu begins at no point of its parent section", s);
    m->section_parent[s] = (int32_t)to;
    m->section_parent_at[s] = at;
    return 0;
}

/* Every section leads up to one without a parent: a way up ends there, or at a section that an earlier
 * way has passed; when it meets itself, it goes round. */
static int
check_acyclic(const struct morphology *m, struct fx_error *err)
{
    uint32_t *way = mem_new(m->section_count + 1, sizeof *way);
    int status = 0;

    for (size_t i = 0; !status && i < m->section_count; i++) {
        int32_t s = (int32_t)i;
        while (s >= 0 && way[s] == 0) {
            way[s] = (uint32_t)i + 1;
            s = m->section_parent[s];
        }
        if (s >= 0 && way[s] == i + 1)
            status = invalid(err, "section %zu is its own ancestor", (size_t)s);
    }
    free(way);
    return status;
}

static int
check_edges(const struct morphology *m, struct fx_error *err)
{
    for (size_t i = 0; i < m->section_count; i++)
        m->section_parent[i] = -1;
    for (size_t i = 0; i < m->edge_count; i++) {
        size_t from = m->edge_source[i], to = m->edge_destination[i];
        if (from >= m->section_count || to >= m->section_count)
            return invalid(err, "edge %zu between sections names one that is not there", i);
        if (m->section_parent[to] >= 0)
            return invalid(err, "section %zu has two parents", to);
        m->section_parent[to] = (int32_t)from;
    }
    return check_acyclic(m, err);
}

static int
check_points(const struct morphology *m, struct fx_error *err)
{
    for (size_t i = 0; i < m->point_count; i++) {
        if (m->parent[i] < -1 || m->parent[i] >= (int32_t)m->point_count)
            return invalid(err, "the parent of point %zu is not there", i);
        if (!isfinite(m->x[i]) || !isfinite(m->y[i]) || !isfinite(m->z[i]))
            return invalid(err, "a coordinate of point %zu is not finite", i);
        if (!(m->radius[i] > 0) || !isfinite(m->radius[i]))
            return invalid(err, "the radius of point %zu is not above 0", i);
    }
    return 0;
}

int
morphology_derive(struct morphology *m, struct fx_error *err)
{
    size_t entries = m->section_count ? m->section_start[m->section_count] : 0;

    if (check_points(m, err))
        return -1;
    for (size_t s = 0; s < m->section_count; s++)
        if (m->section_start[s] >= m->section_start[s + 1])
            return invalid(err, "section %zu has no points", s);
    for (size_t i = 0; i < entries; i++)
        if (m->section_points[i] >= m->point_count)
            return invalid(err, "entry %zu of the sections' points is no point", i);

    m->arc = mem_new(entries + 1, sizeof *m->arc);
    m->section_length = mem_new(m->section_count + 1, sizeof *m->section_length);
    m->section_type = mem_new(m->section_count + 1, sizeof *m->section_type);
    m->section_parent = mem_new(m->section_count + 1, sizeof *m->section_parent);
    m->section_parent_at = mem_new(m->section_count + 1, sizeof *m->section_parent_at);
    measure(m);
    if (check_edges(m, err))
        return -1;
    for (size_t i = 0; i < m->edge_count; i++)
        if (attach(m, m->edge_destination[i], m->edge_source[i], err))
            return -1;
    return 0;
}

/* --- places -------------------------------------------------------------------------------------- */

/* The entry i of section s with arc[i] <= at, and i + 1 also in the section; *t between them, 0..1. */
static size_t
find_entry(const struct morphology *m, size_t s, double fraction, double *t)
{
    size_t low = m->section_start[s], high = m->section_start[s + 1] - 1;
    double at = fraction * m->section_length[s], length;

    *t = 0;
    if (low == high)
        return low;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (m->arc[middle] <= at)
            low = middle;
        else
            high = middle;
    }
    length = m->arc[low + 1] - m->arc[low];
    if (length > 0)
        *t = (at - m->arc[low]) / length;
    if (*t < 0)
        *t = 0;
    if (*t > 1)
        *t = 1;
    return low;
}

static double
between(const struct morphology *m, const float *values, size_t entry, double t)
{
    double from = values[m->section_points[entry]];

    return t > 0 ? from + t * (values[m->section_points[entry + 1]] - from) : from;
}

void
morphology_at(const struct morphology *m, size_t s, double fraction, double at[3])
{
    double t;
    size_t i = find_entry(m, s, fraction, &t);

    at[0] = between(m, m->x, i, t);
    at[1] = between(m, m->y, i, t);
    at[2] = between(m, m->z, i, t);
}

double
morphology_radius_at(const struct morphology *m, size_t s, double fraction)
{
    double t;
    size_t i = find_entry(m, s, fraction, &t);

    return between(m, m->radius, i, t);
}

uint16_t
morphology_nearest_point(const struct morphology *m, size_t s, double fraction)
{
    double t;
    size_t i = find_entry(m, s, fraction, &t);

    return m->section_points[t > 0.5 ? i + 1 : i];
}
