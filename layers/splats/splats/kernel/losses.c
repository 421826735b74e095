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

INLINE void store_some(float *p, vf v, int64_t n) {
    if (n >= LANES) store(p, v);
    else memcpy(p, &v, sizeof(float) * (size_t)n);
}

INLINE vf only(int64_t n, vf v) { return n >= LANES ? v : keep(first_lanes((int)n), v); }

/* In the order of the lanes: the same each time. */
static double sum_of(vf v) {
    double sum = 0;
    for (int i = 0; i < LANES; i++) sum += (double)v[i];
    return sum;
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

/* The window along a row, of which in[0] is the first value. */
INLINE vf along(const struct job *j, const float *in) {
    const int64_t c = j->channels;
    vf sum = j->window[RADIUS] * load(in + RADIUS * c);
    for (int k = 0; k < RADIUS; k++) sum += j->window[k] * (load(in + k * c) + load(in + (WINDOW - 1 - k) * c));
    return sum;
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
    float m[5][BUFFER];
    struct strip s = strip_at(j, begin);
    means_down(j, y, s.from, s.until, m);
    for (int k = 0; k < 5; k++) pad(j, &s, m[k]);
    float *by_mx = j->slopes + y * j->row + begin;
    float *by_xx = by_mx + j->rows * j->row, *by_xy = by_xx + j->rows * j->row;
    vf total = all(0);
    for (int64_t i = 0, n = s.end - s.begin; n > 0; i += LANES, n -= LANES) {
        vf mx = along(j, m[0] + i), my = along(j, m[1] + i);
        vf xx = along(j, m[2] + i), yy = along(j, m[3] + i), xy = along(j, m[4] + i);
        vf a = 2.0f * mx * my + C1, b = 2.0f * (xy - mx * my) + C2;
        vf c = mx * mx + my * my + C1, d = xx - mx * mx + yy - my * my + C2;
        vf r = 1.0f / (c * d);
        vf value = a * b * r, slope_xx = -value * c * r, slope_xy = 2.0f * a * r;
        vf slope_mx = 2.0f * my * b * r - 2.0f * mx * value * d * r - my * slope_xy - 2.0f * mx * slope_xx;
        store_some(by_mx + i, slope_mx, n);
        store_some(by_xx + i, slope_xx, n);
        store_some(by_xy + i, slope_xy, n);
        total += only(n, value);
    }
    *sum += sum_of(total);
}

static void similarity_task(void *state, int64_t task) {
    const struct job *j = state;
    for (int64_t y = task * ROWS_PER_TASK; y < j->rows && y < (task + 1) * ROWS_PER_TASK; y++)
        for (int64_t begin = 0; begin < j->row; begin += STRIP) similarity_strip(j, y, begin, &j->sums[3 * y + 1]);
}

static void gradient_strip(const struct job *j, int64_t y, int64_t begin, double *sums) {
    float slope[3][BUFFER];
    struct strip s = strip_at(j, begin);
    for (int k = 0; k < 3 && j->ssim_weight > 0; k++) {
        down(j, j->slopes + k * j->rows * j->row, y, s.from, s.until, slope[k]);
        pad(j, &s, slope[k]);
    }
    const float *image = j->image + y * j->row + begin, *target = j->target + y * j->row + begin;
    float *out = j->gradient + y * j->row + begin;
    const float scale = 1 / (float)(j->rows * j->row);
    const vf l1 = all((1 - j->ssim_weight) * scale);
    const float ssim = -j->ssim_weight * scale;
    vf absolute = all(0), squared = all(0);
    for (int64_t i = 0, n = s.end - s.begin; n > 0; i += LANES, n -= LANES) {
        vf x = load_some(image + i, n), t = load_some(target + i, n), d = x - t;
        vf by_x = keep(above(d, all(0)), l1) - keep(above(all(0), d), l1);
        if (j->ssim_weight > 0)
            by_x += ssim * (along(j, slope[0] + i) + 2.0f * x * along(j, slope[1] + i) + t * along(j, slope[2] + i));
        store_some(out + i, by_x, n);
        absolute += magnitude(d);
        squared += d * d;
    }
    sums[0] += sum_of(absolute);
    sums[2] += sum_of(squared);
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
