/*
 * alias - choose among many with given weights, in constant time for each choice.
 *
 * In: weights. Out: a table of pairs, each of which is hit with the same probability and then
 * decides between itself and one other (Walker 1977; built as in Vose, "A linear algorithm for
 * generating random numbers with a given distribution", IEEE Trans. Software Eng. 17, 1991).
 */
#ifndef CONNECTIONS_ALIAS_H
#define CONNECTIONS_ALIAS_H

#include <stddef.h>
#include <stdint.h>

struct alias {
    uint32_t threshold;     /* of 2^32: below it the entry itself */
    uint32_t other;
};

/*
 * Builds the table of `count` >= 1 entries from weights >= 0 of which one at least is positive.
 * `weights` is used up; `work` has room for `count` numbers.
 */
void alias_build(struct alias *table, double *weights, uint32_t count, uint32_t *work);

/* The choice for two random words. */
static inline uint32_t
alias_choose(const struct alias *table, uint32_t count, uint32_t high, uint32_t low)
{
    /* (high.low) x count / 2^64: the whole part is the entry, the fraction is compared. */
    uint64_t product = (uint64_t)high * count + ((uint64_t)low * count >> 32);
    uint32_t entry = (uint32_t)(product >> 32);

    return (uint32_t)product < table[entry].threshold ? entry : table[entry].other;
}

#endif
