// Superpixels agree with their neighbours and with colours that are learnt from what they agree on: what graph cuts
// with colour models do (Rother, Kolmogorov, Blake, SIGGRAPH 2004), by mean fields.
#pragma once
#include "question.h"

// `consent` (count): how likely each is what the gesture means, 0..1. `likely` is working memory (count).
void consent_find(float *consent, float *likely, const struct evidence *evidence, const struct question *question,
                  const int32_t *seeds, int32_t seed_count, float seeds_are);
