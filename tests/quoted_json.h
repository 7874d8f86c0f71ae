/*
 * quoted_json - JSON for tests, written with single quotes: quoted_json("{'layers': {'SO': 5}}").
 *
 * The value is the caller's (json_decref). Text that is no JSON fails the test.
 */
#ifndef QUOTED_JSON_H
#define QUOTED_JSON_H

#include <jansson.h>

#include "base/text.h"
#include "test.h"

static inline json_t *
quoted_json(const char *text)
{
    struct text json;
    json_t *value;

    text_init(&json, 1 << 16);
    text_add(&json, text);
    for (size_t i = 0; i < json.len; i++)
        if (json.at[i] == '\'')
            json.at[i] = '"';
    value = json_loads(json.at, 0, NULL);
    text_release(&json);
    CHECK(value != NULL);
    return value;
}

#endif
