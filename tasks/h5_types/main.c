/* h5_types: definitions, counts, projections -> /H5Types. */
#include "common/config.h"
#include "common/neuroh5_types.h"
#include "common/task_main.h"
#include "h5_types/types_of.h"

static int
read_types(struct task *task, struct neuroh5_types *types, const char **path, struct fx_error *err)
{
    const json_t *distributions, *projections = NULL;
    struct definitions definitions;
    int status;

    if (task_output(task, "file", path, err) ||
        task_json(task, "cell_distributions", &distributions, err) ||
        (task_has(task, "projections") && task_json(task, "projections", &projections, err)) ||
        task_definitions(task, &definitions, err))
        return -1;
    status = types_of(&definitions.populations, distributions, projections, types, err);
    definitions_release(&definitions);
    return status;
}

static int
write_types(const char *path, struct comm *comm, const struct neuroh5_types *types,
            struct fx_error *err)
{
    struct h5_file *file = h5_create(path, comm, err);

    if (comm_agree(comm, file ? 0 : -1, err))
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
    struct neuroh5_types types = { 0 };
    const char *path;
    int status = comm_agree(comm, read_types(task, &types, &path, err), err);

    if (!status)
        status = write_types(path, comm, &types, err);
    neuroh5_types_release(&types);
    return status;
}

int
main(int argc, char **argv)
{
    return task_main(argc, argv, run);
}
