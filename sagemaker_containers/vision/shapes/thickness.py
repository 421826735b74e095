"""How thick an inflated thing is: its brightness says how steeply its surface turns away."""

import cv2
import numpy as np

from shapes.silhouette import Floats, Silhouette

THICKNESSES = (0.55, 0.7, 0.85, 1.0, 1.2)
"""Times as thick as the cushion."""
USUAL = 0.85
"""Where the light says nothing: most things are a little flatter than round."""
TELLING = 0.15
"""Share of the brightness' variance that light from one side must explain before it is believed."""
PRIOR = 0.12
"""Of that share, lost by a thickness twice or half the usual: the light has to speak clearly."""
SMOOTH_SHARE = 0.03
"""Of the long side: colours change in patches, light changes slowly."""


def thickness(outline: Silhouette, squared: Floats, brightness: Floats) -> tuple[float, float]:
    """How thick, times the cushion; and how much of the brightness (rows, columns) that explains.

    For each of a few thicknesses, brightness is fitted by light from anywhere on a matt surface (Lambert): linear in
    the normal. The one that explains most is taken.
    """
    inside = outline.inside & (squared > 1)
    smooth = cv2.GaussianBlur(brightness, (0, 0), max(1.0, SMOOTH_SHARE * max(brightness.shape)))
    values = smooth[inside] - smooth[inside].mean() if inside.any() else np.zeros(0)
    if values.size < 50 or float(values.var()) < 1.0:
        return USUAL, 0.0
    heights = cv2.GaussianBlur(np.sqrt(np.maximum(squared, 0)), (0, 0), 1.5)
    slopes = np.stack(np.gradient(heights), axis=-1)[inside]
    explained = [_explained(slopes * times, values) for times in THICKNESSES]
    scores = [
        share - PRIOR * np.log2(times / USUAL) ** 2
        for share, times in zip(explained, THICKNESSES, strict=True)
    ]
    best = int(np.argmax(scores))
    return (THICKNESSES[best], explained[best]) if explained[best] > TELLING else (USUAL, explained[best])


def _explained(slopes: np.ndarray, values: np.ndarray) -> float:
    """Share of the values' variance that is linear in the normals of a surface with these slopes (N, 2)."""
    normals = np.concatenate([-slopes, np.ones((len(slopes), 1))], axis=1)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    fitted = np.column_stack([normals, np.ones(len(normals))])
    found, *_ = np.linalg.lstsq(fitted, values, rcond=None)
    return float(1 - (values - fitted @ found).var() / values.var())
