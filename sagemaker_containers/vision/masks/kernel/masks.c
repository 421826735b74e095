#include "masks.h"
#include "arithmetic.h"
#include "choice.h"

#define BYTES_A_PIXEL 116       // of the small photo
#define BYTES_BESIDE (24 << 20)  // of the graph, its trees and the proposals
#define CLICK_REACH_PX 18.0f
#define BOX_REACH 0.2f          // of the box's side
#define MOST_CLICKS 256

struct masks {
    struct evidence evidence;
    struct question question;
    struct proposals proposals;
    struct choice choice;
    uint8_t *mask, *before;         // (superpixels): the object, after the last gesture and before it
    uint8_t *walls, *boxed;         // (superpixels): what a gesture cannot mean, what lies out of the box
    int8_t *clicked;                // (superpixels): 1 added, -1 removed, 0 not clicked
    float *sureness;                // (superpixels): that it is the object's
    float *meant;                   // (superpixels): that the last gesture meant it
    uint8_t *drawn;                 // (superpixels): working memory
    float box[4];                   // small pixels
    // what the state above answers: gestures that only go on from there are answered from there
    struct click clicks[MOST_CLICKS];
    struct box asked_box;
    int32_t answered;               // clicks; -1: nothing yet
    int had_box;
};

uint32_t masks_bytes(int32_t width, int32_t height) {
    int32_t small_width, small_height;
    small_size(width, height, &small_width, &small_height);
    return BYTES_BESIDE + BYTES_A_PIXEL * (uint32_t)(small_width * small_height);
}

int32_t masks_width(const struct masks *masks) { return masks->evidence.photo.width; }
int32_t masks_height(const struct masks *masks) { return masks->evidence.photo.height; }

static int take_state(struct masks *masks, struct arena *arena) {
    int32_t count = masks->evidence.graph.count;
    masks->mask = TAKE(arena, uint8_t, count);
    masks->before = TAKE(arena, uint8_t, count);
    masks->walls = TAKE(arena, uint8_t, count);
    masks->boxed = TAKE(arena, uint8_t, count);
    masks->clicked = TAKE(arena, int8_t, count);
    masks->sureness = TAKE(arena, float, count);
    masks->meant = TAKE(arena, float, count);
    masks->drawn = TAKE(arena, uint8_t, count);
    masks->question.reached = TAKE(arena, float, count);
    masks->question.opposed = TAKE(arena, float, count);
    masks->question.likely = TAKE(arena, float, count);
    return masks->question.likely ? 0 : -1;
}

struct masks *masks_open(void *memory, uint32_t bytes, const uint8_t *rgba, int32_t width, int32_t height) {
    struct arena arena = {memory, (uint8_t *)memory + bytes};
    struct masks *masks = TAKE(&arena, struct masks, 1);
    if (!masks || evidence_make(&masks->evidence, &arena, rgba, width, height)) return NULL;
    int32_t count = masks->evidence.graph.count;
    if (proposals_init(&masks->proposals, &arena, count, masks->evidence.photo.pixels)) return NULL;
    if (choice_init(&masks->choice, &arena, count)) return NULL;
    masks->answered = -1;
    return take_state(masks, &arena) ? NULL : masks;
}

static int32_t within(float at, int32_t count) { return at < 0 ? 0 : at >= (float)count ? count - 1 : (int32_t)at; }

static int32_t superpixel_at(const struct masks *masks, float x, float y) {
    const struct photo *photo = &masks->evidence.photo;
    return masks->evidence.superpixels.labels[within(y, photo->height) * photo->width + within(x, photo->width)];
}

static void begin(struct masks *masks, const struct box *box) {
    const struct graph *graph = &masks->evidence.graph;
    float scale = masks->evidence.photo.scale;
    if (box) {
        masks->box[0] = box->left * scale;
        masks->box[1] = box->top * scale;
        masks->box[2] = box->right * scale;
        masks->box[3] = box->bottom * scale;
    }
    for (int32_t i = 0; i < graph->count; i++) {
        const struct node *node = &graph->nodes[i];
        masks->boxed[i] = box && (node->x < masks->box[0] || node->x > masks->box[2] || node->y < masks->box[1] ||
                                  node->y > masks->box[3]);
        masks->mask[i] = 0;
        masks->clicked[i] = 0;
        masks->sureness[i] = 0;
    }
}

// How likely the gesture meant each superpixel, by all proposals.
static void weigh_meanings(struct masks *masks) {
    int32_t count = masks->evidence.graph.count;
    for (int32_t i = 0; i < count; i++) masks->meant[i] = 0;
    for (int32_t p = 0; p < masks->proposals.count; p++) {
        const uint8_t *region = masks->proposals.all[p].region;
        float likelihood = masks->choice.likelihood[p];
        for (int32_t i = 0; i < count; i++) masks->meant[i] += region[i] ? likelihood : 0;
    }
}

// What the gesture is likely to have meant becomes part of the mask, or leaves it.
static void answer(struct masks *masks, enum kind kind, int32_t at) {
    struct proposals *proposals = &masks->proposals;
    int32_t count = masks->evidence.graph.count;
    int adds = masks->question.adds;
    masks->question.mask = masks->mask;
    masks->question.walls = masks->walls;
    question_weigh(&masks->question, &masks->evidence, at);
    propose(proposals, &masks->evidence, &masks->question, at);
    if (proposals->count == 0) return;
    const struct proposal *taken = &proposals->all[choose(&masks->choice, proposals, kind, count)];
    masks->question.last_depth_px = taken->depth_px;
    weigh_meanings(masks);
    for (int32_t i = 0; i < count; i++) {
        float sureness = masks->sureness[i], meant = masks->meant[i];
        masks->before[i] = masks->mask[i];
        masks->sureness[i] = adds ? most(sureness, meant) : least(sureness, 1 - meant);
        if (taken->region[i]) masks->mask[i] = (uint8_t)adds;
    }
}

static void answer_box(struct masks *masks) {
    const float *box = masks->box;
    int32_t at = superpixel_at(masks, (box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
    for (int32_t i = 0; i < masks->evidence.graph.count; i++) masks->walls[i] = masks->boxed[i] && i != at;
    masks->question.box = box;
    masks->question.x = (box[0] + box[2]) / 2;
    masks->question.y = (box[1] + box[3]) / 2;
    masks->question.adds = 1;
    masks->question.reach_px = BOX_REACH * root((box[2] - box[0]) * (box[3] - box[1]));
    answer(masks, BOX, at);
}

static void answer_click(struct masks *masks, const struct click *click, int is_first) {
    int8_t said = click->adds ? 1 : -1;
    float scale = masks->evidence.photo.scale;
    struct question *question = &masks->question;
    question->box = NULL;
    question->x = clamp(click->x * scale, 0, (float)masks->evidence.photo.width - 0.5f);
    question->y = clamp(click->y * scale, 0, (float)masks->evidence.photo.height - 0.5f);
    question->adds = click->adds != 0;
    question->reach_px = CLICK_REACH_PX;
    int32_t at = superpixel_at(masks, question->x, question->y);
    for (int32_t i = 0; i < masks->evidence.graph.count; i++) {
        int is_theirs = (masks->mask[i] != 0) == question->adds || masks->clicked[i] == -said;
        masks->walls[i] = i != at && (is_theirs || (question->adds && masks->boxed[i]));
    }
    masks->clicked[at] = said;
    answer(masks, is_first ? FIRST_CLICK : question->adds ? ADDING_CLICK : REMOVING_CLICK, at);
}

static void draw(struct masks *masks, uint8_t *probability) {
    const struct evidence *evidence = &masks->evidence;
    for (int32_t i = 0; i < evidence->graph.count; i++) {
        // the mask is where it is likelier than not; within, what all proposals say
        float sure = masks->mask[i] ? 0.55f + 0.45f * masks->sureness[i] : 0.45f * masks->sureness[i];
        masks->drawn[i] = (uint8_t)(255 * sure + 0.5f);
    }
    for (int32_t pixel = 0; pixel < evidence->photo.pixels; pixel++)
        probability[pixel] = masks->drawn[evidence->superpixels.labels[pixel]];
}

static int is_same_click(const struct click *a, const struct click *b) {
    return a->x == b->x && a->y == b->y && a->adds == b->adds;
}

static int is_same_box(const struct box *a, const struct box *b) {
    return a->left == b->left && a->top == b->top && a->right == b->right && a->bottom == b->bottom;
}

static int goes_on(const struct masks *masks, const struct click *clicks, int32_t count, const struct box *box) {
    if (masks->answered < 0 || masks->answered > count || masks->had_box != (box != NULL)) return 0;
    if (box && !is_same_box(box, &masks->asked_box)) return 0;
    for (int32_t i = 0; i < masks->answered; i++)
        if (!is_same_click(&clicks[i], &masks->clicks[i])) return 0;
    return 1;
}

static void begin_anew(struct masks *masks, const struct box *box) {
    begin(masks, box);
    masks->question.last_depth_px = 0;
    masks->answered = 0;
    masks->had_box = box != NULL;
    if (!box) return;
    masks->asked_box = *box;
    answer_box(masks);
}

void masks_segment(struct masks *masks, const struct click *clicks, int32_t count, const struct box *box,
                   uint8_t *probability) {
    if (count > MOST_CLICKS) count = MOST_CLICKS;
    if (!goes_on(masks, clicks, count, box)) begin_anew(masks, box);
    for (int32_t i = masks->answered; i < count; i++) {
        answer_click(masks, &clicks[i], i == 0 && !box);
        masks->clicks[i] = clicks[i];
        masks->answered = i + 1;
    }
    draw(masks, probability);
}

int32_t masks_feature_count(void) { return FEATURES; }
float *masks_weights(void) { return choice_weights(); }
int32_t masks_superpixel_count(const struct masks *masks) { return masks->evidence.graph.count; }
const int32_t *masks_superpixels(const struct masks *masks) { return masks->evidence.superpixels.labels; }
const uint8_t *masks_before(const struct masks *masks) { return masks->before; }

int32_t masks_proposal(const struct masks *masks, int32_t index, const float **features, const uint8_t **region) {
    if (index >= masks->proposals.count) return 0;
    *features = masks->proposals.all[index].features;
    *region = masks->proposals.all[index].region;
    return 1;
}
