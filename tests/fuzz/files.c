#include "fuzz.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"

enum { MOST_FILES = 400, MOST_PARTS = 32 };

struct memory_file {
    const char *path, *at;
    size_t len;
};

static struct memory_file files[MOST_FILES];
static size_t count, lasting;

int  __real_file_read(const char *path, struct text *text, struct fx_error *err);
int  __wrap_file_read(const char *path, struct text *text, struct fx_error *err);
bool __wrap_file_exists(const char *path);
bool __wrap_file_is_folder(const char *path);
FILE *__real_fopen(const char *path, const char *mode);
FILE *__wrap_fopen(const char *path, const char *mode);

/* --- the files ---------------------------------------------------------------------------------- */

void
fuzz_files_add(const char *path, const void *at, size_t len)
{
    if (count < MOST_FILES)
        files[count++] = (struct memory_file){ strdup(path), at, len };
}

void
fuzz_files_clear(void)
{
    while (count > lasting)
        free((char *)files[--count].path);
}

void
fuzz_files_add_folder(const char *folder, const char *as)
{
    DIR *dir = opendir(folder);
    struct dirent *item;

    FUZZ_CHECK(dir && count == lasting);
    while ((item = readdir(dir))) {
        char path[600], name[600];
        struct stat status;

        if (item->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        snprintf(name, sizeof name, "%s/%s", as, item->d_name);
        if (!stat(path, &status) && S_ISDIR(status.st_mode)) {
            fuzz_files_add_folder(path, name);
        } else if (strstr(name, ".yaml")) {
            struct fx_error err = FX_ERROR_NONE;
            struct text text;

            text_init(&text, 1 << 24);
            FUZZ_CHECK(!__real_file_read(path, &text, &err) && count < MOST_FILES);
            fuzz_files_add(name, text.at, text.len);    /* never released: as long as the program */
            lasting = count;
        }
    }
    closedir(dir);
}

/* The file of that path, or, with `folder`, one below it. */
static const struct memory_file *
find(const char *path, bool folder)
{
    struct arena *arena = arena_new();
    const char *clean = path_absolute(arena, path);
    size_t len = strlen(clean), i = 0;

    for (; i < count; i++)
        if (folder ? !strncmp(files[i].path, clean, len) && files[i].path[len] == '/'
                   : !strcmp(files[i].path, clean))
            break;
    arena_free(arena);
    return i < count ? &files[i] : NULL;
}

/* --- instead of those of the disk --------------------------------------------------------------- */

int
__wrap_file_read(const char *path, struct text *text, struct fx_error *err)
{
    const struct memory_file *file = find(path, false);

    if (!file)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "cannot read '%s': no such file", path);
    text_append(text, file->at, file->len);
    if (text->full)
        return fx_fail(err, FX_INVALID, FX_NOWHERE, "'%s' is too long", path);
    return 0;
}

bool
__wrap_file_exists(const char *path)
{
    return find(path, false) || find(path, true);
}

bool
__wrap_file_is_folder(const char *path)
{
    return find(path, true) != NULL;
}

/* fx_error_print() reads the line again. */
FILE *
__wrap_fopen(const char *path, const char *mode)
{
    const struct memory_file *file;

    if (strncmp(path, "/fuzz/", 6))
        return __real_fopen(path, mode);
    file = find(path, false);
    return file && file->len ? fmemopen((void *)file->at, file->len, "r") : NULL;
}

/* --- several files in one input ------------------------------------------------------------------ */

void
fuzz_parts(const uint8_t *data, size_t size, const char *first,
           void (*each)(void *context, const char *name, const char *at, size_t len), void *context)
{
    const char *at = (const char *)data, *end = at + size;
    char name[200];

    snprintf(name, sizeof name, "%s", first);
    for (int part = 0; part < MOST_PARTS; part++) {
        const char *next = at;

        while (next < end && !((size_t)(end - next) > 4 && !memcmp(next, "=== ", 4))) {
            next = memchr(next, '\n', (size_t)(end - next));
            next = next ? next + 1 : end;
        }
        each(context, name, at, (size_t)(next - at));
        if (next == end)
            return;
        at = memchr(next, '\n', (size_t)(end - next));
        at = at ? at : end;
        snprintf(name, sizeof name, "%.*s", (int)(at - next - 4), next + 4);
        at = at < end ? at + 1 : end;
    }
}
