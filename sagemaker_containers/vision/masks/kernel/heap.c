#include "heap.h"

int heap_init(struct heap *heap, struct arena *arena, int32_t capacity) {
    heap->slots = TAKE(arena, struct heap_slot, capacity);
    heap->count = 0;
    heap->capacity = capacity;
    return heap->slots ? 0 : -1;
}

static void rise(struct heap *heap, int32_t at, struct heap_slot slot) {
    for (; at > 0 && slot.order < heap->slots[(at - 1) / 2].order; at = (at - 1) / 2)
        heap->slots[at] = heap->slots[(at - 1) / 2];
    heap->slots[at] = slot;
}

void heap_push(struct heap *heap, float key, int32_t item, int32_t extra) {
    if (heap->count == heap->capacity) return;
    rise(heap, heap->count++, (struct heap_slot){ordered_by(key, item), extra});
}

// The gap that the first leaves sinks to the bottom, where what was last fills it and rises: a processor guesses that
// better than whether it should stop on the way.
struct heap_entry heap_pop(struct heap *heap) {
    struct heap_slot *slots = heap->slots, first = slots[0];
    int32_t count = --heap->count, gap = 0;
    for (int32_t child = 2; child < count; child = 2 * gap + 2) {
        child -= slots[child - 1].order < slots[child].order;
        slots[gap] = slots[child];
        gap = child;
    }
    if (2 * gap + 2 == count) {
        slots[gap] = slots[count - 1];
        gap = count - 1;
    }
    rise(heap, gap, slots[count]);
    return (struct heap_entry){key_of(first.order), item_of(first.order), first.extra};
}
