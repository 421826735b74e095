#include "resample.h"

enum { MOST_TAPS = 64, COLUMNS = 32 };

typedef float four __attribute__((vector_size(16)));
typedef uint8_t four_bytes __attribute__((vector_size(4), aligned(1)));

// Which samples of a line make one new sample, and by what shares.
struct taps {
    int32_t first, count;
    float shares[MOST_TAPS];
};

static float least(float a, float b) { return a < b ? a : b; }
static float most(float a, float b) { return a > b ? a : b; }
static int32_t kept(int32_t at, int32_t count) { return at < 0 ? 0 : at >= count ? count - 1 : at; }

static void shrinking(float from, float to, int32_t count, struct taps *taps) {
    taps->first = kept((int32_t)from, count);
    taps->count = 0;
    for (int32_t at = taps->first; at < count && (float)at < to && taps->count < MOST_TAPS; at++)
        taps->shares[taps->count++] = (least((float)(at + 1), to) - most((float)at, from)) / (to - from);
}

static void growing(float middle, int32_t count, struct taps *taps) {
    float at = least(most(middle - 0.5f, 0), (float)(count - 1));
    taps->first = kept((int32_t)at, count > 1 ? count - 1 : 1);
    taps->count = count > 1 ? 2 : 1;
    taps->shares[1] = at - (float)taps->first;
    taps->shares[0] = count > 1 ? 1 - taps->shares[1] : 1;
}

// New sample `at` of `to_count`, made of `count` samples.
static void choose(int32_t at, int32_t to_count, int32_t count, struct taps *taps) {
    float step = (float)count / (float)to_count;
    if (step > 1) shrinking((float)at * step, (float)(at + 1) * step, count, taps);
    else growing(((float)at + 0.5f) * step, count, taps);
}

static uint8_t sum_of_one(const uint8_t *corner, int32_t stride, const struct taps *across, const struct taps *down) {
    float sum = 0;
    for (int32_t y = 0; y < down->count; y++) {
        const uint8_t *row = corner + (int64_t)(down->first + y) * stride + across->first;
        float line = 0;
        for (int32_t x = 0; x < across->count; x++) line += across->shares[x] * (float)row[x];
        sum += down->shares[y] * line;
    }
    return (uint8_t)(sum + 0.5f);
}

// The same for four channels at once.
static four_bytes sum_of_four(const uint8_t *corner, int32_t stride, const struct taps *across, const struct taps *down) {
    four sum = {0};
    for (int32_t y = 0; y < down->count; y++) {
        const four_bytes *row = (const four_bytes *)corner + (int64_t)(down->first + y) * stride + across->first;
        four line = {0};
        for (int32_t x = 0; x < across->count; x++) line += across->shares[x] * __builtin_convertvector(row[x], four);
        sum += down->shares[y] * line;
    }
    sum += 0.5f;
    return (four_bytes){(uint8_t)sum[0], (uint8_t)sum[1], (uint8_t)sum[2], (uint8_t)sum[3]};
}

static void resample_columns(const uint8_t *from, int32_t stride, int32_t channels, struct window part, uint8_t *to,
                             int32_t width, int32_t height, int32_t first, int32_t last) {
    struct taps across[COLUMNS], down;
    for (int32_t x = first; x < last; x++) choose(x, width, part.right - part.left, &across[x - first]);
    for (int32_t y = 0; y < height; y++) {
        choose(y, height, part.bottom - part.top, &down);
        for (int32_t x = first; x < last; x++) {
            int64_t pixel = (int64_t)y * width + x;
            const struct taps *taps = &across[x - first];
            if (channels == 1) to[pixel] = sum_of_one(from, stride, taps, &down);
            else ((four_bytes *)to)[pixel] = sum_of_four(from, stride, taps, &down);
        }
    }
}

void resample(const uint8_t *from, int32_t stride, int32_t channels, struct window part, uint8_t *to, int32_t width,
              int32_t height) {
    const uint8_t *corner = from + ((int64_t)part.top * stride + part.left) * channels;
    for (int32_t first = 0; first < width; first += COLUMNS) {
        int32_t last = first + COLUMNS < width ? first + COLUMNS : width;
        resample_columns(corner, stride, channels, part, to, width, height, first, last);
    }
}

void spread_over(const float *from, int32_t from_width, int32_t from_height, uint8_t *to, int32_t stride,
                 struct window part) {
    struct taps down;
    int32_t width = part.right - part.left, height = part.bottom - part.top, firsts[MOST_SPREAD];
    float line[MOST_SPREAD + 1], shares[MOST_SPREAD];
    for (int32_t x = 0; x < width; x++) {
        struct taps across;
        growing(((float)x + 0.5f) * (float)from_width / (float)width, from_width, &across);
        firsts[x] = across.first, shares[x] = across.count > 1 ? across.shares[1] : 0;
    }
    for (int32_t y = 0; y < height; y++) {
        growing(((float)y + 0.5f) * (float)from_height / (float)height, from_height, &down);
        const float *above = from + down.first * from_width, *below = above + (down.count - 1) * from_width;
        float share = down.count > 1 ? down.shares[1] : 0;
        for (int32_t i = 0; i < from_width; i++) line[i] = above[i] + share * (below[i] - above[i]);
        line[from_width] = 0;
        uint8_t *row = to + (int64_t)(part.top + y) * stride + part.left;
        for (int32_t x = 0; x < width; x++) {
            float left = line[firsts[x]], right = line[firsts[x] + 1];
            row[x] = (uint8_t)((left + shares[x] * (right - left)) * 255 + 0.5f);
        }
    }
}
