#include "superpixels.h"
#include "arithmetic.h"

struct patch {
    float x, y, lab[3], count;  // sums
};

struct sowing {
    const struct photo *photo;
    struct heap *heap;
    struct patch *patches;
    int32_t *labels;
    float across;  // weight of a squared pixel against squared colour
};

static float distance(const struct sowing *growth, int32_t pixel, const struct patch *patch) {
    const float *lab = growth->photo->lab + 3 * pixel;
    float share = 1 / patch->count, colour = 0;
    for (int channel = 0; channel < 3; channel++) colour += square(lab[channel] - patch->lab[channel] * share);
    float x = (float)(pixel % growth->photo->width) - patch->x * share;
    float y = (float)(pixel / growth->photo->width) - patch->y * share;
    return colour + growth->across * (x * x + y * y);
}

static void join(struct sowing *growth, int32_t pixel, int32_t label) {
    struct patch *patch = &growth->patches[label];
    for (int channel = 0; channel < 3; channel++) patch->lab[channel] += growth->photo->lab[3 * pixel + channel];
    patch->x += (float)(pixel % growth->photo->width);
    patch->y += (float)(pixel / growth->photo->width);
    patch->count += 1;
    growth->labels[pixel] = label;
}

static void offer(struct sowing *growth, int32_t pixel, int32_t label) {
    if (growth->labels[pixel] < 0)
        heap_push(growth->heap, distance(growth, pixel, &growth->patches[label]), pixel, label);
}

static void offer_neighbours(struct sowing *growth, int32_t pixel, int32_t label) {
    int32_t width = growth->photo->width, x = pixel % width;
    if (x > 0) offer(growth, pixel - 1, label);
    if (x < width - 1) offer(growth, pixel + 1, label);
    if (pixel >= width) offer(growth, pixel - width, label);
    if (pixel < growth->photo->pixels - width) offer(growth, pixel + width, label);
}

// Seeds in the middles of squares; returns how many.
static int32_t sow(struct sowing *growth, int32_t columns, int32_t rows) {
    const struct photo *photo = growth->photo;
    for (int32_t row = 0; row < rows; row++)
        for (int32_t column = 0; column < columns; column++) {
            int32_t x = (int32_t)(((float)column + 0.5f) * (float)photo->width / (float)columns);
            int32_t y = (int32_t)(((float)row + 0.5f) * (float)photo->height / (float)rows);
            heap_push(growth->heap, -1, y * photo->width + x, row * columns + column);
        }
    return columns * rows;
}

static int32_t squares(int32_t side_px, float square_px) {
    int32_t count = (int32_t)((float)side_px / square_px + 0.5f);
    return count < 1 ? 1 : count;
}

int superpixels_grow(struct superpixels *made, struct arena *arena, struct heap *heap, const struct photo *photo) {
    float square_px = most(root((float)photo->pixels / SUPERPIXELS), 3);
    int32_t columns = squares(photo->width, square_px), rows = squares(photo->height, square_px);
    if (columns * rows > MOST_SUPERPIXELS) return -1;
    struct sowing growth = {photo, heap, TAKE(arena, struct patch, MOST_SUPERPIXELS),
                            TAKE(arena, int32_t, photo->pixels), square(COMPACTNESS / square_px)};
    if (!growth.patches || !growth.labels) return -1;
    for (int32_t pixel = 0; pixel < photo->pixels; pixel++) growth.labels[pixel] = -1;
    for (int32_t label = 0; label < MOST_SUPERPIXELS; label++) growth.patches[label] = (struct patch){0};
    made->count = sow(&growth, columns, rows);
    made->labels = growth.labels;
    while (heap->count > 0) {
        struct heap_entry nearest = heap_pop(heap);
        if (growth.labels[nearest.item] >= 0) continue;
        join(&growth, nearest.item, nearest.extra);
        offer_neighbours(&growth, nearest.item, nearest.extra);
    }
    return 0;
}
