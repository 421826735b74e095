// Regions of growing size: superpixels merged two by two until one is left, the most alike first.
#pragma once
#include "palette.h"

#define MOST_REGIONS (2 * MOST_SUPERPIXELS)

struct likeness {
    float edge, colour, texture;  // weights of edge strength, of the means' distance, and of the histograms'
    float size;                   // exponent: how much longer large regions stay apart
};

struct tree {
    int32_t count;    // 2 superpixels - 1; those of the superpixels first, the whole photo last
    int32_t *parent;  // -1: none
    float *height;    // what merging it took; 0 for superpixels; never more than the parent's
    float *area;
};

// Returns -1 where memory ran out.
int tree_grow(struct tree *tree, struct arena *arena, struct heap *heap, const struct graph *graph,
              const struct palette *palette, const struct likeness *likeness);
