/* Vectors of floats as wide as the instruction set allows, by the vector extensions that gcc and clang share.
 *
 * One lane is one pixel of a block (composite.c) or one splat of a pack (project.c). Arithmetic is written with
 * plain operators; what the extensions lack, masks above all, is here, with intrinsics where they pay.
 */
#ifndef SPLATS_LANES_H
#define SPLATS_LANES_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

typedef float vf __attribute__((vector_size(LANES * 4)));
typedef int32_t vi __attribute__((vector_size(LANES * 4)));

#define INLINE static inline __attribute__((always_inline))

INLINE vf all(float x) { return (vf){} + x; }

INLINE vf load(const float *p) {
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE void store(float *p, vf v) { memcpy(p, &v, sizeof v); }

/* {p[0], p[stride], p[2 stride], ...} */
INLINE vf load_strided(const float *p, int64_t stride) {
#if LANES == 16
    return (vf){p[0], p[stride], p[2 * stride], p[3 * stride], p[4 * stride], p[5 * stride], p[6 * stride],
                p[7 * stride], p[8 * stride], p[9 * stride], p[10 * stride], p[11 * stride], p[12 * stride],
                p[13 * stride], p[14 * stride], p[15 * stride]};
#elif LANES == 8
    return (vf){p[0], p[stride], p[2 * stride], p[3 * stride], p[4 * stride], p[5 * stride], p[6 * stride],
                p[7 * stride]};
#else
    return (vf){p[0], p[stride], p[2 * stride], p[3 * stride]};
#endif
}

INLINE vf lane_numbers(void) {
    vf v;
    for (int i = 0; i < LANES; i++) v[i] = (float)i;
    return v;
}

/* Masks: a bit a lane with AVX-512, else all ones or zeros in the lane. Comparisons with NaN are false. */
#if defined(__AVX512F__)
typedef __mmask16 mask;
INLINE mask at_least(vf a, vf b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GE_OQ); }
INLINE mask above(vf a, vf b) { return _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GT_OQ); }
INLINE bool any(mask m) { return m != 0; }
INLINE uint32_t bits_of(mask m) { return m; }
INLINE vf choose(mask m, vf yes, vf no) { return (vf)_mm512_mask_blend_ps(m, (__m512)no, (__m512)yes); }
INLINE vf keep(mask m, vf v) { return (vf)_mm512_maskz_mov_ps(m, (__m512)v); }
INLINE mask first_lanes(int n) { return (mask)(n >= LANES ? 0xffff : (1 << n) - 1); }
INLINE bool lane_of(mask m, int i) { return (m >> i) & 1; }
#else
typedef vi mask;
INLINE mask at_least(vf a, vf b) { return (vi)(a >= b); }
INLINE mask above(vf a, vf b) { return (vi)(a > b); }
#if defined(__AVX2__)
INLINE bool any(mask m) { return _mm256_movemask_ps((__m256)m) != 0; }
INLINE uint32_t bits_of(mask m) { return (uint32_t)_mm256_movemask_ps((__m256)m); }
INLINE vf choose(mask m, vf yes, vf no) { return (vf)_mm256_blendv_ps((__m256)no, (__m256)yes, (__m256)m); }
#else
INLINE bool any(mask m) {
    int64_t halves[2];
    memcpy(halves, &m, sizeof halves);
    return (halves[0] | halves[1]) != 0;
}
INLINE uint32_t bits_of(mask m) { return (m[0] & 1) | (m[1] & 2) | (m[2] & 4) | (m[3] & 8); }
INLINE vf choose(mask m, vf yes, vf no) { return (vf)((m & (vi)yes) | (~m & (vi)no)); }
#endif
INLINE vf keep(mask m, vf v) { return (vf)(m & (vi)v); }
INLINE mask first_lanes(int n) { return above(all((float)n), lane_numbers()); }
INLINE bool lane_of(mask m, int i) { return m[i] != 0; }
#endif

INLINE vf smaller(vf a, vf b) {
#if defined(__AVX512F__)
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
#else
    return choose((vi)(a < b), a, b);
#endif
}

INLINE vf larger(vf a, vf b) {
#if defined(__AVX512F__)
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#else
    return choose((vi)(a > b), a, b);
#endif
}

INLINE vf magnitude(vf a) { return (vf)((vi)a & 0x7fffffff); }

INLINE vf square_root(vf a) {
#if defined(__AVX512F__)
    return (vf)_mm512_sqrt_ps((__m512)a);
#elif defined(__AVX2__)
    return (vf)_mm256_sqrt_ps((__m256)a);
#else
    vf r = a;
    for (int i = 0; i < LANES; i++) r[i] = sqrtf(a[i]);
    return r;
#endif
}

/* 1 / a for normal a, to the last bit or two. */
INLINE vf reciprocal(vf a) {
#if defined(__AVX512F__)
    vf r = (vf)_mm512_rcp14_ps((__m512)a);
    return r * (2.0f - a * r);
#elif defined(__AVX2__)
    vf r = (vf)_mm256_rcp_ps((__m256)a);
    return r * (2.0f - a * r);
#else
    return 1.0f / a;
#endif
}

/* 2^x for -126 <= x <= 126, within 3e-7; adding 1.5 * 2^23 rounds x and leaves the integer in the low bits. The
 * polynomial is the Taylor series of 2^f, |f| <= 1/2, its last terms moved to spread the error. */
INLINE vf exp2_lanes(vf x) {
    const float shifter = 12582912.0f;
    vf rounded = x + shifter;
    vf f = x - (rounded - shifter);
    vf f2 = f * f; /* even and odd terms apart: half as long a chain of results */
    vf even = (1.3333558e-3f * f + 9.6181291e-3f) * f2 + (5.5504109e-2f * f + 2.4022651e-1f);
    vf p = even * f2 + (6.9314718e-1f * f + 1.0f);
    return (vf)((vi)p + ((vi)rounded << 23));
}

/* log2(x) for normal positive x, within 1e-6: exponent, and the series of atanh for the mantissa. */
INLINE vf log2_lanes(vf x) {
    vi bits = (vi)x - 0x3f3504f3; /* so that the mantissa lies between sqrt(1/2) and sqrt(2) */
    vf exponent = __builtin_convertvector(bits >> 23, vf);
    vf m = (vf)((bits & 0x7fffff) + 0x3f3504f3);
    vf s = (m - 1.0f) / (m + 1.0f);
    vf s2 = s * s;
    vf series = s2 * (s2 * (s2 * 0.41219859f + 0.57707802f) + 0.96179669f) + 2.88539008f;
    return exponent + s * series;
}

#if defined(__clang__)
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (vi){__VA_ARGS__})
#endif

/* Sums over the lanes of LANES vectors at once, v[i]'s in lane `sum_lane(i)` of the result. Adds half the lanes to
 * the other half and packs two such vectors into one, again and again. */
INLINE vf sum_each(vf *v) {
#if LANES == 16
    for (int i = 0; i < 8; i++)
        v[i] = SHUFFLE(v[2 * i], v[2 * i + 1], 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
               SHUFFLE(v[2 * i], v[2 * i + 1], 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    for (int i = 0; i < 4; i++)
        v[i] = SHUFFLE(v[2 * i], v[2 * i + 1], 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
               SHUFFLE(v[2 * i], v[2 * i + 1], 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
    for (int i = 0; i < 2; i++)
        v[i] = SHUFFLE(v[2 * i], v[2 * i + 1], 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
               SHUFFLE(v[2 * i], v[2 * i + 1], 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
    return SHUFFLE(v[0], v[1], 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) +
           SHUFFLE(v[0], v[1], 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#elif LANES == 8
    for (int i = 0; i < 4; i++)
        v[i] = SHUFFLE(v[2 * i], v[2 * i + 1], 0, 1, 2, 3, 8, 9, 10, 11) +
               SHUFFLE(v[2 * i], v[2 * i + 1], 4, 5, 6, 7, 12, 13, 14, 15);
    for (int i = 0; i < 2; i++)
        v[i] = SHUFFLE(v[2 * i], v[2 * i + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
               SHUFFLE(v[2 * i], v[2 * i + 1], 2, 3, 10, 11, 6, 7, 14, 15);
    return SHUFFLE(v[0], v[1], 0, 8, 2, 10, 4, 12, 6, 14) + SHUFFLE(v[0], v[1], 1, 9, 3, 11, 5, 13, 7, 15);
#else
    for (int i = 0; i < 2; i++)
        v[i] = SHUFFLE(v[2 * i], v[2 * i + 1], 0, 1, 4, 5) + SHUFFLE(v[2 * i], v[2 * i + 1], 2, 3, 6, 7);
    return SHUFFLE(v[0], v[1], 0, 4, 2, 6) + SHUFFLE(v[0], v[1], 1, 5, 3, 7);
#endif
}

/* i with its bits in reverse order. */
INLINE int sum_lane(int i) {
    int lane = 0;
    for (int bit = 1; bit < LANES; bit *= 2) lane = 2 * lane + ((i & bit) != 0);
    return lane;
}

#endif
