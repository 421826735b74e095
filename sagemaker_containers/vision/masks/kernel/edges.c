#include "edges.h"
#include "arithmetic.h"

static int32_t within(int32_t value, int32_t count) { return value < 0 ? 0 : value >= count ? count - 1 : value; }

// (1 2 1) / 4 along rows or columns.
static void smooth(const struct photo *photo, const float *from, float *to, int32_t step_x, int32_t step_y) {
    for (int32_t y = 0; y < photo->height; y++)
        for (int32_t x = 0; x < photo->width; x++) {
            int32_t here = y * photo->width + x;
            int32_t before = within(y - step_y, photo->height) * photo->width + within(x - step_x, photo->width);
            int32_t after = within(y + step_y, photo->height) * photo->width + within(x + step_x, photo->width);
            for (int channel = 0; channel < 3; channel++)
                to[3 * here + channel] = 0.25f * (from[3 * before + channel] + from[3 * after + channel]) +
                                         0.5f * from[3 * here + channel];
        }
}

static float gradient(const struct photo *photo, const float *lab, int32_t x, int32_t y) {
    int32_t row = y * photo->width;
    const float *left = lab + 3 * (row + within(x - 1, photo->width));
    const float *right = lab + 3 * (row + within(x + 1, photo->width));
    const float *above = lab + 3 * (within(y - 1, photo->height) * photo->width + x);
    const float *below = lab + 3 * (within(y + 1, photo->height) * photo->width + x);
    float sum = 0;
    for (int channel = 0; channel < 3; channel++)
        sum += square(right[channel] - left[channel]) + square(below[channel] - above[channel]);
    return 0.5f * root(sum);
}

float *edge_strength(struct arena *arena, const struct photo *photo) {
    float *strength = TAKE(arena, float, photo->pixels);
    struct arena scratch = *arena;
    float *rows = TAKE(&scratch, float, 3 * photo->pixels), *smoothed = TAKE(&scratch, float, 3 * photo->pixels);
    if (!strength || !rows || !smoothed) return NULL;
    smooth(photo, photo->lab, rows, 1, 0);
    smooth(photo, rows, smoothed, 0, 1);
    for (int32_t y = 0; y < photo->height; y++)
        for (int32_t x = 0; x < photo->width; x++)
            strength[y * photo->width + x] = gradient(photo, smoothed, x, y);
    return strength;
}
