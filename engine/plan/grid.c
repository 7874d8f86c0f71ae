/*
 * The points of the workflow. Axes that are zipped are one dimension, a row of which has a value for
 * each of them; other axes are a dimension each. Dimensions that `exclude` names, or all of the
 * workflow when it is sampled, are tied: their points are listed. The others are left as a product,
 * so that a stage pays for its own points alone.
 */
#include <stdlib.h>
#include <string.h>

#include "load/draw.h"
#include "plan/planner.h"

/*
 * Points that are looked at for `exclude`: so many, and fewer when it has many entries. For a sample
 * of what it leaves: some, and some for each point of the sample.
 */
enum { LOOKED_AT_MOST = 20 * 1000 * 1000, ENTRIES_FREE = 10 };
enum { LOOKED_AT_FREE = 1000 * 1000, LOOKED_AT_EACH = 20 };

struct dimension {
    struct axis_set axes;
    struct tuples rows; /* of zipped axes; otherwise empty: row i is value i */
    uint32_t count;     /* of rows */
    bool tied;
};

struct grid {
    struct dimension *dims; /* in the order of their first axes */
    uint32_t count;
    uint32_t *dim_of;       /* per axis */
    uint32_t *tied, tied_count;
    VEC(uint32_t) points;   /* tied_count numbers of rows each, in order */
    uint32_t point_count;
    bool broken;            /* reported; stages are planned on the whole grid */
};

/* --- dimensions ------------------------------------------------------------------------------- */

static uint32_t
value_at(const struct dimension *dim, uint32_t column, uint32_t row)
{
    return dim->rows.count ? tuples_row(&dim->rows, row)[column] : row;
}

/* Rows of zipped axes, each once. */
static void
list_rows(struct plan *plan, struct dimension *dim)
{
    const struct axis *axes = plan->wf->axes;
    uint32_t *row = arena_get(plan->arena, dim->axes.count, sizeof *row);
    uint32_t listed = axes[dim->axes.axes[0]].listed_count;

    for (uint32_t i = 0; i < dim->axes.count; i++)
        if (!axes[dim->axes.axes[i]].count)
            return; /* has mistakes, reported */
    tuples_init(&dim->rows, dim->axes.count);
    for (uint32_t r = 0; r < listed; r++) {
        for (uint32_t i = 0; i < dim->axes.count; i++) {
            const struct axis *axis = &axes[dim->axes.axes[i]];

            row[i] = axis->listed ? axis->listed[r] : r;
        }
        tuples_add(&dim->rows, row);
    }
    dim->count = dim->rows.count;
}

static void
make_dimensions(struct plan *plan)
{
    struct grid *grid = plan->grid;
    uint32_t axis_count = plan->wf->axis_count;
    bool *in = arena_get(plan->arena, axis_count, sizeof *in);

    grid->dims = arena_get(plan->arena, axis_count, sizeof *grid->dims);
    grid->dim_of = arena_get(plan->arena, axis_count, sizeof *grid->dim_of);
    grid->tied = arena_get(plan->arena, axis_count, sizeof *grid->tied);
    for (uint32_t first = 0; first < axis_count; first++) {
        struct dimension *dim = &grid->dims[grid->count];

        if (plan->wf->axes[first].zip != first)
            continue;
        for (uint32_t i = first; i < axis_count; i++) {
            in[i] = plan->wf->axes[i].zip == first;
            if (in[i])
                grid->dim_of[i] = grid->count;
        }
        dim->axes = axes_collect(plan, in);
        memset(in, 0, axis_count * sizeof *in);
        grid->count++;
        if (dim->axes.count > 1)
            list_rows(plan, dim);
        else
            dim->count = plan->wf->axes[first].count;
    }
}

static void
tie_dimensions(struct plan *plan, const struct exclusions *exclusions)
{
    struct grid *grid = plan->grid;

    for (uint32_t i = 0; i < plan->wf->axis_count; i++)
        if (plan->wf->axes[i].owner == AXIS_SHARED &&
            (plan->wf->sample || exclusions_name(exclusions, i)))
            grid->dims[grid->dim_of[i]].tied = true;
    for (uint32_t d = 0; d < grid->count; d++)
        if (grid->dims[d].tied)
            grid->tied[grid->tied_count++] = d;
}

/* --- the tied points -------------------------------------------------------------------------- */

/* While points are chosen. */
struct chooser {
    struct plan *plan;
    struct exclusions *exclusions;
    uint32_t *row;     /* per tied dimension */
    uint32_t *current; /* per axis: the number of the value */
};

/* Takes the point in `row` unless it is excluded. False after reporting. */
static bool
choose(struct chooser *c)
{
    struct grid *grid = c->plan->grid;
    int excluded;

    for (uint32_t i = 0; i < grid->tied_count; i++) {
        const struct dimension *dim = &grid->dims[grid->tied[i]];

        for (uint32_t k = 0; k < dim->axes.count; k++)
            c->current[dim->axes.axes[k]] = value_at(dim, k, c->row[i]);
    }
    excluded = exclusions_match(c->exclusions, c->current);
    if (excluded)
        return excluded > 0;
    for (uint32_t i = 0; i < grid->tied_count; i++)
        vec_push(&grid->points, c->row[i]);
    grid->point_count++;
    return true;
}

/* The point with this number in the grid of the tied dimensions, the last of which moves first. */
static void
find_row(struct chooser *c, uint64_t number)
{
    const struct grid *grid = c->plan->grid;

    for (uint32_t i = grid->tied_count; i-- > 0;) {
        uint32_t count = grid->dims[grid->tied[i]].count;

        c->row[i] = (uint32_t)(number % count);
        number /= count;
    }
}

static struct fx_mark
place_of_exclude(const struct plan *plan)
{
    return plan->wf->exclude ? plan->wf->exclude->at : plan->wf->sample_at;
}

static uint32_t
looked_at_most(const struct chooser *c)
{
    uint32_t entries = exclusions_count(c->exclusions);

    return entries <= ENTRIES_FREE ? LOOKED_AT_MOST
                                   : (uint32_t)((uint64_t)LOOKED_AT_MOST * ENTRIES_FREE / entries);
}

static bool
choose_all(struct chooser *c, uint64_t total)
{
    struct plan *plan = c->plan;

    if (total > looked_at_most(c))
        return problems_wrong(plan->problems, place_of_exclude(plan), "'sample' takes a part of them",
                              "the axes that 'exclude' names have more than %u points",
                              looked_at_most(c)) != NULL;
    for (uint64_t i = 0; i < total; i++) {
        find_row(c, i);
        if (!choose(c))
            return false;
        if (plan->grid->point_count > PLAN_JOBS_MOST)
            return problems_wrong(plan->problems, place_of_exclude(plan), NULL,
                                  "'exclude' leaves more than %d points", PLAN_JOBS_MOST) != NULL;
    }
    return true;
}

/* The first points of a random order that are not excluded: a larger sample holds a smaller one. */
static bool
choose_sample(struct chooser *c, uint64_t total)
{
    const struct workflow *wf = c->plan->wf;
    struct draw draw = { str_of("sample"), wf->sample_seed };
    uint32_t most = LOOKED_AT_FREE + wf->sample * LOOKED_AT_EACH;

    for (uint64_t i = 0; i < total && c->plan->grid->point_count < wf->sample; i++) {
        if (i >= most)
            return problems_wrong(c->plan->problems, wf->sample_at, NULL,
                                  "'exclude' leaves only %u of the first %u points for the sample",
                                  c->plan->grid->point_count, most) != NULL;
        find_row(c, draw_shuffled(&draw, total, i));
        if (!choose(c))
            return false;
    }
    return true;
}

/* Sorts rows of `width` numbers, the first one decides most; number k is below bounds[k]. */
static void
sort_rows(uint32_t *rows, uint32_t count, uint32_t width, const uint32_t *bounds)
{
    size_t cells = (size_t)count * width;
    uint32_t *other = mem_new(cells ? cells : 1, sizeof *other);

    for (uint32_t k = width; k-- > 0;) {
        uint32_t *starts = mem_new((size_t)bounds[k] + 1, sizeof *starts);

        for (uint32_t i = 0; i < count; i++)
            starts[rows[(size_t)i * width + k] + 1]++;
        for (uint32_t i = 0; i < bounds[k]; i++)
            starts[i + 1] += starts[i];
        for (uint32_t i = 0; i < count; i++)
            memcpy(other + (size_t)starts[rows[(size_t)i * width + k]]++ * width,
                   rows + (size_t)i * width, width * sizeof *rows);
        memcpy(rows, other, cells * sizeof *rows);
        free(starts);
    }
    free(other);
}

static bool
make_points(struct plan *plan, struct exclusions *exclusions)
{
    struct grid *grid = plan->grid;
    struct chooser c = { .plan = plan, .exclusions = exclusions };
    uint32_t *bounds = arena_get(plan->arena, grid->tied_count, sizeof *bounds);
    uint64_t total = 1;

    c.row = arena_get(plan->arena, grid->tied_count, sizeof *c.row);
    c.current = arena_get(plan->arena, plan->wf->axis_count, sizeof *c.current);
    for (uint32_t i = 0; i < grid->tied_count; i++) {
        bounds[i] = grid->dims[grid->tied[i]].count;
        if (!bounds[i])
            return false; /* an axis has mistakes, reported */
        if (total > ((uint64_t)1 << 62) / bounds[i])
            return problems_wrong(plan->problems, place_of_exclude(plan), NULL,
                                  "the grid has more than 2^62 points") != NULL;
        total *= bounds[i];
    }
    if (!(plan->wf->sample ? choose_sample(&c, total) : choose_all(&c, total)))
        return false;
    if (!grid->point_count)
        return problems_wrong(plan->problems, place_of_exclude(plan), NULL,
                              "'exclude' leaves no points") != NULL;
    sort_rows(grid->points.at, grid->point_count, grid->tied_count, bounds);
    return true;
}

bool
grid_make(struct plan *plan)
{
    size_t before = problems_count(plan->problems);
    struct exclusions *exclusions;
    bool fine;

    plan->grid = arena_get(plan->arena, 1, sizeof *plan->grid);
    make_dimensions(plan);
    exclusions = exclusions_new(plan);
    tie_dimensions(plan, exclusions);
    fine = problems_count(plan->problems) == before;
    if (fine && plan->grid->tied_count)
        fine = make_points(plan, exclusions);
    exclusions_free(exclusions);
    plan->grid->broken = !fine;
    for (uint32_t d = 0; !fine && d < plan->grid->count; d++)
        plan->grid->dims[d].tied = false;
    return fine;
}

void
grid_release(struct plan *plan)
{
    for (uint32_t d = 0; d < plan->grid->count; d++)
        tuples_release(&plan->grid->dims[d].rows);
    vec_release(&plan->grid->points);
}

bool
grid_tied(const struct plan *plan, uint32_t axis, uint32_t other)
{
    uint32_t a = plan->grid->dim_of[axis], b = plan->grid->dim_of[other];

    return a == b || (plan->grid->dims[a].tied && plan->grid->dims[b].tied);
}

void
grid_fit(struct plan *plan, uint32_t axis, bool **fits)
{
    const struct dimension *dim = &plan->grid->dims[plan->grid->dim_of[axis]];
    bool **occur = arena_get(plan->arena, dim->axes.count, sizeof *occur);

    for (uint32_t k = 0; k < dim->axes.count; k++)
        occur[k] = arena_get(plan->arena, plan->wf->axes[dim->axes.axes[k]].count, sizeof(bool));
    for (uint32_t r = 0; r < dim->count; r++) {
        bool fine = true;

        for (uint32_t k = 0; k < dim->axes.count; k++) {
            const bool *own = fits[dim->axes.axes[k]];

            fine = fine && (!own || own[value_at(dim, k, r)]);
        }
        for (uint32_t k = 0; fine && k < dim->axes.count; k++)
            occur[k][value_at(dim, k, r)] = true;
    }
    for (uint32_t k = 0; k < dim->axes.count; k++)
        fits[dim->axes.axes[k]] = occur[k];
}

/* --- points of a set of axes ------------------------------------------------------------------ */

/* A dimension that has axes of the set. */
struct side {
    const struct dimension *dim;
    uint32_t number;
    const uint32_t *first;  /* row -> the first row with the same values on the set; NULL: itself */
    const uint32_t *choice; /* these first rows; NULL: all rows */
    uint32_t count;         /* of them */
};

struct projection {
    struct plan *plan;
    const struct axis_set *set;
    struct side *sides;
    uint32_t count;
    uint32_t *side, *column; /* per axis of the set */
    VEC(uint32_t) rows;      /* `count` numbers of rows each */
    uint32_t row_count;
};

/* Rows of a zipped dimension that differ on the axes of the set. */
static void
find_first_rows(struct projection *p, struct side *side, const uint32_t *columns, uint32_t count)
{
    uint32_t *first, *choice, *row;
    struct tuples known;

    first = arena_get(p->plan->arena, side->dim->count, sizeof *first);
    choice = arena_get(p->plan->arena, side->dim->count, sizeof *choice);
    row = arena_get(p->plan->arena, count, sizeof *row);
    tuples_init(&known, count);
    side->count = 0;
    for (uint32_t r = 0; r < side->dim->count; r++) {
        uint32_t number;

        for (uint32_t i = 0; i < count; i++)
            row[i] = value_at(side->dim, columns[i], r);
        number = tuples_add(&known, row);
        if (number == side->count)
            choice[side->count++] = r;
        first[r] = choice[number];
    }
    tuples_release(&known);
    side->first = first;
    side->choice = choice;
}

static void
find_sides(struct projection *p)
{
    const struct grid *grid = p->plan->grid;
    uint32_t *columns = arena_get(p->plan->arena, p->set->count, sizeof *columns);

    p->sides = arena_get(p->plan->arena, p->set->count, sizeof *p->sides);
    p->side = arena_get(p->plan->arena, p->set->count, sizeof *p->side);
    p->column = arena_get(p->plan->arena, p->set->count, sizeof *p->column);
    for (uint32_t d = 0; d < grid->count && p->set->count; d++) {
        const struct dimension *dim = &grid->dims[d];
        struct side *side = &p->sides[p->count];
        uint32_t found = 0;

        for (uint32_t i = 0; i < p->set->count; i++) {
            if (grid->dim_of[p->set->axes[i]] != d)
                continue;
            p->side[i] = p->count;
            while (dim->axes.axes[p->column[i]] != p->set->axes[i])
                p->column[i]++;
            columns[found++] = p->column[i];
        }
        if (!found)
            continue;
        *side = (struct side){ .dim = dim, .number = d, .count = dim->count };
        p->count++;
        if (found < dim->axes.count)
            find_first_rows(p, side, columns, found);
    }
}

/* Which of `sides` are tied, their places among the grid's tied dimensions. */
static uint32_t
find_tied(const struct projection *p, uint32_t *sides, uint32_t *places)
{
    const struct grid *grid = p->plan->grid;
    uint32_t count = 0;

    for (uint32_t s = 0; s < p->count; s++) {
        if (!p->sides[s].dim->tied)
            continue;
        for (uint32_t i = 0; i < grid->tied_count; i++)
            if (grid->tied[i] == p->sides[s].number)
                places[count] = i;
        sides[count++] = s;
    }
    return count;
}

/* The tied points on these sides, each once. */
static void
project_tied(const struct projection *p, const uint32_t *sides, const uint32_t *places,
             uint32_t count, struct tuples *points)
{
    const struct grid *grid = p->plan->grid;
    uint32_t *row = arena_get(p->plan->arena, count, sizeof *row);

    tuples_init(points, count);
    for (uint32_t i = 0; i < grid->point_count; i++) {
        for (uint32_t k = 0; k < count; k++) {
            uint32_t r = grid->points.at[(size_t)i * grid->tied_count + places[k]];

            row[k] = p->sides[sides[k]].first ? p->sides[sides[k]].first[r] : r;
        }
        tuples_add(points, row);
    }
}

/* Moves to the next combination of the sides that are not tied; false after the last one. */
static bool
next_combination(const struct projection *p, uint32_t *at)
{
    for (uint32_t s = p->count; s-- > 0;) {
        if (p->sides[s].dim->tied)
            continue;
        if (++at[s] < p->sides[s].count)
            return true;
        at[s] = 0;
    }
    return false;
}

/* All combinations, in order unless tied sides and others alternate. */
static void
combine(struct projection *p, const struct tuples *tied, const uint32_t *sides, uint32_t tied_count)
{
    uint32_t *at = arena_get(p->plan->arena, p->count, sizeof *at);

    for (uint32_t i = 0; i < (tied_count ? tied->count : 1); i++)
        do {
            for (uint32_t s = 0, k = 0; s < p->count; s++) {
                const struct side *side = &p->sides[s];

                if (k < tied_count && sides[k] == s)
                    vec_push(&p->rows, tuples_row(tied, i)[k++]);
                else
                    vec_push(&p->rows, side->choice ? side->choice[at[s]] : at[s]);
            }
            p->row_count++;
        } while (next_combination(p, at));
}

static void
write_points(struct projection *p, struct tuples *points)
{
    uint32_t *row = arena_get(p->plan->arena, p->set->count, sizeof *row);

    for (uint32_t i = 0; i < p->row_count; i++) {
        for (uint32_t k = 0; k < p->set->count; k++) {
            uint32_t s = p->side[k];

            row[k] = value_at(p->sides[s].dim, p->column[k], p->rows.at[(size_t)i * p->count + s]);
        }
        tuples_add(points, row);
    }
}

/* Of several dimensions, some of them tied or zipped. */
static bool
project(struct projection *p, struct tuples *points, struct fx_mark at, struct str stage)
{
    uint32_t *sides = arena_get(p->plan->arena, p->count, sizeof *sides);
    uint32_t *places = arena_get(p->plan->arena, p->count, sizeof *places);
    uint32_t *bounds = arena_get(p->plan->arena, p->count, sizeof *bounds);
    uint32_t tied_count = find_tied(p, sides, places);
    struct tuples tied;
    uint64_t total = 1;

    project_tied(p, sides, places, tied_count, &tied);
    if (tied_count)
        total = tied.count;
    for (uint32_t s = 0; s < p->count && total <= PLAN_JOBS_MOST; s++) {
        bounds[s] = p->sides[s].dim->count;
        if (!p->sides[s].dim->tied)
            total *= p->sides[s].count;
    }
    if (total > PLAN_JOBS_MOST) {
        tuples_release(&tied);
        if (p->plan->grid->broken)
            return false;
        return problems_wrong(p->plan->problems, at, "'sample' takes a part of the grid",
                              "stage '%.*s' has more than %d points", STR(stage),
                              PLAN_JOBS_MOST) != NULL;
    }
    if (total)
        combine(p, &tied, sides, tied_count);
    if (tied_count)
        sort_rows(p->rows.at, p->row_count, p->count, bounds);
    write_points(p, points);
    tuples_release(&tied);
    return true;
}

bool
grid_points(struct plan *plan, const struct axis_set *set, struct tuples *points, struct fx_mark at,
            struct str stage)
{
    struct projection p = { .plan = plan, .set = set };
    bool fine;

    tuples_init(points, set->count);
    find_sides(&p);
    fine = project(&p, points, at, stage);
    vec_release(&p.rows);
    return fine;
}
