/*
 * vec - arrays that grow, typed.
 *
 *   VEC(struct item) items = { 0 };
 *   vec_push(&items, (struct item){ ... });
 *   for (size_t i = 0; i < items.count; i++) use(items.at[i]);
 *   vec_release(&items);
 *
 * Growing moves the array: keep numbers, not pointers.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"

#define VEC(type) struct { type *at; size_t count, room; }

/* Makes room for one more item and appends it. */
#define vec_push(vec, ...) \
    do { \
        vec_reserve(vec, (vec)->count + 1); \
        (vec)->at[(vec)->count++] = (__VA_ARGS__); \
    } while (0)

/* Room for at least `want` items. */
#define vec_reserve(vec, want) \
    do { \
        if ((vec)->room < (want)) { \
            size_t room_ = (vec)->room ? (vec)->room : 8; \
            while (room_ < (want)) \
                room_ *= 2; \
            (vec)->at = mem_resize((vec)->at, room_, sizeof *(vec)->at); \
            (vec)->room = room_; \
        } \
    } while (0)

#define vec_release(vec) \
    do { \
        free((vec)->at); \
        (vec)->at = NULL; \
        (vec)->count = (vec)->room = 0; \
    } while (0)

#endif
