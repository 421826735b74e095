// What one gesture asks, and what follows from it for every superpixel before any region is grown.
#pragma once
#include "evidence.h"

struct question {
    const uint8_t *mask;   // (count): the object before the gesture
    const uint8_t *walls;  // (count): what the gesture cannot mean
    float x, y;            // small pixels: where it is, or the box's middle
    int adds;
    float reach_px;        // about it, colours are known
    float last_depth_px;   // of what the gesture before changed, 0 for the first: people mend the largest error first
    const float *box;      // left, top, right, bottom in small pixels; NULL for a click
    float mask_area;       // small pixels
    float of_mask[COLOURS], of_rest[COLOURS];  // colours of the object before the gesture and of all else, by area
    float *reached;        // (count): distances to the gesture
    float *opposed;        // (count): distances to what clicks of the other kind said, and from further off to the frame
    float *likely;         // (count): log ratio of colours, positive where the gesture may mean it
};

// Fills what follows from the rest, from mask_area on, of superpixel `at`'s gesture.
void question_weigh(struct question *question, struct evidence *evidence, int32_t at);
