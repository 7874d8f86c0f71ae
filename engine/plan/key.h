/*
 * key - what identifies a job: one manifest, as text and as digest.
 *
 * The manifest is a list of fields (path, canonical value): format version, task identity, versions
 * of tools, every semantic parameter that is not at its default, the content digest of every input.
 * key_manifest() is the one function that writes it; the key is XXH3-128 over the fields with their
 * lengths, the text is what the store keeps, and `why` is the difference of two texts. So the
 * explanation cannot differ from the decision.
 *
 *   fornix = 1
 *   task = synapses
 *   task.version = 1
 *   task.program = 5f0c...           (only when the build is no release build)
 *   tool.neuron = 9.0.2
 *   outputs.figure = figure.png      (only names that the stage chose)
 *   inputs.forest = 91ab...
 *   points.parts[0].trial = 3        (only for parameters declared with_points)
 *   parameters.cell_type.synapses.density.apical.excitatory.SR.mean = 3.52
 */
#ifndef PLAN_KEY_H
#define PLAN_KEY_H

#include "base/digest.h"
#include "base/text.h"
#include "plan/plan.h"

/* What a key needs to know of the world; the caller provides it, tests fake it. */
struct key_source {
    /* Content digest of a NODE_FILE (file or folder), or of a NODE_OUTPUT of a finished job. */
    int (*digest)(struct key_source *source, const struct node *input, struct digest *digest,
                  struct fx_error *err);
    /*
     * Digest of the program and libraries of a task; of the program_files of a user's task. Zero: the
     * version alone counts (a release build's own tasks), and the field is left out.
     */
    int (*identity)(struct key_source *source, const struct task_desc *task, struct digest *digest,
                    struct fx_error *err);
    /* The version of a tool, e.g. "neuron" -> "9.0.2". */
    int (*tool)(struct key_source *source, struct str name, struct str *version,
                struct fx_error *err);
};

/* Writes the manifest into `text` (cleared first) and the digest of the same fields into `key`. */
int key_manifest(const struct plan *plan, job_id job, struct key_source *source, struct text *text,
                 struct digest *key, struct fx_error *err);

/* Where a field of a manifest comes from in the files of the user. */
enum place_kind {
    PLACE_NONE,     /* nobody wrote it: task.program, tool.x */
    PLACE_VALUE,    /* its value is written at `at` */
    PLACE_PART_OF,  /* it is not there any more: at `at` is what it was a part of, the stage at least */
    PLACE_DEFAULT   /* it is not there since the default counts: `fallback`, written at `at`, in the
                       workflow where the same value is given, else in the description of the task */
};

enum { PLACE_SOURCES = 3 };

struct place {
    enum place_kind kind;
    struct fx_mark at;
    const struct node *fallback; /* the default, or the part of it that the field names; NULL: none */
    /* A value that is computed at `at`, "${params.scale * 64}": where what it is made of is written. */
    struct fx_mark sources[PLACE_SOURCES];
    uint32_t source_count;
};

/*
 * The place of a field of `job`, through references and includes: a parameter that is given as
 * "${params.seed}" is written where `seed` is. Fields that only an older manifest had have one too.
 */
struct place key_place(const struct plan *plan, job_id job, struct str field);

/* One difference of two manifests. Values are "" when the field is missing on that side. */
struct change {
    struct str field; /* "parameters.seed" */
    struct str before, after;
};

/*
 * Calls `each` for every field that differs, in the order of the newer text. Returns their number.
 */
uint32_t key_compare(struct str before, struct str after,
                     void (*each)(void *context, const struct change *change), void *context);

/*
 * The differences in one line for people, at most `most` named, e.g.
 * "axon_extents.PYR.default.width[0] 200 -> 250", "inputs.synapses changed", "and 3 more".
 */
void key_explain(struct str before, struct str after, uint32_t most, struct text *out);

#endif
