// What speaks for a region: numbers that learnt weights turn into a likelihood.
#pragma once
#include "growth.h"

#define OWN_FEATURES 26
#define FEATURES (OWN_FEATURES + FAMILIES)

struct proposal {
    uint8_t *region;  // (count): what the gesture adds, or takes away
    float features[FEATURES];
    float depth_px;   // the largest in it
};

// Fills features and depth of a region, whose superpixels `members` are, in the order of their numbers.
// `grown_from_opposed`: the region is what was left by one that grew from the other side.
void describe(struct proposal *proposal, struct evidence *evidence, const struct question *question,
              const int32_t *members, int32_t count, enum family family, int grown_from_opposed);
