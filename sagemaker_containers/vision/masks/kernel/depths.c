#include "depths.h"

// Borgefors' chamfer distances: a step along an axis is 3, a diagonal one 4.
#define STRAIGHT 3
#define DIAGONAL 4
#define MOST_COLUMNS (LONG_SIDE_PX / CELL_PX + 1)

static struct extent united(struct extent a, struct extent b) {
    if (a.right <= a.left) return b;
    if (b.right <= b.left) return a;
    return (struct extent){a.left < b.left ? a.left : b.left, a.top < b.top ? a.top : b.top,
                           a.right > b.right ? a.right : b.right, a.bottom > b.bottom ? a.bottom : b.bottom};
}

int grid_make(struct grid *grid, struct arena *arena, const struct photo *photo, const struct superpixels *superpixels) {
    grid->width = (photo->width + CELL_PX - 1) / CELL_PX;
    grid->height = (photo->height + CELL_PX - 1) / CELL_PX;
    grid->labels = TAKE(arena, int32_t, grid->width * grid->height);
    grid->extents = TAKE(arena, struct extent, superpixels->count);
    grid->depth = TAKE(arena, uint16_t, (grid->width + 2) * (grid->height + 2));
    if (!grid->labels || !grid->extents || !grid->depth) return -1;
    for (int32_t i = 0; i < superpixels->count; i++) grid->extents[i] = (struct extent){0};
    for (int32_t row = 0; row < grid->height; row++)
        for (int32_t column = 0; column < grid->width; column++) {
            int32_t x = column * CELL_PX + CELL_PX / 2, y = row * CELL_PX + CELL_PX / 2;
            if (x >= photo->width) x = photo->width - 1;
            if (y >= photo->height) y = photo->height - 1;
            int32_t label = superpixels->labels[y * photo->width + x];
            grid->labels[row * grid->width + column] = label;
            grid->extents[label] = united(grid->extents[label], (struct extent){column, row, column + 1, row + 1});
        }
    return 0;
}

static uint16_t smaller(uint16_t a, uint16_t b) { return a < b ? a : b; }
static uint16_t behind(uint16_t depth, int step) { return (uint16_t)(depth + step); }

static uint16_t *cell(const struct grid *grid, int32_t row, int32_t column) {
    return grid->depth + (row + 1) * (grid->width + 2) + column + 1;
}

// What the next row may be, by the three cells beside each in the row before.
static void pass_on(const uint16_t *before, uint16_t *row, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        uint16_t diagonal = behind(smaller(before[i - 1], before[i + 1]), DIAGONAL);
        row[i] = smaller(behind(before[i], STRAIGHT), diagonal);
    }
}

static void sweep_down(struct grid *grid, const uint8_t *in_region, struct extent part) {
    uint16_t passed[MOST_COLUMNS];
    for (int32_t row = part.top; row < part.bottom; row++) {
        const int32_t *labels = grid->labels + row * grid->width + part.left;
        uint16_t *depths = cell(grid, row, part.left), depth = 0;
        pass_on(cell(grid, row - 1, part.left), passed, part.right - part.left);
        for (int32_t i = 0; i < part.right - part.left; i++) {
            depth = in_region[labels[i]] ? smaller(passed[i], behind(depth, STRAIGHT)) : 0;
            depths[i] = depth;
        }
    }
}

static uint16_t sweep_up(struct grid *grid, struct extent part) {
    uint16_t passed[MOST_COLUMNS], largest = 0;
    for (int32_t row = part.bottom - 1; row >= part.top; row--) {
        uint16_t *depths = cell(grid, row, part.left), depth = 0;
        pass_on(cell(grid, row + 1, part.left), passed, part.right - part.left);
        for (int32_t i = part.right - part.left - 1; i >= 0; i--) {
            depth = smaller(smaller(depths[i], passed[i]), behind(depth, STRAIGHT));
            depths[i] = depth;
            if (depth > largest) largest = depth;
        }
    }
    return largest;
}

// What is out of the extent has no depth.
static void clear_around(struct grid *grid, struct extent part) {
    for (int32_t row = part.top - 1; row <= part.bottom; row++) {
        int is_beside = row < part.top || row == part.bottom;
        int32_t step = is_beside ? 1 : part.right - part.left + 1;
        for (int32_t column = part.left - 1; column <= part.right; column += step) *cell(grid, row, column) = 0;
    }
}

void region_depths(struct grid *grid, const uint8_t *in_region, const int32_t *members, int32_t count, float x, float y,
                   float *here, float *largest) {
    struct extent part = {0};
    for (int32_t i = 0; i < count; i++) part = united(part, grid->extents[members[i]]);
    clear_around(grid, part);
    sweep_down(grid, in_region, part);
    *largest = (float)sweep_up(grid, part) * CELL_PX / STRAIGHT;
    int32_t column = (int32_t)x / CELL_PX, row = (int32_t)y / CELL_PX;
    if (column >= grid->width) column = grid->width - 1;
    if (row >= grid->height) row = grid->height - 1;
    int is_within = column >= part.left && column < part.right && row >= part.top && row < part.bottom;
    *here = is_within ? (float)*cell(grid, row, column) * CELL_PX / STRAIGHT : 0;
}
