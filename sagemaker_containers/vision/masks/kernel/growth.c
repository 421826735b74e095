#include "growth.h"
#include "arithmetic.h"
#include "distances.h"

#define SMALLEST_SHARE 0.0004f  // of the photo
#define SIZE_STEP 1.6f
#define WEAK 0.5f               // of the typical strength: no border at all

static int32_t range_of(float share) {
    int32_t range = (int32_t)(logarithm(most(share, SMALLEST_SHARE) / SMALLEST_SHARE) / logarithm(SIZE_STEP));
    return range >= SIZES ? SIZES - 1 : range;
}

// The smallest area of a range, in whole pixels; more than the photo's where it has none.
static float start_of(int32_t range, int32_t photo_px) {
    int32_t below = 0, start = photo_px + 1;
    while (start - below > 1) {
        int32_t middle = below + (start - below) / 2;
        if (range_of((float)middle / (float)photo_px) < range) below = middle;
        else start = middle;
    }
    return (float)start;
}

int growth_init(struct growth *growth, struct arena *arena, int32_t count, int32_t photo_px) {
    for (int32_t range = 0; range < SIZES; range++) growth->starts[range] = start_of(range, photo_px);
    growth->seeds = TAKE(arena, int32_t, count);
    growth->key = TAKE(arena, float, count);
    growth->found = TAKE(arena, float, count);
    growth->consent = (struct consent){TAKE(arena, float, count), TAKE(arena, float, count)};
    growth->without_seed = (struct consent){TAKE(arena, float, count), TAKE(arena, float, count)};
    growth->order = TAKE(arena, uint64_t, count);
    growth->spare = TAKE(arena, uint64_t, count);
    growth->joins = TAKE(arena, int32_t, count);
    growth->stack = TAKE(arena, int32_t, count);
    growth->touched = TAKE(arena, uint8_t, MOST_REGIONS);
    growth->met = TAKE(arena, float, MOST_REGIONS);
    growth->region = TAKE(arena, uint8_t, count);
    return growth->region ? 0 : -1;
}

// The least height of a region that holds a seed too.
static void keys_of_tree(struct growth *growth, const struct tree *tree, int32_t count) {
    for (int32_t region = 0; region < tree->count; region++) growth->touched[region] = 0;
    for (int32_t i = 0; i < growth->seed_count; i++)
        for (int32_t region = growth->seeds[i]; region >= 0 && !growth->touched[region]; region = tree->parent[region])
            growth->touched[region] = 1;
    // parents come behind their children, the whole photo, which holds all seeds, last
    for (int32_t region = tree->count - 1; region >= 0; region--)
        growth->met[region] = growth->touched[region] ? tree->height[region] : growth->met[tree->parent[region]];
    for (int32_t i = 0; i < count; i++) growth->key[i] = growth->met[i];
}

void growth_begin(struct growth *growth, struct evidence *evidence, int is_opposed, const float *distance) {
    growth->is_opposed = is_opposed;
    growth->distance = distance;
    if (distance) return;
    for (int32_t i = 0; i < evidence->graph.count; i++) growth->found[i] = FAR;
    for (int32_t i = 0; i < growth->seed_count; i++) growth->found[growth->seeds[i]] = 0;
    spread_distances(&evidence->graph, &evidence->heap, evidence->cost, growth->found);
    growth->distance = growth->found;
}

static void keys_of_distance(struct growth *growth, const struct evidence *evidence) {
    for (int32_t i = 0; i < evidence->graph.count; i++) growth->key[i] = growth->distance[i];
}

static float colour_apart(const struct node *a, const struct node *b) {
    return root(square(a->lab[0] - b->lab[0]) + square(a->lab[1] - b->lab[1]) + square(a->lab[2] - b->lab[2]));
}

// Ways whose worst superpixel looks as little unlike its seed as can be.
static float colour_step(const struct evidence *evidence, float length, int32_t to, int32_t seed) {
    return most(length + 0.02f, colour_apart(&evidence->graph.nodes[to], &evidence->graph.nodes[seed]));
}

// Ways through what has the right colours. `sign` is -1 where the seeds are of what the gesture does not mean.
static float likeness_step(const struct evidence *evidence, const float *likely, float sign, float length, struct way way) {
    float unlikely = -sign * likely[way.to];
    float cost = unlikely > 0 ? 1 + 2 * unlikely : exponential(unlikely);
    return length + cost + 0.2f * evidence->cost[way.border] / evidence->typical_strength;
}

static void keys_of_ways(struct growth *growth, struct evidence *evidence, const struct question *question, enum family family) {
    const struct graph *graph = &evidence->graph;
    struct heap *heap = &evidence->heap;
    heap->count = 0;
    for (int32_t i = 0; i < graph->count; i++) growth->key[i] = FAR;
    for (int32_t i = 0; i < growth->seed_count; i++) {
        growth->key[growth->seeds[i]] = 0;
        heap_push(heap, 0, growth->seeds[i], growth->seeds[i]);
    }
    while (heap->count > 0) {
        struct heap_entry nearest = heap_pop(heap);
        if (nearest.key > growth->key[nearest.item]) continue;
        const struct node *node = &graph->nodes[nearest.item];
        for (int32_t i = node->first; i < node->first + node->degree; i++) {
            struct way way = graph->ways[i];
            float sign = growth->is_opposed ? -1 : 1;
            float length = family == BY_COLOUR ? colour_step(evidence, nearest.key, way.to, nearest.extra)
                                               : likeness_step(evidence, question->likely, sign, nearest.key, way);
            if (length >= growth->key[way.to]) continue;
            growth->key[way.to] = length;
            heap_push(heap, length, way.to, nearest.extra);
        }
    }
}

static float px_to_seeds(const struct growth *growth, const struct graph *graph, const struct node *node) {
    float squared = FAR;
    for (int32_t i = 0; i < growth->seed_count; i++) {
        const struct node *seed = &graph->nodes[growth->seeds[i]];
        squared = least(squared, square(node->x - seed->x) + square(node->y - seed->y));
    }
    return root(squared);
}

// Discs that bend to edges a little: where nothing else helps.
static void keys_of_nearness(struct growth *growth, struct evidence *evidence) {
    keys_of_distance(growth, evidence);
    for (int32_t i = 0; i < evidence->graph.count; i++)
        growth->key[i] *= px_to_seeds(growth, &evidence->graph, &evidence->graph.nodes[i]) + 1;
}

// How near compared with what the other kind of click said.
static void keys_of_rivalry(struct growth *growth, struct evidence *evidence, const struct question *question) {
    const float *rival = growth->is_opposed ? question->reached : question->opposed;
    keys_of_distance(growth, evidence);
    for (int32_t i = 0; i < evidence->graph.count; i++)
        growth->key[i] = rival[i] < FAR ? growth->key[i] / (growth->key[i] + rival[i] + 1e-3f) : growth->key[i] / 1e6f;
}

// Grown from the seed first, which finds what the other side asks for too: its seeds are walls, of which all is known.
static void keys_of_consent(struct growth *growth, const struct evidence *evidence, const struct question *question) {
    const float *given = growth->is_opposed ? growth->without_seed.given : growth->consent.given;
    struct consent *too = question->box || !question->adds ? &growth->without_seed : NULL;
    if (!growth->is_opposed) consent_find(&growth->consent, growth->seeds[0], too, evidence, question);
    for (int32_t i = 0; i < evidence->graph.count; i++) growth->key[i] = growth->is_opposed ? given[i] : 1 - given[i];
    for (int32_t i = 0; i < growth->seed_count; i++) growth->key[growth->seeds[i]] = 0;
}

static void make_keys(struct growth *growth, struct evidence *evidence, const struct question *question, enum family family) {
    if (family < BY_DISTANCE) keys_of_tree(growth, &evidence->trees[family], evidence->graph.count);
    if (family == BY_DISTANCE) keys_of_distance(growth, evidence);
    if (family == BY_COLOUR || family == BY_LIKENESS) keys_of_ways(growth, evidence, question, family);
    if (family == BY_NEARNESS) keys_of_nearness(growth, evidence);
    if (family == BY_RIVALRY) keys_of_rivalry(growth, evidence, question);
    if (family == BY_CONSENT) keys_of_consent(growth, evidence, question);
}

struct cut {
    float area, length, strength, weak;
};

// What changes where a superpixel joins the region: borders to what is in become inner ones.
static struct cut joined(struct cut cut, const struct evidence *evidence, const int32_t *joins, int32_t at) {
    const struct node *node = &evidence->graph.nodes[at];
    float weak_below = WEAK * evidence->typical_strength;
    cut.area += node->area;
    for (int32_t i = node->first; i < node->first + node->degree; i++) {
        const struct way *way = &evidence->graph.ways[i];
        float length = joins[way->to] < joins[at] ? -way->length : way->length;
        cut.length += length;
        cut.strength += length * way->strength;
        cut.weak += way->strength < weak_below ? length : 0;
    }
    return cut;
}

// All that can join in the order of their keys; how many.
static int32_t line_up(struct growth *growth, int32_t count, const uint8_t *walls) {
    int32_t length = 0;
    for (int32_t i = 0; i < count; i++) {
        growth->joins[i] = NEVER;
        if (growth->key[i] < FAR && !walls[i]) growth->order[length++] = ordered_by(growth->key[i], i);
    }
    sort_by_key(growth->order, growth->spare, length);
    for (int32_t place = 0; place < length; place++) growth->joins[item_of(growth->order[place])] = place;
    return length;
}

static void only_seeds(struct growth *growth, int32_t count) {
    for (int32_t i = 0; i < count; i++) growth->region[i] = 0;
    for (int32_t i = 0; i < growth->seed_count; i++) growth->region[growth->seeds[i]] = 1;
    growth->grown = 0;
}

void growth_run(struct growth *growth, struct evidence *evidence, const struct question *question, const uint8_t *walls,
                enum family family) {
    float best[SIZES], last_key = -1;
    int32_t range = 0;
    for (int i = 0; i < SIZES; i++) { best[i] = -FAR; growth->lengths[i] = 0; }
    make_keys(growth, evidence, question, family);
    int32_t length = line_up(growth, evidence->graph.count, walls);
    struct cut cut = {0};
    for (int32_t place = 0; place < length; place++) {
        float key = key_of(growth->order[place]);
        if (place > 0 && key > last_key) {
            float score = (cut.strength - WEAK * evidence->typical_strength * cut.weak) / (cut.length + 1);
            if (score > best[range]) { best[range] = score; growth->lengths[range] = place; }
        }
        last_key = key;
        cut = joined(cut, evidence, growth->joins, item_of(growth->order[place]));
        while (range + 1 < SIZES && cut.area >= growth->starts[range + 1]) range++;
    }
    if (length > 0) growth->lengths[range] = length;
    only_seeds(growth, evidence->graph.count);
}

static int touches(const struct growth *growth, const struct graph *graph, int32_t at) {
    const struct node *node = &graph->nodes[at];
    for (int32_t i = node->first; i < node->first + node->degree; i++)
        if (growth->region[graph->ways[i].to]) return 1;
    return 0;
}

// Takes in a superpixel, and what of `length` is reached by it.
static void flood(struct growth *growth, const struct graph *graph, int32_t length, int32_t from) {
    int32_t depth = 0;
    growth->region[from] = 1;
    growth->stack[depth++] = from;
    while (depth > 0) {
        const struct node *node = &graph->nodes[growth->stack[--depth]];
        for (int32_t i = node->first; i < node->first + node->degree; i++) {
            int32_t to = graph->ways[i].to;
            if (growth->joins[to] >= length || growth->region[to]) continue;
            growth->region[to] = 1;
            growth->stack[depth++] = to;
        }
    }
}

void growth_region(struct growth *growth, const struct evidence *evidence, int32_t length) {
    if (length < growth->grown) only_seeds(growth, evidence->graph.count);
    for (; growth->grown < length; growth->grown++) {
        int32_t at = item_of(growth->order[growth->grown]);
        if (!growth->region[at] && touches(growth, &evidence->graph, at)) flood(growth, &evidence->graph, length, at);
    }
}
