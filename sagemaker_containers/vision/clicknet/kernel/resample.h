// Parts of pictures at other sizes.
#pragma once
#include <stdint.h>

// A part of a picture in whole pixels: right and bottom are just outside.
struct window {
    int32_t left, top, right, bottom;
};

// The part of `from` (rows of `stride` pixels of `channels` bytes, 1 or 4) as (height, width, channels): means where it
// shrinks, linear in between where it grows.
void resample(const uint8_t *from, int32_t stride, int32_t channels, struct window part, uint8_t *to, int32_t width,
              int32_t height);

enum { MOST_SPREAD = 768 };

// `from` (from_height, from_width), 0 to 1, spread linearly over a part of `to` (rows of `stride` bytes), 0 to 255.
// Neither is wider than MOST_SPREAD.
void spread_over(const float *from, int32_t from_width, int32_t from_height, uint8_t *to, int32_t stride,
                 struct window part);
