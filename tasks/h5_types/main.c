/* h5_types: definitions, counts, projections -> /H5Types. */
#include "common/config.h"
#include "common/neuroh5_types.h"
#include "common/task_main.h"
#include "h5_types/types_of.h"

static int
write_types(struct task *task, const struct comm *comm, const struct neuroh5_types *types,
            struct fx_error *err)
{
    const char *path;
    struct h5_file *file;

    if (task_output(task, "file", &path, err))
        return -1;
    file = h5_create(path, comm, err);
    if (!file)
        return -1;
    if (neuroh5_types_write(file, types, err)) {
        h5_discard(file);
        return -1;
    }
    return h5_close(file, err);
}

static int
run(struct task *task, struct comm *comm, struct fx_error *err)
{
    const json_t *distributions, *projections = NULL;
    struct definitions definitions;
    struct neuroh5_types types;
    int status;

    if (task_json(task, "cell_distributions", &distributions, err) ||
        (task_has(task, "projections") && task_json(task, "projections", &projections, err)) ||
        task_definitions(task, &definitions, err))
        return -1;
    status = types_of(&definitions.populations, distributions, projections, &types, err);
    definitions_release(&definitions);
    if (status)
        return -1;
    status = write_types(task, comm, &types, err);
    neuroh5_types_release(&types);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
