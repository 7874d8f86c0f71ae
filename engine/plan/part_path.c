#include "plan/part_path.h"

#include <string.h>

static bool
is_plain(struct str key)
{
    for (size_t i = 0; i < key.len; i++) {
        unsigned char c = (unsigned char)key.at[i];

        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')
              || c >= 0x80 || (c && strchr("_-+@%/", c))))
            return false;
    }
    return key.len > 0;
}

void
part_path_key(struct text *path, struct str key)
{
    if (path->len && path->at[path->len - 1] != '.')
        text_add(path, ".");
    if (is_plain(key))
        text_add_str(path, key);
    else
        text_add_quoted(path, key);
}

void
part_path_index(struct text *path, uint32_t index)
{
    text_printf(path, "[%u]", index);
}
