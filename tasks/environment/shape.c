#include "environment/shape.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/geometry.h"

#define PI 3.14159265358979323846

enum { SWC_SOMA = 1 };

typedef double matrix[3][3];

static void
multiply(const matrix a, const matrix b, matrix out)
{
    matrix result;

    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            result[i][j] = a[i][0] * b[0][j] + a[i][1] * b[1][j] + a[i][2] * b[2][j];
    memcpy(out, result, sizeof result);
}

/*
 * The smallest rotation that takes the unit vector `a` to +y: Rodrigues' formula with the axis a x y,
 * 1 + [w] + [w]^2 / (1 + cos). For -y itself: half a turn about x.
 */
static void
to_y(const double a[3], matrix out)
{
    const double w[3] = { -a[2], 0, a[0] }, f = 1 / (1 + a[1]);
    const matrix half_turn = { { 1, 0, 0 }, { 0, -1, 0 }, { 0, 0, -1 } };

    if (1 + a[1] < 1e-12) {
        memcpy(out, half_turn, sizeof half_turn);
        return;
    }
    const matrix cross = { { 0, -w[2], w[1] }, { w[2], 0, -w[0] }, { -w[1], w[0], 0 } };
    matrix square;

    multiply(cross, cross, square);
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            out[i][j] = (i == j) + cross[i][j] + square[i][j] * f;
}

int
frame_init(struct frame *frame, const double depth_axis[3], const double rotation[3],
           struct fx_error *err)
{
    /* (x, y, z) with depth along +y -> (U, V, L) */
    const matrix axes = { { 1, 0, 0 }, { 0, 0, -1 }, { 0, 1, 0 } };
    const double length = sqrt(depth_axis[0] * depth_axis[0] + depth_axis[1] * depth_axis[1] +
                               depth_axis[2] * depth_axis[2]);
    double unit[3];
    struct volume volume;
    matrix all;

    if (!(length > 0) || !isfinite(length))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "a depth axis has no length");
    for (int i = 0; i < 3; i++)
        unit[i] = depth_axis[i] / length;
    to_y(unit, all);
    multiply(axes, (const double (*)[3])all, all);
    volume_init(&volume, unit, unit, rotation);
    multiply((const double (*)[3])volume.turn, (const double (*)[3])all, all);
    memcpy(frame->row, all, sizeof all);
    return 0;
}

uint32_t
shape_d_lambda(const struct morphology *m, uint32_t section, double d_lambda, double frequency,
               double Ra, double cm)
{
    const double factor = sqrt(2) * 1e-5 * sqrt(4 * PI * frequency * Ra * cm);
    double electrotonic = 0;    /* length in units of the length constant */

    for (uint32_t i = m->section_start[section] + 1; i < m->section_start[section + 1]; i++) {
        const double a = m->radius[m->section_points[i - 1]], b = m->radius[m->section_points[i]];

        electrotonic += (m->arc[i] - m->arc[i - 1]) / sqrt(2 * (a + b));
    }
    electrotonic *= factor;
    /* The formula of NEURON's own geometry procedures; 65 535 is beyond any use. */
    const double half = (electrotonic / d_lambda + 0.9) / 2;

    return half < 32767 ? (uint32_t)half * 2 + 1 : 65535;
}

void
shape_point(const struct shape *shape, const struct morphology *m, const struct frame *frame,
            size_t point, double at[3])
{
    const size_t o = (size_t)shape->origin_point;
    const double d[3] = { (double)m->x[point] - (double)m->x[o],
                          (double)m->y[point] - (double)m->y[o],
                          (double)m->z[point] - (double)m->z[o] };

    for (int i = 0; i < 3; i++)
        at[i] = frame->row[i][0] * d[0] + frame->row[i][1] * d[1] + frame->row[i][2] * d[2];
}

static void
set_ends(struct shape *shape, const struct morphology *m, const struct frame *frame)
{
    const size_t o = (size_t)shape->origin_point;
    const double origin[3] = { (double)m->x[o], (double)m->y[o], (double)m->z[o] };

    for (uint32_t s = 0; s < shape->section_count; s++) {
        const uint32_t nseg = shape_nseg(shape, s);

        for (uint32_t i = 0; i <= nseg; i++) {
            double at[3], d[3];
            float *end = shape->end[shape->segment_start[s] + s + i];

            morphology_at(m, s, (double)i / nseg, at);
            for (int k = 0; k < 3; k++)
                d[k] = at[k] - origin[k];
            for (int k = 0; k < 3; k++)
                end[k] = (float)(frame->row[k][0] * d[0] + frame->row[k][1] * d[1] +
                                 frame->row[k][2] * d[2]);
        }
    }
}

/*
 * Distances along the tree from soma(0.5). On the way from the soma's section to the root they grow
 * to both sides of where the way passes; everywhere else from the 0 end on.
 */
static void
set_distances(struct shape *shape, const struct morphology *m)
{
    const uint32_t n = m->section_count ? (uint32_t)m->section_count : 0;
    double *pass = mem_new(n, sizeof *pass);        /* um along the section where the way passes */
    double *base = mem_new(n, sizeof *base);        /* the distance there */
    bool *known = mem_new(n, sizeof *known);
    uint32_t *stack = mem_new(n, sizeof *stack);
    double at = 0.5 * m->section_length[shape->soma], so_far = 0;

    for (int64_t s = shape->soma; s >= 0; s = m->section_parent[s]) {
        const int32_t parent = m->section_parent[s];

        pass[s] = at;
        base[s] = so_far;
        known[s] = true;
        so_far += at;
        if (parent >= 0)
            at = m->section_parent_at[s] * m->section_length[parent];
    }
    for (uint32_t s = 0; s < n; s++) {
        uint32_t depth = 0;

        for (int64_t up = s; up >= 0 && !known[up]; up = m->section_parent[up])
            stack[depth++] = (uint32_t)up;
        while (depth--) {
            const uint32_t here = stack[depth];
            const int32_t parent = m->section_parent[here];

            /* A second root is not connected: its distances start at its own 0 end. */
            if (parent >= 0)
                base[here] = base[parent] + fabs(m->section_parent_at[here] *
                                                 m->section_length[parent] - pass[parent]);
            known[here] = true;
        }
    }
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t i = 0, nseg = shape_nseg(shape, s); i < nseg; i++)
            shape->distance[shape->segment_start[s] + i] =
                base[s] + fabs((i + 0.5) / nseg * m->section_length[s] - pass[s]);
    free(pass);
    free(base);
    free(known);
    free(stack);
}

void
shape_init(struct shape *shape, const struct morphology *m, const uint32_t *nseg,
           const struct frame *frame)
{
    const uint32_t n = (uint32_t)m->section_count;

    memset(shape, 0, sizeof *shape);
    shape->section_count = n;
    shape->segment_start = mem_new((size_t)n + 1, sizeof *shape->segment_start);
    shape->section_type = mem_new(n, sizeof *shape->section_type);
    for (uint32_t s = 0; s < n; s++) {
        assert(nseg[s] > 0);
        shape->segment_start[s + 1] = shape->segment_start[s] + nseg[s];
        shape->section_type[s] = m->section_type[s];
    }
    shape->segment_count = shape->segment_start[n];
    shape_section_of_type(shape, SWC_SOMA, &shape->soma);
    for (size_t p = m->point_count; p-- > 0;)
        if (m->swc_type[p] == SWC_SOMA)
            shape->origin_point = (int32_t)p;
    shape->distance = mem_new(shape->segment_count, sizeof *shape->distance);
    shape->radius = mem_new(shape->segment_count, sizeof *shape->radius);
    shape->layer = mem_new(shape->segment_count, sizeof *shape->layer);
    shape->end = mem_new((size_t)shape->segment_count + n, sizeof *shape->end);
    for (uint32_t s = 0; s < n; s++)
        for (uint32_t i = 0; i < nseg[s]; i++) {
            const double x = (i + 0.5) / nseg[s];

            shape->radius[shape->segment_start[s] + i] = (float)morphology_radius_at(m, s, x);
            shape->layer[shape->segment_start[s] + i] =
                m->layer[morphology_nearest_point(m, s, x)];
        }
    set_ends(shape, m, frame);
    set_distances(shape, m);
}

void
shape_release(struct shape *shape)
{
    free(shape->segment_start);
    free(shape->section_type);
    free(shape->distance);
    free(shape->radius);
    free(shape->layer);
    free(shape->end);
    memset(shape, 0, sizeof *shape);
}

uint32_t
shape_nseg(const struct shape *shape, uint32_t section)
{
    return shape->segment_start[section + 1] - shape->segment_start[section];
}

uint32_t
shape_segment_at(const struct shape *shape, uint32_t section, double location)
{
    const uint32_t nseg = shape_nseg(shape, section);
    const double place = location * nseg;

    if (!(place > 0))
        return 0;
    return place < nseg ? (uint32_t)place : nseg - 1;
}

bool
shape_section_of_type(const struct shape *shape, int type, uint32_t *section)
{
    for (uint32_t s = 0; s < shape->section_count; s++)
        if (shape->section_type[s] == type) {
            *section = s;
            return true;
        }
    return false;
}
