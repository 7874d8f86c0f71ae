#include "common/h5.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "common/crash.h"
#include "common/h5_internal.h"

/* --- errors -------------------------------------------------------------------------------------- */

struct stack_text {
    char text[300];
};

/* Where a system call failed, HDF5 tells time, descriptor, addresses; what helps is the message. */
static void
take_reason(char *to, size_t size, const char *text)
{
    static const char mark[] = "error message = '";
    const char *message = strstr(text, mark), *details = strstr(text, ": time = ");

    if (message && details) {
        message += sizeof mark - 1;
        snprintf(to, size, "%.*s: %.*s", (int)(details - text), text, (int)strcspn(message, "'"),
                 message);
    } else {
        snprintf(to, size, "%s", text);
    }
}

static herr_t
take_innermost(unsigned depth, const H5E_error2_t *entry, void *to)
{
    struct stack_text *text = to;

    if (depth == 0 && entry->desc)
        take_reason(text->text, sizeof text->text, entry->desc);
    return 0;
}

static int
fill(const struct h5_file *file, struct fx_error *err, enum fx_code code, const char *format,
     va_list args, const char *reason)
{
    struct fx_mark at = { file->path, 0, 0 };
    char what[400];

    vsnprintf(what, sizeof what, format, args);
    if (reason)
        return fx_fail(err, code, at, "cannot %s: %s", what, *reason ? reason : "HDF5 does not say why");
    return fx_fail(err, code, at, "%s", what);
}

int
h5_fail(const struct h5_file *file, struct fx_error *err, const char *format, ...)
{
    struct stack_text reason = { "" };
    va_list args;

    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_innermost, &reason);
    /* Where one rank's write fails, others wait for it in HDF5, in this call or in a later one. */
    if (file->comm && file->comm->size > 1)
        file->comm->broken = true;
    va_start(args, format);
    fill(file, err, file->writes ? FX_SYSTEM : FX_INVALID, format, args, reason.text);
    va_end(args);
    return -1;
}

int
h5_invalid(const struct h5_file *file, struct fx_error *err, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fill(file, err, FX_INVALID, format, args, NULL);
    va_end(args);
    return -1;
}

/* --- files --------------------------------------------------------------------------------------- */

static struct h5_file *
file_new(const char *path)
{
    struct h5_file *file = mem_new(1, sizeof *file);

    /* Every file is closed by hand; after a write that failed HDF5's own clean-up at exit crashes. */
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);      /* errors are ours to print */
    setenv("HDF5_USE_FILE_LOCKING", "BEST_EFFORT", 0);  /* not every file system has locks */
    file->id = H5I_INVALID_HID;
    file->path = mem_copy(path, strlen(path));
    return file;
}

static void
file_free(struct h5_file *file)
{
    h5_reserve_release(file);
    free(file->path);
    free(file);
}

struct h5_file *
h5_create(const char *path, struct comm *comm, struct fx_error *err)
{
    struct h5_file *file = file_new(path);
    hid_t properties = H5Pcreate(H5P_FILE_ACCESS);

    file->writes = true;
    H5Pset_fclose_degree(properties, H5F_CLOSE_STRONG);
    if (comm->size > 1)
        H5Pset_fapl_mpio(properties, MPI_COMM_WORLD, MPI_INFO_NULL);
    file->id = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, properties);
    if (file->id < 0)
        h5_fail(file, err, "create the file");
    H5Pclose(properties);
    if (file->id < 0) {
        file_free(file);
        return NULL;
    }
    file->comm = comm;      /* only now: who cannot create it is not waited for */
    h5_reserve_init(file);
    return file;
}

struct h5_file *
h5_open(const char *path, struct fx_error *err)
{
    struct h5_file *file = file_new(path);
    hid_t properties;
    hsize_t size = 0;

    if (access(path, R_OK)) {
        fx_fail(err, FX_INVALID, FX_NOWHERE, "cannot read '%s': %s", path, strerror(errno));
        file_free(file);
        return NULL;
    }
    crash_note(path);
    properties = H5Pcreate(H5P_FILE_ACCESS);
    H5Pset_fclose_degree(properties, H5F_CLOSE_STRONG);
    file->id = H5Fopen(path, H5F_ACC_RDONLY, properties);
    if (file->id < 0)
        h5_fail(file, err, "open it as an HDF5 file");
    H5Pclose(properties);
    if (file->id < 0) {
        file_free(file);
        return NULL;
    }
    H5Fget_filesize(file->id, &size);
    file->size = size;
    return file;
}

int
h5_close(struct h5_file *file, struct fx_error *err)
{
    int status = 0;

    if (!file)
        return 0;
    if (H5Fclose(file->id) < 0)
        status = h5_fail(file, err, "finish the file");
    file_free(file);
    return status;
}

void
h5_discard(struct h5_file *file)
{
    struct fx_error unsaid = FX_ERROR_NONE;

    /* A parallel file closes collectively; after an error that is this rank's alone it cannot. */
    if (file && file->writes && file->comm->size > 1 && (file->comm->broken || !file->comm->agreed))
        file_free(file);
    else
        h5_close(file, &unsaid);
}

const char *
h5_path(const struct h5_file *file)
{
    return file->path;
}

/* --- groups and links ---------------------------------------------------------------------------- */

/* Makes `path` and what is above it, or, with `parents` alone, only what is above. */
static int
make_groups(struct h5_file *file, const char *path, bool parents, struct fx_error *err)
{
    char *part = mem_copy(path, strlen(path));
    int status = h5_reserve(file, 0, err);

    for (char *end = part + 1; !status && *end; end++) {
        if (*end == '/')
            *end = 0;
        else if (end[1] || parents)
            continue;
        htri_t there = H5Lexists(file->id, part, H5P_DEFAULT);
        if (there == 0) {
            hid_t group = H5Gcreate2(file->id, part, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
            if (group < 0)
                status = h5_fail(file, err, "make group '%s'", part);
            else
                H5Gclose(group);
        } else if (there < 0) {
            status = h5_fail(file, err, "look for group '%s'", part);
        }
        *end = path[end - part];
    }
    free(part);
    return status;
}

int
h5_make_group(struct h5_file *file, const char *path, struct fx_error *err)
{
    return make_groups(file, path, false, err);
}

int
h5_make_parents(struct h5_file *file, const char *path, struct fx_error *err)
{
    return make_groups(file, path, true, err);
}

int
h5_link(struct h5_file *file, const char *target, const char *path, struct fx_error *err)
{
    if (h5_make_parents(file, path, err))
        return -1;
    if (H5Lcreate_hard(file->id, target, file->id, path, H5P_DEFAULT, H5P_DEFAULT) < 0)
        return h5_fail(file, err, "link '%s' to '%s'", path, target);
    return 0;
}

bool
h5_exists(const struct h5_file *file, const char *path)
{
    char *part = mem_copy(path, strlen(path));
    bool there = true;

    for (char *end = part + 1; there && (*end || end[-1] != '/'); end++) {
        char here = *end;
        if (here && here != '/')
            continue;
        *end = 0;
        there = H5Lexists(file->id, part, H5P_DEFAULT) > 0;
        *end = here;
        if (!here)
            break;
    }
    free(part);
    /* A link may lead nowhere. */
    return there && H5Oexists_by_name(file->id, path, H5P_DEFAULT) > 0;
}

static herr_t
take_name(hid_t group, const char *name, const H5L_info_t *info, void *to)
{
    struct h5_names *names = to;

    (void)group;
    (void)info;
    names->at = mem_resize(names->at, names->count + 1, sizeof *names->at);
    names->at[names->count++] = mem_copy(name, strlen(name));
    return 0;
}

int
h5_list(const struct h5_file *file, const char *group, struct h5_names *names,
        struct fx_error *err)
{
    hsize_t from = 0;

    *names = (struct h5_names){ NULL, 0 };
    if (!h5_exists(file, group))
        return h5_invalid(file, err, "there is no group '%s'", group);
    if (H5Literate_by_name(file->id, group, H5_INDEX_NAME, H5_ITER_INC, &from, take_name, names,
                           H5P_DEFAULT) < 0) {
        h5_names_release(names);
        return h5_fail(file, err, "list group '%s'", group);
    }
    return 0;
}

void
h5_names_release(struct h5_names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->at[i]);
    free(names->at);
    *names = (struct h5_names){ NULL, 0 };
}

int
h5_copy(const struct h5_file *from, const char *from_path, struct h5_file *to,
        const char *to_path, struct fx_error *err)
{
    if (!h5_exists(from, from_path))
        return h5_invalid(from, err, "there is no '%s'", from_path);
    if (h5_make_parents(to, to_path, err))
        return -1;
    if (H5Ocopy(from->id, from_path, to->id, to_path, H5P_DEFAULT, H5P_DEFAULT) < 0)
        return h5_fail(to, err, "copy '%s' of '%s'", from_path, from->path);
    return 0;
}
