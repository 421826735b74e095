/* Marks by splat, sorted by depth, dealt out to tiles. Every array's content is independent of how tasks are spread
 * over threads: sorting and dealing are stable, and each task writes ranges of its own. */
#include "bins.h"

#include <stdlib.h>

#include "pool.h"

#define PARTS 16 /* of the depth order, each dealt out by one task */
#define DIGIT_BITS 11
#define DIGITS (1 << DIGIT_BITS)

/* Room for `count` items of `size` bytes, aligned to cache lines; what was there is lost. */
static int reserve(void *array, int64_t count, size_t size) {
    void **p = array;
    free(*p);
    *p = NULL;
    size_t bytes = ((size_t)count * size + 63) / 64 * 64;
    return posix_memalign(p, 64, bytes ? bytes : 64) == 0 ? 0 : -1;
}

static int reserve_splats(struct bins *b, int64_t splats) {
    b->splats = splats;
    b->chunks = (splats + SPLATS_PER_CHUNK - 1) / SPLATS_PER_CHUNK;
    if (splats <= b->capacity_splats && b->mark) return 0;
    b->capacity_splats = 0;
    int64_t room = splats + splats / 4;
    int64_t chunks = (room + SPLATS_PER_CHUNK - 1) / SPLATS_PER_CHUNK;
    if (reserve(&b->mark, room, sizeof *b->mark) || reserve(&b->first_slot, room + 1, sizeof *b->first_slot) ||
        reserve(&b->footprint, room, sizeof *b->footprint) ||
        reserve(&b->order, room, sizeof *b->order) || reserve(&b->order_other, room, sizeof *b->order_other) ||
        reserve(&b->chunk_first_mark, chunks + 1, sizeof *b->chunk_first_mark))
        return -1;
    b->capacity_splats = room;
    return 0;
}

static int reserve_tiles(struct bins *b, int width, int height) {
    b->columns = (width + TILE_W - 1) / TILE_W;
    b->rows = (height + TILE_H - 1) / TILE_H;
    int64_t tiles = (int64_t)b->columns * b->rows;
    if (tiles <= b->capacity_tiles) return 0;
    b->capacity_tiles = 0;
    if (reserve(&b->tile_first_entry, tiles + 1, sizeof *b->tile_first_entry) ||
        reserve(&b->count, tiles * PARTS, sizeof *b->count))
        return -1;
    b->capacity_tiles = tiles;
    return 0;
}

static int reserve_entries(struct bins *b, int64_t entries) {
    b->entries = entries;
    if (entries > UINT32_MAX) return -1;
    if (entries <= b->capacity_entries && b->entry) return 0;
    b->capacity_entries = 0;
    int64_t room = entries + entries / 4;
    if (reserve(&b->entry, room, sizeof *b->entry)) return -1;
    b->capacity_entries = room;
    return 0;
}

void bins_free(struct bins *b) {
    free(b->mark);
    free(b->chunk_first_mark);
    free(b->first_slot);
    free(b->footprint);
    free(b->tile_first_entry);
    free(b->entry);
    free(b->order);
    free(b->order_other);
    free(b->count);
    memset(b, 0, sizeof *b);
}

static float bounded(float v, float low, float high) { return v < low ? low : v > high ? high : v; }

/* The tiles that a mark touches in one row of tiles: columns [*first, *last], none if *first > *last. Not inlined, so
 * that counting and dealing get the same answer to the last bit. */
static __attribute__((noinline)) void tile_span(const struct mark *m, int columns, int row, int *first, int *last) {
    float top = (float)(row * TILE_H) + 0.5f - m->y, bottom = top + (float)(TILE_H - 1);
    *first = 0, *last = -1;
    if (top > m->reach_y + EDGE_PX || bottom < -m->reach_y - EDGE_PX) return;
    float right = bounded(m->ridge_y, top, bottom), left = bounded(-m->ridge_y, top, bottom);
    float right_h = 1.0f - m->narrowing * right * right, left_h = 1.0f - m->narrowing * left * left;
    right_h = right_h > 0 ? m->half_width * sqrtf(right_h) : 0;
    left_h = left_h > 0 ? m->half_width * sqrtf(left_h) : 0;
    float begin = (m->x + m->tilt * left - left_h - EDGE_PX - 0.5f) / TILE_W;
    float end = (m->x + m->tilt * right + right_h + EDGE_PX - 0.5f) / TILE_W;
    begin = bounded(begin, 0, (float)columns);
    end = bounded(end, -1, (float)(columns - 1));
    /* a pixel's centre lies at or after `begin`: the tile of the first such pixel */
    *first = (int)(ceilf(begin * TILE_W) / TILE_W);
    *last = (int)floorf(end);
}

static void row_span(const struct mark *m, int rows, int *first, int *last) {
    float begin = bounded(floorf((m->y - m->reach_y - EDGE_PX - 0.5f) / TILE_H), 0, (float)rows);
    float end = bounded(floorf((m->y + m->reach_y + EDGE_PX - 0.5f) / TILE_H), -1, (float)(rows - 1));
    *first = (int)begin;
    *last = (int)end;
}

static struct mark mark_of(const struct ellipses *seen, int channels, int64_t splat) {
    const float *conic = seen->conics + 3 * splat, *color = seen->colors + channels * splat;
    float a = conic[0], b = conic[1], c = conic[2], opacity = seen->opacities[splat];
    float log2_opacity = log2f(opacity);
    float tau = 0.69314718f * (log2_opacity + 7.9943534f); /* exponent at the outline: ln(255 opacity) */
    tau = tau > 0 ? tau : 0;
    float radius = (float)seen->radii[2 * splat + 1];
    double det = (double)a * c - (double)b * b;
    struct mark m = {
        .x = seen->means2d[2 * splat],
        .y = seen->means2d[2 * splat + 1],
        .xx = a,
        .xy = b,
        .yy = c,
        .log2_opacity = log2_opacity,
        .reach_y = radius,
        .tilt = -b / a,
        .ridge_y = b < 0 ? INFINITY : -INFINITY, /* a conic so thin that it lost its ends to rounding */
        .half_width = sqrtf(2.0f * tau / a),
        .splat = (uint32_t)splat,
    };
    if (det > 0 && tau > 0) {
        float reach = sqrtf((float)(2.0f * tau * a / det));
        if (reach < radius) m.reach_y = reach;
        m.narrowing = 1.0f / (reach * reach);
        m.ridge_y = -b / sqrtf(a * c) * reach;
    }
    for (int i = 0; i < channels; i++) m.colors[i] = color[i];
    return m;
}

struct fill_job {
    struct bins *bins;
    const struct ellipses *seen;
    int channels;
};

static int64_t chunk_end(const struct bins *b, int64_t chunk) {
    int64_t end = (chunk + 1) * SPLATS_PER_CHUNK;
    return end < b->splats ? end : b->splats;
}

static void count_seen(void *state, int64_t chunk) {
    struct fill_job *job = state;
    int64_t n = 0;
    for (int64_t i = chunk * SPLATS_PER_CHUNK; i < chunk_end(job->bins, chunk); i++)
        n += job->seen->radii[2 * i] > 0;
    job->bins->chunk_first_mark[chunk + 1] = n;
}

/* Returns the number of tiles that the mark touches. */
static int64_t find_footprint(const struct bins *b, const struct mark *m, struct footprint *out) {
    int top, bottom, first, last;
    int64_t tiles = 0;
    row_span(m, b->rows, &top, &bottom);
    bool small = bottom - top < FOOTPRINT_ROWS && b->columns <= UINT16_MAX && b->rows <= UINT16_MAX;
    out->top = (uint16_t)top;
    out->rows = (uint16_t)(!small ? LARGE : bottom >= top ? bottom - top + 1 : 0);
    for (int row = top; row <= bottom; row++) {
        tile_span(m, b->columns, row, &first, &last);
        if (last < first) last = first - 1;
        tiles += last - first + 1;
        if (!small) continue;
        out->first[row - top] = (uint16_t)first;
        out->end[row - top] = (uint16_t)(last + 1);
    }
    return tiles;
}

/* Writes the chunk's marks, their depths, and how many tiles each touches (into the place after its own). */
static void make_marks(void *state, int64_t chunk) {
    struct fill_job *job = state;
    struct bins *b = job->bins;
    int64_t r = b->chunk_first_mark[chunk];
    for (int64_t i = chunk * SPLATS_PER_CHUNK; i < chunk_end(b, chunk); i++) {
        if (job->seen->radii[2 * i] <= 0) continue;
        b->mark[r] = mark_of(job->seen, job->channels, i);
        uint32_t depth;
        memcpy(&depth, &job->seen->depths[i], sizeof depth);
        depth ^= depth >> 31 ? 0xffffffffu : 0x80000000u; /* now ordered as the floats are */
        b->order[r] = (uint64_t)depth << 32 | (uint64_t)r;
        int64_t tiles = find_footprint(b, &b->mark[r], &b->footprint[r]);
        b->first_slot[++r] = tiles;
    }
}

/* Stable sort by depth, least significant digit first. Few enough items that one thread does it. */
static void sort_by_depth(struct bins *b) {
    static __thread int64_t place[3][DIGITS];
    memset(place, 0, sizeof place);
    for (int64_t i = 0; i < b->marks; i++)
        for (int d = 0; d < 3; d++) place[d][b->order[i] >> (32 + d * DIGIT_BITS) & (DIGITS - 1)]++;
    for (int d = 0; d < 3; d++) {
        int64_t sum = 0;
        for (int v = 0; v < DIGITS; v++) {
            int64_t n = place[d][v];
            place[d][v] = sum;
            sum += n;
        }
        for (int64_t i = 0; i < b->marks; i++)
            b->order_other[place[d][b->order[i] >> (32 + d * DIGIT_BITS) & (DIGITS - 1)]++] = b->order[i];
        uint64_t *swap = b->order;
        b->order = b->order_other;
        b->order_other = swap;
    }
}

INLINE void deal_row(struct bins *b, int64_t *place, int row, int first, int end, uint32_t mark, uint32_t *slot,
                     bool put) {
    for (int column = first; column < end; column++) {
        int64_t at = place[(int64_t)row * b->columns + column]++;
        if (put) b->entry[at] = (struct entry){mark, (*slot)++};
    }
}

static void deal_large(struct bins *b, int64_t *place, uint32_t mark, uint32_t slot, bool put) {
    int top, bottom, first, last;
    row_span(&b->mark[mark], b->rows, &top, &bottom);
    for (int row = top; row <= bottom; row++) {
        tile_span(&b->mark[mark], b->columns, row, &first, &last);
        deal_row(b, place, row, first, last + 1, mark, &slot, put);
    }
}

/* One part of the depth order: counts its entries by tile, or puts them there. */
INLINE void deal(struct bins *b, int64_t part, const bool put) {
    int64_t *place = b->count + part * b->columns * b->rows;
    int64_t end = b->marks * (part + 1) / PARTS;
    for (int64_t k = b->marks * part / PARTS; k < end; k++) {
        uint32_t r = (uint32_t)b->order[k];
        const struct footprint *f = &b->footprint[r];
        if (k + 16 < end) __builtin_prefetch(&b->footprint[(uint32_t)b->order[k + 16]]);
        if (f->rows == LARGE) {
            deal_large(b, place, r, (uint32_t)b->first_slot[r], put);
            continue;
        }
        uint32_t slot = f->slot;
        for (int i = 0; i < f->rows; i++) deal_row(b, place, f->top + i, f->first[i], f->end[i], r, &slot, put);
    }
}

static void count_part(void *state, int64_t part) { deal(((struct fill_job *)state)->bins, part, false); }
static void put_part(void *state, int64_t part) { deal(((struct fill_job *)state)->bins, part, true); }

/* Counts by part and tile become places: tile by tile, and within a tile part by part. */
static void places_from_counts(struct bins *b) {
    int64_t tiles = (int64_t)b->columns * b->rows, sum = 0;
    for (int64_t t = 0; t < tiles; t++) {
        b->tile_first_entry[t] = sum;
        for (int part = 0; part < PARTS; part++) {
            int64_t n = b->count[part * tiles + t];
            b->count[part * tiles + t] = sum;
            sum += n;
        }
    }
    b->tile_first_entry[tiles] = sum;
}

static void number_slots(void *state, int64_t chunk) {
    struct bins *b = ((struct fill_job *)state)->bins;
    for (int64_t r = b->chunk_first_mark[chunk]; r < b->chunk_first_mark[chunk + 1]; r++)
        b->footprint[r].slot = (uint32_t)b->first_slot[r];
}

static void running_sums(int64_t *array, int64_t count) {
    array[0] = 0;
    for (int64_t i = 0; i < count; i++) array[i + 1] += array[i];
}

/* Returns 0, or -1 if memory ran out. */
int bins_fill(struct bins *b, int64_t splats, const struct ellipses *seen, int channels, int width, int height,
              int threads) {
    struct fill_job job = {b, seen, channels};
    if (reserve_splats(b, splats) || reserve_tiles(b, width, height)) return -1;
    run_tasks(threads, b->chunks, count_seen, &job);
    running_sums(b->chunk_first_mark, b->chunks);
    b->marks = b->chunk_first_mark[b->chunks];
    run_tasks(threads, b->chunks, make_marks, &job);
    running_sums(b->first_slot, b->marks);
    if (reserve_entries(b, b->first_slot[b->marks])) return -1;
    run_tasks(threads, b->chunks, number_slots, &job);
    sort_by_depth(b);
    memset(b->count, 0, sizeof *b->count * (size_t)(PARTS * (int64_t)b->columns * b->rows));
    run_tasks(threads, PARTS, count_part, &job);
    places_from_counts(b);
    run_tasks(threads, PARTS, put_part, &job);
    return 0;
}
