#include "layers.h"

// Pixels that are multiplied at once, and the channels they become: what fits into sixteen registers of four floats.
enum { PIXELS = 4, CHANNELS = 8, RIM = 4, TILES = 32, TAPS = 16 };
typedef float four __attribute__((vector_size(16), aligned(4)));
typedef int32_t four_bits __attribute__((vector_size(16), aligned(4)));

static int32_t lanes(int32_t channels) { return (channels + CHANNELS - 1) / CHANNELS * CHANNELS; }
static int32_t line(int32_t width, int32_t channels) { return (width + 2 * RIM) * lanes(channels); }
static int32_t halved(int32_t side, int32_t stride) { return (side - 1) / stride + 1; }

int32_t layers_map_floats(int32_t width, int32_t height, int32_t channels) {
    return line(width, channels) * (height + 2 * RIM);
}

static float *pixel(float *map, int32_t width, int32_t channels, int32_t x, int32_t y) {
    return map + (int64_t)(y + RIM) * line(width, channels) + (x + RIM) * lanes(channels);
}

static const float *seen(const float *map, int32_t width, int32_t channels, int32_t x, int32_t y) {
    return pixel((float *)map, width, channels, x, y);
}

static void clear(float *from, const float *to) {
    while (from < to) *from++ = 0;
}

void layers_rim(float *map, int32_t width, int32_t height, int32_t channels) {
    clear(map, pixel(map, width, channels, 0, 0));
    for (int32_t y = 0; y < height; y++)
        clear(pixel(map, width, channels, width, y), pixel(map, width, channels, 0, y + 1));
    clear(pixel(map, width, channels, 0, height), map + layers_map_floats(width, height, channels));
}

// Four values in a row of each of four planes become four channels of four pixels, `step` floats apart.
static void turn(const float *planes, int64_t apart, float *to, int32_t step) {
    four a = *(const four *)planes, b = *(const four *)(planes + apart), c = *(const four *)(planes + 2 * apart),
         d = *(const four *)(planes + 3 * apart);
    four ab = __builtin_shufflevector(a, b, 0, 4, 1, 5), cd = __builtin_shufflevector(c, d, 0, 4, 1, 5);
    *(four *)to = __builtin_shufflevector(ab, cd, 0, 1, 4, 5), *(four *)(to + step) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
    ab = __builtin_shufflevector(a, b, 2, 6, 3, 7), cd = __builtin_shufflevector(c, d, 2, 6, 3, 7);
    *(four *)(to + 2 * step) = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
    *(four *)(to + 3 * step) = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
}

void layers_take(const float *planes, int32_t width, int32_t height, int32_t channels, float *map) {
    int64_t apart = (int64_t)width * height;
    int32_t turned_width = width / 4 * 4, turned_channels = channels / 4 * 4;
    for (int32_t y = 0; y < height; y++) {
        const float *row = planes + (int64_t)y * width;
        for (int32_t x = 0; x < turned_width; x += 4)
            for (int32_t c = 0; c < turned_channels; c += 4)
                turn(row + c * apart + x, apart, pixel(map, width, channels, x, y) + c, lanes(channels));
        for (int32_t x = 0; x < width; x++)
            for (int32_t c = x < turned_width ? turned_channels : 0; c < channels; c++)
                pixel(map, width, channels, x, y)[c] = row[c * apart + x];
    }
}

void layers_give(const float *map, int32_t width, int32_t height, int32_t channels, float *planes) {
    for (int32_t c = 0; c < channels; c++)
        for (int32_t y = 0; y < height; y++)
            for (int32_t x = 0; x < width; x++) *planes++ = seen(map, width, channels, x, y)[c];
}

// A convolution of three by three that leaves no pixel out asks for fewer products when done by tiles (Winograd).
static int tiled(int32_t side, int32_t stride) { return side == 3 && stride == 1; }

int32_t layers_weight_floats(int32_t from, int32_t to, int32_t side, int32_t stride) {
    return lanes(to) * (1 + from * (tiled(side, stride) ? TAPS : side * side));
}

int32_t layers_scratch_floats(int32_t from, int32_t to) { return TAPS * TILES * (lanes(from) + lanes(to)); }

// G g G' of the kernel g of one pair of channels, G = (1 0 0, 1/2 1/2 1/2, 1/2 -1/2 1/2, 0 0 1).
static void spread_kernel(const float *kernel, float taps[TAPS]) {
    float half[4][3];
    for (int32_t x = 0; x < 3; x++) {
        float a = kernel[x], b = kernel[3 + x], c = kernel[6 + x];
        half[0][x] = a, half[1][x] = (a + b + c) / 2, half[2][x] = (a - b + c) / 2, half[3][x] = c;
    }
    for (int32_t y = 0; y < 4; y++) {
        float a = half[y][0], b = half[y][1], c = half[y][2];
        taps[4 * y] = a, taps[4 * y + 1] = (a + b + c) / 2, taps[4 * y + 2] = (a - b + c) / 2, taps[4 * y + 3] = c;
    }
}

void layers_pack(const float *weights, const float *bias, int32_t from, int32_t to, int32_t side, int32_t stride,
                 float *packed) {
    int32_t taps = tiled(side, stride) ? TAPS : side * side;
    for (int32_t o = 0; o < lanes(to); o++) packed[o] = o < to ? bias[o] : 0;
    float *matrices = packed + lanes(to), spread[TAPS];
    for (int32_t o = 0; o < lanes(to); o++)
        for (int32_t i = 0; i < from; i++) {
            const float *kernel = weights + ((int64_t)o * from + i) * side * side;
            if (o < to && tiled(side, stride)) spread_kernel(kernel, spread), kernel = spread;
            for (int32_t t = 0; t < taps; t++) {
                // of tiles each tap is a matrix of its own; else a block of channels has all its taps in a row
                int64_t row = tiled(side, stride) ? ((int64_t)t * (lanes(to) / CHANNELS) + o / CHANNELS) * from + i
                                                  : ((int64_t)(o / CHANNELS) * taps + t) * from + i;
                matrices[row * CHANNELS + o % CHANNELS] = o < to ? kernel[t] : 0;
            }
        }
}

// Adds to a few pixels' sums the products of `count` of their values, one after another, with rows of weights.
static inline void multiply(const float *const values[PIXELS], int64_t first, int32_t count, const float *weights,
                            four sums[PIXELS][2]) {
    for (int32_t i = 0; i < count; i++) {
        four left = *(const four *)(weights + CHANNELS * i), right = *(const four *)(weights + CHANNELS * i + 4);
        for (int32_t p = 0; p < PIXELS; p++) {
            float value = values[p][first + i];
            four all = {value, value, value, value};
            sums[p][0] += all * left, sums[p][1] += all * right;
        }
    }
}

struct convolution {
    const float *map;
    int32_t width, height, from, to, side, stride, dilation, to_width, to_height, rectified;
    float *made;
};

// Nothing below 0, where that is asked for.
static inline four rectify(four values, int32_t asked) {
    return asked ? (four)((four_bits)values & (values > 0)) : values;
}

// The place of a made pixel, by its number, in the map it is made of; past the last it is the last again.
static const float *under(const struct convolution *c, int32_t number) {
    int32_t last = c->to_width * c->to_height - 1, kept = number < last ? number : last, reach = c->side / 2 * c->dilation;
    int32_t x = kept % c->to_width * c->stride - reach, y = kept / c->to_width * c->stride - reach;
    return seen(c->map, c->width, c->from, x, y);
}

static void put(const struct convolution *c, int32_t number, int32_t channel, const four sums[2]) {
    if (number >= c->to_width * c->to_height) return;
    float *to = pixel(c->made, c->to_width, c->to, number % c->to_width, number / c->to_width) + channel;
    *(four *)to = rectify(sums[0], c->rectified), *(four *)(to + 4) = rectify(sums[1], c->rectified);
}

static void by_pixels(const struct convolution *c, const float *packed) {
    int32_t taps = c->side * c->side, pixels = c->to_width * c->to_height;
    for (int32_t channel = 0; channel < lanes(c->to); channel += CHANNELS) {
        const float *weights = packed + lanes(c->to) + (int64_t)channel * taps * c->from;
        const four *bias = (const four *)(packed + channel);
        for (int32_t number = 0; number < pixels; number += PIXELS) {
            const float *values[PIXELS];
            four sums[PIXELS][2];
            for (int32_t p = 0; p < PIXELS; p++)
                values[p] = under(c, number + p), sums[p][0] = bias[0], sums[p][1] = bias[1];
            for (int32_t t = 0; t < taps; t++) {
                int64_t down = (int64_t)(t / c->side) * line(c->width, c->from), right = t % c->side * lanes(c->from);
                multiply(values, (down + right) * c->dilation, c->from, weights + (int64_t)t * c->from * CHANNELS, sums);
            }
            for (int32_t p = 0; p < PIXELS; p++) put(c, number + p, channel, sums[p]);
        }
    }
}

// Two by two made pixels (`dilation` apart) and the four by four they are made of.
struct tile {
    int32_t x, y;
};

// B' d B, B' = (1 0 -1 0, 0 1 1 0, 0 -1 1 0, 0 1 0 -1): one row of values for each of the taps.
static void spread_tile(const struct convolution *c, struct tile tile, float *values) {
    int64_t apart = (int64_t)TILES * lanes(c->from), right = (int64_t)lanes(c->from) * c->dilation;
    int64_t down = (int64_t)line(c->width, c->from) * c->dilation;
    const float *corner = seen(c->map, c->width, c->from, tile.x - c->dilation, tile.y - c->dilation);
    for (int32_t channel = 0; channel < lanes(c->from); channel += 4) {
        four half[4][4];
        for (int32_t x = 0; x < 4; x++) {
            const float *top = corner + channel + x * right;
            four a = *(const four *)top, b = *(const four *)(top + down), e = *(const four *)(top + 2 * down),
                 f = *(const four *)(top + 3 * down);
            half[0][x] = a - e, half[1][x] = b + e, half[2][x] = e - b, half[3][x] = b - f;
        }
        for (int32_t y = 0; y < 4; y++) {
            four *h = half[y];
            float *to = values + 4 * y * apart + channel;
            *(four *)to = h[0] - h[2], *(four *)(to + apart) = h[1] + h[2];
            *(four *)(to + 2 * apart) = h[2] - h[1], *(four *)(to + 3 * apart) = h[1] - h[3];
        }
    }
}

// A' m A, A' = (1 1 1 0, 0 1 -1 -1), and the bias.
static void gather_tile(const struct convolution *c, struct tile tile, const float *products, const float *bias) {
    int64_t apart = (int64_t)TILES * lanes(c->to);
    for (int32_t channel = 0; channel < lanes(c->to); channel += 4) {
        four half[2][4];
        for (int32_t x = 0; x < 4; x++) {
            const float *top = products + x * apart + channel;
            four a = *(const four *)top, b = *(const four *)(top + 4 * apart), e = *(const four *)(top + 8 * apart),
                 f = *(const four *)(top + 12 * apart);
            half[0][x] = a + b + e, half[1][x] = b - e - f;
        }
        for (int32_t y = 0; y < 2; y++) {
            int32_t row = tile.y + y * c->dilation, next = tile.x + c->dilation;
            four *h = half[y], more = *(const four *)(bias + channel);
            if (row >= c->to_height) continue;
            four *left = (four *)(pixel(c->made, c->to_width, c->to, tile.x, row) + channel);
            four *right = (four *)(pixel(c->made, c->to_width, c->to, next, row) + channel);
            *left = rectify(h[0] + h[1] + h[2] + more, c->rectified);
            if (next < c->to_width) *right = rectify(h[1] - h[2] - h[3] + more, c->rectified);
        }
    }
}

static void multiply_tiles(const struct convolution *c, const float *matrices, int32_t count, const float *values,
                           float *products) {
    int32_t from = lanes(c->from), to = lanes(c->to);
    for (int32_t block = 0; block < TAPS * (to / CHANNELS); block++) {
        int32_t tap = block / (to / CHANNELS), channel = block % (to / CHANNELS) * CHANNELS;
        const float *weights = matrices + (int64_t)block * c->from * CHANNELS;
        for (int32_t tile = 0; tile < count; tile += PIXELS) {
            const float *rows[PIXELS];
            four sums[PIXELS][2] = {{{0}}};
            for (int32_t p = 0; p < PIXELS; p++) rows[p] = values + ((int64_t)tap * TILES + tile + p) * from;
            multiply(rows, 0, c->from, weights, sums);
            for (int32_t p = 0; p < PIXELS; p++) {
                float *product = products + ((int64_t)tap * TILES + tile + p) * to + channel;
                *(four *)product = sums[p][0], *(four *)(product + 4) = sums[p][1];
            }
        }
    }
}

static void make_tiles(const struct convolution *c, const struct tile *tiles, int32_t count, const float *packed,
                       float *scratch) {
    float *values = scratch, *products = scratch + (int64_t)TAPS * TILES * lanes(c->from);
    for (int32_t t = 0; t < count; t++) spread_tile(c, tiles[t], values + (int64_t)t * lanes(c->from));
    multiply_tiles(c, packed + lanes(c->to), count, values, products);
    for (int32_t t = 0; t < count; t++) gather_tile(c, tiles[t], products + (int64_t)t * lanes(c->to), packed);
}

static void by_tiles(const struct convolution *c, const float *packed, float *scratch) {
    struct tile tiles[TILES];
    int32_t count = 0, step = 2 * c->dilation;
    for (int32_t y = 0; y < c->to_height; y += y % c->dilation == c->dilation - 1 ? step - c->dilation + 1 : 1)
        for (int32_t x = 0; x < c->to_width; x += x % c->dilation == c->dilation - 1 ? step - c->dilation + 1 : 1) {
            tiles[count++] = (struct tile){x, y};
            if (count < TILES) continue;
            make_tiles(c, tiles, count, packed, scratch);
            count = 0;
        }
    make_tiles(c, tiles, count, packed, scratch);
}

void layers_convolve(const float *map, int32_t width, int32_t height, int32_t from, const float *packed, int32_t to,
                     int32_t side, int32_t stride, int32_t dilation, int32_t rectified, float *scratch, float *made) {
    struct convolution c = {map, width, height, from, to, side, stride, dilation, halved(width, stride), halved(height, stride),
                            rectified, made};
    if (tiled(side, stride)) by_tiles(&c, packed, scratch);
    else by_pixels(&c, packed);
}

void layers_add(const float *one, const float *other, int32_t step, int32_t width, int32_t height, int32_t channels,
                int32_t rectified, float *sum) {
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) {
            const float *a = seen(one, width, channels, x, y);
            const float *b = step ? seen(other, width, channels, x, y) : seen(other, 1, channels, 0, 0);
            float *to = pixel(sum, width, channels, x, y);
            for (int32_t c = 0; c < lanes(channels); c += 4)
                *(four *)(to + c) = rectify(*(const four *)(a + c) + *(const four *)(b + c), rectified);
        }
}

void layers_mean(const float *map, int32_t width, int32_t height, int32_t channels, float *made) {
    float *mean = pixel(made, 1, channels, 0, 0);
    for (int32_t c = 0; c < channels; c++) {
        float sum = 0;
        for (int32_t y = 0; y < height; y++)
            for (int32_t x = 0; x < width; x++) sum += seen(map, width, channels, x, y)[c];
        mean[c] = sum / (float)(width * height);
    }
}

static int32_t within(int32_t at, int32_t count) { return at < 0 ? 0 : at >= count ? count - 1 : at; }

void layers_double(const float *map, int32_t width, int32_t height, int32_t channels, float *made) {
    for (int32_t y = 0; y < 2 * height; y++)
        for (int32_t x = 0; x < 2 * width; x++) {
            int32_t beside = within(x / 2 + (x % 2 ? 1 : -1), width), below = within(y / 2 + (y % 2 ? 1 : -1), height);
            const float *a = seen(map, width, channels, x / 2, y / 2), *b = seen(map, width, channels, beside, y / 2);
            const float *c = seen(map, width, channels, x / 2, below), *d = seen(map, width, channels, beside, below);
            float *to = pixel(made, 2 * width, channels, x, y);
            for (int32_t i = 0; i < lanes(channels); i += 4) {
                four near = *(const four *)(a + i) * 0.75f + *(const four *)(b + i) * 0.25f;
                four far = *(const four *)(c + i) * 0.75f + *(const four *)(d + i) * 0.25f;
                *(four *)(to + i) = near * 0.75f + far * 0.25f;
            }
        }
}
