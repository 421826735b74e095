#include "choice.h"
#include "arithmetic.h"
#include "weights.h"

#define UNLIKELY 0.01f  // of the likeliest's likelihood: not worth comparing

static int32_t words_for(int32_t count) { return (count + 63) / 64; }

int choice_init(struct choice *choice, struct arena *arena, int32_t count) {
    choice->bits = TAKE(arena, uint64_t, MOST_PROPOSALS * words_for(count));
    choice->sizes = TAKE(arena, int32_t, MOST_PROPOSALS);
    return choice->sizes ? 0 : -1;
}

static float score(const struct proposal *proposal, enum kind kind) {
    float sum = 0;
    for (int i = 0; i < FEATURES; i++) sum += WEIGHTS[kind][i] * proposal->features[i];
    return sum;
}

static void weigh(struct choice *choice, const struct proposals *proposals, enum kind kind) {
    float best = -FAR, sum = 0;
    for (int32_t i = 0; i < proposals->count; i++) {
        choice->likelihood[i] = score(&proposals->all[i], kind);
        best = most(best, choice->likelihood[i]);
    }
    for (int32_t i = 0; i < proposals->count; i++) {
        choice->likelihood[i] = exponential(choice->likelihood[i] - best);
        sum += choice->likelihood[i];
    }
    for (int32_t i = 0; i < proposals->count; i++) choice->likelihood[i] /= sum;
}

static void pack(uint64_t *bits, int32_t *size, const uint8_t *region, int32_t count) {
    for (int32_t word = 0; word < words_for(count); word++) bits[word] = 0;
    *size = 0;
    for (int32_t i = 0; i < count; i++) {
        if (!region[i]) continue;
        bits[i / 64] |= (uint64_t)1 << (i % 64);
        *size += 1;
    }
}

// Intersection over union of two proposals.
static float overlap(const struct choice *choice, int32_t a, int32_t b, int32_t words) {
    const uint64_t *bits_a = choice->bits + a * words, *bits_b = choice->bits + b * words;
    int32_t both = 0;
    for (int32_t word = 0; word < words; word++) both += __builtin_popcountll(bits_a[word] & bits_b[word]);
    return (float)both / (float)(choice->sizes[a] + choice->sizes[b] - both);
}

static int32_t pack_likely(struct choice *choice, const struct proposals *proposals, int32_t count) {
    float best = 0;
    int32_t likely = 0;
    for (int32_t i = 0; i < proposals->count; i++) best = most(best, choice->likelihood[i]);
    for (int32_t i = 0; i < proposals->count; i++) {
        if (choice->likelihood[i] < UNLIKELY * best) continue;
        choice->likely[likely++] = i;
        pack(choice->bits + i * words_for(count), &choice->sizes[i], proposals->all[i].region, count);
    }
    return likely;
}

int32_t choose(struct choice *choice, const struct proposals *proposals, enum kind kind, int32_t count) {
    weigh(choice, proposals, kind);
    int32_t likely = pack_likely(choice, proposals, count), taken = choice->likely[0];
    float most_agreed = -1;
    for (int32_t a = 0; a < likely; a++) {
        float agreed = 0;
        for (int32_t b = 0; b < likely; b++)
            agreed += choice->likelihood[choice->likely[b]] * overlap(choice, choice->likely[a], choice->likely[b], words_for(count));
        if (agreed <= most_agreed) continue;
        most_agreed = agreed;
        taken = choice->likely[a];
    }
    return taken;
}

float *choice_weights(void) { return &WEIGHTS[0][0]; }
