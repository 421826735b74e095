// How deep inside a region places are, on a coarse grid.
#pragma once
#include "graph.h"

#define CELL_PX 6

// Cells from left and top up to, without, right and bottom; nothing where right is not above left.
struct extent {
    int32_t left, top, right, bottom;
};

struct grid {
    int32_t width, height;
    int32_t *labels;          // (height, width): the superpixel at each cell's middle
    struct extent *extents;   // (superpixels)
    uint16_t *depth;          // (height + 2, width + 2): working memory
};

// Returns -1 where memory ran out.
int grid_make(struct grid *grid, struct arena *arena, const struct photo *photo, const struct superpixels *superpixels);

// Depth in small pixels at (x, y) and the largest anywhere: distances to what is not in the region or out of the photo.
// The region is given twice: (superpixels) whether each is in it, and the `count` that are.
void region_depths(struct grid *grid, const uint8_t *in_region, const int32_t *members, int32_t count, float x, float y,
                   float *here, float *largest);
