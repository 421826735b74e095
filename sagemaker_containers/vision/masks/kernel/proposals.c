#include "proposals.h"

#define MOST_CLICKED_SEEDS 64  // more are a box's outside

int proposals_init(struct proposals *proposals, struct arena *arena, int32_t count, int32_t photo_px) {
    for (int32_t i = 0; i < MOST_PROPOSALS; i++) {
        proposals->all[i].region = TAKE(arena, uint8_t, count);
        if (!proposals->all[i].region) return -1;
    }
    proposals->walls = TAKE(arena, uint8_t, count);
    proposals->members = TAKE(arena, int32_t, count);
    return proposals->walls && proposals->members ? growth_init(&proposals->growth, arena, count, photo_px) : -1;
}

// What has grown, or what it leaves of all that the gesture may mean where it is the other side's.
static void take_region(uint8_t *region, const struct growth *growth, const struct question *question, int32_t count) {
    for (int32_t i = 0; i < count; i++) {
        int may_be_meant = question->adds ? !question->mask[i] && !question->walls[i] : question->mask[i] != 0;
        region[i] = growth->is_opposed ? may_be_meant && !growth->region[i] : growth->region[i];
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

static int is_same(const uint8_t *a, const uint8_t *b, int32_t count) {
    int differ = 0;
    for (int32_t i = 0; i < count; i++) differ |= a[i] ^ b[i];
    return !differ;
}

// What was proposed before with the same region; NULL where nothing was. Many orders end with all there is.
static const struct proposal *same_before(const struct proposals *proposals, const struct proposal *made, int32_t count) {
    for (const struct proposal *before = made; before-- > proposals->all;)
        if (before->size == made->size && is_same(before->region, made->region, count)) return before;
    return NULL;
}

static void note_all(struct proposals *proposals, struct evidence *evidence, const struct question *question, enum family family) {
    struct growth *growth = &proposals->growth;
    for (int size = 0; size < SIZES; size++) {
        if (growth->lengths[size] == 0 || proposals->count == MOST_PROPOSALS) continue;
        struct proposal *made = &proposals->all[proposals->count];
        growth_region(growth, evidence, growth->lengths[size]);
        take_region(made->region, growth, question, evidence->graph.count);
        made->size = list_members(proposals->members, made->region, evidence->graph.count);
        if (made->size == 0) continue;
        const struct proposal *same = same_before(proposals, made, evidence->graph.count);
        if (same) describe_alike(made, same);
        else describe(made, evidence, question, proposals->members);
        describe_origin(made, family, growth->is_opposed);
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
    for (int32_t i = 0; i < evidence->graph.count; i++) {
        int is_theirs = question->adds ? question->walls[i] : question->mask[i] && question->walls[i];
        if (is_theirs) growth->seeds[growth->seed_count++] = i;
        proposals->walls[i] = i == at || (!question->adds && !question->mask[i]);
    }
    if (growth->seed_count == 0) return;
    // where a click takes away, its question knows how far it is from those that added
    growth_begin(growth, evidence, 1, question->adds ? NULL : question->opposed);
    grow_all(proposals, evidence, question, proposals->walls);
}

void propose(struct proposals *proposals, struct evidence *evidence, const struct question *question, int32_t at) {
    proposals->count = 0;
    proposals->growth.seed_count = 1;
    proposals->growth.seeds[0] = at;
    growth_begin(&proposals->growth, evidence, 0, question->reached);
    grow_all(proposals, evidence, question, question->walls);
    if (question->box || !question->adds) grow_opposed(proposals, evidence, question, at);
}
