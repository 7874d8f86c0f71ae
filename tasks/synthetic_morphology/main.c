/* synthetic_morphology: a few published numbers -> an SWC file. */
#include "base/file.h"
#include "common/task_main.h"
#include "synthetic_morphology/grow.h"

/* 65 535 points in lines of at most some 100 bytes, and the comments. */
enum { MOST_BYTES = 64 << 20 };

static int
write_cell(const struct task *task, const struct cell *cell, const char *path, struct fx_error *err)
{
    const char *name;
    uint64_t seed;
    struct grown grown = { .trees = NULL };
    struct text text;
    int status;

    if (task_string(task, "population", &name, err) || task_seed(task, &seed, err))
        return -1;
    text_init(&text, MOST_BYTES);
    status = grow(cell, seed, name, &grown, err);
    if (!status) {
        grown_text(&grown, cell, name, &text);
        status = file_replace(path, text_view(&text), false, err);
    }
    text_release(&text);
    grown_release(&grown);
    return status;
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    const json_t *json, *layers;
    struct definitions definitions = { 0 };
    struct cell cell = { .depth = 0 };
    const char *path;
    int status = -1;

    (void)comm;
    if (!task_json(task, "cell", &json, err) && !task_json(task, "layer_extents", &layers, err) &&
        !task_output(task, "file", &path, err) && !task_definitions(task, &definitions, err) &&
        !cell_read(json, layers, &definitions, &cell, err))
        status = write_cell(task, &cell, path, err);
    cell_release(&cell);
    definitions_release(&definitions);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
