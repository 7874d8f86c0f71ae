#include "synthetic_morphology/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/morphology.h"

/* Lengths and numbers beyond these are slips, and would only be found out by the points they make. */
static const double longest = 1e6, thinnest = 1e-3, thickest = 1e3;
enum { MOST_STEMS = 10000, MOST_ORDER = 30 };

struct reader {
    struct cell *cell;
    const struct definitions *definitions;
    struct fx_error *err;
};

static int
refuse(const struct reader *r, const char *where, const char *text)
{
    return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s: %s", where, text);
}

/* A member that is a number within low..high; `standard` when it is not there. */
static int
number(const struct reader *r, const json_t *json, const char *at, const char *name, double low,
       double high, double standard, double *out)
{
    const json_t *value = json_object_get(json, name);
    char where[200];

    *out = standard;
    if (!value || json_is_null(value))
        return 0;
    snprintf(where, sizeof where, "%s.%s", at, name);
    if (json_read_number(value, where, out, r->err))
        return -1;
    if (*out >= low && *out <= high)
        return 0;
    return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s: %g is not from %g to %g", where, *out, low,
                   high);
}

/* As number(), but it must be there. */
static int
needed(const struct reader *r, const json_t *json, const char *at, const char *name, double low,
       double high, double *out)
{
    const json_t *value = json_object_get(json, name);

    if (!value || json_is_null(value))
        return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s.%s is missing", at, name);
    return number(r, json, at, name, low, high, 0, out);
}

/* A list of numbers within low..high, or one such number; NULL with *count 0 when it is not there. */
static int
numbers(const struct reader *r, const json_t *json, const char *at, const char *name, double low,
        double high, double **out, size_t *count)
{
    const json_t *value = json_object_get(json, name);
    char where[200];

    *out = NULL;
    *count = 0;
    if (!value || json_is_null(value))
        return 0;
    snprintf(where, sizeof where, "%s.%s", at, name);
    if (json_check_array(value, where, r->err))
        return -1;
    *out = mem_new(json_array_size(value) + 1, sizeof **out);
    for (; *count < json_array_size(value); ++*count) {
        double *x = &(*out)[*count];

        snprintf(where, sizeof where, "%s.%s[%zu]", at, name, *count);
        if (json_read_number(json_array_get(value, *count), where, x, r->err))
            return -1;
        if (!(*x >= low && *x <= high))
            return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s: %g is not from %g to %g", where, *x,
                           low, high);
    }
    return 0;
}

static int
integer(const struct reader *r, const json_t *json, const char *at, const char *name, int64_t low,
        int64_t high, int64_t standard, int64_t *out)
{
    const json_t *value = json_object_get(json, name);
    char where[200];

    *out = standard;
    if (!value || json_is_null(value))
        return 0;
    snprintf(where, sizeof where, "%s.%s", at, name);
    return json_read_integer(value, where, low, high, out, r->err);
}

static int
string(const struct reader *r, const json_t *json, const char *at, const char *name,
       const char **out)
{
    const json_t *value = json_object_get(json, name);
    char where[200];

    *out = NULL;
    if (!value || json_is_null(value))
        return 0;
    snprintf(where, sizeof where, "%s.%s", at, name);
    return json_read_string(value, where, out, r->err);
}

/* --- the soma ------------------------------------------------------------------------------------ */

static int
read_profile(const struct reader *r, const json_t *profile)
{
    struct cell *cell = r->cell;
    size_t n = json_array_size(profile);

    if (json_check_array(profile, "cell.soma.profile", r->err))
        return -1;
    if (n < 2)
        return refuse(r, "cell.soma.profile", "a soma has two points or more");
    cell->distance = mem_new(n, sizeof *cell->distance);
    cell->diameter = mem_new(n, sizeof *cell->diameter);
    for (cell->soma_count = 0; cell->soma_count < n; cell->soma_count++) {
        size_t i = cell->soma_count;
        double pair[2];
        char where[80];

        snprintf(where, sizeof where, "cell.soma.profile[%zu]", i);
        if (json_read_numbers(json_array_get(profile, i), where, 2, pair, r->err))
            return -1;
        if (i == 0 && pair[0] != 0)
            return refuse(r, where, "the first point is at the distance 0");
        /* The file has three decimals: points nearer than that would lie on each other. */
        if (i > 0 && !(pair[0] >= cell->distance[i - 1] + 0.002))
            return refuse(r, where, "the distance is not above that of the point before");
        if (!(pair[0] <= longest && pair[1] >= thinnest && pair[1] <= thickest))
            return refuse(r, where, "it is [distance, diameter], the diameter from 0.001 to 1000 um");
        cell->distance[i] = pair[0];
        cell->diameter[i] = pair[1];
    }
    return 0;
}

static int
read_soma(const struct reader *r, const json_t *json)
{
    struct cell *cell = r->cell;
    const json_t *soma = json_object_get(json, "soma"), *direction;
    double *d = cell->direction, length;

    if (json_check_object(soma, "cell.soma", r->err))
        return -1;
    direction = json_object_get(soma, "direction");
    d[1] = 1;
    if (direction && json_read_numbers(direction, "cell.soma.direction", 3, d, r->err))
        return -1;
    length = sqrt(d[0] * d[0] + d[1] * d[1] + d[2] * d[2]);
    if (!(length > 1e-6 && length < 1e6))
        return refuse(r, "cell.soma.direction", "it has no length");
    for (int k = 0; k < 3; k++)
        d[k] /= length;
    return read_profile(r, json_object_get(soma, "profile"));
}

/* --- trees --------------------------------------------------------------------------------------- */

static int
read_from(const struct reader *r, const json_t *json, const char *at, struct cell_tree *tree)
{
    const char *from;
    char where[120];

    if (string(r, json, at, "from", &from) ||
        numbers(r, json, at, "at", 0, 1, &tree->at, &tree->at_count))
        return -1;
    if (!tree->at_count) {
        free(tree->at);
        tree->at = mem_new(1, sizeof *tree->at);
        tree->at[0] = 1;
        tree->at_count = 1;
    }
    snprintf(where, sizeof where, "%s.from", at);
    if (!from)
        return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s is missing", where);
    if (!strcmp(from, "soma_start") || !strcmp(from, "soma_end")) {
        tree->from = strcmp(from, "soma_end") ? CELL_SOMA_START : CELL_SOMA_END;
        return tree->at_count == 1 && tree->at[0] >= 1
                   ? 0 : refuse(r, where, "trees leave a soma at its ends: 'at' is for those that leave a tree");
    }
    for (size_t i = 0; i < r->cell->tree_count; i++) {
        const struct cell_tree *parent = &r->cell->trees[i];

        if (!parent->name || strcmp(parent->name, from))
            continue;
        if (parent->count * parent->at_count > 1 || parent->tips[0] > 1)
            return refuse(r, where, "trees leave one stem that does not branch");
        tree->from = CELL_TREE;
        tree->parent = i;
        return 0;
    }
    return fx_fail(r->err, FX_INVALID, FX_NOWHERE,
                   "%s: there is no '%s' before it (soma_start, soma_end, or a tree's name)", where,
                   from);
}

/* The range of depths that the named layers fill without a gap; all of them without a name. */
static int
read_layers(const struct reader *r, const json_t *json, const char *at, struct cell_tree *tree)
{
    const struct layer_extents *extents = &r->cell->extents;
    const json_t *list = json_object_get(json, "layers");
    double filled = 0;
    char where[120];

    tree->low = extents->low[2];
    tree->high = extents->high[2];
    snprintf(where, sizeof where, "%s.layers", at);
    if (list && json_check_array(list, where, r->err))
        return -1;
    for (size_t i = 0; list && i < json_array_size(list); i++) {
        const char *name;
        const struct layer_extent *extent;

        if (json_read_string(json_array_get(list, i), where, &name, r->err))
            return -1;
        extent = layer_extents_find(extents, name);
        if (!extent)
            return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s: 'layer_extents' has no layer '%s'",
                           where, name);
        tree->low = i ? fmin(tree->low, extent->low[2]) : extent->low[2];
        tree->high = i ? fmax(tree->high, extent->high[2]) : extent->high[2];
        filled += extent->high[2] - extent->low[2];
    }
    if (filled > 0 && filled < tree->high - tree->low - 1e-6)
        return refuse(r, where, "these layers are not next to each other");
    tree->low += r->cell->margin;
    tree->high -= fmax(r->cell->margin, 0.001);     /* a border belongs to the layer behind it */
    if (!(tree->high - tree->low > 0))
        return refuse(r, where, "between its margins there is nothing of them");
    return 0;
}

static int
read_tips(const struct reader *r, const json_t *json, const char *at, struct cell_tree *tree)
{
    double *tips;
    int status = numbers(r, json, at, "tips", 1, 1e6, &tips, &tree->tips_count);
    int64_t count;

    if (!status)
        status = integer(r, json, at, "max_order", 0, MOST_ORDER, MOST_ORDER, &tree->max_order) ||
                 integer(r, json, at, "count", 1, MOST_STEMS, 1, &count) ? -1 : 0;
    if (!status) {
        tree->count = (size_t)count;
        tree->tips = mem_new(tree->tips_count + 1, sizeof *tree->tips);
        tree->tips[0] = 1;
        for (size_t i = 0; i < tree->tips_count; i++)
            tree->tips[i] = (int64_t)tips[i];
        if (tree->tips_count == 0)
            tree->tips_count = 1;
    }
    free(tips);
    for (size_t i = 0; !status && i < tree->tips_count; i++)
        if (tree->tips[i] > (int64_t)1 << tree->max_order)
            status = fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s.tips[%zu]: with a max_order of %lld "
                             "there are at most %lld tips, not %lld", at, i, (long long)tree->max_order,
                             1LL << tree->max_order, (long long)tree->tips[i]);
    return status;
}

static int
read_lengths(const struct reader *r, const json_t *json, const char *at, struct cell_tree *tree)
{
    bool branches = false;

    if (numbers(r, json, at, "inner", 0.01, longest, &tree->inner, &tree->inner_count) ||
        needed(r, json, at, "tip", 0.01, longest, &tree->tip) ||
        number(r, json, at, "variation", 0, 0.9, 0, &tree->variation))
        return -1;
    for (size_t i = 0; i < tree->tips_count; i++)
        branches |= tree->tips[i] > 1;
    if (branches && !tree->inner_count)
        return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s.inner: lengths of branches that bifurcate "
                       "are missing", at);
    return 0;
}

static int
read_tree(const struct reader *r, const json_t *json, const char *at, struct cell_tree *tree)
{
    const char *split;
    char where[120];

    snprintf(where, sizeof where, "%s.type", at);
    if (json_check_object(json, at, r->err) || string(r, json, at, "name", &tree->name) ||
        json_read_string(json_object_get(json, "type"), where, &tree->type_name, r->err) ||
        names_number(&r->definitions->swc_types, "number in definitions.swc_types for", where,
                     tree->type_name, &tree->type, r->err) ||
        read_tips(r, json, at, tree) || read_from(r, json, at, tree) ||
        read_lengths(r, json, at, tree) || read_layers(r, json, at, tree) ||
        string(r, json, at, "split", &split) ||
        needed(r, json, at, "diameter", thinnest, thickest, &tree->diameter) ||
        number(r, json, at, "taper", 0, 0.95, 0, &tree->taper) ||
        number(r, json, at, "rall_power", 1, 5, 1.5, &tree->rall_power) ||
        number(r, json, at, "least_diameter", thinnest, thickest, fmin(0.3, tree->diameter),
               &tree->least_diameter) ||
        needed(r, json, at, "elevation", -90, 90, &tree->elevation) ||
        number(r, json, at, "azimuth", -360, 360, 0, &tree->azimuth) ||
        number(r, json, at, "turn", -360, 360,
               tree->at_count > 1 ? 137.5 : 360.0 / (double)tree->count, &tree->turn) ||
        number(r, json, at, "angle", 0, 170, 60, &tree->angle) ||
        number(r, json, at, "wobble", 0, 60, 0, &tree->wobble))
        return -1;
    tree->even = split && !strcmp(split, "even");
    if (tree->least_diameter > tree->diameter)
        return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s.least_diameter: %g is more than the "
                       "diameter, %g", at, tree->least_diameter, tree->diameter);
    if (tree->type < 0 || tree->type > INT8_MAX)
        return refuse(r, where, "numbers of types in SWC files are 0 to 127");
    return 0;
}

static int
read_trees(const struct reader *r, const json_t *json)
{
    const json_t *trees = json_object_get(json, "trees");
    size_t n;

    if (json_check_array(trees, "cell.trees", r->err))
        return -1;
    n = json_array_size(trees);
    r->cell->trees = mem_new(n + 1, sizeof *r->cell->trees);
    for (size_t i = 0; i < n; i++) {
        char at[80];
        struct cell_tree *tree = &r->cell->trees[i];

        snprintf(at, sizeof at, "cell.trees[%zu]", i);
        if (read_tree(r, json_array_get(trees, i), at, tree)) {
            r->cell->tree_count = i + 1;        /* what is there of it is released */
            return -1;
        }
        for (size_t k = 0; tree->name && k < i; k++)
            if (r->cell->trees[k].name && !strcmp(r->cell->trees[k].name, tree->name)) {
                r->cell->tree_count = i + 1;
                return fx_fail(r->err, FX_INVALID, FX_NOWHERE, "%s.name: cell.trees[%zu] is '%s', too",
                               at, k, tree->name);
            }
        r->cell->tree_count = i + 1;
    }
    return 0;
}

/* --- the whole ----------------------------------------------------------------------------------- */

static int
read_extents(const struct reader *r, const json_t *layers)
{
    struct cell *cell = r->cell;

    if (layer_extents_read(layers, &cell->extents, r->err))
        return -1;
    if (!cell->extents.count)
        return refuse(r, "layer_extents", "there are no layers");
    cell->layer_number = mem_new(cell->extents.count, sizeof *cell->layer_number);
    for (size_t i = 0; i < cell->extents.count; i++)
        if (names_number(&r->definitions->layers, "number in definitions.layers for", "layer_extents",
                         cell->extents.at[i].layer, &cell->layer_number[i], r->err))
            return -1;
    return 0;
}

int
cell_read(const json_t *json, const json_t *layers, const struct definitions *definitions,
          struct cell *cell, struct fx_error *err)
{
    struct reader r = { cell, definitions, err };

    *cell = (struct cell){ .depth = 0 };
    if (json_check_object(json, "cell", err) || read_extents(&r, layers) ||
        needed(&r, json, "cell", "depth", -longest, longest, &cell->depth) ||
        number(&r, json, "cell", "step", 0.1, 1000, 10, &cell->step) ||
        number(&r, json, "cell", "margin", 0, longest, 2, &cell->margin))
        return -1;
    if (cell_layer(cell, cell->depth) == MORPHOLOGY_NO_LAYER)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "cell.depth: %g is in no layer", cell->depth);
    return read_soma(&r, json) || read_trees(&r, json) ? -1 : 0;
}

void
cell_release(struct cell *cell)
{
    for (size_t i = 0; i < cell->tree_count; i++) {
        free(cell->trees[i].at);
        free(cell->trees[i].tips);
        free(cell->trees[i].inner);
    }
    free(cell->trees);
    free(cell->distance);
    free(cell->diameter);
    free(cell->layer_number);
    layer_extents_release(&cell->extents);
    *cell = (struct cell){ .depth = 0 };
}

int
cell_layer(const struct cell *cell, double l)
{
    int found = MORPHOLOGY_NO_LAYER;
    bool any = false;

    for (size_t i = 0; i < cell->extents.count; i++) {
        const struct layer_extent *extent = &cell->extents.at[i];

        if (l >= extent->low[2] && l < extent->high[2] && (!any || cell->layer_number[i] < found)) {
            found = cell->layer_number[i];
            any = true;
        }
    }
    return found;
}
