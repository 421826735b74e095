// The superpixels as a graph: what each looks like, and what lies between neighbours.
#pragma once
#include "superpixels.h"

#define MOST_BORDERS (3 * MOST_SUPERPIXELS)  // a planar graph has no more

struct node {
    float lab[3];           // mean
    float x, y;             // middle, small pixels
    float area;             // small pixels
    float frame;            // pixels at the photo's frame
    float around;           // length of its borders
    int32_t first, degree;  // of its ways
};

struct border {
    int32_t a, b;    // superpixels, a < b
    float length;    // pairs of pixels
    float strength;  // mean edge strength along it
};

struct way {
    int32_t to, border;
    float length, strength;  // the border's
};

struct graph {
    int32_t count, border_count;
    struct node *nodes;
    struct border *borders;
    struct way *ways;
};

// Returns -1 where memory ran out.
int graph_make(struct graph *graph, struct arena *arena, const struct photo *photo,
               const struct superpixels *superpixels, const float *strength);
