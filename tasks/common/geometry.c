#include "common/geometry.h"

#include <math.h>

static const double degree = 0.017453292519943295;     /* pi / 180 */

/* Sine and cosine, exact for quarter turns. */
static void
turn_by(double degrees, double *sine, double *cosine)
{
    double quarters = fmod(degrees, 360) / 90;

    if (quarters < 0)
        quarters += 4;
    if (quarters == floor(quarters)) {
        static const int sines[4] = { 0, 1, 0, -1 };
        int q = (int)quarters & 3;
        *sine = sines[q];
        *cosine = sines[(q + 1) & 3];
        return;
    }
    *sine = sin(degrees * degree);
    *cosine = cos(degrees * degree);
}

/* Turns all rows' images about one axis: m = R m. */
static void
turn_about(double m[3][3], int axis, double degrees)
{
    int a = (axis + 1) % 3, b = (axis + 2) % 3;
    double sine, cosine;

    turn_by(degrees, &sine, &cosine);
    for (int column = 0; column < 3; column++) {
        double p = m[a][column], q = m[b][column];
        m[a][column] = cosine * p - sine * q;
        m[b][column] = sine * p + cosine * q;
    }
}

void
volume_init(struct volume *volume, const double low[3], const double high[3],
            const double degrees[3])
{
    for (int i = 0; i < 3; i++) {
        volume->low[i] = low[i];
        volume->high[i] = high[i];
        for (int j = 0; j < 3; j++)
            volume->turn[i][j] = i == j;
    }
    for (int axis = 0; axis < 3; axis++)
        turn_about(volume->turn, axis, degrees[axis]);
}

int
task_volume(const struct task *task, struct volume *volume, struct fx_error *err)
{
    const json_t *json;
    struct layer_extents extents;
    double degrees[3] = { 0, 0, 0 };

    if (task_has(task, "rotation") && (task_json(task, "rotation", &json, err) ||
                                       json_read_numbers(json, "rotation", 3, degrees, err)))
        return -1;
    if (task_json(task, "layer_extents", &json, err) || layer_extents_read(json, &extents, err))
        return -1;
    volume_init(volume, extents.low, extents.high, degrees);
    layer_extents_release(&extents);
    return 0;
}

void
volume_place(const struct volume *volume, const double uvl[3], double xyz[3])
{
    for (int i = 0; i < 3; i++)
        xyz[i] = volume->turn[i][0] * uvl[0] + volume->turn[i][1] * uvl[1] +
                 volume->turn[i][2] * uvl[2];
}

double
volume_arc(const struct volume *volume, int axis, double from, const double uvl[3])
{
    (void)volume;       /* a turned box: |d place / d axis| is 1 everywhere */
    return uvl[axis] - from;
}
