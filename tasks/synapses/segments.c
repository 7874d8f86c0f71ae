#include "synapses/segments.h"

#include <math.h>
#include <stdlib.h>

#include "base/mem.h"

double
segments_lambda(const struct morphology *m, size_t s, const struct segment_rule *rule)
{
    size_t first = m->section_start[s], last = m->section_start[s + 1] - 1;
    double electrotonic = 0;    /* sum of dx / sqrt(mean diameter) */
    /* um and ohm cm and uF/cm2 and Hz together: lambda = 1e5 sqrt(d / (4 pi f Ra cm)) */
    double scale = 1e5 / sqrt(4 * 3.14159265358979323846 * rule->frequency * rule->ra * rule->cm);

    for (size_t i = first; i < last; i++) {
        double d = (double)m->radius[m->section_points[i]] + m->radius[m->section_points[i + 1]];

        electrotonic += (m->arc[i + 1] - m->arc[i]) / sqrt(d);
    }
    return scale * m->section_length[s] / electrotonic;
}

double
segments_of_section(const struct morphology *m, size_t s, const struct segment_rule *rule)
{
    double lambdas;

    if (rule->nseg > 0)
        return rule->nseg;
    lambdas = m->section_length[s] / segments_lambda(m, s, rule);
    return floor((lambdas / rule->d_lambda + 0.9) / 2) * 2 + 1;
}

/* Appends the intervals of section `s`; those without length are left out. */
static void
add_intervals(struct segments *segments, const struct morphology *m, size_t s)
{
    size_t first = m->section_start[s], last = m->section_start[s + 1] - 1;

    for (size_t i = first; i < last; i++) {
        size_t p = m->section_points[i], q = m->section_points[i + 1];
        double start = m->arc[i], end = m->arc[i + 1], length = end - start;
        double x = m->x[p], y = m->y[p], z = m->z[p];
        double along = x * (m->x[q] - x) + y * (m->y[q] - y) + z * (m->z[q] - z);

        if (length > 0)
            segments->intervals[segments->interval_count++] = (struct segment_interval){
                .start = start,
                .end = end,
                .square = x * x + y * y + z * z,
                .slope = 2 * along / length,
            };
    }
}

/* Appends the `count` segments of section `s`, whose intervals begin at `interval`. */
static void
add_segments(struct segments *segments, const struct morphology *m, size_t s, uint32_t count,
             size_t interval)
{
    double length = m->section_length[s];

    for (uint32_t i = 0; i < count; i++) {
        struct segment *segment = &segments->at[segments->count++];
        uint16_t nearest = morphology_nearest_point(m, s, (i + 0.5) / count);

        *segment = (struct segment){
            .section = (uint32_t)s,
            .from = length * i / count,
            .to = i + 1 == count ? length : length * (i + 1) / count,
            .section_length = length,
            .swc_type = (uint8_t)m->section_type[s],
            .layer = m->layer[nearest],
        };
        while (interval + 1 < segments->interval_count &&
               segments->intervals[interval].end <= segment->from)
            interval++;
        segment->first_interval = (uint32_t)interval;
    }
}

/* Counts the segments, so that the arrays are made in one piece. */
static int
count_segments(const struct morphology *m, const struct segment_rule *rule, size_t *total,
               struct fx_error *err)
{
    *total = 0;
    for (size_t s = 0; s < m->section_count; s++) {
        double count;

        if (m->section_type[s] < 0)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "section %zu has the SWC type %d", s,
                           m->section_type[s]);
        if (!(m->section_length[s] > 0))
            continue;
        count = segments_of_section(m, s, rule);
        if (!(count <= SEGMENTS_MOST))
            return fx_fail(err, FX_INVALID, FX_NOWHERE,
                           "section %zu (%g um long) needs %g segments by the d-lambda rule, more "
                           "than %d: is its radius (%g um) right? 'nseg' sets a number",
                           s, m->section_length[s], count, SEGMENTS_MOST,
                           (double)m->radius[m->section_points[m->section_start[s]]]);
        *total += (size_t)count;
    }
    return 0;
}

int
segments_init(struct segments *segments, const struct morphology *m,
              const struct segment_rule *rule, struct fx_error *err)
{
    size_t total;

    *segments = (struct segments){ 0 };
    if (count_segments(m, rule, &total, err))
        return -1;
    segments->at = mem_new(total, sizeof *segments->at);
    segments->intervals = mem_new(m->section_start[m->section_count], sizeof *segments->intervals);
    for (size_t s = 0; s < m->section_count; s++) {
        size_t interval = segments->interval_count;

        if (!(m->section_length[s] > 0))
            continue;
        add_intervals(segments, m, s);
        add_segments(segments, m, s, (uint32_t)segments_of_section(m, s, rule), interval);
    }
    return 0;
}

void
segments_release(struct segments *segments)
{
    free(segments->at);
    free(segments->intervals);
    *segments = (struct segments){ 0 };
}

double
segments_distance(const struct segment_interval *interval, double s)
{
    double t = s - interval->start;
    double square = interval->square + t * (interval->slope + t);

    return square > 0 ? sqrt(square) : 0;
}
