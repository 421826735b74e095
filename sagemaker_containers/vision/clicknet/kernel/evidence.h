// What a photo and the clicks on it say by themselves, as maps that the network reads.
#pragma once
#include <stdint.h>

enum { EVIDENCE_MAPS = 21 };

int64_t evidence_scratch_bytes(int32_t width, int32_t height);

// rgb: (height, width, 3). clicks: count triples x, y (a pixel's middle at .5), adds (1 or 0). box: left, top, right,
// bottom, or NULL. last: the last mask's probability (height, width), or NULL. maps: (EVIDENCE_MAPS, height, width).
void evidence(const uint8_t *rgb, int32_t width, int32_t height, const float *clicks, int32_t count, const float *box,
              const float *last, float *scratch, float *maps);

// The same in two parts: what doesn't depend on clicks, then the rest, as often as one likes with the same scratch and maps.
void evidence_without_clicks(const uint8_t *rgb, int32_t width, int32_t height, const float *box, float *scratch, float *maps);
void evidence_of_clicks(const uint8_t *rgb, int32_t width, int32_t height, const float *clicks, int32_t count,
                        const float *box, const float *last, float *scratch, float *maps);
