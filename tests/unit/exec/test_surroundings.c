#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>

#include "base/file.h"
#include "exec/surroundings.h"
#include "exec_test.h"

static const struct resources two_ranks = { .ranks = 2, .threads = 3 };

/* What is written in `folder` for a task with the tool neuron; freed with json_decref(). */
static json_t *
written(const char *folder, const char *progress)
{
    struct tool_known tools[] = { { str_of("neuron"), str_of("9.0.2") } };
    struct surroundings *s = surroundings_new(folder);
    struct text text;
    json_t *object;

    text_init(&text, 1 << 16);
    surroundings_write(s, &two_ranks, tools, 1, progress, &text);
    CHECK(!memchr(text.at, '\n', text.len));
    object = json_loads(text.at, 0, NULL);
    CHECK(json_is_object(object));
    surroundings_free(s);
    text_release(&text);
    return object;
}

static const char *
version(const json_t *object, const char *name)
{
    const char *found =
        json_string_value(json_object_get(json_object_get(object, "versions"), name));

    return found ? found : "";
}

static void
git(const char *words)
{
    const char *command = arena_printf(test_arena(), "cd '%s' && git -c user.name=a -c user.email=b %s"
                                       " >/dev/null 2>&1", test_path("repository"), words).at;

    int status = -1;
    pid_t pid = fork();

    if (pid == 0) {
        execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    CHECK(waitpid(pid, &status, 0) == pid);
    CHECK_INT(status, 0);
}

TEST(without_a_repository_there_is_no_commit)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *object;

    CHECK_OK(file_make_folders(test_path("plain"), &err), err);
    object = written(test_path("plain"), NULL);
    CHECK(json_object_get(object, "commit") == NULL && json_object_get(object, "dirty") == NULL);
    CHECK(strncmp(json_string_value(json_object_get(object, "kernel")), "Linux ", 6) == 0);
    CHECK(json_string_length(json_object_get(object, "fornix")) > 0);
    CHECK_INT(json_integer_value(json_object_get(object, "ranks")), 2);
    CHECK_INT(json_integer_value(json_object_get(object, "threads")), 3);
    CHECK_STR(version(object, "neuron"), "9.0.2");
    json_decref(object);
}

TEST(the_commit_and_whether_files_differ_from_it)
{
    struct fx_error err = FX_ERROR_NONE;
    const char *inside = test_path("repository/a/b");
    json_t *object;
    char *commit;

    CHECK_OK(file_make_folders(inside, &err), err);
    git("init");
    object = written(inside, NULL);     /* nothing was committed yet */
    CHECK(json_object_get(object, "commit") == NULL);
    json_decref(object);
    test_write(test_path("repository/a/w.yaml"), "fornix: 1\n");
    git("add . ");
    git("commit -m one");
    object = written(inside, NULL);
    commit = strdup(json_string_value(json_object_get(object, "commit")));
    CHECK_INT(strlen(commit), 40);
    CHECK(json_is_false(json_object_get(object, "dirty")));
    json_decref(object);
    test_write(test_path("repository/a/w.yaml"), "fornix: 1 # other\n");
    object = written(inside, NULL);
    CHECK(json_is_true(json_object_get(object, "dirty")));
    CHECK_STR(json_string_value(json_object_get(object, "commit")), commit);
    json_decref(object);
    CHECK(setenv("PATH", test_path("nothing"), 1) == 0);    /* no git at all */
    object = written(inside, NULL);
    CHECK(json_object_get(object, "commit") == NULL);
    json_decref(object);
    free(commit);
}

TEST(programs_tell_their_versions)
{
    json_t *object;

    test_write(test_path("progress"), "not JSON\n{\"done\": 1, \"total\": 2}\n"
               "{\"versions\": {\"hdf5\": \"1.10.8\", \"neuron\": \"0\", \"x\": 3, \"odd\": \"a\\u0001\"}}\n"
               "{\"versions\": {\"late\": \"1\"}}\n{\"versions\": {\"cut\": \"1");
    object = written(NULL, test_path("progress"));
    CHECK_STR(version(object, "hdf5"), "1.10.8");
    CHECK_STR(version(object, "neuron"), "9.0.2");      /* the engine's own answer counts */
    CHECK_STR(version(object, "odd"), "a\x01");
    CHECK_STR(version(object, "x"), "");
    CHECK_STR(version(object, "late"), "");
    json_decref(object);
    object = written(NULL, test_path("nothing"));
    CHECK_INT(json_object_size(json_object_get(object, "versions")), 1);
    json_decref(object);
    test_write(test_path("progress"), "{\"versions\": [1]}\n");
    object = written(NULL, test_path("progress"));
    CHECK_INT(json_object_size(json_object_get(object, "versions")), 1);
    json_decref(object);
}
