/* What memory can bring is what limits this: each value is read with its gradient and moments, and written back, once. */
#include "adam.h"

#include <math.h>

#include "lanes.h"
#include "pool.h"

#define VALUES_PER_TASK 16384

struct job {
    const struct adam *adam;
    float step_size, second_scale; /* the rate and the root of the second moment without their bias */
    int64_t count;
    float *values, *first, *second;
    const float *gradients;
};

INLINE void move(const struct job *j, int64_t i) {
    const struct adam *a = j->adam;
    vf g = load(j->gradients + i), m = load(j->first + i), v = load(j->second + i);
    m += (1.0f - a->beta1) * (g - m);
    v = a->beta2 * v + (1.0f - a->beta2) * g * g;
    store(j->first + i, m);
    store(j->second + i, v);
    store(j->values + i, load(j->values + i) - j->step_size * m / (square_root(v) * j->second_scale + a->epsilon));
}

/* The last few, fewer than a vector, in one that is copied out and back. */
static void move_rest(const struct job *j, int64_t first) {
    float values[LANES] = {0}, m[LANES] = {0}, v[LANES] = {0}, g[LANES] = {0};
    size_t bytes = sizeof(float) * (size_t)(j->count - first);
    struct job rest = *j;
    rest.values = values, rest.first = m, rest.second = v, rest.gradients = g;
    memcpy(values, j->values + first, bytes);
    memcpy(m, j->first + first, bytes);
    memcpy(v, j->second + first, bytes);
    memcpy(g, j->gradients + first, bytes);
    move(&rest, 0);
    memcpy(j->values + first, values, bytes);
    memcpy(j->first + first, m, bytes);
    memcpy(j->second + first, v, bytes);
}

static void move_task(void *state, int64_t task) {
    const struct job *j = state;
    int64_t i = task * VALUES_PER_TASK, end = i + VALUES_PER_TASK;
    if (end > j->count) end = j->count;
    for (; i + LANES <= end; i += LANES) move(j, i);
    if (i < end) move_rest(j, i);
}

void adam_step(const struct adam *adam, int64_t step, int64_t count, float *values, const float *gradients,
               float *first_moments, float *second_moments, int32_t threads) {
    double bias1 = 1 - pow((double)adam->beta1, (double)step), bias2 = 1 - pow((double)adam->beta2, (double)step);
    struct job job = {adam,   (float)((double)adam->rate / bias1), (float)(1 / sqrt(bias2)), count, values,
                      first_moments, second_moments, gradients};
    run_tasks(threads, (count + VALUES_PER_TASK - 1) / VALUES_PER_TASK, move_task, &job);
}
