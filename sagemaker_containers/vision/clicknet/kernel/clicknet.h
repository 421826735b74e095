// What the click network needs around it: a window of the photo, evidence in it, and its answer put back. One photo lies
// in one block of the caller's memory. The network itself is an ONNX file that the caller runs between look and answer.
#pragma once
#include <stdint.h>

struct clicknet;

struct click {
    float x, y;    // pixels of the photo, a pixel's middle at .5
    int32_t adds;  // 0: what is here does not belong to the object
};

struct box {
    float left, top, right, bottom;  // pixels of the photo
};

// Bytes of memory that a photo of this size needs.
uint32_t clicknet_bytes(int32_t width, int32_t height);

// Keeps sRGB with alpha (height, width, 4), made smaller. `memory` is aligned to 16 bytes. NULL where it is too small.
struct clicknet *clicknet_open(void *memory, uint32_t bytes, const uint8_t *rgba, int32_t width, int32_t height);

// The mask's size: the photo's, its long side at most LONG_SIDE_PX.
int32_t clicknet_width(const struct clicknet *net);
int32_t clicknet_height(const struct clicknet *net);

// Looks round the last mask (height, width; 255 is surely the object; NULL: at the whole photo, or round the box), and
// gives the evidence there: (maps, grid_height, grid_width). `box` may be NULL.
const float *clicknet_look(struct clicknet *net, const struct click *clicks, int32_t count, const struct box *box,
                           const uint8_t *last);
int32_t clicknet_maps(void);
int32_t clicknet_grid_width(const struct clicknet *net);
int32_t clicknet_grid_height(const struct clicknet *net);

// The mask (height, width) of the network's answer (grid_height / 2, grid_width / 2) to the last look; 0 outside of it.
void clicknet_answer(const struct clicknet *net, const float *probability, uint8_t *mask);

// A mask (height, width) at the photo's own size, as it was opened: linear in between.
void clicknet_enlarge(const struct clicknet *net, const uint8_t *mask, uint8_t *enlarged);

// Another method's mask of the same photo (other_height, other_width) as one of ours (height, width).
void clicknet_scale(const struct clicknet *net, const uint8_t *other, int32_t other_width, int32_t other_height,
                    uint8_t *mask);

// The weighted mean of a mask (height, width) and another method's (other_height, other_width) of the same photo, in `mask`; what
// was clicked is as it was clicked.
void clicknet_join(const struct clicknet *net, const uint8_t *other, int32_t other_width, int32_t other_height,
                   const struct click *clicks, int32_t count, uint8_t *mask);
