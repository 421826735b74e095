// Regions grown from seeds in several orders: each is a way to say what belongs together.
#pragma once
#include "question.h"

enum family {
    BY_EDGES, BY_COLOURS_AND_SIZE, BY_HISTOGRAMS,  // the three trees of evidence.c
    BY_DISTANCE, BY_COLOUR, BY_NEARNESS, BY_LIKENESS, BY_RIVALRY, BY_CONSENT,
    FAMILIES
};

#define NEVER INT32_MAX
#define SIZES 16  // of each order the best region of each range of sizes is kept

struct growth {
    int32_t seed_count, *seeds;
    int is_opposed;               // the seeds are of what the gesture does not mean
    float *distance;              // (count) from the seeds, once there are any
    int has_distances;            // 0 after the seeds have changed
    float *key, *likely;          // (count): when a superpixel joins; working memory
    uint64_t *order, *spare;      // (count): ordered_by when it joins; working memory
    int32_t *joins, *stack;       // (count): a superpixel's place in `order`, NEVER outside of it; working memory
    uint8_t *touched;             // (MOST_REGIONS): working memory
    float *met;                   // (MOST_REGIONS): working memory
    int32_t lengths[SIZES];       // of order; 0: none of this size
};

int growth_init(struct growth *growth, struct arena *arena, int32_t count);

// Grows in one order within what is no wall, and notes the lengths that make the best regions.
void growth_run(struct growth *growth, struct evidence *evidence, const struct question *question, const uint8_t *walls,
                enum family family);

// The region of one of the lengths: what of it hangs together with a seed.
void growth_region(struct growth *growth, const struct evidence *evidence, int32_t length, uint8_t *region);
