// Masks of a photo's objects from a few clicks. One photo's analysis lies in one block of the caller's memory.
#pragma once
#include <stdint.h>

struct masks;

struct click {
    float x, y;     // pixels of the photo, a pixel's middle at .5
    int32_t adds;   // 0: what is here does not belong to the object
};

struct box {
    float left, top, right, bottom;  // pixels of the photo
};

// Bytes of memory that a photo of this size needs.
uint32_t masks_bytes(int32_t width, int32_t height);

// Looks at sRGB with alpha (height, width, 4) once. `memory` is aligned to 16 bytes. NULL where it is too small.
struct masks *masks_open(void *memory, uint32_t bytes, const uint8_t *rgba, int32_t width, int32_t height);

// The mask's size: the photo's, its long side at most LONG_SIDE_PX (photo.h).
int32_t masks_width(const struct masks *masks);
int32_t masks_height(const struct masks *masks);

// `box` may be NULL. `probability`: (height, width) of the mask, 255 is surely the object. The same gestures give
// the same mask, whatever was asked before.
void masks_segment(struct masks *masks, const struct click *clicks, int32_t count, const struct box *box,
                   uint8_t *probability);

// For learning (masks/learning.py): the weights (4 kinds of gestures, features), to be overwritten; superpixels (a
// label for each pixel of the mask); the object before the last gesture (superpixels), and what that gesture may have
// meant: the index-th proposal's features and region (superpixels), 0 where there are no more.
int32_t masks_feature_count(void);
float *masks_weights(void);
int32_t masks_superpixel_count(const struct masks *masks);
const int32_t *masks_superpixels(const struct masks *masks);
const uint8_t *masks_before(const struct masks *masks);
int32_t masks_proposal(const struct masks *masks, int32_t index, const float **features, const uint8_t **region);
