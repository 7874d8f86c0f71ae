/*
 * say - what has been found, as JSON or for people.
 */
#ifndef H5_SAY_H
#define H5_SAY_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Text of a file as JSON: what is not UTF-8 is replaced. */
json_t *say_text(const char *text);

json_t *say_integer(uint64_t value);
/* null for what is not finite. */
json_t *say_real(double value);

/*
 * Prints it: JSON, or `name: value` lines, indented; lists of plain values on one line. `value` is gone.
 */
void say_value(json_t *value, bool as_json);

/* "1 cell", "2 cells"; from a buffer that is overwritten: of `size` bytes at `room`. */
const char *say_count(char *room, size_t size, uint64_t count, const char *what);

/* "3.2 MB"; as say_count(). */
const char *say_bytes(char *room, size_t size, uint64_t bytes);

#endif
