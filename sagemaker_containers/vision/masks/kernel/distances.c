#include "distances.h"
#include "arithmetic.h"

void spread_distances(const struct graph *graph, struct heap *heap, const float *cost, float *distance) {
    heap->count = 0;
    for (int32_t i = 0; i < graph->count; i++)
        if (distance[i] < FAR) heap_push(heap, distance[i], i, 0);
    while (heap->count > 0) {
        struct heap_entry nearest = heap_pop(heap);
        if (nearest.key > distance[nearest.item]) continue;
        const struct node *node = &graph->nodes[nearest.item];
        for (int32_t at = node->first; at < node->first + node->degree; at++) {
            struct way way = graph->ways[at];
            float length = nearest.key + cost[way.border];
            if (length >= distance[way.to]) continue;
            distance[way.to] = length;
            heap_push(heap, length, way.to, 0);
        }
    }
}
