/* Threads that wait for work. */
#ifndef SPLATS_POOL_H
#define SPLATS_POOL_H

#include <stdint.h>

/* Runs task(state, i) for every i in [0, count), on up to `threads` threads, the caller's among them. Which thread
 * runs which task varies: a task must write only what is its own. */
void run_tasks(int threads, int64_t count, void (*task)(void *state, int64_t i), void *state);

#endif
