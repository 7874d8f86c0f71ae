#include "common/numbers.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "common/task.h"

enum { MOST_BYTES = 1 << 30, MOST_DATASETS = 1000 };

void
numbers_release(struct numbers *numbers)
{
    free(numbers->at);
    *numbers = (struct numbers){ 0 };
}

/* `path` begins with these bytes. */
static bool
begins_with(const char *path, const char *bytes, size_t size)
{
    char found[8] = { 0 };
    FILE *file = fopen(path, "rb");
    size_t count = file ? fread(found, 1, size, file) : 0;

    if (file)
        fclose(file);
    return count == size && memcmp(found, bytes, size) == 0;
}

static int
read_datasets(const char *path, const json_t *dataset, struct numbers *out, struct fx_error *err)
{
    size_t count = json_is_array(dataset) ? json_array_size(dataset) : 1;
    const char **names;
    int status = 0;

    if (!dataset)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                       "it is an HDF5 file: 'dataset' must say what to read of it");
    if (count == 0 || count > MOST_DATASETS)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                       "'dataset' lists %zu datasets; it takes 1 to %d", count, MOST_DATASETS);
    names = mem_new(count, sizeof *names);
    for (size_t i = 0; !status && i < count; i++)
        status = json_read_string(json_is_array(dataset) ? json_array_get(dataset, i) : dataset,
                                  "dataset", &names[i], err);
    if (!status)
        status = numbers_read_h5(path, names, count, out, err);
    free(names);
    return status;
}

int
numbers_read(const char *path, const json_t *dataset, struct numbers *out, struct fx_error *err)
{
    struct text text;
    int status;

    if (json_is_null(dataset))
        dataset = NULL;
    if (begins_with(path, "\x89HDF\r\n\x1a\n", 8))
        return read_datasets(path, dataset, out, err);
    if (dataset)
        return fx_fail(err, FX_INVALID, (struct fx_mark){ .file = path },
                       "'dataset' is for HDF5 files, and this is none");
    text_init(&text, MOST_BYTES);
    status = file_read(path, &text, err);
    if (!status && text.len >= 6 && memcmp(text.at, "\x93NUMPY", 6) == 0)
        status = numbers_parse_npy(text.at, text.len, path, out, err);
    else if (!status)
        status = numbers_parse_csv(text.at ? text.at : "", text.len, path, out, err);
    text_release(&text);
    return status;
}
