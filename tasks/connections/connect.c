#include "connections/connect.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "common/rng.h"

void
connect_work_release(struct connect_work *work)
{
    for (size_t i = 0; i < work->candidates_room; i++)
        candidates_release(&work->candidates[i]);
    free(work->candidates);
    free(work->words);
    free(work->member);
    free(work->draw);
    free(work->key);
    free(work->key_swap);
    free(work->order);
    free(work->order_swap);
    *work = (struct connect_work){ 0 };
}

void
connect_tally_init(struct connect_tally *tally, size_t count)
{
    *tally = (struct connect_tally){ .at = mem_new(count, sizeof *tally->at) };
}

void
connect_tally_release(struct connect_tally *tally)
{
    free(tally->at);
    *tally = (struct connect_tally){ 0 };
}

void
connect_tally_sum(struct connect_tally *tally, size_t count, const struct comm *comm)
{
    uint64_t sums[4] = { tally->cells, tally->synapses, tally->unwanted_synapses,
                         tally->unwanted_cells };

    comm_sum_u64(comm, sums, 4);
    tally->cells = sums[0];
    tally->synapses = sums[1];
    tally->unwanted_synapses = sums[2];
    tally->unwanted_cells = sums[3];
    for (size_t p = 0; p < count; p++) {
        struct connect_tally_projection *at = &tally->at[p];

        sums[0] = at->edges;
        sums[1] = at->unreached_synapses;
        sums[2] = at->unreached_cells;
        comm_sum_u64(comm, sums, 3);
        *at = (struct connect_tally_projection){ sums[0], sums[1], sums[2] };
    }
}

static void
make_room(struct connect_work *work, size_t count)
{
    size_t room = count + count / 4;

    if (work->room >= count)
        return;
    work->words = mem_resize(work->words, 2 * room, sizeof *work->words);
    work->member = mem_resize(work->member, room, sizeof *work->member);
    work->draw = mem_resize(work->draw, room, sizeof *work->draw);
    work->key = mem_resize(work->key, room, sizeof *work->key);
    work->key_swap = mem_resize(work->key_swap, room, sizeof *work->key_swap);
    work->order = mem_resize(work->order, room, sizeof *work->order);
    work->order_swap = mem_resize(work->order_swap, room, sizeof *work->order_swap);
    work->room = room;
}

void
connect_cell_assign(const struct connect_how *how, const struct connect_cell *cell,
                    struct connect_work *work)
{
    struct rng rng = rng_start(how->seed, RNG_SYNAPSE_SOURCE, cell->gid, 0);

    make_room(work, cell->count);
    rng_fill(&rng, work->words, cell->count);
    assignment_draw(how->assignment, cell->count, cell->type, cell->swc_type, cell->layer,
                    work->words, cell->projection);
}

static uint32_t
excluded(const struct connect_source *source, const struct connect_cell *cell)
{
    return source->is_self ? cell->cell : REACH_NOBODY;
}

void
connect_cell_count(const struct connect_how *how, const struct connect_cell *cell,
                   struct connect_tally *tally)
{
    /* in_layer[p][layer]: synapses of projection p; one more row for those of none */
    static const uint64_t none[256];
    size_t rows = how->projections->count + 1;
    uint64_t (*in_layer)[256] = mem_new(rows, sizeof *in_layer);

    for (size_t i = 0; i < cell->count; i++) {
        size_t row = cell->projection[i] == SOURCE_NONE ? rows - 1 : cell->projection[i];

        in_layer[row][(uint8_t)cell->layer[i]]++;
    }
    tally->cells++;
    tally->synapses += cell->count;
    if (memcmp(in_layer[rows - 1], none, sizeof none) != 0)
        tally->unwanted_cells++;
    for (size_t layer = 0; layer < 256; layer++)
        tally->unwanted_synapses += in_layer[rows - 1][layer];
    for (size_t p = 0; p + 1 < rows; p++) {
        const struct projection *projection = &how->projections->at[p];
        const struct connect_source *source = &how->sources[p];
        struct connect_tally_projection *to = &tally->at[p];
        bool lost = false;

        for (size_t e = 0; e < projection->extent_count; e++) {
            uint64_t count = 0;

            for (size_t layer = 0; layer < 256; layer++)
                if (projection->extent_of_layer[layer] == e)
                    count += in_layer[p][layer];
            if (count == 0)
                continue;
            if (reach_any(&source->somata, &projection->extents[e], cell->u, cell->v,
                          excluded(source, cell))) {
                to->edges += count;
            } else {
                to->unreached_synapses += count;
                lost = true;
            }
        }
        to->unreached_cells += lost;
    }
    free(in_layer);
}

/* A number that orders as the float does. */
static uint32_t
ordered_bits(float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof bits);
    return bits & 0x80000000u ? ~bits : bits | 0x80000000u;
}

/* Sorts the orders by key, equal keys as they come: by one byte after another from the lowest of
 * five; bytes in which all keys are equal cost a count. */
static void
sort_by_key(struct connect_work *work, size_t count)
{
    for (unsigned shift = 0; shift < 40; shift += 8) {
        size_t bucket[257] = { 0 };
        uint64_t *key = work->key;
        uint32_t *order = work->order;

        for (size_t i = 0; i < count; i++)
            bucket[(key[i] >> shift & 255) + 1]++;
        if (bucket[(key[0] >> shift & 255) + 1] == count)
            continue;
        for (size_t b = 0; b < 255; b++)
            bucket[b + 1] += bucket[b];
        for (size_t i = 0; i < count; i++) {
            size_t to = bucket[key[i] >> shift & 255]++;

            work->key_swap[to] = key[i];
            work->order_swap[to] = order[i];
        }
        work->key = work->key_swap;
        work->key_swap = key;
        work->order = work->order_swap;
        work->order_swap = order;
    }
}

/*
 * work->draw[k]: the draw of the k-th member. Within each layer the members are ordered by
 * distance, and `contacts` neighbours share one. Returns how many draws there are.
 */
static size_t
group_contacts(const struct connect_cell *cell, struct connect_work *work, size_t count,
               uint32_t contacts)
{
    size_t draws = 0, in_draw = 0;

    for (size_t k = 0; k < count; k++) {
        uint32_t synapse = work->member[k];

        work->key[k] = (uint64_t)(uint8_t)cell->layer[synapse] << 32 |
                       ordered_bits(cell->distance[synapse]);
        work->order[k] = (uint32_t)k;
    }
    sort_by_key(work, count);
    for (size_t k = 0; k < count; k++) {
        if (k == 0 || in_draw == contacts || work->key[k] >> 32 != work->key[k - 1] >> 32) {
            draws++;
            in_draw = 0;
        }
        work->draw[work->order[k]] = (uint32_t)(draws - 1);
        in_draw++;
    }
    return draws;
}

/* Finds and tabulates the candidates of each extent that a member needs. */
static void
find_candidates(const struct connect_how *how, const struct connect_cell *cell,
                struct connect_work *work, size_t p, size_t count)
{
    const struct projection *projection = &how->projections->at[p];
    const struct connect_source *source = &how->sources[p];
    bool needed[256] = { false };

    if (work->candidates_room < projection->extent_count) {
        work->candidates = mem_resize(work->candidates, projection->extent_count,
                                      sizeof *work->candidates);
        for (; work->candidates_room < projection->extent_count; work->candidates_room++)
            work->candidates[work->candidates_room] = (struct candidates){ 0 };
    }
    for (size_t k = 0; k < count; k++)
        needed[projection->extent_of_layer[(uint8_t)cell->layer[work->member[k]]]] = true;
    for (size_t e = 0; e < projection->extent_count; e++) {
        if (!needed[e])
            continue;
        candidates_find(&work->candidates[e], &source->somata, &projection->extents[e], cell->u,
                        cell->v, excluded(source, cell));
        if (work->candidates[e].count > 0)
            candidates_tabulate(&work->candidates[e]);
    }
}

size_t
connect_cell_draw(const struct connect_how *how, const struct connect_cell *cell,
                  struct connect_work *work, size_t p, const struct edge_arrays *edges)
{
    const struct projection *projection = &how->projections->at[p];
    struct rng rng = rng_start(how->seed, RNG_CONNECTION, cell->gid, how->sources[p].stream);
    bool grouped = projection->contacts > 1;
    size_t count = 0, draws, written = 0;

    for (size_t i = 0; i < cell->count; i++) {
        work->member[count] = (uint32_t)i;
        count += cell->projection[i] == p;
    }
    if (count == 0)
        return 0;
    draws = grouped ? group_contacts(cell, work, count, projection->contacts) : count;
    find_candidates(how, cell, work, p, count);
    rng_fill(&rng, work->words, 2 * draws);
    for (size_t k = 0; k < count; k++) {
        uint32_t synapse = work->member[k];
        uint8_t extent = projection->extent_of_layer[(uint8_t)cell->layer[synapse]];
        const struct candidates *c = &work->candidates[extent];
        const uint32_t *word = &work->words[2 * (grouped ? work->draw[k] : k)];
        uint32_t chosen;

        if (c->count == 0)
            continue;
        chosen = alias_choose(c->table, c->count, word[0], word[1]);
        edges->source[written] = c->cell[chosen];
        edges->distance[written] = c->distance[chosen];
        edges->syn_id[written++] = cell->id[synapse];
    }
    return written;
}
