/*
 * keeper_wire - what goes over the socket between engine and keeper.
 *
 * Both ends are the same program on the same machine: plain structs. A message is a head and
 * `size` bytes.
 */
#ifndef EXEC_KEEPER_WIRE_H
#define EXEC_KEEPER_WIRE_H

#include <stdint.h>

enum wire_kind {
    WIRE_HELLO,     /* struct wire_hello: the engine's first message */
    WIRE_START,     /* struct wire_start, then strings: folder, log, arguments, environment */
    WIRE_STOP,      /* empty */
    WIRE_EVENT      /* struct wire_event, to the engine */
};

enum { WIRE_MOST = 8 << 20, WIRE_MARK = 48 };

/* The variable by which an attempt's processes are known wherever they go: <mark><id>. */
#define WIRE_VARIABLE "FORNIX_ATTEMPT"

struct wire_head {
    uint32_t size, kind;
    uint64_t id;
};

struct wire_hello {
    double grace_s;
    char mark[WIRE_MARK];   /* "FORNIX_ATTEMPT=<16 hexadecimal digits>." */
};

struct wire_start {
    uint32_t argument_count, environment_count;
};

enum wire_step { STEP_FORK, STEP_FOLDER, STEP_LOG, STEP_EXECUTE };

struct wire_event {
    uint32_t kind;          /* enum keeper_event_kind */
    uint32_t step;          /* enum wire_step */
    int32_t error, status, pid, survivors;
    double seconds, cpu_seconds;
    uint64_t max_rss;
};

#endif
