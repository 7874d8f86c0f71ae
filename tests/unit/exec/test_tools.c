#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "exec/attempt.h"
#include "exec/inputs.h"
#include "exec/launcher.h"
#include "exec/tools.h"
#include "exec_test.h"

static struct store *
open_store(void)
{
    struct fx_error err = FX_ERROR_NONE;
    struct store *store = store_open(test_path("s"), &err);

    if (!store)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return store;
}

/* The version, or what the error says. */
static const char *
version_of(struct store *store, const char *tool)
{
    struct fx_error err = FX_ERROR_NONE;
    struct text text;
    const char *version;

    text_init(&text, 4096);
    version = tool_version(store, str_of(tool), &text, &err) == 0
        ? arena_str(test_arena(), text_view(&text)).at : arena_cstr(test_arena(), err.text);
    text_release(&text);
    return version;
}

static const char *
make_program(const char *name, const char *body)
{
    const char *path = test_path(name);

    test_write(path, body);
    CHECK(chmod(path, 0755) == 0);
    return path;
}

TEST(neuron_says_its_version_in_a_header)
{
    struct store *store = open_store();
    struct fx_error err = FX_ERROR_NONE;

    /* The one that this program was built with. */
    unsetenv("FORNIX_NEURON");
    CHECK(version_of(store, "neuron")[0] >= '8' && strchr(version_of(store, "neuron"), '.'));
    CHECK_OK(file_make_folders(test_path("n/include"), &err), err);
    test_write(test_path("n/include/nrnsemanticversion.h"),
               "#define NRN_VERSION_MAJOR 12\n#define NRN_VERSION_MINOR 3\n#define NRN_VERSION_PATCH 4\n");
    setenv("FORNIX_NEURON", test_path("n"), 1);
    CHECK_STR(version_of(store, "neuron"), "12.3.4");
    test_write(test_path("n/include/nrnsemanticversion.h"), "#define NRN_VERSION_MAJOR 12\n");
    CHECK(strstr(version_of(store, "neuron"), "names no version") != NULL);
    store_close(store);
}

TEST(other_tools_are_asked_and_asked_again_only_when_they_changed)
{
    struct store *store = open_store();
    const char *path = make_program("tool", "#!/bin/sh\necho asked >>\"$0.asked\"\n"
                                    "echo tool 1.2; echo more\n");

    setenv("PATH", arena_printf(test_arena(), "%s:%s", test_folder(), getenv("PATH")).at, 1);
    sleep(3);       /* what changed within two seconds is not remembered */
    CHECK_STR(version_of(store, "tool"), "tool 1.2");
    CHECK_STR(version_of(store, "tool"), "tool 1.2");
    CHECK_INT(count_lines(test_path("tool.asked")), 1);
    make_program("tool", "#!/bin/sh\necho tool 1.3\n");
    CHECK_STR(version_of(store, "tool"), "tool 1.3");
    setenv("FORNIX_PYTHON", path, 1);
    CHECK_STR(version_of(store, "python"), "tool 1.3");
    make_program("mute", "#!/bin/sh\nexit 0\n");
    CHECK(strstr(version_of(store, "mute"), "mute --version' says nothing") != NULL);
    CHECK_STR(version_of(store, "no-such-tool"),
              "the tool 'no-such-tool' is not there: no program 'no-such-tool'");
    CHECK(str_starts(str_of(version_of(store, "c++")), "c++") || strchr(version_of(store, "c++"), ' '));
    store_close(store);
}

TEST(a_task_is_its_program_and_its_files)
{
    const char *program[] = { NULL, NULL }, *files[] = { NULL, NULL };
    struct task_desc task = { .name = str_of("mine"), .path = "mine/task.yaml", .program = program,
                              .program_files = files };
    struct store *store = open_store();
    struct inputs *inputs = inputs_new(store);
    struct fx_error err = FX_ERROR_NONE;
    struct digest one, two;

    program[0] = make_program("task", "#!/bin/sh\nexit 0\n");
    CHECK_OK(inputs_identity(inputs, &task, &one, &err), err);
    inputs_free(inputs);
    inputs = inputs_new(store);
    CHECK_OK(inputs_identity(inputs, &task, &two, &err), err);
    CHECK(digest_equal(one, two));
    CHECK_OK(inputs_check_identity(inputs, &task, &err), err);
    make_program("task", "#!/bin/sh\nexit 1\n");
    CHECK(inputs_check_identity(inputs, &task, &err) == -1);
    CHECK_STR(err.text, arena_printf(test_arena(), "'%s' changed while the job ran", program[0]).at);
    inputs_free(inputs);
    inputs = inputs_new(store);
    CHECK_OK(inputs_identity(inputs, &task, &two, &err), err);
    CHECK(!digest_equal(one, two));
    inputs_free(inputs);
    inputs = inputs_new(store);
    /* An interpreter on PATH and a script: the script counts. */
    program[0] = "python3";
    files[0] = make_program("script.py", "print(1)\n");
    CHECK_OK(inputs_identity(inputs, &task, &one, &err), err);
    inputs_free(inputs);
    inputs = inputs_new(store);
    make_program("script.py", "print(2)\n");
    CHECK_OK(inputs_identity(inputs, &task, &two, &err), err);
    CHECK(!digest_equal(one, two));
    inputs_free(inputs);
    inputs = inputs_new(store);
    program[0] = "/nowhere/program";
    CHECK(inputs_identity(inputs, &task, &two, &err) == -1);
    CHECK_STR(err.text, "the program '/nowhere/program' of task 'mine' is missing, or not executable");
    inputs_free(inputs);
    store_close(store);
}

TEST(a_command_is_written_as_a_person_would_type_it)
{
    const char *const argv[] = { "/bin/sh", "-c", "it's $1", "", "/old/job.json", NULL };
    struct launch launch = { .argv = argv };

    CHECK_STR(launcher_command(test_arena(), &launch, "/kept/job.json"),
              "/bin/sh -c 'it'\\''s $1' '' /kept/job.json");
}

TEST(a_failure_names_the_signal_and_a_full_disk)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK(attempt_fail_status(3 << 8, UINT64_MAX, &err) == -1);
    CHECK_STR(err.text, "exit status 3");
    CHECK(attempt_fail_status(139 << 8, UINT64_MAX, &err) == -1);
    CHECK_STR(err.text, "exit status 139 (128 + signal 11, Segmentation fault)");
    CHECK(attempt_fail_status(3 << 8, 5000, &err) == -1);
    CHECK_STR(err.text, "exit status 3; the store's disk is full (4 KiB left)");
    CHECK(attempt_fail_status(9, 0, &err) == -1);
    CHECK_STR(err.text, "killed by signal 9 (Killed); the store's disk is full (0 KiB left)");
}

TEST(the_end_of_a_log_is_its_last_lines)
{
    test_write(test_path("log"), "one\ntwo\nthree\n\n");
    CHECK_STR(attempt_tail(test_arena(), test_path("log"), 2), "two\nthree");
    CHECK_STR(attempt_tail(test_arena(), test_path("log"), 9), "one\ntwo\nthree");
    test_write(test_path("log"), "\x1b[2Jred\rx");
    CHECK_STR(attempt_tail(test_arena(), test_path("log"), 9), " [2Jred x");
    test_write(test_path("log"), "\n\n");
    CHECK_STR(attempt_tail(test_arena(), test_path("log"), 9), "");
    CHECK_STR(attempt_tail(test_arena(), test_path("none"), 9), "");
}
