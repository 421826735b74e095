#include "question.h"
#include "arithmetic.h"
#include "distances.h"

#define FRAME_DISTANCE 60.0f   // the frame is background, but less surely than what was clicked
#define WALLS_WEIGHT 3.0f
#define FAR_SHARE 0.35f        // of the photo's side: beyond, colours are the background's
#define UNSEEN 0.002f          // of a histogram: what a colour is given that was never seen

static void weigh_colour(struct question *question, const struct evidence *evidence, float *near, float *same, float *other) {
    const struct graph *graph = &evidence->graph;
    const struct palette *palette = &evidence->palette;
    float far_px = FAR_SHARE * root((float)evidence->photo.pixels);
    for (int32_t i = 0; i < graph->count; i++) {
        const struct node *node = &graph->nodes[i];
        float squared = square(node->x - question->x) + square(node->y - question->y);
        histogram_add(near, palette, i, node->area * exponential(-squared / (2 * square(question->reach_px))));
        if ((question->mask[i] != 0) == question->adds) {
            histogram_add(same, palette, i, node->area);
            continue;
        }
        float farness = 1 - exponential(-squared / (2 * square(far_px)));
        histogram_add(other, palette, i, node->area * (question->walls[i] ? WALLS_WEIGHT : farness));
    }
}

// Colours about the gesture and of what it joins, against those of what it cannot mean and of the far.
static void weigh_colours(struct question *question, const struct evidence *evidence) {
    float near[COLOURS] = {0}, same[COLOURS] = {0}, other[COLOURS] = {0}, ours[COLOURS], theirs[COLOURS], ratio[COLOURS];
    weigh_colour(question, evidence, near, same, other);
    histogram_normalise(near);
    histogram_normalise(same);
    histogram_normalise(other);
    for (int32_t i = 0; i < COLOURS; i++) near[i] += (question->adds ? 0.7f : 0.3f) * same[i];
    histogram_normalise(near);
    histogram_blur(ours, &evidence->palette, near, UNSEEN);
    histogram_blur(theirs, &evidence->palette, other, UNSEEN);
    for (int32_t i = 0; i < COLOURS; i++) ratio[i] = logarithm(ours[i] / theirs[i]);
    for (int32_t i = 0; i < evidence->graph.count; i++)
        question->likely[i] = palette_mean(&evidence->palette, i, ratio);
}

void question_weigh(struct question *question, struct evidence *evidence, int32_t at) {
    const struct graph *graph = &evidence->graph;
    for (int32_t c = 0; c < COLOURS; c++) question->of_mask[c] = question->of_rest[c] = 0;
    question->mask_area = 0;
    for (int32_t i = 0; i < graph->count; i++) {
        if (question->mask[i]) question->mask_area += graph->nodes[i].area;
        histogram_add(question->mask[i] ? question->of_mask : question->of_rest, &evidence->palette, i,
                      graph->nodes[i].area);
    }
    for (int32_t i = 0; i < graph->count; i++) {
        int is_object = question->mask[i] != 0;
        int is_frame = question->adds && !is_object && graph->nodes[i].frame > 0;
        question->opposed[i] = question->walls[i] && is_object != question->adds ? 0 : is_frame ? FRAME_DISTANCE : FAR;
        question->reached[i] = i == at ? 0 : FAR;
    }
    spread_distances(graph, &evidence->heap, evidence->cost, question->opposed);
    spread_distances(graph, &evidence->heap, evidence->cost, question->reached);
    weigh_colours(question, evidence);
}
