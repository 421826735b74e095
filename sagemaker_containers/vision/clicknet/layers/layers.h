// The layers of a small convolutional network, quick in browsers: four numbers at a time, and fewer products by tiles
// (S. Winograd's F(2 x 2, 3 x 3), as in A. Lavin, S. Gray: Fast Algorithms for Convolutional Neural Networks, 2015).
//
// A map is rows of pixels, each with all its channels (rounded up), and a rim of zeros around, which nothing writes to
// but `layers_rim`. Where `made` has the size of `map` it may be the same, but for a convolution's.
#pragma once
#include <stdint.h>

int32_t layers_map_floats(int32_t width, int32_t height, int32_t channels);
void layers_rim(float *map, int32_t width, int32_t height, int32_t channels);

// From and to planes, (channels, height, width).
void layers_take(const float *planes, int32_t width, int32_t height, int32_t channels, float *map);
void layers_give(const float *map, int32_t width, int32_t height, int32_t channels, float *planes);

// Weights (to, from, side, side) and bias (to) as `layers_convolve` reads them.
int32_t layers_weight_floats(int32_t from, int32_t to, int32_t side, int32_t stride);
void layers_pack(const float *weights, const float *bias, int32_t from, int32_t to, int32_t side, int32_t stride,
                 float *packed);

// A map of `from` channels becomes one of `to` channels, its sides divided by `stride` and rounded up. `side` is 1 or 3,
// `dilation` 1 or 2; what is beyond the border is 0. `rectified`: what would be below 0 becomes 0.
int32_t layers_scratch_floats(int32_t from, int32_t to);
void layers_convolve(const float *map, int32_t width, int32_t height, int32_t from, const float *packed, int32_t to,
                     int32_t side, int32_t stride, int32_t dilation, int32_t rectified, float *scratch, float *made);

// The sum of two maps of one size; `step` 0: `other` is one pixel, added to all.
void layers_add(const float *one, const float *other, int32_t step, int32_t width, int32_t height, int32_t channels,
                int32_t rectified, float *sum);
// One pixel: the mean of all.
void layers_mean(const float *map, int32_t width, int32_t height, int32_t channels, float *made);
// Twice the sides: linear between the middles of pixels.
void layers_double(const float *map, int32_t width, int32_t height, int32_t channels, float *made);
