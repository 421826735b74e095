// What a gesture may have meant: regions about it, grown in several ways, each with what speaks for it.
#pragma once
#include "merits.h"

#define MOST_PROPOSALS (2 * FAMILIES * SIZES)

struct proposals {
    int32_t count;
    struct proposal all[MOST_PROPOSALS];
    struct growth growth;
    uint8_t *walls;    // (count)
    int32_t *members;  // (count): working memory
};

// Returns -1 where memory ran out.
int proposals_init(struct proposals *proposals, struct arena *arena, int32_t count, int32_t photo_px);

// For a click on superpixel `at`, or a box whose middle is there and outside of which are the walls.
void propose(struct proposals *proposals, struct evidence *evidence, const struct question *question, int32_t at);
