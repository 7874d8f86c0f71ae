/*
 * The main() of a fuzz target where there is no libFuzzer.
 *
 *   fuzz_<name> [-rounds=N] [-seconds=N] [-seed=N] [-artifacts=FOLDER] [WORDS.dict] FILE|FOLDER...
 *
 * Runs every file, then mutations of them: always the same ones, until the rounds or the seconds are
 * over. An input that ends the program, or takes longer than ALONE_S, is written to
 * FOLDER/crash-<program> ("." without a FOLDER); the status is then 1.
 */
#include "fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { MOST_INPUTS = 4000, MOST_WORDS = 400, MOST_BYTES = 1 << 16, ALONE_S = 60 };

struct bytes {
    uint8_t *at;
    size_t len;
};

static struct bytes inputs[MOST_INPUTS], words[MOST_WORDS];
static size_t input_count, word_count;

/* What is being run, for whoever must tell. */
static const uint8_t *volatile now;
static volatile size_t now_len;
static char artifact[300];

/* The sanitizers end a program without a signal; they call this before. */
void __sanitizer_set_death_callback(void (*callback)(void)) __attribute__((weak));
int  LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));
const char *__ubsan_default_options(void);

const char *
__ubsan_default_options(void)
{
    return "abort_on_error=1:print_stacktrace=1";   /* a signal is heard whatever its runtime is */
}

static void
say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));

    (void)ignored;
}

static void
keep_input(void)
{
    int fd;

    if (!now)
        return;
    fd = open(artifact, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (fd >= 0 && write(fd, (const void *)now, now_len) == (ssize_t)now_len) {
        say("the input that ended it: ");
        say(artifact);
        say("\n");
    }
    now = NULL;
}

static void
on_signal(int number)
{
    say(number == SIGALRM ? "an input takes too long\n" : "an input ends the program\n");
    keep_input();
    _exit(1);
}

static void
run(const uint8_t *at, size_t len)
{
    uint8_t *copy = malloc(len ? len : 1);      /* of this size: a read behind it is seen */

    FUZZ_CHECK(copy);
    memcpy(copy, at, len);
    now_len = len;
    now = copy;
    alarm(ALONE_S);
    LLVMFuzzerTestOneInput(copy, len);
    alarm(0);
    now = NULL;
    free(copy);
}

/* --- inputs and words ---------------------------------------------------------------------------- */

static struct bytes
read_file(const char *path)
{
    FILE *in = fopen(path, "rb");
    struct bytes bytes = { malloc(MOST_BYTES), 0 };

    FUZZ_CHECK(bytes.at);
    if (!in) {
        perror(path);
        exit(2);
    }
    bytes.len = fread(bytes.at, 1, MOST_BYTES, in);
    fclose(in);
    return bytes;
}

static int
compare_names(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static void
add_inputs(const char *path)
{
    struct dirent **items;
    struct stat status;
    int n;

    if (stat(path, &status) || !S_ISDIR(status.st_mode)) {
        if (input_count < MOST_INPUTS)
            inputs[input_count++] = read_file(path);
        return;
    }
    n = scandir(path, &items, NULL, compare_names);
    for (int i = 0; i < n; i++) {
        char name[1000];

        snprintf(name, sizeof name, "%s/%s", path, items[i]->d_name);
        if (items[i]->d_name[0] != '.')
            add_inputs(name);
        free(items[i]);
    }
    if (n >= 0)
        free(items);
}

/* One line of a dictionary of libFuzzer: NAME="bytes", with \\, \" and \xNN. */
static void
add_word(const char *line)
{
    const char *at = strchr(line, '"');
    struct bytes word = { malloc(strlen(line) + 1), 0 };

    FUZZ_CHECK(word.at);
    for (at = at && line[0] != '#' ? at + 1 : ""; *at && *at != '"'; at++) {
        unsigned hex;

        if (at[0] == '\\' && at[1] == 'x' && sscanf(at + 2, "%2x", &hex) == 1) {
            word.at[word.len++] = (uint8_t)hex;
            at += 3;
        } else {
            at += at[0] == '\\' && at[1];
            word.at[word.len++] = (uint8_t)*at;
        }
    }
    if (word.len && word_count < MOST_WORDS)
        words[word_count++] = word;
    else
        free(word.at);
}

static void
add_words(const char *path)
{
    struct bytes all = read_file(path);
    char line[300];
    FILE *in = all.len ? fmemopen(all.at, all.len, "r") : NULL;

    while (in && fgets(line, sizeof line, in))
        add_word(line);
    if (in)
        fclose(in);
    free(all.at);
}

/* --- mutations ----------------------------------------------------------------------------------- */

static uint32_t
draw(uint64_t *state, size_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return below ? (uint32_t)(*state >> 33) % (uint32_t)below : 0;
}

/* Puts `part` instead of the `out` bytes at `at`. */
static void
put(struct bytes *text, size_t at, size_t out, const uint8_t *part, size_t len)
{
    uint8_t copy[300];

    len = len < sizeof copy ? len : sizeof copy;
    memcpy(copy, part, len);        /* it may lie in the text itself */
    out = out < text->len - at ? out : text->len - at;
    if (text->len - out + len > MOST_BYTES)
        return;
    memmove(text->at + at + len, text->at + at + out, text->len - at - out);
    memcpy(text->at + at, copy, len);
    text->len = text->len - out + len;
}

/* Numbers where readers err: around 0, powers of two, and the greatest. */
static void
put_number(struct bytes *text, size_t at, uint64_t *state)
{
    size_t len = (size_t)1 << draw(state, 4);
    uint64_t value = (uint64_t)1 << draw(state, 64);

    value = value - 2 + draw(state, 4);
    put(text, at, len, (const uint8_t *)&value, len);
}

static void
mutate(struct bytes *text, uint64_t *state)
{
    size_t at = draw(state, text->len + 1), len = 1 + draw(state, 1 << draw(state, 8));
    const struct bytes *other = &inputs[draw(state, input_count)];
    size_t from = draw(state, other->len + 1), part = other->len - from;
    uint8_t byte = (uint8_t)draw(state, 256);

    switch (draw(state, 9)) {
    case 0:     /* a bit */
        if (at < text->len)
            text->at[at] ^= (uint8_t)(1 << byte % 8);
        break;
    case 1:     /* a byte */
        put(text, at, 1, &byte, 1);
        break;
    case 2:     /* the end is cut off */
        text->len = draw(state, 4) ? text->len : at;
        break;
    case 3:     /* a part is cut out */
        put(text, at, len, &byte, 0);
        break;
    case 4:     /* a part stands twice */
        len = len < text->len - at ? len : text->len - at;
        put(text, draw(state, text->len + 1), 0, text->at + at, len);
        break;
    case 5:     /* a part of another input goes in, or instead of what is there */
        part = len < part ? len : part;
        put(text, at, draw(state, 2) ? len : 0, other->at + from, part);
        break;
    case 6:
        put_number(text, at, state);
        break;
    default:    /* a word goes in, or instead of what is there */
        if (word_count) {
            const struct bytes *word = &words[draw(state, word_count)];

            put(text, at, draw(state, 2) ? word->len : 0, word->at, word->len);
        }
    }
}

static double
seconds(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static long
run_mutations(long rounds, double until, uint64_t state)
{
    struct bytes text = { malloc(MOST_BYTES), 0 };
    long round = 0;

    FUZZ_CHECK(text.at);
    for (; round < rounds && seconds() < until; round++) {
        const struct bytes *base = &inputs[draw(&state, input_count)];

        memcpy(text.at, base->at, base->len);
        text.len = base->len;
        for (uint32_t edits = 1 + draw(&state, 1 << draw(&state, 4)); edits; edits--)
            mutate(&text, &state);
        run(text.at, text.len);
    }
    free(text.at);
    return round;
}

static void
watch(const char *program, const char *folder)
{
    static const int numbers[] = { SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGALRM };
    const char *name = strrchr(program, '/');
    struct sigaction action = { .sa_handler = on_signal };

    snprintf(artifact, sizeof artifact, "%s/crash-%s", folder, name ? name + 1 : program);
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i] == SIGALRM || numbers[i] == SIGABRT || !__sanitizer_set_death_callback)
            sigaction(numbers[i], &action, NULL);
    if (__sanitizer_set_death_callback)
        __sanitizer_set_death_callback(keep_input);
}

int
main(int argc, char **argv)
{
    long rounds = 100000, limit = 6, seed = 1, done;
    const char *artifacts = ".";
    double start = seconds();

    for (int i = 1; i < argc; i++) {
        if (!strncmp(argv[i], "-artifacts=", 11)) {
            artifacts = argv[i] + 11;
        } else if (argv[i][0] == '-') {
            if (sscanf(argv[i], "-rounds=%ld", &rounds) != 1 &&
                sscanf(argv[i], "-seconds=%ld", &limit) != 1 &&
                sscanf(argv[i], "-seed=%ld", &seed) != 1)
                exit(2);
        } else if (strstr(argv[i], ".dict")) {
            add_words(argv[i]);
        } else {
            add_inputs(argv[i]);
        }
    }
    if (!input_count) {
        fprintf(stderr, "%s: there are no inputs\n", argv[0]);
        return 2;
    }
    watch(argv[0], artifacts);
    if (LLVMFuzzerInitialize)
        LLVMFuzzerInitialize(&argc, &argv);
    for (size_t i = 0; i < input_count; i++)
        run(inputs[i].at, inputs[i].len);
    done = run_mutations(rounds, start + (double)limit, (uint64_t)seed);
    printf("%zu inputs, %ld mutations, %.1f s\n", input_count, done, seconds() - start);
    for (size_t i = 0; i < input_count; i++)
        free(inputs[i].at);
    for (size_t i = 0; i < word_count; i++)
        free(words[i].at);
    return done > 0 || rounds == 0 ? 0 : 1;
}
