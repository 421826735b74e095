#include "evidence.h"
#include "arithmetic.h"
#include "edges.h"

// By edges first, by colours with size, and by what regions are made of: they go wrong in different places.
static const struct likeness LIKENESSES[TREES] = {
    {.edge = 1, .colour = 0.3f, .texture = 5, .size = 0.15f},
    {.edge = 1, .colour = 0.5f, .texture = 0, .size = 0.35f},
    {.edge = 0.4f, .colour = 0.3f, .texture = 25, .size = 0.25f},
};

static int weigh_borders(struct evidence *evidence, struct arena *arena) {
    const struct graph *graph = &evidence->graph;
    float strength = 0, length = 0;
    evidence->cost = TAKE(arena, float, graph->border_count);
    if (!evidence->cost) return -1;
    for (int32_t i = 0; i < graph->border_count; i++) {
        const struct border *border = &graph->borders[i];
        const float *a = graph->nodes[border->a].lab, *b = graph->nodes[border->b].lab;
        float apart = root(square(a[0] - b[0]) + square(a[1] - b[1]) + square(a[2] - b[2]));
        evidence->cost[i] = 1 + border->strength + 0.5f * apart;
        strength += border->strength * border->length;
        length += border->length;
    }
    evidence->typical_strength = strength / (length + 1);
    return 0;
}

static int tie_neighbours(struct evidence *evidence, struct arena *arena) {
    const struct graph *graph = &evidence->graph;
    evidence->ties = TAKE(arena, float, 2 * graph->border_count);
    if (!evidence->ties) return -1;
    for (int32_t way = 0; way < 2 * graph->border_count; way++) {
        const struct border *border = &graph->borders[graph->ways[way].border];
        evidence->ties[way] = border->length / (1 + square(border->strength / evidence->typical_strength));
    }
    return 0;
}

int evidence_make(struct evidence *evidence, struct arena *arena, const uint8_t *rgba, int32_t width, int32_t height) {
    struct photo *photo = &evidence->photo;
    if (photo_shrink(photo, arena, rgba, width, height)) return -1;
    if (heap_init(&evidence->heap, arena, 4 * photo->pixels + 12 * MOST_BORDERS)) return -1;
    if (superpixels_grow(&evidence->superpixels, arena, &evidence->heap, photo)) return -1;
    struct arena scratch = *arena;
    float *strength = edge_strength(&scratch, photo);
    if (!strength) return -1;
    // the graph comes behind what it is made from
    if (graph_make(&evidence->graph, &scratch, photo, &evidence->superpixels, strength)) return -1;
    *arena = scratch;
    if (weigh_borders(evidence, arena) || tie_neighbours(evidence, arena)) return -1;
    if (palette_make(&evidence->palette, arena, photo, &evidence->superpixels, &evidence->graph)) return -1;
    for (int i = 0; i < TREES; i++)
        if (tree_grow(&evidence->trees[i], arena, &evidence->heap, &evidence->graph, &evidence->palette, &LIKENESSES[i]))
            return -1;
    return grid_make(&evidence->grid, arena, photo, &evidence->superpixels);
}
