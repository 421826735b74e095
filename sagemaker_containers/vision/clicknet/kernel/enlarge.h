// Masks at a larger size.
#pragma once
#include <stdint.h>

// Bytes of working memory for a mask that becomes as wide.
int64_t enlarging_bytes(int32_t width);

// `from` (from_height, from_width) as `to` (height, width), no smaller: linear in between. `scratch` is aligned.
void enlarge(const uint8_t *from, int32_t from_width, int32_t from_height, uint8_t *to, int32_t width, int32_t height,
             void *scratch);
