/*
 * step - what the benchmarks run: writes a hash of the files that it reads.
 *
 *   step JOB.json           as a task: the files under "inputs", into step.txt
 *   step OUT IN...          for make and ninja
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t hash = 14695981039346656037u; /* FNV-1a */

static void
take(const char *path)
{
    FILE *in = fopen(path, "r");
    int c;

    if (!in) {
        perror(path);
        exit(1);
    }
    while ((c = getc(in)) != EOF)
        hash = (hash ^ (uint64_t)c) * 1099511628211u;
    fclose(in);
}

static void
leave(const char *path)
{
    FILE *out = fopen(path, "w");

    if (!out || fprintf(out, "%016llx\n", (unsigned long long)hash) < 0 || fclose(out)) {
        perror(path);
        exit(1);
    }
}

/* Every string that begins with '/' between "inputs" and "outputs", and the parameter `number`. */
static void
take_job(const char *path)
{
    static char text[1 << 20];
    FILE *in = fopen(path, "r");
    size_t length = in ? fread(text, 1, sizeof text - 1, in) : 0;
    char *inputs = strstr(text, "\"inputs\""), *end, *number = strstr(text, "\"number\"");

    if (!length || !inputs)
        exit(1);
    fclose(in);
    for (char *c = number; c && *c && *c != ',' && *c != '}'; c++)
        hash = (hash ^ (uint64_t)(unsigned char)*c) * 1099511628211u;
    end = strstr(inputs, "\"outputs\"");
    for (char *at = inputs; end && (at = strstr(at, "\"/")) && at < end;) {
        char *name = at + 1, *quote = strchr(name, '"');

        *quote = '\0';
        take(name);
        at = quote + 1;
    }
}

int
main(int argc, char **argv)
{
    if (argc == 2) {
        take_job(argv[1]);
        leave("step.txt");
        return 0;
    }
    for (int i = 2; i < argc; i++)
        take(argv[i]);
    leave(argv[1]);
    return 0;
}
