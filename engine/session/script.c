#include "session/script.h"

#include <assert.h>
#include <string.h>

#include "base/file.h"
#include "exec/launcher.h"
#include "exec/tools.h"
#include "plan/job_json.h"

enum { JOB_MOST = 256 << 20 };

/* Stand for the folders that only the script knows; no path of a file says the same. */
#define SHORT_FOLDER "/\001short"
#define JOB_TAIL ", \"scratch\": \"S\", \"progress\": \"P\"}\n"

struct paths {
    struct session *session;
    struct arena *arena;
};

static const char *
input_path(void *context, const struct node *input, struct fx_error *err)
{
    const struct paths *p = context;
    const char *path;

    if (input->kind == NODE_FILE)
        return arena_str(p->arena, input->text).at;
    path = job_store_output(p->session->jobs, p->arena, input->job, input->output);
    if (!path)
        fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' has no result yet",
                STR(plan_job(p->session->plan, input->job)->label));
    return path;
}

/* --- inputs ------------------------------------------------------------------------------------ */

/* Marks the jobs whose outputs stand in a value. */
static void
mark_sources(const struct node *node, bool *sources)
{
    if (node->kind == NODE_OUTPUT)
        sources[node->job] = true;
    for (uint32_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
        mark_sources(node->items[i], sources);
    for (uint32_t i = 0; node->kind == NODE_MAP && i < node->count; i++)
        mark_sources(node->entries[i].value, sources);
}

static int
verify_inputs(struct session *session, job_id job, struct fx_error *err)
{
    bool *sources = arena_get(session->arena, plan_count(session->plan), sizeof *sources);

    mark_sources(plan_job(session->plan, job)->with, sources);
    for (job_id source = 0; source < plan_count(session->plan); source++) {
        const struct record *record;
        int sound;

        if (!sources[source])
            continue;
        record = job_store_record(session->jobs, source);
        if (!record)
            return fx_fail(err, FX_FAILED, FX_NOWHERE, "'%.*s' has no result yet",
                           STR(plan_job(session->plan, source)->label));
        sound = store_verify(session->store, record, err);
        if (sound < 0)
            return -1;
        if (!sound) {
            fx_fail(err, FX_FAILED, FX_NOWHERE,
                    "the stored outputs of '%.*s' are not what was published: the disk lost them, or "
                    "somebody changed them",
                    STR(plan_job(session->plan, source)->label));
            return fx_error_hint(err, "they were moved to damaged/; fornix run makes them again");
        }
    }
    return 0;
}

/* --- the environment --------------------------------------------------------------------------- */

/* What a job inherits and its result or its start may depend on. */
static bool
matters(const char *variable)
{
    static const char *const prefixes[] = { "PATH=",  "LD_LIBRARY_PATH=", "VIRTUAL_ENV=", "PYTHON",
                                            "LANG=",  "LC_",              "OMP_",         "OMPI_MCA_",
                                            "PMIX_",  "PRTE_",            "HDF5_",        "NRN",
                                            "NEURON", "FORNIX_PYTHON=",   "FORNIX_NEURON=" };
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz0123456789";

    if (variable[strspn(variable, plain)] != '=')   /* a shell has no such name */
        return false;
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (!strncmp(variable, prefixes[i], strlen(prefixes[i])))
            return true;
    return false;
}

static void
add_variable(struct text *out, const char *variable)
{
    size_t name = strcspn(variable, "=");

    text_printf(out, "export %.*s=", (int)name, variable);
    if (!strcmp(variable + name + 1, SHORT_FOLDER))
        text_add(out, "\"$short\"");
    else
        launcher_quote(out, variable + name + 1);
    text_add(out, "\n");
}

static void
add_environment(const struct launch *launch, bool mpi, struct text *out)
{
    extern char **environ;

    for (char **variable = environ; *variable; variable++)
        if (matters(*variable))
            add_variable(out, *variable);
    if (mpi)
        text_add(out, "short=$(mktemp -d /tmp/fornix.XXXXXX)      # Open MPI's sockets want a short "
                      "path\ntrap 'rm -rf \"$short\"' EXIT\n");
    for (const char *const *variable = launch->environment; *variable; variable++)
        add_variable(out, *variable);
    text_add(out, "\n");
}

/* --- the parts of the script ------------------------------------------------------------------- */

static void
add_head(const struct session *session, job_id job, struct text *out)
{
    const struct job *what = plan_job(session->plan, job);
    const struct digest *key = job_store_key(session->jobs, job);

    text_printf(out, "#!/bin/sh\n# The job %.*s of the workflow '%.*s', as fornix starts it.\n",
                STR(what->label), STR(session->wf->name));
    if (key && job_store_record(session->jobs, job))
        text_printf(out, "# Its outputs in the store: %s/out\n",
                    store_folder(session->store, session->arena, *key));
    text_add(out, "#\n#     sh SCRIPT [FOLDER]\n#\n"
                  "# FOLDER gets out/ with the outputs, and job.json, which tells the task what to "
                  "do.\n\nset -eu\n\n");
    text_add(out, "folder=${1:-");
    launcher_quote(out, arena_printf(session->arena, "./%.*s", STR(what->label)).at);
    text_add(out,
             "}\n"
             "if [ -e \"$folder/out\" ]; then\n"
             "    echo \"$0: '$folder' holds a job already: name another folder\" >&2\n"
             "    exit 2\n"
             "fi\n"
             "mkdir -p \"$folder/out\" \"$folder/scratch\"\n"
             "folder=$(cd \"$folder\" && pwd -P)\n"
             "case $folder in *[[:cntrl:]]*)\n"
             "    echo \"$0: a folder with such a name cannot be told in JSON\" >&2\n"
             "    exit 2\n"
             "esac\n\n");
}

static int
add_job(struct session *session, job_id job, struct text *out, struct fx_error *err)
{
    static const char tail[] = JOB_TAIL;
    struct paths context = { session, session->arena };
    struct job_paths paths = { input_path, &context, "S", "P" };
    struct text json;
    int status;

    text_init(&json, JOB_MOST);
    status = job_json(session->plan, job, &paths, &json, err);
    if (status == 0) {
        size_t len = json.len - (sizeof tail - 1);

        assert(json.len >= sizeof tail - 1 && !strcmp(json.at + len, tail));
        text_add(out, "{\ncat <<'END_OF_JOB'\n");
        text_append(out, json.at, len);
        text_add(out, "\nEND_OF_JOB\n"
                      "quoted=$(printf '%s' \"$folder\" | sed 's/[\\\\\"]/\\\\&/g')\n"
                      "printf ', \"scratch\": \"%s/scratch\", \"progress\": \"%s/progress\"}\\n' "
                      "\"$quoted\" \"$quoted\"\n"
                      "} >\"$folder/job.json\"\n\n");
    }
    text_release(&json);
    return status;
}

/* Folders that outputs with a path of several parts lie in. */
static void
add_folders(const struct session *session, job_id job, struct text *out)
{
    const struct job *what = plan_job(session->plan, job);

    text_add(out, "cd \"$folder/out\"\n");
    for (uint32_t i = 0; i < what->output_count; i++) {
        const char *file = arena_str(session->arena, what->outputs[i].file).at;

        if (!strchr(file, '/'))
            continue;
        text_add(out, "mkdir -p ");
        launcher_quote(out, path_folder(session->arena, file));
        text_add(out, "\n");
    }
}

/* The last word is the description, whose place the script knows. */
static void
add_command(const struct session *session, const struct launch *launch, const char *program,
            struct text *out)
{
    for (const char *const *word = launch->argv; word[1]; word++) {
        const char *found = strcmp(*word, program) ? NULL : tool_find(session->arena, program);

        launcher_quote(out, found ? found : *word);
        text_add(out, " ");
    }
    text_add(out, "\"$folder/job.json\" </dev/null\n\n");
}

static void
add_end(const struct session *session, job_id job, struct text *out)
{
    const struct job *what = plan_job(session->plan, job);

    if (what->output_count) {
        text_add(out, "for file in");
        for (uint32_t i = 0; i < what->output_count; i++) {
            text_add(out, " ");
            launcher_quote(out, arena_str(session->arena, what->outputs[i].file).at);
        }
        text_add(out, "; do\n"
                      "    if [ ! -f \"$file\" ]; then\n"
                      "        echo \"$0: the task left no '$file'\" >&2\n"
                      "        exit 1\n"
                      "    fi\n"
                      "done\n");
    }
    text_add(out, "echo \"outputs: $folder/out\"\n");
}

int
script_write(struct session *session, job_id job, struct text *out, struct fx_error *err)
{
    const struct task_desc *task = plan_task(session->plan, job);
    const struct resources *resources = &plan_job(session->plan, job)->resources;
    struct launch launch = { .argv = NULL };

    if (!tool_find(session->arena, task->program[0]))
        return fx_fail(err, FX_INVALID, FX_NOWHERE,
                       "the program '%s' of task '%.*s' is missing, or not executable",
                       task->program[0], STR(task->name));
    if (verify_inputs(session, job, err) < 0)
        return -1;
    launcher_compose(session->arena, task, resources, "job.json", SHORT_FOLDER, &launch);
    add_head(session, job, out);
    add_environment(&launch, resources->ranks > 1, out);
    if (add_job(session, job, out, err) < 0)
        return -1;
    add_folders(session, job, out);
    add_command(session, &launch, task->program[0], out);
    add_end(session, job, out);
    return 0;
}
