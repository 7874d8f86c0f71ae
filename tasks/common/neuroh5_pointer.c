#include "common/neuroh5_pointer.h"

#include <stdlib.h>

#include "base/mem.h"

static int
invalid(const struct h5_file *file, struct fx_error *err, const char *path, const char *what,
        uint64_t row)
{
    return fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(file), 0, 0 },
                   "'%s', entry %llu: %s", path, (unsigned long long)row, what);
}

static int
compare_rows(const void *a, const void *b)
{
    const struct cell_row *left = a, *right = b;

    if (left->cell != right->cell)
        return left->cell < right->cell ? -1 : 1;
    return left->row < right->row ? -1 : left->row > right->row;
}

static int
fill_few(const struct h5_file *file, const char *path, const uint32_t *index,
         struct cell_slots *slots, struct fx_error *err)
{
    slots->few = mem_new(slots->count + 1, sizeof *slots->few);
    for (uint64_t i = 0; i < slots->count; i++)
        slots->few[i] = (struct cell_row){ index[i], (uint32_t)i };
    qsort(slots->few, slots->count, sizeof *slots->few, compare_rows);
    for (uint64_t i = 1; i < slots->count; i++)
        if (slots->few[i].cell == slots->few[i - 1].cell)
            return invalid(file, err, path, "this cell is there twice", slots->few[i].row);
    return 0;
}

static int
fill_slots(const struct h5_file *file, const char *path, const uint32_t *index,
           struct cell_slots *slots, struct fx_error *err)
{
    slots->same = slots->count == slots->cells;
    for (uint64_t i = 0; i < slots->count; i++) {
        if (index[i] >= slots->cells)
            return invalid(file, err, path, "the population has not so many cells", i);
        slots->same = slots->same && index[i] == i;
    }
    if (slots->same)
        return 0;
    if (slots->cells / 16 > slots->count + (1 << 16))
        return fill_few(file, path, index, slots, err);
    slots->slot = mem_new(slots->cells ? slots->cells : 1, sizeof *slots->slot);
    for (uint64_t i = 0; i < slots->cells; i++)
        slots->slot[i] = SLOT_NONE;
    for (uint64_t i = 0; i < slots->count; i++) {
        if (slots->slot[index[i]] != SLOT_NONE)
            return invalid(file, err, path, "this cell is there twice", i);
        slots->slot[index[i]] = (uint32_t)i;
    }
    return 0;
}

int
cell_slots_read(const struct h5_file *file, const char *path, uint64_t cells,
                struct cell_slots *slots, struct fx_error *err)
{
    void *index;
    int status;

    *slots = (struct cell_slots){ .cells = cells };
    if (h5_read_all(file, path, H5_U32, &index, &slots->count, err))
        return -1;
    status = fill_slots(file, path, index, slots, err);
    free(index);
    if (status)
        cell_slots_release(slots);
    return status;
}

void
cell_slots_release(struct cell_slots *slots)
{
    free(slots->slot);
    free(slots->few);
    slots->slot = NULL;
    slots->few = NULL;
}

static uint32_t
find_few(const struct cell_slots *slots, uint32_t cell)
{
    uint64_t low = 0, high = slots->count;

    while (low < high) {
        uint64_t middle = low + (high - low) / 2;

        if (slots->few[middle].cell < cell)
            low = middle + 1;
        else
            high = middle;
    }
    return low < slots->count && slots->few[low].cell == cell ? slots->few[low].row : SLOT_NONE;
}

uint32_t
cell_slots_get(const struct cell_slots *slots, uint32_t cell)
{
    if (cell >= slots->cells)
        return SLOT_NONE;
    if (slots->same)
        return cell;
    return slots->slot ? slots->slot[cell] : find_few(slots, cell);
}

uint64_t *
pointers_read(const struct h5_file *file, const char *path, uint64_t rows, uint64_t end,
              struct fx_error *err)
{
    uint64_t length, *pointers;
    void *values;

    if (h5_read_all(file, path, H5_U64, &values, &length, err))
        return NULL;
    pointers = values;
    if (length == 0 && rows == 0 && end == 0) {     /* a population without cells, as some write it */
        pointers[0] = 0;
        return pointers;
    }
    if (length != rows + 1) {
        fx_fail(err, FX_INVALID, (struct fx_mark){ h5_path(file), 0, 0 },
                "'%s' has %llu entries where %llu rows need %llu", path, (unsigned long long)length,
                (unsigned long long)rows, (unsigned long long)rows + 1);
    } else if (pointers[0] != 0) {
        invalid(file, err, path, "the first is not 0", 0);
    } else if (pointers[rows] != end) {
        invalid(file, err, path, "the last is not the number of values", rows);
    } else {
        uint64_t i = 0;
        while (i < rows && pointers[i] <= pointers[i + 1])
            i++;
        if (i == rows)
            return pointers;
        invalid(file, err, path, "it is greater than the next one", i);
    }
    free(values);
    return NULL;
}
