// Draws textured triangles: four samples a pixel, an exact depth for each, one texture with smaller copies of itself.
//
// Triangles are set up in homogeneous coordinates (Olano and Greer 1997), so that none needs clipping: the rows of
// the inverse of its corners' matrix are its edge functions, and their sum is one over depth.

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SAMPLES 4
#define PROBES 8
#define NOTHING UINT32_MAX

static const double SAMPLE_AT[SAMPLES][2] = {{0.375, 0.125}, {0.875, 0.375}, {0.125, 0.625}, {0.625, 0.875}};

typedef struct {
    const uint8_t *texels; // (height, width, 3)
    int32_t width, height;
} level_t;

// Over the picture, each as a * x + b * y + c: edges (inside where >= 0), 1 / depth, and place in the texture / depth.
typedef struct {
    double edge[3][3];
    double near[3], across[3], down[3];
} plane_t;

static int set_up(const double corner[3][3], const float place[3][2], plane_t *plane) {
    const double (*p)[3] = corner;
    const double cofactor[3][3] = {
        {p[1][1] * p[2][2] - p[2][1] * p[1][2], p[2][0] * p[1][2] - p[1][0] * p[2][2], p[1][0] * p[2][1] - p[2][0] * p[1][1]},
        {p[2][1] * p[0][2] - p[0][1] * p[2][2], p[0][0] * p[2][2] - p[2][0] * p[0][2], p[2][0] * p[0][1] - p[0][0] * p[2][1]},
        {p[0][1] * p[1][2] - p[1][1] * p[0][2], p[1][0] * p[0][2] - p[0][0] * p[1][2], p[0][0] * p[1][1] - p[1][0] * p[0][1]},
    };
    const double volume = p[0][0] * cofactor[0][0] + p[0][1] * cofactor[0][1] + p[0][2] * cofactor[0][2];
    if (fabs(volume) < 1e-12) return 0;
    memset(plane, 0, sizeof *plane);
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            const double edge = cofactor[i][k] / volume;
            plane->edge[i][k] = edge;
            plane->near[k] += edge;
            plane->across[k] += edge * place[i][0];
            plane->down[k] += edge * place[i][1];
        }
    return 1;
}

// Rows that the triangle may cover; all where a corner is behind the camera.
static void rows_of(const double corner[3][3], int height, int *first, int *last) {
    double low = 1e9, high = -1e9;
    for (int i = 0; i < 3; i++) {
        if (corner[i][2] < 1e-3) {
            *first = 0, *last = height - 1;
            return;
        }
        const double y = corner[i][1] / corner[i][2];
        low = fmin(low, y), high = fmax(high, y);
    }
    *first = (int)fmax(0, floor(fmin(low, 1e6)) - 1), *last = (int)fmin(height - 1, fmax(high, -1));
}

static void cover(const plane_t *plane, uint32_t number, int first, int last, int width, int height, float *depth, uint32_t *owner) {
    for (int y = first; y <= last; y++)
        for (int s = 0; s < SAMPLES; s++) {
            const double at_y = y + SAMPLE_AT[s][1];
            double from = 0, to = width - 1;
            for (int i = 0; i < 3; i++) {
                const double a = plane->edge[i][0], rest = plane->edge[i][1] * at_y + plane->edge[i][2] + a * SAMPLE_AT[s][0];
                if (a > 0) from = fmax(from, ceil(-rest / a - 1e-6));
                else if (a < 0) to = fmin(to, floor(-rest / a + 1e-6));
                else if (rest < 0) to = -1;
            }
            if (to < from) continue;
            const size_t row = ((size_t)s * height + y) * width;
            float *restrict depth_row = depth + row;
            uint32_t *restrict owner_row = owner + row;
            const float slope = (float)plane->near[0];
            const float start = (float)(plane->near[0] * SAMPLE_AT[s][0] + plane->near[1] * at_y + plane->near[2]);
            const int begin = (int)from, end = (int)to;
            for (int x = begin; x <= end; x++) {
                const float near = slope * x + start;
                const int in_front = near > depth_row[x];
                depth_row[x] = in_front ? near : depth_row[x];
                owner_row[x] = in_front ? number : owner_row[x];
            }
        }
}

static inline void add_texel(const level_t *level, int x, int y, float weight, float colour[3]) {
    x = x < 0 ? 0 : x >= level->width ? level->width - 1 : x;
    y = y < 0 ? 0 : y >= level->height ? level->height - 1 : y;
    const uint8_t *texel = level->texels + 3 * ((size_t)y * level->width + x);
    for (int k = 0; k < 3; k++) colour[k] += weight * texel[k];
}

static void add_bilinear(const level_t *level, float across, float down, float weight, float colour[3]) {
    const float x = across * level->width - 0.5f, y = down * level->height - 0.5f;
    const int left = (int)floorf(x), top = (int)floorf(y);
    const float right = x - left, low = y - top;
    add_texel(level, left, top, weight * (1 - right) * (1 - low), colour);
    add_texel(level, left + 1, top, weight * right * (1 - low), colour);
    add_texel(level, left, top + 1, weight * (1 - right) * low, colour);
    add_texel(level, left + 1, top + 1, weight * right * low, colour);
}

// Adds the texture under one pixel: as many probes along the longer side of its footprint as that is long.
static void shade(const plane_t *plane, const level_t *levels, int count, double x, double y, float weight, float colour[3]) {
    const double near = plane->near[0] * x + plane->near[1] * y + plane->near[2];
    const double across = (plane->across[0] * x + plane->across[1] * y + plane->across[2]) / near;
    const double down = (plane->down[0] * x + plane->down[1] * y + plane->down[2]) / near;
    double step[2][2];
    for (int k = 0; k < 2; k++) {
        step[k][0] = (plane->across[k] - across * plane->near[k]) / near;
        step[k][1] = (plane->down[k] - down * plane->near[k]) / near;
    }
    double texels[2];
    for (int k = 0; k < 2; k++) {
        const double by_columns = step[k][0] * levels->width, by_rows = step[k][1] * levels->height;
        texels[k] = sqrt(by_columns * by_columns + by_rows * by_rows); // hypot is five times as slow
    }
    const int along = texels[1] > texels[0];
    const double longer = texels[along], shorter = fmax(texels[!along], 1e-6);
    const int probes = (int)fmin(PROBES, fmax(1, ceil(longer / fmax(shorter, 1))));
    const float detail = fminf(fmaxf(log2f((float)fmax(longer / probes, shorter)), 0), (float)count - 1);
    const int fine = (int)detail < count - 1 ? (int)detail : count - 2;
    const float coarse_share = detail - fine;
    for (int probe = 0; probe < probes; probe++) {
        const double off = (probe + 0.5) / probes - 0.5;
        const float u = (float)(across + off * step[along][0]), v = (float)(down + off * step[along][1]);
        add_bilinear(levels + fine, u, v, weight * (1 - coarse_share) / probes, colour);
        if (coarse_share > 0) add_bilinear(levels + fine + 1, u, v, weight * coarse_share / probes, colour);
    }
}

static void finish(const plane_t *planes, const level_t *levels, int count, int width, int height, const uint32_t *owner, float *picture) {
    const size_t size = (size_t)width * height;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            const size_t pixel = (size_t)y * width + x;
            int done = 0;
            for (int s = 0; s < SAMPLES; s++) {
                const uint32_t number = owner[s * size + pixel];
                if (done >> s & 1 || number == NOTHING) continue;
                double at_x = 0, at_y = 0;
                int covered = 0;
                for (int k = s; k < SAMPLES; k++)
                    if (owner[k * size + pixel] == number) {
                        at_x += SAMPLE_AT[k][0], at_y += SAMPLE_AT[k][1];
                        covered++, done |= 1 << k;
                    }
                shade(planes + number, levels, count, x + at_x / covered, y + at_y / covered, (float)covered / SAMPLES, picture + 3 * pixel);
            }
        }
}

// corners (triangles, 3) number vertices; seen (vertices, 3) are in pixels times depth, and depth; places (vertices, 2)
// in the texture, 0..1. Adds to picture (height, width, 3). Returns 0, or -1 without memory.
int draw(const double (*seen)[3], const float (*places)[2], const uint32_t (*corners)[3], int64_t triangles,
         const level_t *levels, int count, int width, int height, float *picture) {
    const size_t samples = (size_t)SAMPLES * width * height;
    float *depth = calloc(samples, sizeof *depth);
    uint32_t *owner = malloc(samples * sizeof *owner);
    plane_t *planes = malloc((size_t)triangles * sizeof *planes);
    const int ready = depth && owner && planes;
    if (ready) {
        memset(owner, 0xff, samples * sizeof *owner);
        for (int64_t t = 0; t < triangles; t++) {
            double corner[3][3];
            float place[3][2];
            for (int i = 0; i < 3; i++) {
                memcpy(corner[i], seen[corners[t][i]], sizeof corner[i]);
                memcpy(place[i], places[corners[t][i]], sizeof place[i]);
            }
            int first, last;
            rows_of(corner, height, &first, &last);
            if (last >= first && set_up(corner, place, planes + t)) cover(planes + t, (uint32_t)t, first, last, width, height, depth, owner);
        }
        finish(planes, levels, count, width, height, owner, picture);
    }
    free(depth), free(owner), free(planes);
    return ready ? 0 : -1;
}
