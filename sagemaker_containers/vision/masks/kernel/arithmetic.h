// Functions of one number, the same to the last bit wherever this is compiled.
#pragma once
#include <stdint.h>

#define FAR 1e30f

static inline float least(float a, float b) { return a < b ? a : b; }
static inline float most(float a, float b) { return a > b ? a : b; }
static inline float clamp(float value, float low, float high) { return least(most(value, low), high); }
static inline float magnitude(float value) { return value < 0 ? -value : value; }
static inline float square(float value) { return value * value; }
static inline float root(float value) { return __builtin_sqrtf(value); }

// e to the power of `value`, to about 1e-6 of it.
static inline float exponential(float value) {
    if (value < -80) return 0;
    if (value > 80) value = 80;
    float turns = value * 1.44269504f;
    int32_t whole = (int32_t)(turns < 0 ? turns - 0.5f : turns + 0.5f);
    float rest = (turns - (float)whole) * 0.69314718f;
    float series = 1 + rest * (1 + rest * (0.5f + rest * (0.16666667f + rest * (0.041666667f + rest * 0.0083333f))));
    union { int32_t bits; float number; } power = { (whole + 127) << 23 };
    return series * power.number;
}

// The natural logarithm of a positive number, to about 1e-6.
static inline float logarithm(float value) {
    union { float number; int32_t bits; } parts = { value };
    int32_t exponent = ((parts.bits >> 23) & 255) - 127;
    parts.bits = (parts.bits & 0x7fffff) | 0x3f800000;
    if (parts.number > 1.41421356f) { parts.number *= 0.5f; exponent++; }
    float ratio = (parts.number - 1) / (parts.number + 1), squared = ratio * ratio;
    float series = ratio * (2 + squared * (0.66666667f + squared * (0.4f + squared * 0.28571429f)));
    return (float)exponent * 0.69314718f + series;
}

static inline float power(float base, float exponent) {
    return base > 0 ? exponential(exponent * logarithm(base)) : 0;
}

// Where something scores as likely as not, 0.5.
static inline float logistic(float score) { return 1 / (1 + exponential(-score)); }
