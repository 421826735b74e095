#include "proposals.h"

#define MOST_CLICKED_SEEDS 64  // more are a box's outside

int proposals_init(struct proposals *proposals, struct arena *arena, int32_t count) {
    for (int32_t i = 0; i < MOST_PROPOSALS; i++) {
        proposals->all[i].region = TAKE(arena, uint8_t, count);
        if (!proposals->all[i].region) return -1;
    }
    proposals->walls = TAKE(arena, uint8_t, count);
    proposals->members = TAKE(arena, int32_t, count);
    return proposals->walls && proposals->members ? growth_init(&proposals->growth, arena, count) : -1;
}

// What is left of all that the gesture may mean where the region is the other side's.
static void turn_round(uint8_t *region, const struct question *question, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        int may_be_meant = question->adds ? !question->mask[i] && !question->walls[i] : question->mask[i] != 0;
        region[i] = may_be_meant && !region[i];
    }
}

// The superpixels of a region; how many.
static int32_t list_members(int32_t *members, const uint8_t *region, int32_t count) {
    int32_t listed = 0;
    for (int32_t i = 0; i < count; i++) {
        members[listed] = i;
        listed += region[i] != 0;
    }
    return listed;
}

static void note_all(struct proposals *proposals, struct evidence *evidence, const struct question *question, enum family family) {
    struct growth *growth = &proposals->growth;
    for (int size = 0; size < SIZES; size++) {
        if (growth->lengths[size] == 0 || proposals->count == MOST_PROPOSALS) continue;
        struct proposal *made = &proposals->all[proposals->count];
        growth_region(growth, evidence, growth->lengths[size], made->region);
        if (growth->is_opposed) turn_round(made->region, question, evidence->graph.count);
        int32_t count = list_members(proposals->members, made->region, evidence->graph.count);
        if (count == 0) continue;
        describe(made, evidence, question, proposals->members, count, family, growth->is_opposed);
        proposals->count++;
    }
}

// A click that takes away is asked from both sides, and must be answered as soon: from the other in fewer orders.
static int from_opposed(const struct proposals *proposals, enum family family) {
    if (family == BY_NEARNESS) return 0;
    return proposals->growth.seed_count > MOST_CLICKED_SEEDS || (family != BY_HISTOGRAMS && family != BY_COLOUR);
}

static void grow_all(struct proposals *proposals, struct evidence *evidence, const struct question *question, const uint8_t *walls) {
    for (int family = 0; family < FAMILIES; family++) {
        if (proposals->growth.is_opposed && !from_opposed(proposals, (enum family)family)) continue;
        growth_run(&proposals->growth, evidence, question, walls, (enum family)family);
        note_all(proposals, evidence, question, (enum family)family);
    }
}

// The other side anew from what is known of it: outside of the box, or the clicks that added.
static void grow_opposed(struct proposals *proposals, struct evidence *evidence, const struct question *question, int32_t at) {
    struct growth *growth = &proposals->growth;
    growth->seed_count = 0;
    growth->is_opposed = 1;
    growth->has_distances = 0;
    for (int32_t i = 0; i < evidence->graph.count; i++) {
        int is_theirs = question->adds ? question->walls[i] : question->mask[i] && question->walls[i];
        if (is_theirs) growth->seeds[growth->seed_count++] = i;
        proposals->walls[i] = i == at || (!question->adds && !question->mask[i]);
    }
    if (growth->seed_count > 0) grow_all(proposals, evidence, question, proposals->walls);
}

void propose(struct proposals *proposals, struct evidence *evidence, const struct question *question, int32_t at) {
    proposals->count = 0;
    proposals->growth.is_opposed = proposals->growth.has_distances = 0;
    proposals->growth.seed_count = 1;
    proposals->growth.seeds[0] = at;
    grow_all(proposals, evidence, question, question->walls);
    if (question->box || !question->adds) grow_opposed(proposals, evidence, question, at);
}
