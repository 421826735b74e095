#include "tree.h"
#include "arithmetic.h"

struct side {
    int32_t region, next;  // next: of the same region's list, -1 ends it
};

struct merging {
    struct tree *tree;
    struct heap *heap;
    const struct likeness *likeness;
    struct side *sides;           // two a border: 2 i and 2 i + 1
    float *length, *strength;     // of each border; strength is a sum; length 0: merged into another
    int32_t *version;             // of each border: what the heap says of older ones is void
    int32_t *heads, *seen_by, *seen_as;  // of each region
    float (*lab)[3], (*shares)[COLOURS];  // of each region
};

static float unlikeness(const struct merging *merging, int32_t border) {
    int32_t a = merging->sides[2 * border].region, b = merging->sides[2 * border + 1].region;
    const struct likeness *likeness = merging->likeness;
    float colour = 0;
    for (int channel = 0; channel < 3; channel++) colour += square(merging->lab[a][channel] - merging->lab[b][channel]);
    float cost = likeness->edge * merging->strength[border] / merging->length[border] + likeness->colour * root(colour) +
                 likeness->texture * histogram_distance(merging->shares[a], merging->shares[b]);
    return (cost + 0.1f) * power(least(merging->tree->area[a], merging->tree->area[b]), likeness->size);
}

static void queue(struct merging *merging, int32_t border) {
    heap_push(merging->heap, unlikeness(merging, border), border, ++merging->version[border]);
}

// Two regions' looks become those of the region that they make.
static void blend(struct merging *merging, int32_t a, int32_t b, int32_t made) {
    struct tree *tree = merging->tree;
    tree->area[made] = tree->area[a] + tree->area[b];
    float share = tree->area[a] / tree->area[made];
    for (int channel = 0; channel < 3; channel++)
        merging->lab[made][channel] = share * merging->lab[a][channel] + (1 - share) * merging->lab[b][channel];
    for (int32_t i = 0; i < COLOURS; i++)
        merging->shares[made][i] = share * merging->shares[a][i] + (1 - share) * merging->shares[b][i];
}

// One side of a border becomes the new region's; what it shares with a neighbour already is added to that.
static void hand_over(struct merging *merging, int32_t side, int32_t made) {
    int32_t border = side / 2, other = merging->sides[side ^ 1].region;
    if (merging->seen_by[other] == made) {
        int32_t known = merging->seen_as[other];
        merging->length[known] += merging->length[border];
        merging->strength[known] += merging->strength[border];
        merging->length[border] = 0;
        return;
    }
    merging->seen_by[other] = made;
    merging->seen_as[other] = border;
    merging->sides[side] = (struct side){made, merging->heads[made]};
    merging->heads[made] = side;
}

static void merge(struct merging *merging, int32_t border, float height, int32_t made) {
    int32_t pair[2] = {merging->sides[2 * border].region, merging->sides[2 * border + 1].region};
    struct tree *tree = merging->tree;
    blend(merging, pair[0], pair[1], made);
    tree->height[made] = most(height, most(tree->height[pair[0]], tree->height[pair[1]]));
    tree->parent[made] = -1;
    tree->parent[pair[0]] = tree->parent[pair[1]] = made;
    merging->length[border] = 0;
    merging->heads[made] = -1;
    for (int which = 0; which < 2; which++)
        for (int32_t side = merging->heads[pair[which]], next; side >= 0; side = next) {
            next = merging->sides[side].next;
            if (merging->length[side / 2] > 0) hand_over(merging, side, made);
        }
    for (int32_t side = merging->heads[made]; side >= 0; side = merging->sides[side].next) queue(merging, side / 2);
}

static void begin(struct merging *merging, const struct graph *graph, const struct palette *palette) {
    for (int32_t i = 0; i < MOST_REGIONS; i++) merging->heads[i] = merging->seen_by[i] = -1;
    for (int32_t i = 0; i < graph->count; i++) {
        merging->tree->area[i] = graph->nodes[i].area;
        merging->tree->height[i] = 0;
        merging->tree->parent[i] = -1;
        for (int channel = 0; channel < 3; channel++) merging->lab[i][channel] = graph->nodes[i].lab[channel];
        for (int32_t c = 0; c < COLOURS; c++) merging->shares[i][c] = palette->shares[i * COLOURS + c];
    }
    merging->heap->count = 0;
    for (int32_t i = 0; i < graph->border_count; i++) {
        const struct border *border = &graph->borders[i];
        merging->length[i] = border->length;
        merging->strength[i] = border->strength * border->length;
        merging->version[i] = 0;
        merging->sides[2 * i] = (struct side){border->a, merging->heads[border->a]};
        merging->heads[border->a] = 2 * i;
        merging->sides[2 * i + 1] = (struct side){border->b, merging->heads[border->b]};
        merging->heads[border->b] = 2 * i + 1;
        queue(merging, i);
    }
}

static int take_tree(struct tree *tree, struct arena *arena) {
    tree->parent = TAKE(arena, int32_t, MOST_REGIONS);
    tree->height = TAKE(arena, float, MOST_REGIONS);
    tree->area = TAKE(arena, float, MOST_REGIONS);
    return tree->area ? 0 : -1;
}

int tree_grow(struct tree *tree, struct arena *arena, struct heap *heap, const struct graph *graph,
              const struct palette *palette, const struct likeness *likeness) {
    if (take_tree(tree, arena)) return -1;
    struct arena scratch = *arena;
    struct merging merging = {.tree = tree, .heap = heap, .likeness = likeness};
    merging.sides = TAKE(&scratch, struct side, 2 * MOST_BORDERS);
    merging.length = TAKE(&scratch, float, MOST_BORDERS);
    merging.strength = TAKE(&scratch, float, MOST_BORDERS);
    merging.version = TAKE(&scratch, int32_t, MOST_BORDERS);
    merging.heads = TAKE(&scratch, int32_t, MOST_REGIONS);
    merging.seen_by = TAKE(&scratch, int32_t, MOST_REGIONS);
    merging.seen_as = TAKE(&scratch, int32_t, MOST_REGIONS);
    merging.lab = TAKE(&scratch, float[3], MOST_REGIONS);
    merging.shares = TAKE(&scratch, float[COLOURS], MOST_REGIONS);
    if (!merging.shares) return -1;
    begin(&merging, graph, palette);
    tree->count = graph->count;
    while (heap->count > 0) {
        struct heap_entry alike = heap_pop(heap);
        if (merging.length[alike.item] == 0 || merging.version[alike.item] != alike.extra) continue;
        merge(&merging, alike.item, alike.key, tree->count++);
    }
    return 0;
}
