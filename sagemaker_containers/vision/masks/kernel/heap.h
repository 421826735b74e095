// A heap of numbered things, the smallest key first; equal keys leave in the order of their numbers.
#pragma once
#include "arena.h"
#include "ordering.h"

struct heap_entry {
    float key;
    int32_t item, extra;
};

struct heap_slot {
    uint64_t order;  // ordered_by(key, item): one comparison says which goes before
    int32_t extra;
};

struct heap {
    struct heap_slot *slots;
    int32_t count, capacity;
};

int heap_init(struct heap *heap, struct arena *arena, int32_t capacity);  // -1: no memory
void heap_push(struct heap *heap, float key, int32_t item, int32_t extra);  // what has no room is dropped
struct heap_entry heap_pop(struct heap *heap);
