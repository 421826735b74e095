#include "ordering.h"

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = 3, KEY_SHIFT = 32 };

static uint32_t digit_of(uint64_t order, int pass) {
    return (uint32_t)(order >> (KEY_SHIFT + pass * DIGIT_BITS)) & (DIGITS - 1);
}

// One pass of a radix sort; says whether it moved anything.
static int scatter(const uint64_t *from, uint64_t *to, int32_t count, int pass) {
    int32_t starts[DIGITS] = {0}, start = 0;
    for (int32_t i = 0; i < count; i++) starts[digit_of(from[i], pass)]++;
    if (count == 0 || starts[digit_of(from[0], pass)] == count) return 0;
    for (int digit = 0; digit < DIGITS; digit++) {
        int32_t next = start + starts[digit];
        starts[digit] = start;
        start = next;
    }
    for (int32_t i = 0; i < count; i++) to[starts[digit_of(from[i], pass)]++] = from[i];
    return 1;
}

void sort_by_key(uint64_t *orders, uint64_t *spare, int32_t count) {
    uint64_t *from = orders, *to = spare;
    for (int pass = 0; pass < PASSES; pass++) {
        if (!scatter(from, to, count, pass)) continue;
        uint64_t *filled = to;
        to = from;
        from = filled;
    }
    for (int32_t i = 0; from != orders && i < count; i++) orders[i] = from[i];
}
