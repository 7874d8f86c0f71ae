#include "plan/part_path.h"

#include <string.h>

static bool
is_plain(struct str key)
{
    for (size_t i = 0; i < key.len; i++) {
        unsigned char c = (unsigned char)key.at[i];

        if (!((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
              c >= 0x80 || (c && strchr("_-+@%/", c))))
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

bool
part_path_next(struct str *path, struct str *key, uint32_t *index)
{
    size_t end = 0;
    int64_t number;

    if (path->len && path->at[0] == '.')
        *path = str_slice(*path, 1, path->len);
    if (!path->len)
        return false;
    if (path->at[0] == '[') {
        while (end < path->len && path->at[end] != ']')
            end++;
        if (!number_parse_integer(str_slice(*path, 1, end), &number) || number < 0 ||
            number > UINT32_MAX)
            return false;
        *key = (struct str){ NULL, 0 };
        *index = (uint32_t)number;
        *path = str_slice(*path, end + 1, path->len);
        return true;
    }
    if (path->at[0] == '"') {
        for (end = 1; end < path->len && path->at[end] != '"'; end++)
            end += path->at[end] == '\\';
        end++;
    } else {
        while (end < path->len && path->at[end] != '.' && path->at[end] != '[')
            end++;
    }
    *key = str_slice(*path, 0, end);
    *path = str_slice(*path, end, path->len);
    return true;
}
