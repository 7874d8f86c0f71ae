/* Tables of numbers: CSV, NPY and HDF5, good ones and all ways to be none. */
#include "test.h"

#include <stdlib.h>

#include "base/mem.h"
#include "common/h5.h"
#include "common/numbers.h"
#include "common/task.h"
#include "quoted_json.h"

static struct comm alone = COMM_ALONE;

static void
check_table(const struct numbers *n, size_t rows, size_t columns, const double *expected)
{
    CHECK_INT(n->rows, rows);
    CHECK_INT(n->columns, columns);
    for (size_t i = 0; i < rows * columns; i++)
        CHECK_NEAR(n->at[i], expected[i], 0);
}

static void
check_csv(const char *text, size_t rows, size_t columns, const double *expected)
{
    struct fx_error err = FX_ERROR_NONE;
    struct numbers n;

    CHECK_OK(numbers_parse_csv(text, strlen(text), "x.csv", &n, &err), err);
    check_table(&n, rows, columns, expected);
    numbers_release(&n);
}

static void
refuse_csv(const char *text, unsigned line, const char *said)
{
    struct fx_error err = FX_ERROR_NONE;
    struct numbers n;

    CHECK(numbers_parse_csv(text, strlen(text), "x.csv", &n, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    CHECK_INT(err.line, line);
    CHECK_STR(err.file, "x.csv");
    CHECK_STR(err.text, said);
}

TEST(csv_with_names_comments_blank_lines_and_any_separator)
{
    const double four[] = { 1, 2.5, -3, 4e2 };

    check_csv("1,2.5\n-3,400\n", 2, 2, four);
    check_csv("\xef\xbb\xbft, rate\n\n 1 ; 2.5 # here\n# all of it\r\n-3\t4e2", 2, 2, four);
    check_csv("1\n2.5\n-3\n4e2\n", 4, 1, four);
    check_csv("", 0, 0, NULL);
    check_csv("t,rate\n", 0, 0, NULL);
}

TEST(csv_that_is_no_table)
{
    refuse_csv("1,2\n3\n", 2, "here are 1 numbers, and 2 on the lines before");
    refuse_csv("1,2\n3,x\n", 2, "'x' is no number");
    refuse_csv("1,x\n", 1, "'x' is no number");
    refuse_csv("a b\nc d\n", 2, "'c' is no number");
    refuse_csv("1,nan\n", 1, "'nan' is no number");
    refuse_csv("1,\xff\x01\n", 1, "'?""?' is no number");
}

/* An NPY file of this version and header; returns its size. */
static size_t
make_npy(char *to, int version, const char *header, const void *values, size_t size)
{
    size_t counted = version == 1 ? 2 : 4, length = strlen(header);

    memcpy(to, "\x93NUMPY", 6);
    to[6] = (char)version;
    to[7] = 0;
    for (size_t i = 0; i < counted; i++)
        to[8 + i] = (char)(length >> 8 * i);
    memcpy(to + 8 + counted, header, length);
    if (size)
        memcpy(to + 8 + counted + length, values, size);
    return 8 + counted + length + size;
}

static void
check_npy(int version, const char *header, const void *values, size_t size, size_t rows,
          size_t columns, const double *expected)
{
    struct fx_error err = FX_ERROR_NONE;
    struct numbers n;
    char bytes[600];
    size_t count = make_npy(bytes, version, header, values, size);

    CHECK_OK(numbers_parse_npy(bytes, count, "x.npy", &n, &err), err);
    check_table(&n, rows, columns, expected);
    numbers_release(&n);
}

TEST(npy_of_all_versions_types_and_shapes)
{
    const double f8[] = { 1, 2.5, -3, 400 }, whole[] = { 1, -2, 3, -4 }, big[] = { 255, 1, 2, 3 };
    const float f4[] = { 1, 2.5f, -3, 400 };
    const int64_t i8[] = { 1, -2, 3, -4 };
    const int32_t i4[] = { 1, -2, 3, -4 };
    const int16_t i2[] = { 1, -2, 3, -4 };
    const int8_t i1[] = { 1, -2, 3, -4 };
    const uint8_t u1[] = { 255, 1, 2, 3 };
    const uint64_t u8[] = { 255, 1, 2, 3 };

    check_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }     \n", f8, 32, 2, 2, f8);
    check_npy(2, "{'shape': (4,), 'fortran_order': False, 'descr': '<f8'}\n", f8, 32, 4, 1, f8);
    check_npy(3, "{\"descr\":\"<f4\",\"fortran_order\":False,\"shape\":(1,4)}", f4, 16, 1, 4, f8);
    check_npy(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (4,), }\n", i8, 32, 4, 1, whole);
    check_npy(1, "{'descr': '<i4', 'fortran_order': False, 'shape': (4,), }\n", i4, 16, 4, 1, whole);
    check_npy(1, "{'descr': '<i2', 'fortran_order': False, 'shape': (4,), }\n", i2, 8, 4, 1, whole);
    check_npy(1, "{'descr': '|i1', 'fortran_order': False, 'shape': (4,), }\n", i1, 4, 4, 1, whole);
    check_npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (4,), }\n", u1, 4, 4, 1, big);
    check_npy(1, "{'descr': '<u8', 'fortran_order': False, 'shape': (4,), }\n", u8, 32, 4, 1, big);
    check_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 2), }\n", NULL, 0, 0, 2, NULL);
}

static void
refuse_npy(int version, const char *header, size_t size, const char *said)
{
    struct fx_error err = FX_ERROR_NONE;
    static const double values[8];
    struct numbers n;
    char bytes[600];
    size_t count = make_npy(bytes, version, header, values, size);

    CHECK(numbers_parse_npy(bytes, count, "x.npy", &n, &err) == -1);
    CHECK_STR(err.file, "x.npy");
    CHECK_STR(err.text, said);
}

TEST(npy_that_is_no_table)
{
    static const char CUT[] = "its NPY header is not as numpy writes it";
    struct fx_error err = FX_ERROR_NONE;
    const double nan_value[] = { 1, NAN };
    struct numbers n;
    char bytes[600];
    size_t count;

    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 3), }", 64,
               "it has 64 bytes of values, less than its shape 3 x 3 needs");
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 99999999999999999999), }", 64,
               CUT);
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (9, 911686018427387904), }", 64,
               "it has 64 bytes of values, less than its shape 9 x 911686018427387904 needs");
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (7,), }", 64,
               "it has more values than its shape says");
    refuse_npy(1, "{'descr': '>f8', 'fortran_order': False, 'shape': (8,), }", 64,
               "its array is of type '>f8', not of little-endian floats or integers");
    refuse_npy(1, "{'descr': [('t', '<f8')], 'fortran_order': False, 'shape': (8,), }", 64,
               "its array is not of plain numbers");
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 4), }", 64,
               "its array is in Fortran order: save numpy.ascontiguousarray(it)");
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2, 2), }", 64,
               "its array has more than two dimensions");
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 8,
               "its array has no dimension");
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False, 'shape': (8,", 64, CUT);
    refuse_npy(1, "{'descr': '<f8', 'fortran_order': False}", 64, CUT);
    refuse_npy(1, "{'descr': '<f8', 'descr': '<f8', 'fortran_order': False, 'shape': (8,)}", 64, CUT);
    refuse_npy(1, "", 64, CUT);
    refuse_npy(4, "{'descr': '<f8', 'fortran_order': False, 'shape': (8,), }", 64,
               "its NPY version is none of 1, 2, 3");
    count = make_npy(bytes, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", nan_value, 16);
    CHECK(numbers_parse_npy(bytes, count, "x.npy", &n, &err) == -1);
    CHECK_STR(err.text, "its value number 1 is not finite");
    for (size_t size = 0; size < 12; size++) {
        CHECK(numbers_parse_npy(bytes, size, "x.npy", &n, &err) == -1);
        CHECK_INT(err.code, FX_INVALID);
    }
}

static void
write_h5(const char *path)
{
    const uint32_t gid[] = { 7, 5, 7 };
    const double t[] = { 1.5, 2, 3 }, bad[] = { 1, INFINITY, 2 };
    const float table[] = { 1, 2, 3, 4, 5, 6 };
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(path, &alone, &err);
    struct h5_table *rows;

    CHECK(file);
    CHECK_OK(h5_write_all(file, "/S/gid", H5_U32, 3, 1000, gid, &err), err);
    CHECK_OK(h5_write_all(file, "/S/t", H5_F64, 3, 1000, t, &err), err);
    CHECK_OK(h5_write_all(file, "/S/two", H5_F64, 2, 1000, t, &err), err);
    CHECK_OK(h5_write_all(file, "/S/bad", H5_F64, 3, 1000, bad, &err), err);
    CHECK_OK(h5_write_all(file, "/S/none", H5_F64, 0, 1000, bad, &err), err);
    rows = h5_table_new(file, "/table", 2, 3, &err);
    CHECK(rows);
    CHECK_OK(h5_table_write(rows, 0, table, &err), err);
    CHECK_OK(h5_table_write(rows, 1, table + 3, &err), err);
    CHECK_OK(h5_table_close(rows, &err), err);
    CHECK_OK(h5_close(file, &err), err);
}

TEST(hdf5_datasets_as_tables)
{
    const double joined[] = { 7, 1.5, 5, 2, 7, 3 }, table[] = { 1, 2, 3, 4, 5, 6 };
    struct fx_error err = FX_ERROR_NONE;
    json_t *both = quoted_json("['/S/gid', '/S/t']"), *one = json_string("/table");
    json_t *none = json_string("/S/none");
    const char *path = test_path("x.h5");
    struct numbers n;

    write_h5(path);
    CHECK_OK(numbers_read(path, both, &n, &err), err);
    check_table(&n, 3, 2, joined);
    numbers_release(&n);
    CHECK_OK(numbers_read(path, one, &n, &err), err);
    check_table(&n, 2, 3, table);
    numbers_release(&n);
    CHECK_OK(numbers_read(path, none, &n, &err), err);
    check_table(&n, 0, 1, NULL);
    numbers_release(&n);
    json_decref(both);
    json_decref(one);
    json_decref(none);
}

static void
refuse_h5(const char *path, const char *dataset, const char *said)
{
    struct fx_error err = FX_ERROR_NONE;
    json_t *json = !dataset ? NULL : *dataset == '[' ? quoted_json(dataset) : json_string(dataset);
    struct numbers n;

    CHECK(numbers_read(path, json, &n, &err) == -1);
    CHECK_INT(err.code, FX_INVALID);
    CHECK_STR(err.text, said);
    json_decref(json);
}

TEST(hdf5_that_is_no_table)
{
    const char *path = test_path("x.h5"), *csv = test_path("x.csv");

    write_h5(path);
    test_write(csv, "1,2\n");
    refuse_h5(path, NULL, "it is an HDF5 file: 'dataset' must say what to read of it");
    refuse_h5(path, "[]", "'dataset' lists 0 datasets; it takes 1 to 1000");
    refuse_h5(path, "/S/other", "there is no dataset '/S/other'");
    refuse_h5(path, "/S", "'/S' is no dataset");
    refuse_h5(path, "/S/bad", "value 1 of dataset '/S/bad' is no finite number");
    refuse_h5(path, "['/S/t', '/S/two']",
              "dataset '/S/two' has 2 values, the first of the list has 3");
    refuse_h5(path, "['/S/t', '/table']", "dataset '/table' has 3 columns; in a list each has one");
    refuse_h5(csv, "/S", "'dataset' is for HDF5 files, and this is none");
    refuse_h5(path, "[3]", "'dataset' is no string");
}

TEST(a_file_is_what_its_bytes_say)
{
    const double four[] = { 1, 2, 3, 4 };
    struct fx_error err = FX_ERROR_NONE;
    const char *path = test_path("numbers.txt");
    char bytes[600];
    size_t size = make_npy(bytes, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }\n", four,
                           sizeof four);
    FILE *file = fopen(path, "wb");
    struct numbers n;

    CHECK(file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    CHECK_OK(numbers_read(path, NULL, &n, &err), err);
    check_table(&n, 2, 2, four);
    numbers_release(&n);
    test_write(path, "1 2\n3 4\n");
    CHECK_OK(numbers_read(path, json_null(), &n, &err), err);
    check_table(&n, 2, 2, four);
    numbers_release(&n);
    CHECK(numbers_read(test_path("none"), NULL, &n, &err) == -1);
}
