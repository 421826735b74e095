/* One camera's picture: ellipses blended from front to back, and gradients back. */
#ifndef SPLATS_PICTURE_H
#define SPLATS_PICTURE_H

#include <stdint.h>

#include "project.h"

#define MOST_CHANNELS 4

/* Working memory that outlives a call: backward reads what forward found. One picture at a time. */
struct picture;

struct picture *picture_new(void);
void picture_free(struct picture *picture);

/* Draws. `seen->colors` is (N, channels), channels 1, 3 or 4; background (channels) or NULL for black; image
 * (height, width, channels) and alpha (height, width) are written whole. Returns 0, or -1 if memory ran out. */
int32_t picture_draw(struct picture *picture, int64_t splats, const struct ellipses *seen, int32_t channels,
                     const float *background, int32_t width, int32_t height, float *image, float *alpha,
                     int32_t threads);

struct picture_gradients {
    struct ellipses by; /* written whole; depths and radii are not touched */
    float *abs_means2d; /* (N, 2) sums over the pixels of absolute values; may be NULL */
    float *background;  /* (channels); may be NULL */
};

/* Gradients of the picture just drawn; by_alpha may be NULL. Returns 0, or -1 if memory ran out. */
int32_t picture_pull(struct picture *picture, const float *image, const float *by_image, const float *by_alpha,
                     const struct picture_gradients *out, int32_t threads);

#endif
