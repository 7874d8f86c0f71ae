/* The text half of file.h: paths as strings, nothing here looks at the disk but for getcwd(). */
#include <string.h>
#include <unistd.h>

#include "base/file.h"

const char *
path_join(struct arena *arena, const char *folder, const char *name)
{
    if (name[0] == '/' || !folder[0] || !strcmp(folder, "."))
        return arena_cstr(arena, name);
    if (folder[strlen(folder) - 1] == '/')
        return arena_printf(arena, "%s%s", folder, name).at;
    return arena_printf(arena, "%s/%s", folder, name).at;
}

const char *
path_folder(struct arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash)
        return ".";
    if (slash == path)
        return "/";
    return arena_str(arena, (struct str){ path, (size_t)(slash - path) }).at;
}

const char *
path_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

const char *
path_absolute(struct arena *arena, const char *path)
{
    char here[4096];
    const char *from;
    char *clean, *to;

    if (path[0] != '/')
        path = path_join(arena, getcwd(here, sizeof here) ? here : "/", path);
    clean = arena_get(arena, strlen(path) + 2, 1);
    to = clean;
    for (from = path; *from;) {
        size_t len = strcspn(from, "/");

        if (len == 2 && from[0] == '.' && from[1] == '.') {
            while (to > clean && *--to != '/')
                continue;
        } else if (len > 1 || (len == 1 && from[0] != '.')) {
            *to++ = '/';
            memcpy(to, from, len);
            to += len;
        }
        from += len;
        from += *from == '/';
    }
    if (to == clean)
        *to++ = '/';
    *to = '\0';
    return clean;
}

const char *
path_relative(struct arena *arena, const char *from, const char *to)
{
    size_t same = 0, i;
    struct text text;
    struct str result;

    /* `same` ends after the last common component. */
    for (i = 0; from[i] && from[i] == to[i]; i++)
        if (from[i] == '/')
            same = i + 1;
    if ((!from[i] || from[i] == '/') && (!to[i] || to[i] == '/'))
        same = i + (from[i] == '/' || to[i] == '/');
    text_init(&text, 64 * 1024);
    if (strlen(from) > same) {
        text_add(&text, "../");
        for (i = same; from[i]; i++)
            if (from[i] == '/' && from[i + 1])
                text_add(&text, "../");
    }
    if (strlen(to) > same)
        text_add(&text, to + same);
    if (text.len && text.at[text.len - 1] == '/')
        text.at[--text.len] = '\0';
    if (!text.len)
        text_add(&text, ".");
    result = arena_str(arena, text_view(&text));
    text_release(&text);
    return result.at;
}
