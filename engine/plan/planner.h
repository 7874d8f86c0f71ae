/*
 * planner - what the parts of plan/ share while a plan is made, and the plan itself.
 *
 * The steps, each a file:
 *
 *   axes.c    labels of axis values
 *   grid.c    the points of the workflow, and those of a set of axes; exclude.c, what is left out
 *   bind.c    formulas of every stage; which stages and axes they name; the order of stages
 *   link.c    references: which jobs of another stage belong to a point
 *   value.c   each parameter at each point of its own axes: evaluated and checked once
 *   plan.c    the jobs, their edges
 *
 * A parameter that depends on one axis of three is evaluated once per value of that axis, and the
 * jobs share the result.
 */
#ifndef PLAN_PLANNER_H
#define PLAN_PLANNER_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "load/interpolate.h"
#include "plan/plan.h"
#include "plan/tuples.h"

/* The values of an axis by their labels. */
struct axis_labels {
    struct str *labels; /* per value */
    struct map numbers; /* label, and canonical spelling, -> value */
};

/* A set of axes, in the order of the workflow. */
struct axis_set {
    const uint32_t *axes;
    uint32_t count;
};

/* A reference of a stage to another one, or an entry of `after`. */
struct link {
    const struct reference *reference; /* NULL for `after` */
    struct fx_mark at;
    uint32_t stage; /* that is referred to */
    uint32_t output;
    bool broken;                      /* names something that is not there; reported */
    bool gathers;                     /* a list, also of one */
    struct axis_set kept;             /* axes of that stage which bind to one value */
    struct axis_set context;          /* axes of the referring stage that decide what is gathered */
    const struct selector **selected; /* per kept axis: NULL, the referring point's own value */
    struct tuples groups;             /* points on the kept axes and the context */
    uint32_t *starts, *members;       /* group -> points of that stage, ascending */
    const struct node **values;       /* group -> NODE_OUTPUT or list, made when first needed */
};

/* One parameter of a stage, or one of its resources. */
struct binding {
    struct str name;
    struct fx_mark at;
    const struct parameter *parameter; /* NULL: an undeclared one, or a resource */
    const struct type *type;
    struct formula *formula;
    bool broken; /* names an axis or an output that is not there; reported */
    bool resource; /* never enters a key */
    bool begun, ready; /* value.c: its values are being made, and are there */
    uint32_t first_link, link_count;
    bool *uses; /* per axis */
    struct axis_set axes;
    uint32_t *places; /* where these are among the stage's axes */
    struct tuples points;
    const struct node **values; /* per point; NULL: not given, or the default */
    struct need *needs;         /* per point; NULL without links */
};

struct need {
    const job_id *jobs;
    uint32_t count;
};

/* A stage names an axis that another one brings. */
struct foreign_axis {
    uint32_t axis;
    struct fx_mark at;
    size_t binding; /* its number */
};

struct plan_stage {
    bool *has; /* per axis */
    VEC(struct foreign_axis) foreign;
    bool broken;
    struct axis_set axes;
    struct tuples points;
    job_id first_job;
    VEC(struct binding) bindings; /* of `with`, in its order */
    VEC(struct binding) resources;
    VEC(struct link) links; /* reference->slot is a number in it */
    size_t after;           /* links from here on are those of `after` */
    const struct output *outputs;
    uint32_t output_count;
};

struct plan {
    const struct workflow *wf;
    struct arena *arena;
    struct arena *scratch; /* what only making the plan needs */
    struct arena *passing; /* the values of one selector: link.c */
    unsigned selecting;    /* selectors under way: one may stand in another's reference */
    struct problems *problems;
    struct axis_labels *labels; /* per axis */
    struct grid *grid;
    struct plan_stage *stages;  /* as in the workflow */
    uint32_t *order;            /* stages, each after those that it needs */
    uint32_t order_count;
    struct job *jobs;
    uint32_t count;
    uint32_t *need_starts, *dependent_starts; /* count + 1 each */
    job_id *needs, *dependents;
    bool *outside, *cut;          /* per job: restrict.c; NULL: not restricted */
    struct map known;             /* mistakes reported by checks */
    struct key_parts **key_parts; /* made by the first key; behind a pointer, since keys are
                                           made of plans that do not change */
};

/* axes.c */
void axes_label(struct plan *plan);
struct axis_set axes_collect(struct plan *plan, const bool *has);
/* "population=PYR,trial=3" for the values `row` of `set`; with `separator` between. */
void axes_print(const struct plan *plan, const struct axis_set *set, const uint32_t *row,
                const char *separator, struct text *out);
/* The value of `axis` that `value` names: itself, or a map's `name`. TUPLES_NONE: none. */
uint32_t axes_find(const struct plan *plan, uint32_t axis, const struct node *value);
/* The value with this label, or which this text is in YAML. TUPLES_NONE: none. */
uint32_t axes_find_text(const struct plan *plan, uint32_t axis, struct str text);

/*
 * grid.c: the points of the workflow: the grid of its axes, of which those that are zipped count as
 * one, without what is excluded, or a sample of that. False after reporting.
 */
bool grid_make(struct plan *plan);
void grid_release(struct plan *plan);
/*
 * The points of the workflow on `set`: each once, in the order of the axes; a row has the number of
 * a value per axis. False after reporting that there are too many.
 */
bool grid_points(struct plan *plan, const struct axis_set *set, struct tuples *points,
                 struct fx_mark at, struct str stage);
/* Not every value of one occurs with every value of the other. */
bool grid_tied(const struct plan *plan, uint32_t axis, uint32_t other);
/* Fills fits[other] of the axes zipped with `axis`: the values that occur with those of fits[axis]
 * (and with those of others that are filled). */
void grid_fit(struct plan *plan, uint32_t axis, bool **fits);

/* exclude.c: the entries of `exclude`; NULL when there are none, or after reporting. */
struct exclusions *exclusions_new(struct plan *plan);
void exclusions_free(struct exclusions *exclusions);
uint32_t exclusions_count(const struct exclusions *exclusions);
/* Whether any of them looks at the axis. */
bool exclusions_name(const struct exclusions *exclusions, uint32_t axis);
/* 1: the point (value per axis of the workflow) is left out, 0: not, -1 after reporting. */
int exclusions_match(struct exclusions *exclusions, const uint32_t *current);

/* bind.c: fills stages, bindings, links and `order`. */
void bind_stages(struct plan *plan);

/*
 * link.c, in this order for each stage: the axes that a reference brings to the referring stage
 * (into `uses`); when the stage's axes are known, those that the reference keeps (shared ones into
 * `uses`, may be NULL); when the other stage's points are known, its groups (false after reporting).
 */
void link_bring(struct plan *plan, struct link *link, bool *uses);
void link_keep(struct plan *plan, const struct plan_stage *user, struct link *link, bool *uses);
bool link_prepare(struct plan *plan, struct link *link);
/* The group that belongs to the referring point `current` (value per axis of the workflow). */
uint32_t link_group(struct plan *plan, const struct link *link, const uint32_t *current,
                    struct scope *scope);
const struct node *link_value(struct plan *plan, struct link *link, uint32_t group);

/* value.c: evaluates and checks every binding of a stage. */
void value_stage(struct plan *plan, uint32_t stage);
/* The number of a binding's point that belongs to a stage's point. */
uint32_t value_point(const struct binding *binding, const uint32_t *row);

#endif
