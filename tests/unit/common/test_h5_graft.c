/* Groups that go from file to file: every way in which values may lie. */
#include "test.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/h5_graft.h"
#include "common/h5_internal.h"
#include "common/h5_pieces.h"

static struct comm alone = COMM_ALONE;

enum { LARGE = 2500000, SMALL = 300 };

static uint32_t
value_at(uint64_t i)
{
    return (uint32_t)(i * 2654435761u + 12345);
}

/* A dataset in HDF5's own words: chunks of `chunk` (0: contiguous), deflated or not, of which the first
 * `written` values are there. */
static void
add_plain(hid_t file, const char *path, hsize_t length, hsize_t chunk, bool deflated,
          hsize_t written)
{
    hid_t space = H5Screate_simple(1, &length, NULL), how = H5Pcreate(H5P_DATASET_CREATE), id;
    uint32_t *values = malloc((size_t)length * sizeof *values);
    hid_t part = H5Screate_simple(1, &written, NULL);
    hsize_t zero = 0;

    for (hsize_t i = 0; i < length; i++)
        values[i] = value_at(i);
    if (chunk)
        H5Pset_chunk(how, 1, &chunk);
    if (deflated)
        H5Pset_deflate(how, 1);
    id = H5Dcreate2(file, path, H5T_STD_U32LE, space, H5P_DEFAULT, how, H5P_DEFAULT);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, &zero, NULL, &written, NULL);
    CHECK(H5Dwrite(id, H5T_NATIVE_UINT32, part, space, H5P_DEFAULT, values) >= 0);
    H5Dclose(id);
    H5Sclose(part);
    H5Pclose(how);
    H5Sclose(space);
    free(values);
}

/* The file that all tests graft from. */
static void
make_source(const char *path)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(path, &alone, &err);
    uint32_t *values = malloc(LARGE * sizeof *values);
    hid_t id;

    CHECK(file);
    for (uint64_t i = 0; i < LARGE; i++)
        values[i] = value_at(i);
    CHECK_OK(h5_write_all(file, "/g/large", H5_U32, LARGE, h5_chunk(LARGE, H5_CHUNK_VALUES), values,
                          &err), err);
    CHECK_OK(h5_write_all(file, "/g/small", H5_U32, SMALL, 1000, values, &err), err);
    CHECK_OK(h5_write_all(file, "/g/none", H5_U32, 0, 1000, values, &err), err);
    CHECK_OK(h5_link(file, "/g/large", "/g/more/same", &err), err);
    CHECK_OK(h5_set_number(file, "/g/more", "number", 0.25, &err), err);
    CHECK_OK(h5_set_text(file, "/g/large", "text", "words", &err), err);
    CHECK_OK(h5_close(file, &err), err);
    free(values);

    id = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
    add_plain(id, "/g/contiguous", LARGE, 0, false, LARGE);
    add_plain(id, "/g/deflated", LARGE, 100000, true, LARGE);
    add_plain(id, "/g/holes", LARGE, 100000, false, LARGE / 2);
    H5Fclose(id);
}

static void
check_values(const struct h5_file *file, const char *path, uint64_t count, uint64_t written)
{
    struct fx_error err = FX_ERROR_NONE;
    uint64_t length, wrong = 0;
    uint32_t *values;
    void *all;

    CHECK_OK(h5_read_all(file, path, H5_U32, &all, &length, &err), err);
    CHECK(length == count);
    values = all;
    for (uint64_t i = 0; i < count; i++)
        wrong += values[i] != (i < written ? value_at(i) : 0);
    CHECK(wrong == 0);
    free(all);
}

static haddr_t
address(const char *file, const char *path)
{
    hid_t id = H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT);
    H5O_info_t info;

    CHECK(H5Oget_info_by_name1(id, path, &info, H5P_DEFAULT) >= 0);
    H5Fclose(id);
    return info.addr;
}

/* Grafts /g of the source into `name`; 0, or -1 with the error. */
static int
graft(const char *name, struct fx_error *err)
{
    struct h5_graft *grafting = h5_graft_new();
    struct h5_file *from, *to;
    int status;

    from = h5_open(test_path("source.h5"), err);
    CHECK(from);
    to = h5_create(test_path(name), &alone, err);
    status = to ? h5_graft_add(grafting, from, "/g", to, err) : -1;
    if (status)
        h5_discard(to);
    else
        status = h5_close(to, err) || h5_graft_finish(grafting, test_path(name), err) ? -1 : 0;
    h5_graft_free(grafting);
    h5_discard(from);
    return status;
}

TEST(a_graft_holds_what_was_there)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file;
    double number;
    char *text;

    make_source(test_path("source.h5"));
    CHECK_OK(graft("to.h5", &err), err);
    file = h5_open(test_path("to.h5"), &err);
    CHECK(file);
    check_values(file, "/g/large", LARGE, LARGE);
    check_values(file, "/g/more/same", LARGE, LARGE);
    check_values(file, "/g/small", SMALL, SMALL);
    check_values(file, "/g/none", 0, 0);
    check_values(file, "/g/contiguous", LARGE, LARGE);
    check_values(file, "/g/deflated", LARGE, LARGE);
    check_values(file, "/g/holes", LARGE, LARGE / 2);
    CHECK_OK(h5_get_number(file, "/g/more", "number", &number, &err), err);
    CHECK(number == 0.25);
    CHECK_OK(h5_get_text(file, "/g/large", "text", &text, &err), err);
    CHECK_STR(text, "words");
    free(text);
    h5_discard(file);
    CHECK(address(test_path("to.h5"), "/g/large") == address(test_path("to.h5"), "/g/more/same"));
}

TEST(a_link_into_nowhere_is_refused)
{
    struct fx_error err = FX_ERROR_NONE;
    hid_t id;

    make_source(test_path("source.h5"));
    id = H5Fopen(test_path("source.h5"), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Lcreate_external("other.h5", "/x", id, "/g/z", H5P_DEFAULT, H5P_DEFAULT);
    H5Fclose(id);
    CHECK(graft("to.h5", &err));
    CHECK_STR(err.text, "'/g/z' is a link that is not hard");
    CHECK_STR(err.file, test_path("source.h5"));
}

static void
graft_without_room(void)
{
    struct rlimit limit = { 0, RLIM_INFINITY };

    signal(SIGXFSZ, SIG_IGN);
    for (rlim_t kib = 1; kib < 32 << 10; kib *= 3) {
        struct fx_error err = FX_ERROR_NONE;

        limit.rlim_cur = kib << 10;
        CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
        CHECK(graft("to.h5", &err));
        CHECK(err.code == FX_SYSTEM);
        CHECK(strstr(err.text, "cannot ") == err.text);
        CHECK_STR(err.file, test_path("to.h5"));
    }
}

/* Whatever is reached first, the structure or the values: an error, and no crash. (In a process that ends
 * at once: after a write that failed HDF5 does not free all it has.) */
TEST(a_graft_where_there_is_no_room)
{
    pid_t child;
    int status;

    make_source(test_path("source.h5"));
    child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        graft_without_room();
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* Files that the kernel does not copy are read and written. */
TEST(pieces_of_files_without_a_size)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_pieces pieces = { 0 };
    char want[40] = "", found[40] = "";
    FILE *file;

    test_write(test_path("to"), "0123456789012345678901234567890123456789");
    h5_pieces_add(&pieces, "/proc/version", 0, 3, 20);
    CHECK_OK(h5_pieces_copy(&pieces, test_path("to"), &err), err);
    CHECK(pieces.list.count == 0);
    file = fopen("/proc/version", "r");
    CHECK(file && fread(want, 1, 20, file) == 20);
    fclose(file);
    file = fopen(test_path("to"), "r");
    CHECK(file && fread(found, 1, 26, file) == 26);
    fclose(file);
    CHECK(!memcmp(found, "012", 3) && !memcmp(found + 3, want, 20) && !memcmp(found + 23, "345", 3));
    h5_pieces_add(&pieces, test_path("to"), 30, 0, 20);
    CHECK(h5_pieces_copy(&pieces, test_path("to"), &err));
    CHECK_STR(err.text, "cannot read the file: it is shorter than it was");
    h5_pieces_release(&pieces);
}

TEST(pieces_that_follow_each_other_become_one)
{
    struct h5_pieces pieces = { 0 };
    const char *path = "a";

    h5_pieces_add(&pieces, path, 10, 100, 5);
    h5_pieces_add(&pieces, path, 15, 105, 5);
    h5_pieces_add(&pieces, path, 20, 120, 5);
    h5_pieces_add(&pieces, "b", 25, 125, 5);
    CHECK(pieces.list.count == 3);
    CHECK(pieces.list.at[0].size == 10);
    h5_pieces_release(&pieces);
}

TEST(chunks_are_chosen_from_the_length)
{
    CHECK(h5_chunk(0, H5_CHUNK_VALUES) == 1000);
    CHECK(h5_chunk(999, H5_CHUNK_VALUES) == 1000);
    CHECK(h5_chunk(1000000, H5_CHUNK_VALUES) == 1000000);
    CHECK(h5_chunk(1000001, H5_CHUNK_VALUES) == 500001);
    CHECK(h5_chunk(5000000000, H5_CHUNK_VALUES) == 1000000);
}
