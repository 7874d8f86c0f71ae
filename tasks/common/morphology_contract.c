/*
 * Points to sections. The rule is the one of docs/neuroh5.md: to visit point v below section s: a
 * section s that has two points or more stays as it is and v opens a new one; otherwise v joins s.
 * Single children of v's type follow, and then the children are visited, in ascending order.
 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/vec.h"
#include "common/morphology.h"

/* The children of point p are list[start[p]] .. list[start[p + 1] - 1], ascending. */
struct children {
    uint32_t *start;
    uint16_t *list;
};

struct section {
    uint32_t size;      /* points so far */
    int32_t parent;     /* section */
    int32_t front;      /* the point to be put in front, -1: none */
};

/* What a visit needs: the point, and the section above it. */
struct visit {
    uint16_t point;
    int32_t section;
};

struct contraction {
    const struct morphology *m;
    struct children children;
    VEC(struct section) sections;
    VEC(struct visit) stack;
    int32_t *owner;             /* by point: its section */
    uint16_t *order;            /* points in the order of visiting: within a section, its order */
    size_t visited;
};

static int
find_children(const struct morphology *m, struct children *children, size_t *root,
              struct fx_error *err)
{
    size_t n = m->point_count, roots = 0;
    uint32_t *next;

    children->start = mem_new(n + 2, sizeof *children->start);
    children->list = mem_new(n + 1, sizeof *children->list);
    for (size_t i = 0; i < n; i++) {
        int32_t parent = m->parent[i];
        if (parent < -1 || parent >= (int32_t)n)
            return fx_fail(err, FX_INVALID, FX_NOWHERE, "the parent of point %zu is not there", i);
        if (parent == -1) {
            if (roots++ == 0)
                *root = i;
        } else {
            children->start[parent + 1]++;
        }
    }
    if (roots != 1)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "there are %zu roots; a tree has one", roots);
    for (size_t i = 0; i < n; i++)
        children->start[i + 1] += children->start[i];
    next = mem_new(n + 1, sizeof *next);
    memcpy(next, children->start, n * sizeof *next);
    for (size_t i = 0; i < n; i++)
        if (m->parent[i] >= 0)
            children->list[next[m->parent[i]]++] = (uint16_t)i;
    free(next);
    return 0;
}

static void
join(struct contraction *c, uint16_t point, int32_t section)
{
    c->owner[point] = section;
    c->order[c->visited++] = point;
    c->sections.at[section].size++;
}

static int32_t
open_section(struct contraction *c, int32_t parent)
{
    vec_push(&c->sections, (struct section){ 0, parent, -1 });
    return (int32_t)c->sections.count - 1;
}

/* Visits one point with the single children that follow it, and puts its children on the stack. */
static void
visit(struct contraction *c, struct visit v)
{
    const struct children *children = &c->children;
    uint16_t point = v.point;
    int32_t section = v.section;
    uint32_t from, to;

    if (section < 0 || c->sections.at[section].size >= 2)
        section = open_section(c, section);
    join(c, point, section);
    for (;;) {
        from = children->start[point];
        to = children->start[point + 1];
        if (to - from != 1 || c->m->swc_type[children->list[from]] != c->m->swc_type[point])
            break;
        point = children->list[from];
        join(c, point, section);
    }
    /* A one-point leaf has no length: it begins at its parent point. */
    if (from == to && c->sections.at[section].size == 1 && c->m->parent[point] >= 0)
        c->sections.at[section].front = c->m->parent[point];
    while (to-- > from)
        vec_push(&c->stack, (struct visit){ children->list[to], section });
}

/* Lays the sections out as the struct morphology holds them. */
static void
lay_out(const struct contraction *c, struct morphology *m)
{
    size_t count = c->sections.count, entries = 0, *next = mem_new(count + 1, sizeof *next);

    m->section_count = count;
    m->section_start = mem_new(count + 1, sizeof *m->section_start);
    m->section_points = mem_new(m->point_count + count, sizeof *m->section_points);
    m->edge_source = mem_new(count, sizeof *m->edge_source);
    m->edge_destination = mem_new(count, sizeof *m->edge_destination);
    for (size_t s = 0; s < count; s++) {
        const struct section *section = &c->sections.at[s];
        m->section_start[s] = (uint32_t)entries;
        if (section->front >= 0)
            m->section_points[entries++] = (uint16_t)section->front;
        next[s] = entries;
        entries += section->size;
        if (section->parent >= 0) {
            m->edge_source[m->edge_count] = (uint16_t)section->parent;
            m->edge_destination[m->edge_count++] = (uint16_t)s;
        }
    }
    m->section_start[count] = (uint32_t)entries;
    for (size_t i = 0; i < c->visited; i++)
        m->section_points[next[c->owner[c->order[i]]]++] = c->order[i];
    free(next);
}

int
morphology_contract(struct morphology *m, struct fx_error *err)
{
    struct contraction c = { .m = m };
    size_t root = 0;
    int status = -1;

    if (m->point_count < 2)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%zu points; a tree has two or more",
                       m->point_count);
    if (m->point_count > MORPHOLOGY_MOST_POINTS)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "%zu points; a tree has at most %d",
                       m->point_count, MORPHOLOGY_MOST_POINTS);
    c.owner = mem_new(m->point_count, sizeof *c.owner);
    c.order = mem_new(m->point_count, sizeof *c.order);
    if (find_children(m, &c.children, &root, err))
        goto end;
    vec_push(&c.stack, (struct visit){ (uint16_t)root, -1 });
    while (c.stack.count)
        visit(&c, c.stack.at[--c.stack.count]);
    if (c.visited != m->point_count) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "%zu points are not connected with the root: their "
                "parents form a cycle", m->point_count - c.visited);
        goto end;
    }
    lay_out(&c, m);
    status = morphology_derive(m, err);
end:
    vec_release(&c.sections);
    vec_release(&c.stack);
    free(c.owner);
    free(c.order);
    free(c.children.start);
    free(c.children.list);
    return status;
}
