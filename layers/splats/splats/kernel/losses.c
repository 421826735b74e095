/* L1 and SSIM with the gradient by the image, rows of interleaved channels.
 *
 * SSIM as in "Image Quality Assessment: From Error Visibility to Structural Similarity" (Wang et al. 2004): a
 * Gaussian window of 11 x 11 pixels, sigma 1.5, zeros beyond the edges. Windows are taken first down the columns,
 * then along the row, of a strip at a time that stays in the cache. With the windowed means mx, my, xx, yy, xy
 *
 *     S = A B / (C D),   A = 2 mx my + c1, B = 2 (xy - mx my) + c2, C = mx^2 + my^2 + c1, D = xx - mx^2 + yy - my^2 + c2
 *
 * and dS/dx at a pixel is the window over the slopes by mx, xx (times 2 x) and xy (times y).
 */
#include "losses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lanes.h"
#include "pool.h"

#define RADIUS 5
#define WINDOW (2 * RADIUS + 1)
#define STRIP 960       /* values of a row that are worked on together */
#define MOST_CHANNELS 4 /* of pixels, interleaved */
#define MARGIN (RADIUS * MOST_CHANNELS)
#define BUFFER (STRIP + 2 * MARGIN + LANES)
#define ROWS_PER_TASK 4
#define C1 0.0001f /* (0.01 * 1)^2 */
#define C2 0.0009f /* (0.03 * 1)^2 */

struct job {
    const float *image, *target;
    int64_t rows, row; /* values in a row: width times channels */
    int channels;
    float ssim_weight;
    float *slopes; /* (3, rows, row): by mx, xx, xy */
    float *gradient;
    double *sums; /* (rows, 3): |x - y|, S, (x - y)^2 */
    float window[WINDOW];
};

/* The first n of LANES values, zeros for the others. */
INLINE vf load_some(const float *p, int64_t n) {
    if (n >= LANES) return load(p);
    vf v = all(0);
    memcpy(&v, p, sizeof(float) * (size_t)n);
    return v;
}

/* Rows of the window around row y that lie in the picture: [*first, *last]. */
INLINE void rows_around(const struct job *j, int64_t y, int64_t *first, int64_t *last) {
    *first = y - RADIUS > 0 ? y - RADIUS : 0;
    *last = y + RADIUS < j->rows ? y + RADIUS : j->rows - 1;
}

/* out[0 .. end - begin) = the window down the columns of values [begin, end) of row y; up to LANES more are written. */
static void down(const struct job *j, const float *plane, int64_t y, int64_t begin, int64_t end, float *out) {
    int64_t first, last;
    rows_around(j, y, &first, &last);
    for (int64_t i = begin; i < end; i += LANES) {
        vf sum = all(0);
        for (int64_t r = first; r <= last; r++)
            sum += j->window[r - y + RADIUS] * load_some(plane + r * j->row + i, end - i);
        store(out + i - begin, sum);
    }
}

/* The same for the five means that SSIM is made of, in one go. */
static void means_down(const struct job *j, int64_t y, int64_t begin, int64_t end, float (*out)[BUFFER]) {
    int64_t first, last;
    rows_around(j, y, &first, &last);
    for (int64_t i = begin; i < end; i += LANES) {
        vf mx = all(0), my = all(0), xx = all(0), yy = all(0), xy = all(0);
        for (int64_t r = first; r <= last; r++) {
            vf x = load_some(j->image + r * j->row + i, end - i), t = load_some(j->target + r * j->row + i, end - i);
            vf wx = j->window[r - y + RADIUS] * x, wt = j->window[r - y + RADIUS] * t;
            mx += wx;
            my += wt;
            xx += wx * x;
            yy += wt * t;
            xy += wx * t;
        }
        store(out[0] + i - begin, mx);
        store(out[1] + i - begin, my);
        store(out[2] + i - begin, xx);
        store(out[3] + i - begin, yy);
        store(out[4] + i - begin, xy);
    }
}

/* The window along a row: out[i] from in[i .. i + 2 RADIUS channels]. */
static void along(const struct job *j, const float *restrict in, int64_t count, float *restrict out) {
    const float *w = j->window;
    const int64_t c = j->channels;
    for (int64_t i = 0; i < count; i++)
        out[i] = w[5] * in[i + 5 * c] + w[4] * (in[i + 4 * c] + in[i + 6 * c]) + w[3] * (in[i + 3 * c] + in[i + 7 * c]) +
                 w[2] * (in[i + 2 * c] + in[i + 8 * c]) + w[1] * (in[i + c] + in[i + 9 * c]) + w[0] * (in[i] + in[i + 10 * c]);
}

/* A strip [begin, end) of a row with its margins, which are zero beyond the picture. `at` is where in a buffer the
 * part that lies in the picture begins. */
struct strip {
    int64_t begin, end, from, until, at;
};

static struct strip strip_at(const struct job *j, int64_t begin) {
    int64_t margin = (int64_t)RADIUS * j->channels;
    struct strip s = {.begin = begin, .end = begin + STRIP < j->row ? begin + STRIP : j->row};
    s.from = begin - margin > 0 ? begin - margin : 0;
    s.until = s.end + margin < j->row ? s.end + margin : j->row;
    s.at = s.from - (begin - margin);
    return s;
}

/* Moves what is in the picture to its place, and sets the margins beyond to zero. */
static void pad(const struct job *j, const struct strip *s, float *buffer) {
    int64_t whole = s->end - s->begin + 2 * (int64_t)RADIUS * j->channels, inside = s->until - s->from;
    if (s->at > 0) memmove(buffer + s->at, buffer, sizeof(float) * (size_t)inside);
    memset(buffer, 0, sizeof(float) * (size_t)s->at);
    memset(buffer + s->at + inside, 0, sizeof(float) * (size_t)(whole - s->at - inside));
}

static void similarity_strip(const struct job *j, int64_t y, int64_t begin, double *sum) {
    float vertical[5][BUFFER], m[5][STRIP];
    struct strip s = strip_at(j, begin);
    int64_t count = s.end - s.begin;
    means_down(j, y, s.from, s.until, vertical);
    for (int k = 0; k < 5; k++) {
        pad(j, &s, vertical[k]);
        along(j, vertical[k], count, m[k]);
    }
    float *restrict by_mx = j->slopes + y * j->row + begin;
    float *restrict by_xx = by_mx + j->rows * j->row, *restrict by_xy = by_xx + j->rows * j->row;
    float similarity[STRIP];
    for (int64_t i = 0; i < count; i++) {
        float mx = m[0][i], my = m[1][i];
        float a = 2 * mx * my + C1, b = 2 * (m[4][i] - mx * my) + C2;
        float c = mx * mx + my * my + C1, d = m[2][i] - mx * mx + m[3][i] - my * my + C2;
        float r = 1 / (c * d);
        float value = a * b * r, over_c = d * r, over_d = c * r;
        float slope_xx = -value * over_d, slope_xy = 2 * a * r;
        similarity[i] = value;
        by_xx[i] = slope_xx;
        by_xy[i] = slope_xy;
        by_mx[i] = 2 * my * b * r - 2 * mx * value * over_c - my * slope_xy - 2 * mx * slope_xx;
    }
    for (int64_t i = 0; i < count; i++) *sum += (double)similarity[i];
}

static void similarity_task(void *state, int64_t task) {
    const struct job *j = state;
    for (int64_t y = task * ROWS_PER_TASK; y < j->rows && y < (task + 1) * ROWS_PER_TASK; y++)
        for (int64_t begin = 0; begin < j->row; begin += STRIP) similarity_strip(j, y, begin, &j->sums[3 * y + 1]);
}

static void gradient_strip(const struct job *j, int64_t y, int64_t begin, double *sums) {
    float windowed[3][STRIP];
    struct strip s = strip_at(j, begin);
    int64_t count = s.end - s.begin;
    for (int k = 0; k < 3 && j->ssim_weight > 0; k++) {
        float vertical[BUFFER];
        down(j, j->slopes + k * j->rows * j->row, y, s.from, s.until, vertical);
        pad(j, &s, vertical);
        along(j, vertical, count, windowed[k]);
    }
    const float *restrict x = j->image + y * j->row + begin, *restrict t = j->target + y * j->row + begin;
    float *restrict out = j->gradient + y * j->row + begin;
    const float scale = 1 / (float)(j->rows * j->row);
    const float l1 = (1 - j->ssim_weight) * scale, ssim = -j->ssim_weight * scale;
    float absolute = 0, squared = 0; /* of a strip only: exact enough, and the same each time */
    for (int64_t i = 0; i < count; i++) {
        float d = x[i] - t[i];
        out[i] = l1 * (float)((d > 0) - (d < 0));
        absolute += fabsf(d);
        squared += d * d;
    }
    sums[0] += (double)absolute;
    sums[2] += (double)squared;
    if (j->ssim_weight <= 0) return;
    for (int64_t i = 0; i < count; i++)
        out[i] += ssim * (windowed[0][i] + 2 * x[i] * windowed[1][i] + t[i] * windowed[2][i]);
}

static void gradient_task(void *state, int64_t task) {
    const struct job *j = state;
    for (int64_t y = task * ROWS_PER_TASK; y < j->rows && y < (task + 1) * ROWS_PER_TASK; y++)
        for (int64_t begin = 0; begin < j->row; begin += STRIP) gradient_strip(j, y, begin, &j->sums[3 * y]);
}

int32_t photometric_loss(const float *image, const float *target, int32_t height, int32_t width, int32_t channels,
                         float ssim_weight, float *slopes, float *gradient, double *means, int32_t threads) {
    struct job j = {.image = image, .target = target, .rows = height, .row = (int64_t)width * channels,
                    .channels = channels, .ssim_weight = ssim_weight, .slopes = slopes, .gradient = gradient};
    double weight = 0;
    for (int k = 0; k < WINDOW; k++) weight += exp(-(k - RADIUS) * (k - RADIUS) / (2 * 1.5 * 1.5));
    for (int k = 0; k < WINDOW; k++)
        j.window[k] = (float)(exp(-(k - RADIUS) * (k - RADIUS) / (2 * 1.5 * 1.5)) / weight);
    j.sums = calloc((size_t)height * 3, sizeof(double));
    if (j.sums == NULL && height > 0) return -1;
    int64_t tasks = (height + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
    if (ssim_weight > 0) run_tasks(threads, tasks, similarity_task, &j);
    run_tasks(threads, tasks, gradient_task, &j);
    memset(means, 0, sizeof(double) * 3);
    for (int64_t y = 0; y < height; y++)
        for (int k = 0; k < 3; k++) means[k] += j.sums[3 * y + k] / (double)(j.rows * j.row);
    free(j.sums);
    return 0;
}
