/* From splats in the world to ellipses in a picture, and gradients back. All arrays are dense, row-major float32. */
#ifndef SPLATS_PROJECT_H
#define SPLATS_PROJECT_H

#include <stdint.h>

struct splats {
    int64_t count;
    const float *means;     /* (N, 3) world */
    const float *quats;     /* (N, 4) wxyz, world_from_splat, of any length */
    const float *scales;    /* (N, 3) world */
    const float *opacities; /* (N) */
    const float *sh;        /* (N, sh_count, 3) */
    int32_t sh_count;
    int32_t sh_degree; /* -1: colours are none of our business */
};

struct camera {
    const float *viewmat;    /* (4, 4) camera_from_world */
    const float *intrinsics; /* (3, 3) pixels */
    int32_t width, height;
    float near_plane, far_plane; /* world units */
    float radius_clip;           /* pixels */
    float eps2d;                 /* pixels^2 */
    int32_t antialiased;
};

/* What one camera sees; zeros where it doesn't see the splat. Also the gradients by these (radii left out). */
struct ellipses {
    float *means2d;   /* (N, 2) pixels */
    float *conics;    /* (N, 3) inverse covariance xx, xy, yy, 1 / pixels^2 */
    float *depths;    /* (N) world units */
    float *opacities; /* (N) */
    float *colors;    /* (N, 3), where there are harmonics */
    int32_t *radii;   /* (N, 2) pixels */
};

/* Gradients by the splats; sh where there are harmonics. By the cameras (cameras, 4, 4), or NULL. */
struct splat_gradients {
    float *means, *quats, *scales, *opacities, *sh, *viewmats;
};

void project_forward(const struct splats *splats, const struct camera *camera, const struct ellipses *seen,
                     int32_t threads);

/* Sums over the cameras, in their order. Any of the arrays in `by_seen` may be NULL for zeros. Each element of a viewmat
 * is free, as if it were no rotation's; the camera's place is its inverse's. Returns 0, or -1 if memory ran out. */
int32_t project_backward(const struct splats *splats, int32_t cameras, const struct camera *camera,
                         const struct ellipses *seen, const struct ellipses *by_seen,
                         const struct splat_gradients *out, int32_t threads);

#endif
