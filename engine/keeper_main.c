/* keeper_main - the keeper as a program of its own, for programs that use the library. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "exec/keeper.h"

int
main(int argc, char **argv)
{
    int64_t fd;

    if (argc == 3 && !strcmp(argv[1], "--keeper") && number_parse_integer(str_of(argv[2]), &fd))
        return keeper_main((int)fd);
    fprintf(stderr, "fornix-keeper: started by fornix itself, not by people\n");
    return 2;
}
