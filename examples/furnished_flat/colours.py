"""Woods, metals and paints that several pieces share. sRGB 0..1."""

OAK, WALNUT, PINE = (0.72, 0.54, 0.35), (0.45, 0.3, 0.2), (0.82, 0.68, 0.48)
BRASS, BLACK, STEEL, WHITE = (0.78, 0.62, 0.34), (0.14, 0.14, 0.15), (0.66, 0.67, 0.68), (0.92, 0.91, 0.88)
