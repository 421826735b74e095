#include "evidence.h"

enum { BUCKETS = 512, COLOUR_STEPS = 8, COLOUR_BINS = COLOUR_STEPS * COLOUR_STEPS * COLOUR_STEPS };
enum { ALONG, THROUGH }; // how a path's cost grows: by every step's cost, or to the greatest of them

static const float NOWHERE_NEAR = 1e12f;  // squared
static const float NEAR_HALF_PX = 12.0f, DISC_HALF_PX = 2.5f;
static const float EDGE_GAIN = 12.0f, EDGE_REACH_PX = 6.0f, CALMEST = 0.004f;
static const int32_t FAR = 1 << 24, RIM = -1;
static const float COLOUR_FLOOR = 2e-4f;

// Ways lie in fields: the window's pixels with a rim of one around them, so that every pixel has four neighbours.
static int64_t field_of(int32_t width, int32_t height) { return (int64_t)(width + 2) * (height + 2); }

int64_t evidence_scratch_bytes(int32_t width, int32_t height) {
    return (4 * field_of(width, height) + 3 * (int64_t)width * height + BUCKETS + 2 * COLOUR_BINS) * 4;
}

static float least(float a, float b) { return a < b ? a : b; }
static float most(float a, float b) { return a > b ? a : b; }
static int32_t within(int32_t value, int32_t count) { return value < 0 ? 0 : value >= count ? count - 1 : value; }

// One pass of a box blur along lines: values `step` apart, lines of `count` values.
static void blur_line(const float *from, float *to, int32_t count, int64_t step, int32_t reach) {
    float sum = 0;
    for (int32_t i = -reach; i <= reach; i++) sum += from[within(i, count) * step];
    for (int32_t i = 0; i < count; i++) {
        to[i * step] = sum / (float)(2 * reach + 1);
        sum += from[within(i + reach + 1, count) * step] - from[within(i - reach, count) * step];
    }
}

static void blur(float *map, float *spare, int32_t width, int32_t height, int32_t reach) {
    for (int32_t y = 0; y < height; y++) blur_line(map + (int64_t)y * width, spare + (int64_t)y * width, width, 1, reach);
    for (int32_t x = 0; x < width; x++) blur_line(spare + x, map + x, height, width, reach);
}

// How fast the colour changes at each pixel: Sobel's gradient over the three channels, 0 to about 1.
static void edges(const uint8_t *rgb, int32_t width, int32_t height, float *edge) {
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) {
            int32_t up = within(y - 1, height) * width, here = y * width, down = within(y + 1, height) * width;
            int32_t left = within(x - 1, width), right = within(x + 1, width);
            float sum = 0;
            for (int32_t c = 0; c < 3; c++) {
#define AT(row, column) (float)rgb[((row) + (column)) * 3 + c]
                float across = AT(up, right) + 2 * AT(here, right) + AT(down, right)
                             - AT(up, left) - 2 * AT(here, left) - AT(down, left);
                float along = AT(down, left) + 2 * AT(down, x) + AT(down, right)
                            - AT(up, left) - 2 * AT(up, x) - AT(up, right);
#undef AT
                sum += across * across + along * along;
            }
            edge[here + x] = __builtin_sqrtf(sum) / (8 * 255.0f);
        }
}

// The cheapest way from the seeds (reached 0, the rim RIM, elsewhere FAR) to every pixel over 4 neighbours; entering a
// pixel costs cost[i] (1 to BUCKETS - 1) from wherever, so who reaches it first reaches it cheapest. Dial's queue: a
// ring of buckets, one a distance, `first` of each and `next` in the same bucket.
static void spread(const int32_t *cost, int32_t rule, int32_t width, int32_t height, int32_t *reached, int32_t *next,
                   int32_t *first) {
    int32_t count = (int32_t)field_of(width, height), waiting = 0;
    const int32_t beside[4] = {-1, 1, -width - 2, width + 2};
    for (int32_t b = 0; b < BUCKETS; b++) first[b] = -1;
    for (int32_t i = 0; i < count; i++)
        if (reached[i] == 0) { next[i] = first[0]; first[0] = i; waiting++; }
    for (int32_t distance = 0; waiting > 0; distance++) {
        int32_t here;
        while ((here = first[distance & (BUCKETS - 1)]) >= 0) {
            first[distance & (BUCKETS - 1)] = next[here];
            waiting--;
            for (int32_t side = 0; side < 4; side++) {
                int32_t there = here + beside[side];
                if (reached[there] != FAR) continue;
                int32_t so_far = rule == ALONG ? distance + cost[there] : distance > cost[there] ? distance : cost[there];
                reached[there] = so_far;
                next[there] = first[so_far & (BUCKETS - 1)];
                first[so_far & (BUCKETS - 1)] = there;
                waiting++;
            }
        }
    }
}

struct work { int32_t *plain, *calm, *reached, *next, *first; float *one, *two, *three, *of_object, *of_rest; };

static struct work laid_out(float *scratch, int32_t width, int32_t height) {
    struct work work;
    int64_t field = field_of(width, height), count = (int64_t)width * height;
    int32_t *whole = (int32_t *)scratch;
    work.plain = whole, work.calm = whole + field, work.reached = whole + 2 * field, work.next = whole + 3 * field;
    work.one = scratch + 4 * field, work.two = work.one + count, work.three = work.two + count;
    work.first = whole + 4 * field + 3 * count;
    work.of_object = scratch + 4 * field + 3 * count + BUCKETS, work.of_rest = work.of_object + COLOUR_BINS;
    return work;
}

// Row `y` of a field, without its rim.
static int32_t *row_of(int32_t *field, int32_t width, int32_t y) { return field + (int64_t)(y + 1) * (width + 2) + 1; }

static void none_reached(int32_t width, int32_t height, int32_t *reached) {
    for (int64_t i = 0; i < field_of(width, height); i++) reached[i] = RIM;
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) row_of(reached, width, y)[x] = FAR;
}

static float mean_of(const float *map, int64_t count) {
    float sum = 0;
    for (int64_t i = 0; i < count; i++) sum += map[i];
    return sum / (float)count;
}

// The costs of crossing pixels: of plain edges as the window's mean goes, and of edges that stand out from the texture around them.
static void costs(const uint8_t *rgb, int32_t width, int32_t height, float *edge, float *standing, struct work *work) {
    int64_t count = (int64_t)width * height;
    int32_t reach = (int32_t)EDGE_REACH_PX;
    edges(rgb, width, height, edge);
    for (int64_t i = 0; i < count; i++) work->one[i] = edge[i];
    blur(work->one, work->two, width, height, reach);
    blur(work->one, work->two, width, height, reach);
    float mean = mean_of(edge, count) + CALMEST;
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) {
            int32_t i = y * width + x;
            standing[i] = edge[i] / (edge[i] + work->one[i] + CALMEST);
            edge[i] /= mean;
            row_of(work->plain, width, y)[x] = 1 + (int32_t)least(edge[i] * EDGE_GAIN, 200);
            row_of(work->calm, width, y)[x] = 1 + (int32_t)(standing[i] * standing[i] * 250);
            edge[i] = edge[i] / (edge[i] + 2);
        }
}

// How near, as half / (half + distance), by plain distance to the clicks of one kind: over a wide and a narrow reach.
static void nearness(const float *clicks, int32_t count_of_clicks, float adds, int32_t width, int32_t height, float *wide,
                     float *narrow) {
    for (int32_t y = 0; y < height; y++) {
        float *nearest = wide + (int64_t)y * width, *disc = narrow + (int64_t)y * width;
        for (int32_t x = 0; x < width; x++) nearest[x] = NOWHERE_NEAR;
        for (int32_t k = 0; k < count_of_clicks; k++) {
            const float *click = clicks + 3 * k;
            if ((click[2] > 0.5f) != (adds > 0.5f)) continue;
            float below = (float)y + 0.5f - click[1];
            for (int32_t x = 0; x < width; x++) {
                float right = (float)x + 0.5f - click[0];
                nearest[x] = least(nearest[x], right * right + below * below);
            }
        }
        for (int32_t x = 0; x < width; x++) {
            disc[x] = 1 / (1 + nearest[x] / (DISC_HALF_PX * DISC_HALF_PX));
            nearest[x] = NEAR_HALF_PX / (NEAR_HALF_PX + __builtin_sqrtf(nearest[x]));
        }
    }
}

static void seed_clicks(const float *clicks, int32_t count_of_clicks, float adds, int32_t width, int32_t height,
                        int32_t *reached) {
    none_reached(width, height, reached);
    for (int32_t k = 0; k < count_of_clicks; k++) {
        int32_t x = (int32_t)clicks[3 * k], y = (int32_t)clicks[3 * k + 1];
        int32_t inside = clicks[3 * k] >= 0 && clicks[3 * k + 1] >= 0 && x < width && y < height;
        if (inside && (clicks[3 * k + 2] > 0.5f) == (adds > 0.5f)) row_of(reached, width, y)[x] = 0;
    }
}

// What surely is not the object: the window's rim and what is outside of the box.
static void seed_outside(const float *box, int32_t width, int32_t height, int32_t *reached) {
    float left = box ? most(box[0] - 1, 0) : 0, right = box ? least(box[2] + 1, (float)width) : (float)width;
    float top = box ? most(box[1] - 1, 0) : 0, bottom = box ? least(box[3] + 1, (float)height) : (float)height;
    none_reached(width, height, reached);
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) {
            int32_t inside = (float)x >= left + 1 && (float)y >= top + 1 && (float)x < right - 1 && (float)y < bottom - 1;
            if (!inside) row_of(reached, width, y)[x] = 0;
        }
}

// Distances as nearness: a half where the distance is the window's mean, so that busy and calm photos look alike.
static void as_map(int32_t *reached, int32_t width, int32_t height, float *map) {
    float mean = 1;
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) mean += (float)row_of(reached, width, y)[x] / (float)(width * height);
    for (int32_t y = 0; y < height; y++) {
        const int32_t *row = row_of(reached, width, y);
        for (int32_t x = 0; x < width; x++) map[y * width + x] = row[x] == FAR ? 0 : mean / (mean + (float)row[x]);
    }
}

static int32_t bin(const uint8_t *rgb) {
    int32_t step = 256 / COLOUR_STEPS;
    return (rgb[0] / step * COLOUR_STEPS + rgb[1] / step) * COLOUR_STEPS + rgb[2] / step;
}

// How much more a pixel's colour is the object's than the rest's, given how surely each pixel is either's.
static void colours(const uint8_t *rgb, int32_t width, int32_t height, const float *object, const float *rest,
                    struct work *work, float *map) {
    float object_sum = 1e-6f, rest_sum = 1e-6f;
    int64_t count = (int64_t)width * height;
    for (int32_t b = 0; b < COLOUR_BINS; b++) work->of_object[b] = work->of_rest[b] = 0;
    for (int64_t i = 0; i < count; i++) {
        int32_t colour = bin(rgb + 3 * i);
        work->of_object[colour] += object[i], work->of_rest[colour] += rest[i];
        object_sum += object[i], rest_sum += rest[i];
    }
    for (int64_t i = 0; i < count; i++) {
        int32_t colour = bin(rgb + 3 * i);
        float ours = work->of_object[colour] / object_sum + COLOUR_FLOOR;
        map[i] = ours / (ours + work->of_rest[colour] / rest_sum + COLOUR_FLOOR);
    }
    blur(map, work->three, width, height, 1);
}

static void boxed(const float *box, int32_t width, int32_t height, float *map) {
    for (int32_t y = 0; y < height; y++)
        for (int32_t x = 0; x < width; x++) {
            float right = (float)x + 0.5f, below = (float)y + 0.5f;
            int32_t inside = box && right > box[0] && below > box[1] && right < box[2] && below < box[3];
            map[y * width + x] = !box ? 0 : inside ? 1 : -1;
        }
}

// The photo as planes of mean 0 and, over all three, deviation 1.
static void levelled(const uint8_t *rgb, int64_t count, float *planes) {
    float squares = 0;
    for (int32_t c = 0; c < 3; c++) {
        float *plane = planes + c * count;
        for (int64_t i = 0; i < count; i++) plane[i] = (float)rgb[3 * i + c] / 255;
        float mean = mean_of(plane, count);
        for (int64_t i = 0; i < count; i++) {
            plane[i] -= mean;
            squares += plane[i] * plane[i] / (float)(3 * count);
        }
    }
    for (int64_t i = 0; i < 3 * count; i++) planes[i] /= __builtin_sqrtf(squares) + 0.02f;
}

enum { ADDING = 5, TAKING = 10, OUTSIDE = 15, COLOURS = 16, BOXED = 17, LAST = 18, NEARER = 19, COLOURS_OF_LAST = 20 };
enum { WIDE, NARROW, PLAIN, STEEPEST, CALM };

static int has_any(const float *clicks, int32_t count_of_clicks, float adds) {
    for (int32_t k = 0; k < count_of_clicks; k++)
        if ((clicks[3 * k + 2] > 0.5f) == (adds > 0.5f)) return 1;
    return 0;
}

// What all the maps are where there is no click of this kind, as it would come out pixel by pixel.
static void no_ways(int64_t count, float *maps) {
    float disc = 1 / (1 + NOWHERE_NEAR / (DISC_HALF_PX * DISC_HALF_PX));
    float nearest = NEAR_HALF_PX / (NEAR_HALF_PX + __builtin_sqrtf(NOWHERE_NEAR));
    for (int64_t i = 0; i < count; i++) {
        maps[WIDE * count + i] = nearest, maps[NARROW * count + i] = disc;
        maps[PLAIN * count + i] = maps[STEEPEST * count + i] = maps[CALM * count + i] = 0;
    }
}

// Five maps of how near the clicks of one kind are: as the crow flies (two reaches), and by three ways through the photo.
static void ways_to(const float *clicks, int32_t count_of_clicks, float adds, int32_t width, int32_t height,
                    struct work *work, float *maps) {
    int64_t count = (int64_t)width * height;
    if (!has_any(clicks, count_of_clicks, adds)) {
        no_ways(count, maps);
        return;
    }
    const struct { const int32_t *cost; int32_t rule, map; } ways[3] = {
        {work->plain, ALONG, PLAIN}, {work->plain, THROUGH, STEEPEST}, {work->calm, ALONG, CALM}};
    nearness(clicks, count_of_clicks, adds, width, height, maps + WIDE * count, maps + NARROW * count);
    for (int32_t way = 0; way < 3; way++) {
        seed_clicks(clicks, count_of_clicks, adds, width, height, work->reached);
        spread(ways[way].cost, ways[way].rule, width, height, work->reached, work->next, work->first);
        as_map(work->reached, width, height, maps + ways[way].map * count);
    }
}

// The likeness of colours to what is near the clicks (or deep in the box), and to the last mask's.
static void colour_maps(const uint8_t *rgb, int32_t width, int32_t height, const float *box, const float *last,
                        struct work *work, float *maps) {
    int64_t count = (int64_t)width * height;
    const float *object = maps + (ADDING + PLAIN) * count, *rest = maps + (TAKING + PLAIN) * count;
    const float *outside = maps + OUTSIDE * count;
    for (int64_t i = 0; i < count; i++) {
        float away = most(rest[i], 0.8f * outside[i]);
        work->one[i] = most(0, object[i] - 0.65f) * object[i];
        if (box) work->one[i] += most(0, 0.6f - outside[i]);
        work->two[i] = most(0, away - 0.45f) * away;
    }
    colours(rgb, width, height, work->one, work->two, work, maps + COLOURS * count);
    for (int64_t i = 0; i < count; i++) {
        if (!last) maps[COLOURS_OF_LAST * count + i] = maps[COLOURS * count + i];
        work->one[i] = last ? last[i] : 0;
        work->two[i] = 1 - work->one[i];
    }
    if (last) colours(rgb, width, height, work->one, work->two, work, maps + COLOURS_OF_LAST * count);
}

void evidence_without_clicks(const uint8_t *rgb, int32_t width, int32_t height, const float *box, float *scratch, float *maps) {
    int64_t count = (int64_t)width * height;
    struct work work = laid_out(scratch, width, height);
    levelled(rgb, count, maps);
    costs(rgb, width, height, maps + 3 * count, maps + 4 * count, &work);
    seed_outside(box, width, height, work.reached);
    spread(work.plain, ALONG, width, height, work.reached, work.next, work.first);
    as_map(work.reached, width, height, maps + OUTSIDE * count);
    boxed(box, width, height, maps + BOXED * count);
}

void evidence_of_clicks(const uint8_t *rgb, int32_t width, int32_t height, const float *clicks, int32_t count_of_clicks,
                        const float *box, const float *last, float *scratch, float *maps) {
    int64_t count = (int64_t)width * height;
    struct work work = laid_out(scratch, width, height);
    ways_to(clicks, count_of_clicks, 1, width, height, &work, maps + ADDING * count);
    ways_to(clicks, count_of_clicks, 0, width, height, &work, maps + TAKING * count);
    colour_maps(rgb, width, height, box, last, &work, maps);
    for (int64_t i = 0; i < count; i++) {
        float object = maps[(ADDING + CALM) * count + i], rest = maps[(TAKING + CALM) * count + i];
        maps[LAST * count + i] = last ? last[i] : 0;
        maps[NEARER * count + i] = object / (object + most(rest, 0.8f * maps[OUTSIDE * count + i]) + 1e-6f);
    }
}

void evidence(const uint8_t *rgb, int32_t width, int32_t height, const float *clicks, int32_t count_of_clicks,
              const float *box, const float *last, float *scratch, float *maps) {
    evidence_without_clicks(rgb, width, height, box, scratch, maps);
    evidence_of_clicks(rgb, width, height, clicks, count_of_clicks, box, last, scratch, maps);
}
