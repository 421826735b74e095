#include "masks.h"
#include "arithmetic.h"
#include "distances.h"
#include "edges.h"

#define BYTES_A_PIXEL 128        // of the small photo
#define BYTES_BESIDE (8 << 20)   // of the graph

struct masks {
    struct photo photo;
    struct superpixels superpixels;
    struct graph graph;
    struct heap heap;
    float *strength;
    float *cost;              // (border_count) of crossing
    float *inside, *outside;  // (count) distances
    float *probability;       // (count)
};

uint32_t masks_bytes(int32_t width, int32_t height) {
    int32_t small_width, small_height;
    small_size(width, height, &small_width, &small_height);
    return BYTES_BESIDE + BYTES_A_PIXEL * (uint32_t)(small_width * small_height);
}

int32_t masks_width(const struct masks *masks) { return masks->photo.width; }
int32_t masks_height(const struct masks *masks) { return masks->photo.height; }

static void weigh_borders(struct masks *masks) {
    const struct graph *graph = &masks->graph;
    for (int32_t i = 0; i < graph->border_count; i++) {
        const struct border *border = &graph->borders[i];
        const struct node *a = &graph->nodes[border->a], *b = &graph->nodes[border->b];
        float colour = 0;
        for (int channel = 0; channel < 3; channel++) colour += square(a->lab[channel] - b->lab[channel]);
        masks->cost[i] = 1 + border->strength + 0.5f * root(colour);
    }
}

struct masks *masks_open(void *memory, uint32_t bytes, const uint8_t *rgba, int32_t width, int32_t height) {
    struct arena arena = {memory, (uint8_t *)memory + bytes};
    struct masks *masks = TAKE(&arena, struct masks, 1);
    if (!masks || photo_shrink(&masks->photo, &arena, rgba, width, height)) return NULL;
    if (heap_init(&masks->heap, &arena, 4 * masks->photo.pixels + 4 * MOST_BORDERS)) return NULL;
    if (superpixels_grow(&masks->superpixels, &arena, &masks->heap, &masks->photo)) return NULL;
    masks->strength = edge_strength(&arena, &masks->photo);
    if (!masks->strength) return NULL;
    if (graph_make(&masks->graph, &arena, &masks->photo, &masks->superpixels, masks->strength)) return NULL;
    masks->cost = TAKE(&arena, float, masks->graph.border_count);
    masks->inside = TAKE(&arena, float, masks->graph.count);
    masks->outside = TAKE(&arena, float, masks->graph.count);
    masks->probability = TAKE(&arena, float, masks->graph.count);
    if (!masks->cost || !masks->inside || !masks->outside || !masks->probability) return NULL;
    weigh_borders(masks);
    return masks;
}

static int32_t small_pixel(float at, float scale, int32_t count) {
    int32_t pixel = (int32_t)(at * scale);
    return pixel < 0 ? 0 : pixel >= count ? count - 1 : pixel;
}

static int32_t superpixel_at(const struct masks *masks, float x, float y) {
    const struct photo *photo = &masks->photo;
    int32_t column = small_pixel(x, photo->scale, photo->width), row = small_pixel(y, photo->scale, photo->height);
    return masks->superpixels.labels[row * photo->width + column];
}

// Half the frame's distance stands for the unknown background.
static void place_sources(struct masks *masks, const struct click *clicks, int32_t count, const struct box *box) {
    const struct graph *graph = &masks->graph;
    for (int32_t i = 0; i < graph->count; i++) {
        const struct node *node = &graph->nodes[i];
        float x = node->x / masks->photo.scale, y = node->y / masks->photo.scale;
        int is_outside = box && (x < box->left || x > box->right || y < box->top || y > box->bottom);
        masks->inside[i] = FAR;
        masks->outside[i] = is_outside ? 0 : node->frame > 0 ? 30 : FAR;
    }
    for (int32_t i = 0; i < count; i++) {
        int32_t at = superpixel_at(masks, clicks[i].x, clicks[i].y);
        masks->inside[at] = clicks[i].adds ? 0 : FAR;
        masks->outside[at] = clicks[i].adds ? FAR : 0;
    }
    if (count == 0 && box)
        masks->inside[superpixel_at(masks, (box->left + box->right) / 2, (box->top + box->bottom) / 2)] = 0;
}

void masks_segment(struct masks *masks, const struct click *clicks, int32_t count, const struct box *box,
                   uint8_t *probability) {
    const struct graph *graph = &masks->graph;
    place_sources(masks, clicks, count, box);
    spread_distances(graph, &masks->heap, masks->cost, masks->inside);
    spread_distances(graph, &masks->heap, masks->cost, masks->outside);
    for (int32_t i = 0; i < graph->count; i++) {
        float inside = masks->inside[i], outside = masks->outside[i];
        masks->probability[i] = logistic(8 * (outside - inside) / (inside + outside + 1e-6f));
    }
    for (int32_t pixel = 0; pixel < masks->photo.pixels; pixel++)
        probability[pixel] = (uint8_t)(255 * masks->probability[masks->superpixels.labels[pixel]] + 0.5f);
}
