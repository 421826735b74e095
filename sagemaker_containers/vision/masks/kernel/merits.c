#include "merits.h"
#include "arithmetic.h"

#define WEAK 0.5f        // of the typical strength: no border at all
#define CENTRED 0.9f     // people click the middle; more than this much of it is luck

struct sides {
    float inside[COLOURS], mask[COLOURS], rest[COLOURS], outside[COLOURS];  // histograms by area
    float inner[COLOURS], outer[COLOURS];                                   // along the border, on both sides
    float area, frame, likely, opposed;
};

struct seam {
    float length, strength;
};

struct seams {
    struct seam to_mask, to_rest, within;
    float weak;  // length of the region's border
};

static struct seam with(struct seam seam, const struct way *way) {
    return (struct seam){seam.length + way->length, seam.strength + way->length * way->strength};
}

static float strength_of(struct seam seam, float typical) {
    return logarithm((seam.strength / (seam.length + 1) + 1) / (typical + 1));
}

static void measure_areas(struct sides *sides, const struct evidence *evidence, const struct question *question,
                          const int32_t *members, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        int32_t member = members[i];
        const struct node *node = &evidence->graph.nodes[member];
        histogram_add(sides->inside, &evidence->palette, member, node->area);
        sides->area += node->area;
        sides->frame += node->frame;
        sides->likely += node->area * question->likely[member];
        if (question->opposed[member] < question->reached[member]) sides->opposed += node->area;
    }
    // a region lies in the object where a click takes away, and out of it where one adds
    for (int32_t c = 0; c < COLOURS; c++) {
        sides->mask[c] = most(question->of_mask[c] - (question->adds ? 0 : sides->inside[c]), 0);
        sides->rest[c] = most(question->of_rest[c] - (question->adds ? sides->inside[c] : 0), 0);
        sides->outside[c] = sides->mask[c] + sides->rest[c];
    }
}

// A way of one superpixel of the region that leaves it.
static void measure_way_out(struct sides *sides, struct seams *seams, const struct evidence *evidence,
                            const struct question *question, const struct way *way) {
    struct seam *seam = question->mask[way->to] ? &seams->to_mask : &seams->to_rest;
    *seam = with(*seam, way);
    if (way->strength < WEAK * evidence->typical_strength) seams->weak += way->length;
    histogram_add(sides->outer, &evidence->palette, way->to, way->length);
}

// The borders of the region, and those within it from one of their sides.
static void measure_borders(struct sides *sides, struct seams *seams, const struct evidence *evidence,
                            const struct question *question, const struct proposal *proposal, const int32_t *members) {
    const uint8_t *region = proposal->region;
    struct seam within = {0};
    for (int32_t m = 0; m < proposal->size; m++) {
        const struct node *node = &evidence->graph.nodes[members[m]];
        float outward = 0;
        for (int32_t i = node->first; i < node->first + node->degree; i++) {
            const struct way *way = &evidence->graph.ways[i];
            if (region[way->to]) {
                if (way->to > members[m]) within = with(within, way);
                continue;
            }
            measure_way_out(sides, seams, evidence, question, way);
            outward += way->length;
        }
        if (outward > 0) histogram_add(sides->inner, &evidence->palette, members[m], outward);
    }
    seams->within = within;
}

// How far the region stays from each side of the box, in shares of the box: the mean and the worst.
static void measure_gaps(float gaps[2], const struct graph *graph, const float *box, const int32_t *members, int32_t count) {
    float edges[4] = {FAR, FAR, -FAR, -FAR}, wide = most(box[2] - box[0], 1), high = most(box[3] - box[1], 1);
    for (int32_t i = 0; i < count; i++) {
        const struct node *node = &graph->nodes[members[i]];
        float half = 0.5f * root(node->area);
        edges[0] = least(edges[0], node->x - half);
        edges[1] = least(edges[1], node->y - half);
        edges[2] = most(edges[2], node->x + half);
        edges[3] = most(edges[3], node->y + half);
    }
    gaps[0] = gaps[1] = 0;
    for (int side = 0; side < 4; side++) {
        float gap = clamp((side < 2 ? edges[side] - box[side] : box[side] - edges[side]) / (side % 2 ? high : wide), 0, 1);
        gaps[0] += gap / 4;
        gaps[1] = most(gaps[1], gap);
    }
}

static void describe_looks(float *features, struct sides *sides, int has_mask) {
    float *histograms[] = {sides->inside, sides->mask, sides->rest, sides->outside, sides->inner, sides->outer};
    for (int i = 0; i < 6; i++) histogram_normalise(histograms[i]);
    features[0] = histogram_distance(sides->inner, sides->outer);
    features[1] = histogram_distance(sides->inside, sides->outside);
    features[2] = has_mask ? histogram_distance(sides->inside, sides->mask) : 0;
    features[3] = histogram_distance(sides->inside, sides->rest);
    features[4] = sides->likely / (sides->area + 1);
    features[5] = sides->opposed / (sides->area + 1);
}

static void describe_border(float *features, const struct seams *seams, float typical) {
    struct seam border = {seams->to_mask.length + seams->to_rest.length, seams->to_mask.strength + seams->to_rest.strength};
    features[0] = strength_of(border, typical);
    features[1] = strength_of(seams->within, typical);
    features[2] = strength_of(seams->to_rest, typical);
    features[3] = strength_of(seams->to_mask, typical);
    features[4] = seams->weak / (border.length + 1);
    features[5] = seams->to_mask.length / (border.length + 1);
}

static void describe_shape(float *features, const struct evidence *evidence, const struct question *question,
                           const struct sides *sides, float length, float here, float deepest) {
    float side_px = root((float)evidence->photo.pixels);
    float size = logarithm(most(sides->area / (float)evidence->photo.pixels, 1e-5f)) + 3;
    float growth = question->mask_area > 0 ? logarithm(most(sides->area, 1) / question->mask_area) / 3 : 0;
    features[0] = least((here + 2) / (deepest + 2), CENTRED);
    features[1] = logarithm((deepest + 2) / (0.1f * side_px));
    features[2] = size / 3;
    features[3] = square(size) / 9;
    features[4] = growth;
    features[5] = square(growth);
    features[6] = logarithm(square(length + sides->frame + 1) / (12.6f * most(sides->area, 1)));
    features[7] = sides->frame / (length + sides->frame + 1);
    features[8] = logarithm((here + 2) / (deepest + 2));
    float last = question->last_depth_px;
    features[9] = last > 0 ? clamp(logarithm((deepest + 2) / (last + 2)), -2, 2) : 0;
}

void describe(struct proposal *proposal, struct evidence *evidence, const struct question *question,
              const int32_t *members) {
    struct sides sides = {0};
    struct seams seams = {0};
    float *features = proposal->features, here;
    measure_areas(&sides, evidence, question, members, proposal->size);
    measure_borders(&sides, &seams, evidence, question, proposal, members);
    region_depths(&evidence->grid, proposal->region, members, proposal->size, question->x, question->y, &here,
                  &proposal->depth_px);
    for (int i = 0; i < OWN_FEATURES; i++) features[i] = 0;
    describe_looks(features, &sides, question->mask_area > 0);
    describe_border(features + 6, &seams, evidence->typical_strength);
    describe_shape(features + 12, evidence, question, &sides, seams.to_mask.length + seams.to_rest.length, here,
                   proposal->depth_px);
    if (!question->box) return;
    const float *box = question->box;
    measure_gaps(features + 23, &evidence->graph, box, members, proposal->size);
    features[25] = sides.area / most((box[2] - box[0]) * (box[3] - box[1]), 1);
}

void describe_alike(struct proposal *proposal, const struct proposal *before) {
    for (int i = 0; i < OWN_FEATURES; i++) proposal->features[i] = before->features[i];
    proposal->depth_px = before->depth_px;
}

void describe_origin(struct proposal *proposal, enum family family, int is_opposed) {
    proposal->features[22] = (float)is_opposed;
    for (int i = 0; i < FAMILIES; i++) proposal->features[OWN_FEATURES + i] = i == (int)family;
}
