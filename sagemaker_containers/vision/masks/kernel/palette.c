#include "palette.h"
#include "arithmetic.h"

#define ROUNDS 6
#define ALIKE_WITHIN 9.0f  // L*a*b* units: standard deviation

static float squared_distance(const float *a, const float *b) {
    return square(a[0] - b[0]) + square(a[1] - b[1]) + square(a[2] - b[2]);
}

static int32_t nearest(const struct palette *palette, int32_t colours, const float *lab, float *distance) {
    int32_t best = 0;
    *distance = FAR;
    for (int32_t i = 0; i < colours; i++) {
        float candidate = squared_distance(palette->lab[i], lab);
        if (candidate >= *distance) continue;
        *distance = candidate;
        best = i;
    }
    return best;
}

// Each further colour is the superpixel's that is farthest from those before it, large ones preferred.
static void choose_first(struct palette *palette, const struct graph *graph) {
    for (int channel = 0; channel < 3; channel++) palette->lab[0][channel] = graph->nodes[0].lab[channel];
    for (int32_t colour = 1; colour < COLOURS; colour++) {
        float widest = -1;
        for (int32_t i = 0; i < graph->count; i++) {
            float distance;
            nearest(palette, colour, graph->nodes[i].lab, &distance);
            if (distance * graph->nodes[i].area <= widest) continue;
            widest = distance * graph->nodes[i].area;
            for (int channel = 0; channel < 3; channel++) palette->lab[colour][channel] = graph->nodes[i].lab[channel];
        }
    }
}

// Lloyd's rounds over the superpixels' means.
static void settle(struct palette *palette, const struct graph *graph) {
    for (int round = 0; round < ROUNDS; round++) {
        float sums[COLOURS][4] = {{0}}, distance;
        for (int32_t i = 0; i < graph->count; i++) {
            const struct node *node = &graph->nodes[i];
            float *sum = sums[nearest(palette, COLOURS, node->lab, &distance)];
            for (int channel = 0; channel < 3; channel++) sum[channel] += node->area * node->lab[channel];
            sum[3] += node->area;
        }
        for (int32_t colour = 0; colour < COLOURS; colour++)
            for (int channel = 0; channel < 3 && sums[colour][3] > 0; channel++)
                palette->lab[colour][channel] = sums[colour][channel] / sums[colour][3];
    }
}

static void compare(struct palette *palette) {
    for (int32_t a = 0; a < COLOURS; a++)
        for (int32_t b = 0; b < COLOURS; b++)
            palette->alike[a][b] =
                exponential(-squared_distance(palette->lab[a], palette->lab[b]) / (2 * square(ALIKE_WITHIN)));
}

static int list_parts(struct palette *palette, struct arena *arena, int32_t count) {
    int32_t listed = 0;
    for (int32_t i = 0; i < count * COLOURS; i++) listed += palette->shares[i] > 0;
    palette->first = TAKE(arena, int32_t, count + 1);
    palette->parts = TAKE(arena, struct part, listed);
    if (!palette->first || !palette->parts) return -1;
    listed = 0;
    for (int32_t i = 0; i < count; i++) {
        palette->first[i] = listed;
        for (int32_t colour = 0; colour < COLOURS; colour++) {
            float share = palette->shares[i * COLOURS + colour];
            if (share > 0) palette->parts[listed++] = (struct part){colour, share};
        }
    }
    palette->first[count] = listed;
    return 0;
}

int palette_make(struct palette *palette, struct arena *arena, const struct photo *photo,
                 const struct superpixels *superpixels, const struct graph *graph) {
    palette->shares = TAKE(arena, float, graph->count * COLOURS);
    if (!palette->shares) return -1;
    choose_first(palette, graph);
    settle(palette, graph);
    compare(palette);
    for (int32_t i = 0; i < graph->count * COLOURS; i++) palette->shares[i] = 0;
    for (int32_t pixel = 0; pixel < photo->pixels; pixel++) {
        float distance;
        int32_t label = superpixels->labels[pixel];
        int32_t colour = nearest(palette, COLOURS, photo->lab + 3 * pixel, &distance);
        palette->shares[label * COLOURS + colour] += 1 / graph->nodes[label].area;
    }
    return list_parts(palette, arena, graph->count);
}

float histogram_distance(const float *a, const float *b) {
    float sum = 0;
    for (int32_t i = 0; i < COLOURS; i++) sum += square(a[i] - b[i]) / (a[i] + b[i] + 1e-9f);
    return sum / 2;
}

float palette_mean(const struct palette *palette, int32_t superpixel, const float *values) {
    float mean = 0;
    for (int32_t i = palette->first[superpixel]; i < palette->first[superpixel + 1]; i++)
        mean += palette->parts[i].share * values[palette->parts[i].colour];
    return mean;
}

void histogram_normalise(float *histogram) {
    float sum = 1e-9f;
    for (int32_t i = 0; i < COLOURS; i++) sum += histogram[i];
    for (int32_t i = 0; i < COLOURS; i++) histogram[i] /= sum;
}

void histogram_blur(float *blurred, const struct palette *palette, const float *histogram, float least_share) {
    for (int32_t a = 0; a < COLOURS; a++) {
        blurred[a] = least_share;
        for (int32_t b = 0; b < COLOURS; b++) blurred[a] += palette->alike[a][b] * histogram[b];
    }
    histogram_normalise(blurred);
}
