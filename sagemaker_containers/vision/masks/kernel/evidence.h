// All that is known of a photo before anybody clicks.
#pragma once
#include "depths.h"
#include "tree.h"

#define TREES 3

struct evidence {
    struct photo photo;
    struct superpixels superpixels;
    struct graph graph;
    struct palette palette;
    struct tree trees[TREES];
    struct grid grid;
    struct heap heap;
    float *cost;             // (border_count) of crossing each
    float *ties;             // (ways): how much neighbours agree, pixels of border
    float typical_strength;  // of the borders, the mean
};

// Returns -1 where memory ran out.
int evidence_make(struct evidence *evidence, struct arena *arena, const uint8_t *rgba, int32_t width, int32_t height);
