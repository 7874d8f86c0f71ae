/* Tables that users bring: CSV and NPY. The first byte says as what the rest is read. */
#include "fuzz.h"

#include <math.h>
#include <string.h>

#include "common/numbers.h"

/* Of what was read every value is there, and a number. */
static void
check_table(const struct numbers *n, size_t size)
{
    FUZZ_CHECK(n->rows == 0 || n->columns <= size / n->rows + 1);
    for (size_t i = 0; i < n->rows * n->columns; i++)
        FUZZ_CHECK(isfinite(n->at[i]));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int (*const parse[])(const char *, size_t, const char *, struct numbers *, struct fx_error *) = {
        numbers_parse_csv, numbers_parse_npy,
    };
    struct fx_error err = FX_ERROR_NONE;
    struct numbers n = { 0 };
    char *bytes;

    if (size == 0)
        return 0;
    bytes = malloc(size - 1 + !(size - 1));  /* of its very size: what is read beyond it is seen */
    FUZZ_CHECK(bytes);
    memcpy(bytes, data + 1, size - 1);
    if (parse[data[0] & 1](bytes, size - 1, "/fuzz/numbers", &n, &err) == 0)
        check_table(&n, size - 1);
    else
        FUZZ_CHECK(err.code == FX_INVALID && err.text[0] && n.at == NULL);
    numbers_release(&n);
    free(bytes);
    return 0;
}
