// The photo as everything else sees it: small, in CIE L*a*b*.
#pragma once
#include "arena.h"

#define LONG_SIDE_PX 768

struct photo {
    int32_t width, height, pixels;  // of the small photo
    float scale;                    // small pixels a pixel of the photo
    float *lab;                     // (pixels, 3), L* in 0..100
};

// The small photo's size for one of this size.
void small_size(int32_t width, int32_t height, int32_t *small_width, int32_t *small_height);

// Shrinks sRGB with alpha (height, width, 4) by area. Returns -1 where memory ran out.
int photo_shrink(struct photo *photo, struct arena *arena, const uint8_t *rgba, int32_t width, int32_t height);
