// Keys with numbers as integers of the same order: compared, and sorted, without looking at two things.
#pragma once
#include <stdint.h>

// Smaller keys are smaller, and so are smaller numbers among equal keys. `item` is no less than 0.
static inline uint64_t ordered_by(float key, int32_t item) {
    union { float number; uint32_t bits; } as = {key};
    uint32_t rising = as.bits & 0x80000000u ? ~as.bits : as.bits | 0x80000000u;
    return (uint64_t)rising << 32 | (uint32_t)item;
}

static inline float key_of(uint64_t order) {
    uint32_t rising = (uint32_t)(order >> 32);
    union { uint32_t bits; float number; } as = {rising & 0x80000000u ? rising & 0x7fffffffu : ~rising};
    return as.number;
}

static inline int32_t item_of(uint64_t order) { return (int32_t)(uint32_t)order; }

// Sorts by keys; what has equal keys stays in the order it came in. `spare` has room for as many.
void sort_by_key(uint64_t *orders, uint64_t *spare, int32_t count);
