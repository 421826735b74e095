/* Blending, forward and backward, tile by tile.
 *
 * Both passes go from front to back. With T the light that reaches a splat (1 at first), a pixel gains
 * w = alpha T of the splat's colour and T becomes (1 - alpha) T. Backward knows the finished picture, so what lies
 * behind a splat is the picture minus what was in front of it and the splat itself:
 *
 *     dL/d alpha = T colour . g  -  rest / (1 - alpha),
 *     rest = sum over what lies behind of w colour . g  -  T_last dL/d alpha_of_the_picture
 *
 * where g = dL/d image and the background counts as lying behind. No pass over the splats in reverse, and nothing
 * is kept by pixel but the last T; by splat and tile it is kept which blocks were drawn. The gradients of a splat in a tile go to a slot of their own, and the slots of a
 * splat are summed in a fixed order: no atomics, and the same bits from any number of threads.
 */
#include "picture.h"

#include <stdlib.h>

#include "bins.h"
#include "lanes.h"
#include "pool.h"

#define LOG2_E 1.4426950408889634f
#define LOG2_ALPHA_MIN -7.994353436858858f     /* 1/255 */
#define LOG2_ALPHA_MAX -0.0014434168696687186f /* 0.999 */
#define TRANSMITTANCE_MIN 1e-4f                /* a pixel is done before it would fall this low */
#define BATCH 16                               /* entries whose blocks are found together */
#define AHEAD 8                                /* entries, whose marks are fetched before they are needed */
#define SLOT 16                                /* floats: sums by splat and tile */

/* Which sum is which. With v = -dL/d exponent = dL/d log alpha: v, v dx, v dy, v dx^2, v dx dy, v dy^2, |v d exponent/dx|, .../dy|. */
enum { SUM_1, SUM_X, SUM_Y, SUM_XX, SUM_XY, SUM_YY, SUM_COLORS, SUM_ABS_X = 10, SUM_ABS_Y = 11, SUMS = 12 };

struct picture {
    struct bins bins;
    int32_t channels, width, height;
    float background[MOST_CHANNELS];
    float *transmittance; /* (height, width), the last T */
    uint64_t *touched;    /* (entries), the blocks that were drawn */
    float *slots;         /* (entries, SLOT) */
    double *by_background; /* (tiles, channels) */
    int64_t capacity_pixels, capacity_entries, capacity_slots, capacity_tiles;
};

struct picture *picture_new(void) { return calloc(1, sizeof(struct picture)); }

void picture_free(struct picture *p) {
    if (p == NULL) return;
    bins_free(&p->bins);
    free(p->transmittance);
    free(p->touched);
    free(p->slots);
    free(p->by_background);
    free(p);
}

static int grow(void *array, int64_t *capacity, int64_t count, size_t size) {
    void **p = array;
    if (count <= *capacity && *p) return 0;
    *capacity = 0;
    free(*p);
    *p = NULL;
    int64_t room = count + count / 4 + 16;
    if (posix_memalign(p, 64, (size_t)room * size) != 0) return -1;
    *capacity = room;
    return 0;
}

/* A tile's place, and its blocks' pixels relative to its corner. */
struct tile {
    int64_t number;
    int left, top, columns, rows; /* pixels; at the picture's edges fewer columns and rows than TILE_W, TILE_H */
};

static struct tile tile_at(const struct picture *p, int64_t number) {
    struct tile t = {.number = number};
    t.left = (int)(number % p->bins.columns) * TILE_W;
    t.top = (int)(number / p->bins.columns) * TILE_H;
    t.columns = p->width - t.left < TILE_W ? p->width - t.left : TILE_W;
    t.rows = p->height - t.top < TILE_H ? p->height - t.top : TILE_H;
    return t;
}

/* Blocks are numbered down the columns, so that a column's blocks are neighbouring bits of a set of blocks. */
INLINE int pixel_x(int block, int lane) { return block / BLOCK_ROWS * BLOCK_W + lane % BLOCK_W; }
INLINE int pixel_y(int block, int lane) { return block % BLOCK_ROWS * BLOCK_H + lane / BLOCK_W; }

/* Which pixels of each block lie in the picture. */
static void set_open(const struct tile *t, mask *open) {
    for (int b = 0; b < BLOCKS; b++) {
        vf inside = all(0);
        for (int i = 0; i < LANES; i++) inside[i] = pixel_x(b, i) < t->columns && pixel_y(b, i) < t->rows;
        open[b] = above(inside, all(0));
    }
}

/* The blocks that still take light, a bit each. */
INLINE uint64_t open_blocks(const mask *open) {
    uint64_t blocks = 0;
    for (int b = 0; b < BLOCKS; b++) blocks |= (uint64_t)any(open[b]) << b;
    return blocks;
}

/* Centres of the pixels of a column and of a row of blocks, relative to the tile's corner. */
struct centres {
    vf x[BLOCK_COLUMNS], y[BLOCK_ROWS];
};

static struct centres block_centres(void) {
    struct centres c;
    for (int b = 0; b < BLOCKS; b++)
        for (int i = 0; i < LANES; i++) {
            c.x[b / BLOCK_ROWS][i] = (float)pixel_x(b, i) + 0.5f;
            c.y[b % BLOCK_ROWS][i] = (float)pixel_y(b, i) + 0.5f;
        }
    return c;
}

/* The blocks that a mark may touch, a bit each: in each row of blocks those between the outline's extremes. No branch
 * depends on the mark, and the blocks can be taken in a single loop: wrong guesses of the processor at each row of
 * each mark would cost more than the arithmetic. For the same reason the blocks of a batch of marks are found before
 * the first of them is drawn, and a pixel that gets dark is masked out instead of asked after. */
INLINE uint64_t blocks_touched(const struct mark *m, const struct tile *t) {
    const float x = m->x - (float)t->left, y = m->y - (float)t->top;
    uint64_t touched = 0;
    for (int r = 0; r < BLOCK_ROWS; r += LANES) {
        vf high = (lane_numbers() + (float)r) * (float)BLOCK_H + (0.5f - y), low = high + (float)(BLOCK_H - 1);
        mask rows = at_least(all(m->reach_y + EDGE_PX), high) & at_least(low, all(-m->reach_y - EDGE_PX));
        vf right = smaller(larger(all(m->ridge_y), high), low);
        vf left = smaller(larger(all(-m->ridge_y), high), low);
        vf right_h = m->half_width * square_root(larger(1.0f - m->narrowing * right * right, all(0)));
        vf left_h = m->half_width * square_root(larger(1.0f - m->narrowing * left * left, all(0)));
        vf begin = m->tilt * left - left_h + (x - EDGE_PX), end = m->tilt * right + right_h + (x + EDGE_PX);
        for (int c = 0; c < BLOCK_COLUMNS; c++) {
            mask in_column = rows & at_least(end, all((float)(c * BLOCK_W) + 0.5f)) &
                             at_least(all((float)((c + 1) * BLOCK_W) - 0.5f), begin);
            touched |= (uint64_t)bits_of(in_column) << (c * BLOCK_ROWS + r);
        }
    }
    return touched;
}

/* -log2(e) * exponent + log2(opacity), as a polynomial of the distance from the centre. */
struct falloff {
    float xx, xy, yy, top;
};

INLINE struct falloff falloff_of(const struct mark *m) {
    return (struct falloff){-0.5f * LOG2_E * m->xx, -LOG2_E * m->xy, -0.5f * LOG2_E * m->yy, m->log2_opacity};
}

INLINE vf log2_alpha(const struct falloff *f, vf dx, vf dy) {
    return f->top + dx * (f->xx * dx + f->xy * dy) + (f->yy * dy) * dy;
}

/* Rounding may lift the exponent's polynomial above its top; nothing is more opaque than 0.999. */
INLINE vf alpha_of(const struct falloff *f, vf log2_a) {
    vf alpha = exp2_lanes(smaller(log2_a, all(f->top < LOG2_ALPHA_MAX ? f->top : LOG2_ALPHA_MAX)));
    return keep(at_least(log2_a, all(LOG2_ALPHA_MIN)), alpha);
}

struct draw_job {
    struct picture *picture;
    float *image, *alpha;
};

INLINE void finish_tile(const struct draw_job *job, const struct tile *t, int channels, const vf *light,
                        const vf (*color)[BLOCKS]) {
    const struct picture *p = job->picture;
    for (int b = 0; b < BLOCKS; b++)
        for (int i = 0; i < LANES; i++) {
            int x = pixel_x(b, i), y = pixel_y(b, i);
            if (x >= t->columns || y >= t->rows) continue;
            int64_t at = (int64_t)(t->top + y) * p->width + t->left + x;
            for (int c = 0; c < channels; c++)
                job->image[at * channels + c] = color[c][b][i] + light[b][i] * p->background[c];
            job->alpha[at] = 1.0f - light[b][i];
            p->transmittance[at] = light[b][i];
        }
}

/* The part of a tile's state that drawing and pulling share. */
struct light {
    vf left[BLOCKS];
    mask open[BLOCKS]; /* pixels that still take light */
};

/* Lets a mark's alpha pass: gives the light that it takes from each pixel of the block, and sets what is left. A pixel
 * of which less than TRANSMITTANCE_MIN would be left is closed before. */
INLINE vf take_light(struct light *l, int b, vf alpha) {
    vf before = l->left[b], after = before - alpha * before;
    mask stays = above(after, all(TRANSMITTANCE_MIN)) & l->open[b];
    l->open[b] = stays;
    l->left[b] = choose(stays, after, before);
    return keep(stays, alpha * before);
}

/* The mark of the k-th entry will be needed soon. */
INLINE void prefetch_mark(const struct bins *bins, int64_t k, int64_t end) {
    if (k < end) __builtin_prefetch(&bins->mark[bins->entry[k].mark]);
}

/* The blocks, of those that are open, that entries [k, end) touch. */
INLINE void find_batch(const struct bins *bins, const struct tile *t, int64_t k, int64_t end, uint64_t open,
                       uint64_t *touched) {
    for (; k < end; k++) {
        prefetch_mark(bins, k + AHEAD, bins->entries);
        touched[k] = open & blocks_touched(&bins->mark[bins->entry[k].mark], t);
    }
}

/* Drawing a mark, and pulling one, is two loops over its blocks: in one, no chain of results would be short enough
 * for the processor to look ahead to the next block. */
INLINE void draw_mark(const struct mark *m, const struct tile *t, const struct centres *centres, uint64_t blocks,
                      struct light *light, const int channels, vf (*color)[BLOCKS]) {
    const struct falloff f = falloff_of(m);
    const float x = m->x - (float)t->left, y = m->y - (float)t->top;
    vf alpha[BLOCKS];
    int n = 0;
    for (uint64_t rest = blocks; rest; rest &= rest - 1, n++) {
        int b = __builtin_ctzll(rest);
        alpha[n] = alpha_of(&f, log2_alpha(&f, centres->x[b / BLOCK_ROWS] - x, centres->y[b % BLOCK_ROWS] - y));
    }
    n = 0;
    for (; blocks; blocks &= blocks - 1, n++) {
        int b = __builtin_ctzll(blocks);
        vf w = take_light(light, b, alpha[n]);
        for (int c = 0; c < channels; c++) color[c][b] += w * m->colors[c];
    }
}

INLINE void draw_tile(const struct draw_job *job, int64_t number, const int channels) {
    const struct bins *bins = &job->picture->bins;
    uint64_t *touched = job->picture->touched;
    const struct tile t = tile_at(job->picture, number);
    const struct centres centres = block_centres();
    struct light light;
    vf color[MOST_CHANNELS][BLOCKS];
    set_open(&t, light.open);
    for (int b = 0; b < BLOCKS; b++) light.left[b] = all(1);
    for (int c = 0; c < channels; c++)
        for (int b = 0; b < BLOCKS; b++) color[c][b] = all(0);
    int64_t k = bins->tile_first_entry[number], end = bins->tile_first_entry[number + 1];
    for (uint64_t open; k < end && (open = open_blocks(light.open)) != 0;) {
        int64_t batch_end = k + BATCH < end ? k + BATCH : end;
        find_batch(bins, &t, k, batch_end, open, touched);
        for (; k < batch_end; k++)
            draw_mark(&bins->mark[bins->entry[k].mark], &t, &centres, touched[k], &light, channels, color);
    }
    memset(touched + k, 0, sizeof *touched * (size_t)(end - k));
    finish_tile(job, &t, channels, light.left, (const vf(*)[BLOCKS])color);
}

static void draw_tile_1(void *state, int64_t i) { draw_tile(state, i, 1); }
static void draw_tile_3(void *state, int64_t i) { draw_tile(state, i, 3); }
static void draw_tile_4(void *state, int64_t i) { draw_tile(state, i, 4); }

int32_t picture_draw(struct picture *p, int64_t splats, const struct ellipses *seen, int32_t channels,
                     const float *background, int32_t width, int32_t height, float *image, float *alpha,
                     int32_t threads) {
    p->channels = channels, p->width = width, p->height = height;
    for (int c = 0; c < channels; c++) p->background[c] = background ? background[c] : 0;
    if (grow(&p->transmittance, &p->capacity_pixels, (int64_t)width * height, sizeof(float)) ||
        bins_fill(&p->bins, splats, seen, channels, width, height, threads) ||
        grow(&p->touched, &p->capacity_entries, p->bins.entries, sizeof *p->touched))
        return -1;
    struct draw_job job = {p, image, alpha};
    int64_t tiles = (int64_t)p->bins.columns * p->bins.rows;
    run_tasks(threads, tiles, channels == 1 ? draw_tile_1 : channels == 3 ? draw_tile_3 : draw_tile_4, &job);
    return 0;
}

struct pull_job {
    struct picture *picture;
    const float *image, *by_image, *by_alpha;
    const struct picture_gradients *out;
};

/* A tile's pixels on the way through its splats: the light, dL/d image, and `rest` of the formula above. */
struct pulled {
    struct light light;
    vf rest[BLOCKS], g[MOST_CHANNELS][BLOCKS];
};

/* The picture times g is what all splats and the background contribute: the first `rest`. */
INLINE void begin_pull(const struct pull_job *job, const struct tile *t, int channels, struct pulled *s) {
    const struct picture *p = job->picture;
    double by_background[MOST_CHANNELS] = {0};
    set_open(t, s->light.open);
    for (int b = 0; b < BLOCKS; b++) {
        s->light.left[b] = all(1);
        s->rest[b] = all(0);
        for (int c = 0; c < channels; c++) s->g[c][b] = all(0);
        for (int i = 0; i < LANES; i++) {
            int x = pixel_x(b, i), y = pixel_y(b, i);
            if (x >= t->columns || y >= t->rows) continue;
            int64_t at = (int64_t)(t->top + y) * p->width + t->left + x;
            float rest = job->by_alpha ? -p->transmittance[at] * job->by_alpha[at] : 0;
            for (int c = 0; c < channels; c++) {
                float g = job->by_image[at * channels + c];
                s->g[c][b][i] = g;
                rest += job->image[at * channels + c] * g;
                by_background[c] += (double)(p->transmittance[at] * g);
            }
            s->rest[b][i] = rest;
        }
    }
    for (int c = 0; c < channels; c++) p->by_background[t->number * channels + c] = by_background[c];
}

/* One mark in one tile: the sums over the tile's pixels. */
INLINE void pull_mark(const struct mark *m, const struct tile *t, const struct centres *centres, uint64_t blocks,
                      struct pulled *s, const int channels, const bool absolute, vf *sums) {
    const struct falloff f = falloff_of(m);
    const float x = m->x - (float)t->left, y = m->y - (float)t->top;
    vf alpha[BLOCKS], steep[BLOCKS], over_left[BLOCKS];
    int n = 0;
    for (uint64_t others = blocks; others; others &= others - 1, n++) {
        int b = __builtin_ctzll(others);
        vf log2_a = log2_alpha(&f, centres->x[b / BLOCK_ROWS] - x, centres->y[b % BLOCK_ROWS] - y);
        alpha[n] = alpha_of(&f, log2_a);
        steep[n] = keep(at_least(all(LOG2_ALPHA_MAX), log2_a), alpha[n]); /* alpha is flat where it is cut off */
        over_left[n] = reciprocal(1.0f - alpha[n]);
    }
    for (int i = 0; i < SUMS; i++) sums[i] = all(0);
    n = 0;
    for (; blocks; blocks &= blocks - 1, n++) {
        int b = __builtin_ctzll(blocks);
        vf before = s->light.left[b], w = take_light(&s->light, b, alpha[n]), color_g = all(0);
        for (int c = 0; c < channels; c++) {
            color_g += s->g[c][b] * m->colors[c];
            sums[SUM_COLORS + c] += w * s->g[c][b];
        }
        vf rest = s->rest[b] - w * color_g;
        s->rest[b] = rest;
        vf v = keep(s->light.open[b], steep[n] * (before * color_g - rest * over_left[n]));
        vf dx = centres->x[b / BLOCK_ROWS] - x, dy = centres->y[b % BLOCK_ROWS] - y;
        vf vx = v * dx, vy = v * dy;
        sums[SUM_1] += v;
        sums[SUM_X] += vx;
        sums[SUM_Y] += vy;
        sums[SUM_XX] += vx * dx;
        sums[SUM_XY] += vx * dy;
        sums[SUM_YY] += vy * dy;
        if (absolute) {
            sums[SUM_ABS_X] += magnitude(m->xx * vx + m->xy * vy);
            sums[SUM_ABS_Y] += magnitude(m->xy * vx + m->yy * vy);
        }
    }
}

INLINE void store_sums(vf *sums, float *slot) {
#if LANES == 16
    for (int i = SUMS; i < LANES; i++) sums[i] = all(0);
    store(slot, sum_each(sums));
#else
    for (int i = 0; i < SUMS; i += LANES) {
        vf group[LANES];
        for (int k = 0; k < LANES; k++) group[k] = i + k < SUMS ? sums[i + k] : all(0);
        store(slot + i, sum_each(group));
    }
#endif
}

INLINE int place_of_sum(int sum) { return sum / LANES * LANES + sum_lane(sum % LANES); }

INLINE void pull_tile(const struct pull_job *job, int64_t number, const int channels, const bool absolute) {
    const struct bins *bins = &job->picture->bins;
    const struct tile t = tile_at(job->picture, number);
    const struct centres centres = block_centres();
    struct pulled s;
    begin_pull(job, &t, channels, &s);
    int64_t end = bins->tile_first_entry[number + 1];
    for (int64_t k = bins->tile_first_entry[number]; k < end; k++) {
        float *slot = job->picture->slots + (int64_t)bins->entry[k].slot * SLOT;
        uint64_t touched = job->picture->touched[k];
        prefetch_mark(bins, k + AHEAD, end);
        if (touched == 0) {
            memset(slot, 0, sizeof(float) * SLOT);
            continue;
        }
        vf sums[LANES > SUMS ? LANES : SUMS];
        __builtin_prefetch(slot, 1);
        pull_mark(&bins->mark[bins->entry[k].mark], &t, &centres, touched, &s, channels, absolute, sums);
        store_sums(sums, slot);
    }
}

static void pull_tile_1(void *state, int64_t i) { pull_tile(state, i, 1, false); }
static void pull_tile_3(void *state, int64_t i) { pull_tile(state, i, 3, false); }
static void pull_tile_4(void *state, int64_t i) { pull_tile(state, i, 4, false); }
static void pull_tile_1_abs(void *state, int64_t i) { pull_tile(state, i, 1, true); }
static void pull_tile_3_abs(void *state, int64_t i) { pull_tile(state, i, 3, true); }
static void pull_tile_4_abs(void *state, int64_t i) { pull_tile(state, i, 4, true); }

/* Sums a mark's slots and writes its gradients. d exponent / d centre = -(xx dx + xy dy), -(xy dx + yy dy). */
static void write_gradients(const struct pull_job *job, int64_t r) {
    const struct picture *p = job->picture;
    const struct mark *m = &p->bins.mark[r];
    const struct picture_gradients *out = job->out;
    float sums[SLOT] = {0};
    for (int64_t slot = p->bins.first_slot[r]; slot < p->bins.first_slot[r + 1]; slot++)
        for (int i = 0; i < SLOT; i++) sums[i] += p->slots[slot * SLOT + i];
#define OF(sum) sums[place_of_sum(sum)]
    int64_t s = m->splat;
    out->by.means2d[2 * s] = m->xx * OF(SUM_X) + m->xy * OF(SUM_Y);
    out->by.means2d[2 * s + 1] = m->xy * OF(SUM_X) + m->yy * OF(SUM_Y);
    out->by.conics[3 * s] = -0.5f * OF(SUM_XX);
    out->by.conics[3 * s + 1] = -OF(SUM_XY);
    out->by.conics[3 * s + 2] = -0.5f * OF(SUM_YY);
    out->by.opacities[s] = OF(SUM_1) * exp2f(-m->log2_opacity);
    for (int c = 0; c < p->channels; c++) out->by.colors[s * p->channels + c] = OF(SUM_COLORS + c);
    if (out->abs_means2d == NULL) return;
    out->abs_means2d[2 * s] = OF(SUM_ABS_X);
    out->abs_means2d[2 * s + 1] = OF(SUM_ABS_Y);
#undef OF
}

static void clear(float *array, int columns, int64_t first, int64_t end) {
    if (array) memset(array + first * columns, 0, sizeof(float) * (size_t)((end - first) * columns));
}

static void gather_chunk(void *state, int64_t chunk) {
    const struct pull_job *job = state;
    const struct bins *b = &job->picture->bins;
    int64_t first = chunk * SPLATS_PER_CHUNK, end = first + SPLATS_PER_CHUNK;
    if (end > b->splats) end = b->splats;
    clear(job->out->by.means2d, 2, first, end);
    clear(job->out->by.conics, 3, first, end);
    clear(job->out->by.opacities, 1, first, end);
    clear(job->out->by.colors, job->picture->channels, first, end);
    clear(job->out->abs_means2d, 2, first, end);
    for (int64_t r = b->chunk_first_mark[chunk]; r < b->chunk_first_mark[chunk + 1]; r++) write_gradients(job, r);
}

int32_t picture_pull(struct picture *p, const float *image, const float *by_image, const float *by_alpha,
                     const struct picture_gradients *out, int32_t threads) {
    struct pull_job job = {p, image, by_image, by_alpha, out};
    int64_t tiles = (int64_t)p->bins.columns * p->bins.rows;
    if (grow(&p->slots, &p->capacity_slots, p->bins.entries * SLOT, sizeof(float)) ||
        grow(&p->by_background, &p->capacity_tiles, tiles * p->channels, sizeof(double)))
        return -1;
    int kind = (p->channels == 1 ? 0 : p->channels == 3 ? 1 : 2) + (out->abs_means2d ? 3 : 0);
    void (*const task[])(void *, int64_t) = {pull_tile_1,     pull_tile_3,     pull_tile_4,
                                             pull_tile_1_abs, pull_tile_3_abs, pull_tile_4_abs};
    run_tasks(threads, tiles, task[kind], &job);
    run_tasks(threads, p->bins.chunks, gather_chunk, &job);
    for (int c = 0; out->background && c < p->channels; c++) {
        double sum = 0;
        for (int64_t t = 0; t < tiles; t++) sum += p->by_background[t * p->channels + c];
        out->background[c] = (float)sum;
    }
    return 0;
}
