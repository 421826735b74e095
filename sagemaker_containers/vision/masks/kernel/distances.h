// How far superpixels are from some of them, along ways that avoid edges.
#pragma once
#include "graph.h"

// `distance` (count): 0 at the sources, FAR elsewhere; becomes the length of the shortest way from a source.
// `cost` (border_count): of crossing each border.
void spread_distances(const struct graph *graph, struct heap *heap, const float *cost, float *distance);
