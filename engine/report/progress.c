#include "report/progress.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include <jansson.h>

enum { TAIL_BYTES = 4096 };

static bool
parse(const char *line, size_t len, struct progress *progress)
{
    json_t *object = json_loadb(line, len, 0, NULL);
    const json_t *done = json_object_get(object, "done"), *total = json_object_get(object, "total");
    const char *what = json_string_value(json_object_get(object, "what"));
    bool sound = json_is_number(done) && json_is_number(total);

    if (sound) {
        progress->done = json_number_value(done);
        progress->total = json_number_value(total);
        snprintf(progress->what, sizeof progress->what, "%s", what ? what : "");
        /* It goes to a terminal. */
        for (char *c = progress->what; *c; c++)
            if ((unsigned char)*c < 0x20 || *c == 0x7f)
                *c = ' ';
        sound = progress->done >= 0 && progress->total > 0 && progress->done <= progress->total;
    }
    json_decref(object);
    return sound;
}

bool
progress_read(const char *path, struct progress *progress)
{
    char bytes[TAIL_BYTES];
    int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    off_t size = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
    ssize_t len = 0, end, start;

    if (size > 0)
        len = pread(fd, bytes, sizeof bytes, size > TAIL_BYTES ? size - TAIL_BYTES : 0);
    if (fd >= 0)
        close(fd);
    /* Whole lines, the last first; the first one here may have lost its beginning. */
    for (end = len; end > 0; end = start) {
        for (start = end - 1; start > 0 && bytes[start - 1] != '\n'; start--)
            continue;
        if (bytes[end - 1] == '\n' && parse(bytes + start, (size_t)(end - start), progress))
            return true;
    }
    return false;
}
