#include "load/draw.h"

#include "base/digest.h"

enum { ROUNDS = 6 };

/* In a fixed order of bytes, so that machines agree. */
static size_t
put_number(unsigned char *bytes, uint64_t number)
{
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    return 8;
}

uint64_t
draw_bits(const struct draw *draw, uint64_t index, uint32_t step)
{
    unsigned char bytes[8 * 3 + 128];
    size_t len = 0, name = draw->purpose.len < 128 ? draw->purpose.len : 128;

    len += put_number(bytes, (uint64_t)draw->seed);
    len += put_number(bytes + len, index);
    len += put_number(bytes + len, step);
    for (size_t i = 0; i < name; i++)
        bytes[len++] = (unsigned char)draw->purpose.at[i];
    return digest_bytes(bytes, len).low;
}

double
draw_unit(const struct draw *draw, uint64_t index, uint32_t step)
{
    return (double)(draw_bits(draw, index, step) >> 11) / 9007199254740992.0; /* 2^53 */
}

uint64_t
draw_shuffled(const struct draw *draw, uint64_t count, uint64_t index)
{
    unsigned half = 1;
    uint64_t mask, place = index;

    while (count > (uint64_t)1 << (2 * half))
        half++;
    mask = ((uint64_t)1 << half) - 1;
    do {
        uint64_t left = place >> half, right = place & mask;

        for (uint32_t i = 0; i < ROUNDS; i++) {
            uint64_t next = left ^ (draw_bits(draw, right, i) & mask);

            left = right;
            right = next;
        }
        place = left << half | right;
    } while (place >= count);
    return place;
}
