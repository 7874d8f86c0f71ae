#include "synthetic_morphology/grow.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/morphology.h"
#include "common/rng.h"

enum { SWC_SOMA = 1 };

struct growth {
    const struct cell *cell;
    struct grown *grown;
    struct fx_error *err;
    uint64_t seed;
    uint32_t stream;            /* of the cell's name */
    size_t soma_end;            /* the last point of the soma */
    size_t *first, *last;       /* by tree: its first and last point, where it has one branch alone */
    /* of the stem that grows */
    const struct cell_tree *tree;
    struct rng rng;
    int16_t number;
};

/* --- directions ---------------------------------------------------------------------------------- */

/* sin and cos by their series on +-45 degrees: the C library's differ in the last bit. */
static void
sine(double degrees, double *s, double *c)
{
    double quarters = floor(degrees / 90 + 0.5), x, x2, sin_x = 0, cos_x = 0, swap;
    int turn = (int)(quarters - 4 * floor(quarters / 4));

    x = (degrees - 90 * quarters) * (3.14159265358979323846 / 180);
    x2 = x * x;
    for (int k = 10; k > 0; k--) {
        sin_x = (1 + sin_x) * (-x2 / (2 * k * (2 * k + 1)));
        cos_x = (1 + cos_x) * (-x2 / (2 * k * (2 * k - 1)));
    }
    *s = x * (1 + sin_x);
    *c = 1 + cos_x;
    for (; turn > 0; turn--) {
        swap = *s;
        *s = *c;
        *c = -swap;
    }
}

static double
scale_to_one(double v[3])
{
    double length = sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);

    for (int k = 0; k < 3; k++)
        v[k] /= length > 0 ? length : 1;
    return length;
}

/* A direction at right angles to `v`, any of them as likely; `flat`: a horizontal one. */
static void
across(struct rng *rng, const double v[3], bool flat, double out[3])
{
    double along, length;

    do {
        do {
            for (int k = 0; k < 3; k++)
                out[k] = 2 * rng_uniform(rng) - 1;
            if (flat)
                out[1] = 0;
            length = scale_to_one(out);
        } while (length > 1 || length < 0.01);
        along = flat ? 0 : out[0] * v[0] + out[1] * v[1] + out[2] * v[2];
        for (int k = 0; k < 3; k++)
            out[k] -= along * v[k];
    } while (scale_to_one(out) < 0.01);
}

/* --- points -------------------------------------------------------------------------------------- */

static int
add_point(struct growth *g, const double at[3], double diameter, int type, int32_t parent, int order,
          size_t *number)
{
    struct grown_point p = { .diameter = diameter, .parent = parent, .type = (int16_t)type,
                             .tree = g->number, .order = (int16_t)order };

    for (int k = 0; k < 3; k++)
        p.at[k] = (int64_t)floor(at[k] * 1000 + 0.5);
    if (g->grown->points.count == MORPHOLOGY_MOST_POINTS)
        return fx_fail(g->err, FX_INVALID, FX_NOWHERE, "cell.trees[%d]: the cell gets more than %d "
                       "points; ask for fewer tips, shorter branches or a larger step", g->number,
                       MORPHOLOGY_MOST_POINTS);
    *number = g->grown->points.count;
    vec_push(&g->grown->points, p);
    return 0;
}

static int
grow_soma(struct growth *g)
{
    const struct cell *cell = g->cell;
    int32_t parent = -1;

    g->number = -1;
    for (size_t i = 0; i < cell->soma_count; i++) {
        double at[3];

        for (int k = 0; k < 3; k++)
            at[k] = cell->direction[k] * cell->distance[i];
        if (add_point(g, at, cell->diameter[i], SWC_SOMA, parent, 0, &g->soma_end))
            return -1;
        parent = (int32_t)g->soma_end;
    }
    return 0;
}

/* --- branches ------------------------------------------------------------------------------------ */

/* A branch as it grows. */
struct tip {
    size_t point;               /* the last one so far */
    double at[3], heading[3];
    int order;
};

/*
 * One step of `length`. Outside of its layers a branch climbs (or falls) towards them, at 30 degrees
 * or more; within, it runs along their borders, not through them.
 */
static int
advance(struct growth *g, struct tip *tip, double length, double diameter)
{
    const struct cell_tree *tree = g->tree;
    double *h = tip->heading, depth = g->cell->depth + tip->at[1], end, before = depth;
    double wobble = tree->wobble * (3.14159265358979323846 / 180) * sqrt(length / 10);

    for (int k = 0; k < 3; k++)
        h[k] += wobble > 0 ? wobble * rng_normal(&g->rng) : 0;
    scale_to_one(h);
    if (depth < tree->low || depth > tree->high) {
        double way = depth < tree->low ? 1 : -1, up = fmax(way * h[1], 0.5), flat, rest;

        flat = sqrt(h[0] * h[0] + h[2] * h[2]);
        rest = flat > 0 ? sqrt(1 - up * up) / flat : 0;
        h[0] *= rest;
        h[2] *= rest;
        h[1] = way * up;
        scale_to_one(h);
    } else if (depth + length * h[1] < tree->low || depth + length * h[1] > tree->high) {
        h[1] = 0;
        if (scale_to_one(h) < 0.01)
            across(&g->rng, h, true, h);
    }
    for (int k = 0; k < 3; k++)
        tip->at[k] += length * h[k];
    end = g->cell->depth + tip->at[1];
    if (before < tree->low && end > tree->high)         /* over all of its layers in one step */
        tip->at[1] = tree->high - g->cell->depth;
    if (before > tree->high && end < tree->low)
        tip->at[1] = tree->low - g->cell->depth;
    g->grown->trees[g->number].length += length;
    return add_point(g, tip->at, diameter, tree->type, (int32_t)tip->point, tip->order, &tip->point);
}

/* The mean length of a branch, and that of this one. */
static double
draw_length(struct growth *g, int order, bool last)
{
    const struct cell_tree *tree = g->tree;
    size_t i = (size_t)order < tree->inner_count ? (size_t)order : tree->inner_count - 1;
    double mean = last ? tree->tip : tree->inner[i];

    return mean * (1 + tree->variation * (2 * rng_uniform(&g->rng) - 1));
}

/* A branch of order `tip->order` from `diameter` on; *diameter: at its end. */
static int
grow_branch(struct growth *g, struct tip *tip, bool last, double *diameter)
{
    const struct cell_tree *tree = g->tree;
    double from = *diameter, to = fmax(from * (1 - tree->taper), tree->least_diameter);
    double length = draw_length(g, tip->order, last), n;

    if (add_point(g, tip->at, from, tree->type, (int32_t)tip->point, tip->order, &tip->point))
        return -1;
    for (;;) {          /* a stem's way to its layers, which does not count */
        double depth = g->cell->depth + tip->at[1];

        if (depth >= tree->low && depth <= tree->high)
            break;
        if (advance(g, tip, g->cell->step, from))
            return -1;
    }
    n = fmax(1, floor(length / g->cell->step + 0.5));
    for (double i = 1; i <= n; i++)
        if (advance(g, tip, length / n, from + (to - from) * i / n))
            return -1;
    *diameter = to;
    return 0;
}

/* How many of `tips` the first daughter gets: by halves, or any number as likely that the order allows. */
static int64_t
share_tips(struct growth *g, int64_t tips, int order)
{
    int64_t left = g->tree->max_order - order - 1, most = (int64_t)1 << left;
    int64_t low = tips - most > 1 ? tips - most : 1, high = tips - 1 < most ? tips - 1 : most;

    if (g->tree->even)
        return tips - tips / 2;
    return low + (int64_t)rng_below(&g->rng, (uint32_t)(high - low + 1));
}

/* A branch, and all that follows. The recursion is no deeper than the largest order. */
static int
grow_subtree(struct growth *g, struct tip tip, int64_t tips, double diameter)
{
    struct grown_tree *sum = &g->grown->trees[g->number];
    double side[3], s, c;
    int64_t share[2];

    if (grow_branch(g, &tip, tips == 1, &diameter))
        return -1;
    if (tip.order > sum->max_order)
        sum->max_order = tip.order;
    if (tips == 1) {
        sum->tips++;
        g->last[g->number] = tip.point;
        return 0;
    }
    share[0] = share_tips(g, tips, tip.order);
    share[1] = tips - share[0];
    across(&g->rng, tip.heading, false, side);
    for (int i = 0; i < 2; i++) {
        struct tip daughter = tip;
        double part = (double)share[i] / (double)tips;
        double d = diameter * portable_exp(portable_log(part) / g->tree->rall_power);

        /* The one that carries more turns less. */
        sine(g->tree->angle * (1 - part), &s, &c);
        for (int k = 0; k < 3; k++)
            daughter.heading[k] = c * tip.heading[k] + (i ? -s : s) * side[k];
        daughter.order++;
        if (grow_subtree(g, daughter, share[i], fmax(d, g->tree->least_diameter)))
            return -1;
    }
    return 0;
}

/* --- trees --------------------------------------------------------------------------------------- */

/* The point of an unbranched tree whose place along it is nearest to the fraction `at`. */
static size_t
point_along(const struct growth *g, size_t tree, double at)
{
    size_t first = g->first[tree], n = g->last[tree] - first;

    return first + (size_t)floor(at * (double)n + 0.5);
}

static int
grow_tree(struct growth *g, size_t number)
{
    const struct cell_tree *tree = &g->cell->trees[number];

    g->tree = tree;
    g->number = (int16_t)number;
    g->first[number] = g->grown->points.count;
    for (size_t i = 0; i < tree->at_count * tree->count; i++) {
        struct tip tip = { .order = 0 };
        double se, ce, sa, ca;

        tip.point = tree->from == CELL_SOMA_START ? 0
                  : tree->from == CELL_SOMA_END ? g->soma_end
                  : point_along(g, tree->parent, tree->at[i / tree->count]);
        for (int k = 0; k < 3; k++)
            tip.at[k] = (double)g->grown->points.at[tip.point].at[k] / 1000;
        sine(tree->elevation, &se, &ce);
        sine(tree->azimuth + tree->turn * (double)i, &sa, &ca);
        tip.heading[0] = ce * ca;
        tip.heading[1] = se;
        tip.heading[2] = ce * sa;
        g->rng = rng_start(g->seed, RNG_MORPHOLOGY, (uint32_t)i, g->stream + (uint32_t)number);
        if (grow_subtree(g, tip, tree->tips[i % tree->tips_count], tree->diameter))
            return -1;
        g->grown->trees[number].stems++;
    }
    return 0;
}

/*
 * A branch begins with a point where it leaves, so that no length is lost between sections. Those that
 * were grown have it; what goes on behind a place where another tree leaves gets it here.
 */
static int
repeat_points(struct growth *g)
{
    struct grown_point *old = g->grown->points.at;
    size_t n = g->grown->points.count, made = 0;
    size_t *children = mem_new(n + 1, sizeof *children);
    int32_t *now = mem_new(n + 1, sizeof *now);
    int status = 0;

    for (size_t i = 1; i < n; i++)
        children[old[i].parent]++;
    g->grown->points.at = NULL;
    g->grown->points.count = g->grown->points.room = 0;
    for (size_t i = 0; !status && i < n; i++) {
        struct grown_point p = old[i];

        if (i > 0) {
            const struct grown_point *parent = &old[p.parent];

            if (children[p.parent] > 1 && parent->tree == p.tree && parent->order == p.order &&
                p.tree >= 0) {
                struct grown_point again = *parent;

                again.parent = now[p.parent];
                p.parent = (int32_t)g->grown->points.count;
                vec_push(&g->grown->points, again);
                made++;
            } else {
                p.parent = now[p.parent];
            }
        }
        now[i] = (int32_t)g->grown->points.count;
        vec_push(&g->grown->points, p);
    }
    if (g->grown->points.count > MORPHOLOGY_MOST_POINTS)
        status = fx_fail(g->err, FX_INVALID, FX_NOWHERE, "cell.trees: the cell gets more than %d points",
                         MORPHOLOGY_MOST_POINTS);
    free(old);
    free(now);
    free(children);
    return status;
}

int
grow(const struct cell *cell, uint64_t seed, const char *name, struct grown *grown,
     struct fx_error *err)
{
    struct growth g = { .cell = cell, .grown = grown, .err = err, .seed = seed,
                        .stream = rng_stream_of(name) };
    int status;

    *grown = (struct grown){ .trees = mem_new(cell->tree_count + 1, sizeof *grown->trees) };
    g.first = mem_new(cell->tree_count + 1, sizeof *g.first);
    g.last = mem_new(cell->tree_count + 1, sizeof *g.last);
    status = grow_soma(&g);
    for (size_t i = 0; !status && i < cell->tree_count; i++)
        status = grow_tree(&g, i);
    if (!status)
        status = repeat_points(&g);
    free(g.first);
    free(g.last);
    return status;
}

void
grown_release(struct grown *grown)
{
    vec_release(&grown->points);
    free(grown->trees);
    *grown = (struct grown){ .trees = NULL };
}

/* --- text ---------------------------------------------------------------------------------------- */

/* A number of thousandths, with three decimals. */
static void
add_thousandths(struct text *text, int64_t value)
{
    int64_t size = value < 0 ? -value : value;

    text_printf(text, " %s%lld.%03lld", value < 0 ? "-" : "", (long long)(size / 1000),
                (long long)(size % 1000));
}

void
grown_text(const struct grown *grown, const struct cell *cell, const char *name, struct text *text)
{
    text_add(text, "# ");
    for (const char *c = name; *c; c++)
        text_append(text, (unsigned char)*c < 32 || *c == 127 ? "?" : c, 1);
    text_add(text, ": made by the task synthetic_morphology. um; y grows with the depth l; ");
    text_add(text, "the root lies at l = ");
    text_add_real(text, cell->depth);
    text_add(text, "\n");
    for (size_t i = 0; i < cell->tree_count; i++) {
        const struct grown_tree *tree = &grown->trees[i];

        text_printf(text, "# %zu %s: %llu stems, %llu tips, orders to %lld, %lld um\n", i,
                    cell->trees[i].type_name, (unsigned long long)tree->stems,
                    (unsigned long long)tree->tips, (long long)tree->max_order,
                    (long long)floor(tree->length + 0.5));
    }
    text_add(text, "# number type x y z radius parent layer\n");
    for (size_t i = 0; i < grown->points.count; i++) {
        const struct grown_point *p = &grown->points.at[i];
        int64_t radius = (int64_t)floor(p->diameter * 500 + 0.5);

        text_printf(text, "%zu %d", i + 1, p->type);
        for (int k = 0; k < 3; k++)
            add_thousandths(text, p->at[k]);
        add_thousandths(text, radius > 0 ? radius : 1);
        text_printf(text, " %d %d\n", p->parent < 0 ? -1 : p->parent + 1,
                    cell_layer(cell, cell->depth + (double)p->at[1] / 1000));
    }
}
