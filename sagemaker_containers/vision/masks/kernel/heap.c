#include "heap.h"

static int goes_before(const struct heap_entry *a, const struct heap_entry *b) {
    return a->key < b->key || (a->key == b->key && a->item < b->item);
}

int heap_init(struct heap *heap, struct arena *arena, int32_t capacity) {
    heap->entries = TAKE(arena, struct heap_entry, capacity);
    heap->count = 0;
    heap->capacity = capacity;
    return heap->entries ? 0 : -1;
}

void heap_push(struct heap *heap, float key, int32_t item, int32_t extra) {
    if (heap->count == heap->capacity) return;
    struct heap_entry entry = {key, item, extra};
    int32_t at = heap->count++;
    while (at > 0 && goes_before(&entry, &heap->entries[(at - 1) / 2])) {
        heap->entries[at] = heap->entries[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    heap->entries[at] = entry;
}

struct heap_entry heap_pop(struct heap *heap) {
    struct heap_entry first = heap->entries[0], last = heap->entries[--heap->count];
    int32_t at = 0;
    for (int32_t child = 1; child < heap->count; child = 2 * at + 1) {
        if (child + 1 < heap->count && goes_before(&heap->entries[child + 1], &heap->entries[child])) child++;
        if (!goes_before(&heap->entries[child], &last)) break;
        heap->entries[at] = heap->entries[child];
        at = child;
    }
    heap->entries[at] = last;
    return first;
}
