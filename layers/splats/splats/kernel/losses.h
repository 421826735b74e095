/* How far a picture is from another. */
#ifndef SPLATS_LOSSES_H
#define SPLATS_LOSSES_H

#include <stdint.h>

/* Pictures (height, width, channels), at most 4 channels. `slopes` is room for 3 such pictures, unused at weight 0.
 * `gradient` becomes that of (1 - ssim_weight) L1 + ssim_weight (1 - SSIM) by the image; means become L1, SSIM (0 at
 * weight 0) and the mean squared error. Returns 0, or -1 if memory ran out. */
int32_t photometric_loss(const float *image, const float *target, int32_t height, int32_t width, int32_t channels,
                         float ssim_weight, float *slopes, float *gradient, double *means, int32_t threads);

#endif
