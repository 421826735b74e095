#include "depths.h"

// Borgefors' chamfer distances: a step along an axis is 3, a diagonal one 4.
#define STRAIGHT 3
#define DIAGONAL 4

int grid_make(struct grid *grid, struct arena *arena, const struct photo *photo, const struct superpixels *superpixels) {
    grid->width = (photo->width + CELL_PX - 1) / CELL_PX;
    grid->height = (photo->height + CELL_PX - 1) / CELL_PX;
    grid->labels = TAKE(arena, int32_t, grid->width * grid->height);
    grid->depth = TAKE(arena, uint16_t, (grid->width + 2) * (grid->height + 2));
    if (!grid->labels || !grid->depth) return -1;
    for (int32_t row = 0; row < grid->height; row++)
        for (int32_t column = 0; column < grid->width; column++) {
            int32_t x = column * CELL_PX + CELL_PX / 2, y = row * CELL_PX + CELL_PX / 2;
            if (x >= photo->width) x = photo->width - 1;
            if (y >= photo->height) y = photo->height - 1;
            grid->labels[row * grid->width + column] = superpixels->labels[y * photo->width + x];
        }
    return 0;
}

static uint16_t smaller(uint16_t a, int32_t b) { return a < b ? a : (uint16_t)b; }

static void sweep_down(struct grid *grid, const uint8_t *in_region) {
    int32_t stride = grid->width + 2;
    for (int32_t row = 0; row < grid->height; row++)
        for (int32_t column = 0; column < grid->width; column++) {
            uint16_t *at = grid->depth + (row + 1) * stride + column + 1, depth = 65000;
            depth = smaller(depth, at[-1] + STRAIGHT);
            depth = smaller(depth, at[-stride] + STRAIGHT);
            depth = smaller(depth, at[-stride - 1] + DIAGONAL);
            depth = smaller(depth, at[-stride + 1] + DIAGONAL);
            *at = in_region[grid->labels[row * grid->width + column]] ? depth : 0;
        }
}

static uint16_t sweep_up(struct grid *grid) {
    int32_t stride = grid->width + 2;
    uint16_t largest = 0;
    for (int32_t row = grid->height - 1; row >= 0; row--)
        for (int32_t column = grid->width - 1; column >= 0; column--) {
            uint16_t *at = grid->depth + (row + 1) * stride + column + 1, depth = *at;
            depth = smaller(depth, at[1] + STRAIGHT);
            depth = smaller(depth, at[stride] + STRAIGHT);
            depth = smaller(depth, at[stride - 1] + DIAGONAL);
            depth = smaller(depth, at[stride + 1] + DIAGONAL);
            *at = depth;
            if (depth > largest) largest = depth;
        }
    return largest;
}

void region_depths(struct grid *grid, const uint8_t *in_region, float x, float y, float *here, float *largest) {
    int32_t stride = grid->width + 2;
    for (int32_t i = 0; i < stride * (grid->height + 2); i++) grid->depth[i] = 0;
    sweep_down(grid, in_region);
    *largest = (float)sweep_up(grid) * CELL_PX / STRAIGHT;
    int32_t column = (int32_t)x / CELL_PX, row = (int32_t)y / CELL_PX;
    if (column >= grid->width) column = grid->width - 1;
    if (row >= grid->height) row = grid->height - 1;
    *here = (float)grid->depth[(row + 1) * stride + column + 1] * CELL_PX / STRAIGHT;
}
