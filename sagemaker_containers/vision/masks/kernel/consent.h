// Superpixels agree with their neighbours and with colours that are learnt from what they agree on: what graph cuts
// with colour models do (Rother, Kolmogorov, Blake, SIGGRAPH 2004), by mean fields.
#pragma once
#include "question.h"

struct consent {
    float *given;   // (count): how likely each is what the gesture means, 0..1
    float *likely;  // (count): working memory
};

// With superpixel `seed` held to what the gesture means; and, unless NULL, with nothing held but what clicks said before.
void consent_find(struct consent *of_seed, int32_t seed, struct consent *of_none, const struct evidence *evidence,
                  const struct question *question);
