#define _XOPEN_SOURCE 700       /* realpath */
#include "nmodl/library.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/vec.h"
#include "nmodl/program.h"

static const size_t MOST_BYTES = 256u << 20;    /* of one source, translation or library */

/* What is being built; strings are the arena's. */
struct build {
    const struct library *library;
    struct arena *arena;
    const char *folder;             /* the copies, absolute, links resolved */
    VEC(const char *) names;        /* of the mechanisms' files, without .mod, sorted */
};

/* A program that runs, and the file that it works on. */
struct running {
    pid_t pid;
    const char *file;
};

static int
compare_names(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* --- the copies -------------------------------------------------------------------------------- */

static int
copy_file(const char *from, const char *to, struct fx_error *err)
{
    struct text bytes;
    int result;

    text_init(&bytes, MOST_BYTES);
    result = file_read(from, &bytes, err) || file_replace(to, text_view(&bytes), false, err);
    text_release(&bytes);
    return result ? -1 : 0;
}

static bool
is_identifier(const char *name)
{
    for (const char *c = name; *c; c++)
        if (!(*c == '_' || (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
              (*c >= '0' && *c <= '9')))
            return false;
    return *name != '\0';
}

/* Copies one file of the sources, if it is one; notes .mod files. */
static int
take_file(struct build *b, const char *name, struct fx_error *err)
{
    const char *from = path_join(b->arena, b->library->sources, name);
    const size_t length = strlen(name);
    struct stat is;
    char *mechanism;

    if (name[0] == '.' || stat(from, &is) || !S_ISREG(is.st_mode))
        return 0;
    if (copy_file(from, path_join(b->arena, b->folder, name), err))
        return -1;
    if (length <= 4 || strcmp(name + length - 4, ".mod"))
        return 0;
    mechanism = arena_get(b->arena, length, 1);
    memcpy(mechanism, name, length - 4);
    if (!is_identifier(mechanism))
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s': the names of .mod files are letters, "
                       "digits and _", name);
    vec_push(&b->names, mechanism);
    return 0;
}

static int
take_sources(struct build *b, struct fx_error *err)
{
    DIR *folder = opendir(b->library->sources);
    struct dirent *entry;
    int result = 0;

    if (!folder)
        return fx_fail_errno(err, errno, "cannot read the folder '%s'", b->library->sources);
    while (result == 0 && (errno = 0, entry = readdir(folder)))
        result = take_file(b, entry->d_name, err);
    if (result == 0 && errno)
        result = fx_fail_errno(err, errno, "cannot read the folder '%s'", b->library->sources);
    closedir(folder);
    if (result)
        return -1;
    if (b->names.count == 0)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "there are no .mod files in '%s'",
                       b->library->sources);
    qsort(b->names.at, b->names.count, sizeof *b->names.at, compare_names);
    return 0;
}

/* --- programs ------------------------------------------------------------------------------------ */

static int
check_status(const char *program, const char *file, int status, struct fx_error *err)
{
    if (status == 0)
        return 0;
    return fx_fail(err, FX_FAILED, FX_NOWHERE, "%s failed on '%s' with status %d; what it said "
                   "stands above", path_name(program), file, status);
}

static int
run(const struct build *b, const char *const *argv, const char *variable, const char *file,
    struct fx_error *err)
{
    pid_t pid;
    int status;

    if (program_start(argv, b->folder, variable, err) < 0 || program_wait(&pid, &status, err))
        return -1;
    return check_status(argv[0], file, status, err);
}

/* Takes every mention of the scratch folder out of a translation. */
static int
forget_folder(const struct build *b, const char *name, struct fx_error *err)
{
    const char *path = path_join(b->arena, b->folder,
                                 arena_printf(b->arena, "%s.cpp", name).at);
    const char *own = arena_printf(b->arena, "%s/", b->folder).at, *at, *found;
    struct text in, out;
    int result;

    text_init(&in, MOST_BYTES);
    text_init(&out, MOST_BYTES);
    result = file_read(path, &in, err);
    if (result == 0 && in.at) {
        for (at = in.at; (found = strstr(at, own)); at = found + strlen(own))
            text_append(&out, at, (size_t)(found - at));
        text_add(&out, at);
        result = file_replace(path, text_view(&out), false, err);
    }
    text_release(&in);
    text_release(&out);
    return result;
}

static int
translate(const struct build *b, const char *name, struct fx_error *err)
{
    const char *neuron = b->library->neuron;
    const char *file = arena_printf(b->arena, "%s.mod", name).at;
    const char *const argv[] = { arena_printf(b->arena, "%s/bin/nocmodl", neuron).at, file, "-o",
                                 ".", NULL };
    const char *units = arena_printf(b->arena, "MODLUNIT=%s/share/nrn/lib/nrnunits.lib",
                                     neuron).at;

    if (run(b, argv, units, file, err))
        return -1;
    return forget_folder(b, name, err);
}

/* The function that NEURON calls when it loads the library. */
static int
write_registration(const struct build *b, struct fx_error *err)
{
    struct text text;
    int result;

    text_init(&text, MOST_BYTES);
    for (size_t i = 0; i < b->names.count; i++)
        text_printf(&text, "extern \"C\" void _%s_reg();\n", b->names.at[i]);
    text_add(&text, "extern \"C\" void modl_reg()\n{\n");
    for (size_t i = 0; i < b->names.count; i++)
        text_printf(&text, "    _%s_reg();\n", b->names.at[i]);
    text_add(&text, "}\n");
    result = file_replace(path_join(b->arena, b->folder, "mod_func.cpp"), text_view(&text), false,
                          err);
    text_release(&text);
    return result;
}

static pid_t
start_compiler(const struct build *b, const char *name, struct fx_error *err)
{
    const char *neuron = b->library->neuron;
    const char *const argv[] = {
        b->library->compiler, "-std=c++17", "-O2", "-g0", "-fPIC", "-ffp-contract=off",
        "-DNRN_ENABLE_THREADS", "-DHAVE_CONFIG_H", "-DCORENRN_BUILD=0",
        arena_printf(b->arena, "-ffile-prefix-map=%s=neuron", neuron).at,
        arena_printf(b->arena, "-frandom-seed=%s", name).at,
        "-I.", arena_printf(b->arena, "-I%s/include", neuron).at,
        "-c", arena_printf(b->arena, "%s.cpp", name).at,
        "-o", arena_printf(b->arena, "%s.o", name).at, NULL
    };

    return program_start(argv, b->folder, NULL, err);
}

/* Waits for one compiler. Only the first failure is told. */
static int
reap(const struct build *b, struct running *running, size_t *count, struct fx_error *err)
{
    pid_t pid;
    int status;

    if (program_wait(&pid, &status, err))
        return -1;
    for (size_t i = 0; i < *count; i++)
        if (running[i].pid == pid) {
            const char *file = running[i].file;

            running[i] = running[--*count];
            return check_status(b->library->compiler, file, status, err);
        }
    return 0;
}

/* Compiles all translations, several at a time. */
static int
compile(const struct build *b, struct fx_error *err)
{
    const size_t most = b->library->threads > 1 ? (size_t)b->library->threads : 1;
    struct running *running = arena_get(b->arena, most, sizeof *running);
    struct fx_error later = FX_ERROR_NONE;
    size_t count = 0;
    int result = 0;

    for (size_t i = 0; result == 0 && i <= b->names.count; i++) {
        const char *name = i < b->names.count ? b->names.at[i] : "mod_func";

        if (count == most)
            result = reap(b, running, &count, err);
        if (result)
            break;
        running[count].file = name;
        running[count].pid = start_compiler(b, name, err);
        if (running[count].pid < 0)
            result = -1;
        else
            count++;
    }
    while (count)
        if (reap(b, running, &count, result ? &later : err))
            result = -1;
    return result;
}

static int
link_library(const struct build *b, struct fx_error *err)
{
    VEC(const char *) argv = { 0 };
    int result;

    vec_push(&argv, b->library->compiler);
    vec_push(&argv, "-shared");
    vec_push(&argv, "-Wl,--build-id=none,-s,-z,defs");
    vec_push(&argv, "-o");
    vec_push(&argv, "libnrnmech.so");
    vec_push(&argv, "mod_func.o");
    for (size_t i = 0; i < b->names.count; i++)
        vec_push(&argv, arena_printf(b->arena, "%s.o", b->names.at[i]).at);
    vec_push(&argv, arena_printf(b->arena, "-L%s/lib", b->library->neuron).at);
    vec_push(&argv, "-lnrniv");
    vec_push(&argv, NULL);
    result = run(b, argv.at, NULL, "libnrnmech.so", err);
    vec_release(&argv);
    return result;
}

static int
build(struct build *b, const char *path, struct fx_error *err)
{
    const char *given = path_join(b->arena, path_absolute(b->arena, b->library->scratch), "nmodl");
    char resolved[PATH_MAX];

    if (file_remove_tree(given, err) || file_make_folders(given, err))
        return -1;
    if (!realpath(given, resolved))
        return fx_fail_errno(err, errno, "no folder '%s'", given);
    b->folder = arena_cstr(b->arena, resolved);
    if (take_sources(b, err))
        return -1;
    for (size_t i = 0; i < b->names.count; i++)
        if (translate(b, b->names.at[i], err))
            return -1;
    return write_registration(b, err) || compile(b, err) || link_library(b, err) ||
           copy_file(path_join(b->arena, b->folder, "libnrnmech.so"), path, err) ? -1 : 0;
}

int
library_build(const struct library *library, const char *path, struct fx_error *err)
{
    struct build b = { .library = library, .arena = arena_new() };
    int result = build(&b, path, err);

    vec_release(&b.names);
    arena_free(b.arena);
    return result;
}
