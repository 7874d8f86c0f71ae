/* NeuroH5 files: what is written is read again, and what others may have written wrongly is refused. */
#include "test.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/neuroh5_cells.h"
#include "common/neuroh5_projection.h"
#include "common/neuroh5_trees.h"
#include "common/neuroh5_types.h"
#include "common/swc.h"

static struct comm alone = COMM_ALONE;

static struct h5_file *
create(const char *name)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = h5_create(test_path(name), &alone, &err);

    if (!file)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return file;
}

static struct h5_file *
open_again(struct h5_file *file, const char *name)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(h5_close(file, &err), err);
    file = h5_open(test_path(name), &err);
    if (!file)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    return file;
}

/* --- files ---------------------------------------------------------------------------------------- */

TEST(values_come_back)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = create("a.h5");
    uint32_t values[5] = { 1, 2, 3, 4, 4000000000u };
    struct h5_data *data;
    struct h5_names names;
    double number;
    char *text;
    void *all;
    uint64_t length;

    CHECK_OK(h5_write_all(file, "/a group/b/c", H5_U32, 3, 1000, values, &err), err);
    data = h5_data_new(file, "/a group/d", H5_U32, 0, 1000, &err);
    CHECK(data);
    CHECK_OK(h5_data_extend(data, 5, &err), err);
    CHECK_OK(h5_data_write(data, 0, 5, values, &err), err);
    CHECK_OK(h5_data_close(data, &err), err);
    CHECK_OK(h5_link(file, "/a group/d", "/e/f", &err), err);
    CHECK_OK(h5_set_number(file, "/a group", "n", 0.1, &err), err);
    CHECK_OK(h5_set_text(file, "/a group/d", "unit", "um", &err), err);

    file = open_again(file, "a.h5");
    CHECK_OK(h5_read_all(file, "/e/f", H5_U32, &all, &length, &err), err);
    CHECK_INT(length, 5);
    CHECK(!memcmp(all, values, sizeof values));
    free(all);
    CHECK_OK(h5_get_number(file, "/a group", "n", &number, &err), err);
    CHECK_NEAR(number, 0.1, 0);
    CHECK_OK(h5_get_text(file, "/a group/d", "unit", &text, &err), err);
    CHECK_STR(text, "um");
    free(text);
    CHECK_OK(h5_list(file, "/a group", &names, &err), err);
    CHECK_INT(names.count, 2);
    CHECK_STR(names.at[0], "b");
    CHECK_STR(names.at[1], "d");
    h5_names_release(&names);
    CHECK(h5_exists(file, "/a group/b/c") && h5_exists(file, "/") && !h5_exists(file, "/x/y"));
    h5_discard(file);
}

/* HDF5 takes a datatype of no bytes from a damaged file; f32 is 11 20 1f 00 and its size. */
TEST(a_type_without_size)
{
    static const char f32[] = { 0x11, 0x20, 0x1f, 0x00, 4, 0, 0, 0 };
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = create("a.h5");
    char bytes[1 << 16], *type = NULL;
    size_t size;
    FILE *f;

    CHECK_OK(h5_write_all(file, "/a", H5_F32, 3, 1000, (float[]){ 1, 2, 3 }, &err), err);
    CHECK_OK(h5_close(file, &err), err);
    f = fopen(test_path("a.h5"), "r+");
    CHECK(f && (size = fread(bytes, 1, sizeof bytes, f)) > sizeof f32);
    for (size_t i = 0; i + sizeof f32 <= size && !type; i++)
        type = memcmp(bytes + i, f32, sizeof f32) ? NULL : bytes + i;
    CHECK(type);
    CHECK(!fseek(f, type - bytes + 4, SEEK_SET) && fputc(0, f) == 0 && !fclose(f));
    file = h5_open(test_path("a.h5"), &err);
    CHECK(file && !h5_data_open(file, "/a", H5_F32, &err));
    CHECK_STR(err.text, "dataset '/a' does not hold f32 values");
    h5_discard(file);
}

TEST(messages_name_file_and_dataset)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = create("a.h5");
    int32_t values[2] = { 1, 2 };
    void *all;
    uint64_t length;

    CHECK_OK(h5_write_all(file, "/d", H5_I32, 2, 1000, values, &err), err);
    CHECK_OK(h5_make_group(file, "/g", &err), err);
    file = open_again(file, "a.h5");
    CHECK(h5_read_all(file, "/x", H5_I32, &all, &length, &err));
    CHECK_STR(err.text, "there is no dataset '/x'");
    CHECK_STR(err.file, test_path("a.h5"));
    CHECK_INT(err.code, FX_INVALID);
    CHECK(h5_read_all(file, "/d", H5_U32, &all, &length, &err));
    CHECK_STR(err.text, "dataset '/d' does not hold u32 values");
    CHECK(h5_read_all(file, "/d", H5_F32, &all, &length, &err));
    CHECK_STR(err.text, "dataset '/d' does not hold f32 values");
    CHECK(h5_read_all(file, "/g", H5_F32, &all, &length, &err));
    CHECK_STR(err.text, "'/g' is no dataset");
    h5_discard(file);

    test_write(test_path("b.h5"), "no HDF5 at all");
    CHECK(!h5_open(test_path("b.h5"), &err));
    CHECK_STR(err.text, "cannot open it as an HDF5 file: file signature not found");
    CHECK(!h5_open(test_path("none.h5"), &err));
    CHECK(strstr(err.text, "none.h5': No such file or directory"));
    CHECK(!h5_create(test_path("no/folder.h5"), &alone, &err));
    CHECK(strstr(err.text, "cannot create the file: "));
    CHECK_INT(err.code, FX_SYSTEM);
}

/* --- types ---------------------------------------------------------------------------------------- */

static void
make_types(struct neuroh5_types *types)
{
    struct fx_error err = FX_ERROR_NONE;

    *types = (struct neuroh5_types){ 0 };
    CHECK_OK(neuroh5_types_add(types, "B", 101, 93, &err), err);
    CHECK_OK(neuroh5_types_add(types, "A", 0, 64, &err), err);
    CHECK_OK(neuroh5_types_add(types, "C", 100, 223, &err), err);
    CHECK_OK(neuroh5_types_add_pair(types, "C", "B", &err), err);
    CHECK_OK(neuroh5_types_add_pair(types, "A", "B", &err), err);
    CHECK_OK(neuroh5_types_add_pair(types, "A", "B", &err), err);
    CHECK_OK(neuroh5_types_finish(types, &err), err);
}

TEST(types_are_ordered_by_number_and_contiguous)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types, read;
    struct h5_file *file = create("a.h5");
    const struct neuroh5_population *p;
    char difference[200];

    make_types(&types);
    CHECK_OK(neuroh5_types_write(file, &types, &err), err);
    file = open_again(file, "a.h5");
    CHECK_OK(neuroh5_types_read(file, &read, &err), err);
    CHECK(neuroh5_types_equal(&types, &read, NULL));
    CHECK_INT(read.population_count, 3);
    CHECK_STR(read.populations[1].name, "C");
    CHECK_INT(read.populations[1].start, 64);
    CHECK_INT(read.populations[2].start, 287);
    CHECK_INT(read.pair_count, 2);
    CHECK_INT(read.pairs[0].source, 0);
    CHECK_INT(read.pairs[1].source, 100);
    CHECK(neuroh5_types_by_index(&read, 101) == &read.populations[2]);
    CHECK(neuroh5_types_get(&read, file, "CC", &p, &err));
    CHECK_STR(err.text, "there is no population 'CC'");
    read.populations[1].count++;
    CHECK(!neuroh5_types_equal(&types, &read, difference));
    CHECK_STR(difference, "223 cells of 'C' and 224");
    neuroh5_types_release(&types);
    neuroh5_types_release(&read);
    h5_discard(file);
}

TEST(types_that_contradict_themselves)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types = { 0 };

    CHECK_OK(neuroh5_types_add(&types, "A", 1, UINT32_MAX, &err), err);
    CHECK(neuroh5_types_add(&types, "A", 2, 1, &err));
    CHECK_STR(err.text, "population 'A' is there twice");
    CHECK(neuroh5_types_add(&types, "B", 1, 1, &err));
    CHECK_STR(err.text, "populations 'A' and 'B' have the same number 1");
    CHECK(neuroh5_types_add(&types, "a/b", 3, 1, &err));
    CHECK(neuroh5_types_add_pair(&types, "A", "X", &err));
    CHECK_STR(err.text, "projection from 'A' to 'X': there is no population 'X'");
    CHECK_OK(neuroh5_types_add(&types, "B", 3, 1, &err), err);
    CHECK(neuroh5_types_finish(&types, &err));
    neuroh5_types_release(&types);
}

TEST(a_file_without_types)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_types types;
    struct h5_file *file = create("a.h5");
    uint32_t value = 1;

    CHECK_OK(h5_write_all(file, "/H5Types/Populations", H5_U32, 1, 1000, &value, &err), err);
    file = open_again(file, "a.h5");
    CHECK(neuroh5_types_read(file, &types, &err));
    CHECK_STR(err.text, "dataset '/H5Types/Populations' is no table of populations");
    h5_discard(file);
}

/* --- attributes of cells -------------------------------------------------------------------------- */

static void
write_cells(struct h5_file *file, uint64_t values)
{
    static const struct neuroh5_attribute attributes[] = { { "id", H5_U32 }, { "at", H5_F32 } };
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_cells_writer *w =
        neuroh5_cells_new(file, &alone, "P", "Some Space", attributes, 2, 5, values, &err);
    uint32_t counts[5] = { 2, 0, 3, 1, 0 }, ids[6] = { 0, 1, 20, 21, 22, 30 };
    float at[6] = { 0.5f, 1, 2, 3, 4, 5 };

    CHECK(w);
    CHECK_OK(neuroh5_cells_append(w, 0, 2, counts, (const void *[]){ ids, at }, &err), err);
    CHECK_OK(neuroh5_cells_append(w, 2, 3, counts + 2, (const void *[]){ ids + 2, at + 2 }, &err),
             err);
    CHECK_OK(neuroh5_cells_finish(w, &err), err);
}

static void
check_cells(const struct h5_file *file)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_cells *c = neuroh5_cells_open(file, "P", "Some Space", "id", H5_U32, 5, &err);
    uint32_t ids[6];
    uint64_t offsets[5];

    CHECK(c);
    CHECK_INT(neuroh5_cells_value_count(c, 2), 3);
    CHECK_INT(neuroh5_cells_range_count(c, 1, 3), 4);
    CHECK_OK(neuroh5_cells_read(c, 1, 4, ids, offsets, &err), err);
    CHECK_INT(ids[0], 20);
    CHECK_INT(ids[3], 30);
    CHECK_INT(offsets[0], 0);
    CHECK_INT(offsets[1], 0);
    CHECK_INT(offsets[2], 3);
    CHECK_INT(offsets[4], 4);
    neuroh5_cells_free(c);
}

TEST(attributes_of_cells)
{
    struct h5_file *file = create("a.h5");

    write_cells(file, 6);
    file = open_again(file, "a.h5");
    check_cells(file);
    h5_discard(file);
}

TEST(attributes_of_cells_that_grow)
{
    struct h5_file *file = create("a.h5");

    write_cells(file, NEUROH5_GROWS);
    file = open_again(file, "a.h5");
    check_cells(file);
    h5_discard(file);
}

TEST(fewer_cells_than_announced)
{
    static const struct neuroh5_attribute one = { "id", H5_U32 };
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = create("a.h5");
    struct neuroh5_cells_writer *w =
        neuroh5_cells_new(file, &alone, "P", "S", &one, 1, 5, NEUROH5_GROWS, &err);

    CHECK(neuroh5_cells_finish(w, &err));
    CHECK_STR(err.text, "/Populations/P/S: 0 cells came, 5 were announced");
    h5_discard(file);
}

/* An attribute as others may write it: the cells in any order. */
static struct h5_file *
foreign_cells(const uint32_t *index, uint64_t rows, const uint64_t *pointer, uint64_t pointers,
              const float *values, uint64_t count)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = create("f.h5");

    CHECK_OK(h5_write_all(file, "/Populations/P/S/x/Cell Index", H5_U32, rows, 1000, index, &err),
             err);
    CHECK_OK(h5_write_all(file, "/Populations/P/S/x/Attribute Pointer", H5_U64, pointers, 1000,
                          pointer, &err), err);
    CHECK_OK(h5_write_all(file, "/Populations/P/S/x/Attribute Value", H5_F32, count, 1000, values,
                          &err), err);
    return open_again(file, "f.h5");
}

TEST(cells_in_any_order_come_back_in_theirs)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = foreign_cells((uint32_t[]){ 3, 0, 1 }, 3, (uint64_t[]){ 0, 1, 2, 4 }, 4,
                                         (float[]){ 30, 0, 10, 11 }, 4);
    struct neuroh5_cells *c = neuroh5_cells_open(file, "P", "S", "x", H5_F32, 4, &err);
    float values[4];

    CHECK(c);
    CHECK_OK(neuroh5_cells_read(c, 0, 4, values, NULL, &err), err);
    CHECK(values[0] == 0 && values[1] == 10 && values[2] == 11 && values[3] == 30);
    CHECK_INT(neuroh5_cells_value_count(c, 2), 0);
    neuroh5_cells_free(c);
    CHECK(!neuroh5_cells_read_single(file, "P", "S", "x", H5_F32, 4, &err));
    CHECK_STR(err.text, "'x' is there for 3 of the 4 cells of 'P'");
    h5_discard(file);
    file = foreign_cells((uint32_t[]){ 2, 0, 1 }, 3, (uint64_t[]){ 0, 1, 2, 4 }, 4,
                         (float[]){ 30, 0, 10, 11 }, 4);
    CHECK(!neuroh5_cells_read_single(file, "P", "S", "x", H5_F32, 3, &err));
    CHECK_STR(err.text, "cell 1 of 'P' has not one value of 'x'");
    h5_discard(file);
}

/* Makes an allocation of gigabytes fail (the sanitizer's own would, too). */
static void
limit_memory(void)
{
#ifndef __SANITIZE_ADDRESS__
    struct rlimit most = { 1u << 30, 1u << 30 };

    CHECK(!setrlimit(RLIMIT_DATA, &most));
#endif
}

/* A population that claims 4e9 cells in a file of some: nothing is allocated for them. */
TEST(few_cells_of_very_many)
{
    const uint64_t many = UINT32_MAX;
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = foreign_cells((uint32_t[]){ 4000000000u, 7, 1u << 31 }, 3,
                                         (uint64_t[]){ 0, 1, 2, 4 }, 4, (float[]){ 30, 0, 10, 11 },
                                         4);
    struct neuroh5_cells *c;
    float values[2];

    limit_memory();
    c = neuroh5_cells_open(file, "P", "S", "x", H5_F32, many, &err);
    CHECK(c);
    CHECK_INT(neuroh5_cells_value_count(c, 7), 1);
    CHECK_INT(neuroh5_cells_value_count(c, 8), 0);
    CHECK_INT(neuroh5_cells_value_count(c, 1u << 31), 2);
    CHECK_OK(neuroh5_cells_read(c, (1u << 31) - 5, 10, values, NULL, &err), err);
    CHECK(values[0] == 10 && values[1] == 11);
    neuroh5_cells_free(c);
    CHECK(!neuroh5_cells_read_single(file, "P", "S", "x", H5_F32, many, &err));
    CHECK_STR(err.text, "'x' is there for 3 of the 4294967295 cells of 'P'");
    h5_discard(file);
    file = foreign_cells((uint32_t[]){ 4000000000u, 7, 7 }, 3, (uint64_t[]){ 0, 1, 2, 4 }, 4,
                         (float[]){ 30, 0, 10, 11 }, 4);
    CHECK(!neuroh5_cells_open(file, "P", "S", "x", H5_F32, many, &err));
    CHECK_STR(err.text, "'/Populations/P/S/x/Cell Index', entry 2: this cell is there twice");
    h5_discard(file);
}

static void
check_foreign(const uint32_t *index, uint64_t rows, const uint64_t *pointer, uint64_t pointers,
              const char *text)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = foreign_cells(index, rows, pointer, pointers, (float[4]){ 0 }, 4);

    CHECK(!neuroh5_cells_open(file, "P", "S", "x", H5_F32, 4, &err));
    CHECK_STR(err.text, text);
    h5_discard(file);
}

TEST(cells_that_cannot_be)
{
    check_foreign((uint32_t[]){ 0, 4 }, 2, (uint64_t[]){ 0, 1, 4 }, 3,
                  "'/Populations/P/S/x/Cell Index', entry 1: the population has not so many cells");
    check_foreign((uint32_t[]){ 1, 1 }, 2, (uint64_t[]){ 0, 1, 4 }, 3,
                  "'/Populations/P/S/x/Cell Index', entry 1: this cell is there twice");
    check_foreign((uint32_t[]){ 0, 1 }, 2, (uint64_t[]){ 0, 1 }, 2,
                  "'/Populations/P/S/x/Attribute Pointer' has 2 entries where 2 rows need 3");
    check_foreign((uint32_t[]){ 0, 1 }, 2, (uint64_t[]){ 0, 1, 5 }, 3,
                  "'/Populations/P/S/x/Attribute Pointer', entry 2: the last is not the number of values");
    check_foreign((uint32_t[]){ 0, 1 }, 2, (uint64_t[]){ 0, 9, 4 }, 3,
                  "'/Populations/P/S/x/Attribute Pointer', entry 1: it is greater than the next one");
    check_foreign((uint32_t[]){ 0, 1 }, 2, (uint64_t[]){ 1, 2, 4 }, 3,
                  "'/Populations/P/S/x/Attribute Pointer', entry 0: the first is not 0");
}

/* --- trees ---------------------------------------------------------------------------------------- */

static const char two_sections[] = "0 1 0 0 0 5 -1 6\n1 1 0 10 0 3 0 6\n2 3 0 20 0 1 1 7\n"
                                   "3 3 0 20 30 2 2 8\n";
static const char leaf[] = "0 1 0 0 0 5 -1 6\n1 1 0 10 0 5 0 6\n2 3 0 20 0 1 1 5\n";

static void
parse(const char *swc, struct morphology *m)
{
    struct fx_error err = FX_ERROR_NONE;

    CHECK_OK(swc_parse(swc, strlen(swc), "a.swc", m, NULL, &err), err);
    CHECK_OK(morphology_contract(m, &err), err);
}

static void
check_same(const struct morphology *a, const struct morphology *b)
{
    CHECK_INT(a->point_count, b->point_count);
    CHECK_INT(a->section_count, b->section_count);
    for (size_t i = 0; i < a->point_count; i++)
        CHECK(a->x[i] == b->x[i] && a->y[i] == b->y[i] && a->z[i] == b->z[i] &&
              a->radius[i] == b->radius[i] && a->layer[i] == b->layer[i] &&
              a->parent[i] == b->parent[i] && a->swc_type[i] == b->swc_type[i]);
    for (size_t s = 0; s < a->section_count; s++) {
        CHECK(a->section_start[s + 1] == b->section_start[s + 1]);
        CHECK(a->section_length[s] == b->section_length[s]);
        CHECK(a->section_type[s] == b->section_type[s]);
        CHECK(a->section_parent[s] == b->section_parent[s]);
        CHECK(a->section_parent_at[s] == b->section_parent_at[s]);
    }
    for (uint32_t i = 0; i < a->section_start[a->section_count]; i++)
        CHECK(a->section_points[i] == b->section_points[i]);
}

TEST(trees_come_back_with_shared_datasets)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = create("a.h5");
    struct neuroh5_trees_writer *w = neuroh5_trees_new(file, &alone, "P", 3, NULL, &err);
    struct morphology a, b, read;
    struct neuroh5_trees *t;
    uint64_t length;
    void *values;
    bool same;

    parse(two_sections, &a);
    parse(leaf, &b);
    CHECK_OK(neuroh5_trees_append(w, 0, 2, (const struct morphology *[]){ &a, &b }, &err), err);
    CHECK_OK(neuroh5_trees_append(w, 2, 1, (const struct morphology *[]){ &b }, &err), err);
    CHECK_OK(neuroh5_trees_finish(w, &err), err);
    file = open_again(file, "a.h5");

    t = neuroh5_trees_open(file, "P", 4, &err);
    CHECK(t);
    CHECK(neuroh5_trees_has(t, 2) && !neuroh5_trees_has(t, 3));
    CHECK_OK(neuroh5_trees_read(t, 0, &read, NULL, &same, &err), err);
    check_same(&a, &read);
    morphology_release(&read);
    CHECK_OK(neuroh5_trees_read(t, 1, &read, &a, &same, &err), err);
    CHECK(!same);
    check_same(&b, &read);
    CHECK_OK(neuroh5_trees_read(t, 2, &a, &read, &same, &err), err);
    CHECK(same);
    CHECK(neuroh5_trees_read(t, 3, &read, NULL, NULL, &err));
    CHECK_STR(err.text, "'/Populations/P/Trees', cell 3: it has no tree");
    neuroh5_trees_free(t);

    CHECK_OK(h5_read_all(file, "/Populations/P/Trees/Source Section/Section Pointer", H5_U64,
                         &values, &length, &err), err);
    CHECK_INT(length, 4);
    CHECK_INT(((uint64_t *)values)[3], 3);
    free(values);
    CHECK_OK(h5_read_all(file, "/Populations/P/Trees/Section/Attribute Value", H5_U16, &values,
                         &length, &err), err);
    CHECK_INT(length, 7 + 7 + 7);
    CHECK_INT(((uint16_t *)values)[0], 2);
    CHECK_INT(((uint16_t *)values)[1], 2);
    CHECK_INT(((uint16_t *)values)[4], 2);
    free(values);
    morphology_release(&a);
    morphology_release(&b);
    morphology_release(&read);
    h5_discard(file);
}

/* One value of a good file is changed in place; reading must say no, or give a tree, never more. */
static void
check_damaged(const char *path, enum h5_type type, uint64_t count, const void *values,
              const char *text)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *good, *file;
    struct morphology a, read;
    struct neuroh5_trees_writer *w;
    struct neuroh5_trees *t;
    struct h5_names names;

    parse(two_sections, &a);
    good = create("good.h5");
    w = neuroh5_trees_new(good, &alone, "P", 1, &a, &err);
    CHECK_OK(neuroh5_trees_append(w, 0, 1, (const struct morphology *[]){ &a }, &err), err);
    CHECK_OK(neuroh5_trees_finish(w, &err), err);
    good = open_again(good, "good.h5");
    file = create("bad.h5");
    CHECK_OK(h5_list(good, "/Populations/P/Trees", &names, &err), err);
    for (size_t i = 0; i < names.count; i++) {
        static const char *const parts[] = { "Attribute Value", "Attribute Pointer" };
        char at[200];
        snprintf(at, sizeof at, "/Populations/P/Trees/%s", names.at[i]);
        if (!strcmp(names.at[i], "Cell Index"))
            CHECK_OK(h5_copy(good, at, file, at, &err), err);
        for (int j = 0; j < 2 && strcmp(names.at[i], "Cell Index") != 0; j++) {
            snprintf(at, sizeof at, "/Populations/P/Trees/%s/%s", names.at[i], parts[j]);
            if (strcmp(at, path))
                CHECK_OK(h5_copy(good, at, file, at, &err), err);
        }
    }
    CHECK_OK(h5_write_all(file, path, type, count, 1000, values, &err), err);
    h5_names_release(&names);
    file = open_again(file, "bad.h5");
    t = neuroh5_trees_open(file, "P", 1, &err);
    CHECK(!t || neuroh5_trees_read(t, 0, &read, NULL, NULL, &err));
    CHECK_STR(err.text, text);
    CHECK_STR(err.file, test_path("bad.h5"));
    neuroh5_trees_free(t);
    h5_discard(file);
    h5_discard(good);
    morphology_release(&a);
}

TEST(trees_that_cannot_be)
{
    const char *section = "/Populations/P/Trees/Section/Attribute Value";
    const char *source = "/Populations/P/Trees/Source Section/Attribute Value";
    const char *cell = "'/Populations/P/Trees', cell 0: ";
    char text[300];

    snprintf(text, sizeof text, "%sits sections do not fit their number of entries", cell);
    check_damaged(section, H5_U16, 7, (uint16_t[]){ 2, 2, 0, 1, 3, 2, 3 }, text);
    check_damaged(section, H5_U16, 7, (uint16_t[]){ 2, 0, 0, 1, 2, 2, 3 }, text);
    check_damaged(section, H5_U16, 7, (uint16_t[]){ 1, 2, 0, 1, 2, 2, 3 }, text);
    snprintf(text, sizeof text, "%sit has no sections", cell);
    check_damaged(section, H5_U16, 7, (uint16_t[]){ 0, 2, 0, 1, 2, 2, 3 }, text);
    snprintf(text, sizeof text, "%sentry 3 of the sections' points is no point", cell);
    check_damaged(section, H5_U16, 7, (uint16_t[]){ 2, 2, 0, 1, 2, 2, 4 }, text);
    snprintf(text, sizeof text, "%sedge 0 between sections names one that is not there", cell);
    check_damaged(source, H5_U16, 1, (uint16_t[]){ 2 }, text);
    snprintf(text, sizeof text, "%ssection 1 is its own ancestor", cell);
    check_damaged(source, H5_U16, 1, (uint16_t[]){ 1 }, text);
    snprintf(text, sizeof text, "%ssection 1 begins at no point of its parent section", cell);
    check_damaged(section, H5_U16, 7, (uint16_t[]){ 2, 2, 0, 1, 2, 3, 3 }, text);
    snprintf(text, sizeof text, "%sthe parent of point 3 is not there", cell);
    check_damaged("/Populations/P/Trees/Parent Point/Attribute Value", H5_I32, 4,
                  (int32_t[]){ -1, 0, 1, 4 }, text);
    snprintf(text, sizeof text, "%sa coordinate of point 2 is not finite", cell);
    check_damaged("/Populations/P/Trees/Z Coordinate/Attribute Value", H5_F32, 4,
                  (float[]){ 0, 0, NAN, 0 }, text);
    snprintf(text, sizeof text, "%sthe radius of point 1 is not above 0", cell);
    check_damaged("/Populations/P/Trees/Radius/Attribute Value", H5_F32, 4,
                  (float[]){ 1, -1, 1, 1 }, text);
}

/* --- projections ---------------------------------------------------------------------------------- */

static const struct neuroh5_edge_attribute edge_attributes[] = {
    { "Synapses", "syn_id", H5_U32 }, { "Connections", "distance", H5_F32 }
};

static void
write_edges(struct h5_file *file, uint64_t edges)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_projection_writer *w =
        neuroh5_projection_new(file, &alone, "S", "D", edge_attributes, 2, 4, edges, &err);
    uint32_t counts[4] = { 2, 0, 0, 3 }, sources[5] = { 9, 1, 2, 2, 0 }, ids[5] = { 0, 1, 2, 3, 4 };
    float distances[5] = { 1, 2, 3, 4, 5 };
    uint64_t written;

    CHECK(w);
    CHECK_OK(neuroh5_projection_append(w, 2, counts, sources, (const void *[]){ ids, distances },
                                       &err), err);
    CHECK_OK(neuroh5_projection_append(w, 2, counts + 2, sources + 2,
                                       (const void *[]){ ids + 2, distances + 2 }, &err), err);
    CHECK_OK(neuroh5_projection_finish(w, &written, &err), err);
    CHECK_INT(written, 5);
}

TEST(edges_come_back)
{
    struct fx_error err = FX_ERROR_NONE;
    struct neuroh5_projection *p;
    struct h5_names names;
    uint32_t sources[5], ids[5];
    uint64_t offsets[5], length;
    float distances[5];
    void *values;

    for (int round = 0; round < 2; round++) {
        struct h5_file *file = create("a.h5");
        write_edges(file, round ? NEUROH5_GROWS : 5);
        file = open_again(file, "a.h5");
        p = neuroh5_projection_open(file, "S", "D", 10, 4, &err);
        if (!p)
            test_fail(__FILE__, __LINE__, "%s", err.text);
        CHECK_INT(neuroh5_projection_edges(p), 5);
        CHECK_INT(neuroh5_projection_range_count(p, 1, 3), 3);
        CHECK_OK(neuroh5_projection_read(p, 0, 4, sources, offsets, &err), err);
        CHECK(sources[0] == 9 && sources[4] == 0);
        CHECK(offsets[0] == 0 && offsets[1] == 2 && offsets[3] == 2 && offsets[4] == 5);
        CHECK_OK(neuroh5_projection_read(p, 3, 1, sources, NULL, &err), err);
        CHECK(sources[0] == 2 && sources[2] == 0);
        CHECK_OK(neuroh5_projection_read_attribute(p, "Synapses", "syn_id", H5_U32, 3, 1, ids, &err),
                 err);
        CHECK(ids[0] == 2 && ids[2] == 4);
        CHECK_OK(neuroh5_projection_read_attribute(p, "Connections", "distance", H5_F32, 0, 4,
                                                   distances, &err), err);
        CHECK(distances[4] == 5);
        CHECK(neuroh5_projection_has(p, "Synapses", "syn_id"));
        CHECK(!neuroh5_projection_has(p, "Synapses", "weight"));
        neuroh5_projection_free(p);
        CHECK(!neuroh5_projection_open(file, "S", "D", 10, 3, &err));
        CHECK_STR(err.text, "'/Projections/D/S/Edges': a block goes beyond the population's cells");
        p = neuroh5_projection_open(file, "S", "D", 9, 4, &err);
        CHECK(neuroh5_projection_read(p, 0, 4, sources, NULL, &err));
        CHECK_STR(err.text,
                  "'/Projections/D/S/Edges': a source index is beyond the population's cells");
        neuroh5_projection_free(p);
        CHECK_OK(h5_read_all(file, "/Projections/D/S/Edges/Destination Block Pointer", H5_U64,
                             &values, &length, &err), err);
        CHECK(length == 2 && ((uint64_t *)values)[1] == 5);
        free(values);
        CHECK_OK(neuroh5_projection_list(file, "D", &names, &err), err);
        CHECK(names.count == 1 && !strcmp(names.at[0], "S"));
        h5_names_release(&names);
        h5_discard(file);
    }
}

/* Two blocks that leave destinations out, the second one first, as another writer may have it. */
TEST(blocks_of_destinations_in_any_order)
{
    struct fx_error err = FX_ERROR_NONE;
    struct h5_file *file = create("f.h5");
    struct neuroh5_projection *p;
    uint32_t sources[4];
    uint64_t offsets[7];
    const char *folder = "/Projections/D/S/Edges/";
    char path[200];

    snprintf(path, sizeof path, "%sDestination Block Index", folder);
    CHECK_OK(h5_write_all(file, path, H5_U32, 2, 1000, (uint32_t[]){ 4, 1 }, &err), err);
    snprintf(path, sizeof path, "%sDestination Block Pointer", folder);
    CHECK_OK(h5_write_all(file, path, H5_U64, 3, 1000, (uint64_t[]){ 0, 1, 4 }, &err), err);
    snprintf(path, sizeof path, "%sDestination Pointer", folder);
    CHECK_OK(h5_write_all(file, path, H5_U64, 4, 1000, (uint64_t[]){ 0, 1, 3, 4 }, &err), err);
    snprintf(path, sizeof path, "%sSource Index", folder);
    CHECK_OK(h5_write_all(file, path, H5_U32, 4, 1000, (uint32_t[]){ 40, 10, 11, 20 }, &err), err);
    file = open_again(file, "f.h5");
    p = neuroh5_projection_open(file, "S", "D", 50, 6, &err);
    if (!p)
        test_fail(__FILE__, __LINE__, "%s", err.text);
    CHECK_OK(neuroh5_projection_read(p, 0, 6, sources, offsets, &err), err);
    CHECK(sources[0] == 10 && sources[1] == 11 && sources[2] == 20 && sources[3] == 40);
    CHECK(offsets[1] == 0 && offsets[2] == 2 && offsets[3] == 3 && offsets[5] == 4);
    neuroh5_projection_free(p);
    limit_memory();
    p = neuroh5_projection_open(file, "S", "D", 50, UINT32_MAX, &err);
    CHECK(p);
    CHECK_INT(neuroh5_projection_range_count(p, 0, 1000), 4);
    CHECK_OK(neuroh5_projection_read(p, 2, 1, sources, NULL, &err), err);
    CHECK(sources[0] == 20);
    neuroh5_projection_free(p);
    h5_discard(file);
}
