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

static void ask_neighbours(float *consent, const float *likely, const struct evidence *evidence, const struct question *question) {
    const struct graph *graph = &evidence->graph;
    for (int32_t i = 0; i < graph->count; i++) {
        if (question->walls[i]) continue;
        const struct node *node = &graph->nodes[i];
        float sum = 0;
        for (int32_t at = node->first; at < node->first + node->degree; at++)
            sum += evidence->ties[at] * (2 * consent[graph->ways[at].to] - 1);
        consent[i] = logistic(COLOUR_WEIGHT * likely[i] + NEIGHBOURS_WEIGHT * sum / (node->around + 1e-3f));
    }
}

static void learn_colours(const float *consent, float *likely, const struct evidence *evidence) {
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
    for (int32_t i = 0; i < graph->count; i++) likely[i] = palette_mean(&evidence->palette, i, ratio);
}

void consent_find(float *consent, float *likely, const struct evidence *evidence, const struct question *question,
                  const int32_t *seeds, int32_t seed_count, float seeds_are) {
    int32_t count = evidence->graph.count;
    for (int32_t i = 0; i < count; i++) {
        likely[i] = question->likely[i];
        consent[i] = question->walls[i] ? known_of(question, i) : logistic(likely[i]);
    }
    for (int model = 0; model < MODELS; model++) {
        if (model > 0) learn_colours(consent, likely, evidence);
        for (int round = 0; round < ROUNDS; round++) {
            for (int32_t i = 0; i < seed_count; i++) consent[seeds[i]] = seeds_are;
            ask_neighbours(consent, likely, evidence, question);
        }
    }
}
