#include "photo.h"
#include "arithmetic.h"

static int32_t shrunk(int32_t side, int32_t long_side) {
    if (long_side <= LONG_SIDE_PX) return side;
    int32_t rounded = (int32_t)((float)side * LONG_SIDE_PX / (float)long_side + 0.5f);
    return rounded < 1 ? 1 : rounded;
}

void small_size(int32_t width, int32_t height, int32_t *small_width, int32_t *small_height) {
    int32_t long_side = width > height ? width : height;
    *small_width = shrunk(width, long_side);
    *small_height = shrunk(height, long_side);
}

// The share of sample `at` in [from, to).
static float overlap(int32_t at, float from, float to) {
    return least((float)(at + 1), to) - most((float)at, from);
}

static void mean_colour(const uint8_t *rgba, int32_t width, int32_t height, const float window[4], float rgb[3]) {
    float sum[3] = {0, 0, 0}, weight = 0;
    for (int32_t y = (int32_t)window[1]; y < height && (float)y < window[3]; y++)
        for (int32_t x = (int32_t)window[0]; x < width && (float)x < window[2]; x++) {
            float share = overlap(x, window[0], window[2]) * overlap(y, window[1], window[3]);
            const uint8_t *pixel = rgba + 4 * ((size_t)y * (size_t)width + (size_t)x);
            for (int channel = 0; channel < 3; channel++) sum[channel] += share * (float)pixel[channel];
            weight += share;
        }
    for (int channel = 0; channel < 3; channel++) rgb[channel] = sum[channel] / (255 * weight);
}

static float linear(float encoded) {
    return encoded <= 0.04045f ? encoded / 12.92f : power((encoded + 0.055f) / 1.055f, 2.4f);
}

static float lab_curve(float ratio) {
    return ratio > 0.008856f ? power(ratio, 0.33333333f) : 7.787f * ratio + 0.137931f;
}

// sRGB in 0..1 to L*a*b* of D65 (IEC 61966-2-1, CIE 15).
static void to_lab(const float rgb[3], float lab[3]) {
    float red = linear(rgb[0]), green = linear(rgb[1]), blue = linear(rgb[2]);
    float x = lab_curve((0.4124f * red + 0.3576f * green + 0.1805f * blue) / 0.9505f);
    float y = lab_curve(0.2126f * red + 0.7152f * green + 0.0722f * blue);
    float z = lab_curve((0.0193f * red + 0.1192f * green + 0.9505f * blue) / 1.089f);
    lab[0] = 116 * y - 16;
    lab[1] = 500 * (x - y);
    lab[2] = 200 * (y - z);
}

int photo_shrink(struct photo *photo, struct arena *arena, const uint8_t *rgba, int32_t width, int32_t height) {
    small_size(width, height, &photo->width, &photo->height);
    photo->pixels = photo->width * photo->height;
    photo->scale = (float)photo->width / (float)width;
    photo->lab = TAKE(arena, float, 3 * photo->pixels);
    if (!photo->lab) return -1;
    float step_x = (float)width / (float)photo->width, step_y = (float)height / (float)photo->height;
    for (int32_t y = 0; y < photo->height; y++)
        for (int32_t x = 0; x < photo->width; x++) {
            float window[4] = {(float)x * step_x, (float)y * step_y, (float)(x + 1) * step_x, (float)(y + 1) * step_y};
            float rgb[3];
            mean_colour(rgba, width, height, window, rgb);
            to_lab(rgb, photo->lab + 3 * (y * photo->width + x));
        }
    return 0;
}
