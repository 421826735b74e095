/* A pool of plain threads. Workers sleep between jobs and never spin: others may need the cores. */
#include "pool.h"

#include <pthread.h>
#include <stdatomic.h>

#define MOST_WORKERS 255

static pthread_mutex_t one_job = PTHREAD_MUTEX_INITIALIZER; /* held by the caller whose job runs */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* guards what follows */
static pthread_cond_t work_is_here = PTHREAD_COND_INITIALIZER;
static pthread_cond_t work_is_done = PTHREAD_COND_INITIALIZER;
static int workers;       /* threads started */
static int places;        /* workers that may still join this job */
static int busy;          /* workers in this job */
static uint64_t job;      /* its number */

static int64_t task_count;
static void (*task_of_job)(void *, int64_t);
static void *state_of_job;
static atomic_int_fast64_t next_task;

static void take_tasks(void) {
    for (;;) {
        int64_t i = atomic_fetch_add_explicit(&next_task, 1, memory_order_relaxed);
        if (i >= task_count) return;
        task_of_job(state_of_job, i);
    }
}

static void *worker(void *unused) {
    uint64_t last = 0;
    (void)unused;
    pthread_mutex_lock(&lock);
    for (;;) {
        while (job == last || places == 0) {
            last = job;
            pthread_cond_wait(&work_is_here, &lock);
        }
        last = job;
        places--;
        busy++;
        pthread_mutex_unlock(&lock);
        take_tasks();
        pthread_mutex_lock(&lock);
        if (--busy == 0) pthread_cond_signal(&work_is_done);
    }
    return NULL;
}

/* With the lock held. Fewer threads than wished for are no error: the caller works too. */
static void start_workers(int wished) {
    while (workers < wished && workers < MOST_WORKERS) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, worker, NULL) != 0) return;
        pthread_detach(thread);
        workers++;
    }
}

static void before_fork(void) {
    pthread_mutex_lock(&one_job);
    pthread_mutex_lock(&lock);
}

static void in_parent(void) {
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&one_job);
}

static void in_child(void) {
    workers = places = busy = 0;
    work_is_here = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    work_is_done = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    in_parent();
}

static void watch_forks(void) { pthread_atfork(before_fork, in_parent, in_child); }

void run_tasks(int threads, int64_t count, void (*task)(void *, int64_t), void *state) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int helpers = (int)(threads < count ? threads : count) - 1;
    if (helpers <= 0) {
        for (int64_t i = 0; i < count; i++) task(state, i);
        return;
    }
    pthread_once(&once, watch_forks);
    pthread_mutex_lock(&one_job);
    pthread_mutex_lock(&lock);
    start_workers(helpers);
    task_count = count;
    task_of_job = task;
    state_of_job = state;
    atomic_store(&next_task, 0);
    places = helpers;
    job++;
    pthread_cond_broadcast(&work_is_here);
    pthread_mutex_unlock(&lock);
    take_tasks();
    pthread_mutex_lock(&lock);
    places = 0; /* who has not joined by now comes too late */
    while (busy > 0) pthread_cond_wait(&work_is_done, &lock);
    pthread_mutex_unlock(&lock);
    pthread_mutex_unlock(&one_job);
}
