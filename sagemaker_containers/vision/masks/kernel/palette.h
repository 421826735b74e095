// The photo's own few colours, and how much of each a region has.
#pragma once
#include "graph.h"

#define COLOURS 40

struct part {
    int32_t colour;
    float share;
};

struct palette {
    float lab[COLOURS][3];
    float alike[COLOURS][COLOURS];  // 1 for the same colour, towards 0 for others
    float *shares;       // (graph count, COLOURS): of each superpixel's pixels, by colour; rows sum to one
    struct part *parts;  // the shares above 0, by superpixel and by colour: most have few
    int32_t *first;      // (graph count + 1): superpixel i's parts are parts[first[i]..first[i + 1])
};

// Returns -1 where memory ran out.
int palette_make(struct palette *palette, struct arena *arena, const struct photo *photo,
                 const struct superpixels *superpixels, const struct graph *graph);

// Histograms over the palette's colours.
static inline void histogram_add(float *histogram, const struct palette *palette, int32_t superpixel, float weight) {
    for (int32_t i = palette->first[superpixel]; i < palette->first[superpixel + 1]; i++)
        histogram[palette->parts[i].colour] += weight * palette->parts[i].share;
}
void histogram_normalise(float *histogram);  // to sum to one
// Alike colours share what they have, and each gets at least `least_share`; sums to one.
void histogram_blur(float *blurred, const struct palette *palette, const float *histogram, float least_share);

// The mean of `values` (COLOURS) over a superpixel's colours.
float palette_mean(const struct palette *palette, int32_t superpixel, const float *values);

// Half the chi-squared distance of two histograms that sum to one: 0 alike, 1 disjoint.
float histogram_distance(const float *a, const float *b);
