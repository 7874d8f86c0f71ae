/*
 * --axis: which jobs lie at the values that were asked for.
 *
 * Restriction is by dimension, so that of zipped axes one restricts the others. A job that lacks a
 * restricted dimension and needs jobs outside it is cut: it gathers points that were not asked for,
 * and would need all of them. One that has the dimension keeps what it needs, wherever that lies.
 */
#include <stdlib.h>
#include <string.h>

#include "load/suggest.h"
#include "plan/planner.h"

enum { DIMENSIONS_MOST = 64 };

struct restriction {
    struct plan *plan;
    bool **fits;        /* per axis: its values; NULL: all */
    uint64_t *bit;      /* per axis: of its dimension; 0: not restricted */
    unsigned dimensions;
};

static struct str
trim(struct str s)
{
    while (s.len && s.at[0] == ' ')
        s = str_slice(s, 1, s.len);
    while (s.len && s.at[s.len - 1] == ' ')
        s.len--;
    return s;
}

static int
no_axis(const struct plan *plan, struct str name, struct fx_error *err)
{
    const struct workflow *wf = plan->wf;
    struct str *names = mem_new((size_t)wf->axis_count + 1, sizeof *names);

    for (uint32_t i = 0; i < wf->axis_count; i++)
        names[i] = wf->axes[i].name;
    fx_fail(err, FX_INVALID, FX_NOWHERE, "--axis: there is no axis '%.*s'", STR(name));
    suggest_name(err, name, names, wf->axis_count, "axes are");
    free(names);
    return -1;
}

static int
add_value(struct restriction *r, uint32_t axis, struct str text, struct fx_error *err)
{
    const struct plan *plan = r->plan;
    uint32_t value = axes_find_text(plan, axis, text);

    if (value == TUPLES_NONE) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "--axis: axis '%.*s' has no value '%.*s'",
                STR(plan->wf->axes[axis].name), STR(text));
        suggest_name(err, text, plan->labels[axis].labels, plan->wf->axes[axis].count,
                     "its values are");
        return -1;
    }
    r->fits[axis][value] = true;
    return 0;
}

/* "name=value,value" */
static int
add_axis(struct restriction *r, const char *text, struct fx_error *err)
{
    const char *equals = strchr(text, '=');
    struct str name = trim(equals ? (struct str){ text, (size_t)(equals - text) } : str_of(text));
    struct str rest = equals ? str_of(equals + 1) : str_of("");
    uint32_t axis = map_get(&r->plan->wf->axis_numbers, name);

    if (axis == MAP_NONE)
        return no_axis(r->plan, name, err);
    if (!trim(rest).len) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "--axis: '%s' names no values", text);
        return fx_error_hint(err, "write --axis %.*s=value,value", STR(name));
    }
    if (!r->fits[axis])
        r->fits[axis] = arena_get(r->plan->arena, r->plan->wf->axes[axis].count, sizeof(bool));
    while (rest.at) {
        const char *comma = rest.len ? memchr(rest.at, ',', rest.len) : NULL;
        size_t len = comma ? (size_t)(comma - rest.at) : rest.len;

        if (add_value(r, axis, trim(str_slice(rest, 0, len)), err) < 0)
            return -1;
        rest = comma ? str_slice(rest, len + 1, rest.len) : (struct str){ NULL, 0 };
    }
    return 0;
}

/* A bit per restricted dimension; of zipped axes those that none names fit where others do. */
static int
number_dimensions(struct restriction *r, struct fx_error *err)
{
    uint32_t axes = r->plan->wf->axis_count;

    for (uint32_t i = 0; i < axes; i++) {
        if (!r->fits[i] || r->bit[i])
            continue;
        if (r->dimensions == DIMENSIONS_MOST)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "--axis: at most %d axes can be restricted",
                           DIMENSIONS_MOST);
        for (uint32_t k = 0; k < axes; k++)
            if (r->plan->wf->axes[k].zip == r->plan->wf->axes[i].zip)
                r->bit[k] = (uint64_t)1 << r->dimensions;
        r->dimensions++;
        grid_fit(r->plan, i, r->fits);
    }
    return 0;
}

/* Bits of the dimensions that the point has, and of those in which it lies outside. */
static void
look_at_point(const struct restriction *r, const struct plan_stage *self, uint32_t point,
              uint64_t *has, uint64_t *outside)
{
    const uint32_t *row = tuples_row(&self->points, point);

    *has = *outside = 0;
    for (uint32_t i = 0; i < self->axes.count; i++) {
        uint32_t axis = self->axes.axes[i];

        *has |= r->bit[axis];
        if (r->bit[axis] && !r->fits[axis][row[i]])
            *outside |= r->bit[axis];
    }
}

static uint64_t
mark_jobs(struct restriction *r, uint64_t *out)
{
    struct plan *plan = r->plan;
    uint64_t reached = 0;

    for (job_id job = 0; job < plan->count; job++) {
        const struct plan_stage *self = &plan->stages[plan->jobs[job].stage];
        uint64_t has, outside, needed = 0;
        uint32_t count;
        const job_id *needs = plan_needs(plan, job, &count);

        look_at_point(r, self, job - self->first_job, &has, &outside);
        for (uint32_t i = 0; i < count; i++)
            needed |= out[needs[i]];
        out[job] = outside | (needed & ~has);
        plan->cut[job] = out[job] && !outside;
        plan->outside[job] = out[job] != 0;
        if (!out[job])
            reached |= has;
    }
    return reached;
}

int
plan_restrict(struct plan *plan, const char *const *axes, uint32_t count, struct fx_error *err)
{
    struct restriction r = { .plan = plan };
    uint64_t *out, all;

    if (!count)
        return 0;
    r.fits = arena_get(plan->arena, plan->wf->axis_count, sizeof *r.fits);
    r.bit = arena_get(plan->arena, plan->wf->axis_count, sizeof *r.bit);
    for (uint32_t i = 0; i < count; i++)
        if (add_axis(&r, axes[i], err) < 0)
            return -1;
    if (number_dimensions(&r, err) < 0)
        return -1;
    plan->outside = arena_get(plan->arena, plan->count, sizeof *plan->outside);
    plan->cut = arena_get(plan->arena, plan->count, sizeof *plan->cut);
    out = mem_new((size_t)plan->count + 1, sizeof *out);
    all = r.dimensions == DIMENSIONS_MOST ? UINT64_MAX : ((uint64_t)1 << r.dimensions) - 1;
    if (mark_jobs(&r, out) != all)
        fx_fail(err, FX_INVALID, FX_NOWHERE, "--axis: no job lies at these values");
    free(out);
    return err->code == FX_OK ? 0 : -1;
}

bool
plan_inside(const struct plan *plan, job_id job)
{
    return !plan->outside || !plan->outside[job];
}

bool
plan_cut(const struct plan *plan, job_id job)
{
    return plan->cut && plan->cut[job];
}
