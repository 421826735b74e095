#include "clicknet.h"
#include "enlarge.h"
#include "evidence.h"
#include "resample.h"

// Changing any of these asks for new weights: the network was trained to see things at these sizes.
enum { LONG_SIDE_PX = MOST_SPREAD, GRID_LONG_SIDE = 192, GRID_LEAST = 48, GRID_STEP = 16, MOST_CLICKS = 64, LEAST_WINDOW_PX = 32 };
static const float ROOM = 1.5f;  // a window's side by the side of what it looks at
static const float OBEYED_PX = 2;
// The network's part of the mean, in percent: it corrects better than the weight-free method, which guesses as well.
enum { UNLIKELY = 127 };  // of 255: more is the object
enum { FEW_CLICKS = 3, SHARE_OF_FEW = 50, SHARE_OF_MANY = 65 };

// A window of the photo, and what the network is shown of it.
struct view {
    struct window window;
    int32_t grid_width, grid_height;
    int is_known;  // what doesn't depend on clicks, without a box
    uint8_t *rgb;  // (grid_height, grid_width, 3), made in room for four channels
    float *scratch, *maps;
};

struct clicknet {
    int32_t photo_width, photo_height;
    int32_t width, height;
    float scale_x, scale_y;
    struct view whole, part;
    struct view *seen;        // by the last look
    int32_t count, boxed;
    float clicks[3 * MOST_CLICKS];  // x, y, adds
    struct box box;
    uint8_t *photo, *joined, *enlarging;  // photo: (height, width, 4)
    float *last;
};

static float least(float a, float b) { return a < b ? a : b; }
static float most(float a, float b) { return a > b ? a : b; }

static int32_t shrunk(int32_t side, int32_t long_side) {
    if (long_side <= LONG_SIDE_PX) return side;
    int32_t rounded = (int32_t)((float)side * LONG_SIDE_PX / (float)long_side + 0.5f);
    return rounded < 1 ? 1 : rounded;
}

static uint32_t aligned(int64_t bytes) { return (uint32_t)((bytes + 15) / 16 * 16); }

static int64_t grid_most(void) { return (int64_t)GRID_LONG_SIDE * GRID_LONG_SIDE; }

static uint32_t view_bytes(void) {
    return aligned(4 * grid_most()) + aligned(evidence_scratch_bytes(GRID_LONG_SIDE, GRID_LONG_SIDE)) +
           aligned(4 * grid_most() * EVIDENCE_MAPS);
}

uint32_t clicknet_bytes(int32_t width, int32_t height) {
    int32_t long_side = width > height ? width : height;
    int64_t pixels = (int64_t)shrunk(width, long_side) * shrunk(height, long_side);
    return aligned(sizeof(struct clicknet)) + aligned(4 * pixels) + aligned(pixels) + aligned(4 * grid_most()) +
           2 * view_bytes() + aligned(enlarging_bytes(width));
}

static uint8_t *view_laid_out(struct view *view, uint8_t *at) {
    view->rgb = at, at += aligned(4 * grid_most());
    view->scratch = (float *)at, at += aligned(evidence_scratch_bytes(GRID_LONG_SIDE, GRID_LONG_SIDE));
    view->maps = (float *)at, at += aligned(4 * grid_most() * EVIDENCE_MAPS);
    return at;
}

static void laid_out(struct clicknet *net) {
    uint8_t *at = (uint8_t *)net + aligned(sizeof(struct clicknet));
    net->photo = at, at += aligned(4 * (int64_t)net->width * net->height);
    net->joined = at, at += aligned((int64_t)net->width * net->height);
    net->last = (float *)at, at += aligned(4 * grid_most());
    at = view_laid_out(&net->whole, at);
    net->enlarging = view_laid_out(&net->part, at);
}

static int32_t grid_side(int32_t side_px, int32_t long_side_px) {
    float cells = (float)side_px * GRID_LONG_SIDE / (float)long_side_px / GRID_STEP;
    int32_t rounded = (int32_t)(cells + 0.5f) * GRID_STEP;
    return rounded < GRID_LEAST ? GRID_LEAST : rounded;
}

static void frame(struct view *view, struct window window) {
    int32_t wide = window.right - window.left, tall = window.bottom - window.top;
    view->window = window;
    view->grid_width = grid_side(wide, wide > tall ? wide : tall);
    view->grid_height = grid_side(tall, wide > tall ? wide : tall);
}

// All that doesn't depend on clicks. `box` is placed in the view's grid; NULL for none.
static void see(const struct clicknet *net, struct view *view, const float *box) {
    int32_t cells = view->grid_width * view->grid_height;
    resample(net->photo, net->width, 4, view->window, view->rgb, view->grid_width, view->grid_height);
    for (int32_t i = 0; i < cells; i++)
        for (int32_t c = 0; c < 3; c++) view->rgb[3 * i + c] = view->rgb[4 * i + c];
    evidence_without_clicks(view->rgb, view->grid_width, view->grid_height, box, view->scratch, view->maps);
    view->is_known = !box;
}

struct clicknet *clicknet_open(void *memory, uint32_t bytes, const uint8_t *rgba, int32_t width, int32_t height) {
    if (width < 1 || height < 1 || bytes < clicknet_bytes(width, height)) return 0;
    struct clicknet *net = memory;
    int32_t long_side = width > height ? width : height;
    net->photo_width = width, net->photo_height = height;
    net->width = shrunk(width, long_side), net->height = shrunk(height, long_side);
    net->scale_x = (float)net->width / (float)width, net->scale_y = (float)net->height / (float)height;
    laid_out(net);
    resample(rgba, width, 4, (struct window){0, 0, width, height}, net->photo, net->width, net->height);
    net->part.window = (struct window){0, 0, 0, 0};
    frame(&net->whole, (struct window){0, 0, net->width, net->height});
    see(net, &net->whole, 0);
    net->seen = &net->whole;
    return net;
}

int32_t clicknet_width(const struct clicknet *net) { return net->width; }
int32_t clicknet_height(const struct clicknet *net) { return net->height; }
int32_t clicknet_grid_width(const struct clicknet *net) { return net->seen->grid_width; }
int32_t clicknet_grid_height(const struct clicknet *net) { return net->seen->grid_height; }
int32_t clicknet_maps(void) { return EVIDENCE_MAPS; }

static void include(struct box *around, float left, float top, float right, float bottom) {
    around->left = least(around->left, left), around->top = least(around->top, top);
    around->right = most(around->right, right), around->bottom = most(around->bottom, bottom);
}

static int has_object(const uint8_t *row, int32_t width) {
    uint8_t likeliest = 0;
    for (int32_t x = 0; x < width; x++) likeliest = row[x] > likeliest ? row[x] : likeliest;
    return likeliest > UNLIKELY;
}

// What a look must show: the last mask, the clicks that add, the box.
static struct box subject(const struct clicknet *net, const uint8_t *last) {
    struct box around = {1e9f, 1e9f, -1e9f, -1e9f};
    for (int32_t k = 0; k < net->count; k++) {
        const float *click = net->clicks + 3 * k;
        if (click[2] > 0) include(&around, click[0], click[1], click[0], click[1]);
    }
    if (net->boxed) include(&around, net->box.left, net->box.top, net->box.right, net->box.bottom);
    for (int32_t y = 0; last && y < net->height; y++) {
        const uint8_t *row = last + (int64_t)y * net->width;
        if (!has_object(row, net->width)) continue;
        int32_t first = 0, end = net->width;
        while (row[first] <= UNLIKELY) first++;
        while (row[end - 1] <= UNLIKELY) end--;
        include(&around, (float)first, (float)y, (float)end, (float)(y + 1));
    }
    return around;
}

static void side(float low, float high, float length, int32_t limit, int32_t *from, int32_t *to) {
    length = least(length, (float)limit);
    float start = least(most((low + high - length) / 2, 0), (float)limit - length);
    *from = (int32_t)start;
    *to = (int32_t)least((float)limit, start + length + 0.999f);
}

// Round the subject with room, never narrower than half its other side.
static struct window round_it(const struct clicknet *net, struct box subject) {
    struct window window = {0, 0, net->width, net->height};
    if (subject.right < subject.left) return window;
    float wide = (subject.right - subject.left) * ROOM, tall = (subject.bottom - subject.top) * ROOM;
    float across = most(most(wide, tall / 2), LEAST_WINDOW_PX), along = most(most(tall, wide / 2), LEAST_WINDOW_PX);
    side(subject.left, subject.right, across, net->width, &window.left, &window.right);
    side(subject.top, subject.bottom, along, net->height, &window.top, &window.bottom);
    return window;
}

// Clicks and box in pixels of the kept photo.
static void take_gestures(struct clicknet *net, const struct click *clicks, int32_t count, const struct box *box) {
    if (count > MOST_CLICKS) clicks += count - MOST_CLICKS, count = MOST_CLICKS;
    net->count = count;
    for (int32_t k = 0; k < count; k++) {
        float *click = net->clicks + 3 * k;
        click[0] = clicks[k].x * net->scale_x, click[1] = clicks[k].y * net->scale_y, click[2] = clicks[k].adds ? 1 : 0;
    }
    net->boxed = box != 0;
    if (box)
        net->box = (struct box){box->left * net->scale_x, box->top * net->scale_y, box->right * net->scale_x,
                                box->bottom * net->scale_y};
}

// The same in cells of a view's grid.
static void place_gestures(struct clicknet *net, const struct view *view, float box[4]) {
    float left = (float)view->window.left, top = (float)view->window.top;
    float across = (float)view->grid_width / (float)(view->window.right - view->window.left);
    float down = (float)view->grid_height / (float)(view->window.bottom - view->window.top);
    for (int32_t k = 0; k < net->count; k++) {
        float *click = net->clicks + 3 * k;
        click[0] = (click[0] - left) * across, click[1] = (click[1] - top) * down;
    }
    box[0] = (net->box.left - left) * across, box[1] = (net->box.top - top) * down;
    box[2] = (net->box.right - left) * across, box[3] = (net->box.bottom - top) * down;
}

// Its bytes lie where its floats will, so these are made from the last to the first.
static void place_last(struct clicknet *net, const struct view *view, const uint8_t *last) {
    uint8_t *placed = (uint8_t *)net->last;
    resample(last, net->width, 1, view->window, placed, view->grid_width, view->grid_height);
    for (int32_t i = view->grid_width * view->grid_height - 1; i >= 0; i--) net->last[i] = (float)placed[i] / 255;
}

static int is_same(struct window a, struct window b) {
    return a.left == b.left && a.top == b.top && a.right == b.right && a.bottom == b.bottom;
}

// Of all of the photo, or of a part, which is looked at anew unless it is the one before.
static struct view *turn_to(struct clicknet *net, struct window window) {
    if (!net->boxed && is_same(window, net->whole.window)) return &net->whole;
    if (net->boxed || !is_same(window, net->part.window)) frame(&net->part, window), net->part.is_known = 0;
    return &net->part;
}

const float *clicknet_look(struct clicknet *net, const struct click *clicks, int32_t count, const struct box *box,
                           const uint8_t *last) {
    float placed_box[4];
    take_gestures(net, clicks, count, box);
    struct view *view = turn_to(net, last || box ? round_it(net, subject(net, last)) : net->whole.window);
    place_gestures(net, view, placed_box);
    const float *boxed = box ? placed_box : 0;
    if (last) place_last(net, view, last);
    if (!view->is_known) see(net, view, boxed);
    evidence_of_clicks(view->rgb, view->grid_width, view->grid_height, net->clicks, net->count, boxed, last ? net->last : 0,
                       view->scratch, view->maps);
    net->seen = view;
    return view->maps;
}

void clicknet_answer(const struct clicknet *net, const float *probability, uint8_t *mask) {
    int64_t pixels = (int64_t)net->width * net->height;
    for (int64_t i = 0; i < pixels; i++) mask[i] = 0;
    const struct view *view = net->seen;
    spread_over(probability, view->grid_width / 2, view->grid_height / 2, mask, net->width, view->window);
}

void clicknet_scale(const struct clicknet *net, const uint8_t *other, int32_t other_width, int32_t other_height,
                    uint8_t *mask) {
    int64_t pixels = (int64_t)net->width * net->height;
    int32_t same = other_width == net->width && other_height == net->height;
    for (int64_t i = 0; same && i < pixels; i++) mask[i] = other[i];
    struct window whole = {0, 0, other_width, other_height};
    if (!same) resample(other, other_width, 1, whole, mask, net->width, net->height);
}

void clicknet_enlarge(const struct clicknet *net, const uint8_t *mask, uint8_t *enlarged) {
    enlarge(mask, net->width, net->height, enlarged, net->photo_width, net->photo_height, net->enlarging);
}

// A small disc round a click is what the click says.
static void obey(const struct clicknet *net, const struct click *click, uint8_t *mask) {
    float x = click->x * net->scale_x, y = click->y * net->scale_y;
    for (int32_t row = (int32_t)(y - OBEYED_PX); row <= (int32_t)(y + OBEYED_PX); row++)
        for (int32_t column = (int32_t)(x - OBEYED_PX); column <= (int32_t)(x + OBEYED_PX); column++) {
            float right = (float)column + 0.5f - x, below = (float)row + 0.5f - y;
            if (row < 0 || column < 0 || row >= net->height || column >= net->width) continue;
            if (right * right + below * below <= OBEYED_PX * OBEYED_PX)
                mask[(int64_t)row * net->width + column] = click->adds ? 255 : 0;
        }
}

void clicknet_join(const struct clicknet *net, const uint8_t *other, int32_t other_width, int32_t other_height,
                   const struct click *clicks, int32_t count, uint8_t *mask) {
    uint32_t share = count <= FEW_CLICKS ? SHARE_OF_FEW : SHARE_OF_MANY;
    int64_t pixels = (int64_t)net->width * net->height;
    if (other_width != net->width || other_height != net->height) {
        clicknet_scale(net, other, other_width, other_height, net->joined);
        other = net->joined;
    }
    for (int64_t i = 0; i < pixels; i++) mask[i] = (uint8_t)((share * mask[i] + (100 - share) * other[i] + 50) / 100);
    for (int32_t k = 0; k < count; k++) obey(net, clicks + k, mask);
}
