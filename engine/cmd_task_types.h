/*
 * cmd_task_types - types of parameters as JSON Schema (draft-07), for cmd_task_schema.
 *
 * A value may always be an expression instead: "${...}". Numbers with a unit may be text ("0.2 mm").
 * Named types become definitions TASK.TYPE, which may refer to each other and to themselves.
 */
#ifndef CMD_TASK_TYPES_H
#define CMD_TASK_TYPES_H

#include <jansson.h>

#include "load/schema.h"

struct type_writer {
    json_t *definitions;    /* filled */
    struct str task;        /* stands in front of the names of its types */
    const struct type **named; /* of this task, in the order of `names` */
    struct str *names;
    uint32_t count, room;
};

/* For the types of one task; ends with type_writer_release(). `definitions` is borrowed. */
void type_writer_init(struct type_writer *writer, json_t *definitions, struct str task);
void type_writer_release(struct type_writer *writer);

/* The schema of a type's values; `help` stands with it where there is some. The caller owns it. */
json_t *type_to_schema(struct type_writer *writer, const struct type *type, struct str help);

/* A value in JSON; what only tasks see (files of other jobs) is null. */
json_t *value_to_json(const struct node *value);

/* {"$ref": "#/definitions/NAME"} */
json_t *schema_reference(const char *name);

/* A string of which the bytes are UTF-8, as all of YAML's are. */
json_t *schema_string(struct str text);

#endif
