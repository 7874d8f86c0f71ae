#include "plan/tuples.h"

#include <string.h>

#include "base/digest.h"

void
tuples_init(struct tuples *tuples, uint32_t width)
{
    *tuples = (struct tuples){ .width = width };
}

void
tuples_release(struct tuples *tuples)
{
    vec_release(&tuples->cells);
    free(tuples->slots);
    tuples_init(tuples, tuples->width);
}

const uint32_t *
tuples_row(const struct tuples *tuples, uint32_t number)
{
    static const uint32_t empty;

    return tuples->width ? tuples->cells.at + (size_t)number * tuples->width : &empty;
}

/* The slot of the row, or the empty one where it belongs. */
static size_t
slot_of(const struct tuples *tuples, const uint32_t *row)
{
    size_t bytes = tuples->width * sizeof *row;
    size_t slot = (size_t)digest_quick(row, bytes) & (tuples->room - 1);

    while (tuples->slots[slot] &&
           (bytes && memcmp(tuples_row(tuples, tuples->slots[slot] - 1), row, bytes) != 0))
        slot = (slot + 1) & (tuples->room - 1);
    return slot;
}

static void
grow(struct tuples *tuples)
{
    tuples->room = tuples->room ? tuples->room * 2 : 16;
    free(tuples->slots);
    tuples->slots = mem_new(tuples->room, sizeof *tuples->slots);
    for (uint32_t i = 0; i < tuples->count; i++)
        tuples->slots[slot_of(tuples, tuples_row(tuples, i))] = i + 1;
}

uint32_t
tuples_find(const struct tuples *tuples, const uint32_t *row)
{
    uint32_t number = tuples->room ? tuples->slots[slot_of(tuples, row)] : 0;

    return number ? number - 1 : TUPLES_NONE;
}

uint32_t
tuples_add(struct tuples *tuples, const uint32_t *row)
{
    uint32_t number = tuples_find(tuples, row);

    if (number != TUPLES_NONE)
        return number;
    if ((size_t)tuples->count * 4 >= tuples->room * 3)
        grow(tuples);
    tuples->slots[slot_of(tuples, row)] = tuples->count + 1;
    for (uint32_t i = 0; i < tuples->width; i++)
        vec_push(&tuples->cells, row[i]);
    return tuples->count++;
}
