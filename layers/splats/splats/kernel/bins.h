/* Which splats touch which tiles of a picture, nearest first. */
#ifndef SPLATS_BINS_H
#define SPLATS_BINS_H

#include "lanes.h"
#include "project.h"

/* A tile is what one task blends, and a block is the pixels of one vector. A tile is 64 blocks, so that a set of
 * blocks is a word: larger tiles mean fewer splats in more than one of them. */
#if LANES == 16
#define TILE_W 32
#define TILE_H 32
#define BLOCK_W 8
#elif LANES == 8
#define TILE_W 16
#define TILE_H 32
#define BLOCK_W 4
#else
#define TILE_W 16
#define TILE_H 16
#define BLOCK_W 2
#endif
#define BLOCK_H (LANES / BLOCK_W)
#define BLOCK_COLUMNS (TILE_W / BLOCK_W)
#define BLOCK_ROWS (TILE_H / BLOCK_H)
#define BLOCKS (BLOCK_COLUMNS * BLOCK_ROWS)
_Static_assert(BLOCKS == 64 && BLOCK_ROWS % LANES == 0, "a set of blocks is a word, made of whole vectors of rows");

#define EDGE_PX 0.01f /* outlines are taken this much wider, against rounding */

/* A splat as a picture needs it: a cache line. Its outline is where its alpha is 1/255: at height dy above the
 * centre from tilt * dy - h to tilt * dy + h, with h = half_width * sqrt(1 - narrowing * dy^2), |dy| <= reach_y. The
 * outline's rightmost point is at dy = ridge_y, its leftmost at -ridge_y. Pixels. */
struct mark {
    float x, y;
    float xx, xy, yy; /* conic */
    float log2_opacity;
    float reach_y, narrowing, tilt, ridge_y, half_width;
    uint32_t splat;
    float colors[4];
};

/* A mark in a tile, and where its gradients from that tile go. */
struct entry {
    uint32_t mark, slot;
};

/* The tiles of a mark, for dealing it out without its mark: in rows [top, top + rows) of tiles columns
 * [first[i], end[i]). Only small marks have them here, others have rows = LARGE. */
#define FOOTPRINT_ROWS 6
#define LARGE 255
struct footprint {
    uint32_t slot; /* of its first tile */
    uint16_t top;
    uint16_t rows;
    uint16_t first[FOOTPRINT_ROWS], end[FOOTPRINT_ROWS];
};

struct bins {
    int32_t columns, rows;      /* of tiles */
    int64_t splats, chunks;     /* chunks of splats that tasks work on */
    int64_t marks, entries;
    struct mark *mark;          /* in the order of their splats */
    struct footprint *footprint;
    int64_t *chunk_first_mark;  /* (chunks + 1) */
    int64_t *first_slot;        /* (marks + 1) */
    int64_t *tile_first_entry;  /* (tiles + 1) */
    struct entry *entry;
    uint64_t *order, *order_other;  /* depth and mark, being sorted */
    int64_t *count;                 /* entries by part of the order and tile */
    int64_t capacity_splats, capacity_entries, capacity_tiles;
};

#define SPLATS_PER_CHUNK 1024

int bins_fill(struct bins *bins, int64_t splats, const struct ellipses *seen, int channels, int width, int height,
              int threads);
void bins_free(struct bins *bins);

#endif
