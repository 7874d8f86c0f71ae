/* Origins, lengths along a turned box, and the volume's own arithmetic. */
#include "test.h"

#include "arc_distances/origin.h"

static struct volume
box(double turn)
{
    struct volume volume;

    volume_init(&volume, (double[]){ 0, -10, 5 }, (double[]){ 200, 30, 150 },
                (double[]){ turn, 2 * turn, 3 * turn });
    return volume;
}

static void
read_origin(const char *text, double origin[3])
{
    struct fx_error err = FX_ERROR_NONE;
    struct volume volume = box(0);
    json_t *json = text ? json_loads(text, 0, NULL) : NULL;

    CHECK_OK(origin_read(json, &volume, origin, &err), err);
    json_decref(json);
}

TEST(origins_by_name_and_number)
{
    double o[3];

    read_origin(NULL, o);
    CHECK(o[0] == 100 && o[1] == 10 && o[2] == 150);
    read_origin("{\"U\": \"min\", \"V\": \"max\", \"L\": 7}", o);
    CHECK(o[0] == 0 && o[1] == 30 && o[2] == 7);
    read_origin("{\"V\": \"mean\"}", o);
    CHECK(o[0] == 100 && o[1] == 10 && o[2] == 150);
}

TEST(origins_that_are_none)
{
    struct fx_error err = FX_ERROR_NONE;
    struct volume volume = box(0);
    json_t *json = json_pack("{s:s}", "W", "min");
    double o[3];

    CHECK(origin_read(json, &volume, o, &err));
    CHECK_STR(err.text, "'origin.W' is no axis: U, V or L");
    json_decref(json);
    json = json_pack("{s:b}", "U", 1);
    CHECK(origin_read(json, &volume, o, &err));
    CHECK_STR(err.text, "'origin.U' is neither median, min, max, mean nor a number");
    json_decref(json);
}

TEST(lengths_in_a_box_are_differences_however_it_is_turned)
{
    struct volume volume = box(17);
    float u[] = { 0, 150 }, v[] = { 30, -10 }, l[] = { 5, 80 }, lengths[2];
    double origin[3] = { 100, 10, 150 }, range[2];

    arc_lengths(&volume, 0, origin, 2, u, v, l, lengths);
    CHECK(lengths[0] == -100 && lengths[1] == 50);
    arc_lengths(&volume, 1, origin, 2, u, v, l, lengths);
    CHECK(lengths[0] == 20 && lengths[1] == -20);
    arc_range(&volume, 0, origin, range);
    CHECK(range[0] == -100 && range[1] == 100);
    arc_range(&volume, 1, origin, range);
    CHECK(range[0] == -20 && range[1] == 20);
}

/* The length along an axis is the length of the straight way in space. */
TEST(turning_keeps_distances)
{
    struct volume volume = box(17);
    double a[3], b[3], from[3] = { 10, 0, 20 }, to[3] = { 110, 0, 20 }, sum = 0;

    volume_place(&volume, from, a);
    volume_place(&volume, to, b);
    for (int i = 0; i < 3; i++)
        sum += (a[i] - b[i]) * (a[i] - b[i]);
    CHECK_NEAR(sqrt(sum), volume_arc(&volume, 0, 10, to), 1e-12);
}

static void
check_turn(double x, double y, double z, const double expected[3])
{
    struct volume volume;
    double uvl[3] = { 1, 2, 3 }, xyz[3];

    volume_init(&volume, (double[3]){ 0 }, (double[3]){ 0 }, (double[]){ x, y, z });
    volume_place(&volume, uvl, xyz);
    for (int i = 0; i < 3; i++)
        CHECK_NEAR(xyz[i], expected[i], x == 45 ? 1e-12 : 0);
}

TEST(rotations_about_x_then_y_then_z)
{
    check_turn(0, 0, 0, (double[]){ 1, 2, 3 });
    check_turn(90, 0, 0, (double[]){ 1, -3, 2 });
    check_turn(0, 90, 0, (double[]){ 3, 2, -1 });
    check_turn(0, 0, 90, (double[]){ -2, 1, 3 });
    check_turn(0, 0, -270, (double[]){ -2, 1, 3 });
    check_turn(180, 0, 360, (double[]){ 1, -2, -3 });
    check_turn(90, 0, 90, (double[]){ 3, 1, 2 });
    check_turn(45, 0, 0, (double[]){ 1, -sqrt(0.5), 5 * sqrt(0.5) });
}
