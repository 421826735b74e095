/* How fast this machine multiplies and adds, in registers alone: what no loop can beat. */
#include "lanes.h"
#include "pool.h"

#define CHAINS 12 /* of results that wait for nothing but themselves: more than two units of four cycles need */
#define TASKS 64

static volatile float sink;

static void multiply_and_add(void *state, int64_t task) {
    const int64_t rounds = *(const int64_t *)state;
    vf a = all(0.999f), b = all((float)task * 1e-3f), sum[CHAINS];
    for (int k = 0; k < CHAINS; k++) sum[k] = all((float)k);
    for (int64_t i = 0; i < rounds; i++)
        for (int k = 0; k < CHAINS; k++) sum[k] = sum[k] * a + b;
    for (int k = 1; k < CHAINS; k++) sum[0] += sum[k];
    sink = sum[0][0];
}

/* Returns the operations done, two for each multiplication that also adds. */
double peak_run(int64_t rounds, int32_t threads) {
    run_tasks(threads, TASKS, multiply_and_add, &rounds);
    return 2.0 * LANES * CHAINS * (double)rounds * TASKS;
}
