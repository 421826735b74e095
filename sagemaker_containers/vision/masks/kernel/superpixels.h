// Superpixels: small connected patches of one colour (SNIC: Achanta and Süsstrunk, CVPR 2017).
#pragma once
#include "heap.h"
#include "photo.h"

#define SUPERPIXELS 4500        // wanted
#define MOST_SUPERPIXELS 6144
#define COMPACTNESS 5.0f        // L*a*b* units that weigh as much as one superpixel's side

struct superpixels {
    int32_t count;
    int32_t *labels;  // (pixels)
};

// Returns -1 where memory ran out. `heap` has room for four entries a pixel.
int superpixels_grow(struct superpixels *made, struct arena *arena, struct heap *heap, const struct photo *photo);
