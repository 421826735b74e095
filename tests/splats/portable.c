/* Draws a scene and pulls it, without Python: what a processor that is only emulated can be asked to do. Prints a line
 * for each array that comes out: its name, its length as a vector, and its product with a fixed vector of random numbers. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "losses.h"
#include "picture.h"
#include "project.h"

#define SPLATS 500
#define WIDTH 97
#define HEIGHT 61
#define PIXELS (WIDTH * HEIGHT)
#define HARMONICS 9
#define THREADS 2

static float uniform(uint32_t *state) {
    *state = *state * 1664525u + 1013904223u;
    return (float)(*state >> 8) / 16777216.0f;
}

static float *random_numbers(int count, float low, float high, uint32_t seed) {
    float *made = malloc(sizeof(float) * (size_t)count);
    for (int i = 0; i < count; i++) made[i] = low + (high - low) * uniform(&seed);
    return made;
}

static float *zeros(int count) { return calloc((size_t)count, sizeof(float)); }

static void tell(const char *name, const float *values, int count) {
    double squares = 0, product = 0;
    uint32_t seed = 7;
    for (int i = 0; i < count; i++) {
        squares += (double)values[i] * (double)values[i];
        product += (double)values[i] * (double)(uniform(&seed) - 0.5f);
    }
    printf("%s %.9g %.9g\n", name, sqrt(squares), product);
}

static struct ellipses ellipses_for(int count) {
    return (struct ellipses){zeros(2 * count), zeros(3 * count), zeros(count),
                             zeros(count),     zeros(3 * count), calloc((size_t)count, 2 * sizeof(int32_t))};
}

static void spread(float *means) {
    for (int i = 0; i < SPLATS; i++) {
        means[3 * i] *= 2;
        means[3 * i + 2] += 4;
    }
}

int main(void) {
    float view[16] = {1, 0, 0, 0.1f, 0, 1, 0, -0.1f, 0, 0, 1, 0.2f, 0, 0, 0, 1};
    float intrinsics[9] = {80, 0, 48, 0, 82, 30, 0, 0, 1}, background[3] = {0.2f, 0.3f, 0.4f};
    struct splats splats = {
        SPLATS,
        random_numbers(3 * SPLATS, -1, 1, 1),
        random_numbers(4 * SPLATS, -1, 1, 2),
        random_numbers(3 * SPLATS, 0.02f, 0.3f, 3),
        random_numbers(SPLATS, 0, 1, 4),
        random_numbers(3 * HARMONICS * SPLATS, -0.5f, 0.5f, 5),
        HARMONICS,
        2,
    };
    spread((float *)splats.means);
    struct camera camera = {view, intrinsics, WIDTH, HEIGHT, 0.01f, 1e10f, 0, 0.3f, 1};
    struct ellipses seen = ellipses_for(SPLATS), by_seen = ellipses_for(SPLATS);
    project_forward(&splats, &camera, &seen, THREADS);
    tell("means2d", seen.means2d, 2 * SPLATS);
    tell("conics", seen.conics, 3 * SPLATS);
    tell("colors", seen.colors, 3 * SPLATS);

    struct picture *picture = picture_new();
    float *image = zeros(3 * PIXELS), *alpha = zeros(PIXELS), *by_image = zeros(3 * PIXELS);
    float *slopes = zeros(9 * PIXELS), *target = random_numbers(3 * PIXELS, 0, 1, 6);
    double likeness[3];
    if (picture_draw(picture, SPLATS, &seen, 3, background, WIDTH, HEIGHT, image, alpha, THREADS)) return 1;
    tell("image", image, 3 * PIXELS);
    tell("alpha", alpha, PIXELS);
    if (photometric_loss(image, target, HEIGHT, WIDTH, 3, 0.2f, slopes, by_image, likeness, THREADS)) return 1;
    tell("by_image", by_image, 3 * PIXELS);

    struct picture_gradients pulled = {by_seen, zeros(2 * SPLATS), NULL};
    by_seen.depths = NULL;
    if (picture_pull(picture, image, by_image, NULL, &pulled, THREADS)) return 1;
    tell("absolute", pulled.abs_means2d, 2 * SPLATS);
    struct splat_gradients by = {zeros(3 * SPLATS), zeros(4 * SPLATS), zeros(3 * SPLATS),
                                 zeros(SPLATS),     zeros(3 * HARMONICS * SPLATS), zeros(16)};
    if (project_backward(&splats, 1, &camera, &seen, &by_seen, &by, THREADS)) return 1;
    tell("by_means", by.means, 3 * SPLATS);
    tell("by_quats", by.quats, 4 * SPLATS);
    tell("by_scales", by.scales, 3 * SPLATS);
    tell("by_opacities", by.opacities, SPLATS);
    tell("by_sh", by.sh, 3 * HARMONICS * SPLATS);
    tell("by_view", by.viewmats, 16);
    picture_free(picture);
    return 0;
}
