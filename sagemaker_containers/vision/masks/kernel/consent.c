#include "consent.h"
#include "arithmetic.h"

#define MODELS 3               // colours are learnt anew so often
#define ROUNDS 5               // of asking neighbours, with the same colours
#define NEIGHBOURS_WEIGHT 3.0f
#define COLOUR_WEIGHT 1.0f
#define UNSEEN 0.002f

static float known_of(const struct question *question, int32_t i) {
    return (question->mask[i] != 0) == question->adds ? 1 : 0;
}

static float asked(const struct consent *consent, const struct evidence *evidence, int32_t i) {
    const struct node *node = &evidence->graph.nodes[i];
    float sum = 0;
    for (int32_t at = node->first; at < node->first + node->degree; at++)
        sum += evidence->ties[at] * (2 * consent->given[evidence->graph.ways[at].to] - 1);
    return logistic(COLOUR_WEIGHT * consent->likely[i] + NEIGHBOURS_WEIGHT * sum / (node->around + 1e-3f));
}

// Each answer waits for the one before. Two that do not wait for each other take hardly longer than one.
static void ask_neighbours(struct consent *one, struct consent *other, const struct evidence *evidence, const uint8_t *walls) {
    for (int32_t i = 0; i < evidence->graph.count; i++) {
        if (walls[i]) continue;
        one->given[i] = asked(one, evidence, i);
        if (other) other->given[i] = asked(other, evidence, i);
    }
}

static void learn_colours(struct consent *found, const struct evidence *evidence) {
    const float *consent = found->given;
    const struct graph *graph = &evidence->graph;
    float ours[COLOURS] = {0}, theirs[COLOURS] = {0}, of_ours[COLOURS], of_theirs[COLOURS];
    for (int32_t i = 0; i < graph->count; i++) {
        histogram_add(ours, &evidence->palette, i, graph->nodes[i].area * consent[i]);
        histogram_add(theirs, &evidence->palette, i, graph->nodes[i].area * (1 - consent[i]));
    }
    histogram_normalise(ours);
    histogram_normalise(theirs);
    histogram_blur(of_ours, &evidence->palette, ours, UNSEEN);
    histogram_blur(of_theirs, &evidence->palette, theirs, UNSEEN);
    float ratio[COLOURS];
    for (int32_t c = 0; c < COLOURS; c++) ratio[c] = logarithm(of_ours[c] / of_theirs[c]);
    for (int32_t i = 0; i < graph->count; i++) found->likely[i] = palette_mean(&evidence->palette, i, ratio);
}

static void begin(struct consent *consent, const struct question *question, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        consent->likely[i] = question->likely[i];
        consent->given[i] = question->walls[i] ? known_of(question, i) : logistic(consent->likely[i]);
    }
}

void consent_find(struct consent *of_seed, int32_t seed, struct consent *of_none, const struct evidence *evidence,
                  const struct question *question) {
    begin(of_seed, question, evidence->graph.count);
    if (of_none) begin(of_none, question, evidence->graph.count);
    for (int model = 0; model < MODELS; model++) {
        if (model > 0) learn_colours(of_seed, evidence);
        if (model > 0 && of_none) learn_colours(of_none, evidence);
        for (int round = 0; round < ROUNDS; round++) {
            of_seed->given[seed] = 1;
            ask_neighbours(of_seed, of_none, evidence, question->walls);
        }
    }
}
