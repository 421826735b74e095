// Regions grown from seeds in several orders: each is a way to say what belongs together.
#pragma once
#include "consent.h"

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
    const float *distance;        // (count) from the seeds, found once for all orders that need them
    float *found;                 // (count): where distances lie that nobody else has found
    float *key;                   // (count): when a superpixel joins
    struct consent consent, without_seed;
    uint64_t *order, *spare;      // (count): ordered_by when it joins; working memory
    int32_t *joins, *stack;       // (count): a superpixel's place in `order`, NEVER outside of it; working memory
    uint8_t *touched;             // (MOST_REGIONS): working memory
    float *met;                   // (MOST_REGIONS): working memory
    float starts[SIZES];          // small pixels: the smallest area of each size
    int32_t lengths[SIZES];       // of order; 0: none of this size
    uint8_t *region;              // (count): what of the first `grown` of the order hangs together with a seed
    int32_t grown;
};

int growth_init(struct growth *growth, struct arena *arena, int32_t count, int32_t photo_px);

// Where it is grown from, after the seeds were listed. `distance`: from them, or NULL to find it.
void growth_begin(struct growth *growth, struct evidence *evidence, int is_opposed, const float *distance);

// Grows in one order within what is no wall, and notes the lengths that make the best regions.
void growth_run(struct growth *growth, struct evidence *evidence, const struct question *question, const uint8_t *walls,
                enum family family);

// Makes `region` that of one of the lengths. Quick where it is longer than the last: it only goes on from there.
void growth_region(struct growth *growth, const struct evidence *evidence, int32_t length);
