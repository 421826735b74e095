"""Mirror symmetry of an outline about an axis in the photo."""

from dataclasses import dataclass

import cv2
import numpy as np

from shapes.silhouette import MARGIN_CELLS, Flags, Floats

LEANINGS_DEG = (-6.0, -3.0, 0.0, 3.0, 6.0)
"""From the photo's vertical and horizontal, and from the outline's own long axis, in which an axis is looked for."""
SHIFTS = 0.03
"""Of the grid's width: how far from the outline's middle its axis may be."""


@dataclass(frozen=True, eq=False)
class Mirror:
    """An axis, and how well the outline is its own mirror image in it.

    `upright` (2, 3) turns the grid so that the axis runs along the columns, at x = `axis`; `overlap` is the share of
    outline and mirror image together that both cover.
    """

    upright: np.ndarray
    size: tuple[int, int]
    axis: float
    overlap: float

    def stood_up(self, values: Floats) -> Floats:
        """A grid turned so that the axis runs along the columns."""
        return np.asarray(cv2.warpAffine(values, self.upright, self.size, flags=cv2.INTER_LINEAR), np.float32)

    def laid_back(self, values: Floats, shape: tuple[int, int]) -> Floats:
        """What was turned by `stood_up`, turned back into a grid of that shape; what is beyond stays as at the edge."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        turned = cv2.warpAffine(
            values, self.upright, shape[::-1], flags=flags, borderMode=cv2.BORDER_REPLICATE
        )
        return np.asarray(turned, np.float32)


def best_mirror(coverage: Floats) -> Mirror:
    """The axis in which the outline is most like itself; the photo's vertical wins where others are hardly better."""
    angles = sorted({round(base + lean, 1) for base in _bases(coverage) for lean in LEANINGS_DEG}, key=abs)
    found = [_mirror(coverage, angle) for angle in angles]
    scores = [one.overlap - 0.01 * (abs(angle) > 0) for one, angle in zip(found, angles, strict=True)]
    return found[int(np.argmax(scores))]


def _bases(coverage: Floats) -> tuple[float, ...]:
    """Directions in degrees from the vertical; the outline's own axis only where it is clearly long."""
    rows, columns = np.nonzero(coverage > 0.5)
    spread, axes = np.linalg.eigh(np.cov(np.stack([columns, rows])))
    if spread[1] < 1.5 * spread[0]:
        return (0.0,)
    along = axes[:, 1] * np.sign(axes[1, 1] or 1)
    return 0.0, float(np.degrees(np.arctan2(along[0], along[1])))


def _mirror(coverage: Floats, angle_deg: float) -> Mirror:
    rows, columns = np.nonzero(coverage > 0.5)
    side = int(np.hypot(*coverage.shape)) + 2 * MARGIN_CELLS
    middle = float(columns.mean()), float(rows.mean())
    upright = np.asarray(cv2.getRotationMatrix2D(middle, -angle_deg, 1.0), np.float64)
    upright[:, 2] += side / 2 - np.array(middle)
    turned = cv2.warpAffine(coverage, upright, (side, side), flags=cv2.INTER_LINEAR) > 0.5
    most = max(1, round(SHIFTS * side))
    middles = np.arange(
        2 * (side // 2 - most), 2 * (side // 2 + most) + 1
    )  # twice the axis: halves of cells count
    overlaps = [_overlap(turned, int(twice)) for twice in middles]
    best = int(np.argmax(overlaps))
    return Mirror(upright, (side, side), float(middles[best]) / 2, overlaps[best])


def mirrored(inside: Flags, twice_axis: int) -> Flags:
    """A grid reflected in x = twice_axis / 2."""
    width = inside.shape[1]
    source = twice_axis - np.arange(width)
    valid = (source >= 0) & (source < width)
    return np.asarray(inside[:, np.clip(source, 0, width - 1)] & valid)


def _overlap(inside: Flags, twice_axis: int) -> float:
    other = mirrored(inside, twice_axis)
    return float((inside & other).sum() / max(int((inside | other).sum()), 1))
