#include "report/console.h"

#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/vec.h"
#include "report/progress.h"
#include "report/words.h"

enum {
    AREA_LINES = 10,        /* at most, with the line of totals */
    LARGE_STAGE = 8,        /* jobs from which a terminal shows one line for a stage */
    LINE_MOST = 4096
};

static const double REDRAW_S = 0.1;     /* at most so often because of changes */
static const double CLOCK_S = 1;        /* and so often because time passes */

/* The jobs of one stage in this run. */
struct tally {
    uint32_t jobs, undecided;   /* undecided: neither cached nor queued nor given up */
    uint32_t cached, ran, unfinished;
    double seconds;             /* of those that ran */
    const char *reason;         /* of the first that ran */
};

struct console {
    struct listener listener;
    const struct watch *watch;
    FILE *out;
    struct console_options options;
    struct tally *tallies;      /* of each stage */
    VEC(job_id) running;        /* in the order of their start */
    struct text lines;          /* to be shown, above the area */
    struct text frame;          /* one write to the terminal */
    unsigned drawn;             /* lines of the area that stand on the terminal */
    double drawn_at;
    bool dirty, ended;
};

bool
console_is_live(FILE *out)
{
    const char *term = getenv("TERM"), *ci = getenv("CI");

    return isatty(fileno(out)) && term && strcmp(term, "dumb") != 0 && !(ci && *ci);
}

/* --- what stands where ------------------------------------------------------------------------- */

static void
get_size(const struct console *c, unsigned *columns, unsigned *rows)
{
    struct winsize size;

    *columns = c->options.columns;
    *rows = c->options.rows;
    if ((!*columns || !*rows) && ioctl(fileno(c->out), TIOCGWINSZ, &size) == 0) {
        *columns = *columns ? *columns : size.ws_col;
        *rows = *rows ? *rows : size.ws_row;
    }
    *columns = *columns ? *columns : 80;
    *rows = *rows ? *rows : 24;
}

/* Adds one line of the area, cut to the terminal's width. */
static void
add_area_line(struct console *c, struct str line, unsigned columns)
{
    text_add_str(&c->frame, words_cut(line, columns > 1 ? columns - 1 : 1));
    text_add(&c->frame, "\033[K\n");
    c->drawn++;
}

static void
add_running(struct console *c, job_id job, unsigned columns)
{
    const struct job_facts *facts = watch_facts(c->watch, job);
    struct progress progress;
    struct text line;

    text_init(&line, LINE_MOST);
    text_printf(&line, "  %.*s: ", STR(plan_job(watch_plan(c->watch), job)->label));
    words_seconds(&line, watch_now(c->watch) - facts->started);
    if (progress_read(facts->attempt.progress, &progress)) {
        text_add(&line, ", ");
        text_add_real(&line, progress.done);
        text_add(&line, " of ");
        text_add_real(&line, progress.total);
        text_printf(&line, " %s", progress.what);
    }
    if (facts->reason && *facts->reason)
        text_printf(&line, " (%s)", facts->reason);
    add_area_line(c, text_view(&line), columns);
    text_release(&line);
}

static void
add_totals(struct console *c, unsigned hidden, unsigned columns)
{
    const struct watch *w = c->watch;
    uint32_t done = watch_count(w, JOB_CACHED) + watch_count(w, JOB_DONE);
    bool complete;
    double left = watch_left(w, c->options.cores, &complete);
    struct text line;

    text_init(&line, LINE_MOST);
    text_printf(&line, "%u of ", done);
    words_count(&line, watch_jobs(w), "job");
    text_add(&line, " done");
    if (watch_count(w, JOB_RUNNING))
        text_printf(&line, ", %u running", watch_count(w, JOB_RUNNING));
    if (hidden)
        text_printf(&line, " (%u not shown)", hidden);
    if (watch_count(w, JOB_FAILED))
        text_printf(&line, ", %u failed", watch_count(w, JOB_FAILED));
    text_add(&line, ", ");
    words_seconds(&line, watch_now(w) - watch_begun(w));
    if (left >= 0.5) {
        text_add(&line, complete ? ", about " : ", more than ");
        words_seconds(&line, left < 10 ? (double)(int)(left + 0.5) : left);
        text_add(&line, " left");
    }
    add_area_line(c, text_view(&line), columns);
    text_release(&line);
}

/* Lines that stay, then the area, in one write: what stands already is overwritten, not blanked. */
static void
draw(struct console *c)
{
    unsigned columns, rows, room;

    get_size(c, &columns, &rows);
    room = rows > AREA_LINES + 2 ? AREA_LINES : rows > 4 ? rows - 3 : 1;
    text_clear(&c->frame);
    if (c->drawn)
        text_printf(&c->frame, "\033[%uA", c->drawn);
    for (size_t at = 0; at < c->lines.len;) {
        const char *line = c->lines.at + at, *end = memchr(line, '\n', c->lines.len - at);
        size_t len = end ? (size_t)(end - line) : c->lines.len - at;

        text_append(&c->frame, line, len);
        text_add(&c->frame, "\033[K\n");
        at += len + 1;
    }
    text_clear(&c->lines);
    c->drawn = 0;
    if (!c->ended) {
        size_t shown = c->running.count < room - 1 ? c->running.count : room - 1;

        for (size_t i = 0; i < shown; i++)
            add_running(c, c->running.at[i], columns);
        add_totals(c, (unsigned)(c->running.count - shown), columns);
    }
    text_add(&c->frame, "\033[J");
    fwrite(c->frame.at, 1, c->frame.len, c->out);
    fflush(c->out);
    c->drawn_at = watch_now(c->watch);
    c->dirty = false;
}

/* Shows the lines that stay. */
static void
show(struct console *c)
{
    if (c->lines.len == 0)
        return;
    if (c->options.live) {
        draw(c);
        return;
    }
    fwrite(c->lines.at, 1, c->lines.len, c->out);
    fflush(c->out);
    text_clear(&c->lines);
}

/* --- what is said ------------------------------------------------------------------------------ */

static struct str
label_of(const struct console *c, job_id job)
{
    return plan_job(watch_plan(c->watch), job)->label;
}

static void
say_failure(struct console *c, job_id job)
{
    const struct job_facts *facts = watch_facts(c->watch, job);
    const struct attempt *attempt = &facts->attempt;
    struct text *out = &c->lines;

    text_printf(out, "%.*s: failed", STR(label_of(c, job)));
    if (facts->started_here) {
        text_add(out, " after ");
        words_seconds(out, facts->ended - facts->started);
    }
    text_add(out, ": ");
    if (facts->error->file[0] && facts->error->line)
        text_printf(out, "%s:%u:%u: ", facts->error->file, facts->error->line,
                    facts->error->column);
    text_printf(out, "%s\n", facts->error->text);
    if (facts->error->hint[0])
        text_printf(out, "    %s\n", facts->error->hint);
    if (attempt->command)
        text_printf(out, "    command: %s\n", attempt->command);
    if (attempt->tail && *attempt->tail) {
        text_add(out, "    the end of its log:\n");
        for (const char *line = attempt->tail; *line;) {
            size_t len = strcspn(line, "\n");

            text_printf(out, "        %.*s\n", (int)len, line);
            line += len + (line[len] == '\n');
        }
    }
    if (attempt->log)
        text_printf(out, "    %s: %s\n",
                    attempt->tail && *attempt->tail ? "the whole log" : "its log is empty",
                    attempt->log);
}

static bool
is_large(const struct console *c, const struct tally *tally)
{
    return c->options.live && tally->jobs > LARGE_STAGE;
}

static void
say_cached(struct console *c, struct str stage, const struct tally *tally)
{
    text_printf(&c->lines, "%.*s: ", STR(stage));
    if (tally->jobs == 1) {
        text_add(&c->lines, "cached");
    } else if (tally->cached == tally->jobs) {
        text_add(&c->lines, "cached, ");
        words_count(&c->lines, tally->jobs, "job");
    } else {
        text_printf(&c->lines, "%u of ", tally->cached);
        words_count(&c->lines, tally->jobs, "job");
        text_add(&c->lines, " cached");
    }
    text_add(&c->lines, "\n");
}

static void
say_done(struct console *c, job_id job)
{
    const struct job_facts *facts = watch_facts(c->watch, job);

    text_printf(&c->lines, "%.*s: ", STR(label_of(c, job)));
    if (c->options.live && facts->reason)
        text_printf(&c->lines, "%s, ", facts->reason);
    text_add(&c->lines, "done in ");
    words_seconds(&c->lines, facts->ended - facts->started);
    text_add(&c->lines, "\n");
}

/* A large stage whose jobs have all ended. */
static void
say_stage(struct console *c, struct str stage, const struct tally *tally)
{
    text_printf(&c->lines, "%.*s: ", STR(stage));
    if (tally->reason)
        text_printf(&c->lines, "%s, ", tally->reason);
    words_count(&c->lines, tally->ran, "job");
    text_add(&c->lines, " done in ");
    words_seconds(&c->lines, tally->seconds / tally->ran);
    text_add(&c->lines, " each\n");
}

static void
stop_running(struct console *c, job_id job)
{
    size_t at = 0;

    while (at < c->running.count && c->running.at[at] != job)
        at++;
    if (at == c->running.count)
        return;
    memmove(&c->running.at[at], &c->running.at[at + 1],
            (c->running.count - at - 1) * sizeof c->running.at[0]);
    c->running.count--;
}

static void
say_change(struct console *c, job_id job, enum job_state from, enum job_state to,
           struct tally *tally)
{
    const struct job_facts *facts = watch_facts(c->watch, job);

    if (to == JOB_RUNNING && !c->options.live) {
        text_printf(&c->lines, "%.*s: %s, running\n", STR(label_of(c, job)), facts->reason);
    } else if (to == JOB_DONE) {
        tally->ran++;
        tally->seconds += facts->ended - facts->started;
        tally->reason = tally->reason ? tally->reason : facts->reason;
        if (!is_large(c, tally))
            say_done(c, job);
    } else if (to == JOB_CACHED && from == JOB_RUNNING) {
        text_printf(&c->lines, "%.*s: made by another run meanwhile\n", STR(label_of(c, job)));
    } else if (to == JOB_CACHED) {
        tally->cached++;
    } else if (to == JOB_FAILED) {
        say_failure(c, job);
    } else if (to == JOB_SKIPPED && from == JOB_RUNNING) {
        text_printf(&c->lines, "%.*s: stopped\n", STR(label_of(c, job)));
    }
}

static void
changed(struct listener *listener, const struct watch *watch, job_id job, enum job_state from,
        enum job_state to)
{
    struct console *c =
        (struct console *)(void *)((char *)listener - offsetof(struct console, listener));
    const struct plan *plan = watch_plan(watch);
    struct tally *tally = &c->tallies[plan_job(plan, job)->stage];
    bool was_undecided = from == JOB_WAITING || from == JOB_READY;

    if (from == JOB_RUNNING)
        stop_running(c, job);
    else if (to == JOB_RUNNING)
        vec_push(&c->running, job);
    say_change(c, job, from, to, tally);
    if (was_undecided && to != JOB_READY && --tally->undecided == 0 && tally->cached)
        say_cached(c, plan_stage(plan, job)->name, tally);
    if ((to == JOB_CACHED || to > JOB_RUNNING) && --tally->unfinished == 0 && tally->ran &&
        is_large(c, tally))
        say_stage(c, plan_stage(plan, job)->name, tally);
    /* A run that finds everything writes once, at its end. */
    c->dirty = true;
    if (c->running.count || from == JOB_RUNNING || to == JOB_FAILED)
        show(c);
}

/* --- life -------------------------------------------------------------------------------------- */

struct console *
console_new(const struct watch *watch, FILE *out, const struct console_options *options)
{
    struct console *c = mem_new(1, sizeof *c);
    const struct plan *plan = watch_plan(watch);

    c->listener.changed = changed;
    c->watch = watch;
    c->out = out;
    c->options = *options;
    c->tallies = mem_new(plan_workflow(plan)->stage_count, sizeof *c->tallies);
    for (job_id job = 0; job < plan_count(plan); job++)
        if (watch_wanted(watch, job)) {
            struct tally *tally = &c->tallies[plan_job(plan, job)->stage];

            tally->jobs++;
            tally->undecided++;
            tally->unfinished++;
        }
    text_init(&c->lines, SIZE_MAX / 2);
    text_init(&c->frame, SIZE_MAX / 2);
    return c;
}

void
console_free(struct console *c)
{
    if (!c)
        return;
    vec_release(&c->running);
    text_release(&c->lines);
    text_release(&c->frame);
    free(c->tallies);
    free(c);
}

struct listener *
console_listener(struct console *c)
{
    return &c->listener;
}

void
console_tick(struct console *c)
{
    double since = watch_now(c->watch) - c->drawn_at;

    if (!c->options.live) {
        show(c);
        return;
    }
    /* A clock that was set back is no reason to wait. */
    if (c->running.count && ((c->dirty && since >= REDRAW_S) || since >= CLOCK_S || since < 0))
        draw(c);
}

void
console_say(struct console *c, const char *format, ...)
{
    char line[LINE_MOST];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    text_printf(&c->lines, "%s\n", line);
    show(c);
}

void
console_end(struct console *c)
{
    c->ended = true;
    if (c->options.live && (c->drawn || c->lines.len))
        draw(c);
    show(c);
}
