// Memory without a library: everything of one photo lies in one block that the caller gave.
#pragma once
#include <stddef.h>
#include <stdint.h>

struct arena {
    uint8_t *next, *end;
};

// `bytes` of memory, aligned for any type, not cleared; NULL where the block is used up.
static inline void *take(struct arena *arena, size_t bytes) {
    size_t rounded = (bytes + 15) & ~(size_t)15;
    if ((size_t)(arena->end - arena->next) < rounded) return NULL;
    uint8_t *taken = arena->next;
    arena->next += rounded;
    return taken;
}

#define TAKE(arena, type, count) take(arena, sizeof(type) * (size_t)(count))
