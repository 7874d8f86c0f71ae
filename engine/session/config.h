/*
 * config - site settings: how much of this machine a run may use. None enters a key.
 *
 * ~/.config/fornix/config.yaml ($XDG_CONFIG_HOME), then `config:` of the workflow, then the command
 * line; what is said later counts.
 *
 *   cores: 8
 *   memory: 32 GiB
 */
#ifndef SESSION_CONFIG_H
#define SESSION_CONFIG_H

#include "load/tree.h"
#include "load/problems.h"

struct config {
    uint32_t cores;     /* default: those that this process may use */
    uint64_t memory;    /* bytes; default: 80 % of the physical memory */
};

/*
 * `workflow` is the workflow's `config` (NULL: none), `memory` the text of --memory (NULL: none).
 * -1 after appending to `problems`.
 */
int config_read(struct arena *arena, const struct node *workflow, const char *memory,
                struct config *config, struct problems *problems);

#endif
