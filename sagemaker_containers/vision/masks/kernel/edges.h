// How strong an edge runs through each pixel.
#pragma once
#include "photo.h"

// (pixels): L*a*b* units a pixel, of the smoothed photo; NULL where memory ran out.
float *edge_strength(struct arena *arena, const struct photo *photo);
