// What speaks for a region: numbers that learnt weights turn into a likelihood.
#pragma once
#include "growth.h"

#define OWN_FEATURES 26
#define FEATURES (OWN_FEATURES + FAMILIES)

struct proposal {
    uint8_t *region;  // (count): what the gesture adds, or takes away
    int32_t size;     // superpixels of it
    float features[FEATURES];
    float depth_px;   // the largest in it
};

// Fills depth and features of a region, whose superpixels `members` are, in the order of their numbers; all but its origin.
void describe(struct proposal *proposal, struct evidence *evidence, const struct question *question, const int32_t *members);
// The same for a region that was described before.
void describe_alike(struct proposal *proposal, const struct proposal *before);
// `is_opposed`: the region is what was left by one that grew from the other side.
void describe_origin(struct proposal *proposal, enum family family, int is_opposed);
