#include "graph.h"
#include "arithmetic.h"

static void measure_nodes(struct graph *graph, const struct photo *photo, const int32_t *labels) {
    for (int32_t i = 0; i < graph->count; i++) graph->nodes[i] = (struct node){0};
    for (int32_t pixel = 0; pixel < photo->pixels; pixel++) {
        struct node *node = &graph->nodes[labels[pixel]];
        int32_t x = pixel % photo->width, y = pixel / photo->width;
        for (int channel = 0; channel < 3; channel++) node->lab[channel] += photo->lab[3 * pixel + channel];
        node->x += (float)x + 0.5f;
        node->y += (float)y + 0.5f;
        node->area += 1;
        if (x == 0 || y == 0 || x == photo->width - 1 || y == photo->height - 1) node->frame += 1;
    }
    for (int32_t i = 0; i < graph->count; i++) {
        struct node *node = &graph->nodes[i];
        for (int channel = 0; channel < 3; channel++) node->lab[channel] /= node->area;
        node->x /= node->area;
        node->y /= node->area;
    }
}

// The border between two superpixels, made where there is none yet. `chains` links those of the same `a`.
static struct border *border_between(struct graph *graph, int32_t *heads, int32_t *chains, int32_t a, int32_t b) {
    for (int32_t at = heads[a]; at >= 0; at = chains[at])
        if (graph->borders[at].b == b) return &graph->borders[at];
    if (graph->border_count == MOST_BORDERS) return NULL;
    int32_t made = graph->border_count++;
    chains[made] = heads[a];
    heads[a] = made;
    graph->borders[made] = (struct border){a, b, 0, 0};
    return &graph->borders[made];
}

static void measure_borders(struct graph *graph, int32_t *heads, int32_t *chains, const struct photo *photo,
                            const int32_t *labels, const float *strength) {
    for (int32_t i = 0; i < graph->count; i++) heads[i] = -1;
    for (int32_t pixel = 0; pixel < photo->pixels; pixel++)
        for (int side = 0; side < 2; side++) {
            if (side == 0 ? pixel % photo->width == photo->width - 1 : pixel + photo->width >= photo->pixels) continue;
            int32_t other = side == 0 ? pixel + 1 : pixel + photo->width;
            int32_t a = labels[pixel], b = labels[other];
            if (a == b) continue;
            struct border *border = border_between(graph, heads, chains, a < b ? a : b, a < b ? b : a);
            if (!border) continue;
            border->length += 1;
            border->strength += most(strength[pixel], strength[other]);
        }
    for (int32_t i = 0; i < graph->border_count; i++) graph->borders[i].strength /= graph->borders[i].length;
}

static void link_ways(struct graph *graph) {
    for (int32_t i = 0; i < graph->border_count; i++) {
        struct node *a = &graph->nodes[graph->borders[i].a], *b = &graph->nodes[graph->borders[i].b];
        a->degree++, b->degree++;
        a->around += graph->borders[i].length, b->around += graph->borders[i].length;
    }
    int32_t first = 0;
    for (int32_t i = 0; i < graph->count; i++) {
        graph->nodes[i].first = first;
        first += graph->nodes[i].degree;
        graph->nodes[i].degree = 0;
    }
    for (int32_t i = 0; i < graph->border_count; i++) {
        struct node *a = &graph->nodes[graph->borders[i].a], *b = &graph->nodes[graph->borders[i].b];
        const struct border *border = &graph->borders[i];
        graph->ways[a->first + a->degree++] = (struct way){border->b, i, border->length, border->strength};
        graph->ways[b->first + b->degree++] = (struct way){border->a, i, border->length, border->strength};
    }
}

int graph_make(struct graph *graph, struct arena *arena, const struct photo *photo,
               const struct superpixels *superpixels, const float *strength) {
    graph->count = superpixels->count;
    graph->border_count = 0;
    graph->nodes = TAKE(arena, struct node, graph->count);
    graph->borders = TAKE(arena, struct border, MOST_BORDERS);
    graph->ways = TAKE(arena, struct way, 2 * MOST_BORDERS);
    struct arena scratch = *arena;
    int32_t *heads = TAKE(&scratch, int32_t, graph->count), *chains = TAKE(&scratch, int32_t, MOST_BORDERS);
    if (!graph->nodes || !graph->borders || !graph->ways || !heads || !chains) return -1;
    measure_nodes(graph, photo, superpixels->labels);
    measure_borders(graph, heads, chains, photo, superpixels->labels, strength);
    link_ways(graph);
    return 0;
}
