// Which proposal is taken: the one that agrees best with all, each as likely as its features say.
#pragma once
#include "proposals.h"

enum kind { FIRST_CLICK, ADDING_CLICK, REMOVING_CLICK, BOX, KINDS };

struct choice {
    float likelihood[MOST_PROPOSALS];
    int32_t likely[MOST_PROPOSALS];         // proposals worth comparing, by number
    uint64_t *bits;                         // (MOST_PROPOSALS, words): regions
    int32_t *sizes;                         // (MOST_PROPOSALS): superpixels of each
};

int choice_init(struct choice *choice, struct arena *arena, int32_t count);

// The number of the proposal taken; there is at least one. Its expected overlap with what was meant is the largest.
int32_t choose(struct choice *choice, const struct proposals *proposals, enum kind kind, int32_t count);

// (KINDS, FEATURES), for learning to overwrite.
float *choice_weights(void);
