#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "store_test.h"

/* What an output may be instead of a file, and what is said of it. */
enum thing { MISSING, LINK, DANGLING, FOLDER, PIPE, SOCKET, UNREADABLE };

static void
make_thing(enum thing thing, const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int fd;

    switch (thing) {
    case MISSING:
        break;
    case LINK:
        test_write(test_path("elsewhere"), "x");
        CHECK(symlink(test_path("elsewhere"), path) == 0);
        break;
    case DANGLING:
        CHECK(symlink("nothing", path) == 0);
        break;
    case FOLDER:
        CHECK(mkdir(path, 0777) == 0);
        break;
    case PIPE:
        CHECK(mkfifo(path, 0666) == 0);
        break;
    case SOCKET:
        fd = socket(AF_UNIX, SOCK_STREAM, 0);
        CHECK(chdir(test_folder()) == 0);   /* a socket's path is short */
        snprintf(address.sun_path, sizeof address.sun_path, "socket");
        CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0);
        CHECK(rename(test_path("socket"), path) == 0);
        close(fd);
        break;
    case UNREADABLE:
        test_write(path, "x");
        CHECK(chmod(path, 0200) == 0);
        break;
    }
}

TEST(outputs_that_are_no_files_fail_with_what_they_are)
{
    static const struct { enum thing thing; const char *said; } cases[] = {
        { MISSING, "the output 'file' ('a.txt') was not written" },
        { LINK, "the output 'file' ('a.txt') is a symbolic link, not a file of its own" },
        { DANGLING, "the output 'file' ('a.txt') is a symbolic link, not a file of its own" },
        { FOLDER, "the output 'file' ('a.txt') is a folder, not a file" },
        { PIPE, "the output 'file' ('a.txt') is a pipe, not a file" },
        { SOCKET, "the output 'file' ('a.txt') is a socket, not a file" },
        { UNREADABLE, "the output 'file' ('a.txt') is without read permission for its owner" },
    };
    struct store *store = open_store();
    struct arena *arena = arena_new();

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fx_error err = FX_ERROR_NONE;
        struct record_output output;
        struct record record = make_record(&output, "a.txt", "s", 1);
        struct staging staging;
        const char *log;

        stage_with(store, arena, "k", "a.txt", NULL, &staging);
        make_thing(cases[i].thing, path_join(arena, staging.out, "a.txt"));
        CHECK_INT(store_publish(store, &staging, key_of("k"), str_of("m"), &record, &err), -1);
        CHECK_INT(err.code, FX_FAILED);
        CHECK_STR(err.text, cases[i].said);
        CHECK_INT(find_one(store, "k", &record), 0);
        CHECK_OK(store_discard(store, arena, &staging, key_of("k"), &log, &err), err);
        CHECK_STR(log, store_failed_log(store, arena, key_of("k")));
        CHECK(file_exists(log));
        CHECK(!file_exists(staging.folder));
    }
    CHECK_INT(publish_one(store, "k", "good"), 0);
    CHECK(!file_exists(store_failed_log(store, arena, key_of("k"))));
    store_close(store);
    arena_free(arena);
}

static int
publish_path(struct store *store, struct arena *arena, const char *path, const char *content,
             struct fx_error *err)
{
    struct record_output output;
    struct record record = make_record(&output, path, "s", 1);
    struct staging staging;

    CHECK_OK(store_stage(store, arena, key_of(path), &staging, err), *err);
    if (content) {
        const char *whole = path_join(arena, staging.out, path);

        CHECK_OK(file_make_folders(path_folder(arena, whole), err), *err);
        test_write(whole, content);
        test_write(path_join(arena, staging.out, "core.123"), "left over");
        CHECK(mkdir(path_join(arena, staging.out, "cache"), 0777) == 0);
        test_write(path_join(arena, staging.out, "cache/x"), "left over");
    }
    return store_publish(store, &staging, key_of(path), str_of("m"), &record, err);
}

TEST(nested_outputs_are_kept_read_only_and_undeclared_files_removed)
{
    struct store *store = open_store();
    struct fx_error err = FX_ERROR_NONE;
    struct arena *arena = arena_new();
    const char *folder = store_folder(store, arena, key_of("a/b/c.h5"));
    struct stat st;

    CHECK_OK(publish_path(store, arena, "a/b/c.h5", "deep", &err), err);
    CHECK_INT(entries(path_join(arena, folder, "out")), 1);
    CHECK(stat(path_join(arena, folder, "out/a/b/c.h5"), &st) == 0);
    CHECK((st.st_mode & 0222) == 0);
    CHECK_OK(file_remove_tree(folder, &err), err);
    CHECK(publish_path(store, arena, "../c.h5", NULL, &err) == -1);
    CHECK_STR(err.text, "the output 'file' ('../c.h5') is not a path below the job's folder");
    CHECK(publish_path(store, arena, "/tmp/c.h5", NULL, &err) == -1);
    CHECK_STR(err.text, "the output 'file' ('/tmp/c.h5') is not a path below the job's folder");
    store_close(store);
    arena_free(arena);
}

TEST(folder_that_is_a_link_leads_nowhere)
{
    struct store *store = open_store();
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct record_output output;
    struct record record = make_record(&output, "a/b.txt", "s", 1);
    struct staging staging;

    CHECK(mkdir(test_path("outside"), 0777) == 0);
    test_write(test_path("outside/b.txt"), "x");
    stage_with(store, arena, "k", "", NULL, &staging);
    CHECK(symlink(test_path("outside"), path_join(arena, staging.out, "a")) == 0);
    CHECK_INT(store_publish(store, &staging, key_of("k"), str_of("m"), &record, &err), -1);
    CHECK_STR(err.text, "the output 'file' ('a/b.txt') lies behind something that is no folder");
    CHECK_OK(store_discard(store, arena, &staging, key_of("k"), NULL, &err), err);
    CHECK(file_exists(test_path("outside/b.txt")));
    store_close(store);
    arena_free(arena);
}

TEST(hard_link_to_an_outside_file_becomes_a_copy)
{
    struct store *store = open_store();
    struct arena *arena = arena_new();
    struct fx_error err = FX_ERROR_NONE;
    struct record_output output;
    struct record record = make_record(&output, "a.txt", "s", 1), found;
    struct staging staging;
    struct stat st;

    test_write(test_path("mine"), "shared");
    stage_with(store, arena, "k", "", NULL, &staging);
    CHECK(link(test_path("mine"), path_join(arena, staging.out, "a.txt")) == 0);
    CHECK_OK(store_publish(store, &staging, key_of("k"), str_of("m"), &record, &err), err);
    CHECK(stat(test_path("mine"), &st) == 0);
    CHECK_INT(st.st_nlink, 1);
    CHECK((st.st_mode & 0200) != 0);
    test_write(test_path("mine"), "changed");
    CHECK_INT(find_one(store, "k", &found), 1);
    store_close(store);
    arena_free(arena);
}

TEST(the_faster_one_wins_and_a_damaged_one_does_not)
{
    struct store *store = open_store();
    struct record record;

    CHECK_INT(publish_one(store, "k", "first"), 0);
    CHECK_INT(publish_one(store, "k", "second"), 1);
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK_INT(record.outputs[0].identity.size, 5);
    CHECK_INT(entries(test_path("s/staging")), 1);      /* our lock alone */
    CHECK(chmod(output_of(store, "k"), 0644) == 0);
    test_write(output_of(store, "k"), "spoilt");
    CHECK_INT(publish_one(store, "k", "third!"), 0);
    CHECK_INT(find_one(store, "k", &record), 1);
    CHECK_INT(entries(test_path("s/damaged")), 1);
    store_close(store);
}

TEST(leftovers_of_the_dead_are_removed_those_of_the_living_stay)
{
    struct fx_error err = FX_ERROR_NONE;
    struct store *mine = open_store(), *other;
    struct arena *arena = arena_new();
    const char *short_folder;
    struct staging staging;
    int status;
    pid_t pid = fork();

    CHECK(pid >= 0);
    if (pid == 0) {     /* an engine that dies with an attempt under way */
        other = open_store();
        stage_with(other, arena, "k", "a.txt", "half", &staging);
        CHECK_OK(store_stage_short(arena, &staging, &short_folder, &err), err);
        test_write(test_path("short"), short_folder);
        kill(getpid(), SIGKILL);
    }
    CHECK(waitpid(pid, &status, 0) == pid && WIFSIGNALED(status));
    CHECK_INT(entries(test_path("s/staging")), 2);
    stage_with(mine, arena, "mine", "a.txt", "half", &staging);
    CHECK_INT(entries(test_path("s/staging")), 4);
    other = open_store();
    CHECK_INT(entries(test_path("s/staging")), 2);
    CHECK(file_exists(staging.out));
    {
        struct text path;

        text_init(&path, 256);
        CHECK_OK(file_read(test_path("short"), &path, &err), err);
        CHECK(!file_exists(path.at));
        text_release(&path);
    }
    store_close(other);
    CHECK(file_exists(staging.out));
    store_close(mine);
    arena_free(arena);
}

TEST(a_claim_is_held_once_and_ends_with_its_owner)
{
    struct store *one = open_store(), *two = open_store();
    struct fx_error err = FX_ERROR_NONE;
    int claim, other, ready[2], status;
    pid_t pid;

    CHECK_INT(store_claim(one, key_of("k"), &claim, &err), 1);
    CHECK_INT(store_claim(two, key_of("k"), &other, &err), 0);
    CHECK_INT(store_claim(one, key_of("k"), &other, &err), 0);
    CHECK_INT(store_claim(two, key_of("l"), &other, &err), 1);
    store_unclaim(two, key_of("l"), other);
    store_unclaim(one, key_of("k"), claim);
    CHECK_INT(entries(test_path("s/claims")), 0);
    CHECK(pipe(ready) == 0);
    pid = fork();
    if (pid == 0) {
        CHECK_INT(store_claim(one, key_of("k"), &claim, &err), 1);
        CHECK(write(ready[1], "x", 1) == 1);
        pause();
    }
    CHECK(read(ready[0], &status, 1) == 1);
    CHECK_INT(store_claim(two, key_of("k"), &other, &err), 0);
    kill(pid, SIGKILL);
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_INT(entries(test_path("s/claims")), 1);
    store_close(open_store());
    CHECK_INT(entries(test_path("s/claims")), 0);
    CHECK_INT(store_claim(two, key_of("k"), &other, &err), 1);
    store_close(open_store());
    CHECK_INT(entries(test_path("s/claims")), 1);
    store_unclaim(two, key_of("k"), other);
    store_close(one);
    store_close(two);
}

/* Publishes in a child that is killed at a fault point; true when the point was passed. */
static bool
killed_at(unsigned pass)
{
    char stop[32];
    int status;
    pid_t pid;

    snprintf(stop, sizeof stop, "*:%u", pass);
    pid = fork();
    if (pid == 0) {
        struct store *store;

        setenv("FORNIX_TEST_STOP", stop, 1);
        store = open_store();
        store_set_durable(store, true);
        publish_one(store, "b", "second");
        store_close(store);
        _exit(0);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

TEST(killed_at_any_point_nothing_finished_is_lost_and_nothing_half_done_is_seen)
{
    struct store *store = open_store();
    unsigned points = 0, seen = 0;
    struct record record;

    publish_one(store, "a", "first");
    store_close(store);
    while (killed_at(points + 1)) {
        struct fx_error err = FX_ERROR_NONE;
        struct arena *arena = arena_new();

        points++;
        store = open_store();
        CHECK_INT(entries(test_path("s/staging")), 0);
        CHECK_INT(find_one(store, "a", &record), 1);
        if (find_one(store, "b", &record)) {
            seen++;
            CHECK_INT(record.outputs[0].identity.size, 6);
            CHECK_OK(file_remove_tree(store_folder(store, arena, key_of("b")), &err), err);
        } else {
            CHECK(!file_exists(store_folder(store, arena, key_of("b"))));
        }
        CHECK(!file_exists(test_path("s/damaged")));
        store_close(store);
        arena_free(arena);
    }
    CHECK(points >= 8);
    CHECK(seen >= 2 && seen < points);
}
