/* Real spherical harmonics up to degree 3, signed and ordered as in 3DGS, and their slopes. */
#ifndef SPLATS_HARMONICS_H
#define SPLATS_HARMONICS_H

#include "lanes.h"

#define MOST_HARMONICS 16

/* sqrt of (1, 3, 15, 5, 15, 35, 105, 21, 7, 105) / (4, 4, 4, 16, 16, 32, 4, 32, 16, 16) pi */
#define SH0 0.28209479177387814f
#define SH1 0.4886025119029199f
#define SH2_XY 1.0925484305920792f
#define SH2_ZZ 0.31539156525252005f
#define SH2_XX 0.5462742152960396f
#define SH3_Y3 0.5900435899266435f
#define SH3_XYZ 2.890611442640554f
#define SH3_YZZ 0.4570457994644658f
#define SH3_ZZZ 0.3731763325901154f
#define SH3_ZXX 1.445305721320277f

INLINE int harmonic_count(int degree) { return (degree + 1) * (degree + 1); }

/* Values at unit directions. */
INLINE void harmonics(int degree, vf x, vf y, vf z, vf *b) {
    b[0] = all(SH0);
    if (degree < 1) return;
    b[1] = -SH1 * y;
    b[2] = SH1 * z;
    b[3] = -SH1 * x;
    if (degree < 2) return;
    vf xx = x * x, yy = y * y, zz = z * z;
    b[4] = SH2_XY * x * y;
    b[5] = -SH2_XY * y * z;
    b[6] = SH2_ZZ * (2.0f * zz - xx - yy);
    b[7] = -SH2_XY * x * z;
    b[8] = SH2_XX * (xx - yy);
    if (degree < 3) return;
    b[9] = -SH3_Y3 * y * (3.0f * xx - yy);
    b[10] = SH3_XYZ * x * y * z;
    b[11] = -SH3_YZZ * y * (4.0f * zz - xx - yy);
    b[12] = SH3_ZZZ * z * (2.0f * zz - 3.0f * xx - 3.0f * yy);
    b[13] = -SH3_YZZ * x * (4.0f * zz - xx - yy);
    b[14] = SH3_ZXX * z * (xx - yy);
    b[15] = -SH3_Y3 * x * (xx - 3.0f * yy);
}

/* The gradient with respect to the direction of the sum of w[k] times the k-th harmonic. */
INLINE void harmonics_slope(int degree, vf x, vf y, vf z, const vf *w, vf *gx, vf *gy, vf *gz) {
    *gx = *gy = *gz = all(0);
    if (degree < 1) return;
    *gy = -SH1 * w[1];
    *gz = SH1 * w[2];
    *gx = -SH1 * w[3];
    if (degree < 2) return;
    *gx += SH2_XY * (y * w[4] - z * w[7]) - 2.0f * SH2_ZZ * x * w[6] + 2.0f * SH2_XX * x * w[8];
    *gy += SH2_XY * (x * w[4] - z * w[5]) - 2.0f * SH2_ZZ * y * w[6] - 2.0f * SH2_XX * y * w[8];
    *gz += -SH2_XY * (y * w[5] + x * w[7]) + 4.0f * SH2_ZZ * z * w[6];
    if (degree < 3) return;
    vf xx = x * x, yy = y * y, zz = z * z, xy = x * y, yz = y * z, xz = x * z;
    *gx += -6.0f * SH3_Y3 * xy * w[9] + SH3_XYZ * yz * w[10] + 2.0f * SH3_YZZ * xy * w[11] -
           6.0f * SH3_ZZZ * xz * w[12] - SH3_YZZ * (4.0f * zz - 3.0f * xx - yy) * w[13] +
           2.0f * SH3_ZXX * xz * w[14] - 3.0f * SH3_Y3 * (xx - yy) * w[15];
    *gy += -3.0f * SH3_Y3 * (xx - yy) * w[9] + SH3_XYZ * xz * w[10] -
           SH3_YZZ * (4.0f * zz - xx - 3.0f * yy) * w[11] - 6.0f * SH3_ZZZ * yz * w[12] +
           2.0f * SH3_YZZ * xy * w[13] - 2.0f * SH3_ZXX * yz * w[14] + 6.0f * SH3_Y3 * xy * w[15];
    *gz += SH3_XYZ * xy * w[10] - 8.0f * SH3_YZZ * yz * w[11] +
           SH3_ZZZ * (6.0f * zz - 3.0f * xx - 3.0f * yy) * w[12] - 8.0f * SH3_YZZ * xz * w[13] +
           SH3_ZXX * (xx - yy) * w[14];
}

#endif
