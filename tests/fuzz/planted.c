/* A target with a mistake that driver.c must find and report: two words that its corpus lacks. */
#include "fuzz.h"

#include <string.h>

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool small = false, great = false;

    for (size_t i = 0; i + 5 <= size; i++) {
        small = small || !memcmp(data + i, "small", 5);
        great = great || !memcmp(data + i, "great", 5);
    }
    FUZZ_CHECK(!small || !great);
    return 0;
}
