#include "depths.h"

// Borgefors' chamfer distances: a step along an axis is 3, a diagonal one 4.
#define STRAIGHT 3
#define DIAGONAL 4
#define MOST_COLUMNS (LONG_SIDE_PX / CELL_PX + 1)

#define LANES 8
#define OUT_OF_REACH 0x4000  // more than any depth, and far from overflow

typedef uint16_t lanes __attribute__((vector_size(2 * LANES), aligned(2)));

#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (lanes){__VA_ARGS__})
#endif

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

static lanes smaller_of(lanes a, lanes b) {
    lanes is_a = (lanes)(a < b);
    return (a & is_a) | (b & ~is_a);
}

// Steps along a row: each cell is at most STRAIGHT more than the one on its left, eight cells at once. The row has room for
// LANES more, and nothing but 0 comes before it.
static void spread_right(uint16_t *row, int32_t count) {
    const lanes far = (lanes){0} + OUT_OF_REACH, steps = {1, 2, 3, 4, 5, 6, 7, 8};
    uint16_t before = 0;
    for (int32_t i = 0; i < count; i += LANES) {
        lanes depths = *(const lanes *)(row + i);
        depths = smaller_of(depths, SHUFFLE(far, depths, 0, 8, 9, 10, 11, 12, 13, 14) + STRAIGHT);
        depths = smaller_of(depths, SHUFFLE(far, depths, 0, 1, 8, 9, 10, 11, 12, 13) + 2 * STRAIGHT);
        depths = smaller_of(depths, SHUFFLE(far, depths, 0, 1, 2, 3, 8, 9, 10, 11) + 4 * STRAIGHT);
        depths = smaller_of(depths, before + STRAIGHT * steps);
        *(lanes *)(row + i) = depths;
        before = depths[LANES - 1];
    }
}

// The same from the right.
static void spread_left(uint16_t *row, int32_t count) {
    const lanes far = (lanes){0} + OUT_OF_REACH, steps = {8, 7, 6, 5, 4, 3, 2, 1};
    uint16_t before = 0;
    int32_t first = (count - 1) / LANES * LANES;
    for (int32_t i = count; i < first + LANES; i++) row[i] = 0;
    for (int32_t i = first; i >= 0; i -= LANES) {
        lanes depths = *(const lanes *)(row + i);
        depths = smaller_of(depths, SHUFFLE(depths, far, 1, 2, 3, 4, 5, 6, 7, 8) + STRAIGHT);
        depths = smaller_of(depths, SHUFFLE(depths, far, 2, 3, 4, 5, 6, 7, 8, 9) + 2 * STRAIGHT);
        depths = smaller_of(depths, SHUFFLE(depths, far, 4, 5, 6, 7, 8, 9, 10, 11) + 4 * STRAIGHT);
        depths = smaller_of(depths, before + STRAIGHT * steps);
        *(lanes *)(row + i) = depths;
        before = depths[0];
    }
}

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

static void store(uint16_t *to, const uint16_t *row, int32_t count) {
    for (int32_t i = 0; i < count; i++) to[i] = row[i];
}

static void sweep_down(struct grid *grid, const uint8_t *in_region, struct extent part) {
    uint16_t line[MOST_COLUMNS + LANES];
    int32_t count = part.right - part.left;
    for (int32_t row = part.top; row < part.bottom; row++) {
        const int32_t *labels = grid->labels + row * grid->width + part.left;
        pass_on(cell(grid, row - 1, part.left), line, count);
        for (int32_t i = 0; i < count; i++) line[i] = in_region[labels[i]] ? line[i] : 0;
        spread_right(line, count);
        store(cell(grid, row, part.left), line, count);
    }
}

static uint16_t sweep_up(struct grid *grid, struct extent part) {
    uint16_t line[MOST_COLUMNS + LANES], largest = 0;
    int32_t count = part.right - part.left;
    for (int32_t row = part.bottom - 1; row >= part.top; row--) {
        uint16_t *depths = cell(grid, row, part.left);
        pass_on(cell(grid, row + 1, part.left), line, count);
        for (int32_t i = 0; i < count; i++) line[i] = smaller(depths[i], line[i]);
        spread_left(line, count);
        store(depths, line, count);
        for (int32_t i = 0; i < count; i++) largest = line[i] > largest ? line[i] : largest;
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
