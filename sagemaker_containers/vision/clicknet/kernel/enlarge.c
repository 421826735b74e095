#include "enlarge.h"

enum { WHOLE = 256 };

// Between which samples of a line a new one lies, and how far from the first, of WHOLE.
struct place {
    uint16_t first, second, share;
};

int64_t enlarging_bytes(int32_t width) { return (int64_t)width * (int64_t)(sizeof(struct place) + 2 * sizeof(uint16_t)); }

static struct place place_of(int32_t at, int32_t count, int32_t from_count) {
    float middle = ((float)at + 0.5f) * (float)from_count / (float)count - 0.5f;
    if (middle < 0) middle = 0;
    int32_t first = (int32_t)middle < from_count - 1 ? (int32_t)middle : from_count - 1;
    int32_t second = first < from_count - 1 ? first + 1 : first;
    float share = first < second ? (middle - (float)first) * WHOLE + 0.5f : WHOLE;
    return (struct place){(uint16_t)first, (uint16_t)second, (uint16_t)share};
}

static void widen(const uint8_t *row, const struct place *places, uint16_t *line, int32_t width) {
    for (int32_t x = 0; x < width; x++)
        line[x] = (uint16_t)(row[places[x].first] * (WHOLE - places[x].share) + row[places[x].second] * places[x].share);
}

void enlarge(const uint8_t *from, int32_t from_width, int32_t from_height, uint8_t *to, int32_t width, int32_t height,
             void *scratch) {
    struct place *places = scratch;
    uint16_t *above = (uint16_t *)(places + width), *below = above + width;
    int32_t widened = -1;  // the row in `below`
    for (int32_t x = 0; x < width; x++) places[x] = place_of(x, width, from_width);
    for (int32_t y = 0; y < height; y++) {
        struct place down = place_of(y, height, from_height);
        if (down.second != widened) {
            uint16_t *other = above;
            above = below, below = other;
            if (widened < down.first) widen(from + (int64_t)down.first * from_width, places, above, width);
            widen(from + (int64_t)down.second * from_width, places, below, width);
            widened = down.second;
        }
        uint32_t share = down.share;
        for (int32_t x = 0; x < width; x++)
            to[(int64_t)y * width + x] = (uint8_t)((above[x] * (WHOLE - share) + below[x] * share + WHOLE * WHOLE / 2) >> 16);
    }
}
