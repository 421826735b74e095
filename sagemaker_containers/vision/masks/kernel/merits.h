// What speaks for a region: numbers that learnt weights turn into a likelihood.
#pragma once
#include "growth.h"

#define OWN_FEATURES 26
#define FEATURES (OWN_FEATURES + FAMILIES)

// `grown_from_opposed`: the region is what was left by one that grew from the other side.
void describe(float *features, struct evidence *evidence, const struct question *question, const uint8_t *region,
              enum family family, int grown_from_opposed);
