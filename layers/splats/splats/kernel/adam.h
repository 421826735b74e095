/* One step of Adam, on all threads. */
#ifndef SPLATS_ADAM_H
#define SPLATS_ADAM_H

#include <stdint.h>

struct adam {
    float rate, beta1, beta2, epsilon;
};

/* Moves `count` values against their gradients; `step` counts from 1. Kingma & Ba, "Adam", 2015, in torch's form: epsilon
 * is added to the root of the second moment after its bias is taken out. */
void adam_step(const struct adam *adam, int64_t step, int64_t count, float *values, const float *gradients,
               float *first_moments, float *second_moments, int32_t threads);

#endif
